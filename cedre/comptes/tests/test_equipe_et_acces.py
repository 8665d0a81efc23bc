"""La page « Équipe et accès » : qui y est, ce qu'on y invite, ce qu'on y retire, ce qui s'en garde (RES-1)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.forms import OuvertureForm
from cedre.comptes.models import Compte, Habilitation, Invitation, Organisation, Trace
from cedre.comptes.operations import accepter, annuler_invitation, inviter, ouvrir_compte, retirer
from cedre.core.refus import GesteImpossible
from cedre.core.templatetags.cedre import relatif

LE = datetime(2026, 3, 10, 12, tzinfo=UTC)
NEUVE = {"prenom": "Ana", "nom": "Neuve", "mot_de_passe": "un mot de passe assez long"}


def envoyer_et_lien(monde, courriel: str, role: str) -> tuple[Invitation, str]:
    """L'invitation que la direction de ce monde envoie, et le chemin de son lien."""

    def lien(jeton: str) -> str:
        return reverse("comptes:invitation", args=[jeton])

    return inviter(monde.organisation, courriel=courriel, role=role, lien=lien, par=monde.hab["direction"])


def envoyer(monde, courriel="nouvelle@ici.example", role="cip") -> Invitation:
    """L'invitation seule."""
    return envoyer_et_lien(monde, courriel, role)[0]


def traces(geste: str) -> list[tuple]:
    """Ce que les traces de ce geste disent : chez qui, par quel rôle, sur quoi, en quels mots."""
    lues = Trace.objects.filter(geste=geste).select_related("organisation").order_by("pk")
    return [(t.organisation.nom, t.role, t.objet, t.objet_id, t.detail) for t in lues]


def test_la_lettre_dit_qui_invite_ou_a_quel_role_et_ou_repondre(ici, mailoutbox, django_capture_on_commit_callbacks):
    direction = ici.client("direction")
    with django_capture_on_commit_callbacks(execute=True):
        saisie = {"courriel": " Zoe@Ici.example ", "role": "mad"}
        page = direction.post(reverse("comptes:inviter"), saisie, follow=True)
    [lettre] = mailoutbox
    assert (lettre.to, lettre.cc, lettre.bcc) == (["zoe@ici.example"], [], [])
    assert lettre.subject == "Votre accès à Cèdre pour Structure Ici"
    dite = (
        "Direction Ici vous ouvre un accès à Cèdre pour Structure Ici, avec le rôle « Mise à disposition, encadrement technique »"
    )
    assert dite in lettre.body and "dans les sept jours" in lettre.body
    assert page.context["lien"].startswith("http://testserver/invitation/") and page.context["lien"] in lettre.body.split()
    assert [str(m) for m in page.context["messages"]] == ["L’invitation est partie à zoe@ici.example."]
    invitation = Invitation.objects.get()
    assert (invitation.organisation, invitation.par) == (ici.organisation, ici.hab["direction"].compte)
    assert traces("inviter") == [
        ("Structure Ici", "direction", "invitation", invitation.pk, "Mise à disposition, encadrement technique")
    ]
    texte = Client().get(page.context["lien"].removeprefix("http://testserver")).text
    assert "Direction Ici vous invite" in texte and "zoe@ici.example" in texte
    assert "<strong>Structure Ici</strong>, comme «\N{NO-BREAK SPACE}Mise à disposition, encadrement technique" in texte


def test_on_n_invite_pas_qui_tient_deja_ce_role_ici_mais_un_autre_role_ailleurs_ou_rendu_oui(ici, ailleurs):
    with pytest.raises(GesteImpossible, match="^Ce compte tient déjà ce rôle.$"):
        envoyer(ici, "CIP@ici.example")
    assert not Invitation.objects.exists()
    assert envoyer(ici, "cip@ici.example", "accueil") and envoyer(ailleurs, "cip@ici.example")
    retirer(ici.hab["cip"], par=ici.hab["direction"])
    assert envoyer(ici, "cip@ici.example")


def test_un_acces_rendu_est_un_autre_acces_et_l_ancien_garde_sa_fin(ici):
    ancien = ici.hab["mad"]
    retirer(ancien, par=ici.hab["direction"])
    rendu = accepter(envoyer(ici, "mad@ici.example", "mad"), compte=ancien.compte)
    ancien.refresh_from_db()
    assert rendu != ancien and ancien.retiree_le and not rendu.retiree_le
    assert (rendu.compte, rendu.role, rendu.organisation) == (ancien.compte, "mad", ici.organisation)
    assert traces("creer") == [("Structure Ici", "mad", "habilitation", rendu.pk, "Mise à disposition, encadrement technique")], (
        "de qui est entré, à son titre"
    )


def test_une_invitation_vaut_sept_jours_a_la_seconde_pres(ici):
    with time_machine.travel(LE, tick=False):
        invitation = envoyer(ici)
    for avant, refus in ((timedelta(seconds=-1), ""), (timedelta(0), "Cette invitation a expiré : elle valait sept jours.")):
        with time_machine.travel(LE + timedelta(days=7) + avant, tick=False):
            assert invitation.refus == refus
            assert Invitation.objects.en_attente().exists() is not bool(refus)
    with time_machine.travel(LE + timedelta(days=7), tick=False), pytest.raises(GesteImpossible, match="a expiré"):
        ouvrir_compte(invitation, **NEUVE)
    assert not Compte.objects.filter(email="nouvelle@ici.example").exists()


def test_la_page_montre_l_equipe_en_poste_et_les_invitations_qui_attendent_les_plus_recentes_d_abord(ici, ailleurs):
    direction = ici.client("direction")
    recues = [envoyer(ici, f"{nom}@ici.example") for nom in ("prise", "annulee", "vieille", "premiere", "seconde")]
    envoyer(ailleurs, "etrangere@ici.example")
    ouvrir_compte(recues[0], **NEUVE)
    annuler_invitation(recues[1], par=ici.hab["direction"])
    Invitation.objects.filter(pk=recues[2].pk).update(expire_le=timezone.now() - timedelta(minutes=1))
    retirer(ici.hab["mad"], par=ici.hab["direction"])
    Compte.objects.filter(pk=ici.hab["accueil"].compte_id).update(is_active=False)
    page = direction.get(reverse("comptes:equipe"))
    assert [i.courriel for i in page.context["invitations"]] == ["seconde@ici.example", "premiere@ici.example"]
    attendus = {"cip", "qualite", "direction", "ca", "salarie", "client", "partenaire"}
    assert sorted(m.role for m in page.context["membres"]) == sorted([*attendus, "cip"])
    assert f"{len(attendus) + 1}\N{NO-BREAK SPACE}accès" in page.text
    assert f"par Direction Ici, expire {relatif(recues[3].expire_le)}" in page.text


def test_la_page_dit_depuis_quand_et_quand_chacun_est_venu(ici):
    Habilitation.objects.filter(pk=ici.hab["cip"].pk).update(depuis=LE)
    Compte.objects.filter(pk=ici.hab["cip"].compte_id).update(
        last_login=timezone.localtime().replace(hour=12) - timedelta(days=1)
    )
    rang = ici.client("direction").get(reverse("comptes:equipe")).text.split("cip@ici.example")[1].split("</tr>")[0]
    rang = rang.replace("\N{NO-BREAK SPACE}", " ")
    assert 'data-titre="Depuis" class="chiffre">10 mars 2026<' in rang and ">hier<" in rang
    assert (
        "Accompagnateur·rice socioprofessionnel·le (CIP)" in rang and reverse("comptes:retirer", args=[ici.hab["cip"].pk]) in rang
    )


def test_la_federation_suit_les_invitations_qu_elle_a_envoyees_et_les_traces_se_lisent_des_deux_cotes(reseau, ici):
    federation, region = reseau[0], reseau[1][1]
    par, detail = federation.hab["responsable_qualite"], "Référent·e qualité régional·e"
    lien = reverse("comptes:organisation_inviter", args=[region.pk])
    page = federation.client("responsable_qualite").post(
        lien, {"courriel": "ref@r.example", "role": "referent_regional"}, follow=True
    )
    invitation = Invitation.objects.get()
    assert list(page.context["invitations"]) == [invitation] and f"{detail}, Région 2" in page.text
    assert page.redirect_chain[0][0] == reverse("comptes:equipe")
    dites = [(nom, "responsable_qualite", "invitation", invitation.pk) for nom in ("Fédération", "Région 2")]
    assert traces("inviter") == [(*dite, detail) for dite in dites]
    annuler_invitation(invitation, par=par)
    annuler_invitation(invitation, par=par)
    assert traces("retirer") == [(*dite, f"Invitation annulée : {detail}") for dite in dites], "une fois, des deux côtés"


def test_annuler_une_invitation_qui_a_servi_ne_change_rien(ici):
    invitation = envoyer(ici)
    ouvrir_compte(invitation, **NEUVE)
    annuler_invitation(invitation, par=ici.hab["direction"])
    invitation.refresh_from_db()
    assert invitation.annulee_le is None and invitation.refus == "Cette invitation a déjà servi." and traces("retirer") == []


def test_retirer_un_acces_se_trace_une_fois_au_nom_de_qui_retire(ici):
    for _ in range(2):
        retirer(ici.hab["mad"], par=ici.hab["direction"])
    dit = ("Structure Ici", "direction", "habilitation", ici.hab["mad"].pk, "Mise à disposition, encadrement technique")
    assert traces("retirer") == [dit]


def test_celui_qui_gerera_encore_les_acces_est_en_poste_et_de_la_meme_organisation(ici, ailleurs):
    seule, ca = ici.hab["direction"], ici.hab["ca"].compte
    Habilitation.objects.create(compte=seule.compte, organisation=ailleurs.organisation, role="direction")
    Habilitation.objects.create(compte=ca, organisation=ici.organisation, role="direction", retiree_le=timezone.now())
    with pytest.raises(GesteImpossible, match="Plus personne ne pourrait gérer les accès"):
        retirer(seule, par=seule)
    retirer(ici.hab["mad"], par=seule)  # qui ne gère rien part toujours
    autre = Habilitation.objects.create(compte=ca, organisation=ici.organisation, role="direction")
    Compte.objects.filter(pk=ca.pk).update(is_active=False)
    with pytest.raises(GesteImpossible):
        retirer(seule, par=seule)
    Compte.objects.filter(pk=ca.pk).update(is_active=True)
    retirer(seule, par=autre)


OFFERTS = [
    ("direction", "ici", "accueil cip mad qualite direction ca salarie client partenaire"),
    ("direction", "ailleurs", ""),
    ("cip", "ici", ""),
    ("ca", "ici", ""),
    ("referent_regional", "region-1", "referent_regional ca_regional"),
    ("referent_regional", "region-2", ""),
    ("referent_regional", "sans-direction", ""),
    ("ca_regional", "region-1", ""),
    ("responsable_qualite", "federation", "responsable_qualite comite bureau groupe_qualite auditeur"),
    ("responsable_qualite", "region-2", "referent_regional ca_regional"),
    ("responsable_qualite", "ici", ""),
    ("responsable_qualite", "sans-direction", "direction"),
    ("responsable_qualite", "ensemble", "direction"),
    ("bureau", "federation", ""),
    ("bureau", "sans-direction", ""),
]


@pytest.mark.parametrize("role, ou, offerts", OFFERTS, ids=[f"{role}-{ou}" for role, ou, _ in OFFERTS])
def test_chacun_n_invite_qu_aux_roles_qui_sont_a_lui_de_donner(reseau, ici, ailleurs, role, ou, offerts):
    Organisation.objects.create(nature="structure", type_siae="AI", nom="Neuve", slug="sans-direction", region=reseau[1][0])
    Organisation.objects.create(nature="ensemblier", nom="Ensemble", slug="ensemble")
    par = ici.hab.get(role) or reseau[0].hab[role]
    assert Organisation.objects.get(slug=ou).roles_offerts_par(par) == set(offerts.split())


def test_le_formulaire_propose_les_roles_dans_l_ordre_de_la_maison(ici):
    form = ici.client("direction").get(reverse("comptes:inviter")).context["form"]
    assert [valeur for valeur, _ in form.fields["role"].choices][:6] == ["accueil", "cip", "mad", "qualite", "direction", "ca"]


def test_qui_accepte_agit_aussitot_au_titre_qu_on_lui_ouvre(ici, ailleurs):
    client = ailleurs.client("cip")
    Habilitation.objects.filter(pk=ailleurs.hab["cip"].pk).update(utilisee_le=timezone.now())
    invitation, lien = envoyer_et_lien(ici, "cip@ailleurs.example", "accueil")
    anonyme = Client().get(lien)
    assert anonyme.context["connexion"] == reverse("account_login", query={"next": lien})
    assert f'href="{anonyme.context["connexion"]}"' in anonyme.text
    assert client.post(lien).url == reverse("portail:accueil")
    page = client.get(reverse("comptes:compte"))
    assert [str(m) for m in page.context["messages"]] == ["Vous agissez maintenant pour Structure Ici."]
    habilitation = page.context["habilitation"]
    assert (habilitation.role, habilitation.organisation) == ("accueil", ici.organisation)
    invitation.refresh_from_db()
    assert invitation.acceptee_le and ailleurs.hab["cip"].retiree_le is None


@pytest.mark.parametrize(
    "mot_de_passe, refuse",
    [
        ("castelnaudary-montferrand", True),
        ("marie-antoinette-josephine", True),
        ("x" * 201, True),
        ("une phrase " * 18, False),
        ("finit par deux blancs  ", False),
    ],
)
def test_un_mot_de_passe_ne_ressemble_ni_au_nom_ni_au_prenom_n_est_pas_demesure_et_se_garde_tel_quel(ici, mot_de_passe, refuse):
    form = OuvertureForm(
        {"prenom": "Marie-Antoinette-Josephine", "nom": "Castelnaudary-Montferrand"}
        | dict.fromkeys(("mot_de_passe", "confirmation"), mot_de_passe),
        instance=Compte(email="x@ici.example"),
    )
    assert ("mot_de_passe" in form.errors) is refuse
    assert refuse or form.cleaned_data["mot_de_passe"] == mot_de_passe


def test_un_compte_cree_entre_temps_se_connecte_et_l_invitation_sert_encore(ici):
    invitation = envoyer(ici)
    compte = Compte.objects.create_user("nouvelle@ici.example", nom="Venue")
    with pytest.raises(GesteImpossible, match="^Un compte existe déjà pour cette adresse : connectez-vous, puis acceptez.$"):
        ouvrir_compte(invitation, **NEUVE)
    assert Invitation.objects.en_attente().filter(pk=invitation.pk).exists()
    with pytest.raises(GesteImpossible, match="^Cette invitation a été envoyée à une autre adresse.$"):
        accepter(invitation, compte=ici.hab["cip"].compte)
    assert accepter(invitation, compte=compte).compte == compte


def test_le_lien_dit_a_chacun_quoi_faire_se_connecter_accepter_ou_se_deconnecter_d_abord(ici, ailleurs):
    lien = envoyer_et_lien(ici, "cip@ailleurs.example", "accueil")[1]
    dehors, elle, autre = (client.get(lien).text for client in (Client(), ailleurs.client("cip"), ailleurs.client("mad")))
    assert "déjà un compte à l’adresse <strong>cip@ailleurs.example</strong>" in dehors and "Se connecter</a>" in dehors
    assert "Accepter</button>" in elle and f'value="{lien}"' not in elle
    assert "que la vôtre, <strong>mad@ailleurs.example</strong>" in autre and "Accepter</button>" not in autre
    assert f'action="{reverse("account_logout")}"' in autre and f'name="next" value="{lien}"' in autre
