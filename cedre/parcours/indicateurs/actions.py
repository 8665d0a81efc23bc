"""Les actions associées faites : leurs heures, les certificats, ceux qui y étaient, et ce qui les a suivies (INS-5, OBS-1)."""

from django.db.models import Case, CharField, Exists, Expression, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.grandeurs import Grandeur
from cedre.core.indicateurs import Exemple, Indicateur, Sens
from cedre.core.periodes import Periode, douze_mois_finis_le
from cedre.parcours.indicateurs.coupes import en_mots
from cedre.parcours.models import ActionAssociee, Bilan, Categorie, Heures, ObjectifEvalue, Sortie
from cedre.structures.models import Offre

FINIES = "Une action se date de son dernier jour."
AUCUN, PAS_REGARDE = "Aucun objectif", "Pas encore regardé"


def _faites() -> QuerySet:
    return ActionAssociee.objects.nominatifs().faites().annotate(finie_le=Coalesce("au", "le"))


def _finies(periode: Periode) -> QuerySet:
    """Celles qui se sont faites et finies dans la période."""
    return _faites().filter(**periode.dans("finie_le")).filter(finie_le__lte=periode.le)


def _objectif_servi(periode: Periode) -> Coalesce:
    """Où en était son objectif au dernier bilan clos, le jour où l'on regarde."""
    clos = Bilan.objects.clos_au(periode.le).filter(pk=OuterRef("bilan"))
    regardes = ObjectifEvalue.objects.filter(Exists(clos), objectif=OuterRef("objectif")).exclude(resultat="")
    dernier = regardes.order_by("-bilan__le", "-pk").values(dit=en_mots("resultat", ObjectifEvalue.Resultat))
    sans = Case(When(objectif=None, then=Value(AUCUN)), default=Value(PAS_REGARDE))
    return Coalesce(Subquery(dernier[:1]), sans, output_field=CharField())


def _qui_la_porte(periode: Periode) -> Case:
    return Case(When(offre__partenaire=None, then=Value("La structure")), default=Value("Un partenaire"))


def _qualification(periode: Periode) -> Case:
    return Case(When(offre__qualifiante=True, then=Value("Qualifiante")), default=Value("Non qualifiante"))


def _nature(periode: Periode) -> Expression:
    return en_mots("offre__nature", Offre.Nature)


DE_L_OFFRE = {
    "nature": _nature,
    "action": lambda periode: F("offre__intitule"),
    "qui la porte": _qui_la_porte,
    "qualification": _qualification,
}
COUPES = DE_L_OFFRE | {"objectif servi": _objectif_servi}


def _action(le, **dit) -> dict:
    return {"le": le, "etat": "faite", "offre": {"intitule": "Atelier CV"}} | dit


def _suit(*actions: dict, **faits) -> dict:
    return {"phase": "parcours", "actions": [*actions]} | faits


DES_ACTIONS = {
    "source": "Cadre commun, actions de l’offre d’insertion (INS-5, OBS-1)",
    "periode": douze_mois_finis_le,
    "constat": True,
}

actions_associees = Indicateur(
    code="actions_associees",
    libelle="Actions associées faites",
    definition=(
        "Actions de l’offre, d’une personne qui y était, finies dans la période, et celles qui ont donné un certificat ou un "
        f"diplôme. {FINIES}"
    ),
    unite="actions associées",
    limites="Une action faite ne dit pas ce que la personne en a gardé, ni ce que vaut le certificat.",
    population=_finies,
    critere=lambda actions, periode: ~Q(certificat=""),
    coupes=COUPES,
    exemple=Exemple(
        sujets=(
            _suit(_action(UN_JOUR - UN_AN, certificat="Gestes de premiers secours"), _action(0)),
            _suit(_action(-UN_AN), _action(-400, au=UN_JOUR - UN_AN)),
            _suit(_action(-20, au=1), _action(1)),
            _suit(_action(-20, etat="absente"), _action(-20, etat="prevue")),
        ),
        total=3,
        atteint=1,
        lus=((2, 1), (1, 0), (0, 0), (0, 0)),
    ),
    **DES_ACTIONS,
)

heures_d_actions = Indicateur(
    code="heures_d_actions",
    libelle="Heures d’actions associées",
    definition=(
        "Heures des actions de l’offre finies dans la période, de chaque personne qui y était ; celles dont la durée n’est pas "
        f"dite ne valent rien. {FINIES}"
    ),
    unite="heures",
    limites="Une formation longue pèse autant que cent ateliers, et une durée que l’on n’a pas notée y manque.",
    sens=Sens.AUCUN,
    population=_finies,
    grandeur=Grandeur(lambda periode: Coalesce("heures", Value(0), output_field=ActionAssociee._meta.get_field("heures"))),
    coupes=COUPES,
    exemple=Exemple(
        sujets=(
            _suit(_action(UN_JOUR - UN_AN, heures=3.5), _action(0, heures=2)),
            _suit(_action(-30, au=-20, heures=70), _action(-20)),
            _suit(_action(-UN_AN, heures=3), _action(1, heures=3), _action(-9, etat="excusee", heures=3)),
        ),
        total=4,
        atteint=75.5,
        lus=((2, 5.5), (2, 70), (0, 0)),
    ),
    **DES_ACTIONS,
)


def _une_par_nature(periode: Periode) -> QuerySet:
    """De chaque personne et de chaque nature d'action, la première de la période."""
    avant = Q(finie_le__lt=OuterRef("finie_le")) | Q(finie_le=OuterRef("finie_le"), pk__lt=OuterRef("pk"))
    memes = _finies(periode).filter(avant, personne=OuterRef("personne"), offre__nature=OuterRef("offre__nature"))
    return _finies(periode).filter(~Exists(memes))


def _a_travaille(actions: QuerySet, periode: Periode) -> Q:
    siennes = Heures.objects.filter(mise_en_situation__personne=OuterRef("personne"), heures__gt=0)
    return Q(Exists(siennes.filter(**periode.dans()).filter(le__lte=periode.le)))


participants_aux_actions = Indicateur(
    code="participants_aux_actions",
    libelle="Personnes aux actions, par nature",
    definition=(
        "Personnes qui étaient à une action de l’offre finie dans la période, comptées une fois par nature d’action (entretien, "
        "atelier, formation…), et celles qui ont fait des heures de travail dans la période. Une action se date de son dernier "
        "jour, des heures du premier jour de leur semaine."
    ),
    unite="personnes, par nature d’action",
    limites="Qui a suivi deux natures d’action y compte deux fois, et la durée n’y est pas.",
    sens=Sens.AUCUN,
    population=_une_par_nature,
    critere=_a_travaille,
    coupes=DE_L_OFFRE,
    exemple=Exemple(
        sujets=(
            _suit(
                _action(-20),
                _action(-9),
                _action(-9, offre={"intitule": "Permis", "nature": "formation"}),
                mises_en_situation=[{"atelier": "Jardin", "du": -500, "heures": [{"le": UN_JOUR - UN_AN, "heures": 7}]}],
            ),
            _suit(
                _action(0),
                mises_en_situation=[
                    {"atelier": "Jardin", "du": -500, "heures": [{"le": -UN_AN, "heures": 7}, {"le": -20, "heures": 0}]}
                ],
            ),
            _suit(_action(-UN_AN), _action(-20, etat="absente")),
        ),
        total=3,
        atteint=2,
        lus=((2, 2), (1, 0), (0, 0)),
    ),
    **DES_ACTIONS,
)


def _suivies_d_une_sortie(periode: Periode) -> QuerySet:
    """Les actions que suit une sortie de la période, hors retraits ; chaque action de l'offre, une fois par sortie."""
    sorties = Sortie.objects.filter(le__lte=periode.le, personne=OuterRef("personne"), le__gte=OuterRef("finie_le"))
    ensuite, moi = sorties.order_by("le", "pk"), {nom: OuterRef(nom) for nom in ("personne", "offre")}
    sorties_d_alors = Sortie.objects.filter(**periode.dans()).filter(le__lte=periode.le, personne=OuterRef("personne"))
    suivies = (
        _faites()
        .filter(Exists(sorties_d_alors))
        .annotate(sortie_le=Subquery(ensuite.values("le")[:1]), apres=Subquery(ensuite.values("motif__categorie")[:1]))
    )
    dernier = Q(finie_le__gt=OuterRef("finie_le")) | Q(finie_le=OuterRef("finie_le"), pk__gt=OuterRef("pk"))
    encore = _faites().filter(dernier, finie_le__lte=OuterRef("sortie_le"), **moi)
    return suivies.filter(~Exists(encore), **periode.dans("sortie_le")).exclude(apres=Categorie.RETRAIT)


emploi_apres_une_action = Indicateur(
    code="emploi_apres_une_action",
    libelle="Sorties en emploi après une action",
    definition=(
        "Actions de l’offre où la personne était, et que sa sortie a suivies dans la période, le même jour compris ; et celles "
        "dont cette sortie est un emploi durable ou de transition. Une même action de l’offre compte une fois par sortie ; une "
        f"action ne compte que pour la première sortie qui la suit. Hors retraits des sorties constatées. {FINIES}"
    ),
    unite="actions suivies d’une sortie",
    limites="Un emploi qui suit une action ne lui doit peut-être rien ; une sortie que l’on n’a pas notée n’y est pas.",
    sensible=True,
    population=_suivies_d_une_sortie,
    critere=lambda actions, periode: Q(apres__in=(Categorie.DURABLE, Categorie.TRANSITION)),
    coupes=DE_L_OFFRE | {"sortie": lambda periode: Coalesce(F("apres"), Value(""), output_field=CharField())},
    exemple=Exemple(
        sujets=(
            _suit(_action(-300), _action(-20), sorties=[{"le": -20, "motif": "cdi_non_aide"}]),
            _suit(_action(-700), sorties=[{"le": UN_JOUR - UN_AN, "motif": "cdd_court"}]),
            _suit(
                _action(-700),
                _action(-60, offre={"intitule": "Permis"}),
                sorties=[{"le": -600, "motif": "cdi_non_aide"}, {"le": 0, "motif": "formation"}],
            ),
            _suit(_action(-20), sorties=[{"le": -9, "motif": "deces"}]),
            _suit(_action(-20), sorties=[{"le": 1, "motif": "cdi_non_aide"}, {"le": -21, "motif": "cdi_non_aide"}]),
            _suit(_action(-20, etat="absente"), sorties=[{"le": -9, "motif": "cdi_non_aide"}]),
        ),
        total=3,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (0, 0), (0, 0), (0, 0)),
    ),
    **DES_ACTIONS,
)
