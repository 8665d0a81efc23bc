"""Ce qui est dit sans nom attend scellé, puis se livre en désordre, une fois (AME-1)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core import coffre
from cedre.qualite.models import MessageSansNom, Reclamation
from cedre.qualite.operations.reclamations import accuser
from cedre.qualite.operations.sans_nom import deposer, livrer

AUJOURDHUI = timezone.localdate


@pytest.fixture
def deposes(ici):
    """Six messages sans nom d'hier, dans l'ordre de leurs numéros."""
    for rang in range(6):
        deposer(Reclamation(organisation=ici.organisation, origine="autre", canal="public", texte=f"n° {rang}"))
    MessageSansNom.objects.update(le=AUJOURDHUI() - timedelta(days=1))


def numerote(ici, **champs) -> Reclamation:
    """Une réclamation dont on vient d'accuser réception."""
    dite = Reclamation.objects.create(organisation=ici.organisation, origine="client", texte="Retards", **champs)
    return accuser(dite, le=AUJOURDHUI(), traitee_par=ici.qui, par=ici.hab["qualite"])


def test_le_jour_meme_rien_n_est_livre_et_la_commande_livre_le_reste_une_fois(ici, deposes, capsys):
    deposer(Reclamation(organisation=ici.organisation, origine="autre", texte="d’aujourd’hui"))
    call_command("livrer-messages")
    call_command("livrer-messages")
    assert Reclamation.objects.count() == 6 and MessageSansNom.objects.count() == 1
    assert capsys.readouterr().out.replace("\xa0", " ") == "6 messages livrés.\n0 message livré.\n"


def test_livres_ils_sont_en_desordre_et_leur_delai_part_de_leur_jour(ici, deposes):
    livrer(AUJOURDHUI())
    livrees = list(Reclamation.objects.order_by("pk"))
    assert [r.texte for r in livrees] != [f"n° {rang}" for rang in range(6)] or livrees[0].pk > 1_000_000, "une fois sur 720"
    assert {r.recue_le for r in livrees} == {AUJOURDHUI()}, "le jour que dit la réclamation"
    assert {r.repondre_avant for r in livrees} == {AUJOURDHUI() + timedelta(days=30)}


def test_une_lettre_et_une_trace_pour_tous_et_seulement_une_fois_livres(ici, deposes, django_capture_on_commit_callbacks):
    assert not mail.outbox and not Trace.objects.filter(objet="réclamation").exists()
    with django_capture_on_commit_callbacks(execute=True):
        livrer(AUJOURDHUI())
    assert sorted(lettre.to[0] for lettre in mail.outbox) == ["direction@ici.example", "qualite@ici.example"]
    assert mail.outbox[0].subject.replace("\xa0", " ") == "6 messages sans nom à lire" and "n°" not in mail.outbox[0].body
    trace = Trace.objects.get(objet="réclamation")
    assert (trace.compte_id, trace.objet_id, trace.detail) == (None, None, "sans nom : 6")


def test_sans_la_cle_rien_ne_se_perd_et_le_reste_se_livre(ici, deposes, settings, tmp_path):
    settings.CLES = str(tmp_path / "cles")
    page = reverse("qualite:reclamation_publique", args=[ici.organisation.slug])
    refus = Client().post(page, {"texte": "Perdu ?", "origine": "autre"}).content.decode()
    assert "Gardez votre texte" in refus and "Perdu ?" in refus and "tmp" not in refus
    coffre.creer()
    deposer(Reclamation(organisation=ici.organisation, origine="autre", texte="avec l’autre clé"))
    MessageSansNom.objects.update(le=AUJOURDHUI() - timedelta(days=1))
    with pytest.raises(CommandError, match="6\xa0messages attendent"):
        call_command("livrer-messages")
    assert Reclamation.objects.get().texte == "avec l’autre clé" and MessageSansNom.objects.count() == 6


def test_avec_son_nom_ou_un_contact_elle_part_aussitot(ici):
    page = reverse("qualite:reclamation_publique", args=[ici.organisation.slug])
    Client().post(page, {"texte": "Mon nom", "origine": "client", "qui": "Zoé"})
    Client().post(page, {"texte": "Mon contact", "origine": "client", "contact": "01 99 00 00 01"})
    assert Reclamation.objects.count() == 2 and not MessageSansNom.objects.exists()


def test_le_plus_long_message_tient_et_a_la_longueur_du_plus_court(ici):
    for texte, qui in (("\x01" * 4000, "\x01" * 120), ("Non", "")):
        deposer(Reclamation(organisation=ici.organisation, origine="autre", texte=texte, qui=qui, contact=qui))
    assert len({len(m.scelle) for m in MessageSansNom.objects.order_by("pk")}) == 1


def test_le_numero_se_donne_a_l_accuse_de_reception_et_se_suit_dans_la_structure(ici, ailleurs):
    dite = Reclamation.objects.create(organisation=ici.organisation, origine="client", texte="Retards")
    assert str(dite) == f"Réclamation du {AUJOURDHUI():%d/%m/%Y}" and dite.numero is None
    assert [numerote(ici).numero, numerote(ici).numero, numerote(ailleurs).numero] == [1, 2, 1]
    dernier = numerote(ici, numero=12)
    assert str(dernier) == "Réclamation n° 12", "un numéro déjà donné reste"
    assert numerote(ici).numero == 13
