"""Le rapport d'une région, ou du réseau : ce que disent les nombres réunis, figé, sans rien d'exact (OBS-3)."""

import io
import json
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.core.refus import GesteImpossible
from cedre.observatoire.models import Campagne, NombrePublie, Rapport
from cedre.observatoire.operations.reunis import publier_reunis
from cedre.observatoire.paquet import recompter
from cedre.observatoire.publication import gardes, verifier
from cedre.observatoire.rapport_imprime import a_imprimer
from cedre.observatoire.tests.test_consolide import CADRE, COMPTE, MEDIANE, SOMME, TOTAL, consolides, l_annee, publie, structures

NOMBRES = {(COMPTE, "", ""): (21, 42), (SOMME, "", ""): (101401, 9), (MEDIANE, "", ""): (700, 9), (TOTAL, "", ""): (37, None)}


@pytest.fixture
def campagne(reseau) -> Campagne:
    """Celle de la fédération, sur l'an dernier."""
    dite = {"cadre": CADRE.code, "du": l_annee().du, "au": l_annee().au, "attendu_le": timezone.localdate()}
    return Campagne.objects.create(organisation=reseau[0].organisation, **dite)


def publier(campagne, par, motif: str = "") -> Rapport:
    return publier_reunis(campagne, mots="Une année de plus.", motif=motif, par=par)


def acceptes(ici, reseau, combien: int, nombres: dict) -> None:
    """Tant de rapports acceptés, dont celui d'une structure qui tient Cèdre."""
    for structure in [ici.organisation, *structures(reseau[1][0], combien - 1)]:
        publie(structure, nombres)


def des_rubriques(rapport: Rapport) -> dict:
    return {r["code"]: r for r in json.loads(gardes(rapport)["chiffres.json"])["rubriques"]}


def test_ce_qui_est_publie_est_ce_que_la_page_dit_et_ne_bouge_plus(ici, reseau, campagne):
    par = reseau[0].hab["referent_regional"]
    acceptes(ici, reseau, 5, NOMBRES)
    dits = {code: consolidee.lue(pour=par)[1] for code, consolidee in consolides(par).items()}
    rapport = publier(campagne, par)
    assert not NombrePublie.objects.filter(rapport__organisation=rapport.organisation).exists()
    publie(structures(reseau[1][0], 1)[0], NOMBRES)
    lues = des_rubriques(rapport)
    assert {code: dite["dite"] for code, dite in lues.items()} == dits and lues[COMPTE]["structures"] == 5
    assert [(lues[code]["numerateur"], lues[code]["denominateur"]) for code in (COMPTE, SOMME, MEDIANE, TOTAL)] == [
        (105, 210),
        (507000, None),
        (None, None),
        (185, None),
    ]


@pytest.mark.parametrize("nombres", [(3, 42), (40, 42), (2, 9), (1, 3)])
def test_un_petit_nombre_et_son_complement_ne_sont_pas_dans_le_paquet(ici, reseau, campagne, nombres):
    acceptes(ici, reseau, 1, {(COMPTE, "", ""): nombres, (SOMME, "", ""): (101401, 9)})
    lues = des_rubriques(publier(campagne, reseau[0].hab["referent_regional"]))
    assert {lues[code][quoi] for code in (COMPTE, SOMME) for quoi in ("numerateur", "denominateur")} == {None}


def test_il_se_verifie_par_duckdb_seul_et_un_chiffre_change_se_voit(ici, reseau, campagne):
    acceptes(ici, reseau, 5, NOMBRES)
    rapport = publier(campagne, reseau[0].hab["referent_regional"])
    concorde, dit = verifier(rapport)
    assert concorde and "Tout concorde" in dit
    fichiers = gardes(rapport)
    assert not recompter(fichiers | {"noyau.csv": fichiers["noyau.csv"].replace(b"105", b"106")})[0]


def test_publier_de_nouveau_est_une_autre_version_qui_dit_ce_qui_change_et_pourquoi(ici, reseau, campagne):
    par = reseau[0].hab["referent_regional"]
    acceptes(ici, reseau, 1, NOMBRES)
    premiere = publier(campagne, par)
    publie(structures(reseau[1][0], 1)[0], NOMBRES)
    with pytest.raises(GesteImpossible, match="dites pourquoi"):
        publier(campagne, par)
    seconde = publier(campagne, par, motif="Une structure de plus")
    premiere.refresh_from_db()
    assert (seconde.version, premiere.remplace_par) == (2, seconde)
    change = {e["rubrique"]: (e["avant"], e["apres"]) for e in seconde.ecarts}
    assert "1 structure" in change[COMPTE][0] and "2 structures" in change[COMPTE][1] and MEDIANE not in change


def test_rien_d_accepte_ne_se_publie_pas_et_rien_ne_se_compte_deux_fois(ici, reseau, campagne):
    par = reseau[0].hab["referent_regional"]
    publie(ici.organisation, NOMBRES, etat="transmis")
    with pytest.raises(GesteImpossible, match="Aucun rapport"):
        publier(campagne, par)
    Rapport.objects.update(etat="accepte")
    avant = consolides(reseau[0].hab["responsable_qualite"])[COMPTE].somme
    publier(campagne, par)
    assert consolides(reseau[0].hab["responsable_qualite"])[COMPTE].somme == avant


def test_la_region_publie_la_federation_le_lit_une_structure_non(ici, reseau, campagne, client):
    acceptes(ici, reseau, 5, NOMBRES)
    client.force_login(reseau[0].hab["referent_regional"].compte)
    ou = reverse("observatoire:reunis_publier", args=[campagne.pk])
    assert [*client.get(ou).context["form"].fields] == ["mots"], "rien à expliquer d’une première fois"
    page = client.post(ou, {"mots": "Nos mots"}, follow=True)
    rapport, texte = page.context["rapport"], page.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "1 sur 1 ont transmis" in texte and "Nos mots" in texte and "environ 105 sur 210" in texte
    assert a_imprimer(rapport, pour=reseau[0].hab["referent_regional"])["titre_des_mots"] == "Ses mots" and "Ses mots" in texte
    assert client.post(ou, {"mots": "Nos mots"}).context["form"].errors["motif"], "exigé de la seconde"
    lue = client.get(reverse("observatoire:rapports")).content.decode()
    assert CADRE.libelle in lue and CADRE.code not in lue.partition("<main")[2]
    paquet = client.post(reverse("observatoire:rapport_paquet_reuni", args=[rapport.pk]))
    assert "faits.csv" not in zipfile.ZipFile(io.BytesIO(b"".join(paquet))).namelist()
    statuts = {}
    for role, compte in [
        ("responsable_qualite", reseau[0].hab["responsable_qualite"].compte),
        ("direction", ici.hab["direction"].compte),
    ]:
        client.force_login(compte)
        statuts[role] = client.get(rapport.get_absolute_url()).status_code
    assert statuts == {"responsable_qualite": 200, "direction": 404}
    client.force_login(reseau[0].hab["ca_regional"].compte)
    assert client.post(reverse("observatoire:reunis_publier", args=[campagne.pk]), {}).status_code == 403


def test_il_s_imprime_avec_combien_ont_transmis_et_sans_dessin(ici, reseau, campagne):
    par = reseau[0].hab["responsable_qualite"]
    acceptes(ici, reseau, 5, NOMBRES | {(TOTAL, "sexe", "Femme"): (90, 100), (TOTAL, "sexe", "Homme"): (80, 90)})
    donnees = a_imprimer(publier(campagne, par), pour=par)
    rubriques = [r for chapitre in donnees["chapitres"] for r in chapitre["rubriques"]]
    assert "ont transmis leur rapport" in donnees["structures"] and {r["dessin"] for r in rubriques} == {""}
    assert any("environ 105" in r["dit"] for r in rubriques) and any(r["details"] for r in rubriques)
