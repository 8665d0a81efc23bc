"""Disque plein, base occupée : une phrase claire, ce qui se lit se lit encore, et rien ne reste à moitié (issue 11)."""

import errno
import logging
import os
import re
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.depot import balayer
from cedre.core.menage import ranger
from cedre.parcours.models import Importation, Personne

ECHANGE = {"texte": "x" * 9000, "le": "2026-01-05", "canal": "telephone", "avec": "personne"}


@contextmanager
def disque_plein():
    """La base ne peut plus grandir d'une page : sous SQLite pour de vrai, sinon comme PostgreSQL le dirait."""
    if connection.vendor == "sqlite":
        with connection.cursor() as curseur:
            curseur.execute("PRAGMA page_count")
            curseur.execute(f"PRAGMA max_page_count = {curseur.fetchone()[0]}")
        try:
            remplir()
            yield
        finally:
            with connection.cursor() as curseur:
                curseur.execute("PRAGMA max_page_count = 1073741823")
        return

    def refuser(execute, sql, params, many, context):
        if re.match(r"\s*(insert|update)", sql, re.IGNORECASE):
            raise OperationalError("could not extend file: No space left on device") from DiskFull()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuser):
        yield


class DiskFull(Exception):
    """Ce que lève psycopg."""

    sqlstate = "53100"


class Panne:
    """Toute page tombe de cette erreur."""

    erreur: Exception = RuntimeError("rien")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        raise self.erreur


def remplir() -> None:
    """Occupe ce qui reste de place dans les pages de la base, celles des traces comprises."""
    occuper = [(_ligne_de_cache, taille) for taille in (4000, 400, 40, 4)] + [(_trace, 400), (_trace, 0)]
    for ecrire, taille in occuper:
        with suppress(OperationalError):
            for _ in range(20_000):
                ecrire(taille)


def _ligne_de_cache(taille: int) -> None:
    with connection.cursor() as curseur:
        curseur.execute("INSERT INTO core_cache VALUES (%s, %s, '2100-01-01')", [os.urandom(16).hex(), "x" * taille])


def _trace(taille: int) -> None:
    Trace.objects.create(organisation_id=0, geste="creer", objet="x", detail="x" * taille)


def navigateur(ici, role: str) -> Client:
    """Un navigateur qui montre les pages d'erreur, comme un vrai."""
    client = ici.client(role)
    client.raise_request_exception = False
    return client


def test_disque_plein_on_lit_encore_et_ce_qui_s_enregistre_se_refuse_en_une_phrase(transactional_db, embauchee, caplog):
    logging.getLogger("cedre").addHandler(caplog.handler)
    cip = navigateur(embauchee, "cip")
    avant = Personne.objects.count()
    with disque_plein():
        lues = [reverse("portail:accueil"), reverse("parcours:personnes"), reverse("comptes:compte")]
        lues.append(reverse("parcours:personne", args=[embauchee.personne.pk]))
        assert [cip.get(adresse).status_code for adresse in lues] == [200] * 4
        reponse = cip.post(reverse("parcours:echange", args=[embauchee.personne.pk]), ECHANGE)
    assert reponse.status_code == 503, reponse.context["form"].errors
    texte = reponse.content.decode()
    assert "<h1>Le disque du serveur est plein</h1>" in texte and "votre saisie y est encore" in texte
    assert "Traceback" not in texte
    assert Personne.objects.count() == avant
    with disque_plein():
        entree = Client().post(reverse("account_login"), {"login": "cip@ici.example", "password": "peu importe"})
    assert entree.status_code == 503 and "Trop de demandes" not in entree.content.decode()
    assert "consultation hors des traces" in caplog.text


@pytest.mark.parametrize(
    "erreur, dit, code",
    [
        (OperationalError("database is locked"), "La base est occupée ou ne répond pas", 503),
        (OperationalError("connection refused"), "La base est occupée ou ne répond pas", 503),
        (OSError(errno.ENOSPC, "No space left on device"), "Le disque du serveur est plein", 503),
        (OSError(errno.EACCES, "Permission denied"), "Une erreur est survenue", 500),
        (RuntimeError("une faute"), "Une erreur est survenue", 500),
    ],
)
def test_chaque_panne_a_sa_phrase(ici, settings, monkeypatch, erreur, dit, code):
    client = navigateur(ici, "cip")
    monkeypatch.setattr(Panne, "erreur", erreur)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Panne"]
    reponse = client.get(reverse("parcours:personnes"))
    assert reponse.status_code == code
    assert f"<h1>{dit}</h1>" in reponse.content.decode()


def fichiers(racine: Path) -> list[Path]:
    return [p for p in racine.rglob("*") if p.is_file()]


@pytest.mark.parametrize("panne", ["ligne", "fichier"])
def test_un_fichier_depose_ne_reste_pas_sans_sa_ligne(ici, settings, tmp_path, monkeypatch, panne):
    settings.MEDIA_ROOT = tmp_path
    if panne == "ligne":
        monkeypatch.setattr(Importation, "save", base_occupee)
    else:
        monkeypatch.setattr(FileSystemStorage, "_save", ecrire_a_moitie)
    avant = Importation.objects.count()
    envoi = {"sorte": "personnes", "fichier": SimpleUploadedFile("gens.csv", "Nom;Prénom\nLefort;Ana\n".encode())}
    assert navigateur(ici, "direction").post(reverse("parcours:importations"), envoi).status_code == 503
    assert fichiers(tmp_path) == [] and Importation.objects.count() == avant


def base_occupee(self, *args, **options):
    """La ligne ne peut pas s'écrire ; le fichier l'est déjà."""
    raise OperationalError("database is locked")


def ecrire_a_moitie(self, name, content):
    """Le disque se remplit au milieu du fichier."""
    Path(self.path(name)).parent.mkdir(parents=True, exist_ok=True)
    Path(self.path(name)).write_bytes(content.read()[:5])
    raise OSError(errno.ENOSPC, "No space left on device")


def test_la_nuit_les_fichiers_sans_ligne_disparaissent_et_les_autres_restent(ici, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for nom, age in (("logos/orphelin.png", 2), ("logos/cite.png", 2), ("logos/recent.png", 0)):
        default_storage.save(nom, ContentFile(b"x"))
        le = (timezone.now() - timedelta(days=age)).timestamp()
        os.utime(tmp_path / nom, (le, le))
    ici.organisation.reglages.logo = "logos/cite.png"
    ici.organisation.reglages.save()
    ranger.call()
    assert sorted(p.name for p in fichiers(tmp_path)) == ["cite.png", "recent.png"]
    balayer()
