"""Ce que dit une procédure, et le jour où une action est entrée au plan : les verdicts les lisent (§ 2.1 d, § 2.3 d, § 2.4 b)."""

import django.utils.timezone
from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Least
from django.utils import timezone

OBJETS = {"suivi a minima": "suivi", "contractualis": "contractualisation", "mobilis": "mobilisation", "régulation": "regulation"}


def reprendre(apps, schema_editor):
    """L'objet que le titre d'une procédure dit ; une action était au plan quand elle a commencé, au plus tard."""
    Procedure = apps.get_model("qualite", "Procedure")
    for mot, objet in OBJETS.items():
        Procedure.objects.filter(titre__icontains=mot, objet="").update(objet=objet)
    Action = apps.get_model("qualite", "ActionDeFormation")
    Action.objects.update(inscrite_le=Least(F("prevue_du"), timezone.localdate()))


class Migration(migrations.Migration):
    dependencies = [("qualite", "0001_reunies_jusqu_a_0010")]

    operations = [
        migrations.AddField(
            "procedure",
            "objet",
            models.CharField(
                "procédure que le référentiel demande",
                blank=True,
                choices=[
                    ("suivi", "Suivi a minima"),
                    ("contractualisation", "Contractualisation des engagements"),
                    ("mobilisation", "Mobilisation des heures de travail"),
                    ("regulation", "Régulation pédagogique"),
                ],
                help_text="Vide : une autre.",
                max_length=18,
                default="",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "actiondeformation",
            "inscrite_le",
            models.DateField("inscrite au plan le", default=django.utils.timezone.localdate, editable=False),
        ),
        migrations.RunPython(reprendre, migrations.RunPython.noop),
    ]
