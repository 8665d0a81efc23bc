"""Ce que la fédération a retenu là où le texte laisse une question ouverte : tous le lisent, elle seule tranche (CER-3)."""

from typing import NamedTuple

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.certification.conformite import Faits, LectureLue
from cedre.certification.editions import editions
from cedre.certification.forms.lectures import AdoptionForm, LectureForm
from cedre.certification.models import LectureRetenue
from cedre.certification.operations import lectures as gestes
from cedre.certification.referentiel import Edition, nom_dans_l_adresse
from cedre.comptes.acces import avec_droit, connecte
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.models import Habilitation
from cedre.core.refus import refus_dans
from cedre.core.templatetags.cedre import accorde


class QuestionPosee(NamedTuple):
    """Une question d'une édition, ce qui en est retenu aujourd'hui, et tout ce qui l'a été ou le sera."""

    edition: Edition
    lue: LectureLue
    retenues: list[LectureRetenue]

    @property
    def nom_dans_l_adresse(self) -> str:
        """Son édition et son code : « 2004-10-suivi-ei-aci »."""
        return nom_dans_l_adresse(f"{self.edition.code}-{self.lue.lecture.code}")

    @property
    def est_ouverte(self) -> bool:
        """Vrai si rien n'en est retenu aujourd'hui, ni pour plus tard."""
        return not (self.lue.dite or self.retenues)

    @property
    def proposee(self) -> str:
        """Ce que Cèdre propose, et sa raison, en une phrase ; "" s'il ne propose rien."""
        projet = self.lue.lecture.projet
        return f"Cèdre propose : {self.lue.lecture.en_mots(projet.reponse)}. {projet.pourquoi}" if projet else ""

    @property
    def a_adopter(self) -> str:
        """La question, et ce que Cèdre en propose ; ce qui en a été tranché, si elle ne se pose plus."""
        dite = self.proposee if self.est_ouverte else self.lue.dite or "Déjà tranchée, pour plus tard."
        return f"{self.lue.lecture.question} {dite}"

    @property
    def autres(self) -> list[tuple[LectureRetenue, str]]:
        """Ce qui en a été retenu avant, ou le sera : la ligne, et la réponse en mots."""
        return [(r, self.lue.lecture.en_mots(r.reponse)) for r in self.retenues if r != self.lue.retenue]


def questions(habilitation: Habilitation) -> list[QuestionPosee]:
    """Celles de toutes les éditions complètes, avec les preuves d'aujourd'hui ; les ouvertes d'abord."""
    le, toutes = timezone.localdate(), [*LectureRetenue.objects.pour(habilitation)]
    trouvees = []
    for edition in (e for e in editions() if e.chapitres):
        for code, lue in Faits(lectures=toutes).lues(edition, le).items():
            siennes = [r for r in toutes if (r.lignee, r.edition, r.question) == (edition.lignee, edition.code, code)]
            trouvees.append(QuestionPosee(edition, lue, siennes))
    return sorted(trouvees, key=lambda question: not question.est_ouverte)


def _se_juge(habilitation: Habilitation) -> bool:
    return habilitation is not None and (habilitation.peut(Droit.CONFORMITE_LIRE) or habilitation.peut(Droit.EDITIONS_TENIR))


def _propose(habilitation: Habilitation) -> bool:
    return any(question.est_ouverte and question.lue.lecture.projet for question in questions(habilitation))


@geste("Lectures du référentiel", "info", menu=Rubrique.QUALITE, rang=95, quand=_se_juge)
@connecte
def liste(request):
    """Chaque question, ce qui en est retenu, par qui, pourquoi ; et ce que Cèdre propose pour celles qui restent ouvertes."""
    if request.habilitation is None:  # qui n'est plus d'aucune équipe n'a rien à y lire
        raise Http404
    return render(request, "certification/lectures.html", {"questions": questions(request.habilitation)})


@geste("Adopter ce que Cèdre propose", "valide", quand=_propose)
@avec_droit(Droit.EDITIONS_TENIR)
def adopter(request):
    """Retenir d'un geste les réponses proposées que l'on coche ; ce qui a été tranché depuis que la page est ouverte le reste."""
    proposees = {q.nom_dans_l_adresse: q for q in questions(request.habilitation) if q.lue.lecture.projet}
    ouvertes = [code for code, question in proposees.items() if question.est_ouverte]
    form = AdoptionForm(request.POST or None, proposees={code: q.a_adopter for code, q in proposees.items()}, ouvertes=ouvertes)
    if request.method == "POST" and form.is_valid():
        cochees = [proposees[code] for code in form.cleaned_data.pop("lectures")]
        with refus_dans(form):
            voulues = [(question.edition, question.lue.lecture) for question in cochees]
            adoptees, deja = gestes.adopter(voulues, **form.cleaned_data, par=request.habilitation)
            messages.success(request, f"C’est retenu : {accorde(len(adoptees), 'lecture')}.")
            if deja:
                dites = " ".join(lecture.question for lecture in deja)
                messages.warning(request, f"Tranché entre-temps, et laissé tel quel : {dites}")
            return redirect("certification:lectures")
    return render(request, "certification/lectures_adopter.html", {"form": form, "attendent": bool(ouvertes)})


@geste("Trancher", "crayon")
@avec_droit(Droit.EDITIONS_TENIR)
def trancher(request, code):
    """Retenir une réponse à une question, à partir d'un jour ; celle d'avant reste."""
    question = next((question for question in questions(request.habilitation) if question.nom_dans_l_adresse == code), None)
    if question is None:
        raise Http404
    form = LectureForm(request.POST or None, lecture=question.lue.lecture)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.trancher(question.edition, question.lue.lecture, **form.cleaned_data, par=request.habilitation)
            messages.success(request, "C’est retenu. Les verdicts la lisent à partir de son jour, pas avant.")
            return redirect("certification:lectures")
    return render(request, "certification/lecture.html", {"form": form, "question": question})
