"""Le manuel : un brouillon à côté de versions figées, comparées, diffusées, lues (MAN-1 à MAN-3, § 2.3 d)."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Trace
from cedre.core.indicateurs import tous
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Personne
from cedre.parcours.operations.droits import effacer
from cedre.parcours.operations.espace import remettre_code
from cedre.qualite.comparaison import comparer
from cedre.qualite.manuel import SECTIONS, composer_brouillon
from cedre.qualite.models import AccuseDeLecture, EvaluationDePrincipe, Principe, TexteDuManuel, VersionDuManuel
from cedre.qualite.operations.manuel import a_informer, a_lire, recopier_liste
from cedre.structures.models import ProjetAssociatif

AUJOURDHUI = timezone.localdate
EXIGEES = {  # ce que le manuel contient au moins (MAN-1)
    *("presentation", "projet", "priorites", "diffusion", "organigrammes", "fiches_de_poste", "fonctionnement"),
    *("procedures", "outils", "indicateurs", "amelioration"),
}


@pytest.fixture(autouse=True)
def fichiers(settings, tmp_path):
    """Les PDF publiés pendant un essai."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def redigee(embauchee):
    """Une structure dont chaque section a son texte, et rien encore de publié."""
    VersionDuManuel.objects.all().delete()
    TexteDuManuel.objects.all().delete()
    for section in SECTIONS:
        TexteDuManuel.objects.create(
            organisation=embauchee.organisation, section=section.code, texte=f"Écrit : {section.code}\r\n\r\nPuis <b>ceci</b>."
        )
    return embauchee


@pytest.fixture
def publiee(redigee):
    """La même, avec une première version publiée à l'écran."""
    saisie = {"approuvee_par": "Odile Martin", "au_titre_de": "ca", "approuvee_le": AUJOURDHUI(), "changements": "Première"}
    redigee.publication = redigee.client("qualite").post(reverse("qualite:publier"), saisie)
    redigee.version = VersionDuManuel.objects.get()
    return redigee


def test_le_manuel_a_toutes_les_sections_exigees_et_se_remplit_de_ce_que_cedre_sait_deja(redigee):
    contenu = {s["code"]: s for s in composer_brouillon(redigee.organisation, AUJOURDHUI())["sections"]}
    assert contenu.keys() >= EXIGEES
    assert [b["titre"] for b in contenu["fiches_de_poste"]["blocs"]] == [
        "Direction ici",
        "Poste ici (poste de salarié en parcours)",
    ]
    assert contenu["procedures"]["blocs"][0]["etapes"][0] == "Première étape ici"
    assert contenu["outils"]["blocs"][0]["lignes"] == [["Fiche ici", "Accueil", "Accueillir ici"]]
    assert "Accueillir ici" in contenu["fonctionnement"]["blocs"][0]["svg"]
    assert {ligne[0] for ligne in contenu["indicateurs"]["blocs"][0]["lignes"]} == {i.libelle for i in tous().values()}
    assert (contenu["projet"]["blocs"][0]["texte"], contenu["priorites"]["blocs"][0]["titre"]) == ("Projet ici", "Axe ici")
    assert [b["genre"] for b in contenu["organigrammes"]["blocs"]] == ["image", "image"]
    assert "Titulaire ici" in contenu["organigrammes"]["blocs"][0]["alt"]
    assert "ailleurs" not in str(contenu)


def test_une_section_vide_empeche_de_publier_et_le_dit(redigee):
    TexteDuManuel.objects.filter(section="projet").delete()
    ProjetAssociatif.objects.all().delete()
    saisie = {"approuvee_par": "Odile Martin", "au_titre_de": "ca", "approuvee_le": AUJOURDHUI()}
    reponse = redigee.client("qualite").post(reverse("qualite:publier"), saisie)
    assert "Il reste à écrire : Projet associatif" in reponse.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert not VersionDuManuel.objects.exists()


def test_publier_nomme_qui_approuve_et_fige_le_texte_et_le_pdf(publiee):
    version = publiee.version
    dits = (version.numero, version.approuvee_par, version.au_titre_de, version.publiee_le, version.changements)
    assert dits == (1, "Odile Martin", "ca", AUJOURDHUI(), "Première")
    messages = [str(m) for m in get_messages(publiee.publication.wsgi_request)]
    assert messages == ["La version 1 est publiée. Chacun la trouvera à lire."]
    assert version.lire_le_fichier().startswith(b"%PDF") and b"pdfaid" in version.lire_le_fichier()
    adresse = reverse("qualite:section", args=["projet"])
    reponse = publiee.client("qualite").post(adresse, {"texte": "Un autre projet", "version": 1})
    dit = [str(m) for m in get_messages(reponse.wsgi_request)]
    assert reponse.url == adresse and dit == ["Le brouillon est enregistré. La version publiée n’a pas changé."]
    version.refresh_from_db()
    page = publiee.client("cip").get(reverse("qualite:version", args=[version.pk])).content.decode()
    assert "Écrit : projet" in page.replace("\N{NO-BREAK SPACE}", " ") and "Un autre projet" not in page
    assert "<b>ceci</b>" not in page
    assert Trace.objects.filter(objet="version du manuel").count() == 1


@pytest.mark.parametrize("faute", [{"approuvee_par": ""}, {"approuvee_le": "2099-01-01"}, {"au_titre_de": ""}])
def test_rien_ne_se_publie_sans_une_approbation_nommee_et_passee(redigee, faute):
    saisie = {"approuvee_par": "Odile Martin", "au_titre_de": "ca", "approuvee_le": AUJOURDHUI()} | faute
    assert redigee.client("direction").post(reverse("qualite:publier"), saisie).context["form"].errors.keys() == faute.keys()
    assert not VersionDuManuel.objects.exists()


def test_un_pdf_change_depuis_sa_publication_ne_se_remet_pas(publiee, fichiers):
    with open(publiee.version.fichier.path, "ab") as fichier:
        fichier.write(b"faux")
    with pytest.raises(GesteImpossible, match="n’est plus celui"):
        publiee.version.lire_le_fichier()
    reponse = publiee.client("cip").post(reverse("qualite:version_pdf", args=[publiee.version.pk]))
    assert reponse.status_code == 302


def test_l_apercu_du_brouillon_est_un_pdf_et_ne_publie_rien(redigee):
    assert redigee.client("qualite").post(reverse("qualite:apercu")).content.startswith(b"%PDF")
    assert not VersionDuManuel.objects.exists()


def test_deux_versions_se_comparent_section_par_section(publiee):
    avant = publiee.version.contenu
    assert not any(section.change for section in comparer(avant, avant))
    publiee.client("qualite").post(reverse("qualite:section", args=["projet"]), {"texte": "Un autre projet", "version": 1})
    apres = composer_brouillon(publiee.organisation, AUJOURDHUI())
    (projet,) = [section for section in comparer(avant, apres) if section.titre == "Projet associatif"]
    assert ("-", "Écrit : projet") in projet.lignes and ("+", "Un autre projet") in projet.lignes
    pages = {
        role: publiee.client(role).get(reverse("qualite:comparaison")).content.decode() for role in ("qualite", "ca", "accueil")
    }
    assert "<ins>Un autre projet</ins>" in pages["qualite"] and "au brouillon d’aujourd’hui" in pages["qualite"]
    for role in ("ca", "accueil"):
        assert "autre projet" not in pages[role] and "Le brouillon" not in pages[role], "le brouillon n'est qu'à qui le tient"


def test_ce_que_la_structure_tient_se_compare_comme_ce_qu_elle_ecrit(publiee):
    ProjetAssociatif.objects.update(texte="Un projet revu")
    publiee.procedure.etapes = ["Une étape neuve"]
    publiee.procedure.save()
    apres = composer_brouillon(publiee.organisation, AUJOURDHUI())
    venues = {ligne for section in comparer(publiee.version.contenu, apres) for signe, ligne in section.lignes if signe == "+"}
    assert venues >= {"Un projet revu", "Une étape neuve"}


def test_une_section_ajoutee_ou_retiree_depuis_se_compare_aussi(publiee):
    avant = publiee.version.contenu
    apres = avant | {"sections": [*avant["sections"][1:], {"code": "neuve", "titre": "Neuve", "texte": "Oui", "blocs": []}]}
    changees = {section.titre: section.lignes for section in comparer(avant, apres) if section.change}
    assert changees["Neuve"] == (("+", "Oui"),) and {signe for signe, _ in changees["Présentation et histoire"]} == {"-"}


def test_chacun_dit_avoir_lu_une_fois_et_qui_arrive_a_a_lire(publiee):
    assert a_lire(publiee.hab["cip"]) == publiee.version
    client, lu = publiee.client("cip"), reverse("qualite:version_lue", args=[publiee.version.pk])
    client.post(lu), client.post(lu)
    assert a_lire(publiee.hab["cip"]) is None and AccuseDeLecture.objects.get().mode == "ecran"
    assert set(publiee.hab["qualite"].collegues(Droit.QUALITE_LIRE)) == {
        publiee.hab[role].compte for role in ("accueil", "cip", "mad", "qualite", "direction", "ca")
    }
    page = publiee.client("qualite").get(reverse("qualite:diffusion"))
    assert publiee.hab["cip"].compte not in page.context["non_lus"] and len(page.context["non_lus"]) == 5


def test_une_nouvelle_version_est_a_relire_par_tous(publiee):
    publiee.client("cip").post(reverse("qualite:version_lue", args=[publiee.version.pk]))
    saisie = {"approuvee_par": "Odile Martin", "au_titre_de": "ca", "approuvee_le": AUJOURDHUI()}
    publiee.client("qualite").post(reverse("qualite:publier"), saisie)
    assert a_lire(publiee.hab["cip"]).numero == 2


def test_une_liste_en_papier_se_recopie_sans_doubler_et_jamais_avant_la_publication(publiee):
    par, version = publiee.hab["qualite"], publiee.version
    liste = {"comptes": [publiee.hab["mad"].compte], "personnes": [publiee.personne], "noms": ["Paul Bénévole"]}
    assert recopier_liste(version, le=AUJOURDHUI(), **liste, par=par) == 3
    assert recopier_liste(version, le=AUJOURDHUI(), **liste, par=par) == 0
    assert {lecture.mode for lecture in AccuseDeLecture.objects.all()} == {"papier"}
    with pytest.raises(GesteImpossible, match="pas lue avant"):
        recopier_liste(version, le=AUJOURDHUI() - timedelta(days=1), **liste, par=par)
    vide = publiee.client("qualite").post(reverse("qualite:diffusion"), {"le": AUJOURDHUI()})
    assert "Cochez au moins une personne" in vide.content.decode()


def test_un_salarie_lit_la_forme_courte_dans_son_espace_et_le_dit(publiee, client):
    _, code = remettre_code(publiee.personne, par=publiee.hab["cip"])
    client.post(reverse("portail:espace"), {"code": code})
    assert reverse("portail:comment_ca_marche") in client.get(reverse("portail:mon_espace")).content.decode()
    page = client.get(reverse("portail:comment_ca_marche")).content.decode()
    assert "Vous attendez 10 jours au plus." in page and "Écrit : projet" not in page
    assert publiee.personne in a_informer(publiee.hab["qualite"], publiee.version)
    client.post(reverse("portail:comment_ca_marche"))
    assert AccuseDeLecture.objects.get().personne == publiee.personne
    assert publiee.personne not in a_informer(publiee.hab["qualite"], publiee.version)


def test_la_forme_courte_reste_courte_et_dit_le_delai_que_la_procedure_ecrit(redigee):
    redigee.procedure.valeur = 12
    redigee.procedure.save()
    phrases = composer_brouillon(redigee.organisation, AUJOURDHUI())["en_clair"]["phrases"]
    assert 12 <= len(phrases) <= 15 and max(len(phrase.split()) for phrase in phrases) <= 22
    assert "Au début, nous vous recevons. Vous attendez 12 jours au plus." in phrases


def test_la_lecture_d_une_personne_s_efface_avec_son_dossier(publiee):
    recopier_liste(publiee.version, le=AUJOURDHUI(), personnes=[publiee.personne], noms=["Paul"], par=publiee.hab["qualite"])
    effacer(publiee.personne, motif="demande", par=publiee.hab["direction"])
    assert not Personne.objects.filter(pk=publiee.personne.pk).exists()
    assert AccuseDeLecture.objects.get().nom == "Paul"


def test_le_manuel_est_publie_a_la_date_ou_il_l_etait(publiee):
    mesurer, jour = tous()["manuel_publie"].mesurer, AUJOURDHUI()
    assert mesurer(publiee.organisation, jour) == (1, 1)
    assert mesurer(publiee.organisation, jour - timedelta(days=1)) == (1, 0)


@pytest.mark.parametrize("role, code", [("cip", 403), ("ca", 403), ("accueil", 403), ("qualite", 200), ("direction", 200)])
def test_seuls_qualite_et_direction_ecrivent_et_publient(redigee, role, code):
    for route in (reverse("qualite:section", args=["projet"]), reverse("qualite:publier")):
        assert redigee.client(role).get(route).status_code == code
    assert redigee.client(role).get(reverse("qualite:manuel")).status_code == 200


# ── Deux personnes sur une même section ───────────────────────────────────────────────────────────────────────────


def test_la_seconde_a_ecrire_une_section_voit_les_deux_textes_et_ne_perd_rien(redigee):
    adresse, direction, qualite = (
        reverse("qualite:section", args=["projet"]),
        redigee.client("direction"),
        redigee.client("qualite"),
    )
    vue = qualite.get(adresse).context["form"]["version"].value()
    assert direction.post(adresse, {"texte": "De la direction", "version": vue}).status_code == 302
    conflit = qualite.post(adresse, {"texte": "De la référente", "version": vue})
    page = conflit.content.decode()
    assert conflit.status_code == 409 and "De la direction" in page and "De la référente" in page
    texte = TexteDuManuel.objects.get(section="projet")
    assert (texte.texte, texte.version) == ("De la direction", vue + 1)
    reuni = {"texte": "Les deux", "version": conflit.context["form"]["version"].value()}
    assert qualite.post(adresse, reuni).status_code == 302
    texte.refresh_from_db()
    assert texte.texte == "Les deux"
    assert qualite.post(adresse, reuni).status_code == 302, "le même envoi, reçu deux fois, n'est pas un conflit"


def test_deux_premieres_ecritures_d_une_section_se_rapprochent_aussi(redigee):
    TexteDuManuel.objects.all().delete()
    adresse = reverse("qualite:section", args=["projet"])
    assert redigee.client("direction").get(adresse).context["form"]["version"].value() == 0
    assert redigee.client("direction").post(adresse, {"texte": "Premier", "version": 0}).status_code == 302
    assert redigee.client("qualite").post(adresse, {"texte": "Second", "version": 0}).status_code == 409
    assert TexteDuManuel.objects.get().texte == "Premier"


# ── Les principes, et ce que l'on en a vu (OBS-5, § 2.5 c) ────────────────────────────────────────────────────────


def test_le_manuel_montre_chaque_principe_et_sa_derniere_evaluation_a_cette_date(redigee):
    def fiche(le):
        (principes,) = [s for s in composer_brouillon(redigee.organisation, le)["sections"] if s["code"] == "principes"]
        (bloc,) = principes["blocs"]
        return bloc["titre"], dict(bloc["faits"])

    jour = AUJOURDHUI()
    EvaluationDePrincipe.objects.create(
        principe=Principe.objects.get(), le=jour - timedelta(days=3), comment="À trois", constat="Revu", changements="Le dire"
    )
    titre, faits = fiche(jour)
    assert (titre, faits["Évalué"]) == ("Principe ici", f"le {jour - timedelta(days=3):%d/%m/%Y} : À trois")
    assert (faits["Ce que l’on a vu"], faits["Ce que l’on change"], faits["Référentiel"][-1]) == ("Revu", "Le dire", "c")
    assert fiche(jour - timedelta(days=4))[1]["Évalué"].endswith(": En équipe")
    assert fiche(jour - timedelta(days=51))[1]["Évalué"] == "pas encore"


def test_sans_principe_la_section_ne_s_ecrit_pas_et_n_empeche_pas_de_publier(redigee):
    TexteDuManuel.objects.filter(section="principes").delete()
    Principe.objects.update(retire_le=AUJOURDHUI())
    assert "principes" not in {s["code"] for s in composer_brouillon(redigee.organisation, AUJOURDHUI())["sections"]}
    saisie = {"approuvee_par": "Odile Martin", "au_titre_de": "ca", "approuvee_le": AUJOURDHUI()}
    assert redigee.client("qualite").post(reverse("qualite:publier"), saisie).status_code == 302
