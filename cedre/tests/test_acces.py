"""Au nom de qui l'on agit : une page ouverte pour une structure n'écrit jamais dans une autre (RES-1)."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Habilitation, Trace
from cedre.conftest import embaucher
from cedre.partenariats.models import Partenaire


@pytest.fixture
def des_deux(ici, ailleurs):
    """Un compte qui dirige ici et ailleurs ; il a travaillé ici en dernier."""
    moi = ici.hab["direction"]
    Habilitation.objects.filter(pk=moi.pk).update(utilisee_le=timezone.now())
    return moi, Habilitation.objects.create(compte=moi.compte, organisation=ailleurs.organisation, role="direction")


def navigateur(habilitation: Habilitation) -> Client:
    """Un vrai navigateur de ce compte : il vérifie les jetons des formulaires."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(habilitation.compte)
    return client


def ouvrir(client: Client) -> str:
    """Ouvre le formulaire d'un partenaire ; rend le jeton qu'il porte."""
    return str(client.get(reverse("partenariats:partenaire_nouveau")).context["csrf_token"])


def envoyer(client: Client, jeton: str) -> int:
    """Envoie le formulaire d'un partenaire, tel qu'il était ouvert ; rend le code de la réponse."""
    saisie = {"nom": "Mission locale", "nature": "social", "csrfmiddlewaretoken": jeton}
    return client.post(reverse("partenariats:partenaire_nouveau"), saisie).status_code


def changer(client: Client, pour: Habilitation) -> None:
    jeton = str(client.get(reverse("comptes:compte")).context["csrf_token"])
    client.post(reverse("comptes:changer"), {"habilitation": pour.pk, "csrfmiddlewaretoken": jeton})


def ou_est_ecrit() -> list[str]:
    return list(Partenaire.objects.filter(nom="Mission locale").values_list("organisation__slug", flat=True))


def test_un_onglet_ouvert_avant_de_changer_de_structure_n_envoie_plus_rien(des_deux):
    client = navigateur(des_deux[0])
    vieux = ouvrir(client)
    changer(client, des_deux[1])
    assert envoyer(client, vieux) == 403
    assert ou_est_ecrit() == []
    assert envoyer(client, ouvrir(client)) == 302
    assert ou_est_ecrit() == ["ailleurs"]


def test_changer_dans_un_navigateur_ne_change_rien_dans_l_autre(des_deux):
    bureau, telephone = navigateur(des_deux[0]), navigateur(des_deux[0])
    ouvert = ouvrir(bureau)
    changer(telephone, des_deux[1])
    assert envoyer(bureau, ouvert) == 302
    assert ou_est_ecrit() == ["ici"]


def test_une_habilitation_retiree_entre_temps_n_en_laisse_pas_ecrire_une_autre(des_deux):
    client = navigateur(des_deux[0])
    ouvert = ouvrir(client)
    Habilitation.objects.filter(pk=des_deux[0].pk).update(retiree_le=timezone.now())
    assert envoyer(client, ouvert) == 403
    assert envoyer(client, ouvert) == 403
    assert ou_est_ecrit() == []
    assert envoyer(client, ouvrir(client)) == 302
    assert ou_est_ecrit() == ["ailleurs"]


def test_invite_ailleurs_depuis_une_autre_fenetre_on_n_y_ecrit_pas_sans_le_voir(ici, ailleurs):
    client = navigateur(ici.hab["direction"])
    ouvert = ouvrir(client)
    Habilitation.objects.create(
        compte=ici.hab["direction"].compte, organisation=ailleurs.organisation, role="direction", utilisee_le=timezone.now()
    )
    assert envoyer(client, ouvert) == 403
    assert ou_est_ecrit() == []


@pytest.mark.parametrize("methode", ["options", "trace", "put", "patch", "delete"])
def test_un_dossier_ne_s_ouvre_que_par_une_lecture_tracee(ici, cip, methode):
    reponse = getattr(cip, methode)(reverse("parcours:personne", args=[ici.personne.pk]))
    assert reponse.status_code == 405
    assert "Martinelle" not in reponse.content.decode()


@pytest.mark.parametrize("route", ["personne_modifier", "personne", "contrats", "suite", "actions"])
def test_toute_page_d_un_dossier_laisse_une_trace_et_une_seule(ici, cip, route):
    embaucher(ici) if route in ("contrats", "actions") else None
    reponse = cip.get(reverse(f"parcours:{route}", args=[ici.personne.pk]))
    assert reponse.status_code == 200
    assert list(Trace.objects.filter(geste="consulter").values_list("personne_id", flat=True)) == [ici.personne.pk]


@pytest.mark.parametrize("route", ["suspension", "suivi_sortie"])
def test_un_fait_d_un_fait_est_au_dossier_aussi(ici, cip, route):
    qui = embaucher(ici).personne
    suspension, suivi = ici.contrat.suspensions.get(), qui.sorties.get().suivis.get()
    suivi.fait_le = None
    suivi.save()
    pk = suspension.pk if route == "suspension" else suivi.pk
    assert cip.get(reverse(f"parcours:{route}", args=[pk])).status_code == 200
    assert list(Trace.objects.filter(geste="consulter").values_list("personne_id", flat=True)) == [qui.pk]


def test_un_envoi_refuse_qui_remontre_la_page_est_une_consultation_un_envoi_recu_non(ici, cip):
    adresse = reverse("parcours:personne_modifier", args=[ici.personne.pk])
    assert cip.post(adresse, {}).status_code == 200
    assert Trace.objects.filter(geste="consulter").count() == 1
    page = cip.get(adresse).context["form"]
    saisie = {nom: page[nom].value() or "" for nom in page.fields if not isinstance(page[nom].value(), (list, type(None)))}
    assert cip.post(adresse, saisie).status_code == 302
    assert Trace.objects.filter(geste="consulter").count() == 2
