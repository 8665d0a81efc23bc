"""Les tables telles que les migrations 0001 à 0005 les laissaient, et le cadre commun de départ, que la fédération édite ensuite."""

from pathlib import Path

import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
import yaml
from django.db import migrations, models


def installer(apps, schema_editor):
    """Ajoute les termes du fichier qui manquent ; ce que la fédération a édité ne change pas."""
    Terme = apps.get_model("observatoire", "Terme")
    connus = set(Terme.objects.values_list("liste", "code"))
    cadre = yaml.safe_load((Path(__file__).parent.parent / "nomenclatures.yaml").read_text(encoding="utf-8"))
    for liste, lignes in cadre.items():
        for rang, ligne in enumerate(lignes):
            terme = _terme(liste, ligne)
            if (liste, terme["code"]) not in connus:
                Terme.objects.create(liste=liste, rang=rang, **terme)


def _terme(liste: str, ligne) -> dict:
    if isinstance(ligne, dict):
        tete = {"code": ligne.pop("code"), "libelle": ligne.pop("libelle"), "categorie": ligne.pop("categorie", "")}
        return {**tete, "correspondances": ligne}
    code, libelle, categorie, asp, data_inclusion, aide = [*ligne, "", "", "", ""][:6]
    correspondances = {"asp": asp, "data_inclusion": data_inclusion, "aide": aide} if liste == "domaine" else {}
    return {"code": code, "libelle": libelle, "categorie": categorie, "correspondances": correspondances}


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('observatoire', '0001_initial'),
        ('observatoire', '0002_cadre_commun'),
        ('observatoire', '0003_insertion'),
        ('observatoire', '0004_cadre_insertion'),
        ('observatoire', '0005_mesures_figees'),
    ]

    dependencies = [
        ('comptes', '0008_registre_du_passe'),
    ]

    operations = [
        migrations.CreateModel(
            name='MesureFigee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateField(verbose_name='fin de mois')),
                ('code', models.CharField(max_length=60, verbose_name='indicateur')),
                ('version', models.PositiveSmallIntegerField(verbose_name='version de la définition')),
                ('figee_le', models.DateTimeField(default=django.utils.timezone.now, verbose_name='figée le')),
                ('total', models.PositiveIntegerField()),
                ('atteint', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='atteint, ou ce que vaut la grandeur')),
                ('coupes', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='mesures_figees', to='comptes.organisation')),
            ],
            options={
                'verbose_name': 'mesure figée',
                'verbose_name_plural': 'mesures figées',
                'ordering': ['le', 'code', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'le', 'code'), name='mesure_figee_une_fois')],
            },
        ),
        migrations.CreateModel(
            name='Terme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('liste', models.CharField(choices=[('prescripteur', 'Prescripteurs et orienteurs'), ('formation', 'Niveaux de formation'), ('duree_chomage', 'Durée d’inscription au chômage'), ('prestation', 'Prestations et revenus'), ('domaine', 'Domaines de l’évaluation conjointe'), ('motif_reorientation', 'Motifs de réorientation'), ('motif_sans_suite', 'Motifs de clôture sans suite'), ('type_engagement', 'Types d’engagement réciproque'), ('nature_contrat', 'Natures de contrat de travail'), ('motif_rupture', 'Motifs de rupture d’un contrat'), ('motif_suspension', 'Motifs de suspension d’un contrat'), ('motif_sortie', 'Motifs de sortie')], max_length=24)),
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
        migrations.RunPython(installer, migrations.RunPython.noop),
    ]
