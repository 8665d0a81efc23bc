"""Les nouvelles prises après une sortie : à leur jour, et ce qu'elles disent (INS-8)."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.urls import reverse
from django.utils import timezone

from cedre.conftest import terme
from cedre.parcours.models import Sortie, SuiviSortie
from cedre.parcours.operations import sorties as gestes


def dans(jours: int) -> date:
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=jours)


def adresse(route: str, ligne) -> str:
    """L'adresse de la route, pour cette ligne."""
    return reverse(f"parcours:{route}", args=[ligne.pk])


def sortir(monde) -> Sortie:
    """La sortie de la personne, aujourd'hui."""
    sortie = Sortie(personne=monde.personne, motif=terme("motif_sortie", "cdi_non_aide"), trajectoire="stable")
    return gestes.sortir(sortie, motif_rupture=terme("motif_rupture", "embauche"), par=monde.hab["cip"])


def a_trois_mois(monde, prevu_le: date | None = None) -> SuiviSortie:
    """Les nouvelles à trois mois, que le calendrier attend ce jour-là (aujourd'hui par défaut)."""
    sortir(monde).suivis.filter(mois=3).update(prevu_le=prevu_le or dans(0))
    return SuiviSortie.objects.get(sortie__personne=monde.personne, mois=3)


@pytest.fixture
def en_parcours(embauchee):
    """La personne embauchée, sans sa sortie d'autrefois."""
    embauchee.personne.sorties.all().delete()
    return embauchee


def test_le_jour_de_la_sortie_on_ne_prend_pas_les_nouvelles_a_trois_mois(en_parcours, cip):
    suivi = sortir(en_parcours).suivis.get(mois=3)
    assert adresse("suivi_sortie", suivi) not in cip.get(adresse("sortie_fiche", suivi.sortie)).content.decode()
    reponse = cip.post(adresse("suivi_sortie", suivi), {"fait_le": dans(0).isoformat(), "jointe": "non"})
    (refus,) = reponse.context["form"].errors["fait_le"]
    assert f"{suivi.prevu_le - relativedelta(months=1):%d/%m/%Y}" in refus and "échange" in refus
    suivi.refresh_from_db()
    assert suivi.fait_le is None


@pytest.mark.parametrize("avance, prises", [(28, True), (32, False)])
def test_les_nouvelles_se_prennent_jusqu_a_un_mois_d_avance(en_parcours, cip, avance, prises):
    suivi = a_trois_mois(en_parcours, dans(avance))
    assert (adresse("suivi_sortie", suivi) in cip.get(adresse("sortie_fiche", suivi.sortie)).content.decode()) is prises
    cip.post(adresse("suivi_sortie", suivi), {"fait_le": dans(0).isoformat(), "jointe": "non"})
    suivi.refresh_from_db()
    assert (suivi.fait_le is not None) is prises


def test_des_nouvelles_disent_si_l_on_a_pu_parler_et_si_elle_a_un_emploi(en_parcours, cip):
    suivi = a_trois_mois(en_parcours)
    envoi = {"fait_le": dans(0).isoformat(), "jointe": "oui", "situation": "Toujours au lycée"}
    assert cip.post(adresse("suivi_sortie", suivi), envoi).context["form"].errors.keys() == {"activite"}
    cip.post(adresse("suivi_sortie", suivi), envoi | {"activite": "emploi"})
    suivi.refresh_from_db()
    assert (suivi.fait_le, suivi.jointe, suivi.activite, suivi.situation) == (dans(0), True, "emploi", "Toujours au lycée")
    assert suivi.en_emploi is True
    cip.post(adresse("suivi_sortie", suivi), envoi | {"activite": "formation"})
    suivi.refresh_from_db()
    assert (suivi.activite, suivi.en_emploi) == ("formation", False)
    assert "En formation" in cip.get(adresse("sortie_fiche", suivi.sortie)).content.decode()
    cip.post(adresse("suivi_sortie", suivi), envoi | {"jointe": "non", "activite": "emploi"})
    suivi.refresh_from_db()
    assert (suivi.jointe, suivi.en_emploi, suivi.activite, suivi.situation) == (False, None, "", "")
    assert cip.get(adresse("suivi_sortie", suivi)).context["form"]["jointe"].value() == "non"


def test_les_nouvelles_a_prendre_paraissent_le_jour_dit(en_parcours, cip):
    sortie = sortir(en_parcours)
    sortie.suivis.filter(mois=3).update(prevu_le=dans(0))
    sortie.suivis.filter(mois=6).update(prevu_le=dans(1))
    page = cip.get(reverse("parcours:nouvelles"))
    assert [s.mois for s in page.context["page"]] == [3]
    assert cip.get(reverse("parcours:sorties")).context["nouvelles"] == 1
