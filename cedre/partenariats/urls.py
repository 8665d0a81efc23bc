from django.urls import path

from cedre.partenariats import views

app_name = "partenariats"
urlpatterns = [
    path("partenaires/", views.liste, name="partenaires"),
    path("partenaires/nouveau", views.nouveau, name="partenaire_nouveau"),
    path("partenaires/<int:pk>/", views.modifier, name="partenaire"),
    path("clients/", views.clients, name="clients"),
    path("clients/nouveau", views.client_nouveau, name="client_nouveau"),
    path("clients/<int:pk>/", views.client, name="client"),
]
