"""Un chiffre en détail : ce que sa page montre, et ce qu'un tableur en emporte (OBS-4)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cedre.comptes.models import Habilitation
from cedre.core.indicateurs import Mesure
from cedre.core.periodes import Periode
from cedre.observatoire.cadre import Cadre, ChapitreDuCadre, RubriqueDuCadre
from cedre.observatoire.dessins import Image, coupe, tendance
from cedre.observatoire.figures import ENTETES, ChiffreDuCadre, DeuxCoupes, du_chapitre, en_cellules, en_ordre, ranger


@dataclass(frozen=True)
class DetailDUnChiffre:
    """Un chiffre, les mesures de chaque coupe que l'on en montre, et le croisement que l'on a choisi."""

    cadre: Cadre
    chapitre: ChapitreDuCadre
    chiffre: ChiffreDuCadre
    par: Mapping[str, Mapping[str, Mesure]]
    croisement: DeuxCoupes | None = None

    @property
    def images(self) -> list[Image]:
        """Sa tendance, puis chacune de ses coupes ; à qui est de l'équipe."""
        remplie = self.chiffre.remplie
        toutes = [tendance(self.chiffre), *(coupe(remplie, nom, mesures) for nom, mesures in self.par.items())]
        return [image for image in toutes if image.lignes and self.chiffre.se_montre]


def detailler(
    cadre: Cadre,
    chapitre: ChapitreDuCadre,
    rubrique: RubriqueDuCadre,
    habilitation: Habilitation,
    *,
    periode: Periode,
    avant: Periode | None,
    coupes: tuple[str, ...],
) -> DetailDUnChiffre:
    """Ce chiffre, tel que ce lecteur peut le lire. coupes : par quoi le ranger ; rien, comme le cadre le montre."""
    seule = replace(chapitre, rubriques=(rubrique,))
    (lu,) = du_chapitre(cadre, seule, habilitation, periode, avant)
    if not lu.se_montre:
        return DetailDUnChiffre(cadre, chapitre, lu, {})
    chez = habilitation.organisation
    if len(coupes) == 2:
        return DetailDUnChiffre(cadre, chapitre, lu, {}, DeuxCoupes.lire(lu.remplie, coupes, chez, periode))
    choisie = {c: {v: m for (v,), m in ranger(rubrique, (c,), chez, periode).items()} for c in coupes}
    return DetailDUnChiffre(cadre, chapitre, lu, choisie or lu.remplie.par)


def en_tableau(detail: DetailDUnChiffre) -> tuple[list[str], list[tuple]]:
    """Les en-têtes et les lignes d'un tableur ; à qui n'en lit pas le détail, la phrase qu'il lit à l'écran."""
    chiffre, remplie = detail.chiffre, detail.chiffre.remplie
    entier = f"{chiffre.rubrique.libelle}, {chiffre.periode}"
    if not chiffre.se_montre:
        return ["Chiffre", "Réponse"], [(entier, chiffre.dite)]
    if croise := detail.croisement:
        lignes = [(*cle, *en_cellules(remplie, croise.cases[cle])) for cle in sorted(croise.cases)]
        return [*croise.coupes, *ENTETES], lignes
    lignes = [(entier, "", *en_cellules(remplie, remplie.mesure))]
    lignes += [(c, v, *en_cellules(remplie, mesures[v])) for c, mesures in detail.par.items() for v in en_ordre(mesures)]
    return ["Chiffre, ou coupe", "Valeur de la coupe", *ENTETES], lignes
