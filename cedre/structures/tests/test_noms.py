"""Ce que la structure pose : le nom de chaque fait et de chaque champ, que lisent les traces, les refus et le classeur."""

from datetime import date

from django.apps import apps

from cedre.comptes.models import Organisation
from cedre.structures.models import (
    Axe,
    Competence,
    Domaine,
    Echelon,
    FicheDePoste,
    Grille,
    Occupation,
    Offre,
    Poste,
    ProjetAssociatif,
    RedefinitionDAxe,
    Reglages,
    Relecture,
    Seuils,
    UsageDeFiche,
    UsageDOffre,
)

LE = date(2026, 3, 10)
NOMS = {
    Poste: """
        poste / postes : intitulé ; missions ; fonctions ; rattaché à ; existe depuis le ; supprimé le
    """,
    Occupation: """
        occupation d’un poste / occupations des postes : poste ; prénom et nom ; compte dans Cèdre ; depuis le ; jusqu’au
    """,
    Grille: """
        grille / grilles : version ; publiée le ; comment la présenter
    """,
    Echelon: """
        échelon / échelons : grille ; valeur ; libellé
    """,
    Domaine: """
        domaine / domaines : grille ; thème du cadre commun ; libellé ; de quoi parler ; régime ; rang
    """,
    Seuils: """
        seuils d’une structure / seuils d’une structure : du ; au ; jours sans se parler ; semaines sans heures ; fin de
        contrat annoncée ; fin de PASS IAE annoncée ; bilan annoncé ; délai pour remettre ; délai pour documenter une sortie ;
        rythme des régulations
    """,
    Reglages: """
        réglages / réglages : jours sans se parler ; semaines sans heures ; fin de contrat annoncée ; fin de PASS IAE annoncée
        ; bilan annoncé ; délai pour remettre ; délai pour documenter une sortie ; rythme des régulations ; délai annoncé
        d’habitude ; durée d’un entretien ; conservation active ; l’offre d’insertion, à dire à l’accueil ; le statut de
        salarié et ses conséquences, à dire ; logo
    """,
    Offre: """
        offre d’insertion / offres d’insertion : proposée dans les listes ; retirée des listes le ; intitulé ; nature ;
        partenaire qui la porte ; description ; mène à une qualification ; proposée depuis le
    """,
    UsageDOffre: """
        usage d’une offre / usages des offres : du ; au ; offre ; décrite
    """,
    FicheDePoste: """
        fiche de poste / fiches de poste : proposée dans les listes ; retirée des listes le ; intitulé ; code ROME ;
        description
    """,
    UsageDeFiche: """
        usage d’une fiche de poste / usages des fiches de poste : du ; au ; fiche de poste
    """,
    Relecture: """
        relecture d’une fiche de poste / relectures de fiches de poste : fiche de poste ; date
    """,
    Competence: """
        compétence / compétences : fiche de poste ; compétence ; rang
    """,
    ProjetAssociatif: """
        projet associatif / projets associatifs : adopté le ; par qui ; le projet associatif
    """,
    Axe: """
        axe de développement / axes de développement : intitulé ; pourquoi ; défini le ; par qui ; valable jusqu’au ;
        indicateurs ; diffusé le ; comment, à qui
    """,
    RedefinitionDAxe: """
        redéfinition d’un axe / redéfinitions des axes : axe ; redéfini le
    """,
}


def test_chaque_fait_et_chaque_champ_a_son_nom():
    dits = {}
    for modele in apps.get_app_config("structures").get_models():
        champs = [str(c.verbose_name) for c in modele._meta.concrete_fields if c.name not in ("id", "organisation")]
        dits[modele] = f"{modele._meta.verbose_name} / {modele._meta.verbose_name_plural} : {' ; '.join(champs)}"
    assert dits == {modele: " ".join(dit.split()) for modele, dit in NOMS.items()}


def test_une_ligne_se_dit_en_quelques_mots():
    lignes = [
        (Poste(intitule="Accueil"), "Accueil"),
        (Occupation(nom="Ada"), "Ada"),
        (Grille(version=3), "Grille, version 3"),
        (Echelon(libelle="Bloquant"), "Bloquant"),
        (Domaine(libelle="L’emploi"), "L’emploi"),
        (Seuils(du=LE), "Seuils depuis le 10/03/2026"),
        (Reglages(organisation=Organisation(nom="Ici")), "Réglages de Ici"),
        (Offre(intitule="Permis"), "Permis"),
        (UsageDOffre(du=LE), "Proposée depuis le 10/03/2026"),
        (FicheDePoste(intitule="Agente"), "Agente"),
        (UsageDeFiche(du=LE), "Sert depuis le 10/03/2026"),
        (Relecture(le=LE), "Relecture du 10/03/2026"),
        (Competence(libelle="Doser"), "Doser"),
        (ProjetAssociatif(le=LE), "Projet associatif du 10/03/2026"),
        (Axe(intitule="Vite"), "Vite"),
        (RedefinitionDAxe(le=LE), "Redéfini le 10/03/2026"),
    ]
    assert [str(ligne) for ligne, _ in lignes] == [dit for _, dit in lignes]
