"""Un fait faux, saisi à l'écran, change le verdict à la page suivante, et sa liste mène à la page qui le corrige (CER-3)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.certification.conformite import manques
from cedre.certification.models import Document
from cedre.certification.verdicts import Verdict
from cedre.core.indicateurs import tous
from cedre.parcours.models import MiseEnSituation
from cedre.structures.models import Axe
from cedre.tests.envois import MOTIF
from cedre.tests.test_intrusion import champs_de, honnete

HIER = timezone.localdate() - timedelta(days=1)
# spécification, point, écran (route, ligne), ce que l'on y saisit à tort
FAUTES = {
    "2-3b": ("2.3b", "parcours:mets_modifier", MiseEnSituation, {"objectif": "", "engagement": ""}),
    "2-4a": (
        "2.4a",
        "structures:axe",
        Axe,
        {"jusqu_au": HIER, "codes": ["delai_annonce"]},
    ),
}


@pytest.mark.parametrize("specification", FAUTES)
def test_un_fait_faux_saisi_a_l_ecran_change_le_verdict_et_mene_au_remede(embauchee, specification):
    point, route, modele, faute = FAUTES[specification]
    client, ici = embauchee.client("direction"), embauchee.organisation

    def jugee():
        page = client.get(reverse("certification:specification", args=[specification]))
        assert page.status_code == 200
        jugee = page.context["jugee"]
        return jugee, next(p.preuves[0] for p in jugee.points if p.point.code == point)

    avant = jugee()[1]
    assert avant.verdict in (Verdict.ENGAGE, Verdict.SATISFAIT, Verdict.SANS_OBJET)
    lignes = modele.objects.filter(**{modele.PARTAGE.organisation: ici.pk}).values_list("pk", flat=True) if modele else [None]
    for pk in lignes:
        adresse = reverse(route, args=[pk] if pk else [])
        envoi = {nom: honnete(champ) for nom, champ in champs_de(client.get(adresse).context).items()} | faute
        assert client.post(adresse, envoi | MOTIF).status_code == 302, f"l'écran {adresse} refuse la saisie"
    une, apres = jugee()
    assert (une.verdict, apres.verdict) == (Verdict.INSUFFISANT, Verdict.INSUFFISANT)
    (premier, *_) = manques(une, embauchee.hab["direction"], timezone.localdate())[apres.indicateur.code]
    assert client.get(premier.adresse).status_code == 200


PROCEDURE = {"titre": "Faire", "mission": "insertion", "but": "Tenir", "qui": "L’équipe", "etapes": "On se voit, on écrit."}
PROCEDURE |= {"codes": [], "reglage": "", "valeur": ""}
# spécification, point, le geste qui crée ce qui n'existait pas, et ce que l'on y saisit
GESTES = {
    "un plan de formation": (
        "2-4b",
        "2.4b-3",
        "qualite:formation_nouvelle",
        {"realisee_le": "", "abandonnee_le": "", "motif": ""},
    ),
    "un poste": ("2-4b", "2.4b-2", "structures:poste_nouveau", {"fonctions": ["accueil"]}),
    "un principe": ("2-5c", "2.5c-1", "qualite:principe_nouveau", {}),
    "une priorité": ("2-4a", "2.4a", "structures:axe_nouveau", {"codes": ["delai_annonce"]}),
    "la contractualisation": ("2-3d", "2.3d", "qualite:procedure_nouvelle", PROCEDURE | {"objet": "contractualisation"}),
    "le suivi a minima": ("2-1d", "2.1d", "qualite:procedure_nouvelle", PROCEDURE | {"objet": "suivi"}),
    "les réclamations": ("2-6", "2.6", "qualite:procedure_nouvelle", PROCEDURE | {"objet": "reclamations"}),
    "le rythme": ("2-3a", "2.3a-1", "qualite:procedure_nouvelle", PROCEDURE | {"reglage": "rythme_regulation", "valeur": 14}),
}


@pytest.mark.parametrize("quoi", GESTES)
def test_ce_qui_n_existait_pas_se_cree_a_l_ecran_et_le_verdict_suit(ici, quoi):
    specification, point, route, saisie = GESTES[quoi]
    client = ici.client("direction")

    def existe() -> list[Verdict]:
        jugee = client.get(reverse("certification:specification", args=[specification])).context["jugee"]
        (un,) = [p for p in jugee.points if p.point.code == point]
        return [preuve.verdict for preuve in un.preuves if preuve.preuve.regle == "existe"]

    avant = existe()
    envoi = {nom: honnete(champ) for nom, champ in champs_de(client.get(reverse(route)).context).items()} | saisie
    page = client.post(reverse(route), envoi)
    assert page.status_code == 302, page.context["form"].errors
    apres = existe()
    ensuite = Verdict.ENGAGE if quoi == "un plan de formation" else Verdict.SATISFAIT  # de quelle année, une lecture le dit
    assert [(a, b) for a, b in zip(avant, apres, strict=True) if a != b] == [(Verdict.INSUFFISANT, ensuite)]


@pytest.mark.parametrize(
    "specification, code, champ, propose",
    [
        ("2-1d", "procedure_definie.suivi", "objet", "suivi"),
        ("2-3d", "procedure_definie.contractualisation", "objet", "contractualisation"),
        ("2-3d", "procedure_definie.mobilisation", "objet", "mobilisation"),
        ("2-3d", "procedure_definie.regulation", "objet", "regulation"),
        ("2-6", "procedure_definie.reclamations", "objet", "reclamations"),
        ("2-6", "procedure_definie.amelioration", "objet", "amelioration"),
        ("2-3a", "rythme_defini", "reglage", "rythme_regulation"),
    ],
)
def test_le_remede_ouvre_la_procedure_que_le_point_demande_deja_dite(ici, specification, code, champ, propose):
    client = ici.client("qualite")
    adresse = f"{reverse('qualite:procedure_nouvelle')}?pour={code}"
    pages = [reverse("certification:specification", args=[specification])]
    pages += [reverse("portail:manquants", args=[code])] if code in tous() else []  # d'un objet, seule sa preuve se lit
    assert all(f'href="{adresse}"' in client.get(page).content.decode() for page in pages)
    assert client.get(adresse).context["form"][champ].value() == propose


def test_ce_que_le_texte_demande_et_qui_n_existe_pas_est_insuffisant_et_se_depose(embauchee):
    def verdict():
        page = embauchee.client("direction").get(reverse("certification:specification", args=["2-5a"]))
        return page.context["jugee"].verdict, "Le déposer" in page.content.decode()

    Document.objects.all().delete()
    assert verdict() == (Verdict.INSUFFISANT, True), "aucun rapport d'activité"
    annee = timezone.localdate().year - 1
    rapport = Document.objects.create(organisation=embauchee.organisation, intitule="Rapport d’activité", points=["2.5a"])
    ancien = rapport.revisions.create(taille=1, fichier="x", du=date(annee - 1, 1, 1), au=date(annee - 1, 12, 31))
    assert verdict() == (Verdict.A_CONSTATER, True), "le dernier est d'une année plus ancienne"
    rapport.revisions.create(taille=1, fichier="y", du=date(annee, 1, 1), au=date(annee, 12, 30))
    assert verdict() == (Verdict.A_CONSTATER, True), "il manque un jour à l'année"
    sans_fin = rapport.revisions.create(taille=1, fichier="z", du=date(annee - 1, 1, 1), au=None)
    assert verdict() == (Verdict.A_CONSTATER, True), "sans dernier jour, il prouverait toutes les années à venir"
    sans_fin.delete()
    rapport.revisions.filter(pk=ancien.pk).update(au=date(annee, 12, 31), perime_le=timezone.localdate())
    assert verdict() == (Verdict.A_CONSTATER, True), "périmé, il ne prouve plus rien"
    rapport.revisions.filter(pk=ancien.pk).update(perime_le=None)
    assert verdict() == (Verdict.SATISFAIT, False)
