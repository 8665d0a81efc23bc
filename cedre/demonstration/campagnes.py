"""Ce que la fédération de l'exemple attend, et où en est chaque structure : une campagne finie, une qui court (OBS-3)."""

from datetime import date, timedelta

from cedre.comptes.models import Habilitation, Organisation
from cedre.core.dates import UN_JOUR
from cedre.core.periodes import Periode, annee, mois
from cedre.demonstration.calendrier import ouvre_apres, ouvre_avant
from cedre.observatoire.cadre import Cadre
from cedre.observatoire.cadres import en_vigueur
from cedre.observatoire.chaine import periode_d_avant
from cedre.observatoire.models import Campagne, Rapport
from cedre.observatoire.operations import rapports as gestes

# De l'année close, par structure : combien de jours avant le jour dit le rapport est parti, et ce que la région en a fait ;
# celle qui n'y est pas est en retard.
DE_L_ANNEE = {
    "ai": (14, ("recevoir", "accepter", "clore")),
    "etti": (6, ("recevoir", "accepter")),
    "ei": (3, ("accepter",)),
    "aci": (1, ("recevoir", "rendre")),
    "ensemble-ai": (9, ("recevoir", "accepter")),
    "ensemble-ei": (-4, ("accepter",)),
}
DU_MOIS = {"aci-2": (0, ())}
JOURS = ("recu_le", "juge_le", "clos_le")
RENDU = "Les sorties ne disent pas leur motif pour la moitié des personnes : reprenez-les avant de publier de nouveau."
DELAI_DE_L_ANNEE, DELAI_DU_MOIS, ASSEZ_TARD = 90, 20, 20  # jours


def attendre_les_rapports(federation: Organisation, structures: dict[str, Organisation], fin: date) -> None:
    """L'année close, dont le jour dit est passé ; puis le dernier mois fini, que l'on attend encore."""
    close, dernier = annee(fin.replace(month=1, day=1) - UN_JOUR), mois(fin.replace(day=1) - UN_JOUR)
    if (fin - close.au).days < 2 * ASSEZ_TARD:
        close = periode_d_avant(close)
    attendu_le = ouvre_avant(min(close.au + timedelta(DELAI_DE_L_ANNEE), fin - timedelta(ASSEZ_TARD)))
    _campagne(federation, structures, close, attendu_le, DE_L_ANNEE, fin)
    _campagne(federation, structures, dernier, ouvre_apres(max(fin, dernier.au + timedelta(DELAI_DU_MOIS))), DU_MOIS, fin)


def _campagne(federation: Organisation, structures: dict, periode: Periode, attendu_le: date, partis: dict, fin: date) -> None:
    cadre = en_vigueur(periode.au)
    dite = {"cadre": cadre.code, "du": periode.du, "au": periode.au, "attendu_le": attendu_le}
    Campagne.objects.create(organisation=federation, ouverte_le=ouvre_avant(periode.au), **dite)
    for slug, (avant, faits) in partis.items():
        _rapport(structures[slug], cadre, periode, min(fin, ouvre_avant(attendu_le - timedelta(avant))), faits, fin)


def _rapport(structure: Organisation, cadre: Cadre, periode: Periode, le: date, faits: tuple[str, ...], fin: date) -> None:
    par, region = _qui(structure, "direction"), _qui(structure.region, "referent_regional")
    siens = Rapport.objects.filter(organisation=structure, cadre=cadre.code).sur(periode)
    rapport = siens.courants().first() or gestes.commencer(structure, cadre, periode, par=par)
    if not rapport.est_publie:
        rapport = gestes.publier(rapport, le=le, par=par)
    if not rapport.transmis_le:
        rapport = gestes.transmettre(rapport, le=le, par=par)
    for nom in faits:
        rapport = getattr(gestes, nom)(rapport, par=region, **({"a_corriger": RENDU} if nom == "rendre" else {}))
    lu_le = min(fin, ouvre_apres(rapport.transmis_le + UN_JOUR))
    Rapport.objects.filter(pk=rapport.pk).update(**{nom: lu_le for nom in JOURS if getattr(rapport, nom)})


def _qui(organisation: Organisation, role: str) -> Habilitation:
    return Habilitation.objects.filter(organisation=organisation, role=role).select_related("organisation", "compte").first()
