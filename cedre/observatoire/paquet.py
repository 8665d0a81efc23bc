"""Le paquet d'un rapport publié : ses nombres, leurs faits, et de quoi les recompter sans Cèdre (OBS-2).

Les nombres y sont des entiers : un compte et de quoi il est le compte, une somme ou un quantile en centièmes. Ce qui circule n'a
aucune ligne sur une personne : faits.csv, que la structure garde seule, se retire du reste, qui se vérifie encore.
"""

import csv
import gzip
import hashlib
import io
import json
import secrets
import subprocess
import sys
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO

from cedre.comptes.discretion import ce_qu_il_compte
from cedre.core.coupes import Communes
from cedre.core.indicateurs import FaitCompte, Indicateur, Mesure
from cedre.core.periodes import Periode
from cedre.observatoire.cadre import Cadre, PartLue, RubriqueDuCadre
from cedre.observatoire.mesures import mesurer
from cedre.observatoire.rempli import Nature, libelles, moment

FORMAT, MARGE = "cedre-rapport/1", ("figure", "coupe", "modalite", "numerateur", "denominateur")
SQL, SCHEMA = (Path(__file__).parent / nom for nom in ("verifier.sql", "chiffres.schema.json"))
FAITS, FAITS_SANS_LIGNE, VERIFIER = "faits.csv", "faits-colonnes.csv", "verifier.sql"
RENDU_ANONYME = "Dossiers rendus anonymes"
MILLIARDIEME = Decimal("1e-9")
LE_MEME_JOUR = (1980, 1, 1, 0, 0, 0)  # d'une archive : les mêmes octets font la même
RECOMPTER = "import duckdb; print(duckdb.execute(open('verifier.sql', encoding='utf-8').read()).fetchall()[0][0])"

type Fichiers = dict[str, bytes]


def composer(
    cadre: Cadre,
    octets_du_cadre: bytes,
    organisation,
    periode: Periode,
    *,
    dit: Mapping,
    pieces: Mapping[str, bytes] | None = None,
    faits: "FaitsEcrits | None" = None,
    avance: Callable[[int, int], None] = lambda faites, total: None,
) -> Fichiers:
    """Les fichiers du rapport de cette structure, sur cette période, dans ce cadre. dit : ce que le rapport dit de lui-même.

    Une figure à la fois : ses faits s'écrivent, et s'oublient. faits : où ils s'écrivent ; sans lui, parmi les fichiers rendus.
    pieces : les images que le rapport montre, et leur liste.
    avance : reçoit combien de figures sont écrites, et combien il y en a.
    """
    indicateurs = sorted({rubrique.mesuree for rubrique in cadre.tenues()}, key=lambda i: i.code)
    communes, dits, par_figure = Communes(organisation.pk), libelles(cadre.tenues()), defaultdict(list)
    for rubrique in cadre.tenues():
        par_figure[rubrique.indicateur].append(rubrique)
    colonnes = sorted({coupe for i in indicateurs for coupe in coupes_de(i)})
    tampon = io.BytesIO()
    ecrits = FaitsEcrits(tampon) if faits is None else faits
    entete = en_csv([("figure", "sujet", "valeur", *colonnes)])
    ecrits.ecrire(entete)
    figures, rubriques, marges, sujets = [], {}, [], _Sujets()
    for rang, indicateur in enumerate(indicateurs, 1):
        figure = Figure.lire(indicateur, organisation, periode, communes)
        figures.append(figure.en_json())
        rubriques |= {r.code: figure.rubrique(r, dits) for r in par_figure[indicateur.code]}
        if not figure.inconnue:
            marges += figure.marges()
            ecrits.ecrire(en_csv(sorted(figure.lignes(colonnes, sujets))))
        avance(rang, len(indicateurs))
    ecrits.close()
    chiffres = {
        "format": FORMAT,
        "organisation": organisation.nom,
        "cadre": {"code": cadre.code, "libelle": cadre.libelle, "condensat": cadre.condensat},
        "periode": {"du": periode.du.isoformat(), "au": periode.au.isoformat()},
        **dit,
        "figures": figures,
        "rubriques": [rubriques[r.code] for r in cadre.tenues()],
    }
    fichiers = {
        "chiffres.json": en_json(chiffres),
        SCHEMA.name: SCHEMA.read_bytes(),
        "cadre.yaml": octets_du_cadre,
        "noyau.csv": en_csv([MARGE, *marges]),
        FAITS_SANS_LIGNE: entete,
        **(pieces or {}),
    }
    scelles = sceller(fichiers, {FAITS: ecrits.condensat})
    return scelles | ({FAITS: gzip.decompress(tampon.getvalue())} if faits is None else {})


def sceller(fichiers: Fichiers, a_part: Mapping[str, str] | None = None) -> Fichiers:
    """Les mêmes, et de quoi les vérifier par DuckDB seul. a_part : le condensat de ceux qui se gardent ailleurs."""
    dits = sorted((condensats(fichiers) | (a_part or {})).items())
    publies = ",\n    ".join(f"('{nom}', '{condensat}')" for nom, condensat in dits)
    return fichiers | {VERIFIER: SQL.read_text(encoding="utf-8").replace("{condensats}", publies).encode()}


class FaitsEcrits:
    """faits.csv, comprimé au fil de l'écriture : ni ses lignes ni ses octets ne tiennent ensemble en mémoire."""

    def __init__(self, vers: IO[bytes]):
        self._comprime, self._condensat = gzip.GzipFile(fileobj=vers, mode="wb", filename="", mtime=0), hashlib.sha256()

    def ecrire(self, octets: bytes) -> None:
        """Les lignes suivantes."""
        self._condensat.update(octets)
        self._comprime.write(octets)

    def close(self) -> None:
        """Écrit ce qui restait à comprimer ; le fichier reste ouvert."""
        self._comprime.close()

    @property
    def condensat(self) -> str:
        """Celui de faits.csv, tel qu'on le lit."""
        return self._condensat.hexdigest()


def condensats(fichiers: Fichiers) -> dict[str, str]:
    """De chaque fichier, par son nom : ce que la base garde, et que le PDF imprime."""
    return {nom: hashlib.sha256(octets).hexdigest() for nom, octets in sorted(fichiers.items())}


def contributeurs(fichiers: Fichiers, faits: Iterable[str]) -> dict[str, int]:
    """De chaque somme, combien de personnes y contribuent ; d'une partie d'une autre, ou à ce qui en reste, s'ils sont moins.

    faits : les lignes de faits.csv.

    Les deux se soustrairaient : de quarante personnes qui ont travaillé, trente-huit sans objectif, c'est deux.
    """
    figures = json.loads(fichiers["chiffres.json"])["figures"]
    sommes = {f["code"]: defaultdict(Decimal) for f in figures if f["methode"] == "somme" and f["de_personnes"]}
    unites = {f["code"]: f["unite"] for f in figures}
    for figure, sujet, valeur, *_ in csv.reader(faits):
        if figure in sommes and sujet and valeur and Decimal(valeur):
            sommes[figure][sujet] += Decimal(valeur)
    combien = {code: len(siennes) for code, siennes in sommes.items()}
    for code, part in sommes.items():
        for autre, tout in sommes.items():
            contenue = unites[code] == unites[autre] and all(tout.get(sujet, 0) >= vaut for sujet, vaut in part.items())
            if contenue and (reste := sum(vaut != part.get(sujet, 0) for sujet, vaut in tout.items())):
                combien[code] = min(combien[code], reste)
    return combien


def archiver(fichiers: Fichiers) -> bytes:
    """Ces fichiers en un seul."""
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in sorted(fichiers.items()):
            archive.writestr(zipfile.ZipInfo(nom, LE_MEME_JOUR), contenu, zipfile.ZIP_DEFLATED)
    return octets.getvalue()


def recompter(fichiers: Fichiers) -> tuple[bool, str]:
    """Si ces fichiers concordent, et ce qu'en dit DuckDB, seul dans leur dossier ; il ne se charge pas avec le site."""
    with tempfile.TemporaryDirectory() as dossier:
        for nom, contenu in fichiers.items():
            (Path(dossier) / nom).write_bytes(contenu)
        fini = subprocess.run([sys.executable, "-c", RECOMPTER], cwd=dossier, capture_output=True, text=True, check=False)
    dit = (fini.stdout if fini.returncode == 0 else fini.stderr).strip().splitlines()
    return fini.returncode == 0, dit[-1] if dit else ""


def en_json(chiffres: Mapping) -> bytes:
    """Ce que disent les chiffres, lisible à l'œil."""
    return (json.dumps(chiffres, ensure_ascii=False, indent=1) + "\n").encode()


def en_csv(lignes: Iterable) -> bytes:
    """Ces lignes, leurs fins toujours les mêmes."""
    texte = io.StringIO()
    csv.writer(texte, lineterminator="\n").writerows(lignes)
    return texte.getvalue().encode()


def ce_qu_est(indicateur: Indicateur) -> dict:
    """Une figure, telle que chiffres.json la dit : ce qu'elle compte, et comment elle se recompte ; sans ses entiers."""
    part, nature = indicateur.grandeur and indicateur.grandeur.agregat.part, Nature.d_un(indicateur)
    noms = ("code", "libelle", "definition", "unite", "source", "limites", "si_rien", "version")
    recompte = {"methode": nature.methode, "part": [part.numerator, part.denominator] if part else [1, 1]}
    dite = {nom: getattr(indicateur, nom) for nom in noms} | {"definition": ce_qu_il_compte(indicateur)}
    return dite | {"de_personnes": nature.de_personnes} | recompte


def coupes_de(indicateur: Indicateur) -> tuple[str, ...]:
    """Les noms des coupes où ses faits se rangent."""
    return tuple(sorted((indicateur.parts or (indicateur,))[0].noms_des_coupes))


class _Sujets(dict):
    """Un numéro au hasard par sujet, le même dans tout le rapport : il ne dit ni qui, ni l'ordre d'arrivée."""

    def __missing__(self, sujet):
        self[sujet] = f"{secrets.randbits(60):015x}"
        return self[sujet]


@dataclass(frozen=True)
class Figure:
    """Un indicateur et les faits qu'il compte ; d'un dossier rendu anonyme depuis, un fait n'a plus ni sujet ni coupe."""

    indicateur: Indicateur
    coupes: tuple[str, ...]
    faits: tuple[FaitCompte, ...]
    inconnue: str = ""

    @classmethod
    def lire(cls, indicateur: Indicateur, organisation, periode: Periode, communes: Communes) -> "Figure":
        """Ce qu'elle compte dans cette structure, sur cette période ; pourquoi rien, si cela ne s'est pas mesuré."""
        quand, coupes = moment(indicateur, periode), coupes_de(indicateur)
        mesure = mesurer([indicateur], organisation, quand)[indicateur.code]
        if mesure.inconnue:
            return cls(indicateur, coupes, (), mesure.inconnue)
        faits = tuple(indicateur.faits(quand, organisation.pk, communes))
        return cls(indicateur, coupes, faits + tuple(_rendus_anonymes(indicateur, coupes, mesure, faits)))

    @property
    def nature(self) -> Nature:
        """Ce que sont ses nombres, et comment ils se recomptent."""
        return Nature.d_un(self.indicateur)

    def entiers(self, mesure: Mesure) -> tuple[int | None, int]:
        """Numérateur et dénominateur : d'une grandeur, ce qu'elle vaut en centièmes, et de combien de faits."""
        return self.nature.numerateur(mesure), mesure.total

    def marges(self) -> Iterator[tuple]:
        """Son nombre, puis celui de chaque valeur de chacune de ses coupes."""
        yield self.indicateur.code, "", "", *self.entiers(self.indicateur.agreger(self.faits))
        for coupe, mesures in sorted(self.indicateur.agreger_par_coupe(self.faits).items()):
            yield from ((self.indicateur.code, coupe, valeur, *self.entiers(mesures[valeur])) for valeur in sorted(mesures))

    def lignes(self, colonnes: Iterable[str], sujets: _Sujets) -> Iterator[list[str]]:
        """Ses faits, tels que faits.csv les écrit."""
        de_personnes = bool(self.indicateur.modele.PARTAGE.personne)
        for fait in self.faits:
            sujet = fait.sujet and sujets[fait.sujet if de_personnes else (self.indicateur.code, fait.sujet)]
            yield [self.indicateur.code, sujet or "", self._vaut(fait), *(str(fait.coupes.get(c, "")) for c in colonnes)]

    def _vaut(self, fait: FaitCompte) -> str:
        if fait.valeur is None:
            return ""
        vaut = self.indicateur.grandeur.agregat.vaut(fait.valeur) if self.indicateur.grandeur else Decimal(fait.valeur)
        return f"{vaut.quantize(MILLIARDIEME).normalize():f}"

    def en_json(self) -> dict:
        """Ce qu'elle est, et ses entiers."""
        entiers = (None, None) if self.inconnue else self.entiers(self.indicateur.agreger(self.faits))
        dits = dict(zip(("numerateur", "denominateur"), entiers, strict=True))
        return ce_qu_est(self.indicateur) | dits | {"inconnue": self.inconnue}

    def rubrique(self, rubrique: RubriqueDuCadre, dits: Mapping[str, str]) -> dict:
        """Une rubrique, telle que chiffres.json l'écrit ; ce qui ne s'est pas mesuré dit pourquoi, et n'est pas zéro."""
        dite = {nom: getattr(rubrique, nom) for nom in ("code", "libelle", "rubrique_externe", "lit")}
        filtres = [
            {"coupe": coupe, "modalites": [dits.get(valeur, valeur) for valeur in valeurs]}
            for coupe, valeurs in rubrique.coupes.items()
        ]
        numerateur = denominateur = None
        if not self.inconnue:
            numerateur, denominateur = self.entiers(rubrique.compter(self.faits, dits))
            if rubrique.lit == PartLue.TOTAL:
                numerateur, denominateur = denominateur, None
        entiers = {"numerateur": numerateur, "denominateur": denominateur, "inconnue": self.inconnue}
        return dite | {"figure": self.indicateur.code, "filtres": filtres} | entiers


def _rendus_anonymes(indicateur: Indicateur, coupes, mesure: Mesure, faits: tuple[FaitCompte, ...]) -> Iterator[FaitCompte]:
    """Ce que la mesure figée compte de dossiers que l'on n'a plus : des faits qui ne disent plus de qui (décision 0034)."""
    vivante = indicateur.agreger(faits)
    restent, atteint = mesure.total - vivante.total, mesure.atteint - vivante.atteint
    if not indicateur.s_additionne or restent <= 0:
        return
    for rang in range(restent):
        vaut = (atteint * indicateur.grandeur.agregat.sur if rang == 0 else 0) if indicateur.grandeur else int(rang < atteint)
        yield FaitCompte(indicateur.code, 0, 0, dict.fromkeys(coupes, RENDU_ANONYME), vaut)
