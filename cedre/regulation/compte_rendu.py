"""Le compte rendu d'une régulation, tel qu'il s'imprime (TRA-1)."""

from collections.abc import Iterable

from django.utils import timezone

from cedre.regulation.models import PointOrdreDuJour, Regulation


def compte_rendu(regulation: Regulation, points: Iterable[PointOrdreDuJour]) -> dict:
    """Le contenu du document : présents, points, décisions."""
    return {
        "structure": regulation.organisation.coordonnees,
        "etabli_le": timezone.localdate(),
        "le": regulation.le,
        "lieu": regulation.lieu,
        "animee_par": str(regulation.animee_par or ""),
        "presents": [str(compte) for compte in regulation.presents.all()],
        "synthese": regulation.synthese,
        "points": [
            {
                "sujet": str(point),
                "raison": point.raison,
                "echange": point.echange,
                "decisions": [
                    {"quoi": d.quoi, "qui": str(d.qui or ""), "echeance": d.echeance, "faite_le": d.faite_le}
                    for d in point.decisions.all()
                ],
            }
            for point in points
        ],
    }
