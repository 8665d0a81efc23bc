"""cedre serveur : sert Cèdre, site et tâches de fond."""

from django.core.management import BaseCommand, CommandError

from cedre.core.serveur import ServeurImpossible, preparer, servir, verifier_la_base, verifier_port


class Command(BaseCommand):
    help = "Prépare la base et les fichiers statiques, puis sert Cèdre (site et tâches de fond) jusqu'à Ctrl-C."
    requires_system_checks = ()  # ils lisent la base : faits une fois que l'on sait qu'elle s'ouvre

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, help="port d'écoute (8000)")
        parser.add_argument("--adresse", default="127.0.0.1", help="adresse d'écoute (127.0.0.1 : cette machine seule)")
        parser.add_argument("--processus", type=int, default=2, choices=range(1, 17), metavar="N", help="processus du site (2)")

    def handle(self, *, port, adresse, processus, **options):
        try:
            verifier_port(port, adresse)
            verifier_la_base()
            self.check()
            preparer()
            servir(port, adresse, processus=processus)
        except ServeurImpossible as e:
            raise CommandError(str(e)) from e
