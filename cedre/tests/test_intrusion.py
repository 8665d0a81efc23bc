"""On essaie d'entrer : chaque formulaire, rempli comme il faut, puis une valeur d'ailleurs ou folle ; les seize rôles (RES-1).

Sur chaque page, le rôle qui peut le plus essaie les champs un à un, par tout le chemin d'un navigateur. Les autres, dont le même
code lit l'envoi, les essaient tous à la fois, par la vue seule.
"""

import os
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from cedre.comptes.droits import ROLES_DE_STRUCTURE
from cedre.comptes.models import Compte, Habilitation, Trace
from cedre.conftest import Monde
from cedre.tests.adresses import (
    DOSSIERS,
    PALIER,
    appeler,
    du_dossier,
    guetter_les_ecritures,
    liberer,
    lignes,
    ouvertures,
    roles_de,
    sans_mesurer,
)
from cedre.tests.envois import MOTIF, champs_de, cles_lues, honnete, une_ligne_vaut_les_autres
from cedre.tests.mondes import AILLEURS, Reseau
from cedre.tests.test_maison import MODELES

FOLIES = ["\x00", "9" * 5000, "9999-12-31"]
SUR_PG = set(DOSSIERS[::6])  # sur PostgreSQL, deux fois plus lent à les jouer ; le reste sur SQLite (décision 0020)
CEUX_DU_MOTEUR = [d for d in DOSSIERS if os.environ.get("TOUT") == "1" or (d in SUR_PG) is (connection.vendor == "postgresql")]
FOLIES_D_UN_BLOC = [*FOLIES, "x" * 70_000, "9" * 30, "0001-01-01", "9999-W52", "0001-W01"]
GESTION = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")


class Navigateur:
    """Une page, par tout le chemin qui y mène."""

    def __init__(self, monde: Monde, role: str, cible: str):
        self.habilitation, self.cible, self.client = monde.hab[role], cible, monde.client(role)

    def lire(self, parametres: dict | None = None) -> tuple[int, list]:
        """Le code, et ce que les gabarits ont reçu."""
        reponse = self.client.get(self.cible, parametres)
        liberer(reponse)
        return reponse.status_code, reponse.context or []

    def envoyer(self, envoi: dict, regarder: Callable[[bytes], None] = lambda affiche: None) -> int:
        """Envoie, laisse regarder, et remet tout en place ; rend le code."""
        with transaction.atomic():
            reponse = self.client.post(self.cible, envoi)
            regarder(b"" if reponse.streaming else reponse.content)
            liberer(reponse)
            transaction.set_rollback(True)
        return reponse.status_code


class VueSeule(Navigateur):
    """La même page sans le chemin qui y mène, et sans l'afficher."""

    def lire(self, parametres: dict | None = None) -> tuple[int, list]:
        """Le code, et ce que le gabarit aurait reçu."""
        appel = appeler(self.cible, self.habilitation, "get", parametres)
        return appel.code, [[appel.contexte]]

    def envoyer(self, envoi: dict, regarder: Callable[[bytes], None] = lambda affiche: None) -> int:
        """Envoie, laisse regarder, et remet tout en place ; rend le code."""
        return appeler(self.cible, self.habilitation, "post", envoi, apres=lambda: regarder(b"")).code


def a_remplir(
    partout: Reseau, dossier: str, ouvrables, parametres: dict | None = None
) -> Iterator[tuple[Navigateur, dict[str, forms.BoundField], set[str]]]:
    """Les pages de ce dossier, pour chaque rôle qui en a le droit : la page, les champs à y remplir, les noms qu’elle lit."""
    for route, vue in du_dossier(dossier):
        for rang, role in enumerate(roles_de(vue)):
            monde = partout.chez(role)
            for _, cible in ouvertures(route, monde.hab[role], ouvrables):
                page = (VueSeule if rang else Navigateur)(monde, role, cible)
                with cles_lues() as lues:
                    code, contextes = page.lire(parametres)
                assert code < 500
                if code in (200, 302):
                    yield page, champs_de(contextes) if code == 200 else {}, lues


def refuse(champ: forms.BoundField, valeur: str) -> bool:
    """Ce champ refuse de lui-même cette valeur : son formulaire ne sera pas valable."""
    try:
        champ.field.clean(champ.field.widget.value_from_datadict({"x": valeur}, {}, "x"))
    except ValidationError:
        return True
    return False


def valeurs_a_part(champ: forms.BoundField) -> list[str]:
    """Les folies que ce champ accepte, et une seule de celles qu'il refuse : refusées, elles manquent toutes de même."""
    refusees = [valeur for valeur in FOLIES if refuse(champ, valeur)]
    return [*(valeur for valeur in FOLIES if valeur not in refusees), *refusees[:1]]


def modeles_vises(champ: forms.BoundField, valeur) -> set:
    """Les modèles que ce champ désigne : par sa requête, ou par les numéros qu'il propose, chaque table ayant son palier."""
    if modele := getattr(getattr(champ.field, "queryset", None), "model", None):
        return {modele}
    proposes = [valeur, *(cle for cle, _ in getattr(champ.field, "choices", ()))]
    numeros = [int(str(v)) for v in proposes if str(v).isdecimal()]
    return {MODELES[n // PALIER - 1] for n in numeros if PALIER <= n < PALIER * (len(MODELES) + 1)}


def melanges(noms: list[str], valeurs: list[str] = FOLIES_D_UN_BLOC) -> list[dict[str, str]]:
    """Autant d'envois que de valeurs, dont chaque champ les reçoit toutes, l'une après l'autre ; son voisin a la suivante."""
    nombre = len(valeurs) if noms else 0
    return [{nom: valeurs[(tour + rang) % nombre] for rang, nom in enumerate(noms)} for tour in range(nombre)]


def essayer(envoyer: Callable[[dict], int], noms: set[str], tours: int | None = None, ensuite: Callable | None = None) -> None:
    """Sous ces noms et ceux que la vue cherche, des folies, tant qu'elle en cherche d'autres.

    Du seul motif, que l'entrée lit pour toutes les vues, une suffit : elle dit si celle-ci en cherche d'autres.
    ensuite : de quoi envoyer les mélanges qui suivent le premier, si cela peut se faire à moindres frais.
    """
    essayes = set()
    while noms != essayes:
        essayes = noms
        for rang, folies in enumerate(melanges(sorted(noms))[: tours if noms - MOTIF.keys() else 1]):
            with cles_lues() as lues:
                assert (ensuite if rang and ensuite else envoyer)(folies) < 500
            noms = noms | lues
            if noms != essayes:
                break


def hors_de_portee(modeles, habilitation: Habilitation, etrangers: dict) -> tuple[list, list]:
    """Ce que gardent de ces modèles les autres organisations, et les lignes de n'importe où qui citent l'une des étrangères."""
    ailleurs, citent = [], []
    for modele in modeles:
        chemin, toutes = modele.PARTAGE.organisation, modele._base_manager.order_by("pk")
        if chemin and (modele is not Trace or habilitation.role in ROLES_DE_STRUCTURE):  # la fédération en laisse où elle agit
            fermees = toutes.exclude(pk__in=modele.objects.pour(habilitation).values("pk"))
            ailleurs += fermees.exclude(**{chemin: habilitation.organisation_id}).values_list()
        for champ in (c for c in modele._meta.concrete_fields if c.related_model in etrangers):
            citent += toutes.filter(**{champ.name: etrangers[champ.related_model]}).values_list("pk", flat=True)
    return ailleurs, citent


def n_ecrit_rien(page: Navigateur, envoi: dict, etrangers: dict) -> None:
    """L'envoi, qui cite l'une des lignes étrangères, ne change rien ailleurs, n'y mène pas, et n'en montre rien."""
    vu = []

    def regarder(affiche: bytes) -> None:
        assert b"Zzyzxa" not in affiche or page.habilitation.role not in ROLES_DE_STRUCTURE
        touches = [modele for modele in MODELES if any(f'"{modele._meta.db_table}"' in sql for sql in ecrits)]
        vu.append((touches, hors_de_portee(touches, page.habilitation, etrangers)))

    with guetter_les_ecritures() as ecrits:
        page.envoyer(envoi, regarder)
    [(touches, apres)] = vu
    assert apres == hors_de_portee(touches, page.habilitation, etrangers), f"{page.cible}, {page.habilitation}, {envoi}"


def etrangers_de(partout: Reseau, habilitation: Habilitation) -> dict:
    """Par modèle, l'identifiant d'une ligne d'ailleurs que la porte ferme à cette habilitation ; et un compte d'ailleurs."""
    siennes = lignes(partout[AILLEURS])
    if habilitation.role not in ROLES_DE_STRUCTURE:
        siennes = [ligne for ligne in siennes if not type(ligne).objects.pour(habilitation).filter(pk=ligne.pk).exists()]
    return {type(ligne): str(ligne.pk) for ligne in siennes} | {Compte: str(partout[AILLEURS].hab["cip"].compte_id)}


@pytest.fixture(scope="session")
def etrangers() -> dict[Habilitation, dict]:
    """Ce que la porte ferme à chaque habilitation, cherché une fois : le réseau d'essai est le même à chaque essai."""
    return {}


@pytest.fixture
def rien_ne_se_mesure():
    """Un geste qui touche le passé n'attend aucun motif : il s'écrirait, et un identifiant d'ailleurs avec lui."""
    with sans_mesurer():
        yield


@pytest.mark.usefixtures("rien_ne_se_mesure")
@pytest.mark.parametrize("dossier", DOSSIERS)
def test_un_identifiant_d_ailleurs_dans_un_envoi_valable_n_ecrit_rien(partout, ouvrables, etrangers, dossier):
    for page, champs, _ in a_remplir(partout, dossier, ouvrables):
        if page.habilitation not in etrangers:
            etrangers[page.habilitation] = etrangers_de(partout, page.habilitation)
        siens = etrangers[page.habilitation]
        envoi = {nom: honnete(champ) for nom, champ in champs.items()}
        refuses, acceptes, muets = {}, {}, {}
        for nom, champ in une_ligne_vaut_les_autres(champs).values():
            visees = [siens[modele] for modele in modeles_vises(champ, envoi[nom]) if modele in siens]
            if not visees and champ.is_hidden and not nom.endswith(GESTION) and not str(envoi[nom]).isdecimal():
                muets[nom] = champ  # rien ne dit ce que ce champ caché désigne
            for etranger in visees:
                if refuse(champ, etranger):
                    refuses[nom] = etranger
                elif type(page) is Navigateur:
                    n_ecrit_rien(page, envoi | {nom: etranger}, siens)
                else:
                    acceptes[nom] = etranger
        for tour in melanges(list(muets), list(siens.values())):
            pris = {nom: etranger for nom, etranger in tour.items() if not refuse(muets[nom], etranger)}
            refuses |= {nom: etranger for nom, etranger in tour.items() if nom not in pris}
            if type(page) is Navigateur:
                n_ecrit_rien(page, envoi | pris, siens)
            else:
                acceptes |= pris
        for tous in (refuses, acceptes):  # refusés, tous à la fois : une vue qui se passerait de son formulaire se trahirait
            if tous:
                n_ecrit_rien(page, envoi | tous, siens)


@pytest.mark.tous_ses_cas
@pytest.mark.parametrize("dossier", CEUX_DU_MOTEUR)
def test_aucune_valeur_folle_ne_fait_tomber_une_page(partout, ouvrables, dossier):
    for page, champs, lus in a_remplir(partout, dossier, ouvrables, {"x": ""}):
        seule = type(page) is VueSeule
        essayer(lambda folies, page=page: page.lire(folies)[0], lus, 1 if seule else None)
        with cles_lues() as lues:
            code = VueSeule.envoyer(page, {})
        assert code < 500
        if code != 405:  # elle reçoit un envoi
            essayer(page.envoyer, lues.union(champs), 1 if seule else None, ensuite=partial(VueSeule.envoyer, page))
        envoi = {nom: honnete(champ) for nom, champ in champs.items()}
        un_de_chaque_sorte = {} if seule else {type(champ.field): (nom, champ) for nom, champ in champs.items()}
        for nom, champ in un_de_chaque_sorte.values():
            for valeur in valeurs_a_part(champ):
                assert VueSeule.envoyer(page, envoi | {nom: valeur}) < 500
