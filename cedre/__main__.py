"""La commande « cedre » : les gestes de Cèdre, et tous ceux de Django."""

import os
import sys

from django.core.management import execute_from_command_line

AIDE = """Cèdre, le programme qualité CEDRE du premier contact à l'emploi.

Usage : cedre COMMANDE [options]        (cedre COMMANDE --help pour le détail)

  demo             ouvre Cèdre avec un réseau d'exemple
  serveur          sert Cèdre : site et tâches de fond
  premier-compte   crée la première organisation et donne le lien qui ouvre le premier compte
  importer         importe des personnes depuis un fichier CSV ou XLSX
  simuler          remplit la base d'un réseau inventé, à l'échelle voulue
  sauvegarder      écrit une sauvegarde complète dans un fichier
  restaurer        remet Cèdre dans l'état d'une sauvegarde
  cles             crée et vérifie les clés du coffre, referme tout avec une clé neuve
  envoyer-le-jour  envoie le courriel du matin à ceux qui l'ont choisi
  livrer-messages  livre ce qui a été dit sans nom les jours d'avant

Les commandes de Django restent là : migrate, check --deploy, shell… (cedre help --commands)
"""


def main() -> None:
    """Aiguille vers Django ; « cedre » seul ou « cedre --help » donne l'aide en français."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cedre.settings")
    if len(sys.argv) > 1 and sys.argv[1] == "demo":
        os.environ["CEDRE_DEMO"] = "1"
    if len(sys.argv) == 1 or sys.argv[1:] in (["--help"], ["-h"], ["help"]):
        sys.stdout.write(AIDE)
        return
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
