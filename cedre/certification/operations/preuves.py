"""Les gestes de la preuve : apprécier, déposer, fixer (CER-3)."""

import hashlib
from datetime import date
from secrets import token_hex

from django.core.files.base import ContentFile
from django.db import transaction

from cedre.certification.models import Appreciation, Revision, ValeurDeParametre
from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.core.fichiers import EXTENSIONS
from cedre.core.refus import GesteImpossible


@transaction.atomic
def apprecier(valeurs: dict[str, tuple[str, str]], *, le: date, par: Habilitation) -> int:
    """Garde ce que l'équipe pense de ces points, {code: (valeur, commentaire)} ; rend combien ont changé."""
    avant = {}
    for a in Appreciation.objects.pour(par).filter(point__in=valeurs, le__lte=le).order_by("le", "pk"):
        avant[a.point] = a
    nouvelles = [
        Appreciation(
            organisation_id=par.organisation_id, point=code, le=le, valeur=valeur, commentaire=texte, par_id=par.compte_id
        )
        for code, (valeur, texte) in valeurs.items()
        if code not in avant or not avant[code].vaut(le) or (avant[code].valeur, avant[code].commentaire) != (valeur, texte)
    ]
    Appreciation.objects.bulk_create(nouvelles)
    if nouvelles:
        tracer(par=par, geste=Trace.Geste.CREER, objet=Appreciation, detail=", ".join(a.point for a in nouvelles))
    return len(nouvelles)


@transaction.atomic
def deposer(revision: Revision, *, nom: str, octets: bytes, genre: str, par: Habilitation) -> Revision:
    """Garde une révision, et son document s'il est nouveau ; le même fichier ne se dépose pas deux fois. Lève GesteImpossible."""
    document = revision.document
    revision.condensat = hashlib.sha256(octets).hexdigest()
    if document.pk is None:
        document.save()
        tracer(par=par, geste=Trace.Geste.CREER, objet=document)
    elif document.revisions.filter(condensat=revision.condensat).exists():
        raise GesteImpossible("Ce fichier est déjà une révision de ce document, octet pour octet.", champ="fichier")
    revision.document, revision.nom, revision.genre, revision.taille = document, nom[:160], genre, len(octets)
    revision.depose_par_id = par.compte_id
    revision.fichier.save(f"{token_hex(16)}.{EXTENSIONS[genre]}", ContentFile(octets), save=False)
    revision.save()
    tracer(par=par, geste=Trace.Geste.CREER, objet=revision)
    return revision


@transaction.atomic
def fixer(valeur: ValeurDeParametre, *, par: Habilitation) -> ValeurDeParametre:
    """Donne à un paramètre sa valeur à partir d'un jour, avec d'où elle vient."""
    valeur.save()
    tracer(par=par, geste=Trace.Geste.CREER, objet=valeur, detail=str(valeur))
    return valeur
