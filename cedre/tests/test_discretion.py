"""Sous cinq personnes, un nombre se tait à qui ne lit pas les dossiers ; la règle n'est écrite qu'une fois (OBS-4)."""

import re
from collections import defaultdict
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from math import ceil

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cedre.comptes.discretion import en_mots, est_de_personnes, jour_lisible
from cedre.comptes.models import Habilitation, Organisation
from cedre.core.dates import fin_de_mois
from cedre.core.discretion import ASSEZ, a_cinq_pres, en_discret, est_petit
from cedre.core.indicateurs import PAS_ENCORE_TENU, Mesure, tous
from cedre.core.texte import au_singulier, de
from cedre.parcours.models import Contact, Objectif, Personne
from cedre.partenariats.models import Convention
from cedre.qualite.models import AccuseDeLecture, ActionDeFormation, Reclamation
from cedre.tests.adresses import pages
from cedre.tests.mondes import ICI
from cedre.tests.test_maison import CODE, relatif
from cedre.tests.test_partage import grossir

LE = timezone.localdate()


@pytest.mark.parametrize("total, petite", [(0, False), (1, True), (4, True), (5, False), (100, False)])
def test_de_un_a_quatre_c_est_trop_petit_zero_et_cinq_se_disent(total, petite):
    assert ("moins de cinq" in en_mots(tous()["delai_annonce"], Mesure(total, 0), LE)) is petite


def test_seules_les_personnes_et_leurs_faits_se_taisent():
    assert [est_de_personnes(m) for m in (Personne, Contact, Objectif, AccuseDeLecture, Habilitation, Reclamation)] == [True] * 6
    assert [est_de_personnes(m) for m in (Organisation, ActionDeFormation, Convention)] == [False] * 3
    assert "3" in en_mots(tous()["formation_realisee"], Mesure(3, 0), LE)


@given(st.integers(1, 200), st.integers(0, 200))
def test_une_mesure_de_personnes_ne_dit_que_des_nombres_ronds_jamais_de_un_a_quatre(total, atteint):
    total, atteint = max(total, atteint), min(total, atteint)
    phrase = en_discret(total, atteint, "bilans clos")
    dits = {int(nombre) for nombre in re.findall(r"\d+", phrase)}
    assert dits <= {a_cinq_pres(n) for n in (total, atteint)} and not dits & {1, 2, 3, 4}
    tue = "moins de cinq" in phrase or phrase == "le nombre de bilans clos n’est pas dit"
    assert tue is (total < 13 or bool({atteint, total - atteint} & {1, 2, 3, 4}))


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_un_jour_de_chiffres_est_une_fin_de_mois_et_la_derniere(le):
    fin = fin_de_mois(le)
    assert (fin + timedelta(days=1)).day == 1 and fin <= le
    assert (le - fin).days < 31 and (fin == le or fin.month != le.month)


def test_seul_qui_lit_les_dossiers_choisit_un_jour_quelconque(ici):
    le, aujourdhui = date(2026, 3, 17), timezone.localdate()
    assert jour_lisible(aujourdhui, pour=ici.hab["ca"]) == aujourdhui
    jours = {role: jour_lisible(le, pour=ici.hab[role]) for role in ("cip", "direction", "ca")}
    assert jours == {"cip": le, "direction": le, "ca": date(2026, 2, 28)}


@pytest.mark.parametrize("ou", ["conformite/", "conformite/2-2a/"])
def test_le_conseil_ne_lit_du_passe_que_des_fins_de_mois(ici, ou):
    reponse = ici.client("ca").get(f"/{ou}?le=2026-03-17")
    *passe, _ = [reponse.context["le"], *(jour for jour, *_ in reponse.context.get("tendance", ())), None]
    assert reponse.status_code == 200 and [jour for jour in passe if fin_de_mois(jour) != jour] == []
    assert ici.client("ca").get(f"/{ou}").context["le"] == timezone.localdate()
    assert ici.client("direction").get(f"/{ou}?le=2026-03-17").context["le"] == date(2026, 3, 17)


def test_aucune_page_du_conseil_ne_dit_un_nombre_exact_de_personnes(partout, ouvrables):
    ici = partout[ICI]
    grossir(deepcopy(ici), 12)
    unites = {i.unite for i in tous().values() if est_de_personnes(i.lignes(LE).model)}
    dit = re.compile(rf"(\d+)\s+sur\s+(\d+)\s+({'|'.join(map(re.escape, sorted(unites, key=len, reverse=True)))})")
    lues, trop_dits, taises = 0, [], 0
    for route, reponse in pages(ici, "ca", ouvrables):
        if not reponse.streaming and "html" in reponse["Content-Type"]:
            texte, lues = re.sub(r"<[^>]+>", "", reponse.content.decode()), lues + 1
            taises += texte.count("moins de cinq")
            trop_dits += [
                (route, trouve[0]) for trouve in dit.finditer(texte) if any(int(n) % ASSEZ for n in trouve.groups()[:2])
            ]
    assert trop_dits == [] and lues > 20 and taises


def test_ni_les_mots_ni_le_verdict_ne_laissent_qu_un_nombre_de_un_a_quatre():
    """À qui connaît le total et le seuil : ce qui se lit d'un petit nombre se lit d'un autre aussi."""
    for total in range(5, 60):
        for seuil in {1, 2, 3, 4, 5, ceil(total / 3), total - 3, total - 1, total}:
            lus = defaultdict(set)
            for atteint in range(total + 1):
                lus[en_discret(total, atteint, "x", seuil), atteint >= seuil].add(atteint)
            seuls = [nombres.pop() for nombres in lus.values() if len(nombres) == 1]
            assert [n for n in seuls if est_petit(n) or est_petit(total - n)] == [], (total, seuil)


@pytest.mark.parametrize("seuil_de", [lambda total: total, lambda total: ceil(total / 3), lambda total: 1])
def test_d_un_petit_total_la_phrase_ne_dit_pas_lequel(seuil_de):
    """D'une seule personne, le verdict dirait si elle satisfait : de un à quatre, et juste au-dessus, la phrase est la même."""
    dites = {en_discret(total, atteint, "bilans", seuil_de(total)) for total in range(1, 9) for atteint in range(total + 1)}
    assert dites == {"le nombre de bilans n’est pas dit"}


def test_qui_lit_les_dossiers_lit_aussi_les_petits_nombres(ici):
    contacts = tous()["delai_annonce"]
    dits = {role: en_mots(contacts, Mesure(19, 1), LE, pour=ici.hab[role]) for role in ("cip", "qualite", "ca")}
    assert [dit.startswith("1\N{NO-BREAK SPACE}sur") for dit in dits.values()] == [True, True, False]


def test_une_mesure_se_dit_partout_avec_les_memes_mots(ici):
    contacts, manuel = tous()["delai_annonce"], tous()["manuel_publie"]
    dits = [
        en_mots(contacts, Mesure(0, 0), LE),
        en_mots(contacts, Mesure(19, 7), LE, seuil=10),
        en_mots(contacts, Mesure(4, 3), LE, seuil=4),
        en_mots(contacts, Mesure(19, 3), LE, seuil=10),
        en_mots(contacts, Mesure(19, 17), LE, seuil=19),
        en_mots(contacts, Mesure(19, 19), LE, seuil=19),
        en_mots(contacts, Mesure(4, 3), LE, pour=ici.hab["ca"]),
        en_mots(contacts, Mesure(4, 3), LE, pour=ici.hab["cip"]),
        en_mots(manuel, Mesure(1, 0), LE, seuil=1),
        en_mots(manuel, Mesure(1, 1), LE, pour=ici.hab["ca"]),
    ]
    assert [dit.replace("\N{NO-BREAK SPACE}", " ") for dit in dits] == [
        "rien à compter",
        "environ 5 sur 20 premiers contacts",
        "le nombre de premiers contacts n’est pas dit",
        "moins de cinq sur environ 20 premiers contacts",
        "environ 20 premiers contacts, sauf moins de cinq",
        "environ 20 sur 20 premiers contacts",
        "moins de cinq premiers contacts",
        "3 sur 4 premiers contacts",
        "non",
        "oui",
    ]


def test_d_un_seul_l_unite_se_dit_au_singulier(ici):
    for total, dit in ((0, "rien à compter"), (1, "0 sur 1 premier contact"), (2, "0 sur 2 premiers contacts")):
        assert (
            en_mots(tous()["delai_annonce"], Mesure(total, 0), LE, pour=ici.hab["cip"]).replace("\N{NO-BREAK SPACE}", " ") == dit
        )
    mots = {mot for i in tous().values() for mot in au_singulier(i.unite).split()}
    restent = {"cours", "fois", "hors", "parcours", "pas", "régulations", "retraits"}
    assert {mot for mot in mots if mot.endswith("s")} == restent and "attendent" not in mots


def test_une_grandeur_se_dit_avec_son_unite_a_l_equipe_et_ne_se_dit_pas_dehors(ici):
    heures = next(i for i in tous().values() if i.grandeur and i.grandeur.agregat.part is None)
    dits = {role: en_mots(heures, Mesure(3, Decimal("44.50")), LE, pour=ici.hab.get(role)) for role in ("cip", "ca", "gardé")}
    assert dits["cip"] == f"44,5 {heures.unite}" and dits["ca"] == dits["gardé"] == f"le nombre {de(heures.unite)} n’est pas dit"
    assert en_mots(heures, Mesure(0, 0), LE, pour=ici.hab["cip"]) == "rien à compter"
    assert en_mots(heures, PAS_ENCORE_TENU, LE, pour=ici.hab["cip"]) == "pas encore tenu"


def test_l_equipe_lit_combien_il_en_faut_et_le_conseil_jamais_d_une_mesure_a_peu_pres(ici):
    contacts, conventions = tous()["delai_annonce"], tous()["formation_realisee"]
    lus = [
        en_mots(un, Mesure(40, 20), LE, pour=ici.hab[role], seuil=30) for un in (contacts, conventions) for role in ("cip", "ca")
    ]
    assert [dit.endswith(", il en faut 30") for dit in lus] == [True, False, True, True]


def test_hors_de_l_equipe_deux_mesures_emboitees_ne_se_soustraient_pas(ici):
    engages, en_main = tous()["salaries_engages"], tous()["engagement_en_main"]
    emboitees = ((engages, Mesure(29, 24)), (en_main, Mesure(29, 21)))
    dits = {
        role: [en_mots(*dite, LE, pour=ici.hab.get(role)).replace("\N{NO-BREAK SPACE}", " ") for dite in emboitees]
        for role in ("ca", "gardé", "cip")
    }
    assert dits["ca"] == dits["gardé"] == [f"environ 25 sur 30 {engages.unite}", f"environ 20 sur 30 {en_main.unite}"]
    assert dits["cip"] == [f"24 sur 29 {engages.unite}", f"21 sur 29 {en_main.unite}"]


def test_le_nombre_n_est_ecrit_qu_une_fois():
    ecrit = re.compile(rf"(PETIT|SEUIL|ASSEZ)\w* = {ASSEZ}\b|< {ASSEZ}\b(?!00)(?=.*(total|nombre))")
    lieux = [relatif(p) for p in CODE if ecrit.search(p.read_text(encoding="utf-8"))]
    assert lieux == ["cedre/core/discretion.py"]
