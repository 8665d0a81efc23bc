"""Un refus d'évaluation est un fait daté ; un engagement est formalisé au sens du § 2.2 a, ou à celui du guide, qui demande davantage."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

PAR_LOT = 2000


def dater_selon_le_texte(apps, schema_editor):
    """Ce qui avait tout ce que dit le guide avait ce que demande le § 2.2 a, les mêmes jours ; le reste l'a à partir d'aujourd'hui."""
    Formalisation = apps.get_model("parcours", "Formalisation")
    Moyen, Objectif = apps.get_model("parcours", "Moyen"), apps.get_model("parcours", "Objectif")
    du_guide = Formalisation.objects.order_by("pk").values_list("engagement", "du", "au")
    Formalisation.objects.bulk_create(
        (Formalisation(engagement_id=engagement, du=du, au=au, sens="texte") for engagement, du, au in du_guide),
        batch_size=PAR_LOT,
    )
    valent = Formalisation.objects.filter(engagement=OuterRef("pk"), sens="texte", au=None)
    objectifs = Objectif.objects.filter(engagement=OuterRef("pk"), retire_le=None)
    moyens = Moyen.objects.filter(engagement=OuterRef("pk"), retire_le=None)
    complets = apps.get_model("parcours", "Engagement").objects.exclude(etat="clos").filter(
        Exists(objectifs),
        Exists(moyens.filter(qui="structure")),
        ~Exists(valent),
        Q(bilan_le__isnull=False) | ~Exists(moyens.filter(echeance=None)),
        personne__anonymisee_le=None,
    )
    le = timezone.localdate()
    Formalisation.objects.bulk_create(
        (Formalisation(engagement_id=pk, du=le, sens="texte") for pk in complets.order_by("pk").values_list("pk", flat=True)),
        batch_size=PAR_LOT,
    )


def oublier_le_texte(apps, schema_editor):
    """Ne garde que le sens du guide."""
    apps.get_model("parcours", "Formalisation").objects.filter(sens="texte").delete()


class Migration(migrations.Migration):

    dependencies = [
        ('parcours', '0018_suivi_a_minima'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='formalisation',
            name='sens',
            field=models.CharField(choices=[('texte', 'Au sens du § 2.2 a'), ('guide', 'Au sens du guide')], default='guide', max_length=5),
        ),
        migrations.CreateModel(
            name='RefusDEvaluation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('du', models.DateField()),
                ('au', models.DateField(blank=True, null=True)),
                ('par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('personne', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refus_d_evaluation', to='parcours.personne')),
            ],
            options={
                'verbose_name': 'refus d’évaluation conjointe',
                'verbose_name_plural': 'refus d’évaluation conjointe',
                'ordering': ['-du', '-pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('au', None), ('au__gt', models.F('du')), _connector='OR'), name='parcours_refusdevaluation_du_au', violation_error_message='La fin vient après le début.')],
            },
        ),
        migrations.RunPython(dater_selon_le_texte, oublier_le_texte),
    ]
