"""Ce qu'une session tient ne se lit pas dans la base (RES-1)."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from cedre.core import coffre
from cedre.core.sessions import SessionStore

SECRETS = {
    "lien_invitation": ("comptes:inviter", {"courriel": "zoe@ici.example", "role": "accueil"}, ()),
    "adresse-agenda": ("portail:agenda", {"geste": "donner"}, ()),
    "code-espace": ("parcours:espace_code", {}, ("personne",)),
}


@pytest.mark.parametrize("cle", SECRETS)
def test_un_secret_qui_attend_d_etre_montre_n_est_pas_en_clair_dans_la_base(db, ici, cle):
    client = ici.client("direction")
    route, envoi, args = SECRETS[cle]
    client.post(reverse(route, args=[getattr(ici, nom).pk for nom in args]), envoi)
    tenus = client.session.keys()
    assert any(nom.startswith(cle) for nom in tenus), "rien à chercher"
    garde = Session.objects.get(session_key=client.session.session_key)
    assert coffre.est_ferme(garde.session_data) and not garde.get_decoded()


def test_sans_sa_cle_une_session_est_finie(db, settings, tmp_path):
    settings.CLES = str(tmp_path / "cles")
    coffre.creer()
    session = SessionStore()
    session["a"] = 1
    session.save()
    assert SessionStore(session.session_key)["a"] == 1
    settings.CLES = str(tmp_path / "autres")
    coffre.creer()
    assert "a" not in SessionStore(session.session_key)
    assert SessionStore().decode("eyJhIjoxfQ:ancienne:session") == {}
