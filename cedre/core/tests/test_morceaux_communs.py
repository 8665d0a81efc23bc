"""Les morceaux que toutes les pages partagent : un état, un vide, deux versions, des filtres, une page de refus."""

import json
import re
from functools import partial
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.test import RequestFactory

from cedre.core import views


def lire(gabarit: str, **contexte) -> str:
    return render_to_string(f"core/{gabarit}.html", contexte, RequestFactory().get("/liste/"))


@pytest.mark.parametrize(
    "genre, icone", [("bien", "valide"), ("attention", "horloge"), ("alerte", "alerte"), ("neutre", "info"), ("", "info")]
)
def test_un_etat_a_l_icone_de_son_genre_et_dit_ses_mots(genre, icone):
    rendu = lire("_etat", genre=genre, texte="En cours")
    assert f"#{icone}" in rendu and f"etat-{genre}" in rendu and rendu.rstrip().endswith("En cours</span>")


def test_une_liste_vide_dit_pourquoi_et_mene_au_geste_s_il_y_en_a_un():
    dite = {"icone": "info", "titre": "Rien", "texte": "Pas encore."}
    assert "<a" not in lire("_vide", adresse="", **dite)
    rendu = lire("_vide", adresse="/neuf/", geste="Commencer", **dite)
    assert "<h2>Rien</h2>" in rendu and "<p>Pas encore.</p>" in rendu and 'href="/neuf/">Commencer</a>' in rendu


def test_de_deux_versions_la_sienne_se_lit_sous_votre_saisie_l_autre_sous_deja_enregistre():
    rendu = lire("_deux_versions", differences=[("Le but", "moi", "l’autre"), ("Le reste", "", None)])
    titres = re.findall(r"<th scope=\"col\">([^<]*)", rendu)
    assert titres == ["Quoi", "Votre saisie", "Déjà enregistré"]
    cases = re.findall(r'<t[hd] (?:scope="row"|data-titre="[^"]*")>([^<]*)', rendu)
    assert cases == ["Le but", "moi", "l’autre", "Le reste", "—", "—"]
    assert re.findall(r'data-titre="([^"]*)"', rendu) == titres[1:] * 2


class Filtre(forms.Form):
    q = forms.CharField(label="Nom", required=False)
    du = forms.DateField(label="Du", required=False)


def test_un_filtre_se_renvoie_a_sa_page_et_dit_ce_qu_il_n_a_pas_compris():
    rendu = lire("_filtres", filtre=Filtre({"q": "a", "du": "folie"}))
    assert 'hx-get="/liste/"' in rendu and 'method="get"' in rendu and "from:#id_q" in rendu and 'hx-target="#liste"' in rendu
    assert rendu.count('class="erreur"') == 1 and 'id="id_du_error"' in rendu and 'value="a"' in rendu


@pytest.mark.parametrize("sorte, icone", [("SUCCESS", "valide"), ("INFO", "info"), ("ERROR", "alerte"), ("WARNING", "alerte")])
def test_un_message_a_l_icone_de_sa_sorte(sorte, icone):
    message = Message(getattr(constants, sorte), "C'est fait : oui")
    rendu = lire("base", messages=[message], habilitation=None, habilitations=[], facteur_attendu=None, demo="")
    morceau = rendu[rendu.index('<div class="message ') : rendu.index("C’est fait")]
    assert f'message {sorte.lower()}"' in morceau and f"#{icone}" in morceau
    assert "C’est fait\N{NO-BREAK SPACE}: oui" in rendu


@pytest.mark.parametrize(
    "vue, code, dit, remede",
    [
        (
            *(views.acces_refuse, 403, "Votre rôle n’ouvre pas cette page"),
            "Si vous tenez un autre rôle, changez-en en haut de la page ; sinon, voyez avec votre direction.",
        ),
        (
            *(views.introuvable, 404, "Cette page n’existe pas"),
            "L’adresse est peut-être ancienne, ou ne vous est pas ouverte.",
        ),
        (
            *(views.demande_invalide, 400, "Cette demande n’a pas pu être lue"),
            "Revenez à la page précédente et recommencez.",
        ),
        (
            *(partial(views.demande_invalide, exception=RequestDataTooBig()), 413, "Cet envoi est trop lourd"),
            "Revenez en arrière : tout y est encore. Raccourcissez les textes, ou enregistrez en plusieurs fois.",
        ),
        (
            *(views.jeton_perime, 403, "Cette page était ouverte depuis trop longtemps"),
            "Revenez en arrière, relisez votre saisie (un champ a pu se vider), puis enregistrez de nouveau.",
        ),
        (
            *(views.envoi_trop_lourd, 413, "Cet envoi est trop lourd"),
            "Cèdre reçoit 20 Mo au plus. Revenez en arrière, puis allégez le fichier ou coupez-le en plusieurs.",
        ),
        (
            *(views.trop_de_demandes, 429, "Trop de demandes en peu de temps"),
            "Par sécurité, Cèdre attend un peu. Réessayez dans quelques minutes.",
        ),
        (
            *(partial(views.methode_refusee, permises="POST"), 405, "Cette adresse ne s’ouvre pas ainsi"),
            "Revenez à la page d’où vous venez et recommencez.",
        ),
    ],
)
def test_chaque_refus_a_sa_phrase_son_remede_son_code_et_ce_qu_il_faut_citer(db, vue, code, dit, remede):
    requete = RequestFactory().get("/")
    requete.identifiant = "abc123"
    reponse = vue(requete)
    texte = re.sub("[\u00a0\u202f]", " ", reponse.content.decode())
    assert reponse.status_code == code and f"<h1>{dit}</h1>" in texte and remede in texte
    assert f"Code {code}" in texte and "<code>abc123</code>" in texte


@pytest.mark.parametrize(
    "leve, code, dit, ce_qui_en_reste",
    [
        (KeyError("x"), 500, "Une erreur est survenue", "Ce n’est pas de votre fait"),
        (TimeoutError(), 503, "Le courriel ne part pas", "Rien de ce geste n’a été enregistré"),
    ],
)
def test_une_panne_dit_ce_qui_est_garde_et_ce_qu_il_faut_citer(leve, code, dit, ce_qui_en_reste):
    requete = RequestFactory().get("/")
    requete.identifiant = "abc123"
    try:
        raise leve
    except Exception:
        reponse = views.erreur(requete)
    texte = reponse.content.decode()
    assert reponse.status_code == code and f"<h1>{dit}</h1>" in texte and f"<title>{dit} · Cèdre</title>" in texte
    assert ce_qui_en_reste in texte and "<code>abc123</code>" in texte


@pytest.mark.deux_moteurs
@pytest.mark.parametrize(
    "libre, base, dit, code",
    [
        (200, True, {"etat": "bien", "base": "bien", "disque_libre_mo": 200}, 200),
        (199, True, {"etat": "en défaut", "base": "bien", "disque_libre_mo": 199, "disque": "presque plein"}, 503),
        (900, False, {"etat": "en défaut", "base": "injoignable", "disque_libre_mo": 900}, 503),
    ],
)
def test_la_surveillance_lit_l_etat_de_la_base_et_du_disque(db, monkeypatch, libre, base, dit, code):
    def injoignable():
        raise DatabaseError

    octets = libre * 2**20 + 2**20 - 1
    monkeypatch.setattr(views.shutil, "disk_usage", lambda chemin: SimpleNamespace(free=octets))
    if not base:
        monkeypatch.setattr(views, "connection", SimpleNamespace(cursor=injoignable))
    reponse = views.sante(RequestFactory().get("/sante"))
    assert (json.loads(reponse.content), reponse.status_code) == (dit, code)


def test_un_compteur_que_rien_ne_peut_ecrire_est_une_base_occupee(db, monkeypatch):
    monkeypatch.setattr(views.cache, "add", lambda *args, **options: False)
    reponse = views.trop_de_demandes(RequestFactory().get("/"))
    assert reponse.status_code == 503 and "<h1>La base est occupée ou ne répond pas</h1>" in reponse.content.decode()
