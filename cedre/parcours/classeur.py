"""Tout ce qu'une structure tient, en un classeur : une feuille par modèle, une colonne par champ, lus dans les modèles.

Un champ ou un modèle ajouté y entre de lui-même. Les lignes passent une à une de la base au fichier : la mémoire ne
grandit que des noms que d'autres feuilles citent, et le nombre de requêtes ne dépend pas du nombre de lignes.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from tempfile import TemporaryFile
from typing import IO

import xlsxwriter
from django.db import models
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.fuseaux import JourDe
from cedre.comptes.models import Compte, Habilitation, Organisation
from cedre.comptes.partage import modeles
from cedre.parcours.models import Personne
from cedre.parcours.models.situation import DE_SANTE

CELLULE_MAX = 32_767
TROP_LONG = "… [coupé : une cellule ne tient pas plus de 32 767 caractères]"
PAR_LOT = 2_000
SANTE = "NoteSante"

# Ce qui n'y est pas, et pourquoi : tout le reste y est.
MODELES_ABSENTS = {
    "Trace": "elles ont leur page, et se lisent dans l’ordre où les gestes ont été faits",
    "Invitation": "elles ne valent que sept jours ; la page « Équipe et accès » les tient",
    "Exportation": "ce sont les exports eux-mêmes",
    "MessageSansNom": "un message sans nom attend fermé jusqu’au lendemain ; livré, il est avec les réclamations",
    "ReponseEnquete": "une réponse ne se lit jamais seule ; les résultats sont avec leur enquête",
    "VersionDuManuel": "chaque version du manuel se prend en entier, en PDF, sur sa page",
    "Importation": "ce sont des fichiers reçus, non des faits ; chacun a son rapport",
}
CHAMPS_ABSENTS = {
    "organisation": "la même à chaque ligne : elle est dite ici",
    "condensat": "l’empreinte d’un code secret",
    "condensat_agenda": "l’empreinte d’une adresse secrète",
    "jeton": "l’adresse d’une enquête",
    "slug": "le nom de la structure dans les commandes",
    "importe": "la mémoire des imports, qui redit le contrat",
    "nom_recherche": "le nom sans accents, pour chercher",
    "cle_identite": "le nom sans accents, pour reconnaître",
    "texte_recherche": "la fiche sans accents, pour chercher",
}
ABSENCE_DE_SANTE = "elles ne sortent que demandées, par un rôle qui peut les lire (RGPD art. 9)"

_EXIGENCES = re.compile(r" \([^)]*(?:[A-Z]{3}-\d|§)[^)]*\)")
_ACCENTS = {
    "annoncee": "annoncée",
    "anonymisee": "anonymisée",
    "annulee": "annulée",
    "cree": "créé",
    "echeance": "échéance",
    "evaluation": "évaluation",
    "evaluee": "évaluée",
    "competence": "compétence",
    "libelle": "libellé",
    "modifie": "modifié",
    "recu": "reçu",
    "regulation": "régulation",
    "revoque": "révoqué",
    "seance": "séance",
    "utilisee": "utilisée",
}


def titre(champ: models.Field) -> str:
    """Le libellé d'un champ tel qu'un en-tête l'écrit ; celui que Django tire d'un nom sans accents les retrouve."""
    libelle = str(champ.verbose_name)
    if libelle == champ.name.replace("_", " "):
        libelle = " ".join(_ACCENTS.get(mot, mot) for mot in libelle.split())
    return libelle[:1].upper() + libelle[1:]


def modeles_de_la_structure() -> list[type[models.Model]]:
    """Les modèles dont les lignes appartiennent à une organisation, la personne d'abord."""
    rangs = (
        Personne.__name__,
        "parcours",
        "regulation",
        "qualite",
        "certification",
        "partenariats",
        "structures",
        "observatoire",
        "comptes",
    )
    siens = [m for m in modeles() if m.PARTAGE.organisation]
    return sorted(siens, key=lambda m: rangs.index(m.__name__ if m.__name__ in rangs else m._meta.app_label))


def champs_de(modele: type[models.Model]) -> list[models.Field]:
    """Les champs qui font une colonne, liens multiples compris."""
    tous = (*modele._meta.concrete_fields, *modele._meta.many_to_many)
    return [c for c in tous if c.name not in CHAMPS_ABSENTS and not isinstance(c, JourDe)]  # sa date-heure y est


def en_lignes(valeur, marge: str = "") -> str:
    """Une valeur structurée (texte remis, niveaux) en lignes « clé : valeur »."""
    if isinstance(valeur, dict):
        paires = valeur.items()
    elif isinstance(valeur, list):
        paires = (("–", element) for element in valeur)
    else:
        return "" if valeur is None else str(valeur)
    return "\n".join(
        f"{marge}{cle}" + (f"\n{en_lignes(v, marge + '  ')}" if isinstance(v, dict | list) else f" : {en_lignes(v)}")
        for cle, v in paires
    )


@dataclass
class Feuille:
    """Une feuille : son modèle, ses colonnes, et d'où vient la personne quand le modèle ne la cite pas lui-même."""

    modele: type[models.Model]
    par: Habilitation
    noms: "Noms"
    sante: bool

    @property
    def nom(self) -> str:
        """Son onglet : trente et un caractères au plus."""
        pluriel = str(self.modele._meta.verbose_name_plural)
        return (pluriel[:1].upper() + pluriel[1:])[:31]

    @property
    def quoi(self) -> str:
        """Ce qu'une de ses lignes est, en une phrase."""
        phrase = (self.modele.__doc__ or "").strip().splitlines()[0].replace("'", "’")
        return _EXIGENCES.sub("", phrase)

    @cached_property
    def champs(self) -> list[models.Field]:
        """Un champ par colonne."""
        return [champ for champ in champs_de(self.modele) if self.sante or champ.name not in DE_SANTE]

    @cached_property
    def chemin_de_la_personne(self) -> str:
        """Le chemin vers la personne d'un fait qui tient à un autre (« contrat__personne ») ; "" s'il la cite, ou n'en a pas."""
        chemin = self.modele.PARTAGE.personne
        return chemin if "__" in chemin else ""

    @property
    def entetes(self) -> list[str]:
        """Les titres des colonnes."""
        titres = ["N°" if c.primary_key else titre(c) for c in self.champs]
        return [*titres, "Personne"] if self.chemin_de_la_personne else titres

    def lignes(self) -> Iterator[list]:
        """Les lignes que cette habilitation peut lire, en valeurs de cellule. Une requête, plus une par lien multiple."""
        simples = [c for c in self.champs if not c.many_to_many]
        lecteurs = [self._lecteur(c) for c in simples]
        liens = [self._liens(c) for c in self.champs if c.many_to_many]
        colonnes = [c.attname for c in simples]
        if self.chemin_de_la_personne:
            colonnes.append(self.chemin_de_la_personne)
            lecteurs.append(self.noms.lecteur(Personne))
        combien = len(simples)
        for valeurs in self._tout().order_by("pk").values_list("pk", *colonnes).iterator(chunk_size=PAR_LOT):
            cellules = [None if v is None else lire(v) for lire, v in zip(lecteurs, valeurs[1:], strict=True)]
            yield cellules[:combien] + [lien.get(valeurs[0], "") for lien in liens] + cellules[combien:]

    def _tout(self) -> models.QuerySet:
        """La porte, puis la structure seule : la fédération ou une région verraient plus large."""
        return self.modele.objects.pour(self.par).filter(**{self.modele.PARTAGE.organisation: self.par.organisation_id})

    def _lecteur(self, champ: models.Field) -> Callable:
        if champ.remote_field:
            return self.noms.lecteur(champ.related_model)
        if champ.choices:
            return lambda v, libelles=dict(champ.flatchoices): str(libelles.get(v, v))
        if isinstance(champ, models.JSONField):
            return en_lignes
        if isinstance(champ, models.FileField):
            return lambda v: "fichier joint" if v else ""
        if isinstance(champ, models.BooleanField):
            return lambda v: "oui" if v else "non"
        if isinstance(champ, models.DateTimeField):
            return lambda v: timezone.localtime(v).replace(tzinfo=None)
        return lambda v: v

    def _liens(self, champ: models.ManyToManyField) -> dict[int, str]:
        """Pour chaque ligne, ce qu'un lien multiple désigne, en toutes lettres."""
        nommer, trouves = self.noms.lecteur(champ.related_model), defaultdict(list)
        source, cible = champ.m2m_field_name(), champ.m2m_reverse_field_name()
        chez = {f"{source}__{self.modele.PARTAGE.organisation}": self.par.organisation_id}
        lignes = champ.remote_field.through.objects.filter(**chez)
        for pk, autre in lignes.order_by("pk").values_list(f"{source}_id", f"{cible}_id").iterator(chunk_size=PAR_LOT):
            trouves[pk].append(nommer(autre))
        return {pk: ", ".join(sorted(noms)) for pk, noms in trouves.items()}


class Noms:
    """Comment on nomme ce que d'autres lignes citent : un dictionnaire par modèle, rempli en une requête, la première fois."""

    def __init__(self, par: Habilitation):
        self.par = par
        self._lus: dict[type[models.Model], dict[int, str]] = {}

    def lecteur(self, modele: type[models.Model]) -> Callable[[int], str]:
        """De la clé au nom ; d'une ligne de la structure, le nom dit aussi le numéro, pour la retrouver dans sa feuille."""
        if modele not in self._lus:
            self._lus[modele] = dict(self._nommes(modele))
        noms = self._lus[modele]
        return lambda pk: noms.get(pk, f"n° {pk}")

    def _nommes(self, modele: type[models.Model]) -> Iterator[tuple[int, str]]:
        liens = [c.name for c in modele._meta.concrete_fields if c.remote_field and c.related_model is not modele]
        chez = modele.PARTAGE.organisation
        if modele is Compte:
            lignes = Compte.objects.filter(habilitations__organisation=self.par.organisation_id).distinct()
        elif modele is Organisation:
            la_sienne = self.par.organisation
            lignes = Organisation.objects.filter(pk__in=[la_sienne.pk, la_sienne.region_id, la_sienne.ensemblier_id])
        else:
            lignes = modele.objects.pour(self.par).select_related(*liens or [None])
            if chez:
                lignes = lignes.filter(**{chez: self.par.organisation_id})
        for ligne in lignes.order_by("pk").iterator(chunk_size=PAR_LOT):
            yield ligne.pk, f"{ligne} (n° {ligne.pk})" if chez else str(ligne)


def feuilles(par: Habilitation, *, sante: bool) -> list[Feuille]:
    """Les feuilles du classeur. sante : avec les précisions de santé, si cette habilitation peut les lire."""
    noms, lit_la_sante = Noms(par), sante and par.peut(Droit.SANTE_LIRE)
    absents = set(MODELES_ABSENTS) | (set() if sante else {SANTE})
    return [Feuille(m, par, noms, lit_la_sante) for m in modeles_de_la_structure() if m.__name__ not in absents]


class _Ecrivain:
    """Écrit une feuille ligne à ligne ; un texte reste un texte, même s'il commence comme une formule."""

    def __init__(self, classeur: xlsxwriter.Workbook):
        self.classeur = classeur
        self.gras = classeur.add_format({"bold": True, "bottom": 1})
        self.jour = classeur.add_format({"num_format": "dd/mm/yyyy"})
        self.instant = classeur.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        self.heure = classeur.add_format({"num_format": "hh:mm"})
        self.coupes = 0

    def feuille(self, nom: str, entetes: list[str], lignes: Iterator[list]) -> int:
        """Écrit la feuille entière et rend le nombre de ses lignes."""
        feuille = self.classeur.add_worksheet(nom)
        feuille.freeze_panes(1, 1)
        feuille.set_column(0, len(entetes), 18)
        for colonne, texte in enumerate(entetes):
            feuille.write_string(0, colonne, texte, self.gras)
        rang = 0
        for rang, ligne in enumerate(lignes, start=1):
            for colonne, valeur in enumerate(ligne):
                if valeur is not None and valeur != "":
                    self.cellule(feuille, rang, colonne, valeur)
        feuille.autofilter(0, 0, rang, len(entetes) - 1)
        return rang

    def cellule(self, feuille, rang: int, colonne: int, valeur) -> None:
        """Écrit une valeur dans son type ; un texte trop long est coupé, et le dit."""
        if isinstance(valeur, date) and valeur.year < 1900:  # un tableur ne connaît pas de date plus ancienne
            valeur = f"{valeur:%d/%m/%Y}"
        if isinstance(valeur, str):
            if len(valeur) > CELLULE_MAX:
                valeur = valeur[: CELLULE_MAX - len(TROP_LONG)] + TROP_LONG
                self.coupes += 1
            feuille.write_string(rang, colonne, valeur)
        elif isinstance(valeur, datetime):
            feuille.write_datetime(rang, colonne, valeur, self.instant)
        elif isinstance(valeur, date):
            feuille.write_datetime(rang, colonne, valeur, self.jour)
        elif isinstance(valeur, time):
            feuille.write_datetime(rang, colonne, valeur, self.heure)
        else:
            feuille.write_number(rang, colonne, valeur)


def ecrire(par: Habilitation, *, sante: bool, avance: Callable[[int, int], None] = lambda faites, total: None) -> IO[bytes]:
    """Le classeur entier dans un fichier temporaire, prêt à être lu ; il s'efface en se fermant.

    avance : appelée avec le nombre de feuilles écrites et leur total.
    """
    with ExitStack() as pile:
        fichier = pile.enter_context(TemporaryFile())
        with xlsxwriter.Workbook(fichier, {"constant_memory": True}) as classeur:
            ecrivain, toutes, comptes = _Ecrivain(classeur), feuilles(par, sante=sante), []
            accueil = classeur.add_worksheet("Lisez-moi")
            for rang, feuille in enumerate(toutes):
                avance(rang, len(toutes))
                comptes.append((feuille, ecrivain.feuille(feuille.nom, feuille.entetes, feuille.lignes())))
            _lisez_moi(accueil, ecrivain, par, comptes, sante)
        fichier.seek(0)
        pile.pop_all()
        return fichier


def _lisez_moi(accueil, ecrivain: _Ecrivain, par: Habilitation, comptes: list[tuple[Feuille, int]], sante: bool) -> None:
    accueil.set_column(0, 0, 32)
    accueil.set_column(1, 1, 10)
    accueil.set_column(2, 2, 110)
    lignes = [
        ("Tout ce que tient", "", str(par.organisation)),
        ("Établi le", "", f"{timezone.localtime():%d/%m/%Y à %H:%M}"),
        ("Par", "", f"{par.compte}, {par.get_role_display()}"),
        ("", "", "Ce fichier contient des noms et des données personnelles : gardez-le en lieu sûr, effacez-le après usage."),
        ("", "", "« (n° 12) » renvoie à la ligne de ce numéro, dans la feuille de ce qui est cité."),
        ("", "", "Un dossier rendu anonyme y est tel qu’il est gardé : sans nom, dates ramenées au mois."),
        *([("", "", f"Textes trop longs pour une cellule, coupés : {ecrivain.coupes}.")] if ecrivain.coupes else []),
        (),
        ("Feuille", "Lignes", "Ce qu’une ligne est"),
        *((feuille.nom, nombre, feuille.quoi) for feuille, nombre in comptes),
        (),
        ("Ce qui n’y est pas", "", "Pourquoi"),
        *((_pluriel(nom), "", raison) for nom, raison in MODELES_ABSENTS.items()),
        *([] if sante else [(_pluriel(SANTE), "", ABSENCE_DE_SANTE)]),
        *((f"Colonne « {nom} »", "", ABSENCE_DE_SANTE) for nom in DE_SANTE if not sante),
        *((f"Colonne « {nom.replace('_', ' ')} »", "", raison) for nom, raison in CHAMPS_ABSENTS.items()),
    ]
    for rang, ligne in enumerate(lignes):
        for colonne, valeur in enumerate(ligne):
            if valeur != "":
                ecrivain.cellule(accueil, rang, colonne, valeur)


def _pluriel(nom: str) -> str:
    return next(str(m._meta.verbose_name_plural) for m in modeles_de_la_structure() if m.__name__ == nom).capitalize()
