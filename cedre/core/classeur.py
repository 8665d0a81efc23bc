"""Lit un classeur (xlsx, xlsb, xls, ods) dans un processus à part, borné en mémoire et en temps.

Une seule cellule égarée en XFD1048576, ou une archive piégée, demande des centaines de gigaoctets à la bibliothèque et
abat le processus qui la lit : ce ne doit pas être celui qui sert le site.
"""

import io
import pickle
import resource
import subprocess
import sys
import zipfile

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

MEMOIRE_MAX = 1_500 * 2**20
SECONDES_MAX = 120
DEPLIE_MAX = 200 * 2**20
TROP_ETENDU = (
    "Ce classeur est trop étendu pour être lu : une cellule est sans doute remplie très loin du tableau. "
    "Copiez le tableau seul dans un nouveau classeur."
)


class ClasseurIllisible(Exception):
    """Le classeur n'a pas pu être lu ; le message dit pourquoi, en français."""


def feuilles(contenu: bytes) -> list[list[list]]:
    """Les feuilles visibles d'un classeur, cellule par cellule, dès la ligne 1. Lève ClasseurIllisible."""
    _refuser_une_bombe(contenu)
    try:
        lecture = subprocess.run(
            [sys.executable, "-m", __name__], input=contenu, capture_output=True, timeout=SECONDES_MAX, check=False
        )
    except subprocess.TimeoutExpired:
        raise ClasseurIllisible("Ce classeur est trop long à lire : enregistrez la seule feuille utile, en CSV.") from None
    if lecture.returncode:
        raise ClasseurIllisible(TROP_ETENDU)
    reponse = pickle.loads(lecture.stdout)
    if isinstance(reponse, str):
        raise ClasseurIllisible(reponse)
    return reponse


def _refuser_une_bombe(contenu: bytes) -> None:
    """Lève ClasseurIllisible si l'archive dit se déplier bien au-delà de ce qu'un tableau occupe."""
    try:
        deplie = sum(piece.file_size for piece in zipfile.ZipFile(io.BytesIO(contenu)).infolist())
    except zipfile.BadZipFile:
        return  # un vieux xls n'est pas une archive ; une archive abîmée se dira plus loin
    if deplie > DEPLIE_MAX:
        raise ClasseurIllisible(TROP_ETENDU)


def _lire(contenu: bytes) -> list[list[list]] | str:
    """Ce que fait le processus à part : les feuilles, ou la phrase qui dit l'échec."""
    try:
        classeur = CalamineWorkbook.from_filelike(io.BytesIO(contenu))
        visibles = [f.name for f in classeur.sheets_metadata if f.visible == SheetVisibleEnum.Visible]
        return [classeur.get_sheet_by_name(nom).to_python(skip_empty_area=False) for nom in visibles]
    except PasswordError:
        return "Ce classeur est protégé par un mot de passe : enregistrez-le sans mot de passe."
    except (CalamineError, OSError, ValueError):
        return "Ce classeur est abîmé : ouvrez-le dans votre tableur et enregistrez-le de nouveau."


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMOIRE_MAX, MEMOIRE_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pickle.dump(_lire(sys.stdin.buffer.read()), sys.stdout.buffer)
