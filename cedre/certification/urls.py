from django.urls import path

from cedre.certification.views import certificats, conformite, documents, editions, plan, reunions

app_name = "certification"
urlpatterns = [
    path("conformite/", conformite.conformite, name="conformite"),
    path("conformite/autoevaluation", conformite.autoevaluation, name="autoevaluation"),
    path("conformite/plan-d-action", plan.plan_d_action, name="plan_d_action"),
    path("conformite/ce-qui-changera", conformite.a_venir, name="a_venir"),
    path("conformite/points/<slug:code>/action", plan.decider, name="decider"),
    path("conformite/parametres/<slug:code>", conformite.parametre, name="parametre"),
    path("conformite/<slug:code>/", conformite.specification, name="specification"),
    path("documents/", documents.liste, name="documents"),
    path("documents/nouveau", documents.nouveau, name="document_nouveau"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("revisions/<int:pk>/", documents.fichier, name="revision"),
    path("reunions/", reunions.liste, name="reunions"),
    path("reunions/nouvelle", reunions.nouvelle, name="reunion_nouvelle"),
    path("reunions/<int:pk>/", reunions.reunion, name="reunion"),
    path("reunions/<int:pk>/modifier", reunions.modifier, name="reunion_modifier"),
    path("reunions/<int:pk>/tenir", reunions.tenir, name="reunion_tenir"),
    path("reunions/<int:pk>/action", reunions.decider, name="reunion_action"),
    path("reunions/<int:pk>/clore", reunions.clore, name="reunion_clore"),
    path("reunions/<int:pk>/compte-rendu.pdf", reunions.pdf, name="reunion_pdf"),
    path("referentiel/", editions.liste, name="editions"),
    path("referentiel/deposer", editions.deposer, name="deposer_edition"),
    path("referentiel/certifications/", certificats.liste, name="certificats"),
    path("referentiel/certifications/nouvelle", certificats.nouvelle, name="certifier"),
    path("referentiel/<int:pk>/", editions.deposee, name="edition_deposee"),
    path("referentiel/<int:pk>/correspondance", editions.deposer_correspondance, name="deposer_correspondance"),
]
