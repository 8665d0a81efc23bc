"""Les gestes du suivi a minima : fixer un objectif, le contrôler ; dire que l'on s'en occupe, confier en nombre (ACC-6)."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation, Trace
from cedre.comptes.operations import enregistrer, tracer
from cedre.comptes.passe import change_le_passe
from cedre.core.dates import UN_AN
from cedre.core.manques import Manque
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Personne, PriseEnCharge, SuiviAMinima
from cedre.parcours.operations.etapes import tenir_le_suivi

AU_PLUS_LOIN = 2 * UN_AN  # une année mal tapée ne doit pas se taire deux ans


def _verifier(suivi: SuiviAMinima) -> None:
    """Lève GesteImpossible si ses jours ne se suivent pas, ou si un autre court déjà."""
    if suivi.du > timezone.localdate():
        raise GesteImpossible("Un objectif se fixe aujourd’hui, ou s’est fixé un jour passé.", champ="du")
    if suivi.echeance < suivi.du:
        raise GesteImpossible("L’échéance vient après le jour où l’objectif est fixé.", champ="echeance")
    if suivi.echeance > suivi.du + AU_PLUS_LOIN:
        raise GesteImpossible("Cette échéance est à plus de deux ans : vérifiez l’année.", champ="echeance")
    autres = suivi.personne.suivis_a_minima.exclude(pk=suivi.pk)
    if suivi.au is None and autres.ouverts().exists():
        raise GesteImpossible("Un objectif lui est déjà fixé : contrôlez-le, et dites là ce qui le suit.")
    if autres.filter(au__gt=suivi.du).exists():
        raise GesteImpossible("Un autre objectif courait ce jour-là, ou après.", champ="du")


def _exiger_ouvert(suivi: SuiviAMinima) -> SuiviAMinima:
    """Le suivi tel que la base le garde, sa personne verrouillée. Lève GesteImpossible s'il est contrôlé ou retiré depuis."""
    Personne.objects.select_for_update().get(pk=suivi.personne_id)
    garde = SuiviAMinima.objects.ouverts().filter(pk=suivi.pk).first()
    if garde is None:
        raise GesteImpossible("Cet objectif a été contrôlé, ou retiré : il ne change plus.")
    return garde


@change_le_passe
@transaction.atomic
def fixer(suivi: SuiviAMinima, *, champs: list[str], par: Habilitation) -> SuiviAMinima:
    """Fixe un objectif et son échéance à qui a un parcours, ou corrige celui qui court. Lève GesteImpossible.

    Une échéance venue ne se reporte pas : on contrôle, et l'on reprend l'objectif là (décision 0038).
    """
    suivi.personne = Personne.objects.select_for_update().get(pk=suivi.personne_id)
    if not (suivi.personne.est_ouverte and suivi.personne.a_un_parcours):
        raise GesteImpossible("Cette personne n’a pas de parcours en cours.")
    if suivi.pk is None:
        suivi.par_id = par.compte_id
    else:
        dite = _exiger_ouvert(suivi).echeance
        if suivi.echeance != dite and min(dite, suivi.echeance) <= timezone.localdate():
            raise GesteImpossible("Une échéance venue se contrôle, et ne se déplace qu’à un jour à venir.", champ="echeance")
    _verifier(suivi)
    enregistrer(suivi, champs=champs, par=par)
    return suivi


@change_le_passe
@transaction.atomic
def controler(suivi: SuiviAMinima, *, suivant: SuiviAMinima | None, par: Habilitation) -> SuiviAMinima:
    """Note ce qu'un objectif est devenu, ce jour-là, et fixe celui qui le suit, s'il y en a un. Lève GesteImpossible.

    suivi : avec son résultat, son constat et le jour du contrôle, pas encore enregistrés.
    """
    _exiger_ouvert(suivi)
    if not suivi.du <= suivi.au <= timezone.localdate():
        raise GesteImpossible("Le contrôle vient après le jour où l’objectif est fixé, et pas dans le futur.", champ="au")
    suivi.save()
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=suivi, detail="contrôlé")
    if suivant:
        suivant.personne_id, suivant.du = suivi.personne_id, suivi.au
        fixer(suivant, champs=[], par=par)
    return suivi


@change_le_passe
@transaction.atomic
def retirer(suivi: SuiviAMinima, *, par: Habilitation) -> None:
    """Retire un objectif fixé par erreur. Lève GesteImpossible s'il est contrôlé : il se garde."""
    _exiger_ouvert(suivi)
    tracer(par=par, geste=Trace.Geste.SUPPRIMER, objet=suivi, detail="fixé par erreur")
    suivi.delete()


@transaction.atomic
def prendre_en_charge(personne: Personne, *, manque: Manque, jusqu_au: date, note: str, par: Habilitation) -> PriseEnCharge:
    """Fait taire un manque jusqu'à une date ; passé ce jour, il revient s'il dure encore."""
    prise, _ = PriseEnCharge.objects.update_or_create(
        personne=personne, manque=manque.cle, defaults={"jusqu_au": jusqu_au, "note": note, "par_id": par.compte_id}
    )
    detail = f"{manque.alerte}, jusqu’au {jusqu_au:%d/%m/%Y}"
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=prise, detail=detail)
    return prise


@transaction.atomic
def confier(personnes: Iterable[Personne], *, a: Compte, par: Habilitation) -> int:
    """Donne ces personnes à suivre à quelqu'un de l'équipe : un congé, un départ. Rend leur nombre."""
    changees = [personne for personne in personnes if personne.referent_id != a.pk]
    for personne in changees:
        personne.referent = a
        tracer(par=par, geste=Trace.Geste.MODIFIER, objet=personne, detail="référent·e")
    Personne.objects.bulk_update(changees, ["referent"])
    tenir_le_suivi(changees, le=timezone.localdate())
    return len(changees)
