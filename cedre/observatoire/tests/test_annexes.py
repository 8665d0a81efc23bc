"""Ce que la structure négocie : une annexe se saisit, se corrige, change par un avenant à son jour (OBS-1, nomenclatures §4)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Organisation, Trace
from cedre.observatoire.models import AncienneAnnexe, AnnexeFinanciere

LISTE = "observatoire:annexes"
NEGOCIE = {"heures_etp": "1820", "etp": "12.35", "taux_dynamiques": 60, "taux_durables": 25}
NEGOCIE |= {"taux_transition": 20, "taux_positives": ""}


def jour(dans: int = 0) -> date:
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=dans)


def saisie(**changes) -> dict:
    """Une annexe telle que la page l'envoie."""
    return {"numero": "ACI 26-1", "type_siae": "ACI", "du": jour(-300), "au": jour(300)} | NEGOCIE | changes


def negociee(monde, **changes) -> AnnexeFinanciere:
    """Une annexe déjà saisie."""
    champs = {nom: valeur if valeur != "" else None for nom, valeur in saisie(**changes).items()}
    annexe = AnnexeFinanciere.objects.create(organisation=monde.organisation, **champs)
    annexe.refresh_from_db()
    return annexe


def noter(monde, annexe, le: date, **changes):
    """L'avenant, à l'écran."""
    return monde.client("direction").post(
        reverse("observatoire:annexe_avenant", args=[annexe.pk]), NEGOCIE | changes | {"le": le}
    )


def etp(annexe, le: date) -> Decimal:
    """Les ETP qu'elle convenait ce jour-là."""
    return AnnexeFinanciere.objects.disant("etp", le).get(pk=annexe.pk).dit


def test_une_annexe_se_saisit_et_se_lit(ici):
    direction = ici.client("direction")
    assert direction.post(reverse("observatoire:annexe_nouvelle"), saisie(numero=" ACI 26-1 ")).url == reverse(LISTE)
    annexe = AnnexeFinanciere.objects.get()
    assert (annexe.organisation, annexe.numero, annexe.etp) == (ici.organisation, "ACI 26-1", Decimal("12.35"))
    page = direction.get(reverse(LISTE)).content.decode()
    assert "12,35" in page and "1\u202f820 heures" in page and "60 %" in page
    assert page.count("objectif non paramétré") == 1, "celui qui n’est pas négocié se dit, il ne vaut pas zéro"
    assert Trace.objects.get(geste="creer").objet == "annexe financière"


def test_une_annexe_se_propose_de_l_annee_civile_et_du_type_de_la_structure(ici):
    page = ici.client("direction").get(reverse("observatoire:annexe_nouvelle"))
    propose, annee = page.context["form"].initial, timezone.localdate().year
    assert (propose["du"], propose["au"], propose["type_siae"]) == (date(annee, 1, 1), date(annee, 12, 31), "AI")
    assert propose["heures_etp"] is None, "ces heures se lisent de l’annexe, elles ne se devinent pas"


@pytest.mark.parametrize(
    "faute, champ, dit",
    [
        ({"au": "2020-01-01"}, "__all__", "Le dernier jour vient avant le premier."),
        ({"heures_etp": "0"}, "heures_etp", ""),
        ({"etp": "1.234"}, "etp", ""),
        ({"etp": "-1"}, "etp", ""),
        ({"taux_dynamiques": "101"}, "taux_dynamiques", ""),
        ({"taux_durables": "61"}, "taux_durables", "60 % au plus"),
        ({"taux_positives": "99"}, "taux_positives", "60 % au plus"),
        ({"numero": "Déjà"}, "__all__", "Une annexe porte déjà ce numéro."),
    ],
)
def test_une_saisie_fausse_se_dit_a_cote_et_rien_ne_se_perd(ici, faute, champ, dit):
    negociee(ici, numero="Déjà")
    page = ici.client("direction").post(reverse("observatoire:annexe_nouvelle"), saisie(**faute))
    form = page.context["form"]
    assert list(form.errors) == [champ] and dit in str(form.errors[champ])
    assert form["etp"].value() == saisie(**faute)["etp"]
    assert AnnexeFinanciere.objects.count() == 1


def test_le_numero_d_une_autre_structure_se_reprend_et_son_annexe_ne_s_ouvre_pas(ici, ailleurs):
    autre = negociee(ailleurs)
    direction = ici.client("direction")
    assert direction.post(reverse("observatoire:annexe_nouvelle"), saisie()).status_code == 302
    assert direction.get(reverse("observatoire:annexe", args=[autre.pk])).status_code == 404
    assert noter(ici, autre, jour(), etp=1).status_code == 404


@pytest.mark.parametrize("taux, tient", [(60, True), (61, False)])
def test_une_part_des_sorties_dynamiques_peut_les_faire_toutes(taux, tient):
    annexe = AnnexeFinanciere(taux_dynamiques=60, taux_transition=taux)
    if tient:
        annexe.clean()
        AnnexeFinanciere(taux_transition=taux).clean()
    else:
        with pytest.raises(ValidationError, match="60 % au plus"):
            annexe.clean()


def objectif(monde, le, taux: str = "taux_dynamiques") -> int | None:
    """Ce que la structure avait négocié de ce taux, ce jour-là."""
    return AnnexeFinanciere.objects.objectifs(monde.organisation.pk, le)[taux]


def test_un_objectif_qu_un_avenant_ajoute_ne_se_lit_pas_d_avant_lui(ici):
    noter(ici, negociee(ici), jour(-5), taux_positives=30)
    assert [objectif(ici, jour(j), "taux_positives") for j in (-6, -5)] == [None, 30]


def test_un_avenant_vaut_de_son_jour_et_d_avant_on_lit_encore_ce_qui_etait_convenu(ici):
    annexe = negociee(ici)
    assert noter(ici, annexe, jour(-5), etp="14.00").url == reverse(LISTE)
    assert [etp(annexe, jour(j)) for j in (-300, -6, -5, 0)] == [Decimal("12.35")] * 2 + [Decimal(14)] * 2
    assert noter(ici, annexe, jour(), etp="15.00", taux_dynamiques=70).status_code == 302
    assert [etp(annexe, jour(j)) for j in (-6, -5, -1, 0)] == [Decimal("12.35"), Decimal(14), Decimal(14), Decimal(15)]
    assert [objectif(ici, jour(j)) for j in (-1, 0)] == [60, 70]
    assert Trace.objects.filter(geste="modifier").first().detail.startswith("avenant au ")
    assert "Avant l’avenant du" in ici.client("direction").get(reverse(LISTE)).content.decode()


def test_deux_avenants_du_meme_jour_n_en_font_qu_un(ici):
    annexe = negociee(ici)
    noter(ici, annexe, jour(-5), etp="14.00")
    noter(ici, annexe, jour(-5), etp="16.00")
    assert [etp(annexe, jour(j)) for j in (-6, -5)] == [Decimal("12.35"), Decimal(16)]
    noter(ici, annexe, jour(-5), etp="12.35")
    assert not AncienneAnnexe.objects.exists(), "revenu à ce qui était convenu, il n’y a plus d’avenant"


@pytest.mark.parametrize(
    "le, changes, champ, dit",
    [
        (-300, {"etp": 14}, "le", "après son premier jour"),
        (301, {"etp": 14}, "le", "pendant l’annexe"),
        (1, {"etp": 14}, "le", "Ce jour n’est pas venu"),
        (-11, {"etp": 14}, "le", "Un avenant vaut déjà"),
        (0, {"etp": 13}, "__all__", "ne change rien"),
        (0, {"etp": ""}, "etp", ""),
    ],
)
def test_un_avenant_que_rien_ne_permet_se_refuse_et_rien_ne_se_perd(ici, le, changes, champ, dit):
    annexe = negociee(ici)
    noter(ici, annexe, jour(-10), etp="13")
    page = noter(ici, annexe, jour(le), **changes)
    form = page.context["form"]
    assert list(form.errors) == [champ] and dit in str(form.errors[champ])
    assert (form["le"].value(), form["etp"].value()) == (str(jour(le)), str(changes["etp"]))
    assert (AncienneAnnexe.objects.count(), AnnexeFinanciere.objects.get().etp) == (1, 13)


def test_corriger_n_est_pas_un_avenant(ici):
    annexe = negociee(ici)
    cible = reverse("observatoire:annexe", args=[annexe.pk])
    assert ici.client("direction").post(cible, saisie(etp="20.00")).url == reverse(LISTE)
    assert etp(annexe, jour(-200)) == 20 and not AncienneAnnexe.objects.exists()


def test_un_objectif_ne_se_dit_que_s_il_n_y_en_a_qu_un(ici, ailleurs):
    def dit(le: int, taux: str = "taux_dynamiques"):
        return objectif(ici, jour(le), taux)

    negociee(ailleurs, taux_dynamiques=99)
    assert dit(0) is None
    negociee(ici, du=jour(-10), au=jour(10))
    assert [dit(le) for le in (-11, -10, 10, 11)] == [None, 60, 60, None]
    assert dit(0, "taux_positives") is None
    negociee(ici, numero="EI 26-1", type_siae="EI")
    assert dit(0) == 60, "deux annexes qui disent pareil"
    negociee(ici, numero="EI 26-2", type_siae="EI", taux_dynamiques=65)
    assert dit(0) is None


def test_la_seule_annexe_d_un_jour(ici):
    def seule(le: int):
        return AnnexeFinanciere.objects.la_seule(ici.organisation.pk, jour(le))

    premiere = negociee(ici, du=jour(-10), au=jour(10))
    assert [seule(le) for le in (-11, -10, 10, 11)] == [None, premiere, premiere, None]
    negociee(ici, numero="EI", type_siae="EI", du=jour(10), au=jour(20))
    assert [seule(le) is None for le in (9, 10, 11)] == [False, True, False]


def test_un_ensemblier_n_a_ni_annexe_ni_equipe_a_compter_dans_son_menu(ici):
    direction = ici.client("direction")
    assert reverse(LISTE) in direction.get(reverse(LISTE)).content.decode()
    Organisation.objects.filter(pk=ici.organisation.pk).update(nature="ensemblier", type_siae="")
    page = direction.get(reverse("comptes:fiche")).content.decode()
    assert reverse(LISTE) not in page and reverse("observatoire:heures_de_l_equipe") not in page
