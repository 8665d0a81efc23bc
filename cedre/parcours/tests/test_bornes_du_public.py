"""Le public, les salariés, les parcours, les freins d'une période : leurs bornes, leurs coupes, et ce qui se ferme (OBS-1)."""

from collections import Counter
from datetime import timedelta

import pytest

from cedre.conftest import terme
from cedre.core.dates import UN_JOUR
from cedre.core.indicateurs import tous
from cedre.core.periodes import mois
from cedre.parcours.indicateurs.bilans import CLOS, _sujet
from cedre.parcours.indicateurs.coupes import Traversee
from cedre.parcours.indicateurs.engagements import _engage
from cedre.parcours.indicateurs.freins import Devenir, PriseEnCompte, evaluee
from cedre.parcours.indicateurs.offre import _propose
from cedre.parcours.indicateurs.public import VUE, _suite
from cedre.parcours.indicateurs.trajectoires import _etapes
from cedre.parcours.models import Phase
from cedre.parcours.models.etape import Etape
from cedre.parcours.models.situation import NON_DIT
from cedre.parcours.tests.exemples import LE
from cedre.parcours.tests.test_bornes_des_periodes import AU, DU, RECU, RIEN, jouer, lus, periode
from cedre.structures.models import Domaine, Echelon, Grille

PERIODE = periode(DU, AU, 0)


def _demande(*jours: int, entretiens=(), informations=()) -> dict:
    return {"contacts": [{"le": le} for le in jours], "entretiens": [*entretiens], "informations": [*informations]}


def _salariee(debut: int, fin: int | None, **heures: float) -> dict:
    """heures : par jour, nommé « j50 » cinquante jours avant celui de l'exemple."""
    faites = [{"le": -int(jour[1:]), "heures": nombre} for jour, nombre in heures.items()]
    travail = [{"atelier": "Jardin", "du": -900, "heures": faites}]
    return {"contrats": [{"debut": debut, "fin_prevue": fin, "nature": "cddi"}], "mises_en_situation": travail}


def _sortie(le: int, *evaluations: tuple[int, str], avant: int | None = None, dite: str = "stable") -> dict:
    vues = [{"le": jour, "trajectoire": quoi, "statut_social": quoi, "validee_le": jour} for jour, quoi in evaluations]
    sorties = [{"le": le, "motif": "cdi_non_aide", "trajectoire": dite, "statut_social": dite}]
    sorties += [{"le": avant, "motif": "cdi_non_aide"}] if avant is not None else []
    return {"phase": "sortie", "evaluations": vues, "sorties": sorties}


def _bilan(le: int, clos_le: int | None = None, **dit) -> dict:
    return _sujet(CLOS | {"le": le, "clos_le": le if clos_le is None else clos_le} | dit)


def _etape(du: int, au: int | None) -> dict:
    """Un frein d'emploi, et cette seule étape."""
    return evaluee((-500, 2, None)) | _etapes((du, au))


CAS = {
    "public_accueilli": [
        (_demande(DU - 1), RIEN),
        (_demande(DU), (1, 0)),
        (_demande(AU), (1, 0)),
        (_demande(AU + 1), RIEN),
        (_demande(DU, DU - 1), RIEN),
        (_demande(DU, informations=[VUE | {"le": DU - 1}]), (1, 0)),
        (_demande(DU, informations=[VUE | {"le": DU}]), (1, 1)),
        (_demande(DU, entretiens=[RECU | {"le": 0}]), (1, 1)),
        (_demande(DU, entretiens=[RECU | {"le": 1}]), (1, 0)),
        (_demande(DU, entretiens=[{"le": -50, "etat": "absent"}]), (1, 0)),
    ],
    "demandes_recues": [
        (_demande(DU - 1, DU, AU, AU + 1), (2, 0)),
        ({"contacts": [{"le": -50, "prescripteur": "ccas"}, {"le": -49, "prescripteur": "orienteur"}]}, (2, 1)),
    ],
    "suites_donnees": [(_suite(DU - 1), RIEN), (_suite(DU), (1, 1)), (_suite(AU), (1, 1)), (_suite(AU + 1), RIEN)],
    "salaries_en_insertion": [
        (_salariee(-500, None, j101=7), RIEN),
        (_salariee(-500, None, j100=1), (1, 1)),
        (_salariee(-500, None, j40=1), (1, 1)),
        (_salariee(-500, None, j39=7), RIEN),
        (_salariee(-500, None, j50=0.5, j49=0.25), RIEN),
        (_salariee(-500, None, j50=0.5, j49=0.5), (1, 1)),
        (_salariee(-500, DU - 1, j100=7), RIEN),
        (_salariee(-500, DU, j100=7), (1, 0)),
        (_salariee(-500, AU - 1, j100=7), (1, 0)),
        (_salariee(-500, AU, j100=7), (1, 1)),
        (_salariee(AU, None, j40=7), (1, 1)),
        (_salariee(AU + 1, None, j40=7), RIEN),
    ],
    "parcours_de_la_periode": [
        (_etapes((-900, DU - 1)), RIEN),
        (_etapes((-900, DU)), (1, 1)),
        (_etapes((-900, AU)), (1, 1)),
        (_etapes((-900, AU + 1)), (1, 0)),
        (_etapes((AU, None)), (1, 0)),
        (_etapes((AU + 1, None)), RIEN),
        (_etapes((-900, -90), (-60, None)), (2, 1)),
    ],
    "duree_de_parcours": [
        (_etapes((DU - 11, DU - 1)), RIEN),
        (_etapes((DU - 10, DU)), (1, 10)),
        (_etapes((AU - 3, AU)), (1, 3)),
        (_etapes((AU - 3, AU + 1)), RIEN),
    ],
    "delai_jusqu_au_contrat": [
        (_etapes((DU - 1, None)) | _demande(DU - 9), RIEN),
        (_etapes((DU, None)) | _demande(DU - 5, DU - 2), (1, 5)),
        (_etapes((AU, None)) | _demande(AU), (1, 0)),
        (_etapes((AU + 1, None)) | _demande(AU), RIEN),
        (_etapes((-50, None)) | _demande(-49), RIEN),
        (_etapes((-300, -60), (-50, None)) | _demande(-310, -60), (1, 10)),
        (_etapes((-300, -60), (-50, None)) | _demande(-310, -61), RIEN),
    ],
    **dict.fromkeys(
        ("carriere_a_la_sortie", "statut_social_a_la_sortie"),
        [
            (_sortie(DU - 1, (-300, "precaire")), RIEN),
            (_sortie(DU, (-300, "precaire")), (1, 1)),
            (_sortie(AU, (-300, "instable")), (1, 1)),
            (_sortie(AU + 1, (-300, "precaire")), RIEN),
            (_sortie(-50, (-50, "precaire")), (1, 1)),
            (_sortie(-50, (-49, "precaire")), (1, 0)),
            (_sortie(-50, (-60, "stable"), (-300, "precaire")), (1, 1)),
            (_sortie(-50, (-300, "precaire"), (-299, "stable"), avant=-300), (1, 0)),
            (_sortie(-50, (-300, "stable"), (-299, "precaire"), avant=-300), (1, 1)),
            (_sortie(-50, (-300, "stable"), dite="precaire"), (1, 0)),
            (_sortie(-50, (-300, "stable"), dite="stable"), (1, 0)),
        ],
    ),
    "engagements_de_la_periode": [
        (_engage(-900, DU - 1), RIEN),
        (_engage(-900, DU), (1, 1)),
        (_engage(-900, AU), (1, 1)),
        (_engage(-900, AU + 1), (1, 0)),
        (_engage(AU), (1, 0)),
        (_engage(AU + 1), RIEN),
        (_engage(-50, -50), RIEN),
        (_engage(-50, etat="projet"), RIEN),
    ],
    "bilans_de_la_periode": [
        (_bilan(DU - 1), RIEN),
        (_bilan(DU), (1, 0)),
        (_bilan(AU, remises=[{"le": 0, "contenu": {}}]), (1, 1)),
        (_bilan(AU, remises=[{"le": 1, "contenu": {}}]), (1, 0)),
        (_bilan(AU + 1), RIEN),
        (_bilan(-50, 0), (1, 0)),
        (_bilan(-50, 1), RIEN),
    ],
    "causes_d_exclusion": [
        (evaluee((DU - 1, 1, 1)), RIEN),
        (evaluee((DU, 1, 0)), (2, 1)),
        (evaluee((AU, 0, None)), (1, 0)),
        (evaluee((AU + 1, 1, 1)), RIEN),
        (evaluee((-50, 1, 1), (-60, 0, None)), (1, 0)),
        (evaluee((-50, 1, None), (-50, 0, 2)), (1, 1)),
        (evaluee((-50, 1, 1), validee_le=0), (2, 2)),
        (evaluee((-50, 1, 1), validee_le=1), RIEN),
    ],
    "offre_manquante": [
        (evaluee((DU - 1, 1, 1)), RIEN),
        (evaluee((DU, 1, 0), **_propose("emploi", (-900, DU - 1), (DU, DU + 1), (-50, None))), (1, 0)),
        (evaluee((DU - 1 + 2, 1, 0)), (1, 1)),
        (evaluee((-50, 1, 2)), (2, 1)),
        (evaluee((-51, 1, 0)), (1, 1)),
        (evaluee((AU, 0, 1), **_propose("logement", (-900, None), nature="travail")), (1, 1)),
        (evaluee((AU + 1, 1, 1)), RIEN),
        (evaluee((-50, 2, 2), validee_le=1), RIEN),
    ],
    "freins_des_parcours": [
        (_etape(-900, DU - 1), RIEN),
        (_etape(-900, DU), (1, 0)),
        (_etape(AU, None), (1, 0)),
        (_etape(AU + 1, None), RIEN),
        (evaluee((AU, 1, 0)), (1, 0)),
        (evaluee((AU + 1, 1, 1)), RIEN),
        (evaluee((-300, 3, 3), (AU, 0, None)), (2, 1)),
        (evaluee((-300, 3, None), (AU + 1, 0, None)), (1, 0)),
        (evaluee((-300, 3, None), (-50, 0, None), (-45, 1, None)), (1, 0)),
        (evaluee((-300, 3, None), (-45, 0, None), (-50, 1, None)), (1, 1)),
        (evaluee((-50, 3, None), validee_le=1), RIEN),
    ],
}


@pytest.mark.parametrize("code", CAS)
def test_une_periode_va_de_son_premier_a_son_dernier_jour_compris(ici, code):
    sujets, attendus = zip(*CAS[code], strict=True)
    assert lus(code, jouer(ici, code, sujets), PERIODE) == [*attendus]


VUES = {  # code : le sujet, ce qu'on en lit, et le premier jour où l'on pouvait le lire
    "public_accueilli": (_demande(-50), (1, 0), -50),
    "demandes_recues": (_demande(-50), (1, 0), -50),
    "suites_donnees": (_suite(-50), (1, 1), -50),
    "salaries_en_insertion": (_salariee(-500, None, j50=7), (1, 1), -50),
    "parcours_de_la_periode": (_etapes((-50, None)), (1, 0), -50),
    "duree_de_parcours": (_etapes((-70, -50)), (1, 20), -50),
    "delai_jusqu_au_contrat": (_etapes((-50, None)) | _demande(-60), (1, 10), -50),
    "carriere_a_la_sortie": (_sortie(-50, (-300, "precaire")), (1, 1), -50),
    "engagements_de_la_periode": (_engage(-50), (1, 0), -50),
    "bilans_de_la_periode": (_bilan(-50, -20), (1, 0), -20),
    "causes_d_exclusion": (evaluee((-50, 1, 0), validee_le=-20), (2, 1), -20),
    "offre_manquante": (evaluee((-50, 1, 0), validee_le=-20), (1, 1), -20),
    "freins_des_parcours": (evaluee((-50, 1, 0), validee_le=-20), (1, 0), -20),
}


@pytest.mark.parametrize("code", VUES)
def test_ce_que_l_on_a_su_apres_le_jour_ou_l_on_regarde_ne_compte_pas(ici, code):
    sujet, lu, premier = VUES[code]
    racines = jouer(ici, code, (sujet,))
    assert [lus(code, racines, periode(DU, AU, vue)) for vue in (premier - 1, premier, 0)] == [[RIEN], [lu], [lu]]


def coupe(monde, code: str, nom: str, *sujets: dict) -> list[list[str]]:
    """Ce que dit cette coupe des lignes de chacun."""
    racines, faits = jouer(monde, code, sujets), [*tous()[code].faits(PERIODE, monde.organisation)]
    return [sorted(fait.coupes[nom] for fait in faits if fait.sujet == racine.pk) for racine in racines]


def test_ce_qui_ne_travaille_pas_en_insertion_n_est_pas_un_salarie_en_insertion(ici):
    sujets = (_salariee(-500, None, j50=7), _salariee(-500, None, j50=7))
    racines = jouer(ici, "salaries_en_insertion", sujets)
    racines[0].contrats.update(nature=terme("nature_contrat", "cdi"))
    assert lus("salaries_en_insertion", racines, PERIODE) == [RIEN, (1, 1)]


PASSAGES = {
    Traversee.DEMEURE: (DU - 1, AU + 1),
    Traversee.SORT: (DU - 1, AU),
    Traversee.ENTRE: (DU, AU + 1),
    Traversee.PASSE: (DU, AU),
}


@pytest.mark.parametrize("code, batir", [("parcours_de_la_periode", _etapes), ("engagements_de_la_periode", None)])
def test_on_demeure_on_entre_on_sort_ou_l_on_ne_fait_que_passer(ici, code, batir):
    sujets = [batir(jours) if batir else _engage(*jours) for jours in PASSAGES.values()]
    assert coupe(ici, code, "mouvement", *sujets) == [[dit.value] for dit in PASSAGES]


def test_les_presents_de_la_veille_plus_les_entrees_moins_les_sorties_sont_ceux_du_dernier_soir(ici):
    jouer(ici, "parcours_de_la_periode", tuple(sujet for sujet, _ in CAS["parcours_de_la_periode"]))
    for rang in range(12):
        du_mois = mois(LE - timedelta(days=30 * rang))
        faits = tous()["parcours_de_la_periode"].faits(du_mois, ici.organisation)
        vus = Counter(fait.coupes["mouvement"] for fait in faits)
        entrees, sorties = (vus[un.value] + vus[Traversee.PASSE.value] for un in (Traversee.ENTRE, Traversee.SORT))
        siennes = Etape.objects.filter(phase=Phase.PARCOURS, personne__organisation=ici.organisation)
        veille, dernier_soir = (siennes.au_jour(le).count() for le in (du_mois.du - UN_JOUR, du_mois.au))
        assert veille + entrees - sorties == dernier_soir, du_mois
        assert tous()["parcours_de_la_periode"].mesurer(ici.organisation, du_mois).atteint == sorties


def test_les_freins_se_ferment_leves_alleges_stables_aggraves_et_pas_reevalues(ici):
    par_cas = {
        Devenir.LEVE: evaluee((-300, 3, 0), (-50, 0, 3)),
        Devenir.ALLEGE: evaluee((-300, 3, 0), (-50, 2, 3)),
        Devenir.STABLE: evaluee((-300, 2, 0), (-50, 2, 3)),
        Devenir.AGGRAVE: evaluee((-300, 1, 0), (-50, 2, 3)),
        Devenir.PAS_REVU: evaluee((-300, 1, 0), (-50, None, 3)),
    }
    assert coupe(ici, "freins_des_parcours", "devenir", *par_cas.values()) == [[dit.value] for dit in par_cas]
    freins = tous()["freins_des_parcours"]
    concernes, devenus = freins.mesurer(ici.organisation, PERIODE), freins.mesurer_par("devenir", PERIODE, ici.organisation)
    assert sum(mesure.total for mesure in devenus.values()) == concernes.total == 5
    assert devenus[Devenir.LEVE.value] == (1, 1) and concernes.atteint == 1


def test_un_frein_se_compare_sur_l_echelle_de_sa_grille(ici):

    racines = jouer(ici, "freins_des_parcours", (evaluee((-300, 2, None), (-50, 2, None)),))
    courte = Grille.objects.create(organisation=ici.organisation, version=9, publiee_le=LE)
    Echelon.objects.bulk_create(Echelon(grille=courte, valeur=v, libelle=str(v)) for v in range(3))
    _, derniere = racines[0].evaluations.order_by("le")
    for cotation in derniere.cotations.all():
        cotation.domaine = Domaine.objects.create(grille=courte, theme=cotation.domaine.theme, libelle="Repris")
        cotation.save()
    derniere.grille = courte
    derniere.save()
    lu = [fait.coupes["devenir"] for fait in tous()["freins_des_parcours"].faits(PERIODE, ici.organisation)]
    assert lu == [Devenir.AGGRAVE.value], "deux sur trois n’est pas deux sur quatre"


@pytest.mark.parametrize(
    "actions, dit",
    [
        ([(-50, "faite", False)], PriseEnCompte.DEDANS),
        ([(DU, "faite", True)], PriseEnCompte.DEHORS),
        ([(AU, "faite", True), (-50, "faite", False)], PriseEnCompte.LES_DEUX),
        ([(DU - 1, "faite", False), (AU + 1, "faite", True), (-50, "absente", False)], PriseEnCompte.NULLE_PART),
    ],
)
def test_un_frein_est_travaille_par_les_actions_faites_sur_son_theme(ici, actions, dit):
    faites = [{"le": le, "etat": etat, "offre": {"intitule": f"Action {dehors}"}} for le, etat, dehors in actions]
    racines = jouer(ici, "freins_des_parcours", (evaluee((-300, 2, 2), actions=faites),))
    for action in racines[0].actions.select_related("offre"):
        action.offre.themes.set(ici.grille.domaines.filter(theme__code="logement").values_list("theme", flat=True))
        action.offre.partenaire = ici.partenaire if action.offre.intitule.endswith("True") else None
        action.offre.save()
    faits = [*tous()["freins_des_parcours"].faits(PERIODE, ici.organisation)]
    lu = {fait.coupes["domaine"]: fait.coupes["travaillé"] for fait in faits}
    assert lu == {"Logement": dit.value, "Emploi": PriseEnCompte.NULLE_PART.value}


def test_un_domaine_dit_le_frein_de_l_agence_qui_lui_correspond(ici):
    assert coupe(ici, "causes_d_exclusion", "frein", evaluee((-50, 1, 1))) == [
        ["Hors des huit freins de l’agence", "hébergement/logement"]
    ]


@pytest.mark.parametrize(
    "resultats, dit",
    [
        ((), "Pas encore de bilan"),
        (("",), "Pas encore de bilan"),
        (("atteint", "atteint"), "Objectifs atteints"),
        (("atteint", "non_atteint"), "Atteints en partie"),
        (("en_partie", "non_atteint"), "Atteints en partie"),
        (("non_atteint", "abandonne"), "Pas atteints"),
    ],
)
def test_un_engagement_dit_ce_que_ses_bilans_clos_disent_de_ses_objectifs(ici, resultats, dit):
    engagement = _engage(-300, objectifs=[{"libelle": "Un"}, {"libelle": "Deux"}], bilans=[CLOS | {"le": -50, "clos_le": -50}])
    racine = jouer(ici, "engagements_de_la_periode", (engagement,))[0]
    bilan, objectifs = racine.bilans.get(), racine.engagements.get().objectifs.all()
    for objectif, resultat in zip(objectifs, resultats, strict=False):
        bilan.objectifs_evalues.create(objectif=objectif, resultat=resultat)
    faits = [*tous()["engagements_de_la_periode"].faits(PERIODE, ici.organisation)]
    assert [fait.coupes["résultat"] for fait in faits] == [dit]
    racine.bilans.update(etat="en_cours", clos_le=None, clos_jour=None)
    assert [f.coupes["résultat"] for f in tous()["engagements_de_la_periode"].faits(PERIODE)] == ["Pas encore de bilan"]


@pytest.mark.parametrize("au, dit", [(-39, "Objectifs atteints"), (-40, "Pas encore de bilan")])
def test_un_bilan_rouvert_depuis_ne_change_pas_le_resultat_d_un_engagement_de_la_periode_close(ici, au, dit):
    """La période finit à J-40 : rouvert ce jour-là, le bilan n’était plus clos le soir ; rouvert le lendemain, il l’était."""
    bilan = {"etat": "en_cours", "le": -50, "clotures_rouvertes": [{"du": -50, "au": au, "redige": True}]}
    evalue = {"objectifs_evalues": [{"objectif": True, "resultat": "atteint"}]}
    jouer(ici, "engagements_de_la_periode", (_engage(-300, objectifs=[{"libelle": "Un"}], bilans=[bilan | evalue]),))
    faits = tous()["engagements_de_la_periode"].faits(periode(DU, AU, AU), ici.organisation)
    assert [fait.coupes["résultat"] for fait in faits] == [dit]


@pytest.mark.parametrize(
    "code, au", [("parcours_de_la_periode", -50), ("parcours_de_la_periode", None), ("delai_jusqu_au_contrat", None)]
)
def test_un_parcours_se_range_par_son_engagement_au_jour_du_fait(ici, code, au):
    """L’un commencé avant le parcours et clos, l’autre le dernier jour du parcours, ou de la période, un dernier ensuite."""
    fin = au or AU
    pris = [(-300, "decouverte"), (fin, "mobilisation"), (fin + 1, "validation")]
    engagements = [{"etat": "clos", "debut": le, "clos_le": 0, "type_engagement": de} for le, de in pris]
    sujet = _etapes((DU, au)) | _demande(DU) | {"engagements": engagements}
    attendu = terme("type_engagement", "decouverte" if code == "delai_jusqu_au_contrat" else "mobilisation").libelle
    assert coupe(ici, code, "type d’engagement", sujet) == [[attendu]]


def test_d_ou_vers_ou_se_lit_meme_quand_rien_n_est_dit(ici):
    sujets = (_sortie(-50, (-300, "precaire")), _sortie(-50, dite=""))
    attendu = [["Précaire → Stable"], [f"{NON_DIT} → {NON_DIT}"]]
    assert coupe(ici, "carriere_a_la_sortie", "de … à …", *sujets) == attendu


def test_une_suite_dit_sa_nature_et_son_motif_et_une_demande_qui_l_adresse(ici):
    dite = _suite(-50, nature="sans_suite", motif={"code": "renonce", "liste": "motif_sans_suite"})
    assert coupe(ici, "suites_donnees", "motif", _suite(-50), dite) == [["Inscription"], ["Ne souhaite pas poursuivre"]]
    assert coupe(ici, "suites_donnees", "suite", _suite(-50), dite) == [["Inscription"], ["Clôture sans suite"]]
    adressee = {"contacts": [{"le": -50, "prescripteur": "ccas", "canal": "telephone"}, {"le": -50}]}
    assert coupe(ici, "demandes_recues", "prescripteur", adressee) == [["CCAS", NON_DIT]]
    assert coupe(ici, "demandes_recues", "canal", adressee) == [["Au téléphone", "Sur place"]]


@pytest.mark.parametrize("code", [*CAS])
def test_chaque_figure_est_celle_de_ses_faits_et_chaque_coupe_la_partage(ici, ailleurs, code):
    jouer(ici, code, tuple(sujet for sujet, _ in CAS[code]))
    indicateur = tous()[code]
    faits = [*indicateur.faits(PERIODE, ici.organisation)]
    mesure = indicateur.mesurer(ici.organisation, PERIODE)
    assert indicateur.agreger(faits) == mesure and mesure.total
    for nom, par_valeur in indicateur.agreger_par_coupe(faits).items():
        assert sum(m.total for m in par_valeur.values()) == mesure.total, nom
        if indicateur.s_additionne:
            assert sum(m.atteint for m in par_valeur.values()) == mesure.atteint, nom
