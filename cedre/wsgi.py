"""Point d'entrée du serveur web."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cedre.settings")
application = get_wsgi_application()

# Tout ce qui est chargé ici vivra autant que le processus : le ramasse-miettes n'a plus à le parcourir.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 50, 50)
