"""Les partenaires, les clients, et les conventions qui les lient à la structure (TRA-3, INS-6, ACC-3)."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Organisation, valider_siret
from cedre.comptes.partage import Equipe, Interne, Partage
from cedre.core.alphabet import alphabetique
from cedre.core.champs import TEXTE_MAX, TexteDerive
from cedre.core.dates import douze_mois
from cedre.core.texte import normaliser
from cedre.observatoire.models import Terme


def _recherche(partenaire) -> str:
    return normaliser(f"{partenaire.nom} {partenaire.role} {partenaire.contact} {partenaire.adresse}")


def _recherche_client(client) -> str:
    return normaliser(f"{client.nom} {client.contact} {client.adresse}")


class PartenaireQuerySet(Partage):
    """L'annuaire."""

    def sur(self, theme: Terme):
        """Ceux qui répondent à ce thème."""
        return self.filter(themes=theme)

    def lies_par_convention(self, le: date):
        """Ceux qu'une convention lie, ou liait sans que l'on ait décidé de n'en pas signer d'autre (§ 2.3 c)."""
        conventions = Convention.objects.filter(_vaut(le) | _a_renouveler(le), partenaire=OuterRef("pk"), du__lte=le)
        return self.filter(Exists(conventions))

    def en_convention(self, le: date):
        """Ceux dont une convention vaut ce jour-là."""
        return self.filter(Exists(Convention.objects.en_vigueur(le).filter(partenaire=OuterRef("pk"))))

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

    PARTAGE = Equipe("organisation")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="partenaires")
    nature = models.CharField(max_length=14, choices=Nature, default=Nature.SOCIAL)
    nom = models.CharField(max_length=160)
    role = models.CharField("ce que l’on y trouve", max_length=200, blank=True)
    contact = models.CharField("personne à joindre", max_length=120, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    courriel = models.EmailField(blank=True)
    adresse = models.CharField(max_length=200, blank=True)
    themes = models.ManyToManyField(
        Terme, verbose_name="thèmes", blank=True, related_name="+", limit_choices_to={"liste": "domaine"}
    )
    actif = models.BooleanField("proposé dans les listes", default=True)
    texte_recherche = TexteDerive(max_length=700, de=_recherche)

    objects = PartenaireQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        ordering = [alphabetique("nom"), "pk"]
        constraints = [
            models.UniqueConstraint(
                name="partenaire_nom_unique",
                fields=["organisation", "nom"],
                violation_error_message="Un partenaire porte déjà ce nom.",
            )
        ]

    def __str__(self):
        return self.nom


class ClientQuerySet(Partage):
    """Les clients."""

    def proposes(self):
        """Ceux avec qui l'on travaille encore."""
        return self.filter(actif=True)

    def recherche(self, texte: str):
        """Chaque mot est un morceau du nom, de qui l'on y joint ou de l'adresse."""
        for mot in normaliser(texte).split():
            self = self.filter(texte_recherche__contains=mot)
        return self


class Client(models.Model):
    """Une entreprise, une collectivité, une association ou un particulier qui fait travailler des salariés (INS-6)."""

    class Nature(models.TextChoices):
        ENTREPRISE = "entreprise", "Entreprise"
        COLLECTIVITE = "collectivite", "Collectivité"
        ASSOCIATION = "association", "Association"
        PARTICULIER = "particulier", "Particulier"

    PARTAGE = Equipe("organisation")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="clients")
    nature = models.CharField(max_length=12, choices=Nature, default=Nature.ENTREPRISE)
    nom = models.CharField(max_length=160)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[valider_siret])
    contact = models.CharField("personne à joindre", max_length=120, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    courriel = models.EmailField(blank=True)
    adresse = models.CharField(max_length=200, blank=True)
    actif = models.BooleanField("proposé dans les listes", default=True)
    texte_recherche = TexteDerive(max_length=700, de=_recherche_client)

    objects = ClientQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        ordering = [alphabetique("nom"), "pk"]
        constraints = [
            models.UniqueConstraint(
                name="client_nom_unique",
                fields=["organisation", "nom"],
                violation_error_message="Un client porte déjà ce nom.",
            )
        ]

    def __str__(self):
        return self.nom


def _a_renouveler(le: date) -> Q:
    """Vrai tant que l'on n'a pas décidé de ne pas la renouveler ; décidé on ne sait quand, ce l'est depuis toujours."""
    return Q(close=False) | Q(close_le__gt=le)


def _vaut(le: date) -> Q:
    sans_terme = Q(au=None) | Q(tacite=True)  # l’une et l’autre valent jusqu’à ce que l’on y mette fin
    return Q(du__lte=le) & (Q(au__gte=le) | sans_terme & _a_renouveler(le))


class ConventionQuerySet(Partage):
    """Les conventions."""

    def en_vigueur(self, le: date):
        """Celles qui valent ce jour-là, dernier jour compris ; tacite ou sans dernier jour, jusqu'à ce qu'on y mette fin."""
        return self.filter(_vaut(le))

    def avec_validite(self, le: date):
        """Annote vaut : vrai si elle est en vigueur ce jour-là."""
        return self.annotate(vaut=Case(When(_vaut(le), then=True), default=False, output_field=models.BooleanField()))

    def a_renouveler(self, le: date, jours: int = 60):
        """Celles qui finissent dans les n jours, ou viennent de finir sans suite, et ne se reconduisent pas d'elles-mêmes."""
        suite = Convention.objects.filter(
            partenaire=OuterRef("partenaire"), objet__iexact=OuterRef("objet"), du__gt=OuterRef("du")
        )
        return self.filter(~Exists(suite), au__lte=le + timedelta(days=jours), tacite=False, close=False)


class Convention(models.Model):
    """Ce qu'un partenaire et la structure ont convenu, pour un temps (TRA-3, § 2.3 c)."""

    PARTAGE = Equipe("partenaire__organisation")

    partenaire = models.ForeignKey(Partenaire, on_delete=models.PROTECT, related_name="conventions")
    objet = models.CharField(max_length=200)
    du = models.DateField("en vigueur du")
    au = models.DateField("au", null=True, blank=True, help_text="Vide si elle n’a pas de fin.")
    tacite = models.BooleanField("se reconduit d’elle-même", default=False)
    close = models.BooleanField("ne sera pas renouvelée", default=False)
    close_le = models.DateField("décidé le", null=True, blank=True, editable=False)
    precision = models.TextField("ce qui est convenu", max_length=TEXTE_MAX, blank=True)

    objects = ConventionQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        ordering = ["-du", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="convention_fin_apres_debut",
                condition=Q(au=None) | Q(au__gte=F("du")),
                violation_error_message="La fin vient avant le début.",
            ),
            models.CheckConstraint(name="convention_close_un_jour", condition=Q(close=True) | Q(close_le=None)),
        ]

    def __str__(self):
        return f"{self.objet}, depuis le {self.du:%d/%m/%Y}"


class RencontreQuerySet(Partage):
    """Les rencontres avec les acteurs locaux."""

    def recentes(self, le: date):
        """Celles des douze mois qui finissent ce jour-là (§ 2.4 c)."""
        return self.filter(**douze_mois(le))


class Rencontre(models.Model):
    """La structure et les acteurs de son territoire se sont vus : qui, à quel sujet, ce qui en sort (PRO-3, § 2.4 c)."""

    class Nature(models.TextChoices):
        REUNION = "reunion", "Réunion"
        GROUPE = "groupe", "Groupe de travail"
        SIGNATURE = "signature", "Signature d’une convention"
        AUTRE = "autre", "Autre"

    PARTAGE = Interne("organisation", droit=Droit.QUALITE_LIRE)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="rencontres")
    nature = models.CharField(max_length=9, choices=Nature, default=Nature.REUNION)
    le = models.DateField("le")
    partenaires = models.ManyToManyField(Partenaire, blank=True, related_name="rencontres")
    avec = models.CharField("et avec", max_length=200, blank=True)
    sujet = models.CharField(max_length=200)
    suites = models.TextField("ce qui en est sorti", blank=True, max_length=2000)
    pour_nous = models.CharField("qui de chez nous", max_length=160, blank=True)

    objects = RencontreQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "rencontre d’acteurs locaux"
        verbose_name_plural = "rencontres d’acteurs locaux"
        ordering = ["-le", "-pk"]

    def __str__(self):
        return f"{self.get_nature_display()} du {self.le:%d/%m/%Y}"
