"""Les heures des permanents : une grille par année, quatre nombres par mois ou pour l'année, rien de perdu (OBS-1)."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from cedre.comptes.models import Trace
from cedre.observatoire.forms.annexes import annee_demandee
from cedre.observatoire.models import HeuresDePermanents

GRILLE = "observatoire:heures_de_l_equipe"


@pytest.fixture(autouse=True)
def en_juin():
    """On est le 17 juin 2026."""
    with time_machine.travel("2026-06-17T08:00:00Z", tick=False):
        yield


def envoyer(monde, annee: int | None = None, **saisie):
    """La grille d'une année, à l'écran ; celle-ci si l'on ne dit rien."""
    cible = reverse(GRILLE) + (f"?annee={annee}" if annee else "")
    return monde.client("direction").post(cible, saisie)


def notees(monde) -> list[tuple]:
    """Ce qui est gardé, dans l'ordre."""
    lignes = HeuresDePermanents.objects.filter(organisation=monde.organisation).order_by("du", "au", "sorte")
    return [*lignes.values_list("sorte", "du", "au", "heures")]


def test_les_quatre_sortes_se_notent_mois_par_mois(ici):
    saisie = {"accompagnement_2": "151.67", "encadrement_2": "303.34", "direction_2": "0", "administratif_6": "70.5"}
    assert envoyer(ici, **saisie).status_code == 302
    fevrier, juin = (date(2026, 2, 1), date(2026, 2, 28)), (date(2026, 6, 1), date(2026, 6, 30))
    assert notees(ici) == [
        ("accompagnement", *fevrier, Decimal("151.67")),
        ("direction", *fevrier, 0),
        ("encadrement", *fevrier, Decimal("303.34")),
        ("administratif", *juin, Decimal("70.5")),
    ]
    trace = Trace.objects.get(objet="heures de permanents")
    assert trace.geste == "creer" and "Accompagnement socioprofessionnel du 01/02/2026 au 28/02/2026" in trace.detail


def test_une_annee_passee_se_dit_d_un_seul_nombre_et_se_relit(ici):
    assert envoyer(ici, 2024, accompagnement_0="1820").status_code == 302
    assert notees(ici) == [("accompagnement", date(2024, 1, 1), date(2024, 12, 31), 1820)]
    page = ici.client("direction").get(reverse(GRILLE) + "?annee=2024")
    assert page.context["form"]["accompagnement_0"].value() == 1820
    assert "2024 entière" in page.content.decode() and "?annee=2025" in page.content.decode()


def test_un_nombre_se_corrige_se_vide_et_redire_n_ecrit_rien(ici):
    envoyer(ici, accompagnement_1="10", encadrement_1="20")
    ligne = HeuresDePermanents.objects.get(sorte="encadrement")
    assert envoyer(ici, accompagnement_1="10", encadrement_1="20").status_code == 302
    assert Trace.objects.filter(objet="heures de permanents").count() == 1
    autres = {"accompagnement_1": "", "encadrement_1": "25"}
    assert envoyer(ici, **autres).status_code == 409, "elles sont d’un mois fini : on dit pourquoi"
    assert HeuresDePermanents.objects.count() == 2
    envoyer(ici, motif_du_passe="frappe", **autres)
    assert [(h.pk, h.heures) for h in HeuresDePermanents.objects.all()] == [(ligne.pk, 25)]
    assert Trace.objects.filter(objet="heures de permanents").latest("pk").geste == "modifier"


@pytest.mark.parametrize(
    "saisie, champ, dit",
    [
        ({"accompagnement_7": "10"}, "accompagnement_7", "pas commencé"),
        ({"direction_1": "10", "direction_0": "10"}, "direction_0", "Ses mois sont déjà dits"),
        ({"direction_1": "-1"}, "direction_1", ""),
        ({"direction_1": "dix"}, "direction_1", ""),
        ({"direction_1": "1.234"}, "direction_1", ""),
    ],
)
def test_une_saisie_fausse_se_dit_a_cote_et_rien_ne_se_perd(ici, saisie, champ, dit):
    page = envoyer(ici, encadrement_2="33", **saisie)
    form = page.context["form"]
    assert list(form.errors) == [champ] and dit in form.errors[champ][0]
    assert (form["encadrement_2"].value(), form[champ].value()) == ("33", saisie[champ])
    assert form.errors[champ][0][:12] in page.content.decode() and notees(ici) == []


def test_une_sorte_se_dit_a_l_annee_et_une_autre_au_mois(ici):
    assert envoyer(ici, direction_0="1600", encadrement_1="10").status_code == 302
    assert len(notees(ici)) == 2


def test_les_heures_d_ailleurs_ne_se_montrent_pas_et_ne_se_touchent_pas(ici, ailleurs):
    envoyer(ailleurs, direction_1="77")
    assert ici.client("direction").get(reverse(GRILLE)).context["form"]["direction_1"].value() is None
    envoyer(ici, direction_1="5")
    assert [h for *_, h in notees(ailleurs)] == [77]


@pytest.mark.parametrize(
    "dite, lue", [("2025", 2025), ("2000", 2000), ("1999", 2026), ("2027", 2026), ("", 2026), ("²026", 2026), ("02025", 2026)]
)
def test_l_annee_que_l_on_demande(dite, lue):
    assert annee_demandee(dite) == lue
