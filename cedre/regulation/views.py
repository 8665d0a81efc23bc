"""La régulation pédagogique, de l'ordre du jour aux décisions faites (TRA-1)."""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.models import Trace
from cedre.comptes.operations import tracer
from cedre.core.exports import telecharger
from cedre.core.pagination import paginer
from cedre.core.refus import refus_dans, refus_dit
from cedre.regulation import operations as gestes
from cedre.regulation.compte_rendu import compte_rendu
from cedre.regulation.forms import CloreRegulationForm, DevenirForm, NoteForm, PointForm, RegulationForm
from cedre.regulation.models import Decision, PointOrdreDuJour, Regulation
from cedre.structures.documents import composer


@geste("Régulations", "echange", menu=Rubrique.TRAVAIL, rang=80, remedie=("rythme_tenu",))
@avec_droit(Droit.REGULATION_TENIR)
def liste(request):
    """Les régulations, et la date que le rythme de la structure propose."""
    regulations = Regulation.objects.pour(request.habilitation).annotate(
        nombre=Count("points", distinct=True),
        decidees=Count("points__decisions", distinct=True),
        faites=Count("points__decisions", filter=Q(points__decisions__faite_le__isnull=False), distinct=True),
    )
    page = paginer(request, regulations.order_by("-le", "-pk"))
    contexte = {"page": page, "proposee": gestes.prochaine_date(request.habilitation)}
    return render(request, "regulation/regulations.html", contexte)


@geste("Prévoir une régulation", "plus", remedie=("regulation_tenue",))
@avec_droit(Droit.REGULATION_TENIR)
def nouvelle(request):
    """Prévoir une régulation : l'ordre du jour se bâtit aussitôt."""
    regulation = Regulation(organisation_id=request.habilitation.organisation_id)
    initial = {"le": gestes.prochaine_date(request.habilitation), "animee_par": request.habilitation.compte}
    return _saisir(request, regulation, initial)


@geste("Déplacer", "calendrier", sur=Regulation, quand=gestes.PASSAGES.permet("preparer"))
@avec_droit(Droit.REGULATION_TENIR)
def modifier(request, pk):
    """Changer la date, l'heure, le lieu, qui anime."""
    return _saisir(request, la_ligne(request, Regulation.objects, pk=pk), {})


def _saisir(request, regulation: Regulation, initial: dict):
    form = RegulationForm(request.POST or None, instance=regulation, initial=initial, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.prevoir(form.instance, champs=form.changed_data, par=request.habilitation)
            messages.success(request, "La régulation est à l’agenda.")
            return redirect("regulation:regulation", regulation.pk)
    return render(request, "regulation/prevoir.html", {"form": form, "regulation": regulation})


def _points(regulation: Regulation):
    points = regulation.points.select_related("personne__referent", "engagement__type_engagement")
    return points.prefetch_related("decisions__qui").order_by("rang", "pk")


@geste("La régulation", "echange", montre={Regulation: "pk"}, remedie=("regulation_redigee", "compte_rendu_redige"))
@avec_droit(Droit.REGULATION_TENIR)
def regulation(request, pk, form_clore=None):
    """L'ordre du jour, ce qui s'est dit, les décisions ; tout se tient sur cette page."""
    ligne = la_ligne(request, Regulation.objects.select_related("animee_par"), pk=pk)
    points = _points(ligne)
    contexte = {
        "regulation": ligne,
        "points": points,
        "a_voir": sum(not (point.echange or point.decisions.all()) for point in points),
        "presents": list(ligne.presents.all()),
        "clore": form_clore or CloreRegulationForm(habilitation=request.habilitation, initial={"synthese": ligne.synthese}),
    }
    return render(request, "regulation/regulation.html", contexte, status=400 if form_clore else 200)


@geste("Compléter l’ordre du jour", "liste", sur=Regulation, quand=gestes.PASSAGES.permet("preparer"))
@avec_droit(Droit.REGULATION_TENIR)
@poste_depuis("regulation:regulation")
def batir(request, pk):
    """Complète l'ordre du jour avec ceux qui doivent y être depuis."""
    ligne = la_ligne(request, Regulation.objects, pk=pk)
    with refus_dit(request):
        nombre = gestes.batir_ordre_du_jour(ligne, par=request.habilitation)
        messages.success(request, f"Points ajoutés à l’ordre du jour : {nombre}.")
    return redirect("regulation:regulation", pk)


@geste("Ajouter un point", "plus", sur=Regulation, quand=gestes.PASSAGES.permet("preparer"))
@avec_droit(Droit.REGULATION_TENIR)
def ajouter(request, pk):
    """Ajoute à la main une personne ou un sujet."""
    ligne = la_ligne(request, Regulation.objects, pk=pk)
    form = PointForm(request.POST or None, instance=PointOrdreDuJour(regulation=ligne), habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.ajouter_point(form.instance, par=request.habilitation)
            return redirect("regulation:regulation", pk)
    return render(request, "regulation/ajouter.html", {"form": form, "regulation": ligne})


@geste("Parler d’un point", "echange", montre={PointOrdreDuJour: "pk", Decision: "point_id"})
@avec_droit(Droit.REGULATION_TENIR)
def point(request, pk):
    """Parler d'un point : ce qui s'est dit, et une décision par ligne."""
    ligne = la_ligne(
        request, PointOrdreDuJour.objects.select_related("regulation", "personne__referent", "engagement__type_engagement"), pk=pk
    )
    form = NoteForm(request.POST or None, initial={"echange": ligne.echange}, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.noter(ligne, echange=form.cleaned_data["echange"], decision=form.decision, par=request.habilitation)
            return redirect(f"{reverse('regulation:regulation', args=[ligne.regulation_id])}#point-{pk}")
    suivi = ligne.personne and ligne.personne.suivis_a_minima.ouverts().first()
    contexte = {"point": ligne, "form": form, "decisions": ligne.decisions.select_related("qui"), "suivi": suivi}
    return render(request, "regulation/point.html", contexte)


@geste(
    "Ôter de l’ordre du jour",
    "croix",
    sur=PointOrdreDuJour,
    quand=gestes.PASSAGES.permet("preparer", dans="regulation"),
    meme_anonyme=True,
)
@avec_droit(Droit.REGULATION_TENIR)
@poste_depuis("regulation:point")
def retirer(request, pk):
    """Ôte un point dont on n'a pas parlé."""
    ligne = la_ligne(request, PointOrdreDuJour.objects.select_related("regulation"), pk=pk)
    with refus_dit(request):
        gestes.retirer_point(ligne, par=request.habilitation)
    return redirect("regulation:regulation", ligne.regulation_id)


@avec_droit(Droit.REGULATION_TENIR)
@poste_depuis("regulation:regulation")
def clore(request, pk):
    """Clôt, et distribue le compte rendu aux présents et aux absents."""
    ligne = la_ligne(request, Regulation.objects, pk=pk)
    form = CloreRegulationForm(request.POST, habilitation=request.habilitation)
    if form.is_valid():
        with refus_dans(form):
            lien = request.build_absolute_uri(reverse("regulation:regulation", args=[pk]))
            gestes.clore(ligne, **form.cleaned_data, lien=lien, par=request.habilitation)
            messages.success(request, "La régulation est close ; l’équipe est prévenue que son compte rendu l’attend.")
            return redirect("regulation:regulation", pk)
    return regulation(request, pk, form_clore=form)


@geste("Compte rendu (PDF)", "imprimer", sur=Regulation, quand=lambda regulation: regulation.etat == Regulation.Etat.TENUE)
@avec_droit(Droit.REGULATION_TENIR)
@poste_depuis("regulation:regulation")
def pdf(request, pk):
    """Le compte rendu à imprimer ; il nomme des personnes, l'export est tracé avant d'être rendu (nomenclatures §7)."""
    ligne = la_ligne(request, Regulation.objects.select_related("organisation", "animee_par"), pk=pk)
    document = composer("regulation/typst/compte_rendu.typ", compte_rendu(ligne, _points(ligne)), chez=ligne.organisation_id)
    tracer(par=request.habilitation, geste=Trace.Geste.EXPORTER, objet=ligne, detail="compte rendu, PDF")
    return telecharger(document, f"regulation-{ligne.le:%Y-%m-%d}.pdf", "application/pdf")


@geste("Décisions à faire", "valide", remedie=("decision_suivie", "decision_dite"))
@avec_droit(Droit.REGULATION_TENIR)
def decisions(request):
    """Les décisions à faire, les plus anciennes d'abord ; « moi » ne montre que les siennes."""
    lignes = Decision.objects.pour(request.habilitation).a_faire().select_related("qui", "point__personne", "point__regulation")
    if request.GET.get("qui") == "moi":
        lignes = lignes.filter(qui=request.habilitation.compte_id)
    contexte = {"page": paginer(request, lignes.order_by("echeance", "pk")), "aujourdhui": timezone.localdate()}
    return render(request, "regulation/decisions.html", contexte)


def _a_faire(decision: Decision) -> bool:
    return not decision.faite_le and decision.suite not in Decision.ABANDONS


@geste("Faite", "valide", sur=Decision, quand=_a_faire)
@avec_droit(Droit.REGULATION_TENIR)
@poste_depuis("regulation:decisions")
def faire(request, pk):
    """La décision est faite."""
    gestes.faire(la_ligne(request, Decision.objects, pk=pk), par=request.habilitation)
    messages.success(request, "C’est noté : la décision est faite.")
    return redirect("regulation:decisions")


@geste("Dire ce qu’elle devient", "fleche", sur=Decision, quand=_a_faire)
@avec_droit(Droit.REGULATION_TENIR)
def suite(request, pk):
    """Une décision qui n'est pas faite est reportée, ou abandonnée : on dit laquelle, et pourquoi."""
    ligne = la_ligne(request, Decision.objects.select_related("point__regulation"), pk=pk)
    form = DevenirForm(request.POST or None, initial={"suite": ligne.suite})
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.dire_la_suite(ligne, suite=form.cleaned_data["suite"], par=request.habilitation)
            messages.success(request, "C’est noté.")
            return redirect("regulation:decisions")
    return render(request, "regulation/suite.html", {"form": form, "decision": ligne})
