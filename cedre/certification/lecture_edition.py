"""Lire une édition : la forme d'abord, puis ce que la forme ne sait pas dire, puis ses exemples (CER-1, CER-2)."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from cedre.certification.referentiel import (
    SCHEMA,
    TYPES,
    Chapitre,
    Edition,
    EditionRefusee,
    Lecture,
    Parametre,
    Point,
    Preuve,
    ReponseProposee,
    Selon,
    SorteDeLecture,
    Specification,
    VersionDesPreuves,
)
from cedre.certification.verdicts import Disposition, Regle, juger
from cedre.core.indicateurs import Mesure, tous
from cedre.core.yaml_borne import forme, lire_selon


def lire(octets: bytes, preuves: bytes = b"") -> Edition:
    """L'édition que dit ce texte, avec cette version de ses preuves s'il ne les dit pas. Lève EditionRefusee."""
    schema = forme(SCHEMA)
    brut = lire_selon(octets, schema, EditionRefusee)
    des_preuves = schema["$defs"]["version_des_preuves"] | {"$defs": schema["$defs"]}
    dites = lire_selon(preuves, des_preuves, EditionRefusee) if preuves else {}
    try:
        edition = _edition(brut, hashlib.sha256(octets).hexdigest(), dites)
        fautes = [*_fautes(edition), *_reponses_impossibles(edition), *_preuves_perdues(edition, dites)]
        fautes += _exemples_faux(edition, brut)
    except ValueError:  # la forme laisse passer le 31 février, et « .nan » pour un nombre
        raise EditionRefusee(["Une date ou un nombre de ce fichier n’existe pas."]) from None
    if fautes:
        raise EditionRefusee(fautes)
    return edition


def _disposition(dite: dict) -> Disposition:
    part = Fraction(dite["part"]) if "part" in dite else None
    suite = {nom: dite.get(nom, "") for nom in ("parametre", "lecture", "mots")}
    return Disposition(tuple(dite["types"]), Regle(dite["regle"]), part, **suite)


def _preuve(dite: dict) -> Preuve:
    lus = {"types": tuple(dite["types"])} if "types" in dite else {}
    return Preuve(**dite | lus | ({"selon": Selon(**dite["selon"])} if "selon" in dite else {}))


def _point(dit: dict, de: dict, prouves: dict) -> Point:
    dispositions = tuple(map(_disposition, dit.get("dispositions", de["dispositions"])))
    preuves = tuple(map(_preuve, (*dit.get("preuves", ()), *prouves.get(dit["code"], ()))))
    return Point(dit["code"], dit["nature"], dit.get("texte", de["texte"]), dispositions, preuves)


def _specification(dite: dict, prouves: dict) -> Specification:
    points = tuple(_point(point, dite, prouves) for point in dite["points"])
    return Specification(dite["code"], dite["paragraphe"], dite["texte"], points)


def _edition(brut: dict, condensat: str, dites: dict) -> Edition:
    prouves = dites.get("points", {})
    vigueur = {borne: date.fromisoformat(jour) for borne, jour in brut["en_vigueur"].items()}
    return Edition(
        **{nom: brut[nom] for nom in ("lignee", "code", "titre", "texte", "source", "echelle")},
        du=vigueur["du"],
        au=vigueur.get("au"),
        remplace=brut.get("remplace", ""),
        chapitres=tuple(
            Chapitre(
                **{nom: chapitre[nom] for nom in ("code", "titre", "but")},
                objectifs=tuple(chapitre["objectifs"]),
                moyens=tuple(chapitre["moyens"]),
                specifications=tuple(_specification(dite, prouves) for dite in chapitre["specifications"]),
            )
            for chapitre in brut.get("chapitres", ())
        ),
        lectures={code: _lecture(code, dite) for code, dite in (brut.get("lectures", {}) | dites.get("lectures", {})).items()},
        parametres={code: _parametre(code, dit) for code, dit in brut.get("parametres", {}).items()},
        condensat=condensat,
        preuves=VersionDesPreuves(dites["numero"], date.fromisoformat(dites["du"]), dites["pourquoi"]) if dites else None,
    )


def _lecture(code: str, dite: dict) -> Lecture:
    lus = {"depuis": date.fromisoformat(dite["depuis"])} if "depuis" in dite else {}
    return Lecture(code, **dite | lus | ({"projet": ReponseProposee(**dite["projet"])} if "projet" in dite else {}))


def _parametre(code: str, dit: dict) -> Parametre:
    valeurs = sorted((date.fromisoformat(v["du"]), Fraction(str(v["valeur"]))) for v in dit.get("valeurs", ()))
    return Parametre(code, dit["libelle"], dit["unite"], dit.get("propre_a_la_structure", False), tuple(valeurs))


def _fautes(edition: Edition) -> Iterator[str]:
    """Ce que la forme ne sait pas dire."""
    codes = Counter(point.code for point in edition.points())
    yield from (f"{code} : ce code sert {fois} fois" for code, fois in codes.items() if fois > 1)
    if (edition.texte == "manquant") is bool(edition.chapitres):
        yield "Une édition dont le texte manque n’a aucun chapitre ; une édition complète en a."
    for point in edition.points():
        if point.est_exige is not bool(point.preuves):
            dit = "une exigence dit ce qui la prouve" if point.est_exige else "une latitude ne s’évalue pas"
            yield f"{point.code} : {dit}"
        couverts = Counter(type_siae for d in point.dispositions for type_siae in d.types)
        for type_siae in sorted(TYPES):
            if couverts[type_siae] != 1:
                yield f"{point.code} : {type_siae} doit être couvert une fois, il l’est {couverts[type_siae]}"
        for d in point.dispositions:
            if d.parametre and d.parametre not in edition.parametres:
                yield f"{point.code} : le paramètre « {d.parametre} » n’existe pas"
            if d.lecture and d.lecture not in edition.lectures:
                yield f"{point.code} : la lecture « {d.lecture} » n’existe pas"
        yield from _preuves_mal_choisies(point, edition)
        for preuve in point.preuves:
            if preuve.tolerance and edition.lectures.get(preuve.tolerance, Lecture("", "", "")).sorte != SorteDeLecture.TOLERANCE:
                yield f"{point.code} : la tolérance « {preuve.tolerance} » n’existe pas"
            if preuve.transmis and preuve.transmis not in codes:
                yield f"{point.code} : le point « {preuve.transmis} », dont le document se transmet, n’existe pas"
            if preuve.indicateur and not (preuve.mesuree and preuve.mesuree.se_corrige):
                yield f"{point.code} : l’indicateur « {preuve.indicateur} » n’existe pas, ou ne se juge pas"
            if preuve.ou_indicateur and preuve.ou_indicateur not in tous():
                yield f"{point.code} : l’indicateur « {preuve.ou_indicateur} », qui vaudrait le document, n’existe pas"


def _preuves_mal_choisies(point: Point, edition: Edition) -> Iterator[str]:
    """Les réponses dont dépend une preuve sans être de leur question, et celles sous lesquelles rien ne prouverait ce point."""
    choisies = dict.fromkeys(preuve.selon for preuve in point.preuves if preuve.selon)
    for lecture, reponse in choisies:
        question = edition.lectures.get(lecture)
        if question is None or question.sorte != SorteDeLecture.SENS or not question.admet(reponse):
            yield f"{point.code} : « {reponse} » n’est pas une réponse à une question de sens « {lecture} »"
            return
    retenues = [{lecture: reponse} for lecture, _ in choisies for reponse in edition.lectures[lecture].reponses] or [{}]
    for type_siae in sorted(TYPES) if point.preuves else ():
        if not all(any(preuve.vaut(type_siae, reponses) for preuve in point.preuves) for reponses in retenues):
            yield f"{point.code} : rien ne le prouve toujours pour {type_siae}"


def _reponses_impossibles(edition: Edition) -> Iterator[str]:
    """Les réponses, proposées ou retenues, qui ne sont pas de leur question."""
    choisissent = {preuve.selon.lecture for point in edition.points() for preuve in point.preuves if preuve.selon}
    for lecture in edition.lectures.values():
        stricte = lecture.sorte == SorteDeLecture.TOLERANCE or lecture.code in choisissent
        part = lecture.retenu if stricte else ""  # une édition ancienne tranche en toutes lettres
        for reponse in filter(None, (lecture.projet and lecture.projet.reponse, part)):
            if not lecture.admet(reponse):
                yield f"{lecture.code} : « {reponse} » n’est pas une réponse à cette question"


def _preuves_perdues(edition: Edition, dites: dict) -> Iterator[str]:
    """Les preuves qui ne sont pas de cette édition, ou que le texte dit déjà."""
    if dites and dites["edition"] != edition.code:
        yield f"Ces preuves sont de l’édition {dites['edition']}, non de {edition.code}."
    points = {point.code: point for point in edition.points()}
    for code, preuves in dites.get("points", {}).items():
        if code not in points:
            yield f"{code} : ce point, que l’on prouve, n’existe pas"
        elif len(points[code].preuves) > len(preuves):
            yield f"{code} : le texte dit déjà ce qui le prouve"


def _exemples_faux(edition: Edition, brut: dict) -> Iterator[str]:
    """Les exemples que le jugement contredit : une édition qui ne dit pas ce qu'elle croit dire ne se charge pas."""
    ecrits = (objet for c in brut.get("chapitres", ()) for s in c["specifications"] for objet in (s, *s["points"]))
    exemples = [(objet["code"], exemple) for objet in ecrits for exemple in objet.get("exemples", ())]
    points = {point.code: point for point in edition.points()}
    for code, exemple in exemples:
        trouve = juger(
            points[code].disposition(exemple["type"]),
            Mesure(exemple["total"], exemple["atteint"]),
            parametres=parametres_le(edition, edition.du)
            | {nom: Fraction(str(valeur)) for nom, valeur in exemple.get("parametres", {}).items()},
            retenues=retenues_par_le_texte(edition, edition.du) | dict.fromkeys(exemple.get("lectures_tranchees", ()), "oui"),
        )
        if trouve.verdict != exemple["verdict"] or ("seuil" in exemple and trouve.seuil != exemple["seuil"]):
            yield f"{code} : l’exemple {exemple} donne « {trouve.verdict} », seuil {trouve.seuil}"


def parametres_le(edition: Edition, jour: date) -> dict[str, Fraction | None]:
    """La valeur de chaque paramètre ce jour-là."""
    return {code: parametre.le(jour) for code, parametre in edition.parametres.items()}


def retenues_par_le_texte(edition: Edition, jour: date) -> dict[str, str]:
    """Les questions que le texte d'une édition tranche lui-même, et sa réponse ; dite en toutes lettres, elle vaut oui."""
    tranchees = {code: une for code, une in edition.lectures.items() if une.depuis and une.depuis <= jour}
    return {code: une.retenu if une.admet(une.retenu) else "oui" for code, une in tranchees.items()}
