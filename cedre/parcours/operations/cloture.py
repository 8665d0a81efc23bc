"""Ce qui s'arrête avec un dossier, par une sortie ou sans suite : l'agenda, le travail (ACC-3, INS-8)."""

from datetime import date

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.parcours.models import Bilan, Entretien, Personne


def vider_l_agenda(personne: Personne, le: date, *, a_finir: bool) -> None:
    """Annule ce qui est prévu ; une action d'avant ce jour attend encore sa présence.

    a_finir : un bilan dont l'écriture est commencée reste à finir ; sinon il s'annule, et ce qui y est écrit se garde.
    """
    personne.bilans.filter(etat__in=(Bilan.Etat.PREVU,) if a_finir else Bilan.A_TENIR).annuler(le)
    personne.entretiens.filter(etat=Entretien.Etat.PREVU).annuler(le)
    personne.informations.filter(presence="prevue").annuler(le)
    personne.actions.filter(etat="prevue", le__gte=le).annuler(le)


def arreter_le_travail(personne: Personne, le: date, *, par: Habilitation) -> None:
    """Finit ce qui court ce jour-là ; une mise en situation qui devait commencer ensuite n'aura pas lieu, et s'efface."""
    personne.mises_en_situation.en_cours(le).update(au=le)
    for mets in personne.mises_en_situation.filter(du__gt=le):
        tracer(par=par, geste=Trace.Geste.SUPPRIMER, objet=mets, detail="prévue après la sortie")
        mets.delete()
