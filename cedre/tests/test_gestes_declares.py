"""Chaque geste est déclaré comme on le lit : son nom, son icône, son rang, d'où il part, ce qu'il montre, ce à quoi il remédie.

« gestes.txt » les dit tous, dans l'ordre de leurs routes. Les conditions (quand=) s'éprouvent là où elles ont un sens.
"""

from pathlib import Path

from cedre.comptes.gestes import Geste, gestes

DITS = (Path(__file__).parent / "gestes.txt").read_text("utf-8").splitlines()


def dit(geste: Geste) -> str:
    """Un geste sur une ligne : ce qui n'est pas d'ordinaire s'y dit."""
    nomme = {"sur": geste.sur, "ajoute": geste.ajoute}
    mots = [geste.libelle, *([f"({geste.icone})"] if geste.icone else []), *([str(geste.rang)] if geste.rang != 50 else [])]
    suite = [f"menu {geste.menu.name.lower()}"] if geste.menu else []
    suite += [f"{nom} {modele.__name__}" for nom, modele in nomme.items() if modele]
    suite += [f"montre {modele.__name__} par {colonne}" for modele, colonne in geste.montre]
    suite += [f"remédie à {code}" for code in geste.remedie]
    suite += [mot for mot, vrai in {"à part": geste.a_part, "même anonyme": geste.meme_anonyme}.items() if vrai]
    suite += [f"à lire : {geste.a_lire}"] if geste.a_lire else []
    return f"{geste.route} = " + ", ".join([" ".join(mots), *suite])


def test_chaque_geste_est_declare_comme_on_le_lit():
    assert [dit(geste) for _, geste in sorted(gestes().items())] == DITS
