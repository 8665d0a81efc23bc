"""Les gestes du travail : ouvrir et finir une mise en situation, pourvoir un besoin (INS-4, TRA-2)."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, QuerySet
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import enregistrer, libelles, tracer
from cedre.comptes.passe import change_le_passe
from cedre.core.refus import GesteImpossible
from cedre.core.texte import de
from cedre.parcours.models import (
    ActionAssociee,
    Besoin,
    Contrat,
    Engagement,
    Heures,
    MiseEnSituation,
    Objectif,
    Personne,
)
from cedre.parcours.operations.engagements import servir


def couvrent(contrats: Iterable[tuple[date, date | None]], du: date, au: date) -> bool:
    """Vrai si chaque jour de du à au est dans un de ces contrats. contrats : premier et dernier jours, None sans fin."""
    jour = du
    for debut, fin in sorted(contrats, key=lambda c: c[0]):
        if debut > jour:
            return False
        if fin is None or fin >= au:
            return True
        jour = max(jour, fin + timedelta(days=1))
    return False


def _verifier(mets: MiseEnSituation) -> None:
    """Dans un contrat, pour un objectif de la personne, sans laisser d'heures dehors. Lève GesteImpossible."""
    qui, au = mets.personne, mets.au or mets.du
    contrats = list(Contrat.objects.filter(personne=qui).en_cours(mets.du).order_by("-debut", "-pk"))
    if not contrats:
        raise GesteImpossible(
            f"Aucun contrat {de(qui)} ne court le {mets.du:%d/%m/%Y} : enregistrez d’abord son contrat. "
            "Avant l’embauche, une mise en situation d’essai se note en évaluation professionnelle.",
            champ="du",
        )
    if not couvrent(qui.contrats.values_list("debut", "fin"), mets.du, au):
        raise GesteImpossible(
            f"Les contrats {de(qui)} ne vont pas jusqu’au {au:%d/%m/%Y} : avancez la fin, ou enregistrez le renouvellement.",
            champ="au",
        )
    mets.contrat = contrats[0]
    if mets.objectif and mets.objectif.engagement.personne_id != qui.pk:
        raise GesteImpossible("Cet objectif n’est pas celui de la personne.", champ="objectif")
    servir(mets, mets.objectif)
    _dire_le_client(mets)
    heures = Heures.objects.filter(mise_en_situation=mets.pk).order_by("le")
    if mets.au and (apres := heures.filter(le__gt=mets.au).first()):
        raise GesteImpossible(f"Des heures sont notées après cette date, au {apres.le:%d/%m/%Y} : corrigez-les.", champ="au")
    if avant := heures.filter(le__lt=mets.du.replace(day=1)).first():
        raise GesteImpossible(f"Des heures sont notées avant cette date, au {avant.le:%d/%m/%Y} : corrigez-les.", champ="du")


def _dire_le_client(mets: MiseEnSituation) -> None:
    """Le client d'un atelier vaut du jour où on le dit ; la fiche imprimée auparavant ne lui était pas destinée (§ 2.2 b).

    Lève GesteImpossible si l'on ôte celui qui a déjà été associé.
    """
    le, garde = timezone.localdate(), MiseEnSituation.objects.filter(pk=mets.pk).first()
    if garde is None or garde.client_de_l_atelier_id == mets.client_de_l_atelier_id:
        return
    if mets.son_client is None and MiseEnSituation.objects.client_associe(le).filter(pk=mets.pk).exists():
        raise GesteImpossible(
            "Ce client a déjà été associé à l’objectif : dites l’autre si ce n’est pas le bon, sans laisser le champ vide.",
            champ="client_de_l_atelier",
        )
    if mets.client_de_l_atelier_id is None:
        mets.client_dit_le = None
    elif garde.son_client is None and timezone.localdate(mets.cree_le) < le:
        mets.client_dit_le, mets.fiche_imprimee_le = le, None


@change_le_passe
@transaction.atomic
def ouvrir(mets: MiseEnSituation, *, par: Habilitation) -> MiseEnSituation:
    """Ouvre une mise en situation, rattachée au contrat qui court ce jour-là (INS-4). Lève GesteImpossible."""
    Personne.objects.select_for_update().get(pk=mets.personne_id)
    _verifier(mets)
    mets.save()
    tracer(par=par, geste=Trace.Geste.CREER, objet=mets)
    return mets


@change_le_passe
@transaction.atomic
def modifier(mets: MiseEnSituation, *, champs: list[str], par: Habilitation) -> MiseEnSituation:
    """Change une mise en situation. champs : ceux qui ont changé, pour la trace. Lève GesteImpossible."""
    _verifier(mets)
    mets.save()
    tracer(par=par, geste=Trace.Geste.MODIFIER, objet=mets, detail=libelles(mets, champs))
    return mets


@change_le_passe
@transaction.atomic
def terminer(mets: MiseEnSituation, *, au: date, par: Habilitation) -> MiseEnSituation:
    """Dit le dernier jour d'une mise en situation. Lève GesteImpossible."""
    mets = MiseEnSituation.objects.select_for_update().get(pk=mets.pk)
    if au < mets.du:
        raise GesteImpossible(f"Elle a commencé le {mets.du:%d/%m/%Y} : elle ne peut pas finir avant.", champ="au")
    mets.au = au
    return modifier(mets, champs=["au"], par=par)


def _au_service_d_un_clos(engagement: Engagement) -> tuple[QuerySet, QuerySet]:
    le, qui = timezone.localdate(), engagement.personne_id
    court = engagement.etat == Engagement.Etat.EN_COURS and engagement.debut <= le
    lus = [modele.objects.nominatifs().filter(personne=qui).a_rattacher(le) for modele in (MiseEnSituation, ActionAssociee)]
    travaux, actions = lus if court else [rien.none() for rien in lus]
    return travaux.order_by("du", "pk"), actions.order_by("le", "pk")


def reste_a_rattacher(engagement: Engagement) -> bool:
    """Vrai s'il y en a, en une requête."""
    travaux, actions = _au_service_d_un_clos(engagement)
    return Engagement.objects.filter(Exists(travaux) | Exists(actions), pk=engagement.pk).exists()


def a_rattacher(engagement: Engagement) -> list[MiseEnSituation | ActionAssociee]:
    """Le travail et les actions de la personne qui servent encore un engagement clos, quand celui-ci court (§ 2.3 b)."""
    travaux, actions = _au_service_d_un_clos(engagement)
    return [
        *travaux.select_related("client", "client_de_l_atelier", "objectif", "engagement__type_engagement"),
        *actions.select_related("offre", "objectif", "engagement__type_engagement"),
    ]


@transaction.atomic
def rattacher(
    engagement: Engagement, *, choix: dict[MiseEnSituation | ActionAssociee, Objectif | None], par: Habilitation
) -> None:
    """Dit ce que servent, à partir d'aujourd'hui, ce travail et ces actions : un objectif de l'engagement, ou aucun.

    Tout, ou rien. Lève GesteImpossible si l'engagement ne court plus, ou si l'un d'eux a changé entre-temps.
    """
    engagement = Engagement.objects.select_for_update().get(pk=engagement.pk)
    permis, siens = {*a_rattacher(engagement)}, {*engagement.objectifs.en_vigueur()}
    if not permis >= choix.keys() or not siens >= {*choix.values()} - {None}:
        raise GesteImpossible("L’engagement, ou ce qui le sert, a changé entre-temps : voici où l’on en est.")
    for ligne, objectif in choix.items():
        if isinstance(ligne, MiseEnSituation):
            servir(ligne, objectif)
        else:
            ligne.objectif, ligne.engagement = objectif, objectif and engagement
        ligne.save(update_fields=["engagement", "objectif"])
        tracer(par=par, geste=Trace.Geste.MODIFIER, objet=ligne, detail=libelles(ligne, ["objectif"]))


@transaction.atomic
def pourvoir(besoin: Besoin, *, le: date | None, par: Habilitation) -> Besoin:
    """Dit un besoin pourvu à cette date, ou de nouveau ouvert (None)."""
    besoin.pourvu_le = le
    enregistrer(besoin, champs=["pourvu_le"], par=par)
    return besoin
