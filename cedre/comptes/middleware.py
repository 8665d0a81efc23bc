"""Au nom de qui l'on agit."""

import logging

from django.conf import settings
from django.db import OperationalError
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_cache_control

from cedre.comptes.fuseaux import se_mettre_a_l_heure_de
from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.comptes.partage import dossier_de
from cedre.comptes.second_facteur import demande
from cedre.core.views import jeton_perime

logger = logging.getLogger("cedre.comptes")
CLE_SESSION = "habilitation"
OUVERTES = ("account_reauthenticate", "account_logout")  # avant le second facteur, quand il est exigé
MONTRE = (200, 400, 409, 422)  # la page, ou la même remontrée ; une redirection, un refus ne montrent rien du dossier


class Acces:
    """Pose sur la requête les habilitations du compte, celle qui est choisie et son heure, et le carnet des consultations."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with timezone.override(None):  # celle de la métropole, jusqu'à ce que l'on sache chez qui l'on est
            return self._repondre(request)

    def _repondre(self, request):
        request.habilitations, request.habilitation, request.facteur_attendu, consultes = [], None, None, {}
        request.consulte = lambda ligne: consultes.setdefault(dossier_de(ligne), ligne)  # une fois par dossier et par page
        if not request.user.is_authenticated:
            return self.get_response(request)
        siennes = Habilitation.objects.actives().filter(compte=request.user).select_related("organisation")
        request.habilitations = list(siennes.avec_second_facteur() if settings.SECOND_FACTEUR else siennes)
        for habilitation in request.habilitations:
            habilitation.compte = request.user
        request.facteur_attendu = demande(request.habilitations)
        permis = self._choisir(request)
        if request.habilitation:
            se_mettre_a_l_heure_de(request.habilitation.organisation)
        reponse = self.get_response(request) if permis else jeton_perime(request)
        if reponse.status_code in MONTRE and not getattr(reponse, "ne_montre_rien", False):
            consultes.pop(None, None)  # ce qui n'est au dossier de personne
            for ligne in consultes.values():
                self._tracer(request.habilitation, ligne)
        # nulle part : ni cache partagé, ni bouton « retour » après la déconnexion, sur un poste que d'autres utilisent
        patch_cache_control(reponse, private=True, no_store=True)
        return reponse

    def process_view(self, request, vue, args, kwargs):
        """Le délai passé, rien ne s'ouvre avant le second facteur, sinon ce qui est public et ce qui sert à l'enregistrer."""
        nom = request.resolver_match.view_name or ""
        if request.facteur_attendu is None or not request.facteur_attendu.passee:
            return None
        if nom.startswith("mfa_") or nom in OUVERTES or getattr(vue, "droit", "") == "public":
            return None
        return redirect("mfa_index")

    @staticmethod
    def _tracer(par: Habilitation, ligne) -> None:
        """Garde la trace de la lecture ; si la base ne peut plus écrire, le journal la garde, et la page reste lisible."""
        try:
            tracer(par=par, geste=Trace.Geste.CONSULTER, objet=ligne)
        except OperationalError:
            logger.exception("consultation hors des traces : habilitation %s, dossier %s", par.pk, dossier_de(ligne))

    @staticmethod
    def _choisir(request) -> bool:
        """Pose l'habilitation que la session garde, ou la dernière utilisée ; faux si l'envoi a pu être écrit pour une autre.

        Changée ou retirée ailleurs, une habilitation ne laisse pas écrire dans la structure d'une autre : les pages déjà
        ouvertes n'envoient plus rien.
        """
        tenues, choisie = request.habilitations, request.session.get(CLE_SESSION)
        request.habilitation = next((h for h in tenues if h.pk == choisie), None)
        if request.habilitation or not tenues:
            return True
        request.habilitation = max(tenues, key=lambda h: (h.utilisee_le is not None, h.utilisee_le or h.depuis))
        if choisie is None and len(tenues) == 1:
            return True
        request.session[CLE_SESSION] = request.habilitation.pk
        rotate_token(request)
        return request.method in ("GET", "HEAD")
