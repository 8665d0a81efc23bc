"""Le jobcoach chez le nouvel employeur (INS-9), et l'échange noté en quelques secondes (ACC-6)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Echange, Jobcoach, Personne, VisiteJobcoach
from cedre.parcours.operations.sorties import clore_jobcoach

JOUR = timedelta(days=1)


def adresse(route: str, ligne) -> str:
    """L'adresse de la route, pour cette ligne."""
    return reverse(f"parcours:{route}", args=[ligne.pk])


@pytest.fixture
def suivi(ici):
    """Un suivi commencé il y a dix jours."""
    le = timezone.localdate()
    return Jobcoach.objects.create(personne=ici.personne, employeur="Menuiserie du Val", du=le - 10 * JOUR, au=le + 60 * JOUR)


def test_un_suivi_dit_chez_qui_jusqu_a_quand_et_par_qui(ici, cip):
    le = timezone.localdate()
    envoi = {"employeur": "Menuiserie du Val", "du": le.isoformat(), "au": (le + 90 * JOUR).isoformat()}
    envoi["conduit_par"] = ici.hab["cip"].compte_id
    cip.post(adresse("jobcoach_nouveau", ici.personne), envoi)
    suivi = ici.personne.jobcoachs.get()
    assert (suivi.employeur, suivi.au, suivi.conduit_par) == ("Menuiserie du Val", le + 90 * JOUR, ici.hab["cip"].compte)
    assert "Menuiserie" in cip.get(adresse("jobcoach", ici.personne)).content.decode()
    assert Trace.objects.filter(objet="suivi de jobcoach", geste="creer").exists()


def test_un_suivi_ne_finit_pas_avant_de_commencer(suivi, cip):
    envoi = {"employeur": "X", "du": suivi.du.isoformat(), "au": (suivi.du - JOUR).isoformat()}
    assert cip.post(adresse("jobcoach_corriger", suivi), envoi).context["form"].errors


def test_une_visite_garde_les_difficultes_et_ce_qui_est_decide(ici, suivi, cip):
    le = timezone.localdate()
    page = adresse("jobcoach_visite", suivi)
    envoi = {"le": le.isoformat(), "avec": "La cheffe d’atelier", "difficultes": "Les horaires", "decide": "Commencer à 8 h"}
    assert cip.post(page, envoi | {"le": (suivi.du - JOUR).isoformat()}).context["form"].errors.keys() == {"le"}
    cip.post(page, envoi)
    visite = suivi.visites.get()
    assert (visite.difficultes, visite.decide, visite.par) == ("Les horaires", "Commencer à 8 h", ici.hab["cip"].compte)


def test_finir_un_suivi_demande_sa_conclusion_et_ne_se_fait_qu_une_fois(ici, suivi, cip):
    page, le = adresse("jobcoach_clore", suivi), timezone.localdate()
    assert cip.post(page, {"clos_le": le.isoformat()}).context["form"].errors.keys() == {"conclusion"}
    cip.post(page, {"clos_le": le.isoformat(), "conclusion": "Elle est restée."})
    suivi.refresh_from_db()
    assert (suivi.clos_le, suivi.conclusion) == (le, "Elle est restée.")
    assert {cip.get(adresse(f"jobcoach_{r}", suivi)).status_code for r in ("clore", "visite", "corriger")} == {404}
    with pytest.raises(GesteImpossible, match="déjà clos"):
        clore_jobcoach(suivi, par=ici.hab["cip"])


def test_un_suivi_ne_se_clot_pas_avant_son_debut(suivi, cip):
    envoi = {"clos_le": (suivi.du - JOUR).isoformat(), "conclusion": "Fini."}
    assert cip.post(adresse("jobcoach_clore", suivi), envoi).context["form"].errors.keys() == {"clos_le"}


def test_noter_que_l_on_s_est_parle_ne_demande_que_quelques_mots(ici, cip):
    form = cip.get(adresse("echange", ici.personne)).context["form"]
    envoi = {nom: form[nom].value() for nom in form.fields} | {"texte": "Rappelle lundi"}
    assert cip.post(adresse("echange", ici.personne), envoi).url == adresse("personne", ici.personne)
    echange = ici.personne.echanges.get()
    assert (echange.le, echange.canal, echange.texte) == (timezone.localdate(), "telephone", "Rappelle lundi")
    assert echange.par == ici.hab["cip"].compte
    faits = cip.get(adresse("personne", ici.personne)).context["faits"]
    assert [f.adresse for f in faits if f.genre == "echange"] == [adresse("echange_corriger", echange)]


def test_un_echange_se_corrige_et_ne_se_date_pas_dans_le_futur(ici, cip):
    echange = Echange.objects.create(personne=ici.personne, texte="Lundi")
    demain = (timezone.localdate() + JOUR).isoformat()
    page = adresse("echange_corriger", echange)
    assert cip.post(page, {"texte": "Mardi", "canal": "visite", "le": demain}).context["form"].errors.keys() == {"le"}
    cip.post(page, {"texte": "Mardi", "canal": "visite", "le": timezone.localdate().isoformat()})
    echange.refresh_from_db()
    assert echange.texte == "Mardi"
    assert "Mardi" not in Trace.objects.get(objet="échange", geste="modifier").detail


@pytest.mark.parametrize("role, note, lit", [("accueil", 403, 403), ("qualite", 403, 200), ("mad", 200, 200), ("cip", 200, 200)])
def test_qui_suit_le_travail_note_les_echanges_et_qui_lit_les_parcours_lit_le_jobcoach(ici, role, note, lit):
    client = ici.client(role)
    assert client.get(adresse("echange", ici.personne)).status_code == note
    assert client.get(adresse("jobcoach", ici.personne)).status_code == lit


def test_un_dossier_anonyme_ne_recoit_ni_echange_ni_visite(ici, suivi, cip):
    echange = Echange.objects.create(personne=ici.personne, texte="Lundi")
    Personne.objects.filter(pk=ici.personne.pk).update(anonymisee_le=timezone.localdate())
    routes = [("echange", ici.personne), ("jobcoach_nouveau", ici.personne), ("echange_corriger", echange)]
    routes += [(f"jobcoach_{r}", suivi) for r in ("corriger", "visite", "clore")]
    assert {cip.post(adresse(route, ligne)).status_code for route, ligne in routes} == {404}


@pytest.mark.parametrize("combien", [1, 20])
def test_la_page_du_jobcoach_tient_en_dix_requetes(ici, suivi, cip, django_assert_max_num_queries, combien):
    for _ in range(combien):
        VisiteJobcoach.objects.create(jobcoach=suivi, par=ici.hab["cip"].compte)
        Jobcoach.objects.create(personne=ici.personne, employeur="X", au=suivi.au, conduit_par=ici.hab["cip"].compte)
    with django_assert_max_num_queries(10):
        assert cip.get(adresse("jobcoach", ici.personne)).status_code == 200
