"""Mesure les pages sur la base de CEDRE_DONNEES ; écrit un JSON sur la sortie, et chaque page à mesure sur l'autre.

Usage : python -m bench.pages [MOT…]. Avec des mots, les seules pages dont le nom en contient un.
"""

import contextlib
import gzip
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cedre.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count, Q  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.chronometre import chronometrer  # noqa: E402
from cedre.comptes.models import Habilitation  # noqa: E402
from cedre.core.serveur import commande_du_site  # noqa: E402
from cedre.observatoire.cadres import en_vigueur, livres  # noqa: E402
from cedre.observatoire.models import Campagne, Rapport  # noqa: E402
from cedre.observatoire.rempli import periode_demandee, remplir  # noqa: E402
from cedre.parcours.models import Bilan, Engagement, MiseEnSituation, Personne  # noqa: E402

DELAI_DE_DEMARRAGE = 60  # secondes


def _rejouer(requetes: list[tuple[str, tuple]]) -> None:
    """Le SQL nu, et rien d'autre."""
    with connection.cursor() as curseur:
        for sql, params in requetes:
            curseur.execute(sql, params)
            curseur.fetchall()


def lectures(requetes: list[tuple[str, tuple]]) -> list[tuple[str, tuple]]:
    """Celles de ces requêtes qui lisent : une union commence par une parenthèse."""
    return [(sql, params) for sql, params in requetes if sql.lstrip("( \n").upper().startswith(("SELECT", "WITH"))]


def plancher(geste) -> dict:
    """Ce que dure le SQL de ce geste, seul, son nombre de requêtes ; et ce que prennent de processeur le geste et son SQL."""
    requetes: list[tuple[str, tuple]] = []

    def noter(execute, sql, params, many, context):
        requetes.append((sql, params))
        return execute(sql, params, many, context)

    geste()
    with connection.execute_wrapper(noter):
        geste()
    lues = lectures(requetes)
    _, prises = chronometrer(geste)
    duree, nu = chronometrer(lambda: _rejouer(lues))
    return {"plancher": duree, "requetes": len(requetes), "processeur": prises, "processeur_nu": nu}


def une_annee(cadre, structure) -> dict:
    """Toutes les figures de cette année, dans ce cadre, sans page autour : médiane, plancher, nombre de requêtes."""

    def remplie() -> None:
        remplir(cadre, structure, periode_demandee(timezone.localdate().year))

    return {"mediane": chronometrer(remplie)[0], **plancher(remplie)}


@contextlib.contextmanager
def le_site():
    """Le site de cette base, servi comme chez ceux qui s'en servent, les tâches de fond en moins ; rend une connexion ouverte."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
    site = subprocess.Popen(commande_du_site(port, "127.0.0.1", 1), stdout=subprocess.DEVNULL)
    connexion = http.client.HTTPConnection("localhost", port)
    try:
        limite = time.monotonic() + DELAI_DE_DEMARRAGE
        while True:
            try:
                demander(connexion, "/sante")
                break
            except (OSError, http.client.HTTPException):
                connexion.close()
                if time.monotonic() > limite or site.poll() is not None:
                    raise
                time.sleep(0.2)
        yield connexion
    finally:
        connexion.close()
        site.terminate()
        site.wait()


def demander(connexion: http.client.HTTPConnection, adresse: str, session: str = "") -> int:
    """Demande la page, la lit en entier ; rend ses octets compressés. Lève OSError si le site ne l'a pas rendue."""
    connexion.request("GET", adresse, headers={"Accept-Encoding": "gzip", "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"})
    reponse = connexion.getresponse()
    octets = len(reponse.read())
    if reponse.status != 200:
        raise OSError(f"{adresse} : {reponse.status}")
    return octets


def mesurer(connexion: http.client.HTTPConnection, client: Client, adresse: str) -> dict:
    """Médiane par le serveur, en millisecondes, octets compressés, plancher, nombre de requêtes."""
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    connexion.close()  # le site a pu la fermer pendant que se mesurait le plancher de la page d'avant ; elle se rouvre seule
    octets = demander(connexion, adresse, session)
    mediane, _ = chronometrer(lambda: demander(connexion, adresse, session))

    def demandee() -> None:
        reponse = client.get(adresse)
        assert reponse.status_code == 200, (adresse, reponse.status_code)

    return {"mediane": mediane, "octets": octets, **plancher(demandee)}


def premiere_visite(client: Client) -> dict:
    """Le poids compressé de la page de connexion et de tout ce qu'elle appelle."""
    page = client.get("/compte/login/")
    detail = {"/compte/login/": len(gzip.compress(page.content))}
    for adresse in sorted(set(re.findall(r'(?:src|href)="(/statique/[^"#]+)', page.content.decode()))):
        fichier = settings.STATIC_ROOT / adresse.removeprefix(settings.STATIC_URL)
        detail[adresse] = len(gzip.compress(fichier.read_bytes(), 9))
    return {"total": sum(detail.values()), "detail": detail}


def _dernier(lignes, cip: Habilitation):
    """La dernière de ces lignes, dans la structure."""
    return getattr(lignes, "objects", lignes).filter(personne__organisation=cip.organisation).order_by("-pk").first()


def de_l_equipe(cip: Habilitation) -> dict[str, tuple[str, str]]:
    """Les pages d'une structure, et par qui."""
    personne = Personne.objects.filter(organisation=cip.organisation).order_by("pk").first()
    return {
        "liste": ("cip", "/personnes/"),
        "liste, page 3": ("cip", "/personnes/?page=3"),
        "liste, phase": ("cip", "/personnes/?phase=pre_accueil"),
        "liste, mes personnes": ("cip", "/personnes/?referent=moi"),
        "recherche « mar »": ("cip", "/personnes/?q=mar"),
        "recherche, nom entier": ("cip", f"/personnes/?{urlencode({'q': f'{personne.nom} {personne.prenom}'})}"),
        "dossier": ("cip", f"/personnes/{personne.pk}/"),
        "page du jour, CIP": ("cip", "/"),
        "page du jour, direction": ("direction", "/"),
        "suivi de l’équipe": ("direction", reverse("portail:suivi_equipe")),
        "conformité": ("direction", reverse("certification:conformite")),
        "conformité, 2.2 c sur trois ans": ("direction", reverse("certification:specification", args=["2-2c"])),
        "relevé d’heures": ("cip", reverse("parcours:heures")),
        "PDF d’un engagement": ("cip", reverse("parcours:engagement_pdf", args=[_dernier(Engagement, cip).pk])),
        "PDF d’un bilan": ("cip", reverse("parcours:bilan_pdf", args=[_dernier(Bilan.objects.clos(), cip).pk])),
    }


def des_figures(structure) -> dict[str, tuple[str, str]]:
    """Les pages des figures, et par qui : celles de la structure, son rapport, puis ce que région et fédération réunissent."""
    cadre = en_vigueur(timezone.localdate())
    rapport, campagne = Rapport.objects.filter(organisation=structure).earliest("pk"), Campagne.objects.earliest("pk")
    bilans, le_plus_long = reverse("observatoire:cadres"), max(cadre.chapitres, key=lambda c: len(c.rubriques)).code
    sorties = next(r.code for r in cadre.tenues() if r.indicateur == "fins_de_parcours")
    pages = {
        "chiffres": reverse("portail:chiffres"),
        "chiffres d’un chapitre": reverse("observatoire:chapitre", args=[le_plus_long]),
        "chiffres, chapitre des sorties": reverse("observatoire:chapitre", args=["sorties"]),
        "un chiffre, ses coupes": reverse("observatoire:chiffre", args=[sorties]),
        "derrière un chiffre": reverse("observatoire:derriere", args=[cadre.code, sorties]),
        "parcours par engagement": reverse("observatoire:par_engagement"),
        "rapports": reverse("observatoire:rapports"),
        "un rapport publié": reverse("observatoire:rapport", args=[rapport.pk]),
        "à côté des autres": reverse("observatoire:a_cote", args=[rapport.pk]),
    }
    pages |= {f"bilan à rendre, {code}": f"{bilans}?cadre={code}" for code in livres()}
    pages["bilan à rendre, chaque coupe"] = f"{bilans}?cadre={cadre.code}&detail=oui"
    dites = {nom: ("direction", adresse) for nom, adresse in pages.items()}
    for role, qui in (("referent_regional", "région"), ("responsable_qualite", "fédération")):
        dites[f"campagne, {qui}"] = (role, reverse("observatoire:campagne", args=[campagne.pk]))
        dites[f"nombres réunis, {qui}"] = (role, reverse("observatoire:consolide", args=[campagne.pk]))
    return dites


def main(*mots: str) -> None:
    """Les pages voulues de la première structure simulée."""

    def voulues(toutes: dict) -> dict:
        return {nom: page for nom, page in toutes.items() if not mots or any(mot in nom for mot in mots)}

    settings.ALLOWED_HOSTS = ["testserver"]
    suivies = Count("compte__suivies", filter=Q(compte__suivies__phase__in=Personne.PHASES_OUVERTES))
    premiere = Habilitation.objects.filter(role="cip").order_by("pk").first().organisation
    cip = premiere.habilitations.filter(role="cip").annotate(suivies=suivies).order_by("-suivies", "pk").first()
    qui = {
        "cip": cip,
        "direction": premiere.habilitations.filter(role="direction").first(),
        "referent_regional": Habilitation.objects.filter(role="referent_regional", organisation=premiere.region).first(),
        "responsable_qualite": Habilitation.objects.filter(role="responsable_qualite", organisation__nature="federation").first(),
    }
    navigateurs = {role: Client() for role in qui}
    for role, habilitation in qui.items():
        navigateurs[role].force_login(habilitation.compte)
    mesures, pages = {}, voulues(de_l_equipe(cip) | des_figures(premiere))
    if pages:
        with le_site() as connexion:
            for nom, (role, adresse) in pages.items():
                mesures[nom] = _dire(nom, mesurer(connexion, navigateurs[role], adresse))
    for nom, cadre in voulues({f"une année, {code}": cadre for code, cadre in livres().items()}).items():
        mesures[nom] = _dire(nom, une_annee(cadre, premiere))
    taille = {
        "personnes de la structure": Personne.objects.filter(organisation=premiere).count(),
        "personnes en tout": Personne.objects.count(),
        "suivies par la CIP": cip.suivies,
        "mises en situation du mois": MiseEnSituation.objects.pour(cip).en_cours(timezone.localdate()).count(),
        "rapports acceptés": Rapport.objects.filter(etat=Rapport.Etat.ACCEPTE).count(),
    }
    visite = None if mots else premiere_visite(Client())
    json.dump({"pages": mesures, "taille": taille, "premiere_visite": visite}, sys.stdout)


def _dire(nom: str, mesure: dict) -> dict:
    """Où l'on en est : la mesure, sur la sortie des erreurs."""
    dite = "{mediane:6.0f} ms, {plancher:6.1f} de SQL nu ; processeur {processeur:6.0f} et {processeur_nu:6.1f}".format(**mesure)
    print(f"    {nom:<34} {dite} ; {mesure['requetes']} requêtes", file=sys.stderr, flush=True)
    return mesure


if __name__ == "__main__":
    main(*sys.argv[1:])
