"""Faire ce que l'on a écrit : le délai ou le rythme d'une procédure, face à ce qui se pratique (TRA-4, § 2.3 d)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cedre.comptes.models import Habilitation
from cedre.core.indicateurs import Indicateur, Mesure
from cedre.observatoire.mesures import mesurer
from cedre.qualite.models import Procedure
from cedre.structures.models import Reglages


@dataclass(frozen=True)
class IndicateurSuivi:
    """Un indicateur d'une procédure et sa mesure."""

    indicateur: Indicateur
    mesure: Mesure

    @property
    def est_tenu(self) -> bool:
        """Vrai si tout ce qui se compte satisfait."""
        return self.mesure.atteint == self.mesure.total


@dataclass(frozen=True)
class Pratique:
    """Ce qu'une procédure écrit et ce qui se fait. reglee : la valeur que la structure a réglée, si la procédure en écrit une."""

    procedure: Procedure
    suivis: tuple[IndicateurSuivi, ...]
    reglee: int | None

    @property
    def ecart_de_reglage(self) -> bool:
        """Vrai si le texte et les réglages ne disent pas le même nombre."""
        return self.reglee is not None and self.reglee != self.procedure.valeur

    @property
    def derive(self) -> bool:
        """Vrai si une procédure qui écrit un délai ou un rythme n'est pas ce qui se pratique."""
        return bool(self.procedure.reglage) and (self.ecart_de_reglage or not all(s.est_tenu for s in self.suivis))

    @property
    def reference(self) -> str:
        """Celle de l'action que sa dérive fait décider."""
        return f"Procédure « {self.procedure} »"

    @property
    def effet_attendu(self) -> str:
        """L'effet qu'on en attendra : que ce qui est écrit se pratique."""
        return f"Ce qui est écrit se pratique : {self.procedure.annonce}"


def pratiques(procedures: Iterable[Procedure], *, pour: Habilitation, le: date) -> list[Pratique]:
    """Chaque procédure face à la pratique de ce jour, toutes en deux requêtes."""
    procedures = list(procedures)
    indicateurs = {i.code: i for procedure in procedures for i in procedure.indicateurs}
    mesures = mesurer([*indicateurs.values()], pour.organisation_id, le)
    reglages = Reglages.objects.filter(organisation=pour.organisation_id).first() or Reglages()
    return [
        Pratique(
            procedure,
            tuple(IndicateurSuivi(i, mesures[i.code]) for i in procedure.indicateurs),
            getattr(reglages, procedure.reglage) if procedure.reglage else None,
        )
        for procedure in procedures
    ]
