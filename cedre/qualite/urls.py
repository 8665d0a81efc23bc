"""Les adresses du système qualité."""

from django.urls import path

from cedre.qualite.views import ameliorations, enquetes, formation, principes, reclamations

app_name = "qualite"
urlpatterns = [
    path("signaler/", reclamations.signaler, name="signaler"),
    path("reclamations/", reclamations.liste, name="reclamations"),
    path("reclamations/affiche.pdf", reclamations.affiche, name="affiche_reclamation"),
    path("reclamations/<int:pk>/", reclamations.reclamation, name="reclamation"),
    path("reclamations/<int:pk>/accuser", reclamations.accuser, name="accuser"),
    path("reclamations/<int:pk>/repondre", reclamations.repondre, name="repondre"),
    path("reclamations/<int:pk>/clore", reclamations.clore, name="clore_reclamation"),
    path("reclamations/<int:pk>/oublier-qui", reclamations.oublier_qui, name="oublier_qui"),
    path("reclamations/<int:pk>/action", ameliorations.d_une_reclamation, name="action_d_une_reclamation"),
    path("s/<slug:slug>/reclamation", reclamations.publique, name="reclamation_publique"),
    path("ameliorations/", ameliorations.tableau, name="ameliorations"),
    path("ameliorations/liste", ameliorations.liste, name="ameliorations_liste"),
    path("ameliorations/nouvelle", ameliorations.nouvelle, name="action_nouvelle"),
    path("ameliorations/<int:pk>/", ameliorations.action, name="action"),
    path("ameliorations/<int:pk>/modifier", ameliorations.modifier, name="action_modifier"),
    path("ameliorations/<int:pk>/faire", ameliorations.faire, name="action_faire"),
    path("ameliorations/<int:pk>/verifier", ameliorations.verifier, name="action_verifier"),
    path("ameliorations/<int:pk>/clore", ameliorations.clore, name="action_clore"),
    path("ameliorations/<int:pk>/suite", ameliorations.suite, name="action_suite"),
    path("enquetes/", enquetes.liste, name="enquetes"),
    path("enquetes/nouvelle", enquetes.nouvelle, name="enquete_nouvelle"),
    path("enquetes/<int:pk>/", enquetes.enquete, name="enquete"),
    path("enquetes/<int:pk>/affiche.pdf", enquetes.affiche, name="affiche_enquete"),
    path("enquetes/<int:pk>/recopier", enquetes.recopier, name="recopier"),
    path("enquetes/<int:pk>/action", ameliorations.d_une_enquete, name="action_d_une_enquete"),
    path("enquetes/<int:pk>/clore", enquetes.clore, name="clore_enquete"),
    path("q/<str:jeton>", enquetes.repondre, name="repondre_enquete"),
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
