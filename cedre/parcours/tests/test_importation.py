"""Importer des personnes depuis les fichiers tels qu'ils viennent (issue 2 §4)."""

import traceback
from datetime import date
from pathlib import Path

import pytest
from django.forms.models import model_to_dict

from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.core.tableau import FichierIllisible
from cedre.parcours.importation import ecriture
from cedre.parcours.importation.colonnes import colonnes_de_personne
from cedre.parcours.importation.rapport import TITRES, lignes_du_rapport, modele
from cedre.parcours.models import Contact, Importation, Personne, Suite
from cedre.parcours.operations import importation as gestes
from cedre.parcours.operations.importation import (
    _en_tache,
    abandonner,
    analyser,
    deposer,
    importer,
    lancer_import,
    lancer_lecture,
    oublier,
    regler,
)
from cedre.parcours.tests.imports import apporter, bilan, dites

TITRES_SIMPLES = "Nom;Prénom;Né le;Téléphone;Référence\n"
pytestmark = pytest.mark.usefixtures("fichiers")


@pytest.fixture
def direction(ici):
    """Au nom de qui l'on importe."""
    return ici.hab["direction"]


def test_une_ligne_complete_entre_toute_entiere(ici, direction):
    importation = apporter(
        "Réf;NOM;Prénom;Né(e) le;Civilité;Tél;Portable;E-mail;Adresse;CP;Ville;Orienté par;Diplôme;Chômage;Ressources;"
        "Premier contact;Projet;Suivi par;Inscrit le\n"
        'A-1;DUPRÉ-ROUX;éva;02/01/1980;Mme;01 99 00 12 34;612345678;Eva@Exemple.FR;"3, rue A";1000;Bourg;ML de Bourg;'
        "CAP;18 mois;RSA, ASS;05/01/2026;La cuisine;cip ici;20/01/2026\n",
        direction,
    )
    assert importation.remarques == []
    eva = Personne.objects.pour(direction).get(reference="A-1")
    assert (eva.nom, eva.prenom, eva.date_naissance, eva.sexe) == ("Dupré-Roux", "Éva", date(1980, 1, 2), "F")
    assert (eva.telephone, eva.telephone_2, eva.courriel) == ("01 99 00 12 34", "06 12 34 56 78", "eva@exemple.fr")
    assert (eva.adresse, eva.code_postal, eva.commune) == ("3, rue A", "01000", "Bourg")
    assert (eva.prescripteur.code, eva.niveau_formation.code, eva.duree_chomage.code) == ("mission_locale", "51", "12_23")
    assert {p.code for p in eva.prestations.all()} == {"rsa", "ass"}
    assert eva.referent == ici.hab["cip"].compte
    assert (eva.phase, eva.phase_depuis) == ("pre_embauche", date(2026, 1, 20))
    contact = eva.contacts.get()
    assert (contact.le, contact.demande, contact.prescripteur_precision) == (date(2026, 1, 5), "La cuisine", "ML de Bourg")
    assert list(Personne.objects.pour(direction).recherche("dupre")) == [eva]
    trace = Trace.objects.get(geste="importer")
    assert (trace.organisation, trace.compte, trace.detail) == (
        ici.organisation,
        direction.compte,
        "1 créées, 0 modifiées, 0 inchangées, 0 lignes refusées",
    )


def test_les_lignes_fautives_restent_dehors_chacune_avec_sa_phrase(direction):
    importation = apporter(
        TITRES_SIMPLES
        + "Dupré;Éva;31/02/1980;;\nRoux;Paul;1975-03-02;06 12 34;\n;Zoé;;;\nLaurent;Noé;2/3/80;0612345678 / 0199001234;\n",
        direction,
    )
    assert bilan(importation) == (1, 0, 0, 3)
    assert dites(importation) == [
        (2, "Né le", "31/02/1980 : février 1980 n’a que 29 jours."),
        (3, "Téléphone", "« 06 12 34 » n’est pas un numéro de téléphone : dix chiffres, ou + et l’indicatif du pays."),
        (4, "Nom", "Nom : à remplir."),
    ]
    noe = Personne.objects.pour(direction).get(nom="Laurent")
    assert (noe.telephone, noe.telephone_2) == ("06 12 34 56 78", "01 99 00 12 34")


def test_tout_ou_rien_n_ecrit_rien_si_une_ligne_est_fautive(direction):
    avant = Personne.objects.count()
    with pytest.raises(GesteImpossible, match="1 ligne"):
        apporter(TITRES_SIMPLES + "Dupré;Éva;31/02/1980;;\nRoux;Paul;;;\n", direction, tout_ou_rien=True)
    assert Personne.objects.count() == avant
    assert bilan(apporter(TITRES_SIMPLES + "Roux;Paul;;;\n", direction, tout_ou_rien=True)) == (1, 0, 0, 0)


def test_tout_ou_rien_ne_laisse_rien_quand_l_ecriture_casse(direction, monkeypatch):
    lignes = "".join(f"Nom{chr(97 + n // 26)}{chr(97 + n % 26)};Éva;;;\n" for n in range(250))
    importation = deposer((TITRES_SIMPLES + lignes).encode(), nom="a.csv", par=direction)
    avant, ecrire, ecrits = Personne.objects.count(), ecriture._Lot.ecrire, []

    def casser_au_second_lot(lot):
        if ecrits:
            raise OSError("disque plein")
        ecrire(lot)
        ecrits.append(Personne.objects.count())

    monkeypatch.setattr(ecriture._Lot, "ecrire", casser_au_second_lot)
    with pytest.raises(OSError, match="disque"):
        importer(importation, par=direction, tout_ou_rien=True)
    assert ecrits == [avant + 200]
    assert Personne.objects.count() == avant


def test_le_meme_fichier_importe_deux_fois_ne_double_rien(direction):
    contenu = (
        "Nom;Prénom;Né le;Tél;Projet;Date contact;Inscrit le;Ressources;Orienté par\n"
        "Dupré;Éva;02/01/1980;0612345678;Cuisine;05/01/2026;20/01/2026;RSA;Pole emploi\nRoux;Paul;;;Jardin;;;;Asso Truc\n"
    )
    assert bilan(apporter(contenu, direction)) == (2, 0, 0, 0)
    avant = [m.objects.count() for m in (Personne, Contact, Suite)]
    assert bilan(apporter(contenu, direction)) == (0, 0, 2, 0)
    assert bilan(apporter(contenu.replace("0612345678", "0199001234"), direction)) == (0, 1, 1, 0)
    assert [m.objects.count() for m in (Personne, Contact, Suite)] == avant
    assert Personne.objects.get(nom="Dupré").telephone == "01 99 00 12 34"


def test_les_criteres_s_importent_en_liste_ou_en_oui_non_et_non_ne_coche_rien(ici, direction):
    titres = "Nom;Prénom;Né le;Statut;Critères;QPV;ZRR;RQTH;Prestations\n"
    contenu = titres + "Dupré;Éva;02/01/1980;inactive;Parent isolé, SDF;oui;non;oui;aucune\n"
    importation = apporter(contenu, direction)
    eva = Personne.objects.get(nom="Dupré")
    assert importation.remarques == [] and (eva.statut_entree, eva.rqth) == ("inactive", True)
    assert {c.code for c in eva.criteres.all()} == {"parent_isole", "sans_hebergement", "qpv"}
    assert [p.code for p in eva.prestations.all()] == ["aucun"]
    assert bilan(apporter(contenu, direction)) == (0, 0, 1, 0)
    suite = "Nom;Prénom;Né le;Critères;RQTH;Prestations\nDupré;Éva;02/01/1980;RSA, réfugié ou demandeur d’asile;non;RSA\n"
    importation = apporter(suite, direction)
    eva.refresh_from_db()
    assert ["RSA" in message for _, _, message in dites(importation)] == [True], "un critère qui se déduit ne se coche pas"
    assert {c.code for c in eva.criteres.all()} == {"parent_isole", "sans_hebergement", "qpv", "refugie"}
    assert [p.code for p in eva.prestations.all()] == ["rsa"], "« aucune » ne se dit plus de qui en a une"
    assert eva.rqth is False


def test_la_rqth_ne_s_importe_que_par_qui_lit_la_sante_et_ne_se_montre_pas(ici, direction):
    contenu = "Nom;Prénom;RQTH;Travailleur handicapé\nDupré;Éva;oui;non\n"
    dit = {c["entete"]: c["ecartee"] for c in deposer(contenu.encode(), nom="a.csv", par=ici.hab["qualite"]).colonnes}
    assert dit["RQTH"] == dit["Travailleur handicapé"] == "les données de santé ne s’importent pas"
    importation = deposer("Nom;Prénom;RQTH\nDupré;Éva;oui\n".encode(), nom="a.csv", par=direction)
    analyser(importation, par=direction)
    assert importation.colonnes[2]["champ"] == "rqth" and importation.colonnes[2]["exemples"] == []
    assert importation.apercu[0]["cellules"] == ["Dupré", "Éva", "…"]
    importer(importation, par=ici.hab["qualite"])
    assert Personne.objects.get(nom="Dupré").rqth is None


def test_une_cellule_vide_n_efface_rien_et_un_nom_aux_memes_mots_garde_son_ecriture(ici, direction):
    importation = apporter(TITRES_SIMPLES + "ZELIE;martinelle;28/02/1990;;X-9\n", direction)
    ici.personne.refresh_from_db()
    assert bilan(importation) == (0, 1, 0, 0)
    assert (ici.personne.nom, ici.personne.prenom, ici.personne.telephone) == ("Martinelle", "Zélie", "01 99 00 12 34")
    assert ici.personne.reference == "X-9"


def test_d_un_import_a_l_autre_tout_se_corrige_sauf_la_reference_du_dossier_et_l_ecriture_de_son_nom(ici, direction):
    titres = (
        "Réf;Nom;Prénom;Né le;Civilité;Tél;Portable;E-mail;Adresse;CP;Ville;Orienté par;Diplôme;Chômage;Statut;RQTH;Suivi par\n"
    )
    premier = (
        "A-1;Dupré-Roux;Éva;02/01/1980;Mme;0199001234;0612345678;a@b.fr;1 rue A;01000;Bourg;ML;CAP;18 mois;inactive;oui;cip ici\n"
    )
    second = "B-2;DUPRE ROUX;EVA;02/01/1980;M;0199001235;0612345679;c@d.fr;2 rue B;38000;Lyon;France Travail;BAC;3 mois;DE;non;"
    apporter(titres + premier, direction)
    eva = Personne.objects.pour(direction).get(reference="A-1")
    avant = model_to_dict(eva, ecriture.CHAMPS)
    assert all(avant.values()), "ce qui est vide ne se perd pas"
    assert bilan(apporter(titres + second + "direction ici\n", direction)) == (0, 1, 0, 0)
    eva.refresh_from_db()
    gardes = {champ for champ, valeur in model_to_dict(eva, ecriture.CHAMPS).items() if valeur == avant[champ]}
    assert gardes == {"reference", "nom", "prenom", "date_naissance"}


def test_renommer_par_la_reference_tient_la_recherche_a_jour(ici, direction):
    apporter(TITRES_SIMPLES + "Martinelle;Zélie;;;X-9\n", direction)
    assert bilan(apporter(TITRES_SIMPLES + "Dupré;Zélie;28/02/1990;;X-9\n", direction)) == (0, 1, 0, 0)
    assert list(Personne.objects.pour(direction).recherche("dupre")) == [ici.personne]
    assert not Personne.objects.pour(direction).recherche("martinelle").exists()


@pytest.mark.parametrize(
    ("lignes", "attendu", "dit"),
    [
        ("Dupré;Éva;02/01/1980;;\nDUPRE;eva;1980-01-02;0612345678;", (1, 0, 0, 0), "Déjà à la ligne 2"),
        ("Dupré;Éva;02/01/1980;;\nEVA;dupré;;0612345678;", (1, 0, 0, 0), "Déjà à la ligne 2"),
        ("Dupré;Éva;;;\nDupré;Éva;02/01/1980;;", (1, 0, 0, 0), "Déjà à la ligne 2"),
        ("Dupré;Éva;02/01/1980;;\nDupré;Éva;03/01/1980;;", (2, 0, 0, 0), "Mêmes nom et prénom qu’à la ligne 2"),
        ("Dupré;Éva;;;A\nDupré;Éva;;;B", (2, 0, 0, 0), "Mêmes nom et prénom qu’à la ligne 2"),
        ("Dupré;Éva;02/01/1980;;A\nDupré;Éva;02/01/1980;;B", (1, 0, 0, 0), "Déjà à la ligne 2"),
        (
            "Dupré;Éva;02/01/1980;;A\nDupré;Éva;03/01/1980;;A",
            (1, 0, 0, 1),
            "La référence « A » est déjà celle d’une autre personne",
        ),
        ("Dupré;Éva;;;A\nRoux;Paul;;;A", (1, 0, 0, 1), "La référence « A » est déjà celle d’une autre personne, à la ligne 2"),
        ("Dupré;Éva;1/1/80;;\nDupré;Éva;2/1/80;;\nDupré;Éva;;;", (2, 0, 0, 1), "ajouter la date de naissance"),
    ],
)
def test_la_meme_personne_deux_fois_dans_le_fichier(direction, lignes, attendu, dit):
    importation = apporter(TITRES_SIMPLES + lignes + "\n", direction)
    assert bilan(importation) == attendu
    assert dit in dites(importation)[-1][2]


def test_on_ne_tranche_pas_entre_deux_homonymes(ici, direction):
    Personne.objects.create(organisation=ici.organisation, nom="Martinelle", prenom="Zélie", date_naissance=date(1970, 1, 1))
    importation = apporter(TITRES_SIMPLES + "Martinelle;Zélie;;0612345678;\nMartinelle;Zélie;1/1/70;0612345678;\n", direction)
    assert bilan(importation) == (0, 1, 0, 1)
    assert dites(importation)[0][2] == "2 dossiers portent ce nom : ajouter la date de naissance pour dire lequel."


@pytest.mark.parametrize(
    ("titre", "cellule", "nom", "prenom", "sexe"),
    [
        ("Nom Prénom", "Mme DUPRÉ Éva", "Dupré", "Éva", "F"),
        ("Nom et prénom", "Éva DE LA TOUR", "De La Tour", "Éva", ""),
        ("Nom/Prénom", "Dupré Éva", "Dupré", "Éva", ""),
        ("Prénom Nom", "Éva Dupré", "Dupré", "Éva", ""),
        ("Candidat", '"Dupré, Éva"', "Dupré", "Éva", ""),
        ("Nom complet", "M. ROUX Jean-Paul", "Roux", "Jean-Paul", "H"),
    ],
)
def test_nom_et_prenom_dans_une_seule_cellule(direction, titre, cellule, nom, prenom, sexe):
    apporter(f"{titre};Ville\n{cellule};Lyon\n", direction)
    personne = Personne.objects.get(commune="Lyon")
    assert (personne.nom, personne.prenom, personne.sexe) == (nom, prenom, sexe)


def test_securite_sociale_sante_et_justice_ne_sont_jamais_lues(direction):
    contenu = (
        "Nom;Prénom;N° SS;Handicap;Casier judiciaire;Code;Projet\n"
        "Dupré;Éva;280029912345678;oui;vierge;2 80 02 99 123 456 78;Rappeler, NIR 2800299123456\n"
    )
    importation = deposer(contenu.encode(), nom="a.csv", par=direction)
    assert {c["entete"]: c["ecartee"] for c in importation.colonnes if c["ecartee"]} == {
        "N° SS": "le numéro de sécurité sociale n’est jamais gardé",
        "Handicap": "les données de santé ne s’importent pas",
        "Casier judiciaire": "les faits de justice ne s’importent pas",
        "Code": "le numéro de sécurité sociale n’est jamais gardé",
    }
    regler(
        importation, correspondance=dict(enumerate(["nom", "prenom", "reference", "adresse", "commune", "courriel", "demande"]))
    )
    analyser(importation, par=direction)
    importer(importation, par=direction)
    eva = Personne.objects.get(nom="Dupré")
    assert (eva.reference, eva.adresse, eva.commune, eva.courriel) == ("", "", "", "")
    assert eva.contacts.get().demande == "Rappeler, NIR …"
    assert "280029" not in str([c["exemples"] for c in importation.colonnes])


def test_ce_qui_n_est_pas_reconnu_se_garde_ou_se_laisse_et_se_dit(direction):
    importation = apporter(
        "Nom;Prénom;Prescripteur;Diplôme;Référent;Sexe\nDupré;Éva;Le voisin;Sagesse;Madame Personne;?!\n", direction
    )
    assert bilan(importation) == (1, 0, 0, 0)
    assert [c for _, c, _ in dites(importation, "attention")] == ["Prescripteur", "Diplôme", "Référent"]
    contact = Personne.objects.get(nom="Dupré").contacts.get()
    assert (contact.prescripteur.code, contact.prescripteur_precision) == ("non_connu", "Le voisin")


def test_l_import_ne_voit_ni_ne_touche_une_autre_structure(ici, ailleurs, direction):
    reference = ailleurs.personne.reference = "Z-1"
    ailleurs.personne.save()
    avant = Personne.objects.filter(organisation=ailleurs.organisation).values().get()
    contenu = f"Nom;Prénom;Né le;Commune;Référence;Référent\nZzyzxa;Zélie;28/02/1990;Lyon;{reference};cip@ailleurs.example\n"
    importation = apporter(contenu, direction)
    assert bilan(importation) == (1, 0, 0, 0)
    assert Personne.objects.filter(organisation=ailleurs.organisation).values().get() == avant
    assert Personne.objects.pour(direction).get(nom="Zzyzxa").referent is None
    assert importation not in Importation.objects.pour(ailleurs.hab["direction"])
    assert not Importation.objects.pour(ici.hab["cip"]).exists()


def test_l_apercu_n_ecrit_rien_et_annonce_ce_qui_sera_fait(direction):
    avant = Personne.objects.count()
    importation = deposer(
        (TITRES_SIMPLES + "Dupré;Éva;;;\nMartinelle;Zélie;;;X\nRoux;;;;\n").encode(), nom="a.csv", par=direction
    )
    lancer_lecture(importation, correspondance=importation.correspondance, par=direction)
    importation.refresh_from_db()
    assert importation.etat == "analyse"
    assert bilan(importation) == (1, 1, 0, 1)
    assert [(ligne["ligne"], ligne["sort"]) for ligne in importation.apercu] == [(2, "creee"), (3, "modifiee"), (4, "refusee")]
    assert Personne.objects.count() == avant
    lancer_import(importation, par=direction)
    importation.refresh_from_db()
    assert importation.etat == "termine"
    assert bilan(importation) == (1, 1, 0, 1)
    with pytest.raises(GesteImpossible):
        lancer_import(importation, par=direction)


def test_le_fichier_et_ses_exemples_disparaissent_une_fois_l_import_fait(direction, fichiers):
    importation = apporter(TITRES_SIMPLES + "Dupré;Éva;;;\n", direction)
    importation.refresh_from_db()
    assert [p for p in fichiers.rglob("*") if p.is_file()] == []
    assert importation.apercu == []
    assert "Dupré" not in str(importation.colonnes)


def test_abandonner_efface_tout(direction, fichiers):
    importation = deposer((TITRES_SIMPLES + "Dupré;Éva;;;\n").encode(), nom="a.csv", par=direction)
    numero = importation.pk
    abandonner(importation)
    assert not Importation.objects.filter(pk=numero).exists()
    assert [p for p in fichiers.rglob("*") if p.is_file()] == []


def test_les_valeurs_refusees_s_oublient_apres_trente_jours(direction):
    importation = apporter(TITRES_SIMPLES + "Dupré;Éva;31/02/1980;;\n", direction)
    oublier.call()
    importation.refresh_from_db()
    assert importation.remarques
    Importation.objects.update(cree_le="2020-01-01T00:00Z")
    oublier.call()
    importation.refresh_from_db()
    assert (importation.remarques, importation.refusees) == ([], 1)


def test_oublier_ne_recrit_pas_ou_en_est_un_import_en_route(direction, monkeypatch):
    importation = apporter(TITRES_SIMPLES + "Dupré;Éva;31/02/1980;;\n", direction)
    Importation.objects.update(cree_le="2020-01-01T00:00Z", etat="en_cours", traitees=0)
    sans_exemple = gestes._sans_exemple

    def pendant_qu_il_avance(*args):
        Importation.objects.update(etat="termine", traitees=7)
        sans_exemple(*args)

    monkeypatch.setattr(gestes, "_sans_exemple", pendant_qu_il_avance)
    oublier.call()
    importation.refresh_from_db()
    assert (importation.etat, importation.traitees, importation.remarques, importation.apercu) == ("termine", 7, [], [])


def test_un_import_interrompu_le_dit_et_se_relance(direction):
    importation = deposer((TITRES_SIMPLES + "Dupré;Éva;;;\n").encode(), nom="a.csv", par=direction)
    Path(importation.fichier.path).write_bytes(b"")
    lancer_lecture(importation, correspondance=importation.correspondance, par=direction)
    importation.refresh_from_db()
    assert importation.etat == "echec"
    assert "rien ne sera doublé" in importation.message


def test_la_base_des_taches_ne_garde_pas_le_message_d_une_erreur_qui_citerait_quelqu_un(direction):
    importation = deposer((TITRES_SIMPLES + "Dupré;Éva;;;\n").encode(), nom="a.csv", par=direction)

    def tomber(importation, par):
        raise ValueError("Dupré Éva")

    with pytest.raises(GesteImpossible) as erreur:
        _en_tache(importation.pk, direction.pk, tomber)
    assert "Dupré" not in "".join(traceback.format_exception(erreur.value))


def test_deux_colonnes_ne_donnent_pas_la_meme_information_et_il_faut_un_nom(direction):
    importation = deposer((TITRES_SIMPLES + "Dupré;Éva;;;\n").encode(), nom="a.csv", par=direction)
    with pytest.raises(GesteImpossible, match="Deux colonnes"):
        regler(importation, correspondance={0: "nom", 1: "prenom", 2: "nom"})
    with pytest.raises(GesteImpossible, match="nom et le prénom"):
        regler(importation, correspondance={0: "nom"})
    with pytest.raises(FichierIllisible):
        deposer(b"%PDF-1.4", nom="a.csv", par=direction)


def test_le_rapport_dit_chaque_ligne(direction):
    importation = apporter(TITRES_SIMPLES + "Dupré;Éva;31/02/1980;061;\n\nRoux;Paul;;;\n", direction)
    lignes = list(lignes_du_rapport(importation))
    assert [(n, sort, colonne) for n, sort, _, colonne, _, _ in lignes] == [
        (2, "Écartée", "Né le"),
        (2, "Écartée", "Téléphone"),
        (4, "Dossier créé", ""),
    ]
    assert all(len(ligne) == len(TITRES) for ligne in lignes)


def test_le_modele_a_remplir_s_importe_tel_quel(direction):
    importation = apporter(modele(colonnes_de_personne(direction), "Personnes"), direction, nom="modele.xlsx")
    assert (bilan(importation), importation.remarques) == ((1, 0, 0, 0), [])


def test_le_nombre_de_requetes_par_lot_ne_depend_pas_du_nombre_de_lignes(direction, django_assert_max_num_queries):
    lettres = "abcdefghijklmnopqrst"
    lignes = "".join(f"Nom{a}{b};Éva;1/1/80;0612345678;{a}{b}\n" for a in lettres[:10] for b in lettres)
    importation = deposer((TITRES_SIMPLES + lignes).encode(), nom="a.csv", par=direction)
    with django_assert_max_num_queries(30):
        importer(importation, par=direction)
    assert importation.creees == 200


def test_la_reference_d_une_autre_structure_ne_gene_pas_la_mienne(ailleurs, direction):
    Personne.objects.filter(pk=ailleurs.personne.pk).update(reference="Z-1")
    importation = apporter("Nom;Prénom;Né le;Référence\nDupré;Éva;1/1/80;Z-1\n", direction)
    assert (bilan(importation), importation.remarques) == ((1, 0, 0, 0), [])
