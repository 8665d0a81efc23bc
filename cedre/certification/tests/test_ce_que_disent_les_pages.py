"""Chaque date, chaque nom, chaque compte d'une page se lit sous son libellé (CER-1, CER-6, AME-4)."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.certification import editions
from cedre.certification.editions import lue
from cedre.certification.models import Appreciation, Audit, Certificat, Document
from cedre.certification.tests.fictive import FICTIVE, PLUSIEURS
from cedre.certification.tests.reunies import prevue, tenir
from cedre.certification.tests.test_correspondances import COMPLETE, deposer, valider
from cedre.certification.tests.test_correspondances import suivante as suivante
from cedre.certification.tests.test_rapport_d_audit import auditer, clos
from cedre.core.templatetags.cedre import jour as en_clair
from cedre.qualite.models import ActionAmelioration
from cedre.tests.ecran import faits, lignes, principal, propre, tableau


def jour(decalage: int = 0) -> date:
    """Aujourd'hui, décalé d'autant de jours."""
    return timezone.localdate() + timedelta(days=decalage)


def dit(decalage: int) -> str:
    """Ce jour-là, tel que les pages l'écrivent."""
    return propre(en_clair(jour(decalage)))


def test_la_page_d_un_audit_dit_chacune_de_ses_dates_sous_son_libelle(ici, ailleurs, referentiel):
    referentiel(**PLUSIEURS)
    audit = clos(ici, jour(-2), chez=ailleurs, champ=["1a", "2a"])
    grille = {"chapitres": [{"code": "1", "titre": "Un", "specifications": []}]}
    Audit.objects.update(synthese="Belle équipe", verdicts=grille)
    adresse = reverse("certification:audit", args=[audit.pk])
    attendus = {
        "Qui audite": "Qualite Ailleurs, Structure Ailleurs",
        "Qui en répond": "Cip Ici",
        "Champ": "2 spécifications : 1a, 2a (édition essai)",
        "Prévu": dit(-9),
        "Mené": dit(-6),
        "Clos": dit(-2),
    }
    assert faits(ici.client("ca").get(adresse)) == attendus | {"Ce que l’on en retient": "Belle équipe"}
    assert faits(ailleurs.client("direction").get(adresse)) == attendus, "le rapport n’est pas à sa structure (CER-9)"
    Audit.objects.update(clos_le=None, mene_le=None, auditeur=None, declinee_le=jour(-3))
    declinee = faits(ici.client("qualite").get(adresse))
    assert declinee["Décliné"].startswith(dit(-3)) and not {"Mené", "Clos"} & declinee.keys()


@pytest.mark.parametrize(
    "champs, etat, chez_l_autre",
    [
        ({"auditeur": None, "mene_le": None}, "En attente de réponse", "Réponse attendue"),
        ({"mene_le": None}, "Prévu", "Prévu"),
        ({}, "En cours", "En cours"),
        ({"clos_le": jour(-2), "verdicts": {"chapitres": []}}, "Clos", "Clos"),
        ({"auditeur": None, "mene_le": None, "declinee_le": jour(-3)}, "Décliné", None),
    ],
)
def test_la_liste_des_audits_dit_par_qui_et_ou_en_est_chacun(ici, ailleurs, champs, etat, chez_l_autre):
    audit = auditer(ici, ailleurs, champ=["1a", "2a"], **champs)
    audit.constats.create(point="1a", nature="force", texte="Vu")
    qui = ", Qualite Ailleurs" if audit.auditeur else ""
    suite = " · 1 constat" if audit.mene_le else ""
    (ligne,) = lignes(ici.client("ca").get(reverse("certification:audits")))
    assert ligne == f"{propre(str(audit))} Par Structure Ailleurs{qui} · 2 spécifications{suite} {etat}"
    la_bas = lignes(ailleurs.client("direction").get(reverse("certification:audits")))
    qui = " · Qualite Ailleurs" if audit.auditeur else ""
    attendues = [f"Structure Ici {propre(str(audit))} · 2 spécifications{qui} {chez_l_autre}"] if chez_l_autre else []
    assert la_bas == attendues


def test_un_audit_clos_dit_dans_la_liste_combien_d_ecarts_ont_une_action(ici):
    action = ActionAmelioration.objects.create(
        organisation=ici.organisation, quoi="Dire", effet_attendu="Dit", qui=ici.qui, echeance=jour()
    )
    clos(ici, jour(-2), ("ecart", action), ("ecart", None), ("progres", None))
    (ligne,) = lignes(ici.client("ca").get(reverse("certification:audits")))
    assert "Par Qualite Ici · 1 spécification · 3 constats · 1 sur 2 écarts ont une action" in ligne


def test_la_grille_dit_de_chaque_preuve_ce_qu_elle_prouve(ici, referentiel):
    referentiel(**PLUSIEURS)
    audit = auditer(ici, champ=["1b", "2a"])
    Appreciation.objects.create(organisation=ici.organisation, point="2a", valeur="satisfait", le=jour(-6))
    page = propre(principal(ici.client("ca").get(reverse("certification:audit", args=[audit.pk]))))
    assert "Où reçoit-on ? L’équipe ne s’est pas prononcée depuis un an." in page
    assert "Y revient-on ? L’équipe s’est prononcée." in page
    assert "Livret (document) : aucun document ne le prouve." in page and f"Ce que les faits disent au {dit(-6)}" in page


def test_le_tableau_des_certifications_dit_le_jour_le_terme_et_ou_elle_en_est(ici, federation):
    le = date(2019, 6, 7)
    Certificat.objects.create(organisation=ici.organisation, le=le)
    (rangee,) = tableau(federation.get(reverse("certification:certificats")))
    assert rangee[:4] == ["Structure Ici", "7 juin 2019", "7 juin 2022", "N’est plus valable"]


def test_une_edition_validee_dit_quand_et_par_qui_et_ce_que_deviennent_ses_points(suivante, federation):
    deposer(federation, suivante, COMPLETE)
    valider(suivante)
    type(suivante).objects.update(validee_le=date(2024, 3, 1), deposee_le=timezone.now() - timedelta(days=40))
    page = federation.get(reverse("certification:edition_deposee", args=[suivante.pk]))
    texte = propre(principal(page))
    assert "Validée, en vigueur à partir du 1er janvier 2024" in texte
    assert "La décision du bureau Le 1er mars 2024 Odile Abel" in texte
    assert f"Déposée le {dit(0)} · SHA-256" in texte
    assert tableau(page) == [
        ["1a Une exigence", "1a Une exigence", "Élargie Résultats : à revoir Preuves : gardées"],
        ["1a-1 Au choix", "n’est plus demandé", "Supprimée Résultats : perdus Preuves : perdues"],
        ["rien", "1b Du neuf", "Nouvelle Résultats : à revoir Preuves : à revoir"],
    ]


def test_ce_qui_changera_dit_de_quelle_edition_a_laquelle_et_le_verdict_d_aujourd_hui(suivante, ici, federation):
    deposer(federation, suivante, COMPLETE)
    valider(suivante)
    page = ici.client("ca").get(reverse("certification:a_venir"))
    assert (
        "De l’édition essai, qui vous juge aujourd’hui, à l’édition suivante, en vigueur à partir du 1er janvier 2024. "
        "3 points demandent votre attention, sur 3"
    ) in propre(principal(page))
    assert [rangee[:2] for rangee in tableau(page)] == [
        ["1a Une exigence Satisfait", "1a Une exigence"],
        ["1a-1 Au choix", "n’est plus demandé"],
        ["rien", "1b Du neuf"],
    ]


def test_la_liste_des_editions_dit_depuis_quand_et_si_le_texte_manque(federation, monkeypatch):
    complete = lue(FICTIVE.replace("lignee: fictive", "lignee: cedre").encode())
    sans_texte = lue(
        b"format: cedre-referentiel/1\nlignee: cedre\ncode: b\ntitre: Sans texte\ntexte: manquant\n"
        b"en_vigueur: {du: 2024-02-03}\nsource: une lettre\nechelle: conformite\n"
    )
    monkeypatch.setattr(editions, "livrees", lambda: (sans_texte, complete))
    dites = lignes(federation.get(reverse("certification:editions")))
    assert dites[0].startswith("Édition d’essai Édition essai, en vigueur depuis le 1er janvier 2020 · cet essai SHA-256")
    assert dites[1].startswith("Sans texte Édition b, en vigueur depuis le 3 février 2024 · une lettre SHA-256")
    assert [une.rpartition("…")[2].strip() for une in dites] == ["Complète", "Texte manquant"]


def test_la_page_d_une_reunion_dit_sa_periode_qui_etait_la_et_ce_qui_a_change(ici):
    reunion = prevue(ici, prevue_le=jour(-9), du=jour(-200), au=jour(20))
    adresse = reverse("certification:reunion", args=[reunion.pk])
    assert f"Revue annuelle du {dit(-9)} Prévue · période regardée : du {dit(-200)} au {dit(20)}" in propre(
        principal(ici.client("ca").get(adresse))
    )
    tenir(reunion, ici, le=jour(-5))
    page = ici.client("ca").get(adresse)
    texte = propre(principal(page))
    assert f"Revue annuelle du {dit(-5)} Tenue · période regardée : du {dit(-200)} au {dit(-5)}" in texte
    assert (
        "Ce que l’on en retient Continuer. Ce qui s’est dit On a tout relu. Étaient là : Cip Ici, Deux administratrices" in texte
    )
    assert f"tel que figé au {dit(-5)}" in texte and f"Le référentiel, du {dit(-200)} au {dit(-5)}" in texte
    preparation = page.context["preparation"]
    lus = faits(page)
    assert lus["Insuffisantes"] == f"{len(preparation['insuffisantes'])} sur 18"
    assert lus["Ce qui va mieux"] == (", ".join(s["code"] for s in preparation["mieux"]) or "rien")
    assert f"Les autres spécifications ({len(preparation['autres'])})" in texte
    rangees = [
        [f"{s['code']} {propre(s['texte'])}", propre(s["mesure"])] for s in preparation["a_regarder"] + preparation["autres"]
    ]
    assert [rangee[:2] for rangee in tableau(page)] == rangees
    titres = re.findall(r"<h2>(.*?)</h2>", principal(page))
    assert titres[-len(preparation["sections"]) :] == [section["titre"] for section in preparation["sections"]]


def test_une_specification_dit_ce_que_l_equipe_en_pense_et_nomme_le_document_qui_la_prouve(ici, referentiel):
    referentiel(**PLUSIEURS)
    Appreciation.objects.create(
        organisation=ici.organisation, point="1b-1", valeur="insuffisant", le=jour(-4), commentaire="Trop vieux"
    )
    livret = Document.objects.create(organisation=ici.organisation, intitule="Livret d’ici", points=["1b-1"])
    livret.revisions.create(du=jour(-9), taille=1, fichier="x")
    page = ici.client("ca").get(reverse("certification:specification", args=["1b"]))
    texte = propre(principal(page))
    assert "Livret (document) : Livret d’ici" in texte
    assert f"L’équipe, le {dit(-4)} : insuffisant. Trop vieux Les faits disent autre chose." in texte
    assert f'href="{reverse("certification:document", args=[livret.pk])}"' in principal(page)
