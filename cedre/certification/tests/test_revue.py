"""Ce que l'équipe a sous les yeux quand elle se réunit : calculé à la date, sans nommer personne (AME-4)."""

from datetime import date

import time_machine
from django.urls import reverse

from cedre.certification.models import Appreciation, Audit, Constat, LectureRetenue
from cedre.certification.tests.reunies import AUJOURDHUI, chiffres, il_y_a, prevue, section, vue
from cedre.certification.verdicts import Verdict
from cedre.conftest import embaucher
from cedre.qualite.models import ActionAmelioration, ActionDeFormation, Enquete, Procedure, Reclamation
from cedre.structures.models import Axe

DOUTEUSE = 'douteuse: {question: "Faut-il ?", reference: § 1}'
TOLERANCE = {DOUTEUSE: DOUTEUSE.replace("§ 1}", "§ 1, sorte: tolerance}")}


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


def test_une_lecture_qui_change_ne_dit_ni_mieux_ni_moins_bien_et_se_dit(ici, referentiel):
    edition = referentiel(
        "preuves: [{indicateur: delai_annonce, regle: pratique, mots: dire le délai, tolerance: douteuse}]", **TOLERANCE
    )
    ici.contact.le = il_y_a(100)
    ici.contact.save()
    assert [
        (s["sens"], s["alors"], s["avant"], s["maintenant"]) for s in vue(prevue(ici, du=il_y_a(40)), ici)["specifications"]
    ] == [("", "", Verdict.ENGAGE, Verdict.ENGAGE)]
    LectureRetenue.objects.create(
        lignee=edition.lignee,
        edition=edition.code,
        question="douteuse",
        reponse="4/5",
        pourquoi="Oui",
        retenue_par="B",
        du=il_y_a(9),
    )
    (une,) = vue(prevue(ici, du=il_y_a(40)), ici)["specifications"]
    assert (une["sens"], une["avant"], une["maintenant"]) == ("", Verdict.SATISFAIT, Verdict.SATISFAIT)
    assert une["alors"].replace("\xa0", " ") == "Dit « Engagé » ce jour-là ; une lecture de la fédération a changé depuis."
    page = ici.client("qualite").get(reverse("certification:reunion", args=[prevue(ici, du=il_y_a(40)).pk]))
    assert "une lecture de la fédération a changé" in page.content.decode()


def test_des_preuves_qui_changent_de_version_ne_disent_ni_mieux_ni_moins_bien_et_se_disent(ici):
    le, du = date(2026, 11, 30), date(2026, 11, 29)
    with time_machine.travel(le):
        par_code = {s["code"]: s for s in vue(prevue(ici, du=du, au=le, prevue_le=le), ici, le=le)["specifications"]}
    une = par_code["2.4b"]
    assert (une["sens"], une["avant"], une["maintenant"]) == ("", Verdict.INSUFFISANT, Verdict.INSUFFISANT)
    changees = {s["alors"].replace("\xa0", " ") for s in par_code.values() if s["alors"]}
    assert "Dit « Insuffisant » ce jour-là ; les preuves ont changé de version depuis." in changees
    assert not any("lecture" in dite for dite in changees)
    assert not any(s["sens"] for s in par_code.values()), "d'un jour au suivant, la structure n'a rien fait"


def test_les_reclamations_de_la_periode_se_comptent_avec_leur_delai(ici, ailleurs):
    chez = {"organisation": ici.organisation, "origine": "client", "texte": "En retard", "reponse_attendue": True}
    repondue = {"reponse": "C’est changé."}
    Reclamation.objects.create(**chez, recue_le=il_y_a(366))  # avant la période, encore ouverte
    Reclamation.objects.create(**chez, recue_le=il_y_a(365), repondue_le=il_y_a(340), close_le=il_y_a(340), **repondue)
    Reclamation.objects.create(**chez, recue_le=il_y_a(90), repondue_le=il_y_a(20), close_le=il_y_a(20), **repondue)
    Reclamation.objects.create(**chez, recue_le=AUJOURDHUI)
    Reclamation.objects.create(**chez | {"organisation": ailleurs.organisation}, recue_le=AUJOURDHUI)
    assert chiffres(vue(prevue(ici), ici), "Réclamations") == ["3", "1 sur 3", "2"]
    hier = prevue(ici, au=il_y_a(30))
    assert chiffres(vue(hier, ici), "Réclamations") == ["2", "1 sur 3", "2"], "ce qui suit la période n'en est pas"
    assert chiffres(vue(prevue(ici), ici, le=il_y_a(60)), "Réclamations") == ["2", "1 sur 2", "2"]


def test_une_enquete_de_moins_de_cinq_reponses_ne_dit_pas_combien(ici):
    for titre, nombre, close_le in (
        ("Petite", 4, il_y_a(3)),
        ("Assez", 5, il_y_a(3)),
        ("Vieille", 9, il_y_a(400)),
        ("Court", 9, None),
    ):
        Enquete.objects.create(
            organisation=ici.organisation,
            modele="clients",
            titre=titre,
            du=il_y_a(420),
            au=AUJOURDHUI,
            close_le=close_le,
            nombre=nombre,
        )
    lignes = section(vue(prevue(ici), ici), "Enquêtes")["lignes"]
    dites = {ligne["texte"]: ligne["detail"].replace("\xa0", " ") for ligne in lignes}
    assert dites == {"Petite": "moins de cinq réponses", "Assez": "environ 5 réponses"}


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
    for jours in (3, 60, 400):
        Reclamation.objects.create(**reclamation, recue_le=il_y_a(jours))
    repondue = {"reponse": "C’est changé.", "close_le": il_y_a(20)}
    for jours, reponse in ((90, 80), (90, 20), (25, 20)):
        Reclamation.objects.create(**reclamation, recue_le=il_y_a(jours), repondue_le=il_y_a(reponse), **repondue)
    preparation = vue(prevue(ici), ici)
    for titre in ("Actions", "Réclamations"):
        for chiffre in section(preparation, titre)["chiffres"]:
            page = qualite.get(chiffre["adresse"])
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
    assert ligne["texte"] == "Accueillir" and "le réglage de la structure dit 10\xa0jours" in ligne["detail"]
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
    assert formations["chiffres"][0]["dit"] == "1\xa0sur\xa02", "l'abandonnée se dit, et ne se compte pas"
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


def test_le_nombre_de_requetes_ne_grandit_pas_avec_ce_que_la_structure_tient(
    composees, ici, qualite, django_assert_max_num_queries
):
    embaucher(ici)
    adresse = reverse("certification:reunion", args=[prevue(ici).pk])
    nombres = []
    for _ in range(2):
        with django_assert_max_num_queries(27) as requetes:
            assert qualite.get(adresse).status_code == 200
        nombres.append(len(requetes))
        for rang in range(6):
            chez = {"organisation": ici.organisation}
            Axe.objects.create(**chez, intitule=f"Axe {rang}", defini_le=il_y_a(9), codes=["delai_tenu"])
            Reclamation.objects.create(**chez, origine="client", texte="Encore", recue_le=il_y_a(40))
            ActionAmelioration.objects.create(**chez, quoi="Encore", effet_attendu="Mieux", qui=ici.qui, echeance=il_y_a(2))
            Procedure.objects.create(**chez, titre=f"P{rang}", mission="accueil", reglage="delai_annonce", valeur=3)
    assert nombres[0] == nombres[1]


def test_une_action_decidee_apres_la_reunion_ne_suit_pas_encore_l_ecart(ici):
    audit = Audit.objects.create(
        organisation=ici.organisation,
        auditeur=ici.hab["qualite"].compte,
        audite=ici.hab["cip"].compte,
        edition="2004-10",
        champ=["2.1"],
        demande_le=il_y_a(100),
        prevu_le=il_y_a(90),
        mene_le=il_y_a(90),
        clos_le=il_y_a(80),
        verdicts={},
    )
    chez = {"organisation": ici.organisation, "effet_attendu": "Mieux", "qui": ici.qui, "echeance": AUJOURDHUI}
    for jours in (70, 5):
        action = ActionAmelioration.objects.create(quoi="Dire le délai", decidee_le=il_y_a(jours), **chez)
        Constat.objects.create(audit=audit, point="2.1a-1", nature="ecart", texte="Pas dit", action=action)

    def suivis(le):
        return section(vue(prevue(ici), ici, le=le), "Audits")["lignes"][0]["detail"].replace("\xa0", " ")

    assert suivis(AUJOURDHUI).endswith(": 2 sur 2") and suivis(il_y_a(6)).endswith(": 1 sur 2")
