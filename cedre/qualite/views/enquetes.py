"""Les enquêtes : les ouvrir, y répondre, en lire les résultats (AME-2, AME-5)."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis, public
from cedre.comptes.compteurs import appareil, il_en_reste
from cedre.comptes.discretion import voit_les_personnes
from cedre.comptes.droits import Droit
from cedre.comptes.fuseaux import se_mettre_a_l_heure_de
from cedre.comptes.gestes import Rubrique, geste
from cedre.core.discretion import ASSEZ
from cedre.core.exports import telecharger
from cedre.core.journal import hors_du_journal
from cedre.core.pagination import paginer
from cedre.core.refus import refus_dans, refus_dit
from cedre.qualite.affiches import affiche_enquete
from cedre.qualite.forms.enquetes import EnqueteForm, ReponseEnqueteForm
from cedre.qualite.models import Enquete
from cedre.qualite.operations import enquetes as gestes
from cedre.qualite.questionnaires import questionnaires
from cedre.qualite.resultats import a_peu_pres, dessin

DUREE = timedelta(days=30)
PAR_APPAREIL, PAR_ENQUETE = 20, 500  # réponses par jour : l'appareil de la structure se prête
TROP = "Trop de réponses sont parties d’ici aujourd’hui. Demandez un papier à la structure."


def _adresse(request, enquete: Enquete) -> str:
    return request.build_absolute_uri(reverse("qualite:repondre_enquete", args=[enquete.jeton]))


def _court(enquete: Enquete) -> bool:
    return enquete.close_le is None


@geste("Enquêtes", "question", menu=Rubrique.QUALITE, rang=120, remedie=("enquete_menee",))
@avec_droit(Droit.QUALITE_LIRE)
def liste(request):
    """Les enquêtes, et combien y ont répondu."""
    page = paginer(request, Enquete.objects.pour(request.habilitation).order_by("-du", "-pk"))
    return render(request, "qualite/enquetes.html", {"page": page, "modeles": questionnaires()})


@geste("Ouvrir une enquête", "plus")
@avec_droit(Droit.QUALITE_TENIR)
def nouvelle(request):
    """Ouvrir une enquête à partir d'un modèle."""
    enquete = Enquete(organisation_id=request.habilitation.organisation_id, au=timezone.localdate() + DUREE)
    form = EnqueteForm(request.POST or None, instance=enquete)
    if request.method == "POST" and form.is_valid():
        gestes.ouvrir(form.instance, par=request.habilitation)
        messages.success(request, "L’enquête est prête : affichez son adresse, ou recopiez des papiers.")
        return redirect(enquete)
    return render(request, "qualite/enquete_ouvrir.html", {"form": form, "modeles": questionnaires().values()})


@geste("Enquête", "question", montre={Enquete: "pk"})
@avec_droit(Droit.QUALITE_LIRE)
def enquete(request, pk):
    """Une enquête : son adresse tant qu'elle court, ses résultats quand elle est close."""
    ligne, dehors = la_ligne(request, Enquete.objects, pk=pk), not voit_les_personnes(request.habilitation)
    resultats = a_peu_pres(ligne.resultats) if dehors else ligne.resultats
    contexte = {
        "enquete": ligne,
        "dehors": dehors,
        "modele": questionnaires()[ligne.modele],
        "adresse": _adresse(request, ligne),
        "seuil": ASSEZ,
        "resultats": [(resultat, dessin(resultat)) for resultat in resultats],
        "tues": sum("comptes" not in resultat and "textes" not in resultat for resultat in resultats),
        "actions": ligne.ameliorations.select_related("qui"),
    }
    return render(request, "qualite/enquete.html", contexte)


@geste("Affiche (PDF)", "imprimer", sur=Enquete, quand=_court)
@avec_droit(Droit.QUALITE_LIRE)
def affiche(request, pk):
    """L'affiche à imprimer."""
    ligne = la_ligne(request, Enquete.objects.select_related("organisation"), pk=pk)
    return telecharger(affiche_enquete(ligne, _adresse(request, ligne)), f"affiche-enquete-{pk}.pdf", "application/pdf")


@geste("Recopier un papier", "crayon", sur=Enquete, quand=_court)
@hors_du_journal
@avec_droit(Droit.QUALITE_LIRE)
def recopier(request, pk):
    """Recopier la réponse qu'un papier porte."""
    ligne = la_ligne(request, Enquete.objects.filter(close_le=None), pk=pk)
    form = ReponseEnqueteForm(request.POST or None, questions=ligne.questions)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.repondre(ligne, reponses=form.cleaned_data, par=request.habilitation)
            messages.success(request, "Réponse gardée. Au papier suivant.")
            return redirect("qualite:recopier", pk)
    return render(request, "qualite/enquete_recopier.html", {"form": form, "enquete": ligne})


@geste("Clore l’enquête", "valide", sur=Enquete, quand=_court)
@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("qualite:enquete")
def clore(request, pk):
    """Clôt : les résultats se figent et se montrent."""
    with refus_dit(request):
        gestes.clore(la_ligne(request, Enquete.objects, pk=pk), par=request.habilitation)
        messages.success(request, "L’enquête est close : ses résultats ne changeront plus.")
    return redirect("qualite:enquete", pk)


@never_cache
@hors_du_journal
@public
def repondre(request, jeton):
    """Le questionnaire, par son adresse : ni compte, ni nom, ni heure."""
    ligne = Enquete.objects.filter(jeton=jeton).select_related("organisation").first()
    if ligne:
        se_mettre_a_l_heure_de(ligne.organisation)
    if ligne is None or not ligne.est_ouverte:
        return render(request, "qualite/enquete_fermee.html", status=404)
    if "merci" in request.GET:
        return render(request, "qualite/enquete_merci.html", {"enquete": ligne})
    form = ReponseEnqueteForm(request.POST or None, questions=ligne.questions)
    if request.method == "POST" and form.is_valid():
        if not il_en_reste("enquete", {appareil(request): PAR_APPAREIL, jeton: PAR_ENQUETE}):
            form.add_error(None, TROP)
        else:
            with refus_dans(form):
                gestes.repondre(ligne, reponses=form.cleaned_data)
                return redirect(f"{request.path}?merci=1")
    contexte = {"form": form, "enquete": ligne, "modele": questionnaires().get(ligne.modele)}
    return render(request, "qualite/enquete_repondre.html", contexte)
