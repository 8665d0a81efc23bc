"""La base d'essai reste celle des migrations, même après un essai qui valide ses transactions."""

from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction

from cedre.comptes.models import Trace
from cedre.comptes.operations import tracer
from cedre.observatoire.models import Terme
from cedre.tests.socle import un_cas_de_chacun


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
