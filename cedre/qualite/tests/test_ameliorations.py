"""Une action d'amélioration ne se clôt que son effet vérifié ; un retard reste un retard (AME-3, § 2.6)."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.qualite.models import ActionAmelioration, Reclamation
from cedre.qualite.operations.ameliorations import clore, decider, faire, suite, verifier

AUJOURDHUI = timezone.localdate


@pytest.fixture
def action(ici):
    """Une action confiée à la CIP, pour dans dix jours."""
    return ActionAmelioration.objects.create(
        organisation=ici.organisation,
        quoi="Changer l’horaire",
        effet_attendu="Moins de retards",
        qui=ici.hab["cip"].compte,
        echeance=AUJOURDHUI() + timedelta(days=10),
        decidee_le=AUJOURDHUI() - timedelta(days=40),
    )


def saisie(ici, **champs) -> dict:
    """Le formulaire d'une action, rempli."""
    return {
        "quoi": "Former l’accueil",
        "effet_attendu": "Chacun est informé",
        "qui": ici.hab["cip"].compte_id,
        "echeance": AUJOURDHUI() + timedelta(days=5),
        "origine": "ecart",
        "reference": "§ 2.1 a",
    } | champs


def mener(action, ici, *, efficace: bool) -> None:
    """Fait l'action, puis en vérifie l'effet."""
    faire(action, le=AUJOURDHUI() - timedelta(days=9), fait="Fait", par=ici.hab["cip"])
    verifier(action, le=AUJOURDHUI(), effet_constate="Constaté", efficace=efficace, par=ici.hab["qualite"])


def test_elle_nait_d_une_reclamation_et_y_ramene(ici):
    plainte = Reclamation.objects.create(organisation=ici.organisation, origine="client", texte="Retards")
    client = ici.client("qualite")
    adresse = reverse("qualite:action_d_une_reclamation", args=[plainte.pk])
    assert client.get(adresse).context["form"]["origine"].value() == "reclamation"
    client.post(adresse, saisie(ici, origine="reclamation"))
    assert ActionAmelioration.objects.get().reclamation == plainte
    assert "Former l’accueil" in client.get(reverse("qualite:reclamation", args=[plainte.pk])).content.decode()


def test_une_echeance_passee_est_refusee_et_ne_se_deplace_plus(ici, action):
    client = ici.client("qualite")
    refus = client.post(reverse("qualite:action_nouvelle"), saisie(ici, echeance=AUJOURDHUI() - timedelta(days=1)))
    assert "echeance" in refus.context["form"].errors
    action.echeance = AUJOURDHUI() + timedelta(days=3)
    decider(action, champs=["echeance"], par=ici.hab["qualite"])
    ActionAmelioration.objects.filter(pk=action.pk).update(echeance=AUJOURDHUI() - timedelta(days=1))
    with pytest.raises(GesteImpossible, match="ne se déplace plus"):
        decider(action, champs=["echeance"], par=ici.hab["qualite"])


def test_qui_s_en_charge_dit_que_c_est_fait_un_autre_non(ici, action):
    with pytest.raises(GesteImpossible, match="C’est à"):
        faire(action, le=AUJOURDHUI(), fait="Fait", par=ici.hab["mad"])
    envoi = {"fait": "C’est changé", "le": AUJOURDHUI()}
    assert ici.client("cip").post(reverse("qualite:action_faire", args=[action.pk]), envoi).status_code == 302
    action.refresh_from_db()
    assert (action.etat, action.fait) == (ActionAmelioration.Etat.FAITE, "C’est changé")
    with pytest.raises(GesteImpossible, match="ne se fait plus"):
        decider(action, champs=["quoi"], par=ici.hab["qualite"])


@pytest.mark.deux_moteurs
def test_elle_ne_se_clot_pas_sans_effet_verifie_ni_par_le_geste_ni_en_base(ici, action):
    faire(action, le=AUJOURDHUI(), fait="Fait", par=ici.hab["qualite"])
    with pytest.raises(GesteImpossible, match="n’est pas vérifié"):
        clore(action, par=ici.hab["qualite"])
    with pytest.raises(IntegrityError), transaction.atomic():
        ActionAmelioration.objects.filter(pk=action.pk).update(close_le=AUJOURDHUI())
    verifier(action, le=AUJOURDHUI(), effet_constate="Moins de retards", efficace=True, par=ici.hab["qualite"])
    clore(action, par=ici.hab["qualite"])
    with pytest.raises(GesteImpossible, match="Close le .* déjà fait"):
        clore(action, par=ici.hab["qualite"])
    details = Trace.objects.filter(objet="action d’amélioration").order_by("pk").values_list("detail", flat=True)
    assert list(details) == ["faite", "effet vérifié : là", "close"]


@pytest.mark.deux_moteurs
def test_l_effet_ne_se_verifie_ni_avant_que_ce_soit_fait_ni_sans_un_mot_ni_deux_fois(ici, action):
    effet = {"effet_constate": "Vu", "efficace": True, "par": ici.hab["qualite"]}
    with pytest.raises(GesteImpossible, match="pas encore faite"):
        verifier(action, le=AUJOURDHUI(), **effet)
    faire(action, le=AUJOURDHUI() - timedelta(days=5), fait="Fait", par=ici.hab["qualite"])
    with pytest.raises(GesteImpossible, match="Cette date"):
        verifier(action, le=AUJOURDHUI() - timedelta(days=6), **effet)
    with pytest.raises(GesteImpossible, match="Dites l’effet"):
        verifier(action, le=AUJOURDHUI(), **effet | {"effet_constate": " "})
    verifier(action, le=AUJOURDHUI(), **effet)
    with pytest.raises(GesteImpossible, match="Effet vérifié le .* déjà fait"):
        verifier(action, le=AUJOURDHUI(), **effet)
    with pytest.raises(IntegrityError), transaction.atomic():
        ActionAmelioration.objects.filter(pk=action.pk).update(effet_constate="")


def test_sans_effet_une_suite_est_proposee_qui_garde_l_origine_et_le_but(ici, action):
    mener(action, ici, efficace=False)
    client = ici.client("qualite")
    assert "Décider autre chose" in client.get(reverse("qualite:action", args=[action.pk])).content.decode()
    adresse = reverse("qualite:action_suite", args=[action.pk])
    assert client.get(adresse).context["form"]["effet_attendu"].value() == "Moins de retards"
    client.post(adresse, saisie(ici))
    assert action.suites.get().quoi == "Former l’accueil"
    assert "Former l’accueil" in client.get(reverse("qualite:action", args=[action.pk])).content.decode()


def test_une_suite_garde_tout_de_ce_qu_elle_suit_sauf_ce_qui_est_a_decider(embauchee):
    premiere = embauchee.action
    premiere.enquete, premiere.origine = embauchee.enquete, "enquete"
    premiere.reference, premiere.point = "Régulation du 3 mars", "2.4b-3"
    a_decider = {"id", "suite_de", "quoi", "echeance", "decidee_le"}
    a_decider |= {"faite_le", "fait", "effet_verifie_le", "effet_constate", "efficace", "close_le"}
    gardes = [champ.attname for champ in ActionAmelioration._meta.concrete_fields if champ.name not in a_decider]
    assert all(getattr(premiere, nom) for nom in gardes), "ce qui est vide ne se perd pas"
    assert {nom: getattr(suite(premiere), nom) for nom in gardes} == {nom: getattr(premiere, nom) for nom in gardes}
    assert suite(premiere).suite_de == premiere


def test_avec_effet_aucune_suite_ne_se_propose(ici, action):
    mener(action, ici, efficace=True)
    assert "Décider autre chose" not in ici.client("qualite").get(reverse("qualite:action", args=[action.pk])).content.decode()


def test_le_tableau_range_par_etat_et_montre_le_retard(ici, action):
    client, adresse = ici.client("ca"), reverse("qualite:ameliorations")

    def rangees():
        return [len(actions) for _, _, actions in client.get(adresse).context["colonnes"]]

    assert rangees() == [1, 0, 0, 0]
    ActionAmelioration.objects.update(echeance=AUJOURDHUI() - timedelta(days=1))
    assert "En retard" in client.get(adresse).content.decode()
    faire(action, le=AUJOURDHUI(), fait="Fait", par=ici.hab["cip"])
    assert rangees() == [0, 1, 0, 0]
    verifier(action, le=AUJOURDHUI(), effet_constate="Vu", efficace=True, par=ici.hab["qualite"])
    assert rangees() == [0, 0, 1, 0]
    clore(action, par=ici.hab["qualite"])
    assert rangees() == [0, 0, 0, 1]


def test_la_liste_se_filtre_par_etat_et_par_qui(ici, action):
    client, adresse = ici.client("cip"), reverse("qualite:ameliorations_liste")

    def trouvees(**filtre):
        return client.get(adresse, filtre).context["page"].paginator.count

    assert [trouvees(etat=e) for e in ("", "a_faire", "en_retard", "a_verifier", "a_clore", "closes")] == [1, 1, 0, 0, 0, 0]
    ActionAmelioration.objects.update(echeance=AUJOURDHUI() - timedelta(days=1))
    assert (trouvees(etat="en_retard"), trouvees(qui="moi"), trouvees(origine="ecart"), trouvees(q="HORAIRE")) == (1, 1, 0, 1)
    ActionAmelioration.objects.update(qui=ici.hab["mad"].compte)
    assert trouvees(qui="moi") == 0


def test_l_adresse_propose_origine_reference_et_effet_et_rien_de_fou_n_y_passe(ici):
    client, adresse = ici.client("qualite"), reverse("qualite:action_nouvelle")

    def propose(**parametres):
        form = client.get(adresse, parametres).context["form"]
        return [form[nom].value() for nom in ("origine", "reference", "effet_attendu")]

    assert propose(origine="regulation", reference="Régulation du 3 mars", effet_attendu="Mieux") == [
        "regulation",
        "Régulation du 3 mars",
        "Mieux",
    ]
    assert propose(origine="inventée", reference="x" * 500, effet_attendu="y" * 500) == ["autre", "x" * 120, "y" * 300]
    assert client.post(adresse + "?origine=derive&point=2.1a", saisie(ici)).status_code == 302
    assert (ActionAmelioration.objects.get().origine, ActionAmelioration.objects.get().point) == ("ecart", "")


def test_une_suite_garde_le_point_et_la_liste_se_filtre_par_point(ici, action):
    ActionAmelioration.objects.update(point="2.4b-3")
    mener(action, ici, efficace=False)
    ici.client("qualite").post(reverse("qualite:action_suite", args=[action.pk]), saisie(ici))
    assert action.suites.get().point == "2.4b-3"
    liste = reverse("qualite:ameliorations_liste")
    nombres = [ici.client("cip").get(liste, {"point": p}).context["page"].paginator.count for p in ("2.4b", "2.4b-3", "2.1")]
    assert nombres == [2, 2, 0]
    assert "2.4b-3" in ici.client("ca").get(reverse("qualite:action", args=[action.pk])).content.decode()


def test_une_regulation_tenue_mene_a_une_action_qui_la_cite(embauchee):
    embauchee.regulation.etat = "tenue"
    embauchee.regulation.diffusee_le = timezone.now()
    embauchee.regulation.save()
    adresse = reverse("regulation:regulation", args=[embauchee.regulation.pk])
    (lien,) = re.findall(r'href="([^"]*origine=regulation[^"]*)"', embauchee.client("qualite").get(adresse).content.decode())
    form = embauchee.client("qualite").get(unescape(lien)).context["form"]
    assert (form["origine"].value(), form["reference"].value()) == ("regulation", str(embauchee.regulation))
    assert "origine=regulation" not in embauchee.client("cip").get(adresse).content.decode()


def test_une_derive_mene_a_une_action_qui_cite_la_procedure(embauchee):
    adresse = reverse("qualite:procedure", args=[embauchee.procedure.pk])
    type(embauchee.procedure).objects.update(valeur=21)
    page = embauchee.client("qualite").get(adresse)
    assert page.context["pratique"].derive
    (lien,) = re.findall(r'href="([^"]*origine=derive[^"]*)"', page.content.decode())
    form = embauchee.client("qualite").get(unescape(lien)).context["form"]
    assert [form[nom].value() for nom in ("origine", "reference")] == ["derive", "Procédure « Accueillir ici »"]
    assert "21" in form["effet_attendu"].value()
    assert "origine=derive" not in embauchee.client("ca").get(adresse).content.decode()
