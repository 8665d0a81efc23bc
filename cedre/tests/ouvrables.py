"""Ce que chaque route sait ouvrir, cherché vue par vue : aucune liste à tenir."""

from collections.abc import Iterator

from django.db.models import F, Model, QuerySet

from cedre.comptes.models import Habilitation
from cedre.tests.adresses import ROUTES, adresse, modele_cherche, repond, roles_de
from cedre.tests.mondes import Reseau
from cedre.tests.test_maison import MODELES


class Ouvrables:
    """Pour chaque route d'une ligne, un modèle, et le rang de la première de ses lignes qu'elle ouvre en un lieu.

    Les identifiants étant distincts, aucune autre ligne n'y désigne rien.
    """

    def __init__(self, reseau: Reseau):
        self.trouves = {route: chercher(route, reseau) for route in ROUTES if "<int:" in route}

    def __call__(self, route: str, habilitation: Habilitation, *, fermees: bool = False) -> Iterator[Model]:
        """Une ligne de chaque lieu, que cette route ouvre à cette habilitation ; fermees : que la porte lui ferme."""
        modele, rang = self.trouves[route]
        lignes = modele.objects.pour(habilitation)
        for siennes in _par_lieu(modele._base_manager.exclude(pk__in=lignes.values("pk")) if fermees else lignes):
            yield siennes[min(rang, len(siennes) - 1)]


def chercher(route: str, reseau: Reseau) -> tuple[type[Model], int] | None:
    """Le modèle que cette route ouvre, et le rang, en son lieu, de la première ligne qu'elle ouvre."""
    for role in roles_de(ROUTES[route]):
        habilitation = reseau.de(role)
        cherche = modele_cherche(adresse(route, 1, habilitation), habilitation)
        for modele in [cherche] if cherche else MODELES:
            for siennes in _par_lieu(modele.objects.pour(habilitation)):
                for rang, ligne in enumerate(siennes if cherche else siennes[:1]):
                    if repond(adresse(route, ligne.pk, habilitation), habilitation):
                        return modele, rang
    return None


def _par_lieu(lignes: QuerySet) -> list[list[Model]]:
    """Ces lignes, dans l'ordre où elles sont nées, rangées par organisation."""
    chemin, rangees = lignes.model.PARTAGE.organisation, {}
    for ligne in lignes.order_by("pk").annotate(_chez=F(chemin or "pk")):
        rangees.setdefault(ligne._chez if chemin else None, []).append(ligne)
    return list(rangees.values())
