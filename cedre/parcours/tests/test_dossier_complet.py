"""Le dossier remis à la personne : chaque chose est dite à sa place, et rien n'y est d'une autre (RGPD art. 15 et 20)."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.utils import timezone

from cedre.comptes.droits import Role
from cedre.comptes.models import Trace
from cedre.comptes.operations import tracer
from cedre.conftest import embaucher, terme
from cedre.observatoire.models import Terme
from cedre.parcours.dossier_complet import dossier_complet
from cedre.parcours.models import (
    Contact,
    Cotation,
    Entretien,
    Evaluation,
    EvaluationProfessionnelle,
    Information,
    InformationCollective,
    NoteSante,
    Personne,
    Suite,
)

CIP, DIRECTION, ACCUEIL, MAD = "Cip Ici", "Direction Ici", "Accueil Ici", "Mad Ici"


def remis(monde, sorte: str, role: str = "direction"):
    """Cette part du dossier remis."""
    return dossier_complet(monde.personne, par=monde.hab[role])[sorte]


def test_chaque_part_de_l_identite_est_a_sa_place(ici):
    dits = {
        "reference": "A-1",
        "nom": "Martinelle",
        "prenom": "Zélie",
        "date_naissance": date(1990, 2, 28),
        "telephone": "01 99 00 12 34",
        "telephone_2": "06 99 00 12 34",
        "courriel": "z@exemple.example",
        "adresse": "3 rue A",
        "code_postal": "01000",
        "commune": "Bourg",
    }
    liens = {
        "niveau_formation": terme("formation", "51"),
        "duree_chomage": terme("duree_chomage", "6_11"),
        "prescripteur": terme("prescripteur", "ccas"),
        "referent": ici.hab["cip"].compte,
    }
    ouvert, modifie = datetime(2026, 1, 5, 9, tzinfo=UTC), datetime(2026, 2, 6, 9, tzinfo=UTC)
    Personne.objects.filter(pk=ici.personne.pk).update(
        **dits, **liens, sexe="F", phase="parcours", phase_depuis=date(2026, 1, 20), cree_le=ouvert, modifie_le=modifie
    )
    ici.personne.refresh_from_db()
    ici.personne.prestations.set([terme("prestation", "rsa")])
    assert remis(ici, "personne") == {
        "dossier": ici.personne.pk,
        **dits,
        **{nom: str(lien) for nom, lien in liens.items()},
        "sexe": "Femme",
        "prestations": [str(terme("prestation", "rsa"))],
        "statut_entree": "",
        "criteres": [],
        "rqth": None,
        "phase": "Parcours",
        "phase_depuis": date(2026, 1, 20),
        "dossier_ouvert_le": ouvert,
        "dossier_modifie_le": modifie,
        "anonymise_le": None,
    }


def test_chaque_part_d_un_contact_d_une_information_et_d_une_suite_est_a_sa_place(ici):
    qui, comptes = ici.personne, {role: ici.hab[role].compte for role in ("accueil", "mad", "direction")}
    for relation in (qui.contacts, qui.informations, qui.suites):
        relation.all().delete()
    Contact.objects.create(
        personne=qui,
        le=date(2026, 1, 5),
        canal="telephone",
        prescripteur=terme("prescripteur", "ccas"),
        prescripteur_precision="Mme Roux",
        demande="Cuisine",
        delai_annonce=10,
        recu_par=comptes["accueil"],
    )
    seance = InformationCollective.objects.create(
        organisation=ici.organisation, le=date(2026, 1, 9), heure=time(9, 30), lieu="Salle B"
    )
    Information.objects.create(personne=qui, collective=seance, le=seance.le, offre_presentee=True, par=comptes["mad"])
    Information.objects.create(personne=qui, le=date(2026, 1, 7), statut_explique=True)
    motif = Terme.objects.de("motif_reorientation").first()
    Suite.objects.create(
        personne=qui,
        le=date(2026, 1, 12),
        nature="reorientation",
        motif=motif,
        partenaire=ici.partenaire,
        precision="Ailleurs",
        par=comptes["direction"],
    )
    dit = dossier_complet(qui, par=ici.hab["direction"])
    assert dit["premiers_contacts"] == [
        {
            "date": date(2026, 1, 5),
            "canal": "Au téléphone",
            "prescripteur": str(terme("prescripteur", "ccas")),
            "prescripteur_precision": "Mme Roux",
            "demande": "Cuisine",
            "delai_annonce_jours": 10,
            "echeance_annoncee": date(2026, 1, 15),
            "recu_par": ACCUEIL,
        }
    ]
    collective = {"heure": time(9, 30), "lieu": "Salle B"}
    assert dit["informations"] == [
        {
            "date": le,
            "collective": groupe,
            "presence": "Présente",
            "offre_presentee": offre,
            "statut_explique": statut,
            "par": par,
        }
        for le, groupe, offre, statut, par in (
            (date(2026, 1, 9), collective, True, False, MAD),
            (date(2026, 1, 7), None, False, True, None),
        )
    ]
    assert dit["suites"] == [
        {
            "date": date(2026, 1, 12),
            "nature": "Réorientation",
            "motif": str(motif),
            "partenaire": "Partenaire ici",
            "precision": "Ailleurs",
            "par": DIRECTION,
        }
    ]


def test_un_entretien_dit_ses_sections_sous_leur_titre(ici):
    dits = {section: f"Dit de {section}" for section in Entretien.SECTIONS}
    Entretien.objects.update(**dits, lieu="Bureau 2", etat="realise", issue="autre_rencontre", le=date(2026, 1, 5))
    (entretien,) = remis(ici, "entretiens")
    titres = {str(Entretien._meta.get_field(nom).verbose_name): dit for nom, dit in dits.items()}
    assert {s["titre"]: s["texte"] for s in entretien.pop("sections")} == titres
    assert entretien == {
        "date": date(2026, 1, 5),
        "heure": time(14),
        "lieu": "Bureau 2",
        "etat": "Réalisé",
        "conduit_par": CIP,
        "suite": "Une autre rencontre",
    }


def test_une_evaluation_dit_ce_que_la_personne_a_dit_et_ce_que_l_accompagnateur_a_dit(ici):
    sante, autre = ici.grille.domaines.get(theme__code="sante"), ici.grille.domaines.exclude(theme__code="sante").first()
    validee = timezone.now()
    Evaluation.objects.update(
        le=date(2026, 1, 5), trajectoire="stable", synthese="Ce que l’on retient", validee_le=validee, conduite_par=ici.qui
    )
    Cotation.objects.create(
        evaluation=ici.evaluation, domaine=autre, valeur_personne=1, valeur_accompagnateur=3, commentaire="Vu"
    )
    cotation = Cotation.objects.create(evaluation=ici.evaluation, domaine=sante, valeur_accompagnateur=0)
    NoteSante.objects.create(cotation=cotation, texte="À part")
    (evaluation,) = remis(ici, "evaluations")
    domaines = {d.pop("domaine"): d for d in evaluation.pop("domaines")}
    vides = {"commentaire": "", "precision_de_sante": ""}
    assert domaines == {
        autre.libelle: vides
        | {
            "selon_la_personne": "Difficulté légère",
            "selon_l_accompagnateur": "Bloquant",
            "commentaire": "Vu",
        },
        sante.libelle: vides
        | {"selon_la_personne": None, "selon_l_accompagnateur": "Sans difficulté", "precision_de_sante": "À part"},
    }
    assert evaluation == {
        "date": date(2026, 1, 5),
        "grille_version": 1,
        "conduite_par": CIP,
        "trajectoire": "Stable",
        "statut_social": "",
        "synthese": "Ce que l’on retient",
        "validee_le": validee,
    }


def test_une_evaluation_professionnelle_dit_ses_niveaux_en_toutes_lettres(ici):
    pro = EvaluationProfessionnelle.objects.create(
        personne=ici.personne,
        fiche_de_poste=ici.fiche_de_poste,
        le=date(2026, 1, 5),
        mode="atelier",
        lieu="Jardin",
        evaluee_par=ici.hab["mad"].compte,
        conclusion="a_preparer",
        synthese="Encore un mois",
    )
    pro.competences.create(libelle="Tenir le rythme", niveau=2, observation="Le matin")
    pro.competences.create(libelle="Lire un plan")
    assert remis(ici, "evaluations_professionnelles") == [
        {
            "date": date(2026, 1, 5),
            "fiche_de_poste": "Poste ici",
            "mode": "Atelier d’évaluation",
            "lieu": "Jardin",
            "evaluee_par": MAD,
            "conclusion": "Peut l’occuper après une préparation",
            "synthese": "Encore un mois",
            "competences": [
                {"competence": "Tenir le rythme", "niveau": "En autonomie", "observation": "Le matin"},
                {"competence": "Lire un plan", "niveau": None, "observation": ""},
            ],
        }
    ]


def test_rien_d_une_autre_de_la_meme_structure_n_y_est(embauchee):
    avant = dossier_complet(embauchee.personne, par=embauchee.hab["direction"])
    autre = Personne.objects.create(organisation=embauchee.organisation, nom="Voisine", prenom="Ada")
    Contact.objects.create(personne=autre)
    Entretien.objects.create(personne=autre, le=date(2026, 1, 5))
    Evaluation.objects.create(personne=autre, grille=embauchee.grille)
    mienne, embauchee.personne = embauchee.personne, autre
    embaucher(embauchee, "voisine")
    tracer(par=embauchee.hab["cip"], geste="consulter", objet=autre)
    apres = dossier_complet(mienne, par=embauchee.hab["direction"])
    assert apres == avant and "contrats de travail" in avant["insertion"]
    assert len(dossier_complet(autre, par=embauchee.hab["direction"])["consultations"]) == 1


def test_les_consultations_disent_le_role_et_l_heure_d_ici_la_derniere_d_abord_et_jamais_le_nom(ici):
    for heure, role, geste in ((9, "cip", "consulter"), (22, "accueil", "modifier")):
        with time_machine.travel(datetime(2026, 7, 1, heure, 30, tzinfo=UTC), tick=False):
            tracer(par=ici.hab[role], geste=geste, objet=ici.personne)
    dites = remis(ici, "consultations")
    assert [(f"{t['le']:%d/%m/%Y %H:%M}", t["role"], t["geste"], t["objet"]) for t in dites] == [
        ("02/07/2026 00:30", "Accueil", Trace.Geste.MODIFIER.label, "personne"),
        ("01/07/2026 11:30", Role.CIP.label, Trace.Geste.CONSULTER.label, "personne"),
    ]
    assert all(t.keys() == {"le", "role", "geste", "objet"} for t in dites)


def test_il_dit_de_quelle_structure_il_vient_et_quand_il_a_ete_etabli(ici):
    with time_machine.travel("2026-03-18T23:30:00Z", tick=False):
        dit = dossier_complet(ici.personne, par=ici.hab["direction"])
    assert (dit["etabli_le"], dit["structure"]) == (date(2026, 3, 19), ici.organisation.coordonnees)


@pytest.mark.parametrize(
    ("sorte", "dits"),
    [
        ("contrats de travail", {"nature": "CDD d’insertion (CDDI)", "rompu_le": None}),
        ("moyens", {"qui": "La structure", "libelle": "Moyen ici", "objectif": "Objectif ici", "offre": "Atelier ici"}),
        ("échanges", {"canal": "Au téléphone", "texte": "Échange ici"}),
    ],
)
def test_un_fait_de_l_insertion_se_dit_en_toutes_lettres(embauchee, sorte, dits):
    fait = remis(embauchee, "insertion")[sorte][0]
    assert {nom: fait[nom] for nom in dits} == dits
    assert not {"id", "personne", "importe", "version"} & fait.keys()
