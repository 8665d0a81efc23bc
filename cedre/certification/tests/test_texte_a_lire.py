"""Une édition se lit en entier, se choisit à l'écran, et une page dit ce qui avancerait le plus (CER-1 à CER-3)."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from cedre.certification.conformite import PointJuge, PreuveJugee, SpecificationJugee
from cedre.certification.editions import livrees
from cedre.certification.referentiel import Point, Preuve
from cedre.certification.tests.fictive import PLUSIEURS
from cedre.certification.verdicts import Jugement, Verdict
from cedre.comptes.models import Organisation
from cedre.core.dates import UN_JOUR
from cedre.core.indicateurs import Mesure
from cedre.parcours.models import Contact
from cedre.tests.ecran import propre


@pytest.mark.parametrize("role", ["accueil", "cip", "ca", "salarie"])
def test_chacun_lit_l_edition_entiere_avec_ses_regles_et_leurs_mots(ici, role):
    dit = propre(ici.client(role).get(reverse("certification:edition", args=["2004-10"])).content.decode())
    engages = "Salariés engagés, au sens du § 2.2 a"
    assert "2.2a Contractualiser" in dit and f"EI, ACI · {engages} : Tous, sans exception." in dit
    retenu = "(s’il est retenu : les salariés présents ce jour-là)"
    assert f"AI · {engages} {retenu} : Au moins 1/3 de ce qui est compté, sans arrondi." in dit
    assert "Le texte : « a minima un tiers des salariés en insertion »." in dit
    assert "Plan de formation : Le texte demande que cela existe." in dit and "Une latitude ne s’évalue pas." in dit
    edition = next(une for une in livrees() if une.code == "2004-10" and une.preuves.numero == 4)
    assert [point.code for point in edition.points() if point.texte not in dit] == []


def test_une_edition_inconnue_ou_dont_le_texte_manque_ne_se_lit_pas(ici):
    for code in ("1999-01", "2008-02"):
        assert ici.client("ca").get(reverse("certification:edition", args=[code])).status_code == 404


def test_l_edition_se_choisit_a_l_ecran_et_se_dit_sans_rien_y_decider(ici, referentiel, monkeypatch):
    une, deux = (
        referentiel(**{"code: essai": f"code: '{code}'", "titre: Édition d’essai": f"titre: Titre {code}"}) for code in "ab"
    )
    monkeypatch.setattr("cedre.certification.editions.livrees", lambda: (une, deux))
    Contact.objects.update(delai_annonce=None)
    client, conformite = ici.client("qualite"), reverse("certification:conformite")
    appliquee = client.get(conformite).context["application"].edition.code
    autre = "b" if appliquee == "a" else "a"
    page = client.get(conformite, {"edition": autre})
    assert page.context["application"].edition.code == autre and f"jugée sur {appliquee}" in page.content.decode()
    assert f"/conformite/1a/?edition={autre}" in page.content.decode()
    assert (
        f"/conformite/1a/?le=2026-01-05&amp;edition={autre}"
        in client.get(conformite, {"edition": autre, "le": "2026-01-05"}).content.decode()
    )
    specification = reverse("certification:specification", args=["1a"])
    assert [client.get(specification, {"edition": code}).context["decidable"] for code in (appliquee, autre, "inconnue")] == [
        True,
        False,
        True,
    ]


EDITIONS = (("a", "2010-01-01"), ("c", "2021-01-01"))


@pytest.fixture
def deux_editions(ici, referentiel, monkeypatch):
    """Une structure jugée sur l'édition a, parce qu'elle est entrée dans la démarche en 2012 ; une autre vaut depuis 2021."""
    vigueur = "du: 2020-01-01}\nsource"
    livrees_ = tuple(
        referentiel(**PLUSIEURS, **{"code: essai": f"code: {code}", vigueur: vigueur.replace("2020-01-01", du)})
        for code, du in EDITIONS
    )
    monkeypatch.setattr("cedre.certification.editions.livrees", lambda: livrees_)
    Organisation.objects.filter(pk=ici.organisation.pk).update(convention_tripartite_le=date(2012, 5, 1))
    return ici


def test_l_edition_choisie_suit_la_date_le_retour_et_la_specification(deux_editions):
    client, conformite = deux_editions.client("qualite"), reverse("certification:conformite")
    dite = client.get(conformite, {"edition": "a", "le": "2025-03-31"})
    assert '<option value="a" selected>' in dite.content.decode(), "choisir celle qui s'applique la garde quand la date change"
    assert "/conformite/1a/?le=2025-03-31&amp;edition=a" in dite.content.decode()
    une = client.get(reverse("certification:specification", args=["1a"]), {"edition": "c"})
    assert f'href="{conformite}?edition=c"' in une.content.decode() and "jugée sur a" in propre(une.content.decode())
    sans = client.get(conformite).content.decode()
    assert "celle qui s’applique" in sans and " selected" not in sans


def test_une_edition_ne_se_choisit_pas_avant_son_jour_et_la_page_le_dit(deux_editions):
    client, conformite = deux_editions.client("qualite"), reverse("certification:conformite")
    for le, choisie in (("2020-12-31", False), ("2021-01-01", True)):
        page = client.get(conformite, {"edition": "c", "le": le})
        assert (page.context["application"].edition.code == "c", 'value="c"' in page.content.decode()) == (choisie, choisie)
        assert choisie is not ("L’édition c ne se lit pas à cette date. En vigueur le" in propre(page.content.decode()))
    with pytest.raises(CommandError, match="que depuis le 01/01/2021"):
        call_command("conformite", le=date(2020, 12, 31), edition="c")


@pytest.mark.parametrize("edition, gestes", [("a", True), ("c", False)])
def test_d_une_edition_choisie_rien_ne_se_fait_qui_viserait_celle_qui_s_applique(deux_editions, edition, gestes):
    client = deux_editions.client("qualite")
    page = client.get(reverse("certification:conformite"), {"edition": edition}).content.decode()
    corps = page.partition("<main")[2]
    assert [mot in corps for mot in ("S’autoévaluer", "Plan d’action")] == [gestes, gestes]
    une = client.get(reverse("certification:specification", args=["1b"]), {"edition": edition}).content.decode()
    assert [mot in une for mot in ("Le déposer", "Se prononcer", "Décider une action")] == [gestes] * 3


def test_la_commande_refuse_un_jour_a_venir():
    with pytest.raises(CommandError, match="à venir"):
        call_command("conformite", le=timezone.localdate() + UN_JOUR)


def preuve(verdict: Verdict, mesure: Mesure | None = None, seuil: int | None = None) -> PreuveJugee:
    """Une preuve, et ce qu'elle donne."""
    return PreuveJugee(
        Preuve(indicateur="delai_annonce" if mesure else "", constat="" if mesure else "Où ?"), Jugement(verdict, seuil), mesure
    )


def test_ce_qui_avancerait_le_plus_est_de_ce_qui_fait_le_verdict_ce_a_quoi_il_manque_le_plus():
    peu, beaucoup = preuve(Verdict.ENGAGE, Mesure(10, 7), 8), preuve(Verdict.ENGAGE, Mesure(10, 3), 8)
    sans_seuil, bien = preuve(Verdict.ENGAGE, Mesure(10, 4)), preuve(Verdict.SATISFAIT, Mesure(90, 80), 72)
    assert [p.reste for p in (peu, beaucoup, sans_seuil, bien, preuve(Verdict.A_CONSTATER))] == [1, 5, 6, 0, 1]

    def tete(verdict, *preuves):
        point = PointJuge(Point("1a", "exigence", "Dire", (), ()), preuves, verdict, None)
        return SpecificationJugee(None, (point,), verdict).tete

    assert tete(Verdict.ENGAGE, peu, beaucoup, bien) == beaucoup
    assert tete(Verdict.ENGAGE, peu, beaucoup, sans_seuil) == sans_seuil
    absente = preuve(Verdict.INSUFFISANT, Mesure(1, 0), 1)
    assert tete(Verdict.INSUFFISANT, beaucoup, absente) == absente, "ce qui ne fait pas le verdict attend"


def test_la_page_le_dit_et_le_tait_a_qui_ne_lit_pas_les_nombres_ou_a_une_date_passee(ici, referentiel):
    Contact.objects.update(delai_annonce=None)
    referentiel()
    specification = reverse("certification:specification", args=["1a"])
    phrase = "Ce qui avancerait le plus : Délai annoncé au premier contact"
    assert f"{phrase}, encore 1 ligne." in propre(ici.client("qualite").get(specification).content.decode())
    assert f"{phrase}." in propre(ici.client("ca").get(specification).content.decode())
    assert phrase not in propre(ici.client("qualite").get(specification, {"le": "2026-11-01"}).content.decode())
    Contact.objects.update(delai_annonce=5)
    assert "Ce qui avancerait" not in ici.client("qualite").get(specification).content.decode(), "elle est satisfaite"


def test_une_specification_a_constater_suit_dans_le_temps_sa_premiere_mesure(ici, referentiel):
    referentiel('preuves: [{constat: "Où ?"}, {indicateur: delai_annonce}]')
    page = ici.client("qualite").get(reverse("certification:specification", args=["1a"]))
    assert (page.context["jugee"].verdict, page.context["suivie"].code) == (Verdict.A_CONSTATER, "delai_annonce")
