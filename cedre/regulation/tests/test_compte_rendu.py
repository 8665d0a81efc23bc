"""Le compte rendu imprimé d'une régulation : son jour, ses présents, chaque point dans l'ordre, et ses décisions (TRA-1)."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Organisation
from cedre.regulation.models import Decision, PointOrdreDuJour


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
