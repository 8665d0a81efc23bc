"""Des vies aux bornes des définitions : le jour juste, l'heure juste, l'âge juste. Une erreur d'un jour s'y voit.

Au hasard, personne ne reste quatre-vingt-un jours tout juste : une définition fausse d'un jour dirait les mêmes nombres.
Tout se passe autour de l'année close, celle du rapport.
"""

from datetime import date, time, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from cedre.demonstration import phrases_insertion as phrases
from cedre.demonstration.calendrier import est_ouvre, ouvre_apres, ouvre_avant
from cedre.demonstration.ecriture import Lot
from cedre.demonstration.identites import inventer
from cedre.demonstration.maison import Maison, instant
from cedre.demonstration.vie import Vie
from cedre.parcours.models import (
    ActionAssociee,
    Contrat,
    Entretien,
    Heures,
    Information,
    MiseEnSituation,
    Personne,
    Sortie,
    SuiviAMinima,
)

SEMAINE = timedelta(days=7)
NATURES = {"AI": "cddi", "ETTI": "mission", "EI": "cddi", "ACI": "cddi"}


class Emploi(NamedTuple):
    """Un contrat, et les heures de chaque semaine, de son premier jour ou d'un autre.

    sortie : le motif noté, s'il l'est ; suite : vrai s'il renouvelle celui d'avant.
    """

    debut: date
    fin: date
    heures: tuple[Decimal | int, ...]
    depuis: date | None = None
    sortie: str = "cdi_non_aide"
    inclusion: bool = False
    suite: bool = False


class SuiviAuxBornes(NamedTuple):
    """Un objectif de suivi a minima, et ce qu'il est devenu : rien s'il s'est arrêté avec le dossier."""

    du: date
    echeance: date
    au: date
    resultat: str = ""


class VieAuxBornes(NamedTuple):
    """Quelqu'un : sa naissance, ses emplois, les jours extrêmes d'une formation, s'il en a suivi une, ses objectifs de suivi."""

    naissance: date
    emplois: tuple[Emploi, ...]
    formation: tuple[date, date] | None = None
    objectifs: tuple[SuiviAuxBornes, ...] = ()


def _du_jour(le: date, jours: int) -> tuple[date, date]:
    """Un premier jour de travail, le premier lundi possible, et le dernier, autant de jours après, compris ; ouvrés tous deux."""
    debut = le + timedelta(days=-le.weekday() % 7)
    while not (est_ouvre(debut) and est_ouvre(debut + timedelta(days=jours - 1))):
        debut += SEMAINE
    return debut, debut + timedelta(days=jours - 1)


def _de_longue_duree(annee: int) -> list[VieAuxBornes]:
    """En ACI et en EI : 81 jours, une heure, deux sorties, une que personne n'a notée, un CDI d'inclusion ; des échéances.

    D'un objectif, l'échéance vient un dernier jour de mois ; d'un autre, le jour même où le dossier se ferme.
    """
    mai, janvier = date(annee, 5, 2), date(annee, 1, 5)
    juin, juillet = date(annee, 6, 1), date(annee, 6, 15)
    octobre, a_cheval = date(annee - 1, 10, 1), (ouvre_avant(date(annee - 1, 12, 16)), ouvre_apres(janvier))
    juste, court, longue = _du_jour(mai, 81), _du_jour(mai, 80), _du_jour(janvier, 85)
    echeance, controle = date(annee, 6, 30), ouvre_apres(date(annee, 7, 1))
    objectifs = (SuiviAuxBornes(juste[0], echeance, controle, "atteint"), SuiviAuxBornes(controle, juste[1], juste[1]))
    return [
        VieAuxBornes(date(annee - 26, 12, 31), (Emploi(*juste, (1,), juin),)),
        VieAuxBornes(date(annee - 50, 12, 31), (Emploi(*juste, (Decimal("0.99"),), juin),)),
        VieAuxBornes(date(annee - 26, 12, 2), (Emploi(*juste, (20, 20), juin),), objectifs=objectifs),
        VieAuxBornes(date(annee - 50, 12, 2), (Emploi(*court, (20, 20), juin),)),
        VieAuxBornes(date(annee - 40, 3, 4), (Emploi(*longue, (20, 20)), Emploi(*_du_jour(juillet, 99), (20, 20)))),
        VieAuxBornes(date(annee - 30, 3, 4), (Emploi(*longue, (20, 20), sortie=""),)),
        VieAuxBornes(date(annee - 58, 3, 4), (Emploi(*_du_jour(octobre, 200), (20, 20), janvier, inclusion=True),), a_cheval),
    ]


def _a_l_heure(annee: int) -> list[VieAuxBornes]:
    """En AI et en ETTI : 150 heures tout juste, presque, de deux années, annexes ou contrats, d'un contrat et de sa suite."""
    mai, decembre, janvier = (date(annee, 5, 2), date(annee - 1, 12, 1), date(annee, 1, 5))
    cent, presque = (25, 25, 25, 25), (30, 30, 30, 30, Decimal("29.99"))
    juste, avent, suivant = _du_jour(mai, 60), _du_jour(decembre, 87), _du_jour(date(annee, 3, 2), 60)
    ensuite = _du_jour(juste[1], 60)
    premier = Emploi(juste[0], ensuite[0] - timedelta(days=1), cent, sortie="")
    return [
        VieAuxBornes(date(annee - 26, 12, 31), (Emploi(*juste, (30, 30, 30, 30, 30)),)),
        VieAuxBornes(date(annee - 50, 12, 2), (Emploi(*juste, presque),)),
        VieAuxBornes(date(annee - 60, 3, 4), (Emploi(*juste, (50, 50, 50), sortie="deces"),)),
        VieAuxBornes(date(annee - 40, 3, 4), (Emploi(*avent, (*cent, 0, *cent)),)),
        VieAuxBornes(date(annee - 30, 3, 4), (Emploi(*avent, cent, janvier, sortie=""), Emploi(*suivant, cent))),
        VieAuxBornes(date(annee - 35, 3, 4), (premier, Emploi(*ensuite, cent))),
        VieAuxBornes(date(annee - 45, 3, 4), (premier, Emploi(*ensuite, cent, suite=True))),
    ]


def vivre_aux_bornes(maison: Maison, lot: Lot) -> None:
    """Ajoute ces vies à la structure, sans rien prendre au hasard des autres."""
    cas = {"AI": _a_l_heure, "ETTI": _a_l_heure, "EI": _de_longue_duree, "ACI": _de_longue_duree}[maison.profil.type_siae]
    hasard, maison.alea = maison.alea, Random(f"bornes:{maison.profil.slug}:{maison.fin}")
    try:
        for un in cas(maison.fin.year - 1):
            _vivre(maison, lot, un)
    finally:
        maison.alea = hasard
    lot.ecrire()


def _vivre(maison: Maison, lot: Lot, cas: VieAuxBornes) -> None:
    """De la demande à la dernière sortie, par le plus court chemin."""
    premier = cas.emplois[0].debut
    demande, accueil = ouvre_avant(premier - timedelta(days=30)), ouvre_avant(premier - timedelta(days=20))
    recue = ouvre_avant(premier - timedelta(days=10))
    vie = Vie(maison, lot, inventer(maison.alea, demande, maison.profil.cote))
    cip = maison.cip(recue)
    vie.ouvrir(demande)
    vie.personne.date_naissance = cas.naissance
    vie.demander(demande)
    vie.informer(accueil, Information.Presence.PRESENTE, cip)
    vie.suivre_par(cip, recue)
    dit = {"issue": Entretien.Issue.INSCRIPTION} | vie.voix.entretien()
    vie.inscrire(vie.poser(recue, time(8), cip, Entretien.Etat.REALISE, accueil, **dit))
    contrat = None
    for emploi in cas.emplois:
        contrat = _employer(vie, emploi, cip, contrat)
    if cas.formation:
        _former(vie, *cas.formation, cip)
    for objectif in cas.objectifs:
        _suivre(vie, objectif, cip)
    vie.tenir_le_suivi()


def _employer(vie: Vie, emploi: Emploi, par, precedent: Contrat | None) -> Contrat:
    """Le contrat, le travail, ses heures, et la sortie si on l'a notée. precedent : le contrat d'avant, s'il y en a un."""
    maison, lot, personne, listes = vie.maison, vie.lot, vie.personne, vie.maison.cadre.listes
    contrat = lot.ajouter(
        Contrat(
            personne=personne,
            nature=listes["nature_contrat"]["cdi_inclusion" if emploi.inclusion else NATURES[maison.profil.type_siae]],
            debut=emploi.debut,
            fin_prevue=None if emploi.inclusion else emploi.fin,
            rompu_le=emploi.fin if emploi.inclusion else None,
            motif_rupture=listes["motif_rupture"]["accord"] if emploi.inclusion else None,
            heures_hebdo=20,
            annexe=next(annexe for annexe in maison.annexes if annexe.couvre(emploi.debut)),
            renouvelle=precedent if emploi.suite else None,
            cree_le=instant(emploi.debut),
            note_le=emploi.debut,
        )
    )
    vie.phase(Personne.Phase.PARCOURS, emploi.debut)
    mets = lot.ajouter(
        MiseEnSituation(
            personne=personne,
            contrat=contrat,
            client=maison.entourage.employeurs[0],
            fiche_de_poste=maison.fiches[0][0],
            du=emploi.debut,
            au=emploi.fin,
            heures_prevues=80,
            cree_le=instant(emploi.debut),
        )
    )
    depuis = emploi.depuis or emploi.debut
    lundi = depuis + timedelta(days=-depuis.weekday() % 7)
    for rang, heures in enumerate(emploi.heures):
        if heures:
            lot.ajouter(Heures(mise_en_situation=mets, le=lundi + rang * SEMAINE, heures=heures))
    vie.dernier = emploi.fin
    if emploi.sortie:
        vie.phase(Personne.Phase.SORTIE, emploi.fin)
        motif = listes["motif_sortie"][emploi.sortie]
        lot.ajouter(Sortie(personne=personne, le=emploi.fin, motif=motif, par=par, cree_le=instant(emploi.fin, time(17))))
    return contrat


def _former(vie: Vie, le: date, au: date, par) -> None:
    """Une formation, faite."""
    offre = next(offre for offre in vie.maison.offres if offre.nature == "formation")
    vie.lot.ajouter(
        ActionAssociee(personne=vie.personne, offre=offre, le=le, au=au, heures=35, etat="faite", pose_le=le, par=par)
    )


def _suivre(vie: Vie, objectif: SuiviAuxBornes, par) -> None:
    """Un objectif de suivi a minima, contrôlé ou arrêté."""
    resultat = objectif.resultat
    dit = {"resultat": resultat, "constat": phrases.RESULTATS[resultat][0]} if resultat else {}
    jours = {"du": objectif.du, "echeance": objectif.echeance, "au": objectif.au}
    vie.lot.ajouter(SuiviAMinima(personne=vie.personne, objectif="Arriver à l’heure chaque matin", par=par, **jours, **dit))
