"""Les cadres que Cèdre tient : ceux de son dossier, et celui qui vaut un jour donné (OBS-1, docs/format-cadre.md)."""

import hashlib
from datetime import date
from functools import cache

from cedre.observatoire.cadre import DOSSIER, Cadre, CadreRefuse
from cedre.observatoire.lecture_cadre import lire, qui_se_chevauchent

LE_NOTRE = "cedre"  # la lignée
CONDENSATS = DOSSIER / "CONDENSATS"  # tel que « sha256sum *.yaml » l'écrit


@cache
def livres() -> dict[str, Cadre]:
    """Tous, par code, le nôtre d'abord. Lève CadreRefuse."""
    lus = [lire(fichier.read_bytes()) for fichier in DOSSIER.glob("*.yaml")]
    if fautes := qui_se_chevauchent(lus):
        raise CadreRefuse(fautes)
    return {cadre.code: cadre for cadre in sorted(lus, key=lambda c: (c.lignee != LE_NOTRE, c.lignee, c.du))}


def libelle_du(code: str) -> str:
    """Ce que l'on en lit à l'écran ; d'un cadre que l'on ne tient plus, son code."""
    return livres()[code].libelle if code in livres() else code


def en_vigueur(le: date) -> Cadre:
    """Le nôtre, celui de ce jour ; d'un jour d'avant lui, le premier."""
    notres = [cadre for cadre in livres().values() if cadre.lignee == LE_NOTRE]
    return next((cadre for cadre in reversed(notres) if cadre.du <= le), notres[0])


def alteres() -> list[str]:
    """Ce qui n'est plus tel qu'on l'a livré, ou ne se lit pas, en français ; un cadre ajouté n'a pas à être au condensat."""
    attendus = dict(reversed(ligne.split()) for ligne in CONDENSATS.read_text(encoding="utf-8").splitlines())
    trouves = {fichier.name: hashlib.sha256(fichier.read_bytes()).hexdigest() for fichier in DOSSIER.glob("*.yaml")}
    dits = [f"{nom} n’est pas celui que Cèdre livre." for nom in sorted(attendus) if trouves.get(nom) != attendus[nom]]
    if trouves.keys() != attendus.keys() and not dits:
        try:
            livres()
        except CadreRefuse as refus:
            dits += [f"Un cadre ajouté ne se lit pas. {faute}" for faute in refus.fautes]
    return dits
