"""L'index de noms de chaque structure remplace l'index trigramme de tout le réseau (docs/decisions/0013)."""

from django.db import migrations, models

RETRAITS = {
    "sqlite": [
        "DROP TRIGGER IF EXISTS personne_fts_i",
        "DROP TRIGGER IF EXISTS personne_fts_d",
        "DROP TRIGGER IF EXISTS personne_fts_u",
        "DROP TABLE IF EXISTS parcours_personne_fts",
    ],
    "postgresql": ["DROP INDEX IF EXISTS personne_nom_trgm"],
}


def retirer_index_trigramme(apps, schema_editor):
    for ordre in RETRAITS[schema_editor.connection.vendor]:
        schema_editor.execute(ordre)


class Migration(migrations.Migration):
    dependencies = [("parcours", "0001_initial")]
    operations = [
        migrations.RunPython(retirer_index_trigramme, migrations.RunPython.noop),
        migrations.RemoveIndex("personne", "personne_nom"),
        migrations.RemoveIndex("personne", "personne_phase"),
        migrations.AddIndex(
            "personne",
            models.Index(fields=["organisation", "anonymisee_le", "nom_recherche", "id"], name="personne_noms"),
        ),
        migrations.AddIndex(
            "personne",
            models.Index(fields=["organisation", "anonymisee_le", "phase", "nom_recherche", "id"], name="personne_phases"),
        ),
    ]
