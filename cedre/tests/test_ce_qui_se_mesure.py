"""Ce que dit un indicateur de lui-même : sa définition, son exemple, ce qui presse, depuis quand (OBS-1, ACC-6)."""

import json
import logging
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from dateutil.relativedelta import relativedelta
from django.db import connection
from django.utils import timezone

from cedre.comptes.discretion import ce_qu_il_compte
from cedre.core import manques as module
from cedre.core.exemples import _en_mots, jour_dit, modele_des_sujets
from cedre.core.indicateurs import INCONNUE, PAS_ENCORE_TENU, Mesure, tous
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


def test_ce_que_compte_un_indicateur_dit_sa_methode_et_s_il_laisse_les_anonymes():
    for indicateur in tous().values():
        dit = ce_qu_il_compte(indicateur)
        assert dit.startswith(indicateur.definition)
        assert ("Les dossiers rendus anonymes ne se comptent pas." in dit) is indicateur.est_nominatif, indicateur.code
        methode = indicateur.grandeur and indicateur.grandeur.agregat.methode
        assert (f" La mesure est {methode}." in dit) is bool(methode), indicateur.code


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
