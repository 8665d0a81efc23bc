"""Les parcours d'une période : qui entre, qui demeure, qui sort, combien de temps, d'où vers où (INS-8, ACC-4, OBS-1).

Un parcours est une étape « Parcours » d'un dossier : du premier contrat à la sortie. Un jour, on est ce que l'on est le soir.
"""

from functools import partial
from itertools import pairwise

from django.db.models import CharField, DateField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat, Least

from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.grandeurs import DERNIER_QUARTILE, MEDIANE, PREMIER_QUARTILE, Agregat, Grandeur, JoursEntre
from cedre.core.indicateurs import Exemple, Indicateur, Jour, Sens
from cedre.core.periodes import Periode, douze_mois_finis_le
from cedre.parcours.indicateurs.coupes import a_cesse, a_couru, en_mots, mouvement
from cedre.parcours.indicateurs.engagements import dernier_engagement
from cedre.parcours.models import Contact, Evaluation, Phase, Sortie
from cedre.parcours.models.etape import Etape
from cedre.parcours.models.evaluation import Trajectoire
from cedre.parcours.models.sortie import LOIN

SOURCE = "Cadre commun, parcours (INS-8, OBS-1)"
UN_PARCOURS = "Un parcours va du soir du premier contrat, ou de sa signature, à celui de la sortie."
RANGE = "Le type d’engagement est celui du dernier commencé"
A_CONSTATER = {"source": SOURCE, "periode": douze_mois_finis_le, "constat": True, "sens": Sens.AUCUN}


def _parcours() -> QuerySet:
    return Etape.objects.nominatifs().filter(phase=Phase.PARCOURS)


def _de_la_periode(periode: Periode) -> QuerySet:
    """Ceux qui y ont couru, chacun avec le dernier de ses jours que l'on en voit : vu_le."""
    soir = Value(periode.dernier_jour, output_field=DateField())
    return _parcours().filter(a_couru(periode, "du", "au")).annotate(vu_le=Least(Coalesce("au", soir), soir))


def _finis(periode: Periode) -> QuerySet:
    return _parcours().filter(**periode.dans("au")).filter(au__lte=periode.le)


def _commences_apres_une_demande(periode: Periode) -> QuerySet:
    """Les parcours qui commencent, chacun avec la première demande depuis la fin du précédent : demande_le."""
    avant = Etape.objects.filter(personne=OuterRef("personne"), phase=Phase.PARCOURS, du__lt=OuterRef("du")).order_by("-du")
    demandes = Contact.objects.filter(personne=OuterRef("personne"), le__gte=OuterRef("precedent"), le__lte=OuterRef("du"))
    commences = _parcours().filter(**periode.dans("du")).filter(du__lte=periode.le)
    commences = commences.annotate(precedent=Coalesce(Subquery(avant.values("au")[:1]), LOIN))
    return commences.annotate(demande_le=Subquery(demandes.order_by("le").values("le")[:1])).exclude(demande_le=None)


def _etapes(*jours: tuple[Jour, Jour | None], **faits) -> dict:
    return {"etapes": [{"phase": "parcours", "du": du, "au": au} for du, au in jours]} | faits


parcours_de_la_periode = Indicateur(
    code="parcours_de_la_periode",
    libelle="Parcours finis, parmi ceux de la période",
    definition=(
        "Parcours qui couraient au moins un soir, de la veille de la période à son dernier jour, ou à celui où l’on regarde s’il "
        f"vient avant. Satisfait : ce dernier soir, le parcours est fini. {UN_PARCOURS} Ceux de la veille, plus les entrées, "
        f"moins les sorties, sont ceux du dernier soir. {RANGE} au jour de la sortie, à défaut ce dernier soir."
    ),
    unite="parcours",
    limites="Un contrat fini dont la sortie n’est pas notée laisse le parcours ouvert.",
    population=_de_la_periode,
    critere=lambda etapes, periode: a_cesse(periode, "au"),
    coupes={
        "type d’engagement": partial(dernier_engagement, "personne", "vu_le"),
        "mouvement": lambda periode: mouvement(periode, "du", "au"),
    },
    exemple=Exemple(
        sujets=(
            _etapes((-900, UN_JOUR - UN_AN), (-20, None)),
            _etapes((-900, 0)),
            _etapes((-900, 1)),
            _etapes((0, None)),
            _etapes((-900, -UN_AN)),
            _etapes((1, None)),
            {"etapes": [{"phase": "accueil", "du": -20}]},
        ),
        total=5,
        atteint=2,
        lus=((2, 1), (1, 1), (1, 0), (1, 0), (0, 0), (0, 0), (0, 0)),
    ),
    **A_CONSTATER,
)


def _duree(code: str, libelle: str, agregat: Agregat, limites: str, *, atteint: int, des_deux: int) -> Indicateur:
    """des_deux : ce que vaut l'agrégat des deux parcours de la première personne de l'exemple."""
    return Indicateur(
        code=code,
        libelle=libelle,
        definition=f"Jours de chaque parcours fini dans la période, de son premier jour à celui de la sortie. {UN_PARCOURS}",
        unite="jours",
        limites=limites,
        population=_finis,
        grandeur=Grandeur(lambda periode: JoursEntre("du", "au"), agregat),
        coupes={"type d’engagement": partial(dernier_engagement, "personne", "au")},
        exemple=Exemple(
            sujets=(
                _etapes((-UN_AN - 99 * UN_JOUR, UN_JOUR - UN_AN), (-20, 0)),
                _etapes((-160, -10)),
                _etapes((-210, -10)),
                _etapes((-310, -10)),
                _etapes((-500, -UN_AN)),
                _etapes((-500, 1)),
                _etapes((-500, None)),
            ),
            total=5,
            atteint=atteint,
            lus=((2, des_deux), (1, 150), (1, 200), (1, 300), (0, 0), (0, 0), (0, 0)),
        ),
        **A_CONSTATER,
    )


duree_de_parcours = _duree(
    "duree_de_parcours",
    "Durée des parcours finis, médiane",
    MEDIANE,
    "Une durée courte peut être un emploi vite trouvé, ou un parcours interrompu.",
    atteint=150,
    des_deux=20,
)
duree_des_plus_courts = _duree(
    "duree_des_plus_courts",
    "Durée des parcours finis, premier quartile",
    PREMIER_QUARTILE,
    "Un parcours sur quatre est plus court, et il ne dit pas de combien.",
    atteint=100,
    des_deux=20,
)
duree_des_plus_longs = _duree(
    "duree_des_plus_longs",
    "Durée des parcours finis, dernier quartile",
    DERNIER_QUARTILE,
    "Les parcours les plus longs sont souvent encore en cours, et n’y sont pas.",
    atteint=200,
    des_deux=100,
)

delai_jusqu_au_contrat = Indicateur(
    code="delai_jusqu_au_contrat",
    libelle="Délai de la demande au contrat",
    definition=(
        "Jours, pour chaque parcours commencé dans la période, de la première demande faite depuis la fin du parcours précédent, "
        f"ce jour-là compris, au premier jour du parcours. {UN_PARCOURS} Hors parcours que nulle demande n’a précédés. "
        f"{RANGE} au premier jour du parcours : souvent, aucun ne l’était encore."
    ),
    unite="jours",
    limites="Qui attend encore un contrat, ou y a renoncé, n’y est pas.",
    population=_commences_apres_une_demande,
    grandeur=Grandeur(lambda periode: JoursEntre("demande_le", "du"), MEDIANE),
    coupes={"type d’engagement": partial(dernier_engagement, "personne", "du")},
    exemple=Exemple(
        sujets=(
            _etapes((UN_JOUR - UN_AN, None), contacts=[{"le": -UN_AN - 4 * UN_JOUR}, {"le": -UN_AN}, {"le": 0}]),
            _etapes((0, None), contacts=[{"le": 0}]),
            _etapes((-400, -60), (-20, None), contacts=[{"le": -410}, {"le": -60}]),
            _etapes((-20, None), contacts=[{"le": -19}]),
            _etapes((-UN_AN, None), contacts=[{"le": -370}]),
            _etapes((1, None), contacts=[{"le": -20}]),
        ),
        total=3,
        atteint=5,
        lus=((1, 5), (1, 0), (1, 40), (0, 0), (0, 0), (0, 0)),
    ),
    **A_CONSTATER | {"sens": Sens.BAS},
)


def _sorties(champ: str, periode: Periode) -> QuerySet:
    """Les sorties de la période, chacune avec ce que disait la première évaluation depuis la sortie précédente : entree."""
    avant = Sortie.objects.filter(personne=OuterRef("personne"), le__lt=OuterRef("le")).order_by("-le", "-pk")
    evaluations = Evaluation.objects.filter(personne=OuterRef("personne"), validee_jour__lte=periode.le)
    evaluations = evaluations.filter(le__gt=OuterRef("precedente"), le__lte=OuterRef("le")).order_by("le", "pk")
    sorties = Sortie.objects.nominatifs().filter(**periode.dans()).filter(le__lte=periode.le)
    sorties = sorties.annotate(precedente=Coalesce(Subquery(avant.values("le")[:1]), LOIN))
    return sorties.annotate(entree=Coalesce(Subquery(evaluations.values(champ)[:1]), Value("")))


def _plus_stable(champ: str) -> Q:
    """De précaire à instable ou stable, d'instable à stable."""
    du_mieux = [(pire, mieux) for mieux, pire in pairwise(Trajectoire.values)]
    du_mieux += [(Trajectoire.PRECAIRE, Trajectoire.STABLE)]
    return Q(*(Q(entree=avant, **{champ: apres}) for avant, apres in du_mieux), _connector=Q.OR)


def _trajectoire(code: str, libelle: str, champ: str, quoi: str, limites: str, **dit) -> Indicateur:
    """Le chemin de l'entrée à la sortie. quoi : ce que l'on en lit, dans les mots du lexique."""

    def sujet(entree: str, sortie: str, sortie_le: Jour = -20, **evaluation) -> dict:
        vue = {"le": -300, "validee_le": -300, champ: entree} | evaluation
        return {"phase": "sortie", "evaluations": [vue], "sorties": [{"le": sortie_le, "motif": "cdi_non_aide", champ: sortie}]}

    return Indicateur(
        code=code,
        libelle=libelle,
        definition=(
            f"Sorties notées dans la période, avec {quoi} de la première évaluation conjointe faite depuis la sortie précédente, "
            f"validée le jour où l’on regarde, et {quoi} à la sortie. Satisfait : plus stable à la sortie, de précaire à "
            "instable ou stable, ou d’instable à stable."
        ),
        unite="sorties",
        limites=limites,
        sensible=True,
        population=lambda periode: _sorties(champ, periode),
        critere=lambda sorties, periode: _plus_stable(champ),
        coupes={
            "type d’engagement": partial(dernier_engagement, "personne", "le"),
            "de … à …": lambda periode: Concat(
                en_mots("entree", Trajectoire), Value(" → "), en_mots(champ, Trajectoire), output_field=CharField()
            ),
        },
        exemple=Exemple(
            sujets=(
                sujet("precaire", "instable", UN_JOUR - UN_AN, le=-600, validee_le=-600),
                sujet("precaire", "stable", 0),
                sujet("instable", "stable"),
                sujet("stable", "instable"),
                sujet("instable", "instable"),
                sujet("precaire", "stable", validee_le=1),
                sujet("precaire", "stable", le=-19),
                sujet("precaire", ""),
                sujet("precaire", "stable", -UN_AN),
                sujet("precaire", "stable", 1),
            ),
            total=8,
            atteint=3,
            lus=((1, 1), (1, 1), (1, 1), (1, 0), (1, 0), (1, 0), (1, 0), (1, 0), (0, 0), (0, 0)),
        ),
        **A_CONSTATER | {"sens": Sens.HAUT} | dit,
    )


carriere_a_la_sortie = _trajectoire(
    "carriere_a_la_sortie",
    "Carrière plus stable à la sortie",
    "trajectoire",
    "la carrière",
    "Rester stable n’y compte pas comme un progrès ; sans évaluation à l’entrée, on ne sait pas.",
)
statut_social_a_la_sortie = _trajectoire(
    "statut_social_a_la_sortie",
    "Statut social plus stable à la sortie",
    "statut_social",
    "le statut social",
    "Il dit un équilibre à un jour donné, et non ce que la personne en pense.",
    garde_depuis="parcours.0022_statut_et_criteres",
)
