"""Une structure qui a vécu deux ans : le réseau d'essai, et dans « ici » vingt-cinq dossiers de plus, à tous les états."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from random import Random

import time_machine
from dateutil.relativedelta import relativedelta
from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation, Invitation
from cedre.conftest import Monde
from cedre.demonstration.calendrier import ouvre_avant
from cedre.demonstration.ecriture import Lot
from cedre.demonstration.maison import CadreCommun, Maison, Profil, creer_comptes, instant
from cedre.demonstration.projet import Projet
from cedre.demonstration.qualite import Qualite
from cedre.demonstration.reseau import peupler
from cedre.demonstration.reunions import reunir
from cedre.parcours.models import Bilan, Entretien, ObjectifEvalue, Sortie, SuiviSortie
from cedre.parcours.operations.engagements import construire
from cedre.regulation.models import Regulation
from cedre.structures.models import Grille, Reglages
from cedre.structures.operations.grilles import preparer
from cedre.tests.adresses import separer_les_identifiants
from cedre.tests.envois import COURRIEL
from cedre.tests.mondes import AILLEURS, ICI, Reseau

LE = date(2026, 6, 17)  # un jour ouvré au milieu d'un mois : ce qui se compte un jour donné ne dépend pas du jour de l'essai
DOSSIERS_VECUS = 25
MOIS_PASSES = (1, 2, 4, 7, 12, 20)


def fins_de_mois() -> list[date]:
    """Six fins de mois déjà passées, des plus proches à celles d'il y a deux ans."""
    return [LE.replace(day=1) - relativedelta(months=mois - 1) - timedelta(days=1) for mois in MOIS_PASSES]


@contextmanager
def ce_jour() -> Iterator[None]:
    """On est ce jour-là, à dix heures."""
    with time_machine.travel(datetime(LE.year, LE.month, LE.day, 8, tzinfo=UTC), tick=False):
        yield


class MaisonVecue(Maison):
    """Une structure d'essai, telle qu'elle aurait vécu : ses propres comptes, et une collègue partie."""

    def __init__(self, monde: Monde, fin: date):
        self.monde = monde
        profil = Profil("ici", "Ici", "AI", "Villesarde", "99110", DOSSIERS_VECUS, annees=2, avec_depart=True, suffixe="-ici")
        super().__init__(profil, monde.organisation, CadreCommun(), Random("le passé tient"), fin, "")

    def _equiper(self) -> None:
        arrivee = instant(self.debut - relativedelta(years=1))
        for role, habilitation in self.monde.hab.items():
            habilitation.depuis = arrivee
            self.comptes[role] = [habilitation.compte]
        Habilitation.objects.filter(organisation=self.organisation).update(depuis=arrivee)
        poste = [("ancienne-cip@ici.example", self.organisation, "cip")]
        self.partie = creer_comptes(self.alea, poste, "", self.fin)["ancienne-cip@ici.example"]
        self.partie_le = ouvre_avant(self.fin - timedelta(days=200))
        Habilitation.objects.filter(compte=self.partie).update(retiree_le=instant(self.partie_le))
        Compte.objects.filter(pk=self.partie.pk).update(is_active=False)

    def _meubler(self) -> None:
        Reglages.objects.filter(organisation=self.organisation).delete()
        super()._meubler()

    def _grilles(self) -> None:
        Grille.objects.filter(organisation=self.organisation).update(version=0)
        super()._grilles()


def _laisser_a_faire(monde: Monde) -> None:
    """Ce qu'une vie bien tenue ne laisse pas : rendez-vous manqués, bilan à prévoir, sortie sans nouvelles, brouillons."""
    hier, chez = {"le": LE - timedelta(days=1)}, {"personne__organisation": monde.organisation}
    chez_elle = {"organisation": monde.organisation}
    entretiens, regulations = Entretien.objects.filter(etat="prevu", **chez), Regulation.objects.filter(**chez_elle)
    for rendez_vous in (entretiens, regulations):
        rendez_vous.filter(pk=rendez_vous.order_by("-le").first().pk).update(**hier)
    a_conclure, a_prevoir, *_ = Bilan.objects.filter(etat="prevu", engagement__etat="en_cours", **chez).order_by("-le")
    Bilan.objects.filter(pk=a_conclure.pk).update(etat="en_cours")
    for objectif in a_conclure.objectifs:
        ObjectifEvalue.objects.update_or_create(bilan=a_conclure, objectif=objectif, defaults={"resultat": "atteint"})
    a_prevoir.delete()
    construire(a_conclure.personne, par=monde.hab["direction"])
    semblables = Sortie.objects.filter(trajectoire=Sortie.objects.filter(**chez).order_by("-le").first().trajectoire, **chez)
    SuiviSortie.objects.filter(sortie__in=semblables).update(fait_le=None, jointe=None, en_emploi=None, activite="", situation="")
    preparer(par=monde.hab["direction"])


def _inviter_ailleurs(monde: Monde) -> None:
    """Une invitation en attente, pour chaque rôle, à l'adresse que les essais écrivent ici."""
    for role in monde.hab:
        dite = {"organisation": monde.organisation, "role": role, "courriel": COURRIEL, "condensat": f"jumelle-{role}"}
        Invitation.objects.create(par=monde.hab["direction"].compte, **dite)


def batir_le_vecu(baties) -> Reseau:
    """Le réseau d'essai, et les deux ans d'« ici »."""
    separer_les_identifiants()
    with ce_jour():
        reseau = Reseau()
        maison = MaisonVecue(reseau[ICI], timezone.localdate())
        Projet(maison)
        for _ in peupler(maison, lot=Lot()):
            pass
        maison.entourage.preparer_la_prochaine()
        Qualite(maison, une_sur=1)
        reunir(maison)
        Reglages.objects.filter(organisation=maison.organisation).update(conservation_mois=10)
        _laisser_a_faire(reseau[ICI])
        _inviter_ailleurs(reseau[AILLEURS])
    return reseau
