"""À côté du moment où un compte rendu est diffusé, son jour à l'heure de la structure."""

from zoneinfo import ZoneInfo

from django.db import migrations
from django.db.models.functions import TruncDate

import cedre.core.champs


def dater(apps, schema_editor):
    """Le jour de chaque diffusion, chez la structure."""
    fuseaux = apps.get_model("comptes", "Organisation").objects.order_by("fuseau").values_list("fuseau", flat=True).distinct()
    for fuseau in fuseaux:
        siennes = apps.get_model("regulation", "Regulation").objects.filter(organisation__fuseau=fuseau)
        siennes.update(diffusee_jour=TruncDate("diffusee_le", tzinfo=ZoneInfo(fuseau)))


class Migration(migrations.Migration):
    dependencies = [("regulation", "0006_textes_bornes"), ("comptes", "0006_heure_des_organisations")]

    operations = [
        migrations.AddField(
            "regulation", "diffusee_jour", cedre.core.champs.DateDerivee(blank=True, editable=False, null=True)
        ),
        migrations.RunPython(dater, migrations.RunPython.noop),
    ]
