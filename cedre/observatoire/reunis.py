"""Le rapport d'une région, ou du réseau : les nombres réunis, tels que chacun les lit hors d'une équipe, puis figés (OBS-3).

D'un nombre de personnes, rien n'y est exact : les entiers du paquet sont ceux que dit la page, et se taisent avec elle.
"""

import json
from decimal import Decimal

from cedre.comptes.discretion import est_de_personnes
from cedre.comptes.models import Habilitation
from cedre.core.discretion import TROIS, TROP_COURT, a_chiffres, a_cinq_pres, est_petit
from cedre.core.periodes import Periode
from cedre.core.refus import GesteImpossible
from cedre.observatoire.cadre import DOSSIER, Cadre, PartLue
from cedre.observatoire.chaine import OuEnEst, periode_d_avant
from cedre.observatoire.consolide import CENTIEMES, RubriqueConsolidee, Somme, consolider
from cedre.observatoire.paquet import FAITS_SANS_LIGNE, FORMAT, MARGE, Fichiers, ce_qu_est, en_csv, en_json, sceller

COLONNES = ("figure", "sujet", "valeur", "coupe")  # d'un fichier de faits qui n'en aura jamais aucun


def entiers_dits(consolidee: RubriqueConsolidee, *, pour: Habilitation) -> tuple[int | None, int | None]:
    """Les entiers de ce que l'on en lit, jamais ceux que l'on tait ; une somme en centièmes, sans dénominateur."""
    rubrique, somme = consolidee.rubrique, consolidee.somme
    if somme is None or not somme.se_dit(rubrique):
        return None, None
    personnes, total, atteint = est_de_personnes(rubrique.mesuree.modele), somme.denominateur, somme.numerateur
    if rubrique.lit == PartLue.TOTAL:
        return (None if personnes and est_petit(atteint) else a_cinq_pres(atteint) if personnes else atteint), None
    if rubrique.mesuree.grandeur:
        return int(a_chiffres(Decimal(atteint) / CENTIEMES, TROIS) * CENTIEMES), None
    if not personnes:
        return atteint, total
    tait = total and total < TROP_COURT or any(map(est_petit, (atteint, total - atteint)))
    return (None, None) if tait else (a_cinq_pres(atteint), a_cinq_pres(total))


def composer(cadre: Cadre, organisation, periode: Periode, *, ou_en_est: OuEnEst, dit: dict, pour: Habilitation) -> Fichiers:
    """Le paquet des nombres réunis de cette organisation. Lève GesteImpossible si aucun rapport n'est accepté."""
    if not ou_en_est.rangs["acceptees"]:
        raise GesteImpossible("Aucun rapport n’est encore accepté : il n’y a rien à réunir.")
    avant = periode_d_avant(periode)
    rubriques = [r for _, siennes in consolider(cadre, periode, avant, pour=pour) for r in siennes]
    dites = [_en_json(r, pour) for r in rubriques]
    sans_nombre = {"numerateur": None, "denominateur": None}
    figures = {r.rubrique.indicateur: ce_qu_est(r.rubrique.mesuree) | sans_nombre for r in rubriques}
    for rubrique, dite in zip((r.rubrique for r in rubriques), dites, strict=True):
        if not rubrique.coupes:
            rangs = ("denominateur",) if rubrique.lit == PartLue.TOTAL else ("numerateur", "denominateur")
            lus = (dite["numerateur"], dite["denominateur"])
            figures[rubrique.indicateur] |= {n: lu for n, lu in zip(rangs, lus, strict=False) if lu is not None}
    chiffres = {
        "format": FORMAT,
        "organisation": organisation.nom,
        "cadre": {"code": cadre.code, "libelle": cadre.libelle, "condensat": cadre.condensat},
        "periode": {"du": periode.du.isoformat(), "au": periode.au.isoformat()},
        "periode_d_avant": str(avant),
        "structures": {
            "attendues": ou_en_est.attendues,
            "transmises": ou_en_est.transmises,
            "acceptees": ou_en_est.rangs["acceptees"],
        },
        **dit,
        "figures": [*figures.values()],
        "rubriques": dites,
    }
    marges = [(f["code"], "", "", f["numerateur"], f["denominateur"]) for f in figures.values()]
    return sceller(
        {
            "chiffres.json": en_json(chiffres),
            "cadre.yaml": (DOSSIER / f"{cadre.code}.yaml").read_bytes(),
            "noyau.csv": en_csv([MARGE, *marges]),
            FAITS_SANS_LIGNE: en_csv([COLONNES]),
        }
    )


def _en_json(consolidee: RubriqueConsolidee, pour: Habilitation) -> dict:
    rubrique, (_, dite, d_avant, details) = consolidee.rubrique, consolidee.lue(pour=pour)
    numerateur, denominateur = entiers_dits(consolidee, pour=pour)
    noms = ("code", "libelle", "rubrique_externe", "lit")
    return {nom: getattr(rubrique, nom) for nom in noms} | {
        "figure": rubrique.indicateur,
        "filtres": [{"coupe": coupe, "modalites": [*valeurs]} for coupe, valeurs in rubrique.coupes.items()],
        "numerateur": numerateur,
        "denominateur": denominateur,
        "structures": _combien(consolidee.somme),
        "dite": dite,
        "d_avant": d_avant if consolidee.avant else "",
        "details": [[coupe, valeurs] for coupe, valeurs in details if valeurs],
    }


def _combien(somme: Somme | None) -> int:
    return somme.structures if somme else 0


def lire_la_reunion(fichiers: Fichiers) -> dict:
    """Ce que dit le paquet : combien de structures, et, par rubrique, ce qui s'en lit et son détail."""
    lu = json.loads(fichiers["chiffres.json"])
    avant = lu["periode_d_avant"]
    return {
        "structures": lu["structures"],
        "dites": {
            dite["code"]: (_avec_les_structures(dite, avant), [tuple(detail) for detail in dite["details"]])
            for dite in lu["rubriques"]
        },
    }


def _avec_les_structures(dite: dict, avant: str) -> str:
    combien = dite["structures"]
    qui = f" ; {combien} structure{'s' if combien > 1 else ''}" if combien else ""
    return f"{dite['dite']}{qui}{f' ; {avant} : {dite["d_avant"]}' if dite['d_avant'] else ''}"
