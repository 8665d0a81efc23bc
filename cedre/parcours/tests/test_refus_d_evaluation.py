"""Le refus d'une évaluation conjointe : un fait daté, que l'on reprend sans récrire hier (ACC-4, § 2.1 b)."""

import pytest
from django.urls import reverse

from cedre.comptes.models import Trace
from cedre.core.indicateurs import tous
from cedre.parcours.models import Cotation, Entretien, Evaluation, Personne, RefusDEvaluation
from cedre.parcours.operations.evaluations import valider
from cedre.parcours.tests.test_pages_du_travail import dans, lire
from cedre.tests.ecran import sections

SANS_EVALUATION = "Pas d’évaluation conjointe"


@pytest.fixture
def recue(ici):
    """Quelqu'un reçu en entretien, qui n'a pas d'évaluation, et que l'on va embaucher."""
    Evaluation.objects.all().delete()
    Personne.objects.filter(pk=ici.personne.pk).update(phase="pre_embauche", phase_depuis=dans(-90))
    Entretien.objects.filter(personne=ici.personne).delete()
    Entretien.objects.create(personne=ici.personne, le=dans(-40), etat="realise", issue="inscription")
    return ici


def envoyer(monde, role: str, quoi: str):
    return monde.client(role).post(reverse(f"parcours:evaluation_{quoi}", args=[monde.personne.pk]), follow=True)


def dates(monde) -> list[tuple]:
    return [*monde.personne.refus_d_evaluation.values_list("du", "au")]


def proposee(monde, jours: int = 0) -> tuple[int, int]:
    return tuple(tous()["evaluation_proposee"].mesurer(monde.organisation, dans(jours)))


def test_le_refus_se_note_depuis_ce_qui_manque_qui_se_tait_et_se_lit_dans_l_histoire(recue):
    page = lire(recue.client("cip"), "personne", recue.personne.pk)
    assert f"{SANS_EVALUATION} Évaluer ensemble la situation Elle n’en veut pas" in sections(page)["Ce qui manque"]
    assert proposee(recue) == (1, 0)
    dit = envoyer(recue, "cip", "refuser").content.decode()
    assert "elle ne veut pas d’une évaluation conjointe" in dit and SANS_EVALUATION not in dit
    assert "Elle n’en veut pas" in dit and "Elle veut bien d’une évaluation" in dit
    assert (dates(recue), proposee(recue), proposee(recue, -1)) == ([(dans(0), None)], (1, 1), (1, 0))
    trace = Trace.objects.filter(objet="refus d’évaluation conjointe").get()
    assert (trace.geste, trace.personne_id) == ("creer", recue.personne.pk)


def test_un_refus_dit_deux_fois_n_en_fait_qu_un(recue):
    for role in ("cip", "direction"):
        envoyer(recue, role, "refuser")
    assert dates(recue) == [(dans(0), None)]
    assert RefusDEvaluation.objects.get().par == recue.hab["cip"].compte


def test_en_revenir_ne_change_rien_d_hier(recue):
    RefusDEvaluation.objects.create(personne=recue.personne, du=dans(-9))
    dit = envoyer(recue, "cip", "revenir").content.decode()
    assert SANS_EVALUATION in dit and "Elle en est revenue" in dit
    assert (dates(recue), proposee(recue), proposee(recue, -1)) == ([(dans(-9), dans(0))], (1, 0), (1, 1))
    assert envoyer(recue, "cip", "revenir").status_code == 200 and dates(recue) == [(dans(-9), dans(0))]
    envoyer(recue, "cip", "refuser")
    assert dates(recue) == [(dans(-9), None)], "un aller-retour le même jour ne laisse aucun trou"


def test_note_par_erreur_et_repris_le_jour_meme_il_n_en_reste_rien(recue):
    envoyer(recue, "cip", "refuser")
    envoyer(recue, "cip", "revenir")
    assert dates(recue) == [] and proposee(recue) == (1, 0)


def test_un_dossier_ferme_ne_refuse_plus_rien(recue):
    Personne.objects.update(phase="sortie")
    assert "n’est plus ouvert" in envoyer(recue, "cip", "refuser").content.decode()
    assert dates(recue) == []


def test_le_refus_se_remet_a_la_personne_avec_son_dossier(recue):
    RefusDEvaluation.objects.create(personne=recue.personne, du=dans(-9), au=dans(-2), par=recue.hab["cip"].compte)
    page = recue.client("direction").post(reverse("parcours:dossier_json", args=[recue.personne.pk]))
    dit = page.json()["insertion"]["refus d’évaluation conjointe"]
    assert [(un["du"], un["au"]) for un in dit] == [(dans(-9).isoformat(), dans(-2).isoformat())]


def test_une_evaluation_validee_met_fin_au_refus(recue):
    envoyer(recue, "cip", "refuser")
    RefusDEvaluation.objects.update(du=dans(-9))
    evaluation = Evaluation.objects.create(personne=recue.personne, grille=recue.grille, le=dans(0), trajectoire="stable")
    domaine = recue.grille.domaines.first()
    Cotation.objects.create(evaluation=evaluation, domaine=domaine, valeur_personne=2, valeur_accompagnateur=2)
    valider(evaluation, par=recue.hab["cip"])
    assert dates(recue) == [(dans(-9), dans(0))]
