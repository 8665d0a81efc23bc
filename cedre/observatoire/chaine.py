"""Où en est une campagne : ce que chaque structure a transmis, à temps ou non, ce qui reste à faire, et à qui (OBS-3)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cedre.comptes.models import Habilitation, Organisation
from cedre.core.periodes import Periode, annee, mois
from cedre.observatoire.models import Campagne, Rapport
from cedre.observatoire.operations.rapports import PASSAGES

E = Rapport.Etat
RANGS = {E.TRANSMIS: "a_lire", E.RECU: "a_lire", E.A_CORRIGER: "a_corriger", E.ACCEPTE: "acceptees", E.CLOS: "acceptees"}
DE_LA_REGION = ("recevoir", "accepter", "rendre", "clore")


@dataclass(frozen=True)
class Attendue:
    """Une structure attendue. rapport : la dernière version qu'elle a transmise ; premier_le : le jour de la première."""

    structure: Organisation
    attendu_le: date
    le: date
    rapport: Rapport | None = None
    premier_le: date | None = None

    @property
    def a_temps(self) -> bool:
        """Vrai si la première version est partie au plus tard le jour dit ; ce qu'elle corrige ensuite n'est pas un retard."""
        return self.premier_le is not None and self.premier_le <= self.attendu_le

    @property
    def en_retard(self) -> bool:
        """Vrai si rien n'est transmis, le jour dit passé."""
        return self.premier_le is None and self.attendu_le < self.le

    @property
    def rangs(self) -> tuple[str, ...]:
        """Où elle en est, pour le tableau ; en retard, elle n'a aussi rien transmis."""
        if self.rapport is None:
            return ("retard", "attendues") if self.en_retard else ("attendues",)
        return (RANGS[self.rapport.etat],)

    @property
    def depuis(self) -> date | None:
        """Depuis quand on l'attend : depuis le jour dit, ou depuis qu'on le lui a rendu."""
        if self.rapport is not None and self.rapport.etat == E.A_CORRIGER:
            return self.rapport.juge_le
        return self.attendu_le if self.en_retard else None


@dataclass(frozen=True)
class OuEnEst:
    """Combien de structures sont attendues ; combien ont transmis, à temps ; combien en sont où (Attendue.rangs)."""

    attendues: int
    transmises: int
    a_temps: int
    rangs: Counter

    @classmethod
    def de(cls, attendues: Iterable[Attendue]) -> "OuEnEst":
        """Celui de ces structures."""
        toutes = list(attendues)
        rangs = Counter(rang for a in toutes for rang in a.rangs)
        return cls(len(toutes), sum(a.premier_le is not None for a in toutes), sum(a.a_temps for a in toutes), rangs)


def attendues(campagne: Campagne, habilitation: Habilitation, le: date) -> list[Attendue]:
    """Les structures de qui cette campagne attend un rapport, de celles que l'on suit ; en trois requêtes, sans un brouillon.

    Une structure est attendue si elle tenait Cèdre le dernier jour de la période.
    """
    structures = Organisation.objects.pour(habilitation).structures().select_related("region")
    if campagne.organisation.nature == Organisation.Nature.REGION:
        structures = structures.filter(region=campagne.organisation_id)
    tenaient = Habilitation.objects.filter(organisation__in=structures.order_by(), depuis_jour__lte=campagne.au).premiers_jours()
    siens = Rapport.objects.pour(habilitation).transmis().filter(cadre=campagne.cadre).sur(campagne.periode)
    derniers, premiers = {}, {}
    for rapport in siens.select_related("organisation").order_by("version"):
        derniers[rapport.organisation_id] = rapport
        premiers.setdefault(rapport.organisation_id, rapport.transmis_le)
    return [Attendue(s, campagne.attendu_le, le, derniers.get(s.pk), premiers.get(s.pk)) for s in structures if s.pk in tenaient]


def par_region(dites: Iterable[Attendue]) -> list[tuple[Organisation | None, OuEnEst]]:
    """Le bilan de chaque région, dans l'ordre de leur nom ; ce qui n'est d'aucune à la fin."""
    rangees: dict[Organisation | None, list[Attendue]] = {}
    for attendue in dites:
        rangees.setdefault(attendue.structure.region, []).append(attendue)
    return [(region, OuEnEst.de(siennes)) for region, siennes in sorted(rangees.items(), key=lambda r: (not r[0], str(r[0])))]


def verrous(rapport: Rapport, par: Habilitation) -> list[tuple[str, str]]:
    """De chaque geste qui reste à qui reçoit ce rapport, sa route, et pourquoi il ne se fait pas encore ; "" s'il se fait."""
    siens = [] if rapport.est_reuni else [nom for nom in PASSAGES.a_venir(rapport, par=par) if nom in DE_LA_REGION]
    return [(f"observatoire:rapport_{nom}", PASSAGES.refus(nom, rapport, par=par)) for nom in siens]


def periode_d_avant(periode: Periode) -> Periode:
    """L'année, ou le mois, d'avant.

    >>> str(periode_d_avant(mois(date(2024, 3, 1)))), str(periode_d_avant(annee(date(2024, 3, 1))))
    ('du 01/02/2024 au 29/02/2024', 'du 01/01/2023 au 31/12/2023')
    """
    veille = periode.du - timedelta(days=1)
    return annee(veille) if periode == annee(periode.du) else mois(veille)
