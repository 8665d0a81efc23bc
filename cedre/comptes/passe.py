"""Trois gestes seulement changent le passé : une correction, un fait noté après son jour, une annulation (décision 0029).

Une opération qui peut toucher un jour d'un mois fini est décorée. Elle mesure alors, avant et après, les indicateurs aux fins de
mois depuis ce jour, et ce qui a bougé se garde avec sa trace. Rien ne se mesure d'un geste du mois en cours.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache, cached_property, partial, wraps
from itertools import chain
from types import SimpleNamespace

from django.db import transaction
from django.db.models import DateField, Model
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.partage import modeles
from cedre.comptes.registre import Deplacement, MotifDuPasse
from cedre.core.comptes_ecrits import UNE_ORGANISATION
from cedre.core.dates import fins_de_mois, il_y_a
from cedre.core.indicateurs import Mesure, d_une_personne, mesurer_aux_dates, tous

PAS_DITS = {"version", "par", "modifie_le"}  # ce que la maison note d'une écriture, qui ne dit rien du fait
AU_PLUS = 36  # mois : au-delà, aucune mesure ne remonte
_DIT: ContextVar[str | None] = ContextVar("motif", default=None)  # rien : hors d'une page, il n'y a personne à qui le demander
_EN_COURS: ContextVar["Mouvement | None"] = ContextVar("geste", default=None)


class MotifAttendu(Exception):
    """Ce geste change des mesures déjà faites : rien n'est écrit tant que l'on n'a pas dit pourquoi."""

    def __init__(self, bouge: dict):
        super().__init__("Dites pourquoi.")
        self.bouge = bouge


@contextmanager
def motif_dit(motif: str) -> Iterator[None]:
    """Ce que l'on a dit du geste qui suit ; rien si ce n'est pas un motif de la liste."""
    jeton = _DIT.set(motif if motif in MotifDuPasse else "")
    try:
        yield
    finally:
        _DIT.reset(jeton)


UN_JOUR = date(2020, 1, 1)


def mois_touches(depuis: date) -> list[date]:
    """Les fins de mois déjà passées, depuis celle du mois de ce jour ; pas plus que ce qu'une mesure regarde."""
    premier = premier_du_mois()
    return sorted(fins_de_mois(max(depuis, il_y_a(AU_PLUS, premier)), premier))


@cache
def _cites(code: str) -> frozenset[str]:
    """Les tables et les colonnes que cite cet indicateur."""
    comptes = tous()[code].comptes(UNE_ORGANISATION, UN_JOUR)
    return frozenset(mot for compte in comptes for mot in re.findall(r'"(\w+)"', compte.query.sql_with_params()[0]))


@cache
def colonnes_lues(table: str) -> frozenset[str]:
    """Les colonnes que citent les indicateurs qui lisent cette table, la leur ou une autre du même nom."""
    return frozenset(mot for code in tous() if table in (cites := _cites(code)) for mot in cites)


@cache
def est_d_une_personne(code: str) -> bool:
    """Vrai si ses lignes sont des faits de dossiers, et que ce qui bouge d'un seul bouge d'autant l'ensemble."""
    return bool(tous()[code].modele.PARTAGE.personne) and tous()[code].s_additionne


def change_le_passe(
    operation: Callable | None = None,
    *,
    neuf: Callable[..., bool] = lambda *args, **kwargs: False,
    jours: Callable[..., list[date]] | None = None,
    avec: tuple[type[Model], ...] = (),
) -> Callable:
    """Entoure une opération : si elle touche un jour d'un mois fini, ce qui bouge du passé se mesure et se garde.

    Elle est alors d'une seule transaction. De ce qu'elle reçoit, neuf : vrai si elle ne remplace rien, quand sa trace ne le dit
    pas ; jours : ceux qu'elle touche, quand les faits qu'elle reçoit ne le disent pas. avec : ce qu'elle écrit d'autre que ces
    faits et ce qui en dépend. Lève MotifAttendu si le passé change sans que l'on ait dit pourquoi.
    """
    if operation is None:
        return partial(change_le_passe, neuf=neuf, jours=jours, avec=avec)

    @wraps(operation)
    def entouree(*args, par: Habilitation, **kwargs):
        touches = Touches([*args, *kwargs.values()], jours and jours(*args, **kwargs), avec)
        if _EN_COURS.get() or not touches.un_mois_fini:
            return operation(*args, par=par, **kwargs)
        with transaction.atomic():
            geste = Mouvement(touches, neuf=neuf(*args, **kwargs))
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


@contextmanager
def a_blanc() -> Iterator[None]:
    """Ce qui suit se défera : rien ne s'en mesure, rien ne s'en garde."""
    jeton = _EN_COURS.set(SimpleNamespace(traces=()))
    try:
        yield
    finally:
        _EN_COURS.reset(jeton)


class Touches:
    """Ce qu'une opération reçoit : les faits qu'elle touche, le dossier, et le plus ancien jour qu'ils disent."""

    def __init__(self, recus: list, jours: list[date] | None = None, avec: tuple[type[Model], ...] = ()):
        aplatis = [*_aplatir(recus)]
        modeles = [recu for recu in aplatis if isinstance(recu, Model) and recu.PARTAGE.organisation]
        self.objets = [objet for objet in modeles if objet.PARTAGE.personne != "id"] or modeles
        personnes = {numero for objet in modeles if (numero := _au_bout(objet, objet.PARTAGE.personne))}
        self.personne = next(iter(personnes)) if len(personnes) == 1 else None
        self.organisation = next((n for objet in modeles if (n := _au_bout(objet, objet.PARTAGE.organisation))), None)
        self.dits = [recu for recu in aplatis if isinstance(recu, date) and not isinstance(recu, datetime)]
        self.jours = self.dits or None if jours is None else jours
        self.avec = avec

    @cached_property
    def avant(self) -> list[Model | None]:
        """Ces faits tels que la base les garde avant le geste."""
        return lire(self.objets)

    @cached_property
    def depuis(self) -> date | None:
        """Le plus ancien jour que le geste reçoit ; s'il n'en reçoit pas, de ceux que disent les faits qu'il peut changer."""
        touches = self.jours
        if touches is None:
            touches = [jour for paire in zip(self.objets, self.avant, strict=True) for jour in self._jours_changes(*paire)]
        du_matin = lire([objet for objet in self.objets if _note_aujourd_hui(objet)])
        return min([*touches, *_jours(du_matin)], default=None)

    def _jours_changes(self, objet: Model, avant: Model | None) -> list[date]:
        """Les jours que ce fait, tel qu'on le reçoit, change : tous, si c'est autre chose que l'on y change, ou l'ôter."""
        if avant is None:
            return _jours([objet])
        dits = jours_de(avant)
        changes = [champ for champ in objet._meta.concrete_fields if _valeur(objet, champ) != _valeur(avant, champ)]
        cites = colonnes_lues(avant._meta.db_table)
        if not changes or any(champ.name not in dits and champ.column in cites for champ in changes):
            return _jours([objet, avant])
        return [
            jour for champ in changes if champ.name in dits for jour in (dits[champ.name], jours_de(objet)[champ.name]) if jour
        ]

    @property
    def un_mois_fini(self) -> bool:
        """Vrai si l'un de ces jours est d'un mois déjà fini, dans une organisation que l'on mesure."""
        return bool(self.organisation and self.depuis) and self.depuis < premier_du_mois()

    @property
    def tables(self) -> frozenset[str]:
        """Les tables de ces faits, de ce que le geste écrit avec eux, et de ce qui en dépend."""
        return frozenset(chain.from_iterable(map(_autour, [*self.avec, *map(type, self.objets)])))

    @cached_property
    def changes(self) -> tuple[bool, list[date]]:
        """Le geste fait : s'il n'a fait de ces faits que dire ce qui ne l'était pas ; et les jours dits, changés ou ôtés."""
        complets, jours = set(), []
        for avant, apres in zip(self.avant, lire(self.objets), strict=True):
            if _valeurs(avant) != _valeurs(apres):
                complets.add(apres is not None and (avant is None or _complete(avant, apres)))
            dits, maintenant = jours_de(avant), jours_de(apres)
            changes = [nom for nom in dits | maintenant if dits.get(nom) != maintenant.get(nom)]
            jours += [jour for nom in changes for jour in (dits.get(nom), maintenant.get(nom)) if jour]
        return complets == {True}, jours


def _note_aujourd_hui(objet: Model) -> bool:
    """Vrai si rien ne se garde de ce que l'on en disait ce matin (décision 0031) : le changer peut changer tous ses jours."""
    return getattr(objet, "note_le", None) == timezone.localdate()


def _valeurs(ligne: Model | None) -> list:
    return [getattr(ligne, champ.attname) for champ in ligne._meta.concrete_fields] if ligne else []


def _valeur(objet: Model, champ):
    return champ.to_python(getattr(objet, champ.attname))


def _jours(lignes: list[Model | None]) -> list[date]:
    return [jour for ligne in lignes for jour in jours_de(ligne).values() if jour]


def premier_du_mois() -> date:
    """Le premier jour du mois en cours : le passé est avant."""
    return timezone.localdate().replace(day=1)


def _complete(avant: Model, apres: Model) -> bool:
    """Vrai si rien de ce qui était dit n'a changé : ce qui était vide, ou à son début, a été rempli."""
    for champ in avant._meta.concrete_fields:
        ancien, nouveau = getattr(avant, champ.attname), getattr(apres, champ.attname)
        if ancien != nouveau and _dit(champ, ancien) and champ.name not in PAS_DITS:
            return False
    return True


def _dit(champ, valeur) -> bool:
    """Vrai si cette valeur disait quelque chose : ni rien, ni non, ni ce que le champ dit à son début. Un zéro se dit."""
    return valeur not in (None, "") and valeur is not False and valeur != champ.get_default()


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


def lire(objets: list[Model]) -> list[Model | None]:
    """Ces objets tels que la base les garde, en une requête par modèle ; rien à la place de qui n'y est pas."""
    gardes = {}
    for modele in {type(objet) for objet in objets}:
        gardes[modele] = modele._base_manager.in_bulk({o.pk for o in objets if o.pk and type(o) is modele})
    return [gardes[type(objet)].get(objet.pk) for objet in objets]


def jours_de(objet: Model | None) -> dict[str, date | None]:
    """Les jours que dit une ligne, par champ ; l'instant où elle a été écrite n'en est pas un. Rien d'une personne.

    Celui qui manque est celui que son modèle dit à sa place (JOUR_PAR_DEFAUT).
    """
    if objet is None or objet.PARTAGE.personne == "id":
        return {}
    champs = [champ for champ in objet._meta.concrete_fields if isinstance(champ, DateField)]
    jours = {champ.name: _jour(getattr(objet, champ.attname)) for champ in champs if not champ.name.startswith("cree_")}
    return jours | {nom: jours[nom] or jours[sinon] for nom, sinon in getattr(objet, "JOUR_PAR_DEFAUT", {}).items()}


def _jour(valeur) -> date | None:
    if isinstance(valeur, datetime):
        return timezone.localdate(valeur) if timezone.is_aware(valeur) else valeur.date()
    return valeur if isinstance(valeur, date) else None


@cache
def _autour(modele: type[Model]) -> frozenset[str]:
    """La table de ce modèle, celles de ce qui en dépend, et de ce qui se déduit des faits d'un dossier s'il en est un."""
    proches = {modele, *(lien.related_model for lien in modele._meta.related_objects)}
    if any(proche.PARTAGE.personne for proche in proches if hasattr(proche, "PARTAGE")):
        proches |= {deduit for deduit in modeles() if getattr(deduit, "DEDUIT_DES_FAITS", False)}
    return frozenset(proche._meta.db_table for proche in proches)


class Mouvement:
    """Un geste qui touche un mois fini : ce que disaient les mesures avant lui, et les traces qu'il laissera."""

    def __init__(self, touches: Touches, *, neuf: bool):
        self.touches, self.neuf, self.traces = touches, neuf, []
        tenu = Habilitation.objects.filter(organisation=touches.organisation).premiers_jours().get(touches.organisation)
        self.mois = [le for le in mois_touches(touches.depuis) if tenu and tenu <= le]  # d'avant, rien n'a été mesuré
        self.lignes = touches.avant  # lues avant que le geste n'écrive
        self.codes = [code for code in tous() if _cites(code) & touches.tables]
        self.avant = self._mesurer()

    def conclure(self) -> None:
        """Garde les traces, et ce qui a bougé ; lève MotifAttendu si rien ne le dit."""
        apres = self._mesurer() if self.traces else self.avant
        bouge = self._dans_la_structure({cle: (avant, apres[cle]) for cle, avant in self.avant.items() if avant != apres[cle]})
        motif, chez = self._motif(bouge) if self.traces else "", self.touches.organisation
        rangees = sorted(self.traces, key=lambda trace: (trace.organisation_id != chez, trace.geste != Trace.Geste.IMPORTER))
        porteuse = rangees[0] if motif else None
        if porteuse:
            porteuse.motif, porteuse.depuis = motif, self._depuis(bouge)
        for trace in self.traces:
            trace.save(force_insert=True)
        for (code, le), (avant, maintenant) in bouge.items():
            dits = {"total_avant": avant.total, "atteint_avant": avant.atteint}
            dits |= {"total_apres": maintenant.total, "atteint_apres": maintenant.atteint}
            Deplacement.objects.create(trace=porteuse, code=code, mois=le, **dits)

    def _motif(self, bouge: dict) -> str:
        neuf, jours = self.touches.changes
        cree = self.traces[0].geste in (Trace.Geste.CREER, Trace.Geste.IMPORTER)
        apres = cree and any(jour < premier_du_mois() for jour in [*jours, *self.touches.dits])
        if apres or bouge and (cree or neuf or self.neuf):
            return MotifDuPasse.APRES
        if bouge and _DIT.get() == "":
            raise MotifAttendu(bouge)
        return (_DIT.get() or MotifDuPasse.AUTRE) if bouge else ""

    def _depuis(self, bouge: dict) -> date:
        return min([*self.touches.changes[1], *self.touches.dits, *(le for _, le in bouge)], default=self.touches.depuis)

    def _mesurer(self) -> dict[tuple[str, date], Mesure]:
        chez, personne = self.touches.organisation, self.touches.personne
        d_elle = [tous()[code] for code in self.codes if personne and est_d_une_personne(code)]
        autres = [tous()[code] for code in self.codes if not (personne and est_d_une_personne(code))]
        mesures = [mesurer_aux_dates(autres, chez, self.mois)]
        if d_elle:
            mesures.append(mesurer_aux_dates([d_une_personne(i) for i in d_elle], chez, self.mois, personne=personne))
        return {(code, le): m for trouvees in mesures for le, par_code in trouvees.items() for code, m in par_code.items()}

    def _dans_la_structure(self, bouge: dict) -> dict:
        """Ce qui a bougé d'une personne, dit de toute la structure."""
        siens = [cle for cle in bouge if self.touches.personne and est_d_une_personne(cle[0])]
        codes, mois = {code for code, _ in siens}, sorted({le for _, le in siens})
        toutes = mesurer_aux_dates([tous()[code] for code in codes], self.touches.organisation, mois)
        dits = dict(bouge)
        for code, le in siens:
            (avant, apres), toute = bouge[code, le], toutes[le][code]
            dits[code, le] = (Mesure(*(t - a + b for t, a, b in zip(toute, apres, avant, strict=True))), toute)
        return dits
