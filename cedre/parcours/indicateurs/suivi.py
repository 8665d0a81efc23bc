"""Le suivi a minima : chaque règle de la page du jour est un indicateur, avec son exemple (ACC-6, § 2.1 d).

La population et le critère sont ceux de la règle (parcours.models.suivi) ; ici, ses mots et son exemple.
"""

from cedre.core.indicateurs import Exemple, Indicateur
from cedre.parcours.models import Manque, Personne

SOURCE = "Référentiel d’octobre 2004, § 2.1 d (ACC-6)"
AU_TRAVAIL = {"phase": "parcours", "contrats": [{"debut": -200, "fin_prevue": 200}]}
POSE = {"cree_le": -100}
OBJECTIF = [{"libelle": "Passer le permis"}]


def _engagement(*, bilans=(), remises=(), debut=-100, objectifs=OBJECTIF) -> dict:
    faits = {"objectifs": objectifs, "bilans": [POSE | bilan for bilan in bilans], "remises": [*remises]}
    return {"engagements": [{"etat": "en_cours", "debut": debut, **faits}]}


def _regle(
    manque: Manque,
    *,
    libelle: str,
    definition: str,
    unite: str,
    remede: str,
    bien: dict,
    mal: tuple | dict,
    hors: dict | None = None,
) -> Indicateur:
    """L'indicateur d'une règle. bien : un cas qui satisfait ; mal : un ou deux qui non ; hors : un qui n'est pas compté.

    remede : la page où cela se corrige d'une personne ; son dossier quand le geste y part d'un bouton.
    """
    comptes = (bien, mal) if isinstance(mal, dict) else (bien, *mal)
    return Indicateur(
        code=f"suivi_{manque.value}",
        libelle=libelle,
        definition=definition,
        unite=unite,
        source=SOURCE,
        population=lambda le: Personne.objects.concernees_par(manque, le),
        critere=lambda personnes, le: personnes.en_regle(manque, le),
        remede=f"parcours:{remede}",
        exemple=Exemple(sujets=(*comptes, hors) if hors else comptes, total=len(comptes), atteint=1),
    )


sans_objectif = _regle(
    Manque.SANS_OBJECTIF,
    libelle="Au travail avec un objectif",
    definition="Personnes sous contrat ce jour-là dont un engagement en cours dit au moins un objectif.",
    unite="salariés en parcours",
    remede="personne",
    bien=AU_TRAVAIL | _engagement(),
    mal=AU_TRAVAIL | _engagement(objectifs=[]),
    hors={"phase": "parcours", "contrats": [{"debut": -200, "fin_prevue": -1}]},
)
sans_echeance = _regle(
    Manque.SANS_ECHEANCE,
    libelle="Engagement avec une échéance",
    definition="Personnes sous contrat, engagées sur un objectif, qui ont un entretien de bilan à l’agenda.",
    unite="salariés engagés",
    remede="bilan_prevoir",
    bien=AU_TRAVAIL | _engagement(bilans=[{"le": 10}]),
    mal=AU_TRAVAIL | _engagement(bilans=[{"le": -10, "etat": "clos", "suite": "prolonger", "suite_le": 80, "clos_le": -10}]),
    hors=AU_TRAVAIL | _engagement(objectifs=[]),
)
bilan_depasse = _regle(
    Manque.BILAN_DEPASSE,
    libelle="Bilan tenu à l’échéance",
    definition="Personnes qui ont un entretien de bilan à l’agenda, dont aucun n’est passé sans être clos.",
    unite="personnes avec un bilan prévu",
    remede="personne",
    bien=AU_TRAVAIL | _engagement(bilans=[{"le": 0}]),
    mal=AU_TRAVAIL | _engagement(bilans=[{"le": -1}]),
    hors=AU_TRAVAIL | _engagement(bilans=[{"le": -1, "etat": "annule", "annule_le": -1}]),
)
bilan_proche = _regle(
    Manque.BILAN_PROCHE,
    libelle="Pas de bilan à préparer bientôt",
    definition="Personnes qui ont un entretien de bilan à l’agenda, au-delà du délai où la structure le prépare.",
    unite="personnes avec un bilan prévu",
    remede="personne",
    bien=AU_TRAVAIL | _engagement(bilans=[{"le": 15}]),
    mal=AU_TRAVAIL | _engagement(bilans=[{"le": 14}]),
)
sans_contact = _regle(
    Manque.SANS_CONTACT,
    libelle="On s’est parlé",
    definition="Personnes sous contrat que l’on a rencontrées, ou embauchées, dans le délai que la structure s’est donné.",
    unite="salariés en parcours",
    remede="echange",
    bien=AU_TRAVAIL | {"echanges": [{"le": -29, "texte": "Appel"}]},
    mal=AU_TRAVAIL | {"echanges": [{"le": -30, "texte": "Appel"}]},
)
fin_contrat = _regle(
    Manque.FIN_CONTRAT,
    libelle="Contrat loin de sa fin, ou suivi d’un autre",
    definition="Personnes sous contrat dont aucun contrat sans suite ne finit dans le délai d’alerte de la structure.",
    unite="salariés en parcours",
    remede="contrats",
    bien={"phase": "parcours", "contrats": [{"debut": -90, "fin_prevue": 20}, {"debut": 21, "fin_prevue": 31}]},
    mal=(
        {"phase": "parcours", "contrats": [{"debut": -90, "fin_prevue": 30}]},
        {"phase": "parcours", "contrats": [{"debut": -90, "fin_prevue": 0}]},
    ),
    hors={"phase": "parcours", "contrats": [{"debut": -90, "fin_prevue": -1}]},
)
fin_pass = _regle(
    Manque.FIN_PASS,
    libelle="PASS IAE loin de sa fin",
    definition="Personnes sous contrat dont un PASS IAE va au-delà du délai d’alerte de la structure.",
    unite="salariés dont le PASS IAE est connu",
    remede="contrats",
    bien=AU_TRAVAIL | {"pass_iae": [{"debut": -600, "fin": 91}]},
    mal=AU_TRAVAIL | {"pass_iae": [{"debut": -640, "fin": 90}]},
    hors=AU_TRAVAIL,
)
sans_heures = _regle(
    Manque.SANS_HEURES,
    libelle="Sous contrat avec des heures",
    definition="Personnes dont un contrat non suspendu a commencé avant le délai de la structure, et qui ont des heures depuis.",
    unite="salariés au travail",
    remede="personne",
    bien=AU_TRAVAIL | {"mises_en_situation": [{"du": -100, "atelier": "Jardin", "heures": [{"le": -27, "heures": 7}]}]},
    mal=AU_TRAVAIL | {"mises_en_situation": [{"du": -100, "atelier": "Jardin", "heures": [{"le": -28, "heures": 7}]}]},
    hors={"phase": "parcours", "contrats": [{"debut": -200, "suspensions": [{"du": -60}]}]},
)
engagement_non_remis = _regle(
    Manque.ENGAGEMENT_NON_REMIS,
    libelle="Engagement remis dans le délai",
    definition="Personnes dont l’engagement court depuis plus que le délai de remise de la structure, et leur a été remis.",
    unite="personnes engagées",
    remede="personne",
    bien=AU_TRAVAIL | _engagement(debut=-7, remises=[{"le": 0, "contenu": {}}]),
    mal=AU_TRAVAIL | _engagement(debut=-7),
    hors=AU_TRAVAIL | _engagement(debut=-6),
)
sortie_non_documentee = _regle(
    Manque.SORTIE_NON_DOCUMENTEE,
    libelle="Contrat fini, sortie dite",
    definition="Personnes en parcours dont un contrat est fini depuis plus que le délai de la structure, et qui en ont un autre.",
    unite="personnes en parcours",
    remede="sortie",
    bien={"phase": "parcours", "contrats": [{"debut": -300, "fin_prevue": -100}, {"debut": -99, "fin_prevue": -15}]},
    mal={"phase": "parcours", "contrats": [{"debut": -300, "fin_prevue": -16}]},
    hors={"phase": "sortie", "contrats": [{"debut": -300, "fin_prevue": -16}]},
)
suivi_sortie = _regle(
    Manque.SUIVI_SORTIE,
    libelle="Nouvelles prises après la sortie",
    definition="Personnes sorties, et non revenues, dont le jour de prendre des nouvelles est venu, et qui en ont donné.",
    unite="personnes sorties",
    remede="personne",
    bien={"phase": "sortie", "sorties": [{"le": -100, "suivis": [{"mois": 3, "prevu_le": -10, "fait_le": 0}]}]},
    mal={"phase": "sortie", "sorties": [{"le": -92, "suivis": [{"mois": 3, "prevu_le": 0}]}]},
    hors=AU_TRAVAIL | {"sorties": [{"le": -220, "suivis": [{"mois": 3, "prevu_le": -130}]}]},
)
prochaine_date = _regle(
    Manque.SANS_PROCHAINE_DATE,
    libelle="Personnes avec une date à l’agenda",
    definition="Personnes en accueil que l’on attend à une date : entretien, information collective, bilan, séance ou action.",
    unite="personnes en accueil",
    remede="entretien_prevoir",
    bien={"phase": "accueil", "entretiens": [{"le": 0, "etat": "prevu"}]},
    mal={"phase": "accueil", "entretiens": [{"le": -1, "etat": "prevu"}]},
    hors={"phase": "reorientee"},
)
delai_depasse = _regle(
    Manque.DELAI_DEPASSE,
    libelle="Attente dans le délai annoncé",
    definition="Personnes qui attendent d’être reçues, à qui un délai a été annoncé, et dont l’échéance n’est pas passée.",
    unite="personnes qui attendent",
    remede="entretien_prevoir",
    bien={"phase": "accueil", "contacts": [{"le": -10, "delai_annonce": 10}]},
    mal={"phase": "accueil", "contacts": [{"le": -11, "delai_annonce": 10}]},
    hors={"phase": "accueil", "contacts": [{"le": -11}]},
)
delai_non_annonce = _regle(
    Manque.DELAI_NON_ANNONCE,
    libelle="Attente avec un délai annoncé",
    definition="Personnes qui attendent d’être reçues et à qui un délai a été annoncé à leur dernière demande.",
    unite="personnes qui attendent",
    remede="entretien_prevoir",
    bien={"phase": "accueil", "contacts": [{"le": -10, "delai_annonce": 10}]},
    mal={"phase": "accueil", "contacts": [{"le": -10}]},
    hors={
        "phase": "accueil",
        "contacts": [{"le": -10}],
        "entretiens": [{"le": -2, "etat": "realise", "issue": "autre_rencontre"}],
    },
)
statut_dit = _regle(
    Manque.STATUT_INEXPLIQUE,
    libelle="Statut de salarié expliqué, à ce jour",
    definition="Personnes en pré-embauche ou en parcours à qui le statut de salarié et ses conséquences ont été expliqués.",
    unite="personnes en pré-embauche ou en parcours",
    remede="information",
    bien={"phase": "pre_embauche", "informations": [{"le": 0, "presence": "presente", "statut_explique": True}]},
    mal={"phase": "parcours", "informations": [{"le": 0, "presence": "presente", "offre_presentee": True}]},
    hors={"phase": "accueil"},
)
situation_evaluee = _regle(
    Manque.SANS_EVALUATION,
    libelle="Situation évaluée ensemble, à ce jour",
    definition="Personnes en pré-embauche ou en parcours dont une évaluation conjointe a été validée.",
    unite="personnes en pré-embauche ou en parcours",
    remede="personne",
    bien={"phase": "parcours", "evaluations": [{"le": -12, "trajectoire": "instable", "validee_le": -12}]},
    mal={"phase": "pre_embauche", "evaluations": [{"le": -12, "trajectoire": "instable"}]},
    hors={"phase": "accueil"},
)
joignable = _regle(
    Manque.INJOIGNABLE,
    libelle="Personnes joignables",
    definition="Personnes dont le dossier est ouvert et dont on a un téléphone ou un courriel.",
    unite="dossiers ouverts",
    remede="personne_modifier",
    bien={"phase": "accueil", "telephone": "01 99 00 00 01"},
    mal={"phase": "parcours"},
    hors={"phase": "sortie"},
)
sans_referent = _regle(
    Manque.SANS_REFERENT,
    libelle="Personnes suivies par quelqu’un de l’équipe",
    definition="Personnes dont le dossier est ouvert et dont la personne référente est encore habilitée dans la structure.",
    unite="dossiers ouverts",
    remede="personne_modifier",
    bien={"phase": "accueil", "referent": "cip"},
    mal={"phase": "parcours"},
    hors={"phase": "sortie"},
)
