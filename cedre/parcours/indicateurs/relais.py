"""Les relais convenus avec une autre structure, et ce qu'ils sont devenus, selon la personne (INS-10, OBS-1).

Rien ne s'en lit chez l'autre : ce que l'on en sait sont les nouvelles prises à trois et six mois.
"""

from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import Exemple, Indicateur
from cedre.core.periodes import Periode, douze_mois_finis_le
from cedre.parcours.indicateurs.emploi import DEPUIS, PAS_PRISES, devenir
from cedre.parcours.models import Activite, Sortie, SuiviSortie

CONTINUE = (Activite.EMPLOI.label, Activite.FORMATION.label)


def _convenus(periode: Periode) -> QuerySet:
    return Sortie.objects.nominatifs().filter(**periode.dans()).filter(le__lte=periode.le).exclude(relais=None)


def _devenir(periode: Periode) -> Coalesce:
    """Ce que disent les dernières nouvelles prises de la personne."""
    prises = SuiviSortie.objects.filter(sortie=OuterRef("pk"), fait_le__lte=periode.le).order_by("-fait_le", "-mois")
    return Coalesce(Subquery(prises.values(_dit=devenir(periode))[:1]), Value(PAS_PRISES))


def _sortie(le, *suivis: dict, relais: str | None = "La Ressourcerie") -> dict:
    dite = {"le": le, "motif": "autre_iae", "suivis": [*suivis]} | ({"relais": {"nom": relais}} if relais else {})
    return {"phase": "sortie", "sorties": [dite]}


def _prise(fait_le, mois: int = 3, activite: str = "emploi", **dit) -> dict:
    return {"mois": mois, "prevu_le": fait_le, "fait_le": fait_le, "jointe": True, "activite": activite} | dit


relais_convenus = Indicateur(
    code="relais_convenus",
    libelle="Relais convenus, et ceux qui ont tenu",
    definition=(
        "Sorties de la période où un relais est convenu avec une autre structure, avec l’accord de la personne. Satisfait : les "
        "dernières nouvelles prises d’elle, le jour où l’on regarde au plus tard, disent qu’elle a un emploi ou une formation."
    ),
    unite="relais convenus",
    limites="Il ne dit pas si cet emploi est dans la structure du relais : son dossier là-bas ne se lit pas d’ici.",
    sensible=True,
    source="Cadre commun, relais entre structures (INS-10, OBS-1)",
    garde_depuis=DEPUIS,
    population=_convenus,
    critere=lambda sorties, periode: sorties.alias(devenir=_devenir(periode)).filter(devenir__in=CONTINUE),
    periode=douze_mois_finis_le,
    coupes={"relais": lambda periode: F("relais__nom"), "devenir": _devenir},
    constat=True,
    exemple=Exemple(
        sujets=(
            _sortie(UN_JOUR - UN_AN, _prise(-270)),
            _sortie(0),
            _sortie(-200, _prise(-110), _prise(-20, mois=6, activite="chomage")),
            _sortie(-200, _prise(-110, activite="formation"), _prise(1, mois=6, activite="chomage")),
            _sortie(-120, _prise(-20, activite="", jointe=False)),
            _sortie(-120, _prise(-20), relais=None),
            _sortie(-UN_AN, _prise(-270)),
            _sortie(1),
        ),
        total=5,
        atteint=2,
        lus=((1, 1), (1, 0), (1, 0), (1, 1), (1, 0), (0, 0), (0, 0), (0, 0)),
    ),
)
