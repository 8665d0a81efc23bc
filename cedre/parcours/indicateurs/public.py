"""Le public accueilli, qui l'adresse, ce qu'on lui répond ; les salariés en insertion d'une période (ACC-1 à ACC-3, OBS-1)."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.grandeurs import Seuil
from cedre.core.indicateurs import Exemple, Indicateur, Jour, Sens
from cedre.core.periodes import Periode, douze_mois_finis_le
from cedre.parcours.indicateurs.coupes import en_mots
from cedre.parcours.indicateurs.sorties import DEPUIS_TOUJOURS
from cedre.parcours.models import Contact, Contrat, Entretien, Heures, Information, Personne, Suite
from cedre.parcours.models.situation import libelle

ACCUEIL = "Cadre commun, public accueilli (ACC-1 à ACC-3, OBS-1)"
AGENCE = "Agence de services et de paiement, bilan annuel, rubrique 2 (OBS-1)"
HABILITE = "prescripteur habilité"
A_CONSTATER = {"periode": douze_mois_finis_le, "constat": True}
ENSEMBLE = "ensemble"

HEURES_D_UN_SALARIE = Seuil(
    nom="heures à partir desquelles un salarié compte parmi ceux qui ont travaillé",
    unite="heures de la période",
    source=AGENCE,
    valeurs=((ENSEMBLE, DEPUIS_TOUJOURS, 1),),
)


def _premiere_demande(periode: Periode) -> QuerySet:
    siennes = Contact.objects.filter(personne=OuterRef("pk"))
    dans = siennes.filter(**periode.dans()).filter(le__lte=periode.le)
    return Personne.objects.nominatives().filter(Exists(dans), ~Exists(siennes.filter(le__lt=periode.du)))


def _recues(personnes: QuerySet, periode: Periode) -> QuerySet:
    depuis = {"personne": OuterRef("pk"), "le__gte": periode.du, "le__lte": periode.le}
    entretiens = Entretien.objects.filter(etat=Entretien.Etat.REALISE, **depuis)
    informations = Information.objects.filter(presence=Information.Presence.PRESENTE, **depuis)
    return personnes.filter(Exists(entretiens) | Exists(informations))


def _ont_travaille(periode: Periode) -> QuerySet:
    """Les personnes dont les heures de la période suffisent, et qu'un contrat de l'insertion y a tenues."""
    heures = Heures.objects.filter(mise_en_situation__personne=OuterRef("pk"), **periode.dans()).filter(le__lte=periode.le)
    minimum = HEURES_D_UN_SALARIE.valent(periode.au)[ENSEMBLE]
    assez = heures.values("mise_en_situation__personne").annotate(faites=Sum("heures")).filter(faites__gte=minimum)
    contrats = Contrat.objects.d_insertion().chevauchant(periode.du, periode.dernier_jour)
    return Personne.objects.nominatives().filter(Exists(assez), Exists(contrats.filter(personne=OuterRef("pk"))))


def _presentes(personnes: QuerySet, periode: Periode) -> QuerySet:
    contrats = Contrat.objects.en_cours(periode.dernier_jour).d_insertion()
    return personnes.filter(Exists(contrats.filter(personne=OuterRef("pk"))))


VUE = {"presence": "presente"}

public_accueilli = Indicateur(
    code="public_accueilli",
    libelle="Public accueilli",
    definition=(
        "Personnes dont la toute première demande est de la période. Satisfait : elles ont été reçues, en entretien réalisé ou "
        "en information où elles étaient, du premier jour de la période à celui où l’on regarde."
    ),
    unite="personnes",
    limites="Qui revient après des années n’y est pas : seule la toute première demande compte.",
    source=ACCUEIL,
    population=_premiere_demande,
    critere=_recues,
    exemple=Exemple(
        sujets=(
            {"contacts": [{"le": UN_JOUR - UN_AN}], "informations": [VUE | {"le": 0}]},
            {"contacts": [{"le": 0}, {"le": -20}], "entretiens": [{"le": -5, "etat": "realise", "issue": "autre_rencontre"}]},
            {"contacts": [{"le": -20}], "informations": [VUE | {"le": 1}, {"le": -9, "presence": "absente"}]},
            {"contacts": [{"le": -20}, {"le": -UN_AN}], "informations": [VUE | {"le": -9}]},
            {"contacts": [{"le": 1}]},
        ),
        total=3,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (0, 0), (0, 0)),
    ),
    **A_CONSTATER,
)

demandes_recues = Indicateur(
    code="demandes_recues",
    libelle="Demandes adressées par un prescripteur habilité",
    definition=(
        "Demandes d’accueil reçues dans la période, retours compris, et celles qu’adresse un prescripteur que le cadre commun "
        "dit habilité."
    ),
    unite="demandes",
    limites="Une personne qui demande trois fois compte trois fois ; un prescripteur non noté passe pour absent.",
    sens=Sens.AUCUN,
    source=ACCUEIL,
    population=lambda periode: Contact.objects.nominatifs().filter(**periode.dans()).filter(le__lte=periode.le),
    critere=lambda contacts, periode: Q(prescripteur__categorie=HABILITE),
    coupes={
        "prescripteur": lambda periode: libelle("prescripteur"),
        "canal": lambda periode: en_mots("canal", Contact.Canal),
    },
    exemple=Exemple(
        sujets=(
            {"contacts": [{"le": UN_JOUR - UN_AN, "prescripteur": "france_travail"}, {"le": 0, "prescripteur": "spontanee"}]},
            {"contacts": [{"le": -20}, {"le": -UN_AN, "prescripteur": "france_travail"}]},
            {"contacts": [{"le": 1, "prescripteur": "france_travail"}]},
        ),
        total=3,
        atteint=1,
        lus=((2, 1), (1, 0), (0, 0)),
    ),
    **A_CONSTATER,
)


def _suite(le: Jour, **dite) -> dict:
    return {"suites": [{"le": le, "nature": "inscription"} | dite]}


suites_donnees = Indicateur(
    code="suites_donnees",
    libelle="Inscriptions, parmi les suites données",
    definition=(
        "Suites données à une demande dans la période : inscription, réorientation ou clôture sans suite, celles-ci avec leur "
        "motif. Satisfait : c’est une inscription."
    ),
    unite="suites données",
    limites="Une réorientation peut être la meilleure réponse ; ce que l’on n’a pas encore répondu n’y est pas.",
    sens=Sens.AUCUN,
    source=ACCUEIL,
    population=lambda periode: Suite.objects.nominatifs().filter(**periode.dans()).filter(le__lte=periode.le),
    critere=lambda suites, periode: Q(nature=Suite.Nature.INSCRIPTION),
    coupes={
        "suite": lambda periode: en_mots("nature", Suite.Nature),
        "motif": lambda periode: libelle("motif", Suite.Nature.INSCRIPTION.label),
    },
    exemple=Exemple(
        sujets=(
            _suite(UN_JOUR - UN_AN),
            _suite(0),
            _suite(-20, nature="sans_suite", motif={"code": "renonce", "liste": "motif_sans_suite"}),
            _suite(-UN_AN),
            _suite(1),
        ),
        total=3,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (0, 0), (0, 0)),
    ),
    **A_CONSTATER,
)


def _au_travail(fin: Jour | None, *heures: tuple[Jour, float], nature: str = "cddi") -> dict:
    faites = [{"le": le, "heures": nombre} for le, nombre in heures]
    contrat = {"debut": -500, "fin_prevue": fin, "nature": nature}
    return {
        "phase": "parcours",
        "contrats": [contrat],
        "mises_en_situation": [{"atelier": "Jardin", "du": -500, "heures": faites}],
    }


salaries_en_insertion = Indicateur(
    code="salaries_en_insertion",
    libelle="Salariés en insertion qui ont travaillé",
    definition=(
        "Personnes dont les heures datées de la période font au moins une heure, et qu’un contrat de l’insertion (CDDI, CDD "
        "d’usage, mission, CDI inclusion) a tenues au moins un jour de la période, premier et dernier jours du contrat compris. "
        "Satisfait : un tel contrat court encore le dernier jour de la période, ou celui où l’on regarde s’il vient avant. Des "
        "heures se datent du premier jour de leur semaine, ou du mois pour la semaine qui le commence."
    ),
    unite="salariés en insertion",
    limites="Une heure suffit : qui a travaillé une semaine compte autant que qui a travaillé toute l’année.",
    sens=Sens.AUCUN,
    source=AGENCE,
    population=_ont_travaille,
    critere=_presentes,
    exemple=Exemple(
        sujets=(
            _au_travail(0, (UN_JOUR - UN_AN, 0.5), (0, 0.5)),
            _au_travail(-1, (-20, 7)),
            _au_travail(None, (-20, 0.5), (1, 7)),
            _au_travail(None, (-UN_AN, 7)),
            _au_travail(None, (-20, 7), nature="cdi"),
        ),
        total=2,
        atteint=1,
        lus=((1, 1), (1, 0), (0, 0), (0, 0), (0, 0)),
    ),
    **A_CONSTATER,
)
