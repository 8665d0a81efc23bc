"""Ce qui ne va pas, dit par qui l'a vécu : reçu, accusé, traité, répondu, clos (AME-1, § 2.6)."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Max, Q
from django.utils import timezone

from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte, Organisation
from cedre.comptes.partage import Equipe, Partage, Scelle
from cedre.core.champs import DateDerivee
from cedre.core.periodes import Periode
from cedre.qualite.models.enquetes import SCELLE_MAX, numero_au_hasard

DELAI = 30  # jours, de la réception à la réponse


def recues_pour_etre_jugees(periode: Periode) -> Periode:
    """Les jours où l'on a reçu celles dont le délai est passé, pour la première fois, un jour de cette période.

    Deux périodes qui se suivent jugent ainsi chacune une fois : celle de décembre l'est en janvier.
    """
    delai = timedelta(days=DELAI + 1)
    return Periode(periode.du - delai, periode.dernier_jour - delai)


class ReclamationQuerySet(Partage):
    """Les réclamations et les dysfonctionnements."""

    def ouvertes(self):
        """Celles qui ne sont pas closes."""
        return self.filter(close_le=None)

    def closes_au(self, le: date):
        """Celles qui étaient closes, à cette date."""
        return self.filter(close_le__lte=le)

    def a_accuser(self):
        """Celles dont personne n'a encore accusé réception."""
        return self.ouvertes().filter(accusee_le=None)

    def a_repondre(self):
        """Celles que l'on traite : ni répondues ni closes."""
        return self.ouvertes().filter(repondue_le=None)

    def a_clore(self):
        """Celles auxquelles on a répondu."""
        return self.ouvertes().exclude(repondue_le=None)

    def en_retard(self, le: date):
        """Celles que l'on aurait déjà dû traiter, à cette date."""
        return self.a_repondre().filter(repondre_avant__lt=le)

    def delai_passe(self, le: date):
        """Celles dont le délai est écoulé, à cette date."""
        return self.filter(repondre_avant__lt=le)

    def recues(self, periode: Periode):
        """Celles de cette période, telles qu'on les connaissait le jour où l'on regarde."""
        return self.filter(**periode.dans("recue_le")).filter(recue_le__lte=periode.le)

    def a_juger(self, periode: Periode):
        """Celles dont le délai a fini de courir dans cette période, au plus tard le jour où l'on regarde."""
        return self.recues(recues_pour_etre_jugees(periode))

    def traitees_a_temps(self):
        """Celles qui ont eu leur réponse dans le délai ; closes dans le délai, si personne n'en attendait."""
        repondue = Q(repondue_le__lte=F("repondre_avant"))
        return self.filter(repondue | Q(reponse_attendue=False, close_le__lte=F("repondre_avant")))

    def prochain_numero(self, organisation_id: int) -> int:
        """Le numéro à donner dans cette structure, à qui tient une transaction ouverte."""
        Organisation.objects.select_for_update().get(pk=organisation_id)
        return (self.filter(organisation_id=organisation_id).aggregate(dernier=Max("numero"))["dernier"] or 0) + 1


class Reclamation(models.Model):
    """Ce que quelqu'un reproche, ou ce qui a mal marché ; sans nom si l'on veut, jamais sans suite (AME-1).

    numero : celui que l'on dit, donné à l'accusé de réception. L'identifiant, tiré au hasard, ne dit pas l'ordre d'arrivée.
    """

    class Sorte(models.TextChoices):
        RECLAMATION = "reclamation", "Réclamation"
        DYSFONCTIONNEMENT = "dysfonctionnement", "Dysfonctionnement"

    class Origine(models.TextChoices):
        DEMANDEUR = "demandeur", "Un·e demandeur·se d’emploi"
        SALARIE = "salarie", "Un·e salarié·e en parcours"
        CLIENT = "client", "Un client"
        PARTENAIRE = "partenaire", "Un partenaire"
        EQUIPE = "equipe", "L’équipe"
        AUTRE = "autre", "Quelqu’un d’autre"

    class Canal(models.TextChoices):
        ECRAN = "ecran", "Dite ou écrite à l’équipe"
        PAPIER = "papier", "Sur papier, par lettre"
        TELEPHONE = "telephone", "Par téléphone"
        COURRIEL = "courriel", "Par courriel"
        ESPACE = "espace", "Depuis son espace"
        PUBLIC = "public", "Par l’affiche ou le site"

    class Etat(models.TextChoices):
        RECUE = "recue", "Reçue"
        EN_TRAITEMENT = "en_traitement", "En traitement"
        REPONDUE = "repondue", "Répondue"
        CLOSE = "close", "Close"

    PARTAGE = Equipe("organisation", quelqu_un=True)

    id = models.BigIntegerField(primary_key=True, default=numero_au_hasard, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="reclamations")
    numero = models.PositiveIntegerField("numéro", null=True, blank=True, editable=False)
    sorte = models.CharField("c’est", max_length=20, choices=Sorte, default=Sorte.RECLAMATION)
    origine = models.CharField("qui le dit", max_length=12, choices=Origine)
    canal = models.CharField("comment c’est arrivé", max_length=12, choices=Canal, default=Canal.ECRAN)
    texte = models.TextField("ce qui ne va pas", max_length=4000)
    qui = models.CharField("son nom", max_length=120, blank=True)
    contact = models.CharField("comment lui répondre", max_length=160, blank=True)
    reponse_attendue = models.BooleanField("attend une réponse", default=False, editable=False)
    recue_le = models.DateField("reçue le", default=timezone.localdate)
    repondre_avant = DateDerivee("à répondre avant le", de=lambda r: r.recue_le + timedelta(days=DELAI))
    signalee_par = models.ForeignKey(
        Compte, verbose_name="signalée par", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accusee_le = models.DateField("réception accusée le", null=True, blank=True)
    traitee_par = models.ForeignKey(
        Compte, verbose_name="qui s’en charge", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    traitement = models.TextField("ce que l’on a fait", max_length=4000, blank=True)
    reponse = models.TextField("ce que l’on a répondu", max_length=4000, blank=True)
    repondue_le = models.DateField("répondue le", null=True, blank=True)
    motif_cloture = models.TextField("pourquoi sans réponse", max_length=1000, blank=True)
    close_le = models.DateField("close le", null=True, blank=True)

    objects = ReclamationQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "réclamation"
        ordering = ["-recue_le", "-pk"]
        indexes = [models.Index(fields=["organisation", "recue_le"], name="reclamation_recue_le")]
        constraints = [
            models.UniqueConstraint(name="reclamation_numero", fields=["organisation", "numero"]),
            models.CheckConstraint(
                name="reclamation_close_avec_reponse_ou_motif",
                condition=Q(close_le=None) | Q(repondue_le__isnull=False) | ~Q(motif_cloture=""),
                violation_error_message="Une réclamation ne se clôt pas sans réponse, ou sans dire pourquoi il n’y en a pas.",
            ),
            models.CheckConstraint(
                name="reclamation_repondue_avec_des_mots",
                condition=Q(repondue_le=None) | ~Q(reponse=""),
            ),
            models.CheckConstraint(
                name="reclamation_dates_dans_l_ordre",
                condition=(Q(accusee_le=None) | Q(accusee_le__gte=F("recue_le")))
                & (Q(repondue_le=None) | Q(repondue_le__gte=F("recue_le")))
                & (Q(close_le=None) | Q(close_le__gte=F("recue_le"))),
            ),
        ]

    def __str__(self):
        return f"{self.get_sorte_display()} " + (f"n° {self.numero}" if self.numero else f"du {self.recue_le:%d/%m/%Y}")

    @property
    def etat(self) -> Etat:
        """Où elle en est."""
        if self.close_le:
            return self.Etat.CLOSE
        if self.repondue_le:
            return self.Etat.REPONDUE
        return self.Etat.EN_TRAITEMENT if self.accusee_le else self.Etat.RECUE

    @property
    def est_en_retard(self) -> bool:
        """Vrai si le délai est passé sans réponse."""
        return not (self.repondue_le or self.close_le) and self.repondre_avant < timezone.localdate()

    @property
    def debut(self) -> str:
        """Ses premiers mots, pour une liste."""
        return self.texte if len(self.texte) < 120 else f"{self.texte[:115].rsplit(' ', 1)[0]}…"


class MessageSansNom(models.Model):
    """Une réclamation sans nom, scellée jusqu'au lendemain : livrée alors avec celles du même jour, en désordre (AME-1)."""

    PARTAGE = Scelle("organisation")

    id = models.BigIntegerField(primary_key=True, default=numero_au_hasard, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="messages_sans_nom")
    le = models.DateField("déposé le", default=timezone.localdate, editable=False)
    scelle = models.TextField("scellé", max_length=SCELLE_MAX, editable=False)

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "message sans nom"
        verbose_name_plural = "messages sans nom"
        ordering = ["pk"]

    def __str__(self):
        return "Message sans nom"
