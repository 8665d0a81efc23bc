"""L'évolution d'une personne, domaine par domaine, d'une évaluation validée à la suivante (ACC-4).

Deux versions de la grille se rapprochent par le thème du cadre commun. Une valeur absente est un trou, jamais un zéro.
"""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices

from cedre.core import graphiques
from cedre.parcours.models import Evaluation, Personne
from cedre.structures.models import Domaine

REGARDS = {"personne": "La personne", "accompagnateur": "L’accompagnateur·rice"}


class Tendance(TextChoices):
    """Ce qu'un domaine devient entre deux dates : un mot et une flèche, jamais la couleur seule."""

    PROGRESSE = "progresse", "↗ progresse"
    STABLE = "stable", "→ stable"
    RECULE = "recule", "↘ recule"


@dataclass(frozen=True)
class PointDeSerie:
    """Une date, et la valeur de chaque regard ramenée à l'échelle de la dernière grille ; None : non évalué."""

    le: date
    personne: float | None
    accompagnateur: float | None
    dit_personne: str
    dit_accompagnateur: str


@dataclass(frozen=True)
class Serie:
    """Un thème au fil des évaluations. mesuree : faux pour une contrainte d'agenda, qui ne progresse ni ne recule."""

    theme_id: int
    libelle: str
    mesuree: bool
    points: list[PointDeSerie]

    def tendance(self, regard: str) -> Tendance | None:
        """Entre la première et la dernière valeur de ce regard ; rien s'il n'y en a pas deux, ou pas d'échelle."""
        valeurs = [v for p in self.points if (v := getattr(p, regard)) is not None]
        if len(valeurs) < 2 or not self.mesuree:
            return None
        ecart = valeurs[-1] - valeurs[0]
        return Tendance.STABLE if not ecart else Tendance.PROGRESSE if ecart < 0 else Tendance.RECULE

    @property
    def tendances(self) -> list[Tendance | None]:
        """La tendance de chaque regard, dans l'ordre des regards."""
        return [self.tendance(regard) for regard in REGARDS]

    @property
    def mots(self) -> list[str]:
        """Les mêmes, en mots ; vide quand rien ne se compare."""
        return [tendance.label if tendance else "" for tendance in self.tendances]


@dataclass(frozen=True)
class Evolution:
    """Tout ce qu'il faut pour montrer l'évolution : le dessin, le tableau, les mots."""

    evaluations: list[Evaluation]
    series: list[Serie]
    echelons: list[str]

    def comptes(self, regard: str) -> Counter:
        """Combien de domaines progressent, sont stables, reculent, selon ce regard."""
        return Counter(t for s in self.series if (t := s.tendance(regard)))

    @property
    def phrases(self) -> list[tuple[str, str]]:
        """Par regard : « 3 domaines progressent, 1 recule, 5 sont stables »."""
        return [(libelle, _en_mots(self.comptes(regard))) for regard, libelle in REGARDS.items()]

    @property
    def se_dessine(self) -> bool:
        """Vrai à partir de deux dates : un point seul ne montre pas d'évolution."""
        return len({e.le for e in self.evaluations}) > 1

    @property
    def dessins(self) -> list[tuple[Serie, str]]:
        """Un petit graphique par domaine évalué au moins une fois."""
        return [
            (serie, graphiques.svg(self._spec(serie), titre=_description(serie)))
            for serie in self.series
            if serie.mesuree and any(p.personne is not None or p.accompagnateur is not None for p in serie.points)
        ]

    def _spec(self, serie: Serie) -> dict:
        jours = [e.le.isoformat() for e in self.evaluations]
        axe_y = {"values": list(range(len(self.echelons))), "title": None, "ticks": False, "domain": False, "offset": 8}
        axe_y["labelExpr"] = f"{json.dumps(self.echelons)}[datum.value]"
        axe_x = {"values": [jours[0], jours[-1]], "format": "%b %Y", "title": None, "grid": False, "labelFlush": True}
        couches = []
        for regard, couleur, forme in (("personne", "cedre", "circle"), ("accompagnateur", "ocre", "square")):
            valeurs = [{"le": p.le.isoformat(), "v": getattr(p, regard)} for p in serie.points]
            trait = {"type": "line", "color": graphiques.COULEURS[couleur], "invalid": "break-paths-show-path-domains"}
            trait |= {"strokeWidth": 3} if regard == "personne" else {"strokeWidth": 2, "strokeDash": [5, 4]}
            marque = {"type": "point", "shape": forme, "filled": True, "opacity": 1, "color": graphiques.COULEURS[couleur]}
            marque |= {"size": 90 if regard == "personne" else 36, "invalid": "filter"}
            couches.append({"data": {"values": valeurs}, "layer": [{"mark": trait}, {"mark": marque}]})
        return {
            "width": 210,
            "height": 105,
            "padding": {"left": 5, "right": 12, "top": 6, "bottom": 5},
            "layer": couches,
            "encoding": {
                "x": {"field": "le", "type": "temporal", "axis": axe_x, "scale": {"domain": [jours[0], jours[-1]]}},
                "y": {
                    "field": "v",
                    "type": "quantitative",
                    "axis": axe_y,
                    "scale": {"domain": [0, len(self.echelons) - 1], "reverse": True},
                },
            },
        }


def _en_mots(comptes: Counter) -> str:
    mots = {
        Tendance.PROGRESSE: ("progresse", "progressent"),
        Tendance.RECULE: ("recule", "reculent"),
        Tendance.STABLE: ("est stable", "sont stables"),
    }
    parties = []
    for tendance, (singulier, pluriel) in mots.items():
        if nombre := comptes[tendance]:
            nom = "" if parties else " domaine" if nombre == 1 else " domaines"
            parties.append(f"{nombre}{nom} {singulier if nombre == 1 else pluriel}")
    return ", ".join(parties) or "aucun domaine évalué deux fois"


def _description(serie: Serie) -> str:
    etapes = [f"{p.le:%d/%m/%Y} : {p.dit_personne} / {p.dit_accompagnateur}" for p in serie.points]
    return f"{serie.libelle}, la personne / l’accompagnateur·rice. " + " ; ".join(etapes)


def _dire(domaine: Domaine, echelons: list[str], valeur: int | None) -> str:
    if domaine.regime == Domaine.Regime.AGENDA:
        return "Non abordé" if valeur is None else "Contrainte" if valeur else "Pas de contrainte"
    return "Non évalué" if valeur is None else echelons[valeur] if valeur < len(echelons) else "?"


def evolution(personne: Personne, jusqu_a: Evaluation | None = None, nombre: int | None = None) -> Evolution:
    """L'évolution sur les évaluations validées, de la plus ancienne à la plus récente.

    jusqu_a, nombre : seulement les dernières évaluations avant et avec celle-ci.
    """
    validees = (
        personne.evaluations.validees().select_related("grille").prefetch_related("grille__echelons", "cotations__domaine__theme")
    )
    if jusqu_a:
        validees = validees.jusqu_a(jusqu_a)
    evaluations = list(validees.order_by("-le", "-pk")[:nombre])[::-1]
    echelles = {e.grille_id: [x.libelle for x in e.grille.echelons.all()] for e in evaluations}
    derniere = echelles[evaluations[-1].grille_id] if evaluations else []
    domaines, points = {}, {}
    for rang, evaluation in enumerate(evaluations):
        echelle = echelles[evaluation.grille_id]
        rapport = (len(derniere) - 1) / (len(echelle) - 1)
        for cotation in evaluation.cotations.all():
            domaine, valeurs = cotation.domaine, (cotation.valeur_personne, cotation.valeur_accompagnateur)
            domaines[domaine.theme_id] = domaine
            ramenees = [None if v is None else v * rapport for v in valeurs]
            dits = [_dire(domaine, echelle, v) for v in valeurs]
            points.setdefault(domaine.theme_id, {})[rang] = PointDeSerie(evaluation.le, *ramenees, *dits)
    series = [
        Serie(
            theme,
            domaine.libelle,
            domaine.regime != Domaine.Regime.AGENDA,
            [
                points[theme].get(rang) or PointDeSerie(e.le, None, None, "Hors de la grille", "Hors de la grille")
                for rang, e in enumerate(evaluations)
            ],
        )
        for theme, domaine in domaines.items()
    ]
    return Evolution(evaluations, series, derniere)
