"""Le compte rendu d'une réunion d'évaluation, tel qu'il s'imprime (AME-4)."""

from django.utils import timezone

from cedre.certification.models import ReunionEvaluation

SENS = {"mieux": "mieux", "moins_bien": "moins bien", "": ""}


def compte_rendu(reunion: ReunionEvaluation, preparation: dict) -> dict:
    """Le contenu du document : ce que l'on avait sous les yeux, ce qui s'est dit, ce qui s’est décidé."""
    presents = [str(compte) for compte in reunion.presents.order_by("nom", "prenom", "pk")] if reunion.tenue_le else []
    return {
        "structure": reunion.organisation.coordonnees,
        "etabli_le": timezone.localdate(),
        "titre": _titre(reunion),
        "le": reunion.le,
        "tenue": bool(reunion.tenue_le),
        "du": reunion.du,
        "au": reunion.fin,
        "presents": ", ".join([*presents, *filter(None, [reunion.autres_presents])]),
        "compte_rendu": reunion.compte_rendu,
        "conclusions": reunion.conclusions,
        "decisions": [
            {"quoi": action.quoi, "effet": action.effet_attendu, "qui": str(action.qui), "echeance": action.echeance}
            for action in reunion.decisions.select_related("qui").order_by("echeance", "pk")
        ],
        "vu_le": preparation["le"],
        "edition": preparation["edition"],
        "insuffisantes": len(preparation["insuffisantes"]),
        "specifications": [
            {"code": s["code"], "texte": s["texte"], "mesure": s["mesure"], "sens": SENS[s["sens"]]}
            | {"avant": ". ".join(filter(None, [s["avant"].label, s.get("alors", "")])), "maintenant": s["maintenant"].label}
            for s in preparation["specifications"]
        ],
        "sections": preparation["sections"],
    }


def _titre(reunion: ReunionEvaluation) -> str:
    if reunion.tenue_le is None:
        return f"Préparation : {reunion.get_nature_display().lower()}"
    if reunion.nature == ReunionEvaluation.Nature.REVUE:
        return "Compte rendu de la revue annuelle"
    return "Compte rendu de la réunion d’évaluation"
