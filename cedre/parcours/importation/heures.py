"""Des lignes d'un tableau aux heures faites : qui, où, quand, combien (INS-4)."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core import signing

from cedre.comptes.models import Habilitation
from cedre.core.cellules import RANG_DU_MOIS, Invalide, date_lue, heures_lues, texte
from cedre.core.colonnes import Colonne, Remarque, lire_ligne, proposer, reconnaisseur
from cedre.core.periodes import Periode, mois
from cedre.core.tableau import FichierIllisible, Tableau, en_texte
from cedre.core.texte import normaliser
from cedre.parcours.models import Heures, MiseEnSituation, Personne
from cedre.parcours.models.personne import cle_identite
from cedre.parcours.operations.heures import HeuresSaisies
from cedre.parcours.releve import LE_PLUS, MOIS, SEMAINE, colonnes

SEL, UNE_HEURE = "import-heures", 3600


def _mois_ecrit(ecrit: str) -> date | None:
    """Le premier jour de « 2026-03 », « 03/2026 » ou « mars 2026 » ; None si c'est une date."""
    if iso := re.fullmatch(r"(\d{4})[-/](\d{1,2})", ecrit):
        annee, rang = map(int, iso.groups())
    elif francais := re.fullmatch(r"(\d{1,2})[-/](\d{4})", ecrit):
        rang, annee = map(int, francais.groups())
    elif en_lettres := re.fullmatch(r"([a-z]+) (\d{4})", normaliser(ecrit)):
        annee, rang = int(en_lettres[2]), RANG_DU_MOIS.get(en_lettres[1], 0)
    else:
        return None
    return date(annee, rang, 1) if 1 <= rang <= 12 and 2000 <= annee < 2100 else None


def periode(cellule) -> Periode | None:
    """Le mois qu'une cellule nomme, ou la semaine, coupée au mois, de la date qu'elle dit. Lève Invalide."""
    if premier := _mois_ecrit(en_texte(cellule)):
        return mois(premier)
    jour = date_lue(cellule)
    return jour and next(c for c in colonnes(jour.replace(day=1), SEMAINE) if jour in c)


COLONNES = (
    Colonne("reference", "Référence", ("matricule", "numéro de dossier", "identifiant"), texte(40)),
    Colonne("nom", "Nom", ("nom de famille", "salarié", "personne"), texte(80)),
    Colonne("prenom", "Prénom", (), texte(80)),
    Colonne("lieu", "Client ou atelier", ("client", "atelier", "chantier", "lieu", "utilisateur"), texte(160)),
    Colonne("quand", "Date ou mois", ("date", "mois", "jour", "semaine du", "période"), periode, obligatoire=True),
    Colonne("heures", "Heures", ("nombre d’heures", "nb heures", "heures faites", "durée"), heures_lues, obligatoire=True),
)
connait = reconnaisseur(COLONNES)


@dataclass
class LectureHeures:
    """Ce qu'un fichier dit : les périodes à écrire, et ce qui ne va pas, ligne par ligne."""

    saisies: list[HeuresSaisies]
    remarques: list[Remarque]
    total: int

    @property
    def scellee(self) -> str:
        """Les périodes à écrire, signées : de quoi confirmer sans redéposer le fichier."""
        lignes = [[s.mise_en_situation.pk, s.du.isoformat(), s.au.isoformat(), str(s.lu), str(s.heures)] for s in self.saisies]
        return signing.dumps(lignes, salt=SEL, compress=True)


def desceller(scellee: str, habilitation: Habilitation) -> list[HeuresSaisies]:
    """Les périodes d'une lecture confirmée dans l'heure. Lève signing.BadSignature."""
    lignes = signing.loads(scellee, salt=SEL, max_age=UNE_HEURE)
    mets = (
        MiseEnSituation.objects.pour(habilitation)
        .select_related("client", "client_de_l_atelier")
        .in_bulk([ligne[0] for ligne in lignes])
    )
    jour = date.fromisoformat
    return [HeuresSaisies(mets[pk], jour(du), jour(au), Decimal(lu), Decimal(h)) for pk, du, au, lu, h in lignes if pk in mets]


class _Registre:
    """Les personnes et les mises en situation de la structure, en deux requêtes."""

    def __init__(self, habilitation: Habilitation):
        self.par_reference, self.par_cle, self.travaux = {}, defaultdict(list), defaultdict(list)
        personnes = Personne.objects.pour(habilitation).nominatives()
        for pk, reference, cle in personnes.values_list("pk", "reference", "cle_identite"):
            self.par_cle[cle].append(pk)
            if reference:
                self.par_reference[reference] = pk
        for mets in MiseEnSituation.objects.pour(habilitation).select_related("client", "client_de_l_atelier"):
            self.travaux[mets.personne_id].append(mets)

    def personne(self, valeurs: dict) -> int:
        """Son numéro. Lève Invalide."""
        if reference := valeurs.get("reference"):
            if reference not in self.par_reference:
                raise Invalide(f"Aucun dossier ne porte la référence « {reference} ».")
            return self.par_reference[reference]
        dit = " ".join(filter(None, [valeurs.get("nom"), valeurs.get("prenom")]))
        if not dit:
            raise Invalide("Il manque de qui sont ces heures : une référence, ou le nom et le prénom.")
        trouvees = self.par_cle[cle_identite(dit, "")]
        if len(trouvees) != 1:
            nombre = f"{len(trouvees)} dossiers portent" if trouvees else "Aucun dossier ne porte"
            raise Invalide(f"{nombre} le nom « {dit} »{' : ajouter la référence' if trouvees else ''}.")
        return trouvees[0]

    def mise_en_situation(self, valeurs: dict) -> MiseEnSituation:
        """Celle de cette personne, à ce lieu, sur cette période. Lève Invalide."""
        toutes, lieu = self.travaux[self.personne(valeurs)], normaliser(valeurs.get("lieu") or "")
        la = [m for m in toutes if not lieu or lieu in (normaliser(m.lieu), normaliser(m.ou))]
        la = la or [m for m in toutes if m.client_de_l_atelier and lieu == normaliser(str(m.client_de_l_atelier))]
        refus = {m: m.refus_d_heures(valeurs["quand"].du, valeurs["quand"].au) for m in la}
        ouvertes = [m for m in la if not refus[m]]
        if len(ouvertes) > 1:
            que_faire = "écrire ces heures dans le relevé" if lieu else "dire le client ou l’atelier"
            raise Invalide(f"Plusieurs mises en situation à cette date : {que_faire}.")
        if not ouvertes:
            raise Invalide(next(iter(refus.values()), "Aucune mise en situation de cette personne à cet endroit."))
        return ouvertes[0]


def lire_heures(tableau: Tableau, habilitation: Habilitation) -> LectureHeures:
    """Lit tout, sans rien écrire ; les lignes d'une même semaine s'ajoutent. Lève FichierIllisible s'il manque une colonne."""
    trouvees = proposer(tableau.entetes, COLONNES)
    manquent = [c.libelle for c in COLONNES if c.obligatoire and c.nom not in trouvees.values()]
    if not {"nom", "reference"} & set(trouvees.values()):
        manquent.append("Nom ou référence")
    if manquent:
        raise FichierIllisible(f"Colonnes introuvables : {', '.join(manquent)}. Nommez-les ainsi dans la ligne de titres.")
    par_nom = {c.nom: c for c in COLONNES}
    correspondance = {rang: par_nom[nom] for rang, nom in trouvees.items()}
    registre, sommes, remarques = _Registre(habilitation), defaultdict(Decimal), []
    for ligne in tableau.lignes:
        valeurs, fautes = lire_ligne(ligne, correspondance, tableau.entetes)
        remarques += fautes
        if any(f.gravite == "erreur" for f in fautes):
            continue
        try:
            mets, quand = registre.mise_en_situation(valeurs), valeurs["quand"]
            sommes[mets, quand] += valeurs["heures"]
            _verifier(sommes, mets, quand)
        except Invalide as faute:
            remarques.append(Remarque(ligne.numero, "", str(faute)))
    return LectureHeures(_saisies(sommes), remarques, len(tableau.lignes))


def _verifier(sommes: dict, mets: MiseEnSituation, quand: Periode) -> None:
    entier = mois(quand.du)
    par = MOIS if quand == entier else SEMAINE
    if sommes[mets, quand] > LE_PLUS[par]:
        raise Invalide(f"Plus de {LE_PLUS[par]} heures dans {'le mois' if par == MOIS else 'la semaine'}.")
    autres = colonnes(entier.du, SEMAINE) if quand == entier else [entier]
    if any((mets, autre) in sommes for autre in autres):
        raise Invalide("Ce mois est dit deux fois : par un total et par des dates.")


def _saisies(sommes: dict) -> list[HeuresSaisies]:
    faites = defaultdict(list)
    lignes = Heures.objects.filter(mise_en_situation__in={m.pk for m, _ in sommes})
    for pk, le, heures in _entre(lignes, [p for _, p in sommes]).values_list("mise_en_situation", "le", "heures"):
        faites[pk].append((le, heures))
    return [
        HeuresSaisies(m, p.du, p.au, sum((h for le, h in faites[m.pk] if le in p), Decimal(0)), heures)
        for (m, p), heures in sommes.items()
    ]


def _entre(lignes, periodes: Iterable[Periode]):
    periodes = list(periodes)
    return lignes.entre(min(p.du for p in periodes), max(p.au for p in periodes)) if periodes else lignes.none()
