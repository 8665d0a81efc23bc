"""La première organisation, et le lien de qui en tiendra les accès (RES-1)."""

from functools import cache as une_fois
from importlib import import_module
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command, load_command_class
from django.test import Client
from django.urls import reverse

from cedre.comptes.droits import Droit
from cedre.comptes.models import Compte, Habilitation, Invitation, Organisation, Trace
from cedre.comptes.operations import PREMIERS_ROLES, condenser
from cedre.conftest import MOT_DE_PASSE

STRUCTURE = {"nature": "structure", "type": "ai", "nom": "Ici AI", "courriel": " Dir@ici.example"}
NEUVE = {"prenom": "Ana", "nom": "Neuve", "mot_de_passe": MOT_DE_PASSE, "confirmation": MOT_DE_PASSE}


@pytest.fixture(autouse=True)
def _compteurs_a_zero(db):
    cache.clear()


@une_fois
def _migrer(*args, **options):
    return call_command(*args, **options)


@pytest.fixture(autouse=True)
def migrations(monkeypatch) -> list[tuple]:
    """Ce que la commande migre, une fois pour de bon : y revenir, sur une base déjà bâtie, coûterait plus que l'essai."""
    demandees = []

    def migrer(*args, **options):
        demandees.append(args)
        return _migrer(*args, **options)

    monkeypatch.setattr(import_module("cedre.comptes.management.commands.premier-compte"), "call_command", migrer)
    return demandees


def lancer(**options) -> str:
    """Lance la commande ; rend le chemin du lien qu'elle donne."""
    sortie = StringIO()
    call_command("premier-compte", stdout=sortie, **STRUCTURE | options)
    adresse = sortie.getvalue().split()[-1]
    assert adresse.startswith("http://localhost:8000/")
    return adresse.removeprefix("http://localhost:8000")


@pytest.mark.parametrize(
    ("nature", "type_siae", "role"),
    [("federation", "", "responsable_qualite"), ("region", "", "referent_regional"), ("structure", "AI", "direction")],
)
def test_une_installation_neuve_s_ouvre_a_qui_en_tiendra_les_acces(nature, type_siae, role, migrations):
    lien, client = lancer(nature=nature, type=type_siae), Client()
    assert migrations == [("migrate",)]
    assert "Vous êtes la première personne invitée" in client.get(lien).content.decode()
    assert client.post(lien, NEUVE).url == reverse("portail:accueil")
    tenue = Habilitation.objects.get(compte__email="dir@ici.example")
    assert (tenue.role, tenue.organisation.nature, tenue.organisation.slug) == (role, nature, "ici-ai")
    assert tenue.peut(Droit.EQUIPE_GERER)
    assert Client().get(lien).status_code == 410


def test_la_base_ne_garde_que_le_condensat_et_une_trace_sans_auteur():
    jeton = lancer().rpartition("/")[2]
    assert Invitation.objects.get().condensat == condenser(jeton)
    assert not Compte.objects.exists()
    traces = Trace.objects.order_by("pk").values_list("geste", "compte", "organisation", "detail")
    ici = Organisation.objects.get().pk
    assert list(traces) == [("creer", None, ici, "nature, type de structure, nom, SIRET"), ("inviter", None, ici, "Direction")]


def test_tant_que_personne_n_est_entre_recommencer_corrige_et_ferme_l_ancien_lien():
    ancien = lancer(nom="Faute")
    assert Client().get(lancer(siret="732 829 320 00074")).status_code == 200
    assert Client().get(lancer(siret="732 829 320 00074")).status_code == 200
    assert Client().post(ancien, NEUVE).status_code == 410
    organisation = Organisation.objects.get()
    assert (organisation.nom, organisation.slug, organisation.siret) == ("Ici AI", "ici-ai", "73282932000074")
    assert Invitation.objects.en_attente().count() == 1


@pytest.mark.parametrize(
    ("faute", "dit"),
    [
        ({"type": ""}, "Une structure a un type"),
        ({"type": "XX"}, "--type : .*choix"),
        ({"nature": "federation"}, "les autres n’en ont pas"),
        ({"nature": "ensemblier"}, "^La nature est federation, region, structure : « ensemblier » n’en est pas une.$"),
        ({"siret": "12345678901234"}, "--siret : Ce SIRET n’est pas valide"),
        ({"nom": " "}, "--nom : "),
        ({"courriel": "pas une adresse"}, "--courriel : .*adresse"),
    ],
)
def test_ce_qui_est_faux_est_refuse_en_clair_et_rien_n_est_ecrit(faute, dit):
    with pytest.raises(CommandError, match=dit):
        lancer(**faute)
    assert not Organisation.objects.exists() and not Invitation.objects.exists() and not Trace.objects.exists()


def test_des_que_quelqu_un_tient_des_acces_c_est_lui_qui_invite(ici):
    with pytest.raises(
        CommandError, match="^Quelqu’un tient déjà des accès ici : demandez-lui une invitation, de sa page « Équipe et accès ».$"
    ):
        lancer()
    assert not Invitation.objects.exists()


def test_un_lien_du_terminal_ne_vaut_plus_rien_quand_quelqu_un_tient_des_acces():
    lien = lancer()
    venu = Compte.objects.create_user("venu@ailleurs.example", prenom="Venu", nom="Ailleurs")
    ailleurs = Organisation.objects.create(nature="federation", nom="Ailleurs", slug="ailleurs")
    Habilitation.objects.create(compte=venu, organisation=ailleurs, role="responsable_qualite")
    Client().post(lien, NEUVE)
    assert not Compte.objects.filter(email="dir@ici.example").exists()


def test_recommencer_ne_touche_jamais_une_organisation_ou_quelqu_un_est_entre():
    Client().post(lancer(), NEUVE)
    Compte.objects.update(is_active=False)
    lancer(nom="Autre", courriel="autre@ici.example")
    assert set(Organisation.objects.values_list("nom", flat=True)) == {"Ici AI", "Autre"}


def test_une_demonstration_a_deja_ses_comptes(settings):
    settings.DEMO = True
    with pytest.raises(
        CommandError, match="^Une démonstration a déjà ses comptes : « cedre premier-compte » est pour une vraie installation.$"
    ):
        lancer()
    assert not Organisation.objects.exists()


def test_chaque_premier_role_existe_dans_son_organisation_et_gere_les_acces():
    for nature, role in PREMIERS_ROLES.items():
        assert role in Organisation(nature=nature).roles_possibles
        assert Habilitation(role=role).peut(Droit.EQUIPE_GERER)


@pytest.mark.parametrize("code_postal, fuseau", [("97410", "Indian/Reunion"), ("38000", "Europe/Paris"), ("", "Europe/Paris")])
def test_elle_dit_a_qui_donner_le_lien_et_prend_l_heure_de_son_code_postal(code_postal, fuseau):
    sortie = StringIO()
    call_command("premier-compte", stdout=sortie, **STRUCTURE | {"code_postal": f" {code_postal}"})
    organisation = Organisation.objects.get()
    assert (organisation.code_postal, organisation.fuseau) == (code_postal, fuseau)
    assert sortie.getvalue().splitlines()[:2] == [
        "Ici AI, Direction : dir@ici.example",
        "À ouvrir dans les sept jours, une seule fois ; qui a ce lien ouvre le compte :",
    ]


def test_son_aide_dit_chaque_option_et_lesquelles_il_faut_donner():
    commande = load_command_class("cedre.comptes", "premier-compte")
    siennes = [
        a for a in commande.create_parser("cedre", "premier-compte")._actions if a.dest in {*STRUCTURE, "siret", "code_postal"}
    ]
    assert {a.option_strings[0]: (a.required, a.default, a.help) for a in siennes} == {
        "--nom": (True, None, "le nom de l’organisation"),
        "--nature": (True, None, "federation, region ou structure"),
        "--type": (False, "", "d’une structure : AI, ETTI, EI ou ACI"),
        "--siret": (False, "", "son SIRET, si vous l’avez"),
        "--code-postal": (False, "", "son code postal, dont se déduit l’heure qu’il y est"),
        "--courriel": (True, None, "le courriel de la première personne : il sera son identifiant"),
    }
