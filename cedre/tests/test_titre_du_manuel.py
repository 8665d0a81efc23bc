"""La page de titre du manuel imprimé : chaque date y est la sienne (MAN-1)."""

from cedre.tests.imprime import lire


def test_la_page_de_titre_dit_le_jour_de_la_publication_et_celui_de_l_approbation():
    dites = {"sections": [], "en_clair": {"phrases": [], "texte": ""}, "changements": "", "au_titre_de": "Direction"}
    dites |= {"structure": dict.fromkeys(("nom", "adresse", "code_postal", "commune", "telephone", "courriel"), "X")}
    publiee = dites | {"numero": 3, "le": "2026-03-10", "approuvee_le": "2026-02-04", "approuvee_par": "Odile"}
    texte = lire("qualite/typst/manuel.typ", publiee)
    assert "version 3, publiée le 10 mars 2026" in texte and "approuvée le 4 février 2026 par odile (direction)" in texte
    brouillon = lire("qualite/typst/manuel.typ", publiee | {"numero": None})
    assert "brouillon du 10 mars 2026" in brouillon and "approuvée" not in brouillon
