"""Les indicateurs des principes d'action (§ 2.5 c ; OBS-5)."""

from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import Exemple, Indicateur, Jour
from cedre.qualite.models import Principe


def _principe(enonce_le: Jour, *evalue_le: Jour, **faits) -> dict:
    evaluations = [{"le": le, "comment": "En équipe", "constat": "Vu"} for le in evalue_le]
    return {"enonce": "Chacun progresse", "au_quotidien": "On le dit", "enonce_le": enonce_le, "evaluations": evaluations} | faits


principes_evalues = Indicateur(
    code="principes_evalues",
    libelle="Principes d’action évalués",
    definition=(
        "Principes d’action énoncés et non retirés ce jour-là, évalués depuis moins de vingt-quatre mois, ce jour-là compris."
    ),
    unite="principes d’action",
    limites="Une évaluation ne dit pas si le principe se vit au quotidien.",
    source="Référentiel d’octobre 2004, § 2.5 c (OBS-5)",
    population=lambda le: Principe.objects.en_vigueur(le).des_structures(),
    critere=lambda principes, le: principes.evalues(le),
    exemple=Exemple(
        sujets=(
            _principe(-900, 0),
            _principe(-900, UN_JOUR - 2 * UN_AN),
            _principe(-900, -2 * UN_AN),
            _principe(-900, 1),
            _principe(0),
            _principe(1, 0),
            _principe(-900, -10, retire_le=0),
            _principe(-900, -10, -800, retire_le=1),
        ),
        total=6,
        atteint=3,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (1, 0), (0, 0), (0, 0), (1, 1)),
    ),
)
