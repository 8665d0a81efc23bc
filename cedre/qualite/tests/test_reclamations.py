"""Ce qui ne va pas se dit, par tous, sans nom si l'on veut, et ne reste jamais sans suite (AME-1, § 2.6)."""

from datetime import timedelta
from functools import partial

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Personne
from cedre.parcours.operations.espace import remettre_code
from cedre.qualite.affiches import affiche_reclamation
from cedre.qualite.models import MessageSansNom, Reclamation
from cedre.qualite.operations.reclamations import accuser, clore, oublier_qui, repondre
from cedre.qualite.operations.sans_nom import livrer

AUJOURDHUI = timezone.localdate
DITE = {"texte": "Le bus ne passe plus", "sorte": "reclamation", "origine": "equipe", "canal": "ecran"}


def demain():
    """Le jour où se livre ce qui est dit sans nom aujourd'hui."""
    return AUJOURDHUI() + timedelta(days=1)


@pytest.fixture
def recue(ici):
    """Une réclamation reçue il y a dix jours, qui attend une réponse."""
    return Reclamation.objects.create(
        organisation=ici.organisation,
        origine="client",
        texte="Retards",
        qui="Un client",
        contact="01 99 00 00 00",
        reponse_attendue=True,
        recue_le=AUJOURDHUI() - timedelta(days=10),
    )


def signaler(client, **champs):
    """Envoie le formulaire de l'équipe."""
    return client.post(reverse("qualite:signaler"), DITE | {"recue_le": AUJOURDHUI()} | champs)


def publique(organisation) -> str:
    """L'adresse de la porte publique."""
    return reverse("qualite:reclamation_publique", args=[organisation.slug])


@pytest.mark.parametrize("role", ["accueil", "mad", "ca"])
def test_toute_l_equipe_et_le_ca_signalent_avec_trois_champs(ici, role):
    assert signaler(ici.client(role)).status_code == 302
    dite = Reclamation.objects.get()
    assert (dite.organisation, dite.signalee_par, dite.reponse_attendue) == (ici.organisation, ici.hab[role].compte, True)
    assert dite.repondre_avant == AUJOURDHUI() + timedelta(days=30)


def test_qui_signale_sans_son_nom_n_est_garde_nulle_part_pas_meme_dans_la_trace(ici):
    reponse = signaler(ici.client("cip"), anonyme="on")
    recu = "C’est reçu. Votre message sera lu demain matin, avec ceux du même jour"
    dit = [str(m) for m in get_messages(reponse.wsgi_request)]
    assert reponse.url == reverse("qualite:signaler")
    assert dit == [f"{recu} : rien ne dira qui l’a écrit, ni à quelle heure."]
    assert not Trace.objects.filter(objet="réclamation").exists() and not Reclamation.objects.exists()
    livrer(demain())
    dite, trace = Reclamation.objects.get(), Trace.objects.filter(objet="réclamation").get()
    assert dite.signalee_par is None and trace.compte_id is None and trace.role == "" and trace.objet_id is None
    assert (dite.texte, dite.recue_le, dite.reponse_attendue) == (DITE["texte"], AUJOURDHUI(), False)


def test_qui_tient_la_qualite_est_prevenu_sans_qu_une_lettre_repete_ce_qui_est_dit(ici, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        signaler(ici.client("cip"))
    assert sorted(lettre.to[0] for lettre in mail.outbox) == ["direction@ici.example", "qualite@ici.example"]
    assert not any("bus" in lettre.body for lettre in mail.outbox)


def test_une_date_a_venir_est_refusee_a_cote_de_son_champ(ici):
    reponse = signaler(ici.client("cip"), recue_le=AUJOURDHUI() + timedelta(days=1))
    assert "recue_le" in reponse.context["form"].errors and "Le bus ne passe plus" in reponse.content.decode()
    assert not Reclamation.objects.exists()


def test_la_porte_publique_s_ouvre_sans_compte_et_n_exige_aucun_nom(ici, ailleurs):
    visiteur = Client()
    assert visiteur.get(publique(ici.organisation)).status_code == 200
    envoi = visiteur.post(publique(ici.organisation), {"texte": "On m’a mal reçu", "origine": "demandeur"}, follow=True)
    assert "nous ne pourrons pas vous répondre" in envoi.content.decode() and "demain matin" in envoi.content.decode()
    livrer(demain())
    dite = Reclamation.objects.get()
    assert (dite.organisation, dite.canal, dite.qui, dite.reponse_attendue) == (ici.organisation, "public", "", False)


def test_laisser_un_contact_promet_une_reponse_dans_le_delai(ici):
    envoi = Client().post(
        publique(ici.organisation), {"texte": "Rien ne va", "origine": "client", "contact": "01 99 00 00 01"}, follow=True
    )
    assert "30 jours" in envoi.content.decode().replace("\xa0", " ") and Reclamation.objects.get().reponse_attendue


def test_de_la_meme_adresse_trois_messages_par_jour_et_pas_un_de_plus(ici):
    visiteur = Client()
    rendues = [visiteur.post(publique(ici.organisation), {"texte": "Encore", "origine": "autre"}) for _ in range(4)]
    assert [r.status_code for r in rendues] == [302, 302, 302, 429] and MessageSansNom.objects.count() == 3
    trop = "Celui-ci n’est pas parti : trop de messages sont venus d’ici aujourd’hui. Pour le dire, appelez la structure."
    assert rendues[3].context["form"].errors == {"__all__": [trop]}


def test_un_formulaire_mal_rempli_ne_compte_pas_dans_les_trois(ici):
    for _ in range(5):
        assert Client().post(publique(ici.organisation), {"texte": "", "origine": "autre"}).status_code == 200
    assert Client().post(publique(ici.organisation), {"texte": "Voilà", "origine": "autre"}).status_code == 302


def test_une_region_n_a_pas_de_porte_publique(reseau):
    assert Client().get(publique(reseau[1][0])).status_code == 404


def test_de_son_espace_une_personne_dit_ou_tait_son_nom(embauchee):
    _, code = remettre_code(embauchee.personne, par=embauchee.hab["cip"])
    client = Client()
    client.post(reverse("portail:espace"), {"code": code})
    page = reverse("portail:ce_qui_ne_va_pas")
    assert "Dire ce qui ne va pas" in client.get(reverse("portail:mon_espace")).content.decode()
    client.post(page, {"texte": "Sans mon nom", "nommee": "non"})
    client.post(page, {"texte": "Avec mon nom", "nommee": "oui"})
    livrer(demain())
    tue, dite = (Reclamation.objects.get(texte=texte) for texte in ("Sans mon nom", "Avec mon nom"))
    assert (tue.qui, tue.contact, tue.origine, tue.reponse_attendue) == ("", "", "salarie", False)
    assert (dite.qui, dite.contact, dite.reponse_attendue) == (str(embauchee.personne), "01 99 00 12 34", True)
    assert not Trace.objects.filter(objet="réclamation", personne_id__isnull=False).exists(), "aucune n'est au dossier"
    client.post(page, {"texte": "Trois", "nommee": "non"})
    assert client.post(page, {"texte": "Quatre", "nommee": "non"}).status_code == 429


def test_elle_s_accuse_se_repond_se_clot_et_chaque_pas_est_trace(ici, recue):
    client = ici.client("qualite")
    client.post(reverse("qualite:accuser", args=[recue.pk]), {"traitee_par": ici.hab["direction"].compte_id, "le": AUJOURDHUI()})
    client.post(reverse("qualite:repondre", args=[recue.pk]), {"traitement": "Fait", "reponse": "Dit", "le": AUJOURDHUI()})
    client.post(reverse("qualite:clore_reclamation", args=[recue.pk]), {"motif": ""})
    recue.refresh_from_db()
    assert (recue.etat, recue.traitee_par, recue.close_le) == (Reclamation.Etat.CLOSE, ici.hab["direction"].compte, AUJOURDHUI())
    details = Trace.objects.filter(objet="réclamation").values_list("detail", flat=True).order_by("pk")
    assert list(details) == ["réception accusée", "répondue", "close"]


def test_elle_ne_se_confie_qu_a_qui_peut_l_ouvrir_et_garde_qui_s_en_charge_deja(ici, ailleurs, recue):
    page = reverse("qualite:reclamation", args=[recue.pk])
    client = ici.client("qualite")
    tenants = {ici.hab["qualite"].compte, ici.hab["direction"].compte}
    assert set(client.get(page).context["accuser"].fields["traitee_par"].queryset) == tenants
    choisi = {"traitee_par": ici.hab["cip"].compte_id, "le": AUJOURDHUI()}
    assert client.post(reverse("qualite:accuser", args=[recue.pk]), choisi).status_code == 400
    Reclamation.objects.filter(pk=recue.pk).update(traitee_par=ici.hab["cip"].compte)
    assert set(client.get(page).context["accuser"].fields["traitee_par"].queryset) == tenants | {ici.hab["cip"].compte}


def test_clore_demande_pourquoi_sans_reponse_et_ne_demande_rien_apres_une_reponse(ici, recue):
    client, page = ici.client("qualite"), reverse("qualite:reclamation", args=[recue.pk])
    assert client.get(page).context["clore"]["motif"].field.required
    demande = "Pourquoi il n’y a pas de réponse</label>"
    assert demande in client.get(page).content.decode()
    refus = client.post(reverse("qualite:clore_reclamation", args=[recue.pk]), {"motif": ""})
    assert "Répondez d’abord" in refus.content.decode()
    repondre(recue, le=AUJOURDHUI(), traitement="", reponse="Oui", par=ici.hab["qualite"])
    assert not client.get(page).context["clore"].fields
    assert "Pourquoi il n’y a pas de réponse" not in client.get(page).content.decode()


def test_les_deux_dates_de_la_page_ont_chacune_leur_libelle(ici, recue):
    page = ici.client("qualite").get(reverse("qualite:reclamation", args=[recue.pk])).content.decode()
    assert page.count('id="id_le"') == page.count('id="reponse_le"') == 1


@pytest.mark.deux_moteurs
def test_elle_ne_se_clot_pas_sans_reponse_ni_raison_ni_a_l_ecran_ni_en_base(ici, recue):
    refus = ici.client("qualite").post(reverse("qualite:clore_reclamation", args=[recue.pk]), {"motif": "  "})
    assert refus.status_code == 400 and "motif" in refus.context["clore"].errors
    with pytest.raises(IntegrityError), transaction.atomic():
        Reclamation.objects.filter(pk=recue.pk).update(close_le=AUJOURDHUI())
    lire = partial(ici.client("qualite").get, reverse("qualite:reclamation", args=[recue.pk]))
    assert "pas encore" in lire().content.decode()
    clore(recue, motif="Personne à qui répondre", par=ici.hab["qualite"])
    assert "pas encore" not in lire().content.decode(), "close, sa réception ne sera jamais accusée"
    with pytest.raises(GesteImpossible, match="Close"):
        repondre(recue, le=AUJOURDHUI(), traitement="", reponse="Trop tard", par=ici.hab["qualite"])


def test_aucun_pas_ne_se_fait_deux_fois_ni_avant_la_reception_ni_demain(ici, recue):
    par, cip = ici.hab["qualite"], ici.hab["cip"].compte
    for le in (recue.recue_le - timedelta(days=1), AUJOURDHUI() + timedelta(days=1)):
        with pytest.raises(GesteImpossible, match="Cette date"):
            accuser(recue, le=le, traitee_par=cip, par=par)
        with pytest.raises(GesteImpossible, match="Cette date"):
            repondre(recue, le=le, traitement="", reponse="Oui", par=par)
    accuser(recue, le=recue.recue_le, traitee_par=cip, par=par)
    repondre(recue, le=AUJOURDHUI(), traitement="", reponse="Oui", par=par)
    with pytest.raises(GesteImpossible, match="accusée"):
        accuser(recue, le=AUJOURDHUI(), traitee_par=cip, par=par)
    with pytest.raises(GesteImpossible, match="Répondue"):
        repondre(recue, le=AUJOURDHUI(), traitement="", reponse="Non", par=par)


def test_un_nom_ne_s_efface_qu_une_fois_la_reclamation_close(ici, recue):
    with pytest.raises(GesteImpossible, match="servent encore"):
        oublier_qui(recue, par=ici.hab["qualite"])
    clore(recue, motif="Retirée", par=ici.hab["qualite"])
    ici.client("qualite").post(reverse("qualite:oublier_qui", args=[recue.pk]))
    recue.refresh_from_db()
    assert (recue.qui, recue.contact, recue.reponse_attendue) == ("", "", True), "l'indicateur d'hier ne change pas"


def test_la_liste_montre_le_retard_et_chaque_filtre_ce_qu_il_dit(ici, recue):
    Reclamation.objects.filter(pk=recue.pk).update(repondre_avant=AUJOURDHUI() - timedelta(days=1))
    client = ici.client("qualite")

    def trouvees(**filtre):
        return client.get(reverse("qualite:reclamations"), filtre).context["page"].paginator.count

    assert "En retard" in client.get(reverse("qualite:reclamations")).content.decode()
    assert [trouvees(etat=e) for e in ("", "a_accuser", "a_repondre", "en_retard", "a_clore", "closes", "toutes")] == [
        *(1, 1, 1, 1, 0, 0, 1)
    ]
    repondre(recue, le=AUJOURDHUI(), traitement="", reponse="Oui", par=ici.hab["qualite"])
    assert [trouvees(etat=e) for e in ("a_repondre", "en_retard", "a_clore")] == [0, 0, 1]
    assert [trouvees(q="RETARD"), trouvees(q="bus"), trouvees(origine="salarie"), trouvees(sorte="reclamation")] == [1, 0, 0, 1]


def test_la_page_du_jour_compte_celles_que_l_on_doit_traiter(ici, recue):
    tuiles = ici.client("qualite").get(reverse("portail:accueil")).context["rappels"]
    assert [(t.libelle, t.nombre) for t in tuiles] == [("Réclamations à traiter", 1)]
    du_conseil = ici.client("ca").get(reverse("portail:accueil")).context.get("rappels", [])
    assert "Réclamations à traiter" not in [tuile.libelle for tuile in du_conseil]


def test_l_affiche_est_un_pdf_qui_porte_l_adresse(ici):
    assert affiche_reclamation(ici.organisation, "https://exemple.example/s/ici/reclamation").startswith(b"%PDF")
    assert ici.client("ca").get(reverse("qualite:affiche_reclamation"))["Content-Type"] == "application/pdf"


def test_l_equipe_signale_mais_ne_lit_pas_ce_que_d_autres_ont_dit(ici, recue):
    client = ici.client("cip")
    assert client.get(reverse("qualite:reclamation", args=[recue.pk])).status_code == 403
    assert "Retards" not in client.get(reverse("qualite:signaler")).content.decode()


def test_une_reclamation_n_est_au_dossier_de_personne(embauchee):
    assert not any(champ.related_model is Personne for champ in Reclamation._meta.concrete_fields)
