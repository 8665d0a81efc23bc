"""Le rapport d'activité : ce que la structure en dit, puis ses nombres, figés, que d'autres lisent (OBS-2, OBS-3)."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import IO
from urllib.parse import urlencode

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from cedre.comptes.droits import Droit
from cedre.comptes.gestes import page_de
from cedre.comptes.models import Compte, Organisation
from cedre.comptes.partage import Partage, Publie
from cedre.core.champs import TEXTE_MAX
from cedre.core.inalterable import inalterable
from cedre.core.periodes import Periode, annee, mois
from cedre.core.refus import GesteImpossible
from cedre.core.texte import de

MOTS = "mots"  # ce que la structure dit d’abord, à côté des codes des chapitres
MORCEAU = 2**16  # octets
ACCEPTES = ("accepte", "clos")  # les états où les nombres d’un rapport entrent dans ceux de la région et du réseau
A_LIRE = ("transmis", "recu")  # ceux où il attend d’être accepté, ou rendu


def dit_la_periode(periode: Periode) -> str:
    """Une année par son nombre, un mois par son nom.

    >>> from datetime import date
    >>> dit_la_periode(annee(date(2026, 5, 1))), dit_la_periode(mois(date(2026, 8, 1))), dit_la_periode(mois(date(2026, 3, 1)))
    ('2026', 'd’août 2026', 'de mars 2026')
    """
    if periode == annee(periode.du):
        return str(periode.du.year)
    return de(date_format(periode.du, "F Y")) if periode == mois(periode.du) else str(periode)


class RapportQuerySet(Partage):
    """Les rapports."""

    def sur(self, periode: Periode):
        """Ceux de cette période."""
        return self.filter(du=periode.du, au=periode.au)

    def courants(self):
        """Ceux qu'aucune version plus récente n'a remplacés."""
        return self.filter(remplace_par=None)

    def dans_un_cadre_commun(self):
        """Ceux d'un cadre du réseau, ou de la fédération : non ce qu'un financeur demande."""
        return self.filter(Q(cadre__startswith="cedre-") | Q(cadre__startswith="federation-"))

    def transmis(self):
        """Ceux qui sont sortis de la structure."""
        return self.exclude(transmis_le=None)

    def a_recevoir_par(self, organisation: Organisation):
        """Ceux qui attendent que cette région les lise ; à la fédération, ceux des structures qui n'ont pas de région."""
        federation = organisation.nature == Organisation.Nature.FEDERATION
        return self.filter(etat__in=A_LIRE, organisation__region=None if federation else organisation.pk)

    def avec_leurs_faits(self):
        """Ceux dont la structure garde encore les faits."""
        return self.exclude(faits="")

    def a_corriger(self):
        """Ceux qui sont rendus, tant que la version qui les corrige n'est pas transmise."""
        return self.filter(etat="a_corriger").filter(Q(remplace_par=None) | Q(remplace_par__transmis_le=None))


class Rapport(models.Model):
    """Une version d'un rapport : écrite, puis publiée, et rien n'en change plus ; une correction est une autre version.

    mots : ce que la structure en dit d'abord ; commentaires : par chapitre du cadre ; condensats : de chaque fichier du paquet ;
    ecarts : de chaque nombre qu'une correction change, l'ancien et le nouveau.
    """

    class Etat(models.TextChoices):
        BROUILLON = "brouillon", "Brouillon"
        PUBLIE = "publie", "Publié"
        TRANSMIS = "transmis", "Transmis"
        RECU = "recu", "Reçu"
        A_CORRIGER = "a_corriger", "À corriger"
        ACCEPTE = "accepte", "Accepté"
        CLOS = "clos", "Clos"

    class FaitsEffaces(models.TextChoices):
        """Pourquoi l'on n'a plus les faits d'un rapport publié."""

        CONSERVATION = "conservation", "leur durée de conservation est passée"
        DOSSIER = "dossier", "un dossier a été effacé ou rendu anonyme, et rien n’y disait quelles lignes étaient les siennes"

    PARTAGE = Publie("organisation", region="organisation__region", droit=Droit.RAPPORTS_LIRE, transmis=~Q(transmis_le=None))

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="rapports")
    cadre = models.CharField(max_length=40)
    du = models.DateField("du")
    au = models.DateField("au")
    version = models.PositiveSmallIntegerField(default=1)
    etat = models.CharField("état", max_length=12, choices=Etat, default=Etat.BROUILLON)
    mots = models.TextField("les mots de la structure", max_length=TEXTE_MAX, blank=True)
    commentaires = models.JSONField("commentaires", default=dict, blank=True)
    motif = models.CharField("pourquoi une nouvelle version", max_length=300, blank=True)
    cree_le = models.DateField("commencé le", default=timezone.localdate)
    publie_le = models.DateField("publié le", null=True, blank=True)
    publie_par = models.ForeignKey(Compte, null=True, on_delete=models.PROTECT, related_name="+")
    transmis_le = models.DateField("transmis le", null=True, blank=True)
    recu_le = models.DateField("reçu le", null=True, blank=True)
    juge_le = models.DateField("accepté ou rendu le", null=True, blank=True)
    a_corriger = models.CharField("ce qu’il faut corriger", max_length=600, blank=True)
    clos_le = models.DateField("clos le", null=True, blank=True)
    remplace_par = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="remplace")
    condensats = models.JSONField(default=dict, blank=True)
    ecarts = models.JSONField("écarts", default=list, blank=True)
    paquet = models.FileField(upload_to="rapports", blank=True)
    faits = models.FileField("faits, que la structure garde seule", upload_to="rapports", blank=True)
    demande_le = models.DateTimeField("publication demandée le", null=True, blank=True)
    faites = models.PositiveSmallIntegerField("figures écrites", default=0)
    total = models.PositiveSmallIntegerField("figures à écrire", default=0)
    interrompu = models.CharField("pourquoi la publication s’est arrêtée", max_length=300, blank=True)
    faits_effaces_le = models.DateField("faits effacés le", null=True, blank=True)
    faits_effaces_pourquoi = models.CharField("pourquoi ils sont effacés", max_length=12, choices=FaitsEffaces, blank=True)

    objects = RapportQuerySet.as_manager()
    get_absolute_url = page_de

    class Meta:
        verbose_name = "rapport d’activité"
        verbose_name_plural = "rapports d’activité"
        ordering = ["-au", "cadre", "-version", "pk"]
        constraints = [
            models.UniqueConstraint(name="rapport_une_version", fields=["organisation", "cadre", "du", "au", "version"]),
            models.CheckConstraint(
                name="rapport_publie_a_son_jour",
                condition=Q(etat="brouillon", publie_le=None) | ~Q(etat="brouillon") & ~Q(publie_le=None),
            ),
        ]

    def __str__(self):
        version = f", version {self.version}" if self.version > 1 else ""
        return f"Rapport {self.dit_la_periode}{version}"

    @property
    def periode(self) -> Periode:
        """Celle dont il rend compte."""
        return Periode(self.du, self.au)

    @property
    def dit_la_periode(self) -> str:
        """« 2026 », « de mars 2026 »."""
        return dit_la_periode(self.periode)

    @property
    def rang_du_mois(self) -> int | str:
        """Le mois, de 1 à 12, d'un rapport d'un mois ; rien d'une année."""
        return self.du.month if self.du.month == self.au.month else ""

    @property
    def choix(self) -> str:
        """De quoi retrouver sa période dans l'adresse d'une liste."""
        return urlencode({"annee": self.du.year, "mois": self.rang_du_mois})

    @property
    def est_publie(self) -> bool:
        """Vrai dès que ses nombres sont figés."""
        return self.publie_le is not None

    @property
    def est_reuni(self) -> bool:
        """Vrai de celui d'une région, ou de la fédération : des nombres réunis, tels que chacun les lit."""
        return self.organisation.nature in (Organisation.Nature.REGION, Organisation.Nature.FEDERATION)

    @property
    def titre_des_mots(self) -> str:
        """Ce qu'en disent d'abord ceux dont c'est le rapport."""
        return "Ses mots" if self.est_reuni else "Les mots de la structure"

    @property
    def nom_de_fichier(self) -> str:
        """« ai-cedre-2026-2026-12-31-v1 »."""
        return f"{self.organisation.slug}-{self.cadre}-{self.au:%Y-%m-%d}-v{self.version}"

    @property
    def se_publie(self) -> bool:
        """Vrai tant que le serveur en écrit les nombres ; au bout d'une heure, c'est qu'il s'est arrêté."""
        demande = self.demande_le if not self.est_publie else None
        return demande is not None and demande >= timezone.now() - timedelta(hours=1)

    def se_corrige(self) -> bool:
        """Vrai d'un rapport publié que la région n'a pas, ou qu'elle a rendu, et que rien ne remplace."""
        return self.etat in (self.Etat.PUBLIE, self.Etat.A_CORRIGER) and self.remplace_par_id is None

    def lire_le_fichier(self, quoi: str) -> bytes:
        """Son paquet, ou ses faits, tels que publiés. Lève GesteImpossible s'ils ont disparu, ou sont abîmés."""
        with _se_lit(), self._ouvrir(quoi) as garde:
            return garde.read()

    def ouvrir_les_faits(self) -> tuple[IO[bytes], int]:
        """Ses faits, à lire peu à peu, et combien d'octets ils font ; lus une fois d'abord : ce qui part est entier.

        Lève GesteImpossible s'ils ont disparu, ou sont abîmés.
        """
        with _se_lit():
            with self._ouvrir("faits") as garde:
                taille = sum(map(len, iter(lambda: garde.read(MORCEAU), b"")))
            return self._ouvrir("faits"), taille

    def _ouvrir(self, quoi: str) -> IO[bytes]:
        garde = getattr(self, quoi)
        return gzip.open(garde.path) if garde.path.endswith(".gz") else garde.open()


@contextmanager
def _se_lit() -> Iterator[None]:
    """Lève GesteImpossible d'un fichier disparu, ou abîmé."""
    try:
        yield
    except (FileNotFoundError, ValueError):
        raise GesteImpossible("Le fichier de ce rapport n’est plus là : remettez-le depuis une sauvegarde.") from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise GesteImpossible("Le fichier de ce rapport est abîmé : remettez-le depuis une sauvegarde.") from None


class NombrePublieQuerySet(Partage):
    """Le cube de ce qui a été publié."""

    def acceptes(self, cadre: str, periode: Periode):
        """Ceux des rapports acceptés de cette période, dans ce cadre : ce que l'on réunit, et à quoi l'on se compare."""
        le_rapport = {"rapport__cadre": cadre, "rapport__du": periode.du, "rapport__au": periode.au}
        return self.filter(rapport__etat__in=ACCEPTES, **le_rapport)


class NombrePublie(models.Model):
    """Un nombre d'un rapport publié, une figure ou une de ses coupes : tout ce que l'on en lit hors de la structure (OBS-3).

    coupe et modalite, vides, du nombre entier de la rubrique. Jamais divisés : d'une grandeur, des centièmes.
    """

    PARTAGE = Publie(
        "rapport__organisation",
        region="rapport__organisation__region",
        droit=Droit.RAPPORTS_LIRE,
        transmis=~Q(rapport__transmis_le=None),
    )
    DECLENCHEURS = inalterable("observatoire_nombrepublie", "un nombre publié")

    rapport = models.ForeignKey(Rapport, on_delete=models.PROTECT, related_name="nombres", db_index=False)
    rubrique = models.CharField(max_length=60)
    coupe = models.CharField(max_length=60, blank=True)
    modalite = models.CharField("modalité", max_length=160, blank=True)
    numerateur = models.BigIntegerField("numérateur", null=True)
    denominateur = models.BigIntegerField("dénominateur", null=True)
    inconnue = models.CharField("pourquoi il ne se dit pas", max_length=160, blank=True)
    contributeurs = models.PositiveIntegerField("d’une somme, combien de personnes y contribuent", null=True)

    objects = NombrePublieQuerySet.as_manager()

    class Meta:
        verbose_name = "nombre publié"
        verbose_name_plural = "nombres publiés"
        ordering = ["rapport", "rubrique", "coupe", "modalite", "pk"]
        constraints = [
            models.UniqueConstraint(name="nombre_publie_une_fois", fields=["rapport", "rubrique", "coupe", "modalite"])
        ]

    def __str__(self):
        return f"{self.rubrique} {self.coupe} {self.modalite}".strip()
