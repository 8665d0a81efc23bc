import cedre.qualite.models.enquetes
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """Ce qui s'ajoute ; 0009 y porte les données, 0010 retire ce qui les disait."""

    dependencies = [("qualite", "0007_accuse_de_lecture"), ("comptes", "0004_seconds_facteurs_fermes")]

    operations = [
        migrations.AddField("enquete", "nombre", models.PositiveIntegerField(default=0, editable=False, verbose_name="réponses")),
        migrations.AddField(
            "enquete",
            "assez_des",
            models.DateField(blank=True, editable=False, null=True, verbose_name="cinq réponses dès la semaine du"),
        ),
        migrations.AddField(
            "enquete",
            "assez_depuis",
            models.DateField(
                blank=True, editable=False, null=True, verbose_name="ses cinq dernières réponses depuis la semaine du"
            ),
        ),
        migrations.AddField(
            "reponseenquete", "scelle", models.TextField(default="", editable=False, max_length=65536, verbose_name="scellé"), preserve_default=False
        ),
        migrations.AddField(
            "reclamation",
            "numero",
            models.PositiveIntegerField(blank=True, editable=False, null=True, verbose_name="numéro"),
        ),
        migrations.AlterField(
            "reclamation",
            "id",
            models.BigIntegerField(
                default=cedre.qualite.models.enquetes.numero_au_hasard, editable=False, primary_key=True, serialize=False
            ),
        ),
        migrations.CreateModel(
            name="MessageSansNom",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        default=cedre.qualite.models.enquetes.numero_au_hasard, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("le", models.DateField(default=django.utils.timezone.localdate, editable=False, verbose_name="déposé le")),
                ("scelle", models.TextField(editable=False, max_length=65536, verbose_name="scellé")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages_sans_nom", to="comptes.organisation"
                    ),
                ),
            ],
            options={"verbose_name": "message sans nom", "verbose_name_plural": "messages sans nom", "ordering": ["pk"]},
        ),
    ]
