"""Le jour où un compte rendu est écrit, et ce que devient une décision qui n'est pas faite (§ 2.3 a)."""

from django.db import migrations, models
from django.db.models import F

SUITES = [
    ("reportee", "Reportée : ce n’est pas encore possible"),
    ("depassee", "Abandonnée : la situation a changé"),
    ("refusee", "Abandonnée : la personne ne le souhaite plus"),
]


def dater(apps, schema_editor):
    """D'avant, un compte rendu se datait en le diffusant."""
    apps.get_model("regulation", "Regulation").objects.update(redigee_le=F("diffusee_jour"))


class Migration(migrations.Migration):
    dependencies = [("regulation", "0001_reunies_jusqu_a_0007")]

    operations = [
        migrations.AddField(
            "regulation", "redigee_le", models.DateField("compte rendu rédigé le", blank=True, editable=False, null=True)
        ),
        migrations.AddField(
            "decision", "suite", models.CharField("ce qu’elle devient", blank=True, choices=SUITES, default="", max_length=8), False
        ),
        migrations.AddField("decision", "suite_le", models.DateField("dit le", blank=True, editable=False, null=True)),
        migrations.RunPython(dater, migrations.RunPython.noop),
    ]
