"""Les indicateurs des procédures et du manuel (§ 2.3 d ; TRA-4, MAN-1)."""

from django.db.models import Exists, OuterRef

from cedre.comptes.models import Organisation
from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import Exemple, Indicateur, Jour
from cedre.qualite.models import Procedure, VersionDuManuel
from cedre.qualite.models.manuel import MOIS_D_UN_MANUEL
from cedre.qualite.models.procedures import MOIS_ENTRE_REVISIONS

ECRITE = {"titre": "Accueillir", "but": "Bien recevoir", "mission": "accueil", "qui": "L’accueil"}

procedures_a_jour = Indicateur(
    code="procedures_a_jour",
    libelle="Procédures à jour",
    definition=(
        f"Procédures en vigueur ce jour-là qui ont été écrites ou relues dans les {MOIS_ENTRE_REVISIONS} mois qui précèdent."
    ),
    unite="procédures en vigueur",
    source="Référentiel d’octobre 2004, § 2.3 d (TRA-4)",
    population=lambda le: Procedure.objects.en_vigueur(le),
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
    source="Référentiel d’octobre 2004, § 2.3 d (MAN-1)",
    population=lambda le: Organisation.objects.structures(),
    critere=lambda structures, le: structures.filter(
        Exists(VersionDuManuel.objects.recentes(le).filter(organisation=OuterRef("pk")))
    ),
    exemple=Exemple(
        sujets=(_publie(UN_JOUR - 3 * UN_AN), _publie(-3 * UN_AN), _publie(0), _publie(1), _publie(-2000, -10), _publie()),
        total=6,
        atteint=3,
    ),
)
