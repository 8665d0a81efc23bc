"""Une structure à côté des autres : la médiane de sa région, de son type, du réseau ; jamais une autre par son nom (OBS-3).

Aucun nombre d'une autre n'en sort : une médiane arrondie, de cinq structures au moins, et, à partir de douze, la bande où l'on
se trouve. Un repère se tait s'il n'ajoute à un autre, plus proche, que moins de cinq structures.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import median, quantiles
from typing import NamedTuple

from cedre.comptes.appartenance import type_ce_jour
from cedre.comptes.discretion import est_de_personnes, mesure_en_mots, voit_les_personnes
from cedre.comptes.models import Habilitation
from cedre.core.discretion import ASSEZ, a_chiffres, a_cinq_pres, a_peu_pres, est_petit
from cedre.core.indicateurs import Mesure
from cedre.core.templatetags.cedre import nombre
from cedre.observatoire.cadre import ChapitreDuCadre, PartLue, RubriqueDuCadre
from cedre.observatoire.cadres import livres
from cedre.observatoire.consolide import CENTIEMES
from cedre.observatoire.models import NombrePublie, Rapport

POUR_DES_QUARTS, DEUX_CHIFFRES = 12, 100
RIEN_A_COMPTER = "rien à compter"
GROUPES = ("région", "type", "réseau")  # du plus proche au plus large ; le dernier contient les autres
BANDES = ("dans le quart le plus bas", "sous la médiane", "au-dessus de la médiane", "dans le quart le plus haut")


def valeur(rubrique: RubriqueDuCadre, numerateur: int | None, denominateur: int | None) -> Decimal | None:
    """Ce qui se compare d'une structure à l'autre : une part en pour cent, un nombre, une grandeur."""
    if numerateur is None:
        return None
    if rubrique.lit == PartLue.TOTAL:
        return Decimal(numerateur)
    if rubrique.mesuree.grandeur:
        return Decimal(numerateur) / CENTIEMES if denominateur else None
    if rubrique.lit == PartLue.ATTEINT:
        return Decimal(numerateur)
    return Decimal(100 * numerateur) / denominateur if denominateur else None


def dite(rubrique: RubriqueDuCadre, exacte: Decimal) -> str:
    """« environ 35 % » : assez pour se situer, trop peu pour retrouver de quelle structure c'est le nombre."""
    de_grandeur = rubrique.mesuree.grandeur and rubrique.lit != PartLue.TOTAL
    if rubrique.lit == PartLue.MESURE and not de_grandeur:
        return f"environ {a_cinq_pres(exacte)}\N{NO-BREAK SPACE}%"
    if not de_grandeur and exacte <= DEUX_CHIFFRES:
        return a_peu_pres(round(exacte))
    return f"environ {nombre(a_chiffres(exacte, 2))}{f' {rubrique.mesuree.unite}' if de_grandeur else ''}"


@dataclass(frozen=True)
class Repere:
    """Ce que l'on dit d'un groupe de structures : combien elles sont, leur médiane, et la bande où se trouve la nôtre."""

    groupe: str
    structures: int
    mediane: str
    moitie: tuple[str, str] | None = None
    bande: str = ""


def reperes(rubrique: RubriqueDuCadre, sienne: Decimal | None, groupes: Mapping[str, Mapping[int, Decimal]]) -> list[Repere]:
    """De cette rubrique, les repères qui se disent. groupes : du plus proche au plus large, la valeur de chaque structure."""
    dits, lus = [], []
    for groupe, valeurs in groupes.items():
        proches = [autre for autre in lus if autre <= valeurs.keys()]
        if len(valeurs) < ASSEZ or any(est_petit(len(valeurs) - len(autre)) for autre in proches):
            continue
        lus.append(set(valeurs))
        dits.append(_repere(rubrique, groupe, sorted(valeurs.values()), sienne))
    return dits


def _repere(rubrique: RubriqueDuCadre, groupe: str, valeurs: list[Decimal], sienne: Decimal | None) -> Repere:
    milieu = dite(rubrique, median(valeurs))
    if len(valeurs) < POUR_DES_QUARTS:
        return Repere(groupe, len(valeurs), milieu)
    coupures = quantiles(valeurs, n=4, method="inclusive")
    moitie = dite(rubrique, coupures[0]), dite(rubrique, coupures[-1])
    bande = "" if sienne is None else BANDES[sum(sienne > coupure for coupure in coupures)]
    return Repere(groupe, len(valeurs), milieu, moitie, bande)


class ACote(NamedTuple):
    """Une rubrique du rapport, ce que ce lecteur en lit, et les repères qui se disent."""

    rubrique: RubriqueDuCadre
    sienne: str
    reperes: list[Repere]


def a_cote(rapport: Rapport, pour: Habilitation) -> list[tuple[ChapitreDuCadre, list[ACote]]]:
    """Chaque chapitre du rapport, et ses rubriques dont un repère se dit ; à qui ne lit pas les dossiers, sans la bande."""
    siens = {n.rubrique: n for n in NombrePublie.objects.pour(pour).filter(rapport=rapport, coupe="")}
    groupes, chapitres = groupes_de(rapport), []
    for chapitre in livres()[rapport.cadre].chapitres:
        dites = [
            _a_cote(rubrique, siens[rubrique.code], groupes, pour) for rubrique in chapitre.rubriques if rubrique.code in siens
        ]
        chapitres.append((chapitre, dites))
    return chapitres


def _a_cote(rubrique: RubriqueDuCadre, sien: NombrePublie, groupes: Mapping, pour: Habilitation) -> ACote:
    exacte = valeur(rubrique, sien.numerateur, sien.denominateur)
    exacte_pour_lui = exacte if voit_les_personnes(pour) else None
    return ACote(rubrique, _la_sienne(rubrique, sien, pour), reperes(rubrique, exacte_pour_lui, groupes[rubrique.code]))


def _la_sienne(rubrique: RubriqueDuCadre, sien: NombrePublie, pour: Habilitation) -> str:
    """Son nombre exact à l'équipe ; au conseil d'administration, tel qu'une mesure se dit hors de l'équipe."""
    indicateur = rubrique.mesuree
    if sien.numerateur is None:
        return sien.inconnue or RIEN_A_COMPTER
    de_personnes = est_de_personnes(indicateur.modele)
    if rubrique.lit == PartLue.TOTAL:
        return a_peu_pres(sien.numerateur) if de_personnes and not voit_les_personnes(pour) else nombre(sien.numerateur)
    vaut = Decimal(sien.numerateur) / CENTIEMES if indicateur.grandeur else sien.numerateur
    mesure, grandeur = Mesure(sien.denominateur, vaut), bool(indicateur.grandeur)
    dite = {"grandeur": grandeur, "de_personnes": de_personnes, "contributeurs": sien.contributeurs or 0}
    return mesure_en_mots(mesure, indicateur.unite, pour=pour, **dite)


def groupes_de(rapport: Rapport) -> dict[str, dict[str, dict[int, Decimal]]]:
    """Par rubrique, puis par groupe, la valeur de chaque structure dont le rapport est accepté ; en une requête, du seul cube."""
    organisation, par_rubrique = rapport.organisation, defaultdict(lambda: {groupe: {} for groupe in GROUPES})
    rubriques = {rubrique.code: rubrique for rubrique in livres()[rapport.cadre].tenues()}
    lues = NombrePublie.objects.acceptes(rapport.cadre, rapport.periode).filter(coupe="").order_by()
    a_lire = ("rapport__organisation", "rapport__organisation__region", "rubrique", "numerateur", "denominateur")
    alors = organisation.type_au(rapport.au)
    dites = lues.annotate(type_alors=type_ce_jour(rapport.au, "rapport__organisation__")).values_list("type_alors", *a_lire)
    for type_siae, structure, region, code, *nombres in dites:
        trouvee = valeur(rubriques[code], *nombres) if code in rubriques else None
        if trouvee is not None:
            groupes = par_rubrique[code]
            groupes["réseau"][structure] = trouvee
            if type_siae == alors:
                groupes["type"][structure] = trouvee
            if region == organisation.region_id:
                groupes["région"][structure] = trouvee
    return par_rubrique
