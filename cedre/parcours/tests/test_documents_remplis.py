"""Ce que l'on donne à imprimer vient du bon champ, de la bonne personne, au bon jour (INS-2, INS-7, RGPD art. 15)."""

import pytest

from cedre.parcours import comptes_rendus, remises
from cedre.parcours.attestation import attestation
from cedre.parcours.liaison import fiche_de_liaison, fiche_du_partenaire
from cedre.parcours.models import (
    ActionAssociee,
    Heures,
    Liaison,
    MiseEnSituation,
    Moyen,
    Objectif,
    ObjectifEvalue,
)
from cedre.parcours.tests.chez_nous import CHEZ, jour
from cedre.partenariats.models import Client
from cedre.structures.models import Offre

# ── Engagement et bilan ───────────────────────────────────────────────────────────────────────────────────────────


def test_l_engagement_dit_ses_objectifs_et_de_chacun_les_moyens_dans_leur_ordre(chez_nous):
    ligne, client = chez_nous.engagement, Client.objects.create(organisation=chez_nous.organisation, nom="Serre")
    Moyen.objects.all().delete()
    ligne.demande, ligne.bilan_le, ligne.conduit_par = "Un permis", jour(40), chez_nous.hab["mad"].compte
    ligne.save()
    second = Objectif.objects.create(engagement=ligne, libelle="Lire", rang=1)
    retire = Objectif.objects.create(engagement=ligne, libelle="Ôté", rang=2, ajoute_le=jour(-9), retire_le=jour(-1))
    tous = {"engagement": ligne, "evaluation": "Au reçu"}
    Moyen.objects.create(**tous, objectif=second, qui="personne", libelle="Deux", rang=2, echeance=jour(5))
    Moyen.objects.create(**tous, objectif=second, qui="structure", libelle="Un", rang=1, fiche_de_poste=chez_nous.fiche_de_poste)
    Moyen.objects.create(**tous, qui="client", libelle="Pour tout", client=client, partenaire=chez_nous.partenaire)
    Moyen.objects.create(**tous, objectif=second, qui="personne", libelle="Ôté", ajoute_le=jour(-9), retire_le=jour(-1))
    commun = {"avec": "", "pour_le": "", "on_saura": "Au reçu"}
    dit = remises.contenu(ligne)
    assert retire.libelle not in str(dit)
    assert dit == {
        "genre": "engagement",
        "version": ligne.version,
        "projet": False,
        "structure": CHEZ,
        "personne": "Zélie Martinelle",
        "conduit_par": "Mad Ici",
        "type": "Découverte",
        "but": ligne.type_engagement.correspondances["but"],
        "forme": ligne.get_forme_display(),
        "debut": jour(-30).isoformat(),
        "bilan_le": jour(40).isoformat(),
        "demande": "Un permis",
        "objectifs": [
            {"libelle": "Objectif ici", "domaine": "", "moyens": []},
            {
                "libelle": "Lire",
                "domaine": "",
                "moyens": [
                    commun | {"qui": "La structure", "quoi": "Un", "avec": "Poste ici"},
                    commun | {"qui": "La personne", "quoi": "Deux", "pour_le": jour(5).isoformat()},
                ],
            },
        ],
        "autres_moyens": [commun | {"qui": "Le client", "quoi": "Pour tout", "avec": "Serre, Partenaire ici"}],
    }
    ligne.etat = "projet"
    assert remises.contenu(ligne)["projet"] is True


def test_le_bilan_dit_ses_objectifs_ses_faits_et_ses_sections_dans_l_ordre(chez_nous):
    ligne = chez_nous.bilan
    ligne.le, ligne.suite, ligne.suite_le, ligne.trajectoire = jour(), "prolonger", jour(60), "stable"
    for nom in ligne.TEXTES:
        setattr(ligne, nom, f"Dit de {nom}")
    ligne.conduit_par = chez_nous.hab["mad"].compte
    ligne.save()
    ObjectifEvalue.objects.update(resultat="en_partie", commentaire="Presque")
    Moyen.objects.all().delete()
    tous = {"engagement": chez_nous.engagement, "objectif": chez_nous.objectif, "qui": "personne"}
    for rang, (nom, echeance, fait) in enumerate(
        [("Fait", -3, jour(-1)), ("Venu hier", -1, None), ("Ce jour", 0, None), ("Demain", 1, None), ("Sans date", None, None)]
    ):
        echeance = None if echeance is None else jour(echeance)
        Moyen.objects.create(**tous, libelle=nom, rang=rang, echeance=echeance, fait_le=fait)
    ActionAssociee.objects.all().delete()
    offre = Offre.objects.get(intitule="Atelier ici")
    for dans, etat in ((-2, "faite"), (-1, "absente"), (-40, "faite"), (0, "prevue")):
        ActionAssociee.objects.create(personne=chez_nous.personne, offre=offre, le=jour(dans), etat=etat)
    dit = comptes_rendus.contenu(ligne)
    demain = dit["faits"][3]
    assert demain.startswith("Demain : pour le ") and str(jour(1).year) in demain
    assert dit == {
        "genre": "bilan",
        "version": ligne.version,
        "structure": CHEZ,
        "personne": "Zélie Martinelle",
        "conduit_par": "Mad Ici",
        "faits": [
            "Fait : fait",
            "Venu hier : pas fait",
            "Ce jour : pas fait",
            demain,
            "Sans date : pas fait",
            "12 h : Client ici",
            "Atelier ici : absente",
            "Atelier ici : faite",
        ],
        "le": jour().isoformat(),
        "engagement": "Découverte",
        "objectifs": [
            {"libelle": "Objectif ici", "resultat": ObjectifEvalue.Resultat("en_partie").label, "commentaire": "Presque"}
        ],
        "sections": [{"titre": type(ligne)._meta.get_field(nom).verbose_name, "texte": f"Dit de {nom}"} for nom in ligne.TEXTES],
        "trajectoire": "Stable",
        "statut_social": "",
        "suite": ligne.get_suite_display(),
        "suite_le": jour(60).isoformat(),
    }


# ── Fiches de liaison et attestation ──────────────────────────────────────────────────────────────────────────────


def test_la_fiche_du_client_dit_sa_mise_en_situation_et_ce_que_lui_promet(chez_nous):
    mets = chez_nous.mise_en_situation
    mets.au, mets.heures_prevues, mets.precisions = jour(20), 35, "Le matin"
    mets.save()
    autre = Client.objects.create(organisation=chez_nous.organisation, nom="Serre")
    voisin = Objectif.objects.create(engagement=chez_nous.engagement, libelle="Lire", rang=1)
    tous = {"engagement": chez_nous.engagement, "qui": "client", "echeance": jour(9)}
    Moyen.objects.create(**tous, libelle="Le sien", client=mets.client, objectif=mets.objectif)
    Moyen.objects.create(**tous, libelle="De tout client", rang=1)
    Moyen.objects.create(**tous, libelle="D’un autre", client=autre)
    Moyen.objects.create(**tous, libelle="Pour un autre objectif", objectif=voisin)
    Moyen.objects.create(**tous | {"qui": "structure"}, libelle="De la structure", client=mets.client)
    assert fiche_de_liaison(mets) == {
        "structure": CHEZ,
        "etabli_le": jour(),
        "personne": "Zélie Martinelle",
        "ou": "Client ici",
        "en_atelier": False,
        "poste": "Poste ici",
        "du": jour(-30),
        "au": jour(20),
        "heures_prevues": "35",
        "precisions": "Le matin",
        "objectif": "Objectif ici",
        "promesses": [{"quoi": "Le sien", "pour_le": jour(9)}, {"quoi": "De tout client", "pour_le": jour(9)}],
        "competences": ["Respecter les consignes", "Tenir le rythme"],
    }


def test_la_fiche_du_partenaire_dit_le_jour_de_la_demande_a_qui_et_pour_quand(chez_nous):
    chez_nous.partenaire.contact = "Ode Pruvost"
    chez_nous.partenaire.save()
    liaison = Liaison.objects.create(
        personne=chez_nous.personne,
        partenaire=chez_nous.partenaire,
        le=jour(-3),
        relance_le=jour(9),
        demande="Un logement",
        reponse="Non",
        reponse_le=jour(-1),
        par=chez_nous.hab["mad"].compte,
    )
    assert fiche_du_partenaire(liaison) == {
        "structure": CHEZ,
        "le": jour(-3),
        "personne": "Zélie Martinelle",
        "partenaire": "Partenaire ici",
        "contact": "Ode Pruvost",
        "demande": "Un logement",
        "par": "Mad Ici",
        "reponse_avant": jour(9),
    }


@pytest.mark.parametrize("dans, dit", [(-1, True), (0, True), (1, False)])
def test_l_attestation_dit_le_travail_du_premier_au_dernier_jour_une_fois_fini(chez_nous, dans, dit):
    qui = chez_nous.personne
    MiseEnSituation.objects.update(au=jour(dans), atelier="")
    ancienne = MiseEnSituation.objects.create(personne=qui, atelier="Jardin", du=jour(-90), au=jour(-60))
    for heures in (3, 4):
        Heures.objects.create(mise_en_situation=ancienne, le=jour(-60 - heures), heures=heures)
    travail = attestation(qui)["travail"]
    assert travail == [
        {"poste": "", "chez": "Jardin", "du": jour(-90).isoformat(), "au": jour(-60).isoformat(), "heures": "7"},
        {
            "poste": "Poste ici",
            "chez": "Client ici",
            "du": jour(-30).isoformat(),
            "au": jour(dans).isoformat() if dit else "",
            "heures": "12",
        },
    ]
    assert (attestation(qui)["le"], attestation(qui)["structure"]) == (jour(), CHEZ)
