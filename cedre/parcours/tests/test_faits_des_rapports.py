"""Les faits d'un rapport ne survivent ni à leur durée, ni à un dossier que l'on efface ; le rapport se vérifie encore (OBS-2)."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone

from cedre.core.dates import UN_JOUR, il_y_a
from cedre.core.periodes import annee
from cedre.observatoire.cadres import livres
from cedre.observatoire.models import Rapport
from cedre.observatoire.operations import rapports as gestes
from cedre.observatoire.publication import verifier
from cedre.parcours.operations import droits
from cedre.structures.models import Reglages

CADRE = "fse-plus"


@pytest.fixture
def dossier(settings, tmp_path) -> Path:
    """Où les fichiers se gardent."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def qui_a_des_faits(monde, le, version=1) -> Rapport:
    """Un rapport publié dont la période finit ce jour-là."""
    rapport = Rapport(organisation=monde.organisation, cadre=CADRE, du=annee(le).du, au=le, version=version)
    rapport.etat, rapport.publie_le = Rapport.Etat.PUBLIE, timezone.localdate()
    rapport.faits.save("faits.csv", ContentFile(b"figure,sujet,valeur"))
    return rapport


def restent(*rapports: Rapport) -> list[bool]:
    return [bool(Rapport.objects.get(pk=rapport.pk).faits) for rapport in rapports]


def test_un_dossier_anonyme_efface_les_faits_et_eux_seuls_et_le_rapport_se_verifie_encore(
    embauchee, ailleurs, reseau, dossier, django_capture_on_commit_callbacks, capsys
):
    direction, le = embauchee.hab["direction"], annee(annee(timezone.localdate()).du - UN_JOUR)
    publie = gestes.publier(gestes.commencer(embauchee.organisation, livres()[CADRE], le, par=direction), par=direction)
    publie = gestes.transmettre(publie, par=direction)
    autre, nom = qui_a_des_faits(ailleurs, le.au), publie.faits.name
    with django_capture_on_commit_callbacks(execute=True):
        droits.anonymiser(embauchee.personne, motif=droits.Motif.DEMANDE, par=direction)
    publie.refresh_from_db()
    assert restent(publie, autre) == [False, True] and not (dossier / nom).exists() and (dossier / publie.paquet.name).exists()
    call_command("rapport", "verifier", structure="ici", annee=le.au.year, cadre=CADRE)
    assert "Tout concorde" in (dit := capsys.readouterr().out) and "les faits étant effacés" in dit
    page = embauchee.client("direction").get(publie.get_absolute_url()).content.decode()
    assert "sont effacés depuis le" in page and "un dossier a été effacé ou rendu anonyme" in page
    assert "sont effacés" not in reseau[0].client("referent_regional").get(publie.get_absolute_url()).content.decode()
    Rapport.objects.filter(pk=publie.pk).update(condensats=publie.condensats | {"noyau.csv": "0" * 64})
    assert verifier(Rapport.objects.get(pk=publie.pk)) == (False, "noyau.csv n’est pas celui que la base dit avoir été publié.")


def test_un_dossier_efface_ou_purge_efface_aussi_les_faits(ici, dossier, monkeypatch):
    monkeypatch.setattr(droits, "_figer", lambda par: None)  # figer d'abord a ses essais
    direction, le = ici.hab["direction"], annee(annee(timezone.localdate()).du - UN_JOUR).au
    premier = qui_a_des_faits(ici, le)
    droits.effacer(ici.personne, motif=droits.Motif.ERREUR, par=direction)
    efface = Rapport.objects.get(pk=premier.pk)
    assert not efface.faits and efface.faits_effaces_pourquoi == "dossier"


def test_la_nuit_efface_les_faits_plus_vieux_que_la_conservation_de_leur_structure(
    ici, ailleurs, dossier, django_capture_on_commit_callbacks
):
    Reglages.objects.update_or_create(organisation=ailleurs.organisation, defaults={"conservation_mois": 36})
    Reglages.objects.filter(organisation=ici.organisation).delete()
    limite = il_y_a(24, timezone.localdate())
    le_jour, la_veille = qui_a_des_faits(ici, limite), qui_a_des_faits(ici, limite - UN_JOUR)
    garde = qui_a_des_faits(ailleurs, limite - UN_JOUR)
    with django_capture_on_commit_callbacks(execute=True):
        droits.oublier_les_faits.func()
    assert restent(le_jour, la_veille, garde) == [True, False, True]
    efface = Rapport.objects.get(pk=la_veille.pk)
    assert (efface.faits_effaces_le, efface.faits_effaces_pourquoi) == (timezone.localdate(), "conservation")
    assert not (dossier / la_veille.faits.name).exists() and (dossier / garde.faits.name).exists()
