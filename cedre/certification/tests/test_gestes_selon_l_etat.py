"""Ce que l'on peut faire d'une réunion, d'un audit, d'un constat, là où il en est (AME-4, CER-6)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.certification.models import Audit, Constat, ReunionEvaluation
from cedre.certification.tests.reunies import prevue, tenir
from cedre.comptes.gestes import gestes_sur

JOUR = timezone.localdate()


def proposes(objet, habilitation) -> set[str]:
    return {geste.route.removeprefix("certification:") for geste in gestes_sur(objet, habilitation)}


@pytest.mark.parametrize(
    "etat, attendus",
    [
        ({}, {"reunion_tenir", "reunion_action", "reunion_pdf", "reunion_modifier", "reunion_renoncer"}),
        ({"tenue_le": JOUR}, {"reunion_tenir", "reunion_action", "reunion_pdf", "reunion_clore"}),
        ({"tenue_le": JOUR, "close_le": JOUR}, {"reunion_pdf"}),
    ],
)
def test_d_une_reunion(ici, etat, attendus):
    assert proposes(ReunionEvaluation(**etat), ici.hab["qualite"]) == attendus
    assert proposes(ReunionEvaluation(**etat), ici.hab["ca"]) == {"reunion_pdf"}


@pytest.mark.parametrize(
    "etat, attendus",
    [
        ({}, {"audit_auditeur", "audit_decliner", "audit_renoncer", "audit_manuel"}),
        ({"declinee_le": JOUR}, {"audit_renoncer", "audit_manuel"}),
        ({"mene_le": JOUR}, {"audit_auditeur", "audit_manuel", "audit_passe"}),
        ({"mene_le": JOUR, "clos_le": JOUR}, {"audit_rapport"}),
    ],
)
def test_d_un_audit(ici, etat, attendus):
    assert proposes(Audit(**etat), ici.hab["qualite"]) == attendus
    assert proposes(Audit(**etat), ici.hab["ca"]) == attendus & {"audit_manuel", "audit_passe", "audit_rapport"}


@pytest.mark.parametrize(
    "clos_le, etat, attendus",
    [
        (None, {"nature": "ecart"}, {"constat", "constat_retirer"}),
        (JOUR, {"nature": "ecart"}, {"constat_action"}),
        (JOUR, {"nature": "progres"}, {"constat_action"}),
        (JOUR, {"nature": "ecart", "action_id": 1}, set()),
        (JOUR, {"nature": "force"}, set()),
    ],
)
def test_d_un_constat(ici, clos_le, etat, attendus):
    assert proposes(Constat(audit=Audit(mene_le=JOUR, clos_le=clos_le), **etat), ici.hab["direction"]) == attendus


@pytest.mark.parametrize("role, mene", [("qualite", True), ("accueil", False)])
def test_une_preparation_figee_autrefois_ne_mene_que_ou_le_lecteur_peut_aller(ici, role, mene):
    reunion = tenir(prevue(ici), ici)
    perdue = {"texte": "Une page qui n’est plus", "detail": "", "adresse": "/autrefois/1/", "droit": "qualite_lire"}
    for section in reunion.preparation["sections"]:
        for chiffre in section["chiffres"]:
            chiffre["droit"] = "qualite_tenir"
    reunion.preparation["sections"][0]["lignes"] = [perdue]
    reunion.save()
    page = ici.client(role).get(reverse("certification:reunion", args=[reunion.pk])).content.decode().partition("<main")[2]
    assert "Encore ouvertes" in page and (f'href="{reverse("qualite:reclamations")}' in page) is mene
    assert "Une page qui n’est plus" in page and "/autrefois/" not in page
