"""Le jour même, deux gestes de suite, ce qui se propose : les bords d'un contrat, d'une rupture, d'une suspension."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Organisation, Trace
from cedre.conftest import terme
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Contrat, PassIAE, Suspension
from cedre.parcours.operations import contrats as gestes
from cedre.parcours.operations.etapes import reprendre_les_etapes
from cedre.tests.envois import MOTIF


def dans(jours: int) -> date:
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=jours)


@pytest.fixture
def contrat(ici):
    """Un contrat de chantier, de dix jours avant à trente jours après."""
    Organisation.objects.filter(pk=ici.organisation.pk).update(type_siae="ACI")
    return Contrat.objects.create(
        personne=ici.personne, nature=terme("nature_contrat", "cddi"), debut=dans(-10), fin_prevue=dans(30)
    )


def suspension(contrat, du: int, au: int | None) -> Suspension:
    """Une suspension, pas encore enregistrée."""
    motif = terme("motif_suspension", "arret")
    return Suspension(contrat=contrat, du=dans(du), au=None if au is None else dans(au), motif=motif)


def adresse(route: str, ligne) -> str:
    """L'adresse de la route, pour cette ligne."""
    return reverse(f"parcours:{route}", args=[ligne.pk])


@pytest.mark.parametrize("du, au", [(-10, -10), (-10, None), (30, 30), (-10, 30)])
def test_une_suspension_peut_aller_du_premier_au_dernier_jour_du_contrat(ici, contrat, du, au):
    gardee = gestes.suspendre(suspension(contrat, du, au), champs=["du"], par=ici.hab["cip"])
    assert contrat.suspensions.get() == gardee
    trace = Trace.objects.get(objet="suspension")
    assert (trace.geste, trace.personne_id, trace.detail) == ("creer", ici.personne.pk, "du")


@pytest.mark.parametrize("du, au, refusee", [(-2, 3, True), (-6, -5, True), (-1, None, False), (-7, -6, False)])
def test_deux_suspensions_n_ont_aucun_jour_en_commun(ici, contrat, du, au, refusee):
    suspension(contrat, -5, -2).save()
    if refusee:
        with pytest.raises(GesteImpossible, match="court déjà"):
            gestes.suspendre(suspension(contrat, du, au), champs=[], par=ici.hab["cip"])
    else:
        gestes.suspendre(suspension(contrat, du, au), champs=[], par=ici.hab["cip"])
    assert contrat.suspensions.count() == (1 if refusee else 2)


def test_corriger_une_suspension_ne_la_fait_pas_se_croiser_elle_meme(ici, contrat):
    ligne = gestes.suspendre(suspension(contrat, -5, None), champs=[], par=ici.hab["cip"])
    ligne.au = dans(0)
    gestes.suspendre(ligne, champs=["au"], par=ici.hab["cip"])
    assert contrat.suspension_en_cours == ligne, "le dernier jour d'absence en est un"
    ligne.au = dans(-1)
    gestes.suspendre(ligne, champs=["au"], par=ici.hab["cip"])
    assert Contrat.objects.get(pk=contrat.pk).suspension_en_cours is None


@pytest.mark.parametrize("jour, refuse", [(-11, True), (-10, False), (30, False), (31, True)])
def test_une_rupture_peut_etre_du_premier_ou_du_dernier_jour(ici, contrat, jour, refuse):
    motif = terme("motif_rupture", "embauche")
    if refuse:
        with pytest.raises(GesteImpossible, match="pendant le contrat"):
            gestes.rompre(contrat, le=dans(jour), motif=motif, par=ici.hab["cip"])
        return
    rompu = gestes.rompre(contrat, le=dans(jour), motif=motif, par=ici.hab["cip"])
    assert (rompu.fin, rompu.motif_rupture, rompu.se_renouvelle) == (dans(jour), motif, False)
    trace = Trace.objects.get(objet="contrat de travail")
    assert (trace.geste, trace.detail, trace.personne_id) == ("modifier", "rupture", ici.personne.pk)
    with pytest.raises(GesteImpossible, match=f"{dans(jour):%d/%m/%Y}"):
        gestes.rompre(contrat, le=dans(-3), motif=motif, par=ici.hab["cip"])


@pytest.mark.parametrize("debut, fin, refuse", [(30, 60, True), (31, 60, False), (-40, -10, True), (-40, -11, False)])
def test_en_chantier_deux_contrats_n_ont_aucun_jour_en_commun(ici, contrat, debut, fin, refuse):
    autre = Contrat(personne=ici.personne, nature=contrat.nature, debut=dans(debut), fin_prevue=dans(fin))
    if refuse:
        with pytest.raises(GesteImpossible, match=f"{dans(30):%d/%m/%Y}"):
            gestes.signer(autre, par=ici.hab["cip"])
    else:
        assert gestes.signer(autre, par=ici.hab["cip"]).pk


def test_corriger_le_premier_jour_d_un_contrat_deplace_l_entree_en_parcours(ici, contrat):
    ici.personne.contacts.update(le=dans(-90))
    reprendre_les_etapes(ici.personne)
    avant = ici.personne.phase_depuis
    Contrat.objects.filter(pk=contrat.pk).update(cree_le=timezone.now() - timedelta(days=50))
    contrat.refresh_from_db()
    contrat.debut = dans(-20)
    gestes.corriger(contrat, champs=["debut"], par=ici.hab["cip"])
    ici.personne.refresh_from_db()
    assert (ici.personne.phase, ici.personne.phase_depuis < avant) == ("parcours", True)


@pytest.mark.parametrize("debut, fin", [(-10, 0), (0, 0), (5, 30)])
def test_d_un_contrat_qui_vit_ou_qui_vient_on_propose_de_rompre_et_de_suspendre(ici, cip, contrat, debut, fin):
    Contrat.objects.update(debut=dans(debut), fin_prevue=dans(fin), fin=dans(fin))
    page = cip.get(adresse("contrats", ici.personne)).content.decode()
    routes = ("contrat_rompre", "contrat_suspendre", "contrat_renouveler", "contrat_corriger")
    assert [adresse(route, contrat) in page for route in routes] == [True] * 4
    Contrat.objects.update(debut=dans(-30), fin_prevue=dans(-1), fin=dans(-1))
    page = cip.get(adresse("contrats", ici.personne)).content.decode()
    assert [adresse(route, contrat) in page for route in routes] == [False, False, True, True]


def test_rompre_et_suspendre_se_proposent_d_aujourd_hui(ici, cip, contrat):
    assert cip.get(adresse("contrat_rompre", contrat)).context["form"]["le"].value() == dans(0)
    assert cip.get(adresse("contrat_suspendre", contrat)).context["form"]["du"].value() == dans(0)


@pytest.mark.parametrize("quoi", ["contrat", "suspension", "pass"])
def test_ce_que_l_on_retire_laisse_sa_trace_et_laisse_le_reste(ici, cip, contrat, quoi):
    arret = gestes.suspendre(suspension(contrat, -5, -2), champs=[], par=ici.hab["cip"])
    passe = PassIAE.objects.create(personne=ici.personne, debut=dans(-10), fin=dans(719))
    lignes = {"contrat": contrat, "suspension": arret, "pass": passe}
    assert cip.post(adresse(f"{quoi}_retirer", lignes[quoi]), MOTIF).url == adresse("contrats", ici.personne)
    restent = [nom for nom, ligne in lignes.items() if type(ligne).objects.filter(pk=ligne.pk).exists()]
    assert restent == [nom for nom in lignes if nom != quoi and (nom, quoi) != ("suspension", "contrat")]
    trace = Trace.objects.get(geste="supprimer")
    assert (trace.objet, trace.personne_id) == (lignes[quoi]._meta.verbose_name, ici.personne.pk)


def test_les_contrats_se_lisent_du_plus_recent_au_plus_ancien_et_les_pass_de_meme(ici, cip, contrat):
    ancien = Contrat.objects.create(personne=ici.personne, nature=contrat.nature, debut=dans(-90), fin_prevue=dans(-60))
    passes = [PassIAE.objects.create(personne=ici.personne, debut=dans(-900), fin=dans(fin)) for fin in (-100, 700, 20)]
    page = cip.get(adresse("contrats", ici.personne)).context
    assert (page["contrats"], page["passes"]) == ([contrat, ancien], [passes[1], passes[2], passes[0]])
