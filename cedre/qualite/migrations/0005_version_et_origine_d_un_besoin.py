# Écrit par makemigrations.

import django.db.models.deletion
from django.db import migrations, models


def relier(apps, schema_editor):
    """Une action déjà au plan se relie au dernier entretien où ce besoin s'est dit, de la même personne."""
    actions = apps.get_model("qualite", "ActionDeFormation").objects
    entretiens = apps.get_model("qualite", "EntretienAnnuel").objects.exclude(besoins="").select_related("compte")
    for entretien in entretiens.order_by("tenu_le", "pk"):
        compte = entretien.compte
        nom = f"{compte.prenom} {compte.nom}".strip() or compte.email
        besoins = [ligne.strip()[:200] for ligne in entretien.besoins.splitlines() if ligne.strip()]
        siennes = actions.filter(organisation=entretien.organisation_id, pour_qui=nom[:160], besoin__in=besoins)
        siennes.update(entretien=entretien)
    schema_editor.connection.check_constraints()  # PostgreSQL ne bâtit pas un index sur des lignes qui restent à vérifier


class Migration(migrations.Migration):

    dependencies = [
        ('qualite', '0004_entretiens_annuels'),
    ]

    operations = [
        migrations.AddField(
            model_name='actiondeformation',
            name='entretien',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actions_de_formation', to='qualite.entretienannuel', verbose_name='entretien où le besoin s’est dit'),
        ),
        migrations.AddField(
            model_name='entretienannuel',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.RunPython(relier, migrations.RunPython.noop),
    ]
