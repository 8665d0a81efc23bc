"""Qui vient à l'ordre du jour, dans quel ordre ; ce que la liste et la page en comptent (TRA-1)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.manques import CeQuiManque, manques
from cedre.core.refus import GesteImpossible
from cedre.observatoire.models import Terme
from cedre.parcours.models import Engagement, Personne
from cedre.regulation.models import Decision, PointOrdreDuJour, Regulation
from cedre.regulation.operations import ajouter_point, batir_ordre_du_jour, faire, noter, prevoir, prochaine_date


def jour(decalage: int = 0) -> date:
    """Aujourd'hui, décalé d'autant de jours."""
    return timezone.localdate() + timedelta(days=decalage)


def reunir(monde, le: date, **champs) -> Regulation:
    """Une régulation de cette structure, ce jour-là."""
    return Regulation.objects.create(organisation=monde.organisation, le=le, **champs)


def decider(point: PointOrdreDuJour, quoi="Appeler", **champs) -> Decision:
    """Une décision prise de ce point, à faire aujourd'hui."""
    return Decision.objects.create(point=point, quoi=quoi, **{"echeance": jour()} | champs)


def suivre(monde, nom: str, **champs) -> Personne:
    """Une personne en parcours dans cette structure."""
    dits = {"organisation": monde.organisation, "nom": nom, "prenom": "Ada", "phase": "parcours"}
    return Personne.objects.create(**dits | champs)


def projeter(personne, debut: date, etat="projet") -> Engagement:
    """Un engagement de cette personne, à décider."""
    return Engagement.objects.create(
        personne=personne, etat=etat, debut=debut, type_engagement=Terme.objects.de("type_engagement").first()
    )


@pytest.fixture
def seance(ici) -> Regulation:
    """Une régulation d'aujourd'hui, sans ordre du jour."""
    return reunir(ici, jour())


def test_la_liste_compte_chaque_point_et_chaque_decision_une_fois_la_derniere_d_abord(ici, ailleurs):
    passee, a_venir = reunir(ici, jour(-3), etat="tenue"), reunir(ici, jour(4))
    reunir(ailleurs, jour())
    for sujet, faites in (("Transport", (None, None)), ("Ateliers", (jour(-1), None)), ("Locaux", ())):
        point = passee.points.create(sujet=sujet)
        for faite_le in faites:
            decider(point, faite_le=faite_le)
    page = ici.client("cip").get(reverse("regulation:regulations"))
    comptees = [(r, r.nombre, r.decidees, r.faites) for r in page.context["page"]]
    assert comptees == [(a_venir, 0, 0, 0), (passee, 3, 4, 1)]


def test_l_ordre_du_jour_va_du_plus_pressant_au_moins_puis_les_engagements_a_decider(ici, ailleurs, seance, monkeypatch):
    tous = manques(Personne)
    presse, *_, moins = [cle for cle, manque in tous.items() if manque.en_equipe]
    seul = next(cle for cle, manque in tous.items() if not manque.en_equipe)
    siens = {"Abel": [seul, moins], "Brun": [presse, moins], "Cros": [presse], "Dumas": [seul]}
    monkeypatch.setattr(
        Personne, "manques", property(lambda qui: [CeQuiManque(qui, tous[cle], None) for cle in siens.get(qui.nom, ())])
    )
    abel, brun, cros, dumas, elie, fabre = (suivre(ici, nom) for nom in ("Abel", "Brun", "Cros", "Dumas", "Élie", "Fabre"))
    suivre(ici, "Brun", phase="sans_suite")
    suivre(ailleurs, "Cros")
    projets = [projeter(fabre, jour(-2)), projeter(elie, jour(-1))]
    for qui, etat in ((brun, "projet"), (dumas, "en_cours"), (suivre(ailleurs, "Zola"), "projet")):
        projeter(qui, jour(-9), etat)
    ajouter_point(PointOrdreDuJour(regulation=seance, sujet="Locaux"), par=ici.hab["cip"])
    assert batir_ordre_du_jour(seance, par=ici.hab["cip"]) == 5
    points = list(seance.points.order_by("rang"))
    assert [p.rang for p in points] == [1, 2, 3, 4, 5, 6], "à la suite de ce qui y était"
    assert [(p.personne, p.manque) for p in points[1:4]] == [(brun, presse), (cros, presse), (abel, moins)]
    attendus = [(e.personne, e, "Engagement à décider") for e in projets]
    assert [(p.personne, p.engagement, p.sujet) for p in points[4:]] == attendus
    assert [p.raison for p in points[3:5]] == [tous[moins].alerte, "Engagement à décider"]
    assert Trace.objects.get(geste="modifier", objet_id=seance.pk).detail == "ordre du jour, 5\N{NO-BREAK SPACE}points ajoutés"


def test_l_ordre_du_jour_prend_au_plus_les_plus_pressants_et_autant_d_engagements(ici, seance, monkeypatch):
    monkeypatch.setattr("cedre.regulation.operations.AU_PLUS", 1)
    tous = manques(Personne)
    presse, *_, moins = [cle for cle, manque in tous.items() if manque.en_equipe]
    siens = {"Abel": moins, "Brun": presse}
    monkeypatch.setattr(
        Personne, "manques", property(lambda qui: [CeQuiManque(qui, tous[siens[qui.nom]], None)] if qui.nom in siens else [])
    )
    _, brun, cros, dumas = (suivre(ici, nom) for nom in ("Abel", "Brun", "Cros", "Dumas"))
    projeter(cros, jour(-2)), projeter(dumas, jour(-1))
    assert batir_ordre_du_jour(seance, par=ici.hab["cip"]) == 2
    assert [point.personne for point in seance.points.order_by("rang")] == [brun, cros]
    assert batir_ordre_du_jour(seance, par=ici.hab["cip"]) == 2, "complété, il prend les suivants"


def test_a_la_main_un_point_vient_en_dernier_et_une_personne_une_fois_par_regulation(ici, seance):
    par = ici.hab["cip"]
    autre = reunir(ici, jour(7))
    for regulation in (seance, autre):
        for champs in ({"sujet": "Locaux"}, {"sujet": "Locaux"}, {"personne": ici.personne, "sujet": "Transport"}):
            ajouter_point(PointOrdreDuJour(regulation=regulation, **champs), par=par)
        assert [(p.rang, str(p), p.raison) for p in regulation.points.order_by("rang")] == [
            (1, "Locaux", ""),
            (2, "Locaux", ""),
            (3, str(ici.personne), "Transport"),
        ]
    with pytest.raises(GesteImpossible, match="déjà à l’ordre du jour") as refus:
        ajouter_point(PointOrdreDuJour(regulation=seance, personne=ici.personne), par=par)
    assert refus.value.champ == "personne" and seance.points.count() == 3


def test_a_la_main_ne_se_proposent_que_les_dossiers_ouverts_d_ici(ici, ailleurs, seance):
    closes = [suivre(ici, "Close", phase=phase) for phase in ("sortie", "reorientee", "sans_suite")]
    adresse = reverse("regulation:ajouter", args=[seance.pk])
    offertes = ici.client("cip").get(adresse).context["form"].fields["personne"].queryset
    assert list(offertes) == [ici.personne]
    for qui in (ailleurs.personne, *closes):
        assert "personne" in ici.client("cip").post(adresse, {"personne": qui.pk}).context["form"].errors
    assert not seance.points.exists()


@pytest.mark.parametrize(
    "etat, du, au, passe",
    [
        ("ouverte", -1, 0, False),
        ("ouverte", -2, -1, False),
        ("ouverte", -1, 3, False),
        ("ouverte", 0, 3, True),
        ("ouverte", -1, -2, True),
        ("prevue", -1, 3, True),
    ],
)
def test_commencee_avant_aujourd_hui_elle_ne_se_deplace_que_vers_l_arriere(ici, etat, du, au, passe):
    regulation = reunir(ici, jour(du), etat=etat)
    projeter(ici.personne, jour(-1))
    regulation.le = jour(au)
    if passe:
        prevoir(regulation, champs=["le"], par=ici.hab["cip"])
    else:
        with pytest.raises(GesteImpossible, match=f"commencé le {jour(du):%d/%m/%Y}"):
            prevoir(regulation, champs=["le"], par=ici.hab["cip"])
    regulation.refresh_from_db()
    assert regulation.le == jour(au if passe else du)
    assert not regulation.points.exists(), "l'ordre du jour se bâtit quand on la prévoit, ou qu'on le demande"


def test_la_date_et_l_animation_proposees_sont_celles_d_ici(ici, ailleurs):
    reunir(ailleurs, jour(90))
    assert prochaine_date(ici.hab["mad"]) - jour() < timedelta(days=3), "aucune ici : aujourd'hui, ou lundi"
    page = ici.client("mad").get(reverse("regulation:nouvelle"))
    form = page.context["form"]
    assert (form["le"].value(), form["animee_par"].value()) == (prochaine_date(ici.hab["mad"]), ici.hab["mad"].compte_id)
    refus = ici.client("mad").post(reverse("regulation:nouvelle"), {"le": jour(), "animee_par": ailleurs.qui.pk})
    assert refus.context["form"].errors.keys() == {"animee_par"}
    saisie = {"le": jour(1), "heure": "09:15", "lieu": "Grande salle", "animee_par": ici.hab["mad"].compte_id}
    ici.client("mad").post(reverse("regulation:nouvelle"), saisie)
    une = Regulation.objects.get(organisation=ici.organisation)
    dites = (une.le, f"{une.heure:%H:%M}", une.lieu, une.animee_par, une.etat)
    assert dites == (jour(1), "09:15", "Grande salle", ici.hab["mad"].compte, "prevue")


def test_ce_qui_se_dit_d_un_point_se_garde_et_revient_a_sa_place(ici, ailleurs, seance):
    client, point = ici.client("cip"), seance.points.create(sujet="Locaux")
    adresse = reverse("regulation:point", args=[point.pk])
    decidee = {"quoi": "Ouvrir", "qui": ici.qui.pk, "echeance": jour()}
    refus = client.post(adresse, {"echange": "Dit", **decidee, "echeance": jour(-1), "qui": ailleurs.qui.pk})
    assert refus.context["form"].errors.keys() == {"echeance", "qui"} and not Decision.objects.exists()
    retour = f"{reverse('regulation:regulation', args=[seance.pk])}#point-{point.pk}"
    assert client.post(adresse, {"echange": "On manque de place"}).url == retour
    assert client.get(adresse).context["form"]["echange"].value() == "On manque de place"
    assert client.post(adresse, {"echange": "On manque de place", **decidee}).url == retour
    seance.refresh_from_db()
    assert (seance.etat, [d.quoi for d in point.decisions.all()]) == ("ouverte", ["Ouvrir"])
    details = (
        Trace.objects.filter(objet="point de l’ordre du jour", objet_id=point.pk).order_by("pk").values_list("detail", flat=True)
    )
    assert list(details) == ["", "décision"]


def test_un_point_dont_on_n_a_pas_parle_reste_a_voir_un_echange_ou_une_decision_suffit(ici, seance):
    points = [seance.points.create(sujet=sujet, rang=rang) for rang, sujet in ((3, "Rien"), (2, "Décidé"), (1, "Dit"))]
    decider(points[1])
    noter(points[2], echange="Vu ensemble", decision=None, par=ici.hab["cip"])
    page = ici.client("cip").get(reverse("regulation:regulation", args=[seance.pk]))
    assert [str(p) for p in page.context["points"]] == ["Dit", "Décidé", "Rien"] and page.context["a_voir"] == 1
    feuille = page.content.decode().partition("Ordre du jour</h2>")[2]
    etats = [feuille.index(f">{dit}<") for dit in ("Vu", "Décidé", "À voir")]
    assert etats == sorted(etats)


def test_une_decision_faite_garde_son_premier_jour(ici, seance):
    decision = decider(seance.points.create(sujet="Locaux"), faite_le=jour(-4))
    faire(decision, par=ici.hab["cip"])
    decision.refresh_from_db()
    assert decision.faite_le == jour(-4) and not Trace.objects.filter(objet="décision").exists()


def test_les_decisions_a_faire_viennent_par_echeance_hors_dossiers_anonymes_et_hors_d_ailleurs(ici, ailleurs, seance):
    anonyme = suivre(ici, "Anonyme", anonymisee_le=timezone.now())
    point, autre = seance.points.create(sujet="Locaux"), reunir(ailleurs, jour()).points.create(sujet="Locaux")
    decider(seance.points.create(personne=anonyme), echeance=jour(-9))
    decider(autre, echeance=jour(-9))
    decider(point, echeance=jour(-9), faite_le=jour(-9))
    de_qui = seance.points.create(personne=ici.personne)
    demain, hier, du_jour = decider(point, echeance=jour(1)), decider(de_qui, echeance=jour(-1)), decider(point)
    page = ici.client("cip").get(reverse("regulation:decisions"))
    assert list(page.context["page"]) == [hier, du_jour, demain]
    assert page.content.decode().count("En retard") == 1, "celle du jour même ne l’est pas encore"
    for decision in (demain, hier):
        assert f'href="{reverse("regulation:point", args=[decision.point_id])}"' in page.content.decode()
