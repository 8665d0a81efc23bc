"""Les adresses du système qualité."""

from django.urls import path

from cedre.qualite.views import diffusion, formation, manuel, principes, procedures

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
    path("procedures/", procedures.liste, name="procedures"),
    path("procedures/nouvelle", procedures.nouvelle, name="procedure_nouvelle"),
    path("procedures/<int:pk>/", procedures.procedure, name="procedure"),
    path("procedures/<int:pk>/modifier", procedures.modifier, name="procedure_modifier"),
    path("procedures/<int:pk>/relire", procedures.relire, name="procedure_relire"),
    path("procedures/<int:pk>/retirer", procedures.retirer, name="procedure_retirer"),
    path("manuel/", manuel.manuel, name="manuel"),
    path("manuel/sections/<slug:code>", manuel.section, name="section"),
    path("manuel/apercu.pdf", manuel.apercu, name="apercu"),
    path("manuel/publier", manuel.publier, name="publier"),
    path("manuel/comparaison", manuel.comparaison, name="comparaison"),
    path("manuel/diffusion", diffusion.diffusion, name="diffusion"),
    path("manuel/versions/<int:pk>/", manuel.version, name="version"),
    path("manuel/versions/<int:pk>/manuel.pdf", manuel.fichier, name="version_pdf"),
    path("manuel/versions/<int:pk>/lu", manuel.lu, name="version_lue"),
]
