"""Sous cinq personnes, un nombre se tait à qui ne lit pas les dossiers ; la règle n'est écrite qu'une fois (OBS-4)."""

import re

import pytest
from django.utils import timezone

from cedre.comptes.discretion import ASSEZ, a_taire, en_mots, est_de_personnes, trop_petite
from cedre.comptes.models import Organisation
from cedre.core.indicateurs import Mesure, tous
from cedre.parcours.models import Contact, Cotation, Objectif, Personne
from cedre.partenariats.models import Convention
from cedre.qualite.models import AccuseDeLecture, ActionDeFormation
from cedre.tests.test_maison import CODE, relatif

LE = timezone.localdate()


@pytest.mark.parametrize("total, petite", [(0, False), (1, True), (4, True), (5, False), (100, False)])
def test_de_un_a_quatre_c_est_trop_petit_zero_et_cinq_se_disent(total, petite):
    assert trop_petite(tous()["delai_annonce"], Mesure(total, 0), LE) is petite


def test_seules_les_personnes_et_leurs_faits_se_taisent():
    assert [est_de_personnes(m) for m in (Personne, Contact, Objectif, Cotation, AccuseDeLecture)] == [True] * 5
    assert [est_de_personnes(m) for m in (Organisation, ActionDeFormation, Convention)] == [False] * 3
    assert not trop_petite(tous()["manuel_publie"], Mesure(1, 0), LE)
    assert not trop_petite(tous()["formation_realisee"], Mesure(3, 0), LE)


def test_qui_lit_les_dossiers_lit_aussi_les_petits_nombres(ici):
    tus = {role: a_taire(tous()["delai_annonce"], Mesure(2, 1), LE, pour=ici.hab[role]) for role in ("cip", "qualite", "ca")}
    assert tus == {"cip": False, "qualite": False, "ca": True}


def test_une_mesure_se_dit_partout_avec_les_memes_mots(ici):
    contacts, manuel = tous()["delai_annonce"], tous()["manuel_publie"]
    dits = [
        en_mots(contacts, Mesure(0, 0), LE),
        en_mots(contacts, Mesure(19, 7), LE, seuil=10),
        en_mots(contacts, Mesure(4, 3), LE, seuil=4),
        en_mots(contacts, Mesure(4, 3), LE, pour=ici.hab["ca"]),
        en_mots(contacts, Mesure(4, 3), LE, pour=ici.hab["cip"]),
        en_mots(manuel, Mesure(1, 0), LE, seuil=1),
        en_mots(manuel, Mesure(1, 1), LE, pour=ici.hab["ca"]),
    ]
    assert [dit.replace("\N{NO-BREAK SPACE}", " ") for dit in dits] == [
        "rien à compter",
        "7 sur 19 premiers contacts, il en faut 10",
        "moins de cinq premiers contacts",
        "moins de cinq premiers contacts",
        "3 sur 4 premiers contacts",
        "non",
        "oui",
    ]


def test_le_nombre_n_est_ecrit_qu_une_fois():
    ecrit = re.compile(rf"(PETIT|SEUIL|ASSEZ)\w* = {ASSEZ}\b|< {ASSEZ}\b(?!00)(?=.*(total|nombre))")
    lieux = [relatif(p) for p in CODE if ecrit.search(p.read_text(encoding="utf-8"))]
    assert lieux == ["cedre/comptes/discretion.py"]
