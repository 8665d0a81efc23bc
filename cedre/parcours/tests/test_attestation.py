"""L'attestation de compétences : ce qui a été constaté, par qui et quand ; rien de la vie de la personne (INS-4, ACC-5)."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.pdf import compiler
from cedre.parcours.attestation import attestation
from cedre.parcours.models import (
    ActionAssociee,
    CompetenceEvaluee,
    Cotation,
    EvaluationAuTravail,
    EvaluationProfessionnelle,
    MiseEnSituation,
    NoteSante,
)
from cedre.structures.models import FicheDePoste, Offre

SECRET = "Ceci ne regarde personne"


def dans(jours: int):
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=jours)


def constater(monde, jours: int, niveaux: dict[str, int], **champs) -> EvaluationAuTravail:
    """Ce qui a été vu au travail ce jour-là."""
    vus = [{"libelle": libelle, "niveau": n, "dit": CompetenceEvaluee.Niveau(n).label} for libelle, n in niveaux.items()]
    champs = {"par": monde.hab["mad"].compte} | champs
    return EvaluationAuTravail.objects.create(
        mise_en_situation=monde.mise_en_situation, le=dans(jours), niveaux=vus, points_forts=SECRET, a_travailler=SECRET, **champs
    )


def competences(monde) -> dict[str, tuple]:
    """Ce que dit l'attestation de chaque compétence."""
    return {
        c["libelle"]: (c["niveau"], c["par"]) for poste in attestation(monde.personne)["postes"] for c in poste["competences"]
    }


def test_une_competence_se_dit_avec_son_niveau_qui_l_a_constatee_et_quand(embauchee):
    constater(embauchee, -10, {"Tenir le rythme": 2, "Respecter les consignes": 1})
    [poste] = attestation(embauchee.personne)["postes"]
    assert (poste["intitule"], poste["rome"]) == ("Poste ici", "K1304")
    mad = str(embauchee.hab["mad"].compte)
    assert poste["competences"] == [
        {"libelle": "Tenir le rythme", "niveau": "En autonomie", "par": mad, "le": dans(-10).isoformat()}
    ]


def test_le_dernier_constat_compte_et_le_meme_jour_le_plus_prudent(embauchee):
    constater(embauchee, -20, {"Tenir le rythme": 3, "Respecter les consignes": 0})
    constater(embauchee, -5, {"Tenir le rythme": 1, "Respecter les consignes": 3})
    assert competences(embauchee).keys() == {"Respecter les consignes"}
    constater(embauchee, -5, {"Respecter les consignes": 1}, regard="client", par=None, signature="Ode Pruvost")
    assert competences(embauchee) == {}


def test_l_evaluation_d_avant_l_embauche_compte_aussi(embauchee):
    evaluation = EvaluationProfessionnelle.objects.create(
        personne=embauchee.personne,
        fiche_de_poste=embauchee.fiche_de_poste,
        le=dans(-90),
        evaluee_par=embauchee.hab["cip"].compte,
        conclusion="prete",
        synthese=SECRET,
    )
    for niveau, libelle in ((3, "Tenir le rythme"), (None, "Respecter les consignes")):
        CompetenceEvaluee.objects.create(evaluation=evaluation, libelle=libelle, niveau=niveau, observation=SECRET)
    assert competences(embauchee) == {"Tenir le rythme": ("Sait la transmettre", str(embauchee.hab["cip"].compte))}


@pytest.mark.parametrize("nature, dit", [("entreprise", "Ode Pruvost, Client ici"), ("particulier", "un particulier")])
def test_un_client_se_nomme_sauf_un_particulier(embauchee, nature, dit):
    client = embauchee.mise_en_situation.client
    client.nature = nature
    client.save()
    constater(embauchee, -5, {"Tenir le rythme": 2}, regard="client", par=None, signature="Ode Pruvost")
    assert competences(embauchee)["Tenir le rythme"][1] == dit
    assert attestation(embauchee.personne)["travail"][0]["chez"] == ("Client ici" if nature == "entreprise" else dit)


def test_le_travail_se_dit_par_ses_heures_faites(embauchee):
    MiseEnSituation.objects.create(personne=embauchee.personne, atelier="Jardin", du=dans(-3))
    assert attestation(embauchee.personne)["travail"] == [
        {"poste": "Poste ici", "chez": "Client ici", "du": dans(-30).isoformat(), "au": "", "heures": "12"}
    ]


def test_une_formation_se_dit_faite_et_un_atelier_par_son_seul_certificat(embauchee):
    formation = Offre.objects.create(organisation=embauchee.organisation, intitule="Caces 1", nature="formation")
    atelier = Offre.objects.create(organisation=embauchee.organisation, intitule="Gérer ses dettes", nature="demarches")
    for offre, champs in (
        (formation, {"etat": "faite", "heures": 35, "certificat": "Caces 1A"}),
        (formation, {"etat": "absente", "le": dans(-80)}),
        (atelier, {"etat": "faite"}),
        (atelier, {"etat": "faite", "certificat": "Secourisme", "resultat": SECRET}),
    ):
        ActionAssociee.objects.create(personne=embauchee.personne, offre=offre, **{"le": dans(-50)} | champs)
    dites = attestation(embauchee.personne)["formations"]
    assert [(f["intitule"], f["certificat"], f["heures"]) for f in dites] == [
        ("Caces 1", "Caces 1A", "35"),
        ("", "Secourisme", ""),
    ]


def test_rien_de_la_vie_de_la_personne_n_y_entre(embauchee):
    qui = embauchee.personne
    cotation = Cotation.objects.create(
        evaluation=embauchee.evaluation, domaine=embauchee.grille.domaines.get(theme__code="sante"), commentaire=SECRET
    )
    NoteSante.objects.create(cotation=cotation, texte=SECRET)
    constater(embauchee, -5, {"Tenir le rythme": 2})
    qui.mises_en_situation.update(precisions=SECRET)
    dit = json.dumps(attestation(qui), default=str, ensure_ascii=False)
    for tu in (SECRET, qui.telephone, "1990", str(embauchee.objectif), "Échange", "Demande", "santé", "difficulté", "Employeur"):
        assert tu not in dit


def test_le_pdf_est_durable_accessible_et_trace(embauchee):
    constater(embauchee, -5, {f"Compétence {rang}": 2 for rang in range(40)})
    reponse = embauchee.client("cip").post(reverse("parcours:attestation", args=[embauchee.personne.pk]))
    assert reponse["Content-Type"] == "application/pdf" and "no-store" in reponse["Cache-Control"]
    for norme in (b"<pdfaid:part>2", b"<pdfuaid:part>1", b"/Lang(fr-FR)", b"/StructTreeRoot"):
        assert norme in reponse.content
    trace = Trace.objects.get(geste="exporter")
    assert (trace.personne_id, trace.detail) == (embauchee.personne.pk, "attestation de compétences, PDF")


def test_sans_rien_a_attester_on_le_dit_et_rien_n_est_exporte(ici, cip):
    assert attestation(ici.personne) is None
    reponse = cip.post(reverse("parcours:attestation", args=[ici.personne.pk]), follow=True)
    assert "rien à attester" in reponse.content.decode()
    assert not Trace.objects.filter(geste="exporter").exists()


def test_l_attestation_se_lit_en_cinq_requetes(embauchee, django_assert_max_num_queries):
    constater(embauchee, -5, {"Tenir le rythme": 2})
    with django_assert_max_num_queries(5):
        contenu = attestation(embauchee.personne)
    assert compiler("parcours/typst/attestation.typ", contenu)


def test_postes_et_formations_vont_par_leur_nom_et_par_leur_date(embauchee):
    qui, chez = embauchee.personne, embauchee.organisation
    for intitule in ("Zingueur", "Élagueur"):
        fiche = FicheDePoste.objects.create(organisation=chez, intitule=intitule, code_rome="A1203")
        evaluation = EvaluationProfessionnelle.objects.create(
            personne=qui, fiche_de_poste=fiche, le=dans(-9), conclusion="prete", evaluee_par=embauchee.hab["mad"].compte
        )
        CompetenceEvaluee.objects.create(evaluation=evaluation, libelle=f"Savoir {intitule}", niveau=2)
    constater(embauchee, -5, {"Tenir le rythme": 2})
    MiseEnSituation.objects.update(fiche_de_poste=None)
    dite = attestation(qui)
    assert [(p["intitule"], p["rome"]) for p in dite["postes"]] == [
        ("Au travail", ""),
        ("Élagueur", "A1203"),
        ("Zingueur", "A1203"),
    ]
    assert [c["par"] for c in dite["postes"][1]["competences"]] == ["Mad Ici"]
    formation = Offre.objects.create(organisation=chez, intitule="Caces", nature="formation")
    for debut, fin in ((-20, -18), (-50, None)):
        au = None if fin is None else dans(fin)
        ActionAssociee.objects.create(personne=qui, offre=formation, etat="faite", le=dans(debut), au=au)
    assert [(f["le"], f["au"]) for f in attestation(qui)["formations"]] == [
        (dans(-50).isoformat(), ""),
        (dans(-20).isoformat(), dans(-18).isoformat()),
    ]
