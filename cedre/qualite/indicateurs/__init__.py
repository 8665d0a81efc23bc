"""Les indicateurs du système qualité ; core.indicateurs les trouve ici."""

from cedre.qualite.indicateurs.amelioration import *  # noqa: F403
