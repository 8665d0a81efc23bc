"""Les gestes communs à toute séance de groupe : l'ouvrir, la changer, l'annuler, garder ses places (ACC-2, INS-5)."""

from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import libelles, tracer
from cedre.comptes.passe import change_le_passe
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import InformationCollective, Personne
from cedre.parcours.models.seance import ATTENDUE, EXCUSEE, SeanceDeGroupe
from cedre.parcours.operations.etapes import reprendre_les_etapes


def verrouiller(*seances: SeanceDeGroupe) -> dict[int, SeanceDeGroupe]:
    """Relit des séances d'une même sorte pour y écrire seul, toujours dans le même ordre ; rend chacune par sa clé."""
    lignes = type(seances[0])._base_manager.select_for_update().filter(pk__in={s.pk for s in seances})
    return {s.pk: s for s in lignes.order_by("pk")}


@transaction.atomic
def ouvrir_seance(seance: SeanceDeGroupe, *, par: Habilitation) -> SeanceDeGroupe:
    """Ouvre une séance de la structure."""
    seance.organisation_id = par.organisation_id
    seance.save()
    tracer(par=par, geste=Trace.Geste.CREER, objet=seance)
    return seance


@change_le_passe
@transaction.atomic
def modifier_seance(seance: SeanceDeGroupe, *, champs: list[str], par: Habilitation) -> SeanceDeGroupe:
    """Change une séance ; la date de ceux qui y sont inscrits la suit. Lève GesteImpossible."""
    if verrouiller(seance)[seance.pk].annulee:
        raise GesteImpossible("Cette séance a été annulée entre-temps : dupliquez-la pour en ouvrir une autre.")
    if seance.le > timezone.localdate() and seance.notees(seance.VENUE).exists():
        raise GesteImpossible("Des présences y sont déjà notées : cette séance ne peut pas passer à une date future.")
    seance.save()
    seance.inscriptions.update(le=seance.le)
    if isinstance(seance, InformationCollective):
        venues = seance.notees(seance.VENUE).values("personne")
        reprendre_les_etapes(*Personne.objects.filter(pk__in=venues))
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=seance, detail=libelles(seance, champs))
    return seance


@transaction.atomic
def annuler_seance(seance: SeanceDeGroupe, *, par: Habilitation) -> int:
    """Annule une séance : ceux qu'on y attendait sont excusés et n'ont plus de date. Rend leur nombre. Lève GesteImpossible."""
    seance = verrouiller(seance)[seance.pk]
    if seance.annulee:
        raise GesteImpossible("Cette séance est déjà annulée.")
    if seance.notees(seance.VENUE).exists():
        raise GesteImpossible("Des personnes y ont été notées présentes : cette séance a eu lieu.")
    seance.annulee = True
    seance.save(update_fields=["annulee"])
    attendues = list(seance.notees(ATTENDUE))
    seance.notees(ATTENDUE).annuler(timezone.localdate())
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=seance, detail="séance annulée")
    for ligne in attendues:
        tracer(par=par, geste=Trace.Geste.MODIFIER, objet=ligne, detail="séance annulée")
    return len(attendues)


def aucune_presence_n_etait_dite(seance: SeanceDeGroupe, *, presences: dict | None = None, **reste) -> bool:
    """Vrai si la feuille ne change aucune présence déjà notée : ce qu'elle dit est neuf."""
    return all(getattr(ligne, seance.ETAT) == ATTENDUE for ligne in presences or ())


def refuser_si_fermee(seance: SeanceDeGroupe) -> None:
    """Lève GesteImpossible si la séance est annulée : personne ne s'y inscrit plus."""
    if seance.annulee:
        raise GesteImpossible(f"La séance du {seance.le:%d/%m/%Y} est annulée.")


def refuser_si_pleine(seance: SeanceDeGroupe, personne, *, en_surnombre: bool) -> None:
    """Lève GesteImpossible si toutes les places sont prises par d'autres, sauf en surnombre."""
    prises = seance.inscriptions.exclude(**{seance.ETAT: EXCUSEE}).exclude(personne=personne).count()
    if prises >= seance.capacite and not en_surnombre:
        raise GesteImpossible(
            f"La séance du {seance.le:%d/%m/%Y} est complète ({prises} sur {seance.capacite}). "
            "Choisissez-en une autre, ou inscrivez « en surnombre »."
        )


def refuser_si_a_venir(seance: SeanceDeGroupe, etat: str) -> None:
    """Lève GesteImpossible si l'on note une présence ou une absence avant le jour dit."""
    if etat not in (ATTENDUE, EXCUSEE) and seance.le > timezone.localdate():
        raise GesteImpossible("Cette séance n’a pas encore eu lieu : on ne peut y noter ni présence ni absence.")
