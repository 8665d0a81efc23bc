"""cedre rapport : publier le rapport d'une structure, ou vérifier qu'un rapport publié est bien celui qu'on a publié (OBS-2)."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError

from cedre.comptes.droits import Droit
from cedre.comptes.fuseaux import a_l_heure_de
from cedre.comptes.models import Habilitation, Organisation
from cedre.core.periodes import Periode, annee, mois
from cedre.core.refus import GesteImpossible
from cedre.observatoire.cadre import Cadre
from cedre.observatoire.cadres import en_vigueur, livres
from cedre.observatoire.models import Rapport
from cedre.observatoire.operations import rapports
from cedre.observatoire.publication import verifier


class Command(BaseCommand):
    """Une structure, une période, un cadre. Code de sortie 1 si rien ne se publie, ou si un fichier ne concorde pas."""

    help = "Publie le rapport d’activité d’une structure, ou vérifie ceux qu’elle a publiés, fichiers et nombres."

    def add_arguments(self, parser):
        gestes = parser.add_subparsers(dest="geste", required=True, metavar="publier|verifier")
        for geste, dit in (("publier", "fige les nombres de la période"), ("verifier", "recompte ce qui a été publié")):
            sien = gestes.add_parser(geste, help=dit)
            sien.add_argument(
                "--structure",
                metavar="SLUG",
                required=True,
                help="la structure, ou la région à vérifier",
            )
            sien.add_argument("--annee", metavar="A", type=int, required=True, help="l’année")
            sien.add_argument("--mois", metavar="M", type=int, help="un de ses mois, de 1 à 12")
            sien.add_argument("--cadre", metavar="CODE", help="par exemple asp-bilan ; sinon, celui de Cèdre en vigueur")
            if geste == "publier":
                sien.add_argument("--compte", metavar="COURRIEL", help="au nom de qui ; sinon, qui tient le rapport")

    def handle(self, geste, structure, annee, mois, cadre, **options):
        """Dit d'une phrase ce qui est fait, ou ce qui ne concorde pas."""
        toutes = Organisation.objects.structures() if geste == "publier" else Organisation.objects.order_by("pk")
        organisation = toutes.filter(slug=structure).first()
        if organisation is None:
            raise CommandError(f"Aucune structure n’a l’adresse « {structure} ».")
        periode = self._periode(annee, mois)
        retenu = self._cadre(cadre, periode)
        with a_l_heure_de(organisation):
            if geste == "publier":
                self._publier(organisation, retenu, periode, options["compte"])
            else:
                self._verifier(organisation, retenu, periode)

    def _periode(self, an: int, rang: int | None) -> Periode:
        if not 1900 <= an <= 9998:
            raise CommandError("L’année s’écrit avec quatre chiffres, par exemple 2026.")
        if rang is not None and not 1 <= rang <= 12:
            raise CommandError("Le mois va de 1 à 12.")
        return mois(date(an, rang, 1)) if rang else annee(date(an, 1, 1))

    def _cadre(self, code: str | None, periode: Periode) -> Cadre:
        retenu = livres().get(code) if code else en_vigueur(periode.au)
        if retenu is None:
            raise CommandError(f"Le cadre « {code} » n’est pas connu. Ceux de Cèdre : {', '.join(livres())}.")
        if periode.du.month == periode.au.month and not retenu.par_mois():
            raise CommandError(f"Le cadre « {retenu.code} » se remplit par année.")
        return retenu

    def _publier(self, organisation: Organisation, cadre: Cadre, periode: Periode, compte: str | None) -> None:
        actives = Habilitation.objects.actives().filter(organisation=organisation).select_related("organisation", "compte")
        siennes = actives.filter(compte__email=compte.lower()) if compte else actives
        par = next((h for h in siennes.order_by("pk") if h.peut(Droit.RAPPORT_TENIR)), None)
        if par is None:
            raise CommandError(f"{compte or 'Personne'} ne peut y publier le rapport.")
        try:
            publie = rapports.publier(rapports.commencer(organisation, cadre, periode, par=par), par=par)
        except GesteImpossible as refus:
            raise CommandError(str(refus)) from None
        self.stdout.write(f"{publie} est publié : {publie.nombres.count()} nombres.")

    def _verifier(self, organisation: Organisation, cadre: Cadre, periode: Periode) -> None:
        siens = Rapport.objects.filter(organisation=organisation, cadre=cadre.code).sur(periode).exclude(publie_le=None)
        versions = list(siens.order_by("version"))
        if not versions:
            raise CommandError(f"{organisation} n’a rien publié {periode} dans ce cadre.")
        faux = 0
        for publie in versions:
            concorde, dit = verifier(publie)
            faux += not concorde
            self.stdout.write(f"{publie} : {dit}")
        if faux:
            raise CommandError(f"{faux} rapport(s) sur {len(versions)} ne concordent pas avec ce qui a été publié.")
