"""On essaie d'entrer : chaque formulaire, rempli comme il faut, puis une valeur d'ailleurs ou folle ; les seize rôles (RES-1).

Sur chaque page, le rôle qui peut le plus essaie les champs un à un, par tout le chemin d'un navigateur. Les autres, dont le même
code lit l'envoi, les essaient tous à la fois, par la vue seule.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
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


def a_essayer(partout: Reseau, dossier: str, ouvrables) -> Iterator[tuple[str, Navigateur]]:
    """Les routes de ce dossier, et leurs pages pour chaque rôle qui en a le droit : le premier va par un navigateur."""
    for route, vue in du_dossier(dossier):
        for rang, role in enumerate(roles_de(vue)):
            monde = partout.chez(role)
            for _, cible in ouvertures(route, monde.hab[role], ouvrables):
                yield route, (VueSeule if rang else Navigateur)(monde, role, cible)


def a_remplir(page: Navigateur, parametres: dict | None = None) -> tuple[dict[str, forms.BoundField], set[str]] | None:
    """Les champs à remplir de cette page, et les noms qu’elle lit ; rien, si elle ne s'ouvre pas."""
    with cles_lues() as lues:
        code, contextes = page.lire(parametres)
    assert code < 500
    return (champs_de(contextes) if code == 200 else {}, lues) if code in (200, 302) else None


def lue(champ: forms.BoundField, valeur: str) -> str | None:
    """Ce que ce champ lit de cette valeur ; rien, s'il la refuse de lui-même : son formulaire ne sera pas valable."""
    try:
        return repr(champ.field.clean(champ.field.widget.value_from_datadict({"x": valeur}, {}, "x")))
    except ValidationError:
        return None


def refuse(champ: forms.BoundField, valeur: str) -> bool:
    """Ce champ refuse de lui-même cette valeur."""
    return lue(champ, valeur) is None


def valeurs_a_part(champ: forms.BoundField) -> list[str]:
    """Des folies, une de chaque lecture que ce champ en fait : refusées, elles manquent de même ; toutes cochent une case."""
    return list({lue(champ, valeur): valeur for valeur in FOLIES}.values())


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


def essayer(
    envoyer: Callable[[dict], int],
    noms: set[str],
    tours: int | None = None,
    ensuite: Callable | None = None,
    cases: frozenset[str] = frozenset(),
) -> set[str]:
    """Sous ces noms et ceux que la vue cherche, des folies, tant qu'elle en cherche d'autres ; rend tous les noms.

    Du seul motif, que l'entrée lit pour toutes les vues, une suffit : elle dit si celle-ci en cherche d'autres. De même d'une
    case, que toute folie coche.
    ensuite : de quoi envoyer les mélanges qui suivent le premier, si cela peut se faire à moindres frais.
    """
    essayes = set()
    while noms != essayes:
        essayes = noms
        for rang, folies in enumerate(melanges(sorted(noms))[: tours if noms - MOTIF.keys() - cases else 1]):
            with cles_lues() as lues:
                assert (ensuite if rang and ensuite else envoyer)(folies) < 500
            noms = noms | lues
            if noms != essayes:
                break
    return noms


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


@contextmanager
def guetter_la_base(valeurs: Iterable[str]):
    """Rend la liste, qui se remplira, des ordres SQL du bloc où l'une de ces valeurs figure : cherchée, ou écrite."""
    motif, atteinte = re.compile(rf"(?<!\d)(?:{'|'.join(map(re.escape, valeurs))})(?!\d)"), []

    def noter(execute, sql, params, many, context):
        if motif.search(f"{sql} {params}"):
            atteinte.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noter):
        yield atteinte


@pytest.mark.usefixtures("rien_ne_se_mesure", "documents_une_fois")
@pytest.mark.parametrize("dossier", DOSSIERS)
def test_un_identifiant_d_ailleurs_dans_un_envoi_valable_n_ecrit_rien(partout, ouvrables, etrangers, dossier):
    for _, page in a_essayer(partout, dossier, ouvrables):
        champs, _ = a_remplir(page) or ({}, set())
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
            if not pris:
                continue  # tous refusés : ils partent ensemble, plus bas
            if type(page) is Navigateur:
                with guetter_la_base(pris.values()) as atteinte:
                    n_ecrit_rien(page, envoi | pris, siens)
                if not atteinte:  # la vue n'en cherche ni n'en garde rien : de tout autre identifiant, elle ferait de même
                    break
            else:
                acceptes |= pris
        for tous in (refuses, acceptes):  # refusés, tous à la fois : une vue qui se passerait de son formulaire se trahirait
            if tous:
                n_ecrit_rien(page, envoi | tous, siens)


@pytest.mark.deux_moteurs
@pytest.mark.usefixtures("documents_une_fois")
@pytest.mark.parametrize("dossier", CEUX_DU_MOTEUR)
def test_aucune_valeur_folle_ne_fait_tomber_une_page(partout, ouvrables, dossier):
    connus = {}  # par route, les noms à lire et à envoyer que le premier rôle a trouvés
    for route, page in a_essayer(partout, dossier, ouvrables):
        if route in connus and type(page) is VueSeule:
            lus, envoyes = connus[route]
            essayer(lambda folies, page=page: page.lire(folies)[0], lus, 1)
            essayer(page.envoyer, envoyes, 1)
        elif trouve := a_remplir(page, {"x": ""}):
            connus[route] = _essayer_chaque_champ(page, *trouve)


def _essayer_chaque_champ(page: Navigateur, champs: dict[str, forms.BoundField], lus: set[str]) -> tuple[set[str], set[str]]:
    """Des folies dans toute l'adresse, dans tout l'envoi, puis dans un champ de chaque sorte ; rend les noms lus, et envoyés."""
    affichee = partial(appeler, page.cible, page.habilitation, "get", affiche=True)
    lus = essayer(lambda folies: page.lire(folies)[0], lus, ensuite=lambda folies: affichee(folies).code)
    with cles_lues() as envoyes:
        code = VueSeule.envoyer(page, {})
    assert code < 500
    if code != 405:  # elle reçoit un envoi
        cases = frozenset(nom for nom, champ in champs.items() if isinstance(champ.field, forms.BooleanField))
        seule = partial(VueSeule.envoyer, page)
        envoyes = essayer(page.envoyer, envoyes.union(champs), ensuite=seule, cases=cases)
    envoi = {nom: honnete(champ) for nom, champ in champs.items()}
    for nom, champ in {type(champ.field): (nom, champ) for nom, champ in champs.items()}.values():
        for valeur in valeurs_a_part(champ):
            assert VueSeule.envoyer(page, envoi | {nom: valeur}) < 500
    return lus, envoyes
