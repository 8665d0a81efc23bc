"""Le référentiel en phrases : ce que demande une disposition, point par point, et pourquoi rien ne se juge (CER-2, CER-3)."""

from cedre.certification.referentiel import TYPES, Chapitre, Edition, Point, Specification
from cedre.certification.verdicts import Disposition, Regle
from cedre.core.indicateurs import POURQUOI

PHRASES = {
    Regle.EXHAUSTIF: "Tous, sans exception.",
    Regle.EXISTE: "Le texte demande que cela existe.",
    Regle.PRATIQUE: "Le texte demande de le faire, sans dire de nombre.",
    Regle.SANS_OBJET: "Sans objet pour cette sorte de structure.",
}


def expliquer(raison: str, edition: Edition) -> str:
    """Pourquoi rien ne se juge, en une phrase ; "" si tout se juge."""
    sorte, _, code = raison.partition(":")
    if sorte == "mesure":
        return f"Mesure : {code}. {POURQUOI[code]}"
    if sorte in ("lecture", "tolerance"):
        return f"La question reste ouverte : {edition.lectures[code].question}"
    return f"{edition.parametres[code].libelle} : ce nombre n’est pas dit." if sorte == "parametre" else ""


def dire(disposition: Disposition, edition: Edition) -> str:
    """La disposition, en une phrase, et les mots du texte qui la fondent."""
    if disposition.regle == Regle.PART_MINIMALE:
        dit = f"Au moins {disposition.part} de ce qui est compté, sans arrondi."
    elif disposition.regle == Regle.NOMBRE_MINIMAL:
        parametre = edition.parametres[disposition.parametre]
        dit = f"Au moins autant que : {parametre.libelle.lower()} ({parametre.unite})."
    else:
        dit = PHRASES[disposition.regle]
    return f"{dit} Le texte : « {disposition.mots} »." if disposition.mots else dit


def demandes(edition: Edition) -> list[tuple[Chapitre, list[tuple[Specification, list[tuple[Point, list[str]]]]]]]:
    """Le texte d'une édition, et de chaque exigence ce qu'on en demande et ce qui la prouve, en phrases."""
    return [
        (chapitre, [(s, [(point, _en_phrases(point, edition)) for point in s.points]) for s in chapitre.specifications])
        for chapitre in edition.chapitres
    ]


def _en_phrases(point: Point, edition: Edition) -> list[str]:
    phrases = {}
    for preuve in point.preuves:
        for d in point.dispositions:
            mesure = preuve.mesuree and f"{preuve.mesuree.libelle} : {dire(preuve.disposition(d), edition)}"
            phrases.setdefault(mesure or preuve.document or preuve.constat, []).extend(d.types)
    return [dit if set(types) == TYPES else f"{', '.join(types)} · {dit}" for dit, types in phrases.items()]
