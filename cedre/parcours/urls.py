from django.urls import path

from cedre.parcours.views import contacts, evaluations, evaluations_pro, personnes

app_name = "parcours"
urlpatterns = [
    path("personnes/", personnes.liste, name="personnes"),
    path("personnes/export.<slug:format_>", personnes.exporter, name="personnes_export"),
    path("personnes/<int:pk>/", personnes.dossier, name="personne"),
    path("personnes/<int:pk>/modifier", personnes.modifier, name="personne_modifier"),
    path("personnes/<int:pk>/suite", personnes.suite, name="suite"),
    path("personnes/<int:pk>/nouveau-contact", contacts.nouveau, name="nouveau_contact"),
    path("personnes/<int:pk>/evaluer", evaluations.commencer, name="evaluation_commencer"),
    path("personnes/<int:pk>/evolution", evaluations.evolution, name="evolution"),
    path("personnes/<int:pk>/evaluations-professionnelles", evaluations_pro.choisir, name="evaluations_pro"),
    path(
        "personnes/<int:pk>/evaluations-professionnelles/<int:fiche_pk>", evaluations_pro.nouvelle, name="evaluation_pro_nouvelle"
    ),
    path("evaluations/<int:pk>/", evaluations.evaluation, name="evaluation"),
    path("evaluations/<int:pk>/supprimer", evaluations.supprimer, name="evaluation_supprimer"),
    path("evaluations-professionnelles/<int:pk>/", evaluations_pro.lire, name="evaluation_pro"),
    path("premier-contact/", contacts.premier, name="premier_contact"),
    path("premier-contact/sosies", contacts.sosies, name="sosies"),
]
