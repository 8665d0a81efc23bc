"""Le plan de formation : besoins, actions, ce qui se réalise, ce que cela coûte (PRO-2, § 2.4 b)."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from cedre.comptes.models import Trace
from cedre.core.indicateurs import tous
from cedre.qualite.models import ActionDeFormation
from cedre.structures.models import Poste

LISTE = "qualite:formations"


def action(monde, intitule="L’écoute", du=date(2025, 3, 3), au=None, **faits) -> ActionDeFormation:
    """Une action du plan, prévue un jour."""
    champs = {"besoin": "Mieux recevoir", "prevue_du": du, "prevue_au": au or du} | faits
    return ActionDeFormation.objects.create(organisation=monde.organisation, intitule=intitule, **champs)


@pytest.fixture
def qualite(ici):
    """Le navigateur de la référente qualité d'ici."""
    return ici.client("qualite")


def test_le_plan_d_une_annee_compte_ce_qui_est_prevu_et_ce_qui_s_est_fait(ici, ailleurs, qualite):
    action(ici, heures=14, cout=Decimal("1200.50"), realisee_le=date(2025, 3, 4))
    action(ici, "Le droit", heures=7, cout=400)
    action(ici, "La paie", abandonnee_le=date(2025, 4, 1), motif="Session annulée")
    action(ici, "D’une autre année", du=date(2024, 3, 3), heures=100, cout=100)
    action(ailleurs, "D’ailleurs", heures=100, cout=100)
    contexte = qualite.get(reverse(LISTE), {"annee": 2025}).context
    assert contexte["totaux"] == {
        "prevues": 3,
        "realisees": 1,
        "abandonnees": 1,
        "heures_prevues": 21,
        "heures_realisees": 14,
        "cout_prevu": Decimal("1600.5"),
        "cout_realise": Decimal("1200.5"),
    }
    assert {2024, 2025} <= set(contexte["annees"])
    vide = qualite.get(reverse(LISTE), {"annee": 1999}).context["totaux"]
    assert vide == dict.fromkeys(contexte["totaux"], 0)
    assert {a.intitule: etat for a, etat in contexte["actions"]} == {
        "L’écoute": "realisee",
        "Le droit": "retard",
        "La paie": "abandonnee",
    }


def test_l_annee_est_celle_du_jour_si_l_adresse_n_en_dit_pas_une_vraie(qualite):
    for demandee in ("", "x", "99999", "0"):
        assert qualite.get(reverse(LISTE), {"annee": demandee}).context["annee"] == timezone.localdate().year


def test_une_action_s_ecrit_puis_se_dit_realisee(ici, qualite):
    poste = Poste.objects.create(organisation=ici.organisation, intitule="Accueil", ouvert_le=date(2020, 1, 1))
    saisie = {"besoin": "Recevoir", "intitule": "L’écoute", "prevue_du": "2025-03-03", "prevue_au": "2025-03-04"}
    reponse = qualite.post(reverse("qualite:formation_nouvelle"), saisie | {"poste": poste.pk, "cout": "1200.5"})
    assert reponse.url == reverse(LISTE) + "?annee=2025"
    ligne = ActionDeFormation.objects.get()
    assert (ligne.destinataires, ligne.cout) == ("Accueil", Decimal("1200.5"))
    qualite.post(
        reverse("qualite:formation", args=[ligne.pk]), saisie | {"realisee_le": "2025-03-04", "motif_du_passe": "su_depuis"}
    )
    ligne.refresh_from_db()
    assert ligne.etat(date(2025, 3, 3)) == "prevue" and ligne.etat(date(2025, 3, 4)) == "realisee"
    assert ligne.destinataires == "toute l’équipe"


@pytest.mark.parametrize(
    "faute, mots",
    [
        ({"prevue_au": "2025-03-02"}, "avant le début"),
        ({"abandonnee_le": "2025-04-01"}, "avec son jour et son motif"),
        ({"motif": "Trop cher"}, "avec son jour et son motif"),
        ({"abandonnee_le": "2025-04-01", "motif": "Trop cher", "realisee_le": "2025-03-03"}, "pas les deux"),
        ({"realisee_le": str(timezone.localdate() + timedelta(days=2))}, "pas encore venu"),
    ],
)
def test_ce_qui_ne_se_peut_pas_se_dit(ici, qualite, faute, mots):
    saisie = {"besoin": "Recevoir", "intitule": "L’écoute", "prevue_du": "2025-03-03", "prevue_au": "2025-03-04"}
    page = qualite.post(reverse("qualite:formation_nouvelle"), saisie | faute)
    assert mots in str(page.context["form"].errors)
    assert not ActionDeFormation.objects.exists()


def test_le_plan_s_emporte_dans_un_tableur_et_laisse_une_trace(ici, ailleurs):
    action(ici, cout=1200, realisee_le=date(2025, 3, 4))
    action(ailleurs, "D’ailleurs")
    client, adresse = ici.client("ca"), reverse("qualite:formations_export", args=["xlsx"])
    reponse = client.post(adresse + "?annee=2025")
    lignes = CalamineWorkbook.from_filelike(BytesIO(reponse.content)).get_sheet_by_index(0).to_python()
    assert [ligne[2] for ligne in lignes] == ["Action", "L’écoute"]
    assert lignes[1][7:9] == [1200.0, date(2025, 3, 4)]
    assert Trace.objects.get(geste="exporter").detail == "2025, xlsx"
    assert client.post(reverse("qualite:formations_export", args=["pdf"])).status_code == 404


def test_le_conseil_d_administration_lit_le_plan_et_n_y_ecrit_pas(ici):
    action(ici, du=timezone.localdate())
    assert "L’écoute" in ici.client("ca").get(reverse(LISTE)).content.decode()
    assert ici.client("ca").get(reverse("qualite:formation_nouvelle")).status_code == 403


def test_une_action_abandonnee_ne_se_compte_plus_a_partir_de_ce_jour_et_pas_avant(ici):
    mesure = tous()["formation_realisee"].mesurer
    action(ici, realisee_le=date(2025, 3, 4))
    abandonnee = action(ici, "La paie", du=date(2025, 3, 3), au=date(2025, 3, 10))
    jours = [date(2025, 3, 9), date(2025, 3, 10), date(2025, 4, 14), date(2025, 4, 15), date(2025, 4, 16)]
    assert [mesure(ici.organisation, le) for le in jours] == [(1, 1), *[(2, 1)] * 4]
    abandonnee.abandonnee_le, abandonnee.motif = date(2025, 4, 15), "Poste supprimé"
    abandonnee.save()
    assert [mesure(ici.organisation, le) for le in jours] == [(1, 1), (2, 1), (2, 1), (1, 1), (1, 1)]


def test_un_besoin_abandonne_a_l_ecran_fait_lever_l_insuffisance_de_2_4_b(ici, qualite):
    ligne = action(ici, du=timezone.localdate() - timedelta(days=20))
    mesure = tous()["formation_realisee"].mesurer
    assert mesure(ici.organisation, timezone.localdate()) == (1, 0)
    saisie = {"besoin": "Recevoir", "intitule": "L’écoute", "prevue_du": ligne.prevue_du, "prevue_au": ligne.prevue_au}
    qualite.post(
        reverse("qualite:formation", args=[ligne.pk]), saisie | {"abandonnee_le": timezone.localdate(), "motif": "Départ"}
    )
    assert mesure(ici.organisation, timezone.localdate()) == (0, 0)


def test_chaque_colonne_du_tableur_est_la_sienne(ici, ailleurs):
    poste = Poste.objects.create(organisation=ici.organisation, intitule="Accueil", ouvert_le=date(2020, 1, 1))
    jours = {"du": date(2025, 3, 3), "au": date(2025, 3, 5)}
    action(ici, "Tard", date(2025, 9, 1), abandonnee_le=date(2025, 8, 8), motif="Annulée", pour_qui="Ada")
    action(ici, **jours, organisme="Afpa", heures=14, cout=Decimal("90.5"), realisee_le=date(2025, 3, 4), poste=poste)
    action(ici, "L’an d’après", date(2026, 1, 1))
    reponse = ici.client("ca").post(reverse("qualite:formations_export", args=["xlsx"]) + "?annee=2025")
    entete, *lignes = CalamineWorkbook.from_filelike(BytesIO(reponse.content)).get_sheet_by_index(0).to_python()
    assert entete[:6] == ["Besoin", "Pour qui", "Action", "Organisme", "Prévue du", "Au"]
    assert entete[6:] == ["Heures", "Coût (euros)", "Réalisée le", "Abandonnée le", "Motif de l’abandon"]
    assert [ligne[:6] for ligne in lignes] == [
        ["Mieux recevoir", "Accueil", "L’écoute", "Afpa", date(2025, 3, 3), date(2025, 3, 5)],
        ["Mieux recevoir", "Ada", "Tard", "", date(2025, 9, 1), date(2025, 9, 1)],
    ]
    assert lignes[0][6:] == [14.0, 90.5, date(2025, 3, 4), "", ""]
    assert lignes[1][6:] == ["", "", "", date(2025, 8, 8), "Annulée"]
    assert "plan-de-formation-2025.xlsx" in reponse["Content-Disposition"]


@pytest.mark.parametrize(
    "faits, le, etat",
    [
        ({}, date(2025, 3, 5), "prevue"),
        ({}, date(2025, 3, 6), "retard"),
        ({"realisee_le": date(2025, 3, 9)}, date(2025, 3, 8), "retard"),
        ({"realisee_le": date(2025, 3, 9)}, date(2025, 3, 9), "realisee"),
        ({"abandonnee_le": date(2025, 3, 9)}, date(2025, 3, 8), "retard"),
        ({"abandonnee_le": date(2025, 3, 9)}, date(2025, 3, 9), "abandonnee"),
    ],
)
def test_une_action_n_est_en_retard_que_le_lendemain_du_dernier_jour_prevu(faits, le, etat):
    assert ActionDeFormation(prevue_du=date(2025, 3, 3), prevue_au=date(2025, 3, 5), **faits).etat(le) == etat


def test_le_plan_se_lit_dans_l_ordre_des_dates_et_chaque_etat_se_dit_de_son_mot(ici, qualite):
    jour = timezone.localdate()
    hier, debut = jour - timedelta(days=1), jour - timedelta(days=30)
    faits = {
        "Réalisée": {"du": debut, "realisee_le": hier},
        "Prévue": {"du": hier, "au": jour},
        "Abandonnée": {"du": debut + timedelta(days=1), "abandonnee_le": jour, "motif": "Trop cher"},
        "En retard": {"du": debut + timedelta(days=2), "au": hier},
    }
    actions = {mot: action(ici, f"Action {n}", **dits) for n, (mot, dits) in enumerate(faits.items())}
    pages = {annee: qualite.get(reverse(LISTE), {"annee": annee}) for annee in {debut.year, jour.year}}
    ordre = [a for annee in sorted(pages) for a, _ in pages[annee].context["actions"]]
    assert ordre == sorted(actions.values(), key=lambda a: a.prevue_du)
    texte = "".join(page.content.decode() for page in pages.values())
    for mot, ligne in actions.items():
        cellules = texte.partition(f"{ligne.intitule}</a>")[2].partition("</tr>")[0]
        assert [autre for autre in faits if f">{autre}</span>" in cellules] == [mot]
    assert {jour.year, jour.year + 1} <= {*pages[jour.year].context["annees"]}


def test_le_jour_de_sa_fin_une_action_se_dit_realisee_ou_se_reporte_encore(ici, qualite):
    jour, ligne = timezone.localdate(), action(ici, du=timezone.localdate())
    saisie = {"besoin": "Recevoir", "intitule": "L’écoute", "prevue_du": jour, "prevue_au": jour + timedelta(days=3)}
    adresse = reverse("qualite:formation", args=[ligne.pk])
    assert qualite.post(adresse, saisie).status_code == 302
    assert qualite.post(adresse, saisie | {"prevue_au": jour, "realisee_le": jour}).status_code == 302
    ligne.refresh_from_db()
    assert (ligne.prevue_au, ligne.realisee_le) == (jour, jour)
