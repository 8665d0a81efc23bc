"""La directrice lit les chiffres de l'année : un chapitre, qui est derrière, deux coupes croisées, une action (OBS-4)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from cedre.comptes.models import Habilitation
from cedre.conftest import embaucher
from cedre.core.dates import fin_de_mois
from cedre.core.indicateurs import tous
from cedre.observatoire.models import MesureFigee
from cedre.parcours.models import Contact, Personne
from cedre.tests.recits.conftest import au_bureau_et_au_telephone

pytestmark = pytest.mark.recit


def _une_annee(ici) -> None:
    """Des demandes d'aujourd'hui, et trois fins de mois déjà figées."""
    embaucher(ici)
    Habilitation.objects.update(depuis=datetime(2020, 1, 1, tzinfo=UTC))
    for rang, sexe in enumerate("FFH"):
        qui = Personne.objects.create(
            organisation=ici.organisation, nom=f"Recit{rang}", prenom="Ada", sexe=sexe, commune="Villesarde"
        )
        Contact.objects.create(personne=qui, le=timezone.localdate(), delai_annonce=5 if rang else None)
    le, delai = timezone.localdate(), tous()["delai_annonce"]
    for atteint in (9, 7, 4):
        le = fin_de_mois(le - timedelta(days=1))
        dite = {"le": le, "version": delai.version, "total": 12, "atteint": Decimal(atteint)}
        MesureFigee.objects.create(organisation=ici.organisation, code=delai.code, **dite)


@au_bureau_et_au_telephone
def recit_la_directrice_lit_un_chapitre_croise_deux_coupes_et_decide(page, entrer, ici, verifier_page, largeur):
    _une_annee(ici)
    entrer(ici, "direction")
    contenu = page.get_by_role("main")
    page.goto(reverse("portail:chiffres"))
    contenu.locator("summary", has_text="L’accueil : ").click()
    expect(contenu.get_by_role("link", name="Offre d’insertion présentée")).to_be_visible()
    verifier_page(partout=True)
    contenu.get_by_role("link", name="L’accueil", exact=True).click()
    delai = contenu.locator("#delai_annonce")
    expect(delai.get_by_role("img")).to_have_attribute("aria-label", "Délai annoncé au premier contact : 33,3 %, puis 75 %")
    delai.get_by_text("Le tableau").click()
    expect(delai.get_by_role("table")).to_contain_text("58,3 %")
    verifier_page(partout=True)

    # Le nombre mène à sa liste ; le nom du chiffre, à son détail.
    delai.get_by_role("link", name="premiers contacts").click()
    expect(contenu).to_contain_text("Ada Recit0")
    page.go_back()
    contenu.get_by_role("link", name="Premières demandes, et personnes reçues").click()
    expect(contenu.get_by_role("heading", name="Sexe")).to_be_visible()
    verifier_page(partout=True)

    # Deux coupes croisées ; l'adresse les garde, un tableur les emporte.
    page.get_by_label("Rangé par").select_option("Sexe")
    expect(contenu.get_by_role("heading", name="Sexe")).to_be_visible()
    page.get_by_label("Croisé avec").select_option("Commune")
    expect(contenu.get_by_role("heading", name="Sexe, croisé avec commune")).to_be_visible()
    expect(contenu.get_by_role("row", name="Femme")).to_contain_text("0 sur 2")
    assert "en_lignes=sexe&en_colonnes=commune" in page.url
    verifier_page(partout=True)
    page.reload()
    expect(contenu.get_by_role("row", name="Femme")).to_contain_text("0 sur 2")
    with page.expect_download() as emporte:
        page.get_by_role("link", name="CSV").click()
    assert emporte.value.suggested_filename.startswith("public_accueilli-")

    # Ce que l'on y voit ouvre une action, qui dit d'où elle vient (AME-3).
    page.get_by_role("link", name="Décider une action").click()
    expect(page.get_by_label("D’où vient-elle")).to_have_value("observatoire")
