"""L'équipe permanente, ses heures et ses ETP (OBS-1, nomenclatures §4) ; le rapport de l'année close (OBS-2, § 2.5)."""

from datetime import date

from dateutil.relativedelta import relativedelta
from django.db.models import Case, CharField, Exists, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from cedre.comptes.appartenance import type_ce_jour
from cedre.comptes.models import Organisation
from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.grandeurs import SOMME_DE_PARTS, Grandeur, en_milliardiemes
from cedre.core.indicateurs import Exemple, Indicateur, Jour, Sens
from cedre.core.periodes import Periode, douze_mois_finis_le
from cedre.observatoire.models import AnnexeFinanciere, HeuresDePermanents, Rapport

Sorte = HeuresDePermanents.Sorte
ENTIERES = "Un mois, ou une année, se compte s’il tient entier dans la période, et s’il est fini le jour où l’on regarde."


def _notees(periode: Periode) -> QuerySet:
    return HeuresDePermanents.objects.filter(du__gte=periode.du, au__lte=periode.dernier_jour)


def _avec_reference(periode: Periode) -> QuerySet:
    """De même, chacune avec ce que vaut un ETP à son dernier jour : heures_etp."""
    annexes = AnnexeFinanciere.objects.en_vigueur(OuterRef("au")).filter(organisation=OuterRef("organisation"))
    dites = annexes.disant("heures_etp", OuterRef(OuterRef("au"))).order_by("-du", "-pk").values("dit")
    du_type = dites.filter(type_siae=OuterRef("type_ce_jour"))
    lignes = _notees(periode).annotate(type_ce_jour=type_ce_jour(OuterRef("au"), "organisation__"))
    return lignes.annotate(heures_etp=Coalesce(Subquery(du_type[:1]), Subquery(dites[:1]))).filter(heures_etp__isnull=False)


def _sorte(periode: Periode) -> Case:
    return Case(*[When(sorte=s.value, then=Value(s.label)) for s in Sorte], default=Value(""), output_field=CharField())


def _mois(du: Jour, au: Jour, heures: float, sorte: str = Sorte.ACCOMPAGNEMENT, **faits) -> dict:
    return {"sorte": sorte, "du": du, "au": au, "heures": heures} | faits


def _annexe(du: int, au: int, type_siae: str, heures_etp: int) -> dict:
    return {"numero": f"{type_siae} {heures_etp}", "type_siae": type_siae, "du": du, "au": au, "heures_etp": heures_etp, "etp": 5}


DES_PERMANENTS = {
    "source": "Agence de services et de paiement, bilan annuel : personnel permanent (OBS-1)",
    "periode": douze_mois_finis_le,
    "coupes": {"sorte de personnel": _sorte},
    "sens": Sens.AUCUN,
    "constat": True,
}

heures_des_permanents = Indicateur(
    code="heures_des_permanents",
    libelle="Heures de l’équipe permanente",
    definition=(
        "Heures de l’équipe permanente, par sorte de personnel (accompagnement socioprofessionnel, encadrement technique, "
        f"direction, administratif et autres). {ENTIERES}"
    ),
    unite="heures",
    limites="Une heure y est rangée dans une seule sorte, même si elle en sert deux.",
    population=_notees,
    grandeur=Grandeur(lambda periode: F("heures")),
    exemple=Exemple(
        sujets=(
            _mois(UN_JOUR - UN_AN, -330, 120.5),
            _mois(-30, 0, 140, Sorte.ENCADREMENT),
            _mois(-UN_AN, -330, 100),
            _mois(-29, 1, 100),
        ),
        total=2,
        atteint=260.5,
        lus=((1, 120.5), (1, 140), (0, 0), (0, 0)),
    ),
    **DES_PERMANENTS,
)

etp_des_permanents = Indicateur(
    code="etp_des_permanents",
    libelle="Équivalents temps plein de l’équipe permanente",
    definition=(
        "Heures de l’équipe permanente, chacune divisée par les heures d’un ETP que convient, leur dernier jour, l’annexe "
        "financière en vigueur : celle du type de la structure ce jour-là d’abord, puis la dernière commencée. Ce qu’aucune "
        f"annexe ne couvre ne se compte pas. {ENTIERES}"
    ),
    unite="ETP",
    limites="Les heures d’un ETP sont celles de l’annexe, non celles que l’équipe doit par contrat.",
    population=_avec_reference,
    grandeur=Grandeur(lambda periode: en_milliardiemes("heures", "heures_etp"), SOMME_DE_PARTS),
    exemple=Exemple(
        sujets=(
            _mois(-60, -31, 455, annexes=[_annexe(-60, 0, "ACI", 1820), _annexe(-50, 0, "EI", 1505)]),
            _mois(-30, 0, 910, Sorte.DIRECTION),
            _mois(-90, -61, 1820),
            _mois(-29, 1, 1820),
        ),
        total=2,
        atteint=0.75,
        type_siae="ACI",
        lus=((1, 0.25), (1, 0.5), (0, 0), (0, 0)),
    ),
    si_rien="heures de référence non paramétrées",
    version=2,
    **DES_PERMANENTS,
)

JANVIER, DECEMBRE = relativedelta(month=1, day=1) - UN_AN, relativedelta(month=12, day=31) - UN_AN


def _rendu(structures: QuerySet, le: date, jour: str) -> QuerySet:
    """Celles dont un rapport, dans un cadre commun au réseau, couvre l'année close, et a été publié, ou transmis, à ce jour."""
    siens = Rapport.objects.dans_un_cadre_commun().filter(organisation=OuterRef("pk"), **{f"{jour}__lte": le})
    return structures.filter(Exists(siens.filter(du__lte=le + JANVIER, au__gte=le + DECEMBRE)))


def _rapport(publie_le: Jour | None, transmis_le: Jour | None = None, du: Jour = JANVIER, cadre: str = "cedre-2026") -> dict:
    etat = Rapport.Etat.TRANSMIS if transmis_le is not None else Rapport.Etat.PUBLIE
    dit = {"publie_le": publie_le, "transmis_le": transmis_le, "etat": etat if publie_le is not None else Rapport.Etat.BROUILLON}
    return {"rapports": [{"cadre": cadre, "du": du, "au": DECEMBRE} | dit]}


DU_RAPPORT = {
    "unite": "structure",
    "population": lambda le: Organisation.objects.structures(),
    "garde_depuis": "observatoire.0009_rapports",
}

rapport_publie = Indicateur(
    code="rapport_publie",
    libelle="Rapport d’activité de l’année close, publié",
    definition=(
        "Structures qui ont publié, au plus tard ce jour-là, un rapport d’activité couvrant toute l’année civile d’avant, dans "
        "le cadre du réseau ou celui de la fédération."
    ),
    limites="Il ne dit ni ce que le rapport contient, ni qui l’a lu.",
    source="Référentiel d’octobre 2004, § 2.5 a (OBS-2)",
    critere=lambda structures, le: _rendu(structures, le, "publie_le"),
    exemple=Exemple(
        sujets=(
            _rapport(0),
            _rapport(1),
            _rapport(None),
            _rapport(0, du=JANVIER + UN_JOUR),
            _rapport(0, cadre="asp-bilan"),
            {},
        ),
        total=6,
        atteint=1,
        lus=((1, 1), (1, 0), (1, 0), (1, 0), (1, 0), (1, 0)),
    ),
    **DU_RAPPORT,
)

rapport_transmis = Indicateur(
    code="rapport_transmis",
    libelle="Rapport d’activité de l’année close, transmis",
    definition=(
        "Structures qui ont transmis à l’association régionale, au plus tard ce jour-là, un rapport d’activité couvrant toute "
        "l’année civile d’avant, dans le cadre du réseau ou celui de la fédération."
    ),
    limites="Il ne dit pas si l’association régionale l’a reçu, ni ce qu’elle en a fait.",
    source="Référentiel d’octobre 2004, § 2.5 b (OBS-3)",
    critere=lambda structures, le: _rendu(structures, le, "transmis_le"),
    exemple=Exemple(
        sujets=(_rapport(-9, 0), _rapport(-9, 1), _rapport(-9), _rapport(0, 0, du=JANVIER + UN_JOUR), {}),
        total=5,
        atteint=1,
        lus=((1, 1), (1, 0), (1, 0), (1, 0), (1, 0)),
    ),
    **DU_RAPPORT,
)
