"""Écrire le brouillon du manuel, publier une version, noter qui l'a lue (MAN-1 à MAN-3)."""

import hashlib
from collections.abc import Iterable
from datetime import date

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation, Organisation, Trace
from cedre.comptes.operations import tracer
from cedre.core.refus import Conflit, GesteImpossible
from cedre.parcours.models import Personne
from cedre.qualite.manuel import composer_brouillon, document, est_vide, section_de
from cedre.qualite.models import AccuseDeLecture, VersionDuManuel
from cedre.structures.documents import composer

GABARIT = "qualite/typst/manuel.typ"


@transaction.atomic
def ecrire_section(code: str, *, texte: str, version: int, par: Habilitation) -> None:
    """Garde ce que la structure écrit d'une section ; la version publiée ne bouge pas.

    version : celle que l'on avait sous les yeux, 0 si rien n'était écrit. Le même texte envoyé deux fois n'en fait qu'un.
    Lève Conflit, qui n'a rien écrit.
    """
    Organisation.objects.select_for_update().get(pk=par.organisation_id)  # deux premières fois n'ont encore aucune ligne
    ligne = section_de(par.organisation, code)
    if ligne.texte == texte:
        return
    if ligne.version != version:
        raise Conflit(ligne)
    ligne.texte, ligne.version, ligne.par_id = texte, version + 1, par.compte_id
    ligne.save()
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=ligne, detail=code)


def apercu(*, par: Habilitation) -> bytes:
    """Le PDF du brouillon d'aujourd'hui."""
    le, chez = timezone.localdate(), par.organisation
    return composer(GABARIT, document(composer_brouillon(chez, le), chez, le=le), chez=chez.pk)


@transaction.atomic
def publier(version: VersionDuManuel, *, par: Habilitation) -> VersionDuManuel:
    """Fige le brouillon en une version, texte et PDF, au numéro qui suit. Lève GesteImpossible si rien n'est écrit."""
    Organisation.objects.select_for_update().get(pk=par.organisation_id)
    vides = [s["titre"] for s in composer_brouillon(version.organisation, version.publiee_le)["sections"] if est_vide(s)]
    if vides:
        raise GesteImpossible(f"Il reste à écrire : {', '.join(vides)}.")
    figer(version)
    tracer(par=par, geste=Trace.Geste.CREER, objet=version, detail=str(version))
    return version


def figer(version: VersionDuManuel) -> VersionDuManuel:
    """Compose le texte et le PDF de cette version, au numéro qui suit, et les garde avec le condensat du fichier."""
    chez, le = version.organisation, version.publiee_le
    derniere = VersionDuManuel.objects.filter(organisation=chez).aggregate(numero=Max("numero"))["numero"] or 0
    version.numero, version.contenu = derniere + 1, composer_brouillon(chez, le)
    octets = composer(GABARIT, document(version.contenu, chez, version=version, le=le), chez=chez.pk)
    version.condensat = hashlib.sha256(octets).hexdigest()
    version.fichier.save("manuel.pdf", ContentFile(octets), save=False)
    version.save()
    return version


def manuel_de(personne: Personne) -> tuple[VersionDuManuel | None, bool]:
    """La version publiée là où cette personne est suivie, et si elle en a lu la forme courte."""
    version = VersionDuManuel.objects.filter(organisation=personne.organisation_id).publiees(timezone.localdate()).first()
    return version, bool(version and version.lectures.filter(personne=personne).exists())


def a_lire(habilitation: Habilitation) -> VersionDuManuel | None:
    """La version publiée, si ce compte ne l'a pas encore lue."""
    lues = AccuseDeLecture.objects.filter(manuel=OuterRef("pk"), compte=habilitation.compte_id)
    publiees = VersionDuManuel.objects.pour(habilitation).publiees(timezone.localdate()).defer("contenu")
    derniere = publiees.annotate(lue=Exists(lues)).first()
    return None if derniere is None or derniere.lue else derniere


def a_informer(habilitation: Habilitation, version: VersionDuManuel):
    """Les salariés en parcours, de ceux que l'on suit, qui n'ont pas encore lu la forme courte de cette version."""
    salaries = Personne.objects.pour(habilitation).nominatives().salariees(timezone.localdate())
    lues = version.lectures.filter(personne__isnull=False)
    return salaries.exclude(pk__in=lues.values("personne")).order_by("nom_recherche", "pk")


@transaction.atomic
def noter_lue(version: VersionDuManuel, *, par: Habilitation) -> None:
    """Ce compte a lu cette version, à l'écran ; le redire ne change rien."""
    AccuseDeLecture.objects.get_or_create(manuel=version, compte_id=par.compte_id, defaults={"mode": AccuseDeLecture.Mode.ECRAN})


@transaction.atomic
def noter_lue_en_clair(version: VersionDuManuel, personne: Personne) -> None:
    """Une personne a lu la forme courte, dans son espace ; le redire ne change rien."""
    AccuseDeLecture.objects.get_or_create(manuel=version, personne=personne, defaults={"mode": AccuseDeLecture.Mode.ECRAN})


@transaction.atomic
def recopier_liste(
    version: VersionDuManuel,
    *,
    le: date,
    comptes: Iterable[Compte] = (),
    personnes: Iterable[Personne] = (),
    noms: Iterable[str] = (),
    par: Habilitation,
) -> int:
    """Garde les lectures d'une liste en papier ; rend combien sont nouvelles. Lève GesteImpossible."""
    if le < version.publiee_le:
        raise GesteImpossible(f"Elle a été publiée le {version.publiee_le:%d/%m/%Y} : on ne l’a pas lue avant.", champ="le")
    deja = set(version.lectures.filter(nom__gt="").values_list("nom", flat=True))
    commun = {"manuel": version, "le": le, "mode": AccuseDeLecture.Mode.PAPIER}
    lectures = [AccuseDeLecture(compte=compte, **commun) for compte in comptes]
    lectures += [AccuseDeLecture(personne=personne, **commun) for personne in personnes]
    lectures += [AccuseDeLecture(nom=nom, **commun) for nom in dict.fromkeys(noms) if nom not in deja]
    avant = version.lectures.count()
    AccuseDeLecture.objects.bulk_create(lectures, ignore_conflicts=True)
    nouvelles = version.lectures.count() - avant
    tracer(par=par, geste=Trace.Geste.CREER, objet=AccuseDeLecture, detail=f"{version}, liste en papier : {nouvelles}")
    return nouvelles
