"""Les éditions du référentiel : celles que Cèdre livre, celles que la fédération a validées ; et celle qui s'applique (CER-1)."""

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.utils import timezone

from cedre.certification.correspondance import PointsLies, lire_correspondance, relier
from cedre.certification.lecture_edition import lire
from cedre.certification.models import Certificat, Correspondance, EditionDeposee
from cedre.certification.referentiel import DOSSIER, Edition
from cedre.comptes.models import Organisation

LIGNEE = "cedre"
CONDENSATS = DOSSIER / "CONDENSATS"  # tel que « sha256sum *.yaml » l'écrit


@cache
def lue(octets: bytes) -> Edition:
    """L'édition que disent ces octets, lue une fois. Lève EditionRefusee."""
    return lire(octets)


@cache
def livrees() -> tuple[Edition, ...]:
    """Celles qui viennent avec Cèdre, chacune autant de fois qu'elle a de versions de ses preuves, la première d'abord."""
    return tuple(une for texte in sorted(DOSSIER.glob("*.yaml")) if texte.suffixes == [".yaml"] for une in versions(texte))


def versions(texte: Path) -> list[Edition]:
    """L'édition de ce fichier, une fois par version des preuves qui sont à côté ; une seule s'il n'y en a pas."""
    octets = texte.read_bytes()
    preuves = [chemin.read_bytes() for chemin in texte.parent.glob(f"{texte.stem}.preuves-*.yaml")] or [b""]
    return sorted((lire(octets, dites) for dites in preuves), key=lambda une: une.preuves and une.preuves.numero)


def editions(lignee: str = LIGNEE, *, le: date | None = None) -> list[Edition]:
    """Toutes celles d'une lignée, de la plus ancienne à la plus récente ; un texte déposé comble celui qui manquait.

    le : le jour que l'on juge, aujourd'hui si rien n'est dit ; chacune a les preuves qui valaient ce jour-là.
    """
    jour = le or timezone.localdate()
    validees = EditionDeposee.objects.filter(etat=EditionDeposee.Etat.VALIDEE, lignee=lignee).values_list("contenu", flat=True)
    toutes = {e.code: e for e in [*_valables(jour), *(lue(contenu.encode()) for contenu in validees)] if e.lignee == lignee}
    return sorted(toutes.values(), key=lambda e: (e.du, e.code))


def _valables(le: date) -> list[Edition]:
    """Les livrées, chacune avec les versions de ses preuves qui valaient ce jour-là, la dernière à la fin."""
    return [e for e in livrees() if e.preuves is None or e.preuves.numero == 1 or e.preuves.du <= le]


def avec_les_preuves_d_alors(edition: Edition, le: date) -> Edition:
    """La même, avec les preuves qui valaient ce jour-là ; celle qui n'en a qu'une version ne change pas."""
    siennes = [e for e in _valables(le) if (e.lignee, e.code, e.condensat) == (edition.lignee, edition.code, edition.condensat)]
    return siennes[-1] if siennes else edition


def alterees() -> list[str]:
    """Ce qui n'est plus tel qu'on l'a livré ou validé, en français ; vide quand tout est intact."""
    attendus = dict(reversed(ligne.split()) for ligne in CONDENSATS.read_text(encoding="utf-8").splitlines())
    trouves = {chemin.name: hashlib.sha256(chemin.read_bytes()).hexdigest() for chemin in DOSSIER.glob("*.yaml")}
    changees = sorted(nom for nom, _ in attendus.items() ^ trouves.items())
    dits = [f"{nom} n’est pas celle que Cèdre livre." for nom in dict.fromkeys(changees)]
    for deposee in EditionDeposee.objects.filter(etat=EditionDeposee.Etat.VALIDEE):
        if hashlib.sha256(deposee.contenu.encode()).hexdigest() != deposee.condensat:
            dits.append(f"{deposee} a changé depuis que le bureau l’a validée.")
    for une in Correspondance.objects.filter(vers__etat=EditionDeposee.Etat.VALIDEE).select_related("vers"):
        if hashlib.sha256(une.contenu.encode()).hexdigest() != une.condensat:
            dits.append(f"{une} a changé depuis qu’elle est déposée.")
    return dits


def points_lies(une: Correspondance, vers: Edition) -> list[PointsLies]:
    """Ce que devient chaque point, selon une correspondance gardée. vers : l'édition où elle mène."""
    de = next(e for e in editions(vers.lignee) if e.code == une.de)
    return relier(lire_correspondance(une.contenu.encode(), de=de, vers=vers), de=de, vers=vers)


def suivante(edition: Edition) -> Correspondance | None:
    """La correspondance vers la plus récente des éditions validées qui viennent après celle-ci, s'il y en a une."""
    deposees = Correspondance.objects.filter(de=edition.code, vers__lignee=edition.lignee, vers__etat=EditionDeposee.Etat.VALIDEE)
    return max(deposees.select_related("vers"), key=lambda c: lue(c.vers.contenu.encode()).du, default=None)


@dataclass(frozen=True)
class Application:
    """L'édition qui sert à juger une structure, et pourquoi ; prevue : celle de la règle, si son texte manque.

    choisie : vrai d'une autre que l'on a voulu lire. completes : celles en vigueur ce jour-là, avec leur texte.
    """

    edition: Edition
    raison: str
    prevue: Edition | None = None
    choisie: bool = False
    completes: tuple[Edition, ...] = ()

    @property
    def annoncee(self) -> Edition:
        """Celle de la règle, que son texte manque ou non."""
        return self.prevue or self.edition


def _entrees(organisation: Organisation, le: date) -> list[tuple[date, str]]:
    """Ce qui, à cette date, avait fait entrer une structure dans la démarche (CER-4), la première d'abord : le jour, et quoi."""
    dites = (
        (organisation.experimentation_le, "a pris part à l’expérimentation"),
        (organisation.convention_tripartite_le, "a signé la convention tripartite"),
    )
    return sorted((jour, quoi) for jour, quoi in dites if jour and jour <= le)


def entree(organisation: Organisation, le: date) -> date | None:
    """Le jour où, à cette date, une structure était entrée dans la démarche : la convention tripartite, ou l'expérimentation.

    De deux jours, le premier : comment ils se combinent est une lecture du bureau.
    """
    return next((jour for jour, _ in _entrees(organisation, le)), None)


def certificat_de(organisation: Organisation, le: date) -> Certificat | None:
    """Le dernier qu'elle avait ce jour-là, valable encore ou non."""
    return max((c for c in organisation.certificats.all() if c.le <= le), key=lambda c: c.le, default=None)


def edition_de(organisation: Organisation, le: date) -> Application:
    """L'édition qui s'applique à cette structure, ce jour-là, par les deux règles de CER-1.

    À l'entrée dans la démarche, celle de ce jour ; après un certificat, celle de sa date anniversaire, une fois passée.
    Quand le texte de cette édition manque, la dernière édition complète la remplace, et le dit.
    """
    entrees, connues = _entrees(organisation, le), editions(le=le)
    certificats = [c for c in organisation.certificats.all() if c.anniversaire <= le]
    if certificats:
        reference = max(c.anniversaire for c in certificats)
        raison = f"En vigueur le {reference:%d/%m/%Y}, date anniversaire de son dernier certificat."
    elif entrees:
        reference, quoi = entrees[0]
        debut = "En vigueur" if connues[0].du <= reference else "La première : aucune n’était en vigueur"
        raison = f"{debut} le {reference:%d/%m/%Y}, quand la structure {quoi}."
        if len(entrees) > 1:
            raison += (
                " De l’expérimentation et de la convention tripartite, la première vaut, tant que le bureau ne dit pas autrement."
            )
    else:
        reference = le
        raison = (
            f"En vigueur le {le:%d/%m/%Y} ; le jour de sa convention tripartite n’est pas dit, ni celui de l’expérimentation."
        )
    prevue = max((e for e in connues if e.du <= reference), key=lambda e: e.du, default=connues[0])
    completes = tuple(e for e in connues if e.chapitres and e.du <= le)
    if prevue.chapitres:
        return Application(prevue, raison, completes=completes)
    complete = max((e for e in connues if e.chapitres and e.du <= prevue.du), key=lambda e: e.du)
    return Application(complete, raison, prevue, completes=completes)
