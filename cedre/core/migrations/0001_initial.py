"""La table du cache partagé, et les extensions de recherche de PostgreSQL."""

from django.core.management import call_command
from django.db import migrations


def creer_cache(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


def creer_extensions(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for extension in ("pg_trgm", "btree_gin"):
            schema_editor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunPython(creer_extensions, migrations.RunPython.noop),
        migrations.RunPython(creer_cache, migrations.RunPython.noop),
    ]
