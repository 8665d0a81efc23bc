"""Ce que chaque cellule du classeur dit, et comment : noms, valeurs, formats, ordre (issue 3 §5)."""

import re
from datetime import UTC, datetime, time
from io import BytesIO

import openpyxl
import pytest
import time_machine
from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation
from cedre.conftest import terme
from cedre.parcours.classeur import _ACCENTS, ecrire, feuilles, modeles_de_la_structure
from cedre.parcours.models import Entretien, Information, Personne, Remise


def lignes(monde, modele) -> list[dict]:
    """Les lignes d'une feuille, par titre de colonne, sans écrire de fichier."""
    (feuille,) = (f for f in feuilles(monde.hab["direction"], sante=True) if f.modele is modele)
    return [dict(zip(feuille.entetes, ligne, strict=True)) for ligne in feuille.lignes()]


@pytest.mark.parametrize("parti", ["accès retiré", "compte désactivé"])
def test_qui_n_a_plus_d_acces_garde_son_nom(ici, parti):
    cip = ici.hab["cip"]
    if parti == "accès retiré":
        Habilitation.objects.filter(pk=cip.pk).update(retiree_le=timezone.now())
    else:
        Compte.objects.filter(pk=cip.compte_id).update(is_active=False)
    assert lignes(ici, Personne)[0]["Référent·e"] == "Cip Ici" == lignes(ici, Entretien)[0]["Conduit par"]


def test_un_compte_de_deux_roles_se_nomme_une_fois_et_un_compte_d_ailleurs_par_son_numero(ici, ailleurs):
    Habilitation.objects.create(compte=ici.qui, organisation=ici.organisation, role="qualite")
    assert lignes(ici, Personne)[0]["Référent·e"] == "Cip Ici"
    Personne.objects.filter(pk=ici.personne.pk).update(referent=ailleurs.qui)
    assert lignes(ici, Personne)[0]["Référent·e"] == f"n° {ailleurs.qui.pk}"


def test_un_oui_un_fichier_une_heure_et_un_instant_se_lisent_comme_a_l_ecran(embauchee):
    Information.objects.update(presence="presente", offre_presentee=True, collective=None)
    Remise.objects.update(signature="signatures/x.png", signee_le=datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    (information,), (remise,), (entretien,) = (lignes(embauchee, m) for m in (Information, Remise, Entretien))
    assert [information["L’offre d’insertion a été présentée"], information["Présence"]] == ["oui", "Présente"]
    assert [v for t, v in information.items() if t.startswith("Le statut de salarié")] == ["non"]
    assert (remise["Signature ou scan"], f"{remise['Signée le']:%d/%m/%Y %H:%M}") == ("fichier joint", "02/07/2026 00:30")
    assert (entretien["Heure"], entretien["État"]) == (time(14), "Prévu")
    Remise.objects.update(signature="")
    assert lignes(embauchee, Remise)[0]["Signature ou scan"] == ""


def test_ce_qu_un_lien_multiple_designe_vient_en_ordre_et_les_lignes_par_numero(ici):
    prestations = [terme("prestation", code) for code in ("rsa", "are", "ass")]
    ici.personne.prestations.set(prestations)
    autres = [Personne.objects.create(organisation=ici.organisation, nom=nom, prenom="Ada") for nom in ("Zed", "Abel")]
    premiere, *suite = lignes(ici, Personne)
    assert premiere["Prestations et revenus"] == ", ".join(sorted(map(str, prestations)))
    assert [ligne["N°"] for ligne in suite] == [p.pk for p in autres] and suite[0]["Prestations et revenus"] == ""


def test_les_personnes_viennent_d_abord_puis_leurs_faits_et_les_comptes_a_la_fin():
    apps = [m._meta.app_label for m in modeles_de_la_structure()]
    assert modeles_de_la_structure()[0] is Personne
    assert list(dict.fromkeys(apps)) == [
        *("parcours", "regulation", "qualite", "certification", "partenariats", "structures", "observatoire", "comptes")
    ]


@pytest.fixture
def classeur(embauchee):
    """Le classeur écrit le 18 mars 2026 à 10 h 05, relu avec ses formats."""
    with time_machine.travel("2026-03-18T09:05:00Z", tick=False), ecrire(embauchee.hab["direction"], sante=False) as fichier:
        return openpyxl.load_workbook(BytesIO(fichier.read()))


def test_chaque_cellule_a_le_format_de_sa_valeur_et_les_titres_restent_visibles(classeur):
    feuille = classeur["Entretiens d’accueil"]
    ligne = {titre.value: cellule for titre, cellule in zip(*feuille.iter_rows(max_row=2), strict=True)}
    assert [ligne[t].number_format for t in ("Date", "Heure", "Créé le")] == ["dd/mm/yyyy", "hh:mm", "dd/mm/yyyy hh:mm"]
    assert isinstance(ligne["N°"].value, int)
    assert (feuille.freeze_panes, feuille.auto_filter.ref) == ("B2", f"A1:{feuille.dimensions.partition(':')[2]}")
    assert all(cellule.font.bold for cellule in feuille[1])


def test_le_lisez_moi_dit_quand_par_qui_et_combien_de_lignes_a_chaque_feuille(embauchee, classeur):
    accueil = [tuple("" if c is None else c for c in ligne) for ligne in classeur["Lisez-moi"].iter_rows(values_only=True)]
    direction = embauchee.hab["direction"]
    assert accueil[:3] == [
        ("Tout ce que tient", "", str(embauchee.organisation)),
        ("Établi le", "", "18/03/2026 à 10:05"),
        ("Par", "", f"{direction.compte}, Direction"),
    ]
    rang = accueil.index(("Feuille", "Lignes", "Ce qu’une ligne est"))
    annonces = {nom: nombre for nom, nombre, _ in accueil[rang + 1 : rang + len(classeur.sheetnames)]}
    assert annonces == {f.title: f.max_row - 1 for f in classeur if f.title != "Lisez-moi"}
    assert not any("coupés" in str(ligne[2]) for ligne in accueil)
    assert [ligne[0] for ligne in accueil].count("Précisions de santé") == 1


def test_aucun_titre_n_a_perdu_ses_accents_et_aucune_phrase_ne_cite_un_numero_d_exigence(ici):
    for feuille in feuilles(ici.hab["direction"], sante=True):
        mots = {mot for titre in feuille.entetes for mot in titre.lower().split()}
        assert mots.isdisjoint(_ACCENTS), feuille.nom
        assert all(titre[:1] == titre[:1].upper() for titre in feuille.entetes)
        assert not re.search(r"[A-Z]{3}-\d|§", feuille.quoi) and "'" not in feuille.quoi, feuille.quoi


def test_un_fait_qui_tient_a_un_autre_dit_tout_de_meme_de_qui_il_est(embauchee):
    for feuille in feuilles(embauchee.hab["direction"], sante=True):
        chemin = feuille.modele.PARTAGE.personne
        assert (feuille.entetes[-1] == "Personne") == ("__" in chemin), feuille.nom
        for ligne in feuille.lignes() if "__" in chemin else ():
            assert ligne[-1] == f"Zélie Martinelle (n° {embauchee.personne.pk})", feuille.nom
