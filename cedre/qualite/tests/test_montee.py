"""Monter de version scelle les réponses qui courent, replie les autres, et ne change ni résultat ni numéro (AME-1, AME-2)."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from dateutil.relativedelta import relativedelta
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from cedre.qualite.models import Enquete, Reclamation, ReponseEnquete
from cedre.qualite.operations.enquetes import clore
from cedre.qualite.scelles import desceller

LUNDI = date(2026, 1, 5)
SEMAINES = [LUNDI + timedelta(weeks=n) for n in (0, 1, 1, 2, 3, 6)]
QUESTIONS = [{"code": "mieux", "genre": "texte", "texte": "Mieux ?", "mots": []}]
RESULTATS = [{"texte": "Mieux ?", "genre": "texte", "nombre": 5, "textes": ["a", "b", "c", "d", "e"]}]
montee = import_module("cedre.qualite.migrations.0009_les_reponses_se_scellent")


@pytest.fixture
def avant(db, settings):
    """Les modèles d'alors, sur une base qui a encore leurs colonnes."""
    settings.MIGRATION_MODULES = {}
    with connection.cursor() as curseur:
        curseur.execute("ALTER TABLE qualite_reponseenquete ADD COLUMN semaine date")
        curseur.execute(f"ALTER TABLE qualite_reponseenquete ADD COLUMN reponses {connection.data_types['JSONField']}")
    return MigrationLoader(None, replace_migrations=False).project_state(("qualite", "0008_ce_que_demande_l_anonymat")).apps


class Connexion:
    """Ce que reçoit une migration : de quoi savoir sur quelle base."""

    connection = connection


def test_la_montee_ne_perd_ni_un_compte_ni_un_texte_ni_un_numero(ici, avant):
    textes, commun = [f"Réponse {n}" for n in range(6)], {"organisation": ici.organisation, "questions": QUESTIONS, "du": LUNDI}
    close = Enquete.objects.create(**commun, titre="A", au=LUNDI, close_le=date(2026, 3, 1), resultats=RESULTATS)
    ouverte = Enquete.objects.create(**commun, titre="B", au=LUNDI)
    dite = Reclamation.objects.create(organisation=ici.organisation, pk=7, origine="client", texte="Retards")
    Reponses = avant.get_model("qualite", "ReponseEnquete")
    for enquete in (close, ouverte):
        for texte, semaine in zip(textes, SEMAINES, strict=True):
            Reponses.objects.create(enquete_id=enquete.pk, semaine=semaine, reponses={"mieux": texte}, scelle="")

    montee.sceller(avant, Connexion)
    montee.numeroter(avant, Connexion)

    for jour in (LUNDI + timedelta(days=n) for n in range(0, 460, 3)):
        comptees = sum(jour - relativedelta(years=1) < s <= jour - timedelta(days=6) for s in SEMAINES)
        assert Enquete.objects.menees(jour).count() == (2 if comptees >= 5 else 0), f"l'indicateur, au {jour}"
    close.refresh_from_db()
    assert (close.resultats, close.nombre, close.reponses.count()) == (RESULTATS, 6, 0)
    scelles = [desceller(scelle) for scelle in ouverte.reponses.values_list("scelle", flat=True)]
    assert sorted(s["reponses"]["mieux"] for s in scelles) == textes
    assert sorted(s["semaine"] for s in scelles) == [str(s) for s in SEMAINES]
    ouverte = clore(ouverte, par=ici.hab["qualite"])
    assert ouverte.resultats == [{"texte": "Mieux ?", "genre": "texte", "nombre": 6, "textes": textes}]
    dite.refresh_from_db()
    assert str(dite) == "Réclamation n° 7" and not ReponseEnquete.objects.filter(scelle="").exists()
