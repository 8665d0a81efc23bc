"""Lire un cadre : la forme d'abord, puis ce que la forme ne sait pas dire, puis ses exemples (OBS-1)."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from cedre.core.indicateurs import FaitCompte, tous
from cedre.core.yaml_borne import forme, lire_selon
from cedre.observatoire.cadre import (
    SCHEMA,
    Cadre,
    CadreRefuse,
    ChapitreDuCadre,
    Coherence,
    PartLue,
    RubriqueDuCadre,
    valeurs_closes,
)
from cedre.observatoire.models import Terme


def lire(octets: bytes) -> Cadre:
    """Le cadre que dit ce texte. Lève CadreRefuse."""
    brut = lire_selon(octets, forme(SCHEMA), CadreRefuse)
    try:
        cadre = _cadre(brut, hashlib.sha256(octets).hexdigest())
    except ValueError:  # la forme laisse passer le 31 février
        raise CadreRefuse(["Une date de ce fichier n’existe pas."]) from None
    if fautes := [*_fautes(cadre)] or [*_exemples_faux(cadre, brut["exemples"])]:
        raise CadreRefuse(fautes)
    return cadre


@lru_cache(maxsize=64)  # un sixième de seconde à lire, et chaque page d'un rapport publié le demande
def relire(octets: bytes) -> Cadre:
    """Un cadre gardé avec ce qui a été publié : ses indicateurs ont pu changer depuis, rien de plus n'en est vérifié."""
    return _cadre(lire_selon(octets, forme(SCHEMA), CadreRefuse), hashlib.sha256(octets).hexdigest())


def qui_se_chevauchent(cadres: Iterable[Cadre]) -> list[str]:
    """Ceux d'une même lignée qui vaudraient le même jour, ou porteraient le même code, en français."""
    ranges = sorted(cadres, key=lambda c: (c.lignee, c.du, c.code))
    suivis = [(a, b) for a, b in zip(ranges, ranges[1:], strict=False) if a.lignee == b.lignee]
    dits = [f"{a.code} et {b.code} valent tous deux le {b.du:%d/%m/%Y}." for a, b in suivis if a.au is None or a.au >= b.du]
    return dits + [f"Le code {code} sert à {fois} cadres." for code, fois in Counter(c.code for c in ranges).items() if fois > 1]


def _cadre(brut: dict, condensat: str) -> Cadre:
    vigueur = {borne: date.fromisoformat(jour) for borne, jour in brut["en_vigueur"].items()}
    return Cadre(
        **{nom: brut[nom] for nom in ("lignee", "code", "libelle", "source", "ne_couvre_pas")},
        du=vigueur["du"],
        au=vigueur.get("au"),
        periodes=tuple(brut["periodes"]),
        chapitres=tuple(
            ChapitreDuCadre(dit["code"], dit["libelle"], tuple(map(_rubrique, dit["rubriques"]))) for dit in brut["chapitres"]
        ),
        condensat=condensat,
        coherences=tuple(map(_coherence, brut.get("coherences", ()))),
    )


def _coherence(dite: dict) -> Coherence:
    return Coherence(**dite | {nom: tuple(dite[nom]) for nom in ("plus", "moins") if nom in dite})


def _rubrique(dite: dict) -> RubriqueDuCadre:
    lus = {nom: tuple(dite[nom]) for nom in ("par", "total_de") if nom in dite}
    lus["coupes"] = {coupe: tuple(valeurs) for coupe, valeurs in dite.get("coupes", {}).items()}
    return RubriqueDuCadre(**dite | lus | {"lit": PartLue(dite.get("lit", PartLue.MESURE))})


def _fautes(cadre: Cadre) -> Iterator[str]:
    """Ce que la forme ne sait pas dire."""
    if cadre.au and cadre.au < cadre.du:
        yield "La fin de ce cadre vient avant son début."
    codes = Counter([*(c.code for c in cadre.chapitres), *(r.code for r in cadre.rubriques())])
    yield from (f"{code} : ce code sert {fois} fois" for code, fois in codes.items() if fois > 1)
    for rubrique in cadre.rubriques():
        yield from (f"{rubrique.code} : {dit}" for dit in _fautes_d_une_rubrique(rubrique, codes))
    comptees = {r.code: r.mesuree for r in cadre.tenues()}
    for regle in cadre.coherences:
        for code in regle.cite():
            if code not in comptees:
                yield f"« {regle.dit} » cite « {code} », qui n’est pas une rubrique que Cèdre tient"
            elif comptees[code] and not comptees[code].s_additionne:
                yield f"« {regle.dit} » compte « {code} », un quantile, qui ne s’additionne pas"


def _fautes_d_une_rubrique(rubrique: RubriqueDuCadre, codes: Counter) -> Iterator[str]:
    if rubrique.coupes and rubrique.par:
        yield "elle choisit des valeurs : elle ne se détaille pas"
    yield from (f"elle additionne « {code} », qui n’existe pas" for code in rubrique.total_de if code not in codes)
    if not rubrique.indicateur:
        return
    if rubrique.indicateur not in tous():
        yield f"l’indicateur « {rubrique.indicateur} » n’existe pas"
        return
    if rubrique.sur:
        yield from _fautes_d_une_part(rubrique)
    noms = rubrique.mesuree.noms_des_coupes
    yield from (f"la coupe « {c} » n’existe pas" for c in (*rubrique.coupes, *rubrique.par) if c not in noms)
    for coupe, valeurs in rubrique.coupes.items():
        if len(valeurs) > 1 and not rubrique.mesuree.s_additionne:
            yield f"un quantile ne s’additionne pas d’une valeur de « {coupe} » à l’autre"
        closes = valeurs_closes(rubrique.mesuree, coupe) if coupe in noms else None
        for valeur in valeurs:
            if ":" in valeur and (closes is not None or valeur.partition(":")[0] not in Terme.Liste):
                yield f"« {valeur} » n’est pas un terme que range la coupe « {coupe} »"
            elif ":" not in valeur and closes is not None and valeur not in closes:
                yield f"« {valeur} » n’est pas une valeur de la coupe « {coupe} » : {', '.join(sorted(closes))}"


def _fautes_d_une_part(rubrique: RubriqueDuCadre) -> Iterator[str]:
    """Une part est une somme, d'une autre somme qui se range de même."""
    sommes = [tous().get(code) for code in (rubrique.indicateur, rubrique.sur)]
    if not all(i and i.grandeur and i.s_additionne and i.noms_des_coupes >= rubrique.coupes.keys() for i in sommes):
        yield f"elle ne peut pas être une part de « {rubrique.sur} » : les deux seraient des sommes, que ses coupes rangent"
    if rubrique.par or rubrique.lit != PartLue.MESURE:
        yield "elle est une part : elle ne se détaille pas, et se lit entière"


def _exemples_faux(cadre: Cadre, exemples: list[dict]) -> Iterator[str]:
    """Les exemples que le calcul contredit : un cadre qui ne compte pas ce qu'il croit compter ne se charge pas."""
    par_code = {rubrique.code: rubrique for rubrique in cadre.tenues()}
    for rang, exemple in enumerate(exemples, 1):
        faits = [FaitCompte(f["indicateur"], 0, 0, f.get("coupes", {}), f["valeur"]) for f in exemple["faits"]]
        for code, attendu in exemple["rubriques"].items():
            if code not in par_code:
                yield f"Exemple {rang} : « {code} » n’est pas une rubrique que Cèdre tient"
                continue
            rubrique = par_code[code]
            siens = [fait for fait in faits if fait.indicateur == rubrique.indicateur]
            if muets := [coupe for fait in siens for coupe in rubrique.coupes if coupe not in fait.coupes]:
                yield f"Exemple {rang} : un fait de {rubrique.indicateur} ne dit pas sa coupe « {muets[0]} »"
            elif (trouve := rubrique.nombre(rubrique.compter(siens, {}))) != attendu:
                yield f"Exemple {rang} : {code} vaut {trouve}, non {attendu}"
