"""Les traces d'un dossier : qui l'a ouvert, qui l'a changé (nomenclatures §7)."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render

from cedre.comptes.acces import avec_droit, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.comptes.models import Trace
from cedre.core.pagination import paginer
from cedre.parcours.models import Personne


@geste("Qui a ouvert ce dossier", "traces", meme_anonyme=True)
@avec_droit(Droit.DOSSIER_LIRE)
def traces_personne(request, pk):
    """Pour la direction et pour la personne référente du dossier, et pour personne d'autre."""
    personne = la_ligne(request, Personne.objects, pk=pk)
    if not personne.montre_ses_traces_a(request.habilitation):
        raise PermissionDenied
    lignes = Trace.objects.pour(request.habilitation).du_dossier(personne.pk).select_related("compte")
    page = paginer(request, lignes, 100)
    return render(request, "parcours/traces.html", {"personne": personne, "page": page})
