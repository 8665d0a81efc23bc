"""Les audits : une structure s'en donne les moyens, ou une autre vient voir ; personne ne s'audite soi-même (AME-4, CER-6)."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte, Habilitation, Organisation
from cedre.comptes.partage import Ailleurs, Interne, Partage
from cedre.core.dates import douze_mois
from cedre.core.templatetags.cedre import jour
from cedre.qualite.models import ActionAmelioration


class AuditQuerySet(Partage):
    """Les audits."""

    def menes_par(self, habilitation):
        """Ceux que cette personne mène, au nom de cette structure."""
        ici = habilitation.organisation_id
        siens = Q(structure_auditrice=None, organisation=ici) | Q(structure_auditrice=ici)
        return self.pour(habilitation).filter(siens, auditeur=habilitation.compte_id)

    def a_repondre(self, habilitation):
        """Les demandes d'une autre structure à qui l'on n'a pas encore dit qui vient."""
        demandes = self.pour(habilitation).filter(auditeur=None, declinee_le=None)
        return demandes.filter(structure_auditrice__isnull=False).exclude(organisation=habilitation.organisation_id)

    def a_mener(self, habilitation):
        """Ceux que cette personne a encore à mener, ou à clore."""
        return self.menes_par(habilitation).filter(clos_le=None)

    def a_traiter(self, habilitation):
        """Ceux de sa structure, clos, dont un écart au moins n'a pas encore d'action."""
        ecarts = Constat.objects.a_traiter(habilitation).filter(nature=Constat.Nature.ECART)
        return self.pour(habilitation).filter(pk__in=ecarts.values("audit"))

    def chez(self, habilitation):
        """Ceux dont la structure de cette habilitation est l'auditée."""
        return self.filter(organisation=habilitation.organisation_id)

    def clos(self, *, du: date, au: date):
        """Ceux dont le rapport s'est clos dans cette période, bornes comprises : ce que regarde la revue annuelle."""
        return self.filter(clos_le__gte=du, clos_le__lte=au)

    def de_l_annee(self, le: date):
        """Ceux dont le rapport s'est clos dans les douze mois qui finissent ce jour-là."""
        return self.filter(**douze_mois(le, "clos_le"))


class Audit(models.Model):
    """Un audit d'une structure, par l'un des siens ou par une autre ; clos, il ne change plus (AME-4, CER-6).

    champ : les spécifications auditées ; sans_constat : celles dont on a dit qu'il n'y a rien à signaler ; verdicts :
    ce que les faits disaient le jour de l'audit, gardé à la clôture.
    """

    class Nature(models.TextChoices):
        INTERNE = "interne", "Audit interne"
        CROISE = "croise", "Audit croisé"

    class Etat(models.TextChoices):
        DEMANDE = "demande", "Demandé"
        DECLINE = "decline", "Décliné"
        PREVU = "prevu", "Prévu"
        EN_COURS = "en_cours", "En cours"
        CLOS = "clos", "Clos"

    PARTAGE = Interne(
        "organisation",
        droit=Droit.QUALITE_LIRE,
        ailleurs=Ailleurs(Droit.QUALITE_TENIR, organisation="structure_auditrice", si=Q(declinee_le=None)),
    )

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="audits")
    nature = models.CharField(max_length=12, choices=Nature, default=Nature.INTERNE)
    structure_auditrice = models.ForeignKey(
        Organisation,
        verbose_name="structure qui audite",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="audits_menes",
    )
    auditeur = models.ForeignKey(
        Compte, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="qui audite"
    )
    audite = models.ForeignKey(Compte, on_delete=models.PROTECT, related_name="+", verbose_name="qui répond de ce qui est audité")
    edition = models.CharField("édition", max_length=20)
    champ = models.JSONField("ce qui est audité", default=list)
    demande_le = models.DateField("demandé le", default=timezone.localdate)
    prevu_le = models.DateField("prévu le")
    declinee_le = models.DateField("demande déclinée le", null=True, blank=True)
    mene_le = models.DateField("mené le", null=True, blank=True)
    clos_le = models.DateField("clos le", null=True, blank=True)
    sans_constat = models.JSONField("rien à signaler", default=list, blank=True)
    synthese = models.TextField("ce que l’on retient", blank=True, max_length=4000)
    verdicts = models.JSONField(null=True, blank=True)

    objects = AuditQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        ordering = ["-prevu_le", "-pk"]
        indexes = [models.Index(fields=["organisation", "clos_le"], name="audit_organisation_clos_le")]
        constraints = [
            models.CheckConstraint(
                name="audit_de_quelqu_un_d_autre",
                condition=Q(auditeur=None) | ~Q(auditeur=F("audite")),
                violation_error_message="Personne ne s’audite soi-même : choisissez quelqu’un d’autre.",
            ),
            models.CheckConstraint(
                name="audit_croise_par_une_autre",
                condition=Q(nature="interne", structure_auditrice=None)
                | Q(nature="croise", structure_auditrice__isnull=False) & ~Q(structure_auditrice=F("organisation")),
                violation_error_message="Un audit croisé est mené par une autre structure ; un audit interne, par la sienne.",
            ),
            models.CheckConstraint(
                name="audit_dans_l_ordre",
                condition=Q(mene_le=None, clos_le=None)
                | Q(auditeur__isnull=False, declinee_le=None, mene_le__isnull=False, mene_le__gte=F("demande_le"))
                & (Q(clos_le=None) | Q(clos_le__isnull=False, clos_le__gte=F("mene_le"), verdicts__isnull=False)),
                violation_error_message="Un audit se demande, se mène, puis se clôt, par quelqu’un que l’on nomme.",
            ),
        ]

    def __str__(self):
        return f"{self.get_nature_display()} du {jour(self.mene_le or self.prevu_le)}"

    @property
    def etat(self) -> Etat:
        """Où il en est."""
        if self.clos_le:
            return self.Etat.CLOS
        if self.mene_le:
            return self.Etat.EN_COURS
        if self.declinee_le:
            return self.Etat.DECLINE
        return self.Etat.PREVU if self.auditeur_id else self.Etat.DEMANDE

    @property
    def mene_par(self) -> int:
        """L'identifiant de la structure où l'auditeur agit."""
        return self.structure_auditrice_id or self.organisation_id

    def est_chez(self, habilitation: Habilitation) -> bool:
        """Vrai si cette structure est l'auditée."""
        return self.organisation_id == habilitation.organisation_id

    def est_de(self, habilitation: Habilitation) -> bool:
        """Vrai si c'est à cette personne, dans cette structure, de mener l'audit."""
        return (self.auditeur_id, self.mene_par) == (habilitation.compte_id, habilitation.organisation_id)

    def montre_les_verdicts_a(self, habilitation: Habilitation) -> bool:
        """Vrai pour la structure auditée, et pour la personne qui audite, une fois l'audit commencé (CER-9)."""
        return bool(self.mene_le) and (self.est_chez(habilitation) or self.est_de(habilitation))

    def ouvre_le_manuel_a(self, habilitation: Habilitation) -> bool:
        """Vrai pour la personne qui audite, de sa désignation à la clôture (MAN-4) ; la structure auditée l'a déjà."""
        return not self.clos_le and self.est_de(habilitation)

    def ouvre_le_passe_a(self, habilitation: Habilitation) -> bool:
        """Vrai pour la personne qui audite, tant qu'elle le mène ; la structure auditée a sa page (décision 0029)."""
        return self.montre_les_verdicts_a(habilitation) and self.ouvre_le_manuel_a(habilitation)


class ConstatQuerySet(Partage):
    """Les constats."""

    def modifiables(self, habilitation):
        """Ceux que l'on a écrits, tant que l'audit n'est pas clos."""
        return self.filter(audit__in=Audit.objects.menes_par(habilitation).filter(clos_le=None))

    def a_traiter(self, habilitation):
        """Ceux que la structure a reçus, l'audit clos, et dont elle n'a encore rien décidé ; une force n'appelle rien."""
        recus = self.filter(audit__in=Audit.objects.chez(habilitation).exclude(clos_le=None))
        return recus.filter(action=None).exclude(nature=Constat.Nature.FORCE)


class Constat(models.Model):
    """Ce que l'auditeur a vu d'un point du référentiel : une force, une piste de progrès, un écart (CER-6)."""

    class Nature(models.TextChoices):
        FORCE = "force", "Force"
        PROGRES = "progres", "Piste de progrès"
        ECART = "ecart", "Écart"

    PARTAGE = Interne(
        "audit__organisation",
        droit=Droit.QUALITE_LIRE,
        ailleurs=Ailleurs(
            Droit.QUALITE_TENIR,
            organisation="audit__structure_auditrice",
            compte="audit__auditeur",
            si=Q(audit__declinee_le=None),
        ),
    )

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="constats")
    point = models.CharField(max_length=20)
    nature = models.CharField("ce que c’est", max_length=8, choices=Nature)
    texte = models.TextField("ce que l’on constate", max_length=2000)
    action = models.ForeignKey(
        ActionAmelioration,
        verbose_name="action décidée",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="constats",
    )

    objects = ConstatQuerySet.as_manager()

    class Meta:
        verbose_name = "constat d’audit"
        verbose_name_plural = "constats d’audit"
        ordering = ["audit", "point", "pk"]
        constraints = [
            models.CheckConstraint(
                name="constat_dit_quelque_chose",
                condition=~Q(texte=""),
                violation_error_message="Un constat dit ce que l’on a vu.",
            )
        ]

    def __str__(self):
        return f"{self.get_nature_display()}, {self.point}"

    def appelle_une_action(self) -> bool:
        """Vrai si l'audit est clos et que rien n'en est encore décidé ; une force n'appelle rien."""
        return bool(self.audit.clos_le) and self.action_id is None and self.nature != self.Nature.FORCE
