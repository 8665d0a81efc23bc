"""Le contrat de travail et le PASS IAE : qui est salarié, quel jour (mission insertion)."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import BigIntegerField, Exists, F, Func, OuterRef, Q, Value
from django.utils import timezone

from cedre.comptes.gestes import page_de
from cedre.comptes.models import Organisation
from cedre.comptes.partage import Equipe, Partage
from cedre.core.champs import DateDerivee
from cedre.core.intervalles import AncienneValeur, LusAuJour, date_au_jour
from cedre.observatoire.models import AnnexeFinanciere, Terme

DUREE_PASS = timedelta(days=730)
SANS_TERME = ("cdi", "cdi_inclusion")
SANS_FIN = date(9999, 12, 31)
# Une personne y a plusieurs missions à la fois ; ailleurs, un contrat à la fois.
CUMULENT = (Organisation.TypeSiae.AI, Organisation.TypeSiae.ETTI)
DE_DROIT_COMMUN = ("cdi", "cdd", "apprentissage")


def _fin(contrat):
    return contrat.rompu_le or contrat.fin_prevue


def _connus(lignes, le):
    """Ceux que l'on connaissait ce jour-là : notés déjà, ou commencés et notés ensuite."""
    return lignes.filter(Q(note_le=None) | Q(note_le__lte=le) | Q(debut__lte=le))


class ContratQuerySet(Partage):
    """Les contrats de travail."""

    def en_cours(self, le):
        """Ceux qui courent ce jour-là, premier et dernier jours compris. le : date ou expression."""
        return self.filter(Q(fin=None) | Q(fin__gte=le), debut__lte=le)

    def d_insertion(self):
        """Ceux de l'insertion par l'activité économique : CDDI, CDD d'usage, mission, CDI inclusion (nomenclatures)."""
        return self.exclude(nature__code__in=DE_DROIT_COMMUN)

    def apres(self, le):
        """Ceux qui courent encore, ou commencent, après ce jour."""
        return self.filter(Q(fin=None) | Q(fin__gt=le))

    def chevauchant(self, debut: date, fin: date | None):
        """Ceux qui ont au moins un jour en commun avec cette période, jours extrêmes compris. fin : rien si sans terme."""
        partages = self.filter(Q(fin=None) | Q(fin__gte=debut))
        return partages.filter(debut__lte=fin) if fin else partages

    def travailles(self, le):
        """Ceux qui courent ce jour-là et ne sont pas suspendus."""
        suspensions = Suspension.objects.filter(Q(au=None) | Q(au__gte=le), contrat=OuterRef("pk"), du__lte=le)
        return self.en_cours(le).filter(~Exists(suspensions))

    def connus(self, le):
        """Ceux que l'on connaissait ce jour-là, chacun avec la fin qu'on lui savait alors : fin_connue, SANS_FIN s'il n'en a pas.

        Rompre, prolonger ou renouveler aujourd'hui ne change pas ce que l'on savait hier.
        """
        sans_fin = Value(SANS_FIN, output_field=models.DateField())
        fin = date_au_jour(le, AncienneFin.objects, "contrat", "fin", sinon=sans_fin)
        return _connus(self, le).annotate(fin_connue=fin)

    def sans_suite(self, le):
        """Ceux qu'aucun autre contrat de la même personne, connu ce jour-là, ne prolonge au-delà de la fin qu'on leur savait."""
        suivants = Contrat.objects.connus(le).filter(fin_connue__gt=OuterRef("fin_connue"), personne=OuterRef("personne"))
        return self.connus(le).filter(~Exists(suivants), fin_connue__lt=SANS_FIN)


class Contrat(models.Model):
    """Un contrat de travail. Un renouvellement est un autre contrat, qui dit lequel il continue."""

    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="contrats", db_index=False)
    nature = models.ForeignKey(Terme, on_delete=models.PROTECT, related_name="+", limit_choices_to={"liste": "nature_contrat"})
    debut = models.DateField("premier jour")
    fin_prevue = models.DateField("dernier jour prévu", null=True, blank=True, help_text="Vide pour une durée indéterminée.")
    heures_hebdo = models.DecimalField(
        "heures par semaine",
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(48)],
        help_text="Vide si les heures se décident à chaque mission.",
    )
    remuneration_horaire = models.DecimalField(
        "rémunération horaire",
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="En euros bruts de l’heure, telle que ce contrat la dit. Vide si l’on ne la sait pas.",
    )
    annexe = models.ForeignKey(
        AnnexeFinanciere,
        verbose_name="annexe financière",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contrats",
        help_text="Vide à la signature : celle qui couvre le premier jour, s’il n’y en a qu’une.",
    )
    renouvelle = models.OneToOneField(
        "self", verbose_name="renouvelle", null=True, blank=True, on_delete=models.SET_NULL, related_name="renouvellement"
    )
    rompu_le = models.DateField("rompu, dernier jour", null=True, blank=True)
    motif_rupture = models.ForeignKey(
        Terme,
        verbose_name="motif de la rupture",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"liste": "motif_rupture"},
    )
    fin = DateDerivee(null=True, de=_fin)
    importe = models.JSONField(
        "ce que le dernier fichier importé en disait",
        default=dict,
        blank=True,
        editable=False,
        help_text="Ce qui en diffère a été corrigé à l’écran depuis : un nouvel import le laisse.",
    )
    cree_le = models.DateTimeField(default=timezone.now)
    note_le = models.DateField("noté le", null=True, default=timezone.localdate, editable=False)

    objects = ContratQuerySet.as_manager()

    class Meta:
        verbose_name = "contrat de travail"
        verbose_name_plural = "contrats de travail"
        ordering = ["-debut", "-pk"]
        indexes = [
            models.Index(fields=["personne", "debut", "fin", "nature"], name="contrat_presence"),
            models.Index(fields=["fin"], name="contrat_fin"),
        ]
        constraints = [
            models.CheckConstraint(
                name="contrat_fin_apres_debut",
                condition=Q(fin_prevue=None) | Q(fin_prevue__gte=F("debut")),
                violation_error_message="Le dernier jour vient avant le premier.",
            ),
            models.CheckConstraint(
                name="contrat_rompu_pendant",
                condition=Q(rompu_le=None)
                | Q(rompu_le__gte=F("debut")) & (Q(fin_prevue=None) | Q(rompu_le__lte=F("fin_prevue"))),
                violation_error_message="Une rupture a lieu pendant le contrat.",
            ),
            models.CheckConstraint(
                name="contrat_rompu_avec_motif",
                condition=Q(rompu_le=None, motif_rupture=None) | Q(rompu_le__isnull=False, motif_rupture__isnull=False),
                violation_error_message="Une rupture dit sa date et son motif.",
            ),
        ]

    get_absolute_url = page_de

    def __str__(self):
        return f"{self.nature} du {self.debut:%d/%m/%Y}"

    def clean(self):
        """Un contrat a un dernier jour prévu, sauf s'il est à durée indéterminée."""
        if self.nature_id and self.nature.code in SANS_TERME and self.fin_prevue:
            raise ValidationError({"fin_prevue": "Un CDI n’a pas de dernier jour prévu ; s’il s’arrête, notez sa rupture."})
        if self.nature_id and self.nature.code not in SANS_TERME and not self.fin_prevue:
            raise ValidationError({"fin_prevue": "Ce contrat a un dernier jour : seul un CDI n’en a pas."})
        if self.annexe_id and self.debut and not self.annexe.couvre(self.debut):
            dite = f"L’annexe {self.annexe} va du {self.annexe.du:%d/%m/%Y} au {self.annexe.au:%d/%m/%Y}"
            raise ValidationError({"annexe": f"{dite} : elle ne couvre pas le premier jour du contrat."})

    def court(self, le: date | None = None) -> bool:
        """Vrai si le contrat court ce jour-là."""
        le = le or timezone.localdate()
        return self.debut <= le and (self.fin is None or self.fin >= le)

    @property
    def a_venir(self) -> bool:
        """Vrai tant que son premier jour n'est pas arrivé."""
        return self.debut > timezone.localdate()

    @property
    def suspension_en_cours(self) -> "Suspension | None":
        """Celle d'aujourd'hui, si le contrat court ; lit les suspensions déjà chargées."""
        le = timezone.localdate()
        return next((s for s in self.suspensions.all() if self.court(le) and s.court(le)), None)

    @property
    def se_renouvelle(self) -> bool:
        """Vrai s'il va à son terme et que rien ne le continue encore."""
        return self.fin is not None and self.rompu_le is None and not hasattr(self, "renouvellement")

    def renouvele(self) -> "Contrat":
        """Un contrat pareil, le lendemain de son dernier jour et pour la même durée ; pas encore enregistré."""
        debut = self.fin + timedelta(days=1)
        return Contrat(
            personne=self.personne,
            nature=self.nature,
            debut=debut,
            fin_prevue=debut + (self.fin - self.debut),
            heures_hebdo=self.heures_hebdo,
            remuneration_horaire=self.remuneration_horaire,
            renouvelle=self,
        )


class PremierDeLaSuite(Func):
    """D'un contrat, le premier de ceux qu'il continue de renouvellement en renouvellement ; lui-même s'il n'en renouvelle pas."""

    arity = 1
    output_field = BigIntegerField()

    def as_sql(self, compiler, connection, **contexte):
        """De proche en proche, de même sur les deux moteurs."""
        contrats = connection.ops.quote_name(Contrat._meta.db_table)
        modele = (
            f"(WITH RECURSIVE suite(numero, avant) AS (SELECT un.id, un.renouvelle_id FROM {contrats} un WHERE un.id = "
            f"%(expressions)s UNION SELECT un.id, un.renouvelle_id FROM {contrats} un JOIN suite ON un.id = suite.avant) "
            "SELECT numero FROM suite WHERE avant IS NULL)"
        )
        return super().as_sql(compiler, connection, template=modele, **contexte)

    def get_group_by_cols(self):
        """Le contrat suffit : la suite se cherche une fois par groupe, non par ligne."""
        return [colonne for source in self.get_source_expressions() for colonne in source.get_group_by_cols()]


class AncienneFinQuerySet(LusAuJour, Partage):
    """Les derniers jours que l'on a sus de contrats."""


class AncienneFin(AncienneValeur):
    """Le dernier jour que l'on savait d'un contrat avant de le rompre, de le prolonger ou de le corriger."""

    PARTAGE = Equipe(personne="contrat__personne")

    contrat = models.ForeignKey(Contrat, on_delete=models.CASCADE, related_name="anciennes_fins")
    fin = models.DateField("dernier jour", null=True)

    objects = AncienneFinQuerySet.as_manager()

    class Meta(AncienneValeur.Meta):
        verbose_name = "fin de contrat connue auparavant"
        verbose_name_plural = "fins de contrat connues auparavant"
        ordering = ["au", "pk"]

    def __str__(self):
        return f"Jusqu’au {self.fin:%d/%m/%Y}" if self.fin else "Sans dernier jour"


class Suspension(models.Model):
    """Un temps où le contrat existe sans travail : maladie, congé, immersion."""

    PARTAGE = Equipe(personne="contrat__personne")

    contrat = models.ForeignKey(Contrat, on_delete=models.CASCADE, related_name="suspensions")
    du = models.DateField()
    au = models.DateField(null=True, blank=True, help_text="Vide tant que le retour n’est pas connu.")
    motif = models.ForeignKey(Terme, on_delete=models.PROTECT, related_name="+", limit_choices_to={"liste": "motif_suspension"})

    objects = Partage.as_manager()

    class Meta:
        ordering = ["-du", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="suspension_fin_apres_debut",
                condition=Q(au=None) | Q(au__gte=F("du")),
                violation_error_message="Le retour vient avant le départ.",
            )
        ]

    def __str__(self):
        return f"Suspension du {self.du:%d/%m/%Y}"

    def court(self, le: date) -> bool:
        """Vrai si elle court ce jour-là."""
        return self.du <= le and (self.au is None or self.au >= le)


class PassIAEQuerySet(Partage):
    """Les PASS IAE."""

    def connus(self, le):
        """Ceux que l'on connaissait ce jour-là, chacun avec la fin qu'on lui savait alors : fin_connue."""
        return _connus(self, le).annotate(fin_connue=date_au_jour(le, AncienneFinDePass.objects, "pass_iae", "fin"))


class PassIAE(models.Model):
    """Le PASS IAE : la durée pendant laquelle la personne peut travailler dans l'insertion (nomenclatures §2)."""

    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="pass_iae", db_index=False)
    numero = models.CharField(
        "numéro",
        max_length=12,
        blank=True,
        validators=[RegexValidator(r"^[A-Z0-9]{12}$", "Un numéro de PASS IAE compte douze chiffres ou lettres capitales.")],
    )
    debut = models.DateField("premier jour")
    fin = models.DateField(
        "dernier jour", help_text="730 jours à partir du premier ; prolongations et suspensions le repoussent."
    )
    note_le = models.DateField("noté le", null=True, default=timezone.localdate, editable=False)

    objects = PassIAEQuerySet.as_manager()

    class Meta:
        verbose_name = "PASS IAE"
        verbose_name_plural = "PASS IAE"
        ordering = ["-fin", "-pk"]
        indexes = [models.Index(fields=["personne", "fin"], name="pass_personne_fin")]
        constraints = [
            models.CheckConstraint(
                name="pass_fin_apres_debut",
                condition=Q(fin__gte=F("debut")),
                violation_error_message="Le dernier jour vient avant le premier.",
            )
        ]

    get_absolute_url = page_de

    def __str__(self):
        return f"PASS IAE jusqu’au {self.fin:%d/%m/%Y}"

    @staticmethod
    def fin_ordinaire(debut: date) -> date:
        """Le dernier des 730 jours, sans prolongation ni suspension."""
        return debut + DUREE_PASS - timedelta(days=1)


class AncienneFinDePassQuerySet(LusAuJour, Partage):
    """Les derniers jours que l'on a sus de PASS IAE."""


class AncienneFinDePass(AncienneValeur):
    """Le dernier jour que l'on savait d'un PASS IAE avant de le prolonger ou de le corriger."""

    PARTAGE = Equipe(personne="pass_iae__personne")

    pass_iae = models.ForeignKey(PassIAE, on_delete=models.CASCADE, related_name="anciennes_fins")
    fin = models.DateField("dernier jour")

    objects = AncienneFinDePassQuerySet.as_manager()

    class Meta(AncienneValeur.Meta):
        verbose_name = "fin de PASS IAE connue auparavant"
        verbose_name_plural = "fins de PASS IAE connues auparavant"
        ordering = ["au", "pk"]

    def __str__(self):
        return f"Jusqu’au {self.fin:%d/%m/%Y}"
