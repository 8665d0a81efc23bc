"""Ce qui range les personnes, et tout fait d'un dossier : sexe, âge au jour, engagement, contrat, qui l'a adressée (OBS-1)."""

from datetime import date

from dateutil.relativedelta import relativedelta
from django.db.models import Case, CharField, Expression, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from cedre.parcours.models.contrat import Contrat
from cedre.parcours.models.engagement import Engagement

NON_DIT = "Non dit"
TRANCHES_D_AGE = ((26, "Moins de 26 ans"), (50, "De 26 à 49 ans"))
LES_AUTRES = "50 ans et plus"


def libelle(chemin: str, sinon: str = NON_DIT) -> Expression:
    """Le libellé d'un terme du cadre commun, ou ce que l'on dit quand il n'y en a pas."""
    return Coalesce(F(f"{chemin}__libelle"), Value(sinon), output_field=CharField())


def _sexe(personne: str, le: date) -> Expression:
    dits = [When(**{f"{personne}sexe": code}, then=Value(dit)) for code, dit in (("F", "Femme"), ("H", "Homme"))]
    return Case(*dits, default=Value(NON_DIT), output_field=CharField())


def _age(personne: str, le: date) -> Expression:
    """L'âge en années révolues ce jour-là : qui a 26 ans ce jour n'a plus moins de 26 ans."""
    ne = f"{personne}date_naissance"
    tranches = [When(**{f"{ne}__gt": le - relativedelta(years=ans)}, then=Value(dit)) for ans, dit in TRANCHES_D_AGE]
    inconnue = When(**{ne: None}, then=Value(NON_DIT))
    return Case(inconnue, *tranches, default=Value(LES_AUTRES), output_field=CharField())


def _du_dernier(faits: QuerySet, personne: str, terme: str) -> Expression:
    dernier = faits.filter(personne=OuterRef(f"{personne}pk")).order_by("-debut", "-pk").values(f"{terme}__libelle")[:1]
    return Coalesce(Subquery(dernier), Value(NON_DIT), output_field=CharField())


def _engagement(personne: str, le: date) -> Expression:
    return _du_dernier(Engagement.objects.en_cours(le), personne, "type_engagement")


def _contrat(personne: str, le: date) -> Expression:
    return _du_dernier(Contrat.objects.en_cours(le), personne, "nature")


COUPES = {
    "sexe": _sexe,
    "âge": _age,
    "type d’engagement": _engagement,
    "nature de contrat": _contrat,
    "prescripteur": lambda personne, le: libelle(f"{personne}prescripteur"),
    "niveau de formation": lambda personne, le: libelle(f"{personne}niveau_formation"),
    "durée de chômage": lambda personne, le: libelle(f"{personne}duree_chomage"),
}
