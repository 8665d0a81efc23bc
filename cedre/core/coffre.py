"""Le coffre : ce qui ne doit pas se lire dans la base, ni dans une sauvegarde, y reste fermé (docs/secrets.md, RES-1).

Les clés sont dans un fichier à part, hors des données, que CEDRE_CLES nomme : une par ligne. La première ferme, toutes ouvrent.
"""

import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models.functions import Cast

MARQUE = "coffre:"  # ce qui fait reconnaître un secret fermé, où qu'il soit dans la base
JETON = re.compile(rf"{MARQUE}[\w=-]+", re.ASCII)
SANS_DATE = 0  # Fernet écrit l'heure en clair dans ce qu'il ferme : l'heure est une identité
ENTETE = "# Clés du coffre de Cèdre : la première ferme, toutes ouvrent. À garder à part des sauvegardes (docs/secrets.md).\n"


class CoffreFerme(Exception):
    """Le coffre ne s'ouvre pas : pas de clé, ou pas la bonne. Le message dit que faire."""


def fichier() -> Path:
    """Où sont les clés : le fichier que CEDRE_CLES nomme, sinon à côté du dossier des données, jamais dedans."""
    return Path(settings.CLES or f"{settings.DONNEES}.cles").resolve()


def creer() -> Path:
    """Écrit un fichier d'une clé, s'il n'y en a pas, et rend son chemin. Lève CoffreFerme s'il ne peut pas être écrit là."""
    _refuser_dans_les_donnees()
    _ecrire([Fernet.generate_key().decode()], os.link)
    return fichier()


def ajouter() -> None:
    """Met une clé neuve en tête : elle fermera désormais, les autres ouvrent encore ce qu'elles ont fermé."""
    _ecrire([Fernet.generate_key().decode(), *lire()], os.replace)


def _ecrire(cles: list[str], poser: Callable) -> None:
    """Écrit les clés d'un coup : personne ne lit une moitié de fichier, deux qui le créent gardent le même."""
    vers = fichier()
    try:
        vers.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=vers.parent, prefix=".cles-", delete=False) as flux:
            if vers.exists():
                os.chown(flux.name, vers.stat().st_uid, vers.stat().st_gid)
            flux.write(ENTETE + "\n".join(cles) + "\n")
            flux.flush()
            os.fsync(flux.fileno())
        try:
            poser(flux.name, vers)
        except FileExistsError:
            pass
        finally:
            Path(flux.name).unlink(missing_ok=True)
    except OSError as e:
        raise CoffreFerme(
            f"Le fichier de clés {vers} ne peut pas être écrit ({e.strerror}) : nommez-en un par CEDRE_CLES."
        ) from e


def _refuser_dans_les_donnees() -> None:
    if fichier().is_relative_to(Path(settings.DONNEES).resolve()):
        raise CoffreFerme(
            f"Le fichier de clés {fichier()} est dans le dossier des données : qui emporte l'un aurait l'autre."
            " Rangez-le ailleurs, et nommez-le par CEDRE_CLES."
        )


def lire() -> list[str]:
    """Les clés, la première d'abord. Hors production et sans CEDRE_CLES, un premier appel crée le fichier. Lève CoffreFerme."""
    _refuser_dans_les_donnees()
    chemin = fichier()
    if not (chemin.exists() or settings.CLES or settings.HOTE):
        creer()
    try:
        texte = chemin.read_text()
    except FileNotFoundError as e:
        remede = "remettez-le en place" if settings.CLES else "nommez-le par CEDRE_CLES"
        raise CoffreFerme(
            f"Le fichier de clés {chemin} n'existe pas : {remede}, ou créez-le par « cedre cles --creer »"
            " si rien n'a encore été fermé (docs/secrets.md)."
        ) from e
    except (OSError, UnicodeDecodeError) as e:
        raise CoffreFerme(f"Le fichier de clés {chemin} ne se lit pas ({type(e).__name__}).") from e
    cles = [ligne.strip() for ligne in texte.splitlines() if ligne.strip() and not ligne.startswith("#")]
    try:
        [Fernet(cle) for cle in cles]
    except ValueError as e:
        raise CoffreFerme(f"Une ligne du fichier de clés {chemin} n'est pas une clé : rien n'est fermé ni ouvert.") from e
    if not cles:
        raise CoffreFerme(f"Le fichier de clés {chemin} est vide.")
    return cles


def _trousseau() -> MultiFernet:
    """Le fichier est relu à chaque fois : une clé ajoutée vaut aussitôt, sans rien redémarrer."""
    return MultiFernet(map(Fernet, lire()))


def fermer(contenu: str | bytes, *, taille: int | None = None) -> str:
    """Ferme un contenu, en un jeton d'une ligne que l'on peut garder dans la base. Lève CoffreFerme.

    taille, en octets : tout ce qui est fermé avec la même taille a des jetons de même longueur, qui ne dit rien du contenu ;
    un contenu plus long lève ValueError (un caractère fait jusqu'à quatre octets).
    """
    octets = contenu.encode() if isinstance(contenu, str) else contenu
    if taille is not None and len(octets) > taille:
        raise ValueError(f"Ce contenu fait {len(octets)} octets, il en tient {taille}.")
    enveloppe = len(octets).to_bytes(4) + octets.ljust(taille or 0, b"\0")
    return MARQUE + _trousseau().encrypt_at_time(enveloppe, SANS_DATE).decode()


def est_ferme(texte: str) -> bool:
    """Vrai d'un texte qui sort de fermer(), quelle que soit la clé."""
    return JETON.fullmatch(texte) is not None


def ouvrir_octets(jeton: str) -> bytes:
    """Le contenu d'un jeton, en octets. Lève CoffreFerme si aucune des clés ne l'ouvre, ou s'il a été changé."""
    try:
        enveloppe = _trousseau().decrypt(jeton.removeprefix(MARQUE))
    except InvalidToken as e:
        raise CoffreFerme(
            f"Aucune des clés de {fichier()} n'ouvre ce secret : remettez celle qui l'a fermé (docs/secrets.md)."
        ) from e
    return enveloppe[4 : 4 + int.from_bytes(enveloppe[:4])]


def ouvrir(jeton: str) -> str:
    """Le texte d'un jeton. Lève CoffreFerme si aucune des clés ne l'ouvre, ou s'il a été changé."""
    return ouvrir_octets(jeton).decode()


@dataclass
class EtatDuCoffre:
    """Ce que la base tient de secrets : par clé (rang dans le fichier), et ceux que rien n'ouvre."""

    par_cle: list[int]
    illisibles: int = 0


def _colonnes():
    """Toute colonne de texte ou de JSON de la base, avec les lignes qui y tiennent un secret ; aucune d'une base encore vide."""
    tables = set(connection.introspection.table_names())
    for modele in apps.get_models():
        if not modele._meta.managed or modele._meta.proxy or modele._meta.db_table not in tables:
            continue
        for champ in modele._meta.local_concrete_fields:
            if isinstance(champ, models.CharField | models.TextField | models.JSONField):
                lignes = modele._base_manager.annotate(texte_du_champ=Cast(champ.name, models.TextField()))
                yield champ, lignes.filter(texte_du_champ__contains=MARQUE).order_by("pk")


def _remplacer(valeur, par: Callable[[str], str]):
    """La même valeur, chaque jeton qu'elle contient passé par cette fonction."""
    if isinstance(valeur, dict):
        return {cle: _remplacer(v, par) for cle, v in valeur.items()}
    if isinstance(valeur, list):
        return [_remplacer(v, par) for v in valeur]
    return JETON.sub(lambda trouve: par(trouve[0]), valeur) if isinstance(valeur, str) else valeur


def rechiffrer() -> EtatDuCoffre:
    """Referme avec la première clé tout ce que la base tient de fermé ; ce que rien n'ouvre reste tel quel. Rejouable."""
    bilan = EtatDuCoffre([0])

    def refermer(jeton: str) -> str:
        try:
            neuf = MARQUE + _trousseau().rotate(jeton.removeprefix(MARQUE)).decode()
        except InvalidToken:
            bilan.illisibles += 1
            return jeton
        bilan.par_cle[0] += 1
        return neuf

    for champ, lignes in _colonnes():  # ligne à ligne : le site reste ouvert
        for pk in list(lignes.values_list("pk", flat=True)):
            with transaction.atomic():
                une = champ.model._base_manager.select_for_update().filter(pk=pk)
                for valeur in une.values_list(champ.name, flat=True):
                    if (refermee := _remplacer(valeur, refermer)) != valeur:
                        une.update(**{champ.name: refermee})
    return bilan


def compter() -> EtatDuCoffre:
    """Combien de secrets chaque clé ouvre : une clé qui n'en ouvre plus aucun ne sert plus qu'aux sauvegardes de son temps."""
    cles = [Fernet(cle) for cle in lire()]
    bilan = EtatDuCoffre([0] * len(cles))

    def noter(jeton: str) -> str:
        for rang, cle in enumerate(cles):
            try:
                cle.decrypt(jeton.removeprefix(MARQUE))
            except InvalidToken:
                continue
            bilan.par_cle[rang] += 1
            return jeton
        bilan.illisibles += 1
        return jeton

    for champ, lignes in _colonnes():
        for valeur in lignes.values_list(champ.name, flat=True).iterator():
            _remplacer(valeur, noter)
    return bilan


def empreinte(cle: str) -> str:
    """Ce qui désigne une clé sans la dire : à noter sur l'étiquette de chaque sauvegarde."""
    return sha256(cle.encode()).hexdigest()[:8]
