"""cedre importer FICHIER --structure SLUG : le même import qu'à l'écran, depuis un terminal."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from cedre.comptes.droits import Droit, Role
from cedre.comptes.fuseaux import a_l_heure_de
from cedre.comptes.models import Habilitation
from cedre.core.exports import en_csv, en_xlsx
from cedre.core.refus import GesteImpossible
from cedre.core.tableau import FichierIllisible
from cedre.parcours.importation.rapport import TITRES, lignes_du_rapport
from cedre.parcours.models import Importation
from cedre.parcours.operations.importation import abandonner, analyser, deposer, importer, regler


class Command(BaseCommand):
    """Importe des personnes, ou leurs contrats, dans une structure.

    Code de sortie 1 si une ligne est en erreur ou si rien n'a pu être lu.
    """

    help = "Importe des personnes, ou leurs contrats de travail, dans une structure, depuis un fichier CSV, XLSX, XLS ou ODS."

    def add_arguments(self, parser):
        parser.add_argument("fichier", type=Path, help="le tableau à importer")
        parser.add_argument("--structure", required=True, metavar="SLUG", help="l’adresse de la structure, par exemple « ai »")
        parser.add_argument("--contrats", action="store_true", help="le fichier contient des contrats, de personnes déjà connues")
        parser.add_argument("--apercu", action="store_true", help="dit ce qui serait fait, sans rien écrire")
        parser.add_argument("--tout-ou-rien", action="store_true", help="n’écrit rien si une seule ligne est en erreur")
        parser.add_argument("--rapport", type=Path, metavar="FICHIER", help="écrit le rapport (.csv ou .xlsx)")
        parser.add_argument("--compte", metavar="COURRIEL", help="au nom de qui ; sinon, une direction de la structure")

    def handle(self, fichier, structure, contrats, apercu, tout_ou_rien, rapport, compte, **options):
        """Dépose, lit, montre, importe."""
        sorte = Importation.Sorte.CONTRATS if contrats else Importation.Sorte.PERSONNES
        par = self._habilitation(structure, compte, sorte)
        with a_l_heure_de(par.organisation):
            self._importer(fichier, sorte, par, apercu=apercu, tout_ou_rien=tout_ou_rien, rapport=rapport)

    def _importer(self, fichier, sorte, par, *, apercu, tout_ou_rien, rapport) -> None:
        try:
            importation = deposer(fichier.read_bytes(), nom=fichier.name, sorte=sorte, par=par)
        except OSError as faute:
            raise CommandError(f"{fichier} ne s’ouvre pas : {faute.strerror}.") from None
        except FichierIllisible as faute:
            raise CommandError(f"{fichier.name} : {faute}") from None
        try:
            self._colonnes(importation)
            regler(importation, correspondance=importation.correspondance)
            analyser(importation, par=par, avance=self._avance("Lecture"))
            for remarque in importation.remarques:
                colonne = f", colonne « {remarque['colonne']} »" if remarque["colonne"] else ""
                self.stderr.write(f"{remarque['gravite']} ligne {remarque['ligne']}{colonne} : {remarque['message']}")
            if not apercu:
                importer(importation, par=par, tout_ou_rien=tout_ou_rien, avance=self._avance("Import"))
            self._bilan(importation, apercu)
            if rapport:
                lignes = lignes_du_rapport(importation)
                classeur = rapport.suffix.lower() == ".xlsx"
                rapport.write_bytes(en_xlsx(TITRES, lignes, "Import") if classeur else en_csv(TITRES, lignes))
        except GesteImpossible as faute:
            raise CommandError(str(faute)) from None
        finally:
            if importation.etat != importation.Etat.TERMINE:
                abandonner(importation)
        if importation.refusees:
            raise CommandError(f"{importation.refusees} ligne(s) en erreur, écartée(s).")

    def _habilitation(self, structure: str, compte: str | None, sorte: str) -> Habilitation:
        habilitations = (
            Habilitation.objects.actives().filter(organisation__slug=structure).select_related("organisation", "compte")
        )
        if compte:
            habilitations = habilitations.filter(compte__email=compte.lower())
        else:
            habilitations = habilitations.filter(role=Role.DIRECTION)
        permises = (h for h in habilitations.order_by("pk") if h.peut(Droit.FICHIER_IMPORTER))
        habilitation = next((h for h in permises if sorte in Importation.sortes_offertes(h)), None)
        if habilitation is None:
            qui = f"Le compte {compte}" if compte else "Aucun compte de direction"
            raise CommandError(f"{qui} ne peut importer dans « {structure} » : vérifiez la structure, ou donnez --compte.")
        return habilitation

    def _colonnes(self, importation) -> None:
        for colonne in importation.colonnes:
            sens = f"jamais lue ({colonne['ecartee']})" if colonne["ecartee"] else colonne["champ"] or "non lue"
            self.stdout.write(f"  {colonne['entete']} → {sens}")

    def _avance(self, mot: str):
        def dire(faites, total):
            self.stderr.write(f"\r{mot} : {faites} / {total}", ending="\n" if faites >= total else "")
            self.stderr.flush()

        return dire

    def _bilan(self, importation, apercu: bool) -> None:
        verbe = "Seraient" if apercu else "Ont été"
        self.stdout.write(
            f"{importation.total} lignes. {verbe} créés : {importation.creees} {importation.quoi}, "
            f"modifiés : {importation.modifiees}, "
            f"laissés tels quels : {importation.inchangees} ; lignes écartées : {importation.refusees}."
        )
