"""Les documents de la structure, à son en-tête : son logo est le même partout."""

from cedre.core.pdf import compiler
from cedre.structures.models import Reglages


def composer(gabarit: str, donnees: dict, *, chez: int) -> bytes:
    """Le PDF d'un gabarit, avec le logo de la structure si elle en a un. chez : l'identifiant de l'organisation."""
    reglages = Reglages.objects.filter(organisation=chez).first() or Reglages()
    return compiler(gabarit, donnees, logo=reglages.lire_le_logo())
