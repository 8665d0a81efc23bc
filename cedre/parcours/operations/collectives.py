"""Les gestes de l'information : inscrire, déplacer, noter qui est venu et ce qui a été dit (ACC-2)."""

from django.db import transaction

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.comptes.passe import change_le_passe
from cedre.core.refus import GesteImpossible
from cedre.core.texte import de
from cedre.parcours.models import Information, InformationCollective, Personne
from cedre.parcours.operations.etapes import reprendre_les_etapes
from cedre.parcours.operations.seances import (
    aucune_presence_n_etait_dite,
    refuser_si_a_venir,
    refuser_si_fermee,
    refuser_si_pleine,
    verrouiller,
)

Presence = Information.Presence


def _inscrire(seance: InformationCollective, personne: Personne, en_surnombre: bool, par: Habilitation) -> Information:
    refuser_si_fermee(seance)
    if not personne.est_ouverte:
        raise GesteImpossible(f"Le dossier {de(personne)} n’est plus ouvert : enregistrez d’abord sa nouvelle demande.")
    ligne = seance.informations.filter(personne=personne).first() or Information(personne=personne, collective=seance)
    if ligne.pk and ligne.presence in (Presence.PREVUE, Presence.PRESENTE):
        raise GesteImpossible(f"{personne} est déjà inscrite à cette séance.")
    refuser_si_pleine(seance, personne, en_surnombre=en_surnombre)
    ligne.le, ligne.presence, ligne.par_id = seance.le, Presence.PREVUE, par.compte_id
    ligne.dater_l_annulation()
    ligne.save()
    tracer(par=par, geste=Trace.Geste.CREER, objet=ligne, detail="inscription")
    return ligne


def _noter(ligne: Information, seance: InformationCollective, note: dict, par: Habilitation) -> None:
    for champ, valeur in note.items():
        setattr(ligne, champ, valeur)
    refuser_si_a_venir(seance, ligne.presence)
    ligne.dater_l_annulation()
    ligne.par_id = par.compte_id
    ligne.save()
    detail = ligne.get_presence_display()
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=ligne, detail=detail)


@change_le_passe
@transaction.atomic
def inscrire(
    collective: InformationCollective, *, personne: Personne, par: Habilitation, en_surnombre: bool = False
) -> Information:
    """Attend la personne à cette séance ; au-delà de la capacité, seulement si on le demande. Lève GesteImpossible."""
    return _inscrire(verrouiller(collective)[collective.pk], personne, en_surnombre, par)


@change_le_passe(neuf=aucune_presence_n_etait_dite)
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
    seances = verrouiller(collective, *deplacements.values())
    seance = seances[collective.pk]
    if seance.annulee and presences:
        raise GesteImpossible("Cette séance est annulée : on ne peut plus y noter de présence.")
    for ligne, note in (presences or {}).items():
        _noter(ligne, seance, note, par)
    reprendre_les_etapes(*(ligne.personne for ligne in presences or ()))
    for ligne, vers in deplacements.items():
        if ligne.presence == Presence.PRESENTE:
            raise GesteImpossible(f"{ligne.personne} était présente : elle n’a pas à être déplacée.")
        deplacee = _inscrire(seances[vers.pk], ligne.personne, False, par)
        if ligne.presence == Presence.PREVUE:  # attendue depuis le même jour
            Information.objects.filter(pk=deplacee.pk).update(pose_le=ligne.pose_le)
            ligne.delete()
    for personne, en_surnombre in (inscriptions or {}).items():
        _inscrire(seance, personne, en_surnombre, par)


@change_le_passe
@transaction.atomic
def informer(information: Information, *, par: Habilitation) -> Information:
    """Garde ce qui a été dit à une personne reçue seule (ACC-2, § 2.1 a). information : sans séance, pas encore enregistrée."""
    information.presence, information.par_id = Presence.PRESENTE, par.compte_id
    information.save()
    reprendre_les_etapes(information.personne)
    tracer(par=par, geste=Trace.Geste.CREER, objet=information)
    return information
