"""Les gestes de la fédération : déposer une édition, en noter la validation, noter une certification (CER-1, CER-5)."""

import hashlib
from datetime import date

from django.db import transaction
from django.utils import timezone

from cedre.certification.correspondance import edition_de_depart, lire_correspondance
from cedre.certification.editions import editions, entree, lue
from cedre.certification.models import Certificat, Correspondance, EditionDeposee
from cedre.certification.referentiel import Edition, EditionRefusee
from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer, tracer_chez
from cedre.core.refus import GesteImpossible


@transaction.atomic
def deposer_edition(contenu: str, *, par: Habilitation) -> tuple[EditionDeposee, bool]:
    """Garde un brouillon d'édition ; le brouillon précédent du même code s'en va, avec sa correspondance.

    Rend l'édition, et vrai si une correspondance s'en est allée. Lève EditionRefusee, GesteImpossible.
    """
    edition = lue(contenu.encode())
    if edition.code in {e.code for e in editions(edition.lignee)}:
        raise GesteImpossible(
            "Cette édition est validée : elle ne change plus. Donnez un autre code à la suivante.", champ="fichier"
        )
    brouillons = EditionDeposee.objects.filter(etat=EditionDeposee.Etat.BROUILLON)
    _, parties = brouillons.filter(lignee=edition.lignee, code=edition.code).delete()
    deposee = EditionDeposee.objects.create(
        lignee=edition.lignee, code=edition.code, contenu=contenu, condensat=edition.condensat, deposee_par_id=par.compte_id
    )
    tracer(par=par, geste=Trace.Geste.CREER, objet=deposee, detail=str(deposee))
    return deposee, bool(parties.get(Correspondance._meta.label))


@transaction.atomic
def valider_edition(deposee: EditionDeposee, *, le: date, noms: str, par: Habilitation) -> Edition:
    """Fige l'édition que le bureau a validée ; un nom par ligne. Lève GesteImpossible si elle l'est déjà, ou a changé."""
    actuelle = EditionDeposee.objects.select_for_update().get(pk=deposee.pk)
    if actuelle.etat != EditionDeposee.Etat.BROUILLON:
        raise GesteImpossible("Cette édition est déjà validée.")
    if actuelle.condensat != deposee.condensat:
        raise GesteImpossible("Un autre texte a été déposé entre-temps : relisez-le.")
    actuelle.etat, actuelle.validee_le, actuelle.validee_par = EditionDeposee.Etat.VALIDEE, le, noms
    actuelle.save(update_fields=["etat", "validee_le", "validee_par"])
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=actuelle, detail=f"{actuelle}, validée")
    return lue(actuelle.contenu.encode())


@transaction.atomic
def deposer_correspondance(deposee: EditionDeposee, contenu: str, *, par: Habilitation) -> Correspondance:
    """Garde ce que devient chaque point dans cette édition. Lève EditionRefusee, GesteImpossible.

    Tant que l'édition est un brouillon, la dernière déposée remplace la précédente ; ensuite, elle ne change plus.
    """
    actuelle = EditionDeposee.objects.select_for_update().get(pk=deposee.pk)
    vers, code = lue(actuelle.contenu.encode()), edition_de_depart(contenu.encode())
    de = next((e for e in editions(vers.lignee) if e.code == code and e.chapitres and e.du < vers.du), None)
    if de is None:
        raise EditionRefusee([f"« {code} » n’est pas une édition complète, en vigueur avant {vers.code}."])
    lire_correspondance(contenu.encode(), de=de, vers=vers)
    if actuelle.etat == EditionDeposee.Etat.BROUILLON:
        actuelle.correspondances.filter(de=code).delete()
    elif actuelle.correspondances.filter(de=code).exists():
        raise GesteImpossible("L’édition est validée : sa correspondance ne change plus.", champ="fichier")
    condensat = hashlib.sha256(contenu.encode()).hexdigest()
    une = Correspondance.objects.create(
        de=code, vers=actuelle, contenu=contenu, condensat=condensat, deposee_par_id=par.compte_id
    )
    tracer(par=par, geste=Trace.Geste.CREER, objet=une, detail=str(une))
    return une


@transaction.atomic
def certifier(certificat: Certificat, *, par: Habilitation) -> Certificat:
    """Note le jour où une structure a été certifiée. Lève GesteImpossible s'il est à venir, ou d'avant la démarche."""
    if certificat.le > timezone.localdate():
        raise GesteImpossible("Ce jour n’est pas encore venu.", champ="le")
    entree_le = entree(certificat.organisation, timezone.localdate())
    if entree_le and certificat.le < entree_le:
        raise GesteImpossible(f"{certificat.organisation} est entrée dans la démarche le {entree_le:%d/%m/%Y}.", champ="le")
    certificat.save()
    tracer_chez(certificat.organisation, par=par, geste=Trace.Geste.CREER, objet=certificat)
    return certificat


@transaction.atomic
def retirer_certificat(certificat: Certificat, *, motif: str, par: Habilitation) -> None:
    """Retire une certification notée par erreur ; la trace, chez la fédération et chez la structure, en garde le motif."""
    tracer_chez(certificat.organisation, par=par, geste=Trace.Geste.SUPPRIMER, objet=certificat, detail=f"{certificat} : {motif}")
    certificat.delete()
