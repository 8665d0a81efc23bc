"""L'entretien de bilan : à l'agenda, préparé par le logiciel, écrit, clos avec sa suite, remis (INS-7)."""

from operator import attrgetter

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste, ouvre
from cedre.core.exports import montrer_pdf
from cedre.core.refus import refus_dans, refus_dit
from cedre.parcours import comptes_rendus
from cedre.parcours.continu import demande_en_json, en_json, garder, reunir
from cedre.parcours.forms.bilans import BilanForm, ConclusionDeBilanForm, RendezVousDeBilanForm, ReouvertureForm
from cedre.parcours.forms.remises import RemiseForm
from cedre.parcours.models import Bilan, Engagement, Objectif, ObjectifEvalue, Personne
from cedre.parcours.operations import bilans as gestes
from cedre.parcours.operations.entretiens import date_proposee
from cedre.parcours.preparation_bilan import Preparation
from cedre.structures.documents import composer

LIES = ("personne__organisation", "engagement__type_engagement", "conduit_par")


def _clos(ligne: Bilan) -> bool:
    return ligne.etat == Bilan.Etat.CLOS


def _a_l_agenda(ligne: Bilan) -> bool:
    return ligne.etat == Bilan.Etat.PREVU


def _bilans():
    return Bilan.objects.nominatifs().select_related(*LIES)


def _objectifs(ligne: Bilan) -> list[Objectif]:
    """Les objectifs à regarder, avec ce que ce bilan en dit."""
    dits = ObjectifEvalue.objects.filter(bilan=ligne, objectif=OuterRef("pk"))
    return list(
        ligne.objectifs.annotate(
            resultat=Subquery(dits.values("resultat")), commentaire=Subquery(dits.values("commentaire"))
        ).order_by("rang", "pk")
    )


def _a_ecrire(request, ligne: Bilan, form: BilanForm, *, gardes=None, status=200):
    contexte = {"bilan": ligne, "personne": ligne.personne, "form": form, "gardes": gardes or {}}
    contexte |= {"preparation": Preparation(ligne), "aujourdhui": timezone.localdate()}
    return render(request, "parcours/bilan.html", contexte, status=status)


@geste(
    "Ouvrir le bilan", "entretien", montre={Bilan: "pk"}, remedie=("bilan_tenu", "bilan_conduit", "bilan_redige", "bilan_remis")
)
@avec_droit(Droit.PARCOURS_LIRE)
def bilan(request, pk):
    """Le bilan, préparé et à écrire tant qu'il est ouvert ; sinon, ou pour qui ne fait que lire, son compte rendu."""
    ligne = la_ligne(request, Bilan.objects.select_related(*LIES), pk=pk)
    if ligne.est_ouvert and ligne.personne.est_nominative and ouvre(request.habilitation, "parcours:bilan_ecrire"):
        return _a_ecrire(request, ligne, BilanForm(bilan=ligne, objectifs=_objectifs(ligne)))
    contexte = {"bilan": ligne, "personne": ligne.personne, "texte": comptes_rendus.texte(ligne)}
    contexte |= {"remises": list(ligne.remises.select_related("par")), "aujourdhui": timezone.localdate()}
    return render(request, "parcours/bilan_lu.html", contexte)


@avec_droit(Droit.PARCOURS_CONDUIRE)
@poste_depuis("parcours:bilan")
def ecrire(request, pk):
    """Enregistre le bilan : en continu (JSON) ou par le bouton ; à qui veut conclure, dit les objectifs sans résultat."""
    ligne = la_ligne(request, _bilans(), pk=pk)
    form = BilanForm(request.POST, bilan=ligne, objectifs=_objectifs(ligne))
    refus = garder(form, gestes.ecrire, ligne, par=request.habilitation)
    if demande_en_json(request):
        return en_json(form, refus)
    if refus:
        return _a_ecrire(request, ligne, form, gardes=reunir(form, refus), status=409)
    if "conclure" not in request.POST:
        messages.success(request, "Le bilan est enregistré.")
        return redirect("parcours:bilan", pk)
    if form.tout_est_dit():
        return redirect("parcours:bilan_conclure", pk)
    return _a_ecrire(request, ligne, form, status=409)


def _vers_la_suite(clos: Bilan):
    """Mène à la page de la suite choisie ; une sortie à venir se note le jour dit, un engagement prolongé continue."""
    personne = clos.personne
    if clos.suite == Bilan.Suite.NOUVEL_ENGAGEMENT:
        projet = personne.engagements.get(etat=Engagement.Etat.PROJET)
        return redirect("parcours:engagement_modifier", projet.pk)
    en_parcours = personne.phase == Personne.Phase.PARCOURS
    if clos.suite == Bilan.Suite.SORTIE and clos.suite_le <= timezone.localdate() and en_parcours:
        return redirect("parcours:sortie", personne.pk)
    return redirect("parcours:bilan", clos.pk)


@avec_droit(Droit.PARCOURS_CONDUIRE)
def conclure(request, pk):
    """Clôt le bilan avec sa suite : prolonger, un nouvel engagement, la sortie."""
    ligne = la_ligne(request, _bilans(), pk=pk)
    form = ConclusionDeBilanForm(request.POST or None, bilan=ligne)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            clos = gestes.conclure(ligne, **form.cleaned_data, par=request.habilitation)
            messages.success(request, "Le bilan est clos, sa suite est fixée.")
            return _vers_la_suite(clos)
    contexte = {"bilan": ligne, "personne": ligne.personne, "form": form, "texte": comptes_rendus.texte(ligne)}
    return render(request, "parcours/bilan_conclure.html", contexte)


@geste("Rouvrir", "crayon", sur=Bilan, quand=_clos)
@avec_droit(Droit.PARCOURS_CONDUIRE)
def rouvrir(request, pk):
    """Rouvre un bilan clos, avec un motif."""
    ligne = la_ligne(request, _bilans().clos(), pk=pk)
    form = ReouvertureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.rouvrir(ligne, motif=form.cleaned_data["motif"], par=request.habilitation)
            messages.success(request, "Le bilan est rouvert. Concluez-le de nouveau quand il est corrigé.")
            return redirect("parcours:bilan", pk)
    return render(request, "parcours/bilan_rouvrir.html", {"bilan": ligne, "personne": ligne.personne, "form": form})


@geste("Remettre à la personne", "fichier", sur=Bilan, quand=_clos, rang=10)
@avec_droit(Droit.PARCOURS_CONDUIRE)
def remettre(request, pk):
    """Remettre le compte rendu : on dit quand et comment, on signe si l'on veut."""
    ligne = la_ligne(request, _bilans().clos(), pk=pk)
    form = RemiseForm(request.POST or None, request.FILES or None, initial={"le": timezone.localdate(), "mode": "main_propre"})
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            dit = {nom: form.cleaned_data[nom] for nom in ("le", "mode")}
            remise = gestes.remettre(ligne, **dit, signature=form.fichier, par=request.habilitation)
            messages.success(request, "La remise est enregistrée, avec le texte tel qu’il est aujourd’hui.")
            return redirect("parcours:remise", remise.pk)
    contexte = {"bilan": ligne, "personne": ligne.personne, "form": form, "texte": comptes_rendus.contenu(ligne)}
    return render(request, "parcours/bilan_remettre.html", contexte)


@geste("PDF", "imprimer", sur=Bilan, quand=_clos, meme_anonyme=True)
@avec_droit(Droit.PARCOURS_LIRE)
def pdf(request, pk):
    """Le compte rendu d'un bilan clos, à imprimer."""
    ligne = la_ligne(request, Bilan.objects.clos().select_related(*LIES), pk=pk)
    document = composer("parcours/typst/bilan.typ", comptes_rendus.contenu(ligne), chez=ligne.personne.organisation_id)
    return montrer_pdf(document, f"bilan-{pk}.pdf")


@geste(
    "Prévoir un bilan",
    "calendrier",
    sur=Personne,
    quand=attrgetter("attend_un_bilan"),
    ajoute=Bilan,
    rang=40,
    remedie=("suivi_sans_echeance",),
)
@avec_droit(Droit.PARCOURS_CONDUIRE)
def prevoir(request, pk):
    """Met un bilan à l'agenda, pour l'engagement en cours ; ou note celui qui a déjà eu lieu, et mène à sa page."""
    personne = la_ligne(request, Personne.objects.ouvertes().select_related("referent"), pk=pk)
    engagement = personne.engagements.filter(etat=Engagement.Etat.EN_COURS).order_by("-debut", "-pk").first()
    initial = {"le": date_proposee(engagement and engagement.bilan_le), "conduit_par": request.habilitation.compte}
    form = RendezVousDeBilanForm(
        request.POST or None,
        instance=Bilan(personne=personne, engagement=engagement),
        initial=initial,
        habilitation=request.habilitation,
    )
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            prevu = gestes.prevoir(form.instance, par=request.habilitation)
            if prevu.le < timezone.localdate():
                messages.success(request, "Le bilan est noté : il reste à l’écrire et à le clore.")
                return redirect("parcours:bilan", prevu.pk)
            messages.success(request, "Le bilan est à l’agenda.")
            return redirect("parcours:personne", pk)
    return render(request, "parcours/bilan_rendez_vous.html", {"personne": personne, "form": form})


@geste("Changer la date", "horloge", sur=Bilan, quand=_a_l_agenda)
@avec_droit(Droit.PARCOURS_CONDUIRE)
def reprogrammer(request, pk):
    """Change la date, l'heure, le lieu, qui conduit ; l'échéance de l'engagement suit."""
    ligne = la_ligne(request, _bilans().filter(etat=Bilan.Etat.PREVU), pk=pk)
    form = RendezVousDeBilanForm(request.POST or None, instance=ligne, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.reprogrammer(ligne, champs=form.changed_data, par=request.habilitation)
            manquee = f" Son échéance du {ligne.echeance:%d/%m/%Y}, passée, reste comptée." if ligne.echeance else ""
            messages.success(request, "Le bilan est à sa nouvelle date, et l’engagement aussi." + manquee)
            return redirect("parcours:bilan", pk)
    return render(request, "parcours/bilan_rendez_vous.html", {"personne": ligne.personne, "form": form, "bilan": ligne})


@geste("Elle n’est pas venue", "personne", sur=Bilan, quand=lambda b: _a_l_agenda(b) and b.le <= timezone.localdate())
@avec_droit(Droit.PARCOURS_CONDUIRE)
@poste_depuis("parcours:bilan")
def absente(request, pk):
    """La personne n'est pas venue : on lui propose aussitôt une autre date."""
    ligne = la_ligne(request, _bilans(), pk=pk)
    with refus_dit(request):
        gestes.noter_absence(ligne, par=request.habilitation)
        messages.success(request, "L’absence est notée. Prévoyez une autre date, ou revenez au dossier.")
        return redirect("parcours:bilan_prevoir", ligne.personne_id)
    return redirect("parcours:bilan", pk)


@geste("Annuler le bilan", "croix", sur=Bilan, quand=_a_l_agenda)
@avec_droit(Droit.PARCOURS_CONDUIRE)
@poste_depuis("parcours:bilan")
def annuler(request, pk):
    """Retire le bilan de l'agenda."""
    ligne = la_ligne(request, _bilans(), pk=pk)
    with refus_dit(request):
        gestes.annuler(ligne, par=request.habilitation)
        messages.success(request, "Le bilan est annulé.")
    return redirect("parcours:personne", ligne.personne_id)
