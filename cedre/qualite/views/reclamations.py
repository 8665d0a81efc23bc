"""Signaler, traiter, répondre ; et la porte publique de ce qui ne va pas (AME-1)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis, public
from cedre.comptes.compteurs import appareil, il_en_reste
from cedre.comptes.droits import Droit
from cedre.comptes.fuseaux import se_mettre_a_l_heure_de
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.models import Habilitation, Organisation
from cedre.core.adresses import adresse_complete
from cedre.core.dates import d_abord_sans
from cedre.core.exports import telecharger
from cedre.core.journal import hors_du_journal
from cedre.core.pagination import paginer
from cedre.core.refus import faire_ou_remontrer, refus_dans, refus_dit
from cedre.qualite.affiches import affiche_reclamation
from cedre.qualite.forms.reclamations import (
    AccuserForm,
    CloreReclamationForm,
    FiltreReclamationForm,
    PubliqueForm,
    RepondreForm,
    SignalerForm,
)
from cedre.qualite.models import Reclamation
from cedre.qualite.models.reclamations import DELAI
from cedre.qualite.operations import reclamations as gestes
from cedre.qualite.operations.sans_nom import RECU, deposer

PAR_APPAREIL, PAR_STRUCTURE = 3, 50  # messages par jour : la boîte d'une structure ne se remplit pas
TROP = "Celui-ci n’est pas parti : trop de messages sont venus d’ici aujourd’hui. Pour le dire, appelez la structure."


@geste("Réclamations", "entretien", menu=Rubrique.QUALITE, rang=110)
@avec_droit(Droit.QUALITE_TENIR)
def liste(request):
    """Les réclamations et les dysfonctionnements, et leur délai."""
    filtre = FiltreReclamationForm(request.GET)
    siennes = Reclamation.objects.pour(request.habilitation)
    ouvertes_d_abord = d_abord_sans("close_le"), "repondre_avant", "-pk"
    lignes = filtre.appliquer(siennes).select_related("traitee_par").order_by(*ouvertes_d_abord)
    contexte = {"filtre": filtre, "page": paginer(request, lignes), "delai": DELAI, "vierge": not siennes.exists()}
    return render(request, "qualite/reclamations.html", contexte)


@geste("Signaler", "alerte", menu=Rubrique.QUALITE, rang=100)
@hors_du_journal
@avec_droit(Droit.QUALITE_LIRE)
def signaler(request):
    """Pour toute l'équipe : dire ce qui ne va pas, en moins d'une minute, sans son nom si l'on veut."""
    reclamation = Reclamation(organisation_id=request.habilitation.organisation_id)
    initial = {"origine": Reclamation.Origine.EQUIPE}
    form = SignalerForm(request.POST or None, instance=reclamation, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            if form.cleaned_data["anonyme"]:
                deposer(form.instance)
                messages.success(request, RECU)
            else:
                gestes.recevoir(form.instance, lien=adresse_complete(request, "qualite:reclamation"), par=request.habilitation)
                messages.success(request, "C’est signalé : la personne qui tient la qualité est prévenue.")
            return redirect("qualite:signaler")
    siens = Reclamation.objects.pour(request.habilitation).filter(signalee_par=request.habilitation.compte_id)
    contexte = {"form": form, "siens": siens.order_by("-recue_le", "-pk")[:5], "delai": DELAI}
    return render(request, "qualite/signaler.html", contexte)


@geste("Réclamation", "entretien", montre={Reclamation: "pk"}, remedie=("reclamation_traitee",))
@avec_droit(Droit.QUALITE_TENIR)
def reclamation(request, pk, refusee=None):
    """Une réclamation : ce qui est dit, ce que l'on en a fait, et le geste suivant. refusee : la saisie à reprendre."""
    ligne = la_ligne(request, Reclamation.objects.select_related("signalee_par", "traitee_par"), pk=pk)
    moi = request.habilitation.compte
    contexte = {"reclamation": ligne, "actions": ligne.ameliorations.select_related("qui")}
    contexte["ouverts"] = gestes.PASSAGES.ouverts_a(request.habilitation, ligne)
    formulaires = {
        "accuser": AccuserForm(reclamation=ligne, habilitation=request.habilitation, initial={"traitee_par": moi}),
        "repondre": RepondreForm(),
        "clore": CloreReclamationForm(reclamation=ligne),
    }
    return render(request, "qualite/reclamation.html", contexte | formulaires | (refusee or {}), status=400 if refusee else 200)


@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("qualite:reclamation")
def accuser(request, pk):
    """Réception accusée, et qui s'en charge."""
    ligne = la_ligne(request, Reclamation.objects, pk=pk)
    form, dit = (
        AccuserForm(request.POST, reclamation=ligne, habilitation=request.habilitation),
        "C’est noté : la réception est accusée.",
    )
    return faire_ou_remontrer(request, ligne, form, gestes.accuser, dit=dit, page=reclamation)


@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("qualite:reclamation")
def repondre(request, pk):
    """Ce que l'on a fait, et répondu."""
    ligne = la_ligne(request, Reclamation.objects, pk=pk)
    form = RepondreForm(request.POST)
    return faire_ou_remontrer(request, ligne, form, gestes.repondre, dit="La réponse est gardée.", page=reclamation)


@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("qualite:reclamation")
def clore(request, pk):
    """Clôt."""
    ligne = la_ligne(request, Reclamation.objects, pk=pk)
    form = CloreReclamationForm(request.POST, reclamation=ligne)
    return faire_ou_remontrer(request, ligne, form, gestes.clore, dit="Elle est close.", page=reclamation)


@geste("Effacer le nom et le contact", "corbeille", sur=Reclamation, quand=lambda r: r.close_le and (r.qui or r.contact))
@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("qualite:reclamation")
def oublier_qui(request, pk):
    """Le nom et le contact s'effacent."""
    with refus_dit(request):
        gestes.oublier_qui(la_ligne(request, Reclamation.objects, pk=pk), par=request.habilitation)
        messages.success(request, "Le nom et le contact sont effacés.")
    return redirect("qualite:reclamation", pk)


@geste("Affiche à poser (PDF)", "imprimer")
@avec_droit(Droit.QUALITE_LIRE)
def affiche(request):
    """L'affiche à imprimer : son QR mène à la porte publique."""
    structure = request.habilitation.organisation
    adresse = request.build_absolute_uri(reverse("qualite:reclamation_publique", args=[structure.slug]))
    return telecharger(affiche_reclamation(structure, adresse), "affiche-reclamations.pdf", "application/pdf")


@never_cache
@hors_du_journal
@public
def publique(request, slug):
    """La porte publique : dire ce qui ne va pas à une structure, sans compte, sans nom si l'on veut."""
    structure = get_object_or_404(Organisation.objects.structures(), slug=slug)
    se_mettre_a_l_heure_de(structure)
    if merci := request.GET.get("merci"):
        contexte = {"structure": structure, "delai": DELAI, "repond": merci == "reponse", "sans_nom": merci == "demain"}
        return render(request, "qualite/merci.html", contexte)
    ligne = Reclamation(organisation=structure, canal=Reclamation.Canal.PUBLIC)
    form, statut = PubliqueForm(request.POST or None, instance=ligne), 200
    if request.method == "POST" and form.is_valid():
        if il_en_reste("reclamation", {appareil(request): PAR_APPAREIL, slug: PAR_STRUCTURE}):
            with refus_dans(form):
                return redirect(f"{request.path}?merci={_recevoir_du_public(request, ligne)}")
        else:
            form.add_error(None, TROP)
            statut = 429
    return render(request, "qualite/reclamation_publique.html", {"form": form, "structure": structure}, status=statut)


def _recevoir_du_public(request, ligne: Reclamation) -> str:
    if not (ligne.qui or ligne.contact):
        deposer(ligne)
        return "demain"
    gestes.recevoir(
        ligne, lien=adresse_complete(request, "qualite:reclamation"), par=Habilitation(organisation_id=ligne.organisation_id)
    )
    return "reponse" if ligne.contact else "lu"
