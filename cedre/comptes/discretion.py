"""À qui se tait un petit nombre, et comment une mesure se dit : d'une seule façon, à l'écran comme imprimée (OBS-4)."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation
from cedre.core.dates import fin_de_mois
from cedre.core.discretion import ASSEZ, TROIS, a_chiffres, en_discret
from cedre.core.indicateurs import Indicateur, Mesure
from cedre.core.templatetags.cedre import nombre, sur
from cedre.core.texte import au_singulier, de


def est_de_personnes(modele) -> bool:
    """Vrai d'une personne et de tout ce qui est à son dossier, d'un membre de l'équipe, de qui réclame."""
    return bool(modele.PARTAGE.personne) or modele.PARTAGE.quelqu_un


def voit_les_personnes(habilitation: Habilitation) -> bool:
    """Vrai de qui lit les dossiers : aucun nombre ne lui apprend qui est derrière."""
    return habilitation.peut(Droit.DOSSIER_LIRE)


def ce_qu_il_compte(indicateur: Indicateur) -> str:
    """Tout ce que compte une figure, dit d'une seule façon : de quoi recompter le même nombre sans lire le code."""
    anonymes = " Les dossiers rendus anonymes ne se comptent pas." if indicateur.est_nominatif else ""
    methode = f" La mesure est {indicateur.grandeur.agregat.methode}." if indicateur.grandeur else ""
    return f"{indicateur.definition}{methode}{anonymes}"


def jour_lisible(le: date, *, pour: Habilitation) -> date:
    """Le jour dont on lui montre les chiffres : celui-ci ; du passé, à qui ne lit pas les dossiers, la fin de mois d'avant."""
    return le if voit_les_personnes(pour) or le >= timezone.localdate() else fin_de_mois(le)


def en_mots(
    indicateur: Indicateur, mesure: Mesure, le: date, *, pour: Habilitation | None = None, seuil: int | None = None
) -> str:
    """Une mesure telle qu'on la lit partout : « 7 sur 19 bilans clos », « oui » ; hors de l'équipe, « environ 5 sur 20 bilans ».

    pour : qui la lit ; à défaut, tous ceux qui liront ce que l'on garde. seuil : combien il en faut, zéro de ce qui se juge sans
    nombre ; d'une mesure que l'on ne dit qu'à peu près, il se tait : il aiderait à la retrouver.
    """
    if indicateur.si_rien and not (mesure.inconnue or mesure.total):
        return indicateur.si_rien
    personnes = est_de_personnes(indicateur.modele)
    return mesure_en_mots(
        mesure, indicateur.unite, grandeur=bool(indicateur.grandeur), de_personnes=personnes, pour=pour, seuil=seuil
    )


def mesure_en_mots(
    mesure: Mesure,
    unite: str,
    *,
    grandeur: bool,
    de_personnes: bool,
    pour: Habilitation | None = None,
    seuil: int | None = None,
    contributeurs: int = 0,
) -> str:
    """La même, de ce que l'on a gardé d'un indicateur qui a pu changer, ou n'est plus.

    contributeurs : d'une somme, combien de personnes y contribuent ; à partir de cinq, elle se dit à trois chiffres (0043).
    """
    if mesure.inconnue or not mesure.total:
        return mesure.inconnue or "rien à compter"
    if unite == "structure":
        return "oui" if mesure.atteint else "non"
    dehors = pour is None or not voit_les_personnes(pour)
    if grandeur and dehors and contributeurs >= ASSEZ:
        return f"environ {nombre(a_chiffres(Decimal(mesure.atteint), TROIS))} {unite}"
    if grandeur:
        return f"le nombre {de(unite)} n’est pas dit" if dehors else f"{nombre(mesure.atteint)} {unite}"
    if dehors and de_personnes:
        return en_discret(mesure.total, mesure.atteint, unite, seuil)
    dit = f"{sur(mesure.atteint, mesure.total)} {au_singulier(unite) if mesure.total == 1 else unite}"
    return dit if not seuil else f"{dit}, il en faut {seuil}"
