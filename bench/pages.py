"""Mesure les pages sur la base de CEDRE_DONNEES ; écrit un JSON sur la sortie."""

import contextlib
import gzip
import http.client
import json
import os
import re
import socket
import statistics
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

from cedre.comptes.models import Habilitation  # noqa: E402
from cedre.core.serveur import commande_du_site  # noqa: E402
from cedre.observatoire.cadres import livres  # noqa: E402
from cedre.observatoire.rempli import periode_demandee, remplir  # noqa: E402
from cedre.parcours.models import Bilan, Engagement, MiseEnSituation, Personne  # noqa: E402

TOURS, LE_PLUS = 20, 5.0  # fois, secondes : une page lente se mesure moins de fois
CHAUFFE = 4  # fois avant de compter : autant que le site a de fils, chacun ayant sa connexion à la base
DELAI_DE_DEMARRAGE = 60  # secondes


def _chronometrer(geste) -> float:
    """Ce que dure le geste, en millisecondes : la médiane, une fois chaud."""
    durees = []
    for tour in range(CHAUFFE + TOURS):
        depart = time.perf_counter()
        geste()
        durees.append((time.perf_counter() - depart) * 1000)
        if tour >= CHAUFFE and sum(durees) > LE_PLUS * 1000:
            break
    return statistics.median(durees[CHAUFFE:])


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
    """Ce que dure le SQL de ce geste, seul, et son nombre de requêtes."""
    requetes: list[tuple[str, tuple]] = []

    def noter(execute, sql, params, many, context):
        requetes.append((sql, params))
        return execute(sql, params, many, context)

    geste()
    with connection.execute_wrapper(noter):
        geste()
    lues = lectures(requetes)
    return {"plancher": _chronometrer(lambda: _rejouer(lues)), "requetes": len(requetes)}


def une_annee(cadre, structure) -> dict:
    """Toutes les figures de cette année, dans ce cadre, sans page autour : médiane, plancher, nombre de requêtes."""

    def remplie() -> None:
        remplir(cadre, structure, periode_demandee(timezone.localdate().year))

    return {"mediane": _chronometrer(remplie), **plancher(remplie)}


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
    mediane = _chronometrer(lambda: demander(connexion, adresse, session))

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


def main() -> None:
    """Toutes les pages de la première structure simulée."""
    settings.ALLOWED_HOSTS = ["testserver"]
    suivies = Count("compte__suivies", filter=Q(compte__suivies__phase__in=Personne.PHASES_OUVERTES))
    premiere = Habilitation.objects.filter(role="cip").order_by("pk").first().organisation
    cip = premiere.habilitations.filter(role="cip").annotate(suivies=suivies).order_by("-suivies", "pk").first()
    direction = Habilitation.objects.filter(role="direction", organisation=cip.organisation).first()
    personne = Personne.objects.filter(organisation=cip.organisation).order_by("pk").first()
    navigateurs = {}
    for habilitation in (cip, direction):
        navigateurs[habilitation.role] = Client()
        navigateurs[habilitation.role].force_login(habilitation.compte)
    pages = {
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
        "chiffres": ("direction", reverse("portail:chiffres")),
        "conformité": ("direction", reverse("certification:conformite")),
        "conformité, 2.2 c sur trois ans": ("direction", reverse("certification:specification", args=["2-2c"])),
        "relevé d’heures": ("cip", reverse("parcours:heures")),
        "PDF d’un engagement": ("cip", reverse("parcours:engagement_pdf", args=[_dernier(Engagement, cip).pk])),
        "PDF d’un bilan": ("cip", reverse("parcours:bilan_pdf", args=[_dernier(Bilan.objects.clos(), cip).pk])),
    }
    with le_site() as connexion:
        mesures = {nom: mesurer(connexion, navigateurs[role], adresse) for nom, (role, adresse) in pages.items()}
    mesures |= {f"une année, {code}": une_annee(cadre, premiere) for code, cadre in livres().items()}
    taille = {
        "personnes de la structure": Personne.objects.filter(organisation=premiere).count(),
        "suivies par la CIP": cip.suivies,
        "mises en situation du mois": MiseEnSituation.objects.pour(cip).en_cours(timezone.localdate()).count(),
    }
    json.dump({"pages": mesures, "taille": taille, "premiere_visite": premiere_visite(Client())}, sys.stdout)


if __name__ == "__main__":
    main()
