"""Où en était un dossier et qui le suivait, à toute date : ses étapes, déduites de ses faits, et ses référents (ACC-6)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db import models
from django.db.models import Q

from cedre.comptes.models import Compte
from cedre.comptes.partage import Equipe, Partage
from cedre.core.intervalles import Intervalle, LusAuJour
from cedre.parcours.models.phase import PHASES_OUVERTES, Phase


class FaitDeParcours(NamedTuple):
    """Un fait qui peut changer la phase. saisi : l'instant où on l'a noté, qui départage ceux d'un jour ; None : le soir."""

    le: date
    sorte: str
    saisi: datetime | None = None


DEMANDE, RENCONTRE, CONTRAT, SORTIE = "demande", "rencontre", "contrat", "sortie"
# D'une sorte de fait, la phase où elle mène, et celles d'où elle y mène ; une suite donnée dit sa nature.
MENE = {
    DEMANDE: (Phase.PRE_ACCUEIL, (Phase.SORTIE, Phase.REORIENTEE, Phase.SANS_SUITE)),
    RENCONTRE: (Phase.ACCUEIL, (Phase.PRE_ACCUEIL,)),
    "inscription": (Phase.PRE_EMBAUCHE, (Phase.PRE_ACCUEIL, Phase.ACCUEIL)),
    "reorientation": (Phase.REORIENTEE, PHASES_OUVERTES),
    "sans_suite": (Phase.SANS_SUITE, PHASES_OUVERTES),
    CONTRAT: (Phase.PARCOURS, (*Phase,)),
    SORTIE: (Phase.SORTIE, (*Phase,)),
}
RANGS = {sorte: rang for rang, sorte in enumerate(MENE)}


def _rang(fait: FaitDeParcours) -> tuple:
    """D'un même jour, dans l'ordre où on les a notés ; ceux dont on ne sait pas l'heure, le soir, dans l'ordre de MENE."""
    return fait.le, fait.saisi is None, fait.saisi.timestamp() if fait.saisi else 0, RANGS[fait.sorte]


def deduire(faits: Iterable[FaitDeParcours], ouvert_le: date) -> list[tuple[date, Phase]]:
    """Les étapes d'un dossier, de la plus ancienne à la plus récente : le premier jour de chacune et sa phase.

    ouvert_le : le jour où le dossier a été créé ; un fait plus ancien l'ouvre plus tôt. D'un jour, la phase est celle du soir.

    >>> faits = [(2, "demande"), (9, "rencontre"), (9, "inscription")]
    >>> faits = [FaitDeParcours(date(2026, 3, jour), sorte) for jour, sorte in faits]
    >>> [(le.day, str(phase)) for le, phase in deduire(faits, date(2026, 3, 4))]
    [(2, 'pre_accueil'), (9, 'pre_embauche')]
    """
    ranges = sorted(faits, key=_rang)
    phase = Phase.PRE_ACCUEIL
    soirs = {min([ouvert_le, *(fait.le for fait in ranges[:1])]): phase}
    for fait in ranges:
        vers, depuis = MENE[fait.sorte]
        phase = soirs[fait.le] = vers if phase in depuis else phase
    jours = list(soirs.items())
    return [jours[0], *(apres for avant, apres in zip(jours, jours[1:], strict=False) if avant[1] != apres[1])]


class IntervalleQuerySet(LusAuJour, Partage):
    """Ce qui se tient d'un jour à l'autre dans un dossier."""


class Etape(Intervalle):
    """La phase d'un dossier, d'un jour à un autre : déduite de ses faits, et de rien d'autre."""

    PARTAGE = Equipe(personne="personne")
    DEDUIT_DES_FAITS = True

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="etapes", db_index=False)
    phase = models.CharField(max_length=12, choices=Phase)

    objects = IntervalleQuerySet.as_manager()

    class Meta(Intervalle.Meta):
        verbose_name = "étape"
        ordering = ["du", "pk"]
        constraints = [
            *Intervalle.Meta.constraints,
            models.UniqueConstraint(name="etape_une_par_jour", fields=["personne", "du"]),
        ]

    def __str__(self):
        return f"{self.get_phase_display()} depuis le {self.du:%d/%m/%Y}"


class Suivi(Intervalle):
    """Qui suit une personne, d'un jour à un autre : son référent (ACC-6). Sans compte : on ne le gardait pas encore."""

    PARTAGE = Equipe(personne="personne")
    DEDUIT_DES_FAITS = True

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="suivis", db_index=False)
    compte = models.ForeignKey(Compte, verbose_name="référent·e", null=True, on_delete=models.PROTECT, related_name="+")

    objects = IntervalleQuerySet.as_manager()

    class Meta(Intervalle.Meta):
        verbose_name = "suivi"
        ordering = ["du", "pk"]
        constraints = [
            *Intervalle.Meta.constraints,
            models.UniqueConstraint(name="suivi_un_par_jour", fields=["personne", "du"]),
            models.UniqueConstraint(name="suivi_un_en_cours", fields=["personne"], condition=Q(au=None)),
        ]

    def __str__(self):
        return f"Suivi par {self.compte or 'on ne sait qui'} depuis le {self.du:%d/%m/%Y}"
