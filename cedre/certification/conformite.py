"""La conformité vivante : chaque spécification jugée à une date, de ce que les gens enregistrent de toute façon (CER-3)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from django.db.models import prefetch_related_objects

from cedre.certification.lecture_edition import parametres_le, retenues_par_le_texte
from cedre.certification.models import Appreciation, LectureRetenue, Revision, ValeurDeParametre
from cedre.certification.phrases import dire, expliquer
from cedre.certification.referentiel import TYPES, Edition, Lecture, Point, Preuve, Specification
from cedre.certification.verdicts import Disposition, Jugement, Regle, Verdict, ecartee, juger, pire
from cedre.comptes.gestes import ouvre
from cedre.comptes.manquants import Manquant, lignes_manquantes, montrer
from cedre.comptes.models import Habilitation, Organisation
from cedre.core.indicateurs import Indicateur, Mesure
from cedre.core.templatetags.cedre import jour
from cedre.observatoire.mesures import mesurer, mesurer_aux_dates, mesurer_par_structure

AU_PLUS = 5  # lignes montrées ; la liste entière est à un clic


@dataclass(frozen=True)
class LectureLue:
    """Une question dont un verdict dépend, et ce qui en était retenu ce jour-là : par la fédération, sinon par le texte lui-même.

    reponse : "" si elle était ouverte.
    """

    lecture: Lecture
    reponse: str = ""
    retenue: LectureRetenue | None = None

    def __str__(self):
        return f"{self.lecture.question} {self.dite or 'Question ouverte.'}"

    @property
    def dite(self) -> str:
        """Ce qui en est retenu, en une phrase ; "" si elle est ouverte."""
        if not self.reponse:
            return ""
        dit = f"Retenu : {self.lecture.en_mots(self.reponse)}"
        if self.retenue is None:
            return f"{dit} ({self.lecture.par})."
        return f"{dit}, depuis le {jour(self.retenue.du)} ({self.retenue.retenue_par}). {self.retenue.pourquoi}"


@dataclass
class Faits:
    """Ce qu'une structure a dit ou déposé, toutes dates ensemble ; et ce que la fédération a retenu pour toutes."""

    appreciations: list[Appreciation] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    parametres: list[ValeurDeParametre] = field(default_factory=list)
    lectures: list[LectureRetenue] = field(default_factory=list)

    def appreciation(self, point: str, le: date) -> Appreciation | None:
        """La dernière qui vaille ce jour-là."""
        siennes = [a for a in self.appreciations if a.point == point and a.vaut(le)]
        return max(siennes, key=lambda a: (a.le, a.pk), default=None)

    def revision(self, point: str, le: date, *, annee_close: bool = False) -> Revision | None:
        """La plus récente de celles qui prouvent ce point ce jour-là, ou l'année d'avant lui."""
        du_point = (r for r in self.revisions if point in r.document.points)
        siennes = [r for r in du_point if (r.prouve_l_annee_close(le) if annee_close else r.prouve(le))]
        return max(siennes, key=lambda r: (r.du, r.pk), default=None)

    def lues(self, edition: Edition, le: date) -> dict[str, LectureLue]:
        """Les questions de cette édition, et ce qui en était retenu ce jour-là."""
        siennes = (r for r in self.lectures if (r.lignee, r.edition) == (edition.lignee, edition.code) and r.du <= le)
        retenues = {r.question: r for r in sorted(siennes, key=lambda r: (r.du, r.pk))}
        reponses = retenues_par_le_texte(edition, le) | {code: retenue.reponse for code, retenue in retenues.items()}
        return {code: LectureLue(une, reponses.get(code, ""), retenues.get(code)) for code, une in edition.lectures.items()}

    def valeurs(self, le: date) -> dict[str, Fraction]:
        """La valeur de ses paramètres ce jour-là."""
        connues = sorted((p.du, p.pk, p.parametre, p.valeur) for p in self.parametres if p.du <= le)
        return {parametre: Fraction(valeur) for _, _, parametre, valeur in connues}


@dataclass(frozen=True)
class PreuveJugee:
    """Une preuve et ce qu'elle donne ; faite_par : l'appréciation ou la révision, s'il y en a une. regle : en une phrase."""

    preuve: Preuve
    jugement: Jugement
    mesure: Mesure | None = None
    faite_par: Appreciation | Revision | None = None
    regle: str = ""
    lectures: tuple[LectureLue, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Le sien."""
        return self.jugement.verdict

    @property
    def indicateur(self) -> Indicateur | None:
        """L'indicateur qui la calcule."""
        return self.preuve.mesuree

    @property
    def seuil(self) -> int:
        """Combien il en fallait ; zéro d'une règle qui ne dit aucun nombre : elle se juge aussi, et un petit total s'y tait."""
        return self.jugement.seuil or 0

    @property
    def reste(self) -> int:
        """Combien de lignes de plus il faut pour satisfaire ; une, de ce qui se dépose ou se constate."""
        if self.mesure is None:
            return 1
        seuil = self.jugement.seuil
        return self.manquants if seuil is None else max(0, seuil - self.mesure.atteint)

    @property
    def manquants(self) -> int:
        """Combien ne satisfont pas : le nombre de lignes de la liste derrière."""
        return self.mesure.total - self.mesure.atteint if self.mesure and self.verdict != Verdict.SANS_OBJET else 0


def tete_de(preuves: Iterable[PreuveJugee], verdict: Verdict | None) -> PreuveJugee | None:
    """De celles qui font ce verdict, une mesure avant un document ou un constat, et celle à qui il manque le plus."""
    siennes = (preuve for preuve in preuves if preuve.verdict == verdict)
    return max(siennes, key=lambda preuve: (preuve.mesure is not None, preuve.reste), default=None)


@dataclass(frozen=True)
class PointJuge:
    """Un point, ce qui le prouve, et ce qu'en pense l'équipe."""

    point: Point
    preuves: tuple[PreuveJugee, ...]
    verdict: Verdict | None
    appreciation: Appreciation | None

    @property
    def tete(self) -> PreuveJugee | None:
        """La preuve qui fait son verdict."""
        return tete_de(self.preuves, self.verdict)

    @property
    def regle(self) -> str:
        """Celle de la preuve qui fait son verdict."""
        return self.tete.regle if self.tete else ""

    @property
    def est_en_defaut(self) -> bool:
        """Vrai si les faits ou l'équipe le disent insuffisant, ou si l'équipe pense autre chose que les faits."""
        dit_insuffisant = bool(self.appreciation) and self.appreciation.valeur == Verdict.INSUFFISANT
        return self.verdict == Verdict.INSUFFISANT or dit_insuffisant or self.diverge

    @property
    def appelle_une_action(self) -> bool:
        """Vrai s'il y a de quoi décider : il est en défaut, personne ne l'a encore constaté, ou il peut progresser."""
        return self.est_en_defaut or self.verdict in (Verdict.A_CONSTATER, Verdict.ENGAGE)

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
    def preuves(self) -> list[PreuveJugee]:
        """Celles de tous ses points, dans l'ordre du texte."""
        return [preuve for p in self.points for preuve in p.preuves]

    @property
    def tete(self) -> PreuveJugee | None:
        """La preuve qui fait son verdict : ce qui la résume, et ce qui l'avancerait le plus."""
        return tete_de(self.preuves, self.verdict)

    @property
    def manquants(self) -> int:
        """Combien de lignes ne satisfont pas, toutes preuves ensemble ; un indicateur qui sert deux fois compte une fois."""
        return sum(self._manquants.values())

    @property
    def mesures_incompletes(self) -> int:
        """De combien de mesures viennent ces lignes."""
        return sum(map(bool, self._manquants.values()))

    @property
    def a_etablir(self) -> list[PreuveJugee]:
        """Ce qui se constate ou se dépose, et qui ne l'est pas, ou ne suffit pas."""
        voulus = (Verdict.INSUFFISANT, Verdict.A_CONSTATER)
        return [preuve for preuve in self.preuves if not preuve.preuve.indicateur and preuve.verdict in voulus]

    def preuve_de(self, indicateur: Indicateur) -> PreuveJugee | None:
        """La preuve que calcule cet indicateur, ou rien."""
        return next((preuve for preuve in self.preuves if preuve.indicateur is indicateur), None)

    @property
    def _manquants(self) -> dict[tuple[str, str], int]:
        return {(preuve.preuve.indicateur, preuve.preuve.objet): preuve.manquants for preuve in self.preuves}


def indicateurs_de(edition: Edition) -> list[Indicateur]:
    """Les indicateurs que cette édition appelle, chacun une fois."""
    return _mesures_par(edition.points())


def _mesures_par(points: Iterable[Point]) -> list[Indicateur]:
    return [*dict.fromkeys(mesuree for point in points for preuve in point.preuves for mesuree in preuve.mesurees)]


def lire_les_faits(organisations: Iterable[int], edition: Edition, types: Iterable[str]) -> Mapping[int, Faits]:
    """Les appréciations, les documents et les paramètres de ces structures, et les lectures retenues, en quatre requêtes.

    types : les sortes de structure qu'elles sont ; sans paramètre pour aucune, une requête de moins.
    """
    lectures, ids = [*LectureRetenue.objects.all()], list(organisations)
    faits = defaultdict(lambda: Faits(lectures=lectures))
    for a in Appreciation.objects.filter(organisation__in=ids).select_related("par"):
        faits[a.organisation_id].appreciations.append(a)
    for r in Revision.objects.filter(document__organisation__in=ids).select_related("document"):
        faits[r.document.organisation_id].revisions.append(r)
    if not any(s.parametres(type_siae) for type_siae in set(types) for s in edition.specifications()):
        return faits
    for p in ValeurDeParametre.objects.filter(organisation__in=ids):
        faits[p.organisation_id].parametres.append(p)
    return faits


def juger_structure(organisation: Organisation, edition: Edition, le: date) -> list[SpecificationJugee]:
    """Toutes les spécifications de l'édition, pour cette structure, ce jour-là ; six requêtes."""
    mesures, type_siae = mesurer(indicateurs_de(edition), organisation.pk, le), organisation.type_au(le)
    faits = lire_les_faits([organisation.pk], edition, [type_siae])[organisation.pk]
    return evaluer(edition, type_siae, le, mesures=mesures, faits=faits)


def juger_structures(organisations: list[Organisation], edition: Edition, le: date, *, avance=lambda fait, total: None):
    """(structure, ses spécifications) pour chacune : autant de requêtes que d'indicateurs, quel que soit leur nombre."""
    prefetch_related_objects(organisations, "appartenances")
    indicateurs, pks, mesures = indicateurs_de(edition), [o.pk for o in organisations], defaultdict(dict)
    for rang, (code, siennes) in enumerate(mesurer_par_structure(indicateurs, pks, le), start=1):
        for pk, mesure in siennes.items():
            mesures[pk][code] = mesure
        avance(rang, len(indicateurs))
    faits = lire_les_faits(pks, edition, TYPES)
    for o in organisations:
        yield o, evaluer(edition, o.type_au(le), le, mesures=mesures[o.pk], faits=faits[o.pk])


def tendance(
    organisation: Organisation, edition: Edition, specification: Specification, dates: list[date]
) -> list[tuple[date, SpecificationJugee]]:
    """La même spécification à chacune de ces dates ; six requêtes."""
    prefetch_related_objects([organisation], "appartenances")
    mesures = mesurer_aux_dates(_mesures_par(specification.points), organisation.pk, dates)
    faits = lire_les_faits([organisation.pk], edition, map(organisation.type_au, dates))[organisation.pk]
    seule = replace(edition, chapitres=(replace(edition.chapitre_de(specification), specifications=(specification,)),))
    return [(le, evaluer(seule, organisation.type_au(le), le, mesures=mesures[le], faits=faits)[0]) for le in dates]


def manques(jugee: SpecificationJugee, habilitation: Habilitation, le: date) -> dict[str, list[Manquant]]:
    """Les premières lignes derrière chaque nombre, par code d'indicateur ; rien à qui n'ouvre pas leur liste."""
    if not ouvre(habilitation, "portail:manquants"):
        return {}
    incompletes = [preuve.indicateur for preuve in jugee.preuves if preuve.manquants]
    return {indicateur.code: _premieres(indicateur, habilitation, le) for indicateur in incompletes}


def _premieres(indicateur: Indicateur, habilitation: Habilitation, le: date) -> list[Manquant]:
    return montrer(lignes_manquantes(indicateur, habilitation, le)[:AU_PLUS], indicateur, habilitation)


def evaluer(
    edition: Edition, type_siae: str, le: date, *, mesures: Mapping[str, Mesure], faits: Faits, lu_le: date | None = None
) -> list[SpecificationJugee]:
    """Le jugement seul, sans aucune requête : mêmes faits, même jour, même résultat.

    lu_le : le jour dont on prend les lectures, si ce n'est pas celui que l'on juge.
    """
    parametres, lues = parametres_le(edition, le) | faits.valeurs(le), faits.lues(edition, lu_le or le)
    reponses = {code: une.reponse for code, une in lues.items() if une.reponse}

    def prouver(point: Point, preuve: Preuve, disposition: Disposition) -> PreuveJugee:
        jugement, mesure, faite_par = ecartee(disposition, reponses), None, None
        if preuve.mesuree and disposition.regle != Regle.SANS_OBJET:
            mesure = mesures[preuve.mesuree.code]
            a_juger = _a_juger(preuve, disposition, mesure)
            jugement = juger(disposition, a_juger, parametres=parametres, retenues=reponses)
            if a_juger != mesure:  # il suffit qu'il y en ait : aucun nombre n'est à atteindre
                jugement = jugement._replace(seuil=None)
        elif disposition.regle != Regle.SANS_OBJET:
            faite_par, verdict = constater(point, preuve, disposition, faits, le)
            jugement = jugement or Jugement(verdict)
        jugement = jugement._replace(raison=expliquer(jugement.raison, edition))
        siennes = tuple(lues[code] for code in disposition.lectures)
        return PreuveJugee(preuve, jugement, mesure, faite_par, dire(disposition, edition), siennes)

    def juger_le_point(point: Point) -> PointJuge:
        disposition = point.disposition(type_siae)
        siennes = (preuve for preuve in point.preuves if preuve.vaut(type_siae, reponses))
        lues_ici = (preuve.selon_les_mesures(mesures) for preuve in siennes)
        preuves = tuple(prouver(point, preuve, preuve.disposition(disposition)) for preuve in lues_ici)
        verdict = pire(p.verdict for p in preuves) if point.est_exige else None
        return PointJuge(point, preuves, verdict, faits.appreciation(point.code, le))

    def juger_la_specification(specification: Specification) -> SpecificationJugee:
        points = tuple(map(juger_le_point, specification.points))
        return SpecificationJugee(specification, points, pire(p.verdict for p in points if p.verdict))

    return [juger_la_specification(s) for s in edition.specifications()]


def _a_juger(preuve: Preuve, disposition: Disposition, mesure: Mesure) -> Mesure:
    """Ce que la règle regarde : que des lignes satisfassent, ou existent ; de la structure même, toujours qu'elle satisfasse."""
    existe = disposition.regle == Regle.EXISTE and not mesure.inconnue
    return mesure._replace(atteint=mesure.total) if existe and preuve.mesuree.unite != "structure" else mesure


def constater(
    point: Point, preuve: Preuve, disposition: Disposition, faits: Faits, le: date
) -> tuple[Appreciation | Revision | None, Verdict]:
    """Ce qui prouve sans se calculer, et son verdict.

    Un document que le texte demande, et qui n'existe pas, est insuffisant ; s'il est d'une année de plus tôt, il est à constater.
    Celui qui doit être transmis n'existe que s'il l'était ce jour-là.
    """
    if not preuve.document:
        dit = faits.appreciation(point.code, le)
        return dit, Verdict(dit.valeur) if dit else Verdict.A_CONSTATER
    code = preuve.transmis or point.code
    if preuve.transmis:
        faits = replace(faits, revisions=[r for r in faits.revisions if r.transmise_le and r.transmise_le <= le])
    if revision := faits.revision(code, le, annee_close=preuve.annee_close):
        return revision, Verdict.SATISFAIT
    du_point = preuve.annee_close and any(code in r.document.points and r.du <= le for r in faits.revisions)
    absent = disposition.regle == Regle.EXISTE and not du_point
    return None, Verdict.INSUFFISANT if absent else Verdict.A_CONSTATER
