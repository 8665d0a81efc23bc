"""Depuis quel jour un bilan est annulé : ceux d'avant le sont du jour où on les attendait, la seule date connue."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Coalesce


def dater(apps, schema_editor):
    """Date les bilans annulés du jour où on les attendait."""
    Bilan = apps.get_model("parcours", "Bilan")
    Bilan.objects.filter(etat="annule").update(annule_le=Coalesce(F("echeance"), F("le")))


class Migration(migrations.Migration):

    dependencies = [
        ('parcours', '0007_engagement_formalise_le'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='bilan',
            name='annule_le',
            field=models.DateField(blank=True, null=True, verbose_name='annulé le'),
        ),
        migrations.RunPython(dater, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='bilan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('annule_le__isnull', False), ('etat', 'annule')), models.Q(models.Q(('etat', 'annule'), _negated=True), ('annule_le', None)), _connector='OR'), name='bilan_annule_un_jour', violation_error_message='Un bilan annulé l’est à une date ; un autre n’en a pas.'),
        ),
    ]
