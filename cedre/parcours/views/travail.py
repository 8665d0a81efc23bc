"""Les mises en situation de travail et le relevé d'heures (INS-4)."""

from decimal import Decimal
from operator import attrgetter

from dateutil.relativedelta import relativedelta
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.core import periodes
from cedre.core.pagination import paginer
from cedre.core.refus import refus_dans, refus_dit
from cedre.core.texte import numero
from cedre.parcours.forms.travail import FinForm, MiseEnSituationForm, ReleveForm, proposition
from cedre.parcours.models import Besoin, EvaluationAuTravail, Heures, MiseEnSituation, Personne
from cedre.parcours.operations import travail as operations
from cedre.parcours.operations.heures import noter
from cedre.parcours.releve import Releve, ecrites, lire_lu

PAR_PAGE = 200


@geste(
    "Ouvrir une mise en situation",
    "poste",
    sur=Personne,
    quand=attrgetter("a_un_parcours"),
    ajoute=MiseEnSituation,
    rang=30,
)
@avec_droit(Droit.TRAVAIL_TENIR)
def nouvelle(request, pk):
    """Ouvrir une mise en situation. ?besoin= : celui d'un client, qui la remplit d'avance (TRA-2)."""
    personne = la_ligne(request, Personne.objects.nominatives(), pk=pk)
    besoin = Besoin.objects.pour(request.habilitation).filter(pk=numero(request.GET.get("besoin", ""))).first()
    form = MiseEnSituationForm(
        request.POST or None,
        instance=MiseEnSituation(personne=personne),
        initial=proposition(personne, besoin),
        habilitation=request.habilitation,
    )
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            ouverte = operations.ouvrir(form.instance, par=request.habilitation)
            messages.success(request, "La mise en situation est enregistrée.")
            return redirect("parcours:mets", ouverte.pk)
    return render(request, "parcours/mets_saisie.html", {"personne": personne, "mets": None, "form": form})


def _mets(request, pk) -> MiseEnSituation:
    lignes = MiseEnSituation.objects.nominatifs().select_related(
        "personne",
        "client",
        "client_de_l_atelier",
        "fiche_de_poste",
        "objectif",
        "engagement__type_engagement",
        "contrat__nature",
    )
    return la_ligne(request, lignes, pk=pk)


@geste(
    "Ouvrir la mise en situation",
    "poste",
    montre={MiseEnSituation: "pk", EvaluationAuTravail: "mise_en_situation_id"},
    remedie=("client_associe", "client_associe_partout"),
)
@avec_droit(Droit.PARCOURS_LIRE)
def mets(request, pk):
    """Une mise en situation : son objectif, ses heures, ce qui en a été dit au travail."""
    ligne = _mets(request, pk)
    return _montrer(request, ligne, FinForm(initial={"au": timezone.localdate()}))


def _montrer(request, ligne: MiseEnSituation, fin: FinForm):
    contexte = {
        "mets": ligne,
        "fin": fin,
        "heures": Heures.objects.filter(mise_en_situation=ligne).order_by("-le"),
        "evaluations": ligne.evaluations.select_related("par"),
        "liens": ligne.liens.valables(),
        "lien": request.session.pop(f"lien-client-{ligne.pk}", None) if request.method == "GET" else None,
    }
    return render(request, "parcours/mets.html", contexte)


@geste("Corriger", "crayon", sur=MiseEnSituation, remedie=("heures_avec_objectif", "travail_selon_l_engagement"))
@avec_droit(Droit.TRAVAIL_TENIR)
def modifier(request, pk):
    """Corriger une mise en situation."""
    ligne = _mets(request, pk)
    form = MiseEnSituationForm(request.POST or None, instance=ligne, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            operations.modifier(form.instance, champs=form.changed_data, par=request.habilitation)
            messages.success(request, "La mise en situation est à jour.")
            return redirect("parcours:mets", pk)
    return render(request, "parcours/mets_saisie.html", {"personne": ligne.personne, "mets": pk, "form": form})


@geste("Noter la fin", sur=MiseEnSituation, quand=lambda mets: not mets.au)
@avec_droit(Droit.TRAVAIL_TENIR)
@poste_depuis("parcours:mets")
def terminer(request, pk):
    """Dire le dernier jour."""
    ligne = _mets(request, pk)
    fin = FinForm(request.POST)
    if fin.is_valid():
        with refus_dans(fin):
            operations.terminer(ligne, au=fin.cleaned_data["au"], par=request.habilitation)
            messages.success(request, "La fin de la mise en situation est notée.")
            return redirect("parcours:mets", pk)
    return _montrer(request, ligne, fin)


@geste("Heures de travail", "horloge", menu=Rubrique.TRAVAIL, rang=120)
@avec_droit(Droit.TRAVAIL_TENIR)
def heures(request):
    """Le relevé du mois : toutes les heures d'un seul envoi."""
    filtre = ReleveForm(request.GET, habilitation=request.habilitation)
    mois, par = filtre.mois_choisi, filtre.colonnes_par
    lignes = MiseEnSituation.objects.pour(request.habilitation).du_mois(mois, periodes.mois(mois).au)
    lignes = lignes.nominatifs().order_by("personne__nom_recherche", "personne", "du", "pk")
    lignes = lignes.select_related("personne", "client", "client_de_l_atelier", "fiche_de_poste")
    filtrees = filtre.appliquer(lignes)
    if request.method == "POST":
        lu = lire_lu(request.POST.get("lu", ""))
        releve = Releve(lignes.filter(pk__in=lu), premier=mois, par=par)
        if _enregistrer(request, releve, lu):
            return HttpResponseRedirect(request.get_full_path())
        page = paginer(request, releve.lignes, PAR_PAGE)
    else:
        page = paginer(request, filtrees, PAR_PAGE)
        releve = Releve(page, premier=mois, par=par)
    return render(request, "parcours/heures.html", _contexte_du_releve(filtre, releve, page, filtrees))


def _enregistrer(request, releve: Releve, lu: dict[int, list[Decimal]]) -> bool:
    """Écrit ce qui peut l'être et le dit ; faux s'il reste des cases à revoir."""
    cases, saisies = releve.cases, releve.saisies(request.POST, lu)
    noms = {saisie: nom for nom, saisie in saisies.items()}
    conflits = None
    with refus_dit(request):
        conflits = noter(list(saisies.values()), par=request.habilitation)
    if conflits is None:
        return False
    for saisie, actuel in conflits.items():
        case = cases[noms[saisie]]
        case.heures, case.autre = actuel, True
        case.refus = f"Quelqu’un d’autre y a noté {ecrites(actuel) or 0} h entre-temps. Enregistrer de nouveau garde les vôtres."
    for nom, saisie in saisies.items():
        cases[nom].heures = conflits.get(saisie, saisie.heures)
    a_revoir = [c for c in cases.values() if c.refus]
    if ecrits := len(saisies) - len(conflits):
        messages.success(request, "1 case est enregistrée." if ecrits == 1 else f"{ecrits} cases sont enregistrées.")
    elif not a_revoir:
        messages.info(request, "Rien n’avait changé.")
    if a_revoir:
        dit = "1 case est à revoir" if len(a_revoir) == 1 else f"{len(a_revoir)} cases sont à revoir"
        messages.error(request, f"{dit} : ce que vous y avez écrit est gardé ici, pas encore enregistré.")
    return not a_revoir


def _contexte_du_releve(filtre: ReleveForm, releve: Releve, page, filtrees) -> dict:
    mois = filtre.mois_choisi
    heures = Heures.objects.filter(mise_en_situation__in=filtrees.order_by().values("pk")).entre(mois, periodes.mois(mois).au)
    par_jour = {s["le"]: s for s in heures.sommes("le")}
    totaux = [sum((s["total"] for le, s in par_jour.items() if le in c), Decimal(0)) for c in releve.colonnes]
    return {
        "filtre": filtre,
        "releve": releve,
        "page": page,
        "mois": mois,
        "precedent": mois - relativedelta(months=1),
        "suivant": mois + relativedelta(months=1),
        "totaux": list(zip(releve.titres, totaux, strict=True)),
        "total": sum(totaux, Decimal(0)),
        "sans_objectif": sum((s["sans_objectif"] for s in par_jour.values()), Decimal(0)),
    }
