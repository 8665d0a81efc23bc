"""Le statut social à part de la carrière, les critères administratifs, la situation à l’entrée et aux nouvelles (ACC-4, OBS-1)."""

from django.db import migrations, models


def dire_l_emploi(apps, schema_editor):
    """Des nouvelles qui disaient un emploi disent ce que fait la personne ; sans emploi, on ne sait pas quoi."""
    apps.get_model("parcours", "SuiviSortie").objects.filter(en_emploi=True).update(activite="emploi")


class Migration(migrations.Migration):

    dependencies = [
        ('observatoire', '0006_criteres_administratifs'),
        ('parcours', '0021_client_d_un_atelier'),
    ]

    operations = [
        migrations.AddField(
            model_name='anciennesituation',
            name='criteres',
            field=models.ManyToManyField(related_name='+', to='observatoire.terme', verbose_name='critères administratifs'),
        ),
        migrations.AddField(
            model_name='anciennesituation',
            name='rqth',
            field=models.BooleanField(null=True, verbose_name='reconnue travailleur handicapé (RQTH)'),
        ),
        migrations.AddField(
            model_name='anciennesituation',
            name='statut_entree',
            field=models.CharField(blank=True, choices=[('emploi', 'En emploi'), ('formation', 'En formation'), ('chomage', 'Au chômage'), ('inactive', 'Sans emploi, sans en chercher')], max_length=9, verbose_name='situation à l’entrée'),
        ),
        migrations.AddField(
            model_name='bilan',
            name='statut_social',
            field=models.CharField(blank=True, choices=[('stable', 'Stable'), ('instable', 'Instable'), ('precaire', 'Précaire')], max_length=8, verbose_name='trajectoire socioprofessionnelle : le statut social'),
        ),
        migrations.AddField(
            model_name='evaluation',
            name='statut_social',
            field=models.CharField(blank=True, choices=[('stable', 'Stable'), ('instable', 'Instable'), ('precaire', 'Précaire')], max_length=8, verbose_name='trajectoire socioprofessionnelle : le statut social'),
        ),
        migrations.AddField(
            model_name='personne',
            name='criteres',
            field=models.ManyToManyField(blank=True, limit_choices_to={'liste': 'critere_administratif'}, related_name='+', to='observatoire.terme', verbose_name='critères administratifs'),
        ),
        migrations.AddField(
            model_name='personne',
            name='rqth',
            field=models.BooleanField(blank=True, null=True, verbose_name='reconnue travailleur handicapé (RQTH)'),
        ),
        migrations.AddField(
            model_name='personne',
            name='statut_entree',
            field=models.CharField(blank=True, choices=[('emploi', 'En emploi'), ('formation', 'En formation'), ('chomage', 'Au chômage'), ('inactive', 'Sans emploi, sans en chercher')], max_length=9, verbose_name='situation à l’entrée'),
        ),
        migrations.AddField(
            model_name='sortie',
            name='statut_social',
            field=models.CharField(blank=True, choices=[('stable', 'Stable'), ('instable', 'Instable'), ('precaire', 'Précaire')], max_length=8, verbose_name='trajectoire à la sortie : le statut social'),
        ),
        migrations.AddField(
            model_name='suivisortie',
            name='activite',
            field=models.CharField(blank=True, choices=[('emploi', 'En emploi'), ('formation', 'En formation'), ('chomage', 'Au chômage'), ('inactive', 'Sans emploi, sans en chercher')], max_length=9, verbose_name='ce qu’elle fait'),
        ),
        migrations.AlterField(
            model_name='bilan',
            name='trajectoire',
            field=models.CharField(blank=True, choices=[('stable', 'Stable'), ('instable', 'Instable'), ('precaire', 'Précaire')], max_length=8, verbose_name='trajectoire socioprofessionnelle : la carrière'),
        ),
        migrations.AlterField(
            model_name='evaluation',
            name='trajectoire',
            field=models.CharField(blank=True, choices=[('stable', 'Stable'), ('instable', 'Instable'), ('precaire', 'Précaire')], max_length=8, verbose_name='trajectoire socioprofessionnelle : la carrière'),
        ),
        migrations.AlterField(
            model_name='sortie',
            name='trajectoire',
            field=models.CharField(blank=True, choices=[('stable', 'Stable'), ('instable', 'Instable'), ('precaire', 'Précaire')], max_length=8, verbose_name='trajectoire à la sortie : la carrière'),
        ),
        migrations.RunPython(dire_l_emploi, migrations.RunPython.noop),
    ]
