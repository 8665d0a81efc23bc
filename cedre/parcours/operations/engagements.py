"""Les gestes de l'engagement réciproque : le construire, l'écrire, le commencer, le suivre (INS-1 à INS-3)."""

from copy import copy
from dataclasses import dataclass, field
from datetime import date

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import F, ProtectedError, Q, RestrictedError, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.comptes.passe import change_le_passe
from cedre.core.intervalles import faire_valoir, retenir
from cedre.core.refus import Conflit, GesteImpossible
from cedre.observatoire.models import Terme
from cedre.parcours.models import Bilan, Engagement, Formalisation, MiseEnSituation, Moyen, Objectif, Personne
from cedre.parcours.remises import texte

Etat = Engagement.Etat
DELAI_DU_BILAN = relativedelta(months=3)
CHAMPS = ("type_engagement", "forme", "debut", "demande", "bilan_le")
CHAMPS_OBJECTIF = ("libelle", "domaine")
CHAMPS_MOYEN = ("qui", "libelle", "echeance", "evaluation", "offre", "fiche_de_poste", "client", "partenaire")


@dataclass
class EngagementSaisi:
    """Un engagement tel qu'il est à l'écran, dans l'ordre ; un moyen désigne un objectif de la saisie, ou aucun.

    Une ligne enregistrée qui n'est ni dans la saisie ni retirée reste : quelqu'un d'autre l'a ajoutée entre-temps.
    """

    champs: dict
    objectifs: list[Objectif] = field(default_factory=list)
    moyens: list[Moyen] = field(default_factory=list)
    retires: list[Objectif | Moyen] = field(default_factory=list)


@transaction.atomic
def construire(personne: Personne, *, par: Habilitation, debut: date | None = None) -> Engagement:
    """Ouvre le projet d'engagement de la personne, ou rend celui qui l'est déjà (INS-3). debut : aujourd'hui si rien n'est dit.

    Lève GesteImpossible.
    """
    personne = Personne.objects.select_for_update().get(pk=personne.pk)
    if projet := personne.engagements.filter(etat=Etat.PROJET).first():
        return projet
    if not (personne.est_ouverte and personne.a_un_parcours):
        raise GesteImpossible("Un engagement se construit avec une personne inscrite : donnez d’abord une suite à l’accueil.")
    debut = debut or timezone.localdate()
    engagement = Engagement.objects.create(
        personne=personne,
        type_engagement=Terme.objects.de(Terme.Liste.TYPE_ENGAGEMENT).first(),
        debut=debut,
        bilan_le=debut + DELAI_DU_BILAN,
        conduit_par_id=par.compte_id,
    )
    tracer(par=par, geste=Trace.Geste.CREER, objet=engagement)
    return engagement


def _a_ecrire(engagement: Engagement) -> Engagement:
    """Relit l'engagement pour y écrire seul. Lève GesteImpossible s'il est clos."""
    actuel = Engagement.objects.select_for_update().get(pk=engagement.pk)
    if not actuel.est_modifiable:
        raise GesteImpossible("Cet engagement est clos : il ne change plus. Construisez le suivant.")
    return actuel


def _retrouver(ligne, restantes: list, cle) -> object | None:
    """La ligne gardée que celle-ci remplace : la même, ou à défaut une pareille, envoyée deux fois."""
    return next((r for r in restantes if r.pk == ligne.pk), None) or (
        None if ligne.pk else next((r for r in restantes if cle(r) == cle(ligne)), None)
    )


def _poser(actuel: Engagement, saisies: list, gardees: list, champs: tuple, cle) -> None:
    """Écrit ces lignes dans l'ordre ; chacune porte ensuite le numéro sous lequel elle est gardée."""
    ajoute_le = None if actuel.etat == Etat.PROJET else timezone.localdate()
    for rang, saisie in enumerate(saisies):
        gardee = _retrouver(saisie, gardees, cle) or type(saisie)(engagement=actuel, ajoute_le=ajoute_le)
        if gardee in gardees:
            gardees.remove(gardee)
        for nom in champs:
            setattr(gardee, nom, getattr(saisie, nom))
        gardee.rang = rang
        gardee.save()
        saisie.pk = gardee.pk


def _retirer(actuel: Engagement, retires: list) -> None:
    """Retire ces lignes à partir d'aujourd'hui, un objectif avec ses moyens ; le travail qui le servait n'en sert plus."""
    le = timezone.localdate()
    objectifs = actuel.objectifs.en_vigueur().filter(pk__in=[ligne.pk for ligne in retires if isinstance(ligne, Objectif)])
    moyens = Q(pk__in=[ligne.pk for ligne in retires if isinstance(ligne, Moyen)]) | Q(objectif__in=objectifs)
    for mets in MiseEnSituation.objects.filter(Q(au=None) | Q(au__gte=le), objectif__in=objectifs):
        servir(mets, None)
        mets.save(update_fields=["engagement", "objectif"])
    for ligne in [*actuel.moyens.en_vigueur().filter(moyens), *objectifs]:
        _oter(ligne, le, jamais_vue=actuel.etat == Etat.PROJET or ligne.ajoute_le == le)


def _oter(ligne: Objectif | Moyen, le: date, *, jamais_vue: bool) -> None:
    """Efface une ligne que nul soir n'a vue dans un engagement qui court, et que rien ne cite ; retire les autres, ce jour-là."""
    try:
        with transaction.atomic():
            if jamais_vue:
                ligne.delete()
                return
    except (ProtectedError, RestrictedError):
        pass
    ligne.retire_le = le
    ligne.save(update_fields=["retire_le"])


def servir(mets: MiseEnSituation, objectif: Objectif | None) -> None:
    """Dit, sans l'enregistrer, l'objectif que sert une mise en situation à partir d'aujourd'hui ; hier reste ce qu'il était."""
    le = timezone.localdate()
    mets.objectif, mets.engagement = objectif, objectif.engagement if objectif else None
    garde = MiseEnSituation.objects.filter(pk=mets.pk).values("engagement_id", "objectif_id").first()
    if garde and timezone.localdate(mets.cree_le) < le:
        retenir(mets.anciens_objectifs, le, avant=garde, apres={nom: getattr(mets, nom) for nom in garde})


def _ecrire(actuel: Engagement, saisie: EngagementSaisi) -> None:
    for nom in CHAMPS:
        setattr(actuel, nom, saisie.champs[nom])
    actuel.save(update_fields=[*CHAMPS, "modifie_le"])
    _retirer(actuel, saisie.retires)
    _poser(actuel, saisie.objectifs, list(actuel.objectifs.en_vigueur()), CHAMPS_OBJECTIF, lambda o: o.libelle)
    for moyen in saisie.moyens:
        moyen.objectif_id = moyen.objectif.pk if moyen.objectif else None
    champs = (*CHAMPS_MOYEN, "objectif")
    _poser(actuel, saisie.moyens, list(actuel.moyens.en_vigueur()), champs, lambda m: (m.qui, m.libelle, m.objectif_id))
    _dater_la_forme(actuel)


def _dater_la_forme(engagement: Engagement) -> None:
    """Garde les jours où il est formalisé, en chaque sens : la conformité d'un jour passé s'en relit (§ 2.2 a, CER-3)."""
    manques, lignes, le = engagement.manques_de_forme(), engagement.formalisations, timezone.localdate()
    faire_valoir(lignes, le, not manques.texte, sens=Formalisation.Sens.TEXTE)
    if manques.aucun is (engagement.formalise_le is None):
        engagement.formalise_le = faire_valoir(lignes, le, manques.aucun, sens=Formalisation.Sens.GUIDE)
        engagement.save(update_fields=["formalise_le"])


def planifier_le_bilan(engagement: Engagement, *, par: Habilitation) -> Bilan:
    """Met l'entretien de bilan à l'agenda à la date de l'engagement, ou l'y déplace s'il y était déjà (INS-2, INS-7)."""
    bilan = engagement.bilans.filter(etat=Bilan.Etat.PREVU).order_by("le", "pk").first()
    if bilan is None:
        bilan = Bilan(personne_id=engagement.personne_id, engagement=engagement, conduit_par_id=engagement.conduit_par_id)
    if bilan.le != engagement.bilan_le:
        geste, avant = Trace.Geste.MODIFIER if bilan.pk else Trace.Geste.CREER, bilan.le
        bilan.attendre(engagement.bilan_le)
        bilan.save()
        garder_le_rendez_vous(bilan, avant)
        tracer(par=par, geste=geste, objet=bilan)
    return bilan


def garder_le_rendez_vous(bilan: Bilan, avant: date | None) -> None:
    """Le jour que l'agenda en disait jusqu'à hier se relira ; posé aujourd'hui, il n'en disait aucun. avant : ce jour."""
    le = timezone.localdate()
    if avant and timezone.localdate(bilan.cree_le) < le:
        retenir(bilan.anciens_rendez_vous, le, avant={"le": avant}, apres={"le": bilan.le})


def _jours_changes(engagement: Engagement, *, saisie: EngagementSaisi, **reste) -> list[date]:
    """Ses jours que la saisie change : ce qui s'y écrit d'autre vaut d'aujourd'hui."""
    garde = Engagement.objects.filter(pk=engagement.pk).values("debut", "bilan_le").first() or {}
    change = [(avant, saisie.champs[nom]) for nom, avant in garde.items() if saisie.champs.get(nom, avant) != avant]
    return [jour for paire in change for jour in paire if jour]


@change_le_passe(jours=_jours_changes)
@transaction.atomic
def enregistrer(
    engagement: Engagement, *, saisie: EngagementSaisi, version: int, par: Habilitation, et_commencer: bool = False
) -> Engagement:
    """Enregistre l'engagement tel qu'il est à l'écran, et le commence si on le demande : les deux, ou rien.

    version : celle que l'écran avait lue. Le même texte envoyé deux fois n'en fait qu'un.
    Lève Conflit, qui n'a rien écrit, et GesteImpossible.
    """
    actuel = _a_ecrire(engagement)
    garde, avant, bilan_le = copy(actuel), texte(actuel), actuel.bilan_le
    _ecrire(actuel, saisie)
    if texte(actuel) != avant:
        if actuel.version != version:
            raise Conflit(garde)
        actuel.version += 1
        actuel.save(update_fields=["version"])
        tracer(par=par, geste=Trace.Geste.MODIFIER, objet=actuel, detail=f"version {actuel.version}")
    if actuel.etat == Etat.EN_COURS:
        _exiger(actuel)
        if actuel.bilan_le != bilan_le:
            planifier_le_bilan(actuel, par=par)
    return commencer(actuel, par=par) if et_commencer else actuel


def _exiger(engagement: Engagement) -> None:
    if not engagement.objectifs.en_vigueur().exists():
        raise GesteImpossible("Écrivez au moins un objectif.")
    if engagement.bilan_le is None:
        raise GesteImpossible("Dites le jour du prochain bilan.", champ="bilan_le")


@change_le_passe
@transaction.atomic
def clore(engagement: Engagement, *, le: date, par: Habilitation) -> Engagement:
    """Clôt un engagement en cours : il court jusqu'à la veille de ce jour. Lève GesteImpossible.

    Le bilan qui serait venu ensuite n'a plus d'objet et quitte l'agenda ; celui dont le jour est déjà venu reste à tenir (INS-7).
    """
    actuel = _a_ecrire(engagement)
    if le < actuel.debut:
        raise GesteImpossible("L’engagement en cours a commencé après ce jour.", champ="debut")
    actuel.etat, actuel.clos_le = Etat.CLOS, le
    actuel.save(update_fields=["etat", "clos_le", "modifie_le"])
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=actuel, detail="clos")
    sans_objet = actuel.bilans.filter(etat=Bilan.Etat.PREVU, le__gte=le, le__gt=timezone.localdate())
    for bilan in sans_objet:
        tracer(par=par, geste=Trace.Geste.MODIFIER, objet=bilan, detail="annulé : son engagement est clos")
    sans_objet.annuler(le)
    return actuel


def clore_avec_le_dossier(personne: Personne, *, le: date, par: Habilitation, detail: str) -> None:
    """Clôt ce qui est en cours, le suivi a minima compris ; les bilans prévus quittent l'agenda, un bilan commencé reste.

    Un projet se clôt le jour où il aurait commencé : il n'a jamais couru.
    """
    for engagement in personne.engagements.exclude(etat=Etat.CLOS):
        engagement.clos_le = engagement.debut if engagement.etat == Etat.PROJET else max(le, engagement.debut)
        engagement.etat = Etat.CLOS
        engagement.save(update_fields=["etat", "clos_le", "modifie_le"])
        tracer(par=par, geste=Trace.Geste.MODIFIER, objet=engagement, detail=detail)
    personne.bilans.filter(etat=Bilan.Etat.PREVU).annuler(le)
    personne.suivis_a_minima.ouverts().update(au=Greatest(F("du"), Value(le)))


@transaction.atomic
def commencer(engagement: Engagement, *, par: Habilitation) -> Engagement:
    """Le projet devient l'engagement en cours : celui d'avant s'arrête la veille, le bilan entre à l'agenda (INS-1).

    Lève GesteImpossible s'il y manque un objectif ou la date du bilan.
    """
    actuel = _a_ecrire(engagement)
    if actuel.etat != Etat.PROJET:
        raise GesteImpossible("Cet engagement a déjà commencé.")
    if not actuel.personne.est_ouverte:
        raise GesteImpossible("Ce dossier n’est plus ouvert : l’engagement ne peut pas commencer.")
    _exiger(actuel)
    for precedent in actuel.personne.engagements.filter(etat=Etat.EN_COURS).order_by("debut", "pk"):
        clore(precedent, le=actuel.debut, par=par)
        actuel.suit = precedent
    actuel.etat = Etat.EN_COURS
    actuel.save(update_fields=["etat", "suit", "modifie_le"])
    planifier_le_bilan(actuel, par=par)
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=actuel, detail="commencé")
    return actuel


@change_le_passe
@transaction.atomic
def abandonner(engagement: Engagement, *, par: Habilitation) -> None:
    """Retire un projet qui n'a jamais engagé personne. Lève GesteImpossible."""
    actuel = _a_ecrire(engagement)
    if actuel.etat != Etat.PROJET:
        raise GesteImpossible("Un engagement qui a commencé se garde.")
    tracer(par=par, geste=Trace.Geste.SUPPRIMER, objet=actuel)
    try:
        actuel.delete()
    except RestrictedError as refus:
        if actuel.mises_en_situation.exists():
            raise GesteImpossible("Une mise en situation sert un objectif de ce projet : changez d’abord le sien.") from refus
        raise GesteImpossible("Du travail a déjà servi un objectif de ce projet : il se garde.") from refus


@transaction.atomic
def noter_fait(moyen: Moyen, *, fait: bool, par: Habilitation) -> Moyen:
    """Note qu'un moyen est fait aujourd'hui, ou qu'il ne l'est pas. Ce n'est pas changer l'engagement."""
    _a_ecrire(moyen.engagement)
    moyen.fait_le = timezone.localdate() if fait else None
    moyen.save(update_fields=["fait_le"])
    detail = "fait" if fait else "pas fait"
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=moyen.engagement, detail=f"{moyen._meta.verbose_name} : {detail}")
    return moyen
