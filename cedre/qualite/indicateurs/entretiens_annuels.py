"""L'indicateur des entretiens annuels de l'équipe (AME-4)."""

from cedre.comptes.models import Habilitation
from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import Exemple, Indicateur, Jour
from cedre.qualite.models.entretiens_annuels import attendus, vus_dans_l_annee


def _membre(compte: str, *tenus_le: Jour, **champs) -> dict:
    menes = [{"tenu_le": le, "mene_par": "direction"} for le in tenus_le]
    return {"compte": compte, "role": compte, "depuis": -900, "entretiens_annuels": menes} | champs


entretien_annuel_tenu = Indicateur(
    code="entretien_annuel_tenu",
    libelle="Entretiens annuels tenus",
    definition=(
        "Membres de l’équipe de la structure ce jour-là, chacun compté une fois quel que soit le nombre de ses rôles, qui ont eu "
        "un entretien annuel dans les douze mois, ce jour-là compris. Qui n’en était pas encore un an plus tôt ne se compte que "
        "s’il a déjà eu le sien. Un compte désactivé ne se compte plus à partir de ce jour ; à aucune date si l’on ne sait quand."
    ),
    unite="membres de l’équipe",
    limites="Un entretien tenu ne dit pas ce qui s’y est décidé, ni si cela a suivi.",
    source="Manuel qualité, évaluation de l’équipe (AME-4)",
    population=lambda le: attendus(Habilitation.objects.de_l_equipe(le), le).des_structures(),
    critere=lambda membres, le: vus_dans_l_annee(membres, le),
    exemple=Exemple(
        sujets=(
            _membre("accueil", 0),
            _membre("cip", UN_JOUR - UN_AN),
            _membre("mad", -UN_AN, depuis=-UN_AN),
            _membre("qualite", 1),
            _membre("direction", depuis=UN_JOUR - UN_AN),
            _membre("ca", -10),
            _membre("ca", role="cip", depuis=-30),
            _membre("salarie", -10, role="mad", depuis=1),
            _membre("client", -10, role="mad", retiree_le=0),
            _membre("partenaire", -10, role="mad", retiree_le=1),
            _membre("partenaire", role="accueil"),
        ),
        total=6,
        atteint=4,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (0, 0), (0, 0), (1, 1), (0, 0), (0, 0), (1, 1), (0, 0)),
    ),
)
