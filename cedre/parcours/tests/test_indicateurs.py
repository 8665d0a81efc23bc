"""Chaque indicateur joue son exemple : quelques faits, et le compte attendu (OBS-1, CER-3)."""

from datetime import date, datetime, timedelta

import pytest
from django.db import models
from django.utils import timezone

from cedre.comptes.gestes import remede
from cedre.comptes.models import Compte, Organisation
from cedre.core.indicateurs import Jour, Mesure, mesurer, tous
from cedre.core.manques import manques
from cedre.observatoire.models import Terme
from cedre.parcours.models import Personne, PriseEnCharge

LE = date(2026, 6, 15)


def _lien(champ: models.ForeignKey, valeur, monde, deja: dict):
    """Ce que désigne un lien : True, le dernier fait créé de ce modèle ; un texte, un terme, ou le compte de ce rôle ; un
    dictionnaire, une ligne."""
    if champ.related_model is Compte and isinstance(valeur, str):
        return monde.hab[valeur].compte
    if valeur is True:
        return deja[champ.related_model]
    if isinstance(valeur, str):
        return Terme.objects.get(liste=champ.get_limit_choices_to()["liste"], code=valeur)
    if isinstance(valeur, dict):
        return champ.related_model.objects.get_or_create(organisation=monde.organisation, **valeur)[0]
    return valeur


def _valeurs(modele, champs: dict, monde, deja: dict) -> dict:
    """Les champs d'un fait : les jours donnés aux dates deviennent des dates, les liens obligatoires sont pris à ici."""
    valeurs = dict(champs)
    for champ in modele._meta.concrete_fields:
        if isinstance(champ, models.ForeignKey):
            if champ.name in valeurs:
                valeurs[champ.name] = _lien(champ, valeurs[champ.name], monde, deja)
            elif not champ.null:
                liste = champ.related_model is Terme and champ.get_limit_choices_to().get("liste")
                trouve = Terme.objects.de(liste).first() if liste else getattr(monde, champ.name, None)
                valeurs |= {champ.name: trouve} if trouve else {}
        elif isinstance(champ, models.DateField) and isinstance(jours := valeurs.get(champ.name), Jour):
            valeurs[champ.name] = LE + (timedelta(days=jours) if isinstance(jours, int) else jours)
            if isinstance(champ, models.DateTimeField):
                valeurs[champ.name] = timezone.make_aware(datetime.combine(valeurs[champ.name], datetime.min.time()))
    return valeurs


def _modele_des_sujets(population: type[models.Model]) -> type[models.Model]:
    """Ce dont les lignes à compter sont les faits, et que la structure tient ; à défaut, ces lignes elles-mêmes."""
    for pas in population.PARTAGE.organisation.split("__")[:-1]:
        population = population._meta.get_field(pas).related_model
    return population


def _racine(modele, rang: int, champs: dict, monde) -> models.Model:
    if modele is Organisation:
        defauts = {"nom": f"Sujet {rang}", "slug": f"sujet-{rang}", "nature": "structure", "type_siae": "AI"}
        return Organisation.objects.create(**defauts | champs)
    if "referent" in champs:
        champs["referent"] = monde.hab[champs["referent"]].compte
    noms = {nom: f"Sujet {rang}" for nom in ("nom", "intitule") if nom in {f.name for f in modele._meta.concrete_fields}}
    return modele.objects.create(**_valeurs(modele, noms | champs, monde, {}))


def _jouer(indicateur, monde) -> list[Organisation]:
    """Écrit les sujets de l'exemple ; rend les structures où les compter."""
    modele, racines = _modele_des_sujets(indicateur.lignes(LE).model), []
    if modele is not Organisation:
        modele.objects.filter(organisation=monde.organisation).delete()
    for rang, sujet in enumerate(indicateur.exemple.sujets):
        champs, faits = _trier(sujet)
        racines.append(racine := _racine(modele, rang, champs, monde))
        _ajouter(racine, faits, racine if modele is Personne else None, monde, {})
    return racines if modele is Organisation else [monde.organisation]


def _trier(sujet: dict) -> tuple[dict, dict]:
    """Les champs d'une ligne, et les lignes qui lui sont rattachées."""
    faits = {cle: valeur for cle, valeur in sujet.items() if isinstance(valeur, list)}
    return {cle: valeur for cle, valeur in sujet.items() if cle not in faits}, faits


def _ajouter(parent, faits: dict, personne: Personne | None, monde, deja: dict) -> None:
    """Crée les faits, et ceux qu'ils portent. personne : celle dont ce sont les faits, une fois qu'on la connaît."""
    for relation, lignes in faits.items():
        if relation not in {champ.name for champ in parent._meta.get_fields()}:
            parent = parent.compte  # d'une habilitation, le fait est à qui la tient
        lien = parent._meta.get_field(relation)
        for ligne in lignes:
            champs, suite = _trier(ligne)
            siens = {"personne": personne} if personne and hasattr(lien.related_model, "personne") else {}
            siens[lien.field.name] = parent
            fait = lien.related_model.objects.create(**_valeurs(lien.related_model, champs, monde, deja) | siens)
            deja[lien.related_model] = fait
            _ajouter(fait, suite, fait if lien.related_model is Personne else personne, monde, deja)


def _mesurer(indicateur, structures: list[Organisation]) -> Mesure:
    """La mesure de toutes ces structures ensemble."""
    mesures = [indicateur.mesurer(structure, LE) for structure in structures]
    return Mesure(sum(m.total for m in mesures), sum(m.atteint for m in mesures))


@pytest.mark.parametrize("le", [date(2024, 2, 29), date(2025, 2, 28), date(2025, 3, 1)])
@pytest.mark.parametrize("code", tous())
def test_son_exemple_vaut_aussi_autour_d_un_29_fevrier(ici, monkeypatch, code, le):
    monkeypatch.setattr(f"{__name__}.LE", le)
    indicateur = tous()[code]
    assert _mesurer(indicateur, _jouer(indicateur, ici)) == (indicateur.exemple.total, indicateur.exemple.atteint)


@pytest.mark.parametrize("code", tous())
def test_chaque_indicateur_donne_le_compte_de_son_exemple_et_nomme_ceux_qui_manquent(ici, ailleurs, code):
    indicateur = tous()[code]
    structures = _jouer(indicateur, ici)
    mesure = _mesurer(indicateur, structures)
    assert mesure == (indicateur.exemple.total, indicateur.exemple.atteint)
    assert sum(indicateur.manquants(s, LE).count() for s in structures) == mesure.total - mesure.atteint
    assert 0 < mesure.atteint < mesure.total, "un exemple montre un cas qui satisfait et un qui ne satisfait pas"


@pytest.mark.parametrize("code", tous())
def test_chaque_ligne_qui_manque_a_une_page_qui_s_ouvre_et_ou_elle_se_corrige(ici, code):
    indicateur = tous()[code]
    structures = _jouer(indicateur, ici)
    direction, corrige = ici.client("direction"), remede(code, ici.hab["direction"])
    for ligne in [ligne for structure in structures for ligne in indicateur.manquants(structure, LE)]:
        adresse = corrige.adresse(ligne if corrige.part_d_un_objet else None)
        envoi = direction.post if corrige.par_envoi else direction.get
        assert envoi(adresse, follow=True).status_code == 200


@pytest.mark.parametrize("code", tous())
def test_toutes_les_structures_se_mesurent_en_une_requete(ici, ailleurs, code, django_assert_num_queries):
    indicateur = tous()[code]
    _jouer(indicateur, ici)
    with django_assert_num_queries(1):
        mesures = indicateur.mesurer_par_structure(LE)
    assert mesures.get(ici.organisation.pk, (0, 0)) == indicateur.mesurer(ici.organisation, LE)
    assert mesures.get(ailleurs.organisation.pk, (0, 0)) == indicateur.mesurer(ailleurs.organisation, LE)


@pytest.mark.parametrize("code", tous())
def test_un_compte_ecrit_d_avance_vaut_pour_chaque_structure_et_ne_lit_rien_pour_s_ecrire(
    ici, ailleurs, code, django_assert_num_queries
):
    indicateur = tous()[code]
    _jouer(indicateur, ici)
    with django_assert_num_queries(0):
        indicateur.compte(0, LE).query.sql_with_params()
    for organisation in (ici.organisation, ailleurs.organisation):
        with django_assert_num_queries(1):
            mesures = mesurer([indicateur], organisation, LE)
        assert mesures == {code: indicateur.mesurer(organisation, LE)}


@pytest.mark.parametrize("code", [code for code, i in tous().items() if hasattr(i.lignes(LE).model, "personne_id")])
def test_un_dossier_rendu_anonyme_ne_se_compte_plus(ici, code):
    indicateur = tous()[code]
    _jouer(indicateur, ici)
    Personne.objects.update(anonymisee_le=LE)
    assert indicateur.mesurer(ici.organisation, LE) == (0, 0)


@pytest.mark.parametrize("code", tous())
def test_un_indicateur_se_lit_sans_le_code(code):
    indicateur = tous()[code]
    assert all([indicateur.libelle, indicateur.definition, indicateur.unite, indicateur.source, indicateur.exemple.sujets])
    assert indicateur.definition.endswith(".")


@pytest.mark.parametrize("cle", manques(Personne))
def test_un_manque_dit_le_jour_de_son_exemple_et_se_garde_sous_son_nom(ici, cle):
    manque = manques(Personne)[cle]
    _jouer(manque, ici)
    lues = Personne.objects.avec_manques(LE).filter(organisation=ici.organisation).order_by("pk")
    jours = [trouve.jour for personne in lues for trouve in personne.manques if trouve.manque is manque]
    assert jours == [jour if jour is None else LE + timedelta(days=jour) for jour in manque.exemple.jours]
    assert manque.alerte and len(cle) <= PriseEnCharge._meta.get_field("manque").max_length
    assert all(jours) or manque.jour is None


def test_sans_personne_a_compter_il_n_y_a_rien_a_dire(ici):
    ici.personne.delete()
    mesure = tous()["delai_annonce"].mesurer(ici.organisation, LE)
    assert mesure == (0, 0)
