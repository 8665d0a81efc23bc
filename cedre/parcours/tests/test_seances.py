"""Les séances d'action : la liste, la feuille, qui s'y compte, ce que l'annulation laisse à chacun (INS-5)."""

from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.conftest import embaucher
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import ActionAssociee, Moyen, Personne, Seance
from cedre.parcours.operations.actions import modifier_atelier, tenir, tenir_action
from cedre.parcours.operations.seances import annuler_seance
from cedre.structures.models import Offre

UN_JOUR = timedelta(days=1)


@pytest.fixture
def offre(embauchee):
    """L'action dont on tient les séances."""
    Seance.objects.all().delete()
    return Offre.objects.create(organisation=embauchee.organisation, intitule="Atelier CV")


@pytest.fixture(autouse=True)
def sans_seance(embauchee):
    """Aucune séance n'est là d'avance."""
    ActionAssociee.objects.all().delete()


def ouvrir(monde, offre, dans=0, heure=9, **champs) -> Seance:
    le = timezone.localdate() + dans * UN_JOUR
    return Seance.objects.create(organisation=monde.organisation, offre=offre, le=le, heure=time(heure), **champs)


def en_parcours(monde, nom, **champs) -> Personne:
    return Personne.objects.create(organisation=monde.organisation, nom=nom, prenom="P", phase="parcours", **champs)


def inscrire(seance, *personnes, etat="prevue") -> list[ActionAssociee]:
    return [
        ActionAssociee.objects.create(personne=p, offre=seance.offre, seance=seance, le=seance.le, etat=etat) for p in personnes
    ]


def dit(ligne) -> list[tuple]:
    """Ce que les traces disent de cette ligne, dans l'ordre."""
    traces = Trace.objects.filter(objet=ligne._meta.verbose_name, objet_id=ligne.pk).exclude(geste="consulter")
    return list(traces.order_by("pk").values_list("geste", "detail"))


# ── La liste ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_les_seances_a_venir_vont_de_la_plus_proche_a_la_plus_lointaine_et_les_passees_a_rebours(embauchee, ailleurs, offre):
    demain_tard, demain, jour, hier, hier_tard, annulee, avant = (
        ouvrir(embauchee, offre, dans, heure, annulee=annulee)
        for dans, heure, annulee in ((1, 14, 0), (1, 9, 0), (0, 9, 0), (-1, 9, 0), (-1, 14, 1), (2, 9, 1), (-3, 9, 0))
    )
    ouvrir(ailleurs, Offre.objects.create(organisation=ailleurs.organisation, intitule="Ailleurs"))
    contexte = embauchee.client("mad").get(reverse("parcours:ateliers")).context
    assert list(contexte["a_venir"]) == [jour, demain, demain_tard, annulee]
    assert list(contexte["page"]) == [hier_tard, hier, avant]


def test_chacun_se_compte_une_fois_selon_ce_qui_en_est_note(embauchee, offre):
    seance = ouvrir(embauchee, offre, -1, capacite=3)
    for nom, etat in (("A", "prevue"), ("B", "faite"), ("C", "faite"), ("D", "absente"), ("E", "excusee"), ("F", "prevue")):
        inscrire(seance, en_parcours(embauchee, nom), etat=etat)
    autre = ouvrir(embauchee, offre, -2)
    inscrire(autre, Personne.objects.get(nom="A"), etat="faite")
    lue = Seance.objects.avec_places().get(pk=seance.pk)
    assert (lue.inscrites, lue.attendues, lue.presentes, lue.places) == (5, 2, 2, -2)
    texte = " ".join(embauchee.client("mad").get(reverse("parcours:ateliers")).content.decode().split()).replace("\xa0", " ")
    assert "2 sur 5 présentes" in texte and texte.count("Présence à noter") == 1


def test_une_seance_complete_le_dit_et_les_autres_disent_leurs_places(embauchee, offre):
    inscrire(ouvrir(embauchee, offre, 1, capacite=1), embauchee.personne)
    inscrire(ouvrir(embauchee, offre, 2, capacite=2), embauchee.personne)
    texte = embauchee.client("mad").get(reverse("parcours:ateliers")).content.decode().replace("\xa0", " ")
    assert texte.count("Complète") == 1 and "1 place libre" in texte


# ── La feuille ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_la_feuille_range_par_nom_et_l_emargement_tait_les_excusees(embauchee, offre):
    seance = ouvrir(embauchee, offre, -1, animee_par="Lou", lieu="Au local")
    inscrire(seance, en_parcours(embauchee, "Zola"), en_parcours(embauchee, "Élan"))
    inscrire(seance, en_parcours(embauchee, "Milieu"), etat="excusee")
    reponse = embauchee.client("mad").get(reverse("parcours:atelier", args=[seance.pk]))
    assert [ligne.inscription.personne.nom for ligne in reponse.context["feuille"].lignes] == ["Élan", "Milieu", "Zola"]
    texte = reponse.content.decode()
    emargement = texte[texte.index("Feuille d’émargement</h1>") :]
    assert "Élan" in emargement and "Milieu" not in emargement and "Animée par Lou" in emargement


def test_on_propose_qui_est_en_parcours_et_pas_encore_inscrit_huit_au_plus(embauchee, ailleurs, offre):
    seance = ouvrir(embauchee, offre, 1)
    inscrite, excusee = (en_parcours(embauchee, nom) for nom in ("Ab", "Ac"))
    inscrire(seance, inscrite)
    inscrire(seance, excusee, etat="excusee")
    en_parcours(ailleurs, "Aa")
    en_parcours(embauchee, "Ad", anonymisee_le=timezone.localdate())
    adresse = reverse("parcours:atelier_candidates", args=[seance.pk])
    client = embauchee.client("mad")
    assert [p.nom for p in client.get(adresse).context["candidates"]] == ["Ac", embauchee.personne.nom]
    assert list(client.get(adresse, {"q": "marti"}).context["candidates"]) == [embauchee.personne]
    for rang in range(9):
        en_parcours(embauchee, f"B{rang}")
    assert len(client.get(adresse).context["candidates"]) == 8


def test_un_moyen_retire_ou_d_un_engagement_clos_n_attend_plus_personne(embauchee, offre):
    Moyen.objects.update(offre=offre)

    def attendue() -> bool:
        return Personne.objects.attendues_a(offre).get(pk=embauchee.personne.pk).attendue

    assert attendue()
    embauchee.engagement.moyens.update(retire_le=timezone.localdate())
    assert not attendue()
    embauchee.engagement.moyens.update(retire_le=None)
    embauchee.personne.engagements.update(etat="clos", clos_le=timezone.localdate())
    assert not attendue()


def test_inscrire_garde_la_date_l_action_qui_l_a_fait_et_une_trace(embauchee, offre):
    seance = ouvrir(embauchee, offre, 3)
    tenir(seance, inscriptions={embauchee.personne: False}, par=embauchee.hab["mad"])
    action = seance.actions.get()
    assert (action.le, action.offre, action.etat, action.heures) == (seance.le, offre, "prevue", None)
    assert action.par == embauchee.hab["mad"].compte and dit(action) == [("creer", "inscription")]


def test_la_derniere_place_se_prend_et_qui_se_reinscrit_ne_se_compte_pas_contre_elle_meme(embauchee, offre):
    seance, par = ouvrir(embauchee, offre, 1, capacite=2), embauchee.hab["mad"]
    inscrire(seance, en_parcours(embauchee, "A"))
    inscrire(seance, embauchee.personne, etat="absente")
    tenir(seance, inscriptions={embauchee.personne: False}, par=par)
    assert seance.actions.get(personne=embauchee.personne).etat == "prevue"
    with pytest.raises(GesteImpossible, match=r"complète \(2 sur 2\)"):
        tenir(seance, inscriptions={en_parcours(embauchee, "B"): False}, par=par)


def test_excusee_puis_reinscrite_elle_n_est_plus_annulee(embauchee, offre):
    seance, par = ouvrir(embauchee, offre, 1), embauchee.hab["mad"]
    (action,) = inscrire(seance, embauchee.personne)
    tenir(seance, presences={action: {"etat": "excusee"}}, par=par)
    action.refresh_from_db()
    assert action.annule_le == timezone.localdate() and dit(action) == [("modifier", "Excusée")]
    tenir(seance, inscriptions={embauchee.personne: False}, par=par)
    action.refresh_from_db()
    assert (action.etat, action.annule_le) == ("prevue", None)


def test_dupliquer_reprend_chaque_champ_de_la_seance(embauchee, offre):
    seance = ouvrir(embauchee, offre, -9, heure=14, duree=45, lieu="Au local", capacite=7, animee_par="Lou")
    form = embauchee.client("mad").get(reverse("parcours:atelier_nouvelle"), {"comme": seance.pk}).context["form"]
    repris = {nom: form[nom].value() for nom in ("heure", "duree", "lieu", "capacite", "animee_par")}
    assert repris == {"heure": time(14), "duree": 45, "lieu": "Au local", "capacite": 7, "animee_par": "Lou"}


def test_changer_l_action_et_la_duree_suit_chez_les_inscrits_et_les_heures_chez_qui_est_venu(embauchee, offre):
    seance = ouvrir(embauchee, offre, -1)
    (venue,) = inscrire(seance, embauchee.personne, etat="faite")
    (attendue,) = inscrire(seance, en_parcours(embauchee, "A"))
    seance.offre, seance.duree = Offre.objects.create(organisation=embauchee.organisation, intitule="Autre"), 100
    modifier_atelier(seance, champs=["offre", "duree"], par=embauchee.hab["mad"])
    for action, heures in ((venue, Decimal("1.67")), (attendue, None)):
        action.refresh_from_db()
        assert (action.offre, action.heures) == (seance.offre, heures)
    assert dit(seance) == [("modifier", "action, durée")]


# ── L'annuler ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_annuler_une_seance_excuse_aujourd_hui_ceux_qu_on_attendait_et_le_dit_a_chaque_dossier(embauchee, offre):
    seance = ouvrir(embauchee, offre, 2)
    attendues = inscrire(seance, embauchee.personne, en_parcours(embauchee, "A"))
    (excusee,) = inscrire(seance, en_parcours(embauchee, "B"), etat="excusee")
    adresse = reverse("parcours:atelier_annuler", args=[seance.pk])
    reponse = embauchee.client("mad").post(adresse, follow=True)
    assert reponse.redirect_chain[0][0] == seance.get_absolute_url()
    assert "À prévenir : 2" in " ".join(reponse.content.decode().split())
    for action in attendues:
        action.refresh_from_db()
        assert (action.etat, action.annule_le) == ("excusee", timezone.localdate())
        assert dit(action) == [("modifier", "séance annulée")]
        assert Trace.objects.filter(personne_id=action.personne_id, detail="séance annulée").exists()
    excusee.refresh_from_db()
    assert (excusee.annule_le, dit(excusee)) == (None, [])
    assert dit(seance) == [("modifier", "séance annulée")]


def test_d_une_seance_annulee_on_ne_change_plus_rien(embauchee, offre):
    seance, par = ouvrir(embauchee, offre, -1), embauchee.hab["mad"]
    (action,) = inscrire(seance, embauchee.personne)
    assert annuler_seance(seance, par=par) == 1
    seance.refresh_from_db()
    gestes = {
        "déjà annulée": lambda: annuler_seance(seance, par=par),
        "annulée entre-temps": lambda: modifier_atelier(seance, champs=["lieu"], par=par),
        "noter de présence": lambda: tenir(seance, presences={action: {"etat": "faite"}}, par=par),
        "est annulée": lambda: tenir(seance, inscriptions={en_parcours(embauchee, "A"): False}, par=par),
    }
    for refus, geste in gestes.items():
        with pytest.raises(GesteImpossible, match=refus):
            geste()


# ── L'action suivie seule ─────────────────────────────────────────────────────────────────────────────────────────


def test_sans_objectif_une_action_sert_l_engagement_en_cours_et_le_garde_quand_on_la_corrige(embauchee, offre):
    par = embauchee.hab["mad"]
    action = tenir_action(ActionAssociee(personne=embauchee.personne, offre=offre), champs=["le"], par=par)
    assert (action.engagement, action.objectif, action.par) == (embauchee.engagement, None, par.compte)
    embauchee.personne.engagements.update(etat="clos", clos_le=timezone.localdate())
    action.resultat = "CV refait"
    tenir_action(action, champs=["resultat"], par=embauchee.hab["cip"])
    action.refresh_from_db()
    assert (action.engagement, action.resultat, action.par) == (embauchee.engagement, "CV refait", embauchee.hab["cip"].compte)
    assert dit(action) == [("creer", "date"), ("modifier", "résultat")]


def test_une_action_excusee_garde_le_jour_ou_on_l_a_su(embauchee, offre):
    action = ActionAssociee.objects.create(personne=embauchee.personne, offre=offre)
    for etat, annule_le in (("excusee", timezone.localdate()), ("prevue", None)):
        action.etat = etat
        tenir_action(action, champs=["etat"], par=embauchee.hab["mad"])
        action.refresh_from_db()
        assert action.annule_le == annule_le


def test_ses_actions_vont_de_la_plus_recente_a_la_plus_ancienne_et_ne_sont_que_les_siennes(embauchee, ailleurs, offre):
    embaucher(ailleurs)
    for dans in (-9, 2, -1):
        ActionAssociee.objects.create(personne=embauchee.personne, offre=offre, le=timezone.localdate() + dans * UN_JOUR)
    page = embauchee.client("mad").get(reverse("parcours:actions", args=[embauchee.personne.pk])).context["page"]
    assert [(a.le - timezone.localdate()).days for a in page] == [2, -1, -9]


def test_une_action_retiree_de_l_offre_ne_se_propose_plus(embauchee, offre):
    Offre.objects.filter(pk=offre.pk).update(active=False)
    client = embauchee.client("mad")
    for adresse in (reverse("parcours:action_nouvelle", args=[embauchee.personne.pk]), reverse("parcours:atelier_nouvelle")):
        proposees = client.get(adresse).context["form"].fields["offre"].queryset
        assert proposees.exists() and offre not in proposees
