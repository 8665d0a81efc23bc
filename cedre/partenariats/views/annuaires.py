"""Les annuaires des partenaires et des clients (TRA-3, ACC-3, INS-6)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.operations import enregistrer
from cedre.core.pagination import paginer
from cedre.partenariats.forms import ClientForm, FiltreAnnuaireForm, FiltrePartenairesForm, PartenaireForm
from cedre.partenariats.models import Client, Partenaire
from cedre.partenariats.operations import enregistrer_partenaire


@geste("Partenaires", "partenaire", menu=Rubrique.TRAVAIL, rang=140)
@avec_droit(Droit.DOSSIER_LIRE)
def liste(request):
    """Chercher un partenaire : toute l'équipe peut avoir à le joindre."""
    filtre = FiltrePartenairesForm(request.GET)
    partenaires = filtre.appliquer(Partenaire.objects.pour(request.habilitation)).prefetch_related("themes")
    page = paginer(request, partenaires)
    return render(request, "partenariats/partenaires.html", {"filtre": filtre, "page": page})


@geste("Nouveau partenaire", "plus")
@avec_droit(Droit.PARTENAIRES_TENIR)
def nouveau(request):
    """Ajouter un partenaire."""
    return _saisir(request, Partenaire(organisation_id=request.habilitation.organisation_id))


@geste("Modifier", "crayon", sur=Partenaire, montre={Partenaire: "pk"}, remedie=("conventions_en_vigueur",))
@avec_droit(Droit.PARTENAIRES_TENIR)
def modifier(request, pk):
    """Modifier un partenaire, ou cesser de le proposer."""
    return _saisir(request, la_ligne(request, Partenaire.objects, pk=pk))


def _saisir(request, partenaire: Partenaire):
    nom = str(partenaire)
    form = PartenaireForm(request.POST or None, instance=partenaire)
    if request.method == "POST" and form.is_valid():
        themes = form.cleaned_data["themes"]
        enregistrer_partenaire(form.instance, themes=themes, champs=form.changed_data, par=request.habilitation)
        messages.success(request, f"{partenaire} est à jour dans l’annuaire.")
        return redirect("partenariats:partenaires")
    contexte = {"form": form, "nom": nom, "partenaire": partenaire, "conventions": _conventions(partenaire)}
    return render(request, "partenariats/partenaire.html", contexte)


def _conventions(partenaire: Partenaire):
    return partenaire.conventions.avec_validite(timezone.localdate()) if partenaire.pk else ()


@geste("Clients", "client", menu=Rubrique.TRAVAIL, rang=130)
@avec_droit(Droit.DOSSIER_LIRE)
def clients(request):
    """Chercher un client : toute l'équipe peut avoir à le joindre."""
    filtre = FiltreAnnuaireForm(request.GET, natures=Client.Nature)
    page = paginer(request, filtre.appliquer(Client.objects.pour(request.habilitation)))
    return render(request, "partenariats/clients.html", {"filtre": filtre, "page": page})


@geste("Nouveau client", "plus")
@avec_droit(Droit.TRAVAIL_TENIR)
def client_nouveau(request):
    """Ajouter un client."""
    return _saisir_client(request, Client(organisation_id=request.habilitation.organisation_id))


@geste("Modifier", "crayon", sur=Client, montre={Client: "pk"})
@avec_droit(Droit.TRAVAIL_TENIR)
def client(request, pk):
    """Modifier un client, ou cesser de le proposer."""
    return _saisir_client(request, la_ligne(request, Client.objects, pk=pk))


def _saisir_client(request, client: Client):
    nom = str(client)
    form = ClientForm(request.POST or None, instance=client)
    if request.method == "POST" and form.is_valid():
        enregistrer(form.instance, champs=form.changed_data, par=request.habilitation)
        messages.success(request, f"{client} est à jour parmi les clients.")
        return redirect("partenariats:clients")
    return render(request, "partenariats/client.html", {"form": form, "nom": nom})
