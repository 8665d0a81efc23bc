"""Les migrations datent ce qui existait du jour de chaque structure, et reprennent les impressions de leurs traces (OBS-1)."""

from datetime import UTC, date, datetime
from importlib import import_module

from django.apps import apps

from cedre.comptes.fuseaux import Fuseau
from cedre.comptes.models import Habilitation, Organisation, Trace
from cedre.parcours.models import Bilan, Evaluation, LienClient, MiseEnSituation, Personne, PriseEnCharge
from cedre.regulation.models import Regulation

SOIR, FAUX = datetime(2026, 1, 31, 22, 30, tzinfo=UTC), date(1900, 1, 1)
LE_31, LE_1ER = date(2026, 1, 31), date(2026, 2, 1)
DATES = [
    (Personne, "cree_le", "cree_jour"),
    (Bilan, "cree_le", "cree_jour"),
    (Bilan, "clos_le", "clos_jour"),
    (Evaluation, "validee_le", "validee_jour"),
    (LienClient, "cree_le", "cree_jour"),
    (PriseEnCharge, "le", "jour"),
    (Regulation, "diffusee_le", "diffusee_jour"),
    (Habilitation, "depuis", "depuis_jour"),
    (Habilitation, "retiree_le", "retiree_jour"),
]


def migration(chemin: str):
    """Le module d'une migration."""
    return import_module(f"cedre.{chemin}")


def test_chaque_date_heure_prend_son_jour_chez_sa_structure(embauchee, ailleurs):
    Organisation.objects.filter(pk=embauchee.organisation.pk).update(code_postal="97410")
    Organisation.objects.exclude(pk=embauchee.organisation.pk).update(code_postal="38000")
    migration("comptes.migrations.0006_heure_des_organisations").deduire(apps, None)
    assert set(Organisation.objects.filter(fuseau=Fuseau.REUNION)) == {embauchee.organisation}
    for modele, instant, jour in DATES:
        modele.objects.update(**{instant: SOIR, jour: FAUX})
    for chemin in ("comptes.migrations.0006_heure_des_organisations", "parcours.migrations.0012_jours"):
        migration(chemin).dater(apps, None)
    migration("regulation.migrations.0007_jour_de_diffusion").dater(apps, None)
    for modele, _, jour in DATES:
        chez = modele.objects.values_list(modele.PARTAGE.organisation, jour).order_by().distinct()
        attendus = {o: LE_1ER if o == embauchee.organisation.pk else LE_31 for o, _ in chez}
        assert dict(chez) == attendus and embauchee.organisation.pk in attendus, modele


def test_la_premiere_impression_d_une_fiche_se_reprend_de_sa_trace(embauchee):
    Organisation.objects.filter(pk=embauchee.organisation.pk).update(fuseau=Fuseau.REUNION)
    mets, autre = embauchee.mise_en_situation, MiseEnSituation.objects.exclude(pk=embauchee.mise_en_situation.pk)
    imprimee = {"organisation": embauchee.organisation, "geste": "exporter", "objet": "mise en situation de travail"}
    for le, dossier in ((SOIR, mets.personne_id), (SOIR.replace(month=3, day=1), mets.personne_id), (SOIR.replace(year=2020), 0)):
        Trace.objects.create(**imprimee, le=le, objet_id=mets.pk, personne_id=dossier)
    migration("parcours.migrations.0012_jours").reprendre_les_impressions(apps, None)
    mets.refresh_from_db()
    assert mets.fiche_imprimee_le == LE_1ER
    assert not autre.exclude(fiche_imprimee_le=None).exists()
