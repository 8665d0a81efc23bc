"""Les réunions d'évaluation et la revue annuelle : préparées, tenues, figées, imprimées (AME-4)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cedre.certification.models import Appreciation, ReunionEvaluation
from cedre.certification.operations import reunions as gestes
from cedre.certification.revue import pour_l_ecran, preparer
from cedre.certification.verdicts import Verdict
from cedre.comptes.models import Trace
from cedre.conftest import embaucher
from cedre.core.gestes import GesteImpossible
from cedre.qualite.models import ActionAmelioration, ActionDeFormation, Enquete, Procedure, Reclamation, ReponseEnquete
from cedre.structures.models import Axe

AUJOURDHUI = timezone.localdate()


def il_y_a(jours: int):
    """Ce jour-là."""
    return AUJOURDHUI - timedelta(days=jours)


def prevue(monde, **champs) -> ReunionEvaluation:
    """Une revue annuelle de l'année écoulée, à tenir aujourd'hui."""
    defauts = {"nature": "revue", "prevue_le": AUJOURDHUI, "du": il_y_a(365), "au": AUJOURDHUI}
    return ReunionEvaluation.objects.create(organisation=monde.organisation, **defauts | champs)


def tenir(reunion, monde, le=AUJOURDHUI, **dits) -> ReunionEvaluation:
    """La réunion, tenue par la référente qualité."""
    mots = {"autres_presents": "Deux administratrices", "compte_rendu": "On a tout relu.", "conclusions": "Continuer."} | dits
    return gestes.tenir(reunion, tenue_le=le, presents=[monde.qui], **mots, par=monde.hab["qualite"])


def vue(reunion, monde, le=AUJOURDHUI) -> dict:
    """La préparation, à l'écran."""
    return pour_l_ecran(preparer(reunion, le=le, par=monde.hab["qualite"]))


def section(preparation: dict, titre: str) -> dict:
    """Une part de la préparation."""
    return next(s for s in preparation["sections"] if s["titre"].startswith(titre))


def chiffres(preparation: dict, titre: str) -> list[str]:
    """Ce qu'elle dit, dans l'ordre, sans insécables."""
    return [c["dit"].replace("\xa0", " ") for c in section(preparation, titre)["chiffres"]]


@pytest.fixture
def qualite(ici):
    """Le navigateur de la référente qualité d'ici."""
    return ici.client("qualite")


# ── Préparation ───────────────────────────────────────────────────────────────────────────────────────────────────


def sens(monde, code: str) -> str:
    """Ce que la préparation d'aujourd'hui dit d'une spécification, face à il y a un an."""
    return next(s["sens"] for s in vue(prevue(monde), monde)["specifications"] if s["code"] == code)


def test_les_dix_huit_specifications_se_comparent_au_debut_de_la_periode(ici):
    siennes = {"organisation": ici.organisation, "point": "2.1a-3"}
    Appreciation.objects.create(**siennes, valeur="satisfait", le=il_y_a(400))
    Appreciation.objects.create(**siennes, valeur="insuffisant", le=il_y_a(10))
    preparation = vue(prevue(ici), ici)
    assert len(preparation["specifications"]) == 18
    par_code = {s["code"]: s for s in preparation["specifications"]}
    assert par_code["2.1a"]["maintenant"] == Verdict.INSUFFISANT
    assert "2.1a" in {s["code"] for s in preparation["insuffisantes"]}
    meme_jour = vue(prevue(ici, du=AUJOURDHUI), ici)["specifications"]
    assert all(s["avant"] == s["maintenant"] and s["sens"] == "" for s in meme_jour)


def test_ce_qui_devient_satisfait_va_mieux_et_ce_qui_cesse_de_l_etre_moins_bien(ici):
    assert sens(ici, "2.4a") == ""
    axe = {"organisation": ici.organisation, "intitule": "Accueillir", "codes": ["delai_annonce"], "diffuse_le": il_y_a(20)}
    Axe.objects.create(**axe, defini_le=il_y_a(30))
    assert sens(ici, "2.4a") == "mieux"
    Axe.objects.update(defini_le=il_y_a(400), diffuse_le=il_y_a(390))
    assert sens(ici, "2.4a") == ""
    Axe.objects.update(jusqu_au=il_y_a(100))
    assert sens(ici, "2.4a") == "moins_bien"


def test_les_reclamations_de_la_periode_se_comptent_avec_leur_delai(ici, ailleurs):
    chez = {"organisation": ici.organisation, "origine": "client", "texte": "En retard", "reponse_attendue": True}
    repondue = {"reponse": "C’est changé."}
    Reclamation.objects.create(**chez, recue_le=il_y_a(366))  # avant la période, encore ouverte
    Reclamation.objects.create(**chez, recue_le=il_y_a(365), repondue_le=il_y_a(340), close_le=il_y_a(340), **repondue)
    Reclamation.objects.create(**chez, recue_le=il_y_a(90), repondue_le=il_y_a(20), close_le=il_y_a(20), **repondue)
    Reclamation.objects.create(**chez, recue_le=AUJOURDHUI)
    Reclamation.objects.create(**chez | {"organisation": ailleurs.organisation}, recue_le=AUJOURDHUI)
    assert chiffres(vue(prevue(ici), ici), "Réclamations") == ["3", "1 sur 2", "2"]
    hier = prevue(ici, au=il_y_a(30))
    assert chiffres(vue(hier, ici), "Réclamations") == ["2", "1 sur 2", "2"], "ce qui suit la période n'en est pas"
    assert chiffres(vue(prevue(ici), ici, le=il_y_a(60)), "Réclamations") == ["2", "1 sur 1", "2"]


def test_une_enquete_de_moins_de_cinq_reponses_ne_dit_pas_combien(ici):
    for titre, nombre, close_le in (
        ("Petite", 4, il_y_a(3)),
        ("Assez", 5, il_y_a(3)),
        ("Vieille", 9, il_y_a(400)),
        ("Court", 9, None),
    ):
        enquete = Enquete.objects.create(
            organisation=ici.organisation, modele="clients", titre=titre, du=il_y_a(420), au=AUJOURDHUI, close_le=close_le
        )
        ReponseEnquete.objects.bulk_create(ReponseEnquete(enquete=enquete, semaine=il_y_a(9), reponses={}) for _ in range(nombre))
    lignes = section(vue(prevue(ici), ici), "Enquêtes")["lignes"]
    dites = {ligne["texte"]: ligne["detail"].replace("\xa0", " ") for ligne in lignes}
    assert dites == {"Petite": "moins de cinq réponses", "Assez": "5 réponses"}


def test_les_actions_se_comptent_a_la_date_et_non_d_apres_leur_etat_d_aujourd_hui(ici):
    chez = {"organisation": ici.organisation, "effet_attendu": "Mieux", "qui": ici.qui}
    effet = {"effet_constate": "Mieux", "efficace": True}
    ActionAmelioration.objects.create(
        quoi="Faite",
        decidee_le=il_y_a(300),
        echeance=il_y_a(200),
        faite_le=il_y_a(210),
        effet_verifie_le=il_y_a(5),
        **chez,
        **effet,
    )
    ActionAmelioration.objects.create(quoi="En retard", decidee_le=il_y_a(100), echeance=il_y_a(1), **chez)
    ActionAmelioration.objects.create(quoi="Ancienne", decidee_le=il_y_a(500), echeance=il_y_a(400), **chez)
    ActionAmelioration.objects.create(quoi="À venir", decidee_le=AUJOURDHUI, echeance=AUJOURDHUI, **chez)
    maintenant = vue(prevue(ici), ici)
    assert chiffres(maintenant, "Actions") == ["3", "1 sur 3", "1 sur 3", "2"]
    assert [ligne["texte"] for ligne in section(maintenant, "Actions")["lignes"]] == ["Ancienne", "En retard"]
    assert chiffres(vue(prevue(ici), ici, le=il_y_a(6)), "Actions") == ["2", "1 sur 2", "0 sur 2", "1"]


def test_chaque_nombre_d_actions_et_de_reclamations_est_celui_de_sa_liste(ici, qualite):
    chez = {"organisation": ici.organisation, "effet_attendu": "Mieux", "qui": ici.qui}
    effet = {"effet_constate": "Mieux", "efficace": True}
    ActionAmelioration.objects.create(
        quoi="Faite", decidee_le=il_y_a(300), echeance=il_y_a(9), faite_le=il_y_a(20), effet_verifie_le=il_y_a(5), **chez, **effet
    )
    ActionAmelioration.objects.create(quoi="Faite", decidee_le=il_y_a(30), echeance=il_y_a(9), faite_le=il_y_a(20), **chez)
    ActionAmelioration.objects.create(quoi="En retard", decidee_le=il_y_a(100), echeance=il_y_a(1), **chez)
    ActionAmelioration.objects.create(quoi="Ancienne", decidee_le=il_y_a(500), echeance=il_y_a(400), **chez)
    reclamation = {"organisation": ici.organisation, "origine": "client", "texte": "En retard"}
    for jours in (3, 400):
        Reclamation.objects.create(**reclamation, recue_le=il_y_a(jours))
    preparation = vue(prevue(ici), ici)
    for titre in ("Actions", "Réclamations"):
        for chiffre in section(preparation, titre)["chiffres"]:
            page = qualite.get(chiffre["adresse"])
            if "délai" not in chiffre["libelle"]:
                assert page.context["page"].paginator.count == int(chiffre["dit"].split("\xa0")[0]), chiffre["libelle"]


def test_une_procedure_derive_et_sa_mesure_trop_petite_se_tait(ici):
    Procedure.objects.create(
        organisation=ici.organisation,
        titre="Accueillir",
        mission="accueil",
        reglage="delai_annonce",
        valeur=3,
        depuis=il_y_a(100),
    )
    ici.contact.le, ici.contact.delai_annonce = il_y_a(60), 1
    ici.contact.save()
    faire = section(vue(prevue(ici), ici), "Faire")
    assert faire["chiffres"][0]["dit"] == "1\xa0sur\xa01"
    (ligne,) = faire["lignes"]
    assert ligne["texte"] == "Accueillir" and "le réglage de la structure dit" in ligne["detail"]
    assert "1\xa0sur\xa01" not in ligne["detail"] and "0\xa0sur\xa01" not in ligne["detail"]


def test_le_plan_de_formation_de_la_periode_se_dit_ligne_a_ligne(ici):
    chez = {"organisation": ici.organisation, "besoin": "Recevoir"}
    for intitule, au, faits in (
        ("Faite", il_y_a(100), {"realisee_le": il_y_a(100)}),
        ("Faite plus tard", il_y_a(50), {"realisee_le": AUJOURDHUI}),
        ("Abandonnée", il_y_a(50), {"abandonnee_le": il_y_a(60), "motif": "Session annulée"}),
        ("D’avant", il_y_a(366), {}),
        ("À venir", AUJOURDHUI, {}),
    ):
        ActionDeFormation.objects.create(**chez, intitule=intitule, prevue_du=au, prevue_au=au, **faits)
    formations = section(vue(prevue(ici), ici, le=il_y_a(1)), "Plan")
    assert formations["chiffres"][0]["dit"] == "1\xa0sur\xa03"
    assert {ligne["texte"]: ligne["detail"] for ligne in formations["lignes"]} == {
        "Faite": "réalisée",
        "Faite plus tard": "en retard",
        "Abandonnée": "abandonnée",
    }


def test_rien_n_y_nomme_une_personne_en_parcours(ici, ailleurs):
    embaucher(ici)
    embaucher(ailleurs)
    reunion = prevue(ici)
    for role in ("accueil", "mad", "ca", "direction"):
        page = ici.client(role).get(reverse("certification:reunion", args=[reunion.pk]))
        assert page.status_code == 200
        texte = page.content.decode()
        assert "Martinelle" not in texte and "ailleurs" not in texte and "/personnes/" not in texte.split("<main")[1]


def test_le_nombre_de_requetes_ne_grandit_pas_avec_ce_que_la_structure_tient(ici, qualite, django_assert_max_num_queries):
    embaucher(ici)
    adresse = reverse("certification:reunion", args=[prevue(ici).pk])
    nombres = []
    for _ in range(2):
        with django_assert_max_num_queries(21) as requetes:
            assert qualite.get(adresse).status_code == 200
        nombres.append(len(requetes))
        for rang in range(6):
            chez = {"organisation": ici.organisation}
            Axe.objects.create(**chez, intitule=f"Axe {rang}", defini_le=il_y_a(9), codes=["delai_tenu"])
            Reclamation.objects.create(**chez, origine="client", texte="Encore", recue_le=il_y_a(40))
            ActionAmelioration.objects.create(**chez, quoi="Encore", effet_attendu="Mieux", qui=ici.qui, echeance=il_y_a(2))
            Procedure.objects.create(**chez, titre=f"P{rang}", mission="accueil", reglage="delai_annonce", valeur=3)
    assert nombres[0] == nombres[1]


# ── Vie d'une réunion ─────────────────────────────────────────────────────────────────────────────────────────────


def test_la_referente_prevoit_tient_decide_et_clot(ici, qualite):
    saisie = {"nature": "revue", "prevue_le": AUJOURDHUI, "du": il_y_a(365), "au": AUJOURDHUI}
    adresse = qualite.post(reverse("certification:reunion_nouvelle"), saisie).url
    reunion = ReunionEvaluation.objects.get()
    assert adresse == reverse("certification:reunion", args=[reunion.pk]) and reunion.preparation == {}
    dits = {"tenue_le": AUJOURDHUI, "presents": [ici.qui.pk], "compte_rendu": "On a tout relu.", "conclusions": "Continuer."}
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
    for route in ("reunion_tenir", "reunion_action", "reunion_modifier"):
        assert qualite.get(reverse(f"certification:{route}", args=[reunion.pk])).status_code == 404
    with pytest.raises(GesteImpossible, match="close"):
        tenir(reunion, ici)
    with pytest.raises(GesteImpossible, match="close"):
        gestes.clore(reunion, par=ici.hab["qualite"])


def test_ce_que_l_on_avait_sous_les_yeux_se_fige_le_jour_de_la_reunion(ici, qualite):
    reunion = tenir(prevue(ici), ici)
    avant = chiffres(pour_l_ecran(reunion.preparation), "Réclamations")
    Reclamation.objects.create(organisation=ici.organisation, origine="client", texte="Après", recue_le=AUJOURDHUI)
    figee = qualite.get(reverse("certification:reunion", args=[reunion.pk])).context["preparation"]
    assert chiffres(figee, "Réclamations") == avant == ["0", "0 sur 0", "0"]
    assert len(figee["specifications"]) == 18 and figee["le"] == AUJOURDHUI.isoformat()
    reprise = tenir(reunion, ici, compte_rendu="Mieux dit.")
    assert reprise.compte_rendu == "Mieux dit." and chiffres(pour_l_ecran(reprise.preparation), "Réclamations") == avant
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
    assert refus.value.champ == "tenue_le"


def test_tenue_elle_ne_se_deplace_plus_et_prevue_elle_ne_se_clot_pas(ici, qualite):
    reunion = prevue(ici)
    with pytest.raises(GesteImpossible, match="pas encore tenue"):
        gestes.clore(reunion, par=ici.hab["qualite"])
    tenir(reunion, ici)
    with pytest.raises(GesteImpossible, match="ne se déplace plus"):
        gestes.prevoir(reunion, champs=["prevue_le"], par=ici.hab["qualite"])
    assert qualite.get(reverse("certification:reunion_modifier", args=[reunion.pk])).status_code == 404


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
    dits = {"tenue_le": AUJOURDHUI, "presents": [ailleurs.qui.pk], "compte_rendu": "Dit."}
    page = qualite.post(reverse("certification:reunion_tenir", args=[reunion.pk]), dits)
    assert page.context["form"].errors.keys() == {"presents"}


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
