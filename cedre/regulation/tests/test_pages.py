"""Ce que disent les pages d'une régulation : le jour, l'état, qui, pour quand (TRA-1)."""

from datetime import time

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.gestes import gestes_sur
from cedre.core.templatetags.cedre import jour as en_clair
from cedre.core.templatetags.cedre import jour_semaine
from cedre.regulation.models import PointOrdreDuJour
from cedre.regulation.operations import prochaine_date
from cedre.regulation.tests.test_ordre_du_jour import decider, jour, reunir
from cedre.tests.ecran import liens, lignes, principal, propre, sections, tableau, titre


def test_la_liste_dit_le_jour_l_etat_et_combien_de_decisions_sont_faites_sur_combien(ici):
    tenue = reunir(ici, jour(-3), etat="tenue")
    ouverte, prevue = reunir(ici, jour(-1), etat="ouverte"), reunir(ici, jour(5))
    point = tenue.points.create(sujet="Locaux")
    for faite_le in (None, jour(-1), None):
        decider(point, faite_le=faite_le)
    page = ici.client("cip").get(reverse("regulation:regulations"))
    jours = [propre(jour_semaine(une.le)) for une in (prevue, ouverte, tenue)]
    assert [[rangee[0].lower(), *rangee[1:]] for rangee in tableau(page)] == [
        [jours[0], "Prévue", "0", "0 sur 0"],
        [jours[1], "Ouverte", "0", "0 sur 0"],
        [jours[2], "Tenue", "1", "1 sur 3"],
    ]
    assert f"la prochaine tombe le {propre(jour_semaine(prochaine_date(ici.hab['cip'])))}." in propre(principal(page))


def test_la_page_dit_quand_ou_et_par_qui_et_de_chaque_point_qui_le_suit_et_ce_que_l_on_en_decide(ici):
    regulation = reunir(ici, jour(4), heure=time(9, 5), lieu="Grande salle", animee_par=ici.hab["mad"].compte)
    ici.personne.referent = ici.hab["direction"].compte
    ici.personne.save()
    point = regulation.points.create(personne=ici.personne, manque="bilan_depasse", echange="Elle avance")
    decider(point, "Appeler", qui=ici.hab["mad"].compte, echeance=jour(9))
    page = ici.client("cip").get(reverse("regulation:regulation", args=[regulation.pk]))
    texte = propre(principal(page))
    assert f"Régulation du {propre(jour_semaine(jour(4)))} Prévue · 9 h 05 · Grande salle · animée par Mad Ici" in texte
    du_point = f'<a href="{reverse("regulation:point", args=[point.pk])}">'
    assert du_point in principal(page) and f'id="point-{point.pk}"' in principal(page)
    dit = texte.partition("Ordre du jour ")[2]
    qui, decision = (
        f"{ici.personne} · Bilan dépassé suivie par Direction Ici",
        f"Appeler · Mad Ici, pour le {propre(en_clair(jour(9)))}",
    )
    assert f"{qui} Elle avance {decision}" in dit and "n’a pas été vu" not in texte


def test_tenue_elle_dit_sa_synthese_et_un_point_ne_se_note_plus(ici):
    regulation = reunir(ici, jour(-4), etat="tenue", synthese="Deux relances", diffusee_le=timezone.now())
    point = regulation.points.create(sujet="Locaux", echange="Trop petits")
    decider(point, "Trier", qui=ici.qui, echeance=jour(-2), faite_le=jour(-2))
    decider(point, "Louer", qui=ici.hab["mad"].compte, echeance=jour(3))
    adresse = reverse("regulation:point", args=[point.pk])
    page = ici.client("cip").get(adresse)
    assert lignes(page)[:2] == [
        f"Trier Cip Ici, pour le {propre(en_clair(jour(-2)))} Faite",
        f"Louer Mad Ici, pour le {propre(en_clair(jour(3)))}",
    ]
    assert "Ce qui s’est dit Trop petits" in propre(principal(page)) and "<textarea" not in principal(page)
    retour = f"{reverse('regulation:regulation', args=[regulation.pk])}#point-{point.pk}"
    assert f'href="{retour}"' in principal(page)
    ici.client("cip").post(adresse, {"echange": "Réécrit"})
    point.refresh_from_db()
    assert point.echange == "Trop petits"


def test_les_decisions_a_faire_disent_de_qui_ou_de_quoi_elles_parlent_et_qui_s_en_charge(ici):
    regulation = reunir(ici, jour(-4), etat="tenue")
    decider(regulation.points.create(sujet="Locaux"), "Louer", qui=ici.hab["mad"].compte, echeance=jour(3))
    decider(regulation.points.create(personne=ici.personne), "Appeler", qui=ici.qui, echeance=jour(-1))
    page = ici.client("cip").get(reverse("regulation:decisions"))
    dites = [une.partition(" Faite")[0] for une in lignes(page)]
    assert dites == [
        f"Appeler {ici.personne} · Cip Ici, pour le {propre(en_clair(jour(-1)))} En retard",
        f"Louer Locaux · Mad Ici, pour le {propre(en_clair(jour(3)))}",
    ]


@pytest.mark.parametrize("etat, propose", [("prevue", True), ("ouverte", True), ("tenue", False)])
def test_un_point_s_ote_de_l_ordre_du_jour_tant_que_la_regulation_n_est_pas_tenue(ici, etat, propose):
    point = PointOrdreDuJour(regulation=reunir(ici, jour(), etat=etat), sujet="Locaux")
    assert ("Ôter de l’ordre du jour" in {geste.libelle for geste in gestes_sur(point, ici.hab["cip"])}) is propose
    point.save()
    page = principal(ici.client("cip").get(reverse("regulation:point", args=[point.pk])))
    assert (reverse("regulation:retirer", args=[point.pk]) in page) is propose
    point.echange = "Dit"
    point.save()
    page = principal(ici.client("cip").get(reverse("regulation:point", args=[point.pk])))
    assert reverse("regulation:retirer", args=[point.pk]) not in page


def test_la_liste_vide_propose_la_premiere_et_dit_quand_elle_tombe(ici):
    page = ici.client("cip").get(reverse("regulation:regulations"))
    dit = propre(principal(page))
    assert titre(page) == "Régulations" and "L’équipe regarde les parcours ensemble, et décide." in dit
    vide = "Aucune régulation L’ordre du jour se bâtit seul : ceux dont il faut parler, et pourquoi. Prévoir la première"
    assert vide in dit and liens(page)["Prévoir la première"] == reverse("regulation:nouvelle")
    regulation = reunir(ici, jour(5))
    page = ici.client("cip").get(reverse("regulation:regulations"))
    assert "1 régulation Date État Points Décisions faites" in propre(principal(page)) and vide not in propre(principal(page))
    assert liens(page)[propre(jour_semaine(jour(5))).capitalize()] == regulation.get_absolute_url()


def test_sans_decision_a_faire_la_page_le_dit_et_chacun_filtre_les_siennes(ici):
    adresse, client = reverse("regulation:decisions"), ici.client("cip")
    page = client.get(adresse)
    assert "Tout ce qui a été décidé est fait Les décisions de la prochaine régulation paraîtront ici." in propre(principal(page))
    menent = liens(page)
    assert (menent["Toute l’équipe"], menent["Les miennes"]) == ("?", "?qui=moi")
    assert menent["Régulations"] == reverse("regulation:regulations") and titre(page) == "Décisions à faire"
    point = reunir(ici, jour(-4), etat="tenue").points.create(sujet="Locaux")
    siennes = decider(point, "Louer", qui=ici.qui), decider(point, "Trier", qui=ici.hab["mad"].compte)
    assert {"Louer", "Trier"} <= liens(client.get(adresse)).keys() and len(siennes) == 2
    assert "Louer" in liens(client.get(adresse, {"qui": "moi"})) and "Trier" not in liens(client.get(adresse, {"qui": "moi"}))


def test_une_regulation_tenue_dit_qui_etait_la_et_mene_a_decider_une_action(ici):
    regulation = reunir(ici, jour(-4), etat="tenue", synthese="Deux\nrelances", diffusee_le=timezone.now())
    regulation.points.create(sujet="Locaux", echange="Vu")
    regulation.points.create(sujet="Camion")
    adresse = reverse("regulation:regulation", args=[regulation.pk])
    page = ici.client("qualite").get(adresse)
    dit = sections(page)
    assert dit["Ce que l’équipe retient"].startswith("Deux relances Étaient là :")
    assert dit["Ce que l’équipe retient"].endswith("Compte rendu diffusé aujourd’hui, aux présents et aux absents.")
    assert dit["Ordre du jour"] == "Locaux Vu Vu Camion À voir" and "Clore et diffuser" not in dit
    decider_une = f"{reverse('qualite:action_nouvelle')}?origine=regulation&reference="
    assert liens(page)["Décider une action"].startswith(decider_une) and titre(page) == str(regulation)
    assert "Décider une action" not in liens(ici.client("cip").get(adresse))
    type(regulation).objects.update(synthese="")
    vide = sections(ici.client("qualite").get(adresse))["Ce que l’équipe retient"]
    assert vide.startswith("Rien de plus que les décisions. Étaient là :")
    ouverte = reunir(ici, jour(0), etat="ouverte")
    page = ici.client("cip").get(reverse("regulation:regulation", args=[ouverte.pk]))
    dit = sections(page)
    assert dit["Ordre du jour"] == "Personne n’a besoin que l’on en parle. Ajoutez un point si vous le souhaitez."
    engage = "Un engagement engage la structure entière : le compte rendu va aux présents et aux absents."
    assert dit["Clore et diffuser"].startswith(engage) and dit["Clore et diffuser"].endswith("Clore la régulation")
    assert f'action="{reverse("regulation:clore", args=[ouverte.pk])}"' in principal(page)
    ouverte.points.create(sujet="Locaux")
    page = ici.client("cip").get(reverse("regulation:regulation", args=[ouverte.pk]))
    pas_vu = f"{engage} 1 point n’a pas été vu : ce qui manque encore reviendra à la prochaine."
    assert sections(page)["Clore et diffuser"].startswith(pas_vu)
