"""Un tableau qui sort de Cèdre s'ouvre dans un tableur français tel qu'il est (RES-1)."""

import csv
import io
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from cedre.core.exports import en_csv, en_xlsx

LE = date(2026, 3, 9)  # le neuf mars, non le trois septembre
ENTETES = ("Nom", "Né le", "Heures", "Fini le")
LIGNE = ('=HYPERLINK("x")', LE, Decimal("7.5"), None)


def test_une_cellule_garde_sa_sorte_et_une_date_se_lit_a_la_francaise():
    feuille = openpyxl.load_workbook(BytesIO(en_xlsx(ENTETES, [LIGNE], "Personnes"))).active
    titres, (nom, ne_le, heures, fini_le) = feuille.iter_rows()
    assert (feuille.title, feuille.freeze_panes, tuple(c.value for c in titres)) == ("Personnes", "A2", ENTETES)
    assert (nom.value, nom.data_type) == (LIGNE[0], "s"), "un texte n'est jamais une formule"
    assert (ne_le.value.date(), ne_le.number_format) == (LE, "dd/mm/yyyy")
    assert (heures.value, heures.data_type, fini_le.value) == (7.5, "n", None)


def test_un_titre_de_feuille_trop_long_pour_un_tableur_se_coupe_et_les_lignes_gardent_leur_ordre():
    feuille = openpyxl.load_workbook(BytesIO(en_xlsx(("A",), [["b"], ["a"], [0]], "T" * 40))).active
    assert feuille.title == "T" * 31 and [c.value for c in feuille["A"]] == ["A", "b", "a", 0]
    assert feuille["A1"].font.b and not feuille["A2"].font.b


@pytest.mark.parametrize("signe", "=+-@\t\r")
def test_un_texte_que_le_tableur_executerait_se_protege_et_un_nombre_reste_un_nombre(signe):
    cellules = (f"{signe}1", f"a{signe}1", Decimal("-7.5"), -0.25, -3, 0, True, "")
    ecrit = en_csv(("A",), [cellules]).decode("utf-8-sig").partition("\r\n")[2]
    (lu,) = csv.reader(io.StringIO(ecrit, newline=""), delimiter=";")
    assert lu == [f"'{signe}1", f"a{signe}1", "-7,5", "-0,25", "-3", "0", "True", ""]


def test_dans_un_classeur_une_adresse_et_une_formule_restent_des_textes():
    feuille = openpyxl.load_workbook(BytesIO(en_xlsx(("A",), [["https://exemple.fr"], ["=1+1"], [-7.5]], "T"))).active
    assert [(c.value, c.data_type, c.hyperlink) for c in feuille["A"][1:]] == [
        ("https://exemple.fr", "s", None),
        ("=1+1", "s", None),
        (-7.5, "n", None),
    ]


def test_un_csv_se_coupe_au_point_virgule_et_n_execute_rien():
    assert en_csv(ENTETES, [LIGNE]).decode("utf-8-sig").splitlines() == [
        "Nom;Né le;Heures;Fini le",
        '"\'=HYPERLINK(""x"")";09/03/2026;7,5;',
    ]
