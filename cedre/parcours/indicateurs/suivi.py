"""Ce qui fait d'une règle du suivi un manque : son exemple se lit ligne à ligne (ACC-6, § 2.1 d)."""

from collections.abc import Callable
from datetime import date

from django.db.models import Expression, F, Q

from cedre.core.indicateurs import Exemple, Sens
from cedre.core.manques import Manque
from cedre.parcours.models import Personne

DEPUIS = {"phase_depuis": -300}
SOURCE = "Référentiel d’octobre 2004, § 2.1 d (ACC-6)"


def du_suivi(
    cle: str,
    *,
    urgence: int,
    alerte: str,
    libelle: str,
    definition: str,
    unite: str,
    limites: str,
    population: Callable[[date], Q],
    critere: Callable[[date], Q],
    bien: dict,
    mal: tuple | dict,
    hors: dict | None = None,
    jour: Callable[[date], Expression | F] | None = None,
    dit: tuple | int | None = None,
    en_equipe: bool = False,
    garde_depuis: str = "",
    version: int = 1,
    sens: Sens = Sens.HAUT,
) -> Manque:
    """Le manque d'une personne. bien : un cas qui satisfait ; mal : un ou deux qui non ; hors : un qui n'est pas compté.

    dit : le jour que dit chacun de ceux qui ne satisfont pas, compté depuis la date de mesure.
    """
    comptes = (bien, mal) if isinstance(mal, dict) else (bien, *mal)
    return Manque(
        code=f"suivi_{cle}",
        cle=cle,
        urgence=urgence,
        alerte=alerte,
        libelle=libelle,
        definition=definition,
        unite=unite,
        limites=limites,
        sens=sens,
        source=SOURCE,
        population=lambda le: Personne.objects.filter(population(le)),
        critere=lambda personnes, le: personnes.filter(critere(le)),
        exemple=Exemple(
            sujets=(*comptes, hors) if hors else comptes,
            total=len(comptes),
            atteint=1,
            jours=dit if isinstance(dit, tuple) else (dit,),
            lus=((1, 1), *[(1, 0)] * (len(comptes) - 1), *[(0, 0)] * bool(hors)),
        ),
        jour=jour,
        en_equipe=en_equipe,
        garde_depuis=garde_depuis,
        version=version,
    )
