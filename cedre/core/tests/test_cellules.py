"""D'une cellule à une valeur, ou à une phrase qui dit ce qui ne va pas (issue 2 §4)."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cedre.core.cellules import (
    MOIS,
    Douteux,
    Invalide,
    code_postal,
    courriel,
    date_lue,
    oui_non,
    plusieurs,
    sans_reponse,
    telephones,
    texte,
    texte_long,
)

LE_PLUS_TARD = date(2026, 6, 1)
DATES = st.dates(date(1927, 6, 1), LE_PLUS_TARD)
TOUT_CARACTERE = st.characters(exclude_categories=["Cs"])  # les mêmes que par défaut, trouvés treize fois plus vite
CELLULES = st.one_of(
    st.none(), st.text(TOUT_CARACTERE), st.integers(), st.floats(), st.booleans(),
    st.dates(), st.datetimes(), st.times(), st.timedeltas(),
    st.from_regex(r"[0-9]{1,4}[/. -][0-9]{1,2}[/. -][0-9]{1,4}", fullmatch=True, alphabet=TOUT_CARACTERE),
    st.from_regex(r"[+0-9 ./()-]{1,30}", fullmatch=True, alphabet=TOUT_CARACTERE),
)  # fmt: skip


@pytest.mark.parametrize(
    "lecteur", [date_lue, telephones, courriel, code_postal, oui_non, texte(50), texte_long, plusieurs({}, accepte="rien")]
)
@given(cellule=CELLULES)
def test_un_lecteur_rend_une_valeur_ou_une_phrase_jamais_une_panne(lecteur, cellule):
    try:
        lecteur(cellule)
    except (Invalide, Douteux) as faute:
        assert str(faute)[-1] in ".…»"


@given(DATES)
def test_une_date_ecrite_de_toutes_les_facons_se_relit_la_meme(jour):
    mois = MOIS[jour.month - 1]
    serie = (jour - date(1899, 12, 30)).days
    ecritures = [jour, datetime.combine(jour, time(3, 4)), jour.isoformat(), float(serie), str(serie)]
    ecritures += [f"{jour:{forme}}" for forme in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%d%m%Y", "%Y%m%d", "%Y/%m/%d")]
    ecritures += [
        f"{jour.day}/{jour.month}/{jour.year}",
        f" {jour:%d / %m / %Y} ",
        f"{jour:%d/%m/%Y} 00:00:00",
        f"{jour}T00:00:00",
    ]
    ecritures += [f"{jour.day} {mois} {jour.year}", f"{jour.day} {mois.upper()} {jour:%y}", f"{jour:%d}-{mois[:4]}.-{jour.year}"]
    ecritures += [f"{jour:%d/%m/%y}"]
    assert [date_lue(e, au_plus_tard=LE_PLUS_TARD) for e in ecritures] == [jour] * len(ecritures)


@pytest.mark.parametrize(
    ("ecrit", "dit"),
    [
        ("31/02/1980", "31/02/1980 : février 1980 n’a que 29 jours."),
        ("29/02/1981", "29/02/1981 : février 1981 n’a que 28 jours."),
        ("1980-04-31", "1980-04-31 : avril 1980 n’a que 30 jours."),
        ("12/13/1980", "12/13/1980 : il n’y a pas de mois 13."),
        ("00/05/1980", "00/05/1980 : jour 0."),
        ("1980", "« 1980 » : date incomplète, écrire le jour, le mois et l’année."),
        ("05/1980", "« 05/1980 » : date incomplète, écrire le jour, le mois et l’année."),
        ("vers Noël", "« vers Noël » n’est pas une date : écrire par exemple 31/12/1980."),
        ("01/01/2050", "01/01/2050 : date trop tardive, le 01/06/2026 au plus."),
        ("01/01/1850", "01/01/1850 : date trop ancienne."),
        ("1/1/0", "« 1/1/0 » n’est pas une date : écrire par exemple 31/12/1980."),
    ],
)
def test_une_date_impossible_dit_pourquoi(ecrit, dit):
    with pytest.raises(Invalide) as faute:
        date_lue(ecrit, au_plus_tard=LE_PLUS_TARD)
    assert str(faute.value) == dit


def test_une_date_se_lit_jusqu_a_ses_bornes_comprises():
    veille, lendemain = (LE_PLUS_TARD + timedelta(days=ecart) for ecart in (-1, 1))
    bornes = {"au_plus_tot": LE_PLUS_TARD, "au_plus_tard": LE_PLUS_TARD}
    for ecrire in (date.isoformat, lambda jour: jour, lambda jour: datetime.combine(jour, time(23, 59))):
        assert date_lue(ecrire(LE_PLUS_TARD), **bornes) == LE_PLUS_TARD
        with pytest.raises(Invalide, match="trop tardive"):
            date_lue(ecrire(lendemain), **bornes)
        with pytest.raises(Invalide, match="trop ancienne"):
            date_lue(ecrire(veille), **bornes)
    assert date_lue(f"{timezone.localdate():%d/%m/%Y}") == timezone.localdate(), "aujourd'hui n'est pas à venir"


@pytest.mark.parametrize("vide", ["", None, "  ", "-", "n/a", "#N/A", "00/00/0000", "0000-00-00", "//"])
def test_ce_qui_ne_dit_rien_n_est_pas_une_faute(vide):
    assert date_lue(vide) is None
    assert vide in ("00/00/0000", "0000-00-00") or (sans_reponse(vide) and telephones(vide) == [] and courriel(vide) == "")


def test_le_siecle_d_une_annee_sur_deux_chiffres_est_le_dernier_possible():
    il_y_a_14_ans = LE_PLUS_TARD - timedelta(days=14 * 365)
    assert date_lue("01/01/12", au_plus_tard=il_y_a_14_ans).year == 2012
    assert date_lue("01/01/13", au_plus_tard=il_y_a_14_ans).year == 1913
    assert date_lue("01/01/26", au_plus_tard=LE_PLUS_TARD).year == 2026


@pytest.mark.parametrize(
    ("cellule", "numeros"),
    [
        ("06 12 34 56 78", ["06 12 34 56 78"]),
        (612345678.0, ["06 12 34 56 78"]),
        (612345678, ["06 12 34 56 78"]),
        ("06.12.34.56.78", ["06 12 34 56 78"]),
        ("06/12/34/56/78", ["06 12 34 56 78"]),
        ("06-12-34-56-78", ["06 12 34 56 78"]),
        ("+33 6 12 34 56 78", ["06 12 34 56 78"]),
        ("+33 (0)6 12 34 56 78", ["06 12 34 56 78"]),
        ("0033612345678", ["06 12 34 56 78"]),
        ("06 12 34 56 78 / 01 99 00 12 34", ["06 12 34 56 78", "01 99 00 12 34"]),
        ("0612345678/0199001234", ["06 12 34 56 78", "01 99 00 12 34"]),
        ("06 12 34 56 78 01 99 00 12 34", ["06 12 34 56 78", "01 99 00 12 34"]),
        ("0612345678 ou 0199001234 (mère)", ["06 12 34 56 78", "01 99 00 12 34"]),
        ("06.12.34.56.78-01.99.00.12.34", ["06 12 34 56 78", "01 99 00 12 34"]),
        ("fixe : 01 99 00 12 34\nport : 06 12 34 56 78", ["01 99 00 12 34", "06 12 34 56 78"]),
        ("0612345678 ; 06 12 34 56 78", ["06 12 34 56 78"]),
        ("+212 6 61 23 45 67", ["+212 6 61 23 45 67"]),
        ("06\u00a012\u202f34 56 78 poste 12", ["06 12 34 56 78"]),
    ],
)
def test_les_telephones_d_une_cellule_se_lisent_tous(cellule, numeros):
    assert telephones(cellule) == numeros


@pytest.mark.parametrize("cellule", ["06 12 34 56", "06 12 34 56 78 9", "0612345678 / 061234", "voir fiche", "12/34", 42])
def test_un_telephone_faux_est_refuse_plutot_que_coupe(cellule):
    with pytest.raises(Invalide, match="n’est pas un numéro"):
        telephones(cellule)


def test_un_courriel_se_trouve_dans_sa_cellule():
    assert courriel(" Eva@Exemple.FR ") == "eva@exemple.fr"
    assert courriel("Éva <eva@exemple.fr>;") == "eva@exemple.fr"
    with pytest.raises(Douteux, match="seule la première") as doute:
        courriel("eva@exemple.fr / paul@exemple.fr")
    assert doute.value.valeur == "eva@exemple.fr"
    for faux in ("eva@", "eva.exemple.fr", "@exemple.fr", "e va@exemple", "aucun"):
        with pytest.raises(Invalide):
            courriel(faux)


@pytest.mark.parametrize(
    ("cellule", "code"),
    [(1000.0, "01000"), ("1000", "01000"), ("69 001", "69001"), ("F-69001", "69001"), ("69001 Lyon", "69001")],
)
def test_un_code_postal_retrouve_le_zero_que_le_tableur_a_mange(cellule, code):
    assert code_postal(cellule) == code


@pytest.mark.parametrize("cellule", ["690011", "2A004", "Lyon", "123", "00000"])
def test_ce_qui_n_est_pas_un_code_postal_est_refuse(cellule):
    with pytest.raises(Invalide):
        code_postal(cellule)


def test_un_choix_inconnu_laisse_vide_et_dit_ce_qui_est_accepte():
    assert [oui_non(v) for v in ("OUI", "x", True, "Non", "", "?")] == [True, True, True, False, None, None]
    with pytest.raises(Douteux, match="on accepte : oui, non"):
        oui_non("peut-être")
    fruits = plusieurs({"pomme": "P", "figue": "F"}, accepte="pomme, figue")
    assert fruits("Pomme et figue / POMME") == ["P", "F"]
    with pytest.raises(Douteux, match="« kiwi »") as doute:
        fruits("figue, kiwi")
    assert doute.value.valeur == ["F"]
