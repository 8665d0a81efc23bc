"""Les lignes derrière un chiffre : de qui ou de quoi il s'agit, et la page où cela se corrige (OBS-1, CER-3)."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import ForeignKey, QuerySet

from cedre.comptes.acces import peut_ouvrir
from cedre.comptes.models import Habilitation
from cedre.comptes.partage import personne_de
from cedre.core.indicateurs import Indicateur


class Manquant(NamedTuple):
    """Une ligne qui ne satisfait pas. adresse : où la corriger, "" si le lecteur n'y va pas ; detail : de quel fait on parle."""

    quoi: str
    adresse: str
    detail: str = ""


def lignes_manquantes(indicateur: Indicateur, habilitation: Habilitation, le: date) -> QuerySet:
    """Les lignes de l'organisation qui ne satisfaisaient pas ce jour-là, avec de quoi les dire."""
    lignes = indicateur.manquants(habilitation.organisation_id, le).pour(habilitation)
    liens = {champ.name for champ in lignes.model._meta.concrete_fields if isinstance(champ, ForeignKey)}
    return lignes.select_related(*sorted(liens | {lignes.model.PARTAGE.personne} - {"", "id"}))


def montrer(lignes: Iterable, indicateur: Indicateur, habilitation: Habilitation) -> list[Manquant]:
    """Chaque ligne telle que ce lecteur peut la lire, menant au remède, ou au dossier si le remède n'est pas de son ressort."""
    return [_dire(ligne, indicateur.adresse(ligne), habilitation) for ligne in lignes]


def _dire(ligne, adresse: str, habilitation: Habilitation) -> Manquant:
    ouvre = bool(adresse) and peut_ouvrir(habilitation, adresse)
    personne = personne_de(ligne)
    if personne is None:
        secret = bool(ligne.PARTAGE.personne) and not ouvre
        return Manquant(str(ligne._meta.verbose_name if secret else ligne), adresse if ouvre else "")
    detail = str(ligne) if ouvre and ligne is not personne else ""  # le nom d'un engagement est déjà du dossier
    return Manquant(str(personne), adresse if ouvre else personne.get_absolute_url(), detail)
