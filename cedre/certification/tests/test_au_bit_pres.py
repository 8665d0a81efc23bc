"""Le verdict d'un jour passé ne bouge pas de ce que l'on dépose, apprécie, fixe ou certifie ensuite (CER-3).

Ce que lisent les indicateurs est l'affaire de tests/test_le_passe.py ; ceci est le reste d'un verdict.
"""

from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from cedre.certification.models import Appreciation, Certificat, Document, Revision, ValeurDeParametre
from cedre.certification.tests.fictive import prouver
from cedre.conftest import creer_structure, embaucher

LE = date(2026, 1, 31)


@pytest.fixture
def ai(reseau):
    """L'AI du monde d'essai, telle qu'elle vivait fin janvier 2026 : de quoi compter, peu avant ce jour-là."""
    with time_machine.travel(LE - timedelta(days=2)):
        monde = embaucher(creer_structure("ai", reseau[1][0], "Martinelle"))
        prouver(monde)
    return monde


def dire() -> str:
    """Ce que la commande écrit de ce jour-là."""
    sortie = StringIO()
    call_command("conformite", "--structure", "ai", "--le", LE.isoformat(), "--edition", "2004-10", "--json", stdout=sortie)
    return sortie.getvalue()


def avancer(monde, jour: date) -> None:
    """On dépose, on apprécie, on fixe, on certifie."""
    document = Document.objects.create(organisation=monde.organisation, intitule="Neuf", points=["2.5a", "2.1d"])
    Revision.objects.create(
        document=document, nom="n.pdf", genre="application/pdf", taille=1, du=jour, condensat="n", fichier="n"
    )
    for point in ("2.1a-3", "2.3c", "2.5c"):
        Appreciation.objects.create(organisation=monde.organisation, point=point, valeur="insuffisant", le=jour)
    ValeurDeParametre.objects.create(
        organisation=monde.organisation, parametre="etp_accompagnement", du=jour, valeur=9, reference="Avenant"
    )
    Certificat.objects.create(organisation=monde.organisation, le=jour)


def test_le_verdict_d_alors_est_le_meme_au_bit_pres(ai):
    avant = dire()
    assert '"denominateur": 1' in avant, "ce jour-là, il y avait de quoi compter"
    avancer(ai, timezone.localdate())
    assert dire() == avant
