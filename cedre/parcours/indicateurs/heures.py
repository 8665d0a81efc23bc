"""Les heures de travail et les équivalents temps plein d'une période (INS-4, TRA-2, nomenclatures §4)."""

from datetime import date

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, NullIf

from cedre.comptes.appartenance import type_ce_jour
from cedre.core.dates import UN_AN, UN_JOUR, LundiDe
from cedre.core.grandeurs import SOMME_DE_PARTS, Grandeur, Seuil, en_milliardiemes
from cedre.core.indicateurs import Exemple, Indicateur, Sens
from cedre.core.periodes import Periode, douze_mois_finis_le, semaines_entieres
from cedre.observatoire.models.annexes import SousAnnexe
from cedre.parcours.models import AncienObjectif, Heures, Personne
from cedre.parcours.models.situation import libelle

SANS_ENGAGEMENT = "Sans engagement"
DATEES = "Des heures se datent du premier jour de leur semaine, ou du mois pour la semaine qui le commence."
A_COMPTER = {"periode": douze_mois_finis_le, "constat": True, "compte_les_anonymes": True}

SANS_ANNEXE, SANS_FILIERE = "Sans annexe", "Sans fiche de poste, ou sans code ROME"


def _ou(periode: Periode) -> Case:
    return Case(When(mise_en_situation__client=None, then=Value("Atelier ou chantier")), default=Value("Chez un client"))


def _engagement_servi(periode: Periode) -> Coalesce:
    """Le type de l'engagement que la mise en situation servait le jour de ces heures."""
    alors = AncienObjectif.objects.au_jour(OuterRef("le")).filter(mise_en_situation=OuterRef("mise_en_situation"))
    dit = Coalesce("engagement__type_engagement__libelle", Value(SANS_ENGAGEMENT))
    maintenant = libelle("mise_en_situation__engagement__type_engagement", SANS_ENGAGEMENT)
    return Coalesce(Subquery(alors.values(dit=dit)[:1]), maintenant, output_field=CharField())


def _filiere(periode: Periode) -> Coalesce:
    """Le code ROME de la fiche de poste (PRO-2)."""
    dit = NullIf(F("mise_en_situation__fiche_de_poste__code_rome"), Value(""))
    return Coalesce(dit, Value(SANS_FILIERE), output_field=CharField())


COUPES = {
    "engagement servi": _engagement_servi,
    "lieu": _ou,
    "contrat": lambda periode: libelle("mise_en_situation__contrat__nature"),
    "annexe du contrat": lambda periode: Coalesce(F("mise_en_situation__contrat__annexe__numero"), Value(SANS_ANNEXE)),
    "filière": _filiere,
}


def _travail(*heures: tuple[int, float], **lien) -> dict:
    faites = [{"le": le, "heures": nombre} for le, nombre in heures]
    return {"mises_en_situation": [{"atelier": "Jardin", "du": -500, "heures": faites} | lien]}


ENGAGEE = {"engagements": [{"etat": "en_cours", "debut": -500, "objectifs": [{"libelle": "Passer le permis"}]}]}

heures_travaillees = Indicateur(
    code="heures_travaillees",
    libelle="Heures de travail",
    definition=f"Heures faites dans toutes les mises en situation de travail, dans la période. {DATEES}",
    unite="heures",
    limites="Un nombre d’heures ne dit pas comment elles se partagent entre les personnes.",
    sens=Sens.AUCUN,
    source="Référentiel d’octobre 2004, § 2.3 b (INS-4, TRA-2)",
    population=lambda periode: Heures.objects.filter(**periode.dans()).filter(le__lte=periode.le),
    grandeur=Grandeur(lambda periode: F("heures")),
    coupes=COUPES,
    exemple=Exemple(
        sujets=(_travail((UN_JOUR - UN_AN, 7), (0, 3.5)), _travail((-UN_AN, 7), (1, 7)), _travail((-20, 0.25))),
        total=3,
        atteint=10.75,
        lus=((2, 10.5), (0, 0), (1, 0.25)),
    ),
    **A_COMPTER,
)

heures_sans_objectif = Indicateur(
    code="heures_sans_objectif",
    libelle="Heures distribuées sans objectif",
    definition=(
        "Heures faites dans la période, de mises en situation qui ne servaient aucun objectif d’un engagement le jour dont ces "
        f"heures sont datées. {DATEES}"
    ),
    unite="heures",
    limites="Des heures peuvent servir la personne sans qu’un objectif écrit le dise.",
    sens=Sens.BAS,
    source="Référentiel d’octobre 2004, § 2.3 b (INS-4, TRA-2)",
    population=lambda periode: heures_travaillees.lignes(periode).sans_objectif(),
    grandeur=Grandeur(lambda periode: F("heures")),
    coupes=COUPES,
    exemple=Exemple(
        sujets=(
            _travail((-20, 7)),
            ENGAGEE | _travail((-20, 5), engagement=True),
            ENGAGEE | _travail((-20, 3), engagement=True, objectif=True),
            _travail((-UN_AN, 7)),
        ),
        total=2,
        atteint=12,
        lus=((1, 7), (1, 5), (0, 0), (0, 0)),
    ),
    **A_COMPTER,
)


STRUCTURE = "mise_en_situation__personne__organisation"
ANNEXE = SousAnnexe("le", STRUCTURE, "type_ce_jour", "mise_en_situation__contrat__annexe")


def _avec_reference(periode: Periode):
    """Les heures de la période que couvre une annexe financière, et ce que vaut alors un ETP."""
    lignes = heures_travaillees.lignes(periode).annotate(type_ce_jour=type_ce_jour(OuterRef("le"), f"{STRUCTURE}__"))
    return lignes.filter(ANNEXE.couverte).annotate(heures_etp=ANNEXE.dit("heures_etp"))


def _sous_annexe(type_siae: str, du: int, heures_etp: int) -> dict:
    """Un contrat, et l'annexe dont il est."""
    dite = {"numero": f"{type_siae} 1", "type_siae": type_siae, "du": du, "au": 90, "heures_etp": heures_etp, "etp": 10}
    return {"contrats": [{"nature": "cddi", "debut": du, "fin_prevue": 90, "annexe": dite}]}


etp = Indicateur(
    code="etp",
    libelle="Équivalents temps plein",
    definition=(
        "Heures de travail de la période, chacune divisée par les heures d’un ETP que convient, le jour dont elle est datée, "
        "l’annexe financière en vigueur : celle du contrat ; à défaut, du type de cette annexe, sinon de la structure ce "
        "jour-là, la dernière commencée. Ce qu’aucune annexe ne couvre ne se compte pas : ces heures de référence ne se "
        f"devinent pas. {DATEES}"
    ),
    unite="ETP",
    limites="Un équivalent temps plein peut être une personne ou dix ; sans annexe financière, il est inconnu.",
    sens=Sens.AUCUN,
    source="Annexe financière (nomenclatures §4)",
    population=_avec_reference,
    grandeur=Grandeur(lambda periode: en_milliardiemes("heures", "heures_etp"), SOMME_DE_PARTS),
    coupes=COUPES,
    exemple=Exemple(
        sujets=(
            _sous_annexe("ACI", -200, 1820) | _travail((-201, 400), (-200, 780), (0, 130), contrat=True),
            _travail((-10, 455)),
            _sous_annexe("EI", -30, 1505) | _travail((-31, 182), (-30, 376.25), contrat=True),
        ),
        total=4,
        atteint=1,
        type_siae="ACI",
        lus=((2, 0.5), (1, 0.25), (1, 0.25)),
    ),
    version=3,
    si_rien="aucune heure que couvre une annexe financière",
    **A_COMPTER,
)

HEURES_D_UNE_SEMAINE = Seuil(
    nom="heures en dessous desquelles une semaine est courte",
    unite="heures",
    source="Cadre commun, heures mobilisées (OBS-1)",
    valeurs=(("semaine", date(1900, 1, 1), 15),),
)
SEMAINES = (
    "Une semaine va du lundi au dimanche, et se compte si elle tient entière dans la période ; ses heures s’additionnent, quel "
    "que soit le nombre de mises en situation, et qu’un premier du mois la coupe ou non."
)


def _au_travail(periode: Periode) -> QuerySet:
    """Les personnes qui ont fait des heures dans une semaine entière ; courtes : combien de celles-ci ont moins de 15 heures."""
    faites = Heures.objects.filter(heures__gt=0, mise_en_situation__personne=OuterRef("pk"), **semaines_entieres(periode).dans())
    par_semaine = faites.order_by().values(lundi=LundiDe("le")).annotate(somme=Sum("heures"))
    courtes = par_semaine.filter(somme__lt=HEURES_D_UNE_SEMAINE.valent(periode.au)["semaine"])
    combien = Coalesce(Subquery(courtes.annotate(n=Window(Count("*"))).values("n")[:1]), 0)
    return Personne.objects.nominatives().filter(Exists(faites)).annotate(courtes=combien)


def _semaines(*faites: tuple[int, float], **lien) -> dict:
    """Ces heures, et une mise en situation de plus la dernière semaine."""
    en_plus = {"atelier": "Cuisine", "du": -500, "heures": [{"le": faites[-1][0], "heures": 5}]}
    return {"mises_en_situation": [*_travail(*faites)["mises_en_situation"], en_plus]} | lien


LES_SEMAINES = {
    "unite": "semaines",
    "source": HEURES_D_UNE_SEMAINE.source,
    "periode": douze_mois_finis_le,
    "constat": True,
}

semaines_courtes = Indicateur(
    code="semaines_courtes",
    libelle="Semaines de moins de 15 heures",
    definition=(
        "Semaines de la période où une personne a fait des heures de travail, et moins de 15 ; la somme de celles de chaque "
        f"personne. {SEMAINES}"
    ),
    limites=(
        "Une semaine sous contrat sans aucune heure n’y est pas, et des heures notées au mois se lisent comme celles d’une seule "
        "semaine."
    ),
    sens=Sens.BAS,
    population=_au_travail,
    grandeur=Grandeur(lambda periode: F("courtes")),
    exemple=Exemple(
        sujets=(
            _travail((-20, 14.75), (-30, 15), (-40, 3)),
            _semaines((-40, 9.75), (-20, 9.75)),
            _semaines((-20, 10)),
            _travail((-20, 0)),
            _travail((-380, 3), (1, 3)),
        ),
        total=3,
        atteint=4,
        lus=((1, 2), (1, 2), (1, 0), (0, 0), (0, 0)),
    ),
    **LES_SEMAINES,
)

une_semaine_courte = Indicateur(
    code="une_semaine_courte",
    libelle="Personnes avec une semaine de moins de 15 heures",
    definition=(
        "Personnes qui ont fait des heures de travail dans une semaine de la période, et celles qui en ont eu au moins une de "
        f"moins de 15 heures. {SEMAINES}"
    ),
    limites="La semaine où un contrat commence ou finit y est comme les autres, et ce que la personne voulait n’y est pas.",
    sens=Sens.BAS,
    population=_au_travail,
    critere=lambda personnes, periode: Q(courtes__gt=0),
    exemple=semaines_courtes.exemple._replace(atteint=2, lus=((1, 1), (1, 1), (1, 0), (0, 0), (0, 0))),
    **LES_SEMAINES | {"unite": "personnes au travail"},
)
