"""Les conventions avec les partenaires, et leurs rappels (TRA-3, § 2.3 c)."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.conftest import terme
from cedre.partenariats.models import Convention, Partenaire

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
        ((-300, None), {"close": True}, False),
        ((-300, None), {"close": True, "close_le": timezone.localdate() + timedelta(days=1)}, True),
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


def test_une_suite_est_du_meme_partenaire_sur_le_meme_objet_et_plus_recente(ici, ailleurs, qualite):
    autre = Partenaire.objects.create(organisation=ici.organisation, nom="La commune")
    attendue = convention(ici, au=10)
    convention(ici, du=-900, au=-301)  # celle d'avant, qu'« attendue » a suivie
    jour = timezone.localdate()
    for partenaire in (autre, ailleurs.partenaire):
        Convention.objects.create(partenaire=partenaire, objet=attendue.objet, du=jour)
    assert [*qualite.get(reverse(LISTE)).context["a_renouveler"]] == [attendue]


def test_les_conventions_se_rangent_les_plus_pressees_puis_par_partenaire_et_la_derniere_d_abord(ici, qualite):
    zones = [Partenaire.objects.create(organisation=ici.organisation, nom=nom) for nom in ("Zone", "Écluse", "abri")]
    presse, tranquille = convention(ici, au=5, objet="B"), convention(ici, au=50, objet="A")
    finie = convention(ici, au=-3, objet="C")
    jour = timezone.localdate()
    lignes = [Convention.objects.create(partenaire=p, objet="D", du=jour - timedelta(days=9)) for p in zones]
    recente = Convention.objects.create(partenaire=zones[0], objet="E", du=jour)
    page = qualite.get(reverse(LISTE))
    assert [*page.context["a_renouveler"]] == [finie, presse, tranquille]
    assert [c for c in page.context["page"] if c.partenaire in zones] == [lignes[2], lignes[1], recente, lignes[0]]
    siennes = qualite.get(reverse("partenariats:partenaire", args=[zones[0].pk])).context["conventions"]
    assert [*siennes] == [recente, lignes[0]]


@pytest.mark.parametrize("au, dit", [(-1, "Finie"), (0, "Bientôt finie"), (1, "Bientôt finie")])
def test_une_convention_n_est_finie_que_le_lendemain_de_son_dernier_jour(ici, qualite, au, dit):
    ligne = [convention(ici, objet="Autre"), convention(ici, objet="Encore"), convention(ici, au=au)][-1]
    page = qualite.get(reverse(LISTE)).content.decode()
    assert {etat for etat in ("Finie", "Bientôt finie") if f"{etat}</span>" in page} == {dit}
    assert f"{reverse('partenariats:convention_nouvelle', args=[ici.partenaire.pk])}?suite={ligne.pk}" in page
    assert reverse("partenariats:partenaire", args=[ici.partenaire.pk]) in page


@pytest.mark.parametrize(
    "au, champs, dits, renouveler, finir",
    [
        (None, {}, ["sans fin"], False, True),
        (9, {}, ["jusqu’au"], True, True),
        (9, {"tacite": True}, ["jusqu’au", "se reconduit d’elle-même"], False, True),
        (9, {"tacite": True, "close": True}, ["jusqu’au", "ne sera pas renouvelée"], False, False),
    ],
)
def test_la_page_du_partenaire_dit_jusqu_ou_va_chaque_convention_et_ce_que_l_on_peut_en_faire(
    ici, qualite, au, champs, dits, renouveler, finir
):
    convention(ici, au=au, **champs)
    page = qualite.get(reverse("partenariats:partenaire", args=[ici.partenaire.pk])).content.decode()
    possibles = ("sans fin", "jusqu’au", "se reconduit d’elle-même", "ne sera pas renouvelée")
    assert [mot for mot in possibles if mot in page] == dits
    assert ("?suite=" in page, "Ne pas renouveler" in page) == (renouveler, finir)


def test_renouveler_reprend_ce_qui_etait_convenu_et_commence_aujourd_hui_si_rien_ne_finissait(ici, qualite):
    ancienne, jour = convention(ici, precision="Deux places par mois"), timezone.localdate()
    adresse = reverse("partenariats:convention_nouvelle", args=[ici.partenaire.pk])
    initial = qualite.get(adresse, {"suite": ancienne.pk}).context["form"].initial
    assert [initial[nom] for nom in ("objet", "precision", "du")] == ["Permis solidaire", "Deux places par mois", jour]
    initial = qualite.get(adresse).context["form"].initial
    assert [initial[nom] for nom in ("objet", "precision", "du")] == ["", "", jour]
    page = reverse("partenariats:partenaire", args=[ici.partenaire.pk])
    assert qualite.post(adresse, {"objet": "Cours", "du": jour}).url == page
    assert qualite.post(reverse("partenariats:convention_fin", args=[ancienne.pk])).url == page


def test_une_convention_que_l_on_ne_renouvelle_pas_a_une_fin(ici, qualite):
    ligne, jour = convention(ici, au=10, close=True, close_le=timezone.localdate()), timezone.localdate()
    saisie = {"objet": ligne.objet, "du": ligne.du, "close": "on"}
    adresse = reverse("partenariats:convention", args=[ligne.pk])
    refus = qualite.post(adresse, saisie).context["form"].errors
    assert refus == {"au": ["Dites quand elle finit, puisqu’elle ne sera pas renouvelée."]}
    assert qualite.post(adresse, saisie | {"au": jour}).status_code == 302
    ligne.refresh_from_db()
    assert (ligne.au, ligne.close, ligne.close_le) == (jour, True, jour)
    rouverte = {"objet": ligne.objet, "du": ligne.du, "au": jour}
    assert qualite.post(adresse, rouverte).status_code == 302
    ligne.refresh_from_db()
    assert (ligne.close, ligne.close_le) == (False, None), "le jour même, on se ravise"
    Convention.objects.update(close=True, close_le=jour - timedelta(days=1))
    refus = qualite.post(adresse, rouverte).context["form"].errors
    assert refus == {"close": ["Il est décidé de ne pas la renouveler : signez-en une autre, à sa suite."]}


def test_on_peut_decider_de_ne_pas_renouveler_une_convention_le_jour_ou_elle_commence(ici, qualite):
    ligne = convention(ici, du=0)
    qualite.post(reverse("partenariats:convention_fin", args=[ligne.pk]))
    ligne.refresh_from_db()
    assert (ligne.close, ligne.close_le, ligne.au) == (True, *[timezone.localdate()] * 2)


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


@pytest.mark.parametrize("au, tacite, fin", [(None, False, 0), (20, False, 20), (-20, True, 0), (-20, False, -20)])
def test_ne_pas_renouveler_met_fin_a_ce_qui_n_en_avait_pas(ici, qualite, au, tacite, fin):
    ligne = convention(ici, au=au, tacite=tacite)
    qualite.post(reverse("partenariats:convention_fin", args=[ligne.pk]))
    ligne.refresh_from_db()
    assert ligne.close and ligne.au == timezone.localdate() + timedelta(days=fin)


def test_une_convention_a_venir_ou_deja_close_ne_se_clot_pas(ici, qualite):
    a_venir, close = convention(ici, du=5), convention(ici, au=-5, close=True)
    dits = []
    for ligne in (a_venir, close):
        reponse = qualite.post(reverse("partenariats:convention_fin", args=[ligne.pk]))
        dits.append([(m.level_tag, str(m)) for m in get_messages(reponse.wsgi_request)][-1])
    assert dits == [
        ("error", "Cette convention n’a pas commencé : corrigez ses dates."),
        ("error", "Cette convention ne sera déjà pas renouvelée."),
    ]
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


@pytest.mark.parametrize(
    "dates, champs, lie, en_convention",
    [
        ((0, None), {}, True, True),
        ((1, None), {}, False, False),
        ((-9, 0), {"close": True}, True, True),
        ((-9, -1), {}, True, False),
        ((-9, -1), {"close": True}, False, False),
    ],
)
def test_un_partenaire_est_lie_des_le_premier_jour_de_sa_convention(ici, ailleurs, dates, champs, lie, en_convention):
    convention(ici, *dates, **champs)
    jour, partenaires = timezone.localdate(), Partenaire.objects.filter(pk__in=(ici.partenaire.pk, ailleurs.partenaire.pk))
    assert [*partenaires.lies_par_convention(jour)] == [ici.partenaire] * lie
    assert [*partenaires.en_convention(jour)] == [ici.partenaire] * en_convention
