"""« cedre documenter » : écrit docs/droits.md depuis la matrice des droits."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from cedre.comptes.droits import DROITS, Droit, Role

ENTETE = """# Qui peut quoi

Écrit par « cedre documenter » depuis `cedre/comptes/droits.py`, et relu à chaque changement. Un droit se donne à un rôle ;
une habilitation (compte × organisation × rôle) n'ouvre que les lignes de son organisation.

| droit | rôles |
|---|---|
"""


class Command(BaseCommand):
    help = "Écrit docs/droits.md depuis la matrice des droits."

    def handle(self, *args, **options):
        lignes = [f"| {d.label} | {', '.join(r.label for r in Role if d in DROITS[r])} |\n" for d in Droit]
        page = Path(settings.RACINE).parent / "docs" / "droits.md"
        page.write_text(ENTETE + "".join(lignes), encoding="utf-8")
        self.stdout.write(f"{page.name} est écrit.")
