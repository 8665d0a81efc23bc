"""La base d'essai reste celle des migrations, même après un essai qui valide ses transactions."""

from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction

from cedre.comptes.models import Trace
from cedre.comptes.operations import tracer
from cedre.observatoire.models import Terme
from cedre.tests.socle import tires_au_sort


@pytest.mark.deux_moteurs
@pytest.mark.parametrize("fois", [1, 2])
def test_le_cadre_et_les_declencheurs_survivent_a_une_base_videe(transactional_db, ici, fois):
    tracer(par=ici.hab["cip"], geste="creer", objet=ici.personne)
    assert Terme.objects.de("domaine").exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        Trace.objects.all().delete()


def test_un_essai_sur_trois_de_chaque_fichier_en_un_seul_cas_et_tous_ceux_dont_le_moteur_est_le_sujet():
    def essai(nom: str, marque: str = "", demande: str = "db"):
        return SimpleNamespace(nodeid=nom, path=nom[0], fixturenames=[demande], get_closest_marker=lambda lue: lue == marque)

    ranges = [essai("a1[2]"), essai("a1[1]"), essai("a2"), essai("a3[1]", "deux_moteurs"), essai("a3[2]", "deux_moteurs")]
    ranges += [essai("a4"), essai("a5"), essai("b1"), essai("b2"), essai("b3", demande="transactional_db")]
    assert [e.nodeid for e in tires_au_sort(ranges)] == ["a1[2]", "a3[1]", "a3[2]", "a5", "b1", "b3"]
