"""Personne ne voit ce qui n'est pas à lui : toutes les adresses, tous les rôles, les deux structures (RES-1).

Les identifiants sont rendus distincts d'une table à l'autre : un identifiant d'ailleurs ne désigne jamais rien d'ici.
"""

from copy import deepcopy
from datetime import time, timedelta

import pytest
from django.forms import ModelChoiceField
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from cedre.comptes.droits import ROLES_DE_STRUCTURE
from cedre.comptes.models import Organisation
from cedre.conftest import embaucher
from cedre.parcours.models import (
    Bilan,
    Contact,
    Engagement,
    Entretien,
    Evaluation,
    Information,
    InformationCollective,
    MiseEnSituation,
    Personne,
    Seance,
)
from cedre.regulation.models import Regulation
from cedre.tests.adresses import ROUTES, adresse, appeler, entrer, formulaires, lignes, pages, roles_de

MARQUES = ("Zzyzxa", "ailleurs", "Ailleurs")
REQUETES_PAR_PAGE = 12
REQUETES_D_UN_DOCUMENT = {"manuel/comparaison": 24}  # compose le manuel entier, comme son PDF : une lecture ou deux par section
ENTRE_STRUCTURES = {"audits/croiser"}  # on y choisit une autre structure du réseau par son nom, et rien d'autre d'elle (AME-4)
AU_REFERENT = {"personnes/<int:pk>/traces"}  # le rôle n'y suffit pas : il faut suivre la personne, ou lire les traces


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.usefixtures("pages_nues")
def test_chaque_role_ouvre_ses_portes_et_aucune_autre(mondes, route):
    ici, _ = mondes
    permis = roles_de(ROUTES[route])
    cible = adresse(route, ici.personne.pk)
    for role in ROLES_DE_STRUCTURE:
        codes = [entrer(cible, ici.hab[role], methode) for methode in ("get", "post")]
        if role in permis:
            assert 403 not in codes or route in AU_REFERENT, f"{role} devrait entrer"
            assert 405 not in codes, "une adresse où l’on poste se garde par @poste_depuis(page)"
        else:
            assert codes == [403, 403], f"{role} ne devrait pas entrer"
    for role in permis[:1]:  # par tout le chemin qui mène à la vue
        codes = [envoi(cible).status_code for envoi in (ici.client(role).get, ici.client(role).post)]
        assert 403 not in codes or route in AU_REFERENT, f"{role} devrait entrer"


@pytest.mark.parametrize("route", [r for r, v in ROUTES.items() if getattr(v, "droit", "") != "public"])
def test_sans_compte_on_est_mene_a_la_connexion(db, route):
    reponse = Client().get(adresse(route, 1))
    assert reponse.url.startswith("/compte/login/")


@pytest.mark.parametrize("route", [r for r, v in ROUTES.items() if hasattr(v, "page_du_formulaire")])
def test_une_adresse_ou_l_on_poste_ramene_a_la_page_de_son_formulaire(mondes, route):
    ici, _ = mondes
    client, vue = ici.client(roles_de(ROUTES[route])[0]), ROUTES[route]
    trois = lignes(ici)[::20]  # la vue n'ouvre aucune ligne : le numéro ne change rien à sa réponse
    avec_une_page = [resolve(client.get(adresse(route, ligne.pk) + "?q=a").url.partition("?")[0]) for ligne in trois]
    assert {trouvee.view_name for trouvee in avec_une_page} == {vue.page_du_formulaire}
    suivie = client.get(adresse(route, trois[0].pk), follow=True)
    assert suivie.redirect_chain[0][1] == 302


@pytest.mark.parametrize("route", [r for r in ROUTES if "<int:" in r])
def test_ce_qui_est_ailleurs_n_existe_pas(mondes, ouvrables, route):
    ici, ailleurs = mondes
    etrangeres = ouvrables(route, ailleurs)
    for role in roles_de(ROUTES[route]):
        for ligne in etrangeres:
            cible = adresse(route, ligne.pk)
            assert appeler(cible, ici.hab[role], "post") == 404, f"{role}, {ligne._meta.model_name}"
            if not hasattr(ROUTES[route], "page_du_formulaire"):  # celle-là répond de même à tout numéro
                assert appeler(cible, ici.hab[role]) == 404, f"{role}, {ligne._meta.model_name}"


@pytest.mark.parametrize("role", sorted(ROLES_DE_STRUCTURE))
def test_une_page_d_erreur_s_affiche_et_ne_montre_rien(mondes, role):
    ici, ailleurs = mondes
    client = ici.client(role)
    refusee = next(route for route, vue in ROUTES.items() if "<int:" not in route and role not in roles_de(vue))
    for cible, code in ((adresse(refusee), 403), (f"/personnes/{ailleurs.personne.pk}/", 404)):
        reponse = client.get(cible)
        assert reponse.status_code == code or role not in roles_de(ROUTES["personnes/<int:pk>/"])
        assert not any(marque in reponse.content.decode() for marque in MARQUES)


@pytest.mark.parametrize("role", sorted(ROLES_DE_STRUCTURE))
def test_aucune_page_d_ici_ne_montre_ailleurs(mondes, ouvrables, role):
    ici, ailleurs = mondes
    for route, reponse in pages(ici, role, ouvrables):
        if not reponse.streaming:
            texte = reponse.content.decode("utf-8", "replace")
            texte = texte.replace(str(ailleurs.organisation), "") if route in ENTRE_STRUCTURES else texte
            assert not any(marque in texte for marque in MARQUES), route
        for formulaire in formulaires(reponse):
            for nom, champ in formulaire.fields.items():
                modele = champ.queryset.model if isinstance(champ, ModelChoiceField) else None
                if route in ENTRE_STRUCTURES and modele is Organisation:
                    continue
                if modele and modele.PARTAGE.organisation:
                    etrangers = champ.queryset.filter(**{modele.PARTAGE.organisation: ailleurs.organisation.pk})
                    assert not etrangers.exists(), f"{route}, champ {nom}"


def grossir(monde, nombre: int) -> None:
    """Ajoute des personnes et leurs faits."""
    jour = timezone.localdate()
    for rang in range(nombre):
        referent = monde.hab["cip"].compte
        personne = Personne.objects.create(organisation=monde.organisation, nom=f"Autre{rang}", prenom="Ada", referent=referent)
        Contact.objects.create(personne=personne, le=jour - timedelta(days=rang), delai_annonce=3)
        Information.objects.create(personne=personne, collective=monde.collective, le=monde.collective.le, presence="prevue")
        Entretien.objects.create(personne=personne, le=jour + timedelta(days=rang % 3), heure=time(10))
        Evaluation.objects.create(personne=personne, grille=monde.grille, conduite_par=monde.hab["cip"].compte)
        Evaluation.objects.create(personne=monde.personne, grille=monde.grille, le=jour - timedelta(days=rang))
        if rang < 4:
            monde.personne = personne
            embaucher(monde, suffixe=f" {rang}")


@pytest.mark.parametrize("role", ["cip", "direction"])
def test_le_nombre_de_requetes_ne_depend_pas_du_nombre_de_lignes(mondes, ouvrables, role, django_assert_max_num_queries):
    # la page d'une ligne ne lit pas qui la regarde : la direction les ouvre toutes, la CIP ses listes et son jour
    ici, _ = mondes
    comptees = (Personne, InformationCollective, Entretien, Evaluation, Engagement, Bilan, Seance, MiseEnSituation, Regulation)

    def compter():
        nombres = {}
        client = ici.client(role)
        for route, vue in ROUTES.items():
            if role in roles_de(vue) and route != "sante" and (role == "direction" or "<int:" not in route):
                for ligne in (ligne for ligne in ouvrables(route, ici) if isinstance(ligne, comptees)):
                    with django_assert_max_num_queries(
                        REQUETES_D_UN_DOCUMENT.get(route, REQUETES_PAR_PAGE), info=route
                    ) as captures:
                        reponse = client.get(adresse(route, ligne.pk))
                    if reponse.status_code == 200:
                        nombres[route, ligne._meta.model_name] = len(captures)
        return nombres

    avant = compter()
    grossir(deepcopy(ici), 12)
    apres = compter()
    assert apres == avant
