"""Les heures et les ETP de l'équipe permanente : les bornes d'une période, l'annexe que l'on lit (OBS-1, nomenclatures §4)."""

from datetime import date, timedelta

import pytest

from cedre.comptes.models import Organisation
from cedre.core.indicateurs import tous
from cedre.core.periodes import Periode
from cedre.observatoire.models import AnnexeFinanciere, HeuresDePermanents

DU, AU = date(2026, 1, 1), date(2026, 6, 30)
SEMESTRE = Periode(DU, AU, date(2026, 7, 15))
JOUR = timedelta(days=1)


def noter(monde, du: date, au: date, heures: float = 91, sorte: str = "direction") -> None:
    """Ces heures de permanents, chez cette structure."""
    HeuresDePermanents.objects.create(organisation=monde.organisation, sorte=sorte, du=du, au=au, heures=heures)


def annexe(monde, type_siae: str, heures_etp: int, du: date = DU, au: date = AU) -> AnnexeFinanciere:
    """Une annexe financière de cette structure."""
    dite = {"numero": f"{type_siae} {heures_etp}", "type_siae": type_siae, "heures_etp": heures_etp, "etp": 4}
    return AnnexeFinanciere.objects.create(organisation=monde.organisation, du=du, au=au, **dite)


def mesure(monde, code: str, quand: Periode = SEMESTRE) -> tuple:
    """Combien de lignes, et ce qu'elles valent."""
    total, atteint = tous()[code].mesurer(monde.organisation, quand)
    return total, float(atteint)


@pytest.fixture(autouse=True)
def en_chantier(ici):
    """La structure est un chantier, sans annexe ni heures."""
    HeuresDePermanents.objects.all().delete()
    AnnexeFinanciere.objects.all().delete()
    Organisation.objects.filter(pk=ici.organisation.pk).update(type_siae="ACI")


@pytest.mark.parametrize(
    ("du", "au", "vue", "compte"),
    [
        (DU, AU, AU, True),
        (DU - JOUR, AU, AU, False),
        (DU, AU + JOUR, AU + JOUR, False),
        (DU, AU, AU - JOUR, False),
    ],
)
def test_des_heures_de_permanents_comptent_si_leur_temps_tient_dans_la_periode_et_s_il_est_fini(
    ici, ailleurs, du, au, vue, compte
):
    noter(ici, du, au)
    noter(ailleurs, DU, AU)
    assert mesure(ici, "heures_des_permanents", Periode(DU, AU, vue)) == ((1, 91) if compte else (0, 0))


def test_un_etp_se_divise_par_les_heures_de_l_annexe_en_vigueur_le_dernier_jour(ici, ailleurs):
    noter(ici, DU, AU, 910)
    annexe(ailleurs, "ACI", 1820)
    assert mesure(ici, "etp_des_permanents") == (0, 0), "sans annexe, rien ne se devine"
    annexe(ici, "ACI", 1000, au=AU - JOUR)
    assert mesure(ici, "etp_des_permanents") == (0, 0)
    annexe(ici, "EI", 1300, du=AU)
    assert mesure(ici, "etp_des_permanents") == (1, 0.7), "à défaut de la sienne, la dernière commencée"
    annexe(ici, "ACI", 1820)
    assert mesure(ici, "etp_des_permanents") == (1, 0.5)


def test_un_avenant_ne_change_pas_les_etp_d_avant_lui(ici):
    convenue = annexe(ici, "ACI", 1000)
    noter(ici, DU, date(2026, 1, 31), 100)
    noter(ici, date(2026, 2, 1), date(2026, 2, 28), 100)
    convenue.anciennes.create(au=date(2026, 2, 28), heures_etp=2000, etp=4)
    assert mesure(ici, "etp_des_permanents") == (2, 0.15)


def test_les_heures_de_permanents_se_rangent_par_sorte_de_personnel(ici):
    noter(ici, DU, AU, 10)
    noter(ici, DU, AU, 5.25, "encadrement")
    par_sorte = tous()["heures_des_permanents"].mesurer_par("sorte de personnel", SEMESTRE, ici.organisation)
    assert {sorte: float(m.atteint) for sorte, m in par_sorte.items()} == {
        "Direction, coordination": 10,
        "Encadrement technique": 5.25,
    }
