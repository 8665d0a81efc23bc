from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("qualite", "0009_les_reponses_se_scellent")]

    operations = [
        migrations.RemoveIndex("reponseenquete", "reponse_enquete_semaine"),
        migrations.RemoveField("reponseenquete", "semaine"),
        migrations.RemoveField("reponseenquete", "reponses"),
        migrations.AddConstraint(
            "reclamation", models.UniqueConstraint(fields=("organisation", "numero"), name="reclamation_numero")
        ),
    ]
