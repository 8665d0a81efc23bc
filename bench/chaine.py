"""De quoi mesurer la chaîne : chaque structure publie le mois dernier ; une fédération l'attend, le lit, le réunit (OBS-3)."""

from datetime import timedelta

from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation, Organisation
from cedre.core.dates import UN_JOUR
from cedre.core.periodes import Periode, mois
from cedre.observatoire.cadres import en_vigueur
from cedre.observatoire.models import Campagne, Rapport
from cedre.observatoire.operations import rapports

FEDERATION = "federation-du-banc"


def le_mois_dernier() -> Periode:
    """Le dernier qui soit fini : une année qui court ne se publie pas, et le réseau copié n'en a qu'une."""
    return mois(timezone.localdate().replace(day=1) - UN_JOUR)


def publier_partout() -> None:
    """Chaque structure publie son rapport du mois, le transmet, et il est accepté."""
    periode = le_mois_dernier()
    for par in Habilitation.objects.filter(role="direction").select_related("organisation", "compte"):
        rapport = rapports.commencer(par.organisation, en_vigueur(periode.au), periode, par=par)
        rapports.transmettre(rapports.publier(rapport, par=par), par=par)
    Rapport.objects.update(etat=Rapport.Etat.ACCEPTE, juge_le=timezone.localdate())


def suivre() -> None:
    """La fédération, et qui suit chaque région ; la campagne de ce rapport."""
    periode, aujourdhui = le_mois_dernier(), timezone.localdate()
    federation = Organisation.objects.create(slug=FEDERATION, nature="federation", nom="Fédération du banc")
    postes = [(federation, "responsable_qualite")]
    postes += [(region, "referent_regional") for region in Organisation.objects.filter(nature="region")]
    for organisation, role in postes:
        compte = Compte.objects.create(email=f"{organisation.slug}@banc.example", prenom="Banc", nom=role)
        Habilitation.objects.create(compte=compte, organisation=organisation, role=role)
    attendu = {"cadre": en_vigueur(periode.au).code, "du": periode.du, "au": periode.au}
    Campagne.objects.create(organisation=federation, attendu_le=aujourdhui + timedelta(days=20), **attendu)
