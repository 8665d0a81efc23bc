"""Ce que dit un indicateur de lui-même : sa définition, son exemple, ce qui presse, depuis quand (OBS-1, ACC-6)."""

import json
import logging
import re
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from dateutil.relativedelta import relativedelta
from django.db import connection
from django.utils import timezone

from cedre.comptes.discretion import ce_qu_il_compte
from cedre.comptes.droits import Role
from cedre.core import manques as module
from cedre.core.exemples import PRENOMS, _en_mots, jour_dit, modele_des_sujets, raconter
from cedre.core.indicateurs import INCONNUE, PAS_ENCORE_TENU, Mesure, Sens, tous
from cedre.core.journal import EnJson
from cedre.core.lecture import EcritureInterdite, lecture_seule
from cedre.core.manques import CeQuiManque, alerte_de, manques
from cedre.parcours.models import Contrat, Objectif, Personne

LE = date(2026, 3, 9)


@pytest.mark.parametrize(
    "champ, valeur, dit",
    [
        ("debut", -9, "28/02/2026"),
        ("debut", relativedelta(months=-1), "09/02/2026"),
        ("fin_prevue", None, "rien"),
        ("nature", {"code": "cdi_inclusion"}, "cdi inclusion"),
    ],
)
def test_un_fait_d_un_exemple_se_dit_avec_le_nom_de_son_champ(champ, valeur, dit):
    champ = Contrat._meta.get_field(champ)
    assert _en_mots(champ, valeur, LE).replace(" : ", " ").rpartition(f" {dit}") == (str(champ.verbose_name), f" {dit}", "")


def test_un_jour_d_exemple_se_compte_en_jours_ou_en_mois_depuis_celui_de_la_mesure():
    assert [jour_dit(LE, n) for n in (0, 5, -10)] == [LE, date(2026, 3, 14), date(2026, 2, 27)]
    assert jour_dit(date(2026, 3, 31), relativedelta(months=-1)) == date(2026, 2, 28)
    assert (modele_des_sujets(Objectif), modele_des_sujets(Personne)) == (Personne, Personne)


def raconte(code: str, *sujets: dict) -> list[tuple]:
    """Ce que l'on lit de ces sujets, chacun compté une fois et satisfaisant."""
    indicateur = tous()[code]
    exemple = indicateur.exemple._replace(sujets=sujets, lus=((1, 1),) * len(sujets))
    return [tuple(cas) for cas in raconter(replace(indicateur, exemple=exemple), LE)]


def test_un_exemple_se_raconte_sujet_par_sujet_ses_champs_puis_ses_faits_et_les_leurs():
    presentee = "l’offre d’insertion a été présentée"
    heures = [{"le": -9, "heures": 7}, {"le": relativedelta(months=-1), "heures": 0.5}]
    travail = {"client": {"nom": "Serre"}, "du": -20, "au": None, "engagement": True, "heures": heures}
    sujets = (
        {"phase": "pre_embauche", "informations": [{"le": 0, "offre_presentee": True, "presence": "absente"}]},
        {"mises_en_situation": [travail | {"evaluations": [{"regard": "client"}]}], "telephone": ""},
        {"echanges": [{}], "suites": [{"nature": "sans_suite"}], "informations": [{"offre_presentee": False}]},
        {},
    )
    faits = [
        ["phase : Pré-embauche", f"information : le 09/03/2026, {presentee}, présence : Absente"],
        [
            "téléphone : vide",
            "mise en situation de travail : client : Serre, du 17/02/2026, au : rien, engagement, (heures : premier jour : "
            "28/02/2026, heures : 7), (heures : premier jour : 09/02/2026, heures : 0,5), (évaluation au travail : qui évalue : "
            "Le client)",
        ],
        ["échange : noté", "suite donnée : nature : Clôture sans suite", f"information : {presentee} : non"],
        ["rien de noté"],
    ]
    assert raconte("client_associe", *sujets) == [
        (prenom, faits_dits, 1, 1) for prenom, faits_dits in zip(PRENOMS, faits, strict=False)
    ]
    assert [qui for qui, *_ in raconte("client_associe", *[{}] * 14)] == [*PRENOMS, *PRENOMS[:2]]


def test_ce_qui_n_est_de_personne_se_numerote_et_une_habilitation_raconte_son_compte():
    assert raconte("fiches_de_poste_a_jour", {"usages": [{"du": 0}]}, {}) == [
        ("fiche de poste 1", ["usage d’une fiche de poste : du 09/03/2026"], 1, 1),
        ("fiche de poste 2", ["rien de noté"], 1, 1),
    ]
    tenue = {"role": "cip", "depuis": -9, "entretiens_annuels": [{"tenu_le": 0, "mene_par": "direction"}]}
    assert raconte("entretien_annuel_tenu", tenue) == [
        (
            "habilitation 1",
            [
                f"rôle : {Role.CIP.label}, depuis 28/02/2026",
                "entretien annuel : tenu le 09/03/2026, mené par : direction",
            ],
            1,
            1,
        )
    ]


def test_ce_que_compte_un_indicateur_dit_sa_methode_et_s_il_laisse_les_anonymes():
    for indicateur in tous().values():
        dit = ce_qu_il_compte(indicateur)
        assert dit.startswith(indicateur.definition)
        assert ("Les dossiers rendus anonymes ne se comptent pas." in dit) is indicateur.est_nominatif, indicateur.code
        methode = indicateur.grandeur and indicateur.grandeur.agregat.methode
        assert (f" La mesure est {methode}." in dit) is bool(methode), indicateur.code


def test_un_indicateur_dit_en_une_phrase_a_lui_ce_qu_il_ne_dit_pas():
    declares = [*tous().values(), *(un for indicateur in tous().values() for un in indicateur.par_objet.values())]
    for indicateur in declares:
        assert re.fullmatch(r"[A-ZÀÉÊ][^.]{20,}\.", indicateur.limites), indicateur.code
        assert indicateur.limites not in indicateur.definition, indicateur.code
    phrases = Counter(indicateur.limites for indicateur in tous().values())
    assert [phrase for phrase, fois in phrases.items() if fois > 1] == []


def test_ce_que_veut_dire_une_figure_qui_monte_se_declare():
    """Ce qui satisfait vaut mieux haut, sauf ce qui ne tient qu'au calendrier ; un délai, des heures sans objectif, mieux bas."""
    calendrier = {"suivi_fin_pass", "suivi_fin_contrat", "suivi_bilan_proche"}
    assert {i.code for i in tous().values() if i.se_corrige and i.sens is not Sens.HAUT} == calendrier
    assert {i.code for i in tous().values() if i.sens is Sens.BAS} == {
        *("heures_sans_objectif", "delai_d_accueil", "delai_jusqu_au_contrat", "semaines_courtes", "une_semaine_courte"),
        "offre_manquante",
    }


def test_une_mesure_gardee_redevient_un_entier_et_ce_qui_ne_s_est_pas_mesure_le_dit():
    gardee = Mesure.gardee(19, Decimal("7.00"))
    assert gardee == (19, 7) and type(gardee.atteint) is int and Mesure.gardee(3, Decimal("7.25")).atteint == Decimal("7.25")
    assert (PAS_ENCORE_TENU.inconnue, INCONNUE.inconnue, gardee.inconnue) == ("pas encore tenu", "inconnu", "")


@pytest.mark.parametrize("ecart, passe", [(-1, True), (0, False), (1, False)])
def test_ce_qui_manque_pour_aujourd_hui_n_est_pas_passe(ecart, passe):
    assert CeQuiManque(None, None, timezone.localdate() + timedelta(days=ecart)).est_passe is passe


def test_le_plus_pressant_vient_d_abord_et_ce_qui_n_est_plus_declare_ne_dit_rien(monkeypatch):
    urgences = [(m.urgence, m.cle) for m in manques().values()]
    assert urgences == sorted(urgences) and len(urgences) > 10
    assert [*manques(Personne)] == [cle for cle, m in manques().items() if m.modele is Personne] and manques(Objectif) == {}
    premier = next(iter(manques().values()))
    assert alerte_de(premier.cle) == premier.alerte and alerte_de("oublie") == ""
    monkeypatch.setattr(module, "tous", lambda: {"a": premier, "b": premier})
    with pytest.raises(ValueError, match="même clé"):
        manques.__wrapped__()


@pytest.mark.deux_moteurs
@pytest.mark.parametrize(
    "ordre", ["INSERT INTO t", "  update t", "Delete from t", "replace into t", "drop table t", "CREATE TABLE t"]
)
def test_une_lecture_n_ecrit_par_aucun_ordre(db, ordre):
    with pytest.raises(EcritureInterdite), lecture_seule(), connection.cursor() as curseur:
        curseur.execute(ordre)
    with lecture_seule(), connection.cursor() as curseur:
        curseur.execute("SELECT 'update'")


def test_une_ligne_du_journal_dit_l_heure_utc_d_ou_elle_vient_et_le_lieu_de_l_erreur_sans_ses_mots():
    try:
        raise ValueError("Zélie Martinelle")
    except ValueError:
        record = logging.LogRecord("cedre.essai", logging.ERROR, "f.py", 1, "raté pour %s", ("zoe@ici.example",), sys.exc_info())
    record.created = datetime(2026, 3, 9, 8, 5, 1, 234000, tzinfo=UTC).timestamp()
    ligne = json.loads(EnJson().format(record))
    assert (ligne["heure"], ligne["niveau"], ligne["source"]) == ("2026-03-09T08:05:01.234+00:00", "ERROR", "cedre.essai")
    assert (ligne["message"], ligne["erreur"], ligne["requete"]) == ("raté pour …@…", "ValueError", "-")
    assert len(ligne["lieux"]) == 1 and "test_une_ligne_du_journal" in ligne["lieux"][0] and "Zélie" not in str(ligne)
