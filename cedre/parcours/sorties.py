"""Les fins de parcours d'une période, telles que leurs indicateurs les comptent : la liste, et chaque chiffre (INS-8)."""

from dataclasses import dataclass
from datetime import date

from cedre.comptes.models import Habilitation
from cedre.core.indicateurs import RIEN, Mesure
from cedre.core.periodes import Periode
from cedre.observatoire.mesures import mesurer, mesurer_par
from cedre.observatoire.models import AnnexeFinanciere
from cedre.parcours.indicateurs.sorties import ClasseDeSortie, fins_de_parcours, sorties_dynamiques
from cedre.parcours.models import Personne, Sortie

DE_CHAQUE_TAUX = {  # ce que l'annexe négocie, et les classes qui l'atteignent
    "taux_dynamiques": (ClasseDeSortie.DURABLE, ClasseDeSortie.TRANSITION, ClasseDeSortie.POSITIVE),
    "taux_durables": (ClasseDeSortie.DURABLE,),
    "taux_transition": (ClasseDeSortie.TRANSITION,),
    "taux_positives": (ClasseDeSortie.POSITIVE,),
}


@dataclass(frozen=True)
class Taux:
    """Une part des sorties examinées, hors retraits, et l'objectif négocié."""

    libelle: str
    mesure: Mesure
    objectif: int | None

    @property
    def pourcentage(self) -> int | None:
        """En pour cent ; rien si l'on n'a personne à compter."""
        return round(100 * self.mesure.atteint / self.mesure.total) if self.mesure.total else None


@dataclass(frozen=True)
class Fin:
    """Une fin de parcours. sortie : rien si elle n'est pas documentée."""

    personne: Personne
    le: date
    ligne: ClasseDeSortie
    sortie: Sortie | None = None


@dataclass(frozen=True)
class FinsDeParcours:
    """Les fins de parcours d'une période, la plus récente d'abord, et ce qu'en disent les indicateurs.

    objectifs : chaque taux négocié, au dernier jour de la période ; rien s'il n'est pas paramétré.
    """

    fins: list[Fin]
    examinees: Mesure
    dynamiques: Mesure
    par_classe: dict[str, Mesure]
    objectifs: dict[str, int | None]

    def de(self, ligne: str) -> list[Fin]:
        """Celles d'une ligne."""
        return [f for f in self.fins if f.ligne == ligne]

    @property
    def lignes(self) -> list[tuple[ClasseDeSortie, int]]:
        """Chaque ligne et son nombre."""
        return [(ligne, self.par_classe.get(ligne.value, RIEN).total) for ligne in ClasseDeSortie]

    @property
    def taux(self) -> list[Taux]:
        """Chaque taux de sorties que l'annexe financière négocie, celui des dynamiques d'abord."""
        return [
            Taux(
                "Sorties dynamiques" if len(classes) > 1 else classes[0].label,
                Mesure(self.dynamiques.total, sum(self.par_classe.get(classe.value, RIEN).total for classe in classes)),
                self.objectifs.get(nom),
            )
            for nom, classes in DE_CHAQUE_TAUX.items()
        ]

    @property
    def pourcentage(self) -> int | None:
        """Le taux de sorties dynamiques, en pour cent ; rien si l'on n'a personne à compter."""
        return self.taux[0].pourcentage


def _fins(habilitation: Habilitation, periode: Periode) -> list[Fin]:
    dites, tues = (
        part.siennes(habilitation.organisation_id, periode).pour(habilitation).annotate(**part.coupes_de(periode, ["classe"]))
        for part in fins_de_parcours.parts
    )
    fins = [Fin(s.personne, s.le, ClasseDeSortie(s.classe), s) for s in dites.select_related("personne", "motif")]
    fins += [Fin(personne, personne.dernier_jour, ClasseDeSortie(personne.classe)) for personne in tues]
    return sorted(fins, key=lambda f: (f.le, f.personne.pk), reverse=True)


def fins_de(habilitation: Habilitation, periode: Periode) -> FinsDeParcours:
    """Les fins de parcours de la structure, pendant cette période."""
    mesures = mesurer([fins_de_parcours, sorties_dynamiques], habilitation.organisation_id, periode)
    par_classe = mesurer_par(fins_de_parcours, "classe", habilitation.organisation_id, periode)
    dites = mesures["fins_de_parcours"], mesures["sorties_dynamiques"], par_classe
    objectifs = AnnexeFinanciere.objects.objectifs(habilitation.organisation_id, periode.dernier_jour)
    return FinsDeParcours(_fins(habilitation, periode), *dites, objectifs)
