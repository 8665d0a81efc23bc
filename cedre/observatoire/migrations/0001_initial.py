# Écrit par makemigrations.

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Terme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('liste', models.CharField(choices=[('prescripteur', 'Prescripteurs et orienteurs'), ('formation', 'Niveaux de formation'), ('duree_chomage', 'Durée d’inscription au chômage'), ('prestation', 'Prestations et revenus'), ('domaine', 'Domaines de l’évaluation conjointe'), ('motif_reorientation', 'Motifs de réorientation'), ('motif_sans_suite', 'Motifs de clôture sans suite')], max_length=24)),
                ('code', models.CharField(max_length=40)),
                ('libelle', models.CharField(max_length=160, verbose_name='libellé')),
                ('categorie', models.CharField(blank=True, max_length=40, verbose_name='catégorie')),
                ('correspondances', models.JSONField(blank=True, default=dict)),
                ('rang', models.PositiveSmallIntegerField(default=0)),
                ('valable_du', models.DateField(blank=True, null=True, verbose_name='valable du')),
                ('valable_au', models.DateField(blank=True, null=True, verbose_name='au')),
            ],
            options={
                'ordering': ['liste', 'rang', 'libelle', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('liste', 'code'), name='terme_code_unique', violation_error_message='Ce code existe déjà dans la liste.'), models.CheckConstraint(condition=models.Q(('valable_du', None), ('valable_au', None), ('valable_au__gte', models.F('valable_du')), _connector='OR'), name='terme_fin_apres_debut', violation_error_message='La fin vient avant le début.')],
            },
        ),
    ]
