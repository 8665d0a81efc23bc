"""Les annuaires : le nom de chaque fait et de chaque champ, que lisent les traces, les refus et le classeur."""

from datetime import date

from django.apps import apps

from cedre.partenariats.models import Client, Convention, Partenaire, Rencontre

LE = date(2026, 3, 10)
NOMS = {
    Partenaire: """
        partenaire / partenaires : nature ; nom ; ce que l’on y trouve ; personne à joindre ; téléphone ; courriel ; adresse ;
        proposé dans les listes ; texte recherche
    """,
    Client: """
        client / clients : nature ; nom ; SIRET ; personne à joindre ; téléphone ; courriel ; adresse ; proposé dans les
        listes ; texte recherche
    """,
    Convention: """
        convention / conventions : partenaire ; objet ; en vigueur du ; au ; se reconduit d’elle-même ; ne sera pas renouvelée
        ; décidé le ; ce qui est convenu
    """,
    Rencontre: """
        rencontre d’acteurs locaux / rencontres d’acteurs locaux : nature ; le ; et avec ; sujet ; ce qui en est sorti ; qui
        de chez nous
    """,
}


def test_chaque_fait_et_chaque_champ_a_son_nom():
    dits = {}
    for modele in apps.get_app_config("partenariats").get_models():
        champs = [str(c.verbose_name) for c in modele._meta.concrete_fields if c.name not in ("id", "organisation")]
        dits[modele] = f"{modele._meta.verbose_name} / {modele._meta.verbose_name_plural} : {' ; '.join(champs)}"
    assert dits == {modele: " ".join(dit.split()) for modele, dit in NOMS.items()}


def test_une_ligne_se_dit_en_quelques_mots():
    lignes = [
        (Partenaire(nom="Le Relais"), "Le Relais"),
        (Client(nom="Le Verger"), "Le Verger"),
        (Convention(objet="Permis", du=LE), "Permis, depuis le 10/03/2026"),
        (Rencontre(nature="groupe", le=LE), "Groupe de travail du 10/03/2026"),
    ]
    assert [str(ligne) for ligne, _ in lignes] == [dit for _, dit in lignes]
