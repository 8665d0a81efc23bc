"""Ce qu'un exemple ne montre pas : premier et dernier jours de chaque règle, sujet de chaque « hors… » (OBS-1, CER-3)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta

from cedre.comptes.models import Organisation
from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import tous
from cedre.observatoire.models import Terme
from cedre.parcours.indicateurs.accueil import INSCRITE
from cedre.parcours.indicateurs.bilans import CLOS as BILAN_CLOS
from cedre.parcours.indicateurs.bilans import REDIGE, _regarde, _sujet
from cedre.parcours.indicateurs.engagements import CLOS, COMPLET, DECOUVERTE, EN_COURS, MOBILISATION, SOUS_CONTRAT, _pratique
from cedre.parcours.indicateurs.evolution import _evaluee
from cedre.parcours.indicateurs.suivi import DEPUIS
from cedre.parcours.indicateurs.suivi_du_parcours import AU_TRAVAIL, _engagement, _suivi
from cedre.parcours.models import Contact, Entretien, Personne, Suite
from cedre.parcours.tests.exemples import LE, jouer_les_sujets
from cedre.structures.models import Grille, Seuils

AVANT, PREMIER = -UN_AN, UN_JOUR - UN_AN  # la veille des douze mois, et leur premier jour
RIEN, MANQUE, BIEN = (0, 0), (1, 0), (1, 1)
RECU = {"etat": "realise", "issue": "autre_rencontre"}
PRESENTE = {"presence": "presente"}
REMISE = [{"le": 0, "contenu": {}}]


def _il_y_a_un_an_et(jours: int) -> relativedelta:
    return relativedelta(years=-1, days=-jours)


def _informee(le, **dit) -> dict:
    return {"informations": [{"le": le} | PRESENTE | dit]}


def _contact(le, delai=None, **faits) -> dict:
    return {"contacts": [{"le": le, "delai_annonce": delai}]} | faits


def _inscrite(le, **faits) -> dict:
    return {"phase": "pre_embauche", "suites": [{"le": le, "nature": "inscription"}]} | faits


CAS = {
    "offre_presentee": [
        (_informee(AVANT, offre_presentee=True), RIEN),
        (_informee(PREMIER, offre_presentee=True), BIEN),
        (_informee(0, offre_presentee=True), BIEN),
        (_informee(1, offre_presentee=True), RIEN),
        ({"entretiens": [{"le": -1, "etat": "prevu"}]}, RIEN),
        ({"entretiens": [RECU | {"le": AVANT}]}, RIEN),
        ({"entretiens": [RECU | {"le": PREMIER}]}, MANQUE),
    ],
    "delai_annonce": [
        (_contact(AVANT, 10), RIEN),
        (_contact(PREMIER, 10), BIEN),
        (_contact(0, 0), BIEN),
        (_contact(0), MANQUE),
        (_contact(1, 10), RIEN),
    ],
    "delai_tenu": [
        (_contact(-10, 10), RIEN),
        (_contact(-11, 10), MANQUE),
        (_contact(_il_y_a_un_an_et(10), 10), RIEN),
        (_contact(_il_y_a_un_an_et(9), 10), MANQUE),
        (_contact(-20, 10, entretiens=[RECU | {"le": -10}]), BIEN),
        (_contact(-20, 10, entretiens=[RECU | {"le": -9}]), MANQUE),
        (_contact(-20, 10, entretiens=[RECU | {"le": -20}]), BIEN),
        (_contact(-20, 10, entretiens=[RECU | {"le": -21}]), MANQUE),
        (_contact(-20, 10, entretiens=[{"le": -15, "etat": "absent"}]), MANQUE),
        (_contact(-20, 10) | _informee(-10), BIEN),
        (_contact(-20, 10) | _informee(-21), MANQUE),
        (_contact(-20, 10) | _informee(-20), BIEN),
        (_contact(-20, 10) | _informee(-9), MANQUE),
    ],
    "statut_explique": [
        (_inscrite(AVANT) | _informee(-3, statut_explique=True), RIEN),
        (_inscrite(PREMIER) | _informee(-3, statut_explique=True), BIEN),
        (_inscrite(0) | _informee(0, statut_explique=True), BIEN),
        (_inscrite(1) | _informee(0, statut_explique=True), RIEN),
        (_inscrite(-10) | _informee(1, statut_explique=True), MANQUE),
        (_inscrite(-10, contrats=[{"debut": -10}]) | _informee(-9, statut_explique=True), MANQUE),
        (_inscrite(-10, contrats=[{"debut": -11}]) | _informee(-9, statut_explique=True), BIEN),
        (_inscrite(-10, contrats=[{"debut": -9}]) | _informee(-9, statut_explique=True), BIEN),
        (_inscrite(-10, contrats=[{"debut": -9}]) | _informee(-900, statut_explique=True), BIEN),
    ],
    "evaluation_conjointe": [
        (_inscrite(AVANT), RIEN),
        (_inscrite(PREMIER), MANQUE),
        (INSCRITE | {"evaluations": [{"le": 0, "trajectoire": "instable", "validee_le": 0}]}, BIEN),
        (INSCRITE | {"evaluations": [{"le": 1, "trajectoire": "instable", "validee_le": 0}]}, MANQUE),
        (_inscrite(1), RIEN),
    ],
    "evaluation_professionnelle": [
        (INSCRITE | {"evaluations_professionnelles": [{"le": 0, "conclusion": "prete"}]}, BIEN),
        (INSCRITE | {"evaluations_professionnelles": [{"le": 1, "conclusion": "prete"}]}, MANQUE),
    ],
    "capacites_evaluees": [
        ({"phase": "parcours", "contrats": [{"debut": AVANT}]}, RIEN),
        ({"phase": "parcours", "contrats": [{"debut": PREMIER}]}, MANQUE),
        ({"phase": "parcours", "contrats": [{"debut": 0}]}, MANQUE),
        ({"phase": "parcours", "contrats": [{"debut": 1}]}, RIEN),
    ],
    "bilan_tenu": [
        (_sujet({"le": AVANT, "etat": "prevu"}), RIEN),
        (_sujet({"le": PREMIER, "etat": "prevu"}), MANQUE),
        (_sujet(BILAN_CLOS | {"le": -30, "clos_le": 0}), BIEN),
        (_sujet({"le": -40, "etat": "absent"}, BILAN_CLOS | {"le": -24, "clos_le": -24}), (2, 1)),
        (_sujet({"le": -40, "etat": "absent"}, BILAN_CLOS | {"le": -41, "clos_le": -41}), (2, 1)),
        (_sujet({"le": -40, "etat": "absent"}, {"le": -39, "etat": "prevu"}), (2, 0)),
        (
            {
                "engagements": [
                    EN_COURS | {"debut": -200, "bilans": [{"le": -40, "etat": "absent"}]},
                    EN_COURS | {"debut": -200, "bilans": [BILAN_CLOS | {"le": -39, "clos_le": -39}]},
                ]
            },
            (2, 1),
        ),
    ],
    "bilan_redige": [
        (_regarde(REDIGE | {"le": AVANT, "clos_le": -300}, "atteint"), RIEN),
        (_regarde(REDIGE | {"le": PREMIER, "clos_le": -300}, "atteint"), BIEN),
        (_regarde(REDIGE | {"le": 0, "clos_le": 0}, "atteint"), BIEN),
        (_regarde(REDIGE | {"le": 1, "clos_le": 0}, "atteint"), RIEN),
        (_regarde(REDIGE | {"le": -9, "etat": "prevu"}, "atteint"), RIEN),
        (
            _sujet(REDIGE | {"le": -9, "clos_le": -9, "clotures_rouvertes": [{"du": -9, "au": 0, "redige": True}]}),
            MANQUE,
        ),
    ],
    "objectif_controle": [
        (_suivi(du=-500, echeance=AVANT), RIEN),
        (_suivi(du=-500, echeance=PREMIER), MANQUE),
        (_suivi(du=-90, echeance=0, au=0, resultat="abandonne"), BIEN),
        (_suivi(du=-90, echeance=1), RIEN),
        (_suivi(du=-90, echeance=-20, au=-40, resultat="atteint"), BIEN),
        (_suivi(du=-90, echeance=-20, au=-20), MANQUE),
        (_suivi(du=-90, echeance=-20, au=-21), RIEN),
    ],
    "bilan_remis": [
        (_sujet(BILAN_CLOS | {"le": PREMIER, "clos_le": 0, "remises": [{"le": 0, "contenu": {}}]}), BIEN),
        (_sujet(BILAN_CLOS | {"le": AVANT, "clos_le": 0, "remises": [{"le": 0, "contenu": {}}]}), RIEN),
    ],
    "salaries_engages": [
        ({"contrats": SOUS_CONTRAT, "engagements": [COMPLET | {"debut": 0}]}, BIEN),
        ({"contrats": SOUS_CONTRAT, "engagements": [COMPLET | {"debut": 1}]}, MANQUE),
        ({"contrats": SOUS_CONTRAT, "engagements": [CLOS | {"clos_le": 0}]}, MANQUE),
        ({"contrats": SOUS_CONTRAT, "engagements": [CLOS | {"clos_le": 1}]}, BIEN),
        ({"contrats": SOUS_CONTRAT, "engagements": [EN_COURS | {"formalisations": [{"du": 0, "au": 1}]}]}, BIEN),
        ({"contrats": SOUS_CONTRAT, "engagements": [EN_COURS | {"formalisations": [{"du": -9, "au": 0}]}]}, MANQUE),
        ({"contrats": SOUS_CONTRAT, "engagements": [EN_COURS, CLOS]}, MANQUE),
        *(({"contrats": [{"debut": 0, "nature": nature}]}, MANQUE) for nature in ("cddi", "cddu", "mission", "cdi_inclusion")),
        *(({"contrats": [{"debut": 0, "nature": nature}]}, RIEN) for nature in ("cdi", "cdd", "apprentissage")),
    ],
    "engagement_en_main": [
        ({"contrats": SOUS_CONTRAT, "engagements": [COMPLET, EN_COURS | {"remises": REMISE}]}, MANQUE),
        ({"contrats": SOUS_CONTRAT, "engagements": [COMPLET | {"debut": 0, "remises": REMISE}]}, BIEN),
        ({"contrats": SOUS_CONTRAT, "engagements": [COMPLET | {"debut": 1, "remises": REMISE}]}, MANQUE),
        ({"contrats": SOUS_CONTRAT, "engagements": [CLOS | {"clos_le": 1, "remises": REMISE}]}, BIEN),
        ({"contrats": [{"debut": 0, "nature": "cdd"}], "engagements": [COMPLET | {"remises": REMISE}]}, RIEN),
    ],
    "engagement_formalise": [
        ({"engagements": [COMPLET | {"debut": 0}]}, BIEN),
        ({"engagements": [COMPLET | {"debut": 1}]}, RIEN),
        ({"engagements": [CLOS | {"clos_le": 0}]}, RIEN),
        ({"engagements": [CLOS | {"clos_le": 1}]}, BIEN),
        ({"engagements": [EN_COURS | {"formalisations": [{"du": 0}]}]}, BIEN),
    ],
    "engagement_remis": [
        ({"engagements": [EN_COURS | {"debut": 0, "remises": REMISE}]}, BIEN),
        ({"engagements": [EN_COURS | {"debut": 1, "remises": REMISE}]}, RIEN),
        ({"engagements": [CLOS | {"clos_le": 0, "remises": REMISE}]}, RIEN),
        ({"engagements": [CLOS | {"clos_le": 1}]}, MANQUE),
    ],
    "types_d_engagement_pratiques": [
        (_pratique(COMPLET | DECOUVERTE | {"debut": 0}, COMPLET | MOBILISATION | {"debut": PREMIER}), BIEN),
        (_pratique(COMPLET | DECOUVERTE, COMPLET | MOBILISATION | {"debut": AVANT}), MANQUE),
        (_pratique(COMPLET | DECOUVERTE, COMPLET | MOBILISATION | {"debut": 1}), MANQUE),
        (_pratique(COMPLET | DECOUVERTE, EN_COURS | MOBILISATION | {"formalisations": [{"du": -20, "au": 0}]}), MANQUE),
        (_pratique(COMPLET | DECOUVERTE, CLOS | MOBILISATION | {"debut": -9, "clos_le": -9}), MANQUE),
        (_pratique(COMPLET | DECOUVERTE, CLOS | MOBILISATION | {"debut": -9, "clos_le": -8}), BIEN),
    ],
    "domaines_en_progres": [
        (_evaluee((-300, 3), (0, 2), validee_le=0), BIEN),
        (_evaluee((-300, 2), (-10, 2)), MANQUE),
        (_evaluee((-10, 3), (-10, 2)), BIEN),
        (_evaluee((-10, 2)), RIEN),
    ],
    "suivi_delai_depasse": [(DEPUIS | _contact(-11, 10, phase="accueil", entretiens=[RECU | {"le": -11}]), RIEN)],
    "suivi_sans_evaluation": [
        (INSCRITE | DEPUIS | {"evaluations": [{"le": 0, "trajectoire": "instable", "validee_le": 0}]}, BIEN),
        (INSCRITE | DEPUIS | {"evaluations": [{"le": -1, "trajectoire": "instable", "validee_le": 1}]}, MANQUE),
        (INSCRITE | DEPUIS | {"refus_d_evaluation": [{"du": 0}]}, BIEN),
        (INSCRITE | DEPUIS | {"refus_d_evaluation": [{"du": 1}]}, MANQUE),
        (INSCRITE | DEPUIS | {"refus_d_evaluation": [{"du": -9, "au": 0}]}, MANQUE),
    ],
    "suivi_statut_inexplique": [(INSCRITE | DEPUIS | _informee(1, statut_explique=True), MANQUE)],
    "suivi_fin_pass": [(AU_TRAVAIL | {"pass_iae": [{"debut": -600, "fin": 90}]}, MANQUE)],
    "suivi_bilan_proche": [
        (AU_TRAVAIL | _engagement(bilans=[{"le": 0}]), MANQUE),
        (AU_TRAVAIL | _engagement(bilans=[{"le": -1}]), BIEN),
    ],
    "suivi_engagement_non_remis": [(AU_TRAVAIL | _engagement(debut=-7, remises=[{"le": 1, "contenu": {}}]), MANQUE)],
    "suivi_suivi_sortie": [
        (DEPUIS | {"phase": "sortie", "sorties": [{"le": -91, "suivis": [{"mois": 3, "prevu_le": 1}]}]}, RIEN),
        (DEPUIS | {"phase": "sortie", "sorties": [{"le": -92, "suivis": [{"mois": 3, "prevu_le": 0, "fait_le": 1}]}]}, MANQUE),
    ],
    "suivi_sortie_non_documentee": [
        (DEPUIS | {"phase": "parcours", "contrats": [{"debut": -300, "fin_prevue": -15}]}, RIEN),
        (DEPUIS | {"phase": "parcours", "contrats": [{"debut": -300, "fin_prevue": -90}, {"debut": -80}]}, BIEN),
    ],
    "delai_d_accueil": [
        (_contact(PREMIER, entretiens=[RECU | {"le": PREMIER}]), (1, 0)),
        (_contact(-20, entretiens=[{"le": -15, "etat": "absent"}, RECU | {"le": -12}]), (1, 8)),
        (_contact(1, entretiens=[RECU | {"le": 1}]), RIEN),
    ],
}


@pytest.mark.deux_moteurs
@pytest.mark.parametrize("code", CAS)
def test_le_premier_jour_le_dernier_et_la_veille_de_chaque_regle(ici, code):
    sujets, attendus = zip(*CAS[code], strict=True)
    indicateur = tous()[code]
    racines = jouer_les_sujets(replace(indicateur, exemple=indicateur.exemple._replace(sujets=sujets)), ici)
    if code == "types_d_engagement_pratiques":
        lus = [tuple(indicateur.mesurer(racine, LE)) for racine in racines]
    else:
        faits = [*indicateur.faits(LE)]
        lus = [tuple(indicateur.agreger(fait for fait in faits if fait.sujet == racine.pk)) for racine in racines]
    assert lus == list(attendus)


@pytest.mark.parametrize(
    "nature, jours, compte",
    [
        ("reorientation", -10, False),
        ("reorientation", -9, True),
        ("reorientation", -20, False),
        ("reorientation", -21, True),
        ("sans_suite", -15, False),
        ("inscription", -15, True),
    ],
)
@pytest.mark.parametrize("recue", [True, False])
def test_qui_a_eu_une_autre_reponse_avant_l_echeance_n_est_pas_une_attente(ici, nature, jours, compte, recue):
    Personne.objects.exclude(pk=ici.personne.pk).delete()
    Contact.objects.all().delete()
    Contact.objects.create(personne=ici.personne, le=LE - timedelta(days=20), delai_annonce=10)
    if recue:
        Entretien.objects.create(personne=ici.personne, le=LE - timedelta(days=18), **RECU)
    motif = None if nature == "inscription" else Terme.objects.de(f"motif_{nature}").first()
    vers = ici.partenaire if nature == "reorientation" else None
    Suite.objects.create(personne=ici.personne, le=LE + timedelta(days=jours), nature=nature, motif=motif, partenaire=vers)
    assert tuple(tous()["delai_tenu"].mesurer(ici.organisation, LE)) == ((1, int(recue)) if compte else (0, 0))


def test_evaluer_avec_une_grille_deja_remplacee_n_est_pas_evaluer_avec_la_grille_commune(ici):
    indicateur = tous()["evaluation_conjointe"]
    sujet = INSCRITE | {"evaluations": [{"le": -12, "trajectoire": "instable", "validee_le": -12}]}
    jouer_les_sujets(replace(indicateur, exemple=indicateur.exemple._replace(sujets=(sujet,))), ici)
    mesures = []
    suivante = Grille.objects.create(organisation=ici.organisation, version=2)
    for jours in (None, -11, -12):
        Grille.objects.filter(pk=suivante.pk).update(publiee_le=None if jours is None else LE + timedelta(days=jours))
        mesures.append(tuple(indicateur.mesurer(ici.organisation, LE)))
    assert mesures == [(1, 1), (1, 1), (1, 0)]


REGLES = {
    "suivi_sans_contact": ("jours_sans_contact", 10, lambda n: AU_TRAVAIL | {"echanges": [{"le": -n, "texte": "Appel"}]}, -1),
    "suivi_sans_heures": (
        "semaines_sans_heures",
        2,
        lambda n: (
            AU_TRAVAIL | {"mises_en_situation": [{"du": -100, "atelier": "Jardin", "heures": [{"le": -7 * n, "heures": 7}]}]}
        ),
        -1,
    ),
    "suivi_fin_pass": ("alerte_pass", 40, lambda n: AU_TRAVAIL | {"pass_iae": [{"debut": -600, "fin": n}]}, 1),
    "suivi_fin_contrat": (
        "alerte_contrat",
        12,
        lambda n: DEPUIS | {"phase": "parcours", "contrats": [{"debut": -90, "fin_prevue": n}]},
        1,
    ),
    "suivi_bilan_proche": ("alerte_bilan", 5, lambda n: AU_TRAVAIL | _engagement(bilans=[{"le": n}]), 1),
    "suivi_sortie_non_documentee": (
        "delai_sortie",
        40,
        lambda n: (
            DEPUIS
            | {"phase": "parcours", "contrats": [{"debut": -300, "fin_prevue": -200}, {"debut": -190, "fin_prevue": -n - 1}]}
        ),
        -1,
    ),
}


@pytest.mark.parametrize("code", REGLES)
def test_le_delai_d_un_manque_est_celui_que_la_structure_a_regle_ce_jour_la(ici, code):
    seuil, n, sujet, sens = REGLES[code]
    indicateur = tous()[code]
    exemple = indicateur.exemple._replace(sujets=(sujet(n), sujet(n + sens)))
    racines = jouer_les_sujets(replace(indicateur, exemple=exemple), ici)
    assert Seuils._meta.get_field(seuil).default != n
    Seuils.objects.all().delete()
    Seuils.objects.create(organisation=ici.organisation, du=LE, **{seuil: n})
    faits = [*indicateur.faits(LE)]
    assert [tuple(indicateur.agreger(f for f in faits if f.sujet == racine.pk)) for racine in racines] == [MANQUE, BIEN]


def test_le_delai_de_remise_est_celui_que_la_structure_a_regle(ici):
    indicateur = tous()["suivi_engagement_non_remis"]
    exemple = indicateur.exemple._replace(sujets=(AU_TRAVAIL | _engagement(debut=-3), AU_TRAVAIL | _engagement(debut=-2)))
    jouer_les_sujets(replace(indicateur, exemple=exemple), ici)
    Seuils.objects.all().delete()
    Seuils.objects.create(organisation=ici.organisation, du=LE, delai_remise=3)
    assert tuple(indicateur.mesurer(ici.organisation, LE)) == MANQUE


HORS_RESEAU = [code for code, i in tous().items() if i.se_corrige and not i.est_nominatif and i.modele is not Organisation]


@pytest.mark.parametrize("code", HORS_RESEAU)
def test_ce_qu_un_ensemblier_tient_pour_lui_n_entre_dans_aucun_compte(ici, code):
    indicateur = tous()[code]
    jouer_les_sujets(indicateur, ici)
    assert indicateur.mesurer_par_structure(LE).get(ici.organisation.pk, RIEN) != RIEN
    Organisation.objects.filter(pk=ici.organisation.pk).update(nature="ensemblier", type_siae="")
    assert ici.organisation.pk not in indicateur.mesurer_par_structure(LE)
    assert [fait for fait in indicateur.faits(LE) if fait.organisation == ici.organisation.pk] == []


@pytest.mark.parametrize("code", [code for code, i in tous().items() if i.compte_les_anonymes])
def test_ce_qui_compte_des_dossiers_anonymes_les_compte_encore(ici, code):
    indicateur = tous()[code]
    modele = indicateur.parts[0] if indicateur.parts else indicateur
    jouer_les_sujets(replace(modele, exemple=indicateur.exemple), ici)
    avant = indicateur.mesurer(ici.organisation, LE)
    Personne.objects.update(anonymisee_le=LE)
    assert indicateur.mesurer(ici.organisation, LE) == avant != RIEN


# Les décisions de l'exemple ne sont de personne : leur essai est à l'étage de la régulation.
PAR_UN_AUTRE_FAIT = {c for c, i in tous().items() if i.est_nominatif and not hasattr(i.modele, "personne_id")} - {
    "decision_suivie",
    "decision_dite",
}


@pytest.mark.parametrize("code", sorted(PAR_UN_AUTRE_FAIT))
def test_d_un_dossier_rendu_anonyme_rien_ne_se_compte_meme_par_un_autre_fait(ici, code):
    indicateur = tous()[code]
    jouer_les_sujets(indicateur, ici)
    avant = indicateur.mesurer(ici.organisation, LE)
    Personne.objects.update(anonymisee_le=LE)
    assert avant != RIEN == indicateur.mesurer(ici.organisation, LE)
