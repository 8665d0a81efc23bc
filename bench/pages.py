"""Mesure les pages sur la base de CEDRE_DONNEES ; écrit un JSON sur la sortie."""

import gzip
import json
import os
import re
import statistics
import sys
import time

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
from cedre.parcours.models import Bilan, Engagement, MiseEnSituation, Personne  # noqa: E402

TOURS, LE_PLUS = 20, 5.0  # fois, secondes : une page lente se mesure moins de fois


def _chronometrer(geste) -> list[float]:
    """Ce que dure le geste, en millisecondes, du plus court au plus long."""
    durees = []
    while len(durees) < TOURS and sum(durees) < LE_PLUS * 1000:
        depart = time.perf_counter()
        geste()
        durees.append((time.perf_counter() - depart) * 1000)
    return sorted(durees)


def _rejouer(requetes: list[tuple[str, tuple]]) -> None:
    """La vue nue : le même SQL, et rien d'autre."""
    with connection.cursor() as curseur:
        for sql, params in requetes:
            curseur.execute(sql, params)
            curseur.fetchall()


def mesurer(client: Client, adresse: str) -> dict:
    """Médiane et 95e centile en millisecondes, plancher, nombre de requêtes, octets compressés."""
    requetes: list[tuple[str, tuple]] = []

    def noter(execute, sql, params, many, context):
        requetes.append((sql, params))
        return execute(sql, params, many, context)

    client.get(adresse)
    with connection.execute_wrapper(noter):
        reponse = client.get(adresse, headers={"accept-encoding": "gzip"})
    assert reponse.status_code == 200, (adresse, reponse.status_code)
    lectures = [(sql, params) for sql, params in requetes if sql.lstrip().upper().startswith("SELECT")]
    durees = _chronometrer(lambda: client.get(adresse, headers={"accept-encoding": "gzip"}))
    return {
        "mediane": statistics.median(durees),
        "p95": durees[max(0, int(len(durees) * 0.95) - 1)],
        "plancher": statistics.median(_chronometrer(lambda: _rejouer(lectures))),
        "requetes": len(requetes),
        "octets": len(reponse.content),
    }


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
        "recherche, nom entier": ("cip", f"/personnes/?q={personne.nom}+{personne.prenom}"),
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
    mesures = {nom: mesurer(navigateurs[role], adresse) for nom, (role, adresse) in pages.items()}
    taille = {
        "personnes de la structure": Personne.objects.filter(organisation=premiere).count(),
        "suivies par la CIP": cip.suivies,
        "mises en situation du mois": MiseEnSituation.objects.pour(cip).en_cours(timezone.localdate()).count(),
    }
    json.dump({"pages": mesures, "taille": taille, "premiere_visite": premiere_visite(Client())}, sys.stdout)


if __name__ == "__main__":
    main()
