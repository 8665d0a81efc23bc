"""L'entretien de bilan : ce qui était convenu, ce qui s'est fait, ce qui vient (INS-7)."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from cedre.comptes.fuseaux import JourDe
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte
from cedre.comptes.partage import Equipe, Partage
from cedre.core.champs import TEXTE_MAX
from cedre.core.dates import Decaler, douze_mois, il_y_a
from cedre.core.intervalles import AncienneValeur, Intervalle, LusAuJour, date_au_jour
from cedre.parcours.models.engagement import Engagement, Objectif, Remise
from cedre.parcours.models.evaluation import Trajectoire

TOLERANCE = timedelta(days=15)


def _clotures(le) -> models.QuerySet:
    """Celles, rouvertes depuis, qui valaient ce jour-là pour le bilan de la requête."""
    return ClotureRouverte.objects.au_jour(le).filter(bilan=OuterRef("pk"))


class BilanQuerySet(Partage):
    """Les entretiens de bilan."""

    def prevus(self):
        """Ceux qui doivent encore avoir lieu, ou que l'on n'a pas fini d'écrire."""
        return self.filter(etat__in=Bilan.A_TENIR)

    def au(self, le):
        """Chacun avec le jour que l'agenda en disait à cette date, ou celui où il s'était tenu : jour."""
        return self.annotate(jour=date_au_jour(le, AncienRendezVous.objects, "bilan", "le"))

    def ouverts(self, le):
        """Ceux que l'on attendait à cette date, chacun avec son jour : déjà notés, ni clos, ni manqués, ni annulés (ACC-6)."""
        connus = self.au(le).filter(cree_jour__lte=le)
        restent = connus.filter(Q(clos_jour=None) | Q(clos_jour__gt=le), ~Exists(_clotures(le)))
        venue = ~Q(etat=Bilan.Etat.ABSENT) | Q(absent_le__gt=le) | Q(absent_le=None, jour__gt=le)
        return restent.filter(venue, Q(annule_le=None) | Q(annule_le__gt=le))

    def annuler(self, le: date) -> None:
        """Les retire de l'agenda, ce jour-là ; annulé plus de quinze jours après son échéance, un bilan y a manqué (§ 2.2 c)."""
        self.update(etat=Bilan.Etat.ANNULE, annule_le=le)

    def clos(self):
        """Ceux qui se sont tenus et dont la suite est fixée."""
        return self.filter(etat=Bilan.Etat.CLOS)

    def tenus(self):
        """Ceux qui ont eu lieu : clos, ou que l'on a rouverts pour les écrire de nouveau."""
        return self.filter(Q(etat=Bilan.Etat.CLOS) | Exists(ClotureRouverte.objects.filter(bilan=OuterRef("pk"))))

    def clos_au(self, le: date):
        """Ceux qui, ce jour-là, s'étaient tenus et étaient clos : rouvrir un bilan n'ouvre rien dans le passé."""
        courants = Q(etat=Bilan.Etat.CLOS, clos_jour__lte=le)
        return self.au(le).filter(courants | Exists(_clotures(le)), jour__lte=le)

    def clos_dans_l_annee(self, le: date):
        """Ceux qui se sont tenus dans les douze mois qui finissent ce jour-là."""
        return self.nominatifs().clos_au(le).filter(**douze_mois(le, "jour"))

    def attendus(self):
        """Chacun avec le jour où on l'attendait : attendu_le."""
        return self.annotate(attendu_le=Coalesce("echeance", "le"))

    def echus(self, le: date):
        """Ceux dont l'échéance est passée depuis plus de quinze jours et moins de douze mois, hors annulés avant."""
        echeances = self.nominatifs().attendus().filter(attendu_le__gt=il_y_a(12, le), attendu_le__lt=le - TOLERANCE)
        return echeances.filter(Q(annule_le=None) | Q(annule_le__gt=Decaler(F("attendu_le"), Value(TOLERANCE.days))))

    def sans_autre_rendez_vous(self, le: date):
        """Hors ceux où la personne n'est pas venue, qu'un autre rendez-vous avait remplacés ce jour-là (§ 2.2 c).

        D'une absence notée avant que l'on en garde le jour, c'est celui où on l'attendait.
        """
        absences = self.au(le).annotate(absence=Coalesce("absent_le", "jour"))
        autres = Bilan.objects.filter(Q(annule_le=None) | Q(annule_le__gt=le), cree_jour__lte=le).exclude(pk=OuterRef("pk"))
        poses = autres.filter(engagement=OuterRef("engagement"), cree_jour__gte=OuterRef("absence"))
        return absences.exclude(Exists(poses), etat=Bilan.Etat.ABSENT)

    def tenus_a_temps(self, le: date):
        """Ceux, lus par echus, dont l'engagement a un bilan clos, tenu au plus quinze jours après l'échéance (INS-7, § 2.2 c).

        Une absence suivie d'un autre rendez-vous, tenu à temps, n'est pas une échéance manquée.
        """
        limite = Decaler(OuterRef("attendu_le"), Value(TOLERANCE.days))
        siens = Bilan.objects.clos_au(le).attendus().filter(engagement=OuterRef("engagement"), jour__lte=limite)
        return self.attendus().filter(Exists(siens.filter(attendu_le__gte=OuterRef("attendu_le"))))

    def rediges(self, le: date | None = None):
        """Ceux dont le compte rendu est écrit : ce que l'on retient, et où en est chaque objectif regardé (§ 2.2 c).

        le : à cette date ; d'un bilan rouvert depuis, c'est ce que sa clôture en gardait.
        """
        regardes = ObjectifEvalue.objects.filter(bilan=OuterRef("pk"))
        ecrits = ~Q(synthese="") & Exists(regardes) & ~Exists(regardes.filter(resultat=""))
        if le is None:
            return self.filter(ecrits)
        return self.filter(Q(Exists(_clotures(le).filter(redige=True))) | ~Exists(_clotures(le)) & ecrits)

    def remis(self, le: date):
        """Ceux dont le compte rendu a été remis à la personne, à cette date (§ 2.2 c)."""
        return self.filter(Exists(Remise.objects.filter(bilan=OuterRef("pk"), le__lte=le)))


class Bilan(models.Model):
    """Un entretien de bilan. Clos, il est figé ; on ne le rouvre qu'avec un motif (INS-7, § 2.2 c)."""

    class Etat(models.TextChoices):
        PREVU = "prevu", "Prévu"
        EN_COURS = "en_cours", "En cours d’écriture"
        CLOS = "clos", "Clos"
        ABSENT = "absent", "La personne n’est pas venue"
        ANNULE = "annule", "Annulé"

    class Suite(models.TextChoices):
        PROLONGER = "prolonger", "Prolonger l’engagement"
        NOUVEL_ENGAGEMENT = "nouvel_engagement", "Un nouvel engagement"
        SORTIE = "sortie", "La sortie"

    A_TENIR = (Etat.PREVU, Etat.EN_COURS)
    TEXTES = ("moyens", "evolution", "parole", "synthese")
    TRAJECTOIRE = ("trajectoire", "statut_social")
    PARTAGE = Equipe(personne="personne")
    JOUR_PAR_DEFAUT = {"echeance": "le"}

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="bilans", db_index=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.RESTRICT, related_name="bilans")
    le = models.DateField("date")
    echeance = models.DateField("le jour où il était attendu, s’il s’est tenu un autre jour", null=True, blank=True)
    heure = models.TimeField(null=True, blank=True)
    lieu = models.CharField(max_length=120, blank=True)
    conduit_par = models.ForeignKey(
        Compte, verbose_name="conduit par", null=True, blank=True, on_delete=models.PROTECT, related_name="bilans"
    )
    etat = models.CharField("état", max_length=8, choices=Etat, default=Etat.PREVU)
    moyens = models.TextField(
        "Les moyens employés", max_length=TEXTE_MAX, blank=True, help_text="Ce que chacun a fait, ce qui a manqué."
    )
    evolution = models.TextField(
        "Ce qui a changé", max_length=TEXTE_MAX, blank=True, help_text="Dans la situation de la personne depuis la dernière fois."
    )
    parole = models.TextField("Ce que la personne en dit", max_length=TEXTE_MAX, blank=True, help_text="Avec ses mots.")
    synthese = models.TextField(
        "Ce que l’on retient ensemble", max_length=TEXTE_MAX, blank=True, help_text="Relu avec la personne."
    )
    trajectoire = models.CharField(
        "trajectoire socioprofessionnelle : la carrière", max_length=8, choices=Trajectoire, blank=True
    )
    statut_social = models.CharField(
        "trajectoire socioprofessionnelle : le statut social", max_length=8, choices=Trajectoire, blank=True
    )
    suite = models.CharField("la suite", max_length=18, choices=Suite, blank=True)
    suite_le = models.DateField("pour le", null=True, blank=True)
    clos_le = models.DateTimeField("clos le", null=True, blank=True)
    clos_jour = JourDe(null=True, de="clos_le")
    annule_le = models.DateField("annulé le", null=True, blank=True)
    absent_le = models.DateField("absence notée le", null=True, blank=True, editable=False)
    motif_reouverture = models.CharField("pourquoi le rouvrir", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    cree_le = models.DateTimeField(default=timezone.now)
    cree_jour = JourDe(de="cree_le")

    objects = BilanQuerySet.as_manager()

    class Meta:
        verbose_name = "entretien de bilan"
        verbose_name_plural = "entretiens de bilan"
        ordering = ["-le", "-pk"]
        indexes = [
            models.Index(fields=["personne", "le", "etat", "cree_jour", "clos_jour", "annule_le"], name="bilan_personne_le"),
            models.Index("personne", Coalesce("echeance", "le"), name="bilan_attendu_le"),
            models.Index(fields=["conduit_par", "etat", "le"], name="bilan_agenda"),
        ]
        constraints = [
            models.CheckConstraint(
                name="bilan_clos_a_une_suite",
                condition=~Q(etat="clos") | ~Q(suite="") & Q(suite_le__isnull=False, clos_le__isnull=False),
                violation_error_message="Un bilan clos dit la suite, et pour quand.",
            ),
            models.CheckConstraint(
                name="bilan_annule_un_jour",
                condition=Q(etat="annule", annule_le__isnull=False) | ~Q(etat="annule") & Q(annule_le=None),
                violation_error_message="Un bilan annulé l’est à une date ; un autre n’en a pas.",
            ),
        ]

    get_absolute_url = page_de

    def __str__(self):
        return f"Entretien de bilan du {self.le:%d/%m/%Y}"

    def attendre(self, le: date) -> None:
        """En change le jour, sans l'enregistrer ; un jour déjà passé reste son échéance : un retard reste un retard (§ 2.2 c)."""
        if self.echeance is None and self.le and self.le != le and self.le < timezone.localdate():
            self.echeance = self.le
        self.le = le

    @property
    def est_ouvert(self) -> bool:
        """Vrai tant que l'on peut l'écrire et le clore."""
        return self.etat in (self.Etat.PREVU, self.Etat.EN_COURS)

    @property
    def textes(self) -> dict[str, str]:
        """Tout ce qui s'y écrit : ce que l'on dit de chaque objectif, le compte rendu section par section, la trajectoire."""
        dits = {nom: texte for evalue in self.objectifs_evalues.all() for nom, texte in evalue.textes.items()}
        return dits | {nom: getattr(self, nom) for nom in (*self.TEXTES, *self.TRAJECTOIRE)}

    @property
    def objectifs(self) -> models.QuerySet:
        """Ceux de l'engagement, et celui qu'on a retiré après l'avoir regardé ici."""
        regardes = Q(pk__in=self.objectifs_evalues.values("objectif"))
        return self.engagement.objectifs.filter(Q(retire_le=None) | regardes)

    def objectifs_sans_resultat(self) -> list[Objectif]:
        """Les objectifs dont le résultat reste à dire : tant qu'il y en a, le bilan ne se clôt pas."""
        dits = self.objectifs_evalues.exclude(resultat="").values("objectif")
        return list(self.objectifs.exclude(pk__in=dits))


class AncienRendezVousQuerySet(LusAuJour, Partage):
    """Les jours que l'agenda a dits de bilans."""


class AncienRendezVous(AncienneValeur):
    """Le jour que l'agenda disait d'un bilan avant qu'on le déplace, ou qu'il se tienne un autre jour (INS-7)."""

    PARTAGE = Equipe(personne="bilan__personne")

    bilan = models.ForeignKey(Bilan, on_delete=models.CASCADE, related_name="anciens_rendez_vous")
    le = models.DateField("prévu le")

    objects = AncienRendezVousQuerySet.as_manager()

    class Meta(AncienneValeur.Meta):
        verbose_name = "rendez-vous de bilan déplacé"
        verbose_name_plural = "rendez-vous de bilan déplacés"
        ordering = ["au", "pk"]

    def __str__(self):
        return f"Prévu le {self.le:%d/%m/%Y}, jusqu’au {self.au:%d/%m/%Y}"


class ClotureRouverteQuerySet(LusAuJour, Partage):
    """Les clôtures de bilans que l'on a rouverts."""


class ClotureRouverte(Intervalle):
    """Un bilan a été clos de ce jour à celui où on l'a rouvert ; ce que l'on en écrit ensuite n'y change rien (INS-7)."""

    PARTAGE = Equipe(personne="bilan__personne")

    bilan = models.ForeignKey(Bilan, on_delete=models.CASCADE, related_name="clotures_rouvertes")
    redige = models.BooleanField("son compte rendu était écrit")

    objects = ClotureRouverteQuerySet.as_manager()

    class Meta(Intervalle.Meta):
        verbose_name = "clôture de bilan rouverte"
        verbose_name_plural = "clôtures de bilan rouvertes"
        ordering = ["-du", "-pk"]

    def __str__(self):
        return f"Clos du {self.du:%d/%m/%Y} au {self.au:%d/%m/%Y}"


class ObjectifEvalue(models.Model):
    """Un objectif de l'engagement, regardé au bilan (INS-7)."""

    class Resultat(models.TextChoices):
        ATTEINT = "atteint", "Atteint"
        EN_PARTIE = "en_partie", "Atteint en partie"
        NON_ATTEINT = "non_atteint", "Pas atteint"
        ABANDONNE = "abandonne", "Abandonné, d’un commun accord"

    PARTAGE = Equipe(personne="bilan__personne")

    bilan = models.ForeignKey(Bilan, on_delete=models.CASCADE, related_name="objectifs_evalues")
    objectif = models.ForeignKey(Objectif, on_delete=models.RESTRICT, related_name="evaluations")
    resultat = models.CharField("résultat", max_length=11, choices=Resultat, blank=True)
    commentaire = models.CharField(max_length=400, blank=True)

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "objectif évalué"
        verbose_name_plural = "objectifs évalués"
        ordering = ["objectif__rang", "pk"]
        constraints = [models.UniqueConstraint(name="objectif_evalue_une_fois", fields=["bilan", "objectif"])]

    def __str__(self):
        return f"{self.objectif}"

    @property
    def textes(self) -> dict[str, str]:
        """Le résultat et le commentaire, sous le nom qu'ils ont à l'écran."""
        return {f"resultat-{self.objectif_id}": self.resultat, f"commentaire-{self.objectif_id}": self.commentaire}
