"""La personne accueillie, et les verbes qui disent où elle en est."""

from datetime import date
from functools import cached_property, lru_cache, reduce
from operator import and_

from dateutil.relativedelta import relativedelta
from django.db import models
from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat, Least, NullIf
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.fuseaux import JourDe
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte, Habilitation, Organisation
from cedre.comptes.partage import Equipe
from cedre.core.champs import TexteDerive
from cedre.core.conditions import Condition, ValeurGardee
from cedre.core.manques import CeQuiManque, Manque, batir, manques
from cedre.core.texte import normaliser
from cedre.parcours.models.accueil import Contact, Entretien, Information, Suite
from cedre.parcours.models.actions import ActionAssociee
from cedre.parcours.models.bilan import Bilan
from cedre.parcours.models.compte import PersonnesComptees
from cedre.parcours.models.contrat import Contrat
from cedre.parcours.models.coupes import COUPES, COUPES_DU_JOUR, COUPES_RESERVEES
from cedre.parcours.models.engagement import Engagement, Moyen, Remise
from cedre.parcours.models.evaluation import Evaluation, EvaluationProfessionnelle, RefusDEvaluation
from cedre.parcours.models.lien import Echange, Liaison, Reponse
from cedre.parcours.models.phase import ACCUEIL, EN_PARCOURS, PHASES_OUVERTES, Phase
from cedre.parcours.models.situation import Activite, des_termes, un_terme
from cedre.parcours.models.sortie import LOIN, Sortie, SuiviSortie, VisiteJobcoach, sejour
from cedre.parcours.models.suivi import apres, attend, dates_a_venir, dernier_jour, le_plus_recent, prise_en_charge, suivie
from cedre.parcours.models.travail import EvaluationAuTravail

SANS_JOUR = date.min


def cle_identite(nom: str, prenom: str) -> str:
    """La même clé pour « DUPONT Éva » et « eva dupont » : les mots sans accent, triés."""
    return " ".join(sorted(normaliser(f"{nom} {prenom}").split()))


def referents_possibles(habilitation: Habilitation):
    """Les comptes de la structure à qui confier quelqu'un : ceux qui conduisent les entretiens."""
    return habilitation.collegues(Droit.ENTRETIEN_CONDUIRE)


def _nom_recherche(personne) -> str:
    return normaliser(f"{personne.nom} {personne.prenom}")


def _cle_identite(personne) -> str:
    return cle_identite(personne.nom, personne.prenom)


def _le_premier(a, b):
    """Le plus ancien de deux repères dont chacun peut manquer."""
    return Coalesce(Least(a, b), a, b)


def _le_prochain(dates):
    """La plus proche de dates dont chacune peut manquer."""
    plafond = Value(date(9999, 12, 31), output_field=models.DateField())
    return NullIf(Least(*(Coalesce(d, plafond) for d in dates)), plafond)


class PersonneQuerySet(PersonnesComptees):
    """Les personnes accueillies."""

    def ouvertes(self):
        """Celles dont le dossier est ouvert : en accueil ou en parcours."""
        return self.nominatives().filter(phase__in=Personne.PHASES_OUVERTES)

    def en_accueil(self):
        """Celles dont l'accueil est en cours."""
        return self.nominatives().filter(phase__in=ACCUEIL)

    def en_parcours(self):
        """Celles qui travaillent, ou vont travailler : ce sont elles que l'on inscrit à une action (INS-5)."""
        return self.nominatives().filter(phase__in=EN_PARCOURS)

    def avec_un_parcours(self):
        """Celles de qui l'on note des faits de la mission insertion, même après la sortie."""
        return self.nominatives().filter(phase__in=(*EN_PARCOURS, Phase.SORTIE))

    def attendues_a(self, offre):
        """Annote attendue : vrai si un moyen de l'engagement en cours nomme cette action."""
        siens = {"engagement__personne": OuterRef("pk"), "engagement__etat": Engagement.Etat.EN_COURS}
        return self.annotate(attendue=Exists(Moyen.objects.en_vigueur().filter(offre=offre, **siens)))

    def sorties_sans_le_dire(self, le: date):
        """Celles dont le dernier contrat a fini depuis plus que le délai de la structure, sans Sortie : non documentées (§ 1).

        Selon la fin que l'on en savait ce jour-là, comme de ceux qui le suivent. Annote dernier_jour, et ce que dit sejour.
        """
        echus = Contrat.objects.sans_suite(le).filter(personne=OuterRef("pk"), fin_connue__lt=apres(le, "delai_sortie", -1))
        sorties = Sortie.objects.filter(personne=OuterRef("pk"), le__lte=le).order_by("-le", "-pk")
        finies = self.annotate(
            dernier_jour=Subquery(echus.order_by().values("fin_connue")[:1]),  # sans suite, ils finissent le même jour
            precedente=Coalesce(Subquery(sorties.values("le")[:1]), LOIN),
        )
        return finies.filter(dernier_jour__gt=F("precedente")).annotate(**sejour("pk", "dernier_jour"))

    def avec_reponses(self):
        """Annote a_repondu : vrai si une réponse venue de son espace n'est pas encore lue."""
        return self.annotate(a_repondu=Exists(Reponse.objects.non_lues().filter(personne=OuterRef("pk"))))

    def recherche(self, texte: str):
        """Chaque mot du texte est un morceau du nom ou du prénom, sans accent ni casse."""
        for mot in normaliser(texte).split():
            self = self.filter(nom_recherche__contains=mot)
        return self

    def au_referent_parti(self):
        """Celles dont la personne référente n'est plus habilitée dans la structure."""
        return self.exclude(referent=None).exclude(suivie(timezone.localdate()))

    def avec_precision(self):
        """Annote prescripteur_precision : qui, précisément, l'a adressée à sa première demande ; None sans demande (ACC-1)."""
        premieres = Contact.objects.filter(personne=OuterRef("pk")).order_by("le", "pk")
        return self.annotate(prescripteur_precision=Subquery(premieres.values("prescripteur_precision")[:1]))

    def avec_reperes(self, le: date | None = None):
        """Annote les dates qui disent où en est chacun, à la date donnée (aujourd'hui par défaut).

        contact_le, echeance_annoncee : la dernière demande ; accueillie_le : premier accueil réel depuis celle-ci ;
        prochaine_date : prochain rendez-vous ; statut_explique_le, evaluee_le : dernières fois (ACC-1 à ACC-4).
        """
        le = le or timezone.localdate()
        contacts = Contact.objects.filter(personne=OuterRef("pk"), le__lte=le).order_by("-le", "-pk")
        entretiens = Entretien.objects.filter(personne=OuterRef("pk"))
        informations = Information.objects.filter(personne=OuterRef("pk"))
        evaluations = Evaluation.objects.validees().filter(personne=OuterRef("pk"))

        def le_plus_tot(lignes):
            return Subquery(lignes.values("personne").annotate(m=Min("le")).values("m"))

        return self.annotate(
            contact_le=Subquery(contacts.values("le")[:1]),
            echeance_annoncee=Subquery(contacts.values("echeance_annoncee")[:1]),
        ).annotate(
            accueillie_le=_le_premier(
                le_plus_tot(entretiens.filter(etat="realise", le__lte=le, le__gte=OuterRef("contact_le"))),
                le_plus_tot(informations.filter(presence="presente", le__lte=le, le__gte=OuterRef("contact_le"))),
            ),
            prochaine_date=_le_prochain(Subquery(faits.order_by(champ).values(champ)[:1]) for faits, champ in dates_a_venir(le)),
            statut_explique_le=Subquery(informations.filter(statut_explique=True, le__lte=le).order_by("-le").values("le")[:1]),
            evaluee_le=Subquery(evaluations.filter(le__lte=le).order_by("-le").values("le")[:1]),
        )

    def en_attente(self, le: date | None = None, jours: int = 0):
        """Celles qui ont fait une demande depuis au moins n jours et n'ont encore été ni reçues ni réorientées."""
        le = le or timezone.localdate()
        return self.filter(attend(Contact.objects.en_attente(le).filter(le__lte=le - relativedelta(days=jours)), le))

    def a_traiter(self, manque: str, le: date | None = None):
        """Celles que l'on suit, à qui il manque ceci et dont personne ne s'occupe : ce que montrent page du jour et listes."""
        return self.suivies().filter(_a_traiter(manques(Personne)[manque], le or timezone.localdate()))

    def suivies(self):
        """Celles dont le dossier est ouvert, ou dont on attend des nouvelles après la sortie."""
        nouvelles = SuiviSortie.objects.attendues(timezone.localdate()).filter(sortie__personne=OuterRef("pk"))
        return self.nominatives().filter(Q(phase__in=PHASES_OUVERTES) | Q(phase=Phase.SORTIE) & Q(Exists(nouvelles)))

    def avec_manques(self, le: date | None = None):
        """Annote par manque à traiter le jour qu'il dit, ou SANS_JOUR ; rien s'il n'est pas à traiter : manque_fin_pass…"""
        le = le or timezone.localdate()
        return self.annotate(**{f"manque_{cle}": _jour_a_dire(manque, le) for cle, manque in manques(Personne).items()})

    @staticmethod
    def nombres_de_manques() -> dict[str, Count]:
        """De quoi compter, par manque, celles à qui il est à traiter aujourd'hui."""
        le = timezone.localdate()
        return {cle: Count("pk", filter=_a_traiter(manque, le)) for cle, manque in manques(Personne).items()}

    def avec_dernier_contact(self):
        """Annote dernier_contact_le : le dernier fait daté du dossier, quel qu'il soit (nomenclatures §7)."""
        faits = (Contact, Entretien, Information, Evaluation, EvaluationProfessionnelle, Suite, Echange, Liaison, Bilan, Sortie)
        faits += (ActionAssociee, Remise)
        return self.annotate(
            dernier_contact_le=le_plus_recent(
                F("cree_jour"),
                *(dernier_jour(modele.objects) for modele in faits),
                dernier_jour(RefusDEvaluation.objects, "du"),
                dernier_jour(Contrat.objects, "fin"),
                dernier_jour(EvaluationAuTravail.objects, de="mise_en_situation__personne"),
                dernier_jour(SuiviSortie.objects, "fait_le", "sortie__personne"),
                dernier_jour(VisiteJobcoach.objects, de="jobcoach__personne"),
            )
        )

    def a_purger(self, le: date, mois: int):
        """Celles dont le dernier contact est plus vieux que la conservation active, ni anonymes ni sous contrat."""
        anciennes = self.nominatives().avec_dernier_contact().filter(dernier_contact_le__lt=le - relativedelta(months=mois))
        return anciennes.exclude(Exists(Contrat.objects.filter(fin=None, personne=OuterRef("pk"))))

    def homonymes(self, nom: str, prenom: str, date_naissance: date | None = None):
        """Celles qui pourraient être la même personne : un mot du nom en commun, tous les débuts, ou la même naissance.

        Un premier tri, que parcours.rapprochement affine. Il ignore un nom saisi seul, qui ramènerait trop de monde.
        """
        mots = set(normaliser(f"{nom} {prenom}").split())
        proches = Q(cle_identite=cle_identite(nom, prenom))
        if len(mots) >= 2:
            for mot in (m for m in mots if len(m) >= 3):
                proches |= Q(_mots__contains=f" {mot} ")
            proches |= reduce(and_, (Q(_mots__contains=f" {mot[:3]}") for mot in mots))
        if date_naissance:
            proches |= Q(date_naissance=date_naissance)
        elif not mots:
            return self.none()
        return self.alias(_mots=Concat(Value(" "), "nom_recherche", Value(" "), output_field=models.TextField())).filter(
            proches, anonymisee_le=None
        )


class Personne(models.Model):
    """Une personne accueillie par une structure : son dossier. Deux structures d'un ensemblier tiennent deux dossiers."""

    Phase = Phase
    PHASES_OUVERTES = PHASES_OUVERTES
    PARTAGE = Equipe("organisation", personne="id")
    COUPES = COUPES
    COUPES_DU_JOUR = COUPES_DU_JOUR
    COUPES_RESERVEES = COUPES_RESERVEES

    class Sexe(models.TextChoices):
        FEMME = "F", "Femme"
        HOMME = "H", "Homme"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="personnes", db_index=False)
    reference = models.CharField(
        "référence", max_length=40, blank=True, help_text="Le numéro de la personne dans un autre logiciel."
    )
    nom = models.CharField(max_length=80)
    prenom = models.CharField("prénom", max_length=80)
    nom_recherche = TexteDerive(max_length=170, de=_nom_recherche)
    cle_identite = TexteDerive(max_length=170, de=_cle_identite)
    sexe = models.CharField(max_length=1, choices=Sexe, blank=True)
    date_naissance = models.DateField("date de naissance", null=True, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    telephone_2 = models.CharField("autre téléphone", max_length=20, blank=True)
    courriel = models.EmailField(blank=True)
    adresse = models.CharField(max_length=200, blank=True)
    code_postal = models.CharField(max_length=5, blank=True)
    commune = models.CharField(max_length=100, blank=True)
    niveau_formation = un_terme("formation", "niveau de formation")
    duree_chomage = un_terme("duree_chomage", "durée de chômage")
    statut_entree = models.CharField("situation à l’entrée", max_length=9, choices=Activite, blank=True)
    prestations = des_termes("prestation", "prestations et revenus")
    criteres = des_termes("critere_administratif", "critères administratifs")
    rqth = models.BooleanField("reconnue travailleur handicapé (RQTH)", null=True, blank=True)
    prescripteur = un_terme("prescripteur")
    referent = models.ForeignKey(
        Compte, verbose_name="référent·e", null=True, blank=True, on_delete=models.PROTECT, related_name="suivies"
    )
    phase = models.CharField(max_length=12, choices=Phase, default=Phase.PRE_ACCUEIL)
    phase_depuis = models.DateField(default=timezone.localdate)
    cree_le = models.DateTimeField(default=timezone.now)
    cree_jour = JourDe(de="cree_le")
    modifie_le = models.DateTimeField(auto_now=True)
    anonymisee_le = models.DateField(null=True, blank=True)

    objects = PersonneQuerySet.as_manager()

    class Meta:
        ordering = ["nom_recherche", "pk"]
        indexes = [
            models.Index(fields=["organisation", "anonymisee_le", "nom_recherche", "id"], name="personne_noms"),
            models.Index(fields=["organisation", "anonymisee_le", "phase", "nom_recherche", "id"], name="personne_phases"),
            models.Index(fields=["organisation", "cle_identite"], name="personne_identite"),
            models.Index(fields=["organisation", "date_naissance"], name="personne_naissance"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="personne_reference_unique",
                fields=["organisation", "reference"],
                condition=~Q(reference=""),
                violation_error_message="Un dossier porte déjà cette référence.",
            )
        ]

    get_absolute_url = page_de

    def __str__(self):
        return f"{self.prenom} {self.nom}".strip()

    @property
    def personne_id(self) -> int:
        """Le numéro de son dossier, comme le disent tous ses faits."""
        return self.pk

    @property
    def est_nominative(self) -> bool:
        """Vrai tant que son dossier n'a pas été rendu anonyme : ensuite, on n'y écrit plus."""
        return self.anonymisee_le is None

    @property
    def est_ouverte(self) -> bool:
        """Vrai si l'accueil ou le parcours est en cours."""
        return self.phase in self.PHASES_OUVERTES and self.est_nominative

    @property
    def est_en_accueil(self) -> bool:
        """Vrai si l'accueil est en cours : elle ne travaille pas encore."""
        return self.phase in ACCUEIL

    @property
    def peut_sortir(self) -> bool:
        """Vrai entre son premier contrat et sa sortie : celle-ci peut se noter."""
        return self.phase == Phase.PARCOURS

    @property
    def a_un_parcours(self) -> bool:
        """Vrai dès la pré-embauche : des faits de la mission insertion peuvent exister, même après la sortie."""
        return self.phase in (*EN_PARCOURS, Phase.SORTIE)

    @cached_property
    def attend_un_bilan(self) -> bool:
        """Vrai si un engagement court sans bilan à l'agenda ; le dossier, qui a déjà lu les deux, la remplit d'avance."""
        engagements = self.engagements.filter(etat=Engagement.Etat.EN_COURS)
        return self.est_ouverte and engagements.exists() and not self.bilans.prevus().exists()

    @cached_property
    def refuse_l_evaluation(self) -> bool:
        """Vrai tant que vaut un refus d'évaluation conjointe ; le dossier, qui l'a lu dans son histoire, la remplit d'avance."""
        return self.refus_d_evaluation.filter(au=None).exists()

    def montre_ses_traces_a(self, habilitation) -> bool:
        """Vrai pour la direction et pour la personne référente : les traces d'un dossier ne sont pas à toute l'équipe."""
        return habilitation.peut(Droit.TRACES_LIRE) or self.referent_id == habilitation.compte_id

    @property
    def manques(self) -> list[CeQuiManque]:
        """Ce qui manque, le plus pressant d'abord, sur une personne annotée par avec_manques."""
        lus = ((manque, getattr(self, f"manque_{cle}")) for cle, manque in manques(Personne).items())
        return [CeQuiManque(self, manque, None if jour == SANS_JOUR else jour) for manque, jour in lus if jour]

    @property
    def chemin(self) -> list[Phase]:
        """Le chemin à montrer : les phases jusqu'à la sortie, ou la suite donnée à l'accueil."""
        ouvertes = [*self.PHASES_OUVERTES, Phase.SORTIE]
        return ouvertes if self.phase == Phase.SORTIE or self.est_ouverte else [self.Phase.PRE_ACCUEIL, self.Phase(self.phase)]

    @property
    def delai_annonce(self) -> int:
        """Délai annoncé à la dernière demande, en jours, sur une personne annotée par avec_reperes (ACC-1)."""
        return (self.echeance_annoncee - self.contact_le).days

    @property
    def delai_reel(self) -> int:
        """Délai réel jusqu'au premier accueil, en jours, sur une personne annotée par avec_reperes (ACC-1)."""
        return (self.accueillie_le - self.contact_le).days

    def age(self, le: date | None = None) -> int | None:
        """Âge en années révolues, à la date donnée."""
        if not self.date_naissance:
            return None
        return relativedelta(le or timezone.localdate(), self.date_naissance).years


@lru_cache(maxsize=512)
def _a_traiter(manque: Manque, le: date) -> Condition:
    """Ceci manque, et personne ne s'en occupe : bâti une fois par date (décision 0017)."""
    return Condition(Personne.objects.filter(batir(manque, le).manque, ~prise_en_charge(manque.cle, le)))


@lru_cache(maxsize=512)
def _jour_a_dire(manque: Manque, le: date) -> ValeurGardee:
    """En une expression, s'il est à traiter et le jour qu'il dit : celui-ci ne se cherche que pour qui cela manque."""
    sans_jour = Value(SANS_JOUR, output_field=models.DateField())
    jour = Coalesce(batir(manque, le).jour, sans_jour) if manque.jour else sans_jour
    return ValeurGardee(Personne.objects.all(), Case(When(_a_traiter(manque, le), then=jour)))
