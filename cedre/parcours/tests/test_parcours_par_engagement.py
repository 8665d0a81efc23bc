"""Les parcours comparés par type d'engagement : les indicateurs et leur coupe, rien d'autre (OBS-4)."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import Case, CharField, Value, When
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Habilitation
from cedre.conftest import terme
from cedre.core.indicateurs import INCONNUE, Indicateur, Mesure, tous
from cedre.observatoire.comparaison import comparer
from cedre.parcours.models import Bilan, Engagement, Sortie

ADRESSE = "observatoire:par_engagement"


def jour(decalage: int = 0):
    """Un jour, compté depuis aujourd'hui."""
    return timezone.localdate() + timedelta(days=decalage)


def engager(monde, code: str, debut: int, **champs) -> Engagement:
    """Un engagement de la personne, de ce type, commencé ce jour-là."""
    dit = {"personne": monde.personne, "type_engagement": terme("type_engagement", code), "debut": jour(debut)}
    return Engagement.objects.create(**dit, **{"etat": "en_cours", **champs})


def avec_resultat() -> Indicateur:
    """Les engagements en cours, rangés aussi par ce qu'ils deviennent : ceux que conduit quelqu'un, ou personne."""
    dit = Case(When(conduit_par=None, then=Value("Pas atteints")), default=Value("Objectifs atteints"), output_field=CharField())
    remis = tous()["engagement_remis"]
    return replace(remis, coupes=remis.coupes | {"résultat": lambda le: dit})


def ligne(monde, code: str, le=None) -> dict[str, Mesure]:
    """Ce que le tableau dit de cet indicateur, par type, et pour tous."""
    _, lignes = comparer(monde.organisation, le or jour())
    trouvee = next(une for une in lignes if une.indicateur.code == code)
    return {str(nom): mesure for nom, mesure in trouvee.par_type if mesure.total} | {"tous": trouvee.ensemble}


def test_un_bilan_se_range_par_son_engagement_et_non_par_celui_qui_court(embauchee):
    ancien = engager(embauchee, "mobilisation", -200, etat="clos", clos_le=jour(-60))
    clos = {"etat": "clos", "clos_le": timezone.now() - timedelta(days=60), "suite": "prolonger", "suite_le": jour(-60)}
    Bilan.objects.create(personne=embauchee.personne, engagement=ancien, le=jour(-70), **clos)
    mobilisation, decouverte = ancien.type_engagement.libelle, embauchee.engagement.type_engagement.libelle
    assert ligne(embauchee, "bilan_tenu") == {mobilisation: (1, 1), "tous": (1, 1)}
    assert {nom: m.total for nom, m in ligne(embauchee, "engagement_formalise").items()} == {decouverte: 1, "tous": 1}


def test_une_sortie_se_range_par_le_dernier_engagement_commence_avant_elle(embauchee):
    engager(embauchee, "mobilisation", -200, etat="clos", clos_le=jour(-100))
    dernier = engager(embauchee, "validation", -99, etat="clos", clos_le=jour(-20))
    Sortie.objects.create(personne=embauchee.personne, le=jour(-40), motif=terme("motif_sortie", "cdi_non_aide"))
    engager(embauchee, "mobilisation", -39)
    assert ligne(embauchee, "fins_de_parcours")[dernier.type_engagement.libelle].total == 1


def test_chaque_case_est_la_coupe_de_son_indicateur_et_leur_somme_son_nombre(embauchee):
    engager(embauchee, "mobilisation", -10)
    types, lignes = comparer(embauchee.organisation, jour())
    assert len(types) == 2 and len(lignes) >= 8, "deux types ont de quoi se compter"
    for une in lignes:
        mesure = tous()[une.indicateur.code].mesurer(embauchee.organisation, jour())
        assert (une.ensemble.total if une.detail else une.ensemble) == (mesure.total if une.detail else mesure)
        if une.indicateur.s_additionne:
            assert sum(mesure.total for _, mesure in une.par_type) == une.ensemble.total, une.indicateur.code
        assert [nom for nom, _ in une.par_type] == types


def test_les_types_suivent_le_cadre_commun_et_ce_qui_n_est_d_aucun_vient_a_la_fin(embauchee):
    engager(embauchee, "mobilisation", -10)
    embauchee.personne.mises_en_situation.update(engagement=None, objectif=None)
    types, _ = comparer(embauchee.organisation, jour())
    assert types[-1] == "Sans engagement"
    cadre = [t.libelle for t in terme("type_engagement", "decouverte").__class__.objects.de("type_engagement")]
    assert types[:-1] == [libelle for libelle in cadre if libelle in types]


@pytest.mark.parametrize("role, exact", [("cip", True), ("direction", True), ("ca", False)])
def test_hors_de_l_equipe_le_tableau_tait_les_petits_nombres(embauchee, role, exact):
    page = embauchee.client(role).get(reverse(ADRESSE)).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert bool(re.search(r"\d sur \d", page)) is exact
    assert ("moins de cinq engagements en cours" in page) is not exact


def test_d_avant_que_la_structure_tienne_cedre_il_n_y_a_pas_de_nombre(embauchee):
    Habilitation.objects.filter(organisation=embauchee.organisation).update(depuis=timezone.now())
    _, lignes = comparer(embauchee.organisation, jour(-20))
    assert {une.ensemble.inconnue for une in lignes} == {"pas encore tenu"}
    page = embauchee.client("direction").get(reverse(ADRESSE), {"le": str(jour(-20))})
    assert page.status_code == 200 and page.context["le"] == jour(-20)
    vierge = embauchee.client("ca").get(reverse(ADRESSE), {"le": "2026-03-17"}).context["le"]
    assert (vierge + timedelta(days=1)).day == 1, "au conseil, du passé, une fin de mois"


def test_ce_qui_ne_se_sait_pas_d_un_indicateur_n_est_pas_rien_a_compter(embauchee, monkeypatch):
    def mesurer(indicateurs, *dits):
        return {i.code: INCONNUE if i.code == "bilan_remis" else i.mesurer(*dits) for i in indicateurs}

    monkeypatch.setattr("cedre.observatoire.comparaison.mesurer", mesurer)
    types, lignes = comparer(embauchee.organisation, jour())
    dits = {une.indicateur.code: {mesure.inconnue for _, mesure in une.par_type} for une in lignes}
    assert types and dits["bilan_remis"] == {"inconnu"} and dits["bilan_tenu"] == {""}


def test_ce_qu_un_engagement_devient_se_croise_avec_son_type(embauchee, ailleurs, monkeypatch):
    monkeypatch.setattr("cedre.observatoire.comparaison.tous", lambda: {"engagement_remis": avec_resultat()})
    for _ in range(2):
        engager(embauchee, "mobilisation", -10, conduit_par=embauchee.qui)
    engager(embauchee, "mobilisation", -10)
    engager(ailleurs, "mobilisation", -10)
    types, lignes = comparer(embauchee.organisation, jour())
    assert [une.detail for une in lignes] == ["", "Objectifs atteints", "Pas atteints"]
    lus = [{str(nom): tuple(mesure) for nom, mesure in une.par_type} | {"tous": tuple(une.ensemble)} for une in lignes[1:]]
    decouverte, mobilisation = embauchee.engagement.type_engagement.libelle, terme("type_engagement", "mobilisation").libelle
    assert types == [decouverte, mobilisation]
    assert lus == [
        {decouverte: (1, 1), mobilisation: (3, 2), "tous": (4, 3)},
        {decouverte: (1, 0), mobilisation: (3, 1), "tous": (4, 1)},
    ]
    page = embauchee.client("direction").get(reverse(ADRESSE)).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "dont : Objectifs atteints" in page and "2 sur 3" in page
    assert len(comparer(embauchee.organisation, jour(-1))[1]) == 1, "d’un jour passé, rien ne se croise"
