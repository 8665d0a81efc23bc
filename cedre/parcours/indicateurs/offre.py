"""L'offre d'insertion, réponse par réponse : proposée, et mobilisée ou non (PRO-2, INS-5, OBS-1)."""

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import Exemple, Indicateur
from cedre.core.periodes import Periode, douze_mois_finis_le
from cedre.parcours.indicateurs.coupes import en_mots
from cedre.parcours.models import ActionAssociee
from cedre.structures.models import Offre
from cedre.structures.models.outils import UsageDOffre


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
    limites="Ce qui a manqué à l’offre n’y est pas, ni ce que l’on a fait sans la nommer.",
    source="Cadre commun, offre d’insertion par réponse (PRO-2, OBS-1)",
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
