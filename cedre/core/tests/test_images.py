"""Une image reçue n'est gardée que redessinée : droite, réduite, et sans rien d'autre que ses points (RES-1)."""

from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from cedre.core.images import GARDE, redessiner
from cedre.core.tests.images import JPEG, enregistree, jpeg, png


def lue(octets: bytes) -> Image.Image:
    """L'image, telle qu'elle se redessine."""
    return Image.open(BytesIO(redessiner(octets, cote=10_000)))


def test_d_un_jpeg_il_ne_reste_que_l_image():
    recu = jpeg() + b"<script>SECRET"
    propre = redessiner(recu)
    assert recu.count(b"SECRET") == 3 and b"SECRET" not in propre and b"Exif" not in propre
    assert lue(recu).size == (40, 20) and lue(recu).getpixel((2, 2))[1] < 30 < 225 < lue(recu).getpixel((37, 2))[1]


@pytest.mark.parametrize("tourne, rouge", [(1, "gauche"), (3, "droite"), (6, "haut"), (8, "bas"), (9, "gauche")])
def test_ce_que_l_appareil_a_pris_tourne_se_redresse(tourne, rouge):
    image = lue(jpeg(tourne=tourne))
    largeur, hauteur = image.size
    bords = {
        "gauche": (0, 0, 2, hauteur),
        "droite": (largeur - 2, 0, largeur, hauteur),
        "haut": (0, 0, largeur, 2),
        "bas": (0, hauteur - 2, largeur, hauteur),
    }
    verts = {bord: image.crop(boite).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))[1] for bord, boite in bords.items()}
    assert [bord for bord, vert in verts.items() if vert < 30] == [rouge]


def test_d_un_png_il_ne_reste_que_l_image_et_ce_qui_y_est_transparent():
    dits = PngInfo()
    dits.add_text("Lieu", "SECRET")
    recu = enregistree(Image.new("L", (9, 9), 128), "PNG", transparency=128, pnginfo=dits)
    assert b"SECRET" in recu and b"SECRET" not in redessiner(recu)
    assert lue(recu).mode == "RGBA" and lue(recu).getpixel((4, 4))[3] == 0
    assert redessiner(png()) == png(), "redessinée deux fois, elle est la même"


@pytest.mark.parametrize("mode", ["1", "I;16", "LA", "CMYK"])
def test_toute_couleur_se_garde_en_une_que_le_papier_sait_dire(mode):
    genre = "JPEG" if mode == "CMYK" else "PNG"
    assert lue(enregistree(Image.new(mode, (9, 9)), genre)).mode in ("L", "RGB", "RGBA")


def test_une_grande_photo_se_reduit_et_une_trop_grande_ne_s_ouvre_pas():
    assert lue(png(GARDE + 1, 10)).size == (GARDE, 10) and lue(jpeg(4_000, 3_000)).size == (GARDE, 1_500)
    for octets in (png(61, 20), png(20, 61), jpeg(61, 20)):
        assert redessiner(octets, cote=61) and not redessiner(octets, cote=60)


ABIMES = {
    "vide": b"",
    "un PDF": b"%PDF-1.7",
    "un dessin": b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
    "un GIF": enregistree(Image.new("L", (9, 9)), "GIF"),
    "un PNG coupé": png()[:50],
    "un PNG abîmé": png().replace(b"IDAT", b"IDAX"),
    "un PNG au début": png()[:8],
    "un JPEG coupé": JPEG[: len(JPEG) * 2 // 3],
    "un JPEG sans image": b"\xff\xd8\xff\xe0\x00\x10" + b"\0" * 40,
    "qui ment sur sa taille": JPEG.replace(b"\0\x08\0\x08", b"\xff\xff\xff\xff"),
    "au milieu d'autre chose": b"x" + png(),
}


@pytest.mark.parametrize("octets", ABIMES.values(), ids=ABIMES)
def test_ce_qui_ne_se_lit_pas_ne_se_garde_pas(octets):
    assert redessiner(octets, cote=100_000) == b""


def test_seuls_les_formats_demandes_s_ouvrent():
    assert redessiner(JPEG) and not redessiner(JPEG, formats=("PNG",))
