"""Un fichier de personnes, ou de leurs contrats, que l'on importe."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte, Organisation
from cedre.comptes.partage import Equipe, Partage, Sauf


class ImportationQuerySet(Partage):
    """Les importations."""

    def sans_le_lourd(self):
        """Sans le détail des lignes, qu'une liste ou une barre d'avancement n'a pas à lire."""
        return self.defer("lignes", "apercu", "remarques", "colonnes")

    def a_oublier(self):
        """Celles dont les valeurs refusées, ou le fichier jamais importé, ont assez attendu."""
        return self.filter(cree_le__lt=timezone.now() - timedelta(days=Importation.CONSERVATION_JOURS))


class Importation(models.Model):
    """Un fichier déposé : ses colonnes, son avancement, son rapport.

    Le fichier et ce qu'il contient de personnel (exemples, aperçu) disparaissent dès l'import fait ou abandonné ; les
    valeurs refusées, nécessaires pour corriger, après CONSERVATION_JOURS.
    """

    class Sorte(models.TextChoices):
        PERSONNES = "personnes", "Des personnes"
        CONTRATS = "contrats", "Des contrats de travail, des PASS IAE"

    class Etat(models.TextChoices):
        DEPOSE = "depose", "Déposé"
        EN_ANALYSE = "en_analyse", "Lecture en cours"
        ANALYSE = "analyse", "Prêt à importer"
        EN_COURS = "en_cours", "Import en cours"
        TERMINE = "termine", "Importé"
        ECHEC = "echec", "Interrompu"

    PARTAGE = Equipe(
        "organisation",
        droit=Droit.FICHIER_IMPORTER,
        sauf=Sauf("celles de contrats", Q(sorte=Sorte.CONTRATS), Droit.CONTRATS_TENIR),
    )
    CONSERVATION_JOURS = 30

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="importations")
    sorte = models.CharField("ce qu’il contient", max_length=10, choices=Sorte, default=Sorte.PERSONNES)
    nom_fichier = models.CharField(max_length=200)
    fichier = models.FileField(upload_to="importations", blank=True)
    colonnes = models.JSONField(
        default=list, blank=True, help_text="Par colonne du fichier : entete, champ, ecartee (la raison), exemples."
    )
    ligne_titres = models.PositiveIntegerField(default=1)
    etat = models.CharField("état", max_length=10, choices=Etat, default=Etat.DEPOSE)
    total = models.PositiveIntegerField("lignes", default=0)
    traitees = models.PositiveIntegerField("traitées", default=0)
    creees = models.PositiveIntegerField("créées", default=0)
    modifiees = models.PositiveIntegerField("modifiées", default=0)
    inchangees = models.PositiveIntegerField("inchangées", default=0)
    refusees = models.PositiveIntegerField("refusées", default=0)
    lignes = models.JSONField(default=list, blank=True, help_text="[numéro de ligne, ce qui en est fait], pour chaque ligne.")
    apercu = models.JSONField("aperçu", default=list, blank=True)
    remarques = models.JSONField(default=list, blank=True)
    message = models.CharField(max_length=300, blank=True)
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField(default=timezone.now)

    objects = ImportationQuerySet.as_manager()

    class Meta:
        ordering = ["-cree_le", "-pk"]

    get_absolute_url = page_de

    def __str__(self):
        return self.nom_fichier

    @staticmethod
    def sortes_offertes(habilitation) -> list["Importation.Sorte"]:
        """Ce que cette habilitation peut importer : des contrats, seulement si elle peut en tenir."""
        offertes = [Importation.Sorte.PERSONNES]
        return [*offertes, Importation.Sorte.CONTRATS] if habilitation.peut(Droit.CONTRATS_TENIR) else offertes

    @property
    def quoi(self) -> str:
        """Ce que chaque ligne crée ou modifie, pour les phrases de l'écran."""
        return "contrats" if self.sorte == self.Sorte.CONTRATS else "dossiers"

    @property
    def en_route(self) -> bool:
        """Vrai tant que le serveur travaille dessus."""
        return self.etat in (self.Etat.EN_ANALYSE, self.Etat.EN_COURS)

    @property
    def pourcentage(self) -> int:
        """L'avancement, de 0 à 100."""
        return min(100, self.traitees * 100 // self.total) if self.total else 0

    @property
    def correspondance(self) -> dict[int, str]:
        """Le rang de chaque colonne retenue du fichier, et le nom de la colonne attendue."""
        return {rang: c["champ"] for rang, c in enumerate(self.colonnes) if c["champ"]}

    def erreurs(self) -> list[dict]:
        """Les remarques qui écartent une ligne."""
        return [r for r in self.remarques if r["gravite"] == "erreur"]

    def attentions(self) -> list[dict]:
        """Les remarques qui laissent entrer la ligne."""
        return [r for r in self.remarques if r["gravite"] == "attention"]
