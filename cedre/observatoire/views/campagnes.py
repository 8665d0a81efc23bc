"""De la structure à la fédération : les campagnes, ce que la région fait d'un rapport, ce qu'elle réunit (OBS-3)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.models import Organisation
from cedre.core.pagination import paginer
from cedre.core.refus import refus_dans, refus_dit
from cedre.observatoire.cadres import livres
from cedre.observatoire.chaine import OuEnEst, attendues, par_region, periode_d_avant
from cedre.observatoire.consolide import consolider
from cedre.observatoire.forms.campagnes import (
    CampagneForm,
    FiltreAttenduesForm,
    FiltreCampagnesForm,
    PublierReunisForm,
    RegionForm,
    RendreForm,
    ReporterForm,
)
from cedre.observatoire.models import Campagne, Rapport
from cedre.observatoire.operations import campagnes as gestes
from cedre.observatoire.operations import rapports
from cedre.observatoire.operations.reunis import publier_reunis
from cedre.observatoire.reperes import a_cote


def _visible(request, pk) -> Campagne:
    siennes = Campagne.objects.visant(request.habilitation.organisation).select_related("organisation")
    return la_ligne(request, siennes, pk=pk)


@geste(
    "Rapports attendus",
    "calendrier",
    menu=Rubrique.TRAVAIL,
    rang=166,
    a_lire="Quels rapports d’activité sont attendus, qui les a transmis, et ce qu’ils disent ensemble.",
)
@avec_droit(Droit.RESEAU_SUIVRE)
def campagnes(request):
    """Les rapports que l'on attend des structures, le plus récent d'abord."""
    qui, filtre = request.habilitation, FiltreCampagnesForm(request.GET)
    toutes = Campagne.objects.pour(qui).visant(qui.organisation).select_related("organisation")
    lignes = filtre.appliquer(toutes, Organisation.objects.pour(qui).structures())
    contexte = {"filtre": filtre, "page": paginer(request, lignes), "vierge": not toutes.exists()}
    return render(request, "observatoire/campagnes.html", contexte)


@geste("La campagne", "calendrier", montre={Campagne: "pk"})
@avec_droit(Droit.RESEAU_SUIVRE)
def campagne(request, pk):
    """Où en est chaque structure : ce qui est en retard d'abord, puis ce qui attend qu'on le lise."""
    ligne, filtre = _visible(request, pk), FiltreAttenduesForm(request.GET, habilitation=request.habilitation)
    toutes = attendues(ligne, request.habilitation, timezone.localdate())
    contexte = {
        "campagne": ligne,
        "le_cadre": livres().get(ligne.cadre),
        "filtre": filtre,
        "ou_en_est": OuEnEst.de(toutes),
        "regions": par_region(toutes) if "region" in filtre.fields else [],
        "page": paginer(request, filtre.appliquer(toutes)),
        "sienne": ligne.organisation_id == request.habilitation.organisation_id,
    }
    return render(request, "observatoire/campagne.html", contexte)


@geste("Attendre un rapport", "plus")
@avec_droit(Droit.RAPPORTS_RECEVOIR)
def nouvelle(request):
    """Ouvrir une campagne : quel rapport, de quelle période, pour quand."""
    form = CampagneForm(request.POST or None, instance=Campagne(organisation=request.habilitation.organisation))
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            ouverte = gestes.ouvrir(form.instance, par=request.habilitation)
            messages.success(request, "C’est ouvert : chaque structure le lit dans sa page du jour, la période finie.")
            return redirect(ouverte)
    return render(request, "observatoire/campagne_saisir.html", {"form": form})


@geste("Donner un autre jour", "crayon", sur=Campagne, quand=lambda campagne: campagne.court)
@avec_droit(Droit.RAPPORTS_RECEVOIR)
def reporter(request, pk):
    """Déplacer le jour dit, tant qu'il n'est pas passé."""
    ligne = _visible(request, pk)
    form = ReporterForm(request.POST or None, initial={"attendu_le": ligne.attendu_le})
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.reporter(ligne, **form.cleaned_data, par=request.habilitation)
            messages.success(request, "Le jour est changé.")
            return redirect(ligne)
    return render(request, "observatoire/campagne_saisir.html", {"form": form, "campagne": ligne})


@geste("Retirer la campagne", "corbeille", sur=Campagne, quand=lambda campagne: campagne.court)
@avec_droit(Droit.RAPPORTS_RECEVOIR)
@poste_depuis("observatoire:campagne")
def retirer(request, pk):
    """Ôte une campagne ouverte par erreur."""
    ligne = _visible(request, pk)
    with refus_dit(request):
        gestes.retirer(ligne, par=request.habilitation)
        messages.success(request, "La campagne est retirée.")
        return redirect("observatoire:campagnes")
    return redirect(ligne)


@geste("Les nombres réunis", "chiffres", sur=Campagne)
@avec_droit(Droit.RESEAU_SUIVRE)
def consolide(request, pk):
    """La somme des rapports acceptés de sa région, ou du réseau ; rien d'autre n'est lu que ce qui a été publié."""
    ligne, qui = _visible(request, pk), request.habilitation
    if ligne.cadre not in livres():
        raise Http404
    le_cadre, choix = livres()[ligne.cadre], RegionForm(request.GET, habilitation=qui)
    region, avant = choix.choisie(), periode_d_avant(ligne.periode)
    chapitres = consolider(le_cadre, ligne.periode, avant, pour=qui, region=region and region.pk)
    siennes = [a for a in attendues(ligne, qui, timezone.localdate()) if not region or a.structure.region_id == region.pk]
    contexte = {"campagne": ligne, "le_cadre": le_cadre, "filtre": choix, "region": region}
    contexte["ou_en_est"] = OuEnEst.de(siennes)
    contexte["avant"] = avant if any(r.avant for _, rubriques in chapitres for r in rubriques) else ""
    contexte["chapitres"] = [(chapitre, [r.lue(pour=qui) for r in rubriques]) for chapitre, rubriques in chapitres]
    return render(request, "observatoire/consolide.html", contexte)


@geste("Publier ces nombres", "valide", sur=Campagne, quand=lambda campagne: campagne.cadre in livres())
@avec_droit(Droit.RAPPORTS_RECEVOIR)
def publier_le_reuni(request, pk):
    """Figer ce que disent les nombres réunis : le rapport de la région, ou du réseau ; ensuite, une autre version."""
    ligne, qui = _visible(request, pk), request.habilitation
    deja = Rapport.objects.pour(qui).filter(organisation=qui.organisation, cadre=ligne.cadre).sur(ligne.periode).courants()
    deja = deja.select_related("organisation").first()
    form = PublierReunisForm(request.POST or None, deja=deja)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            return redirect(publier_reunis(ligne, **form.cleaned_data, par=qui))
    contexte = {"form": form, "campagne": ligne, "deja": deja}
    contexte["ou_en_est"] = OuEnEst.de(attendues(ligne, qui, timezone.localdate()))
    return render(request, "observatoire/reunis_publier.html", contexte)


@geste("À côté des autres", "repere", sur=Rapport, quand=lambda rapport: rapport.est_publie and rapport.cadre in livres())
@avec_droit(Droit.FIGURES_LIRE)
def a_cote_des_autres(request, pk):
    """Chaque nombre du rapport à côté de la médiane de sa région, de son type, du réseau ; jamais une autre par son nom."""
    rapport = la_ligne(request, Rapport.objects.exclude(publie_le=None).select_related("organisation"), pk=pk)
    if rapport.cadre not in livres():
        raise Http404
    contexte = {"rapport": rapport, "le_cadre": livres()[rapport.cadre], "chapitres": a_cote(rapport, request.habilitation)}
    return render(request, "observatoire/a_cote.html", contexte)


@geste("Accuser réception", "courriel", sur=Rapport, quand=rapports.PASSAGES.permet("recevoir"), a_part=True)
@avec_droit(Droit.RAPPORTS_RECEVOIR)
@poste_depuis("observatoire:rapport")
def recevoir(request, pk):
    """La région dit qu'elle l'a, et va le lire."""
    return _faire(request, pk, rapports.recevoir, dit="C’est dit : le rapport est reçu.")


@geste("Accepter", "valide", sur=Rapport, quand=rapports.PASSAGES.permet("accepter"), a_part=True)
@avec_droit(Droit.RAPPORTS_RECEVOIR)
@poste_depuis("observatoire:rapport")
def accepter(request, pk):
    """Ses nombres entrent dans ceux de la région."""
    return _faire(request, pk, rapports.accepter, dit="Le rapport est accepté : ses nombres entrent dans ceux de la région.")


@geste("Clore", "cle", sur=Rapport, quand=rapports.PASSAGES.permet("clore"), a_part=True)
@avec_droit(Droit.RAPPORTS_RECEVOIR)
@poste_depuis("observatoire:rapport")
def clore(request, pk):
    """Plus rien n'en change."""
    return _faire(request, pk, rapports.clore, dit="Le rapport est clos : plus rien n’en change.")


def _faire(request, pk, geste_du_rapport, *, dit: str):
    rapport = la_ligne(request, Rapport.objects, pk=pk)
    with refus_dit(request):
        geste_du_rapport(rapport, par=request.habilitation)
        messages.success(request, dit)
    return redirect(rapport)


@geste("Rendre à corriger", "retour", sur=Rapport, quand=rapports.PASSAGES.permet("rendre"), a_part=True)
@avec_droit(Droit.RAPPORTS_RECEVOIR)
def rendre(request, pk):
    """Dire ce qu'il faut corriger : la structure publiera une autre version."""
    rapport, form = la_ligne(request, Rapport.objects.select_related("organisation"), pk=pk), RendreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            rapports.rendre(rapport, **form.cleaned_data, par=request.habilitation)
            messages.success(request, "C’est rendu : la structure le lit dans sa page du jour.")
            return redirect(rapport)
    return render(request, "observatoire/rapport_rendre.html", {"form": form, "rapport": rapport})
