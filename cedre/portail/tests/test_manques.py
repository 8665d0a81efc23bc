"""Un manque n'est dit qu'une fois : déclaré, il paraît partout où l'on lit ce qui manque (ACC-6)."""

import re
from dataclasses import fields
from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from cedre.core.indicateurs import Exemple, tous
from cedre.core.manques import Manque, manques
from cedre.core.templatetags.cedre import jour_court
from cedre.parcours.models import Personne
from cedre.partenariats import indicateurs as partenariats
from cedre.partenariats.models import Partenaire
from cedre.regulation import indicateurs
from cedre.regulation.models import Regulation
from cedre.regulation.operations import batir_ordre_du_jour

ALERTE, LIBELLE = "Prénom trop court", "Prénoms assez longs"


FIXER = re.compile(r'"(/personnes/\d+/suivi/fixer)"')


def oublier() -> None:
    """Ce que les apps déclarent se relit."""
    tous.cache_clear()
    manques.cache_clear()


@pytest.fixture
def declare(ici, monkeypatch):
    """Une app du dessus déclare un manque, plus pressant que tous les autres, et ne fait rien d'autre."""
    manque = Manque(
        code="regulation_prenom",
        cle="prenom_court",
        alerte=ALERTE,
        urgence=1,
        en_equipe=True,
        jour=lambda le: F("phase_depuis"),
        libelle=LIBELLE,
        definition="Personnes dont le prénom a plus de deux lettres.",
        unite="personnes",
        source="Essai",
        population=lambda le: Personne.objects.filter(anonymisee_le=None),
        critere=lambda personnes, le: personnes.exclude(prenom="Al"),
        exemple=Exemple(({"prenom": "Al"}, {"prenom": "Ada"}), 2, 1),
    )
    Personne.objects.filter(pk=ici.personne.pk).update(prenom="Al", phase_depuis=timezone.localdate() - timedelta(days=9))
    monkeypatch.setattr(indicateurs, "fictif", manque, raising=False)
    oublier()
    yield manque
    monkeypatch.undo()
    oublier()


def test_il_est_sur_la_page_du_jour_de_qui_suit_la_personne(ici, declare):
    premier = ici.client("cip").get("/").context["a_faire"][0]
    assert next(iter(manques(Personne).values())) is declare, "le plus pressant d'abord"
    assert (premier.manque, premier.premieres[0].ligne) == (declare, ici.personne)
    assert premier.premieres[0].jour == timezone.localdate() - timedelta(days=9)


@pytest.mark.parametrize("route", ["portail:accueil", "portail:suivi_equipe", "parcours:personnes", "portail:chiffres"])
def test_la_direction_le_compte_et_le_lit(ici, declare, route):
    page = ici.client("direction").get(reverse(route)).content.decode()
    assert (LIBELLE if route == "portail:chiffres" else ALERTE) in page


def test_il_filtre_la_liste_se_lit_dans_le_dossier_et_se_prend_en_charge(ici, declare):
    client, dossier = ici.client("cip"), reverse("parcours:personne", args=[ici.personne.pk])
    assert [p.pk for p in client.get(reverse("parcours:personnes") + "?manque=prenom_court").context["page"]] == [ici.personne.pk]
    lu = client.get(dossier).content.decode()
    assert ALERTE in lu and f"depuis le {jour_court(timezone.localdate() - timedelta(days=9))}" in lu
    jusqu_au = timezone.localdate() + timedelta(days=3)
    client.post(reverse("parcours:prendre_en_charge", args=[ici.personne.pk, "prenom_court"]), {"jusqu_au": jusqu_au})
    page = client.get(dossier)
    assert not {trouve.manque for trouve in page.context["personne"].manques} & {declare}
    assert [prise.alerte for prise in page.context["prises_en_charge"]] == [ALERTE]


def test_l_equipe_le_regarde_ensemble(ici, declare):
    regulation = Regulation.objects.create(organisation=ici.organisation, le=timezone.localdate())
    batir_ordre_du_jour(regulation, par=ici.hab["direction"])
    assert regulation.points.order_by("rang").first().raison == ALERTE


def test_ce_qui_se_corrige_seul_n_est_pas_a_l_ordre_du_jour(ici):
    Personne.objects.filter(pk=ici.personne.pk).update(telephone="", telephone_2="", courriel="")
    (personne,) = Personne.objects.avec_manques().filter(organisation=ici.organisation)
    assert personne.manques and not any(trouve.manque.en_equipe for trouve in personne.manques)
    regulation = Regulation.objects.create(organisation=ici.organisation, le=timezone.localdate())
    assert batir_ordre_du_jour(regulation, par=ici.hab["direction"]) == 0


@pytest.fixture
def convention_finie(ici, monkeypatch):
    """Le chiffre des conventions devient un manque : une urgence, une alerte, et rien d'autre ; une convention est finie."""
    chiffre = tous()["conventions_en_vigueur"]
    repris = {champ.name: getattr(chiffre, champ.name) for champ in fields(chiffre)}
    repris["population"] = lambda le: Partenaire.objects.lies_par_convention(le)  # un manque ne joint rien
    monkeypatch.setattr(partenariats, "conventions_en_vigueur", Manque(**repris, cle="hors_convention", alerte=ALERTE, urgence=5))
    jour = timezone.localdate()
    ici.partenaire.conventions.all().delete()
    ici.partenaire.conventions.create(objet="Orienter", du=jour - timedelta(days=9), au=jour - timedelta(days=1))
    oublier()
    yield
    monkeypatch.undo()
    oublier()


@pytest.mark.parametrize("role, dit", [("direction", True), ("accueil", False)])
def test_ce_qui_n_est_d_aucun_dossier_se_rappelle_a_qui_peut_le_corriger(ici, convention_finie, role, dit):
    page = ici.client(role).get("/")
    (rappel,) = [r for r in page.context["rappels"] if r.libelle == ALERTE] or [None]
    assert (rappel is not None) is dit and (ALERTE in page.content.decode()) is dit
    if dit:
        assert len(ici.client(role).get(rappel.adresse).context["lignes"]) == rappel.nombre == 1
        assert "hors_convention" not in manques(Personne)


def test_au_travail_sans_objectif_mene_a_une_seule_page(embauchee):
    personne = embauchee.personne
    personne.engagements.update(etat="clos", clos_le=timezone.localdate())
    pages = ["/", reverse("parcours:personne", args=[personne.pk]), reverse("portail:manquants", args=["suivi_sans_objectif"])]
    lues = [set(FIXER.findall(embauchee.client("cip").get(page).content.decode())) for page in pages]
    assert lues == [{reverse("parcours:suivi_fixer", args=[personne.pk])}] * 3
