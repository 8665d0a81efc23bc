"""D'une cause à la réponse : les alertes, l'histoire de chacune, et ses gestes (OBS-4)."""

from django.contrib import messages
from django.shortcuts import redirect, render

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.discretion import jour_lisible, voit_les_personnes
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.core.dates import a_la_fin_sans, d_abord_sans, jour_demande
from cedre.core.pagination import paginer
from cedre.core.refus import faire_ou_remontrer, refus_dans, refus_dit
from cedre.observatoire.comparaison import comparer
from cedre.observatoire.forms.alertes import (
    AlerteForm,
    ChoisirForm,
    CloreAlerteForm,
    DestinataireForm,
    FiltreAlerteForm,
    JoindreForm,
    ParoleForm,
    PropositionForm,
    ReponseAUneAlerteForm,
    RetombeeForm,
)
from cedre.observatoire.models.alertes import Alerte, ChiffreJoint, Destinataire, Parole, Retombee
from cedre.observatoire.operations import alertes as gestes
from cedre.observatoire.plaidoyer import a_joindre


@geste(
    "Alertes",
    "voix",
    menu=Rubrique.TRAVAIL,
    rang=165,
    a_lire="Ce que la structure fait savoir, à qui, et ce qui a suivi.",
)
@avec_droit(Droit.FIGURES_LIRE)
def liste(request):
    """Les alertes, et depuis quand l'une d'elles attend sa réponse."""
    filtre, siennes = FiltreAlerteForm(request.GET), Alerte.objects.pour(request.habilitation)
    qui_attendent_d_abord = d_abord_sans("close_le"), a_la_fin_sans("attend_depuis"), "-ouverte_le", "-pk"
    lignes = filtre.appliquer(siennes).avec_attente().select_related("domaine").order_by(*qui_attendent_d_abord)
    contexte = {"filtre": filtre, "page": paginer(request, lignes), "vierge": not siennes.exists()}
    return render(request, "observatoire/alertes.html", contexte)


@geste("Parcours par type d’engagement", "marches")
@avec_droit(Droit.FIGURES_LIRE)
def par_engagement(request):
    """Ce que chaque type d'engagement donne, indicateur par indicateur, aujourd'hui ou au jour que dit l'adresse (?le=)."""
    le = jour_lisible(jour_demande(request.GET.get("le", "")), pour=request.habilitation)
    types, lignes = comparer(request.habilitation.organisation, le)
    contexte = {"le": le, "types": types, "lignes": lignes, "exact": voit_les_personnes(request.habilitation)}
    return render(request, "observatoire/par_engagement.html", contexte)


@geste("L’alerte", "voix", montre={Alerte: "pk", Parole: "alerte_id", ChiffreJoint: "alerte_id", Retombee: "alerte_id"})
@avec_droit(Droit.FIGURES_LIRE)
def alerte(request, pk, refusee=None):
    """Une alerte de bout en bout, et le geste suivant. refusee : la saisie à reprendre."""
    ligne = la_ligne(request, Alerte.objects.avec_attente().select_related("domaine"), pk=pk)
    formulaires = {
        "recueillir": ParoleForm(),
        "proposer": PropositionForm(),
        "envoyer": DestinataireForm(),
        "suivre": RetombeeForm(),
        "clore": CloreAlerteForm(),
    }
    ouverts = gestes.PASSAGES.ouverts_a(request.habilitation, ligne)
    contexte = {
        "alerte": ligne,
        "ouverts": ouverts - ({"changer"} if ligne.envoyee_le else set()),
        "chiffres": [(c, c.en_mots(request.habilitation), c.en_mots()) for c in ligne.chiffres.all()],
        "paroles": ligne.paroles.all(),
        "destinataires": ligne.destinataires.all(),
        "retombees": ligne.retombees.all(),
    }
    return render(request, "observatoire/alerte.html", contexte | formulaires | (refusee or {}), status=400 if refusee else 200)


@geste("Alerter", "voix")
@avec_droit(Droit.QUALITE_TENIR)
def nouvelle(request):
    """Ouvrir une alerte ; depuis un chiffre (?chiffre=, ?au=), il y est joint."""
    choix, chiffres = ChoisirForm(request.GET), []
    if choix.is_valid():
        with refus_dans(choix):
            chiffres = a_joindre(organisation=request.habilitation.organisation, **choix.choix)[:1]
    neuve = Alerte(organisation_id=request.habilitation.organisation_id)
    return _ecrire(request, neuve, chiffres=chiffres, contexte={"choix": choix, "chiffres": chiffres})


@geste("Récrire", "crayon", sur=Alerte, quand=gestes.PASSAGES.permet("changer"))
@avec_droit(Droit.QUALITE_TENIR)
def recrire(request, pk):
    """Récrire une alerte qui n'est pas encore partie."""
    return _ecrire(request, la_ligne(request, Alerte.objects, pk=pk))


def _ecrire(request, ligne: Alerte, *, chiffres: list[ChiffreJoint] = (), contexte: dict | None = None):
    form = AlerteForm(request.POST or None, instance=ligne)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.ecrire(form.instance, champs=form.changed_data, chiffres=chiffres, par=request.habilitation)
            messages.success(request, "L’alerte est enregistrée.")
            return redirect(form.instance)
    return render(request, "observatoire/alerte_saisir.html", {"form": form, "alerte": ligne, **(contexte or {})})


@geste("Joindre un chiffre", "chiffres", sur=Alerte, quand=gestes.PASSAGES.permet("changer"))
@avec_droit(Droit.QUALITE_TENIR)
def joindre(request, pk):
    """Choisir un chiffre, son moment, et ce que l'on en joint ; il est figé."""
    ligne, choix, form = la_ligne(request, Alerte.objects.select_related("organisation"), pk=pk), ChoisirForm(request.GET), None
    if choix.is_valid():
        with refus_dans(choix):
            mesures = a_joindre(organisation=ligne.organisation, **choix.choix)
            form = JoindreForm(request.POST or None, chiffres=mesures, pour=request.habilitation)
    if form and request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.joindre(ligne, form.choisis, par=request.habilitation)
            messages.success(request, "C’est joint, tel que mesuré aujourd’hui.")
            return redirect(ligne)
    return render(request, "observatoire/alerte_joindre.html", {"alerte": ligne, "choix": choix, "form": form})


@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("observatoire:alerte")
def recueillir(request, pk):
    """Une parole de plus."""
    ligne = la_ligne(request, Alerte.objects, pk=pk)
    form = ParoleForm(request.POST, instance=Parole(alerte=ligne))
    return _nourrir(request, ligne, form, gestes.recueillir, dit="C’est gardé, sans son nom.")


@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("observatoire:alerte")
def envoyer(request, pk):
    """Un destinataire de plus."""
    ligne = la_ligne(request, Alerte.objects, pk=pk)
    form = DestinataireForm(request.POST, instance=Destinataire(alerte=ligne))
    return _nourrir(request, ligne, form, gestes.envoyer, dit="C’est noté : on attend la réponse.")


@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("observatoire:alerte")
def suivre(request, pk):
    """Ce qui a suivi."""
    ligne = la_ligne(request, Alerte.objects, pk=pk)
    form = RetombeeForm(request.POST, instance=Retombee(alerte=ligne))
    return _nourrir(request, ligne, form, gestes.suivre, dit="C’est noté.")


def _nourrir(request, ligne: Alerte, form, geste, *, dit: str):
    """Ajoute à l'alerte le fait de ce formulaire, et revient à sa page ; sinon la remontre, la saisie à reprendre."""
    if form.is_valid():
        with refus_dans(form):
            geste(form.instance, par=request.habilitation)
            messages.success(request, dit)
            return redirect(ligne)
    return alerte(request, ligne.pk, refusee={geste.__name__: form})


@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("observatoire:alerte")
def proposer(request, pk):
    """Ce que l'on propose."""
    ligne, form = la_ligne(request, Alerte.objects, pk=pk), PropositionForm(request.POST)
    return faire_ou_remontrer(request, ligne, form, gestes.proposer, dit="La proposition est gardée.", page=alerte)


@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("observatoire:alerte")
def clore(request, pk):
    """Clôt, avec ce que l'on en retient."""
    ligne, form = la_ligne(request, Alerte.objects, pk=pk), CloreAlerteForm(request.POST)
    return faire_ou_remontrer(request, ligne, form, gestes.clore, dit="L’alerte est close.", page=alerte)


@geste("Noter sa réponse", "entretien", sur=Destinataire, montre={Destinataire: "pk"})
@avec_droit(Droit.QUALITE_TENIR)
def reponse(request, pk):
    """Ce qu'un destinataire répond, ou qu'il ne répond pas ; s'y corrige de même."""
    ligne = la_ligne(request, Destinataire.objects.select_related("alerte"), pk=pk)
    form = ReponseAUneAlerteForm(request.POST or None, instance=ligne)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.repondre(form.instance, par=request.habilitation)
            messages.success(request, "La réponse est gardée.")
            return redirect(ligne.alerte)
    return render(request, "observatoire/alerte_reponse.html", {"form": form, "destinataire": ligne})


@geste("Retirer", "corbeille", sur=ChiffreJoint, quand=gestes.PASSAGES.permet("changer", dans="alerte"))
@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("observatoire:alertes")
def retirer_un_chiffre(request, pk):
    """Ôte un chiffre joint par erreur."""
    return _retirer(request, la_ligne(request, ChiffreJoint.objects.select_related("alerte"), pk=pk), gestes.retirer)


@geste("Retirer", "corbeille", sur=Destinataire, quand=lambda destinataire: destinataire.repondu_le is None)
@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("observatoire:alertes")
def retirer_un_destinataire(request, pk):
    """Ôte un destinataire noté par erreur."""
    return _retirer(request, la_ligne(request, Destinataire.objects.select_related("alerte"), pk=pk), gestes.retirer)


@geste("Retirer", "corbeille", sur=Retombee)
@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("observatoire:alertes")
def retirer_une_retombee(request, pk):
    """Ôte ce qui a été noté par erreur."""
    return _retirer(request, la_ligne(request, Retombee.objects.select_related("alerte"), pk=pk), gestes.retirer)


@geste("Son accord est retiré", "croix", sur=Parole, quand=lambda parole: parole.retiree_le is None)
@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("observatoire:alertes")
def retirer_une_parole(request, pk):
    """La personne ne veut plus que l'on répète ce qu'elle a dit : le texte s'efface."""
    return _retirer(request, la_ligne(request, Parole.objects.select_related("alerte"), pk=pk), gestes.retirer_la_parole)


def _retirer(request, fait, geste):
    ligne = fait.alerte
    with refus_dit(request):
        geste(fait, par=request.habilitation)
        messages.success(request, "C’est retiré.")
    return redirect(ligne)
