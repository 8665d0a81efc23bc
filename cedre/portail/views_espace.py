"""Les pages de l'espace d'une personne : ce qui lui a été remis, ses rendez-vous, ses heures, ses réponses (INS-2, INS-7)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from cedre.comptes.acces import poste_depuis, public
from cedre.comptes.compteurs import il_en_reste
from cedre.comptes.droits import Role
from cedre.comptes.models import Habilitation
from cedre.core.adresses import adresse_complete
from cedre.core.exports import telecharger
from cedre.core.journal import hors_du_journal
from cedre.core.refus import refus_dans
from cedre.parcours.attestation import attestation
from cedre.parcours.espace import heures_par_mois, rendez_vous, textes_remis
from cedre.parcours.forms.espace import CodeDEspaceForm, ObjectifProposeForm, ReponseForm
from cedre.parcours.models import Reponse
from cedre.parcours.operations import espace as operations
from cedre.portail.espace import compter_un_refus, espace, fermer, ouvrir, sans_trace, trop_d_essais
from cedre.qualite.forms.reclamations import EspaceForm
from cedre.qualite.operations.manuel import manuel_de, noter_lue_en_clair
from cedre.qualite.operations.reclamations import de_son_espace, recevoir
from cedre.qualite.operations.sans_nom import RECU, deposer
from cedre.structures.documents import composer

REFUS = "Ce code n’ouvre pas. Regardez bien le papier. Si rien ne marche, demandez un autre code à la structure."
PAR_PERSONNE = 3  # messages par jour
ATTENTE = "Il y a eu trop d’essais. Attendez un quart d’heure, puis recommencez."


@sensitive_post_parameters("code")
@hors_du_journal
@public
def entree(request):
    """Entrer son code : tapé, ou posé là par le QR. Un refus est le même, que le code soit inconnu, expiré ou fermé."""
    form, statut = CodeDEspaceForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        if trop_d_essais(request):
            form.add_error("code", ATTENTE)
            statut = 429
        elif acces := operations.entrer(form.cleaned_data["code"]):
            ouvrir(request, acces)
            return sans_trace(redirect("portail:mon_espace"))
        else:
            compter_un_refus(request)
            form.add_error("code", REFUS)
    return sans_trace(render(request, "portail/espace/entree.html", {"form": form}, status=statut))


@espace
def accueil(request):
    """Tout ce qu'il y a à lire, d'un coup d'œil."""
    engagement, bilans = textes_remis(request.personne)
    contexte = {"engagement": engagement, "bilans": bilans, "rendez_vous": rendez_vous(request.personne)}
    contexte["suivi"] = request.personne.suivis_a_minima.ouverts().first()
    contexte["a_une_attestation"] = attestation(request.personne) is not None
    contexte["manuel"], contexte["manuel_lu"] = manuel_de(request.personne)
    return render(request, "portail/espace/accueil.html", contexte)


@espace
def texte(request, pk):
    """Un texte remis, tel qu'il était ce jour-là ; et de quoi y répondre."""
    remise = get_object_or_404(request.personne.remises, pk=pk)
    form = ReponseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            operations.repondre(request.personne, **form.cleaned_data, remise=remise)
            messages.success(request, "Merci. Votre réponse est envoyée.")
            return redirect("portail:mon_texte", pk)
    dites = list(remise.reponses.order_by("le", "pk"))
    contexte = {"remise": remise, "texte": remise.contenu, "form": form, "dites": dites}
    return render(request, "portail/espace/texte.html", contexte | {"natures_dites": {r.nature for r in dites}})


@espace
def comment_ca_marche(request):
    """La forme courte du manuel publié ; dire qu'on l'a lue (MAN-3)."""
    version, lu = manuel_de(request.personne)
    if version is None:
        raise Http404
    if request.method == "POST":
        noter_lue_en_clair(version, request.personne)
        messages.success(request, "Merci. C’est noté.")
        return redirect("portail:mon_espace")
    contexte = {"version": version, "en_clair": version.contenu["en_clair"], "lu": lu}
    return render(request, "portail/espace/comment_ca_marche.html", contexte)


@espace
def heures(request):
    """Ses heures de travail, mois par mois."""
    return render(request, "portail/espace/heures.html", {"mois": heures_par_mois(request.personne)})


@espace
def mon_attestation(request):
    """Ce que je sais faire, à montrer à un employeur ; à faire signer par la structure."""
    contenu = attestation(request.personne)
    if contenu is None:
        raise Http404
    document = composer("parcours/typst/attestation.typ", contenu, chez=request.personne.organisation_id)
    return telecharger(document, "attestation.pdf", "application/pdf")


@espace
def objectif(request):
    """Proposer un objectif à soi."""
    form = ObjectifProposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            operations.repondre(request.personne, nature=Reponse.Nature.PROPOSITION, texte=form.cleaned_data["texte"])
            messages.success(request, "Merci. Votre objectif est envoyé. Nous en parlerons ensemble.")
            return redirect("portail:mon_espace")
    proposes = request.personne.reponses.filter(nature=Reponse.Nature.PROPOSITION)[:5]
    return render(request, "portail/espace/objectif.html", {"form": form, "proposes": proposes})


@espace
def ce_qui_ne_va_pas(request):
    """Dire ce qui ne va pas, avec ou sans son nom : rien d'autre que ce nom ne relie alors ce texte au dossier (AME-1)."""
    qui, form, statut = request.personne, EspaceForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        if il_en_reste("reclamation_espace", {str(qui.pk): PAR_PERSONNE}):
            with refus_dans(form):
                messages.success(request, _recevoir(request, **form.cleaned_data))
                return redirect("portail:mon_espace")
        else:
            form.add_error(None, "Vous avez déjà envoyé trois messages aujourd’hui. Ils sont bien arrivés.")
            statut = 429
    return render(request, "portail/espace/ce_qui_ne_va_pas.html", {"form": form}, status=statut)


def _recevoir(request, *, texte: str, nommee: bool) -> str:
    reclamation = de_son_espace(request.personne, texte=texte, nommee=nommee)
    if not nommee:
        deposer(reclamation)
        return RECU
    par = Habilitation(organisation_id=reclamation.organisation_id, role=Role.SALARIE)
    recevoir(reclamation, lien=adresse_complete(request, "qualite:reclamation"), par=par)
    return "Merci. Votre message est envoyé."


@espace
@poste_depuis("portail:mon_espace")
def quitter(request):
    """Sortir : la session est oubliée."""
    fermer(request)
    messages.success(request, "Vous êtes sorti de votre espace.")
    return redirect("portail:espace")
