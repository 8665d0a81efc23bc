"""Les gestes de la fédération sur ce que le texte laisse ouvert : trancher, adopter ce que Cèdre propose (CER-3)."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from cedre.certification.models import LectureRetenue
from cedre.certification.referentiel import Edition, Lecture
from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.core.refus import GesteImpossible


@transaction.atomic
def trancher(
    edition: Edition, lecture: Lecture, *, reponse: str, pourquoi: str, retenue_par: str, du: date, par: Habilitation
) -> LectureRetenue:
    """Retient une réponse à partir d'un jour ; celle d'avant reste, et vaut jusqu'à lui. Lève GesteImpossible."""
    if du < timezone.localdate():
        raise GesteImpossible("Une lecture ne vaut pas avant le jour où on la saisit : ce qui est jugé l’est.", champ="du")
    if not lecture.admet(reponse):
        raise GesteImpossible("Ce n’est pas une réponse à cette question.", champ="reponse")
    question = {"lignee": edition.lignee, "edition": edition.code, "question": lecture.code}
    if LectureRetenue.objects.filter(**question, reponse=reponse, du=du).exists():
        raise GesteImpossible("C’est déjà retenu, à partir de ce jour.", champ="reponse")
    retenue = LectureRetenue.objects.create(
        **question,
        reponse=reponse,
        pourquoi=pourquoi,
        retenue_par=retenue_par,
        du=du,
        saisie_par_id=par.compte_id,
    )
    tracer(par=par, geste=Trace.Geste.CREER, objet=retenue, detail=str(retenue))
    return retenue


@transaction.atomic
def adopter(ouvertes: list[tuple[Edition, Lecture]], *, retenue_par: str, du: date, par: Habilitation) -> int:
    """Retient d'un geste ce que Cèdre propose pour ces questions, avec sa raison ; rend combien. Lève GesteImpossible."""
    for edition, lecture in ouvertes:
        trancher(edition, lecture, **lecture.projet._asdict(), retenue_par=retenue_par, du=du, par=par)
    return len(ouvertes)
