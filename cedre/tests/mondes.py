"""Tout un réseau d'essai : deux structures complètes, chacune dans sa région, la fédération, un ensemblier."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from cedre.certification.tests.fictive import prouver
from cedre.comptes.models import Habilitation, Invitation, Organisation, Trace
from cedre.comptes.operations import tracer
from cedre.conftest import Monde, creer_ailleurs, creer_habilitations, creer_ici, embaucher
from cedre.parcours.models import Cotation, EvaluationProfessionnelle, NoteSante, Suite
from cedre.structures.models import Relecture

ICI, AILLEURS, REGION, AUTRE_REGION, FEDERATION, ENSEMBLIER = (
    "ici",
    "ailleurs",
    "region-1",
    "region-2",
    "federation",
    "ensemblier",
)


def batir_le_reseau() -> Iterator[Monde]:
    """Bâtit chaque lieu, et le rend dès qu'il est bâti : ce qui naît entre deux est à lui."""
    yield _institution("federation", "Fédération", FEDERATION)
    regions = []
    for rang, slug in enumerate((REGION, AUTRE_REGION), start=1):
        regions.append(_institution("region", f"Région {rang}", slug))
        yield regions[-1]
    ensemblier = _institution("ensemblier", "Ensemblier", ENSEMBLIER)
    yield ensemblier
    for creer in (creer_ici, creer_ailleurs):
        monde = embaucher(creer([region.organisation for region in regions]))
        prouver(monde)
        _completer(monde)
        yield monde


def _institution(nature: str, nom: str, slug: str) -> Monde:
    organisation = Organisation.objects.create(nature=nature, nom=nom, slug=slug)
    monde = Monde(slug, organisation, creer_habilitations(organisation, sorted(organisation.roles_possibles)))
    _inviter(monde, par=next(iter(monde.hab.values())))
    return monde


def _inviter(monde: Monde, *, par: Habilitation) -> None:
    """Une invitation en attente, et sa trace."""
    invitation = Invitation.objects.create(
        organisation=monde.organisation,
        role=par.role,
        courriel=f"invitee@{monde.nom}.example",
        condensat=f"invitation-{monde.nom}",
        par=par.compte,
    )
    tracer(par=par, geste=Trace.Geste.INVITER, objet=invitation, detail=monde.nom)


def _completer(monde: Monde) -> None:
    """Ce que la structure des autres essais n'a pas encore : un fait de chacune des sortes qui lui manquent."""
    qui, marque, hier = monde.personne, monde.nom, timezone.localdate() - timedelta(days=1)
    _inviter(monde, par=monde.hab["direction"])
    Relecture.objects.create(fiche_de_poste=monde.fiche_de_poste, le=hier)
    Suite.objects.create(personne=qui, entretien=monde.entretien, nature="inscription", precision=f"Suite {marque}")
    domaine = monde.grille.domaines.get(regime="sante")
    cotation = Cotation.objects.create(evaluation=monde.evaluation, domaine=domaine, commentaire=f"Coté {marque}")
    NoteSante.objects.create(cotation=cotation, texte=f"Santé {marque}")
    professionnelle = EvaluationProfessionnelle.objects.create(
        personne=qui, fiche_de_poste=monde.fiche_de_poste, conclusion="prete", lieu=f"Chez {marque}", le=hier
    )
    professionnelle.competences.create(libelle=f"Tenir {marque}", niveau=2)
