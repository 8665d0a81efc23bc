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
