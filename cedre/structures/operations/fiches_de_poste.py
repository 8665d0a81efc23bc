"""Les gestes sur les fiches de poste (ACC-5, PRO-2)."""

from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.comptes.passe import change_le_passe
from cedre.core.intervalles import faire_valoir
from cedre.structures.models import Competence, FicheDePoste


@change_le_passe
@transaction.atomic
def enregistrer(
    fiche: FicheDePoste, *, competences: list[Competence], retirees: list[Competence], par: Habilitation
) -> FicheDePoste:
    """Crée, modifie ou relit une fiche de poste avec ses compétences. competences : les nouvelles et les changées.

    Une évaluation déjà faite garde le libellé de la compétence, même retirée.
    """
    geste = Trace.Geste.MODIFIER if fiche.pk else Trace.Geste.CREER
    fiche.organisation_id = par.organisation_id
    fiche.dater_le_retrait()
    fiche.save()
    fiche.relectures.get_or_create(le=timezone.localdate())
    faire_valoir(fiche.usages, timezone.localdate(), fiche.active)
    for competence in competences:
        competence.fiche_de_poste = fiche
        competence.save()
    for competence in retirees:
        competence.delete()
    tracer(par=par, geste=geste, objet=fiche, detail=fiche.intitule)
    return fiche
