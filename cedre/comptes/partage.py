"""La seule porte vers les lignes : chaque modèle déclare son PARTAGE, une sorte de la liste close, et pour() l'applique (RES-1).

Une sorte dit qui voit, en une phrase (docs/droits.md), et le chemin d'une ligne vers son organisation et vers sa personne :
ces chemins ne se lisent que d'elle.
"""

from dataclasses import KW_ONLY, dataclass

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from cedre.comptes.droits import EQUIPE, Droit
from cedre.comptes.fuseaux import jours_de

RIEN = Q(pk__in=[])
TOUT = ~RIEN


class Partage(QuerySet):
    """Les lignes d'un modèle, que sa sorte de partage ouvre ou non."""

    def pour(self, habilitation):
        """Les lignes que cette habilitation voit ; aucune sans habilitation."""
        return self.none() if habilitation is None else self.filter(self.model.PARTAGE.visibles(habilitation))

    def update(self, **valeurs):
        """Change ces champs ; le jour d'une date-heure la suit."""
        return super().update(**jours_de(self.model, valeurs), **valeurs)

    update.alters_data = True

    def des_structures(self):
        """Celles des structures : ce qu'un ensemblier tient pour lui n'entre pas dans les comptes du réseau."""
        return self.filter(**{f"{self.model.PARTAGE.organisation}__nature": "structure"})

    def nominatifs(self):
        """Les faits d'un dossier qui n'a pas été rendu anonyme : les seuls où l'on écrit encore, et que l'on compte (CER-3).

        Ceux d'un dossier anonyme ont leurs dates ramenées au mois, leurs textes vidés, leurs remises effacées : aucun
        compte d'un jour ne s'y lirait juste.
        """
        return self.filter(**{f"{self.model.PARTAGE.personne}__anonymisee_le": None})


@dataclass(frozen=True)
class Sauf:
    """Les lignes qui demandent un droit de plus que les autres du même modèle. quoi : comment on les nomme."""

    quoi: str
    lignes: Q
    droit: Droit

    def reste(self, habilitation) -> Q:
        """Ce que cette habilitation peut en voir, si elle voit les autres."""
        return TOUT if habilitation.peut(self.droit) else ~self.lignes

    def __str__(self):
        return f" ; {self.quoi}, seulement avec le droit {_cite(self.droit)}"


@dataclass(frozen=True)
class Ailleurs:
    """Les lignes d'autres organisations qu'un droit ouvre : celles où l'on est cité, ou toutes.

    organisation, compte : les chemins par où elles citent l'organisation, le compte de l'habilitation ; si : ce qu'elles sont.
    """

    droit: Droit
    _: KW_ONLY
    organisation: str = ""
    compte: str = ""
    si: Q = TOUT

    def visibles(self, habilitation) -> Q:
        """Celles que cette habilitation voit."""
        if not habilitation.peut(self.droit):
            return RIEN
        chez = Q(**{self.organisation: habilitation.organisation_id}) if self.organisation else TOUT
        siennes = Q(**{self.compte: habilitation.compte_id}) if self.compte else TOUT
        return chez & siennes & self.si

    def __str__(self):
        citent = [f"son {nom}" for nom, chemin in (("organisation", self.organisation), ("compte", self.compte)) if chemin]
        lesquelles = f"celles qui citent {' et '.join(citent)}" if citent else "toutes"
        return f" ; d’une autre organisation, avec le droit {_cite(self.droit)}, {lesquelles}"


@dataclass(frozen=True)
class Sorte:
    """Une façon de partager. organisation, personne : les chemins d'une ligne vers elles, "id" si c'est elle, "" si aucune.

    Le chemin vers la personne donne celui vers son organisation. quelqu_un : une ligne y est quelqu'un, sans être d'un dossier :
    un membre de l'équipe, qui réclame. Chacune dit visibles(habilitation), les lignes ouvertes, et str(), à qui.
    """

    organisation: str = ""
    _: KW_ONLY
    personne: str = ""
    quelqu_un: bool = False

    def __post_init__(self):
        if self.personne and not self.organisation:
            object.__setattr__(self, "organisation", f"{self.personne}__organisation")

    def _chez(self, habilitation) -> Q:
        return Q(**{self.organisation: habilitation.organisation_id})


@dataclass(frozen=True)
class Equipe(Sorte):
    """Ce qui ne s'ouvre qu'à l'équipe d'une structure : les dossiers des personnes et les outils de l'accompagnement."""

    _: KW_ONLY
    droit: Droit | None = None
    sauf: Sauf | None = None

    def visibles(self, habilitation) -> Q:
        """Celles de la structure, pour un rôle de l'équipe qui a ce droit, s'il en faut un."""
        if habilitation.role not in EQUIPE or not _a(habilitation, self.droit):
            return RIEN
        return self._chez(habilitation) & (self.sauf.reste(habilitation) if self.sauf else TOUT)

    def __str__(self):
        return f"L’équipe de la structure{_avec(self.droit)}{self.sauf or ''}"


@dataclass(frozen=True)
class Interne(Sorte):
    """Ce qu'une organisation tient pour elle : à qui y a ce droit, quel que soit son rôle."""

    _: KW_ONLY
    droit: Droit | None = None
    ailleurs: Ailleurs | None = None

    def visibles(self, habilitation) -> Q:
        """Celles de l'organisation, pour qui a ce droit, s'il en faut un ; d'une autre, ce qu'ailleurs en ouvre."""
        siennes = self._chez(habilitation) if _a(habilitation, self.droit) else RIEN
        return siennes | self.ailleurs.visibles(habilitation) if self.ailleurs else siennes

    def __str__(self):
        qui = f"Dans l’organisation, qui a le droit {_cite(self.droit)}" if self.droit else "Tous les rôles de l’organisation"
        return f"{qui}{self.ailleurs or ''}"


@dataclass(frozen=True)
class Siens(Sorte):
    """Ce que deux personnes se sont dit : à elles seules, et à qui a le droit de tout lire.

    comptes : les champs qui les citent ; droit : ce qu'il faut pour lire les siennes ; tous : pour lire celles de chacun.
    """

    _: KW_ONLY
    comptes: tuple[str, ...]
    droit: Droit
    tous: Droit

    def visibles(self, habilitation) -> Q:
        """Celles de l'organisation où l'on est cité, ou toutes."""
        if not habilitation.peut(self.droit):
            return RIEN
        siennes = RIEN
        for champ in self.comptes:
            siennes |= Q(**{champ: habilitation.compte_id})
        return self._chez(habilitation) & (TOUT if habilitation.peut(self.tous) else siennes)

    def __str__(self):
        qui = f"Dans l’organisation, qui a le droit {_cite(self.droit)}"
        return f"{qui}, celles qui citent son compte ; toutes{_avec(self.tous)}"


@dataclass(frozen=True)
class Territoire(Sorte):
    """Ce qu'une région voit de ses structures, et la fédération du réseau. region : le chemin vers l'association régionale."""

    _: KW_ONLY
    region: str
    droit: Droit

    def visibles(self, habilitation) -> Q:
        """Les siennes ; à qui suit un territoire, celles de sa région, ou toutes pour la fédération."""
        if not habilitation.peut(self.droit):
            return self._chez(habilitation)
        if habilitation.organisation.nature == "federation":
            return TOUT
        return self._chez(habilitation) | Q(**{self.region: habilitation.organisation_id})

    def __str__(self):
        return f"Chaque rôle, son organisation ; celles de sa région, ou toutes à la fédération{_avec(self.droit)}"


@dataclass(frozen=True)
class Publie(Sorte):
    """Ce qu'une structure tient, et que sa région et la fédération lisent une fois qu'elle l'a transmis.

    region : le chemin vers l'association régionale ; droit : ce qu'il faut dans la structure ; transmis : ce qui en est sorti.
    """

    _: KW_ONLY
    region: str
    droit: Droit
    transmis: Q

    def visibles(self, habilitation) -> Q:
        """Les siennes ; à qui suit un territoire, celles de sa région qui sont transmises, et toutes pour la fédération."""
        siennes = self._chez(habilitation) if habilitation.peut(self.droit) else RIEN
        if not habilitation.peut(Droit.RESEAU_SUIVRE):
            return siennes
        if habilitation.organisation.nature == "federation":
            return siennes | self.transmis
        return siennes | self.transmis & Q(**{self.region: habilitation.organisation_id})

    def __str__(self):
        hors = f"une fois transmis, sa région et la fédération{_avec(Droit.RESEAU_SUIVRE)}"
        return f"Dans l’organisation, qui a le droit {_cite(self.droit)} ; {hors}"


@dataclass(frozen=True)
class Commun(Sorte):
    """Ce qui n'est à aucune organisation, et que tout le réseau lit."""

    _: KW_ONLY
    sauf: Sauf | None = None

    def visibles(self, habilitation) -> Q:
        """Toutes, sauf celles qui demandent un droit de plus."""
        return self.sauf.reste(habilitation) if self.sauf else TOUT

    def __str__(self):
        return f"Tout le réseau{self.sauf or ''}"


@dataclass(frozen=True)
class Scelle(Sorte):
    """Ce que personne ne lit ligne à ligne : seules des opérations s'en servent."""

    def visibles(self, habilitation) -> Q:
        """Aucune."""
        return RIEN

    def __str__(self):
        return "Aucun rôle"


SORTES = (Equipe, Interne, Siens, Territoire, Publie, Commun, Scelle)


def modeles() -> list[type[Model]]:
    """Tous les modèles qui déclarent leur partage."""
    return [modele for modele in apps.get_models() if hasattr(modele, "PARTAGE")]


def personne_de(objet: Model) -> Model | None:
    """La personne dont cet objet est un fait, ou qu'il est ; rien s'il n'est au dossier de personne."""
    chemin = objet.PARTAGE.personne
    if chemin in ("", "id"):
        return objet if chemin else None
    for pas in chemin.split("__"):
        objet = getattr(objet, pas)
    return objet


def dossier_de(objet: Model) -> int | None:
    """Le numéro du dossier dont cet objet est un fait ; rien s'il n'est au dossier de personne. La personne n'est pas lue."""
    *pas, dernier = objet.PARTAGE.personne.split("__")
    for nom in pas:
        objet = getattr(objet, nom)
    return getattr(objet, objet._meta.get_field(dernier).attname) if dernier else None


def _a(habilitation, droit: Droit | None) -> bool:
    return droit is None or habilitation.peut(droit)


def _cite(droit: Droit) -> str:
    return f"« {droit.label} »"


def _avec(droit: Droit | None) -> str:
    return f", avec le droit {_cite(droit)}" if droit else ""
