"""Ce que l'on disait d'une personne à toute date, à son entrée comme après : formation, prestations, critères… (OBS-1)."""

from django.db import models
from django.db.models import Case, CharField, Exists, Expression, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from cedre.comptes.partage import Equipe, Partage
from cedre.core.faits import NON_RENSEIGNE
from cedre.core.intervalles import AncienneValeur, LusAuJour
from cedre.observatoire.models import Terme

NON_DIT, OUI, NON = NON_RENSEIGNE, "Oui", "Non"
DE_SANTE = frozenset({"rqth"})  # champs qui ne se lisent, ne s'écrivent et ne sortent que par qui lit la santé (décision 0039)
SE_JOINT = ~Q(telephone="", telephone_2="", courriel="")


class Activite(models.TextChoices):
    """Ce que fait une personne face à l'emploi : à son entrée, et aux nouvelles prises après sa sortie."""

    EMPLOI = "emploi", "En emploi"
    FORMATION = "formation", "En formation"
    CHOMAGE = "chomage", "Au chômage"
    INACTIVE = "inactive", "Sans emploi, sans en chercher"


def un_terme(liste: str, libelle: str | None = None) -> models.ForeignKey:
    """Un terme de cette liste du cadre commun, ou rien."""
    return models.ForeignKey(
        Terme,
        verbose_name=libelle,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"liste": liste},
    )


def des_termes(liste: str, libelle: str) -> models.ManyToManyField:
    """Des termes de cette liste du cadre commun."""
    return models.ManyToManyField(Terme, blank=True, related_name="+", limit_choices_to={"liste": liste}, verbose_name=libelle)


class AncienneSituationQuerySet(LusAuJour, Partage):
    """Ce que l'on a dit de la situation de personnes."""


class AncienneSituation(AncienneValeur):
    """Ce que l'on disait d'une personne avant de le compléter ou de le changer ; de ses coordonnées, s'il y en avait."""

    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="anciennes_situations")
    prescripteur = models.ForeignKey(Terme, null=True, on_delete=models.PROTECT, related_name="+")
    niveau_formation = models.ForeignKey(
        Terme, verbose_name="niveau de formation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    duree_chomage = models.ForeignKey(
        Terme, verbose_name="durée de chômage", null=True, on_delete=models.PROTECT, related_name="+"
    )
    prestations = models.ManyToManyField(Terme, related_name="+", verbose_name="prestations et revenus")
    statut_entree = models.CharField("situation à l’entrée", max_length=9, choices=Activite, blank=True)
    criteres = models.ManyToManyField(Terme, related_name="+", verbose_name="critères administratifs")
    rqth = models.BooleanField("reconnue travailleur handicapé (RQTH)", null=True)
    joignable = models.BooleanField()

    objects = AncienneSituationQuerySet.as_manager()

    class Meta(AncienneValeur.Meta):
        verbose_name = "situation connue auparavant"
        verbose_name_plural = "situations connues auparavant"
        ordering = ["au", "pk"]

    def __str__(self):
        return f"Jusqu’au {self.au:%d/%m/%Y}"


def _alors(personne: str, le):
    return AncienneSituation.objects.au_jour(le).filter(personne=OuterRef(f"{personne}pk"))


def libelle(chemin: str, sinon: str = NON_DIT) -> Expression:
    """Le libellé d'un terme du cadre commun, ou ce que l'on dit quand il n'y en a pas."""
    return Coalesce(F(f"{chemin}__libelle"), Value(sinon), output_field=CharField())


def _relu(dit: Expression, ordre: str, personne: str, le) -> Expression:
    """Ce que l'on disait ce jour-là : dans une ancienne situation, ou dans le dossier. ordre : si elle dit plusieurs termes."""
    dossier = AncienneSituation.personne.field.related_model
    sources = _alors(personne, le), dossier.objects.filter(pk=OuterRef(f"{personne}pk"))
    return Coalesce(*(Subquery(lignes.values(_dit=dit).order_by(ordre)[:1]) for lignes in sources), output_field=CharField())


def dit_alors(champ: str, personne: str, le) -> Expression:
    """Le libellé que l'on disait ce jour-là ; de plusieurs prestations, la première du cadre commun. le : date ou expression."""
    return _relu(libelle(champ), f"{champ}__rang", personne, le)


def selon_alors(cas: dict[str, Q], sinon: str, personne: str, le) -> Expression:
    """La première de ces réponses dont ce que l'on disait ce jour-là remplit la condition."""
    dit = Case(*(When(q, then=Value(reponse)) for reponse, q in cas.items()), default=Value(sinon), output_field=CharField())
    return _relu(dit, "-_dit", personne, le)


def dont(champ: str, *codes: str) -> dict[str, Q]:
    """Oui si l'un de ces termes se disait ; sinon, que rien ne se disait. De plusieurs termes, « Oui » se lit avant « Non »."""
    return {OUI: Q(**{f"{champ}__code__in": codes}), NON_DIT: Q(**{champ: None})}


def joignable(le) -> Q:
    """On avait ce jour-là de quoi joindre cette personne."""
    alors = _alors("", le)
    return Q(Exists(alors.filter(joignable=True))) | SE_JOINT & ~Q(Exists(alors))
