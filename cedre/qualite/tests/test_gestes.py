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


# Son nom, son icône, sa place au menu, les indicateurs dont il corrige une ligne.
DITS = {
    "partenariats:client": "Modifier (crayon)",
    "partenariats:client_nouveau": "Nouveau client (plus)",
    "partenariats:clients": "Clients (client), travail 130",
    "partenariats:convention": "Corriger (crayon)",
    "partenariats:convention_fin": "Ne pas renouveler ()",
    "partenariats:convention_nouvelle": "Nouvelle convention (plus)",
    "partenariats:conventions": "Conventions (fichier)",
    "partenariats:partenaire": "Modifier (crayon) ; remédie à conventions_en_vigueur",
    "partenariats:partenaire_nouveau": "Nouveau partenaire (plus)",
    "partenariats:partenaires": "Partenaires (partenaire), travail 140",
    "partenariats:rencontre": "Corriger (crayon)",
    "partenariats:rencontre_nouvelle": "Noter une rencontre (plus)",
    "partenariats:rencontres": "Acteurs locaux (repere), travail 150 ; remédie à acteurs_locaux_rencontres",
    "qualite:action": "Action d’amélioration (fleche) ; remédie à action_d_amelioration_conclue",
    "qualite:action_clore": "Clore (valide)",
    "qualite:action_d_une_enquete": "Décider une action (plus)",
    "qualite:action_d_une_reclamation": "Décider une action (plus)",
    "qualite:action_modifier": "Modifier (crayon)",
    "qualite:action_nouvelle": "Décider une action (plus)",
    "qualite:action_suite": "Décider autre chose (plus)",
    "qualite:affiche_enquete": "Affiche (PDF) (imprimer)",
    "qualite:affiche_reclamation": "Affiche à poser (PDF) (imprimer)",
    "qualite:ameliorations": "Actions d’amélioration (fleche), qualite 130",
    "qualite:ameliorations_liste": "En liste (liste)",
    "qualite:apercu": "Aperçu (PDF) (imprimer)",
    "qualite:clore_enquete": "Clore l’enquête (valide)",
    "qualite:comparaison": "Comparer ()",
    "qualite:diffusion": "Qui l’a lu (equipe)",
    "qualite:enquete": "Enquête (question)",
    "qualite:enquete_nouvelle": "Ouvrir une enquête (plus)",
    "qualite:enquetes": "Enquêtes (question), qualite 120 ; remédie à enquete_menee",
    "qualite:entretien_annuel": "Entretien annuel (echange)",
    "qualite:entretien_annuel_modifier": "Reprendre (crayon)",
    "qualite:entretien_annuel_nouveau": "Noter un entretien (plus)",
    "qualite:entretiens_annuels": "Entretiens annuels (echange) ; remédie à entretien_annuel_tenu",
    "qualite:formation": "Modifier (crayon) ; remédie à formation_realisee",
    "qualite:formation_nouvelle": "Nouvelle action (plus) ; remédie à plan_de_formation",
    "qualite:formations": "Plan de formation (diplome), qualite 30",
    "qualite:formations_export": "Tableur (exporter)",
    "qualite:manuel": (
        "Manuel qualité (livre), qualite 50 ; remédie à manuel_publie ; remédie à manuel_en_vigueur ; La version publiée, à lire "
        "et à dire lue."
    ),
    "qualite:oublier_qui": "Effacer le nom et le contact (corbeille)",
    "qualite:principe": "Principe d’action (bouclier) ; remédie à principes_evalues",
    "qualite:principe_evaluation": "Corriger (crayon)",
    "qualite:principe_evaluer": "Dire une évaluation (evaluation)",
    "qualite:principe_modifier": "Modifier (crayon)",
    "qualite:principe_nouveau": "Nouveau principe (plus)",
    "qualite:principes": "Principes d’action (bouclier), qualite 40",
    "qualite:procedure": "Procédure (marches) ; remédie à procedures_a_jour",
    "qualite:procedure_modifier": "Réviser (crayon)",
    "qualite:procedure_nouvelle": "Écrire une procédure (plus) ; remédie à procedure_definie ; remédie à rythme_defini",
    "qualite:procedure_relire": "Relue, rien à changer (valide)",
    "qualite:procedures": "Procédures (marches), qualite 60",
    "qualite:publier": "Publier une version (valide)",
    "qualite:reclamation": "Réclamation (entretien) ; remédie à reclamation_traitee",
    "qualite:reclamations": "Réclamations (entretien), qualite 110",
    "qualite:recopier": "Recopier un papier (crayon)",
    "qualite:signaler": "Signaler (alerte), qualite 100",
    "qualite:version": "Version du manuel (fichier)",
    "qualite:version_lue": "J’ai lu (valide)",
    "qualite:version_pdf": "PDF (imprimer)",
    "structures:axe": "Modifier (crayon)",
    "structures:axe_nouveau": "Nouvel axe (plus)",
    "structures:fiche_de_poste": "Modifier (crayon) ; remédie à fiches_de_poste_a_jour",
    "structures:fiche_de_poste_nouvelle": "Nouvelle fiche (plus)",
    "structures:fiches_de_poste": "Fiches de poste (poste), organisation 30",
    "structures:grille": "Grille d’évaluation (evaluation)",
    "structures:grille_modifier": "Modifier (crayon)",
    "structures:grille_preparer": "Préparer une nouvelle version (plus)",
    "structures:grilles": "Grille d’évaluation (evaluation), organisation 20 ; remédie à grille_en_vigueur",
    "structures:occupation": "Corriger (crayon)",
    "structures:offre": "Modifier (crayon)",
    "structures:offre_nouvelle": "Ajouter à l’offre (plus)",
    "structures:offres": "Offre d’insertion (liste), organisation 10 ; remédie à offre_decrite",
    "structures:organigrammes": "Organigrammes (reseau)",
    "structures:poste": "Poste (equipe)",
    "structures:poste_modifier": "Modifier (crayon)",
    "structures:poste_nommer": "Dire qui le tient (plus)",
    "structures:poste_nouveau": "Nouveau poste (plus) ; remédie à postes_definis",
    "structures:postes": "Équipe (organigramme), qualite 20",
    "structures:projet": (
        "Projet de la structure (fichier), qualite 10 ; remédie à priorites_definies ; remédie à priorites_en_vigueur"
    ),
    "structures:projet_associatif": "Corriger (crayon)",
    "structures:projet_reviser": "Réviser (crayon)",
    "structures:reglages": "Réglages (reglages), organisation 80",
}


def test_chaque_geste_a_son_nom_son_icone_et_sa_place():
    dits = {}
    for route, geste in gestes().items():
        if route.partition(":")[0] in ("qualite", "structures", "partenariats"):
            place = f", {geste.menu.value} {geste.rang}" if geste.menu else ""
            remedes = "".join(f" ; remédie à {code}" for code in geste.remedie)
            dits[route] = f"{geste.libelle} ({geste.icone}){place}{remedes}{geste.a_lire and f' ; {geste.a_lire}'}"
    assert dits == DITS
