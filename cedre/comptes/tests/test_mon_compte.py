"""Son propre compte : ses accès, celui que l'on retrouve, son nom (RES-1)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation, Organisation, Trace
from cedre.conftest import ouvrir_session

LE = datetime(2024, 3, 5, 12, tzinfo=UTC)


def en_cours(client) -> Habilitation:
    """Au nom de qui l'on agit."""
    return client.get(reverse("comptes:compte")).context["habilitation"]


@pytest.fixture
def trois(ici, ailleurs):
    """Les trois accès d'un même compte : CIP ici, qu'il a choisi en dernier, puis accueil et CA ailleurs."""
    sien = {"compte": ici.hab["cip"].compte, "organisation": ailleurs.organisation}
    Habilitation.objects.filter(pk=ici.hab["cip"].pk).update(utilisee_le=LE)
    return [ici.hab["cip"], *(Habilitation.objects.create(role=role, depuis=LE, **sien) for role in ("accueil", "ca"))]


def autre_navigateur(client, compte: Compte):
    """Une session neuve du même compte."""
    client.cookies["sessionid"] = ouvrir_session(compte)
    return client


def test_une_session_neuve_rouvre_l_acces_que_l_on_a_choisi_en_dernier(ici, trois, cip, client):
    _, accueil, ca = trois
    avant = timezone.now()
    assert en_cours(cip) == trois[0]
    for choisie in (ca, accueil):
        assert cip.post(reverse("comptes:changer"), {"habilitation": choisie.pk}).url == reverse("portail:accueil")
        assert en_cours(cip) == choisie
        choisie.refresh_from_db()
        assert avant <= choisie.utilisee_le <= timezone.now()
        assert en_cours(autre_navigateur(client, choisie.compte)) == choisie
    assert Habilitation.objects.get(pk=trois[0].pk).utilisee_le == LE, "celle que l’on a quittée n’a pas été choisie"


def test_sans_en_avoir_choisi_on_agit_par_l_acces_le_plus_recent_et_un_acces_choisi_passe_devant(ici, trois, client):
    ancien, accueil, _ = trois
    Habilitation.objects.filter(pk=ancien.pk).update(utilisee_le=None)
    Habilitation.objects.filter(pk=accueil.pk).update(depuis=LE + timedelta(days=9))
    assert en_cours(autre_navigateur(client, ancien.compte)) == accueil
    Habilitation.objects.filter(pk=ancien.pk).update(utilisee_le=LE - timedelta(days=900))
    assert en_cours(autre_navigateur(client, ancien.compte)) == ancien


def test_mes_acces_disent_chacun_son_organisation_son_role_et_son_premier_jour(ici, trois, cip):
    Habilitation.objects.filter(pk=trois[0].pk).update(depuis=LE + timedelta(days=9), utilisee_le=timezone.now())
    Habilitation.objects.filter(pk=trois[1].pk).update(utilisee_le=timezone.localtime().replace(hour=12) - timedelta(days=3))
    retire = Habilitation.objects.create(
        compte=trois[0].compte, organisation=ici.organisation, role="mad", retiree_le=timezone.now()
    )
    page = cip.get(reverse("comptes:compte"))
    assert [*page.context["habilitations"]] == [trois[1], trois[2], trois[0]], "par organisation, puis par rôle"
    texte = page.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "<strong>Structure Ailleurs</strong><br>Accueil<br>" in texte
    assert "Depuis le 5 mars 2024, choisie il y a 3 jours" in texte and texte.count("choisie") == 2
    assert "Depuis le 14 mars 2024, choisie aujourd’hui" in texte
    assert [f'value="{h.pk}"' in texte for h in (*trois, retire)] == [False, True, True, False]
    assert texte.count("En cours") == 1


def test_un_acces_retire_n_est_plus_a_choisir(trois, cip):
    assert en_cours(cip) == trois[0]
    Habilitation.objects.filter(pk=trois[1].pk).update(retiree_le=timezone.now())
    assert cip.post(reverse("comptes:changer"), {"habilitation": trois[1].pk}).status_code == 404
    assert en_cours(cip) == trois[0]


def test_son_nom_change_pour_soi_seul_et_la_trace_dit_quoi_chez_qui_l_on_agit(ici, ailleurs, trois, cip):
    autres = list(Compte.objects.exclude(pk=trois[0].compte_id).values_list("prenom", "nom"))
    assert en_cours(cip) == trois[0]
    cip.post(reverse("comptes:changer"), {"habilitation": trois[1].pk})
    reponse = cip.post(reverse("comptes:compte"), {"prenom": "Camille", "nom": "Brun"}, follow=True)
    assert [str(m) for m in reponse.context["messages"]] == ["Votre nom est à jour."]
    compte = Compte.objects.get(pk=trois[0].compte_id)
    assert (str(compte), compte.initiales) == ("Camille Brun", "CB")
    assert list(Compte.objects.exclude(pk=compte.pk).values_list("prenom", "nom")) == autres
    trace = Trace.objects.get()
    assert (trace.geste, trace.objet, trace.objet_id, trace.detail) == ("modifier", "compte", compte.pk, "Prénom, nom")
    assert (trace.organisation, trace.role, trace.compte, trace.personne_id) == (ailleurs.organisation, "accueil", compte, None)


def test_sans_plus_aucun_acces_on_change_encore_son_nom_et_l_on_est_mene_a_une_invitation(ici, cip):
    Habilitation.objects.filter(pk=ici.hab["cip"].pk).update(retiree_le=timezone.now())
    assert "Votre compte n’a plus aucun accès" in cip.get(reverse("comptes:compte")).text
    cip.post(reverse("comptes:compte"), {"prenom": "Camille", "nom": "Brun"})
    assert Compte.objects.get(pk=ici.hab["cip"].compte_id).prenom == "Camille" and not Trace.objects.exists()


def test_un_compte_sans_nom_se_dit_par_son_courriel():
    assert str(Compte(email="ada@ici.example")) == "ada@ici.example"
    assert str(Compte(email="ada@ici.example", nom="Brun")) == "Brun"


def test_mon_compte_dit_si_le_second_facteur_est_actif(ici, cip):
    def lu() -> list[bool]:
        texte = cip.get(reverse("comptes:compte")).text
        return [dit in texte for dit in (">Activer<", "Actif</span>", ">Gérer<")]

    assert lu() == [True, False, False]
    ici.hab["direction"].compte.authenticator_set.create(type="totp", data={})
    assert lu() == [True, False, False], "celui d’un autre n’est pas le mien"
    ici.hab["cip"].compte.authenticator_set.create(type="totp", data={})
    assert lu() == [False, True, True]


def test_qui_se_retire_lui_meme_revient_a_l_accueil_les_autres_a_l_equipe(ici):
    autre = Habilitation.objects.create(compte=ici.hab["ca"].compte, organisation=ici.organisation, role="direction")
    direction = ici.client("direction")
    reponse = direction.post(reverse("comptes:retirer", args=[ici.hab["mad"].pk]))
    assert reponse.url == reverse("comptes:equipe")
    assert [str(m) for m in get_messages(reponse.wsgi_request)] == ["Mad Ici n’a plus cet accès."]
    assert direction.post(reverse("comptes:retirer", args=[ici.hab["direction"].pk])).url == reverse("portail:accueil")
    assert Habilitation.objects.get(pk=autre.pk).retiree_le is None


def test_l_en_tete_des_documents_dit_ou_joindre_l_organisation():
    dit = {"nom": "A", "adresse": "1 rue B", "code_postal": "38000", "commune": "C", "telephone": "04", "courriel": "d@e.example"}
    assert Organisation(**dit, siret="73282932000074", fuseau="Indian/Reunion").coordonnees == dit
