"""Les images choisies d'un rapport : ce que la structure montre, à côté de ses mots ou d'un chapitre (OBS-2)."""

import json
from collections import defaultdict
from contextlib import suppress
from secrets import token_hex

from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Q

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.partage import Partage, Publie
from cedre.observatoire.models.rapports import MOTS, Rapport

LISTE, IMAGE = "images.json", "image-"  # du paquet : de chaque image, sa légende et sa place ; le début de leur nom


class ImageQuerySet(Partage):
    """Les images des rapports."""

    def par_chapitre(self) -> dict[str, list["ImageDuRapport"]]:
        """Celles de chaque chapitre, dans l'ordre ; sous « mots », celles qui vont avec eux."""
        par = defaultdict(list)
        for image in self.order_by(*ImageDuRapport._meta.ordering):
            par[image.chapitre].append(image)
        return dict(par)

    def copier_dans(self, rapport: Rapport) -> None:
        """Les mêmes, dans un autre brouillon, chacune avec son fichier ; celle dont il a disparu en moins."""
        for image in self:
            with suppress(FileNotFoundError):
                fichier = ContentFile(image.octets(), name=f"{token_hex(16)}.{image.extension}")
                dite = {"legende": image.legende, "chapitre": image.chapitre, "rang": image.rang}
                self.create(rapport=rapport, fichier=fichier, **dite)

    def fichiers(self) -> dict[str, bytes]:
        """Ce qu'un paquet en garde : chacune, et leur liste ; rien s'il n'y en a pas. Lève FileNotFoundError."""
        octets, dites = {}, []
        for rang, image in enumerate(self.order_by(*ImageDuRapport._meta.ordering), 1):
            nom = f"{IMAGE}{rang}.{image.extension}"
            octets[nom] = image.octets()
            dites.append({"fichier": nom, "chapitre": image.chapitre, "legende": image.legende})
        liste = (json.dumps(dites, ensure_ascii=False, indent=1) + "\n").encode()
        return octets | {LISTE: liste} if dites else {}


class ImageDuRapport(models.Model):
    """Une image et sa légende, qui la dit aussi à qui ne la voit pas. chapitre : son code, ou « mots » : avec eux."""

    PARTAGE = Publie(
        "rapport__organisation",
        region="rapport__organisation__region",
        droit=Droit.RAPPORTS_LIRE,
        transmis=~Q(rapport__transmis_le=None),
    )

    rapport = models.ForeignKey(Rapport, on_delete=models.CASCADE, related_name="images")
    fichier = models.FileField("image", upload_to="images")
    legende = models.CharField("légende", max_length=200)
    chapitre = models.CharField("où elle se montre", max_length=60, default=MOTS)
    rang = models.PositiveSmallIntegerField("ordre", default=1)

    objects = ImageQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "image d’un rapport"
        verbose_name_plural = "images d’un rapport"
        ordering = ["rapport", "rang", "pk"]

    def __str__(self):
        return self.legende

    @property
    def extension(self) -> str:
        """« png », ou « jpg »."""
        return self.fichier.name.rpartition(".")[2]

    def octets(self) -> bytes:
        """L'image. Lève FileNotFoundError."""
        with self.fichier.open() as garde:
            return garde.read()
