"""La base de démonstration : la reconnaître, et n'effacer qu'elle."""

import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import TextChoices

from cedre.comptes.models import Compte, Organisation
from cedre.demonstration.reseau import DOMAINE

SANS_MODELE = {"django_migrations", "core_cache"}
TEMOIN = f"federation@{DOMAINE}"


class PasUneDemonstration(Exception):
    """Les données ne sont pas celles d'une démonstration : on n'y touche pas."""


class Etat(TextChoices):
    """Ce que contient la base."""

    VIDE = "vide"
    DEMONSTRATION = "demonstration"
    REELLE = "reelle"


def etat() -> str:
    """Ce que contient la base, tables absentes comprises ; le compte témoin n'existe dans aucune base réelle."""
    tables = set(connection.introspection.table_names())
    if Compte._meta.db_table not in tables:  # rien encore, une installation interrompue, ou la base d'un autre logiciel
        return Etat.REELLE if tables - set(connection.introspection.django_table_names()) - SANS_MODELE else Etat.VIDE
    if Compte.objects.filter(email=TEMOIN).values("email").exists():
        return Etat.DEMONSTRATION
    occupee = Compte.objects.values("email").exists() or Organisation.objects.values("slug").exists()
    return Etat.REELLE if occupee else Etat.VIDE


def exiger_demonstration() -> str:
    """L'état de la base, vide ou de démonstration ; lève PasUneDemonstration si des gens y travaillent."""
    if (trouve := etat()) == Etat.REELLE:
        raise PasUneDemonstration(
            f"Les données de {settings.DONNEES} ne sont pas une démonstration : elles restent telles quelles. "
            "Choisissez un autre dossier : CEDRE_DONNEES=/tmp/cedre-demo cedre demo"
        )
    return trouve


def effacer() -> None:
    """Efface la base et les fichiers de la démonstration, et rien d'autre. Lève PasUneDemonstration."""
    if exiger_demonstration() == Etat.VIDE:
        return
    if connection.vendor != "sqlite":
        raise PasUneDemonstration(
            "Cèdre n'efface pas une base de serveur : recréez-la vide (dropdb, createdb), puis relancez « cedre demo »."
        )
    connection.close()
    base = Path(connection.settings_dict["NAME"])
    for suffixe in ("", "-wal", "-shm"):
        base.with_name(base.name + suffixe).unlink(missing_ok=True)
    for dossier in (Path(settings.MEDIA_ROOT), settings.DONNEES / "courriels"):
        shutil.rmtree(dossier, ignore_errors=True)
