"""Les gestes sur les comptes, et la trace de tous les autres."""

import hashlib
import secrets

from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation, Invitation, Organisation, Trace


def tracer(*, par: Habilitation, geste: str, objet, personne_id: int | None = None, detail: str = "") -> Trace:
    """Garde la trace d'un geste. objet : un modèle ou une instance ; detail : sans donnée personnelle."""
    return Trace.objects.create(
        organisation_id=par.organisation_id,
        compte_id=par.compte_id,
        role=par.role,
        geste=geste,
        objet=str(objet._meta.verbose_name),
        objet_id=getattr(objet, "pk", None) if not isinstance(objet, type) else None,
        personne_id=personne_id,
        detail=detail[:400],
    )


def condenser(jeton: str) -> str:
    """Le condensat d'un jeton de lien : c'est lui que la base garde."""
    return hashlib.sha256(jeton.encode()).hexdigest()


class InvitationImpossible(Exception):
    """L'invitation ne peut pas être envoyée ou acceptée ; le message dit pourquoi."""


@transaction.atomic
def inviter(organisation: Organisation, *, courriel: str, role: str, lien, par: Habilitation) -> tuple[Invitation, str]:
    """Invite quelqu'un à tenir un rôle et lui écrit. lien : fonction du jeton vers l'adresse complète.

    Rend l'invitation et son lien, à transmettre autrement si le courriel n'arrive pas. Lève InvitationImpossible.
    """
    courriel = courriel.strip().lower()
    if role not in organisation.roles_possibles:
        raise InvitationImpossible("Ce rôle n’existe pas dans cette organisation.")
    if Habilitation.objects.actives().filter(organisation=organisation, role=role, compte__email=courriel).exists():
        raise InvitationImpossible("Ce compte tient déjà ce rôle.")
    Invitation.objects.en_attente().filter(organisation=organisation, role=role, courriel=courriel).update(
        revoquee_le=timezone.now()
    )
    jeton = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organisation=organisation, role=role, courriel=courriel, condensat=condenser(jeton), par=par.compte
    )
    tracer(par=par, geste=Trace.Geste.INVITER, objet=invitation, detail=invitation.get_role_display())
    adresse = lien(jeton)
    transaction.on_commit(
        lambda: send_mail(
            f"Votre accès à Cèdre pour {organisation.nom}",
            f"Bonjour,\n\n{par.compte} vous ouvre un accès à Cèdre pour {organisation.nom}, avec le rôle "
            f"« {invitation.get_role_display()} ».\n\nPour l’accepter, ouvrez ce lien dans les sept jours :\n{adresse}\n\n"
            "Si vous n’attendiez pas ce message, vous pouvez l’ignorer : rien ne sera créé.\n",
            None,
            [courriel],
        )
    )
    return invitation, adresse


@transaction.atomic
def revoquer(invitation: Invitation, *, par: Habilitation) -> None:
    """Annule une invitation en attente : son lien ne vaut plus rien."""
    Invitation.objects.filter(pk=invitation.pk, acceptee_le=None).update(revoquee_le=timezone.now())
    tracer(par=par, geste=Trace.Geste.RETIRER, objet=invitation, detail=invitation.get_role_display())


@transaction.atomic
def accepter(invitation: Invitation, *, compte: Compte) -> Habilitation:
    """Fait de l'invitation une habilitation du compte. Lève InvitationImpossible si elle ne vaut plus."""
    prises = (
        Invitation.objects.en_attente().filter(pk=invitation.pk).update(acceptee_le=timezone.now())
    )  # une seule fois, même deux fois en même temps
    if not prises:
        raise InvitationImpossible("Cette invitation a expiré, a été annulée ou a déjà servi.")
    if invitation.courriel != compte.email:
        raise InvitationImpossible("Cette invitation a été envoyée à une autre adresse.")
    habilitation, _ = Habilitation.objects.get_or_create(
        compte=compte, organisation=invitation.organisation, role=invitation.role, retiree_le=None
    )
    tracer(par=habilitation, geste=Trace.Geste.CREER, objet=habilitation, detail=habilitation.get_role_display())
    return habilitation


@transaction.atomic
def retirer(habilitation: Habilitation, *, par: Habilitation) -> None:
    """Retire une habilitation : le compte ne peut plus agir en ce nom, ses traces restent."""
    Habilitation.objects.filter(pk=habilitation.pk, retiree_le=None).update(retiree_le=timezone.now())
    tracer(par=par, geste=Trace.Geste.RETIRER, objet=habilitation, detail=habilitation.get_role_display())
