"""L'histoire d'un dossier, du plus récent au plus ancien, en une seule requête."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, CharField, F, Q, TextField, Value, When
from django.db.models.functions import Cast
from django.urls import reverse

from cedre.parcours.models import Contact, Entretien, EvaluationProfessionnelle, Information, Personne, Suite


@dataclass(frozen=True)
class Fait:
    """Un fait daté du dossier, prêt à montrer."""

    genre: str
    pk: int
    le: date
    etat: str
    texte: str

    ICONES = {
        "contact": "telephone",
        "information": "groupe",
        "entretien": "entretien",
        "evaluation": "evaluation",
        "evaluation_pro": "poste",
        "suite": "fleche",
    }
    ETATS = {
        "contact": dict(Contact.Canal.choices),
        "information": dict(Information.Presence.choices),
        "entretien": dict(Entretien.Etat.choices),
        "evaluation": {"validee": "Validée", "brouillon": "Brouillon"},
        "evaluation_pro": dict(EvaluationProfessionnelle.Conclusion.choices),
        "suite": dict(Suite.Nature.choices),
    }
    TITRES = {
        "contact": "Premier contact",
        "information": "Information",
        "entretien": "Entretien d’accueil",
        "evaluation": "Évaluation conjointe",
        "evaluation_pro": "Évaluation professionnelle",
        "suite": "Suite donnée",
    }
    ROUTES: dict[str, str] = {}

    @property
    def titre(self) -> str:
        """Ce que c'est."""
        return self.TITRES[self.genre]

    @property
    def icone(self) -> str:
        """Son icône."""
        return self.ICONES[self.genre]

    @property
    def etat_lisible(self) -> str:
        """Son état, en mots."""
        return self.ETATS[self.genre].get(self.etat, "")

    @property
    def a_venir(self) -> bool:
        """Vrai pour ce qui est prévu et pas encore fait."""
        return self.etat in ("prevu", "prevue")

    @property
    def adresse(self) -> str:
        """La page qui le montre, s'il en a une."""
        route = self.ROUTES.get(self.genre)
        return reverse(route, args=[self.pk]) if route else ""


def _lignes(faits, genre: str, etat, texte):
    return faits.order_by().values_list(
        Value(genre, output_field=CharField()),
        "pk",
        "le",
        Cast(etat, CharField(max_length=40)),
        Cast(texte, TextField()),
    )


def frise(personne: Personne) -> list[Fait]:
    """Tous les faits datés du dossier."""
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
        ),
        _lignes(personne.entretiens, "entretien", F("etat"), F("synthese")),
        _lignes(
            personne.evaluations,
            "evaluation",
            Case(When(validee_le=None, then=Value("brouillon")), default=Value("validee")),
            F("synthese"),
        ),
        _lignes(personne.evaluations_professionnelles, "evaluation_pro", F("conclusion"), F("fiche_de_poste__intitule")),
        _lignes(personne.suites, "suite", F("nature"), F("precision")),
        all=True,
    )
    return sorted((Fait(*ligne) for ligne in lignes), key=lambda f: (f.le, f.genre, f.pk), reverse=True)
