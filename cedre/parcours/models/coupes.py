"""Ce qui range les personnes, et tout fait d'un dossier : sexe, âge au jour, engagement, contrat, qui l'a adressée (OBS-1)."""

from datetime import date
from functools import partial

from dateutil.relativedelta import relativedelta
from django.db.models import Case, CharField, Expression, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from cedre.parcours.models.contrat import Contrat
from cedre.parcours.models.engagement import Engagement
from cedre.parcours.models.situation import NON_DIT, dit_alors

TRANCHES_D_AGE = ((26, "Moins de 26 ans"), (50, "De 26 à 49 ans"))
LES_AUTRES = "50 ans et plus"


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
    "prescripteur": partial(dit_alors, "prescripteur"),
    "niveau de formation": partial(dit_alors, "niveau_formation"),
    "durée de chômage": partial(dit_alors, "duree_chomage"),
    "prestation": partial(dit_alors, "prestations"),
}
