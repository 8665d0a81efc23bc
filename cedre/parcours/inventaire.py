"""Ce qu'un dossier contient, lu dans les modèles : un nouveau fait rattaché à une personne y entre de lui-même."""

from collections import Counter

from django.db.models import CharField, Model, Value

from cedre.comptes.partage import modeles
from cedre.core.texte import normaliser


def modeles_du_dossier() -> dict[type[Model], str]:
    """Les modèles, de toutes les apps, dont les lignes appartiennent à une personne, et leur chemin vers elle."""
    return {modele: chemin for modele in modeles() if (chemin := modele.PARTAGE.personne) not in ("", "id")}


def inventaire(personnes: list[int]) -> list[tuple[str, int]]:
    """Ce que contiennent ces dossiers, compté par sorte, en une requête : [("entretiens d'accueil", 3), …]."""
    lignes = [
        modele.objects.order_by()
        .filter(**{f"{chemin}__in": personnes})
        .annotate(sorte=Value(str(modele._meta.verbose_name_plural), output_field=CharField()))
        .values_list("sorte")
        for modele, chemin in modeles_du_dossier().items()
    ]
    compte = Counter(sorte for (sorte,) in lignes[0].union(*lignes[1:], all=True).order_by("sorte"))
    return sorted(compte.items(), key=lambda ligne: normaliser(ligne[0]))
