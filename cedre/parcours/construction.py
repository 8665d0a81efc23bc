"""Ce que l'on a sous les yeux en construisant un engagement : évaluation, demande, offre, et ce qu’elles suggèrent (INS-3).

Peu de requêtes, et toujours le même nombre : les listes à choisir sont lues ensemble.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import CharField, F, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Cast

from cedre.comptes.models import Habilitation
from cedre.core.texte import normaliser
from cedre.observatoire.models import Terme
from cedre.parcours.models import Cotation, Engagement, Entretien, Evaluation, Moyen, Trajectoire
from cedre.parcours.suggestions import Difficulte, Piste, Suggestion, suggerer
from cedre.partenariats.models import Client, Partenaire
from cedre.structures.models import Domaine, Echelon, FicheDePoste, Offre


class DomaineRegarde(NamedTuple):
    """Un domaine tel que chacun le voit ; jamais les précisions de santé."""

    libelle: str
    personne: str
    accompagnateur: str
    difficulte: Difficulte | None


@dataclass(frozen=True)
class DerniereEvaluation:
    """Ce que dit la dernière évaluation conjointe validée."""

    evaluation: Evaluation | None = None
    regards: list[DomaineRegarde] = field(default_factory=list)

    @property
    def en_difficulte(self) -> list[DomaineRegarde]:
        """Les domaines où quelque chose gêne, selon l'un ou l'autre."""
        return [r for r in self.regards if r.difficulte]

    @property
    def difficultes(self) -> list[Difficulte]:
        """Les mêmes, pour les suggestions."""
        return [r.difficulte for r in self.en_difficulte]

    @property
    def contexte(self) -> dict[str, str]:
        """La trajectoire, qui pèse dans le choix du type."""
        trajectoire = self.evaluation.trajectoire if self.evaluation else ""
        return {trajectoire: f"trajectoire = {Trajectoire(trajectoire).label}"} if trajectoire else {}


def _degre(regard: str) -> Subquery:
    echelons = Echelon.objects.filter(grille=OuterRef("evaluation__grille"), valeur=OuterRef(f"valeur_{regard}"))
    return Subquery(echelons.values("libelle")[:1])


def _regard(cotation: Cotation) -> DomaineRegarde:
    vues = [v for v in (cotation.valeur_personne, cotation.valeur_accompagnateur) if v is not None]
    pire, difficulte = max(vues, default=0), None
    if pire:
        degre = cotation.dit_personne if cotation.valeur_personne == pire else cotation.dit_accompagnateur
        if cotation.domaine.regime == Domaine.Regime.AGENDA:
            degre = "contrainte d’agenda"
        difficulte = Difficulte(cotation.domaine.theme.code, str(cotation.domaine), degre or "", pire / (cotation.maximum or 1))
    return DomaineRegarde(str(cotation.domaine), cotation.dit_personne or "", cotation.dit_accompagnateur or "", difficulte)


def situation_evaluee(personne) -> DerniereEvaluation:
    """La dernière évaluation conjointe validée de la personne, en une requête."""
    derniere = Evaluation.objects.validees().filter(personne=personne).order_by("-le", "-pk").values("pk")[:1]
    echelle = Echelon.objects.filter(grille=OuterRef("evaluation__grille")).order_by("-valeur")
    cotations = list(
        Cotation.objects.filter(evaluation=Subquery(derniere))
        .select_related("evaluation", "domaine__theme")
        .annotate(
            dit_personne=_degre("personne"),
            dit_accompagnateur=_degre("accompagnateur"),
            maximum=Subquery(echelle.values("valeur")[:1]),
        )
    )
    return DerniereEvaluation(cotations[0].evaluation, [_regard(c) for c in cotations]) if cotations else DerniereEvaluation()


def dernier_entretien(personne) -> Entretien | None:
    """Le dernier entretien d'accueil où la personne a dit ce qu'elle attend ou sur quoi elle s'appuie."""
    return personne.entretiens.exclude(attentes="", points_d_appui="").order_by("-le", "-pk").first()


class Proposee(NamedTuple):
    """Une réponse de l'offre, telle que le constructeur en a besoin."""

    pk: int
    intitule: str
    partenaire_id: str
    themes: frozenset[str]
    types: frozenset[str]


def _lignes(genre: str, lignes, texte: str, autre=None):
    return lignes.order_by().values_list(
        Value(genre, output_field=CharField()),
        "pk",
        Cast(F(texte), TextField()),
        Cast(autre if autre is not None else Value(""), TextField()),
    )


class Reserve:
    """Tout ce qu'un moyen peut citer : offre, postes, clients, partenaires, et les listes du cadre commun ; en deux requêtes.

    Ce que l'engagement cite déjà reste proposé, même retiré des listes.
    """

    def __init__(self, engagement: Engagement, habilitation: Habilitation):
        cites = Moyen.objects.filter(engagement=engagement.pk)

        def proposes(modele, nom: str, drapeau: str):
            cite = Q(pk__in=cites.exclude(**{nom: None}).values(nom))
            return modele.objects.pour(habilitation).filter(Q(**{drapeau: True}) | cite)

        offres = proposes(Offre, "offre", "active")
        lues = (
            _lignes("offre", offres, "intitule", F("partenaire_id"))
            .union(
                _lignes("theme", offres.exclude(themes=None), "themes__code"),
                _lignes("type", offres.exclude(types_engagement=None), "types_engagement__code"),
                _lignes("fiche_de_poste", proposes(FicheDePoste, "fiche_de_poste", "active"), "intitule"),
                _lignes("client", proposes(Client, "client", "actif"), "nom"),
                _lignes("partenaire", proposes(Partenaire, "partenaire", "actif"), "nom"),
                all=True,
            )
            .order_by()
        )
        par_genre = defaultdict(list)
        for genre, pk, dit, autre in lues:
            par_genre[genre].append((pk, dit, autre or ""))
        self.listes = {
            genre: sorted(((str(pk), dit) for pk, dit, _ in par_genre[genre]), key=lambda c: (normaliser(c[1]), c[0]))
            for genre in ("offre", "fiche_de_poste", "client", "partenaire")
        }
        themes, types = _reunir(par_genre["theme"]), _reunir(par_genre["type"])
        self.offres = {pk: Proposee(pk, dit, autre, themes[pk], types[pk]) for pk, dit, autre in par_genre["offre"]}
        termes = Terme.objects.filter(liste__in=(Terme.Liste.TYPE_ENGAGEMENT, Terme.Liste.DOMAINE)).avec_validite()
        self.termes = {str(t.pk): t for t in termes.order_by("liste", "rang", "libelle", "pk")}
        self.types = [t for t in self._de(Terme.Liste.TYPE_ENGAGEMENT) if t.vaut or t.pk == engagement.type_engagement_id]
        self.domaines = self._de(Terme.Liste.DOMAINE)

    def _de(self, liste: str) -> list[Terme]:
        return [t for t in self.termes.values() if t.liste == liste]

    def types_suggeres(self, situation: DerniereEvaluation) -> list[tuple[Terme, tuple[str, ...]]]:
        """Tous les types, les suggérés d'abord, chacun avec ses raisons."""
        pistes = [
            Piste(t, frozenset(t.correspondances.get("domaines", ())), frozenset(t.correspondances.get("trajectoires", ())))
            for t in self.types
        ]
        trouves = suggerer(pistes, situation.difficultes, situation.contexte)
        suggeres = {s.cle for s in trouves}
        return [(s.cle, s.raisons) for s in trouves] + [(t, ()) for t in self.types if t not in suggeres]

    def moyens_suggeres(self, situation: DerniereEvaluation, type_engagement: Terme) -> list[Suggestion]:
        """Les réponses de l'offre qui vont aux domaines en difficulté ; celles qui servent ce type pèsent davantage."""
        pistes = [Piste(offre, offre.themes, offre.types) for offre in self.offres.values()]
        return suggerer(pistes, situation.difficultes, {type_engagement.code: f"sert « {type_engagement} »"})


def _reunir(lignes) -> defaultdict[int, frozenset[str]]:
    reunis = defaultdict(frozenset)
    for pk, code, _ in lignes:
        reunis[pk] |= {code}
    return reunis
