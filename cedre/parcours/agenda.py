"""Une semaine d'accueil, jour par jour : entretiens et informations collectives (ACC-2, ACC-3)."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta

from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation
from cedre.parcours.models import Entretien, InformationCollective


@dataclass
class Jour:
    """Un jour et ce qui s'y passe, dans l'ordre des heures."""

    le: date
    evenements: list = field(default_factory=list)


def lundi_de(semaine: str) -> date:
    """Le lundi d'une semaine écrite 2026-W47 ; celui de cette semaine si elle est illisible ou hors de ce siècle."""
    aujourdhui = timezone.localdate()
    try:
        lundi = date.fromisoformat(f"{semaine}-1")
    except ValueError:
        lundi = None
    return lundi if lundi and 2000 <= lundi.year < 2100 else aujourdhui - timedelta(days=aujourdhui.weekday())


def semaine(habilitation: Habilitation, *, lundi: date, compte: Compte | None = None) -> list[Jour]:
    """Les jours de la semaine, du lundi au vendredi au moins. compte : seulement ce qu'il conduit ou anime (tous sinon)."""
    jours = {lundi + timedelta(days=n): Jour(lundi + timedelta(days=n)) for n in range(7)}
    entretiens = Entretien.objects.pour(habilitation).filter(le__range=(min(jours), max(jours)))
    seances = InformationCollective.objects.pour(habilitation).filter(le__range=(min(jours), max(jours)), annulee=False)
    if compte:
        entretiens, seances = entretiens.filter(conduit_par=compte), seances.filter(animee_par=compte)
    for entretien in entretiens.exclude(etat=Entretien.Etat.ANNULE).select_related("personne", "conduit_par"):
        jours[entretien.le].evenements.append(entretien)
    for seance in seances.avec_places().select_related("animee_par"):
        jours[seance.le].evenements.append(seance)
    for jour in jours.values():
        jour.evenements.sort(key=lambda e: (e.heure or time.max, e.pk))
    return [j for j in jours.values() if j.evenements or j.le.weekday() < 5]


def en_souffrance(habilitation: Habilitation, *, compte: Compte | None = None):
    """Les entretiens dont le jour est passé et dont on ne sait pas encore ce qu'il en a été."""
    entretiens = Entretien.objects.pour(habilitation).prevus().filter(le__lt=timezone.localdate())
    if compte:
        entretiens = entretiens.filter(conduit_par=compte)
    return entretiens.select_related("personne", "conduit_par").order_by("le", "heure", "pk")[:20]
