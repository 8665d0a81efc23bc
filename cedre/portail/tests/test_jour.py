"""La page du jour, selon l'habilitation."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from cedre.certification.models import ReunionEvaluation
from cedre.comptes.droits import EQUIPE, ROLES_DE_STRUCTURE
from cedre.comptes.models import Habilitation, Organisation
from cedre.conftest import creer_habilitation
from cedre.partenariats.models import Convention
from cedre.portail.jour import rappels
from cedre.qualite.models import Reclamation


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


@pytest.mark.parametrize("role", sorted(EQUIPE))
def test_un_rappel_se_dit_a_qui_peut_faire_le_geste_qu_il_appelle(ici, role):
    le = timezone.localdate()
    Reclamation.objects.create(organisation=ici.organisation, origine="client", texte="En retard", recue_le=le)
    Convention.objects.create(partenaire=ici.partenaire, objet="autre", precision="Prêt", du=le - timedelta(days=300), au=le)
    ReunionEvaluation.objects.create(organisation=ici.organisation, prevue_le=le, du=le, au=le)
    dits = [rappel.libelle for rappel in rappels(ici.hab[role], le)]
    attendus = ["Conventions à renouveler", "Réclamations à traiter", "Réunions à tenir"]
    assert dits == (attendus if role in ("qualite", "direction") else [])


@pytest.mark.parametrize(
    "role, attendues",
    [
        ("ca", ["Manuel qualité", "Conformité", "Ce qui a changé le passé", "Réunions et revues", "Chiffres"]),
        ("salarie", ["Votre espace"]),
        ("client", []),
        ("responsable_qualite", ["Référentiel", "Certifications"]),
    ],
)
def test_qui_n_ouvre_aucun_dossier_voit_ce_qu_il_peut_lire(ici, reseau, role, attendues):
    habilitation = ici.hab.get(role) or reseau[0].hab[role]
    page = page_du_jour(ici, habilitation).partition("<main")[2]
    assert re.findall(r'<span class="quoi"><a href="[^"]+">([^<]+)</a>', page) == attendues
    assert ("À lire" in page) is bool(attendues)
