"""Personne ne voit ce qui n'est pas à lui : toutes les adresses, seize rôles, deux structures, deux régions, le public (RES-1).

Les identifiants sont rendus distincts d'une table à l'autre : un identifiant d'ailleurs ne désigne jamais rien d'ici.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import time, timedelta
from functools import lru_cache

import pytest
from django.db import connection
from django.db.models import CharField, TextField
from django.forms import ModelChoiceField
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone
from django.utils.html import escape

from cedre.comptes.droits import Role
from cedre.comptes.models import Compte, Habilitation, Organisation
from cedre.conftest import embaucher
from cedre.parcours.models import Contact, Entretien, Evaluation, Information, Personne
from cedre.tests.adresses import (
    DOSSIERS,
    ROUTES,
    adresse,
    appeler,
    du_dossier,
    formulaires,
    liberer,
    ouvertures,
    pages,
    roles_de,
)
from cedre.tests.mondes import AILLEURS, AUTRE_REGION, ENSEMBLIER, Reseau
from cedre.tests.test_maison import ADRESSES, MODELES

MARQUES = re.compile(r"Zzyzxa|\b[Aa]illeurs\b")  # « travailleurs » n'en est pas une
SITUE = re.compile(r"\b(ici|ailleurs|martinelle|zzyzxa|région [12]|region-[12])\b", re.IGNORECASE)
REQUETES_PAR_PAGE = 12
PLUS_DE_REQUETES = {
    "manuel/comparaison": 26,  # compose le manuel entier, comme son PDF : une lecture ou deux par section
    "conformite/<slug:code>/": 19,  # une de plus par mesure incomplète : l'édition en borne le nombre, non la structure
    "reunions/<int:pk>/": 30,  # réunit huit sujets (décision 0021)
    "personnes/<int:pk>/modifier": 17,  # une par liste du cadre commun que le formulaire propose
    "parcours-par-engagement/": 30,  # une par ligne du tableau, deux d'une fin de parcours : le registre en borne le nombre
    "personnes/<int:pk>/": 13,  # et ses critères d'éligibilité
    "cadres/": 200,  # une par figure, une par coupe montrée : le cadre en borne le nombre
    "bilans/<int:pk>/": 13,  # et ce que la fédération a retenu des trajectoires
    "audits/<int:pk>/": 15,  # sa grille est d'un jour passé : depuis quand la structure tient Cèdre
}
# un brouillon se remplit comme un cadre ; publié, il ne se lit plus que de son cube
PLUS_DE_REQUETES |= dict.fromkeys((f"rapports/<int:pk>/{page}" for page in ("", "ecrire", "publier", "rapport.pdf")), 200)
ENTRE_STRUCTURES = {"audits/croiser"}  # on y choisit une autre structure du réseau par son nom, et rien d'autre d'elle (AME-4)
# Le droit de la vue n'y suffit pas : il faut aussi suivre la personne, ce que fait la CIP, ou lire les traces.
AU_REFERENT = {"personnes/<int:pk>/traces": {"cip", "direction"}}
CITES = (
    "Appreciation",
    "FicheDePoste",
    "Offre",
    "Partenaire",
)  # le manuel, la conformité, les rencontres les disent au CA
QUI = [role.value for role in Role]
EN_FACE = {"direction": AILLEURS, "referent_regional": AUTRE_REGION}  # ce qui se voit dans un sens se cherche aussi dans l'autre


def qui_ouvre(vue, partout: Reseau) -> Iterator[Habilitation]:
    """Chaque rôle qui a le droit de la vue, chez lui ; et, de l'autre côté du réseau, ceux d'en face."""
    for role in roles_de(vue):
        yield partout.de(role)
        if role in EN_FACE:
            yield partout[EN_FACE[role]].hab[role]


@pytest.mark.usefixtures("documents_en_clair")
@pytest.mark.parametrize("dossier", DOSSIERS)
def test_chaque_role_ouvre_ses_portes_et_aucune_autre(partout, ouvrables, dossier):
    for route, vue in du_dossier(dossier):
        permis, ne_fait_que_lire = roles_de(vue), False
        for role in permis:  # lire : « test_aucune_page… » le fait, par tout le chemin qui mène à la vue
            if ne_fait_que_lire:  # une vue qui ne regarde pas si on lui envoie répond de même
                break
            habilitation = partout.de(role)
            appels = [appeler(cible, habilitation, "post") for _, cible in ouvertures(route, habilitation, ouvrables)]
            codes = {appel.code for appel in appels}
            assert (codes != {403}) == (role in AU_REFERENT.get(route, permis)), f"{route} : {role}"
            assert 405 not in codes, f"{route} : une adresse où l’on poste se garde par @poste_depuis(page)"
            ne_fait_que_lire = codes == {200} and not any(appel.regarde for appel in appels)
        for role in set(QUI).difference(permis):
            habilitation = partout.de(role)
            codes = [appeler(adresse(route, 1, habilitation), habilitation, methode).code for methode in ("get", "post")]
            assert codes == [403, 403], f"{route} : {role} ne devrait pas entrer"


def test_sans_compte_on_est_mene_a_la_connexion(partout):
    public, ici = Client(), partout.chez("cip")
    for route, vue in ADRESSES:
        if (droit := getattr(vue, "droit", "public")) != "public":
            entree = "/espace/" if droit == "espace" else "/compte/login/"
            for reponse in (public.get(adresse(route, ici.personne.pk)), public.post(adresse(route, ici.personne.pk))):
                assert reponse.status_code == 302 and reponse.url.startswith(entree), route


@pytest.mark.parametrize("route", [r for r, v in ROUTES.items() if hasattr(v, "page_du_formulaire")])
def test_une_adresse_ou_l_on_poste_ramene_a_la_page_de_son_formulaire(partout, route):
    role, vue = roles_de(ROUTES[route])[0], ROUTES[route]
    client = partout.chez(role).client(role)
    suivie = client.get(adresse(route, 1) + "?q=a", follow=True)  # la vue n'ouvre aucune ligne : tout numéro y mène de même
    [(page, code), *_] = suivie.redirect_chain
    assert (resolve(page.partition("?")[0]).view_name, code) == (vue.page_du_formulaire, 302)


def test_chaque_route_ouvre_une_ligne_du_reseau(ouvrables):
    assert [route for route, trouve in ouvrables.trouves.items() if not trouve] == [], (
        "à bâtir dans mondes.py, ou à dire dans MOTS"
    )


@pytest.mark.parametrize("dossier", DOSSIERS)
def test_ce_que_la_porte_ferme_n_existe_pas(partout, ouvrables, dossier):
    for route, vue in du_dossier(dossier):
        for habilitation in qui_ouvre(vue, partout) if "<int:" in route else ():
            for ligne in ouvrables(route, habilitation, fermees=True):
                cible = adresse(route, ligne.pk, habilitation)
                assert appeler(cible, habilitation, "post").code == 404, f"{route}, {habilitation}, {ligne!r}"
                if not hasattr(vue, "page_du_formulaire"):  # celle-là répond de même à tout numéro
                    assert appeler(cible, habilitation).code == 404, f"{route}, {habilitation}, {ligne!r}"


@pytest.mark.parametrize("role", QUI)
def test_une_page_d_erreur_s_affiche_et_ne_montre_rien(partout, role):
    client = partout.chez(role).client(role)
    refusee = next(route for route, vue in ROUTES.items() if "<int:" not in route and role not in roles_de(vue))
    for cible, code in ((adresse(refusee), 403), (f"/personnes/{partout[AILLEURS].personne.pk}/", 404)):
        reponse = client.get(cible)
        assert reponse.status_code == code or role not in roles_de(ROUTES["personnes/<int:pk>/"])
        assert not MARQUES.search(reponse.content.decode())


@lru_cache(maxsize=1)
def _toutes_dites(bati: bytes) -> dict[type, dict[int, set[str]]]:
    """Par modèle, ce que chaque ligne dit, de ce réseau (« bati » le désigne) : le même pour tous ceux qui regardent."""
    dites = {}
    for modele in MODELES:
        champs = [c.attname for c in modele._meta.concrete_fields if _libre(c)]
        lignes = modele._base_manager.all()
        dites[modele] = {ligne.pk: {str(ligne), *(str(getattr(ligne, nom)) for nom in champs)} for ligne in lignes}
    return dites


@pytest.fixture
def textes(partout, socle):
    """Les mots, propres à un lieu, des lignes que la porte ouvre à une habilitation ; puis de celles qu'elle lui ferme."""

    def lire(habilitation: Habilitation | None) -> tuple[set[str], set[str]]:
        organisation = habilitation and habilitation.organisation
        ouverts, fermes = {str(organisation and organisation.region)}, set()  # une structure nomme sa région
        for modele, dites in _toutes_dites(socle.modele).items():
            lues = modele.objects.pour(habilitation)
            if modele is Compte:
                lues = Compte.objects.filter(pk__in=Habilitation.objects.filter(organisation=organisation).values("compte"))
            elif modele.__name__ in CITES:
                lues = modele._base_manager.filter(**{modele.PARTAGE.organisation: organisation})
            visibles = set(lues.values_list("pk", flat=True))
            for pk, mots in dites.items():
                (ouverts if pk in visibles else fermes).update(mots)
        return _propres(ouverts), _propres(fermes - ouverts)

    return lire


def _propres(textes: set[str]) -> set[str]:
    return {escape(texte) for texte in textes if len(texte) > 4 and SITUE.search(texte)}


def cites(page: str, interdits: set[str], permis: set[str] = frozenset()) -> list[str]:
    """Les mots interdits que la page dit, ailleurs que dans ceux qui lui sont permis."""
    presents = {mot for mot in interdits if mot in page}  # vingt fois plus vite que de les chercher ensemble
    return _un_de(presents).findall(_un_de({mot for mot in permis if mot in page}).sub("", page)) if presents else []


def _un_de(mots: set[str]) -> re.Pattern:
    tous = "|".join(map(re.escape, sorted(mots, key=len, reverse=True)))
    return re.compile(rf"(?<!\w)(?:{tous})(?!\w)" if tous else "(?!)")  # « travailleurs » ne dit pas « ailleurs »


def _libre(champ) -> bool:
    return isinstance(champ, CharField | TextField) and not champ.choices


@pytest.mark.usefixtures("pages_d_erreur_nues", "documents_en_clair")
@pytest.mark.parametrize("qui", [*QUI, *(f"{role}@{lieu}" for role, lieu in EN_FACE.items()), f"direction@{ENSEMBLIER}"])
def test_aucune_page_ne_montre_ce_que_la_porte_ferme(partout, ouvrables, textes, qui):
    role, _, lieu = qui.partition("@")
    monde = partout[lieu] if lieu else partout.chez(role)
    habilitation = monde.hab[role]
    permis, interdits = textes(habilitation)
    vus, entrees = set(), {}
    for route, reponse in pages(monde, role, ouvrables):
        entrees[route] = entrees.get(route, False) or reponse.status_code != 403
        if not reponse.streaming:
            texte = reponse.content.decode("utf-8", "replace")
            for structure in Organisation.objects.structures() if route in ENTRE_STRUCTURES else ():
                texte = texte.replace(str(structure), "")
            vus |= {f"{route} : {dit}" for dit in cites(texte, interdits, permis)}
            assert monde is not partout.chez("cip") or not MARQUES.search(texte), route
        for formulaire in formulaires(reponse.context):
            for nom, champ in formulaire.fields.items():
                modele = champ.queryset.model if isinstance(champ, ModelChoiceField) else None
                if modele and not (route in ENTRE_STRUCTURES and modele is Organisation):
                    vus |= {f"{route}, champ {nom} : {ligne}" for ligne in etrangers(champ.queryset, habilitation)}
    assert sorted(vus) == []
    assert [route for route, entre in entrees.items() if entre != (role in AU_REFERENT.get(route, [role]))] == []


def test_ce_que_le_public_ouvre_ne_dit_que_le_nom_d_une_structure(partout, textes):
    public, (_, interdits) = Client(), textes(None)
    for route in (route for route, vue in ADRESSES if getattr(vue, "droit", "public") == "public"):
        cible = re.sub(r"<str:\w+>", "inconnu", adresse(route).replace("/csv/", "/ici/"))
        for reponse in (public.get(cible), public.post(cible)):
            assert reponse.status_code < 500
            page = reponse.content.decode().replace(str(partout.chez("cip").organisation), "")
            assert cites(page, interdits) == [], route


def etrangers(propositions, habilitation: Habilitation) -> list:
    """Ce qu'un champ propose et qui n'est pas à cette habilitation : ni une ligne qu'elle voit, ni un compte de chez elle."""
    if propositions.model is Compte:
        return list(propositions.exclude(habilitations__organisation=habilitation.organisation))
    return list(propositions.exclude(pk__in=propositions.model.objects.pour(habilitation).values("pk")))


def grossir(monde, nombre: int) -> None:
    """Ajoute des personnes et leurs faits."""
    jour = timezone.localdate()
    for rang in range(nombre):
        referent = monde.hab["cip"].compte
        personne = Personne.objects.create(organisation=monde.organisation, nom=f"Autre{rang}", prenom="Ada", referent=referent)
        Contact.objects.create(personne=personne, le=jour - timedelta(days=rang), delai_annonce=3)
        Information.objects.create(personne=personne, collective=monde.collective, le=monde.collective.le, presence="prevue")
        Entretien.objects.create(personne=personne, le=jour + timedelta(days=rang % 3), heure=time(10))
        Evaluation.objects.create(personne=personne, grille=monde.grille, conduite_par=monde.hab["cip"].compte)
        Evaluation.objects.create(personne=monde.personne, grille=monde.grille, le=jour - timedelta(days=rang))
        if rang < 4:
            monde.personne = personne
            embaucher(monde, suffixe=f" {rang}")


@pytest.mark.usefixtures("documents_en_clair")
@pytest.mark.parametrize("role", ["cip", "direction"])
def test_le_nombre_de_requetes_ne_depend_pas_du_nombre_de_lignes(composees, partout, ouvrables, role):
    # la page d'une ligne ne lit pas qui la regarde : la direction les ouvre toutes, la CIP ses listes et son jour
    ici = partout.chez(role)

    def compter() -> dict[str, int]:
        nombres, client = {}, ici.client(role)
        for route, vue in ROUTES.items():
            if role in roles_de(vue) and route != "sante" and (role == "direction" or "<int:" not in route):
                for _, cible in ouvertures(route, ici.hab[role], ouvrables):
                    with CaptureQueriesContext(connection) as captures:
                        reponse = client.get(cible)
                    liberer(reponse)
                    if reponse.status_code == 200:
                        nombres[route] = len(captures)
        return nombres

    avant = compter()
    assert {route: n for route, n in avant.items() if n > PLUS_DE_REQUETES.get(route, REQUETES_PAR_PAGE)} == {}
    grossir(deepcopy(ici), 12)
    apres, bornee = compter(), "conformite/<slug:code>/"
    assert apres.pop(bornee) <= PLUS_DE_REQUETES[bornee] >= avant.pop(bornee)
    assert apres == avant
