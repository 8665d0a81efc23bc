"""Les indicateurs des missions accueil et insertion ; core.indicateurs les trouve ici."""

from cedre.parcours.indicateurs.accueil import *  # noqa: F403
from cedre.parcours.indicateurs.actions import *  # noqa: F403
from cedre.parcours.indicateurs.bilans import *  # noqa: F403
from cedre.parcours.indicateurs.emploi import *  # noqa: F403
from cedre.parcours.indicateurs.engagements import *  # noqa: F403
from cedre.parcours.indicateurs.evolution import *  # noqa: F403
from cedre.parcours.indicateurs.freins import *  # noqa: F403
from cedre.parcours.indicateurs.heures import *  # noqa: F403
from cedre.parcours.indicateurs.offre import *  # noqa: F403
from cedre.parcours.indicateurs.presences import *  # noqa: F403
from cedre.parcours.indicateurs.public import *  # noqa: F403
from cedre.parcours.indicateurs.relais import *  # noqa: F403
from cedre.parcours.indicateurs.sorties import *  # noqa: F403
from cedre.parcours.indicateurs.suivi_de_l_accueil import *  # noqa: F403
from cedre.parcours.indicateurs.suivi_du_parcours import *  # noqa: F403
from cedre.parcours.indicateurs.trajectoires import *  # noqa: F403
from cedre.parcours.indicateurs.travail import *  # noqa: F403
