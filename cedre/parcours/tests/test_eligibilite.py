"""L'éligibilité : ce qui se coche, ce qui se déduit, combien il en faut, et qui le lit (nomenclatures §2, OBS-1)."""

from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.urls import reverse
from django.utils import timezone

from cedre.conftest import terme
from cedre.observatoire.models import Terme
from cedre.parcours.eligibilite import AUCUN, DEDUITS, Eligibilite, deduire, eligibilite_de
from cedre.parcours.models import Contrat, Personne

RIEN = {"prestations": [], "duree_chomage": "", "formation": "", "age": None, "rqth": None}


def criteres(*codes: str) -> list[Terme]:
    """Ces critères du cadre commun."""
    return [terme("critere_administratif", code) for code in codes]


def test_le_cadre_commun_dit_dix_sept_criteres_quatre_de_niveau_1_et_aucun_fait_de_justice(ici):
    tous = Terme.objects.de("critere_administratif").exclude(code=AUCUN)
    assert {t.code for t in tous if t.categorie == "1"} == {"rsa", "ass", "aah", "detld"}
    assert (tous.count(), tous.filter(categorie="2").count()) == (17, 13)
    assert not tous.filter(libelle__icontains="détention").exists()
    assert set(DEDUITS) <= {t.code for t in tous}


@pytest.mark.parametrize(
    ("dit", "deduits"),
    [
        ({}, set()),
        ({"prestations": ["rsa"]}, {"rsa"}),
        ({"prestations": ["rsa_majore", "are"]}, {"rsa"}),
        ({"prestations": ["ass", "aah"]}, {"ass", "aah"}),
        ({"prestations": ["aucun", "prime_activite"]}, set()),
        ({"duree_chomage": "6_11"}, set()),
        ({"duree_chomage": "12_23"}, {"deld"}),
        ({"duree_chomage": "24_plus"}, {"detld"}),
        ({"formation": "51"}, {"formation"}),
        ({"formation": "70"}, {"formation"}),
        ({"formation": "40"}, set()),
        ({"age": 25}, {"jeune"}),
        ({"age": 26}, set()),
        ({"age": 49}, set()),
        ({"age": 50}, {"senior"}),
        ({"age": 0}, {"jeune"}),
        ({"rqth": True}, {"rqth"}),
        ({"rqth": False}, set()),
    ],
)
def test_ce_qui_se_deduit_du_dossier_ne_se_coche_pas(dit, deduits):
    assert deduire(**RIEN | dit) == deduits <= set(DEDUITS)


@pytest.mark.parametrize(
    ("type_siae", "codes", "suffit"),
    [
        ("AI", [], False),
        ("AI", ["rsa"], True),
        ("ACI", ["detld"], True),
        ("AI", ["qpv"], False),
        ("AI", ["qpv", "jeune"], True),
        ("ETTI", ["qpv", "jeune"], True),
        ("EI", ["qpv", "jeune"], False),
        ("ACI", ["qpv", "jeune"], False),
        ("ACI", ["qpv", "jeune", "langue"], True),
        ("EI", ["qpv", "jeune", "langue"], True),
    ],
)
def test_un_critere_de_niveau_1_suffit_de_niveau_2_il_en_faut_deux_ou_trois(ici, type_siae, codes, suffit):
    lue = Eligibilite(coches=criteres(*codes[:1]), deduits=criteres(*codes[1:]), type_siae=type_siae)
    assert lue.suffit is suffit
    faut = "deux" if type_siae in ("AI", "ETTI") else "trois"
    assert lue.regle == f"Un critère de niveau 1 suffit ; de niveau 2, il en faut {faut} en {type_siae}."
    dit = "Les critères connus suffisent." if suffit else "Les critères connus ne suffisent pas encore"
    assert lue.conclusion.startswith(dit)


def test_l_age_est_celui_de_l_embauche_ou_d_aujourd_hui_sans_contrat(ici):
    aujourdhui = timezone.localdate()
    Personne.objects.filter(pk=ici.personne.pk).update(date_naissance=aujourdhui - relativedelta(years=26))
    qui, cip = Personne.objects.get(pk=ici.personne.pk), ici.hab["cip"]
    assert [t.code for t in eligibilite_de(qui, cip).deduits] == []
    Contrat.objects.create(personne=qui, nature=terme("nature_contrat", "cddi"), debut=aujourdhui - timedelta(days=1))
    assert [t.code for t in eligibilite_de(qui, cip).deduits] == ["jeune"]


def test_la_rqth_ne_se_lit_et_ne_s_ecrit_que_par_qui_lit_la_sante(ici):
    Personne.objects.filter(pk=ici.personne.pk).update(rqth=True)
    qui = Personne.objects.get(pk=ici.personne.pk)
    assert [[t.code for t in eligibilite_de(qui, ici.hab[role]).deduits] for role in ("cip", "mad")] == [["rqth"], []]
    adresse = reverse("parcours:personne_modifier", args=[qui.pk])
    accueil, dossier = ici.client("accueil"), reverse("parcours:personne", args=[qui.pk])
    assert "rqth" not in accueil.get(adresse).context["form"].fields
    assert "RQTH)" not in accueil.get(dossier).content.decode() and "RQTH)" in ici.client("cip").get(dossier).content.decode()
    accueil.post(adresse, {"nom": qui.nom, "prenom": qui.prenom, "rqth": "non"})
    qui.refresh_from_db()
    assert qui.rqth is True


def test_les_criteres_se_cochent_avec_le_reste_de_la_situation_et_ceux_qui_se_deduisent_ne_se_proposent_pas(ici, cip):
    adresse = reverse("parcours:personne_modifier", args=[ici.personne.pk])
    form = cip.get(adresse).context["form"]
    proposes = {t.code for t in form.fields["criteres"].queryset}
    assert proposes & set(DEDUITS) == set() and {"qpv", "zrr", "refugie", AUCUN} <= proposes
    saisie = {"nom": "Martinelle", "prenom": "Zélie", "statut_entree": "inactive", "rqth": "oui"}
    qpv, zrr, aucun = (t.pk for t in criteres("qpv", "zrr", AUCUN))
    refus = cip.post(adresse, saisie | {"criteres": [qpv, aucun]}).context["form"]
    assert refus.errors.keys() == {"criteres"} and "Aucun" in refus.errors["criteres"][0]
    assert refus["criteres"].value() == [str(qpv), str(aucun)], "rien n'est perdu"
    cip.post(adresse, saisie | {"criteres": [qpv, zrr]})
    qui = Personne.objects.get(pk=ici.personne.pk)
    assert ({t.code for t in qui.criteres.all()}, qui.statut_entree, qui.rqth) == ({"qpv", "zrr"}, "inactive", True)
    page = cip.get(adresse).content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    assert "Habite un quartier prioritaire (QPV)" in page and "il en faut deux en AI" in page
