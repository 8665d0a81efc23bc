"""La raison d'un point se garde par sa clé : les manques sont déclarés par les indicateurs."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('regulation', '0003_rythme_tenu'),
    ]

    operations = [
        migrations.AlterField(
            model_name='point',
            name='manque',
            field=models.CharField(blank=True, max_length=24, verbose_name='raison'),
        ),
    ]
