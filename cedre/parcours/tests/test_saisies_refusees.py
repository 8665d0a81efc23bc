"""Ce qu'un formulaire refuse, à côté de quel champ, et avec quels mots ; à la borne, il accepte."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cedre.core.templatetags.cedre import jour as jour_dit
from cedre.parcours.forms.remises import SCAN_MAX
from cedre.parcours.tests.test_apres_le_geste import adresse, avant, le, saisie, un
from cedre.tests.adresses import formulaires
from cedre.tests.ecran import dits

PDF = b"%PDF-1.7\n"


def futur(quoi: str) -> str:
    return f"{quoi} ne peut pas être dans le futur."


def ne_le(monde, annees: int) -> str:
    return f"{timezone.localdate().year - annees}-12-31"


def scan(contenu: bytes):
    return lambda monde: SimpleUploadedFile("papier.pdf", contenu)


ANNEE = "Vérifiez l’année : elle donne un âge qui n’est pas possible."
DANS_LES_TROIS_MOIS = "Choisissez une date à venir, dans les trois mois : ce manque doit pouvoir revenir."
HEURES = "Plus de zéro, et soixante heures par semaine au plus."
SIGNATURE = "La signature n’a pas pu être lue : effacez-la et signez de nouveau."
QUI = {"nom": "Ozan", "prenom": "Amina"}
BESOIN = {"client": lambda monde: monde.mise_en_situation.client_id, "intitule": "Tondre"}
REORIENTEE = {"nature": "reorientation", "motif": un("motif_reorientation")}
EN_ACCUEIL = avant("Personne", phase="accueil")
TROP_LONG = "Assurez-vous que cette valeur comporte au plus 20000 caractères (actuellement 20001)."
NEGATIF = "Assurez-vous que cette valeur est supérieure ou égale à 0."
AUTRE_RENCONTRE = {"issue": "autre_rencontre", "prochaine_heure": "10:00"}
EFFACER = {"sort": "effacer", "motif": "demande"}
SANS_SUITE = "Choisissez la suite : un bilan ne se clôt pas sans elle."
CAS = [
    ("premier_contact", QUI | {"le": le(1)}, {"le": futur("Un premier contact")}),
    ("premier_contact", QUI | {"le": le(0)}, {}),
    ("premier_contact", QUI | {"date_naissance": lambda monde: ne_le(monde, 13)}, {"date_naissance": ANNEE}),
    ("premier_contact", QUI | {"date_naissance": lambda monde: ne_le(monde, 14)}, {}),
    ("premier_contact", QUI | {"date_naissance": "1899-12-31"}, {"date_naissance": "Vérifiez l’année."}),
    ("premier_contact", QUI | {"date_naissance": "1900-01-01"}, {}),
    ("premier_contact", QUI | {"delai_annonce": -1}, {"delai_annonce": NEGATIF}),
    (
        "suite Personne",
        REORIENTEE | {"le": le(1)},
        {"partenaire": "Dites vers quel partenaire.", "le": futur("Une suite")},
        EN_ACCUEIL,
    ),
    (
        "suite Personne",
        REORIENTEE | {"nature": "sans_suite"},
        {"motif": "Ce motif n’est pas celui d’une clôture sans suite."},
        EN_ACCUEIL,
    ),
    (
        "suite Personne",
        REORIENTEE | {"motif": un("motif_sans_suite"), "partenaire": lambda monde: monde.partenaire.pk},
        {"motif": "Ce motif n’est pas celui d’une réorientation."},
        EN_ACCUEIL,
    ),
    ("suite Personne", {"nature": "sans_suite"}, {"motif": "Ce champ est obligatoire."}, EN_ACCUEIL),
    ("information Personne", {}, {"__all__": "Dites ce qui a été présenté ou expliqué."}),
    ("information Personne", {"statut_explique": "on", "le": le(1)}, {"le": futur("Une information")}),
    ("information Personne", {"statut_explique": "on", "le": le(0)}, {}),
    ("entretien_reprogrammer Entretien", {"le": le(-1)}, {"le": "Un entretien ne peut pas être prévu dans le passé."}),
    ("entretien_reprogrammer Entretien", {"le": le(0)}, {}),
    ("bilan_reprogrammer Bilan", {"le": le(-1)}, {"le": "Un bilan ne peut pas être prévu dans le passé."}),
    ("entretien_conclure Entretien", {"issue": "inscription", "le": le(1)}, {"le": futur("Un entretien conclu")}),
    (
        "entretien_conclure Entretien",
        {"issue": "reorientation"},
        {"partenaire": "Dites vers quel partenaire.", "motif": "Une réorientation dit toujours son motif."},
    ),
    (
        "entretien_conclure Entretien",
        {"issue": "autre_rencontre"},
        {"prochain_le": "Dites quand vous vous revoyez.", "prochaine_heure": "Dites à quelle heure."},
    ),
    (
        "entretien_conclure Entretien",
        AUTRE_RENCONTRE | {"prochain_le": le(-1)},
        {"prochain_le": "Un entretien ne peut pas être prévu dans le passé."},
    ),
    (
        "entretien_conclure Entretien",
        AUTRE_RENCONTRE | {"prochain_le": le(0)},
        {},
        avant("Entretien", le=le(-1)),
    ),
    ("evaluation Evaluation", {"version": 1, "le": le(1)}, {"le": futur("Une évaluation")}),
    ("evaluer_au_travail MiseEnSituation", {"points_forts": "Oui", "le": le(1)}, {"le": futur("Une évaluation")}),
    ("evaluer_au_travail MiseEnSituation", {"points_forts": "Oui", "le": le(0)}, {}),
    ("evaluer_au_travail MiseEnSituation", {"points_forts": "o" * 20_001}, {"points_forts": TROP_LONG}),
    (
        "droits Personne",
        {"sort": "effacer", "motif": "demande", "confirmation": "Martinel"},
        {"confirmation": "Écrivez « Martinelle » pour confirmer."},
    ),
    ("droits Personne", EFFACER | {"confirmation": "MARTINELLE"}, {}),
    *(
        ("prendre_en_charge Personne", {"jusqu_au": le(jours)}, {"jusqu_au": DANS_LES_TROIS_MOIS} if refus else {})
        for jours, refus in [(0, True), (1, False), (90, False), (91, True)]
    ),
    ("confier", {"a": lambda monde: monde.hab["cip"].compte_id}, {"personnes": "Cochez au moins une personne."}),
    (
        "sortie Personne",
        {"motif": un("motif_sortie"), "trajectoire": "stable", "le": le(1)},
        {"le": futur("Une sortie")},
    ),
    ("suivi_sortie SuiviSortie", {"jointe": "oui"}, {"activite": "Dites si elle a un emploi, une formation, ou n’en a pas."}),
    ("suivi_sortie SuiviSortie", {"jointe": "non", "fait_le": le(1)}, {"fait_le": futur("Un appel déjà passé")}),
    ("jobcoach_visite Jobcoach", {"le": le(1)}, {"le": futur("Une visite")}),
    ("jobcoach_visite Jobcoach", {"le": le(-1)}, {"le": "Le suivi n’avait pas encore commencé."}),
    ("jobcoach_visite Jobcoach", {"le": le(0)}, {}),
    ("jobcoach_clore Jobcoach", {"conclusion": "Oui", "clos_le": le(1)}, {"clos_le": futur("Un suivi clos")}),
    ("jobcoach_clore Jobcoach", {}, {"conclusion": "Ce champ est obligatoire."}),
    ("echange Personne", {"texte": "Oui", "le": le(1)}, {"le": futur("Un échange")}),
    ("engagement_modifier Engagement", {"bilan_le": le(-31)}, {"bilan_le": "Le bilan vient après le début de l’engagement."}),
    ("engagement_modifier Engagement", {"objectifs-0-libelle": ""}, {"libelle": "Ce champ est obligatoire."}),
    (
        "engagement_modifier Engagement",
        {"moyens-TOTAL_FORMS": 3, "moyens-2-objectif": "1", "moyens-2-qui": "structure", "moyens-2-libelle": "Appeler"}
        | {"objectifs-TOTAL_FORMS": 2},
        {"libelle": "Dites l’objectif que servent ces moyens."},
    ),
    ("engagement_remettre Engagement", {"le": le(1)}, {"le": futur("Une remise")}),
    ("engagement_remettre Engagement", {"dessin": "data:image/png;base64,AAAA"}, {"dessin": SIGNATURE}),
    ("engagement_remettre Engagement", {"dessin": "é"}, {"dessin": SIGNATURE}),
    ("engagement_remettre Engagement", {"scan": scan(b"MZ")}, {"scan": "Ce fichier n’est ni un PDF, ni une image PNG ou JPEG."}),
    (
        "engagement_remettre Engagement",
        {"scan": scan(PDF.ljust(SCAN_MAX + 1))},
        {"scan": "Ce fichier dépasse 5 Mo : scannez en noir et blanc, ou moins finement."},
    ),
    ("engagement_remettre Engagement", {"scan": scan(PDF.ljust(SCAN_MAX))}, {}),
    ("remise_signer Remise", {}, {"__all__": "Signez dans le cadre, ou joignez le papier scanné."}),
    *(
        ("besoin_nouveau", BESOIN | {"heures": heures}, {"heures": HEURES} if refus else {})
        for heures, refus in [("0", True), ("0.5", False), ("60", False), ("60.5", True)]
    ),
    (
        "bilan_conclure Bilan",
        {},
        {"suite": SANS_SUITE, "suite_le": "Dites pour quel jour."},
    ),
]


@pytest.mark.parametrize("cas", CAS, ids=lambda cas: cas[0])
def test_un_formulaire_refuse_a_cote_du_champ_et_accepte_a_la_borne(embauchee, cas):
    route, envoi, refus, *d_abord = cas
    for mettre in d_abord:
        mettre()
    client, cible = embauchee.client("direction"), adresse(route)
    envoi = {nom: valeur(embauchee) if callable(valeur) else valeur for nom, valeur in envoi.items()}
    reponse = client.post(cible, saisie(client, cible, envoi))
    assert reponse.status_code == (200 if refus else 302)
    dits = {
        champ: " ".join(erreurs).replace("\N{NO-BREAK SPACE}", " ")
        for form in formulaires(reponse.context)
        for champ, erreurs in form.errors.items()
    }
    assert dits == refus


@pytest.mark.parametrize(("jour", "refuse"), [("2026-03-14", True), ("2026-03-15", False)])
def test_des_nouvelles_ne_se_prennent_pas_plus_d_un_mois_trop_tot(embauchee, jour, refuse):
    avant("SuiviSortie", prevu_le=date(2026, 4, 15), fait_le=None)()
    client, cible = embauchee.client("direction"), adresse("suivi_sortie SuiviSortie")
    reponse = client.post(cible, saisie(client, cible, {"jointe": "non", "fait_le": jour}))
    dit = (
        "Les nouvelles à 3 mois se prennent à partir du 15/03/2026. "
        "Si vous vous êtes parlé avant, notez un échange dans son dossier."
    )
    assert [form.errors for form in formulaires(reponse.context)] == ([{"fait_le": [dit]}] if refuse else [])


def test_on_dit_jusqu_a_quand_l_on_s_en_occupe_et_l_echeance_passee_d_un_bilan_deplace(embauchee):
    client = embauchee.client("direction")
    cible = adresse("prendre_en_charge Personne")
    reponse = client.post(cible, saisie(client, cible, {}))
    jusqu_au = jour_dit(timezone.localdate() + timedelta(days=7)).replace("\N{NO-BREAK SPACE}", " ")
    assert dits(reponse) == [f"C’est noté jusqu’au {jusqu_au}, où l’on vous le redira."]
    assert reponse.url == embauchee.personne.get_absolute_url()
    avant("Bilan", le=le(-3))()
    cible = adresse("bilan_reprogrammer Bilan")
    reponse = client.post(cible, saisie(client, cible, {"le": le(4)()}))
    assert dits(reponse)[-1] == (
        f"Le bilan est à sa nouvelle date, et l’engagement aussi. Son échéance du {le(-3)():%d/%m/%Y}, passée, reste comptée."
    )
