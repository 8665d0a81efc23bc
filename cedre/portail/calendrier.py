"""Les rendez-vous d'une habilitation, sans un nom : ce que lisent son courriel du matin et l'agenda de son téléphone (ACC-6)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils.text import capfirst
from icalendar import Calendar, Event, Timezone

from cedre.comptes.fuseaux import Fuseau
from cedre.comptes.gestes import ouvre
from cedre.comptes.models import Habilitation
from cedre.core.dates import UN_AN
from cedre.parcours.agenda import evenements
from cedre.parcours.models import Bilan, Entretien, InformationCollective, SuiviSortie, VisiteJobcoach
from cedre.regulation.models import Regulation
from cedre.structures.models import Reglages

AVANT, APRES = timedelta(days=30), UN_AN

# Chaque sorte, et la page qui l'ouvre.
PAGES = {
    Entretien: "parcours:entretien",
    Bilan: "parcours:bilan",
    InformationCollective: "parcours:collective",
    SuiviSortie: "parcours:suivi_sortie",
    VisiteJobcoach: "parcours:jobcoach",
    Regulation: "regulation:regulation",
}

# Écrit à la main : celui que la bibliothèque déduit passe à l'heure d'été une heure trop tard (décision 0016).
PARIS = Timezone.from_ical(
    """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
""".replace("\n", "\r\n")
)


@dataclass(frozen=True)
class EntreeDAgenda:
    """Quoi, quand, et le chemin de la page qui le dit à qui s'y connecte. duree : en minutes, si la sorte en a une à elle."""

    cle: str
    quoi: str
    le: date
    heure: time | None
    duree: int | None
    chemin: str
    cree_le: datetime
    modifie_le: datetime | None


def _entree(ligne: Model) -> EntreeDAgenda:
    numero = ligne.jobcoach.personne_id if isinstance(ligne, VisiteJobcoach) else ligne.pk
    le = ligne.prevu_le if isinstance(ligne, SuiviSortie) else ligne.le
    return EntreeDAgenda(
        cle=f"{ligne._meta.model_name}-{ligne.pk}",
        quoi=capfirst(ligne._meta.verbose_name),
        le=le,
        heure=getattr(ligne, "heure", None),
        duree=getattr(ligne, "duree", None),
        chemin=reverse(PAGES[type(ligne)], args=[numero]),
        cree_le=getattr(ligne, "cree_le", None) or datetime.combine(le, time(), UTC),
        modifie_le=getattr(ligne, "modifie_le", None),
    )


def a_l_agenda(habilitation: Habilitation, *, du: date, au: date) -> list[EntreeDAgenda]:
    """Ceux de qui conduit les entretiens, ceux de toute l'équipe sinon, d'un jour à l'autre, extrêmes compris.

    N'y est que ce dont cette habilitation peut ouvrir la page.
    """
    compte = habilitation.compte if ouvre(habilitation, "parcours:entretien_ecrire") else None
    nouvelles = SuiviSortie.objects.pour(habilitation).nominatifs().attendues(au).filter(prevu_le__range=(du, au))
    visites = VisiteJobcoach.objects.pour(habilitation).filter(le__range=(du, au)).select_related("jobcoach")
    if compte:
        nouvelles = nouvelles.filter(sortie__personne__referent=compte)
        visites = visites.filter(jobcoach__conduit_par=compte)
    regulations = Regulation.objects.pour(habilitation).filter(le__range=(du, au))
    lots = [evenements(habilitation, du=du, au=au, compte=compte), nouvelles, visites, regulations]
    trouves = [_entree(ligne) for ligne in chain(*lots) if ouvre(habilitation, PAGES[type(ligne)])]
    return sorted(trouves, key=lambda r: (r.le, r.heure or time.max, r.cle))


def calendrier(habilitation: Habilitation, le: date, *, site: str) -> bytes:
    """L'agenda de cette habilitation au format iCalendar, du mois d'avant à l'année d'après. site : sans barre à la fin."""
    duree = Reglages.objects.de(habilitation).duree_entretien
    agenda = Calendar()
    agenda.add("prodid", "-//Cedre//Agenda//FR")
    agenda.add("version", "2.0")
    agenda.calendar_name = f"Cèdre, {habilitation.organisation}"
    agenda.add_component(PARIS)
    for rdv in a_l_agenda(habilitation, du=le - AVANT, au=le + APRES):
        agenda.add_component(_evenement(rdv, duree, site, habilitation.organisation.fuseau))
    return agenda.to_ical()


def _evenement(rdv: EntreeDAgenda, duree: int, site: str, fuseau: str) -> Event:
    """duree : en minutes, pour ce qui a une heure et pas de durée à soi ; sans heure, il tient toute la journée.

    fuseau : celui de la structure ; outre-mer, l'heure s'écrit en temps universel, qui n'a pas à être décrit.
    """
    evenement = Event()
    evenement.add("uid", f"{rdv.cle}@{settings.HOTE or 'cedre.localhost'}")
    evenement.add("dtstamp", rdv.modifie_le or rdv.cree_le)
    if rdv.modifie_le:
        evenement.add("last-modified", rdv.modifie_le)
    evenement.add("summary", rdv.quoi)
    evenement.add("description", site + rdv.chemin)
    evenement.add("url", site + rdv.chemin)
    if rdv.heure:
        debut = datetime.combine(rdv.le, rdv.heure, ZoneInfo(fuseau))
        evenement.add("dtstart", debut if fuseau == Fuseau.PARIS else debut.astimezone(UTC))
        evenement.add("duration", timedelta(minutes=rdv.duree or duree))
    else:
        evenement.add("dtstart", rdv.le)
        evenement.add("transp", "TRANSPARENT")
    return evenement
