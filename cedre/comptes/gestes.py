"""Un geste se dit une fois, sur sa vue : son nom, son icône, l'objet dont il part, quand il a un sens.

Le menu, le dossier, les listes, les remèdes, l'histoire et les rappels lisent ces déclarations, et le droit de la vue décide
de qui voit le geste : aucun gabarit ne redit un droit.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Model, TextChoices
from django.urls import Resolver404, get_urlconf, resolve, reverse

from cedre.comptes.partage import dossier_de, personne_de
from cedre.core.adresses import vues_nommees


class Rubrique(TextChoices):
    """Les rubriques du menu, dans l'ordre ; la première n'a pas besoin de titre."""

    TRAVAIL = "travail", ""
    QUALITE = "qualite", "La qualité"
    ORGANISATION = "organisation", "L’organisation"


def toujours(_) -> bool:
    """Un geste qui a un sens où qu'en soit l'objet."""
    return True


@dataclass(frozen=True)
class Geste:
    """Ce que l'on fait depuis une page, ou depuis un objet.

    sur : le modèle de l'objet parmi les gestes duquel il se propose, rien s'il ne part que d'une page ; quand : s'il a un sens
    pour l'objet, ou, sans sur, pour l'habilitation de qui lit ; meme_anonyme : il se fait encore d'un dossier rendu anonyme,
    parce qu'il n'y écrit pas ; rang : l'ordre où on le propose ; a_part : il a déjà sa place sur la page, ou n'est qu'un remède ;
    menu : la rubrique où il est une entrée ; a_lire : ce que dit sa page, à qui n'ouvre aucun dossier ; montre : les modèles dont
    sa page montre une ligne, et la colonne de la ligne qui y mène ; ajoute : le modèle du fait qu'il enregistre ; remedie : les
    codes des indicateurs dont il corrige une ligne. route, droit et par_envoi (un bouton, pas un lien) se lisent de la vue.
    """

    libelle: str
    icone: str = ""
    sur: type[Model] | None = None
    quand: Callable[..., bool] = toujours
    meme_anonyme: bool = False
    rang: int = 50
    a_part: bool = False
    menu: Rubrique | None = None
    a_lire: str = ""
    montre: tuple[tuple[type[Model], str], ...] = ()
    ajoute: type[Model] | None = None
    remedie: tuple[str, ...] = ()
    route: str = ""
    droit: str = ""
    par_envoi: bool = False

    def adresse(self, objet=None, *suite) -> str:
        """L'adresse du geste sur cet objet ; sur un fait, quand le geste part de sa personne, celle de la personne."""
        return reverse(self.route, args=suite if objet is None else [self._numero(objet), *suite])

    def _numero(self, objet) -> int:
        if not isinstance(objet, Model):
            return objet
        if colonne := dict(self.montre).get(type(objet)):
            return getattr(objet, colonne)
        sienne = not self.part_d_un_objet or self.sur is not None and isinstance(objet, self.sur)
        return objet.pk if sienne else dossier_de(objet)

    @property
    def part_d_un_objet(self) -> bool:
        """Vrai s'il porte sur une ligne, ou montre la sienne ; faux d'une page qui n'est celle de rien."""
        return self.sur is not None or bool(self.montre)

    def est_a(self, habilitation) -> bool:
        """Vrai si le droit de sa vue est à cette habilitation, et s'il a un sens pour elle."""
        return ouvre(habilitation, self.route)

    def convient_a(self, objet) -> bool:
        """Vrai si le geste a un sens pour cet objet, là où il en est, et n'écrit pas dans un dossier rendu anonyme."""
        sien = self.sur is not None and isinstance(objet, self.sur)
        return (not sien or bool(self.quand(objet))) and (self.meme_anonyme or _s_ecrit(objet))


def _s_ecrit(objet) -> bool:
    personne = personne_de(objet) if isinstance(objet, Model) else None
    return personne is None or personne.est_nominative


def geste(libelle: str, icone: str = "", *, montre: dict | None = None, **reste):
    """Déclare le geste d'une vue. montre : modèle → attribut de la ligne qui mène à sa page, « pk » d'ordinaire."""

    def decore(vue):
        vue.geste = Geste(libelle, icone, montre=tuple((montre or {}).items()), **reste)
        return vue

    return decore


def gestes() -> dict[str, Geste]:
    """Tous les gestes du site, par route, dans l'ordre où ils se proposent."""
    return _gestes(get_urlconf() or settings.ROOT_URLCONF)


@cache
def _gestes(urlconf: str) -> dict[str, Geste]:
    dits = [
        replace(vue.geste, route=route, droit=getattr(vue, "droit", ""), par_envoi=hasattr(vue, "page_du_formulaire"))
        for route, vue in vues_nommees(urlconf).items()
        if hasattr(vue, "geste")
    ]
    return {dit.route: dit for dit in sorted(dits, key=lambda dit: dit.rang)}


@cache
def _droits(urlconf: str) -> dict[str, str]:
    return {route: getattr(vue, "droit", "") for route, vue in vues_nommees(urlconf).items()}


def adresse_de(route: str) -> str:
    """L'adresse d'une page qui n'est celle d'aucune ligne."""
    return _adresse(get_urlconf() or settings.ROOT_URLCONF, route)


@cache
def _adresse(urlconf: str, route: str) -> str:
    return reverse(route, urlconf)


def ouvre(habilitation, route: str) -> bool:
    """Vrai si cette habilitation a le droit de la page de cette route, et si elle a un sens pour elle ; reste à trouver sa ligne.

    Lève KeyError d'une route inconnue : un lien qui ne mène nulle part ne se tait pas.
    """
    droit = _droits(get_urlconf() or settings.ROOT_URLCONF)[route]
    if not (droit in ("public", "connecte") or habilitation is not None and habilitation.peut(droit)):
        return False
    dit = gestes().get(route)
    return dit is None or dit.sur is not None or bool(dit.quand(habilitation))


def ouvre_l_adresse(habilitation, adresse: str) -> bool:
    """La même chose d'une adresse gardée depuis longtemps : si elle ne mène plus nulle part, elle ne s'ouvre à personne."""
    try:
        return ouvre(habilitation, resolve(urlsplit(adresse).path).view_name)
    except Resolver404:
        return False


def gestes_sur(objet, habilitation) -> list[Geste]:
    """Ce que cette habilitation peut faire de cet objet maintenant, dans l'ordre où on le propose."""
    siens = (g for g in gestes().values() if g.sur is type(objet) and not g.a_part)
    return [g for g in siens if g.est_a(habilitation) and g.convient_a(objet)]


def menu(habilitation) -> list[tuple[Rubrique, list[Geste]]]:
    """Les rubriques du menu de cette habilitation, et leurs entrées ; une rubrique vide ne se montre pas."""
    entrees = [g for g in gestes().values() if g.menu and g.est_a(habilitation)]
    rubriques = [(rubrique, [g for g in entrees if g.menu is rubrique]) for rubrique in Rubrique]
    return [(rubrique, siennes) for rubrique, siennes in rubriques if siennes]


def a_lire(habilitation) -> list[Geste]:
    """Les pages à proposer à cette habilitation quand aucun dossier ne l'attend."""
    return [g for g in gestes().values() if g.a_lire and g.est_a(habilitation)]


def remede(code: str, habilitation) -> Geste | None:
    """Le premier geste qui corrige une ligne de cet indicateur, ou d'un de ses objets, et que cette habilitation peut faire."""
    code = code.partition(".")[0]
    return next((g for g in gestes().values() if code in g.remedie and g.est_a(habilitation)), None)


def qui_ajoute(modele: type[Model]) -> Geste | None:
    """Le geste qui enregistre un fait de cette sorte."""
    return next((g for g in gestes().values() if g.ajoute is modele), None)


def qui_montre(modele: type[Model]) -> tuple[Geste, str] | None:
    """Le geste dont la page montre une ligne de ce modèle, et l'attribut de la ligne qui y mène."""
    return next(((g, attribut) for g in gestes().values() for montre, attribut in g.montre if montre is modele), None)


def page_de(objet: Model) -> str:
    """L'adresse de la page qui montre cette ligne, "" si aucune : c'est le get_absolute_url des modèles."""
    trouve = qui_montre(type(objet))
    numero = getattr(objet, trouve[1]) if trouve else None
    return reverse(trouve[0].route, args=[numero]) if numero else ""


def page_pour(objet: Model, habilitation) -> str:
    """La même, pour qui a le droit de l'ouvrir ; "" sinon."""
    trouve = qui_montre(type(objet))
    return page_de(objet) if trouve and trouve[0].est_a(habilitation) else ""
