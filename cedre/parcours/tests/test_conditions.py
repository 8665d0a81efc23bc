"""Une condition bâtie une fois garde son sens partout où une requête l'emploie (décision 0017)."""

import pytest
from django.core.exceptions import FieldError
from django.db.models import Exists, OuterRef, Q

from cedre.core.conditions import Condition
from cedre.parcours.models import Contact, Personne


@pytest.fixture
def contactee():
    return Condition(Q(anonymisee_le=None) & Q(Exists(Contact.objects.filter(personne=OuterRef("pk")))))


@pytest.fixture
def deux(ici):
    """Une personne qui a pris contact, une autre qui n'a rien fait."""
    autre = Personne.objects.create(organisation=ici.organisation, nom="Sans", prenom="Contact")
    return ici.personne, autre


def test_elle_vaut_son_q_dans_un_filtre_une_annotation_et_une_negation(deux, contactee):
    oui, non = deux
    assert list(Personne.objects.filter(contactee)) == [oui]
    assert list(Personne.objects.exclude(contactee)) == list(Personne.objects.filter(~Q(contactee))) == [non]
    assert dict(Personne.objects.annotate(vue=contactee).values_list("pk", "vue")) == {oui.pk: True, non.pk: False}


def test_elle_suit_sa_ligne_dans_une_sous_requete_sur_la_meme_table(deux, contactee):
    oui, non = deux
    satisfaites = Personne.objects.filter(contactee).values("pk")
    assert list(Personne.objects.filter(pk__in=satisfaites)) == [oui]
    assert list(Personne.objects.exclude(pk__in=satisfaites)) == [non]


def test_son_texte_n_est_bati_qu_une_fois(deux, contactee):
    list(Personne.objects.filter(contactee))
    contactee.condition = None  # ce qu'il faudrait pour la rebâtir
    assert Personne.objects.filter(contactee, pk__in=[p.pk for p in deux]).count() == 1


def test_elle_refuse_de_joindre(ici):
    with pytest.raises(FieldError, match="ne joint rien"):
        list(Personne.objects.filter(Condition(Q(organisation__nom="Ici"))))
