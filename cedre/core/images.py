"""Une image que l'on garde : reçue, vérifiée, nettoyée de ce qu'elle dit d'autre que l'image ; puis montrée, imprimée."""

import base64
from secrets import token_hex

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse

from cedre.core.fichiers import EXTENSIONS, cotes, est_une_image, orientation, sans_metadonnees, type_du_fichier
from cedre.core.pdf import se_dessine
from cedre.core.texte import en_chiffres

# Comment redresser une image que l'appareil a prise tournée : de chaque orientation, la matrice, où L et H sont ses côtés.
REDRESSE = {
    2: "-1 0 0 1 L 0",
    3: "-1 0 0 -1 L H",
    4: "1 0 0 -1 0 H",
    5: "0 1 1 0 0 0",
    6: "0 1 -1 0 H 0",
    7: "0 -1 -1 0 H L",
    8: "0 -1 1 0 0 L",
}


def recevoir(recu: UploadedFile, *, poids: int, cote: int) -> ContentFile:
    """L'image reçue, nettoyée, sous un nom au hasard. poids : en octets ; cote : en pixels, au plus. Lève ValidationError."""
    if recu.size > poids:
        dit = f"{en_chiffres(poids // 1_000_000)} Mo" if poids >= 1_000_000 else f"{poids // 1_000} Ko"
        raise ValidationError(f"Cette image dépasse {dit} : réduisez-la.")
    octets = recu.read()
    try:
        octets = sans_metadonnees(octets) if est_une_image(octets, cote_max=cote) else b""
    except ValueError:
        octets = b""
    if not octets or not se_dessine(octets):
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
    """La même, telle qu'un document la reçoit : redressée, et cent fois moins lourde à lui passer qu'une liste d'octets."""
    tourne, (largeur, hauteur) = orientation(octets), cotes(octets)
    matrice = REDRESSE.get(tourne, "1 0 0 1 0 0").replace("L", str(largeur)).replace("H", str(hauteur))
    vue = (hauteur, largeur) if tourne >= 5 else (largeur, hauteur)
    donnees = f"data:{type_du_fichier(octets)};base64,{base64.b64encode(octets).decode()}"
    dessin = f'<image width="{largeur}" height="{hauteur}" transform="matrix({matrice})" href="{donnees}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{vue[0]}" height="{vue[1]}">{dessin}</svg>'
