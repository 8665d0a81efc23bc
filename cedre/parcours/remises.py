"""Ce que l'on remet à la personne, mis en mots une fois : la page, le PDF et la remise figée le lisent (INS-2)."""

from collections import defaultdict
from collections.abc import Iterable

from cedre.parcours.models import Engagement, Moyen, Objectif

DE_LA_STRUCTURE = ("nom", "adresse", "code_postal", "commune", "telephone", "courriel")


def _iso(le) -> str:
    return le.isoformat() if le else ""


def _moyen(moyen: Moyen) -> dict:
    liens = (moyen.fiche_de_poste, moyen.client, moyen.partenaire)
    return {
        "qui": moyen.get_qui_display(),
        "quoi": moyen.libelle,
        "avec": ", ".join(str(lien) for lien in liens if lien),
        "pour_le": _iso(moyen.echeance),
        "on_saura": moyen.evaluation,
    }


def parts(objectifs: Iterable[Objectif], moyens: Iterable[Moyen]) -> dict:
    """Les objectifs, chacun avec ses moyens dans l'ordre, et les moyens de tout l'engagement."""
    par_objectif = defaultdict(list)
    for moyen in moyens:
        par_objectif[moyen.objectif_id].append(_moyen(moyen))
    return {
        "objectifs": [
            {"libelle": o.libelle, "domaine": str(o.domaine or ""), "moyens": par_objectif.pop(o.pk, [])} for o in objectifs
        ],
        "autres_moyens": [moyen for reste in par_objectif.values() for moyen in reste],
    }


def texte(engagement: Engagement, *, objectifs: Iterable[Objectif] | None = None, moyens: Iterable[Moyen] | None = None) -> dict:
    """Ce qui engage, et rien d'autre : deux textes pareils sont le même engagement. objectifs, moyens : s'ils sont déjà lus."""
    if objectifs is None:
        objectifs = engagement.objectifs.en_vigueur().select_related("domaine")
    if moyens is None:
        moyens = engagement.moyens.en_vigueur().select_related("fiche_de_poste", "client", "partenaire")
    return {
        "type": str(engagement.type_engagement),
        "but": engagement.type_engagement.correspondances.get("but", ""),
        "forme": engagement.get_forme_display(),
        "debut": _iso(engagement.debut),
        "bilan_le": _iso(engagement.bilan_le),
        "demande": engagement.demande,
        **parts(objectifs, moyens),
    }


def contenu(engagement: Engagement, **lus) -> dict:
    """Le document entier, prêt pour JSON : ce qui s'imprime, et ce que garde une remise. lus : comme texte."""
    personne = engagement.personne
    return {
        "genre": "engagement",
        "version": engagement.version,
        "projet": engagement.etat == Engagement.Etat.PROJET,
        "structure": {champ: getattr(personne.organisation, champ) for champ in DE_LA_STRUCTURE},
        "personne": str(personne),
        "conduit_par": str(engagement.conduit_par or ""),
        **texte(engagement, **lus),
    }
