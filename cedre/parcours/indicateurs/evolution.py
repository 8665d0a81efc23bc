"""Ce que deviennent les domaines évalués, de la première évaluation à la dernière (ACC-4)."""

from django.db.models import Case, CharField, Count, F, FloatField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast

from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import Exemple, Indicateur
from cedre.core.periodes import Periode, douze_mois_finis_le
from cedre.parcours.evolution import Tendance
from cedre.parcours.models import Cotation, Evaluation
from cedre.structures.models import Domaine, Echelon

AUTRE = "evaluation__personne__evaluations__"  # de la même personne : la toute première
COTEE = f"{AUTRE}cotations__"
COMPARABLES = [regime for regime in Domaine.Regime.values if regime != Domaine.Regime.AGENDA]


def _validees(periode: Periode) -> QuerySet:
    """Les évaluations de la personne que l'on avait validées, jusqu'à la fin de la période."""
    return Evaluation.objects.filter(le__lte=periode.au, validee_jour__lte=periode.le)


def part_d_echelle(cotation: str, evaluation: str, regard: str) -> Cast:
    """La valeur, sur l'échelle de sa grille ramenée à un : deux versions de la grille se comparent."""
    degres = Echelon.objects.filter(grille=OuterRef(f"{evaluation}grille")).order_by().values("grille").annotate(n=Count("pk"))
    return Cast(f"{cotation}{regard}", FloatField()) / Cast(Subquery(degres.values("n")) - 1, FloatField())


def domaines_compares(regard: str, periode: Periode) -> QuerySet:
    """Ce que ce regard a coté à la dernière évaluation de la période, et sa valeur à la toute première : « apres », « avant »."""
    siennes = _validees(periode).filter(personne=OuterRef("evaluation__personne"))
    # Une évaluation, un domaine dits par leur numéro : PostgreSQL en attendait cent fois moins, et joignait à rebours (0044).
    derniere = Subquery(siennes.order_by("-le", "-pk").values("pk")[:1])
    premiere = Subquery(siennes.order_by("le", "pk").values("pk")[:1])
    dernieres = (
        Cotation.objects.nominatifs()
        .exclude(domaine__regime=Domaine.Regime.AGENDA)
        .filter(**{f"{regard}__isnull": False}, **periode.dans("evaluation__le"))
        .filter(evaluation__pk=derniere)
    )
    du_theme = Domaine.objects.order_by().filter(
        grille=OuterRef(f"{AUTRE}grille"), theme=OuterRef("domaine__theme"), regime__in=COMPARABLES
    )
    cotee = {f"{COTEE}domaine": Subquery(du_theme.values("pk")[:1]), f"{COTEE}{regard}__isnull": False}
    compares = dernieres.filter(~Q(evaluation=F(f"{AUTRE}pk")), **{f"{AUTRE}pk": premiere}, **cotee)  # la même jointure partout
    return compares.annotate(apres=part_d_echelle("", "evaluation__", regard), avant=part_d_echelle(COTEE, AUTRE, regard))


def _tendance(periode: Periode) -> Case:
    progresse, recule = When(apres__lt=F("avant"), then=Value(Tendance.PROGRESSE.value)), Value(Tendance.RECULE.value)
    return Case(
        progresse, When(apres__gt=F("avant"), then=recule), default=Value(Tendance.STABLE.value), output_field=CharField()
    )


COUPES = {"tendance": _tendance, "domaine": lambda periode: F("domaine__theme__libelle")}


def _evaluee(*cotees: tuple[int, int | None], **champs) -> dict:
    """Une personne évaluée sur l'emploi. cotees : le jour, et la valeur, de zéro (aucune difficulté) à trois."""
    return {
        "evaluations": [
            {"le": le, "trajectoire": "instable", "validee_le": le}
            | champs
            | {"cotations": [{"domaine": "emploi", "valeur_accompagnateur": valeur, "valeur_personne": valeur}]}
            for le, valeur in cotees
        ]
    }


def _progres(code: str, libelle: str, selon: str, autre: str, regard: str) -> Indicateur:
    return Indicateur(
        code=code,
        libelle=libelle,
        definition=(
            f"Domaines évalués, selon {selon}, à la dernière évaluation de la période et à la toute première de la personne : "
            "ceux dont la dernière valeur est plus favorable que la première, chacune sur l’échelle de sa grille. Évaluations "
            "validées le jour où l’on regarde ; un domaine est celui du cadre commun, hors contrainte d’agenda."
        ),
        unite="domaines évalués deux fois",
        limites=f"Qui n’a été évalué qu’une fois n’y est pas, et {autre} peut en juger autrement.",
        sensible=True,
        source="Référentiel d’octobre 2004, § 2.1 b (ACC-4, OBS-1)",
        population=lambda periode: domaines_compares(regard, periode),
        critere=lambda cotations, periode: Q(apres__lt=F("avant")),
        periode=douze_mois_finis_le,
        coupes=COUPES,
        constat=True,
        exemple=Exemple(
            sujets=(
                _evaluee((-900, 3), (UN_JOUR - UN_AN, 2)),
                _evaluee((-300, 3), (-200, 1), (0, 3)),
                _evaluee((-300, 1), (-200, None), (-100, 2)),
                _evaluee((-300, 1), (-200, 0), (-100, None)),
                _evaluee((-900, 3), (-UN_AN, 2)),
                _evaluee((-100, 3), (1, 0)),
                _evaluee((-300, 3), (-10, 0), validee_le=1),
            ),
            total=3,
            atteint=1,
            lus=((1, 1), (1, 0), (1, 0), (0, 0), (0, 0), (0, 0), (0, 0)),
        ),
    )


PERSONNE, ACCOMPAGNANTE = "la personne", "l’accompagnateur·rice"
domaines_en_progres = _progres(
    "domaines_en_progres", "Domaines qui progressent", ACCOMPAGNANTE, PERSONNE, "valeur_accompagnateur"
)
domaines_en_progres_selon_la_personne = _progres(
    "domaines_en_progres_selon_la_personne",
    "Domaines qui progressent, selon la personne",
    PERSONNE,
    ACCOMPAGNANTE,
    "valeur_personne",
)
