"""Les réglages de la structure (ACC-1, ACC-2)."""

import pytest
from django.urls import reverse

from cedre.comptes.models import Trace
from cedre.structures.forms.outils import ReglagesForm
from cedre.structures.models import Reglages

SEUILS = {champ: Reglages._meta.get_field(champ).default for champ in ReglagesForm.SECTIONS["Être averti"]}
SAISIE = SEUILS | {
    "rythme_regulation": 14,
    "delai_annonce": 7,
    "duree_entretien": 45,
    "conservation_mois": 24,
    "offre": "Des chantiers",
    "statut": "Salarié",
}


def test_la_direction_change_ses_reglages_et_la_trace_dit_lesquels(ici):
    ici.client("direction").post(reverse("structures:reglages"), SAISIE)
    reglages = Reglages.objects.get(organisation=ici.organisation)
    assert (reglages.delai_annonce, reglages.offre) == (7, "Des chantiers")
    assert Trace.objects.get(geste="modifier").detail.startswith("délai annoncé d’habitude, durée d’un entretien, l’offre")


def test_regarder_les_reglages_n_en_cree_pas(ici):
    Reglages.objects.filter(organisation=ici.organisation).delete()
    direction = ici.client("direction")
    assert direction.get(reverse("structures:reglages")).context["form"]["delai_annonce"].value() == 10
    assert not Reglages.objects.filter(organisation=ici.organisation).exists()
    direction.post(reverse("structures:reglages"), SAISIE)
    assert Reglages.objects.get(organisation=ici.organisation).delai_annonce == 7


@pytest.mark.parametrize("champ, valeur", [("delai_annonce", 999), ("conservation_mois", 0), ("duree_entretien", "long")])
def test_une_valeur_impossible_se_dit_a_cote_du_champ(ici, champ, valeur):
    reponse = ici.client("direction").post(reverse("structures:reglages"), SAISIE | {champ: valeur})
    assert champ in reponse.context["form"].errors
