"""La première invitation n'est de personne : nul n'est encore là pour inviter."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comptes", "0004_seconds_facteurs_fermes")]
    operations = [
        migrations.AlterField(
            model_name="invitation",
            name="par",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
    ]
