"""Le passé tient : aucun geste du produit ne change ce qui se mesurait hier, sinon les trois qui le disent (décision 0029).

Chaque adresse reçoit, du rôle qui peut le plus, un envoi valable sur des lignes de plusieurs états, puis le même à un champ
près (TOUT=1 : à chacun de ses champs) ; chaque commande et chaque tâche est jouée. Tous les indicateurs se mesurent à six fins de
mois passées, avant et après.
PASSE_RAPPORT=fichier y écrit chaque changement, geste par geste.
"""

import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from io import StringIO
from pkgutil import resolve_name
from random import Random
from shutil import copytree
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import transaction
from django.db.models import DateField, DateTimeField, Model, Q, Value
from django.db.models.functions import Coalesce
from django.test import override_settings
from django.utils import timezone
from django.utils.module_loading import import_string

from cedre.comptes import passe as registre
from cedre.comptes.droits import ROLES_DE_STRUCTURE
from cedre.comptes.models import Deplacement, Trace
from cedre.comptes.partage import modeles
from cedre.core import indicateurs, manques
from cedre.core.indicateurs import tous
from cedre.core.intervalles import DE_TOUT_TEMPS
from cedre.observatoire.mesures import mesurer_aux_dates
from cedre.parcours.models import Remise
from cedre.parcours.models.contrat import SANS_FIN
from cedre.settings import CHAQUE_JOUR
from cedre.tests.adresses import ROUTES, adresse, roles_de
from cedre.tests.envois import MOTIF, PASSEE, Formulaire, Retour
from cedre.tests.mondes import ICI
from cedre.tests.ouvrables import chercher
from cedre.tests.passe_connu import CONNUS, CORRIGENT
from cedre.tests.socle import BATISSEURS
from cedre.tests.vecu import LE, batir_le_vecu, ce_jour, fins_de_mois

TOUT = os.environ.get("TOUT") == "1"  # sinon, deux états d’une page et quelques variantes, tirées au sort, les mêmes chaque fois
ETATS_ESSAYES, ETATS_JOUES, ROLES_ESSAYES, VARIANTES = 30, 3 if TOUT else 2, 4, 4
HORS_DE_LA_MAISON = {
    "demo",
    "simuler",
    "serveur",
    "restaurer",
    "sauvegarder",
    "cles",
    "documenter",
    "premier-compte",
    "importer",
    "faits",
}


@pytest.fixture
def vecu(baties, monkeypatch, documents_en_clair):
    """Le réseau d'essai qui a vécu, le jour où l'on en est ; le registre et le gel s'en tiennent aux mêmes six fins de mois."""
    monkeypatch.setattr("cedre.comptes.passe.mois_touches", lambda depuis: sorted(le for le in fins_de_mois() if le >= depuis))
    monkeypatch.setattr("cedre.observatoire.operations.fins_de_mois", lambda depuis, avant: fins_de_mois())
    with ce_jour():
        yield baties["vecu"]


@cache
def tables_lues(code: str) -> frozenset[str]:
    """Les tables que lit cet indicateur."""
    lus = " ".join(texte for texte, _ in indicateurs._comptes_ecrits(tous()[code], fins_de_mois()[0]))
    tables = {modele._meta.db_table for modele in apps.get_models(include_auto_created=True)}
    return frozenset(tables & set(re.findall(r'"(\w+)"', lus)))


# Les tables dont chaque ligne est d'une organisation ; on laisse une trace là où l'on agit.
TABLES = {modele._meta.db_table: modele for modele in modeles() if modele.PARTAGE.organisation and modele is not Trace}


class Passe:
    """Ce que disaient les mesures d’une structure, toutes ou d’un seul indicateur, avant que l’on essaie quoi que ce soit."""

    def __init__(self, vecu, code: str = ""):
        self.organisation, self.suivis = vecu[ICI].organisation.pk, [code] if code else [*tous()]
        self.avant, self.dehors = self.mesures(), {table: self.ailleurs(table) for table in TABLES}
        self.dernier = Deplacement.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def mesures(self, ecrites: frozenset[str] | None = None) -> dict[tuple[str, str], tuple[int, int]]:
        """Les mesures des indicateurs suivis, ou de ceux qui lisent l'une des tables écrites, aux fins de mois passées."""
        lus = [tous()[code] for code in self.suivis if ecrites is None or tables_lues(code) & ecrites]
        trouvees = mesurer_aux_dates(lus, self.organisation, fins_de_mois())
        return {(code, str(le)): tuple(m) for le, par_code in trouvees.items() for code, m in par_code.items()}

    def ailleurs(self, table: str) -> frozenset[str]:
        """Ce que les autres organisations gardent dans cette table."""
        chemin, toutes = TABLES[table].PARTAGE.organisation, TABLES[table]._base_manager.order_by()
        return frozenset(map(repr, toutes.exclude(**{chemin: self.organisation}).values_list()))

    def regarder(self, ecrites: frozenset[str]) -> tuple[dict, dict, set[str]]:
        """Ce qui n'est plus comme avant, ce que le registre en dit, ces mêmes fins de mois ; les tables touchées ailleurs."""
        if not ecrites:
            return {}, {}, set()
        dits = Deplacement.objects.filter(trace__organisation=self.organisation, mois__in=fins_de_mois(), pk__gt=self.dernier)
        return (
            self.ecarts(ecrites),
            {
                (d.code, str(d.mois)): ((d.total_avant, d.atteint_avant), (d.total_apres, d.atteint_apres))
                for d in dits.exclude(trace__motif="")
            },
            {table for table in ecrites & TABLES.keys() if self.ailleurs(table) != self.dehors[table]},
        )

    def ecarts(self, ecrites: frozenset[str] | None = None) -> dict:
        """Ce qui n'est plus comme avant : (code, fin de mois) → avant, après."""
        return {cle: (self.avant[cle], m) for cle, m in self.mesures(ecrites).items() if m != self.avant[cle]}


@pytest.fixture
def memoire(vecu, baties):
    """Ce que disent les mesures passées d'« ici »."""
    return baties["memoire"]


BATISSEURS["vecu"] = batir_le_vecu
BATISSEURS["memoire"] = lambda baties: Passe(baties["vecu"])  # mesuré une fois : chaque essai remet tout en place


def etat_de(ligne: Model) -> tuple:
    """Où en est une ligne : ses choix, ce qu'elle a de rempli, ce qui est d'un mois fini, de ce mois, à venir."""
    return tuple(_ou_en_est(champ, getattr(ligne, champ.attname)) for champ in ligne._meta.concrete_fields)


def _ou_en_est(champ, valeur):
    if isinstance(champ, DateField) and not isinstance(champ, DateTimeField) and valeur:
        return (valeur > fins_de_mois()[0]) + (valeur > LE)
    return valeur if champ.choices or isinstance(valeur, bool) else valeur in (None, "")


def une_de_chaque(lignes) -> list[Model]:
    """Une ligne de chaque état, le plus commun d'abord."""
    par_etat, toutes = {}, [*lignes.order_by("pk")]
    for ligne in Random("états").sample(toutes, len(toutes)):
        par_etat.setdefault(etat_de(ligne), []).append(ligne)
    return [memes[0] for memes in sorted(par_etat.values(), key=len, reverse=True)[:ETATS_ESSAYES]]


def lignes_de(vecu, route: str, habilitation) -> list[Model | None]:
    """Une ligne de chaque état, du modèle que cette route ouvre ; une seule page, si elle n'en ouvre pas."""
    if "<int:" not in route:
        return [None]
    modele, _ = chercher(route, vecu) or (None, 0)
    return une_de_chaque(modele.objects.pour(habilitation)) if modele else []


def a_jouer(vecu, passe: Passe, route: str) -> Iterator[tuple[Formulaire, dict, Retour]]:
    """Les pages de cette route où un envoi est accepté, de plusieurs états, au rôle qui peut le plus ; l’envoi et son retour."""
    for role in roles_de(ROUTES[route])[:ROLES_ESSAYES]:
        monde, joues = vecu.chez(role), 0
        for ligne in lignes_de(vecu, route, monde.hab[role]):
            cible = adresse(route, ligne.pk, monde.hab[role]) if ligne else adresse(route)
            page = Formulaire(cible, monde.client(role), monde.hab[role], ligne)
            if joues < ETATS_JOUES and page.ouvrir() and (accepte := page.valable(passe.regarder)):
                joues += 1
                yield page, *accepte
            elif page.muette:
                return
        if joues:
            return


def rapporter(*quoi) -> None:
    """Une ligne du rapport, si l'on en veut un."""
    if chemin := os.environ.get("PASSE_RAPPORT"):
        with open(chemin, "a", encoding="utf-8") as rapport:
            print(*quoi, sep="\t", file=rapport)


def quand(variante: str) -> str:
    """Si ce que l'on envoie est daté d'un mois fini, ou d'aujourd'hui."""
    return "passé" if variante.endswith(PASSEE) else "présent"


def jouer(page: Formulaire, envoi: dict, passe: Passe) -> Retour:
    """Ce que l'envoi donne ; un motif qui se demande se donne."""
    retour = page.envoyer(envoi, passe.regarder)
    if retour.attend_un_motif:
        assert retour.vu[0] == {}, "rien ne s’écrit avant que l’on ait dit pourquoi"
        retour = page.envoyer(envoi | MOTIF, passe.regarder)
    return retour


def quelques(variantes: Iterator[tuple[str, dict]], route: str) -> list[tuple[str, dict]]:
    """L'envoi tel quel, et quelques-unes de ses variantes ; toutes, si l'on veut tout."""
    tel_quel, *autres = variantes
    return [tel_quel, *(autres if TOUT or len(autres) <= VARIANTES else Random(route).sample(autres, VARIANTES))]


def connus(route: str) -> set[tuple[str, str]]:
    """Ce que l'on sait encore fautif de cette adresse : (quand, indicateur)."""
    de_toutes = [un for fautes in CONNUS.values() for un in fautes.items()]
    return {(quand, code) for (fautive, quand), codes in de_toutes for code in codes.split() if fautive == route}


def fautes(vecu, memoire: Passe, route: str) -> Iterator[tuple[str, str]]:
    """(quand, indicateur) de ce qui bouge sans que le registre le dise exactement, ou d'un geste qui ne corrige rien."""
    for page, envoi, accepte in a_jouer(vecu, memoire, route):
        for variante, varie in quelques(page.variantes(envoi), route):
            retour = accepte if varie is envoi else jouer(page, varie, memoire)
            bouge, dit, ailleurs = retour.vu
            ligne = page.ligne and f"{type(page.ligne).__name__} {page.ligne.pk}"
            rapporter(route, page.habilitation.role, ligne, variante, retour.code, bouge, dit)
            if page.habilitation.role in ROLES_DE_STRUCTURE:
                yield from (("ailleurs", table) for table in ailleurs)
            corrige = quand(variante) == "passé" or route in CORRIGENT
            for cle in bouge.keys() | dit.keys():
                if bouge.get(cle) != dit.get(cle) or not corrige:
                    yield quand(variante), cle[0]


@pytest.mark.parametrize("route", ROUTES)
def test_aucun_geste_ne_change_le_passe_sans_le_dire(vecu, memoire, route):
    trouvees = set(fautes(vecu, memoire, route))
    assert trouvees == connus(route), "à droite, ce que tests/passe_connu.py sait encore fautif, et qui doit s’en retirer"


# Ce qu'il faut dire à ces commandes, outre la structure.
L_AN_DERNIER = {"annee": timezone.localdate().year - 1}
DITES = {"conformite": ((), {}), "indicateurs": ((), L_AN_DERNIER), "rapport": (("publier",), L_AN_DERNIER)}


def taches() -> list[str]:
    """Les tâches de chaque jour, et les commandes de la maison qui écrivent dans ses données."""
    commandes = [nom for nom, app in get_commands().items() if str(app).startswith("cedre.")]
    return sorted({t["task"] for t in CHAQUE_JOUR.values()} | set(commandes) - HORS_DE_LA_MAISON)


def change_par(tache: str, memoire: Passe) -> dict:
    """Ce que cette tâche, ou cette commande, fait bouger."""
    with transaction.atomic():
        if "." in tache:
            import_string(tache).func()
        else:
            mots, options = DITES.get(tache, ((), {}))
            call_command(tache, *mots, **options | ({"structure": ICI, "stdout": StringIO()} if tache in DITES else {}))
        bouge = memoire.ecarts()
        transaction.set_rollback(True)
    return bouge


@pytest.mark.parametrize("tache", taches())
def test_aucune_tache_ni_commande_ne_change_le_passe(vecu, memoire, tache, tmp_path):
    copytree(settings.MEDIA_ROOT, tmp_path, dirs_exist_ok=True)  # elles font le ménage de ce qui sert aux autres essais
    with override_settings(MEDIA_ROOT=tmp_path):
        assert change_par(tache, memoire) == {}


CHEZ = "cedre.parcours.operations."


def puis(recrire):
    """Ce geste, puis une réécriture. recrire : fonction de ce que le geste a reçu."""

    def planter(operation):
        def fautive(recu, *args, **kwargs):
            rendu = operation(recu, *args, **kwargs)
            recrire(recu)
            return rendu

        return fautive

    return planter


def rien(operation):
    """Un geste que l'on a oublié."""
    return lambda *args, **kwargs: None


def la_fin_d_aujourd_hui(connus):
    """Ce que l'on sait aujourd'hui d'une fin, à la place de ce que l'on en savait."""
    return lambda lignes, le: lignes.annotate(fin_connue=Coalesce("fin", Value(SANS_FIN)))


def la_phase_d_aujourd_hui(en_phase):
    """La phase que le dossier dit, à la place de l'étape de ce jour-là."""
    return lambda phases, le, de="pk": Q(phase__in=phases, anonymisee_le=None)


def mal_dits(create):
    """Un registre qui se trompe d'un."""
    return lambda total_apres, **dits: create(total_apres=total_apres + 1, **dits)


# Ce que l'on récrit, et comment ; le geste, ou la tâche, où cela se voit. Sans elles, les essais d'au-dessus sont verts.
PLANTEES = {
    "l’ancienne fin d’un contrat n’est pas gardée": (CHEZ + "contrats.retenir", rien, "contrats/<int:pk>/rompre"),
    "un bilan rouvert oublie qu’il a été clos": (
        CHEZ + "bilans.rouvrir",
        puis(lambda bilan: bilan.clotures_rouvertes.all().delete()),
        "bilans/<int:pk>/rouvrir",
    ),
    "un engagement n’est formalisé que d’aujourd’hui": (
        CHEZ + "engagements.enregistrer",
        puis(lambda engagement: engagement.formalisations.update(du=LE)),
        "engagements/<int:pk>/modifier",
    ),
    "la phase du jour récrit les étapes": (
        CHEZ + "sorties.reprendre_les_etapes",
        puis(lambda personne: personne.etapes.update(phase=personne.phase)),
        "personnes/<int:pk>/sortie",
    ),
    "un seuil vaut depuis toujours": (
        "cedre.structures.operations.reglages.tenir",
        puis(lambda seuils: seuils.filter(au=None).update(du=DE_TOUT_TEMPS, alerte_contrat=365)),
        "reglages/",
    ),
    "un travail fini perd ses heures": (
        CHEZ + "travail.terminer",
        puis(lambda travail: travail.heures.all().delete()),
        "mises-en-situation/<int:pk>/terminer",
    ),
    "on rend anonyme sans avoir figé": (CHEZ + "droits.figer", rien, "personnes/<int:pk>/droits"),
    "une tâche range des remises": (
        "cedre.core.menage.ranger",
        lambda tache: SimpleNamespace(func=Remise.objects.all().delete),
        "cedre.core.menage.ranger",
    ),
    "une annulation n’est pas décorée": (CHEZ + "contrats.retirer", lambda op: op.__wrapped__, "contrats/<int:pk>/retirer"),
    "le registre omet le plus ancien mois": (
        "cedre.comptes.passe.mois_touches",
        lambda mois_touches: lambda depuis: mois_touches(depuis)[1:],
        "contrats/<int:pk>/retirer",
    ),
    "un motif est accepté, et rien ne dit ce qui a bougé": (
        "cedre.comptes.passe.Deplacement.objects.create",
        rien,
        "contrats/<int:pk>/retirer",
    ),
    "le registre se trompe d’un": (
        "cedre.comptes.passe.Deplacement.objects.create",
        mal_dits,
        "contrats/<int:pk>/retirer",
    ),
}

INDICATEURS = {
    "un indicateur lit la fin que l’on sait aujourd’hui": (
        "cedre.parcours.models.contrat.ContratQuerySet.connus",
        la_fin_d_aujourd_hui,
        "contrats/<int:pk>/rompre",
        "suivi_fin_contrat",
    ),
    "un indicateur lit la phase d’aujourd’hui": (
        "cedre.parcours.indicateurs.suivi_de_l_accueil.en_phase",
        la_phase_d_aujourd_hui,
        "personnes/<int:pk>/sortie",
        "suivi_injoignable",
    ),
}


@pytest.fixture
def rien_d_ecrit_d_avance(monkeypatch):
    """Ce qu'écrivent les indicateurs justes est mis de côté, puis rendu : un à un, on les fausse."""
    for ou in (indicateurs, manques, registre, sys.modules[__name__]):
        for nom, garde in [*vars(ou).items()]:
            if garde is not tous and hasattr(garde, "cache_clear"):
                monkeypatch.setattr(ou, nom, cache(garde.__wrapped__))


@pytest.mark.parametrize("ou, planter, essai", PLANTEES.values(), ids=PLANTEES)
def test_une_reecriture_de_l_histoire_se_voit(vecu, memoire, monkeypatch, ou, planter, essai):
    monkeypatch.setattr(ou, planter(resolve_name(ou)))
    assert any(fautes(vecu, memoire, essai)) if essai in ROUTES else change_par(essai, memoire)


@pytest.mark.parametrize("ou, planter, essai, code", INDICATEURS.values(), ids=INDICATEURS)
@pytest.mark.usefixtures("memoire")  # le réseau qu’ont bâti les autres essais
def test_un_indicateur_qui_lit_aujourd_hui_se_voit(vecu, monkeypatch, rien_d_ecrit_d_avance, ou, planter, essai, code):
    monkeypatch.setattr(ou, planter(resolve_name(ou)))
    assert ("présent", code) in fautes(vecu, Passe(vecu, code), essai)
