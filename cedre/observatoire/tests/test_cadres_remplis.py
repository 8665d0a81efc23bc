"""Un cadre rempli : chaque case est le nombre de sa liste, une part n'est jamais divisée, l'inconnu n'est pas zéro (OBS-1)."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from cedre.comptes.models import Habilitation
from cedre.core.indicateurs import INCONNUE, Mesure, tous
from cedre.core.periodes import Periode
from cedre.observatoire.cadre import Cadre, ChapitreDuCadre, PartLue, RubriqueDuCadre
from cedre.observatoire.cadres import livres
from cedre.observatoire.models import MesureFigee, Terme
from cedre.observatoire.rempli import RubriqueRemplie, moment, periode_demandee, remplir
from cedre.observatoire.tests.test_lecture_cadre import ecrit, lire

AUJOURDHUI = date(2026, 6, 15)
ANNEE = Periode(date(2026, 1, 1), AUJOURDHUI)
CADRES = [*livres()]


@pytest.fixture(autouse=True)
def _le_quinze_juin():
    with time_machine.travel("2026-06-15T12:00Z", tick=False):
        yield


def remplies(code: str, organisation, periode: Periode = ANNEE) -> list[RubriqueRemplie]:
    """Chaque rubrique de ce cadre, remplie."""
    return [r for _, siennes in remplir(livres()[code], organisation, periode) for r in siennes]


def cadre_de(*rubriques: RubriqueDuCadre) -> Cadre:
    """Un cadre qui n'a qu'elles."""
    return replace(lire(ecrit()), chapitres=(ChapitreDuCadre("seul", "Seul", rubriques),))


# ── Une rubrique ──────────────────────────────────────────────────────────────────────────────────────────────────


def remplie(indicateur: str, total: int, atteint, **dite) -> RubriqueRemplie:
    """Une rubrique de cet indicateur, de cette mesure."""
    return RubriqueRemplie(RubriqueDuCadre("x", "X", indicateur=indicateur, **dite), Mesure(total, atteint))


@pytest.mark.parametrize(
    "lue, entiers, valeur",
    [
        (remplie("delai_annonce", 19, 7), (7, 19), "36,8 %"),
        (remplie("delai_annonce", 16, 1), (1, 16), "6,3 %"),
        (remplie("delai_annonce", 0, 0), (0, 0), None),
        (remplie("delai_annonce", 19, 7, lit=PartLue.TOTAL), (19, None), "19"),
        (remplie("delai_annonce", 19, 7, lit=PartLue.ATTEINT), (7, 19), "7"),
        (remplie("delai_annonce", 0, 0, lit=PartLue.ATTEINT), (0, 0), "0"),
        (remplie("heures_travaillees", 3, Decimal("1820.25")), (182025, 100), "1\u202f820,25"),
        (remplie("heures_travaillees", 0, Decimal("0.00")), (0, 100), "0"),
        (remplie("heures_travaillees", 3, Decimal("7.00"), lit=PartLue.TOTAL), (3, None), "3"),
        (remplie("delai_d_accueil", 3, Decimal("9.00")), (900, 100), "9"),
        (remplie("delai_d_accueil", 0, Decimal("0.00")), (None, None), None),
    ],
)
def test_une_mesure_se_dit_en_entiers_et_ne_se_divise_que_pour_l_oeil(lue, entiers, valeur):
    assert (lue.entiers(lue.mesure), lue.valeur(lue.mesure)) == (entiers, valeur)
    assert (lue.entiers(INCONNUE), lue.valeur(INCONNUE)) == ((None, None), None), "jamais zéro"


@pytest.mark.parametrize(
    "an, rang, du, au",
    [
        (2025, None, date(2025, 1, 1), date(2025, 12, 31)),
        (2026, None, date(2026, 1, 1), AUJOURDHUI),
        (2026, 5, date(2026, 5, 1), date(2026, 5, 31)),
        (2026, 6, date(2026, 6, 1), AUJOURDHUI),
    ],
)
def test_une_periode_est_l_annee_ou_un_mois_et_s_arrete_aujourd_hui(an, rang, du, au):
    assert periode_demandee(an, rang) == Periode(du, au)


def test_un_mois_se_lit_des_son_premier_jour():
    with time_machine.travel("2026-07-01T12:00Z", tick=False):
        assert periode_demandee(2026, 7) == Periode(date(2026, 7, 1), date(2026, 7, 1))


@pytest.mark.parametrize("an, rang", [(2027, None), (2026, 7), (2027, 1)])
def test_ce_qui_n_a_pas_commence_n_est_pas_une_periode(an, rang):
    assert periode_demandee(an, rang) is None


def test_une_annee_close_se_lit_a_sa_fin_ou_elle_s_est_figee_et_un_mois_se_lit_vivant():
    delai, grille = tous()["delai_d_accueil"], tous()["grille_en_vigueur"]
    annee, mois = periode_demandee(2025), periode_demandee(2026, 5)
    assert [moment(i, annee) for i in (delai, grille)] == [date(2025, 12, 31)] * 2
    assert [moment(i, mois) for i in (delai, grille)] == [mois, date(2026, 5, 31)]


def test_une_annee_figee_se_remplit_de_ce_qui_a_ete_fige_meme_par_coupe(ici):
    Habilitation.objects.update(depuis=datetime(2020, 1, 1, tzinfo=UTC))
    fin = date(2025, 12, 31)
    dite = {"le": fin, "version": 1, "figee_le": datetime(2026, 1, 1, 3, tzinfo=UTC)}
    coupes = {"classe": {"durable": [4, 4], "autre": [3, 3], "non_examinee": [2, 0]}}
    MesureFigee.objects.create(organisation=ici.organisation, code="fins_de_parcours", total=9, atteint=7, coupes=coupes, **dite)
    examinees, durables, *_ = [r for _, x in remplir(lire(ecrit()), ici.organisation, periode_demandee(2025)) for r in x]
    assert (tuple(examinees.mesure), tuple(durables.mesure)) == ((9, 7), (4, 4))


def test_avant_que_la_structure_tienne_cedre_ce_n_est_pas_zero(ici):
    Habilitation.objects.update(depuis=datetime(2026, 3, 1, tzinfo=UTC))
    lues = remplies("cedre-2026", ici.organisation, periode_demandee(2025))
    assert {r.mesure.inconnue for r in lues if r.mesure} == {"pas encore tenu"}


def test_un_terme_que_la_federation_renomme_se_lit_encore_et_disparu_ne_vaut_pas_zero(ici):
    rubrique = RubriqueDuCadre("x", "X", indicateur="fins_de_parcours", coupes={"motif": ("motif_sortie:chomage",)})
    toutes = RubriqueDuCadre("y", "Y", indicateur="fins_de_parcours")
    Terme.objects.filter(liste="motif_sortie", code="chomage").update(libelle="Sans emploi")
    groupes = {("Sans emploi",): Mesure(2, 1), ("Au chômage",): Mesure(5, 5)}
    assert rubrique.choisir(groupes, {"motif_sortie:chomage": "Sans emploi"}) == (2, 1)
    Terme.objects.filter(liste="motif_sortie", code="chomage").update(code="autrement")
    (perdue, autre), *_ = [lues for _, lues in remplir(cadre_de(rubrique, toutes), ici.organisation, ANNEE)]
    assert perdue.mesure.inconnue == "« motif_sortie:chomage » n’est plus du cadre commun" and not autre.mesure.inconnue


# ── La commande ───────────────────────────────────────────────────────────────────────────────────────────────────


def dire(**options) -> str:
    """Ce que la commande écrit."""
    sortie = StringIO()
    call_command("indicateurs", **{"structure": "ici", "annee": 2026} | options, stdout=sortie)
    return sortie.getvalue()


def test_la_commande_ecrit_le_cadre_en_entiers_le_meme_d_un_lancement_a_l_autre(ici):
    ecrit_, encore = dire(json=True), dire(json=True)
    dit = json.loads(ecrit_)
    assert ecrit_ == encore and list(dit) == ["cadre", "indicateurs", "organisation", "periode"]
    assert (dit["cadre"], dit["organisation"]) == ("cedre-2026", "ici")
    assert dit["periode"] == {"du": "2026-01-01", "au": "2026-06-15"}
    assert [une["code"] for une in dit["indicateurs"]] == [r.code for r in livres()["cedre-2026"].rubriques()]
    cles = {"code", "libelle", "definition", "unite", "source", "numerateur", "denominateur", "valeur", "coupes"}
    nombres = {"numerateur", "denominateur", "valeur"}
    for une in dit["indicateurs"]:
        assert set(une) == cles and une["definition"] and une["source"]
        for dite in (une, *(valeur for coupe in une["coupes"].values() for valeur in coupe.values())):
            assert {type(dite[nom]) for nom in nombres - {"valeur"}} <= {int, type(None)}
            assert isinstance(dite["valeur"], str | None)


def test_la_commande_dit_un_mois_un_autre_cadre_et_sans_json_un_tableau(ici):
    assert json.loads(dire(json=True, mois=5))["periode"] == {"du": "2026-05-01", "au": "2026-05-31"}
    tableau = dire()
    assert "Cadre CEDRE 2026, du 01/01/2026 au 15/06/2026" in tableau and "Délai annoncé au premier contact" in tableau


@pytest.mark.parametrize(
    "options, dit",
    [
        ({"structure": "nulle-part"}, "Aucune structure n’a l’adresse « nulle-part »."),
        ({"annee": 2027}, "Cette période est à venir : rien ne s’y compte encore."),
        ({"mois": 7}, "Cette période est à venir : rien ne s’y compte encore."),
        ({"mois": 0}, "Le mois va de 1 à 12."),
        ({"mois": 13}, "Le mois va de 1 à 12."),
        ({"annee": 26}, "L’année s’écrit avec quatre chiffres, par exemple 2026."),
        ({"cadre": "asp-bilan", "mois": 5}, "Le cadre « asp-bilan » se remplit par année."),
        ({"cadre": "inventé"}, f"Le cadre « inventé » n’est pas connu. Ceux de Cèdre : {', '.join(CADRES)}."),
    ],
)
def test_la_commande_dit_en_clair_ce_qu_elle_ne_peut_pas(ici, options, dit):
    with pytest.raises(CommandError) as refus:
        dire(**options)
    assert str(refus.value) == dit


# ── À l'écran ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("role", ["cip", "qualite", "direction", "ca"])
def test_qui_lit_les_chiffres_lit_le_formulaire_rempli_et_ce_qu_il_demande(ici, role):
    for code in CADRES:
        page = ici.client(role).get(reverse("observatoire:cadres"), {"cadre": code, "annee": 2026}).content.decode()
        texte = ici.client(role).get(reverse("observatoire:cadre", args=[code])).content.decode()
        for rubrique in livres()[code].rubriques():
            assert reverse("observatoire:derriere", args=[code, rubrique.code]) in page or rubrique.non_tenue
        assert livres()[code].libelle in page and "Ce qu’il ne couvre pas" in texte
    assert ici.client(role).get(reverse("observatoire:cadre", args=["invente"])).status_code == 404


def test_hors_de_l_equipe_ni_petit_nombre_ni_detail_ni_liste(ici):
    adresse = reverse("observatoire:cadres")
    dites = {}
    for role in ("direction", "ca"):
        chapitres = ici.client(role).get(adresse, {"annee": 2026, "detail": "oui"}).context["chapitres"]
        dites[role] = {r.rubrique.code: (dite, details) for _, lues in chapitres for r, dite, details in lues}
    assert dites["direction"]["delai_annonce"][0] == "1 sur 1 premier contact".replace(" sur ", "\u00a0sur\u00a0")
    assert dites["ca"]["delai_annonce"] == ("moins de cinq premiers contacts", [])
    assert dites["direction"]["delai_d_accueil"][1] and dites["ca"]["delai_d_accueil"][1] == []
    derriere = reverse("observatoire:derriere", args=["cedre-2026", "delai_annonce"])
    lue, tue = (ici.client(role).get(derriere, {"annee": 2026}) for role in ("direction", "ca"))
    assert len(lue.context["lignes"]) == 1 and str(ici.personne) in lue.content.decode()
    assert tue.context["lignes"] is None and str(ici.personne) not in tue.content.decode()


def test_hors_de_l_equipe_une_rubrique_d_une_coupe_se_tait(ici):
    durables = RubriqueRemplie(next(r for r in lire(ecrit()).rubriques() if r.code == "durables"), Mesure(40, 40))
    dites = [durables.dite(AUJOURDHUI, pour=ici.hab[role]) for role in ("direction", "ca")]
    assert dites == ["40", "se lit dans l’équipe"]
    total = RubriqueRemplie(RubriqueDuCadre("x", "X", indicateur="delai_annonce", lit=PartLue.TOTAL), Mesure(23, 23))
    assert [total.dite(AUJOURDHUI, pour=ici.hab[role]) for role in ("direction", "ca")] == ["23", "environ 25"]
    atteint = RubriqueRemplie(RubriqueDuCadre("x", "X", indicateur="delai_annonce", lit=PartLue.ATTEINT), Mesure(23, 3))
    assert "3" not in atteint.dite(AUJOURDHUI, pour=ici.hab["ca"])


@pytest.mark.parametrize(
    "rubrique, role, lue",
    [
        ("rqth", "direction", True),
        ("rqth", "cip", True),
        ("rqth", "qualite", False),
        ("aah", "qualite", False),
        ("rsa", "qualite", True),
    ],
)
def test_qui_est_derriere_un_fait_de_sante_ne_se_lit_que_par_qui_lit_la_sante(ici, rubrique, role, lue):
    page = ici.client(role).get(reverse("observatoire:derriere", args=["asp-bilan", rubrique]), {"annee": 2026})
    assert (page.context["lignes"] is not None) == lue


@pytest.mark.parametrize(
    "choix, champ, dit",
    [
        ({"annee": "2026", "mois": "7"}, "mois", "Ce mois est à venir : rien ne s’y compte encore."),
        ({"cadre": "asp-bilan", "mois": "5"}, "mois", "Ce cadre se remplit par année."),
        ({"annee": "1850"}, "annee", "1850"),
        ({"cadre": "inventé"}, "cadre", "inventé"),
    ],
)
def test_un_choix_impossible_se_dit_a_cote_du_champ_et_le_reste_se_lit(ici, choix, champ, dit):
    page = ici.client("direction").get(reverse("observatoire:cadres"), choix)
    (erreur,) = page.context["filtre"].errors[champ]
    assert dit in erreur and page.status_code == 200
    assert page.context["le_cadre"].code == ("asp-bilan" if choix.get("cadre") == "asp-bilan" else "cedre-2026")


def test_une_rubrique_inconnue_ou_non_tenue_n_a_pas_de_liste(ici):
    for code, rubrique in (("cedre-2026", "inventee"), ("invente", "delai_annonce")):
        assert ici.client("direction").get(reverse("observatoire:derriere", args=[code, rubrique])).status_code == 404
