"""Ce que l'on change aujourd'hui ne change pas hier : engagement formalisé, objectifs, bilans, fins de contrat et de PASS IAE.

Ce que la base d'avant ne datait pas reste sans date (ajoute_le, note_le, absent_le) : un jour passé s'y lit comme avant.
"""

import datetime
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def reprendre(apps, schema_editor):
    """Un engagement dont tout est écrit l'est depuis le jour qu'il garde, sans interruption connue."""
    Engagement, Formalisation = (apps.get_model("parcours", nom) for nom in ("Engagement", "Formalisation"))
    formalises = Engagement.objects.exclude(formalise_le=None).filter(personne__anonymisee_le=None)
    jours = formalises.order_by("pk").values_list("pk", "formalise_le")
    Formalisation.objects.bulk_create(
        (Formalisation(engagement_id=engagement, du=du) for engagement, du in jours.iterator()), batch_size=1000
    )


class Migration(migrations.Migration):

    dependencies = [
        ('parcours', '0010_textes_bornes'),
    ]

    operations = [
        migrations.AddField(
            model_name='bilan',
            name='absent_le',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='absence notée le'),
        ),
        migrations.AddField(
            model_name='contrat',
            name='note_le',
            field=models.DateField(editable=False, null=True, verbose_name='noté le'),
        ),
        migrations.AddField(
            model_name='moyen',
            name='ajoute_le',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='ajouté le'),
        ),
        migrations.AddField(
            model_name='moyen',
            name='retire_le',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='retiré le'),
        ),
        migrations.AddField(
            model_name='objectif',
            name='ajoute_le',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='ajouté le'),
        ),
        migrations.AddField(
            model_name='objectif',
            name='retire_le',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='retiré le'),
        ),
        migrations.AddField(
            model_name='passiae',
            name='note_le',
            field=models.DateField(editable=False, null=True, verbose_name='noté le'),
        ),
        migrations.AlterField(
            model_name='miseensituation',
            name='engagement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='mises_en_situation', to='parcours.engagement'),
        ),
        migrations.AlterField(
            model_name='miseensituation',
            name='objectif',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='mises_en_situation', to='parcours.objectif'),
        ),
        migrations.CreateModel(
            name='AncienneFin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('au', models.DateField(blank=True, null=True)),
                ('du', models.DateField(default=datetime.date(1900, 1, 1))),
                ('fin', models.DateField(null=True, verbose_name='dernier jour')),
                ('contrat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='anciennes_fins', to='parcours.contrat')),
            ],
            options={
                'verbose_name': 'fin de contrat connue auparavant',
                'verbose_name_plural': 'fins de contrat connues auparavant',
                'ordering': ['au', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('au', None), ('au__gt', models.F('du')), _connector='OR'), name='parcours_anciennefin_du_au', violation_error_message='La fin vient après le début.')],
            },
        ),
        migrations.CreateModel(
            name='AncienneFinDePass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('au', models.DateField(blank=True, null=True)),
                ('du', models.DateField(default=datetime.date(1900, 1, 1))),
                ('fin', models.DateField(verbose_name='dernier jour')),
                ('pass_iae', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='anciennes_fins', to='parcours.passiae')),
            ],
            options={
                'verbose_name': 'fin de PASS IAE connue auparavant',
                'verbose_name_plural': 'fins de PASS IAE connues auparavant',
                'ordering': ['au', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('au', None), ('au__gt', models.F('du')), _connector='OR'), name='parcours_anciennefindepass_du_au', violation_error_message='La fin vient après le début.')],
            },
        ),
        migrations.CreateModel(
            name='AncienObjectif',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('au', models.DateField(blank=True, null=True)),
                ('du', models.DateField(default=datetime.date(1900, 1, 1))),
                ('engagement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='parcours.engagement')),
                ('mise_en_situation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='anciens_objectifs', to='parcours.miseensituation')),
                ('objectif', models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='parcours.objectif')),
            ],
            options={
                'verbose_name': 'objectif servi auparavant',
                'verbose_name_plural': 'objectifs servis auparavant',
                'ordering': ['au', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('au', None), ('au__gt', models.F('du')), _connector='OR'), name='parcours_ancienobjectif_du_au', violation_error_message='La fin vient après le début.')],
            },
        ),
        migrations.CreateModel(
            name='AncienRendezVous',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('au', models.DateField(blank=True, null=True)),
                ('du', models.DateField(default=datetime.date(1900, 1, 1))),
                ('le', models.DateField(verbose_name='prévu le')),
                ('bilan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='anciens_rendez_vous', to='parcours.bilan')),
            ],
            options={
                'verbose_name': 'rendez-vous de bilan déplacé',
                'verbose_name_plural': 'rendez-vous de bilan déplacés',
                'ordering': ['au', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('au', None), ('au__gt', models.F('du')), _connector='OR'), name='parcours_ancienrendezvous_du_au', violation_error_message='La fin vient après le début.')],
            },
        ),
        migrations.CreateModel(
            name='ClotureRouverte',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('du', models.DateField()),
                ('au', models.DateField(blank=True, null=True)),
                ('redige', models.BooleanField(verbose_name='son compte rendu était écrit')),
                ('bilan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clotures_rouvertes', to='parcours.bilan')),
            ],
            options={
                'verbose_name': 'clôture de bilan rouverte',
                'verbose_name_plural': 'clôtures de bilan rouvertes',
                'ordering': ['-du', '-pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('au', None), ('au__gt', models.F('du')), _connector='OR'), name='parcours_cloturerouverte_du_au', violation_error_message='La fin vient après le début.')],
            },
        ),
        migrations.CreateModel(
            name='Formalisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('du', models.DateField()),
                ('au', models.DateField(blank=True, null=True)),
                ('engagement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='formalisations', to='parcours.engagement')),
            ],
            options={
                'verbose_name': 'engagement formalisé',
                'verbose_name_plural': 'engagements formalisés',
                'ordering': ['-du', '-pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('au', None), ('au__gt', models.F('du')), _connector='OR'), name='parcours_formalisation_du_au', violation_error_message='La fin vient après le début.')],
            },
        ),
        migrations.AlterField(
            model_name='contrat',
            name='note_le',
            field=models.DateField(default=django.utils.timezone.localdate, editable=False, null=True, verbose_name='noté le'),
        ),
        migrations.AlterField(
            model_name='passiae',
            name='note_le',
            field=models.DateField(default=django.utils.timezone.localdate, editable=False, null=True, verbose_name='noté le'),
        ),
        migrations.RunPython(reprendre, migrations.RunPython.noop),
    ]
