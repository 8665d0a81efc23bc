"""Un lien qui ouvre quelque chose est un mot de passe : aucun journal ne l'écrit, quoi qu'il arrive (RES-1)."""

import io
import json
import logging
import re
import secrets
import socket
import sys
from functools import partial

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from cedre.core.journal import EnJson
from cedre.qualite.operations.reclamations import send_mail

JETON = "Unjeton-Que_Personne-Ne-Doit-Lire"
TEXTE = re.compile(r"<(?:str|slug|path):\w+>|<\w+>|\(\?P<(?:key|uidb36|uidb64|token)>.*?\+\)")
NOMBRE = re.compile(r"<int:\w+>")


def routes(resolveur=None, prefixe: str = ""):
    """Toutes les routes, celles de la bibliothèque des comptes comprises."""
    for motif in (resolveur or get_resolver()).url_patterns:
        if hasattr(motif, "url_patterns"):
            yield from routes(motif, prefixe + str(motif.pattern))
        else:
            yield prefixe + str(motif.pattern)


SECRETES = sorted(
    {"/" + NOMBRE.sub("1", TEXTE.sub(JETON, r)).replace("^", "").replace("$", "") for r in routes() if TEXTE.search(r)}
)
METHODES = ["GET", "HEAD", "POST", "PROPFIND", "OPTIONS", "PUT"]


class Panne:
    """Tombe au moment d'ouvrir la page, en citant son adresse, comme le ferait une bibliothèque."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, vue, args, kwargs):
        """Toute page tombe."""
        raise RuntimeError(request.get_full_path(), kwargs)


@pytest.fixture
def ecrits(monkeypatch):
    """Ce que les journaux écrivent, par leurs vrais réglages, au plus bavard."""
    flux = io.StringIO()
    for nom in ("", "django", "cedre", "django.server"):
        source = logging.getLogger(nom)
        monkeypatch.setattr(source, "level", logging.DEBUG)
        for sortie in source.handlers:
            if isinstance(sortie.formatter, EnJson):
                monkeypatch.setattr(sortie, "stream", flux)
    logging.getLogger("django").manager._clear_cache()
    yield flux
    logging.getLogger("django").manager._clear_cache()


def test_les_liens_secrets_sont_tous_trouves():
    for attendu in ("invitation/", "calendrier/", "courriel-du-matin/", "fiche-client/", "compte/password/reset/key/", "/q/"):
        assert any(attendu in chemin for chemin in SECRETES), attendu


@pytest.mark.parametrize("cas", ["ordinaire", "csrf", "nulle part", "panne"])
@pytest.mark.parametrize("chemin", SECRETES)
def test_aucun_journal_n_ecrit_un_lien(db, settings, ecrits, chemin, cas):
    cache.clear()
    if cas == "panne":
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, "cedre.tests.test_journal.Panne"]
    client = Client(enforce_csrf_checks=cas == "csrf", raise_request_exception=False)
    suite = "/nulle-part" if cas == "nulle part" else ""
    for methode in METHODES:
        client.generic(
            methode, chemin + suite + f"?suite={JETON}", headers={"referer": f"https://testserver{chemin}"}, secure=True
        )
    lignes = [json.loads(ligne) for ligne in ecrits.getvalue().splitlines()]
    sources = {ligne["source"] for ligne in lignes}
    if not suite and getattr(resolve(chemin).func, "hors_du_journal", False):
        assert sources <= {"django.request"} and all(ligne["message"].endswith(" 500") for ligne in lignes), lignes
        assert bool(lignes) is (cas == "panne")
    else:
        assert "cedre.requetes" in sources
        assert cas in ("ordinaire", "nulle part") or {"django.request", "django.security.csrf"} & sources
    assert "jeton" not in ecrits.getvalue().replace("<str:jeton>", "").casefold()


SANS_NOM = ["qualite:signaler", "portail:espace", "portail:mon_espace", "portail:ce_qui_ne_va_pas"]


@pytest.mark.parametrize("route", SANS_NOM)
def test_un_refus_d_une_page_sans_nom_n_a_pas_d_heure_au_journal(db, ecrits, route):
    client = Client(enforce_csrf_checks=True)
    for methode in METHODES:
        client.generic(methode, reverse(route))
    sources = {json.loads(ligne)["source"] for ligne in ecrits.getvalue().splitlines()}
    assert not {"cedre.requetes", "django.request", "django.security.csrf"} & sources


@pytest.mark.parametrize("chemin, code", [("/personnes/999999/", 404), ("/equipe/", 403)])
def test_le_code_qu_une_page_d_erreur_dit_de_citer_est_celui_de_sa_ligne_au_journal(ici, ecrits, chemin, code):
    reponse = ici.client("cip").get(chemin)
    assert reponse.status_code == code and reponse["X-Requete"] in reponse.content.decode()
    lignes = [json.loads(ligne) for ligne in ecrits.getvalue().splitlines()]
    assert [e["requete"] for e in lignes if e["source"] == "django.request"] == [reponse["X-Requete"]]


def test_un_courriel_qui_ne_part_pas_n_ecrit_pas_son_lien(transactional_db, ici, settings, ecrits, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as prise:
        ferme = prise.getsockname()[1]
    settings.MAILERS = {
        "default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": {"host": "127.0.0.1", "port": ferme}}
    }
    monkeypatch.setattr(secrets, "token_urlsafe", lambda taille: JETON)
    monkeypatch.setattr(PasswordResetTokenGenerator, "make_token", lambda *args: JETON)
    direction = ici.client("direction")
    direction.post(reverse("comptes:inviter"), {"courriel": "zoe@ici.example", "role": "accueil"})
    page = Client(raise_request_exception=False).post(reverse("account_reset_password"), {"email": "cip@ici.example"})
    assert page.status_code == 503 and "Le courriel ne part pas" in page.content.decode()
    lignes = [json.loads(ligne) for ligne in ecrits.getvalue().splitlines()]
    assert {"Error calling send_mail in on_commit() during transaction (ConnectionRefusedError)."} < {
        e["message"] for e in lignes
    }
    assert [e["message"] for e in lignes if e.get("erreur") and e["source"] == "django.request"] == [
        "POST compte/password/reset/ 503"
    ]
    for mot in (JETON, "zoe@", "cip@"):
        assert mot not in ecrits.getvalue()


def tomber(encore: int) -> None:
    """Tombe après autant d'appels de plus."""
    if not encore:
        raise ValueError
    tomber(encore - 1)


@pytest.mark.parametrize("appels, gardes", [(0, 2), (10, 12), (11, 12), (40, 12)])
def test_d_une_erreur_profonde_on_garde_les_douze_derniers_lieux(appels, gardes):
    try:
        tomber(appels)
    except ValueError:
        record = logging.LogRecord("cedre.essai", logging.ERROR, "f.py", 1, "raté", (), sys.exc_info())
    lieux = json.loads(EnJson().format(record))["lieux"]
    ligne_qui_tombe = tomber.__code__.co_firstlineno + 3
    assert len(lieux) == gardes and lieux[-1] == f"tests/test_journal.py:{ligne_qui_tombe} tomber"
    assert (lieux[0].rpartition(" ")[2] == "tomber") is (appels > 10), "les premiers s’oublient"


@pytest.mark.parametrize(
    "source, message, arguments, lu",
    [
        ("django.tasks", "Task id=%s path=%s state=%s", (7, JETON, "RUNNING"), "Task id=7 path=… state=…"),
        ("autre", f"appel de functools.partial(<function f at 0x7f>, '{JETON}12')", (), "appel de … f at … …"),
        (
            "autre",
            "Error calling %s (%s), %d fois",
            (partial(send_mail, JETON), OSError(JETON), 3),
            "Error calling send_mail (OSError), 3 fois",
        ),
        ("autre", "GET /calendrier/%s.ics", (JETON,), "GET /calendrier/….ics"),
        ("autre", "%d lignes", (JETON,), "…"),
        ("cedre.portail", "pour %s : habilitation %s", ("zoe@ici.example", 3), "pour …@… : habilitation 3"),
    ],
)
def test_d_une_bibliotheque_on_ne_garde_que_le_modele_de_sa_phrase(source, message, arguments, lu):
    record = logging.LogRecord(source, logging.ERROR, "f.py", 1, message, arguments, None)
    assert json.loads(EnJson().format(record))["message"] == lu
