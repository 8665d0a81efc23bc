"""Un chiffre du cadre en vigueur : sa mesure, celle d'avant, sa tendance, ses coupes, et deux d'entre elles croisées (OBS-4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlencode

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from cedre.comptes.models import Habilitation
from cedre.core.dates import UN_JOUR, fins_de_mois, il_y_a
from cedre.core.faits import Sens
from cedre.core.indicateurs import Indicateur, Mesure
from cedre.core.periodes import Periode, annee, mois
from cedre.core.templatetags.cedre import nombre, sur
from cedre.core.texte import au_singulier, normaliser
from cedre.observatoire.cadre import Cadre, ChapitreDuCadre, PartLue, RubriqueDuCadre
from cedre.observatoire.mesures import figees
from cedre.observatoire.rempli import CENTIEMES, RubriqueRemplie, libelles, moment, remplir, une_part

MOIS_DE_TENDANCE = 24
CHEMIN = "de … à …"  # la coupe qui dit d'où l'on part et où l'on arrive
NON_DIT = "Non renseigné"
CROISEES, DERRIERE = ("en_lignes", "en_colonnes"), ("ligne", "colonne")  # dans l'adresse : les coupes, et une case
POINTS, MIEUX, MOINS_BIEN = "points", "c’est mieux", "c’est moins bien"

type Rangees = Mapping[str, Mesure]


def precedente(periode: Periode, ecart: relativedelta) -> Periode:
    """Celle d'avant, entière si elle l'est, sinon jusqu'au même jour. ecart : un an, ou un mois.

    >>> from cedre.core.dates import UN_AN
    >>> str(precedente(Periode(date(2026, 1, 1), date(2026, 6, 15)), UN_AN))
    'du 01/01/2025 au 15/06/2025'
    >>> str(precedente(Periode(date(2026, 3, 1), date(2026, 3, 30)), relativedelta(months=1)))
    'du 01/02/2026 au 28/02/2026'
    """
    entiere = mois if ecart.months else annee
    avant = entiere(periode.du - ecart)
    return avant if periode.au == entiere(periode.du).au else Periode(avant.du, min(avant.au, periode.au - ecart))


def coupes_proposees(rubrique: RubriqueDuCadre, periode: Periode) -> list[str]:
    """Ce par quoi elle peut se ranger, ce que montre le cadre d'abord ; du dossier tel qu'il est, d'aujourd'hui seulement."""
    if rubrique.mesuree is None or rubrique.sur:
        return []
    toutes = rubrique.mesuree.noms_des_coupes - rubrique.coupes.keys()
    if periode.au >= timezone.localdate():
        toutes |= rubrique.mesuree.coupes_du_jour
    return sorted(toutes, key=lambda nom: (nom not in rubrique.par, normaliser(nom)))


@dataclass(frozen=True)
class ChiffreDuCadre:
    """Une rubrique remplie, telle que ce lecteur la lit ; la même la période d'avant, et ce qui s'en est figé chaque mois."""

    remplie: RubriqueRemplie
    periode: Periode
    pour: Habilitation
    remplie_avant: RubriqueRemplie | None = None
    periode_avant: Periode | None = None
    tendance: list[tuple[date, Mesure]] = field(default_factory=list)

    @property
    def rubrique(self) -> RubriqueDuCadre:
        """Celle du cadre."""
        return self.remplie.rubrique

    @property
    def indicateur(self) -> Indicateur | None:
        """Celui qui la remplit."""
        return self.remplie.indicateur

    @property
    def se_dit(self) -> bool:
        """Vrai si elle se mesure."""
        return self.remplie.mesure is not None and not self.remplie.mesure.inconnue

    @property
    def se_montre(self) -> bool:
        """Vrai si ce lecteur en lit le détail, et donc l'image."""
        return self.se_dit and not self.remplie.se_tait(self.pour)

    @property
    def dite(self) -> str:
        """Le nombre, tel qu'il le lit."""
        return self.remplie.dite(self.periode.au, pour=self.pour)

    @property
    def part(self) -> str:
        """« 36,8 % », de ce qui dit « 7 sur 19 »."""
        part = self.se_montre and self.remplie.compte_une_part and not self.remplie.nature.est_oui_ou_non
        return (self.remplie.valeur(self.remplie.mesure) or "") if part else ""

    @property
    def unite(self) -> str:
        """Ce que compte un nombre qui se dit seul."""
        seul = self.se_montre and self.rubrique.lit != PartLue.MESURE
        return (self.indicateur.unite if self.remplie.mesure.total > 1 else au_singulier(self.indicateur.unite)) if seul else ""

    @property
    def dite_avant(self) -> str:
        """La même sur la période d'avant, et l'écart : « 5 sur 20 bilans (+4,2 points, c'est mieux) »."""
        if self.remplie_avant is None or self.remplie_avant.mesure is None:
            return ""
        dite = self.remplie_avant.dite(self.periode_avant.au, pour=self.pour)
        return f"{dite} ({self.ecart})" if self.ecart else dite

    @property
    def ecart(self) -> str:
        """De la période d'avant à celle-ci : « +4,2 points, c'est mieux » ; rien de ce qui ne se compare pas, ou se tait."""
        if not self.se_montre or self.remplie_avant is None or self.remplie_avant.mesure.inconnue:
            return ""
        avant, apres = (vaut(self.remplie, lue.mesure) for lue in (self.remplie_avant, self.remplie))
        return "" if avant is None or apres is None else dire_l_ecart(apres - avant, self.remplie)


def vaut(remplie: RubriqueRemplie, mesure: Mesure) -> Decimal | None:
    """Ce qui s'en dessine et s'en compare : un pourcentage, ce que vaut la grandeur, un nombre ; rien de ce qui ne se dit pas."""
    numerateur, denominateur = remplie.entiers(mesure)
    if numerateur is None or denominateur == 0:
        return None
    if not remplie.compte_une_part:
        return Decimal(numerateur) / (CENTIEMES if remplie.indicateur.grandeur and denominateur else 1)
    return Decimal(100 * numerateur) / denominateur


def dire_l_ecart(ecart: Decimal, remplie: RubriqueRemplie) -> str:
    """Dit selon le sens de l'indicateur ; de ce qui n'est qu'un nombre de lignes, rien ne dit s'il est mieux qu'il monte."""
    ecart = ecart.quantize(Decimal("0.1") if remplie.compte_une_part else Decimal("0.01"), ROUND_HALF_UP)
    if not ecart:
        return "comme avant"
    signe, unite = "+" if ecart > 0 else "−", ""
    if remplie.compte_une_part:
        unite = f"\N{NO-BREAK SPACE}{POINTS if abs(ecart) >= 2 else 'point'}"
    dit, sens = f"{signe}{nombre(abs(ecart))}{unite}", remplie.indicateur.sens
    if sens == Sens.AUCUN or remplie.rubrique.lit != PartLue.MESURE:
        return dit
    return f"{dit}, {MIEUX if (ecart > 0) is (sens == Sens.HAUT) else MOINS_BIEN}"


def du_chapitre(
    cadre: Cadre, chapitre: ChapitreDuCadre, habilitation: Habilitation, periode: Periode, avant: Periode | None
) -> list[ChiffreDuCadre]:
    """Chaque chiffre du chapitre, avec celui d'avant ; les tendances de tous, en deux requêtes."""
    entieres = (rubrique.entiere for rubrique in chapitre.rubriques if rubrique.sur)
    seul, chez = (
        replace(cadre, chapitres=(replace(chapitre, rubriques=(*chapitre.rubriques, *entieres)),)),
        habilitation.organisation,
    )
    lues = _en_parts(remplir(seul, chez, avant, en_detail=False)) if avant else {}
    remplies = remplir(seul, chez, periode)
    tendances = _tendances(remplies[0][1], habilitation, periode)
    codes = [(r, code) for code, r in _en_parts(remplies).items() if r.rubrique in chapitre.rubriques]
    return [ChiffreDuCadre(r, periode, habilitation, lues.get(code), avant, tendances.get(code, [])) for r, code in codes]


def _en_parts(remplies: list[tuple[ChapitreDuCadre, list[RubriqueRemplie]]]) -> dict[str, RubriqueRemplie]:
    """Celles d'un chapitre, par code ; qui est une part d'une autre est lue avec elle."""
    par_code = {r.rubrique.code: r for _, siennes in remplies for r in siennes}
    return {code: r.part_de(par_code[r.rubrique.entiere.code]) if r.rubrique.sur else r for code, r in par_code.items()}


def en_bref(cadre: Cadre, habilitation: Habilitation, periode: Periode) -> list[tuple[ChapitreDuCadre, list[ChiffreDuCadre]]]:
    """De chaque chapitre, ce à quoi chaque structure répond, en entier : ni coupe, ni tendance, ni période d'avant."""
    essentiel = [replace(c, rubriques=tuple(r for r in c.rubriques if r.minimum and not r.coupes)) for c in cadre.chapitres]
    remplis = remplir(replace(cadre, chapitres=tuple(essentiel)), habilitation.organisation, periode, en_detail=False)
    lus = [[ChiffreDuCadre(r, periode, habilitation) for r in siennes] for _, siennes in remplis]
    return [*zip(cadre.chapitres, lus, strict=True)]


def sans_les_coupes(chapitre: ChapitreDuCadre) -> ChapitreDuCadre:
    """Le même, dont la page ne montre que les chemins : lire chaque coupe de chaque chiffre coûterait plus que la page."""
    return replace(chapitre, rubriques=tuple(replace(r, par=tuple({*r.par} & {CHEMIN})) for r in chapitre.rubriques))


def _tendances(
    remplies: Iterable[RubriqueRemplie], habilitation: Habilitation, periode: Periode
) -> dict[str, list[tuple[date, Mesure]]]:
    """Ce qui s'est figé de chaque rubrique jusqu'à la fin de la période ; deux coupes croisées ne se figent pas."""
    suivies = [r for r in remplies if r.mesure is not None and len(r.rubrique.coupes) < 2 and not r.se_tait(habilitation)]
    jusqu_au = min(periode.au, timezone.localdate() - UN_JOUR) + UN_JOUR
    fins = [*fins_de_mois(il_y_a(MOIS_DE_TENDANCE, jusqu_au), jusqu_au)]
    gardees = figees({r.indicateur for r in suivies}, habilitation.organisation_id, fins)
    dits = libelles(r.rubrique for r in suivies)
    points = {}
    for r in suivies:
        siens = gardees[r.indicateur.code].items()
        if (coupe := next(iter(r.rubrique.coupes), None)) is None:
            points[r.rubrique.code] = sorted((le, mesure) for le, (mesure, _) in siens)
        else:
            par_jour = [(le, coupes.get(coupe, {})) for le, (mesure, coupes) in siens if coupe in coupes or not mesure.total]
            choisies = [(le, r.rubrique.choisir({(v,): m for v, m in dites.items()}, dits)) for le, dites in par_jour]
            points[r.rubrique.code] = sorted(choisies)
    for part in (r.rubrique for r in suivies if r.rubrique.sur):
        entieres = dict(points[part.entiere.code])
        points[part.code] = [(le, une_part(m, entieres[le])) for le, m in points[part.code] if le in entieres]
    return points


def ranger(rubrique: RubriqueDuCadre, coupes: tuple[str, ...], organisation, periode: Periode) -> dict[tuple[str, ...], Mesure]:
    """Ses mesures par valeur de cette coupe, ou par croisement de deux, telles que les faits les disent aujourd'hui."""
    indicateur, siennes, dits = rubrique.mesuree, len(rubrique.coupes), libelles([rubrique])
    groupes = defaultdict(dict)
    toutes = (*rubrique.coupes, *coupes)
    for valeurs, mesure in indicateur.croisement(toutes, moment(indicateur, periode), organisation).par(*toutes).items():
        groupes[tuple(map(str, valeurs[siennes:]))][tuple(map(str, valeurs[:siennes]))] = mesure
    voulues = {cle: rubrique.choisir(par_coupe, dits) for cle, par_coupe in groupes.items()}
    return {cle: mesure for cle, mesure in voulues.items() if mesure.total}


def en_ordre(valeurs: Iterable[str]) -> list[str]:
    """Par ordre alphabétique, ce qui n'est pas renseigné à la fin."""
    return sorted(valeurs, key=lambda valeur: (valeur == NON_DIT, normaliser(valeur)))


@dataclass(frozen=True)
class DeuxCoupes:
    """Un chiffre rangé par deux de ses coupes, et les totaux de chaque ligne et de chaque colonne, relus ensemble."""

    coupes: tuple[str, str]
    remplie: RubriqueRemplie
    cases: Mapping[tuple[str, str], Mesure]
    de_ligne: Rangees
    de_colonne: Rangees

    @classmethod
    def lire(cls, remplie: RubriqueRemplie, coupes: tuple[str, str], organisation, periode: Periode) -> "DeuxCoupes":
        """Celui de cette rubrique."""
        seules = [{v: m for (v,), m in ranger(remplie.rubrique, (c,), organisation, periode).items()} for c in coupes]
        return cls(coupes, remplie, ranger(remplie.rubrique, coupes, organisation, periode), *seules)

    @property
    def colonnes(self) -> list[str]:
        """Les valeurs de la seconde coupe."""
        return en_ordre(self.de_colonne)

    @property
    def lignes(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Chaque valeur de la première, ce qu'elle croise, son total ; puis les totaux. Chaque case a l'adresse de sa liste."""
        lues = [
            (
                ligne,
                [*(self._case((ligne, c), self.cases.get((ligne, c))) for c in self.colonnes)]
                + [self._case((ligne, ""), self.de_ligne[ligne])],
            )
            for ligne in en_ordre(self.de_ligne)
        ]
        totaux = [self._case(("", c), self.de_colonne[c]) for c in self.colonnes]
        return [*lues, ("Ensemble", [*totaux, self._case(("", ""), self.remplie.mesure)])]

    @property
    def a_change(self) -> bool:
        """Vrai si les lignes n'y font plus la mesure que l'on montre : figée, elle compte ce qui n'est plus nommé."""
        return sum(m.total for m in self.de_ligne.values()) != self.remplie.mesure.total

    def _case(self, cle: tuple[str, str], mesure: Mesure | None) -> tuple[str, str]:
        if mesure is None:
            return "—", ""
        return en_case(self.remplie, mesure), urlencode(dict(zip(DERRIERE, cle, strict=True)))


def precisee(rubrique: RubriqueDuCadre, periode: Periode, dits: Mapping[str, str]) -> RubriqueDuCadre:
    """La même, des seules lignes d'une case d'un croisement. dits : l'adresse de cette case."""
    choisies = {dits.get(coupe, ""): dits.get(valeur, "") for coupe, valeur in zip(CROISEES, DERRIERE, strict=True)}
    proposees = coupes_proposees(rubrique, periode)
    seules = {coupe: (valeur,) for coupe, valeur in choisies.items() if coupe in proposees and valeur}
    return replace(rubrique, coupes={**rubrique.coupes, **seules})


def en_case(remplie: RubriqueRemplie, mesure: Mesure) -> str:
    """« 7 sur 19 », ou le nombre : ce que dit une case, une barre, un point, à qui est de l'équipe."""
    if mesure.inconnue:
        return mesure.inconnue
    if remplie.compte_une_part:
        return sur(mesure.atteint, mesure.total)
    return remplie.valeur(mesure) or "rien à compter"


ENTETES = ("Nombre", "Sur", "Part, en %")


def en_cellules(remplie: RubriqueRemplie, mesure: Mesure) -> tuple:
    """Ce qu'un tableur en reçoit : des nombres."""
    lu = vaut(remplie, mesure)
    if remplie.compte_une_part:
        return mesure.atteint, mesure.total, None if lu is None else lu.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return lu, None, None
