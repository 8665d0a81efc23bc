"""Les acteurs locaux, et quand on les rencontre (PRO-3, § 2.4 c)."""

from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.urls import reverse
from django.utils import timezone

from cedre.core.indicateurs import tous
from cedre.partenariats.models import Rencontre

LISTE = "partenariats:rencontres"


def test_une_rencontre_se_note_avec_des_partenaires_ou_d_autres(ici, ailleurs, cip):
    adresse, jour = reverse("partenariats:rencontre_nouvelle"), timezone.localdate()
    saisie = {"nature": "groupe", "le": jour, "sujet": "Clause d’insertion"}
    assert "qui était là" in cip.post(adresse, saisie).context["form"].errors["avec"][0]
    assert cip.post(adresse, saisie | {"partenaires": [ailleurs.partenaire.pk]}).status_code == 200
    assert cip.post(adresse, saisie | {"partenaires": [ici.partenaire.pk], "avec": "La commune"}).status_code == 302
    page = ici.client("ca").get(reverse(LISTE)).content.decode()
    assert "Partenaire ici, La commune" in page and "Clause d’insertion" in page
    ligne = Rencontre.objects.get()
    suite = saisie | {"avec": "La commune", "suites": "Un groupe par trimestre"}
    cip.post(reverse("partenariats:rencontre", args=[ligne.pk]), suite)
    ligne.refresh_from_db()
    assert (ligne.suites, ligne.partenaires.count()) == ("Un groupe par trimestre", 0)


def test_la_mesure_suit_la_page_et_l_annee_glisse(ici):
    mesurer = tous()["acteurs_locaux_rencontres"].mesurer
    jour = timezone.localdate()
    assert mesurer(ici.organisation, jour) == (1, 0)
    il_y_a_un_an = jour - relativedelta(months=12)
    Rencontre.objects.create(organisation=ici.organisation, le=il_y_a_un_an, sujet="Emploi")
    assert mesurer(ici.organisation, jour) == (1, 0)
    assert mesurer(ici.organisation, jour - timedelta(days=1)) == (1, 1)
    assert ici.client("cip").get(reverse(LISTE)).context["recentes"] == 0


@pytest.mark.parametrize("role, code", [("cip", 200), ("qualite", 200), ("mad", 403), ("ca", 403)])
def test_qui_tient_l_annuaire_note_les_rencontres_toute_l_equipe_les_lit(ici, role, code):
    assert ici.client(role).get(reverse(LISTE)).status_code == 200
    assert ici.client(role).get(reverse("partenariats:rencontre_nouvelle")).status_code == code
