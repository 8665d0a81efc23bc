from django.urls import path

from cedre.structures.views import fiches_de_poste, grilles, offres, reglages

app_name = "structures"
urlpatterns = [
    path("reglages/", reglages.reglages, name="reglages"),
    path("reglages/logo", reglages.logo, name="logo"),
    path("grilles/", grilles.liste, name="grilles"),
    path("grilles/preparer", grilles.preparer, name="grille_preparer"),
    path("grilles/<int:pk>/", grilles.lire, name="grille"),
    path("grilles/<int:pk>/modifier", grilles.modifier, name="grille_modifier"),
    path("grilles/<int:pk>/publier", grilles.publier, name="grille_publier"),
    path("grilles/<int:pk>/supprimer", grilles.supprimer, name="grille_supprimer"),
    path("fiches-de-poste/", fiches_de_poste.liste, name="fiches_de_poste"),
    path("fiches-de-poste/nouvelle", fiches_de_poste.nouvelle, name="fiche_de_poste_nouvelle"),
    path("fiches-de-poste/ligne", fiches_de_poste.ligne, name="fiche_de_poste_ligne"),
    path("fiches-de-poste/<int:pk>/", fiches_de_poste.modifier, name="fiche_de_poste"),
    path("offres/", offres.liste, name="offres"),
    path("offres/nouvelle", offres.nouvelle, name="offre_nouvelle"),
    path("offres/<int:pk>/", offres.modifier, name="offre"),
]
