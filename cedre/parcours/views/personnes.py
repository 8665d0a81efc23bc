"""Les personnes : la liste, le dossier, la rectification, la suite donnée."""

from operator import attrgetter

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.models import Trace
from cedre.comptes.operations import tracer
from cedre.core.exports import tableau
from cedre.core.pagination import paginer
from cedre.core.refus import refus_dans
from cedre.core.templatetags.cedre import accorde
from cedre.parcours.eligibilite import eligibilite_de
from cedre.parcours.forms import DossierForm, FiltreForm, SuiteForm
from cedre.parcours.frise import frise
from cedre.parcours.models import Personne, Suite
from cedre.parcours.operations.contacts import donner_suite, rectifier
from cedre.parcours.situation import geste_principal, situation


def _filtrees(request):
    filtre = FiltreForm(request.GET, habilitation=request.habilitation)
    personnes = Personne.objects.pour(request.habilitation)
    return filtre, filtre.appliquer(personnes, request.habilitation.compte).filter(anonymisee_le=None)


@geste("Personnes", "personnes", menu=Rubrique.TRAVAIL, rang=50, remedie=("types_d_engagement_pratiques",))
@avec_droit(Droit.DOSSIER_LIRE)
def liste(request):
    """Chercher, filtrer ; l'adresse garde les filtres."""
    filtre, personnes = _filtrees(request)
    page = paginer(request, personnes, avec=lambda siennes: siennes.avec_reperes().avec_manques().select_related("referent"))
    return render(request, "parcours/personnes.html", {"filtre": filtre, "page": page})


ENTETES = ("Nom", "Prénom", "Date de naissance", "Téléphone", "Courriel", "Commune", "Phase", "Depuis", "Référent·e")
ENTETES += ("Prescripteur", "Dernière demande", "Échéance annoncée", "Accueil réel", "Prochaine date")


@avec_droit(Droit.FICHIER_EXPORTER)
@poste_depuis("parcours:personnes")
def exporter(request, format_):
    """La liste telle qu'elle est filtrée, en XLSX ou CSV ; l'export est tracé avant d'être rendu (nomenclatures §7)."""
    if format_ not in ("csv", "xlsx"):
        raise Http404
    _, personnes = _filtrees(request)
    lignes = [
        (p.nom, p.prenom, p.date_naissance, p.telephone, p.courriel, p.commune, p.get_phase_display(), p.phase_depuis)
        + (str(p.referent or ""), str(p.prescripteur or ""), p.contact_le, p.echeance_annoncee, p.accueillie_le)
        + (p.prochaine_date,)
        for p in personnes.avec_reperes().select_related("referent", "prescripteur")
    ]
    detail = f"{accorde(len(lignes), 'ligne')}, {format_}"
    tracer(par=request.habilitation, geste=Trace.Geste.EXPORTER, objet=Personne, detail=detail)
    return tableau(ENTETES, lignes, nom=f"personnes-{timezone.localdate():%Y-%m-%d}", format_=format_)


@geste(
    "Ouvrir le dossier",
    "personne",
    montre={Personne: "pk"},
    remedie=(
        *("delai_annonce", "delai_tenu", "salaries_engages", "engagement_en_main"),
        *("salaries_engages_selon_le_texte", "salaries_engages_dans_l_annee"),
    ),
)
@avec_droit(Droit.DOSSIER_LIRE)
def dossier(request, pk):
    """Où en est la personne, ce qui manque, ce qui s'est passé."""
    personnes = Personne.objects.avec_reperes().avec_manques().avec_reponses().avec_precision()
    avec = ("referent", "prescripteur", "niveau_formation", "duree_chomage", "organisation")
    personne = la_ligne(request, personnes.select_related(*avec), pk=pk)
    faits = frise(personne, request.habilitation)
    ou_elle_en_est = situation(personne, request.habilitation, faits)
    if ou_elle_en_est:
        personne.attend_un_bilan = ou_elle_en_est.attend_un_bilan
    personne.refuse_l_evaluation = any(fait.genre == "refusdevaluation" and fait.etat == "vaut" for fait in faits)
    contexte = {
        "personne": personne,
        "faits": faits,
        "situation": ou_elle_en_est,
        "principal": geste_principal(personne, ou_elle_en_est),
        "prises_en_charge": personne.prises_en_charge.filter(jusqu_au__gte=timezone.localdate()).order_by("jusqu_au", "pk"),
        "eligibilite": eligibilite_de(personne, request.habilitation),
        "traces_visibles": personne.montre_ses_traces_a(request.habilitation),
    }
    return render(request, "parcours/dossier.html", contexte)


@geste(
    "Rectifier le dossier",
    "crayon",
    sur=Personne,
    a_part=True,
    remedie=("suivi_sans_referent", "suivi_injoignable"),
)
@avec_droit(Droit.DOSSIER_MODIFIER)
def modifier(request, pk):
    """Rectifier le dossier."""
    personne = la_ligne(request, Personne.objects.nominatives().avec_precision(), pk=pk)
    form = DossierForm(request.POST or None, instance=personne, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        saisie = form.cleaned_data
        rectifier(
            personne,
            champs=form.changed_data,
            prestations=saisie["prestations"],
            criteres=saisie["criteres"],
            precision=saisie.get("prescripteur_precision", ""),
            par=request.habilitation,
        )
        messages.success(request, "Le dossier est à jour.")
        return redirect("parcours:personne", personne.pk)
    contexte = {"personne": personne, "form": form, "eligibilite": eligibilite_de(personne, request.habilitation)}
    return render(request, "parcours/modifier.html", contexte)


@geste("Réorienter ou clore", "fleche", sur=Personne, quand=attrgetter("est_en_accueil"), ajoute=Suite, rang=43)
@avec_droit(Droit.CONTACT_ENREGISTRER)
def suite(request, pk):
    """Réorienter ou clore, toujours avec un motif (ACC-3)."""
    personne = la_ligne(request, Personne.objects.ouvertes(), pk=pk)
    form = SuiteForm(request.POST or None, instance=Suite(personne=personne), habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            donner_suite(personne, suite=form.instance, par=request.habilitation)
            messages.success(request, "La suite est enregistrée. Personne ne reste sans réponse.")
            return redirect("parcours:personne", personne.pk)
    return render(request, "parcours/suite.html", {"personne": personne, "form": form})
