"""Ce que dit une procédure, et le jour où une action est entrée au plan : les verdicts les lisent (§ 2.1 d, § 2.3 d, § 2.4 b)."""

import django.utils.timezone
from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Least
from django.utils import timezone

OBJETS_DITS = [
    ("suivi", "Suivi a minima"),
    ("contractualisation", "Contractualisation des engagements"),
    ("mobilisation", "Mobilisation des heures de travail"),
    ("regulation", "Régulation pédagogique"),
    ("reclamations", "Traitement des réclamations et des dysfonctionnements"),
    ("amelioration", "Amélioration continue"),
]
REGLAGES = [
    ("delai_annonce", "Délai du premier contact à l’accueil (jours)"),
    ("rythme_regulation", "Rythme des régulations (jours)"),
    ("delai_remise", "Délai pour remettre un engagement (jours)"),
    ("delai_sortie", "Délai pour documenter une sortie (jours)"),
    ("jours_sans_contact", "Temps le plus long sans se parler (jours)"),
    ("semaines_sans_heures", "Temps le plus long sans heures (semaines)"),
]


def reprendre(apps, schema_editor):
    """L'objet d'une procédure dont le titre est exactement cela ; une action était au plan quand elle a commencé, au plus tard."""
    Procedure = apps.get_model("qualite", "Procedure")
    objets = {libelle.casefold(): objet for objet, libelle in OBJETS_DITS}
    for procedure in Procedure.objects.all():
        if objet := objets.get(procedure.titre.strip().casefold()):
            Procedure.objects.filter(pk=procedure.pk).update(objet=objet)
    for revision in apps.get_model("qualite", "RevisionDeProcedure").objects.select_related("procedure"):
        revision.objet, revision.reglage = revision.procedure.objet, revision.procedure.reglage
        revision.save(update_fields=["objet", "reglage"])
    Action = apps.get_model("qualite", "ActionDeFormation")
    Action.objects.update(inscrite_le=Least(F("prevue_du"), timezone.localdate()))


def _choix(nom, choix, longueur, **suite):
    return models.CharField(nom, blank=True, choices=choix, default="", max_length=longueur, **suite)


class Migration(migrations.Migration):
    dependencies = [("qualite", "0001_reunies_jusqu_a_0010")]

    operations = [
        migrations.AddField("procedure", "objet", _choix("procédure que le référentiel demande", OBJETS_DITS, 18, help_text="Vide : une autre."), False),
        migrations.AddField("revisiondeprocedure", "objet", _choix("objet d’alors", OBJETS_DITS, 18, editable=False), False),
        migrations.AddField("revisiondeprocedure", "reglage", _choix("délai ou rythme d’alors", REGLAGES, 24, editable=False), False),
        migrations.AddField(
            "actiondeformation",
            "inscrite_le",
            models.DateField("inscrite au plan le", default=django.utils.timezone.localdate, editable=False),
        ),
        migrations.RunPython(reprendre, migrations.RunPython.noop),
    ]
