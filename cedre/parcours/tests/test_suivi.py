"""Personne n'est laissé de côté : ce qui manque se compte, se tait un temps, se confie (ACC-6)."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes import gestes as declares
from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.templatetags.gestes import remede
from cedre.conftest import a_qui_manque, terme
from cedre.core.manques import manques
from cedre.parcours.models import Bilan, Contact, Personne, PriseEnCharge

LISTE = reverse("parcours:personnes")


def dans(jours: int):
    """Le jour qui vient dans n jours."""
    return timezone.localdate() + timedelta(days=jours)


@pytest.fixture
def en_retard(embauchee):
    """Le bilan de la personne est passé d'un jour."""
    Bilan.objects.update(le=dans(-1))
    return embauchee


def groupes(client) -> dict:
    """Ce que la page du jour de la CIP demande de faire, par manque."""
    return {groupe.manque.cle: groupe for groupe in client.get("/").context["a_faire"]}


def test_la_page_du_jour_dit_qui_pourquoi_et_mene_a_la_liste_de_meme_nombre(en_retard):
    client = en_retard.client("cip")
    groupe = groupes(client)["bilan_depasse"]
    assert [trouve.ligne for trouve in groupe.premieres] == [en_retard.personne] and groupe.nombre == 1
    assert client.get(groupe.adresse).context["page"].paginator.count == groupe.nombre


def test_chaque_nombre_de_l_equipe_est_celui_de_sa_liste(en_retard):
    seule = Personne.objects.create(organisation=en_retard.organisation, nom="Sans", prenom="Personne")
    client = en_retard.client("direction")
    suivis = client.get(reverse("portail:suivi_equipe")).context["suivis"]
    assert [s.referent for s in suivis] == [None, en_retard.personne.referent], "celles que personne ne suit viennent d'abord"
    for suivi in suivis:
        assert client.get(suivi.adresse).context["page"].paginator.count == suivi.suivies
        for tuile in suivi.tuiles:
            assert client.get(tuile.adresse).context["page"].paginator.count == tuile.nombre, tuile
    assert seule in client.get(suivis[0].adresse).context["page"].object_list


def test_pris_en_charge_un_manque_se_tait_jusqu_a_sa_date_puis_revient(en_retard):
    client, personne = en_retard.client("cip"), en_retard.personne
    adresse = reverse("parcours:prendre_en_charge", args=[personne.pk, "bilan_depasse"])
    reponse = client.post(adresse, {"jusqu_au": dans(3), "note": "Rappel jeudi"})
    assert reponse.url == reverse("parcours:personne", args=[personne.pk])
    assert "bilan_depasse" not in groupes(client)
    assert not Personne.objects.a_traiter("bilan_depasse").exists()
    assert a_qui_manque("bilan_depasse").get() == personne, "l'indicateur, lui, ne se tait pas"
    assert not Personne.objects.a_traiter("bilan_depasse", dans(3)).exists()
    assert Personne.objects.a_traiter("bilan_depasse", dans(4)).get() == personne
    assert Trace.objects.filter(objet="prise en charge", personne_id=personne.pk).exists()


@pytest.mark.parametrize("jours", [0, -1, 91])
def test_on_ne_fait_pas_taire_un_manque_pour_toujours_ni_dans_le_passe(en_retard, jours):
    adresse = reverse("parcours:prendre_en_charge", args=[en_retard.personne.pk, "bilan_depasse"])
    reponse = en_retard.client("cip").post(adresse, {"jusqu_au": dans(jours), "note": "Plus tard"})
    assert "dans les trois mois" in reponse.context["form"].errors["jusqu_au"][0]
    assert "Plus tard" in reponse.content.decode()
    assert PriseEnCharge.objects.filter(manque="bilan_depasse").count() == 0


def test_confier_change_de_referent_en_nombre_et_le_trace(ici, ailleurs):
    nouvelle = ici.hab["direction"]
    client = ici.client("direction")
    adresse = f"{reverse('parcours:confier')}?referent={ici.personne.referent_id}"
    reponse = client.post(adresse, {"personnes": [ici.personne.pk], "a": nouvelle.compte_id})
    assert reponse.url == reverse("portail:suivi_equipe")
    ici.personne.refresh_from_db()
    assert ici.personne.referent == nouvelle.compte
    assert Trace.objects.get(detail="référent·e").personne_id == ici.personne.pk
    refus = client.post(adresse, {"personnes": [ailleurs.personne.pk], "a": nouvelle.compte_id})
    assert "personnes" in refus.context["form"].errors
    refus = client.post(reverse("parcours:confier"), {"personnes": [ici.personne.pk], "a": ailleurs.hab["cip"].compte_id})
    assert "a" in refus.context["form"].errors


def test_de_qui_est_parti_la_liste_est_celle_que_l_equipe_annonce(ici, ailleurs):
    parti = ici.hab["cip"]
    Personne.objects.create(organisation=ici.organisation, nom="Autre", prenom="Ada", referent=ici.hab["direction"].compte)
    Habilitation.objects.filter(pk=parti.pk).update(retiree_le=timezone.now())
    client, filtre = ici.client("direction"), f"?referent={parti.compte_id}"
    for route in ("parcours:personnes", "parcours:confier"):
        page = client.get(reverse(route) + filtre)
        assert [p.pk for p in page.context["page"]] == [ici.personne.pk]
        assert not page.context["filtre"].errors
    etranger = client.get(f"{reverse('parcours:personnes')}?referent={ailleurs.hab['cip'].compte_id}")
    assert "referent" in etranger.context["filtre"].errors


def test_on_ne_confie_que_ce_que_l_on_a_coche(ici):
    autre = Personne.objects.create(organisation=ici.organisation, nom="Autre", prenom="Ada", referent=ici.personne.referent)
    client, confier = ici.client("direction"), reverse("parcours:confier")
    assert list(client.get(confier).context["cochees"]) == []
    du_referent = f"{confier}?referent={ici.personne.referent_id}"
    assert set(client.get(du_referent).context["cochees"]) == {str(ici.personne.pk), str(autre.pk)}
    assert client.post(du_referent, {"personnes": [autre.pk], "a": ""}).context["cochees"] == [str(autre.pk)]


def test_sortie_son_dernier_jour_elle_n_a_plus_rien_a_faire_que_donner_des_nouvelles(embauchee):
    le, qui = timezone.localdate(), embauchee.personne
    embauchee.contrat.rompu_le, embauchee.contrat.motif_rupture = le, terme("motif_rupture", "accord")
    embauchee.contrat.save()
    qui.engagements.update(etat="clos", clos_le=le)
    avant = {manque for manque in manques(Personne) if a_qui_manque(manque, le)}
    assert {"fin_contrat", "sans_objectif"} <= avant
    qui.sorties.create(le=le, motif=terme("motif_sortie", "chomage"))
    reste = {manque for manque in manques(Personne) if a_qui_manque(manque, le)}
    assert not reste & {"sans_objectif", "sans_echeance", "sans_contact", "fin_contrat", "fin_pass", "sans_heures"}
    embauchee.contrat.debut = le  # reprise le jour même de sa sortie
    embauchee.contrat.save()
    assert a_qui_manque("fin_contrat", le).exists()


@pytest.mark.parametrize("moyen", ["telephone", "telephone_2", "courriel"])
def test_un_seul_moyen_de_la_joindre_suffit(ici, moyen):
    Personne.objects.update(telephone="", telephone_2="", courriel="")
    assert a_qui_manque("injoignable").get() == ici.personne
    Personne.objects.update(**{moyen: "zelie@exemple.fr" if moyen == "courriel" else "01 99 00 12 34"})
    assert not a_qui_manque("injoignable").exists()


def test_qui_est_sous_contrat_ne_se_purge_pas(embauchee):
    Personne.objects.update(cree_le=timezone.now() - timedelta(days=2000))
    for relation in ("contacts", "entretiens", "evaluations", "bilans", "echanges", "liaisons", "actions", "remises"):
        getattr(embauchee.personne, relation).all().update(le=dans(-1500))
    for faits in (embauchee.personne.informations, embauchee.mise_en_situation.evaluations, embauchee.personne.jobcoachs):
        faits.all().delete()
    assert not Personne.objects.a_purger(dans(0), mois=24).exists()
    embauchee.personne.contrats.update(debut=dans(-1600), fin_prevue=dans(-1200), fin=dans(-1200))
    embauchee.personne.sorties.all().delete()
    assert Personne.objects.a_purger(dans(0), mois=24).get() == embauchee.personne


@pytest.mark.parametrize("manque", manques(Personne))
def test_chaque_manque_a_un_geste_et_un_seul_qui_le_corrige(embauchee, rf, manque):
    lecteur = {"habilitation": embauchee.hab["cip"], "request": rf.get("/")}
    dit = remede(lecteur, manques(Personne)[manque].code, embauchee.personne)
    (adresse,) = re.findall(r'(?:href|action)="([^"]+)"', dit)
    client = embauchee.client("cip")
    suivie = client.post(adresse, follow=True) if "<form" in dit else client.get(adresse, follow=True)
    assert suivie.status_code == 200


def test_le_remede_d_un_fait_part_de_son_dossier(ici):
    contact = Contact.objects.create(personne=ici.personne, le=dans(0), pk=ici.personne.pk + 9)
    assert declares.remede("delai_annonce", ici.hab["cip"]).adresse(contact) == ici.personne.get_absolute_url()


@pytest.mark.parametrize(
    ("quoi", "fait"),
    {"engagement": "engagement", "bilan": "bilan", "travail": "mise_en_situation", "sortie": "sortie"}.items(),
)
def test_ce_qui_court_s_ouvre_sans_en_connaitre_le_numero(embauchee, quoi, fait):
    ligne = getattr(embauchee, fait, None) or embauchee.personne.sorties.get()
    adresse = f"/personnes/{embauchee.personne.pk}/courant/{quoi}"
    assert embauchee.client("cip").get(adresse, follow=True).redirect_chain[0][0].endswith(f"/{ligne.pk}/")
    autre = Personne.objects.create(organisation=embauchee.organisation, nom="Rien", prenom="Encore", phase="parcours")
    rien = embauchee.client("cip").get(f"/personnes/{autre.pk}/courant/{quoi}", follow=True)
    assert rien.status_code == 200
    assert rien.context["personne"] == autre
