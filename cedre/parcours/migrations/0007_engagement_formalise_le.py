"""Depuis quel jour un engagement est formalisé : ceux qui le sont déjà prennent la seule date connue, leur premier jour."""

from django.db import migrations, models
from django.db.models import Exists, F, OuterRef, Q


def dater(apps, schema_editor):
    """Date de leur début les engagements où tout est écrit."""
    Engagement, Moyen, Objectif = (apps.get_model("parcours", nom) for nom in ("Engagement", "Moyen", "Objectif"))
    moyens = Moyen.objects.filter(engagement=OuterRef("pk"))
    complets = Engagement.objects.filter(
        Exists(Objectif.objects.filter(engagement=OuterRef("pk"))),
        Exists(moyens.filter(qui="structure")),
        Exists(moyens.filter(qui="personne")),
        ~Exists(moyens.filter(Q(echeance=None) | Q(evaluation=""))),
        bilan_le__isnull=False,
    )
    complets.update(formalise_le=F("debut"))


class Migration(migrations.Migration):

    dependencies = [
        ('parcours', '0006_echeance_de_bilan'),
    ]

    operations = [
        migrations.AddField(
            model_name='engagement',
            name='formalise_le',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='tout y est écrit depuis le'),
        ),
        migrations.RunPython(dater, migrations.RunPython.noop),
    ]
