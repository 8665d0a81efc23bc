"""cedre indicateurs : ce qu'une structure répond à un cadre, sur une année ou un mois (OBS-1)."""

import json

from django.core.management.base import BaseCommand, CommandError

from cedre.comptes.discretion import ce_qu_il_compte
from cedre.comptes.models import Organisation
from cedre.core.indicateurs import Mesure
from cedre.core.periodes import Periode
from cedre.observatoire.cadre import Cadre
from cedre.observatoire.cadres import en_vigueur, livres
from cedre.observatoire.rempli import RubriqueRemplie, periode_demandee, remplir


def en_json(remplie: RubriqueRemplie, cadre: Cadre) -> dict:
    """Une rubrique, telle que la commande l'écrit ; celle que Cèdre ne tient pas dit pourquoi, sans nombre."""
    rubrique, indicateur = remplie.rubrique, remplie.indicateur
    return {
        "code": rubrique.code,
        "libelle": rubrique.libelle,
        "definition": ce_qu_il_compte(indicateur) if indicateur else f"Non tenue : {rubrique.non_tenue}",
        "unite": indicateur.unite if indicateur else "",
        "source": indicateur.source if indicateur else cadre.source,
        **_nombres(remplie, remplie.mesure),
        "coupes": {
            coupe: {valeur: _nombres(remplie, mesure) for valeur, mesure in mesures.items()}
            for coupe, mesures in remplie.par.items()
        },
    }


def _nombres(remplie: RubriqueRemplie, mesure: Mesure | None) -> dict:
    if mesure is None:
        return dict.fromkeys(("numerateur", "denominateur", "valeur"))
    numerateur, denominateur = remplie.entiers(mesure)
    return {"numerateur": numerateur, "denominateur": denominateur, "valeur": remplie.valeur(mesure)}


class Command(BaseCommand):
    """Une structure, une période, un cadre."""

    help = "Remplit un cadre avec les chiffres d’une structure, sur une année ou un mois."

    def add_arguments(self, parser):
        parser.add_argument("--structure", metavar="SLUG", required=True, help="la structure")
        parser.add_argument("--annee", metavar="A", type=int, required=True, help="l’année, close ou en cours")
        parser.add_argument("--mois", metavar="M", type=int, help="un de ses mois, de 1 à 12")
        parser.add_argument("--cadre", metavar="CODE", help="par exemple asp-bilan ; sinon, celui de Cèdre en vigueur")
        parser.add_argument("--json", action="store_true", help="écrit du JSON, trié, le même d’un lancement à l’autre")

    def handle(self, structure, annee, mois, cadre, **options):
        """Tout en un objet JSON ; sinon, un tableau à lire."""
        periode = self._periode(annee, mois)
        organisation = Organisation.objects.structures().filter(slug=structure).first()
        if organisation is None:
            raise CommandError(f"Aucune structure n’a l’adresse « {structure} ».")
        retenu = livres().get(cadre) if cadre else en_vigueur(periode.au)
        if retenu is None:
            raise CommandError(f"Le cadre « {cadre} » n’est pas connu. Ceux de Cèdre : {', '.join(livres())}.")
        if mois is not None and not retenu.par_mois():
            raise CommandError(f"Le cadre « {retenu.code} » se remplit par année.")
        chapitres = remplir(retenu, organisation, periode)
        if options["json"]:
            dit = {"cadre": retenu.code, "organisation": structure}
            dit["periode"] = {"du": periode.du.isoformat(), "au": periode.au.isoformat()}
            dit["indicateurs"] = [en_json(remplie, retenu) for _, remplies in chapitres for remplie in remplies]
            self.stdout.write(json.dumps(dit, ensure_ascii=False, sort_keys=True))
            return
        self.stdout.write(f"{organisation}, {retenu.libelle}, {periode}")
        for chapitre, remplies in chapitres:
            self.stdout.write(f"\n{chapitre.libelle}")
            for remplie in remplies:
                self._ligne(remplie)

    def _periode(self, annee: int, mois: int | None) -> Periode:
        if not 1900 <= annee <= 9998:
            raise CommandError("L’année s’écrit avec quatre chiffres, par exemple 2026.")
        if mois is not None and not 1 <= mois <= 12:
            raise CommandError("Le mois va de 1 à 12.")
        if (periode := periode_demandee(annee, mois)) is None:
            raise CommandError("Cette période est à venir : rien ne s’y compte encore.")
        return periode

    def _ligne(self, remplie: RubriqueRemplie) -> None:
        rubrique, mesure = remplie.rubrique, remplie.mesure
        dit = "non tenue" if mesure is None else mesure.inconnue or remplie.valeur(mesure) or "rien à compter"
        nombres = ""
        if mesure is not None and remplie.compte_une_part and mesure.total:
            nombres = f"{mesure.atteint} sur {mesure.total}"
        numero = f"{rubrique.rubrique_externe} " if rubrique.rubrique_externe else ""
        self.stdout.write(f"  {dit:>14}  {nombres:16}  {numero}{rubrique.libelle}")
