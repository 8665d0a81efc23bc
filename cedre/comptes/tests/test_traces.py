"""Les traces ne se changent pas depuis l'application (nomenclatures §7)."""

import pytest
from django.db import DatabaseError, transaction

from cedre.comptes.models import Trace
from cedre.comptes.operations import tracer


def test_une_trace_ne_se_modifie_ni_ne_se_supprime(ici):
    trace = tracer(par=ici.hab["cip"], geste="creer", objet=ici.personne, personne_id=ici.personne.pk)
    for geste in (lambda: Trace.objects.update(geste="effacer"), lambda: Trace.objects.filter(pk=trace.pk).delete()):
        with pytest.raises(DatabaseError, match="trace"), transaction.atomic():
            geste()
    assert Trace.objects.get(pk=trace.pk).geste == "creer"
