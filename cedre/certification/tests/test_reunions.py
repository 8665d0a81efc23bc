"""Les réunions d'évaluation et la revue annuelle : prévues, tenues, figées, imprimées (AME-4)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cedre.certification.models import ReunionEvaluation
from cedre.certification.operations import reunions as gestes
from cedre.certification.revue import pour_l_ecran
from cedre.certification.tests.reunies import AUJOURDHUI, chiffres, il_y_a, prevue, tenir
from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.qualite.models import ActionAmelioration, Reclamation


def test_la_referente_prevoit_tient_decide_et_clot(ici, qualite):
    saisie = {"nature": "revue", "prevue_le": AUJOURDHUI, "du": il_y_a(365), "au": AUJOURDHUI}
    adresse = qualite.post(reverse("certification:reunion_nouvelle"), saisie).url
    reunion = ReunionEvaluation.objects.get()
    assert adresse == reverse("certification:reunion", args=[reunion.pk]) and reunion.preparation == {}
    dits = {"le": AUJOURDHUI, "presents": [ici.qui.pk], "compte_rendu": "On a tout relu.", "version": 1}
    assert qualite.post(reverse("certification:reunion_tenir", args=[reunion.pk]), dits).status_code == 302
    page = qualite.get(reverse("certification:reunion_action", args=[reunion.pk]))
    assert page.context["form"].initial["reference"] == f"Revue annuelle du {AUJOURDHUI:%d/%m/%Y}"
    action = {"quoi": "Relancer", "effet_attendu": "Mieux", "qui": ici.qui.pk, "echeance": AUJOURDHUI}
    action |= {"origine": "reunion", "reference": "Revue annuelle"}
    assert qualite.post(reverse("certification:reunion_action", args=[reunion.pk]), action).status_code == 302
    assert [a.quoi for a in reunion.decisions.all()] == ["Relancer"]
    assert ActionAmelioration.objects.get().organisation == ici.organisation
    qualite.post(reverse("certification:reunion_clore", args=[reunion.pk]))
    reunion.refresh_from_db()
    assert reunion.close_le == AUJOURDHUI and list(reunion.presents.all()) == [ici.qui]
    for route, envoi in (("tenir", dits), ("action", action), ("modifier", saisie)):
        page = qualite.post(reverse(f"certification:reunion_{route}", args=[reunion.pk]), envoi)
        assert page.status_code == 200 and "Close" in str(page.context["form"].non_field_errors()), "rien de tapé ne se perd"
        assert page.context["form"].data == page.wsgi_request.POST
    with pytest.raises(GesteImpossible, match="Close"):
        tenir(reunion, ici)
    with pytest.raises(GesteImpossible, match="Close"):
        gestes.clore(reunion, par=ici.hab["qualite"])


def test_ce_que_l_on_avait_sous_les_yeux_se_fige_le_jour_de_la_reunion(ici, qualite):
    reunion = tenir(prevue(ici), ici)
    avant = chiffres(pour_l_ecran(reunion.preparation, pour=ici.hab["qualite"]), "Réclamations")
    Reclamation.objects.create(organisation=ici.organisation, origine="client", texte="Après", recue_le=AUJOURDHUI)
    figee = qualite.get(reverse("certification:reunion", args=[reunion.pk])).context["preparation"]
    assert chiffres(figee, "Réclamations") == avant == ["0", "0 sur 0", "0"]
    assert len(figee["specifications"]) == 18 and figee["le"] == AUJOURDHUI.isoformat()
    reprise = tenir(reunion, ici, compte_rendu="Mieux dit.")
    assert (
        reprise.compte_rendu == "Mieux dit."
        and chiffres(pour_l_ecran(reprise.preparation, pour=ici.hab["qualite"]), "Réclamations") == avant
    )
    with pytest.raises(GesteImpossible, match="figé"):
        tenir(reunion, ici, le=il_y_a(1))


def test_tenue_hier_elle_montre_ce_qui_se_voyait_hier(ici):
    chez = {"organisation": ici.organisation, "origine": "client", "texte": "En retard"}
    Reclamation.objects.create(**chez, recue_le=il_y_a(1))
    Reclamation.objects.create(**chez, recue_le=AUJOURDHUI)
    reunion = tenir(prevue(ici), ici, le=il_y_a(1))
    reunion.refresh_from_db()
    assert chiffres(reunion.preparation, "Réclamations")[0] == "1" and reunion.preparation["le"] == il_y_a(1).isoformat()


@pytest.mark.parametrize("jour", [AUJOURDHUI + timedelta(days=1), AUJOURDHUI - timedelta(days=366)])
def test_une_reunion_ne_se_tient_ni_demain_ni_avant_la_periode_qu_elle_regarde(ici, jour):
    with pytest.raises(GesteImpossible) as refus:
        tenir(prevue(ici), ici, le=jour)
    assert refus.value.champ == "le"


def test_tenue_elle_ne_se_deplace_plus_et_prevue_elle_ne_se_clot_pas(ici, qualite):
    reunion = prevue(ici)
    assert "<p>Prévue · période" in qualite.get(reverse("certification:reunion", args=[reunion.pk])).content.decode()
    with pytest.raises(GesteImpossible, match="pas encore tenue"):
        gestes.clore(reunion, par=ici.hab["qualite"])
    tenir(reunion, ici)
    with pytest.raises(GesteImpossible, match="Tenue .* ne se fait plus"):
        gestes.prevoir(reunion, champs=["prevue_le"], par=ici.hab["qualite"])
    with pytest.raises(GesteImpossible, match="Tenue .* ne se fait plus"):
        gestes.renoncer(reunion, par=ici.hab["qualite"])


@pytest.mark.parametrize("du", ["0001-01-01", "1999-12-31", AUJOURDHUI + timedelta(days=1)])
def test_la_periode_commence_un_jour_dont_on_a_les_verdicts(ici, qualite, du):
    saisie = {"nature": "revue", "prevue_le": AUJOURDHUI, "du": du, "au": AUJOURDHUI + timedelta(days=9)}
    page = qualite.post(reverse("certification:reunion_nouvelle"), saisie)
    assert page.context["form"].errors.keys() == {"du"} and not ReunionEvaluation.objects.exists()
    for limite in ("2000-01-01", AUJOURDHUI):
        suite = qualite.post(reverse("certification:reunion_nouvelle"), saisie | {"du": limite}, follow=True)
        assert suite.status_code == 200 and suite.context["reunion"]


def test_deux_comptes_rendus_a_la_fois_se_rapprochent_et_aucun_n_efface_l_autre(ici, qualite):
    reunion = prevue(ici)
    adresse = reverse("certification:reunion_tenir", args=[reunion.pk])
    assert qualite.get(adresse).context["form"]["version"].value() == 1
    tenir(reunion, ici)
    envoi = {"le": AUJOURDHUI, "presents": [ici.qui.pk], "compte_rendu": "Mes notes", "version": 1}
    page = ici.client("direction").post(adresse, envoi)
    texte = page.content.decode()
    assert page.status_code == 409 and "Mes notes" in texte and "On a tout relu." in texte
    dits = [
        ("Et aussi", "", "Deux administratrices"),
        ("Ce qui s’est dit", "Mes notes", "On a tout relu."),
        ("Ce que l’on en retient", "", "Continuer."),
    ]
    assert page.context["differences"] == dits
    a_deux = envoi | {"presents": [ici.qui.pk, ici.hab["ca"].compte_id]}
    assert ici.client("direction").post(adresse, a_deux).context["differences"] == [
        ("Qui était là", "Ca Ici, Cip Ici", "Cip Ici"),
        *dits,
    ]
    reunion.refresh_from_db()
    assert (reunion.compte_rendu, reunion.version) == ("On a tout relu.", 2)
    assert page.context["form"]["version"].value() == 2
    assert qualite.post(adresse, envoi | {"version": 2}).status_code == 302
    assert qualite.post(adresse, envoi | {"version": 2}).status_code == 302, "le même envoi, deux fois, n'en fait qu'un"
    reunion.refresh_from_db()
    assert (reunion.compte_rendu, reunion.version) == ("Mes notes", 3)


def test_une_reunion_prevue_par_erreur_se_retire_et_ce_qui_s_y_decidait_reste(ici, qualite):
    reunion = prevue(ici)
    decidee = ActionAmelioration.objects.create(
        organisation=ici.organisation, quoi="Relancer", effet_attendu="Mieux", qui=ici.qui, echeance=AUJOURDHUI
    )
    reunion.decisions.add(decidee)
    assert qualite.post(reverse("certification:reunion_renoncer", args=[reunion.pk])).url == reverse("certification:reunions")
    assert not ReunionEvaluation.objects.exists() and ActionAmelioration.objects.get() == decidee
    assert Trace.objects.get(geste="supprimer").detail == str(reunion)


@pytest.mark.deux_moteurs
@pytest.mark.parametrize(
    "champs",
    [
        {"du": AUJOURDHUI, "au": AUJOURDHUI - timedelta(days=1)},
        {"tenue_le": AUJOURDHUI},
        {"close_le": AUJOURDHUI},
        {"tenue_le": AUJOURDHUI, "compte_rendu": "Dit.", "close_le": AUJOURDHUI - timedelta(days=1)},
    ],
)
def test_la_base_refuse_une_reunion_qui_ne_se_peut_pas(ici, champs):
    with pytest.raises(IntegrityError), transaction.atomic():
        prevue(ici, **champs)


def test_toute_l_equipe_et_le_conseil_lisent_et_seuls_direction_et_qualite_tiennent(ici, ailleurs):
    reunion, la_bas = prevue(ici), prevue(ailleurs)
    for role in ("accueil", "cip", "mad", "qualite", "direction", "ca"):
        client = ici.client(role)
        tient = role in ("qualite", "direction")
        assert client.get(reverse("certification:reunions")).status_code == 200
        assert client.get(reverse("certification:reunion", args=[la_bas.pk])).status_code == 404
        for route in ("reunion_tenir", "reunion_action", "reunion_modifier"):
            assert client.get(reverse(f"certification:{route}", args=[reunion.pk])).status_code == (200 if tient else 403)
    assert ici.client("salarie").get(reverse("certification:reunions")).status_code == 403
    texte = ici.client("accueil").get(reverse("certification:reunion", args=[reunion.pk])).content.decode()
    assert reverse("qualite:reclamations") not in texte and reverse("certification:conformite") not in texte


def test_un_present_d_ailleurs_ne_s_inscrit_pas(ici, ailleurs, qualite):
    reunion = prevue(ici)
    dits = {"le": AUJOURDHUI, "presents": [ailleurs.qui.pk], "compte_rendu": "Dit.", "version": 1}
    page = qualite.post(reverse("certification:reunion_tenir", args=[reunion.pk]), dits)
    assert page.context["form"].errors.keys() == {"presents"}


def test_le_conseil_n_y_lit_pas_combien_ont_reclame_l_equipe_si(ici):
    for jours in (3, 4, 5):
        Reclamation.objects.create(organisation=ici.organisation, origine="client", texte="Trop long", recue_le=il_y_a(jours))
    for reunion in (prevue(ici), tenir(prevue(ici), ici)):
        pages = [ici.client(role).get(reverse("certification:reunion", args=[reunion.pk])) for role in ("ca", "qualite")]
        lus = [chiffres(page.context["preparation"], "Réclamations") for page in pages]
        assert lus == [["moins de cinq", "0 sur 0", "moins de cinq"], ["3", "0 sur 0", "3"]]


def test_le_compte_rendu_s_imprime_et_laisse_une_trace(ici):
    reunion = tenir(prevue(ici), ici)
    reponse = ici.client("ca").post(reverse("certification:reunion_pdf", args=[reunion.pk]))
    assert reponse.content.startswith(b"%PDF") and Trace.objects.get(geste="exporter").detail == "compte rendu, PDF"
    assert ici.client("ca").post(reverse("certification:reunion_pdf", args=[prevue(ici).pk])).content.startswith(b"%PDF")


def test_la_page_dit_si_l_annee_a_eu_sa_revue(ici, qualite):
    reunion = tenir(prevue(ici), ici)
    page = qualite.get(reverse("certification:reunions"))
    assert page.context["revue"] == reunion
    ReunionEvaluation.objects.update(nature="reunion")
    assert (
        "Aucune revue annuelle ne s’est tenue depuis douze mois"
        in qualite.get(reverse("certification:reunions")).content.decode()
    )


def test_aujourd_hui_rappelle_la_reunion_dont_le_jour_est_venu_et_mene_a_sa_liste(ici, qualite):
    def rappels():
        return [t for t in qualite.get("/").context["rappels"] if t.libelle == "Réunions à tenir"]

    reunion = prevue(ici)
    prevue(ici, prevue_le=AUJOURDHUI + timedelta(days=1))
    (tuile,) = rappels()
    assert tuile.nombre == 1 and list(qualite.get(tuile.adresse).context["page"]) == [reunion]
    tenir(reunion, ici)
    assert rappels() == []
    page = qualite.get(tuile.adresse).content.decode()
    assert "Aucune réunion à tenir" in page and reverse("certification:reunion_nouvelle") in page
