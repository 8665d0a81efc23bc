"""Une édition se charge entière, ou dit toutes ses fautes (CER-1, CER-2, issue 4 §1)."""

from datetime import date
from fractions import Fraction

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cedre.certification import editions as module
from cedre.certification.editions import livrees, versions
from cedre.certification.lecture_edition import lire
from cedre.certification.referentiel import DOSSIER, EditionRefusee
from cedre.certification.tests.fictive import FICTIVE
from cedre.certification.verdicts import Disposition, Regle, Verdict, juger
from cedre.core.indicateurs import Mesure


def changee(*chemin, **cles) -> bytes:
    """L'édition d'essai, avec ces clés de plus au bout du chemin."""
    brut = yaml.safe_load(FICTIVE.replace("2020-01-01", "'2020-01-01'"))
    noeud = brut
    for pas in chemin:
        noeud = noeud[pas]
    noeud.update(cles)
    return yaml.safe_dump(brut, allow_unicode=True).encode()


def exemple(**cles) -> dict:
    """Un exemple que le jugement contredit."""
    return {"type": "AI", "total": 3, "atteint": 2, "verdict": "satisfait"} | cles


def exemple_dit(**cles) -> dict:
    """Le même, dans l'ordre où le fichier l'écrit."""
    return dict(sorted(exemple(**cles).items()))


SANS_PREUVES = FICTIVE.replace(", preuves: [{indicateur: delai_annonce}]", "").encode()


def preuves(**cles) -> bytes:
    """Une version des preuves de l'édition d'essai, avec ces clés de plus."""
    dites = {"format": "cedre-preuves/1", "edition": "essai", "numero": 1, "du": "2020-01-01", "pourquoi": "Première version"}
    points = {"points": {"1a": [{"indicateur": "delai_annonce"}]}}
    return yaml.safe_dump(dites | points | cles, allow_unicode=True).encode()


SPEC = ("chapitres", 0, "specifications", 0)
POINT = (*SPEC, "points", 0)


def test_l_edition_d_essai_se_charge_et_garde_son_condensat():
    edition = lire(FICTIVE.encode())
    assert [point.code for point in edition.points()] == ["1a", "1a-1"]
    assert edition.condensat != lire(FICTIVE.encode() + b"\n").condensat


DANS_SPEC = "chapitres/0/specifications/0"
TOUTES = ["AI", "ETTI", "EI", "ACI"]
INEXISTANTE = "Une date ou un nombre de ce fichier n’existe pas."


def fautes(octets: bytes, dites: bytes = b"") -> list[str]:
    """Ce que l'on reproche à ce fichier."""
    with pytest.raises(EditionRefusee) as refus:
        lire(octets, dites)
    assert str(refus.value) == " ; ".join(refus.value.fautes)
    return refus.value.fautes


@pytest.mark.parametrize(
    "octets, dites",
    [
        (changee(*POINT, preuves=[{"indicateur": "inventé"}]), ["1a : l’indicateur « inventé » n’existe pas, ou ne se juge pas"]),
        (
            changee(*POINT, dispositions=[{"types": ["AI", "EI"], "regle": "exhaustif"}]),
            [f"1a : {type_siae} doit être couvert une fois, il l’est 0" for type_siae in ("ACI", "ETTI")],
        ),
        (
            changee(*SPEC, dispositions=[{"types": [*TOUTES, "AI"], "regle": "exhaustif"}]),
            [f"{code} : AI doit être couvert une fois, il l’est 2" for code in ("1a", "1a-1")],
        ),
        (changee(*SPEC, "points", 1, preuves=[{"constat": "Vu ?"}]), ["1a-1 : une latitude ne s’évalue pas"]),
        (SANS_PREUVES, ["1a : une exigence dit ce qui la prouve"]),
        (changee(*SPEC, "points", 1, code="1a"), ["1a : ce code sert 2 fois"]),
        (
            changee(*POINT, dispositions=[{"types": TOUTES, "regle": "nombre_minimal", "parametre": "x"}]),
            ["1a : le paramètre « x » n’existe pas"],
        ),
        (
            changee(*POINT, dispositions=[{"types": TOUTES, "regle": "exhaustif", "lecture": "y"}]),
            ["1a : la lecture « y » n’existe pas"],
        ),
        (changee(*SPEC, exemples=[exemple()]), [f"1a : l’exemple {exemple_dit()} donne « insuffisant », seuil 3"]),
        (
            changee(*POINT, exemples=[exemple(verdict="insuffisant", seuil=2)]),
            [f"1a : l’exemple {exemple_dit(verdict='insuffisant', seuil=2)} donne « insuffisant », seuil 3"],
        ),
        (
            changee(texte="manquant"),
            ["Une édition dont le texte manque n’a aucun chapitre ; une édition complète en a."],
        ),
        (changee(en_vigueur={"du": "2020-02-31"}), [INEXISTANTE]),
        (changee(*SPEC, exemples=[exemple(parametres={"x": float("nan")})]), [INEXISTANTE]),
        (changee(*SPEC, exemples=[exemple(parametres={"x": float("inf")})]), [INEXISTANTE]),
        (b"a: [", ["Ce fichier n’est pas du YAML lisible : ligne 1, colonne 5."]),
        (b"\xff", ["Ce fichier n’est pas du YAML lisible."]),
    ],
)
def test_une_edition_fautive_dit_chacune_de_ses_fautes(octets, dites):
    assert fautes(octets) == dites


@pytest.mark.parametrize(
    "octets, ou",
    [
        (
            changee(*SPEC, dispositions=[{"types": TOUTES, "regle": "part_minimale"}]),
            "chapitres/0/specifications/0/dispositions/0 : ",
        ),
        (changee(inconnue=1), "le fichier : "),
        (changee(code="a\n"), "code : "),
        (changee(code="a" * 21), "code : "),
        (changee(lignee="a" * 41), "lignee : "),
        (changee(*POINT, code="1/a"), f"{DANS_SPEC}/points/0/code : "),
        (changee(*SPEC, code="1" * 21), f"{DANS_SPEC}/code : "),
        (changee(parametres={"à nous": {"libelle": "x", "unite": "y"}}), "parametres : "),
    ],
)
def test_une_edition_sans_la_forme_dit_ou_est_la_faute(octets, ou):
    assert [faute[: len(ou)] for faute in fautes(octets)] == [ou]


def test_un_fichier_tout_fautif_ne_dit_que_ses_cent_premieres_fautes_et_en_peu_de_mots():
    assert len(fautes(changee(*SPEC, points=[{"code": "1a"}] * 101))) == 100
    (longue,) = fautes(changee(code="x" * 4000))
    assert len(longue) == len("code : ") + 300


def test_un_exemple_que_le_jugement_confirme_laisse_l_edition_se_charger():
    justes = [exemple(verdict="insuffisant", seuil=3), exemple(atteint=3), exemple(total=0, atteint=0, verdict="sans_objet")]
    assert lire(changee(*SPEC, exemples=justes)).code == "essai"
    nombre = [{"types": TOUTES, "regle": "nombre_minimal", "parametre": "moitie", "lecture": "douteuse"}]
    tranchee = exemple(lectures_tranchees=["douteuse"])
    exemples = [exemple(verdict="indeterminable"), tranchee, tranchee | {"parametres": {"moitie": 2.5}, "verdict": "insuffisant"}]
    assert lire(changee(*SPEC, dispositions=nombre, exemples=exemples)).code == "essai"


def test_chaque_fichier_du_depot_se_charge_et_dit_de_quelle_edition_il_est():
    noms = {f"{e.lignee}-{e.code}" for e in livrees()} | {f"{e.lignee}-{e.code}.preuves-{e.preuves.numero}" for e in prouvees()}
    assert noms == {chemin.stem for chemin in DOSSIER.glob("*.yaml")}


def prouvees() -> list:
    return [edition for edition in livrees() if edition.preuves]


def test_un_texte_et_ses_preuves_font_l_edition_et_le_texte_garde_son_condensat():
    separee, entiere = lire(SANS_PREUVES, preuves()), lire(FICTIVE.encode())
    assert [*separee.points()] == [*entiere.points()] and separee.citee == "Édition d’essai, preuves n° 1"
    assert separee.condensat == lire(SANS_PREUVES, preuves(numero=2)).condensat
    assert separee.preuves == (1, date(2020, 1, 1), "Première version") and entiere.preuves is None


@pytest.mark.parametrize(
    "octets, dites, attendues",
    [
        (SANS_PREUVES, preuves(edition="autre"), ["Ces preuves sont de l’édition autre, non de essai."]),
        (
            SANS_PREUVES,
            preuves(points={"1a": [{"constat": "Vu ?"}], "9z": [{"constat": "Vu ?"}]}),
            ["9z : ce point, que l’on prouve, n’existe pas"],
        ),
        (
            SANS_PREUVES,
            preuves(points={"1a": [{"indicateur": "inventé"}]}),
            ["1a : l’indicateur « inventé » n’existe pas, ou ne se juge pas"],
        ),
        (SANS_PREUVES, preuves(du="2020-02-31"), [INEXISTANTE]),
        (SANS_PREUVES, preuves(numero=0), ["numero : « 0 » est moins que 1"]),
        (FICTIVE.encode(), preuves(), ["1a : le texte dit déjà ce qui le prouve"]),
    ],
)
def test_des_preuves_fautives_disent_pourquoi(octets, dites, attendues):
    assert fautes(octets, dites) == attendues


def test_d_autres_preuves_ne_jugent_qu_a_partir_de_leur_jour(db, tmp_path, monkeypatch):
    """Une nouvelle version de Cèdre ne juge rien de nouveau sans le dire (CER-3)."""
    (tmp_path / "cedre-essai.yaml").write_bytes(SANS_PREUVES.replace(b"lignee: fictive", b"lignee: cedre"))
    suivante = preuves(numero=2, du="2026-03-01", points={"1a": [{"indicateur": "delai_tenu"}]})
    (tmp_path / "cedre-essai.preuves-1.yaml").write_bytes(preuves())
    (tmp_path / "cedre-essai.preuves-2.yaml").write_bytes(suivante)
    monkeypatch.setattr(module, "livrees", lambda: tuple(module.versions(tmp_path / "cedre-essai.yaml")))

    def prouvee_par(le: date) -> str:
        (edition,) = module.editions(le=le)
        return next(edition.points()).preuves[0].indicateur

    jours = [date(2010, 1, 1), date(2026, 2, 28), date(2026, 3, 1), date(2026, 12, 1)]
    assert [prouvee_par(le) for le in jours] == ["delai_annonce"] * 2 + ["delai_tenu"] * 2


@given(total=st.integers(1, 500), atteint=st.integers(0, 500), haut=st.integers(1, 9), bas=st.integers(1, 9))
def test_une_part_minimale_se_juge_sans_arrondi(total, atteint, haut, bas):
    part = Fraction(min(haut, bas), max(haut, bas))
    disposition = Disposition(("AI",), Regle.PART_MINIMALE, part)
    trouve = juger(disposition, Mesure(total, atteint), parametres={}, retenues={})
    assert (trouve.verdict == Verdict.SATISFAIT) is (atteint * part.denominator >= total * part.numerator)
    assert (trouve.seuil - 1) * part.denominator < total * part.numerator <= trouve.seuil * part.denominator


def test_les_versions_des_preuves_se_suivent_par_leur_numero_la_dixieme_apres_la_neuvieme(tmp_path):
    texte = tmp_path / "essai.yaml"
    texte.write_bytes(SANS_PREUVES)
    for numero in range(1, 13):
        (tmp_path / f"essai.preuves-{numero}.yaml").write_bytes(preuves(numero=numero))
    assert [une.preuves.numero for une in versions(texte)] == [*range(1, 13)]
