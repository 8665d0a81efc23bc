"""Les certifications, notées par la fédération : leur jour dit leur terme, et l'édition suivante (CER-1, CER-5)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.certification.forms.editions import CertificatForm, RetraitForm
from cedre.certification.models import Certificat
from cedre.certification.operations import editions as gestes
from cedre.comptes.acces import avec_droit, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.core.pagination import paginer
from cedre.core.refus import refus_dans
from cedre.core.texte import numero


@geste("Certifications", "diplome", rang=95, a_lire="Les structures certifiées, et jusqu’à quand.")
@avec_droit(Droit.EDITIONS_TENIR)
def liste(request):
    """Toutes, celles à renouveler d'abord, la plus proche de son terme en tête."""
    certificats = Certificat.objects.pour(request.habilitation).avec_suivant().select_related("organisation")
    page = paginer(request, certificats.order_by("renouvele", "le", "pk"))
    return render(request, "certification/certificats.html", {"page": page, "aujourdhui": timezone.localdate()})


@geste("Noter une certification", "plus")
@avec_droit(Droit.EDITIONS_TENIR)
def nouvelle(request):
    """Noter le jour où une structure a été certifiée."""
    initial = {"organisation": numero(request.GET.get("structure", "")) or None}
    form = CertificatForm(request.POST or None, initial=initial, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            certificat = gestes.certifier(form.instance, par=request.habilitation)
            messages.success(request, f"C’est noté : {certificat.organisation} est certifiée pour trois ans.")
            return redirect("certification:certificats")
    return render(request, "certification/certifier.html", {"form": form})


@geste("Retirer", "corbeille", sur=Certificat)
@avec_droit(Droit.EDITIONS_TENIR)
def retirer(request, pk):
    """Retirer une certification notée par erreur ; la bonne, s'il y en a une, se note ensuite."""
    certificat = la_ligne(request, Certificat.objects.select_related("organisation"), pk=pk)
    form = RetraitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        gestes.retirer_certificat(certificat, **form.cleaned_data, par=request.habilitation)
        messages.success(request, f"La certification de {certificat.organisation} est retirée.")
        return redirect("certification:certificats")
    return render(request, "certification/certificat_retirer.html", {"form": form, "certificat": certificat})
