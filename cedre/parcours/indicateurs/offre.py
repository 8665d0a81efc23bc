"""L'offre d'insertion, réponse par réponse : proposée, mobilisée ou non, et ce qui y manque (PRO-2, INS-5, OBS-1)."""

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import Exemple, Indicateur, Sens
from cedre.core.periodes import Periode, douze_mois_finis_le
from cedre.parcours.indicateurs.coupes import en_mots
from cedre.parcours.indicateurs.freins import A_CONSTATER, COUPES, EN_DIFFICULTE, a_l_accueil, evaluee
from cedre.parcours.models import ActionAssociee
from cedre.structures.models import Offre
from cedre.structures.models.outils import UsageDOffre

SOURCE = "Cadre commun, offre d’insertion par réponse (PRO-2, OBS-1)"


def _proposees(periode: Periode) -> QuerySet:
    """Celles que l'on a proposées au moins un jour de la période, le travail mis à part."""
    jours = UsageDOffre.objects.filter(Q(au=None) | Q(au__gt=periode.du), offre=OuterRef("pk"), du__lte=periode.dernier_jour)
    return Offre.objects.des_structures().filter(Exists(jours)).exclude(nature=Offre.Nature.TRAVAIL)


def _mobilisees(offres: QuerySet, periode: Periode) -> QuerySet:
    faites = ActionAssociee.objects.faites().filter(offre=OuterRef("pk"), **periode.dans()).filter(le__lte=periode.le)
    return offres.filter(Exists(faites))


def _offre(*actions: tuple, du=-900, au=None, **dit) -> dict:
    return {"usages": [{"du": du, "au": au}], "actions": [{"le": le, "etat": etat} for le, etat in actions]} | dit


offre_mobilisee = Indicateur(
    code="offre_mobilisee",
    libelle="Offre d’insertion mobilisée",
    definition=(
        "Réponses de l’offre proposées au moins un jour de la période, hors mises en situation de travail, et celles dont une "
        "action, commencée dans la période, s’est faite avec quelqu’un."
    ),
    unite="réponses de l’offre",
    limites="Ce que l’on a fait sans nommer l’offre n’y est pas ; ce qui lui a manqué se lit à part.",
    source=SOURCE,
    population=_proposees,
    critere=_mobilisees,
    periode=douze_mois_finis_le,
    coupes={
        "nature": lambda periode: en_mots("nature", Offre.Nature),
        "qui la porte": lambda periode: Case(When(partenaire=None, then=Value("La structure")), default=Value("Un partenaire")),
    },
    constat=True,
    exemple=Exemple(
        sujets=(
            _offre((UN_JOUR - UN_AN, "faite"), (-20, "absente")),
            _offre((-UN_AN, "faite"), (1, "faite"), (-20, "prevue")),
            _offre((0, "faite"), du=0),
            _offre((-20, "faite"), du=1),
            _offre(au=UN_JOUR - UN_AN),
            _offre(au=2 * UN_JOUR - UN_AN),
            _offre((-20, "faite"), nature="travail"),
        ),
        total=4,
        atteint=2,
        lus=((1, 1), (1, 0), (1, 1), (0, 0), (0, 0), (1, 0), (0, 0)),
    ),
)


def _freins(periode: Periode) -> QuerySet:
    return a_l_accueil(periode).filter(EN_DIFFICULTE)


def _sans_reponse(cotations: QuerySet, periode: Periode) -> Q:
    """Ceux à qui rien de ce que l'on proposait le jour de l'évaluation ne répondait, le travail mis à part."""
    ce_jour_la = UsageDOffre.objects.au_jour(OuterRef("evaluation__le")).exclude(offre__nature=Offre.Nature.TRAVAIL)
    chez = {"offre__organisation": OuterRef("evaluation__personne__organisation"), "offre__themes": OuterRef("domaine__theme")}
    return Q(~Exists(ce_jour_la.filter(**chez)))


def _vu(le, emploi: int | None, logement: int | None, **faits) -> dict:
    """Une personne évaluée, et ce que la structure proposait."""
    return evaluee((le, emploi, logement), **faits)


def _propose(theme: str, *jours: tuple, nature: str = "atelier") -> dict:
    usages = [{"du": du, "au": au} for du, au in jours]
    return {"offres": [{"intitule": f"{nature} {theme}", "nature": nature, "themes": (theme,), "usages": usages}]}


offre_manquante = Indicateur(
    code="offre_manquante",
    libelle="Freins sans réponse dans l’offre",
    definition=(
        "Freins vus à la toute première évaluation conjointe de la personne, faite dans la période et validée le jour où l’on "
        "regarde : les domaines que l’accompagnateur·rice y a cotés plus défavorables que le premier degré de l’échelle. "
        "Satisfait : aucune réponse que l’offre proposait le jour de l’évaluation, hors mises en situation de travail, ne dit "
        "qu’elle répond à ce domaine."
    ),
    unite="freins",
    limites="Une réponse sur ce thème peut ne pas convenir, ou manquer de places ; l’aide trouvée hors de l’offre n’y est pas.",
    sens=Sens.BAS,
    source=SOURCE,
    population=_freins,
    critere=_sans_reponse,
    coupes=COUPES,
    exemple=Exemple(
        sujets=(
            _vu(UN_JOUR - UN_AN, 2, 3, **_propose("emploi", (-900, -50), (-20, 0))),
            _vu(0, 1, 0),
            _vu(-20, 1, 1),
            _vu(-51, 0, 2, **_propose("logement", (-900, None), nature="travail")),
            _vu(-UN_AN, 3, 3),
            _vu(1, 3, 3),
        ),
        total=6,
        atteint=4,
        lus=((2, 1), (1, 1), (2, 1), (1, 1), (0, 0), (0, 0)),
    ),
    **A_CONSTATER,
)
