"""De la liste et de la page d'un rapport, chaque rôle n'a que des liens et des gestes qui s'ouvrent (OBS-2, OBS-3)."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.core.dates import UN_JOUR
from cedre.core.periodes import annee
from cedre.observatoire.cadres import livres
from cedre.observatoire.models import Rapport
from cedre.observatoire.operations import rapports as gestes

LISTE = "/rapports/"
ADRESSES = re.compile(r'<a[^>]* href="(/[^"#]*)')


@pytest.fixture
def rendu(ici, reseau, settings, tmp_path) -> Rapport:
    """Rendu par la région, et déjà repris dans une nouvelle version qui s'écrit."""
    settings.MEDIA_ROOT = tmp_path
    direction, region = ici.hab["direction"], reseau[0].hab["referent_regional"]
    derniere = annee(annee(timezone.localdate()).du - UN_JOUR)
    publie = gestes.publier(gestes.commencer(ici.organisation, livres()["fse-plus"], derniere, par=direction), par=direction)
    rendu = gestes.rendre(gestes.transmettre(publie, par=direction), a_corriger="Les sorties.", par=region)
    gestes.corriger(rendu, motif="Trois sorties.", par=direction)
    return Rapport.objects.get(pk=rendu.pk)


def liens(page: str) -> set[str]:
    """Ceux du contenu d'une page, sans son menu."""
    return {adresse.replace("&amp;", "&") for adresse in ADRESSES.findall(page.partition("<main")[2].partition("</main>")[0])}


def qui(ici, reseau) -> list:
    """Le client de chaque rôle qui lit les rapports, avec son nom."""
    mondes = [ici, reseau[0]]
    roles = ("direction", "qualite", "cip", "ca", "referent_regional", "ca_regional", "responsable_qualite", "auditeur")
    return [(role, monde.client(role)) for monde in mondes for role in roles if role in monde.hab]


def test_chaque_lien_de_la_liste_et_de_chaque_page_s_ouvre_et_en_revient(rendu, ici, reseau):
    fermes, ouverts = [], {}
    for role, client in qui(ici, reseau):
        if client.get(LISTE).status_code == 403:
            continue
        pages = [LISTE, *sorted(a for a in liens(client.get(LISTE).content.decode()) if re.fullmatch(r"/rapports/\d+/", a))]
        for page in pages:
            contenu = liens(client.get(page).content.decode())
            assert page == LISTE or LISTE in contenu, f"{role} {page} ne revient pas à la liste"
            ouverts[role] = ouverts.get(role, 0) + len(contenu)
            fermes += [(role, page, lien) for lien in sorted(contenu) if client.get(lien).status_code != 200]
    assert fermes == [] and {"direction", "referent_regional", "responsable_qualite"} <= ouverts.keys()


def test_la_version_qui_s_ecrit_se_dit_a_la_region_sans_lien_et_avec_des_qu_elle_est_transmise(rendu, ici, reseau):
    region, suivante = reseau[0].client("referent_regional"), rendu.remplace_par
    vers = f'href="{suivante.get_absolute_url()}"'
    dite = region.get(rendu.get_absolute_url()).content.decode()
    assert vers not in dite and "La structure en prépare une nouvelle version" in dite
    assert vers in ici.client("direction").get(rendu.get_absolute_url()).content.decode()
    Rapport.objects.filter(pk=suivante.pk).update(
        etat="transmis", publie_le=timezone.localdate(), transmis_le=timezone.localdate()
    )
    assert vers in region.get(rendu.get_absolute_url()).content.decode()


def test_un_chapitre_se_plie_et_son_ancre_le_deplie(rendu, ici):
    page = ici.client("direction").get(rendu.get_absolute_url()).content.decode()
    bilans = ici.client("direction").get(reverse("observatoire:cadres")).content.decode()
    for lue in (page, bilans):
        plis = re.findall(r'<details class="feuille">\s*<summary><strong>[^<]+</strong>.*?</summary>\s*<div id="\w+">', lue)
        assert len(plis) > 1
