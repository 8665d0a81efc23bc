"""Les adresses de Cèdre."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("cedre.portail.urls")),
    path("", include("cedre.core.urls")),
    path("", include("cedre.parcours.urls")),
    path("", include("cedre.regulation.urls")),
    path("", include("cedre.certification.urls")),
    path("", include("cedre.qualite.urls")),
    path("", include("cedre.structures.urls")),
    path("", include("cedre.partenariats.urls")),
    path("", include("cedre.observatoire.urls")),
    path("", include("cedre.comptes.urls")),
    path("compte/", include("allauth.account.urls")),
    path("compte/securite/", include("allauth.mfa.urls")),
    path("compte/sessions/", include("allauth.usersessions.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("", include("cedre.demonstration.urls")))

handler400 = "cedre.core.views.demande_invalide"
handler403 = "cedre.core.views.acces_refuse"
handler404 = "cedre.core.views.introuvable"
handler429 = "cedre.core.views.trop_de_demandes"  # lu par allauth
handler500 = "cedre.core.views.erreur"
