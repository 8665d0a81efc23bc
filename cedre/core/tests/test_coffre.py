"""Le coffre : ce qu'il ferme ne dit rien, ne s'ouvre qu'avec ses clés, et survit à leur rotation."""

import base64
import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cedre.core import coffre
from cedre.core.checks import le_coffre_a_ses_cles


@pytest.fixture
def cles(settings, tmp_path):
    """Une installation sans rien : son fichier de clés, que personne n'a encore créé."""
    settings.DONNEES, settings.CLES, settings.HOTE = tmp_path / "donnees", "", ""
    settings.DONNEES.mkdir()
    return tmp_path / "donnees.cles"


def dire(**options) -> str:
    sortie = io.StringIO()
    call_command("cles", stdout=sortie, **options)
    return sortie.getvalue()


@pytest.mark.parametrize("contenu", ["", "Zélie a dit « oui »", "\0 à la fin\0", "n" * 200])
def test_ce_qui_est_ferme_s_ouvre_tel_quel(cles, contenu):
    for taille in (None, 256):
        jeton = coffre.fermer(contenu, taille=taille)
        assert coffre.est_ferme(jeton)
        assert coffre.ouvrir(jeton) == contenu
    assert coffre.ouvrir_octets(coffre.fermer(b"\xff\0")) == b"\xff\0"


def test_un_jeton_ne_dit_ni_sa_longueur_ni_son_heure_ni_deux_fois_la_meme_chose(cles):
    jetons = [coffre.fermer(texte, taille=100) for texte in ("", "oui", "oui", "é" * 50)]
    assert len({len(j) for j in jetons}) == 1
    assert len(set(jetons)) == 4
    octets = base64.urlsafe_b64decode(jetons[1].removeprefix(coffre.MARQUE))
    assert octets[1:9] == bytes(8)
    with pytest.raises(ValueError, match="en tient 100"):
        coffre.fermer("é" * 51, taille=100)


def test_un_jeton_change_d_un_signe_ne_s_ouvre_pas(cles):
    jeton = coffre.fermer("oui")
    change = jeton[:-5] + ("A" if jeton[-5] != "A" else "B") + jeton[-4:]
    for faux in (change, "", "oui", jeton[:-8]):
        with pytest.raises(coffre.CoffreFerme, match="n'ouvre ce secret"):
            coffre.ouvrir(faux)


def test_hors_production_les_cles_se_creent_seules_a_cote_des_donnees_et_jamais_dedans(cles):
    with ThreadPoolExecutor(8) as fils:
        jetons = list(fils.map(coffre.fermer, ["oui"] * 8))
    assert {coffre.ouvrir(j) for j in jetons} == {"oui"}
    assert cles.stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in cles.parent.iterdir()) == ["donnees", "donnees.cles"]


def test_en_production_ou_nomme_un_fichier_de_cles_absent_est_refuse(cles, settings, tmp_path):
    for reglages in ({"HOTE": "cedre.example"}, {"CLES": str(tmp_path / "ailleurs")}):
        settings.CLES = settings.HOTE = ""
        for nom, valeur in reglages.items():
            setattr(settings, nom, valeur)
        with pytest.raises(coffre.CoffreFerme, match="n'existe pas"):
            coffre.fermer("oui")
        assert [faute.id for faute in le_coffre_a_ses_cles(None)] == ["cedre.E001"]
    assert not cles.exists()


def test_un_fichier_de_cles_dans_les_donnees_vide_faux_ou_lisible_de_tous_est_refuse(cles, settings, tmp_path):
    dedans = settings.DONNEES / "cles"
    dedans.write_text(Fernet.generate_key().decode())
    lien = tmp_path / "lien"
    lien.symlink_to(dedans)
    for fichier in (dedans, lien):
        settings.CLES = str(fichier)
        with pytest.raises(coffre.CoffreFerme, match="dans le dossier des données"):
            coffre.fermer("oui")
        with pytest.raises(coffre.CoffreFerme, match="dans le dossier des données"):
            coffre.creer()
        assert [faute.id for faute in le_coffre_a_ses_cles(None)] == ["cedre.E001"]
    settings.CLES = str(cles)
    for texte, message in (("# rien\n", "est vide"), ("pas une clé", "n'est pas une clé"), (b"\xff", "ne se lit pas")):
        cles.write_bytes(texte if isinstance(texte, bytes) else texte.encode())
        with pytest.raises(coffre.CoffreFerme, match=message):
            coffre.fermer("oui")
    cles.unlink()
    dire(creer=True)
    assert le_coffre_a_ses_cles(None) == []
    cles.chmod(0o644)
    assert [faute.id for faute in le_coffre_a_ses_cles(None)] == ["cedre.E002"]


def test_des_cles_deja_la_ne_sont_jamais_remplacees(cles):
    coffre.fermer("oui")
    avant = cles.read_text()
    with pytest.raises(CommandError, match="existe déjà"):
        dire(creer=True)
    coffre.creer()
    assert cles.read_text() == avant


def test_sur_une_machine_neuve_le_dossier_des_cles_se_cree_pour_le_seul_compte_qui_sert(cles, settings, tmp_path):
    settings.CLES = str(tmp_path / "etc" / "cedre" / "cles")
    dire(creer=True)
    assert (tmp_path / "etc" / "cedre").stat().st_mode & 0o777 == 0o700
    assert le_coffre_a_ses_cles(None) == []


def test_avant_le_premier_demarrage_la_commande_dit_l_empreinte_sans_base(cles, db, monkeypatch):
    coffre.creer()
    monkeypatch.setattr(connection.introspection, "table_names", list)
    with CaptureQueriesContext(connection) as requetes:
        assert coffre.empreinte(coffre.lire()[0]) in dire()
    assert not requetes.captured_queries


def test_apres_une_rotation_la_premiere_cle_suffit_et_l_ancienne_peut_partir(cles, ici):
    compte = ici.hab["cip"].compte
    codes = [coffre.fermer("12345678"), coffre.fermer("87654321")]
    rangee = Authenticator.objects.create(user=compte, type="recovery_codes", data={"migrated_codes": codes, "used_mask": 0})
    ici.personne.adresse = coffre.fermer("une adresse")
    ici.personne.save()
    assert "ferme et ouvre, 3 secret(s)" in dire()
    dire(ajouter=True)
    assert "ouvre encore, 3 secret(s)" in dire()
    assert "3 secret(s) refermé(s)" in dire(rechiffrer=True)
    neuve, ancienne = coffre.lire()
    assert "ne sert plus qu'aux vieilles sauvegardes, 0 secret(s)" in dire()
    cles.write_text(neuve)
    rangee.refresh_from_db()
    ici.personne.refresh_from_db()
    assert [coffre.ouvrir(code) for code in rangee.data["migrated_codes"]] == ["12345678", "87654321"]
    assert rangee.data["used_mask"] == 0
    assert coffre.ouvrir(ici.personne.adresse) == "une adresse"
    cles.write_text(ancienne)
    with pytest.raises(CommandError, match="3 secret.s. ne s'ouvrent d'aucune"):
        dire()
    restee = rangee.data
    with pytest.raises(CommandError, match="ne s'ouvrent d'aucune"):
        dire(rechiffrer=True)
    rangee.refresh_from_db()
    assert rangee.data == restee
