from django.urls import path

from cedre.parcours.views import collectives, contacts, entretiens, personnes

app_name = "parcours"
urlpatterns = [
    path("personnes/", personnes.liste, name="personnes"),
    path("personnes/export.<slug:format_>", personnes.exporter, name="personnes_export"),
    path("personnes/<int:pk>/", personnes.dossier, name="personne"),
    path("personnes/<int:pk>/modifier", personnes.modifier, name="personne_modifier"),
    path("personnes/<int:pk>/suite", personnes.suite, name="suite"),
    path("personnes/<int:pk>/nouveau-contact", contacts.nouveau, name="nouveau_contact"),
    path("personnes/<int:pk>/information", collectives.information, name="information"),
    path("personnes/<int:pk>/inscription", collectives.inscription, name="inscription"),
    path("personnes/<int:pk>/entretien", entretiens.prevoir, name="entretien_prevoir"),
    path("collectives/", collectives.liste, name="collectives"),
    path("collectives/nouvelle", collectives.nouvelle, name="collective_nouvelle"),
    path("collectives/<int:pk>/", collectives.seance, name="collective"),
    path("collectives/<int:pk>/modifier", collectives.modifier, name="collective_modifier"),
    path("collectives/<int:pk>/annuler", collectives.annuler, name="collective_annuler"),
    path("collectives/<int:pk>/candidates", collectives.candidates, name="candidates"),
    path("entretiens/<int:pk>/", entretiens.entretien, name="entretien"),
    path("entretiens/<int:pk>/ecrire", entretiens.ecrire, name="entretien_ecrire"),
    path("entretiens/<int:pk>/corriger", entretiens.corriger, name="entretien_corriger"),
    path("entretiens/<int:pk>/conclure", entretiens.conclure, name="entretien_conclure"),
    path("entretiens/<int:pk>/informe", entretiens.informe, name="entretien_informe"),
    path("entretiens/<int:pk>/date", entretiens.reprogrammer, name="entretien_reprogrammer"),
    path("entretiens/<int:pk>/absente", entretiens.absente, name="entretien_absente"),
    path("entretiens/<int:pk>/annuler", entretiens.annuler, name="entretien_annuler"),
    path("agenda/", entretiens.agenda, name="agenda"),
    path("premier-contact/", contacts.premier, name="premier_contact"),
    path("premier-contact/sosies", contacts.sosies, name="sosies"),
]
