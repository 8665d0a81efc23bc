"""Les étapes de chaque dossier, déduites de ses faits ; qui le suit, à partir d’aujourd’hui : avant, on ne le gardait pas."""

from collections import defaultdict
from itertools import batched, pairwise

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

OUVERTES = ("pre_accueil", "accueil", "pre_embauche", "parcours")
FERMEES = ("sortie", "reorientee", "sans_suite")
# D'une sorte de fait, la phase où elle mène, et celles d'où elle y mène : figé ici, comme le reste de cette migration.
MENE = {
    "demande": ("pre_accueil", FERMEES),
    "rencontre": ("accueil", ("pre_accueil",)),
    "inscription": ("pre_embauche", ("pre_accueil", "accueil")),
    "reorientation": ("reorientee", OUVERTES),
    "sans_suite": ("sans_suite", OUVERTES),
    "contrat": ("parcours", OUVERTES + FERMEES),
    "sortie": ("sortie", OUVERTES + FERMEES),
}
RANGS = {sorte: rang for rang, sorte in enumerate(MENE)}
PAR_LOT = 500


def deduire(faits, ouvert_le):
    """Les étapes d'un dossier : le premier jour de chacune et sa phase. faits : (jour, sorte, instant de saisie ou None)."""
    ranges = sorted(faits, key=lambda f: (f[0], f[2] is None, f[2].timestamp() if f[2] else 0, RANGS[f[1]]))
    phase = "pre_accueil"
    soirs = {min([ouvert_le, *(fait[0] for fait in ranges[:1])]): phase}
    for le, sorte, _ in ranges:
        vers, depuis = MENE[sorte]
        phase = soirs[le] = vers if phase in depuis else phase
    jours = list(soirs.items())
    return [jours[0], *(apres for avant, apres in zip(jours, jours[1:]) if avant[1] != apres[1])]


def selon_le_dossier(etapes, phase, depuis):
    """Les mêmes, si elles mènent à la phase que dit le dossier ; sinon c'est lui qui est cru, depuis le jour qu'il dit."""
    if etapes[-1][1] == phase:
        return etapes
    avant = [etape for etape in etapes if etape[0] < depuis]
    return [*avant, (depuis, phase)] if not avant or avant[-1][1] != phase else avant


def noter_la_saisie(apps, schema_editor):
    """L'instant où une suite ou une sortie a été notée, que sa trace dit : il départage les faits d'un même jour."""
    Trace = apps.get_model("comptes", "Trace")
    for modele, objet in (("Suite", "suite donnée"), ("Sortie", "sortie")):
        lignes = apps.get_model("parcours", modele).objects
        traces = Trace.objects.filter(objet=objet, geste="creer").order_by("pk").values_list("objet_id", "le")
        for lot in batched(traces.iterator(), PAR_LOT):
            instants = dict(lot)
            siennes = list(lignes.filter(pk__in=instants))
            for ligne in siennes:
                ligne.cree_le = instants[ligne.pk]
            lignes.bulk_update(siennes, ["cree_le"])


def lire_les_faits(apps, pks):
    """Ce qui a pu changer la phase de ces dossiers, par dossier."""
    faits, modele = defaultdict(list), lambda nom: apps.get_model("parcours", nom).objects.filter(personne__in=pks)
    for pk, le, saisi in modele("Contact").values_list("personne", "le", "cree_le"):
        faits[pk].append((le, "demande", saisi))
    for pk, debut, saisi in modele("Contrat").values_list("personne", "debut", "cree_le"):
        faits[pk].append((min(debut, timezone.localdate(saisi)), "contrat", saisi))
    for pk, le, nature, saisi in modele("Suite").values_list("personne", "le", "nature", "cree_le"):
        faits[pk].append((le, nature, saisi))
    for pk, le, saisi in modele("Sortie").values_list("personne", "le", "cree_le"):
        faits[pk].append((le, "sortie", saisi))
    for pk, le in modele("Entretien").filter(etat="realise").values_list("personne", "le"):
        faits[pk].append((le, "rencontre", None))
    for pk, le in modele("Information").filter(presence="presente").values_list("personne", "le"):
        faits[pk].append((le, "rencontre", None))
    return faits


def reprendre(apps, schema_editor):
    """Les étapes et le référent de tous les dossiers. Qui les suivait avant aujourd'hui ne se sait pas : un suivi sans compte le dit."""
    Personne, Etape, Suivi = (apps.get_model("parcours", nom) for nom in ("Personne", "Etape", "Suivi"))
    aujourdhui = timezone.localdate()
    for pks in batched(Personne.objects.order_by("pk").values_list("pk", flat=True), PAR_LOT):
        faits, etapes, suivis, autres = lire_les_faits(apps, pks), [], [], []
        for personne in Personne.objects.filter(pk__in=pks).order_by("pk"):
            # D'un contrat signé d'avance, le dossier disait le premier jour, encore à venir.
            depuis = min(personne.phase_depuis, aujourdhui)
            jours = deduire(faits[personne.pk], timezone.localdate(personne.cree_le))
            jours = selon_le_dossier(jours, personne.phase, depuis)
            for (du, phase), suivante in pairwise([*jours, None]):
                etapes.append(Etape(personne=personne, phase=phase, du=du, au=suivante and suivante[0]))
            if personne.phase_depuis != jours[-1][0]:
                personne.phase_depuis = jours[-1][0]
                autres.append(personne)
            if personne.anonymisee_le is None:
                if jours[0][0] < aujourdhui:
                    suivis.append(Suivi(personne=personne, compte=None, du=jours[0][0], au=aujourdhui))
                if personne.referent_id:
                    suivis.append(Suivi(personne=personne, compte_id=personne.referent_id, du=aujourdhui))
        Etape.objects.bulk_create(etapes)
        Suivi.objects.bulk_create(suivis)
        Personne.objects.bulk_update(autres, ["phase_depuis"])


class Migration(migrations.Migration):

    dependencies = [
        ('comptes', '0005_premiere_invitation'),
        ('parcours', "0013_index_couvrants"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='sortie',
            name='cree_le',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='suite',
            name='cree_le',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name='Etape',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('du', models.DateField()),
                ('au', models.DateField(blank=True, null=True)),
                ('phase', models.CharField(choices=[('pre_accueil', 'Pré-accueil'), ('accueil', 'Accueil'), ('pre_embauche', 'Pré-embauche'), ('parcours', 'Parcours'), ('sortie', 'Sortie'), ('reorientee', 'Réorientée'), ('sans_suite', 'Sans suite')], max_length=12)),
                ('personne', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='etapes', to='parcours.personne')),
            ],
            options={
                'verbose_name': 'étape',
                'ordering': ['du', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('au', None), ('au__gt', models.F('du')), _connector='OR'), name='parcours_etape_du_au', violation_error_message='La fin vient après le début.'), models.UniqueConstraint(fields=('personne', 'du'), name='etape_une_par_jour')],
            },
        ),
        migrations.CreateModel(
            name='Suivi',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('du', models.DateField()),
                ('au', models.DateField(blank=True, null=True)),
                ('compte', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='référent·e')),
                ('personne', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='suivis', to='parcours.personne')),
            ],
            options={
                'verbose_name': 'suivi',
                'ordering': ['du', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('au', None), ('au__gt', models.F('du')), _connector='OR'), name='parcours_suivi_du_au', violation_error_message='La fin vient après le début.'), models.UniqueConstraint(fields=('personne', 'du'), name='suivi_un_par_jour'), models.UniqueConstraint(condition=models.Q(('au', None)), fields=('personne',), name='suivi_un_en_cours')],
            },
        ),
        migrations.SeparateDatabaseAndState(state_operations=[
            migrations.AlterField(
                model_name=modele,
                name='cree_le',
                field=models.DateTimeField(default=django.utils.timezone.now, editable=False, null=True),
            )
            for modele in ('sortie', 'suite')
        ]),
        migrations.RunPython(noter_la_saisie, migrations.RunPython.noop),
        migrations.RunPython(reprendre, migrations.RunPython.noop),
    ]
