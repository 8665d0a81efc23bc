"""L'évolution au fil des évaluations : deux regards, des trous, deux versions de grille (ACC-4)."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.core import graphiques
from cedre.core.indicateurs import tous
from cedre.core.periodes import Periode
from cedre.parcours.evolution import Tendance, evolution
from cedre.parcours.models import Cotation, Evaluation
from cedre.structures.models import Domaine, Echelon, Grille


@pytest.fixture(autouse=True)
def dessin_vide(monkeypatch):
    monkeypatch.setattr(graphiques, "dessiner", lambda spec: "<svg ></svg>")


def evaluer(monde, le, grille=None, **valeurs):
    """Une évaluation validée. valeurs : (la personne, l'accompagnateur) par code de thème."""
    grille = grille or monde.grille
    evaluation = Evaluation.objects.create(
        personne=monde.personne, grille=grille, le=le, trajectoire="instable", validee_le=timezone.now()
    )
    for code, (personne, accompagnateur) in valeurs.items():
        domaine = grille.domaines.get(theme__code=code)
        Cotation.objects.create(
            evaluation=evaluation, domaine=domaine, valeur_personne=personne, valeur_accompagnateur=accompagnateur
        )
    return evaluation


def serie(monde, code):
    theme = monde.grille.domaines.get(theme__code=code).theme_id
    return next(s for s in evolution(monde.personne).series if s.theme_id == theme)


def test_chaque_regard_a_sa_tendance_et_moins_de_difficulte_est_un_progres(ici):
    evaluer(ici, date(2025, 1, 1), emploi=(3, 2), logement=(1, 1), mobilite=(0, None))
    evaluer(ici, date(2025, 7, 1), emploi=(1, 2), logement=(2, 1), mobilite=(0, 1))
    assert serie(ici, "emploi").tendances == [Tendance.PROGRESSE, Tendance.STABLE]
    assert serie(ici, "logement").tendances == [Tendance.RECULE, Tendance.STABLE]
    assert serie(ici, "mobilite").tendances == [Tendance.STABLE, None]
    assert evolution(ici.personne).phrases == [
        ("La personne", "1 domaine progresse, 1 recule, 1 est stable"),
        ("L’accompagnateur·rice", "2 domaines sont stables"),
    ]


def test_non_evalue_est_un_trou_et_jamais_un_zero(ici):
    evaluer(ici, date(2025, 1, 1), emploi=(3, 3))
    evaluer(ici, date(2025, 4, 1), emploi=(None, 2))
    evaluer(ici, date(2025, 7, 1), emploi=(3, 1))
    points = serie(ici, "emploi").points
    assert [p.personne for p in points] == [3, None, 3]
    assert points[1].dit_personne == "Non évalué"
    assert serie(ici, "emploi").tendances == [Tendance.STABLE, Tendance.PROGRESSE]
    spec = evolution(ici.personne)._spec(serie(ici, "emploi"))
    assert [v["v"] for v in spec["layer"][0]["data"]["values"]] == [3, None, 3]
    assert spec["encoding"]["y"]["scale"]["reverse"], "le plus favorable en haut"


def test_deux_versions_de_grille_se_rapprochent_par_le_theme_et_par_l_echelle(ici):
    evaluer(ici, date(2025, 1, 1), emploi=(3, 3), logement=(1, 1))
    emploi = ici.grille.domaines.get(theme__code="emploi").theme
    nouvelle = Grille.objects.create(organisation=ici.organisation, version=2, publiee_le=date(2025, 6, 1))
    for valeur in range(7):
        Echelon.objects.create(grille=nouvelle, valeur=valeur, libelle=f"Degré {valeur}")
    Domaine.objects.create(grille=nouvelle, theme=emploi, libelle="Le travail")
    evaluer(ici, date(2025, 7, 1), grille=nouvelle, emploi=(6, 4))
    travail = serie(ici, "emploi")
    assert travail.libelle == "Le travail"
    assert [p.personne for p in travail.points] == [6, 6], "le plus bloquant reste le plus bloquant"
    assert [p.dit_personne for p in travail.points] == ["Bloquant", "Degré 6"]
    assert travail.tendances == [Tendance.STABLE, Tendance.PROGRESSE]
    assert [p.personne for p in serie(ici, "logement").points] == [2, None]
    assert serie(ici, "logement").points[1].dit_personne == "Hors de la grille"


def test_un_brouillon_ne_compte_pas(ici, cip):
    assert evolution(ici.personne).evaluations == []
    assert "Aucune évaluation validée" in cip.get(reverse("parcours:evolution", args=[ici.personne.pk])).content.decode()


def test_la_contrainte_d_agenda_se_dit_sans_echelle_ni_progres(ici):
    evaluer(ici, date(2025, 1, 1), justice=(3, 3))
    evaluer(ici, date(2025, 7, 1), justice=(0, 0))
    assert [p.dit_personne for p in serie(ici, "justice").points] == ["Contrainte", "Pas de contrainte"]
    assert serie(ici, "justice").tendances == [None, None]
    assert evolution(ici.personne).dessins == []


@pytest.mark.parametrize(
    "avant, apres, comptes",
    [("ordinaire", "ordinaire", (1, 1)), ("agenda", "ordinaire", (0, 0)), ("ordinaire", "agenda", (0, 0))],
)
def test_une_contrainte_d_agenda_ne_se_compare_pas_dans_l_une_ou_l_autre_grille(ici, avant, apres, comptes):
    ici.grille.domaines.filter(theme__code="emploi").update(regime=avant)
    evaluer(ici, date(2025, 1, 1), emploi=(3, 3))
    emploi = ici.grille.domaines.get(theme__code="emploi").theme
    nouvelle = Grille.objects.create(organisation=ici.organisation, version=2, publiee_le=date(2025, 6, 1))
    Echelon.objects.bulk_create(Echelon(grille=nouvelle, valeur=v, libelle=f"Degré {v}") for v in range(4))
    Domaine.objects.create(grille=nouvelle, theme=emploi, libelle="Le travail", regime=apres)
    evaluer(ici, date(2025, 7, 1), grille=nouvelle, emploi=(0, 0))
    periode = Periode(date(2025, 7, 1), date(2025, 7, 31), timezone.localdate())
    assert tous()["domaines_en_progres"].mesurer(ici.organisation, periode) == comptes


@pytest.mark.parametrize(
    "avant, apres, tendance", [(1, 2, "stable"), (3, 6, "stable"), (0, 0, "stable"), (2, 3, "progresse"), (1, 3, "recule")]
)
def test_deux_grilles_se_comparent_chacune_sur_son_echelle(ici, avant, apres, tendance):
    assert ici.grille.echelons.count() == 4
    evaluer(ici, date(2025, 1, 1), emploi=(avant, avant))
    nouvelle = Grille.objects.create(organisation=ici.organisation, version=2, publiee_le=date(2025, 6, 1))
    Echelon.objects.bulk_create(Echelon(grille=nouvelle, valeur=v, libelle=f"Degré {v}") for v in range(7))
    Domaine.objects.create(grille=nouvelle, theme=ici.grille.domaines.get(theme__code="emploi").theme, libelle="Le travail")
    evaluer(ici, date(2025, 7, 1), grille=nouvelle, emploi=(apres, apres))
    mesures = tous()["domaines_en_progres"].mesurer_par(
        "tendance", Periode(date(2025, 7, 1), date(2025, 7, 31), timezone.localdate()), ici.organisation
    )
    assert mesures == {tendance: (1, int(tendance == "progresse"))}


def test_la_page_montre_dessin_tableau_et_mots(ici, cip):
    evaluer(ici, date(2025, 1, 1), emploi=(3, 3), logement=(None, None))
    evaluer(ici, date(2025, 7, 1), emploi=(0, 1), logement=(None, None))
    page = cip.get(reverse("parcours:evolution", args=[ici.personne.pk])).content.decode()
    assert page.count('<svg role="img"') == 1, "un domaine jamais évalué ne se dessine pas"
    assert "Emploi, la personne / l’accompagnateur·rice. 01/01/2025 : Bloquant / Bloquant" in page
    assert "1 domaine progresse" in page and "↗ progresse" in page


def test_une_evaluation_se_compare_a_la_precedente_et_non_aux_suivantes(ici, cip):
    evaluer(ici, date(2024, 1, 1), emploi=(0, 0))
    evaluer(ici, date(2025, 1, 1), emploi=(3, 3))
    milieu = evaluer(ici, date(2025, 4, 1), emploi=(2, 2))
    evaluer(ici, date(2025, 7, 1), emploi=(3, 3))
    reponse = cip.get(reverse("parcours:evaluation", args=[milieu.pk]))
    assert reponse.context["precedente"].le == date(2025, 1, 1)
    assert "↗ progresse" in reponse.content.decode() and "↘" not in reponse.content.decode()


def test_deux_ou_dix_evaluations_coutent_autant(ici, cip, django_assert_max_num_queries):
    adresse = reverse("parcours:evolution", args=[ici.personne.pk])
    for mois in (1, 2):
        evaluer(ici, date(2025, mois, 1), emploi=(3, 3), logement=(1, 2))
    with django_assert_max_num_queries(10) as deux:
        cip.get(adresse)
    for mois in range(3, 11):
        evaluer(ici, date(2025, mois, 1), emploi=(3, 3), logement=(1, 2))
    with django_assert_max_num_queries(10) as dix:
        cip.get(adresse)
    assert len(deux) == len(dix)
