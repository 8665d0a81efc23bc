"""Les gestes sur les comptes, et la trace de tous les autres."""

import hashlib
import secrets
from collections.abc import Iterable
from functools import partial
from itertools import chain, count

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.text import slugify

from cedre.comptes.appartenance import Appartenance
from cedre.comptes.droits import Droit, Role
from cedre.comptes.models import Compte, Habilitation, Invitation, Organisation, Trace
from cedre.comptes.partage import dossier_de
from cedre.comptes.passe import change_le_passe, garder
from cedre.core.intervalles import DE_TOUT_TEMPS, tenir
from cedre.core.refus import GesteImpossible


def _trace(*, par: Habilitation, geste: str, objet, detail: str = "", chez: Organisation | None = None) -> Trace:
    vise = None if isinstance(objet, type) else objet
    return Trace(
        organisation_id=chez.pk if chez else par.organisation_id,
        compte_id=par.compte_id,
        role=par.role,
        geste=geste,
        objet=str(objet._meta.verbose_name),
        objet_id=getattr(vise, "pk", None),
        personne_id=vise and dossier_de(vise),
        detail=detail[:400],
    )


def tracer(*, par: Habilitation, geste: str, objet, detail: str = "", chez: Organisation | None = None) -> Trace:
    """Garde la trace d'un geste. objet : un modèle ou une instance ; detail : sans donnée personnelle.

    Le dossier touché est celui de l'objet. chez : l'organisation où la trace se lira, si ce n'est pas celle
    de qui agit.
    """
    trace = _trace(par=par, geste=geste, objet=objet, detail=detail, chez=chez)
    if not garder(trace):
        trace.save(force_insert=True)
    return trace


def tracer_ensemble(details: dict[Model, str], *, par: Habilitation, geste: str) -> None:
    """Garde en une requête la trace d'un même geste sur plusieurs objets. details : ce qu'il en est de chacun."""
    traces = [_trace(par=par, geste=geste, objet=objet, detail=d) for objet, d in details.items()]
    if not garder(*traces):
        Trace.objects.bulk_create(traces)


def libelles(modele: Model, champs: Iterable[str]) -> str:
    """Des champs tels qu'on les lit à l'écran, pour le détail d'une trace."""
    return ", ".join(str(modele._meta.get_field(champ).verbose_name) for champ in champs)


@change_le_passe
@transaction.atomic
def enregistrer(objet: Model, *, champs: list[str], par: Habilitation) -> None:
    """Crée ou met à jour un objet qui n'engage que lui, et trace les champs changés."""
    geste = Trace.Geste.MODIFIER if objet.pk else Trace.Geste.CREER
    objet.save()
    tracer(par=par, geste=geste, objet=objet, detail=libelles(objet, champs))


def condenser(jeton: str) -> str:
    """Le condensat d'un jeton de lien : c'est lui que la base garde."""
    return hashlib.sha256(jeton.encode()).hexdigest()


def tracer_chez(organisation: Organisation, *, par: Habilitation, **trace) -> None:
    """Laisse la trace chez celui qui agit et, quand il agit ailleurs que chez lui, aussi là-bas : on la lit des deux côtés."""
    tracer(par=par, **trace)
    if organisation.pk != par.organisation_id:
        tracer(par=par, chez=organisation, **trace)


def _a_poser(**champs) -> tuple[Invitation, str]:
    """Une invitation à enregistrer, et le jeton que la base ne gardera pas."""
    jeton = secrets.token_urlsafe(32)
    return Invitation(condensat=condenser(jeton), **champs), jeton


@transaction.atomic
def inviter(organisation: Organisation, *, courriel: str, role: str, lien, par: Habilitation) -> tuple[Invitation, str]:
    """Invite quelqu'un à tenir un rôle et lui écrit. lien : fonction du jeton vers l'adresse complète.

    Rend l'invitation et son lien, à transmettre autrement si le courriel n'arrive pas. Lève GesteImpossible.
    """
    courriel = courriel.strip().lower()
    if role not in organisation.roles_offerts_par(par):
        raise GesteImpossible("Vous ne pouvez pas inviter à ce rôle dans cette organisation.")
    if Habilitation.objects.actives().filter(organisation=organisation, role=role, compte__email=courriel).exists():
        raise GesteImpossible("Ce compte tient déjà ce rôle.")
    Invitation.objects.en_attente().filter(organisation=organisation, role=role, courriel=courriel).update(
        annulee_le=timezone.now()
    )
    invitation, jeton = _a_poser(organisation=organisation, role=role, courriel=courriel, par=par.compte)
    invitation.save()
    tracer_chez(organisation, par=par, geste=Trace.Geste.INVITER, objet=invitation, detail=invitation.get_role_display())
    adresse = lien(jeton)
    lettre = (
        f"Bonjour,\n\n{par.compte} vous ouvre un accès à Cèdre pour {organisation.nom}, avec le rôle "
        f"« {invitation.get_role_display()} ».\n\nPour l’accepter, ouvrez ce lien dans les sept jours :\n{adresse}\n\n"
        "Si vous n’attendiez pas ce message, vous pouvez l’ignorer : rien ne sera créé.\n"
    )
    sujet = " ".join(f"Votre accès à Cèdre pour {organisation.nom}".split())  # un retour à la ligne l’empêcherait de partir
    transaction.on_commit(
        partial(send_mail, sujet, lettre, None, [courriel]),
        robust=True,  # un serveur de courriel en panne n'empêche pas de transmettre le lien autrement
    )
    return invitation, adresse


PREMIERS_ROLES = {
    Organisation.Nature.FEDERATION: Role.RESPONSABLE_QUALITE,
    Organisation.Nature.REGION: Role.REFERENT_REGIONAL,
    Organisation.Nature.STRUCTURE: Role.DIRECTION,
}


def _acces_tenus() -> bool:
    return Habilitation.objects.actives().avec_droit(Droit.EQUIPE_GERER).exists()


def _premiere_organisation(champs: dict[str, str]) -> Organisation:
    """La première organisation ; si l'on recommence avant que quiconque y soit entré, la même, corrigée."""
    offertes = Invitation.objects.filter(par=None).values("organisation")
    organisation = Organisation.objects.filter(pk__in=offertes, habilitations=None).first() or Organisation()
    for champ, valeur in champs.items():
        setattr(organisation, champ, valeur)
    organisation.slug = _adresse_libre(organisation)
    organisation.full_clean()
    geste = Trace.Geste.MODIFIER if organisation.pk else Trace.Geste.CREER
    organisation.save()
    tracer(par=Habilitation(organisation=organisation), geste=geste, objet=organisation, detail=libelles(organisation, champs))
    return organisation


@transaction.atomic
def inviter_la_premiere(*, courriel: str, **champs: str) -> tuple[Invitation, str]:
    """Crée la première organisation (RES-1) et y invite qui en tiendra les accès. champs : nature, type_siae, nom, siret.

    Rend l'invitation et le jeton de son lien. De plusieurs, seule la dernière vaut. Lève GesteImpossible, ValidationError.
    """
    if champs["nature"] not in PREMIERS_ROLES:
        raise GesteImpossible(f"La nature est {', '.join(PREMIERS_ROLES)} : « {champs['nature']} » n’en est pas une.")
    if _acces_tenus():
        raise GesteImpossible("Quelqu’un tient déjà des accès ici : demandez-lui une invitation, de sa page « Équipe et accès ».")
    organisation = _premiere_organisation(champs)
    Invitation.objects.en_attente().filter(par=None).update(annulee_le=timezone.now())
    role = PREMIERS_ROLES[organisation.nature]
    invitation, jeton = _a_poser(organisation=organisation, role=role, courriel=courriel.strip().lower())
    invitation.full_clean(exclude={"par"})
    invitation.save()
    tracer(
        par=Habilitation(organisation=organisation),
        geste=Trace.Geste.INVITER,
        objet=invitation,
        detail=invitation.get_role_display(),
    )
    return invitation, jeton


@transaction.atomic
def annuler_invitation(invitation: Invitation, *, par: Habilitation) -> None:
    """Annule une invitation en attente : son lien ne vaut plus rien."""
    if Invitation.objects.en_attente().filter(pk=invitation.pk).update(annulee_le=timezone.now()):
        detail = f"Invitation annulée : {invitation.get_role_display()}"
        tracer_chez(invitation.organisation, par=par, geste=Trace.Geste.RETIRER, objet=invitation, detail=detail)


def _prendre(invitation: Invitation) -> None:
    """Consomme l'invitation, une seule fois même si deux demandes arrivent ensemble. Lève GesteImpossible.

    Qui l'a envoyée doit pouvoir encore l'envoyer : une direction retirée ne revient pas par une invitation préparée, et
    de deux « premières directions » invitées par la fédération, une seule entre (RES-1). Celle du terminal ne vaut que tant
    que personne ne tient d'accès.
    """
    organisation = Organisation.objects.select_for_update().get(pk=invitation.organisation_id)
    auteurs = Habilitation.objects.actives().filter(compte=invitation.par_id).select_related("organisation")
    if invitation.par_id is None:
        offerte = not _acces_tenus()
    else:
        offerte = any(invitation.role in organisation.roles_offerts_par(auteur) for auteur in auteurs)
    if not offerte:
        raise GesteImpossible("Qui vous a invité ne peut plus ouvrir cet accès : demandez une nouvelle invitation.")
    if not Invitation.objects.en_attente().filter(pk=invitation.pk).update(acceptee_le=timezone.now()):
        raise GesteImpossible("Cette invitation a expiré, a été annulée ou a déjà servi.")


def _habiliter(invitation: Invitation, compte: Compte) -> Habilitation:
    habilitation, _ = Habilitation.objects.get_or_create(
        compte=compte, organisation=invitation.organisation, role=invitation.role, retiree_le=None
    )
    tracer(par=habilitation, geste=Trace.Geste.CREER, objet=habilitation, detail=habilitation.get_role_display())
    return habilitation


@transaction.atomic
def accepter(invitation: Invitation, *, compte: Compte) -> Habilitation:
    """Fait de l'invitation une habilitation du compte. Lève GesteImpossible si elle ne vaut plus."""
    if invitation.courriel != compte.email:
        raise GesteImpossible("Cette invitation a été envoyée à une autre adresse.")
    _prendre(invitation)
    return _habiliter(invitation, compte)


@transaction.atomic
def ouvrir_compte(invitation: Invitation, *, prenom: str, nom: str, mot_de_passe: str) -> Habilitation:
    """Crée le compte de la personne invitée et son habilitation. Lève GesteImpossible si elle ne vaut plus."""
    _prendre(invitation)
    if Compte.objects.filter(email=invitation.courriel).exists():
        raise GesteImpossible("Un compte existe déjà pour cette adresse : connectez-vous, puis acceptez.")
    return _habiliter(invitation, Compte.objects.create_user(invitation.courriel, mot_de_passe, prenom=prenom, nom=nom))


@transaction.atomic
def retirer(habilitation: Habilitation, *, par: Habilitation) -> None:
    """Retire une habilitation : le compte ne peut plus agir en ce nom, ses traces restent.

    Lève GesteImpossible si plus personne ne pourrait ensuite gérer l'équipe. L'organisation est verrouillée : deux
    directions qui se retirent l'une l'autre au même moment n'y parviennent pas.
    """
    Organisation.objects.select_for_update().get(pk=habilitation.organisation_id)
    equipe = Habilitation.objects.actives().filter(organisation=habilitation.organisation_id)
    autres = equipe.avec_droit(Droit.EQUIPE_GERER).exclude(pk=habilitation.pk)
    if habilitation.peut(Droit.EQUIPE_GERER) and not autres.exists():
        raise GesteImpossible("Plus personne ne pourrait gérer les accès : invitez d’abord quelqu’un au même rôle.")
    if equipe.filter(pk=habilitation.pk).update(retiree_le=timezone.now()):
        tracer(par=par, geste=Trace.Geste.RETIRER, objet=habilitation, detail=habilitation.get_role_display())


@transaction.atomic
def renommer(compte: Compte, *, par: Habilitation | None) -> None:
    """Enregistre le nom de son propre compte. par : None pour un compte qui n'a plus d'habilitation, donc plus d'organisation."""
    compte.save(update_fields=["prenom", "nom"])
    if par:
        tracer(par=par, geste=Trace.Geste.MODIFIER, objet=compte, detail="Prénom, nom")


def _adresse_libre(organisation: Organisation) -> str:
    base = slugify(organisation.nom)[:50] or "organisation"
    autres = Organisation.objects.exclude(pk=organisation.pk)
    prises = set(autres.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(s for s in chain([base], (f"{base}-{n}" for n in count(2))) if s not in prises)


def _dater_l_appartenance(organisation: Organisation, avant: dict) -> None:
    """Ce qu'elle était reste vrai des jours passés. avant : ce que sa fiche disait."""
    maintenant = {champ: getattr(organisation, champ) for champ in Appartenance.CHAMPS}
    if maintenant == avant:
        return
    if not organisation.appartenances.exists():
        tenir(organisation.appartenances, DE_TOUT_TEMPS, **avant)
    tenir(organisation.appartenances, timezone.localdate(), **maintenant)


@transaction.atomic
def enregistrer_organisation(organisation: Organisation, *, champs: list[str], par: Habilitation) -> None:
    """Crée ou met à jour une organisation (RES-1), à partir d'aujourd'hui. champs : ceux qui ont changé, pour la trace."""
    avant = Organisation.objects.select_for_update().filter(pk=organisation.pk).values(*Appartenance.CHAMPS).first()
    geste = Trace.Geste.MODIFIER if avant else Trace.Geste.CREER
    organisation.slug = organisation.slug or _adresse_libre(organisation)
    organisation.save()
    if avant:
        _dater_l_appartenance(organisation, avant)
    tracer_chez(organisation, par=par, geste=geste, objet=organisation, detail=libelles(organisation, champs))
