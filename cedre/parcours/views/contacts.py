"""Premier contact : moins d'une minute, la personne en face de soi (ACC-1)."""

from django.contrib import messages
from django.shortcuts import redirect, render

from cedre.comptes.acces import avec_droit, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.core.texte import de
from cedre.parcours import rapprochement
from cedre.parcours.forms import ContactForm, IdentiteForm
from cedre.parcours.models import Contact, Personne
from cedre.parcours.operations.contacts import ajouter_contact, ouvrir_dossier
from cedre.structures.models import Reglages


@geste("Premier contact", "plus", menu=Rubrique.TRAVAIL, rang=30)
@avec_droit(Droit.CONTACT_ENREGISTRER)
def premier(request):
    """Ouvre un dossier avec sa première demande."""
    reglages = Reglages.objects.de(request.habilitation)
    identite = IdentiteForm(request.POST or None)
    demande = ContactForm(request.POST or None, initial={"delai_annonce": reglages.delai_annonce})
    if request.method == "POST" and identite.is_valid() & demande.is_valid():
        personne = ouvrir_dossier(identite.instance, contact=demande.instance, par=request.habilitation)
        messages.success(request, f"Le dossier {de(personne)} est ouvert.")
        return redirect("parcours:personne", personne.pk)
    contexte = {"identite": identite, "demande": demande, "reglages": reglages}
    return render(request, "parcours/premier_contact.html", contexte)


@avec_droit(Droit.CONTACT_ENREGISTRER)
def sosies(request):
    """Les dossiers qui ressemblent à ce que l'on est en train de taper."""
    saisie = IdentiteForm(request.GET)
    saisie.is_valid()
    trouves = rapprochement.sosies(
        Personne.objects.pour(request.habilitation),
        nom=saisie.cleaned_data.get("nom", ""),
        prenom=saisie.cleaned_data.get("prenom", ""),
        date_naissance=saisie.cleaned_data.get("date_naissance"),
    )
    return render(request, "parcours/_sosies.html", {"sosies": trouves})


@geste("Nouvelle demande", "telephone", sur=Personne, ajoute=Contact, rang=42)
@avec_droit(Droit.CONTACT_ENREGISTRER)
def nouveau(request, pk):
    """Une personne déjà connue revient : une nouvelle demande dans le même dossier."""
    personne = la_ligne(request, Personne.objects.nominatives(), pk=pk)
    reglages = Reglages.objects.de(request.habilitation)
    demande = ContactForm(request.POST or None, initial={"delai_annonce": reglages.delai_annonce})
    if request.method == "POST" and demande.is_valid():
        ajouter_contact(personne, contact=demande.instance, par=request.habilitation)
        messages.success(request, f"La nouvelle demande {de(personne)} est enregistrée.")
        return redirect("parcours:personne", personne.pk)
    return render(request, "parcours/nouveau_contact.html", {"personne": personne, "demande": demande})
