"""Une pile prise d'avance : aucun appel n'en redemande."""

import resource

from cedre.tests.pile import au_large


def descendre(profondeur: int) -> None:
    if profondeur:
        descendre(profondeur - 1)


def au_bord() -> int:
    """Passe et repasse chaque profondeur ; rend les pages de mémoire demandées au système."""
    avant = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for profondeur in range(400):
        for _ in range(50):
            descendre(profondeur)
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - avant


def test_passer_et_repasser_une_profondeur_ne_redemande_pas_de_pile():
    assert au_large(au_bord)() < 200


def test_ce_qui_est_au_large_recoit_et_rend_les_memes_choses():
    assert au_large(sorted)([1, 3, 2], reverse=True) == [3, 2, 1] and au_large(sorted).__name__ == "sorted"
