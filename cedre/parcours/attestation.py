"""L'attestation de compétences : ce qui a été constaté au travail, ce qui a été fait, rien d'autre (INS-4, INS-5, ACC-5).

Elle se montre à un employeur : ni situation, ni santé, ni objectif, ni texte libre sur la personne n'y entrent.
"""

from collections import defaultdict
from typing import NamedTuple

from django.db.models import Q, Sum
from django.utils import timezone

from cedre.core.templatetags.cedre import nombre
from cedre.core.texte import normaliser
from cedre.parcours.models import CompetenceEvaluee, EvaluationAuTravail, MiseEnSituation, Personne
from cedre.partenariats.models import Client
from cedre.structures.models import FicheDePoste, Offre

LIES = (*(f"mise_en_situation__{lien}" for lien in ("client", "client_de_l_atelier", "fiche_de_poste")), "par")
ACQUISE = CompetenceEvaluee.Niveau.SEULE
RIEN_A_ATTESTER = (
    "Il n’y a encore rien à attester : ni compétence constatée en autonomie, ni heures de travail, ni formation faite."
)


class CompetenceConstatee(NamedTuple):
    """Une compétence vue un jour, à ce niveau, par quelqu'un."""

    le: str
    niveau: int
    libelle: str
    par: str


def _chez(mets: MiseEnSituation) -> str:
    """Où l'on a travaillé ; un particulier ne se nomme pas à un employeur."""
    return _nomme(mets.client) if mets.client else mets.lieu


def _nomme(client: Client) -> str:
    return "un particulier" if client.nature == Client.Nature.PARTICULIER else str(client)


def _qui(evaluation: EvaluationAuTravail) -> str:
    if evaluation.regard != EvaluationAuTravail.Regard.CLIENT:
        return str(evaluation.par or "l’encadrement")
    client = evaluation.mise_en_situation.son_client
    chez = _nomme(client) if client else _chez(evaluation.mise_en_situation)
    se_nomme = evaluation.signature and not (client and client.nature == Client.Nature.PARTICULIER)
    return f"{evaluation.signature}, {chez}" if se_nomme else chez


def _constats(personne: Personne) -> dict[FicheDePoste | None, list[CompetenceConstatee]]:
    """Tout ce qui a été constaté, par fiche de poste ; rien pour clé quand la mise en situation n'en dit plus."""
    constats = defaultdict(list)
    evaluations = personne.evaluations_professionnelles.select_related("fiche_de_poste", "evaluee_par")
    for evaluation in evaluations.prefetch_related("competences"):
        par, le = str(evaluation.evaluee_par or "la structure"), evaluation.le.isoformat()
        vues = [c for c in evaluation.competences.all() if c.niveau is not None]
        constats[evaluation.fiche_de_poste] += [CompetenceConstatee(le, c.niveau, c.libelle, par) for c in vues]
    au_travail = EvaluationAuTravail.objects.filter(mise_en_situation__personne=personne).exclude(niveaux=[])
    for evaluation in au_travail.select_related(*LIES):
        constats[evaluation.mise_en_situation.fiche_de_poste] += [
            CompetenceConstatee(evaluation.le.isoformat(), n["niveau"], n["libelle"], _qui(evaluation))
            for n in evaluation.niveaux
        ]
    return constats


def _acquises(constats: list[CompetenceConstatee]) -> list[dict]:
    """Les compétences tenues en autonomie la dernière fois qu'on les a regardées ; le même jour, l'avis le plus prudent."""
    derniers = {c.libelle: c for c in sorted(constats, key=lambda c: (c.le, -c.niveau))}
    return [
        {"libelle": c.libelle, "niveau": CompetenceEvaluee.Niveau(c.niveau).label, "par": c.par, "le": c.le}
        for c in derniers.values()
        if c.niveau >= ACQUISE
    ]


def _travail(personne: Personne) -> list[dict]:
    """Les mises en situation où des heures ont été faites, la première d'abord."""
    faites = personne.mises_en_situation.annotate(faites=Sum("heures__heures")).filter(faites__gt=0)
    return [
        {
            "poste": str(mets.fiche_de_poste or ""),
            "chez": _chez(mets),
            "du": mets.du.isoformat(),
            "au": mets.au.isoformat() if mets.au and mets.au <= timezone.localdate() else "",
            "heures": nombre(mets.faites),
        }
        for mets in faites.select_related("client", "fiche_de_poste").order_by("du", "pk")
    ]


def _formations(personne: Personne) -> list[dict]:
    """Les formations suivies, et tout certificat obtenu ; hors formation, le certificat seul se dit."""
    suivies = personne.actions.faites().filter(Q(offre__nature=Offre.Nature.FORMATION) | ~Q(certificat=""))
    return [
        {
            "intitule": str(action.offre) if action.offre.nature == Offre.Nature.FORMATION else "",
            "certificat": action.certificat,
            "le": action.le.isoformat(),
            "au": action.au.isoformat() if action.au else "",
            "heures": nombre(action.heures),
        }
        for action in suivies.select_related("offre").order_by("le", "pk")
    ]


def attestation(personne: Personne) -> dict | None:
    """Le contenu de l'attestation, en quatre lectures ; rien si rien ne peut encore s'attester."""
    postes = [
        {"intitule": str(fiche or "Au travail"), "rome": fiche.code_rome if fiche else "", "competences": acquises}
        for fiche, constats in sorted(_constats(personne).items(), key=lambda poste: normaliser(str(poste[0] or "")))
        if (acquises := _acquises(constats))
    ]
    dit = {"postes": postes, "travail": _travail(personne), "formations": _formations(personne)}
    if not any(dit.values()):
        return None
    structure = personne.organisation.coordonnees
    return {"structure": structure, "le": timezone.localdate(), "personne": str(personne), **dit}
