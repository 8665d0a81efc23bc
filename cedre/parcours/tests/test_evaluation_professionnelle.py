"""L'évaluation professionnelle sur une fiche de poste (ACC-5)."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from cedre.core.refus import GesteImpossible
from cedre.parcours.models import CompetenceEvaluee, EvaluationProfessionnelle
from cedre.parcours.operations.evaluations import evaluer_capacites


@pytest.fixture
def mad(ici):
    return ici.client("mad")


@pytest.fixture
def adresse(ici):
    return reverse("parcours:evaluation_pro_nouvelle", args=[ici.personne.pk, ici.fiche_de_poste.pk])


def saisie(monde, *niveaux, **champs):
    corps = {"mode": "mets_test", "le": timezone.localdate().isoformat(), "lieu": "Au jardin", "conclusion": "a_preparer"}
    for competence, niveau in zip(monde.fiche_de_poste.competences.all(), niveaux, strict=False):
        corps |= {f"niveau_{competence.pk}": niveau, f"observation_{competence.pk}": f"Vu : {competence}"}
    return corps | champs


def test_une_evaluation_garde_les_competences_telles_qu_elles_se_lisaient(ici, mad, adresse):
    reponse = mad.post(adresse, saisie(ici, "0", ""))
    evaluation = ici.personne.evaluations_professionnelles.get()
    assert [str(m) for m in get_messages(reponse.wsgi_request)] == ["L’évaluation professionnelle est enregistrée."]
    assert reponse.url == reverse("parcours:evaluation_pro", args=[evaluation.pk])
    assert evaluation.evaluee_par == ici.hab["mad"].compte
    assert [(c.libelle, c.niveau) for c in evaluation.competences.all()] == [
        ("Respecter les consignes", 0),
        ("Tenir le rythme", None),
    ]
    ici.fiche_de_poste.competences.first().delete()
    ici.fiche_de_poste.competences.update(libelle="Renommée")
    page = mad.get(reverse("parcours:evaluation_pro", args=[evaluation.pk])).content.decode()
    assert "Respecter les consignes" in page and "Tenir le rythme" in page and "Renommée" not in page
    assert "À acquérir" in page and "Non évalué" in page


def test_une_evaluation_evalue_au_moins_une_competence(ici, mad, adresse):
    reponse = mad.post(adresse, saisie(ici, "", ""))
    assert "au moins une compétence" in reponse.context["form"].non_field_errors()[0]
    assert "Vu : Tenir le rythme" in reponse.content.decode()
    assert not ici.personne.evaluations_professionnelles.exists()


def test_la_personne_garde_la_liste_de_ses_evaluations(ici, mad, adresse):
    mad.post(adresse, saisie(ici, "1", "2"))
    page = mad.get(reverse("parcours:evaluations_pro", args=[ici.personne.pk])).content.decode()
    assert "Poste ici" in page and "METS test" in page
    assert "Évaluation professionnelle" in mad.get(reverse("parcours:personne", args=[ici.personne.pk])).content.decode()


def test_la_fiche_et_les_competences_d_ailleurs_ne_servent_pas_ici(ici, ailleurs, mad, adresse):
    etrangere = reverse("parcours:evaluation_pro_nouvelle", args=[ici.personne.pk, ailleurs.fiche_de_poste.pk])
    assert mad.get(etrangere).status_code == mad.post(etrangere, saisie(ailleurs, "1")).status_code == 404
    intruse = ailleurs.fiche_de_poste.competences.first()
    mad.post(adresse, saisie(ici, "1", **{f"niveau_{intruse.pk}": "3"}))
    assert not CompetenceEvaluee.objects.filter(competence=intruse).exists()
    evaluation = EvaluationProfessionnelle(personne=ici.personne, fiche_de_poste=ici.fiche_de_poste, conclusion="prete")
    with pytest.raises(GesteImpossible):
        competences = [CompetenceEvaluee(competence=intruse, niveau=1)]
        evaluer_capacites(evaluation, competences=competences, par=ici.hab["mad"])


def test_l_evaluation_d_ailleurs_n_existe_pas_ici(ici, ailleurs, mad):
    ailleurs.client("mad").post(
        reverse("parcours:evaluation_pro_nouvelle", args=[ailleurs.personne.pk, ailleurs.fiche_de_poste.pk]),
        saisie(ailleurs, "1", "1"),
    )
    etrangere = ailleurs.personne.evaluations_professionnelles.get()
    assert mad.get(reverse("parcours:evaluation_pro", args=[etrangere.pk])).status_code == 404
    assert mad.get(reverse("parcours:evaluations_pro", args=[ailleurs.personne.pk])).status_code == 404


@pytest.mark.parametrize("role, code", [("cip", 200), ("mad", 200), ("direction", 200), ("accueil", 403), ("qualite", 403)])
def test_seuls_ceux_qui_evaluent_les_capacites_ouvrent_la_page(ici, adresse, role, code):
    assert ici.client(role).get(adresse).status_code == code
