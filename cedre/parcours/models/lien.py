"""Ce qui relie : un échange avec la personne, une liaison avec un partenaire, son espace à elle (ACC-6, TRA-3, INS-2)."""

from datetime import date, timedelta

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from cedre.comptes.droits import Role
from cedre.comptes.fuseaux import JourDe
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte, Habilitation
from cedre.comptes.partage import Equipe, Partage
from cedre.core.champs import TEXTE_MAX
from cedre.core.manques import alerte_de
from cedre.parcours.models.engagement import Engagement, Remise
from cedre.partenariats.models import Partenaire


class Echange(models.Model):
    """Un appel, un passage, un message : on s'est parlé (ACC-6)."""

    class Canal(models.TextChoices):
        TELEPHONE = "telephone", "Au téléphone"
        VISITE = "visite", "Sur place"
        MESSAGE = "message", "Par message"
        TRAVAIL = "travail", "Sur le lieu de travail"
        AUTRE = "autre", "Avec un proche ou un partenaire"

    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="echanges", db_index=False)
    le = models.DateField("date", default=timezone.localdate)
    canal = models.CharField("comment", max_length=9, choices=Canal, default=Canal.TELEPHONE)
    texte = models.TextField("ce qui s’est dit", max_length=TEXTE_MAX, help_text="Rien sur la santé ni la justice.")
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "échange"
        ordering = ["-le", "-pk"]
        indexes = [models.Index(fields=["personne", "le"], name="echange_personne_le")]

    get_absolute_url = page_de

    def __str__(self):
        return f"Échange du {self.le:%d/%m/%Y}"


class LiaisonQuerySet(Partage):
    """Les demandes faites aux partenaires."""

    def a_relancer(self, le: date):
        """Celles qui n'ont pas de réponse et dont le jour de la relance est venu (TRA-3)."""
        return self.nominatifs().filter(reponse_le=None, relance_le__lte=le)

    def a_suivre_par(self, habilitation: Habilitation):
        """Celles des personnes que l'on suit si l'on est CIP, toutes celles de la structure sinon."""
        liaisons = self.pour(habilitation)
        return liaisons.filter(personne__referent=habilitation.compte_id) if habilitation.role == Role.CIP else liaisons


class Liaison(models.Model):
    """Ce que l'on a demandé à un partenaire pour une personne, et ce qu'il a répondu (TRA-3)."""

    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="liaisons", db_index=False)
    partenaire = models.ForeignKey(Partenaire, on_delete=models.PROTECT, related_name="liaisons")
    le = models.DateField("demandé le", default=timezone.localdate)
    demande = models.TextField("ce que l’on demande", max_length=TEXTE_MAX)
    relance_le = models.DateField("relancer le", null=True, blank=True)
    reponse = models.TextField("ce qu’il a répondu", max_length=TEXTE_MAX, blank=True)
    reponse_le = models.DateField("répondu le", null=True, blank=True)
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")

    objects = LiaisonQuerySet.as_manager()

    class Meta:
        verbose_name = "fiche de liaison"
        verbose_name_plural = "fiches de liaison"
        ordering = ["-le", "-pk"]
        indexes = [models.Index(fields=["personne", "le"], name="liaison_personne_le")]

    get_absolute_url = page_de

    def __str__(self):
        return f"Liaison avec {self.partenaire}"


class PriseEnCharge(models.Model):
    """« Pris en charge jusqu'au… » : un manque se tait jusqu'à cette date, jamais pour toujours (ACC-6)."""

    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="prises_en_charge")
    manque = models.CharField(max_length=24)
    jusqu_au = models.DateField("jusqu’au")
    note = models.CharField("ce qui est fait", max_length=200, blank=True)
    le = models.DateTimeField(default=timezone.now)
    jour = JourDe(de="le")
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "prise en charge"
        verbose_name_plural = "prises en charge"
        ordering = ["-le", "-pk"]
        constraints = [models.UniqueConstraint(name="prise_en_charge_unique", fields=["personne", "manque"])]

    def __str__(self):
        return f"Pris en charge jusqu’au {self.jusqu_au:%d/%m/%Y}"

    @property
    def alerte(self) -> str:
        """Ce qui manque, en mots."""
        return alerte_de(self.manque)


def dans_quinze_jours():
    """Échéance du code d'accès à son espace."""
    return timezone.now() + timedelta(days=15)


class AccesEspaceQuerySet(Partage):
    """Les codes d'accès à leur espace."""

    def valables(self):
        """Ni expirés ni révoqués, d'une personne que l'on n'a pas rendue anonyme."""
        return self.nominatifs().filter(expire_le__gt=timezone.now(), revoque_le=None)


class AccesEspace(models.Model):
    """Le code par lequel une personne entre dans son espace, sans courriel ni mot de passe. Seul son condensat est gardé."""

    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="acces_espace")
    condensat = models.CharField(max_length=64, unique=True)
    cree_le = models.DateTimeField(default=timezone.now)
    expire_le = models.DateTimeField(default=dans_quinze_jours)
    revoque_le = models.DateTimeField(null=True, blank=True)
    utilise_le = models.DateTimeField("dernière entrée", null=True, blank=True)
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")

    objects = AccesEspaceQuerySet.as_manager()

    class Meta:
        verbose_name = "code d’accès à son espace"
        verbose_name_plural = "codes d’accès à leur espace"
        ordering = ["-cree_le", "-pk"]

    def __str__(self):
        return f"Code du {timezone.localtime(self.cree_le):%d/%m/%Y}"

    @property
    def est_valable(self) -> bool:
        """Vrai s'il ouvre encore : la règle de valables(), dite pour un seul."""
        return self.revoque_le is None and self.expire_le > timezone.now()


class ReponseQuerySet(Partage):
    """Les réponses venues de l'espace des personnes."""

    def non_lues(self):
        """Celles que personne de l'équipe n'a encore lues."""
        return self.filter(lue_le=None)

    def avec_engagement(self):
        """Annote engagement : celui que la personne a aujourd'hui, où l'on reprendra ce qu'elle dit ; rien si aucun."""
        ouverts = Engagement.objects.exclude(etat=Engagement.Etat.CLOS).filter(personne=OuterRef("personne"))
        return self.annotate(engagement=Subquery(ouverts.order_by("-debut", "-pk").values("pk")[:1]))


class Reponse(models.Model):
    """Ce que la personne répond depuis son espace : bien reçu, d'accord, je veux en parler, un objectif à elle.

    Elle répond à un texte remis, tel qu'il était : remise. Un objectif qu'elle propose ne répond à rien.
    """

    class Nature(models.TextChoices):
        RECU = "recu", "Bien reçu"
        D_ACCORD = "d_accord", "D’accord"
        EN_PARLER = "en_parler", "Je veux en parler"
        PROPOSITION = "proposition", "Un objectif que je propose"

    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="reponses")
    remise = models.ForeignKey(Remise, null=True, blank=True, on_delete=models.CASCADE, related_name="reponses")
    nature = models.CharField(max_length=11, choices=Nature)
    texte = models.TextField(max_length=TEXTE_MAX, blank=True)
    le = models.DateTimeField(default=timezone.now)
    lue_le = models.DateTimeField("lue le", null=True, blank=True)
    lue_par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ReponseQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse de la personne"
        verbose_name_plural = "réponses des personnes"
        ordering = ["-le", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="reponse_en_mots_si_besoin",
                condition=~Q(nature="proposition") | ~Q(texte=""),
                violation_error_message="Écrivez l’objectif que vous proposez.",
            ),
            models.CheckConstraint(
                name="reponse_a_un_texte_remis",
                condition=Q(nature="proposition") | Q(remise__isnull=False),
                violation_error_message="Une réponse dit à quel texte elle répond.",
            ),
            models.UniqueConstraint(
                name="reponse_dite_une_fois", fields=["remise", "nature"], condition=Q(nature__in=["recu", "d_accord"])
            ),
        ]

    get_absolute_url = page_de

    def __str__(self):
        return self.get_nature_display()
