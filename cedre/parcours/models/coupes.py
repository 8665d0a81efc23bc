"""Ce qui range les personnes, et tout fait d'un dossier : sexe, âges, engagement, contrat, situation, critères (OBS-1)."""

from collections.abc import Callable
from datetime import date
from functools import partial

from dateutil.relativedelta import relativedelta
from django.db.models import Case, CharField, Expression, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf

from cedre.core.dates import Aaaammjj
from cedre.parcours.models.contrat import Contrat
from cedre.parcours.models.engagement import Engagement
from cedre.parcours.models.situation import NON, NON_DIT, OUI, Activite, dit_alors, dont, selon_alors

TRANCHES_D_AGE = ((26, "Moins de 26 ans"), (50, "De 26 à 49 ans"), (None, "50 ans et plus"))
TRANCHES_DU_FSE = ((18, "Moins de 18 ans"), (30, "De 18 à 29 ans"), (55, "De 30 à 54 ans"), (None, "55 ans et plus"))


def _sexe(personne: str, le: date) -> Expression:
    dits = [When(**{f"{personne}sexe": code}, then=Value(dit)) for code, dit in (("F", "Femme"), ("H", "Homme"))]
    return Case(*dits, default=Value(NON_DIT), output_field=CharField())


def _tranche(tranches: tuple, naissance: str, moins_de: Callable[[int], Q]) -> Case:
    """La première de ces tranches où elle n'a pas encore ces ans. naissance : le champ qui en dit le jour."""
    *jeunes, (_, les_autres) = tranches
    inconnue = When(**{naissance: None}, then=Value(NON_DIT))
    dites = [When(moins_de(ans), then=Value(dit)) for ans, dit in jeunes]
    return Case(inconnue, *dites, default=Value(les_autres), output_field=CharField())


def _age(personne: str, le: date, tranches: tuple = TRANCHES_D_AGE) -> Expression:
    """L'âge en années révolues ce jour-là : qui a 26 ans ce jour n'a plus moins de 26 ans."""
    ne = f"{personne}date_naissance"
    return _tranche(tranches, ne, lambda ans: Q(**{f"{ne}__gt": le - relativedelta(years=ans)}))


def _age_de_l_annee(personne: str, le: date) -> Expression:
    """L'année de ce jour moins celle de la naissance : l'âge de l'agence de paiement."""
    ne = f"{personne}date_naissance"
    return _tranche(TRANCHES_D_AGE, ne, lambda ans: Q(**{f"{ne}__gt": date(le.year - ans, 12, 31)}))


def _age_a_l_embauche(personne: str, le: date) -> Expression:
    """L'âge en années révolues au premier jour du dernier contrat commencé ce jour-là : celui de l'éligibilité."""
    ne, dix_mille = "personne__date_naissance", 10_000  # de deux jours écrits AAAAMMJJ, l'écart sur dix mille est l'âge
    commences = Contrat.objects.filter(personne=OuterRef(OuterRef(f"{personne}pk")), debut__lte=le).order_by("-debut", "-pk")
    dernier = Contrat.objects.filter(pk=Subquery(commences.values("pk")[:1]))  # l'âge ne se calcule que de celui-là
    ages = dernier.order_by().annotate(_ecart=Aaaammjj("debut") - Aaaammjj(ne))
    dit = _tranche(TRANCHES_D_AGE, ne, lambda ans: Q(_ecart__lt=ans * dix_mille))
    return Coalesce(Subquery(ages.values(_dit=dit)), Value(NON_DIT), output_field=CharField())


def _du_dernier(faits: QuerySet, personne: str, terme: str) -> Expression:
    dernier = faits.filter(personne=OuterRef(f"{personne}pk")).order_by("-debut", "-pk").values(f"{terme}__libelle")[:1]
    return Coalesce(Subquery(dernier), Value(NON_DIT), output_field=CharField())


def _engagement(personne: str, le: date) -> Expression:
    return _du_dernier(Engagement.objects.en_cours(le), personne, "type_engagement")


def _contrat(personne: str, le: date) -> Expression:
    return _du_dernier(Contrat.objects.en_cours(le), personne, "nature")


STATUTS = {a.label: Q(statut_entree=a) for a in Activite if a != Activite.CHOMAGE}
STATUTS |= {
    "Au chômage depuis un an et plus": Q(duree_chomage__code__in=("12_23", "24_plus")),
    "Au chômage depuis moins d’un an": Q(duree_chomage__isnull=False),
    "Au chômage, durée non dite": Q(statut_entree=Activite.CHOMAGE),
}


def _du_dossier(champ: str, personne: str, le: date) -> Expression:
    return Coalesce(NullIf(F(f"{personne}{champ}"), Value("")), Value(NON_DIT), output_field=CharField())


# L'adresse d'hier ne se garde pas : ce qu'elle range ne se lit que d'aujourd'hui.
COUPES_DU_JOUR = {"commune": partial(_du_dossier, "commune"), "code postal": partial(_du_dossier, "code_postal")}

# Se compte dans l'équipe ; qui est derrière ne se lit que par qui lit la santé (décision 0039).
COUPES_RESERVEES = frozenset({"RQTH", "AAH"})

COUPES = {
    "sexe": _sexe,
    "âge": _age,
    "âge (année moins année de naissance)": _age_de_l_annee,
    "âge à l’embauche": _age_a_l_embauche,
    "âge (tranches du FSE+)": partial(_age, tranches=TRANCHES_DU_FSE),
    "type d’engagement": _engagement,
    "nature de contrat": _contrat,
    "prescripteur": partial(dit_alors, "prescripteur"),
    "niveau de formation": partial(dit_alors, "niveau_formation"),
    "durée de chômage": partial(dit_alors, "duree_chomage"),
    "statut à l’entrée": partial(selon_alors, STATUTS, NON_DIT),
    "prestation": partial(dit_alors, "prestations"),
    "RSA": partial(selon_alors, dont("prestations", "rsa", "rsa_majore"), NON),
    "ASS": partial(selon_alors, dont("prestations", "ass"), NON),
    "AAH": partial(selon_alors, dont("prestations", "aah"), NON),
    "RQTH": partial(selon_alors, {OUI: Q(rqth=True), NON: Q(rqth=False)}, NON_DIT),
    "QPV": partial(selon_alors, dont("criteres", "qpv"), NON),
    "ZRR": partial(selon_alors, dont("criteres", "zrr"), NON),
}
