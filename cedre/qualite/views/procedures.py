"""Les procédures, mission par mission, et chacune face à la pratique (TRA-4)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.core.dates import UN_AN
from cedre.core.refus import refus_dans, refus_dit
from cedre.qualite.forms.procedures import ProcedureForm
from cedre.qualite.models import Mission, Objet, Procedure, Reglage
from cedre.qualite.operations import procedures as gestes
from cedre.qualite.pratique import pratiques


def _suivie(procedure: Procedure) -> bool:
    return procedure.retiree_le is None


@geste("Procédures", "marches", menu=Rubrique.QUALITE, rang=60)
@avec_droit(Droit.QUALITE_LIRE)
def liste(request):
    """Les procédures en vigueur par mission, celles qui dérivent ou vieillissent signalées ; puis les retirées."""
    qui, le = request.habilitation, timezone.localdate()
    toutes = Procedure.objects.pour(qui).avec_derniere_revision()
    en_vigueur = pratiques(toutes.en_vigueur(le), pour=qui, le=le)
    missions = [(mission.label, [p for p in en_vigueur if p.procedure.mission == mission]) for mission in Mission]
    contexte = {
        "missions": [groupe for groupe in missions if groupe[1]],
        "retirees": toutes.exclude(pk__in=[p.procedure.pk for p in en_vigueur]),
        "aujourdhui": le,
    }
    return render(request, "qualite/procedures.html", contexte)


@geste("Procédure", "marches", montre={Procedure: "pk"}, remedie=("procedures_a_jour",))
@avec_droit(Droit.QUALITE_LIRE)
def procedure(request, pk):
    """Une procédure, ce qu'elle écrit, ce qui se pratique, et ses révisions."""
    ligne, le = la_ligne(request, Procedure.objects.prefetch_related("revisions__par"), pk=pk), timezone.localdate()
    (pratique,) = pratiques([ligne], pour=request.habilitation, le=le)
    return render(request, "qualite/procedure.html", {"procedure": ligne, "pratique": pratique, "aujourdhui": le})


def _cherche(code: str) -> dict:
    """Ce que dit déjà la procédure qui manque à cet indicateur : son objet, ou ce qu'elle règle."""
    objet = code.removeprefix("procedure_definie.")
    return {"reglage": Reglage.RYTHME_REGULATION} if code == "rythme_defini" else {"objet": objet} if objet in Objet else {}


@geste("Écrire une procédure", "plus", remedie=("procedure_definie", "rythme_defini"))
@avec_droit(Droit.QUALITE_TENIR)
def nouvelle(request):
    """Écrire une procédure ; venue d'un indicateur à qui elle manque (?pour=), elle dit déjà ce qu'il y cherche."""
    initial = {"mission": request.GET.get("mission", ""), "prochaine_revision": timezone.localdate() + UN_AN}
    initial |= _cherche(request.GET.get("pour", ""))
    return _saisir(request, Procedure(organisation_id=request.habilitation.organisation_id), initial)


@geste("Réviser", "crayon", sur=Procedure, quand=_suivie)
@avec_droit(Droit.QUALITE_TENIR)
def modifier(request, pk):
    """Changer une procédure : c'est une révision, datée, que le manuel suivant prendra."""
    return _saisir(request, la_ligne(request, Procedure.objects, pk=pk), {})


def _saisir(request, ligne: Procedure, initial: dict):
    titre = ligne.titre
    form = ProcedureForm(request.POST or None, instance=ligne, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            revision = {"le": form.cleaned_data["relue_le"], "changement": form.cleaned_data["changement"]}
            gestes.ecrire(form.instance, **revision, champs=form.changed_data, par=request.habilitation)
            messages.success(request, "La procédure est enregistrée.")
            return redirect(form.instance)
    return render(request, "qualite/procedure_saisie.html", {"form": form, "titre": titre, "pk": ligne.pk})


@geste("Relue, rien à changer", "valide", sur=Procedure, quand=_suivie)
@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("qualite:procedure")
def relire(request, pk):
    """Relue, rien à changer."""
    with refus_dit(request):
        gestes.relire(la_ligne(request, Procedure.objects, pk=pk), par=request.habilitation)
        messages.success(request, "C’est noté : relue aujourd’hui, à revoir dans un an.")
    return redirect("qualite:procedure", pk)


@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("qualite:procedure")
def retirer(request, pk):
    """La procédure n'est plus suivie."""
    with refus_dit(request):
        gestes.retirer(la_ligne(request, Procedure.objects, pk=pk), par=request.habilitation)
        messages.success(request, "La procédure est retirée ; son texte reste lisible.")
    return redirect("qualite:procedure", pk)
