"""Une image que l'on garde : reçue, redessinée, et rien d'autre que ses points ; puis montrée, imprimée (décision 0046)."""

import base64
from io import BytesIO
from secrets import token_hex
from warnings import catch_warnings, simplefilter

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from PIL import Image, ImageOps

from cedre.core.fichiers import EXTENSIONS, type_du_fichier
from cedre.core.texte import en_chiffres

GARDE = 2_000  # pixels de côté, au plus, de ce que l'on garde


def redessiner(octets: bytes, *, cote: int = GARDE, formats: tuple[str, ...] = ("PNG", "JPEG")) -> bytes:
    """La même image, droite, réduite s'il le faut, sans lieu, jour, appareil, vignette ni rien qui la suive.

    Rien (b"") si elle ne se lit pas, ou si un côté dépasse cote, en pixels : elle n'est alors pas décompressée.
    """
    propre = BytesIO()
    with catch_warnings():
        simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(BytesIO(octets), formats=formats) as recue:
                if max(recue.size) > cote:
                    return b""
                genre = recue.format
                recue.thumbnail((GARDE, GARDE))
                droite = ImageOps.exif_transpose(recue)
                mode = "RGBA" if droite.has_transparency_data else "L" if droite.mode == "L" else "RGB"
                nue = droite.convert(mode)
                nue.info.clear()
                nue.save(propre, genre, quality=90)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombWarning, Image.DecompressionBombError):
            return b""
    return propre.getvalue()


def recevoir(recu: UploadedFile, *, poids: int, cote: int) -> ContentFile:
    """L'image reçue, redessinée, sous un nom au hasard. poids : en octets ; cote : en pixels, au plus. Lève ValidationError."""
    if recu.size > poids:
        dit = f"{en_chiffres(poids // 1_000_000)} Mo" if poids >= 1_000_000 else f"{poids // 1_000} Ko"
        raise ValidationError(f"Cette image dépasse {dit} : réduisez-la.")
    if not (octets := redessiner(recu.read(), cote=cote)):
        raise ValidationError(
            f"Cette image ne se lit pas : il faut un PNG ou un JPEG, de {en_chiffres(cote)} pixels de côté au plus."
        )
    return ContentFile(octets, name=f"{token_hex(16)}.{EXTENSIONS[type_du_fichier(octets)]}")


def montrer(octets: bytes) -> HttpResponse:
    """La réponse qui la montre : une image, et rien qui s'exécute, ni ne reste dans un cache."""
    reponse = HttpResponse(octets, content_type=type_du_fichier(octets))
    reponse["Content-Security-Policy"] = "sandbox; default-src 'none'"
    reponse["Cache-Control"] = "no-store"
    return reponse


def en_svg(octets: bytes) -> str:
    """La même, telle qu'un document la reçoit : cent fois moins lourde à lui passer qu'une liste d'octets."""
    with Image.open(BytesIO(octets)) as image:
        taille = 'width="{}" height="{}"'.format(*image.size)
    donnees = f"data:{type_du_fichier(octets)};base64,{base64.b64encode(octets).decode()}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {taille}><image {taille} href="{donnees}"/></svg>'
