"""Les critères administratifs d’éligibilité, et « aucune de ces prestations » (nomenclatures §2)."""

from importlib import import_module

from django.db import migrations, models


installer = import_module("cedre.observatoire.migrations.0001_reunies_jusqu_a_0005").installer


class Migration(migrations.Migration):

    dependencies = [
        ('observatoire', '0005_mesures_figees'),
    ]

    operations = [
        migrations.AlterField(
            model_name='terme',
            name='liste',
            field=models.CharField(choices=[('prescripteur', 'Prescripteurs et orienteurs'), ('formation', 'Niveaux de formation'), ('duree_chomage', 'Durée d’inscription au chômage'), ('prestation', 'Prestations et revenus'), ('critere_administratif', 'Critères administratifs d’éligibilité'), ('domaine', 'Domaines de l’évaluation conjointe'), ('motif_reorientation', 'Motifs de réorientation'), ('motif_sans_suite', 'Motifs de clôture sans suite'), ('type_engagement', 'Types d’engagement réciproque'), ('nature_contrat', 'Natures de contrat de travail'), ('motif_rupture', 'Motifs de rupture d’un contrat'), ('motif_suspension', 'Motifs de suspension d’un contrat'), ('motif_sortie', 'Motifs de sortie')], max_length=24),
        ),
        migrations.RunPython(installer, migrations.RunPython.noop),
    ]
