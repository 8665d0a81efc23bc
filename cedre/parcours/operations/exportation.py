"""Tout exporter en un classeur : demander, écrire en tâche de fond, effacer."""

import logging
from functools import partial
from secrets import token_hex

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.tasks import task

from cedre.comptes.fuseaux import a_l_heure_de
from cedre.comptes.models import Habilitation, Organisation, Trace
from cedre.comptes.operations import tracer
from cedre.core.refus import GesteImpossible
from cedre.parcours.classeur import ecrire
from cedre.parcours.models import Exportation

journal = logging.getLogger("cedre.exportation")
Etat = Exportation.Etat


def demander(*, sante: bool, par: Habilitation) -> Exportation:
    """Fait écrire le classeur en tâche de fond. Lève GesteImpossible s'il s'en écrit déjà un."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=par.organisation_id)
        if Exportation.objects.filter(organisation=par.organisation_id).en_route().exists():
            raise GesteImpossible("Un export est déjà en préparation : il sera prêt dans un instant.")
        exportation = Exportation.objects.create(organisation_id=par.organisation_id, sante=sante, par_id=par.compte_id)
        detail = "tout, avec les précisions de santé" if sante else "tout, sans les précisions de santé"
        tracer(par=par, geste=Trace.Geste.CREER, objet=exportation, detail=detail)
    tache_d_export.enqueue(exportation.pk, par.pk)
    return exportation


@task()
def tache_d_export(exportation_id: int, habilitation_id: int) -> None:
    """Écrit le classeur ; un échec se lit sur la page, et n'y laisse pas une barre figée."""
    par = Habilitation.objects.select_related("organisation", "compte").get(pk=habilitation_id)
    exportation = Exportation.objects.pour(par).get(pk=exportation_id)
    suivi = Exportation.objects.filter(pk=exportation_id)
    fichier = exportation.fichier.field.generate_filename(exportation, f"{token_hex(16)}.xlsx")
    suivi.update(fichier=fichier)  # su avant d'être écrit : interrompu, il s'effacera avec les autres
    try:
        with (
            a_l_heure_de(par.organisation),
            ecrire(
                par, sante=exportation.sante, avance=lambda faites, total: suivi.update(faites=faites, total=total)
            ) as classeur,
        ):
            default_storage.save(fichier, File(classeur))
        if not suivi.update(etat=Etat.PRET):  # effacé pendant qu'il s'écrivait : il peut citer qui vient d'être anonymisé
            default_storage.delete(fichier)
    except Exception:
        journal.exception("Export interrompu")
        suivi.update(etat=Etat.ECHEC)
        # La base des tâches garde le message de l'erreur, qui peut citer une personne : celui-ci n'en cite aucune.
        raise GesteImpossible("L’export s’est interrompu.") from None


def effacer(exportations) -> None:
    """Efface des exports, puis leurs fichiers quand c'est validé. exportations : un QuerySet."""
    for fichier in exportations.exclude(fichier="").values_list("fichier", flat=True):
        transaction.on_commit(partial(default_storage.delete, fichier))
    exportations.delete()


@task()
def oublier() -> None:
    """Efface, chaque nuit, les exports de plus d'un jour, pour toutes les structures (nomenclatures §7)."""
    effacer(Exportation.objects.a_oublier())
