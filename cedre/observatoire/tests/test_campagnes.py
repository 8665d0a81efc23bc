"""Ce que l'on attend des structures, qui l'a transmis, à temps ou non, et qui peut l'attendre (OBS-3)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Organisation
from cedre.core.dates import UN_JOUR
from cedre.core.periodes import Periode, annee, mois
from cedre.core.refus import GesteImpossible
from cedre.observatoire.chaine import OuEnEst, attendues, par_region
from cedre.observatoire.models import Campagne, Rapport
from cedre.observatoire.operations import campagnes as gestes

CADRE = "cedre-2026"


def l_an_dernier() -> Periode:
    return annee(timezone.localdate().replace(month=1, day=1) - UN_JOUR)


def campagne(par, attendu_le: date | None = None, periode: Periode | None = None, cadre: str = CADRE) -> Campagne:
    """Une campagne de cette habilitation, ouverte comme on l'aurait ouverte alors."""
    dite = {"du": (periode or l_an_dernier()).du, "au": (periode or l_an_dernier()).au}
    attendu_le = attendu_le or timezone.localdate() + 30 * UN_JOUR
    return Campagne.objects.create(organisation=par.organisation, cadre=cadre, attendu_le=attendu_le, **dite)


def transmis(monde, le: date, etat: str = "transmis", **reste) -> Rapport:
    """Un rapport de l'an dernier, transmis ce jour-là."""
    dite = {"cadre": CADRE, "du": l_an_dernier().du, "au": l_an_dernier().au, "publie_le": le, "transmis_le": le}
    return Rapport.objects.create(organisation=monde.organisation, etat=etat, **dite | reste)


def la_seule(ouverte: Campagne, par, le: date | None = None):
    [attendue] = attendues(ouverte, par, le or timezone.localdate())
    return attendue


def test_la_region_attend_les_siennes_et_la_federation_toutes(ici, ailleurs, reseau):
    region, federation = reseau[0].hab["referent_regional"], reseau[0].hab["responsable_qualite"]
    toutes = campagne(federation)
    assert {a.structure for a in attendues(toutes, federation, timezone.localdate())} == {ici.organisation, ailleurs.organisation}
    assert la_seule(toutes, region).structure == la_seule(campagne(region), federation).structure == ici.organisation


def test_une_structure_n_est_attendue_que_si_elle_tenait_cedre_a_la_fin_de_la_periode(ici, reseau):
    region = reseau[0].hab["referent_regional"]
    ouverte = campagne(region)
    for jour, attendue in ((ouverte.au, True), (ouverte.au + UN_JOUR, False)):
        ici.organisation.habilitations.update(depuis_jour=jour)
        assert bool(attendues(ouverte, region, timezone.localdate())) is attendue, jour
        assert Campagne.objects.a_transmettre(ici.organisation, timezone.localdate()).exists() is attendue, jour


def test_en_retard_commence_le_lendemain_du_jour_dit_et_finit_quand_on_transmet(ici, ailleurs, reseau):
    region, structures = reseau[0].hab["referent_regional"], Organisation.objects.structures()
    ouverte = campagne(region)
    le = ouverte.attendu_le
    en_retard = Campagne.objects.en_retard
    assert not la_seule(ouverte, region, le).en_retard and not en_retard(structures, le).exists()
    en_est = la_seule(ouverte, region, le + UN_JOUR)
    assert en_est.en_retard and en_est.depuis == le and [*en_retard(structures, le + UN_JOUR)] == [ouverte]
    transmis(ici, le)
    assert not la_seule(ouverte, region, le + UN_JOUR).en_retard and not en_retard(structures, le + UN_JOUR).exists()
    du_reseau = campagne(reseau[0].hab["responsable_qualite"])
    assert [*en_retard(structures, le + UN_JOUR)] == [du_reseau], "celle d’ailleurs n’a rien transmis"
    assert not en_retard(structures.filter(pk=ici.organisation.pk), le + UN_JOUR).exists()


@pytest.mark.parametrize("decalage, a_temps", [(0, True), (1, False)])
def test_a_temps_va_jusqu_au_jour_dit_compris(ici, reseau, decalage, a_temps):
    region = reseau[0].hab["referent_regional"]
    ouverte = campagne(region)
    transmis(ici, ouverte.attendu_le + decalage * UN_JOUR)
    en_est = OuEnEst.de(attendues(ouverte, region, timezone.localdate()))
    assert (en_est.attendues, en_est.transmises, en_est.a_temps) == (1, 1, int(a_temps))


def test_une_version_corrigee_apres_le_jour_dit_n_est_pas_un_retard(ici, reseau):
    region = reseau[0].hab["referent_regional"]
    ouverte = campagne(region)
    le = ouverte.attendu_le
    rendu = transmis(ici, le, etat="a_corriger", juge_le=le + UN_JOUR)
    assert la_seule(ouverte, region).depuis == rendu.juge_le
    assert not Campagne.objects.a_transmettre(ici.organisation, le + 9 * UN_JOUR).exists()
    corrige = transmis(ici, le + 9 * UN_JOUR, version=2)
    Rapport.objects.filter(pk=rendu.pk).update(remplace_par=corrige)
    en_est = la_seule(ouverte, region)
    assert en_est.a_temps and en_est.rapport == corrige and en_est.rangs == ("a_lire",)


def test_un_brouillon_ne_se_montre_a_personne_d_autre(ici, reseau):
    region = reseau[0].hab["referent_regional"]
    ouverte = campagne(region)
    for reste in ({"etat": "brouillon", "publie_le": None}, {"etat": "publie", "version": 2}):
        transmis(ici, timezone.localdate(), **reste | {"transmis_le": None})
    assert la_seule(ouverte, region).rapport is None and la_seule(ouverte, region).rangs == ("attendues",)


def test_le_bilan_du_reseau_est_celui_de_ses_regions(ici, ailleurs, reseau):
    federation = reseau[0].hab["responsable_qualite"]
    ouverte = campagne(federation)
    transmis(ici, ouverte.attendu_le, etat="accepte")
    dites = attendues(ouverte, federation, ouverte.attendu_le + UN_JOUR)
    total, regions = OuEnEst.de(dites), par_region(dites)
    assert (total.attendues, total.transmises, total.rangs["acceptees"], total.rangs["retard"]) == (2, 1, 1, 1)
    assert [(str(region), r.attendues, r.transmises) for region, r in regions] == [("Région 1", 1, 1), ("Région 2", 1, 0)]
    for nom in ("attendues", "transmises", "a_temps"):
        assert sum(getattr(r, nom) for _, r in regions) == getattr(total, nom)


def test_une_campagne_s_ouvre_d_un_jour_a_venir_une_fois_et_pas_contre_celle_de_la_federation(ici, reseau):
    region, federation = reseau[0].hab["referent_regional"], reseau[0].hab["responsable_qualite"]
    dite = {"cadre": CADRE, "du": l_an_dernier().du, "au": l_an_dernier().au}
    with pytest.raises(GesteImpossible, match="Ce jour est passé"):
        gestes.ouvrir(Campagne(**dite, attendu_le=timezone.localdate() - UN_JOUR), par=region)
    gestes.ouvrir(Campagne(**dite, attendu_le=timezone.localdate()), par=federation)
    with pytest.raises(GesteImpossible, match="La fédération attend déjà"):
        gestes.ouvrir(Campagne(**dite, attendu_le=timezone.localdate()), par=region)


def test_le_jour_dit_se_deplace_tant_qu_il_n_est_pas_passe(ici, reseau):
    region, federation = reseau[0].hab["referent_regional"], reseau[0].hab["responsable_qualite"]
    aujourdhui = timezone.localdate()
    ouverte = campagne(region, attendu_le=aujourdhui)
    with pytest.raises(GesteImpossible, match="qui l’a ouverte"):
        gestes.reporter(ouverte, attendu_le=aujourdhui + UN_JOUR, par=federation)
    with pytest.raises(GesteImpossible, match="jour à venir"):
        gestes.reporter(ouverte, attendu_le=aujourdhui - UN_JOUR, par=region)
    assert gestes.reporter(ouverte, attendu_le=aujourdhui + UN_JOUR, par=region).attendu_le == aujourdhui + UN_JOUR
    Campagne.objects.filter(pk=ouverte.pk).update(attendu_le=aujourdhui - UN_JOUR)
    with pytest.raises(GesteImpossible, match="passée"):
        gestes.reporter(ouverte, attendu_le=aujourdhui + 9 * UN_JOUR, par=region)
    with pytest.raises(GesteImpossible, match="passée"):
        gestes.retirer(ouverte, par=region)


def test_une_campagne_a_qui_l_on_a_repondu_ne_se_retire_pas(ici, reseau):
    region = reseau[0].hab["referent_regional"]
    ouverte, autre = campagne(region), campagne(region, periode=mois(l_an_dernier().du))
    transmis(ici, timezone.localdate())
    with pytest.raises(GesteImpossible, match="y a répondu"):
        gestes.retirer(ouverte, par=region)
    gestes.retirer(autre, par=region)
    assert [*Campagne.objects.filter(organisation=region.organisation)] == [ouverte]


def test_la_region_d_a_cote_n_ouvre_pas_la_page_d_une_campagne(ici, ailleurs, reseau, client):
    ouverte = campagne(reseau[0].hab["referent_regional"])
    voisine = ailleurs.organisation.region
    compte = reseau[0].hab["ca_regional"]
    compte.organisation = voisine
    compte.save()
    client.force_login(compte.compte)
    assert client.get(reverse("observatoire:campagne", args=[ouverte.pk])).status_code == 404


def test_un_mois_se_demande_a_un_cadre_qui_se_remplit_par_mois_et_s_attend_apres_sa_fin(reseau, client):
    client.force_login(reseau[0].hab["referent_regional"].compte)
    an = l_an_dernier().du.year
    dite = {"cadre": "asp-bilan", "annee": an, "mois": 3, "attendu_le": date(an, 3, 31)}
    page = client.post(reverse("observatoire:campagne_nouvelle"), dite)
    assert page.context["form"].errors.keys() == {"mois", "attendu_le"} and not Campagne.objects.exists()
    attendu = timezone.localdate() + timedelta(days=9)
    client.post(reverse("observatoire:campagne_nouvelle"), dite | {"cadre": CADRE, "attendu_le": attendu})
    assert Campagne.objects.get().periode == mois(date(an, 3, 1)) and str(Campagne.objects.get()) == f"Rapports de mars {an}"
