"""Une procédure en plusieurs pas : une table d'états et de passages, et la seule façon d'en faire un (docs/decisions/0023).

La table se lit d'un coup d'œil : qui, d'où, vers où. L'opération ne dit que ce qu'elle a de propre ; le verrou, le droit,
l'état, la date et la trace sont ici.
"""

from collections.abc import Callable, Set
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import wraps
from operator import attrgetter

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.text import capfirst

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer_chez
from cedre.comptes.passe import change_le_passe
from cedre.core.refus import GesteImpossible


@dataclass(frozen=True)
class Qui:
    """À qui est un passage, et ce que lisent les autres ; {ligne} s'y lit."""

    peut: Callable[[Model, Habilitation], bool]
    sinon: str


def tient(droit: Droit, *, chez: str = "organisation_id", sinon: str = "Votre rôle ne permet pas ce geste.") -> Qui:
    """Qui a ce droit dans l'organisation que la ligne désigne. chez : le chemin de son identifiant."""
    return Qui(lambda ligne, par: par.organisation_id == attrgetter(chez)(ligne) and par.peut(droit), sinon)


@dataclass(frozen=True)
class Passage:
    """Un pas : à qui, d'où, vers où. Un état des deux côtés ne change pas ; vers nulle part, la ligne se retire.

    jour : le champ qui le garde, aujourd'hui ou celui que l'opération reçoit (le=) ; posé, le pas ne se refait pas.
    depuis : le champ du jour avant lequel il ne peut être. trace : ce qu'elle en dit ; {ligne} et les mots de la saisie
    s'y lisent. pas_encore : pourquoi c'est trop tôt.
    """

    qui: Qui
    de: Set[str]
    vers: Set[str]
    jour: str = ""
    depuis: str = ""
    trace: str = ""
    pas_encore: str = "ce geste ne se fait pas encore"

    def fait_le(self, ligne: Model) -> date | None:
        """Le jour où il a été fait, s'il en garde un."""
        return getattr(ligne, self.jour) if self.jour else None

    def arrivees(self, etat: str) -> Set[str]:
        """Où il peut mener depuis cet état."""
        return {etat} & self.vers or self.vers

    def se_fait(self, ligne: Model) -> bool:
        """Vrai si l'état de cette ligne s'y prête, et qu'il n'est pas déjà fait."""
        return ligne.etat in self.de and not self.fait_le(ligne)


class Passages:
    """La table d'une procédure. Son modèle a un Etat, une propriété ou un champ etat, et une organisation.

    Chaque passage porte le nom de son opération, ou celui que des gestes donnent à ouvrir().
    """

    def __init__(self, modele: type[Model], **passages: Passage):
        self.modele, self.passages = modele, passages

    def ouvrir(self, nom: str, ligne: Model, *, par: Habilitation) -> Model:
        """La ligne relue et verrouillée, si ce pas est à cette personne et que l'état s'y prête. Lève GesteImpossible.

        S'appelle seul, dans une transaction, d'un geste dont la trace est celle d'un autre objet : un constat d'un audit.
        """
        ligne = self.modele.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=ligne.pk)
        if refus := self.refus(nom, ligne, par=par):
            raise GesteImpossible(refus)
        return ligne

    def refus(self, nom: str, ligne: Model, *, par: Habilitation) -> str:
        """Pourquoi ce pas n'est pas à cette personne, ou ne se fait pas de cette ligne ; "" s'il se fait."""
        passage = self.passages[nom]
        if not passage.qui.peut(ligne, par):
            return passage.qui.sinon.format(ligne=ligne)
        if fait := passage.fait_le(ligne):
            return f"{capfirst(_libelle(ligne, passage.jour))} {fait:%d/%m/%Y} : c’est déjà fait."
        if ligne.etat in passage.de:
            return ""
        trop_tot = self.suites(ligne.etat) & passage.de
        return f"{self.ou_elle_en_est(ligne)} : {passage.pas_encore if trop_tot else 'ce geste ne se fait plus'}."

    def permet(self, *noms: str, dans: str = "") -> Callable[[Model], bool]:
        """Ce que la vue d'un geste dit par quand= : vrai d'une ligne là où l'un de ces pas se fait. Lève KeyError d'un autre nom.

        dans : l'attribut qui mène à la ligne, quand le geste part de ce qu'elle contient.
        """
        pas = [self.passages[nom] for nom in noms]
        return lambda objet: any(un.se_fait(getattr(objet, dans) if dans else objet) for un in pas)

    def a_venir(self, ligne: Model, *, par: Habilitation) -> list[str]:
        """Les pas qui sont à cette personne, et qu'elle peut ou pourra encore faire de cette ligne, dans l'ordre de la table."""
        suites = self.suites(ligne.etat)
        siens = {nom: pas for nom, pas in self.passages.items() if pas.qui.peut(ligne, par)}
        return [nom for nom, pas in siens.items() if suites & pas.de and not pas.fait_le(ligne)]

    def ouverts_a(self, par: Habilitation, ligne: Model) -> set[str]:
        """Les pas que cette personne peut faire de cette ligne, là où elle en est : les formulaires que sa page porte."""
        return {nom for nom, pas in self.passages.items() if pas.se_fait(ligne) and pas.qui.peut(ligne, par)}

    def operation(self, corps: Callable) -> Callable:
        """Fait d'un corps l'opération du même nom : il pose ses champs, lève GesteImpossible, et ne s'occupe de rien d'autre.

        Elle rend la ligne. Si le corps n'y change rien, le geste était déjà fait : rien ne s'écrit, rien ne se trace.
        """
        nom, passage = corps.__name__, self.passages[corps.__name__]

        @wraps(corps)
        @transaction.atomic
        def entiere(ligne: Model, *, par: Habilitation, **saisie) -> Model:
            ligne = self.ouvrir(nom, ligne, par=par)
            le, avant, depart = saisie.get("le") or timezone.localdate(), _valeurs(ligne), ligne.etat
            if passage.depuis:
                _verifier_le_jour(ligne, passage.depuis, le)
            corps(ligne, par=par, **saisie)
            if passage.jour:
                setattr(ligne, passage.jour, le)
            if passage.vers and _valeurs(ligne) == avant:
                return ligne
            geste = Trace.Geste.MODIFIER if passage.vers else Trace.Geste.SUPPRIMER
            detail = passage.trace.format(ligne=ligne, **saisie)
            tracer_chez(ligne.organisation, par=par, geste=geste, objet=ligne, detail=detail)
            if passage.vers:
                assert ligne.etat in passage.arrivees(depart), f"{nom} mène à {ligne.etat}"
                ligne.save()
            else:
                ligne.delete()
            return ligne

        entiere.passage = passage
        return change_le_passe(entiere)

    def suites(self, etat: str) -> set[str]:
        """Tous les états où l'on peut encore arriver depuis celui-ci, lui compris."""
        atteints = {etat}
        for _ in self.modele.Etat:
            atteints |= {vers for p in self.passages.values() for de in p.de & atteints for vers in p.arrivees(de)}
        return atteints

    def ou_elle_en_est(self, ligne: Model) -> str:
        """« Close (depuis le 12/03/2026) » ; sans jour, pour un état où aucun pas daté ne mène."""
        menent = [p.fait_le(ligne) for p in self.passages.values() if ligne.etat in p.vers - p.de]
        depuis = next((f" (depuis le {jour:%d/%m/%Y})" for jour in menent if jour), "")
        return f"{self.modele.Etat(ligne.etat).label}{depuis}"


def _valeurs(ligne: Model) -> dict:
    return {champ.attname: deepcopy(getattr(ligne, champ.attname)) for champ in ligne._meta.concrete_fields}


def _libelle(ligne: Model, champ: str) -> str:
    return str(ligne._meta.get_field(champ).verbose_name)


def _verifier_le_jour(ligne: Model, champ: str, le: date) -> None:
    depuis = getattr(ligne, champ)
    if not depuis <= le <= timezone.localdate():
        dit = f"Cette date va du {depuis:%d/%m/%Y} (« {_libelle(ligne, champ)} ») à aujourd’hui."
        raise GesteImpossible(dit, champ="le")
