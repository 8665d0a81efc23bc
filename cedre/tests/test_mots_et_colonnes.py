"""Partout, deux choses ne portent pas le même nom, une colonne redit son titre, une liste a un ordre : engendré du code."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from importlib import import_module
from pkgutil import walk_packages

import pytest
from django import forms
from django.apps import apps
from django.db.models import TextChoices, UniqueConstraint

from cedre.comptes.gestes import Rubrique
from cedre.comptes.models import Trace
from cedre.tests.test_maison import GABARITS, MODELES

HORS_DU_SITE = {"tests", "migrations", "management"}
# Un champ que l'on ne montre pas sous ce nom : l'adresse d'une organisation dans Cèdre, ses lignes comptées d'un import.
MEME_NOM = {"Organisation": ["adresse"], "Importation": ["lignes"]}
# Ce que la cellule dit autrement que son titre, et pourquoi.
AUTREMENT = {
    ("_bouge.html", "Mesure"): "une mesure tue ne dit ni avant ni après",
    ("_specifications.html", "Avant"): "sous un titre daté",
    ("_specifications.html", "Ce jour-là"): "sous un titre daté",
    ("enquetes.html", "Réponses"): "en plus court",
}


def _charger() -> None:
    for app in apps.get_app_configs():
        if app.name.startswith("cedre."):
            for module in walk_packages(app.module.__path__, f"{app.name}."):
                if HORS_DU_SITE.isdisjoint(module.name.split(".")):
                    import_module(module.name)


def de_la_maison(classe: type) -> Iterator[type]:
    """Les classes de Cèdre, hors des essais, qui descendent de celle-ci."""
    for fille in classe.__subclasses__():
        yield from de_la_maison(fille)
        if fille.__module__.startswith("cedre.") and "tests" not in fille.__module__.split("."):
            yield fille


@pytest.fixture(scope="module")
def formulaires() -> list[type[forms.BaseForm]]:
    """Tous les formulaires du site."""
    _charger()
    return [*{*de_la_maison(forms.BaseForm)}]


def doubles(noms) -> list[str]:
    return [nom for nom, combien in Counter(map(str, noms)).items() if combien > 1]


def test_une_trace_ne_confond_pas_deux_sortes_d_objets():
    noms = [str(modele._meta.verbose_name) for modele in MODELES]
    assert doubles(noms) == [] and max(map(len, noms)) <= Trace._meta.get_field("objet").max_length


@pytest.mark.parametrize("modele", MODELES, ids=lambda m: m.__name__)
def test_deux_champs_d_une_ligne_ne_portent_pas_le_meme_nom(modele):
    assert doubles(champ.verbose_name for champ in modele._meta.local_fields) == MEME_NOM.get(modele.__name__, [])


def test_deux_choix_d_une_liste_ne_se_lisent_pas_de_meme(formulaires):
    listes = [*{*de_la_maison(TextChoices)}]
    assert len(listes) > 50 and [liste.__qualname__ for liste in listes if doubles(liste.labels)] == []
    assert [liste for liste in listes if "" in map(str, liste.labels)] == [Rubrique]


def test_deux_champs_d_un_formulaire_ne_se_lisent_pas_de_meme_une_date_a_son_calendrier_une_heure_son_horloge(formulaires):
    assert len(formulaires) > 100
    champs = [(f.__qualname__, nom, champ) for f in formulaires for nom, champ in getattr(f, "base_fields", {}).items()]
    assert {f.__qualname__: d for f in formulaires if (d := doubles(c.label for c in f.base_fields.values() if c.label))} == {}
    for sorte, attendu in ((forms.DateField, "date"), (forms.TimeField, "time")):
        saisis = [(f, nom, c.widget) for f, nom, c in champs if isinstance(c, sorte) and not c.widget.is_hidden]
        assert len(saisis) > 3
        sans = [(f, nom) for f, nom, w in saisis if w.attrs.get("type", getattr(w, "input_type", "")) != attendu]
        assert sans == [], f"ces champs ne s’ouvrent pas sur {attendu}"


def lu(html: str) -> str:
    """Ce qu'on en lit, les espaces d'un seul blanc."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def egarees(nom: str, tableau: str) -> list[str]:
    """Les cellules de ce tableau qui ne redisent aucun titre, ou pas dans l'ordre des titres."""
    titres = [lu(titre) for titre in re.findall(r'<th scope="col"[^>]*>(.*?)</th>', tableau, re.DOTALL)]
    dits = [lu(dit) for dit in dict.fromkeys(re.findall(r'data-titre="([^"]*)"', tableau)) if (nom, dit) not in AUTREMENT]
    perdus = [dit for dit in dits if dit not in titres]
    rangs = [titres.index(dit) for dit in dits if dit not in perdus]
    return [nom, *perdus] if perdus or rangs != sorted(rangs) else []


def test_chaque_cellule_d_un_tableau_redit_le_titre_de_sa_colonne_dans_l_ordre():
    tableaux = [
        (gabarit.name, tableau)
        for gabarit in GABARITS
        for tableau in re.findall(r'<table class="[^"]*en-cartes[^"]*">.*?</table>', gabarit.read_text("utf-8"), re.DOTALL)
    ]
    assert len(tableaux) > 20 and [fautes for tableau in tableaux if (fautes := egarees(*tableau))] == []


@pytest.mark.parametrize("modele", [m for m in MODELES if m._meta.ordering], ids=lambda m: m.__name__)
def test_une_liste_a_toujours_le_meme_ordre(modele):
    par = [cle.removeprefix("-") for cle in modele._meta.ordering if isinstance(cle, str)]
    uniques = [c.fields for c in modele._meta.constraints if isinstance(c, UniqueConstraint) and not c.condition]
    uniques += [[champ.name] for champ in modele._meta.local_fields if champ.unique]
    total = par[-1:] in (["pk"], ["id"]) or any(set(cles) <= set(par) for cles in uniques)
    assert total or modele.__name__ == "Deplacement", "finir par « pk », ou par ce qui est unique"
