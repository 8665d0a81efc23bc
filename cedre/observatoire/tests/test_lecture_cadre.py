"""Un cadre se charge entier, ou dit toutes ses fautes ; celui que Cèdre livre ne change pas (OBS-1, décision 0040)."""

from copy import deepcopy
from dataclasses import replace
from datetime import date

import pytest
import yaml

from cedre.core.indicateurs import tous
from cedre.observatoire import cadres
from cedre.observatoire.cadre import CadreRefuse, valeurs_closes
from cedre.observatoire.lecture_cadre import lire, qui_se_chevauchent, relire

BRUT = {
    "format": "cedre-cadre/1",
    "lignee": "essai",
    "code": "essai-1",
    "libelle": "Enquête d’essai",
    "source": "Un essai",
    "ne_couvre_pas": "Presque tout.",
    "en_vigueur": {"du": "2026-01-01"},
    "periodes": ["annee"],
    "chapitres": [
        {
            "code": "sorties",
            "libelle": "Les sorties",
            "rubriques": [
                {"code": "examinees", "libelle": "Examinées", "indicateur": "fins_de_parcours", "lit": "atteint"},
                {
                    "code": "durables",
                    "libelle": "Durables",
                    "indicateur": "fins_de_parcours",
                    "lit": "total",
                    "coupes": {"classe": ["durable"]},
                },
                {
                    "code": "travail",
                    "libelle": "Heures de femmes, en atelier",
                    "indicateur": "heures_travaillees",
                    "coupes": {"sexe": ["Femme"], "lieu": ["Atelier ou chantier"]},
                },
                {"code": "rien", "libelle": "Subventions", "non_tenue": "Cèdre ne tient pas de comptes."},
            ],
        }
    ],
    "exemples": [
        {
            "faits": [
                {"indicateur": "fins_de_parcours", "coupes": {"classe": "durable"}, "valeur": 1},
                {"indicateur": "fins_de_parcours", "coupes": {"classe": "non_examinee"}, "valeur": 0},
                {
                    "indicateur": "heures_travaillees",
                    "coupes": {"sexe": "Femme", "lieu": "Atelier ou chantier"},
                    "valeur": 7.5,
                },
                {
                    "indicateur": "heures_travaillees",
                    "coupes": {"sexe": "Homme", "lieu": "Atelier ou chantier"},
                    "valeur": 4,
                },
                {"indicateur": "heures_travaillees", "coupes": {"sexe": "Femme", "lieu": "Chez un client"}, "valeur": 2},
            ],
            "rubriques": {"examinees": 1, "durables": 1, "travail": 7.5},
        }
    ],
}
EXAMINEES, DURABLES, _, RIEN_DE_TENU = (("chapitres", 0, "rubriques", rang) for rang in range(4))


def ecrit(*chemin, **change) -> bytes:
    """Le fichier d'essai, changé en cet endroit."""
    brut = deepcopy(BRUT)
    cible = brut
    for pas in chemin:
        cible = cible[pas]
    cible |= change
    return yaml.safe_dump(brut, allow_unicode=True).encode()


def fautes(octets: bytes) -> list[str]:
    """Ce que l'on reproche à ce fichier."""
    with pytest.raises(CadreRefuse) as refus:
        lire(octets)
    return refus.value.fautes


CLASSES = "autre, durable, non_documentee, non_examinee, positive, retrait, transition"


@pytest.mark.parametrize(
    "octets, dites",
    [
        (ecrit(*DURABLES, indicateur="inventé"), ["durables : l’indicateur « inventé » n’existe pas"]),
        (ecrit(*DURABLES, coupes={"couleur": ["bleu"]}), ["durables : la coupe « couleur » n’existe pas"]),
        (ecrit(*EXAMINEES, par=["couleur"]), ["examinees : la coupe « couleur » n’existe pas"]),
        (ecrit(*DURABLES, par=["sexe"]), ["durables : elle choisit des valeurs : elle ne se détaille pas"]),
        (
            ecrit(*DURABLES, coupes={"classe": ["durables"]}),
            [f"durables : « durables » n’est pas une valeur de la coupe « classe » : {CLASSES}"],
        ),
        (
            ecrit(*DURABLES, coupes={"classe": ["motif_sortie:chomage"]}),
            ["durables : « motif_sortie:chomage » n’est pas un terme que range la coupe « classe »"],
        ),
        (
            ecrit(*DURABLES, coupes={"motif": ["inventée:chomage"]}),
            ["durables : « inventée:chomage » n’est pas un terme que range la coupe « motif »"],
        ),
        (
            ecrit(*DURABLES, indicateur="delai_d_accueil", coupes={"canal": ["Sur place", "Par courrier"]}),
            ["durables : un quantile ne s’additionne pas d’une valeur de « canal » à l’autre"],
        ),
        (ecrit(*DURABLES, code="rien"), ["rien : ce code sert 2 fois"]),
        (ecrit(*DURABLES, code="sorties"), ["sorties : ce code sert 2 fois"]),
        (ecrit(*DURABLES, total_de=["perdue"]), ["durables : elle additionne « perdue », qui n’existe pas"]),
        (ecrit("en_vigueur", au="2025-12-31"), ["La fin de ce cadre vient avant son début."]),
        (ecrit("en_vigueur", du="2026-02-30"), ["Une date de ce fichier n’existe pas."]),
        (ecrit("exemples", 0, rubriques={"durables": 2}), ["Exemple 1 : durables vaut 1, non 2"]),
        (ecrit("exemples", 0, rubriques={"rien": 0}), ["Exemple 1 : « rien » n’est pas une rubrique que Cèdre tient"]),
        (
            ecrit("exemples", 0, faits=[{"indicateur": "fins_de_parcours", "valeur": 1}], rubriques={"durables": 1}),
            ["Exemple 1 : un fait de fins_de_parcours ne dit pas sa coupe « classe »"],
        ),
        (ecrit(periodes=["siecle"]), ["periodes/0 : « siecle » n’est pas annee ou mois"]),
        (ecrit(*RIEN_DE_TENU, surprise=1), ["chapitres/0/rubriques/3 : « surprise » n’est pas attendu"]),
        (ecrit(source=3), ["source : il faut un texte"]),
        (ecrit(code="Essai 1"), ["code : « Essai 1 » ne s’écrit pas ainsi"]),
        (ecrit(chapitres=[]), ["chapitres : il en faut au moins un"]),
        (b"a: [", ["Ce fichier n’est pas du YAML lisible : ligne 1, colonne 5."]),
    ],
)
def test_un_cadre_fautif_dit_chacune_de_ses_fautes(octets, dites):
    assert fautes(octets) == dites


@pytest.mark.parametrize("change", [{"indicateur": "etp"}, {"lit": "total"}, {"coupes": {"sexe": ["Femme"]}}])
def test_une_rubrique_que_cedre_ne_tient_pas_ne_lit_rien(change):
    assert all(faute.startswith("chapitres/0/rubriques/3 : ") for faute in fautes(ecrit(*RIEN_DE_TENU, **change)))


def test_un_cadre_se_lit_avec_ses_chapitres_et_ses_rubriques_dans_l_ordre():
    cadre = lire(ecrit())
    assert (cadre.code, cadre.du, cadre.au, cadre.par_mois()) == ("essai-1", date(2026, 1, 1), None, False)
    assert [r.code for r in cadre.rubriques()] == ["examinees", "durables", "travail", "rien"]
    assert [r.code for r in cadre.tenues()] == ["examinees", "durables", "travail"]
    assert (cadre.condensat, lire(ecrit(source="Autre")).condensat)[0] != lire(ecrit(source="Autre")).condensat


@pytest.mark.parametrize("du, au, se_chevauchent", [("2027-01-01", "2026-12-31", False), ("2027-01-01", "2027-01-01", True)])
def test_deux_cadres_d_une_lignee_ne_valent_pas_le_meme_jour(du, au, se_chevauchent):
    premier, second = lire(ecrit("en_vigueur", au=au)), lire(ecrit(code="essai-2", en_vigueur={"du": du}))
    assert bool(qui_se_chevauchent([second, premier])) is se_chevauchent
    assert qui_se_chevauchent([lire(ecrit()), second]) == ["essai-1 et essai-2 valent tous deux le 01/01/2027."]
    assert qui_se_chevauchent([lire(ecrit()), lire(ecrit(lignee="autre"))]) == ["Le code essai-1 sert à 2 cadres."]


def test_une_coupe_close_dit_toutes_ses_valeurs_et_une_coupe_ouverte_aucune():
    fins, delai = tous()["fins_de_parcours"], tous()["delai_d_accueil"]
    assert valeurs_closes(fins, "sexe") == {"Femme", "Homme", "Non renseigné"} and valeurs_closes(fins, "motif") is None
    assert "Sur place" in valeurs_closes(delai, "canal") and {"sexe", "canal"} <= delai.noms_des_coupes


def test_les_cadres_livres_se_chargent_le_notre_d_abord_et_sont_intacts(tmp_path, monkeypatch):
    assert [*cadres.livres()][0] == cadres.en_vigueur(date(2026, 6, 1)).code == "cedre-2026"
    assert cadres.en_vigueur(date(2020, 6, 1)).code == "cedre-2026", "d'avant le premier, le premier"
    assert cadres.alteres() == []
    for fichier in cadres.DOSSIER.iterdir():
        (tmp_path / fichier.name).write_bytes(fichier.read_bytes() + b"# change\n" * (fichier.name == "cedre-2026.yaml"))
    monkeypatch.setattr(cadres, "DOSSIER", tmp_path)
    assert cadres.alteres() == ["cedre-2026.yaml n’est pas celui que Cèdre livre."]


def test_un_cadre_vaut_des_son_premier_jour(monkeypatch):
    deux = [replace(lire(ecrit()), lignee="cedre", code=f"cedre-{an}", du=date(an, 1, 1)) for an in (2026, 2027)]
    monkeypatch.setattr(cadres, "livres", lambda: {cadre.code: cadre for cadre in deux})
    lus = [cadres.en_vigueur(jour).code for jour in (date(2026, 12, 31), date(2027, 1, 1))]
    assert lus == ["cedre-2026", "cedre-2027"]


@pytest.mark.parametrize(
    "ajoute, dit", [(ecrit(), []), (ecrit(source=3), ["Un cadre ajouté ne se lit pas. source : il faut un texte"])]
)
def test_deposer_un_fichier_suffit_a_ajouter_un_cadre_et_s_il_ne_se_lit_pas_cela_se_dit(tmp_path, monkeypatch, ajoute, dit):
    for fichier in cadres.DOSSIER.iterdir():
        (tmp_path / fichier.name).write_bytes(fichier.read_bytes())
    (tmp_path / "federation.yaml").write_bytes(ajoute)
    monkeypatch.setattr(cadres, "DOSSIER", tmp_path)
    monkeypatch.setattr(cadres, "livres", cadres.livres.__wrapped__)
    assert cadres.alteres() == dit
    assert dit or "essai-1" in cadres.livres()


def test_un_cadre_publie_ne_se_relit_qu_une_fois():
    octets, autre = (fichier.read_bytes() for fichier in sorted(cadres.DOSSIER.glob("*.yaml"))[:2])
    assert relire(octets) is relire(bytes(bytearray(octets))), "chaque page d'un rapport publié le demande"
    assert relire(octets) == lire(octets) and relire(autre).code != relire(octets).code
