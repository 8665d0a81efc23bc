"""Le compte rendu de bilan mis en mots une fois : la page, le PDF et la remise figée le lisent (INS-7, § 2.2 c)."""

from cedre.parcours.models import Bilan
from cedre.parcours.preparation_bilan import Preparation
from cedre.parcours.remises import DE_LA_STRUCTURE


def texte(bilan: Bilan) -> dict:
    """Ce qui s'est dit : les objectifs et leur résultat, le compte rendu section par section, la suite."""
    sections = [(Bilan._meta.get_field(nom).verbose_name, getattr(bilan, nom)) for nom in Bilan.TEXTES]
    return {
        "le": bilan.le.isoformat(),
        "engagement": str(bilan.engagement.type_engagement),
        "objectifs": [
            {"libelle": str(evalue.objectif), "resultat": evalue.get_resultat_display(), "commentaire": evalue.commentaire}
            for evalue in bilan.objectifs_evalues.select_related("objectif")
        ],
        "sections": [{"titre": titre, "texte": ecrit} for titre, ecrit in sections if ecrit],
        "trajectoire": bilan.get_trajectoire_display(),
        "suite": bilan.get_suite_display(),
        "suite_le": bilan.suite_le.isoformat() if bilan.suite_le else "",
    }


def faits(bilan: Bilan) -> list[str]:
    """Ce qui s'est fait pendant l'étape, une phrase par fait."""
    prepare = Preparation(bilan)
    travail = [f"{mets.heures_faites.normalize():f} h : {mets.client or mets.atelier}" for mets in prepare.travail]
    actions = [f"{action.offre} : {action.get_etat_display().lower()}" for action in prepare.actions]
    moyens = [f"{moyen} : {'fait' if moyen.fait_le else 'pas fait'}" for moyen in prepare.moyens]
    return moyens + travail + actions


def contenu(bilan: Bilan) -> dict:
    """Le document entier, prêt pour JSON : ce qui s'imprime, et ce que garde une remise."""
    personne = bilan.personne
    return {
        "genre": "bilan",
        "version": bilan.version,
        "structure": {champ: getattr(personne.organisation, champ) for champ in DE_LA_STRUCTURE},
        "personne": str(personne),
        "conduit_par": str(bilan.conduit_par or ""),
        "faits": faits(bilan),
        **texte(bilan),
    }
