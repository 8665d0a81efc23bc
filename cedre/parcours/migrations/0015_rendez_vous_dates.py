"""Depuis quand un rendez-vous est à l’agenda, et le jour où il en a été retiré, d’après ce que l’on en savait."""

from itertools import batched

import django.utils.timezone
from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Least
from django.utils import timezone

RENDEZ_VOUS = {'actionassociee': 'action associée', 'entretien': 'entretien d’accueil', 'information': 'information'}
PAR_LOT = 500


def dater_la_pose(apps, schema_editor):
    """Un entretien a été posé le jour où il a été créé ; une inscription, celui que dit sa trace ; à défaut, le jour même, ou aujourd’hui."""
    for nom, objet in RENDEZ_VOUS.items():
        lignes = apps.get_model("parcours", nom).objects
        lignes.update(pose_le=Least(F("le"), timezone.localdate()))
        if nom == "entretien":
            instants = lignes.order_by("pk").values_list("pk", "cree_le")
        else:
            traces = apps.get_model("comptes", "Trace").objects.filter(objet=objet, geste="creer")
            instants = traces.order_by("pk").values_list("objet_id", "le")
        for lot in batched(instants.iterator(), PAR_LOT):
            jours = {pk: timezone.localdate(instant) for pk, instant in lot}
            siennes = list(lignes.filter(pk__in=jours))
            for ligne in siennes:
                ligne.pose_le = jours[ligne.pk]
            lignes.bulk_update(siennes, ["pose_le"])


def dater_l_annulation(apps, schema_editor):
    """Ceux que l'on a annulés le sont du jour où on les attendait, la seule date connue ; d'aujourd'hui s'il est à venir."""
    for nom, etat in (("actionassociee", {"etat": "excusee"}), ("entretien", {"etat": "annule"}), ("information", {"presence": "excusee"})):
        apps.get_model("parcours", nom).objects.filter(**etat).update(annule_le=Least(F("le"), timezone.localdate()))


class Migration(migrations.Migration):

    dependencies = [
        ('comptes', '0005_premiere_invitation'),
        ('parcours', "0014_etapes_et_suivis"),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name=nom,
                name='annule_le',
                field=models.DateField(blank=True, editable=False, null=True, verbose_name='annulé le'),
            )
            for nom in RENDEZ_VOUS
        ),
        *(
            migrations.AddField(
                model_name=nom,
                name='pose_le',
                field=models.DateField(editable=False, null=True, verbose_name='mis à l’agenda le'),
            )
            for nom in RENDEZ_VOUS
        ),
        migrations.SeparateDatabaseAndState(state_operations=[
            migrations.AlterField(
                model_name=nom,
                name='pose_le',
                field=models.DateField(default=django.utils.timezone.localdate, editable=False, null=True, verbose_name='mis à l’agenda le'),
            )
            for nom in RENDEZ_VOUS
        ]),
        migrations.RunPython(dater_la_pose, migrations.RunPython.noop),
        migrations.RunPython(dater_l_annulation, migrations.RunPython.noop),
    ]
