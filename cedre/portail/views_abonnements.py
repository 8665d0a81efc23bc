"""Recevoir sa journée hors de Cèdre : le courriel du matin, et l'agenda par une adresse secrète (ACC-6)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from cedre.comptes.acces import avec_droit, poste_depuis, public
from cedre.comptes.droits import Droit
from cedre.comptes.fuseaux import se_mettre_a_l_heure_de
from cedre.comptes.models import Habilitation
from cedre.comptes.operations import condenser
from cedre.portail import calendrier as calendrier_
from cedre.portail import operations
from cedre.portail.courriel import habilitation_du_lien
from cedre.portail.espace import sans_trace


@avec_droit(Droit.DOSSIER_LIRE)
@poste_depuis("comptes:compte")
def courriel(request):
    """Reçoit, ou ne reçoit plus, le courriel du matin."""
    oui = request.POST.get("geste") == "recevoir"
    operations.recevoir_le_courriel(request.habilitation, oui=oui, par=request.habilitation)
    messages.success(request, "Vous recevrez le courriel du matin." if oui else "Vous ne recevrez plus le courriel du matin.")
    return redirect("comptes:compte")


@avec_droit(Droit.DOSSIER_LIRE)
@poste_depuis("comptes:compte")
def agenda(request):
    """Donne à l'agenda une nouvelle adresse, qui se montre une fois, ou ferme celle qu'il a."""

    def adresse(jeton):
        return request.build_absolute_uri(reverse("portail:calendrier", args=[jeton]))

    moi = request.habilitation
    if request.POST.get("geste") == "fermer":
        operations.reprendre_adresse(moi, par=moi)
        messages.success(request, "L’adresse de votre agenda n’ouvre plus rien.")
        return redirect("comptes:compte")
    request.session["adresse-agenda"] = operations.donner_adresse(moi, adresse=adresse, par=moi)
    return redirect(reverse("comptes:compte") + "#ma-journee")


@public
def calendrier(request, jeton):
    """L'agenda de qui tient cette adresse : sans un nom, et seulement tant que son habilitation vaut."""
    ouvertes = Habilitation.objects.actives().avec_droit(Droit.DOSSIER_LIRE).select_related("compte", "organisation")
    habilitation = ouvertes.filter(condensat_agenda=condenser(jeton)).first()
    if habilitation is None:
        raise Http404
    se_mettre_a_l_heure_de(habilitation.organisation)
    site = request.build_absolute_uri("/").removesuffix("/")
    texte = calendrier_.calendrier(habilitation, timezone.localdate(), site=site)
    return sans_trace(HttpResponse(texte, content_type="text/calendar; charset=utf-8"))


@csrf_exempt  # le lien suffit : un logiciel de courriel l'appelle sans page ni session (RFC 8058)
@public
def arreter_courriel(request, jeton):
    """Arrête le courriel du matin, par le lien qu'il porte."""
    habilitation = habilitation_du_lien(jeton)
    if habilitation is None:
        raise Http404
    if request.method == "POST" and habilitation.courriel_du_jour:
        operations.recevoir_le_courriel(habilitation, oui=False, par=habilitation)
    return sans_trace(render(request, "portail/arreter_courriel.html", {"recoit": habilitation.courriel_du_jour}))
