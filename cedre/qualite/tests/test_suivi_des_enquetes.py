"""Une enquête s'ouvre, se liste, s'affiche au mur et se lit comme on l'a dit (AME-2, § 2.6)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.fuseaux import Fuseau
from cedre.comptes.models import Organisation, Trace
from cedre.qualite.affiches import qr
from cedre.qualite.models import Enquete
from cedre.qualite.operations.enquetes import clore, compter_les_reponses, ouvrir, repondre
from cedre.qualite.questionnaires import questionnaires
from cedre.qualite.resultats import a_peu_pres, depouiller, dessin

CLIENTS = questionnaires()["clients"]


def dans(jours: int):
    """Un jour, compté depuis aujourd'hui."""
    return timezone.localdate() + timedelta(days=jours)


def enquete(monde, du=0, au=9, modele="clients") -> Enquete:
    """Une enquête ouverte d'un jour à l'autre."""
    ligne = Enquete(organisation=monde.organisation, modele=modele, du=dans(du), au=dans(au))
    return ouvrir(ligne, par=monde.hab["qualite"])


def test_ouverte_elle_a_le_titre_et_les_questions_de_son_modele_et_trente_jours(ici):
    page, client = reverse("qualite:enquete_nouvelle"), ici.client("qualite")
    form = client.get(page).context["form"]
    assert (form["du"].value(), form["au"].value()) == (dans(0), dans(30))
    envoi = client.post(page, {"modele": "demandeurs", "du": dans(0), "au": dans(30)})
    ligne, modele = Enquete.objects.get(), questionnaires()["demandeurs"]
    assert envoi.url == reverse("qualite:enquete", args=[ligne.pk])
    assert (ligne.titre, ligne.questions, ligne.modele) == (modele.titre, modele.en_donnees(), "demandeurs")
    clore(ligne, par=ici.hab["direction"])
    traces = Trace.objects.filter(objet="enquête").order_by("pk").values_list("geste", "detail", "compte", "objet_id")
    assert [*traces] == [
        ("creer", "demandeurs", ici.hab["qualite"].compte_id, ligne.pk),
        ("modifier", "close", ici.hab["direction"].compte_id, ligne.pk),
    ]
    assert Enquete.objects.get().close_le == dans(0)


@pytest.mark.parametrize(
    "du, au, etat, code",
    [
        (1, 9, "Pas encore ouverte", 404),
        (0, 9, "Ouverte", 200),
        (-9, 0, "Ouverte", 200),
        (0, 0, "Ouverte", 200),
        (-9, -1, "Finie, à clore", 404),
    ],
)
def test_on_y_repond_de_son_premier_a_son_dernier_jour_compris(ici, du, au, etat, code):
    ligne = enquete(ici, du, au)
    assert Client().get(reverse("qualite:repondre_enquete", args=[ligne.jeton])).status_code == code
    assert (ligne.etat, ligne.est_ouverte) == (etat, code == 200)
    assert Enquete.objects.ouvertes(dans(0)).exists() is (code == 200)
    ligne = clore(ligne, par=ici.hab["qualite"])
    assert (ligne.etat, ligne.est_ouverte, Enquete.objects.ouvertes(dans(0)).exists()) == ("Close", False, False)


def test_la_liste_va_de_la_derniere_ouverte_a_la_premiere(ici, ailleurs):
    lignes = [enquete(ici, du) for du in (-9, -1, -20)]
    enquete(ailleurs)
    page = ici.client("ca").get(reverse("qualite:enquetes"))
    assert [*page.context["page"]] == [lignes[1], lignes[0], lignes[2]]


def test_la_nuit_ne_compte_que_les_reponses_de_chacune(ici, ailleurs):
    lignes = [enquete(ici), enquete(ici), enquete(ailleurs)]
    for ligne, combien in zip(lignes, (1, 3, 5), strict=True):
        for _ in range(combien):
            repondre(ligne, reponses={"travail": 1})
    compter_les_reponses.call()
    assert [Enquete.objects.get(pk=ligne.pk).nombre for ligne in lignes] == [1, 3, 5]


def test_l_affiche_d_une_enquete_ouvre_cette_enquete_et_dit_ses_mots(ici, monkeypatch):
    autre, ligne = enquete(ici, modele="participation"), enquete(ici)
    donnees = []
    monkeypatch.setattr("cedre.qualite.affiches.composer", lambda _, dits, chez: donnees.append((dits, chez)) or b"%PDF-")
    adresse = "http://testserver" + reverse("qualite:repondre_enquete", args=[ligne.jeton])
    reponse = ici.client("mad").get(reverse("qualite:affiche_enquete", args=[ligne.pk]))
    ((dits, chez),) = donnees
    assert (dits["titre"], dits["adresse"], dits["qr"]) == (CLIENTS.titre, adresse, qr(adresse))
    assert dits["phrases"][0] == CLIENTS.intro and dits["structure"]["nom"] == "Structure Ici" and chez == ici.organisation.pk
    assert f"affiche-enquete-{ligne.pk}.pdf" in reponse["Content-Disposition"]
    page = ici.client("mad").get(reverse("qualite:enquete", args=[ligne.pk])).content.decode()
    assert f'href="{adresse}"' in page and autre.jeton not in page and "Clients ·" in page.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    "telephone, dit", [("01 99 00 00 00", "Ou par téléphone : 01 99 00 00 00."), ("", "Ou en le disant à l’équipe.")]
)
def test_l_affiche_des_reclamations_ouvre_la_porte_d_ici_et_dit_ou_appeler(ici, ailleurs, monkeypatch, telephone, dit):
    type(ici.organisation).objects.update(telephone=telephone)
    donnees = []
    monkeypatch.setattr("cedre.qualite.affiches.composer", lambda _, dits, chez: donnees.append(dits) or b"%PDF-")
    ici.client("ca").get(reverse("qualite:affiche_reclamation"))
    adresse = "http://testserver" + reverse("qualite:reclamation_publique", args=[ici.organisation.slug])
    assert (donnees[0]["adresse"], donnees[0]["qr"], donnees[0]["phrases"][-1]) == (adresse, qr(adresse), dit)
    assert donnees[0]["titre"] == "Quelque chose ne va pas ?" and donnees[0]["structure"]["nom"] == "Structure Ici"


def test_de_deux_mots_le_premier_est_oui_et_chaque_barre_porte_le_sien():
    bulletins = [{"reponses": {"conseil": n}, "par": None} for n in (0, 0, 0, 0, 0, 1)]
    (conseil,) = [r for r in depouiller(CLIENTS.en_donnees(), bulletins) if "comptes" in r]
    assert conseil["comptes"] == [["Oui", 5], ["Non", 1]] and conseil["nombre"] == 6
    assert "Oui : 5, Non : 1" in dessin(conseil)
    assert [*a_peu_pres([conseil | {"comptes": [["Oui", 7], ["Non", 0]], "nombre": 7}])[0]["comptes"]] == [["Oui", 5], ["Non", 0]]
    assert "comptes" not in a_peu_pres([conseil])[0]


def test_apres_avoir_repondu_on_lit_le_nom_de_qui_demandait_et_un_papier_recopie_ramene_au_suivant(ici):
    ligne = enquete(ici)
    adresse = reverse("qualite:repondre_enquete", args=[ligne.jeton])
    page = Client().post(adresse, {"travail": "3"}, follow=True).content.decode()
    assert "Structure Ici a bien reçu vos réponses" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert CLIENTS.intro.partition(".")[0] in Client().get(adresse).content.decode()
    recopier = reverse("qualite:recopier", args=[ligne.pk])
    assert ici.client("accueil").post(recopier, {"travail": "1"}).url == recopier


def test_ce_que_l_enquete_a_fait_decider_se_lit_sur_sa_page(embauchee):
    ligne, autre = embauchee.enquete, enquete(embauchee)
    for mienne, quoi in ((ligne, "Former"), (autre, "Équiper")):
        mienne.ameliorations.create(
            organisation=embauchee.organisation,
            origine="enquete",
            quoi=quoi,
            effet_attendu="E",
            qui=embauchee.qui,
            echeance=dans(9),
        )
    clore(ligne, par=embauchee.hab["qualite"])
    page = embauchee.client("ca").get(reverse("qualite:enquete", args=[ligne.pk])).content.decode()
    assert "Former" in page and "Équiper" not in page


def test_une_enquete_s_ouvre_le_jour_qu_il_est_chez_la_structure(ici, ailleurs):
    Organisation.objects.filter(pk=ici.organisation.pk).update(fuseau=Fuseau.REUNION)
    le_1er, codes = date(2026, 4, 1), []
    for monde in (ici, ailleurs):
        ligne = Enquete.objects.create(organisation=monde.organisation, modele="clients", du=le_1er, au=le_1er)
        Enquete.objects.filter(pk=ligne.pk).update(questions=CLIENTS.en_donnees())
        with time_machine.travel(datetime(2026, 3, 31, 21, 30, tzinfo=UTC), tick=False):
            codes.append(Client().get(reverse("qualite:repondre_enquete", args=[ligne.jeton])).status_code)
    assert codes == [200, 404], "à La Réunion, c'est déjà le 1er ; à Paris, encore le 31"
