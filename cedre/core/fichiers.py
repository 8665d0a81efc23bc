"""Un fichier reçu n'est que ce que disent ses octets : jamais son nom, ni le type que le navigateur annonce."""

import struct
import zlib
from collections.abc import Iterator

TAILLE_MAX = 10 * 2**20  # octets
PNG, JPEG, PDF = "image/png", "image/jpeg", "application/pdf"
EXTENSIONS = {PNG: "png", JPEG: "jpg", PDF: "pdf"}
_DEBUTS = {b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG, b"%PDF-": PDF}
_EN_TETES_D_IMAGE = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_GARDES_DU_PNG = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs"}
_SOS, _FIN, _EXIF, _ICC, _ADOBE, _COMMENTAIRE = 0xDA, 0xD9, 0xE1, 0xE2, 0xEE, 0xFE
_APPLICATIONS = range(0xE0, 0xF0)
_TETE_EXIF = b"Exif\0\0"
_DANS_L_IMAGE = {b"\x00", b"\xff", *(bytes([marque]) for marque in range(0xD0, 0xD8))}  # ce qui n'y est pas un segment
_PAR_FOIS = 2**20
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
        return _decompresses(b"".join(d for g, d in morceaux if g == b"IDAT"), attendus + 1) == attendus
    except (struct.error, zlib.error, KeyError, IndexError, ValueError):
        return False


def _decompresses(octets: bytes, au_plus: int) -> int:
    """Combien d'octets ils font décompressés, sans jamais les tenir ensemble. Lève zlib.error."""
    flux, total = zlib.decompressobj(), 0
    while total < au_plus and (rendus := len(flux.decompress(octets, min(_PAR_FOIS, au_plus - total)))):
        total, octets = total + rendus, flux.unconsumed_tail
    return total


def est_une_image(octets: bytes, *, cote_max: int = 2000) -> bool:
    """Vrai pour un PNG entier, ou un JPEG qui dit sa taille, d'au plus cote_max pixels de côté : elle s'ouvre sans danger."""
    genre = type_du_fichier(octets)
    if genre == JPEG:
        return all(0 < cote <= cote_max for cote in _cotes_du_jpeg(octets))
    return genre == PNG and est_un_png(octets, cote_max=cote_max)


def cotes(octets: bytes) -> tuple[int, int]:
    """Largeur et hauteur, en pixels, d'une image vérifiée, telle que ses octets la disent : sans la redresser."""
    if type_du_fichier(octets) == JPEG:
        hauteur, largeur = _cotes_du_jpeg(octets)
        return largeur, hauteur
    return struct.unpack(">II", octets[16:24])


def orientation(octets: bytes) -> int:
    """Comment l'appareil tenait l'image, de 1 (droite) à 8, telle qu'un JPEG la garde (Exif)."""
    segments = _segments(octets) if type_du_fichier(octets) == JPEG else ()
    return next((_orientation_dite(corps) for marque, corps, _ in segments if marque == _EXIF and corps[:6] == _TETE_EXIF), 1)


def _orientation_dite(corps: bytes) -> int:
    """L'étiquette 0x0112 du premier répertoire ; 1 si elle n'y est pas, ou ne se lit pas."""
    tiff = corps[6:]
    ordre = {b"II": "<", b"MM": ">"}.get(tiff[:2], "")
    try:
        (debut,) = struct.unpack(f"{ordre}I", tiff[4:8])
        (combien,) = struct.unpack(f"{ordre}H", tiff[debut : debut + 2])
        for rang in range(debut + 2, debut + 2 + 12 * combien, 12):
            etiquette, _, _, valeur = struct.unpack(f"{ordre}HHIH", tiff[rang : rang + 10])
            if etiquette == 0x0112 and ordre:
                return valeur if 1 <= valeur <= 8 else 1
    except struct.error:
        pass
    return 1


def sans_metadonnees(octets: bytes) -> bytes:
    """La même image, sans rien d'autre : ni lieu, ni jour, ni appareil, ni vignette, ni ce qui la suit ; son orientation reste.

    Lève ValueError d'une image que l'on ne sait pas lire jusqu'au bout.
    """
    if type_du_fichier(octets) == PNG:
        gardes = [(genre, donnees) for genre, donnees in _morceaux(octets) if genre in _GARDES_DU_PNG]
        return octets[:8] + b"".join(struct.pack(">I", len(d)) + g + d + struct.pack(">I", zlib.crc32(g + d)) for g, d in gardes)
    tourne, nettoyee = orientation(octets), [b"\xff\xd8"]
    if tourne != 1:
        exif = _TETE_EXIF + b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, tourne, 0, 0)
        nettoyee.append(b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    for marque, corps, entier in _segments(octets):
        du_profil = marque == _ICC and corps.startswith(b"ICC_PROFILE\0") or marque == _ADOBE and corps.startswith(b"Adobe")
        de_l_image = marque not in _APPLICATIONS and marque != _COMMENTAIRE
        if de_l_image or du_profil:
            nettoyee.append(entier)
    return b"".join(nettoyee)


def _segments(octets: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Les segments d'un JPEG jusqu'à sa fin : marque, corps, et tout ce qui en est, image comprimée comprise. Lève ValueError."""
    rang, marque = 2, 0
    while marque != _FIN:
        if octets[rang : rang + 1] != b"\xff":
            raise ValueError("segment abîmé")
        while octets[rang + 1 : rang + 2] == b"\xff":  # du remplissage
            rang += 1
        if len(octets) < rang + 2:
            raise ValueError("segment coupé")
        marque, fin = octets[rang + 1], rang + 2
        if marque != _FIN:
            if len(octets) < rang + 4:
                raise ValueError("segment coupé")
            fin = rang + 2 + struct.unpack(">H", octets[rang + 2 : rang + 4])[0]
            corps = octets[rang + 4 : fin]
            while marque == _SOS and not (octets[fin : fin + 1] == b"\xff" and octets[fin + 1 : fin + 2] not in _DANS_L_IMAGE):
                if (fin := octets.find(b"\xff", fin + 1)) < 0:
                    raise ValueError("image sans fin")
        else:
            corps = b""
        yield marque, corps, octets[rang:fin]
        rang = fin


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
