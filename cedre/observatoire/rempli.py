"""Un cadre rempli par une structure, sur une période ; et les lignes derrière chacune de ses cases (OBS-1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from django.db.models import Model, QuerySet
from django.utils import timezone

from cedre.comptes.discretion import est_de_personnes, mesure_en_mots, voit_les_personnes
from cedre.comptes.droits import Droit
from cedre.comptes.manquants import Manquant, liees, lit_le_passe, montrer
from cedre.comptes.models import Habilitation
from cedre.core.discretion import a_peu_pres
from cedre.core.indicateurs import RIEN, Indicateur, Mesure, MesureInconnue, Moment
from cedre.core.periodes import Periode, annee, mois
from cedre.core.templatetags.cedre import nombre
from cedre.observatoire.cadre import Cadre, ChapitreDuCadre, PartLue, RubriqueDuCadre
from cedre.observatoire.mesures import croiser, mesurer, mesurer_par
from cedre.observatoire.models import Terme

DANS_L_EQUIPE = "se lit dans l’équipe"
CENTIEMES = 100


def periode_demandee(an: int, rang: int | None = None) -> Periode | None:
    """L'année, ou un de ses mois ; qui n'est pas fini s'arrête aujourd'hui, qui n'a pas commencé n'en est pas une période."""
    demandee, aujourdhui = mois(date(an, rang, 1)) if rang else annee(date(an, 1, 1)), timezone.localdate()
    return Periode(demandee.du, min(demandee.au, aujourdhui)) if demandee.du <= aujourdhui else None


@dataclass(frozen=True)
class Nature:
    """Ce qu'il faut savoir d'un nombre pour le dire, même publié il y a longtemps, d'un indicateur qui a changé depuis.

    methode : « compte », « somme » ou « quantile » ; si_rien : ce que l'on en dit quand il n'y a rien à compter.
    """

    unite: str
    methode: str
    de_personnes: bool
    si_rien: str = ""

    @classmethod
    def d_un(cls, indicateur: Indicateur) -> "Nature":
        """Celle de ce que mesure un indicateur."""
        methode = "compte" if indicateur.grandeur is None else "somme" if indicateur.s_additionne else "quantile"
        return cls(indicateur.unite, methode, est_de_personnes(indicateur.modele), indicateur.si_rien)

    @property
    def est_un_compte(self) -> bool:
        """Vrai d'un compte ; faux d'une grandeur, que l'on garde en centièmes."""
        return self.methode == "compte"

    def numerateur(self, mesure: Mesure) -> int | None:
        """Ce qu'elle vaut, jamais divisé : un compte, ou des centièmes ; rien d'un quantile qui n'a rien à couvrir."""
        if self.methode == "quantile" and not mesure.total:
            return None
        return int(mesure.atteint if self.est_un_compte else mesure.atteint * CENTIEMES)

    @property
    def est_oui_ou_non(self) -> bool:
        """Vrai de ce que la structure fait elle-même, qui se répond sans nombre."""
        return self.unite == "structure"

    def en_mots(self, mesure: Mesure, pour: Habilitation | None, contributeurs: int = 0) -> str:
        """Une telle mesure, telle que ce lecteur la lit. contributeurs : d'une somme, combien de personnes y contribuent."""
        if self.si_rien and not (mesure.inconnue or mesure.total):
            return self.si_rien
        dite = {"grandeur": not self.est_un_compte, "de_personnes": self.de_personnes}
        return mesure_en_mots(mesure, self.unite, pour=pour, contributeurs=contributeurs, **dite)


@dataclass(frozen=True)
class RubriqueRemplie:
    """Une rubrique et ce que la structure y répond ; par : de chaque coupe qu'elle montre, la mesure de chaque valeur.

    publiee : ce qu'est son nombre, quand ce n'est pas son indicateur qui le dit : relu d'un rapport, ou part d'une autre somme ;
    contributeurs : d'une somme publiée, de combien.
    """

    rubrique: RubriqueDuCadre
    mesure: Mesure | None
    par: Mapping[str, Mapping[str, Mesure]] = field(default_factory=dict)
    publiee: Nature | None = None
    contributeurs: int = 0

    @property
    def indicateur(self) -> Indicateur | None:
        """Celui qui la remplit."""
        return self.rubrique.mesuree

    @property
    def nature(self) -> Nature:
        """Ce qu'est son nombre."""
        return self.publiee or Nature.d_un(self.indicateur)

    @property
    def est_sue(self) -> bool:
        """Vrai si elle a un nombre."""
        return self.mesure is not None and not self.mesure.inconnue

    @property
    def compte_une_part(self) -> bool:
        """Vrai si sa case dit « 7 sur 19 »."""
        return self.rubrique.lit == PartLue.MESURE and self.mesure is not None and self.nature.est_un_compte

    def part_de(self, entiere: "RubriqueRemplie") -> "RubriqueRemplie":
        """La même, lue comme une part de celle-ci : « 41 sur 60 réponses »."""
        comptee = Nature(entiere.nature.unite, "compte", de_personnes=True)
        return replace(self, mesure=une_part(self.mesure, entiere.mesure), publiee=comptee)

    def entiers(self, mesure: Mesure) -> tuple[int | None, int | None]:
        """Numérateur et dénominateur, jamais divisés ; une grandeur en centièmes ; rien de ce qui ne se dit pas."""
        if mesure.inconnue:
            return None, None
        if self.rubrique.lit == PartLue.TOTAL:
            return mesure.total, None
        numerateur = self.nature.numerateur(mesure)
        sur = mesure.total if self.nature.est_un_compte else CENTIEMES
        return numerateur, None if numerateur is None else sur

    def valeur(self, mesure: Mesure) -> str | None:
        """Ce que l'œil en lit : « 36,8 % », « 1820,5 », « 19 » ; rien si rien ne se compte."""
        numerateur, denominateur = self.entiers(mesure)
        if numerateur is None or denominateur == 0 and self.compte_une_part:
            return None
        if not self.compte_une_part:
            en_centiemes = not self.nature.est_un_compte and denominateur
            return nombre(Decimal(numerateur) / CENTIEMES) if en_centiemes else nombre(numerateur)
        part = (Decimal(100 * numerateur) / denominateur).quantize(Decimal("0.1"), ROUND_HALF_UP)
        return f"{nombre(part)} %"

    def dite(self, le: date, *, pour: Habilitation | None) -> str:
        """Ce que ce lecteur lit dans la case : hors de l'équipe, ni petit nombre, ni détail par lequel on le retrouverait.

        pour : personne en particulier, quand chacun pourra le lire.
        """
        if self.mesure is None:
            return "non tenue"
        if self.mesure.inconnue:
            return self.mesure.inconnue
        return DANS_L_EQUIPE if self.se_tait(pour) and self.rubrique.coupes else self._en_mots(self.mesure, pour)

    def dites_par(self, *, pour: Habilitation | None) -> list[tuple[str, list[tuple[str, str]]]]:
        """Le détail qu'elle montre, coupe par coupe, à qui peut le lire."""
        if self.se_tait(pour):
            return []
        return [
            (coupe, [(valeur.replace("_", " "), self._en_mots(m, pour)) for valeur, m in valeurs.items()])
            for coupe, valeurs in self.par.items()
        ]

    def se_tait(self, pour: Habilitation | None) -> bool:
        """Vrai si ce lecteur n'en lit ni détail ni petit nombre : il n'est pas de l'équipe, et des personnes sont derrière."""
        dehors = pour is None or not voit_les_personnes(pour)
        return dehors and self.mesure is not None and (self.nature.de_personnes or not self.nature.est_un_compte)

    def _en_mots(self, mesure: Mesure, pour: Habilitation | None) -> str:
        if self.rubrique.lit == PartLue.TOTAL:
            return a_peu_pres(mesure.total) if self.se_tait(pour) else nombre(mesure.total)
        if self.rubrique.lit == PartLue.ATTEINT and not self.se_tait(pour) and self.nature.est_un_compte:
            return nombre(mesure.atteint)
        return self.nature.en_mots(mesure, pour, self.contributeurs)


def une_part(mesure: Mesure, entiere: Mesure) -> Mesure:
    """Deux sommes, en une mesure que l'on ne divise qu'en la montrant ; inconnue si l'une l'est."""
    inconnue = mesure.inconnue or entiere.inconnue
    return MesureInconnue(inconnue) if inconnue else Mesure(int(entiere.atteint), int(mesure.atteint))


def remplir(
    cadre: Cadre, organisation, periode: Periode, *, en_detail: bool = True
) -> list[tuple[ChapitreDuCadre, list[RubriqueRemplie]]]:
    """Chaque chapitre, et ce que la structure répond à chacune de ses rubriques. en_detail : avec les coupes qu'elle montre."""
    calcul = _Calcul(cadre, organisation, periode, en_detail=en_detail)
    return [(c, [calcul.remplie(rubrique) for rubrique in c.rubriques]) for c in cadre.chapitres]


def dire(chapitres: list, periode: Periode, pour: Habilitation | None) -> list[tuple[ChapitreDuCadre, list[tuple]]]:
    """Chaque rubrique remplie, et ce que ce lecteur en lit : dans la case, puis dans le détail qu'elle montre."""
    le = periode.au
    return [(c, [(r, r.dite(le, pour=pour), r.dites_par(pour=pour)) for r in remplies]) for c, remplies in chapitres]


def moment(indicateur: Indicateur, periode: Periode) -> Moment:
    """Ce que cette période lui demande : son dernier jour s'il se lit un jour, ou s'il en dit la même période."""
    une_date = indicateur.periode is None or indicateur.periode(periode.au) == periode
    return periode.au if une_date else periode


def libelles(rubriques: Iterable[RubriqueDuCadre]) -> dict[str, str]:
    """Le libellé de chaque terme du cadre commun que ces rubriques citent, en une requête."""
    cites = {terme for rubrique in rubriques for terme in rubrique.termes()}
    if not cites:
        return {}
    listes = {cite.partition(":")[0] for cite in cites}
    trouves = Terme.objects.filter(liste__in=listes).values_list("liste", "code", "libelle")
    return {cle: libelle for liste, code, libelle in trouves if (cle := f"{liste}:{code}") in cites}


class _Calcul:
    """Ce que l'on a déjà mesuré en remplissant un cadre : une coupe se lit une fois, quel que soit le nombre de rubriques."""

    def __init__(self, cadre: Cadre, organisation, periode: Periode, *, en_detail: bool):
        self.organisation, self.periode, self.en_detail, self.deja = organisation, periode, en_detail, {}
        self.dits, par_moment = libelles(cadre.tenues()), {}
        for rubrique in cadre.tenues():
            siens = par_moment.setdefault(moment(rubrique.mesuree, periode), {})
            siens.setdefault(rubrique.mesuree, {}).update(dict.fromkeys((*rubrique.coupes, *self._detail(rubrique))))
        self.mesures, self.croisees = {}, {}
        for quand, siens in par_moment.items():
            self.croisees |= croiser({i: coupes for i, coupes in siens.items() if coupes}, organisation, quand)
            self.mesures |= mesurer([i for i in siens if i.code not in self.croisees], organisation, quand)
        self.mesures |= {code: croisee.par().get((), RIEN) for code, croisee in self.croisees.items()}

    def remplie(self, rubrique: RubriqueDuCadre) -> RubriqueRemplie:
        """Cette rubrique, et sa mesure."""
        if not rubrique.indicateur:
            return RubriqueRemplie(rubrique, None)
        indicateur, mesure = rubrique.mesuree, self.mesures[rubrique.indicateur]
        if mesure.inconnue:
            return RubriqueRemplie(rubrique, mesure)
        if perdus := sorted(set(rubrique.termes()) - self.dits.keys()):
            return RubriqueRemplie(rubrique, MesureInconnue(f"« {perdus[0]} » n’est plus du cadre commun"))
        if rubrique.coupes:
            mesure = rubrique.choisir(self._groupes(indicateur, tuple(rubrique.coupes)), self.dits)
        detail = {coupe: sorted(self._groupes(indicateur, (coupe,)).items()) for coupe in self._detail(rubrique)}
        return RubriqueRemplie(rubrique, mesure, {coupe: {v: m for (v,), m in par if any(m)} for coupe, par in detail.items()})

    def _detail(self, rubrique: RubriqueDuCadre) -> tuple[str, ...]:
        return rubrique.par if self.en_detail else ()

    def _groupes(self, indicateur: Indicateur, coupes: tuple[str, ...]) -> dict[tuple[str, ...], Mesure]:
        """Les mesures par valeur de cette coupe ; de plusieurs croisées, celles d'aujourd'hui, que rien ne fige."""
        if (cle := (indicateur.code, coupes)) not in self.deja:
            quand = moment(indicateur, self.periode)
            if croisee := self.croisees.get(indicateur.code):
                mesures = croisee.par(*coupes)
            elif len(coupes) > 1:
                mesures = indicateur.croisement(coupes, quand, self.organisation).par(*coupes)
            else:
                figees = mesurer_par(indicateur, coupes[0], self.organisation, quand)
                mesures = {(valeur,): mesure for valeur, mesure in figees.items()}
            self.deja[cle] = {tuple(map(str, valeurs)): mesure for valeurs, mesure in mesures.items()}
        return self.deja[cle]


def se_liste(rubrique: RubriqueDuCadre, habilitation: Habilitation) -> bool:
    """Vrai si ce lecteur peut lire les lignes derrière elle : dans l'équipe, et, d'un fait de santé, qui lit la santé."""
    reservee = bool(rubrique.mesuree.coupes_reservees & rubrique.coupes.keys())
    dans_l_equipe = voit_les_personnes(habilitation) and lit_le_passe(rubrique.mesuree, habilitation)
    return dans_l_equipe and (not reservee or habilitation.peut(Droit.SANTE_LIRE))


class Derriere:
    """Les lignes que compte une rubrique, de plusieurs tables s'il le faut ; se pagine sans les lire toutes."""

    def __init__(self, rubrique: RubriqueDuCadre, habilitation: Habilitation, periode: Periode):
        indicateur, dits = rubrique.mesuree, libelles([rubrique])
        self.rubrique, self.habilitation = rubrique, habilitation
        self.quand, self.parts = moment(indicateur, periode), []
        for part in indicateur.parts or (indicateur,):
            lignes = part.siennes(habilitation.organisation_id, self.quand)
            coupes = part.coupes_de(self.quand, rubrique.coupes)
            for rang, (coupe, valeurs) in enumerate(rubrique.coupes.items()):
                voulues = [dits.get(valeur, valeur) for valeur in valeurs]
                lignes = lignes.alias(**{f"coupe_{rang}": coupes[coupe]}).filter(**{f"coupe_{rang}__in": voulues})
            if rubrique.lit == PartLue.ATTEINT and not indicateur.grandeur:
                lignes = part.satisfont(lignes, self.quand)
            self.parts.append((part, liees(lignes.pour(habilitation)).order_by("pk")))

    def count(self) -> int:
        """Combien il y en a : ce que le paginateur demande."""
        return sum(lignes.count() for _, lignes in self.parts)

    def __getitem__(self, tranche: slice) -> list[tuple[Model, str]]:
        """Chacune, et ce que la rubrique en lit : si elle satisfait, ou ce qu'elle vaut."""
        lues, debut = [], tranche.start
        for rang, (part, lignes) in enumerate(self.parts, 1):
            if page := list(lignes[debut : debut + tranche.stop - tranche.start - len(lues)]):
                lues += self._lire(part, lignes.filter(pk__in=[ligne.pk for ligne in page]), page)
            if rang < len(self.parts):
                debut = max(0, debut - lignes.count())
        return lues

    def montrer(self, page: Iterable[tuple[Model, str]]) -> list[tuple[Manquant, str]]:
        """Chacune telle que ce lecteur peut la lire, et ce que la rubrique en lit."""
        dites = []
        for _, groupe in groupby(page, key=lambda dite: type(dite[0])):
            lignes, lus = zip(*groupe, strict=True)
            dites += zip(montrer(lignes, self.rubrique.mesuree, self.habilitation), lus, strict=True)
        return dites

    def _lire(self, part: Indicateur, siennes: QuerySet, page: list[Model]) -> list[tuple[Model, str]]:
        if part.grandeur:
            valent = dict(siennes.values_list("pk", part.grandeur.valeur(part.moment(self.quand))))
            vaut = part.grandeur.agregat.vaut
            return [(ligne, nombre(vaut(valent[ligne.pk]))) for ligne in page]
        if self.rubrique.lit != PartLue.MESURE:
            return [(ligne, "") for ligne in page]
        satisfont = set(part.satisfont(siennes, self.quand).values_list("pk", flat=True))
        return [(ligne, "oui" if ligne.pk in satisfont else "non") for ligne in page]
