"""Ce que la base refuse de la qualité, de la structure et du partenariat, et, à un jour près, ce qu'elle admet."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint

from cedre.comptes.models import Compte
from cedre.partenariats.models import Convention
from cedre.qualite.models import (
    AccuseDeLecture,
    ActionAmelioration,
    ActionDeFormation,
    Enquete,
    EntretienAnnuel,
    Principe,
    Procedure,
    Reclamation,
    VersionDuManuel,
)
from cedre.structures.models import Axe, Occupation, Poste

A, B, C = (date(2026, 3, jour) for jour in (9, 10, 11))
VERIFIEE = {"faite_le": B, "effet_verifie_le": B, "efficace": False, "effet_constate": "Rien"}
ABANDON = {"prevue_du": A, "prevue_au": B}
ADMIS = [
    ActionAmelioration(),
    ActionAmelioration(faite_le=B),
    ActionAmelioration(**VERIFIEE),
    ActionAmelioration(**VERIFIEE, close_le=B),
    Enquete(du=B, au=B),
    EntretienAnnuel(compte=Compte(pk=1), mene_par=Compte(pk=2)),
    ActionDeFormation(prevue_du=B, prevue_au=B, realisee_le=A),
    ActionDeFormation(**ABANDON, abandonnee_le=A, motif="Trop cher"),
    VersionDuManuel(approuvee_le=B, publiee_le=B, approuvee_par="Ada"),
    AccuseDeLecture(compte_id=1),
    AccuseDeLecture(personne_id=1),
    AccuseDeLecture(nom="Paul"),
    Principe(enonce_le=B),
    Principe(enonce_le=B, retire_le=B),
    Procedure(depuis=B),
    Procedure(depuis=B, retiree_le=B, reglage="delai_remise", valeur=7),
    Reclamation(recue_le=B),
    Reclamation(recue_le=B, accusee_le=B, repondue_le=B, reponse="Oui", close_le=B),
    Reclamation(recue_le=B, close_le=B, motif_cloture="Retirée"),
    Poste(ouvert_le=B),
    Poste(ouvert_le=B, ferme_le=B),
    Occupation(du=B),
    Occupation(du=B, au=B),
    Axe(defini_le=B),
    Axe(defini_le=B, jusqu_au=B),
    Convention(du=B),
    Convention(du=B, au=B, close=True, close_le=A),
    Convention(du=B, close=True),
]
REFUSES = [
    (ActionAmelioration(**VERIFIEE, close_le=A), "amelioration_close_apres_verification"),
    (ActionAmelioration(faite_le=B, close_le=B), "amelioration_close_apres_verification"),
    (ActionAmelioration(efficace=True), "amelioration_verifiee_apres_faite"),
    *(
        (ActionAmelioration(**VERIFIEE | faute), "amelioration_verifiee_apres_faite")
        for faute in ({"faite_le": None}, {"faite_le": C}, {"efficace": None}, {"effet_constate": ""})
    ),
    (Enquete(du=B, au=A), "enquete_periode"),
    (EntretienAnnuel(compte=Compte(pk=1), mene_par=Compte(pk=1)), "entretien_annuel_a_deux"),
    (ActionDeFormation(prevue_du=B, prevue_au=A), "formation_fin_apres_debut"),
    (ActionDeFormation(**ABANDON, abandonnee_le=A, motif="Cher", realisee_le=A), "formation_realisee_ou_abandonnee"),
    (ActionDeFormation(**ABANDON, abandonnee_le=A), "formation_abandon_motive"),
    (ActionDeFormation(**ABANDON, motif="Trop cher"), "formation_abandon_motive"),
    (VersionDuManuel(approuvee_le=C, publiee_le=B, approuvee_par="Ada"), "version_du_manuel_approuvee_avant"),
    (VersionDuManuel(approuvee_le=B, publiee_le=B), "version_du_manuel_approuvee_avant"),
    (AccuseDeLecture(), "lecture_de_quelqu_un"),
    (Principe(enonce_le=B, retire_le=A), "principe_retire_apres_enonce"),
    (Procedure(depuis=B, reglage="delai_remise"), "procedure_chiffre_entier"),
    (Procedure(depuis=B, valeur=7), "procedure_chiffre_entier"),
    (Procedure(depuis=B, retiree_le=A), "procedure_retiree_apres_ecrite"),
    (Reclamation(recue_le=B, close_le=B), "reclamation_close_avec_reponse_ou_motif"),
    (Reclamation(recue_le=B, repondue_le=B), "reclamation_repondue_avec_des_mots"),
    (Reclamation(recue_le=B, accusee_le=A), "reclamation_dates_dans_l_ordre"),
    (Reclamation(recue_le=B, repondue_le=A, reponse="Oui"), "reclamation_dates_dans_l_ordre"),
    (Reclamation(recue_le=B, close_le=A, motif_cloture="Retirée"), "reclamation_dates_dans_l_ordre"),
    (Poste(ouvert_le=B, ferme_le=A), "poste_ferme_apres_ouvert"),
    (Occupation(du=B, au=A), "occupation_fin_apres_debut"),
    (Axe(defini_le=B, jusqu_au=A), "axe_fin_apres_debut"),
    (Convention(du=B, au=A), "convention_fin_apres_debut"),
    (Convention(du=B, close_le=B), "convention_close_un_jour"),
]


def refusee_par(ligne) -> list[str]:
    """Les conditions que cette ligne ne tient pas."""
    noms = []
    for contrainte in ligne._meta.constraints:
        if isinstance(contrainte, CheckConstraint):
            try:
                contrainte.validate(type(ligne), ligne)
            except ValidationError:
                noms.append(contrainte.name)
    return noms


@pytest.mark.parametrize("lignes", [[(ligne, None) for ligne in ADMIS], REFUSES], ids=["admis", "refusés"])
def test_une_ligne_se_refuse_des_qu_elle_ne_tient_plus_sa_condition_et_pas_avant(db, lignes):
    fautes = [(type(ligne).__name__, nom, refusee_par(ligne)) for ligne, nom in lignes]
    assert [faute for faute in fautes if faute[2] != [nom for nom in faute[1:2] if nom]] == []
    contraintes = [c for ligne in ADMIS for c in ligne._meta.constraints if isinstance(c, CheckConstraint)]
    assert {nom for _, nom in REFUSES} == {contrainte.name for contrainte in contraintes}
