"""Publier les nombres réunis d'une région, ou du réseau : son propre rapport, figé comme celui d'une structure (OBS-3)."""

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.core.refus import GesteImpossible
from cedre.observatoire.cadres import livres
from cedre.observatoire.chaine import OuEnEst, attendues
from cedre.observatoire.models import Campagne, Rapport
from cedre.observatoire.paquet import archiver, condensats
from cedre.observatoire.publication import gardes
from cedre.observatoire.reunis import composer, lire_la_reunion


@transaction.atomic
def publier_reunis(campagne: Campagne, *, mots: str, motif: str = "", par: Habilitation) -> Rapport:
    """Fige ce que la page en dit aujourd'hui ; de nouveau publié, c'est une autre version, qui dit pourquoi.

    Lève GesteImpossible si rien n'est accepté, si le cadre n'est plus livré, ou si une autre version ne dit pas pourquoi.
    """
    Campagne.objects.select_for_update().get(pk=campagne.pk)
    if not par.peut(Droit.RAPPORTS_RECEVOIR) or campagne.cadre not in livres():
        raise GesteImpossible("Ce rapport ne peut se publier.")
    ou_en_est = OuEnEst.de(attendues(campagne, par, timezone.localdate()))
    return figer(campagne, ou_en_est, mots=mots, motif=motif, par=par)


def figer(campagne: Campagne, ou_en_est: OuEnEst, *, mots: str, motif: str, par: Habilitation) -> Rapport:
    """La même, où l'on dit où en sont les structures ; dans une transaction. Lève GesteImpossible."""
    chez, periode, le = par.organisation, campagne.periode, timezone.localdate()
    avant = Rapport.objects.filter(organisation=chez, cadre=campagne.cadre).sur(periode).courants().first()
    if avant and not motif:
        raise GesteImpossible(f"{avant} est déjà publié : dites pourquoi une autre version.", champ="motif")
    dit = {"version": avant.version + 1 if avant else 1, "publie_le": le.isoformat(), "motif": motif if avant else ""}
    fichiers = composer(livres()[campagne.cadre], chez, periode, ou_en_est=ou_en_est, dit=dit, pour=par)
    rapport = Rapport(organisation=chez, cadre=campagne.cadre, du=periode.du, au=periode.au, mots=mots, motif=dit["motif"])
    rapport.version, rapport.etat, rapport.publie_par = dit["version"], Rapport.Etat.PUBLIE, par.compte
    rapport.publie_le = rapport.transmis_le = le
    rapport.condensats = condensats(fichiers)
    rapport.paquet.save(f"{rapport.nom_de_fichier}.zip", ContentFile(archiver(fichiers)), save=False)
    if avant:
        rapport.ecarts = _ecarts(lire_la_reunion(gardes(avant))["dites"], lire_la_reunion(fichiers)["dites"])
    rapport.save()
    if avant:
        Rapport.objects.filter(pk=avant.pk).update(remplace_par=rapport)
    tracer(par=par, geste=Trace.Geste.CREER, objet=rapport, detail=f"{rapport}, nombres réunis")
    return rapport


def _ecarts(avant: dict, apres: dict) -> list[dict]:
    """De chaque rubrique qui ne se dit plus de même, ce qui s'en lisait et ce qui s'en lit."""
    lus = [(code, avant[code][0] if code in avant else "", dite) for code, (dite, _) in apres.items()]
    return [{"rubrique": code, "avant": ancien, "apres": dite} for code, ancien, dite in lus if ancien != dite]
