"""La conformité vivante : chaque spécification jugée à une date, de ce que les gens enregistrent de toute façon (CER-3)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from cedre.certification.lecture_edition import ouvertes, parametres_le
from cedre.certification.models import Appreciation, Revision, ValeurDeParametre
from cedre.certification.referentiel import Edition, Point, Preuve, Specification
from cedre.certification.verdicts import Disposition, Jugement, Regle, Verdict, juger, pire
from cedre.comptes.models import Organisation
from cedre.core.indicateurs import Indicateur, Mesure, mesurer, tous


@dataclass
class Faits:
    """Ce qu'une structure a dit ou déposé, toutes dates ensemble."""

    appreciations: list[Appreciation] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    parametres: list[ValeurDeParametre] = field(default_factory=list)

    def appreciation(self, point: str, le: date) -> Appreciation | None:
        """La dernière qui vaille ce jour-là."""
        siennes = [a for a in self.appreciations if a.point == point and a.vaut(le)]
        return max(siennes, key=lambda a: (a.le, a.pk), default=None)

    def revision(self, point: str, le: date) -> Revision | None:
        """La plus récente de celles qui prouvent ce point ce jour-là."""
        siennes = [r for r in self.revisions if point in r.document.points and r.prouve(le)]
        return max(siennes, key=lambda r: (r.du, r.pk), default=None)

    def valeurs(self, le: date) -> dict[str, Fraction]:
        """La valeur de ses paramètres ce jour-là."""
        connues = sorted((p.du, p.pk, p.parametre, p.valeur) for p in self.parametres if p.du <= le)
        return {parametre: Fraction(valeur) for _, _, parametre, valeur in connues}


@dataclass(frozen=True)
class PreuveJugee:
    """Une preuve et ce qu'elle donne ; faite_par : l'appréciation ou la révision, s'il y en a une."""

    preuve: Preuve
    jugement: Jugement
    mesure: Mesure | None = None
    faite_par: Appreciation | Revision | None = None

    @property
    def verdict(self) -> Verdict:
        """Le sien."""
        return self.jugement.verdict

    @property
    def indicateur(self) -> Indicateur | None:
        """L'indicateur qui la calcule."""
        return tous().get(self.preuve.indicateur)

    @property
    def manquants(self) -> int:
        """Combien ne satisfont pas : le nombre de lignes de la liste derrière."""
        return self.mesure.total - self.mesure.atteint if self.mesure else 0


@dataclass(frozen=True)
class PointJuge:
    """Un point, ce qui le prouve, et ce qu'en pense l'équipe."""

    point: Point
    regle: str
    preuves: tuple[PreuveJugee, ...]
    verdict: Verdict | None
    appreciation: Appreciation | None

    @property
    def diverge(self) -> bool:
        """Vrai si l'équipe ne pense pas ce que les faits disent."""
        dit = self.appreciation and self.appreciation.valeur
        return bool(dit) and self.verdict in (Verdict.SATISFAIT, Verdict.INSUFFISANT) and dit != self.verdict


@dataclass(frozen=True)
class SpecificationJugee:
    """Une spécification, à une date : le plus urgent des verdicts de ses points."""

    specification: Specification
    points: tuple[PointJuge, ...]
    verdict: Verdict

    @property
    def tete(self) -> PreuveJugee | None:
        """La preuve calculée qui la résume : la première, dans l'ordre du texte."""
        return next((preuve for p in self.points for preuve in p.preuves if preuve.mesure), None)


def indicateurs_de(edition: Edition) -> list[Indicateur]:
    """Les indicateurs que cette édition appelle, chacun une fois."""
    codes = dict.fromkeys(p.indicateur for point in edition.points() for p in point.preuves if p.indicateur)
    return [tous()[code] for code in codes]


def lire_les_faits(organisations: Iterable[int]) -> Mapping[int, Faits]:
    """Les appréciations, les documents et les paramètres de ces structures, en trois requêtes."""
    faits, ids = defaultdict(Faits), list(organisations)
    for a in Appreciation.objects.filter(organisation__in=ids).select_related("par"):
        faits[a.organisation_id].appreciations.append(a)
    for r in Revision.objects.filter(document__organisation__in=ids).select_related("document"):
        faits[r.document.organisation_id].revisions.append(r)
    for p in ValeurDeParametre.objects.filter(organisation__in=ids):
        faits[p.organisation_id].parametres.append(p)
    return faits


def conformite(organisation: Organisation, edition: Edition, le: date) -> list[SpecificationJugee]:
    """Toutes les spécifications de l'édition, pour cette structure, ce jour-là ; quatre requêtes."""
    mesures = mesurer(indicateurs_de(edition), organisation.pk, le)
    return evaluer(edition, organisation.type_siae, le, mesures=mesures, faits=lire_les_faits([organisation.pk])[organisation.pk])


def conformites(organisations: list[Organisation], edition: Edition, le: date, *, avance=lambda fait, total: None):
    """(structure, ses spécifications) pour chacune : autant de requêtes que d'indicateurs, quel que soit leur nombre."""
    indicateurs, mesures = indicateurs_de(edition), defaultdict(dict)
    for rang, indicateur in enumerate(indicateurs, start=1):
        for organisation, mesure in indicateur.mesurer_par_structure(le).items():
            mesures[organisation][indicateur.code] = mesure
        avance(rang, len(indicateurs))
    faits, aucune = lire_les_faits(o.pk for o in organisations), Mesure(0, 0)
    for organisation in organisations:
        siennes = {i.code: mesures[organisation.pk].get(i.code, aucune) for i in indicateurs}
        yield organisation, evaluer(edition, organisation.type_siae, le, mesures=siennes, faits=faits[organisation.pk])


def evaluer(
    edition: Edition, type_siae: str, le: date, *, mesures: Mapping[str, Mesure], faits: Faits
) -> list[SpecificationJugee]:
    """Le jugement seul, sans aucune requête : mêmes faits, même jour, même résultat."""
    parametres, ouvre = parametres_le(edition, le) | faits.valeurs(le), ouvertes(edition)

    def prouver(point: Point, preuve: Preuve, disposition: Disposition) -> PreuveJugee:
        if disposition.regle == Regle.SANS_OBJET:
            return PreuveJugee(preuve, Jugement(Verdict.SANS_OBJET))
        if preuve.indicateur:
            mesure = mesures[preuve.indicateur]
            return PreuveJugee(preuve, juger(disposition, mesure, parametres=parametres, lectures_ouvertes=ouvre), mesure)
        if preuve.document:
            revision = faits.revision(point.code, le)
            return PreuveJugee(preuve, Jugement(Verdict.SATISFAIT if revision else Verdict.A_CONSTATER), faite_par=revision)
        dit = faits.appreciation(point.code, le)
        return PreuveJugee(preuve, Jugement(Verdict(dit.valeur) if dit else Verdict.A_CONSTATER), faite_par=dit)

    def juger_le_point(point: Point) -> PointJuge:
        disposition = point.disposition(type_siae)
        preuves = tuple(prouver(point, preuve, disposition) for preuve in point.preuves)
        verdict = pire(p.verdict for p in preuves) if point.est_exige else None
        return PointJuge(point, dire(disposition, edition), preuves, verdict, faits.appreciation(point.code, le))

    def juger_la_specification(specification: Specification) -> SpecificationJugee:
        points = tuple(map(juger_le_point, specification.points))
        return SpecificationJugee(specification, points, pire(p.verdict for p in points if p.verdict))

    return [juger_la_specification(s) for s in edition.specifications()]


def dire(disposition: Disposition, edition: Edition) -> str:
    """La disposition, en une phrase."""
    if disposition.regle == Regle.PART_MINIMALE:
        return f"Au moins {disposition.part} de ce qui est compté, sans arrondi."
    if disposition.regle == Regle.NOMBRE_MINIMAL:
        parametre = edition.parametres[disposition.parametre]
        return f"Au moins autant que : {parametre.libelle.lower()} ({parametre.unite})."
    return {Regle.EXHAUSTIF: "Tous, sans exception.", Regle.SANS_OBJET: "Sans objet pour cette sorte de structure."}[
        disposition.regle
    ]
