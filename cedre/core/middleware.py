"""Ce qui entoure chaque requête."""

import logging
import secrets
import time
from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError

from cedre.core.depot import deposes, oublier_les_orphelins
from cedre.core.journal import est_hors_du_journal, requete_id, route
from cedre.core.texte import numero
from cedre.core.views import envoi_trop_lourd, methode_refusee

journal = logging.getLogger("cedre.requetes")


class Requete:
    """Donne à chaque requête un identifiant, repris dans les journaux et sur les pages d'erreur."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.identifiant = secrets.token_hex(6)
        jeton, depot = requete_id.set(request.identifiant), deposes.set([])
        debut = time.perf_counter()
        try:
            reponse = self.get_response(request)
            if reponse.status_code >= 500 and deposes.get():
                with suppress(DatabaseError):  # la base ne répond plus : le ménage de la nuit les trouvera
                    oublier_les_orphelins(deposes.get())
            reponse["X-Requete"] = request.identifiant
            if not est_hors_du_journal(request):
                duree = (time.perf_counter() - debut) * 1000
                journal.debug("%s %s %s %.0f ms", request.method, route(request), reponse.status_code, duree)
            return reponse
        finally:
            requete_id.reset(jeton)
            deposes.reset(depot)


class Porte:
    """Refuse en clair ce que Django refuserait d'une page blanche, et un envoi trop lourd avant que personne n'en lise rien.

    En production le site n'a qu'un nom, CEDRE_HOTE : le port ou le point final qu'un en-tête Host y ajouterait n'entre dans
    aucun lien, invitation, agenda ou mot de passe oublié.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        taille = request.META.get("CONTENT_LENGTH") or "0"
        if len(taille) > 12 or numero(taille) > settings.ENVOI_MAX:
            return envoi_trop_lourd(request)
        if settings.HOTE and request.get_host():  # un autre nom est refusé par get_host
            request.META["HTTP_HOST"] = settings.HOTE
        reponse = self.get_response(request)
        return methode_refusee(request, reponse["Allow"]) if reponse.status_code == 405 else reponse
