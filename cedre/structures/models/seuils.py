"""Les seuils d'alerte qu'une structure règle, et ceux qu'elle avait chaque jour : en changer ne change pas le passé (ACC-6)."""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from cedre.comptes.models import Organisation
from cedre.comptes.partage import Equipe, Partage
from cedre.core.intervalles import Intervalle, LusAuJour


def _seuil(libelle: str, defaut: int, aide: str) -> models.PositiveSmallIntegerField:
    """Un seuil d'alerte, de 1 à 730 (ACC-6)."""
    return models.PositiveSmallIntegerField(
        libelle, default=defaut, validators=[MinValueValidator(1), MaxValueValidator(730)], help_text=aide
    )


class LesSeuils(models.Model):
    """Les seuils d'une structure, et leurs valeurs par défaut."""

    jours_sans_contact = _seuil("jours sans se parler", 30, "Au-delà, la personne est signalée.")
    semaines_sans_heures = _seuil("semaines sans heures", 4, "Sous contrat et non suspendu, sans aucune heure.")
    alerte_contrat = _seuil("fin de contrat annoncée", 30, "Jours avant le dernier jour, si aucun contrat ne suit.")
    alerte_pass = _seuil("fin de PASS IAE annoncée", 90, "Jours avant le dernier jour du PASS IAE.")
    alerte_bilan = _seuil("bilan annoncé", 14, "Jours avant la date du bilan.")
    delai_remise = _seuil("délai pour remettre", 7, "Jours entre le début d’un engagement et sa remise à la personne.")
    delai_sortie = _seuil("délai pour documenter une sortie", 15, "Jours après la fin du dernier contrat.")
    rythme_regulation = _seuil("rythme des régulations", 14, "Jours d’une régulation à la suivante.")

    class Meta:
        abstract = True

    @classmethod
    def noms_des_seuils(cls) -> list[str]:
        """Les champs qui en sont."""
        return [champ.name for champ in LesSeuils._meta.fields]


class SeuilsQuerySet(LusAuJour, Partage):
    """Les seuils des structures, jour après jour."""

    def de(self, organisation_id: int, le: date) -> "Seuils":
        """Ceux de cette structure, ce jour-là ; si elle n'avait rien réglé, les valeurs par défaut."""
        return self.au_jour(le).filter(organisation=organisation_id).first() or Seuils()


class Seuils(LesSeuils, Intervalle):
    """Les seuils d'une structure d'un jour à l'autre ; sans rien de réglé, les valeurs par défaut."""

    PARTAGE = Equipe("organisation")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="seuils", db_index=False)

    objects = SeuilsQuerySet.as_manager()

    class Meta(Intervalle.Meta):
        verbose_name = verbose_name_plural = "seuils d’une structure"
        ordering = ["organisation", "du"]
        constraints = [
            *Intervalle.Meta.constraints,
            models.UniqueConstraint(name="seuils_un_par_jour", fields=["organisation", "du"]),
        ]

    def __str__(self):
        return f"Seuils depuis le {self.du:%d/%m/%Y}"

    @classmethod
    def seuil(cls, nom: str, chemin: str, le: date) -> Coalesce:
        """Dans une requête, le seuil que la structure avait ce jour-là. chemin : de la ligne à l'organisation.

        Une sous-requête : une jointure écarterait les structures qui n'ont rien réglé.
        """
        tenus = cls.objects.au_jour(le).filter(organisation=OuterRef(chemin)).order_by()
        return Coalesce(Subquery(tenus.values(nom)[:1]), Value(cls._meta.get_field(nom).default))
