"""Un fichier reçu n'est que ce que disent ses octets : jamais son nom, ni le type que le navigateur annonce."""

import struct
import zlib

TAILLE_MAX = 10 * 2**20  # octets
PNG, JPEG, PDF = "image/png", "image/jpeg", "application/pdf"
EXTENSIONS = {PNG: "png", JPEG: "jpg", PDF: "pdf"}
_DEBUTS = {b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG, b"%PDF-": PDF}
_EN_TETES_D_IMAGE = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_CANAUX = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def type_du_fichier(octets: bytes) -> str | None:
    """Le type d'un PNG, d'un JPEG ou d'un PDF, d'après ses premiers octets ; rien pour tout le reste.

    >>> type_du_fichier(b"%PDF-1.7 ..."), type_du_fichier(b"<script>")
    ('application/pdf', None)
    """
    return next((genre for debut, genre in _DEBUTS.items() if octets.startswith(debut)), None)


def est_un_png(octets: bytes, *, cote_max: int = 2000) -> bool:
    """Vrai pour un PNG entier, sans rien avant ni après, d'au plus cote_max pixels de côté, dont l'image se décompresse."""
    if type_du_fichier(octets) != PNG:
        return False
    try:
        morceaux = list(_morceaux(octets))
        genre, entete = morceaux[0]
        largeur, hauteur, profondeur, couleur = struct.unpack(">IIBB", entete[:10])
        if genre != b"IHDR" or morceaux[-1][0] != b"IEND" or not (0 < largeur <= cote_max and 0 < hauteur <= cote_max):
            return False
        attendus = hauteur * (1 + (largeur * _CANAUX[couleur] * profondeur + 7) // 8)
        image = zlib.decompressobj().decompress(b"".join(d for g, d in morceaux if g == b"IDAT"), attendus + 1)
        return len(image) == attendus
    except (struct.error, zlib.error, KeyError, IndexError, ValueError):
        return False


def est_une_image(octets: bytes, *, cote_max: int = 2000) -> bool:
    """Vrai pour un PNG entier, ou un JPEG qui dit sa taille, d'au plus cote_max pixels de côté : elle s'ouvre sans danger."""
    genre = type_du_fichier(octets)
    if genre == JPEG:
        return all(0 < cote <= cote_max for cote in _cotes_du_jpeg(octets))
    return genre == PNG and est_un_png(octets, cote_max=cote_max)


def _cotes_du_jpeg(octets: bytes) -> tuple[int, int]:
    """Hauteur et largeur, en pixels, de son premier en-tête d'image (SOF) ; zéro s'il n'en a pas."""
    rang = 2
    while octets[rang : rang + 1] == b"\xff" and len(octets) >= rang + 9:
        marque, taille = struct.unpack(">xBH", octets[rang : rang + 4])
        if marque in _EN_TETES_D_IMAGE:
            return struct.unpack(">HH", octets[rang + 5 : rang + 9])
        rang += 2 + taille
    return 0, 0


def _morceaux(octets: bytes):
    """Les morceaux d'un PNG, chacun vérifié. Lève ValueError ou struct.error."""
    rang = 8
    while rang < len(octets):
        taille, genre = struct.unpack(">I4s", octets[rang : rang + 8])
        fin = rang + 12 + taille
        donnees = octets[rang + 8 : fin - 4]
        if fin > len(octets) or struct.unpack(">I", octets[fin - 4 : fin])[0] != zlib.crc32(genre + donnees):
            raise ValueError("morceau abîmé")
        yield genre, donnees
        rang = fin
