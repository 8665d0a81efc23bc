from django.urls import path

from cedre.partenariats import views

app_name = "partenariats"
urlpatterns = [
    path("partenaires/", views.liste, name="partenaires"),
    path("partenaires/nouveau", views.nouveau, name="partenaire_nouveau"),
    path("partenaires/<int:pk>/", views.modifier, name="partenaire"),
]
