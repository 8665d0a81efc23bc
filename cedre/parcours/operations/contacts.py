"""Les gestes du pré-accueil : ouvrir un dossier, le rouvrir, le rectifier, lui donner une suite (ACC-1, ACC-3)."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import enregistrer, tracer
from cedre.comptes.passe import change_le_passe
from cedre.core.refus import GesteImpossible
from cedre.observatoire.models import Terme
from cedre.parcours.models import Contact, Personne, Suite
from cedre.parcours.operations.cloture import arreter_le_travail, vider_l_agenda
from cedre.parcours.operations.engagements import clore_avec_le_dossier
from cedre.parcours.operations.etapes import reprendre_les_etapes, tenir_le_suivi
from cedre.parcours.operations.situations import garder_les_situations


@change_le_passe
@transaction.atomic
def ouvrir_dossier(personne: Personne, *, contact: Contact, par: Habilitation) -> Personne:
    """Ouvre le dossier d'une nouvelle personne avec sa première demande (ACC-1). Ni l'une ni l'autre n'est enregistrée."""
    personne.organisation_id = par.organisation_id
    personne.prescripteur = contact.prescripteur
    personne.save()
    tracer(par=par, geste=Trace.Geste.CREER, objet=personne)
    ajouter_contact(personne, contact=contact, par=par)
    tenir_le_suivi([personne])
    return personne


@change_le_passe
@transaction.atomic
def ajouter_contact(personne: Personne, *, contact: Contact, par: Habilitation) -> Contact:
    """Ajoute une demande au dossier ; une personne qui revient après une suite repart du pré-accueil (ACC-1)."""
    contact.personne = personne
    contact.recu_par_id = par.compte_id
    contact.save()
    reprendre_les_etapes(personne)
    tracer(par=par, geste=Trace.Geste.CREER, objet=contact)
    return contact


@transaction.atomic
def rectifier(
    personne: Personne,
    *,
    champs: list[str],
    prestations: Iterable[Terme],
    criteres: Iterable[Terme],
    precision: str,
    par: Habilitation,
) -> Personne:
    """Enregistre les champs corrigés d'un dossier, et trace lesquels (droit de rectification).

    precision : qui, précisément, a adressé la personne ; si ce champ est corrigé, il l'est dans sa première demande.
    """
    if "prescripteur_precision" in champs:
        demande = personne.contacts.order_by("le", "pk").first()
        demande.prescripteur_precision = precision
        enregistrer(demande, champs=["prescripteur_precision"], par=par)
    with garder_les_situations([personne]):
        personne.prestations.set(prestations)
        personne.criteres.set(criteres)
        enregistrer(personne, champs=[champ for champ in champs if champ != "prescripteur_precision"], par=par)
    if "referent" in champs:
        tenir_le_suivi([personne], le=timezone.localdate())
    return personne


@change_le_passe
@transaction.atomic
def donner_suite(personne: Personne, *, suite: Suite, par: Habilitation) -> Suite:
    """Inscrit, réoriente ou clôt avec son motif (ACC-3) ; hors inscription, tout ce qui courait s'arrête.

    Lève GesteImpossible pour une personne en parcours : elle en part par une sortie (INS-8).
    """
    if personne.phase == Personne.Phase.PARCOURS:
        raise GesteImpossible("Cette personne est en parcours : elle en part par une sortie.")
    suite.personne = personne
    suite.par_id = par.compte_id
    suite.save()
    reprendre_les_etapes(personne)
    if suite.nature != Suite.Nature.INSCRIPTION:
        if personne.est_ouverte:
            raise GesteImpossible("Une demande est venue après ce jour : la suite se donne ce jour-là ou après.", champ="le")
        clore_avec_le_dossier(personne, le=suite.le, par=par, detail="clos : le dossier l’est")
        vider_l_agenda(personne, suite.le, a_finir=False)
        arreter_le_travail(personne, suite.le, par=par)
    tracer(par=par, geste=Trace.Geste.CREER, objet=suite, detail=suite.get_nature_display())
    return suite
