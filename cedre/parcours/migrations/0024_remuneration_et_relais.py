"""La rémunération d’un contrat, le travail additionnel d’un besoin, le relais convenu à la sortie (AME-5, INS-10)."""


import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parcours', '0023_annexe_du_contrat'),
        ('partenariats', '0001_reunies_jusqu_a_0006'),
    ]

    operations = [
        migrations.AddField(
            model_name='besoin',
            name='additionnel',
            field=models.CharField(blank=True, choices=[('oui', 'Oui'), ('non', 'Non')], default='', help_text='Oui si, sans nous, personne ne le ferait : il ne prend la place d’aucun emploi. Vide si l’on ne sait pas.', max_length=3, verbose_name='travail additionnel'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='contrat',
            name='remuneration_horaire',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='En euros bruts de l’heure, telle que ce contrat la dit. Vide si l’on ne la sait pas.', max_digits=4, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='rémunération horaire'),
        ),
        migrations.AddField(
            model_name='sortie',
            name='relais',
            field=models.ForeignKey(blank=True, help_text='Avec son accord : la structure qui prend la suite, parmi vos partenaires. Elle ne voit rien de ce dossier.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='relais', to='partenariats.partenaire', verbose_name='relais convenu avec'),
        ),
    ]
