"""Les gestes sur la grille commune : préparer une version, la modifier, la publier (ACC-4)."""

from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.comptes.passe import change_le_passe
from cedre.core.refus import GesteImpossible
from cedre.observatoire.models import Terme
from cedre.structures.models import Domaine, Echelon, Grille

ECHELLE_DE_DEPART = ("Sans difficulté", "Difficulté légère", "Difficulté importante", "Bloquant")


def _brouillon(grille: Grille) -> Grille:
    verrouillee = Grille.objects.select_for_update().get(pk=grille.pk)
    if not verrouillee.est_brouillon:
        raise GesteImpossible("Cette version est publiée : elle ne change plus. Préparez-en une nouvelle.")
    return verrouillee


def _depart() -> tuple[list[Domaine], list[str]]:
    """Les domaines et l'échelle d'une première grille, d'après le cadre commun."""
    domaines = [
        Domaine(
            theme=theme,
            libelle=theme.libelle[:80],
            aide=theme.correspondances.get("aide", ""),
            regime=Domaine.REGIMES_IMPOSES.get(theme.code, Domaine.Regime.ORDINAIRE),
        )
        for theme in Terme.objects.de(Terme.Liste.DOMAINE)
    ]
    return domaines, list(ECHELLE_DE_DEPART)


def _copie(grille: Grille) -> tuple[list[Domaine], list[str]]:
    domaines = [
        Domaine(theme=d.theme, libelle=d.libelle, aide=d.aide, regime=d.regime) for d in grille.domaines.select_related("theme")
    ]
    return domaines, [e.libelle for e in grille.echelons.all()]


def _remplir(grille: Grille, domaines: list[Domaine], echelons: list[str]) -> None:
    """Remplace tout le contenu d'un brouillon : aucune évaluation ne s'y rattache encore."""
    for rang, domaine in enumerate(domaines):
        if domaine.refus_de_regime:
            raise GesteImpossible(domaine.refus_de_regime)
        domaine.grille, domaine.rang = grille, rang
    grille.domaines.all().delete()
    grille.echelons.all().delete()
    Domaine.objects.bulk_create(domaines)
    Echelon.objects.bulk_create(Echelon(grille=grille, valeur=v, libelle=libelle) for v, libelle in enumerate(echelons))


@transaction.atomic
def preparer(*, par: Habilitation) -> Grille:
    """Ouvre le brouillon de la version suivante, copie de la dernière ; rend celui qui est déjà ouvert s'il y en a un."""
    derniere = Grille.objects.pour(par).order_by("-version").first()
    if derniere and derniere.est_brouillon:
        return derniere
    grille = Grille.objects.create(
        organisation_id=par.organisation_id,
        version=derniere.version + 1 if derniere else 1,
        presentation=derniere.presentation if derniere else "",
    )
    _remplir(grille, *(_copie(derniere) if derniere else _depart()))
    tracer(par=par, geste=Trace.Geste.CREER, objet=grille, detail=str(grille))
    return grille


@transaction.atomic
def modifier(grille: Grille, *, presentation: str, domaines: list[Domaine], echelons: list[str], par: Habilitation) -> Grille:
    """Enregistre un brouillon, tel qu'il est à l'écran. domaines : sans grille ni rang, dans l'ordre. Lève GesteImpossible."""
    grille = _brouillon(grille)
    grille.presentation = presentation
    grille.save(update_fields=["presentation"])
    _remplir(grille, domaines, echelons)
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=grille, detail=str(grille))
    return grille


@change_le_passe
@transaction.atomic
def publier(grille: Grille, *, par: Habilitation) -> Grille:
    """Met un brouillon en vigueur aujourd'hui ; il ne changera plus. Lève GesteImpossible s'il est incomplet."""
    grille = _brouillon(grille)
    if not grille.domaines.exists() or grille.echelons.count() < 2:
        raise GesteImpossible("Une grille a au moins un domaine et deux degrés.")
    grille.publiee_le = timezone.localdate()
    grille.save(update_fields=["publiee_le"])
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=grille, detail=f"{grille}, publiée")
    return grille


@change_le_passe
@transaction.atomic
def supprimer(grille: Grille, *, par: Habilitation) -> None:
    """Abandonne un brouillon. Lève GesteImpossible."""
    grille = _brouillon(grille)
    tracer(par=par, geste=Trace.Geste.SUPPRIMER, objet=grille, detail=f"{grille}, brouillon")
    grille.delete()
