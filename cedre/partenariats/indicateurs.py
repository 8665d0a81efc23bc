"""Les indicateurs du partenariat : conventions tenues à jour, acteurs locaux rencontrés (§ 2.3 c et 2.4 c ; TRA-3, PRO-3)."""

from django.db.models import Exists, OuterRef

from cedre.comptes.models import Organisation
from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import Exemple, Indicateur, Jour
from cedre.partenariats.models import Partenaire, Rencontre


def _lie(*conventions: dict) -> dict:
    return {"conventions": [{"objet": "Orienter"} | convention for convention in conventions]}


conventions_en_vigueur = Indicateur(
    code="conventions_en_vigueur",
    libelle="Conventions en vigueur",
    definition=(
        "Partenaires avec qui une convention a été signée, dont une vaut ce jour-là : dernier jour compris, et tant que l’on n’y "
        "met pas fin quand elle se reconduit d’elle-même, ou n’a pas de dernier jour. Finie, celle que l’on avait décidé de ne "
        "pas renouveler ne compte plus."
    ),
    unite="partenaires liés par une convention",
    limites="Une convention qui vaut ne dit pas si le partenaire oriente ou accueille quelqu’un.",
    source="Référentiel d’octobre 2004, § 2.3 c (TRA-3)",
    population=lambda le: Partenaire.objects.lies_par_convention(le).des_structures(),
    critere=lambda partenaires, le: partenaires.en_convention(le),
    exemple=Exemple(
        sujets=(
            _lie({"du": -300, "au": 0}),
            _lie({"du": -300, "au": -1}),
            _lie({"du": -900, "au": -400}, {"du": 0}),
            _lie({"du": -900, "au": -1, "tacite": True}),
            _lie({"du": -300, "au": -1, "close": True}),
            _lie({"du": -300, "au": 0, "close": True}),
            _lie({"du": -300, "au": -1, "close": True, "close_le": 1}),
            _lie({"du": -300, "au": -1, "close": True, "close_le": 0}),
            _lie({"du": -300, "au": -1, "close": True, "close_le": 1, "tacite": True}),
            _lie({"du": 1}),
            _lie(),
        ),
        total=7,
        atteint=5,
        lus=((1, 1), (1, 0), (1, 1), (1, 1), (0, 0), (1, 1), (1, 0), (0, 0), (1, 1), (0, 0), (0, 0)),
    ),
)


def _rencontres(*jours: Jour) -> dict:
    return {"rencontres": [{"le": jour, "sujet": "L’emploi ici"} for jour in jours]}


acteurs_locaux_rencontres = Indicateur(
    code="acteurs_locaux_rencontres",
    libelle="Acteurs locaux rencontrés",
    definition=(
        "La structure a rencontré des acteurs socio-économiques de son territoire (réunion, groupe de travail, signature d’une "
        "convention) au moins une fois dans les douze mois qui finissent ce jour-là."
    ),
    unite="structure",
    limites="Une seule rencontre suffit ; il ne dit pas ce qui en est sorti.",
    source="Référentiel d’octobre 2004, § 2.4 c (PRO-3)",
    population=lambda le: Organisation.objects.structures(),
    critere=lambda structures, le: structures.filter(Exists(Rencontre.objects.recentes(le).filter(organisation=OuterRef("pk")))),
    exemple=Exemple(
        sujets=(_rencontres(0), _rencontres(UN_JOUR - UN_AN, -900), _rencontres(-UN_AN), _rencontres(1), _rencontres()),
        total=5,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (1, 0)),
    ),
)
