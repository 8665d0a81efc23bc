"""Les versions du manuel : leur numéro, ce que l'on en compare, qui les a lues et qui a encore à les lire (MAN-1, MAN-3)."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.qualite.models import AccuseDeLecture, TexteDuManuel, VersionDuManuel
from cedre.qualite.operations.manuel import a_informer, a_lire, ecrire_section, figer, manuel_de, noter_lue, recopier_liste


def dans(jours: int):
    """Un jour, compté depuis aujourd'hui."""
    return timezone.localdate() + timedelta(days=jours)


def messages(reponse) -> list[str]:
    """Ce qui se dit à qui vient de le faire."""
    return [str(m) for m in get_messages(reponse.wsgi_request) if m.level_tag == "success"]


def contenu(texte: str) -> dict:
    """Un manuel d'une section."""
    section = {"code": "projet", "titre": "Projet associatif", "texte": texte, "blocs": []}
    return {"sections": [section], "en_clair": {"phrases": [f"En clair {texte}."], "texte": ""}}


def version(monde, numero: int, **champs) -> VersionDuManuel:
    """Une version publiée il y a vingt jours, approuvée la veille."""
    dite = {"publiee_le": dans(-20), "approuvee_le": dans(-21), "approuvee_par": f"Odile {numero}", "au_titre_de": "ca"} | champs
    dite |= {"numero": numero, "contenu": contenu(f"Texte {numero}")}
    return VersionDuManuel.objects.create(organisation=monde.organisation, **dite)


@pytest.fixture
def versions(ici, ailleurs):
    """Les versions 9 et 10 d'ici, et une plus avancée ailleurs."""
    version(ailleurs, 12)
    return version(ici, 9), version(ici, 10, publiee_le=dans(-1))


def test_le_numero_d_une_version_suit_celui_de_la_structure(ici, ailleurs, versions, monkeypatch):
    monkeypatch.setattr("cedre.qualite.operations.manuel.composer", lambda *args, **kwargs: b"%PDF-")
    monkeypatch.setattr("cedre.qualite.operations.manuel.composer_brouillon", lambda *_: contenu("Neuf"))
    neuve = figer(VersionDuManuel(organisation=ici.organisation, approuvee_par="Odile", au_titre_de="ca"))
    assert (neuve.numero, neuve.publiee_le, str(neuve)) == (11, dans(0), "Manuel, version 11")
    assert neuve.lire_le_fichier() == b"%PDF-"
    neuve.fichier.save("autre.pdf", ContentFile(b"%PDF-autre"))
    with pytest.raises(GesteImpossible, match="n’est plus celui"):
        neuve.lire_le_fichier()


def test_la_derniere_version_est_celle_que_l_on_lit_et_chacune_mene_a_sa_page(ici, versions):
    page = ici.client("ca").get(reverse("qualite:manuel"))
    assert page.context["publiee"] == versions[1] and page.context["versions"] == [versions[1], versions[0]]
    texte = page.content.decode()
    assert "Lire la version 10" in texte.replace("\N{NO-BREAK SPACE}", " ")
    assert all(reverse("qualite:version", args=[v.pk]) in texte for v in versions)
    lue = ici.client("ca").get(reverse("qualite:version", args=[versions[0].pk])).content.decode()
    assert "Texte 9" in lue and "par Odile 9 (conseil d’administration)" in lue.replace("\N{NO-BREAK SPACE}", " ")
    assert "Vous n’avez pas encore dit avoir lu la version 10" in texte.replace("\N{NO-BREAK SPACE}", " ")


def test_au_brouillon_chaque_section_dit_si_elle_est_ecrite(ici, versions):
    TexteDuManuel.objects.create(organisation=ici.organisation, section="projet", texte="Écrit")
    TexteDuManuel.objects.create(organisation=ici.organisation, section="diffusion", texte="")
    sections = {s.code: ecrite for s, ecrite in ici.client("qualite").get(reverse("qualite:manuel")).context["sections"]}
    assert {code for code, ecrite in sections.items() if ecrite} == {"projet"} and "en_clair" in sections
    page = ici.client("qualite").get(reverse("qualite:manuel")).content.decode()
    assert (page.count(">Écrite</span>"), page.count(">Se fait seule</span>")) == (1, 3)


def test_une_version_n_est_lue_que_de_qui_l_a_dit(ici, versions):
    derniere = versions[1]
    noter_lue(derniere, par=ici.hab["cip"])
    noter_lue(versions[0], par=ici.hab["mad"])
    assert a_lire(ici.hab["cip"]) is None and a_lire(ici.hab["mad"]) == derniere
    for role, deja in (("cip", True), ("mad", False)):
        page = ici.client(role).get(reverse("qualite:version", args=[derniere.pk]))
        assert bool(page.context["lue"]) is deja and ("Vous l’avez lue" in page.content.decode()) is deja
    reponse = ici.client("mad").post(reverse("qualite:version_lue", args=[derniere.pk]))
    assert reponse.url == reverse("qualite:version", args=[derniere.pk]) and messages(reponse) == ["Merci, c’est noté."]
    accuse = AccuseDeLecture.objects.get(manuel=derniere, compte=ici.hab["mad"].compte)
    assert (accuse.mode, accuse.le) == ("ecran", dans(0))


def test_la_diffusion_est_celle_de_la_derniere_version(ici, versions):
    noter_lue(versions[0], par=ici.hab["mad"])
    noter_lue(versions[1], par=ici.hab["cip"])
    page = ici.client("direction").get(reverse("qualite:diffusion"))
    assert page.context["version"] == versions[1]
    assert [str(lecture) for lecture in page.context["page"]] == [str(ici.hab["cip"].compte)]
    assert {*page.context["non_lus"]} == {ici.hab[r].compte for r in ("accueil", "mad", "qualite", "direction", "ca")}


def test_une_liste_signee_garde_son_jour_et_se_lit_de_la_plus_recente(ici, versions):
    noms = {"comptes": [ici.hab["mad"].compte.pk], "noms": "Paul\n Paul \nAnne"}
    client, adresse = ici.client("qualite"), reverse("qualite:diffusion")
    assert client.post(adresse, noms | {"le": dans(-2)}).context["form"].errors.keys() == {"le"}
    assert client.post(adresse, noms | {"le": dans(1)}).context["form"].errors.keys() == {"le"}
    reponse = client.post(adresse, noms | {"le": dans(-1)})
    assert reponse.url == adresse and messages(reponse) == ["Lectures ajoutées : 3."]
    client.post(adresse, {"noms": "Anne\nZoé", "le": dans(0)})
    lectures = [(str(lue), lue.le, lue.mode) for lue in client.get(adresse).context["page"]]
    assert lectures[0] == ("Zoé", dans(0), "papier") and len(lectures) == 4
    assert {nom for nom, le, _ in lectures if le == dans(-1)} == {"Paul", "Anne", str(ici.hab["mad"].compte)}
    traces = Trace.objects.filter(objet="accusé de lecture").order_by("pk").values_list("detail", "compte")
    qui = ici.hab["qualite"].compte_id
    assert [*traces] == [(f"Manuel, version 10, liste en papier : {n}", qui) for n in (3, 1)]


def test_la_forme_courte_se_propose_aux_salaries_qui_n_ont_pas_lu_cette_version(embauchee, ailleurs):
    ancienne, neuve, qui = embauchee.version, version(embauchee, 2), embauchee.personne
    assert ancienne.lectures.filter(personne=qui).exists() and [*a_informer(embauchee.hab["qualite"], neuve)] == [qui]
    assert manuel_de(qui) == (neuve, False) and manuel_de(ailleurs.personne) == (None, False)
    recopier_liste(neuve, le=dans(0), personnes=[qui], par=embauchee.hab["qualite"])
    assert not a_informer(embauchee.hab["qualite"], neuve) and manuel_de(qui) == (neuve, True)


def test_deux_versions_se_comparent_dans_le_sens_que_l_on_demande(ici, versions, monkeypatch):
    monkeypatch.setattr("cedre.qualite.views.manuel.composer_brouillon", lambda *_: contenu("Neuf"))

    def comparees(role="qualite", **demande):
        page = ici.client(role).get(reverse("qualite:comparaison"), demande)
        projet = next(section for section in page.context["sections"] if section.titre == "Projet associatif")
        return page.context["avant"], page.context["apres"], projet.lignes

    neuf, dix = versions
    assert comparees(avant=9, apres=10) == (neuf, dix, (("-", "Texte 9"), ("+", "Texte 10")))
    assert comparees(avant=10, apres=9) == (dix, neuf, (("-", "Texte 10"), ("+", "Texte 9")))
    assert comparees()[:2] == (dix, None) and comparees(avant=12, apres=12)[:2] == (dix, None), "la 12 est d'ailleurs"
    assert comparees("ca")[:2] == (neuf, dix) and comparees("ca", avant=10)[:2] == (dix, dix), (
        "le brouillon n'est qu'à qui le tient"
    )
    page = ici.client("ca").get(reverse("qualite:comparaison"), {"avant": 9, "apres": 10}).content.decode()
    assert "<del>Texte 9</del>" in page and "<ins>Texte 10</ins>" in page
    choisies = re.findall(r'<select [^>]*name="(\w+)">.*?value="(\d*)" selected', page)
    assert choisies == [("avant", "9"), ("apres", "10")]
    assert "De la version 9" in page.replace("\N{NO-BREAK SPACE}", " ")


def test_ecrire_une_section_dit_qui_et_laquelle(ici):
    ecrire_section("projet", texte="Écrit", version=0, par=ici.hab["direction"])
    ecrire_section("projet", texte="Écrit", version=0, par=ici.hab["qualite"])
    ligne = TexteDuManuel.objects.get()
    assert (ligne.par, ligne.version) == (ici.hab["direction"].compte, 1)
    assert [*Trace.objects.filter(objet="texte du manuel").values_list("detail", "compte")] == [("projet", ligne.par_id)]
