"""Les sorties et leur taux, sur une période (INS-8, nomenclatures §1).

Une fin de parcours est une sortie notée, ou un dernier contrat fini sans elle : celle-ci reste au dénominateur.
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial, reduce
from operator import or_

from django.db.models import Case, CharField, Exists, Expression, F, OuterRef, Q, QuerySet, TextChoices, Value, When
from django.db.models.functions import Coalesce

from cedre.comptes.appartenance import type_ce_jour
from cedre.comptes.models import Organisation
from cedre.core.conditions import Condition
from cedre.core.dates import UN_AN, UN_JOUR, Decaler
from cedre.core.grandeurs import Seuil
from cedre.core.indicateurs import ECRITS, Exemple, Indicateur, Sens
from cedre.core.periodes import Periode, douze_mois_finis_le
from cedre.parcours.indicateurs.engagements import dernier_engagement
from cedre.parcours.models import DYNAMIQUES, Categorie, Contrat, Personne, Sortie
from cedre.parcours.models.situation import libelle

AI, ETTI, EI, ACI = (Organisation.TypeSiae[nom] for nom in ("AI", "ETTI", "EI", "ACI"))
SOURCE = "Agence de services et de paiement, sorties examinées (INS-8)"
DEPUIS_TOUJOURS = date(1900, 1, 1)

HEURES_D_EXAMEN = Seuil(
    nom="heures à partir desquelles une sortie est examinée",
    unite="heures",
    source=SOURCE,
    valeurs=tuple((type_siae, DEPUIS_TOUJOURS, heures) for type_siae, heures in ((AI, 150), (ETTI, 150), (EI, 1), (ACI, 1))),
)
JOURS_D_EXAMEN = Seuil(
    nom="jours à partir desquels une sortie est examinée : plus de 2,65 mois, au douzième d’année (80,66 jours)",
    unite="jours, premier et dernier compris",
    source=SOURCE,
    valeurs=((EI, DEPUIS_TOUJOURS, 81), (ACI, DEPUIS_TOUJOURS, 81)),
)
EXAMEN = (
    "Examinée : en AI et en ETTI, 150 heures de travail au moins, d’une même année civile, sous un même contrat et une même "
    "annexe financière ; en ACI et en EI, 81 jours au moins (plus de 2,65 mois) du premier jour de contrat à la sortie, compris, "
    "et une heure de travail au moins ; contrats commencés et heures faites depuis la sortie précédente. Un contrat et ses "
    "renouvellements n’en font qu’un ; deux contrats qui se suivent sans se renouveler ne s’additionnent pas. Des heures sont du "
    "contrat de leur mise en situation ; celles dont on ne dit pas le contrat, ou pas l’annexe, s’additionnent entre elles. Le "
    "type est celui de l’annexe du dernier contrat, à défaut celui de la structure le dernier jour de la période ; d’un autre "
    "type, rien n’est examiné."
)
LA_DERNIERE = (
    "Une fin que suit, dans la période, une fin examinée de la même personne ne se compte pas : la dernière compte seule."
)
NON_DOCUMENTEE = (
    "Un dernier contrat fini depuis plus que le délai de la structure (15 jours, à défaut), sans sortie notée ce jour-là ou "
    "depuis, ni autre contrat déjà noté qui finisse plus tard, est une fin de parcours, datée de son dernier jour : celui que "
    "l’on savait le jour où l’on regarde."
)


class ClasseDeSortie(TextChoices):
    """Où une sortie se compte."""

    DURABLE = "durable", Categorie.DURABLE.value
    TRANSITION = "transition", Categorie.TRANSITION.value
    POSITIVE = "positive", Categorie.POSITIVE.value
    AUTRE = "autre", Categorie.AUTRE.value
    NON_DOCUMENTEE = "non_documentee", "Sortie non documentée"
    RETRAIT = "retrait", Categorie.RETRAIT.value
    NON_EXAMINEE = "non_examinee", "Séjour trop court : non examinée"


def examinees(periode: Periode, *, fin: str) -> Q:
    """Celles, annotées de leur séjour, qui sont assez longues pour compter. fin : le champ qui dit leur dernier jour."""
    heures, jours = HEURES_D_EXAMEN.valent(periode.au), JOURS_D_EXAMEN.valent(periode.au)

    regles = {(combien, jours.get(type_siae)) for type_siae, combien in heures.items()}

    def selon(combien: int, duree: int | None) -> Q:
        types = [type_siae for type_siae in heures if (heures[type_siae], jours.get(type_siae)) == (combien, duree)]
        if duree is None:
            return Q(type_ce_jour__in=types) & Q(heures_d_un_contrat__gte=combien)
        return Q(type_ce_jour__in=types) & Q(heures__gte=combien, premier_jour__lte=Decaler(F(fin), Value(1 - duree)))

    return reduce(or_, (selon(*regle) for regle in sorted(regles, key=str)))


EXAMINEES = {
    Sortie: partial(examinees, fin="le"),
    Personne: partial(examinees, fin="dernier_jour"),
}
RETIREE, DYNAMIQUE = Q(motif__categorie=Categorie.RETRAIT), Q(motif__categorie__in=DYNAMIQUES)


def _type(periode: Periode, organisation: str) -> Coalesce:
    """Celui de l'annexe du dernier contrat, à défaut celui de la structure."""
    return Coalesce("type_dit", type_ce_jour(periode.dernier_jour, organisation))


def _dites(periode: Periode) -> QuerySet:
    """Les sorties notées de la période, avec leur séjour et son type."""
    dites = Sortie.objects.filter(**periode.dans()).filter(le__lte=periode.le).avec_sejour()
    return dites.annotate(type_ce_jour=_type(periode, "personne__organisation__"))


@lru_cache(maxsize=ECRITS)
def _la_derniere(periode: Periode) -> Condition:
    """D'une sortie : ni une autre sortie ni une fin tue, examinées et de la période, ne la suivent. S'écrit une fois (0017)."""
    apres = Q(le__gt=OuterRef("le")) | Q(le=OuterRef("le"), pk__gt=OuterRef("pk"))
    dites = _dites(periode).filter(apres, personne=OuterRef("personne")).filter(EXAMINEES[Sortie](periode))
    revenue = Contrat.objects.connus(periode.le).filter(personne=OuterRef("personne"), fin_connue__gt=OuterRef("le"))
    tues = fins_tues(periode).filter(EXAMINEES[Personne](periode), pk=OuterRef("personne"))
    return Condition(Sortie.objects.filter(~Exists(dites), ~(Q(Exists(revenue)) & Q(Exists(tues)))))  # peu sont revenues


def sorties_dites(periode: Periode) -> QuerySet:
    """De même, la dernière de chacun."""
    return _dites(periode).filter(_la_derniere(periode))


def fins_tues(periode: Periode) -> QuerySet:
    """Les fins de contrat de la période que rien ne documente, de même : d'une personne, il n'y en a qu'une."""
    tues = Personne.objects.sorties_sans_le_dire(periode.le).filter(**periode.dans("dernier_jour"))
    return tues.annotate(type_ce_jour=_type(periode, "organisation__"))


def _est_examinee(lignes: QuerySet, periode: Periode) -> Q:
    return EXAMINEES[lignes.model](periode)


def _examinees(lignes: QuerySet, periode: Periode) -> QuerySet:
    return lignes.filter(_est_examinee(lignes, periode))


def _classe(modele: type, periode: Periode) -> Expression:
    """Si elle est examinée, la catégorie de son motif ; inconnue du cadre commun, une autre sortie."""
    par_motif = [When(motif__categorie=c.value, then=Value(ClasseDeSortie[c.name].value)) for c in Categorie]
    dite = Case(*par_motif, default=Value(ClasseDeSortie.AUTRE.value))
    classe = Value(ClasseDeSortie.NON_DOCUMENTEE.value) if modele is Personne else dite
    examinee, courte = When(EXAMINEES[modele](periode), then=classe), Value(ClasseDeSortie.NON_EXAMINEE.value)
    return Case(examinee, default=courte, output_field=CharField())


COUPES = {
    Sortie: {
        "classe": partial(_classe, Sortie),
        "type de structure": lambda periode: F("type_ce_jour"),
        "motif": lambda periode: libelle("motif"),
        "type d’engagement": partial(dernier_engagement, "personne", "le"),
    },
    Personne: {
        "classe": partial(_classe, Personne),
        "type de structure": lambda periode: F("type_ce_jour"),
        "motif": lambda periode: Value(ClasseDeSortie.NON_DOCUMENTEE.label, output_field=CharField()),
        "type d’engagement": partial(dernier_engagement, "pk", "dernier_jour"),
    },
}


def _sur_les_fins(dites: tuple[Callable, Callable], tues: tuple[Callable, Callable], **dit) -> Indicateur:
    """Un indicateur des fins de parcours. dites, tues : la population et le critère des sorties notées, et des autres fins."""
    dit |= {"source": SOURCE, "periode": douze_mois_finis_le, "constat": True, "compte_les_anonymes": True}
    dit["version"] = 4
    parts = [
        Indicateur(population=population, critere=critere, coupes=COUPES[modele], **dit)
        for modele, (population, critere) in {Sortie: dites, Personne: tues}.items()
    ]
    return Indicateur(parts=tuple(parts), **dit)


def _sortie(le: int, motif: str = "cdi_non_aide", heures: int = 150, **autres) -> dict:
    return _contrat(-500, le, heures, **autres) | {"phase": "sortie", "sorties": [{"le": le, "motif": motif}]}


def _contrat(debut: int, fin: int, heures: int = 150, autres: tuple[dict, ...] = ()) -> dict:
    travail = [{"atelier": "Jardin", "du": debut, "heures": [{"le": debut, "heures": heures}, *autres]}]
    return {"phase": "parcours", "contrats": [{"debut": debut, "fin_prevue": fin}], "mises_en_situation": travail}


def _deux_contrats(**suite) -> dict:
    """Cent heures sous l'un, cinquante sous l'autre ; suite : ce que celui-ci dit du premier."""
    travail = [{"atelier": "Jardin", "du": debut, "heures": [{"le": debut, "heures": n}]} for debut, n in ((-90, 100), (-60, 50))]
    premier = {"debut": -90, "fin_prevue": -61, "mises_en_situation": travail[:1]}
    second = {"debut": -60, "fin_prevue": -20, "mises_en_situation": travail[1:]} | suite
    return {"phase": "sortie", "contrats": [premier, second], "sorties": [{"le": -20, "motif": "cdi_non_aide"}]}


SORTIE_DEUX_FOIS = [{"le": le, "motif": motif} for le, motif in ((-200, "chomage"), (-20, "cdi_non_aide"))]

fins_de_parcours = _sur_les_fins(
    code="fins_de_parcours",
    libelle="Sorties examinées",
    definition=f"Fins de parcours de la période, et celles qui sont examinées. {NON_DOCUMENTEE} {LA_DERNIERE} {EXAMEN}",
    unite="fins de parcours",
    limites="Un séjour trop court pour être examiné a pu compter pour la personne.",
    sens=Sens.AUCUN,
    sensible=True,
    dites=(sorties_dites, _est_examinee),
    tues=(fins_tues, _est_examinee),
    exemple=Exemple(
        sujets=(
            _sortie(UN_JOUR - UN_AN),
            _sortie(-UN_AN),
            _sortie(0, "deces"),
            _sortie(1),
            _sortie(-20, heures=149),
            _contrat(-200, -16),
            _contrat(-200, -15),
            {"phase": "parcours", "contrats": [{"debut": -200, "fin_prevue": -30}, {"debut": -29}]},
            _sortie(-20, heures=149, autres=({"le": -20, "heures": 1},)),
            _sortie(-20, autres=({"le": -20, "heures": 150},)) | {"sorties": SORTIE_DEUX_FOIS},
            _deux_contrats(),
            _deux_contrats(renouvelle=True),
        ),
        total=8,
        atteint=5,
        lus=((1, 1), (0, 0), (1, 1), (0, 0), (1, 0), (1, 1), (0, 0), (0, 0), (1, 0), (1, 1), (1, 0), (1, 1)),
    ),
)

sorties_dynamiques = _sur_les_fins(
    code="sorties_dynamiques",
    libelle="Sorties dynamiques",
    definition=(
        "Sorties examinées de la période, hors retraits des sorties constatées, dont le motif est un emploi durable, un emploi "
        f"de transition ou une sortie positive. {NON_DOCUMENTEE} Elle n’est pas dynamique. {LA_DERNIERE} {EXAMEN}"
    ),
    unite="sorties examinées, hors retraits",
    limites="Il dit le jour de la sortie, non ce qui dure ; ni la qualité de l’emploi trouvé.",
    sensible=True,
    dites=(
        lambda periode: _examinees(sorties_dites(periode), periode).exclude(RETIREE),
        lambda sorties, periode: DYNAMIQUE,
    ),
    tues=(lambda periode: _examinees(fins_tues(periode), periode), lambda fins, periode: Q(pk__in=[])),
    exemple=Exemple(
        sujets=(
            _sortie(UN_JOUR - UN_AN),
            _sortie(-20, "cdd_court"),
            _sortie(0, "formation"),
            _sortie(-20, "chomage"),
            _contrat(-200, -16),
            _sortie(-20, "deces"),
            _sortie(-20, heures=149),
            _sortie(-UN_AN),
        ),
        total=5,
        atteint=3,
        lus=((1, 1), (1, 1), (1, 1), (1, 0), (1, 0), (0, 0), (0, 0), (0, 0)),
    ),
)
