"""Une édition déposée : ce qu'elle remplace, ce à quoi elle se compare, qui la valide, laquelle vient ensuite (CER-1)."""

import hashlib
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.certification import editions
from cedre.certification.editions import lue, suivante
from cedre.certification.models import Correspondance, EditionDeposee
from cedre.certification.operations import editions as gestes
from cedre.certification.tests.fictive import FICTIVE
from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.core.templatetags.cedre import jour as en_clair
from cedre.tests.ecran import lignes, propre

ETATS = ("Brouillon", "Validée", "Validée")


def texte(code="essai", du="2020-01-01", lignee="fictive") -> str:
    """L'édition d'essai, sous ce code, en vigueur à partir de ce jour."""
    dite = FICTIVE.replace("code: essai", f"code: {code}").replace("{du: 2020-01-01}", f"{{du: {du}}}", 1)
    return dite.replace("lignee: fictive", f"lignee: {lignee}")


def garder(code: str, du: str, *, validee=True, lignee="fictive") -> EditionDeposee:
    """Une édition déposée, validée ou non."""
    contenu = texte(code, du, lignee)
    dits = {"etat": "validee", "validee_le": date(2020, 1, 1), "validee_par": "Odile Abel"} if validee else {}
    condensat = hashlib.sha256(contenu.encode()).hexdigest()
    return EditionDeposee.objects.create(lignee=lignee, code=code, contenu=contenu, condensat=condensat, **dits)


def relier(de: str, vers: EditionDeposee) -> Correspondance:
    """Une correspondance gardée."""
    return Correspondance.objects.create(de=de, vers=vers, contenu="x", condensat="x")


@pytest.fixture
def qui(reseau):
    """La responsable qualité de la fédération."""
    return reseau[0].hab["responsable_qualite"]


def test_un_depot_ne_remplace_que_le_brouillon_de_la_meme_edition(qui):
    autres = [garder("autre", "2022-01-01", validee=False), garder("essai", "2020-01-01", lignee="ailleurs", validee=False)]
    garder("essai", "2020-01-01", validee=False)
    deposee, _ = gestes.deposer_edition(texte(), par=qui)
    assert {*EditionDeposee.objects.all()} == {*autres, deposee}
    assert (deposee.deposee_par, deposee.etat, deposee.condensat) == (
        qui.compte,
        "brouillon",
        hashlib.sha256(texte().encode()).hexdigest(),
    )
    assert Trace.objects.get(objet="édition déposée").detail == "Édition fictive essai"
    garder("autre", "2021-01-01", lignee="voisine")
    assert gestes.deposer_edition(texte("autre"), par=qui)[0].code == "autre", "validée, c'est celle d'une autre lignée"


def test_le_bureau_valide_le_texte_qu_il_a_relu_et_la_decision_garde_son_jour_et_ses_noms(qui):
    deposee, _ = gestes.deposer_edition(texte(), par=qui)
    perimee = EditionDeposee.objects.get(pk=deposee.pk)
    EditionDeposee.objects.update(condensat="1" * 64)
    with pytest.raises(GesteImpossible, match="déposé entre-temps"):
        gestes.valider_edition(perimee, le=date(2026, 1, 2), noms="Odile", par=qui)
    perimee.refresh_from_db()
    assert perimee.etat == "brouillon"
    assert gestes.valider_edition(perimee, le=date(2026, 1, 2), noms="Odile\nSami", par=qui).code == "essai"
    perimee.refresh_from_db()
    assert (perimee.etat, perimee.validee_le, perimee.validee_par) == ("validee", date(2026, 1, 2), "Odile\nSami")
    assert Trace.objects.get(geste="modifier").detail == "Édition fictive essai, validée"
    with pytest.raises(GesteImpossible, match="déjà validée"):
        gestes.valider_edition(perimee, le=date(2026, 1, 3), noms="X", par=qui)


@pytest.mark.parametrize("du, avant", [("2024-01-01", "deuxieme"), ("2022-01-01", "essai"), ("2020-01-01", None)])
def test_une_edition_se_compare_a_la_derniere_complete_d_avant_elle_dans_sa_lignee(federation, du, avant):
    garder("essai", "2020-01-01")
    garder("deuxieme", "2022-01-01")
    garder("voisine", "2023-01-01", lignee="voisine")
    garder("brouillon", "2023-06-01", validee=False)
    une = garder("suivante", du, validee=False)
    page = federation.get(reverse("certification:edition_deposee", args=[une.pk]))
    assert (page.context["avant"] and page.context["avant"].code) == avant
    dit = "La première de sa lignée" if avant is None else f"Ce qui change depuis l’édition {avant}"
    assert dit in page.content.decode() and page.context["form"] is not None


def test_la_liste_va_de_la_plus_ancienne_a_la_plus_recente_et_le_dernier_depot_d_abord(federation, qui, monkeypatch):
    monkeypatch.setattr(editions, "livrees", lambda: (lue(texte("livree", "2021-01-01", "cedre").encode()),))
    vieux = garder("apres", "2024-01-01", lignee="cedre")
    comblee = garder("livree", "2021-01-01", lignee="cedre")
    recent = garder("avant", "2019-01-01", lignee="cedre", validee=False)
    maintenant = timezone.now()
    for jours, deposee in enumerate((recent, comblee, vieux)):
        EditionDeposee.objects.filter(pk=deposee.pk).update(deposee_le=maintenant - timedelta(days=jours), deposee_par=qui.compte)
    page = federation.get(reverse("certification:editions"))
    assert [e.code for e in page.context["editions"]] == ["livree", "apres"], "un brouillon n'en est pas"
    assert list(page.context["deposees"]) == [recent, comblee, vieux]
    texte_de_la_page = page.content.decode()
    for deposee in (recent, comblee, vieux):
        assert f'href="{reverse("certification:edition_deposee", args=[deposee.pk])}"' in texte_de_la_page
    dits = [
        (str(une), propre(en_clair(maintenant - timedelta(days=jours)))) for jours, une in enumerate((recent, comblee, vieux))
    ]
    attendues = [f"{nom} Déposée le {le} par {qui.compte} {etat}" for (nom, le), etat in zip(dits, ETATS, strict=True)]
    assert lignes(page)[2:] == attendues


def test_ce_qui_vient_ensuite_est_la_plus_recente_des_editions_validees_ou_mene_celle_ci(db):
    actuelle = lue(texte().encode())
    assert suivante(actuelle) is None
    attendue = relier("essai", garder("derniere", "2025-01-01"))
    relier("essai", garder("suivante", "2024-01-01"))
    relier("essai", garder("brouillon", "2026-01-01", validee=False))
    relier("autre", garder("plus-tard", "2026-06-01"))
    relier("essai", garder("voisine", "2026-01-01", lignee="voisine"))
    assert suivante(actuelle) == attendue


def test_hors_de_la_federation_un_brouillon_ne_se_lit_pas(ici, qui):
    validee, brouillon = garder("essai", "2020-01-01"), garder("suivante", "2024-01-01", validee=False)
    assert {*EditionDeposee.objects.pour(qui)} == {validee, brouillon}
    assert [*EditionDeposee.objects.pour(ici.hab["direction"])] == [validee]
