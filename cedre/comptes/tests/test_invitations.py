"""Inviter, accepter, annuler, retirer (issue 2, §2)."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Compte, Habilitation, Invitation, Trace
from cedre.comptes.operations import accepter, annuler_invitation, inviter, ouvrir_compte, retirer
from cedre.core.refus import GesteImpossible

MOT_DE_PASSE = "un mot de passe assez long"  # celui des comptes de conftest


@pytest.fixture(autouse=True)
def _compteurs_a_zero(db):
    cache.clear()


def envoyer(monde, courriel="nouvelle@ici.example", role="cip", par=None):
    """L'invitation et le chemin de son lien."""
    return inviter(
        monde.organisation,
        courriel=courriel,
        role=role,
        lien=lambda jeton: reverse("comptes:invitation", args=[jeton]),
        par=par or monde.hab["direction"],
    )


NEUVE = {"prenom": "Ana", "nom": "Neuve", "mot_de_passe": MOT_DE_PASSE, "confirmation": MOT_DE_PASSE}


def test_la_direction_invite_et_le_lien_ne_se_montre_qu_une_fois(ici, mailoutbox, django_capture_on_commit_callbacks):
    direction = ici.client("direction")
    with django_capture_on_commit_callbacks(execute=True):
        direction.post(reverse("comptes:inviter"), {"courriel": "Zoe@ici.example", "role": "accueil"})
    lien = direction.get(reverse("comptes:equipe")).context["lien"]
    assert lien in mailoutbox[0].body
    assert mailoutbox[0].to == ["zoe@ici.example"]
    assert direction.get(reverse("comptes:equipe")).context["lien"] is None


def test_un_courriel_en_panne_n_empeche_pas_l_invitation(ici, settings, django_capture_on_commit_callbacks, caplog):
    settings.MAILERS = {"default": {"BACKEND": "aucun.facteur"}}
    with django_capture_on_commit_callbacks(execute=True):
        _, lien = envoyer(ici)
    assert Client().get(lien).status_code == 200


@pytest.mark.parametrize("saut", ["\r\nBcc: x@x.example", "\u2028", "\x85", "\x0b"])
def test_un_nom_sur_deux_lignes_n_ajoute_rien_a_l_en_tete_et_n_empeche_pas_la_lettre(
    ici, saut, mailoutbox, django_capture_on_commit_callbacks
):
    ici.organisation.nom = f"Structure{saut} Ici"
    with django_capture_on_commit_callbacks(execute=True):
        envoyer(ici)
    [lettre] = mailoutbox
    assert len(lettre.subject.splitlines()) == 1
    assert lettre.message()["Bcc"] is None


def test_le_jeton_est_long_et_la_base_n_en_garde_que_le_condensat(ici):
    invitation, lien = envoyer(ici)
    jeton = lien.rpartition("/")[2]
    assert len(jeton) >= 43  # 256 bits
    assert jeton not in (invitation.condensat, *map(str, Invitation.objects.values_list("condensat", flat=True)))
    assert len({envoyer(ici, f"p{n}@ici.example")[1] for n in range(20)}) == 20


def test_une_personne_nouvelle_ouvre_son_compte_et_se_trouve_connectee(ici):
    _, lien = envoyer(ici)
    client = Client()
    assert "Structure Ici" in client.get(lien).content.decode()
    assert client.post(lien, NEUVE).url == reverse("portail:accueil")
    habilitation = Habilitation.objects.get(compte__email="nouvelle@ici.example")
    assert (habilitation.role, habilitation.organisation) == ("cip", ici.organisation)
    page = client.get(reverse("comptes:compte"))
    assert page.context["habilitation"] == habilitation
    assert "Votre compte est ouvert pour Structure Ici." in [str(m) for m in page.context["messages"]]


@pytest.mark.parametrize(
    "faute, champ",
    [({"mot_de_passe": "court", "confirmation": "court"}, "mot_de_passe"), ({"confirmation": "autre"}, "confirmation")],
)
def test_un_mauvais_mot_de_passe_n_ouvre_rien_et_le_dit(ici, faute, champ):
    _, lien = envoyer(ici)
    reponse = Client().post(lien, NEUVE | faute)
    assert champ in reponse.context["form"].errors
    assert not Compte.objects.filter(email="nouvelle@ici.example").exists()


def test_le_mot_de_passe_ne_ressemble_pas_a_la_personne(ici):
    _, lien = envoyer(ici)
    reponse = Client().post(lien, NEUVE | dict.fromkeys(("mot_de_passe", "confirmation"), "nouvelle@ici.example"))
    assert "mot_de_passe" in reponse.context["form"].errors


def test_un_lien_ne_sert_qu_une_fois(ici):
    _, lien = envoyer(ici)
    Client().post(lien, NEUVE)
    reponse = Client().get(lien)
    assert reponse.status_code == 410
    assert "a déjà servi" in reponse.content.decode()


def test_un_lien_expire_annule_ou_invente_ne_vaut_rien(ici):
    expiree, lien_expire = envoyer(ici)
    Invitation.objects.filter(pk=expiree.pk).update(expire_le=timezone.now() - timedelta(minutes=1))
    annulee, lien_annule = envoyer(ici, "autre@ici.example")
    annuler_invitation(annulee, par=ici.hab["direction"])
    for lien, mot, code in [
        (lien_expire, "Cette invitation a expiré : elle valait sept jours.", 410),
        (lien_annule, "Cette invitation a été annulée.", 410),
        (lien_annule + "x", "Ce lien n’est pas celui d’une invitation.", 404),
    ]:
        for reponse in (Client().get(lien), Client().post(lien, NEUVE)):
            assert (reponse.status_code, reponse.context["refus"]) == (code, mot)
            assert mot.split(" : ")[0] in reponse.text and "Demandez-en une nouvelle" in reponse.text
    assert not Compte.objects.filter(nom="Neuve").exists()


def test_un_compte_existant_se_connecte_d_abord_puis_accepte(ici, ailleurs):
    _, lien = envoyer(ici, "cip@ailleurs.example")
    assert Client().get(lien).context["connexion"].startswith(reverse("account_login"))
    assert Client().post(lien, NEUVE).status_code == 200
    client = ailleurs.client("cip")
    assert "Accepter" in client.get(lien).content.decode()
    client.post(lien)
    assert client.get(reverse("comptes:compte")).context["habilitation"].organisation == ici.organisation
    assert len(client.get(reverse("comptes:compte")).context["habilitations"]) == 2


def test_l_invitation_d_une_autre_adresse_ne_s_accepte_pas(ici, cip):
    invitation, lien = envoyer(ici)
    assert "une autre adresse" in cip.get(lien).content.decode()
    cip.post(lien)
    invitation.refresh_from_db()
    assert invitation.acceptee_le is None


def test_deux_acceptations_au_meme_moment_n_en_font_qu_une(ici):
    invitation, _ = envoyer(ici)
    avant = Invitation.objects.get(pk=invitation.pk)
    saisie = {"prenom": "Ana", "nom": "Neuve", "mot_de_passe": MOT_DE_PASSE}
    ouvrir_compte(invitation, **saisie)
    deja = "^Cette invitation a expiré, a été annulée ou a déjà servi.$"
    with pytest.raises(GesteImpossible, match=deja):
        ouvrir_compte(avant, **saisie)
    with pytest.raises(GesteImpossible, match=deja):
        accepter(avant, compte=Compte.objects.get(email="nouvelle@ici.example"))
    assert Habilitation.objects.filter(compte__email="nouvelle@ici.example").count() == 1


def test_trop_de_liens_essayes_et_l_on_attend(ici):
    reponses = [Client().get(reverse("comptes:invitation", args=[f"essai{n}"])).status_code for n in range(61)]
    assert reponses == [404] * 60 + [429]


def test_on_n_invite_qu_aux_roles_de_son_organisation(ici):
    direction = ici.client("direction")
    reponse = direction.post(reverse("comptes:inviter"), {"courriel": "x@ici.example", "role": "responsable_qualite"})
    assert "role" in reponse.context["form"].errors
    with pytest.raises(GesteImpossible, match="^Vous ne pouvez pas inviter à ce rôle dans cette organisation.$"):
        envoyer(ici, role="bureau")


def test_annuler_une_invitation_ferme_son_lien(ici, ailleurs):
    invitation, lien = envoyer(ici)
    etrangere, _ = envoyer(ailleurs)
    direction = ici.client("direction")
    assert direction.post(reverse("comptes:invitation_annuler", args=[etrangere.pk])).status_code == 404
    page = direction.post(reverse("comptes:invitation_annuler", args=[invitation.pk]), follow=True)
    assert [str(m) for m in page.context["messages"]] == ["L’invitation de nouvelle@ici.example est annulée."]
    assert page.redirect_chain[0][0] == reverse("comptes:equipe") and Client().get(lien).status_code == 410
    etrangere.refresh_from_db()
    assert etrangere.refus == "", "celle d’ailleurs vaut encore"


def test_l_equipe_montre_qui_depuis_quand_et_avec_quel_second_facteur(ici, ailleurs, django_assert_max_num_queries):
    direction = ici.client("direction")
    with django_assert_max_num_queries(8):
        membres = direction.get(reverse("comptes:equipe")).context["membres"]
        assert {m.organisation_id for m in membres} == {ici.organisation.pk}
    assert not any(m.second_facteur for m in membres)
    ici.hab["cip"].compte.authenticator_set.create(type="totp", data={})
    membres = direction.get(reverse("comptes:equipe")).context["membres"]
    assert [m.compte for m in membres if m.second_facteur] == [ici.hab["cip"].compte]


def test_retirer_un_acces_le_ferme_aussitot(ici, ailleurs, cip):
    direction = ici.client("direction")
    assert direction.get(reverse("comptes:retirer", args=[ailleurs.hab["cip"].pk])).status_code == 404
    adresse = reverse("comptes:retirer", args=[ici.hab["cip"].pk])
    assert direction.get(adresse).status_code == 200
    direction.post(adresse)
    assert cip.get(reverse("parcours:personnes")).status_code == 403
    assert Trace.objects.filter(geste="retirer", objet_id=ici.hab["cip"].pk).exists()


def test_une_organisation_garde_toujours_quelqu_un_qui_gere_les_acces(ici):
    seule = ici.hab["direction"]
    ici.client("direction").post(reverse("comptes:retirer", args=[seule.pk]))
    seule.refresh_from_db()
    assert seule.retiree_le is None
    autre = Habilitation.objects.create(compte=ici.hab["cip"].compte, organisation=ici.organisation, role="direction")
    retirer(seule, par=seule)
    seul = "^Plus personne ne pourrait gérer les accès : invitez d’abord quelqu’un au même rôle.$"
    with pytest.raises(GesteImpossible, match=seul):
        retirer(autre, par=autre)


def test_la_federation_ouvre_la_premiere_direction_et_elle_seule(reseau, ici):
    federation, regions = reseau
    resp = federation.hab["responsable_qualite"]
    client = federation.client("responsable_qualite")
    adresse = reverse("comptes:organisation_inviter", args=[ici.organisation.pk])
    assert client.get(adresse).status_code == 403
    with pytest.raises(GesteImpossible):
        envoyer(ici, par=resp)
    Habilitation.objects.filter(pk=ici.hab["direction"].pk).update(retiree_le=timezone.now())
    assert [valeur for valeur, _ in client.get(adresse).context["form"].fields["role"].choices] == ["direction"]
    client.post(adresse, {"courriel": "dir@ici.example", "role": "direction"})
    assert Trace.objects.filter(geste="inviter").values_list("organisation", flat=True).count() == 2
    assert client.get(reverse("comptes:organisation_inviter", args=[regions[1].pk])).status_code == 200


def test_changer_de_nom_laisse_une_trace(ici, cip):
    cip.post(reverse("comptes:compte"), {"prenom": "Camille", "nom": "Ici"})
    assert Compte.objects.get(pk=ici.hab["cip"].compte_id).prenom == "Camille"
    assert Trace.objects.get(geste="modifier").objet == "compte"


def test_on_change_d_habilitation_d_un_geste_et_jamais_pour_celle_d_un_autre(ici, ailleurs, cip):
    mienne = Habilitation.objects.create(compte=ici.hab["cip"].compte, organisation=ailleurs.organisation, role="accueil")
    cip.post(reverse("comptes:changer"), {"habilitation": mienne.pk})
    assert cip.get(reverse("comptes:compte")).context["habilitation"] == mienne
    assert cip.post(reverse("comptes:changer"), {"habilitation": ailleurs.hab["cip"].pk}).status_code == 404


def test_une_direction_retiree_ne_revient_pas_par_une_invitation_preparee(ici):
    partante = ici.hab["direction"]
    restante = Habilitation.objects.create(compte=ici.hab["ca"].compte, organisation=ici.organisation, role="direction")
    preparees = [envoyer(ici, courriel, role)[0] for courriel, role in [(partante.compte.email, "cip"), ("b@c.example", "cip")]]
    retirer(partante, par=restante)
    ferme = "^Qui vous a invité ne peut plus ouvrir cet accès : demandez une nouvelle invitation.$"
    with pytest.raises(GesteImpossible, match=ferme):
        accepter(preparees[0], compte=partante.compte)
    with pytest.raises(GesteImpossible, match=ferme):
        ouvrir_compte(preparees[1], prenom="Ana", nom="Neuve", mot_de_passe=MOT_DE_PASSE)


def test_de_deux_premieres_directions_invitees_par_la_federation_une_seule_entre(reseau, ici):
    """La seconde serait, une fois la structure au travail, une porte de la fédération vers des dossiers (RES-1)."""
    Habilitation.objects.actives().avec_droit(Droit.EQUIPE_GERER).filter(organisation=ici.organisation).update(
        retiree_le=timezone.now()
    )
    federation = reseau[0].hab["responsable_qualite"]
    invitations = [envoyer(ici, courriel, "direction", par=federation)[0] for courriel in ("a@ici.example", "b@ici.example")]
    ouvrir_compte(invitations[0], prenom="Ana", nom="Neuve", mot_de_passe=MOT_DE_PASSE)
    with pytest.raises(GesteImpossible):
        ouvrir_compte(invitations[1], prenom="Bob", nom="Neuf", mot_de_passe=MOT_DE_PASSE)


@pytest.mark.parametrize("folie", ["abc", "\x00", "9" * 5000, "-1", ""])
def test_une_habilitation_illisible_n_existe_pas(cip, folie):
    assert cip.post(reverse("comptes:changer"), {"habilitation": folie}).status_code == 404


def test_inviter_de_nouveau_n_annule_que_la_meme_invitation(ici, ailleurs):
    courriel = "nouvelle@ici.example"
    autres = [envoyer(ailleurs, courriel), envoyer(ici, courriel, role="accueil"), envoyer(ici, "autre@ici.example")]
    premiere, _ = envoyer(ici, courriel)
    seconde, lien = envoyer(ici, courriel)
    attendues = {invitation for invitation, _ in autres} | {seconde}
    assert set(Invitation.objects.en_attente()) == attendues and premiere not in attendues
    assert {Client().get(chemin).status_code for _, chemin in [*autres, (seconde, lien)]} == {200}
