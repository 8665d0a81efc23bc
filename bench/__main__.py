"""Vitesse des pages et des figures sur les deux moteurs, côte à côte, à 2 000 personnes seules et dans un réseau de 100 000.

Chaque page se demande à un vrai serveur, sur une connexion, et se lit en entier. Son plancher est son SQL nu, rejoué sur la
même base ; toutes les figures d'une année s'y mesurent de même, cadre par cadre. Deux bases : une structure de 2 000 personnes ;
la même au milieu d'un réseau de 100 000, où elle est copiée ; avec « --grande », une structure de 100 000 à elle seule, telle
qu'il n'en existe pas. Avec plusieurs passes, chaque page garde la meilleure. Sur une machine que d'autres occupent, ce sont les
temps de processeur qui se comparent. Sans PostgreSQL sur la machine, SQLite se mesure seul. « --peu » et « --beaucoup » changent
les tailles, « --dossier » garde les bases, « --seulement » choisit les pages. Puis les faits d'un réseau, d'autant de personnes
en six cents structures, s'écrivent en Parquet, et DuckDB les agrège. « pages » ou « faits » : cette partie seule.
"""

import argparse
import tempfile
from collections import defaultdict
from pathlib import Path

from bench.bases import POSTGRESQL, SQLITE, Base, postgres

PASSES = 1
STRUCTURES = 12  # de la base que copie le réseau dont on écrit les faits : cinquante fois, six cents
PARTIES = ("pages", "faits")


def tailles(choix: argparse.Namespace) -> dict[str, tuple]:
    """Le nom de chaque base, puis son nom court, et ce que bench.reseau en fait."""
    peu, beaucoup, fois = choix.peu, choix.beaucoup, choix.beaucoup // choix.peu
    seules = {f"{peu} seules": (f"seule-{peu}", 1)}
    reseau = {f"{peu} dans {beaucoup}": (f"reseau-{beaucoup}", fois)}
    grande = {f"{beaucoup} à elle seule": (f"grande-{beaucoup}", fois, "--une-seule")}
    return seules | reseau | (grande if choix.grande else {})


def preparer(dossier: Path, serveur: str, choix: argparse.Namespace) -> list[Base]:
    """Chaque base, sur chaque moteur voulu. serveur : l'adresse de PostgreSQL, "" sans lui."""
    bases = []
    for moteur in (SQLITE, POSTGRESQL) if serveur else (SQLITE,):
        if choix.moteur not in ("", moteur.lower()):
            continue
        ici = {"moteur": moteur, "dossier": dossier, "serveur": serveur}
        simulee = Base.ici("simulée", f"simulee-{choix.peu}", **ici).simuler(choix.peu)
        for nom, (court, *fabrique) in tailles(choix).items():
            bases.append(Base.ici(nom, court, **ici).copier(simulee, *fabrique))
    return bases


def meilleure(connue: dict | None, nouvelle: dict) -> dict:
    """De chaque page, la plus petite médiane et le plus petit plancher : ceux que le reste de la machine a le moins dérangés."""
    if connue:
        for page, mesure in connue["pages"].items():
            for nom in ("mediane", "plancher", "processeur", "processeur_nu"):
                nouvelle["pages"][page][nom] = min(mesure[nom], nouvelle["pages"][page][nom])
    return nouvelle


def afficher(mesures: dict[str, dict[str, dict]]) -> None:
    """Le tableau : une ligne par page, par base et par moteur. mesures : par base, puis par moteur."""
    for nom, moteurs in mesures.items():
        for moteur, mesure in moteurs.items():
            print(f"  {moteur}, {nom} : " + ", ".join(f"{n} {quoi}" for quoi, n in mesure["taille"].items()))
    print("\nEn millisecondes, médianes : la page, par le serveur ; son SQL nu ; puis le processeur de l’une et de l’autre.\n")
    titres = " ".join(f"{titre:>7}" for titre in ("page", "SQL nu", "proc.", "SQL nu"))
    print(f"{'page':<34} {'base':<20} {'moteur':<10} {titres} {'fois':>6} {'requêtes':>9}")
    for page in next(iter(next(iter(mesures.values())).values()))["pages"]:
        for nom, moteurs in mesures.items():
            for moteur, mesure in moteurs.items():
                lue = mesure["pages"][page]
                temps = [lue[cle] for cle in ("mediane", "plancher", "processeur", "processeur_nu")]
                dits = " ".join(f"{duree:>7.0f}" for duree in temps)
                fois = lue["processeur"] / max(lue["processeur_nu"], 0.1)
                print(f"{page:<34} {nom:<20} {moteur:<10} {dits} {fois:>6.2f} {lue['requetes']:>9}")


def afficher_la_premiere_visite(visite: dict) -> None:
    """Ce que charge qui ouvre Cèdre pour la première fois."""
    print(f"\nPremière visite (connexion, style et scripts compris) : {visite['total'] / 1000:.0f} kB compressés")
    for nom, octets in visite["detail"].items():
        print(f"  {octets:>7} {nom}")


def mesurer_les_pages(dossier: Path, choix: argparse.Namespace) -> None:
    """Prépare les bases, les mesure tour à tour, affiche le tableau."""
    with postgres(dossier.absolute() / "pg") as serveur:
        bases, mesures = preparer(dossier, serveur, choix), defaultdict(dict)
        for _ in range(choix.passes):
            for base in bases:
                mesures[base.nom][base.moteur] = meilleure(mesures[base.nom].get(base.moteur), base.mesurer(*choix.seulement))
        afficher(mesures)
    if visite := bases[0].moteur == SQLITE and mesures[bases[0].nom][SQLITE]["premiere_visite"]:
        afficher_la_premiere_visite(visite)


def mesurer_les_faits(dossier: Path, choix: argparse.Namespace) -> None:
    """Les faits d'un réseau entier, écrits puis agrégés."""
    fois, ici = choix.beaucoup // choix.peu, {"moteur": SQLITE, "dossier": dossier, "serveur": ""}
    simulee = Base.ici("simulée", f"simulee-{choix.peu}-en-{STRUCTURES}", **ici).simuler(choix.peu, structures=STRUCTURES)
    reseau = Base.ici(f"{fois * STRUCTURES} structures", f"faits-{choix.beaucoup}", **ici).copier(simulee, fois)
    print(f"\nLes faits de {reseau.nom}, {choix.beaucoup} personnes :", flush=True)
    reseau.ecrire_les_faits()


def main() -> None:
    """Les parties voulues, l'une après l'autre."""
    options = argparse.ArgumentParser(prog="bench", description=__doc__)
    options.add_argument("partie", nargs="*", metavar="PARTIE", help=f"{' ou '.join(PARTIES)} ; toutes si l’on ne dit rien")
    options.add_argument("--seulement", nargs="+", default=[], metavar="MOT", help="les seules pages dont le nom contient un mot")
    options.add_argument("--moteur", choices=[SQLITE.lower(), POSTGRESQL.lower()], default="", help="lui seul")
    options.add_argument("--peu", type=int, default=2_000, help="personnes de la structure (2 000)")
    options.add_argument("--beaucoup", type=int, default=100_000, help="personnes du réseau (100 000)")
    options.add_argument("--grande", action="store_true", help="aussi une structure qui a tout le réseau à elle seule")
    options.add_argument("--passes", type=int, default=PASSES, help=f"combien de fois tout mesurer ({PASSES})")
    options.add_argument("--dossier", type=Path, help="où garder les bases d'une fois sur l'autre")
    choix = options.parse_args()
    if inconnues := set(choix.partie) - {*PARTIES}:
        options.error(f"inconnue : {', '.join(inconnues)}")
    dossier = choix.dossier or Path(tempfile.mkdtemp(prefix="cedre-bench-"))
    dossier.mkdir(parents=True, exist_ok=True)
    if not choix.dossier:
        dossier.chmod(0o755)  # lancé par root, PostgreSQL y entre sous un autre compte
    print(f"Bases dans {dossier}", flush=True)
    if not choix.partie or "pages" in choix.partie:
        mesurer_les_pages(dossier, choix)
    if not choix.partie or "faits" in choix.partie:
        mesurer_les_faits(dossier, choix)


if __name__ == "__main__":
    main()
