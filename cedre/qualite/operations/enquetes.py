"""Les gestes d'une enquête : l'ouvrir, y répondre, la clore (AME-2, AME-5)."""

from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.core.gestes import GesteImpossible
from cedre.qualite.models import Enquete, ReponseEnquete
from cedre.qualite.models.enquetes import semaine_de
from cedre.qualite.questionnaires import questionnaires
from cedre.qualite.resultats import depouiller


@transaction.atomic
def ouvrir(enquete: Enquete, *, par: Habilitation) -> Enquete:
    """Ouvre une enquête ; ses questions se figent telles que le modèle les pose ce jour-là."""
    modele = questionnaires()[enquete.modele]
    enquete.titre, enquete.questions = modele.titre, modele.en_donnees()
    enquete.save()
    tracer(par=par, geste=Trace.Geste.CREER, objet=enquete, detail=enquete.modele)
    return enquete


@transaction.atomic
def repondre(enquete: Enquete, *, reponses: dict, par: Habilitation | None = None) -> None:
    """Garde une réponse. Lève GesteImpossible si l'enquête n'en prend plus, ou si rien n'est dit.

    Par l'adresse, rien n'est tracé : une trace a une heure. par : qui recopie un papier, jusqu'à la clôture ; la trace
    dit qui recopie, jamais qui répond.
    """
    enquete = Enquete.objects.select_for_update().get(pk=enquete.pk)
    if enquete.close_le or not (par or enquete.est_ouverte):
        raise GesteImpossible("Cette enquête est finie : merci d’y avoir pensé.")
    dites = {code: valeur for code, valeur in reponses.items() if valeur not in (None, "")}
    if not dites:
        raise GesteImpossible("Répondez à une question au moins.")
    ReponseEnquete.objects.create(enquete=enquete, semaine=semaine_de(timezone.localdate()), reponses=dites)
    if par:
        tracer(par=par, geste=Trace.Geste.MODIFIER, objet=enquete, detail="réponse sur papier recopiée")


@transaction.atomic
def clore(enquete: Enquete, *, par: Habilitation) -> Enquete:
    """Clôt : plus aucune réponse n'entre, et les résultats se figent. Lève GesteImpossible."""
    enquete = Enquete.objects.select_for_update().get(pk=enquete.pk)
    if enquete.close_le:
        raise GesteImpossible("Cette enquête est déjà close.")
    enquete.close_le = timezone.localdate()
    enquete.resultats = depouiller(enquete.questions, list(enquete.reponses.values_list("reponses", flat=True)))
    enquete.save(update_fields=["close_le", "resultats"])
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=enquete, detail="close")
    return enquete
