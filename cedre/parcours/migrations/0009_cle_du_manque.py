"""Ce qui manque se garde par sa clé : les manques sont déclarés par les indicateurs, non par le modèle."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parcours', '0008_bilan_annule_le'),
    ]

    operations = [
        migrations.AlterField(
            model_name='priseencharge',
            name='manque',
            field=models.CharField(max_length=24),
        ),
    ]
