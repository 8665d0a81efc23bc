"""Un dossier rendu anonyme ne reçoit plus rien : toutes les adresses, avec une saisie qui écrirait dans un autre dossier."""

from datetime import time

import pytest
from django.utils import timezone

from cedre.observatoire.models import Terme
from cedre.parcours.inventaire import modeles_du_dossier
from cedre.parcours.models import Entretien, Evaluation, Personne
from cedre.parcours.operations.droits import anonymiser
from cedre.tests.adresses import ROUTES, adresse, guetter_les_ecritures

SORTS = {"personnes/<int:pk>/droits"}  # anonymiser, effacer : ce n'est pas y écrire
ECRIVENT = {  # et « evaluer », qui rend ici le brouillon déjà ouvert
    *("modifier", "suite", "nouveau-contact", "information", "inscription", "entretien", "refus-d-evaluation"),
    *("evaluations/<int:pk>/", "evaluations/<int:pk>/supprimer"),
    *("evaluations-professionnelles/<int:fiche_pk>", "ecrire", "corriger", "conclure", "informe", "date", "absente", "annuler"),
    "espace/code",
}


def dossier(ici) -> Personne:
    """Une personne qui attend, avec un entretien à chaque étape."""
    jour = timezone.localdate()
    personne = Personne.objects.create(organisation=ici.organisation, nom="Vasseline", prenom="Ada")
    Entretien.objects.create(personne=personne, le=jour, heure=time(9))
    Entretien.objects.create(personne=personne, le=jour, heure=time(9), etat="en_cours", synthese="Dit.")
    Entretien.objects.create(personne=personne, le=jour, heure=time(9), etat="realise", issue="inscription")
    Evaluation.objects.create(personne=personne, grille=ici.grille)
    return personne


def contenu(personne) -> list:
    """Tout ce que garde un dossier."""
    lignes = [list(m.objects.filter(**{c: personne.pk}).order_by("pk").values()) for m, c in modeles_du_dossier().items()]
    return [list(Personne.objects.filter(pk=personne.pk).values()), *lignes]


def saisie(ici) -> dict:
    """Une saisie qui convient à tous les formulaires du dossier."""
    jour = timezone.localdate()
    return {
        "nom": "Autre",
        "prenom": "Nom",
        "le": jour,
        "heure": "10:00",
        "canal": "visite",
        "delai_annonce": 5,
        "nature": "reorientation",
        "motif": Terme.objects.de("motif_reorientation").first().pk,
        "issue": "reorientation",
        "partenaire": ici.partenaire.pk,
        "offre_presentee": "on",
        "collective": ici.collective.pk,
        "version": 1,
        "synthese": "Ajouté",
        **{f"niveau_{c.pk}": 2 for c in ici.fiche_de_poste.competences.all()},
        "mode": "atelier",
        "conclusion": "prete",
        "trajectoire": "stable",
        "geste": "valider",
    }


def ecritures(ici, personne_de, ouvrables) -> set:
    """Les routes par lesquelles on a pu changer le dossier que rend personne_de ; un dossier neuf dès qu'il a changé."""
    client, trouvees, envoi = ici.client("direction"), set(), saisie(ici)
    personne, visees = None, []
    for route in [r for r in ROUTES if "<int:pk>" in r and r not in SORTS]:
        modeles = {ouvrables.trouves[route][0]} & {Personne, Entretien, Evaluation}
        if modeles and personne is None:
            personne = personne_de()
            visees, avant = [personne, *personne.entretiens.all(), *personne.evaluations.all()], contenu(personne)
        for ligne in (ligne for ligne in visees if type(ligne) in modeles):
            chemin = adresse(route, ligne.pk, ici.hab["direction"])
            with guetter_les_ecritures() as ecrits:
                client.post(chemin, envoi)
            if ecrits and contenu(personne) != avant:
                trouvees.add(route.removeprefix("personnes/<int:pk>/").removeprefix("entretiens/<int:pk>/"))
                personne = None
                break
    return trouvees


@pytest.fixture
def anonyme(ici):
    """Rend anonyme un dossier neuf."""

    def creer() -> Personne:
        personne = dossier(ici)
        anonymiser(personne, motif="demande", par=ici.hab["direction"])
        return personne

    return creer


pytestmark = pytest.mark.usefixtures("pages_nues", "documents_en_clair")


def test_un_dossier_ouvert_se_change_par_toutes_ces_adresses(identifiants_distincts, ici, ouvrables):
    assert ecritures(ici, lambda: dossier(ici), ouvrables) == ECRIVENT


def test_un_dossier_anonyme_ne_se_change_par_aucune_adresse(identifiants_distincts, ici, anonyme, ouvrables):
    assert ecritures(ici, anonyme, ouvrables) == set()
