from django.urls import path

from cedre.structures.views import reglages

app_name = "structures"
urlpatterns = [path("reglages/", reglages.reglages, name="reglages")]
