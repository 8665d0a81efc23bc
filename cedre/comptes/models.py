"""Organisations, comptes, habilitations, invitations, traces (RES-1, nomenclatures §7)."""

from datetime import date, timedelta

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, Min, OuterRef, Q
from django.utils import timezone
from stdnum.fr import siret as stdnum_siret

from cedre.comptes.appartenance import Appartenance
from cedre.comptes.droits import DROITS, EQUIPE, ROLES_DE_FEDERATION, ROLES_DE_REGION, ROLES_DE_STRUCTURE, Droit, Role
from cedre.comptes.experimentation import BORNEE, PENDANT_L_EXPERIMENTATION
from cedre.comptes.fuseaux import Fuseau, JourDe
from cedre.comptes.gestes import page_de
from cedre.comptes.partage import Ailleurs, Interne, Partage, Scelle, Territoire
from cedre.comptes.registre import Deplacement as Deplacement
from cedre.comptes.registre import MotifDuPasse
from cedre.core.alphabet import alphabetique
from cedre.core.inalterable import inalterable


def valider_siret(valeur: str) -> None:
    """Refuse un SIRET dont la clé est fausse."""
    if not stdnum_siret.is_valid(valeur):
        raise ValidationError("Ce SIRET n’est pas valide : 14 chiffres, dont une clé de contrôle.", code="siret")


class OrganisationQuerySet(Partage):
    """Les organisations du réseau."""

    def structures(self):
        """Celles qui accueillent des personnes."""
        return self.filter(nature=Organisation.Nature.STRUCTURE)

    def cherchees(self, texte: str):
        """Celles dont le nom ou la commune contient ce texte."""
        return self.filter(Q(nom__icontains=texte) | Q(commune__icontains=texte))

    def rattachees_a(self, organisation):
        """Les structures d'une région, ou les membres d'un ensemblier."""
        return self.filter(Q(region=organisation) | Q(ensemblier=organisation))

    def de_l_ensemblier(self, slug: str, le: date):
        """Les membres, ce jour-là, de l'ensemblier qui a cette adresse."""
        tenues = Appartenance.objects.au_jour(le).filter(organisation=OuterRef("pk"))
        return self.filter(Exists(tenues.filter(ensemblier__slug=slug)) | ~Exists(tenues) & Q(ensemblier__slug=slug))


class Organisation(models.Model):
    """Fédération, association régionale, ensemblier ou structure : un seul modèle, une nature (RES-1)."""

    class Nature(models.TextChoices):
        FEDERATION = "federation", "Fédération"
        REGION = "region", "Association régionale"
        ENSEMBLIER = "ensemblier", "Ensemblier"
        STRUCTURE = "structure", "Structure"

    class TypeSiae(models.TextChoices):
        AI = "AI", "Association intermédiaire"
        ETTI = "ETTI", "Entreprise de travail temporaire d’insertion"
        EI = "EI", "Entreprise d’insertion"
        ACI = "ACI", "Atelier et chantier d’insertion"

    PARTAGE = Territoire("id", region="region", droit=Droit.RESEAU_SUIVRE)

    nature = models.CharField(max_length=12, choices=Nature)
    type_siae = models.CharField("type de structure", max_length=4, choices=TypeSiae, blank=True)
    nom = models.CharField(max_length=160)
    slug = models.SlugField("adresse", max_length=60, unique=True)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[valider_siret])
    adresse = models.CharField(max_length=200, blank=True)
    code_postal = models.CharField(max_length=5, blank=True)
    commune = models.CharField(max_length=100, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    courriel = models.EmailField(blank=True)
    fuseau = models.CharField("heure", max_length=18, choices=Fuseau, default=Fuseau.PARIS)
    region = models.ForeignKey(
        "self",
        verbose_name="association régionale",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rattachees",
        limit_choices_to={"nature": "region"},
    )
    ensemblier = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="membres", limit_choices_to={"nature": "ensemblier"}
    )
    adhesion_le = models.DateField("adhésion", null=True, blank=True)
    charte_le = models.DateField("signature de la charte", null=True, blank=True)
    convention_tripartite_le = models.DateField("convention tripartite", null=True, blank=True)
    experimentation_le = models.DateField("participation à l’expérimentation, depuis le", **PENDANT_L_EXPERIMENTATION)
    fin_formation_action_le = models.DateField("fin de la formation-action", null=True, blank=True)

    objects = OrganisationQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        ordering = [alphabetique("nom"), "pk"]
        constraints = [
            models.CheckConstraint(
                name="organisation_type_si_structure",
                condition=Q(nature="structure") & ~Q(type_siae="") | ~Q(nature="structure") & Q(type_siae=""),
                violation_error_message="Une structure a un type (AI, ETTI, EI ou ACI) ; les autres n’en ont pas.",
            ),
            models.UniqueConstraint(
                name="organisation_siret_unique",
                fields=["siret"],
                condition=~Q(siret=""),
                violation_error_message="Une organisation porte déjà ce SIRET.",
            ),
            BORNEE,
        ]

    def __str__(self):
        return self.nom

    def type_au(self, le: date) -> str:
        """Son type ce jour-là."""
        tenues = [a.type_siae for a in self.appartenances.all() if a.du <= le and (a.au is None or le < a.au)]
        return tenues[0] if tenues else self.type_siae

    @property
    def coordonnees(self) -> dict[str, str]:
        """Ce que dit l'en-tête de ses documents : nom, adresse, comment la joindre."""
        return {c: getattr(self, c) for c in ("nom", "adresse", "code_postal", "commune", "telephone", "courriel")}

    @property
    def roles_possibles(self) -> frozenset[Role]:
        """Les rôles que l'on peut tenir dans cette organisation."""
        return {
            self.Nature.FEDERATION: ROLES_DE_FEDERATION,
            self.Nature.REGION: ROLES_DE_REGION,
            self.Nature.ENSEMBLIER: frozenset({Role.DIRECTION, Role.CA}),
            self.Nature.STRUCTURE: ROLES_DE_STRUCTURE,
        }[self.nature]

    def roles_offerts_par(self, habilitation) -> frozenset[Role]:
        """Les rôles où cette habilitation peut inviter ici : tous, chez soi.

        La fédération n'ouvre chez les autres que ce qui ne se donne pas tout seul : les rôles d'une région, et la
        première direction d'une structure. Dès qu'une direction est là, elle seule invite : la fédération ne pourrait
        sinon s'ouvrir des dossiers (RES-1).
        """
        if not habilitation.peut(Droit.EQUIPE_GERER):
            return frozenset()
        if habilitation.organisation_id == self.pk:
            return self.roles_possibles
        if not habilitation.peut(Droit.RESEAU_TENIR):
            return frozenset()
        if self.nature == self.Nature.REGION:
            return ROLES_DE_REGION
        if self.habilitations.actives().avec_droit(Droit.EQUIPE_GERER).exists():
            return frozenset()
        return self.roles_possibles & {Role.DIRECTION}


class CompteManager(BaseUserManager.from_queryset(Partage)):
    """Création des comptes par leur courriel."""

    def create_user(self, email: str, password: str | None = None, **champs):
        """Crée un compte ; sans mot de passe, on n'y entre que par une réinitialisation."""
        compte = self.model(email=self.normalize_email(email).lower(), **champs)
        compte.set_password(password)
        compte.save(using=self._db)
        return compte


class Compte(AbstractBaseUser):
    """Un compte : un courriel, un nom. Il ne donne aucun droit par lui-même."""

    PARTAGE = Scelle()  # il n'appartient à aucune organisation : on le lit par ses habilitations

    email = models.EmailField("courriel", unique=True)
    prenom = models.CharField("prénom", max_length=80)
    nom = models.CharField(max_length=80)
    is_active = models.BooleanField("actif", default=True)
    desactive_le = models.DateField("désactivé le", null=True, blank=True)
    cree_le = models.DateTimeField(default=timezone.now)

    objects = CompteManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["prenom", "nom"]

    class Meta:
        ordering = [alphabetique("nom"), alphabetique("prenom"), "pk"]
        constraints = [models.CheckConstraint(name="compte_desactive_le", condition=Q(is_active=False) | Q(desactive_le=None))]

    def __str__(self):
        return f"{self.prenom} {self.nom}".strip() or self.email

    @property
    def initiales(self) -> str:
        """Deux lettres pour l'écran."""
        return (self.prenom[:1] + self.nom[:1]).upper()


def _tenue(le: date) -> Q:
    """Vrai d'une habilitation qui vaut ce jour-là : ni retirée, ni d'un compte désactivé alors, ou on ne sait quand."""
    du_compte = Q(compte__is_active=True) | Q(compte__desactive_le__gt=le)
    return (Q(retiree_jour=None) | Q(retiree_jour__gt=le)) & Q(depuis_jour__lte=le) & du_compte


class HabilitationQuerySet(Partage):
    """Les habilitations."""

    def actives(self):
        """Celles qui valent maintenant : non retirées, d'un compte actif."""
        return self.filter(retiree_le=None, compte__is_active=True)

    def avec_droit(self, droit: Droit):
        """Celles dont le rôle donne ce droit."""
        return self.filter(role__in=[role for role, droits in DROITS.items() if droit in droits])

    def tenues(self, le: date):
        """Celles qui valaient ce jour-là, d'un compte alors actif."""
        return self.filter(_tenue(le))

    def de_l_equipe(self, le: date):
        """Celles de l'équipe de chaque organisation ce jour-là, une par membre : de plusieurs rôles, le premier compte."""
        tenues = self.tenues(le).filter(role__in=EQUIPE)
        premieres = Habilitation.objects.tenues(le).filter(role__in=EQUIPE, pk__lt=OuterRef("pk"))
        memes = premieres.filter(compte=OuterRef("compte"), organisation=OuterRef("organisation"))
        return tenues.exclude(Exists(memes))

    def premiers_jours(self) -> dict[int, date]:
        """Par organisation, le jour depuis lequel elle tient Cèdre : celui de la première."""
        return dict(self.order_by().values_list("organisation").annotate(Min("depuis_jour")))

    def comptes(self):
        """Les comptes qui les tiennent, chacun une fois."""
        return Compte.objects.filter(pk__in=self.values("compte"))

    def avec_second_facteur(self):
        """Annote second_facteur : vrai si le compte a une application d'authentification ou une clé d'accès."""
        return self.annotate(
            second_facteur=Exists(Compte.objects.filter(pk=OuterRef("compte"), authenticator__type__in=["totp", "webauthn"]))
        )


class Habilitation(models.Model):
    """Un compte × une organisation × un rôle : au nom de qui l'on agit."""

    PARTAGE = Interne("organisation", quelqu_un=True)

    compte = models.ForeignKey(Compte, on_delete=models.PROTECT, related_name="habilitations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="habilitations")
    role = models.CharField("rôle", max_length=24, choices=Role)
    depuis = models.DateTimeField(default=timezone.now)
    depuis_jour = JourDe(de="depuis")
    utilisee_le = models.DateTimeField(null=True, blank=True)
    retiree_le = models.DateTimeField("retirée le", null=True, blank=True)
    retiree_jour = JourDe(null=True, de="retiree_le")
    courriel_du_jour = models.BooleanField("courriel du matin", default=False)
    courriel_du_jour_le = models.DateField("dernier courriel du matin", null=True, blank=True)
    condensat_agenda = models.CharField("adresse de l’agenda", max_length=64, null=True, blank=True, unique=True)

    objects = HabilitationQuerySet.as_manager()

    class Meta:
        ordering = [alphabetique("organisation__nom"), "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="habilitation_active_unique",
                fields=["compte", "organisation", "role"],
                condition=Q(retiree_le=None),
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()} · {self.organisation}"

    def peut(self, droit: Droit) -> bool:
        """Vrai si le rôle donne ce droit."""
        return droit in DROITS[Role(self.role)]

    def collegues(self, droit: Droit) -> models.QuerySet[Compte]:
        """Les comptes de son organisation dont un rôle donne ce droit, le sien compris : à qui confier quelque chose."""
        return Habilitation.objects.pour(self).actives().avec_droit(droit).comptes()

    @property
    def droits(self) -> frozenset[Droit]:
        """Ceux que son rôle donne."""
        return DROITS[Role(self.role)]


class InvitationQuerySet(Partage):
    """Les invitations."""

    def en_attente(self):
        """Ni acceptées, ni annulées, ni expirées."""
        return self.filter(acceptee_le=None, annulee_le=None, expire_le__gt=timezone.now())


def dans_sept_jours():
    """Échéance d'une invitation."""
    return timezone.now() + timedelta(days=7)


class Invitation(models.Model):
    """Une place offerte dans l'équipe, par un lien à usage unique ; seul le condensat du lien est gardé.

    par : personne pour la première de toutes, que « cedre premier-compte » écrit quand nul ne peut encore inviter.
    """

    PARTAGE = Interne("organisation", droit=Droit.EQUIPE_GERER, ailleurs=Ailleurs(Droit.RESEAU_TENIR, compte="par"))

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField("rôle", max_length=24, choices=Role)
    courriel = models.EmailField()
    condensat = models.CharField(max_length=64, unique=True)
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField(default=timezone.now)
    expire_le = models.DateTimeField(default=dans_sept_jours)
    acceptee_le = models.DateTimeField(null=True, blank=True)
    annulee_le = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-cree_le", "-pk"]

    def __str__(self):
        return f"{self.courriel} · {self.get_role_display()}"

    @property
    def refus(self) -> str:
        """Pourquoi cette invitation ne vaut plus ; vide si elle vaut encore."""
        if self.acceptee_le:
            return "Cette invitation a déjà servi."
        if self.annulee_le:
            return "Cette invitation a été annulée."
        return "Cette invitation a expiré : elle valait sept jours." if self.expire_le <= timezone.now() else ""


class TraceQuerySet(Partage):
    """Les traces."""

    def du_dossier(self, numero: int):
        """Celles qui touchent le dossier de ce numéro."""
        return self.filter(personne_id=numero)

    def du_passe(self):
        """Celles des gestes qui ont changé le passé, ou noté un fait après son jour."""
        return self.filter(depuis__isnull=False)


class Trace(models.Model):
    """Qui a fait quoi, sur quel objet, quand ; qui a ouvert quel dossier.

    La base refuse d'y rien changer (DECLENCHEURS). De la personne suivie : son numéro de dossier, le nom des champs touchés.
    """

    class Geste(models.TextChoices):
        CONSULTER = "consulter", "a ouvert"
        CREER = "creer", "a créé"
        MODIFIER = "modifier", "a modifié"
        SUPPRIMER = "supprimer", "a supprimé"
        EXPORTER = "exporter", "a exporté"
        IMPORTER = "importer", "a importé"
        INVITER = "inviter", "a invité"
        RETIRER = "retirer", "a retiré"
        ANONYMISER = "anonymiser", "a anonymisé"
        EFFACER = "effacer", "a effacé"

    PARTAGE = Interne("organisation")
    DECLENCHEURS = inalterable("comptes_trace", "une trace")

    le = models.DateTimeField(default=timezone.now)
    organisation = models.ForeignKey(Organisation, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    compte = models.ForeignKey(
        Compte, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    role = models.CharField("rôle", max_length=24, choices=Role, blank=True)
    geste = models.CharField(max_length=12, choices=Geste)
    objet = models.CharField(max_length=60)
    objet_id = models.BigIntegerField(null=True)
    personne_id = models.BigIntegerField("dossier", null=True)
    detail = models.CharField("détail", max_length=400, blank=True)
    depuis = models.DateField("jour depuis lequel le passé change", null=True, blank=True)
    motif = models.CharField(max_length=16, choices=MotifDuPasse, blank=True)

    objects = TraceQuerySet.as_manager()

    class Meta:
        ordering = ["-le", "-pk"]
        indexes = [
            models.Index(fields=["organisation", "-le"], name="trace_organisation_le"),
            models.Index(F("personne_id"), F("le").desc(), condition=Q(personne_id__isnull=False), name="trace_dossier"),
            models.Index(fields=["organisation", "depuis"], condition=Q(depuis__isnull=False), name="trace_du_passe"),
        ]

    def __str__(self):
        return f"{self.le:%Y-%m-%d %H:%M} {self.compte} {self.get_geste_display()} {self.objet} {self.objet_id or ''}"
