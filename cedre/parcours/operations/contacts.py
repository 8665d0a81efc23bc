"""Les gestes du pré-accueil : ouvrir un dossier, le rouvrir, le rectifier, lui donner une suite (ACC-1, ACC-3)."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import enregistrer, tracer
from cedre.core.refus import GesteImpossible
from cedre.observatoire.models import Terme
from cedre.parcours.models import Contact, Entretien, Personne, Suite
from cedre.parcours.operations.engagements import clore_avec_le_dossier


def passer(personne: Personne, phase: str, *, le=None) -> None:
    """Fait entrer la personne dans une phase, si elle n'y est pas déjà."""
    if personne.phase != phase:
        personne.phase = phase
        personne.phase_depuis = le or timezone.localdate()
        personne.save(update_fields=["phase", "phase_depuis", "modifie_le"])


@transaction.atomic
def ouvrir_dossier(personne: Personne, *, contact: Contact, par: Habilitation) -> Personne:
    """Ouvre le dossier d'une nouvelle personne avec sa première demande (ACC-1). Ni l'une ni l'autre n'est enregistrée."""
    personne.organisation_id = par.organisation_id
    personne.phase_depuis = contact.le
    personne.prescripteur = contact.prescripteur
    personne.save()
    tracer(par=par, geste=Trace.Geste.CREER, objet=personne)
    ajouter_contact(personne, contact=contact, par=par)
    return personne


@transaction.atomic
def ajouter_contact(personne: Personne, *, contact: Contact, par: Habilitation) -> Contact:
    """Ajoute une demande au dossier ; une personne qui revient après une suite repart du pré-accueil (ACC-1)."""
    contact.personne = personne
    contact.recu_par_id = par.compte_id
    contact.save()
    if not personne.est_ouverte:
        passer(personne, Personne.Phase.PRE_ACCUEIL, le=contact.le)
    tracer(par=par, geste=Trace.Geste.CREER, objet=contact)
    return contact


@transaction.atomic
def rectifier(
    personne: Personne, *, champs: list[str], prestations: Iterable[Terme], precision: str, par: Habilitation
) -> Personne:
    """Enregistre les champs corrigés d'un dossier, et trace lesquels (droit de rectification).

    precision : qui, précisément, a adressé la personne ; si ce champ est corrigé, il l'est dans sa première demande.
    """
    personne.prestations.set(prestations)
    if "prescripteur_precision" in champs:
        demande = personne.contacts.order_by("le", "pk").first()
        demande.prescripteur_precision = precision
        enregistrer(demande, champs=["prescripteur_precision"], par=par)
    enregistrer(personne, champs=[champ for champ in champs if champ != "prescripteur_precision"], par=par)
    return personne


@transaction.atomic
def donner_suite(personne: Personne, *, suite: Suite, par: Habilitation) -> Suite:
    """Inscrit, réoriente ou clôt avec son motif (ACC-3) ; hors inscription, engagement et agenda s'arrêtent là.

    Lève GesteImpossible pour une personne en parcours : elle en part par une sortie (INS-8).
    """
    if personne.phase == Personne.Phase.PARCOURS:
        raise GesteImpossible("Cette personne est en parcours : elle en part par une sortie.")
    suite.personne = personne
    suite.par_id = par.compte_id
    suite.save()
    passer(
        personne,
        {
            Suite.Nature.INSCRIPTION: Personne.Phase.PRE_EMBAUCHE,
            Suite.Nature.REORIENTATION: Personne.Phase.REORIENTEE,
            Suite.Nature.SANS_SUITE: Personne.Phase.SANS_SUITE,
        }[suite.nature],
        le=suite.le,
    )
    if suite.nature != Suite.Nature.INSCRIPTION:
        clore_avec_le_dossier(personne, le=suite.le, par=par, detail="clos : le dossier l’est")
        personne.entretiens.filter(etat=Entretien.Etat.PREVU).update(etat=Entretien.Etat.ANNULE)
        personne.informations.filter(presence="prevue").update(presence="excusee")
    tracer(par=par, geste=Trace.Geste.CREER, objet=suite, detail=suite.get_nature_display())
    return suite
