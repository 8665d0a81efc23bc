"""« cedre documenter » : écrit docs/droits.md, les droits de chaque rôle, de chaque adresse, et le partage de chaque modèle."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Model

from cedre.comptes.droits import DROITS, Droit, Role
from cedre.comptes.partage import modeles
from cedre.core.adresses import adresses
from cedre.core.texte import normaliser

ENTETE = """# Qui peut quoi

Écrit par « cedre documenter » depuis `cedre/comptes/droits.py`, les vues et les modèles, et relu à chaque changement : un essai
refuse une page qui n’est plus à jour. Un droit se donne à un rôle ; une habilitation (compte × organisation × rôle) n'ouvre que
les lignes que leur partage lui ouvre. *Second facteur* : qui tient un de ces rôles en enregistre un dans les trente jours.

## Chaque droit et ses rôles

| droit | rôles |
|---|---|
"""
ADRESSES = """
## Chaque adresse et son droit

| adresse | droit |
|---|---|
"""
PARTAGES = """
## Chaque modèle et qui en voit les lignes

La vue dit d’abord son droit (ci-dessus) ; ceci est ce qu’ouvre ensuite la porte, `pour(habilitation)`.

| modèle | qui voit ses lignes | vers l’organisation | vers la personne |
|---|---|---|---|
"""
HORS_MATRICE = {"connecte": "Tout compte connecté", "public": "Tout le monde", "espace": "La personne, par son code"}


def page_des_droits() -> str:
    """Le texte de docs/droits.md."""
    droits = [f"| {_dit(d)} | {', '.join(r.label for r in Role if d in DROITS[r])} |\n" for d in Droit]
    vues = [f"| `/{route}` | {_libelle(vue.droit)} |\n" for route, vue in adresses()]
    partages = [_partage(modele) for modele in modeles()]
    return ENTETE + "".join(droits) + ADRESSES + "".join(sorted(vues)) + PARTAGES + "".join(sorted(partages, key=normaliser))


def _partage(modele: type[Model]) -> str:
    chemins = [f"`{chemin}`" if chemin else "" for chemin in (modele.PARTAGE.organisation, modele.PARTAGE.personne)]
    return f"| {' | '.join([str(modele._meta.verbose_name), str(modele.PARTAGE), *chemins])} |\n"


def _dit(droit: Droit) -> str:
    return f"{droit.label} · *second facteur*" if droit.exige_second_facteur else droit.label


def _libelle(droit: str) -> str:
    return HORS_MATRICE.get(droit) or Droit(droit).label


class Command(BaseCommand):
    help = "Écrit docs/droits.md depuis la matrice des droits, les vues et les modèles."

    def handle(self, *args, **options):
        page = Path(settings.RACINE).parent / "docs" / "droits.md"
        page.write_text(page_des_droits(), encoding="utf-8")
        self.stdout.write(f"{page.name} est écrit.")
