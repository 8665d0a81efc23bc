"""Les suggestions : sans base, sur des exemples que le métier peut lire (INS-3)."""

from cedre.parcours.suggestions import Difficulte, Piste, suggerer

LEGERE, IMPORTANTE, BLOQUANTE = ("Difficulté légère", 1 / 3), ("Difficulté importante", 2 / 3), ("Bloquant", 1.0)
COUP_DE_POUCE = Piste("Coup de pouce", frozenset({"ressources"}), frozenset({"stable", "instable"}))
SOUTIEN_ACTIF = Piste("Soutien actif", frozenset({"sante", "logement", "mobilite", "ressources"}), frozenset({"precaire"}))
VALIDATION = Piste("Validation", frozenset({"formation", "emploi"}), frozenset({"stable"}))
TYPES = [COUP_DE_POUCE, SOUTIEN_ACTIF, VALIDATION]


def difficulte(theme, degre):
    return Difficulte(theme, theme.capitalize(), *degre)


def noms(difficultes, contexte=None):
    return [s.cle for s in suggerer(TYPES, difficultes, contexte)]


def test_un_type_se_suggere_parce_que_un_domaine_gene():
    (seule,) = suggerer(TYPES, [difficulte("mobilite", IMPORTANTE)])
    assert (seule.cle, seule.raisons) == ("Soutien actif", ("Mobilite = Difficulté importante",))


def test_ce_qui_repond_a_plus_de_difficultes_vient_d_abord():
    assert noms([difficulte("ressources", IMPORTANTE), difficulte("logement", LEGERE)]) == ["Soutien actif", "Coup de pouce"]


def test_ce_qui_bloque_pese_plus_que_ce_qui_gene_un_peu():
    assert noms([difficulte("formation", BLOQUANTE), difficulte("logement", LEGERE)]) == ["Validation", "Soutien actif"]
    assert noms([difficulte("formation", LEGERE), difficulte("logement", BLOQUANTE)]) == ["Soutien actif", "Validation"]


def test_la_trajectoire_pese_et_se_dit_mais_ne_suggere_rien_seule():
    ressources = [difficulte("ressources", IMPORTANTE)]
    assert noms(ressources, {"instable": "trajectoire = Instable"}) == ["Coup de pouce", "Soutien actif"]
    assert noms(ressources, {"precaire": "trajectoire = Précaire"}) == ["Soutien actif", "Coup de pouce"]
    assert suggerer(TYPES, ressources, {"precaire": "trajectoire = Précaire"})[0].raisons[-1] == "trajectoire = Précaire"
    assert noms([], {"precaire": "trajectoire = Précaire"}) == []


def test_sans_difficulte_dite_rien_n_est_suggere():
    assert noms([]) == noms([difficulte("mobilite", ("Sans difficulté", 0.0))]) == []


def test_les_raisons_vont_de_la_plus_forte_a_la_plus_faible():
    (soutien, *_) = suggerer(TYPES, [difficulte("logement", LEGERE), difficulte("sante", BLOQUANTE)])
    assert soutien.raisons == ("Sante = Bloquant", "Logement = Difficulté légère")
