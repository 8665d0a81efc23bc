"""Importer des heures : toutes les lignes du fichier ou aucune (INS-4)."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cedre.comptes.models import Trace
from cedre.conftest import embaucher
from cedre.core.cellules import Invalide
from cedre.core.exports import en_xlsx
from cedre.core.periodes import Periode
from cedre.parcours.importation.heures import periode
from cedre.parcours.models import Heures, MiseEnSituation

TITRES = "Nom;Prénom;Client;Date;Heures"


@pytest.fixture(autouse=True)
def _en_mars():
    with time_machine.travel("2026-03-18T10:00:00+01:00", tick=False):
        yield


@pytest.fixture
def mets(ici):
    ligne = embaucher(ici).mise_en_situation
    ligne.heures.all().delete()
    return ligne


@pytest.fixture
def mad(ici):
    return ici.client("mad")


def deposer(client, *lignes, titres=TITRES, contenu=None):
    contenu = contenu or "\n".join([titres, *lignes]).encode()
    fichier = SimpleUploadedFile("heures.csv", contenu)
    return client.post(reverse("parcours:heures_importer"), {"fichier": fichier})


def confirmer(client, lecture):
    return client.post(reverse("parcours:heures_importer_confirmer"), {"lecture": lecture.scellee})


def faites(mets):
    return {h.le: h.heures for h in mets.heures.all()}


@pytest.mark.parametrize(
    "cellule, du, au",
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("02/2026", date(2026, 2, 1), date(2026, 2, 28)),
        ("février 2026", date(2026, 2, 1), date(2026, 2, 28)),
        ("01/03/2026", date(2026, 3, 1), date(2026, 3, 1)),
        (date(2026, 3, 4), date(2026, 3, 2), date(2026, 3, 8)),
    ],
)
def test_une_cellule_dit_un_mois_ou_la_semaine_d_une_date(cellule, du, au):
    assert periode(cellule) == Periode(du, au)


def test_une_date_qui_n_en_est_pas_une_se_refuse():
    with pytest.raises(Invalide):
        periode("13/2026")


def test_les_lignes_d_une_semaine_s_ajoutent_et_rien_ne_s_ecrit_avant_de_confirmer(mets, mad):
    lignes = ["MARTINELLE;zelie;client ici;02/03/2026;7,5", "Martinelle;Zélie;Client ici;06/03/2026;7h"]
    lecture = deposer(mad, *lignes).context["lecture"]
    assert (lecture.remarques, faites(mets)) == ([], {})
    assert confirmer(mad, lecture).url == reverse("parcours:heures")
    assert faites(mets) == {date(2026, 3, 2): Decimal("14.5")}
    assert Trace.objects.filter(geste="importer").count() == 1


def test_un_classeur_et_un_mois_entier(mets, mad):
    contenu = en_xlsx(["Nom", "Prénom", "Mois", "Heures"], [["Martinelle", "Zélie", "2026-03", 60.5]], "Heures")
    confirmer(mad, deposer(mad, contenu=contenu).context["lecture"])
    assert faites(mets) == {date(2026, 3, 1): Decimal("60.5")}


def test_reimporter_le_meme_fichier_n_ajoute_rien(mets, mad):
    for _ in range(2):
        confirmer(mad, deposer(mad, "Martinelle;Zélie;;02/03/2026;7,5").context["lecture"])
    assert faites(mets) == {date(2026, 3, 2): Decimal("7.5")}


@pytest.mark.parametrize(
    "ligne, dit",
    [
        ("Inconnu;Zoé;;02/03/2026;7", "Aucun dossier ne porte le nom"),
        ("Martinelle;Zélie;Autre client;02/03/2026;7", "Aucune mise en situation"),
        ("Martinelle;Zélie;;02/01/2026;7", "commence le"),
        ("Martinelle;Zélie;;02/03/2026;sept", "n’est pas un nombre d’heures"),
        ("Martinelle;Zélie;;02/03/2026;", "Heures"),
        ("Martinelle;Zélie;;02/03/2026;75", "Plus de 60 heures"),
        ("Martinelle;Zélie;;25/03/2026;7", "trop tardive"),
        ("Martinelle;Zélie;;2026-03;7", "dit deux fois"),
    ],
)
def test_une_seule_erreur_se_dit_a_sa_ligne_et_rien_ne_s_importe(mets, mad, ligne, dit):
    reponse = deposer(mad, "Martinelle;Zélie;;09/03/2026;7", ligne)
    (remarque,) = reponse.context["lecture"].remarques
    assert remarque.ligne == 3 and dit in remarque.message
    assert "Enregistrer ces heures" not in reponse.content.decode()


def test_deux_mises_en_situation_a_la_meme_date_demandent_le_lieu(mets, mad):
    MiseEnSituation.objects.create(personne=mets.personne, atelier="Jardin", du=date(2026, 3, 1))
    (remarque,) = deposer(mad, "Martinelle;Zélie;;02/03/2026;7").context["lecture"].remarques
    assert "dire le client ou l’atelier" in remarque.message
    confirmer(mad, deposer(mad, "Martinelle;Zélie;JARDIN;02/03/2026;7").context["lecture"])
    assert Heures.objects.get(mise_en_situation__atelier="Jardin").heures == 7
    assert faites(mets) == {}


def test_une_colonne_qui_manque_se_dit(mets, mad):
    reponse = deposer(mad, "Martinelle;Zélie;7", titres="Nom;Prénom;Heures")
    assert "Date ou mois" in reponse.context["form"].errors["fichier"][0]


def test_des_heures_changees_depuis_l_apercu_n_importent_rien(mets, mad):
    lecture = deposer(mad, "Martinelle;Zélie;;02/03/2026;7", "Martinelle;Zélie;;09/03/2026;7").context["lecture"]
    Heures.objects.create(mise_en_situation=mets, le=date(2026, 3, 9), heures=3)
    assert confirmer(mad, lecture).url == reverse("parcours:heures_importer")
    assert faites(mets) == {date(2026, 3, 9): 3}


def test_un_apercu_forge_ou_d_ailleurs_n_ecrit_rien(mets, mad, ailleurs):
    lecture = deposer(mad, "Martinelle;Zélie;;02/03/2026;7").context["lecture"]
    adresse = reverse("parcours:heures_importer_confirmer")
    assert mad.post(adresse, {"lecture": lecture.scellee + "x"}).url == reverse("parcours:heures_importer")
    ailleurs.client("mad").post(adresse, {"lecture": lecture.scellee})
    assert faites(mets) == {}
