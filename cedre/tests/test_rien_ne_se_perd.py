"""Ce qui ne se propose plus (terme clos, référent·e parti·e, partenaire retiré) reste dans les lignes qui le portent."""

from datetime import timedelta

import pytest
from django.forms import ModelChoiceField, ModelForm
from django.forms.models import model_to_dict
from django.urls import reverse
from django.utils import timezone

from cedre.observatoire.models import Terme
from cedre.parcours.models import InformationCollective, Personne
from cedre.partenariats.models import Partenaire
from cedre.tests.adresses import a_ouvrir, appeler, formulaires

LISTES = {c.name: c.get_limit_choices_to()["liste"] for c in Personne._meta.concrete_fields if c.related_model is Terme}


@pytest.fixture
def hier(ici):
    """Une personne, une séance, un entretien qui citent ce que l'on ne propose plus depuis : rend ce que cite le dossier."""
    personne = ici.personne
    for champ, liste in LISTES.items():
        setattr(personne, champ, Terme.objects.de(liste).first())
    personne.save()
    personne.prestations.set(Terme.objects.de("prestation")[:2])
    InformationCollective.objects.update(animee_par=ici.hab["cip"].compte)
    Terme.objects.update(valable_au=timezone.localdate() - timedelta(days=1))
    Partenaire.objects.update(actif=False)
    ici.hab["cip"].retiree_le = timezone.now()
    ici.hab["cip"].save()
    return model_to_dict(personne)


@pytest.mark.usefixtures("documents_en_clair")
def test_un_formulaire_propose_toujours_ce_que_porte_la_ligne(identifiants_distincts, ici, hier, ouvrables):
    vus = set()
    direction = ici.hab["direction"]
    for route, cible in a_ouvrir(direction, ouvrables):
        for form in formulaires([[appeler(cible, direction).contexte]]):
            if not (isinstance(form, ModelForm) and form.instance.pk):
                continue
            for nom, champ in form.fields.items():
                if isinstance(champ, ModelChoiceField) and form.initial.get(nom):
                    assert champ.clean(champ.prepare_value(form.initial[nom])), f"{route}, champ {nom}"
                    vus.add(nom)
    assert vus >= {"referent", "prestations", "animee_par", "conduit_par", *LISTES}


def test_rectifier_un_telephone_ne_perd_rien_d_autre(ici, hier):
    adresse = reverse("parcours:personne_modifier", args=[ici.personne.pk])
    page = ici.client("accueil").get(adresse)
    assert "Cip Ici (n’est plus proposé)" in page.content.decode()
    saisie = {champ.name: champ.value() for champ in page.context["form"]}
    saisie = {nom: valeur for nom, valeur in saisie.items() if valeur is not None} | {"telephone": "01 99 00 99 99"}
    assert ici.client("accueil").post(adresse, saisie).status_code == 302
    ici.personne.refresh_from_db()
    assert model_to_dict(ici.personne) == hier | {"telephone": "01 99 00 99 99"}


def test_ce_qui_ne_se_propose_plus_ne_se_choisit_pas_ailleurs(ici, hier):
    clos = Terme.objects.filter(liste="prescripteur").exclude(pk=ici.personne.prescripteur_id).first()
    adresse = reverse("parcours:personne_modifier", args=[ici.personne.pk])
    reponse = ici.client("accueil").post(adresse, {"nom": "M", "prenom": "Z", "prescripteur": clos.pk})
    assert "prescripteur" in reponse.context["form"].errors
