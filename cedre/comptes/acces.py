"""L'entrée de chaque vue : son droit, dit par un décorateur, et la ligne qu'elle ouvre, par la porte de comptes/partage.py."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse

from cedre.comptes.demande_de_motif import demander_le_motif
from cedre.comptes.droits import Droit
from cedre.comptes.partage import Partage
from cedre.comptes.passe import MotifAttendu, motif_dit
from cedre.core.lecture import lecture_seule


def _lire_sans_ecrire(vue, request, *args, **kwargs) -> HttpResponseBase:
    if request.method == "POST":
        return _ecrire(vue, request, *args, **kwargs)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    with lecture_seule():
        return vue(request, *args, **kwargs)


def _ecrire(vue, request, *args, **kwargs) -> HttpResponseBase:
    """Fait le geste ; s'il change le passé sans que l'on ait dit pourquoi, le demande, la saisie gardée."""
    with motif_dit(request.POST.get("motif_du_passe", "")):
        try:
            return vue(request, *args, **kwargs)
        except MotifAttendu as attendu:
            return demander_le_motif(request, attendu.bouge)


def avec_droit(droit: Droit):
    """Ouvre la vue à qui a ce droit dans son habilitation ; 403 expliqué à qui ne l'a pas."""

    def decore(vue):
        @login_required
        @wraps(vue)
        def gardee(request, *args, **kwargs):
            if not (request.habilitation and request.habilitation.peut(droit)):
                raise PermissionDenied
            return _lire_sans_ecrire(vue, request, *args, **kwargs)

        gardee.droit = droit
        return gardee

    return decore


def connecte(vue):
    """Ouvre la vue à tout compte connecté : ce qui ne parle que de soi."""

    @login_required
    @wraps(vue)
    def gardee(request, *args, **kwargs):
        return _lire_sans_ecrire(vue, request, *args, **kwargs)

    gardee.droit = "connecte"
    return gardee


def public(vue):
    """Ouvre la vue à tout le monde : elle ne montre aucune donnée du domaine, sinon ce qu'un jeton de son adresse désigne."""

    @wraps(vue)
    def gardee(request, *args, **kwargs):
        return _lire_sans_ecrire(vue, request, *args, **kwargs)

    gardee.droit = "public"
    return gardee


def la_ligne(request, queryset: Partage, **critere):
    """La ligne visible par l'habilitation de la requête ; 404 pour tout le reste.

    Si elle est du dossier de quelqu'un et que la page se montre, c'est une consultation (nomenclatures §7).
    """
    ligne = get_object_or_404(queryset.pour(request.habilitation), **critere)
    request.consulte(ligne)
    return ligne


def _page_du_formulaire(page: str, pk: int | None) -> str:
    try:
        return reverse(page, args=[pk])
    except NoReverseMatch:
        return reverse(page)


def poste_depuis(page: str):
    """Réserve la vue à l'envoi d'un formulaire ; lue, elle ramène à la page qui le porte, et dit que rien n'est fait.

    C'est ce qui arrive à qui se reconnecte après une session finie. page : la route, avec le même numéro si elle en prend un.
    """

    def decore(vue):
        @wraps(vue)
        def gardee(request, *args, **kwargs):
            if request.method == "POST":
                return vue(request, *args, **kwargs)
            messages.info(request, "Rien n’a encore été fait : refaites le geste depuis cette page.")
            filtres = f"?{request.GET.urlencode()}" if request.GET else ""
            return redirect(_page_du_formulaire(page, kwargs.get("pk")) + filtres)

        gardee.page_du_formulaire = page
        return gardee

    return decore
