"""Les indicateurs du plan de formation (§ 2.4 b ; PRO-2)."""

from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import Exemple, Indicateur, Jour
from cedre.qualite.models import ActionDeFormation


def _action(du: Jour, au: Jour, **faits) -> dict:
    return {"besoin": "Mieux recevoir", "intitule": "L’écoute", "prevue_du": du, "prevue_au": au} | faits


formation_realisee = Indicateur(
    code="formation_realisee",
    libelle="Plan de formation réalisé",
    definition=(
        "Actions du plan de formation dont la fin prévue est passée depuis moins de vingt-quatre mois, ce jour-là compris, et "
        "qui ont eu lieu. Une action abandonnée, avec son motif, ne se compte plus à partir de ce jour."
    ),
    unite="actions de formation échues",
    source="Référentiel d’octobre 2004, § 2.4 b (PRO-2)",
    population=lambda le: ActionDeFormation.objects.echues(le),
    critere=lambda actions, le: actions.realisees(le),
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
    ),
)
