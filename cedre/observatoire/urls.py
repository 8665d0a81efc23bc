from django.urls import path

from cedre.observatoire import views, views_annexes

app_name = "observatoire"
urlpatterns = [
    path("cadre-commun/", views.nomenclatures, name="nomenclatures"),
    path("cadre-commun/<slug:liste>/nouveau", views.nouveau, name="terme_nouveau"),
    path("cadre-commun/<int:pk>", views.modifier, name="terme"),
    path("cadres/", views.cadres, name="cadres"),
    path("cadres/<slug:code>/", views.cadre, name="cadre"),
    path("cadres/<slug:code>/<slug:rubrique>", views.derriere, name="derriere"),
    path("annexes/", views_annexes.annexes, name="annexes"),
    path("annexes/nouvelle", views_annexes.nouvelle, name="annexe_nouvelle"),
    path("annexes/<int:pk>/", views_annexes.corriger, name="annexe"),
    path("annexes/<int:pk>/avenant", views_annexes.avenant, name="annexe_avenant"),
    path("heures-de-l-equipe/", views_annexes.heures_de_l_equipe, name="heures_de_l_equipe"),
]
