"""Les textes remis à la personne : les remettre, les relire tels qu'ils étaient, les imprimer, les signer (INS-2, INS-7)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.core.exports import montrer_pdf, telecharger
from cedre.core.fichiers import type_du_fichier
from cedre.core.images import redessiner
from cedre.core.refus import refus_dans
from cedre.parcours import remises
from cedre.parcours.forms.remises import DESSIN_MAX, RemiseForm, SignerForm
from cedre.parcours.models import Engagement, Remise
from cedre.parcours.operations import remises as gestes
from cedre.structures.documents import composer

# Ce qui se remet : sa page et son document, d'après le genre que dit le texte figé.
GABARITS = {
    "engagement": ("parcours/_engagement_texte.html", "parcours/typst/engagement.typ"),
    "bilan": ("parcours/_bilan_texte.html", "parcours/typst/bilan.typ"),
}


def _est_en_cours(ligne: Engagement) -> bool:
    return ligne.etat == Engagement.Etat.EN_COURS


def _remise(request, pk) -> Remise:
    remise_ = la_ligne(request, Remise.objects.select_related("personne", "engagement", "par"), pk=pk)
    if remise_.contenu.get("genre") not in GABARITS:
        raise Http404
    return remise_


@geste("Remettre à la personne", "fichier", sur=Engagement, quand=_est_en_cours, ajoute=Remise, rang=10)
@avec_droit(Droit.PARCOURS_CONDUIRE)
def remettre(request, pk):
    """Remettre l'engagement : on relit ensemble, on dit quand et comment, on signe si l'on veut."""
    en_cours = Engagement.objects.nominatifs().filter(etat=Engagement.Etat.EN_COURS)
    ligne = la_ligne(request, en_cours.select_related("personne__organisation", "type_engagement", "conduit_par"), pk=pk)
    form = RemiseForm(request.POST or None, request.FILES or None, initial={"le": timezone.localdate(), "mode": "main_propre"})
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            dit = {nom: form.cleaned_data[nom] for nom in ("le", "mode")}
            remise_ = gestes.remettre(ligne, **dit, signature=form.fichier, par=request.habilitation)
            messages.success(request, "La remise est enregistrée, avec le texte tel qu’il est aujourd’hui.")
            return redirect("parcours:remise", remise_.pk)
    contexte = {"engagement": ligne, "personne": ligne.personne, "form": form, "texte": remises.texte(ligne)}
    return render(request, "parcours/remettre.html", contexte)


def _montrer(request, remise_: Remise, form: SignerForm):
    gabarit, _ = GABARITS[remise_.contenu["genre"]]
    depassee = remise_.engagement and remise_.engagement.version > remise_.version
    contexte = {"remise": remise_, "personne": remise_.personne, "gabarit": gabarit, "form": form, "depassee": depassee}
    return render(request, "parcours/remise.html", contexte | {"image": _est_une_image(remise_)})


def _est_une_image(remise_: Remise) -> bool:
    return bool(remise_.signature) and remise_.signature.name.endswith((".png", ".jpg"))


@geste("Ouvrir le texte remis", "fichier", montre={Remise: "pk"})
@avec_droit(Droit.PARCOURS_LIRE)
def remise(request, pk):
    """Le texte remis, tel qu'il était ce jour-là."""
    return _montrer(request, _remise(request, pk), SignerForm())


@avec_droit(Droit.PARCOURS_CONDUIRE)
@poste_depuis("parcours:remise")
def signer(request, pk):
    """Joint la signature, ou le papier scanné, à un texte déjà remis."""
    remise_ = _remise(request, pk)
    form = SignerForm(request.POST, request.FILES)
    if form.is_valid():
        with refus_dans(form):
            gestes.signer(remise_, signature=form.fichier, par=request.habilitation)
            messages.success(request, "La signature est jointe au texte remis.")
            return redirect("parcours:remise", pk)
    return _montrer(request, remise_, form)


@geste("PDF", "imprimer", sur=Remise, meme_anonyme=True)
@avec_droit(Droit.PARCOURS_LIRE)
def pdf(request, pk):
    """Le texte remis, à réimprimer à l'identique, avec la signature dessinée s'il y en a une."""
    remise_ = _remise(request, pk)
    octets = _octets(remise_)
    image = redessiner(octets, formats=("PNG",)) if len(octets) <= DESSIN_MAX else b""
    signee = timezone.localtime(remise_.signee_le) if remise_.signee_le else None
    _, gabarit = GABARITS[remise_.contenu["genre"]]
    document = composer(
        gabarit,
        remise_.contenu | {"le": remise_.le, "signee_le": signee, "signature": list(image) or None},
        chez=remise_.personne.organisation_id,
    )
    return montrer_pdf(document, f"remise-{remise_.pk}.pdf")


def _octets(remise_: Remise) -> bytes:
    if not remise_.signature:
        return b""
    with remise_.signature.open() as fichier:
        return fichier.read()


@avec_droit(Droit.PARCOURS_LIRE)
def signature(request, pk):
    """Le fichier signé ; il se télécharge, et ne s'exécute jamais."""
    remise_ = _remise(request, pk)
    octets = _octets(remise_)
    if not octets:
        raise Http404
    reponse = telecharger(octets, remise_.signature.name.rpartition("/")[2], type_du_fichier(octets))
    reponse["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return reponse
