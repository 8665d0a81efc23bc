"""Point d'entrée du serveur web."""

import contextlib
import gc
import os

from django.core.checks import Tags, run_checks
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cedre.settings")
application = get_wsgi_application()

# « cedre serveur » l'a déjà vérifié ; qui sert autrement n'ouvre pas davantage une démonstration, ni une édition altérée.
with contextlib.suppress(DatabaseError), contextlib.closing(connection):
    if fautes := [faute for faute in run_checks(tags=[Tags.database], databases=["default"]) if faute.is_serious()]:
        raise SystemExit("\n".join(map(str, fautes)))

# Tout ce qui est chargé ici vivra autant que le processus : le ramasse-miettes n'a plus à le parcourir.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 50, 50)
