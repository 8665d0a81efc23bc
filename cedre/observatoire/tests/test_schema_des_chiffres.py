"""chiffres.json tient le schéma que le paquet livre avec lui (OBS-2)."""

import json

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator, ValidationError

from cedre.core.periodes import annee
from cedre.observatoire.cadre import DOSSIER
from cedre.observatoire.cadres import livres
from cedre.observatoire.paquet import FAITS_SANS_LIGNE, SCHEMA, composer, condensats


def faussees(chiffres: dict):
    """Les mêmes, chacune avec une faute que le schéma doit voir."""
    rubrique, figure = chiffres["rubriques"][0], chiffres["figures"][0]
    yield chiffres | {"rubriques": [rubrique | {"numerateur": 1.5}]}
    yield chiffres | {"rubriques": [rubrique | {"sujet": "0f3"}]}
    yield chiffres | {"figures": [figure | {"methode": "moyenne"}]}
    yield chiffres | {"figures": [{nom: vaut for nom, vaut in figure.items() if nom != "definition"}]}
    yield chiffres | {"format": "cedre-rapport/2"}


def test_les_nombres_de_chaque_cadre_tiennent_le_schema_livre_et_une_faute_s_y_voit(ici):
    periode = annee(timezone.localdate())
    for code, cadre in livres().items():
        octets, dit = (DOSSIER / f"{code}.yaml").read_bytes(), {"version": 1, "publie_le": "2026-02-12", "motif": ""}
        fichiers = composer(cadre, octets, ici.organisation, periode, dit=dit)
        assert {SCHEMA.name, FAITS_SANS_LIGNE} < fichiers.keys() and SCHEMA.name in condensats(fichiers)
        tient = Draft202012Validator(json.loads(fichiers[SCHEMA.name]))
        tient.check_schema(tient.schema)
        tient.validate(chiffres := json.loads(fichiers["chiffres.json"]))
    for faux in faussees(chiffres):
        with pytest.raises(ValidationError):
            tient.validate(faux)
