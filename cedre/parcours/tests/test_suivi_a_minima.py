"""Dire que l'on s'en occupe, confier, ouvrir ce qui court, se parler : ce que chaque geste garde, et où il mène (ACC-6)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.conftest import terme
from cedre.core.manques import manques
from cedre.parcours.models import Bilan, Echange, Engagement, MiseEnSituation, Personne, PriseEnCharge, Sortie, Suivi
from cedre.parcours.operations import suivi
from cedre.parcours.operations.etapes import reprendre_les_etapes, tenir_le_suivi

UN_JOUR = timedelta(days=1)


def adresse_de(route, *args) -> str:
    return reverse(f"parcours:{route}", args=args)


# ── Je m'en occupe ────────────────────────────────────────────────────────────────────────────────────────────────


def test_reprendre_une_prise_en_charge_la_remplace_propose_une_semaine_et_redit_la_note(ici):
    PriseEnCharge.objects.all().delete()
    client, jour = ici.client("cip"), timezone.localdate()
    adresse = adresse_de("prendre_en_charge", ici.personne.pk, "sans_contact")
    vide = client.get(adresse).context["form"]
    assert (vide["jusqu_au"].value(), vide["note"].value()) == (jour + 7 * UN_JOUR, "")
    client.post(adresse, {"jusqu_au": jour + UN_JOUR, "note": "Rappel lundi"})
    repris = client.get(adresse).context["form"]
    assert (repris["jusqu_au"].value(), repris["note"].value()) == (jour + 7 * UN_JOUR, "Rappel lundi")
    autre = adresse_de("prendre_en_charge", ici.personne.pk, "sans_objectif")
    assert client.get(autre).context["form"]["note"].value() == "", "la note d’un autre manque n’est pas la sienne"
    ici.client("direction").post(adresse, {"jusqu_au": jour + 90 * UN_JOUR, "note": "Rappel mardi"})
    prise = PriseEnCharge.objects.get()
    assert (prise.jusqu_au, prise.note, prise.par) == (jour + 90 * UN_JOUR, "Rappel mardi", ici.hab["direction"].compte)
    trace = Trace.objects.filter(objet="prise en charge").latest("pk")
    assert trace.detail == f"{manques(Personne)['sans_contact'].alerte}, jusqu’au {prise.jusqu_au:%d/%m/%Y}"


def test_on_ne_s_occupe_que_d_un_manque_qui_existe_et_d_un_dossier_d_ici(ici, ailleurs):
    client = ici.client("cip")
    assert client.get(adresse_de("prendre_en_charge", ici.personne.pk, "inconnu")).status_code == 404
    assert client.get(adresse_de("prendre_en_charge", ailleurs.personne.pk, "sans_contact")).status_code == 404


# ── Confier ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_confier_dit_combien_ont_change_et_date_d_aujourd_hui_qui_suit(ici):
    nouvelle, ancien = ici.hab["direction"].compte, ici.personne.referent
    deja = Personne.objects.create(organisation=ici.organisation, nom="Deja", prenom="La", referent=nouvelle)
    reprendre_les_etapes(deja)
    tenir_le_suivi([deja])
    hier = timezone.localdate() - UN_JOUR
    Suivi.objects.update(du=hier)
    adresse = adresse_de("confier")
    reponse = ici.client("direction").post(adresse, {"personnes": [ici.personne.pk, deja.pk], "a": nouvelle.pk}, follow=True)
    dite = " ".join(reponse.content.decode().split())
    assert f"1 personne à suivre en plus pour {nouvelle}" in dite
    suivis = ici.personne.suivis.order_by("du").values_list("compte", "du", "au")
    assert list(suivis) == [(ancien.pk, hier, timezone.localdate()), (nouvelle.pk, timezone.localdate(), None)]
    assert list(deja.suivis.values_list("compte", "du", "au")) == [(nouvelle.pk, hier, None)]
    assert not Trace.objects.filter(personne_id=deja.pk, detail="référent·e").exists()


def test_confie_deux_fois_le_meme_jour_le_dernier_seul_la_suit_aujourd_hui(ici):
    par, hier = ici.hab["direction"], timezone.localdate() - UN_JOUR
    ancien = ici.personne.referent
    Suivi.objects.update(du=hier)
    for role in ("direction", "accueil", "direction"):
        assert suivi.confier([ici.personne], a=ici.hab[role].compte, par=par) == 1
    lus = ici.personne.suivis.order_by("du").values_list("compte", "du", "au")
    assert list(lus) == [(ancien.pk, hier, timezone.localdate()), (par.compte_id, timezone.localdate(), None)]


def test_on_ne_confie_que_qui_est_encore_suivi(ici):
    for rang, phase in enumerate(Personne.Phase):
        Personne.objects.create(organisation=ici.organisation, nom=f"N{rang}", prenom="P", phase=phase)
    lues = {p.phase for p in ici.client("direction").get(adresse_de("confier")).context["page"]}
    assert lues == {p.phase for p in Personne.objects.suivies()}
    assert not lues & {"reorientee", "sans_suite"}


# ── Ouvrir ce qui court ───────────────────────────────────────────────────────────────────────────────────────────


def test_de_plusieurs_ce_qui_court_s_ouvre_sur_le_bon(embauchee):
    qui, jour, client = embauchee.personne, timezone.localdate(), embauchee.client("cip")

    def ouvert(quoi) -> str:
        return client.get(f"/personnes/{qui.pk}/courant/{quoi}").url

    Engagement.objects.create(personne=qui, type_engagement=terme("type_engagement", "decouverte"), debut=jour + 9 * UN_JOUR)
    assert ouvert("engagement") == embauchee.engagement.get_absolute_url()
    for dans, etat in ((-9, "absent"), (20, "en_cours"), (10, "prevu")):
        bilan = Bilan.objects.create(personne=qui, engagement=embauchee.engagement, le=jour + dans * UN_JOUR, etat=etat)
    assert ouvert("bilan") == bilan.get_absolute_url()
    for du, au in ((-3, None), (-1, None), (1, None), (-20, -10)):
        fin = jour + au * UN_JOUR if au else None
        MiseEnSituation.objects.create(personne=qui, contrat=embauchee.contrat, atelier=f"A{du}", du=jour + du * UN_JOUR, au=fin)
    assert ouvert("travail") == MiseEnSituation.objects.get(atelier="A-1").get_absolute_url()
    ancienne = qui.sorties.get()
    derniere = Sortie.objects.create(personne=qui, le=ancienne.le + UN_JOUR, motif=ancienne.motif)
    assert ouvert("sortie") == derniere.get_absolute_url()


def test_quand_rien_ne_court_on_est_au_dossier_ou_a_de_quoi_commencer(embauchee):
    qui, client = embauchee.personne, embauchee.client("cip")
    Bilan.objects.update(etat="absent")
    MiseEnSituation.objects.update(au=timezone.localdate() - UN_JOUR)
    assert client.get(f"/personnes/{qui.pk}/courant/bilan").url == qui.get_absolute_url()
    assert client.get(f"/personnes/{qui.pk}/courant/travail").url == adresse_de("mets_nouvelle", qui.pk)


def test_le_dossier_dit_ce_qui_court_et_rien_de_fini_ni_a_venir(embauchee):
    qui, jour, client = embauchee.personne, timezone.localdate(), embauchee.client("cip")
    for du, au in ((-3, None), (-1, None), (1, None), (-20, -10)):
        fin = jour + au * UN_JOUR if au else None
        MiseEnSituation.objects.create(personne=qui, contrat=embauchee.contrat, atelier=f"A{du}", du=jour + du * UN_JOUR, au=fin)
    for dans, etat in ((-9, "absent"), (20, "prevu"), (10, "en_cours")):
        Bilan.objects.create(personne=qui, engagement=embauchee.engagement, le=jour + dans * UN_JOUR, etat=etat)
    embauchee.engagement.objectifs.create(libelle="Retiré", retire_le=jour)
    ou = client.get(qui.get_absolute_url()).context["situation"]
    assert [m.atelier or "client" for m in ou.mises_en_situation] == ["A-1", "A-3", "client"]
    assert ou.bilan.le == jour + 10 * UN_JOUR
    assert (ou.contrat, ou.engagement) == (embauchee.contrat, embauchee.engagement)
    assert [o.libelle for o in ou.engagement.objectifs.all()] == ["Objectif ici"]
    qui.contrats.update(fin_prevue=jour - UN_JOUR, fin=jour - UN_JOUR)
    assert client.get(qui.get_absolute_url()).context["situation"].contrat is None
    assert embauchee.client("accueil").get(qui.get_absolute_url()).context["situation"] is None


def test_le_premier_geste_du_dossier_suit_ou_elle_en_est(embauchee):
    qui, client = embauchee.personne, embauchee.client("cip")

    def principal() -> tuple:
        return client.get(qui.get_absolute_url()).context["principal"]

    assert principal() == ("parcours:engagement", embauchee.engagement)
    Engagement.objects.update(etat="clos", clos_le=timezone.localdate())
    assert principal() == ("parcours:engagement_construire", qui)
    Personne.objects.filter(pk=qui.pk).update(phase="accueil")
    assert principal() == ("parcours:entretien_prevoir", qui)
    Personne.objects.filter(pk=qui.pk).update(phase="sans_suite")
    assert principal() == ("parcours:nouveau_contact", qui)


# ── On s'est parlé ────────────────────────────────────────────────────────────────────────────────────────────────


def test_un_echange_corrige_par_une_autre_reste_a_qui_l_a_eu_et_les_deux_gestes_se_tracent(ici):
    client, hier = ici.client("cip"), timezone.localdate() - UN_JOUR
    client.post(adresse_de("echange", ici.personne.pk), {"le": hier, "canal": "visite", "texte": "Vu"})
    echange = Echange.objects.get()
    assert (echange.le, echange.canal, echange.texte, echange.par) == (hier, "visite", "Vu", ici.hab["cip"].compte)
    reponse = ici.client("direction").post(
        adresse_de("echange_corriger", echange.pk), {"le": hier, "initial-le": hier, "canal": "message", "texte": "Vu mardi"}
    )
    assert reponse.url == ici.personne.get_absolute_url()
    echange.refresh_from_db()
    assert (echange.canal, echange.texte, echange.par) == ("message", "Vu mardi", ici.hab["cip"].compte)
    traces = Trace.objects.filter(objet="échange", personne_id=ici.personne.pk).order_by("pk")
    assert [(t.geste, t.detail) for t in traces][1] == ("modifier", "ce qui s’est dit, comment")
    assert [t.geste for t in traces] == ["creer", "modifier"]


@pytest.mark.parametrize("route", ["echange", "echange_corriger"])
def test_un_echange_d_ailleurs_ou_chez_une_autre_ne_s_ecrit_pas(ici, ailleurs, route):
    cible = ailleurs.personne if route == "echange" else Echange.objects.create(personne=ailleurs.personne, texte="Là-bas")
    envoi = {"le": timezone.localdate(), "canal": "visite", "texte": "Intrus"}
    assert ici.client("cip").post(adresse_de(route, cible.pk), envoi).status_code == 404
    assert not Echange.objects.filter(texte="Intrus").exists()
