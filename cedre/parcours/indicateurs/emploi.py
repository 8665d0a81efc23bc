"""La qualité de l'emploi : les contrats que l'on signe ; ce que l'on devient trois et six mois après (AME-5, INS-8)."""

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.grandeurs import MEDIANE, Grandeur
from cedre.core.indicateurs import Exemple, Indicateur
from cedre.core.periodes import Periode, douze_mois_finis_le
from cedre.parcours.indicateurs.coupes import en_mots
from cedre.parcours.models import Activite, Besoin, Contrat, SuiviSortie
from cedre.parcours.models.contrat import SANS_TERME
from cedre.parcours.models.situation import NON_DIT, libelle
from cedre.partenariats.models import Client

CHARTE = "Charte du réseau, qualité de l’emploi (AME-5)"
DEPUIS = "parcours.0024_remuneration_et_relais"
PAR_NATURE = {"nature du contrat": lambda periode: libelle("nature")}
TRANCHES_D_HEURES = (
    (15, "Moins de 15 heures"),
    (20, "De 15 à moins de 20 heures"),
    (26, "De 20 à moins de 26 heures"),
    (35, "De 26 à moins de 35 heures"),
)
PLEIN_TEMPS = "35 heures et plus"
TRANCHES_DE_REMUNERATION = (
    (12, "Moins de 12 euros bruts de l’heure"),
    (13, "De 12 à moins de 13 euros"),
    (15, "De 13 à moins de 15 euros"),
)
MIEUX_PAYE = "15 euros et plus"
PAS_PRISES = "Nouvelles pas prises"
EN_EMPLOI = Q(activite=Activite.EMPLOI) | Q(activite="", en_emploi=True)


def _par_tranche(champ: str, tranches: tuple[tuple[int, str], ...], au_dela: str) -> Case:
    rangees = [When(**{f"{champ}__lt": borne}, then=Value(dit)) for borne, dit in tranches]
    return Case(When(**{champ: None}, then=Value(NON_DIT)), *rangees, default=Value(au_dela), output_field=CharField())


def _heures(periode: Periode) -> Case:
    return _par_tranche("heures_hebdo", TRANCHES_D_HEURES, PLEIN_TEMPS)


def _remuneration(periode: Periode) -> Case:
    return _par_tranche("remuneration_horaire", TRANCHES_DE_REMUNERATION, MIEUX_PAYE)


def _commences(periode: Periode) -> QuerySet:
    return Contrat.objects.nominatifs().filter(renouvelle=None, **periode.dans("debut")).filter(debut__lte=periode.le)


def _signe(debut, nature: str = "cddi", **dit) -> dict:
    return {"contrats": [{"debut": debut, "fin_prevue": None if nature in SANS_TERME else 90, "nature": nature} | dit]}


contrats_commences = Indicateur(
    code="contrats_commences",
    libelle="Contrats commencés",
    definition=(
        "Contrats de travail dont le premier jour est dans la période, hors renouvellements, et ceux qui sont à durée "
        "indéterminée (CDI, CDI inclusion)."
    ),
    unite="contrats",
    limites="Il ne dit pas ce que le contrat est devenu ; les contrats de l’équipe permanente n’y sont pas.",
    source=CHARTE,
    population=_commences,
    critere=lambda contrats, periode: Q(nature__code__in=SANS_TERME),
    periode=douze_mois_finis_le,
    coupes={**PAR_NATURE, "heures par semaine": _heures, "rémunération horaire": _remuneration},
    constat=True,
    exemple=Exemple(
        sujets=(
            _signe(UN_JOUR - UN_AN, "cdi"),
            _signe(0),
            _signe(-20, "cdi_inclusion"),
            _signe(-UN_AN, "cdi"),
            _signe(1),
            {"contrats": [{"debut": -90, "fin_prevue": -30}, {"debut": -29, "fin_prevue": 30, "renouvelle": True}]},
        ),
        total=4,
        atteint=2,
        lus=((1, 1), (1, 0), (1, 1), (0, 0), (0, 0), (1, 0)),
    ),
)


remuneration_horaire = Indicateur(
    code="remuneration_horaire",
    libelle="Rémunération horaire, médiane",
    definition=(
        "Rémunération horaire brute que dit chaque contrat de travail dont le premier jour est dans la période, hors "
        "renouvellements. Les contrats qui ne la disent pas n’y sont pas."
    ),
    unite="euros bruts de l’heure",
    limites="Ni primes, ni frais, ni heures supplémentaires n’y sont ; combien de contrats ne la disent pas se lit à côté.",
    source=CHARTE,
    garde_depuis=DEPUIS,
    population=lambda periode: _commences(periode).exclude(remuneration_horaire=None),
    grandeur=Grandeur(lambda periode: F("remuneration_horaire"), MEDIANE),
    periode=douze_mois_finis_le,
    coupes=PAR_NATURE,
    constat=True,
    exemple=Exemple(
        sujets=(
            _signe(UN_JOUR - UN_AN, remuneration_horaire=12.25),
            _signe(0, "cdi", remuneration_horaire=14.5),
            _signe(-20, remuneration_horaire=12.5),
            _signe(-20),
            _signe(-UN_AN, remuneration_horaire=30),
            _signe(1, remuneration_horaire=30),
            {
                "contrats": [
                    {"debut": -90, "fin_prevue": -30, "remuneration_horaire": 13},
                    {"debut": -29, "fin_prevue": 30, "renouvelle": True, "remuneration_horaire": 30},
                ]
            },
        ),
        total=4,
        atteint=12.5,
        lus=((1, 12.25), (1, 14.5), (1, 12.5), (0, 0), (0, 0), (0, 0), (1, 13)),
    ),
)


def _demandes(periode: Periode) -> QuerySet:
    return Besoin.objects.des_structures().filter(**periode.dans("du")).filter(du__lte=periode.le)


def _besoin(du, additionnel: str = "", **dit) -> dict:
    return {"client": {"nom": "Mairie"}, "intitule": "Entretien des sentiers", "du": du, "additionnel": additionnel} | dit


travail_additionnel = Indicateur(
    code="travail_additionnel",
    libelle="Travail additionnel, parmi les besoins des clients",
    definition=(
        "Besoins d’heures de clients qui commencent dans la période, pourvus ou non, et ceux dont on a dit que, sans la "
        "structure, personne ne ferait ce travail : il ne prend la place d’aucun emploi."
    ),
    unite="besoins de clients",
    limites="C’est la structure qui le dit ; le travail des ateliers, que nul client ne demande, n’y est pas.",
    garde_depuis=DEPUIS,
    source=CHARTE,
    population=_demandes,
    critere=lambda besoins, periode: Q(additionnel=Besoin.Additionnel.OUI),
    periode=douze_mois_finis_le,
    coupes={
        "additionnel": lambda periode: en_mots("additionnel", Besoin.Additionnel),
        "nature du client": lambda periode: en_mots("client__nature", Client.Nature),
    },
    constat=True,
    exemple=Exemple(
        sujets=(
            _besoin(UN_JOUR - UN_AN, "oui"),
            _besoin(0, "non"),
            _besoin(-20),
            _besoin(-20, "oui", pourvu_le=-10),
            _besoin(-UN_AN, "oui"),
            _besoin(1, "oui"),
        ),
        total=4,
        atteint=2,
        lus=((1, 1), (1, 0), (1, 0), (1, 1), (0, 0), (0, 0)),
    ),
)


def _a_prendre(periode: Periode) -> QuerySet:
    """Les nouvelles dont le jour est de la période, de qui n'est pas revenu."""
    return SuiviSortie.objects.nominatifs().utiles(periode.le).filter(**periode.dans("prevu_le")).filter(prevu_le__lte=periode.le)


def devenir(periode: Periode) -> Case:
    """Ce que la personne est devenue : ce qu'elle en a dit, ou ce que l'on n'en sait pas."""
    dites = [When(activite=dite.value, then=Value(dite.label)) for dite in Activite]
    dites += [When(en_emploi=True, then=Value(Activite.EMPLOI.label)), When(en_emploi=False, then=Value("Sans emploi"))]
    pas_prises = When(Q(fait_le=None) | Q(fait_le__gt=periode.le), then=Value(PAS_PRISES))
    sans_reponse = When(jointe=False, then=Value("N’a pas répondu"))
    return Case(pas_prises, sans_reponse, *dites, default=Value(NON_DIT), output_field=CharField())


def _nouvelles(prevu, fait=None, mois: int = 3, motif: str = "chomage", **dit) -> dict:
    prise = {"mois": mois, "prevu_le": prevu, "fait_le": fait, "jointe": None if fait is None else True} | dit
    return {"phase": "sortie", "sorties": [{"le": -400, "motif": motif, "suivis": [prise]}]}


en_emploi_apres_la_sortie = Indicateur(
    code="en_emploi_apres_la_sortie",
    libelle="En emploi trois et six mois après la sortie",
    definition=(
        "Nouvelles à prendre dans la période, à trois mois ou à six d’une sortie, de qui n’a pas signé de contrat ici depuis, et "
        "celles, prises le jour où l’on regarde au plus tard, où la personne a un emploi. Qui n’a pas répondu reste compté."
    ),
    unite="nouvelles à prendre",
    limites="Qui n’a pas répondu a peut-être un emploi ; il ne dit ni lequel, ni s’il est celui que la personne cherchait.",
    sensible=True,
    source="Nouvelles après la sortie (INS-8, OBS-1)",
    population=_a_prendre,
    critere=lambda nouvelles, periode: Q(fait_le__lte=periode.le) & EN_EMPLOI,
    periode=douze_mois_finis_le,
    coupes={
        "mois": lambda periode: Concat(F("mois"), Value(" mois"), output_field=CharField()),
        "situation": devenir,
        "sortie": lambda periode: F("sortie__motif__categorie"),
    },
    constat=True,
    exemple=Exemple(
        sujets=(
            _nouvelles(UN_JOUR - UN_AN, -360, en_emploi=True),
            _nouvelles(0, 0, mois=6, activite="emploi", en_emploi=True),
            _nouvelles(-20, -20, activite="formation", en_emploi=False),
            _nouvelles(-20, -20, jointe=False),
            _nouvelles(-20),
            _nouvelles(-20, 1, en_emploi=True),
            _nouvelles(-UN_AN, -360, en_emploi=True),
            _nouvelles(1, 0, en_emploi=True),
            _nouvelles(-20, -20, en_emploi=True) | {"contrats": [{"debut": -300, "fin_prevue": -200}]},
        ),
        total=6,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (1, 0), (1, 0), (0, 0), (0, 0), (0, 0)),
    ),
)
