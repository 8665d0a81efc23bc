"""Les formes de SQL que chaque essai exécute, et de quoi les exécuter toutes sur PostgreSQL (décision 0046).

FORMES=dossier : sur SQLite, chaque processus y note ce que font ses essais, et y garde une lecture de chaque forme, que
PostgreSQL refait sans l'essai ; de ce qui ne se garde pas, on y joue assez d'essais pour que chaque forme s'exécute.
"""

import heapq
import os
import pickle
import random
import re
from collections import Counter
from functools import wraps
from hashlib import blake2b
from itertools import groupby
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper
from django.db.models.sql import AggregateQuery, Query
from django.db.models.sql.compiler import SQLCompiler

__all__ = ["pytest_runtest_protocol"]

DOSSIER = Path(os.environ["FORMES"]) if os.environ.get("FORMES") else None
ON_NOTE = DOSSIER is not None and connection.vendor == "sqlite"
FOIS = 2  # essais différents qui exécutent chaque forme, s'il y en a autant
AU_SORT = 0.1  # part de ceux que rien n'appelle, tirés au sort
COURT = 0.5  # secondes : au-delà, un essai ne se tire pas au sort
AU_MOINS = 0.02  # secondes : ce que coûte tout essai

SANS_FORME = ("SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "CREATE", "ALTER", "DROP", "SET")  # la base se bâtit toujours
LISTE_OU_NOMBRE = re.compile(r"\((?:%s(?:, )?)+\)(?:, \((?:%s(?:, )?)+\))*|\b\d+\b")
Notes = dict[str, tuple[float, set[str]]]

_formes: dict[tuple, set[str]] = {}  # par texte (son condensat) et sortes de valeurs
_executees: set[str] = set()  # par l'essai en cours
_gardees: set[str] = set()  # les formes dont on garde la lecture
_en_cours: list[Query] = []  # les lectures que l'on écrit, la dernière en dernier


def empreinte(texte: str, *reste: str) -> str:
    """Un texte de requête sans ses nombres ni la longueur de ses listes, en douze signes."""
    return blake2b("\0".join((LISTE_OU_NOMBRE.sub("0", texte), *reste)).encode(), digest_size=6).hexdigest()


def formes(requete: str, valeurs) -> set[str]:
    """Les formes de cette requête : son texte et les sortes de ses valeurs, que PostgreSQL type ; d'une union, chaque membre."""
    sortes = tuple(sorte.__name__ for sorte, _ in groupby(map(type, valeurs or ())))
    cle = hash(requete), sortes
    if cle not in _formes:
        membres = [] if requete.startswith(SANS_FORME) else requete.split(" UNION ALL ")
        _formes[cle] = {empreinte(membre, *(sortes if len(membres) == 1 else ())) for membre in membres}
    return _formes[cle]


def entendre(executer, plusieurs: bool = False):
    """La même exécution, qui note les formes de la requête et, si la base la refuse, son refus : chaque contrainte se joue."""

    @wraps(executer)
    def noter(curseur, requete, valeurs, *reste):
        if plusieurs:
            valeurs = [*valeurs]
        executees = formes(requete, valeurs[0] if plusieurs and valeurs else valeurs)
        if not executees <= _gardees and _en_cours and garder(_en_cours[-1]):
            _gardees.update(executees)
        _executees.update(executees - _gardees)
        try:
            return executer(curseur, requete, valeurs, *reste)
        except DatabaseError as refus:
            _executees.add(empreinte(requete, str(refus)))
            raise

    return noter


def garder(lecture: Query) -> bool:
    """Garde cette lecture, avec ses valeurs, dans le fichier de ce processus ; faux si elle ne se garde pas."""
    try:
        gardee = pickle.dumps(lecture, pickle.HIGHEST_PROTOCOL)
    except Exception:  # une fonction sans nom, un fichier ouvert : l'essai se jouera
        return False
    with (DOSSIER / f"{os.getpid()}.lectures").open("ab") as fichier:
        pickle.dump((os.environ.get("PYTEST_CURRENT_TEST", "").removesuffix(" (call)"), gardee), fichier)
    return True


def suivre(executer):
    """La même exécution, qui dit à « noter » quelle lecture elle fait."""

    @wraps(executer)
    def execute_sql(compilateur, *args, **options):
        if type(compilateur.query) not in (Query, AggregateQuery):
            return executer(compilateur, *args, **options)
        _en_cours.append(compilateur.query)
        try:
            return executer(compilateur, *args, **options)
        finally:
            _en_cours.pop()

    return execute_sql


if ON_NOTE:
    SQLCompiler.execute_sql = suivre(SQLCompiler.execute_sql)
    CursorWrapper._execute = entendre(CursorWrapper._execute)
    CursorWrapper._executemany = entendre(CursorWrapper._executemany, plusieurs=True)


def saute(essai) -> bool:
    """Vrai si cet essai ne se joue pas sur ce moteur : il n'y exécute rien."""
    return any(marque.args[0] for marque in essai.iter_markers("skipif"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    """Note ce qu'un essai a exécuté, et ce qu'il a coûté de processeur."""
    if not ON_NOTE or saute(item):
        return (yield)
    _executees.clear()
    debut = sum(os.times()[:4])
    rendu = yield
    with (DOSSIER / f"{os.getpid()}.notes").open("a") as notes:
        notes.write(f"{sum(os.times()[:4]) - debut:.3f}\t{item.nodeid}\t{' '.join(_executees)}\n")
    return rendu


def lectures(dossier: Path) -> list[tuple[str, bytes]]:
    """Chaque lecture gardée, et l'essai qui la faisait."""
    trouvees = []
    for fichier in sorted(dossier.glob("*.lectures")):
        with fichier.open("rb") as ouvert:
            while ouvert.peek(1):
                trouvees.append(pickle.load(ouvert))
    return trouvees


def lire(dossier: Path) -> Notes:
    """Par essai, ses secondes et ses formes."""
    lignes = [ligne.split("\t") for note in dossier.glob("*.notes") for ligne in note.read_text().splitlines()]
    return {essai: (float(secondes), set(executees.split())) for secondes, essai, executees in lignes}


def choisir(notes: Notes, voulus: set[str], graine) -> set[str]:
    """Les essais voulus, puis, du plus utile à la seconde, de quoi exécuter chaque forme FOIS fois, puis quelques-uns au sort."""
    hasard, reste, choisis = random.Random(graine), Counter(), set()
    for _, executees in notes.values():
        reste.update(executees)
    reste = Counter({forme: min(fois, FOIS) for forme, fois in reste.items()})

    def utilite(essai: str) -> float:
        secondes, executees = notes[essai]
        return sum(reste[forme] > 0 for forme in executees) / max(secondes, AU_MOINS)

    def prendre(essai: str) -> None:
        choisis.add(essai)
        reste.subtract(notes[essai][1])

    for essai in sorted(voulus & notes.keys()):
        prendre(essai)
    melange = sorted(notes.keys() - choisis)
    hasard.shuffle(melange)
    file = [(-utilite(essai), rang, essai) for rang, essai in enumerate(melange)]
    heapq.heapify(file)
    while file:
        avant, rang, essai = heapq.heappop(file)
        if utile := utilite(essai):  # elle ne fait que baisser : la première qui n'a pas baissé est la plus grande
            prendre(essai) if -utile == avant else heapq.heappush(file, (-utile, rang, essai))
    autres = [e for e in melange if e not in choisis and notes[e][1] and notes[e][0] < COURT]
    return choisis | set(hasard.sample(autres, round(AU_SORT * len(autres)))) | voulus


def a_jouer(essais: list, graine) -> list:
    """Sur PostgreSQL, les essais choisis ; ceux que SQLite n'a pas joués en sont toujours."""
    if DOSSIER is None or ON_NOTE:
        return essais
    notes = lire(DOSSIER)
    joues = {essai.nodeid: essai for essai in essais if not saute(essai)}
    voulus = {nom for nom, essai in joues.items() if nom not in notes or essai.get_closest_marker("tous_ses_cas")}
    notes = {nom: note for nom, note in notes.items() if nom in joues}
    choisis = choisir(notes, voulus, graine)
    toutes = len(set().union(*(executees for _, executees in notes.values())))
    dits = f"{len(choisis)} essais sur {len(essais)} exécutent les {toutes} formes de SQL de la suite (graine {graine})"
    (DOSSIER / "choix").write_text(dits)
    return [essai for essai in essais if essai.nodeid in choisis]
