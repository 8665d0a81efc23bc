"""Les actions associées : séances de groupe, actions suivies seul, formations (INS-5)."""

from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.conftest import embaucher
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import ActionAssociee, Engagement, Moyen, Objectif, Personne, Seance
from cedre.parcours.operations.actions import tenir, tenir_action
from cedre.structures.models import Offre
from cedre.tests.envois import MOTIF


@pytest.fixture
def mad(embauchee):
    """Le navigateur de l'encadrant d'ici."""
    return embauchee.client("mad")


@pytest.fixture
def atelier(embauchee):
    """Une séance d'hier de deux heures et demie, deux places, où l'on attendait Zélie."""
    offre = Offre.objects.create(organisation=embauchee.organisation, intitule="Atelier CV")
    hier = timezone.localdate() - timedelta(days=1)
    seance = Seance.objects.create(
        organisation=embauchee.organisation, offre=offre, le=hier, heure=time(9), duree=150, capacite=2
    )
    ActionAssociee.objects.create(personne=embauchee.personne, offre=offre, seance=seance, le=hier)
    return seance


@pytest.fixture
def lou(embauchee):
    """Une autre personne en parcours."""
    return Personne.objects.create(organisation=embauchee.organisation, nom="Ancienne", prenom="Lou", phase="pre_embauche")


def page(seance):
    return reverse("parcours:atelier", args=[seance.pk])


def feuille(seance, **etats) -> dict:
    """Ce que le navigateur envoie. etats : a12="faite"."""
    saisie = {}
    for action in seance.actions.all():
        saisie[f"{action.pk}-presence"] = etats.get(f"a{action.pk}", action.etat)
        saisie[f"initial-{action.pk}-presence"] = action.etat
    return saisie


def seance_saisie(seance, **champs) -> dict:
    noms = ("le", "heure", "duree", "lieu", "capacite", "animee_par")
    return {nom: getattr(seance, nom) for nom in noms} | {"offre": seance.offre_id} | champs


# ── En séance ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_qui_est_venu_recoit_les_heures_de_la_seance_et_une_trace(atelier, mad):
    action = atelier.actions.get()
    mad.post(page(atelier), feuille(atelier, **{f"a{action.pk}": "faite"}))
    action.refresh_from_db()
    assert (action.etat, action.heures) == ("faite", Decimal("2.5"))
    assert Trace.objects.filter(personne_id=action.personne_id, detail="Faite").exists()


@pytest.mark.parametrize("etat", ["absente", "excusee"])
def test_qui_n_est_pas_venu_n_a_pas_d_heures(atelier, mad, etat):
    action = atelier.actions.get()
    mad.post(page(atelier), feuille(atelier, **{f"a{action.pk}": "faite"}))
    mad.post(page(atelier), feuille(atelier, **{f"a{action.pk}": etat}) | MOTIF)
    action.refresh_from_db()
    assert (action.etat, action.heures) == (etat, None)


def test_avant_le_jour_dit_on_ne_note_ni_presence_ni_absence(embauchee, mad):
    a_venir, action = embauchee.seance, embauchee.seance.actions.get()
    mad.post(page(a_venir), feuille(a_venir, **{f"a{action.pk}": "faite"}))
    action.refresh_from_db()
    assert action.etat == "prevue"
    with pytest.raises(GesteImpossible, match="pas encore eu lieu"):
        tenir(a_venir, presences={action: {"etat": "absente"}}, par=embauchee.hab["mad"])


def test_le_jour_meme_on_note_qui_est_venu(embauchee, atelier):
    Seance.objects.filter(pk=atelier.pk).update(le=timezone.localdate())
    action = atelier.actions.get()
    tenir(atelier, presences={action: {"etat": "faite"}}, par=embauchee.hab["mad"])
    assert atelier.actions.get().etat == "faite"


def test_l_inscription_dit_l_objectif_dont_un_moyen_nomme_l_action(embauchee, atelier, mad):
    atelier.actions.all().delete()
    Moyen.objects.filter(engagement=embauchee.engagement).update(offre=atelier.offre)
    mad.post(page(atelier), {"inscrire": embauchee.personne.pk})
    action = atelier.actions.get()
    assert (action.engagement, action.objectif, action.le) == (embauchee.engagement, embauchee.objectif, atelier.le)


def test_l_action_que_nul_moyen_ne_nomme_sert_l_engagement_en_cours_sans_objectif(embauchee, atelier, mad):
    atelier.actions.all().delete()
    mad.post(page(atelier), {"inscrire": embauchee.personne.pk})
    action = atelier.actions.get()
    assert (action.engagement, action.objectif) == (embauchee.engagement, None)


def test_on_propose_d_abord_celle_dont_l_engagement_nomme_l_action(embauchee, atelier, lou, mad):
    atelier.actions.all().delete()
    assert [p.prenom for p in mad.get(page(atelier)).context["candidates"]] == ["Lou", "Zélie"]
    Moyen.objects.filter(engagement=embauchee.engagement).update(offre=atelier.offre)
    assert [p.prenom for p in mad.get(page(atelier)).context["candidates"]] == ["Zélie", "Lou"]


@pytest.mark.parametrize("phase", ["pre_accueil", "accueil", "sortie", "sans_suite"])
def test_on_n_inscrit_que_quelqu_un_en_parcours(embauchee, atelier, lou, mad, phase):
    Personne.objects.filter(pk=lou.pk).update(phase=phase)
    reponse = mad.post(page(atelier), {"inscrire": lou.pk})
    assert reponse.context["feuille"].ajout.errors.keys() == {"inscrire"}
    lou.refresh_from_db()
    with pytest.raises(GesteImpossible, match="parcours"):
        tenir(atelier, inscriptions={lou: False}, par=embauchee.hab["mad"])
    assert lou not in mad.get(page(atelier)).context["candidates"]


def test_au_dela_des_places_on_n_inscrit_qu_en_surnombre(atelier, lou, mad):
    Seance.objects.filter(pk=atelier.pk).update(capacite=1)
    reponse = mad.post(page(atelier), {"inscrire": lou.pk})
    assert "complète (1 sur 1)" in reponse.context["feuille"].ajout.non_field_errors()[0]
    mad.post(page(atelier), {"en_surnombre": lou.pk})
    assert atelier.actions.count() == 2


def test_une_excusee_rend_sa_place_et_peut_se_reinscrire(embauchee, atelier, lou):
    Seance.objects.filter(pk=atelier.pk).update(capacite=1)
    atelier.actions.update(etat="excusee")
    tenir(atelier, inscriptions={lou: False}, par=embauchee.hab["mad"])
    lou.actions.get().delete()
    tenir(atelier, inscriptions={embauchee.personne: False}, par=embauchee.hab["mad"])
    assert atelier.actions.get().etat == "prevue"


def test_la_meme_personne_ne_s_inscrit_pas_deux_fois(embauchee, atelier):
    with pytest.raises(GesteImpossible, match="déjà inscrite"):
        tenir(atelier, inscriptions={embauchee.personne: False}, par=embauchee.hab["mad"])


def test_changer_la_date_et_la_duree_emmene_qui_y_est_inscrit(embauchee, atelier, mad):
    atelier.actions.update(etat="faite", heures=Decimal("2.5"))
    avant_hier = atelier.le - timedelta(days=1)
    mad.post(reverse("parcours:atelier_modifier", args=[atelier.pk]), seance_saisie(atelier, le=avant_hier, duree=60) | MOTIF)
    action = atelier.actions.get()
    assert (action.le, action.heures) == (avant_hier, 1)


def test_une_seance_ou_l_on_est_venu_ne_se_reporte_pas_et_ne_s_annule_pas(atelier, mad):
    atelier.actions.update(etat="faite")
    demain = timezone.localdate() + timedelta(days=1)
    saisie = seance_saisie(atelier, le=demain)
    reponse = mad.post(reverse("parcours:atelier_modifier", args=[atelier.pk]), saisie)
    assert "présences" in reponse.context["form"].non_field_errors()[0]
    mad.post(reverse("parcours:atelier_annuler", args=[atelier.pk]))
    atelier.refresh_from_db()
    assert not atelier.annulee and atelier.le < timezone.localdate()


def test_annuler_une_seance_excuse_ceux_qu_on_attendait(atelier, mad):
    mad.post(reverse("parcours:atelier_annuler", args=[atelier.pk]))
    atelier.refresh_from_db()
    assert atelier.annulee and atelier.actions.get().etat == "excusee"


def test_la_feuille_d_emargement_dit_l_action_et_les_noms(embauchee, atelier, mad):
    texte = mad.get(page(atelier)).content.decode()
    emargement = texte[texte.index("Feuille d’émargement</h1>") :]
    assert "Atelier CV" in emargement and "Martinelle" in emargement
    assert embauchee.personne.telephone not in emargement


def test_dupliquer_reprend_tout_sauf_la_date(atelier, mad):
    form = mad.get(reverse("parcours:atelier_nouvelle"), {"comme": atelier.pk}).context["form"]
    assert form.initial["offre"] == atelier.offre and "le" not in form.initial
    mad.post(reverse("parcours:atelier_nouvelle"), seance_saisie(atelier, le="2026-01-05", animee_par="Lou"))
    assert Seance.objects.get(animee_par="Lou").organisation == atelier.organisation


def test_la_qualite_lit_les_seances_mais_ne_les_tient_pas(embauchee, atelier):
    texte = embauchee.client("qualite").get(reverse("parcours:ateliers")).content.decode()
    assert "Atelier CV" in texte and page(atelier) not in texte
    assert embauchee.client("qualite").get(page(atelier)).status_code == 403


@pytest.mark.parametrize("combien", [2, 30])
def test_la_feuille_et_la_liste_tiennent_en_dix_requetes(embauchee, atelier, mad, django_assert_max_num_queries, combien):
    for rang in range(combien):
        personne = Personne.objects.create(organisation=embauchee.organisation, nom=f"N{rang}", prenom="P", phase="parcours")
        ActionAssociee.objects.create(personne=personne, offre=atelier.offre, seance=atelier, le=atelier.le)
    for adresse in (page(atelier), reverse("parcours:ateliers")):
        with django_assert_max_num_queries(10):
            mad.get(adresse)


# ── Seule ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def saisir(ici, **champs) -> dict:
    offre = Offre.objects.get(organisation=ici.organisation)
    return {"offre": offre.pk, "le": timezone.localdate().isoformat(), "etat": "prevue"} | champs


def test_une_formation_se_note_avec_ses_dates_ses_heures_et_son_certificat(embauchee, mad):
    jour = timezone.localdate()
    saisie = saisir(
        embauchee,
        objectif=embauchee.objectif.pk,
        le=jour - timedelta(days=20),
        au=jour,
        heures="35",
        etat="faite",
        certificat="CACES 1",
    )
    reponse = mad.post(reverse("parcours:action_nouvelle", args=[embauchee.personne.pk]), saisie)
    assert reponse.url == reverse("parcours:actions", args=[embauchee.personne.pk])
    action = ActionAssociee.objects.get(certificat="CACES 1")
    assert (action.engagement, action.objectif, action.heures) == (embauchee.engagement, embauchee.objectif, 35)
    assert "CACES 1" in mad.get(reponse.url).content.decode()


def test_le_total_ne_compte_que_les_heures_faites(embauchee, mad):
    offre = Offre.objects.get(organisation=embauchee.organisation)
    for etat, heures in (("faite", 3), ("faite", Decimal("1.5")), ("prevue", 7), ("absente", 7)):
        ActionAssociee.objects.create(personne=embauchee.personne, offre=offre, etat=etat, heures=heures)
    assert mad.get(reverse("parcours:actions", args=[embauchee.personne.pk])).context["heures"] == Decimal("4.5")


@pytest.mark.parametrize(
    "du, au, etat, certificat, refuse",
    [
        (-5, 1, "faite", "", "etat"),
        (-5, 0, "faite", "", None),
        (1, None, "faite", "", "etat"),
        (1, None, "absente", "", "etat"),
        (0, None, "absente", "", None),
        (-5, 0, "prevue", "CACES", "certificat"),
        (0, -1, "prevue", "", "__all__"),
    ],
)
def test_ce_qui_est_a_venir_n_est_pas_fait_et_un_certificat_vient_a_la_fin(embauchee, mad, du, au, etat, certificat, refuse):
    jour = timezone.localdate()
    fin = "" if au is None else jour + timedelta(days=au)
    saisie = saisir(embauchee, le=jour + timedelta(days=du), au=fin, etat=etat, certificat=certificat)
    reponse = mad.post(reverse("parcours:action_nouvelle", args=[embauchee.personne.pk]), saisie)
    assert (set(reponse.context["form"].errors) if reponse.context else None) == (refuse and {refuse})


def test_l_objectif_propose_est_de_l_engagement_en_cours(embauchee, mad):
    ancien = Engagement.objects.create(
        personne=embauchee.personne,
        type_engagement=embauchee.engagement.type_engagement,
        etat="clos",
        debut=embauchee.engagement.debut - timedelta(days=90),
        clos_le=embauchee.engagement.debut,
    )
    clos = Objectif.objects.create(engagement=ancien, libelle="Ancien")
    adresse = reverse("parcours:action_nouvelle", args=[embauchee.personne.pk])
    assert list(mad.get(adresse).context["form"].fields["objectif"].queryset) == [embauchee.objectif]
    assert mad.post(adresse, saisir(embauchee, objectif=clos.pk)).context["form"].errors.keys() == {"objectif"}


def test_une_action_venue_d_une_seance_garde_sa_date_et_sa_presence(embauchee, atelier, mad):
    action = atelier.actions.get()
    saisie = {"le": "2020-01-01", "etat": "faite", "heures": 9, "resultat": "CV refait"}
    mad.post(reverse("parcours:action", args=[action.pk]), saisie)
    action.refresh_from_db()
    assert (action.le, action.etat, action.heures, action.resultat) == (atelier.le, "prevue", None, "CV refait")


def test_une_saisie_par_erreur_se_retire_mais_pas_celle_d_une_seance(embauchee, atelier, mad):
    offre = Offre.objects.get(intitule="Atelier CV")
    seule = ActionAssociee.objects.create(personne=embauchee.personne, offre=offre)
    for action in (seule, atelier.actions.get()):
        mad.post(reverse("parcours:action_retirer", args=[action.pk]))
    assert list(offre.actions.all()) == [atelier.actions.get()]
    assert Trace.objects.filter(geste="supprimer", personne_id=embauchee.personne.pk).exists()


def test_on_note_une_action_apres_la_sortie_mais_pas_avant_le_parcours(embauchee, mad):
    adresse = reverse("parcours:action_nouvelle", args=[embauchee.personne.pk])
    for phase, code in (("sortie", 200), ("accueil", 404)):
        Personne.objects.filter(pk=embauchee.personne.pk).update(phase=phase)
        assert mad.get(adresse).status_code == code


def test_l_accueil_ne_lit_pas_les_actions_et_la_qualite_ne_les_ecrit_pas(embauchee):
    lire = reverse("parcours:actions", args=[embauchee.personne.pk])
    ecrire = reverse("parcours:action_nouvelle", args=[embauchee.personne.pk])
    codes = {role: [embauchee.client(role).get(u).status_code for u in (lire, ecrire)] for role in ("accueil", "qualite", "mad")}
    assert codes == {"accueil": [403, 403], "qualite": [200, 403], "mad": [200, 200]}


def test_rien_d_ailleurs_n_entre_dans_un_envoi_valable(embauchee, atelier, ailleurs, mad):
    embaucher(ailleurs)
    offre = Offre.objects.get(organisation=ailleurs.organisation)
    adresse = reverse("parcours:action_nouvelle", args=[embauchee.personne.pk])
    saisie = {"le": "2026-01-05", "etat": "prevue"}
    reponse = mad.post(adresse, saisie | {"offre": offre.pk, "objectif": ailleurs.objectif.pk})
    assert reponse.context["form"].errors.keys() == {"offre", "objectif"}
    assert mad.post(page(atelier), {"inscrire": ailleurs.personne.pk}).context["feuille"].ajout.errors.keys() == {"inscrire"}
    reponse = mad.post(reverse("parcours:atelier_nouvelle"), seance_saisie(atelier, offre=offre.pk))
    assert reponse.context["form"].errors.keys() == {"offre"}


def test_la_frise_mene_aux_actions_de_la_personne(embauchee, mad):
    dossier = mad.get(reverse("parcours:personne", args=[embauchee.personne.pk])).content.decode()
    assert reverse("parcours:actions", args=[embauchee.personne.pk]) in dossier


def test_une_action_faite_ne_se_force_pas_par_l_operation(embauchee):
    demain = timezone.localdate() + timedelta(days=1)
    offre = Offre.objects.get(organisation=embauchee.organisation)
    action = ActionAssociee(personne=embauchee.personne, offre=offre, le=demain, etat="faite")
    with pytest.raises(GesteImpossible):
        tenir_action(action, champs=[], par=embauchee.hab["mad"])
    assert action.pk is None
