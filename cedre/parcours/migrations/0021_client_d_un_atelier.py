"""Le client d'un atelier ou d'un chantier, et le jour où on l'a dit (§ 2.2 b)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parcours', '0020_refus_d_evaluation_et_sens_du_texte'),
    ]

    operations = [
        migrations.AddField(
            model_name='miseensituation',
            name='client_de_l_atelier',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mises_en_situation_en_atelier', to='partenariats.client', verbose_name='client de l’atelier ou du chantier'),
        ),
        migrations.AddField(
            model_name='miseensituation',
            name='client_dit_le',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='client de l’atelier dit le'),
        ),
        migrations.AddConstraint(
            model_name='miseensituation',
            constraint=models.CheckConstraint(condition=models.Q(('client_de_l_atelier', None), models.Q(('atelier', ''), _negated=True), _connector='OR'), name='mets_client_d_un_atelier', violation_error_message='Dites quel atelier, ou quel chantier, travaille pour ce client.'),
        ),
    ]
