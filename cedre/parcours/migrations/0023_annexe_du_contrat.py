"""L’annexe financière d'un contrat (OBS-1)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('observatoire', '0007_annexes_et_permanents'),
        ('parcours', '0021_client_d_un_atelier'),
    ]

    operations = [
        migrations.AddField(
            model_name='contrat',
            name='annexe',
            field=models.ForeignKey(blank=True, help_text='Vide à la signature : celle qui couvre le premier jour, s’il n’y en a qu’une.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contrats', to='observatoire.annexefinanciere', verbose_name='annexe financière'),
        ),
    ]
