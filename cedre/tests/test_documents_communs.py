"""Ce que tous les documents ont en commun : l'en-tête, le jour où ils sont établis, qui a signé et qui doit encore (INS-2)."""

import json
import re
from html import unescape

import pytest
import typst
from django.conf import settings

from cedre.core.cellules import MOIS
from cedre.core.pdf import _POLICES, _remplacer
from cedre.tests.imprime import EN_TEXTE

STRUCTURE = {"nom": "Le Relais", "adresse": "1 rue B", "code_postal": "38000", "commune": "Ville"}
STRUCTURE |= {"telephone": "04 76", "courriel": "a@b.example"}


def lire(corps: str, **donnees) -> str:
    """Le texte qu'imprime ce morceau de gabarit, avec les outils communs."""
    source = EN_TEXTE + '#import "core/typst/remis.typ": *\n' + corps
    entree = {"donnees": json.dumps({"logo": [], "structure": STRUCTURE} | donnees)}
    html = typst.Compiler(source.encode(), root=settings.RACINE, font_paths=_POLICES, sys_inputs=entree).compile(format="html")
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.decode())).replace("\u200b", "").split())


def test_un_document_dit_de_qui_il_vient_a_qui_il_va_et_le_jour_ou_on_l_a_etabli():
    texte = lire('#document-remis("Compte rendu", donnees.structure, donnees.le, pour: "Zélie")[Le corps]', le="2026-03-09")
    en_tete = "Le Relais 1 rue B, 38000 Ville 04 76 · a@b.example | Établi le 9 mars 2026"
    assert texte.endswith(f"{en_tete} Compte rendu Pour Zélie Le corps")
    sans = lire('#document-remis("Compte rendu", donnees.structure, donnees.le)[Le corps]', le="2026-03-09")
    assert sans.endswith("Compte rendu Le corps")


def test_ce_qui_manque_a_l_en_tete_ne_laisse_ni_virgule_ni_point():
    structure = dict.fromkeys(STRUCTURE, "") | {"nom": "Le Relais", "commune": "Ville", "courriel": "a@b.example"}
    texte = lire('#document-cedre("T", donnees.structure, none)[Le corps]', structure=structure)
    assert "Le Relais Ville a@b.example | Établi le" in texte


@pytest.mark.parametrize(
    "signee, attendu",
    [
        (', signee-le: "2026-03-09"', "Zélie Brun Signé le 9 mars 2026 | Le Relais Date et signature"),
        ("", "Zélie Brun Date et signature | Le Relais Date et signature"),
    ],
)
def test_seule_la_personne_qui_a_signe_est_dite_avoir_signe_les_autres_ont_a_le_faire(signee, attendu):
    assert lire(f'#signatures(("Zélie Brun", "Le Relais"){signee})') == attendu


def test_une_date_et_une_heure_s_impriment_comme_elles_se_lisent_a_l_ecran():
    jours, heures = ("2026-03-01", "2026-12-09T23:59:00+01:00", ""), ("09:05", "2026-03-01T14:30:00+01:00")
    assert [lire(f'#jour("{jour}")') for jour in jours] == ["1 er mars 2026", "9 décembre 2026", ""]
    assert [lire(f'#heure("{heure}")') for heure in heures] == ["9 h 05", "14 h 30"]
    assert [lire(f'#jour("2026-{rang:02}-02")') for rang in range(1, 13)] == [f"2 {nom} 2026" for nom in MOIS]


def test_des_faits_se_disent_dans_l_ordre_sans_ceux_qui_sont_vides_et_un_tableau_garde_ses_colonnes():
    assert lire('#faits(("A", "un"), ("B", none), ("C", ""), ("D", "deux"))') == "A | un | D | deux"
    assert lire('#tableau((1fr, 1fr), ("Quoi", "Quand"), (("a", "b"), ("c", "d")))') == "Quoi Quand a b c d"


def test_un_signe_que_rien_ne_dessine_se_remplace_partout_ou_il_se_cache():
    donnees = {"a": "x\x00y", "b": ["\x00", {"c": "\x00z"}], "d": ("\x00",), "e": 3, "f": None}
    assert _remplacer(donnees, re.compile("\x00"), "¤") == {"a": "x¤y", "b": ["¤", {"c": "¤z"}], "d": ["¤"], "e": 3, "f": None}
