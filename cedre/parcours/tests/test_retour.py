"""Restaurer une sauvegarde ramène qui avait été effacé depuis : on le dit, et on peut le refaire (RGPD art. 17, AME-2)."""

import io
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from cedre.comptes.droits import Role
from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import retirer
from cedre.parcours.management.commands import restaurer
from cedre.parcours.models import Personne
from cedre.parcours.operations.droits import Motif, anonymiser, effacer
from cedre.parcours.operations.retour import effacements_depuis, effacer_de_nouveau, revenus


@pytest.fixture
def restauration(ici, monkeypatch, tmp_path):
    """La commande, où restaurer ramène la base d'avant ce que l'essai a fait ; la rend comme une fonction, avec ses options."""
    point = transaction.savepoint_create()

    @contextmanager
    def ouvrir(fichier, *, dans):
        yield tmp_path, {"date": (timezone.now() - timedelta(hours=1)).isoformat(), "version": "0.1.0"}

    monkeypatch.setattr(restaurer, "ouvrir", ouvrir)
    monkeypatch.setattr(restaurer, "installation", lambda: "celle-ci")
    monkeypatch.setattr(restaurer, "restaurer", lambda dossier, forcer: transaction.savepoint_rollback(point))

    def jouer(*options) -> str:
        sortie = io.StringIO()
        call_command("restaurer", tmp_path / "une.tar.gz", *options, stdout=sortie)
        return sortie.getvalue()

    return jouer


def test_qui_a_ete_efface_depuis_la_sauvegarde_est_dit_par_son_numero_seul(ici, restauration):
    numero = ici.personne.pk
    effacer(ici.personne, motif=Motif.DEMANDE, par=ici.hab["direction"])
    dit = restauration("--oui")
    assert f"Structure Ici, dossier n° {numero} : a effacé" in dit
    assert f"À refaire à l'écran, par leur direction : n° {numero}." in dit
    assert "Martinelle" not in dit
    assert Personne.objects.filter(pk=numero, anonymisee_le=None).exists()


@pytest.mark.parametrize("sort", [effacer, anonymiser])
def test_l_effacement_se_refait_au_nom_de_qui_l_avait_fait(ici, restauration, sort):
    numero = ici.personne.pk
    sort(ici.personne, motif=Motif.ERREUR, par=ici.hab["direction"])
    assert "1 personne(s) effacée(s) de nouveau." in restauration("--oui", "--effacer-de-nouveau")
    assert not Personne.objects.filter(pk=numero, anonymisee_le=None).exists()
    assert Personne.objects.filter(pk=numero).exists() == (sort is anonymiser)
    trace = Trace.objects.get(geste__in=("effacer", "anonymiser"))
    assert (trace.compte, trace.detail) == (ici.hab["direction"].compte, Motif.ERREUR.label)


def test_sans_un_oui_rien_n_est_efface_de_nouveau(ici, restauration, monkeypatch):
    reponses = iter(["oui", "non"])
    monkeypatch.setattr("builtins.input", lambda question: next(reponses))
    numero = ici.personne.pk
    effacer(ici.personne, motif=Motif.DEMANDE, par=ici.hab["direction"])
    assert "À refaire à l'écran" in restauration()
    assert Personne.objects.filter(pk=numero).exists()


def test_qui_n_a_plus_acces_depuis_la_sauvegarde_et_l_a_de_nouveau_est_dit(ici, restauration):
    Habilitation.objects.filter(pk=ici.hab["mad"].pk).update(retiree_le=timezone.now() - timedelta(hours=2))
    retirer(ici.hab["cip"], par=ici.hab["direction"])
    dit = restauration("--oui")
    assert "1 accès retiré(s) depuis cette sauvegarde sont de nouveau ouverts" in dit
    assert f"  Structure Ici, {Role.CIP.label} : {ici.hab['cip'].compte.email}\n" in dit
    assert ici.hab["mad"].compte.email not in dit
    assert "accès retiré" not in restauration("--oui")


def test_on_ne_refait_ni_ce_que_la_sauvegarde_sait_ni_ce_qui_n_est_pas_d_ici_ni_sans_auteur(ici, ailleurs):
    le, siens = timezone.now(), {"par": ici.hab["direction"], "motif": Motif.DEMANDE}

    def trace(personne, **autres):
        return Trace(
            le=le, geste="effacer", objet="personne", **{"organisation": ici.organisation, "personne_id": personne.pk} | autres
        )

    anonymiser(ici.personne, **siens)
    (faite,) = effacements_depuis(le)
    assert effacements_depuis(timezone.now()) == []
    assert revenus([faite]) == []
    assert revenus([trace(ailleurs.personne)]) == []
    (revenu,) = revenus([trace(ailleurs.personne, organisation=ailleurs.organisation, compte_id=0, role="direction")])
    assert effacer_de_nouveau([revenu]) == [revenu]
    Habilitation.objects.filter(pk=ailleurs.hab["direction"].pk).update(retiree_le=timezone.now())
    sien = trace(ailleurs.personne, organisation=ailleurs.organisation, compte=ailleurs.hab["direction"].compte, role="direction")
    assert effacer_de_nouveau(revenus([sien])) == []


def test_de_deux_effacements_d_un_dossier_c_est_le_dernier_que_l_on_refait(ici):
    avant = timezone.now()
    traces = [
        Trace(le=avant, geste=geste, organisation=ici.organisation, personne_id=ici.personne.pk)
        for geste in ("anonymiser", "effacer")
    ]
    ((personne, trace),) = revenus(traces)
    assert (personne, trace.geste) == (ici.personne, "effacer")


def test_un_effacement_de_l_instant_meme_de_la_sauvegarde_est_a_refaire_les_plus_anciens_d_abord(ici):
    autre = Personne.objects.create(organisation=ici.organisation, nom="Voisine", prenom="Ada")
    quand = timezone.now()
    with time_machine.travel(quand, tick=False):
        anonymiser(autre, motif=Motif.DEMANDE, par=ici.hab["direction"])
    with time_machine.travel(quand + timedelta(hours=1), tick=False):
        anonymiser(ici.personne, motif=Motif.DEMANDE, par=ici.hab["direction"])
    assert [t.personne_id for t in effacements_depuis(quand)] == [autre.pk, ici.personne.pk]
    assert [t.personne_id for t in effacements_depuis(quand + timedelta(seconds=1))] == [ici.personne.pk]


def test_sans_un_oui_rien_n_est_restaure_et_l_on_sait_de_quand_est_la_sauvegarde(ici, restauration, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda question: "non")
    monkeypatch.setattr(restaurer, "restaurer", lambda *args, **options: pytest.fail("restauré"))
    with time_machine.travel("2026-03-18T10:30:00+01:00", tick=False):
        dit = restauration()
    assert "Sauvegarde du 18 mars 2026 à 09:30, Cèdre 0.1.0, entière." in dit
    assert "Rien n'a été changé." in dit and "redémarrez" not in dit.lower()
