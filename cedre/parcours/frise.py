"""L'histoire d'un dossier, du plus récent au plus ancien, en une seule requête.

Un fait a le nom de son modèle ; son icône et son lien viennent du geste de la page qui le montre, à qui peut l'ouvrir.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, CharField, F, IntegerField, Model, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.text import capfirst

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Geste, qui_ajoute, qui_montre
from cedre.comptes.models import Habilitation
from cedre.parcours.inventaire import modeles_du_dossier
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
    SuiviAMinima,
)

# Les états en mots de chaque sorte de fait, par le nom de son modèle.
ETATS = {
    "contact": dict(Contact.Canal.choices),
    "information": dict(Information.Presence.choices),
    "entretien": dict(Entretien.Etat.choices),
    "evaluation": {"validee": "Validée", "brouillon": "Brouillon"},
    "refusdevaluation": {"vaut": "Elle n’en veut pas", "revenu": "Elle en est revenue"},
    "evaluationprofessionnelle": dict(EvaluationProfessionnelle.Conclusion.choices),
    "suite": dict(Suite.Nature.choices),
    "contrat": {"debut": "Premier jour", "fin": "Dernier jour"},
    "engagement": dict(Engagement.Etat.choices),
    "remise": dict(Remise.Mode.choices),
    "evaluationautravail": dict(EvaluationAuTravail.Regard.choices),
    "actionassociee": dict(ActionAssociee.Etat.choices),
    "bilan": dict(Bilan.Etat.choices),
    "echange": dict(Echange.Canal.choices),
    "suiviaminima": dict(SuiviAMinima.resultat.field.choices) | {"ouvert": "En cours", "arrete": "Arrêté avec le dossier"},
}


ETAT_DU_SUIVI = Case(
    When(au=None, then=Value("ouvert")), When(resultat="", then=Value("arrete")), default=F("resultat"), output_field=CharField()
)


@dataclass(frozen=True)
class SorteDeFait:
    """Une sorte de fait : son nom, son icône, la page qui en montre un, rien si le lecteur ne l'ouvre pas."""

    titre: str
    icone: str
    page: Geste | None


@dataclass(frozen=True)
class Fait:
    """Un fait daté du dossier, prêt à montrer. genre : le nom de son modèle ; adresse : sa page, "" si aucune."""

    genre: str
    pk: int
    le: date
    etat: str
    texte: str
    sorte: SorteDeFait
    adresse: str

    @property
    def etat_lisible(self) -> str:
        """Son état, en mots."""
        return ETATS.get(self.genre, {}).get(self.etat, self.etat)

    @property
    def a_venir(self) -> bool:
        """Vrai pour ce qui est prévu et pas encore fait."""
        return self.etat in ("prevu", "prevue")


def _sorte(modele: type[Model], habilitation: Habilitation) -> SorteDeFait:
    page, _ = qui_montre(modele) or (None, "")
    dit = page if page and page.icone else qui_ajoute(modele)
    ouvre = page is not None and page.est_a(habilitation)
    return SorteDeFait(capfirst(str(modele._meta.verbose_name)), dit.icone if dit else "", page if ouvre else None)


def _lignes(faits: QuerySet, etat, texte, le="le") -> QuerySet:
    """Ces faits, en colonnes que l'histoire réunit ; la dernière dit le numéro de la page qui les montre."""
    _, numero = qui_montre(faits.model) or (None, "")
    return faits.order_by().values_list(
        Value(faits.model._meta.model_name, output_field=CharField()),
        "pk",
        le,
        Cast(etat, CharField(max_length=40)),
        Cast(texte, TextField()),
        F(numero) if numero else Value(None, output_field=IntegerField()),
    )


def _des_etages_du_dessus(personne: Personne) -> list[QuerySet]:
    """Les faits d'une autre app ; leur modèle dit par HISTOIRE leur état, en mots, leur texte et leur jour."""
    racontent = {m: chemin for m, chemin in modeles_du_dossier().items() if hasattr(m, "HISTOIRE")}
    return [_lignes(m.objects.filter(**{chemin: personne}), *m.HISTOIRE) for m, chemin in racontent.items()]


def _de_l_insertion(personne: Personne) -> list[QuerySet]:
    """Les faits de la mission insertion ; les mots d'un bilan ou d'un échange ne se lisent que dans leur page."""
    rien, le_contrat = Value(""), F("nature__libelle")
    finis = personne.contrats.filter(fin__lte=timezone.localdate())
    au_travail = EvaluationAuTravail.objects.filter(mise_en_situation__personne=personne)
    return [
        _lignes(personne.contrats, Value("debut"), le_contrat, "debut"),
        _lignes(finis, Value("fin"), le_contrat, "fin"),
        _lignes(personne.engagements, F("etat"), F("type_engagement__libelle"), "debut"),
        _lignes(personne.remises, F("mode"), rien),
        _lignes(personne.mises_en_situation, rien, Coalesce("client__nom", "atelier"), "du"),
        _lignes(au_travail, F("regard"), Coalesce("mise_en_situation__client__nom", "mise_en_situation__atelier")),
        _lignes(personne.actions, F("etat"), F("offre__intitule")),
        _lignes(personne.bilans, F("etat"), rien),
        _lignes(personne.sorties, rien, F("motif__libelle")),
        _lignes(personne.jobcoachs, rien, F("employeur"), "du"),
        _lignes(personne.suivis_a_minima, ETAT_DU_SUIVI, F("objectif"), "du"),
        _lignes(personne.echanges, F("canal"), F("texte")),
        _lignes(personne.liaisons, rien, F("partenaire__nom")),
        *_des_etages_du_dessus(personne),
    ]


def _de_l_accueil(personne: Personne, habilitation: Habilitation) -> list[QuerySet]:
    """Les faits de la mission accueil ; les mots d'un entretien ne se montrent qu'à ceux qui en conduisent."""
    recu = F("synthese") if habilitation.peut(Droit.ENTRETIEN_CONDUIRE) else Value("")
    dit = Case(
        When(Q(offre_presentee=True, statut_explique=True), then=Value("Offre d’insertion et statut de salarié")),
        When(offre_presentee=True, then=Value("Offre d’insertion")),
        When(statut_explique=True, then=Value("Statut de salarié")),
        default=Value(""),
    )
    vaut = Case(When(au=None, then=Value("vaut")), default=Value("revenu"))
    validee = Case(When(validee_le=None, then=Value("brouillon")), default=Value("validee"))
    return [
        _lignes(personne.contacts, F("canal"), F("demande")),
        _lignes(personne.informations, F("presence"), dit),
        _lignes(personne.entretiens, F("etat"), recu),
        _lignes(personne.evaluations, validee, Value("")),
        _lignes(personne.refus_d_evaluation, vaut, Value(""), "du"),
        _lignes(personne.evaluations_professionnelles, F("conclusion"), F("fiche_de_poste__intitule")),
        _lignes(personne.suites, F("nature"), F("precision")),
    ]


def frise(personne: Personne, habilitation: Habilitation) -> list[Fait]:
    """Tous les faits datés du dossier que ce lecteur peut lire."""
    lots = _de_l_accueil(personne, habilitation)
    if habilitation.peut(Droit.PARCOURS_LIRE):
        lots += _de_l_insertion(personne)
    sortes = {lot.model._meta.model_name: _sorte(lot.model, habilitation) for lot in lots}
    faits = []
    for genre, pk, le, etat, texte, numero in lots[0].union(*lots[1:], all=True):
        sorte = sortes[genre]
        adresse = sorte.page.adresse(numero) if sorte.page and numero else ""
        faits.append(Fait(genre, pk, le, etat, texte, sorte, adresse))
    return sorted(faits, key=lambda f: (f.le, f.genre, f.pk), reverse=True)
