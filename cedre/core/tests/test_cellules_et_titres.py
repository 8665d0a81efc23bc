"""Une cellule, un titre, un fichier : les bornes de ce qui se lit, et ce que l'on en dit (issue 2 §4)."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from cedre.core import yaml_borne
from cedre.core.cellules import (
    Douteux,
    Invalide,
    choix,
    code_postal,
    courriel,
    date_lue,
    euros_lus,
    heures_lues,
    plusieurs,
    telephones,
    texte,
)
from cedre.core.colonnes import Colonne, lire_ligne, proposer, titre_compare
from cedre.core.exports import montrer_pdf, tableau, telecharger
from cedre.core.fichiers import EXTENSIONS, type_du_fichier
from cedre.core.sauvegarde import _numeros
from cedre.core.tableau import Ligne, Tableau, en_texte


@pytest.mark.parametrize(
    "cellule, heures",
    [
        *(("7,5", "7.5"), ("7.25", "7.25"), (7, "7"), (7.5, "7.5"), ("35 h", "35"), ("7h30", "7.5"), ("7:45", "7.75")),
        *(("7 h 5", "7.08"), (" 7 heures ", "7"), ("0", "0"), (",5", "0.5"), (time(7, 30), "7.5"), ("7h30mn", "7.5")),
        *((timedelta(hours=30, minutes=20), "30.33"), ("7h", "7")),
    ],
)
def test_des_heures_se_lisent_de_toutes_les_facons_au_centieme(cellule, heures):
    assert heures_lues(cellule) == Decimal(heures)


def test_des_heures_qui_n_en_sont_pas_se_refusent_et_rien_n_est_pas_zero():
    assert [heures_lues(vide) for vide in ("", None, "-", "n/a")] == [None] * 4
    for faux in ("7h60", "mardi", "-3", "1000", "7;5"):
        with pytest.raises(Invalide, match="écrire 7,5 ou 7h30"):
            heures_lues(faux)


def test_des_euros_se_lisent_de_toutes_les_facons_au_centieme_et_ce_qui_n_en_est_pas_se_refuse():
    dits = ("12,02", "12.02 €", "12,02 €/h", "12,02 euros bruts de l’heure", 12.02, "12", "", "n/a")
    assert [euros_lus(cellule) for cellule in dits] == [Decimal("12.02")] * 5 + [Decimal(12), None, None]
    for faux in ("le SMIC", "-12", "12;02"):
        with pytest.raises(Invalide, match="écrire 12,02"):
            euros_lus(faux)


def test_un_texte_entre_jusqu_a_sa_longueur_comprise_et_des_signes_seuls_ne_disent_rien():
    lire = texte(5)
    assert [lire(v) for v in ("abcde", " a  b ", "--", 12.0)] == ["abcde", "a b", "", "12"]
    with pytest.raises(Invalide, match="6 caractères : 5 au plus"):
        lire("abcdef")


def test_un_choix_inconnu_bloque_ou_laisse_vide_selon_la_colonne():
    options = {"cdi": "C", "cdd": "D"}
    assert [choix(options, accepte="x", bloque=bloque)(v) for bloque in (True, False) for v in ("CDI", "")] == ["C", None] * 2
    with pytest.raises(Invalide, match="« intérim » n’est pas reconnu ; on accepte : CDI, CDD"):
        choix(options, accepte="CDI, CDD", bloque=True)("intérim")
    with pytest.raises(Douteux, match="Laissé vide") as doute:
        choix(options, accepte="CDI, CDD")("intérim")
    assert doute.value.valeur is None
    assert plusieurs(options, accepte="")("cdd, cdi\ncdd") == ["D", "C"], "dans l’ordre écrit, chacun une fois"
    assert {tuple(plusieurs(options, accepte="")(f"cdi{signe}cdd")) for signe in (",", ";", "/", "+", "\n", " et ")} == {
        ("C", "D")
    }


def test_un_code_postal_une_adresse_et_un_numero_a_leurs_bornes():
    assert [code_postal(v) for v in ("97410", "01000", "", "n/a")] == ["97410", "01000", "", ""]
    for faux in ("99999", "00100"):
        with pytest.raises(Invalide):
            code_postal(faux)
    with pytest.raises(Invalide, match="trop longue"):
        courriel(f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example")
    assert telephones("0612345678 poste 1234") == ["06 12 34 56 78"], "quatre chiffres ne sont pas un numéro de plus"
    with pytest.raises(Invalide, match="« 12345 »"):
        telephones("0612345678 poste 12345")


@pytest.mark.parametrize(
    "abrege, mois",
    [
        *(("jan", 1), ("janv.", 1), ("fév", 2), ("févr.", 2), ("mars", 3), ("avr.", 4), ("mai", 5), ("juin", 6), ("juil.", 7)),
        *(("août", 8), ("sep", 9), ("sept.", 9), ("oct", 10), ("nov.", 11), ("déc", 12), ("DÉCEMBRE", 12)),
    ],
)
def test_un_mois_se_lit_abrege_comme_chacun_l_abrege(abrege, mois):
    assert date_lue(f"3 {abrege} 2020") == date_lue(f"3-{abrege}-20") == date(2020, mois, 3)
    assert date_lue(f"1er {abrege} 2020") == date(2020, mois, 1)


def test_un_titre_se_compare_sans_ce_que_chacun_ecrit_a_sa_facon():
    assert [titre_compare(t) for t in ("N° de  Téléphone (fixe)", "Date d’entrée", "NUMÉRO", "du")] == [
        *("telephone", "date entree", "numero", "du"),
    ]


COLONNES = [
    Colonne("nom", "Nom", (), texte(20), obligatoire=True),
    Colonne("contact", "Premier contact", ("contact",), texte(20)),
    Colonne("accord", "Accord", (), choix({"oui": True}, accepte="oui")),
]


def test_un_titre_plus_long_se_reconnait_s_il_n_en_dit_guere_plus():
    assert proposer(["Date et lieu du premier contact", "Nom usuel complet"], COLONNES) == {}
    assert proposer(["Le premier contact ici", "nom"], COLONNES) == {0: "contact", 1: "nom"}


def test_une_ligne_garde_ce_qui_est_douteux_refuse_ce_qui_est_faux_et_dit_ce_qui_manque():
    correspondance, entetes = dict(enumerate(COLONNES)), ["Nom", "Contact", "D'accord"]
    valeurs, remarques = lire_ligne(Ligne(4, ["", "x" * 21, "peut-être"]), correspondance, entetes)
    assert valeurs == {"nom": "", "accord": None}
    assert [(r.ligne, r.colonne, r.gravite) for r in remarques] == [
        (4, "Nom", "erreur"),
        (4, "Contact", "erreur"),
        (4, "D'accord", "attention"),
    ]
    assert remarques[0].message == "Nom : à remplir." and remarques[2].valeur == "peut-être"
    lue = {"nom": "Ada", "contact": "", "accord": True}
    assert lire_ligne(Ligne(5, ["Ada", "", "oui"]), correspondance, entetes) == (lue, [])


def test_les_exemples_d_une_colonne_sont_ses_premieres_valeurs_differentes():
    lignes = [Ligne(n, [valeur, "x"]) for n, valeur in enumerate(["b", "", "a", "b", None, "c", "d"], start=2)]
    assert Tableau(["A", "B"], 1, lignes).exemples(0) == ["b", "a", "c"]
    assert Tableau(["A", "B"], 1, lignes).exemples(0, 1) == ["b"] and Tableau(["A", "B"], 1, lignes).exemples(1) == ["x"]


def test_une_cellule_se_lit_comme_a_l_ecran():
    cellules = [None, "", True, False, 12.0, 1.5, date(2026, 3, 9), "  a \t b ", "é\u200b \n\n  è ", 0]
    assert [en_texte(c) for c in cellules] == ["", "", "oui", "non", "12", "1.5", "09/03/2026", "a b", "é\nè", "0"]


def test_un_fichier_est_ce_que_disent_ses_octets():
    types = [type_du_fichier(debut + b"x") for debut in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-", b"GIF8")]
    assert types == ["image/png", "image/jpeg", "application/pdf", None]
    assert EXTENSIONS == {"image/png": "png", "image/jpeg": "jpg", "application/pdf": "pdf"}


def test_une_version_0_10_vient_apres_0_9():
    assert sorted(["0.10.0", "1.0", "0.9.12", "0.9"], key=_numeros) == ["0.9", "0.9.12", "0.10.0", "1.0"]


def test_ce_qui_sort_se_propose_sous_son_nom_et_ne_reste_dans_aucun_cache():
    reponses = [
        telecharger(b"x", "a.csv", "text/csv"),
        montrer_pdf(b"%PDF-", "a.pdf"),
        tableau(["A"], [[1]], nom="gens", format_="csv"),
        tableau(["A"], [[1]], nom="gens", format_="xlsx"),
    ]
    assert [r["Content-Disposition"] for r in reponses] == [
        'attachment; filename="a.csv"',
        'inline; filename="a.pdf"',
        'attachment; filename="gens.csv"',
        'attachment; filename="gens.xlsx"',
    ]
    assert {r["Cache-Control"] for r in reponses} == {"no-store"}
    types = [r["Content-Type"].partition(";")[0].rpartition("/")[2] for r in reponses]
    assert types == ["csv", "pdf", "csv", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"]


def test_un_fichier_yaml_se_lit_jusqu_a_ses_bornes_comprises(monkeypatch):
    monkeypatch.setattr(yaml_borne, "TAILLE_MAX", 30)
    monkeypatch.setattr(yaml_borne, "NOEUDS_MAX", 9)
    monkeypatch.setattr(yaml_borne, "PROFONDEUR_MAX", 5)
    assert yaml_borne.lire_yaml(b"a: " + b"x" * 27) == {"a": "x" * 27}
    assert yaml_borne.lire_yaml(b"[[[[[]]]]]") and len(yaml_borne.lire_yaml(b"[1,1,1,1,1,1,1,1]")) == 8
    for trop in (b"a: " + b"x" * 28, b"[[[[[[]]]]]]", b"[1,1,1,1,1,1,1,1,1]"):
        with pytest.raises(yaml_borne.YamlRefuse):
            yaml_borne.lire_yaml(trop)
