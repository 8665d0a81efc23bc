"""Les éditions : déposées, comparées, validées par le bureau, figées ; et la correspondance de l'une à l'autre (CER-1)."""

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from cedre.certification import editions
from cedre.certification.checks import editions_intactes
from cedre.certification.correspondance import SorteDeLien, differences, lire_correspondance
from cedre.certification.editions import alterees, lue
from cedre.certification.models import EditionDeposee
from cedre.certification.referentiel import EditionRefusee
from cedre.certification.tests.fictive import FICTIVE, LATITUDE, SUITE

SUIVANTE = FICTIVE.replace("code: essai", "code: suivante").replace("{du: 2020-01-01}", "{du: 2024-01-01}", 1)


def deposer(client, texte: str):
    fichier = SimpleUploadedFile("edition.yaml", texte.encode())
    return client.post(reverse("certification:deposer_edition"), {"fichier": fichier})


def valider(client, deposee, **envoi):
    envoi = {"le": timezone.localdate(), "noms": "Odile Marchal\nSami Berthier"} | envoi
    return client.post(reverse("certification:edition_deposee", args=[deposee.pk]), envoi)


def test_une_edition_fautive_dit_toutes_ses_fautes_et_ne_se_garde_pas(federation):
    reponse = deposer(federation, FICTIVE.replace("delai_annonce", "inventé").replace("1a-1", "1a"))
    assert reponse.status_code == 422 and len(reponse.context["fautes"]) == 2
    assert not EditionDeposee.objects.exists()


def test_un_brouillon_se_remplace_puis_le_bureau_le_fige(federation):
    deposer(federation, FICTIVE)
    deposer(federation, FICTIVE.replace("Une exigence", "Une autre exigence"))
    deposee = EditionDeposee.objects.get()
    assert "Une autre exigence" in deposee.contenu and editions.editions("fictive") == []
    assert "noms" in valider(federation, deposee, noms="").context["form"].errors
    assert valider(federation, deposee).status_code == 302
    deposee.refresh_from_db()
    assert (deposee.etat, deposee.validee_par) == ("validee", "Odile Marchal\nSami Berthier")
    assert [e.code for e in editions.editions("fictive")] == ["essai"]
    assert "ne change plus" in str(deposer(federation, FICTIVE).context["form"].errors)
    assert valider(federation, deposee).context["form"] is None


def test_on_voit_ce_qui_change_depuis_l_edition_en_vigueur(federation):
    deposer(federation, FICTIVE)
    valider(federation, EditionDeposee.objects.get())
    deposer(federation, SUIVANTE.replace("texte: Au choix", "texte: Comme on veut"))
    page = federation.get(reverse("certification:edition_deposee", args=[EditionDeposee.objects.get(code="suivante").pk]))
    (change,) = page.context["differences"]
    assert (change.code, change.sorte, change.avant.texte, change.apres.texte) == (
        "1a-1",
        SorteDeLien.REFORMULEE,
        "Au choix",
        "Comme on veut",
    )


@pytest.mark.deux_moteurs
def test_sans_noms_ni_date_la_base_refuse_une_validation(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        EditionDeposee.objects.create(lignee="fictive", code="essai", contenu="x", etat="validee")


def test_une_base_que_l_on_monte_de_version_n_a_pas_encore_toutes_les_tables(db, monkeypatch):
    monkeypatch.setattr("cedre.certification.checks.alterees", lambda: ["altérée"])
    assert len(editions_intactes(None, databases=["default"])) == 1
    monkeypatch.setattr(connection.introspection, "table_names", lambda: [EditionDeposee._meta.db_table])
    assert editions_intactes(None, databases=["default"]) == []


def test_une_edition_touchee_se_voit_au_demarrage(db, tmp_path, monkeypatch):
    assert alterees() == [] == editions_intactes(None, databases=["default"])
    deposee = EditionDeposee.objects.create(
        lignee="fictive",
        code="essai",
        contenu=FICTIVE,
        condensat="0" * 64,
        etat="validee",
        validee_le="2024-01-01",
        validee_par="X",
    )
    brouillon = EditionDeposee.objects.create(lignee="fictive", code="autre", contenu=FICTIVE, condensat="1" * 64)
    brouillon.correspondances.create(de="essai", contenu="x", condensat="0" * 64)
    assert alterees() == [f"{deposee} a changé depuis que le bureau l’a validée."], "un brouillon change"
    (erreur,) = editions_intactes(None, databases=["default"])
    assert (erreur.msg, erreur.id) == (alterees()[0], "certification.E001")
    assert erreur.hint == "Reprenez le fichier d’origine, ou la sauvegarde."
    assert editions_intactes(None) == [], "aucune base à lire"
    deposee.delete()
    intacte, changee, perdue, *reste = sorted(chemin.name for chemin in editions.DOSSIER.glob("*.yaml"))
    for nom in (intacte, changee, *reste):
        (tmp_path / nom).write_bytes((editions.DOSSIER / nom).read_bytes() + b"#" * (nom == changee))
    (tmp_path / "de-trop.yaml").write_text("a: b")
    monkeypatch.setattr(editions, "DOSSIER", tmp_path)
    assert alterees() == [f"{nom} n’est pas celle que Cèdre livre." for nom in sorted((changee, perdue, "de-trop.yaml"))]


def test_seule_la_federation_tient_les_editions(ici, federation):
    for role in ("direction", "qualite", "ca"):
        assert ici.client(role).get(reverse("certification:editions")).status_code == 403
    assert "février 2008" in federation.get(reverse("certification:editions")).content.decode()


# ── D'une édition à l'autre ───────────────────────────────────────────────────────────────────────────────────────


def correspondance(*liens: dict) -> bytes:
    effets = {"resultats": "garde", "preuves": "a_revoir"}
    brut = {"format": "cedre-correspondance/1", "de": "essai", "vers": "suivante", "liens": [effets | lien for lien in liens]}
    return yaml.safe_dump(brut).encode()


UN = {"sorte": "identique", "de": ["1a"], "vers": ["1a"]}
DEUX = {"sorte": "reformulee", "de": ["1a-1"], "vers": ["1a-1"]}


def test_une_correspondance_complete_se_lit():
    liens = lire_correspondance(correspondance(UN, DEUX), de=lue(FICTIVE.encode()), vers=lue(SUIVANTE.encode()))
    assert [(lien.sorte, lien.resultats, lien.preuves) for lien in liens][0] == ("identique", "garde", "a_revoir")
    perdus = [{"sorte": "supprimee", "de": ["1a-1"]}, {"sorte": "nouvelle", "vers": ["1a-1"]}]
    assert len(lire_correspondance(correspondance(UN, *perdus), de=lue(FICTIVE.encode()), vers=lue(SUIVANTE.encode()))) == 3


def test_chaque_sorte_de_lien_mene_d_autant_de_points_a_autant():
    texte = FICTIVE.replace(LATITUDE, SUITE)
    de, vers = lue(texte.encode()), lue(texte.replace("code: essai", "code: suivante").encode())
    liens = [
        {"sorte": "restreinte", "de": ["1a"], "vers": ["1a"]},
        {"sorte": "scindee", "de": ["1a-1"], "vers": ["1a-1", "1b"]},
        {"sorte": "fusionnee", "de": ["1b", "1b-1"], "vers": ["1b-1"]},
        {"sorte": "elargie", "de": ["2a"], "vers": ["2a"]},
    ]
    assert [lien.sorte for lien in lire_correspondance(correspondance(*liens), de=de, vers=vers)] == [
        lien["sorte"] for lien in liens
    ]
    for rang, sorte, dit in (
        (0, "supprimee", "1a, 1a : « Supprimée » ne mène pas de 1 à 1 point."),
        (1, "identique", "1a-1, 1a-1, 1b : « Identique » ne mène pas de 1 à n point."),
        (2, "reformulee", "1b, 1b-1, 1b-1 : « Reformulée » ne mène pas de n à 1 point."),
        (3, "nouvelle", "2a, 2a : « Nouvelle » ne mène pas de 1 à 1 point."),
    ):
        faux = [lien | {"sorte": sorte} if n == rang else lien for n, lien in enumerate(liens)]
        with pytest.raises(EditionRefusee) as refus:
            lire_correspondance(correspondance(*faux), de=de, vers=vers)
        assert refus.value.fautes == [dit]


@pytest.mark.parametrize(
    "liens, dit",
    [
        ([UN], "1a-1 : ce point de l’édition essai n’a aucun lien"),
        ([UN, {"sorte": "supprimee", "de": ["1a-1"]}], "édition suivante n’a aucun lien"),
        ([UN, DEUX, UN], "a 2 liens"),
        ([UN, DEUX | {"vers": ["9z"]}], "9z : ce point n’existe pas"),
        ([UN, {"sorte": "scindee", "de": ["1a-1"], "vers": ["1a-1"]}], "ne mène pas de 1 à 1"),
        ([UN, DEUX | {"sorte": "inventée"}], "Lien 2 : « sorte » vaut « inventée »"),
        ([UN, DEUX | {"preuves": "peut-être"}], "Lien 2 : « preuves » vaut « peut-être »"),
    ],
)
def test_une_correspondance_incomplete_ou_fausse_se_refuse(liens, dit):
    with pytest.raises(EditionRefusee) as refus:
        lire_correspondance(correspondance(*liens), de=lue(FICTIVE.encode()), vers=lue(SUIVANTE.encode()))
    assert any(dit in faute for faute in refus.value.fautes), refus.value.fautes


def test_de_deux_editions_pareilles_rien_ne_differe():
    assert differences(lue(FICTIVE.encode()), lue(SUIVANTE.encode())) == []
