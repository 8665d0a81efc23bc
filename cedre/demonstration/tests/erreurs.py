"""Des erreurs que l'on pourrait faire dans une définition, et la figure de l'exemple où chacune se voit (OBS-1)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import NamedTuple
from unittest import mock

from django.db.models import F, Q, Value

from cedre.comptes.models import Organisation
from cedre.core import indicateurs
from cedre.core.indicateurs import tous
from cedre.core.manques import batir
from cedre.core.periodes import Periode, annee, mois
from cedre.parcours.indicateurs import actions, sorties
from cedre.parcours.models import Personne, SuiviAMinima, coupes
from cedre.parcours.models import sortie as models_sortie
from cedre.parcours.models.contrat import DE_DROIT_COMMUN

DE_L_ANNEE = "âge (année moins année de naissance)"
SUIVIS = type(SuiviAMinima.objects.all())
EXAMINEES, DYNAMIQUES, SALARIES, ACTIONS = "fins_de_parcours", "sorties_dynamiques", "salaries_en_insertion", "actions_associees"


class Erreur(NamedTuple):
    """Comment la planter, et où elle se voit. par : une coupe, s'il en faut une ; en_juin : ce mois-là, non l'année."""

    planter: Callable[[], object]
    code: str
    slug: str
    par: str = ""
    en_juin: bool = False


def _seuil(nom: str, **valeurs) -> Callable:
    """Ce seuil d'examen, avec ces valeurs pour ces types de structure ; None : le type est oublié."""
    juste = getattr(sorties, nom)
    autres = tuple((un, du, valeurs.get(un, combien)) for un, du, combien in juste.valeurs)
    return partial(mock.patch.object, sorties, nom, replace(juste, valeurs=tuple(v for v in autres if v[2] is not None)))


def _coupe(fausse: Callable) -> Callable:
    return partial(mock.patch.dict, coupes.COUPES, {DE_L_ANNEE: fausse})


def _ne_le_dernier_jour_compris(personne: str, le: date):
    ne = f"{personne}date_naissance"
    return coupes._tranche(coupes.TRANCHES_D_AGE, ne, lambda ans: Q(**{f"{ne}__gte": date(le.year - ans, 12, 31)}))


def _age_du_premier_janvier(personne: str, le: date):
    return coupes._age(personne, le.replace(month=1, day=1))


def _echus_sans_ceux_du_jour_meme(lignes, le: date):
    """Ceux que la fin du dossier a arrêtés le jour même de l'échéance en sont ôtés aussi."""
    return _justes_echus(lignes, le).exclude(resultat="", au=F("echeance"))


def _a_controler_le_lendemain(lignes, le: date):
    return lignes.au_jour(le).filter(echeance__lt=le)


ERREURS = {
    "un jour de trop": Erreur(_seuil("JOURS_D_EXAMEN", ACI=82, EI=82), EXAMINEES, "aci"),
    "un jour de moins": Erreur(_seuil("JOURS_D_EXAMEN", ACI=80, EI=80), EXAMINEES, "aci"),
    "> 1 h pour ≥ 1 h": Erreur(_seuil("HEURES_D_EXAMEN", ACI=Decimal("1.01")), EXAMINEES, "aci"),
    "une heure arrondie": Erreur(_seuil("HEURES_D_EXAMEN", EI=Decimal("0.99")), EXAMINEES, "ei"),
    "> 150 h pour ≥ 150 h": Erreur(_seuil("HEURES_D_EXAMEN", AI=Decimal("150.01")), EXAMINEES, "ai"),
    "150 h arrondies": Erreur(_seuil("HEURES_D_EXAMEN", ETTI=Decimal("149.99")), EXAMINEES, "etti"),
    "une sorte de structure oubliée": Erreur(_seuil("HEURES_D_EXAMEN", EI=None), EXAMINEES, "ei"),
    "les heures de deux années additionnées": Erreur(
        partial(mock.patch.object, models_sortie, "AnneeDe", lambda champ: Value(1)), EXAMINEES, "ai"
    ),
    "une somme par-dessus les contrats": Erreur(
        partial(mock.patch.object, models_sortie, "PremierDeLaSuite", lambda contrat: Value(1)), EXAMINEES, "ai"
    ),
    "un renouvellement pris pour un autre contrat": Erreur(
        partial(mock.patch.object, models_sortie, "PremierDeLaSuite", F), EXAMINEES, "etti"
    ),
    "la sortie non documentée lâchée": Erreur(
        partial(mock.patch.object, type(Personne.objects.all()), "sorties_sans_le_dire", lambda lignes, le: _aucune(lignes)),
        DYNAMIQUES,
        "aci",
    ),
    "deux sorties d’une personne comptées": Erreur(
        partial(mock.patch.object, sorties, "_la_derniere", lambda periode: Q()), EXAMINEES, "ei"
    ),
    "le retrait gardé au dénominateur": Erreur(partial(mock.patch.object, sorties, "RETIREE", Q(pk__lt=0)), DYNAMIQUES, "ai"),
    "née le dernier jour de l’an, un an de moins": Erreur(_coupe(_ne_le_dernier_jour_compris), SALARIES, "aci", DE_L_ANNEE),
    "l’âge révolu pour celui de l’année": Erreur(_coupe(coupes._age), SALARIES, "aci", DE_L_ANNEE, en_juin=True),
    "l’âge du premier janvier": Erreur(_coupe(_age_du_premier_janvier), SALARIES, "ei", DE_L_ANNEE),
    "le CDI d’inclusion pris pour un droit commun": Erreur(
        partial(mock.patch, "cedre.parcours.models.contrat.DE_DROIT_COMMUN", (*DE_DROIT_COMMUN, "cdi_inclusion")), SALARIES, "aci"
    ),
    "une formation datée de son premier jour": Erreur(
        partial(
            mock.patch.object,
            actions,
            "_faites",
            lambda: actions.ActionAssociee.objects.nominatifs().faites().annotate(finie_le=F("le")),
        ),
        ACTIONS,
        "aci",
    ),
    "un objectif arrêté le jour de son échéance, écarté (≤ pour <)": Erreur(
        partial(mock.patch.object, SUIVIS, "echus", _echus_sans_ceux_du_jour_meme), "objectif_controle", "aci"
    ),
    "une échéance pas encore venue le jour même (< pour ≤)": Erreur(
        partial(mock.patch.object, SUIVIS, "a_controler", _a_controler_le_lendemain),
        "suivi_controle_depasse",
        "ei",
        en_juin=True,
    ),
}


def _aucune(lignes):
    """Personne, avec ce qu'en annote la lecture juste."""
    return _juste(lignes, date(1950, 1, 1)).filter(pk__lt=0)


_juste = type(Personne.objects.all()).sorties_sans_le_dire
_justes_echus = SUIVIS.echus


@contextmanager
def _rien_d_ecrit_d_avance() -> Iterator[None]:
    """Ce qu'écrivent les indicateurs n'est pas gardé d'une définition à l'autre."""
    gardes = [garde for garde in vars(indicateurs).values() if garde is not tous and hasattr(garde, "cache_clear")]
    gardes += [sorties._la_derniere, batir]
    for garde in gardes:
        garde.cache_clear()
    yield
    for garde in gardes:
        garde.cache_clear()


def _lue(erreur: Erreur, fin: date):
    """Cette figure de l'exemple, de l'année close."""
    close = annee(date(fin.year - 1, 1, 1))
    quand: Periode = mois(close.du.replace(month=6)) if erreur.en_juin else close
    structure, figure = Organisation.objects.get(slug=erreur.slug), tous()[erreur.code]
    return figure.mesurer_par(erreur.par, quand, structure) if erreur.par else figure.mesurer(structure, quand)


def qui_ne_se_voient_pas(fin: date) -> list[str]:
    """Les erreurs qui, plantées, ne changent rien de ce que l'exemple montre."""
    justes, invisibles = {}, []
    for nom, erreur in ERREURS.items():
        figure = erreur[1:]
        if figure not in justes:
            justes[figure] = _lue(erreur, fin)
        with _rien_d_ecrit_d_avance(), erreur.planter():
            if _lue(erreur, fin) == justes[figure]:
                invisibles.append(nom)
    return invisibles
