"""Les gestes de l'entretien de bilan : le prévoir, l'écrire, le clore avec sa suite, le rouvrir, le remettre (INS-7, § 2.2 c)."""

from datetime import date, time

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import libelles, tracer
from cedre.comptes.passe import change_le_passe
from cedre.core.refus import Conflit, GesteImpossible
from cedre.parcours.comptes_rendus import contenu
from cedre.parcours.models import Bilan, Engagement, ObjectifEvalue, Remise
from cedre.parcours.operations.engagements import construire, garder_le_rendez_vous, planifier_le_bilan
from cedre.parcours.operations.remises import garder

Etat, Suite = Bilan.Etat, Bilan.Suite


def _engagement(pk: int | None) -> Engagement:
    """Relit l'engagement pour y écrire seul. Lève GesteImpossible s'il ne court pas."""
    engagement = Engagement.objects.select_for_update().filter(pk=pk, etat=Engagement.Etat.EN_COURS).first()
    if engagement is None:
        raise GesteImpossible("Un bilan se tient sur un engagement en cours : commencez d’abord l’engagement.")
    return engagement


def _dans_l_etat(bilan: Bilan, *etats: str) -> Bilan:
    """Relit l'engagement puis le bilan, toujours dans cet ordre, pour y écrire seul. Lève GesteImpossible."""
    engagement = Engagement.objects.select_for_update().get(pk=bilan.engagement_id)
    actuel = Bilan.objects.select_for_update().get(pk=bilan.pk)
    if actuel.etat not in etats:
        raise GesteImpossible(f"Le bilan a changé entre-temps : il est noté « {actuel.get_etat_display()} ».")
    actuel.engagement = engagement
    return actuel


def _changer(bilan: Bilan, etat: str, *, par: Habilitation, detail: str = "") -> Bilan:
    bilan.etat = etat
    bilan.save(update_fields=["etat"])
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=bilan, detail=detail or bilan.get_etat_display())
    return bilan


def _fixer_l_echeance(engagement: Engagement, le: date, *, champ: str, par: Habilitation) -> None:
    """L'engagement dit le même jour que l'agenda ; c'est changer son texte. champ : où montrer le refus."""
    if engagement.bilan_le == le:
        return
    if le < engagement.debut:
        raise GesteImpossible("Le bilan vient après le début de l’engagement.", champ=champ)
    engagement.bilan_le = le
    engagement.version += 1
    engagement.save(update_fields=["bilan_le", "version", "modifie_le"])
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=engagement, detail=libelles(engagement, ["bilan_le"]))


@change_le_passe
@transaction.atomic
def prevoir(bilan: Bilan, *, par: Habilitation) -> Bilan:
    """Met un bilan à l'agenda, et sa date dans l'engagement. bilan : pas encore enregistré. Lève GesteImpossible."""
    engagement = _engagement(bilan.engagement_id)
    if not bilan.personne.est_ouverte:
        raise GesteImpossible("Ce dossier n’est plus ouvert : un bilan ne s’y prévoit plus.")
    if autre := engagement.bilans.prevus().first():
        raise GesteImpossible(f"Un bilan est déjà ouvert, le {autre.le:%d/%m/%Y} : changez sa date, ou concluez-le.")
    _fixer_l_echeance(engagement, bilan.le, champ="le", par=par)
    bilan.save()
    tracer(par=par, geste=Trace.Geste.CREER, objet=bilan)
    return bilan


@change_le_passe
@transaction.atomic
def reprogrammer(bilan: Bilan, *, champs: list[str], par: Habilitation) -> Bilan:
    """Change la date, l'heure, le lieu ou qui conduit ; l'échéance de l'engagement suit. Lève GesteImpossible."""
    actuel = _dans_l_etat(bilan, Etat.PREVU)
    if actuel.engagement.etat == Engagement.Etat.EN_COURS:
        _fixer_l_echeance(actuel.engagement, bilan.le, champ="le", par=par)
    avant = actuel.le
    actuel.attendre(bilan.le)
    bilan.echeance = actuel.echeance
    bilan.save(update_fields=["le", "echeance", "heure", "lieu", "conduit_par"])
    garder_le_rendez_vous(bilan, avant)
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=bilan, detail=libelles(bilan, champs))
    return bilan


@change_le_passe
@transaction.atomic
def noter_absence(bilan: Bilan, *, par: Habilitation) -> Bilan:
    """La personne n'est pas venue. Lève GesteImpossible avant le jour dit."""
    actuel = _dans_l_etat(bilan, Etat.PREVU)
    if actuel.le > timezone.localdate():
        raise GesteImpossible("Ce bilan n’a pas encore eu lieu : annulez-le ou changez sa date.")
    actuel.absent_le = timezone.localdate()
    actuel.save(update_fields=["absent_le"])
    return _changer(actuel, Etat.ABSENT, par=par)


@change_le_passe
@transaction.atomic
def annuler(bilan: Bilan, *, par: Habilitation) -> Bilan:
    """Retire un bilan prévu de l'agenda. Lève GesteImpossible."""
    actuel = _dans_l_etat(bilan, Etat.PREVU)
    Bilan.objects.filter(pk=actuel.pk).annuler(timezone.localdate())
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=actuel, detail=Etat.ANNULE.label)
    actuel.refresh_from_db()
    return actuel


@transaction.atomic
def ecrire(bilan: Bilan, *, textes: dict[str, str], version: int, par: Habilitation) -> Bilan:
    """Garde le bilan en cours d'écriture, objectifs compris. Le même envoi reçu deux fois ne fait qu'un.

    version : celle que l'on avait sous les yeux. Lève Conflit si elle n'est plus la bonne, GesteImpossible si c'est clos.
    """
    actuel = _dans_l_etat(bilan, Etat.PREVU, Etat.EN_COURS)
    avant = actuel.textes
    changes = {nom: texte for nom, texte in textes.items() if avant.get(nom, "") != texte}
    if not changes:
        return actuel
    if actuel.version != version:
        raise Conflit(actuel)
    _evaluer(actuel, changes)
    for nom in changes.keys() & {*Bilan.TEXTES, *Bilan.TRAJECTOIRE}:
        setattr(actuel, nom, changes[nom])
    actuel.version += 1
    actuel.save(update_fields=[*Bilan.TEXTES, *Bilan.TRAJECTOIRE, "version"])
    return _changer(actuel, Etat.EN_COURS, par=par) if actuel.etat == Etat.PREVU else actuel


def _evaluer(bilan: Bilan, changes: dict[str, str]) -> None:
    """Écrit ce qui change du regard porté sur chaque objectif. Lève GesteImpossible si l'un d'eux n'est plus là."""
    par_objectif = {}
    for nom, texte in changes.items():
        champ, _, objectif = nom.partition("-")
        if objectif:
            par_objectif.setdefault(int(objectif), {})[champ] = texte
    if set(par_objectif) - set(bilan.objectifs.values_list("pk", flat=True)):
        raise GesteImpossible("Un objectif a été retiré de l’engagement entre-temps : rouvrez la page.")
    for objectif_id, dit in par_objectif.items():
        ObjectifEvalue.objects.update_or_create(bilan=bilan, objectif_id=objectif_id, defaults=dit)


@change_le_passe
@transaction.atomic
def conclure(bilan: Bilan, *, le: date, suite: str, suite_le: date, par: Habilitation, heure: time | None = None) -> Bilan:
    """Clôt, avec sa suite et sa date, le bilan qui a eu lieu ce jour-là ; l'échéance, si elle en différait, se garde (INS-7).

    Prolonger met aussitôt le bilan suivant à l'agenda, à cette heure ; un nouvel engagement s'ouvre en projet, daté de ce jour.
    Lève GesteImpossible : un objectif sans résultat, un jour à venir ou d'avant l'engagement, une suite qui ne se peut.
    """
    actuel = _dans_l_etat(bilan, Etat.PREVU, Etat.EN_COURS)
    if restent := actuel.objectifs_sans_resultat():
        raise GesteImpossible(f"Il reste à dire où en est chaque objectif : {', '.join(map(str, restent))}.")
    if not actuel.engagement.debut <= le <= timezone.localdate():
        raise GesteImpossible("Un bilan se tient entre le début de l’engagement et aujourd’hui.", champ="le")
    avant = actuel.le
    if le != avant:
        actuel.echeance, actuel.le, actuel.heure = actuel.echeance or avant, le, None
    _exiger_une_suite_possible(actuel, suite, suite_le)
    actuel.suite, actuel.suite_le, actuel.clos_le = suite, suite_le, timezone.now()
    actuel.etat = Etat.CLOS
    actuel.save(update_fields=["le", "echeance", "heure", "suite", "suite_le", "clos_le", "clos_jour", "etat"])
    garder_le_rendez_vous(actuel, avant)
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=actuel, detail=f"clos : {actuel.get_suite_display()}")
    if suite == Suite.PROLONGER:
        _fixer_l_echeance(actuel.engagement, suite_le, champ="suite_le", par=par)
        suivant = planifier_le_bilan(actuel.engagement, par=par)
        suivant.heure, suivant.lieu, suivant.conduit_par_id = heure, actuel.lieu, actuel.conduit_par_id
        suivant.save(update_fields=["heure", "lieu", "conduit_par"])
    elif suite == Suite.NOUVEL_ENGAGEMENT:
        construire(actuel.personne, debut=suite_le, par=par)
    return actuel


def _exiger_une_suite_possible(bilan: Bilan, suite: str, suite_le: date) -> None:
    if suite_le < bilan.le:
        raise GesteImpossible("La suite vient après le bilan.", champ="suite_le")
    if suite != Suite.SORTIE and not bilan.personne.est_ouverte:
        raise GesteImpossible("Ce dossier n’est plus ouvert : la seule suite possible est la sortie.", champ="suite")
    if suite == Suite.PROLONGER:
        if bilan.engagement.etat != Engagement.Etat.EN_COURS:
            raise GesteImpossible("Cet engagement est clos : il ne se prolonge plus.", champ="suite")
        if suite_le <= timezone.localdate():
            raise GesteImpossible("Le prochain bilan se tient un autre jour, à venir.", champ="suite_le")


@transaction.atomic
def rouvrir(bilan: Bilan, *, motif: str, par: Habilitation) -> Bilan:
    """Rouvre un bilan clos pour l'écrire de nouveau ; jusqu'à hier il reste clos, et ce qui en a été remis reste.

    Lève GesteImpossible sans motif.
    """
    if not motif.strip():
        raise GesteImpossible("Dites pourquoi le rouvrir.", champ="motif")
    actuel = _dans_l_etat(bilan, Etat.CLOS)
    clos_le, aujourdhui = timezone.localdate(actuel.clos_le), timezone.localdate()
    if clos_le < aujourdhui:
        redige = Bilan.objects.filter(pk=actuel.pk).rediges().exists()
        actuel.clotures_rouvertes.create(du=clos_le, au=aujourdhui, redige=redige)
    actuel.motif_reouverture, actuel.clos_le = motif, None
    actuel.etat = Etat.EN_COURS
    actuel.version += 1
    actuel.save(update_fields=["motif_reouverture", "clos_le", "clos_jour", "etat", "version"])
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=actuel, detail="rouvert")
    return actuel


@change_le_passe
@transaction.atomic
def remettre(bilan: Bilan, *, le: date, mode: str, par: Habilitation, signature: ContentFile | None = None) -> Remise:
    """Garde le compte rendu remis, tel qu'il est : il ne changera plus. Lève GesteImpossible s'il n'est pas clos."""
    actuel = _dans_l_etat(bilan, Etat.CLOS)
    if le < actuel.le:
        raise GesteImpossible("Ce jour-là, le bilan n’avait pas encore eu lieu.", champ="le")
    remise = Remise(bilan=actuel, le=le, mode=mode, version=actuel.version, contenu=contenu(actuel))
    return garder(remise, de=actuel, signature=signature, par=par)
