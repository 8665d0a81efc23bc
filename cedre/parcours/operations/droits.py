"""Effacer, rendre anonyme, purger (RGPD art. 17, nomenclatures §7) : irréversible, donc toujours tracé et motivé."""

from collections.abc import Sequence
from functools import partial
from itertools import batched

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models.functions import TruncMonth
from django.tasks import task
from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.core.dates import il_y_a
from cedre.observatoire.models import Rapport
from cedre.observatoire.operations import figer
from cedre.observatoire.operations.rapports import effacer_les_faits
from cedre.parcours.inventaire import modeles_du_dossier
from cedre.parcours.models import (
    AccesEspace,
    ActionAssociee,
    AncienneFin,
    AncienneFinDePass,
    AncienneSituation,
    AncienObjectif,
    AncienRendezVous,
    Bilan,
    ClotureRouverte,
    CompetenceEvaluee,
    Contrat,
    Echange,
    Entretien,
    Etape,
    Evaluation,
    EvaluationAuTravail,
    Exportation,
    Formalisation,
    Heures,
    Importation,
    Information,
    Liaison,
    LienClient,
    MiseEnSituation,
    NoteSante,
    Personne,
    PriseEnCharge,
    RefusDEvaluation,
    Remise,
    Reponse,
    Suivi,
    SuiviAMinima,
)
from cedre.parcours.operations.exportation import effacer as effacer_les_exports
from cedre.parcours.operations.importation import oublier_les_noms
from cedre.structures.models import Reglages

PAR_TRANSACTION = 100
PAR_PURGE = 500  # quelques secondes : au-delà, on recommence, plutôt que d'attendre une page qui ne répond pas
# Le libellé d'une compétence vient de la fiche de poste, le nom d'un atelier est celui de la structure.
TEXTES_GARDES = {CompetenceEvaluee: {"libelle"}, MiseEnSituation: {"atelier"}, EvaluationAuTravail: {"niveaux"}}
# Ce qui ne sert qu'à suivre quelqu'un de vivant pour nous : rien n'en reste à compter.
SANS_RESTE = (NoteSante, Remise, Echange, Liaison, PriseEnCharge, AccesEspace, Reponse, LienClient, Suivi)
# Ce qui ne sert qu'à relire un jour passé : d'un dossier anonyme, aucun jour ne se relit.
SANS_RESTE += (Formalisation, AncienObjectif, AncienneFin, AncienneFinDePass, AncienRendezVous, ClotureRouverte)
SANS_RESTE += (AncienneSituation, RefusDEvaluation, SuiviAMinima)


class Motif(models.TextChoices):
    """Pourquoi l'on efface ou rend anonyme : une liste, car la trace ne doit rien dire de la personne."""

    DEMANDE = "demande", "La personne le demande"
    CONSERVATION = "conservation", "La durée de conservation est passée"
    ERREUR = "erreur", "Le dossier a été ouvert par erreur, ou en double"
    AUTRE = "autre", "Autre décision de la direction"


class Sort(models.TextChoices):
    """Ce que devient un dossier que l'on ne garde plus en clair."""

    ANONYMISER = "anonymiser", "Rendre anonyme"
    EFFACER = "effacer", "Effacer"


def departement(code_postal: str) -> str:
    """Le département d'un code postal : deux chiffres, trois outre-mer.

    >>> departement("38120"), departement("97410"), departement("")
    ('38', '974', '')
    """
    return code_postal[: 3 if code_postal.startswith(("97", "98")) else 2]


def _sans_identite(modele: type[models.Model]) -> dict:
    """Ce que deviennent les champs d'un fait : date ramenée au mois, texte libre vidé, heure et compte retirés."""
    valeurs = {}
    for champ in modele._meta.concrete_fields:
        if champ.related_model is Compte or isinstance(champ, models.TimeField):
            valeurs[champ.name] = None
        elif isinstance(champ, models.DateField):
            valeurs[champ.name] = TruncMonth(champ.name)
        elif isinstance(champ, models.CharField | models.TextField) and not champ.choices:
            valeurs[champ.name] = ""
    return {nom: v for nom, v in valeurs.items() if nom not in TEXTES_GARDES.get(modele, ())}


def _anonymiser(personnes: Sequence[Personne], *, motif: str, par: Habilitation) -> None:
    for personne in personnes:
        personne.nom, personne.prenom = "Anonyme", f"n° {personne.pk}"
        personne.code_postal = departement(personne.code_postal)
        personne.reference = personne.telephone = personne.telephone_2 = personne.courriel = ""
        personne.adresse = personne.commune = ""
        personne.referent = personne.rqth = None
        if personne.date_naissance:
            personne.date_naissance = personne.date_naissance.replace(month=1, day=1)
        personne.phase_depuis = personne.phase_depuis.replace(day=1)
        personne.cree_le = personne.cree_le.replace(day=1, hour=12, minute=0, second=0, microsecond=0)
        personne.cree_jour = personne.cree_jour.replace(day=1)
        personne.anonymisee_le = timezone.localdate()
        personne.save()
        tracer(par=par, geste=Trace.Geste.ANONYMISER, objet=personne, detail=str(Motif(motif).label))
    pks = [p.pk for p in personnes]
    Personne.criteres.through.objects.filter(personne__in=pks).delete()
    _oublier_les_signatures(pks)
    chemins = modeles_du_dossier()
    for modele in SANS_RESTE:
        modele.objects.filter(**{f"{chemins[modele]}__in": pks}).delete()
    _heures_au_mois(pks)
    Bilan.objects.filter(personne__in=pks).prevus().annuler(timezone.localdate())
    ActionAssociee.objects.filter(personne__in=pks, etat="prevue").annuler(timezone.localdate())
    ActionAssociee.objects.filter(personne__in=pks).update(seance=None)
    Entretien.objects.filter(personne__in=pks).prevus().annuler(timezone.localdate())
    Information.objects.filter(personne__in=pks, presence="prevue").annuler(timezone.localdate())
    Evaluation.objects.filter(personne__in=pks, validee_le=None).delete()
    # La liste de présence d'une séance, avec son jour et ses noms, redirait qui est venu.
    Information.objects.filter(personne__in=pks).update(collective=None)
    Contrat.objects.filter(personne__in=pks).update(importe={})
    # D'un mois reste la dernière étape : ramenées au mois, celles qui y tiennent entières ne dureraient rien.
    Etape.objects.filter(personne__in=pks, du__gte=TruncMonth("au")).delete()
    for modele, chemin in chemins.items():
        if valeurs := _sans_identite(modele):
            modele.objects.filter(**{f"{chemin}__in": pks}).update(**valeurs)
    _oublier_les_rapports(par)


def _heures_au_mois(pks: list[int]) -> None:
    """Réunit les heures d'un même mois en une ligne : les semaines rediraient l'emploi du temps."""
    mois = (
        Heures.objects.filter(mise_en_situation__personne__in=pks)
        .order_by()
        .annotate(mois=TruncMonth("le"))
        .values_list("mise_en_situation", "mois")
        .annotate(total=models.Sum("heures"))
    )
    lignes = [Heures(mise_en_situation_id=mets, le=le, heures=total) for mets, le, total in mois]
    Heures.objects.filter(mise_en_situation__personne__in=pks).delete()
    Heures.objects.bulk_create(lignes)


def _oublier_les_signatures(pks: list[int]) -> None:
    """Efface les signatures gardées en fichiers, une fois l'effacement des lignes acquis."""
    noms = list(Remise.objects.filter(personne__in=pks).exclude(signature="").values_list("signature", flat=True))
    for nom in noms:
        transaction.on_commit(partial(default_storage.delete, nom))


def _oublier_les_rapports(par: Habilitation) -> None:
    """Un import, fait ou qui attend, et l'export entier citent des noms : aucun ne survit à un effacement.

    Les faits des rapports publiés non plus : un numéro au hasard y tient lieu de nom, rien n'y dit quelles lignes sont à ôter.
    """
    effacer_les_exports(Exportation.objects.filter(organisation=par.organisation_id))
    oublier_les_noms(Importation.objects.filter(organisation=par.organisation_id))
    effacer_les_faits(Rapport.objects.filter(organisation=par.organisation_id), Rapport.FaitsEffaces.DOSSIER)


def _effacer(personnes: Sequence[Personne], *, motif: str, par: Habilitation) -> None:
    for personne in personnes:
        tracer(par=par, geste=Trace.Geste.EFFACER, objet=personne, detail=str(Motif(motif).label))
    _oublier_les_signatures([p.pk for p in personnes])
    Personne.objects.filter(pk__in=[p.pk for p in personnes]).delete()
    _oublier_les_rapports(par)


_SORTS = {Sort.ANONYMISER: _anonymiser, Sort.EFFACER: _effacer}


def _figer(par: Habilitation) -> None:
    """Fige les mois passés avant qu'un dossier n'y compte plus (décision 0034)."""
    figer(timezone.localdate(), chez=par.organisation)


@transaction.atomic
def anonymiser(personne: Personne, *, motif: str, par: Habilitation) -> None:
    """Ôte du dossier tout ce qui dit qui c'était ; restent mois, département, année de naissance, sortes et nombres."""
    _figer(par)
    _anonymiser([personne], motif=motif, par=par)


@transaction.atomic
def effacer(personne: Personne, *, motif: str, par: Habilitation) -> None:
    """Supprime la personne et tous ses faits ; les traces ne gardent que son numéro de dossier."""
    _figer(par)
    _effacer([personne], motif=motif, par=par)


def a_purger(par: Habilitation):
    """Les dossiers de la structure dont le dernier contact est plus vieux que la conservation active (nomenclatures §7)."""
    return Personne.objects.pour(par).a_purger(timezone.localdate(), Reglages.objects.de(par).conservation_mois)


def purger(dossiers: Sequence[int], *, sort: str, par: Habilitation) -> int:
    """Donne ce sort à ces dossiers, PAR_PURGE au plus, et rend combien : ceux qui ne sont plus à purger sont laissés."""
    faits = 0
    demandes = sorted(set(dossiers) & set(a_purger(par).values_list("pk", flat=True)))
    if demandes:
        _figer(par)
    for lot in batched(demandes[:PAR_PURGE], PAR_TRANSACTION):
        with transaction.atomic():
            personnes = list(a_purger(par).filter(pk__in=lot).order_by("pk"))
            _SORTS[Sort(sort)](personnes, motif=Motif.CONSERVATION, par=par)
            faits += len(personnes)
    return faits


@task()
def oublier_les_faits() -> None:
    """Efface, chaque nuit, les faits des rapports dont la période est finie depuis plus longtemps qu'on ne garde un dossier."""
    durees = dict(Reglages.objects.order_by().values_list("organisation", "conservation_mois"))
    d_habitude = Reglages().conservation_mois
    for organisation in {*Rapport.objects.avec_leurs_faits().order_by().values_list("organisation", flat=True)}:
        mois = durees.get(organisation, d_habitude)
        vieux = Rapport.objects.filter(organisation=organisation, au__lt=il_y_a(mois, timezone.localdate()))
        effacer_les_faits(vieux, Rapport.FaitsEffaces.CONSERVATION)
