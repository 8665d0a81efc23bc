"""Les causes d'exclusion vues à l'accueil, et ce que deviennent les freins des parcours (ACC-4, OBS-1, nomenclatures §3).

Un frein est un domaine que l'accompagnateur·rice cote plus défavorable que le premier degré de l'échelle.
"""

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, TextChoices, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, NullIf

from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import Exemple, Indicateur, Sens
from cedre.core.periodes import Periode, douze_mois_finis_le
from cedre.parcours.indicateurs.coupes import a_couru
from cedre.parcours.indicateurs.evolution import part_d_echelle
from cedre.parcours.models import ActionAssociee, Cotation, Evaluation, Phase
from cedre.parcours.models.etape import Etape

SIENNE = "valeur_accompagnateur"
EN_DIFFICULTE = Q(**{f"{SIENNE}__gt": 0})
HORS_LISTE = "Hors des huit freins de l’agence"
A_CONSTATER = {"periode": douze_mois_finis_le, "constat": True, "sensible": True}


class Devenir(TextChoices):
    """Ce qu'un frein est devenu, de la première évaluation à la dernière."""

    LEVE = "Levé"
    ALLEGE = "Allégé"
    STABLE = "Stable"
    AGGRAVE = "Aggravé"
    PAS_REVU = "Pas réévalué"


class PriseEnCompte(TextChoices):
    """Où une action de l'offre sur ce thème l'a travaillé."""

    DEDANS = "Dans la structure"
    DEHORS = "Avec un partenaire"
    LES_DEUX = "Dans la structure et avec un partenaire"
    NULLE_PART = "Pas d’action sur ce thème"


def _premieres(periode: Periode) -> QuerySet:
    """Ce que l'accompagnateur·rice a coté à la toute première évaluation de la personne, validée le jour où l'on regarde."""
    validees = Evaluation.objects.filter(validee_jour__lte=periode.le, personne=OuterRef("evaluation__personne"))
    plus_tot = validees.filter(le__lt=OuterRef("evaluation__le"))
    le_meme_jour = validees.filter(le=OuterRef("evaluation__le"), pk__lt=OuterRef("evaluation"))
    cotees = Cotation.objects.nominatifs().filter(evaluation__validee_jour__lte=periode.le, **{f"{SIENNE}__isnull": False})
    return cotees.filter(~Exists(plus_tot), ~Exists(le_meme_jour))


def a_l_accueil(periode: Periode) -> QuerySet:
    """Ceux de la toute première évaluation, faite dans la période."""
    return _premieres(periode).filter(**periode.dans("evaluation__le"))


def _cotees_depuis(periode: Periode) -> QuerySet:
    """Ce que l'accompagnateur·rice a coté depuis du même domaine, le dernier d'abord, sur l'échelle de sa grille : part."""
    suivantes = Cotation.objects.filter(
        evaluation__personne=OuterRef("evaluation__personne"),
        evaluation__le__gte=OuterRef("evaluation__le"),
        evaluation__le__lte=periode.dernier_jour,
        evaluation__validee_jour__lte=periode.le,
        domaine__theme=OuterRef("domaine__theme"),
        domaine__grille=F("evaluation__grille"),  # va de soi, et le trouve sans lire tous les domaines cotés
        **{f"{SIENNE}__isnull": False},
    ).exclude(evaluation=OuterRef("evaluation"))
    return suivantes.order_by("-evaluation__le", "-evaluation").annotate(part=part_d_echelle("", "evaluation__", SIENNE))


def _des_parcours(periode: Periode) -> QuerySet:
    """Les freins de qui était en parcours, chacun avec sa valeur d'alors et la dernière cotée depuis : avant, apres."""
    parcours = Etape.objects.filter(a_couru(periode, "du", "au"), phase=Phase.PARCOURS, personne=OuterRef("evaluation__personne"))
    freins = _premieres(periode).filter(EN_DIFFICULTE, Exists(parcours), evaluation__le__lte=periode.dernier_jour)
    apres = Subquery(_cotees_depuis(periode).values("part")[:1])
    return freins.annotate(avant=part_d_echelle("", "evaluation__", SIENNE), apres=apres)


def _devenir(periode: Periode) -> Coalesce:
    """Lu de la dernière valeur même, qui ne se cherche ainsi qu'une fois."""
    cas = {
        Devenir.PAS_REVU: Q(part=None),
        Devenir.LEVE: Q(part=0),
        Devenir.ALLEGE: Q(part__lt=OuterRef("avant")),
        Devenir.AGGRAVE: Q(part__gt=OuterRef("avant")),
    }
    dit = Case(*(When(si, then=Value(dit.value)) for dit, si in cas.items()), default=Value(Devenir.STABLE.value))
    lu = Subquery(_cotees_depuis(periode).values(_dit=dit)[:1])
    return Coalesce(lu, Value(Devenir.PAS_REVU.value), output_field=CharField())


def _prise_en_compte(periode: Periode) -> Case:
    """Les actions faites dans la période, sur ce thème, que porte la structure ou un partenaire."""
    actions = ActionAssociee.objects.faites().filter(**periode.dans()).filter(le__lte=periode.le)
    sur_ce_theme = actions.filter(personne=OuterRef("evaluation__personne"), offre__themes=OuterRef("domaine__theme"))
    dedans, dehors = Exists(sur_ce_theme.filter(offre__partenaire=None)), Exists(sur_ce_theme.exclude(offre__partenaire=None))
    dedans_au_moins = Case(When(dehors, then=Value(PriseEnCompte.LES_DEUX.value)), default=Value(PriseEnCompte.DEDANS.value))
    return Case(  # l'un dans l'autre : chaque existence ne se cherche qu'une fois
        When(dedans, then=dedans_au_moins),
        When(dehors, then=Value(PriseEnCompte.DEHORS.value)),
        default=Value(PriseEnCompte.NULLE_PART.value),
        output_field=CharField(),
    )


def _frein(periode: Periode) -> Coalesce:
    """Celui des huit de l'agence qui correspond au thème, dans le cadre commun."""
    dit = KeyTextTransform("asp", "domaine__theme__correspondances")
    return Coalesce(NullIf(dit, Value(""), output_field=CharField()), Value(HORS_LISTE), output_field=CharField())


COUPES = {"domaine": lambda periode: F("domaine__theme__libelle"), "frein": _frein}


def evaluee(*cotees: tuple, en_parcours: bool = True, validee_le=None, **faits) -> dict:
    """Une personne évaluée sur l'emploi et le logement. cotees : le jour, la valeur de l'emploi, celle du logement."""
    return {
        "etapes": [{"phase": "parcours" if en_parcours else "accueil", "du": -900}],
        "evaluations": [
            {"le": le, "trajectoire": "instable", "validee_le": le if validee_le is None else validee_le}
            | {
                "cotations": [
                    {"domaine": "emploi", SIENNE: emploi, "valeur_personne": 0},
                    {"domaine": "logement", SIENNE: logement, "valeur_personne": 3},
                ]
            }
            for le, emploi, logement in cotees
        ],
    } | faits


causes_d_exclusion = Indicateur(
    code="causes_d_exclusion",
    libelle="Causes d’exclusion vues dans le public reçu",
    definition=(
        "Domaines cotés par l’accompagnateur·rice à la toute première évaluation conjointe de la personne, faite dans la période "
        "et validée le jour où l’on regarde. Satisfait : le domaine est en difficulté, plus défavorable que le premier degré de "
        "l’échelle. Une discrimination s’y compte comme rencontrée ou non : son motif ne se garde jamais."
    ),
    unite="domaines cotés",
    limites="Il dit ce que l’on a vu et osé dire au premier entretien ; un domaine dont on n’a pas parlé n’y est pas.",
    sens=Sens.AUCUN,
    source="Cadre commun, causes d’exclusion (ACC-4, OBS-1)",
    population=a_l_accueil,
    critere=lambda cotations, periode: EN_DIFFICULTE,
    coupes=COUPES,
    exemple=Exemple(
        sujets=(
            evaluee((UN_JOUR - UN_AN, 0, 3)),
            evaluee((0, 1, None), (-20, 2, None)),
            evaluee((-20, 1, 1), validee_le=1),
            evaluee((-UN_AN, 1, 1)),
            evaluee((-20, 1, 1), (-UN_AN, 1, 1)),
            evaluee((1, 1, 1)),
        ),
        total=3,
        atteint=2,
        lus=((2, 1), (1, 1), (0, 0), (0, 0), (0, 0), (0, 0)),
    ),
    **A_CONSTATER,
)

freins_des_parcours = Indicateur(
    code="freins_des_parcours",
    libelle="Freins levés",
    definition=(
        "Freins des personnes dont un parcours courait au moins un soir, de la veille de la période à son dernier jour : chaque "
        "domaine que l’accompagnateur·rice a coté, à leur toute première évaluation conjointe, plus défavorable que le premier "
        "degré de l’échelle ; évaluation faite jusqu’à la fin de la période et validée le jour où l’on regarde. "
        "Satisfait : la dernière valeur cotée depuis, jusqu’à la fin de la période, est le premier degré. Sinon le frein est "
        "allégé, stable, aggravé, ou pas réévalué, chaque valeur sur l’échelle de sa grille. La période s’arrête le jour où l’on "
        "regarde s’il vient avant. Où il a été travaillé se déduit des actions de l’offre faites dans la période sur ce thème."
    ),
    unite="freins",
    limites="Un frein levé peut l’être sans la structure ; un frein apparu en chemin n’y est pas.",
    source="Agence de services et de paiement, bilan annuel, rubrique 8 (ACC-4, OBS-1)",
    population=_des_parcours,
    critere=lambda cotations, periode: Q(apres=0),
    coupes=COUPES | {"devenir": _devenir, "travaillé": _prise_en_compte},
    exemple=Exemple(
        sujets=(
            evaluee((-300, 3, 2), (-200, 0, 3), (0, 0, None)),
            evaluee((-300, 3, 0), (-200, 0, 1), (-20, 1, 2)),
            evaluee((-300, 3, 1), (-300, 0, 1)),
            evaluee((-300, 2, None)),
            evaluee((-300, 2, None), (1, 0, 0)),
            evaluee((-300, 2, 2), (-20, 0, 0), en_parcours=False),
            evaluee((-300, 0, 0), (-20, 3, 3)),
            evaluee((-300, 3, 3), validee_le=1),
        ),
        total=7,
        atteint=2,
        lus=((2, 1), (1, 0), (2, 1), (1, 0), (1, 0), (0, 0), (0, 0), (0, 0)),
    ),
    **A_CONSTATER,
)
