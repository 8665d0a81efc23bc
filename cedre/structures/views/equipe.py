"""L'équipe permanente : ses postes, qui les tient, ses organigrammes (PRO-2)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.operations import enregistrer
from cedre.core.graphiques import en_page
from cedre.core.refus import refus_dans
from cedre.structures.forms.equipe import OccupationForm, PosteForm
from cedre.structures.models import Occupation, Poste
from cedre.structures.operations.equipe import enregistrer_poste
from cedre.structures.organigrammes import arbre_fonctionnel, arbre_hierarchique, dessiner


@geste("Équipe", "organigramme", menu=Rubrique.QUALITE, rang=20)
@avec_droit(Droit.QUALITE_LIRE)
def liste(request):
    """Les postes, de qui dépend qui ; puis ceux qui n'existent pas ou plus."""
    le = timezone.localdate()
    postes = Poste.objects.pour(request.habilitation)
    contexte = {
        "arbre": arbre_hierarchique(request.habilitation.organisation, le),
        "autres": postes.exclude(pk__in=postes.ouverts(le).order_by().values("pk")),
    }
    return render(request, "structures/postes.html", contexte)


@geste("Organigrammes", "reseau")
@avec_droit(Droit.QUALITE_LIRE)
def organigrammes(request):
    """Les deux organigrammes du jour, en images et en texte."""
    organisation, le = request.habilitation.organisation, timezone.localdate()
    arbres = {
        "Organigramme hiérarchique": arbre_hierarchique(organisation, le),
        "Organigramme fonctionnel": arbre_fonctionnel(organisation, le),
    }
    images = [
        (titre, arbre, *(en_page(dessiner(arbre, etroit=etroit), titre=f"{titre}, {organisation}") for etroit in (False, True)))
        for titre, arbre in arbres.items()
    ]
    return render(request, "structures/organigrammes.html", {"le": le, "images": images})


@geste("Poste", "equipe", montre={Poste: "pk"})
@avec_droit(Droit.QUALITE_LIRE)
def poste(request, pk):
    """Un poste : ses missions, qui le tient et qui l'a tenu."""
    ligne = la_ligne(request, Poste.objects.select_related("rattache_a"), pk=pk)
    le = timezone.localdate()
    occupations = [(o, o.du <= le and (o.au is None or o.au >= le)) for o in ligne.occupations.order_by("-du", "-pk")]
    return render(request, "structures/poste.html", {"poste": ligne, "occupations": occupations})


def _saisir(request, ligne: Poste):
    intitule = ligne.intitule
    form = PosteForm(request.POST or None, instance=ligne, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            enregistrer_poste(form.instance, champs=form.changed_data, par=request.habilitation)
            messages.success(request, f"Le poste « {ligne} » est enregistré.")
            return redirect(ligne)
    return render(request, "structures/poste_saisie.html", {"form": form, "intitule": intitule})


@geste("Nouveau poste", "plus", remedie=("postes_definis",))
@avec_droit(Droit.QUALITE_TENIR)
def nouveau(request):
    """Un poste de plus."""
    return _saisir(request, Poste(organisation_id=request.habilitation.organisation_id))


@geste("Modifier", "crayon", sur=Poste)
@avec_droit(Droit.QUALITE_TENIR)
def modifier(request, pk):
    """Modifier un poste, ou dire qu'il n'existe plus."""
    return _saisir(request, la_ligne(request, Poste.objects, pk=pk))


def _occuper(request, occupation: Occupation):
    form = OccupationForm(request.POST or None, instance=occupation, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        enregistrer(form.instance, champs=form.changed_data, par=request.habilitation)
        messages.success(request, f"C’est noté pour {occupation}.")
        return redirect(occupation.poste)
    return render(request, "structures/occupation.html", {"form": form, "poste": occupation.poste})


@geste("Dire qui le tient", "plus", sur=Poste)
@avec_droit(Droit.QUALITE_TENIR)
def nommer(request, pk):
    """Quelqu'un de plus à ce poste."""
    return _occuper(request, Occupation(poste=la_ligne(request, Poste.objects, pk=pk)))


@geste("Corriger", "crayon", sur=Occupation, montre={Occupation: "pk"})
@avec_droit(Droit.QUALITE_TENIR)
def occupation(request, pk):
    """Corriger qui tient un poste, ou dire jusqu'à quand."""
    return _occuper(request, la_ligne(request, Occupation.objects.select_related("poste"), pk=pk))
