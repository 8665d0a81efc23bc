from django.urls import path

from cedre.parcours.views import contacts, droits, personnes

app_name = "parcours"
urlpatterns = [
    path("personnes/", personnes.liste, name="personnes"),
    path("personnes/export.<slug:format_>", personnes.exporter, name="personnes_export"),
    path("personnes/<int:pk>/", personnes.dossier, name="personne"),
    path("personnes/<int:pk>/modifier", personnes.modifier, name="personne_modifier"),
    path("personnes/<int:pk>/suite", personnes.suite, name="suite"),
    path("personnes/<int:pk>/nouveau-contact", contacts.nouveau, name="nouveau_contact"),
    path("personnes/<int:pk>/droits", droits.droits, name="droits"),
    path("personnes/<int:pk>/dossier.pdf", droits.dossier_pdf, name="dossier_pdf"),
    path("personnes/<int:pk>/dossier.json", droits.dossier_json, name="dossier_json"),
    path("conservation/", droits.conservation, name="purge"),
    path("conservation/verifier", droits.verifier_purge, name="purge_verifier"),
    path("conservation/purger", droits.faire_purge, name="purge_faire"),
    path("premier-contact/", contacts.premier, name="premier_contact"),
    path("premier-contact/sosies", contacts.sosies, name="sosies"),
]
