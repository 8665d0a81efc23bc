"""Ce qu'une page lit de la base ne suit pas la taille du réseau : PostgreSQL en dit les blocs (décision 0032)."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from bench.pages import lectures
from bench.reseau import multiplier
from cedre.comptes.models import Habilitation
from cedre.parcours.models import Personne

PERSONNES = 150
PETIT, GRAND = 30, 60  # structures du réseau ; à moins de trente, PostgreSQL change encore de plan, selon le jour
PAGES = {
    "liste": ("cip", lambda personne: "/personnes/"),
    "liste de ce qui manque": ("direction", lambda personne: "/personnes/?manque=sans_contact"),
    "dossier": ("cip", lambda personne: f"/personnes/{personne.pk}/"),
    "page du jour": ("cip", lambda personne: "/"),
    "suivi de l’équipe": ("direction", lambda personne: reverse("portail:suivi_equipe")),
    "chiffres": ("direction", lambda personne: reverse("portail:chiffres")),
    "relevé d’heures": ("cip", lambda personne: reverse("parcours:heures")),
    "conformité": ("direction", lambda personne: reverse("certification:conformite")),
    "ce qui manque à un chiffre": ("direction", lambda personne: reverse("portail:manquants", args=["bilan_tenu"])),
}


def _blocs(client: Client, adresse: str) -> int:
    """Combien de blocs lisent les requêtes de cette page."""
    requetes = []

    def noter(execute, sql, params, many, context):
        requetes.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noter):
        assert client.get(adresse).status_code == 200
    total = 0
    with connection.cursor() as curseur:
        for sql, params in lectures(requetes):
            curseur.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
            (plans,) = curseur.fetchone()
            plan = (json.loads(plans) if isinstance(plans, str) else plans)[0]["Plan"]
            total += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return total


def _blocs_par_page(structures: int) -> dict[str, int]:
    """Les blocs que lit chaque page de la première structure, dans un réseau de tant de structures, défait ensuite."""
    premiere = Habilitation.objects.filter(role="cip").order_by("pk").first().organisation
    personne = Personne.objects.filter(organisation=premiere).order_by("pk").first()
    clients = {role: Client() for role in ("cip", "direction")}
    with transaction.atomic():
        multiplier(structures)
        for role, client in clients.items():
            client.force_login(premiere.habilitations.filter(role=role).order_by("pk").first().compte)
        lus = {nom: _blocs(clients[role], adresse(personne)) for nom, (role, adresse) in PAGES.items()}
        transaction.set_rollback(True)
    return lus


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite ne dit pas les blocs qu’il lit")
def test_les_blocs_que_lit_une_page_ne_suivent_pas_la_taille_du_reseau(db):
    """Deux fois plus de structures : la même page lit les mêmes lignes, à quelques étages d'index près."""
    call_command("simuler", structures=1, personnes=PERSONNES, annees=1, stdout=StringIO(), stderr=StringIO())
    petit, grand = _blocs_par_page(PETIT), _blocs_par_page(GRAND)
    trop = {nom: (petit[nom], grand[nom]) for nom in PAGES if grand[nom] > 1.3 * petit[nom]}
    assert not trop, f"blocs lus dans un réseau de {PETIT} structures, puis de {GRAND} : {trop} ; tous : {petit}, {grand}"
