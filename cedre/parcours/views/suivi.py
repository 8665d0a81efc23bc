"""Le suivi a minima : fixer un objectif et le contrôler ; dire que l'on s'en occupe, confier à d'autres (ACC-6, § 2.1 d)."""

from datetime import timedelta
from operator import attrgetter

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.core.manques import manques
from cedre.core.pagination import paginer
from cedre.core.refus import refus_dans, refus_dit
from cedre.core.templatetags.cedre import accorde, jour
from cedre.parcours.forms.dossiers import FiltreForm
from cedre.parcours.forms.suivi import ConfierForm, ControleForm, PriseEnChargeForm, SuiviForm
from cedre.parcours.models import Engagement, Personne, PriseEnCharge, SuiviAMinima
from cedre.parcours.operations import suivi as gestes

UNE_SEMAINE = timedelta(days=7)


def _suivi(request, pk, etat=SuiviAMinima.objects.nominatifs) -> SuiviAMinima:
    return la_ligne(request, etat().select_related("personne", "par"), pk=pk)


def _ouvert(request, pk) -> SuiviAMinima:
    return _suivi(request, pk, SuiviAMinima.objects.nominatifs().ouverts)


def _fixer(request, suivi: SuiviAMinima, titre: str):
    form = SuiviForm(request.POST or None, instance=suivi)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.fixer(suivi, champs=form.changed_data, par=request.habilitation)
            messages.success(request, f"L’objectif est fixé, à contrôler le {jour(suivi.echeance)}.")
            return redirect("parcours:personne", suivi.personne_id)
    return render(
        request, "parcours/suivi_fixer.html", {"personne": suivi.personne, "form": form, "titre": titre, "suivi": suivi}
    )


@geste(
    "Fixer un objectif",
    "repere",
    sur=Personne,
    quand=lambda personne: personne.est_ouverte and personne.a_un_parcours,
    ajoute=SuiviAMinima,
    a_part=True,
    remedie=("suivi_sans_objectif",),
)
@avec_droit(Droit.SUIVI_TENIR)
def fixer(request, pk):
    """Un objectif et son échéance, pour qui a un parcours ; s'il y en a un, le contrôler, et dire là celui qui le suit."""
    personne = la_ligne(request, Personne.objects.nominatives().avec_un_parcours(), pk=pk)
    if ouvert := personne.suivis_a_minima.ouverts().first():
        return redirect("parcours:suivi_controler", ouvert.pk)
    return _fixer(request, SuiviAMinima(personne=personne), "Fixer un objectif")


@geste("Corriger", "crayon", sur=SuiviAMinima, quand=attrgetter("est_ouvert"))
@avec_droit(Droit.SUIVI_TENIR)
def corriger(request, pk):
    """Corrige l'objectif qui court, ou en déplace l'échéance."""
    return _fixer(request, _ouvert(request, pk), "Corriger l’objectif")


@geste("Contrôler", "valide", sur=SuiviAMinima, quand=attrgetter("est_ouvert"), rang=10)
@avec_droit(Droit.SUIVI_TENIR)
def controler(request, pk):
    """Ce que l'objectif est devenu, et celui qui le suit : un seul geste."""
    suivi = _ouvert(request, pk)
    form = ControleForm(request.POST or None, instance=suivi)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.controler(suivi, suivant=form.suivant, par=request.habilitation)
            messages.success(request, "Le contrôle est noté." + (" L’objectif qui suit est fixé." if form.suivant else ""))
            return redirect("parcours:personne", suivi.personne_id)
    return render(request, "parcours/suivi_controler.html", {"personne": suivi.personne, "form": form, "suivi": suivi})


@avec_droit(Droit.SUIVI_TENIR)
@poste_depuis("parcours:suivi_corriger")
def retirer(request, pk):
    """Retire un objectif fixé par erreur."""
    suivi = _suivi(request, pk)
    with refus_dit(request):
        gestes.retirer(suivi, par=request.habilitation)
        messages.success(request, "L’objectif est retiré.")
    return redirect("parcours:personne", suivi.personne_id)


@geste("Ses objectifs de suivi", "repere", montre={SuiviAMinima: "personne_id"}, remedie=("objectif_controle",))
@avec_droit(Droit.PARCOURS_LIRE)
def suivis(request, pk):
    """Tous ses suivis a minima : l'objectif, l'échéance, ce qu'il est devenu."""
    personne = la_ligne(request, Personne.objects, pk=pk)
    page = paginer(request, personne.suivis_a_minima.select_related("par"))
    return render(request, "parcours/suivis.html", {"personne": personne, "page": page, "aujourdhui": timezone.localdate()})


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


@geste("Contrôler l’objectif", "valide", sur=Personne, a_part=True, remedie=("suivi_controle_depasse",))
@avec_droit(Droit.SUIVI_TENIR)
def controle(request, pk):
    """Mène au contrôle de l'objectif qui court, ou à son dossier."""
    personne = _personne(request, pk)
    ouvert = personne.suivis_a_minima.ouverts().first()
    return redirect("parcours:suivi_controler", ouvert.pk) if ouvert else redirect(personne)


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
