"""Ce que la structure est et pose : ses outils, son équipe, son projet (ACC-4 à ACC-6, PRO-1, PRO-2)."""

from cedre.structures.models.equipe import Occupation, Poste
from cedre.structures.models.grilles import Domaine, Echelon, Grille
from cedre.structures.models.outils import Competence, FicheDePoste, Offre, Reglages, Relecture, UsageDeFiche, UsageDOffre
from cedre.structures.models.projet import Axe, ProjetAssociatif, RedefinitionDAxe
from cedre.structures.models.seuils import Seuils

__all__ = [
    "Axe",
    "Competence",
    "Domaine",
    "Echelon",
    "FicheDePoste",
    "Grille",
    "Occupation",
    "Offre",
    "Poste",
    "ProjetAssociatif",
    "RedefinitionDAxe",
    "Reglages",
    "Relecture",
    "Seuils",
    "UsageDOffre",
    "UsageDeFiche",
]
