"""Les indicateurs des procédures et du manuel (§ 2.3 d ; TRA-4, MAN-1)."""

from django.db.models import Exists, OuterRef

from cedre.comptes.models import Organisation
from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import Exemple, Indicateur, Jour, Sens
from cedre.qualite.models import Procedure, VersionDuManuel
from cedre.qualite.models.manuel import MOIS_D_UN_MANUEL
from cedre.qualite.models.procedures import MOIS_ENTRE_REVISIONS, Objet, Reglage

SOURCE_DES_OBJETS, OBJET_GARDE = "Référentiel d’octobre 2004, § 2.1 d, § 2.3 d, § 2.6 (TRA-4)", "qualite.0011_objet_et_plan"
NOMS = {
    Objet.SUIVI: "Procédure de suivi a minima",
    Objet.CONTRACTUALISATION: "Procédure de contractualisation des engagements",
    Objet.MOBILISATION: "Procédure de mobilisation des heures de travail",
    Objet.REGULATION: "Procédure de régulation pédagogique",
    Objet.RECLAMATIONS: "Procédure de traitement des réclamations",
    Objet.AMELIORATION: "Procédure d’amélioration continue",
}
ECRITE = {"titre": "Accueillir", "but": "Bien recevoir", "mission": "accueil", "qui": "L’accueil"}

procedures_a_jour = Indicateur(
    code="procedures_a_jour",
    libelle="Procédures à jour",
    definition=(
        f"Procédures en vigueur ce jour-là qui ont été écrites ou relues dans les {MOIS_ENTRE_REVISIONS} mois qui précèdent."
    ),
    unite="procédures en vigueur",
    limites="Une procédure relue n’est pas pour autant suivie.",
    source="Référentiel d’octobre 2004, § 2.3 d (TRA-4)",
    population=lambda le: Procedure.objects.en_vigueur(le).des_structures(),
    critere=lambda procedures, le: procedures.a_jour(le),
    exemple=Exemple(
        sujets=(
            ECRITE | {"depuis": -100, "revisions": [{"le": -100}]},
            ECRITE | {"depuis": -900, "revisions": [{"le": -900}, {"le": 0}]},
            ECRITE | {"depuis": -900, "revisions": [{"le": -900}]},
            ECRITE | {"depuis": -800, "revisions": [{"le": -2 * UN_AN}]},
            ECRITE | {"depuis": -900, "revisions": [{"le": -900}, {"le": 1}]},
            ECRITE | {"depuis": -900, "retiree_le": 0, "revisions": [{"le": -900}]},
            ECRITE | {"depuis": 1, "revisions": [{"le": 1}]},
        ),
        total=5,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (1, 0), (0, 0), (0, 0)),
    ),
)


def _dite(depuis: Jour, *revisions: dict, **dit: str) -> dict:
    return ECRITE | {"depuis": depuis, "revisions": [{"le": depuis} | dit, *revisions]}


def _procedures(*ecrites: dict) -> dict:
    return {"procedures": [*ecrites]}


OBJETS = ", ".join(f"{objet.label[:1].lower()}{objet.label[1:]}" for objet in Objet)


def _definie(objet: Objet) -> Indicateur:
    """La structure suit-elle une procédure écrite sur cet objet ?"""
    autre = next(un for un in Objet if un != objet)
    return Indicateur(
        code=f"procedure_definie.{objet}",
        libelle=NOMS[objet],
        definition=f"La structure, quand elle suit ce jour-là une procédure écrite dont l’objet est « {objet.label} ».",
        unite="structure",
        limites="Une procédure écrite sur cet objet n’est pas pour autant suivie.",
        source=SOURCE_DES_OBJETS,
        population=lambda le: Organisation.objects.structures(),
        critere=lambda structures, le: structures.filter(
            Exists(Procedure.objects.disant(le, "objet", objet).filter(organisation=OuterRef("pk")))
        ),
        garde_depuis=OBJET_GARDE,
        exemple=Exemple(
            sujets=(
                _procedures(_dite(0, objet=objet)),
                _procedures(_dite(1, objet=objet)),
                _procedures(_dite(-900, objet=objet) | {"retiree_le": 0}),
                _procedures(_dite(-900, objet=objet) | {"retiree_le": 1}),
                _procedures(_dite(-900), _dite(-900, objet=autre)),
                _procedures(_dite(-900, {"le": 0, "objet": autre}, objet=objet)),
                _procedures(_dite(-900, {"le": 1, "objet": autre}, objet=objet)),
                {},
            ),
            total=8,
            atteint=3,
            lus=((1, 1), (1, 0), (1, 0), (1, 1), (1, 0), (1, 0), (1, 1), (1, 0)),
        ),
    )


procedure_definie = Indicateur(
    code="procedure_definie",
    libelle="Procédures que le référentiel demande",
    definition=f"Procédures en vigueur ce jour-là dont l’objet, tel qu’alors, est l’un de ceux-ci : {OBJETS}.",
    unite="procédures en vigueur",
    limites="Deux procédures du même objet comptent deux fois ; il ne dit pas quel objet reste sans procédure.",
    sens=Sens.AUCUN,
    source=SOURCE_DES_OBJETS,
    population=lambda le: Procedure.objects.en_vigueur(le).des_structures(),
    critere=lambda procedures, le: procedures.disant(le, "objet", *Objet.values),
    constat=True,
    garde_depuis=OBJET_GARDE,
    par_objet={objet: _definie(objet) for objet in Objet},
    exemple=Exemple(
        sujets=(
            _dite(0, objet="suivi"),
            _dite(1, objet="suivi"),
            _dite(-900, objet="suivi") | {"retiree_le": 0},
            _dite(-900, {"le": 0, "objet": ""}, objet="suivi"),
            _dite(-900, {"le": 1, "objet": ""}, objet="amelioration"),
            _dite(-900),
        ),
        total=4,
        atteint=2,
        lus=((1, 1), (0, 0), (0, 0), (1, 0), (1, 1), (1, 0)),
    ),
)

rythme_defini = Indicateur(
    code="rythme_defini",
    libelle="Rythme des régulations écrit",
    definition="La structure, quand une procédure qu’elle suit écrit ce jour-là le rythme de ses régulations.",
    unite="structure",
    limites="Un rythme écrit n’est pas un rythme tenu.",
    source="Référentiel d’octobre 2004, § 2.3 a (TRA-1)",
    garde_depuis=OBJET_GARDE,
    population=lambda le: Organisation.objects.structures(),
    critere=lambda structures, le: structures.filter(
        Exists(Procedure.objects.disant(le, "reglage", Reglage.RYTHME_REGULATION).filter(organisation=OuterRef("pk")))
    ),
    exemple=Exemple(
        sujets=(
            _procedures(_dite(0, reglage="rythme_regulation")),
            _procedures(_dite(1, reglage="rythme_regulation")),
            _procedures(_dite(-900, reglage="rythme_regulation") | {"retiree_le": 0}),
            _procedures(_dite(-900, reglage="delai_remise")),
            {},
        ),
        total=5,
        atteint=1,
        lus=((1, 1), (1, 0), (1, 0), (1, 0), (1, 0)),
    ),
)


def _publie(*jours: Jour) -> dict:
    versions = [
        {"numero": n, "publiee_le": jour, "approuvee_le": jour, "approuvee_par": "Le CA", "au_titre_de": "ca", "contenu": {}}
        for n, jour in enumerate(jours, 1)
    ]
    return {"versions_du_manuel": versions}


manuel_publie = Indicateur(
    code="manuel_publie",
    libelle="Manuel qualité publié",
    definition=(
        f"Structures dont une version du manuel qualité est publiée ce jour-là, depuis moins de {MOIS_D_UN_MANUEL} mois."
    ),
    unite="structure",
    limites="Un manuel récent ne dit pas si l’équipe le connaît.",
    source="Référentiel d’octobre 2004, § 2.3 d (MAN-1)",
    population=lambda le: Organisation.objects.structures(),
    critere=lambda structures, le: structures.filter(
        Exists(VersionDuManuel.objects.recentes(le).filter(organisation=OuterRef("pk")))
    ),
    exemple=Exemple(
        sujets=(_publie(UN_JOUR - 3 * UN_AN), _publie(-3 * UN_AN), _publie(0), _publie(1), _publie(-2000, -10), _publie()),
        total=6,
        atteint=3,
        lus=((1, 1), (1, 0), (1, 1), (1, 0), (1, 1), (1, 0)),
    ),
)

manuel_en_vigueur = Indicateur(
    code="manuel_en_vigueur",
    libelle="Manuel qualité en vigueur",
    definition="La structure, quand une version de son manuel qualité est publiée, ce jour-là ou avant.",
    unite="structure",
    limites="Une version très ancienne compte comme une récente.",
    source="Référentiel d’octobre 2004, § 2.3 d (MAN-1)",
    population=lambda le: Organisation.objects.structures(),
    critere=lambda structures, le: structures.filter(
        Exists(VersionDuManuel.objects.publiees(le).filter(organisation=OuterRef("pk")))
    ),
    exemple=Exemple(
        sujets=(_publie(0), _publie(1), _publie(-2000), _publie()),
        total=4,
        atteint=2,
        lus=((1, 1), (1, 0), (1, 1), (1, 0)),
    ),
)
