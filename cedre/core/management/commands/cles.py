"""cedre cles : les clés du coffre."""

from django.core.management import BaseCommand, CommandError

from cedre.core import coffre

A_GARDER = """
À garder : une copie de ce fichier hors de cette machine et à part des sauvegardes (un gestionnaire de mots de passe, une
enveloppe fermée). Sans lui, ce qui est fermé est perdu pour tous ; qui l'aurait avec une sauvegarde lirait tout.
À retrouver : remettez le fichier en place, nommez-le par CEDRE_CLES, puis « cedre cles » dit si tout s'ouvre.
Le détail, et que faire d'une clé perdue ou volée : docs/secrets.md."""


class Command(BaseCommand):
    help = "Dit où sont les clés du coffre et ce que chacune ouvre ; en crée, en ajoute, referme tout avec la première."
    requires_system_checks = ()  # elle sert justement quand la clé manque

    def add_arguments(self, parser):
        gestes = parser.add_mutually_exclusive_group()
        gestes.add_argument("--creer", action="store_true", help="écrit le fichier de clés, s'il n'existe pas")
        gestes.add_argument("--ajouter", action="store_true", help="met une clé neuve en tête : elle fermera désormais")
        gestes.add_argument("--rechiffrer", action="store_true", help="referme avec la première clé tout ce qui est fermé")

    def handle(self, *, creer, ajouter, rechiffrer, **options):
        try:
            if creer:
                return self.creer()
            if ajouter:
                coffre.ajouter()
            if rechiffrer:
                self.stdout.write(f"{coffre.rechiffrer().par_cle[0]} secret(s) refermé(s) avec la première clé.")
            self.dire_l_etat()
        except coffre.CoffreFerme as e:
            raise CommandError(str(e)) from e

    def creer(self) -> None:
        """N'écrit rien par-dessus : une clé remplacée est une clé perdue."""
        if coffre.fichier().exists():
            raise CommandError(f"{coffre.fichier()} existe déjà. Pour une clé de plus : « cedre cles --ajouter ».")
        self.stdout.write(f"Fichier de clés créé : {coffre.creer()} (clé {coffre.empreinte(coffre.lire()[0])})")
        self.stdout.write(A_GARDER)

    def dire_l_etat(self) -> None:
        """Où sont les clés, ce que chacune ouvre ; en erreur si un secret ne s'ouvre d'aucune."""
        bilan = coffre.compter()
        self.stdout.write(f"Fichier de clés : {coffre.fichier()}")
        for rang, (cle, combien) in enumerate(zip(coffre.lire(), bilan.par_cle, strict=True)):
            role = "ferme et ouvre" if rang == 0 else "ouvre encore" if combien else "ne sert plus qu'aux vieilles sauvegardes"
            self.stdout.write(f"  {rang + 1}. clé {coffre.empreinte(cle)} : {role}, {combien} secret(s)")
        self.stdout.write(A_GARDER)
        if bilan.illisibles:
            raise CommandError(f"{bilan.illisibles} secret(s) ne s'ouvrent d'aucune de ces clés : il en manque une.")
