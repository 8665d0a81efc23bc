"""Les gestes d'un import : déposer, régler les colonnes, lire, importer, abandonner, oublier."""

import logging
from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import batched
from secrets import token_hex
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Min, Model
from django.tasks import task

from cedre.comptes.droits import Droit
from cedre.comptes.fuseaux import a_l_heure_de
from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import tracer
from cedre.comptes.partage import Partage
from cedre.comptes.passe import change_le_passe
from cedre.core.colonnes import Colonne, proposer, reconnaisseur
from cedre.core.refus import GesteImpossible
from cedre.core.tableau import Tableau, en_texte, lire
from cedre.parcours.importation.colonnes import colonnes_de_personne, manque_au_dossier, raison_d_ecarter
from cedre.parcours.importation.contrats import colonnes_de_contrat, lire_contrats, manque_au_contrat
from cedre.parcours.importation.dossiers import TableauLu, lire_dossiers
from cedre.parcours.importation.ecriture import ecrire_dossiers, prevoir_dossiers
from cedre.parcours.models import Contact, Contrat, Importation, PassIAE, Suite
from cedre.parcours.models.situation import DE_SANTE
from cedre.parcours.operations.import_contrats import ecrire_contrats, prevoir_contrats

journal = logging.getLogger("cedre.importation")
Etat = Importation.Etat
Sorte = Importation.Sorte


class Chaine(NamedTuple):
    """D'un fichier à la base : colonnes attendues, ce qui leur manque, lecture, écriture, et les faits que l'on écrit."""

    colonnes: Callable[[Habilitation], list[Colonne]]
    manque: Callable[[set[str]], str]
    lire: Callable[..., TableauLu]
    prevoir: Callable[..., None]
    ecrire: Callable[..., None]
    ecrit: tuple[type[Model], ...]


CHAINES = {
    Sorte.PERSONNES: Chaine(
        colonnes_de_personne, manque_au_dossier, lire_dossiers, prevoir_dossiers, ecrire_dossiers, (Contact, Suite)
    ),
    Sorte.CONTRATS: Chaine(
        colonnes_de_contrat, manque_au_contrat, lire_contrats, prevoir_contrats, ecrire_contrats, (Contrat, PassIAE)
    ),
}
LIGNES_D_APERCU = 20
TU = "…"  # à la place de ce que tous ceux qui importent ne peuvent pas lire
ATTENDENT = {Etat.DEPOSE, Etat.ANALYSE, Etat.ECHEC}
OUBLIE = "Ce fichier n’est plus gardé : il a attendu trente jours, ou un dossier a été effacé depuis. Déposez-le de nouveau."


def deposer(contenu: bytes, *, nom: str, sorte: str = Sorte.PERSONNES, par: Habilitation) -> Importation:
    """Garde un fichier, et propose à quoi correspond chaque colonne. Lève FichierIllisible."""
    colonnes = CHAINES[sorte].colonnes(par)
    tableau = lire(contenu, nom, reconnaisseur(colonnes))
    sante = par.peut(Droit.SANTE_LIRE)
    ecartees = [raison_d_ecarter(tableau, rang, sante=sante) for rang in range(len(tableau.entetes))]
    titres = ["" if ecartee else entete for entete, ecartee in zip(tableau.entetes, ecartees, strict=True)]
    proposees = proposer(titres, colonnes)
    sans_exemple = {rang for rang, raison in enumerate(ecartees) if raison or proposees.get(rang) in DE_SANTE}
    importation = Importation(
        organisation_id=par.organisation_id,
        sorte=sorte,
        nom_fichier=nom[-200:],
        ligne_titres=tableau.ligne_titres,
        total=len(tableau.lignes),
        colonnes=[
            {
                "entete": entete,
                "champ": proposees.get(rang, ""),
                "ecartee": ecartees[rang],
                "exemples": [] if rang in sans_exemple else [e[:60] for e in tableau.exemples(rang)],
            }
            for rang, entete in enumerate(tableau.entetes)
        ],
        par_id=par.compte_id,
    )
    importation.fichier.save(token_hex(16), ContentFile(contenu), save=False)
    importation.save()
    return importation


def regler(importation: Importation, *, correspondance: dict[int, str]) -> None:
    """Choisit à quelle colonne attendue correspond chaque colonne du fichier. Lève GesteImpossible."""
    champs = [c for c in correspondance.values() if c]
    if len(champs) != len(set(champs)):
        raise GesteImpossible("Deux colonnes du fichier ne peuvent pas donner la même information : choisissez-en une.")
    if manque := CHAINES[importation.sorte].manque(set(champs)):
        raise GesteImpossible(manque)
    for rang, colonne in enumerate(importation.colonnes):
        colonne["champ"] = "" if colonne["ecartee"] else correspondance.get(rang, "")
    importation.save(update_fields=["colonnes"])


def _passer(importation: Importation, *, de: set[str], a: str) -> None:
    """Change d'état une seule fois, même si l'on clique deux fois. Lève GesteImpossible."""
    if not Importation.objects.filter(pk=importation.pk, etat__in=de).update(etat=a, traitees=0, message=""):
        raise GesteImpossible("Cet import n’en est pas à cette étape : rechargez la page.")
    importation.refresh_from_db()


def lancer_lecture(importation: Importation, *, correspondance: dict[int, str], par: Habilitation) -> None:
    """Règle les colonnes, puis fait lire le fichier en tâche de fond, sans rien écrire dans les dossiers."""
    _passer(importation, de=ATTENDENT, a=Etat.DEPOSE)
    regler(importation, correspondance=correspondance)
    _passer(importation, de={Etat.DEPOSE}, a=Etat.EN_ANALYSE)
    tache_de_lecture.enqueue(importation.pk, par.pk)


def lancer_import(importation: Importation, *, par: Habilitation) -> None:
    """Fait importer les lignes valables en tâche de fond. Lève GesteImpossible."""
    _passer(importation, de={Etat.ANALYSE}, a=Etat.EN_COURS)
    tache_d_import.enqueue(importation.pk, par.pk)


def analyser(importation: Importation, *, par: Habilitation, avance: Callable[[int, int], None] | None = None) -> TableauLu:
    """Lit tout le fichier et garde ce qui serait fait, ligne par ligne. avance : voir lire_dossiers."""
    avance = avance or _avancement(importation)
    tableau, lecture = _lire(importation, par, avance)
    CHAINES[importation.sorte].prevoir(lecture, par=par, avance=avance)
    _garder(importation, lecture, Etat.ANALYSE)
    importation.apercu = _apercu(importation, tableau)
    importation.save(update_fields=["apercu"])
    return lecture


def importer(
    importation: Importation,
    *,
    par: Habilitation,
    tout_ou_rien: bool = False,
    avance: Callable[[int, int], None] | None = None,
) -> TableauLu:
    """Écrit les lignes valables ; tout_ou_rien : n'écrit rien si une seule est écartée. Lève GesteImpossible.

    Relire et rapprocher juste avant d'écrire fait qu'un import repris après une panne ne double personne.
    """
    _, lecture = _lire(importation, par, lambda faites, total: None)
    if tout_ou_rien and lecture.refusees:
        raise GesteImpossible(f"{len(lecture.refusees)} ligne(s) en erreur : rien n’a été importé.")
    avance = avance or _avancement(importation)
    jours, faits = _jours_touches(importation, par), [modele() for modele in CHAINES[importation.sorte].ecrit]
    _ecrire(importation, lecture, faits, jours, tout_ou_rien=tout_ou_rien, avance=avance, par=par)
    _effacer_le_fichier(importation)
    return lecture


def _jours_touches(importation: Importation, par: Habilitation) -> list[date]:
    """Les jours des faits que l'import changera, tel qu'il se ferait à présent, et de ceux qu'ils remplacent."""
    _, prevue = _lire(importation, par, lambda faites, total: None)
    CHAINES[importation.sorte].prevoir(prevue, par=par, avance=lambda faites, total: None)
    changes = [lu for lu in prevue.lus if lu.sort in ("creee", "modifiee")]
    dits = [v for lu in changes for nom, v in lu.valeurs.items() if isinstance(v, date) and nom != "date_naissance"]
    if importation.sorte == Sorte.CONTRATS:
        for lot in batched({lu.personne for lu in changes if lu.sort == "modifiee"}, 500):
            dits += [modele.objects.filter(personne__in=lot).aggregate(le=Min("debut"))["le"] for modele in (Contrat, PassIAE)]
    return [jour for jour in dits if jour]


@change_le_passe(neuf=lambda *args, **kwargs: True, jours=lambda importation, lecture, faits, jours, **kwargs: jours)
def _ecrire(importation: Importation, lecture: TableauLu, faits: list, jours: list[date], *, tout_ou_rien, avance, par) -> None:
    """Écrit le fichier et sa trace ; d'un mois fini, d'une seule transaction. faits : un, neuf, de chaque sorte qu'il écrit."""
    CHAINES[importation.sorte].ecrire(lecture, par=par, d_un_bloc=tout_ou_rien, avance=avance)
    with transaction.atomic():
        _garder(importation, lecture, Etat.TERMINE)
        detail = (
            f"{importation.creees} créées, {importation.modifiees} modifiées, {importation.inchangees} inchangées, "
            f"{importation.refusees} lignes refusées"
        )
        tracer(par=par, geste=Trace.Geste.IMPORTER, objet=importation, detail=detail)


def abandonner(importation: Importation) -> None:
    """Efface le fichier et l'import qui n'a rien écrit. Lève GesteImpossible s'il est en cours ou fait."""
    _passer(importation, de=ATTENDENT, a=Etat.DEPOSE)
    _effacer_le_fichier(importation)
    importation.delete()


@task()
def oublier() -> None:
    """Efface, chaque nuit, ce que les vieux imports gardent de personnel : valeurs refusées, fichiers laissés là.

    Pour toutes les structures à la fois : la durée de conservation n'attend pas le prochain dépôt (nomenclatures §7).
    """
    oublier_les_noms(Importation.objects.a_oublier())


@transaction.atomic
def oublier_les_noms(importations: Partage) -> None:
    """Oublie ce que ces imports citent de personnes ; qui attendait s'arrête là, son fichier est à déposer de nouveau."""
    for importation in importations.exclude(remarques=[], fichier=""):
        importations.filter(pk=importation.pk, etat__in=ATTENDENT).update(etat=Etat.ECHEC, message=OUBLIE)
        if importation.fichier:
            transaction.on_commit(partial(default_storage.delete, importation.fichier.name))
        importation.fichier, importation.remarques = "", []
        _sans_exemple(importation, "remarques")


def _effacer_le_fichier(importation: Importation) -> None:
    importation.fichier.delete(save=False)
    _sans_exemple(importation)


def _sans_exemple(importation: Importation, *aussi: str) -> None:
    """N'écrit que ce qu'elle oublie : l'état d'un import en route n'est pas le sien."""
    importation.apercu = []
    importation.colonnes = [colonne | {"exemples": []} for colonne in importation.colonnes]
    importation.save(update_fields=["fichier", "apercu", "colonnes", *aussi])


def _lire(importation: Importation, par: Habilitation, avance) -> tuple[Tableau, TableauLu]:
    chaine = CHAINES[importation.sorte]
    colonnes = {colonne.nom: colonne for colonne in chaine.colonnes(par)}
    with importation.fichier.open("rb") as fichier:
        tableau = lire(fichier.read(), importation.nom_fichier, reconnaisseur(colonnes.values()))
    correspondance = {rang: colonnes[c] for rang, c in importation.correspondance.items() if c in colonnes}
    return tableau, chaine.lire(tableau, correspondance, par=par, avance=avance)


def _avancement(importation: Importation) -> Callable[[int, int], None]:
    """Note l'avancement en base, pour la barre."""
    return lambda faites, total: Importation.objects.filter(pk=importation.pk).update(traitees=faites, total=total)


def _garder(importation: Importation, lecture: TableauLu, etat: str) -> None:
    sorts = [lu.sort for lu in lecture.lus]
    importation.etat = etat
    importation.total = importation.traitees = lecture.total
    importation.creees, importation.modifiees = sorts.count("creee"), sorts.count("modifiee")
    importation.inchangees, importation.refusees = sorts.count("inchangee"), len(lecture.refusees)
    importation.lignes = lecture.sorts()
    importation.remarques = [r.en_dict() for r in sorted(lecture.remarques, key=lambda r: r.ligne)]
    importation.save()


def _apercu(importation: Importation, tableau: Tableau) -> list[dict]:
    """Les premières lignes telles qu'elles sont, colonnes retenues seulement, et ce qu'il en adviendrait."""
    sorts = dict(importation.lignes)
    return [
        {
            "ligne": ligne.numero,
            "cellules": [
                TU if champ in DE_SANTE else en_texte(ligne.cellules[rang])[:80]
                for rang, champ in importation.correspondance.items()
            ],
            "sort": sorts.get(ligne.numero, ""),
        }
        for ligne in tableau.lignes[:LIGNES_D_APERCU]
    ]


def _en_tache(importation_id: int, habilitation_id: int, geste) -> None:
    """Fait le geste au nom de qui l'a demandé ; un échec se lit sur la page, et n'y laisse pas une barre figée."""
    par = Habilitation.objects.select_related("organisation", "compte").get(pk=habilitation_id)
    importation = Importation.objects.pour(par).get(pk=importation_id)
    try:
        with a_l_heure_de(par.organisation):
            geste(importation, par=par)
    except Exception:
        journal.exception("Import interrompu")
        message = "L’import s’est interrompu. Relancez-le : les lignes déjà importées seront reconnues, rien ne sera doublé."
        Importation.objects.filter(pk=importation_id).update(etat=Etat.ECHEC, message=message)
        # La base des tâches garde le message de l'erreur, qui peut citer une personne : celui-ci n'en cite aucune.
        raise GesteImpossible(message) from None


@task()
def tache_de_lecture(importation_id: int, habilitation_id: int) -> None:
    """Lit le fichier en tâche de fond."""
    _en_tache(importation_id, habilitation_id, analyser)


@task()
def tache_d_import(importation_id: int, habilitation_id: int) -> None:
    """Importe le fichier en tâche de fond."""
    _en_tache(importation_id, habilitation_id, importer)
