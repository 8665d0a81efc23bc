"""Le réseau d’exemple, entier ou réduit, et de quoi le comparer."""

import hashlib
from contextlib import nullcontext
from datetime import date
from tempfile import TemporaryDirectory
from unittest import mock

from django.apps import apps
from django.db import models
from django.test import override_settings

from cedre.demonstration import reseau

FIN = date(2026, 11, 19)  # un jeudi


APPS = ("comptes", "structures", "partenariats", "parcours", "regulation")
NON_COMPARES = {"password", "objet_id", "personne_id"}  # le sel du mot de passe et les clés changent d'une base à l'autre


def creer_exemple(fin: date = FIN, part: int = 1, entiere: str = "", *, rapports: bool = False) -> None:
    """Le réseau d’exemple, en divisant le nombre de personnes de chaque structure, sauf d'une, laissée entière.

    rapports : avec ceux que les structures ont publiés, longs à mesurer.
    """
    petites = [(*s[:4], s[4] if s[0] == entiere else max(8, s[4] // part), *s[5:]) for s in reseau.STRUCTURES]
    longs = {} if rapports else {"attendre_les_rapports": mock.DEFAULT, "rendre_compte": mock.DEFAULT}
    with (
        TemporaryDirectory() as fichiers,
        override_settings(MEDIA_ROOT=fichiers),
        mock.patch.object(reseau, "STRUCTURES", petites),
        mock.patch.multiple(reseau, **longs) if longs else nullcontext(),
    ):
        reseau.creer_demonstration(fin)


def empreinte() -> str:
    """Ce que la base contient du domaine, sans les clés ni les heures d'écriture."""
    condensat = hashlib.sha256()
    for modele in sorted(apps.get_models(), key=lambda m: m._meta.label):
        if modele._meta.app_label not in APPS:
            continue
        champs = [
            c.attname
            for c in modele._meta.concrete_fields
            if not c.primary_key and not c.remote_field and not getattr(c, "auto_now", False) and c.name not in NON_COMPARES
        ]
        lignes = modele._base_manager.order_by("pk").values_list(*champs)
        condensat.update(f"{modele._meta.label}{list(lignes)}".encode())
    return condensat.hexdigest()


def dates_de(modele: type[models.Model]) -> list[str]:
    """Les champs de ce modèle qui sont des dates de faits."""
    return [c.name for c in modele._meta.concrete_fields if c.name == "le" and type(c) is models.DateField]
