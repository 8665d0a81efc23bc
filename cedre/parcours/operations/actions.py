"""Les gestes des actions associées : inscrire à une séance, noter qui est venu, suivre une action seule (INS-5)."""

from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import enregistrer, tracer
from cedre.comptes.passe import change_le_passe
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import ActionAssociee, Engagement, Personne, Seance
from cedre.parcours.models.phase import EN_PARCOURS
from cedre.parcours.operations.seances import (
    aucune_presence_n_etait_dite,
    modifier_seance,
    refuser_si_a_venir,
    refuser_si_fermee,
    refuser_si_pleine,
    verrouiller,
)

Etat = ActionAssociee.Etat


def _ce_qu_elle_sert(personne: Personne, offre_id: int) -> dict:
    """L'engagement en cours, et l'objectif dont un moyen nomme cette offre, s'il y en a un."""
    engagement = personne.engagements.filter(etat=Engagement.Etat.EN_COURS).order_by("pk").first()
    moyens = engagement.moyens.en_vigueur().filter(offre=offre_id).exclude(objectif=None) if engagement else ()
    return {"engagement": engagement, "objectif": moyens[0].objectif if moyens else None}


def _inscrire(seance: Seance, personne: Personne, en_surnombre: bool, par: Habilitation) -> ActionAssociee:
    refuser_si_fermee(seance)
    if personne.phase not in EN_PARCOURS or personne.anonymisee_le:
        raise GesteImpossible(f"{personne} n’a pas de parcours en cours.")
    action = seance.actions.filter(personne=personne).first() or ActionAssociee(
        personne=personne, seance=seance, offre_id=seance.offre_id, **_ce_qu_elle_sert(personne, seance.offre_id)
    )
    if action.pk and action.etat in (Etat.PREVUE, Etat.FAITE):
        raise GesteImpossible(f"{personne} est déjà inscrite à cette séance.")
    refuser_si_pleine(seance, personne, en_surnombre=en_surnombre)
    action.le, action.etat, action.par_id = seance.le, Etat.PREVUE, par.compte_id
    action.dater_l_annulation()
    action.save()
    tracer(par=par, geste=Trace.Geste.CREER, objet=action, detail="inscription")
    return action


def _noter(action: ActionAssociee, seance: Seance, note: dict, par: Habilitation) -> None:
    action.etat = note["etat"]
    refuser_si_a_venir(seance, action.etat)
    action.dater_l_annulation()
    action.heures = seance.heures if action.etat == Etat.FAITE else None
    action.par_id = par.compte_id
    action.save()
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=action, detail=action.get_etat_display())


@change_le_passe(neuf=aucune_presence_n_etait_dite)
@transaction.atomic
def tenir(
    seance: Seance,
    *,
    par: Habilitation,
    presences: dict[ActionAssociee, dict] | None = None,
    inscriptions: dict[Personne, bool] | None = None,
) -> None:
    """Enregistre toute la feuille d'une séance, ou rien (INS-5). Lève GesteImpossible.

    presences : l'état noté sur chaque ligne ; inscriptions : True si en surnombre. Qui est venu reçoit les heures de la séance.
    """
    seance = verrouiller(seance)[seance.pk]
    if seance.annulee and presences:
        raise GesteImpossible("Cette séance est annulée : on ne peut plus y noter de présence.")
    for action, note in (presences or {}).items():
        _noter(action, seance, note, par)
    for personne, en_surnombre in (inscriptions or {}).items():
        _inscrire(seance, personne, en_surnombre, par)


@change_le_passe
@transaction.atomic
def modifier_atelier(seance: Seance, *, champs: list[str], par: Habilitation) -> Seance:
    """Change une séance ; la date, l'action et les heures de ceux qui y sont suivent. Lève GesteImpossible."""
    modifier_seance(seance, champs=champs, par=par)
    seance.actions.update(offre=seance.offre)
    seance.actions.faites().update(heures=seance.heures)
    return seance


@change_le_passe
@transaction.atomic
def tenir_action(action: ActionAssociee, *, champs: list[str], par: Habilitation) -> ActionAssociee:
    """Crée ou corrige une action suivie seule, ou une formation ; elle se rattache à l'engagement de son objectif, ou à celui
    en cours. Lève GesteImpossible.
    """
    if action.etat == Etat.FAITE and (action.au or action.le) > timezone.localdate():
        raise GesteImpossible("Elle n’est pas encore finie : notez-la « prévue ».", champ="etat")
    if action.etat == Etat.ABSENTE and action.le > timezone.localdate():
        raise GesteImpossible("Elle n’a pas encore commencé : on ne peut y noter d’absence.", champ="etat")
    if action.certificat and action.etat != Etat.FAITE:
        raise GesteImpossible("Un certificat s’obtient à la fin : notez l’action « faite ».", champ="certificat")
    if action.objectif:
        action.engagement_id = action.objectif.engagement_id
    elif action.pk is None:
        action.engagement = _ce_qu_elle_sert(action.personne, action.offre_id)["engagement"]
    action.dater_l_annulation()
    action.par_id = par.compte_id
    enregistrer(action, champs=champs, par=par)
    return action


@change_le_passe
@transaction.atomic
def retirer_action(action: ActionAssociee, *, par: Habilitation) -> None:
    """Retire une action notée par erreur. Lève GesteImpossible si elle vient d'une séance : on y excuse la personne."""
    if action.seance_id:
        raise GesteImpossible("Elle vient d’une séance : notez la personne excusée sur la feuille de cette séance.")
    tracer(par=par, geste=Trace.Geste.SUPPRIMER, objet=action, detail="saisie par erreur")
    action.delete()
