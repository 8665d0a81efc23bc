"""Chaque indicateur joue son exemple : quelques faits, et le compte attendu (OBS-1, CER-3)."""

from datetime import date, timedelta

import pytest

from cedre.comptes.gestes import remede
from cedre.comptes.models import Organisation
from cedre.core.exemples import raconter
from cedre.core.faits import FaitCompte
from cedre.core.indicateurs import Mesure, mesurer, tous
from cedre.core.manques import manques
from cedre.parcours.models import Personne, PriseEnCharge
from cedre.parcours.tests.exemples import LE, jouer, jouer_les_sujets
from cedre.tests.socle import BATISSEURS

SANS_COUPE = frozenset()
TOUTES = tous() | {precise.code: precise for un in tous().values() for precise in un.par_objet.values()}


def _sans_dossier(baties) -> None:
    """Le dossier d'« ici » est passé à côté : l'ôter à chaque exemple coûtait plus que d'écrire l'exemple."""
    a_cote = Organisation.objects.create(nature="structure", type_siae="AI", nom="À côté", slug="a-cote")
    Personne.objects.filter(organisation=baties["ici"].organisation).update(organisation=a_cote)


BATISSEURS["sans_dossier"] = _sans_dossier


@pytest.fixture
def sans_dossier(baties):
    """« ici » n'a aucun dossier."""


@pytest.fixture
def ici(ici, sans_dossier):
    """La structure où l'on joue les exemples."""
    return ici


def _mesurer(indicateur, structures: list[Organisation]) -> Mesure:
    """La mesure de toutes ces structures ensemble."""
    mesures = [indicateur.mesurer(structure, LE) for structure in structures]
    return Mesure(sum(m.total for m in mesures), sum(m.atteint for m in mesures))


@pytest.mark.parametrize("le", [date(2024, 2, 29), date(2025, 2, 28), date(2025, 3, 1)])
@pytest.mark.parametrize("code", tous())
def test_son_exemple_vaut_aussi_autour_d_un_29_fevrier(ici, monkeypatch, code, le):
    for ou in (__name__, jouer.__module__):
        monkeypatch.setattr(f"{ou}.LE", le)
    indicateur = tous()[code]
    assert _mesurer(indicateur, jouer(indicateur, ici)) == (indicateur.exemple.total, indicateur.exemple.atteint)


@pytest.mark.deux_moteurs
@pytest.mark.parametrize("code", TOUTES)
def test_chaque_indicateur_donne_le_compte_de_son_exemple_et_nomme_ceux_qui_manquent(ici, ailleurs, code):
    indicateur = TOUTES[code]
    structures = jouer(indicateur, ici)
    mesure = _mesurer(indicateur, structures)
    assert mesure == (indicateur.exemple.total, indicateur.exemple.atteint)
    if indicateur.se_corrige:
        assert sum(indicateur.manquants(s, LE).count() for s in structures) == mesure.total - mesure.atteint
    assert indicateur.grandeur or 0 < mesure.atteint < mesure.total, (
        "un exemple montre un cas qui satisfait et un qui ne satisfait pas"
    )


@pytest.mark.parametrize("code", [code for code, indicateur in tous().items() if indicateur.se_corrige])
def test_chaque_ligne_qui_manque_a_une_page_qui_s_ouvre_et_ou_elle_se_corrige(ici, code):
    indicateur = tous()[code]
    structures = jouer(indicateur, ici)
    direction, corrige = ici.client("direction"), remede(code, ici.hab["direction"])
    envoi = direction.post if corrige.par_envoi else direction.get
    manquent = [ligne for structure in structures for ligne in indicateur.manquants(structure, LE)]
    for adresse in {corrige.adresse(ligne if corrige.part_d_un_objet else None) for ligne in manquent}:
        assert envoi(adresse, follow=True).status_code == 200


@pytest.mark.parametrize("code", tous())
def test_toutes_les_structures_se_mesurent_en_une_requete(ici, ailleurs, code, django_assert_num_queries):
    indicateur = tous()[code]
    jouer(indicateur, ici)
    with django_assert_num_queries(len(indicateur.parts) or 1):
        mesures = indicateur.mesurer_par_structure(LE)
    assert mesures.get(ici.organisation.pk, (0, 0)) == indicateur.mesurer(ici.organisation, LE)
    assert mesures.get(ailleurs.organisation.pk, (0, 0)) == indicateur.mesurer(ailleurs.organisation, LE)


@pytest.mark.parametrize("code", tous())
def test_un_compte_ecrit_d_avance_vaut_pour_chaque_structure_et_ne_lit_rien_pour_s_ecrire(
    composees, ici, ailleurs, code, django_assert_num_queries
):
    indicateur = tous()[code]
    jouer(indicateur, ici)
    with django_assert_num_queries(0):
        [compte.query.sql_with_params() for compte in indicateur.comptes(0, LE)]
    for organisation in (ici.organisation, ailleurs.organisation):
        with django_assert_num_queries(1):
            mesures = mesurer([indicateur], organisation, LE)
        assert mesures == {code: indicateur.mesurer(organisation, LE)}


@pytest.mark.parametrize("code", [c for c, i in tous().items() if i.est_nominatif and hasattr(i.modele, "personne_id")])
def test_un_dossier_rendu_anonyme_ne_se_compte_plus(ici, code):
    indicateur = tous()[code]
    jouer(indicateur, ici)
    Personne.objects.update(anonymisee_le=LE)
    assert indicateur.mesurer(ici.organisation, LE) == (0, 0)


@pytest.mark.parametrize("code", tous())
def test_un_indicateur_se_lit_sans_le_code(code):
    indicateur = tous()[code]
    assert all([indicateur.libelle, indicateur.definition, indicateur.unite, indicateur.source, indicateur.exemple.sujets])
    assert indicateur.definition.endswith(".")


@pytest.mark.parametrize("cle", manques(Personne))
def test_un_manque_dit_le_jour_de_son_exemple_et_se_garde_sous_son_nom(ici, cle):
    manque = manques(Personne)[cle]
    jouer(manque, ici)
    lues = Personne.objects.avec_manques(LE).filter(organisation=ici.organisation).order_by("pk")
    jours = [trouve.jour for personne in lues for trouve in personne.manques if trouve.manque is manque]
    assert jours == [jour if jour is None else LE + timedelta(days=jour) for jour in manque.exemple.jours]
    assert manque.alerte and len(cle) <= PriseEnCharge._meta.get_field("manque").max_length
    assert all(jours) or manque.jour is None


def test_sans_personne_a_compter_il_n_y_a_rien_a_dire(ici):
    assert not Personne.objects.filter(organisation=ici.organisation).exists()
    mesure = tous()["delai_annonce"].mesurer(ici.organisation, LE)
    assert mesure == (0, 0)


def _lus(indicateur, racines: list) -> list[tuple]:
    """De chaque sujet, combien de ses lignes sont comptées, et combien satisfont ; d'une grandeur, ce qu'elles valent."""
    chemin = "__".join(indicateur.modele.PARTAGE.organisation.split("__")[:-1]) or "pk"
    faits = [
        FaitCompte(indicateur.code, *lu, {}, v) for _, lignes in indicateur.faits_nus(LE, None, SANS_COUPE) for *lu, v in lignes
    ]
    if not indicateur.modele.PARTAGE.personne:
        de = dict(indicateur.lignes(LE).values_list("pk", chemin))
        faits = [fait._replace(sujet=de[fait.sujet]) for fait in faits]
    return [indicateur.agreger(fait for fait in faits if fait.sujet == racine.pk) for racine in racines]


@pytest.mark.parametrize("code", tous())
def test_de_chaque_cas_de_l_exemple_on_dit_s_il_compte_et_s_il_satisfait(ici, code):
    indicateur = tous()[code]
    assert _lus(indicateur, jouer_les_sujets(indicateur, ici)) == [*indicateur.exemple.lus], code


@pytest.mark.parametrize("code", tous())
def test_l_exemple_se_lit_en_mots_avec_un_nom_et_des_jours(code):
    cas = raconter(tous()[code], LE)
    assert len(cas) == len(tous()[code].exemple.sujets) and all(c.qui and all(c.faits) for c in cas)
    datee = any(isinstance(faits, list) for sujet in tous()[code].exemple.sujets for faits in sujet.values())
    assert "/20" in str(cas) or not datee, "un jour se lit"
