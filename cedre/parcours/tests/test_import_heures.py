"""Importer des heures : toutes les lignes du fichier ou aucune (INS-4)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.conftest import embaucher
from cedre.core.cellules import Invalide
from cedre.core.exports import en_xlsx
from cedre.core.periodes import Periode
from cedre.parcours.importation.heures import periode
from cedre.parcours.models import Heures, MiseEnSituation, Personne
from cedre.tests.ecran import dits

TITRES = "Nom;Prénom;Client;Date;Heures"
pytestmark = pytest.mark.usefixtures("en_mars")


@pytest.fixture
def mets(ici):
    ligne = embaucher(ici).mise_en_situation
    ligne.heures.all().delete()
    return ligne


@pytest.fixture
def mad(ici):
    return ici.client("mad")


def deposer(client, *lignes, titres=TITRES, contenu=None):
    contenu = contenu or "\n".join([titres, *lignes]).encode()
    fichier = SimpleUploadedFile("heures.csv", contenu)
    return client.post(reverse("parcours:heures_importer"), {"fichier": fichier})


def confirmer(client, lecture):
    return client.post(reverse("parcours:heures_importer_confirmer"), {"lecture": lecture.scellee})


def faites(mets):
    return {h.le: h.heures for h in mets.heures.all()}


@pytest.mark.parametrize(
    "cellule, du, au",
    [
        ("12/2026", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-01", date(2026, 1, 1), date(2026, 1, 31)),
        ("2000-01", date(2000, 1, 1), date(2000, 1, 31)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("02/2026", date(2026, 2, 1), date(2026, 2, 28)),
        ("février 2026", date(2026, 2, 1), date(2026, 2, 28)),
        ("01/03/2026", date(2026, 3, 1), date(2026, 3, 1)),
        (date(2026, 3, 4), date(2026, 3, 2), date(2026, 3, 8)),
    ],
)
def test_une_cellule_dit_un_mois_ou_la_semaine_d_une_date(cellule, du, au):
    assert periode(cellule) == Periode(du, au)


@pytest.mark.parametrize("cellule", ["13/2026", "0/2026", "1999-12", "truc 2026"])
def test_une_date_qui_n_en_est_pas_une_se_refuse(cellule):
    with pytest.raises(Invalide):
        periode(cellule)


def test_les_lignes_d_une_semaine_s_ajoutent_et_rien_ne_s_ecrit_avant_de_confirmer(mets, mad):
    lignes = ["MARTINELLE;zelie;client ici;02/03/2026;7,5", "Martinelle;Zélie;Client ici;06/03/2026;7h"]
    lecture = deposer(mad, *lignes).context["lecture"]
    assert (lecture.remarques, faites(mets)) == ([], {})
    reponse = confirmer(mad, lecture)
    assert (reponse.url, dits(reponse)) == (reverse("parcours:heures"), ["Les heures du fichier sont enregistrées."])
    assert faites(mets) == {date(2026, 3, 2): Decimal("14.5")}
    assert Trace.objects.filter(geste="importer").count() == 1


def test_un_classeur_et_un_mois_entier(mets, mad):
    contenu = en_xlsx(["Nom", "Prénom", "Mois", "Heures"], [["Martinelle", "Zélie", "2026-03", 60.5]], "Heures")
    confirmer(mad, deposer(mad, contenu=contenu).context["lecture"])
    assert faites(mets) == {date(2026, 3, 1): Decimal("60.5")}


def test_reimporter_le_meme_fichier_n_ajoute_rien(mets, mad):
    for _ in range(2):
        confirmer(mad, deposer(mad, "Martinelle;Zélie;;02/03/2026;7,5").context["lecture"])
    assert faites(mets) == {date(2026, 3, 2): Decimal("7.5")}


@pytest.mark.parametrize(
    "ligne, dit",
    [
        ("Inconnu;Zoé;;02/03/2026;7", "Aucun dossier ne porte le nom « Inconnu Zoé »."),
        (";;;02/03/2026;7", "Il manque de qui sont ces heures : une référence, ou le nom et le prénom."),
        ("Martinelle;Zélie;Autre client;02/03/2026;7", "Aucune mise en situation de cette personne à cet endroit."),
        ("Martinelle;Zélie;;02/01/2026;7", "La mise en situation commence le 16/02/2026."),
        ("Martinelle;Zélie;;02/03/2026;sept", "« sept » n’est pas un nombre d’heures : écrire 7,5 ou 7h30."),
        ("Martinelle;Zélie;;02/03/2026;", "Heures : à remplir."),
        ("Martinelle;Zélie;;02/03/2026;75", "Plus de 60 heures dans la semaine."),
        ("Martinelle;Zélie;;25/03/2026;7", "25/03/2026 : date trop tardive, le 18/03/2026 au plus."),
        ("Martinelle;Zélie;;2026-03;7", "Ce mois est dit deux fois : par un total et par des dates."),
    ],
)
def test_une_seule_erreur_se_dit_a_sa_ligne_et_rien_ne_s_importe(mets, mad, ligne, dit):
    reponse = deposer(mad, "Martinelle;Zélie;;09/03/2026;7", ligne)
    (remarque,) = reponse.context["lecture"].remarques
    assert (remarque.ligne, remarque.message) == (3, dit)
    assert "Enregistrer ces heures" not in reponse.content.decode()


def test_deux_mises_en_situation_a_la_meme_date_demandent_le_lieu(mets, mad):
    MiseEnSituation.objects.create(personne=mets.personne, atelier="Jardin", du=date(2026, 3, 1))
    (remarque,) = deposer(mad, "Martinelle;Zélie;;02/03/2026;7").context["lecture"].remarques
    assert remarque.message == "Plusieurs mises en situation à cette date : dire le client ou l’atelier."
    confirmer(mad, deposer(mad, "Martinelle;Zélie;JARDIN;02/03/2026;7").context["lecture"])
    assert Heures.objects.get(mise_en_situation__atelier="Jardin").heures == 7
    assert faites(mets) == {}
    MiseEnSituation.objects.create(personne=mets.personne, atelier="Jardin", du=date(2026, 3, 1))
    (remarque,) = deposer(mad, "Martinelle;Zélie;JARDIN;02/03/2026;7").context["lecture"].remarques
    assert remarque.message == "Plusieurs mises en situation à cette date : écrire ces heures dans le relevé."


def test_une_colonne_qui_manque_se_dit(mets, mad):
    for ligne, titres, manquent in (
        ("Martinelle;Zélie;7", "Nom;Prénom;Heures", "Date ou mois"),
        ("Zélie;Client ici", "Prénom;Client", "Date ou mois, Heures, Nom ou référence"),
    ):
        (refus,) = deposer(mad, ligne, titres=titres).context["form"].errors["fichier"]
        assert refus == f"Colonnes introuvables : {manquent}. Nommez-les ainsi dans la ligne de titres."


def test_des_heures_changees_depuis_l_apercu_n_importent_rien(mets, mad):
    lecture = deposer(mad, "Martinelle;Zélie;;02/03/2026;7", "Martinelle;Zélie;;09/03/2026;7").context["lecture"]
    Heures.objects.create(mise_en_situation=mets, le=date(2026, 3, 9), heures=3)
    assert confirmer(mad, lecture).url == reverse("parcours:heures_importer")
    assert faites(mets) == {date(2026, 3, 9): 3}


def test_un_apercu_forge_ou_d_ailleurs_n_ecrit_rien(mets, mad, ailleurs):
    lecture = deposer(mad, "Martinelle;Zélie;;02/03/2026;7").context["lecture"]
    adresse = reverse("parcours:heures_importer_confirmer")
    assert mad.post(adresse, {"lecture": lecture.scellee + "x"}).url == reverse("parcours:heures_importer")
    ailleurs.client("mad").post(adresse, {"lecture": lecture.scellee})
    assert faites(mets) == {}


@pytest.mark.parametrize(
    ("quand", "permises"), [("02/03/2026", "60 heures dans la semaine"), ("2026-03", "260 heures dans le mois")]
)
def test_les_heures_se_refusent_au_dela_de_ce_que_la_loi_permet_et_non_a_ce_nombre(mets, mad, quand, permises):
    nombre = int(permises.split()[0])
    lecture = deposer(mad, f"Martinelle;Zélie;;{quand};{nombre}").context["lecture"]
    assert ([s.heures for s in lecture.saisies], lecture.remarques) == ([nombre], [])
    (remarque,) = deposer(mad, f"Martinelle;Zélie;;{quand};{nombre},5").context["lecture"].remarques
    assert remarque.message == f"Plus de {permises}."


@pytest.mark.parametrize("lignes", [("02/03/2026", "2026-03"), ("2026-03", "02/03/2026")])
def test_un_mois_dit_par_un_total_et_par_des_dates_se_refuse_dans_les_deux_ordres(mets, mad, lignes):
    (remarque,) = deposer(mad, *(f"Martinelle;Zélie;;{quand};7" for quand in lignes)).context["lecture"].remarques
    assert remarque.ligne == 3 and "dit deux fois" in remarque.message
    autres = [f"Martinelle;Zélie;;{quand};7" for quand in ("2026-02", "02/03/2026")]
    assert deposer(mad, *autres).context["lecture"].remarques == []


def test_une_personne_se_dit_par_sa_reference_et_deux_homonymes_la_demandent(mets, mad):
    autre = Personne.objects.create(organisation=mets.personne.organisation, nom="Zélie", prenom="Martinelle", reference="A-1")
    MiseEnSituation.objects.create(personne=autre, atelier="Jardin", du=date(2026, 3, 1))
    (remarque,) = deposer(mad, "Martinelle;Zélie;;02/03/2026;7").context["lecture"].remarques
    assert remarque.message == "2 dossiers portent le nom « Martinelle Zélie » : ajouter la référence."
    titres = "Référence;Date;Heures"
    confirmer(mad, deposer(mad, "A-1;02/03/2026;7", titres=titres).context["lecture"])
    assert Heures.objects.get().mise_en_situation.personne == autre
    (remarque,) = deposer(mad, "B-2;02/03/2026;7", titres=titres).context["lecture"].remarques
    assert remarque.message == "Aucun dossier ne porte la référence « B-2 »."
    Personne.objects.filter(pk=autre.pk).update(anonymisee_le=date(2026, 3, 18))
    assert deposer(mad, "Martinelle;Zélie;;02/03/2026;7").context["lecture"].remarques == [], "un dossier anonyme n’a plus de nom"


def test_des_heures_deja_notees_se_voient_et_celles_du_fichier_les_remplacent(mets, mad):
    for jour, heures in ((2, 3), (8, 2), (9, 5)):
        Heures.objects.create(mise_en_situation=mets, le=date(2026, 3, jour), heures=heures)
    lecture = deposer(mad, "Martinelle;Zélie;;04/03/2026;7").context["lecture"]
    (saisie,) = lecture.saisies
    assert (saisie.du, saisie.au, saisie.lu, saisie.heures) == (date(2026, 3, 2), date(2026, 3, 8), 5, 7)
    confirmer(mad, lecture)
    assert faites(mets) == {date(2026, 3, 2): 7, date(2026, 3, 9): 5}
    trace = Trace.objects.get(geste="importer")
    assert (trace.objet, trace.detail) == ("heures", "périodes du fichier : 1")


@pytest.mark.parametrize(("minutes", "ecrit"), [(59, True), (61, False)])
def test_un_apercu_vaut_une_heure(mets, mad, minutes, ecrit):
    lecture = deposer(mad, "Martinelle;Zélie;;02/03/2026;7").context["lecture"]
    scellee = lecture.scellee
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
        mad.post(reverse("parcours:heures_importer_confirmer"), {"lecture": scellee})
    assert bool(faites(mets)) == ecrit


@pytest.mark.parametrize("lieu, trouvee", [("Jardin", True), ("Jardin, pour Mairie", True), ("mairie", True), ("Collège", False)])
def test_des_heures_en_atelier_se_disent_par_l_atelier_ou_par_son_client(mets, mad, lieu, trouvee):
    client, jour = mets.client, timezone.localdate()
    type(client).objects.filter(pk=client.pk).update(nom="Mairie")
    MiseEnSituation.objects.update(client=None, atelier="Jardin", client_de_l_atelier=client)
    lecture = deposer(mad, f'Martinelle;Zélie;"{lieu}";{jour:%d/%m/%Y};5').context["lecture"]
    assert bool(lecture.saisies) is trouvee


def test_le_nom_d_un_client_designe_d_abord_ce_qui_se_fait_chez_lui(mets, mad):
    jour = timezone.localdate()
    type(mets.client).objects.filter(pk=mets.client_id).update(nom="Mairie")
    MiseEnSituation.objects.create(
        personne=mets.personne, contrat=mets.contrat, atelier="Jardin", client_de_l_atelier=mets.client, du=mets.du
    )
    lecture = deposer(mad, f"Martinelle;Zélie;Mairie;{jour:%d/%m/%Y};5").context["lecture"]
    assert [saisie.mise_en_situation.pk for saisie in lecture.saisies] == [mets.pk]
