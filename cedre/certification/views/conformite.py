"""Où en est la structure face au référentiel, pourquoi, et quoi corriger (CER-3)."""

from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from dateutil.relativedelta import relativedelta
from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from cedre.certification.acces import est_jugee, structure_jugee
from cedre.certification.conformite import juger_structure, manques, tendance
from cedre.certification.editions import Application, certificat_de, edition_de, editions, lue, points_lies, suivante
from cedre.certification.forms.preuves import AutoevaluationForm, ParametreForm
from cedre.certification.models import ValeurDeParametre
from cedre.certification.operations import preuves as gestes
from cedre.certification.plan import actions_par_point
from cedre.certification.referentiel import nom_dans_l_adresse
from cedre.certification.verdicts import Verdict
from cedre.comptes.acces import avec_droit
from cedre.comptes.discretion import jour_lisible
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.models import Organisation
from cedre.core.dates import jour_demande
from cedre.core.refus import refus_dans

TROIS_MOIS = relativedelta(months=3)
AVANCENT = (Verdict.INSUFFISANT, Verdict.A_CONSTATER, Verdict.ENGAGE)


def _application(request, organisation: Organisation, le: date) -> tuple[Application, dict[str, str]]:
    """L'édition que l'on a choisi de lire, si elle a son texte et vaut ce jour-là ; sinon celle qui s'applique alors (CER-1).

    Et ce que l'adresse garde de ce jour et de ce choix, d'une page à lire à l'autre.
    """
    application, code = edition_de(organisation, le), request.GET.get("edition", "")
    voulus = {"le": le.isoformat()} if le != timezone.localdate() else {}
    if choisie := next((e for e in application.completes if e.code == code), None):
        voulus |= {"edition": code}
        if code != application.edition.code:
            dit = "s’autoévaluer, déposer un document et décider d’une action s’y font"
            raison = f"Choisie ici ; la structure, elle, est jugée sur {application.edition.code} : {dit}."
            application = Application(choisie, raison, choisie=True, completes=application.completes)
    elif code and code in {e.code for e in editions()}:
        application = replace(application, raison=f"L’édition {code} ne se lit pas à cette date. {application.raison}")
    return application, {"suite": f"?{urlencode(voulus)}" if voulus else "", "edition_choisie": voulus.get("edition", "")}


def _le(request) -> date:
    """Le jour demandé, s'il est lisible pour qui le demande."""
    return jour_lisible(jour_demande(request.GET.get("le", "")), pour=request.habilitation)


@geste(
    "Conformité",
    "valide",
    menu=Rubrique.QUALITE,
    rang=70,
    quand=est_jugee,
    a_lire="Où en est la structure face au référentiel, et ce qu’elle a décidé.",
)
@avec_droit(Droit.CONFORMITE_LIRE)
def conformite(request):
    """Les spécifications, chapitre par chapitre, et leur verdict ce jour-là ; aucun pourcentage d'ensemble."""
    le, organisation = _le(request), structure_jugee(request.habilitation)
    prefetch_related_objects([organisation], "certificats")
    (application, gardes), certificat = _application(request, organisation, le), certificat_de(organisation, le)
    jugees = iter(juger_structure(organisation, application.edition, le))
    chapitres = [(c, [next(jugees) for _ in c.specifications]) for c in application.edition.chapitres]
    contexte = {"le": le, "application": application, "chapitres": chapitres, "aujourdhui": timezone.localdate()}
    ensuite = edition_de(organisation, certificat.anniversaire) if certificat else None
    a_lire = suivante(application.edition) if le == contexte["aujourdhui"] and not application.choisie else None
    contexte |= {"certificat": certificat, "ensuite": ensuite, "suivante": a_lire} | gardes
    return render(request, "certification/conformite.html", contexte)


@geste("Ce qui changera pour vous", quand=est_jugee)
@avec_droit(Droit.CONFORMITE_LIRE)
def a_venir(request):
    """Ce qui changera pour la structure dans l'édition suivante, à côté de ce qu'elle en satisfait aujourd'hui (CER-1)."""
    le, organisation = timezone.localdate(), structure_jugee(request.habilitation)
    edition = edition_de(organisation, le).edition
    une = suivante(edition)
    if une is None:
        raise Http404
    vers = lue(une.vers.contenu.encode())
    verdicts = {p.point.code: p.verdict for s in juger_structure(organisation, edition, le) for p in s.points}
    lies = points_lies(une, vers)
    changent = [(p, [(a, verdicts[a.code]) for a in p.avant]) for p in lies if not p.lien.garde_tout]
    contexte = {"edition": edition, "vers": vers, "changent": changent, "total": len(lies)}
    return render(request, "certification/a_venir.html", contexte)


@avec_droit(Droit.CONFORMITE_LIRE)
def specification(request, code):
    """Une spécification : ses points, leur règle, ce qui les prouve, ce qui manque et où le corriger, sa tenue dans le temps."""
    le, organisation = _le(request), structure_jugee(request.habilitation)
    application, gardes = _application(request, organisation, le)
    edition = application.edition
    une = next((s for s in edition.specifications() if nom_dans_l_adresse(s.code) == code), None)
    if une is None:
        raise Http404
    dates = [jour_lisible(le - n * TROIS_MOIS, pour=request.habilitation) for n in range(12, -1, -1)]
    dans_le_temps = tendance(organisation, edition, une, dates)
    jugee = dans_le_temps[-1][1]
    # une seule mesure d'un bout à l'autre : celle qui fait son verdict aujourd'hui, sinon la première
    suivie = next((preuve.indicateur for preuve in (jugee.tete, *jugee.preuves) if preuve and preuve.mesure), None)
    mesures = [(jour, une, suivie and une.preuve_de(suivie)) for jour, une in dans_le_temps]
    contexte = {"le": le, "edition": edition, "jugee": jugee, "tendance": mesures, "suivie": suivie}
    contexte |= {"manques": manques(jugee, request.habilitation, le), "chapitre": edition.chapitre_de(une)}
    decidable = not application.choisie and le == timezone.localdate()
    contexte |= {"actions": actions_par_point(request.habilitation), "decidable": decidable}
    contexte["pas"] = jugee.tete if decidable and jugee.verdict in AVANCENT else None
    contexte |= {"application": application} | gardes
    contexte |= {"parametres": [edition.parametres[p] for p in une.parametres(organisation.type_au(le))]}
    return render(request, "certification/specification.html", contexte)


@geste("S’autoévaluer", "evaluation", quand=est_jugee)
@avec_droit(Droit.QUALITE_TENIR)
def autoevaluation(request):
    """L'équipe se prononce point par point, à côté de ce que les faits disent (AME-4)."""
    le, organisation = timezone.localdate(), structure_jugee(request.habilitation)
    edition = edition_de(organisation, le).edition
    points = [p for s in juger_structure(organisation, edition, le) for p in s.points if p.point.est_exige]
    dites = {p.point.code: p.appreciation for p in points}
    decidables = {nom_dans_l_adresse(p.point.code) for p in points}
    form = AutoevaluationForm(request.POST or None, points=[p.point for p in points], dites=dites)
    if request.method == "POST" and form.is_valid():
        changees = gestes.apprecier(form.valeurs, le=le, par=request.habilitation)
        messages.success(request, f"C’est enregistré : {changees} changement{'s' if changees > 1 else ''}.")
        if (code := request.POST.get("decider", "")) in decidables:
            return redirect(reverse("certification:decider", args=[code]) + "?origine=autoevaluation")
        return redirect("certification:plan_d_action")
    lignes = [(p, *form.champs(p.point.code)) for p in points]
    contexte = {"form": form, "lignes": lignes, "edition": edition, "divergences": sum(p.diverge for p in points)}
    contexte |= {"actions": actions_par_point(request.habilitation)}
    return render(request, "certification/autoevaluation.html", contexte)


@geste("Le dire", "crayon", quand=est_jugee)
@avec_droit(Droit.QUALITE_TENIR)
def parametre(request, code):
    """La valeur d'un paramètre de la structure, à partir d'un jour ; les valeurs d'avant restent."""
    organisation = structure_jugee(request.habilitation)
    edition = edition_de(organisation, timezone.localdate()).edition
    voulu = next((p for p in edition.parametres.values() if nom_dans_l_adresse(p.code) == code), None)
    if voulu is None or not voulu.propre_a_la_structure:
        raise Http404
    form = ParametreForm(request.POST or None, instance=ValeurDeParametre(organisation=organisation, parametre=voulu.code))
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.fixer(form.instance, par=request.habilitation)
            messages.success(request, "C’est enregistré.")
            return redirect("certification:parametre", code)
    connues = ValeurDeParametre.objects.pour(request.habilitation).filter(parametre=voulu.code)
    return render(request, "certification/parametre.html", {"form": form, "parametre": voulu, "connues": connues})
