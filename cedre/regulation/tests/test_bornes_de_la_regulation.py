"""Le compte rendu imprimé et les bornes des indicateurs de la régulation (TRA-1)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Organisation
from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.exemples import jour_dit
from cedre.core.indicateurs import tous
from cedre.regulation.models import Decision, PointOrdreDuJour, Regulation

AVANT, PREMIER = -UN_AN, UN_JOUR - UN_AN


def test_il_dit_chaque_point_dans_l_ordre_et_les_decisions_de_chacun(embauchee, monkeypatch):
    jour, regulation = timezone.localdate(), embauchee.regulation
    Organisation.objects.filter(pk=embauchee.organisation.pk).update(adresse="1 rue Haute", telephone="02 99")
    PointOrdreDuJour.objects.all().delete()
    premiers = [PointOrdreDuJour(regulation=regulation, sujet=sujet, rang=rang) for sujet, rang in (("Dernier", 2), ("Vide", 1))]
    PointOrdreDuJour.objects.bulk_create(premiers)
    PointOrdreDuJour.objects.create(
        regulation=regulation, personne=embauchee.personne, manque="bilan_depasse", echange="On en a parlé", rang=0
    )
    dernier, qui = PointOrdreDuJour.objects.get(sujet="Dernier"), embauchee.hab["mad"].compte
    Decision.objects.create(point=dernier, quoi="Après", echeance=jour + timedelta(days=9))
    Decision.objects.create(point=dernier, quoi="Avant", qui=qui, echeance=jour + timedelta(days=2), faite_le=jour)
    regulation.etat, regulation.le, regulation.lieu = "tenue", jour - timedelta(days=3), "Salle A"
    regulation.synthese, regulation.animee_par = "Bien", embauchee.hab["direction"].compte
    regulation.save()
    regulation.presents.set([embauchee.qui])
    recus = []
    monkeypatch.setattr("cedre.regulation.views.composer", lambda *args, **champs: recus.append((*args, champs)) or b"%PDF")
    reponse = embauchee.client("cip").post(reverse("regulation:pdf", args=[regulation.pk]))
    assert f"regulation-{regulation.le:%Y-%m-%d}.pdf" in reponse["Content-Disposition"]
    [(_, dit, reste)] = recus
    assert reste == {"chez": embauchee.organisation.pk}
    decisions = [
        {"quoi": "Avant", "qui": "Mad Ici", "echeance": jour + timedelta(days=2), "faite_le": jour},
        {"quoi": "Après", "qui": "", "echeance": jour + timedelta(days=9), "faite_le": None},
    ]
    assert dit == {
        "structure": Organisation.objects.get(pk=embauchee.organisation.pk).coordonnees,
        "etabli_le": jour,
        "le": regulation.le,
        "lieu": "Salle A",
        "animee_par": "Direction Ici",
        "presents": ["Cip Ici"],
        "synthese": "Bien",
        "points": [
            {"sujet": "Zélie Martinelle", "raison": "Bilan dépassé", "echange": "On en a parlé", "decisions": []},
            {"sujet": "Vide", "raison": dit["points"][1]["raison"], "echange": "", "decisions": []},
            {"sujet": "Dernier", "raison": dit["points"][2]["raison"], "echange": "", "decisions": decisions},
        ],
    }


def test_une_decision_pour_quelqu_un_dont_le_dossier_est_anonyme_ne_se_compte_plus_celle_d_un_sujet_si(ici):
    jour = timezone.localdate()
    regulation = Regulation.objects.create(organisation=ici.organisation, le=jour - timedelta(days=30), etat="tenue")
    for champs in ({"personne": ici.personne}, {"sujet": "Le planning"}):
        point = PointOrdreDuJour.objects.create(regulation=regulation, **champs)
        Decision.objects.create(point=point, quoi="Appeler", echeance=jour - timedelta(days=1))
    suivies = tous()["decision_suivie"]
    assert tuple(suivies.mesurer(ici.organisation, jour)) == (2, 0)
    type(ici.personne).objects.update(anonymisee_le=jour)
    assert tuple(suivies.mesurer(ici.organisation, jour)) == (1, 0)


@pytest.mark.parametrize("tenue, echeance, compte", [(PREMIER, -1, 1), (AVANT, -1, 0), (-5, -1, 1), (-5, 0, 0)])
def test_une_decision_se_compte_douze_mois_des_le_lendemain_de_son_echeance(ici, tenue, echeance, compte):
    jour = timezone.localdate()
    le = jour_dit(jour, tenue)
    regulation = Regulation.objects.create(organisation=ici.organisation, le=le, etat="tenue")
    point = PointOrdreDuJour.objects.create(regulation=regulation, sujet="Le planning")
    Decision.objects.create(point=point, quoi="Appeler", echeance=jour + timedelta(days=echeance))
    assert tous()["decision_suivie"].mesurer(ici.organisation, jour).total == compte


def test_chaque_indicateur_dit_ce_qu_il_compte():
    codes = "regulation_tenue rythme_tenu regulation_redigee decision_suivie compte_rendu_redige decision_dite"
    dits = {code: tous()[code] for code in codes.split()}
    assert {une.source for une in dits.values()} == {"Référentiel d’octobre 2004, § 2.3 a (TRA-1)"}
    assert {code: (une.libelle, une.definition, une.unite) for code, une in dits.items()} == {
        "regulation_tenue": (
            "Régulation tenue",
            "La structure, quand elle a tenu une régulation, ce jour-là ou avant, depuis au plus le rythme qu’elle avait le jour "
            "de cette régulation, et sept jours de tolérance.",
            "structure",
        ),
        "rythme_tenu": (
            "Rythme des régulations tenu",
            "Régulations tenues dans les douze derniers mois, hors la toute première, qui ont suivi la précédente en au plus le "
            "rythme que la structure avait le jour de la précédente, et sept jours de tolérance.",
            "intervalles entre deux régulations",
        ),
        "regulation_redigee": (
            "Comptes rendus de régulation diffusés",
            "Régulations des douze derniers mois, commencées ou closes, dont le compte rendu était diffusé ce jour-là et dit "
            "quelque chose : une synthèse, un échange ou une décision.",
            "régulations",
        ),
        "decision_suivie": (
            "Décisions de régulation suivies",
            "Décisions prises en régulation dans les douze derniers mois, dont l’échéance est passée, et qui étaient faites ce "
            "jour-là, même en retard.",
            "décisions échues",
        ),
        "compte_rendu_redige": (
            "Régulations tenues, compte rendu rédigé",
            "Régulations des douze derniers mois, commencées ou closes, dont le compte rendu était écrit ce jour-là, diffusé ou "
            "non : une synthèse, un échange ou une décision.",
            "régulations",
        ),
        "decision_dite": (
            "Décisions de régulation dont on sait la suite",
            "Décisions prises en régulation dans les douze derniers mois, dont l’échéance est passée, et dont on avait dit ce "
            "jour-là ce qu’elles étaient devenues : faites, reportées ou abandonnées.",
            "décisions échues",
        ),
    }


def test_la_toute_premiere_regulation_et_une_regulation_prevue_ne_sont_d_aucun_intervalle(ici):
    jour = timezone.localdate()
    for decalage, etat in ((-30, "tenue"), (-20, "prevue"), (-10, "ouverte")):
        Regulation.objects.create(organisation=ici.organisation, le=jour + timedelta(days=decalage), etat=etat)
    assert [tuple(tous()[code].mesurer(ici.organisation, jour)) for code in ("rythme_tenu", "regulation_redigee")] == [
        (0, 0),
        (2, 0),
    ]
