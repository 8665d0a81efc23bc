"""À côté de chaque date-heure qu'un indicateur lit, son jour à l'heure de la structure ; le jour où une fiche s'imprime."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db import migrations, models
from django.db.models import Min
from django.db.models.functions import TruncDate
from django.utils import timezone

import cedre.core.champs

JOURS = {
    ("Personne", "organisation"): {"cree_jour": "cree_le"},
    ("Bilan", "personne__organisation"): {"cree_jour": "cree_le", "clos_jour": "clos_le"},
    ("Evaluation", "personne__organisation"): {"validee_jour": "validee_le"},
    ("PriseEnCharge", "personne__organisation"): {"jour": "le"},
    ("LienClient", "mise_en_situation__personne__organisation"): {"cree_jour": "cree_le"},
}


def dater(apps, schema_editor):
    """Le jour de chaque date-heure, chez la structure."""
    fuseaux = apps.get_model("comptes", "Organisation").objects.order_by("fuseau").values_list("fuseau", flat=True).distinct()
    for fuseau in fuseaux:
        for (modele, chemin), jours in JOURS.items():
            siennes = apps.get_model("parcours", modele).objects.filter(**{f"{chemin}__fuseau": fuseau})
            siennes.update(**{jour: TruncDate(instant, tzinfo=ZoneInfo(fuseau)) for jour, instant in jours.items()})


def reprendre_les_impressions(apps, schema_editor):
    """La première impression de chaque fiche de liaison, que seule sa trace disait ; hors dossiers rendus anonymes."""
    imprimees = apps.get_model("comptes", "Trace").objects.filter(
        geste="exporter", objet="mise en situation de travail", objet_id__isnull=False
    )
    premieres = imprimees.order_by().values_list("objet_id", "personne_id").annotate(premiere=Min("le"))
    fuseaux = dict(apps.get_model("comptes", "Organisation").objects.values_list("pk", "fuseau"))
    toutes = apps.get_model("parcours", "MiseEnSituation").objects.filter(personne__anonymisee_le=None)
    for numero, dossier, premiere in list(premieres):
        sienne = toutes.filter(pk=numero, personne_id=dossier).values_list("personne__organisation_id", flat=True).first()
        if sienne:
            toutes.filter(pk=numero).update(fiche_imprimee_le=timezone.localdate(premiere, ZoneInfo(fuseaux[sienne])))


def _jour(modele: str, nom: str, **options) -> migrations.AddField:
    champ = cedre.core.champs.DateDerivee(blank=True, editable=False, **options)
    return migrations.AddField(modele, nom, champ, preserve_default="default" not in options)


class Migration(migrations.Migration):
    dependencies = [("parcours", "0011_l_histoire_du_parcours"), ("comptes", "0006_heure_des_organisations")]

    operations = [
        _jour("personne", "cree_jour", default=date(1900, 1, 1)),
        _jour("bilan", "cree_jour", default=date(1900, 1, 1)),
        _jour("bilan", "clos_jour", null=True),
        _jour("evaluation", "validee_jour", null=True),
        _jour("priseencharge", "jour", default=date(1900, 1, 1)),
        _jour("lienclient", "cree_jour", default=date(1900, 1, 1)),
        migrations.AddField(
            "miseensituation",
            "fiche_imprimee_le",
            models.DateField(blank=True, editable=False, null=True, verbose_name="fiche de liaison imprimée le"),
        ),
        migrations.RunPython(dater, migrations.RunPython.noop),
        migrations.RunPython(reprendre_les_impressions, migrations.RunPython.noop),
    ]
