"""Les gestes d'une réclamation : la recevoir, en accuser réception, y répondre, la clore (AME-1)."""

from collections.abc import Callable
from datetime import date
from functools import partial

from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Compte, Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.comptes.passages import Passage, Passages, tient
from cedre.comptes.passe import change_le_passe
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Personne
from cedre.qualite.models import Reclamation

SANS_REPONSE = "Répondez d’abord, ou dites pourquoi il n’y a pas de réponse."


def de_son_espace(personne: Personne, *, texte: str, nommee: bool) -> Reclamation:
    """Ce qu'une personne dit de son espace, à recevoir ; rien ne la désigne si elle tait son nom."""
    salariee = personne.phase == Personne.Phase.PARCOURS
    return Reclamation(
        organisation_id=personne.organisation_id,
        canal=Reclamation.Canal.ESPACE,
        origine=Reclamation.Origine.SALARIE if salariee else Reclamation.Origine.DEMANDEUR,
        texte=texte,
        qui=str(personne) if nommee else "",
        contact=(personne.telephone or personne.courriel or "au prochain rendez-vous") if nommee else "",
    )


@change_le_passe
@transaction.atomic
def recevoir(reclamation: Reclamation, *, lien: Callable[[int], str], par: Habilitation) -> Reclamation:
    """Garde ce qui est dit, et prévient qui tient la qualité sans rien en répéter.

    par : une habilitation sans compte si la personne n'en a pas, ou ne veut pas être nommée ; la trace ne dit alors personne.
    lien : fonction du numéro vers l'adresse complète. Lève GesteImpossible.
    """
    if reclamation.recue_le > timezone.localdate():
        raise GesteImpossible("Cette date est à venir.", champ="recue_le")
    de_l_equipe = par.compte_id is not None and reclamation.origine == Reclamation.Origine.EQUIPE
    reclamation.reponse_attendue = bool(reclamation.contact) or de_l_equipe
    reclamation.signalee_par_id = par.compte_id
    reclamation.save()
    tracer(par=par, geste=Trace.Geste.CREER, objet=reclamation, detail=reclamation.get_canal_display())
    sorte = reclamation.get_sorte_display()
    lettre = (
        f"Bonjour,\n\n{sorte} à lire dans Cèdre, à traiter avant le {reclamation.repondre_avant:%d/%m/%Y} :\n"
        f"{lien(reclamation.pk)}\n\nLa page s’ouvre avec votre compte.\n"
    )
    prevenir(reclamation.organisation_id, f"{sorte} à lire", lettre)
    return reclamation


def prevenir(organisation_id: int, sujet: str, lettre: str) -> None:
    """Écrit à qui tient la qualité dans cette structure, une fois la transaction validée."""
    tenants = Habilitation.objects.actives().avec_droit(Droit.QUALITE_TENIR).filter(organisation=organisation_id)
    for courriel in tenants.comptes().order_by("pk").values_list("email", flat=True):
        transaction.on_commit(partial(send_mail, sujet, lettre, None, [courriel]), robust=True)


E, QUALITE = Reclamation.Etat, tient(Droit.QUALITE_TENIR)
PASSAGES = Passages(
    Reclamation,
    accuser=Passage(
        QUALITE,
        de={E.RECUE, E.REPONDUE},
        vers={E.EN_TRAITEMENT, E.REPONDUE},
        jour="accusee_le",
        depuis="recue_le",
        trace="réception accusée",
    ),
    repondre=Passage(
        QUALITE, de={E.RECUE, E.EN_TRAITEMENT}, vers={E.REPONDUE}, jour="repondue_le", depuis="recue_le", trace="répondue"
    ),
    clore=Passage(QUALITE, de={E.RECUE, E.EN_TRAITEMENT, E.REPONDUE}, vers={E.CLOSE}, jour="close_le", trace="close"),
    oublier_qui=Passage(
        QUALITE,
        de={E.CLOSE},
        vers={E.CLOSE},
        trace="nom et contact effacés",
        pas_encore="le nom et le contact servent encore, on les efface une fois la réclamation close",
    ),
)


@PASSAGES.operation
def accuser(reclamation: Reclamation, *, le: date, traitee_par: Compte, par: Habilitation) -> None:
    """Dit que l'on a bien reçu, et qui s'en charge ; même après avoir répondu."""
    reclamation.traitee_par = traitee_par
    reclamation.numero = reclamation.numero or Reclamation.objects.prochain_numero(reclamation.organisation_id)


@PASSAGES.operation
def repondre(reclamation: Reclamation, *, le: date, traitement: str, reponse: str, par: Habilitation) -> None:
    """Garde ce que l'on a fait et ce que l'on a répondu, jamais sans un mot."""
    if not reponse.strip():
        raise GesteImpossible("Dites ce que l’on a répondu.", champ="reponse")
    reclamation.traitement, reclamation.reponse = traitement, reponse


@PASSAGES.operation
def clore(reclamation: Reclamation, *, motif: str = "", par: Habilitation) -> None:
    """Clôt : jamais sans réponse, ou sans dire pourquoi il n'y en a pas."""
    if not (reclamation.repondue_le or motif.strip()):
        raise GesteImpossible(SANS_REPONSE, champ="motif")
    reclamation.motif_cloture = "" if reclamation.repondue_le else motif


@PASSAGES.operation
def oublier_qui(reclamation: Reclamation, *, par: Habilitation) -> None:
    """Efface le nom et le contact laissés, quand ils ne servent plus."""
    reclamation.qui = reclamation.contact = ""
