"""Un geste se dit une fois, sur sa vue : une page fictive paraît partout par sa seule déclaration."""

import pytest
from django.http import HttpResponse
from django.template import Context, Template
from django.urls import include, path, reverse

from cedre.comptes import gestes as declares
from cedre.comptes.acces import avec_droit, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.models import Organisation
from cedre.urls import urlpatterns as celles_du_site


@geste("Rappeler tout le monde", "telephone", menu=Rubrique.TRAVAIL, rang=1, a_lire="Qui attend.")
@avec_droit(Droit.CONTRATS_TENIR)
def rappeler_tous(request):
    return HttpResponse()


@geste("Ce qu’elle devient", montre={Organisation: "pk"})
@avec_droit(Droit.CONTRATS_TENIR)
def une(request, pk):
    return HttpResponse()


@geste("Rappeler", "telephone", sur=Organisation, quand=lambda o: o.nom != "Muette", remedie=("fictif",))
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
