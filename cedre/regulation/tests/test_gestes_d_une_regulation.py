"""Ce que demande chaque page d'une régulation, ce que dit chaque geste, fait ou refusé, et la trace qu'il laisse (TRA-1)."""

from datetime import time

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.core.paginator import Paginator
from django.urls import reverse

from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.core.templatetags.cedre import jour as en_clair
from cedre.core.templatetags.cedre import jour_semaine
from cedre.regulation.forms import CloreRegulationForm, NoteForm, PointForm, RegulationForm
from cedre.regulation.models import Decision, PointOrdreDuJour, Regulation
from cedre.regulation.operations import ajouter_point, clore, prevoir, prochaine_date, retirer_point
from cedre.regulation.tests.test_ordre_du_jour import decider, jour, projeter, reunir
from cedre.tests.ecran import ecran, propre

EQUIPE = "Cip Ici Direction Ici Mad Ici Qualite Ici"


def page(route: str, *args) -> str:
    """L'adresse d'une page."""
    return reverse(f"regulation:{route}", args=args)


def en_toutes_lettres(decalage: int) -> str:
    """Ce jour-là, tel que les pages l'écrivent."""
    return propre(en_clair(jour(decalage)))


def envoyer(client, route: str, *args, **envoi):
    """L'envoi d'un formulaire : où il mène, et ce que la page suivante annoncera."""
    client.cookies.pop("messages", None)  # la page d'avant les a montrés
    reponse = client.post(page(route, *args), envoi)
    assert reponse.status_code == 302, reponse.context["form"].errors
    return reponse.url, [(m.level_tag, str(m)) for m in get_messages(reponse.wsgi_request)]


def test_de_l_agenda_au_compte_rendu(ici, cip):
    quand, proposee = {"le": jour(), "heure": "", "lieu": "Salle 1", "animee_par": ici.qui.pk}, prochaine_date(ici.hab["cip"])
    agenda = [("success", "La régulation est à l’agenda.")]
    projeter(ici.personne, jour(-1))
    suite = envoyer(cip, "nouvelle", **quand)
    une = Regulation.objects.get()
    la_page = page("regulation", une.pk)
    assert suite == (la_page, agenda)
    assert envoyer(cip, "modifier", une.pk, **quand | {"lieu": "Salle 2", "heure": "09:15"}) == (la_page, agenda)
    assert envoyer(cip, "batir", une.pk) == (la_page, [("success", "Points ajoutés à l’ordre du jour : 0.")])
    assert envoyer(cip, "ajouter", une.pk, sujet="Locaux") == (la_page, [])
    assert envoyer(cip, "ajouter", une.pk, sujet="Vide") == (la_page, [])
    de_qui, locaux, vide = une.points.order_by("rang")
    dit = {"echange": "Trop petits", "quoi": "Louer", "qui": ici.hab["mad"].compte_id, "echeance": jour(9)}
    assert envoyer(cip, "point", locaux.pk, **dit) == (f"{la_page}#point-{locaux.pk}", [])
    deja = [("error", "On a déjà parlé de ce point : il reste à l’ordre du jour.")]
    assert envoyer(cip, "retirer", locaux.pk) == (la_page, deja)
    assert envoyer(cip, "retirer", vide.pk) == (la_page, [])
    close = [("success", "La régulation est close ; l’équipe est prévenue que son compte rendu l’attend.")]
    assert envoyer(cip, "clore", une.pk, presents=[ici.qui.pk], synthese="Bien") == (la_page, close)
    trop_tard = [("error", "Tenue : ce geste ne se fait plus.")]
    assert envoyer(cip, "batir", une.pk) == (la_page, trop_tard)
    decision = Decision.objects.get()
    faite = [("success", "C’est noté : la décision est faite.")]
    assert envoyer(cip, "faire", decision.pk) == (page("decisions"), faite)
    objets = ("régulation pédagogique", "point de l’ordre du jour", "décision")
    traces = Trace.objects.filter(objet__in=objets, organisation=ici.organisation).order_by("pk")
    assert [(t.geste, t.objet, t.objet_id, t.personne_id, t.detail.replace("\xa0", " ")) for t in traces] == [
        ("creer", objets[0], une.pk, None, "lieu" if proposee == jour() else "date, lieu"),
        ("modifier", objets[0], une.pk, None, "ordre du jour, 1 point ajouté"),
        ("modifier", objets[0], une.pk, None, "heure, lieu"),
        ("modifier", objets[0], une.pk, None, "ordre du jour, 0 point ajouté"),
        ("creer", objets[1], locaux.pk, None, ""),
        ("creer", objets[1], vide.pk, None, ""),
        ("modifier", objets[1], locaux.pk, None, "décision"),
        ("supprimer", objets[1], vide.pk, None, ""),
        ("modifier", objets[0], une.pk, None, "close et diffusée"),
        ("modifier", objets[2], decision.pk, None, "faite le"),
    ]
    decision.refresh_from_db()
    assert (decision.quoi, decision.qui, decision.echeance, decision.faite_le, decision.point) == (
        *("Louer", ici.hab["mad"].compte, jour(9), jour()),
        locaux,
    )
    une.refresh_from_db()
    assert (une.lieu, une.heure, une.etat, une.synthese, une.diffusee_jour) == ("Salle 2", time(9, 15), "tenue", "Bien", jour())
    assert set(une.points.all()) == {de_qui, locaux}


def test_un_geste_refuse_dit_pourquoi(ici):
    def refus(geste, *args, **saisie):
        with pytest.raises(GesteImpossible) as dit:
            geste(*args, par=ici.hab["cip"], **saisie)
        return str(dit.value), dit.value.champ

    demain, ouverte = reunir(ici, jour(1)), reunir(ici, jour(-2), etat="ouverte")
    clore_la = {"presents": [ici.qui], "synthese": "", "lien": ""}
    plus_tot = f"Elle est prévue le {jour(1):%d/%m/%Y} : si elle s’est tenue plus tôt, déplacez-la d’abord."
    assert refus(clore, demain, **clore_la) == (plus_tot, None)
    ouverte.le = jour()
    commencee = f"Elle a commencé le {jour(-2):%d/%m/%Y} : prévoyez-en une autre."
    assert refus(prevoir, ouverte, champs=["le"]) == (commencee, "le")
    point = demain.points.create(personne=ici.personne)
    deja = "Zélie Martinelle est déjà à l’ordre du jour."
    assert refus(ajouter_point, PointOrdreDuJour(regulation=demain, personne=ici.personne)) == (deja, "personne")
    decider(point)
    assert refus(retirer_point, point) == ("On a déjà parlé de ce point : il reste à l’ordre du jour.", None)
    Regulation.objects.update(etat="tenue")
    assert refus(clore, demain, **clore_la) == ("Tenue : ce geste ne se fait plus.", None)


def test_la_lettre_dit_le_jour_et_ou_lire_le_compte_rendu(ici, django_capture_on_commit_callbacks):
    regulation = reunir(ici, jour(-1))
    with django_capture_on_commit_callbacks(execute=True):
        clore(regulation, presents=[ici.qui], synthese="Bien", lien="https://cedre.example/regulations/7/", par=ici.hab["cip"])
    assert {(lettre.subject, lettre.body) for lettre in mail.outbox} == {
        (
            f"Régulation du {jour(-1):%d/%m/%Y}",
            f"Bonjour,\n\nLe compte rendu de la régulation du {jour(-1):%d/%m/%Y} est prêt, avec ses décisions :\n"
            "https://cedre.example/regulations/7/\n\nIl s’ouvre avec votre compte.\n",
        )
    }


def test_chaque_page_dit_ce_qu_elle_demande(ici, cip):
    animee = f"Date Heure (facultatif) Lieu (facultatif) Animée par (facultatif) - Choisir une option - {EQUIPE} Enregistrer"
    assert ecran(cip.get(page("nouvelle"))) == (
        "Régulations Prévoir une régulation La date proposée suit le rythme de la structure. "
        f"L’ordre du jour se bâtit à l’enregistrement. {animee}"
    )
    regulation = reunir(ici, jour(2), heure=time(9, 5))
    nom = f"Régulation du {jour(2):%d/%m/%Y}"
    assert ecran(cip.get(page("modifier", regulation.pk))) == f"Régulations Déplacer la régulation {animee}"
    assert ecran(cip.get(page("ajouter", regulation.pk))) == (
        f"{nom} Ajouter un point Une personne, un sujet, ou les deux. "
        "Personne (facultatif) - Choisir une option - Zélie Martinelle Sujet (facultatif) Enregistrer"
    )
    point = regulation.points.create(personne=ici.personne, sujet="Transport")
    suivie = "Zélie Martinelle Transport · suivie par Cip Ici Son dossier"
    decider_ = f"On décide de (facultatif) Qui s’en charge (facultatif) Choisir… {EQUIPE} Pour le (facultatif) Enregistrer"
    assert ecran(cip.get(page("point", point.pk))) == (
        f"{nom} {suivie} Ce qui s’est dit (facultatif) {decider_} Ôter de l’ordre du jour"
    )
    quoi, qui, quand = {"quoi": ["Dites ce que l’on décide."]}, {"qui": ["Dites qui s’en charge."]}, ["Dites pour quand."]
    for saisie, fautes in (
        ({"quoi": "Appeler"}, qui | {"echeance": quand}),
        ({"qui": ici.qui.pk}, quoi | {"echeance": quand}),
        ({"echeance": jour()}, quoi | qui),
        ({"quoi": "Appeler", "echeance": jour(-1)}, qui | {"echeance": ["Cette date est passée."]}),
    ):
        assert cip.post(page("point", point.pk), saisie).context["form"].errors == fautes
    texte = ecran(cip.get(page("regulation", regulation.pk)))
    assert texte.endswith(
        "Clore et diffuser Un engagement engage la structure entière : le compte rendu va aux présents et aux absents. "
        f"1 point n’a pas été vu : ce qui manque encore reviendra à la prochaine. Qui était là {EQUIPE} "
        "Ce que l’équipe retient (facultatif) Clore la régulation"
    )
    sans = cip.post(page("clore", regulation.pk), {"synthese": "Bien"})
    assert (sans.status_code, sans.context["clore"].errors) == (400, {"presents": ["Cochez qui était là."]})
    vide = cip.post(page("ajouter", regulation.pk), {"sujet": ""})
    assert vide.context["form"].non_field_errors() == ["Un point parle d’une personne ou d’un sujet."]


def test_close_sa_page_dit_ce_que_l_equipe_retient_qui_etait_la_et_chaque_point(ici, cip):
    regulation = reunir(ici, jour(-2), heure=time(9, 5), lieu="Salle 2", animee_par=ici.hab["mad"].compte)
    de_qui = regulation.points.create(personne=ici.personne, sujet="Transport", rang=1)
    locaux, _ = (regulation.points.create(sujet=sujet, rang=rang) for rang, sujet in ((2, "Locaux"), (3, "Planning")))
    decider(locaux, "Louer", qui=ici.hab["mad"].compte, echeance=jour(3))
    decider(de_qui, "Appeler", qui=ici.qui, echeance=jour(-1))
    PointOrdreDuJour.objects.filter(pk=de_qui.pk).update(echange="Elle avance")
    clore(regulation, presents=[ici.qui, ici.hab["direction"].compte], synthese="", lien="", par=ici.hab["cip"])
    nom = f"Régulation du {propre(jour_semaine(jour(-2)))}"
    dit = (
        "Ce que l’équipe retient Rien de plus que les décisions. Étaient là : Cip Ici, Direction Ici. "
        "Compte rendu diffusé aujourd’hui, aux présents et aux absents. Ordre du jour "
        f"Zélie Martinelle · Transport suivie par Cip Ici Elle avance Appeler · Cip Ici, pour le {en_toutes_lettres(-1)} Décidé "
        f"Locaux Louer · Mad Ici, pour le {en_toutes_lettres(3)} Décidé Planning À voir"
    )
    entete = f"Régulations {nom} Tenue · 9 h 05 · Salle 2 · animée par Mad Ici Compte rendu (PDF)"
    assert ecran(cip.get(page("regulation", regulation.pk))) == f"{entete} {dit}"
    qualite = ici.client("qualite")
    assert ecran(qualite.get(page("regulation", regulation.pk))) == f"{entete} Décider une action {dit}"
    nom = f"Régulation du {jour(-2):%d/%m/%Y}"
    assert ecran(cip.get(page("point", locaux.pk))) == (
        f"{nom} Locaux Décidé Louer Mad Ici, pour le {en_toutes_lettres(3)} Ce qui s’est dit On n’en a pas parlé."
    )
    entete = "Régulations Décisions à faire Toute l’équipe · Les miennes"
    sienne = f"Appeler Zélie Martinelle · Cip Ici, pour le {en_toutes_lettres(-1)} En retard "
    sienne += "Faite : Appeler Dire ce qu’elle devient : Appeler"
    autre = f"Louer Locaux · Mad Ici, pour le {en_toutes_lettres(3)} Faite : Louer Dire ce qu’elle devient : Louer"
    assert ecran(cip.get(page("decisions"))) == f"{entete} {sienne} {autre}"
    assert ecran(cip.get(page("decisions"), {"qui": "moi"})) == f"{entete} {sienne}"


def test_une_longue_liste_se_lit_page_par_page(ici, cip, monkeypatch):
    monkeypatch.setattr("cedre.core.pagination.Paginator", lambda lignes, par_page: Paginator(lignes, 1))
    premiere, seconde = (reunir(ici, jour(1)) for _ in range(2))
    une, autre = (decider(regulation.points.create(sujet="Locaux"), qui=ici.qui) for regulation in (premiere, seconde))
    for route, attendues in (("regulations", [seconde, premiere]), ("decisions", [une, autre])):
        vues = [cip.get(page(route), {"page": rang}).context["page"].object_list[0] for rang in (1, 2)]
        assert vues == attendues, "d'un même jour, la dernière prévue d'abord, la première décidée d'abord"
    assert ecran(cip.get(page("decisions"), {"page": 2})).endswith(
        "Faite : Appeler Dire ce qu’elle devient : Appeler Précédente Page 2 sur 2"
    )
    assert "0 sur 1 Page 1 sur 2 Suivante Au rythme" in ecran(cip.get(page("regulations")))


def test_sans_point_l_ordre_du_jour_le_dit(ici, cip):
    regulation = reunir(ici, jour(3))
    assert ecran(cip.get(page("regulation", regulation.pk))) == (
        f"Régulations Régulation du {propre(jour_semaine(jour(3)))} Prévue Compléter l’ordre du jour Ajouter un point Déplacer "
        "Ordre du jour Personne n’a besoin que l’on en parle. Ajoutez un point si vous le souhaitez. Clore et diffuser "
        "Un engagement engage la structure entière : le compte rendu va aux présents et aux absents. "
        f"Qui était là {EQUIPE} Ce que l’équipe retient (facultatif) Clore la régulation"
    )


def test_sans_regulation_la_liste_le_dit_et_sans_decision_aussi(ici, cip):
    proposee = cip.get(page("regulations")).context["proposee"]
    assert ecran(cip.get(page("regulations"))) == (
        "Régulations L’équipe regarde les parcours ensemble, et décide. Prévoir une régulation Décisions à faire "
        "Aucune régulation L’ordre du jour se bâtit seul : ceux dont il faut parler, et pourquoi. Prévoir la première "
        f"Au rythme de la structure, la prochaine tombe le {propre(jour_semaine(proposee))}."
    )
    assert ecran(cip.get(page("decisions"))) == (
        "Régulations Décisions à faire Toute l’équipe · Les miennes Tout ce qui a été décidé est fait "
        "Les décisions de la prochaine régulation paraîtront ici."
    )


def test_un_champ_ne_prend_que_ce_que_sa_ligne_peut_garder():
    champs = (
        (NoteForm, "quoi", Decision, "quoi"),
        (NoteForm, "echange", PointOrdreDuJour, "echange"),
        (CloreRegulationForm, "synthese", Regulation, "synthese"),
    )
    for formulaire, champ, modele, garde in champs:
        assert formulaire.base_fields[champ].max_length == modele._meta.get_field(garde).max_length


def test_chaque_champ_se_saisit_comme_il_convient_et_chaque_etat_se_lit():
    formulaires = (RegulationForm, PointForm, NoteForm, CloreRegulationForm)
    assert [{nom: type(champ.widget).__name__ for nom, champ in f.base_fields.items()} for f in formulaires] == [
        {"le": "DateInput", "heure": "TimeInput", "lieu": "TextInput", "animee_par": "Select"},
        {"personne": "Select", "sujet": "TextInput"},
        {"echange": "Textarea", "quoi": "TextInput", "qui": "Select", "echeance": "DateInput"},
        {"presents": "CheckboxSelectMultiple", "synthese": "Textarea"},
    ]
    assert Regulation.Etat.labels == ["Prévue", "Ouverte", "Tenue"]


def test_chaque_chose_se_nomme_de_ce_qu_elle_est(ici):
    regulation = Regulation(le=jour(-3))
    point = PointOrdreDuJour(regulation=regulation, personne=ici.personne, sujet="Transport")
    sujet, decision = PointOrdreDuJour(sujet="Locaux"), Decision(quoi="Louer")
    assert [str(une) for une in (regulation, point, sujet, decision)] == [
        f"Régulation du {jour(-3):%d/%m/%Y}",
        "Zélie Martinelle",
        "Locaux",
        "Louer",
    ]
