from django.urls import path

from cedre.regulation import views

app_name = "regulation"
urlpatterns = [
    path("regulations/", views.liste, name="regulations"),
    path("regulations/nouvelle", views.nouvelle, name="nouvelle"),
    path("regulations/<int:pk>/", views.regulation, name="regulation"),
    path("regulations/<int:pk>/modifier", views.modifier, name="modifier"),
    path("regulations/<int:pk>/ordre-du-jour", views.batir, name="batir"),
    path("regulations/<int:pk>/ajouter", views.ajouter, name="ajouter"),
    path("regulations/<int:pk>/clore", views.clore, name="clore"),
    path("regulations/<int:pk>/compte-rendu.pdf", views.pdf, name="pdf"),
    path("points/<int:pk>/", views.point, name="point"),
    path("points/<int:pk>/retirer", views.retirer, name="retirer"),
    path("decisions/", views.decisions, name="decisions"),
    path("decisions/<int:pk>/faire", views.faire, name="faire"),
    path("decisions/<int:pk>/suite", views.suite, name="suite"),
]
