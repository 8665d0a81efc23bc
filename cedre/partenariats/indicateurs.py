"""Les indicateurs du partenariat : des conventions tenues à jour (§ 2.3 c ; TRA-3)."""

from cedre.core.indicateurs import Exemple, Indicateur
from cedre.partenariats.models import Partenaire


def _lie(*conventions: dict) -> dict:
    return {"conventions": [{"objet": "Orienter"} | convention for convention in conventions]}


conventions_en_vigueur = Indicateur(
    code="conventions_en_vigueur",
    libelle="Conventions en vigueur",
    definition=(
        "Partenaires avec qui une convention a été signée, dont une vaut ce jour-là : dernier jour compris, et tant que l’on n’y "
        "met pas fin quand elle se reconduit d’elle-même. Finie, celle que l’on a décidé de ne pas renouveler ne compte plus."
    ),
    unite="partenaires liés par une convention",
    source="Référentiel d’octobre 2004, § 2.3 c (TRA-3)",
    population=lambda le: Partenaire.objects.lies_par_convention(le),
    critere=lambda partenaires, le: partenaires.en_convention(le),
    remede="partenariats:partenaire",
    exemple=Exemple(
        sujets=(
            _lie({"du": -300, "au": 0}),
            _lie({"du": -300, "au": -1}),
            _lie({"du": -900, "au": -400}, {"du": 0}),
            _lie({"du": -900, "au": -1, "tacite": True}),
            _lie({"du": -300, "au": -1, "close": True}),
            _lie({"du": -300, "au": 0, "close": True}),
            _lie({"du": 1}),
            _lie(),
        ),
        total=5,
        atteint=4,
    ),
)
