"""Les indicateurs du système qualité ; core.indicateurs les trouve ici."""

from cedre.qualite.indicateurs.amelioration import *  # noqa: F403
from cedre.qualite.indicateurs.entretiens_annuels import *  # noqa: F403
from cedre.qualite.indicateurs.formation import *  # noqa: F403
from cedre.qualite.indicateurs.manuel import *  # noqa: F403
from cedre.qualite.indicateurs.principes import *  # noqa: F403
from cedre.qualite.indicateurs.satisfaction import *  # noqa: F403
