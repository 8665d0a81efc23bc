"""Les gestes d'un audit : le prévoir, nommer qui audite, le mener, le clore, en décider les suites (AME-4, CER-6)."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from cedre.certification.audits import edition_d_audit, grille, relever, specifications_auditees
from cedre.certification.editions import edition_de
from cedre.certification.models import Audit, Constat
from cedre.comptes.droits import Droit
from cedre.comptes.models import Compte, Habilitation, Trace
from cedre.comptes.operations import tracer_chez
from cedre.core.gestes import GesteImpossible
from cedre.qualite.models import ActionAmelioration
from cedre.qualite.operations.ameliorations import decider
from cedre.qualite.operations.reclamations import equipe


def _tracer(audit: Audit, geste: str, detail: str, *, par: Habilitation) -> None:
    tracer_chez(audit.organisation, par=par, geste=geste, objet=audit, detail=detail)


def _actuel(audit: Audit) -> Audit:
    return Audit.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=audit.pk)


def auditeurs_possibles(audit: Audit, habilitation: Habilitation):
    """Qui peut mener cet audit dans cette équipe : jamais l'audité ; s'il est croisé, jamais un membre de l'auditée."""
    autres = equipe(habilitation).exclude(pk=audit.audite_id)
    if audit.nature == Audit.Nature.INTERNE:
        return autres
    membres = Habilitation.objects.actives().filter(organisation=audit.organisation_id)
    tiennent = Habilitation.objects.pour(habilitation).actives().avec_droit(Droit.QUALITE_TENIR)
    return tiennent.comptes().exclude(pk__in=membres.values("compte"))


def _verifier_l_auditeur(audit: Audit, auditeur: Compte, par: Habilitation) -> None:
    if auditeur.pk == audit.audite_id:
        raise GesteImpossible("Personne ne s’audite soi-même : choisissez quelqu’un d’autre.", champ="auditeur")
    if not auditeurs_possibles(audit, par).filter(pk=auditeur.pk).exists():
        raise GesteImpossible(f"{auditeur} ne peut pas mener cet audit : choisissez quelqu’un d’autre.", champ="auditeur")


@transaction.atomic
def prevoir(audit: Audit, *, chapitres: Iterable[str], par: Habilitation) -> Audit:
    """Met un audit de sa structure à l'agenda ; croisé, c'est une demande à l'autre structure. Lève GesteImpossible.

    L'édition est celle qui s'appliquera ce jour-là (CER-1). chapitres : les codes de ceux que l'on audite.
    """
    if audit.prevu_le < timezone.localdate():
        raise GesteImpossible("Cette date est passée.", champ="prevu_le")
    if audit.auditeur:
        _verifier_l_auditeur(audit, audit.auditeur, par)
    edition = edition_de(audit.organisation, audit.prevu_le).edition
    audit.edition = edition.code
    audit.champ = [s.code for c in edition.chapitres if c.code in chapitres for s in c.specifications]
    if not audit.champ:
        raise GesteImpossible("Choisissez au moins un chapitre.", champ="chapitres")
    audit.save()
    _tracer(audit, Trace.Geste.CREER, str(audit), par=par)
    return audit


@transaction.atomic
def nommer(audit: Audit, *, auditeur: Compte, par: Habilitation) -> Audit:
    """La structure qui audite nomme l'un des siens, et accepte ainsi la demande. Lève GesteImpossible."""
    audit = _actuel(audit)
    if audit.mene_par != par.organisation_id:
        raise GesteImpossible("C’est à la structure qui audite de nommer qui mène l’audit.")
    if audit.clos_le or audit.declinee_le:
        raise GesteImpossible("Cet audit est clos, ou décliné : il ne change plus.")
    _verifier_l_auditeur(audit, auditeur, par)
    audit.auditeur = auditeur
    audit.save(update_fields=["auditeur"])
    _tracer(audit, Trace.Geste.MODIFIER, f"{audit}, auditeur nommé", par=par)
    return audit


@transaction.atomic
def decliner(audit: Audit, *, par: Habilitation) -> None:
    """La structure sollicitée ne viendra pas : elle n'a plus rien à lire de la demande. Lève GesteImpossible."""
    audit = _actuel(audit)
    if audit.structure_auditrice_id != par.organisation_id:
        raise GesteImpossible("C’est à la structure sollicitée de décliner.")
    _pas_commence(audit)
    audit.auditeur, audit.declinee_le = None, timezone.localdate()
    audit.save(update_fields=["auditeur", "declinee_le"])
    _tracer(audit, Trace.Geste.MODIFIER, f"{audit}, demande déclinée", par=par)


@transaction.atomic
def renoncer(audit: Audit, *, par: Habilitation) -> None:
    """La structure auditée retire un audit qui n'a pas commencé. Lève GesteImpossible."""
    audit = _actuel(audit)
    if not audit.est_chez(par):
        raise GesteImpossible("C’est à la structure auditée de renoncer à l’audit.")
    _pas_commence(audit)
    _tracer(audit, Trace.Geste.SUPPRIMER, str(audit), par=par)
    audit.delete()


def _pas_commence(audit: Audit) -> None:
    if audit.mene_le:
        raise GesteImpossible("Cet audit a commencé : il va à son terme.")


def _a_moi(audit: Audit, par: Habilitation) -> Audit:
    audit = _actuel(audit)
    if not audit.est_de(par):
        raise GesteImpossible("C’est à la personne qui audite de le faire.")
    if audit.clos_le:
        raise GesteImpossible("Cet audit est clos : il ne change plus.")
    return audit


@transaction.atomic
def commencer(audit: Audit, *, le: date, par: Habilitation) -> Audit:
    """Ouvre la grille, au jour de l'audit ; qui audite doit encore le pouvoir. Lève GesteImpossible."""
    audit = _a_moi(audit, par)
    _pas_commence(audit)
    _verifier_l_auditeur(audit, par.compte, par)
    if not audit.demande_le <= le <= timezone.localdate():
        raise GesteImpossible(f"Cette date va du {audit.demande_le:%d/%m/%Y}, jour de la demande, à aujourd’hui.", champ="le")
    applicable = edition_de(audit.organisation, le).edition.code
    if applicable != audit.edition:
        raise GesteImpossible(
            f"Ce jour-là s’applique l’édition {applicable} ; cet audit est prévu sur celle de {audit.edition} : "
            "la structure auditée en prévoit un autre.",
            champ="le",
        )
    audit.mene_le = le
    audit.save(update_fields=["mene_le"])
    _tracer(audit, Trace.Geste.MODIFIER, f"{audit}, commencé", par=par)
    return audit


def _en_cours(audit: Audit, par: Habilitation) -> Audit:
    audit = _a_moi(audit, par)
    if not audit.mene_le:
        raise GesteImpossible("Cet audit n’a pas encore commencé.")
    return audit


@transaction.atomic
def constater(constat: Constat, *, par: Habilitation) -> Constat:
    """Garde un constat, nouveau ou corrigé, sur un point audité. Lève GesteImpossible."""
    audit = _en_cours(constat.audit, par)
    auditees = specifications_auditees(audit)
    vise = next((s for s in auditees if any(p.code == constat.point for p in s.points if p.est_exige)), None)
    if vise is None:
        raise GesteImpossible("Ce point n’est pas audité.", champ="point")
    geste = Trace.Geste.MODIFIER if constat.pk else Trace.Geste.CREER
    constat.save()
    if vise.code in audit.sans_constat:
        audit.sans_constat.remove(vise.code)
        audit.save(update_fields=["sans_constat"])
    tracer_chez(audit.organisation, par=par, geste=geste, objet=constat, detail=constat.point)
    return constat


@transaction.atomic
def retirer(constat: Constat, *, par: Habilitation) -> None:
    """Ôte un constat tant que l'audit n'est pas clos. Lève GesteImpossible."""
    audit = _en_cours(constat.audit, par)
    tracer_chez(audit.organisation, par=par, geste=Trace.Geste.SUPPRIMER, objet=constat, detail=constat.point)
    constat.delete()


@transaction.atomic
def ne_rien_signaler(audit: Audit, *, specification: str, par: Habilitation) -> None:
    """Dit d'une spécification qu'elle a été vue et qu'il n'y a rien à en signaler. Lève GesteImpossible."""
    audit = _en_cours(audit, par)
    vise = next((s for s in specifications_auditees(audit) if s.code == specification), None)
    if vise is None:
        raise GesteImpossible("Cette spécification n’est pas auditée.")
    if audit.constats.filter(point__in=[p.code for p in vise.points]).exists():
        raise GesteImpossible(f"Vous avez déjà constaté quelque chose en {specification}.")
    if specification not in audit.sans_constat:
        audit.sans_constat.append(specification)
        audit.save(update_fields=["sans_constat"])
        _tracer(audit, Trace.Geste.MODIFIER, f"{specification}, rien à signaler", par=par)


@transaction.atomic
def clore(audit: Audit, *, synthese: str, par: Habilitation) -> Audit:
    """Clôt l'audit et garde les verdicts de son jour : plus rien n'en change ensuite. Lève GesteImpossible."""
    audit = _en_cours(audit, par)
    audit.verdicts = relever(audit, edition_d_audit(audit), audit.mene_le)
    lignes = [ligne for _, lignes in grille(audit, list(audit.constats.all())) for ligne in lignes]
    restent = [ligne.dite["code"] for ligne in lignes if not ligne.est_vue]
    if restent:
        raise GesteImpossible(f"Il reste à voir : {', '.join(restent)}. Notez un constat, ou « rien à signaler ».")
    audit.clos_le, audit.synthese = timezone.localdate(), synthese
    audit.save(update_fields=["clos_le", "synthese", "verdicts"])
    _tracer(audit, Trace.Geste.MODIFIER, f"{audit}, clos", par=par)
    return audit


def action_proposee(constat: Constat) -> ActionAmelioration:
    """L'action que la structure auditée peut décider d'un constat : d'où elle vient, et l'effet que l'on en attend."""
    audit = constat.audit
    points = {p.code: (s, p) for s in specifications_auditees(audit) for p in s.points}
    specification, point = points[constat.point]
    paragraphe = specification.paragraphe.removeprefix("§").strip()
    return ActionAmelioration(
        organisation_id=audit.organisation_id,
        origine=ActionAmelioration.Origine.AUDIT,
        point=constat.point,
        reference=f"{audit}, {paragraphe}"[:120],
        effet_attendu=f"{constat.point} tenu : {point.texte}"[:300],
    )


@transaction.atomic
def decider_d_un_constat(
    constat: Constat, action: ActionAmelioration, *, champs: list[str], par: Habilitation
) -> ActionAmelioration:
    """Décide une action, que le constat garde ; une seule par constat. Lève GesteImpossible."""
    constat = Constat.objects.select_for_update(of=("self",)).select_related("audit__organisation").get(pk=constat.pk)
    if not (constat.audit.est_chez(par) and constat.audit.clos_le):
        raise GesteImpossible("C’est à la structure auditée d’en décider, une fois l’audit clos.")
    if constat.action_id:
        raise GesteImpossible("Une action est déjà décidée pour ce constat.")
    constat.action = decider(action, champs=champs, par=par)
    constat.save(update_fields=["action"])
    return constat.action
