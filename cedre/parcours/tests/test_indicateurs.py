"""Chaque indicateur joue son exemple : quelques faits, et le compte attendu (OBS-1, CER-3)."""

from datetime import date, datetime, timedelta

import pytest
from django.db import models
from django.utils import timezone

from cedre.core.indicateurs import tous
from cedre.observatoire.models import Terme
from cedre.parcours.models import Manque, Personne

LE = date(2026, 6, 15)


def _valeurs(modele, champs: dict, monde) -> dict:
    """Les champs d'un fait : les entiers donnés aux dates deviennent des dates, les liens obligatoires sont pris à ici."""
    valeurs = dict(champs)
    for champ in modele._meta.concrete_fields:
        if isinstance(champ, models.ForeignKey) and not champ.null and champ.name not in valeurs:
            liste = champ.related_model is Terme and champ.get_limit_choices_to().get("liste")
            trouve = Terme.objects.de(liste).first() if liste else getattr(monde, champ.name, None)
            valeurs |= {champ.name: trouve} if trouve else {}
        elif isinstance(champ, models.DateField) and isinstance(jours := valeurs.get(champ.name), int):
            valeurs[champ.name] = LE + timedelta(days=jours)
            if isinstance(champ, models.DateTimeField):
                valeurs[champ.name] = timezone.make_aware(datetime.combine(valeurs[champ.name], datetime.min.time()))
    return valeurs


def _modele_des_sujets(population: type[models.Model]) -> type[models.Model]:
    """La personne dont les lignes à compter sont les faits, ou le modèle de ces lignes quand il n'en dépend pas."""
    return population if population.PARTITION == "organisation" else Personne


def _jouer(indicateur, monde) -> None:
    monde.personne.delete()
    modele = _modele_des_sujets(indicateur.population(LE).model)
    for rang, sujet in enumerate(indicateur.exemple.sujets):
        champs, faits = _trier({"nom": f"Sujet {rang}"} | sujet)
        if "referent" in champs:
            champs["referent"] = monde.hab[champs["referent"]].compte
        racine = modele.objects.create(organisation=monde.organisation, **champs)
        _ajouter(racine, faits, racine, monde, {})


def _trier(sujet: dict) -> tuple[dict, dict]:
    """Les champs d'une ligne, et les lignes qui lui sont rattachées."""
    faits = {cle: valeur for cle, valeur in sujet.items() if isinstance(valeur, list)}
    return {cle: valeur for cle, valeur in sujet.items() if cle not in faits}, faits


def _ajouter(parent, faits: dict, personne: Personne, monde, deja: dict) -> None:
    """Crée les faits, et ceux qu'ils portent. Un lien qui vaut True va au dernier fait créé de ce modèle."""
    for relation, lignes in faits.items():
        ensemble = getattr(parent, relation)
        for ligne in lignes:
            champs, suite = _trier(ligne)
            champs = {
                n: deja[ensemble.model._meta.get_field(n).related_model]
                if v is True and ensemble.model._meta.get_field(n).related_model
                else v
                for n, v in champs.items()
            }
            a_la_personne = {"personne": personne} if hasattr(ensemble.model, "personne") else {}
            fait = deja[ensemble.model] = ensemble.create(**_valeurs(ensemble.model, champs, monde) | a_la_personne)
            _ajouter(fait, suite, personne, monde, deja)


@pytest.mark.parametrize("code", tous())
def test_chaque_indicateur_donne_le_compte_de_son_exemple_et_nomme_ceux_qui_manquent(ici, ailleurs, code):
    indicateur = tous()[code]
    _jouer(indicateur, ici)
    mesure = indicateur.mesurer(ici.organisation, LE)
    assert mesure == (indicateur.exemple.total, indicateur.exemple.atteint)
    assert indicateur.manquants(ici.organisation, LE).count() == mesure.total - mesure.atteint
    assert 0 < mesure.atteint < mesure.total, "un exemple montre un cas qui satisfait et un qui ne satisfait pas"


@pytest.mark.parametrize("code", tous())
def test_toutes_les_structures_se_mesurent_en_une_requete(ici, ailleurs, code, django_assert_num_queries):
    indicateur = tous()[code]
    _jouer(indicateur, ici)
    with django_assert_num_queries(1):
        mesures = indicateur.mesurer_par_structure(LE)
    assert mesures[ici.organisation.pk] == indicateur.mesurer(ici.organisation, LE)
    assert mesures.get(ailleurs.organisation.pk, (0, 0)) == indicateur.mesurer(ailleurs.organisation, LE)


@pytest.mark.parametrize("code", tous())
def test_un_indicateur_se_lit_sans_le_code(code):
    indicateur = tous()[code]
    assert all([indicateur.libelle, indicateur.definition, indicateur.unite, indicateur.source, indicateur.exemple.sujets])
    assert indicateur.definition.endswith(".")


def test_chaque_manque_est_un_indicateur():
    assert {f"suivi_{manque}" for manque in Manque} <= tous().keys()


def test_sans_personne_a_compter_il_n_y_a_pas_de_taux(ici):
    ici.personne.delete()
    mesure = tous()["delai_annonce"].mesurer(ici.organisation, LE)
    assert mesure == (0, 0)
    assert mesure.taux is None
