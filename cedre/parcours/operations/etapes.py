"""La phase et le référent d'un dossier, tenus jour par jour : déduire l'une de ses faits, noter les changements de l'autre."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from django.db.models import DateTimeField, F, Min, QuerySet, Value
from django.db.models.fields import CharField
from django.utils import timezone

from cedre.parcours.models import Contact, Contrat, Entretien, Information, Personne, Sortie, Suite
from cedre.parcours.models.etape import CONTRAT, DEMANDE, RENCONTRE, SORTIE, Etape, FaitDeParcours, Suivi, deduire


def _dits(faits: QuerySet, sorte: str | F, *, le: str = "le", saisi: str = "") -> QuerySet:
    """Ces faits, chacun avec son dossier, son jour, sa sorte et l'instant où il a été noté."""
    sorte = sorte if isinstance(sorte, F) else Value(sorte, output_field=CharField())
    instant = F(saisi) if saisi else Value(None, output_field=DateTimeField())
    return faits.order_by().values_list("personne", le, sorte, instant)


def _faits(pks: list[int]) -> dict[int, list[FaitDeParcours]]:
    """Ce qui a pu changer la phase de ces dossiers, en une requête. Un contrat signé d'avance compte du jour de sa signature."""
    premiers, *autres = (
        _dits(Contact.objects.filter(personne__in=pks), DEMANDE, saisi="cree_le"),
        _dits(Contrat.objects.filter(personne__in=pks), CONTRAT, le="debut", saisi="cree_le"),
        _dits(Suite.objects.filter(personne__in=pks), F("nature"), saisi="cree_le"),
        _dits(Sortie.objects.filter(personne__in=pks), SORTIE, saisi="cree_le"),
        _dits(Entretien.objects.filter(personne__in=pks, etat=Entretien.Etat.REALISE), RENCONTRE),
        _dits(Information.objects.filter(personne__in=pks, presence=Information.Presence.PRESENTE), RENCONTRE),
    )
    faits = defaultdict(list)
    for pk, le, sorte, saisi in premiers.union(*autres, all=True).order_by():
        faits[pk].append(FaitDeParcours(min(le, timezone.localdate(saisi)) if sorte == CONTRAT else le, sorte, saisi))
    return faits


def reprendre_les_etapes(*personnes: Personne) -> None:
    """Relit les faits de ces dossiers et en tire leurs étapes ; leur phase, gardée pour chercher vite, est la dernière."""
    par_pk = {personne.pk: personne for personne in personnes}
    faits, gardees, deduites = _faits([*par_pk]), defaultdict(list), {}
    for pk, *etape in Etape.objects.filter(personne__in=par_pk).order_by("du").values_list("personne", "phase", "du", "au"):
        gardees[pk].append(tuple(etape))
    for pk, personne in par_pk.items():
        jours = deduire(faits[pk], timezone.localdate(personne.cree_le))
        deduites[pk] = [(phase, du, au and au[0]) for (du, phase), au in pairwise([*jours, None])]
    changees = [pk for pk in par_pk if gardees[pk] != deduites[pk]]
    if changees:
        Etape.objects.filter(personne__in=changees).delete()
        Etape.objects.bulk_create(
            Etape(personne_id=pk, phase=phase, du=du, au=au) for pk in changees for phase, du, au in deduites[pk]
        )
    _garder_la_derniere({par_pk[pk]: etapes[-1] for pk, etapes in deduites.items()})


def _garder_la_derniere(etapes: dict[Personne, tuple]) -> None:
    autres = [p for p, (phase, du, _) in etapes.items() if (p.phase, p.phase_depuis) != (phase, du)]
    for personne in autres:
        personne.phase, personne.phase_depuis, _ = etapes[personne]
        personne.modifie_le = timezone.now()
    if autres:
        Personne.objects.bulk_update(autres, ["phase", "phase_depuis", "modifie_le"])


def tenir_le_suivi(personnes: Iterable[Personne], *, le: date | None = None) -> None:
    """Garde, à partir de ce jour, qui suit ces personnes : le référent que dit leur dossier.

    le : aujourd'hui d'un dossier déjà suivi ; d'un dossier neuf, None : son référent l'est depuis son premier jour.
    """
    par_pk = {personne.pk: personne for personne in personnes}
    tenus = dict(Suivi.objects.filter(personne__in=par_pk, au=None).values_list("personne", "compte"))
    changees = [pk for pk, personne in par_pk.items() if tenus.get(pk) != personne.referent_id]
    if not changees:
        return
    siens, jours = Suivi.objects.filter(personne__in=changees), {}
    if le:
        siens.filter(du__gte=le).delete()
        siens.filter(au=None).update(au=le)
    else:
        etapes = Etape.objects.filter(personne__in=changees)
        jours = dict(etapes.order_by().values_list("personne").annotate(Min("du")))
    Suivi.objects.bulk_create(
        Suivi(personne_id=pk, compte_id=par_pk[pk].referent_id, du=le or jours[pk]) for pk in changees if par_pk[pk].referent_id
    )
