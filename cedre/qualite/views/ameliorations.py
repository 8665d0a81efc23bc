"""Les actions d'amélioration : le tableau, la liste, une action de bout en bout (AME-3)."""

from django.contrib import messages
from django.shortcuts import redirect, render

from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.core.dates import d_abord_sans
from cedre.core.pagination import paginer
from cedre.core.refus import faire_ou_remontrer, refus_dit
from cedre.qualite.forms.ameliorations import FaireForm, FiltreActionForm, VerifierForm
from cedre.qualite.models import ActionAmelioration, Enquete, Reclamation
from cedre.qualite.operations import ameliorations as gestes
from cedre.qualite.saisie_d_action import saisir_une_action

PAR_COLONNE = 30
CLOSES = 10


@geste("Actions d’amélioration", "fleche", menu=Rubrique.QUALITE, rang=130)
@avec_droit(Droit.QUALITE_LIRE)
def tableau(request):
    """Une colonne par état, les échéances les plus proches d'abord ; des closes, les dernières."""
    actions = ActionAmelioration.objects.pour(request.habilitation).select_related("qui")
    colonnes = [
        ("À faire", "a_faire", actions.a_faire().order_by("echeance", "pk")[:PAR_COLONNE]),
        ("Effet à vérifier", "a_verifier", actions.a_verifier().order_by("faite_le", "pk")[:PAR_COLONNE]),
        ("À clore", "a_clore", actions.a_clore().order_by("effet_verifie_le", "pk")[:PAR_COLONNE]),
        ("Closes", "closes", actions.closes().order_by("-close_le", "-pk")[:CLOSES]),
    ]
    return render(request, "qualite/ameliorations.html", {"colonnes": colonnes, "vierge": not any(c[2] for c in colonnes)})


@geste("En liste", "liste")
@avec_droit(Droit.QUALITE_LIRE)
def liste(request):
    """Toutes, filtrées."""
    filtre = FiltreActionForm(request.GET)
    actions = filtre.appliquer(ActionAmelioration.objects.pour(request.habilitation), request.habilitation)
    ouvertes_d_abord = d_abord_sans("close_le"), "echeance", "pk"
    page = paginer(request, actions.select_related("qui").order_by(*ouvertes_d_abord))
    return render(request, "qualite/ameliorations_liste.html", {"filtre": filtre, "page": page})


@geste("Décider une action", "plus")
@avec_droit(Droit.QUALITE_TENIR)
def nouvelle(request):
    """Décider une action. Origine, référence et effet attendu, que l'adresse propose, se relisent et se changent."""
    origine = request.GET.get("origine", "")
    proposee = ActionAmelioration(
        organisation_id=request.habilitation.organisation_id,
        origine=origine if origine in ActionAmelioration.Origine else ActionAmelioration.Origine.AUTRE,
        reference=_propose(request, "reference"),
        effet_attendu=_propose(request, "effet_attendu"),
    )
    return saisir_une_action(request, proposee)


def _propose(request, champ: str) -> str:
    return request.GET.get(champ, "")[: ActionAmelioration._meta.get_field(champ).max_length]


@geste("Décider une action", "plus", sur=Reclamation)
@avec_droit(Droit.QUALITE_TENIR)
def d_une_reclamation(request, pk):
    """Décider une action à partir d'une réclamation."""
    ligne = la_ligne(request, Reclamation.objects, pk=pk)
    action = ActionAmelioration(organisation_id=ligne.organisation_id, origine="reclamation", reclamation=ligne)
    return saisir_une_action(request, action)


@geste("Décider une action", "plus", sur=Enquete, quand=lambda enquete: enquete.close_le)
@avec_droit(Droit.QUALITE_TENIR)
def d_une_enquete(request, pk):
    """Décider une action à partir des résultats d'une enquête."""
    ligne = la_ligne(request, Enquete.objects, pk=pk)
    return saisir_une_action(request, ActionAmelioration(organisation_id=ligne.organisation_id, origine="enquete", enquete=ligne))


@geste("Décider autre chose", "plus", sur=ActionAmelioration, quand=lambda a: a.effet_verifie_le and not a.efficace)
@avec_droit(Droit.QUALITE_TENIR)
def suite(request, pk):
    """Décider autre chose, quand l'effet attendu n'est pas là."""
    return saisir_une_action(request, gestes.suite(la_ligne(request, ActionAmelioration.objects, pk=pk)))


@geste("Modifier", "crayon", sur=ActionAmelioration, quand=gestes.PASSAGES.permet("changer"))
@avec_droit(Droit.QUALITE_TENIR)
def modifier(request, pk):
    """Changer les termes d'une action qui n'est pas faite."""
    return saisir_une_action(request, la_ligne(request, ActionAmelioration.objects, pk=pk))


@geste("Action d’amélioration", "fleche", montre={ActionAmelioration: "pk"}, remedie=("action_d_amelioration_conclue",))
@avec_droit(Droit.QUALITE_LIRE)
def action(request, pk, refusee=None):
    """Une action, et le geste suivant. refusee : la saisie à reprendre."""
    liens = ("qui", "reclamation", "enquete", "suite_de")
    ligne = la_ligne(request, ActionAmelioration.objects.select_related(*liens), pk=pk)
    contexte = {
        "action": ligne,
        "suites": ligne.suites.order_by("pk"),
        "ouverts": gestes.PASSAGES.ouverts_a(request.habilitation, ligne),
        "faire": FaireForm(),
        "verifier": VerifierForm(),
        **(refusee or {}),
    }
    return render(request, "qualite/action.html", contexte, status=400 if refusee else 200)


@avec_droit(Droit.QUALITE_LIRE)
@poste_depuis("qualite:action")
def faire(request, pk):
    """C'est fait, dit qui s'en charge ou qui tient la qualité."""
    ligne, form = la_ligne(request, ActionAmelioration.objects, pk=pk), FaireForm(request.POST)
    dit = "C’est noté : il reste à en vérifier l’effet."
    return faire_ou_remontrer(request, ligne, form, gestes.faire, dit=dit, page=action)


@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("qualite:action")
def verifier(request, pk):
    """L'effet constaté."""
    ligne, form = la_ligne(request, ActionAmelioration.objects, pk=pk), VerifierForm(request.POST)
    return faire_ou_remontrer(request, ligne, form, gestes.verifier, dit="L’effet est vérifié.", page=action)


@geste("Clore", "valide", sur=ActionAmelioration, quand=gestes.PASSAGES.permet("clore"))
@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("qualite:action")
def clore(request, pk):
    """Clôt, une fois l'effet vérifié."""
    ligne = la_ligne(request, ActionAmelioration.objects, pk=pk)
    with refus_dit(request):
        gestes.clore(ligne, par=request.habilitation)
        messages.success(request, "L’action est close.")
    return redirect("qualite:action", pk)
