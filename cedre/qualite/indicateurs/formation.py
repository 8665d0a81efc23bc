"""Les indicateurs du plan de formation (§ 2.4 b ; PRO-2)."""

from functools import partial

from django.db.models import Exists, OuterRef

from cedre.comptes.models import Organisation
from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import Exemple, Indicateur, Jour
from cedre.core.periodes import mois_finis_le
from cedre.qualite.models import ActionDeFormation


def _action(du: Jour, au: Jour, **faits) -> dict:
    return {"besoin": "Mieux recevoir", "intitule": "L’écoute", "prevue_du": du, "prevue_au": au} | faits


plan_de_formation = Indicateur(
    code="plan_de_formation",
    libelle="Plan de formation",
    definition=(
        "La structure, quand une action au moins de son plan de formation, inscrite ce jour-là et non abandonnée, est prévue "
        "dans l’année civile de ce jour ou une année suivante."
    ),
    unite="structure",
    limites="Une seule action inscrite suffit : il ne dit pas si le plan répond aux besoins de l’équipe.",
    source="Référentiel d’octobre 2004, § 2.4 b (PRO-2)",
    garde_depuis="qualite.0011_objet_et_plan",
    population=lambda le: Organisation.objects.structures(),
    critere=lambda structures, le: structures.filter(
        Exists(ActionDeFormation.objects.au_plan(le).filter(organisation=OuterRef("pk")))
    ),
    exemple=Exemple(
        sujets=(
            {"actions_de_formation": [_action(0, 0, inscrite_le=0)]},
            {"actions_de_formation": [_action(0, 0, inscrite_le=1)]},
            {"actions_de_formation": [_action(-800, 800, inscrite_le=-800)]},
            {"actions_de_formation": [_action(-800, -400, inscrite_le=-800)]},
            {"actions_de_formation": [_action(400, 800, inscrite_le=-800)]},
            {"actions_de_formation": [_action(0, 0, inscrite_le=-9, abandonnee_le=0, motif="Session annulée")]},
            {"actions_de_formation": [_action(0, 0, inscrite_le=-9, abandonnee_le=1, motif="Session annulée")]},
            {},
        ),
        total=8,
        atteint=4,
        lus=((1, 1), (1, 0), (1, 1), (1, 0), (1, 1), (1, 0), (1, 1), (1, 0)),
    ),
)

formation_realisee = Indicateur(
    code="formation_realisee",
    libelle="Plan de formation réalisé",
    definition=(
        "Actions du plan de formation dont la fin prévue est dans la période, à défaut les vingt-quatre mois qui finissent le "
        "jour où l’on regarde, et qui avaient eu lieu ce jour-là. Une action abandonnée, avec son motif, ne se compte plus à "
        "partir de ce jour."
    ),
    unite="actions de formation échues",
    limites="Une formation qui a eu lieu ne dit pas ce que l’équipe en a gardé.",
    source="Référentiel d’octobre 2004, § 2.4 b (PRO-2)",
    population=lambda periode: ActionDeFormation.objects.echues(periode).des_structures(),
    critere=lambda actions, periode: actions.realisees(periode.le),
    periode=partial(mois_finis_le, nombre=24),
    exemple=Exemple(
        sujets=(
            _action(-40, -10, realisee_le=-12),
            _action(-40, 0, realisee_le=0),
            _action(-40, -10, realisee_le=1),
            _action(-40, -10),
            _action(-40, -10, abandonnee_le=-20, motif="Session annulée"),
            _action(-40, -10, abandonnee_le=0, motif="Session annulée"),
            _action(-40, -10, abandonnee_le=1, motif="Session annulée"),
            _action(-740, UN_JOUR - 2 * UN_AN),
            _action(-740, -2 * UN_AN),
            _action(-5, 1, realisee_le=-3),
        ),
        total=6,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (0, 0), (0, 0), (1, 0), (1, 0), (0, 0), (0, 0)),
    ),
)
