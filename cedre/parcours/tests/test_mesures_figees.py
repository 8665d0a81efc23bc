"""Une fin de mois se fige : rendre un dossier anonyme, ou l'effacer, n'y change plus rien (OBS-1, CER-3, décision 0034)."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Deplacement, Habilitation, Trace
from cedre.core.dates import fin_de_mois, fins_de_mois
from cedre.core.indicateurs import Mesure, tous
from cedre.observatoire.mesures import CORRIGE_DEPUIS, mesurer, mesurer_aux_dates, mesurer_par, mesurer_par_structure
from cedre.observatoire.models import MesureFigee
from cedre.observatoire.operations import figer
from cedre.parcours.models import Contact
from cedre.parcours.operations import droits

CODE = "delai_annonce"


@pytest.fixture
def passe(ici):
    """La dernière fin de mois ; la structure tenait Cèdre, et avait reçu la personne."""
    le = fin_de_mois(timezone.localdate() - timedelta(days=1))
    Habilitation.objects.update(depuis=timezone.now() - timedelta(days=90))
    Contact.objects.filter(personne=ici.personne).update(le=le, delai_annonce=10)
    return le


def mesure(monde, le) -> Mesure:
    """Celle du délai annoncé, telle qu'on la montre."""
    return mesurer([tous()[CODE]], monde.organisation.pk, le)[CODE]


@pytest.mark.parametrize("geste", [droits.anonymiser, droits.effacer])
def test_un_dossier_que_l_on_n_a_plus_compte_encore_aux_fins_de_mois_passees(ici, passe, geste):
    avant = mesure(ici, passe)
    assert avant.total > 0
    geste(ici.personne, motif=droits.Motif.DEMANDE, par=ici.hab["direction"])
    vivante = tous()[CODE].mesurer(ici.organisation, passe)
    assert vivante.total < avant.total and mesure(ici, passe) == avant
    chez = ici.organisation.pk
    assert dict(mesurer_par_structure([tous()[CODE]], [chez], passe)) == {CODE: {chez: avant}}


def test_les_coupes_se_figent_et_leur_somme_reste_la_mesure(ici, passe):
    delai, chez = tous()[CODE], ici.organisation
    avant = mesurer_par(delai, "sexe", chez, passe)
    droits.anonymiser(ici.personne, motif=droits.Motif.DEMANDE, par=ici.hab["direction"])
    assert mesurer_par(delai, "sexe", chez, passe) == avant != {}
    trace = Trace.objects.create(organisation=chez, geste="modifier", objet="contact", motif="date", depuis=passe)
    nombres = {"total_avant": 1, "atteint_avant": 1, "total_apres": 3, "atteint_apres": 2}
    Deplacement.objects.create(trace=trace, code=CODE, mois=passe, **nombres)
    dites = mesurer_par(delai, "sexe", chez, passe)
    assert dites == avant | {CORRIGE_DEPUIS: Mesure(2, 1)}
    assert Mesure(*map(sum, zip(*dites.values(), strict=True))) == mesure(ici, passe)


def test_la_liste_dit_combien_de_lignes_etaient_de_dossiers_rendus_anonymes(ici, passe):
    Contact.objects.filter(personne=ici.personne).update(delai_annonce=None)
    manquent = mesure(ici, passe).total - mesure(ici, passe).atteint
    droits.anonymiser(ici.personne, motif=droits.Motif.DEMANDE, par=ici.hab["direction"])
    adresse = reverse("portail:manquants", args=[CODE], query={"le": passe.isoformat()})
    reponse = ici.client("direction").get(adresse)
    assert reponse.context["page"].paginator.count + reponse.context["anonymes"] == manquent
    assert "dossier rendu anonyme ou effacé depuis" in reponse.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_figer_deux_fois_ne_fige_rien_deux_fois_et_une_structure_l_est_depuis_qu_elle_tient_cedre(ici, passe):
    nombre = figer(timezone.localdate())
    assert nombre == MesureFigee.objects.count() > 0 and figer(timezone.localdate()) == 0
    assert min(MesureFigee.objects.values_list("le", flat=True)) >= timezone.localdate() - timedelta(days=90)


def test_chez_une_structure_ou_chez_toutes_on_fige_les_memes_nombres(ici, ailleurs, passe):
    figer(timezone.localdate(), chez=ici.organisation)
    seule = set(MesureFigee.objects.values_list("le", "code", "total", "atteint"))
    assert set(MesureFigee.objects.values_list("organisation", flat=True)) == {ici.organisation.pk}
    with transaction.atomic():
        figer(timezone.localdate())
        autre = MesureFigee.objects.filter(organisation=ailleurs.organisation)
        assert {(le, code) for le, code, *_ in seule} == set(autre.values_list("le", "code"))
    for le, code, total, atteint in seule:
        assert tous()[code].mesurer(ici.organisation, le) == Mesure(total, atteint)


def test_aujourd_hui_et_un_jour_qui_n_est_pas_une_fin_de_mois_se_mesurent_vivants(ici, passe):
    figer(timezone.localdate())
    Contact.objects.all().delete()
    aujourdhui, veille = timezone.localdate(), passe - timedelta(days=1)
    mesures = mesurer_aux_dates([tous()[CODE]], ici.organisation.pk, [aujourdhui, veille, passe])
    assert [mesures[le][CODE].total > 0 for le in (aujourdhui, veille, passe)] == [False, False, True]


@pytest.mark.deux_moteurs
def test_une_mesure_figee_ne_se_change_ni_ne_s_efface(ici, passe):
    figer(timezone.localdate())
    for geste in (lambda: MesureFigee.objects.update(total=0, atteint=0), lambda: MesureFigee.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            geste()


def test_la_commande_dit_ce_qu_elle_a_fige(ici, passe):
    sortie = StringIO()
    call_command("figer-le-mois", stdout=sortie)
    assert sortie.getvalue().startswith(f"{MesureFigee.objects.count()}")


def test_les_fins_de_mois_d_une_periode_la_premiere_comprise_et_pas_la_derniere():
    le = timezone.localdate().replace(year=2024, month=3, day=31)
    assert [jour.day for jour in fins_de_mois(le.replace(month=1), le)] == [29, 31]
    assert [*fins_de_mois(le, le)] == []
