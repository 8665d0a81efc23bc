"""Chercher quelqu'un par n'importe quel morceau de son nom."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cedre.parcours.models import Personne


@pytest.mark.parametrize("texte", ["martinelle", "TINEL", "zelie mart", "Mart Zél", "ma", "é", "  zélie  "])
def test_un_morceau_du_nom_sans_accent_ni_casse_suffit(ici, texte):
    assert list(Personne.objects.pour(ici.hab["cip"]).recherche(texte)) == [ici.personne]


@pytest.mark.parametrize("texte", ["zzz", "martinelle xx", 'a" OR "b'])
def test_ce_qui_n_est_pas_dans_le_nom_ne_trouve_rien(ici, texte):
    assert not Personne.objects.pour(ici.hab["cip"]).recherche(texte).exists()


def test_renommer_quelqu_un_le_fait_retrouver_sous_son_nouveau_nom(ici):
    ici.personne.nom = "Durand"
    ici.personne.save()
    personnes = Personne.objects.pour(ici.hab["cip"])
    assert personnes.recherche("durand").exists()
    assert not personnes.recherche("martinelle").exists()


def test_la_liste_choisit_sa_page_puis_n_annote_que_ses_lignes(ici, cip):
    """Sans quoi PostgreSQL lit tout un réseau pour cinquante lignes."""
    for rang in range(60):
        Personne.objects.create(organisation=ici.organisation, nom=f"Autre{rang:02}", prenom="Ada")
    with CaptureQueriesContext(connection) as requetes:
        page = cip.get(reverse("parcours:personnes"), {"page": 2}).context["page"]
    noms = Personne.objects.filter(organisation=ici.organisation).values_list("nom", flat=True)
    assert [personne.nom for personne in page] == list(noms[50:]) and len(page) == 11
    cheres = [requete["sql"] for requete in requetes if "manque_" in requete["sql"] and "sans_objectif" in requete["sql"]]
    assert len(cheres) == 1 and '"parcours_personne"."id" IN (' in cheres[0]
