"""Les conventions avec les partenaires, et leurs rappels (TRA-3, § 2.3 c)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.conftest import terme
from cedre.partenariats.models import Convention

LISTE = "partenariats:conventions"


def convention(monde, du=-300, au=None, **champs) -> Convention:
    """Une convention ; du, au : en jours depuis aujourd'hui."""
    jour = timezone.localdate()
    fin = None if au is None else jour + timedelta(days=au)
    champs = {"objet": "Permis solidaire"} | champs
    return Convention.objects.create(partenaire=monde.partenaire, du=jour + timedelta(days=du), au=fin, **champs)


@pytest.fixture
def qualite(ici):
    """Le navigateur de la référente qualité d'ici."""
    return ici.client("qualite")


@pytest.mark.parametrize(
    "dates, champs, vaut",
    [
        ((-300, None), {}, True),
        ((0, 0), {}, True),
        ((-300, -1), {}, False),
        ((1, None), {}, False),
        ((-300, -1), {"tacite": True}, True),
        ((-300, -1), {"tacite": True, "close": True}, False),
        ((-300, 5), {"close": True}, True),
    ],
)
def test_une_convention_vaut_du_premier_au_dernier_jour_et_une_tacite_au_dela(ici, qualite, dates, champs, vaut):
    ligne = convention(ici, *dates, **champs)
    assert Convention.objects.en_vigueur(timezone.localdate()).filter(pk=ligne.pk).exists() is vaut
    page = qualite.get(reverse("partenariats:partenaire", args=[ici.partenaire.pk]))
    assert page.context["conventions"].get().vaut is vaut


@pytest.mark.parametrize(
    "au, champs, rappel",
    [
        (60, {}, True),
        (61, {}, False),
        (-30, {}, True),
        (None, {}, False),
        (10, {"tacite": True}, False),
        (10, {"close": True}, False),
    ],
)
def test_le_rappel_vient_soixante_jours_avant_la_fin_et_reste_tant_que_rien_n_est_dit(ici, qualite, au, champs, rappel):
    convention(ici, au=au, **champs)
    tuiles = qualite.get(reverse("portail:accueil")).context["rappels"]
    liste = qualite.get(reverse(LISTE)).context["a_renouveler"]
    assert sum(t.nombre for t in tuiles) == len(liste) == int(rappel)


def test_une_convention_renouvelee_n_est_plus_a_renouveler(ici, qualite):
    ancienne = convention(ici, au=10)
    adresse = reverse("partenariats:convention_nouvelle", args=[ici.partenaire.pk])
    initial = qualite.get(adresse, {"suite": ancienne.pk}).context["form"].initial
    assert (initial["objet"], initial["du"]) == ("Permis solidaire", ancienne.au + timedelta(days=1))
    qualite.post(adresse, {"objet": "permis solidaire", "du": initial["du"]})
    assert not qualite.get(reverse(LISTE)).context["a_renouveler"]


def test_renouveler_l_une_laisse_l_autre_a_renouveler(ici, qualite):
    convention(ici, au=10)
    convention(ici, du=-10, objet="Ateliers d’écriture")
    assert len(qualite.get(reverse(LISTE)).context["a_renouveler"]) == 1


def test_la_convention_s_ajoute_se_corrige_et_laisse_une_trace(ici, qualite):
    adresse = reverse("partenariats:convention_nouvelle", args=[ici.partenaire.pk])
    assert qualite.post(adresse, {"objet": "Cours de français", "du": "2026-01-01"}).status_code == 302
    ligne = Convention.objects.get(objet="Cours de français")
    saisie = {"objet": "Cours de français", "du": "2026-01-01", "au": "2025-12-31"}
    refusee = qualite.post(reverse("partenariats:convention", args=[ligne.pk]), saisie)
    assert "avant le début" in refusee.context["form"].non_field_errors()[0]
    qualite.post(reverse("partenariats:convention", args=[ligne.pk]), saisie | {"au": "2026-12-31"})
    ligne.refresh_from_db()
    assert ligne.au.year == 2026
    assert set(Trace.objects.filter(objet="convention").values_list("geste", flat=True)) == {"creer", "modifier"}


@pytest.mark.parametrize("au, tacite, fin", [(None, False, 0), (20, False, 20), (-20, True, 0)])
def test_ne_pas_renouveler_met_fin_a_ce_qui_n_en_avait_pas(ici, qualite, au, tacite, fin):
    ligne = convention(ici, au=au, tacite=tacite)
    qualite.post(reverse("partenariats:convention_fin", args=[ligne.pk]))
    ligne.refresh_from_db()
    assert ligne.close and ligne.au == timezone.localdate() + timedelta(days=fin)


def test_une_convention_a_venir_ou_deja_close_ne_se_clot_pas(ici, qualite):
    a_venir, close = convention(ici, du=5), convention(ici, au=-5, close=True)
    for ligne in (a_venir, close):
        qualite.post(reverse("partenariats:convention_fin", args=[ligne.pk]))
    a_venir.refresh_from_db()
    close.refresh_from_db()
    assert not a_venir.close and close.au == timezone.localdate() - timedelta(days=5)


def test_la_cip_tient_les_conventions_mais_le_rappel_va_a_la_direction_et_a_la_qualite(ici, cip):
    convention(ici, au=10)
    assert cip.get(reverse(LISTE)).status_code == 200
    accueils = {role: ici.client(role).get(reverse("portail:accueil")) for role in ("cip", "qualite", "direction", "mad")}
    assert {role: len(a.context["rappels"]) for role, a in accueils.items()} == {"cip": 0, "qualite": 1, "direction": 1, "mad": 0}
    assert ici.client("mad").get(reverse(LISTE)).status_code == 403


def test_la_convention_d_une_autre_structure_n_existe_pas(ici, ailleurs, qualite):
    ligne = convention(ailleurs, au=10)
    adresse = reverse("partenariats:convention_nouvelle", args=[ici.partenaire.pk])
    assert qualite.get(adresse, {"suite": ligne.pk}).status_code == 404
    assert not qualite.get(reverse(LISTE)).context["a_renouveler"]


def test_l_annuaire_se_filtre_par_theme(ici, cip):
    logement, sante = terme("domaine", "logement"), terme("domaine", "sante")
    saisie = {"nom": "Le Relais", "nature": "social", "actif": "on", "themes": [logement.pk]}
    cip.post(reverse("partenariats:partenaire_nouveau"), saisie)

    def noms(theme):
        return [p.nom for p in cip.get(reverse("partenariats:partenaires"), {"theme": theme.pk}).context["page"]]

    assert (noms(logement), noms(sante)) == (["Le Relais"], [])
