"""Les droits des personnes et la conservation des dossiers (nomenclatures §7)."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.models import Trace
from cedre.comptes.operations import tracer
from cedre.core.exports import telecharger
from cedre.core.pagination import paginer
from cedre.core.texte import numero
from cedre.parcours.dossier_complet import dossier_complet
from cedre.parcours.forms.droits import PurgeForm, SortForm
from cedre.parcours.inventaire import inventaire
from cedre.parcours.models import Personne
from cedre.parcours.operations.droits import PAR_PURGE, Sort, a_purger, anonymiser, effacer, purger
from cedre.structures.documents import composer
from cedre.structures.models import Reglages


def _dossier_a_remettre(request, pk: int) -> tuple[Personne, dict]:
    personne = la_ligne(request, Personne.objects.select_related("organisation"), pk=pk)
    return personne, dossier_complet(personne, par=request.habilitation)


def _tracer_remise(request, personne: Personne, format_: str) -> None:
    """Avant de rendre le fichier : un export que l'on ne peut pas tracer n'a pas lieu (nomenclatures §7)."""
    tracer(
        par=request.habilitation,
        geste=Trace.Geste.EXPORTER,
        objet=personne,
        detail=f"dossier entier, {format_}",
    )


@avec_droit(Droit.DROITS_EXERCER)
@poste_depuis("parcours:droits")
def dossier_pdf(request, pk):
    """Le dossier entier, à imprimer et à remettre (droit d'accès)."""
    personne, contenu = _dossier_a_remettre(request, pk)
    pdf = composer("parcours/typst/dossier.typ", contenu, chez=personne.organisation_id)
    _tracer_remise(request, personne, "PDF")
    return telecharger(pdf, f"dossier-{personne.pk}.pdf", "application/pdf")


@avec_droit(Droit.DROITS_EXERCER)
@poste_depuis("parcours:droits")
def dossier_json(request, pk):
    """Le dossier entier, à réutiliser dans un autre logiciel (portabilité)."""
    personne, contenu = _dossier_a_remettre(request, pk)
    json = JsonResponse(contenu, json_dumps_params={"ensure_ascii": False, "indent": 2}).content
    _tracer_remise(request, personne, "JSON")
    return telecharger(json, f"dossier-{personne.pk}.json", "application/json; charset=utf-8")


@geste("Droits de la personne", "bouclier", sur=Personne, rang=80)
@avec_droit(Droit.DROITS_EXERCER)
def droits(request, pk):
    """Répondre à une personne : ce que chaque droit fait, ce qui disparaît, ce qui reste."""
    personne = la_ligne(request, Personne.objects.nominatives(), pk=pk)
    form = SortForm(request.POST or None, personne=personne)
    if request.method == "POST" and form.is_valid():
        geste = {Sort.ANONYMISER: anonymiser, Sort.EFFACER: effacer}[form.cleaned_data["sort"]]
        geste(personne, motif=form.cleaned_data["motif"], par=request.habilitation)
        messages.success(request, f"Dossier n° {pk} : c’est fait, et la trace en est gardée.")
        return redirect("parcours:personnes")
    contexte = {"personne": personne, "form": form, "contenu": inventaire([personne.pk])}
    return render(request, "parcours/droits.html", contexte)


@geste("Conservation", "corbeille", menu=Rubrique.ORGANISATION, rang=50)
@avec_droit(Droit.DROITS_EXERCER)
def conservation(request):
    """Les dossiers dont la conservation active est passée : on les voit avant de décider."""
    personnes = a_purger(request.habilitation).order_by("dernier_contact_le", "pk")
    page = paginer(request, personnes, 100)
    mois = Reglages.objects.de(request.habilitation).conservation_mois
    return render(request, "parcours/purge.html", {"page": page, "mois": mois, "par_purge": PAR_PURGE})


@avec_droit(Droit.DROITS_EXERCER)
@poste_depuis("parcours:purge")
def verifier_purge(request):
    """Qui, combien, et ce qui disparaît ; rien n'est encore fait tant que le nombre n'est pas confirmé."""
    restants = a_purger(request.habilitation)
    if "tous" not in request.POST:
        restants = restants.filter(pk__in=[numero(d) for d in request.POST.getlist("dossiers")])
    personnes = list(restants.order_by("dernier_contact_le", "pk")[:PAR_PURGE])
    form = PurgeForm(initial={"dossiers": ",".join(str(p.pk) for p in personnes)})
    return _montrer_purge(request, form, personnes)


def _montrer_purge(request, form, personnes):
    if not personnes:
        messages.warning(request, "Cochez au moins un dossier.")
        return redirect("parcours:purge")
    contexte = {"form": form, "personnes": personnes, "contenu": inventaire([p.pk for p in personnes])}
    return render(request, "parcours/purge_verifier.html", contexte)


@avec_droit(Droit.DROITS_EXERCER)
@poste_depuis("parcours:purge")
def faire_purge(request):
    """Purge exactement ce qui a été montré, moins ceux qui sont revenus entre-temps."""
    form = PurgeForm(request.POST)
    if not form.is_valid():
        montres = set(form.numeros)
        restants = a_purger(request.habilitation).order_by("dernier_contact_le", "pk")
        return _montrer_purge(request, form, [p for p in restants if p.pk in montres])
    nombre = purger(form.numeros, sort=form.cleaned_data["sort"], par=request.habilitation)
    reste = a_purger(request.habilitation).count()
    messages.success(request, f"Dossiers purgés : {nombre}. Chacun a sa trace. Il en reste {reste} à purger.")
    return redirect("parcours:purge")
