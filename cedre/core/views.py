"""Pages d'erreur et état de santé."""

import shutil
import sys
from secrets import token_hex

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.shortcuts import render

from cedre.core.saturation import OCCUPEE, raison


def sante(request):
    """État de la base et du disque, pour la surveillance : 200 si tout va, 503 sinon. Aucune donnée."""
    etat = {"base": "bien", "disque_libre_mo": shutil.disk_usage(settings.DONNEES).free // 2**20}
    try:
        with connection.cursor() as curseur:
            curseur.execute("SELECT 1")
    except DatabaseError:
        etat["base"] = "injoignable"
    if etat["disque_libre_mo"] < 200:
        etat["disque"] = "presque plein"
    bien = etat["base"] == "bien" and "disque" not in etat
    return JsonResponse({"etat": "bien" if bien else "en défaut", **etat}, status=200 if bien else 503)


sante.droit = "public"


def _page_erreur(request, code, titre, message):
    contexte = {"code": code, "titre": titre, "message": message, "identifiant": getattr(request, "identifiant", "")}
    return render(request, "core/erreur.html", contexte, status=code)


def demande_invalide(request, exception=None):
    """400, ou 413 : hors des fichiers, une page n'envoie jamais des mégaoctets de texte."""
    if isinstance(exception, RequestDataTooBig):
        return _trop(
            request, "Revenez en arrière : tout y est encore. Raccourcissez les textes, ou enregistrez en plusieurs fois."
        )
    return _page_erreur(request, 400, "Cette demande n’a pas pu être lue", "Revenez à la page précédente et recommencez.")


def acces_refuse(request, exception=None):
    """403."""
    return _page_erreur(
        request,
        403,
        "Votre rôle n’ouvre pas cette page",
        "Si vous tenez un autre rôle, changez-en en haut de la page ; sinon, voyez avec votre direction.",
    )


def introuvable(request, exception=None):
    """404."""
    return _page_erreur(request, 404, "Cette page n’existe pas", "L’adresse est peut-être ancienne, ou ne vous est pas ouverte.")


def methode_refusee(request, permises: str):
    """405 : une adresse appelée autrement que par une page de Cèdre."""
    reponse = _page_erreur(
        request, 405, "Cette adresse ne s’ouvre pas ainsi", "Revenez à la page d’où vous venez et recommencez."
    )
    reponse["Allow"] = permises
    return reponse


def envoi_trop_lourd(request):
    """413."""
    limite = settings.ENVOI_MAX // 2**20 - 1
    return _trop(
        request, f"Cèdre reçoit {limite} Mo au plus. Revenez en arrière, puis allégez le fichier ou coupez-le en plusieurs."
    )


def _trop(request, remede: str):
    return _page_erreur(request, 413, "Cet envoi est trop lourd", remede)


def trop_de_demandes(request):
    """429 : un rythme de robot (connexions, liens d'invitation) ; ou un compteur que rien ne peut plus écrire, et c'est 503."""
    if not cache.add(f"sonde-{token_hex(8)}", 1, timeout=1):
        return _page_grave(request, OCCUPEE)
    return _page_erreur(
        request, 429, "Trop de demandes en peu de temps", "Par sécurité, Cèdre attend un peu. Réessayez dans quelques minutes."
    )


def jeton_perime(request, reason=""):
    """403 d'un formulaire trop vieux."""
    return _page_erreur(
        request,
        403,
        "Cette page était ouverte depuis trop longtemps",
        "Revenez en arrière, relisez votre saisie (un champ a pu se vider), puis enregistrez de nouveau.",
    )


def erreur(request):
    """500, ou 503 si la place, la base, les clés ou le courriel manquent : elle s’affiche même si tout le reste est tombé."""
    return _page_grave(request, raison(sys.exc_info()[1]))


def _page_grave(request, pourquoi: str):
    contexte = {"identifiant": getattr(request, "identifiant", ""), "pourquoi": pourquoi}
    return render(request, "core/erreur_grave.html", contexte, status=503 if pourquoi else 500)
