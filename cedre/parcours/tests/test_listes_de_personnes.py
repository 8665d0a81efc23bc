"""Trouver quelqu'un dans la liste : chaque filtre, ses bords, l'ordre, et ce que l'export en dit (ACC-1, ACC-6)."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.conftest import terme
from cedre.parcours.models import Personne, SuiviSortie
from cedre.tests.faits import amener

LISTE = reverse("parcours:personnes")


def dans(jours: int) -> date:
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=jours)


def noms(client, **filtre) -> list[str]:
    """Les noms de la liste, dans son ordre."""
    page = client.get(LISTE, filtre).context
    assert not page["filtre"].errors
    return [p.nom for p in page["page"]]


def creer(monde, nom: str, **champs) -> Personne:
    """Une personne de plus."""
    return Personne.objects.create(organisation=monde.organisation, nom=nom, prenom="Lou", **champs)


@pytest.fixture
def toutes_les_phases(ici):
    """Une personne à chaque phase, nommée d'elle, et une que l'on a rendue anonyme."""
    for phase in Personne.Phase:
        creer(ici, phase, phase=phase)
    creer(ici, "anonyme", phase="accueil", anonymisee_le=dans(0))
    ici.personne.delete()
    return ici


def test_chaque_phase_a_son_filtre_et_les_reunies_disent_leurs_membres(toutes_les_phases, cip):
    for phase in Personne.Phase:
        assert noms(cip, phase=phase) == [phase]
    assert noms(cip, phase="accueil_en_cours") == ["accueil", "pre_accueil", "pre_embauche"]
    assert noms(cip, phase="ouvertes") == noms(cip, phase="suivies") == ["accueil", "parcours", "pre_accueil", "pre_embauche"]
    sortie = Personne.objects.get(nom="sortie").sorties.create(le=dans(-30), motif=terme("motif_sortie", "cdi_non_aide"))
    SuiviSortie.objects.create(sortie=sortie, mois=3, prevu_le=dans(60))
    assert noms(cip, phase="suivies") == ["accueil", "parcours", "pre_accueil", "pre_embauche", "sortie"]
    SuiviSortie.objects.update(fait_le=dans(0))
    assert "sortie" not in noms(cip, phase="suivies")
    assert "anonyme" not in noms(cip) and len(noms(cip)) == len(Personne.Phase)


def test_la_liste_se_filtre_par_prescripteur_et_par_referent(ici, cip):
    autre, direction = creer(ici, "Autre", prescripteur=terme("prescripteur", "mission_locale")), ici.hab["direction"].compte
    Personne.objects.filter(pk=ici.personne.pk).update(prescripteur=terme("prescripteur", "ccas"))
    assert noms(cip, prescripteur=autre.prescripteur_id) == ["Autre"]
    assert noms(cip, referent="personne") == ["Autre"]
    Personne.objects.filter(pk=autre.pk).update(referent=direction)
    assert noms(cip, referent=direction.pk) == noms(ici.client("direction"), referent="moi") == ["Autre"]
    assert noms(cip, referent="moi") == ["Martinelle"]


@pytest.mark.parametrize("attente, trouvee", [(4, True), (5, True), (6, False)])
def test_on_attend_depuis_le_jour_de_sa_demande(ici, cip, attente, trouvee):
    assert noms(cip, attente=attente) == (["Martinelle"] if trouvee else [])
    amener(ici.personne, "accueil", dans(0))
    assert noms(cip, attente=0) == [], "reçue, elle n'attend plus"


def test_la_liste_va_par_nom_puis_prenom_sans_accent_ni_casse(ici, cip):
    for nom, prenom in (("Étienne", "Zoé"), ("etienne", "Ana"), ("Fabre", "Lou"), ("de Brie", "Lou")):
        Personne.objects.create(organisation=ici.organisation, nom=nom, prenom=prenom)
    assert noms(cip) == ["de Brie", "etienne", "Étienne", "Fabre", "Martinelle"]


def test_chaque_ligne_de_la_liste_mene_a_son_dossier_et_dit_ses_dates(ici, cip):
    creer(ici, "Autre", referent=ici.hab["direction"].compte)
    page = cip.get(LISTE).content.decode()
    ligne = page[page.index(reverse("parcours:personne", args=[ici.personne.pk])) :].split("</tr>")[0]
    assert "Martinelle Zélie" in ligne and str(ici.personne.referent) in ligne and "Pré-accueil" in ligne
    (lue,) = cip.get(LISTE, {"q": "martin"}).context["page"]
    assert (lue.contact_le, lue.prochaine_date) == (dans(-5), dans(3))


def test_l_export_dit_de_chacun_ses_coordonnees_sa_phase_et_ses_dates(ici, cip):
    ici.personne.courriel, ici.personne.commune = "zelie@exemple.example", "Bourg"
    ici.personne.prescripteur = terme("prescripteur", "ccas")
    ici.personne.save()
    amener(ici.personne, "accueil", dans(-2))
    creer(ici, "Anonyme", anonymisee_le=dans(0))
    lu = cip.post(reverse("parcours:personnes_export", args=["csv"])).content.decode("utf-8-sig")
    (ligne,) = csv.DictReader(StringIO(lu), delimiter=";")
    jours = {"Date de naissance": date(1990, 2, 28), "Dernière demande": dans(-5), "Échéance annoncée": dans(5)}
    jours |= {"Accueil réel": dans(-2), "Prochaine date": dans(3), "Depuis": dans(-2)}
    mots = {"Nom": "Martinelle", "Prénom": "Zélie", "Téléphone": "01 99 00 12 34", "Courriel": "zelie@exemple.example"}
    mots |= {"Commune": "Bourg", "Phase": "Accueil", "Référent·e": str(ici.qui), "Prescripteur": str(ici.personne.prescripteur)}
    assert ligne == mots | {nom: f"{le:%d/%m/%Y}" for nom, le in jours.items()}


def test_rectifier_garde_chaque_champ_et_les_prestations_choisies(ici, cip):
    choisies = [terme("prestation", code) for code in ("rsa", "ass")]
    page = reverse("parcours:personne_modifier", args=[ici.personne.pk])
    envoi = {"nom": "Martinelle", "prenom": "Zélie", "telephone": "0199001234", "telephone_2": "0199004512", "sexe": "F"}
    envoi |= {"reference": "A-12", "adresse": "1 rue du Port", "code_postal": "01000", "commune": "Bourg"}
    envoi |= {"referent": ici.hab["direction"].compte_id, "prestations": [t.pk for t in choisies]}
    assert cip.post(page, envoi).status_code == 302
    lue = Personne.objects.get(pk=ici.personne.pk)
    assert set(lue.prestations.all()) == set(choisies)
    assert (lue.telephone_2, lue.reference, lue.adresse, lue.referent) == (
        "01 99 00 45 12",
        "A-12",
        "1 rue du Port",
        ici.hab["direction"].compte,
    )
    assert lue.suivis.get(au=None).compte == lue.referent
    assert cip.post(page, envoi | {"prestations": []}).status_code == 302
    assert not lue.prestations.exists()


@pytest.mark.parametrize("ecart, refuse", [(0, False), (1, True)])
def test_une_date_de_naissance_donne_un_age_possible(ici, cip, ecart, refuse):
    annee = timezone.localdate().year - 14 + ecart
    page = reverse("parcours:personne_modifier", args=[ici.personne.pk])
    envoi = {"nom": "Martinelle", "prenom": "Zélie", "date_naissance": f"{annee}-01-01"}
    reponse = cip.post(page, envoi)
    assert (reponse.status_code == 200 and "date_naissance" in reponse.context["form"].errors) is refuse


def test_on_ne_prend_pas_en_charge_le_manque_d_une_autre_personne(ici, cip):
    autre = creer(ici, "Autre", referent=ici.qui)
    for qui, jours, note in ((ici.personne, 7, "Vue"), (autre, 9, "Rappel"), (ici.personne, 90, "Encore")):
        page = reverse("parcours:prendre_en_charge", args=[qui.pk, "sans_contact"])
        assert cip.post(page, {"jusqu_au": dans(jours), "note": note}).status_code == 302
    prises = [(p.personne, p.jusqu_au, p.note) for qui in (ici.personne, autre) for p in qui.prises_en_charge.all()]
    assert prises == [(ici.personne, dans(90), "Encore"), (autre, dans(9), "Rappel")]
    for qui, note in ((ici.personne, "Encore"), (autre, "Rappel")):
        form = cip.get(reverse("parcours:prendre_en_charge", args=[qui.pk, "sans_contact"])).context["form"]
        assert (form["jusqu_au"].value(), form["note"].value()) == (dans(7), note)
    montrees = cip.get(reverse("parcours:personne", args=[autre.pk])).context["prises_en_charge"]
    assert [p.note for p in montrees] == ["Rappel"]
    autre.prises_en_charge.update(jusqu_au=dans(0))
    assert cip.get(reverse("parcours:personne", args=[autre.pk])).context["prises_en_charge"].count() == 1
    autre.prises_en_charge.update(jusqu_au=dans(-1))
    assert cip.get(reverse("parcours:personne", args=[autre.pk])).context["prises_en_charge"].count() == 0
