"""L'histoire d'un dossier, du plus récent au plus ancien, en une seule requête."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Case, CharField, F, Q, TextField, Value, When
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation
from cedre.parcours.models import (
    ActionAssociee,
    Bilan,
    Contact,
    Echange,
    Engagement,
    Entretien,
    EvaluationAuTravail,
    EvaluationProfessionnelle,
    Information,
    Personne,
    Remise,
    Suite,
)


class Genre(NamedTuple):
    """Une sorte de fait : son titre, son icône, ses états en mots, la route de sa page s'il en a une, le droit qui l'ouvre."""

    titre: str
    icone: str
    etats: dict
    route: str = ""
    droit: str = Droit.DOSSIER_LIRE


GENRES = {
    "contact": Genre("Premier contact", "telephone", dict(Contact.Canal.choices)),
    "information": Genre(
        "Information", "groupe", dict(Information.Presence.choices), "parcours:collective", Droit.INFORMATION_TENIR
    ),
    "entretien": Genre("Entretien d’accueil", "entretien", dict(Entretien.Etat.choices), "parcours:entretien"),
    "evaluation": Genre(
        "Évaluation conjointe",
        "evaluation",
        {"validee": "Validée", "brouillon": "Brouillon"},
        "parcours:evaluation",
        Droit.ENTRETIEN_CONDUIRE,
    ),
    "evaluation_pro": Genre(
        "Évaluation professionnelle",
        "poste",
        dict(EvaluationProfessionnelle.Conclusion.choices),
        "parcours:evaluation_pro",
        Droit.CAPACITES_EVALUER,
    ),
    "suite": Genre("Suite donnée", "fleche", dict(Suite.Nature.choices)),
    "contrat": Genre("Contrat de travail", "fichier", {"debut": "Premier jour", "fin": "Dernier jour"}, "parcours:contrats"),
    "engagement": Genre(
        "Engagement réciproque", "echange", dict(Engagement.Etat.choices), "parcours:engagement", Droit.PARCOURS_LIRE
    ),
    "remise": Genre("Remise à la personne", "fichier", dict(Remise.Mode.choices), "parcours:remise", Droit.PARCOURS_LIRE),
    "mise_en_situation": Genre("Mise en situation de travail", "poste", {}, "parcours:mets", Droit.PARCOURS_LIRE),
    "au_travail": Genre(
        "Évaluation au travail", "poste", dict(EvaluationAuTravail.Regard.choices), "parcours:mets", Droit.PARCOURS_LIRE
    ),
    "action": Genre("Action associée", "atelier", dict(ActionAssociee.Etat.choices), "parcours:actions", Droit.PARCOURS_LIRE),
    "bilan": Genre("Entretien de bilan", "entretien", dict(Bilan.Etat.choices), "parcours:bilan", Droit.PARCOURS_LIRE),
    "decision": Genre(
        "Décision de régulation", "groupe", {"a_faire": "À faire", "faite": "Faite"}, "regulation:point", Droit.REGULATION_TENIR
    ),
    "sortie": Genre("Sortie", "sortir", {}, "parcours:sortie_fiche"),
    "jobcoach": Genre("Jobcoach", "partenaire", {}, "parcours:jobcoach"),
    "echange": Genre("Échange", "telephone", dict(Echange.Canal.choices), "parcours:echange_corriger", Droit.ACTIONS_TENIR),
    "liaison": Genre("Liaison avec un partenaire", "partenaire", {}, "parcours:liaison", Droit.PARTENAIRES_TENIR),
}


@dataclass(frozen=True)
class Fait:
    """Un fait daté du dossier, prêt à montrer. page : la ligne dont la page le montre, rien si aucune."""

    genre: str
    pk: int
    le: date
    etat: str
    texte: str
    page: int | None

    @property
    def sorte(self) -> Genre:
        """Sa sorte."""
        return GENRES[self.genre]

    @property
    def etat_lisible(self) -> str:
        """Son état, en mots."""
        return self.sorte.etats.get(self.etat, "")

    @property
    def a_venir(self) -> bool:
        """Vrai pour ce qui est prévu et pas encore fait."""
        return self.etat in ("prevu", "prevue")

    @property
    def adresse(self) -> str:
        """La page qui le montre, s'il en a une."""
        return reverse(self.sorte.route, args=[self.page]) if self.sorte.route and self.page else ""


def _lignes(faits, genre: str, etat, texte, page="pk", le="le"):
    return faits.order_by().values_list(
        Value(genre, output_field=CharField()),
        "pk",
        le,
        Cast(etat, CharField(max_length=40)),
        Cast(texte, TextField()),
        F(page),
    )


def _de_l_insertion(personne: Personne) -> list:
    """Les faits de la mission insertion ; les mots d'un bilan ou d'un échange ne se lisent que dans leur page."""
    rien, le_contrat = Value(""), F("nature__libelle")
    aujourdhui = timezone.localdate()
    return [
        _lignes(personne.contrats, "contrat", Value("debut"), le_contrat, "personne", "debut"),
        _lignes(personne.contrats.filter(fin__lte=aujourdhui), "contrat", Value("fin"), le_contrat, "personne", "fin"),
        _lignes(personne.engagements, "engagement", F("etat"), F("type_engagement__libelle"), le="debut"),
        _lignes(personne.remises, "remise", F("mode"), rien),
        _lignes(personne.mises_en_situation, "mise_en_situation", rien, Coalesce("client__nom", "atelier"), le="du"),
        _lignes(
            EvaluationAuTravail.objects.filter(mise_en_situation__personne=personne),
            "au_travail",
            F("regard"),
            Coalesce("mise_en_situation__client__nom", "mise_en_situation__atelier"),
            page="mise_en_situation",
        ),
        _lignes(personne.actions, "action", F("etat"), F("offre__intitule"), page="personne"),
        _lignes(personne.bilans, "bilan", F("etat"), rien),
        _lignes(
            personne.points.exclude(decisions=None),
            "decision",
            Case(When(decisions__faite_le=None, then=Value("a_faire")), default=Value("faite")),
            F("decisions__quoi"),
            le="regulation__le",
        ),
        _lignes(personne.sorties, "sortie", rien, F("motif__libelle")),
        _lignes(personne.jobcoachs, "jobcoach", rien, F("employeur"), "personne", "du"),
        _lignes(personne.echanges, "echange", F("canal"), F("texte")),
        _lignes(personne.liaisons, "liaison", rien, F("partenaire__nom")),
    ]


def frise(personne: Personne, habilitation: Habilitation) -> list[Fait]:
    """Tous les faits datés du dossier ; les mots d'un entretien ne se montrent qu'à ceux qui en conduisent."""
    recu = F("synthese") if habilitation.peut(Droit.ENTRETIEN_CONDUIRE) else Value("")
    lignes = _lignes(personne.contacts, "contact", F("canal"), F("demande")).union(
        _lignes(
            personne.informations,
            "information",
            F("presence"),
            Case(
                When(Q(offre_presentee=True, statut_explique=True), then=Value("Offre d’insertion et statut de salarié")),
                When(offre_presentee=True, then=Value("Offre d’insertion")),
                When(statut_explique=True, then=Value("Statut de salarié")),
                default=Value(""),
            ),
            page="collective",
        ),
        _lignes(personne.entretiens, "entretien", F("etat"), recu),
        _lignes(
            personne.evaluations,
            "evaluation",
            Case(When(validee_le=None, then=Value("brouillon")), default=Value("validee")),
            Value(""),
        ),
        _lignes(personne.evaluations_professionnelles, "evaluation_pro", F("conclusion"), F("fiche_de_poste__intitule")),
        _lignes(personne.suites, "suite", F("nature"), F("precision")),
        *(_de_l_insertion(personne) if habilitation.peut(Droit.PARCOURS_LIRE) else ()),
        all=True,
    )
    return sorted((Fait(*ligne) for ligne in lignes), key=lambda f: (f.le, f.genre, f.pk), reverse=True)
