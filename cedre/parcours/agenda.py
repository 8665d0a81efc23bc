"""Une semaine, jour par jour : entretiens d'accueil et de bilan, informations collectives (ACC-2, ACC-3, INS-7)."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import reduce
from operator import or_

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils import timezone

from cedre.comptes.gestes import ouvre
from cedre.comptes.models import Compte, Habilitation
from cedre.core.dates import a_la_fin_sans
from cedre.parcours.models import Bilan, Entretien, InformationCollective


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
    for evenement in evenements(habilitation, du=min(jours), au=max(jours), compte=compte):
        jours[evenement.le].evenements.append(evenement)
    return [j for j in jours.values() if j.evenements or j.le.weekday() < 5]


def evenements(
    habilitation: Habilitation, *, du: date, au: date, compte: Compte | None = None
) -> list[Entretien | Bilan | InformationCollective]:
    """Ce qui se passe d'un jour à l'autre, extrêmes compris, dans l'ordre des heures, en une requête par sorte."""
    seances = InformationCollective.objects.pour(habilitation).filter(annulee=False)
    if compte:
        seances = seances.filter(animee_par=compte)
    rencontres = [lot.exclude(etat="annule") for lot in entretiens(habilitation, compte=compte)]
    lots = [*rencontres, seances.avec_places().select_related("animee_par")]
    return sorted((e for lot in lots for e in lot.filter(le__range=(du, au))), key=lambda e: (e.le, _rang(e)))


def entretiens(habilitation: Habilitation, *, compte: Compte | None = None) -> list[QuerySet]:
    """Les entretiens d'accueil, et ceux de bilan pour qui lit les parcours. compte : seulement ce qu'il conduit."""
    modeles = [Entretien, Bilan] if ouvre(habilitation, "parcours:bilan") else [Entretien]
    conduit_par = {"conduit_par": compte} if compte else {}
    return [
        modele.objects.pour(habilitation).filter(**conduit_par).select_related("personne", "conduit_par") for modele in modeles
    ]


def prochains(rencontres: list[QuerySet], *, combien: int, **criteres: Q) -> dict[str, list[Entretien | Bilan]]:
    """Par critère, les premiers dans l'ordre des jours, parmi ceux qui sont prévus ou à écrire. Une requête par sorte."""
    trouves = []
    for lot in (rencontre.prevus() for rencontre in rencontres):
        lots = [lot.filter(critere).order_by("le", a_la_fin_sans("heure"), "pk") for critere in criteres.values()]
        premiers = [ordonnes[:combien].values("pk") for ordonnes in lots]
        retenus = lot.filter(reduce(or_, (Q(pk__in=ceux_la) for ceux_la in premiers)))
        trouves += retenus.annotate(**{nom: ExpressionWrapper(c, BooleanField()) for nom, c in criteres.items()})
    trouves.sort(key=lambda r: (r.le, _rang(r)))
    return {nom: [r for r in trouves if getattr(r, nom)][:combien] for nom in criteres}


def en_souffrance(habilitation: Habilitation, *, compte: Compte | None = None) -> list[Entretien | Bilan]:
    """Les entretiens dont le jour est passé et dont on ne sait pas encore ce qu'il en a été."""
    passes = Q(le__lt=timezone.localdate())
    return prochains(entretiens(habilitation, compte=compte), combien=20, passes=passes)["passes"]


def _rang(evenement) -> tuple:
    return (evenement.heure or time.max, evenement._meta.model_name, evenement.pk)
