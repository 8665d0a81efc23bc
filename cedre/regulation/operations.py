"""Les gestes de la régulation : la prévoir, en bâtir l'ordre du jour, la tenir, diffuser, suivre ses décisions (TRA-1)."""

from datetime import date, timedelta
from functools import partial

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Compte, Habilitation, Trace
from cedre.comptes.operations import enregistrer, libelles, tracer
from cedre.core.gestes import GesteImpossible
from cedre.parcours.models import Engagement, Personne
from cedre.regulation.models import Decision, Point, Regulation
from cedre.structures.models import Reglages

AU_PLUS = 40


def equipe(habilitation: Habilitation):
    """Les comptes qui prennent part aux régulations de la structure."""
    return Habilitation.objects.pour(habilitation).actives().avec_droit(Droit.REGULATION_TENIR).comptes()


def prochaine_date(habilitation: Habilitation) -> date:
    """La dernière régulation plus le rythme de la structure ; aujourd'hui au plus tôt, jamais un samedi ni un dimanche."""
    derniere = Regulation.objects.pour(habilitation).aggregate(le=Max("le"))["le"]
    rythme = timedelta(days=Reglages.objects.de(habilitation).rythme_regulation)
    le = max(derniere + rythme if derniere else timezone.localdate(), timezone.localdate())
    return le + timedelta(days=max(7 - le.isoweekday() + 1, 0) if le.isoweekday() > 5 else 0)


@transaction.atomic
def prevoir(regulation: Regulation, *, champs: list[str], par: Habilitation) -> Regulation:
    """Met une régulation à l'agenda, ou la déplace, et en bâtit l'ordre du jour."""
    nouvelle = regulation.pk is None
    if not nouvelle and regulation.etat == Regulation.Etat.TENUE:
        raise GesteImpossible("Cette régulation est close : elle ne change plus.")
    enregistrer(regulation, champs=champs, par=par)
    if nouvelle:
        batir_ordre_du_jour(regulation, par=par)
    return regulation


@transaction.atomic
def batir_ordre_du_jour(regulation: Regulation, *, par: Habilitation) -> int:
    """Ajoute à l'ordre du jour ceux dont il faut parler et qui n'y sont pas encore. Rend combien sont ajoutés.

    Une personne y paraît une fois, pour sa raison la plus pressante ; puis les engagements en projet, à décider ensemble.
    """
    regulation = _ouverte(regulation)
    deja = set(regulation.points.exclude(personne=None).values_list("personne", flat=True))
    rang = regulation.points.aggregate(rang=Max("rang"))["rang"] or 0
    points = []
    for personne in Personne.objects.pour(par).suivies().avec_manques().order_by("nom_recherche", "pk"):
        raison = next((trouve.manque for trouve in personne.manques if trouve.manque.en_equipe), None)
        if raison and personne.pk not in deja:
            points.append((raison.urgence, Point(regulation=regulation, personne=personne, manque=raison.cle)))
    points = [point for _, point in sorted(points, key=lambda p: p[0])][:AU_PLUS]
    deja |= {point.personne_id for point in points}
    projets = Engagement.objects.pour(par).filter(etat=Engagement.Etat.PROJET).exclude(personne__in=deja).order_by("debut", "pk")
    points += [
        Point(regulation=regulation, personne_id=projet.personne_id, engagement=projet, sujet="Engagement à décider")
        for projet in projets[:AU_PLUS]
    ]
    for point in points:
        rang += 1
        point.rang = rang
    Point.objects.bulk_create(points)
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=regulation, detail=f"ordre du jour, {len(points)} points ajoutés")
    return len(points)


def _ouverte(regulation: Regulation) -> Regulation:
    actuelle = Regulation.objects.select_for_update().get(pk=regulation.pk)
    if actuelle.etat == Regulation.Etat.TENUE:
        raise GesteImpossible("Cette régulation est close : elle ne change plus.")
    return actuelle


@transaction.atomic
def ajouter_point(point: Point, *, par: Habilitation) -> Point:
    """Ajoute à la main un sujet ou une personne à l'ordre du jour. Lève GesteImpossible."""
    regulation = _ouverte(point.regulation)
    if point.personne and regulation.points.filter(personne=point.personne).exists():
        raise GesteImpossible(f"{point.personne} est déjà à l’ordre du jour.", champ="personne")
    point.rang = (regulation.points.aggregate(rang=Max("rang"))["rang"] or 0) + 1
    point.save()
    tracer(par=par, geste=Trace.Geste.CREER, objet=point)
    return point


@transaction.atomic
def retirer_point(point: Point, *, par: Habilitation) -> None:
    """Ôte un point dont rien n'a été dit. Lève GesteImpossible."""
    _ouverte(point.regulation)
    if point.echange or point.decisions.exists():
        raise GesteImpossible("On a déjà parlé de ce point : il reste à l’ordre du jour.")
    tracer(par=par, geste=Trace.Geste.SUPPRIMER, objet=point)
    point.delete()


@transaction.atomic
def noter(point: Point, *, echange: str, decision: Decision | None, par: Habilitation) -> Point:
    """Garde ce qui s'est dit d'un point, et ce que l'on décide : quoi, qui, pour quand. Lève GesteImpossible."""
    regulation = _ouverte(point.regulation)
    if regulation.etat == Regulation.Etat.PREVUE:
        regulation.etat = Regulation.Etat.OUVERTE
        regulation.save(update_fields=["etat"])
    point.echange = echange
    point.save(update_fields=["echange"])
    if decision:
        decision.point = point
        decision.save()
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=point, detail="décision" if decision else "")
    return point


@transaction.atomic
def clore(regulation: Regulation, *, presents: list[Compte], synthese: str, lien: str, par: Habilitation) -> Regulation:
    """Clôt la régulation et prévient présents et absents que son compte rendu les attend. Lève GesteImpossible.

    La lettre ne dit le nom de personne : le compte rendu se lit dans Cèdre. lien : son adresse complète.
    """
    regulation = _ouverte(regulation)
    if regulation.le > timezone.localdate():
        raise GesteImpossible(f"Elle est prévue le {regulation.le:%d/%m/%Y} : si elle s’est tenue plus tôt, déplacez-la d’abord.")
    regulation.etat, regulation.synthese, regulation.diffusee_le = Regulation.Etat.TENUE, synthese, timezone.now()
    regulation.rythme = Reglages.objects.de(par).rythme_regulation
    regulation.save()
    regulation.presents.set(presents)
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=regulation, detail="close et diffusée")
    lettre = (
        f"Bonjour,\n\nLe compte rendu de la régulation du {regulation.le:%d/%m/%Y} est prêt, avec ses décisions :\n{lien}\n\n"
        "Il s’ouvre avec votre compte.\n"
    )
    for courriel in equipe(par).values_list("email", flat=True):
        transaction.on_commit(
            partial(send_mail, f"Régulation du {regulation.le:%d/%m/%Y}", lettre, None, [courriel]), robust=True
        )
    return regulation


@transaction.atomic
def faire(decision: Decision, *, par: Habilitation) -> None:
    """La décision est faite."""
    if Decision.objects.a_faire().filter(pk=decision.pk).update(faite_le=timezone.localdate()):
        tracer(par=par, geste=Trace.Geste.MODIFIER, objet=decision, detail=libelles(Decision, ["faite_le"]))
