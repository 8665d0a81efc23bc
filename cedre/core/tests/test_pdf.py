"""Les PDF : aux normes, et sourds à ce que l'on pourrait glisser dans les données."""

import pytest

from cedre.core.pdf import CompositionImpossible, compiler

STRUCTURE = {"nom": "Structure", "adresse": "1 rue", "code_postal": "", "commune": "", "telephone": "", "courriel": ""}
RETORS = [
    '#eval("1+1") #panic() #read("/settings.py")',
    "*gras* _italique_ $x^2$ = titre @renvoi <ancre> `code` // fin /* */",
    '"]) } \\u{0} \\" \\\\u0000 \\n',
    "x" * 3000,
    "😀 👩\u200d👧 🇫🇷 chez nous",
    "زينب خليل · Зоя · Ελένη · שלום · 汉字 · தமிழ்",
    "\x00\x07 a\u202eb\u200f \ufffe \ue000 \ud800",
    "une ligne\r\nune autre\n\n\ttrois",
    "",
]


def dossier(**identite):
    vides = ("date_naissance", "sexe", "telephone", "telephone_2", "courriel", "adresse", "code_postal", "commune", "reference")
    vides += ("statut_entree",)
    nuls = ("niveau_formation", "duree_chomage", "prescripteur", "referent", "dossier_modifie_le", "anonymise_le")
    identite = dict.fromkeys(vides, "") | dict.fromkeys(nuls) | {"nom": "Martinelle", "prenom": "Zélie"} | identite
    identite |= {"dossier": 1, "phase": "Accueil", "phase_depuis": "2026-03-01", "dossier_ouvert_le": "2026-03-01"}
    sortes = ("premiers_contacts", "informations", "entretiens", "evaluations", "evaluations_professionnelles", "suites")
    return dict.fromkeys((*sortes, "consultations"), []) | {
        "structure": STRUCTURE,
        "etabli_le": "2026-03-01",
        "personne": identite | {nom: identite.get(nom, []) for nom in ("prestations", "criteres")},
    }


def test_un_pdf_se_dit_durable_accessible_et_en_francais():
    pdf = compiler("parcours/typst/dossier.typ", dossier())
    assert pdf.startswith(b"%PDF-")
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf and b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"/Lang(fr-FR)" in pdf and "Dossier de Zélie Martinelle".encode() in pdf


@pytest.mark.parametrize("texte", RETORS, ids=range(len(RETORS)))
def test_un_texte_retors_se_lit_et_ne_s_execute_pas(texte):
    assert compiler("parcours/typst/dossier.typ", dossier(adresse=texte, nom=texte or "N", prestations=[texte]))


def test_un_gabarit_fautif_se_dit():
    with pytest.raises(CompositionImpossible):
        compiler("parcours/typst/dossier.typ", {})
