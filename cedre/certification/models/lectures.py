"""Ce que la fédération a retenu quand le texte du référentiel laisse une question ouverte (CER-3)."""

from django.db import models
from django.utils import timezone

from cedre.comptes.models import Compte
from cedre.comptes.partage import Commun, Partage
from cedre.core.champs import TEXTE_MAX
from cedre.core.inalterable import inalterable


class LectureRetenue(models.Model):
    """La réponse à une question d'une édition, à partir d'un jour, par qui, pourquoi. Une autre la suit, rien ne la récrit."""

    PARTAGE = Commun()
    DECLENCHEURS = inalterable("certification_lectureretenue", "une lecture retenue")

    lignee = models.SlugField(max_length=40)
    edition = models.SlugField("édition", max_length=20)
    question = models.CharField(max_length=40)
    reponse = models.CharField("réponse", max_length=40)
    pourquoi = models.TextField("pourquoi", max_length=TEXTE_MAX)
    retenue_par = models.CharField("retenue par", max_length=160, help_text="L’instance et sa séance : « le bureau du 12 mars ».")
    du = models.DateField("vaut à partir du", default=timezone.localdate)
    saisie_le = models.DateTimeField("saisie le", default=timezone.now)
    saisie_par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")

    objects = Partage.as_manager()

    class Meta:
        verbose_name = "lecture retenue"
        verbose_name_plural = "lectures retenues"
        ordering = ["du", "pk"]

    def __str__(self):
        return f"{self.question} : {self.reponse}, à partir du {self.du:%d/%m/%Y}"
