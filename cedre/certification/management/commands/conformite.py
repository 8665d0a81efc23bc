"""cedre conformite : où en est une structure, ou tout le réseau, face au référentiel, à une date (CER-3)."""

import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cedre.certification.conformite import SpecificationJugee, juger_structure, juger_structures
from cedre.certification.editions import edition_de, editions
from cedre.certification.referentiel import Edition
from cedre.comptes.models import Organisation

PEU = 10  # en dessous, structure par structure ; au-dessus, toutes ensemble, indicateur par indicateur


def en_json(specification: SpecificationJugee) -> dict:
    """Une spécification, telle que la commande l'écrit ; ses nombres sont ceux de la preuve qui fait son verdict."""
    tete = specification.tete
    return {
        "ref": specification.specification.code,
        "titre": specification.specification.texte,
        "verdict": specification.verdict,
        **_nombres(tete),
        "regle": specification.points[0].regle,
        "points": [
            {
                "ref": p.point.code,
                "texte": p.point.texte,
                "verdict": p.verdict,
                "regle": p.regle,
                "preuves": [
                    {nom: getattr(preuve.preuve, nom) for nom in ("indicateur", "objet", "constat", "document")}
                    | {"verdict": preuve.verdict, "raison": preuve.jugement.raison, "regle": preuve.regle}
                    | {"lectures": [{"code": une.lecture.code, "retenu": une.reponse} for une in preuve.lectures]}
                    | _nombres(preuve)
                    for preuve in p.preuves
                ],
            }
            for p in specification.points
        ],
    }


def _nombres(preuve) -> dict:
    mesure = preuve.mesure if preuve and preuve.mesure and not preuve.mesure.inconnue else None
    return {
        "numerateur": mesure.atteint if mesure else None,
        "denominateur": mesure.total if mesure else None,
        "seuil": preuve.jugement.seuil if preuve else None,
        "manquants": preuve.manquants if preuve else 0,
    }


class Command(BaseCommand):
    """Une structure, les membres d'un ensemblier (jamais fondus en un), ou tout le réseau."""

    help = "Dit le verdict de chaque spécification du référentiel, pour une structure ou pour toutes, à une date."

    def add_arguments(self, parser):
        parser.add_argument("--structure", metavar="SLUG", help="une structure ou un ensemblier ; sinon, tout le réseau")
        parser.add_argument("--le", type=date.fromisoformat, metavar="AAAA-MM-JJ", help="la date ; aujourd’hui si rien n’est dit")
        parser.add_argument("--edition", metavar="CODE", help="par exemple 2004-10 ; sinon, celle qui s’applique à chacune")
        parser.add_argument("--json", action="store_true", help="écrit du JSON : un objet par structure, une structure par ligne")

    def handle(self, structure, le, edition, **options):
        """Une ligne par structure en JSON ; sinon, un tableau à lire."""
        le = le or timezone.localdate()
        if le > timezone.localdate():
            raise CommandError("Ce jour est à venir : rien ne s’y juge encore.")
        for organisation, retenue, specifications in self._tout(self._organisations(structure, le), edition, le):
            if options["json"]:
                dit = {"structure": organisation.slug, "edition": retenue.code, "le": le.isoformat()}
                dit["specifications"] = [en_json(s) for s in specifications]
                self.stdout.write(json.dumps(dit, ensure_ascii=False, sort_keys=True))
            else:
                self.stdout.write(f"\n{organisation}, édition {retenue.code}, au {le:%d/%m/%Y}")
                for s in specifications:
                    mesure = s.tete and s.tete.mesure
                    nombres = (mesure.inconnue or f"{mesure.atteint} sur {mesure.total}") if mesure else ""
                    self.stdout.write(f"  {s.specification.code:5} {s.verdict.label:16} {nombres:14} {s.specification.texte}")

    def _organisations(self, slug: str | None, le: date) -> list[Organisation]:
        toutes = Organisation.objects.structures().prefetch_related("certificats").order_by("slug")
        if slug is None:
            return list(toutes)
        trouvees = list(toutes.filter(slug=slug)) or list(toutes.de_l_ensemblier(slug, le))
        if not trouvees:
            raise CommandError(f"Aucune structure n’a l’adresse « {slug} ».")
        return trouvees

    def _tout(self, organisations: list[Organisation], code: str | None, le: date):
        par_edition: dict[str, tuple[Edition, list[Organisation]]] = {}
        for organisation in organisations:
            retenue = self._edition(code, le) if code else edition_de(organisation, le).edition
            par_edition.setdefault(retenue.condensat, (retenue, []))[1].append(organisation)
        for retenue, siennes in par_edition.values():
            if len(siennes) < PEU:
                yield from ((o, retenue, juger_structure(o, retenue, le)) for o in siennes)
                continue
            for organisation, specifications in juger_structures(siennes, retenue, le, avance=self._avance):
                yield organisation, retenue, specifications

    def _edition(self, code: str, le: date) -> Edition:
        retenue = next((e for e in editions(le=le) if e.code == code), None)
        if retenue is None or not retenue.chapitres:
            raise CommandError(f"L’édition « {code} » n’est pas connue, ou son texte manque.")
        if retenue.du > le:
            raise CommandError(f"L’édition « {code} » n’est en vigueur que depuis le {retenue.du:%d/%m/%Y}.")
        return retenue

    def _avance(self, fait: int, total: int) -> None:
        self.stderr.write(f"\r{fait} indicateurs sur {total}", ending="\n" if fait == total else "")
        self.stderr.flush()
