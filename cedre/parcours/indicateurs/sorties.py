"""Les sorties et leur taux, sur une période (INS-8, nomenclatures §1).

Une fin de parcours est une sortie notée, ou un dernier contrat fini sans elle : celle-ci reste au dénominateur.
"""

from collections.abc import Callable
from datetime import date
from functools import partial, reduce
from operator import or_

from django.db.models import Case, CharField, Expression, F, Q, QuerySet, TextChoices, Value, When

from cedre.comptes.appartenance import type_ce_jour
from cedre.comptes.models import Organisation
from cedre.core.dates import UN_AN, UN_JOUR, Decaler
from cedre.core.grandeurs import Seuil
from cedre.core.indicateurs import Exemple, Indicateur
from cedre.core.periodes import Periode, douze_mois_finis_le
from cedre.parcours.indicateurs.engagements import dernier_engagement
from cedre.parcours.models import DYNAMIQUES, Categorie, Personne, Sortie
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
    "Examinée : en AI et en ETTI, 150 heures de travail au moins ; en ACI et en EI, 81 jours au moins du premier jour de contrat "
    "à la sortie, compris, et une heure de travail au moins ; contrats commencés et heures faites depuis la sortie précédente. "
    "Le type de la structure est celui du dernier jour de la période."
)
NON_DOCUMENTEE = (
    "Un dernier contrat fini depuis plus que le délai de la structure (15 jours, à défaut), sans sortie notée ce jour-là ou "
    "depuis, ni autre contrat déjà noté qui finisse plus tard, est une fin de parcours, datée de son dernier jour."
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
    jours = JOURS_D_EXAMEN.valent(periode.au)

    def assez_long(type_siae: str) -> Q:
        return Q(type_ce_jour=type_siae, premier_jour__lte=Decaler(F(fin), Value(1 - jours[type_siae])))

    assez_d_heures = Q(heures__gte=HEURES_D_EXAMEN.expression("type_ce_jour", periode.au))
    return assez_d_heures & reduce(or_, map(assez_long, jours), ~Q(type_ce_jour__in=jours))


EXAMINEES = {
    Sortie: partial(examinees, fin="le"),
    Personne: partial(examinees, fin="dernier_jour"),
}
RETIREE, DYNAMIQUE = Q(motif__categorie=Categorie.RETRAIT), Q(motif__categorie__in=DYNAMIQUES)


def sorties_dites(periode: Periode) -> QuerySet:
    """Les sorties notées de la période, avec leur séjour, et le type qu'avait la structure."""
    dites = Sortie.objects.filter(**periode.dans()).filter(le__lte=periode.le).avec_sejour()
    return dites.annotate(type_ce_jour=type_ce_jour(periode.dernier_jour, "personne__organisation__"))


def fins_tues(periode: Periode) -> QuerySet:
    """Les fins de contrat de la période que rien ne documente, de même."""
    tues = Personne.objects.sorties_sans_le_dire(periode.le).filter(**periode.dans("dernier_jour"))
    return tues.annotate(type_ce_jour=type_ce_jour(periode.dernier_jour, "organisation__"))


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
        "motif": lambda periode: libelle("motif"),
        "type d’engagement": partial(dernier_engagement, "personne", "le"),
    },
    Personne: {
        "classe": partial(_classe, Personne),
        "motif": lambda periode: Value(ClasseDeSortie.NON_DOCUMENTEE.label, output_field=CharField()),
        "type d’engagement": partial(dernier_engagement, "pk", "dernier_jour"),
    },
}


def _sur_les_fins(dites: tuple[Callable, Callable], tues: tuple[Callable, Callable], **dit) -> Indicateur:
    """Un indicateur des fins de parcours. dites, tues : la population et le critère des sorties notées, et des autres fins."""
    dit |= {"source": SOURCE, "periode": douze_mois_finis_le, "constat": True, "compte_les_anonymes": True}
    parts = [
        Indicateur(population=population, critere=critere, coupes=COUPES[modele], **dit)
        for modele, (population, critere) in {Sortie: dites, Personne: tues}.items()
    ]
    return Indicateur(parts=tuple(parts), **dit)


def _sortie(le: int, motif: str = "cdi_non_aide", heures: int = 150) -> dict:
    return _contrat(-500, le, heures) | {"phase": "sortie", "sorties": [{"le": le, "motif": motif}]}


def _contrat(debut: int, fin: int, heures: int = 150) -> dict:
    travail = [{"atelier": "Jardin", "du": debut, "heures": [{"le": debut, "heures": heures}]}]
    return {"phase": "parcours", "contrats": [{"debut": debut, "fin_prevue": fin}], "mises_en_situation": travail}


fins_de_parcours = _sur_les_fins(
    code="fins_de_parcours",
    libelle="Sorties examinées",
    definition=f"Fins de parcours de la période, et celles qui sont examinées. {NON_DOCUMENTEE} {EXAMEN}",
    unite="fins de parcours",
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
        ),
        total=4,
        atteint=3,
        lus=((1, 1), (0, 0), (1, 1), (0, 0), (1, 0), (1, 1), (0, 0), (0, 0)),
    ),
)

sorties_dynamiques = _sur_les_fins(
    code="sorties_dynamiques",
    libelle="Sorties dynamiques",
    definition=(
        "Sorties examinées de la période, hors retraits des sorties constatées, dont le motif est un emploi durable, un emploi "
        f"de transition ou une sortie positive. {NON_DOCUMENTEE} Elle n’est pas dynamique. {EXAMEN}"
    ),
    unite="sorties examinées, hors retraits",
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
