"""De la liste et de la page d'un rapport, chaque rôle n'a que des liens et des gestes qui s'ouvrent (OBS-2, OBS-3)."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.gestes import gestes_sur
from cedre.core.dates import UN_JOUR
from cedre.core.periodes import annee
from cedre.observatoire.cadres import livres
from cedre.observatoire.chaine import verrous
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


@pytest.mark.parametrize(
    "etat, le_sien",
    [
        ("transmis", ["recevoir", "accepter", "rendre", "clore : il s’accepte avant de se clore"]),
        ("recu", ["accepter", "rendre", "clore : il s’accepte avant de se clore"]),
        ("accepte", ["rendre", "clore"]),
        ("a_corriger", []),
        ("clos", []),
    ],
)
def test_qui_recoit_un_rapport_y_lit_les_gestes_qui_lui_restent_et_personne_d_autre(rendu, reseau, etat, le_sien):
    Rapport.objects.filter(pk=rendu.pk).update(etat=etat)
    montres = {}
    for role in ("referent_regional", "ca_regional", "responsable_qualite"):
        rendu = Rapport.objects.select_related("organisation").get(pk=rendu.pk)
        lus = [(route.removeprefix("observatoire:rapport_"), refus) for route, refus in verrous(rendu, reseau[0].hab[role])]
        montres[role] = [f"{nom} : {refus.partition(' : ')[2][:-1]}" if refus else nom for nom, refus in lus]
    assert montres == {"referent_regional": le_sien, "ca_regional": [], "responsable_qualite": []}


def test_ni_une_version_remplacee_ni_un_cadre_que_l_on_ne_tient_plus_ne_propose_un_geste_refuse(rendu, ici):
    def proposes(rapport: Rapport) -> set[str]:
        return {g.libelle for g in gestes_sur(rapport, ici.hab["direction"])}

    suivante = rendu.remplace_par
    remplacee = Rapport(organisation=ici.organisation, etat="publie", publie_le=rendu.publie_le, cadre=rendu.cadre)
    assert {"Écrire", "Publier"} <= proposes(suivante) and {"Transmettre", "À côté des autres"} <= proposes(remplacee)
    suivante.cadre = remplacee.cadre = "ancien"
    remplacee.remplace_par = suivante
    assert not {"Écrire", "Publier", "Transmettre", "À côté des autres"} & (proposes(suivante) | proposes(remplacee))


def test_un_chapitre_se_plie_et_son_ancre_le_deplie(rendu, ici):
    page = ici.client("direction").get(rendu.get_absolute_url()).content.decode()
    bilans = ici.client("direction").get(reverse("observatoire:cadres")).content.decode()
    for lue in (page, bilans):
        plis = re.findall(r'<details class="feuille">\s*<summary><strong>[^<]+</strong>.*?</summary>\s*<div id="\w+">', lue)
        assert len(plis) > 1
