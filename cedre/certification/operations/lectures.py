"""Les gestes de la fédération sur ce que le texte laisse ouvert : trancher, adopter ce que Cèdre propose (CER-3)."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from cedre.certification.models import LectureRetenue
from cedre.certification.referentiel import Edition, Lecture
from cedre.comptes.models import Habilitation, Organisation, Trace
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
    Organisation.objects.select_for_update().get(pk=par.organisation_id)  # deux à la fois : la seconde lit la première
    question = _question(edition, lecture)
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
def adopter(
    lectures: list[tuple[Edition, Lecture]], *, retenue_par: str, du: date, par: Habilitation
) -> tuple[list[Lecture], list[Lecture]]:
    """Retient d'un geste ce que Cèdre propose pour ces questions, avec sa raison ; rend celles-là, et celles qui l'étaient déjà.

    Ce qui a été tranché entre-temps n'est pas récrit. Lève GesteImpossible si tout l'a été.
    """
    Organisation.objects.select_for_update().get(pk=par.organisation_id)
    deja = [une for une in lectures if LectureRetenue.objects.filter(**_question(*une)).exists()]
    if len(deja) == len(lectures):
        raise GesteImpossible("Tout ce qui est coché a déjà été tranché : rien n’est à adopter.", champ="lectures")
    adoptees = [une for une in lectures if une not in deja]
    for edition, lecture in adoptees:
        trancher(edition, lecture, **lecture.projet._asdict(), retenue_par=retenue_par, du=du, par=par)
    return [lecture for _, lecture in adoptees], [lecture for _, lecture in deja]


def _question(edition: Edition, lecture: Lecture) -> dict[str, str]:
    return {"lignee": edition.lignee, "edition": edition.code, "question": lecture.code}
