"""La page du jour, selon l'habilitation."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from cedre.certification.models import Audit, Constat, ReunionEvaluation
from cedre.certification.tests.fictive import prouver
from cedre.comptes.droits import EQUIPE, ROLES_DE_STRUCTURE
from cedre.comptes.models import Habilitation, Organisation
from cedre.conftest import creer_habilitation
from cedre.parcours.models import Liaison
from cedre.partenariats.models import Convention
from cedre.portail.jour import a_faire, equipe, rappels, tuiles
from cedre.qualite.models import ActionAmelioration, Reclamation


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


@pytest.mark.parametrize("role", sorted(ROLES_DE_STRUCTURE))
def test_un_rappel_se_dit_a_qui_peut_faire_le_geste_qu_il_appelle(ici, role):
    le = timezone.localdate()
    Reclamation.objects.create(organisation=ici.organisation, origine="client", texte="En retard", recue_le=le)
    Convention.objects.create(partenaire=ici.partenaire, objet="autre", precision="Prêt", du=le - timedelta(days=300), au=le)
    ReunionEvaluation.objects.create(organisation=ici.organisation, prevue_le=le, du=le, au=le)
    dits = [rappel.libelle for rappel in rappels(ici.hab[role], le)]
    attendus = ["Conventions à renouveler", "Réclamations à traiter", "Réunions à tenir"]
    assert dits == (attendus if role in ("qualite", "direction") else [])


QUALITE_LUE = ["Manuel qualité", "Conformité", "Ce qui a changé le passé", "Réunions et revues"]
CHIFFRES_LUS = ["Chiffres", "Bilans à rendre", "Alertes", "Rapports d’activité"]


@pytest.mark.parametrize(
    "role, attendues",
    [
        ("ca", QUALITE_LUE + CHIFFRES_LUS),
        ("salarie", ["Votre espace"]),
        ("client", []),
        ("responsable_qualite", ["Référentiel", "Certifications", "Rapports attendus", "Rapports d’activité"]),
    ],
)
def test_qui_n_ouvre_aucun_dossier_voit_ce_qu_il_peut_lire(ici, reseau, role, attendues):
    habilitation = ici.hab.get(role) or reseau[0].hab[role]
    page = page_du_jour(ici, habilitation).partition("<main")[2]
    assert re.findall(r'<span class="quoi"><a href="[^"]+">([^<]+)</a>', page) == attendues
    assert ("À lire" in page) is bool(attendues)


@pytest.fixture
def chargee(embauchee, ailleurs):
    """De quoi rappeler de chaque sorte, chacune un autre nombre de fois que celles dont la liste est voisine."""
    le, chez = timezone.localdate(), embauchee.organisation
    hier = le - timedelta(days=1)
    prouver(embauchee)
    Convention.objects.create(partenaire=embauchee.partenaire, objet="autre", du=le - timedelta(days=300), au=le)
    Reclamation.objects.create(
        organisation=chez, origine="client", texte="Répondue", recue_le=hier, repondue_le=le, reponse="Oui"
    )
    ActionAmelioration.objects.filter(organisation=chez).update(echeance=hier)
    ActionAmelioration.objects.create(
        organisation=chez, quoi="Plus tard", effet_attendu="Mieux", qui=embauchee.qui, echeance=le + timedelta(days=9)
    )
    ReunionEvaluation.objects.create(organisation=chez, prevue_le=hier, du=hier, au=hier, tenue_le=hier, compte_rendu="Dit")
    Liaison.objects.update(le=hier, relance_le=hier)
    audit = {"audite": embauchee.qui, "edition": "2004-10", "champ": ["2.1a"], "prevu_le": hier, "demande_le": hier}
    for _ in range(2):
        audite = {"organisation": ailleurs.organisation, "audite": ailleurs.qui, "structure_auditrice": chez, "nature": "croise"}
        Audit.objects.create(**audit | audite)
    for _ in range(3):
        clos = {"auditeur": embauchee.hab["qualite"].compte, "mene_le": hier, "clos_le": le, "verdicts": {}}
        ecart = Audit.objects.create(organisation=chez, **audit | clos)
        Constat.objects.create(audit=ecart, point="2.1a", nature="ecart", texte="Manque")
    return embauchee


def nombre_de(contexte) -> int:
    """Le nombre de lignes que montre une liste."""
    if "a_renouveler" in contexte:
        return len(contexte["a_renouveler"])
    return contexte["page"].paginator.count + len(contexte.get("ailleurs") or ())


@pytest.mark.parametrize("role", sorted(EQUIPE))
def test_une_tuile_mene_a_la_liste_qu_elle_compte(chargee, role):
    habilitation, client = chargee.hab[role], chargee.client(role)
    dites = [*rappels(habilitation, timezone.localdate()), *tuiles(habilitation), *a_faire(habilitation)]
    if role in ("qualite", "direction"):
        dites += [tuile for suivi in equipe(habilitation) for tuile in suivi.tuiles]
    comptees = [(une.adresse, une.nombre) for une in dites if "/versions/" not in une.adresse]
    assert comptees == [(adresse, nombre_de(client.get(adresse).context)) for adresse, _ in comptees]


def test_la_direction_voit_toutes_les_sortes_de_rappels(chargee):
    """Sans quoi l'essai d'avant ne suivrait pas tous les liens."""
    comptes = {rappel.libelle: rappel.nombre for rappel in rappels(chargee.hab["direction"], timezone.localdate())}
    assert comptes == {
        "Manuel qualité à lire": 1,
        "Demandes à un partenaire à relancer": 1,
        "Conventions à renouveler": 1,
        "Réclamations à traiter": 1,
        "Actions d’amélioration en retard": 1,
        "Réunions à tenir": 1,
        "Audits à mener": 1,
        "Demandes d’audit à répondre": 2,
        "Audits dont un écart est à traiter": 3,
    }
