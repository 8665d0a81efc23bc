from django.urls import path

from cedre.portail import views

app_name = "portail"
urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("equipe/", views.equipe, name="equipe"),
    path("chiffres/", views.les_chiffres, name="chiffres"),
    path("chiffres/<slug:code>", views.manquants, name="manquants"),
]
