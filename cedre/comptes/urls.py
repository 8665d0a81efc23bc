from django.urls import path

from cedre.comptes import views

app_name = "comptes"
urlpatterns = [
    path("compte/changer", views.changer, name="changer"),
    path("compte/", views.compte, name="compte"),
]
