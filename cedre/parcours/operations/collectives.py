"""Les gestes de l'information : ouvrir une séance, inscrire, déplacer, noter qui est venu et ce qui a été dit (ACC-2)."""

from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import libelles, tracer
from cedre.core.gestes import GesteImpossible
from cedre.parcours.models import Information, InformationCollective, Personne
from cedre.parcours.operations.contacts import passer

Presence = Information.Presence


def _verrouiller(*seances: InformationCollective) -> dict[int, InformationCollective]:
    """Relit les séances pour y écrire seul, toujours dans le même ordre ; rend chacune par sa clé."""
    return {
        s.pk: s for s in InformationCollective.objects.select_for_update().filter(pk__in={s.pk for s in seances}).order_by("pk")
    }


@transaction.atomic
def ouvrir_seance(collective: InformationCollective, *, par: Habilitation) -> InformationCollective:
    """Ouvre une séance de la structure."""
    collective.organisation_id = par.organisation_id
    collective.save()
    tracer(par=par, geste=Trace.Geste.CREER, objet=collective)
    return collective


@transaction.atomic
def modifier_seance(collective: InformationCollective, *, champs: list[str], par: Habilitation) -> InformationCollective:
    """Change une séance ; la date de ceux qui y sont inscrits la suit. Lève GesteImpossible."""
    if _verrouiller(collective)[collective.pk].annulee:
        raise GesteImpossible("Cette séance a été annulée entre-temps : dupliquez-la pour en ouvrir une autre.")
    if collective.le > timezone.localdate() and collective.informations.filter(presence=Presence.PRESENTE).exists():
        raise GesteImpossible("Des présences y sont déjà notées : cette séance ne peut pas passer à une date future.")
    collective.save()
    collective.informations.update(le=collective.le)
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=collective, detail=libelles(collective, champs))
    return collective


@transaction.atomic
def annuler_seance(collective: InformationCollective, *, par: Habilitation) -> int:
    """Annule une séance : ceux qu'on y attendait sont excusés et n'ont plus de date. Rend leur nombre. Lève GesteImpossible."""
    seance = _verrouiller(collective)[collective.pk]
    if seance.annulee:
        raise GesteImpossible("Cette séance est déjà annulée.")
    if seance.informations.filter(presence=Presence.PRESENTE).exists():
        raise GesteImpossible("Des personnes y ont été notées présentes : cette séance a eu lieu.")
    seance.annulee = True
    seance.save(update_fields=["annulee"])
    attendues = list(seance.informations.filter(presence=Presence.PREVUE))
    seance.informations.filter(presence=Presence.PREVUE).update(presence=Presence.EXCUSEE)
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=seance, detail="séance annulée")
    for ligne in attendues:
        tracer(par=par, geste=Trace.Geste.MODIFIER, objet=ligne, detail="séance annulée")
    return len(attendues)


def _inscrire(seance: InformationCollective, personne: Personne, en_surnombre: bool, par: Habilitation) -> Information:
    if seance.annulee:
        raise GesteImpossible(f"La séance du {seance.le:%d/%m/%Y} est annulée.")
    if not personne.est_ouverte:
        raise GesteImpossible(f"Le dossier de {personne} n’est plus ouvert : enregistrez d’abord sa nouvelle demande.")
    ligne = seance.informations.filter(personne=personne).first() or Information(personne=personne, collective=seance)
    if ligne.pk and ligne.presence in (Presence.PREVUE, Presence.PRESENTE):
        raise GesteImpossible(f"{personne} est déjà inscrite à cette séance.")
    prises = seance.informations.exclude(presence=Presence.EXCUSEE).exclude(personne=personne).count()
    if prises >= seance.capacite and not en_surnombre:
        raise GesteImpossible(
            f"La séance du {seance.le:%d/%m/%Y} est complète ({prises} sur {seance.capacite}). "
            "Choisissez-en une autre, ou inscrivez « en surnombre »."
        )
    ligne.le, ligne.presence, ligne.par_id = seance.le, Presence.PREVUE, par.compte_id
    ligne.save()
    tracer(par=par, geste=Trace.Geste.CREER, objet=ligne, detail="inscription")
    return ligne


def _noter(ligne: Information, seance: InformationCollective, note: dict, par: Habilitation) -> None:
    for champ, valeur in note.items():
        setattr(ligne, champ, valeur)
    if ligne.presence in (Presence.PRESENTE, Presence.ABSENTE) and seance.le > timezone.localdate():
        raise GesteImpossible("Cette séance n’a pas encore eu lieu : on ne peut y noter ni présence ni absence.")
    ligne.par_id = par.compte_id
    ligne.save()
    if ligne.presence == Presence.PRESENTE and ligne.personne.phase == Personne.Phase.PRE_ACCUEIL:
        passer(ligne.personne, Personne.Phase.ACCUEIL, le=seance.le)
    detail = ligne.get_presence_display()
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=ligne, detail=detail)


@transaction.atomic
def inscrire(
    collective: InformationCollective, *, personne: Personne, par: Habilitation, en_surnombre: bool = False
) -> Information:
    """Attend la personne à cette séance ; au-delà de la capacité, seulement si on le demande. Lève GesteImpossible."""
    return _inscrire(_verrouiller(collective)[collective.pk], personne, en_surnombre, par)


@transaction.atomic
def tenir(
    collective: InformationCollective,
    *,
    par: Habilitation,
    presences: dict[Information, dict] | None = None,
    deplacements: dict[Information, InformationCollective] | None = None,
    inscriptions: dict[Personne, bool] | None = None,
) -> None:
    """Enregistre toute la feuille d'une séance, ou rien (ACC-2). Lève GesteImpossible.

    presences : ce qui est noté sur chaque ligne (presence, offre_presentee, statut_explique) ; deplacements : vers quelle
    séance, la personne encore attendue quitte celle-ci, l'absence reste notée ; inscriptions : True si en surnombre.
    """
    deplacements = deplacements or {}
    seances = _verrouiller(collective, *deplacements.values())
    seance = seances[collective.pk]
    if seance.annulee and presences:
        raise GesteImpossible("Cette séance est annulée : on ne peut plus y noter de présence.")
    for ligne, note in (presences or {}).items():
        _noter(ligne, seance, note, par)
    for ligne, vers in deplacements.items():
        if ligne.presence == Presence.PRESENTE:
            raise GesteImpossible(f"{ligne.personne} était présente : elle n’a pas à être déplacée.")
        _inscrire(seances[vers.pk], ligne.personne, False, par)
        if ligne.presence == Presence.PREVUE:
            ligne.delete()
    for personne, en_surnombre in (inscriptions or {}).items():
        _inscrire(seance, personne, en_surnombre, par)


@transaction.atomic
def informer(information: Information, *, par: Habilitation) -> Information:
    """Garde ce qui a été dit à une personne reçue seule (ACC-2, § 2.1 a). information : sans séance, pas encore enregistrée."""
    information.presence, information.par_id = Presence.PRESENTE, par.compte_id
    information.save()
    personne = information.personne
    if personne.phase == Personne.Phase.PRE_ACCUEIL:
        passer(personne, Personne.Phase.ACCUEIL, le=information.le)
    tracer(par=par, geste=Trace.Geste.CREER, objet=information)
    return information
