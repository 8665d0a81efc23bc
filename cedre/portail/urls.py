from django.urls import path

from cedre.portail import views

app_name = "portail"
urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("suivi-de-l-equipe/", views.suivi_de_l_equipe, name="suivi_equipe"),
    path("chiffres/", views.les_chiffres, name="chiffres"),
    path("chiffres/<slug:code>", views.manquants, name="manquants"),
]
