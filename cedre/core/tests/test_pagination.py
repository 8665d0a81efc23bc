"""Une longue liste : son ordre, sa page, un numéro fou ; et l'état de santé du serveur."""

import errno
import shutil
from smtplib import SMTPServerDisconnected
from socket import gaierror
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import DataError, OperationalError
from django.db.models import Value
from django.test import Client, RequestFactory
from django.urls import reverse

from cedre.core.coffre import CoffreFerme
from cedre.core.pagination import paginer
from cedre.core.saturation import raison


@pytest.fixture
def cinq(db):
    """Cinq organisations, créées à rebours de leur nom."""
    modele = apps.get_model("comptes", "Organisation")
    modele.objects.bulk_create(modele(nature="region", nom=nom, slug=nom.lower()) for nom in "EDCBA")
    return modele.objects.filter(nature="region")


def lue(cinq, avec=None, **adresse) -> tuple[str, int]:
    page = paginer(RequestFactory().get("/", adresse), cinq, 2, avec=avec)
    return "".join(o.nom for o in page), page.number


@pytest.mark.parametrize(
    "demandee, attendue",
    [(None, ("AB", 1)), ("2", ("CD", 2)), ("3", ("E", 3)), ("9", ("E", 3)), ("0", ("E", 3)), ("x", ("AB", 1))],
)
@pytest.mark.parametrize("avec", [None, lambda lignes: lignes.annotate(dit=Value("oui")).order_by("-pk")])
def test_une_page_garde_l_ordre_de_sa_liste_et_un_numero_fou_mene_a_la_plus_proche(cinq, avec, demandee, attendue):
    assert lue(cinq, avec, **({} if demandee is None else {"page": demandee})) == attendue


def test_ce_qui_coute_ne_se_lit_que_des_lignes_de_la_page(cinq):
    recues = []

    def lire(lignes):
        recues.append(lignes.count())
        return lignes.annotate(dit=Value("oui"))

    page = paginer(RequestFactory().get("/"), cinq, 2, avec=lire)
    assert [o.dit for o in page] == ["oui", "oui"] and recues == [2] and page.paginator.count == 5


@pytest.mark.parametrize("libre, code", [(200, 200), (199, 503)])
def test_la_surveillance_lit_si_la_base_repond_et_s_il_reste_de_la_place(db, monkeypatch, libre, code):
    monkeypatch.setattr(shutil, "disk_usage", lambda ou: SimpleNamespace(free=libre * 2**20))
    reponse = Client().get(reverse("core:sante"))
    assert reponse.status_code == code
    dit = {"etat": "bien" if code == 200 else "en défaut", "base": "bien", "disque_libre_mo": libre}
    assert reponse.json() == dit | ({} if code == 200 else {"disque": "presque plein"})


class DisquePlein(Exception):
    """Ce que lève psycopg."""

    sqlstate = "53100"


def d_apres(cause: Exception) -> OperationalError:
    """L'erreur de la base que cette cause explique."""
    erreur = OperationalError("could not extend file")
    erreur.__cause__ = cause
    return erreur


@pytest.mark.parametrize(
    "erreur, dit",
    [
        (CoffreFerme("Aucune clé"), "Le serveur n’a pas ses clés"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "Le disque du serveur est plein"),
        (OperationalError("database or disk is full"), "Le disque du serveur est plein"),
        (d_apres(DisquePlein()), "Le disque du serveur est plein"),
        (d_apres(ValueError()), "La base est occupée ou ne répond pas"),
        (SMTPServerDisconnected(), "Le courriel ne part pas"),
        (gaierror(), "Le courriel ne part pas"),
        (TimeoutError(), "Le courriel ne part pas"),
        (DataError("trop long"), ""),
        (KeyError("x"), ""),
        (None, ""),
    ],
)
def test_ce_qui_arrete_cedre_sans_etre_une_faute_a_sa_phrase_et_une_faute_n_en_a_pas(erreur, dit):
    assert raison(erreur) == dit
