"""Un rapport s'écrit, se publie et se fige, se transmet, se rend et se corrige (OBS-2, OBS-3)."""

import zipfile
from datetime import date

import pytest
from django.utils import timezone

from cedre.core.dates import UN_JOUR
from cedre.core.periodes import Periode, douze_mois_finis_le
from cedre.core.refus import GesteImpossible
from cedre.observatoire.cadres import livres
from cedre.observatoire.models import NombrePublie, Rapport
from cedre.observatoire.operations import rapports as gestes
from cedre.observatoire.paquet import FAITS, recompter

CADRE = next(iter(livres()))


def hier() -> date:
    return timezone.localdate() - UN_JOUR


@pytest.fixture
def rapport(embauchee, settings, tmp_path) -> Rapport:
    """Le brouillon de douze mois finis hier."""
    settings.MEDIA_ROOT = tmp_path
    par = embauchee.hab["direction"]
    return gestes.commencer(embauchee.organisation, livres()[CADRE], douze_mois_finis_le(hier()), par=par)


def publie(rapport: Rapport, monde) -> Rapport:
    return gestes.publier(rapport, par=monde.hab["direction"])


def lus(rapport: Rapport) -> dict[str, bytes]:
    with rapport.paquet.open() as octets, zipfile.ZipFile(octets) as archive:
        return {nom: archive.read(nom) for nom in archive.namelist()}


def test_publie_il_se_recompte_et_ce_qui_circule_n_a_pas_les_faits(rapport, embauchee):
    rapport = publie(rapport, embauchee)
    fichiers = lus(rapport)
    assert FAITS not in fichiers and recompter(fichiers)[0]
    assert recompter(fichiers | {FAITS: rapport.lire_le_fichier("faits")})[0]
    assert rapport.nombres.filter(coupe="").count() == len(livres()[CADRE].tenues())
    assert rapport.nombres.exclude(coupe="").exists()


def test_publie_ses_nombres_ne_bougent_plus(rapport, embauchee):
    rapport = publie(rapport, embauchee)
    avant = [*rapport.nombres.values_list("rubrique", "numerateur")]
    type(embauchee.personne).objects.filter(organisation=embauchee.organisation).update(sexe="")
    with pytest.raises(GesteImpossible, match="c’est déjà fait"):
        publie(rapport, embauchee)
    assert [*rapport.nombres.values_list("rubrique", "numerateur")] == avant


def test_une_periode_qui_court_encore_ne_se_publie_pas(embauchee):
    ajourdhui = timezone.localdate()
    courant = gestes.commencer(
        embauchee.organisation, livres()[CADRE], Periode(ajourdhui.replace(day=1), ajourdhui), par=embauchee.hab["direction"]
    )
    with pytest.raises(GesteImpossible, match="se publie ensuite"):
        publie(courant, embauchee)


def voient(rapport: Rapport, reseau, ailleurs) -> set[str]:
    """Les rôles qui le lisent hors de sa structure, et ceux d'une autre."""
    qui = reseau[0].hab | {f"{role}@ailleurs": hab for role, hab in ailleurs.hab.items()}
    lu, nombres = (
        {role for role, hab in qui.items() if lignes.pour(hab).exists()} for lignes in (Rapport.objects, NombrePublie.objects)
    )
    assert lu == nombres
    return lu


def test_hors_de_la_structure_on_ne_le_lit_qu_une_fois_transmis(rapport, embauchee, reseau, ailleurs):
    rapport = publie(rapport, embauchee)
    assert voient(rapport, reseau, ailleurs) == set()
    gestes.transmettre(rapport, par=embauchee.hab["direction"])
    assert voient(rapport, reseau, ailleurs) == {
        *("referent_regional", "ca_regional", "responsable_qualite", "bureau", "groupe_qualite"),
    }


def test_transmis_il_ne_se_corrige_que_si_la_region_le_rend_et_accepte_elle_seule_le_rouvre(rapport, embauchee, reseau):
    direction, region = embauchee.hab["direction"], reseau[0].hab["referent_regional"]
    rapport = gestes.transmettre(publie(rapport, embauchee), par=direction)
    with pytest.raises(GesteImpossible, match="seule l’association régionale"):
        gestes.corriger(rapport, motif="Une faute.", par=direction)
    for geste, saisie in ((gestes.accepter, {}), (gestes.rendre, {"a_corriger": "Tout."})):
        with pytest.raises(GesteImpossible, match="association régionale"):
            geste(rapport, par=direction, **saisie)
    rapport = gestes.accepter(gestes.recevoir(rapport, par=region), par=region)
    rapport = gestes.rendre(rapport, par=region, a_corriger="Les sorties ne font pas le compte.")
    suivante = gestes.corriger(rapport, motif="Trois sorties de plus.", par=direction)
    assert (suivante.version, suivante.etat) == (2, Rapport.Etat.BROUILLON)


def test_corriger_est_une_autre_version_qui_dit_chaque_nombre_change(rapport, embauchee):
    par = embauchee.hab["direction"]
    premier = publie(rapport, embauchee)
    type(embauchee.personne).objects.create(organisation=embauchee.organisation, nom="Nouvelle", prenom="Une")
    nouvelle = gestes.corriger(premier, motif="Un dossier manquait.", par=par)
    assert nouvelle.version == 2 and nouvelle.etat == Rapport.Etat.BROUILLON
    premier.refresh_from_db()
    assert premier.remplace_par == nouvelle
    with pytest.raises(GesteImpossible, match="version plus récente"):
        gestes.corriger(premier, motif="Encore.", par=par)
    assert isinstance(publie(nouvelle, embauchee).ecarts, list)
    assert NombrePublie.objects.filter(rapport=premier).exists()


def test_une_version_que_l_on_corrige_ne_se_transmet_plus_et_abandonner_la_rend(rapport, embauchee):
    par = embauchee.hab["direction"]
    premier = publie(rapport, embauchee)
    nouvelle = gestes.corriger(premier, motif="Une faute.", par=par)
    with pytest.raises(GesteImpossible, match="plus récente"):
        gestes.transmettre(premier, par=par)
    gestes.abandonner(nouvelle, par=par)
    assert gestes.transmettre(premier, par=par).etat == Rapport.Etat.TRANSMIS
