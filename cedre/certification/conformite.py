"""La conformité vivante : chaque spécification jugée à une date, de ce que les gens enregistrent de toute façon (CER-3)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from django.db.models import prefetch_related_objects

from cedre.certification.lecture_edition import ouvertes, parametres_le
from cedre.certification.models import Appreciation, Revision, ValeurDeParametre
from cedre.certification.referentiel import Edition, Point, Preuve, Specification
from cedre.certification.verdicts import Disposition, Jugement, Regle, Verdict, juger, pire
from cedre.comptes.gestes import ouvre
from cedre.comptes.manquants import Manquant, lignes_manquantes, montrer
from cedre.comptes.models import Habilitation, Organisation
from cedre.core.indicateurs import POURQUOI, Indicateur, Mesure, tous
from cedre.observatoire.mesures import mesurer, mesurer_aux_dates, mesurer_par_structure

AU_PLUS = 5  # lignes montrées ; la liste entière est à un clic


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
    def tete(self) -> PreuveJugee | None:
        """La preuve qui fait son verdict."""
        return next((preuve for preuve in self.preuves if preuve.verdict == self.verdict), None)

    @property
    def est_en_defaut(self) -> bool:
        """Vrai si les faits ou l'équipe le disent insuffisant, ou si l'équipe pense autre chose que les faits."""
        dit_insuffisant = bool(self.appreciation) and self.appreciation.valeur == Verdict.INSUFFISANT
        return self.verdict == Verdict.INSUFFISANT or dit_insuffisant or self.diverge

    @property
    def appelle_une_action(self) -> bool:
        """Vrai s'il y a de quoi décider : il est en défaut, ou personne ne l'a encore constaté."""
        return self.est_en_defaut or self.verdict == Verdict.A_CONSTATER

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
        """La preuve calculée qui la résume : la première qui fait son verdict, dans l'ordre du texte ; sinon la première."""
        calculees = [preuve for p in self.points for preuve in p.preuves if preuve.mesure]
        return next((preuve for preuve in calculees if preuve.verdict == self.verdict), calculees[0] if calculees else None)

    @property
    def manquants(self) -> int:
        """Combien de lignes ne satisfont pas, toutes preuves ensemble ; un indicateur qui sert deux fois compte une fois."""
        return sum(self._manquants.values())

    @property
    def mesures_incompletes(self) -> int:
        """De combien de mesures viennent ces lignes."""
        return sum(map(bool, self._manquants.values()))

    @property
    def _manquants(self) -> dict[Preuve, int]:
        return {preuve.preuve: preuve.manquants for p in self.points for preuve in p.preuves}


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


def juger_structure(organisation: Organisation, edition: Edition, le: date) -> list[SpecificationJugee]:
    """Toutes les spécifications de l'édition, pour cette structure, ce jour-là ; cinq requêtes."""
    mesures = mesurer(indicateurs_de(edition), organisation.pk, le)
    return evaluer(
        edition, organisation.type_au(le), le, mesures=mesures, faits=lire_les_faits([organisation.pk])[organisation.pk]
    )


def juger_structures(organisations: list[Organisation], edition: Edition, le: date, *, avance=lambda fait, total: None):
    """(structure, ses spécifications) pour chacune : autant de requêtes que d'indicateurs, quel que soit leur nombre."""
    prefetch_related_objects(organisations, "appartenances")
    indicateurs, pks, mesures = indicateurs_de(edition), [o.pk for o in organisations], defaultdict(dict)
    for rang, (code, siennes) in enumerate(mesurer_par_structure(indicateurs, pks, le), start=1):
        for pk, mesure in siennes.items():
            mesures[pk][code] = mesure
        avance(rang, len(indicateurs))
    faits = lire_les_faits(pks)
    for o in organisations:
        yield o, evaluer(edition, o.type_au(le), le, mesures=mesures[o.pk], faits=faits[o.pk])


def tendance(
    organisation: Organisation, edition: Edition, specification: Specification, dates: list[date]
) -> list[tuple[date, SpecificationJugee]]:
    """La même spécification à chacune de ces dates ; cinq requêtes."""
    prefetch_related_objects([organisation], "appartenances")
    codes = dict.fromkeys(p.indicateur for point in specification.points for p in point.preuves if p.indicateur)
    mesures = mesurer_aux_dates([tous()[code] for code in codes], organisation.pk, dates)
    faits = lire_les_faits([organisation.pk])[organisation.pk]
    seule = replace(edition, chapitres=(replace(edition.chapitre_de(specification), specifications=(specification,)),))
    return [(le, evaluer(seule, organisation.type_au(le), le, mesures=mesures[le], faits=faits)[0]) for le in dates]


def manques(jugee: SpecificationJugee, habilitation: Habilitation, le: date) -> dict[str, list[Manquant]]:
    """Les premières lignes derrière chaque nombre, par code d'indicateur ; rien à qui n'ouvre pas leur liste."""
    if not ouvre(habilitation, "portail:manquants"):
        return {}
    incompletes = [preuve.indicateur for p in jugee.points for preuve in p.preuves if preuve.manquants]
    return {indicateur.code: _premieres(indicateur, habilitation, le) for indicateur in incompletes}


def _premieres(indicateur: Indicateur, habilitation: Habilitation, le: date) -> list[Manquant]:
    return montrer(lignes_manquantes(indicateur, habilitation, le)[:AU_PLUS], indicateur, habilitation)


def evaluer(
    edition: Edition, type_siae: str, le: date, *, mesures: Mapping[str, Mesure], faits: Faits
) -> list[SpecificationJugee]:
    """Le jugement seul, sans aucune requête : mêmes faits, même jour, même résultat."""
    parametres, lectures = parametres_le(edition, le) | faits.valeurs(le), ouvertes(edition)

    def prouver(point: Point, preuve: Preuve, disposition: Disposition) -> PreuveJugee:
        if disposition.regle == Regle.SANS_OBJET:
            return PreuveJugee(preuve, Jugement(Verdict.SANS_OBJET))
        if preuve.indicateur:
            mesure = mesures[preuve.indicateur]
            jugement = juger(disposition, mesure, parametres=parametres, lectures_ouvertes=lectures)
            return PreuveJugee(preuve, jugement._replace(raison=expliquer(jugement.raison, edition)), mesure)
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


def expliquer(raison: str, edition: Edition) -> str:
    """Pourquoi rien ne se juge, en une phrase ; "" si tout se juge."""
    sorte, _, code = raison.partition(":")
    if sorte == "mesure":
        return f"Mesure : {code}. {POURQUOI[code]}"
    if sorte == "lecture":
        return f"La question reste ouverte : {edition.lectures[code].question}"
    return f"{edition.parametres[code].libelle} : ce nombre n’est pas dit." if sorte == "parametre" else ""


def dire(disposition: Disposition, edition: Edition) -> str:
    """La disposition, en une phrase."""
    if disposition.regle == Regle.PART_MINIMALE:
        return f"Au moins {disposition.part} de ce qui est compté, sans arrondi."
    if disposition.regle == Regle.NOMBRE_MINIMAL:
        parametre = edition.parametres[disposition.parametre]
        return f"Au moins autant que : {parametre.libelle.lower()} ({parametre.unite})."
    return "Tous, sans exception." if disposition.regle == Regle.EXHAUSTIF else "Sans objet pour cette sorte de structure."
