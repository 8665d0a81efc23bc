"""Close, une régulation se diffuse, s'imprime et se mesure (TRA-1, § 2.3 a)."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from cedre.comptes.gestes import gestes_sur
from cedre.comptes.models import Compte, Trace
from cedre.core.indicateurs import tous
from cedre.regulation.compte_rendu import compte_rendu
from cedre.regulation.models import Decision, Regulation
from cedre.regulation.operations import clore, dire_la_suite, noter
from cedre.regulation.tests.test_ordre_du_jour import decider, jour, reunir
from cedre.regulation.views import _points
from cedre.tests.imprime import lire


def test_le_compte_rendu_dit_qui_quoi_quand_dans_l_ordre_du_jour(ici):
    regulation = reunir(
        ici, jour(-5), lieu="Grande salle", animee_par=ici.hab["mad"].compte, synthese="Deux relances", etat="tenue"
    )
    regulation.presents.set([ici.hab["cip"].compte, ici.hab["direction"].compte])
    locaux = regulation.points.create(sujet="Locaux", rang=2, echange="On manque de place")
    de_qui = regulation.points.create(personne=ici.personne, manque="bilan_depasse", sujet="Transport", rang=1)
    faite = decider(locaux, "Trier", qui=ici.hab["mad"].compte, echeance=jour(2), faite_le=jour(-1))
    decider(locaux, "Louer", qui=None, echeance=jour(1))
    assert compte_rendu(regulation, _points(regulation)) == {
        "structure": ici.organisation.coordonnees,
        "etabli_le": jour(),
        "le": jour(-5),
        "lieu": "Grande salle",
        "animee_par": "Mad Ici",
        "presents": ["Cip Ici", "Direction Ici"],
        "synthese": "Deux relances",
        "points": [
            {"sujet": str(de_qui.personne), "raison": "Bilan dépassé", "echange": "", "decisions": []},
            {
                "sujet": "Locaux",
                "raison": "",
                "echange": "On manque de place",
                "decisions": [
                    {"quoi": "Louer", "qui": "", "echeance": jour(1), "faite_le": None},
                    {"quoi": "Trier", "qui": "Mad Ici", "echeance": jour(2), "faite_le": faite.faite_le},
                ],
            },
        ],
    }


def test_imprime_chaque_libelle_est_suivi_de_ce_qu_il_annonce():
    structure = dict.fromkeys(("adresse", "code_postal", "commune", "telephone", "courriel"), "") | {"nom": "Structure"}
    decision = {"quoi": "Louer", "qui": "Mad Ici", "echeance": "2031-05-07", "faite_le": "2031-05-01"}
    donnees = {"structure": structure, "etabli_le": "2031-01-09", "le": "2031-02-03", "lieu": "Salle", "animee_par": "Ada Brun"}
    donnees |= {"presents": ["Zoé Cros", "Mad Ici"], "synthese": "Deux relances"}
    donnees["points"] = [
        {"sujet": "Locaux", "raison": "", "echange": "Trop petits", "decisions": [decision]},
        {"sujet": "Éva Dumas", "raison": "Bilan dépassé", "echange": "", "decisions": []},
    ]
    texte = lire("regulation/typst/compte_rendu.typ", donnees)
    assert "date | 3 février 2031 | lieu | salle | animée par | ada brun | étaient là | zoé cros, mad ici" in texte
    assert "ce que l’équipe retient | deux relances" in texte
    suite = ("décisions", "locaux", "louer", "mad ici", "7 mai 2031", "points de l’ordre du jour", "locaux", "trop petits")
    rang = 0
    for dit in (*suite, "éva dumas · bilan dépassé", "on n’en a pas parlé."):
        rang = texte.index(dit, rang) + len(dit)
    assert "1 mai" not in texte and "aucune décision" not in texte
    assert "aucune décision." in lire("regulation/typst/compte_rendu.typ", donnees | {"points": donnees["points"][1:]})


def test_le_fichier_porte_le_jour_de_la_regulation_et_sa_trace_dit_laquelle(ici, monkeypatch):
    regulation = reunir(ici, jour(-5), etat="tenue")
    reunir(ici, jour(-2), etat="tenue")
    monkeypatch.setattr("cedre.regulation.views.composer", lambda gabarit, donnees, chez: b"%PDF")
    reponse = ici.client("cip").post(reverse("regulation:pdf", args=[regulation.pk]))
    assert f'filename="regulation-{jour(-5):%Y-%m-%d}.pdf"' in reponse["Content-Disposition"]
    trace = Trace.objects.get(geste="exporter")
    assert (trace.objet_id, trace.detail, trace.compte) == (regulation.pk, "compte rendu, PDF", ici.qui)


def test_sa_lettre_va_une_fois_a_chacun_de_l_equipe_dit_son_jour_et_mene_a_elle(
    ici, ailleurs, django_capture_on_commit_callbacks
):
    autre, regulation = reunir(ici, jour(-1)), reunir(ici, jour())
    partie = ici.hab["mad"]
    Compte.objects.filter(pk=partie.compte_id).update(is_active=False)
    adresse, envoi = reverse("regulation:clore", args=[regulation.pk]), {"presents": [ici.qui.pk], "synthese": "Rien"}
    refus = ici.client("direction").post(adresse, envoi | {"presents": [ailleurs.qui.pk]})
    assert refus.context["clore"].errors.keys() == {"presents"} and refus.status_code == 400
    with django_capture_on_commit_callbacks(execute=True):
        ici.client("direction").post(adresse, envoi)
    attendus = [ici.hab[role].compte.email for role in ("cip", "direction", "qualite")]
    assert sorted(m.to[0] for m in mail.outbox) == sorted(attendus) and all(len(m.to) == 1 for m in mail.outbox)
    lien = f"http://testserver{reverse('regulation:regulation', args=[regulation.pk])}"
    for lettre in mail.outbox:
        assert lettre.subject == f"Régulation du {jour():%d/%m/%Y}"
        assert re.findall(r"http\S+", lettre.body) == [lien] and f"du {jour():%d/%m/%Y} est prêt" in lettre.body
    regulation.refresh_from_db()
    autre.refresh_from_db()
    assert (list(regulation.presents.all()), regulation.synthese) == ([ici.qui], "Rien")
    assert autre.etat == "prevue" and Trace.objects.filter(detail="close et diffusée").count() == 1


def test_demain_elle_ne_se_clot_pas_et_personne_n_en_est_prevenu(ici, django_capture_on_commit_callbacks):
    regulation, par = reunir(ici, jour(1)), ici.client("cip")
    with django_capture_on_commit_callbacks(execute=True):
        par.post(reverse("regulation:clore", args=[regulation.pk]), {"presents": [ici.qui.pk], "synthese": "Rien"})
    regulation.refresh_from_db()
    assert regulation.etat == "prevue" and not mail.outbox and not regulation.presents.exists()


def test_tenue_sa_page_dit_qui_etait_la_et_mene_a_une_action_d_apres_elle(ici):
    regulation = reunir(ici, jour(-5))
    clore(regulation, presents=[ici.qui], synthese="Deux relances", lien="", par=ici.hab["cip"])
    page = ici.client("qualite").get(reverse("regulation:regulation", args=[regulation.pk])).content.decode()
    page = page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Deux relances" in page and f"Étaient là : {ici.qui}." in page and "Clore la régulation" not in page
    assert f"{reverse('qualite:action_nouvelle')}?origine=regulation&amp;reference=R%C3%A9gulation%20du%20" in page


def test_une_decision_seule_fait_un_compte_rendu_le_jour_meme_de_sa_diffusion(ici):
    def redigees(le):
        return tuple(tous()["regulation_redigee"].mesurer(ici.organisation, le))

    reunir(ici, jour(-400), etat="tenue").points.create(sujet="Locaux", echange="Ce qui s'est dit d'une autre")
    regulation = reunir(ici, jour(-5), etat="tenue", diffusee_jour=jour(-3))
    Regulation.objects.update(diffusee_jour=jour(-3))
    point = regulation.points.create(sujet="Locaux")
    assert redigees(jour()) == (1, 0), "rien n'y est dit"
    decider(point)
    assert [redigees(jour(decalage)) for decalage in (-6, -5, -4, -3)] == [(0, 0), (1, 0), (1, 0), (1, 1)]


def test_le_rythme_d_une_structure_ne_se_compte_pas_sur_les_regulations_d_une_autre(ici, ailleurs):
    for monde, jours in ((ici, (-90, -60)), (ailleurs, (-61, -59))):
        for decalage in jours:
            reunir(monde, jour(decalage), etat="tenue", rythme=14)
    mesures = [tuple(tous()["rythme_tenu"].mesurer(monde.organisation, jour())) for monde in (ici, ailleurs)]
    assert mesures == [(1, 0), (1, 1)]
    reunir(ici, jour(-20), etat="tenue", rythme=14)
    reunir(ailleurs, jour(-1), etat="tenue", rythme=14)
    assert tous()["regulation_tenue"].mesurer(ici.organisation, jour()).atteint == 1


def test_une_decision_d_un_dossier_anonyme_ne_se_compte_pas_celle_d_un_sujet_si(ici):
    regulation = reunir(ici, jour(-20), etat="tenue")
    for champs in ({"sujet": "Locaux"}, {"personne": ici.personne}):
        decider(regulation.points.create(**champs), echeance=jour(-10), faite_le=jour(-9))
    mesurer = tous()["decision_suivie"].mesurer
    assert tuple(mesurer(ici.organisation, jour())) == (2, 2)
    type(ici.personne).objects.filter(pk=ici.personne.pk).update(anonymisee_le=jour(-1))
    assert tuple(mesurer(ici.organisation, jour())) == (1, 1)


def test_dans_l_histoire_une_decision_est_du_jour_de_sa_regulation(ici):
    regulation = reunir(ici, jour(-8), etat="tenue")
    decider(regulation.points.create(personne=ici.personne), echeance=jour(6))
    faits = ici.client("cip").get(reverse("parcours:personne", args=[ici.personne.pk])).context["faits"]
    assert [f.le for f in faits if f.genre == "decision"] == [jour(-8)]


@pytest.mark.parametrize("faite_le, propose", [(None, {"Faite", "Dire ce qu’elle devient"}), (jour(), set())])
def test_une_decision_se_dit_faite_une_fois(ici, faite_le, propose):
    decision = decider(reunir(ici, jour()).points.create(sujet="Locaux"), faite_le=faite_le)
    assert {geste.libelle for geste in gestes_sur(decision, ici.hab["cip"])} == propose


def test_un_compte_rendu_ecrit_et_pas_encore_diffuse_se_compte_du_jour_ou_on_l_ecrit(ici):
    regulation = reunir(ici, jour(0))
    point = regulation.points.create(sujet="Locaux")
    noter(point, echange="", decision=None, par=ici.hab["cip"])
    mesurer = tous()["compte_rendu_redige"].mesurer
    assert tuple(mesurer(ici.organisation, jour())) == (1, 0), "rien n’y est dit"
    noter(point, echange="Trop petits", decision=None, par=ici.hab["cip"])
    regulation.refresh_from_db()
    assert (regulation.redigee_le, regulation.diffusee_jour) == (jour(), None)
    assert tuple(mesurer(ici.organisation, jour())) == (1, 1)
    assert tuple(tous()["regulation_redigee"].mesurer(ici.organisation, jour())) == (1, 0)


def test_une_decision_reportee_se_suit_et_reste_a_faire_abandonnee_elle_n_y_est_plus(ici):
    point = reunir(ici, jour(-20), etat="tenue").points.create(sujet="Locaux")
    une, cip = decider(point, echeance=jour(-10)), ici.client("cip")
    adresse, mesurer = reverse("regulation:suite", args=[une.pk]), tous()["decision_dite"].mesurer
    assert tuple(mesurer(ici.organisation, jour())) == (1, 0)
    assert cip.post(adresse, {"suite": "oubliee"}).context["form"].errors
    for suite, reste in (("reportee", 1), ("depassee", 0)):
        assert cip.post(adresse, {"suite": suite}).status_code == 302
        assert tuple(mesurer(ici.organisation, jour())) == (1, 1)
        assert Decision.objects.a_faire().count() == reste
    assert tuple(tous()["decision_suivie"].mesurer(ici.organisation, jour())) == (1, 0), "suivie n’est pas faite"
    assert "déjà faite, ou abandonnée" in cip.post(adresse, {"suite": "reportee"}).content.decode()
    details = Trace.objects.filter(objet="décision").order_by("pk").values_list("detail", flat=True)
    assert [*details] == ["ce qu’elle devient"] * 2


def test_redire_la_suite_d_une_decision_ne_change_pas_le_jour_ou_on_l_a_dite(ici):
    point = reunir(ici, jour(-20), etat="tenue").points.create(sujet="Locaux")
    une = decider(point, echeance=jour(-10), suite="reportee", suite_le=jour(-8))
    dire_la_suite(une, suite="refusee", par=ici.hab["cip"])
    une.refresh_from_db()
    assert (une.suite, une.suite_le) == ("refusee", jour(-8))


def test_une_regulation_ouverte_avant_la_montee_et_close_sans_synthese_est_ecrite_le_jour_de_sa_cloture(ici):
    regulation = reunir(ici, jour(-3), etat="ouverte")
    clore(regulation, presents=[ici.qui], synthese="", lien="", par=ici.hab["cip"])
    regulation.refresh_from_db()
    assert regulation.redigee_le is None, "rien n’y est dit"
    autre = reunir(ici, jour(-2), etat="ouverte")
    autre.points.create(sujet="Locaux", echange="Trop petits")
    clore(autre, presents=[ici.qui], synthese="", lien="", par=ici.hab["cip"])
    autre.refresh_from_db()
    assert autre.redigee_le == jour()


@pytest.mark.parametrize(
    "devenir, dit",
    [
        ({}, "À faire"),
        ({"suite": "reportee"}, "Reportée"),
        ({"suite": "depassee"}, "Abandonnée"),
        ({"suite": "refusee"}, "Abandonnée"),
        ({"suite": "reportee", "faite_le": jour()}, "Faite"),
    ],
)
def test_l_histoire_dit_ce_qu_une_decision_est_devenue(ici, devenir, dit):
    devenir |= {"suite_le": jour()} if "suite" in devenir else {}
    decider(reunir(ici, jour(-8), etat="tenue").points.create(personne=ici.personne), echeance=jour(6), **devenir)
    faits = ici.client("cip").get(reverse("parcours:personne", args=[ici.personne.pk])).context["faits"]
    assert [f.etat_lisible for f in faits if f.genre == "decision"] == [dit]
