"""Le squelette du manuel : chaque section, ce qu'elle demande d'écrire, titres et colonnes de ce que Cèdre y met (MAN-1)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cedre.qualite.affiches import affiche_enquete, affiche_reclamation, qr
from cedre.qualite.comparaison import comparer
from cedre.qualite.en_clair import phrases
from cedre.qualite.manuel import EN_CLAIR, SECTIONS, blocs_de
from cedre.qualite.models import ActionDeFormation, Procedure
from cedre.qualite.pratique import pratiques
from cedre.structures.models import Offre, Reglages

AIDES = {
    "Présentation et histoire": "Qui nous sommes, notre histoire, pour qui nous travaillons.",
    "Projet associatif": "Une page : ce que nous voulons, plus loin que l’article 2 des statuts.",
    "Priorités et axes de développement": "Comment on les choisit, qui les valide, comment on les dit.",
    "Principes d’action": "Ce à quoi l’équipe tient, et comment elle le regarde en face.",
    "Diffusion du manuel": "Qui le reçoit, comment, et comment on s’assure qu’il est lu.",
    "Organigrammes": "Comment l’équipe est organisée.",
    "Fiches de poste": "",
    "Schéma de fonctionnement": "Comment les trois missions s’enchaînent.",
    "Procédures": "",
    "Outils": "",
    "Indicateurs": "Comment l’équipe lit ses chiffres, et ce qu’elle en fait.",
    "Plan de formation": "Comment se décident les formations de l’équipe, et leur bilan.",
    "Amélioration du système qualité": "Réclamations, enquêtes, évaluations, revue.",
    "En clair, pour les salariés en parcours": "Ce que la structure veut ajouter, en phrases courtes.",
}
REGLES = [
    "Chaque personne de l’équipe et du conseil d’administration lit la version publiée et le dit, à l’écran ou sur papier.",
    "Une personne qui arrive trouve le manuel à lire sur sa page du jour, quelle que soit la date de publication.",
    "Les salariés en parcours en reçoivent une forme courte, en phrases simples, par leur espace ou en main propre.",
    "La liste de qui a lu, quelle version, quand et comment, est tenue par la personne référente qualité.",
    "Une version publiée ne change plus : on en publie une autre, et l’on compare les deux.",
]


def squelette(bloc: dict) -> tuple:
    """Le genre d'un bloc, son titre, et ce qui le tient : ses colonnes et leurs parts, le nom de ses étapes."""
    colonnes = dict(zip(bloc.get("colonnes", ()), bloc.get("largeurs", ()), strict=True))
    return bloc["genre"], bloc["titre"], colonnes or bloc.get("nom_des_etapes", "")


def test_chaque_section_dit_quoi_y_ecrire_et_ce_que_cedre_y_met_a_son_titre(embauchee):
    assert {s.titre: s.aide for s in (*SECTIONS, EN_CLAIR)} == AIDES
    le = timezone.localdate()
    Offre.objects.create(organisation=embauchee.organisation, intitule="Permis")
    ActionDeFormation.objects.update(abandonnee_le=None, motif="")
    blocs = {s.code: blocs_de(s.code, embauchee.organisation, le) for s in (*SECTIONS, EN_CLAIR)}
    assert {code: [*map(squelette, siens)] for code, siens in blocs.items()} == {
        "presentation": [
            ("fiche", "Carte d’identité", ""),
            ("tableau", "L’offre d’insertion", {"Ce que l’on propose": 2, "Nature": 1.5, "Qui le porte": 1.5}),
        ],
        "projet": [("texte", f"Le projet associatif, adopté le {le - timedelta(days=400):%d/%m/%Y} par CA ici", "")],
        "priorites": [("fiche", "Axe ici", "")],
        "principes": [("fiche", "Principe ici", "")],
        "diffusion": [("liste", "Comment ce manuel se diffuse", "")],
        "organigrammes": [("image", "Organigramme hiérarchique", ""), ("image", "Organigramme fonctionnel", "")],
        "fiches_de_poste": [
            ("fiche", "Direction ici", ""),
            ("fiche", "Poste ici (poste de salarié en parcours)", "Compétences demandées"),
        ],
        "fonctionnement": [
            ("image", "Schéma de fonctionnement", ""),
            ("tableau", "Le même en lignes", {"Mission": 1, "Phase": 0.9, "Procédure": 1.6, "Qui": 1.5}),
        ],
        "procedures": [("fiche", "Accueillir ici", "Étapes")],
        "outils": [("tableau", "Les outils et leur phase", {"Outil": 1.4, "Phase": 1, "Procédures": 1.6})],
        "indicateurs": [
            (
                "tableau",
                "Les indicateurs tenus",
                {
                    "Indicateur": 1.2,
                    "Ce qu’il compte": 2.2,
                    "D’où il vient": 1.1,
                    f"Au {le:%d/%m/%Y}": 0.9,
                    "Procédures": 1.2,
                },
            )
        ],
        "formation": [
            (
                "tableau",
                "Les actions du plan",
                {"Besoin": 1.3, "Action": 1.3, "Pour qui": 1.3, "Quand": 0.9, "Où on en est": 1.1},
            )
        ],
        "amelioration": [("tableau", "La relecture des procédures", {"Procédure": 2, "Relue le": 1, "Prochaine révision": 1})],
        "en_clair": [("liste", "Ce que Cèdre en dit déjà", "")],
    }
    assert blocs["diffusion"][0]["elements"] == REGLES
    hierarchie, fonctions = (bloc["alt"] for bloc in blocs["organigrammes"])
    assert hierarchie == "Organigramme hiérarchique : Structure Ici ; dont Direction ici (Titulaire ici)"
    dessous = "Direction et vie associative ; dont Direction ici (Titulaire ici)"
    assert fonctions == f"Organigramme fonctionnel : Structure Ici ; dont {dessous}"
    missions = "Mission accueil : Accueillir ici; Mission insertion : ; Mission observatoire : ; Transversal aux missions : "
    assert blocs["fonctionnement"][0]["alt"] == missions


def test_sans_rien_a_y_mettre_une_section_n_a_ni_titre_ni_tableau_vide(ici):
    vides = ("projet", "priorites", "principes", "organigrammes", "fonctionnement", "procedures", "outils", "formation")
    le = timezone.localdate()
    assert {code: blocs_de(code, ici.organisation, le) for code in (*vides, "amelioration")} == dict.fromkeys(
        (*vides, "amelioration"), []
    )


def test_la_forme_courte_dit_tout_le_parcours_dans_l_ordre_ou_on_le_vit(ici):
    ici.organisation.type_siae, ici.organisation.telephone = "AI", "02 99"
    assert phrases(ici.organisation, [Procedure(reglage="delai_remise", valeur=1)], Reglages()) == [
        "Ici, c’est Structure Ici.",
        "Nous sommes une association intermédiaire.",
        "Notre but : que vous trouviez un travail qui vous va.",
        "Au début, nous vous recevons. Vous attendez 10 jours au plus.",
        "Nous regardons ensemble votre situation. Vous pouvez ne pas répondre à une question.",
        "Vous signez un vrai contrat de travail. Vous recevez une fiche de paie.",
        "Nous écrivons ensemble votre engagement : ce que vous voulez, ce que nous faisons, ce que vous faites.",
        "Vous recevez ce papier dans les 1 jour. Il est à vous.",
        "Nous nous parlons au moins une fois tous les 30 jours.",
        "Nous faisons le point ensemble. Vous connaissez la date avant.",
        "L’équipe parle de votre parcours tous les 14 jours. Elle cherche des heures qui vous servent.",
        "Vos papiers et vos informations sont gardés avec soin. Vous pouvez demander à les lire.",
        "Quelque chose ne va pas ? Dites-le. Nous vous répondons.",
        "Quand vous partez, nous prenons de vos nouvelles après 3 mois, puis après 6 mois.",
        "Une question ? Appelez le 02 99.",
    ]
    natures = {}
    for nature in ("ETTI", "EI", "ACI"):
        ici.organisation.type_siae = nature
        natures[nature] = phrases(ici.organisation, [], Reglages())[1]
    assert natures == {
        "ETTI": "Nous sommes une entreprise d’intérim qui aide à retrouver un emploi.",
        "EI": "Nous sommes une entreprise qui aide à retrouver un emploi.",
        "ACI": "Nous sommes un chantier d’insertion.",
    }


def test_une_affiche_dit_tous_ses_mots(embauchee, monkeypatch):
    donnees = []
    monkeypatch.setattr("cedre.qualite.affiches.composer", lambda gabarit, dites, *, chez: donnees.append(dites))
    embauchee.organisation.telephone = "02 99"
    affiche_reclamation(embauchee.organisation, "https://ici/r")
    affiche_enquete(embauchee.enquete, "https://ici/q")
    commun = {"structure": embauchee.organisation.coordonnees, "etabli_le": timezone.localdate()}
    mots = ["Dites-le-nous, avec ou sans votre nom.", "Avec votre téléphone : visez ce carré.", "Ou par téléphone : 02 99."]
    assert donnees[0] == commun | {
        "titre": "Quelque chose ne va pas ?",
        "phrases": mots,
        "adresse": "https://ici/r",
        "qr": qr("https://ici/r"),
    }
    assert donnees[1]["phrases"][1:] == ["Avec votre téléphone : visez ce carré.", "Deux minutes suffisent."]
    assert donnees[1] == commun | {
        "structure": embauchee.enquete.organisation.coordonnees,
        "titre": "Enquête ici",
        "phrases": donnees[1]["phrases"],
        "adresse": "https://ici/q",
        "qr": qr("https://ici/q"),
    }


def test_une_section_venue_se_lit_ligne_a_ligne_avec_le_titre_de_chaque_bloc():
    courte = {"texte": "", "phrases": ["Une", "Deux", "Trois", "Quatre", "Cinq", "Six"]}
    blocs = [
        {"genre": "image", "titre": "Image", "alt": "Un arbre"},
        {"genre": "texte", "titre": "Texte", "texte": "Un\n\n  \nDeux"},
        {"genre": "liste", "titre": "Liste", "elements": ["Trois"]},
        {"genre": "tableau", "titre": "Tableau", "lignes": [["Quatre", "4"]]},
        {"genre": "fiche", "titre": "Fiche", "faits": [["Qui", "Elle"]], "etapes": ["Cinq"]},
    ]
    venue = {"code": "v", "titre": "Venue", "texte": "Écrit\n\nPuis", "blocs": blocs}
    neuve = courte | {"phrases": ["Un", "Deux", "Trois", "Quatre", "Cinq", "7"], "texte": "Dit"}
    section, en_clair = comparer({"sections": [], "en_clair": courte}, {"sections": [venue], "en_clair": neuve})
    lignes = ["Écrit", "Puis", "Image", "Un arbre", "Texte", "Un", "Deux", "Liste", "Trois", "Tableau", "Quatre · 4"]
    assert section.titre == "Venue" and section.lignes == tuple(("+", dit) for dit in (*lignes, "Fiche", "Qui : Elle", "Cinq"))
    assert (en_clair.titre, en_clair.lignes) == (
        "En clair",
        (
            *(("+", "Dit"), ("=", "Phrases"), ("-", "Une"), ("+", "Un"), ("=", "Deux")),
            *(("…", ""), ("=", "Cinq"), ("-", "Six"), ("+", "7")),
        ),
    )


def test_on_compare_dans_l_ordre_de_la_seconde_version_et_la_forme_courte_en_dernier():
    def contenu(*codes):
        sections = [{"code": code, "titre": code.upper(), "texte": "", "blocs": []} for code in codes]
        return {"sections": sections, "en_clair": {"texte": "", "phrases": []}}

    def ordre(avant, apres):
        return " ".join(section.titre for section in comparer(contenu(*avant), contenu(*apres)))

    assert ordre("ac", "abc") == ordre("abc", "ac") == "A B C En clair"
    assert ordre("abcd", "db") == "A D B C En clair" and ordre("", "a") == ordre("a", "") == "A En clair"


@pytest.mark.parametrize("qui", ["ici", "ailleurs"])
def test_ce_qu_une_procedure_ecrit_se_compare_aux_reglages_de_la_structure(ici, ailleurs, qui):
    jours = {"ici": 5, "ailleurs": 6}
    for monde in (ici, ailleurs):
        Reglages.objects.update_or_create(
            organisation=monde.organisation, defaults={"delai_annonce": jours[monde.nom], "delai_remise": 77}
        )
    monde = {"ici": ici, "ailleurs": ailleurs}[qui]
    monde.organisation.seuils.create(du=timezone.localdate(), delai_remise=jours[qui])
    ecrites = [Procedure(reglage=reglage, valeur=5) for reglage in ("delai_annonce", "delai_remise")]
    dites = pratiques(ecrites, pour=monde.hab["qualite"], le=timezone.localdate())
    assert [(p.reglee, p.ecart_de_reglage) for p in dites] == [(jours[qui], qui == "ailleurs")] * 2
    ecrite = Procedure(titre="Remettre", reglage="delai_remise", valeur=5)
    (dite,) = pratiques([ecrite], pour=monde.hab["qualite"], le=timezone.localdate())
    assert dite.reference == "Procédure « Remettre »"
    annonce = "Délai pour remettre un engagement : 5\N{NO-BREAK SPACE}jours"
    assert dite.effet_attendu == f"Ce qui est écrit se pratique : {annonce}"
