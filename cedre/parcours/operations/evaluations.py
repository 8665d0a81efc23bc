"""Les gestes de l'évaluation conjointe et de l'évaluation professionnelle (ACC-4, ACC-5)."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.comptes.passe import change_le_passe
from cedre.core.intervalles import faire_valoir
from cedre.core.refus import Conflit, GesteImpossible
from cedre.parcours.models import CompetenceEvaluee, Cotation, Evaluation, EvaluationProfessionnelle, NoteSante, Personne
from cedre.structures.models import Domaine, Grille

ENSEMBLE = ("le", "trajectoire", "statut_social", "synthese")


class Vue(NamedTuple):
    """Ce qui est dit d'un domaine. None : non évalué. precision : de santé, réservée."""

    personne: int | None = None
    accompagnateur: int | None = None
    commentaire: str = ""
    precision: str = ""


@dataclass
class Contenu:
    """Tout ce qui s'écrit dans une évaluation conjointe ; vues : par identifiant de domaine."""

    le: date
    trajectoire: str = ""
    synthese: str = ""
    vues: dict[int, Vue] = field(default_factory=dict)
    statut_social: str = ""


def lire(evaluation: Evaluation, *, par: Habilitation) -> Contenu:
    """Ce qui est enregistré ; les précisions de santé ne sont lues que pour qui en a le droit."""
    precisions = dict(
        NoteSante.objects.pour(par).filter(cotation__evaluation=evaluation).values_list("cotation__domaine", "texte")
    )
    vues = {
        c.domaine_id: Vue(c.valeur_personne, c.valeur_accompagnateur, c.commentaire, precisions.get(c.domaine_id, ""))
        for c in evaluation.cotations.all()
    }
    return Contenu(**{nom: getattr(evaluation, nom) for nom in ENSEMBLE}, vues=vues)


@transaction.atomic
def commencer(personne: Personne, *, par: Habilitation) -> Evaluation:
    """Ouvre une évaluation sur la grille en vigueur, ou rend celle déjà ouverte (ACC-4). Lève GesteImpossible."""
    if brouillon := personne.evaluations.filter(validee_le=None).first():
        return brouillon
    grille = Grille.objects.pour(par).en_vigueur().first()
    if grille is None:
        raise GesteImpossible("Aucune grille d’évaluation n’est publiée dans la structure.")
    evaluation = Evaluation.objects.create(personne=personne, grille=grille, conduite_par_id=par.compte_id)
    tracer(par=par, geste=Trace.Geste.CREER, objet=evaluation)
    return evaluation


def _verifier(domaine: Domaine, vue: Vue, valeurs: set[int], par: Habilitation) -> None:
    if not {vue.personne, vue.accompagnateur} <= valeurs | {None}:
        raise GesteImpossible(f"« {domaine} » a une valeur qui n’est pas dans l’échelle.")
    if vue.commentaire and not domaine.se_commente:
        raise GesteImpossible(f"« {domaine} » ne se commente pas : ces informations sont protégées.")
    if vue.precision and not (domaine.regime == Domaine.Regime.SANTE and par.peut(Droit.SANTE_LIRE)):
        raise GesteImpossible(f"« {domaine} » ne reçoit pas de précision de santé.")
    dit_l_agenda = vue.personne == vue.accompagnateur and vue.personne in (0, max(valeurs), None)
    if domaine.regime == Domaine.Regime.AGENDA and not dit_l_agenda:
        raise GesteImpossible(f"« {domaine} » dit seulement s’il y a une contrainte d’agenda.")


def _verifier_contenu(grille: Grille, contenu: Contenu, par: Habilitation) -> None:
    domaines = {d.pk: d for d in grille.domaines.select_related("theme")}
    valeurs = {e.valeur for e in grille.echelons.all()}
    if not contenu.vues.keys() <= domaines.keys():
        raise GesteImpossible("Un domaine n’est pas celui de la grille de cette évaluation.")
    for pk, vue in contenu.vues.items():
        _verifier(domaines[pk], vue, valeurs, par)


def _ecrire_precisions(evaluation: Evaluation, vues: dict[int, Vue], par: Habilitation) -> None:
    if not par.peut(Droit.SANTE_LIRE):
        return
    cotations = dict(
        evaluation.cotations.filter(domaine__in=vues, domaine__regime=Domaine.Regime.SANTE).values_list("domaine", "pk")
    )
    NoteSante.objects.pour(par).filter(cotation__in=cotations.values()).delete()
    NoteSante.objects.bulk_create(
        NoteSante(cotation_id=cotation, texte=vues[domaine].precision)
        for domaine, cotation in cotations.items()
        if vues[domaine].precision
    )


@transaction.atomic
def enregistrer(evaluation: Evaluation, *, version: int, contenu: Contenu, par: Habilitation) -> Evaluation:
    """Enregistre un brouillon d'évaluation tel qu'il est à l'écran. version : celle que l'écran avait lue.

    Le même contenu envoyé deux fois n'est pas un conflit. Lève Conflit, GesteImpossible.
    """
    enregistree = Evaluation.objects.select_for_update(of=("self",)).select_related("grille").get(pk=evaluation.pk)
    if enregistree.validee_le:
        raise GesteImpossible("Cette évaluation est validée : elle ne change plus. Faites-en une nouvelle.")
    _verifier_contenu(enregistree.grille, contenu, par)
    if enregistree.version != version:
        if lire(enregistree, par=par) != contenu:
            raise Conflit(enregistree)
        return enregistree
    dit = {nom: getattr(contenu, nom) for nom in ENSEMBLE}
    Evaluation.objects.filter(pk=evaluation.pk).update(**dit, version=F("version") + 1)
    Cotation.objects.bulk_create(
        (
            Cotation(
                evaluation=enregistree,
                domaine_id=domaine,
                valeur_personne=vue.personne,
                valeur_accompagnateur=vue.accompagnateur,
                commentaire=vue.commentaire,
            )
            for domaine, vue in contenu.vues.items()
        ),
        update_conflicts=True,
        unique_fields=["evaluation", "domaine"],
        update_fields=["valeur_personne", "valeur_accompagnateur", "commentaire"],
    )
    _ecrire_precisions(enregistree, contenu.vues, par)
    if par.compte_id != enregistree.conduite_par_id:
        tracer(par=par, geste=Trace.Geste.MODIFIER, objet=enregistree)
    enregistree.refresh_from_db(fields=[*ENSEMBLE, "version"])
    return enregistree


@change_le_passe
@transaction.atomic
def valider(evaluation: Evaluation, *, par: Habilitation) -> Evaluation:
    """Clôt l'évaluation, relue ensemble : elle ne changera plus. Lève GesteImpossible s'il y manque l'essentiel."""
    evaluation = Evaluation.objects.select_for_update().get(pk=evaluation.pk)
    if evaluation.validee_le:
        raise GesteImpossible("Cette évaluation est déjà validée.")
    if not evaluation.cotations.exclude(valeur_personne=None).exclude(valeur_accompagnateur=None).exists():
        raise GesteImpossible("Évaluez au moins un domaine à deux : la personne et l’accompagnateur·rice.")
    if not evaluation.trajectoire:
        raise GesteImpossible("Dites la trajectoire socioprofessionnelle : stable, instable ou précaire.", champ="trajectoire")
    evaluation.validee_le = timezone.now()
    evaluation.version += 1
    evaluation.save(update_fields=["validee_le", "validee_jour", "version"])
    faire_valoir(evaluation.personne.refus_d_evaluation, timezone.localdate(), False)
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=evaluation, detail="validée")
    return evaluation


@change_le_passe
@transaction.atomic
def supprimer(evaluation: Evaluation, *, par: Habilitation) -> None:
    """Abandonne un brouillon d'évaluation. Lève GesteImpossible sur une évaluation validée."""
    evaluation = Evaluation.objects.select_for_update().get(pk=evaluation.pk)
    if evaluation.validee_le:
        raise GesteImpossible("Une évaluation validée se garde.")
    tracer(par=par, geste=Trace.Geste.SUPPRIMER, objet=evaluation)
    evaluation.delete()


@transaction.atomic
def noter_le_refus(personne: Personne, *, par: Habilitation) -> None:
    """La personne ne veut pas, à partir d'aujourd'hui, de l'évaluation conjointe qu'on lui propose (§ 2.1 b).

    Lève GesteImpossible d'un dossier qui n'est plus ouvert.
    """
    personne = Personne.objects.select_for_update().get(pk=personne.pk)
    if not personne.est_ouverte:
        raise GesteImpossible("Ce dossier n’est plus ouvert : on n’y propose plus d’évaluation.")
    if not personne.refuse_l_evaluation:
        faire_valoir(personne.refus_d_evaluation, timezone.localdate(), True)
        refus = personne.refus_d_evaluation.get(au=None)
        refus.par_id = par.compte_id
        refus.save(update_fields=["par"])
        tracer(par=par, geste=Trace.Geste.CREER, objet=refus)


@transaction.atomic
def revenir_du_refus(personne: Personne, *, par: Habilitation) -> None:
    """Le refus ne vaut plus, à partir d'aujourd'hui ; jusqu'à hier, il valait. Noté le jour même, il n'en reste rien."""
    personne = Personne.objects.select_for_update().get(pk=personne.pk)
    if refus := personne.refus_d_evaluation.filter(au=None).first():
        geste = Trace.Geste.SUPPRIMER if refus.du == timezone.localdate() else Trace.Geste.MODIFIER
        tracer(par=par, geste=geste, objet=refus, detail="ne vaut plus")
        faire_valoir(personne.refus_d_evaluation, timezone.localdate(), False)


@change_le_passe
@transaction.atomic
def evaluer_capacites(
    evaluation: EvaluationProfessionnelle, *, competences: list[CompetenceEvaluee], par: Habilitation
) -> EvaluationProfessionnelle:
    """Garde une évaluation professionnelle ; chaque compétence y fige le libellé du jour (ACC-5). Lève GesteImpossible.

    competences : une par compétence de la fiche, niveau vide pour « non évaluée ».
    """
    if evaluation.fiche_de_poste.organisation_id != par.organisation_id or any(
        c.competence.fiche_de_poste_id != evaluation.fiche_de_poste_id for c in competences
    ):
        raise GesteImpossible("Ces compétences ne sont pas celles de la fiche de poste.")
    if all(c.niveau is None for c in competences):
        raise GesteImpossible("Évaluez au moins une compétence de la fiche de poste.")
    evaluation.evaluee_par_id = par.compte_id
    evaluation.save()
    for competence in competences:
        competence.evaluation = evaluation
        competence.libelle = competence.competence.libelle
    CompetenceEvaluee.objects.bulk_create(competences)
    tracer(par=par, geste=Trace.Geste.CREER, objet=evaluation)
    return evaluation
