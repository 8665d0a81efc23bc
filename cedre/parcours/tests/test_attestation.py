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
    Personne,
)
from cedre.structures.models import Offre

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


def test_chacun_se_nomme_comme_il_l_a_signe_et_l_encadrement_a_defaut(embauchee):
    constater(embauchee, -5, {"A": 2}, regard="client", par=None)
    constater(embauchee, -5, {"B": 2}, regard="client", par=None, signature="Ode Pruvost")
    constater(embauchee, -5, {"C": 2}, par=None)
    constater(embauchee, -5, {"D": 2})
    pro = EvaluationProfessionnelle.objects.create(
        personne=embauchee.personne, fiche_de_poste=embauchee.fiche_de_poste, le=dans(-90), conclusion="prete"
    )
    pro.competences.create(libelle="E", niveau=2)
    assert {libelle: par for libelle, (_, par) in competences(embauchee).items()} == {
        "A": "Client ici",
        "B": "Ode Pruvost, Client ici",
        "C": "l’encadrement",
        "D": "Mad Ici",
        "E": "la structure",
    }


def test_les_postes_viennent_par_ordre_alphabetique_et_sans_rien_d_acquis_un_poste_ne_se_dit_pas(embauchee):
    constater(embauchee, -5, {"Tenir le rythme": 2})
    for intitule, niveau in (("Agent d’accueil", 3), ("Élagueur", 2), ("Peintre", 1)):
        fiche = type(embauchee.fiche_de_poste).objects.create(organisation=embauchee.organisation, intitule=intitule)
        pro = EvaluationProfessionnelle.objects.create(personne=embauchee.personne, fiche_de_poste=fiche, conclusion="prete")
        pro.competences.create(libelle="Écouter", niveau=niveau)
    mets = MiseEnSituation.objects.create(personne=embauchee.personne, atelier="Jardin", du=dans(-3))
    vus = [{"libelle": "Bêcher", "niveau": 2, "dit": "En autonomie"}]
    EvaluationAuTravail.objects.create(mise_en_situation=mets, niveaux=vus, par=embauchee.qui)
    postes = attestation(embauchee.personne)["postes"]
    assert [p["intitule"] for p in postes] == ["Au travail", "Agent d’accueil", "Élagueur", "Poste ici"]
    assert postes[0]["rome"] == "" and postes[0]["competences"][0]["libelle"] == "Bêcher"
    assert postes[1]["competences"][0]["niveau"] == "Sait la transmettre"


@pytest.mark.parametrize(("jours", "finie"), [(0, True), (1, False)])
def test_un_travail_se_dit_fini_des_son_dernier_jour_et_le_premier_vient_d_abord(embauchee, jours, finie):
    ancien = MiseEnSituation.objects.create(personne=embauchee.personne, atelier="Jardin", du=dans(-90), au=dans(jours))
    for heures in (3, 4.5):
        ancien.heures.create(le=dans(-80) + timedelta(days=int(heures)), heures=heures)
    assert attestation(embauchee.personne)["travail"] == [
        {
            "poste": "",
            "chez": "Jardin",
            "du": dans(-90).isoformat(),
            "au": dans(jours).isoformat() if finie else "",
            "heures": "7,5",
        },
        {"poste": "Poste ici", "chez": "Client ici", "du": dans(-30).isoformat(), "au": "", "heures": "12"},
    ]


def test_les_formations_viennent_dans_l_ordre_avec_leurs_jours(embauchee):
    formation = Offre.objects.create(organisation=embauchee.organisation, intitule="Caces 1", nature="formation")
    for le, au in ((-10, None), (-50, -40)):
        embauchee.personne.actions.create(offre=formation, etat="faite", le=dans(le), au=au and dans(au))
    dites = attestation(embauchee.personne)["formations"]
    assert [(f["le"], f["au"]) for f in dites] == [
        (dans(-50).isoformat(), dans(-40).isoformat()),
        (dans(-10).isoformat(), ""),
    ]


def test_elle_dit_de_qui_par_qui_et_quand_et_rien_d_une_autre(embauchee):
    constater(embauchee, -5, {"Tenir le rythme": 2})
    autre = Personne.objects.create(organisation=embauchee.organisation, nom="Voisine", prenom="Ada")
    assert attestation(autre) is None
    dite = attestation(embauchee.personne)
    assert (dite["personne"], dite["le"], dite["structure"]) == (
        "Zélie Martinelle",
        timezone.localdate(),
        embauchee.organisation.coordonnees,
    )
