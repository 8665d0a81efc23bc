"""Le compte rendu de bilan mis en mots une fois : la page, le PDF et la remise figée le lisent (INS-7, § 2.2 c)."""

from collections.abc import Iterable
from datetime import date

from cedre.core.templatetags.cedre import jour, nombre
from cedre.parcours.models import Bilan, Moyen, ObjectifEvalue
from cedre.parcours.preparation_bilan import Preparation
from cedre.parcours.remises import DE_LA_STRUCTURE


def texte(bilan: Bilan, evalues: Iterable[ObjectifEvalue] | None = None) -> dict:
    """Ce qui s'est dit : les objectifs et leur résultat, le compte rendu section par section, la suite. evalues : déjà lus."""
    sections = [(Bilan._meta.get_field(nom).verbose_name, getattr(bilan, nom)) for nom in Bilan.TEXTES]
    return {
        "le": bilan.le.isoformat(),
        "engagement": str(bilan.engagement.type_engagement),
        "objectifs": [
            {"libelle": str(evalue.objectif), "resultat": evalue.get_resultat_display(), "commentaire": evalue.commentaire}
            for evalue in (evalues if evalues is not None else bilan.objectifs_evalues.select_related("objectif"))
        ],
        "sections": [{"titre": titre, "texte": ecrit} for titre, ecrit in sections if ecrit],
        "trajectoire": bilan.get_trajectoire_display(),
        "statut_social": bilan.get_statut_social_display(),
        "suite": bilan.get_suite_display(),
        "suite_le": bilan.suite_le.isoformat() if bilan.suite_le else "",
    }


def faits(bilan: Bilan) -> list[str]:
    """Ce qui s'est fait pendant l'étape, une phrase par fait."""
    prepare = Preparation(bilan)
    travail = [f"{nombre(mets.heures_faites)} h : {mets.lieu}" for mets in prepare.travail]
    actions = [f"{action.offre} : {action.get_etat_display().lower()}" for action in prepare.actions]
    return [_moyen(moyen, bilan.le) for moyen in prepare.moyens] + travail + actions


def _moyen(moyen: Moyen, le: date) -> str:
    """« Passer le code : fait », « pas fait » si l'échéance est venue, et sinon le jour convenu."""
    if moyen.fait_le:
        return f"{moyen} : fait"
    a_venir = moyen.echeance and moyen.echeance > le
    return f"{moyen} : pour le {jour(moyen.echeance)}" if a_venir else f"{moyen} : pas fait"


def contenu(bilan: Bilan, evalues: Iterable[ObjectifEvalue] | None = None, moyens: Iterable[Moyen] | None = None) -> dict:
    """Le document entier, prêt pour JSON : ce qui s'imprime, et ce que garde une remise. evalues, moyens : déjà lus."""
    personne = bilan.personne
    return {
        "genre": "bilan",
        "version": bilan.version,
        "structure": {champ: getattr(personne.organisation, champ) for champ in DE_LA_STRUCTURE},
        "personne": str(personne),
        "conduit_par": str(bilan.conduit_par or ""),
        "faits": faits(bilan) if moyens is None else [_moyen(moyen, bilan.le) for moyen in moyens],
        **texte(bilan, evalues),
    }
