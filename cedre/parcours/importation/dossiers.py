"""Des lignes d'un tableau aux dossiers : qui est déjà connu, qui est nouveau, ce que le fichier en dit."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import batched
from typing import Literal

from cedre.comptes.models import Habilitation
from cedre.core.cellules import Invalide
from cedre.core.colonnes import Colonne, Remarque, lire_ligne
from cedre.core.tableau import Ligne, Tableau
from cedre.parcours.models import Personne
from cedre.parcours.models.personne import cle_identite

LOT = 200
Sort = Literal["creee", "modifiee", "inchangee"]


@dataclass(eq=False)
class Dossier:
    """Une personne, connue de la base (pk) ou du fichier (lignes), et ce que le fichier en dit (valeurs)."""

    cle: str
    nee: date | None = None
    reference: str = ""
    pk: int | None = None
    lignes: list[int] = field(default_factory=list)
    valeurs: dict = field(default_factory=dict)
    sort: Sort | None = None

    def completer(self, numero: int, valeurs: dict) -> None:
        """Ajoute ce que dit une ligne : la dernière écrite l'emporte, une cellule vide n'efface rien."""
        self.lignes.append(numero)
        self.valeurs |= {nom: v for nom, v in valeurs.items() if v not in (None, "", [])}
        self.nee = valeurs.get("date_naissance") or self.nee
        self.reference = self.reference or valeurs.get("reference", "")


class Registre:
    """Les identités de la base et du fichier : par référence, sinon par nom, prénom et date de naissance."""

    def __init__(self, connus: list[Dossier]):
        self.par_reference = {d.reference: d for d in connus if d.reference}
        self.par_cle = defaultdict(list)
        for dossier in connus:
            self.par_cle[dossier.cle].append(dossier)

    def inscrire(self, dossier: Dossier, cle: str) -> None:
        """Retient un dossier sous ce nom et sous sa référence."""
        if dossier.reference:
            self.par_reference.setdefault(dossier.reference, dossier)
        if dossier not in self.par_cle[cle]:
            self.par_cle[cle].append(dossier)

    def trouver(self, cle: str, nee: date | None, reference: str) -> Dossier | None:
        """Le dossier de cette identité, None si elle est nouvelle. Lève Invalide si l'on ne peut pas trancher."""
        if reference in self.par_reference:
            return self._par_reference(cle, nee, reference)
        memes = [
            d for d in self.par_cle[cle] if not (d.reference and reference) or d.reference == reference or (nee and d.nee == nee)
        ]
        candidats = memes
        if nee:
            candidats = [d for d in memes if d.nee == nee] or [d for d in memes if d.nee is None]
        if len(candidats) > 1:
            remede = "une référence" if nee else "la date de naissance"
            raise Invalide(f"{len(candidats)} dossiers portent ce nom : ajouter {remede} pour dire lequel.")
        return candidats[0] if candidats else None

    def _par_reference(self, cle: str, nee: date | None, reference: str) -> Dossier:
        dossier = self.par_reference[reference]
        autre_naissance = bool(nee and dossier.nee and nee != dossier.nee)
        autre_nom = cle != dossier.cle
        sans_mot_commun = not set(cle.split()) & set(dossier.cle.split())
        if (
            autre_naissance
            and (autre_nom or dossier.lignes)
            or autre_nom
            and sans_mot_commun
            and not (nee and nee == dossier.nee)
        ):
            ou = f", à la ligne {dossier.lignes[0]}" if dossier.lignes else ""
            raise Invalide(f"La référence « {reference} » est déjà celle d’une autre personne{ou}.")
        return dossier


@dataclass
class TableauLu:
    """Un tableau lu : ce qu'il y a à écrire (chacun sait ses lignes et son sort), ce qui ne va pas, le nombre de lignes."""

    lus: list
    remarques: list[Remarque]
    total: int

    @property
    def refusees(self) -> set[int]:
        """Les numéros des lignes écartées."""
        return {r.ligne for r in self.remarques if r.gravite == "erreur"}

    def sorts(self) -> list[tuple[int, str]]:
        """Ce qu'il advient de chaque ligne, dans l'ordre du fichier."""
        refusees = self.refusees
        faites = {numero: d.sort for d in self.lus for numero in d.lignes if d.sort}
        return sorted(faites.items() | {(numero, "refusee") for numero in refusees})


def lire_dossiers(
    tableau: Tableau,
    correspondance: dict[int, Colonne],
    *,
    par: Habilitation,
    avance: Callable[[int, int], None] = lambda faites, total: None,
) -> TableauLu:
    """Lit toutes les lignes et rapproche chacune des dossiers visibles par cette habilitation, sans rien écrire.

    avance : appelée avec le nombre de lignes lues et leur total.
    """
    total = len(tableau.lignes)
    lues, remarques = [], []
    for lot in batched(tableau.lignes, LOT):
        for ligne in lot:
            valeurs, notes = _lire(ligne, correspondance, tableau.entetes)
            remarques += notes
            if not any(r.gravite == "erreur" for r in notes):
                lues.append((ligne.numero, valeurs))
        avance(len(lues) + len({r.ligne for r in remarques if r.gravite == "erreur"}), total)
    registre = Registre(list(dossiers_connus(lues, par)))
    dossiers: dict[Dossier, None] = {}
    for numero, valeurs in lues:
        cle = cle_identite(valeurs["nom"], valeurs["prenom"])
        nee, reference = valeurs.get("date_naissance"), valeurs.get("reference", "")
        homonymes = [d for d in registre.par_cle[cle] if d.lignes]
        try:
            dossier = registre.trouver(cle, nee, reference)
        except Invalide as faute:
            remarques.append(Remarque(numero, "", str(faute), _qui(valeurs)))
            continue
        if dossier and dossier.lignes:
            premiere = dossier.lignes[0]
            message = f"Déjà à la ligne {premiere} : les deux lignes ne font qu’un dossier, la dernière complète la première."
            remarques.append(Remarque(numero, "", message, _qui(valeurs), "attention"))
        elif homonymes and not dossier:
            message = f"Mêmes nom et prénom qu’à la ligne {homonymes[0].lignes[0]}, autre naissance ou référence : deux dossiers."
            remarques.append(Remarque(numero, "", message, _qui(valeurs), "attention"))
        dossier = dossier or Dossier(cle)
        dossier.completer(numero, valeurs)
        registre.inscrire(dossier, cle)
        dossiers[dossier] = None
    return TableauLu(list(dossiers), sorted(remarques, key=lambda r: r.ligne), total)


def _qui(valeurs: dict) -> str:
    return f"{valeurs['prenom']} {valeurs['nom']}"


def nom_demele(valeurs: dict) -> dict:
    """Les mêmes valeurs, le nom, le prénom et le sexe tirés de la cellule qui les disait ensemble."""
    entier = valeurs.pop("nom_prenom", None) or valeurs.pop("prenom_nom", None)
    if not entier:
        return valeurs
    nom, prenom, sexe = entier
    return (
        {"nom": nom, "prenom": prenom} | {n: v for n, v in valeurs.items() if v} | ({} if valeurs.get("sexe") else {"sexe": sexe})
    )


def _lire(ligne: Ligne, correspondance: dict[int, Colonne], entetes: list[str]) -> tuple[dict, list[Remarque]]:
    """Une ligne lue, son nom et ses téléphones démêlés."""
    valeurs, remarques = lire_ligne(ligne, correspondance, entetes)
    valeurs = nom_demele(valeurs)
    numeros = list(dict.fromkeys([*(valeurs.pop("telephone", None) or []), *(valeurs.pop("telephone_2", None) or [])]))
    valeurs |= dict(zip(("telephone", "telephone_2"), numeros, strict=False))
    if len(numeros) > 2:
        message = f"{len(numeros)} téléphones : seuls les deux premiers sont gardés."
        remarques.append(Remarque(ligne.numero, "", message, ", ".join(numeros), "attention"))
    if not (valeurs.get("nom") and valeurs.get("prenom")) and not any(r.gravite == "erreur" for r in remarques):
        remarques.append(Remarque(ligne.numero, "", "Il manque le nom ou le prénom."))
    return valeurs, remarques


def dossiers_connus(lues: list[tuple[int, dict]], par: Habilitation) -> Iterator[Dossier]:
    """Les dossiers de la base qui portent un nom ou une référence du fichier."""
    personnes = Personne.objects.pour(par).filter(anonymisee_le=None).order_by("pk")
    vus = set()
    for lot in batched(lues, 500):
        cles = {cle_identite(v.get("nom", ""), v.get("prenom", "")) for _, v in lot}
        references = {v["reference"] for _, v in lot if v.get("reference")}
        for critere in ({"cle_identite__in": cles}, {"reference__in": references}):
            for pk, cle, nee, reference in personnes.filter(**critere).values_list(
                "pk", "cle_identite", "date_naissance", "reference"
            ):
                if pk not in vus:
                    vus.add(pk)
                    yield Dossier(cle, nee, reference, pk)
