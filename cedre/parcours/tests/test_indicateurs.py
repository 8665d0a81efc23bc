"""Chaque indicateur joue son exemple : quelques faits, et le compte attendu (OBS-1, CER-3)."""

from datetime import date, datetime, timedelta

import pytest
from django.db import models
from django.utils import timezone

from cedre.conftest import terme
from cedre.core.indicateurs import tous
from cedre.parcours.models import Personne

LE = date(2026, 6, 15)


def _valeurs(modele, champs: dict, monde) -> dict:
    """Les champs d'un fait : les entiers donnés aux dates deviennent des dates, les liens obligatoires sont pris à ici."""
    valeurs = dict(champs)
    for champ in modele._meta.concrete_fields:
        if isinstance(champ, models.ForeignKey) and not champ.null and hasattr(monde, champ.name):
            valeurs.setdefault(champ.name, getattr(monde, champ.name))
        elif isinstance(champ, models.DateField) and isinstance(jours := valeurs.get(champ.name), int):
            valeurs[champ.name] = LE + timedelta(days=jours)
            if isinstance(champ, models.DateTimeField):
                valeurs[champ.name] = timezone.make_aware(datetime.combine(valeurs[champ.name], datetime.min.time()))
    return valeurs


def _creer(ensemble, ligne: dict, monde, personne, deja: dict) -> None:
    """Un fait et les siens. deja : le dernier créé de chaque modèle, que True désigne ; un mot dit un terme du cadre."""
    siens = {cle: valeur for cle, valeur in ligne.items() if isinstance(valeur, list)}
    champs = {cle: valeur for cle, valeur in ligne.items() if cle not in siens}
    for nom, valeur in champs.items():
        champ = ensemble.model._meta.get_field(nom)
        if isinstance(champ, models.ForeignKey) and valeur is True:
            champs[nom] = deja[champ.related_model]
        elif isinstance(champ, models.ForeignKey) and isinstance(valeur, str):
            champs[nom] = terme(champ.get_limit_choices_to()["liste"], valeur)
    if "personne" in {c.name for c in ensemble.model._meta.concrete_fields}:
        champs["personne"] = personne
    fait = deja[ensemble.model] = ensemble.create(**_valeurs(ensemble.model, champs, monde))
    for relation, lignes in siens.items():
        for une in lignes:
            _creer(getattr(fait, relation), une, monde, personne, deja)


def _jouer(exemple, monde) -> None:
    monde.personne.delete()
    for rang, sujet in enumerate(exemple.sujets):
        faits = {cle: valeur for cle, valeur in sujet.items() if isinstance(valeur, list)}
        champs = {cle: valeur for cle, valeur in sujet.items() if cle not in faits}
        personne = Personne.objects.create(organisation=monde.organisation, nom=f"Sujet {rang}", prenom="Ode", **champs)
        deja = {}
        for relation, lignes in faits.items():
            for ligne in lignes:
                _creer(getattr(personne, relation), ligne, monde, personne, deja)


@pytest.mark.parametrize("code", tous())
def test_chaque_indicateur_donne_le_compte_de_son_exemple_et_nomme_ceux_qui_manquent(ici, ailleurs, code):
    indicateur = tous()[code]
    _jouer(indicateur.exemple, ici)
    mesure = indicateur.mesurer(ici.organisation, LE)
    assert mesure == (indicateur.exemple.total, indicateur.exemple.atteint)
    assert indicateur.manquants(ici.organisation, LE).count() == mesure.total - mesure.atteint
    assert 0 < mesure.atteint < mesure.total, "un exemple montre un cas qui satisfait et un qui ne satisfait pas"


@pytest.mark.parametrize("code", tous())
def test_toutes_les_structures_se_mesurent_en_une_requete(ici, ailleurs, code, django_assert_num_queries):
    indicateur = tous()[code]
    _jouer(indicateur.exemple, ici)
    with django_assert_num_queries(1):
        mesures = indicateur.mesurer_par_structure(LE)
    assert mesures[ici.organisation.pk] == indicateur.mesurer(ici.organisation, LE)
    assert mesures.get(ailleurs.organisation.pk, (0, 0)) == indicateur.mesurer(ailleurs.organisation, LE)


@pytest.mark.parametrize("code", tous())
def test_un_indicateur_se_lit_sans_le_code(code):
    indicateur = tous()[code]
    assert all([indicateur.libelle, indicateur.definition, indicateur.unite, indicateur.source, indicateur.exemple.sujets])
    assert indicateur.definition.endswith(".")


def test_sans_personne_a_compter_il_n_y_a_pas_de_taux(ici):
    ici.personne.delete()
    mesure = tous()["delai_annonce"].mesurer(ici.organisation, LE)
    assert mesure == (0, 0)
    assert mesure.taux is None
