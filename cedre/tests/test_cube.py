"""Hors des structures, un rapport se lit du cube de ce qui est publié : jamais d'une ligne sur une personne (OBS-3)."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cedre.comptes.droits import ROLES_DE_FEDERATION, ROLES_DE_REGION
from cedre.comptes.partage import modeles
from cedre.parcours.models import Personne
from cedre.tests.adresses import ROUTES, liberer, ouvertures, roles_de

DES_PERSONNES = {modele._meta.db_table for modele in modeles() if modele.PARTAGE.personne}
DE_LA_CHAINE = {route: vue for route, vue in ROUTES.items() if route.split("/")[0] in ("", "campagnes", "rapports")}
DEHORS = sorted(ROLES_DE_REGION | ROLES_DE_FEDERATION)
TABLE = re.compile(r'(?:FROM|JOIN|INTO|UPDATE) "(\w+)"')


def touchees(captures: CaptureQueriesContext) -> set[str]:
    """Les tables que ces requêtes lisent ou écrivent et qui parlent de personnes."""
    return {table for requete in captures for table in TABLE.findall(requete["sql"])} & DES_PERSONNES


def test_on_reconnait_une_requete_qui_touche_une_personne(db):
    with CaptureQueriesContext(connection) as captures:
        Personne.objects.filter(contacts__le=None).exists()
    assert touchees(captures) >= {"parcours_personne"} and len(DES_PERSONNES) > 40


@pytest.mark.usefixtures("documents_en_clair")
@pytest.mark.parametrize("role", DEHORS)
def test_aucune_page_de_la_chaine_ne_lit_une_ligne_d_une_personne(partout, ouvrables, role):
    client, lues = partout.chez(role).client(role), {}
    for route, vue in DE_LA_CHAINE.items():
        if role in roles_de(vue):
            for _, cible in ouvertures(route, partout.de(role), ouvrables):
                with CaptureQueriesContext(connection) as captures:
                    reponse = client.get(cible)
                liberer(reponse)
                lues[route] = lues.get(route, set()) | touchees(captures)
    assert {route: tables for route, tables in lues.items() if tables} == {}
    assert role not in ROLES_DE_REGION or {"campagnes/<int:pk>/reunis", "rapports/<int:pk>/"} <= lues.keys()
