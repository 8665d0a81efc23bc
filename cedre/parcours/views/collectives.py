"""L'information, en séance ou seule à seule (ACC-2)."""

from operator import attrgetter

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.core.dates import a_la_fin_sans, d_abord_sans
from cedre.core.pagination import paginer
from cedre.core.refus import refus_dans, refus_dit
from cedre.core.texte import numero
from cedre.parcours.forms import FeuilleDInformation, InformationForm, InscriptionForm, SeanceForm
from cedre.parcours.models import Information, InformationCollective, Personne
from cedre.parcours.operations.collectives import informer, inscrire, tenir
from cedre.parcours.operations.seances import annuler_seance, modifier_seance, ouvrir_seance

CANDIDATES = 8
ROUTE = "parcours:collective"


@geste("Informations collectives", "groupe", menu=Rubrique.TRAVAIL, rang=60)
@avec_droit(Droit.INFORMATION_TENIR)
def liste(request):
    """Les séances à venir, puis celles qui ont eu lieu."""
    seances = InformationCollective.objects.pour(request.habilitation).avec_places().select_related("animee_par")
    passees = seances.filter(le__lt=timezone.localdate())
    page = paginer(request, passees.order_by("-le", "-heure", "pk"), 20)
    contexte = {"a_venir": seances.annoncees(), "page": page, "route": ROUTE}
    return render(request, "parcours/collectives.html", contexte)


@geste("Ouvrir une séance", "plus", ajoute=InformationCollective)
@avec_droit(Droit.INFORMATION_TENIR)
def nouvelle(request):
    """Ouvre une séance, vierge ou à l'image d'une autre (?comme=)."""
    initial = {}
    if modele := request.GET.get("comme"):
        autre = la_ligne(request, InformationCollective.objects, pk=numero(modele))
        initial = {nom: getattr(autre, nom) for nom in ("heure", "duree", "lieu", "capacite", "animee_par")}
    form = SeanceForm(request.POST or None, initial=initial, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        collective = ouvrir_seance(form.instance, par=request.habilitation)
        messages.success(request, "La séance est ouverte : vous pouvez y inscrire des personnes.")
        return redirect("parcours:collective", collective.pk)
    return render(request, "parcours/seance.html", {"form": form, "titre": "Ouvrir une séance", "route": ROUTE, "seance": None})


@geste("Modifier", "crayon", sur=InformationCollective, quand=lambda seance: not seance.annulee)
@avec_droit(Droit.INFORMATION_TENIR)
def modifier(request, pk):
    """Change la date, le lieu, la capacité."""
    collective = la_ligne(request, InformationCollective.objects, pk=pk)
    form = SeanceForm(request.POST or None, instance=collective, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            modifier_seance(collective, champs=form.changed_data, par=request.habilitation)
            messages.success(request, "La séance est à jour.")
            return redirect("parcours:collective", pk)
    contexte = {"form": form, "titre": "Modifier la séance", "route": ROUTE, "seance": collective}
    return render(request, "parcours/seance.html", contexte)


@avec_droit(Droit.INFORMATION_TENIR)
@poste_depuis("parcours:collective")
def annuler(request, pk):
    """Annule la séance ; chacun de ceux qu'on attendait redevient sans date."""
    collective = la_ligne(request, InformationCollective.objects, pk=pk)
    with refus_dit(request):
        nombre = annuler_seance(collective, par=request.habilitation)
        messages.success(request, f"La séance est annulée. À prévenir et à réinscrire : {nombre}.")
    return redirect("parcours:collective", pk)


def _candidates(request, collective) -> dict:
    """Qui inscrire : celles qui correspondent, d'abord celles qui attendent depuis le plus longtemps."""
    inscrites = collective.informations.exclude(presence=Information.Presence.EXCUSEE).values("personne")
    ouvertes = Personne.objects.pour(request.habilitation).ouvertes().exclude(pk__in=inscrites)
    q = request.GET.get("q", "")[:80]
    attente = (d_abord_sans("accueillie_le"), a_la_fin_sans("contact_le"), "pk")
    trouvees = ouvertes.recherche(q).avec_reperes().order_by(*attente)[:CANDIDATES]
    return {"seance": collective, "candidates": trouvees, "q": q, "route": ROUTE, "parmi": "les dossiers ouverts"}


@geste("Ouvrir la séance", "groupe", montre={InformationCollective: "pk", Information: "collective_id"})
@avec_droit(Droit.INFORMATION_TENIR)
def seance(request, pk):
    """Tout sur un écran : inscrire, déplacer, noter les présences et ce qui a été dit."""
    collective = la_ligne(request, InformationCollective.objects.avec_places().select_related("animee_par"), pk=pk)
    feuille = FeuilleDInformation(request.POST or None, seance=collective, habilitation=request.habilitation)
    if request.method == "POST" and feuille.is_valid():
        with refus_dans(feuille.ajout):
            tenir(collective, **feuille.demandes, par=request.habilitation)
            messages.success(request, "La feuille est enregistrée.")
            return redirect("parcours:collective", pk)
    return render(request, "parcours/collective.html", {"feuille": feuille, **_candidates(request, collective)})


@avec_droit(Droit.INFORMATION_TENIR)
def candidates(request, pk):
    """La recherche, pendant qu'on tape."""
    collective = la_ligne(request, InformationCollective.objects.avec_places(), pk=pk)
    return render(request, "parcours/_candidates.html", _candidates(request, collective))


@geste("Inscrire à une information collective", "groupe", sur=Personne, quand=attrgetter("est_en_accueil"), rang=10)
@avec_droit(Droit.INFORMATION_TENIR)
def inscription(request, pk):
    """Depuis son dossier, inscrit la personne à une séance."""
    personne = la_ligne(request, Personne.objects.ouvertes(), pk=pk)
    form = InscriptionForm(request.POST or None, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            inscrire(**form.cleaned_data, personne=personne, par=request.habilitation)
            messages.success(request, f"{personne} est inscrite à l’information collective.")
            return redirect("parcours:personne", pk)
    contexte = {"personne": personne, "form": form, "seances": form.fields["collective"].queryset}
    return render(request, "parcours/inscription.html", contexte)


@geste(
    "Noter une information donnée",
    "info",
    sur=Personne,
    ajoute=Information,
    rang=11,
    remedie=("offre_presentee", "statut_explique", "suivi_statut_inexplique"),
)
@avec_droit(Droit.INFORMATION_TENIR)
def information(request, pk):
    """Garde ce qui a été dit à une personne reçue seule."""
    personne = la_ligne(request, Personne.objects.nominatives(), pk=pk)
    form = InformationForm(request.POST or None, instance=Information(personne=personne))
    if request.method == "POST" and form.is_valid():
        informer(form.instance, par=request.habilitation)
        messages.success(request, "L’information donnée est notée.")
        return redirect("parcours:personne", pk)
    return render(request, "parcours/information.html", {"personne": personne, "form": form})
