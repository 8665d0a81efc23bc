"""Une réclamation va à qui doit la lire, se range, se filtre et se montre là où elle en est (AME-1, § 2.6)."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Habilitation
from cedre.core.periodes import annee
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Personne
from cedre.qualite.forms.reclamations import FiltreReclamationForm
from cedre.qualite.indicateurs.amelioration import reclamation_traitee
from cedre.qualite.models import MessageSansNom, Reclamation
from cedre.qualite.operations.reclamations import accuser, clore, de_son_espace, recevoir, repondre
from cedre.qualite.operations.sans_nom import deposer, livrer

AUJOURDHUI = timezone.localdate
LISTE = "qualite:reclamations"


def dite(monde, **champs) -> Reclamation:
    """Une réclamation reçue il y a dix jours."""
    dit = {"origine": "client", "texte": "Retards", "recue_le": AUJOURDHUI() - timedelta(days=10)} | champs
    return Reclamation.objects.create(organisation=monde.organisation, **dit)


def dans(jours: int):
    """Un jour, compté depuis aujourd'hui."""
    return AUJOURDHUI() + timedelta(days=jours)


# ── Les lettres ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("sorte, dit", [("reclamation", "Réclamation"), ("dysfonctionnement", "Dysfonctionnement")])
def test_la_lettre_va_a_qui_tient_la_qualite_ici_et_mene_a_ce_qui_est_a_lire(
    ici, ailleurs, django_capture_on_commit_callbacks, sorte, dit
):
    Habilitation.objects.filter(pk=ici.hab["direction"].pk).update(retiree_le=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        envoi = {"texte": "Le bus", "sorte": sorte, "origine": "client", "canal": "papier", "recue_le": dans(-10)}
        ici.client("accueil").post(reverse("qualite:signaler"), envoi)
    lettre = mail.outbox.pop()
    assert not mail.outbox and lettre.to == ["qualite@ici.example"] and lettre.subject == f"{dit} à lire"
    recue = Reclamation.objects.get()
    assert f"{reverse('qualite:reclamation', args=[recue.pk])}\n" in lettre.body
    assert f"avant le {dans(20):%d/%m/%Y}" in lettre.body and recue.get_canal_display() == "Sur papier, par lettre"


def test_ce_qui_est_dit_sans_nom_se_compte_et_s_annonce_structure_par_structure(
    ici, ailleurs, django_capture_on_commit_callbacks
):
    for monde, combien in ((ici, 2), (ailleurs, 1)):
        for _ in range(combien):
            deposer(Reclamation(organisation=monde.organisation, origine="autre", canal="public", texte="Dit"))
    with django_capture_on_commit_callbacks(execute=True):
        livrer(dans(1))
    sujets = {lettre.to[0]: lettre.subject.replace("\N{NO-BREAK SPACE}", " ") for lettre in mail.outbox}
    assert sujets == {
        "direction@ici.example": "2 messages sans nom à lire",
        "qualite@ici.example": "2 messages sans nom à lire",
        "direction@ailleurs.example": "1 message sans nom à lire",
        "qualite@ailleurs.example": "1 message sans nom à lire",
    }
    assert all(f"{reverse(LISTE)}?etat=a_accuser\n" in lettre.body for lettre in mail.outbox)
    assert [*ici.client("qualite").get(reverse(LISTE), {"etat": "a_accuser"}).context["page"]] == [
        *Reclamation.objects.filter(organisation=ici.organisation).order_by("-pk")
    ]


def test_dite_sans_nom_elle_garde_tout_ce_qui_a_ete_dit(ici):
    dit = {"sorte": "dysfonctionnement", "origine": "partenaire", "canal": "telephone", "texte": "Deux fois", "qui": "Zoé"}
    dit |= {"contact": "01 99 00 00 01", "recue_le": dans(-3)}
    deposer(Reclamation(organisation=ici.organisation, **dit))
    livrer(dans(1))
    livree = Reclamation.objects.get()
    assert {nom: getattr(livree, nom) for nom in dit} == dit
    assert (livree.reponse_attendue, livree.repondre_avant, livree.organisation) == (True, dans(27), ici.organisation)


def test_chez_une_seule_structure_on_ne_livre_que_le_sien(ici, ailleurs):
    for monde in (ici, ailleurs):
        deposer(Reclamation(organisation=monde.organisation, origine="autre", texte=monde.nom))
    livrer(dans(1), type(ici.organisation).objects.filter(pk=ici.organisation.pk))
    assert [r.texte for r in Reclamation.objects.all()] == ["ici"] and MessageSansNom.objects.count() == 1


# ── Ce que l'on en attend ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "origine, contact, signalee, attendue",
    [("client", "06", True, True), ("client", "", True, False), ("equipe", "", True, True), ("equipe", "", False, False)],
)
def test_une_reponse_est_attendue_de_qui_a_laisse_un_contact_et_de_l_equipe_qui_se_nomme(
    ici, origine, contact, signalee, attendue
):
    par = ici.hab["cip"] if signalee else Habilitation(organisation=ici.organisation)
    recue = Reclamation(organisation=ici.organisation, origine=origine, contact=contact, texte="Dit")
    assert recevoir(recue, lien=str, par=par).reponse_attendue is attendue
    page = ici.client("qualite").get(reverse("qualite:reclamation", args=[recue.pk])).content.decode()
    dit = contact or ("de vive voix" if attendue else "aucun contact laissé")
    assert f"<dd>{dit}</dd>" in page and (f"<dd>{ici.qui}</dd>" in page) is signalee


@pytest.mark.parametrize(
    "phase, joindre, nommee, attendus",
    [
        ("parcours", {"telephone": "01", "courriel": "z@a.example"}, True, ("salarie", "01")),
        ("accueil", {"courriel": "z@a.example"}, True, ("demandeur", "z@a.example")),
        ("sortie", {}, True, ("demandeur", "au prochain rendez-vous")),
        ("parcours", {"telephone": "01"}, False, ("salarie", "")),
    ],
)
def test_de_son_espace_elle_dit_qui_parle_et_ou_lui_repondre(phase, joindre, nommee, attendus):
    recue = de_son_espace(
        Personne(nom="Zem", prenom="Zoé", phase=phase, organisation_id=7, **joindre), texte="Dit", nommee=nommee
    )
    assert (recue.origine, recue.contact) == attendus
    assert bool(recue.qui) is nommee and (recue.canal, recue.organisation_id) == ("espace", 7)


def test_signaler_propose_l_equipe_et_aucune_porte_que_l_equipe_n_a_pas(ici):
    form = ici.client("mad").get(reverse("qualite:signaler")).context["form"]
    assert (form["origine"].value(), form["sorte"].value(), form["recue_le"].value()) == ("equipe", "reclamation", AUJOURDHUI())
    assert [cle for cle, _ in form.fields["canal"].choices] == ["ecran", "papier", "telephone", "courriel"]


def test_chacun_retrouve_les_cinq_dernieres_qu_il_a_signalees_et_leur_reponse(ici):
    moi, autre = ici.hab["mad"].compte, ici.hab["cip"].compte
    siennes = [dite(ici, texte=f"n° {n}", signalee_par=moi, recue_le=dans(n - 9)) for n in (0, 5, 1, 4, 2, 3)]
    dite(ici, texte="D’une autre", signalee_par=autre)
    repondre(siennes[1], le=AUJOURDHUI(), traitement="", reponse="C’est réparé", par=ici.hab["qualite"])
    page = ici.client("mad").get(reverse("qualite:signaler"))
    assert [r.texte for r in page.context["siens"]] == [f"n° {n}" for n in (5, 4, 3, 2, 1)]
    assert "Réponse : C’est réparé" in page.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    titre = "Ce que j’ai signalé</h2>"
    assert titre in page.content.decode() and titre not in ici.client("ca").get(reverse("qualite:signaler")).content.decode()


def test_a_la_porte_publique_avec_un_nom_seul_on_remercie_sans_rien_promettre(ici):
    page = reverse("qualite:reclamation_publique", args=[ici.organisation.slug])
    form = Client().get(page).context["form"]
    assert [cle for cle, _ in form.fields["origine"].choices] == ["salarie", "demandeur", "client", "partenaire", "autre"]
    lue = Client().post(page, {"texte": "Mon nom", "origine": "client", "qui": "Zoé"}, follow=True).content.decode()
    assert "Votre message sera lu et une suite y sera donnée" in lue and "demain matin" not in lue and "jours au plus" not in lue


def test_la_boite_d_une_structure_se_remplit_sans_fermer_celle_d_une_autre(ici, ailleurs, monkeypatch):
    monkeypatch.setattr("cedre.qualite.views.reclamations.PAR_STRUCTURE", 2)

    def dire(monde, appareil: int) -> int:
        page = reverse("qualite:reclamation_publique", args=[monde.organisation.slug])
        return Client(REMOTE_ADDR=f"192.0.2.{appareil}").post(page, {"texte": "Dit", "origine": "autre"}).status_code

    assert [dire(ici, 1), dire(ici, 2), dire(ici, 3), dire(ailleurs, 4)] == [302, 302, 429, 302]


# ── La liste, et où chacune en est ────────────────────────────────────────────────────────────────────────────────


def test_le_dernier_jour_du_delai_n_est_pas_un_retard(ici):
    passee, jour_meme = dite(ici, recue_le=dans(-31)), dite(ici, recue_le=dans(-30))
    assert (passee.est_en_retard, jour_meme.est_en_retard) == (True, False)
    assert [*Reclamation.objects.en_retard(dans(0))] == [*Reclamation.objects.delai_passe(dans(0))] == [passee]


def test_chaque_etat_se_dit_de_son_mot_dans_la_liste_et_sur_la_page(ici):
    par, client = ici.hab["qualite"], ici.client("qualite")
    retard = dite(ici, recue_le=dans(-40))
    accusee, repondue, close = (accuser(dite(ici), le=dans(-1), traitee_par=ici.qui, par=par) for _ in range(3))
    repondre(repondue, le=dans(0), traitement="", reponse="Oui", par=par)
    clore(close, motif="Retirée", par=par)
    mots = {dite(ici): "Accusé à envoyer", retard: "En retard", accusee: "En traitement", repondue: "Répondue", close: "Close"}
    liste = client.get(reverse(LISTE), {"etat": "toutes"}).content.decode()
    for ligne, mot in mots.items():
        page = client.get(reverse("qualite:reclamation", args=[ligne.pk])).content.decode().partition('class="entete"')[2]
        page = page.partition("</header>")[0]
        assert [autre for autre in mots.values() if f"{autre}</span>" in page] == [mot]
        assert liste.count(f"{mot}</span>") == 1


def test_la_liste_met_les_ouvertes_d_abord_et_la_plus_pressee_en_tete(ici, ailleurs):
    close = dite(ici, recue_le=dans(-50), close_le=dans(-2), motif_cloture="Retirée")
    tard, tot, dite_ailleurs = dite(ici, recue_le=dans(-1)), dite(ici, recue_le=dans(-20)), dite(ailleurs)
    page = ici.client("direction").get(reverse(LISTE), {"etat": "toutes"}).context["page"]
    assert [*page] == [tot, tard, close] and dite_ailleurs not in page


def test_chaque_filtre_de_la_liste_garde_ce_qu_il_dit_jours_compris(ici):
    par = ici.hab["qualite"]
    tenue = dite(ici, recue_le=dans(-31), qui="Odile Brun", sorte="dysfonctionnement")
    repondre(tenue, le=dans(-1), traitement="", reponse="Oui", par=par)
    manquee = dite(ici, recue_le=dans(-31), origine="partenaire")
    recente = dite(ici, recue_le=dans(-30))
    repondre(recente, le=dans(-1), traitement="", reponse="Oui", par=par)
    close = clore(dite(ici, recue_le=dans(-5), texte="Bus"), motif="Retirée", par=par)

    def trouvees(**filtre):
        return {*FiltreReclamationForm(filtre).appliquer(Reclamation.objects.pour(par))}

    assert trouvees(etat="delai_tenu") == {tenue} and trouvees(etat="closes") == {close}
    assert trouvees() == {tenue, manquee, recente} and trouvees(etat="a_clore") == {tenue, recente}
    assert trouvees(q="odile") == {tenue} == trouvees(sorte="dysfonctionnement") and trouvees(origine="partenaire") == {manquee}
    assert trouvees(etat="toutes", du=dans(-30)) == {recente, close}
    assert trouvees(etat="toutes", au=dans(-30)) == {tenue, manquee, recente}


def test_sans_rien_de_signale_ici_la_page_invite_a_signaler(ici, ailleurs):
    dite(ailleurs)
    assert ici.client("qualite").get(reverse(LISTE)).context["vierge"]
    clore(dite(ici), motif="Retirée", par=ici.hab["qualite"])
    assert not ici.client("qualite").get(reverse(LISTE)).context["vierge"]


def test_qui_ouvre_une_reclamation_se_propose_de_s_en_charger(ici):
    recue = dite(ici)
    page = ici.client("direction").get(reverse("qualite:reclamation", args=[recue.pk]))
    assert page.context["accuser"]["traitee_par"].value() == ici.hab["direction"].compte_id
    assert page.context["accuser"]["le"].value() == page.context["repondre"]["le"].value() == AUJOURDHUI()


def test_la_reponse_a_ses_mots_et_la_cloture_n_a_pas_de_motif_apres_une_reponse(ici):
    recue, par = dite(ici), ici.hab["qualite"]
    with pytest.raises(GesteImpossible, match="Dites ce que"):
        repondre(recue, le=AUJOURDHUI(), traitement="Changé", reponse="  ", par=par)
    repondre(recue, le=dans(-1), traitement="Changé", reponse="Oui", par=par)
    accuser(recue, le=dans(-2), traitee_par=ici.qui, par=par)
    recue = clore(recue, motif="Rien", par=par)
    assert (recue.traitement, recue.reponse, recue.motif_cloture) == ("Changé", "Oui", "")
    assert (recue.accusee_le, recue.repondue_le, recue.close_le) == (dans(-2), dans(-1), dans(0))


def test_une_liste_n_en_dit_que_les_premiers_mots():
    assert Reclamation(texte=("mot " * 100)[:119]).debut == ("mot " * 100)[:119]
    assert Reclamation(texte=("mot " * 100)[:120]).debut == ("mot " * 28)[:-1] + "…"


def test_chaque_reclamation_se_juge_dans_une_annee_et_une_seule(ici):
    """Son délai passe le trente et unième jour : celle de décembre se juge l’année d’après, et n’échappe à aucune."""
    for recue in ((2024, 11, 30), (2024, 12, 1), (2024, 12, 31), (2025, 11, 30), (2025, 12, 1)):
        dite(ici, recue_le=date(*recue))
    jugees = {an: reclamation_traitee.mesurer(ici.organisation, annee(date(an, 1, 1))).total for an in (2024, 2025, 2026)}
    assert jugees == {2024: 1, 2025: 3, 2026: 1}
