"""Une édition se lit en entier, se choisit à l'écran, et une page dit ce qui avancerait le plus (CER-1 à CER-3)."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from cedre.certification.conformite import PointJuge, PreuveJugee, SpecificationJugee
from cedre.certification.editions import livrees
from cedre.certification.referentiel import Point, Preuve
from cedre.certification.verdicts import Jugement, Verdict
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
    edition = next(une for une in livrees() if une.code == "2004-10" and une.preuves.numero == 3)
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

    def premier_pas(verdict, *preuves):
        point = PointJuge(Point("1a", "exigence", "Dire", (), ()), preuves, verdict, None)
        return SpecificationJugee(None, (point,), verdict).premier_pas

    assert premier_pas(Verdict.ENGAGE, peu, beaucoup, bien) == beaucoup
    assert premier_pas(Verdict.ENGAGE, peu, beaucoup, sans_seuil) == sans_seuil
    absente = preuve(Verdict.INSUFFISANT, Mesure(1, 0), 1)
    assert premier_pas(Verdict.INSUFFISANT, beaucoup, absente) == absente, "ce qui ne fait pas le verdict attend"
    for verdict in (Verdict.SATISFAIT, Verdict.SANS_OBJET, Verdict.INDETERMINABLE):
        assert premier_pas(verdict, preuve(verdict, Mesure(3, 1))) is None


def test_la_page_le_dit_et_le_tait_a_qui_ne_lit_pas_les_nombres_ou_a_une_date_passee(ici, referentiel):
    Contact.objects.update(delai_annonce=None)
    referentiel()
    specification = reverse("certification:specification", args=["1a"])
    phrase = "Ce qui avancerait le plus : Délai annoncé au premier contact"
    assert f"{phrase}, encore 1 ligne." in propre(ici.client("qualite").get(specification).content.decode())
    assert f"{phrase}." in propre(ici.client("ca").get(specification).content.decode())
    assert phrase not in propre(ici.client("qualite").get(specification, {"le": "2026-11-01"}).content.decode())
