from django.urls import path

from cedre.portail import views, views_abonnements, views_espace

app_name = "portail"
urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("suivi-de-l-equipe/", views.suivi_de_l_equipe, name="suivi_equipe"),
    path("chiffres/", views.les_chiffres, name="chiffres"),
    path("chiffres/<slug:code>", views.manquants, name="manquants"),
    path("rapports/<int:pk>/rapport.pdf", views.rapport_pdf, name="rapport_pdf"),
    path("rapports/<int:pk>/version-courte.pdf", views.rapport_court, name="rapport_court"),
    path("alertes/<int:pk>/alerte.pdf", views.alerte_pdf, name="alerte_pdf"),
    path("compte/courriel-du-matin", views_abonnements.courriel, name="courriel"),
    path("compte/agenda", views_abonnements.agenda, name="agenda"),
    path("courriel-du-matin/<str:jeton>", views_abonnements.arreter_courriel, name="arreter_courriel"),
    path("calendrier/<str:jeton>.ics", views_abonnements.calendrier, name="calendrier"),
    path("espace/", views_espace.entree, name="espace"),
    path("espace/moi", views_espace.accueil, name="mon_espace"),
    path("espace/textes/<int:pk>/", views_espace.texte, name="mon_texte"),
    path("espace/heures", views_espace.heures, name="mes_heures"),
    path("espace/attestation.pdf", views_espace.mon_attestation, name="mon_attestation"),
    path("espace/objectif", views_espace.objectif, name="mon_objectif"),
    path("espace/ce-qui-ne-va-pas", views_espace.ce_qui_ne_va_pas, name="ce_qui_ne_va_pas"),
    path("espace/comment-ca-marche", views_espace.comment_ca_marche, name="comment_ca_marche"),
    path("espace/quitter", views_espace.quitter, name="quitter_espace"),
]
