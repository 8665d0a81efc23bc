"""Les partenaires sociaux et professionnels de la structure (TRA-3, ACC-3)."""

from django.db import models

from cedre.comptes.acces import Partage
from cedre.comptes.models import Organisation
from cedre.core.champs import TexteDerive
from cedre.core.texte import normaliser


def _recherche(partenaire) -> str:
    return normaliser(f"{partenaire.nom} {partenaire.role} {partenaire.contact} {partenaire.adresse}")


class PartenaireQuerySet(Partage):
    """L'annuaire."""

    def recherche(self, texte: str):
        """Chaque mot est un morceau du nom, de ce que l'on y trouve, de qui l'on y joint ou de l'adresse."""
        for mot in normaliser(texte).split():
            self = self.filter(texte_recherche__contains=mot)
        return self


class Partenaire(models.Model):
    """Un partenaire vers qui l'on réoriente, ou qui adresse des personnes."""

    class Nature(models.TextChoices):
        SOCIAL = "social", "Partenaire social"
        PROFESSIONNEL = "professionnel", "Partenaire professionnel"

    PARTITION = "organisation"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="partenaires")
    nature = models.CharField(max_length=14, choices=Nature, default=Nature.SOCIAL)
    nom = models.CharField(max_length=160)
    role = models.CharField("ce que l’on y trouve", max_length=200, blank=True)
    contact = models.CharField("personne à joindre", max_length=120, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    courriel = models.EmailField(blank=True)
    adresse = models.CharField(max_length=200, blank=True)
    actif = models.BooleanField("proposé dans les listes", default=True)
    texte_recherche = TexteDerive(max_length=700, de=_recherche)

    objects = PartenaireQuerySet.as_manager()

    class Meta:
        ordering = ["nom", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="partenaire_nom_unique",
                fields=["organisation", "nom"],
                violation_error_message="Un partenaire porte déjà ce nom.",
            )
        ]

    def __str__(self):
        return self.nom
