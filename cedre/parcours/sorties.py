"""Les sorties d'une période, ligne par ligne, et le taux qu'elles donnent (INS-8, nomenclatures §1).

Chaque chiffre se compte sur la liste même que l'on montre. Une fin de contrat sans sortie est une ligne à part, qui reste
au dénominateur.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils import timezone

from cedre.comptes.models import Habilitation, Organisation
from cedre.parcours.models import DYNAMIQUES, Categorie, Personne, Sortie
from cedre.structures.models import Reglages

TypeSiae = Organisation.TypeSiae
HEURES_MINIMALES = {TypeSiae.AI: 150, TypeSiae.ETTI: 150, TypeSiae.EI: 1, TypeSiae.ACI: 1}
JOURS_MINIMAUX = {TypeSiae.EI: 81, TypeSiae.ACI: 81}  # plus de 2,65 mois, au douzième d'année (80,66 jours)


class ClasseDeSortie(models.TextChoices):
    """Où une sortie se compte."""

    DURABLE = "durable", Categorie.DURABLE.value
    TRANSITION = "transition", Categorie.TRANSITION.value
    POSITIVE = "positive", Categorie.POSITIVE.value
    AUTRE = "autre", Categorie.AUTRE.value
    NON_DOCUMENTEE = "non_documentee", "Sortie non documentée"
    RETRAIT = "retrait", Categorie.RETRAIT.value
    NON_EXAMINEE = "non_examinee", "Séjour trop court : non examinée"


_DYNAMIQUES = {ClasseDeSortie[c.name] for c in DYNAMIQUES}


def est_examinee(type_siae: str, *, premier_jour: date | None, dernier_jour: date, heures: Decimal) -> bool:
    """Vrai si le séjour est assez long pour compter. heures : faites pendant ce séjour ; jours extrêmes compris (§ 1)."""
    jours = (dernier_jour - premier_jour).days + 1 if premier_jour else 0
    return heures >= HEURES_MINIMALES[type_siae] and jours >= JOURS_MINIMAUX.get(type_siae, 0)


@dataclass(frozen=True)
class Fin:
    """Une fin de parcours. sortie : rien si elle n'est pas documentée."""

    personne: Personne
    le: date
    ligne: ClasseDeSortie
    sortie: Sortie | None = None


@dataclass(frozen=True)
class FinsDeParcours:
    """Les fins de parcours d'une période."""

    fins: list[Fin]

    def de(self, ligne: str) -> list[Fin]:
        """Celles d'une ligne."""
        return [f for f in self.fins if f.ligne == ligne]

    @property
    def lignes(self) -> list[tuple[ClasseDeSortie, int]]:
        """Chaque ligne et son nombre."""
        return [(ligne, len(self.de(ligne))) for ligne in ClasseDeSortie]

    @property
    def examinees(self) -> int:
        """Celles dont le séjour est assez long pour compter."""
        return len(self.fins) - len(self.de(ClasseDeSortie.NON_EXAMINEE))

    @property
    def denominateur(self) -> int:
        """Les sorties examinées, moins les retraits."""
        return self.examinees - len(self.de(ClasseDeSortie.RETRAIT))

    @property
    def dynamiques(self) -> int:
        """Emploi durable, emploi de transition, sorties positives."""
        return sum(f.ligne in _DYNAMIQUES for f in self.fins)

    @property
    def pourcentage(self) -> int | None:
        """Le taux de sorties dynamiques, en pour cent ; rien si l'on n'a personne à compter."""
        return round(100 * self.dynamiques / self.denominateur) if self.denominateur else None


def _ligne(type_siae: str, sejour, le: date, ligne: ClasseDeSortie) -> ClasseDeSortie:
    assez = est_examinee(type_siae, premier_jour=sejour.premier_jour, dernier_jour=le, heures=sejour.heures or Decimal(0))
    return ligne if assez else ClasseDeSortie.NON_EXAMINEE


def _documentees(habilitation: Habilitation, du: date, au: date) -> Iterable[Fin]:
    sorties = Sortie.objects.pour(habilitation).entre(du, au).avec_sejour().select_related("personne", "motif")
    for sortie in sorties:
        ligne = _ligne(habilitation.organisation.type_siae, sortie, sortie.le, ClasseDeSortie[sortie.categorie.name])
        yield Fin(sortie.personne, sortie.le, ligne, sortie)


def _non_documentees(habilitation: Habilitation, du: date, au: date) -> Iterable[Fin]:
    delai = Reglages.objects.de(habilitation).delai_sortie
    personnes = Personne.objects.pour(habilitation).sorties_sans_le_dire(timezone.localdate(), delai)
    for personne in personnes.filter(dernier_jour__gte=du, dernier_jour__lte=au):
        le = personne.dernier_jour
        yield Fin(personne, le, _ligne(habilitation.organisation.type_siae, personne, le, ClasseDeSortie.NON_DOCUMENTEE))


def periode(habilitation: Habilitation, *, du: date, au: date) -> FinsDeParcours:
    """Les fins de parcours de la structure entre ces jours compris, la plus récente d'abord."""
    fins = [*_documentees(habilitation, du, au), *_non_documentees(habilitation, du, au)]
    return FinsDeParcours(sorted(fins, key=lambda f: (f.le, f.personne.pk), reverse=True))
