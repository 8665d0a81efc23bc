"""Ce qui est unique dans une structure se refuse à l'écran, avec une phrase, et non en base par une page d'erreur."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest
from django import forms
from django.db.models import UniqueConstraint
from django.urls import reverse

import cedre
from cedre.parcours.models import Personne
from cedre.tests.test_intrusion import champs_de, honnete

# Ceux dont l'unicité se vérifie autrement que par le formulaire, et où.
AUTREMENT = {
    "NouveauTermeForm": "clean_code",
    "ClientForm": "clean_nom, à la casse près",
    "PartenaireForm": "clean_nom, à la casse près",
    "EntretienAnnuelForm": "l'opération qui le note",
}


def formulaires(classe: type = forms.ModelForm) -> Iterator[type[forms.ModelForm]]:
    """Tous les formulaires d'un modèle, de toutes les apps."""
    for une in classe.__subclasses__():
        if une._meta.model and une.__module__.startswith("cedre."):
            yield une
        yield from formulaires(une)


def a_moitie_a_l_ecran() -> dict[str, tuple[type, set[str]]]:
    """Les formulaires qui écrivent une part d'une unicité, et les champs de celle-ci qu'ils ne montrent pas."""
    for module in pkgutil.walk_packages(cedre.__path__, "cedre."):
        if ".forms" in module.name:
            import_module(module.name)
    trouves = {}
    for form in formulaires():
        for contrainte in form._meta.model._meta.constraints:
            if isinstance(contrainte, UniqueConstraint):
                champs, montres = {*contrainte.fields}, {*form.base_fields}
                if champs & montres and champs - montres:
                    trouves[form.__name__] = form, champs - montres
    return trouves


def test_un_formulaire_verifie_l_unicite_dont_il_ne_montre_qu_une_part():
    trouves = a_moitie_a_l_ecran()
    assert trouves.keys() >= {"DossierForm", "ParametreForm", "OffreForm"}, "il y en a"
    ecartent = {
        nom
        for nom, (form, caches) in trouves.items()
        if nom not in AUTREMENT and form._get_validation_exclusions is forms.ModelForm._get_validation_exclusions
    }
    assert ecartent == set() and trouves.keys() >= AUTREMENT.keys()


@pytest.mark.deux_moteurs
@pytest.mark.parametrize("reference, refusee", [("R-1", True), ("R-2", False), ("", False)])
def test_deux_dossiers_d_une_structure_ne_portent_pas_la_meme_reference(ici, ailleurs, reference, refusee):
    for chez, prise in ((ici, "R-1"), (ici, ""), (ailleurs, "R-2")):
        Personne.objects.create(organisation=chez.organisation, nom="Autre", prenom="Ada", reference=prise)
    adresse, client = reverse("parcours:personne_modifier", args=[ici.personne.pk]), ici.client("cip")
    envoi = {nom: honnete(champ) for nom, champ in champs_de(client.get(adresse).context).items()} | {"reference": reference}
    for _ in range(2):
        reponse = client.post(adresse, envoi)
        assert (reponse.status_code == 200) is refusee
    if refusee:
        assert "Un dossier porte déjà cette référence." in str(reponse.context["form"].errors)
    ici.personne.refresh_from_db()
    assert ici.personne.reference == ("" if refusee else reference)
