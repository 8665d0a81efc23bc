"""Chaque document imprimé passe deux vérificateurs indépendants : durable, et lisible à voix haute (décision 0042)."""

import outloud
import page
import pytest
import typst

from cedre.comptes.droits import Droit
from cedre.core.pdf import compiler
from cedre.observatoire.rapport_imprime import a_imprimer
from cedre.tests.mondes import ICI, REGION
from cedre.tests.test_imprimes import demander_chacun

NORMES = ("2a", "ua1")  # celles de core.pdf, que page nomme ainsi
PIECE = "demonstration/typst/piece.typ"
# Ce dont outloud avertit à tort, et pourquoi.
ADMIS = {
    "qualite/typst/manuel.typ": {
        "ORD-001": "il lit le texte d’un élément avant ses enfants, le numéro d’une entrée du sommaire après elle",
        "PAG-001": "des définitions qui finissent par la même phrase ne sont pas un pied de page",
    }
}


def fautes(pdf: bytes, dossier) -> set[str]:
    """Les règles que ce document enfreint : celles de page, puis celles d'outloud, avertissements compris."""
    chemin = dossier / "document.pdf"
    chemin.write_bytes(pdf)
    dites = {faute.rule_id for norme in NORMES for faute in page.validate_pdf(chemin, profile=norme).failures}
    lu = outloud.check(str(chemin))
    assert not lu.error, lu.error
    return dites | {trouvee.rule for trouvee in lu.findings}


@pytest.fixture
def composes(monkeypatch) -> dict[str, bytes]:
    """Le dernier document composé de chaque gabarit."""
    faits = {}

    def garder(gabarit: str, donnees: dict, **reste) -> bytes:
        faits[gabarit] = compiler(gabarit, donnees, **reste)
        return faits[gabarit]

    monkeypatch.setattr("cedre.structures.documents.compiler", garder)
    return faits


def test_chaque_document_imprime_passe_les_deux_verificateurs(partout, composes, tmp_path):
    demander_chacun(partout[ICI])
    structure = partout[ICI].organisation.coordonnees
    piece = {"titre": "Une preuve", "structure": structure, "le": "2026-03-02", "paragraphes": ["Dit.", "Et dit encore."]}
    composes[PIECE] = compiler(PIECE, piece)
    trouvees = {gabarit: fautes(pdf, tmp_path) - ADMIS.get(gabarit, {}).keys() for gabarit, pdf in composes.items()}
    assert {gabarit: dites for gabarit, dites in trouvees.items() if dites} == {}


def test_le_rapport_d_une_region_passe_les_deux_verificateurs(partout, tmp_path):
    """Le même gabarit, d'autres lignes : combien ont transmis, et ce qui se dit réuni."""
    region = partout[REGION]
    par = next(habilitation for habilitation in region.hab.values() if habilitation.peut(Droit.RAPPORTS_RECEVOIR))
    donnees = a_imprimer(region.organisation.rapports.get(), pour=par)
    assert donnees["structures"] and donnees["chapitres"]
    assert fautes(compiler("observatoire/typst/rapport.typ", donnees | {"logo": []}), tmp_path) == set()


def test_un_document_sans_titre_ni_langue_ne_passe_ni_l_un_ni_l_autre(tmp_path):
    dites = fautes(typst.compile(b"= Un titre\nUn texte.", format="pdf"), tmp_path)
    assert {"PDFA2A-ID-SCHEMA-001", "PDFUA1-METADATA-TITLE-001", "DOC-010"} <= dites
