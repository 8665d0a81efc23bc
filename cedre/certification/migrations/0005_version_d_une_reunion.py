# Écrit par makemigrations.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('certification', '0004_audits'),
    ]

    operations = [
        migrations.AddField(
            model_name='reunionevaluation',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
    ]
