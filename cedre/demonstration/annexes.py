"""Ce que la structure négocie et emploie : une annexe par année, un avenant, les heures de ses permanents (OBS-1)."""

from datetime import date
from decimal import Decimal

from cedre.core.dates import fins_de_mois
from cedre.core.periodes import annee, mois
from cedre.observatoire.models import AncienneAnnexe, AnnexeFinanciere, HeuresDePermanents

HEURES_D_UN_ETP = {"AI": 1505, "ETTI": 1600, "EI": 1505, "ACI": 1820}
# Sorties dynamiques, durables, de transition, positives ; l'EI ne négocie qu'un total.
OBJECTIFS = {"AI": (60, 25, 20, 15), "ETTI": (65, 30, 20, 15), "EI": (60, None, None, None), "ACI": (50, 20, 15, 15)}
PAR_PERSONNE = {"AI": 6, "ETTI": 4, "EI": 2, "ACI": 3}  # accueillie dans l’année, pour un ETP conventionné
PAR_MOIS = Decimal("151.67")
Sorte = HeuresDePermanents.Sorte


def negocier(maison) -> list[AnnexeFinanciere]:
    """L'annexe de chaque année vécue, et de celle-ci ; un avenant à mi-année a donné ses ETP à la dernière qui l'a passée."""
    profil, type_siae = maison.profil, maison.profil.type_siae
    etp = Decimal(max(1, round(profil.personnes / profil.annees / PAR_PERSONNE[type_siae])))
    taux = dict(zip(AnnexeFinanciere.negocies()[2:], OBJECTIFS[type_siae], strict=True))
    annexes = []
    for rang in range(maison.debut.year, maison.fin.year + 1):
        annee_civile = annee(date(rang, 1, 1))
        negocie = {"heures_etp": HEURES_D_UN_ETP[type_siae], "etp": etp} | taux
        dite = {"organisation": maison.organisation, "type_siae": type_siae, "du": annee_civile.du, "au": annee_civile.au}
        annexes.append(AnnexeFinanciere(numero=f"{type_siae}-{rang}-1", **dite, **negocie))
    AnnexeFinanciere.objects.bulk_create(annexes)
    a_change = next(annexe for annexe in reversed(annexes) if annexe.du.replace(month=7) <= maison.fin)
    avant = a_change.negocie() | {"etp": etp - Decimal("0.5")}
    AncienneAnnexe.objects.create(annexe=a_change, au=a_change.du.replace(month=7), **avant)
    employer(maison)
    return annexes


def employer(maison) -> None:
    """Les heures des permanents : l'année entière d'un nombre jusqu'à l'an dernier, mois par mois depuis."""
    temps = {Sorte.ACCOMPAGNEMENT: maison.profil.cips, Sorte.ENCADREMENT: 1, Sorte.DIRECTION: 1}
    temps[Sorte.ADMINISTRATIF] = maison.profil.accueils
    cette_annee = date(maison.fin.year, 1, 1)
    periodes = [(annee(date(rang, 1, 1)), 12) for rang in range(maison.debut.year, maison.fin.year)]
    periodes += [(mois(le), 1) for le in fins_de_mois(cette_annee, maison.fin)]
    HeuresDePermanents.objects.bulk_create(
        HeuresDePermanents(
            organisation=maison.organisation, sorte=sorte, du=periode.du, au=periode.au, heures=PAR_MOIS * combien * nombre
        )
        for periode, nombre in periodes
        for sorte, combien in temps.items()
    )


def annexe_du(maison, debut: date) -> AnnexeFinanciere | None:
    """Celle d'un contrat qui commence ce jour-là ; une fois sur dix, on ne l'a pas dite."""
    return next((annexe for annexe in maison.annexes if annexe.couvre(debut) and debut.toordinal() % 10), None)
