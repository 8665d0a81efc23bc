"""Les acteurs locaux, et quand on les rencontre (PRO-3, § 2.4 c)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.core.indicateurs import tous
from cedre.partenariats.models import Partenaire, Rencontre

LISTE = "partenariats:rencontres"


def test_une_rencontre_se_note_avec_des_partenaires_ou_d_autres(ici, ailleurs, cip):
    adresse, jour = reverse("partenariats:rencontre_nouvelle"), timezone.localdate()
    saisie = {"nature": "groupe", "le": jour, "sujet": "Clause d’insertion"}
    refus = cip.post(adresse, saisie).context["form"].errors
    assert refus == {"avec": ["Dites qui était là : un partenaire de l’annuaire, ou son nom."]}
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
    jour, il_y_a_un_an = date(2025, 3, 10), date(2024, 3, 10)
    assert mesurer(ici.organisation, jour) == (1, 0)
    Rencontre.objects.create(organisation=ici.organisation, le=il_y_a_un_an, sujet="Emploi")
    assert mesurer(ici.organisation, jour) == (1, 0)
    assert mesurer(ici.organisation, jour - timedelta(days=1)) == (1, 1)
    assert ici.client("cip").get(reverse(LISTE)).context["recentes"] == 0


@pytest.mark.parametrize("role, code", [("cip", 200), ("qualite", 200), ("mad", 403), ("ca", 403)])
def test_qui_tient_l_annuaire_note_les_rencontres_toute_l_equipe_les_lit(ici, role, code):
    assert ici.client(role).get(reverse(LISTE)).status_code == 200
    assert ici.client(role).get(reverse("partenariats:rencontre_nouvelle")).status_code == code


def test_les_rencontres_vont_de_la_plus_recente_a_la_plus_ancienne_et_celles_d_un_an_se_comptent_ici_seulement(ici, ailleurs):
    jour = timezone.localdate()
    jours = [jour - timedelta(days=n) for n in (30, 0, 900)]
    lignes = [Rencontre.objects.create(organisation=ici.organisation, le=le, sujet="Emploi") for le in jours]
    Rencontre.objects.create(organisation=ailleurs.organisation, le=jour, sujet="Emploi")
    lignes[1].partenaires.set([ici.partenaire, Partenaire.objects.create(organisation=ici.organisation, nom="Autre")])
    page = ici.client("cip").get(reverse(LISTE))
    assert [*page.context["page"]] == [lignes[1], lignes[0], lignes[2]]
    assert page.context["recentes"] == 2 and "2\N{NO-BREAK SPACE}rencontres" in page.content.decode()


def test_une_rencontre_se_note_d_abord_pour_aujourd_hui_avec_les_partenaires_que_l_on_propose(ici, cip):
    retire = Partenaire.objects.create(organisation=ici.organisation, nom="Retiré", actif=False)
    adresse, jour = reverse("partenariats:rencontre_nouvelle"), timezone.localdate()
    form = cip.get(adresse).context["form"]
    assert form["le"].value() == jour and [*form.fields["partenaires"].queryset] == [ici.partenaire]
    saisie = {"nature": "signature", "le": jour, "sujet": "Permis", "pour_nous": "Ada", "partenaires": [ici.partenaire.pk]}
    assert cip.post(adresse, saisie | {"partenaires": [retire.pk], "avec": "Eux"}).status_code == 200
    assert cip.post(adresse, saisie).url == reverse(LISTE)
    page = cip.get(reverse(LISTE)).content.decode()
    assert "Signature d’une convention" in page and "pour nous : Ada" in page.replace("\N{NO-BREAK SPACE}", " ")
