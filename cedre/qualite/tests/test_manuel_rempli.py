"""Ce que le manuel tire de ce que la structure tient : chaque fait sous son nom, à la date du manuel, dans l'ordre (MAN-2)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from cedre.comptes.models import Organisation
from cedre.core.dates import il_y_a
from cedre.core.indicateurs import tous
from cedre.qualite.affiches import affiche_enquete, affiche_reclamation, qr
from cedre.qualite.en_clair import phrases
from cedre.qualite.manuel import blocs_de, document
from cedre.qualite.models import ActionDeFormation, EvaluationDePrincipe, Principe, Procedure, VersionDuManuel
from cedre.qualite.questionnaires import questionnaires
from cedre.structures.models import Axe, FicheDePoste, Occupation, Offre, Poste, ProjetAssociatif, Reglages


def jour(dans: int = 0):
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=dans)


def dit(dans: int) -> str:
    """Ce jour-là, comme le manuel l'écrit."""
    return f"{jour(dans):%d/%m/%Y}"


@pytest.fixture
def section(embauchee):
    """Les blocs d'une section, aujourd'hui."""
    return lambda code: blocs_de(code, embauchee.organisation, jour())


def test_la_carte_d_identite_et_l_offre_disent_chaque_chose_sous_son_nom(embauchee, section):
    ensemble = Organisation.objects.create(
        nature="ensemblier", nom="Ensemble", slug="ensemble", region=embauchee.organisation.region
    )
    Organisation.objects.filter(pk=embauchee.organisation.pk).update(
        siret="12345678901234",
        adresse="1 rue Haute",
        code_postal="35000",
        commune="Rennes",
        telephone="02 99",
        courriel="ici@exemple.fr",
        ensemblier=ensemble,
        adhesion_le=jour(-900),
        charte_le=jour(-800),
        fin_formation_action_le=jour(-700),
    )
    embauchee.organisation.refresh_from_db()
    chez = {"organisation": embauchee.organisation}
    Offre.objects.create(**chez, intitule="Code", nature="formation", partenaire=embauchee.partenaire)
    Offre.objects.create(**chez, intitule="Fermée", active=False)
    fiche, offre = section("presentation")
    assert fiche["faits"] == [
        ["Structure", "Structure Ici"],
        ["Nature", "Association intermédiaire"],
        ["SIRET", "12345678901234"],
        ["Adresse", "1 rue Haute, 35000 Rennes"],
        ["Téléphone", "02 99"],
        ["Courriel", "ici@exemple.fr"],
        ["Association régionale", "Région 1"],
        ["Ensemblier", "Ensemble"],
        ["Adhésion à la fédération", dit(-900)],
        ["Signature de la charte", dit(-800)],
        ["Fin de la formation-action", dit(-700)],
    ]
    assert offre["colonnes"] == ["Ce que l’on propose", "Nature", "Qui le porte"]
    assert sorted(offre["lignes"]) == [
        ["Atelier ici", "Atelier collectif", "La structure"],
        ["Code", Offre.Nature.FORMATION.label, "Partenaire ici"],
    ]


def test_le_projet_et_les_axes_sont_ceux_de_ce_jour(embauchee, section):
    chez = {"organisation": embauchee.organisation}
    ProjetAssociatif.objects.create(**chez, le=jour(-10), adopte_par="l’AG", texte="Le nouveau")
    ProjetAssociatif.objects.create(**chez, le=jour(1), adopte_par="demain", texte="À venir")
    assert section("projet") == [
        {"genre": "texte", "titre": f"Le projet associatif, adopté le {dit(-10)} par l’AG", "texte": "Le nouveau"}
    ]
    Axe.objects.all().delete()
    commun = chez | {"codes": ["delai_annonce", "delai_tenu"], "pourquoi": "Pour mieux", "defini_par": "le CA"}
    Axe.objects.create(
        **commun, intitule="En cours", defini_le=jour(-9), jusqu_au=jour(), diffuse_le=jour(-8), diffusion="par courriel"
    )
    Axe.objects.create(**commun, intitule="Fini", defini_le=jour(-90), jusqu_au=jour(-1))
    Axe.objects.create(**commun, intitule="Demain", defini_le=jour(1))
    [axe] = section("priorites")
    assert axe["titre"] == "En cours"
    assert axe["faits"] == [
        ["Pourquoi", "Pour mieux"],
        ["Défini", f"le {dit(-9)} par le CA"],
        ["Jusqu’au", dit(0)],
        ["Diffusé", f"le {dit(-8)} : par courriel"],
        ["Indicateurs", f"{tous()['delai_annonce'].libelle}, {tous()['delai_tenu'].libelle}"],
    ]


def test_un_principe_dit_sa_derniere_evaluation_faite_ce_jour_la(embauchee, section):
    principe = Principe.objects.get(organisation=embauchee.organisation)
    EvaluationDePrincipe.objects.create(principe=principe, le=jour(), comment="Au CA", constat="Mieux", changements="Afficher")
    EvaluationDePrincipe.objects.create(principe=principe, le=jour(1), comment="Demain", constat="Rien")
    [bloc] = section("principes")
    assert bloc["faits"] == [
        ["Au quotidien", "On le voit"],
        ["Énoncé", f"le {dit(-700)}"],
        ["Évalué", f"le {dit(0)} : Au CA"],
        ["Ce que l’on a vu", "Mieux"],
        ["Ce que l’on change", "Afficher"],
        ["Référentiel", "§\N{NO-BREAK SPACE}2.5\N{NO-BREAK SPACE}c"],
    ]


def test_un_poste_dit_de_qui_il_depend_et_qui_le_tient_ce_jour_la(embauchee, section):
    direction = Poste.objects.get()
    poste = Poste.objects.create(
        organisation=embauchee.organisation,
        intitule="Accompagnement",
        missions="Recevoir",
        fonctions=["direction"],
        rattache_a=direction,
        ouvert_le=jour(-90),
    )
    for nom, du, au in (("Parti", -90, -1), ("Là", -90, 0), ("Demain", 1, None)):
        Occupation.objects.create(poste=poste, nom=nom, du=jour(du), au=None if au is None else jour(au))
    Poste.objects.create(organisation=embauchee.organisation, intitule="Fermé", ouvert_le=jour(-90), ferme_le=jour(-1))
    FicheDePoste.objects.filter(pk=embauchee.fiche_de_poste.pk).update(description="Semer")
    FicheDePoste.objects.create(organisation=embauchee.organisation, intitule="Abandonnée", active=False)
    blocs = {bloc["titre"]: bloc for bloc in section("fiches_de_poste")}
    assert blocs.keys() == {"Direction ici", "Accompagnement", "Poste ici (poste de salarié en parcours)"}
    assert blocs["Accompagnement"]["faits"] == [
        ["Missions", "Recevoir"],
        ["Fonctions", ", ".join(poste.noms_des_fonctions)],
        ["Dépend de", "Direction ici"],
        ["Tenu par", "Là"],
    ]
    fiche = blocs["Poste ici (poste de salarié en parcours)"]
    assert fiche["faits"] == [["Code ROME", "K1304"], ["Ce que l’on y fait", "Semer"]]
    assert fiche["etapes"] == ["Respecter les consignes", "Tenir le rythme"]


def test_le_plan_de_formation_dit_ou_en_est_chaque_action_des_vingt_quatre_mois(embauchee, section):
    ActionDeFormation.objects.all().delete()
    chez, limite = {"organisation": embauchee.organisation, "besoin": "Mieux recevoir"}, il_y_a(24, jour())
    poste = Poste.objects.get()
    for intitule, au, champs in (
        ("Faite", jour(-10), {"realisee_le": jour(), "pour_qui": "L’équipe"}),
        ("Ratée", jour(-10), {"abandonnee_le": jour(), "motif": "Annulée", "poste": poste, "pour_qui": "Autre"}),
        ("Prévue", jour(10), {}),
        ("Au bord", limite, {}),
        ("Ancienne", limite - timedelta(days=1), {}),
    ):
        ActionDeFormation.objects.create(**chez, intitule=intitule, prevue_du=au - timedelta(days=2), prevue_au=au, **champs)
    [tableau] = section("formation")
    assert tableau["colonnes"] == ["Besoin", "Action", "Pour qui", "Quand", "Où on en est"]
    lignes = {ligne[1]: ligne for ligne in tableau["lignes"]}
    assert lignes.keys() == {"Faite", "Ratée", "Prévue", "Au bord"}
    assert lignes["Faite"] == ["Mieux recevoir", "Faite", "L’équipe", f"{dit(-12)} au {dit(-10)}", f"Réalisée le {dit(0)}"]
    assert lignes["Ratée"][2:] == ["Direction ici", f"{dit(-12)} au {dit(-10)}", "Abandonnée : Annulée"]
    assert lignes["Prévue"][4] == "Prévue"


def test_les_procedures_se_disent_par_mission_et_leurs_outils_par_leur_nom(embauchee, section):
    Procedure.objects.filter(pk=embauchee.procedure.pk).update(prochaine_revision=jour(60), codes=["delai_tenu", "delai_annonce"])
    commun = {
        "organisation": embauchee.organisation,
        "but": "But",
        "qui": "CIP",
        "etapes": ["Une"],
        "outils": ["agenda", "Fiche ici"],
    }
    Procedure.objects.create(**commun, titre="Contractualiser", mission="insertion", depuis=jour(-500))
    Procedure.objects.create(**commun, titre="Demain", mission="accueil", depuis=jour(1))
    Procedure.objects.create(**commun, titre="Retirée", mission="accueil", depuis=jour(-90), retiree_le=jour())
    accueillir, contractualiser = section("procedures")
    assert accueillir["faits"] == [
        ["Mission", "Mission accueil"],
        ["Phase", "Accueil"],
        ["But", "But ici"],
        ["Qui", "Accueil ici"],
        ["Ce qu’elle annonce", "Délai du premier contact à l’accueil : 10\N{NO-BREAK SPACE}jours"],
        ["Outils", "Fiche ici"],
        ["Indicateurs", f"{tous()['delai_tenu'].libelle}, {tous()['delai_annonce'].libelle}"],
        ["Relue le", dit(-400)],
    ]
    assert (contractualiser["titre"], contractualiser["faits"][1]) == ("Contractualiser", ["Phase", "Toutes"])
    _, schema = section("fonctionnement")
    assert schema["lignes"] == [
        ["Mission accueil", "Accueil", "Accueillir ici", "Accueil ici"],
        ["Mission insertion", "Toutes", "Contractualiser", "CIP"],
    ]
    [outils] = section("outils")
    assert outils["lignes"] == [
        ["agenda", "Toutes les phases", "Contractualiser"],
        ["Fiche ici", "Accueil, Toutes les phases", "Accueillir ici, Contractualiser"],
    ]
    [relectures] = section("amelioration")
    assert relectures["colonnes"] == ["Procédure", "Relue le", "Prochaine révision"]
    assert relectures["lignes"] == [["Accueillir ici", dit(-400), dit(60)], ["Contractualiser", "", ""]]


def test_chaque_indicateur_dit_les_procedures_qui_le_surveillent_et_sa_mesure(embauchee, section):
    Procedure.objects.filter(pk=embauchee.procedure.pk).update(codes=["salaries_engages"])
    [tableau] = section("indicateurs")
    lignes = {ligne[0]: ligne for ligne in tableau["lignes"]}
    assert tableau["colonnes"][3] == f"Au {dit(0)}"
    surveilles = {tous()[code].libelle for code in ("salaries_engages", "delai_tenu")}  # la sienne, et celle de son réglage
    assert {nom: ligne[4] for nom, ligne in lignes.items() if ligne[4]} == dict.fromkeys(surveilles, "Accueillir ici")
    dite = lignes[tous()["salaries_engages"].libelle]
    assert (dite[4], dite[2]) == ("Accueillir ici", tous()["salaries_engages"].source.replace("§ ", "§\N{NO-BREAK SPACE}"))
    assert dite[3].startswith("moins de cinq")


def test_le_document_dit_le_jour_de_publication_et_celui_de_l_approbation(embauchee):
    version = VersionDuManuel(
        numero=3,
        publiee_le=jour(-2),
        approuvee_le=jour(-5),
        approuvee_par="Ada Brun",
        au_titre_de="ca",
        changements="La reprise",
    )
    dite = document({}, embauchee.organisation, version=version, le=version.publiee_le)
    assert dite == {
        "structure": embauchee.organisation.coordonnees,
        "le": jour(-2),
        "numero": 3,
        "approuvee_par": "Ada Brun",
        "au_titre_de": "Conseil d’administration",
        "approuvee_le": jour(-5),
        "changements": "La reprise",
    }


@pytest.mark.parametrize(
    "type_siae, dit",
    [("AI", "association intermédiaire"), ("ETTI", "intérim"), ("ACI", "chantier"), ("EI", "une entreprise qui")],
)
def test_la_forme_courte_dit_les_delais_de_la_structure_ou_ceux_qu_une_procedure_ecrit(embauchee, type_siae, dit):
    structure, reglages = embauchee.organisation, Reglages()
    structure.type_siae, structure.telephone = type_siae, "02 99"
    reglages.delai_annonce, reglages.delai_remise, reglages.jours_sans_contact, reglages.rythme_regulation = 4, 5, 6, 1
    ecrite = Procedure(reglage="delai_remise", valeur=9)
    dites = phrases(structure, [ecrite, Procedure()], reglages)
    assert dites[0] == "Ici, c’est Structure Ici." and dit in dites[1]
    lues = re.findall(r"\d+ jours?", " ".join(dites))
    assert lues == ["4 jours", "9 jours", "6 jours", "1 jour"], "accueil, remise, se parler, régulation"
    assert dites[-1] == "Une question ? Appelez le 02 99."
    structure.telephone = ""
    assert len(phrases(structure, [], reglages)) == len(dites) - 1


@pytest.mark.parametrize("telephone, fin", [("02 99", "Ou par téléphone : 02 99."), ("", "Ou en le disant à l’équipe.")])
def test_l_affiche_des_reclamations_dit_ou_ecrire_et_qui_appeler(embauchee, monkeypatch, telephone, fin):
    donnes = []
    monkeypatch.setattr("cedre.qualite.affiches.composer", lambda g, d, *, chez: donnes.append((g, d, chez)) or b"%PDF")
    embauchee.organisation.telephone = telephone
    affiche_reclamation(embauchee.organisation, "https://ici/r")
    affiche_enquete(embauchee.enquete, "https://ici/q")
    (gabarit, reclamation, chez), (_, enquete, _) = donnes
    assert (gabarit, chez) == ("qualite/typst/affiche.typ", embauchee.organisation.pk)
    assert (reclamation["titre"], reclamation["adresse"], enquete["adresse"]) == (
        "Quelque chose ne va pas ?",
        "https://ici/r",
        "https://ici/q",
    )
    assert [phrases_[-1] for phrases_ in (reclamation["phrases"], enquete["phrases"])] == [fin, "Deux minutes suffisent."]
    assert (enquete["titre"], enquete["phrases"][0]) == (
        embauchee.enquete.titre,
        questionnaires()[embauchee.enquete.modele].intro,
    )
    assert reclamation["qr"] == qr("https://ici/r") != enquete["qr"] == qr("https://ici/q")
