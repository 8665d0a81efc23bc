"""Toute mesure est une agrégation de faits : la page, la liste et le réseau disent le même nombre (OBS-1, CER-3)."""

from datetime import date, timedelta

import pytest
from django.db import connection

from cedre.comptes.models import Organisation
from cedre.conftest import embaucher
from cedre.core.coupes import Communes
from cedre.core.faits import FaitCompte
from cedre.core.indicateurs import LE_PLUS_DE_TERMES, RIEN, mesurer, mesurer_aux_dates, tous
from cedre.core.periodes import Periode, annee, douze_mois_finis_le
from cedre.parcours.models import Personne
from cedre.parcours.tests.exemples import LE, jouer
from cedre.tests.socle import BATISSEURS

MOMENTS = (LE, Periode(LE - timedelta(days=40), LE - timedelta(days=9), vue_le=LE))


BATISSEURS["ailleurs_au_travail"] = lambda baties: embaucher(baties["ailleurs"])


@pytest.fixture
def ailleurs_au_travail(ailleurs, baties):
    """Une autre structure, avec une personne en parcours ; bâtie une fois."""
    return baties["ailleurs_au_travail"]


@pytest.fixture
def deux_structures(ici, ailleurs_au_travail):
    """Deux structures : l'exemple de l'indicateur se joue dans la première, la seconde a quelqu'un au travail."""
    return lambda indicateur: [*jouer(indicateur, ici), ici.organisation, ailleurs_au_travail.organisation]


def par_sujet(fait: FaitCompte) -> str:
    """De quoi ranger des faits, que leurs coupes soient lues avec eux ou à part."""
    return str(fait._replace(coupes=sorted(fait.coupes.items(), key=str)))


@pytest.mark.deux_moteurs
@pytest.mark.parametrize("code", tous())
def test_la_somme_des_faits_est_la_mesure_la_liste_la_coupe_et_le_reseau(deux_structures, code):
    indicateur = tous()[code]
    structures = {s.pk: s for s in deux_structures(indicateur)}
    Personne.objects.update(sexe="F", date_naissance=date(2000, 6, 16), rqth=True)  # sans quoi leurs coupes se valent toutes
    communes = {pk: Communes(pk) for pk in structures}
    for quand in MOMENTS:
        faits, coupes = [*indicateur.faits(quand)], indicateur.coupes_de(quand)
        par_structure = indicateur.mesurer_par_structure(quand)
        assert {pk: indicateur.agreger(f for f in faits if f.organisation == pk) for pk in par_structure} == par_structure
        for pk, structure in structures.items():
            siens = [f for f in faits if f.organisation == pk]
            assert sorted(siens, key=par_sujet) == sorted(indicateur.faits(quand, structure, communes[pk]), key=par_sujet)
            mesure = par_structure.get(pk, RIEN)
            assert indicateur.mesurer(structure, quand) == mesurer([indicateur], structure, quand)[code] == mesure
            croisement = indicateur.croisement(tuple(coupes), quand, structure)
            for coupe in coupes:
                par_coupe = {valeur: mesure for (valeur,), mesure in croisement.par(coupe).items()}
                dites = {f.coupes[coupe] for f in siens}
                assert {d: indicateur.agreger(f for f in siens if f.coupes[coupe] == d) for d in dites} == par_coupe, coupe
            if indicateur.se_corrige:
                assert indicateur.manquants(structure, quand).count() == mesure.total - mesure.atteint
        assert sum(m.total for m in par_structure.values()) == len(faits)
        assert par_structure.keys() <= set(Organisation.objects.structures().values_list("pk", flat=True)), "elles seules"


def test_un_fait_dit_de_qui_il_est_et_comment_il_se_range(ici):
    Personne.objects.filter(pk=ici.personne.pk).update(sexe="F", date_naissance=date(2000, 6, 16))
    fait = next(tous()["delai_annonce"].faits(ici.contact.le, ici.organisation))
    assert (fait.indicateur, fait.organisation, fait.sujet) == ("delai_annonce", ici.organisation.pk, ici.personne.pk)
    assert fait.coupes["sexe"] == "Femme"


@pytest.mark.parametrize(
    "ne_le, tranche",
    [
        (date(2000, 6, 16), "Moins de 26 ans"),
        (date(2000, 6, 15), "De 26 à 49 ans"),
        (date(1976, 6, 16), "De 26 à 49 ans"),
        (date(1976, 6, 15), "50 ans et plus"),
        (None, "Non renseigné"),
    ],
)
def test_l_age_est_celui_du_jour_mesure_et_change_le_jour_de_l_anniversaire(ici, ne_le, tranche):
    Personne.objects.filter(pk=ici.personne.pk).update(date_naissance=ne_le)
    ici.contact.le = LE
    ici.contact.save()
    assert list(tous()["delai_annonce"].mesurer_par("âge", LE, ici.organisation)) == [tranche]


@pytest.mark.deux_moteurs
def test_une_requete_composee_n_a_pas_plus_de_termes_que_son_moteur_n_en_veut(ici, monkeypatch, django_assert_num_queries):
    monkeypatch.setitem(LE_PLUS_DE_TERMES, connection.vendor, 3)
    jours = [LE - timedelta(days=n) for n in range(4)]
    with django_assert_num_queries(2):
        mesures = mesurer_aux_dates([tous()["delai_annonce"]], ici.organisation, jours)
    assert len(mesures) == len(jours)


def test_un_indicateur_d_un_jour_lit_d_une_periode_son_dernier_jour_et_un_autre_d_un_jour_sa_periode():
    etat = tous()["salaries_engages"]
    assert etat.moment(annee(LE)) == date(2026, 12, 31)
    assert etat.moment(LE) == LE
    assert douze_mois_finis_le(LE) == Periode(date(2025, 6, 16), LE)
