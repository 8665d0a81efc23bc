"""Les mots des indicateurs et des manques, leur ordre, ce qu'ils sont : ce que lit l'équipe ne change pas par mégarde (OBS-1)."""

from cedre.core.indicateurs import Indicateur, tous
from cedre.core.manques import manques
from cedre.parcours import indicateurs
from cedre.parcours.models import Personne

SIENS = {un.code: un for un in vars(indicateurs).values() if isinstance(un, Indicateur)}
REFERENTIEL = "Référentiel d’octobre 2004, "

NOMS = {
    "§ 2.1 a (ACC-2)": {
        "offre_presentee": ("Offre d’insertion présentée", "personnes reçues"),
        "statut_explique": ("Statut de salarié expliqué", "personnes inscrites"),
    },
    "§ 2.1 a (ACC-1)": {
        "delai_annonce": ("Délai annoncé au premier contact", "premiers contacts"),
        "delai_tenu": ("Délai annoncé tenu", "premiers contacts"),
    },
    "§ 2.1 b (ACC-4)": {
        "evaluation_conjointe": ("Évaluation conjointe avec la grille commune", "personnes inscrites"),
        "evaluation_proposee": ("Évaluation conjointe proposée", "personnes reçues en entretien"),
    },
    "§ 2.1 c (ACC-5)": {
        "evaluation_professionnelle": ("Capacités professionnelles évaluées", "personnes inscrites"),
        "capacites_evaluees": ("Capacités évaluées de qui est embauché", "personnes embauchées"),
    },
    "§ 2.2 c (INS-7)": {
        "bilan_tenu": ("Bilans tenus à l’échéance", "échéances de bilan"),
        "bilan_conduit": ("Bilans conduits au terme des échéances", "échéances de bilan"),
        "bilan_redige": ("Comptes rendus de bilan rédigés", "bilans clos"),
        "bilan_remis": ("Comptes rendus de bilan remis", "bilans clos"),
    },
    "§ 2.2 a (INS-1, INS-2)": {
        "salaries_engages": ("Salariés engagés", "salariés en insertion"),
        "salaries_engages_selon_le_texte": ("Salariés engagés, au sens du § 2.2 a", "salariés en insertion"),
        "salaries_engages_dans_l_annee": (
            "Salariés engagés dans l’année, au sens du § 2.2 a",
            "salariés en insertion de l’année",
        ),
    },
    "§ 2.2 a (INS-2)": {
        "engagement_en_main": ("Salariés qui ont leur engagement en main", "salariés en insertion"),
        "engagement_formalise": ("Engagements formalisés", "engagements en cours"),
        "engagement_remis": ("Engagements remis à la personne", "engagements en cours"),
    },
    "§ 2.4 b (PRO-2)": {
        "types_d_engagement_pratiques": ("Deux types d’engagement pratiqués", "structure"),
    },
    "§ 2.1 b (ACC-4, OBS-1)": {
        "domaines_en_progres": ("Domaines qui progressent", "domaines évalués deux fois"),
        "domaines_en_progres_selon_la_personne": ("Domaines qui progressent, selon la personne", "domaines évalués deux fois"),
    },
    "§ 2.3 b (INS-4, TRA-2)": {
        "heures_travaillees": ("Heures de travail", "heures"),
        "heures_sans_objectif": ("Heures distribuées sans objectif", "heures"),
    },
    "Annexe financière (nomenclatures §4)": {
        "etp": ("Équivalents temps plein", "ETP"),
    },
    "Cadre commun, heures mobilisées (OBS-1)": {
        "semaines_courtes": ("Semaines de moins de 15 heures", "semaines"),
        "une_semaine_courte": ("Personnes avec une semaine de moins de 15 heures", "personnes au travail"),
    },
    "Cadre commun, offre d’insertion par réponse (PRO-2, OBS-1)": {
        "offre_mobilisee": ("Offre d’insertion mobilisée", "réponses de l’offre"),
        "offre_manquante": ("Freins sans réponse dans l’offre", "freins"),
    },
    "Charte du réseau, qualité de l’emploi (AME-5)": {
        "contrats_commences": ("Contrats commencés", "contrats"),
        "travail_additionnel": ("Travail additionnel, parmi les besoins des clients", "besoins de clients"),
        "remuneration_horaire": ("Rémunération horaire, médiane", "euros bruts de l’heure"),
    },
    "Cadre commun, relais entre structures (INS-10, OBS-1)": {
        "relais_convenus": ("Relais convenus, et ceux qui ont tenu", "relais convenus"),
    },
    "Nouvelles après la sortie (INS-8, OBS-1)": {
        "en_emploi_apres_la_sortie": ("En emploi trois et six mois après la sortie", "nouvelles à prendre"),
    },
    "Cadre commun, actions de l’offre d’insertion (INS-5, OBS-1)": {
        "actions_associees": ("Actions associées faites", "actions associées"),
        "heures_d_actions": ("Heures d’actions associées", "heures"),
        "participants_aux_actions": ("Personnes aux actions, par nature", "personnes, par nature d’action"),
        "emploi_apres_une_action": ("Sorties en emploi après une action", "actions suivies d’une sortie"),
        "presence_aux_actions": ("Présence aux actions", "présences notées"),
    },
    "§ 2.1 a (ACC-1, OBS-1)": {
        "delai_d_accueil": ("Délai jusqu’à l’accueil", "jours"),
    },
    "Agence de services et de paiement, sorties examinées (INS-8)": {
        "fins_de_parcours": ("Sorties examinées", "fins de parcours"),
        "sorties_dynamiques": ("Sorties dynamiques", "sorties examinées, hors retraits"),
    },
    "Cadre commun, public accueilli (ACC-1 à ACC-3, OBS-1)": {
        "public_accueilli": ("Public accueilli", "personnes"),
        "demandes_recues": ("Demandes adressées par un prescripteur habilité", "demandes"),
        "suites_donnees": ("Inscriptions, parmi les suites données", "suites données"),
    },
    "Agence de services et de paiement, bilan annuel, rubrique 2 (OBS-1)": {
        "salaries_en_insertion": ("Salariés en insertion qui ont travaillé", "salariés en insertion"),
    },
    "Cadre commun, parcours (INS-8, OBS-1)": {
        "parcours_de_la_periode": ("Parcours finis, parmi ceux de la période", "parcours"),
        "duree_de_parcours": ("Durée des parcours finis, médiane", "jours"),
        "duree_des_plus_courts": ("Durée des parcours finis, premier quartile", "jours"),
        "duree_des_plus_longs": ("Durée des parcours finis, dernier quartile", "jours"),
        "delai_jusqu_au_contrat": ("Délai de la demande au contrat", "jours"),
        "carriere_a_la_sortie": ("Carrière plus stable à la sortie", "sorties"),
        "statut_social_a_la_sortie": ("Statut social plus stable à la sortie", "sorties"),
    },
    "Cadre commun, engagements réciproques (INS-1, INS-7, OBS-1)": {
        "engagements_de_la_periode": ("Engagements clos, parmi ceux de la période", "engagements"),
    },
    "Cadre commun, entretiens de bilan (INS-7, OBS-1)": {
        "bilans_de_la_periode": ("Bilans tenus, et remis à la personne", "bilans tenus"),
    },
    "Cadre commun, causes d’exclusion (ACC-4, OBS-1)": {
        "causes_d_exclusion": ("Causes d’exclusion vues dans le public reçu", "domaines cotés"),
    },
    "Agence de services et de paiement, bilan annuel, rubrique 8 (ACC-4, OBS-1)": {
        "freins_des_parcours": ("Freins levés", "freins"),
    },
    "§ 2.1 d (ACC-6)": {
        "suivi_delai_depasse": ("Attente dans le délai annoncé", "personnes qui attendent"),
        "suivi_sans_referent": ("Personnes suivies par quelqu’un de l’équipe", "dossiers ouverts"),
        "suivi_sans_evaluation": ("Situation évaluée ensemble, à ce jour", "personnes en pré-embauche ou en parcours"),
        "suivi_statut_inexplique": ("Statut de salarié expliqué, à ce jour", "personnes en pré-embauche ou en parcours"),
        "suivi_sans_prochaine_date": ("Personnes avec une date à l’agenda", "personnes pas encore en parcours"),
        "suivi_delai_non_annonce": ("Attente avec un délai annoncé", "personnes qui attendent"),
        "suivi_injoignable": ("Personnes joignables", "dossiers ouverts"),
        "suivi_sans_objectif": ("Au travail avec un objectif", "salariés en parcours"),
        "suivi_sans_echeance": ("Engagement avec une échéance", "salariés engagés"),
        "suivi_controle_depasse": ("Objectif contrôlé à son échéance", "salariés avec un suivi a minima"),
        "objectif_controle": ("Objectifs de suivi contrôlés", "objectifs échus"),
        "suivi_bilan_depasse": ("Bilan tenu à l’échéance", "personnes avec un bilan prévu"),
        "suivi_fin_pass": ("PASS IAE loin de sa fin", "salariés dont le PASS IAE est connu"),
        "suivi_fin_contrat": ("Contrat loin de sa fin, ou suivi d’un autre", "salariés en parcours"),
        "suivi_sans_contact": ("On s’est parlé", "salariés en parcours"),
        "suivi_sans_heures": ("Sous contrat avec des heures", "salariés au travail"),
        "suivi_sortie_non_documentee": ("Contrat fini, sortie dite", "personnes en parcours"),
        "suivi_engagement_non_remis": ("Engagement remis dans le délai", "personnes engagées"),
        "suivi_bilan_proche": ("Pas de bilan à préparer bientôt", "personnes avec un bilan prévu"),
        "suivi_suivi_sortie": ("Nouvelles prises après la sortie", "personnes sorties"),
    },
    "§ 2.2 b (INS-6)": {
        "client_associe": ("Client associé à l’objectif", "mises en situation chez un client"),
    },
    "§ 2.3 b (INS-4)": {
        "heures_avec_objectif": ("Heures au service d’un objectif", "mises en situation travaillées"),
    },
    "§ 2.2 b (INS-4, INS-6)": {
        "client_associe_partout": ("Client associé, atelier et chantier compris", "mises en situation travaillées"),
    },
    "§ 2.3 b (INS-2, INS-4)": {
        "travail_selon_l_engagement": (
            "Travail au service de l’engagement en cours",
            "mises en situation de personnes engagées",
        ),
    },
    "§ 2.3 b (INS-2, INS-5)": {
        "actions_selon_l_engagement": (
            "Actions associées au service de l’engagement en cours",
            "actions associées de personnes engagées",
        ),
    },
}
ALERTES = {
    "sans_objectif": "Au travail sans objectif",
    "sans_echeance": "Engagement sans échéance",
    "controle_depasse": "Objectif à contrôler",
    "bilan_depasse": "Bilan dépassé",
    "fin_pass": "PASS IAE bientôt fini",
    "fin_contrat": "Contrat bientôt fini",
    "delai_depasse": "Délai annoncé dépassé",
    "sans_referent": "Sans référent·e",
    "sans_contact": "On ne s’est pas parlé",
    "sans_heures": "Sous contrat sans heures",
    "sortie_non_documentee": "Contrat fini, sortie à dire",
    "engagement_non_remis": "Engagement jamais remis",
    "bilan_proche": "Bilan à préparer",
    "sans_evaluation": "Pas d’évaluation conjointe",
    "statut_inexplique": "Statut de salarié non expliqué",
    "sans_prochaine_date": "Aucune date à l’agenda",
    "delai_non_annonce": "Aucun délai annoncé",
    "suivi_sortie": "Nouvelles à prendre après la sortie",
    "injoignable": "Ni téléphone ni courriel",
}
EN_EQUIPE = {
    *("sans_objectif", "sans_echeance", "controle_depasse", "bilan_depasse", "fin_pass", "fin_contrat"),
    *("sans_contact", "sans_heures", "sortie_non_documentee"),
}
DE_L_OFFRE = ["nature", "action", "qui la porte", "qualification"]
D_UNE_PERIODE = {  # code : s'il compte encore les dossiers anonymes, ses coupes
    "domaines_en_progres": (False, ["tendance", "domaine"]),
    "domaines_en_progres_selon_la_personne": (False, ["tendance", "domaine"]),
    "presence_aux_actions": (False, ["action"]),
    "delai_d_accueil": (False, ["canal"]),
    "heures_travaillees": (True, ["engagement servi", "lieu", "contrat", "annexe du contrat", "filière"]),
    "heures_sans_objectif": (True, ["engagement servi", "lieu", "contrat", "annexe du contrat", "filière"]),
    "etp": (True, ["engagement servi", "lieu", "contrat", "annexe du contrat", "filière"]),
    "fins_de_parcours": (True, ["classe", "type de structure", "motif", "type d’engagement"]),
    "sorties_dynamiques": (True, ["classe", "type de structure", "motif", "type d’engagement"]),
    "semaines_courtes": (False, []),
    "une_semaine_courte": (False, []),
    "actions_associees": (False, [*DE_L_OFFRE, "objectif servi"]),
    "heures_d_actions": (False, [*DE_L_OFFRE, "objectif servi"]),
    "participants_aux_actions": (False, DE_L_OFFRE),
    "emploi_apres_une_action": (False, [*DE_L_OFFRE, "sortie"]),
    "contrats_commences": (False, ["nature du contrat", "heures par semaine", "rémunération horaire"]),
    "remuneration_horaire": (False, ["nature du contrat"]),
    "relais_convenus": (False, ["relais", "devenir"]),
    "travail_additionnel": (False, ["additionnel", "nature du client"]),
    "en_emploi_apres_la_sortie": (False, ["mois", "situation", "sortie"]),
    "offre_mobilisee": (False, ["nature", "qui la porte"]),
    "offre_manquante": (False, ["domaine", "frein"]),
    "public_accueilli": (False, []),
    "demandes_recues": (False, ["prescripteur", "canal"]),
    "suites_donnees": (False, ["suite", "motif"]),
    "salaries_en_insertion": (False, []),
    "parcours_de_la_periode": (False, ["type d’engagement", "mouvement"]),
    **dict.fromkeys(("duree_de_parcours", "duree_des_plus_courts", "duree_des_plus_longs"), (False, ["type d’engagement"])),
    "delai_jusqu_au_contrat": (False, ["type d’engagement"]),
    **dict.fromkeys(("carriere_a_la_sortie", "statut_social_a_la_sortie"), (False, ["type d’engagement", "de … à …"])),
    "engagements_de_la_periode": (False, ["type d’engagement", "mouvement", "résultat"]),
    "bilans_de_la_periode": (False, ["type d’engagement", "suite"]),
    "causes_d_exclusion": (False, ["domaine", "frein"]),
    "freins_des_parcours": (False, ["domaine", "frein", "devenir", "travaillé"]),
}
D_UN_ENGAGEMENT = {  # un jour, ce qui est d’un engagement se range par le sien
    *("bilan_tenu", "bilan_conduit", "bilan_redige", "bilan_remis"),
    *("engagement_formalise", "engagement_remis"),
}


def test_chaque_indicateur_a_son_nom_son_unite_et_sa_source():
    lus = {}
    for code, un in SIENS.items():
        source = f"§ {un.source.partition('§ ')[2]}" if un.source.startswith(REFERENTIEL) else un.source
        lus.setdefault(source, {})[code] = (un.libelle, un.unite)
        for part in un.parts:
            assert (part.code, part.libelle, part.unite, part.source) == (code, un.libelle, un.unite, un.source)
    assert lus == NOMS


def test_les_manques_se_disent_dans_l_ordre_ou_ils_pressent_et_l_equipe_regarde_les_memes():
    lus = manques(Personne)
    assert [(cle, manque.alerte) for cle, manque in lus.items()] == [*ALERTES.items()]
    assert {cle for cle, manque in lus.items() if manque.en_equipe} == EN_EQUIPE
    assert {cle for cle, manque in lus.items() if manque.jour is None} == {"sans_referent", "sans_prochaine_date", "injoignable"}


def test_ce_qui_se_mesure_sur_une_periode_est_un_constat_et_le_reste_se_corrige():
    lus = {}
    for code, un in SIENS.items():
        assert un.constat is bool(un.periode) is (not un.se_corrige), code
        if un.periode:
            coupes = {tuple(part.coupes) for part in un.parts or [un]}
            lus[code] = (un.compte_les_anonymes, *map(list, coupes))
        else:
            siennes = ["type d’engagement"] if code in D_UN_ENGAGEMENT else []
            assert (un.compte_les_anonymes, [*un.coupes]) == (False, siennes), code
    assert lus == D_UNE_PERIODE
    assert {code: un.garde_depuis for code, un in tous().items() if un.garde_depuis} == {
        "suivi_sans_referent": "parcours.0014_etapes_et_suivis",
        **dict.fromkeys(("suivi_controle_depasse", "objectif_controle"), "parcours.0018_suivi_a_minima"),
        **dict.fromkeys(("rapport_publie", "rapport_transmis"), "observatoire.0009_rapports"),
        "client_associe_partout": "parcours.0021_client_d_un_atelier",
        "statut_social_a_la_sortie": "parcours.0022_statut_et_criteres",
        **dict.fromkeys(
            ("remuneration_horaire", "relais_convenus", "travail_additionnel"), "parcours.0024_remuneration_et_relais"
        ),
        **dict.fromkeys(
            ("evaluation_proposee", "salaries_engages_selon_le_texte", "salaries_engages_dans_l_annee"),
            "parcours.0020_refus_d_evaluation_et_sens_du_texte",
        ),
        **dict.fromkeys(("procedure_definie", "rythme_defini", "plan_de_formation"), "qualite.0011_objet_et_plan"),
        "decision_dite": "regulation.0008_suite_et_redaction",
    }
