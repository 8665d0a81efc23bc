"""Ce que l'on compte des personnes : qui est dans la population, qui satisfait, à une date (OBS-1, CER-3)."""

from datetime import date
from functools import partial

from django.db.models import DateField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Greatest, Least

from cedre.comptes.partage import Partage
from cedre.core.dates import UN_JOUR, douze_mois, il_y_a
from cedre.parcours.models.accueil import Entretien, Information, Suite
from cedre.parcours.models.contrat import SANS_FIN, Contrat
from cedre.parcours.models.engagement import Engagement, Formalisation
from cedre.parcours.models.evaluation import Evaluation, EvaluationProfessionnelle, RefusDEvaluation


class PersonnesComptees(Partage):
    """Les populations et les critères des personnes."""

    def nominatives(self):
        """Celles dont le dossier n'a pas été rendu anonyme."""
        return self.filter(anonymisee_le=None)

    def salariees(self, le: date):
        """Celles dont un contrat court ce jour-là, premier et dernier jours compris."""
        return self.filter(Exists(Contrat.objects.en_cours(le).filter(personne=OuterRef("pk"))))

    def salariees_en_insertion(self, le: date):
        """Celles, présentes ce jour-là, dont le contrat est de l'insertion par l'activité économique (§ 2.2 a)."""
        return self.nominatives().filter(Exists(Contrat.objects.en_cours(le).d_insertion().filter(personne=OuterRef("pk"))))

    def engagees(self, le: date):
        """Celles dont un engagement formalisé court ce jour-là (§ 2.2 a)."""
        return self.filter(Exists(Engagement.objects.en_cours(le).formalises(le).filter(personne=OuterRef("pk"))))

    def engagees_selon_le_texte(self, le: date):
        """Celles dont un engagement formalisé au sens du § 2.2 a court ce jour-là."""
        en_cours = Engagement.objects.en_cours(le).formalises_selon_le_texte(le)
        return self.filter(Exists(en_cours.filter(personne=OuterRef("pk"))))

    def salariees_en_insertion_dans_l_annee(self, le: date):
        """Celles qu'un contrat de l'insertion a tenues au moins un jour des douze mois qui finissent à cette date (§ 2.2 a)."""
        contrats = Contrat.objects.d_insertion().chevauchant(_premier_jour(le), le)
        return self.nominatives().filter(Exists(contrats.filter(personne=OuterRef("pk"))))

    def engagees_dans_l_annee(self, le: date):
        """Celles qui, un même jour de ces douze mois, avaient ce contrat et un engagement formalisé au sens du § 2.2 a."""
        jour = partial(Value, output_field=DateField())
        formes = Formalisation.objects.selon_le_texte().exclude(engagement__etat=Engagement.Etat.PROJET)
        formes = formes.annotate(
            de=Greatest("du", "engagement__debut", jour(_premier_jour(le))),
            avant=Least(Coalesce("au", jour(SANS_FIN)), Coalesce("engagement__clos_le", jour(SANS_FIN)), jour(le + UN_JOUR)),
        ).filter(engagement__personne=OuterRef("pk"), de__lt=F("avant"))
        contrats = Contrat.objects.d_insertion().filter(Q(fin=None) | Q(fin__gte=OuterRef("de")), debut__lt=OuterRef("avant"))
        return self.filter(Exists(formes.filter(Exists(contrats.filter(personne=OuterRef("engagement__personne"))))))

    def engagees_par_un_texte_remis(self, le: date):
        """Celles dont un engagement formalisé court ce jour-là, et dont un texte leur a été remis (§ 2.2 a)."""
        remis = Engagement.objects.en_cours(le).formalises(le).remis(le)
        return self.filter(Exists(remis.filter(personne=OuterRef("pk"))))

    def recues_dans_l_annee(self, le: date):
        """Celles qu'un entretien ou une information a réunies avec la structure dans les douze mois (ACC-2, ACC-3)."""
        recues = {"personne": OuterRef("pk"), **douze_mois(le)}
        entretiens = Entretien.objects.filter(etat=Entretien.Etat.REALISE, **recues)
        informations = Information.objects.filter(presence=Information.Presence.PRESENTE, **recues)
        return self.nominatives().filter(Exists(entretiens) | Exists(informations))

    def recues_en_entretien_dans_l_annee(self, le: date):
        """Celles qu'un entretien d'accueil a réunies avec la structure dans les douze mois (ACC-3, § 2.1 b)."""
        realises = Entretien.objects.filter(etat=Entretien.Etat.REALISE, **douze_mois(le))
        return self.nominatives().filter(Exists(realises.filter(personne=OuterRef("pk"))))

    def informees_de_l_offre(self, le: date):
        """Celles à qui l'offre d'insertion a été présentée, à cette date (ACC-2, § 2.1 a)."""
        return self.filter(Exists(Information.objects.filter(personne=OuterRef("pk"), offre_presentee=True, le__lte=le)))

    def inscrites_dans_l_annee(self, le: date):
        """Celles qui ont été inscrites dans les douze mois qui finissent à cette date."""
        return self.nominatives().filter(Exists(_inscriptions(le).filter(personne=OuterRef("pk"))))

    def embauchees_dans_l_annee(self, le: date):
        """Celles dont un contrat de l'insertion a commencé dans les douze mois finis à cette date, sans en renouveler un."""
        debutes = Contrat.objects.d_insertion().filter(renouvelle=None, **douze_mois(le, "debut"))
        return self.nominatives().filter(Exists(debutes.filter(personne=OuterRef("pk"))))

    def informees_du_statut(self, le: date):
        """Celles à qui le statut a été expliqué, avant le premier contrat qui suit leur inscription (ACC-2, § 2.1 a).

        Un contrat déjà commencé quand on le leur dit : elles étaient salariées sans savoir ce que cela change.
        """
        deja = Contrat.objects.filter(personne=OuterRef("personne"), debut__lt=OuterRef("le"))
        dites = Information.objects.filter(personne=OuterRef("personne"), statut_explique=True, le__lte=le)
        a_temps = dites.filter(~Exists(deja.filter(debut__gte=OuterRef(OuterRef("le")))))
        return self.filter(Exists(_inscriptions(le).filter(Exists(a_temps), personne=OuterRef("pk"))))

    def evaluees_avec_la_grille(self, le: date):
        """Celles dont une évaluation conjointe a été validée sur la grille alors en vigueur (ACC-4, § 2.1 b)."""
        return self.filter(Exists(_evaluations_avec_la_grille(le)))

    def evaluees_ou_qui_refusent(self, le: date):
        """Celles-là, et celles qui ne veulent pas d'une évaluation conjointe : on la leur a proposée (ACC-4, § 2.1 b)."""
        refus = RefusDEvaluation.objects.au_jour(le).filter(personne=OuterRef("pk"))
        return self.filter(Exists(_evaluations_avec_la_grille(le)) | Exists(refus))

    def evaluees_sur_un_poste(self, le: date):
        """Celles dont les capacités ont été évaluées sur une fiche de poste (ACC-5, § 2.1 c)."""
        return self.filter(Exists(EvaluationProfessionnelle.objects.filter(personne=OuterRef("pk"), le__lte=le)))


def _premier_jour(le: date) -> date:
    """Le premier jour des douze mois qui finissent à cette date."""
    return il_y_a(12, le) + UN_JOUR


def _evaluations_avec_la_grille(le: date):
    siennes = Evaluation.objects.sur_la_grille_en_vigueur().filter(personne=OuterRef("pk"))
    return siennes.filter(le__lte=le, validee_jour__lte=le)


def _inscriptions(le: date):
    return Suite.objects.filter(nature=Suite.Nature.INSCRIPTION, **douze_mois(le))
