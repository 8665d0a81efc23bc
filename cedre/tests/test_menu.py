"""Rien de ce que le menu et « À lire » proposent ne se referme : chaque rôle de chaque nature d'organisation (RES-1)."""

import re

from cedre.comptes.gestes import a_lire, gestes, menu
from cedre.comptes.models import Organisation
from cedre.tests.adresses import appeler
from cedre.tests.mondes import ENSEMBLIER


def proposees(habilitation) -> set[str]:
    """Les adresses du menu de cette habilitation, et de ce qu'elle a à lire."""
    entrees = [dit for _, entrees in menu(habilitation) for dit in entrees]
    return {dit.adresse() for dit in [*entrees, *a_lire(habilitation)]}


def test_chaque_page_proposee_s_ouvre_a_chaque_role_de_chaque_nature_d_organisation(partout, documents_en_clair):
    un_de_chaque = {monde.organisation.nature: monde for monde in partout.values()}
    refusees = {
        (lieu, role, adresse): code
        for lieu, monde in un_de_chaque.items()
        for role, habilitation in monde.hab.items()
        for adresse in proposees(habilitation)
        if (code := appeler(adresse, habilitation).code) != 200
    }
    assert refusees == {} and len(un_de_chaque) == len(Organisation.Nature)


def test_aucune_page_d_un_ensemblier_ne_mene_a_ce_qui_juge_une_structure(partout, documents_en_clair):
    ensemblier = partout[ENSEMBLIER]
    for role, habilitation in ensemblier.hab.items():
        client, pages = ensemblier.client(role), proposees(habilitation)
        assert pages and gestes()["certification:conformite"].adresse() not in pages
        liens = {lien for page in pages for lien in re.findall(r'<a\b[^>]* href="(/[^"]*)"', client.get(page).content.decode())}
        assert {lien: code for lien in liens - pages if (code := appeler(lien, habilitation).code) not in (200, 302)} == {}
