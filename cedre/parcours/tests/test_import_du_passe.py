"""Un fichier qui dit des mois finis passe par le registre : une trace, un motif, les mesures déplacées (décision 0029)."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from cedre.comptes import passe
from cedre.comptes.models import Deplacement, Habilitation, Trace
from cedre.comptes.registre import MotifDuPasse
from cedre.core.dates import fin_de_mois
from cedre.core.indicateurs import Mesure, mesurer, tous
from cedre.parcours.models import Contrat, Personne
from cedre.parcours.operations.importation import _jours_touches, analyser, deposer, importer

AUJOURDHUI = timezone.localdate()
PREMIER = AUJOURDHUI.replace(day=1)
VEILLE = PREMIER - timedelta(days=40)  # d'un mois fini, et il y a une fin de mois depuis
FINS = [fin_de_mois(PREMIER - timedelta(days=n)) for n in (62, 35, 1)]
PERSONNES = "Nom;Prénom;Né le;Date de contact;Date d'inscription\nKanté;Awa;01/02/1990;{0:%d/%m/%Y};{0:%d/%m/%Y}\n"
PERSONNES += "Ohlson;Liv;01/02/1991;{0:%d/%m/%Y};{0:%d/%m/%Y}\n"
CONTRATS = "Nom;Prénom;Nature;Début;Fin\nKanté;Awa;CDDI;{0:%d/%m/%Y};{1:%d/%m/%Y}\nOhlson;Liv;CDDI;{0:%d/%m/%Y};{1:%d/%m/%Y}\n"


@pytest.fixture
def par(ici, settings, tmp_path):
    """Au nom de qui l'on importe, dans un atelier et chantier d'insertion."""
    settings.MEDIA_ROOT = tmp_path
    ici.organisation.type_siae = "ACI"
    ici.organisation.save()
    return ici.hab["direction"]


@pytest.fixture
def connues(par):
    """Deux personnes que le fichier des contrats nomme."""
    for nom, prenom in (("Kanté", "Awa"), ("Ohlson", "Liv")):
        Personne.objects.create(organisation=par.organisation, nom=nom, prenom=prenom, cree_jour=VEILLE)
    return par


def lire(contenu: str, par, sorte="personnes"):
    importation = deposer(contenu.encode(), nom="liste.csv", sorte=sorte, par=par)
    analyser(importation, par=par)
    return importation


def mesures(par) -> dict:
    return {(code, le): m for le in FINS for code, m in mesurer([*tous().values()], par.organisation_id, le).items()}


def ce_que_dit_le_registre() -> dict:
    dits = Deplacement.objects.filter(mois__in=FINS)
    return {(d.code, d.mois): (Mesure(d.total_avant, d.atteint_avant), Mesure(d.total_apres, d.atteint_apres)) for d in dits}


@pytest.mark.parametrize("sorte, fichier", [("personnes", PERSONNES), ("contrats", CONTRATS)])
def test_une_trace_un_motif_et_exactement_ce_qui_a_bouge(connues, sorte, fichier):
    if sorte == "personnes":
        Personne.objects.filter(nom__in=["Kanté", "Ohlson"]).delete()
    importation = lire(fichier.format(VEILLE, AUJOURDHUI), connues, sorte)
    assert not Deplacement.objects.exists() and not Trace.objects.exists(), "lire n’écrit rien"
    avant = mesures(connues)
    importer(importation, par=connues)
    apres = mesures(connues)
    assert importation.creees == 2
    (trace,) = Trace.objects.du_passe()
    assert (trace.geste, trace.motif, trace.depuis) == (Trace.Geste.IMPORTER, MotifDuPasse.APRES, VEILLE)
    bouge = {cle: (avant[cle], apres[cle]) for cle in avant if avant[cle] != apres[cle]}
    assert ce_que_dit_le_registre() == bouge != {}


def test_le_meme_fichier_de_nouveau_ne_change_pas_le_passe(connues):
    for _ in range(2):
        importer(lire(CONTRATS.format(VEILLE, AUJOURDHUI), connues, "contrats"), par=connues)
    assert Trace.objects.du_passe().count() == 1 and Contrat.objects.filter(debut=VEILLE).count() == 2


def test_un_contrat_que_le_fichier_corrige_bouge_depuis_son_ancien_premier_jour(connues):
    importer(lire(CONTRATS.format(VEILLE, AUJOURDHUI), connues, "contrats"), par=connues)
    avant, deja = mesures(connues), set(Deplacement.objects.values_list("pk", flat=True))
    importer(lire(CONTRATS.format(VEILLE, VEILLE + timedelta(days=3)), connues, "contrats"), par=connues)
    apres = mesures(connues)
    Contrat.objects.get(personne__nom="Ohlson", fin=VEILLE + timedelta(days=3))
    dits = Deplacement.objects.filter(mois__in=FINS).exclude(pk__in=deja)
    bouge = {cle for cle in avant if avant[cle] != apres[cle]}
    assert {(d.code, d.mois) for d in dits} == bouge != set()


def test_un_pass_que_le_fichier_deplace_touche_aussi_son_ancien_premier_jour(connues):
    fichier = "Nom;Prénom;Nature;Début;Fin;Numéro de PASS IAE;Début du PASS IAE\n"
    fichier += "Kanté;Awa;CDDI;{0:%d/%m/%Y};{0:%d/%m/%Y};123456789012;{1:%d/%m/%Y}\n"
    importer(lire(fichier.format(AUJOURDHUI, VEILLE), connues, "contrats"), par=connues)
    assert min(_jours_touches(lire(fichier.format(AUJOURDHUI, AUJOURDHUI), connues, "contrats"), connues)) == VEILLE
    assert not _jours_touches(lire(fichier.format(AUJOURDHUI, VEILLE), connues, "contrats"), connues), "rien n’y change"


def test_un_apercu_ne_mesure_rien(connues, monkeypatch):
    monkeypatch.setattr(passe, "mesurer_aux_dates", None)
    assert lire(CONTRATS.format(VEILLE, AUJOURDHUI), connues, "contrats").creees == 2


def test_du_mois_en_cours_rien_ne_se_mesure(connues):
    importer(lire(CONTRATS.format(PREMIER, PREMIER), connues, "contrats"), par=connues)
    assert not Deplacement.objects.exists() and not Trace.objects.du_passe().exists()


def test_avant_que_la_structure_tienne_cedre_il_n_y_a_rien_a_deplacer(connues):
    Habilitation.objects.filter(organisation=connues.organisation).update(depuis=datetime.combine(PREMIER, time(12), UTC))
    importer(lire(CONTRATS.format(VEILLE, AUJOURDHUI), connues, "contrats"), par=connues)
    (trace,) = Trace.objects.du_passe()
    assert trace.motif == MotifDuPasse.APRES and not Deplacement.objects.exists()
