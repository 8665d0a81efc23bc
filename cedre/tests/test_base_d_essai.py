"""La base d'essai reste celle des migrations, même après un essai qui valide ses transactions."""

import pytest
from django.db import DatabaseError, transaction

from cedre.comptes.models import Trace
from cedre.comptes.operations import tracer
from cedre.observatoire.models import Terme


@pytest.mark.tous_ses_cas
@pytest.mark.parametrize("fois", [1, 2])
def test_le_cadre_et_les_declencheurs_survivent_a_une_base_videe(transactional_db, ici, fois):
    tracer(par=ici.hab["cip"], geste="creer", objet=ici.personne)
    assert Terme.objects.de("domaine").exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        Trace.objects.all().delete()
