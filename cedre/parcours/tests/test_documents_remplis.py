"""Ce que l'on donne à imprimer vient du bon champ, de la bonne personne, au bon jour (INS-2, INS-7, RGPD art. 15)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Organisation
from cedre.observatoire.models import Terme
from cedre.parcours import comptes_rendus, remises
from cedre.parcours.attestation import attestation
from cedre.parcours.dossier_complet import dossier_complet
from cedre.parcours.liaison import fiche_de_liaison, fiche_du_partenaire
from cedre.parcours.models import (
    ActionAssociee,
    CompetenceEvaluee,
    Contact,
    Cotation,
    Entretien,
    Evaluation,
    EvaluationProfessionnelle,
    Heures,
    Information,
    Liaison,
    MiseEnSituation,
    Moyen,
    Objectif,
    ObjectifEvalue,
    Personne,
    Suite,
)
from cedre.partenariats.models import Client
from cedre.structures.models import Offre

CHEZ = {
    "nom": "Structure Ici",
    "adresse": "1 rue Haute",
    "code_postal": "97410",
    "commune": "Saint-Pierre",
    "telephone": "02 62",
    "courriel": "ici@exemple.fr",
}


def jour(dans: int = 0) -> date:
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=dans)


def un(liste: str) -> Terme:
    """Un terme de cette liste."""
    return Terme.objects.de(liste).first()


@pytest.fixture
def chez_nous(embauchee):
    """La structure, ses coordonnées dites."""
    Organisation.objects.filter(pk=embauchee.organisation.pk).update(**CHEZ)
    embauchee.organisation.refresh_from_db()
    embauchee.personne.refresh_from_db()
    return embauchee


def dossier(monde, partie: str):
    """Cette partie du dossier remis à la personne."""
    return dossier_complet(monde.personne, par=monde.hab["direction"])[partie]


# ── Le dossier entier ─────────────────────────────────────────────────────────────────────────────────────────────


def test_l_identite_remise_est_la_sienne_champ_par_champ(chez_nous):
    qui = chez_nous.personne
    dits = {
        "telephone": "01",
        "telephone_2": "02",
        "courriel": "zelie@exemple.fr",
        "adresse": "2 rue Basse",
        "code_postal": "97400",
        "commune": "Saint-Denis",
        "reference": "A12",
    }
    liens = {
        "niveau_formation": un("formation"),
        "duree_chomage": un("duree_chomage"),
        "prescripteur": un("prescripteur"),
    }
    Personne.objects.filter(pk=qui.pk).update(**dits, **liens, sexe="F", phase_depuis=jour(-60))
    qui.prestations.set([un("prestation")])
    qui.refresh_from_db()
    assert dossier(chez_nous, "structure") == CHEZ
    assert dossier(chez_nous, "personne") == dits | {nom: str(lien) for nom, lien in liens.items()} | {
        "dossier": qui.pk,
        "nom": "Martinelle",
        "prenom": "Zélie",
        "date_naissance": date(1990, 2, 28),
        "sexe": qui.get_sexe_display(),
        "prestations": [str(un("prestation"))],
        "referent": "Cip Ici",
        "phase": "Parcours",
        "phase_depuis": jour(-60),
        "dossier_ouvert_le": qui.cree_le,
        "dossier_modifie_le": qui.modifie_le,
        "anonymise_le": None,
    }


def test_les_faits_de_l_accueil_se_remettent_tels_que_chacun_les_a_notes(ici):
    qui, cip, mad = ici.personne, ici.qui, ici.hab["mad"].compte
    locale, pole = un("prescripteur"), un("motif_reorientation")
    Contact.objects.update(
        prescripteur=locale,
        prescripteur_precision="Ode",
        demande="Un travail",
        canal="telephone",
        recu_par=mad,
        delai_annonce=10,
        echeance_annoncee=jour(7),
        le=jour(-3),
    )
    assert dossier(ici, "premiers_contacts") == [
        {
            "date": jour(-3),
            "canal": "Au téléphone",
            "prescripteur": str(locale),
            "prescripteur_precision": "Ode",
            "demande": "Un travail",
            "delai_annonce_jours": 10,
            "echeance_annoncee": jour(7),
            "recu_par": "Mad Ici",
        }
    ]
    Information.objects.update(presence="presente", offre_presentee=True, statut_explique=False, par=cip)
    assert dossier(ici, "informations") == [
        {
            "date": jour(3),
            "collective": {"heure": time(9, 30), "lieu": "Salle ici"},
            "presence": "Présente",
            "offre_presentee": True,
            "statut_explique": False,
            "par": "Cip Ici",
        }
    ]
    textes = {nom: f"Dit de {nom}" for nom in Entretien.SECTIONS}
    Entretien.objects.update(**textes, lieu="Bureau", etat="realise", issue="reorientation")
    assert dossier(ici, "entretiens") == [
        {
            "date": jour(4),
            "heure": time(14),
            "lieu": "Bureau",
            "etat": "Réalisé",
            "conduit_par": "Cip Ici",
            "sections": [
                {"titre": str(Entretien._meta.get_field(nom).verbose_name), "texte": texte} for nom, texte in textes.items()
            ],
            "suite": "Réorientation motivée vers un partenaire",
        }
    ]
    Suite.objects.create(
        personne=qui, le=jour(-1), nature="reorientation", motif=pole, partenaire=ici.partenaire, precision="Plus loin", par=mad
    )
    assert dossier(ici, "suites") == [
        {
            "date": jour(-1),
            "nature": "Réorientation",
            "motif": str(pole),
            "partenaire": "Partenaire ici",
            "precision": "Plus loin",
            "par": "Mad Ici",
        }
    ]


def test_chaque_evaluation_dit_les_deux_regards_l_un_a_cote_de_l_autre(ici):
    le = datetime(2026, 3, 1, 10, tzinfo=ZoneInfo("UTC"))
    Evaluation.objects.update(le=jour(-2), trajectoire="precaire", synthese="Retenu", validee_le=le)
    domaine = ici.grille.domaines.get(theme__code="logement")
    Cotation.objects.create(
        evaluation=ici.evaluation, domaine=domaine, valeur_personne=3, valeur_accompagnateur=1, commentaire="Froid"
    )
    [dite] = dossier(ici, "evaluations")
    assert dite == {
        "date": jour(-2),
        "grille_version": 1,
        "conduite_par": "Cip Ici",
        "trajectoire": "Précaire",
        "synthese": "Retenu",
        "validee_le": le,
        "domaines": [
            {
                "domaine": domaine.libelle,
                "selon_la_personne": "Bloquant",
                "selon_l_accompagnateur": "Difficulté légère",
                "commentaire": "Froid",
                "precision_de_sante": "",
            }
        ],
    }
    evaluation = EvaluationProfessionnelle.objects.create(
        personne=ici.personne,
        fiche_de_poste=ici.fiche_de_poste,
        le=jour(-9),
        mode="atelier",
        lieu="Jardin",
        evaluee_par=ici.hab["mad"].compte,
        conclusion="prete",
        synthese="Solide",
    )
    for niveau, libelle in ((0, "Tailler"), (None, "Semer")):
        CompetenceEvaluee.objects.create(evaluation=evaluation, libelle=libelle, niveau=niveau, observation=f"Vu {libelle}")
    [pro] = dossier(ici, "evaluations_professionnelles")
    assert pro == {
        "date": jour(-9),
        "fiche_de_poste": "Poste ici",
        "mode": evaluation.get_mode_display(),
        "lieu": "Jardin",
        "evaluee_par": "Mad Ici",
        "conclusion": "Peut occuper le poste",
        "synthese": "Solide",
        "competences": [
            {"competence": "Tailler", "niveau": CompetenceEvaluee.Niveau(0).label, "observation": "Vu Tailler"},
            {"competence": "Semer", "niveau": None, "observation": "Vu Semer"},
        ],
    }


def test_les_consultations_disent_le_role_le_geste_et_l_heure_de_la_structure(ici):
    ici.client("cip").get(reverse("parcours:personne", args=[ici.personne.pk]))
    [dite] = dossier(ici, "consultations")
    assert (dite["role"], dite["geste"], dite["objet"]) == (ici.hab["cip"].get_role_display(), "a ouvert", "personne")
    assert dite["le"].utcoffset() == timezone.localtime().utcoffset()


def test_les_jours_du_dossier_sont_ceux_de_la_structure_et_non_de_greenwich(ici):
    soir = datetime(2026, 3, 1, 20, tzinfo=ZoneInfo("UTC"))  # à Nouméa, le matin du 2
    Personne.objects.filter(pk=ici.personne.pk).update(cree_le=soir, modifie_le=soir)
    Evaluation.objects.update(validee_le=soir)
    ici.personne.refresh_from_db()
    with timezone.override("Pacific/Noumea"):
        dit = dossier_complet(ici.personne, par=ici.hab["direction"])
    dates = [dit["personne"]["dossier_ouvert_le"], dit["personne"]["dossier_modifie_le"], dit["evaluations"][0]["validee_le"]]
    assert [f"{le:%Y-%m-%d}" for le in dates] == ["2026-03-02"] * 3


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
