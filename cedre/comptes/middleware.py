"""Au nom de qui l'on agit."""

from django.utils.cache import patch_cache_control

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer

CLE_SESSION = "habilitation"


class Acces:
    """Pose sur la requête les habilitations du compte, celle qui est choisie, et le carnet des consultations."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.habilitations, request.habilitation = [], None
        request._consultes = []
        if request.user.is_authenticated:
            siennes = Habilitation.objects.actives().filter(compte=request.user)
            request.habilitations = list(siennes.select_related("organisation"))
            for habilitation in request.habilitations:
                habilitation.compte = request.user
            choisie = request.session.get(CLE_SESSION)
            request.habilitation = next(
                (h for h in request.habilitations if h.pk == choisie),
                max(
                    request.habilitations,
                    key=lambda h: (h.utilisee_le is not None, h.utilisee_le or h.depuis),
                    default=None,
                ),
            )
        request.consulte = request._consultes.append
        request.ecrire_consultations = lambda: self.ecrire(request)
        reponse = self.get_response(request)
        if request.user.is_authenticated:
            # nulle part : ni cache partagé, ni bouton « retour » après la déconnexion, sur un poste que d'autres utilisent
            patch_cache_control(reponse, private=True, no_store=True)
        return reponse

    @staticmethod
    def ecrire(request):
        """Trace les dossiers que la page vient d'ouvrir (nomenclatures §7)."""
        while request._consultes:
            personne = request._consultes.pop()
            tracer(par=request.habilitation, geste=Trace.Geste.CONSULTER, objet=personne)
