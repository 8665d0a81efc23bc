"""La mission insertion d'un bout à l'autre, par les seuls écrans : de l'inscription à la sortie (INS-1 à INS-8, TRA-1)."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from cedre.observatoire.models import Terme
from cedre.parcours.models import Cotation, Evaluation
from cedre.partenariats.models import Client
from cedre.structures.models import Offre
from cedre.tests.faits import amener

pytestmark = pytest.mark.recit
JOUR = timezone.localdate


def dans(jours: int) -> str:
    """Une date de saisie, à tant de jours d'aujourd'hui."""
    return (JOUR() + timedelta(days=jours)).isoformat()


@pytest.fixture
def inscrite(ici):
    """Une personne inscrite, dont la mobilité est un frein, dans une structure qui a une offre pour cela."""
    personne = amener(ici.personne, "pre_embauche", JOUR())
    ici.evaluation.delete()
    evaluation = Evaluation.objects.create(
        personne=personne, grille=ici.grille, le=JOUR(), trajectoire="instable", validee_le=timezone.now()
    )
    mobilite = ici.grille.domaines.get(theme__code="mobilite")
    Cotation.objects.create(evaluation=evaluation, domaine=mobilite, valeur_personne=2, valeur_accompagnateur=2)
    offre = Offre.objects.create(organisation=ici.organisation, intitule="Atelier du code de la route")
    offre.themes.add(Terme.objects.get(liste="domaine", code="mobilite"))
    Client.objects.create(organisation=ici.organisation, nom="Mairie du bourg")
    return personne


@pytest.fixture
def ouvrir(page, inscrite):
    """Ouvre le dossier, puis, s'il est dit, l'un de ses « Autres gestes »."""

    def _ouvrir(geste: str = "") -> None:
        page.goto(reverse("parcours:personne", args=[inscrite.pk]))
        if geste:
            page.get_by_text("Autres gestes").click()
            page.get_by_role("link", name=geste, exact=True).click()

    return _ouvrir


def recit_de_l_inscription_a_la_sortie(page, context, entrer, ici, inscrite, ouvrir, verifier_page):
    def bouton(nom: str) -> None:
        page.get_by_role("main").get_by_role("button", name=nom).first.click()

    def revenir(role: str) -> None:
        context.clear_cookies()
        ici.sessions.clear()
        entrer(ici, role)

    def tenir_le_bilan(resultat: str, suite: str, le: str) -> None:
        page.goto(reverse("portail:accueil"))
        page.get_by_role("main").get_by_role("link", name="Ouvrir le bilan").first.click()
        verifier_page()
        page.get_by_label("Où en est-on ?").select_option(label=resultat)
        page.get_by_label("Ce que l’on retient ensemble").fill("On continue.")
        bouton("Enregistrer et conclure")
        page.get_by_text(suite, exact=True).click()
        page.get_by_label("Pour le").fill(le)
        verifier_page()
        bouton("Clore le bilan")

    # Un contrat.
    entrer(ici, "cip")
    ouvrir("Nouveau contrat")
    page.get_by_label("Nature").select_option(label="CDD d’usage")
    page.get_by_label("premier jour").fill(dans(0))
    page.get_by_label("dernier jour prévu").fill(dans(120))
    bouton("Enregistrer le contrat")

    # Aujourd'hui le dit : au travail sans objectif. L'engagement se construit en un écran (INS-3).
    page.goto(reverse("portail:accueil"))
    expect(page.get_by_role("main")).to_contain_text("Au travail sans objectif")
    verifier_page()
    ouvrir()
    bouton("Construire l’engagement")
    verifier_page()
    page.get_by_label("Découverte").check()
    page.get_by_label("Ce que la personne demande").fill("Conduire, pour travailler plus loin.")
    page.get_by_label("Prochain bilan").fill(dans(30))
    objectif = page.locator("section.objectif").first
    objectif.get_by_label("Objectif").first.fill("Passer le code de la route")
    moyens = objectif.locator("li.moyen")
    for rang, (qui, quoi) in enumerate((("La structure", "Inscrit à l’atelier"), ("La personne", "Vient chaque semaine"))):
        moyens.nth(rang).get_by_label("Qui").select_option(label=qui)
        moyens.nth(rang).get_by_label("Fera quoi").fill(quoi)
        moyens.nth(rang).get_by_label("Pour le").fill(dans(25))
        moyens.nth(rang).get_by_label("Comment on saura").fill("On en parle au bilan")
    page.get_by_role("button", name="Ajouter « Atelier du code de la route »").click()
    expect(moyens).to_have_count(3)
    verifier_page()
    bouton("Enregistrer et commencer")
    bouton_lien = page.get_by_role("link", name="Remettre à la personne")
    bouton_lien.click()
    verifier_page()
    bouton("C’est remis")
    expect(page.get_by_role("main")).to_contain_text("La remise est enregistrée")

    # Une mise en situation pour cet objectif, ses heures, son évaluation au travail (INS-4).
    ouvrir("Ouvrir une mise en situation")
    page.get_by_label("Client (facultatif)").select_option(label="Mairie du bourg")
    expect(page.get_by_label("L’objectif qu’elle sert").locator("option:checked")).to_contain_text("Passer le code de la route")
    page.get_by_label("Heures prévues").fill("20")
    verifier_page()
    bouton("Enregistrer")
    page.get_by_role("link", name="Évaluer au travail").click()
    page.get_by_label("Ce qui va bien").fill("À l’heure, et soigneuse.")
    verifier_page()
    bouton("Enregistrer l’évaluation")
    page.get_by_role("link", name="Noter des heures").click()
    page.locator("input.case:enabled").last.fill("7h30")
    bouton("Enregistrer les heures")
    expect(page.get_by_role("main")).to_contain_text("7,5")

    # L'atelier promis : une séance, sa feuille de présence (INS-5).
    page.goto(reverse("parcours:ateliers"))
    page.get_by_role("main").get_by_role("link", name="Ouvrir une séance").click()
    page.get_by_label("Action").select_option(label="Atelier du code de la route")
    page.get_by_label("Date", exact=True).fill(dans(0))
    page.get_by_label("Heure", exact=True).fill("00:01")
    verifier_page()
    page.locator("main button[type=submit]").first.click()
    page.locator("#candidates").get_by_role("button", name=f"Inscrire {inscrite}").click()
    page.locator("form#feuille li").get_by_label("Présente", exact=True).check()
    verifier_page()
    bouton("Enregistrer la feuille")

    # La régulation : l'équipe regarde, décide, et le compte rendu part (TRA-1).
    page.goto(reverse("regulation:regulations"))
    page.get_by_role("link", name="Prévoir une régulation").click()
    page.get_by_label("Date", exact=True).fill(dans(0))
    page.locator("main button[type=submit]").first.click()
    page.get_by_role("link", name="Ajouter un point").click()
    page.get_by_label("Personne").select_option(label=str(inscrite))
    bouton("Enregistrer")
    page.get_by_role("main").get_by_role("link", name=str(inscrite)).first.click()
    page.get_by_label("Ce qui s’est dit").fill("Elle tient le rythme.")
    page.get_by_label("On décide de").fill("Chercher une auto-école partenaire")
    page.get_by_label("Qui s’en charge").select_option(label="Cip Ici")
    page.get_by_label("Pour le").fill(dans(14))
    verifier_page()
    bouton("Enregistrer")
    page.goto(reverse("regulation:regulations"))
    page.locator("tbody a").first.click()
    page.get_by_label("Cip Ici").check()
    verifier_page()
    bouton("Clore la régulation")
    expect(page.get_by_role("main")).to_contain_text("Compte rendu diffusé")

    # Un mois passe. Le bilan, préparé, se tient et prolonge (INS-7) ; elle lit tout dans son espace et répond.
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=True):
        revenir("cip")
        tenir_le_bilan("Atteint en partie", "Prolonger l’engagement", dans(30))
        page.get_by_role("link", name="Remettre à la personne").click()
        bouton("C’est remis")
        ouvrir("Son espace")
        bouton("Préparer")
        code = page.locator(".code-grand").inner_text()
        context.clear_cookies()
        page.goto("/espace/")
        page.get_by_label("Votre code").fill(code)
        bouton("Entrer")
        verifier_page()
        page.get_by_role("link", name="Bilan remis le").click()
        verifier_page()
        bouton("D’accord")
        expect(page.get_by_text("j’ai dit : D’accord")).to_be_visible()

    # Un autre mois : le second bilan décide de la sortie, qui se note et dont les nouvelles sont prévues (INS-8).
    with time_machine.travel(timezone.now() + timedelta(days=60), tick=True):
        revenir("cip")
        tenir_le_bilan("Atteint", "La sortie", dans(0))
        ouvrir("Noter la sortie")
        page.get_by_label("Motif de la sortie").select_option(label="CDI non aidé chez un autre employeur")
        page.locator("fieldset").filter(has_text="la carrière").get_by_label("Stable", exact=True).check()
        page.get_by_label("Motif de la rupture").select_option(label="Embauche chez un autre employeur")
        verifier_page()
        bouton("Enregistrer la sortie")
        expect(page.get_by_text("prévues le").first).to_be_visible()
        ouvrir()
        verifier_page()
        histoire = page.locator(".frise")
        for fait in ("Sortie", "Entretien de bilan", "Remise", "Action", "Contrat de travail"):
            expect(histoire).to_contain_text(fait)
    inscrite.refresh_from_db()
    assert inscrite.phase == "sortie"
    assert [(e.etat, e.bilans.clos().count()) for e in inscrite.engagements.all()] == [("clos", 2)]
