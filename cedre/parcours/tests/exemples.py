"""Jouer l'exemple d'un indicateur dans une structure d'essai : ses sujets deviennent des lignes (OBS-1)."""

from datetime import date, datetime

from django.db import models
from django.utils import timezone

from cedre.comptes.models import Compte, Organisation
from cedre.core.exemples import jour_dit, modele_des_sujets
from cedre.core.indicateurs import Jour
from cedre.observatoire.models import Terme
from cedre.parcours.models import Personne
from cedre.structures.models import Domaine

LE = date(2026, 6, 15)


def _lien(champ: models.ForeignKey, valeur, monde, deja: dict):
    """Ce que désigne un lien.

    True : le dernier fait créé du modèle ; un texte : un terme, un domaine, le compte de ce rôle ; un dictionnaire : une
    ligne, ou un terme dont le champ ne dit pas la liste.
    """
    if champ.related_model is Compte and isinstance(valeur, str):
        return monde.hab[valeur].compte
    if valeur is True:
        return deja[champ.related_model]
    if champ.related_model is Domaine:
        return monde.grille.domaines.get(theme__code=valeur)
    if isinstance(valeur, str):
        return Terme.objects.get(liste=champ.get_limit_choices_to()["liste"], code=valeur)
    if champ.related_model is Terme and isinstance(valeur, dict):
        return Terme.objects.get(**valeur)
    if isinstance(valeur, dict):
        chez = {"organisation": monde.organisation}
        return champ.related_model.objects.get_or_create(**chez | _valeurs(champ.related_model, valeur, monde, deja))[0]
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
            valeurs[champ.name] = jour_dit(LE, jours)
            if isinstance(champ, models.DateTimeField):
                valeurs[champ.name] = timezone.make_aware(datetime.combine(valeurs[champ.name], datetime.min.time()))
    return valeurs


def _racine(modele, rang: int, champs: dict, monde) -> models.Model:
    if modele is Organisation:
        defauts = {"nom": f"Sujet {rang}", "slug": f"sujet-{rang}", "nature": "structure", "type_siae": "AI"}
        return Organisation.objects.create(**defauts | champs)
    if "referent" in champs:
        champs["referent"] = monde.hab[champs["referent"]].compte
    noms = {nom: f"Sujet {rang}" for nom in ("nom", "intitule") if nom in {f.name for f in modele._meta.concrete_fields}}
    return modele.objects.create(**_valeurs(modele, noms | champs, monde, {}))


def jouer(indicateur, monde) -> list[Organisation]:
    """Écrit les sujets de l'exemple ; rend les structures où les compter."""
    racines = jouer_les_sujets(indicateur, monde)
    return racines if racines and isinstance(racines[0], Organisation) else [monde.organisation]


def jouer_les_sujets(indicateur, monde) -> list[models.Model]:
    """Écrit les sujets de l'exemple, et les rend."""
    if indicateur.exemple.type_siae:
        Organisation.objects.filter(pk=monde.organisation.pk).update(type_siae=indicateur.exemple.type_siae)
    modele, racines = modele_des_sujets(indicateur.lignes(LE).model), []
    if modele is not Organisation:
        modele.objects.filter(organisation=monde.organisation).delete()
    for rang, sujet in enumerate(indicateur.exemple.sujets):
        champs, faits = _trier(sujet)
        racines.append(racine := _racine(modele, rang, champs, monde))
        _ajouter(racine, faits, racine if modele is Personne else None, monde, {})
    return racines


def _trier(sujet: dict) -> tuple[dict, dict]:
    """Les champs d'une ligne, et les lignes qui lui sont rattachées."""
    faits = {cle: valeur for cle, valeur in sujet.items() if isinstance(valeur, list)}
    return {cle: valeur for cle, valeur in sujet.items() if cle not in faits}, faits


def _ajouter(parent, faits: dict, personne: Personne | None, monde, deja: dict) -> None:
    """Crée les faits, et ceux qu'ils portent. personne : celle dont ce sont les faits, une fois qu'on la connaît."""
    for relation, lignes in faits.items():
        if relation not in {champ.name for champ in parent._meta.get_fields()}:
            parent = parent.compte if hasattr(parent, "compte") else parent.organisation  # à qui la tient, ou à sa structure
        lien = parent._meta.get_field(relation)
        for ligne in lignes:
            champs, suite = _trier(ligne)
            siens = {"personne": personne} if personne and hasattr(lien.related_model, "personne") else {}
            siens[lien.field.name] = parent
            plusieurs = {champ: champs.pop(champ.name) for champ in lien.related_model._meta.many_to_many if champ.name in champs}
            fait = lien.related_model.objects.create(**_valeurs(lien.related_model, champs, monde, deja) | siens)
            for champ, codes in plusieurs.items():
                getattr(fait, champ.name).set(Terme.objects.filter(**champ.get_limit_choices_to(), code__in=codes))
            deja[lien.related_model] = fait
            _ajouter(fait, suite, fait if lien.related_model is Personne else personne, monde, deja)
