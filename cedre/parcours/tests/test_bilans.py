"""L'entretien de bilan : l'agenda, la préparation, l'écriture, la clôture et sa suite, la remise (INS-7, § 2.2 c)."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.refus import Conflit, GesteImpossible
from cedre.parcours.models import Bilan, Engagement, Objectif
from cedre.parcours.operations import bilans as gestes
from cedre.parcours.operations import engagements

JSON = {"accept": "application/json"}
UN_JOUR = timedelta(days=1)


def page(client, route, pk):
    return client.get(reverse(f"parcours:{route}", args=[pk]))


def poster(client, route, pk, **saisie):
    return client.post(reverse(f"parcours:{route}", args=[pk]), saisie)


def saisie(bilan, **textes) -> dict:
    """Ce que la page envoie."""
    bilan.refresh_from_db()
    return {"version": bilan.version} | bilan.textes | textes


def enregistrer(client, bilan, **textes):
    """L'enregistrement continu, tel que la page le fait."""
    return client.post(reverse("parcours:bilan_ecrire", args=[bilan.pk]), saisie(bilan, **textes), headers=JSON)


def regarder(monde, resultat="atteint", **textes) -> Bilan:
    """Le bilan, où chaque objectif a son résultat."""
    textes = {f"resultat-{monde.objectif.pk}": resultat, "synthese": "On retient ceci"} | textes
    monde.bilan.refresh_from_db()
    return gestes.ecrire(monde.bilan, textes=textes, version=monde.bilan.version, par=monde.hab["cip"])


def conclure(client, bilan: Bilan, **suite):
    """L'envoi de l'écran qui conclut ; tenu aujourd'hui, sauf si le contraire est dit."""
    return poster(client, "bilan_conclure", bilan.pk, **{"le": timezone.localdate()} | suite)


def clore(monde, suite="sortie", dans=10, le=None, **textes) -> Bilan:
    regarder(monde, **textes)
    dit = {"le": le or timezone.localdate(), "suite": suite, "suite_le": timezone.localdate() + dans * UN_JOUR}
    return gestes.conclure(monde.bilan, **dit, par=monde.hab["cip"])


@pytest.fixture
def clos(embauchee):
    """Le bilan clos aujourd'hui, pour une sortie dans dix jours."""
    clore(embauchee)
    embauchee.bilan.refresh_from_db()
    return embauchee.bilan


# L'agenda


def test_deplacer_le_bilan_deplace_l_echeance_de_l_engagement_qui_change_de_version(embauchee, cip):
    le = timezone.localdate() + 12 * UN_JOUR
    poster(cip, "bilan_reprogrammer", embauchee.bilan.pk, le=le, heure="09:30", conduit_par=embauchee.hab["cip"].compte_id)
    embauchee.engagement.refresh_from_db()
    embauchee.bilan.refresh_from_db()
    assert embauchee.engagement.bilan_le == embauchee.bilan.le == le
    assert (embauchee.engagement.version, embauchee.bilan.heure) == (2, time(9, 30))


def test_un_bilan_ne_se_met_pas_avant_le_debut_de_l_engagement(embauchee, cip):
    demain = timezone.localdate() + UN_JOUR
    Engagement.objects.update(debut=demain + UN_JOUR)
    envoi = {"le": demain, "heure": "09:30", "conduit_par": embauchee.hab["cip"].compte_id}
    reponse = poster(cip, "bilan_reprogrammer", embauchee.bilan.pk, **envoi)
    assert reponse.context["form"].errors.keys() == {"le"}
    embauchee.bilan.refresh_from_db()
    assert embauchee.bilan.le != demain


def test_apres_une_absence_on_propose_aussitot_une_autre_date(embauchee, cip):
    Bilan.objects.update(le=timezone.localdate())
    reponse = poster(cip, "bilan_absente", embauchee.bilan.pk)
    assert reponse.url == reverse("parcours:bilan_prevoir", args=[embauchee.personne.pk])
    le = timezone.localdate() + 4 * UN_JOUR
    poster(cip, "bilan_prevoir", embauchee.personne.pk, le=le, heure="10:00", conduit_par=embauchee.hab["cip"].compte_id)
    embauchee.engagement.refresh_from_db()
    assert embauchee.engagement.bilan_le == le
    assert set(embauchee.engagement.bilans.values_list("etat", flat=True)) == {"absent", "prevu"}


def test_l_absence_ne_se_note_pas_avant_le_jour_dit(embauchee):
    with pytest.raises(GesteImpossible, match="pas encore eu lieu"):
        gestes.noter_absence(embauchee.bilan, par=embauchee.hab["cip"])


def test_un_seul_bilan_est_ouvert_a_la_fois(embauchee, cip):
    le = timezone.localdate() + 4 * UN_JOUR
    envoi = {"le": le, "heure": "10:00", "conduit_par": embauchee.hab["cip"].compte_id}
    reponse = poster(cip, "bilan_prevoir", embauchee.personne.pk, **envoi)
    assert "déjà ouvert" in str(reponse.context["form"].errors)
    assert embauchee.engagement.bilans.count() == 1


def test_un_bilan_annule_quitte_l_agenda(embauchee, cip):
    poster(cip, "bilan_annuler", embauchee.bilan.pk)
    embauchee.bilan.refresh_from_db()
    assert embauchee.bilan.etat == "annule"
    with pytest.raises(GesteImpossible, match="Annulé"):
        gestes.reprogrammer(embauchee.bilan, champs=[], par=embauchee.hab["cip"])


def test_sans_engagement_en_cours_aucun_bilan_ne_se_prevoit(ici, cip):
    envoi = {"le": timezone.localdate() + UN_JOUR, "heure": "10:00", "conduit_par": ici.hab["cip"].compte_id}
    reponse = poster(cip, "bilan_prevoir", ici.personne.pk, **envoi)
    assert "engagement en cours" in str(reponse.context["form"].errors)


def test_le_bilan_est_a_l_agenda_et_a_l_accueil_de_qui_le_conduit(embauchee, cip):
    embauchee.bilan.le = timezone.localdate()
    embauchee.bilan.save()
    lien = reverse("parcours:bilan", args=[embauchee.bilan.pk])
    assert lien in cip.get(reverse("parcours:agenda")).content.decode()
    assert lien in cip.get("/").content.decode()
    Bilan.objects.update(conduit_par=embauchee.hab["direction"].compte)
    assert lien not in cip.get(reverse("parcours:agenda")).content.decode()


def test_un_bilan_passe_et_sans_suite_attend_a_l_agenda(embauchee, cip):
    Bilan.objects.update(le=timezone.localdate() - 20 * UN_JOUR)
    assert cip.get(reverse("parcours:agenda")).context["en_souffrance"] == [embauchee.bilan]


def test_qui_ne_lit_pas_les_parcours_ne_voit_pas_les_bilans_a_l_agenda(embauchee):
    Bilan.objects.update(le=timezone.localdate())
    texte = embauchee.client("accueil").get(reverse("parcours:agenda"), {"qui": "equipe"}).content.decode()
    assert reverse("parcours:bilan", args=[embauchee.bilan.pk]) not in texte


# L'écriture


def test_tout_s_enregistre_en_continu_objectifs_compris(embauchee, cip):
    objectif = embauchee.objectif.pk
    textes = {f"resultat-{objectif}": "en_partie", f"commentaire-{objectif}": "Le code", "trajectoire": "instable"}
    reponse = enregistrer(cip, embauchee.bilan, parole="Je suis contente", **textes)
    embauchee.bilan.refresh_from_db()
    evalue = embauchee.bilan.objectifs_evalues.get()
    assert reponse.json()["version"] == 2
    assert (evalue.resultat, evalue.commentaire) == ("en_partie", "Le code")
    assert (embauchee.bilan.parole, embauchee.bilan.trajectoire) == ("Je suis contente", "instable")
    assert embauchee.bilan.etat == "en_cours"


def test_le_meme_envoi_recu_deux_fois_n_est_pas_un_conflit(embauchee, cip):
    envoi = saisie(embauchee.bilan, parole="Une fois")
    adresse = reverse("parcours:bilan_ecrire", args=[embauchee.bilan.pk])
    assert [cip.post(adresse, envoi, headers=JSON).json()["version"] for _ in "12"] == [2, 2]


@pytest.mark.parametrize("champ", ["parole", "commentaire", "resultat"])
def test_deux_personnes_qui_ecrivent_voient_leurs_deux_textes(embauchee, cip, champ):
    nom = champ if champ == "parole" else f"{champ}-{embauchee.objectif.pk}"
    mien, sien, lu = ("atteint", "abandonne", "Abandonné") if champ == "resultat" else ("Le mien", "Le sien", "Le sien")
    perime = saisie(embauchee.bilan, **{nom: mien})
    enregistrer(embauchee.client("direction"), embauchee.bilan, **{nom: sien})
    adresse = reverse("parcours:bilan_ecrire", args=[embauchee.bilan.pk])
    reponse = cip.post(adresse, perime, headers=JSON)
    assert (reponse.status_code, reponse.json()["textes"][nom]) == (409, sien)
    a_l_ecran = cip.post(adresse, perime)
    assert a_l_ecran.status_code == 409
    assert a_l_ecran.context["form"][nom].value() == mien
    assert a_l_ecran.context["gardes"][nom]["lisible"].startswith(lu)
    cip.post(adresse, a_l_ecran.context["form"].data)
    assert saisie(embauchee.bilan)[nom] == mien


def test_l_objectif_retire_entre_temps_ne_fait_rien_perdre(embauchee):
    with pytest.raises(GesteImpossible, match="retiré"):
        gestes.ecrire(embauchee.bilan, textes={"resultat-999999": "atteint"}, version=1, par=embauchee.hab["cip"])


# La clôture


def test_un_bilan_ne_se_clot_pas_tant_qu_un_objectif_n_a_pas_son_resultat(embauchee, cip):
    autre = Objectif.objects.create(engagement=embauchee.engagement, libelle="Trouver un logement", rang=1)
    regarder(embauchee)
    envoi = saisie(embauchee.bilan, parole="Gardé quand même", conclure="1")
    reponse = cip.post(reverse("parcours:bilan_ecrire", args=[embauchee.bilan.pk]), envoi)
    assert reponse.context["form"].errors.keys() == {f"resultat-{autre.pk}"}
    embauchee.bilan.refresh_from_db()
    assert embauchee.bilan.parole == "Gardé quand même"
    assert int(reponse.context["form"]["version"].value()) == embauchee.bilan.version
    reponse = conclure(cip, embauchee.bilan, suite="sortie", suite_le=timezone.localdate())
    assert "Trouver un logement" in str(reponse.context["form"].errors)


def test_quand_tout_est_dit_conclure_mene_a_la_suite(embauchee, cip):
    textes = {f"resultat-{embauchee.objectif.pk}": "atteint", "conclure": "1"}
    reponse = cip.post(reverse("parcours:bilan_ecrire", args=[embauchee.bilan.pk]), saisie(embauchee.bilan, **textes))
    assert reponse.url == reverse("parcours:bilan_conclure", args=[embauchee.bilan.pk])


@pytest.mark.parametrize("manque", ["le", "suite", "suite_le"])
def test_un_bilan_ne_se_clot_pas_sans_suite_ni_date(embauchee, cip, manque):
    regarder(embauchee)
    envoi = {"suite": "sortie", "suite_le": timezone.localdate()} | {manque: ""}
    reponse = conclure(cip, embauchee.bilan, **envoi)
    assert reponse.context["form"].errors.keys() == {manque}
    embauchee.bilan.refresh_from_db()
    assert embauchee.bilan.etat == "en_cours"


def test_prolonger_met_le_bilan_suivant_a_l_agenda_et_l_engagement_continue(embauchee, cip):
    regarder(embauchee)
    le = timezone.localdate() + 40 * UN_JOUR
    conclure(cip, embauchee.bilan, suite="prolonger", suite_le=le, heure="11:00")
    embauchee.engagement.refresh_from_db()
    suivant = embauchee.engagement.bilans.get(etat="prevu")
    assert (suivant.le, suivant.heure, suivant.conduit_par) == (le, time(11), embauchee.hab["cip"].compte)
    assert (embauchee.engagement.bilan_le, embauchee.engagement.etat, embauchee.engagement.version) == (le, "en_cours", 2)


@pytest.mark.parametrize(
    "suite, dans, refus", [("prolonger", 0, True), ("prolonger", 1, False), ("sortie", -1, True), ("sortie", 0, False)]
)
def test_la_suite_vient_apres_le_bilan_et_le_bilan_suivant_un_autre_jour(embauchee, cip, suite, dans, refus):
    regarder(embauchee)
    le = timezone.localdate() + dans * UN_JOUR
    reponse = conclure(cip, embauchee.bilan, suite=suite, suite_le=le)
    assert (reponse.status_code == 200 and "suite_le" in reponse.context["form"].errors) is refus
    embauchee.bilan.refresh_from_db()
    assert (embauchee.bilan.etat == "clos") is not refus


def test_un_engagement_clos_ne_se_prolonge_pas(embauchee):
    regarder(embauchee)
    engagements.clore(embauchee.engagement, le=timezone.localdate(), par=embauchee.hab["cip"])
    with pytest.raises(GesteImpossible, match="clos") as refus:
        clore(embauchee, suite="prolonger", dans=1)
    assert refus.value.champ == "suite"


def test_un_bilan_ne_se_clot_pas_sans_l_engagement_qu_il_promet(embauchee, monkeypatch):
    monkeypatch.setattr("cedre.parcours.operations.bilans.construire", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        clore(embauchee, suite="nouvel_engagement")
    embauchee.bilan.refresh_from_db()
    assert embauchee.bilan.etat != "clos"


@pytest.mark.parametrize("suite", ["nouvel_engagement", "sortie"])
def test_les_autres_suites_ne_prevoient_aucun_bilan_et_disent_leur_date(embauchee, suite):
    bilan = clore(embauchee, suite=suite)
    embauchee.engagement.refresh_from_db()
    assert (bilan.suite, bilan.suite_le) == (suite, timezone.localdate() + 10 * UN_JOUR)
    assert not embauchee.engagement.bilans.prevus().exists() and embauchee.engagement.version == 1


@pytest.mark.parametrize("suite, dans, route", [("sortie", 0, "sortie"), ("sortie", 1, "bilan"), ("prolonger", 20, "bilan")])
def test_clos_le_bilan_mene_a_la_page_de_sa_suite(embauchee, cip, suite, dans, route):
    regarder(embauchee)
    le = timezone.localdate() + dans * UN_JOUR
    reponse = conclure(cip, embauchee.bilan, suite=suite, suite_le=le)
    cible = embauchee.personne if route == "sortie" else embauchee.bilan
    assert reponse.url == reverse(f"parcours:{route}", args=[cible.pk])


def test_un_nouvel_engagement_s_ouvre_aussitot(embauchee, cip):
    regarder(embauchee)
    le = timezone.localdate() + 9 * UN_JOUR
    reponse = conclure(cip, embauchee.bilan, suite="nouvel_engagement", suite_le=le)
    projet = embauchee.personne.engagements.get(etat="projet")
    assert projet.debut == le < projet.bilan_le
    assert reponse.url == reverse("parcours:engagement_modifier", args=[projet.pk])


def test_un_dossier_clos_ne_mene_plus_qu_a_la_sortie(embauchee):
    regarder(embauchee)
    embauchee.personne.phase = "reorientee"
    embauchee.personne.save()
    with pytest.raises(GesteImpossible, match="sortie"):
        clore(embauchee, suite="nouvel_engagement")


def test_un_bilan_tenu_un_autre_jour_porte_ce_jour_et_garde_son_echeance(embauchee, cip):
    attendu, propose = embauchee.bilan.le, page(cip, "bilan_conclure", embauchee.bilan.pk).context["form"]["le"].value()
    assert propose == timezone.localdate() < attendu
    bilan = clore(embauchee)
    assert (bilan.le, bilan.heure, bilan.echeance) == (timezone.localdate(), None, attendu)
    gestes.rouvrir(bilan, motif="Une erreur", par=embauchee.hab["cip"])
    assert clore(embauchee).echeance == attendu


def test_un_bilan_tenu_le_jour_dit_et_conclu_plus_tard_reste_a_sa_date(embauchee, cip):
    hier = timezone.localdate() - UN_JOUR
    embauchee.engagement.debut = hier - 30 * UN_JOUR
    embauchee.engagement.save()
    Bilan.objects.filter(pk=embauchee.bilan.pk).update(le=hier)
    assert page(cip, "bilan_conclure", embauchee.bilan.pk).context["form"]["le"].value() == hier
    bilan = clore(embauchee, le=hier)
    assert (bilan.le, bilan.heure, bilan.echeance) == (hier, time(10), None)


@pytest.mark.parametrize("jours", [1, -400])
def test_un_bilan_ne_se_tient_ni_demain_ni_avant_l_engagement(embauchee, cip, jours):
    regarder(embauchee)
    le = timezone.localdate() + jours * UN_JOUR
    reponse = conclure(cip, embauchee.bilan, le=le, suite="sortie", suite_le=timezone.localdate() + 9 * UN_JOUR)
    assert "le" in reponse.context["form"].errors


def test_clos_le_bilan_est_fige(clos, embauchee, cip):
    texte = page(cip, "bilan", clos.pk).content.decode()
    assert "On retient ceci" in texte and "<textarea" not in texte
    reponse = enregistrer(cip, clos, synthese="Autre chose")
    assert (reponse.status_code, "Clos" in reponse.json()["refus"]) == (422, True)
    for geste in (gestes.annuler, gestes.noter_absence):
        with pytest.raises(GesteImpossible):
            geste(clos, par=embauchee.hab["cip"])
    assert page(cip, "bilan_reprogrammer", clos.pk).status_code == 404


def test_rouvrir_demande_un_motif_qui_se_garde_et_laisse_une_trace(clos, cip):
    assert poster(cip, "bilan_rouvrir", clos.pk, motif="").context["form"].errors.keys() == {"motif"}
    poster(cip, "bilan_rouvrir", clos.pk, motif="La date de sortie a changé")
    clos.refresh_from_db()
    assert (clos.etat, clos.clos_le, clos.motif_reouverture) == ("en_cours", None, "La date de sortie a changé")
    assert Trace.objects.filter(objet_id=clos.pk, objet="entretien de bilan", detail="rouvert").exists()
    assert "La date de sortie a changé" in page(cip, "bilan", clos.pk).content.decode()


def test_prolonger_de_nouveau_apres_reouverture_deplace_le_bilan_suivant(embauchee):
    clore(embauchee, suite="prolonger", dans=30)
    gestes.rouvrir(embauchee.bilan, motif="Trop loin", par=embauchee.hab["cip"])
    clore(embauchee, suite="prolonger", dans=20)
    suivant = embauchee.engagement.bilans.prevus().get()
    assert suivant.le == timezone.localdate() + 20 * UN_JOUR


def test_qui_ne_fait_que_lire_lit_sans_pouvoir_ecrire(embauchee):
    regarder(embauchee)
    lecteur = embauchee.client("mad")
    texte = page(lecteur, "bilan", embauchee.bilan.pk).content.decode()
    assert "On retient ceci" in texte and "<textarea" not in texte
    assert poster(lecteur, "bilan_rouvrir", embauchee.bilan.pk, motif="X").status_code == 403


# La remise


def test_le_compte_rendu_remis_est_fige(clos, embauchee, cip):
    reponse = poster(cip, "bilan_remettre", clos.pk, le=timezone.localdate(), mode="main_propre")
    remise = clos.remises.get()
    assert reponse.url == reverse("parcours:remise", args=[remise.pk])
    gestes.rouvrir(clos, motif="Une faute", par=embauchee.hab["cip"])
    regarder(embauchee, synthese="Autre synthèse")
    texte = page(cip, "remise", remise.pk).content.decode()
    assert "On retient ceci" in texte and "Autre synthèse" not in texte
    assert remise.contenu["objectifs"] == [{"libelle": "Objectif ici", "resultat": "Atteint", "commentaire": ""}]
    assert any("12 h : Client ici" in fait for fait in remise.contenu["faits"])


def test_seul_un_bilan_clos_se_remet_et_pas_avant_d_avoir_eu_lieu(embauchee, cip):
    assert page(cip, "bilan_remettre", embauchee.bilan.pk).status_code == 404
    clore(embauchee)
    hier = timezone.localdate() - UN_JOUR
    reponse = poster(cip, "bilan_remettre", embauchee.bilan.pk, le=hier, mode="main_propre")
    assert reponse.context["form"].errors.keys() == {"le"}


def test_le_pdf_du_compte_rendu_et_celui_de_la_remise(clos, embauchee, cip):
    remise = gestes.remettre(clos, le=timezone.localdate(), mode="main_propre", par=embauchee.hab["cip"])
    for route, pk in [("bilan_pdf", clos.pk), ("remise_pdf", remise.pk)]:
        reponse = page(cip, route, pk)
        assert (reponse["Content-Type"], reponse.content[:5]) == ("application/pdf", b"%PDF-")


def test_une_version_perimee_leve_un_conflit_et_n_ecrit_rien(embauchee):
    regarder(embauchee)
    with pytest.raises(Conflit):
        gestes.ecrire(embauchee.bilan, textes={"synthese": "Vieux"}, version=1, par=embauchee.hab["cip"])
    assert saisie(embauchee.bilan)["synthese"] == "On retient ceci"


@pytest.mark.parametrize("etat", ["en_cours", "clos"])
def test_la_page_du_bilan_tient_en_treize_requetes(embauchee, cip, django_assert_max_num_queries, etat):
    for rang in range(8):
        Objectif.objects.create(engagement=embauchee.engagement, libelle=f"O{rang}", rang=rang + 1)
    if etat == "clos":
        resultats = {f"resultat-{o.pk}": "atteint" for o in embauchee.engagement.objectifs.all()}
        clore(embauchee, **resultats)
    with django_assert_max_num_queries(13):
        page(cip, "bilan", embauchee.bilan.pk)
