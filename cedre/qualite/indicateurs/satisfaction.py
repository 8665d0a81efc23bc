"""Ce que disent les enquêtes closes, toutes leurs questions ensemble : personnes, salariés, clients (AME-2, AME-5)."""

from functools import reduce
from operator import add

from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from cedre.core.discretion import ASSEZ
from cedre.core.faits import Sens
from cedre.core.grandeurs import Grandeur
from cedre.core.indicateurs import Exemple, Indicateur
from cedre.core.periodes import Periode, douze_mois_finis_le
from cedre.qualite.indicateurs.amelioration import REFERENCE, reponses_aux_enquetes

QUESTIONS, MOTS, FAVORABLES = range(12), range(4), (2, 3)
ECHELLES = (
    "questions à quatre mots, du moins au plus, des enquêtes closes dans la période, de celles qui ont eu au moins "
    f"{ASSEZ} réponses. Une question à qui moins de {ASSEZ} ont répondu n’y est pas"
)


def _reponses(mots) -> Case:
    """Combien ont choisi l'un de ces mots, à toutes les questions à quatre mots de l'enquête."""

    def d_une_question(rang: int) -> Case:
        comptes = [Cast(KT(f"resultats__{rang}__comptes__{mot}__1"), IntegerField()) for mot in mots]
        somme = reduce(add, (Coalesce(compte, 0) for compte in comptes))
        return Case(When(**{f"resultats__{rang}__genre": "echelle"}, then=somme), default=Value(0))

    return reduce(add, map(d_une_question, QUESTIONS))


def _closes(periode: Periode) -> QuerySet:
    return reponses_aux_enquetes.population(periode)


class _Question(dict):
    """Une question dépouillée, telle qu'un exemple la dit."""

    def __str__(self):
        return f"« {self['texte']} » " + ", ".join(f"{mot} : {nombre}" for mot, nombre in self.get("comptes", ()))


def _echelle(texte: str, *nombres: int) -> _Question:
    comptes = [*zip(("Mauvais", "Moyen", "Bon", "Très bon"), nombres, strict=False)]
    return _Question(texte=texte, genre="echelle", nombre=sum(nombres)) | ({"comptes": comptes} if nombres else {})


def _oui_non(oui: int, non: int) -> _Question:
    return _Question(texte="Nous recommanderiez-vous ?", genre="oui_non", comptes=[("Non", non), ("Oui", oui)])


def _enquete(close_le, *questions: dict, nombre: int = 9) -> dict:
    dite = {"modele": "clients", "titre": "Clients", "du": -500, "au": -400}
    return dite | {"nombre": nombre, "close_le": close_le, "resultats": questions}


CLOSES = (
    _enquete(0, _echelle("Le travail fait est", 1, 2, 3, 3), _oui_non(7, 2), _echelle("Notre présence est", 0, 4, 4, 0)),
    _enquete(-20, _echelle("Le travail fait est"), _oui_non(5, 0)),
    _enquete(-20, _echelle("Le travail fait est", 0, 0, 2, 2), nombre=4),
    _enquete(1, _echelle("Le travail fait est", 0, 0, 5, 5)),
)
DES_ENQUETES = {
    "source": f"{REFERENCE} (AME-2, AME-5)",
    "population": _closes,
    "periode": douze_mois_finis_le,
    "coupes": {"à qui": lambda periode: F("modele")},
    "constat": True,
}

reponses_d_echelle = Indicateur(
    code="reponses_d_echelle",
    libelle="Réponses aux questions de satisfaction",
    definition=f"Réponses aux {ECHELLES}.",
    unite="réponses",
    limites="Une même personne y compte autant de fois que de questions auxquelles elle a répondu.",
    sens=Sens.AUCUN,
    grandeur=Grandeur(lambda periode: _reponses(MOTS)),
    exemple=Exemple(sujets=CLOSES, total=2, atteint=17, lus=((1, 17), (1, 0), (0, 0), (0, 0))),
    **DES_ENQUETES,
)

reponses_favorables = Indicateur(
    code="reponses_favorables",
    libelle="Réponses favorables",
    definition=f"Réponses qui choisissent l’un des deux mots les plus favorables, aux {ECHELLES}.",
    unite="réponses favorables",
    limites="Toutes les questions pèsent autant, et qui est mécontent répond moins, ou davantage.",
    grandeur=Grandeur(lambda periode: _reponses(FAVORABLES)),
    exemple=Exemple(sujets=CLOSES, total=2, atteint=10, lus=((1, 10), (1, 0), (0, 0), (0, 0))),
    **DES_ENQUETES,
)
