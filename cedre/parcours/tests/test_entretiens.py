"""L'entretien d'accueil : l'agenda, le compte rendu qui ne se perd pas, sa suite (ACC-3)."""

from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.observatoire.models import Terme
from cedre.parcours.models import Entretien, Personne, Suite
from cedre.parcours.operations import entretiens as gestes
from cedre.parcours.operations.contacts import donner_suite
from cedre.tests.faits import amener

JSON = {"accept": "application/json"}


def compte_rendu(entretien, **textes) -> dict:
    """Ce que la page envoie."""
    return {"version": entretien.version} | entretien.textes | textes


def ecrire(client, entretien, **textes):
    """L'enregistrement continu, tel que la page le fait."""
    adresse = reverse("parcours:entretien_ecrire", args=[entretien.pk])
    return client.post(adresse, compte_rendu(entretien, **textes), headers=JSON)


@pytest.fixture
def realise(ici):
    """L'entretien, réalisé hier, avec un compte rendu."""
    hier = timezone.localdate() - timedelta(days=1)
    gestes.ecrire(ici.entretien, textes=ici.entretien.textes | {"situation": "Seule"}, version=1, par=ici.hab["cip"])
    suivant = Entretien(le=timezone.localdate() + timedelta(days=9), heure=time(9))
    gestes.conclure(ici.entretien, issue="autre_rencontre", le=hier, suivant=suivant, par=ici.hab["cip"])
    ici.entretien.refresh_from_db()
    return ici.entretien


def test_ce_que_l_on_tape_s_enregistre_en_continu(ici, cip):
    reponse = ecrire(cip, ici.entretien, situation="Vit seule", synthese="À revoir")
    ici.entretien.refresh_from_db()
    assert reponse.json()["version"] == 2 and "h" in reponse.json()["a"]
    assert (ici.entretien.situation, ici.entretien.synthese, ici.entretien.etat) == ("Vit seule", "À revoir", "en_cours")


def test_le_meme_envoi_recu_deux_fois_n_est_pas_un_conflit(ici, cip):
    ancien = compte_rendu(ici.entretien, situation="Vit seule")
    adresse = reverse("parcours:entretien_ecrire", args=[ici.entretien.pk])
    reponses = [cip.post(adresse, ancien, headers=JSON) for _ in "12"]
    assert [(r.status_code, r.json()["version"]) for r in reponses] == [(200, 2), (200, 2)]


def test_deux_personnes_qui_ecrivent_gardent_leurs_deux_textes(ici, cip):
    perime = compte_rendu(ici.entretien, situation="Ma version")
    ecrire(ici.client("direction"), ici.entretien, situation="Son texte")
    reponse = cip.post(reverse("parcours:entretien_ecrire", args=[ici.entretien.pk]), perime, headers=JSON)
    assert reponse.status_code == 409
    assert (reponse.json()["version"], reponse.json()["textes"]["situation"]) == (2, "Son texte")
    ici.entretien.refresh_from_db()
    assert ici.entretien.situation == "Son texte"


def test_un_conflit_montre_le_texte_d_un_autre_et_laisse_une_trace_un_accuse_n_en_laisse_pas(ici, cip):
    consultations = Trace.objects.filter(geste="consulter", personne_id=ici.personne.pk)
    perime = compte_rendu(ici.entretien, situation="Ma version")
    ecrire(ici.client("direction"), ici.entretien, situation="Son texte")
    assert not consultations.exists(), "l'accusé d'un envoi ne montre rien"
    assert cip.post(reverse("parcours:entretien_ecrire", args=[ici.entretien.pk]), perime, headers=JSON).status_code == 409
    assert list(consultations.values_list("compte", flat=True)) == [ici.hab["cip"].compte_id]


def test_sans_javascript_le_conflit_montre_les_deux_textes_et_se_resout(ici, cip):
    perime = compte_rendu(ici.entretien, situation="Ma version")
    ecrire(ici.client("direction"), ici.entretien, situation="Son texte")
    adresse = reverse("parcours:entretien_ecrire", args=[ici.entretien.pk])
    reponse = cip.post(adresse, perime)
    assert reponse.status_code == 409
    assert "Ma version" in reponse.content.decode() and "Son texte" in reponse.content.decode()
    version = reponse.context["form"]["version"].value()
    assert cip.post(adresse, perime | {"version": version, "situation": "Les deux"}).status_code == 302
    ici.entretien.refresh_from_db()
    assert ici.entretien.situation == "Les deux"


def test_une_session_finie_ne_recoit_rien_et_le_dit(ici):
    reponse = ecrire(Client(), ici.entretien, situation="Perdu ?")
    assert reponse.status_code == 302
    sans_jeton = Client(enforce_csrf_checks=True)
    sans_jeton.force_login(ici.hab["cip"].compte)
    assert ecrire(sans_jeton, ici.entretien, situation="Perdu ?").status_code == 403
    ici.entretien.refresh_from_db()
    assert ici.entretien.situation == ""


def test_se_reconnecter_apres_une_session_finie_ramene_a_l_entretien(ici, cip):
    reponse = cip.get(reverse("parcours:entretien_ecrire", args=[ici.entretien.pk]))
    assert reponse.url == reverse("parcours:entretien", args=[ici.entretien.pk])


def test_un_entretien_clos_ne_s_ecrit_plus(realise, cip):
    reponse = ecrire(cip, realise, situation="Trop tard")
    assert reponse.status_code == 422 and "Réalisé" in reponse.json()["refus"]
    realise.refresh_from_db()
    assert realise.situation == "Seule"


def test_corriger_un_entretien_clos_laisse_une_trace_et_garde_la_suite(realise, cip):
    adresse = reverse("parcours:entretien_corriger", args=[realise.pk])
    cip.post(adresse, compte_rendu(realise, situation="Seule avec un enfant"))
    realise.refresh_from_db()
    assert (realise.situation, realise.etat, realise.issue) == ("Seule avec un enfant", "realise", "autre_rencontre")
    trace = Trace.objects.get(detail__startswith="correction")
    assert "enfant" not in trace.detail and trace.personne_id == realise.personne_id


def test_conclure_par_une_inscription_mene_a_la_pre_embauche(ici, cip):
    aujourdhui = timezone.localdate()
    cip.post(
        reverse("parcours:entretien_conclure", args=[ici.entretien.pk]), {"issue": "inscription", "le": aujourdhui.isoformat()}
    )
    ici.entretien.refresh_from_db()
    ici.personne.refresh_from_db()
    assert (ici.entretien.etat, ici.entretien.issue, ici.entretien.le) == ("realise", "inscription", aujourdhui)
    assert ici.personne.phase == "pre_embauche"
    assert ici.entretien.suite_donnee.nature == "inscription"


def test_conclure_par_une_autre_rencontre_la_met_a_l_agenda(ici, cip):
    adresse = reverse("parcours:entretien_conclure", args=[ici.entretien.pk])
    saisie = {"issue": "autre_rencontre", "le": timezone.localdate().isoformat()}
    assert cip.post(adresse, saisie).context["form"].errors.keys() == {"prochain_le", "prochaine_heure"}
    prochain = timezone.localdate() + timedelta(days=6)
    cip.post(adresse, saisie | {"prochain_le": prochain.isoformat(), "prochaine_heure": "09:30"})
    ici.personne.refresh_from_db()
    suivant = ici.personne.entretiens.get(etat="prevu")
    assert (suivant.le, suivant.heure, suivant.conduit_par) == (prochain, time(9, 30), ici.hab["cip"].compte)
    assert ici.personne.phase == "accueil"


def test_conclure_par_une_reorientation_dit_vers_qui_et_pourquoi(ici, cip):
    adresse = reverse("parcours:entretien_conclure", args=[ici.entretien.pk])
    saisie = {"issue": "reorientation", "le": timezone.localdate().isoformat()}
    assert cip.post(adresse, saisie).context["form"].errors.keys() == {"partenaire", "motif"}
    motif = Terme.objects.de("motif_reorientation").first()
    cip.post(adresse, saisie | {"partenaire": ici.partenaire.pk, "motif": motif.pk})
    ici.personne.refresh_from_db()
    ici.entretien.refresh_from_db()
    assert (ici.personne.phase, ici.entretien.etat) == ("reorientee", "realise")
    assert ici.entretien.suite_donnee.partenaire == ici.partenaire


def test_conclure_deux_fois_ne_donne_qu_une_suite(ici):
    page_ancienne = Entretien.objects.get(pk=ici.entretien.pk)
    gestes.conclure(ici.entretien, issue="inscription", le=timezone.localdate(), par=ici.hab["cip"])
    with pytest.raises(GesteImpossible, match="Réalisé"):
        gestes.conclure(page_ancienne, issue="inscription", le=timezone.localdate(), par=ici.hab["direction"])
    assert ici.personne.suites.count() == 1


def test_un_second_entretien_d_une_inscrite_ne_l_inscrit_pas_une_seconde_fois(ici):
    amener(ici.personne, "pre_embauche", timezone.localdate())
    gestes.conclure(ici.entretien, issue="inscription", le=timezone.localdate(), par=ici.hab["cip"])
    assert ici.personne.suites.count() == 1


@pytest.mark.parametrize("issue", ["inscription", "autre_rencontre", "reorientation"])
def test_un_entretien_reste_a_conclure_dans_un_dossier_clos_depuis_et_n_y_change_rien(ici, cip, issue):
    ecrire(cip, ici.entretien, synthese="Dit ensemble")
    motif = Terme.objects.de("motif_sans_suite").first()
    donner_suite(ici.personne, suite=Suite(nature="sans_suite", motif=motif), par=ici.hab["direction"])
    adresse = reverse("parcours:entretien_conclure", args=[ici.entretien.pk])
    assert "clos depuis" in cip.get(adresse).content.decode()
    cip.post(adresse, {"issue": issue, "le": timezone.localdate().isoformat()})
    ici.entretien.refresh_from_db()
    ici.personne.refresh_from_db()
    assert (ici.entretien.etat, ici.entretien.issue, ici.personne.phase) == ("realise", issue, "sans_suite")
    assert ici.personne.suites.get().nature == "sans_suite"
    assert not ici.personne.entretiens.prevus().exists()


def test_un_dossier_clos_pendant_que_l_on_conclut_ne_recoit_pas_de_seconde_suite(ici):
    Personne.objects.filter(pk=ici.personne.pk).update(phase="reorientee")
    suite = Suite(partenaire=ici.partenaire, motif=Terme.objects.de("motif_reorientation").first())
    with pytest.raises(GesteImpossible, match="vient d’être clos"):
        gestes.conclure(ici.entretien, issue="reorientation", le=timezone.localdate(), suite=suite, par=ici.hab["cip"])


@pytest.mark.parametrize("geste", ["noter_absence", "annuler"])
@pytest.mark.parametrize("etat", ["en_cours", "absent", "annule"])
def test_absence_et_annulation_ne_partent_que_d_un_entretien_prevu(ici, geste, etat):
    Entretien.objects.filter(pk=ici.entretien.pk).update(etat=etat, le=timezone.localdate())
    with pytest.raises(GesteImpossible):
        getattr(gestes, geste)(ici.entretien, par=ici.hab["cip"])


def test_une_absence_ne_se_note_pas_d_avance_et_mene_a_une_autre_date(ici):
    accueil = ici.client("accueil")
    adresse = reverse("parcours:entretien_absente", args=[ici.entretien.pk])
    accueil.post(adresse)
    ici.entretien.refresh_from_db()
    assert ici.entretien.etat == "prevu"
    Entretien.objects.filter(pk=ici.entretien.pk).update(le=timezone.localdate())
    assert accueil.post(adresse).url == reverse("parcours:entretien_prevoir", args=[ici.personne.pk])
    ici.entretien.refresh_from_db()
    assert ici.entretien.etat == "absent"


def test_prevoir_un_entretien_le_met_dans_le_dossier_et_l_agenda(ici):
    demain = timezone.localdate() + timedelta(days=1)
    cip = ici.hab["cip"].compte
    saisie = {"le": demain.isoformat(), "heure": "11:00", "lieu": "Bureau 2", "conduit_par": cip.pk}
    ici.client("accueil").post(reverse("parcours:entretien_prevoir", args=[ici.personne.pk]), saisie)
    prevu = ici.personne.entretiens.get(lieu="Bureau 2")
    agenda = ici.client("cip").get(reverse("parcours:agenda"), {"semaine": f"{demain:%G-W%V}"})
    assert prevu in [e for j in agenda.context["jours"] for e in j.evenements]


def test_un_entretien_se_propose_a_qui_la_suit_sinon_a_qui_le_prevoit_s_il_peut_le_conduire(ici):
    def propose(role):
        page = ici.client(role).get(reverse("parcours:entretien_prevoir", args=[ici.personne.pk]))
        return page.context["form"].initial["conduit_par"]

    cip = ici.hab["cip"].compte
    Personne.objects.filter(pk=ici.personne.pk).update(referent=cip)
    assert [propose(role) for role in ("direction", "cip", "accueil")] == [cip] * 3
    Personne.objects.filter(pk=ici.personne.pk).update(referent=None)
    assert [propose(role) for role in ("direction", "cip", "accueil")] == [ici.hab["direction"].compte, cip, None]


def test_un_entretien_qui_a_eu_lieu_sans_etre_prevu_se_note_puis_se_conclut(ici, cip):
    hier = timezone.localdate() - timedelta(days=1)
    reponse = cip.post(
        reverse("parcours:entretien_prevoir", args=[ici.personne.pk]), {"le": hier.isoformat(), "heure": "11:00"}, follow=True
    )
    tenu = ici.personne.entretiens.get(le=hier)
    assert reponse.redirect_chain[0][0] == reverse("parcours:entretien", args=[tenu.pk])
    assert "reste à l’écrire et à le conclure" in reponse.content.decode()
    cip.post(reverse("parcours:entretien_conclure", args=[tenu.pk]), {"issue": "inscription", "le": hier.isoformat()})
    tenu.refresh_from_db()
    ici.personne.refresh_from_db()
    assert (tenu.etat, tenu.le, ici.personne.phase) == ("realise", hier, "pre_embauche")


def test_un_bilan_tenu_hier_sans_etre_prevu_se_note_et_reste_a_clore(embauchee, cip):
    embauchee.bilan.delete()
    hier = timezone.localdate() - timedelta(days=1)
    reponse = cip.post(
        reverse("parcours:bilan_prevoir", args=[embauchee.personne.pk]), {"le": hier.isoformat(), "heure": "10:00"}
    )
    tenu = embauchee.engagement.bilans.get()
    assert (reponse.url, tenu.le, tenu.etat) == (reverse("parcours:bilan", args=[tenu.pk]), hier, "prevu")


def test_reprogrammer_ne_va_pas_dans_le_passe(ici, cip):
    adresse = reverse("parcours:entretien_reprogrammer", args=[ici.entretien.pk])
    hier = timezone.localdate() - timedelta(days=1)
    assert cip.post(adresse, {"le": hier.isoformat(), "heure": "11:00"}).context["form"].errors.keys() == {"le"}
    demain = timezone.localdate() + timedelta(days=1)
    cip.post(adresse, {"le": demain.isoformat(), "heure": "11:00"})
    ici.entretien.refresh_from_db()
    assert ici.entretien.le == demain


@pytest.mark.parametrize(
    "echeance, attendue",
    [
        (date(2026, 3, 12), date(2026, 3, 12)),  # à venir, un jeudi
        (date(2026, 3, 14), date(2026, 3, 13)),  # un samedi : la veille
        (date(2026, 3, 1), date(2026, 3, 7 + 2)),  # passée : demain est un samedi, donc lundi
        (None, date(2026, 3, 9)),
    ],
)
def test_la_date_proposee_est_l_echeance_annoncee_un_jour_ouvre(echeance, attendue):
    assert gestes.date_proposee(echeance, le=date(2026, 3, 6)) == attendue


def test_dire_l_offre_et_le_statut_pendant_l_entretien(ici, cip):
    adresse = reverse("parcours:entretien_informe", args=[ici.entretien.pk])
    saisie = {"le": timezone.localdate().isoformat(), "offre_presentee": "on", "statut_explique": "on"}
    reponse = cip.post(adresse, saisie, headers={"hx-request": "true"})
    assert reponse.context["dit"] == {"offre": timezone.localdate(), "statut": timezone.localdate()}
    assert not reponse.context["information"].is_bound, "de quoi en noter une autre"
    assert ici.personne.informations.filter(collective=None, statut_explique=True).count() == 1
    reponse = cip.post(adresse, {"le": timezone.localdate().isoformat()}, headers={"hx-request": "true"})
    assert reponse.context["information"].errors == {"__all__": ["Dites ce qui a été présenté ou expliqué."]}


@pytest.mark.parametrize(
    "role, lit", [("accueil", False), ("mad", False), ("qualite", False), ("cip", True), ("direction", True)]
)
def test_le_compte_rendu_ne_se_lit_qu_entre_ceux_qui_conduisent_les_entretiens(ici, role, lit):
    gestes.ecrire(
        ici.entretien, textes=ici.entretien.textes | {"synthese": "Quelque chose d’intime"}, version=1, par=ici.hab["cip"]
    )
    client = ici.client(role)
    for route, pk in [("entretien", ici.entretien.pk), ("personne", ici.personne.pk)]:
        page = client.get(reverse(f"parcours:{route}", args=[pk])).content.decode()
        assert ("intime" in page) is lit, route
    assert (ecrire(client, ici.entretien, situation="X").status_code == 403) is not lit


def test_rien_d_ailleurs_n_entre_dans_un_entretien(ici, ailleurs, cip):
    demain = (timezone.localdate() + timedelta(days=1)).isoformat()
    saisie = {"le": demain, "heure": "11:00", "conduit_par": ailleurs.hab["cip"].compte.pk}
    reponse = cip.post(reverse("parcours:entretien_prevoir", args=[ici.personne.pk]), saisie)
    assert reponse.context["form"].errors.keys() == {"conduit_par"}
    saisie = {"issue": "reorientation", "le": timezone.localdate().isoformat(), "partenaire": ailleurs.partenaire.pk}
    saisie["motif"] = Terme.objects.de("motif_reorientation").first().pk
    reponse = cip.post(reverse("parcours:entretien_conclure", args=[ici.entretien.pk]), saisie)
    assert reponse.context["form"].errors.keys() == {"partenaire"}
    assert ecrire(cip, ailleurs.entretien, situation="X").status_code == 404
    assert "Zzyzxa" not in cip.get(reverse("parcours:agenda"), {"qui": "equipe"}).content.decode()


@pytest.mark.parametrize("combien", [5, 50])
def test_l_entretien_et_l_agenda_tiennent_en_dix_requetes(ici, cip, django_assert_max_num_queries, combien):
    for rang in range(combien):
        personne = Personne.objects.create(organisation=ici.organisation, nom=f"N{rang}", prenom="P")
        Entretien.objects.create(personne=personne, le=timezone.localdate(), heure=time(9), conduit_par=ici.hab["cip"].compte)
    for adresse in (reverse("parcours:entretien", args=[ici.entretien.pk]), reverse("parcours:agenda")):
        with django_assert_max_num_queries(10):
            cip.get(adresse)
