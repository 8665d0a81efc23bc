"""La fédération dépose ce que devient chaque point ; une structure lit ce qui changera pour elle (CER-1)."""

import hashlib

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cedre.certification import editions
from cedre.certification.editions import alterees, lue
from cedre.certification.models import Correspondance, EditionDeposee
from cedre.certification.tests.fictive import FICTIVE
from cedre.parcours.models import Contact

A_VENIR = "certification:a_venir"
AVANT = FICTIVE.replace("lignee: fictive", "lignee: cedre")
APRES = AVANT.replace("code: essai", "code: suivante").replace("{du: 2020-01-01}", "{du: 2024-01-01}", 1)
APRES = APRES.replace("code: 1a-1, nature: latitude, texte: Au choix", "code: 1b, nature: latitude, texte: Du neuf")
UN = {"sorte": "elargie", "de": ["1a"], "vers": ["1a"], "resultats": "a_revoir", "preuves": "garde"}
PERDU = {"sorte": "supprimee", "de": ["1a-1"], "resultats": "perdu", "preuves": "perdu"}
NEUF = {"sorte": "nouvelle", "vers": ["1b"], "resultats": "a_revoir", "preuves": "a_revoir"}


def fichier(*liens, **entete) -> bytes:
    """Un fichier de correspondance."""
    brut = {"format": "cedre-correspondance/1", "de": "essai", "vers": "suivante", "liens": list(liens)} | entete
    return yaml.safe_dump(brut, allow_unicode=True).encode()


COMPLETE = fichier(UN, PERDU, NEUF)


def deposer(client, deposee, octets):
    """Dépose une correspondance à l'écran."""
    adresse = reverse("certification:deposer_correspondance", args=[deposee.pk])
    return client.post(adresse, {"fichier": SimpleUploadedFile("c.yaml", octets)})


def valider(deposee) -> None:
    """Le bureau valide l'édition."""
    EditionDeposee.objects.filter(pk=deposee.pk).update(etat="validee", validee_le=timezone.localdate(), validee_par="Odile Abel")


@pytest.fixture
def suivante(ici, monkeypatch):
    """L'édition d'essai s'applique ici ; la suivante est déposée, en brouillon."""
    monkeypatch.setattr(editions, "livrees", lambda: (lue(AVANT.encode()),))
    condensat = hashlib.sha256(APRES.encode()).hexdigest()
    type(ici.organisation).objects.update(convention_tripartite_le="2021-01-01")
    return EditionDeposee.objects.create(lignee="cedre", code="suivante", contenu=APRES, condensat=condensat)


@pytest.mark.parametrize(
    "octets, fautes",
    [
        (fichier(UN, PERDU), ["1b : ce point de l’édition suivante n’a aucun lien."]),
        (
            fichier(NEUF),
            ["1a : ce point de l’édition essai n’a aucun lien.", "1a-1 : ce point de l’édition essai n’a aucun lien."],
        ),
        (fichier(UN, UN, PERDU, NEUF), ["1a : ce point de l’édition essai a 2 liens."]),
        (
            fichier(UN | {"sorte": "inventée"}, PERDU | {"preuves": None}),
            ["Lien 1 : « sorte » vaut « inventée »", "Lien 2 : « preuves »"],
        ),
        (fichier("1a", UN | {"de": "1a"}, {}), ["Lien 1 : il ne dit ni", "Lien 2 : « de » est une liste", "Lien 3 : « sorte »"]),
        (fichier(UN, de="2004-10"), ["« 2004-10 » n’est pas une édition complète, en vigueur avant suivante."]),
        (fichier(UN, de="suivante"), ["« suivante » n’est pas une édition complète"]),
        (fichier(UN, vers="autre"), ["Ce fichier ne mène pas de essai à suivante."]),
        (fichier(UN, format="cedre-referentiel/1"), ["n’est pas une correspondance"]),
        (fichier(liens="1a"), ["n’a pas de « liens »"]),
        (b"- 1a", ["n’est pas une correspondance"]),
        (b"a: [", ["n’est pas du YAML lisible"]),
        (b"[" * 100_000, ["s’emboîte sur plus de 20 niveaux"]),
    ],
)
def test_une_correspondance_incomplete_est_refusee_chaque_faute_dite(suivante, federation, octets, fautes):
    reponse = deposer(federation, suivante, octets)
    assert reponse.status_code == 422
    dites = reponse.context["fautes"]
    assert all(any(attendue in dite for dite in dites) for attendue in fautes), dites
    assert not Correspondance.objects.exists()


def test_complete_elle_se_lit_sur_la_page_de_l_edition_avant_apres_sorte_et_effets(suivante, federation):
    page = reverse("certification:edition_deposee", args=[suivante.pk])
    assert deposer(federation, suivante, COMPLETE).url == page
    ((une, passages),) = federation.get(page).context["tables"]
    assert (une.de, [(p.lien.sorte, [a.code for a in p.avant], [a.code for a in p.apres]) for p in passages]) == (
        "essai",
        [("elargie", ["1a"], ["1a"]), ("supprimee", ["1a-1"], []), ("nouvelle", [], ["1b"])],
    )
    texte = federation.get(page).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert all(dit in texte for dit in ("Élargie", "Résultats : à revoir", "Preuves : perdues", "Du neuf", "n’est plus demandé"))


def test_brouillon_la_derniere_remplace_validee_elle_ne_change_plus(suivante, federation):
    deposer(federation, suivante, COMPLETE)
    deposer(federation, suivante, fichier(UN | {"preuves": "perdu"}, PERDU, NEUF))
    assert "preuves: perdu\n" in Correspondance.objects.get().contenu.partition("- de:\n  - 1a-1")[0]
    valider(suivante)
    assert "ne change plus" in str(deposer(federation, suivante, COMPLETE).context["form"].errors)
    assert alterees() == []
    Correspondance.objects.update(contenu="autre")
    assert alterees() == ["Correspondance de essai à suivante a changé depuis qu’elle est déposée."]


def test_apres_la_validation_une_correspondance_qui_manquait_se_depose_encore(suivante, federation):
    valider(suivante)
    assert deposer(federation, suivante, COMPLETE).status_code == 302


def test_on_ne_revient_pas_d_une_edition_a_une_plus_ancienne(suivante, federation):
    valider(suivante)
    contenu = APRES.replace("code: suivante", "code: entre").replace("{du: 2024-01-01}", "{du: 2022-01-01}", 1)
    entre = EditionDeposee.objects.create(lignee="cedre", code="entre", contenu=contenu, condensat="0" * 64)
    dites = deposer(federation, entre, fichier(UN, PERDU, NEUF, de="suivante", vers="entre")).context["fautes"]
    assert dites == ["« suivante » n’est pas une édition complète, en vigueur avant entre."]


def test_un_brouillon_remplace_emporte_sa_correspondance(suivante, federation):
    deposer(federation, suivante, COMPLETE)
    for partie in (True, False):
        envoi = {"fichier": SimpleUploadedFile("e.yaml", APRES.encode())}
        page = federation.post(reverse("certification:deposer_edition"), envoi, follow=True)
        assert ("parti avec sa correspondance" in page.content.decode()) == partie
    assert (EditionDeposee.objects.count(), Correspondance.objects.count()) == (1, 0)


def test_une_structure_lit_ce_qui_changera_pour_elle_et_rien_tant_que_c_est_un_brouillon(suivante, ici, federation):
    client, conformite = ici.client("ca"), reverse("certification:conformite")
    deposer(federation, suivante, COMPLETE)
    assert client.get(reverse(A_VENIR)).status_code == 404
    assert "Ce qui changera" not in client.get(conformite).content.decode()
    valider(suivante)
    assert "Ce qui changera pour vous" in client.get(conformite).content.decode()
    assert "Ce qui changera" not in client.get(conformite, {"le": "2026-01-31"}).content.decode(), "c'est d'aujourd'hui"
    Contact.objects.update(delai_annonce=None)
    page = client.get(reverse(A_VENIR))
    assert [(p.lien.sorte, [(a.code, v) for a, v in avant]) for p, avant in page.context["changent"]] == [
        ("elargie", [("1a", "insuffisant")]),
        ("supprimee", [("1a-1", None)]),
        ("nouvelle", []),
    ]
    assert "Insuffisant" in page.content.decode()
    assert ici.client("accueil").get(reverse(A_VENIR)).status_code == 403


def test_ce_qui_est_entierement_garde_ne_se_montre_pas(suivante, ici, federation):
    garde = UN | {"sorte": "identique", "resultats": "garde"}
    deposer(federation, suivante, fichier(garde, PERDU, NEUF))
    valider(suivante)
    contexte = ici.client("cip").get(reverse(A_VENIR)).context
    assert ([p.lien.sorte for p, _ in contexte["changent"]], contexte["total"]) == (["supprimee", "nouvelle"], 3)


def test_passee_a_l_edition_suivante_plus_rien_ne_l_attend(suivante, ici, federation):
    deposer(federation, suivante, COMPLETE)
    valider(suivante)
    type(ici.organisation).objects.update(convention_tripartite_le="2024-06-01")
    assert ici.client("qualite").get(reverse(A_VENIR)).status_code == 404


def test_les_pages_se_lisent_en_douze_requetes(suivante, ici, federation, django_assert_max_num_queries):
    deposer(federation, suivante, COMPLETE)
    valider(suivante)
    client = ici.client("qualite")
    for route in (A_VENIR, "certification:conformite"):
        with django_assert_max_num_queries(12, info=route):
            assert client.get(reverse(route)).status_code == 200


def test_seule_la_federation_depose_et_un_brouillon_ne_se_lit_que_d_elle(suivante, ici, federation, reseau):
    assert deposer(ici.client("direction"), suivante, COMPLETE).status_code == 403
    deposer(federation, suivante, COMPLETE)
    nombres = [Correspondance.objects.pour(h).count() for h in (reseau[0].hab["responsable_qualite"], ici.hab["direction"], None)]
    assert nombres == [1, 0, 0]
