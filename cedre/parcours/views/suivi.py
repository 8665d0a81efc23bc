"""Le suivi a minima : dire que l'on s'en occupe, confier à quelqu'un d'autre (ACC-6)."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.core.manques import manques
from cedre.core.pagination import paginer
from cedre.core.templatetags.cedre import accorde, jour
from cedre.parcours.forms.dossiers import FiltreForm
from cedre.parcours.forms.suivi import ConfierForm, PriseEnChargeForm
from cedre.parcours.models import Engagement, Personne, PriseEnCharge
from cedre.parcours.operations import suivi as gestes

UNE_SEMAINE = timedelta(days=7)


@geste("Je m’en occupe", "personne")
@avec_droit(Droit.DOSSIER_MODIFIER)
def prendre_en_charge(request, pk, manque):
    """Fait taire un manque jusqu'à une date : « je m'en occupe »."""
    if manque not in manques(Personne):
        raise Http404
    manque = manques(Personne)[manque]
    personne = la_ligne(request, Personne.objects.nominatives(), pk=pk)
    prise = PriseEnCharge.objects.pour(request.habilitation).filter(personne=personne, manque=manque.cle).first()
    initial = {"jusqu_au": timezone.localdate() + UNE_SEMAINE, "note": prise.note if prise else ""}
    form = PriseEnChargeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        gestes.prendre_en_charge(personne, manque=manque, par=request.habilitation, **form.cleaned_data)
        messages.success(request, f"C’est noté jusqu’au {jour(form.cleaned_data['jusqu_au'])}, où l’on vous le redira.")
        return redirect("parcours:personne", pk)
    contexte = {"personne": personne, "manque": manque, "form": form}
    return render(request, "parcours/prendre_en_charge.html", contexte)


def _personne(request, pk) -> Personne:
    return la_ligne(request, Personne.objects, pk=pk)


def _vers_la_premiere(lignes, sinon):
    """Mène à la première, depuis une liste qui n'en connaît pas le numéro ; s'il n'y en a pas, à l'adresse donnée."""
    return redirect(lignes.first() or sinon)


@geste("Ouvrir le bilan", "entretien", sur=Personne, a_part=True, remedie=("suivi_bilan_depasse", "suivi_bilan_proche"))
@avec_droit(Droit.PARCOURS_CONDUIRE)
def bilan(request, pk):
    """Mène à son bilan à l'agenda, ou à son dossier."""
    personne = _personne(request, pk)
    return _vers_la_premiere(personne.bilans.prevus().order_by("le", "pk"), personne)


@geste("Remettre l’engagement", "echange", sur=Personne, a_part=True, remedie=("suivi_engagement_non_remis",))
@avec_droit(Droit.PARCOURS_CONDUIRE)
def engagement(request, pk):
    """Mène à son engagement en cours, à défaut en projet, ou à son dossier."""
    personne = _personne(request, pk)
    return _vers_la_premiere(personne.engagements.exclude(etat=Engagement.Etat.CLOS).order_by("etat"), personne)


@geste("Ses heures de travail", "horloge", sur=Personne, a_part=True, remedie=("suivi_sans_heures",))
@avec_droit(Droit.TRAVAIL_TENIR)
def travail(request, pk):
    """Mène à sa mise en situation en cours, ou à de quoi en ouvrir une."""
    en_cours = _personne(request, pk).mises_en_situation.en_cours(timezone.localdate())
    return _vers_la_premiere(en_cours.order_by("-du", "-pk"), reverse("parcours:mets_nouvelle", args=[pk]))


@geste("Prendre des nouvelles", "sortir", sur=Personne, a_part=True, remedie=("suivi_suivi_sortie",))
@avec_droit(Droit.PARCOURS_CONDUIRE)
def sortie(request, pk):
    """Mène à sa dernière sortie, ou à son dossier."""
    personne = _personne(request, pk)
    return _vers_la_premiere(personne.sorties.order_by("-le", "-pk"), personne)


@geste("Confier à quelqu’un d’autre", "echange")
@avec_droit(Droit.EQUIPE_SUIVRE)
def confier(request):
    """Changer de référent·e en nombre : un congé, un départ. L'adresse garde le filtre."""
    filtre = FiltreForm(request.GET, habilitation=request.habilitation)
    personnes = filtre.appliquer(Personne.objects.pour(request.habilitation), request.habilitation.compte).suivies()
    form = ConfierForm(request.POST or None, habilitation=request.habilitation, personnes=personnes)
    if request.method == "POST" and form.is_valid():
        nombre = gestes.confier(form.cleaned_data["personnes"], a=form.cleaned_data["a"], par=request.habilitation)
        messages.success(request, f"{accorde(nombre, 'personne')} à suivre en plus pour {form.cleaned_data['a']}.")
        return redirect("portail:suivi_equipe")
    page = paginer(request, personnes.select_related("referent"))
    d_un_seul = {str(personne.pk) for personne in page} if filtre.cleaned_data.get("referent") else ()
    cochees = request.POST.getlist("personnes") if form.is_bound else d_un_seul
    return render(request, "parcours/confier.html", {"filtre": filtre, "page": page, "form": form, "cochees": cochees})
