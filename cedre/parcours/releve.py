"""Le relevé d'heures d'un mois : une ligne par mise en situation, une colonne par semaine ou une seule pour le mois (INS-4)."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format

from cedre.core.cellules import Invalide, heures_lues
from cedre.core.periodes import Periode, mois
from cedre.core.templatetags.cedre import INSECABLE, nombre
from cedre.core.texte import numero
from cedre.parcours.models import Heures, MiseEnSituation
from cedre.parcours.operations.heures import HeuresSaisies

SEMAINE, MOIS = "semaine", "mois"
LE_PLUS = {SEMAINE: Decimal(60), MOIS: Decimal(260)}  # la durée du travail que la loi ne laisse jamais dépasser


def titre(colonne: Periode) -> str:
    """« 2 – 8 nov. », ou « Le mois »."""
    if colonne == mois(colonne.du):
        return "Le mois"
    fin = f"{colonne.au.day}{INSECABLE}{date_format(colonne.au, 'N')}"
    return fin if colonne.du == colonne.au else f"{colonne.du.day} – {fin}"


def mois_de(texte: str) -> date:
    """Le premier jour d'un mois écrit 2026-11 ; celui de ce mois s'il est illisible ou hors de ce siècle."""
    aujourdhui = timezone.localdate()
    try:
        premier = date.fromisoformat(f"{texte}-01")
    except ValueError:
        premier = None
    return premier if premier and 2000 <= premier.year < 2100 else aujourdhui.replace(day=1)


def colonnes(premier: date, par: str) -> list[Periode]:
    """Les semaines du mois, du lundi au dimanche, coupées à ses bords, ou le mois entier ; leurs heures se datent du premier."""
    entier = mois(premier)
    if par == MOIS:
        return [entier]
    trouvees, du = [], premier
    while du in entier:
        au = min(du + timedelta(days=6 - du.weekday()), entier.au)
        trouvees.append(Periode(du, au))
        du = au + timedelta(days=1)
    return trouvees


@dataclass
class Case:
    """Les heures d'une ligne et d'une colonne : ce qui est enregistré, ce qui est saisi, et ce qui ne va pas."""

    nom: str
    titre: str
    heures: Decimal
    fermee: str
    saisi: str
    refus: str = ""
    autre: bool = False


@dataclass
class LigneDeReleve:
    """Une mise en situation et ses cases du mois."""

    mise_en_situation: MiseEnSituation
    cases: list[Case]

    @property
    def total(self) -> Decimal:
        """Les heures enregistrées dans le mois."""
        return sum((c.heures for c in self.cases), Decimal(0))


def ecrites(heures: Decimal) -> str:
    """Des heures comme on les saisit : « 7,5 », rien pour zéro."""
    return nombre(heures) if heures else ""


class Releve:
    """Le relevé de ces mises en situation, pour un mois. par : « semaine » ou « mois »."""

    def __init__(self, mises_en_situation: Iterable[MiseEnSituation], *, premier: date, par: str):
        self.par, self.colonnes = par, colonnes(premier, par)
        mets = list(mises_en_situation)
        faites = defaultdict(Decimal)
        lignes = Heures.objects.filter(mise_en_situation__in=[m.pk for m in mets], **mois(premier).dans())
        for pk, le, heures in lignes.values_list("mise_en_situation", "le", "heures"):
            faites[pk, next(c for c in self.colonnes if le in c)] += heures
        self.titres = [titre(c) for c in self.colonnes]
        titrees = list(zip(self.colonnes, self.titres, strict=True))
        self.lignes = [LigneDeReleve(m, [self._case(m, c, dit, faites[m.pk, c]) for c, dit in titrees]) for m in mets]

    @staticmethod
    def _case(mets: MiseEnSituation, colonne: Periode, dit: str, heures: Decimal) -> Case:
        refus = mets.refus_d_heures(colonne.du, colonne.au)
        return Case(f"h-{mets.pk}-{colonne.du:%d}", dit, heures, refus, ecrites(heures))

    @property
    def cases(self) -> dict[str, Case]:
        """Toutes les cases, par nom."""
        return {c.nom: c for ligne in self.lignes for c in ligne.cases}

    @property
    def lu(self) -> str:
        """Ce que l'écran montre, à renvoyer avec la saisie : de quoi savoir si quelqu'un d'autre l'a changé."""
        return json.dumps({ligne.mise_en_situation.pk: [str(c.heures) for c in ligne.cases] for ligne in self.lignes})

    def saisies(self, envoi: Mapping[str, str], lu: dict[int, list[Decimal]]) -> dict[str, HeuresSaisies]:
        """Les cases changées, par nom ; celles qui ne se lisent pas gardent leur texte et disent pourquoi."""
        changees = {}
        for ligne in self.lignes:
            mets = ligne.mise_en_situation
            for case, colonne, avant in zip(ligne.cases, self.colonnes, lu[mets.pk], strict=False):
                ecrit = envoi.get(case.nom, ecrites(avant))[:40]
                if ecrit == ecrites(avant):
                    continue
                case.saisi, (heures, case.refus) = ecrit, self._lire(ecrit, case)
                if not case.refus and heures != avant:
                    changees[case.nom] = HeuresSaisies(mets, colonne.du, colonne.au, avant, heures)
        return changees

    def _lire(self, ecrit: str, case: Case) -> tuple[Decimal, str]:
        try:
            heures = heures_lues(ecrit) or Decimal(0)
        except Invalide as faute:
            return Decimal(0), str(faute)
        if heures > LE_PLUS[self.par]:
            return heures, f"Plus de {LE_PLUS[self.par]} heures dans {'une semaine' if self.par == SEMAINE else 'un mois'}."
        return heures, case.fermee


def lire_lu(texte: str) -> dict[int, list[Decimal]]:
    """Ce que l'écran montrait, par mise en situation ; rien d'un envoi que l'on ne comprend pas."""
    try:
        return {numero(pk): [_heures_lues_a_l_ecran(h) for h in heures] for pk, heures in json.loads(texte).items()}
    except (ValueError, AttributeError, TypeError, RecursionError):
        return {}


def _heures_lues_a_l_ecran(ecrit: str) -> Decimal:
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,2})?", ecrit):
        raise ValueError(ecrit)
    return Decimal(ecrit)
