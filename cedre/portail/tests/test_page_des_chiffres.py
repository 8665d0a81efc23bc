"""La page des chiffres : chaque nombre est celui de sa liste, à côté de celui d'avant, en image, croisé, emporté (OBS-4)."""

import gzip
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import parse_qsl

import pytest
import time_machine
from dateutil.relativedelta import relativedelta
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from cedre.comptes.models import Habilitation
from cedre.conftest import embaucher
from cedre.core.dates import UN_AN
from cedre.core.indicateurs import Mesure, tous
from cedre.core.periodes import Periode, annee
from cedre.observatoire import dessins
from cedre.observatoire.cadre import PartLue, RubriqueDuCadre
from cedre.observatoire.cadres import en_vigueur
from cedre.observatoire.figures import ChiffreDuCadre, coupes_proposees, precedente, ranger
from cedre.observatoire.models import MesureFigee
from cedre.observatoire.rempli import Derriere, RubriqueRemplie
from cedre.parcours.models import Contact, Personne
from cedre.structures.models import FicheDePoste
from cedre.tests.adresses import appeler
from cedre.tests.ecran import principal, propre

AUJOURDHUI = date(2026, 6, 15)
ANNEE = Periode(date(2026, 1, 1), AUJOURDHUI)
CADRE = en_vigueur(AUJOURDHUI)
AN, MOIS = UN_AN, relativedelta(months=1)
CHAPITRES = [chapitre.code for chapitre in CADRE.chapitres]


@pytest.fixture(autouse=True)
def _le_quinze_juin():
    with time_machine.travel("2026-06-15T12:00Z", tick=False):
        yield


@pytest.fixture
def public(ici):
    """Quatre demandes de l'année, de trois communes."""
    embaucher(ici)
    for rang, (sexe, commune) in enumerate((("F", "Villesarde"), ("F", "Villesarde"), ("H", "Le Bourg"), ("", ""))):
        qui = Personne.objects.create(
            organisation=ici.organisation, nom=f"Public{rang}", prenom="Ada", sexe=sexe, commune=commune
        )
        Contact.objects.create(personne=qui, le=date(2026, 2, 3), delai_annonce=5 if rang % 2 else None)
    return ici


def lire(monde, nom: str, *args, role: str = "direction", **choix):
    """Une page des chiffres."""
    return monde.client(role).get(reverse(f"observatoire:{nom}", args=args), choix)


def illustre(indicateur: str, apres: Mesure, avant: Mesure, pour, **dite) -> ChiffreDuCadre:
    """Un chiffre de cet indicateur, à côté de celui d'avant."""
    rubrique = RubriqueDuCadre("x", "X", indicateur=indicateur, **dite)
    deux = [RubriqueRemplie(rubrique, mesure) for mesure in (apres, avant)]
    return ChiffreDuCadre(deux[0], ANNEE, pour, deux[1], precedente(ANNEE, AN))


# ── Un chapitre ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", CHAPITRES)
def test_chaque_chiffre_d_un_chapitre_est_celui_de_sa_liste(public, code):
    page = lire(public, "chapitre", code)
    for chiffre, _ in page.context["chiffres"]:
        if not chiffre.se_dit:
            assert chiffre.rubrique.non_tenue or chiffre.remplie.mesure.inconnue
            continue
        derriere = reverse("observatoire:derriere", args=[CADRE.code, chiffre.rubrique.code])
        liste = appeler(f"{derriere}?annee=2026", public.hab["direction"]).contexte
        mesure = chiffre.remplie.mesure
        attendues = mesure.atteint if chiffre.rubrique.lit == PartLue.ATTEINT else mesure.total
        assert liste["page"].paginator.count == attendues, chiffre.rubrique.code
        assert derriere in page.content.decode() and chiffre.indicateur.limites[:12] in page.content.decode()


def test_un_chapitre_inconnu_n_existe_pas(ici):
    assert lire(ici, "chapitre", "invente").status_code == lire(ici, "chiffre", "invente").status_code == 404
    assert lire(ici, "chiffre", "instances").status_code == 404, "ce que Cèdre ne tient pas n'a pas de détail"


@pytest.mark.parametrize("code", ["accueil", "engagements", "travail"])
def test_une_page_ne_lit_pas_plus_quand_il_y_a_plus_a_compter_et_reste_legere(composees, public, code):
    nombres = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as lues:
            page = lire(public, "chapitre", code)
        nombres.append(len(lues))
        assert len(gzip.compress(page.content)) < 100_000
        for rang in range(9):
            qui = Personne.objects.create(organisation=public.organisation, nom=f"Autre{rang}", prenom="Zoé", sexe="H")
            Contact.objects.create(personne=qui, le=date(2026, 3, 3))
    assert nombres[0] == nombres[1] <= 20


# ── La période d'avant ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "du, au, ecart, avant",
    [
        (date(2026, 1, 1), date(2026, 6, 15), AN, (date(2025, 1, 1), date(2025, 6, 15))),
        (date(2025, 1, 1), date(2025, 12, 31), AN, (date(2024, 1, 1), date(2024, 12, 31))),
        (date(2024, 1, 1), date(2024, 2, 29), AN, (date(2023, 1, 1), date(2023, 2, 28))),
        (date(2026, 6, 1), date(2026, 6, 15), MOIS, (date(2026, 5, 1), date(2026, 5, 15))),
        (date(2026, 2, 1), date(2026, 2, 28), MOIS, (date(2026, 1, 1), date(2026, 1, 31))),
        (date(2026, 1, 1), date(2026, 1, 31), MOIS, (date(2025, 12, 1), date(2025, 12, 31))),
        (date(2026, 3, 1), date(2026, 3, 30), MOIS, (date(2026, 2, 1), date(2026, 2, 28))),
    ],
)
def test_la_periode_d_avant_est_aussi_longue_et_entiere_si_celle_ci_l_est(du, au, ecart, avant):
    lue = precedente(Periode(du, au), ecart)
    assert (lue.du, lue.au) == avant


@pytest.mark.parametrize(
    "indicateur, apres, avant, dite, dit",
    [
        ("delai_annonce", (20, 10), (20, 8), {}, "+10 points, c’est mieux"),
        ("delai_annonce", (200, 99), (200, 100), {}, "−0,5 point, c’est moins bien"),
        ("delai_annonce", (20, 10), (40, 20), {}, "comme avant"),
        ("delai_annonce", (20, 10), (0, 0), {}, ""),
        ("delai_annonce", (0, 0), (20, 10), {}, ""),
        ("delai_annonce", (20, 10), (12, 10), {"lit": PartLue.TOTAL}, "+8"),
        ("delai_d_accueil", (3, Decimal("9.00")), (3, Decimal("12.00")), {}, "−3, c’est mieux"),
        ("delai_d_accueil", (3, Decimal("12.50")), (3, Decimal("12.00")), {}, "+0,5, c’est moins bien"),
        ("heures_travaillees", (3, Decimal("9.00")), (3, Decimal("12.00")), {}, "−3"),
    ],
)
def test_l_ecart_se_dit_selon_le_sens_et_ne_se_juge_pas_d_un_simple_nombre(ici, indicateur, apres, avant, dite, dit):
    lu = illustre(indicateur, Mesure(*apres), Mesure(*avant), ici.hab["direction"], **dite)
    assert lu.ecart.replace("\N{NO-BREAK SPACE}", " ") == dit
    assert illustre(indicateur, Mesure(*apres), Mesure(*avant), ici.hab["ca"], **dite).ecart == ""


def test_la_page_met_la_periode_d_avant_a_cote_et_dit_son_ecart(public):
    Habilitation.objects.update(depuis=datetime(2020, 1, 1, tzinfo=UTC))
    avant = Contact.objects.create(personne=Personne.objects.first(), le=date(2025, 3, 3), delai_annonce=5)
    for le, dit in ((date(2025, 3, 3), "1 sur 1"), (date(2025, 6, 15), "1 sur 1"), (date(2025, 6, 16), "rien à compter")):
        Contact.objects.filter(pk=avant.pk).update(le=le)
        ((lu, _),) = [
            c for c in lire(public, "chapitre", "accueil").context["chiffres"] if c[0].rubrique.code == "demandes_recues"
        ]
        assert lu.remplie_avant.mesure.total == (0 if dit == "rien à compter" else 1), le


# ── Les images ────────────────────────────────────────────────────────────────────────────────────────────────────


def figer(monde, code: str, *mesures: tuple[date, int, int], version: int | None = None, coupes: dict | None = None) -> None:
    """Fige ces mesures."""
    Habilitation.objects.update(depuis=datetime(2020, 1, 1, tzinfo=UTC))
    for le, total, atteint in mesures:
        dite = {"version": version or tous()[code].version, "figee_le": datetime(2026, 6, 1, tzinfo=UTC), "coupes": coupes or {}}
        MesureFigee.objects.create(organisation=monde.organisation, code=code, le=le, total=total, atteint=atteint, **dite)


def tendance(monde, code: str, **choix) -> list[tuple]:
    """Ce que la page d'un chiffre en dit, mois après mois."""
    lu = lire(monde, "chiffre", code, **choix).context["chiffre"]
    return [(le, *mesure) for le, mesure in lu.tendance]


def test_la_tendance_est_ce_qui_s_est_fige_dans_l_ordre_et_rien_d_une_autre_version(public):
    figees = [(date(2026, 4, 30), 10, 7), (date(2026, 5, 31), 12, 9)]
    figer(public, "delai_annonce", *reversed(figees), (date(2024, 4, 30), 3, 3))
    figer(public, "delai_annonce", (date(2026, 3, 31), 99, 99), version=77)
    assert tendance(public, "delai_annonce") == figees, "vingt-quatre mois, pas un de plus"
    page = lire(public, "chapitre", "accueil").content.decode()
    assert "70 %" in page and "75 %" in page and "7\N{NO-BREAK SPACE}sur\N{NO-BREAK SPACE}10" in page, "le tableau est à côté"
    assert tendance(public, "delai_annonce", annee=2026, mois=4) == figees[:1], "jusqu'à la fin de la période choisie"


def test_la_tendance_d_une_rubrique_suit_sa_coupe(public):
    figer(public, "fins_de_parcours", (date(2026, 5, 31), 9, 7), coupes={"classe": {"durable": [4, 4], "autre": [5, 3]}})
    figer(public, "fins_de_parcours", (date(2026, 4, 30), 0, 0))
    assert tendance(public, "sorties_durables") == [(date(2026, 4, 30), 0, 0), (date(2026, 5, 31), 4, 4)]


def test_un_seul_point_ne_fait_pas_une_courbe_et_les_deux_periodes_se_dessinent(public):
    figer(public, "delai_annonce", (date(2026, 5, 31), 12, 9))
    images = {c.rubrique.code: image for c, image in lire(public, "chapitre", "accueil").context["chiffres"]}
    assert images["delai_annonce"].titre.startswith("Cette période") and "<svg" in images["delai_annonce"].dessin


def test_une_image_se_lit_sans_couleur_et_sans_image(ici):
    remplie = RubriqueRemplie(RubriqueDuCadre("x", "Sorties", indicateur="delai_annonce"), Mesure(9, 5))
    rangees = {"Homme": Mesure(6, 2), "Femme": Mesure(3, 3), "Non renseigné": Mesure(8, 1)}
    image = dessins.coupe(remplie, "sexe", rangees)
    ecrits = [texte.replace("\N{NO-BREAK SPACE}", " ") for texte in re.findall(r">([^<>]+)</text>", image.dessin)]
    assert ecrits == ["Homme", "Femme", "Non renseigné", "2 sur 6", "3 sur 3", "1 sur 8"], "le non-dit à la fin"
    assert "Homme : 2\N{NO-BREAK SPACE}sur\N{NO-BREAK SPACE}6" in image.dessin.partition(">")[0], "ce que dit un lecteur d'écran"
    assert [ligne[0] for ligne in image.lignes] == ["Femme", "Homme", "Non renseigné"] and image.lignes[0][2] == "100 %"


def test_un_chemin_a_un_trait_par_passage_et_son_sens_n_est_pas_qu_une_couleur():
    remplie = RubriqueRemplie(RubriqueDuCadre("x", "X", indicateur="carriere_a_la_sortie"), Mesure(6, 3))
    rangees = {"Précaire → Stable": Mesure(3, 3), "Stable → Précaire": Mesure(2, 0), "Corrigé depuis": Mesure(1, 0)}
    dessin = dessins.coupe(remplie, "de … à …", rangees).dessin
    assert "de Précaire à Stable : 3, de Stable à Précaire : 2" in dessin and "Corrigé" not in dessin
    traits = re.findall(r"<line [^>]*>", dessin)
    assert len(traits) == 2 and sum('stroke-dasharray="6,4"' in trait for trait in traits) == 1


# ── Un chiffre rangé, croisé, emporté ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "code", ["demandes_recues", "public_accueilli", "heures_travaillees", "delai_d_accueil", "entrees", "objectifs_sans_bilan"]
)
def test_chaque_case_d_un_croisement_est_le_nombre_de_sa_liste(public, code):
    rubrique, deux = next(r for r in CADRE.rubriques() if r.code == code), ("sexe", "commune")
    cases = ranger(rubrique, deux, public.organisation, ANNEE)
    for valeurs, mesure in cases.items():
        seule = replace(rubrique, coupes={**rubrique.coupes, **{c: (v,) for c, v in zip(deux, valeurs, strict=True)}})
        assert Derriere(seule, public.hab["direction"], ANNEE).count() == mesure.total
    toutes = lire(public, "chiffre", code).context["chiffre"].remplie.mesure
    assert sum(m.total for m in cases.values()) == toutes.total
    assert toutes.total or code == "delai_d_accueil"
    if rubrique.mesuree.s_additionne:
        assert sum(m.atteint for m in cases.values()) == toutes.atteint


def test_deux_coupes_se_croisent_et_l_adresse_garde_le_choix(public):
    choix = {"annee": 2026, "en_lignes": "sexe", "en_colonnes": "commune"}
    page = lire(public, "chiffre", "public_accueilli", **choix)
    croisement = page.context["detail"].croisement
    assert croisement.cases["Femme", "Villesarde"].total == 2 and croisement.cases["Homme", "Le Bourg"].total == 1
    assert croisement.lignes[-1][0] == "Ensemble"
    assert croisement.lignes[-1][1][-1][0].endswith(str(croisement.remplie.mesure.total))
    assert croisement.colonnes[-1] == "Non renseigné" and not croisement.a_change
    assert page.context["choix"] == "annee=2026&mois=&en_lignes=sexe&en_colonnes=commune"
    assert lire(public, "chiffre", "public_accueilli", role="cip", **choix).context["detail"].croisement.cases == croisement.cases


def test_chaque_case_mene_a_sa_liste_et_celle_d_un_fait_de_sante_a_qui_lit_la_sante(public):
    choix = {"annee": 2026, "en_lignes": "sexe", "en_colonnes": "RQTH"}
    page = lire(public, "chiffre", "public_accueilli", **choix)
    for valeur, dites in page.context["detail"].croisement.lignes:
        for dite, case in dites:
            assert (dite == "—") is (case == "")
            if case:
                assert f"&amp;{escape(case)}" in page.content.decode()
                liste = lire(public, "derriere", CADRE.code, "public_accueilli", **choix | dict(parse_qsl(case)))
                assert dite.endswith(f"sur\N{NO-BREAK SPACE}{liste.context['page'].paginator.count}"), (valeur, case)
    femmes = {"annee": 2026, "en_lignes": "sexe", "en_colonnes": "commune", "ligne": "Femme", "colonne": "Villesarde"}
    liste = lire(public, "derriere", CADRE.code, "public_accueilli", **femmes)
    assert liste.context["page"].paginator.count == 2 and "sexe : Femme. Seulement, commune : Villesarde" in propre(
        principal(liste)
    )
    sante = {"annee": 2026, "en_lignes": "RQTH", "ligne": "Oui"}
    lues = {
        r: lire(public, "derriere", CADRE.code, "public_accueilli", role=r, **sante).context["lignes"] for r in ("cip", "qualite")
    }
    assert lues["cip"] is not None and lues["qualite"] is None


@pytest.mark.parametrize(
    "choix, champ, dit",
    [
        ({"en_colonnes": "sexe"}, "en_lignes", "Choisissez d’abord par quoi ranger."),
        ({"en_lignes": "sexe", "en_colonnes": "sexe"}, "en_colonnes", "Choisissez-en deux différentes."),
        ({"en_lignes": "inventée"}, "en_lignes", "inventée"),
        ({"annee": "2026", "mois": "7"}, "mois", "Ce mois est à venir : rien ne s’y compte encore."),
    ],
)
def test_un_croisement_impossible_se_dit_et_le_reste_se_lit(public, choix, champ, dit):
    page = lire(public, "chiffre", "public_accueilli", **choix)
    (erreur,) = page.context["filtre"].errors[champ]
    assert dit in erreur and page.context["detail"].croisement is None and page.context["chiffre"].se_dit


def test_la_commune_ne_se_lit_que_d_aujourd_hui_et_ne_se_fige_pas(public):
    rubrique = next(r for r in CADRE.rubriques() if r.code == "public_accueilli")
    assert {"commune", "code postal", "QPV"} <= {*coupes_proposees(rubrique, ANNEE)}
    assert {"commune", "code postal"}.isdisjoint(coupes_proposees(rubrique, annee(date(2025, 1, 1))))
    durables = next(r for r in CADRE.rubriques() if r.code == "sorties_durables")
    assert "classe" in durables.mesuree.noms_des_coupes and "classe" not in coupes_proposees(durables, ANNEE), (
        "la sienne est dite"
    )
    assert {"commune", "code postal"}.isdisjoint(rubrique.mesuree.noms_des_coupes)
    (fait, *_) = rubrique.mesuree.faits(ANNEE, public.organisation)
    assert "commune" not in fait.coupes and "sexe" in fait.coupes
    assert {*coupes_proposees(rubrique, ANNEE)[: len(rubrique.par)]} == {*rubrique.par}, "ce que montre le cadre d'abord"


def test_la_filiere_est_le_code_rome_de_la_fiche_de_poste(public):
    heures = next(r for r in CADRE.rubriques() if r.code == "heures_travaillees")
    FicheDePoste.objects.filter(organisation=public.organisation).update(code_rome="K1304")
    fiche = FicheDePoste.objects.filter(organisation=public.organisation).first()
    avant = ranger(heures, ("filière",), public.organisation, ANNEE)
    public.personne.mises_en_situation.update(fiche_de_poste=None)
    assert {*ranger(heures, ("filière",), public.organisation, ANNEE)} == {("Sans fiche de poste, ou sans code ROME",)}
    public.personne.mises_en_situation.update(fiche_de_poste=fiche)
    assert {*ranger(heures, ("filière",), public.organisation, ANNEE)} == {("K1304",)}
    FicheDePoste.objects.update(code_rome="")
    assert {*ranger(heures, ("filière",), public.organisation, ANNEE)} == {("Sans fiche de poste, ou sans code ROME",)}
    assert sum(m.total for m in avant.values()) == 1


def test_ce_que_la_page_compte_s_emporte_en_nombres(public):
    csv = lire(public, "chiffre_export", "public_accueilli", "csv", en_lignes="sexe", en_colonnes="commune").content.decode(
        "utf-8-sig"
    )
    lignes = csv.splitlines()
    assert lignes[0] == "sexe;commune;Nombre;Sur;Part, en %" and "Femme;Villesarde;0;2;0,0" in lignes
    simple = lire(public, "chiffre_export", "delai_annonce", "csv").content.decode("utf-8-sig").splitlines()
    assert simple[1].startswith("Délai annoncé au premier contact, du 01/01/2026 au 15/06/2026;;") and ";5;" in simple[1]
    assert lire(public, "chiffre_export", "delai_annonce", "xlsx").content[:2] == b"PK"
    assert lire(public, "chiffre_export", "delai_annonce", "pdf").status_code == 404


# ── Hors de l'équipe ──────────────────────────────────────────────────────────────────────────────────────────────


def test_hors_de_l_equipe_ni_image_ni_coupe_ni_croisement_ni_nombre_a_emporter(public):
    figer(public, "delai_annonce", (date(2026, 4, 30), 31, 7), (date(2026, 5, 31), 37, 9))
    choix = {"en_lignes": "sexe", "en_colonnes": "commune"}
    detail = lire(public, "chiffre", "delai_annonce", role="ca", **choix).context["detail"]
    assert (detail.images, detail.croisement, detail.par) == ([], None, {})
    chapitre = lire(public, "chapitre", "accueil", role="ca")
    assert not any(image.dessin or image.lignes or c.tendance for c, image in chapitre.context["chiffres"] if c.se_dit)
    assert "points" not in chapitre.content.decode() and "sur 37" not in chapitre.content.decode()
    emporte = lire(public, "chiffre_export", "delai_annonce", "csv", role="ca", **choix).content.decode("utf-8-sig")
    assert emporte.splitlines()[1].endswith("le nombre de premiers contacts n’est pas dit") and "Villesarde" not in emporte


def test_hors_de_l_equipe_la_periode_d_avant_finit_une_fin_de_mois(public):
    fins = {role: lire(public, "chapitre", "accueil", role=role).context["avant"] for role in ("direction", "ca")}
    assert [str(fins[role].au) for role in ("direction", "ca")] == ["2025-06-15", "2025-05-31"]


def test_un_chiffre_ouvre_une_action_et_une_alerte(public):
    page = lire(public, "chiffre", "delai_annonce").content.decode()
    assert "origine=observatoire" in page and reverse("observatoire:alerte_nouvelle") in page
    assert "origine=observatoire" not in lire(public, "chiffre", "delai_annonce", role="ca").content.decode()
