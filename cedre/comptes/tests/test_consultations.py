"""Ouvrir un dossier laisse une trace, une seule, de ce qui s'est montré ; rien ne s'en garde dans un cache (nomenclatures §7)."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.middleware import Acces
from cedre.comptes.models import Habilitation, Organisation, Trace
from cedre.core.adresses import vues_nommees
from cedre.core.sessions import SessionStore


def demander(rf, compte, reponse: HttpResponse, *lignes) -> HttpResponse:
    """Ce que rend une page qui consulte ces lignes, demandée par ce compte."""

    def vue(request):
        for ligne in lignes:
            request.consulte(ligne)
        return reponse

    requete = rf.get("/")
    requete.user, requete.session = compte, SessionStore()
    return Acces(vue)(requete)


@pytest.mark.parametrize("code, vue", [(200, 1), (400, 1), (409, 1), (422, 1), (302, 0), (403, 0), (404, 0), (405, 0), (500, 0)])
def test_une_page_qui_montre_le_dossier_est_une_consultation_un_refus_ou_un_renvoi_non(ici, rf, code, vue):
    demander(rf, ici.hab["cip"].compte, HttpResponse(status=code), ici.entretien)
    assert Trace.objects.filter(geste="consulter").count() == vue


def test_une_consultation_dit_ce_que_l_on_a_ouvert_en_premier_une_fois_par_dossier(ici, ailleurs, rf):
    lignes = (ici.entretien, ici.personne, ici.contact, ailleurs.personne, ici.organisation, ici.entretien)
    reponse = demander(rf, ici.hab["cip"].compte, HttpResponse(), *lignes)
    lues = Trace.objects.order_by("pk").values_list("geste", "objet", "objet_id", "personne_id", "compte", "role")
    qui = (ici.hab["cip"].compte_id, "cip")
    assert list(lues) == [
        ("consulter", ici.entretien._meta.verbose_name, ici.entretien.pk, ici.personne.pk, *qui),
        ("consulter", "personne", ailleurs.personne.pk, ailleurs.personne.pk, *qui),
    ]
    assert {"private", "no-store"} <= set(reponse["Cache-Control"].split(", "))


def test_un_accuse_qui_ne_montre_rien_n_est_pas_une_consultation_et_sans_compte_rien_ne_se_trace(ici, rf):
    accuse = HttpResponse()
    accuse.ne_montre_rien = True
    demander(rf, ici.hab["cip"].compte, accuse, ici.personne)
    assert "Cache-Control" not in demander(rf, AnonymousUser(), HttpResponse(), ici.personne)
    assert not Trace.objects.exists()


def test_chaque_page_des_comptes_a_son_droit():
    droits = {nom.partition(":")[2]: vue.droit for nom, vue in vues_nommees("cedre.urls").items() if nom.startswith("comptes:")}
    assert droits == {
        **dict.fromkeys(("compte", "changer"), "connecte"),
        **dict.fromkeys(("equipe", "inviter", "retirer", "invitation_annuler"), Droit.EQUIPE_GERER),
        **dict.fromkeys(("organisations", "organisation"), Droit.RESEAU_SUIVRE),
        **dict.fromkeys(("organisation_nouvelle", "organisation_modifier", "organisation_inviter"), Droit.RESEAU_TENIR),
        "invitation": "public",
        "fiche": Droit.REGLAGES_MODIFIER,
        "traces": Droit.TRACES_LIRE,
        "passe": Droit.CONFORMITE_LIRE,
    }


def test_avant_de_retirer_un_acces_on_relit_a_qui_et_lequel_et_l_on_peut_le_garder(ici):
    texte = ici.client("direction").get(reverse("comptes:retirer", args=[ici.hab["accueil"].pk])).text
    assert "Retirer l’accès d’Accueil Ici" in texte and f'href="{reverse("comptes:equipe")}">Garder</a>' in texte
    dit = "Accueil Ici ne pourra plus agir pour Structure Ici comme «\N{NO-BREAK SPACE}Accueil\N{NO-BREAK SPACE}»"
    assert dit in texte
    assert not Habilitation.objects.exclude(retiree_le=None).exists(), "lire ne retire rien"


@pytest.mark.parametrize("role, ou", [("direction", "ici"), ("responsable_qualite", "region-2")])
def test_inviter_ramene_d_ou_l_on_vient(reseau, ici, role, ou):
    organisation = Organisation.objects.get(slug=ou)
    chez_soi = ou == "ici"
    adresse = reverse("comptes:inviter") if chez_soi else reverse("comptes:organisation_inviter", args=[organisation.pk])
    client = ici.client(role) if chez_soi else reseau[0].client(role)
    retour = reverse("comptes:equipe") if chez_soi else reverse("comptes:organisation", args=[organisation.pk])
    page = client.get(adresse)
    assert f'<a href="{retour}">' in page.text and page.context["organisation"] == organisation
    assert str(organisation) in page.text.split(f'<a href="{retour}">')[1].split("</a>")[0]


def test_une_habilitation_retiree_entre_deux_pages_n_ouvre_plus_rien(ici, cip):
    assert cip.get(reverse("comptes:compte")).context["habilitation"] == ici.hab["cip"]
    Habilitation.objects.filter(pk=ici.hab["cip"].pk).update(retiree_le=timezone.now())
    assert cip.get(reverse("comptes:compte")).context["habilitation"] is None
