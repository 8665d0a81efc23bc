"""La première expérimentation, de mars 1998 à juin 2004, est une entrée dans la démarche (CER-4)."""

from datetime import date

from django.db import migrations, models
from django.db.models import Q

import cedre.comptes.experimentation


class Migration(migrations.Migration):
    dependencies = [("comptes", "0008_registre_du_passe")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="experimentation_le",
            field=models.DateField(
                "participation à l’expérimentation, depuis le",
                null=True,
                blank=True,
                validators=[cedre.comptes.experimentation.valider_experimentation],
                help_text="La première expérimentation, de mars 1998 à juin 2004.",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                name="organisation_experimentation_bornee",
                condition=Q(experimentation_le=None) | Q(experimentation_le__range=(date(1998, 3, 1), date(2004, 6, 30))),
                violation_error_message="L’expérimentation a eu lieu de mars 1998 à juin 2004.",
            ),
        ),
    ]
