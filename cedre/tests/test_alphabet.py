"""Les noms que l'on lit se rangent comme dans un dictionnaire français, sur les deux bases."""

import pytest
from django.urls import reverse

from cedre.comptes.models import Compte, Habilitation, Organisation
from cedre.parcours.forms import RendezVousForm
from cedre.partenariats.models import Client, Partenaire
from cedre.structures.models import FicheDePoste, Offre

EN_DESORDRE = ["Zénith", "Épicerie", "abeille", "Étoile", "Eau vive", "Œuvre", "Ouest"]
EN_ORDRE = ["abeille", "Eau vive", "Épicerie", "Étoile", "Œuvre", "Ouest", "Zénith"]


@pytest.mark.parametrize(
    "modele, champ, autres",
    [
        (Client, "nom", {}),
        (Partenaire, "nom", {}),
        (FicheDePoste, "intitule", {}),
        (Offre, "intitule", {"nature": "poste"}),
    ],
)
def test_les_listes_d_une_structure_se_rangent_a_la_francaise(ici, modele, champ, autres):
    modele.objects.pour(ici.hab["cip"]).delete()
    for nom in EN_DESORDRE:
        modele.objects.create(organisation=ici.organisation, **{champ: nom}, **autres)
    assert list(modele.objects.pour(ici.hab["cip"]).values_list(champ, flat=True)) == EN_ORDRE


def test_les_comptes_et_les_organisations_aussi(ici):
    for rang, nom in enumerate(EN_DESORDRE):
        Organisation.objects.create(nom=nom, slug=f"o{rang}", nature="ensemblier")
        compte = Compte.objects.create(email=f"{rang}@ici.example", nom=nom, prenom="Ada")
        Habilitation.objects.create(compte=compte, organisation=ici.organisation, role="cip")
    assert list(Organisation.objects.filter(nature="ensemblier").values_list("nom", flat=True)) == EN_ORDRE
    proposes = RendezVousForm(habilitation=ici.hab["cip"]).fields["conduit_par"].queryset
    assert [c.nom for c in proposes if c.nom in EN_ORDRE] == EN_ORDRE
    membres = ici.client("direction").get(reverse("comptes:equipe")).context["membres"]
    assert [m.compte.nom for m in membres if m.compte.nom in EN_ORDRE] == EN_ORDRE


def test_du_meme_nom_on_se_range_par_prenom_puis_un_compte_par_role(ici):
    for email, prenom in (("z@x.example", "Zoé"), ("e@x.example", "Élie"), ("d@x.example", "Denis")):
        compte = Compte.objects.create(email=email, nom="Abeille", prenom=prenom)
        for role in ("mad", "accueil"):
            Habilitation.objects.create(compte=compte, organisation=ici.organisation, role=role)
    assert [c.prenom for c in Compte.objects.filter(nom="Abeille")] == ["Denis", "Élie", "Zoé"]
    membres = ici.client("direction").get(reverse("comptes:equipe")).context["membres"]
    lus = [(m.compte.prenom, m.role) for m in membres if m.compte.nom == "Abeille"]
    assert lus == [(prenom, role) for prenom in ("Denis", "Élie", "Zoé") for role in ("accueil", "mad")]
