"""Ce que l'on propose de faire d'un objet dépend d'où il en est, de qui regarde, et ne se dit que sur les vues."""

from datetime import date

import pytest
from django.apps import apps

from cedre.comptes.gestes import gestes, gestes_sur, page_de, qui_montre
from cedre.partenariats.models import Convention
from cedre.qualite.models import ActionAmelioration, Enquete, Procedure, Reclamation
from cedre.structures.models import Grille

JOUR = date(2026, 3, 1)
FAITE = {"faite_le": JOUR}
SANS_EFFET = FAITE | {"effet_verifie_le": JOUR, "efficace": False}
EFFICACE = SANS_EFFET | {"efficace": True}


def proposes(objet, qui) -> str:
    """Les routes de ce que l'on propose, sans leur app, dans l'ordre de l'alphabet."""
    return " ".join(sorted(g.route.partition(":")[2] for g in gestes_sur(objet, qui)))


@pytest.mark.parametrize(
    "modele, etat, attendus",
    [
        (ActionAmelioration, {}, "action_modifier"),
        (ActionAmelioration, FAITE, ""),
        (ActionAmelioration, SANS_EFFET, "action_clore action_suite"),
        (ActionAmelioration, EFFICACE, "action_clore"),
        (ActionAmelioration, EFFICACE | {"close_le": JOUR}, ""),
        (Enquete, {}, "affiche_enquete clore_enquete recopier"),
        (Enquete, {"close_le": JOUR}, "action_d_une_enquete"),
        (Procedure, {}, "procedure_modifier procedure_relire"),
        (Procedure, {"retiree_le": JOUR}, ""),
        (Reclamation, {"qui": "Odile"}, "action_d_une_reclamation"),
        (Reclamation, {"qui": "Odile", "close_le": JOUR}, "action_d_une_reclamation oublier_qui"),
        (Reclamation, {"contact": "06", "close_le": JOUR}, "action_d_une_reclamation oublier_qui"),
        (Reclamation, {"close_le": JOUR}, "action_d_une_reclamation"),
        (Grille, {}, "grille_modifier"),
        (Grille, {"publiee_le": JOUR}, ""),
        (Convention, {}, "convention convention_fin"),
        (Convention, {"close": True}, "convention"),
    ],
)
def test_un_geste_se_propose_quand_il_a_un_sens(ici, modele, etat, attendus):
    assert proposes(modele(**etat), ici.hab["qualite"]) == attendus


def test_qui_ne_fait_que_lire_ne_se_voit_proposer_que_ce_qu_il_peut(ici):
    assert proposes(Enquete(), ici.hab["ca"]) == "affiche_enquete recopier"
    assert proposes(Procedure(), ici.hab["ca"]) == ""


@pytest.mark.parametrize("app", ["qualite", "structures", "partenariats"])
def test_un_modele_qui_a_une_page_la_connait(app):
    modeles = set(apps.get_app_config(app).get_models())
    montres = {modele for geste in gestes().values() for modele, _ in geste.montre} & modeles
    assert montres and montres == {modele for modele in modeles if getattr(modele, "get_absolute_url", None) is page_de}
    assert all(qui_montre(modele)[0].route.startswith(f"{app}:") for modele in montres)
