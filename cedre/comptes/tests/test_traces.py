"""Les traces ne se changent pas depuis l'application (nomenclatures §7)."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from cedre.comptes.appartenance import Appartenance
from cedre.comptes.models import Deplacement, Invitation, Trace
from cedre.comptes.operations import tracer


@pytest.mark.deux_moteurs
def test_une_trace_ne_se_modifie_ni_ne_se_supprime(ici):
    trace = tracer(par=ici.hab["cip"], geste="creer", objet=ici.personne)
    for geste in (lambda: Trace.objects.update(geste="effacer"), lambda: Trace.objects.filter(pk=trace.pk).delete()):
        with pytest.raises(DatabaseError, match="trace"), transaction.atomic():
            geste()
    assert Trace.objects.get(pk=trace.pk).geste == "creer"


@pytest.mark.deux_moteurs
def test_une_trace_ne_se_remplace_ni_ne_se_vide(ici):
    trace = tracer(par=ici.hab["cip"], geste="creer", objet=ici.personne)
    champs = ", ".join(f.column for f in Trace._meta.local_fields)
    changes = champs.replace("geste", "'effacer'")
    remplacer = f"INTO comptes_trace ({champs}) SELECT {changes} FROM comptes_trace"
    if connection.vendor == "sqlite":
        ordres = [
            f"INSERT OR REPLACE INTO comptes_trace ({champs}) SELECT {changes} FROM comptes_trace",
            "DELETE FROM comptes_trace",
        ]
    else:
        remplacer = f"INSERT INTO comptes_trace ({champs}) SELECT {changes} FROM comptes_trace"
        ordres = [f"{remplacer} ON CONFLICT (id) DO UPDATE SET geste = excluded.geste", "TRUNCATE comptes_trace"]
    for ordre in ordres:
        with pytest.raises(DatabaseError, match="une trace ne se"), transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(ordre)
    assert Trace.objects.get(pk=trace.pk).geste == "creer"


def test_la_direction_lit_les_traces_de_sa_structure_et_les_filtre(ici, ailleurs, cip, django_assert_max_num_queries):
    cip.get(reverse("parcours:personne", args=[ici.personne.pk]))
    tracer(par=ici.hab["accueil"], geste="exporter", objet=ici.collective, detail="3 lignes")
    tracer(par=ailleurs.hab["cip"], geste="consulter", objet=ailleurs.personne)
    direction = ici.client("direction")

    def lues(**filtre):
        return [(t.geste, t.compte) for t in direction.get(reverse("comptes:traces"), filtre).context["page"]]

    consulte, exporte = ("consulter", ici.hab["cip"].compte), ("exporter", ici.hab["accueil"].compte)
    assert lues() == [exporte, consulte]
    assert lues(geste="consulter") == lues(dossier=ici.personne.pk) == lues(compte=ici.hab["cip"].compte_id) == [consulte]
    assert lues(dossier=ailleurs.personne.pk) == []
    assert lues(du="2000-01-01", au="2000-12-31") == []
    assert lues(du="pas une date") == [exporte, consulte]
    for _ in range(150):
        tracer(par=ici.hab["cip"], geste="modifier", objet=ici.personne)
    with django_assert_max_num_queries(9):
        assert len(lues()) == 100


@pytest.mark.parametrize("role", ["accueil", "cip", "mad", "qualite", "ca", "salarie", "client", "partenaire"])
def test_les_traces_de_la_structure_ne_sont_pas_a_toute_l_equipe(ici, role):
    assert ici.client(role).get(reverse("comptes:traces")).status_code == 403


def test_une_ligne_des_comptes_se_nomme_en_clair(ici):
    le = datetime(2026, 3, 9, 8, 5, tzinfo=UTC)
    qui = {"compte": ici.hab["cip"].compte, "le": le}
    trace = Trace(geste="modifier", objet="contrat", objet_id=7, **qui)
    mesures = {"total_avant": 12, "atteint_avant": 3, "total_apres": 13, "atteint_apres": 4}
    dites = {
        "Cip Ici": ici.hab["cip"].compte,
        "Mise à disposition, encadrement technique · Structure Ici": ici.hab["mad"],
        "zoe@ici.example · Direction": Invitation(courriel="zoe@ici.example", role="direction", organisation=ici.organisation),
        "Depuis le 09/03/2026": Appartenance(du=date(2026, 3, 9)),
        "2026-03-09 08:05 Cip Ici a modifié contrat 7": trace,
        "2026-03-09 08:05 Cip Ici a exporté personne ": Trace(geste="exporter", objet="personne", **qui),
        "delai 2026-02-28 : 3/12 → 4/13": Deplacement(code="delai", mois=date(2026, 2, 28), trace=trace, **mesures),
    }
    assert [str(ligne) for ligne in dites.values()] == [*dites]
