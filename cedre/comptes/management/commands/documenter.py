"""« cedre documenter » : écrit docs/droits.md, la matrice des droits et le droit de chaque adresse."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from cedre.comptes.droits import DROITS, Droit, Role
from cedre.core.adresses import adresses

ENTETE = """# Qui peut quoi

Écrit par « cedre documenter » depuis `cedre/comptes/droits.py` et les vues, et relu à chaque changement : un essai refuse
une page qui n’est plus à jour. Un droit se donne à un rôle ; une habilitation (compte × organisation × rôle) n'ouvre que les
lignes de son organisation. *Second facteur* : qui tient un de ces rôles en enregistre un dans les trente jours.

## Chaque droit et ses rôles

| droit | rôles |
|---|---|
"""
ADRESSES = """
## Chaque adresse et son droit

| adresse | droit |
|---|---|
"""
HORS_MATRICE = {"connecte": "Tout compte connecté", "public": "Tout le monde", "espace": "La personne, par son code"}


def page_des_droits() -> str:
    """Le texte de docs/droits.md."""
    droits = [f"| {_dit(d)} | {', '.join(r.label for r in Role if d in DROITS[r])} |\n" for d in Droit]
    vues = [f"| `/{route}` | {_libelle(vue.droit)} |\n" for route, vue in adresses()]
    return ENTETE + "".join(droits) + ADRESSES + "".join(sorted(vues))


def _dit(droit: Droit) -> str:
    return f"{droit.label} · *second facteur*" if droit.exige_second_facteur else droit.label


def _libelle(droit: str) -> str:
    return HORS_MATRICE.get(droit) or Droit(droit).label


class Command(BaseCommand):
    help = "Écrit docs/droits.md depuis la matrice des droits et les vues."

    def handle(self, *args, **options):
        page = Path(settings.RACINE).parent / "docs" / "droits.md"
        page.write_text(page_des_droits(), encoding="utf-8")
        self.stdout.write(f"{page.name} est écrit.")
