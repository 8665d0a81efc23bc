"""Ce que disent, mot pour mot et dans chaque cas, les listes des partenaires, des clients et des rencontres (TRA-3, PRO-3)."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from cedre.conftest import terme
from cedre.core.templatetags.cedre import jour_court
from cedre.partenariats.models import Client, Partenaire, Rencontre
from cedre.tests.ecran import liens, principal, propre, sections, tableau, titre

JOINDRE = {"contact": "Ode Brun", "telephone": "02 62 00 00 01", "courriel": "ode@exemple.fr"}
JOIGNABLE = ["Ode Brun", "02 62 00 00 01", "ode@exemple.fr"]


def test_l_annuaire_dit_de_chaque_partenaire_ce_que_l_on_y_trouve_et_qui_joindre(ici, cip):
    partenaire, adresse = ici.partenaire, reverse("partenariats:partenaires")
    page = cip.get(adresse)
    assert sections(page)["Partenaires"].startswith("Vers qui l’on réoriente, et qui adresse des personnes.")
    assert tableau(page) == [["Partenaire ici", partenaire.get_nature_display(), "", "", ""]]
    assert titre(page) == "Partenaires" and liens(page)["Partenaire ici"] == partenaire.get_absolute_url()
    assert reverse("partenariats:partenaire_nouveau") in liens(page).values()
    Partenaire.objects.filter(pk=partenaire.pk).update(role="Un logement", **JOINDRE)
    partenaire.themes.set([terme("domaine", "logement"), terme("domaine", "mobilite")])
    Partenaire.objects.create(organisation=ici.organisation, nom="Ancien", actif=False)
    page = cip.get(adresse, {"actif": "tous"})
    lus = {rangee[0]: rangee[1:] for rangee in tableau(cip.get(adresse)) + tableau(page)}
    assert lus["Partenaire ici"][1:] == JOIGNABLE and lus.keys() == {"Partenaire ici", "Ancien Plus proposé"}
    assert lus["Partenaire ici"][0].startswith("Un logement ")
    assert {*lus["Partenaire ici"][0].removeprefix("Un logement ").split(", ")} == {
        str(terme("domaine", code)) for code in ("logement", "mobilite")
    }
    assert (liens(cip.get(adresse))["02 62 00 00 01"], liens(cip.get(adresse))["ode@exemple.fr"]) == (
        "tel:0262000001",
        "mailto:ode@exemple.fr",
    )
    vide = propre(principal(cip.get(adresse, {"q": "xyz"})))
    assert "Aucun partenaire ne correspond Essayez un mot plus court, ou retirez un filtre." in vide
    assert reverse("partenariats:partenaire_nouveau") not in liens(ici.client("mad").get(adresse)).values()


def test_les_clients_disent_leur_nature_et_qui_joindre(ici):
    mad, adresse = ici.client("mad"), reverse("partenariats:clients")
    client = Client.objects.create(organisation=ici.organisation, nom="Mairie", nature="collectivite", **JOINDRE)
    page = mad.get(adresse)
    assert tableau(page) == [["Mairie", client.get_nature_display(), *JOIGNABLE]] and titre(page) == "Clients"
    assert "Qui fait travailler les personnes, et prend part à leurs objectifs." in sections(page)["Clients"]
    assert "1 client Client Nature" in propre(principal(page)) and liens(page)["Mairie"] == client.get_absolute_url()
    vide = propre(principal(mad.get(adresse, {"q": "xyz"})))
    assert "Aucun client ne correspond Essayez un mot plus court, ou retirez un filtre." in vide


def test_les_rencontres_disent_avec_qui_et_ce_qui_en_est_sorti(ici, cip):
    le = timezone.localdate() - timedelta(days=3)
    dite = {"organisation": ici.organisation, "le": le, "sujet": "Le bassin", "avec": "La mairie"}
    rencontre = Rencontre.objects.create(**dite, suites="Un groupe", pour_nous="La direction")
    adresse = reverse("partenariats:rencontres")
    jour, nature = propre(jour_court(le)), rencontre.get_nature_display()
    assert tableau(cip.get(adresse)) == [[f"Le bassin {nature}", jour, "La mairie pour nous : La direction", "Un groupe"]]
    rencontre.partenaires.set([ici.partenaire])
    Rencontre.objects.update(pour_nous="")
    page = cip.get(adresse)
    assert tableau(page) == [[f"Le bassin {nature}", jour, "Partenaire ici, La mairie", "Un groupe"]]
    Rencontre.objects.update(avec="")
    page = cip.get(adresse)
    assert tableau(page)[0][2] == "Partenaire ici" and titre(page) == "Acteurs locaux"
    assert sections(page)["Acteurs locaux"].startswith(
        "Ceux que l’on rencontre pour que l’insertion avance sur le territoire : 1 rencontre depuis un an."
    )
    assert liens(page)["Le bassin"] == rencontre.get_absolute_url()
    assert "Le bassin" not in liens(ici.client("ca").get(adresse)) and "Le bassin" in principal(ici.client("ca").get(adresse))
