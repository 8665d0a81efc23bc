"""Le dossier que l'on remet à la personne et le manuel, chaque chose sous son libellé (RGPD art. 15, MAN-1)."""

from cedre.tests.imprime import lire
from cedre.tests.test_documents_lus import CHEZ, ETABLI, verifier

IDENTITE = {
    "nom": "Martin",
    "prenom": "Zoé",
    "sexe": "Femme",
    "date_naissance": "1990-02-28",
    "telephone": "06 01",
    "telephone_2": "06 02",
    "courriel": "zoe@x",
    "adresse": "2 rue Basse",
    "code_postal": "35200",
    "commune": "Rennes",
    "niveau_formation": "CAP",
    "duree_chomage": "Un an",
    "statut_entree": "Au chômage",
    "prestations": ["RSA", "APL"],
    "criteres": ["QPV", "Mobilité"],
    "rqth": True,
    "prescripteur": "Mission locale",
    "referent": "Cip Un",
    "phase": "Parcours",
    "phase_depuis": "2025-03-04",
    "dossier": 12,
    "reference": "A7",
    "dossier_ouvert_le": "2025-01-02T10:00:00Z",
    "dossier_modifie_le": "2025-05-06T10:00:00Z",
    "anonymise_le": None,
}
DOSSIER = {
    "structure": CHEZ,
    "etabli_le": "2026-03-01",
    "personne": IDENTITE,
    "premiers_contacts": [
        {
            "date": "2025-01-02",
            "canal": "Sur place",
            "prescripteur": "Mission locale",
            "prescripteur_precision": "Ode",
            "demande": "Un emploi",
            "delai_annonce_jours": 10,
            "echeance_annoncee": "2025-01-12",
            "recu_par": "Accueil Quatre",
        },
        dict.fromkeys(("canal", "prescripteur", "prescripteur_precision", "demande", "recu_par", "echeance_annoncee"), "")
        | {"date": "2025-01-03", "delai_annonce_jours": None},
    ],
    "informations": [
        {
            "date": "2025-01-05",
            "collective": {"lieu": "Salle A", "heure": "09:30:00"},
            "presence": "Présente",
            "offre_presentee": True,
            "statut_explique": False,
            "par": "Cip Un",
        },
        {
            "date": "2025-01-06",
            "collective": None,
            "presence": "Absente",
            "offre_presentee": False,
            "statut_explique": True,
            "par": "",
        },
    ],
    "entretiens": [
        {
            "date": "2025-01-07",
            "etat": "Réalisé",
            "heure": "14:05:00",
            "lieu": "Bureau",
            "conduit_par": "Cip Un",
            "sections": [{"titre": "Sa situation", "texte": "Seule"}, {"titre": "Ses attentes", "texte": "Un permis"}],
            "suite": "Inscription",
        }
    ],
    "evaluations": [
        {
            "date": "2025-01-08",
            "grille_version": 2,
            "conduite_par": "Cip Un",
            "trajectoire": "Stable",
            "statut_social": "Précaire",
            "synthese": "Retenu",
            "validee_le": "2025-01-09T10:00:00Z",
            "domaines": [
                {
                    "domaine": "Logement",
                    "selon_la_personne": "Bloquant",
                    "selon_l_accompagnateur": "Léger",
                    "commentaire": "Froid",
                    "precision_de_sante": "Asthme",
                },
                {
                    "domaine": "Emploi",
                    "selon_la_personne": None,
                    "selon_l_accompagnateur": "Important",
                    "commentaire": "",
                    "precision_de_sante": "",
                },
            ],
        }
    ],
    "evaluations_professionnelles": [
        {
            "date": "2025-02-03",
            "fiche_de_poste": "Agent",
            "mode": "Atelier",
            "lieu": "Jardin",
            "evaluee_par": "Mad Deux",
            "conclusion": "Prête",
            "synthese": "Solide",
            "competences": [{"competence": "Tailler", "niveau": "En autonomie", "observation": "Vu"}],
        }
    ],
    "suites": [
        {
            "date": "2025-02-04",
            "nature": "Réorientation",
            "motif": "Hors public",
            "partenaire": "Mission",
            "precision": "Loin",
            "par": "Cip Un",
        }
    ],
    "insertion": {"engagements": [{"etat": "En cours", "remis": True, "signe": False, "suit": None}], "vides": []},
    "consultations": [{"le": "2025-03-04T16:07:00+01:00", "role": "Direction", "geste": "a ouvert", "objet": "personne"}],
}
DU_DOSSIER = (
    f"{ETABLI} dossier de zoé martin | ce document contient tout",
    "nom | martin | prénom | zoé | sexe | femme | date de naissance | 28 février 1990",
    "téléphone | 06 01 | autre téléphone | 06 02 | courriel | zoe@x | adresse | 2 rue basse 35200 rennes",
    "niveau de formation | cap | durée de chômage | un an | situation à l’entrée | au chômage",
    "prestations et revenus | rsa, apl | critères administratifs | qpv, mobilité",
    "reconnue travailleur handicapé | oui | prescripteur | mission locale",
    "personne référente | cip un | phase | parcours, depuis le 4 mars 2025 | numéro de dossier | 12 | autre référence | a7",
    "dossier ouvert | 2 janvier 2025 | dernière modification | 6 mai 2025 | premiers contacts",
    "2 janvier 2025 · sur place | prescripteur | mission locale | qui, précisément | ode | demande | un emploi",
    "délai annoncé | 10 jours, soit le 12 janvier 2025 | reçu par | accueil quatre",
    "3 janvier 2025 | délai annoncé | aucun",
    "5 janvier 2025 · collective | lieu et heure | salle a, 9 h 30 | présence | présente",
    "offre d’insertion présentée | oui | statut de salarié expliqué | non | par | cip un",
    "6 janvier 2025 · individuelle | présence | absente",
    "offre d’insertion présentée | non | statut de salarié expliqué | oui",
    "entretiens d’accueil | 7 janvier 2025 · réalisé | heure | 14 h 05 | lieu | bureau | conduit par | cip un",
    "sa situation | seule | ses attentes | un permis | suite | inscription",
    "évaluations conjointes | 8 janvier 2025 · grille, version 2 | conduite par | cip un",
    "carrière | stable | statut social | précaire",
    "ce que l’on retient | retenu | validée | 9 janvier 2025",
    "domaine | selon vous | selon l’accompagnateur·rice | commentaire",
    "logement | bloquant | léger | froid santé : asthme | emploi | non évalué | important",
    "évaluations professionnelles | 3 février 2025 · agent | mode | atelier | lieu | jardin | évaluée par | mad deux",
    "conclusion | prête | synthèse | solide | compétence | niveau | observation | tailler | en autonomie | vu",
    "suites données | 4 février 2025 · réorientation | motif | hors public | vers | mission | précision | loin | par | cip un",
    "engagements | etat | en cours | remis | oui | signe | non",
    "qui a ouvert ou changé ce dossier | date et heure | rôle | geste",
    "4 mars 2025, 16 h 07 | direction | a ouvert · personne",
)


def test_le_dossier_remis_dit_chaque_fait_sous_son_libelle():
    verifier(lire("parcours/typst/dossier.typ", DOSSIER), DU_DOSSIER)


def test_ce_que_le_dossier_n_a_pas_se_dit():
    parties = [partie for partie, dit in DOSSIER.items() if isinstance(dit, list)]
    texte = lire("parcours/typst/dossier.typ", DOSSIER | dict.fromkeys(parties, []))
    assert texte.count("rien n’est enregistré.") == len(parties) - 1 == 6
    assert "aucune consultation n’est enregistrée." in texte and "direction" not in texte


MANUEL = {
    "structure": CHEZ,
    "le": "2026-03-01",
    "numero": 3,
    "approuvee_le": "2026-02-03",
    "approuvee_par": "Ada Brun",
    "au_titre_de": "Conseil d’administration",
    "changements": "La reprise",
    "sections": [
        {
            "titre": "Présentation",
            "texte": "Premier.\r\n\r\nSecond.",
            "blocs": [
                {"genre": "fiche", "titre": "Identité", "faits": [["SIRET", "123"]], "etapes": []},
                {"genre": "liste", "titre": "Règles", "elements": ["Une", "Deux"]},
            ],
        },
        {
            "titre": "Procédures",
            "texte": "",
            "blocs": [
                {"genre": "fiche", "titre": "Accueillir", "faits": [], "etapes": ["Un", "Deux"], "nom_des_etapes": "Étapes"},
                {
                    "genre": "tableau",
                    "titre": "Outils",
                    "colonnes": ["Outil", "Phase"],
                    "largeurs": [1, 1],
                    "lignes": [["Fiche", "Accueil"]],
                },
                {"genre": "texte", "titre": "Projet", "texte": "Voilà"},
            ],
        },
    ],
    "en_clair": {"phrases": ["Ici, c’est ici."], "texte": "Et encore."},
}


def test_le_manuel_dit_sa_version_son_approbation_puis_chaque_section_dans_l_ordre():
    texte = lire("qualite/typst/manuel.typ", MANUEL)
    verifier(
        texte,
        (
            "manuel qualité | ici | version 3, publiée le 1er mars 2026",
            "approuvée le 3 février 2026 par ada brun (conseil d’administration).",
            "ce qui change | la reprise | 1 rue haute, 35000 rennes | 02 99 · i@x",
            "sommaire | 1. présentation | 2. procédures | 3. en clair, pour les salariés en parcours",
            "1.présentation | premier. | second. | identitésiret | 123règles | une | deux",
            "2.procédures | accueillir | étapes | un | deux | outils | outil | phase | fiche | accueil | projet | voilà",
            "3.en clair, pour les salariés en parcours | ici, c’est ici. | et encore.",
        ),
    )
    assert "brouillon" not in texte
    brouillon = lire("qualite/typst/manuel.typ", MANUEL | {"numero": None})
    assert "brouillon du 1er mars 2026" in brouillon and "approuvée" not in brouillon and "la reprise" not in brouillon
