from django.urls import path

from cedre.observatoire import views, views_alertes, views_annexes

app_name = "observatoire"
urlpatterns = [
    path("cadre-commun/", views.nomenclatures, name="nomenclatures"),
    path("cadre-commun/<slug:liste>/nouveau", views.nouveau, name="terme_nouveau"),
    path("cadre-commun/<int:pk>", views.modifier, name="terme"),
    path("cadres/", views.cadres, name="cadres"),
    path("cadres/<slug:code>/", views.cadre, name="cadre"),
    path("cadres/<slug:code>/<slug:rubrique>", views.derriere, name="derriere"),
    path("annexes/", views_annexes.annexes, name="annexes"),
    path("annexes/nouvelle", views_annexes.nouvelle, name="annexe_nouvelle"),
    path("annexes/<int:pk>/", views_annexes.corriger, name="annexe"),
    path("annexes/<int:pk>/avenant", views_annexes.avenant, name="annexe_avenant"),
    path("heures-de-l-equipe/", views_annexes.heures_de_l_equipe, name="heures_de_l_equipe"),
    path("parcours-par-engagement/", views_alertes.par_engagement, name="par_engagement"),
    path("alertes/", views_alertes.liste, name="alertes"),
    path("alertes/nouvelle", views_alertes.nouvelle, name="alerte_nouvelle"),
    path("alertes/<int:pk>/", views_alertes.alerte, name="alerte"),
    path("alertes/<int:pk>/recrire", views_alertes.recrire, name="alerte_recrire"),
    path("alertes/<int:pk>/chiffres", views_alertes.joindre, name="alerte_joindre"),
    path("alertes/<int:pk>/paroles", views_alertes.recueillir, name="alerte_recueillir"),
    path("alertes/<int:pk>/proposition", views_alertes.proposer, name="alerte_proposer"),
    path("alertes/<int:pk>/envoi", views_alertes.envoyer, name="alerte_envoyer"),
    path("alertes/<int:pk>/retombee", views_alertes.suivre, name="alerte_suivre"),
    path("alertes/<int:pk>/clore", views_alertes.clore, name="alerte_clore"),
    path("alertes/chiffres/<int:pk>/retirer", views_alertes.retirer_un_chiffre, name="chiffre_retirer"),
    path("alertes/paroles/<int:pk>/retirer", views_alertes.retirer_une_parole, name="parole_retirer"),
    path("alertes/destinataires/<int:pk>/", views_alertes.reponse, name="reponse"),
    path("alertes/destinataires/<int:pk>/retirer", views_alertes.retirer_un_destinataire, name="destinataire_retirer"),
    path("alertes/retombees/<int:pk>/retirer", views_alertes.retirer_une_retombee, name="retombee_retirer"),
]
