"""L'attestation de compétences, à remettre à la personne (INS-4, INS-5, ACC-5)."""

from operator import attrgetter

from django.contrib import messages
from django.shortcuts import redirect

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.comptes.models import Trace
from cedre.comptes.operations import tracer
from cedre.core.exports import telecharger
from cedre.parcours.attestation import RIEN_A_ATTESTER, attestation
from cedre.parcours.models import Personne
from cedre.structures.documents import composer


@geste("Attestation de compétences (PDF)", "fichier", sur=Personne, quand=attrgetter("a_un_parcours"), rang=63)
@avec_droit(Droit.PARCOURS_CONDUIRE)
@poste_depuis("parcours:personne")
def pdf(request, pk):
    """Ce que la personne sait faire, à signer et à lui remettre ; l'export est tracé avant d'être rendu (nomenclatures §7)."""
    personne = la_ligne(request, Personne.objects.nominatives().select_related("organisation"), pk=pk)
    contenu = attestation(personne)
    if contenu is None:
        messages.info(request, RIEN_A_ATTESTER)
        return redirect("parcours:personne", pk)
    document = composer("parcours/typst/attestation.typ", contenu, chez=personne.organisation_id)
    tracer(par=request.habilitation, geste=Trace.Geste.EXPORTER, objet=personne, detail="attestation de compétences, PDF")
    return telecharger(document, f"attestation-{pk}.pdf", "application/pdf")
