"""L'agenda de qui reçoit : une semaine, à soi ou à l'équipe, et ce qui attend encore sa suite (ACC-2, ACC-3, INS-7)."""

from datetime import date, time, timedelta

import pytest
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cedre.parcours import agenda
from cedre.parcours.models import Bilan, Entretien, InformationCollective

LUNDI = date(2026, 3, 9)
ADRESSE = reverse("parcours:agenda")


def jour(n: int) -> date:
    """Un jour de la semaine d'essai, le lundi étant 0."""
    return LUNDI + timedelta(days=n)


def semaine(client, **filtre) -> dict:
    """Ce que montre la page de cette semaine : par jour, ses rendez-vous."""
    page = client.get(ADRESSE, {"semaine": f"{LUNDI:%G-W%V}"} | filtre)
    return {j.le: j.evenements for j in page.context["jours"]}


@pytest.fixture
def vide(embauchee):
    """La même structure, sans rendez-vous."""
    Bilan.objects.all().delete()
    Entretien.objects.all().delete()
    return embauchee


def entretien(monde, le: date, heure: time | None = None, role: str = "cip", **champs) -> Entretien:
    """Un entretien de la personne, conduit par ce rôle."""
    conduit_par = monde.hab[role].compte if role else None
    return Entretien.objects.create(personne=monde.personne, le=le, heure=heure, conduit_par=conduit_par, **champs)


def test_une_semaine_va_du_lundi_au_vendredi_et_au_dimanche_s_il_s_y_passe_quelque_chose(vide, cip):
    entretien(vide, jour(-1))
    entretien(vide, jour(7))
    assert list(semaine(cip)) == [jour(n) for n in range(5)] and not any(semaine(cip).values())
    lundi, dimanche = entretien(vide, jour(0)), entretien(vide, jour(6))
    assert semaine(cip) == {jour(0): [lundi]} | {jour(n): [] for n in range(1, 5)} | {jour(6): [dimanche]}


def test_un_jour_se_lit_dans_l_ordre_des_heures_ce_qui_n_en_a_pas_en_dernier(vide, cip):
    sans_heure, tard = entretien(vide, jour(1)), entretien(vide, jour(1), time(16))
    tot = Bilan.objects.create(
        personne=vide.personne, engagement=vide.engagement, le=jour(1), heure=time(9), conduit_par=vide.hab["cip"].compte
    )
    seance = InformationCollective.objects.create(
        organisation=vide.organisation, le=jour(1), heure=time(10), lieu="Salle", animee_par=vide.hab["cip"].compte
    )
    assert semaine(cip)[jour(1)] == [tot, seance, tard, sans_heure]


def test_ce_qui_est_annule_n_y_est_plus_et_ce_qui_est_tenu_ou_manque_y_reste(vide, cip):
    restent = [entretien(vide, jour(2), time(9 + n), etat=etat) for n, etat in enumerate(("prevu", "en_cours", "absent"))]
    restent.append(entretien(vide, jour(2), time(15), etat="realise", issue="inscription"))
    entretien(vide, jour(2), time(8), etat="annule")
    InformationCollective.objects.create(
        organisation=vide.organisation, le=jour(2), heure=time(11), lieu="S", annulee=True, animee_par=vide.hab["cip"].compte
    )
    assert semaine(cip)[jour(2)] == restent


def test_on_y_voit_ce_que_l_on_conduit_ou_anime_et_celui_de_l_equipe_si_on_le_demande(vide, ailleurs, cip):
    direction = vide.hab["direction"].compte
    mien, autre = entretien(vide, jour(0), time(9)), entretien(vide, jour(0), time(10), "direction")
    a_personne = entretien(vide, jour(0), time(11), "")
    seances = [
        InformationCollective.objects.create(organisation=vide.organisation, le=jour(0), heure=h, lieu="S", animee_par=qui)
        for h, qui in ((time(14), mien.conduit_par), (time(15), direction), (time(16), None))
    ]
    entretien(ailleurs, jour(0))
    tout = [mien, autre, a_personne, *seances]
    assert semaine(cip)[jour(0)] == [mien, seances[0]]
    assert semaine(vide.client("direction"))[jour(0)] == [autre, seances[1]]
    assert semaine(cip, qui="equipe")[jour(0)] == semaine(vide.client("accueil"))[jour(0)] == tout


def test_les_semaines_se_suivent_d_une_annee_a_l_autre_et_une_semaine_illisible_est_celle_d_aujourd_hui(vide, cip):
    for voulue, lundi, avant, apres in (
        ("2026-W01", date(2025, 12, 29), "2025-W52", "2026-W02"),
        ("2024-W52", date(2024, 12, 23), "2024-W51", "2025-W01"),
        ("2025-W02", date(2025, 1, 6), "2025-W01", "2025-W03"),
    ):
        page = cip.get(ADRESSE, {"semaine": voulue}).context
        assert (page["lundi"], page["avant"], page["apres"]) == (lundi, avant, apres)
    aujourdhui = timezone.localdate()
    for illisible in ("", "2026-W60", "x", "1999-W01", "2101-W05"):
        assert agenda.lundi_de(illisible) == aujourdhui - timedelta(days=aujourdhui.weekday())
    assert (agenda.lundi_de("2000-W01").year, agenda.lundi_de("2099-W10").year) == (2000, 2099)


def test_reste_sans_suite_ce_dont_le_jour_est_passe_et_dont_rien_n_est_dit_le_plus_ancien_d_abord(vide, cip):
    aujourdhui = timezone.localdate()
    hier, avant = aujourdhui - timedelta(days=1), aujourdhui - timedelta(days=30)
    ecrit, prevu = entretien(vide, hier, time(9), etat="en_cours"), entretien(vide, avant)
    entretien(vide, aujourdhui, time(8))
    for etat in ("absent", "annule"):
        entretien(vide, hier, etat=etat)
    autre = entretien(vide, hier, time(8), "direction")
    bilan = Bilan.objects.create(
        personne=vide.personne, engagement=vide.engagement, le=hier, heure=time(10), conduit_par=vide.hab["cip"].compte
    )
    assert cip.get(ADRESSE).context["en_souffrance"] == [prevu, ecrit, bilan]
    assert cip.get(ADRESSE, {"qui": "equipe"}).context["en_souffrance"] == [prevu, autre, ecrit, bilan]
    assert vide.client("accueil").get(ADRESSE).context["en_souffrance"] == [prevu, autre, ecrit], "pas les bilans"


def test_les_prochains_se_choisissent_par_critere_toutes_sortes_ensemble(vide):
    siens = [entretien(vide, jour(n), time(9)) for n in (3, 1, 2)]
    bilan = Bilan.objects.create(personne=vide.personne, engagement=vide.engagement, le=jour(1), heure=time(8))
    rencontres = agenda.entretiens(vide.hab["cip"])
    trouves = agenda.prochains(rencontres, combien=2, tous=Q(le__gte=jour(0)), tard=Q(le__gte=jour(2)))
    assert trouves == {"tous": [bilan, siens[1]], "tard": [siens[2], siens[0]]}


def test_des_prochains_d_un_jour_ce_qui_a_une_heure_passe_avant_ce_qui_n_en_a_pas(vide):
    sans, tard, tot = (entretien(vide, jour(1), heure) for heure in (None, time(16), time(9)))
    rencontres = agenda.entretiens(vide.hab["cip"], compte=vide.qui)
    assert agenda.prochains(rencontres, combien=2, tous=Q(le__gte=jour(0)))["tous"] == [tot, tard]
    assert agenda.prochains(rencontres, combien=3, tous=Q(le__gte=jour(0)))["tous"] == [tot, tard, sans]
