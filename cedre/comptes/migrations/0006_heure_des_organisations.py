"""L'heure de chaque organisation, déduite de son code postal ; le jour d'une habilitation, à cette heure."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db import migrations, models
from django.db.models.functions import TruncDate

import cedre.core.champs

PAR_CODE_POSTAL = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}


def deduire(apps, schema_editor):
    """Outre-mer, l'heure du code postal."""
    for debut, fuseau in PAR_CODE_POSTAL.items():
        apps.get_model("comptes", "Organisation").objects.filter(code_postal__startswith=debut).update(fuseau=fuseau)


def dater(apps, schema_editor):
    """Le jour où chaque habilitation commence, et celui où elle a été retirée, chez elle."""
    fuseaux = apps.get_model("comptes", "Organisation").objects.order_by("fuseau").values_list("fuseau", flat=True).distinct()
    for fuseau in fuseaux:
        apps.get_model("comptes", "Habilitation").objects.filter(organisation__fuseau=fuseau).update(
            depuis_jour=TruncDate("depuis", tzinfo=ZoneInfo(fuseau)), retiree_jour=TruncDate("retiree_le", tzinfo=ZoneInfo(fuseau))
        )


class Migration(migrations.Migration):
    dependencies = [("comptes", "0005_premiere_invitation")]

    operations = [
        migrations.AddField(
            "organisation",
            "fuseau",
            models.CharField(
                choices=[
                    ("Europe/Paris", "Métropole"),
                    ("America/Guadeloupe", "Guadeloupe, Saint-Martin, Saint-Barthélemy"),
                    ("America/Martinique", "Martinique"),
                    ("America/Cayenne", "Guyane"),
                    ("Indian/Reunion", "La Réunion"),
                    ("America/Miquelon", "Saint-Pierre-et-Miquelon"),
                    ("Indian/Mayotte", "Mayotte"),
                    ("Pacific/Wallis", "Wallis-et-Futuna"),
                    ("Pacific/Tahiti", "Polynésie française : Tahiti et la Société"),
                    ("Pacific/Marquesas", "Polynésie française : les Marquises"),
                    ("Pacific/Gambier", "Polynésie française : les Gambier"),
                    ("Pacific/Noumea", "Nouvelle-Calédonie"),
                ],
                default="Europe/Paris",
                max_length=18,
                verbose_name="heure",
            ),
        ),
        migrations.RunPython(deduire, migrations.RunPython.noop),
        migrations.AddField(
            "habilitation",
            "depuis_jour",
            cedre.core.champs.DateDerivee(blank=True, default=date(1900, 1, 1), editable=False),
            preserve_default=False,
        ),
        migrations.AddField(
            "habilitation", "retiree_jour", cedre.core.champs.DateDerivee(blank=True, editable=False, null=True)
        ),
        migrations.RunPython(dater, migrations.RunPython.noop),
    ]
