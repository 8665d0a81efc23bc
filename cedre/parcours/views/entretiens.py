"""L'entretien d'accueil, et l'agenda de qui reçoit (ACC-3)."""

from datetime import timedelta
from operator import attrgetter

from django.contrib import messages
from django.db.models import Max, Q
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.core.refus import refus_dans, refus_dit
from cedre.parcours import agenda as agenda_
from cedre.parcours.continu import demande_en_json, en_json, garder, reunir
from cedre.parcours.forms import CompteRenduForm, ConclusionForm, InformationForm, RendezVousForm
from cedre.parcours.models import Entretien, Information, Personne
from cedre.parcours.operations import entretiens as gestes
from cedre.parcours.operations.collectives import informer
from cedre.structures.models import Reglages


def _a_l_agenda(ligne: Entretien) -> bool:
    return ligne.etat == Entretien.Etat.PREVU


def _dossier_a_cote(request, personne_id: int, le) -> dict:
    """Ce que l'on a sous les yeux en écrivant : la personne, ce qui manque, ce qu'il faut dire."""
    personne = la_ligne(request, Personne.objects.avec_reperes().avec_manques().select_related("referent"), pk=personne_id)
    return {
        "personne": personne,
        "demande": personne.contacts.select_related("prescripteur").first(),
        "reglages": Reglages.objects.de(request.habilitation),
        "dit": personne.informations.aggregate(
            offre=Max("le", filter=Q(offre_presentee=True)), statut=Max("le", filter=Q(statut_explique=True))
        ),
        "information": InformationForm(initial={"le": min(le, timezone.localdate())}),
    }


def _sections(ligne: Entretien) -> list[tuple[str, str, str]]:
    """Les sections écrites du compte rendu : nom, titre, texte."""
    return [(nom, Entretien._meta.get_field(nom).verbose_name, texte) for nom, texte in ligne.textes.items() if texte]


@geste("Ouvrir l’entretien", "entretien", montre={Entretien: "pk"})
@avec_droit(Droit.DOSSIER_LIRE)
def entretien(request, pk):
    """La fiche d'un entretien ; le compte rendu ne s'ouvre qu'à ceux qui conduisent les entretiens."""
    ligne = la_ligne(request, Entretien.objects.select_related("conduit_par", "personne"), pk=pk)
    contexte = {"entretien": ligne, "aujourdhui": timezone.localdate()}
    if not request.habilitation.peut(Droit.ENTRETIEN_CONDUIRE):
        return render(request, "parcours/entretien_date.html", contexte | {"personne": ligne.personne})
    contexte |= _dossier_a_cote(request, ligne.personne_id, ligne.le)
    if ligne.est_ouvert:
        return render(request, "parcours/entretien.html", contexte | {"form": CompteRenduForm(entretien=ligne)})
    return render(request, "parcours/entretien_clos.html", contexte | {"sections": _sections(ligne)})


def _conflit_a_l_ecran(request, ligne, form, refus, gabarit):
    """Les deux textes côte à côte, la saisie intacte ; renvoyer la page garde ce qu'on y aura réuni."""
    contexte = {"entretien": ligne, "form": form, "gardes": reunir(form, refus), "aujourdhui": timezone.localdate()}
    contexte |= _dossier_a_cote(request, ligne.personne_id, ligne.le)
    return render(request, gabarit, contexte, status=409)


@avec_droit(Droit.ENTRETIEN_CONDUIRE)
@poste_depuis("parcours:entretien")
def ecrire(request, pk):
    """Enregistre le compte rendu : en continu (JSON) ou par le bouton ; à qui revient de la connexion, le brouillon attend."""
    ligne = la_ligne(request, Entretien.objects.select_related("conduit_par"), pk=pk)
    form = CompteRenduForm(request.POST, entretien=ligne)
    refus = garder(form, gestes.ecrire, ligne, par=request.habilitation)
    if demande_en_json(request):
        return en_json(form, refus)
    if refus:
        return _conflit_a_l_ecran(request, ligne, form, refus, "parcours/entretien.html")
    if "conclure" in request.POST:
        return redirect("parcours:entretien_conclure", pk)
    messages.success(request, "Le compte rendu est enregistré.")
    return redirect("parcours:entretien", pk)


@geste("Corriger", "crayon", sur=Entretien, quand=lambda e: e.etat == Entretien.Etat.REALISE)
@avec_droit(Droit.ENTRETIEN_CONDUIRE)
def corriger(request, pk):
    """Corrige le texte d'un entretien clos ; la correction est tracée."""
    realises = Entretien.objects.nominatifs().filter(etat=Entretien.Etat.REALISE)
    ligne = la_ligne(request, realises.select_related("conduit_par"), pk=pk)
    if request.method == "POST":
        form = CompteRenduForm(request.POST, entretien=ligne)
        refus = garder(form, gestes.corriger, ligne, par=request.habilitation)
        if refus:
            return _conflit_a_l_ecran(request, ligne, form, refus, "parcours/entretien.html")
        messages.success(request, "Le compte rendu est corrigé.")
        return redirect("parcours:entretien", pk)
    contexte = {"entretien": ligne, "form": CompteRenduForm(entretien=ligne), "aujourdhui": timezone.localdate()}
    return render(request, "parcours/entretien.html", contexte | _dossier_a_cote(request, ligne.personne_id, ligne.le))


@avec_droit(Droit.ENTRETIEN_CONDUIRE)
@poste_depuis("parcours:entretien")
def informe(request, pk):
    """Note, pendant l'entretien, que l'offre ou le statut vient d'être dit (ACC-2)."""
    ligne = la_ligne(request, Entretien.objects.nominatifs().select_related("personne"), pk=pk)
    form = InformationForm(request.POST, instance=Information(personne=ligne.personne))
    if form.is_valid():
        informer(form.instance, par=request.habilitation)
    if not request.htmx:
        return redirect("parcours:entretien", pk)
    contexte = {"entretien": ligne, **_dossier_a_cote(request, ligne.personne_id, ligne.le)}
    return render(request, "parcours/_dit.html", contexte | ({} if form.is_valid() else {"information": form}))


@avec_droit(Droit.ENTRETIEN_CONDUIRE)
def conclure(request, pk):
    """Clôt l'entretien avec sa suite : jamais sans réponse."""
    ligne = la_ligne(request, Entretien.objects.select_related("personne"), pk=pk)
    form = ConclusionForm(
        request.POST or None,
        initial={"le": min(ligne.le, timezone.localdate())},
        personne=ligne.personne,
        habilitation=request.habilitation,
    )
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.conclure(ligne, **form.conclusion(ligne), par=request.habilitation)
            messages.success(request, "L’entretien est conclu, sa suite est enregistrée.")
            return redirect("parcours:personne", ligne.personne_id)
    contexte = {"entretien": ligne, "personne": ligne.personne, "form": form, "sections": _sections(ligne)}
    return render(request, "parcours/conclure.html", contexte)


@geste(
    "Prévoir un entretien",
    "entretien",
    sur=Personne,
    quand=attrgetter("est_ouverte"),
    ajoute=Entretien,
    rang=41,
    remedie=("suivi_delai_depasse", "suivi_sans_prochaine_date", "suivi_delai_non_annonce"),
)
@avec_droit(Droit.CONTACT_ENREGISTRER)
def prevoir(request, pk):
    """Met un entretien à l'agenda ; ou note celui qui a déjà eu lieu, et mène à sa page."""
    personne = la_ligne(request, Personne.objects.ouvertes().avec_reperes().select_related("referent"), pk=pk)
    moi = request.habilitation.compte if request.habilitation.peut(Droit.ENTRETIEN_CONDUIRE) else None
    initial = {"le": gestes.date_proposee(personne.echeance_annoncee), "conduit_par": personne.referent or moi}
    form = RendezVousForm(
        request.POST or None, instance=Entretien(personne=personne), initial=initial, habilitation=request.habilitation
    )
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            prevu = gestes.prevoir(form.instance, par=request.habilitation)
            if prevu.le < timezone.localdate():
                messages.success(request, "L’entretien est noté : il reste à l’écrire et à le conclure.")
                return redirect("parcours:entretien", prevu.pk)
            messages.success(request, "L’entretien est à l’agenda.")
            return redirect("parcours:personne", pk)
    return render(request, "parcours/rendez_vous.html", {"personne": personne, "form": form})


@geste("Changer la date", "horloge", sur=Entretien, quand=_a_l_agenda)
@avec_droit(Droit.CONTACT_ENREGISTRER)
def reprogrammer(request, pk):
    """Change la date, l'heure, le lieu, qui conduit."""
    ligne = la_ligne(request, Entretien.objects.filter(etat=Entretien.Etat.PREVU).select_related("personne"), pk=pk)
    form = RendezVousForm(request.POST or None, instance=ligne, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.reprogrammer(ligne, champs=form.changed_data, par=request.habilitation)
            messages.success(request, "L’entretien est à sa nouvelle date.")
            return redirect("parcours:entretien", pk)
    return render(request, "parcours/rendez_vous.html", {"personne": ligne.personne, "form": form, "entretien": ligne})


@geste("Elle n’est pas venue", "personne", sur=Entretien, quand=lambda e: _a_l_agenda(e) and e.le <= timezone.localdate())
@avec_droit(Droit.CONTACT_ENREGISTRER)
@poste_depuis("parcours:entretien")
def absente(request, pk):
    """La personne n'est pas venue : on lui propose aussitôt une autre date."""
    ligne = la_ligne(request, Entretien.objects, pk=pk)
    with refus_dit(request):
        gestes.noter_absence(ligne, par=request.habilitation)
        messages.success(request, "L’absence est notée. Prévoyez une autre date, ou revenez au dossier.")
        return redirect("parcours:entretien_prevoir", ligne.personne_id)
    return redirect("parcours:entretien", pk)


@geste("Annuler l’entretien", "croix", sur=Entretien, quand=_a_l_agenda)
@avec_droit(Droit.CONTACT_ENREGISTRER)
@poste_depuis("parcours:entretien")
def annuler(request, pk):
    """Retire l'entretien de l'agenda."""
    ligne = la_ligne(request, Entretien.objects, pk=pk)
    with refus_dit(request):
        gestes.annuler(ligne, par=request.habilitation)
        messages.success(request, "L’entretien est annulé.")
    return redirect("parcours:personne", ligne.personne_id)


@geste("Agenda", "calendrier", menu=Rubrique.TRAVAIL, rang=20)
@avec_droit(Droit.INFORMATION_TENIR)
def agenda(request):
    """La semaine de qui regarde, ou de l'équipe."""
    conduit = request.habilitation.peut(Droit.ENTRETIEN_CONDUIRE)
    qui = request.GET.get("qui") or ("moi" if conduit else "equipe")
    compte = request.habilitation.compte if qui == "moi" else None
    lundi = agenda_.lundi_de(request.GET.get("semaine", ""))
    contexte = {
        "qui": qui,
        "conduit": conduit,
        "lundi": lundi,
        "avant": f"{lundi - timedelta(days=7):%G-W%V}",
        "apres": f"{lundi + timedelta(days=7):%G-W%V}",
        "jours": agenda_.semaine(request.habilitation, lundi=lundi, compte=compte),
        "en_souffrance": agenda_.en_souffrance(request.habilitation, compte=compte),
        "aujourdhui": timezone.localdate(),
    }
    return render(request, "parcours/agenda.html", contexte)
