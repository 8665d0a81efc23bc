"""Le manuel : son brouillon section par section, ses versions, leur comparaison (MAN-1, MAN-2)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste, ouvre
from cedre.core.exports import telecharger
from cedre.core.refus import Conflit, refus_dans, refus_dit
from cedre.core.texte import numero
from cedre.qualite.comparaison import comparer
from cedre.qualite.forms.manuel import PublicationForm, TexteForm
from cedre.qualite.manuel import EN_CLAIR, PAR_CODE, SECTIONS, blocs_de, composer_brouillon, section_de, textes_de
from cedre.qualite.models import AccuseDeLecture, VersionDuManuel
from cedre.qualite.operations import manuel as gestes


@geste(
    "Manuel qualité",
    "livre",
    menu=Rubrique.QUALITE,
    rang=50,
    a_lire="La version publiée, à lire et à dire lue.",
    remedie=("manuel_publie", "manuel_en_vigueur"),
)
@avec_droit(Droit.QUALITE_LIRE)
def manuel(request):
    """La version publiée, les précédentes, et le brouillon à côté pour qui le tient."""
    qui = request.habilitation
    versions = list(VersionDuManuel.objects.pour(qui).defer("contenu"))
    textes = textes_de(qui.organisation) if ouvre(qui, "qualite:section") else {}
    contexte = {
        "versions": versions,
        "publiee": versions[0] if versions else None,
        "a_lire": gestes.a_lire(qui),
        "sections": [(section, bool(textes.get(section.code))) for section in (*SECTIONS, EN_CLAIR)],
    }
    return render(request, "qualite/manuel.html", contexte)


@avec_droit(Droit.QUALITE_TENIR)
def section(request, code):
    """Écrire une section du brouillon, et voir ce que Cèdre y met."""
    if code not in PAR_CODE:
        raise Http404
    ligne, chez = PAR_CODE[code], request.habilitation.organisation
    form = TexteForm(request.POST or None, section=ligne, ecrit=section_de(chez, code))
    differences = []
    if request.method == "POST" and ligne.s_ecrit and form.is_valid():
        try:
            gestes.ecrire_section(code, **form.cleaned_data, par=request.habilitation)
            messages.success(request, "Le brouillon est enregistré. La version publiée n’a pas changé.")
            return redirect("qualite:section", code)
        except Conflit as conflit:
            differences = form.rapprocher(conflit.actuel)
    contexte = {"section": ligne, "form": form if ligne.s_ecrit else None, "blocs": blocs_de(code, chez, timezone.localdate())}
    return render(
        request, "qualite/manuel_section.html", contexte | {"differences": differences}, status=409 if differences else 200
    )


@geste("Aperçu (PDF)", "imprimer")
@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("qualite:manuel")
def apercu(request):
    """Le brouillon en PDF, tel qu'il se publierait aujourd'hui."""
    return telecharger(gestes.apercu(par=request.habilitation), "manuel-brouillon.pdf", "application/pdf")


@geste("Publier une version", "valide")
@avec_droit(Droit.QUALITE_TENIR)
def publier(request):
    """Publier le brouillon : qui l'approuve, quand, ce qui change."""
    chez = request.habilitation.organisation
    form = PublicationForm(request.POST or None, instance=VersionDuManuel(organisation=chez))
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            version = gestes.publier(form.instance, par=request.habilitation)
            messages.success(request, f"La version {version.numero} est publiée. Chacun la trouvera à lire.")
            return redirect(version)
    return render(request, "qualite/manuel_publier.html", {"form": form})


@geste("Version du manuel", "fichier", montre={VersionDuManuel: "pk"})
@avec_droit(Droit.QUALITE_LIRE)
def version(request, pk):
    """Une version, telle que publiée, à lire à l'écran."""
    ligne = la_ligne(request, VersionDuManuel.objects, pk=pk)
    lue = AccuseDeLecture.objects.filter(manuel=ligne, compte=request.habilitation.compte_id).first()
    return render(request, "qualite/manuel_version.html", {"version": ligne, "contenu": ligne.contenu, "lue": lue})


@geste("PDF", "imprimer", sur=VersionDuManuel)
@avec_droit(Droit.QUALITE_LIRE)
@poste_depuis("qualite:version")
def fichier(request, pk):
    """Le PDF tel que publié ; son condensat est vérifié."""
    ligne = la_ligne(request, VersionDuManuel.objects.defer("contenu"), pk=pk)
    with refus_dit(request):
        return telecharger(ligne.lire_le_fichier(), f"manuel-qualite-version-{ligne.numero}.pdf", "application/pdf")
    return redirect("qualite:version", pk)


@geste("J’ai lu", "valide", sur=VersionDuManuel)
@avec_droit(Droit.QUALITE_LIRE)
@poste_depuis("qualite:version")
def lu(request, pk):
    """J'ai lu cette version."""
    gestes.noter_lue(la_ligne(request, VersionDuManuel.objects.defer("contenu"), pk=pk), par=request.habilitation)
    messages.success(request, "Merci, c’est noté.")
    return redirect("qualite:version", pk)


@geste("Comparer")
@avec_droit(Droit.QUALITE_LIRE)
def comparaison(request):
    """Deux versions ; pour qui tient le manuel, la dernière et son brouillon : ce qui part, ce qui vient."""
    qui = request.habilitation
    versions = {v.numero: v for v in VersionDuManuel.objects.pour(qui).order_by("-numero")}
    if not versions:
        raise Http404
    tient, (derniere, *precedentes) = ouvre(qui, "qualite:section"), versions.values()
    avant = versions.get(numero(request.GET.get("avant", "")), derniere if tient else [*precedentes, derniere][0])
    apres = versions.get(numero(request.GET.get("apres", "")), None if tient else derniere)
    nouveau = apres.contenu if apres else composer_brouillon(qui.organisation, timezone.localdate())
    contexte = {"versions": versions.values(), "avant": avant, "apres": apres, "tient": tient}
    contexte["sections"] = comparer(avant.contenu, nouveau)
    return render(request, "qualite/manuel_comparaison.html", contexte)
