"""Un tableau qui sort de Cèdre s'ouvre dans un tableur français tel qu'il est (RES-1)."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl

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


def test_un_csv_se_coupe_au_point_virgule_et_n_execute_rien():
    assert en_csv(ENTETES, [LIGNE]).decode("utf-8-sig").splitlines() == [
        "Nom;Né le;Heures;Fini le",
        '"\'=HYPERLINK(""x"")";09/03/2026;7,5;',
    ]
