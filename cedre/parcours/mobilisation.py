"""Passer des heures distribuées aux heures mobilisées : à qui sert chaque besoin, et qui travaille le moins (TRA-2)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from django.db.models import DecimalField, Exists, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from cedre.comptes.models import Habilitation
from cedre.core.indicateurs import Mesure
from cedre.core.periodes import mois
from cedre.observatoire.mesures import mesurer_aux_dates, mesurer_par
from cedre.parcours.indicateurs.heures import heures_sans_objectif, heures_travaillees
from cedre.parcours.models import Besoin, Contrat, Engagement, Heures, MiseEnSituation, Moyen, Objectif, Personne

QUATRE_SEMAINES = timedelta(weeks=4)


@dataclass
class Candidat:
    """Quelqu'un dont le contrat court, et ce qu'il faut pour savoir si un besoin lui sert.

    heures : des quatre dernières semaines ; prevus : ce que son engagement prévoit, par fiche de poste ; clients : ceux chez
    qui il travaille, None pour un atelier.
    """

    personne: Personne
    heures: Decimal = Decimal(0)
    vise_le_travail: bool = False
    prevus: dict[int, str] = field(default_factory=dict)
    clients: set[int | None] = field(default_factory=set)

    def raison(self, besoin: Besoin) -> str:
        """Pourquoi ce besoin sert son engagement ; vide s'il n'en dit rien, ou s'il travaille déjà chez ce client."""
        if besoin.client_id in self.clients:
            return ""
        if prevu := self.prevus.get(besoin.fiche_de_poste_id):
            return f"son engagement prévoit : {prevu}"
        if self.vise_le_travail and not self.clients:
            return "objectif de travail, aucune mise en situation en cours"
        return ""


def a_qui_sert(besoin: Besoin, candidats: Iterable[Candidat]) -> list[tuple[Candidat, str]]:
    """Ceux dont l'engagement est servi par ce besoin, avec la raison : d'abord ce poste prévu, puis le moins d'heures."""
    trouves = [(c, raison) for c in candidats if (raison := c.raison(besoin))]
    return sorted(trouves, key=lambda t: (besoin.fiche_de_poste_id not in t[0].prevus, t[0].heures, t[0].personne.nom_recherche))


def prioritaires(candidats: Iterable[Candidat], nombre: int) -> list[Candidat]:
    """Ceux dont le contrat court et qui ont fait le moins d'heures."""
    return sorted(candidats, key=lambda c: (c.heures, c.personne.nom_recherche))[:nombre]


def candidats(habilitation: Habilitation, le: date) -> list[Candidat]:
    """Toutes les personnes dont le contrat court ce jour-là sans être suspendu, en trois requêtes."""
    courants = Engagement.objects.pour(habilitation).en_cours(le)
    moi = OuterRef("pk")
    faites = Heures.objects.filter(mise_en_situation__personne=moi, le__gt=le - QUATRE_SEMAINES, le__lte=le)
    somme = faites.order_by().values("mise_en_situation__personne").annotate(somme=Sum("heures")).values("somme")
    personnes = (
        Personne.objects.pour(habilitation)
        .nominatives()
        .filter(Exists(Contrat.objects.travailles(le).filter(personne=moi)))
        .annotate(
            heures_recentes=Coalesce(Subquery(somme), Value(Decimal(0)), output_field=DecimalField()),
            vise_le_travail=Exists(
                Objectif.objects.au_jour(le).filter(engagement__in=courants, engagement__personne=moi, domaine__code="emploi")
            ),
        )
    )
    trouves = {p.pk: Candidat(p, p.heures_recentes, p.vise_le_travail) for p in personnes}
    a_faire = Moyen.objects.pour(habilitation).au_jour(le).filter(engagement__in=courants, fait_le=None)
    moyens = a_faire.exclude(fiche_de_poste=None).order_by("-rang", "-pk")
    for personne, fiche, libelle in moyens.values_list("engagement__personne", "fiche_de_poste", "libelle"):
        if personne in trouves:
            trouves[personne].prevus[fiche] = libelle
    travaux = MiseEnSituation.objects.pour(habilitation).en_cours(le)
    for personne, client in travaux.values_list("personne", "client"):
        if personne in trouves:
            trouves[personne].clients.add(client)
    return list(trouves.values())


def par_type_d_engagement(habilitation: Habilitation, le: date) -> list[tuple[str, Decimal]]:
    """Les heures du mois de ce jour par type d'engagement servi, les plus nombreuses d'abord."""
    mesures = mesurer_par(heures_travaillees, "engagement servi", habilitation.organisation_id, mois(le))
    return sorted(((type_, mesure.atteint) for type_, mesure in mesures.items()), key=lambda t: (-t[1], t[0]))


@dataclass(frozen=True)
class Mois:
    """Les heures d'un mois, et celles qui n'ont servi aucun objectif."""

    le: date
    heures: Mesure
    sans_objectif: Mesure

    @property
    def part(self) -> float | None:
        """La part sans objectif, en pour cent ; rien quand personne n'a travaillé."""
        return float(100 * self.sans_objectif.atteint / self.heures.atteint) if self.heures.atteint else None


def tendance(habilitation: Habilitation, le: date, nombre: int = 12) -> list[Mois]:
    """Les derniers mois jusqu'à celui de ce jour compris, du plus ancien au plus récent, même vides (TRA-2)."""
    suite = [mois(le - relativedelta(months=n)) for n in reversed(range(nombre))]
    mesures = mesurer_aux_dates([heures_travaillees, heures_sans_objectif], habilitation.organisation_id, suite)
    return [Mois(m.du, *(mesures[m][i.code] for i in (heures_travaillees, heures_sans_objectif))) for m in suite]
