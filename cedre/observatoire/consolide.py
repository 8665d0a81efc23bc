"""Les nombres d'une région, ou du réseau : la somme de ceux des rapports acceptés, et rien d'autre que le cube (OBS-3)."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Q, Sum

from cedre.comptes.discretion import est_de_personnes, mesure_en_mots
from cedre.comptes.models import Habilitation
from cedre.core.discretion import ASSEZ, TROIS, a_chiffres, a_peu_pres
from cedre.core.indicateurs import Mesure
from cedre.core.periodes import Periode
from cedre.core.templatetags.cedre import nombre, sur
from cedre.observatoire.cadre import Cadre, ChapitreDuCadre, PartLue, RubriqueDuCadre
from cedre.observatoire.models import NombrePublie

CENTIEMES = 100
PAS_CONSOLIDEE = "ne se consolide pas"
PERSONNE = "aucune structure ne le dit"
TROP_PEU_DE_STRUCTURES = "se dit à partir de cinq structures"


def s_additionne(rubrique: RubriqueDuCadre) -> bool:
    """Vrai d'un compte et d'une somme ; une médiane de médianes ne serait celle de personne."""
    indicateur = rubrique.mesuree
    return rubrique.lit == PartLue.TOTAL or indicateur.grandeur is None or indicateur.s_additionne


@dataclass(frozen=True)
class Somme:
    """Ce que font ensemble les nombres de plusieurs structures, d'une rubrique ou d'une valeur de sa coupe ; jamais divisés.

    muettes : combien de ces structures ne diraient pas la leur, si c'est une somme : moins de cinq personnes y contribuent.
    """

    structures: int
    numerateur: int
    denominateur: int
    muettes: int = field(default=0, compare=False)

    def du_total(self) -> "Somme":
        """La même, d'une rubrique qui n'en lit que le total : le cube garde de son détail ce qui satisfait, et le total."""
        return Somme(self.structures, self.denominateur, 0, self.muettes)

    @property
    def est_large(self) -> bool:
        """Vrai de cinq structures au moins : ce que le rapport d'une seule tait hors de son équipe se dit alors."""
        return self.structures >= ASSEZ

    def se_dit(self, rubrique: RubriqueDuCadre) -> bool:
        """Faux, de moins de cinq structures, d'une partie d'un tout, ou d'une somme que l'une d'elles ne dirait pas."""
        if self.est_large:
            return True
        grandeur = rubrique.mesuree.grandeur and rubrique.lit != PartLue.TOTAL
        d_une_partie = rubrique.coupes and (grandeur or est_de_personnes(rubrique.mesuree.modele))
        return not (d_une_partie or grandeur and self.muettes)

    def dite(self, rubrique: RubriqueDuCadre, *, pour: Habilitation) -> str:
        """Ce que l'on en lit hors d'une équipe : un nombre de personnes à cinq près, une somme à trois chiffres.

        Exactes, deux sommes dont l'une a une structure de plus se soustrairaient.
        """
        indicateur = rubrique.mesuree
        personnes, grandeur = est_de_personnes(indicateur.modele), indicateur.grandeur and rubrique.lit != PartLue.TOTAL
        if not self.se_dit(rubrique):
            return TROP_PEU_DE_STRUCTURES
        if rubrique.lit == PartLue.TOTAL:
            return a_peu_pres(self.numerateur) if personnes else nombre(self.numerateur)
        if grandeur:
            return f"environ {nombre(a_chiffres(Decimal(self.numerateur) / CENTIEMES, TROIS))} {indicateur.unite}"
        if indicateur.unite == "structure":
            return f"{sur(self.numerateur, self.denominateur)} structures"
        mesure = Mesure(self.denominateur, self.numerateur)
        return mesure_en_mots(mesure, indicateur.unite, grandeur=False, de_personnes=personnes, pour=pour)


@dataclass(frozen=True)
class RubriqueConsolidee:
    """Une rubrique, sa somme et celle de la période d'avant ; par : de chaque coupe qu'elle montre, la somme de chaque valeur."""

    rubrique: RubriqueDuCadre
    somme: Somme | None
    avant: Somme | None
    par: dict[str, dict[str, Somme]] = field(default_factory=dict)

    def _dite(self, somme: Somme | None, pour: Habilitation) -> str:
        if not s_additionne(self.rubrique):
            return PAS_CONSOLIDEE
        return somme.dite(self.rubrique, pour=pour) if somme else PERSONNE

    def lue(self, *, pour: Habilitation) -> tuple["RubriqueConsolidee", str, str, list]:
        """Elle, ce que l'on en lit, ce que l'on en lisait la période d'avant, et le détail qu'elle montre."""
        return self, self._dite(self.somme, pour), self._dite(self.avant, pour), self._dites_par(pour)

    def _dites_par(self, pour: Habilitation) -> list[tuple[str, list[tuple[str, str]]]]:
        if self.somme is None or not self.somme.est_large:
            return []
        return [
            (coupe, [(valeur.replace("_", " "), somme.dite(self.rubrique, pour=pour)) for valeur, somme in valeurs.items()])
            for coupe, valeurs in self.par.items()
        ]


def consolider(
    cadre: Cadre, periode: Periode, avant: Periode, *, pour: Habilitation, region: int | None = None
) -> list[tuple[ChapitreDuCadre, list[RubriqueConsolidee]]]:
    """Chaque chapitre, et la somme de chaque rubrique des rapports acceptés que l'on suit ; region : de ses seules structures."""
    sommes, d_avant = (_sommes(cadre, quand, pour, region) for quand in (periode, avant))
    return [
        (chapitre, [_consolidee(rubrique, sommes, d_avant) for rubrique in chapitre.rubriques if rubrique.indicateur])
        for chapitre in cadre.chapitres
    ]


def _sommes(cadre: Cadre, periode: Periode, pour: Habilitation, region: int | None) -> dict[tuple[str, str, str], Somme]:
    """Par rubrique, coupe et valeur, ce que font ensemble les nombres publiés ; en une requête."""
    siennes = NombrePublie.objects.pour(pour).acceptes(cadre.code, periode).filter(~Q(numerateur=None))
    if region:
        siennes = siennes.filter(rapport__organisation__region=region)
    lues = siennes.order_by().values_list("rubrique", "coupe", "modalite")
    muette = Q(contributeurs=None) | Q(contributeurs__gt=0, contributeurs__lt=ASSEZ)
    muettes = Count("rapport", filter=muette)
    comptees = lues.annotate(Count("rapport"), Sum("numerateur"), Sum("denominateur", default=0), muettes=muettes)
    return {tuple(cle): Somme(*nombres) for *cle, nombres in ((r, c, m, n) for r, c, m, *n in comptees)}


def _consolidee(rubrique: RubriqueDuCadre, sommes: dict, avant: dict) -> RubriqueConsolidee:
    if not s_additionne(rubrique):
        return RubriqueConsolidee(rubrique, None, None)
    par = {coupe: {} for coupe in rubrique.par}
    for (code, coupe, modalite), somme in sorted(sommes.items()):
        if code == rubrique.code and coupe in par:
            par[coupe][modalite] = somme.du_total() if rubrique.lit == PartLue.TOTAL else somme
    cle = (rubrique.code, "", "")
    return RubriqueConsolidee(rubrique, sommes.get(cle), avant.get(cle), par)
