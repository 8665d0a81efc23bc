"""Une séance, information collective ou atelier : ses places, son ordre, ce qui suit chacun quand elle change (ACC-2, INS-5)."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.parcours.forms.collectives import nom_de_seance
from cedre.parcours.models import ActionAssociee, Information, InformationCollective, Personne, Seance
from cedre.parcours.operations import actions, collectives
from cedre.parcours.operations.etapes import reprendre_les_etapes
from cedre.parcours.operations.seances import annuler_seance, modifier_seance
from cedre.structures.models import Offre


def dans(jours: int) -> date:
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=jours)


def collective(monde, jours: int, heure: time = time(9), **champs) -> InformationCollective:
    """Une information collective, ce jour-là."""
    valeurs = {"organisation": monde.organisation, "le": dans(jours), "heure": heure, "lieu": "Salle"} | champs
    return InformationCollective.objects.create(**valeurs)


def atelier(monde, jours: int, heure: time = time(9), **champs) -> Seance:
    """Un atelier, ce jour-là."""
    valeurs = {"organisation": monde.organisation, "offre": monde.seance.offre, "le": dans(jours), "heure": heure} | champs
    return Seance.objects.create(**valeurs)


CREER = {"collectives": collective, "ateliers": atelier}


@pytest.mark.parametrize("route", CREER)
def test_les_seances_a_venir_vont_de_la_plus_proche_les_passees_de_la_plus_recente(embauchee, cip, route):
    creer = CREER[route]
    InformationCollective.objects.exclude(pk=embauchee.collective.pk).delete()
    a_venir = [creer(embauchee, *quand) for quand in ((0, time(14)), (9,), (0, time(8)))]
    passees = [creer(embauchee, *quand) for quand in ((-1, time(8)), (-9,), (-1, time(14)))]
    annulee = creer(embauchee, 1, annulee=True)
    tues = creer(embauchee, -3, annulee=True)
    page = cip.get(reverse(f"parcours:{route}")).context
    siennes = embauchee.collective if route == "collectives" else embauchee.seance
    assert [s.pk for s in page["a_venir"]] == [a_venir[2].pk, a_venir[0].pk, annulee.pk, siennes.pk, a_venir[1].pk]
    assert [s.pk for s in page["page"]] == [passees[2].pk, passees[0].pk, tues.pk, passees[1].pk]
    texte = cip.get(reverse(f"parcours:{route}")).content.decode()
    assert texte.count("Annulée") == 2
    assert a_venir[0].get_absolute_url() in texte and passees[0].get_absolute_url() in texte


def test_les_places_comptent_qui_est_attendu_venu_ou_absent_et_non_les_excusees(embauchee):
    for etat in ("prevue", "prevue", "presente", "absente", "excusee"):
        personne = Personne.objects.create(organisation=embauchee.organisation, nom=etat, prenom="Lou")
        Information.objects.create(personne=personne, collective=embauchee.collective, le=dans(3), presence=etat)
    lue = InformationCollective.objects.avec_places().get(pk=embauchee.collective.pk)
    assert (lue.inscrites, lue.attendues, lue.presentes, lue.places) == (5, 3, 1, 7)
    assert "(7\u00a0places)" in nom_de_seance(lue) and "Salle ici" in nom_de_seance(lue)
    embauchee.collective.capacite = 5
    embauchee.collective.save()
    assert "(complète)" in nom_de_seance(InformationCollective.objects.avec_places().get(pk=embauchee.collective.pk))


@pytest.mark.parametrize("route", CREER)
def test_dupliquer_reprend_chaque_champ_sauf_la_date(embauchee, cip, route):
    seance = CREER[route](embauchee, -2, time(10, 15), duree=75, lieu="Au port", capacite=7)
    seance.animee_par = embauchee.qui if route == "collectives" else "Lou"
    seance.save()
    form = cip.get(reverse(f"parcours:{route.removesuffix('s')}_nouvelle"), {"comme": seance.pk}).context["form"]
    assert {nom: form.initial.get(nom) for nom in form.fields} == {
        nom: None if nom == "le" else getattr(seance, nom) for nom in form.fields
    }


def test_annuler_une_seance_dit_le_jour_et_trace_chaque_personne_attendue(embauchee, cip):
    autre = Personne.objects.create(organisation=embauchee.organisation, nom="Autre", prenom="Lou", phase="accueil")
    absente = Personne.objects.create(organisation=embauchee.organisation, nom="Absente", prenom="Lou")
    collectives.inscrire(embauchee.collective, personne=autre, par=embauchee.hab["cip"])
    Information.objects.create(personne=absente, collective=embauchee.collective, le=dans(3), presence="absente")
    debut = Trace.objects.count()
    assert annuler_seance(embauchee.collective, par=embauchee.hab["cip"]) == 2
    lignes = {i.personne_id: (i.presence, i.annule_le) for i in embauchee.collective.informations.all()}
    excusee = ("excusee", dans(0))
    assert lignes == {embauchee.personne.pk: excusee, autre.pk: excusee, absente.pk: ("absente", None)}
    traces = Trace.objects.order_by("pk")[debut:]
    assert sorted(t.personne_id or 0 for t in traces) == sorted([0, embauchee.personne.pk, autre.pk])
    with pytest.raises(GesteImpossible, match="déjà annulée"):
        annuler_seance(embauchee.collective, par=embauchee.hab["cip"])
    with pytest.raises(GesteImpossible, match="est annulée"):
        collectives.inscrire(embauchee.collective, personne=absente, par=embauchee.hab["cip"])
    with pytest.raises(GesteImpossible, match="annulée"):
        modifier_seance(embauchee.collective, champs=["lieu"], par=embauchee.hab["cip"])


def test_deplacer_la_date_d_une_seance_tenue_deplace_l_entree_dans_l_accueil(ici):
    seance = collective(ici, -2)
    ici.personne.informations.create(collective=seance, le=seance.le, presence="presente")
    reprendre_les_etapes(ici.personne)
    seance.le = dans(-4)
    modifier_seance(seance, champs=["le"], par=ici.hab["cip"])
    ici.personne.refresh_from_db()
    assert (ici.personne.phase, ici.personne.phase_depuis) == ("accueil", dans(-4))
    assert Trace.objects.get(objet=seance._meta.verbose_name).detail == "date"
    seance.le = dans(0)
    modifier_seance(seance, champs=["le"], par=ici.hab["cip"])
    assert ici.personne.informations.get(collective=seance).le == dans(0), "le jour même, elle a pu avoir lieu"


def test_deplacee_encore_attendue_elle_l_est_depuis_le_meme_jour_et_absente_de_nouveau(ici):
    autre = collective(ici, 9)
    Information.objects.filter(pk=ici.information.pk).update(pose_le=dans(-6))
    ici.information.refresh_from_db()
    collectives.tenir(ici.collective, deplacements={ici.information: autre}, par=ici.hab["cip"])
    ligne = ici.personne.informations.get()
    assert (ligne.collective, ligne.le, ligne.pose_le, ligne.presence) == (autre, autre.le, dans(-6), "prevue")
    InformationCollective.objects.filter(pk=autre.pk).update(le=dans(-1))
    Information.objects.update(presence="absente", le=dans(-1))
    ligne.refresh_from_db()
    collectives.tenir(autre, deplacements={ligne: ici.collective}, par=ici.hab["cip"])
    nouvelle = ici.personne.informations.get(collective=ici.collective)
    assert (nouvelle.pose_le, ici.personne.informations.count()) == (dans(0), 2)


def test_excusee_puis_reinscrite_elle_n_est_plus_annulee_et_suit_la_date_de_la_seance(ici):
    collectives.tenir(ici.collective, presences={ici.information: {"presence": "excusee"}}, par=ici.hab["cip"])
    assert ici.personne.informations.get().annule_le == dans(0)
    InformationCollective.objects.filter(pk=ici.collective.pk).update(le=dans(6))
    collectives.inscrire(ici.collective, personne=ici.personne, par=ici.hab["cip"])
    ligne = ici.personne.informations.get()
    assert (ligne.presence, ligne.annule_le, ligne.le) == ("prevue", None, dans(6))
    with pytest.raises(GesteImpossible, match="déjà inscrite"):
        collectives.inscrire(ici.collective, personne=ici.personne, par=ici.hab["cip"])


def test_on_ne_deplace_que_vers_une_autre_seance_a_venir_qui_a_des_places(ici, ailleurs, cip):
    pleine, annulee = collective(ici, 5, capacite=1), collective(ici, 6, annulee=True)
    autre = Personne.objects.create(organisation=ici.organisation, nom="Autre", prenom="Lou")
    collectives.inscrire(pleine, personne=autre, par=ici.hab["cip"])
    collective(ici, -1)
    loin, proche = collective(ici, 20), collective(ici, 0)
    feuille = cip.get(reverse("parcours:collective", args=[ici.collective.pk])).context["feuille"]
    assert list(feuille.seances) == [str(proche.pk), str(loin.pk)] and feuille.prochaine == proche
    assert not {str(s.pk) for s in (pleine, annulee, ailleurs.collective)} & set(feuille.seances)


def test_la_feuille_range_les_personnes_par_nom_et_mene_a_chaque_dossier(ici, cip):
    zoe = Personne.objects.create(organisation=ici.organisation, nom="Abadie", prenom="Zoé")
    collectives.inscrire(ici.collective, personne=zoe, par=ici.hab["cip"])
    page = cip.get(reverse("parcours:collective", args=[ici.collective.pk]))
    assert [ligne.inscription.personne for ligne in page.context["feuille"].lignes] == [zoe, ici.personne]
    assert reverse("parcours:personne", args=[zoe.pk]) in page.content.decode()
    ici.personne.informations.update(presence="excusee")
    emargement = cip.get(page.request["PATH_INFO"]).content.decode().split("Feuille d’émargement</h1>")[1]
    assert "Abadie" in emargement and "Martinelle" not in emargement, "qui s'est excusée ne signe pas"


@pytest.mark.parametrize("etat, heures", [("faite", Decimal("1.25")), ("absente", None), ("excusee", None), ("prevue", None)])
def test_changer_un_atelier_n_en_donne_les_heures_qu_a_qui_est_venu(embauchee, etat, heures):
    seance = atelier(embauchee, -1)
    seance.actions.create(personne=embauchee.personne, offre=seance.offre, le=seance.le, etat=etat)
    seance.duree, seance.offre = 75, Offre.objects.create(organisation=embauchee.organisation, intitule="Atelier CV")
    actions.modifier_atelier(seance, champs=["duree", "offre"], par=embauchee.hab["cip"])
    action = seance.actions.get()
    assert (action.heures, action.offre, action.le) == (heures, seance.offre, seance.le)


def test_une_action_d_une_seance_annulee_n_est_plus_attendue_et_garde_son_jour(embauchee):
    annuler_seance(embauchee.seance, par=embauchee.hab["cip"])
    action = embauchee.personne.actions.get()
    assert (action.etat, action.annule_le, action.le) == ("excusee", dans(0), dans(5))
    assert not ActionAssociee.objects.attendues().exists()


@pytest.mark.parametrize(
    "jour, etat, refuse",
    [(0, "faite", False), (1, "faite", True), (0, "absente", False), (1, "absente", True), (1, "prevue", False)],
)
def test_une_action_se_dit_faite_ou_manquee_des_son_jour(embauchee, jour, etat, refuse):
    action = ActionAssociee(personne=embauchee.personne, offre=embauchee.seance.offre, le=dans(jour), etat=etat)
    if refuse:
        with pytest.raises(GesteImpossible):
            actions.tenir_action(action, champs=[], par=embauchee.hab["cip"])
    else:
        assert actions.tenir_action(action, champs=[], par=embauchee.hab["cip"]).engagement == embauchee.engagement


def test_les_actions_d_une_personne_vont_de_la_plus_recente(embauchee, cip):
    for jours in (-9, -2):
        embauchee.personne.actions.create(offre=embauchee.seance.offre, le=dans(jours), etat="faite", heures=2)
    page = cip.get(reverse("parcours:actions", args=[embauchee.personne.pk])).context
    assert [a.le for a in page["page"]] == [dans(5), dans(-2), dans(-9)] and page["heures"] == 4
