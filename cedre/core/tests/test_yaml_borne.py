"""Un fichier YAML reçu ne fait tomber personne (CER-1)."""

import time

import pytest

from cedre.core.yaml_borne import YamlRefuse, lire_yaml

MILLIARD = b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (lettre, lettre, b", ".join([b"*%c" % (lettre - 1)] * 9)) for lettre in range(ord("b"), ord("k"))
)


@pytest.mark.parametrize(
    "octets, dit",
    [
        (MILLIARD, "Ce fichier dit plus de 50000 choses, renvois compris."),
        (b"a: &a [*a]", "Dans ce fichier, « *a » renvoie à ce qui le contient, ou à rien."),
        (b"a: *b", "Dans ce fichier, « *b » renvoie à ce qui le contient, ou à rien."),
        (b"[" * 500_000, "Ce fichier s’emboîte sur plus de 20 niveaux."),
        (b"a: " + b"x" * 2**20, "Ce fichier dépasse 1 Mo."),
        (b"[" + b"1," * 60_000 + b"]", "Ce fichier dit plus de 50000 choses, renvois compris."),
        (b"\xff", "Ce fichier n’est pas du YAML lisible."),
        (b"a: 1\nb: [", "Ce fichier n’est pas du YAML lisible : ligne 2, colonne 5."),
        (b"a: " + b"1" * 5000, "Ce fichier dit un nombre démesuré : ligne 1."),
        (b"a:\n  b: 0x" + b"f" * 5000, "Ce fichier dit un nombre démesuré : ligne 2."),
        (b"a: 1" + b":59" * 300_000, "Ce fichier dit un nombre démesuré : ligne 1."),
        (b"a: {b: 1, c: 2, b: 3}", "Une clé est écrite deux fois : à partir de la ligne 1."),
        (b'a: x\nb: "a\\0b"', "Ce fichier contient un caractère invisible : ligne 2."),
        (b'a: "\\ud800"', "Ce fichier contient un caractère invisible : ligne 1."),
        (b"!!bool x", "Ce fichier n’est pas du YAML lisible."),
        (b"!!int ''", "Ce fichier n’est pas du YAML lisible."),
        (b"!!timestamp x", "Ce fichier n’est pas du YAML lisible."),
        (b"!!python/object:os.system x", "Ce fichier n’est pas du YAML lisible : ligne 1, colonne 1."),
    ],
    ids=[
        *("milliard", "en-rond", "sans-ancre", "profond", "lourd", "large", "octets", "coupe"),
        *("nombre", "hexadecimal", "soixante", "doublon", "nul", "moitie", "booleen", "entier", "date", "objet"),
    ],
)
def test_un_fichier_demesure_est_refuse_en_francais_et_sans_attendre(octets, dit):
    debut = time.process_time()
    with pytest.raises(YamlRefuse) as refus:
        lire_yaml(octets)
    assert str(refus.value) == dit
    assert time.process_time() - debut < 10


def test_des_renvois_ordinaires_se_lisent():
    assert lire_yaml(b"a: &a [1, {b: 2}]\nc: *a\nd: &d x\ne: *d") == {"a": [1, {"b": 2}], "c": [1, {"b": 2}], "d": "x", "e": "x"}
    assert lire_yaml(b"") is None
