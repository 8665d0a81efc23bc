"""Les réglages de la structure (ACC-1, ACC-2)."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.intervalles import DE_TOUT_TEMPS
from cedre.observatoire.models import Terme
from cedre.structures.forms.outils import ReglagesForm
from cedre.structures.models import FicheDePoste, Offre, Reglages, Relecture, UsageDeFiche, UsageDOffre

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
    reponse = ici.client("direction").post(reverse("structures:reglages"), SAISIE)
    assert [str(m) for m in get_messages(reponse.wsgi_request)] == ["Les réglages sont enregistrés."]
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


def test_la_montee_garde_les_seuils_l_offre_et_les_fiches_depuis_toujours(ici):
    """Ce que l'on savait avant vaut tel quel : les mêmes jours proposés, les mêmes seuils."""
    chez, hier = ici.organisation, timezone.localdate() - timedelta(days=1)
    Reglages.objects.filter(organisation=chez).update(alerte_pass=45)
    fiches = {
        "Jamais relue": ({}, None),
        "Relue": ({}, date(2025, 3, 1)),
        "Retirée": ({"active": False, "retiree_le": hier}, date(2025, 3, 1)),
        "Retirée on ne sait quand": ({"active": False}, date(2025, 3, 1)),
    }
    for intitule, (champs, relue_le) in fiches.items():
        fiche = FicheDePoste.objects.create(organisation=chez, intitule=intitule, **champs)
        fiche.relectures.bulk_create(Relecture(fiche_de_poste=fiche, le=le) for le in (hier, relue_le) if relue_le)
    offres = {
        "Décrite": {"description": "Le mardi", "depuis": date(2025, 3, 1)},
        "À thème": {"depuis": None},
        "Sans un mot": {"depuis": date(2025, 3, 1), "active": False, "retiree_le": hier},
    }
    for intitule, champs in offres.items():
        Offre.objects.create(organisation=chez, intitule=intitule, **champs)
    Offre.objects.get(intitule="À thème").themes.add(Terme.objects.de("domaine").first())
    UsageDeFiche.objects.all().delete()

    montee = import_module("cedre.structures.migrations.0008_seuils_et_usages_dates")
    for pas in (montee.seuils, montee.offres, montee.fiches):
        pas(apps, None)

    assert [(s.alerte_pass, s.alerte_bilan, s.du, s.au) for s in chez.seuils.all()] == [(45, 14, DE_TOUT_TEMPS, None)]
    usages = {u.fiche_de_poste.intitule: (u.du, u.au) for u in UsageDeFiche.objects.select_related("fiche_de_poste")}
    assert usages == {
        "Poste ici": (DE_TOUT_TEMPS, None),
        "Jamais relue": (DE_TOUT_TEMPS, None),
        "Relue": (date(2025, 3, 1), None),
        "Retirée": (date(2025, 3, 1), hier),
    }
    usages = {u.offre.intitule: (u.du, u.au, u.decrite) for u in UsageDOffre.objects.select_related("offre")}
    assert usages == {
        "Décrite": (date(2025, 3, 1), None, True),
        "À thème": (DE_TOUT_TEMPS, None, True),
        "Sans un mot": (date(2025, 3, 1), hier, False),
    }


def test_chaque_reglage_se_garde_sous_son_nom_et_ne_touche_pas_ceux_d_ailleurs(ici, ailleurs):
    champs = [nom for section in ReglagesForm.SECTIONS.values() for nom in section if nom != "logo"]
    dits = {nom: f"Texte {n}" if nom in ("offre", "statut") else 20 + n for n, nom in enumerate(champs)}
    assert ici.client("direction").post(reverse("structures:reglages"), dits).url == reverse("structures:reglages")
    siens = Reglages.objects.get(organisation=ici.organisation)
    assert {nom: getattr(siens, nom) for nom in champs} == dits and len(champs) == len(ReglagesForm.Meta.fields) - 1
    seuils = ici.organisation.seuils.get()
    assert {nom: getattr(seuils, nom) for nom in seuils.noms_des_seuils()} == {n: dits[n] for n in seuils.noms_des_seuils()}
    assert Reglages.objects.get(organisation=ailleurs.organisation).delai_annonce == 10
    assert not ailleurs.organisation.seuils.exists()


def test_sans_reglage_les_seuils_sont_les_valeurs_prudentes_que_l_on_annonce():
    par_defaut = {champ.name: champ.default for champ in Reglages._meta.concrete_fields if isinstance(champ.default, int)}
    assert par_defaut == {
        "jours_sans_contact": 30,
        "semaines_sans_heures": 4,
        "alerte_contrat": 30,
        "alerte_pass": 90,
        "alerte_bilan": 14,
        "delai_remise": 7,
        "delai_sortie": 15,
        "rythme_regulation": 14,
        "delai_annonce": 10,
        "duree_entretien": 60,
        "conservation_mois": 24,
    }
