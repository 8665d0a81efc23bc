from django.urls import path

from cedre.structures.views import equipe, fiches_de_poste, grilles, offres, projet, reglages

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
    path("projet/", projet.projet, name="projet"),
    path("projet/reviser", projet.reviser, name="projet_reviser"),
    path("projet/textes/<int:pk>/", projet.texte, name="projet_associatif"),
    path("projet/axes/nouveau", projet.axe_nouveau, name="axe_nouveau"),
    path("projet/axes/<int:pk>/", projet.axe, name="axe"),
    path("postes/", equipe.liste, name="postes"),
    path("postes/nouveau", equipe.nouveau, name="poste_nouveau"),
    path("postes/<int:pk>/", equipe.poste, name="poste"),
    path("postes/<int:pk>/modifier", equipe.modifier, name="poste_modifier"),
    path("postes/<int:pk>/nommer", equipe.nommer, name="poste_nommer"),
    path("postes/occupations/<int:pk>/", equipe.occupation, name="occupation"),
    path("postes/organigrammes", equipe.organigrammes, name="organigrammes"),
]
