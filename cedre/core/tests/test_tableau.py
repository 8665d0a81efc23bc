"""Lire un tableau tel que les gens l'envoient (issue 2 §4)."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cedre.core import tableau as module
from cedre.core.cellules import texte
from cedre.core.colonnes import Colonne, lire_ligne, proposer, reconnaisseur
from cedre.core.tableau import FichierIllisible, en_texte, lire

COLONNES = [
    Colonne("nom", "Nom", ("nom de famille",), texte(20), True),
    Colonne("prenom", "Prénom", (), texte(20), True),
    Colonne("naissance", "Date de naissance", ("né le",), texte(20)),
    Colonne("commune", "Commune", ("ville",), texte(20)),
]
connait = reconnaisseur(COLONNES)
TEXTE = "Nom;Prénom;Ville\nDupré;Éva;Besançon\nLefèvre;Noël;Saint-Étienne\n"


def classeur(*lignes, autres=()) -> bytes:
    """Un classeur XLSX ; autres : des feuilles (nom, état, lignes) à mettre devant."""
    wb = openpyxl.Workbook()
    for nom, etat, contenu in autres:
        feuille = wb.create_sheet(nom, 0)
        feuille.sheet_state = etat
        for ligne in contenu:
            feuille.append(ligne)
    for ligne in lignes:
        wb["Sheet"].append(ligne)
    sortie = io.BytesIO()
    wb.save(sortie)
    return sortie.getvalue()


@pytest.mark.parametrize(
    "codage", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "mac_roman", "cp850"]
)
@pytest.mark.parametrize("fin", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separateur", [";", ",", "\t", "|"])
def test_le_codage_les_fins_de_ligne_et_le_separateur_se_devinent(codage, fin, separateur):
    contenu = TEXTE.replace("\n", fin).replace(";", separateur).encode(codage)
    lu = lire(contenu, "liste.csv", connait)
    assert lu.entetes == ["Nom", "Prénom", "Ville"]
    assert [ligne.cellules for ligne in lu.lignes] == [["Dupré", "Éva", "Besançon"], ["Lefèvre", "Noël", "Saint-Étienne"]]
    assert [ligne.numero for ligne in lu.lignes] == [2, 3]


def test_titre_lignes_vides_et_cellules_de_plusieurs_lignes_gardent_le_vrai_numero_de_ligne():
    contenu = 'Liste des candidats;;\n;;\n"Nom";"Prénom";"Ville"\n\nDupré;Éva;"Besançon,\nFrance"\n;;\n \n'
    contenu += 'Roux;"Paul ""Polo""";"Lyon; 3e"\n'
    lu = lire(contenu.encode(), "liste.csv", connait)
    assert lu.ligne_titres == 3
    assert [(ligne.numero, ligne.cellules) for ligne in lu.lignes] == [
        (5, ["Dupré", "Éva", "Besançon,\nFrance"]),
        (9, ["Roux", 'Paul "Polo"', "Lyon; 3e"]),
    ]


def test_l_annonce_du_separateur_d_excel_est_suivie():
    lu = lire(b"sep=|\r\nNom|Pr\xe9nom;x\r\nRoux|Paul\r\n", "liste.csv", connait)
    assert (lu.entetes, lu.ligne_titres, lu.lignes[0].numero) == (["Nom", "Prénom;x"], 2, 3)


def test_une_virgule_non_protegee_se_voit_a_sa_ligne():
    lu = lire(b"nom,prenom,ville\nRoux,Paul,3 rue A, Lyon\n", "liste.csv", connait)
    _, remarques = lire_ligne(lu.lignes[0], {0: COLONNES[0]}, lu.entetes)
    assert (remarques[0].ligne, remarques[0].gravite) == (2, "erreur")
    assert "décalé" in remarques[0].message


def test_un_classeur_donne_de_vraies_dates_et_des_nombres_sans_decimale():
    contenu = classeur(["Candidats"], [], ["Nom", "Prénom", "Né le", "Ville"], ["Roux", "Éva", date(1980, 1, 2), 1000.0])
    (ligne,) = lire(contenu, "liste.xlsx", connait).lignes
    assert ligne.numero == 4
    assert [en_texte(c) for c in ligne.cellules] == ["Roux", "Éva", "02/01/1980", "1000"]


def test_la_feuille_lue_est_celle_dont_on_reconnait_les_titres_jamais_une_feuille_cachee():
    autres = [
        ("Notes", "visible", [["mode d’emploi", "x"], ["a", "b"]]),
        ("Vieux", "hidden", [["Nom", "Prénom", "Ville"], ["A", "B", "C"]]),
    ]
    lu = lire(classeur(["Nom", "Prénom"], ["Roux", "Paul"], autres=autres), "liste.xlsx", connait)
    assert [ligne.cellules for ligne in lu.lignes] == [["Roux", "Paul"]]


def test_le_contenu_fait_foi_et_non_l_extension():
    assert lire(classeur(["Nom", "Prénom"], ["Roux", "Paul"]), "liste.csv", connait).entetes == ["Nom", "Prénom"]
    assert lire(TEXTE.encode(), "liste.xlsx", connait).entetes == ["Nom", "Prénom", "Ville"]


def archive(**fichiers) -> bytes:
    """Une archive ZIP."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as z:
        for nom, contenu in fichiers.items():
            z.writestr(nom.replace("__", "/"), contenu)
    return sortie.getvalue()


A_ENREGISTRER = ": ouvrez-le dans un tableur et enregistrez-le en CSV ou en XLSX."
ABIME = "Ce classeur est abîmé ou incomplet : enregistrez-le ou envoyez-le de nouveau."
SANS_LIGNE = "Ce fichier ne contient aucune ligne de données sous une ligne de titres."


@pytest.mark.parametrize(
    ("contenu", "nom", "dit"),
    [
        (b"", "a.csv", "Ce fichier est vide."),
        (b"\xef\xbb\xbf;;\r\n\r\n", "a.csv", "Ce fichier est vide."),
        (b"Nom;Prenom\n", "a.csv", SANS_LIGNE),
        (b"%PDF-1.7 ...", "a.csv", f"Ce fichier est un PDF malgré son extension « .csv » {A_ENREGISTRER}"),
        (b"\x89PNG\r\n", "photo.png", f"Ce fichier est une image {A_ENREGISTRER}"),
        (b"\xff\xd8\xffx", "a", f"Ce fichier est une image {A_ENREGISTRER}"),
        (b"GIF89a", "a.XLS", f"Ce fichier est une image malgré son extension « .xls » {A_ENREGISTRER}"),
        *(
            (debut + b"x", "a.zip", f"Ce fichier est une archive {A_ENREGISTRER}")
            for debut in (b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")
        ),
        (b"{\\rtf1", "a.txt", f"Ce fichier est un texte mis en forme malgré son extension « .txt » {A_ENREGISTRER}"),
        (
            *(b"<html><table><tr><td>Nom</td></tr></table></html>", "export.xls"),
            f"Ce fichier est une page web malgré son extension « .xls » {A_ENREGISTRER}",
        ),
        *(
            (debut + b" x", "a", f"Ce fichier est une page web {A_ENREGISTRER}")
            for debut in (b" <!DOCTYPE html", b"\xef\xbb\xbf<table")
        ),
        (
            *(archive(word__document="x"), "a.xlsx"),
            f"Ce fichier est un document de traitement de texte malgré son extension « .xlsx » {A_ENREGISTRER}",
        ),
        (archive(photo="x"), "a.ods", f"Ce fichier est une archive malgré son extension « .ods » {A_ENREGISTRER}"),
        (
            *(archive(xl__workbook="x"), "a.xlsx"),
            "Ce classeur est abîmé : ouvrez-le dans votre tableur et enregistrez-le de nouveau.",
        ),
        (classeur(["Nom"], ["Roux"])[:500], "a.xlsx", ABIME),
        (
            *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx"),
            "Ce classeur est protégé par un mot de passe : enregistrez-le sans mot de passe.",
        ),
        (
            *(b"Nom;Prenom\n\x00\x01\x02\x00 un binaire, sans rien d'un texte; x\n" * 2, "a.csv"),
            "Ce fichier n’est ni un CSV ni un classeur : enregistrez votre tableau en CSV ou en XLSX.",
        ),
        (
            *(b'Nom;Prenom\nRoux;Paul\nDupre;"Eva\nLaurent;Zoe\n', "a.csv"),
            "Ligne 3 : un guillemet s’ouvre et ne se ferme jamais. Corrigez-la, puis déposez le fichier de nouveau.",
        ),
        (b"x" * (module.TAILLE_MAX + 1), "a.csv", "Ce fichier est trop lourd : 20 Mo au plus."),
        (
            *(b"nom;prenom\n" + b"a;b\n" * (module.LIGNES_MAX + 1), "a.csv"),
            "Ce fichier a plus de 50\u202f000 lignes : découpez-le en plusieurs.",
        ),
        (b";".join([b"x"] * 201) + b"\na;b\n", "a.csv", "Ce tableau a 201 colonnes : 200 au plus."),
    ],
)
def test_un_fichier_illisible_dit_pourquoi(contenu, nom, dit):
    with pytest.raises(FichierIllisible) as refus:
        lire(contenu, nom, connait)
    assert str(refus.value) == dit


def test_une_cellule_egaree_au_bout_de_la_feuille_n_abat_pas_le_site():
    wb = openpyxl.Workbook()
    wb.active["A1"], wb.active["XFD1048576"] = "Nom", "x"
    sortie = io.BytesIO()
    wb.save(sortie)
    with pytest.raises(FichierIllisible, match="trop étendu"):
        lire(sortie.getvalue(), "a.xlsx", connait)


@settings(deadline=None)  # un classeur se lit dans un processus à part : sa durée est celle de la machine
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "a"]))
def test_des_octets_quelconques_donnent_un_tableau_ou_une_phrase(contenu, nom):
    try:
        lu = lire(contenu, nom, connait)
    except FichierIllisible as echec:
        assert str(echec).endswith(".")
    else:
        assert all(len(ligne.cellules) == len(lu.entetes) for ligne in lu.lignes)


def test_les_colonnes_se_reconnaissent_sous_leurs_noms_d_usage_dans_tous_les_ordres():
    assert proposer(["VILLE", "né(e) le", "Date de naissance (jj/mm/aaaa)", "prénom", "NOM de famille", "Lieu"], COLONNES) == {
        0: "commune",
        2: "naissance",
        3: "prenom",
        4: "nom",
    }
    assert proposer(["Nom du conseiller", "Lieu de naissance", "Nom", "Nom"], COLONNES) == {2: "nom"}


def test_une_ligne_dit_toutes_ses_fautes_a_leur_colonne():
    lu = lire("Nom;Prénom;Ville\n;Éva;Une commune au nom bien trop long\n".encode(), "a.csv", connait)
    correspondance = {0: COLONNES[0], 1: COLONNES[1], 2: COLONNES[3]}
    valeurs, remarques = lire_ligne(lu.lignes[0], correspondance, lu.entetes)
    assert valeurs["prenom"] == "Éva"
    assert [(r.ligne, r.colonne, r.gravite) for r in remarques] == [(2, "Nom", "erreur"), (2, "Ville", "erreur")]
    assert remarques[1].valeur == "Une commune au nom bien trop long"


def test_une_archive_qui_se_deplie_sans_fin_ne_se_lit_pas(monkeypatch):
    bombe = io.BytesIO()
    with zipfile.ZipFile(bombe, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/worksheets/sheet1.xml", "w") as piece:
        for _ in range(201):
            piece.write(bytes(2**20))
    monkeypatch.setattr("cedre.core.classeur.subprocess.run", lambda *a, **k: pytest.fail("elle s'est dépliée"))
    with pytest.raises(FichierIllisible, match="trop étendu"):
        lire(bombe.getvalue(), "bombe.xlsx", connait)


def lu(*lignes: str):
    return lire("\n".join(lignes).encode(), "a.csv", connait)


def test_un_tableau_se_lit_jusqu_a_ses_bornes_comprises(monkeypatch):
    monkeypatch.setattr(module, "LIGNES_MAX", 3)
    monkeypatch.setattr(module, "COLONNES_MAX", 3)
    monkeypatch.setattr(module, "LIGNES_AVANT_TITRES", 2)
    assert len(lu("Nom;Prénom;Ville", *["a;b;c"] * 3).lignes) == 3
    for trop, dit in ((["Nom;Prénom;Ville", *["a;b;c"] * 4], "3 lignes"), (["Nom;Prénom;Ville;x", "a;b;c;d"], "3 au plus")):
        with pytest.raises(FichierIllisible, match=dit):
            lu(*trop)
    assert lu("x;y", "Nom;Prénom", "a;b").entetes == ["Nom", "Prénom"]
    assert lu("x;y", "z;t", "Nom;Prénom", "a;b").entetes == ["x", "y"], "des titres trop bas n’en sont plus"
    monkeypatch.setattr(module, "TAILLE_MAX", len(b"Nom;x\na;b"))
    assert lu("Nom;x", "a;b").lignes and pytest.raises(FichierIllisible, lu, "Nom;x", "a;bb")


def test_sans_titre_connu_c_est_la_premiere_ligne_a_moitie_remplie_et_un_titre_vide_a_son_rang():
    tableau = lu("Liste;;;", "A;;C;D", "1;2;3;4")
    assert (tableau.entetes, tableau.ligne_titres) == (["A", "Colonne 2", "C", "D"], 2)
    assert [(ligne.cellules, ligne.de_trop) for ligne in lu("Nom;Ville;;", "a;b;c;d", "e").lignes] == [
        (["a", "b"], 2),
        (["e", ""], 0),
    ]


def test_de_deux_feuilles_aux_memes_titres_on_lit_la_plus_longue():
    autres = [("Essai", "visible", [["Nom", "Prénom"], ["x", "y"]])]
    contenu = classeur(["Nom", "Prénom"], ["Roux", "Paul"], ["Roux", "Eva"], autres=autres)
    assert [ligne.cellules for ligne in lire(contenu, "a.xlsx", connait).lignes] == [["Roux", "Paul"], ["Roux", "Eva"]]
