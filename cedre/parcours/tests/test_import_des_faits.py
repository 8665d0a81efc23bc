"""Ce qu'un import écrit dans un dossier, fait par fait, et ce qu'il n'y écrit pas deux fois (issue 2 §4)."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.conftest import terme
from cedre.core.refus import GesteImpossible
from cedre.parcours.importation import colonnes as colonnes_attendues
from cedre.parcours.importation.rapport import lignes_du_rapport
from cedre.parcours.models import Importation, Personne, Suivi
from cedre.parcours.operations.importation import (
    LIGNES_D_APERCU,
    abandonner,
    analyser,
    deposer,
    importer,
    lancer_import,
    lancer_lecture,
    oublier,
)
from cedre.parcours.tests.imports import apporter, bilan

TITRES = "Nom;Prénom;Né le;Tél;Adresse;Projet;Orienté par;Premier contact;Inscrit le;Ressources;Suivi par\n"
LE = date(2026, 3, 18)
pytestmark = pytest.mark.usefixtures("fichiers", "en_mars")


@pytest.fixture
def direction(ici):
    """Au nom de qui l'on importe."""
    return ici.hab["direction"]


def de(nom) -> Personne:
    """La personne de ce nom."""
    return Personne.objects.get(nom=nom)


@pytest.mark.parametrize(
    ("projet", "oriente", "contact", "inscrite", "le"),
    [
        ("Cuisine", "", "", "20/01/2026", date(2026, 1, 20)),  # inscrite : le premier contact n'est pas venu après
        ("", "Asso Truc", "", "20/01/2026", date(2026, 1, 20)),
        ("Cuisine", "", "05/01/2026", "20/01/2026", date(2026, 1, 5)),
        ("Cuisine", "", "", "", LE),
        ("", "", "05/01/2026", "", date(2026, 1, 5)),
        ("", "", "", "20/01/2026", None),
        ("", "Mission locale", "", "20/01/2026", None),  # rien de plus que le dossier n'en dit
    ],
)
def test_le_premier_contact_est_du_jour_que_dit_le_fichier_sinon_de_l_inscription_sinon_d_aujourd_hui(
    direction, projet, oriente, contact, inscrite, le
):
    apporter(TITRES + f"Dupré;Éva;;;;{projet};{oriente};{contact};{inscrite};;\n", direction)
    assert list(de("Dupré").contacts.values_list("le", "demande")) == ([(le, projet)] if le else [])


def test_le_premier_contact_dit_qui_l_a_adressee_et_l_inscription_qui_l_a_importee(direction):
    apporter(TITRES + "Dupré;Éva;;;;Cuisine;ML de Bourg;05/01/2026;20/01/2026;;\n", direction)
    contact, suite = de("Dupré").contacts.get(), de("Dupré").suites.get()
    assert (contact.prescripteur.code, contact.prescripteur_precision, contact.recu_par) == (
        "mission_locale",
        "ML de Bourg",
        None,
    )
    assert de("Dupré").prescripteur == contact.prescripteur
    assert (suite.nature, suite.le, suite.par) == ("inscription", date(2026, 1, 20), direction.compte)


def test_a_qui_est_deja_venue_un_fichier_n_ajoute_que_ce_qui_manque(ici, direction):
    ici.contact.le = date(2026, 1, 5)
    ici.contact.save()
    ici.personne.suites.create(nature="inscription", le=date(2026, 1, 9))
    ici.personne.prestations.add(terme("prestation", "rsa"))
    ligne = "Martinelle;Zélie;28/02/1990;;;Jardin;;{};20/01/2026;RSA, ASS;\n"
    for contact, jours in (("", {5}), ("05/01/2026", {5}), ("06/02/2026", {5, 6})):  # une autre date est une autre demande
        apporter(TITRES + ligne.format(contact), direction)
        assert {le.day for le in ici.personne.contacts.values_list("le", flat=True)} == jours
    assert list(ici.personne.suites.values_list("le", flat=True)) == [date(2026, 1, 9)]
    assert sorted(ici.personne.prestations.values_list("code", flat=True)) == ["ass", "rsa"]


def test_un_dossier_anonyme_ne_se_retrouve_plus_par_un_fichier(ici, direction):
    Personne.objects.filter(pk=ici.personne.pk).update(anonymisee_le=LE)
    avant = Personne.objects.filter(pk=ici.personne.pk).values().get()
    assert bilan(apporter(TITRES + "Martinelle;Zélie;28/02/1990;0612345678;;Jardin;;;20/01/2026;RSA;\n", direction)) == (
        1,
        0,
        0,
        0,
    )
    assert Personne.objects.filter(pk=ici.personne.pk).values().get() == avant
    assert (ici.personne.contacts.count(), ici.personne.suites.count(), ici.personne.prestations.count()) == (1, 0, 0)


def test_deux_lignes_d_une_personne_se_completent_et_la_derniere_l_emporte(direction):
    importation = apporter(
        TITRES + "Dupré;Éva;02/01/1980;0612345678;1 rue A;;;;;;\nDupré;Éva;;0199001234;;;;;;;cip ici\n", direction
    )
    eva = de("Dupré")
    assert (eva.telephone, eva.adresse, eva.date_naissance) == ("01 99 00 12 34", "1 rue A", date(1980, 1, 2))
    assert eva.referent and importation.lignes == [(2, "creee"), (3, "creee")]
    assert [ligne[:3] for ligne in lignes_du_rapport(importation)] == [
        (2, "Dossier créé", ""),
        (3, "Dossier créé", "attention"),
    ]


def test_de_trois_telephones_deux_sont_gardes_et_on_le_dit(direction):
    importation = apporter(
        TITRES + "Dupré;Éva;;0612345678 / 0199001234 / 0612345679;;;;;;;\nRoux;Paul;;0612345678 / 0199001234;;;;;;;\n", direction
    )
    assert (de("Dupré").telephone, de("Dupré").telephone_2) == ("06 12 34 56 78", "01 99 00 12 34")
    (remarque,) = importation.remarques
    assert (remarque["ligne"], remarque["gravite"]) == (2, "attention")
    assert remarque["message"].startswith("3 téléphones") and "06 12 34 56 79" in remarque["valeur"]


def test_un_changement_de_referent_vaut_du_jour_de_l_import_et_le_premier_depuis_l_entree(ici, direction):
    Suivi.objects.filter(personne=ici.personne).update(du=date(2026, 1, 5))
    apporter(TITRES + "Martinelle;Zélie;28/02/1990;;;;;;;;direction ici\nDupré;Éva;;;;;;05/01/2026;;;cip ici\n", direction)
    assert list(ici.personne.suivis.order_by("du").values_list("du", "au", "compte")) == [
        (date(2026, 1, 5), LE, ici.hab["cip"].compte_id),
        (LE, None, direction.compte_id),
    ]
    assert de("Dupré").suivis.get().du == date(2026, 1, 5)


def test_chaque_ligne_du_rapport_dit_ce_qu_elle_est_devenue(ici, direction):
    contenu = "Dupré;Éva;;;;;;;;;\nMartinelle;Zélie;28/02/1990;0612345678;;;;;;;\nRoux;;;;;;;;;;\n"
    assert [sort for _, sort, *_ in lignes_du_rapport(apporter(TITRES + contenu, direction))] == [
        "Dossier créé",
        "Dossier complété ou modifié",
        "Écartée",
    ]
    assert [sort for _, sort, *_ in lignes_du_rapport(apporter(TITRES + contenu, direction))] == [
        "Déjà à jour",
        "Déjà à jour",
        "Écartée",
    ]


# ── D'une étape à l'autre ─────────────────────────────────────────────────────────────────────────────────────────


def depose(direction, contenu="Dupré;Éva;;;;;;;;;\n") -> Importation:
    return deposer((TITRES + contenu).encode(), nom="liste.csv", par=direction)


def test_un_depot_dit_de_qui_il_est_d_ou_viennent_ses_titres_et_combien_il_a_de_lignes(ici, direction):
    importation = deposer(("Liste;;\n;;\nNom;Prénom;\nDupré;Éva;\nRoux;Paul;\n").encode(), nom="x" * 300 + ".csv", par=direction)
    assert (importation.organisation, importation.par, importation.etat) == (ici.organisation, direction.compte, "depose")
    assert (importation.ligne_titres, importation.total) == (3, 2)
    assert len(importation.nom_fichier) == 200 and importation.nom_fichier.endswith("x.csv")
    assert importation.colonnes[0]["exemples"] == ["Dupré", "Roux"]


def test_un_import_interrompu_se_relance_et_son_message_s_en_va(direction):
    importation = depose(direction)
    contenu = Path(importation.fichier.path).read_bytes()
    Path(importation.fichier.path).write_bytes(b"")
    lancer_lecture(importation, correspondance=importation.correspondance, par=direction)
    Path(importation.fichier.path).write_bytes(contenu)
    importation.refresh_from_db()
    assert (importation.etat, bool(importation.message)) == ("echec", True)
    lancer_lecture(importation, correspondance=importation.correspondance, par=direction)
    importation.refresh_from_db()
    assert (importation.etat, importation.message, importation.creees) == ("analyse", "", 1)


@pytest.mark.parametrize(
    ("etat", "lit", "importe", "abandonne"),
    [
        ("depose", True, False, True),
        ("analyse", True, True, True),
        ("echec", True, False, True),
        ("en_analyse", False, False, False),
        ("en_cours", False, False, False),
        ("termine", False, False, False),
    ],
)
def test_chaque_geste_n_a_lieu_qu_a_son_etape(direction, etat, lit, importe, abandonne):
    gestes = (
        (lambda i: lancer_lecture(i, correspondance=i.correspondance, par=direction), lit),
        (lambda i: lancer_import(i, par=direction), importe),
        (abandonner, abandonne),
    )
    for geste, permis in gestes:
        importation = depose(direction)
        Importation.objects.filter(pk=importation.pk).update(etat=etat)
        try:
            geste(importation)
        except GesteImpossible:
            assert not permis
            assert Importation.objects.get(pk=importation.pk).etat == etat and Path(importation.fichier.path).exists()
        else:
            assert permis


def test_l_apercu_montre_les_premieres_lignes_et_les_seules_colonnes_retenues(direction):
    lignes = "".join(f"Nom{chr(97 + n)};Éva;x;0612345678\n" for n in range(LIGNES_D_APERCU + 1))
    importation = deposer(f"Nom;Prénom;Rien à voir;Tél\n{lignes}".encode(), nom="a.csv", par=direction)
    analyser(importation, par=direction)
    assert len(importation.apercu) == LIGNES_D_APERCU
    assert importation.apercu[0] == {"ligne": 2, "cellules": ["Noma", "Éva", "0612345678"], "sort": "creee"}


@pytest.mark.parametrize(("jours", "oublie"), [(29, False), (31, True)])
def test_un_fichier_jamais_importe_s_oublie_avec_ses_exemples_au_bout_de_trente_jours(
    direction, jours, oublie, django_capture_on_commit_callbacks
):
    importation = depose(direction)
    analyser(importation, par=direction)
    chemin = Path(importation.fichier.path)
    Importation.objects.filter(pk=importation.pk).update(cree_le=timezone.now() - timedelta(days=jours))
    with django_capture_on_commit_callbacks(execute=True):
        oublier.call()
    importation.refresh_from_db()
    assert chemin.exists() != oublie and importation.etat == ("echec" if oublie else "analyse")
    assert bool(importation.apercu) != oublie and ("Dupré" in str(importation.colonnes)) != oublie


# ── À l'écran ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_la_liste_des_imports_montre_le_dernier_d_abord_avec_ses_nombres(ici, direction):
    Importation.objects.filter(organisation=ici.organisation).delete()
    premier, second = apporter(TITRES + "Dupré;Éva;;;;;;;;;\nRoux;;;;;;;;;;\n", direction), depose(direction)
    Importation.objects.filter(pk=premier.pk).update(cree_le=timezone.now() - timedelta(days=1))
    reponse = ici.client("direction").get(reverse("parcours:importations"))
    assert [i.pk for i in reponse.context["page"]] == [second.pk, premier.pk]
    page = reponse.content.decode()
    assert reverse("parcours:importation", args=[premier.pk]) in page
    assert [
        f'data-titre="{t}" class="nombre">{n}<' in page for t, n in (("Créés", 1), ("Modifiés", 0), ("Lignes écartées", 1))
    ] == [True] * 3


def test_un_import_depose_ramene_a_ses_colonnes_et_un_import_fait_n_y_ramene_plus(ici, direction):
    client, importation = ici.client("direction"), depose(direction)
    une, colonnes = (reverse(f"parcours:{r}", args=[importation.pk]) for r in ("importation", "importation_colonnes"))
    assert client.get(une).url == colonnes
    analyser(importation, par=direction)
    assert client.get(une).context["valables"] == 1
    importer(importation, par=direction)
    assert client.get(une).status_code == 200
    assert client.get(colonnes).url == reverse("parcours:importations")


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_un_rapport_pris_laisse_sa_trace_et_porte_le_numero_de_l_import(ici, direction, format_):
    importation = apporter(TITRES + "Dupré;Éva;;;;;;;;;\n", direction)
    client = ici.client("direction")
    reponse = client.post(reverse("parcours:importation_rapport", args=[importation.pk, format_]))
    assert f"import-{importation.pk}.{format_}" in reponse["Content-Disposition"]
    trace = Trace.objects.get(geste="exporter")
    assert (trace.objet_id, trace.detail, trace.compte) == (importation.pk, f"rapport, {format_}", direction.compte)
    assert client.post(reverse("parcours:importation_rapport", args=[importation.pk, "pdf"])).status_code == 404


def test_le_modele_a_une_colonne_par_information_de_la_sorte_demandee(ici, direction, monkeypatch):
    vus = []
    monkeypatch.setattr(
        "cedre.parcours.views.importation.fichier_modele", lambda colonnes, titre: vus.append((colonnes, titre)) or b"x"
    )
    for sorte in ("personnes", "contrats"):
        reponse = ici.client("direction").get(reverse("parcours:importation_modele", args=[sorte]))
        assert f"modele-{sorte}.xlsx" in reponse["Content-Disposition"]
    assert [(titre, "nature" in {c.nom for c in colonnes}) for colonnes, titre in vus] == [
        ("Personnes", False),
        ("Contrats", True),
    ]
    assert {c.nom for c in vus[0][0]} == {c.nom for c in colonnes_attendues.colonnes_de_personne(direction)}
