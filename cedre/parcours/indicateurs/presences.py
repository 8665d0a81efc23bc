"""Combien de temps on attend un accueil (ACC-1), et qui était aux actions de l'offre (INS-5)."""

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Least

from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.grandeurs import MEDIANE, Grandeur, JoursEntre
from cedre.core.indicateurs import Exemple, Indicateur, Sens
from cedre.core.periodes import Periode, douze_mois_finis_le
from cedre.parcours.indicateurs.coupes import en_mots
from cedre.parcours.models import ActionAssociee, Contact, Entretien, Information

PRESENCES = (
    (UN_JOUR - UN_AN, "faite"),
    (0, "absente"),
    (-20, "excusee"),
    (-20, "prevue"),
    (-UN_AN, "faite"),
    (1, "faite"),
)

presence_aux_actions = Indicateur(
    code="presence_aux_actions",
    libelle="Présence aux actions",
    definition=(
        "Actions de l’offre, d’une personne, datées de la période et dont la présence est notée : celles où elle était, parmi "
        "celles où elle était, absente ou excusée. Une présence se date du premier jour de l’action."
    ),
    unite="présences notées",
    limites="Être là ne dit pas ce que l’action a apporté ; les présences jamais notées n’y sont pas.",
    source="Cadre commun, actions de l’offre d’insertion (INS-5, OBS-1)",
    population=lambda periode: (
        ActionAssociee.objects.nominatifs()
        .exclude(etat=ActionAssociee.Etat.PREVUE)
        .filter(**periode.dans())
        .filter(le__lte=periode.le)
    ),
    critere=lambda actions, periode: actions.faites(),
    periode=douze_mois_finis_le,
    coupes={"action": lambda periode: F("offre__intitule")},
    constat=True,
    exemple=Exemple(
        sujets=tuple(
            {"phase": "parcours", "actions": [{"le": le, "etat": etat, "offre": {"intitule": "Atelier CV"}}]}
            for le, etat in PRESENCES
        ),
        total=3,
        atteint=1,
        lus=((1, 1), (1, 0), (1, 0), (0, 0), (0, 0), (0, 0)),
    ),
)


def _accueillie_le(periode: Periode) -> Coalesce:
    """Le premier entretien réalisé, ou la première présence en information, à partir du contact."""
    accueils = (
        Entretien.objects.filter(etat=Entretien.Etat.REALISE),
        Information.objects.filter(presence=Information.Presence.PRESENTE),
    )
    ensuite = {"personne": OuterRef("personne"), "le__gte": OuterRef("le"), "le__lte": periode.le}
    entretien, information = (Subquery(a.filter(**ensuite).order_by("le").values("le")[:1]) for a in accueils)
    return Coalesce(Least(entretien, information), entretien, information)


delai_d_accueil = Indicateur(
    code="delai_d_accueil",
    libelle="Délai jusqu’à l’accueil",
    definition=(
        "Jours, de chaque premier contact de la période à l’entretien réalisé ou à la présence en information qui l’a suivi, ce "
        "jour-là compris ; hors contacts que rien n’avait suivi le jour où l’on regarde."
    ),
    unite="jours",
    limites="La médiane cache les plus longues attentes, et qui n’a jamais été reçu n’y est pas.",
    sens=Sens.BAS,
    source="Référentiel d’octobre 2004, § 2.1 a (ACC-1, OBS-1)",
    population=lambda periode: (
        Contact.objects.nominatifs()
        .filter(**periode.dans())
        .annotate(accueillie_le=_accueillie_le(periode))
        .filter(accueillie_le__isnull=False)
    ),
    grandeur=Grandeur(lambda periode: JoursEntre("le", "accueillie_le"), MEDIANE),
    periode=douze_mois_finis_le,
    coupes={"canal": lambda periode: en_mots("canal", Contact.Canal)},
    constat=True,
    exemple=Exemple(
        sujets=(
            {"contacts": [{"le": UN_JOUR - UN_AN}], "informations": [{"le": 5 * UN_JOUR - UN_AN, "presence": "presente"}]},
            {
                "contacts": [{"le": -40}],
                "entretiens": [{"le": -20, "etat": "realise", "issue": "autre_rencontre"}],
                "informations": [{"le": -31, "presence": "presente"}, {"le": -50, "presence": "presente"}],
            },
            {"contacts": [{"le": -30}], "informations": [{"le": 0, "presence": "presente"}]},
            {"contacts": [{"le": -30}], "informations": [{"le": -30, "presence": "presente"}]},
            {"contacts": [{"le": -30}], "informations": [{"le": 1, "presence": "presente"}, {"le": -9, "presence": "absente"}]},
            {"contacts": [{"le": -UN_AN}], "informations": [{"le": -300, "presence": "presente"}]},
        ),
        total=4,
        atteint=4,
        lus=((1, 4), (1, 9), (1, 30), (1, 0), (0, 0), (0, 0)),
    ),
)
