"""L'accueil de chaque rôle : ce qu'il y a à faire aujourd'hui ; et les chiffres de la structure."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.comptes.acces import avec_droit, connecte, la_ligne
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.manquants import lignes_manquantes, lit_le_passe, montrer
from cedre.comptes.models import Habilitation
from cedre.core.dates import jour_demande
from cedre.core.exemples import raconter
from cedre.core.exports import montrer_pdf
from cedre.core.indicateurs import POURQUOI, tous
from cedre.core.pagination import paginer
from cedre.core.refus import refus_dit
from cedre.observatoire.cadres import en_vigueur
from cedre.observatoire.figures import en_bref
from cedre.observatoire.forms.cadres import ChoixDePeriodeForm
from cedre.observatoire.mesures import mesurer
from cedre.observatoire.models import Alerte, Rapport
from cedre.observatoire.plaidoyer import a_imprimer
from cedre.observatoire.rapport_imprime import a_imprimer as a_imprimer_du_rapport
from cedre.portail import jour
from cedre.portail.chiffres import ce_qui_manque, chiffres, par_chapitre
from cedre.structures.documents import composer


@geste("Aujourd’hui", "maison", menu=Rubrique.TRAVAIL, rang=10)
@connecte
def accueil(request):
    """La page du jour, selon le rôle."""
    contexte = jour.contexte(request.habilitation, request.habilitations) if request.habilitation else {}
    return render(request, "portail/accueil.html", {"aujourdhui": timezone.localdate(), **contexte})


@geste("Suivi de l’équipe", "equipe", menu=Rubrique.TRAVAIL, rang=40)
@avec_droit(Droit.EQUIPE_SUIVRE)
def suivi_de_l_equipe(request):
    """Ce qui manque aux personnes de toute l'équipe, par référent·e (ACC-6)."""
    return render(request, "portail/equipe.html", {"suivis": jour.equipe(request.habilitation)})


@geste(
    "Chiffres",
    "chiffres",
    menu=Rubrique.TRAVAIL,
    rang=160,
    a_lire="L’accueil et les parcours, en nombres : jamais un dossier personnel.",
)
@avec_droit(Droit.FIGURES_LIRE)
def les_chiffres(request):
    """Où en est la structure : l'essentiel de la période, ce qui manque aujourd'hui, puis chaque indicateur."""
    le, choix, qui = timezone.localdate(), ChoixDePeriodeForm(request.GET), request.habilitation
    periode = choix.periode()
    cadre, lus = en_vigueur(periode.au), chiffres(qui, le)
    contexte = {"le": le, "filtre": choix, "choix": choix.adresse(), "periode": periode, "le_cadre": cadre, "chiffres": lus}
    contexte |= {"en_bref": en_bref(cadre, qui, periode), "par_chapitre": par_chapitre(lus, cadre)}
    contexte["manquent"], contexte["manquent_aussi"] = ce_qui_manque(lus)
    return render(request, "portail/chiffres.html", contexte)


@geste("Ce qui manque")
@avec_droit(Droit.DOSSIER_LIRE)
def manquants(request, code):
    """Un chiffre, aujourd'hui ou, à qui lit le passé, au jour que dit l'adresse (?le=) : ce qui manque, où le corriger."""
    if code not in tous():
        raise Http404
    indicateur = tous()[code]
    le = jour_demande(request.GET.get("le", "") if lit_le_passe(indicateur, request.habilitation) else "")
    exemple = {"indicateur": indicateur, "le": le, "exemple": raconter(indicateur, le)}
    if not indicateur.se_corrige:
        return render(request, "portail/manquants.html", exemple)
    mesure = mesurer([indicateur], request.habilitation.organisation_id, le)[code]
    if mesure.inconnue:
        return render(
            request, "portail/manquants.html", exemple | {"inconnue": mesure.inconnue, "pourquoi": POURQUOI[mesure.inconnue]}
        )
    page = paginer(request, lignes_manquantes(indicateur, request.habilitation, le))
    contexte = exemple | {
        "page": page,
        "lignes": montrer(page, indicateur, request.habilitation),
        "anonymes": mesure.total - mesure.atteint - page.paginator.count,
    }
    return render(request, "portail/manquants.html", contexte)


@geste("Deux pages à montrer (PDF)", "imprimer", sur=Alerte)
@avec_droit(Droit.FIGURES_LIRE)
def alerte_pdf(request, pk):
    """Une alerte à montrer à un·e élu·e, à un partenaire : deux pages, sans petit nombre (OBS-4)."""
    ligne = la_ligne(request, Alerte.objects.select_related("organisation", "domaine"), pk=pk)
    document = composer("observatoire/typst/alerte.typ", a_imprimer(ligne), chez=ligne.organisation_id)
    return montrer_pdf(document, f"alerte-{ligne.pk}.pdf")


@geste("Le rapport (PDF)", "imprimer", sur=Rapport, rang=55)
@avec_droit(Droit.RAPPORTS_LIRE)
def rapport_pdf(request, pk):
    """Le rapport entier, tel que ce lecteur peut le lire ; un brouillon le dit (OBS-2)."""
    return _imprimer_le_rapport(request, pk, pour=request.habilitation, nom="rapport")


@geste(
    "Version courte (PDF)", "imprimer", sur=Rapport, quand=lambda rapport: rapport.est_publie and not rapport.est_reuni, rang=56
)
@avec_droit(Droit.RAPPORTS_LIRE)
def rapport_court(request, pk):
    """Pour des partenaires ou la presse : l'essentiel de ce qui est publié, sans petit nombre, qui que ce soit qui imprime."""
    return _imprimer_le_rapport(request, pk, pour=None, nom="version-courte")


def _imprimer_le_rapport(request, pk: int, *, pour: Habilitation | None, nom: str):
    ligne = la_ligne(request, Rapport.objects.select_related("organisation"), pk=pk)
    if pour is None and (ligne.est_reuni or not ligne.est_publie):
        raise Http404
    with refus_dit(request):
        document = composer("observatoire/typst/rapport.typ", a_imprimer_du_rapport(ligne, pour=pour), chez=ligne.organisation_id)
        return montrer_pdf(document, f"{ligne.nom_de_fichier}-{nom}.pdf")
    return redirect(ligne)
