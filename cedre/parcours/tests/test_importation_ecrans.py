"""Les écrans de l'import : déposer, régler, voir, importer ou non, télécharger (issue 2 §4)."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cedre.comptes.models import Trace
from cedre.parcours.models import Importation, Personne
from cedre.parcours.operations.importation import analyser, deposer

CONTENU = "Nom;Prénom;Né le;Handicap\nDupré;Éva;1/2/80;oui\nRoux;Paul;31/02/1980;non\n".encode("latin-1")
pytestmark = pytest.mark.usefixtures("fichiers")


@pytest.fixture
def navigateur(ici):
    """Le navigateur de la direction."""
    return ici.client("direction")


def texte(reponse) -> str:
    """La page, espaces insécables rendus simples."""
    return reponse.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def deposer_a_l_ecran(navigateur, contenu=CONTENU, nom="liste.csv", sorte="personnes"):
    """Dépose un fichier comme le fait la page."""
    return navigateur.post("/importations/", {"sorte": sorte, "fichier": SimpleUploadedFile(nom, contenu)}, follow=True)


def test_du_depot_au_rapport(ici, navigateur):
    reponse = deposer_a_l_ecran(navigateur)
    adresse = reponse.request["PATH_INFO"]
    assert "les données de santé ne s’importent pas" in texte(reponse)
    assert [c.initial for c in reponse.context["form"].fields.values()] == ["nom", "prenom", "date_naissance"]
    reponse = navigateur.post(adresse, {"colonne_0": "nom", "colonne_1": "prenom", "colonne_2": "date_naissance"}, follow=True)
    page = texte(reponse)
    assert "31/02/1980 : février 1980 n’a que 29 jours." in page
    assert "Importer la ligne valable" in page
    assert not Personne.objects.filter(nom="Dupré").exists()
    une = reponse.request["PATH_INFO"]
    reponse = navigateur.post(f"{une}importer", follow=True)
    assert "dossiers créés" in texte(reponse)
    assert Personne.objects.pour(ici.hab["direction"]).get(nom="Dupré").prenom == "Éva"
    reponse = navigateur.post(f"{une}rapport.csv")
    assert reponse.content.decode("utf-8-sig").splitlines()[1] == "2;Dossier créé;;;;"
    assert Trace.objects.filter(geste="exporter").exists()
    assert navigateur.post(f"{une}rapport.xlsx").content.startswith(b"PK")
    assert navigateur.get("/importations/modele-personnes").content.startswith(b"PK")


def test_ne_rien_importer_efface_le_fichier(navigateur):
    adresse = deposer_a_l_ecran(navigateur).request["PATH_INFO"]
    reponse = navigateur.post(adresse.replace("colonnes", "abandonner"), follow=True)
    assert "Rien n’a été importé" in texte(reponse)
    assert not Importation.objects.filter(nom_fichier="liste.csv").exists()


def test_un_fichier_illisible_se_dit_a_cote_du_champ(navigateur):
    for contenu, dit in ((b"%PDF-1.4", "un PDF"), (b"", "vide")):
        reponse = deposer_a_l_ecran(navigateur, contenu)
        assert dit in reponse.context["form"].errors["fichier"][0]


def test_sans_nom_ni_prenom_on_ne_va_pas_plus_loin(navigateur):
    adresse = deposer_a_l_ecran(navigateur).request["PATH_INFO"]
    reponse = navigateur.post(adresse, {"colonne_0": "nom"})
    assert "quelles colonnes donnent le nom et le prénom" in texte(reponse)
    assert Importation.objects.get(nom_fichier="liste.csv").etat == "depose"


def test_la_barre_avance_puis_la_page_se_recharge(ici, navigateur):
    importation = deposer(CONTENU, nom="liste.csv", par=ici.hab["direction"])
    Importation.objects.filter(pk=importation.pk).update(etat="en_cours", traitees=50, total=200)
    page = texte(navigateur.get(f"/importations/{importation.pk}/"))
    assert 'value="25"' in page
    assert f"/importations/{importation.pk}/avancement" in page
    Importation.objects.filter(pk=importation.pk).update(etat="termine")
    assert navigateur.get(f"/importations/{importation.pk}/avancement")["HX-Refresh"] == "true"


def test_une_page_d_erreurs_sans_fin_reste_legere(ici, navigateur):
    contenu = "Nom;Prénom;Né le\n" + "Dupré;Éva;31/02/1980\n" * 1000
    adresse = deposer_a_l_ecran(navigateur, contenu.encode()).request["PATH_INFO"]
    champs = {"colonne_0": "nom", "colonne_1": "prenom", "colonne_2": "date_naissance"}
    reponse = navigateur.post(adresse, champs, follow=True)
    assert "Les 200 premières erreurs" in texte(reponse)
    assert "lignes valables" not in texte(reponse)


@pytest.mark.parametrize("suite", ["", "avancement", "colonnes", "importer", "abandonner", "rapport.csv"])
def test_un_import_d_ailleurs_n_existe_pas(navigateur, ailleurs, suite):
    importation = deposer(CONTENU, nom="secret.csv", par=ailleurs.hab["direction"])
    assert navigateur.get(f"/importations/{importation.pk}/{suite}", follow=True).status_code == 404
    assert navigateur.post(f"/importations/{importation.pk}/{suite}").status_code == 404
    assert Importation.objects.filter(pk=importation.pk).exists()


def test_la_page_d_un_import_dit_ce_que_chaque_ligne_sera_et_separe_erreurs_et_remarques(ici, navigateur):
    par = ici.hab["direction"]
    contenu = "Nom;Prénom;Né le;Diplôme\nDupré;Éva;1/2/80;Sagesse\nMartinelle;Zélie;28/02/1990;CAP\nRoux;Paul;31/02/1980;\n"
    contenu += "Ada;Lou;;\nADA;lou;;\n"
    importation = deposer(contenu.encode(), nom="liste.csv", par=par)
    analyser(importation, par=par)
    reponse = navigateur.get(f"/importations/{importation.pk}/")
    assert [r["ligne"] for r in reponse.context["erreurs"]] == [4]
    assert [(r["ligne"], r["valeur"]) for r in reponse.context["attentions"]] == [(2, "Sagesse"), (6, "Lou Ada")]
    page = " ".join(texte(reponse).split())
    for ligne, sera in ((2, "créée"), (3, "modifiée"), (4, "écartée")):
        assert re.search(rf'<td class="nombre">{ligne}</td>(<td>[^<]*</td>)+<td>{sera}</td>', page), ligne
    assert "À vérifier : 2 remarques sur des lignes qui entrent" in page and "Importer les 4 lignes valables" in page
    assert "dossiers à créer" in page and "dossiers à modifier" in page


def test_un_import_sans_ligne_valable_ne_propose_pas_d_importer(ici, navigateur):
    importation = deposer("Nom;Prénom\nDupré;\n".encode(), nom="liste.csv", par=ici.hab["direction"])
    analyser(importation, par=ici.hab["direction"])
    page = texte(navigateur.get(f"/importations/{importation.pk}/"))
    assert "/importer" not in page and "Revoir les colonnes" in page and "/rapport.xlsx" in page


def test_la_page_des_colonnes_montre_les_exemples_du_fichier_et_d_ou_viennent_les_titres(ici, navigateur):
    reponse = deposer_a_l_ecran(navigateur)
    page = texte(reponse)
    assert "Dupré · Roux" in page and "liste.csv : 2 lignes sous les titres de la ligne 1." in page
    assert "oui · non" not in page, "d’une colonne jamais lue, aucun exemple"


def test_le_nombre_de_lignes_lues_avance_puis_finit_au_total(ici):
    vus = []
    contenu = (
        "Nom;Prénom;Né le\n"
        + "".join(f"Nom{chr(97 + n % 26)}{chr(97 + n // 26)};Éva;\n" for n in range(201))
        + "X;Y;31/02/1980\n"
    )
    importation = deposer(contenu.encode(), nom="liste.csv", par=ici.hab["direction"])
    analyser(importation, par=ici.hab["direction"], avance=lambda faites, total: vus.append((faites, total)))
    assert vus == [(200, 202), (202, 202), (202, 202)]
    assert (importation.traitees, importation.total, importation.pourcentage) == (202, 202, 100)
