"""Les documents qui prouvent : leur période, leurs révisions, et leur fichier, qui ne s'exécute jamais (CER-3)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.certification.editions import edition_de
from cedre.certification.forms.preuves import DocumentForm, RevisionForm, TransmissionForm
from cedre.certification.models import Document, Revision
from cedre.certification.operations import preuves as gestes
from cedre.comptes.acces import avec_droit, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.comptes.operations import enregistrer
from cedre.core.fichiers import EXTENSIONS
from cedre.core.pagination import paginer
from cedre.core.refus import refus_dans


@geste("Documents", "fichier")
@avec_droit(Droit.CONFORMITE_LIRE)
def liste(request):
    """Les documents de la structure, et si l'un d'eux ne prouve plus rien aujourd'hui."""
    documents = Document.objects.pour(request.habilitation).prefetch_related("revisions")
    return render(
        request, "certification/documents.html", {"page": paginer(request, documents), "aujourdhui": timezone.localdate()}
    )


@geste("Déposer un document", "plus")
@avec_droit(Droit.QUALITE_TENIR)
def nouveau(request):
    """Déposer un document, et dire ce qu'il prouve."""
    organisation = request.habilitation.organisation
    form = DocumentForm(
        request.POST or None,
        request.FILES or None,
        edition=edition_de(organisation, timezone.localdate()).edition,
        organisation=organisation,
        initial={"points": request.GET.getlist("point"), "intitule": request.GET.get("intitule", "")[:160]},
    )
    return _deposer(request, form, "certification/document_nouveau.html", {})


@geste("Le document", "fichier", montre={Document: "pk"})
@avec_droit(Droit.CONFORMITE_LIRE)
def document(request, pk):
    """Un document, ses révisions ; en ajouter une."""
    ligne = la_ligne(request, Document.objects.prefetch_related("revisions__depose_par"), pk=pk)
    tient = request.habilitation.peut(Droit.QUALITE_TENIR)
    revision, edition = Revision(document=ligne), edition_de(ligne.organisation, timezone.localdate()).edition
    form = RevisionForm(request.POST or None, request.FILES or None, edition=edition, instance=revision) if tient else None
    contexte = {"document": ligne, "aujourdhui": timezone.localdate()}
    return _deposer(request, form, "certification/document.html", contexte)


def _deposer(request, form, gabarit: str, contexte: dict):
    if form and request.method == "POST" and form.is_valid():
        with refus_dans(form):
            fichier = form.cleaned_data["fichier"]
            revision = gestes.deposer(
                form.instance, nom=fichier.name, octets=fichier.octets, genre=fichier.genre, par=request.habilitation
            )
            messages.success(request, "Le document est déposé.")
            return redirect("certification:document", revision.document_id)
    return render(request, gabarit, contexte | {"form": form})


@geste("Dire à qui il est transmis", "courriel", sur=Revision)
@avec_droit(Droit.QUALITE_TENIR)
def transmettre(request, pk):
    """Le jour où une révision a été transmise, et à qui ; à l'association régionale de la structure, si rien n'est dit."""
    ligne = la_ligne(request, Revision.objects.select_related("document"), pk=pk)
    a_qui = ligne.transmise_a or str(request.habilitation.organisation.region or "")
    form = TransmissionForm(request.POST or None, instance=ligne, initial={"transmise_a": a_qui})
    if request.method == "POST" and form.is_valid():
        enregistrer(form.instance, champs=form.changed_data, par=request.habilitation)
        messages.success(request, "C’est noté.")
        return redirect(ligne.document)
    return render(request, "certification/transmission.html", {"form": form, "document": ligne.document})


@geste("Le fichier", "fichier", montre={Revision: "pk"})
@avec_droit(Droit.CONFORMITE_LIRE)
def fichier(request, pk):
    """Le fichier tel que déposé, à télécharger : son genre est celui de ses octets, et rien ne s'y exécute."""
    revision = la_ligne(request, Revision.objects.select_related("document"), pk=pk)
    with revision.fichier.open("rb") as ouvert:
        reponse = HttpResponse(ouvert.read(), content_type=revision.genre)
    reponse["Content-Disposition"] = f'attachment; filename="document-{pk}.{EXTENSIONS[revision.genre]}"'
    reponse["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return reponse
