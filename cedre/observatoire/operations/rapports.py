"""Les gestes d'un rapport : l'écrire, le publier, le transmettre ; le recevoir, l'accepter, le rendre (OBS-2, OBS-3)."""

import csv
import gzip
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.tasks import task
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.fuseaux import a_l_heure_de
from cedre.comptes.models import Habilitation, Organisation, Trace
from cedre.comptes.operations import tracer_chez
from cedre.comptes.passages import Passage, Passages, Qui, tient
from cedre.core.periodes import Periode
from cedre.core.refus import Conflit, GesteImpossible
from cedre.observatoire.cadre import DOSSIER, Cadre
from cedre.observatoire.cadres import livres
from cedre.observatoire.models.rapports import MOTS, NombrePublie, Rapport, RapportQuerySet
from cedre.observatoire.paquet import FAITS, FaitsEcrits, Fichiers, archiver, composer, condensats, contributeurs

journal = logging.getLogger("cedre.rapport")
E = Rapport.Etat
RELANCEZ = "rien n’est publié, rien n’est perdu. Relancez-la"
INTERROMPUE = f"La publication s’est interrompue : {RELANCEZ} ; si cela recommence, prévenez qui tient le serveur."
DOSSIER_EFFACE = f"Un dossier a été effacé, ou rendu anonyme, pendant la publication : {RELANCEZ}."
LA_STRUCTURE = tient(Droit.RAPPORT_TENIR, sinon="C’est à la structure de le faire.")


def _recoit(rapport: Rapport, par: Habilitation) -> bool:
    """La région de la structure ; sans région, la fédération."""
    region = rapport.organisation.region_id
    chez = par.organisation_id == region if region else par.organisation.nature == Organisation.Nature.FEDERATION
    return chez and par.peut(Droit.RAPPORTS_RECEVOIR)


QUI_RECOIT = Qui(_recoit, "C’est à l’association régionale de la structure de le faire.")
PASSAGES = Passages(
    Rapport,
    ecrire=Passage(LA_STRUCTURE, de={E.BROUILLON}, vers={E.BROUILLON}, trace="{ligne}"),
    abandonner=Passage(LA_STRUCTURE, de={E.BROUILLON}, vers=set(), trace="{ligne}"),
    publier=Passage(LA_STRUCTURE, de={E.BROUILLON}, vers={E.PUBLIE}, jour="publie_le", trace="{ligne}, publié"),
    transmettre=Passage(
        LA_STRUCTURE,
        de={E.PUBLIE},
        vers={E.TRANSMIS},
        jour="transmis_le",
        trace="{ligne}, transmis",
        pas_encore="il se publie avant de se transmettre",
    ),
    recevoir=Passage(QUI_RECOIT, de={E.TRANSMIS}, vers={E.RECU}, jour="recu_le", trace="{ligne}, reçu"),
    accepter=Passage(QUI_RECOIT, de={E.TRANSMIS, E.RECU}, vers={E.ACCEPTE}, trace="{ligne}, accepté"),
    rendre=Passage(QUI_RECOIT, de={E.TRANSMIS, E.RECU, E.ACCEPTE}, vers={E.A_CORRIGER}, trace="{ligne}, rendu : {a_corriger}"),
    clore=Passage(
        QUI_RECOIT,
        de={E.ACCEPTE},
        vers={E.CLOS},
        jour="clos_le",
        trace="{ligne}, clos",
        pas_encore="il s’accepte avant de se clore",
    ),
)


@transaction.atomic
def commencer(organisation: Organisation, cadre: Cadre, periode: Periode, *, par: Habilitation) -> Rapport:
    """Le brouillon de ce rapport, ou celui qui est déjà là. Lève GesteImpossible s'il en est une version publiée."""
    deja = Rapport.objects.filter(organisation=organisation, cadre=cadre.code).sur(periode).courants().first()
    if deja and deja.est_publie:
        raise GesteImpossible(f"{deja} est publié : il se corrige par une nouvelle version.")
    if deja:
        return deja
    rapport = Rapport.objects.create(organisation=organisation, cadre=cadre.code, du=periode.du, au=periode.au)
    tracer_chez(organisation, par=par, geste=Trace.Geste.CREER, objet=rapport, detail=str(rapport))
    return rapport


@PASSAGES.operation
def ecrire(rapport: Rapport, *, par: Habilitation, mots: str, commentaires: dict[str, str], lus: dict[str, str]) -> None:
    """Garde ce que la structure en dit, et ses commentaires, chapitre par chapitre.

    lus : ces textes tels qu'on les avait sous les yeux ; ce que l'on n'a pas touché reste comme un autre l'a écrit entre-temps.
    Lève Conflit si deux personnes ont récrit le même.
    """
    rapport.mots = _rapproche(rapport, rapport.mots, mots, lus.get(MOTS, rapport.mots))
    gardes = rapport.commentaires
    dits = {c: _rapproche(rapport, gardes.get(c, ""), dit, lus.get(c, gardes.get(c, ""))) for c, dit in commentaires.items()}
    rapport.commentaires = {code: dit for code, dit in dits.items() if dit}


def _rapproche(rapport: Rapport, garde: str, dit: str, lu: str) -> str:
    """Ce qu'il faut garder de ces trois textes. Lève Conflit."""
    if dit in (lu, garde):
        return garde
    if garde != lu:
        raise Conflit(rapport)
    return dit


@PASSAGES.operation
def abandonner(rapport: Rapport, *, par: Habilitation) -> None:
    """Retire un brouillon, et ses images : ce qu'il corrigeait reste publié."""
    _effacer_ensuite(rapport.images.values_list("fichier", flat=True))
    Rapport.objects.filter(remplace_par=rapport).update(remplace_par=None)


def demander_la_publication(rapport: Rapport, *, par: Habilitation) -> None:
    """Fait publier ce rapport en tâche de fond. Lève GesteImpossible s'il ne se publie pas, ou s'il est en train de l'être."""
    with transaction.atomic():
        rapport = Rapport.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=rapport.pk)
        if refus := PASSAGES.refus("publier", rapport, par=par):
            raise GesteImpossible(refus)
        _refuser_trop_tot(rapport)
        if rapport.se_publie:
            raise GesteImpossible("Ce rapport est déjà en train de se publier.")
        Rapport.objects.filter(pk=rapport.pk).update(demande_le=timezone.now(), faites=0, total=0, interrompu="")
    tache_de_publication.enqueue(rapport.pk, par.pk)


@task()
def tache_de_publication(rapport_id: int, habilitation_id: int) -> None:
    """Compose le paquet, puis publie d'un trait : la base n'est prise que le temps de figer. Un échec se lit sur la page."""
    par = Habilitation.objects.select_related("organisation", "compte").get(pk=habilitation_id)
    rapport, suivi = (
        Rapport.objects.pour(par).select_related("organisation").get(pk=rapport_id),
        Rapport.objects.filter(pk=rapport_id),
    )
    try:
        with a_l_heure_de(par.organisation):
            le = timezone.localdate()
            with (
                _compose(rapport, le, lambda faites, total: suivi.update(faites=faites, total=total)) as compose,
                transaction.atomic(),
            ):
                if not suivi.filter(demande_le=rapport.demande_le).exists():
                    raise GesteImpossible(DOSSIER_EFFACE)
                publier(rapport, par=par, le=le, compose=compose)
    except GesteImpossible as refus:
        suivi.update(demande_le=None, interrompu=str(refus))
    except Exception:
        journal.exception("Publication interrompue")
        suivi.update(demande_le=None, interrompu=INTERROMPUE)
        # La base des tâches garde le message de l'erreur, qui peut citer une personne : celui-ci n'en cite aucune.
        raise GesteImpossible(INTERROMPUE) from None


def _refuser_trop_tot(rapport: Rapport) -> None:
    if rapport.au >= timezone.localdate():
        raise GesteImpossible(f"La période finit le {rapport.au:%d/%m/%Y} : ce rapport se publie ensuite.")


@PASSAGES.operation
def publier(rapport: Rapport, *, par: Habilitation, le: date | None = None, compose: "Compose | None" = None) -> None:
    """Fige ses nombres, pour toujours : le paquet que l'on recompte, et le cube que l'on lit hors de la structure.

    compose : ses fichiers, s'ils le sont déjà. Lève GesteImpossible si sa période court encore, ou si le cadre n'est plus livré.
    """
    _refuser_trop_tot(rapport)
    with nullcontext(compose) if compose else _compose(rapport, le or timezone.localdate()) as (fichiers, faits, condensat):
        rapport.etat, rapport.publie_par, rapport.interrompu = E.PUBLIE, par.compte, ""
        rapport.condensats = condensats(fichiers) | {FAITS: condensat}
        nom = rapport.nom_de_fichier
        rapport.paquet.save(f"{nom}.zip", ContentFile(archiver(fichiers)), save=False)
        rapport.faits.save(f"{nom}-{FAITS}.gz", faits, save=False)
        rapport.ecarts = _ecarts(getattr(rapport, "remplace", None), json.loads(fichiers["chiffres.json"]))
        NombrePublie.objects.bulk_create(_cube(rapport, fichiers, faits), batch_size=2000)


type Compose = tuple[Fichiers, File, str]


@contextmanager
def _compose(rapport: Rapport, le: date, avance: Callable[[int, int], None] = lambda faites, total: None) -> Iterator[Compose]:
    """Le paquet qu'en ferait une publication, ce jour-là ; ses faits, comprimés, dans un fichier ; et leur condensat."""
    cadre = livres().get(rapport.cadre)
    if cadre is None:
        raise GesteImpossible(f"Le cadre « {rapport.cadre} » n’est plus de ceux que Cèdre tient.")
    dit = {"version": rapport.version, "publie_le": le.isoformat(), "motif": rapport.motif}
    octets = (Path(DOSSIER) / f"{cadre.code}.yaml").read_bytes()
    try:
        pieces = rapport.images.fichiers()
    except FileNotFoundError:
        raise GesteImpossible("Le fichier d’une image n’est plus là : retirez-la, et joignez-la de nouveau.") from None
    with TemporaryFile() as vers, closing(FaitsEcrits(vers)) as faits:
        du_rapport = {"dit": dit, "pieces": pieces, "faits": faits, "avance": avance}
        fichiers = composer(cadre, octets, rapport.organisation, rapport.periode, **du_rapport)
        yield fichiers, File(vers), faits.condensat


def _cube(rapport: Rapport, fichiers: Fichiers, faits: File) -> Iterator[NombrePublie]:
    """Chaque rubrique, et le détail que son cadre en montre."""
    faits.seek(0)
    with gzip.open(faits, "rt", encoding="utf-8", newline="") as lignes:
        combien = contributeurs(fichiers, lignes)
    marges = defaultdict(list)
    for figure, coupe, *reste in csv.reader(fichiers["noyau.csv"].decode().splitlines()[1:]):
        marges[figure, coupe].append(reste)
    for dite in json.loads(fichiers["chiffres.json"])["rubriques"]:
        entiers = {nom: dite[nom] for nom in ("numerateur", "denominateur", "inconnue")}
        siens = None if dite["filtres"] else combien.get(dite["figure"])
        yield NombrePublie(rapport=rapport, rubrique=dite["code"], **entiers, contributeurs=siens)
    for rubrique in livres()[rapport.cadre].tenues():
        for coupe in rubrique.par:
            for modalite, numerateur, denominateur in marges[rubrique.indicateur, coupe]:
                entiers = {"numerateur": int(numerateur), "denominateur": int(denominateur)}
                yield NombrePublie(rapport=rapport, rubrique=rubrique.code, coupe=coupe, modalite=modalite, **entiers)


def _ecarts(avant: Rapport | None, chiffres: dict) -> list[dict]:
    """De chaque rubrique dont le nombre change, l'ancien et le nouveau."""
    if avant is None:
        return []
    anciens = {n.rubrique: (n.numerateur, n.denominateur) for n in avant.nombres.filter(coupe="")}
    dits = [
        (r["code"], anciens.get(r["code"], (None, None)), (r["numerateur"], r["denominateur"])) for r in chiffres["rubriques"]
    ]
    return [{"rubrique": code, "avant": list(a), "apres": list(b)} for code, a, b in dits if a != b]


@PASSAGES.operation
def transmettre(rapport: Rapport, *, par: Habilitation, le: date | None = None) -> None:
    """L'association régionale peut le lire, et le recevoir ; il ne se corrige plus que si elle le rend (§ 2.5 b).

    Lève GesteImpossible s'il est déjà remplacé.
    """
    if rapport.remplace_par_id:
        raise GesteImpossible("Une version plus récente le remplace : c’est elle qui se transmet.")
    rapport.etat = E.TRANSMIS


@PASSAGES.operation
def recevoir(rapport: Rapport, *, par: Habilitation) -> None:
    """La région l'a bien reçu, et va le lire."""
    rapport.etat = E.RECU


@PASSAGES.operation
def accepter(rapport: Rapport, *, par: Habilitation) -> None:
    """Ses nombres entrent dans ceux de la région et du réseau."""
    rapport.etat, rapport.juge_le, rapport.a_corriger = E.ACCEPTE, timezone.localdate(), ""


@PASSAGES.operation
def rendre(rapport: Rapport, *, par: Habilitation, a_corriger: str) -> None:
    """La région dit ce qu'il faut corriger : une autre version. Accepté, elle seule peut encore le rendre."""
    rapport.etat, rapport.juge_le, rapport.a_corriger = E.A_CORRIGER, timezone.localdate(), a_corriger


@PASSAGES.operation
def clore(rapport: Rapport, *, par: Habilitation) -> None:
    """Plus rien n'en change : la campagne est finie."""
    rapport.etat = E.CLOS


@transaction.atomic
def corriger(rapport: Rapport, *, motif: str, par: Habilitation) -> Rapport:
    """La version suivante, en brouillon, avec ce que disait celle-ci ; celle-ci reste, et dit par quoi elle est remplacée.

    Lève GesteImpossible tant que la région ne l'a pas rendue, si elle lui est transmise.
    """
    rapport = Rapport.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=rapport.pk)
    if not LA_STRUCTURE.peut(rapport, par):
        raise GesteImpossible(LA_STRUCTURE.sinon)
    if rapport.remplace_par_id:
        raise GesteImpossible(f"{rapport} a déjà une version plus récente.")
    if not rapport.se_corrige():
        raise GesteImpossible(
            f"{PASSAGES.ou_elle_en_est(rapport)} : seule l’association régionale peut vous le rendre à corriger."
        )
    copies = {nom: getattr(rapport, nom) for nom in ("organisation", "cadre", "du", "au", "mots", "commentaires")}
    nouvelle = Rapport.objects.create(**copies, version=rapport.version + 1, motif=motif)
    rapport.images.copier_dans(nouvelle)
    Rapport.objects.filter(pk=rapport.pk).update(remplace_par=nouvelle)
    tracer_chez(rapport.organisation, par=par, geste=Trace.Geste.CREER, objet=nouvelle, detail=f"{nouvelle} : {motif}")
    return nouvelle


def _effacer_ensuite(noms: Iterable[str]) -> None:
    for nom in noms:
        transaction.on_commit(partial(default_storage.delete, nom))


@transaction.atomic
def effacer_les_faits(rapports: RapportQuerySet, pourquoi: str) -> None:
    """Efface faits.csv de ces rapports, et rien d'autre : leurs nombres restent, et se vérifient encore (décision 0041).

    Ce qui est en train de se publier a pu lire ce que l'on vient d'effacer : cela s'arrête.
    """
    gardes = rapports.avec_leurs_faits()
    _effacer_ensuite(gardes.values_list("faits", flat=True))
    rapports.exclude(demande_le=None).filter(publie_le=None).update(demande_le=None, interrompu=DOSSIER_EFFACE)
    gardes.update(faits="", faits_effaces_le=timezone.localdate(), faits_effaces_pourquoi=pourquoi)
