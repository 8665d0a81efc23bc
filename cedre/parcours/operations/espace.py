"""L'espace de la personne : remettre un code, y entrer, y répondre (INS-2, INS-7)."""

import secrets

from django.db import transaction
from django.utils import timezone

from cedre.comptes.droits import Role
from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import condenser, tracer
from cedre.core.dates import du_jour, minuit
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import AccesEspace, Personne, Remise, Reponse
from cedre.parcours.models.lien import dans_quinze_jours

# Ni 0 ni O, ni 1 ni I ni L : recopié d'un papier, un code ne se lit que d'une façon.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LONGUEUR = 12
REPONSES_PAR_JOUR = 20


def tirer_un_code() -> str:
    """Douze signes tirés de trente et un par le générateur du système : 59 bits (log2(31) × 12).

    Les refus étant comptés (300 par quart d'heure en tout), en essayer la moitié demanderait des millions d'années.
    """
    return "".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR))


def lire_un_code(ecrit: str) -> str:
    """Un code comme on le tape ou le colle : espaces, tirets et minuscules n'y changent rien.

    >>> lire_un_code(" abcd-efgh jkmn ")
    'ABCDEFGHJKMN'
    """
    return "".join(signe for signe in ecrit.upper() if signe.isalnum())


def _verrouiller(personne: Personne) -> Personne:
    verrouillee = Personne.objects.select_for_update().get(pk=personne.pk)
    if verrouillee.anonymisee_le:
        raise GesteImpossible("Ce dossier n’est plus celui de quelqu’un.")
    return verrouillee


def _revoquer(personne: Personne) -> int:
    return personne.acces_espace.valables().update(revoque_le=timezone.now())


@transaction.atomic
def remettre_code(personne: Personne, *, par: Habilitation) -> tuple[AccesEspace, str]:
    """Crée le code de la personne, et le rend : on ne saura plus le redire. Les précédents n'ouvrent plus."""
    personne, code = _verrouiller(personne), tirer_un_code()
    _revoquer(personne)
    acces = AccesEspace.objects.create(personne=personne, condensat=condenser(code), par_id=par.compte_id)
    tracer(par=par, geste=Trace.Geste.CREER, objet=acces)
    return acces, code


@transaction.atomic
def prolonger_code(personne: Personne, *, par: Habilitation) -> None:
    """Le code vaut quinze jours de plus à partir d'aujourd'hui. Lève GesteImpossible s'il n'ouvre plus."""
    acces = _verrouiller(personne).acces_espace.valables().first()
    if acces is None:
        raise GesteImpossible("Ce code n’ouvre plus : préparez-en un autre.")
    acces.expire_le = dans_quinze_jours()
    acces.save(update_fields=["expire_le"])
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=acces, detail="prolongé")


@transaction.atomic
def fermer_espace(personne: Personne, *, par: Habilitation) -> None:
    """Plus aucun code n'ouvre, et qui était entré ne lit plus rien."""
    if _revoquer(_verrouiller(personne)):
        tracer(par=par, geste=Trace.Geste.RETIRER, objet=AccesEspace(personne=personne))


def entrer(code: str) -> AccesEspace | None:
    """L'accès que ce code ouvre, et le jour de cette entrée ; rien, sans dire pourquoi, s'il n'ouvre pas.

    Le jour seul : son heure désignerait qui, dans l'espace, a écrit sans nom (AME-1).
    """
    acces = AccesEspace.objects.valables().filter(condensat=condenser(lire_un_code(code))).first()
    if acces:
        AccesEspace.objects.filter(pk=acces.pk).update(utilise_le=minuit(timezone.localdate()))
    return acces


@transaction.atomic
def repondre(personne: Personne, *, nature: str, texte: str = "", remise: Remise | None = None) -> Reponse:
    """Garde ce que la personne répond, et en laisse trace à son nom de salariée. Lève GesteImpossible au-delà d'un nombre.

    « Bien reçu » et « d'accord » ne se disent qu'une fois d'un même texte ; qui en a déjà parlé l'a bien reçu.
    remise : un texte qui lui a été remis.
    """
    personne = _verrouiller(personne)
    if nature in (Reponse.Nature.RECU, Reponse.Nature.D_ACCORD):
        dites = personne.reponses.filter(remise=remise)
        if deja := (dites if nature == Reponse.Nature.RECU else dites.filter(nature=nature)).first():
            return deja
        texte = ""
    if personne.reponses.filter(**du_jour(timezone.localdate())).count() >= REPONSES_PAR_JOUR:
        raise GesteImpossible("Vous avez beaucoup écrit aujourd’hui. Revenez demain, ou appelez-nous.")
    reponse = Reponse.objects.create(personne=personne, remise=remise, nature=nature, texte=texte)
    salariee = Habilitation(organisation_id=personne.organisation_id, role=Role.SALARIE)
    tracer(par=salariee, geste=Trace.Geste.CREER, objet=reponse, detail=reponse.get_nature_display())
    return reponse


@transaction.atomic
def lire(reponse: Reponse, *, par: Habilitation) -> None:
    """Quelqu'un de l'équipe l'a lue : le premier à le dire."""
    if Reponse.objects.non_lues().filter(pk=reponse.pk).update(lue_le=timezone.now(), lue_par=par.compte_id):
        tracer(par=par, geste=Trace.Geste.MODIFIER, objet=reponse, detail="lue")
