"""Les fins de parcours d'une période, telles que leurs indicateurs les comptent : la liste, et chaque chiffre (INS-8)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from cedre.comptes.models import Habilitation
from cedre.core.indicateurs import RIEN, Mesure
from cedre.core.periodes import Periode
from cedre.core.templatetags.cedre import INSECABLE
from cedre.observatoire.mesures import mesurer, mesurer_par
from cedre.observatoire.models import AnnexeFinanciere
from cedre.observatoire.models.annexes import AncienneAnnexe
from cedre.parcours.indicateurs.sorties import ClasseDeSortie, fins_de_parcours, sorties_dynamiques
from cedre.parcours.models import Personne, Sortie

NON_PARAMETRE = "objectif non paramétré"
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
    objectif: str

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
    """Les fins de parcours d'une période, la plus récente d'abord, et ce qu'en disent les indicateurs."""

    fins: list[Fin]
    examinees: Mesure
    dynamiques: Mesure
    par_classe: dict[str, Mesure]
    objectifs: dict[str, str]

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
                self.objectifs.get(nom, NON_PARAMETRE),
            )
            for nom, classes in DE_CHAQUE_TAUX.items()
        ]

    @property
    def pourcentage(self) -> int | None:
        """Le taux de sorties dynamiques, en pour cent ; rien si l'on n'a personne à compter."""
        return self.taux[0].pourcentage


def _objectifs(habilitation: Habilitation, periode: Periode) -> dict[str, str]:
    """Ce que les annexes en vigueur le dernier jour de la période négociaient de chaque taux ; plusieurs disent leur type."""
    le, siennes = periode.dernier_jour, AnnexeFinanciere.objects.pour(habilitation)
    alors = Prefetch("anciennes", AncienneAnnexe.objects.au_jour(le), "alors")
    annexes = siennes.filter(organisation=habilitation.organisation_id).en_vigueur(le).prefetch_related(alors)
    dites = [(f" en {annexe.type_siae}", [*annexe.alors, annexe][0]) for annexe in annexes.order_by("type_siae", "du", "pk")]
    objectifs = {}
    for nom in DE_CHAQUE_TAUX:
        taux = [(getattr(dite, nom), en if len(dites) > 1 else "") for en, dite in dites]
        if textes := [f"{combien}{INSECABLE}%{en}" for combien, en in taux if combien is not None]:
            objectifs[nom] = f"objectif : {', '.join(textes)}"
    return objectifs


def _fins(habilitation: Habilitation, periode: Periode) -> list[Fin]:
    dites, tues = (
        part.siennes(habilitation.organisation_id, periode).pour(habilitation).annotate(classe=part.coupes_de(periode)["classe"])
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
    return FinsDeParcours(_fins(habilitation, periode), *dites, _objectifs(habilitation, periode))
