"""Ce que chaque document dit, sous son libellé et dans son ordre, tel que le lit qui le reçoit (INS-2, INS-7, TRA-1, AME-4)."""

import pytest

from cedre.tests.imprime import lire
from cedre.tests.test_imprimes import L_AFFICHE

CHEZ = {
    "nom": "Ici",
    "adresse": "1 rue Haute",
    "code_postal": "35000",
    "commune": "Rennes",
    "telephone": "02 99",
    "courriel": "i@x",
}
ETABLI = "ici | 1 rue haute, 35000 rennes | 02 99 · i@x | établi le 1er mars 2026 |"
ENGAGEMENT = {
    "structure": CHEZ,
    "le": "2026-03-01",
    "projet": False,
    "personne": "Zoé Martin",
    "conduit_par": "Cip Un",
    "type": "Découverte",
    "but": "Voir un métier.",
    "debut": "2026-02-03",
    "bilan_le": "2026-05-04",
    "demande": "Un permis",
    "objectifs": [
        {
            "libelle": "Conduire",
            "moyens": [
                {"qui": "La structure", "quoi": "Payer", "avec": "Caisse", "pour_le": "2026-04-05", "on_saura": "Au reçu"},
                {"qui": "La personne", "quoi": "Venir", "avec": "", "pour_le": "", "on_saura": ""},
            ],
        },
        {"libelle": "Lire", "moyens": []},
    ],
    "autres_moyens": [{"qui": "Le client", "quoi": "Prêter", "avec": "", "pour_le": "2026-04-06", "on_saura": ""}],
}
BILAN = {
    "structure": CHEZ,
    "le": "2026-03-01",
    "personne": "Zoé Martin",
    "engagement": "Découverte",
    "suite": "Prolonger",
    "suite_le": "2026-06-07",
    "objectifs": [{"libelle": "Conduire", "resultat": "Atteint", "commentaire": "Permis eu"}],
    "faits": ["12 h au jardin", "Atelier fait"],
    "sections": [{"titre": "Retenu", "texte": "Elle conduit"}],
    "trajectoire": "Stable",
    "conduit_par": "Cip Un",
}
LIAISON = {
    "structure": CHEZ,
    "etabli_le": "2026-03-01",
    "personne": "Zoé Martin",
    "ou": "Jardin",
    "en_atelier": False,
    "poste": "Agent",
    "du": "2026-02-03",
    "au": "2026-04-05",
    "heures_prevues": "20",
    "precisions": "Le matin",
    "objectif": "Tenir",
    "promesses": [{"quoi": "Prêter", "pour_le": "2026-04-06"}, {"quoi": "Former", "pour_le": None}],
    "competences": ["Tailler", "Semer"],
}
DEMANDE = {
    "structure": CHEZ,
    "le": "2026-03-01",
    "partenaire": "Mission",
    "contact": "Ode",
    "personne": "Zoé Martin",
    "reponse_avant": "2026-04-05",
    "demande": "Un logement",
    "par": "Cip Un",
}
ATTESTATION = {
    "structure": CHEZ,
    "le": "2026-03-01",
    "personne": "Zoé Martin",
    "postes": [
        {
            "intitule": "Agent",
            "rome": "K1304",
            "competences": [{"libelle": "Tailler", "niveau": "En autonomie", "par": "Mad Deux", "le": "2026-02-03"}],
        }
    ],
    "travail": [
        {"poste": "Agent", "chez": "Jardin", "du": "2026-01-02", "au": "2026-02-04", "heures": "12"},
        {"poste": "Aide", "chez": "Serre", "du": "2026-02-05", "au": "", "heures": "7"},
    ],
    "formations": [
        {"intitule": "Caces", "certificat": "Caces 1A", "le": "2025-01-02", "au": "2025-01-03", "heures": "35"},
        {"intitule": "Secours", "certificat": "PSC1", "le": "2025-02-04", "au": "", "heures": ""},
    ],
}
POINTS = [
    {
        "sujet": "Zoé Martin",
        "raison": "Sans objectif",
        "echange": "On en a parlé",
        "decisions": [{"quoi": "Appeler", "qui": "Cip Un", "echeance": "2026-04-05"}],
    },
    {"sujet": "Le planning", "raison": "", "echange": "", "decisions": []},
]
REGULATION = {
    "structure": CHEZ,
    "etabli_le": "2026-03-01",
    "le": "2026-02-03",
    "lieu": "Salle A",
    "animee_par": "Dir Trois",
    "presents": ["Cip Un", "Mad Deux"],
    "synthese": "Bien",
    "points": POINTS,
}
REUNION = {
    "structure": CHEZ,
    "etabli_le": "2026-03-01",
    "titre": "La revue",
    "tenue": True,
    "le": "2026-02-03",
    "du": "2025-02-04",
    "au": "2026-02-02",
    "presents": "Cip Un",
    "conclusions": "Continuer",
    "compte_rendu": "Tout relu",
    "decisions": [{"quoi": "Afficher", "effet": "Savoir", "qui": "Dir Trois", "echeance": "2026-04-05"}],
    "vu_le": "2026-02-05",
    "edition": "Octobre 2004",
    "insuffisantes": 1,
    "specifications": [
        {
            "code": "2.1a",
            "texte": "Accueillir",
            "mesure": "9 sur 9",
            "avant": "Insuffisant",
            "maintenant": "Satisfait",
            "sens": "mieux",
        },
        {"code": "2.1b", "texte": "Évaluer", "mesure": "1 sur 9", "avant": "Satisfait", "maintenant": "Engagé", "sens": ""},
    ],
    "sections": [
        {
            "titre": "Actions",
            "chiffres": [{"libelle": "Faites", "dit": "3 sur 4"}],
            "lignes": [{"texte": "Afficher", "detail": "En retard"}],
            "vide": "Rien.",
        },
        {"titre": "Enquêtes", "chiffres": [], "lignes": [], "vide": "Aucune enquête."},
    ],
}
RAPPORT = {
    "structure": CHEZ,
    "etabli_le": "2026-03-01",
    "titre": "Audit interne",
    "edition": "Octobre 2004",
    "mene_le": "2026-02-03",
    "auditeur": "Dir Trois",
    "structure_auditrice": "Ailleurs",
    "audite": "Cip Un",
    "synthese": "En progrès",
    "natures": [
        {"libelle": "Forces", "constats": [{"point": "2.1a", "texte": "Accueil soigné"}]},
        {"libelle": "Écarts", "constats": []},
    ],
    "chapitres": [
        {
            "titre": "2.1 Accueil",
            "specifications": [
                {
                    "code": "2.1a",
                    "texte": "Accueillir",
                    "verdict": "Satisfait",
                    "mesures": [{"libelle": "Délai tenu", "mesure": "9 sur 9", "regle": "Tous.", "lectures": ["Faut-il ? Oui."]}],
                    "rien": False,
                    "constats": [{"nature": "Force", "point": "2.1a", "texte": "Accueil soigné"}],
                },
                {"code": "2.1b", "texte": "Évaluer", "verdict": "Insuffisant", "mesures": [], "rien": True, "constats": []},
            ],
        }
    ],
}
AFFICHE = {"structure": CHEZ, "titre": "Un mot ?", "phrases": ["Dites-le.", "Visez.", "Ou par téléphone."], "adresse": "ici.fr/r"}
AFFICHE["qr"] = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
SIGNES = "zoé martin | date et signature | la structure : ici | date et signature"
DIT = {
    "parcours/typst/engagement.typ": (
        ENGAGEMENT,
        f"{ETABLI} notre engagement | pour zoé martin",
        "découverte. voir un métier. | commence le 3 février 2026. nous ferons le point ensemble le 4 mai 2026.",
        "ce que vous demandez | un permis",
        "objectif 1 : conduire | la structure : payer (caisse) | pour le 5 avril 2026. comment on saura : au reçu.",
        "la personne : venir",
        "objectif 2 : lire | les moyens restent à dire.",
        "pour tout l’engagement | le client : prêter | pour le 6 avril 2026.",
        "cet engagement est réciproque",
        "votre interlocuteur ou interlocutrice : cip un.",
        SIGNES,
    ),
    "parcours/typst/bilan.typ": (
        BILAN,
        f"{ETABLI} notre bilan | pour zoé martin",
        "entretien de bilan du 1er mars 2026. engagement : découverte. | la suite : prolonger, pour le 7 juin 2026.",
        "ce que nous nous étions fixé | conduire : atteint | permis eu",
        "ce qui s’est fait | 12 h au jardin | atelier fait",
        "retenu | elle conduit",
        "trajectoire socioprofessionnelle : carrière stable.",
        "votre interlocuteur ou interlocutrice : cip un.",
        SIGNES,
    ),
    "parcours/typst/liaison.typ": (
        LIAISON,
        f"{ETABLI} fiche de liaison | zoé martin travaille chez vous",
        "qui | zoé martin | où | jardin | poste | agent | période | depuis le 3 février 2026, jusqu’au 5 avril 2026",
        "heures prévues | 20 h par mois | horaires, lieu, consignes | le matin",
        "l’objectif | tenir",
        "ce que vous y apportez | prêter, pour le 6 avril 2026 | former |",
        "ce que vous pourrez constater | tailler | semer",
    ),
    "parcours/typst/demande.typ": (
        DEMANDE,
        f"{ETABLI} fiche de liaison | destinataire : mission | ode",
        "au sujet de zoé martin, que nous accompagnons. merci de nous répondre avant le 5 avril 2026.",
        "ce que nous vous demandons | un logement | votre réponse",
        "à retourner à cip un (ici).",
    ),
    "parcours/typst/attestation.typ": (
        ATTESTATION,
        f"{ETABLI} attestation de compétences | ici atteste, pour zoé martin, ce qui suit.",
        "compétences constatées au travail | agent (rome k1304)",
        "compétence | niveau | constaté par | le | tailler | en autonomie | mad deux | 3 février 2026",
        "travail accompli | poste | où | période | heures | agent | jardin | du 2 janvier 2026 au 4 février 2026 | 12 h",
        "aide | serre | depuis le 5 février 2026 | 7 h",
        "formations et certificats | formation | certificat obtenu | date | heures",
        "caces | caces 1a | du 2 janvier 2025 au 3 janvier 2025 | 35 h",
        "secours | psc1 | 4 février 2025 |",
        "la structure : ici | date et signature",
    ),
    "regulation/typst/compte_rendu.typ": (
        REGULATION,
        f"{ETABLI} régulation pédagogique | date | 3 février 2026 | lieu | salle a | animée par | dir trois",
        "étaient là | cip un, mad deux | ce que l’équipe retient | bien",
        "décisions | pour | quoi | qui | pour le | zoé martin | appeler | cip un | 5 avril 2026",
        "points de l’ordre du jour | zoé martin · sans objectif | on en a parlé",
        "le planning | on n’en a pas parlé.",
    ),
    "certification/typst/reunion.typ": (
        REUNION,
        f"{ETABLI} la revue | tenue le | 3 février 2026 | période regardée | du 4 février 2025 au 2 février 2026",
        "étaient là | cip un | ce que l’on en retient | continuer",
        "décisions | quoi | effet attendu | qui | pour le | afficher | savoir | dir trois | 5 avril 2026",
        "ce qui s’est dit | tout relu | où en est la structure, au 5 février 2026",
        "octobre 2004. verdicts au 4 février 2025, puis au 5 février 2026. insuffisantes : 1 sur 2.",
        "réf. | spécification | mesure | le 4 février 2025 | le 5 février 2026",
        "2.1a | accueillir | 9 sur 9 | insuffisant | satisfait | mieux |",
        "2.1b | évaluer | 1 sur 9 | satisfait | engagé | actions",
        "faites | 3 sur 4 | quoi | où l’on en est | afficher | en retard",
        "enquêtes | aucune enquête.",
    ),
    "certification/typst/rapport_audit.typ": (
        RAPPORT,
        f"{ETABLI} audit interne | référentiel | octobre 2004 | mené le | 3 février 2026",
        "qui audite | dir trois, ailleurs | qui en répond | cip un | ce que l’on en retient | en progrès",
        "forces | point | constat | 2.1a | accueil soigné | écarts | rien à signaler.",
        "spécification par spécification | 2.1 accueil | 2.1a accueillir · satisfait",
        "délai tenu : 9 sur 9 · tous. · lecture : faut-il ? oui. | force, 2.1a : accueil soigné",
        "2.1b évaluer · insuffisant",
        "rien à signaler.",
    ),
    L_AFFICHE: (AFFICHE, "ici | un mot ? | dites-le. | visez. | ici.fr/r | ou par téléphone."),
}


def verifier(texte: str, phrases: tuple[str, ...]) -> None:
    """Chaque phrase s'y lit, après celle d'avant."""
    rang = 0
    for phrase in phrases:
        trouvee = texte.find(phrase, rang)
        assert trouvee >= 0, f"{phrase!r} ne se lit pas dans {texte[rang:]!r}"
        rang = trouvee + len(phrase)


@pytest.mark.parametrize("gabarit", DIT)
def test_chaque_document_dit_chaque_chose_sous_son_libelle_et_dans_l_ordre(gabarit):
    donnees, *phrases = DIT[gabarit]
    verifier(lire(gabarit, donnees), phrases)


@pytest.mark.parametrize("gabarit", ["parcours/typst/engagement.typ", "parcours/typst/bilan.typ"])
def test_signe_par_la_personne_un_document_ne_l_est_pas_par_la_structure(gabarit):
    texte = lire(gabarit, DIT[gabarit][0] | {"signee_le": "2026-03-02T10:00:00"})
    assert texte.endswith("zoé martin | signé le 2 mars 2026 | la structure : ici | date et signature")


@pytest.mark.parametrize(
    "gabarit, champs, dit, tu",
    [
        ("parcours/typst/engagement.typ", {"projet": True}, "projet d’engagement | pour", "notre engagement"),
        ("parcours/typst/engagement.typ", {"bilan_le": "", "demande": ""}, "commence le 3 février", "le point|vous demandez"),
        ("parcours/typst/bilan.typ", {"faits": [], "trajectoire": ""}, "conduire : atteint", "ce qui s’est fait|trajectoire"),
        ("parcours/typst/bilan.typ", {"statut_social": "Précaire"}, "carrière stable, statut social précaire.", "non dit"),
        ("parcours/typst/bilan.typ", {}, "trajectoire socioprofessionnelle : carrière stable.", "statut social"),
        ("parcours/typst/liaison.typ", {"au": None, "objectif": ""}, "depuis le 3 février 2026 |", "jusqu’au"),
        ("parcours/typst/liaison.typ", {"en_atelier": True}, "zoé martin travaille pour vous dans", "chez vous"),
        ("parcours/typst/liaison.typ", {"objectif": ""}, "l’objectif | il se décidera avec la personne.", "tenir"),
        ("parcours/typst/demande.typ", {"reponse_avant": None, "par": ""}, "à la structure : ici.", "répondre avant|cip un"),
        ("parcours/typst/attestation.typ", {"postes": [], "formations": []}, "travail accompli", "constaté|certificat"),
        ("regulation/typst/compte_rendu.typ", {"points": POINTS[1:]}, "décisions | aucune décision.", "pour le"),
        ("certification/typst/reunion.typ", {"tenue": False}, "prévue le | 3 février 2026", "tenue le|tout relu|continuer"),
        ("certification/typst/reunion.typ", {"decisions": []}, "décisions | aucune décision.", "effet attendu"),
        ("certification/typst/reunion.typ", {"conclusions": ""}, "rien de plus que les décisions.", "continuer"),
        ("certification/typst/reunion.typ", {"specifications": []}, "le référentiel ne juge pas", "verdicts au"),
        ("certification/typst/rapport_audit.typ", {"structure_auditrice": ""}, "qui audite | dir trois | qui", "ailleurs"),
    ],
)
def test_ce_qui_n_est_pas_ne_se_dit_pas(gabarit, champs, dit, tu):
    texte = lire(gabarit, DIT[gabarit][0] | champs)
    assert dit in texte and not [mot for mot in tu.split("|") if mot in texte.replace(" | ", " ")]
