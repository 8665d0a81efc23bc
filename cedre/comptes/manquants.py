"""Les lignes derrière un chiffre : de qui ou de quoi il s'agit, et sa page ; le remède est le geste qui le dit (OBS-1, CER-3)."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import ForeignKey, Model, QuerySet
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_pour, remede
from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.partage import personne_de
from cedre.comptes.registre import MotifDuPasse
from cedre.core.indicateurs import Indicateur


class Manquant(NamedTuple):
    """Une ligne qui ne satisfait pas. adresse : sa page, "" si le lecteur n'y va pas ; detail : de quel fait on parle.

    saisi_le : le jour où le fait a été noté, si ce n'est pas dans son mois.
    """

    ligne: Model
    quoi: str
    adresse: str
    detail: str = ""
    saisi_le: date | None = None


def lit_le_passe(indicateur: Indicateur, habilitation: Habilitation) -> bool:
    """Vrai de qui lit les chiffres ; d'un collègue, de qui tient la qualité.

    D'un jour à l'autre, une liste dit quand chaque fait s'est passé : pour corriger, celle d'aujourd'hui suffit.
    """
    return habilitation.peut(Droit.QUALITE_TENIR if indicateur.modele is Habilitation else Droit.FIGURES_LIRE)


def lignes_manquantes(indicateur: Indicateur, habilitation: Habilitation, le: date) -> QuerySet:
    """Les lignes de l'organisation qui ne satisfaisaient pas ce jour-là ; aucune d'un passé qu'il ne lit pas."""
    lignes = indicateur.manquants(habilitation.organisation_id, le).pour(habilitation)
    if le < timezone.localdate() and not lit_le_passe(indicateur, habilitation):
        lignes = lignes.none()
    return liees(lignes)


def liees(lignes: QuerySet) -> QuerySet:
    """Les mêmes, chacune avec ce qu'elle cite : de quoi la montrer sans requête de plus."""
    liens = {champ.name for champ in lignes.model._meta.concrete_fields if isinstance(champ, ForeignKey)}
    return lignes.select_related(*sorted(liens | {lignes.model.PARTAGE.personne} - {"", "id"}))


def montrer(lignes: Iterable, indicateur: Indicateur, habilitation: Habilitation) -> list[Manquant]:
    """Chaque ligne telle que ce lecteur peut la lire, menant à sa page, ou au dossier s'il n'ouvre que lui."""
    corrige, lignes = remede(indicateur.code, habilitation) is not None, list(lignes)
    saisies = _saisies(lignes, habilitation)
    dites = [_dire(ligne, page_pour(ligne, habilitation), habilitation, corrige=corrige) for ligne in lignes]
    return [dite._replace(saisi_le=saisies.get(dite.ligne.pk)) for dite in dites]


def _saisies(lignes: list[Model], habilitation: Habilitation) -> dict[int, date]:
    """Le jour où chacun de ces faits a été noté, de ceux qui l'ont été après leur mois."""
    if not lignes:
        return {}
    noms = {"objet": str(lignes[0]._meta.verbose_name), "objet_id__in": [ligne.pk for ligne in lignes]}
    traces = Trace.objects.pour(habilitation).du_passe().filter(motif=MotifDuPasse.APRES, **noms)
    return {trace.objet_id: timezone.localdate(trace.le) for trace in traces.order_by("le")}


def _dire(ligne: Model, page: str, habilitation: Habilitation, *, corrige: bool) -> Manquant:
    lit, personne = bool(page) or corrige, personne_de(ligne)
    if personne is None:
        secret = bool(ligne.PARTAGE.personne) and not lit
        return Manquant(ligne, str(ligne._meta.verbose_name if secret else ligne), page)
    detail = str(ligne) if lit and ligne is not personne else ""  # le nom d'un engagement est déjà du dossier
    return Manquant(ligne, str(personne), page or page_pour(personne, habilitation), detail)
