from django.urls import path

from cedre.partenariats.views import annuaires, conventions, rencontres

app_name = "partenariats"
urlpatterns = [
    path("partenaires/", annuaires.liste, name="partenaires"),
    path("partenaires/nouveau", annuaires.nouveau, name="partenaire_nouveau"),
    path("partenaires/<int:pk>/", annuaires.modifier, name="partenaire"),
    path("partenaires/<int:pk>/convention", conventions.nouvelle, name="convention_nouvelle"),
    path("conventions/", conventions.liste, name="conventions"),
    path("conventions/<int:pk>/", conventions.convention, name="convention"),
    path("conventions/<int:pk>/fin", conventions.mettre_fin, name="convention_fin"),
    path("rencontres/", rencontres.liste, name="rencontres"),
    path("rencontres/nouvelle", rencontres.nouvelle, name="rencontre_nouvelle"),
    path("rencontres/<int:pk>/", rencontres.rencontre, name="rencontre"),
    path("clients/", annuaires.clients, name="clients"),
    path("clients/nouveau", annuaires.client_nouveau, name="client_nouveau"),
    path("clients/<int:pk>/", annuaires.client, name="client"),
]
