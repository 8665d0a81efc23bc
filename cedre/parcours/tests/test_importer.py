"""cedre importer : le même import depuis un terminal (issue 2 §4)."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation
from cedre.parcours.models import Importation, Personne

BON = "Nom;Prénom\nDupré;Éva\n"
FAUTIF = BON + ";Paul\n"


@pytest.fixture
def lancer(ici, ailleurs, settings, tmp_path):
    """Lance la commande sur ce contenu ; rend ce qu'elle dit sur ses deux sorties."""
    settings.MEDIA_ROOT = tmp_path / "fichiers"
    fichier = tmp_path / "liste.csv"

    def lance(contenu, *options, structure="ici"):
        fichier.write_text(contenu, encoding="utf-8")
        sortie, erreurs = io.StringIO(), io.StringIO()
        try:
            call_command("importer", fichier, *options, structure=structure, stdout=sortie, stderr=erreurs)
        except CommandError as faute:
            return sortie.getvalue(), f"{erreurs.getvalue()}{faute}", faute.returncode
        return sortie.getvalue(), erreurs.getvalue(), 0

    return lance


def test_un_bon_fichier_entre_et_l_avancement_se_voit(ici, lancer):
    sortie, erreurs, code = lancer(BON)
    assert code == 0
    assert "Ont été créés : 1 dossiers" in sortie
    assert "Import : 1 / 1" in erreurs
    assert Personne.objects.pour(ici.hab["direction"]).filter(nom="Dupré").exists()
    assert Importation.objects.get(nom_fichier="liste.csv").par == ici.hab["direction"].compte


def test_une_erreur_se_dit_a_sa_ligne_et_le_code_de_sortie_est_un(lancer):
    _, erreurs, code = lancer(FAUTIF)
    assert (code, Personne.objects.filter(nom="Dupré").count()) == (1, 1)
    assert "erreur ligne 3, colonne « Nom » : Nom : à remplir." in erreurs


@pytest.mark.parametrize("option", ["--apercu", "--tout-ou-rien"])
def test_l_apercu_et_le_tout_ou_rien_n_ecrivent_rien(lancer, tmp_path, option):
    _, _, code = lancer(FAUTIF, option)
    assert code == 1
    assert not Personne.objects.filter(nom="Dupré").exists()
    assert not Importation.objects.filter(nom_fichier="liste.csv").exists()
    assert list((tmp_path / "fichiers").rglob("*.*")) == []


@pytest.mark.parametrize("nom", ["rapport.csv", "rapport.xlsx"])
def test_le_rapport_s_ecrit_meme_quand_il_y_a_des_erreurs(lancer, tmp_path, nom):
    lancer(FAUTIF, "--rapport", str(tmp_path / nom))
    assert (tmp_path / nom).stat().st_size > 50


@pytest.mark.parametrize(
    ("options", "structure", "dit"),
    [
        ([], "nulle-part", "vérifiez la structure"),
        (["--compte", "cip@ici.example"], "ici", "Le compte cip@ici.example ne peut importer"),
        (["--compte", "direction@ailleurs.example"], "ici", "ne peut importer dans « ici »"),
    ],
)
def test_on_n_importe_qu_au_nom_de_qui_en_a_le_droit(lancer, options, structure, dit):
    _, erreurs, code = lancer(BON, *options, structure=structure)
    assert (code, dit in erreurs) == (1, True)


def test_un_fichier_illisible_le_dit(lancer):
    assert "aucune ligne de données" in lancer("Nom;Prénom\n")[1]
    assert "quelles colonnes donnent le nom" in lancer("Ville;Adresse\nLyon;Rue A\n")[1]


def test_la_commande_dit_ce_que_donne_chaque_colonne_et_l_apercu_parle_au_conditionnel(lancer):
    sortie, _, _ = lancer("Nom;Prénom;Handicap;Autre\nDupré;Éva;oui;x\n", "--apercu")
    for dit in ("Nom → nom", "Handicap → jamais lue (les données de santé ne s’importent pas)", "Autre → non lue"):
        assert f"  {dit}\n" in sortie
    assert "1 lignes. Seraient créés : 1 dossiers, modifiés : 0, laissés tels quels : 0 ; lignes écartées : 0." in sortie


def test_sans_le_dire_on_importe_au_nom_de_la_premiere_direction_encore_la(ici, lancer):
    seconde = Compte.objects.create(email="seconde@ici.example", nom="Seconde", prenom="Ada")
    Habilitation.objects.create(compte=seconde, organisation=ici.organisation, role="direction")
    lancer(BON)
    assert Importation.objects.get(nom_fichier="liste.csv").par == ici.hab["direction"].compte
    Habilitation.objects.filter(pk=ici.hab["direction"].pk).update(retiree_le=timezone.now())
    lancer(BON)
    lancer(BON, "--compte", "QUALITE@ici.example")
    auteurs = Importation.objects.filter(nom_fichier="liste.csv").order_by("pk").values_list("par__email", flat=True)
    assert list(auteurs) == ["direction@ici.example", "seconde@ici.example", "qualite@ici.example"]
    assert "ne peut importer" in lancer(BON, "--contrats", "--compte", "qualite@ici.example")[1]


def test_le_rapport_est_un_csv_ou_un_classeur_selon_son_nom(lancer, tmp_path):
    for nom in ("rapport.csv", "rapport.XLSX"):
        lancer(FAUTIF, "--rapport", str(tmp_path / nom))
    assert (tmp_path / "rapport.csv").read_bytes().decode("utf-8-sig").startswith("Ligne;Résultat;")
    assert (tmp_path / "rapport.XLSX").read_bytes().startswith(b"PK")
