"""Les images d'un rapport : les joindre tant qu'il s'écrit, les montrer à qui le lit (OBS-2)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.core.images import montrer
from cedre.core.refus import refus_dans, refus_dit
from cedre.observatoire.forms.images import ImageForm
from cedre.observatoire.models import ImageDuRapport, Rapport
from cedre.observatoire.operations import images as gestes
from cedre.observatoire.publication import a_ecrire, cadre_de, s_ecrit


@geste("Joindre une image", "importer", sur=Rapport, quand=s_ecrit, rang=43)
@avec_droit(Droit.RAPPORT_TENIR)
def joindre(request, pk):
    """Une image à montrer, sa légende, et où."""
    rapport = la_ligne(request, a_ecrire(), pk=pk)
    return _saisir(
        request, ImageDuRapport(rapport=rapport, rang=rapport.images.count() + 1), gestes.joindre, "L’image est jointe."
    )


@geste("Modifier l’image", "crayon", sur=ImageDuRapport, quand=lambda image: s_ecrit(image.rapport))
@avec_droit(Droit.RAPPORT_TENIR)
def modifier(request, pk):
    """Sa légende, sa place, son ordre."""
    image = la_ligne(request, ImageDuRapport.objects.select_related("rapport__organisation"), pk=pk)
    return _saisir(request, image, gestes.modifier, "C’est enregistré.")


def _saisir(request, image: ImageDuRapport, faire, dit: str):
    form = ImageForm(request.POST or None, request.FILES or None, instance=image, cadre=cadre_de(image.rapport))
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            faire(form.instance, par=request.habilitation)
            messages.success(request, dit)
            return redirect(image.rapport)
    return render(request, "observatoire/image.html", {"form": form, "image": image, "rapport": image.rapport})


@geste("Retirer l’image", "corbeille", sur=ImageDuRapport, quand=lambda image: s_ecrit(image.rapport), rang=90)
@avec_droit(Droit.RAPPORT_TENIR)
@poste_depuis("observatoire:image_modifier")
def retirer(request, pk):
    """Ôte l'image d'un brouillon."""
    image = la_ligne(request, ImageDuRapport.objects.select_related("rapport__organisation"), pk=pk)
    with refus_dit(request):
        gestes.retirer(image, par=request.habilitation)
        messages.success(request, "L’image est retirée.")
    return redirect(image.rapport)


@avec_droit(Droit.RAPPORTS_LIRE)
def image(request, pk):
    """L'image même, à qui lit le rapport."""
    ligne = la_ligne(request, ImageDuRapport.objects, pk=pk)
    try:
        return montrer(ligne.octets())
    except FileNotFoundError:
        raise Http404 from None
