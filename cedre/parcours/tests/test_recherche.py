"""Chercher quelqu'un par n'importe quel morceau de son nom."""

import pytest

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
