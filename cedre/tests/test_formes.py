"""Ce que l'on joue sur PostgreSQL exécute chaque forme de SQL de la suite (décision 0046)."""

import pickle
from collections import Counter

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from cedre.parcours.models import Personne
from cedre.tests.formes import DOSSIER, FOIS, ON_NOTE, choisir, empreinte, formes, lectures, lire

NOTES = st.dictionaries(
    st.text("abcd", min_size=1), st.tuples(st.floats(0, 30), st.sets(st.integers(0, 20).map(str))), max_size=30
)


@given(NOTES, st.sets(st.text("abcd", min_size=1)), st.integers())
def test_chaque_forme_s_execute_autant_de_fois_qu_il_se_peut_et_ce_qui_est_voulu_se_joue(notes, voulus, graine):
    choisis = choisir(notes, voulus, graine)
    assert voulus <= choisis <= voulus | notes.keys()
    partout = Counter(forme for _, executees in notes.values() for forme in executees)
    joues = Counter(forme for essai in choisis & notes.keys() for forme in notes[essai][1])
    assert all(joues[forme] >= min(fois, FOIS) for forme, fois in partout.items())
    assert choisir(notes, voulus, graine) == choisis  # chaque processus de la suite choisit seul, et la même chose


def test_le_moins_cher_suffit_et_ce_qui_n_execute_rien_ne_se_joue_pas():
    notes = {"cher": (9, {"a", "b"}), "vide": (0.01, set()), "autre": (9, {"b"})}
    notes |= {f"{forme}{n}": (0.1, {forme}) for forme in "ab" for n in range(FOIS)}
    assert choisir(notes, set(), 1) == {"a0", "a1", "b0", "b1"}


@pytest.mark.parametrize(
    "requete, valeurs, autre, autres, meme",
    [
        ("SELECT a WHERE b IN (%s, %s)", [1, 2], "SELECT a WHERE b IN (%s)", [7], True),
        ("INSERT INTO t VALUES (%s, %s), (%s, %s)", [1, 2, 3, 4], "INSERT INTO t VALUES (%s, %s)", [5, 6], True),
        ("SELECT a LIMIT 21", [], "SELECT a LIMIT 3", [], True),
        ('SAVEPOINT "s1_x2"', [], 'RELEASE SAVEPOINT "s1_x3"', [], True),
        ("SELECT a WHERE b = %s", [1], "SELECT a WHERE b = %s", ["1"], False),
        ("SELECT a WHERE b = %s", [1], "SELECT a WHERE b = %s", [None], False),
        ("SELECT a FROM t1", [], "SELECT a FROM t2", [], False),
    ],
)
def test_une_forme_ne_dit_ni_les_nombres_ni_la_longueur_des_listes_mais_la_sorte_des_valeurs(
    requete, valeurs, autre, autres, meme
):
    assert (formes(requete, valeurs) == formes(autre, autres)) is meme


def test_une_union_a_la_forme_de_chacun_de_ses_membres():
    assert formes("SELECT a UNION ALL SELECT b", []) == {empreinte("SELECT a"), empreinte("SELECT b")}


def test_les_notes_de_chaque_processus_se_lisent_ensemble(tmp_path):
    (tmp_path / "1.notes").write_text("0.250\tun.py::a[x y]\tf g\n1.000\tun.py::b\t\n")
    (tmp_path / "2.notes").write_text("0.500\tdeux.py::c\tg\n")
    assert lire(tmp_path) == {
        "un.py::a[x y]": (0.25, {"f", "g"}),
        "un.py::b": (1.0, set()),
        "deux.py::c": (0.5, {"g"}),
    }


def refaire(lecture: bytes) -> str:
    """Ce que la base refuse de cette lecture, ou rien."""
    try:
        requete, valeurs = pickle.loads(lecture).get_compiler("default").as_sql()
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(requete, valeurs)
    except EmptyResultSet:
        return ""
    except DatabaseError as refus:
        return str(refus)
    return ""


PARTS = 8


@pytest.mark.tous_ses_cas
@pytest.mark.skipif(DOSSIER is None or ON_NOTE, reason="rien n'a été gardé pour ce moteur")
@pytest.mark.parametrize("part", range(PARTS))
def test_chaque_lecture_faite_sur_sqlite_se_fait_ici(embauchee, part):
    refusees = {}
    for essai, lecture in lectures(DOSSIER)[part::PARTS]:
        if refus := refaire(lecture):
            refusees.setdefault(refus, essai)
    assert refusees == {}


def test_une_lecture_que_la_base_refuse_se_dit(ici):
    juste, fausse = Personne.objects.filter(nom="x").query, Personne.objects.extra(where=["nulle_part = 1"]).query
    assert refaire(pickle.dumps(juste)) == ""
    assert "nulle_part" in refaire(pickle.dumps(fausse))
