"""Les gestes d'un audit : le prévoir, nommer qui audite, le mener, le clore, en décider les suites (AME-4, CER-6)."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from cedre.certification.editions import edition_de
from cedre.certification.grille_d_audit import edition_d_audit, grille, relever, specifications_auditees
from cedre.certification.models import Audit, Constat
from cedre.comptes.droits import Droit
from cedre.comptes.models import Compte, Habilitation, Trace
from cedre.comptes.operations import tracer_chez
from cedre.comptes.passages import Passage, Passages, Qui, tient
from cedre.core.refus import GesteImpossible
from cedre.qualite.models import ActionAmelioration
from cedre.qualite.operations.ameliorations import decider

E = Audit.Etat
L_AUDITEE = tient(Droit.QUALITE_TENIR, sinon="C’est à la structure auditée de le faire.")
L_AUDITRICE = tient(Droit.QUALITE_TENIR, chez="mene_par", sinon="C’est à la structure qui audite de nommer qui mène l’audit.")
LA_SOLLICITEE = tient(Droit.QUALITE_TENIR, chez="structure_auditrice_id", sinon="C’est à la structure sollicitée de décliner.")
QUI_AUDITE = Qui(Audit.est_de, "C’est à la personne qui audite de le faire.")
PASSAGES = Passages(
    Audit,
    nommer=Passage(L_AUDITRICE, de={E.DEMANDE, E.PREVU, E.EN_COURS}, vers={E.PREVU, E.EN_COURS}, trace="{ligne}, auditeur nommé"),
    decliner=Passage(
        LA_SOLLICITEE, de={E.DEMANDE, E.PREVU}, vers={E.DECLINE}, jour="declinee_le", trace="{ligne}, demande déclinée"
    ),
    renoncer=Passage(L_AUDITEE, de={E.DEMANDE, E.PREVU, E.DECLINE}, vers=set(), trace="{ligne}"),
    commencer=Passage(
        QUI_AUDITE, de={E.PREVU}, vers={E.EN_COURS}, jour="mene_le", depuis="demande_le", trace="{ligne}, commencé"
    ),
    constater=Passage(QUI_AUDITE, de={E.EN_COURS}, vers={E.EN_COURS}),
    ne_rien_signaler=Passage(QUI_AUDITE, de={E.EN_COURS}, vers={E.EN_COURS}, trace="{specification}, rien à signaler"),
    clore=Passage(QUI_AUDITE, de={E.EN_COURS}, vers={E.CLOS}, jour="clos_le", trace="{ligne}, clos"),
    decider=Passage(L_AUDITEE, de={E.CLOS}, vers={E.CLOS}, pas_encore="on en décide une fois l’audit clos"),
)


def auditeurs_possibles(audit: Audit, habilitation: Habilitation):
    """Qui peut mener cet audit dans cette équipe : jamais l'audité ; s'il est croisé, jamais un membre de l'auditée."""
    autres = habilitation.collegues(Droit.QUALITE_LIRE).exclude(pk=audit.audite_id)
    if audit.nature == Audit.Nature.INTERNE:
        return autres
    membres = Habilitation.objects.actives().filter(organisation=audit.organisation_id)
    return habilitation.collegues(Droit.QUALITE_TENIR).exclude(pk__in=membres.values("compte"))


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
    tracer_chez(audit.organisation, par=par, geste=Trace.Geste.CREER, objet=audit, detail=str(audit))
    return audit


@PASSAGES.operation
def nommer(audit: Audit, *, auditeur: Compte, par: Habilitation) -> None:
    """La structure qui audite nomme l'un des siens, et accepte ainsi la demande."""
    _verifier_l_auditeur(audit, auditeur, par)
    audit.auditeur = auditeur


@PASSAGES.operation
def decliner(audit: Audit, *, par: Habilitation) -> None:
    """La structure sollicitée ne viendra pas : elle n'a plus rien à lire de la demande."""
    audit.auditeur = None


@PASSAGES.operation
def renoncer(audit: Audit, *, par: Habilitation) -> None:
    """La structure auditée retire un audit qui n'a pas commencé."""


@PASSAGES.operation
def commencer(audit: Audit, *, le: date, par: Habilitation) -> None:
    """Ouvre la grille, au jour de l'audit ; qui audite doit encore le pouvoir."""
    _verifier_l_auditeur(audit, par.compte, par)
    applicable = edition_de(audit.organisation, le).edition.code
    if applicable != audit.edition:
        raise GesteImpossible(
            f"Ce jour-là s’applique l’édition {applicable} ; cet audit est prévu sur celle de {audit.edition} : "
            "la structure auditée en prévoit un autre.",
            champ="le",
        )


@transaction.atomic
def constater(constat: Constat, *, par: Habilitation) -> Constat:
    """Garde un constat, nouveau ou corrigé, sur un point audité. Lève GesteImpossible."""
    audit = PASSAGES.ouvrir("constater", constat.audit, par=par)
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
    audit = PASSAGES.ouvrir("constater", constat.audit, par=par)
    tracer_chez(audit.organisation, par=par, geste=Trace.Geste.SUPPRIMER, objet=constat, detail=constat.point)
    constat.delete()


@PASSAGES.operation
def ne_rien_signaler(audit: Audit, *, specification: str, par: Habilitation) -> None:
    """Dit d'une spécification qu'elle a été vue et qu'il n'y a rien à en signaler."""
    vise = next((s for s in specifications_auditees(audit) if s.code == specification), None)
    if vise is None:
        raise GesteImpossible("Cette spécification n’est pas auditée.")
    if audit.constats.filter(point__in=[p.code for p in vise.points]).exists():
        raise GesteImpossible(f"Vous avez déjà constaté quelque chose en {specification}.")
    if specification not in audit.sans_constat:
        audit.sans_constat.append(specification)


@PASSAGES.operation
def clore(audit: Audit, *, synthese: str, par: Habilitation) -> None:
    """Clôt l'audit et garde les verdicts de son jour : plus rien n'en change ensuite."""
    audit.verdicts, audit.synthese = relever(audit, edition_d_audit(audit), audit.mene_le), synthese
    lignes = [ligne for _, lignes in grille(audit, list(audit.constats.all())) for ligne in lignes]
    restent = [ligne.dite["code"] for ligne in lignes if not ligne.est_vue]
    if restent:
        raise GesteImpossible(f"Il reste à voir : {', '.join(restent)}. Notez un constat, ou « rien à signaler ».")


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
    PASSAGES.ouvrir("decider", constat.audit, par=par)
    constat = Constat.objects.select_for_update().get(pk=constat.pk)
    if constat.action_id:
        raise GesteImpossible("Une action est déjà décidée pour ce constat.")
    constat.action = decider(action, champs=champs, par=par)
    constat.save(update_fields=["action"])
    return constat.action
