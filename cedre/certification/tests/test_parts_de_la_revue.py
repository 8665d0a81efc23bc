"""Chaque part d'une revue : ce jour-là compris, d'ici seulement, dans l'ordre, et menant à la bonne page (AME-4)."""

from datetime import timedelta

from django.urls import reverse

from cedre.certification.models import Audit, Constat
from cedre.certification.revue import SECTIONS, _axes, _chiffre, _sans_petit_nombre
from cedre.certification.tests.reunies import AUJOURDHUI, il_y_a
from cedre.core.indicateurs import tous
from cedre.core.periodes import Periode
from cedre.observatoire.mesures import mesurer_aux_dates
from cedre.qualite.models import ActionAmelioration, ActionDeFormation, Enquete
from cedre.structures.models import Axe

PERIODE = Periode(il_y_a(60), il_y_a(10), vue_le=il_y_a(10))
PARTS = {fonction.__name__: fonction for fonction in SECTIONS}


def part(monde, nom: str) -> dict:
    """Cette part, sur la période, lue par la référente qualité."""
    return PARTS[nom](PERIODE, monde.hab["qualite"])


def test_les_parts_vont_dans_l_ordre_de_la_page():
    assert list(PARTS) == ["_audits", "_reclamations", "_enquetes", "_actions", "_formations", "_procedures"]


def test_les_audits_clos_dans_la_periode_disent_leurs_ecarts_suivis_et_eux_seuls(ici, ailleurs):
    def audit(monde, clos_le) -> Audit:
        jour = il_y_a(90)
        dit = {"edition": "2004-10", "demande_le": jour, "prevu_le": jour, "mene_le": jour, "verdicts": {}, "clos_le": clos_le}
        return Audit.objects.create(
            organisation=monde.organisation, auditeur=monde.hab["qualite"].compte, audite=monde.qui, **dit
        )

    second, premier, _, _ = (audit(ici, il_y_a(jours)) for jours in (10, 60, 61, 9))
    audit(ailleurs, il_y_a(20))
    action = {
        "organisation": ici.organisation,
        "quoi": "Afficher",
        "effet_attendu": "Mieux",
        "qui": ici.qui,
        "echeance": AUJOURDHUI,
    }
    for nature, decidee in (("ecart", 10), ("ecart", 9), ("ecart", None), ("force", None), ("progres", 20)):
        decide = ActionAmelioration.objects.create(**action, decidee_le=il_y_a(decidee)) if decidee else None
        Constat.objects.create(audit=second, point="2.1a", nature=nature, texte="Vu", action=decide)
    Constat.objects.create(audit=premier, point="2.1a", nature="force", texte="Vu")
    dites = [(ligne["texte"], ligne["detail"].replace("\xa0", " "), ligne["adresse"]) for ligne in part(ici, "_audits")["lignes"]]
    assert dites == [
        (str(premier), "aucun écart", reverse("certification:audit", args=[premier.pk])),
        (str(second), "écarts suivis d’une action : 1 sur 3", reverse("certification:audit", args=[second.pk])),
    ]


def test_les_enquetes_closes_vont_de_la_premiere_close_a_la_derniere(ici, ailleurs):
    def enquete(monde, titre, close_le) -> Enquete:
        return Enquete.objects.create(
            organisation=monde.organisation,
            modele="clients",
            titre=titre,
            du=il_y_a(90),
            au=AUJOURDHUI,
            close_le=close_le,
            nombre=9,
        )

    enquete(ici, "Au dernier jour", il_y_a(10))
    premiere = enquete(ici, "Au premier jour", il_y_a(60))
    enquete(ici, "Avant", il_y_a(61))
    enquete(ici, "Après", il_y_a(9))
    enquete(ailleurs, "Ailleurs", il_y_a(20))
    lignes = part(ici, "_enquetes")["lignes"]
    assert [ligne["texte"] for ligne in lignes] == ["Au premier jour", "Au dernier jour"]
    assert lignes[0]["adresse"] == reverse("qualite:enquete", args=[premiere.pk])


def test_les_actions_en_retard_vont_de_la_plus_ancienne_echeance_a_la_derniere_avec_qui_et_pour_quand(ici, ailleurs):
    for monde, quoi, echeance, decidee in (
        (ici, "Seconde", 11, 20),
        (ici, "Première", 30, 40),
        (ici, "Au jour même", 10, 20),
        (ici, "Décidée après", 12, 9),
        (ailleurs, "Ailleurs", 30, 40),
    ):
        ActionAmelioration.objects.create(
            organisation=monde.organisation,
            quoi=quoi,
            effet_attendu="Mieux",
            qui=monde.hab["mad"].compte,
            echeance=il_y_a(echeance),
            decidee_le=il_y_a(decidee),
        )
    dite = part(ici, "_actions")
    premiere = ActionAmelioration.objects.get(quoi="Première")
    assert [(ligne["texte"], ligne["detail"]) for ligne in dite["lignes"]] == [
        ("Première", f"Mad Ici, pour le {il_y_a(30):%d/%m/%Y}"),
        ("Seconde", f"Mad Ici, pour le {il_y_a(11):%d/%m/%Y}"),
    ]
    assert dite["lignes"][0]["adresse"] == reverse("qualite:action", args=[premiere.pk])
    assert [chiffre["dit"] for chiffre in dite["chiffres"]][::3] == ["3", "2"]


def test_les_formations_de_la_periode_menent_a_leur_annee(ici, ailleurs):
    for monde, intitule, au in (
        (ici, "Dernier jour", il_y_a(10)),
        (ici, "Premier jour", il_y_a(60)),
        (ici, "Avant", il_y_a(61)),
        (ici, "Après", il_y_a(9)),
        (ailleurs, "Ailleurs", il_y_a(20)),
    ):
        ActionDeFormation.objects.create(
            organisation=monde.organisation, besoin="Mieux", intitule=intitule, prevue_du=au - timedelta(days=400), prevue_au=au
        )
    lignes = {ligne["texte"]: ligne for ligne in part(ici, "_formations")["lignes"]}
    assert lignes.keys() == {"Premier jour", "Dernier jour"}
    annee = (il_y_a(10) - timedelta(days=400)).year
    assert lignes["Dernier jour"]["adresse"] == reverse("qualite:formations", query={"annee": annee})
    assert (lignes["Premier jour"]["detail"], lignes["Dernier jour"]["detail"]) == ("en retard", "prévue")


def test_un_axe_dit_sa_mesure_du_premier_jour_puis_celle_du_dernier(ici):
    axe = Axe(organisation=ici.organisation, intitule="Accueillir", codes=["grille_en_vigueur"], defini_le=il_y_a(200))
    nu = Axe(organisation=ici.organisation, intitule="Sans mesure", defini_le=il_y_a(200))
    ici.grille.publiee_le = il_y_a(30)
    ici.grille.save()
    mesures = mesurer_aux_dates([tous()["grille_en_vigueur"]], ici.organisation.pk, [PERIODE.du, PERIODE.le])
    lignes = _axes([axe, nu], mesures, PERIODE)["lignes"]
    libelle = tous()["grille_en_vigueur"].libelle
    assert [ligne["detail"] for ligne in lignes] == [f"{libelle}\xa0: non, puis oui", "aucun indicateur ne le suit"]


def test_un_petit_nombre_de_reclamations_se_tait_et_les_autres_chiffres_se_disent():
    ailleurs, ici = reverse("qualite:ameliorations_liste"), reverse("qualite:reclamations")
    assert _sans_petit_nombre(_chiffre("Faites", "1 sur 2", ailleurs)) == "1 sur 2"
    assert _sans_petit_nombre(_chiffre("Reçues", 3, ici)) == "moins de cinq"
    assert _sans_petit_nombre(_chiffre("Traitées", "0 sur 0", ici)) == "0 sur 0"
    assert "3" not in _sans_petit_nombre(_chiffre("Traitées", "1 sur 3", ici))
