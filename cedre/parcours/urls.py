from django.urls import path

from cedre.parcours.views import contacts, importation, personnes, traces

app_name = "parcours"
urlpatterns = [
    path("personnes/", personnes.liste, name="personnes"),
    path("personnes/export.<slug:format_>", personnes.exporter, name="personnes_export"),
    path("personnes/<int:pk>/", personnes.dossier, name="personne"),
    path("personnes/<int:pk>/modifier", personnes.modifier, name="personne_modifier"),
    path("personnes/<int:pk>/traces", traces.traces_personne, name="traces_personne"),
    path("personnes/<int:pk>/suite", personnes.suite, name="suite"),
    path("personnes/<int:pk>/nouveau-contact", contacts.nouveau, name="nouveau_contact"),
    path("premier-contact/", contacts.premier, name="premier_contact"),
    path("premier-contact/sosies", contacts.sosies, name="sosies"),
    path("importations/", importation.liste, name="importations"),
    path("importations/modele", importation.modele, name="importation_modele"),
    path("importations/<int:pk>/", importation.une, name="importation"),
    path("importations/<int:pk>/avancement", importation.avancement, name="importation_avancement"),
    path("importations/<int:pk>/colonnes", importation.colonnes, name="importation_colonnes"),
    path("importations/<int:pk>/importer", importation.importer, name="importation_importer"),
    path("importations/<int:pk>/abandonner", importation.abandonner, name="importation_abandonner"),
    path("importations/<int:pk>/rapport.<slug:format_>", importation.rapport, name="importation_rapport"),
]
