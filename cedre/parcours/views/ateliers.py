"""Les séances de groupe des actions associées : les ouvrir, y inscrire, noter qui est venu (INS-5)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.core.pagination import paginer
from cedre.core.refus import refus_dans, refus_dit
from cedre.core.texte import numero
from cedre.parcours.forms.actions import AtelierForm, FeuilleAtelier
from cedre.parcours.models import ActionAssociee, Personne, Seance
from cedre.parcours.operations.actions import modifier_atelier, tenir
from cedre.parcours.operations.seances import annuler_seance, ouvrir_seance

CANDIDATES = 8
ROUTE = "parcours:atelier"


@geste("Ateliers et actions", "atelier", menu=Rubrique.TRAVAIL, rang=70)
@avec_droit(Droit.PARCOURS_LIRE)
def liste(request):
    """Les séances à venir, puis celles qui ont eu lieu."""
    seances = Seance.objects.pour(request.habilitation).avec_places().select_related("offre")
    passees = seances.filter(le__lt=timezone.localdate())
    page = paginer(request, passees.order_by("-le", "-heure", "pk"), 20)
    contexte = {"a_venir": seances.annoncees(), "page": page, "route": ROUTE}
    return render(request, "parcours/ateliers.html", contexte)


@geste("Ouvrir une séance", "plus", ajoute=Seance)
@avec_droit(Droit.ACTIONS_TENIR)
def nouveau(request):
    """Ouvre une séance, vierge ou à l'image d'une autre (?comme=)."""
    initial = {}
    if modele := request.GET.get("comme"):
        autre = la_ligne(request, Seance.objects, pk=numero(modele))
        initial = {nom: getattr(autre, nom) for nom in ("offre", "heure", "duree", "lieu", "capacite", "animee_par")}
    form = AtelierForm(request.POST or None, initial=initial, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        seance = ouvrir_seance(form.instance, par=request.habilitation)
        messages.success(request, "La séance est ouverte : vous pouvez y inscrire des personnes.")
        return redirect(ROUTE, seance.pk)
    contexte = {"form": form, "titre": "Ouvrir une séance", "route": ROUTE, "seance": None}
    return render(request, "parcours/seance.html", contexte)


@geste("Modifier", "crayon", sur=Seance, quand=lambda seance: not seance.annulee)
@avec_droit(Droit.ACTIONS_TENIR)
def modifier(request, pk):
    """Change l'action, la date, le lieu, la durée, les places."""
    seance = la_ligne(request, Seance.objects, pk=pk)
    form = AtelierForm(request.POST or None, instance=seance, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            modifier_atelier(seance, champs=form.changed_data, par=request.habilitation)
            messages.success(request, "La séance est à jour.")
            return redirect(ROUTE, pk)
    contexte = {"form": form, "titre": "Modifier la séance", "route": ROUTE, "seance": seance}
    return render(request, "parcours/seance.html", contexte)


@avec_droit(Droit.ACTIONS_TENIR)
@poste_depuis(ROUTE)
def annuler(request, pk):
    """Annule la séance ; chacun de ceux qu'on attendait est excusé."""
    seance = la_ligne(request, Seance.objects, pk=pk)
    with refus_dit(request):
        nombre = annuler_seance(seance, par=request.habilitation)
        messages.success(request, f"La séance est annulée. À prévenir : {nombre}.")
    return redirect(ROUTE, pk)


def _candidates(request, seance) -> dict:
    """Qui inscrire : celles qui correspondent, d'abord celles dont un engagement en cours nomme cette action."""
    inscrites = seance.actions.exclude(etat=ActionAssociee.Etat.EXCUSEE).values("personne")
    q = request.GET.get("q", "")[:80]
    possibles = Personne.objects.pour(request.habilitation).en_parcours().exclude(pk__in=inscrites).recherche(q)
    trouvees = possibles.attendues_a(seance.offre).order_by("-attendue", "nom_recherche", "pk")[:CANDIDATES]
    parmi = "les personnes en parcours"
    return {"seance": seance, "candidates": trouvees, "q": q, "route": ROUTE, "parmi": parmi}


def _seance(request, pk) -> Seance:
    return la_ligne(request, Seance.objects.avec_places().select_related("offre"), pk=pk)


@geste("Ouvrir la séance", "atelier", montre={Seance: "pk"})
@avec_droit(Droit.ACTIONS_TENIR)
def atelier(request, pk):
    """Tout sur un écran : inscrire, noter les présences, imprimer la feuille."""
    seance = _seance(request, pk)
    inscriptibles = Personne.objects.pour(request.habilitation).en_parcours()
    feuille = FeuilleAtelier(request.POST or None, seance=seance, inscriptibles=inscriptibles)
    if request.method == "POST" and feuille.is_valid():
        with refus_dans(feuille.ajout):
            tenir(seance, **feuille.demandes, par=request.habilitation)
            messages.success(request, "La feuille est enregistrée.")
            return redirect(ROUTE, pk)
    return render(request, "parcours/atelier.html", {"feuille": feuille, **_candidates(request, seance)})


@avec_droit(Droit.ACTIONS_TENIR)
def candidates(request, pk):
    """La recherche, pendant qu'on tape."""
    return render(request, "parcours/_candidates.html", _candidates(request, _seance(request, pk)))
