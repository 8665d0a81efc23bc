"""Où chaque fait se range : chaque coupe dit ce qui valait ce jour-là, et « Non renseigné » quand rien n'y valait (OBS-1)."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta

from cedre.conftest import terme
from cedre.core.indicateurs import tous
from cedre.observatoire.models import Terme
from cedre.parcours.indicateurs.evolution import _evaluee
from cedre.parcours.indicateurs.heures import ENGAGEE, _travail
from cedre.parcours.indicateurs.sorties import _contrat, _sortie
from cedre.parcours.models import Contact, Contrat, Engagement, Personne
from cedre.parcours.tests.exemples import LE, jouer_les_sujets
from cedre.partenariats.models import Client


def le(dans: int):
    """Le jour de mesure, et quelques jours."""
    return LE + timedelta(days=dans)


@pytest.fixture
def vue(ici):
    """La seule personne d'ici, qui a fait une demande ce jour-là ; et ce que dit d'elle une coupe."""
    Personne.objects.exclude(pk=ici.personne.pk).delete()
    Contact.objects.update(le=LE, delai_annonce=10)

    def coupe(nom: str) -> str:
        ((valeur, _),) = tous()["delai_annonce"].mesurer_par(nom, LE, ici.organisation).items()
        return valeur

    ici.coupe = coupe
    return ici


@pytest.mark.parametrize("sexe, dit", [("F", "Femme"), ("H", "Homme"), ("", "Non renseigné")])
def test_le_sexe_se_dit_en_toutes_lettres(vue, sexe, dit):
    Personne.objects.update(sexe=sexe)
    assert vue.coupe("sexe") == dit


@pytest.mark.parametrize(
    "coupe, ne, dit",
    [
        ("âge", le(-365 * 30), "De 26 à 49 ans"),
        ("âge (année moins année de naissance)", date(LE.year - 25, 1, 1), "Moins de 26 ans"),
        ("âge (année moins année de naissance)", date(LE.year - 26, 12, 31), "De 26 à 49 ans"),
        ("âge (année moins année de naissance)", date(LE.year - 49, 1, 1), "De 26 à 49 ans"),
        ("âge (année moins année de naissance)", date(LE.year - 50, 12, 31), "50 ans et plus"),
        ("âge (tranches du FSE+)", LE - relativedelta(years=18) + timedelta(days=1), "Moins de 18 ans"),
        ("âge (tranches du FSE+)", LE - relativedelta(years=18), "De 18 à 29 ans"),
        ("âge (tranches du FSE+)", LE - relativedelta(years=30), "De 30 à 54 ans"),
        ("âge (tranches du FSE+)", LE - relativedelta(years=55), "55 ans et plus"),
        *((nom, None, "Non renseigné") for nom in ("âge", "âge (année moins année de naissance)", "âge à l’embauche")),
    ],
)
def test_chaque_age_a_ses_bornes(vue, coupe, ne, dit):
    Personne.objects.update(date_naissance=ne)
    Contrat.objects.create(personne=vue.personne, nature=terme("nature_contrat", "cddi"), debut=LE)
    assert vue.coupe(coupe) == dit


@pytest.mark.parametrize(
    "debuts, ne, dit",
    [
        ([], date(1990, 1, 1), "Non renseigné"),
        ([date(2026, 1, 10)], date(2000, 1, 11), "Moins de 26 ans"),
        ([date(2026, 1, 10)], date(2000, 1, 10), "De 26 à 49 ans"),
        ([date(2026, 1, 10)], date(2000, 1, 9), "De 26 à 49 ans"),
        ([date(2026, 1, 10)], date(1976, 1, 11), "De 26 à 49 ans"),
        ([date(2026, 1, 10)], date(1976, 1, 10), "50 ans et plus"),
        ([date(2026, 2, 28)], date(2000, 2, 29), "Moins de 26 ans"),
        ([date(2026, 3, 1)], date(2000, 2, 29), "De 26 à 49 ans"),
        ([date(2025, 1, 10), date(2026, 1, 10)], date(2000, 1, 9), "De 26 à 49 ans"),
        ([date(2025, 1, 10), LE + timedelta(days=1)], date(2000, 1, 9), "Moins de 26 ans"),
        ([date(2025, 1, 10), LE], LE - relativedelta(years=26), "De 26 à 49 ans"),
    ],
)
def test_l_age_a_l_embauche_est_celui_du_premier_jour_du_dernier_contrat_commence(vue, debuts, ne, dit):
    Personne.objects.update(date_naissance=ne)
    for debut in debuts:
        nature = terme("nature_contrat", "cddi")
        Contrat.objects.create(personne=vue.personne, nature=nature, debut=debut, fin_prevue=debut + timedelta(days=30))
    assert vue.coupe("âge à l’embauche") == dit


@pytest.mark.parametrize(
    "prestations, dits",
    [
        ([], {"RSA": "Non renseigné", "ASS": "Non renseigné", "AAH": "Non renseigné"}),
        (["aucun"], {"RSA": "Non", "ASS": "Non", "AAH": "Non"}),
        (["are"], {"RSA": "Non", "ASS": "Non", "AAH": "Non"}),
        (["rsa_majore", "are"], {"RSA": "Oui", "ASS": "Non", "AAH": "Non"}),
        (["rsa", "ass", "aah"], {"RSA": "Oui", "ASS": "Oui", "AAH": "Oui"}),
    ],
)
def test_de_plusieurs_prestations_chacune_a_sa_reponse(vue, prestations, dits):
    vue.personne.prestations.set([terme("prestation", code) for code in prestations])
    assert {nom: vue.coupe(nom) for nom in dits} == dits


def test_qpv_et_zrr_se_lisent_des_criteres_et_la_rqth_de_sa_reponse(vue):
    def dites():
        return [vue.coupe(nom) for nom in ("QPV", "ZRR", "RQTH")]

    assert dites() == ["Non renseigné"] * 3
    vue.personne.criteres.set([terme("critere_administratif", "zrr")])
    Personne.objects.update(rqth=False)
    assert dites() == ["Non", "Oui", "Non"]
    vue.personne.criteres.set([terme("critere_administratif", code) for code in ("qpv", "langue")])
    Personne.objects.update(rqth=True)
    assert dites() == ["Oui", "Non", "Oui"]


@pytest.mark.parametrize(
    "statut, chomage, dit",
    [
        ("", None, "Non renseigné"),
        ("emploi", "24_plus", "En emploi"),
        ("formation", None, "En formation"),
        ("inactive", None, "Sans emploi, sans en chercher"),
        ("chomage", None, "Au chômage, durée non dite"),
        ("chomage", "12_23", "Au chômage depuis un an et plus"),
        ("", "24_plus", "Au chômage depuis un an et plus"),
        ("", "6_11", "Au chômage depuis moins d’un an"),
        ("chomage", "moins_6", "Au chômage depuis moins d’un an"),
    ],
)
def test_le_statut_a_l_entree_se_lit_de_ce_qu_elle_fait_puis_de_la_duree_de_chomage(vue, statut, chomage, dit):
    Personne.objects.update(statut_entree=statut, duree_chomage=chomage and terme("duree_chomage", chomage))
    assert vue.coupe("statut à l’entrée") == dit


def test_le_prescripteur_est_le_sien_et_non_celui_d_une_demande(vue):
    premier, second = Terme.objects.de("prescripteur")[:2]
    Personne.objects.update(prescripteur=second)
    Contact.objects.update(prescripteur=premier)
    assert vue.coupe("prescripteur") == second.libelle
    Personne.objects.update(prescripteur=None)
    assert vue.coupe("prescripteur") == "Non renseigné"


@pytest.mark.parametrize(
    "faits, dit",
    [
        ([("decouverte", "en_cours", 0, None)], "decouverte"),
        ([("decouverte", "en_cours", 1, None)], None),
        ([("decouverte", "clos", -9, 0)], None),
        ([("decouverte", "clos", -9, 1)], "decouverte"),
        ([("decouverte", "projet", -9, None)], None),
        ([("mobilisation", "en_cours", -3, None), ("decouverte", "en_cours", -9, None)], "mobilisation"),
        ([("decouverte", "en_cours", -9, None), ("mobilisation", "en_cours", -3, None)], "mobilisation"),
        ([("decouverte", "en_cours", -3, None), ("mobilisation", "en_cours", -3, None)], "mobilisation"),
    ],
)
def test_le_type_d_engagement_est_celui_du_dernier_commence_qui_court_ce_jour_la(vue, faits, dit):
    for code, etat, debut, clos in faits:
        clos_le = None if clos is None else le(clos)
        type_ = terme("type_engagement", code)
        Engagement.objects.create(personne=vue.personne, type_engagement=type_, etat=etat, debut=le(debut), clos_le=clos_le)
    assert vue.coupe("type d’engagement") == (terme("type_engagement", dit).libelle if dit else "Non renseigné")


@pytest.mark.parametrize(
    "faits, dit",
    [
        ([("cddi", -9, 0)], "cddi"),
        ([("cddi", -9, -1)], None),
        ([("cddi", 0, 9)], "cddi"),
        ([("cddi", 1, 9)], None),
        ([("cddi", -3, 9), ("cdi", -9, None)], "cddi"),
    ],
)
def test_la_nature_de_contrat_est_celle_du_dernier_commence_premier_et_dernier_jours_compris(vue, faits, dit):
    for code, debut, fin in faits:
        fin_prevue = None if fin is None else le(fin)
        Contrat.objects.create(
            personne=vue.personne, nature=terme("nature_contrat", code), debut=le(debut), fin_prevue=fin_prevue
        )
    assert vue.coupe("nature de contrat") == (terme("nature_contrat", dit).libelle if dit else "Non renseigné")


def ranger(monde, code: str, coupe: str, *sujets: dict) -> dict[str, tuple]:
    """Ce que dit cette coupe de ces sujets."""
    indicateur = tous()[code]
    exemple = indicateur.exemple._replace(sujets=sujets)
    modele = indicateur.parts[0] if indicateur.parts else indicateur
    jouer_les_sujets(_Joue(exemple, modele), monde)
    return {str(valeur): tuple(mesure) for valeur, mesure in indicateur.mesurer_par(coupe, LE, monde.organisation).items()}


class _Joue:
    """Un exemple à jouer, et les lignes qu'il compte."""

    def __init__(self, exemple, indicateur):
        self.exemple, self.lignes = exemple, indicateur.lignes


def test_une_sortie_se_range_par_la_classe_de_son_motif_et_par_son_motif(ici):
    sujets = (
        _sortie(-20),
        _sortie(-20, "cdd_court"),
        _sortie(-20, "formation"),
        _sortie(-20, "chomage"),
        _sortie(-20, "deces"),
        _sortie(-20, heures=149),
        _contrat(-200, -16),
    )
    classes = ("durable", "transition", "positive", "autre", "retrait", "non_examinee", "non_documentee")
    par_classe = ranger(ici, "fins_de_parcours", "classe", *sujets)
    assert par_classe == {classe: (1, int(classe != "non_examinee")) for classe in classes}
    par_motif = tous()["fins_de_parcours"].mesurer_par("motif", LE, ici.organisation)
    motifs = {terme("motif_sortie", code).libelle: 1 for code in ("cdd_court", "formation", "chomage", "deces")}
    assert {str(motif): mesure.total for motif, mesure in par_motif.items()} == motifs | {
        terme("motif_sortie", "cdi_non_aide").libelle: 2,
        "Sortie non documentée": 1,
    }


def test_les_heures_se_rangent_par_ce_qu_elles_servaient_et_par_l_endroit(ici):
    Client.objects.create(organisation=ici.organisation, nom="Serre")
    sujets = (
        _travail((-20, 7)),
        ENGAGEE | _travail((-20, 5), engagement=True, objectif=True),
        ENGAGEE | _travail((-20, 3), engagement=True, anciens_objectifs=[{"au": -19}]),
        {"mises_en_situation": [{"client": {"nom": "Serre"}, "du": -500, "heures": [{"le": -20, "heures": 2}]}]},
        ENGAGEE | _travail((-20, 1), anciens_objectifs=[{"au": -19, "engagement": True, "objectif": True}]),
        ENGAGEE | _travail((-20, 0.5), anciens_objectifs=[{"au": -20, "engagement": True, "objectif": True}]),
    )
    servi = tous()["heures_travaillees"]
    par_engagement = ranger(ici, "heures_travaillees", "engagement servi", *sujets)
    type_ = Engagement.objects.first().type_engagement.libelle
    assert par_engagement == {"Sans engagement": (4, 12.5), type_: (2, 6)}, "ce qu'elles servaient alors, non aujourd'hui"
    par_lieu = servi.mesurer_par("lieu", LE, ici.organisation)
    assert {str(lieu): tuple(m) for lieu, m in par_lieu.items()} == {"Atelier ou chantier": (5, 16.5), "Chez un client": (1, 2)}


def test_les_heures_se_rangent_par_la_nature_de_leur_contrat(ici):
    contrats = [{"debut": -500, "fin_prevue": 90, "nature": "cddi"}]
    sujets = ({"contrats": contrats} | _travail((-20, 7), contrat=True), {"contrats": contrats} | _travail((-20, 5)))
    par_contrat = ranger(ici, "heures_travaillees", "contrat", *sujets)
    assert par_contrat == {terme("nature_contrat", "cddi").libelle: (1, 7), "Non renseigné": (1, 5)}


def test_un_domaine_se_range_par_sa_tendance(ici):
    sujets = (_evaluee((-300, 3), (-10, 2)), _evaluee((-300, 1), (-10, 2)), _evaluee((-300, 2), (-10, 2)))
    par_tendance = ranger(ici, "domaines_en_progres", "tendance", *sujets)
    assert sorted(par_tendance.values()) == [(1, 0), (1, 0), (1, 1)] and len(par_tendance) == 3
    assert {cle: m for cle, m in par_tendance.items() if m == (1, 1)} == {"progresse": (1, 1)}
    par_domaine = tous()["domaines_en_progres"].mesurer_par("domaine", LE, ici.organisation)
    assert {str(nom): tuple(m) for nom, m in par_domaine.items()} == {terme("domaine", "emploi").libelle: (3, 1)}


def test_les_actions_et_les_contacts_se_rangent_par_leur_intitule_et_leur_canal(ici):
    actions = [
        {"phase": "parcours", "actions": [{"le": -9, "etat": etat, "offre": {"intitule": intitule}}]}
        for etat, intitule in (("faite", "CV"), ("absente", "CV"), ("faite", "Code"))
    ]
    assert ranger(ici, "presence_aux_actions", "action", *actions) == {"CV": (2, 1), "Code": (1, 1)}
    contacts = [
        {"contacts": [{"le": -20, "canal": canal}], "informations": [{"le": -20 + jours, "presence": "presente"}]}
        for canal, jours in (("visite", 2), ("visite", 6), ("visite", 7), ("telephone", 9))
    ]
    assert ranger(ici, "delai_d_accueil", "canal", *contacts) == {"Sur place": (3, 6), "Au téléphone": (1, 9)}
