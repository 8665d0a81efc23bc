"""Multiplie le réseau de la base de CEDRE_DONNEES : copie par SQL chaque structure et tout ce qui est à elle.

Usage : python -m bench.reseau FOIS [--suivre] [--une-seule]. Une CIP de la première structure y suit cent dossiers ouverts ;
chaque structure y a publié son dernier mois. « --suivre » ajoute ensuite la fédération et les régions, qui le lisent.
« --une-seule » donne ensuite toutes les personnes à la première structure. Simuler cent mille personnes demande une
demi-heure ; les copier, une minute ou deux. Les traces ne sont pas copiées.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cedre.settings")
django.setup()

from django.apps import apps  # noqa: E402
from django.core.management.color import no_style  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402

from bench.chaine import publier_partout, suivre  # noqa: E402
from cedre.comptes.models import Habilitation, Organisation, Trace  # noqa: E402
from cedre.observatoire.models import Rapport, Terme  # noqa: E402
from cedre.parcours.models import Personne  # noqa: E402
from cedre.parcours.operations.suivi import confier  # noqa: E402

SUIVIES = 100  # dossiers ouverts d'une CIP très chargée


def charger_une_cip() -> None:
    """Confie à la première CIP de la première structure de quoi suivre cent dossiers ouverts."""
    cip = Habilitation.objects.actives().filter(role="cip").earliest("pk")
    ouverts = Personne.objects.pour(cip).filter(phase__in=Personne.PHASES_OUVERTES)
    siens = ouverts.filter(referent=cip.compte).count()
    confier(ouverts.exclude(referent=cip.compte)[: max(0, SUIVIES - siens)], a=cip.compte, par=cip)


def a_copier() -> list[type[models.Model]]:
    """Les modèles du domaine, liens multiples compris."""
    tous = apps.get_models(include_auto_created=True)
    return [m for m in tous if m.__module__.startswith("cedre.") and m not in (Terme, Trace)]


def colonne(modele: type[models.Model], champ: models.Field, copie: int, plus_grands: dict) -> str:
    """Ce que vaut cette colonne dans la copie : les numéros se décalent, ce qui doit être unique reçoit un suffixe."""
    nom = connection.ops.quote_name(champ.column)
    vise = modele if champ.primary_key else champ.related_model
    seuls = [c.fields for c in modele._meta.constraints if isinstance(c, models.UniqueConstraint)]
    if champ.name == "region" or (vise is None and not champ.unique and (champ.name,) not in seuls):
        return nom
    if vise is None:
        reste = (champ.max_length or 200) - len(suffixe := f"-{copie}")
        return f"substr({nom}, 1, {reste}) || '{suffixe}'"
    return f"{nom} + {copie * plus_grands[vise]}" if vise in plus_grands else nom


def multiplier(fois: int) -> None:
    """Fait de la base « fois » fois ce qu'elle est."""
    modeles = a_copier()
    plus_grands = {m: m._base_manager.aggregate(plus=models.Max("pk"))["plus"] or 0 for m in modeles}
    with connection.constraint_checks_disabled(), connection.cursor() as curseur:
        for copie in range(1, fois):
            with transaction.atomic():
                for modele in modeles:
                    champs = modele._meta.concrete_fields
                    noms = ", ".join(connection.ops.quote_name(c.column) for c in champs)
                    valeurs = ", ".join(colonne(modele, c, copie, plus_grands) for c in champs)
                    celles = f"id <= {plus_grands[modele]}" + (" AND nature = 'structure'" if modele is Organisation else "")
                    table = connection.ops.quote_name(modele._meta.db_table)
                    curseur.execute(f"INSERT INTO {table} ({noms}) SELECT {valeurs} FROM {table} WHERE {celles}")
        if connection.vendor == "sqlite":
            curseur.execute("PRAGMA foreign_key_check")
            assert not curseur.fetchall(), "une ligne copiée désigne une ligne qui n'existe pas"
        for remise in connection.ops.sequence_reset_sql(no_style(), modeles):
            curseur.execute(remise)
        curseur.execute("ANALYZE")


def rassembler() -> None:
    """Toutes les personnes dans la première structure."""
    Personne.objects.update(organisation=Organisation.objects.filter(nature="structure").earliest("pk"))


if __name__ == "__main__":
    if not Rapport.objects.exists():
        charger_une_cip()
        publier_partout()
    multiplier(int(sys.argv[1]))
    if "--une-seule" in sys.argv:
        rassembler()
    if "--suivre" in sys.argv:
        suivre()
