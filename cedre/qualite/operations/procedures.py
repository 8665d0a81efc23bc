"""Écrire une procédure, la relire, la retirer (TRA-4)."""

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import enregistrer, tracer
from cedre.comptes.passe import change_le_passe
from cedre.core.dates import UN_AN
from cedre.core.refus import GesteImpossible
from cedre.qualite.models import Procedure, RevisionDeProcedure


def _en_vigueur(procedure: Procedure) -> None:
    if procedure.retiree_le:
        raise GesteImpossible("Cette procédure est retirée : elle ne change plus. Écrivez-en une autre.")


def _reviser(procedure: Procedure, *, le: date, par: Habilitation, changement: str = "") -> None:
    dit = {"objet": procedure.objet, "reglage": procedure.reglage}
    RevisionDeProcedure.objects.create(procedure=procedure, le=le, changement=changement, par_id=par.compte_id, **dit)


@change_le_passe
@transaction.atomic
def ecrire(procedure: Procedure, *, le: date, changement: str, champs: list[str], par: Habilitation) -> Procedure:
    """Crée ou change une procédure ; c'est la relire. le : le jour de cette révision. Lève GesteImpossible."""
    _en_vigueur(procedure)
    depuis = Procedure.objects.select_for_update().filter(pk=procedure.pk).values_list("depuis", flat=True).first()
    if depuis and procedure.depuis > depuis:
        raise GesteImpossible(f"On la suit depuis le {depuis:%d/%m/%Y} : la réviser ne change pas ce jour.", champ="depuis")
    if le < procedure.depuis:
        raise GesteImpossible("On ne relit pas une procédure avant qu’elle existe.", champ="relue_le")
    derniere = procedure.revisions.aggregate(le=Max("le"))["le"] if procedure.pk else None
    if derniere and le < derniere:
        raise GesteImpossible(
            f"Elle a été relue le {derniere:%d/%m/%Y} : ce qui change depuis se date d’après.", champ="relue_le"
        )
    enregistrer(procedure, champs=[c for c in champs if c in {f.name for f in procedure._meta.fields}], par=par)
    _reviser(procedure, le=le, changement=changement, par=par)
    return procedure


@transaction.atomic
def relire(procedure: Procedure, *, par: Habilitation) -> None:
    """La procédure a été relue aujourd'hui, elle dit toujours ce que l'on fait ; à revoir dans un an. Lève GesteImpossible."""
    _en_vigueur(procedure)
    aujourdhui = timezone.localdate()
    if procedure.revisions.filter(le=aujourdhui).exists():
        raise GesteImpossible("Elle a déjà été relue aujourd’hui.")
    _reviser(procedure, le=aujourdhui, par=par)
    procedure.prochaine_revision = aujourdhui + UN_AN
    procedure.save(update_fields=["prochaine_revision"])
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=procedure, detail="relue")


@change_le_passe
@transaction.atomic
def retirer(procedure: Procedure, *, par: Habilitation) -> None:
    """La procédure n'est plus suivie à partir d'aujourd'hui ; son texte reste lisible. Lève GesteImpossible."""
    _en_vigueur(procedure)
    procedure.retiree_le = timezone.localdate()
    procedure.save(update_fields=["retiree_le"])
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=procedure, detail="retirée")
