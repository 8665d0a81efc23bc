"""Ce qu'un rapport dit : vivant tant qu'il s'écrit, puis tel que publié ; et ce qu'il faut en relire avant (OBS-2)."""

import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from cedre.comptes.discretion import voit_les_personnes
from cedre.comptes.models import Habilitation
from cedre.core.faits import NON_RENSEIGNE
from cedre.core.indicateurs import Mesure, MesureInconnue
from cedre.core.refus import GesteImpossible
from cedre.core.templatetags.cedre import nombre, sur
from cedre.observatoire.cadre import Cadre, ChapitreDuCadre, Coherence
from cedre.observatoire.cadres import livres
from cedre.observatoire.lecture_cadre import relire
from cedre.observatoire.models.images import IMAGE, LISTE
from cedre.observatoire.models.rapports import NombrePublie, Rapport, RapportQuerySet
from cedre.observatoire.paquet import FAITS, Fichiers, condensats, recompter
from cedre.observatoire.rempli import CENTIEMES, DANS_L_EQUIPE, Nature, RubriqueRemplie, dire, remplir, se_liste
from cedre.observatoire.reunis import lire_la_reunion

type Chapitres = list[tuple[ChapitreDuCadre, list[RubriqueRemplie]]]


def s_ecrit(rapport: Rapport) -> bool:
    """Vrai d'un brouillon dont Cèdre tient encore le cadre."""
    return rapport.etat == Rapport.Etat.BROUILLON and rapport.cadre in livres()


def a_ecrire() -> RapportQuerySet:
    """Les rapports dont Cèdre tient encore le cadre."""
    return Rapport.objects.select_related("organisation").filter(cadre__in=[*livres()])


def cadre_de(rapport: Rapport) -> Cadre:
    """Le cadre d'un brouillon ; d'un rapport publié, celui qui est dans son paquet. Lève GesteImpossible."""
    if rapport.est_publie:
        return relire(gardes(rapport)["cadre.yaml"])
    if rapport.cadre not in livres():
        raise GesteImpossible(f"Le cadre « {rapport.cadre} » n’est plus de ceux que Cèdre tient.")
    return livres()[rapport.cadre]


def gardes(rapport: Rapport, *, tout: bool = False) -> Fichiers:
    """Les fichiers d'un rapport publié. Lève GesteImpossible s'ils ont disparu.

    tout : avec ses images, et ses faits si la structure les garde encore.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(rapport.lire_le_fichier("paquet"))) as archive:
            noms = [nom for nom in archive.namelist() if tout or not nom.startswith(IMAGE)]
            fichiers = {nom: archive.read(nom) for nom in noms}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise GesteImpossible("Le paquet de ce rapport est abîmé : remettez-le depuis une sauvegarde.") from None
    if tout and rapport.faits:
        fichiers[FAITS] = rapport.lire_le_fichier("faits")
    return fichiers


def lire(rapport: Rapport) -> Chapitres:
    """Chaque chapitre, et ce que le rapport répond à chaque rubrique : du cube s'il est publié. Lève GesteImpossible."""
    if not rapport.est_publie:
        return remplir(cadre_de(rapport), rapport.organisation, rapport.periode)
    fichiers = gardes(rapport)
    natures = {
        figure["code"]: Nature(figure["unite"], figure["methode"], figure["de_personnes"], figure["si_rien"])
        for figure in json.loads(fichiers["chiffres.json"])["figures"]
    }
    nombres = {}
    for n in rapport.nombres.all():
        nombres.setdefault(n.rubrique, []).append(n)
    return [
        (chapitre, [_publiee(rubrique, nombres.get(rubrique.code, ()), natures) for rubrique in chapitre.rubriques])
        for chapitre in relire(fichiers["cadre.yaml"]).chapitres
    ]


def _publiee(rubrique, siens: Iterable[NombrePublie], natures: dict[str, Nature]) -> RubriqueRemplie:
    if not rubrique.indicateur:
        return RubriqueRemplie(rubrique, None)
    nature, mesure, combien = natures[rubrique.indicateur], MesureInconnue("pas publié"), 0
    par = {coupe: {} for coupe in rubrique.par}
    for n in sorted(siens, key=lambda n: n.modalite):
        if n.coupe:
            par[n.coupe][n.modalite] = _mesure(n, nature)
        else:
            mesure, combien = _mesure(n, nature), n.contributeurs or 0
    return RubriqueRemplie(rubrique, mesure, par, nature, combien)


def _mesure(n: NombrePublie, nature: Nature) -> Mesure:
    """La mesure dont ces entiers sont ceux ; d'un total, il n'y a que lui."""
    if n.inconnue:
        return MesureInconnue(n.inconnue)
    if n.denominateur is None:
        return Mesure(n.numerateur or 0, 0)
    atteint = n.numerateur or 0
    return Mesure(n.denominateur, atteint if nature.est_un_compte else Decimal(atteint) / CENTIEMES)


def dits(rapport: Rapport, chapitres: Chapitres, *, pour: Habilitation | None) -> list[tuple[ChapitreDuCadre, list[tuple]]]:
    """Ce que ce lecteur en lit ; de nombres réunis, ce que leur paquet en dit, le même pour tous."""
    if not rapport.est_reuni:
        return dire(chapitres, rapport.periode, pour)
    dites = lire_la_reunion(gardes(rapport))["dites"]
    return [(c, [(r, *dites[r.rubrique.code]) for r in siennes if r.rubrique.code in dites]) for c, siennes in chapitres]


def structures_dites(rapport: Rapport) -> str:
    """Combien de structures ont transmis, sur combien, et combien y sont réunies ; rien du rapport d'une seule."""
    if not rapport.est_reuni:
        return ""
    lues = lire_la_reunion(gardes(rapport))["structures"]
    transmis = sur(lues["transmises"], lues["attendues"])
    return f"{transmis} ont transmis leur rapport ; réunies ici, celles dont il est accepté : {lues['acceptees']}."


@dataclass(frozen=True)
class Lacune:
    """Ce qui manque à une rubrique : de combien de lignes une coupe ne se sait pas ; sans coupe, pourquoi rien ne s'en dit."""

    remplie: RubriqueRemplie
    coupe: str = ""
    manquent: int = 0
    sur: int = 0

    def se_complete_par(self, habilitation: Habilitation) -> bool:
        """Vrai si cette habilitation en lit les lignes."""
        return se_liste(self.remplie.rubrique.de_qui_on_ne_sait_pas(self.coupe), habilitation)

    @property
    def pourquoi(self) -> str:
        """Ce que l'on en publiera à la place d'un nombre."""
        return self.remplie.mesure.inconnue if self.remplie.mesure else self.remplie.rubrique.non_tenue


def lacunes(chapitres: Chapitres) -> list[Lacune]:
    """Ce qui manque, la plus grande part d'abord ; une coupe de la même figure, une fois. Puis ce qui ne se sait pas."""
    trouvees, inconnues = {}, []
    for remplie in (r for _, siennes in chapitres for r in siennes):
        if not remplie.est_sue:
            inconnues.append(Lacune(remplie))
        for coupe, mesures in remplie.par.items():
            sur = sum(mesure.total for mesure in mesures.values())
            if NON_RENSEIGNE in mesures and (manquent := mesures[NON_RENSEIGNE].total):
                trouvees.setdefault((remplie.rubrique.indicateur, coupe), Lacune(remplie, coupe, manquent, sur))
    return [*sorted(trouvees.values(), key=lambda lacune: -lacune.manquent / lacune.sur), *inconnues]


def ecarts_de_coherence(cadre: Cadre, chapitres: Chapitres) -> Iterator[tuple[Coherence, tuple]]:
    """Chaque règle du cadre que ces nombres ne tiennent pas, et ce que font ses deux côtés."""
    remplies = (r for _, siennes in chapitres for r in siennes if r.est_sue)
    nombres = {r.rubrique.code: r.rubrique.nombre(r.mesure) for r in remplies}
    for regle in cadre.regles():
        if ecart := regle.ecart(nombres):
            yield regle, ecart


def ecarts_dits(rapport: Rapport, *, pour: Habilitation) -> list[tuple[str, str, str]]:
    """De chaque nombre qu'une correction a changé, sa rubrique, l'ancien et le nouveau, dans l'équipe. Lève GesteImpossible."""
    libelles = {r.code: r.libelle for r in cadre_de(rapport).rubriques()} if rapport.ecarts else {}
    if rapport.est_reuni:
        return [(libelles.get(e["rubrique"], e["rubrique"]), e["avant"] or "rien", e["apres"]) for e in rapport.ecarts]
    dits = [(libelles.get(e["rubrique"], e["rubrique"]), _entiers(e["avant"]), _entiers(e["apres"])) for e in rapport.ecarts]
    return dits if voit_les_personnes(pour) else [(quoi, DANS_L_EQUIPE, DANS_L_EQUIPE) for quoi, *_ in dits]


def _entiers(dits: list) -> str:
    numerateur, denominateur = dits
    return "inconnu" if numerateur is None else nombre(numerateur) if denominateur is None else sur(numerateur, denominateur)


def _montre_ses_images(rapport: Rapport) -> bool:
    """Vrai si les images de la page, leurs légendes et leurs places sont celles du paquet."""
    try:
        montrees = condensats(rapport.images.fichiers())
    except FileNotFoundError:
        return False
    return montrees == {nom: dit for nom, dit in rapport.condensats.items() if nom == LISTE or nom.startswith(IMAGE)}


def verifier(rapport: Rapport) -> tuple[bool, str]:
    """Si un rapport publié est celui que dit la base, et ce qu'en recompte DuckDB ; en une phrase."""
    try:
        fichiers = gardes(rapport, tout=True)
    except GesteImpossible as refus:
        return False, str(refus)
    trouves = condensats(fichiers)
    for nom, condensat in sorted(rapport.condensats.items()):
        if trouves.get(nom) != condensat and (nom in trouves or nom != FAITS):
            return False, f"{nom} n’est pas celui que la base dit avoir été publié."
    if not _montre_ses_images(rapport):
        return False, "Une image que la page montre n’est pas celle qui a été publiée."
    if rapport.est_reuni:  # il n'a pas de nombre au cube : il en est la lecture
        return recompter(fichiers)
    publies = {r["code"]: (r["numerateur"], r["denominateur"]) for r in json.loads(fichiers["chiffres.json"])["rubriques"]}
    du_cube = {n.rubrique: (n.numerateur, n.denominateur) for n in rapport.nombres.filter(coupe="")}
    if autres := sorted(code for code in publies.keys() | du_cube.keys() if publies.get(code) != du_cube.get(code)):
        return False, f"« {autres[0]} » n’a pas dans la base le nombre qui a été publié."
    return recompter(fichiers)
