"""Ce qu'une personne lit dans son espace : ce qui lui a été remis, ses rendez-vous, ses heures ; et son code, à imprimer."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

import segno
from django.utils import timezone

from cedre.parcours.models import Heures, Information, Personne, Remise


@dataclass(frozen=True)
class RendezVous:
    """Un rendez-vous à venir."""

    le: date
    heure: time | None
    quoi: str
    lieu: str
    avec: str = ""


def rendez_vous(personne: Personne) -> list[RendezVous]:
    """Ses entretiens, ses bilans, ses séances, à partir d'aujourd'hui, le plus proche d'abord."""
    jour = timezone.localdate()
    entretiens = personne.entretiens.prevus().filter(le__gte=jour).select_related("conduit_par")
    bilans = personne.bilans.prevus().filter(le__gte=jour).select_related("conduit_par")
    actions = personne.actions.attendues().filter(le__gte=jour)
    collectives = personne.informations.filter(
        presence=Information.Presence.PREVUE, collective__annulee=False, collective__le__gte=jour
    )
    trouves = [
        *(RendezVous(e.le, e.heure, "Entretien", e.lieu, str(e.conduit_par or "")) for e in entretiens),
        *(RendezVous(b.le, b.heure, "Bilan : nous faisons le point", b.lieu, str(b.conduit_par or "")) for b in bilans),
        *(
            RendezVous(a.le, a.seance.heure if a.seance else None, str(a.offre), a.seance.lieu if a.seance else "")
            for a in actions.select_related("seance", "offre")
        ),
        *(
            RendezVous(i.collective.le, i.collective.heure, "Réunion d’information", i.collective.lieu)
            for i in collectives.select_related("collective")
        ),
    ]
    return sorted(trouves, key=lambda r: (r.le, r.heure or time.max, r.quoi))


def textes_remis(personne: Personne) -> tuple[Remise | None, list[Remise]]:
    """Son engagement tel qu'il lui a été remis la dernière fois, et ses bilans remis. Jamais un brouillon."""
    remises = list(personne.remises.order_by("-le", "-pk"))
    engagement = next((r for r in remises if r.engagement_id), None)
    bilans = {}
    for remise in remises:
        if remise.bilan_id:
            bilans.setdefault(remise.bilan_id, remise)
    return engagement, list(bilans.values())


def heures_par_mois(personne: Personne) -> list[tuple[date, Decimal]]:
    """Le premier jour de chaque mois travaillé et ses heures, le dernier d'abord."""
    mois = defaultdict(Decimal)
    for le, heures in Heures.objects.filter(mise_en_situation__personne=personne).values_list("le", "heures"):
        mois[le.replace(day=1)] += heures
    return sorted(mois.items(), reverse=True)


def en_groupes(code: str) -> str:
    """« ABCD EFGH JKMN », comme on l'imprime et le recopie."""
    return " ".join(code[n : n + 4] for n in range(0, len(code), 4))


def qr(adresse: str, code: str) -> str:
    """L'image d'un QR qui ouvre l'adresse et porte le code.

    Le code est dans le fragment (#) : le navigateur ne l'envoie ni au serveur, ni à ses journaux, ni au site suivant.
    """
    return segno.make(f"{adresse}#{code}", error="m").svg_data_uri(scale=6, border=2)
