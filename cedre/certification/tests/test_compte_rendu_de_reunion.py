"""Ce qu'une réunion montre, garde et imprime : les dates, les présents, les décisions, dans l'ordre (AME-4)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.certification.compte_rendu import compte_rendu
from cedre.certification.models import ReunionEvaluation
from cedre.certification.operations import reunions as gestes
from cedre.certification.revue import _sens, pour_l_ecran
from cedre.certification.tests.reunies import AUJOURDHUI, il_y_a, prevue, tenir
from cedre.certification.verdicts import Verdict
from cedre.comptes.models import Habilitation, Trace
from cedre.core.dates import UN_AN
from cedre.qualite.models import ActionAmelioration
from cedre.tests.ecran import ecran, faits

INSUFFISANT, A_CONSTATER, ENGAGE, SATISFAIT = Verdict.INSUFFISANT, Verdict.A_CONSTATER, Verdict.ENGAGE, Verdict.SATISFAIT


def decidee(monde, quoi: str, **champs) -> ActionAmelioration:
    """Une action décidée dans cette structure."""
    dits = {"effet_attendu": f"Effet {quoi}", "qui": monde.qui, "echeance": AUJOURDHUI}
    return ActionAmelioration.objects.create(organisation=monde.organisation, quoi=quoi, **dits | champs)


def jugee(code: str, avant: Verdict, maintenant: Verdict) -> dict:
    """Une spécification, telle que la préparation la garde."""
    return {"code": code, "texte": f"Texte {code}", "nom": code, "mesure": f"Mesure {code}"} | {
        "avant": str(avant),
        "maintenant": str(maintenant),
        "sens": _sens(avant, maintenant),
    }


JUGEES = [
    jugee("A", SATISFAIT, INSUFFISANT),
    jugee("B", INSUFFISANT, SATISFAIT),
    jugee("C", INSUFFISANT, INSUFFISANT),
    jugee("D", SATISFAIT, SATISFAIT),
    jugee("E", INSUFFISANT, A_CONSTATER),
]
FIGEE = {"le": "2026-03-04", "edition": "Édition d’essai", "specifications": JUGEES, "sections": []}


def test_tenue_son_compte_rendu_dit_ses_jours_ses_presents_et_ses_decisions_la_plus_proche_d_abord(ici):
    champs = {"prevue_le": il_y_a(9), "du": il_y_a(300), "au": il_y_a(2), "tenue_le": il_y_a(5), "compte_rendu": "Tout relu."}
    reunion = prevue(ici, **champs, nature="reunion", conclusions="Continuer.", autres_presents="Deux administratrices")
    reunion.presents.set([ici.hab["direction"].compte, ici.qui])
    reunion.decisions.set(
        [decidee(ici, "Loin", echeance=il_y_a(-9)), decidee(ici, "Près", echeance=il_y_a(-3), qui=ici.hab["mad"].compte)]
    )
    decidee(ici, "Ailleurs")
    assert compte_rendu(reunion, pour_l_ecran(FIGEE, pour=ici.hab["qualite"])) == {
        "structure": ici.organisation.coordonnees,
        "etabli_le": timezone.localdate(),
        "titre": "Compte rendu de la réunion d’évaluation",
        "le": il_y_a(5),
        "tenue": True,
        "du": il_y_a(300),
        "au": il_y_a(5),
        "presents": "Cip Ici, Direction Ici, Deux administratrices",
        "compte_rendu": "Tout relu.",
        "conclusions": "Continuer.",
        "decisions": [
            {"quoi": "Près", "effet": "Effet Près", "qui": "Mad Ici", "echeance": il_y_a(-3)},
            {"quoi": "Loin", "effet": "Effet Loin", "qui": "Cip Ici", "echeance": il_y_a(-9)},
        ],
        "vu_le": "2026-03-04",
        "edition": "Édition d’essai",
        "insuffisantes": 2,
        "specifications": [
            {
                "code": code,
                "texte": f"Texte {code}",
                "mesure": f"Mesure {code}",
                "sens": sens,
                "avant": avant,
                "maintenant": ensuite,
            }
            for code, avant, ensuite, sens in (
                ("A", "Satisfait", "Insuffisant", "moins bien"),
                ("B", "Insuffisant", "Satisfait", "mieux"),
                ("C", "Insuffisant", "Insuffisant", ""),
                ("D", "Satisfait", "Satisfait", ""),
                ("E", "Insuffisant", "À constater", ""),
            )
        ],
        "sections": [],
    }


@pytest.mark.parametrize(
    "nature, tenue, titre",
    [
        ("revue", False, "Préparation : revue annuelle"),
        ("reunion", False, "Préparation : réunion d’évaluation"),
        ("revue", True, "Compte rendu de la revue annuelle"),
    ],
)
def test_avant_qu_elle_se_tienne_ce_n_est_que_sa_preparation(ici, nature, tenue, titre):
    tenue_le = {"tenue_le": il_y_a(1), "compte_rendu": "Dit."} if tenue else {}
    reunion = prevue(ici, nature=nature, prevue_le=il_y_a(3), au=il_y_a(-20), **tenue_le)
    reunion.presents.add(ici.qui)
    dit = compte_rendu(reunion, pour_l_ecran(FIGEE, pour=ici.hab["qualite"]))
    assert (dit["titre"], dit["tenue"], dit["presents"]) == (titre, tenue, "Cip Ici" if tenue else "")
    assert (dit["le"], dit["au"]) == ((il_y_a(1), il_y_a(1)) if tenue else (il_y_a(3), il_y_a(-20)))


def test_le_fichier_porte_sa_nature_et_le_jour_ou_elle_s_est_tenue(ici, monkeypatch):
    recus = []
    monkeypatch.setattr("cedre.certification.views.reunions.composer", lambda g, donnees, chez: recus.append(donnees) or b"%PDF")
    reunion = prevue(ici, prevue_le=il_y_a(9), du=il_y_a(300))
    adresse = reverse("certification:reunion_pdf", args=[reunion.pk])
    assert f'"revue-{il_y_a(9):%Y-%m-%d}.pdf"' in ici.client("ca").post(adresse)["Content-Disposition"]
    tenir(reunion, ici, le=il_y_a(5))
    assert f'"revue-{il_y_a(5):%Y-%m-%d}.pdf"' in ici.client("ca").post(adresse)["Content-Disposition"]
    assert [d["vu_le"] for d in recus] == [AUJOURDHUI, il_y_a(5).isoformat()], "calculée aujourd'hui, puis figée ce jour-là"
    assert {t.objet_id for t in Trace.objects.filter(geste="exporter")} == {reunion.pk}


def test_la_liste_dit_ou_en_est_chacune_et_ce_qu_on_y_a_decide_la_derniere_d_abord(ici, ailleurs, qualite):
    tenue = {"compte_rendu": "Dit."}
    close = prevue(ici, prevue_le=il_y_a(40), tenue_le=il_y_a(40), close_le=il_y_a(39), **tenue)
    vieille = prevue(ici, prevue_le=il_y_a(50), tenue_le=il_y_a(50), **tenue)
    en_retard, du_jour, demain = (prevue(ici, prevue_le=il_y_a(jours)) for jours in (1, 0, -1))
    prevue(ailleurs, prevue_le=il_y_a(2), tenue_le=il_y_a(2), **tenue)
    close.presents.set([ici.qui, ici.hab["mad"].compte])
    close.decisions.set([decidee(ici, "Une"), decidee(ici, "Deux"), decidee(ici, "Trois")])
    page = qualite.get(reverse("certification:reunions"))
    comptees = [(r, r.decidees) for r in page.context["page"]]
    assert comptees == [(demain, 0), (du_jour, 0), (en_retard, 0), (close, 3), (vieille, 0)]
    assert page.context["revue"] == close, "la dernière tenue, et d'ici"
    dit = page.content.decode().partition("<tbody>")[2]
    etats = [dit.index(f">{etat}<") for etat in ("Prévue", "Pas encore tenue", "Close", "Tenue")]
    assert etats == sorted(etats) and dit.count(">Prévue<") == 2 and dit.count(">Pas encore tenue<") == 1
    a_tenir = qualite.get(reverse("certification:reunions"), {"etat": "a_tenir"})
    assert list(a_tenir.context["page"]) == [du_jour, en_retard]


def test_une_nouvelle_reunion_propose_la_revue_de_l_annee_qui_finit_aujourd_hui(qualite):
    form = qualite.get(reverse("certification:reunion_nouvelle")).context["form"]
    jour = timezone.localdate()
    dits = {nom: form[nom].value() for nom in ("nature", "prevue_le", "du", "au")}
    assert dits == {"nature": "revue", "prevue_le": jour, "du": jour - UN_AN + timedelta(days=1), "au": jour}


def test_deplacee_deux_fois_puis_tenue_elle_garde_ses_decisions_et_son_dernier_jour(ici, qualite):
    reunion = prevue(ici, prevue_le=il_y_a(9))
    action = decidee(ici, "Relancer")
    gestes.decider(reunion, action, champs=[], par=ici.hab["qualite"])
    adresse = reverse("certification:reunion_modifier", args=[reunion.pk])
    for jours in (6, 4):
        saisie = {"nature": "reunion", "prevue_le": il_y_a(jours), "du": il_y_a(100), "au": AUJOURDHUI}
        assert qualite.post(adresse, saisie).url == reverse("certification:reunion", args=[reunion.pk])
    reunion.refresh_from_db()
    assert (reunion.nature, reunion.prevue_le, reunion.du, reunion.etat) == ("reunion", il_y_a(4), il_y_a(100), "prevue")
    tenue = tenir(reunion, ici, le=il_y_a(2))
    assert (tenue.le, tenue.prevue_le, list(tenue.decisions.all())) == (il_y_a(2), il_y_a(4), [action])
    assert str(tenue) == f"Réunion d’évaluation du {il_y_a(2):%d/%m/%Y}" and ReunionEvaluation.objects.count() == 1


def test_qui_etait_la_et_a_quitte_l_equipe_reste_parmi_les_presents(ici, qualite):
    reunion = tenir(prevue(ici), ici)
    Habilitation.objects.filter(pk__in=[ici.hab["cip"].pk, ici.hab["mad"].pk]).update(retiree_le=timezone.now())
    form = qualite.get(reverse("certification:reunion_tenir", args=[reunion.pk])).context["form"]
    offerts = set(form.fields["presents"].queryset)
    assert form["presents"].value() == [ici.qui.pk] and ici.qui in offerts and ici.hab["mad"].compte not in offerts
    assert form["le"].value() == AUJOURDHUI and form.fields["le"].disabled
    reprise = {"presents": [ici.qui.pk, ici.hab["direction"].compte_id], "version": reunion.version, **reunion.mots}
    qualite.post(reverse("certification:reunion_tenir", args=[reunion.pk]), reprise)
    assert set(reunion.presents.all()) == {ici.qui, ici.hab["direction"].compte}


def test_seul_ce_qui_devient_ou_cesse_d_etre_satisfait_a_un_sens():
    mieux = {(INSUFFISANT, SATISFAIT), (A_CONSTATER, SATISFAIT), (ENGAGE, SATISFAIT), (INSUFFISANT, ENGAGE)}
    moins_bien = {(apres, avant) for avant, apres in mieux}
    for avant in Verdict:
        for ensuite in Verdict:
            attendu = "mieux" * ((avant, ensuite) in mieux) + "moins_bien" * ((avant, ensuite) in moins_bien)
            assert _sens(avant, ensuite) == attendu, (avant, ensuite)


def test_a_l_ecran_ce_qui_a_change_ou_manque_se_regarde_d_abord(ici):
    vue = pour_l_ecran(FIGEE, pour=ici.hab["ca"])
    parts = {
        nom: "".join(s["code"] for s in vue[nom]) for nom in ("a_regarder", "autres", "insuffisantes", "mieux", "moins_bien")
    }
    assert parts == {"a_regarder": "ABC", "autres": "DE", "insuffisantes": "AC", "mieux": "B", "moins_bien": "A"}


def test_la_page_nomme_ce_qui_va_mieux_et_moins_bien_au_premier_d_un_mois_comme_aux_autres(ici, qualite):
    jugees = [*JUGEES, jugee("F", SATISFAIT, A_CONSTATER), jugee("G", A_CONSTATER, SATISFAIT)]
    du, tenue_le = date(2022, 2, 1), date(2023, 3, 1)
    figee = FIGEE | {"le": tenue_le.isoformat(), "specifications": jugees}
    reunion = prevue(ici, du=du, au=tenue_le, prevue_le=tenue_le, tenue_le=tenue_le, compte_rendu="Dit.", preparation=figee)
    page = qualite.get(reverse("certification:reunion", args=[reunion.pk]))
    assert faits(page) == {"Insuffisantes": "2 sur 7", "Ce qui va mieux": "B, G", "Ce qui va moins bien": "A, F"}
    texte = ecran(page)
    assert "Revue annuelle du 1er mars 2023 Tenue · période regardée : du 1er février 2022 au 1er mars 2023" in texte
    assert "tel que figé au 1er mars 2023" in texte and "Le référentiel, du 1er février 2022 au 1er mars 2023" in texte
    assert "Spécification Mesure Le 1er fév. 2022 Le 1er mars 2023 A Texte A Mesure A Satisfait Insuffisant moins bien" in texte
    liste = ecran(qualite.get(reverse("certification:reunions")))
    assert "Revue annuelle du 1er mars 2023 1er fév. 2022 au 1er mars 2023 0 Tenue" in liste
    saisie = ecran(qualite.get(reverse("certification:reunion_tenir", args=[reunion.pk])))
    assert saisie.startswith("Revue annuelle du 1er mars 2023 Compte rendu ")
