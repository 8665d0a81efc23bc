"""La page du jour, selon l'habilitation."""

import re

import pytest

from cedre.comptes.droits import ROLES_DE_STRUCTURE
from cedre.comptes.models import Habilitation, Organisation
from cedre.conftest import creer_habilitation


@pytest.fixture
def direction_de_l_ensemble(ici):
    """La direction d'un ensemblier, dans l'ensemblier lui-même."""
    ensemble = Organisation.objects.create(
        nature="ensemblier", nom="Ensemble Ici", slug="ensemble", region=ici.organisation.region
    )
    return creer_habilitation(ensemble, "direction")


def page_du_jour(ici, habilitation) -> str:
    client = ici.client("cip")
    client.force_login(habilitation.compte)
    return client.get("/").content.decode()


def test_l_ensemblier_mene_aux_structures_que_le_compte_ouvre(ici, direction_de_l_ensemble):
    sans = page_du_jour(ici, direction_de_l_ensemble)
    assert "Demandez une invitation" in sans and "Prochains entretiens" not in sans
    assert 'href="/premier-contact/"><svg' not in sans.partition("<main")[2]
    la_bas = Habilitation.objects.create(compte=direction_de_l_ensemble.compte, organisation=ici.organisation, role="direction")
    Habilitation.objects.filter(pk=direction_de_l_ensemble.pk).update(utilisee_le="2026-01-01T00:00Z")
    avec = page_du_jour(ici, direction_de_l_ensemble).partition("<main")[2]
    assert f'name="habilitation" value="{la_bas.pk}"' in avec and "Demandez une invitation" not in avec


def test_une_structure_garde_sa_page_du_jour(ici):
    assert "Prochains entretiens" in page_du_jour(ici, ici.hab["direction"])


@pytest.mark.parametrize("role", sorted(ROLES_DE_STRUCTURE))
def test_chaque_entree_du_menu_a_son_icone(ici, role):
    menu = page_du_jour(ici, ici.hab[role]).partition("<nav")[2].partition("</nav>")[0]
    icones = re.findall(r"icones[^\"]*\.svg#(\w+)", menu)
    assert icones and len(icones) == len(set(icones)), icones
