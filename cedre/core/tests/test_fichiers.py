"""Une image reçue ne s'ouvre que si ses octets sont entiers et disent une taille permise (RES-1)."""

import struct
import zlib

import pytest

from cedre.core.fichiers import cotes, est_un_png, est_une_image, orientation, sans_metadonnees

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def morceau(genre: bytes, donnees: bytes = b"") -> bytes:
    """Un morceau de PNG, juste."""
    return struct.pack(">I", len(donnees)) + genre + donnees + struct.pack(">I", zlib.crc32(genre + donnees))


def entete(largeur: int = 3, hauteur: int = 2, profondeur: int = 8, couleur: int = 0) -> bytes:
    """Celui qui dit la taille."""
    return morceau(b"IHDR", struct.pack(">IIBBBBB", largeur, hauteur, profondeur, couleur, 0, 0, 0))


def pixels(octets: int) -> bytes:
    """L'image, d'autant d'octets une fois décompressée."""
    return morceau(b"IDAT", zlib.compress(bytes(octets)))


FIN = morceau(b"IEND")
JUSTE = SIGNATURE + entete() + pixels(8) + FIN


@pytest.mark.parametrize(
    "profondeur, couleur, octets",
    [(8, 0, 8), (1, 0, 4), (16, 0, 14), (8, 2, 20), (8, 3, 8), (8, 4, 14), (8, 6, 26), (4, 3, 6)],
)
def test_un_png_entier_a_autant_d_octets_que_sa_taille_et_ses_couleurs_le_disent(profondeur, couleur, octets):
    images = [SIGNATURE + entete(3, 2, profondeur, couleur) + pixels(octets + de_plus) + FIN for de_plus in (-1, 0, 1)]
    assert [est_un_png(image) for image in images] == [False, True, False]


def test_une_image_en_plusieurs_morceaux_est_une_image():
    comprime = zlib.compress(bytes(8))
    coupee = SIGNATURE + entete() + morceau(b"tEXt", b"x") + morceau(b"IDAT", comprime[:4]) + morceau(b"IDAT", comprime[4:]) + FIN
    assert est_un_png(coupee) and est_une_image(coupee)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        SIGNATURE,
        JUSTE[:-1],
        JUSTE[: -len(FIN)],
        JUSTE + b"x",
        SIGNATURE + morceau(b"IHDS", bytes(13)) + pixels(8) + FIN,
        SIGNATURE + pixels(8) + entete() + FIN,
        SIGNATURE + entete() + FIN,
        SIGNATURE + entete() + morceau(b"IDAT", b"pas une image") + FIN,
        SIGNATURE + entete(0, 2) + pixels(2) + FIN,
        SIGNATURE + entete(3, 0) + pixels(0) + FIN,
        SIGNATURE + entete(couleur=1) + pixels(8) + FIN,
        SIGNATURE + morceau(b"IHDR", b"court") + pixels(8) + FIN,
        SIGNATURE + entete() + pixels(8)[:-1] + b"\0" + FIN,
    ],
    ids=[
        *("vide", "sans rien", "coupé", "sans fin", "de trop", "autre morceau", "en désordre", "sans image"),
        *("pas une image", "sans largeur", "sans hauteur", "couleur inconnue", "en-tête court", "abîmé"),
    ],
)
def test_un_png_abime_est_refuse(octets):
    assert est_un_png(JUSTE) and not est_un_png(octets) and not est_une_image(octets)


def test_une_image_tient_dans_deux_mille_pixels_de_cote_si_l_on_ne_dit_rien():
    for taille, tient in (((2000, 1), True), ((2001, 1), False), ((1, 2000), True), ((1, 2001), False)):
        octets = SIGNATURE + entete(*taille, 1) + pixels(taille[1] * (1 + (taille[0] + 7) // 8)) + FIN
        assert (est_un_png(octets), est_une_image(octets), est_une_image(jpeg(*taille))) == (tient,) * 3, taille


def jpeg(largeur: int, hauteur: int, marque: int = 0xC0, avant: bytes = b"") -> bytes:
    """Le début d'un JPEG, jusqu'à ce qui dit sa taille."""
    return b"\xff\xd8" + avant + struct.pack(">BBHBHHB", 0xFF, marque, 11, 8, hauteur, largeur, 1) + b"\x01\x11\x00\xff\xd9"


APP = b"\xff\xe0" + struct.pack(">H", 6) + b"JFIF"


@pytest.mark.parametrize(
    "octets, ouvre",
    [
        (jpeg(30, 40), True),
        (jpeg(30, 40, avant=APP), True),
        (jpeg(30, 40, avant=APP + APP), True),
        (jpeg(30, 40, 0xC2), True),
        (jpeg(30, 40, 0xCF), True),
        *((jpeg(30, 40, marque), False) for marque in (0xBF, 0xC4, 0xC8, 0xCC, 0xD0)),
        (jpeg(0, 40), False),
        (jpeg(30, 0), False),
        (jpeg(30, 40)[:10], False),
        (jpeg(30, 40)[:11], True),
        (jpeg(30, 40, avant=b"\x00"), False),
        (b"\xff\xd8\xff", False),
    ],
)
def test_un_jpeg_s_ouvre_s_il_dit_sa_taille(octets, ouvre):
    assert est_une_image(octets) is ouvre


def segment(marque: int, corps: bytes) -> bytes:
    """Un segment de JPEG."""
    return struct.pack(">BBH", 0xFF, marque, len(corps) + 2) + corps


def exif(tourne: int, ordre: str = "<") -> bytes:
    """Ce qu'un appareil écrit : comment il était tenu, puis où."""
    tiff = {"<": b"II*\0", ">": b"MM\0*"}[ordre] + struct.pack(f"{ordre}IHHHIHH", 8, 1, 0x0112, 3, 1, tourne, 0)
    return segment(0xE1, b"Exif\0\0" + tiff + b"SECRET 48.85 N")


COMPRIMEE = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd3\x56"
PROFIL = segment(0xE2, b"ICC_PROFILE\0\x01\x01profil")


@pytest.mark.parametrize("ordre", "<>")
@pytest.mark.parametrize("tourne, garde", [(1, 1), (6, 6), (8, 8), (9, 1)])
def test_d_un_jpeg_il_ne_reste_que_l_image_ses_couleurs_et_comment_la_redresser(ordre, tourne, garde):
    corps = jpeg(30, 40)[2:-2]
    secrets = segment(0xE0, b"JFXX SECRET") + segment(0xED, b"SECRET") + segment(0xFE, b"SECRET") + segment(0xE2, b"MPF SECRET")
    recue = b"\xff\xd8" + exif(tourne, ordre) + secrets + PROFIL + b"\xff" + corps + COMPRIMEE + COMPRIMEE + b"\xff\xd9SECRET"
    propre = sans_metadonnees(recue)
    assert b"SECRET" not in propre and propre.endswith(PROFIL + corps + COMPRIMEE + COMPRIMEE + b"\xff\xd9")
    assert (orientation(recue), orientation(propre), cotes(propre)) == (garde, garde, (30, 40))
    assert sans_metadonnees(propre) == propre, "la seconde fois n’ôte plus rien"


@pytest.mark.parametrize("fin", [b"", b"\xff", b"\x00\xff\xd9", COMPRIMEE, COMPRIMEE + b"\xff", b"\xff\xfe\x00"])
def test_un_jpeg_sans_fin_ne_se_nettoie_pas(fin):
    with pytest.raises(ValueError):
        sans_metadonnees(jpeg(30, 40)[:-2] + fin)


def test_d_un_png_il_ne_reste_que_l_image_et_ses_couleurs():
    dits = morceau(b"tEXt", b"SECRET") + morceau(b"eXIf", b"SECRET") + morceau(b"tIME", b"SECRET!") + morceau(b"sRGB", b"\0")
    propre = sans_metadonnees(SIGNATURE + entete() + dits + pixels(8) + FIN)
    assert propre == SIGNATURE + entete() + morceau(b"sRGB", b"\0") + pixels(8) + FIN and est_un_png(propre)
    assert (orientation(propre), cotes(propre)) == (1, (3, 2))
