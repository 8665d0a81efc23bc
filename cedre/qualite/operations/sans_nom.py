"""Ce qui ne va pas, dit sans nom : gardé scellé, et livré le lendemain matin avec ce qui a été dit le même jour (AME-1)."""

import logging
from collections import Counter
from datetime import date
from secrets import SystemRandom

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.tasks import task
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.fuseaux import par_fuseau
from cedre.comptes.models import Habilitation, Organisation, Trace
from cedre.comptes.operations import tracer
from cedre.core.coffre import CoffreFerme
from cedre.core.refus import GesteImpossible
from cedre.core.templatetags.cedre import accorde
from cedre.qualite.models import MessageSansNom, Reclamation
from cedre.qualite.operations.reclamations import prevenir
from cedre.qualite.scelles import MESSAGE, desceller, sceller

CHAMPS = ("sorte", "origine", "canal", "texte", "qui", "contact")
RECU = "C’est reçu. Votre message sera lu demain matin, avec ceux du même jour : rien ne dira qui l’a écrit, ni à quelle heure."

journal = logging.getLogger("cedre.qualite")


def deposer(reclamation: Reclamation) -> None:
    """Garde ce qui est dit jusqu'au lendemain, sans trace ni courriel : ils auraient une heure. Lève GesteImpossible."""
    if reclamation.recue_le > timezone.localdate():
        raise GesteImpossible("Cette date est à venir.", champ="recue_le")
    dit = {champ: getattr(reclamation, champ) for champ in CHAMPS} | {"recue_le": reclamation.recue_le.isoformat()}
    MessageSansNom.objects.create(organisation_id=reclamation.organisation_id, scelle=sceller(dit, taille=MESSAGE))


def _ouvrir(message: MessageSansNom) -> Reclamation | None:
    """La réclamation de ce message ; rien s'il manque la clé qui l'a fermé : il attend encore."""
    try:
        dit = desceller(message.scelle)
    except CoffreFerme as e:
        journal.error("Un message sans nom attend encore : %s", e)
        return None
    dit["recue_le"] = date.fromisoformat(dit["recue_le"])
    return Reclamation(organisation_id=message.organisation_id, reponse_attendue=bool(dit["contact"]), **dit)


def livrer_a_chacun(fuseau: str = "") -> tuple[int, int]:
    """Livre à chaque structure ce qui y a été déposé avant le jour qu'il est chez elle ; fuseau : à celles de cette heure.

    Rend combien, et combien attendent encore une clé.
    """
    comptes = par_fuseau(livrer, Organisation.objects.all(), fuseau)
    return sum(livres for livres, _ in comptes), sum(fermes for _, fermes in comptes)


@transaction.atomic
def livrer(le: date, chez: QuerySet[Organisation] | None = None) -> tuple[int, int]:
    """Livre ensemble, en désordre, tout ce qui a été déposé avant ce jour ; rend combien, et combien attendent encore une clé.

    chez : les organisations où il est ce jour-là ; toutes si rien n'est dit.
    Une trace par structure, sans compte. Relancé, ou lancé deux fois ensemble, il ne livre rien deux fois.
    """
    messages = MessageSansNom.objects.select_for_update().filter(le__lt=le).order_by("pk")
    ouverts = {m.pk: _ouvrir(m) for m in (messages if chez is None else messages.filter(organisation__in=chez))}
    lus = {pk: reclamation for pk, reclamation in ouverts.items() if reclamation}
    en_desordre = list(lus.values())
    SystemRandom().shuffle(en_desordre)
    Reclamation.objects.bulk_create(en_desordre)
    MessageSansNom.objects.filter(pk__in=lus).delete()
    for chez, nombre in sorted(Counter(r.organisation_id for r in en_desordre).items()):
        tracer(par=Habilitation(organisation_id=chez), geste=Trace.Geste.CREER, objet=Reclamation, detail=f"sans nom : {nombre}")
        combien = accorde(nombre, "message")
        page = settings.SITE + reverse("qualite:reclamations", query={"etat": "a_accuser"})
        lettre = f"Bonjour,\n\n{combien} sans nom à lire dans Cèdre :\n{page}\n\nLa page s’ouvre avec votre compte.\n"
        prevenir(chez, f"{combien} sans nom à lire", lettre)
    return len(lus), len(ouverts) - len(lus)


@task()
def livrer_les_messages(fuseau: str = "") -> None:
    """Chaque matin, ce qui a été dit sans nom les jours d'avant ; à chaque fuseau son matin."""
    livrer_a_chacun(fuseau)
