"""Un indicateur est une population et un critère : toute figure, tout manque, tout seuil en est un (architecture §1).

Chaque app déclare les siens dans son module indicateurs.py ; tous() les trouve sans qu'aucune liste soit à tenir.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache, partial
from importlib import import_module
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.apps import apps
from django.core.exceptions import FieldError
from django.db import connection
from django.db.models import CharField, Count, Q, QuerySet, Value
from django.utils.module_loading import module_has_submodule

from cedre.core.conditions import Condition

Jour = int | relativedelta  # celui d'un exemple, compté depuis la date de mesure : des jours, ou des mois civils
UNE_ORGANISATION = -(2**62)  # tient la place de celle que l'on mesure, dans un compte écrit d'avance


class Mesure(NamedTuple):
    """Un compte et de quoi il est le compte : « 7 sur 19 »."""

    total: int
    atteint: int


class Exemple(NamedTuple):
    """Un exemple que le métier peut lire et qu'un essai joue.

    sujets : un dictionnaire par personne, ou par ligne d'une population qui n'en dépend pas ; ses champs et ses faits
    {relation: [champs]} ; un Jour donné à une date se compte depuis la date de mesure. jours : ceux que disent, d'un manque,
    les sujets qui ne satisfont pas.
    """

    sujets: tuple[dict, ...]
    total: int
    atteint: int
    jours: tuple[int | None, ...] = ()


@dataclass(frozen=True, eq=False)
class Indicateur:
    """Une population, un critère, et tout ce qu'il faut pour les lire (OBS-1, CER-3).

    population : fonction de la date vers les lignes à compter, toutes structures ensemble.
    critere : verbe de QuerySet appliqué à ces lignes et à la date, qui garde celles qui satisfont.
    version : à augmenter quand elle ne compte plus de même ; ce qui est déjà figé garde la sienne.
    Ce qui corrige une ligne n'est pas dit ici : un geste dit, sur sa vue, à quels indicateurs il remédie.
    """

    code: str
    libelle: str
    definition: str
    unite: str
    source: str
    population: Callable[[date], QuerySet]
    critere: Callable[[QuerySet, date], QuerySet]
    exemple: Exemple
    version: int = 1

    def lignes(self, le: date) -> QuerySet:
        """Les lignes à compter, toutes structures ensemble."""
        return self.population(le)

    def satisfont(self, lignes: QuerySet, le: date) -> QuerySet:
        """Celles de ces lignes qui satisfont."""
        return self.critere(lignes, le)

    def mesurer(self, organisation, le: date) -> Mesure:
        """La mesure d'une structure, à cette date."""
        lignes = self._siennes(organisation, le)
        return Mesure(**lignes.aggregate(**self._comptes(lignes, le)))

    def compte(self, organisation, le: date) -> QuerySet:
        """La ligne (code, date, total, atteint) de la structure, à unir à d'autres ; aucune ligne si personne n'est à compter."""
        lignes, nom = self._siennes(organisation, le).order_by(), partial(Value, output_field=CharField())
        return lignes.values_list(nom(self.code), nom(le.isoformat())).annotate(**self._comptes(lignes, le))

    def mesurer_par_structure(self, le: date) -> dict[int, Mesure]:
        """Les mesures de toutes les structures qui ont une population, en une requête, par identifiant d'organisation."""
        lignes = self.lignes(le)
        groupes = lignes.order_by().values_list(lignes.model.PARTAGE.organisation).annotate(**self._comptes(lignes, le))
        return {organisation: Mesure(total, atteint) for organisation, total, atteint in groupes}

    def manquants(self, organisation, le: date) -> QuerySet:
        """Les lignes de la structure qui ne satisfont pas : la population moins le critère."""
        lignes = self._siennes(organisation, le)
        return lignes.exclude(pk__in=self.satisfont(lignes, le).order_by().values("pk"))

    def _siennes(self, organisation, le: date) -> QuerySet:
        lignes = self.lignes(le)
        return lignes.filter(**{lignes.model.PARTAGE.organisation: getattr(organisation, "pk", organisation)})

    def _comptes(self, lignes: QuerySet, le: date) -> dict[str, Count]:
        vrai = condition(self, le) or Q(pk__in=self.satisfont(lignes, le).order_by().values("pk"))
        return {"total": Count("pk"), "atteint": Count("pk", filter=vrai)}


@lru_cache(maxsize=2048)
def condition(indicateur: Indicateur, le: date) -> Condition | None:
    """Ce que le critère demande d'une ligne, compté en la lisant ; rien s'il ne se dit pas de la ligne seule (une jointure).

    Chercher qui satisfait parmi toutes les lignes lirait deux fois la population.
    """
    lignes = indicateur.lignes(le)
    try:
        return Condition(indicateur.satisfont(lignes.model._default_manager.all(), le))
    except FieldError:
        return None


def mesurer(indicateurs: list[Indicateur], organisation, le: date) -> dict[str, Mesure]:
    """Les mesures d'une structure à cette date, par code, toutes en une requête."""
    return mesurer_aux_dates(indicateurs, organisation, [le])[le]


def mesurer_aux_dates(indicateurs: list[Indicateur], organisation, dates: list[date]) -> dict[date, dict[str, Mesure]]:
    """Les mêmes mesures à chacune de ces dates, toutes en une requête ; rien à lire s'il n'y a aucun indicateur."""
    mesures = {le: {indicateur.code: Mesure(0, 0) for indicateur in indicateurs} for le in dates}
    ecrits = [_compte_ecrit(indicateur, le) for le in dates for indicateur in indicateurs]
    if ecrits:
        celle = getattr(organisation, "pk", organisation)
        valeurs = [celle if valeur == UNE_ORGANISATION else valeur for _, parametres in ecrits for valeur in parametres]
        with connection.cursor() as curseur:
            curseur.execute(" UNION ALL ".join(texte for texte, _ in ecrits), valeurs)
            for code, jour, total, atteint in curseur.fetchall():
                mesures[date.fromisoformat(jour)][code] = Mesure(total, atteint)
    return mesures


@lru_cache(maxsize=2048)
def _compte_ecrit(indicateur: Indicateur, le: date) -> tuple[str, tuple]:
    """Le compte à cette date, écrit une fois : Django met bien plus à l'écrire que la base à répondre (décision 0017)."""
    return indicateur.compte(UNE_ORGANISATION, le).query.sql_with_params()


@cache
def tous() -> dict[str, Indicateur]:
    """Tous les indicateurs des apps, par code, celles du dessus d'abord. Lève ValueError si un code sert deux fois."""
    trouves = {}
    for app in reversed([*apps.get_app_configs()]):
        if module_has_submodule(app.module, "indicateurs"):
            for objet in vars(import_module(f"{app.name}.indicateurs")).values():
                if isinstance(objet, Indicateur) and trouves.setdefault(objet.code, objet) is not objet:
                    raise ValueError(f"Deux indicateurs portent le code {objet.code}.")
    return trouves
