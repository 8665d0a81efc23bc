"""Ce que le coffre et « cedre cles » disent, phrase entière : c'est tout ce que l'on a quand plus rien ne s'ouvre (RES-1)."""

import errno
import hashlib
import io
import os
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from cedre.core import coffre
from cedre.core.checks import le_coffre_a_ses_cles

UNE, AUTRE = (Fernet.generate_key().decode() for _ in range(2))
A_GARDER = (
    "\nÀ garder : une copie de ce fichier hors de cette machine et à part des sauvegardes (un gestionnaire de mots de passe, "
    "une\nenveloppe fermée). Sans lui, ce qui est fermé est perdu pour tous ; qui l'aurait avec une sauvegarde lirait tout.\n"
    "À retrouver : remettez le fichier en place, nommez-le par CEDRE_CLES, puis « cedre cles » dit si tout s'ouvre.\n"
    "Le détail, et que faire d'une clé perdue ou volée : docs/secrets.md.\n"
)


@pytest.fixture
def cles(settings, tmp_path):
    """Une installation de production, et son fichier de clés, que personne n'a encore créé."""
    settings.DONNEES, settings.CLES, settings.HOTE = tmp_path / "donnees", str(tmp_path / "cles"), "cedre.example"
    settings.DONNEES.mkdir()
    return tmp_path / "cles"


def refus(geste, *args) -> str:
    """Ce que dit ce geste en refusant."""
    with pytest.raises(coffre.CoffreFerme) as dit:
        geste(*args)
    return str(dit.value)


def dire(**options) -> str:
    """Ce que dit la commande."""
    sortie = io.StringIO()
    call_command("cles", stdout=sortie, **options)
    return sortie.getvalue()


def test_sans_son_fichier_de_cles_on_lit_ou_le_remettre_ou_comment_le_nommer(cles, settings):
    suite = "ou créez-le par « cedre cles --creer » si rien n'a encore été fermé (docs/secrets.md)."
    assert refus(coffre.lire) == f"Le fichier de clés {cles} n'existe pas : remettez-le en place, {suite}"
    settings.CLES = ""
    assert refus(coffre.lire) == f"Le fichier de clés {settings.DONNEES}.cles n'existe pas : nommez-le par CEDRE_CLES, {suite}"
    assert not cles.exists() and not Path(f"{settings.DONNEES}.cles").exists()


@pytest.mark.parametrize(
    "texte, dit",
    [
        (b"# rien\n\n  \n", "est vide."),
        (b"\xff", "ne se lit pas (UnicodeDecodeError)."),
    ],
)
def test_un_fichier_vide_ou_illisible_se_dit(cles, texte, dit):
    cles.write_bytes(texte)
    assert refus(coffre.lire) == f"Le fichier de clés {cles} {dit}"


def test_une_ligne_qui_n_est_pas_une_cle_ferme_tout(cles):
    cles.write_text(f"{UNE}\npas une clé\n")
    assert refus(coffre.lire) == f"Une ligne du fichier de clés {cles} n'est pas une clé : rien n'est fermé ni ouvert."


def test_les_cles_se_lisent_dans_l_ordre_sans_commentaire_ni_blanc(cles):
    cles.write_text(f"# une note\n\n  {UNE}  \n{AUTRE}\n# fin\n")
    assert coffre.lire() == [UNE, AUTRE]
    assert coffre.empreinte(UNE) == hashlib.sha256(UNE.encode()).hexdigest()[:8]


def test_dans_les_donnees_ou_sous_elles_les_cles_se_refusent(cles, settings):
    for dedans in (settings.DONNEES / "cles", settings.DONNEES / "a" / "cles"):
        settings.CLES = str(dedans)
        for geste in (coffre.lire, coffre.creer):
            assert refus(geste) == (
                f"Le fichier de clés {dedans} est dans le dossier des données : qui emporte l'un aurait l'autre. Rangez-le"
                " ailleurs, et nommez-le par CEDRE_CLES."
            )
        assert not dedans.parent.exists() or not dedans.exists()


def test_un_dossier_ou_l_on_ne_peut_pas_ecrire_se_dit(cles, settings, tmp_path):
    (tmp_path / "fichier").touch()
    settings.CLES = str(tmp_path / "fichier" / "cles")
    assert refus(coffre.creer) == (
        f"Le fichier de clés {settings.CLES} ne peut pas être écrit ({os.strerror(errno.EEXIST)}) : nommez-en un par CEDRE_CLES."
    )


def test_un_secret_ferme_par_une_autre_cle_dit_ou_la_chercher(cles):
    cles.write_text(AUTRE)
    jeton = coffre.fermer("oui")
    cles.write_text(UNE)
    assert refus(coffre.ouvrir, jeton) == (
        f"Aucune des clés de {cles} n'ouvre ce secret : remettez celle qui l'a fermé (docs/secrets.md)."
    )
    cles.write_text(f"{UNE}\n{AUTRE}")
    assert coffre.ouvrir(jeton) == "oui" and coffre.est_ferme(jeton)
    assert [coffre.est_ferme(texte) for texte in ("oui", jeton + " ", " " + jeton, coffre.MARQUE)] == [False] * 4


def test_ce_qui_est_ferme_dans_une_liste_ou_un_dictionnaire_se_referme_sans_toucher_au_reste():
    jeton = f"{coffre.MARQUE}a-b_c="
    valeur = {"un": [jeton, 3, None, "rien"], "deux": {"trois": f"x {jeton} y {jeton}"}, jeton: True}
    assert coffre._remplacer(valeur, lambda dit: f"<{dit}>") == {
        "un": [f"<{jeton}>", 3, None, "rien"],
        "deux": {"trois": f"x <{jeton}> y <{jeton}>"},
        jeton: True,
    }


@pytest.mark.parametrize("mode, fautes", [(0o600, []), (0o400, []), (0o640, ["cedre.E002"]), (0o604, ["cedre.E002"])])
def test_les_cles_ne_se_lisent_que_du_compte_qui_sert(cles, mode, fautes):
    cles.write_text(UNE)
    cles.chmod(mode)
    lues = le_coffre_a_ses_cles(None)
    assert [faute.id for faute in lues] == fautes
    assert not fautes or lues[0].msg == f"Le fichier de clés {cles} se lit d'autres comptes : chmod 600."


@pytest.mark.parametrize("hote, nomme, lu", [("", False, False), ("cedre.example", False, True), ("", True, True)])
def test_le_coffre_se_verifie_en_production_ou_s_il_est_nomme(cles, settings, hote, nomme, lu):
    settings.HOTE, settings.CLES = hote, str(cles) if nomme else ""
    assert [faute.id for faute in le_coffre_a_ses_cles(None)] == ["cedre.E001"] * lu


def test_creer_dit_ou_est_le_fichier_et_ce_qu_il_faut_en_garder(cles):
    dit = dire(creer=True)
    (cle,) = coffre.lire()
    assert dit == f"Fichier de clés créé : {cles} (clé {coffre.empreinte(cle)})\n{A_GARDER}"
    assert cles.read_text() == (
        "# Clés du coffre de Cèdre : la première ferme, toutes ouvrent. À garder à part des sauvegardes (docs/secrets.md).\n"
        f"{cle}\n"
    )
    with pytest.raises(CommandError) as faute:
        dire(creer=True)
    assert str(faute.value) == f"{cles} existe déjà. Pour une clé de plus : « cedre cles --ajouter »."
    assert coffre.lire() == [cle] and [p.name for p in cles.parent.iterdir() if p.is_file()] == ["cles"]


def test_l_etat_dit_chaque_cle_dans_l_ordre_et_ce_qu_elle_ouvre(cles, ici):
    cles.write_text(AUTRE)
    ici.personne.adresse = coffre.fermer("une adresse")
    ici.personne.save()
    cles.write_text(f"{UNE}\n{AUTRE}\n{Fernet.generate_key().decode()}\n")
    os.chmod(cles, 0o600)
    empreintes = [coffre.empreinte(cle) for cle in coffre.lire()]
    assert dire() == (
        f"Fichier de clés : {cles}\n"
        f"  1. clé {empreintes[0]} : ferme et ouvre, 0 secret(s)\n"
        f"  2. clé {empreintes[1]} : ouvre encore, 1 secret(s)\n"
        f"  3. clé {empreintes[2]} : ne sert plus qu'aux vieilles sauvegardes, 0 secret(s)\n"
        f"{A_GARDER}"
    )
    assert dire(rechiffrer=True).startswith("1 secret(s) refermé(s) avec la première clé.\nFichier de clés")
    cles.write_text(AUTRE)
    with pytest.raises(CommandError) as faute:
        dire()
    assert str(faute.value) == "1 secret(s) ne s'ouvrent d'aucune de ces clés : il en manque une."
