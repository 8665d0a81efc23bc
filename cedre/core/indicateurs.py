"""Une figure : une population et un critère, ou une grandeur ; à une date, ou sur une période ; et ses coupes (architecture §1).

Chaque app déclare les siennes dans son module indicateurs.py ; tous() les trouve sans qu'aucune liste soit à tenir. Ses faits,
ligne par ligne, sont tout ce qu'elle sait : une page, une liste, un verdict, un export n'en sont que des agrégations.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, lru_cache, partial
from importlib import import_module
from itertools import batched

from dateutil.relativedelta import relativedelta
from django.apps import apps
from django.core.exceptions import FieldError
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    Expression,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils.module_loading import module_has_submodule

from cedre.core.comptes_ecrits import LE_PLUS_DE_TERMES, UNE_ORGANISATION, UNE_PERSONNE, executer, ligne_a_ligne, remplis
from cedre.core.conditions import Condition
from cedre.core.coupes import Communes, a_toujours_une_personne, coupe_commune, personne_de
from cedre.core.faits import Croisement, Exemple, FaitCompte, Mesure, MesureInconnue, Sens
from cedre.core.grandeurs import Grandeur
from cedre.core.periodes import Periode

Jour = int | relativedelta  # celui d'un exemple, compté depuis la date de mesure : des jours, ou des mois civils
ECRITS = 8192  # ce que l’on garde écrit d’avance : trois ans de fins de mois de chaque indicateur, et d’une personne de même

type Moment = date | Periode
type Coupe = Callable[[Moment], Expression | F]


PAS_ENCORE_TENU, INCONNUE = MesureInconnue("pas encore tenu"), MesureInconnue("inconnu")
POURQUOI = {
    PAS_ENCORE_TENU.inconnue: "La structure ne tenait pas encore Cèdre ce jour-là.",
    INCONNUE.inconnue: "Cèdre ne gardait pas encore, ce jour-là, ce que cette mesure lit.",
}


@dataclass(frozen=True, eq=False, kw_only=True)
class Indicateur:
    """Une population, un critère ou une grandeur, et tout ce qu'il faut pour les lire (OBS-1, CER-3).

    population : fonction de la date, ou de la période, vers les lignes à compter, toutes structures ensemble.
    critere : verbe de QuerySet appliqué à ces lignes et au même moment, qui garde celles qui satisfont ; ou un Q, si la
    population a annoté ce qu'il lit.
    grandeur : à sa place, ce que vaut chaque ligne et ce que l'on en fait.
    periode : celle que veut dire une seule date, s'il se mesure sur une période ; sinon, une période vaut son dernier jour.
    coupes : par nom, ce qui range ses lignes ; s'y ajoutent les COUPES de la personne dont la ligne est un fait.
    parts : les indicateurs dont il est la somme, quand ses lignes sont de deux tables ; il n'a alors ni population ni critère.
    par_objet : ce qu'une preuve peut en demander d'un seul objet, code.objet ; il ne se mesure que pour elle, et toujours vivant.
    constat : ce qui ne satisfait pas n'est pas un défaut. compte_les_anonymes : ceux d'un dossier rendu anonyme, son mois gardé.
    garde_depuis : la migration qui a commencé à garder ce qu'il lit ; d'avant, là où Cèdre servait déjà, il ne sait pas.
    limites : ce qu'elle ne dit pas, en une phrase ; sens : ce que veut dire qu'elle monte.
    sensible : elle compte ce qui ne se dirait pas de quelqu'un (santé, justice, motif de sortie) ; un petit nombre s'en protège.
    si_rien : ce que l'on en dit quand il n'y a rien à compter, si c'est qu'il manque de quoi compter.
    version : à augmenter quand elle ne compte plus de même ; ce qui est déjà figé garde la sienne.
    """

    code: str
    libelle: str
    definition: str
    unite: str
    source: str
    exemple: Exemple
    population: Callable[[Moment], QuerySet] | None = None
    critere: Callable[[QuerySet, Moment], QuerySet | Q] | None = None
    grandeur: Grandeur | None = None
    periode: Callable[[date], Periode] | None = None
    coupes: Mapping[str, Coupe] = field(default_factory=dict)
    parts: tuple["Indicateur", ...] = ()
    par_objet: Mapping[str, "Indicateur"] = field(default_factory=dict)
    constat: bool = False
    compte_les_anonymes: bool = False
    garde_depuis: str = ""
    limites: str = ""
    sens: Sens = Sens.HAUT
    sensible: bool = False
    si_rien: str = ""
    version: int = 1

    @property
    def est_nominatif(self) -> bool:
        """Vrai s'il compte des faits de dossiers, sauf de ceux qui ont été rendus anonymes."""
        return bool(self.modele.PARTAGE.personne) and not self.compte_les_anonymes

    @property
    def modele(self) -> type[Model]:
        """Ce que sont ses lignes ; celles de sa première part, s'il en a."""
        return _modele(self)

    @property
    def se_corrige(self) -> bool:
        """Vrai si ce qui ne satisfait pas attend un geste."""
        return self.grandeur is None and not self.constat

    @property
    def s_additionne(self) -> bool:
        """Vrai si la mesure de plusieurs est la somme des leurs ; un quantile se reprend sur toutes les valeurs."""
        return not (self.grandeur and self.grandeur.agregat.part)

    def moment(self, quand: Moment) -> Moment:
        """Ce que ce jour, ou cette période, veut dire pour lui."""
        if self.periode is None:
            return quand.au if isinstance(quand, Periode) else quand
        return quand if isinstance(quand, Periode) else self.periode(quand)

    def lignes(self, quand: Moment) -> QuerySet:
        """Les lignes à compter, toutes structures ensemble ; celles de sa première part, s'il en a."""
        return self._parts[0].population(self.moment(quand))

    def satisfont(self, lignes: QuerySet, quand: Moment) -> QuerySet:
        """Celles de ces lignes qui satisfont."""
        dite = self.critere(lignes, self.moment(quand))
        return lignes.filter(dite) if isinstance(dite, Q) else dite

    def mesurer(self, organisation, quand: Moment) -> Mesure:
        """La mesure d'une structure, à ce moment."""
        return mesurer([self], organisation, quand)[self.code]

    def comptes(self, organisation, quand: Moment, cle: str = "") -> list[QuerySet]:
        """Les lignes (code, clé, total, atteint) de la structure, à unir à d'autres ; aucune s'il n'y a personne à compter."""
        code_et_cle = [Value(mot, output_field=CharField()) for mot in (self.code, cle)]
        lignes = [(part, part.siennes(organisation, quand).order_by()) for part in self._parts]
        return [siennes.values_list(*code_et_cle).annotate(**part._comptes(siennes, quand)) for part, siennes in lignes]

    def mesurer_par_structure(self, quand: Moment) -> dict[int, Mesure]:
        """Les mesures de toutes les structures qui ont une population, en une requête, par identifiant d'organisation."""
        return self.mesurer_par("", quand)

    def mesurer_par(self, coupe: str, quand: Moment, organisation=None) -> dict:
        """Les mesures de chaque valeur de cette coupe, en une requête ; de toutes les structures ensemble, ou d'une seule."""
        return {valeur: mesure for (valeur,), mesure in self.croisement((coupe,), quand, organisation).par(coupe).items()}

    def croisement(self, coupes: tuple[str, ...], quand: Moment, organisation=None) -> Croisement:
        """Ce qu'il compte, rangé par toutes ces coupes ensemble."""
        groupes = []
        for texte, parametres in _groupes_ecrits(self, coupes, quand, None if organisation is None else UNE_ORGANISATION):
            groupes += executer([(texte, parametres)], organisation)
        return Croisement(coupes, groupes, self._lire)

    def faits(self, quand: Moment, organisation=None, communes: Communes | None = None) -> Iterator[FaitCompte]:
        """Chaque ligne comptée, ses coupes, ce qu'elle vaut. communes : celles des personnes, lues pour plusieurs indicateurs."""
        siennes, par_sujet = None, defaultdict(dict)  # sans elles, ou d'un fait qui peut n'être de personne, la base dit tout
        if communes and all(a_toujours_une_personne(part.modele) for part in self._parts):
            siennes = frozenset().union(*(part.coupes for part in self._parts))
            par_sujet = communes.le(self._jour(quand), self.sujets)
        for noms, lignes in self.faits_nus(quand, organisation, siennes):
            for chez, sujet, valeur, *dites in lignes:
                yield FaitCompte(self.code, chez, sujet, par_sujet[sujet] | dict(zip(noms, dites, strict=True)), valeur)

    def faits_nus(self, quand: Moment, organisation=None, coupes: frozenset[str] | None = None) -> Iterator[tuple]:
        """De chaque part, le nom de ses coupes, et ses lignes : organisation, sujet, valeur, puis ce que dit chaque coupe.

        coupes : celles que l'on veut. Un réseau entier en a des millions.
        """
        for part in self._parts:
            noms, texte, parametres = _faits_ecrits(part, quand, None if organisation is None else UNE_ORGANISATION, coupes)
            yield noms, ligne_a_ligne(texte, remplis(parametres, organisation))

    def agreger(self, faits: Iterable[FaitCompte]) -> Mesure:
        """La mesure de ces faits."""
        valeurs = [fait.valeur for fait in faits]
        return Mesure(len(valeurs), self.grandeur.agregat.de(valeurs) if self.grandeur else sum(valeurs))

    def agreger_par_coupe(self, faits: Iterable[FaitCompte]) -> dict[str, dict[str, Mesure]]:
        """Les mesures de ces faits, par coupe, puis par valeur de la coupe."""
        groupes = defaultdict(lambda: defaultdict(list))
        for fait in faits:
            for coupe, valeur in fait.coupes.items():
                groupes[coupe][str(valeur)].append(fait)
        return {coupe: {v: self.agreger(siens) for v, siens in par_valeur.items()} for coupe, par_valeur in groupes.items()}

    def manquants(self, organisation, quand: Moment) -> QuerySet:
        """Les lignes de la structure qui ne satisfont pas : la population moins le critère."""
        lignes = self.siennes(organisation, quand)
        satisfait = When(self._satisfait(lignes, quand), then=Value(False))
        return lignes.filter(Case(satisfait, default=Value(True), output_field=BooleanField()))  # ce qu’on ne sait pas manque

    def siennes(self, organisation, quand: Moment) -> QuerySet:
        """Les lignes à compter de cette structure ; de toutes, sans structure."""
        lignes = self.lignes(quand)
        chez = {lignes.model.PARTAGE.organisation: getattr(organisation, "pk", organisation)}
        return lignes if organisation is None else lignes.filter(**chez)

    def coupes_de(self, quand: Moment, seules: Collection[str] | None = None) -> dict[str, Expression | F]:
        """Ses coupes, et celles de la personne dont ses lignes sont les faits, au dernier jour de la période.

        seules : celles que l'on veut ; les bâtir toutes coûte plus que d'en lire une.
        """
        moment, jour, (personne, chemin) = self.moment(quand), self._jour(quand), personne_de(self.modele)
        siennes = getattr(personne, "COUPES", {}) | (getattr(personne, "COUPES_DU_JOUR", {}) if seules else {})
        communes = {nom: lambda nom=nom: coupe_commune(personne, nom, jour).au_bout_de(chemin) for nom in siennes}
        toutes = communes | {nom: partial(coupe, moment) for nom, coupe in self.coupes.items()}
        return {nom: batir() for nom, batir in toutes.items() if seules is None or nom in seules}

    @property
    def sujets(self) -> type[Model]:
        """Ce que désigne le sujet de ses faits : la personne dont ils sont, ou la ligne même."""
        return personne_de(self.modele)[0]

    @property
    def noms_des_coupes(self) -> frozenset[str]:
        """Ce qui range ses lignes ; de plusieurs parts, ce qui range celles de toutes."""
        de_chacune = ({*getattr(personne_de(part.modele)[0], "COUPES", {}), *part.coupes} for part in self._parts)
        return frozenset.intersection(*map(frozenset, de_chacune))

    @property
    def coupes_reservees(self) -> frozenset[str]:
        """Celles derrière lesquelles personne ne se nomme à qui ne peut pas lire ce qu'elles disent."""
        return frozenset().union(*(getattr(personne_de(part.modele)[0], "COUPES_RESERVEES", ()) for part in self._parts))

    @property
    def coupes_du_jour(self) -> frozenset[str]:
        """Celles de la personne telle que son dossier la dit aujourd'hui : elles ne se figent ni ne se publient."""
        return frozenset.intersection(*(frozenset(getattr(personne_de(p.modele)[0], "COUPES_DU_JOUR", ())) for p in self._parts))

    def _jour(self, quand: Moment) -> date:
        """Celui où les personnes se rangent : le dernier de la période."""
        return moment.au if isinstance(moment := self.moment(quand), Periode) else moment

    @property
    def _parts(self) -> tuple["Indicateur", ...]:
        return self.parts or (self,)

    def _comptes(self, lignes: QuerySet, quand: Moment) -> dict:
        if self.grandeur:
            return {"total": Count("pk"), "atteint": self.grandeur.agregat.sql(self.grandeur.valeur(self.moment(quand)))}
        return {"total": Count("pk"), "atteint": Count("pk", filter=self._satisfait(lignes, quand))}

    def _valeur(self, lignes: QuerySet, quand: Moment) -> Expression | F:
        if self.grandeur:
            return self.grandeur.valeur(self.moment(quand))
        return Case(When(self._satisfait(lignes, quand), then=Value(1)), default=Value(0))

    def _satisfait(self, lignes: QuerySet, quand: Moment) -> Q | Condition | Exists:
        dite = self.critere(lignes, self.moment(quand))
        if isinstance(dite, Q):
            return dite
        seule = condition(self, self.moment(quand))
        return seule or Exists(self.satisfont(lignes, quand).order_by().filter(pk=OuterRef("pk")))

    def _lire(self, groupes: Iterable[tuple]) -> Mesure:
        totaux, bruts = zip(*groupes, strict=True)
        return Mesure(sum(totaux), self.grandeur.agregat.lire(bruts) if self.grandeur else int(sum(bruts)))


RIEN = Mesure(0, 0)


@lru_cache(maxsize=ECRITS)
def condition(indicateur: Indicateur, quand: Moment) -> Condition | None:
    """Ce que le critère demande d'une ligne, lu en la comptant ; rien s'il lit une jointure.

    Chercher qui satisfait parmi toutes les lignes lirait deux fois la population.
    """
    try:
        return Condition(indicateur.satisfont(indicateur.modele._default_manager.all(), quand))
    except FieldError:
        return None


@cache
def _modele(indicateur: Indicateur) -> type[Model]:
    return indicateur.lignes(date(2020, 1, 1)).model


def _somme(mesures: Iterable[Mesure]) -> Mesure:
    return Mesure(*map(sum, zip(*mesures, strict=True)))


def mesurer(indicateurs: list[Indicateur], organisation, quand: Moment) -> dict[str, Mesure]:
    """Les mesures d'une structure à ce moment, par code, toutes en une requête."""
    return mesurer_aux_dates(indicateurs, organisation, [quand])[quand]


@cache
def d_une_personne(indicateur: Indicateur) -> Indicateur:
    """Le même, des seuls faits d'une personne : celle que l'on dira en mesurant."""
    if indicateur.parts:
        return replace(indicateur, parts=tuple(d_une_personne(part) for part in indicateur.parts))
    chemin = indicateur.modele.PARTAGE.personne
    return replace(indicateur, population=lambda quand: indicateur.population(quand).filter(**{chemin: UNE_PERSONNE}))


def mesurer_aux_dates(
    indicateurs: list[Indicateur], organisation, moments: list[Moment], *, personne: int = 0
) -> dict[Moment, dict[str, Mesure]]:
    """Les mêmes mesures à chacun de ces moments, en aussi peu de requêtes que le moteur y gagne, aucune s'il n'y a rien.

    personne : de qui, s'ils sont d_une_personne.
    """
    par_code, par_cle = {i.code: i for i in indicateurs}, {_cle(quand): quand for quand in moments}
    mesures = {quand: dict.fromkeys(par_code, RIEN) for quand in moments}
    for une_liste in (False, True):  # les valeurs d'un quantile ne s'unissent pas à des nombres
        siens = [i for i in par_code.values() if i.s_additionne is not une_liste]
        ecrits = [terme for i in siens for quand in moments for terme in _comptes_ecrits(i, quand)]  # le même texte, de suite
        for termes in batched(ecrits, LE_PLUS_DE_TERMES[connection.vendor]):
            for code, cle, total, atteint in executer(termes, organisation, personne):
                de_ce_moment = mesures[par_cle[cle]]
                de_ce_moment[code] = _somme([de_ce_moment[code], par_code[code]._lire([(total, atteint)])])
    return mesures


def _cle(quand: Moment) -> str:
    return quand.cle if isinstance(quand, Periode) else quand.isoformat()


@lru_cache(maxsize=ECRITS)
def _faits_ecrits(
    indicateur: Indicateur, quand: Moment, organisation, seules: frozenset[str] | None
) -> tuple[list[str], str, tuple]:
    """Ses coupes, et la lecture de ses faits, écrite une fois."""
    lignes, coupes = indicateur.siennes(organisation, quand).order_by(), indicateur.coupes_de(quand, seules)
    partage = lignes.model.PARTAGE
    champs = (F(partage.organisation), F(partage.personne or "pk"), indicateur._valeur(lignes, quand), *coupes.values())
    return [*coupes], *lignes.values_list(*champs).query.sql_with_params()


@lru_cache(maxsize=ECRITS)
def _groupes_ecrits(indicateur: Indicateur, coupes: tuple[str, ...], quand: Moment, organisation) -> list[tuple[str, tuple]]:
    """Ses comptes par croisement de ces coupes, écrits une fois ; d'une coupe sans nom, par organisation."""
    ecrits = []
    for part in indicateur._parts:
        lignes = part.siennes(organisation, quand).order_by()
        dites = part.coupes_de(quand, coupes) | {"": F(lignes.model.PARTAGE.organisation)}
        par = [dites[coupe] for coupe in coupes]
        ecrits.append(lignes.values_list(*par).annotate(**part._comptes(lignes, quand)).query.sql_with_params())
    return ecrits


@lru_cache(maxsize=ECRITS)
def _comptes_ecrits(indicateur: Indicateur, quand: Moment) -> list[tuple[str, tuple]]:
    """Les comptes à ce moment, écrits une fois : Django met bien plus à l'écrire que la base à répondre (décision 0017)."""
    return [compte.query.sql_with_params() for compte in indicateur.comptes(UNE_ORGANISATION, quand, _cle(quand))]


@cache
def tous() -> dict[str, Indicateur]:
    """Tous les indicateurs des apps, par code, celles du dessus d'abord. Lève ValueError si un code sert deux fois."""
    trouves = {}
    for app in reversed([*apps.get_app_configs()]):
        if module_has_submodule(app.module, "indicateurs"):
            for objet in vars(import_module(f"{app.name}.indicateurs")).values():
                if isinstance(objet, Indicateur) and trouves.setdefault(objet.code, objet) is not objet:
                    raise ValueError(f"Deux indicateurs portent le code {objet.code}.")
    return trouves
