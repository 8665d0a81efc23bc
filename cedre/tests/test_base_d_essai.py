"""La base d'essai reste celle des migrations, même après un essai qui valide ses transactions."""

from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction

from cedre.comptes.models import Trace
from cedre.comptes.operations import tracer
from cedre.observatoire.models import Terme
from cedre.tests.socle import un_cas_de_chacun, une_page_sur_trois


@pytest.mark.parametrize("fois", [1, 2])
def test_le_cadre_et_les_declencheurs_survivent_a_une_base_videe(transactional_db, ici, fois):
    tracer(par=ici.hab["cip"], geste="creer", objet=ici.personne)
    assert Terme.objects.de("domaine").exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        Trace.objects.all().delete()


def test_d_un_essai_a_plusieurs_cas_un_seul_se_joue_sauf_s_il_les_demande_tous():
    def essai(nom: str, marque: str = ""):
        return SimpleNamespace(nodeid=nom, get_closest_marker=lambda lue: lue == marque)

    ranges = [essai("a[2]"), essai("b[1]", "tous_ses_cas"), essai("a[1]"), essai("c"), essai("b[2]", "tous_ses_cas")]
    assert [e.nodeid for e in un_cas_de_chacun(ranges)] == ["a[2]", "b[1]", "c", "b[2]"]


def _par_un_autre(monde):
    return monde.client("cip")


def test_un_essai_sur_trois_de_ceux_qui_ouvrent_une_page_se_joue_et_tous_les_autres():
    def essai(nom: str, fonction, marque: str = ""):
        return SimpleNamespace(nodeid=nom, path="a", function=fonction, get_closest_marker=lambda lue: lue == marque)

    def ouvre(monde):
        return _par_un_autre(monde).get("/")

    def calcule(monde):
        return monde.nom

    ranges = [essai(nom, ouvre) for nom in "abcd"] + [essai("e", calcule), essai("f", ouvre, "tous_ses_cas")]
    assert [e.nodeid for e in une_page_sur_trois(ranges)] == ["a", "d", "e", "f"]
