"""Ce que disent, mot pour mot et dans chaque cas, son compte et l'équipe (RES-1, ACC-6)."""

from datetime import timedelta

from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation, Invitation
from cedre.core.templatetags.cedre import jour, jour_court
from cedre.tests.ecran import liens, lignes, principal, propre, sections, tableau, titre

COMPTE = reverse("comptes:compte")


def test_mon_compte_dit_ma_securite_ma_journee_et_mes_acces(ici, cip):
    page = cip.get(COMPTE)
    dit = sections(page)
    assert titre(page) == "Mon compte" and dit["Mon nom"].endswith("Enregistrer")
    assert dit["Ma sécurité"] == (
        "Courriel cip@ici.example Il identifie votre compte. Pour en changer, faites-vous inviter à la nouvelle adresse. "
        "Mot de passe Changer Second facteur Aucun Activer Sessions Les appareils où votre compte est ouvert. Voir"
    )
    assert [liens(page)[texte] for texte in ("Changer", "Activer", "Voir")] == [
        reverse(route) for route in ("account_change_password", "mfa_index", "usersessions_list")
    ]
    sans_courriel = " Aucun serveur de courriel n’est réglé : rien ne partira. Demandez-le à qui installe Cèdre (CEDRE_SMTP)."
    titre_journee = "Ma journée, hors de Cèdre"
    avant = f"Pour votre accès « {ici.hab['cip']} ». Aucun nom n’en sort : il faut se connecter pour savoir qui. "
    courriel = "Vos rendez-vous du jour et ce qui manque, en nombres, avec les liens. Rien à dire : pas de courriel."
    agenda = "Une adresse secrète à donner à votre agenda : il suit alors seul vos rendez-vous."
    sans_rien = (
        f"{avant}Courriel du matin {courriel} Recevoir Agenda du téléphone ou de l’ordinateur {agenda} "
        "Elle se ferme d’ici, quand vous voulez. Créer une adresse"
    )
    for regle, dit_en_plus in ((True, ""), (False, sans_courriel)):
        with override_settings(COURRIEL_SORTANT=regle):
            assert sections(cip.get(COMPTE))[titre_journee] == sans_rien.replace(courriel, courriel + dit_en_plus)
    Habilitation.objects.filter(pk=ici.hab["cip"].pk).update(courriel_du_jour=True, condensat_agenda="x")
    with override_settings(COURRIEL_SORTANT=True):
        page = cip.get(COMPTE)
    assert sections(page)[titre_journee] == (
        f"{avant}Courriel du matin Reçu chaque matin {courriel} Ne plus recevoir "
        f"Agenda du téléphone ou de l’ordinateur Adresse active {agenda} Une nouvelle adresse ferme l’ancienne. "
        "Nouvelle adresse Fermer"
    )
    for route in ("portail:courriel", "portail:agenda", "comptes:changer"):
        assert f'action="{reverse(route)}"' in principal(page), route
    assert "L’adresse à donner à votre agenda" not in principal(page)
    cip.post(reverse("portail:agenda"), {"geste": "donner"})
    page = cip.get(COMPTE)
    assert f'readonly value="{page.context["adresse_agenda"]}"' in principal(page) and page.context["adresse_agenda"]
    assert "L’adresse à donner à votre agenda" in principal(page)
    assert "Copiez-la : elle ne se montre qu’une fois. Dans votre agenda : « S’abonner à un calendrier »" in propre(
        principal(page)
    )
    assert titre_journee not in sections(ici.client("ca").get(COMPTE))


def test_mes_acces_disent_celui_qui_est_en_cours_et_comment_en_changer(ici, ailleurs, cip):
    Habilitation.objects.create(compte=ici.qui, organisation=ailleurs.organisation, role="accueil", depuis=timezone.now())
    page = cip.get(COMPTE)
    depuis, aujourdhui = (propre(jour(le)) for le in (ici.hab["cip"].depuis, timezone.now()))
    en_cours = page.context["habilitation"]
    autre = next(h for h in page.context["habilitations"] if h != en_cours)
    dits = {ligne for ligne in lignes(page) if "Depuis le" in ligne}
    assert len(dits) == 2
    for une, fin in ((en_cours, "En cours"), (autre, "Agir à ce titre")):
        (dite,) = (ligne for ligne in dits if ligne.startswith(str(une.organisation)))
        jour_dit = depuis if une.organisation == ici.organisation else aujourdhui
        assert dite.startswith(f"{une.organisation} {une.get_role_display()} Depuis le {jour_dit}") and dite.endswith(fin)
    assert f'name="habilitation" value="{autre.pk}"' in principal(page)
    Habilitation.objects.filter(compte=ici.qui).update(retiree_le=timezone.now())
    assert sections(cip.get(COMPTE))["Mes accès"] == (
        "Votre compte n’a plus aucun accès : il n’ouvre aucune page. "
        "Demandez une invitation à la direction de votre organisation."
    )


def test_l_equipe_dit_chaque_acces_et_chaque_invitation_qui_attend(ici):
    direction, adresse = ici.client("direction"), reverse("comptes:equipe")
    Habilitation.objects.exclude(pk__in=[ici.hab["cip"].pk, ici.hab["direction"].pk]).delete()
    page = direction.get(adresse)
    depuis = propre(jour_court(ici.hab["cip"].depuis))
    assert titre(page) == "Équipe et accès" and sections(page)["Équipe et accès"].startswith("Structure Ici Inviter")
    assert "2 accès Nom Rôle Depuis Dernière connexion Second facteur" in propre(principal(page))
    cip = ici.hab["cip"].get_role_display()
    assert tableau(page)[0][:5] == ["Cip Ici cip@ici.example", cip, depuis, "jamais", "Aucun"]
    retirer = reverse("comptes:retirer", args=[ici.hab["cip"].pk])
    assert liens(page)[f"{tableau(page)[0][5]}"] == retirer and tableau(page)[0][5].endswith(f"l’accès de Cip Ici, {cip}")
    assert sections(page)["Invitations en attente"] == (
        "Aucune. Une invitation part par courriel, vaut sept jours, et peut être annulée tant qu’elle n’a pas servi."
    )
    ici.qui.authenticator_set.create(type="totp", data={})
    Compte.objects.filter(pk=ici.qui.pk).update(last_login=timezone.now())
    attend = {"organisation": ici.organisation, "role": "mad", "courriel": "lou@ici.example", "condensat": "x"}
    invitation = Invitation.objects.create(**attend, expire_le=timezone.now() + timedelta(days=7))
    page = direction.get(adresse)
    assert tableau(page)[0][3:5] == ["aujourd’hui", "Actif"]
    (dite,) = lignes(page)
    role = invitation.get_role_display()
    assert dite.startswith(f"lou@ici.example {role} Envoyée aujourd’hui, expire dans 7 jours")
    assert dite.endswith("l’invitation de lou@ici.example")
    assert reverse("comptes:invitation_annuler", args=[invitation.pk]) in principal(page)
    Invitation.objects.update(par=ici.hab["direction"].compte)
    assert "Envoyée aujourd’hui par Direction Ici, expire" in lignes(direction.get(adresse))[0]
    assert "si le courriel n’arrive pas" not in principal(page)
    direction.post(
        reverse("comptes:inviter"), {"courriel": "ode@ici.example", "role": "mad", "organisation": ici.organisation.pk}
    )
    page = direction.get(adresse)
    assert f'readonly value="{page.context["lien"]}"' in principal(page) and page.context["lien"]
    assert "Copiez-le maintenant : il ne s’affichera plus. Il vaut sept jours et ne sert qu’une fois." in propre(principal(page))
