from django.urls import path

from cedre.observatoire import views

app_name = "observatoire"
urlpatterns = [
    path("cadre-commun/", views.nomenclatures, name="nomenclatures"),
    path("cadre-commun/<slug:liste>/nouveau", views.nouveau, name="terme_nouveau"),
    path("cadre-commun/<int:pk>", views.modifier, name="terme"),
    path("cadres/", views.cadres, name="cadres"),
    path("cadres/<slug:code>/", views.cadre, name="cadre"),
    path("cadres/<slug:code>/<slug:rubrique>", views.derriere, name="derriere"),
]
