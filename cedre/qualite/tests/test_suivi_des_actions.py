"""Une action d'amélioration se range, se filtre, et se montre là où elle en est (AME-3, § 2.6)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.core.refus import GesteImpossible
from cedre.qualite.forms.ameliorations import FiltreActionForm
from cedre.qualite.models import ActionAmelioration
from cedre.qualite.operations.ameliorations import decider

TABLEAU, LISTE = "qualite:ameliorations", "qualite:ameliorations_liste"
FAITE = {"faite_le": -9, "fait": "Fait"}
VUE = FAITE | {"effet_verifie_le": -5, "effet_constate": "Vu", "efficace": True}


def dans(jours: int):
    """Un jour, compté depuis aujourd'hui."""
    return timezone.localdate() + timedelta(days=jours)


def action(monde, **champs) -> ActionAmelioration:
    """Une action décidée il y a quarante jours, pour dans dix ; les dates en jours depuis aujourd'hui."""
    champs = {"quoi": "Changer", "effet_attendu": "Mieux", "echeance": 10, "decidee_le": -40, "qui": monde.qui} | champs
    champs = {nom: dans(valeur) if type(valeur) is int else valeur for nom, valeur in champs.items()}
    return ActionAmelioration.objects.create(organisation=monde.organisation, **champs)


def test_le_jour_meme_de_son_echeance_une_action_n_est_pas_en_retard_et_se_reporte_encore(ici):
    passee, jour_meme, faite = action(ici, echeance=-1), action(ici, echeance=0), action(ici, echeance=-20, **FAITE)
    assert [a.est_en_retard for a in (passee, jour_meme, faite)] == [True, False, False]
    assert [*ActionAmelioration.objects.en_retard(dans(0))] == [passee]
    assert [*ActionAmelioration.objects.en_retard(dans(-10))] == [faite], "faite le lendemain seulement"
    assert not ActionAmelioration.objects.en_retard(dans(-9)), "faite ce jour-là"
    jour_meme.echeance = dans(5)
    assert decider(jour_meme, champs=["echeance"], par=ici.hab["qualite"]).echeance == dans(5)
    passee.echeance = dans(0)
    with pytest.raises(GesteImpossible, match="ne se déplace plus"):
        decider(passee, champs=["echeance"], par=ici.hab["qualite"])
    neuve = ActionAmelioration(organisation=ici.organisation, quoi="N", effet_attendu="E", qui=ici.qui, echeance=dans(0))
    assert decider(neuve, champs=[], par=ici.hab["qualite"]).decidee_le == dans(0)


def test_en_retard_une_action_se_dit_encore_autrement_et_change_de_mains(ici):
    ligne = action(ici, echeance=-3)
    envoi = {"quoi": "Changer l’horaire", "effet_attendu": "Mieux", "qui": ici.hab["mad"].compte_id, "echeance": dans(-3)}
    page = ici.client("qualite").post(reverse("qualite:action_modifier", args=[ligne.pk]), envoi | {"origine": "autre"})
    assert page.url == reverse("qualite:action", args=[ligne.pk])
    ligne.refresh_from_db()
    assert (ligne.quoi, ligne.qui, ligne.echeance) == ("Changer l’horaire", ici.hab["mad"].compte, dans(-3))


@pytest.mark.parametrize(
    "faits, mot",
    [
        ({}, "À faire"),
        ({"echeance": -1}, "En retard"),
        (FAITE | {"echeance": -12}, "Effet à vérifier"),
        (VUE, "Effet constaté"),
        (VUE | {"efficace": False}, "Sans effet constaté"),
        (VUE | {"close_le": -1}, "Close"),
    ],
)
def test_chaque_etat_se_dit_de_son_mot_au_tableau_en_liste_et_sur_la_page(ici, faits, mot):
    ligne, client = action(ici, **faits), ici.client("ca")
    for adresse in (reverse(TABLEAU), reverse(LISTE), reverse("qualite:action", args=[ligne.pk])):
        page = client.get(adresse).content.decode().partition("<main")[2]
        mots = ("À faire", "En retard", "Effet à vérifier", "Effet constaté", "Sans effet constaté", "Close")
        assert [autre for autre in mots if f">{autre}</span>" in page] == [mot], adresse


def test_chaque_colonne_du_tableau_est_sa_liste_dans_son_ordre(ici, ailleurs):
    a_faire = [action(ici, echeance=n) for n in (9, 3)]
    a_verifier = [action(ici, **FAITE | {"faite_le": n}) for n in (-2, -8)]
    a_clore = [action(ici, **VUE | {"effet_verifie_le": n}) for n in (-1, -4)]
    closes = [action(ici, **VUE | {"close_le": n - 4}) for n in (0, 4, *([2] * 9))]
    action(ailleurs)
    client = ici.client("ca")
    page = client.get(reverse(TABLEAU))
    assert [[*actions] for _, _, actions in page.context["colonnes"]] == [
        a_faire[::-1],
        a_verifier[::-1],
        a_clore[::-1],
        [closes[1], *closes[:1:-1]],
    ], "des closes, les dix dernières"
    for titre, etat, actions in page.context["colonnes"][:3]:
        assert f'href="{reverse(LISTE)}?etat={etat}">{titre}</a>' in page.content.decode()
        assert {*client.get(reverse(LISTE), {"etat": etat}).context["page"]} == {*actions}


def test_la_liste_met_les_ouvertes_d_abord_et_la_plus_pressee_en_tete(ici, ailleurs):
    close, tard, tot = action(ici, echeance=-30, **VUE, close_le=-1), action(ici, echeance=9), action(ici, echeance=2)
    action(ailleurs)
    assert [*ici.client("ca").get(reverse(LISTE)).context["page"]] == [tot, tard, close]


def test_chaque_filtre_de_la_liste_garde_ce_qu_il_dit_jours_compris(ici):
    faite, vue, close = action(ici, **FAITE), action(ici, **VUE), action(ici, **VUE, close_le=-1)
    neuve = action(ici, decidee_le=-3, origine="ecart", qui=ici.hab["mad"].compte, quoi="Former", point="2.1a")

    def trouvees(**filtre):
        return {*FiltreActionForm(filtre).appliquer(ActionAmelioration.objects.pour(ici.hab["cip"]), ici.hab["cip"])}

    assert trouvees() == {faite, vue, close, neuve} and trouvees(etat="faites") == {faite, vue, close}
    assert trouvees(etat="verifiees") == {vue, close} and trouvees(etat="a_clore") == {vue}
    assert trouvees(etat="closes") == {close} and trouvees(etat="a_verifier") == {faite} and trouvees(etat="a_faire") == {neuve}
    assert trouvees(qui="moi") == {faite, vue, close} and trouvees(origine="ecart") == trouvees(q="former") == {neuve}
    assert trouvees(point="2.1") == trouvees(du=dans(-3)) == {neuve} and trouvees(du=dans(-2)) == set()
    assert trouvees(au=dans(-40)) == {faite, vue, close} and trouvees(au=dans(-41)) == set()


def test_verifie_a_l_ecran_que_l_effet_n_est_pas_la_se_garde_et_demande_autre_chose_avant_de_clore(ici):
    ligne, client = action(ici, **FAITE), ici.client("qualite")
    page = client.get(reverse("qualite:action", args=[ligne.pk]))
    assert page.context["verifier"]["le"].value() == page.context["faire"]["le"].value() == dans(0)
    envoi = {"effet_constate": "Rien n’a changé", "efficace": "non", "le": dans(-2)}
    client.post(reverse("qualite:action_verifier", args=[ligne.pk]), envoi)
    ligne.refresh_from_db()
    assert (ligne.efficace, ligne.effet, ligne.effet_verifie_le) == (False, "pas là", dans(-2))
    demande = "décidez autre chose avant de clore"
    assert demande in client.get(reverse("qualite:action", args=[ligne.pk])).content.decode()
    suite = action(ici, suite_de=ligne, quoi="Former")
    page = client.get(reverse("qualite:action", args=[ligne.pk])).content.decode()
    assert demande not in page and reverse("qualite:action", args=[suite.pk]) in page
    client.post(reverse("qualite:action_clore", args=[ligne.pk]))
    ligne.refresh_from_db()
    assert ligne.close_le == dans(0)


def test_la_page_d_une_action_mene_d_ou_elle_vient_a_qui_peut_y_aller(embauchee):
    plainte, enquete = embauchee.reclamation, embauchee.enquete
    de_la_plainte, de_l_enquete = (
        action(embauchee, origine="reclamation", reclamation=plainte),
        action(embauchee, origine="enquete", enquete=enquete),
    )
    page = {
        role: embauchee.client(role).get(reverse("qualite:action", args=[de_la_plainte.pk])).content.decode()
        for role in ("qualite", "ca")
    }
    vers = reverse("qualite:reclamation", args=[plainte.pk])
    assert vers in page["qualite"] and vers not in page["ca"] and "Réclamation ou dysfonctionnement" in page["ca"]
    page = embauchee.client("ca").get(reverse("qualite:action", args=[de_l_enquete.pk])).content.decode()
    assert reverse("qualite:enquete", args=[enquete.pk]) in page


def test_une_action_decidee_d_une_enquete_ou_d_une_reclamation_le_dit_d_avance(embauchee):
    enquete, plainte = embauchee.enquete, embauchee.reclamation
    enquete.close_le = dans(0)
    enquete.save()
    for route, ligne, origine in (
        ("action_d_une_enquete", enquete, "enquete"),
        ("action_d_une_reclamation", plainte, "reclamation"),
    ):
        page = embauchee.client("direction").get(reverse(f"qualite:{route}", args=[ligne.pk]))
        assert page.context["form"]["origine"].value() == origine and "D’après" in page.content.decode()
        assert getattr(page.context["action"], origine) == ligne


def test_une_action_ne_se_confie_qu_a_qui_peut_la_lire_ici(ici, ailleurs):
    form = ici.client("qualite").get(reverse("qualite:action_nouvelle")).context["form"]
    roles = ("accueil", "cip", "mad", "qualite", "direction", "ca")
    assert {*form.fields["qui"].queryset} == {ici.hab[role].compte for role in roles}


def test_decider_une_suite_montre_ce_qui_est_deja_decide_pour_le_meme_point(ici, ailleurs):
    sans_effet = action(ici, point="2.4b-3", **VUE | {"efficace": False, "close_le": -1})
    deja, d_un_autre = action(ici, point="2.4b-3"), action(ici, point="2.4b-2")
    action(ailleurs, point="2.4b-3")
    sans_point = action(ici, **VUE | {"efficace": False})
    client = ici.client("qualite")

    def montrees(route, ligne):
        return [*client.get(reverse(f"qualite:{route}", args=[ligne.pk])).context["deja"]]

    assert montrees("action_suite", sans_effet) == [deja] and montrees("action_suite", sans_point) == []
    assert montrees("action_modifier", deja) == montrees("action_modifier", d_un_autre) == []
    page = client.get(reverse("qualite:action_suite", args=[sans_effet.pk])).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "1 action est déjà décidée pour 2.4b-3." in page and f"<p>Après : {sans_effet}</p>" in page
