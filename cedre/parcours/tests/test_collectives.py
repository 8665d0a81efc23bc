"""L'information, collective ou non (ACC-2)."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.conftest import a_qui_manque
from cedre.core.refus import GesteImpossible
from cedre.core.templatetags.cedre import jour_semaine
from cedre.parcours.models import Contact, Information, InformationCollective, Personne
from cedre.parcours.operations.collectives import inscrire, tenir


@pytest.fixture
def hier(ici):
    """Une séance d'hier, deux places, où l'on attendait Zélie."""
    seance = InformationCollective.objects.create(
        organisation=ici.organisation, le=timezone.localdate() - timedelta(days=1), heure=time(9), lieu="Salle", capacite=2
    )
    Information.objects.create(personne=ici.personne, collective=seance, le=seance.le, presence="prevue")
    return seance


@pytest.fixture
def lou(ici):
    """Une autre personne, qui attend depuis quarante jours."""
    personne = Personne.objects.create(organisation=ici.organisation, nom="Ancienne", prenom="Lou")
    Contact.objects.create(personne=personne, le=timezone.localdate() - timedelta(days=40), delai_annonce=10)
    return personne


def feuille(seance, **lignes) -> dict:
    """Ce que le navigateur envoie : les valeurs de départ et celles choisies. lignes : i12={"presence": …, "dit": True}."""
    saisie = {}
    for ligne in seance.informations.all():
        note = lignes.get(f"i{ligne.pk}", {})
        saisie[f"{ligne.pk}-presence"] = note.get("presence", ligne.presence)
        saisie[f"initial-{ligne.pk}-presence"] = ligne.presence
        for nom in ("offre_presentee", "statut_explique"):
            saisie[f"initial-{ligne.pk}-{nom}"] = str(getattr(ligne, nom))
            if note.get("dit", getattr(ligne, nom)):
                saisie[f"{ligne.pk}-{nom}"] = "on"
        saisie[f"{ligne.pk}-vers"] = note.get("vers", "")
    return saisie


def page(seance):
    return reverse("parcours:collective", args=[seance.pk])


def test_noter_une_presence_fait_entrer_dans_l_accueil_et_garde_ce_qui_a_ete_dit(ici, cip, hier):
    ligne = hier.informations.get()
    cip.post(page(hier), feuille(hier, **{f"i{ligne.pk}": {"presence": "presente", "dit": True}}))
    ligne.refresh_from_db()
    ici.personne.refresh_from_db()
    assert (ligne.presence, ligne.offre_presentee, ligne.statut_explique, ligne.le) == ("presente", True, True, hier.le)
    assert (ici.personne.phase, ici.personne.phase_depuis) == ("accueil", hier.le)
    assert Trace.objects.filter(personne_id=ici.personne.pk, geste="modifier").exists()


@pytest.mark.parametrize("presence", ["prevue", "absente", "excusee"])
def test_on_n_explique_qu_a_une_personne_presente_et_la_saisie_reste(cip, hier, presence):
    ligne = hier.informations.get()
    reponse = cip.post(page(hier), feuille(hier, **{f"i{ligne.pk}": {"presence": presence, "dit": True}}))
    ligne.refresh_from_db()
    assert ligne.presence == "prevue" and not ligne.statut_explique
    saisie = reponse.context["feuille"].lignes[0]
    assert saisie.non_field_errors() == ["On n’a pu expliquer qu’à une personne présente."]
    assert reponse.context["feuille"].ajout.non_field_errors() == [
        "Une ligne est à corriger. Rien n’est encore enregistré, rien n’est perdu."
    ]
    assert saisie["presence"].value() == presence and saisie["statut_explique"].value() is True


def test_une_seance_a_venir_ne_note_ni_presence_ni_absence(ici, cip):
    ligne = ici.information
    cip.post(page(ici.collective), feuille(ici.collective, **{f"i{ligne.pk}": {"presence": "presente"}}))
    ligne.refresh_from_db()
    assert ligne.presence == "prevue"
    with pytest.raises(GesteImpossible):
        tenir(ici.collective, presences={ligne: {"presence": "absente"}}, par=ici.hab["cip"])


def test_deux_feuilles_ouvertes_en_meme_temps_n_ecrivent_que_ce_qu_elles_changent(ici, cip, hier, lou):
    zelie = hier.informations.get()
    autre = inscrire(hier, personne=lou, par=ici.hab["cip"])
    en_retard = feuille(hier, **{f"i{autre.pk}": {"presence": "absente"}})
    cip.post(page(hier), feuille(hier, **{f"i{zelie.pk}": {"presence": "presente", "dit": True}}))
    ici.client("accueil").post(page(hier), en_retard)
    assert dict(hier.informations.values_list("personne__prenom", "presence")) == {"Zélie": "presente", "Lou": "absente"}


def test_au_dela_de_la_capacite_on_n_inscrit_qu_en_surnombre(ici, cip, hier, lou):
    hier.capacite = 1
    hier.save()
    reponse = cip.post(page(hier), feuille(hier) | {"inscrire": lou.pk})
    assert "complète (1 sur 1)" in reponse.context["feuille"].ajout.non_field_errors()[0]
    assert hier.informations.count() == 1
    cip.post(page(hier), feuille(hier) | {"en_surnombre": lou.pk})
    assert hier.informations.count() == 2


def test_la_meme_personne_ne_s_inscrit_pas_deux_fois(ici, cip, hier):
    reponse = cip.post(page(hier), feuille(hier) | {"inscrire": ici.personne.pk})
    assert "déjà inscrite" in reponse.context["feuille"].ajout.non_field_errors()[0]
    assert hier.informations.count() == 1


def test_une_excusee_qui_se_reinscrit_reprend_sa_ligne(ici, hier):
    hier.informations.update(presence="excusee")
    inscrire(hier, personne=ici.personne, par=ici.hab["accueil"])
    assert hier.informations.get().presence == "prevue"


def test_inscrire_quelqu_un_enregistre_aussi_les_presences_deja_cochees(cip, hier, lou):
    ligne = hier.informations.get()
    cip.post(page(hier), feuille(hier, **{f"i{ligne.pk}": {"presence": "presente"}}) | {"inscrire": lou.pk})
    assert dict(hier.informations.values_list("personne__prenom", "presence")) == {"Zélie": "presente", "Lou": "prevue"}


def test_deplacer_une_personne_attendue_change_sa_date_et_vide_sa_place(ici, cip, lou):
    ligne = inscrire(ici.collective, personne=lou, par=ici.hab["cip"])
    autre = InformationCollective.objects.create(
        organisation=ici.organisation, le=ici.collective.le + timedelta(days=7), heure=time(9), lieu="Salle"
    )
    cip.post(page(ici.collective), feuille(ici.collective, **{f"i{ligne.pk}": {"vers": autre.pk}}))
    assert lou.informations.get().collective == autre
    assert lou.informations.get().le == autre.le


@pytest.mark.parametrize("notee", ["absente", "excusee"])
def test_une_absente_ou_une_excusee_se_reinscrit_a_la_prochaine_et_ce_qui_est_note_reste(ici, cip, hier, lou, notee):
    hier.informations.all().delete()
    ligne = Information.objects.create(personne=lou, collective=hier, le=hier.le, presence=notee)
    cip.post(page(hier), feuille(hier, **{f"i{ligne.pk}": {"vers": ici.collective.pk}}))
    assert dict(lou.informations.values_list("collective", "presence")) == {hier.pk: notee, ici.collective.pk: "prevue"}


def test_une_personne_presente_n_a_pas_a_etre_deplacee(ici, cip, hier):
    envoi = feuille(hier, **{f"i{hier.informations.get().pk}": {"presence": "presente", "vers": ici.collective.pk}})
    lignes = cip.post(page(hier), envoi).context["feuille"].lignes
    assert lignes[0].errors == {"vers": ["Elle était présente : elle n’a pas à être déplacée."]}
    choix = [str(mot).replace("\N{NO-BREAK SPACE}", " ") for _, mot in lignes[0].fields["vers"].choices]
    assert choix == ["—", f"{jour_semaine(ici.collective.le)} à 9 h 30, Salle ici (11 places)".replace("\N{NO-BREAK SPACE}", " ")]


def test_on_ne_deplace_pas_vers_une_seance_complete(ici, cip, lou):
    pleine = InformationCollective.objects.create(
        organisation=ici.organisation, le=ici.collective.le, heure=time(15), lieu="Salle", capacite=1
    )
    inscrire(pleine, personne=lou, par=ici.hab["cip"])
    envoi = feuille(ici.collective, **{f"i{ici.information.pk}": {"vers": pleine.pk}})
    reponse = cip.post(page(ici.collective), envoi)
    assert reponse.context["feuille"].lignes[0].errors.keys() == {"vers"}
    with pytest.raises(GesteImpossible):
        tenir(ici.collective, deplacements={ici.information: pleine}, par=ici.hab["cip"])
    assert ici.collective.informations.count() == 1


def test_changer_la_date_d_une_seance_emmene_ceux_qui_y_sont_inscrits(ici, cip):
    nouveau = ici.collective.le + timedelta(days=5)
    saisie = {"le": nouveau.isoformat(), "heure": "10:00", "duree": 90, "lieu": "Autre salle", "capacite": 12}
    cip.post(reverse("parcours:collective_modifier", args=[ici.collective.pk]), saisie)
    assert ici.collective.informations.get().le == nouveau


def test_une_seance_ou_l_on_est_venu_ne_se_reporte_pas_et_ne_s_annule_pas(ici, cip, hier):
    hier.informations.update(presence="presente")
    demain = timezone.localdate() + timedelta(days=1)
    saisie = {"le": demain.isoformat(), "heure": "10:00", "duree": 90, "lieu": "Salle", "capacite": 12}
    reponse = cip.post(reverse("parcours:collective_modifier", args=[hier.pk]), saisie)
    assert "présences" in reponse.context["form"].non_field_errors()[0]
    cip.post(reverse("parcours:collective_annuler", args=[hier.pk]))
    hier.refresh_from_db()
    assert not hier.annulee and hier.le < timezone.localdate()


def test_annuler_une_seance_excuse_et_rend_sans_date(ici, cip):
    ici.entretien.delete()
    cip.post(reverse("parcours:collective_annuler", args=[ici.collective.pk]))
    assert ici.collective.informations.get().presence == "excusee"
    assert a_qui_manque("sans_prochaine_date").filter(pk=ici.personne.pk).exists()
    assert Trace.objects.filter(personne_id=ici.personne.pk, detail="séance annulée").exists()


def test_apres_une_annulation_on_reinscrit_a_la_prochaine_en_un_geste(ici, cip, hier):
    cip.post(reverse("parcours:collective_annuler", args=[hier.pk]))
    hier.refresh_from_db()
    ici.collective.informations.all().delete()
    ligne = hier.informations.get()
    assert "Réinscrire" in cip.get(page(hier)).content.decode()
    cip.post(page(hier), feuille(hier, **{f"i{ligne.pk}": {"vers": ici.collective.pk}}))
    assert ici.collective.informations.get().personne == ici.personne
    with pytest.raises(GesteImpossible, match="annulée"):
        inscrire(hier, personne=ici.personne, par=ici.hab["cip"])
    with pytest.raises(GesteImpossible, match="annulée"):
        tenir(hier, presences={ligne: {"presence": "presente"}}, par=ici.hab["cip"])


def test_dupliquer_reprend_tout_sauf_la_date(ici, cip):
    form = cip.get(reverse("parcours:collective_nouvelle"), {"comme": ici.collective.pk}).context["form"]
    assert form.initial["lieu"] == ici.collective.lieu and "le" not in form.initial


def test_on_propose_d_abord_celle_qui_attend_depuis_le_plus_longtemps(ici, ailleurs, cip, hier, lou):
    hier.informations.all().delete()
    proposees = cip.get(page(hier)).context["candidates"]
    assert [p.prenom for p in proposees] == ["Lou", "Zélie"]
    texte = cip.get(reverse("parcours:collective_candidates", args=[hier.pk]), {"q": "anci"}).content.decode()
    assert "Ancienne" in texte and "Martinelle" not in texte
    assert "Zzyzxa" not in cip.get(reverse("parcours:collective_candidates", args=[hier.pk]), {"q": "zzy"}).content.decode()


def test_la_feuille_d_emargement_ne_porte_que_des_noms(ici, cip):
    texte = cip.get(page(ici.collective)).content.decode()
    emargement = texte[texte.index("Feuille d’émargement</h1>") :]
    assert "Martinelle" in emargement and "Signature" in emargement
    assert ici.personne.telephone not in emargement and str(ici.personne.date_naissance.year) not in emargement


def test_une_information_donnee_seule_a_seule_compte_autant(ici, cip):
    saisie = {"le": timezone.localdate().isoformat(), "statut_explique": "on"}
    cip.post(reverse("parcours:information", args=[ici.personne.pk]), saisie)
    notee = ici.personne.informations.get(collective=None)
    assert (notee.presence, notee.statut_explique, notee.offre_presentee) == ("presente", True, False)
    ici.personne.suites.create(nature="inscription")
    assert Personne.objects.informees_du_statut(timezone.localdate()).filter(pk=ici.personne.pk).exists()
    ici.personne.refresh_from_db()
    assert ici.personne.phase == "accueil"


def test_une_information_ou_rien_n_a_ete_dit_ne_s_enregistre_pas(ici, cip):
    cip.post(reverse("parcours:information", args=[ici.personne.pk]), {"le": timezone.localdate().isoformat()})
    assert not ici.personne.informations.filter(collective=None).exists()


def test_depuis_le_dossier_on_choisit_une_seance_a_venir(ici, cip, hier, lou):
    adresse = reverse("parcours:inscription", args=[lou.pk])
    assert cip.post(adresse, {"collective": hier.pk}).context["form"].errors.keys() == {"collective"}
    cip.post(adresse, {"collective": ici.collective.pk})
    assert lou.informations.get().collective == ici.collective


def test_rien_d_ailleurs_n_entre_dans_un_envoi_valable(ici, ailleurs, cip, hier, lou):
    for champ in ("inscrire", "en_surnombre"):
        reponse = cip.post(page(hier), feuille(hier) | {champ: ailleurs.personne.pk})
        assert reponse.context["feuille"].ajout.errors.keys() == {champ}
    ligne = hier.informations.get()
    cip.post(page(hier), feuille(hier, **{f"i{ligne.pk}": {"vers": ailleurs.collective.pk}}))
    cip.post(
        page(hier), {f"{ailleurs.information.pk}-presence": "excusee", f"initial-{ailleurs.information.pk}-presence": "prevue"}
    )
    reponse = cip.post(reverse("parcours:inscription", args=[lou.pk]), {"collective": ailleurs.collective.pk})
    assert reponse.context["form"].errors.keys() == {"collective"}
    saisie = {"le": "2026-01-05", "heure": "10:00", "duree": 90, "lieu": "Salle", "capacite": 12}
    etranger = saisie | {"animee_par": ailleurs.hab["cip"].compte.pk}
    assert cip.post(reverse("parcours:collective_nouvelle"), etranger).context["form"].errors.keys() == {"animee_par"}
    assert cip.get(reverse("parcours:collective_nouvelle"), {"comme": ailleurs.collective.pk}).status_code == 404
    ailleurs.information.refresh_from_db()
    assert ailleurs.information.presence == "prevue" and ailleurs.collective.informations.count() == 1


@pytest.mark.parametrize("combien", [5, 50])
def test_la_feuille_et_la_liste_tiennent_en_dix_requetes(ici, cip, django_assert_max_num_queries, combien):
    for rang in range(combien):
        personne = Personne.objects.create(organisation=ici.organisation, nom=f"N{rang}", prenom="P")
        Information.objects.create(personne=personne, collective=ici.collective, le=ici.collective.le, presence="prevue")
    for adresse in (page(ici.collective), reverse("parcours:collectives")):
        with django_assert_max_num_queries(10):
            cip.get(adresse)
