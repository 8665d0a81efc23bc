"""Le rapport d'activité à l'écran : le commencer, l'écrire, le publier, le transmettre, le corriger, l'emporter (OBS-2)."""

from django.contrib import messages
from django.forms import Form
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django_htmx.http import HttpResponseClientRefresh

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.discretion import voit_les_personnes
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.models import Habilitation, Organisation, Trace
from cedre.comptes.operations import tracer
from cedre.core.exports import XLSX, telecharger, telecharger_peu_a_peu
from cedre.core.pagination import paginer
from cedre.core.refus import Conflit, GesteImpossible, refus_dans, refus_dit
from cedre.observatoire.cadres import livres
from cedre.observatoire.classeur_du_rapport import en_classeur
from cedre.observatoire.forms.campagnes import FiltreRapportsForm
from cedre.observatoire.forms.rapports import CommencerUnRapportForm, CorrigerForm, EcrireForm
from cedre.observatoire.models import Campagne, ImageDuRapport
from cedre.observatoire.models.rapports import Rapport
from cedre.observatoire.operations import rapports as gestes
from cedre.observatoire.paquet import FAITS
from cedre.observatoire.publication import (
    a_ecrire,
    cadre_de,
    dits,
    ecarts_de_coherence,
    ecarts_dits,
    lacunes,
    lire,
    s_ecrit,
    structures_dites,
)

PERMET = gestes.PASSAGES.permet


def d_une_structure(habilitation: Habilitation) -> bool:
    """Vrai dans une structure : elle seule rend compte d'une activité."""
    return habilitation.organisation.nature == Organisation.Nature.STRUCTURE


@geste(
    "Rapports d’activité",
    "rapport",
    menu=Rubrique.TRAVAIL,
    rang=170,
    quand=lambda habilitation: habilitation.organisation.nature != Organisation.Nature.ENSEMBLIER,
    remedie=("rapport_transmis",),
    a_lire="Ce que chaque structure dit de son année, et ses nombres, figés.",
)
@avec_droit(Droit.RAPPORTS_LIRE)
def liste(request):
    """Les rapports que l'on peut lire, et ceux que l'on attend de la structure ; d'une version remplacée, la dernière d'abord."""
    qui, filtre = request.habilitation, FiltreRapportsForm(request.GET)
    siens = Rapport.objects.pour(qui).select_related("organisation", "remplace_par").order_by(*Rapport._meta.ordering)
    attendus = Campagne.objects.pour(qui).a_transmettre(qui.organisation, timezone.localdate()).order_by("attendu_le", "pk")
    contexte = {"filtre": filtre, "page": paginer(request, filtre.appliquer(siens, qui.organisation)), "attendus": attendus}
    return render(request, "observatoire/rapports.html", contexte)


@geste("Commencer un rapport", "plus", quand=d_une_structure, remedie=("rapport_publie",))
@avec_droit(Droit.RAPPORT_TENIR)
def nouveau(request):
    """Choisir le cadre et la période ; le brouillon déjà commencé se rouvre."""
    form = CommencerUnRapportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            if not d_une_structure(request.habilitation):
                raise GesteImpossible("Une structure rend compte de son activité ; pas un ensemblier.")
            return redirect(gestes.commencer(request.habilitation.organisation, **form.choisi, par=request.habilitation))
    return render(request, "observatoire/rapport_nouveau.html", {"form": form})


@geste("Le rapport", "fichier", montre={Rapport: "pk", ImageDuRapport: "rapport_id"})
@avec_droit(Droit.RAPPORTS_LIRE)
def rapport(request, pk):
    """Un rapport, chapitre par chapitre : vivant tant qu'il s'écrit, avec ce qui y manque ; puis tel que publié."""
    ligne = la_ligne(request, Rapport.objects.select_related("organisation", "publie_par"), pk=pk)
    contexte = {
        "rapport": ligne,
        "le_cadre": livres().get(ligne.cadre),
        "relire": False,
        "chapitres": [],
        "ecarts": [],
        "structures": "",
        "images": ligne.images.par_chapitre(),
    }
    if ligne.remplace_par_id:
        contexte["suivant"] = Rapport.objects.pour(request.habilitation).filter(pk=ligne.remplace_par_id).first()
    with refus_dit(request):
        contexte |= _contenu(ligne, request.habilitation)
    return render(request, "observatoire/rapport.html", contexte)


def _contenu(ligne: Rapport, lecteur: Habilitation) -> dict:
    """Ce que ce lecteur lit d'un rapport ; et, de l'équipe, tant qu'il s'écrit, ce qu'il faut en relire."""
    cadre, chapitres = cadre_de(ligne), lire(ligne)
    lus = [(c, rubriques, ligne.commentaires.get(c.code, "")) for c, rubriques in dits(ligne, chapitres, pour=lecteur)]
    relire = voit_les_personnes(lecteur) and not ligne.est_publie
    return {
        "le_cadre": cadre,
        "ecarts": ecarts_dits(ligne, pour=lecteur),
        "chapitres": lus,
        "structures": structures_dites(ligne),
        "relire": relire,
        "lacunes": lacunes(chapitres) if relire else [],
        "incoherences": [*ecarts_de_coherence(cadre, chapitres)] if relire else [],
        "regles": len(cadre.regles()),
    }


@geste("Écrire", "crayon", sur=Rapport, quand=s_ecrit, rang=40)
@avec_droit(Droit.RAPPORT_TENIR)
def ecrire(request, pk):
    """Les mots de la structure et ses commentaires, à côté des nombres de chaque chapitre."""
    ligne, differences = la_ligne(request, a_ecrire(), pk=pk), []
    form = EcrireForm(request.POST or None, rapport=ligne, cadre=cadre_de(ligne))
    if request.method == "POST" and form.is_valid():
        try:
            with refus_dans(form):
                gestes.ecrire(ligne, **form.ecrit, par=request.habilitation)
                messages.success(request, "C’est enregistré.")
                return redirect(ligne)
        except Conflit as conflit:
            differences = form.rapprocher(conflit.actuel)
    lus = {c.code: rubriques for c, rubriques, _ in _contenu(ligne, request.habilitation)["chapitres"]}
    champs = [(form[nom], lus.get(nom)) for nom in form.textes]
    contexte = {"rapport": ligne, "form": form, "champs": champs, "differences": differences}
    return render(request, "observatoire/rapport_ecrire.html", contexte, status=409 if differences else 200)


@geste("Publier", "valide", sur=Rapport, quand=lambda rapport: s_ecrit(rapport) and not rapport.se_publie, rang=41)
@avec_droit(Droit.RAPPORT_TENIR)
def publier(request, pk):
    """Relire ce qui manque et ce qui ne concorde pas, puis figer ses nombres."""
    ligne = la_ligne(request, a_ecrire(), pk=pk)
    if request.method == "POST":
        with refus_dit(request):
            gestes.demander_la_publication(ligne, par=request.habilitation)
        return redirect(ligne)
    contexte = {"rapport": ligne, "form": Form()} | (_contenu(ligne, request.habilitation) if PERMET("publier")(ligne) else {})
    return render(request, "observatoire/rapport_publier.html", contexte)


@avec_droit(Droit.RAPPORTS_LIRE)
def publication(request, pk):
    """Où en est la publication ; la page se recharge quand elle est finie."""
    ligne = la_ligne(request, Rapport.objects, pk=pk)
    if not ligne.se_publie:
        return HttpResponseClientRefresh()
    return render(request, "observatoire/_publication.html", {"rapport": ligne})


@geste(
    "Transmettre",
    "echange",
    sur=Rapport,
    quand=lambda rapport: PERMET("transmettre")(rapport) and not rapport.remplace_par_id,
    rang=42,
)
@avec_droit(Droit.RAPPORT_TENIR)
def transmettre(request, pk):
    """Dire ce que la région en lira, puis le lui transmettre."""
    ligne = la_ligne(request, Rapport.objects.select_related("organisation__region"), pk=pk)
    if request.method == "POST":
        with refus_dit(request):
            gestes.transmettre(ligne, par=request.habilitation)
            messages.success(request, "Le rapport est transmis.")
        return redirect(ligne)
    return render(request, "observatoire/rapport_transmettre.html", {"rapport": ligne, "form": Form()})


@geste("Corriger", "crayon", sur=Rapport, quand=Rapport.se_corrige)
@avec_droit(Droit.RAPPORT_TENIR)
def corriger(request, pk):
    """Une nouvelle version, en disant pourquoi ; celle-ci reste telle quelle."""
    ligne, form = la_ligne(request, Rapport.objects, pk=pk), CorrigerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            return redirect(gestes.corriger(ligne, **form.cleaned_data, par=request.habilitation))
    return render(request, "observatoire/rapport_corriger.html", {"form": form, "rapport": ligne})


@geste("Abandonner", "corbeille", sur=Rapport, quand=PERMET("abandonner"), rang=90)
@avec_droit(Droit.RAPPORT_TENIR)
@poste_depuis("observatoire:rapport")
def abandonner(request, pk):
    """Retire un brouillon."""
    ligne = la_ligne(request, Rapport.objects, pk=pk)
    with refus_dit(request):
        gestes.abandonner(ligne, par=request.habilitation)
        messages.success(request, "Le brouillon est retiré.")
        return redirect("observatoire:rapports")
    return redirect(ligne)


@geste("Le paquet (ZIP)", "exporter", sur=Rapport, quand=lambda rapport: rapport.est_publie, rang=60)
@avec_droit(Droit.RAPPORT_TENIR)
@poste_depuis("observatoire:rapport")
def paquet(request, pk):
    """Ce qui circule : les nombres, leurs définitions, le cadre, et de quoi les recompter ; aucune ligne sur une personne."""
    return _emporter_le_paquet(request, pk)


@geste("Le paquet des nombres réunis (ZIP)", "exporter", sur=Rapport, quand=lambda rapport: rapport.est_reuni, rang=60)
@avec_droit(Droit.RAPPORTS_RECEVOIR)
@poste_depuis("observatoire:rapport")
def paquet_reuni(request, pk):
    """Ce que la région, ou le réseau, a publié : rien d'exact d'un nombre de personnes."""
    if not la_ligne(request, Rapport.objects.select_related("organisation"), pk=pk).est_reuni:
        raise Http404
    return _emporter_le_paquet(request, pk)


@geste("Les faits (CSV)", "exporter", sur=Rapport, quand=lambda rapport: bool(rapport.faits), rang=62)
@avec_droit(Droit.RAPPORT_TENIR)
@poste_depuis("observatoire:rapport")
def faits(request, pk):
    """Ce que la structure garde seule : chaque fait, par un numéro au hasard."""
    ligne = la_ligne(request, Rapport.objects.avec_leurs_faits().select_related("organisation"), pk=pk)
    with refus_dit(request):
        fichier, taille = ligne.ouvrir_les_faits()
        tracer(par=request.habilitation, geste=Trace.Geste.EXPORTER, objet=ligne, detail=f"{ligne}, faits")
        nom = f"{ligne.nom_de_fichier}-{FAITS}"
        return telecharger_peu_a_peu(fichier, nom, "text/csv; charset=utf-8", taille=taille)
    return redirect(ligne)


@geste("Le classeur (XLSX)", "exporter", sur=Rapport, quand=lambda rapport: rapport.est_publie, rang=61)
@avec_droit(Droit.RAPPORT_TENIR)
@poste_depuis("observatoire:rapport")
def classeur(request, pk):
    """Ses entiers, et les taux que la feuille divise elle-même."""
    ligne = la_ligne(request, Rapport.objects.select_related("organisation"), pk=pk)
    with refus_dit(request):
        octets = en_classeur(ligne)
        tracer(par=request.habilitation, geste=Trace.Geste.EXPORTER, objet=ligne, detail=f"{ligne}, classeur")
        return telecharger(octets, f"{ligne.nom_de_fichier}.xlsx", XLSX)
    return redirect(ligne)


def _emporter_le_paquet(request, pk: int):
    ligne = la_ligne(request, Rapport.objects.exclude(paquet="").select_related("organisation"), pk=pk)
    with refus_dit(request):
        octets = ligne.lire_le_fichier("paquet")
        tracer(par=request.habilitation, geste=Trace.Geste.EXPORTER, objet=ligne, detail=f"{ligne}, paquet")
        return telecharger(octets, f"{ligne.nom_de_fichier}.zip", "application/zip")
    return redirect(ligne)
