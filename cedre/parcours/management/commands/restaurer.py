"""cedre restaurer FICHIER : remet Cèdre dans l'état d'une sauvegarde, et dit qui y revient, effacé ou sans accès depuis."""

from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime

from cedre.core.coffre import CoffreFerme, compter
from cedre.core.sauvegarde import SauvegardeImpossible, illisible, installation, ouvrir, restaurer
from cedre.parcours.operations.retour import (
    acces_retires_depuis,
    acces_rouverts,
    effacements_depuis,
    effacer_de_nouveau,
    revenus,
)


class Command(BaseCommand):
    help = "Remet Cèdre dans l'état d'une sauvegarde, tout ou rien : l'archive est vérifiée d'abord, rien d'elle ne reste à côté."
    requires_system_checks = ()  # c'est quand la base est abîmée qu'on restaure : ils la liraient

    def add_arguments(self, parser):
        parser.add_argument("fichier", type=Path, help="l'archive écrite par « cedre sauvegarder »")
        parser.add_argument("--oui", action="store_true", help="ne pas demander confirmation")
        parser.add_argument("--forcer", action="store_true", help="accepter la sauvegarde d'une autre installation")
        parser.add_argument(
            "--effacer-de-nouveau", action="store_true", help="refaire les effacements que la sauvegarde ne connaît pas"
        )

    def handle(self, *, fichier, oui, forcer, effacer_de_nouveau, **options):
        try:
            with ouvrir(fichier.absolute(), dans=settings.DONNEES) as (dossier, manifeste):
                quand = parse_datetime(manifeste["date"])
                dit = date_format(localtime(quand), "j F Y à H:i")
                self.stdout.write(f"Sauvegarde du {dit}, Cèdre {manifeste['version']}, entière.")
                if not oui and not self.accepte("Remplacer les données actuelles, sans en garder de copie ?"):
                    self.stdout.write("Rien n'a été changé.")
                    return
                avant = installation()
                effaces, retires = (effacements_depuis(quand), acces_retires_depuis(quand)) if avant else ([], [])
                restaurer(dossier, forcer=forcer)
        except EOFError:
            raise CommandError("Sans réponse, rien n'a été changé ; ajoutez --oui pour répondre d'avance.") from None
        except (SauvegardeImpossible, OSError) as e:
            raise CommandError(str(e)) from e
        except DatabaseError as e:
            raise CommandError(illisible(e)) from e
        self.stdout.write("Cèdre est restauré, sans session ouverte. Redémarrez-le s'il était ouvert.")
        if avant == installation():
            self.dire_qui_revient(effaces, refaire=effacer_de_nouveau, demander=not oui)
            self.dire_les_acces_rouverts(retires)
        self.dire_ce_qui_reste_ferme()

    def accepte(self, question: str) -> bool:
        """Vrai si l'on répond oui, en toutes lettres."""
        return input(f"{question} Écrivez « oui » : ").strip().lower() == "oui"

    def dire_qui_revient(self, effaces, *, refaire: bool, demander: bool) -> None:
        """Qui a été effacé depuis la sauvegarde est de nouveau là : le dire, et l'effacer de nouveau si on le veut."""
        if not (la := revenus(effaces)):
            return
        self.stdout.write(f"{len(la)} personne(s) effacée(s) ou anonymisée(s) depuis cette sauvegarde sont de nouveau là :")
        for personne, trace in la:
            le = date_format(localtime(trace.le), "j F Y")
            self.stdout.write(f"  {personne.organisation}, dossier n° {personne.pk} : {trace.get_geste_display()}, le {le}")
        if refaire or (demander and self.accepte("Le refaire pour toutes ?")):
            restent = effacer_de_nouveau(la)
            self.stdout.write(f"{len(la) - len(restent)} personne(s) effacée(s) de nouveau.")
            la = restent
        if la:
            self.stdout.write(f"À refaire à l'écran, par leur direction : {', '.join(f'n° {p.pk}' for p, _ in la)}.")

    def dire_les_acces_rouverts(self, retires: list[int]) -> None:
        """Qui n'avait plus accès l'a de nouveau : c'est à sa direction de le retirer, elle sait pourquoi."""
        if la := acces_rouverts(retires):
            self.stdout.write(f"{len(la)} accès retiré(s) depuis cette sauvegarde sont de nouveau ouverts, à retirer à l'écran :")
            for habilitation in la:
                dit = f"{habilitation.organisation}, {habilitation.get_role_display()} : {habilitation.compte.email}"
                self.stdout.write(f"  {dit}")

    def dire_ce_qui_reste_ferme(self) -> None:
        """Une sauvegarde d'avant une rotation a besoin de la clé de son temps."""
        try:
            bilan = compter()
        except CoffreFerme as e:
            self.stdout.write(f"Attention : {e}")
            return
        if bilan.illisibles:
            self.stdout.write(f"Attention : {bilan.illisibles} secret(s) ne s'ouvrent d'aucune clé (docs/secrets.md).")
