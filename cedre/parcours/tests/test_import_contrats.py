"""Importer des contrats et des PASS IAE : les règles de l'écran, jamais doublés, l'écran l'emporte (issue 3 §5)."""

import io
from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from cedre.comptes.models import Trace
from cedre.conftest import terme
from cedre.core.exports import en_xlsx
from cedre.core.refus import GesteImpossible
from cedre.parcours.forms.importation import ImportForm
from cedre.parcours.importation.contrats import colonnes_de_contrat
from cedre.parcours.importation.rapport import lignes_du_rapport, modele
from cedre.parcours.models import Contrat, Personne
from cedre.parcours.operations import import_contrats
from cedre.parcours.operations import importation as importations
from cedre.parcours.operations.importation import analyser, deposer, importer
from cedre.parcours.tests import imports
from cedre.parcours.tests.imports import bilan, dites

TITRES = "Nom;Prénom;Né le;Type de contrat;Date de début;Date de fin;Heures hebdo\n"
LIGNE = "MARTINELLE;zelie;28/02/1990;CDD d'insertion;02/03/2026;30/06/2026;26h\n"
apporter = partial(imports.apporter, sorte="contrats")
pytestmark = pytest.mark.usefixtures("fichiers", "en_mars")


@pytest.fixture
def direction(ici):
    """Au nom de qui l'on importe, dans un chantier : un contrat à la fois."""
    ici.organisation.type_siae = "ACI"
    ici.organisation.save()
    return ici.hab["direction"]


def test_une_ligne_complete_signe_le_contrat_note_le_pass_et_fait_entrer_en_parcours(ici, direction):
    importation = apporter(
        "Matricule;Nom et prénom;N° PASS IAE;Pass du;Contrat;Embauche;Terme;H/sem;Taux horaire;Date de rupture;Motif\n"
        "X9;Mme MARTINELLE Zélie;9999 9123 4567;01/03/2026;CDDI;2026-03-02;30 juin 2026;26,5;12,02 €/h;15/03/2026;démission\n",
        direction,
    )
    assert (dites(importation), bilan(importation)) == ([], (1, 0, 0, 0))
    contrat = ici.personne.contrats.get()
    assert (contrat.nature.code, contrat.debut, contrat.fin_prevue) == ("cddi", date(2026, 3, 2), date(2026, 6, 30))
    assert (contrat.heures_hebdo, contrat.rompu_le, contrat.motif_rupture.code) == (
        Decimal("26.5"),
        date(2026, 3, 15),
        "demission",
    )
    assert (contrat.fin, contrat.remuneration_horaire) == (date(2026, 3, 15), Decimal("12.02"))
    passe = ici.personne.pass_iae.get()
    assert (passe.numero, passe.debut, passe.fin) == ("999991234567", date(2026, 3, 1), date(2028, 2, 28))
    ici.personne.refresh_from_db()
    assert (ici.personne.phase, ici.personne.phase_depuis) == ("parcours", date(2026, 3, 2))
    gestes = Trace.objects.du_dossier(ici.personne.pk).filter(geste="creer").values_list("objet", flat=True)
    assert set(gestes) == {"contrat de travail", "PASS IAE"}
    assert Trace.objects.filter(geste="importer").count() == 1


@pytest.mark.parametrize("codage", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separateur", [";", ","])
def test_tel_que_le_fichier_vient(ici, direction, codage, separateur):
    contenu = f"\n{TITRES}\n;;;;;;\n{LIGNE}".replace(";", separateur)
    assert bilan(apporter(contenu.encode(codage), direction)) == (1, 0, 0, 0)
    assert ici.personne.contrats.get().heures_hebdo == 26


def test_un_classeur_avec_de_vraies_dates(ici, direction):
    contenu = en_xlsx(
        ["Début", "Fin", "Prénom", "Nom", "Nature", "Rien à voir"],
        [[date(2026, 3, 2), date(2026, 6, 30), "Zélie", "Martinelle", "CDDI", "x"]],
        "Contrats",
    )
    assert bilan(apporter(contenu, direction, nom="c.xlsx")) == (1, 0, 0, 0)
    assert ici.personne.contrats.get().fin_prevue == date(2026, 6, 30)


def test_le_modele_a_remplir_se_lit_en_entier(ici, direction):
    colonnes = colonnes_de_contrat(direction)
    importation = deposer(modele(colonnes, "Contrats"), nom="m.xlsx", sorte="contrats", par=direction)
    assert {c["champ"] for c in importation.colonnes} == {c.nom for c in colonnes} - {"nom_prenom", "prenom_nom"}


@pytest.mark.parametrize(
    "ligne, colonne, dit",
    [
        ("Martinelle;Zélie;;CDDI;31/02/2026;30/06/2026;", "Date de début", "n’a que 28 jours"),
        ("Martinelle;Zélie;;CDDI;02/03/2026;;", "Date de fin", "Ce contrat a un dernier jour"),
        ("Martinelle;Zélie;;CDDI;02/03/2026;01/03/2026;", "", "avant le premier"),
        ("Martinelle;Zélie;;CDDI;02/03/2926;30/06/2026;", "Date de début", "trop tardive"),
        ("Martinelle;Zélie;;CDI;02/03/2026;30/06/2026;", "Date de fin", "Un CDI n’a pas de dernier jour"),
        ("Martinelle;Zélie;;Bénévolat;02/03/2026;30/06/2026;", "Type de contrat", "n’est pas reconnu ; on accepte : CDD"),
        ("Martinelle;Zélie;;CDDU;02/03/2026;30/06/2026;", "Type de contrat", "n’est pas reconnu"),  # réservé aux AI
        ("Martinelle;Zélie;;CDDI;02/03/2026;30/06/2026;60", "Heures hebdo", "48"),
        ("Martinelle;Zélie;;CDDI;02/03/2026;30/06/2026;plein", "Heures hebdo", "nombre d’heures"),
        ("Martinelle;Zélie;;;02/03/2026;30/06/2026;", "Type de contrat", "à remplir"),
        ("Inconnue;Zoé;;CDDI;02/03/2026;30/06/2026;", "", "importez d’abord la personne"),
        ("Zzyzxa;Zélie;;CDDI;02/03/2026;30/06/2026;", "", "importez d’abord la personne"),  # elle est d'ailleurs
        (";;;CDDI;02/03/2026;30/06/2026;", "", "Il manque de qui est ce contrat"),
        ("Jumelle;Ada;;CDDI;02/03/2026;30/06/2026;", "", "2 dossiers portent ce nom : ajouter la date de naissance"),
    ],
)
def test_une_erreur_se_dit_a_sa_ligne_et_les_autres_entrent(ici, ailleurs, direction, ligne, colonne, dit):
    for annee in (1980, 1990):
        Personne.objects.create(organisation=ici.organisation, nom="Jumelle", prenom="Ada", date_naissance=date(annee, 1, 1))
    importation = apporter(f"{TITRES}{ligne}\nJUMELLE;ada;01/01/1980;CDDI;02/03/2026;30/06/2026;26\n", direction)
    assert bilan(importation) == (1, 0, 0, 1)
    (remarque,) = importation.remarques
    assert (remarque["ligne"], remarque["colonne"]) == (2, colonne)
    assert dit in remarque["message"].replace("\u00a0", " ")
    assert Contrat.objects.get().personne.date_naissance.year == 1980


def test_l_apercu_dit_les_refus_de_l_ecran_sans_rien_ecrire(ici, direction):
    contenu = TITRES + LIGNE + "Martinelle;Zélie;;CDDI;01/06/2026;31/08/2026;26\n"
    importation = deposer(contenu.encode(), nom="c.csv", sorte="contrats", par=direction)
    analyser(importation, par=direction)
    ((ligne, colonne, message),) = dites(importation)
    assert (ligne, colonne) == (3, "Date de début") and "Un autre contrat" in message
    assert importation.lignes == [[2, "creee"], [3, "refusee"]] or importation.lignes == [(2, "creee"), (3, "refusee")]
    assert not Contrat.objects.exists()
    assert not Trace.objects.filter(objet="contrat de travail").exists()
    ici.personne.refresh_from_db()
    assert ici.personne.phase == "pre_accueil"
    importer(importation, par=direction)
    assert (bilan(importation), Contrat.objects.count()) == ((1, 0, 0, 1), 1)
    assert [ligne[1] for ligne in lignes_du_rapport(importation)] == ["Contrat créé", "Écartée"]


def test_tout_ou_rien(ici, direction):
    contenu = TITRES + LIGNE + "Martinelle;Zélie;;CDDI;01/06/2026;31/08/2026;26\n"
    with pytest.raises(GesteImpossible, match="rien n’a été importé"):
        apporter(contenu, direction, tout_ou_rien=True)
    assert not Contrat.objects.exists()
    assert bilan(apporter(TITRES + LIGNE, direction, tout_ou_rien=True)) == (1, 0, 0, 0)


def test_en_ai_les_missions_se_cumulent_comme_a_l_ecran(ici):
    contenu = TITRES + LIGNE.replace("CDD d'insertion", "CDDU") + "Martinelle;Zélie;;CDDU;01/06/2026;31/08/2026;26\n"
    assert bilan(apporter(contenu, ici.hab["direction"])) == (2, 0, 0, 0)


def test_en_ai_deux_missions_du_meme_premier_jour_restent_deux(ici):
    usage = LIGNE.replace("CDD d'insertion", "CDDU")
    courte, longue = usage.replace("30/06/2026", "06/03/2026"), usage.replace("26h", "4h")
    par = ici.hab["direction"]
    assert bilan(apporter(TITRES + courte, par)) == (1, 0, 0, 0)
    premiere = Contrat.objects.get()
    # la nouvelle vient d'abord : elle ne prend pas la place de celle que la suite du fichier désigne
    assert bilan(apporter(TITRES + longue + courte, par)) == (1, 0, 1, 0)
    assert bilan(apporter(TITRES + courte + longue, par)) == (0, 0, 2, 0)
    premiere.refresh_from_db()
    assert (premiere.fin_prevue, premiere.heures_hebdo) == (date(2026, 3, 6), Decimal("26"))
    importation = apporter(TITRES + longue.replace("4h", "7h") + courte, par)  # celle qui reste est la seule qui ait changé
    assert bilan(importation) == (0, 1, 1, 0)
    assert sorted(Contrat.objects.values_list("heures_hebdo", flat=True)) == [Decimal("7"), Decimal("26")]


def test_reimporter_le_meme_fichier_ne_double_rien_et_suit_le_fichier(ici, direction):
    titres = TITRES.replace("\n", ";PASS;Début pass;Fin pass\n")
    ligne = LIGNE.replace("\n", ";999991234567;01/03/2026;28/02/2028\n")
    apporter(titres + ligne, direction)
    traces = Trace.objects.filter(objet="contrat de travail").count()
    assert bilan(apporter(titres + ligne, direction)) == (0, 0, 1, 0)
    assert Trace.objects.filter(objet="contrat de travail").count() == traces
    importation = apporter(titres + ligne.replace("30/06/2026", "31/07/2026").replace("28/02/2028", "28/02/2029"), direction)
    assert (bilan(importation), dites(importation)) == ((0, 1, 0, 0), [])
    assert ici.personne.contrats.get().fin_prevue == date(2026, 7, 31)
    assert ici.personne.pass_iae.get().fin == date(2029, 2, 28)


def test_ce_que_l_ecran_a_corrige_depuis_est_garde_et_le_rapport_le_dit(ici, direction):
    titres = TITRES.replace("\n", ";PASS;Début pass\n")
    ligne = LIGNE.replace("\n", ";999991234567;01/03/2026\n")
    apporter(titres + ligne, direction)
    contrat, passe = ici.personne.contrats.get(), ici.personne.pass_iae.get()
    contrat.debut, contrat.fin_prevue, contrat.heures_hebdo = date(2026, 3, 9), date(2026, 9, 30), None
    contrat.save()
    passe.numero = "AAAAA1234567"
    passe.save()
    importation = apporter(titres + ligne.replace("30/06/2026", "31/07/2026"), direction)
    assert (bilan(importation), [(r["colonne"], r["gravite"]) for r in importation.remarques]) == (
        (0, 0, 1, 0),
        [(c, "attention") for c in ("Date de début", "Date de fin", "Heures hebdo", "PASS")],
    )
    assert "30/09/2026" in importation.remarques[1]["message"]
    contrat, passe = ici.personne.contrats.get(), ici.personne.pass_iae.get()
    assert (contrat.debut, contrat.fin_prevue, contrat.heures_hebdo) == (date(2026, 3, 9), date(2026, 9, 30), None)
    assert passe.numero == "AAAAA1234567"


def test_un_contrat_saisi_a_l_ecran_est_complete_jamais_reecrit(ici, direction):
    Contrat.objects.create(
        personne=ici.personne, nature=terme("nature_contrat", "cdd"), debut=date(2026, 3, 2), fin_prevue=date(2026, 5, 31)
    )
    importation = apporter(TITRES + LIGNE, direction)
    assert (bilan(importation), [r["colonne"] for r in importation.remarques]) == (
        (0, 1, 0, 0),
        ["Type de contrat", "Date de fin"],
    )
    contrat = ici.personne.contrats.get()
    assert (contrat.nature.code, contrat.fin_prevue, contrat.heures_hebdo) == ("cdd", date(2026, 5, 31), 26)


def test_une_rupture_qui_arrive_par_le_fichier_est_une_rupture(ici, direction):
    apporter(TITRES + LIGNE, direction)
    titres, ligne = TITRES.replace("\n", ";Rupture;Motif\n"), LIGNE.replace("\n", ";10/03/2026;Commun accord\n")
    assert bilan(apporter(titres + ligne, direction)) == (0, 1, 0, 0)
    assert ici.personne.contrats.get().fin == date(2026, 3, 10)
    assert Trace.objects.filter(objet="contrat de travail", detail="rupture").exists()
    for fautive in (";10/03/2026;\n", ";01/01/2026;Démission\n"):
        Contrat.objects.all().delete()
        assert bilan(apporter(titres + LIGNE.replace("\n", fautive), direction)) == (0, 0, 0, 1)


def test_deux_lignes_du_meme_contrat_n_en_font_qu_un_sauf_si_elles_se_contredisent(ici, direction):
    importation = apporter(TITRES + LIGNE.replace("26h", "") + LIGNE.replace("MARTINELLE", "Martinelle"), direction)
    assert bilan(importation) == (1, 0, 0, 0) and "Déjà à la ligne 2" in importation.remarques[0]["message"]
    assert ici.personne.contrats.get().heures_hebdo == 26, "la seconde ligne complète la première"
    importation = apporter(TITRES + LIGNE + LIGNE.replace("30/06", "31/07"), direction)
    assert bilan(importation) == (0, 0, 1, 1)
    assert "« Date de fin » dit autre chose" in importation.remarques[0]["message"]


def test_un_pass_sans_premier_jour_n_empeche_pas_le_contrat(ici, direction):
    importation = apporter(TITRES.replace("\n", ";PASS\n") + LIGNE.replace("\n", ";999991234567\n"), direction)
    assert bilan(importation) == (1, 0, 0, 0) and "n’est pas noté" in importation.remarques[0]["message"]
    assert not ici.personne.pass_iae.exists()
    importation = apporter(TITRES.replace("\n", ";PASS;Pass du\n") + LIGNE.replace("\n", ";12;01/03/2026\n"), direction)
    assert importation.remarques[0]["colonne"] == "PASS" and "douze" in importation.remarques[0]["message"]


def test_une_rupture_et_une_correction_d_une_meme_ligne_sont_deux_gestes(ici, direction):
    apporter(TITRES + LIGNE, direction)
    titres, ligne = TITRES.replace("\n", ";Rupture;Motif\n"), LIGNE.replace("26h", "20h").replace("\n", ";10/03/2026;Démission\n")
    apporter(titres + ligne, direction)
    contrat = ici.personne.contrats.get()
    assert (contrat.heures_hebdo, contrat.rompu_le, contrat.motif_rupture.code) == (20, date(2026, 3, 10), "demission")
    details = Trace.objects.filter(objet="contrat de travail", geste="modifier").order_by("pk").values_list("detail", flat=True)
    assert list(details) == ["correction : heures par semaine", "rupture"]
    apporter(titres + ligne.replace("10/03/2026", "11/03/2026"), direction)  # déjà rompu : c'est une correction
    assert ici.personne.contrats.get().fin == date(2026, 3, 11)
    assert Trace.objects.filter(objet="contrat de travail", detail="rupture").count() == 1


@pytest.mark.parametrize(
    ("dit", "trouve"),
    [
        ({"numero": "888881234567"}, "888881234567"),  # le sien, par son numéro
        ({"debut": date(2024, 1, 1)}, "888881234567"),  # sinon par son premier jour
        ({"debut": date(2024, 1, 2)}, None),
        ({"fin": date(2027, 12, 31)}, "999991234567"),  # sinon le dernier
        ({"numero": "777771234567", "debut": date(2024, 1, 1)}, None),  # un autre numéro est un autre PASS
        ({"numero": "888881234567", "debut": date(2024, 3, 1)}, "888881234567"),
    ],
)
def test_de_deux_pass_le_fichier_designe_celui_de_son_numero_sinon_de_son_premier_jour_sinon_le_dernier(ici, dit, trouve):
    for numero, debut in (("888881234567", date(2024, 1, 1)), ("999991234567", date(2024, 3, 1))):
        ici.personne.pass_iae.create(numero=numero, debut=debut, fin=date(2026, 6, 30))
    passe = import_contrats._Ecriture(None, ici.personne, ici.hab["direction"], set())._le_pass(dit)
    assert (passe and passe.numero) == trouve


def test_un_dossier_anonyme_depuis_la_lecture_ne_recoit_plus_de_contrat(ici, direction, monkeypatch):
    importation = deposer((TITRES + LIGNE).encode(), nom="c.csv", sorte="contrats", par=direction)
    lues = importations.CHAINES["contrats"].lire

    def lire_puis_anonymiser(*args, **options):
        lecture = lues(*args, **options)
        Personne.objects.filter(pk=ici.personne.pk).update(anonymisee_le=date(2026, 3, 18))
        return lecture

    monkeypatch.setitem(importations.CHAINES, "contrats", importations.CHAINES["contrats"]._replace(lire=lire_puis_anonymiser))
    analyser(importation, par=direction)
    assert (bilan(importation), dites(importation)) == ((0, 0, 0, 1), [(2, "", "Ce dossier n’existe plus.")])


def test_un_numero_de_pass_se_recopie_comme_il_vient(ici, direction):
    ligne = LIGNE.replace("\n", ";aaaaa 1234 567;01/03/2026\n")
    apporter(TITRES.replace("\n", ";PASS;Pass du\n") + ligne, direction)
    assert ici.personne.pass_iae.get().numero == "AAAAA1234567"


def test_entre_deux_homonymes_la_reference_tranche_et_celle_d_une_autre_personne_se_refuse(ici, direction):
    for reference in ("A-1", "B-2"):
        Personne.objects.create(organisation=ici.organisation, nom="Dupré", prenom="Éva", reference=reference)
    titres = "Référence;Nom;Prénom;Type de contrat;Date de début;Date de fin\n"
    suite = ";CDD d'insertion;02/03/2026;30/06/2026\n"
    importation = apporter(f"{titres}B-2;Dupré;Éva{suite}A-1;Martinelle;Zélie{suite}", direction)
    assert Contrat.objects.get(personne__nom="Dupré").personne.reference == "B-2"
    assert bilan(importation) == (1, 0, 0, 1) and "est déjà celle d’une autre personne" in dites(importation)[0][2]


def test_par_la_reference_seule(ici, direction):
    ici.personne.reference = "A-1"
    ici.personne.save()
    titres = "Référence;Nature;Début;Fin\n"
    importation = apporter(titres + "A-1;CDDI;02/03/2026;30/06/2026\nB-2;CDDI;02/03/2026;30/06/2026\n", direction)
    assert bilan(importation) == (1, 0, 0, 1)
    assert "Aucun dossier ne porte la référence « B-2 »" in importation.remarques[0]["message"]


def test_a_l_ecran_seul_qui_tient_les_contrats_les_importe(ici, direction):
    fichier = {"sorte": "contrats", "fichier": SimpleUploadedFile("c.csv", (TITRES + LIGNE).encode())}
    reponse = ici.client("qualite").post("/importations/", fichier)
    assert "sorte" in reponse.context["form"].errors
    fichier["fichier"].seek(0)
    navigateur = ici.client("direction")
    adresse = navigateur.post("/importations/", fichier).url
    assert ici.client("qualite").get(adresse).status_code == 404
    page = navigateur.get(adresse)
    champs = {nom: champ.initial for nom, champ in page.context["form"].fields.items()}
    une = navigateur.post(adresse, champs).url
    assert "contrats à créer" in navigateur.get(une).content.decode()
    navigateur.post(f"{une}importer")
    assert "contrats créés" in navigateur.get(une).content.decode()
    assert ici.personne.contrats.count() == 1
    assert navigateur.post(f"{une}rapport.xlsx").content.startswith(b"PK")
    assert ici.client("qualite").get("/importations/modele-contrats").status_code == 404


def test_on_propose_des_personnes_et_des_contrats_a_qui_en_tient(ici):
    sortes = {role: ImportForm(habilitation=ici.hab[role])["sorte"] for role in ("direction", "qualite")}
    assert [sortes[role].initial for role in sortes] == ["personnes", "personnes"]
    assert [c[0] for c in sortes["direction"].field.choices] == ["personnes", "contrats"]
    assert [c[0] for c in sortes["qualite"].field.choices] == ["personnes"] and sortes["qualite"].is_hidden


def test_sans_les_colonnes_qu_il_faut_on_ne_va_pas_plus_loin(ici, direction):
    importation = deposer(b"Nom;Nature\nMartinelle;CDDI\n", nom="c.csv", sorte="contrats", par=direction)
    reponse = ici.client("direction").post(f"/importations/{importation.pk}/colonnes", {"colonne_0": "nom"})
    assert "la nature et le début du contrat" in reponse.content.decode().replace("\u00a0", " ")


@pytest.mark.parametrize("options, ecrits", [(["--apercu"], 0), ([], 1)])
def test_depuis_un_terminal(ici, direction, tmp_path, options, ecrits):
    fichier, sortie, erreurs = tmp_path / "c.csv", io.StringIO(), io.StringIO()
    fichier.write_text(TITRES + LIGNE + "Inconnue;Zoé;;CDDI;02/03/2026;30/06/2026;\n", encoding="cp1252")
    with pytest.raises(CommandError, match="1 ligne"):
        call_command("importer", fichier, "--contrats", *options, structure="ici", stdout=sortie, stderr=erreurs)
    assert "créés : 1 contrats" in sortie.getvalue()
    assert "erreur ligne 3 : Aucun dossier" in erreurs.getvalue()
    assert Contrat.objects.count() == ecrits
