"""Les gestes d'une campagne : l'ouvrir, la reporter tant que son jour n'est pas passé, la retirer (OBS-3)."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation, Organisation, Trace
from cedre.comptes.operations import tracer
from cedre.core.refus import ECHEANCE_PASSEE, GesteImpossible
from cedre.observatoire.cadres import libelle_du
from cedre.observatoire.models.campagnes import LE_RAPPORT, Campagne
from cedre.observatoire.models.rapports import Rapport


@transaction.atomic
def ouvrir(campagne: Campagne, *, par: Habilitation) -> Campagne:
    """Attend ce rapport de toutes ses structures. Lève GesteImpossible d'un jour passé, ou si la fédération l'attend déjà."""
    if campagne.attendu_le < timezone.localdate():
        raise GesteImpossible("Ce jour est passé : on ne peut plus l’attendre pour ce jour-là.", champ="attendu_le")
    le_meme = Campagne.objects.filter(**{champ: getattr(campagne, champ) for champ in LE_RAPPORT})
    if le_meme.filter(organisation__nature=Organisation.Nature.FEDERATION).exists():
        raise GesteImpossible("La fédération attend déjà ce rapport de toutes les structures.")
    campagne.organisation_id = par.organisation_id
    campagne.save()
    detail = f"{campagne}, {libelle_du(campagne.cadre)}, attendus le {campagne.attendu_le:%d/%m/%Y}"
    tracer(par=par, geste=Trace.Geste.CREER, objet=campagne, detail=detail)
    return campagne


@transaction.atomic
def reporter(campagne: Campagne, *, attendu_le: date, par: Habilitation) -> Campagne:
    """Donne un autre jour. Lève GesteImpossible une fois le jour passé : qui était en retard le reste."""
    campagne = _sienne(campagne, par)
    if not campagne.court:
        raise GesteImpossible(ECHEANCE_PASSEE)
    if attendu_le < timezone.localdate() or attendu_le <= campagne.au:
        raise GesteImpossible("Choisissez un jour à venir, après la fin de la période.", champ="attendu_le")
    campagne.attendu_le = attendu_le
    campagne.save()
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=campagne, detail=f"{campagne}, attendus le {attendu_le:%d/%m/%Y}")
    return campagne


@transaction.atomic
def retirer(campagne: Campagne, *, par: Habilitation) -> None:
    """Retire une campagne ouverte par erreur. Lève GesteImpossible si son jour est passé, ou si une structure y a répondu."""
    campagne = _sienne(campagne, par)
    if not campagne.court:
        raise GesteImpossible(ECHEANCE_PASSEE)
    des_structures = Rapport.objects.transmis().filter(organisation__nature=Organisation.Nature.STRUCTURE)
    if des_structures.filter(**{champ: getattr(campagne, champ) for champ in LE_RAPPORT}).exists():
        raise GesteImpossible("Une structure y a répondu : cette campagne reste.")
    tracer(par=par, geste=Trace.Geste.SUPPRIMER, objet=campagne, detail=str(campagne))
    campagne.delete()


def _sienne(campagne: Campagne, par: Habilitation) -> Campagne:
    campagne = Campagne.objects.select_for_update().get(pk=campagne.pk)
    if campagne.organisation_id != par.organisation_id:
        raise GesteImpossible("C’est à l’organisation qui l’a ouverte de le faire.")
    return campagne
