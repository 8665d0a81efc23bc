"""Les gestes de l'entretien d'accueil : prévoir, écrire, conclure, corriger (ACC-3)."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import libelles, tracer
from cedre.comptes.passe import change_le_passe
from cedre.core.refus import Conflit, GesteImpossible
from cedre.parcours.models import Entretien, Personne, Suite
from cedre.parcours.operations.contacts import donner_suite
from cedre.parcours.operations.etapes import reprendre_les_etapes

Etat = Entretien.Etat


def date_proposee(echeance: date | None, *, le: date | None = None) -> date:
    """Une date à proposer : l'échéance annoncée si elle est à venir, sinon demain ; jamais un samedi ni un dimanche."""
    demain = (le or timezone.localdate()) + timedelta(days=1)
    choisie = max(echeance or demain, demain)
    if choisie.weekday() < 5:
        return choisie
    vendredi = choisie - timedelta(days=choisie.weekday() - 4)
    return vendredi if vendredi >= demain else choisie + timedelta(days=7 - choisie.weekday())


def _dans_l_etat(entretien: Entretien, *etats: str) -> Entretien:
    """Relit l'entretien pour y écrire seul. Lève GesteImpossible s'il n'est plus dans un de ces états."""
    actuel = Entretien.objects.select_for_update().get(pk=entretien.pk)
    if actuel.etat not in etats:
        raise GesteImpossible(f"L’entretien a changé entre-temps : il est noté « {actuel.get_etat_display()} ».")
    return actuel


def _changer(entretien: Entretien, etat: str, *, par: Habilitation) -> Entretien:
    entretien.etat = etat
    entretien.dater_l_annulation()
    entretien.save(update_fields=["etat", "annule_le", "modifie_le"])
    detail = entretien.get_etat_display()
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=entretien, detail=detail)
    return entretien


@change_le_passe
@transaction.atomic
def prevoir(entretien: Entretien, *, par: Habilitation) -> Entretien:
    """Met un entretien à l'agenda. entretien : pas encore enregistré. Lève GesteImpossible si le dossier n'est plus ouvert."""
    if not entretien.personne.est_ouverte:
        raise GesteImpossible("Ce dossier n’est plus ouvert : enregistrez d’abord la nouvelle demande.")
    entretien.save()
    tracer(par=par, geste=Trace.Geste.CREER, objet=entretien)
    return entretien


@change_le_passe
@transaction.atomic
def reprogrammer(entretien: Entretien, *, champs: list[str], par: Habilitation) -> Entretien:
    """Change la date, l'heure, le lieu ou qui conduit, tant que l'entretien est prévu. Lève GesteImpossible."""
    actuel = _dans_l_etat(entretien, Etat.PREVU)
    if actuel.le < timezone.localdate() and entretien.le != actuel.le:
        _garder_le_rendez_vous_manque(actuel)
        entretien.pose_le = timezone.localdate()
    entretien.save(update_fields=["le", "heure", "lieu", "conduit_par", "pose_le", "modifie_le"])
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=entretien, detail=libelles(entretien, champs))
    return entretien


def _garder_le_rendez_vous_manque(entretien: Entretien) -> None:
    """Laisse à son jour, annulé, le rendez-vous qui n'a pas eu lieu et que l'on reporte : il était à l'agenda jusque-là."""
    entretien.pk, entretien.etat = None, Etat.ANNULE
    entretien.dater_l_annulation()
    entretien.save(force_insert=True)


@change_le_passe
@transaction.atomic
def noter_absence(entretien: Entretien, *, par: Habilitation) -> Entretien:
    """La personne n'est pas venue. Lève GesteImpossible avant le jour dit."""
    actuel = _dans_l_etat(entretien, Etat.PREVU)
    if actuel.le > timezone.localdate():
        raise GesteImpossible("Cet entretien n’a pas encore eu lieu : annulez-le ou changez sa date.")
    return _changer(actuel, Etat.ABSENT, par=par)


@change_le_passe
@transaction.atomic
def annuler(entretien: Entretien, *, par: Habilitation) -> Entretien:
    """Retire un entretien prévu de l'agenda. Lève GesteImpossible."""
    return _changer(_dans_l_etat(entretien, Etat.PREVU), Etat.ANNULE, par=par)


def _poser(actuel: Entretien, textes: dict[str, str], version: int) -> list[str]:
    """Pose les textes si l'on écrit sur la bonne version ; rend les sections changées. Lève Conflit."""
    changees = [nom for nom, texte in textes.items() if getattr(actuel, nom) != texte]
    if changees and actuel.version != version:
        raise Conflit(actuel)
    for nom in changees:
        setattr(actuel, nom, textes[nom])
    if changees:
        actuel.version += 1
        actuel.save(update_fields=[*changees, "version", "modifie_le"])
    return changees


@transaction.atomic
def ecrire(entretien: Entretien, *, textes: dict[str, str], version: int, par: Habilitation) -> Entretien:
    """Garde le compte rendu en cours d'écriture (ACC-3). Le même envoi reçu deux fois ne fait qu'un.

    version : celle que l'on avait sous les yeux. Lève Conflit si elle n'est plus la bonne, GesteImpossible si c'est clos.
    """
    actuel = _dans_l_etat(entretien, Etat.PREVU, Etat.EN_COURS)
    if _poser(actuel, textes, version) and actuel.etat == Etat.PREVU:
        _changer(actuel, Etat.EN_COURS, par=par)
    return actuel


@change_le_passe
@transaction.atomic
def corriger(entretien: Entretien, *, textes: dict[str, str], version: int, par: Habilitation) -> Entretien:
    """Corrige le texte d'un entretien clos : sa suite reste, la trace dit quelles sections. Lève Conflit, GesteImpossible."""
    actuel = _dans_l_etat(entretien, Etat.REALISE)
    if changees := _poser(actuel, textes, version):
        detail = "correction : " + libelles(actuel, changees)
        tracer(par=par, geste=Trace.Geste.MODIFIER, objet=actuel, detail=detail)
    return actuel


@change_le_passe
@transaction.atomic
def conclure(
    entretien: Entretien,
    *,
    issue: str,
    le: date,
    par: Habilitation,
    suite: Suite | None = None,
    suivant: Entretien | None = None,
) -> Entretien:
    """Clôt l'entretien avec sa suite : inscription, autre rencontre (suivant) ou réorientation (suite) (ACC-3).

    le : le jour où il a vraiment eu lieu. Si le dossier a été clos depuis, l'entretien garde son issue et n'entraîne rien :
    la réponse déjà donnée reste la seule. Lève GesteImpossible s'il est déjà clos, ou si le dossier vient de l'être.
    """
    actuel = _dans_l_etat(entretien, Etat.PREVU, Etat.EN_COURS)
    personne = Personne.objects.select_for_update().get(pk=actuel.personne_id)
    if not personne.est_ouverte and (suite or suivant):
        raise GesteImpossible("Ce dossier vient d’être clos : sa suite est déjà donnée. Relisez, puis concluez de nouveau.")
    actuel.le, actuel.issue = le, issue
    actuel.save(update_fields=["le", "issue"])
    _changer(actuel, Etat.REALISE, par=par)
    reprendre_les_etapes(personne)
    if personne.est_ouverte:
        _poursuivre(personne, actuel, suite, suivant, par)
    return actuel


def _poursuivre(personne: Personne, conclu: Entretien, suite: Suite | None, suivant: Entretien | None, par: Habilitation) -> None:
    """Fait ce que l'issue de l'entretien entraîne, dans un dossier ouvert."""
    if conclu.issue == Entretien.Issue.AUTRE_RENCONTRE:
        suivant.personne = personne
        prevoir(suivant, par=par)
    elif conclu.issue == Entretien.Issue.REORIENTATION:
        suite.nature, suite.le, suite.entretien = Suite.Nature.REORIENTATION, conclu.le, conclu
        donner_suite(personne, suite=suite, par=par)
    elif personne.phase not in (Personne.Phase.PRE_EMBAUCHE, Personne.Phase.PARCOURS):
        donner_suite(personne, suite=Suite(nature=Suite.Nature.INSCRIPTION, le=conclu.le, entretien=conclu), par=par)
