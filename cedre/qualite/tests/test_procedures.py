"""Les procédures : écrire ce que l'on fait, faire ce que l'on a écrit (TRA-4, § 2.3 d)."""

from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.indicateurs import tous
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Contact, Personne
from cedre.qualite.models import Procedure, RevisionDeProcedure
from cedre.qualite.operations.procedures import ecrire, relire, retirer
from cedre.qualite.pratique import pratiques
from cedre.tests.envois import MOTIF

AUJOURDHUI = timezone.localdate


def saisie(**autre) -> dict:
    """Une procédure complète, telle qu'on la saisit."""
    return {
        "titre": "Mobiliser les heures",
        "but": "Donner à chacun les heures qui servent son but.",
        "mission": "transversal",
        "qui": "Mise à disposition",
        "etapes": "Recevoir la demande\r\n\r\n Chercher qui en a besoin \r\n",
        "outils": "Tableau de mobilisation",
        "codes": ["heures_avec_objectif"] if "heures_avec_objectif" in tous() else [],
        "depuis": AUJOURDHUI(),
        "relue_le": AUJOURDHUI(),
    } | autre


@pytest.fixture
def redigee(embauchee):
    """Une procédure qui écrit un délai de dix jours, comme les réglages."""
    Contact.objects.update(le=AUJOURDHUI() - timedelta(days=30), delai_annonce=None)
    return embauchee


def pratique(monde, role="qualite"):
    return pratiques([monde.procedure], pour=monde.hab[role], le=AUJOURDHUI())[0]


def test_une_procedure_s_ecrit_une_etape_par_ligne_et_c_est_sa_premiere_revision(ici):
    client = ici.client("qualite")
    client.post(reverse("qualite:procedure_nouvelle"), saisie())
    ecrite = Procedure.objects.get()
    assert ecrite.etapes == ["Recevoir la demande", "Chercher qui en a besoin"] and ecrite.outils == ["Tableau de mobilisation"]
    assert ecrite.revisions.get().le == AUJOURDHUI()
    page = client.get(reverse("qualite:procedures")).content.decode()
    assert "Transversal aux missions" in page and "Mobiliser les heures" in page


def test_un_delai_ecrit_a_son_nombre_et_rien_n_est_perdu_d_une_saisie_refusee(ici):
    reponse = ici.client("qualite").post(reverse("qualite:procedure_nouvelle"), saisie(reglage="delai_annonce"))
    assert not Procedure.objects.exists()
    assert "Un délai ou un rythme écrit a son nombre" in reponse.content.decode()
    assert "Chercher qui en a besoin" in reponse.content.decode()


def test_toute_l_equipe_et_le_ca_lisent_les_procedures_et_seuls_qualite_et_direction_les_tiennent(redigee):
    page = reverse("qualite:procedure", args=[redigee.procedure.pk])
    for role in ("accueil", "cip", "mad", "ca", "qualite", "direction"):
        assert redigee.client(role).get(page).status_code == 200, role
    for role, code in (("cip", 403), ("ca", 403), ("qualite", 200), ("direction", 200)):
        assert redigee.client(role).get(reverse("qualite:procedure_modifier", args=[redigee.procedure.pk])).status_code == code


def test_le_texte_et_le_reglage_qui_ne_disent_pas_le_meme_nombre_sont_une_derive(redigee):
    assert not pratique(redigee).derive
    redigee.procedure.valeur = 15
    redigee.procedure.save()
    assert pratique(redigee).ecart_de_reglage and pratique(redigee).derive
    page = redigee.client("direction").get(reverse("qualite:procedure", args=[redigee.procedure.pk])).content.decode()
    assert "15\N{NO-BREAK SPACE}jours" in page and "10\N{NO-BREAK SPACE}jours" in page and "Dérive" in page
    assert "Dérive" in redigee.client("cip").get(reverse("qualite:procedures")).content.decode()


def test_un_delai_que_la_pratique_ne_tient_pas_se_voit_avec_son_compte_et_la_liste(redigee):
    attend = Personne.objects.create(organisation=redigee.organisation, nom="Attend", prenom="Ada")
    Contact.objects.create(personne=attend, le=AUJOURDHUI() - timedelta(days=30), delai_annonce=10)
    assert not pratique(redigee).ecart_de_reglage
    assert (pratique(redigee).suivis[0].indicateur.code, pratique(redigee).suivis[0].mesure) == ("delai_tenu", (1, 0))
    assert pratique(redigee).derive
    page = redigee.client("cip").get(reverse("qualite:procedure", args=[redigee.procedure.pk])).content.decode()
    assert "0\N{NO-BREAK SPACE}sur\N{NO-BREAK SPACE}1" in page and reverse("portail:manquants", args=["delai_tenu"]) in page
    lue_par_le_ca = redigee.client("ca").get(reverse("qualite:procedure", args=[redigee.procedure.pk])).content.decode()
    assert "moins de cinq" in lue_par_le_ca and "0\N{NO-BREAK SPACE}sur\N{NO-BREAK SPACE}1" not in lue_par_le_ca


def test_sans_delai_ecrit_un_chiffre_qui_manque_n_est_pas_une_derive(redigee):
    redigee.procedure.reglage, redigee.procedure.valeur, redigee.procedure.codes = "", None, ["delai_annonce"]
    redigee.procedure.save()
    assert not pratique(redigee).suivis[0].est_tenu and not pratique(redigee).derive


def test_relire_tient_a_jour_une_fois_par_jour_et_retirer_fige(redigee):
    par, aujourdhui = redigee.hab["qualite"], AUJOURDHUI()
    mesurer = tous()["procedures_a_jour"].mesurer
    redigee.procedure.revisions.update(le=aujourdhui - timedelta(days=800))
    assert mesurer(redigee.organisation, aujourdhui) == (1, 0)
    relire(redigee.procedure, par=par)
    assert mesurer(redigee.organisation, aujourdhui) == (1, 1)
    assert mesurer(redigee.organisation, aujourdhui - timedelta(days=1)) == (1, 0), "la veille n'a pas changé"
    with pytest.raises(GesteImpossible, match="déjà été relue"):
        relire(redigee.procedure, par=par)
    retirer(redigee.procedure, par=par)
    assert mesurer(redigee.organisation, aujourdhui) == (0, 0)
    assert mesurer(redigee.organisation, aujourdhui - timedelta(days=1)) == (1, 0)
    with pytest.raises(GesteImpossible, match="retirée"):
        ecrire(redigee.procedure, le=aujourdhui, changement="", champs=[], par=par)


def test_une_revision_ne_se_date_ni_demain_ni_avant_que_la_procedure_existe(redigee):
    client, adresse = redigee.client("qualite"), reverse("qualite:procedure_modifier", args=[redigee.procedure.pk])
    demain = client.post(adresse, saisie(relue_le=AUJOURDHUI() + timedelta(days=1)))
    assert "relue_le" in demain.context["form"].errors
    depuis = redigee.procedure.depuis
    avant = client.post(adresse, saisie(depuis=depuis, relue_le=depuis - timedelta(days=1)))
    assert "relue_le" in avant.context["form"].errors
    assert redigee.procedure.revisions.count() == 1


def test_une_revision_ne_se_date_pas_d_avant_la_derniere_ce_qu_elle_disait_serait_perdu(redigee):
    adresse, derniere = reverse("qualite:procedure_modifier", args=[redigee.procedure.pk]), redigee.procedure.revisions.get()
    derniere.le = AUJOURDHUI() - timedelta(days=2)
    derniere.save()
    for le, admise in ((AUJOURDHUI() - timedelta(days=3), False), (derniere.le, True), (AUJOURDHUI(), True)):
        page = redigee.client("qualite").post(adresse, saisie(depuis=redigee.procedure.depuis, relue_le=le, but=f"Le {le}"))
        assert admise == (page.status_code == 302)
        assert admise or f"Elle a été relue le {derniere.le:%d/%m/%Y}" in str(page.context["form"].errors["relue_le"])


def test_la_liste_de_ce_qui_manque_mene_a_la_procedure_a_relire(redigee):
    redigee.procedure.revisions.all().delete()
    page = redigee.client("qualite").get(reverse("portail:manquants", args=["procedures_a_jour"])).content.decode()
    assert reverse("qualite:procedure", args=[redigee.procedure.pk]) in page


def procedure(monde, titre="Accueillir", mission="accueil", jours=-900, **champs) -> Procedure:
    """Une procédure suivie depuis ce jour, compté depuis aujourd'hui."""
    dite = {"but": "But", "qui": "L’accueil", "depuis": AUJOURDHUI() + timedelta(days=jours)} | champs
    return Procedure.objects.create(organisation=monde.organisation, titre=titre, mission=mission, **dite)


def test_la_liste_va_de_mission_en_mission_et_met_a_part_ce_que_l_on_ne_suit_pas(ici, ailleurs):
    jour, hier = AUJOURDHUI(), AUJOURDHUI() - timedelta(days=1)
    traverse, b = procedure(ici, "Réguler", "transversal"), procedure(ici, "Orienter", prochaine_revision=jour)
    a, insere = procedure(ici, "Écouter", jours=0, prochaine_revision=hier), procedure(ici, "Engager", "insertion")
    apart = [procedure(ici, "Retirée", retiree_le=jour), procedure(ici, "À venir", jours=1)]
    procedure(ailleurs, "Ailleurs")
    for le in (-700, -30, -400):
        a.revisions.create(le=jour + timedelta(days=le))
    page = ici.client("ca").get(reverse("qualite:procedures"))
    dites = [(nom, [p.procedure for p in pratiques_]) for nom, pratiques_ in page.context["missions"]]
    assert dites == [("Mission accueil", [a, b]), ("Mission insertion", [insere]), ("Transversal aux missions", [traverse])]
    assert {*page.context["retirees"]} == {*apart}
    assert page.context["missions"][0][1][0].procedure.revisee_le == jour - timedelta(days=30)
    assert page.content.decode().count(">À relire</span>") == 1, "une relecture prévue aujourd'hui n'est pas en retard"


def test_relire_ou_reviser_dit_qui_quand_et_pourquoi_et_la_page_va_de_la_derniere_a_la_premiere(ici):
    jour, client = AUJOURDHUI(), ici.client("direction")
    ligne = procedure(ici, etapes=["Une"], prochaine_revision=jour - timedelta(days=40))
    assert "Retirer" in client.get(reverse("qualite:procedure", args=[ligne.pk])).content.decode()
    envoi = saisie(depuis=ligne.depuis, relue_le=jour - timedelta(days=3), changement="On appelle avant")
    revisee = ici.client("qualite").post(reverse("qualite:procedure_modifier", args=[ligne.pk]), envoi | MOTIF)
    assert revisee.url == reverse("qualite:procedure", args=[ligne.pk])
    client.post(reverse("qualite:procedure_relire", args=[ligne.pk]))
    ligne.refresh_from_db()
    assert ligne.prochaine_revision == jour + relativedelta(years=1)
    revisions = [(r.le, r.changement, r.par) for r in RevisionDeProcedure.objects.filter(procedure=ligne)]
    assert revisions == [
        (jour, "", ici.hab["direction"].compte),
        (jour - timedelta(days=3), "On appelle avant", ici.hab["qualite"].compte),
    ]
    page = client.get(reverse("qualite:procedure", args=[ligne.pk])).content.decode()
    dits = [page.index(mot) for mot in ("Relue, rien à changer · Direction", "On appelle avant · Qualite")]
    assert dits == sorted(dits)
    client.post(reverse("qualite:procedure_retirer", args=[ligne.pk]))
    ligne.refresh_from_db()
    assert ligne.retiree_le == jour and ">Retirée</span>" in client.get(revisee.url).content.decode()
    traces = [*Trace.objects.filter(objet="procédure", objet_id=ligne.pk).order_by("pk").values_list("detail", flat=True)]
    assert (traces[1], traces[2], "étapes" in traces[0]) == ("relue", "retirée", True)


def test_une_procedure_neuve_se_relira_dans_un_an_et_dit_la_mission_d_ou_l_on_vient(ici):
    form = ici.client("qualite").get(reverse("qualite:procedure_nouvelle"), {"mission": "insertion"}).context["form"]
    assert form["prochaine_revision"].value() == AUJOURDHUI() + relativedelta(years=1)
    assert (form["mission"].value(), form["depuis"].value(), form["relue_le"].value()) == ("insertion", *[AUJOURDHUI()] * 2)


@pytest.mark.parametrize(
    "reglage, valeur, annonce",
    [
        ("delai_sortie", 1, "Délai pour documenter une sortie : 1 jour"),
        ("semaines_sans_heures", 3, "Temps le plus long sans heures : 3 semaines"),
        ("", None, ""),
    ],
)
def test_ce_qu_une_procedure_annonce_a_son_nombre_et_son_unite(reglage, valeur, annonce):
    assert Procedure(reglage=reglage, valeur=valeur).annonce.replace("\N{NO-BREAK SPACE}", " ") == annonce


def test_le_texte_se_compare_a_ce_que_la_structure_a_regle_et_a_personne_d_autre(redigee, ailleurs):
    redigee.procedure.reglage, redigee.procedure.valeur = "delai_remise", 9
    redigee.procedure.save()
    for monde, jours in ((ailleurs, 9), (redigee, 12)):
        monde.organisation.seuils.create(du=AUJOURDHUI() - timedelta(days=40), delai_remise=jours)
    assert (pratique(redigee).reglee, pratique(redigee).ecart_de_reglage) == (12, True)
    assert pratique(redigee).reference == "Procédure « Accueillir ici »"
    type(redigee.organisation.seuils.get()).objects.filter(organisation=redigee.organisation).delete()
    assert pratique(redigee).reglee == 7, "sans rien de réglé, la valeur par défaut"


def test_un_indicateur_que_cedre_ne_connait_plus_ne_se_montre_ni_ne_se_coche(ici):
    ligne, client = procedure(ici, codes=["disparu", "delai_tenu"]), ici.client("qualite")
    assert [i.code for i in ligne.indicateurs] == ["delai_tenu"]
    form = client.get(reverse("qualite:procedure_modifier", args=[ligne.pk])).context["form"]
    assert form["codes"].value() == ["delai_tenu"]
    libelles = [libelle for _, libelle in form.fields["codes"].choices]
    assert libelles == sorted(libelles) and len(libelles) > 20
