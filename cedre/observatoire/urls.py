from django.urls import path

from cedre.observatoire.views import alertes, annexes, cadres, figures, nomenclatures

app_name = "observatoire"
urlpatterns = [
    path("cadre-commun/", nomenclatures.nomenclatures, name="nomenclatures"),
    path("cadre-commun/<slug:liste>/nouveau", nomenclatures.nouveau, name="terme_nouveau"),
    path("cadre-commun/<int:pk>", nomenclatures.modifier, name="terme"),
    path("cadres/", cadres.cadres, name="cadres"),
    path("cadres/<slug:code>/", cadres.cadre, name="cadre"),
    path("cadres/<slug:code>/<slug:rubrique>", cadres.derriere, name="derriere"),
    path("chiffres/chapitres/<slug:code>", figures.chapitre, name="chapitre"),
    path("chiffres/du-cadre/<slug:code>", figures.chiffre, name="chiffre"),
    path("chiffres/du-cadre/<slug:code>.<slug:format_>", figures.exporter, name="chiffre_export"),
    path("annexes/", annexes.annexes, name="annexes"),
    path("annexes/nouvelle", annexes.nouvelle, name="annexe_nouvelle"),
    path("annexes/<int:pk>/", annexes.corriger, name="annexe"),
    path("annexes/<int:pk>/avenant", annexes.avenant, name="annexe_avenant"),
    path("heures-de-l-equipe/", annexes.heures_de_l_equipe, name="heures_de_l_equipe"),
    path("parcours-par-engagement/", alertes.par_engagement, name="par_engagement"),
    path("alertes/", alertes.liste, name="alertes"),
    path("alertes/nouvelle", alertes.nouvelle, name="alerte_nouvelle"),
    path("alertes/<int:pk>/", alertes.alerte, name="alerte"),
    path("alertes/<int:pk>/recrire", alertes.recrire, name="alerte_recrire"),
    path("alertes/<int:pk>/chiffres", alertes.joindre, name="alerte_joindre"),
    path("alertes/<int:pk>/paroles", alertes.recueillir, name="alerte_recueillir"),
    path("alertes/<int:pk>/proposition", alertes.proposer, name="alerte_proposer"),
    path("alertes/<int:pk>/envoi", alertes.envoyer, name="alerte_envoyer"),
    path("alertes/<int:pk>/retombee", alertes.suivre, name="alerte_suivre"),
    path("alertes/<int:pk>/clore", alertes.clore, name="alerte_clore"),
    path("alertes/chiffres/<int:pk>/retirer", alertes.retirer_un_chiffre, name="chiffre_retirer"),
    path("alertes/paroles/<int:pk>/retirer", alertes.retirer_une_parole, name="parole_retirer"),
    path("alertes/destinataires/<int:pk>/", alertes.reponse, name="reponse"),
    path("alertes/destinataires/<int:pk>/retirer", alertes.retirer_un_destinataire, name="destinataire_retirer"),
    path("alertes/retombees/<int:pk>/retirer", alertes.retirer_une_retombee, name="retombee_retirer"),
]
