from django.urls import path

from cedre.parcours.views import contacts, personnes, traces

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
]
