"""Évaluation conjointe de la situation, évaluation des capacités professionnelles (ACC-4, ACC-5)."""

from datetime import date

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.fuseaux import JourDe
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte
from cedre.comptes.partage import Equipe, Partage
from cedre.core.champs import TEXTE_MAX
from cedre.core.intervalles import Intervalle, LusAuJour
from cedre.structures.models import Competence, Domaine, FicheDePoste, Grille


class Trajectoire(models.TextChoices):
    """Ce qu'est une trajectoire socioprofessionnelle : la carrière et le statut social se disent chacun à part (lexique)."""

    STABLE = "stable", "Stable"
    INSTABLE = "instable", "Instable"
    PRECAIRE = "precaire", "Précaire"


class EvaluationQuerySet(Partage):
    """Les évaluations conjointes."""

    def validees(self):
        """Celles que l'on a relues et closes ensemble."""
        return self.exclude(validee_le=None)

    def validees_au(self, le: date):
        """Celles qui étaient faites et validées ce jour-là."""
        return self.filter(le__lte=le, validee_jour__lte=le)

    def jusqu_a(self, evaluation):
        """Celle-ci et celles d'avant."""
        return self.filter(Q(le__lt=evaluation.le) | Q(le=evaluation.le, pk__lte=evaluation.pk))

    def sur_la_grille_en_vigueur(self):
        """De celles d'une personne, les validées, faites avec la dernière grille publiée à leur date (§ 2.1 b)."""
        en_vigueur = Grille.objects.en_vigueur(OuterRef("le")).filter(organisation=OuterRef(OuterRef("organisation")))
        return self.exclude(validee_jour=None).filter(grille=Subquery(en_vigueur.values("pk")[:1]))


class Evaluation(models.Model):
    """Une évaluation conjointe, faite avec la personne, sur une version de la grille (ACC-4, § 2.1 b)."""

    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="evaluations", db_index=False)
    grille = models.ForeignKey(Grille, on_delete=models.PROTECT, related_name="evaluations")
    le = models.DateField("date", default=timezone.localdate)
    conduite_par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")
    trajectoire = models.CharField(
        "trajectoire socioprofessionnelle : la carrière", max_length=8, choices=Trajectoire, blank=True
    )
    statut_social = models.CharField(
        "trajectoire socioprofessionnelle : le statut social", max_length=8, choices=Trajectoire, blank=True
    )
    synthese = models.TextField("ce que l’on retient ensemble", max_length=TEXTE_MAX, blank=True)
    validee_le = models.DateTimeField("validée le", null=True, blank=True)
    validee_jour = JourDe(null=True, de="validee_le")
    version = models.PositiveIntegerField(default=1)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = "évaluation conjointe"
        verbose_name_plural = "évaluations conjointes"
        ordering = ["-le", "-pk"]
        indexes = [models.Index(fields=["personne", "le", "validee_jour", "grille"], name="evaluation_personne_le")]

    get_absolute_url = page_de

    def __str__(self):
        return f"Évaluation conjointe du {self.le:%d/%m/%Y}"


class Cotation(models.Model):
    """Un domaine vu par la personne et par l'accompagnateur. Vide : non évalué, ce qui n'est pas « sans difficulté »."""

    PARTAGE = Equipe(personne="evaluation__personne")

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="cotations")
    domaine = models.ForeignKey(Domaine, on_delete=models.PROTECT, related_name="+")
    valeur_personne = models.PositiveSmallIntegerField("selon la personne", null=True, blank=True)
    valeur_accompagnateur = models.PositiveSmallIntegerField("selon l’accompagnateur", null=True, blank=True)
    commentaire = models.TextField(max_length=TEXTE_MAX, blank=True)

    objects = Partage.as_manager()

    class Meta:
        ordering = ["domaine__rang", "pk"]
        constraints = [models.UniqueConstraint(name="cotation_unique", fields=["evaluation", "domaine"])]

    def __str__(self):
        return f"{self.domaine}"


class NoteSante(models.Model):
    """La précision d'un domaine de santé : à part, réservée, hors des exports (nomenclatures §7)."""

    PARTAGE = Equipe(personne="cotation__evaluation__personne", droit=Droit.SANTE_LIRE)

    cotation = models.OneToOneField(Cotation, on_delete=models.CASCADE, related_name="note_sante")
    texte = models.TextField("précision", max_length=TEXTE_MAX)

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "précision de santé"
        verbose_name_plural = "précisions de santé"

    def __str__(self):
        return "Précision de santé"


class RefusDEvaluationQuerySet(LusAuJour, Partage):
    """Les refus d'évaluation conjointe."""


class RefusDEvaluation(Intervalle):
    """L'évaluation conjointe, proposée, que la personne ne veut pas ; au : le jour où elle en est revenue (ACC-4, § 2.1 b)."""

    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey("parcours.Personne", on_delete=models.CASCADE, related_name="refus_d_evaluation")
    par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")

    objects = RefusDEvaluationQuerySet.as_manager()

    class Meta(Intervalle.Meta):
        verbose_name = "refus d’évaluation conjointe"
        verbose_name_plural = "refus d’évaluation conjointe"
        ordering = ["-du", "-pk"]

    def __str__(self):
        return f"Refus du {self.du:%d/%m/%Y}"


class EvaluationProfessionnelle(models.Model):
    """L'évaluation des capacités de qui sera salarié, sur une fiche de poste (ACC-5, § 2.1 c)."""

    class Mode(models.TextChoices):
        METS_TEST = "mets_test", "METS test"
        ATELIER = "atelier", "Atelier d’évaluation"
        MILIEU_DE_TRAVAIL = "milieu_de_travail", "Évaluation en milieu de travail"

    class Conclusion(models.TextChoices):
        PRETE = "prete", "Peut occuper le poste"
        A_PREPARER = "a_preparer", "Peut l’occuper après une préparation"
        AUTRE_POSTE = "autre_poste", "À évaluer sur un autre poste"

    PARTAGE = Equipe(personne="personne")

    personne = models.ForeignKey(
        "parcours.Personne", on_delete=models.CASCADE, related_name="evaluations_professionnelles", db_index=False
    )
    fiche_de_poste = models.ForeignKey(FicheDePoste, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=18, choices=Mode, default=Mode.METS_TEST)
    le = models.DateField("date", default=timezone.localdate)
    lieu = models.CharField("chez qui, où", max_length=160, blank=True)
    evaluee_par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")
    conclusion = models.CharField(max_length=12, choices=Conclusion)
    synthese = models.TextField("synthèse", max_length=TEXTE_MAX, blank=True)

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "évaluation professionnelle"
        verbose_name_plural = "évaluations professionnelles"
        ordering = ["-le", "-pk"]
        indexes = [models.Index(fields=["personne", "le"], name="evaluation_pro_personne_le")]

    get_absolute_url = page_de

    def __str__(self):
        return f"Évaluation professionnelle du {self.le:%d/%m/%Y}"


class CompetenceEvaluee(models.Model):
    """Une compétence de la fiche de poste, telle qu'elle se lisait ce jour-là, et le niveau constaté."""

    class Niveau(models.IntegerChoices):
        A_ACQUERIR = 0, "À acquérir"
        AVEC_AIDE = 1, "Avec de l’aide"
        SEULE = 2, "En autonomie"
        TRANSMET = 3, "Sait la transmettre"

    PARTAGE = Equipe(personne="evaluation__personne")

    evaluation = models.ForeignKey(EvaluationProfessionnelle, on_delete=models.CASCADE, related_name="competences")
    competence = models.ForeignKey(Competence, null=True, on_delete=models.SET_NULL, related_name="+")
    libelle = models.CharField(max_length=160)
    niveau = models.PositiveSmallIntegerField(null=True, blank=True, choices=Niveau, validators=[MaxValueValidator(3)])
    observation = models.CharField(max_length=300, blank=True)

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "compétence évaluée"
        verbose_name_plural = "compétences évaluées"
        ordering = ["pk"]

    def __str__(self):
        return self.libelle
