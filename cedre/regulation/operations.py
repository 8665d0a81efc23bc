"""Les gestes de la régulation : la prévoir, en bâtir l'ordre du jour, la tenir, diffuser, suivre ses décisions (TRA-1)."""

from datetime import date, timedelta
from functools import partial

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Compte, Habilitation, Trace
from cedre.comptes.operations import enregistrer, libelles, tracer
from cedre.comptes.passages import Passage, Passages, tient
from cedre.comptes.passe import change_le_passe
from cedre.core.refus import GesteImpossible
from cedre.core.templatetags.cedre import accorde
from cedre.parcours.models import Engagement, Personne
from cedre.regulation.models import Decision, PointOrdreDuJour, Regulation
from cedre.structures.models import Reglages, Seuils

AU_PLUS = 40

E, L_EQUIPE = Regulation.Etat, tient(Droit.REGULATION_TENIR)
A_TENIR = {E.PREVUE, E.OUVERTE}
PASSAGES = Passages(
    Regulation,
    preparer=Passage(L_EQUIPE, de=A_TENIR, vers=A_TENIR),
    noter=Passage(L_EQUIPE, de=A_TENIR, vers={E.OUVERTE}),
    clore=Passage(L_EQUIPE, de=A_TENIR, vers={E.TENUE}, trace="close et diffusée"),
)


def prochaine_date(habilitation: Habilitation) -> date:
    """La dernière régulation plus le rythme de la structure ; aujourd'hui au plus tôt, jamais un samedi ni un dimanche."""
    derniere = Regulation.objects.pour(habilitation).aggregate(le=Max("le"))["le"]
    rythme = timedelta(days=Reglages.objects.de(habilitation).rythme_regulation)
    le = max(derniere + rythme if derniere else timezone.localdate(), timezone.localdate())
    return le + timedelta(days=max(7 - le.isoweekday() + 1, 0) if le.isoweekday() > 5 else 0)


@change_le_passe
@transaction.atomic
def prevoir(regulation: Regulation, *, champs: list[str], par: Habilitation) -> Regulation:
    """Met une régulation à l'agenda, ou la déplace, et en bâtit l'ordre du jour."""
    nouvelle = regulation.pk is None
    if not nouvelle:
        actuelle = PASSAGES.ouvrir("preparer", regulation, par=par)
        if actuelle.etat == E.OUVERTE and actuelle.le < min(regulation.le, timezone.localdate()):
            raise GesteImpossible(f"Elle a commencé le {actuelle.le:%d/%m/%Y} : prévoyez-en une autre.", champ="le")
    enregistrer(regulation, champs=champs, par=par)
    if nouvelle:
        batir_ordre_du_jour(regulation, par=par)
    return regulation


@transaction.atomic
def batir_ordre_du_jour(regulation: Regulation, *, par: Habilitation) -> int:
    """Ajoute à l'ordre du jour ceux dont il faut parler et qui n'y sont pas encore. Rend combien sont ajoutés.

    Une personne y paraît une fois, pour sa raison la plus pressante ; puis les engagements en projet, à décider ensemble.
    """
    regulation = PASSAGES.ouvrir("preparer", regulation, par=par)
    deja = set(regulation.points.exclude(personne=None).values_list("personne", flat=True))
    rang = regulation.points.aggregate(rang=Max("rang"))["rang"] or 0
    points = []
    for personne in Personne.objects.pour(par).suivies().avec_manques().order_by("nom_recherche", "pk"):
        raison = next((trouve.manque for trouve in personne.manques if trouve.manque.en_equipe), None)
        if raison and personne.pk not in deja:
            points.append((raison.urgence, PointOrdreDuJour(regulation=regulation, personne=personne, manque=raison.cle)))
    points = [point for _, point in sorted(points, key=lambda p: p[0])][:AU_PLUS]
    deja |= {point.personne_id for point in points}
    projets = Engagement.objects.pour(par).filter(etat=Engagement.Etat.PROJET).exclude(personne__in=deja).order_by("debut", "pk")
    points += [
        PointOrdreDuJour(regulation=regulation, personne_id=projet.personne_id, engagement=projet, sujet="Engagement à décider")
        for projet in projets[:AU_PLUS]
    ]
    for point in points:
        rang += 1
        point.rang = rang
    PointOrdreDuJour.objects.bulk_create(points)
    ajoutes = accorde(len(points), "point ajouté,points ajoutés")
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=regulation, detail=f"ordre du jour, {ajoutes}")
    return len(points)


@transaction.atomic
def ajouter_point(point: PointOrdreDuJour, *, par: Habilitation) -> PointOrdreDuJour:
    """Ajoute à la main un sujet ou une personne à l'ordre du jour. Lève GesteImpossible."""
    regulation = PASSAGES.ouvrir("preparer", point.regulation, par=par)
    if point.personne and regulation.points.filter(personne=point.personne).exists():
        raise GesteImpossible(f"{point.personne} est déjà à l’ordre du jour.", champ="personne")
    point.rang = (regulation.points.aggregate(rang=Max("rang"))["rang"] or 0) + 1
    point.save()
    tracer(par=par, geste=Trace.Geste.CREER, objet=point)
    return point


@change_le_passe
@transaction.atomic
def retirer_point(point: PointOrdreDuJour, *, par: Habilitation) -> None:
    """Ôte un point dont rien n'a été dit. Lève GesteImpossible."""
    PASSAGES.ouvrir("preparer", point.regulation, par=par)
    if point.echange or point.decisions.exists():
        raise GesteImpossible("On a déjà parlé de ce point : il reste à l’ordre du jour.")
    tracer(par=par, geste=Trace.Geste.SUPPRIMER, objet=point)
    point.delete()


@change_le_passe
@transaction.atomic
def noter(point: PointOrdreDuJour, *, echange: str, decision: Decision | None, par: Habilitation) -> PointOrdreDuJour:
    """Garde ce qui s'est dit d'un point, et ce que l'on décide : quoi, qui, pour quand. Lève GesteImpossible."""
    regulation = PASSAGES.ouvrir("noter", point.regulation, par=par)
    if regulation.etat == E.PREVUE:
        regulation.etat = E.OUVERTE
        regulation.save(update_fields=["etat"])
    point.echange = echange
    point.save(update_fields=["echange"])
    if decision:
        decision.point = point
        decision.save()
    if echange or decision:
        Regulation.objects.filter(pk=regulation.pk, redigee_le=None).update(redigee_le=timezone.localdate())
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=point, detail="décision" if decision else "")
    return point


@change_le_passe
@PASSAGES.operation
def clore(regulation: Regulation, *, presents: list[Compte], synthese: str, lien: str, par: Habilitation) -> None:
    """Clôt la régulation et prévient présents et absents que son compte rendu les attend.

    La lettre ne dit le nom de personne : le compte rendu se lit dans Cèdre. lien : son adresse complète.
    """
    if regulation.le > timezone.localdate():
        raise GesteImpossible(f"Elle est prévue le {regulation.le:%d/%m/%Y} : si elle s’est tenue plus tôt, déplacez-la d’abord.")
    regulation.etat, regulation.synthese, regulation.diffusee_le = E.TENUE, synthese, timezone.now()
    ecrite = synthese or regulation.points.filter(~Q(echange="") | Q(decisions__isnull=False)).exists()
    regulation.redigee_le = regulation.redigee_le or (timezone.localdate() if ecrite else None)
    regulation.rythme = Seuils.objects.de(regulation.organisation_id, regulation.le).rythme_regulation
    regulation.presents.set(presents)
    lettre = (
        f"Bonjour,\n\nLe compte rendu de la régulation du {regulation.le:%d/%m/%Y} est prêt, avec ses décisions :\n{lien}\n\n"
        "Il s’ouvre avec votre compte.\n"
    )
    for courriel in par.collegues(Droit.REGULATION_TENIR).values_list("email", flat=True):
        transaction.on_commit(
            partial(send_mail, f"Régulation du {regulation.le:%d/%m/%Y}", lettre, None, [courriel]), robust=True
        )


@change_le_passe
@transaction.atomic
def faire(decision: Decision, *, par: Habilitation) -> None:
    """La décision est faite."""
    if Decision.objects.a_faire().filter(pk=decision.pk).update(faite_le=timezone.localdate()):
        tracer(par=par, geste=Trace.Geste.MODIFIER, objet=decision, detail=libelles(Decision, ["faite_le"]))


@change_le_passe
@transaction.atomic
def dire_la_suite(decision: Decision, *, suite: str, par: Habilitation) -> None:
    """Ce que devient une décision qui n'est pas faite ; le premier jour où on l'a dit reste. Lève GesteImpossible."""
    actuelle = Decision.objects.a_faire().select_for_update(of=("self",)).filter(pk=decision.pk).first()
    if actuelle is None:
        raise GesteImpossible("Cette décision est déjà faite, ou abandonnée.")
    actuelle.suite, actuelle.suite_le = suite, actuelle.suite_le or timezone.localdate()
    actuelle.save(update_fields=["suite", "suite_le"])
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=actuelle, detail=libelles(Decision, ["suite"]))
