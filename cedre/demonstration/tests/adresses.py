"""Les adresses de Cèdre telles qu'en démonstration, que les réglages des essais n'ouvrent pas."""

from django.urls import include, path

from cedre import urls

urlpatterns = [*urls.urlpatterns, path("", include("cedre.demonstration.urls"))]
