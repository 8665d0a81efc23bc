"""Les gestes d'une enquête : l'ouvrir, y répondre, la clore (AME-2, AME-5)."""

from contextlib import suppress
from datetime import date

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.core.discretion import ASSEZ
from cedre.core.refus import GesteImpossible
from cedre.qualite.models import Enquete, ReponseEnquete
from cedre.qualite.models.enquetes import semaine_de
from cedre.qualite.questionnaires import questionnaires
from cedre.qualite.resultats import depouiller
from cedre.qualite.scelles import REPONSE, sceller, tout_desceller


@transaction.atomic
def ouvrir(enquete: Enquete, *, par: Habilitation) -> Enquete:
    """Ouvre une enquête ; ses questions se figent telles que le modèle les pose ce jour-là."""
    modele = questionnaires()[enquete.modele]
    enquete.titre, enquete.questions = modele.titre, modele.en_donnees()
    enquete.save()
    tracer(par=par, geste=Trace.Geste.CREER, objet=enquete, detail=enquete.modele)
    return enquete


def bulletin(dites: dict, *, semaine: date, par: int | None = None) -> str:
    """Une réponse, scellée : avec elle la semaine, et le compte qui recopie un papier, qui s'oublient à la clôture."""
    return sceller({"reponses": dites, "semaine": semaine.isoformat(), "par": par}, taille=REPONSE)


@transaction.atomic
def repondre(enquete: Enquete, *, reponses: dict, par: Habilitation | None = None) -> None:
    """Garde une réponse. Lève GesteImpossible si l'enquête n'en prend plus, ou si rien n'est dit.

    Rien n'est tracé : une trace a une heure. par : qui recopie un papier, jusqu'à la clôture ; il faudra cinq réponses
    de plus que les siennes pour montrer les résultats.
    """
    enquete = Enquete.objects.select_for_update().get(pk=enquete.pk)
    if enquete.close_le or not (par or enquete.est_ouverte):
        raise GesteImpossible("Cette enquête est finie : merci d’y avoir pensé.")
    dites = {code: valeur for code, valeur in reponses.items() if valeur not in (None, "")}
    if not dites:
        raise GesteImpossible("Répondez à une question au moins.")
    scelle = bulletin(dites, semaine=semaine_de(timezone.localdate()), par=par.compte_id if par else None)
    ReponseEnquete.objects.create(enquete=enquete, scelle=scelle)


def compter(enquete: Enquete, semaines: list[date]) -> None:
    """Pose sur l'enquête combien ont répondu, et depuis quand c'est assez, sans l'enregistrer. semaines : de chaque réponse."""
    semaines, assez = sorted(semaines), len(semaines) >= ASSEZ
    enquete.nombre = len(semaines)
    enquete.assez_des, enquete.assez_depuis = (semaines[ASSEZ - 1], semaines[-ASSEZ]) if assez else (None, None)


def _depouiller(enquete: Enquete) -> list[dict]:
    """Ouvre les réponses et les compte. Lève GesteImpossible s'il manque une clé."""
    bulletins = tout_desceller(enquete.reponses.values_list("scelle", flat=True))
    compter(enquete, [date.fromisoformat(b["semaine"]) for b in bulletins])
    return bulletins


@transaction.atomic
def clore(enquete: Enquete, *, par: Habilitation) -> Enquete:
    """Clôt : plus aucune réponse n'entre, il n'en reste que des comptes et des textes sans lien. Lève GesteImpossible."""
    enquete = Enquete.objects.select_for_update().get(pk=enquete.pk)
    if enquete.close_le:
        raise GesteImpossible("Cette enquête est déjà close.")
    enquete.close_le = timezone.localdate()
    enquete.resultats = depouiller(enquete.questions, _depouiller(enquete))
    enquete.save(update_fields=["close_le", "resultats", "nombre", "assez_des", "assez_depuis"])
    enquete.reponses.all().delete()
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=enquete, detail="close")
    return enquete


@task()
def compter_les_reponses() -> None:
    """Chaque nuit, combien ont répondu aux enquêtes qui courent : de jour, un compte qui grandit dirait qui vient de répondre."""
    for pk in Enquete.objects.filter(close_le=None).values_list("pk", flat=True).order_by("pk"):
        with suppress(GesteImpossible), transaction.atomic():  # une clé qui manque est au journal ; les autres se comptent
            if enquete := Enquete.objects.select_for_update().filter(pk=pk, close_le=None).first():
                _depouiller(enquete)
                enquete.save(update_fields=["nombre", "assez_des", "assez_depuis"])
