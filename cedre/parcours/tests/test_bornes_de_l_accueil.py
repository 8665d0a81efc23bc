"""Les bords de l'accueil : la demande, l'entretien et sa suite, ce qui se propose, le jour même (ACC-1 à ACC-3)."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.conftest import terme
from cedre.core.refus import GesteImpossible
from cedre.observatoire.models import Terme
from cedre.parcours.models import Contact, Entretien, Information, InformationCollective, Personne, Suite
from cedre.parcours.operations import contacts
from cedre.parcours.operations import entretiens as gestes
from cedre.structures.models import Reglages
from cedre.tests.envois import MOTIF
from cedre.tests.faits import amener


def dans(jours: int) -> date:
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=jours)


def adresse(route: str, ligne) -> str:
    """L'adresse de la route, pour cette ligne."""
    return reverse(f"parcours:{route}", args=[ligne.pk])


def test_une_demande_propose_le_delai_de_la_structure_et_le_jour_meme(ici):
    Reglages.objects.filter(organisation=ici.organisation).update(delai_annonce=12)
    accueil = ici.client("accueil")
    for page, nom in ((reverse("parcours:premier_contact"), "demande"), (adresse("nouveau_contact", ici.personne), "demande")):
        form = accueil.get(page).context[nom]
        assert (form["delai_annonce"].value(), form["le"].value(), form["canal"].value()) == (12, dans(0), "visite")


def test_le_premier_contact_dit_qui_l_adresse_la_personne_et_sa_demande_le_gardent(ici):
    qui, jour = terme("prescripteur", "mission_locale"), dans(-3)
    envoi = {"nom": "Ferradou", "prenom": "Anaïs", "canal": "telephone", "le": jour.isoformat(), "demande": "Un travail"}
    envoi |= {"prescripteur": qui.pk, "prescripteur_precision": "Mme Lune", "courriel": "a@exemple.example", "commune": "Bourg"}
    ici.client("accueil").post(reverse("parcours:premier_contact"), envoi)
    personne = Personne.objects.get(nom="Ferradou")
    demande = personne.contacts.get()
    assert (personne.prescripteur, personne.courriel, personne.commune, personne.referent) == (
        qui,
        "a@exemple.example",
        "Bourg",
        None,
    )
    assert (demande.prescripteur, demande.prescripteur_precision, demande.canal, demande.le) == (
        qui,
        "Mme Lune",
        "telephone",
        jour,
    )
    assert (demande.delai_annonce, demande.echeance_annoncee) == (None, None), "aucun délai n'a été dit"
    assert (personne.phase, personne.phase_depuis) == ("pre_accueil", jour)


def test_le_delai_annonce_et_le_delai_reel_sont_ceux_de_la_derniere_demande(ici):
    qui = ici.personne
    qui.informations.create(le=dans(-5), presence="presente")
    qui.entretiens.create(le=dans(-4), etat="realise", issue="autre_rencontre")
    Contact.objects.create(personne=qui, le=dans(-3), delai_annonce=7)
    lue = Personne.objects.avec_reperes().get(pk=qui.pk)
    assert (lue.contact_le, lue.delai_annonce, lue.accueillie_le) == (dans(-3), 7, None)
    qui.entretiens.create(le=dans(0), etat="realise", issue="inscription")
    qui.informations.create(le=dans(-1), presence="presente")
    lue = Personne.objects.avec_reperes().get(pk=qui.pk)
    assert (lue.accueillie_le, lue.delai_reel) == (dans(-1), 2), "le premier accueil depuis elle"
    assert Personne.objects.avec_reperes(dans(-4)).get(pk=qui.pk).contact_le == dans(-5)


@pytest.mark.parametrize("nature", ["reorientation", "sans_suite"])
def test_une_suite_garde_son_motif_sa_precision_et_son_jour(ici, cip, nature):
    motif = Terme.objects.de(f"motif_{nature}").last()
    envoi = {"nature": nature, "motif": motif.pk, "precision": "Vue avec elle", "le": dans(-2).isoformat()}
    envoi |= {"partenaire": ici.partenaire.pk} if nature == "reorientation" else {}
    assert cip.post(adresse("suite", ici.personne), envoi).url == adresse("personne", ici.personne)
    suite = ici.personne.suites.get()
    assert (suite.nature, suite.motif, suite.precision, suite.le) == (nature, motif, "Vue avec elle", dans(-2))
    ici.personne.refresh_from_db()
    phases = {"reorientation": "reorientee", "sans_suite": "sans_suite"}
    assert (ici.personne.phase, ici.personne.phase_depuis) == (phases[nature], dans(-2))
    assert {(e.etat, e.annule_le) for e in ici.personne.entretiens.all()} == {("annule", dans(-2))}
    trace = Trace.objects.get(objet="suite donnée")
    assert (trace.detail, trace.geste) == (suite.get_nature_display(), "creer")
    ailleurs = Terme.objects.de("motif_sans_suite" if nature == "reorientation" else "motif_reorientation").first()
    Personne.objects.filter(pk=ici.personne.pk).update(phase="accueil")
    refus = cip.post(adresse("suite", ici.personne), envoi | {"motif": ailleurs.pk})
    assert refus.context["form"].errors.keys() == {"motif"}


@pytest.mark.parametrize("ecart, refusee", [(-1, True), (0, False)])
def test_une_suite_se_donne_le_jour_meme_de_la_demande_et_pas_avant(ici, ecart, refusee):
    suite = Suite(nature="sans_suite", motif=Terme.objects.de("motif_sans_suite").first(), le=dans(-5 + ecart))
    Entretien.objects.all().delete()
    if refusee:
        with pytest.raises(GesteImpossible, match="demande est venue après"):
            contacts.donner_suite(ici.personne, suite=suite, par=ici.hab["cip"])
    else:
        assert contacts.donner_suite(ici.personne, suite=suite, par=ici.hab["cip"]).pk


def test_l_autre_rencontre_se_tient_au_meme_endroit_avec_la_meme_personne(ici, cip):
    Entretien.objects.update(lieu="Bureau 3", conduit_par=ici.hab["direction"].compte, le=dans(-1))
    envoi = {"issue": "autre_rencontre", "le": dans(-1).isoformat()}
    envoi |= {"prochain_le": dans(0).isoformat(), "prochaine_heure": "16:45"}
    assert cip.post(adresse("entretien_conclure", ici.entretien), envoi).url == adresse("personne", ici.personne)
    suivant = ici.personne.entretiens.get(etat="prevu")
    assert (suivant.lieu, suivant.conduit_par, suivant.le, suivant.heure) == (
        "Bureau 3",
        ici.hab["direction"].compte,
        dans(0),
        time(16, 45),
    )
    assert not ici.personne.suites.exists()


@pytest.mark.parametrize("issue", ["inscription", "reorientation"])
def test_la_suite_d_un_entretien_est_du_jour_ou_il_a_eu_lieu(ici, cip, issue):
    motif = Terme.objects.de("motif_reorientation").last()
    envoi = {"issue": issue, "le": dans(-2).isoformat(), "motif": motif.pk, "precision": "Dit ensemble"}
    cip.post(adresse("entretien_conclure", ici.entretien), envoi | {"partenaire": ici.partenaire.pk} | MOTIF)
    ici.entretien.refresh_from_db()
    suite = ici.entretien.suite_donnee
    assert (suite.le, suite.nature, suite.par, ici.entretien.le) == (dans(-2), issue, ici.qui, dans(-2))
    assert (suite.motif, suite.precision) == ((motif, "Dit ensemble") if issue == "reorientation" else (None, ""))
    assert Trace.objects.filter(objet=ici.entretien._meta.verbose_name, detail="Réalisé").count() == 1


@pytest.mark.parametrize("jours, propose", [(-3, -3), (0, 0), (4, 0)])
def test_conclure_propose_le_jour_prevu_sans_aller_dans_le_futur(ici, cip, jours, propose):
    Entretien.objects.update(le=dans(jours))
    assert cip.get(adresse("entretien_conclure", ici.entretien)).context["form"]["le"].value() == dans(propose)
    information = cip.get(adresse("entretien", ici.entretien)).context["information"]
    assert information["le"].value() == dans(propose)


def test_prevoir_un_entretien_propose_la_personne_referente_ou_soi(ici, cip):
    direction = ici.client("direction")
    form = direction.get(adresse("entretien_prevoir", ici.personne)).context["form"]
    assert (form["conduit_par"].value(), form["le"].value()) == (ici.qui.pk, gestes.date_proposee(dans(5)))
    Personne.objects.filter(pk=ici.personne.pk).update(referent=None)
    for role in ("direction", "cip"):
        form = ici.client(role).get(adresse("entretien_prevoir", ici.personne)).context["form"]
        assert form["conduit_par"].value() == ici.hab[role].compte_id
    assert ici.client("accueil").get(adresse("entretien_prevoir", ici.personne)).context["form"]["conduit_par"].value() is None


def test_reprogrammer_change_l_heure_le_lieu_et_qui_conduit_et_la_trace_le_dit(ici, cip):
    qui = ici.hab["direction"].compte
    envoi = {"le": dans(0).isoformat(), "heure": "08:15", "lieu": "Bureau 9", "conduit_par": qui.pk}
    assert cip.post(adresse("entretien_reprogrammer", ici.entretien), envoi).url == adresse("entretien", ici.entretien)
    ici.entretien.refresh_from_db()
    assert (ici.entretien.le, ici.entretien.heure, ici.entretien.lieu, ici.entretien.conduit_par) == (
        dans(0),
        time(8, 15),
        "Bureau 9",
        qui,
    )
    assert ici.personne.entretiens.count() == 1, "à venir, il n'a pas été manqué"
    trace = Trace.objects.get(objet=ici.entretien._meta.verbose_name)
    assert trace.geste == "modifier" and "lieu" in trace.detail


@pytest.mark.parametrize("jour, nombre", [(-1, 2), (0, 1)])
def test_reporter_garde_le_rendez_vous_manque_d_hier_et_non_celui_d_aujourd_hui(ici, jour, nombre):
    Entretien.objects.update(le=dans(jour), pose_le=dans(-9))
    ici.entretien.refresh_from_db()
    ici.entretien.le = dans(6)
    gestes.reprogrammer(ici.entretien, champs=["le"], par=ici.hab["cip"])
    etats = {e.le: (e.etat, e.pose_le, e.annule_le) for e in ici.personne.entretiens.all()}
    attendus = {dans(6): ("prevu", dans(0) if nombre == 2 else dans(-9), None)}
    assert etats == attendus | ({dans(-1): ("annule", dans(-9), dans(0))} if nombre == 2 else {})


def test_annuler_puis_prevoir_de_nouveau_donne_deux_rendez_vous(ici, cip):
    assert cip.post(adresse("entretien_annuler", ici.entretien)).url == adresse("personne", ici.personne)
    ici.entretien.refresh_from_db()
    assert (ici.entretien.etat, ici.entretien.annule_le) == ("annule", dans(0))
    assert Trace.objects.get(detail="Annulé").personne_id == ici.personne.pk
    cip.post(adresse("entretien_prevoir", ici.personne), {"le": dans(2).isoformat(), "heure": "09:00"})
    assert sorted(e.etat for e in ici.personne.entretiens.all()) == ["annule", "prevu"]


def test_a_cote_de_l_entretien_on_lit_la_derniere_demande_et_ce_qui_a_deja_ete_dit(ici, cip):
    derniere = Contact.objects.create(personne=ici.personne, le=dans(-1), demande="La plus récente")
    for jour, dit in ((-9, {"offre_presentee": True}), (-4, {"offre_presentee": True}), (-7, {"statut_explique": True})):
        ici.personne.informations.create(le=dans(jour), **dit)
    page = cip.get(adresse("entretien", ici.entretien))
    assert (page.context["demande"], page.context["dit"]) == (derniere, {"offre": dans(-4), "statut": dans(-7)})
    assert "La plus récente" in page.content.decode()


def test_on_propose_d_inscrire_qui_n_a_pas_ete_recue_puis_qui_attend_le_plus(ici, cip):
    recue = Personne.objects.create(organisation=ici.organisation, nom="Reçue", prenom="Lou")
    Contact.objects.create(personne=recue, le=dans(-90))
    amener(recue, "accueil", dans(-80))
    sans_demande = Personne.objects.create(organisation=ici.organisation, nom="Sans", prenom="Lou")
    close = Personne.objects.create(organisation=ici.organisation, nom="Close", prenom="Lou", phase="sans_suite")
    page = adresse("collective", ici.collective)
    assert [p.nom for p in cip.get(page).context["candidates"]] == ["Sans", "Reçue"]
    Information.objects.filter(pk=ici.information.pk).update(presence="excusee")
    assert [p.nom for p in cip.get(page).context["candidates"]] == ["Martinelle", "Sans", "Reçue"]
    assert cip.post(page, {"inscrire": close.pk}).context["feuille"].ajout.errors
    assert cip.post(page, {"inscrire": sans_demande.pk}).url == page
    assert ici.collective.informations.filter(personne=sans_demande, presence="prevue").count() == 1


def test_depuis_le_dossier_les_seances_proposees_vont_de_la_plus_proche(ici, ailleurs, cip):
    cree = {"organisation": ici.organisation, "heure": time(9), "lieu": "S"}
    loin, jour = (InformationCollective.objects.create(le=dans(n), **cree) for n in (9, 0))
    InformationCollective.objects.create(le=dans(1), annulee=True, **cree)
    form = cip.get(adresse("inscription", ici.personne)).context["form"]
    assert list(form.fields["collective"].queryset) == [jour, ici.collective, loin]


@pytest.mark.parametrize("jour, refusee", [(0, False), (1, True)])
def test_une_information_se_note_le_jour_meme_et_pas_d_avance(ici, cip, jour, refusee):
    reponse = cip.post(adresse("information", ici.personne), {"le": dans(jour).isoformat(), "offre_presentee": "on"})
    assert ici.personne.informations.filter(collective=None).exists() is not refusee
    assert refusee or reponse.url == adresse("personne", ici.personne)
