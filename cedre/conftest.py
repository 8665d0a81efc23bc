"""Deux structures complètes pour tous les essais : « ici », où l'on travaille, et « ailleurs », que l'on ne doit jamais voir."""

import os

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

import gc
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache as cache_de_processus
from importlib import import_module

import pytest
import time_machine
from _pytest import runner
from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase, override_settings
from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation, Organisation
from cedre.core.manques import batir, manques
from cedre.core.sessions import SessionStore
from cedre.observatoire.models import Terme
from cedre.parcours.models import (
    AccesEspace,
    ActionAssociee,
    Besoin,
    Bilan,
    Contact,
    Contrat,
    Echange,
    Engagement,
    Entretien,
    Evaluation,
    EvaluationAuTravail,
    Exportation,
    Heures,
    Importation,
    Information,
    InformationCollective,
    Jobcoach,
    Liaison,
    LienClient,
    MiseEnSituation,
    Moyen,
    Objectif,
    ObjectifEvalue,
    PassIAE,
    Personne,
    PriseEnCharge,
    Remise,
    Reponse,
    Seance,
    Sortie,
    SuiviSortie,
    Suspension,
    VisiteJobcoach,
)
from cedre.parcours.operations.etapes import reprendre_les_etapes, tenir_le_suivi
from cedre.parcours.remises import contenu
from cedre.parcours.tests.monde import se_souvenir
from cedre.partenariats.models import Client as ClientDeLaStructure
from cedre.partenariats.models import Convention, Partenaire
from cedre.qualite.tests.monde import ameliorer
from cedre.regulation.models import Decision, PointOrdreDuJour, Regulation
from cedre.structures.models import Competence, Domaine, Echelon, FicheDePoste, Grille, Offre, Reglages
from cedre.tests.manuel import rediger
from cedre.tests.pile import au_large
from cedre.tests.projet import projeter
from cedre.tests.rigueur import *  # noqa: F403
from cedre.tests.socle import *  # noqa: F403
from cedre.tests.vite import aller_vite

collect_ignore = ["wsgi.py"]  # il lit la base dès qu’on l’importe
MOT_DE_PASSE = "un mot de passe assez long"
DEPUIS = datetime(2020, 1, 1, 12, tzinfo=UTC)  # l'équipe est là depuis longtemps


runner.runtestprotocol = au_large(runner.runtestprotocol)
aller_vite()
gc.set_threshold(100_000, 20, 100)  # un essai ne vit pas assez longtemps pour que ses ordures pèsent
if jour := os.environ.get("JOUR"):  # JOUR=2028-02-29 : les essais se jouent comme si l’on y était, à dix heures
    time_machine.travel(datetime.fromisoformat(f"{jour}T09:00+00:00")).start()


@dataclass
class Monde:
    """Une structure et tout ce qu'elle contient ; hab["cip"] est l'habilitation de son CIP, client("cip") son navigateur."""

    nom: str
    organisation: Organisation
    hab: dict[str, Habilitation] = field(default_factory=dict)
    personne: Personne = None
    contact: Contact = None
    collective: InformationCollective = None
    information: Information = None
    entretien: Entretien = None
    evaluation: Evaluation = None
    grille: Grille = None
    fiche_de_poste: FicheDePoste = None
    partenaire: Partenaire = None
    contrat: Contrat = None
    engagement: Engagement = None
    objectif: Objectif = None
    mise_en_situation: MiseEnSituation = None
    bilan: Bilan = None
    seance: Seance = None
    regulation: Regulation = None
    sessions: dict[str, str] = field(default_factory=dict)

    @property
    def qui(self) -> Compte:
        """À qui l'on confie ce qu'il faut confier à quelqu'un."""
        return self.hab["cip"].compte

    def client(self, role: str) -> Client:
        """Un navigateur connecté avec ce rôle."""
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions.get(role) or ouvrir_session(self.hab[role].compte)
        return client

    def connecter(self) -> None:
        """Ouvre d'avance une session par rôle, que « client » reprendra."""
        self.sessions = {role: ouvrir_session(tenue.compte) for role, tenue in self.hab.items()}


def ouvrir_session(compte: Compte) -> str:
    """La clé d'une session de ce compte : celle que force_login écrit deux fois, relit et efface, écrite une fois."""
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(compte.pk), compte.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.create()
    return session.session_key


@cache_de_processus
def _mot_de_passe() -> str:
    return make_password(MOT_DE_PASSE)


def creer_habilitations(organisation: Organisation, roles) -> dict[str, Habilitation]:
    """Par rôle, un compte nommé d'après lui, et son habilitation."""
    nom = organisation.nom.split()[-1]
    comptes = Compte.objects.bulk_create(
        Compte(email=f"{role}@{organisation.slug}.example", password=_mot_de_passe(), prenom=role.capitalize(), nom=nom)
        for role in roles
    )
    tenues = Habilitation.objects.bulk_create(
        Habilitation(compte=compte, organisation=organisation, role=role, depuis=DEPUIS)
        for role, compte in zip(roles, comptes, strict=True)
    )
    return dict(zip(roles, tenues, strict=True))


def creer_habilitation(organisation: Organisation, role: str) -> Habilitation:
    """Un compte nommé d'après son rôle, et son habilitation."""
    return creer_habilitations(organisation, [role])[role]


def creer_structure(slug: str, region: Organisation, nom_personne: str, type_siae: str = "AI") -> Monde:
    """Une structure complète : équipe, grille publiée, fiche de poste, partenaire, et une personne à chaque étape."""
    organisation = Organisation.objects.create(
        nature="structure", type_siae=type_siae, nom=f"Structure {slug.capitalize()}", slug=slug, region=region
    )
    Reglages.objects.create(organisation=organisation, offre=f"Offre de {slug}", statut=f"Statut dit à {slug}")
    monde = Monde(slug, organisation)
    monde.hab = creer_habilitations(organisation, sorted(organisation.roles_possibles))
    monde.grille = Grille.objects.create(organisation=organisation, version=1, publiee_le=date(2020, 1, 1))
    echelons = ["Sans difficulté", "Difficulté légère", "Difficulté importante", "Bloquant"]
    Echelon.objects.bulk_create(Echelon(grille=monde.grille, valeur=v, libelle=libelle) for v, libelle in enumerate(echelons))
    regimes = {"sante": "sante", "justice": "agenda"}
    Domaine.objects.bulk_create(
        Domaine(grille=monde.grille, theme=t, libelle=t.libelle, regime=regimes.get(t.code, "ordinaire"), rang=rang)
        for rang, t in enumerate(Terme.objects.de("domaine"))
    )
    monde.fiche_de_poste = FicheDePoste.objects.create(organisation=organisation, intitule=f"Poste {slug}", code_rome="K1304")
    monde.fiche_de_poste.usages.create(du=date(2020, 1, 1))
    Competence.objects.bulk_create(
        Competence(fiche_de_poste=monde.fiche_de_poste, libelle=libelle, rang=rang)
        for rang, libelle in enumerate(["Respecter les consignes", "Tenir le rythme"])
    )
    monde.partenaire = Partenaire.objects.create(organisation=organisation, nom=f"Partenaire {slug}")
    aujourdhui = timezone.localdate()
    monde.personne = Personne.objects.create(
        organisation=organisation,
        nom=nom_personne,
        prenom="Zélie",
        date_naissance=date(1990, 2, 28),
        telephone="01 99 00 12 34",
        referent=monde.hab["cip"].compte,
    )
    monde.contact = Contact.objects.create(
        personne=monde.personne, le=aujourdhui - timedelta(days=5), delai_annonce=10, demande=f"Demande {nom_personne}"
    )
    monde.collective = InformationCollective.objects.create(
        organisation=organisation, le=aujourdhui + timedelta(days=3), heure=time(9, 30), lieu=f"Salle {slug}"
    )
    monde.information = Information.objects.create(
        personne=monde.personne, collective=monde.collective, le=monde.collective.le, presence="prevue"
    )
    monde.entretien = Entretien.objects.create(
        personne=monde.personne, le=aujourdhui + timedelta(days=4), heure=time(14), conduit_par=monde.hab["cip"].compte
    )
    reprendre_les_etapes(monde.personne)
    tenir_le_suivi([monde.personne])
    monde.evaluation = Evaluation.objects.create(
        personne=monde.personne, grille=monde.grille, conduite_par=monde.hab["cip"].compte
    )
    il_y_a_deux_heures = timezone.now() - timedelta(hours=2)
    Exportation.objects.create(organisation=organisation, par=monde.hab["direction"].compte, cree_le=il_y_a_deux_heures)
    Importation.objects.create(
        organisation=organisation, nom_fichier=f"{slug}.csv", etat="termine", par=monde.hab["direction"].compte
    )
    return monde


def terme(liste: str, code: str) -> Terme:
    """Un terme du cadre commun."""
    return Terme.objects.get(liste=liste, code=code)


def a_qui_manque(cle: str, le: date | None = None):
    """Les personnes à qui ceci manque ce jour-là, que quelqu'un s'en occupe ou non, toutes structures ensemble."""
    return Personne.objects.filter(batir(manques(Personne)[cle], le or timezone.localdate()).manque)


def embaucher(monde: Monde, suffixe: str = "") -> Monde:
    """Fait de la personne une salariée en parcours, avec un fait de chaque sorte de la mission insertion (INS-1 à INS-9).

    suffixe : ce qui distingue les noms d'une autre personne de la même structure.
    """
    jour, cip, qui = timezone.localdate(), monde.hab["cip"].compte, monde.personne
    chez, marque = monde.organisation, monde.nom + suffixe
    client = ClientDeLaStructure.objects.create(organisation=chez, nom=f"Client {marque}")
    Convention.objects.create(partenaire=monde.partenaire, objet=f"Convention {marque}", du=jour - timedelta(days=90))
    offre = Offre.objects.create(organisation=chez, intitule=f"Atelier {marque}")
    monde.contrat = Contrat.objects.create(
        personne=qui,
        nature=terme("nature_contrat", "cddi"),
        debut=jour - timedelta(days=60),
        fin_prevue=jour + timedelta(days=60),
    )
    Suspension.objects.create(
        contrat=monde.contrat,
        du=jour - timedelta(days=40),
        au=jour - timedelta(days=39),
        motif=terme("motif_suspension", "arret"),
    )
    PassIAE.objects.create(personne=qui, debut=jour - timedelta(days=60), fin=jour + timedelta(days=669))
    monde.engagement = Engagement.objects.create(
        personne=qui,
        type_engagement=terme("type_engagement", "decouverte"),
        etat="en_cours",
        debut=jour - timedelta(days=30),
        formalise_le=jour - timedelta(days=30),
        bilan_le=jour + timedelta(days=30),
        conduit_par=cip,
    )
    monde.objectif = Objectif.objects.create(engagement=monde.engagement, libelle=f"Objectif {marque}")
    for quoi in ("structure", "personne"):
        Moyen.objects.create(
            engagement=monde.engagement,
            objectif=monde.objectif,
            qui=quoi,
            libelle=f"Moyen {marque}",
            echeance=jour + timedelta(days=20),
            evaluation="On en parle au bilan",
            offre=offre,
        )
    monde.mise_en_situation = MiseEnSituation.objects.create(
        personne=qui,
        contrat=monde.contrat,
        engagement=monde.engagement,
        objectif=monde.objectif,
        client=client,
        fiche_de_poste=monde.fiche_de_poste,
        du=jour - timedelta(days=30),
    )
    Heures.objects.create(mise_en_situation=monde.mise_en_situation, le=jour - timedelta(days=7), heures=12)
    EvaluationAuTravail.objects.create(mise_en_situation=monde.mise_en_situation, points_forts=f"Va bien {marque}")
    LienClient.objects.create(mise_en_situation=monde.mise_en_situation, condensat=f"condensat-{marque}")
    Besoin.objects.create(organisation=chez, client=client, intitule=f"Besoin {marque}", du=jour)
    monde.seance = Seance.objects.create(organisation=chez, offre=offre, le=jour + timedelta(days=5), heure=time(9))
    ActionAssociee.objects.create(personne=qui, offre=offre, seance=monde.seance, le=monde.seance.le)
    monde.bilan = Bilan.objects.create(
        personne=qui, engagement=monde.engagement, le=monde.engagement.bilan_le, heure=time(10), conduit_par=cip
    )
    ObjectifEvalue.objects.create(bilan=monde.bilan, objectif=monde.objectif)
    se_souvenir(monde, jour - timedelta(days=59))
    remise = Remise.objects.create(personne=qui, engagement=monde.engagement, contenu=contenu(monde.engagement))
    Echange.objects.create(personne=qui, texte=f"Échange {marque}", le=jour - timedelta(days=3))
    Liaison.objects.create(personne=qui, partenaire=monde.partenaire, demande=f"Demande à {marque}")
    PriseEnCharge.objects.create(personne=qui, manque="sans_contact", jusqu_au=jour - timedelta(days=1))
    AccesEspace.objects.create(personne=qui, condensat=f"espace-{marque}")
    Reponse.objects.create(personne=qui, remise=remise, nature="d_accord")
    sortie = Sortie.objects.create(personne=qui, le=jour - timedelta(days=700), motif=terme("motif_sortie", "chomage"))
    SuiviSortie.objects.create(sortie=sortie, mois=3, prevu_le=jour - timedelta(days=610), fait_le=jour - timedelta(days=610))
    jobcoach = Jobcoach.objects.create(
        personne=qui, employeur=f"Employeur {marque}", au=jour + timedelta(days=90), conduit_par=cip
    )
    VisiteJobcoach.objects.create(jobcoach=jobcoach, decide=f"Décidé {marque}")
    reprendre_les_etapes(qui)
    monde.regulation = Regulation.objects.create(organisation=chez, le=jour + timedelta(days=2), animee_par=cip)
    point = PointOrdreDuJour.objects.create(regulation=monde.regulation, personne=qui, engagement=monde.engagement)
    Decision.objects.create(point=point, quoi=f"Décision {marque}", qui=cip, echeance=jour + timedelta(days=9))
    ameliorer(monde, marque)
    if not suffixe:
        projeter(monde)
        rediger(monde)
    return monde


def creer_reseau() -> tuple[Monde, list[Organisation]]:
    """Une fédération et deux régions."""
    federation = Organisation.objects.create(nature="federation", nom="Fédération", slug="federation")
    regions = [Organisation.objects.create(nature="region", nom=f"Région {n}", slug=f"region-{n}") for n in "12"]
    hab = creer_habilitations(federation, sorted(federation.roles_possibles))
    hab |= creer_habilitations(regions[0], sorted(regions[0].roles_possibles))
    return Monde("reseau", federation, hab), regions


def creer_ici(regions: list[Organisation]) -> Monde:
    """La structure où l'on travaille."""
    return creer_structure("ici", regions[0], "Martinelle")


def creer_ailleurs(regions: list[Organisation]) -> Monde:
    """Une autre structure, d'une autre région : rien d'elle ne doit paraître ici."""
    return creer_structure("ailleurs", regions[1], "Zzyzxa")


BATISSEURS |= {  # noqa: F405
    "reseau": lambda baties: creer_reseau(),
    "ici": lambda baties: creer_ici(baties["reseau"][1]),
    "ailleurs": lambda baties: creer_ailleurs(baties["reseau"][1]),
    "embauchee": lambda baties: embaucher(baties["ici"]),
}


@pytest.fixture(scope="session", autouse=True)
def fichiers_a_soi(tmp_path_factory):
    """Le dossier des fichiers de ce processus d'essais : celui d'à côté ferait le ménage de ce que sa base ne cite pas."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("fichiers")):
        yield


@pytest.fixture
def cip(ici):
    """Le navigateur de la CIP d'ici."""
    return ici.client("cip")


_vider = TransactionTestCase._fixture_teardown


def _installer_le_cadre_commun() -> None:
    """Ce qu'une migration installe : les essais bâtissent leur base sans elles (outils/montee les joue, sur les deux moteurs)."""
    import_module("cedre.observatoire.migrations.0001_reunies_jusqu_a_0005").installer(apps, None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """La base des essais, avec son cadre commun."""
    with django_db_blocker.unblock():
        _installer_le_cadre_commun()


def _vider_et_remettre(self):
    """Vide la base, comme au départ ; ce qui est inaltérable s’y refuse : on lève ses déclencheurs, que flush repose."""
    with connection.cursor() as curseur:
        for modele in (m for m in apps.get_models() if hasattr(m, "DECLENCHEURS")):
            sur = f" ON {modele._meta.db_table}" if connection.vendor == "postgresql" else ""
            for nom in re.findall(r"TRIGGER (\w+) BEFORE [DT]", " ".join(modele.DECLENCHEURS[connection.vendor])):
                curseur.execute(f"DROP TRIGGER {nom}{sur}")
    _vider(self)
    cache.clear()
    _installer_le_cadre_commun()


TransactionTestCase._fixture_teardown = _vider_et_remettre
