"""Le référentiel en phrases : ce que demande une disposition, point par point, et pourquoi rien ne se juge (CER-2, CER-3)."""

from cedre.certification.referentiel import TYPES, Chapitre, Edition, Point, Preuve, Specification
from cedre.certification.verdicts import Disposition, Regle
from cedre.core.indicateurs import POURQUOI

CITATION = " Le texte : "
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
    return f"{dit}{CITATION}« {disposition.mots} »." if disposition.mots else dit


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
            types = [type_siae for type_siae in d.types if type_siae in (preuve.types or TYPES)]
            if types:
                phrases.setdefault(_en_phrase(preuve, preuve.disposition(d), edition), []).extend(types)
    return [dit if set(types) == TYPES else f"{', '.join(types)} · {dit}" for dit, types in phrases.items()]


def _en_phrase(preuve: Preuve, disposition: Disposition, edition: Edition) -> str:
    if not preuve.indicateur:
        return preuve.document or preuve.constat
    dit, selon = preuve.mesuree.libelle, preuve.selon
    if selon:
        dit += f" (s’il est retenu : {edition.lectures[selon.lecture].en_mots(selon.reponse)})"
    return f"{dit} : {dire(disposition, edition)}"
