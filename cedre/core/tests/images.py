"""De petites images pour les essais."""

from io import BytesIO

from PIL import Image


def enregistree(image: Image.Image, genre: str, **dits) -> bytes:
    """Cette image, dans ce format, avec ce que l’on y dit."""
    vers = BytesIO()
    image.save(vers, genre, **dits)
    return vers.getvalue()


def png(largeur: int = 30, hauteur: int = 10) -> bytes:
    """Un PNG gris."""
    return enregistree(Image.new("L", (largeur, hauteur), 128), "PNG")


def jpeg(largeur: int = 40, hauteur: int = 20, tourne: int = 1) -> bytes:
    """Un JPEG, rouge à gauche et blanc à droite. tourne : comment l'appareil dit qu'il était tenu, de 1 (droit) à 8."""
    image = Image.new("RGB", (largeur, hauteur), "white")
    image.paste("red", (0, 0, largeur // 2, hauteur))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = tourne, "SECRET"
    return enregistree(image, "JPEG", exif=exif, comment=b"SECRET")


JPEG = jpeg(8, 8)
