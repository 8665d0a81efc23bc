"""L'espace de la personne : un code que l'on ne devine pas, et qui n'ouvre que le sien (INS-2, INS-7)."""

import math
import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.conftest import creer_ailleurs, creer_ici, creer_reseau, embaucher
from cedre.core.refus import GesteImpossible
from cedre.parcours.espace import en_groupes, qr
from cedre.parcours.models import AccesEspace, Heures, Personne, Remise, Reponse
from cedre.parcours.operations import espace as operations
from cedre.parcours.operations.droits import anonymiser
from cedre.portail.operations import oublier_les_espaces
from cedre.portail.views_espace import ATTENTE, REFUS
from cedre.tests.adresses import ROUTES, adresse, lignes, separer_les_identifiants
from cedre.tests.test_maison import ADRESSES

DE_L_ESPACE = [route for route, vue in ADRESSES if getattr(vue, "droit", "") == "espace"]
ENTREE, CHEZ_SOI = "/espace/", "/espace/moi"


@pytest.fixture(autouse=True)
def _compteurs_a_zero(db):
    cache.clear()


@pytest.fixture
def code(embauchee):
    """Le code remis à la personne d'ici."""
    return operations.remettre_code(embauchee.personne, par=embauchee.hab["cip"])[1]


def entree_avec(code: str, client: Client | None = None, **entetes) -> tuple[Client, object]:
    """Un navigateur qui tape ce code, et la réponse."""
    client = client or Client()
    return client, client.post(ENTREE, {"code": code}, **entetes)


@pytest.fixture
def elle(code):
    """Le navigateur de la personne, entrée."""
    client, reponse = entree_avec(code)
    assert reponse.url == CHEZ_SOI
    return client


def refus(code: str, **entetes) -> str:
    """Ce que dit la page à qui n'entre pas."""
    _, reponse = entree_avec(code, **entetes)
    assert reponse.status_code in (200, 429)
    return reponse.context["form"].errors["code"][0]


# ── Le code ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_un_code_fait_59_bits_et_ne_se_lit_que_d_une_facon():
    assert len(set(operations.ALPHABET)) == 31 and not set("0O1IL") & set(operations.ALPHABET)
    assert operations.LONGUEUR * math.log2(len(operations.ALPHABET)) > 59
    tires = [operations.tirer_un_code() for _ in range(400)]
    assert len(set(tires)) == 400
    assert all(re.fullmatch(f"[{operations.ALPHABET}]{{12}}", code) for code in tires)
    assert all(len({code[rang] for code in tires}) > 25 for rang in range(12)), "chaque place prend toutes les valeurs"


def test_la_base_ne_garde_que_le_condensat(embauchee, code):
    acces = embauchee.personne.acces_espace.first()
    assert code not in str(AccesEspace.objects.filter(pk=acces.pk).values()) and len(acces.condensat) == 64
    assert refus(acces.condensat[:60]) == REFUS


def test_espaces_tirets_et_minuscules_sont_toleres(code):
    for ecrit in (code.lower(), en_groupes(code), "-".join(en_groupes(code).split()), f"  {code} "):
        assert entree_avec(ecrit)[1].status_code == 302


def test_le_code_est_dans_le_fragment_que_rien_n_envoie(embauchee, code, monkeypatch):
    vues = []
    monkeypatch.setattr("cedre.parcours.espace.segno.make", lambda texte, **_: vues.append(texte) or _Image())
    qr("https://cedre.example/espace/", code)
    assert vues == [f"https://cedre.example/espace/#{code}"]


class _Image:
    def svg_data_uri(self, **_):
        return "data:image/svg+xml,"


def test_un_code_vaut_quinze_jours(code):
    with time_machine.travel(timezone.now() + timedelta(days=15, seconds=-60), tick=False):
        assert entree_avec(code)[1].status_code == 302
    with time_machine.travel(timezone.now() + timedelta(days=15, seconds=60), tick=False):
        assert refus(code) == REFUS


def test_prolonge_il_vaut_quinze_jours_de_plus(embauchee, code):
    with time_machine.travel(timezone.now() + timedelta(days=10), tick=False):
        operations.prolonger_code(embauchee.personne, par=embauchee.hab["cip"])
    with time_machine.travel(timezone.now() + timedelta(days=24), tick=False):
        assert entree_avec(code)[1].status_code == 302
    with time_machine.travel(timezone.now() + timedelta(days=26), tick=False), pytest.raises(GesteImpossible):
        operations.prolonger_code(embauchee.personne, par=embauchee.hab["cip"])


def test_un_nouveau_code_ferme_le_precedent(embauchee, code):
    nouveau = operations.remettre_code(embauchee.personne, par=embauchee.hab["cip"])[1]
    assert refus(code) == REFUS
    assert entree_avec(nouveau)[1].status_code == 302
    assert embauchee.personne.acces_espace.valables().count() == 1


def test_rien_ne_dit_si_un_code_est_inconnu_expire_ou_ferme(embauchee, code):
    def page(essai):
        return re.sub(r'(csrfmiddlewaretoken" value=|name="code" value=)"[^"]*"', "", entree_avec(essai)[1].content.decode())

    inconnu = page("ABCDEFGHJKMN")
    AccesEspace.objects.update(expire_le=timezone.now() - timedelta(days=1))
    expire = page(code)
    AccesEspace.objects.update(expire_le=timezone.now() + timedelta(days=1), revoque_le=timezone.now())
    assert inconnu == expire == page(code)


def test_apres_dix_refus_on_attend_un_quart_d_heure_meme_avec_le_bon_code(code):
    assert {refus("ABCDEFGHJKM2") for _ in range(10)} == {REFUS}
    assert refus("ABCDEFGHJKM2") == ATTENTE
    client, reponse = entree_avec(code)
    assert reponse.status_code == 429 and client.get(CHEZ_SOI).url == ENTREE
    assert entree_avec(code, REMOTE_ADDR="192.0.2.7")[1].status_code == 302, "une autre adresse n'est pas punie"
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert entree_avec(code)[1].status_code == 302


def test_changer_d_adresse_ne_donne_pas_plus_de_trois_cents_essais(code):
    for rang in range(300):
        entree_avec("ABCDEFGHJKM2", REMOTE_ADDR=f"198.51.{rang // 250}.{rang % 250}")
    assert refus(code, REMOTE_ADDR="203.0.113.9") == ATTENTE


def test_entrer_ne_compte_pas_comme_un_refus(code):
    for _ in range(12):
        assert entree_avec(code)[1].status_code == 302


# ── La session ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_un_code_ferme_ou_expire_met_dehors_tout_de_suite(embauchee, code, elle):
    assert elle.get(CHEZ_SOI).status_code == 200
    operations.fermer_espace(embauchee.personne, par=embauchee.hab["cip"])
    assert elle.get(CHEZ_SOI).url == ENTREE


def test_la_session_se_ferme_apres_une_demi_heure_sans_rien_lire(elle):
    with time_machine.travel(timezone.now() + timedelta(minutes=29)):
        assert elle.get(CHEZ_SOI).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=58)):
        assert elle.get(CHEZ_SOI).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=89)):
        assert elle.get(CHEZ_SOI).url == ENTREE


def test_une_personne_rendue_anonyme_n_a_plus_d_espace(embauchee, elle):
    anonymiser(embauchee.personne, motif="demande", par=embauchee.hab["direction"])
    assert elle.get(CHEZ_SOI).url == ENTREE


def test_quitter_oublie_la_session(elle):
    avant = elle.session.session_key
    assert elle.get(reverse("portail:quitter_espace")).url == CHEZ_SOI
    assert elle.post(reverse("portail:quitter_espace")).url == ENTREE
    assert not elle.session.exists(avant)
    assert elle.get(CHEZ_SOI).url == ENTREE


def test_la_nuit_oublie_les_espaces_finis_et_laisse_les_comptes(embauchee, code, elle):
    compte = embauchee.client("accueil")
    entree_avec(code, compte)
    oublier_les_espaces.call()
    assert elle.get(CHEZ_SOI).status_code == compte.get(CHEZ_SOI).status_code == 200, "celui où l'on est reste"
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        oublier_les_espaces.call()
    assert list(Session.objects.values_list("session_key", flat=True)) == [compte.session.session_key]
    assert "espace" not in compte.session and compte.get("/").status_code == 200


def test_entrer_change_le_numero_de_session(code):
    client = Client()
    session = client.session
    session["avant"] = 1
    session.save()
    entree_avec(code, client)
    assert client.session.session_key != session.session_key


def test_l_espace_et_le_compte_ne_se_melangent_pas(embauchee, code):
    client = embauchee.client("accueil")
    entree_avec(code, client)
    page = client.get(CHEZ_SOI)
    assert page.status_code == 200 and "Premier contact" not in page.content.decode()
    assert client.get(reverse("parcours:engagement", args=[embauchee.engagement.pk])).status_code == 403
    client.post(reverse("portail:quitter_espace"))
    assert client.get("/").status_code == 200 and client.get(CHEZ_SOI).url == ENTREE


def test_un_compte_qui_se_connecte_sur_l_appareil_ferme_l_espace(embauchee, code):
    client, _ = entree_avec(code)
    assert client.get(CHEZ_SOI).status_code == 200
    client.force_login(embauchee.hab["accueil"].compte)
    assert client.get(CHEZ_SOI).url == ENTREE
    client.logout()
    assert client.get(CHEZ_SOI).url == ENTREE


def test_rien_ne_reste_dans_un_cache_ni_un_moteur(elle, embauchee):
    for route in [ENTREE, *(f"/{r}" for r in DE_L_ESPACE if "<int:" not in r)]:
        reponse = elle.get(route)
        assert "no-store" in reponse["Cache-Control"] and "noindex" in reponse["X-Robots-Tag"], route
        assert reponse["Referrer-Policy"] == "same-origin"


# ── Elle n'ouvre que le sien ──────────────────────────────────────────────────────────────────────────────────────


def test_chaque_adresse_de_l_espace_est_essayee_ici():
    assert len(DE_L_ESPACE) == 8 and all(route.startswith("espace/") for route in DE_L_ESPACE)


@pytest.mark.parametrize("route", DE_L_ESPACE)
def test_sans_code_rien_de_l_espace_ne_s_ouvre(embauchee, route):
    for client in (Client(), embauchee.client("direction")):
        for reponse in (client.get(adresse(route, embauchee.personne.pk)), client.post(adresse(route, embauchee.personne.pk))):
            assert reponse.url == ENTREE


def test_le_code_n_ouvre_aucune_page_de_l_equipe(embauchee, elle):
    for route, vue in ROUTES.items():
        if getattr(vue, "droit", "public") != "public":
            cible = adresse(route, embauchee.personne.pk)
            for reponse in (elle.get(cible), elle.post(cible)):
                assert reponse.status_code == 302 and reponse.url.startswith("/compte/login/"), route


@pytest.mark.parametrize("route", [r for r in DE_L_ESPACE if "<int:" in r])
def test_rien_d_une_autre_personne_ne_s_ouvre(route):
    separer_les_identifiants()
    _, regions = creer_reseau()
    ici, ailleurs = embaucher(creer_ici(regions)), embaucher(creer_ailleurs(regions))
    code = operations.remettre_code(ici.personne, par=ici.hab["cip"])[1]
    client, _ = entree_avec(code)
    voisine = Personne.objects.create(organisation=ici.organisation, nom="Voisine", prenom="Ada")
    sienne = ici.personne.remises.first()
    autre = Remise.objects.create(personne=voisine, engagement=sienne.engagement, contenu=sienne.contenu)
    operations.remettre_code(voisine, par=ici.hab["cip"])  # après le sien, et il vaut
    assert client.get(adresse(route, sienne.pk)).status_code == 200
    avant = Reponse.objects.count()
    for ligne in [autre, *lignes(ailleurs), *(ligne for ligne in lignes(ici) if ligne != sienne)]:
        for reponse in (client.get(adresse(route, ligne.pk)), client.post(adresse(route, ligne.pk), {"nature": "recu"})):
            assert reponse.status_code == 404, ligne
    assert Reponse.objects.count() == avant


# ── Ce qu'elle lit et répond ──────────────────────────────────────────────────────────────────────────────────────


def test_elle_lit_ce_qui_lui_a_ete_remis_et_jamais_un_brouillon(embauchee, elle):
    remise = embauchee.personne.remises.get()
    embauchee.objectif.libelle = "Objectif changé depuis"
    embauchee.objectif.save()
    page = elle.get(reverse("portail:mon_texte", args=[remise.pk])).content.decode()
    assert "Objectif ici" in page and "Moyen ici" in page and "changé depuis" not in page
    remise.delete()
    accueil = elle.get(CHEZ_SOI).content.decode()
    assert "ne vous a pas encore été remis" in accueil and "Objectif" not in accueil


def test_elle_lit_ses_rendez_vous_et_ses_heures(embauchee, elle):
    page = elle.get(CHEZ_SOI).content.decode()
    assert "Bonjour Zélie" in page
    for attendu in ("Bilan", "Atelier ici", "Salle ici", "Entretien", "9\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}00"):
        assert attendu in page
    assert "12\N{NO-BREAK SPACE}h" in elle.get(reverse("portail:mes_heures")).content.decode()


def test_une_seance_annulee_ou_passee_n_est_plus_un_rendez_vous(embauchee, elle):
    embauchee.seance.annulee = True
    embauchee.seance.save()
    assert "Atelier ici" not in elle.get(CHEZ_SOI).content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        embauchee.personne.bilans.update(le=timezone.localdate() - timedelta(days=1))
        assert "Bilan : nous" not in elle.get(CHEZ_SOI).content.decode()


def test_elle_prend_son_attestation_de_competences(embauchee, elle):
    cible = reverse("portail:mon_attestation")
    assert cible in elle.get(CHEZ_SOI).content.decode()
    assert elle.get(cible).content.startswith(b"%PDF")
    Heures.objects.all().delete()
    assert cible not in elle.get(CHEZ_SOI).content.decode() and elle.get(cible).status_code == 404


def test_un_bilan_remis_se_lit(embauchee, elle):
    contenu = {
        "genre": "bilan",
        "faits": ["12 heures de travail"],
        "objectifs": [{"libelle": "Conduire", "resultat": "Atteint", "commentaire": ""}],
        "sections": [{"titre": "Ce qui a changé", "texte": "Elle conduit."}],
        "suite": "Prolonger l’engagement",
        "suite_le": "2026-12-01",
    }
    remise = Remise.objects.create(personne=embauchee.personne, bilan=embauchee.bilan, contenu=contenu)
    cible = reverse("portail:mon_texte", args=[remise.pk])
    assert cible in elle.get(CHEZ_SOI).content.decode()
    page = elle.get(cible).content.decode()
    assert "Elle conduit." in page and "Atteint" in page and "Prolonger" in page


def test_elle_repond_et_l_equipe_le_lit_une_fois(embauchee, elle, cip):
    Reponse.objects.all().delete()
    cible = reverse("portail:mon_texte", args=[embauchee.personne.remises.get().pk])
    assert 'value="d_accord"' in elle.get(cible).content.decode()
    for _ in range(2):
        assert elle.post(cible, {"nature": "d_accord"}).status_code == 302
    assert 'value="d_accord"' not in elle.get(cible).content.decode()
    elle.post(cible, {"nature": "en_parler", "texte": "Le mardi me va mal."})
    assert Reponse.objects.count() == 2, "deux fois d'accord, c'est une fois"
    trace = Trace.objects.filter(objet="réponse de la personne").first()
    assert (trace.compte_id, trace.role, trace.personne_id) == (None, "salarie", embauchee.personne.pk)

    dossier = reverse("parcours:personne", args=[embauchee.personne.pk])
    assert "A répondu" in cip.get(dossier).content.decode()
    page = cip.get(reverse("parcours:reponses")).content.decode()
    assert "Le mardi me va mal." in page and "D’accord" in page
    for reponse in Reponse.objects.all():
        cip.post(reverse("parcours:reponse_lue", args=[reponse.pk]))
    assert "Tout est lu" in cip.get(reverse("parcours:reponses")).content.decode()
    assert "A répondu" not in cip.get(dossier).content.decode()
    assert set(Reponse.objects.values_list("lue_par", flat=True)) == {embauchee.hab["cip"].compte_id}


@pytest.mark.parametrize("nature", ["recu", "d_accord", "en_parler"])
def test_qui_a_repondu_n_a_plus_a_dire_bien_recu(embauchee, elle, nature):
    Reponse.objects.all().delete()
    cible = reverse("portail:mon_texte", args=[embauchee.personne.remises.get().pk])
    assert 'value="recu"' in elle.get(cible).content.decode()
    elle.post(cible, {"nature": nature, "texte": "Le mardi me va mal."})
    assert 'value="recu"' not in elle.get(cible).content.decode()
    elle.post(cible, {"nature": "recu"})
    assert [r.nature for r in Reponse.objects.all()] == [nature]


def test_un_objectif_propose_mene_a_l_engagement(embauchee, elle, cip):
    assert "texte" in elle.post(reverse("portail:mon_objectif"), {"texte": " "}).context["form"].errors
    elle.post(reverse("portail:mon_objectif"), {"texte": "Passer le permis"})
    page = cip.get(reverse("parcours:reponses")).content.decode()
    assert "Passer le permis" in page and reverse("parcours:engagement", args=[embauchee.engagement.pk]) in page


def test_un_cip_voit_d_abord_les_siennes(embauchee, elle, cip):
    elle.post(reverse("portail:mon_objectif"), {"texte": "Passer le permis"})
    embauchee.personne.referent = None
    embauchee.personne.save()
    assert "Passer le permis" not in cip.get(reverse("parcours:reponses")).content.decode()
    assert "Passer le permis" in cip.get(reverse("parcours:reponses"), {"qui": "toutes"}).content.decode()
    assert "Passer le permis" in embauchee.client("direction").get(reverse("parcours:reponses")).content.decode()


def test_on_n_inonde_pas_l_equipe(embauchee, elle):
    for rang in range(operations.REPONSES_PAR_JOUR + 3):
        reponse = elle.post(reverse("portail:mon_objectif"), {"texte": f"Idée {rang}"})
    assert "Revenez demain" in reponse.content.decode()
    assert embauchee.personne.reponses.count() == operations.REPONSES_PAR_JOUR


def test_le_code_se_montre_une_fois_a_l_equipe(embauchee, cip):
    page = reverse("parcours:espace", args=[embauchee.personne.pk])
    cip.post(reverse("parcours:espace_code", args=[embauchee.personne.pk]))
    montre = cip.get(page).context["code"]
    assert entree_avec(montre)[1].status_code == 302
    assert cip.get(page).context["code"] == "" and montre not in cip.get(page).content.decode()
    cip.post(reverse("parcours:espace_prolonger", args=[embauchee.personne.pk]))
    cip.post(reverse("parcours:espace_fermer", args=[embauchee.personne.pk]))
    assert refus(montre) == REFUS
    gestes = set(Trace.objects.filter(objet="code d’accès à son espace").values_list("geste", flat=True))
    assert gestes == {"creer", "modifier", "retirer"}
