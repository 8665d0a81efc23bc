"""Ce que disent, mot pour mot et dans chaque cas, les pages du contrat, du travail et de la mobilisation (INS-4, TRA-2)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.conftest import terme
from cedre.core import graphiques
from cedre.core.indicateurs import Mesure, MesureInconnue
from cedre.core.templatetags.cedre import jour, jour_semaine
from cedre.parcours import mobilisation as rapprochements
from cedre.parcours.mobilisation import Candidat, Mois
from cedre.parcours.models import Besoin, Contrat, Engagement, EvaluationAuTravail, Heures, LienClient, Moyen, PassIAE
from cedre.tests.ecran import faits, liens, lignes, propre, sections, tableau, titre


def dans(jours: int = 0) -> date:
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=jours)


def le(jours: int = 0) -> str:
    """Ce jour, tel qu'une page l'écrit."""
    return propre(jour(dans(jours)))


def lire(client, route: str, *args):
    """Cette page."""
    return client.get(reverse(f"parcours:{route}", args=args))


@pytest.fixture
def mad(embauchee):
    """Le navigateur de qui met à disposition."""
    return embauchee.client("mad")


def test_une_mise_en_situation_dit_son_objectif_son_poste_ses_heures_et_ce_qu_on_en_a_dit(embauchee, mad):
    mets, qui = embauchee.mise_en_situation, embauchee.personne
    niveaux = [{"libelle": "Tenir le rythme", "niveau": 2, "dit": "Seul·e"}]
    EvaluationAuTravail.objects.update(niveaux=niveaux, a_travailler="Le port du casque", objectif_avance="oui", le=dans(-1))
    EvaluationAuTravail.objects.update(par=embauchee.hab["direction"].compte)
    Heures.objects.create(mise_en_situation=mets, le=dans(-1), heures=3.5)
    page = lire(mad, "mets", mets.pk)
    dit = sections(page)
    assert dit[""] == "Zélie Martinelle" == list(liens(page))[0] and liens(page)["Zélie Martinelle"] == qui.get_absolute_url()
    assert titre(page) == "Mise en situation de Zélie Martinelle"
    assert dit["Client ici"].startswith("Mise en situation de travail de Zélie Martinelle")
    assert dit["Objectif"] == f"Objectif ici {embauchee.engagement}"
    assert dit["Évaluations au travail"].startswith(f"L’encadrement, {le(-1)} Direction Ici Tenir le rythme Seul·e")
    assert "Va bien : Va bien ici À travailler : Le port du casque L’objectif avance : oui" in dit["Évaluations au travail"]
    assert liens(page)["Noter des heures"] == reverse("parcours:heures")
    assert tableau(page) == [[le(-1), "3,5"], [le(-7), "12"]]
    assert faits(page) == {
        "Tenir le rythme": "Seul·e",
        "Période": f"depuis le {le(-30)}",
        "Poste": "Poste ici",
        "Contrat": propre(str(embauchee.contrat)),
    }
    valable = f"Lien valable jusqu’au {propre(jour(LienClient.objects.get().expire_le))}."
    assert dit["Fiche de liaison"] == (
        "Elle dit au client l’objectif, ce qu’il y apporte, et rien d’autre. "
        f"Fiche de liaison {valable} Révoquer Créer un lien sans compte"
    )
    assert f'action="{reverse("parcours:mets_terminer", args=[mets.pk])}"' in page.content.decode()
    assert 'name="au"' in page.content.decode() and dit["Terminer"].endswith("Noter la fin")
    mad.post(reverse("parcours:lien_client", args=[mets.pk]))
    montre = lire(mad, "mets", mets.pk)
    assert f'readonly value="{montre.context["lien"]}"' in montre.content.decode()
    assert (
        "L’adresse à lui transmettre Elle ne se montre qu’une fois, et vaut trente jours." in sections(montre)["Fiche de liaison"]
    )
    assert "L’adresse à lui transmettre" not in sections(lire(mad, "mets", mets.pk))["Fiche de liaison"]
    LienClient.objects.order_by("pk").last().delete()
    LienClient.objects.update(ouvert_le=timezone.now() - timedelta(days=2))
    EvaluationAuTravail.objects.update(regard="client", par=None, signature="Ode", points_forts="", a_travailler="", niveaux=[])
    EvaluationAuTravail.objects.update(objectif_avance="")
    dit = sections(lire(mad, "mets", mets.pk))
    assert f"{valable[:-1]}, a servi le {le(-2)}." in dit["Fiche de liaison"]
    assert dit["Évaluations au travail"] == f"Le client, {le(-1)} Ode"


def test_une_mise_en_situation_sans_rien_le_dit_et_un_atelier_finit_sans_lien(embauchee, mad):
    mets = embauchee.mise_en_situation
    EvaluationAuTravail.objects.all().delete()
    Heures.objects.all().delete()
    mets.client, mets.atelier, mets.objectif, mets.engagement, mets.fiche_de_poste, mets.contrat = None, "Jardin", *[None] * 4
    mets.au, mets.heures_prevues, mets.precisions = dans(0), 35, "Le mardi"
    mets.save()
    page = lire(mad, "mets", mets.pk)
    dit = sections(page)
    assert list(dit) == ["", "Jardin", "Objectif", "Évaluations au travail", "Heures faites", "En bref", "Fiche de liaison"]
    assert dit["Objectif"] == (
        "Heures distribuées sans objectif Une mise en situation sert un objectif de l’engagement de la personne. Dire lequel ."
    )
    assert liens(page)["Dire lequel"] == reverse("parcours:mets_modifier", args=[mets.pk])
    assert (dit["Évaluations au travail"], dit["Heures faites"]) == ("Aucune encore.", "Noter des heures Aucune encore.")
    assert faits(page) == {
        "Période": f"depuis le {le(-30)}, jusqu’au {le()}",
        "Heures prévues": "35 par mois",
        "Horaires, lieu, consignes": "Le mardi",
    }
    assert dit["Fiche de liaison"] == (
        "Elle dit à l’atelier l’objectif, ce qu’il y apporte, et rien d’autre. Son client n’est pas dit "
        "Dire pour qui cet atelier travaille . Fiche de liaison"
    )


def test_qui_lit_le_parcours_sans_tenir_le_travail_lit_la_mise_en_situation_et_rien_de_plus(embauchee):
    dit = sections(lire(embauchee.client("qualite"), "mets", embauchee.mise_en_situation.pk))
    assert {"Objectif", "En bref"} <= dit.keys() and not {"Fiche de liaison", "Terminer"} & dit.keys()


# ── Les contrats ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_la_page_des_contrats_dit_chaque_contrat_ses_suspensions_et_le_pass(embauchee, cip):
    contrat, qui = embauchee.contrat, embauchee.personne
    suspension, passe = contrat.suspensions.get(), qui.pass_iae.get()
    page = lire(cip, "contrats", qui.pk)
    assert liens(page) == {
        "Zélie Martinelle": qui.get_absolute_url(),
        "Nouveau contrat": reverse("parcours:contrat_nouveau", args=[qui.pk]),
        f"Corriger de la suspension du {le(-40)}": reverse("parcours:suspension", args=[suspension.pk]),
        "Renouveler": reverse("parcours:contrat_renouveler", args=[contrat.pk]),
        "Suspendre": reverse("parcours:contrat_suspendre", args=[contrat.pk]),
        "Rompre": reverse("parcours:contrat_rompre", args=[contrat.pk]),
        f"Corriger le contrat du {le(-60)}": reverse("parcours:contrat_corriger", args=[contrat.pk]),
        "Prolonger, corriger": reverse("parcours:pass_corriger", args=[passe.pk]),
        "Noter un PASS IAE": reverse("parcours:pass_nouveau", args=[qui.pk]),
    }
    dit = sections(page)
    assert titre(page) == "Contrats de Zélie Martinelle"
    assert dit["Contrats de travail"].startswith("Zélie Martinelle Nouveau contrat")
    assert dit[str(contrat.nature)].startswith("En cours Premier jour")
    assert faits(page) == {
        "Premier jour": propre(jour_semaine(dans(-60))),
        "Dernier jour": f"{propre(jour_semaine(dans(60)))} (dans 60 jours)",
        "Heures": "décidées à chaque mission",
    }
    assert [ligne.partition(" Corriger")[0].partition(" Prolonger")[0] for ligne in lignes(page)] == [
        f"{suspension.motif} du {le(-40)} au {le(-39)}",
        f"Numéro non noté du {le(-60)} au {le(669)}",
    ]
    PassIAE.objects.update(numero="999", fin=dans(-1))
    suspension.au, contrat.heures_hebdo, contrat.remuneration_horaire = None, 20, 12.02
    suspension.save()
    contrat.save()
    page = lire(cip, "contrats", qui.pk)
    assert sections(page)[str(contrat.nature)].startswith("Suspendu Premier jour")
    assert f"{suspension.motif} du {le(-40)} , retour non connu Noter le retour de la suspension du {le(-40)}" in lignes(page)
    assert f"999 du {le(-60)} au {le(-1)} Fini Prolonger, corriger" in lignes(page)
    PassIAE.objects.update(fin=dans(0))
    assert f"999 du {le(-60)} au {le(0)} Prolonger, corriger" in lignes(lire(cip, "contrats", qui.pk)), (
        "son dernier jour, il vaut encore"
    )
    PassIAE.objects.update(fin=dans(-1))
    assert faits(page)["Heures"] == f"{Contrat.objects.get().heures_hebdo} par semaine".replace(".", ",")
    assert faits(page)["Rémunération"] == "12,02 euros bruts de l’heure"
    reserve = "Le PASS IAE finit le"
    assert reserve in page.content.decode()
    type(qui).objects.update(anonymisee_le=dans(0))
    assert reserve not in lire(cip, "contrats", qui.pk).content.decode()


@pytest.mark.parametrize(
    "change, etat, dernier",
    [
        ({"debut": 1, "fin": 9}, "À venir", "{jour}"),
        ({"debut": -9, "fin": -1}, "Fini", "{jour}"),
        ({"debut": -9, "fin": 0}, "En cours", "{jour} (aujourd’hui)"),
        ({"debut": -9, "fin": None}, "En cours", "sans fin prévue"),
    ],
)
def test_un_contrat_dit_son_etat_et_son_dernier_jour(embauchee, cip, change, etat, dernier):
    contrat = embauchee.contrat
    contrat.suspensions.all().delete()
    contrat.debut, contrat.fin_prevue = dans(change["debut"]), None if change["fin"] is None else dans(change["fin"])
    contrat.save()
    PassIAE.objects.all().delete()
    page = lire(cip, "contrats", embauchee.personne.pk)
    assert sections(page)[str(contrat.nature)].startswith(f"{etat} Premier jour")
    assert faits(page)["Dernier jour"] == dernier.format(jour=contrat.fin and propre(jour_semaine(contrat.fin)))
    assert "Suspensions" not in sections(page)[str(contrat.nature)] and "Rupture" not in faits(page)
    assert sections(page)["PASS IAE"] == "Aucun PASS IAE n’est noté. Noter un PASS IAE"


def test_un_contrat_rompu_dit_pourquoi_et_jusqu_ou_il_devait_aller(embauchee, cip):
    contrat = embauchee.contrat
    contrat.rompu_le, contrat.motif_rupture = dans(-1), terme("motif_rupture", "embauche")
    contrat.save()
    page = lire(cip, "contrats", embauchee.personne.pk)
    assert sections(page)[str(contrat.nature)].startswith("Rompu Premier jour")
    assert faits(page)["Rupture"] == f"{contrat.motif_rupture} (prévu jusqu’au {le(60)})"
    assert faits(page)["Dernier jour"] == propre(jour_semaine(dans(-1)))
    cdi = terme("nature_contrat", "cdi_inclusion")
    Contrat.objects.update(fin_prevue=None, nature=cdi)
    assert faits(lire(cip, "contrats", embauchee.personne.pk))["Rupture"] == str(contrat.motif_rupture)


def test_sans_contrat_la_page_propose_le_premier_a_qui_les_tient(ici, cip):
    premier = reverse("parcours:contrat_nouveau", args=[ici.personne.pk])
    page = lire(cip, "contrats", ici.personne.pk)
    assert "Aucun contrat Le premier contrat fait entrer la personne en parcours." in propre(page.content.decode())
    assert liens(page)["Enregistrer le premier contrat"] == premier == liens(page)["Nouveau contrat"]
    page = lire(ici.client("qualite"), "contrats", ici.personne.pk)
    assert "Aucun contrat Cette personne n’a encore jamais été salariée ici." in propre(page.content.decode())
    assert list(liens(page)) == ["Zélie Martinelle"]


# ── La mobilisation ───────────────────────────────────────────────────────────────────────────────────────────────


def test_la_mobilisation_dit_chaque_besoin_qui_il_sert_et_les_prioritaires(embauchee, mad):
    qui, besoin = embauchee.personne, Besoin.objects.get()
    Besoin.objects.update(
        fiche_de_poste=embauchee.fiche_de_poste, heures=7.5, places=2, au=dans(9), lieu="Rue Haute", horaires="Le matin"
    )
    Moyen.objects.update(fiche_de_poste=embauchee.fiche_de_poste)
    embauchee.mise_en_situation.client, embauchee.mise_en_situation.atelier = None, "Jardin"
    embauchee.mise_en_situation.save()
    page = lire(mad, "mobilisation")
    ouvrir, mettre = reverse("parcours:besoin", args=[besoin.pk]), reverse("parcours:mets_nouvelle", args=[qui.pk])
    dit = sections(page)
    assert dit["Mobilisation"] == "Chaque besoin, et les personnes dont il sert l’engagement. Nouveau besoin"
    assert dit["Besoin ici"] == (
        f"Client ici · Poste ici 7,5 h par semaine, 2 personnes, à partir du {le()} jusqu’au {le(9)} Rue Haute Le matin Pourvu "
        "Zélie Martinelle 12 h en quatre semaines son engagement prévoit : Moyen ici Mettre en situation"
    )
    assert dit["Personnes prioritaires"].startswith(
        "1 sur 1 personnes en contrat, celles qui ont fait le moins d’heures en quatre semaines"
    )
    assert tableau(page)[0] == ["Zélie Martinelle", "12", "1 lieu de travail", "Mettre en situation"]
    menent = liens(page)
    assert (menent["Besoin ici"], menent["Nouveau besoin"]) == (ouvrir, reverse("parcours:besoin_nouveau"))
    lu = page.content.decode()
    assert f'href="{mettre}?besoin={besoin.pk}"' in lu and f'href="{mettre}"' in lu and lu.count(qui.get_absolute_url()) >= 2
    assert f'action="{reverse("parcours:besoin_pourvu", args=[besoin.pk])}"' in lu


def test_la_mobilisation_dit_les_heures_de_chaque_type_et_de_chaque_mois(embauchee, mad, monkeypatch):
    servi = Candidat(embauchee.personne)
    monkeypatch.setattr(rapprochements, "a_qui_sert", lambda besoin, candidats: [(servi, "parce que")] * 6)
    monkeypatch.setattr(rapprochements, "par_type_d_engagement", lambda par, le: [("Découverte", Decimal("7.50"))])
    dits = [(8, 4), (0, 0), (Decimal("7.50"), Decimal("2.50"))]
    suite = [Mois(date(2026, rang, 1), *(Mesure(h, h) for h in heures)) for rang, heures in enumerate(dits, 1)]
    suite.append(Mois(date(2026, 4, 1), *[MesureInconnue("pas encore mesurées")] * 2))
    monkeypatch.setattr(rapprochements, "tendance", lambda par, le: suite)
    monkeypatch.setattr(graphiques, "dessiner", lambda spec: "<svg >dessin</svg>")
    page = lire(mad, "mobilisation")
    dit = sections(page)
    assert titre(page) == "Mobilisation"
    assert "4 sur 6 personnes, celles qui ont fait le moins d’heures." in dit["Besoin ici"]
    assert dit["Heures du mois, par engagement"] == "Type d’engagement Heures Découverte 7,5"
    assert dit["Heures sans objectif, sur douze mois"] == (
        "dessin Les mêmes chiffres, en tableau Mois Sans objectif Sur Part janvier 2026 4 h 8 h 50 % février 2026 0 h 0 h — "
        "mars 2026 2,5 h 7,5 h 33 % avril 2026 pas encore mesurées —"
    )
    assert '<details class="plus">' in page.content.decode()


def test_la_mobilisation_vide_dit_ce_qui_manque_et_ou_aller(embauchee, mad):
    Engagement.objects.update(etat="clos", clos_le=dans(-1))
    Heures.objects.all().delete()
    page = lire(mad, "mobilisation")
    dit = sections(page)
    assert dit["Besoin ici"] == (
        f"Client ici 1 personne, à partir du {le()} Pourvu Aucun engagement en cours ne prévoit ce travail : "
        "dire sa fiche de poste aide à trouver."
    )
    assert liens(page)["dire sa fiche de poste"] == reverse("parcours:besoin", args=[Besoin.objects.get().pk])
    assert dit["Heures du mois, par engagement"] == "Aucune heure n’est encore notée ce mois-ci. Noter des heures"
    assert liens(page)["Noter des heures"] == reverse("parcours:heures")
    assert '<details class="plus" open>' in page.content.decode()
    Besoin.objects.update(fiche_de_poste=embauchee.fiche_de_poste)
    embauchee.mise_en_situation.delete()
    page = lire(mad, "mobilisation")
    assert sections(page)["Besoin ici"].endswith("Aucun engagement en cours ne prévoit ce travail.")
    assert tableau(page)[0] == ["Zélie Martinelle", "0", "Aucune mise en situation", "Mettre en situation"]
    Besoin.objects.all().delete()
    Contrat.objects.update(fin_prevue=dans(-1), fin=dans(-1))
    page = lire(mad, "mobilisation")
    dit = sections(page)
    assert dit["Personnes prioritaires"] == "Aucun contrat ne court aujourd’hui."
    assert "Aucun besoin ouvert" in page.content.decode()
    assert liens(page)["Noter un besoin"] == reverse("parcours:besoin_nouveau") and "Besoin ici" not in dit
