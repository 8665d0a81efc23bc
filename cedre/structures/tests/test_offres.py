"""L'offre d'insertion (PRO-2)."""

import pytest
from django.urls import reverse

from cedre.comptes.models import Trace
from cedre.observatoire.models import Terme
from cedre.structures.models import Offre

LISTE = "structures:offres"
SAISIE = {"intitule": "Atelier permis", "nature": "atelier", "active": "on"}


def terme(liste, code):
    return Terme.objects.get(liste=liste, code=code)


def offre(monde, intitule, themes=(), types=(), **champs):
    creee = Offre.objects.create(organisation=monde.organisation, intitule=intitule, **champs)
    creee.themes.set([terme("domaine", code) for code in themes])
    creee.types_engagement.set([terme("type_engagement", code) for code in types])
    return creee


def intitules(client, **filtre):
    groupes = client.get(reverse(LISTE), filtre).context["groupes"]
    return [(nature, [str(o) for o in offres]) for nature, offres in groupes]


def test_ajouter_a_l_offre_garde_ses_themes_et_laisse_une_trace(ici):
    themes = [terme("domaine", "mobilite").pk, terme("domaine", "emploi").pk]
    reponse = ici.client("direction").post(reverse("structures:offre_nouvelle"), SAISIE | {"themes": themes})
    assert reponse.url == reverse(LISTE)
    creee = Offre.objects.get(intitule="Atelier permis")
    assert creee.organisation == ici.organisation
    assert {t.code for t in creee.themes.all()} == {"mobilite", "emploi"}
    assert Trace.objects.get(geste="creer").objet_id == creee.pk


def test_la_liste_est_rangee_par_nature(ici, cip):
    offre(ici, "Zumba", nature="convivial")
    offre(ici, "Missions", nature="travail")
    offre(ici, "Aide au logement", nature="demarches")
    attendu = [("Mise en situation de travail", ["Missions"]), ("Aide aux démarches", ["Aide au logement"])]
    assert intitules(cip) == [*attendu, ("Activité sociale ou conviviale", ["Zumba"])]


def test_l_offre_se_filtre_par_theme_par_type_et_par_porteur(ici, ailleurs, cip):
    offre(ici, "Permis", themes=["mobilite"], types=["soutien_actif"])
    offre(ici, "Français", themes=["langue"], partenaire=ici.partenaire)
    offre(ici, "Ancien atelier", active=False)
    offre(ailleurs, "Autre", themes=["mobilite"])

    def noms(**filtre):
        return [nom for _, groupe in intitules(cip, **filtre) for nom in groupe]

    assert noms() == ["Français", "Permis"]
    assert noms(theme=terme("domaine", "mobilite").pk) == ["Permis"]
    assert noms(type_engagement=terme("type_engagement", "soutien_actif").pk) == ["Permis"]
    assert noms(porteur="interne") == ["Permis"]
    assert noms(porteur="externe") == ["Français"]
    assert noms(active="non") == ["Ancien atelier"]


def test_le_meme_intitule_deux_fois_est_refuse_sans_rien_perdre(ici):
    offre(ici, "Atelier permis")
    reponse = ici.client("mad").post(reverse("structures:offre_nouvelle"), SAISIE | {"description": "Le mardi"})
    texte = reponse.content.decode()
    assert "déjà cet intitulé" in texte and "Le mardi" in texte


@pytest.mark.parametrize("role, ecrit", [("accueil", 403), ("cip", 403), ("mad", 200), ("qualite", 200), ("direction", 200)])
def test_toute_l_equipe_lit_l_offre_et_quelques_roles_la_tiennent(ici, role, ecrit):
    sienne = offre(ici, "Permis")
    client = ici.client(role)
    assert client.get(reverse(LISTE)).status_code == 200
    assert client.get(reverse("structures:offre", args=[sienne.pk])).status_code == ecrit
