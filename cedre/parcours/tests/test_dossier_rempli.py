"""Le dossier que l'on remet dit chaque fait du bon champ, de la bonne personne, au bon jour (INS-2, INS-7, RGPD art. 15)."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from cedre.conftest import terme
from cedre.observatoire.models import Terme
from cedre.parcours.dossier_complet import dossier_complet
from cedre.parcours.models import (
    CompetenceEvaluee,
    Contact,
    Contrat,
    Cotation,
    Entretien,
    Evaluation,
    EvaluationProfessionnelle,
    Information,
    Personne,
    Suite,
)
from cedre.parcours.tests.chez_nous import CHEZ, jour


def un(liste: str) -> Terme:
    """Un terme de cette liste."""
    return Terme.objects.de(liste).first()


def dossier(monde, partie: str):
    """Cette partie du dossier remis à la personne."""
    return dossier_complet(monde.personne, par=monde.hab["direction"])[partie]


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
    Personne.objects.filter(pk=qui.pk).update(
        **dits, **liens, sexe="F", phase_depuis=jour(-60), statut_entree="inactive", rqth=False
    )
    qui.prestations.set([un("prestation")])
    qui.criteres.set([terme("critere_administratif", "qpv")])
    qui.refresh_from_db()
    assert dossier(chez_nous, "structure") == CHEZ
    assert dossier(chez_nous, "personne") == dits | {nom: str(lien) for nom, lien in liens.items()} | {
        "dossier": qui.pk,
        "nom": "Martinelle",
        "prenom": "Zélie",
        "date_naissance": date(1990, 2, 28),
        "sexe": qui.get_sexe_display(),
        "prestations": [str(un("prestation"))],
        "statut_entree": "Sans emploi, sans en chercher",
        "criteres": ["Habite un quartier prioritaire (QPV)"],
        "rqth": False,
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
    Evaluation.objects.update(le=jour(-2), trajectoire="precaire", statut_social="instable", synthese="Retenu", validee_le=le)
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
        "statut_social": "Instable",
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


def test_les_jours_du_dossier_sont_ceux_de_la_structure_et_non_de_greenwich(embauchee):
    ici = embauchee
    soir = datetime(2026, 3, 1, 20, tzinfo=ZoneInfo("UTC"))  # à Nouméa, le matin du 2
    Personne.objects.filter(pk=ici.personne.pk).update(cree_le=soir, modifie_le=soir)
    Evaluation.objects.update(validee_le=soir)
    Contrat.objects.update(cree_le=soir)
    ici.personne.refresh_from_db()
    with timezone.override("Pacific/Noumea"):
        dit = dossier_complet(ici.personne, par=ici.hab["direction"])
    dates = [dit["personne"]["dossier_ouvert_le"], dit["personne"]["dossier_modifie_le"], dit["evaluations"][0]["validee_le"]]
    assert [f"{le:%Y-%m-%d}" for le in dates] == ["2026-03-02"] * 3
    [contrat] = dit["insertion"][Contrat._meta.verbose_name_plural]
    assert contrat["cree_le"] == "2026-03-02T07:00+11:00"
