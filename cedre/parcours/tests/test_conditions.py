"""Une condition bâtie une fois garde son sens partout où une requête l'emploie (décision 0017)."""

import pytest
from django.core.exceptions import FieldError
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When

from cedre.core.conditions import Condition, ValeurGardee
from cedre.parcours.models import Contact, Personne


@pytest.fixture
def contactee():
    return Condition(Personne.objects.filter(Exists(Contact.objects.filter(personne=OuterRef("pk"))), anonymisee_le=None))


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
    contactee.dite = None  # ce qu'il faudrait pour la recompiler
    assert Personne.objects.filter(contactee, pk__in=[p.pk for p in deux]).count() == 1


def test_elle_refuse_de_joindre(ici):
    with pytest.raises(FieldError, match="ne joint rien"):
        Condition(Personne.objects.filter(organisation__nom="Ici"))


def test_une_condition_en_contient_une_autre_et_suit_toujours_sa_ligne(deux, contactee):
    oui, non = deux
    oubliees = Condition(Personne.objects.filter(~Q(contactee)))
    assert list(Personne.objects.filter(oubliees)) == [non]
    assert list(Personne.objects.exclude(pk__in=Personne.objects.filter(oubliees).values("pk"))) == [oui]


def test_une_valeur_gardee_est_celle_de_chaque_ligne_et_rien_la_ou_il_n_y_en_a_pas(deux):
    oui, non = deux
    contacts = Contact.objects.filter(personne=OuterRef("pk")).values("le")
    valeur = ValeurGardee(Personne.objects.all(), Subquery(contacts[:1]))
    assert dict(Personne.objects.annotate(vu=valeur).values_list("pk", "vu")) == {oui.pk: oui.contacts.get().le, non.pk: None}


def test_une_valeur_gardee_se_lit_aussi_d_un_fait_au_bout_du_chemin_qui_y_mene(deux):
    sexe = ValeurGardee(Personne.objects.all(), Case(When(sexe="F", then=Value("elle")), default=Value("lui")))
    Personne.objects.filter(pk=deux[0].pk).update(sexe="F")
    Contact.objects.create(personne=deux[1], le=deux[0].contacts.get().le, canal="accueil")
    lus = Contact.objects.annotate(qui=sexe.au_bout_de("personne__")).filter(personne__in=deux)
    assert dict(lus.values_list("personne", "qui")) == {deux[0].pk: "elle", deux[1].pk: "lui"}
    seconds = Contact.objects.filter(pk__in=lus.filter(qui="lui").values("pk"), personne__sexe="")
    assert [contact.personne for contact in seconds] == [deux[1]]
