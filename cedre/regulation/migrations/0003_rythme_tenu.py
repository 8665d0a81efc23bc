"""Le rythme que la structure avait quand chaque régulation s'est tenue : celui qu'elle a réglé, le seul connu."""

from django.db import migrations, models


def garder_le_rythme(apps, schema_editor):
    """Donne aux régulations tenues le rythme de leur structure."""
    Regulation, Reglages = apps.get_model("regulation", "Regulation"), apps.get_model("structures", "Reglages")
    for organisation, rythme in Reglages.objects.values_list("organisation_id", "rythme_regulation"):
        Regulation.objects.filter(organisation=organisation, etat="tenue").update(rythme=rythme)


class Migration(migrations.Migration):

    dependencies = [
        ('regulation', '0002_points_d_une_personne'),
        ('structures', '0006_projet'),
    ]

    operations = [
        migrations.AddField(
            model_name='regulation',
            name='rythme',
            field=models.PositiveSmallIntegerField(default=14, verbose_name='rythme de la structure quand elle s’est tenue, en jours'),
        ),
        migrations.RunPython(garder_le_rythme, migrations.RunPython.noop),
    ]
