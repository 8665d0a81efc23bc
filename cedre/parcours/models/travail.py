"""Le travail comme moyen : mises en situation, heures, évaluation au travail, besoins des clients (INS-4, INS-6, TRA-2)."""

from collections.abc import Callable
from datetime import date, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from cedre.comptes.fuseaux import JourDe
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte
from cedre.comptes.partage import Equipe, Partage
from cedre.core.champs import TEXTE_MAX
from cedre.core.dates import douze_mois
from cedre.core.intervalles import AncienneValeur, LusAuJour
from cedre.parcours.models.contrat import Contrat
from cedre.parcours.models.engagement import Engagement, Objectif
from cedre.partenariats.models import Client
from cedre.structures.models import FicheDePoste

SERT = Q(engagement__isnull=False, objectif__isnull=False)


def _servait(objectif: Q, le, *, mise_en_situation: str = "pk", actuel: Q | None = None) -> Q:
    """Vrai si l'objectif servi ce jour-là était tel. mise_en_situation, actuel : d'une autre ligne qu'elle, les mêmes chemins."""
    anciens = AncienObjectif.objects.au_jour(le).filter(mise_en_situation=OuterRef(mise_en_situation))
    return Q(Exists(anciens.filter(objectif))) | ~Q(Exists(anciens)) & (actuel or objectif)


def _sert(le: date, lesquels: Callable[[Least], QuerySet]) -> Q:
    """Vrai si l'on disait ce jour-là qu'elle sert un objectif d'un de ces engagements. lesquels : d'après son dernier jour."""

    def d_une_ligne(au: str) -> Q:
        return SERT & Q(Exists(lesquels(_dernier_jour(le, au)).filter(pk=OuterRef("engagement"))))

    return _servait(d_une_ligne("mise_en_situation__au"), le, actuel=d_une_ligne("au"))


def _dernier_jour(le: date, au: str = "au") -> Least:
    """Ce jour-là, ou le dernier de la mise en situation si elle était finie. au : de la ligne du dessus vers sa fin."""
    ce_jour = Value(le, output_field=DateField())
    return Least(Coalesce(OuterRef(au), ce_jour, output_field=DateField()), ce_jour, output_field=DateField())


class MiseEnSituationQuerySet(Partage):
    """Les mises en situation de travail."""

    def en_cours(self, le):
        """Celles qui courent ce jour-là."""
        return self.filter(Q(au=None) | Q(au__gte=le), du__lte=le)

    def du_mois(self, premier, dernier):
        """Celles qui touchent ce mois. premier, dernier : ses jours extrêmes."""
        return self.filter(Q(au=None) | Q(au__gte=premier), du__lte=dernier)

    def a_rattacher(self, le):
        """Celles qui ne sont pas finies, et servent un engagement clos (§ 2.3 b)."""
        return self.filter(Q(au=None) | Q(au__gte=le), engagement__clos_le__lte=le)

    def sans_objectif(self, le):
        """Celles dont les heures étaient ce jour-là distribuées sans objectif (INS-4)."""
        return self.filter(~_servait(SERT, le))

    def avec_objectif(self, le):
        """Celles dont les heures servaient ce jour-là un objectif d'un engagement (INS-4, § 2.3 b)."""
        return self.filter(_servait(SERT, le))

    def travaillees_dans_l_annee(self, le):
        """Celles où des heures ont été faites dans les douze mois qui finissent à cette date."""
        faites = Heures.objects.filter(mise_en_situation=OuterRef("pk"), heures__gt=0, **douze_mois(le))
        return self.nominatifs().filter(Exists(faites))

    def chez_un_client(self):
        """Celles qui se font chez un client, non en atelier."""
        return self.exclude(client=None)

    def au_service_d_un_objectif(self, le):
        """Celles qui servaient ce jour-là un objectif d'un engagement déjà pris (INS-4, § 2.3 b)."""
        pris = Engagement.objects.commences().filter(debut__lte=le, pk=OuterRef("engagement"))
        return self.filter(_servait(SERT & Q(Exists(pris)), le))

    def des_engages(self, le):
        """Celles de qui avait alors un engagement, et celles dites au service d'un engagement déjà pris (§ 2.3 b)."""
        siens = Engagement.objects.couraient_encore(_dernier_jour(le)).filter(personne=OuterRef("personne"))
        return self.filter(Q(Exists(siens)) | _sert(le, Engagement.objects.deja_pris))

    def selon_l_engagement(self, le):
        """Celles qui servaient un objectif d'un engagement qui courait encore ce jour-là, ou leur dernier jour (§ 2.3 b)."""
        return self.filter(_sert(le, Engagement.objects.couraient_encore))

    def client_associe(self, le):
        """Celles dont le client a reçu la fiche de liaison, ou a évalué au travail, à cette date (INS-6, § 2.2 b).

        La fiche se transmet par un lien, ou sur papier.
        """
        siens = {"mise_en_situation": OuterRef("pk")}
        evaluations = EvaluationAuTravail.objects.filter(regard=EvaluationAuTravail.Regard.CLIENT, le__lte=le, **siens)
        liens = LienClient.objects.filter(cree_jour__lte=le, **siens)
        return self.filter(Exists(evaluations) | Exists(liens) | Q(fiche_imprimee_le__lte=le))

    def client_dit(self, le):
        """Celles dont on savait le client ce jour-là, celui d'un atelier ou d'un chantier compris."""
        dit = Q(client_dit_le=None) | Q(client_dit_le__lte=le)
        return self.filter(Q(client__isnull=False) | Q(client_de_l_atelier__isnull=False) & dit)


class MiseEnSituation(models.Model):
    """Une mise en situation de travail salarié (METS), chez un client ou en atelier (INS-4).

    Elle sert un engagement et un objectif ; sinon ses heures sont « distribuées sans objectif ». Un atelier, un chantier a son
    client aussi (§ 2.2 b) ; client_dit_le : le jour où on l'a dit, vide s'il l'a été en l'ouvrant.
    """

    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="mises_en_situation", db_index=False)
    contrat = models.ForeignKey(Contrat, null=True, blank=True, on_delete=models.SET_NULL, related_name="mises_en_situation")
    engagement = models.ForeignKey(
        Engagement, null=True, blank=True, on_delete=models.RESTRICT, related_name="mises_en_situation"
    )
    objectif = models.ForeignKey(Objectif, null=True, blank=True, on_delete=models.RESTRICT, related_name="mises_en_situation")
    client = models.ForeignKey(Client, null=True, blank=True, on_delete=models.PROTECT, related_name="mises_en_situation")
    atelier = models.CharField("atelier ou chantier", max_length=120, blank=True)
    client_de_l_atelier = models.ForeignKey(
        Client,
        verbose_name="client de l’atelier ou du chantier",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mises_en_situation_en_atelier",
    )
    client_dit_le = models.DateField("client de l’atelier dit le", null=True, blank=True, editable=False)
    fiche_de_poste = models.ForeignKey(
        FicheDePoste, verbose_name="fiche de poste", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    du = models.DateField("du")
    au = models.DateField("au", null=True, blank=True)
    heures_prevues = models.DecimalField(
        "heures prévues par mois",
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(400)],
    )
    precisions = models.CharField("horaires, lieu, consignes", max_length=300, blank=True)
    fiche_imprimee_le = models.DateField("fiche de liaison imprimée le", null=True, blank=True, editable=False)
    cree_le = models.DateTimeField(default=timezone.now)

    objects = MiseEnSituationQuerySet.as_manager()

    class Meta:
        verbose_name = "mise en situation de travail"
        verbose_name_plural = "mises en situation de travail"
        ordering = ["-du", "-pk"]
        indexes = [models.Index(fields=["personne", "du", "au"], name="mets_personne_du")]
        constraints = [
            models.CheckConstraint(
                name="mets_chez_un_client_ou_en_atelier",
                condition=Q(client__isnull=False, atelier="") | Q(client=None) & ~Q(atelier=""),
                violation_error_message="Une mise en situation se fait chez un client ou dans un atelier.",
            ),
            models.CheckConstraint(
                name="mets_client_d_un_atelier",
                condition=Q(client_de_l_atelier=None) | ~Q(atelier=""),
                violation_error_message="Dites quel atelier, ou quel chantier, travaille pour ce client.",
            ),
            models.CheckConstraint(
                name="mets_fin_apres_debut",
                condition=Q(au=None) | Q(au__gte=F("du")),
                violation_error_message="La fin vient avant le début.",
            ),
        ]

    get_absolute_url = page_de

    def __str__(self):
        return f"{self.lieu}, depuis le {self.du:%d/%m/%Y}"

    @property
    def lieu(self) -> str:
        """Chez qui, ou dans quel atelier."""
        return str(self.client or self.atelier)

    @property
    def son_client(self) -> Client | None:
        """Celui chez qui elle se fait, ou pour qui l'atelier travaille ; rien s'il n'est pas dit."""
        return self.client or self.client_de_l_atelier

    @property
    def ou(self) -> str:
        """Chez qui, ou dans quel atelier, et pour quel client."""
        return f"{self.lieu}, pour {self.client_de_l_atelier}" if self.client_de_l_atelier else self.lieu

    def court(self, le: date) -> bool:
        """Vrai si elle court ce jour-là."""
        return self.du <= le and (self.au is None or self.au >= le)

    def refus_d_heures(self, du: date, au: date) -> str:
        """Pourquoi l'on n'y note pas d'heures sur cette période ; vide si on le peut. du, au : ses jours extrêmes."""
        if du > timezone.localdate():
            return "Ces heures ne sont pas encore faites."
        if au < self.du:
            return f"La mise en situation commence le {self.du:%d/%m/%Y}."
        if self.au and du > self.au:
            return f"La mise en situation a fini le {self.au:%d/%m/%Y}."
        return ""

    @property
    def a_un_objectif(self) -> bool:
        """Vrai si ses heures servent un objectif d'un engagement."""
        return self.engagement_id is not None and self.objectif_id is not None

    @property
    def est_a_rattacher(self) -> bool:
        """Vrai si elle n'est pas finie et sert un engagement clos."""
        le, clos_le = timezone.localdate(), self.engagement and self.engagement.clos_le
        return clos_le is not None and clos_le <= le and (self.au is None or self.au >= le)


class AncienObjectifQuerySet(LusAuJour, Partage):
    """Les objectifs que des mises en situation ont servis."""


class AncienObjectif(AncienneValeur):
    """L'objectif qu'une mise en situation servait, ou aucun, avant qu'on en change (INS-4)."""

    PARTAGE = Equipe(personne="mise_en_situation__personne")

    mise_en_situation = models.ForeignKey(MiseEnSituation, on_delete=models.CASCADE, related_name="anciens_objectifs")
    engagement = models.ForeignKey(Engagement, null=True, on_delete=models.RESTRICT, related_name="+")
    objectif = models.ForeignKey(Objectif, null=True, on_delete=models.RESTRICT, related_name="+")

    objects = AncienObjectifQuerySet.as_manager()

    class Meta(AncienneValeur.Meta):
        verbose_name = "objectif servi auparavant"
        verbose_name_plural = "objectifs servis auparavant"
        ordering = ["au", "pk"]

    def __str__(self):
        return f"{self.objectif or 'Aucun objectif'}, jusqu’au {self.au:%d/%m/%Y}"


def _sans_objectif() -> Q:
    """Des heures : leur mise en situation ne servait alors aucun objectif d'un engagement."""
    sert = Q(mise_en_situation__engagement__isnull=False, mise_en_situation__objectif__isnull=False)
    return ~_servait(SERT, OuterRef("le"), mise_en_situation="mise_en_situation", actuel=sert)


class HeuresQuerySet(Partage):
    """Les heures faites."""

    def entre(self, premier, dernier):
        """Celles de cette période, jours extrêmes compris."""
        return self.filter(le__gte=premier, le__lte=dernier)

    def sans_objectif(self):
        """Celles qui sont distribuées sans objectif (INS-4)."""
        return self.filter(_sans_objectif())

    def sommes(self, *par: str):
        """La somme des heures, et de celles qui étaient alors distribuées sans objectif, groupées par ces champs (INS-4)."""
        sommes = {"total": Sum("heures", default=0), "sans_objectif": Sum("heures", filter=_sans_objectif(), default=0)}
        return self.order_by().values(*par).annotate(**sommes).order_by(*par) if par else self.aggregate(**sommes)


class Heures(models.Model):
    """Les heures faites d'une mise en situation, sur une semaine ou un mois.

    le : premier jour de la semaine, ou du mois pour la semaine qui le commence ; un total de mois est donc toujours exact.
    """

    PARTAGE = Equipe(personne="mise_en_situation__personne")

    mise_en_situation = models.ForeignKey(MiseEnSituation, on_delete=models.CASCADE, related_name="heures", db_index=False)
    le = models.DateField("premier jour")
    heures = models.DecimalField(max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(400)])

    objects = HeuresQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "heures"
        ordering = ["le", "pk"]
        indexes = [models.Index(fields=["mise_en_situation", "le", "heures"], name="heures_faites")]
        constraints = [
            models.UniqueConstraint(name="heures_une_par_periode", fields=["mise_en_situation", "le"]),
            models.CheckConstraint(
                name="heures_positives",
                condition=Q(heures__gte=0),
                violation_error_message="Des heures ne peuvent pas être négatives.",
            ),
        ]

    def __str__(self):
        return f"{self.heures} h à partir du {self.le:%d/%m/%Y}"


class EvaluationAuTravail(models.Model):
    """Ce qui a été constaté au travail, par l'encadrement ou par le client (INS-4, INS-6)."""

    class Regard(models.TextChoices):
        ENCADREMENT = "encadrement", "L’encadrement"
        CLIENT = "client", "Le client"

    PARTAGE = Equipe(personne="mise_en_situation__personne")

    mise_en_situation = models.ForeignKey(MiseEnSituation, on_delete=models.CASCADE, related_name="evaluations")
    le = models.DateField("date", default=timezone.localdate)
    regard = models.CharField("qui évalue", max_length=11, choices=Regard, default=Regard.ENCADREMENT)
    signature = models.CharField("nom de qui évalue", max_length=120, blank=True)
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")
    niveaux = models.JSONField("compétences constatées", default=list, blank=True)
    points_forts = models.TextField("ce qui va bien", max_length=TEXTE_MAX, blank=True)
    a_travailler = models.TextField("ce qui reste à travailler", max_length=TEXTE_MAX, blank=True)
    objectif_avance = models.CharField(
        "l’objectif avance",
        max_length=8,
        blank=True,
        choices=[("oui", "Oui"), ("un_peu", "Un peu"), ("non", "Pas encore")],
    )

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "évaluation au travail"
        verbose_name_plural = "évaluations au travail"
        ordering = ["-le", "-pk"]

    get_absolute_url = page_de

    def __str__(self):
        return f"Évaluation au travail du {self.le:%d/%m/%Y}"


def dans_trente_jours():
    """Échéance d'un lien remis à un client."""
    return timezone.now() + timedelta(days=30)


class LienClientQuerySet(Partage):
    """Les liens remis aux clients."""

    def valables(self):
        """Ni expirés ni révoqués."""
        return self.filter(expire_le__gt=timezone.now(), revoque_le=None)


class LienClient(models.Model):
    """L'adresse secrète où un client lit sa fiche de liaison et évalue au travail, sans compte (INS-6).

    Seul le condensat du lien est gardé. C'est la structure qui demande, et non qui l'a remis : le lien vaut encore quand
    cette personne n'a plus d'accès ; il se ferme de la page de la mise en situation.
    """

    PARTAGE = Equipe(personne="mise_en_situation__personne")

    mise_en_situation = models.ForeignKey(MiseEnSituation, on_delete=models.CASCADE, related_name="liens")
    condensat = models.CharField(max_length=64, unique=True)
    cree_le = models.DateTimeField(default=timezone.now)
    cree_jour = JourDe(de="cree_le")
    expire_le = models.DateTimeField(default=dans_trente_jours)
    revoque_le = models.DateTimeField(null=True, blank=True)
    ouvert_le = models.DateTimeField("ouvert la première fois le", null=True, blank=True)
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")

    objects = LienClientQuerySet.as_manager()

    class Meta:
        verbose_name = "lien remis à un client"
        verbose_name_plural = "liens remis à des clients"
        ordering = ["-cree_le", "-pk"]

    def __str__(self):
        return f"Lien du {timezone.localtime(self.cree_le):%d/%m/%Y}"
