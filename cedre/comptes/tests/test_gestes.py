"""Un geste se dit une fois, sur sa vue : une page fictive paraît partout par sa seule déclaration."""

import re

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.template import Context, Template
from django.urls import include, path, reverse

from cedre.comptes import gestes as declares
from cedre.comptes.acces import avec_droit, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.models import Invitation, Organisation
from cedre.urls import urlpatterns as celles_du_site


@geste("Rappeler tout le monde", "telephone", menu=Rubrique.TRAVAIL, rang=1, a_lire="Qui attend.", remedie=("vaste",))
@avec_droit(Droit.CONTRATS_TENIR)
def rappeler_tous(request):
    return HttpResponse()


@geste("Ce qu’elle devient", montre={Organisation: "pk"})
@avec_droit(Droit.CONTRATS_TENIR)
def une(request, pk):
    return HttpResponse()


@geste("Rappeler", "telephone", sur=Organisation, quand=lambda o: o.nom != "Muette", remedie=("fictif", "urgent"))
@avec_droit(Droit.CONTRATS_TENIR)
@poste_depuis("fictive:tous")
def rappeler(request, pk):
    return HttpResponse()


SIENNES = [
    path("tous/", rappeler_tous, name="tous"),
    path("<int:pk>/", une, name="une"),
    path("<int:pk>/rappeler", rappeler, name="rappeler"),
]
urlpatterns = [path("fictive/", include((SIENNES, "fictive"))), *celles_du_site]


@pytest.fixture(autouse=True)
def site_avec_une_page_de_plus(settings):
    settings.ROOT_URLCONF = __name__


def rendu(ici, rf, role: str, texte: str, **contexte) -> str:
    requete = rf.get("/")
    return Template(texte).render(Context({"habilitation": ici.hab[role], "request": requete, **contexte}))


def test_elle_entre_au_menu_de_qui_a_son_droit_et_de_personne_d_autre(ici):
    entrees = {role: [g.libelle for _, siens in declares.menu(ici.hab[role]) for g in siens] for role in ici.hab}
    assert {role for role in entrees if "Rappeler tout le monde" in entrees[role]} == {"cip", "mad", "direction"}
    assert entrees["cip"][0] == "Rappeler tout le monde"


def test_elle_se_propose_sur_son_objet_quand_elle_a_un_sens(ici, rf):
    texte = "{% gestes_sur objet %}"
    bouton = rendu(ici, rf, "mad", texte, objet=ici.organisation)
    assert f'action="/fictive/{ici.organisation.pk}/rappeler"' in bouton and "Rappeler</button>" in bouton
    assert rendu(ici, rf, "mad", "{% gestes_sur objet sauf='fictive:rappeler' %}", objet=ici.organisation) == ""
    assert rendu(ici, rf, "accueil", texte, objet=ici.organisation) == ""
    ici.organisation.nom = "Muette"
    assert rendu(ici, rf, "mad", texte, objet=ici.organisation) == ""


def test_elle_remedie_a_ce_qu_elle_dit(ici, rf):
    texte = '{% remede "fictif" objet %}'
    assert "Rappeler" in rendu(ici, rf, "mad", texte, objet=ici.organisation)
    assert rendu(ici, rf, "qualite", texte, objet=ici.organisation) == ""


@pytest.mark.parametrize("role, lien", [("mad", True), ("qualite", False)])
def test_un_objet_connait_sa_page_et_n_y_mene_que_qui_peut_l_ouvrir(ici, rf, role, lien):
    texte = "{% vers objet %}Chez nous{% endvers %}"
    attendu = f'<a href="{reverse("fictive:une", args=[ici.organisation.pk])}">Chez nous</a>' if lien else "Chez nous"
    assert rendu(ici, rf, role, texte, objet=ici.organisation) == attendu


def test_elle_se_donne_a_lire_a_qui_peut_l_ouvrir(ici, rf):
    texte = "{% a_lire as pages %}{% for page in pages %}{{ page.libelle }} : {{ page.a_lire }}{% endfor %}"
    assert "Rappeler tout le monde : Qui attend." in rendu(ici, rf, "mad", texte)
    assert "Rappeler tout le monde" not in rendu(ici, rf, "qualite", texte)


def test_une_route_se_complete_de_ce_qui_la_suit(ici, rf):
    texte = '{% vers "fictive:une" numero %}Elle{% endvers %}'
    assert rendu(ici, rf, "mad", texte, numero=7) == '<a href="/fictive/7/">Elle</a>'
    assert rendu(ici, rf, "qualite", texte, numero=7) == "Elle"


def test_une_precision_ne_glisse_rien_dans_la_page(ici, rf):
    texte = '{% geste "fictive:rappeler" objet precision=": "|add:dit %}'
    assert ": &lt;b&gt;" in rendu(ici, rf, "mad", texte, objet=ici.organisation, dit="<b>")


def test_ce_que_l_adresse_propose_se_dit_nom_a_nom(ici, rf):
    lien = rendu(ici, rf, "mad", '{% geste "fictive:tous" quoi=quoi rang=2 icone=False classe="" %}', quoi="l’été & moi")
    assert lien == '<a href="/fictive/tous/?quoi=l%E2%80%99%C3%A9t%C3%A9+%26+moi&amp;rang=2">Rappeler tout le monde</a>'


def test_un_gabarit_qui_nomme_une_page_inconnue_tombe(ici, rf):
    with pytest.raises(KeyError):
        rendu(ici, rf, "cip", '{% if habilitation|ouvre:"fictive:nulle_part" %}x{% endif %}')


@geste("Appeler", "telephone", sur=Organisation, rang=2, a_part=True, remedie=("urgent",))
@avec_droit(Droit.CONTRATS_TENIR)
def appeler(request, pk):
    return HttpResponse()


SIENNES.append(path("<int:pk>/appeler", appeler, name="appeler"))


def test_le_premier_remede_est_celui_de_plus_petit_rang_et_ce_qui_a_sa_place_ne_se_repropose_pas(ici, rf):
    assert declares.remede("urgent", ici.hab["mad"]).route == "fictive:appeler"
    assert declares.remede("urgent", ici.hab["qualite"]) is None and declares.remede("autre", ici.hab["mad"]) is None
    assert [g.route for g in declares.gestes_sur(ici.organisation, ici.hab["mad"])] == ["fictive:rappeler"]
    lien = rendu(ici, rf, "mad", '{% remede "urgent" objet %}', objet=ici.organisation)
    assert f'href="/fictive/{ici.organisation.pk}/appeler"' in lien and ">Appeler</a>" in lien


def test_une_entree_du_menu_est_marquee_dans_sa_rubrique_et_l_accueil_seulement_chez_lui(ici, rf):
    def marquees(adresse: str) -> list[str]:
        entrees = [g for g in declares.gestes().values() if g.route in ("fictive:tous", "portail:accueil")]
        texte = "{% for g in gestes %}{% entree g %}{% endfor %}"
        requete = rf.get(adresse)
        dit = Template(texte).render(Context({"habilitation": ici.hab["mad"], "request": requete, "gestes": entrees}))
        return re.findall(r'<a href="([^"]*)" aria-current="page">', dit)

    assert [marquees(a) for a in ("/", "/fictive/tous/", "/fictive/tous/7/", "/fictive/")] == [
        *(["/"], ["/fictive/tous/"], ["/fictive/tous/"], []),
    ]


def test_une_page_que_l_on_poste_ramene_a_son_formulaire_filtres_gardes_et_dit_que_rien_n_est_fait(ici, cip):
    reponse = cip.get(f"/fictive/{ici.organisation.pk}/rappeler?le=2026-01-02&q=a", follow=True)
    assert reponse.redirect_chain == [("/fictive/tous/?le=2026-01-02&q=a", 302)]
    dits = [(m.level_tag, str(m)) for m in get_messages(reponse.wsgi_request)]
    assert dits == [("info", "Rien n’a encore été fait : refaites le geste depuis cette page.")]


def test_une_adresse_gardee_ne_s_ouvre_que_si_elle_mene_encore_quelque_part(ici):
    ouvertes = [(role, declares.ouvre_l_adresse(ici.hab[role], "/fictive/7/?le=2026-01-02")) for role in ("mad", "qualite")]
    assert ouvertes == [("mad", True), ("qualite", False)] and not declares.ouvre_l_adresse(ici.hab["mad"], "/fini/")
    assert declares.ouvre(None, "core:sante") is True and declares.ouvre(None, "fictive:tous") is False


def test_un_objet_sans_page_n_a_pas_d_adresse_et_un_fait_mene_a_celle_de_sa_personne(ici):
    assert declares.page_de(ici.hab["cip"]) == "" and declares.page_pour(ici.hab["cip"], ici.hab["cip"]) == ""
    assert declares.gestes()["parcours:personne"].adresse(type(ici.contact)(pk=7, personne_id=12)) == "/personnes/12/"
    assert declares.gestes()["fictive:une"].adresse(7) == "/fictive/7/"


@geste("Qui l’a invitée", montre={Invitation: "organisation_id"}, ajoute=Invitation)
@avec_droit(Droit.CONTRATS_TENIR)
def qui_l_a_invitee(request, pk):
    return HttpResponse()


SIENNES.append(path("<int:pk>/invitee", qui_l_a_invitee, name="invitee"))


def test_un_geste_se_montre_en_lien_ou_en_bouton_avec_ce_qu_on_lui_demande(ici, rf):
    chez = f"/fictive/{ici.organisation.pk}"

    def lu(texte: str, role: str = "mad") -> str:
        return rendu(ici, rf, role, texte, objet=ici.organisation, nom="de <b>")

    cache = '<span class="visuellement-cache"> de &lt;b&gt;</span>'
    assert lu('{% geste "fictive:une" objet classe="x" libelle="Voir" precision=nom %}') == (
        f'<a class="x" href="{chez}/">Voir{cache}</a>'
    )
    assert lu('{% geste "fictive:une" objet classe="" %}') == f'<a href="{chez}/">Ce qu’elle devient</a>'
    assert lu('{% geste "fictive:une" 7 classe="" %}') == '<a href="/fictive/7/">Ce qu’elle devient</a>'
    dessine = lu('{% geste "fictive:tous" %}')
    assert dessine.startswith('<a class="btn btn-secondaire" href="/fictive/tous/"><svg ') and "#telephone" in dessine
    assert lu('{% remede "vaste" objet %}') == (
        '<a class="btn btn-secondaire btn-sm" href="/fictive/tous/?pour=vaste">Rappeler tout le monde</a>'
    )
    bouton = lu('{% geste "fictive:rappeler" objet classe="x" icone=False %}')
    jeton = r'<input type="hidden" name="csrfmiddlewaretoken" value="\w{64}">'
    assert re.fullmatch(
        f'<form method="post" action="{chez}/rappeler">{jeton}<button type="submit" class="x">Rappeler</button></form>', bouton
    )
    assert lu('{% vers objet classe="x" %}Chez nous{% endvers %}') == f'<a class="x" href="{chez}/">Chez nous</a>'
    assert lu('{% geste "fictive:tous" %}', "qualite") == lu('{% geste "fictive:rappeler" objet %}', "qualite") == ""
    ici.organisation.nom = "Muette"
    assert lu('{% geste "fictive:rappeler" objet %}') == "", "il n’a pas de sens pour elle"


def test_une_ligne_mene_par_la_colonne_que_dit_la_page_qui_la_montre(ici):
    invitation = Invitation(pk=7, organisation_id=12)
    assert declares.gestes()["fictive:invitee"].adresse(invitation) == declares.page_de(invitation) == "/fictive/12/invitee"
    assert declares.qui_ajoute(Invitation).route == "fictive:invitee" and declares.qui_ajoute(Organisation) is None


def test_chaque_entree_du_menu_est_dans_sa_rubrique_et_une_rubrique_vide_ne_se_montre_pas(ici):
    menus = {role: declares.menu(ici.hab[role]) for role in ("direction", "client")}
    assert [rubrique.value for rubrique, _ in menus["direction"]] == ["travail", "qualite", "organisation"]
    assert [(rubrique.value, [g.route for g in siens]) for rubrique, siens in menus["client"]] == [
        ("travail", ["portail:accueil"])
    ]
    assert all(g.menu is rubrique for rubrique, siens in menus["direction"] for g in siens)


def test_d_un_dossier_rendu_anonyme_un_geste_qui_ecrit_ne_se_fait_plus(ici):
    devient, personne = declares.gestes()["fictive:une"], ici.personne
    assert devient.convient_a(personne) and devient.convient_a(ici.contact) and devient.convient_a(7)
    personne.anonymisee_le = ici.contact.personne.anonymisee_le = ici.contact.le
    assert [devient.convient_a(objet) for objet in (personne, ici.contact, ici.organisation)] == [False, False, True]
