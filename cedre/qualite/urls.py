"""Les adresses du système qualité."""

from django.urls import path

from cedre.qualite.views import formation, principes

app_name = "qualite"
urlpatterns = [
    path("plan-de-formation/", formation.liste, name="formations"),
    path("plan-de-formation/export.<slug:format_>", formation.exporter, name="formations_export"),
    path("plan-de-formation/nouvelle", formation.nouvelle, name="formation_nouvelle"),
    path("plan-de-formation/<int:pk>/", formation.formation, name="formation"),
    path("principes/", principes.liste, name="principes"),
    path("principes/nouveau", principes.nouveau, name="principe_nouveau"),
    path("principes/<int:pk>/", principes.principe, name="principe"),
    path("principes/<int:pk>/modifier", principes.modifier, name="principe_modifier"),
    path("principes/<int:pk>/evaluer", principes.evaluer, name="principe_evaluer"),
    path("principes/evaluations/<int:pk>/", principes.evaluation, name="principe_evaluation"),
]
