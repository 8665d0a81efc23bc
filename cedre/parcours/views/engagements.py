"""L'engagement réciproque : le construire en un écran, le lire, le suivre (INS-1 à INS-3)."""

from operator import attrgetter

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import geste
from cedre.core.exports import montrer_pdf
from cedre.core.refus import Conflit, refus_dans, refus_dit
from cedre.core.texte import numero
from cedre.parcours import remises
from cedre.parcours.construction import Reserve, dernier_entretien, situation_evaluee
from cedre.parcours.forms.engagements import ConstructionForm
from cedre.parcours.forms.travail import EnsuiteForm
from cedre.parcours.models import Engagement, Moyen, Personne
from cedre.parcours.operations import engagements as gestes
from cedre.parcours.operations import travail
from cedre.structures.documents import composer

LIES = ("personne__organisation", "type_engagement", "conduit_par")


def _s_abandonne(ligne: Engagement) -> bool:
    return ligne.etat == Engagement.Etat.PROJET


def _engagement(request, pk) -> Engagement:
    return la_ligne(request, Engagement.objects.select_related(*LIES).prefetch_related("objectifs", "moyens"), pk=pk)


def _a_construire(request, pk) -> Engagement:
    """Celui que l'on peut encore écrire ; le reste n'existe pas à cette adresse."""
    ouverts = Engagement.objects.exclude(etat=Engagement.Etat.CLOS).nominatifs()
    return la_ligne(request, ouverts.select_related(*LIES).prefetch_related("objectifs", "moyens"), pk=pk)


@geste("Ouvrir l’engagement", "echange", montre={Engagement: "pk"}, remedie=("engagement_formalise", "engagement_remis"))
@avec_droit(Droit.PARCOURS_LIRE)
def engagement(request, pk):
    """L'engagement tel qu'il se lit, ce qui est fait, ce qui en a été remis."""
    ligne = _engagement(request, pk)
    remises_ = list(ligne.remises.select_related("par"))
    contexte = {
        "engagement": ligne,
        "personne": ligne.personne,
        "texte": remises.texte(ligne),
        "manques": ligne.manques_de_forme(),
        "moyens": sorted(
            ligne.moyens_en_vigueur, key=lambda m: (m.fait_le is not None, m.echeance is None, m.echeance or ligne.debut)
        ),
        "remises": remises_,
        "a_remettre": ligne.etat == Engagement.Etat.EN_COURS and all(r.version < ligne.version for r in remises_),
        "bilans": ligne.bilans.order_by("le", "pk"),
        "aujourdhui": timezone.localdate(),
    }
    return render(request, "parcours/engagement.html", contexte)


@geste(
    "Construire l’engagement",
    "echange",
    sur=Personne,
    quand=lambda personne: personne.est_ouverte and personne.a_un_parcours,
    ajoute=Engagement,
    a_part=True,
    remedie=("suivi_sans_objectif",),
)
@avec_droit(Droit.PARCOURS_CONDUIRE)
@poste_depuis("parcours:personne")
def construire(request, pk):
    """Ouvre le projet d'engagement de la personne, ou mène à celui qui l'est déjà."""
    personne = la_ligne(request, Personne.objects.nominatives(), pk=pk)
    with refus_dit(request):
        projet = gestes.construire(personne, par=request.habilitation)
        return redirect("parcours:engagement_modifier", projet.pk)
    return redirect("parcours:personne", pk)


@geste("Modifier", "crayon", sur=Engagement, quand=attrgetter("est_modifiable"), rang=20)
@avec_droit(Droit.PARCOURS_CONDUIRE)
def modifier(request, pk):
    """Construire l'engagement : un écran, et à côté ce que l'on sait de la personne et de l'offre."""
    ligne = _a_construire(request, pk)
    reserve = Reserve(ligne, request.habilitation)
    form = ConstructionForm(request.POST or None, engagement=ligne, reserve=reserve)
    if request.method == "POST" and form.is_valid():
        try:
            with refus_dans(form.engagement):
                return _enregistrer(request, ligne, form)
        except Conflit as conflit:
            form.engagement.add_error(None, str(conflit))
            return _ecran(request, conflit.actuel, form, conflit=True)
    return _ecran(request, ligne, form)


def _enregistrer(request, ligne: Engagement, form: ConstructionForm):
    """Enregistre, commence si on le demande, et mène où l'on voulait aller."""
    geste, version = request.POST.get("geste", ""), form.engagement.cleaned_data["version"]
    et_commencer = geste == "commencer"
    gestes.enregistrer(ligne, saisie=form.saisie(geste), version=version, et_commencer=et_commencer, par=request.habilitation)
    if et_commencer:
        messages.success(request, "L’engagement commence. Le bilan est à l’agenda. Il reste à le remettre à la personne.")
        if travail.reste_a_rattacher(_engagement(request, ligne.pk)):
            return redirect("parcours:engagement_ensuite", ligne.pk)
    else:
        messages.success(request, "L’engagement est enregistré.")
    if geste.startswith(("monter", "descendre")):
        return redirect(reverse("parcours:engagement_modifier", args=[ligne.pk]) + "#objectifs")
    return redirect("parcours:engagement", ligne.pk)


def _ecran(request, ligne: Engagement, form: ConstructionForm, conflit: bool = False):
    """L'écran de construction. conflit : ce que l'autre a enregistré se montre au-dessus de la saisie, restée entière."""
    personne = ligne.personne
    situation = situation_evaluee(personne)
    if conflit:
        form.engagement.data = form.engagement.data.copy()
        form.engagement.data["version"] = ligne.version
    contexte = {
        "engagement": ligne,
        "personne": personne,
        "form": form.engagement,
        "objectifs": form.objectifs,
        "moyens": form.moyens,
        "blocs": form.blocs,
        "refuse": request.method == "POST",
        "type_choisi": str(form.engagement["type_engagement"].value()),
        "manques": form.manques if form.engagement.is_bound else ligne.manques_de_forme(),
        "situation": situation,
        "entretien": dernier_entretien(personne),
        "contact": personne.contacts.first(),
        "types": form.engagement.reserve.types_suggeres(situation),
        "suggestions": form.engagement.reserve.moyens_suggeres(situation, ligne.type_engagement)[:8],
        "autre": remises.texte(ligne) if conflit else None,
    }
    return render(request, "parcours/engagement_modifier.html", contexte, status=409 if conflit else 200)


@geste("Dire ce que le travail sert ensuite", "poste", sur=Engagement, quand=travail.reste_a_rattacher)
@avec_droit(Droit.PARCOURS_CONDUIRE)
def ensuite(request, pk):
    """Ce que servent, à partir d'aujourd'hui, le travail et les actions qui servaient l'engagement d'avant."""
    ligne = la_ligne(request, Engagement.objects.nominatifs().filter(etat=Engagement.Etat.EN_COURS).select_related(*LIES), pk=pk)
    form = EnsuiteForm(request.POST or None, objectifs=ligne.objectifs.en_vigueur(), lignes=travail.a_rattacher(ligne))
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            travail.rattacher(ligne, choix=form.choix, par=request.habilitation)
            messages.success(request, "C’est noté : cela vaut à partir d’aujourd’hui.")
            return redirect("parcours:engagement", pk)
    return render(request, "parcours/engagement_ensuite.html", {"engagement": ligne, "personne": ligne.personne, "form": form})


@avec_droit(Droit.PARCOURS_CONDUIRE)
@poste_depuis("parcours:engagement_modifier")
def manques(request, pk):
    """Ce qui manque à la saisie en cours ; rien n'est enregistré."""
    ligne = _a_construire(request, pk)
    form = ConstructionForm(request.POST, engagement=ligne, reserve=Reserve(ligne, request.habilitation))
    return render(request, "parcours/_engagement_manques.html", {"manques": form.manques})


@avec_droit(Droit.PARCOURS_CONDUIRE)
def ligne(request, pk):
    """Une ligne de plus, sans recharger la page : un objectif (et de quoi dire ses moyens), un moyen, un moyen de l'offre."""
    engagement_ = _a_construire(request, pk)
    reserve = Reserve(engagement_, request.habilitation)
    form = ConstructionForm(engagement=engagement_, reserve=reserve)
    rangs = {nom: min(numero(request.GET.get(f"{nom}-TOTAL_FORMS", "")), 99) for nom in ("objectifs", "moyens")}
    offre = reserve.offres.get(numero(request.GET.get("offre", "")))
    objectif = None
    if "objectif" in request.GET:
        initiaux = [{"objectif": request.GET["objectif"][:3], "qui": Moyen.Qui.STRUCTURE}]
    else:
        objectif = form.objectifs.neuve(rangs["objectifs"], {})
        initiaux = [{"objectif": objectif.cle, "qui": qui} for qui in (Moyen.Qui.STRUCTURE, Moyen.Qui.PERSONNE)]
    if offre:
        externe = {"qui": Moyen.Qui.PARTENAIRE, "partenaire": offre.partenaire_id} if offre.partenaire_id else {}
        initiaux[0] |= {"libelle": offre.intitule, "offre": str(offre.pk)} | externe
    moyens = [form.moyens.neuve(rangs["moyens"] + n, initial) for n, initial in enumerate(initiaux)]
    totaux = {"moyens": rangs["moyens"] + len(moyens)} | ({"objectifs": rangs["objectifs"] + 1} if objectif else {})
    contexte = {"engagement": engagement_, "objectif": objectif, "moyens": moyens, "totaux": totaux}
    return render(request, "parcours/_engagement_ligne.html", contexte)


@geste("Retirer ce projet", "corbeille", sur=Engagement, quand=_s_abandonne)
@avec_droit(Droit.PARCOURS_CONDUIRE)
@poste_depuis("parcours:engagement")
def abandonner(request, pk):
    """Retire un projet qui n'a pas commencé."""
    projet = _a_construire(request, pk)
    with refus_dit(request):
        gestes.abandonner(projet, par=request.habilitation)
        messages.success(request, "Le projet d’engagement est retiré.")
    return redirect("parcours:personne", projet.personne_id)


@avec_droit(Droit.PARCOURS_CONDUIRE)
def moyen_fait(request, pk):
    """Note, d'un geste, qu'un moyen est fait ; ou qu'il ne l'est pas, si l'on s'est trompé."""
    moyen = la_ligne(request, Moyen.objects.en_vigueur().select_related("engagement"), pk=pk)
    if request.method == "POST":
        with refus_dit(request):
            gestes.noter_fait(moyen, fait=moyen.fait_le is None, par=request.habilitation)
            messages.success(request, "C’est noté.")
    return redirect(reverse("parcours:engagement", args=[moyen.engagement_id]) + "#moyens")


@geste("PDF", "imprimer", sur=Engagement, meme_anonyme=True)
@avec_droit(Droit.PARCOURS_LIRE)
def pdf(request, pk):
    """L'engagement à imprimer, tel qu'il est aujourd'hui."""
    ligne = _engagement(request, pk)
    document = composer(
        "parcours/typst/engagement.typ",
        remises.contenu(ligne) | {"le": timezone.localdate()},
        chez=ligne.personne.organisation_id,
    )
    return montrer_pdf(document, f"engagement-{ligne.pk}.pdf")
