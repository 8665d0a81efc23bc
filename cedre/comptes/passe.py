"""Trois gestes seulement changent le passé : une correction, un fait noté après son jour, une annulation (décision 0029).

Une opération qui peut toucher un jour d'un mois fini est décorée. Elle mesure alors, avant et après, les indicateurs aux fins de
mois depuis ce jour, et ce qui a bougé se garde avec sa trace. Rien ne se mesure d'un geste du mois en cours.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache, lru_cache, partial, wraps
from itertools import batched, chain

from dateutil.relativedelta import relativedelta
from django.db import connection, transaction
from django.db.models import DateField, Model
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.registre import Deplacement, Motif
from cedre.core.indicateurs import UNE_ORGANISATION, UNION_AU_PLUS, Indicateur, Mesure, mesurer_aux_dates, tous

AU_PLUS = 36  # mois : au-delà, aucune mesure ne remonte
_DIT: ContextVar[str] = ContextVar("motif", default="")
_EN_COURS: ContextVar["Geste | None"] = ContextVar("geste", default=None)


class MotifAttendu(Exception):
    """Ce geste change des mesures déjà faites : rien n'est écrit tant que l'on n'a pas dit pourquoi."""

    def __init__(self, bouge: dict):
        super().__init__("Dites pourquoi.")
        self.bouge = bouge


@contextmanager
def motif_dit(motif: str) -> Iterator[None]:
    """Ce que l'on a dit du geste qui suit ; rien si ce n'est pas un motif de la liste."""
    jeton = _DIT.set(motif if motif in Motif else "")
    try:
        yield
    finally:
        _DIT.reset(jeton)


UNE_PERSONNE = UNE_ORGANISATION + 1  # tient sa place dans un compte écrit d'avance
UN_JOUR = date(2020, 1, 1)


def fins_de_mois(depuis: date) -> list[date]:
    """Les fins de mois déjà passées, depuis celle du mois de ce jour ; pas plus que ce qu'une mesure regarde."""
    premier = timezone.localdate().replace(day=1)
    toutes = (premier - relativedelta(months=rang) - timedelta(days=1) for rang in range(AU_PLUS))
    return sorted(le for le in toutes if le >= depuis)


@cache
def tables_lues(code: str) -> frozenset[str]:
    """Les tables que lit cet indicateur."""
    return frozenset(re.findall(r'"(\w+_\w+)"', tous()[code].compte(UNE_ORGANISATION, UN_JOUR).query.sql_with_params()[0]))


@cache
def est_personnel(code: str) -> bool:
    """Vrai si ses lignes sont des faits de dossiers."""
    return bool(tous()[code].lignes(UN_JOUR).model.PARTAGE.personne)


@cache
def _d_une_personne(code: str) -> Indicateur:
    entier = tous()[code]
    chemin = entier.lignes(UN_JOUR).model.PARTAGE.personne
    return replace(entier, population=lambda le: entier.population(le).filter(**{chemin: UNE_PERSONNE}))


@lru_cache(maxsize=4096)
def _ecrit(code: str, le: date) -> tuple[str, tuple]:
    return _d_une_personne(code).compte(UNE_ORGANISATION, le).query.sql_with_params()


def _mesurer_une_personne(codes: list[str], organisation: int, personne: int, mois: list[date]) -> dict:
    """Ce que cette personne compte à chacune de ces mesures : bien moins à lire que toute la structure."""
    trouvees = {(code, le): Mesure(0, 0) for le in mois for code in codes}
    places = {UNE_ORGANISATION: organisation, UNE_PERSONNE: personne}
    for unis in batched(list(trouvees), UNION_AU_PLUS):
        textes, parametres = zip(*(_ecrit(*cle) for cle in unis), strict=True)
        with connection.cursor() as curseur:
            curseur.execute(" UNION ALL ".join(textes), [places.get(valeur, valeur) for valeur in chain(*parametres)])
            trouvees |= {(code, date.fromisoformat(jour)): Mesure(*compte) for code, jour, *compte in curseur.fetchall()}
    return trouvees


def change_le_passe(operation: Callable | None = None, *, neuf: Callable[..., bool] | None = None) -> Callable:
    """Entoure une opération : si elle touche un jour d'un mois fini, ce qui bouge du passé se mesure et se garde.

    Elle est alors d'une seule transaction. neuf : de ce qu'elle reçoit, vrai si elle ne remplace rien, quand sa trace ne le dit
    pas. Lève MotifAttendu si le passé change sans que l'on ait dit pourquoi.
    """
    if operation is None:
        return partial(change_le_passe, neuf=neuf)

    @wraps(operation)
    def entouree(*args, par: Habilitation, **kwargs):
        touches = Touches([*args, *kwargs.values()])
        if _EN_COURS.get() or not touches.un_mois_fini:
            return operation(*args, par=par, **kwargs)
        with transaction.atomic():
            geste = Geste(touches, neuf=neuf is not None and neuf(*args, **kwargs))
            jeton = _EN_COURS.set(geste)
            try:
                rendu = operation(*args, par=par, **kwargs)
            finally:
                _EN_COURS.reset(jeton)
            geste.conclure()
        return rendu

    return entouree


def garder(*traces: Trace) -> bool:
    """Vrai si un geste est en cours : il gardera lui-même ces traces, quand il saura ce qu'elles ont changé."""
    geste = _EN_COURS.get()
    if geste:
        geste.traces += traces
    return geste is not None


class Touches:
    """Ce qu'une opération reçoit : les faits qu'elle touche, le dossier, et le plus ancien jour qu'ils disent."""

    def __init__(self, recus: list):
        aplatis = [*_aplatir(recus)]
        modeles = [recu for recu in aplatis if isinstance(recu, Model) and recu.PARTAGE.organisation]
        self.objets = [objet for objet in modeles if objet.PARTAGE.personne != "id"] or modeles
        personnes = {numero for objet in modeles if (numero := _au_bout(objet, objet.PARTAGE.personne))}
        self.personne = next(iter(personnes)) if len(personnes) == 1 else None
        self.organisation = next((n for objet in modeles if (n := _au_bout(objet, objet.PARTAGE.organisation))), None)
        self.avant = [lire(objet) for objet in self.objets]
        self.dits = [recu for recu in aplatis if isinstance(recu, date) and not isinstance(recu, datetime)]
        self.depuis = min(self.dits or self._jours(), default=None)

    def _jours(self) -> list[date]:
        """Tous les jours que disent ces faits, avant et maintenant : quand le geste n'en reçoit pas, il peut toucher chacun."""
        lignes = [*self.objets, *self.avant]
        return [jour for ligne in lignes for jour in jours_de(ligne).values() if jour]

    @property
    def un_mois_fini(self) -> bool:
        """Vrai si l'un de ces jours est d'un mois déjà fini, dans une organisation que l'on mesure."""
        return bool(self.organisation and self.depuis) and self.depuis < timezone.localdate().replace(day=1)

    @property
    def tables(self) -> frozenset[str]:
        """Les tables de ces faits, et de ce qui en dépend."""
        return frozenset(chain.from_iterable(_autour(type(objet)) for objet in self.objets))

    def changes(self) -> tuple[bool, list[date]]:
        """Si le geste n'a fait que dire un jour qui ne l'était pas ; et les jours qu'il a dits, changés ou ôtés."""
        neuf, jours = True, []
        for objet, avant in zip(self.objets, self.avant, strict=True):
            dits, maintenant = jours_de(avant), jours_de(lire(objet))
            for nom in dits | maintenant:
                ancien, nouveau = dits.get(nom), maintenant.get(nom)
                if ancien != nouveau:
                    neuf &= ancien is None
                    jours += [jour for jour in (ancien, nouveau) if jour]
        return neuf and bool(jours), jours


def _aplatir(recus) -> Iterator:
    """Ce que l'on reçoit, et ce que contiennent les listes."""
    for recu in recus:
        if isinstance(recu, list | tuple):
            yield from _aplatir(recu)
        else:
            yield recu


def _au_bout(objet: Model | None, chemin: str) -> int | None:
    """Le numéro où mène ce chemin ; rien si un fait neuf ne le dit pas encore."""
    *pas, dernier = chemin.split("__")
    for nom in pas:
        champ = objet._meta.get_field(nom)
        objet = getattr(objet, nom) if getattr(objet, champ.attname) else None
        if objet is None:
            return None
    return getattr(objet, objet._meta.get_field(dernier).attname) if dernier else None


def lire(objet: Model) -> Model | None:
    """L'objet tel que la base le garde ; rien s'il n'y est pas."""
    return type(objet)._base_manager.filter(pk=objet.pk).first() if objet.pk else None


def jours_de(objet: Model | None) -> dict[str, date | None]:
    """Les jours que dit une ligne, par champ ; l'instant où elle a été écrite n'en est pas un. Rien d'une personne."""
    if objet is None or objet.PARTAGE.personne == "id":
        return {}
    champs = [champ for champ in objet._meta.concrete_fields if isinstance(champ, DateField)]
    return {champ.name: _jour(getattr(objet, champ.attname)) for champ in champs if not champ.name.startswith("cree_")}


def _jour(valeur) -> date | None:
    if isinstance(valeur, datetime):
        return timezone.localdate(valeur) if timezone.is_aware(valeur) else valeur.date()
    return valeur if isinstance(valeur, date) else None


@cache
def _autour(modele: type[Model]) -> frozenset[str]:
    return frozenset({modele._meta.db_table, *(lien.related_model._meta.db_table for lien in modele._meta.related_objects)})


class Geste:
    """Un geste qui touche un mois fini : ce que disaient les mesures avant lui, et les traces qu'il laissera."""

    def __init__(self, touches: Touches, *, neuf: bool):
        self.touches, self.neuf, self.traces = touches, neuf, []
        self.mois = fins_de_mois(touches.depuis)
        self.codes = [code for code in tous() if tables_lues(code) & touches.tables]
        self.avant = self._mesurer()

    def conclure(self) -> None:
        """Garde les traces, et ce qui a bougé ; lève MotifAttendu si rien ne le dit."""
        if not self.traces:
            return
        apres = self._mesurer()
        bouge = self._dans_la_structure({cle: (avant, apres[cle]) for cle, avant in self.avant.items() if avant != apres[cle]})
        if motif := self._motif(bouge):
            self.traces[0].motif, self.traces[0].depuis = motif, self._depuis(bouge)
        for trace in self.traces:
            trace.save(force_insert=True)
        Deplacement.objects.bulk_create(
            Deplacement(
                trace=self.traces[0],
                code=code,
                mois=le,
                total_avant=avant.total,
                atteint_avant=avant.atteint,
                total_apres=maintenant.total,
                atteint_apres=maintenant.atteint,
            )
            for (code, le), (avant, maintenant) in bouge.items()
        )

    def _motif(self, bouge: dict) -> str:
        neuf, jours = self.touches.changes()
        ajoute = neuf or self.neuf or self.traces[0].geste in (Trace.Geste.CREER, Trace.Geste.IMPORTER)
        if ajoute and any(jour < timezone.localdate().replace(day=1) for jour in [*jours, *self.touches.dits]):
            return Motif.APRES
        if bouge and not _DIT.get():
            raise MotifAttendu(bouge)
        return _DIT.get() if bouge else ""

    def _depuis(self, bouge: dict) -> date:
        _, jours = self.touches.changes()
        return min([*jours, *self.touches.dits, *(le for _, le in bouge)], default=self.touches.depuis)

    def _mesurer(self) -> dict[tuple[str, date], Mesure]:
        personnelles = [code for code in self.codes if self.touches.personne and est_personnel(code)]
        trouvees = _mesurer_une_personne(personnelles, self.touches.organisation, self.touches.personne, self.mois)
        autres = [tous()[code] for code in self.codes if code not in personnelles]
        for le, par_code in mesurer_aux_dates(autres, self.touches.organisation, self.mois).items():
            trouvees |= {(code, le): mesure for code, mesure in par_code.items()}
        return trouvees

    def _dans_la_structure(self, bouge: dict) -> dict:
        """Ce qui a bougé d'une personne, dit de toute la structure."""
        if not self.touches.personne or not bouge:
            return bouge
        codes, mois = {code for code, _ in bouge}, sorted({le for _, le in bouge})
        toutes = mesurer_aux_dates([tous()[code] for code in codes], self.touches.organisation, mois)
        dits = {}
        for (code, le), (avant, apres) in bouge.items():
            toute = toutes[le][code]
            dits[code, le] = (Mesure(*(t - a + b for t, a, b in zip(toute, apres, avant, strict=True))), toute)
        return dits
