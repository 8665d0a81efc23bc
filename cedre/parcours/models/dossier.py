"""Ce que tous les faits d'un dossier ont en commun."""

from cedre.comptes.partage import Partage


class FaitQuerySet(Partage):
    """Les faits d'une personne."""

    def nominatifs(self):
        """Ceux d'un dossier qui n'a pas été rendu anonyme : les seuls où l'on écrit encore, et que l'on compte (CER-3).

        Ceux d'un dossier anonyme ont leurs dates ramenées au mois, leurs textes vidés, leurs remises effacées : aucun
        compte d'un jour ne s'y lirait juste.
        """
        return self.filter(personne__anonymisee_le=None)
