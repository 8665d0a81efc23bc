"""De chaque point en défaut se décide une action, une fois ; le plan d'action les montre (CER-3, AME-3)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.certification.conformite import PointJuge, PreuveJugee
from cedre.certification.models import Appreciation
from cedre.certification.plan import action_proposee, effet_attendu
from cedre.certification.referentiel import Point, Preuve
from cedre.certification.verdicts import Jugement, Verdict
from cedre.comptes.models import Organisation
from cedre.core.indicateurs import Mesure
from cedre.parcours.models import Contact
from cedre.qualite.models import ActionAmelioration

AUJOURDHUI = timezone.localdate
SPECIFICATION = "certification:specification"


def decidee(monde, point="1a", **faits) -> ActionAmelioration:
    """Une action décidée pour ce point."""
    champs = {"quoi": f"Agir {monde.nom}", "effet_attendu": "Mieux", "qui": monde.qui, "echeance": AUJOURDHUI()} | faits
    return ActionAmelioration.objects.create(organisation=monde.organisation, point=point, **champs)


def saisie(monde) -> dict:
    """Le formulaire d'une action, rempli."""
    echeance = AUJOURDHUI() + timedelta(days=9)
    return {"quoi": "Annoncer le délai", "effet_attendu": "Dit", "qui": monde.qui.pk, "echeance": echeance, "origine": "ecart"}


@pytest.fixture
def en_defaut(ici, referentiel):
    """Ici, un premier contact sans délai annoncé : le seul point de l'édition est insuffisant."""
    Contact.objects.update(delai_annonce=None)
    referentiel()
    return ici


def point_juge(verdict, *, preuve, mesure=None, seuil=None, regle="Au moins 1/3 de ce qui est compté, sans arrondi."):
    """Un point jugé, sans base."""
    jugee = PreuveJugee(preuve, Jugement(verdict, seuil), mesure, regle=regle)
    return PointJuge(Point("2.2a-1", "exigence", "Formaliser", (), (preuve,)), (jugee,), verdict, None)


def test_l_effet_attendu_est_la_regle_a_satisfaire_et_ou_l_on_en_est():
    compte = point_juge(Verdict.INSUFFISANT, preuve=Preuve("delai_annonce"), mesure=Mesure(100, 31), seuil=34)
    dit = effet_attendu(compte, AUJOURDHUI())
    assert dit.startswith("2.2a-1 satisfait : au moins 1/3 de ce qui est compté, sans arrondi ; ")
    assert dit.endswith("(aujourd’hui environ 30 sur\N{NO-BREAK SPACE}100 premiers contacts)")
    de_la_structure = point_juge(Verdict.INSUFFISANT, preuve=Preuve("manuel_publie"), mesure=Mesure(1, 0), seuil=1)
    assert effet_attendu(de_la_structure, AUJOURDHUI()).endswith("(aujourd’hui non)")
    constat = point_juge(Verdict.A_CONSTATER, preuve=Preuve(constat="Où reçoit-on ?"), regle="Tous, sans exception.")
    assert effet_attendu(constat, AUJOURDHUI()) == "2.2a-1 satisfait : tous, sans exception"
    cite = point_juge(Verdict.ENGAGE, preuve=Preuve(constat="Où ?"), regle="Le texte demande de le faire. Le texte : « dire ».")
    assert effet_attendu(cite, AUJOURDHUI()) == "2.2a-1 satisfait : le texte demande de le faire", "le texte ne s’y cite pas"
    document = point_juge(Verdict.A_CONSTATER, preuve=Preuve(document="Rapport d’activité"))
    assert effet_attendu(document, AUJOURDHUI()) == "2.2a-1 satisfait : un document le prouve (Rapport d’activité)"


def test_ce_que_l_on_propose_d_une_action_tient_dans_ses_champs(ici):
    long = point_juge(Verdict.A_CONSTATER, preuve=Preuve(constat="Où ?"), regle="R" * 400)
    action = action_proposee(long, origine="ecart", le=date(2026, 3, 1), habilitation=ici.hab["qualite"])
    assert (action.organisation_id, action.origine, action.point) == (ici.organisation.pk, "ecart", "2.2a-1")
    assert action.reference == "2.2a-1 au 1er\N{NO-BREAK SPACE}mars\N{NO-BREAK SPACE}2026"
    assert action.effet_attendu == f"2.2a-1 satisfait : r{'R' * 279}…" and len(action.effet_attendu) == 300


def test_un_ecart_mene_a_une_action_preremplie_et_liee_a_son_point(en_defaut):
    client = en_defaut.client("qualite")
    adresse = reverse("certification:decider", args=["1a"])
    assert adresse in client.get(reverse(SPECIFICATION, args=["1a"])).content.decode()
    champs = client.get(adresse).context["form"]
    jour = AUJOURDHUI()
    assert (champs["origine"].value(), champs["reference"].value()[:6]) == ("ecart", "1a au ")
    assert str(jour.year) in champs["reference"].value()
    assert champs["effet_attendu"].value().startswith("1a satisfait : tous, sans exception ; ")
    assert "le nombre de premiers contacts n’est pas dit" in champs["effet_attendu"].value(), (
        "toute l'équipe et le CA le liront (OBS-4)"
    )
    assert client.post(adresse, saisie(en_defaut)).status_code == 302
    assert ActionAmelioration.objects.get().point == "1a"
    assert "Annoncer le délai" in client.get(reverse(SPECIFICATION, args=["1a"])).content.decode()


def test_les_actions_ouvertes_d_un_point_se_montrent_avant_que_l_on_decide_deux_fois(en_defaut, ailleurs):
    decidee(en_defaut)
    decidee(en_defaut, quoi="Autre point", point="9z")
    decidee(en_defaut, quoi="Finie", faite_le=AUJOURDHUI(), effet_verifie_le=AUJOURDHUI(), effet_constate="Vu", efficace=True)
    ActionAmelioration.objects.filter(quoi="Finie").update(close_le=AUJOURDHUI())
    decidee(ailleurs)
    client = en_defaut.client("qualite")
    page = client.get(reverse("certification:decider", args=["1a"]))
    assert [a.quoi for a in page.context["deja"]] == ["Agir ici"]
    assert "1\N{NO-BREAK SPACE}action est déjà décidée" in page.content.decode()
    for route, args in (("certification:decider", ["1a"]), (SPECIFICATION, ["1a"]), ("certification:autoevaluation", [])):
        page = client.get(reverse(route, args=args)).content.decode()
        assert "Agir ici" in page and "Finie" not in page and "Agir ailleurs" not in page, route


def test_une_origine_inconnue_et_un_point_qui_n_existe_pas_ne_prennent_pas(en_defaut):
    client, adresse = en_defaut.client("qualite"), reverse("certification:decider", args=["1a"])
    for dite, retenue in (("autoevaluation", "autoevaluation"), ("reclamation", "ecart"), ("x" * 500, "ecart"), ("", "ecart")):
        assert client.get(adresse, {"origine": dite}).context["form"]["origine"].value() == retenue
    for code in ("9z", "1a-1"):  # inconnu ; une latitude ne s'évalue pas
        assert client.get(reverse("certification:decider", args=[code])).status_code == 404
    assert en_defaut.client("ca").get(adresse).status_code == 403


def test_s_autoevaluer_mene_au_plan_d_action_ou_a_l_action_du_point_sans_rien_perdre(en_defaut):
    client, adresse = en_defaut.client("qualite"), reverse("certification:autoevaluation")
    envoi = {"valeur-1a": "insuffisant", "commentaire-1a": "On l’oublie"}
    assert client.post(adresse, envoi).url == reverse("certification:plan_d_action")
    suite = client.post(adresse, envoi | {"commentaire-1a": "Souvent", "decider": "1a"})
    assert suite.url == reverse("certification:decider", args=["1a"]) + "?origine=autoevaluation"
    assert Appreciation.objects.latest("pk").commentaire == "Souvent"
    assert client.post(adresse, envoi | {"decider": "//ailleurs.example"}).url == reverse("certification:plan_d_action")


def test_le_plan_dit_chaque_point_en_defaut_avec_ses_actions_ou_aucune(en_defaut):
    client, adresse = en_defaut.client("ca"), reverse("certification:plan_d_action")

    def lignes():
        return [(ligne.point.point.code, ligne.point.est_en_defaut, len(ligne.actions)) for ligne in page.context["lignes"]]

    page = client.get(adresse)
    assert (lignes(), page.context["sans_action"]) == ([("1a", True, 0)], 1)
    assert "Aucune action décidée" in page.content.decode()
    decidee(en_defaut)
    page = client.get(adresse)
    assert (lignes(), page.context["sans_action"]) == ([("1a", True, 1)], 0)
    Contact.objects.update(delai_annonce=10)
    page = client.get(adresse)
    assert lignes() == [("1a", False, 1)] and "n’est plus en défaut" in page.content.decode()
    ActionAmelioration.objects.all().delete()
    page = client.get(adresse)
    assert lignes() == [] and "Rien n’est en défaut" in page.content.decode()
    Appreciation.objects.create(organisation=en_defaut.organisation, point="1a", valeur="insuffisant")
    page = client.get(adresse)
    assert lignes() == [("1a", True, 0)] and "L’équipe dit autrement" in page.content.decode()
    Appreciation.objects.update(valeur="sans_objet")
    page = client.get(adresse)
    assert lignes() == [("1a", True, 0)], "les faits disent satisfait, l'équipe sans objet : cela diverge"


def test_le_nombre_de_requetes_ne_depend_pas_du_nombre_d_actions(composees, en_defaut, django_assert_max_num_queries):
    for rang in range(12):
        decidee(en_defaut, quoi=f"Action {rang}")
    client = en_defaut.client("qualite")
    for route, args in (("certification:plan_d_action", []), ("certification:autoevaluation", []), (SPECIFICATION, ["1a"])):
        with django_assert_max_num_queries(15, info=route):
            client.get(reverse(route, args=args))
    with django_assert_max_num_queries(15):
        client.get(reverse("certification:decider", args=["1a"]))


@pytest.mark.parametrize("route", ["conformite", "plan_d_action", "specification"])
def test_le_ca_lit_le_verdict_jamais_un_nombre_sous_cinq(en_defaut, route):
    adresse = reverse(f"certification:{route}", args=["1a"] if route == "specification" else [])
    pages = {role: en_defaut.client(role).get(adresse).content.decode() for role in ("qualite", "ca")}
    petit = "0\N{NO-BREAK SPACE}sur\N{NO-BREAK SPACE}1"
    assert petit in pages["qualite"] and "contacts n’est pas dit" not in pages["qualite"]
    assert petit not in pages["ca"] and "il en faut" not in pages["ca"] and "1\N{NO-BREAK SPACE}ligne" not in pages["ca"]
    assert "Insuffisant" in pages["ca"] and "le nombre de premiers contacts n’est pas dit" in pages["ca"]


def test_une_action_ouverte_d_un_point_d_une_autre_edition_reste_au_plan(en_defaut):
    decidee(en_defaut, point="9z", quoi="D’avant")
    page = en_defaut.client("ca").get(reverse("certification:plan_d_action"))
    assert [a.quoi for a in page.context["autres"]] == ["D’avant"] and len(page.context["lignes"]) == 1
    assert "Points d’une autre édition" in page.content.decode() and "D’avant" in page.content.decode()
    ActionAmelioration.objects.all().delete()
    page = en_defaut.client("ca").get(reverse("certification:plan_d_action"))
    assert "Points d’une autre édition" not in page.content.decode()


PAGES_D_UNE_STRUCTURE = ("conformite", "a_venir", "autoevaluation", "plan_d_action", "audit_nouveau", "audit_croiser")
PAGES_D_UNE_STRUCTURE += ("specification 2-1a", "decider 2-1a-1")


@pytest.mark.parametrize("route", PAGES_D_UNE_STRUCTURE)
def test_un_ensemblier_que_le_referentiel_ne_juge_pas_n_a_pas_ces_pages(ici, route):
    Organisation.objects.filter(pk=ici.organisation.pk).update(nature="ensemblier", type_siae="")
    nom, *args = route.split()
    assert ici.client("direction").get(reverse(f"certification:{nom}", args=args)).status_code == 404
