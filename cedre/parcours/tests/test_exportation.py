"""Tout exporter en un classeur : rien n'y manque qui ne soit dit, rien d'ailleurs n'y est (issue 3 §5, nomenclatures §7)."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from io import BytesIO

import openpyxl
import pytest
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.fuseaux import JourDe
from cedre.comptes.models import Trace
from cedre.conftest import embaucher
from cedre.core.refus import GesteImpossible
from cedre.parcours.classeur import (
    CELLULE_MAX,
    CHAMPS_ABSENTS,
    MODELES_ABSENTS,
    SANTE,
    Noms,
    champs_de,
    ecrire,
    en_lignes,
    feuilles,
    modeles_de_la_structure,
    titre,
)
from cedre.parcours.models import Cotation, Echange, Exportation, NoteSante, Personne
from cedre.parcours.operations import exportation as operations
from cedre.parcours.operations.droits import anonymiser
from cedre.parcours.operations.exportation import demander, oublier
from cedre.tests.adresses import liberer
from cedre.tests.test_maison import MODELES

ADRESSE = "/exportations/"


@pytest.fixture(autouse=True)
def fichiers(settings, tmp_path):
    """Les classeurs écrits pendant un essai ; personne n'en a encore demandé."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def valide(django_capture_on_commit_callbacks):
    """Le bloc dont la transaction se valide."""
    return partial(django_capture_on_commit_callbacks, execute=True)


def lire(contenu) -> dict[str, list[tuple]]:
    """Le classeur relu, feuille par feuille."""
    classeur = openpyxl.load_workbook(BytesIO(contenu), read_only=True)
    return {feuille.title: list(feuille.iter_rows(values_only=True)) for feuille in classeur}


def exporter(par, sante=True) -> dict[str, list[tuple]]:
    """Le classeur de cette habilitation, relu."""
    with ecrire(par, sante=sante) as fichier:
        return lire(fichier.read())


def toutes_les_cellules(classeur) -> str:
    return "\n".join(str(cellule) for lignes in classeur.values() for ligne in lignes for cellule in ligne if cellule is not None)


def test_chaque_champ_de_chaque_modele_y_est_ou_dit_pourquoi_il_n_y_est_pas(embauchee):
    direction = embauchee.hab["direction"]
    NoteSante.objects.create(
        cotation=Cotation.objects.create(evaluation=embauchee.evaluation, domaine=embauchee.grille.domaines.first()), texte="x"
    )
    attendues = set()
    partages = [m for m in MODELES if m.PARTAGE.organisation]
    assert set(partages) == set(modeles_de_la_structure())
    for modele in partages:
        if modele.__name__ in MODELES_ABSENTS:
            continue
        lignes = modele._base_manager.filter(**{modele.PARTAGE.organisation: embauchee.organisation.pk})
        for rang, champ in enumerate(modele._meta.concrete_fields):
            libre = isinstance(champ, models.CharField | models.TextField) and not champ.choices and not champ.unique
            if libre and champ.name not in {*CHAMPS_ABSENTS, "atelier"}:  # chez un client, pas d'atelier
                marque = f"m{rang}{modele.__name__}"[: champ.max_length]
                if lignes.update(**{champ.name: marque}):
                    attendues.add(marque)
    classeur = exporter(direction)
    noms = {f.modele: f.nom for f in feuilles(direction, sante=True)}
    assert len(set(noms.values())) == len(noms), "deux feuilles du même nom"
    for modele in set(partages) - {m for m in partages if m.__name__ in MODELES_ABSENTS}:
        entetes = classeur[noms[modele]][0]
        for champ in (*modele._meta.concrete_fields, *modele._meta.many_to_many):
            dit = champ.name in CHAMPS_ABSENTS or isinstance(champ, JourDe)
            assert dit or champ.primary_key or titre(champ) in entetes, champ
        assert len(entetes) == len(set(entetes)), f"{modele.__name__} : deux colonnes du même nom"
    assert len(attendues) > 60
    assert attendues - set(toutes_les_cellules(classeur).splitlines()) == set()


def test_aucun_secret_n_y_est():
    assert [c for m in modeles_de_la_structure() for c in champs_de(m) if c.name == "condensat" or "secret" in c.name] == []


def test_ce_qui_n_y_est_pas_est_dit_dans_le_lisez_moi(embauchee):
    accueil = exporter(embauchee.hab["direction"], sante=False)["Lisez-moi"]
    dit = "\n".join(str(c) for ligne in accueil for c in ligne if c)
    for raison in (*MODELES_ABSENTS.values(), *CHAMPS_ABSENTS.values()):
        assert raison in dit
    assert "Structure Ici" in dit and "Direction Ici, Direction" in dit
    assert ("Personnes", 1, Personne.__doc__.replace("'", "’")) in accueil
    assert all(nom in {m.__name__ for m in MODELES} for nom in MODELES_ABSENTS)


def test_les_valeurs_sont_des_dates_des_libelles_et_des_noms(embauchee):
    embauchee.personne.prestations.set(models_de("prestation")[:2])
    classeur = exporter(embauchee.hab["direction"])
    personne = dict(zip(*classeur["Personnes"], strict=True))
    assert personne["Date de naissance"] == datetime.combine(date(1990, 2, 28), time())
    assert personne["Phase"] == embauchee.personne.get_phase_display()
    assert personne["Référent·e"] == "Cip Ici"
    assert personne["Prestations et revenus"].count(",") == 1
    assert isinstance(personne["Créé le"], datetime)
    heures = dict(zip(*classeur["Heures"], strict=True))
    assert heures["Heures"] == 12 and heures["Personne"] == f"Zélie Martinelle (n° {embauchee.personne.pk})"
    contrat = dict(zip(*classeur["Contrats de travail"], strict=True))
    assert contrat["Nature"] == "CDD d’insertion (CDDI)"
    mets = dict(zip(*classeur["Mises en situation de travail"], strict=True))
    assert mets["Contrat"].endswith(f"(n° {contrat['N°']})")
    organisation = dict(zip(*classeur["Organisations"], strict=True))
    assert organisation["Association régionale"].startswith("Région 1")


def models_de(liste):
    """Des termes d'une liste."""
    return list(Personne.prestations.field.related_model.objects.de(liste))


def test_rien_d_ailleurs_n_y_est(embauchee, ailleurs):
    embaucher(ailleurs)
    dit = toutes_les_cellules(exporter(embauchee.hab["direction"]))
    assert [m for m in ("Zzyzxa", "Client ailleurs", "Structure Ailleurs", "Région 2") if m in dit] == []


def test_une_formule_reste_un_texte(ici):
    for debut in "=+-@":
        Echange.objects.create(personne=ici.personne, texte=f"{debut}1+1|cmd")
    with ecrire(ici.hab["direction"], sante=False) as fichier:
        classeur = openpyxl.load_workbook(fichier)
    textes = [cellule for ligne in classeur["Échanges"].iter_rows(min_row=2) for cellule in ligne if "cmd" in str(cellule.value)]
    assert {c.value[0] for c in textes} == set("=+-@")
    assert {c.data_type for c in textes} <= {"s", "inlineStr"}


def test_un_texte_trop_long_est_coupe_et_le_dit(ici):
    Echange.objects.create(personne=ici.personne, texte="a" * 40_000)
    classeur = exporter(ici.hab["direction"])
    texte = next(c for c in classeur["Échanges"][1] if str(c).startswith("aaa"))
    assert len(texte) == CELLULE_MAX and "coupé" in texte
    assert any("coupés : 1" in str(ligne[2]) for ligne in classeur["Lisez-moi"])


def test_une_date_d_avant_les_tableurs_s_ecrit_en_lettres(ici):
    Personne.objects.filter(pk=ici.personne.pk).update(date_naissance=date(1899, 5, 1))
    assert "01/05/1899" in toutes_les_cellules(exporter(ici.hab["direction"]))


def test_une_personne_anonyme_l_est_aussi_dans_le_classeur(embauchee):
    anonymiser(embauchee.personne, motif="demande", par=embauchee.hab["direction"])
    dit = toutes_les_cellules(exporter(embauchee.hab["direction"]))
    assert "Martinelle" not in dit and "Anonyme" in dit


def test_les_requetes_ne_dependent_pas_du_nombre_de_lignes(embauchee):
    def requetes() -> int:
        with (
            CaptureQueriesContext(
                connection,
            ) as vues,
            ecrire(embauchee.hab["direction"], sante=True),
        ):
            return len(vues)

    avant = requetes()
    for n in range(3):
        embauchee.personne = Personne.objects.create(organisation=embauchee.organisation, nom=f"Nom {n}", prenom="Ada")
        embaucher(embauchee, str(n))
    assert requetes() == avant < 2 * len(feuilles(embauchee.hab["direction"], sante=True))


def test_la_sante_ne_sort_que_demandee(embauchee):
    cotation = Cotation.objects.create(evaluation=embauchee.evaluation, domaine=embauchee.grille.domaines.first())
    NoteSante.objects.create(cotation=cotation, texte="Secret médical")
    direction, qualite = embauchee.hab["direction"], embauchee.hab["qualite"]
    assert "Secret médical" in toutes_les_cellules(exporter(direction, sante=True))
    sans = exporter(direction, sante=False)
    assert "Secret médical" not in toutes_les_cellules(sans) and "RGPD" in toutes_les_cellules({"a": sans["Lisez-moi"]})
    assert "Secret médical" not in toutes_les_cellules(exporter(qualite, sante=True)), "ce rôle ne peut pas les lire"
    assert NoteSante.__name__ == SANTE


def test_la_rqth_ne_sort_que_demandee_avec_la_sante_par_qui_la_lit(ici):
    Personne.objects.filter(pk=ici.personne.pk).update(rqth=True)
    ici.personne.anciennes_situations.create(au=timezone.localdate(), joignable=True, rqth=True)
    colonne = "Reconnue travailleur handicapé (RQTH)"
    for role, sante, dite in (("direction", True, 2), ("direction", False, 0), ("qualite", True, 0)):
        classeur = exporter(ici.hab[role], sante=sante)
        assert sum(colonne in lignes[0] for nom, lignes in classeur.items() if nom != "Lisez-moi") == dite


def test_une_valeur_structuree_se_lit_en_lignes():
    assert en_lignes({"a": 1, "b": {"c": [True, None]}}) == "a : 1\nb\n  c\n    – : True\n    – : "
    assert en_lignes(None) == ""


# ── À l'écran ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_demander_voir_telecharger_effacer(embauchee, fichiers, valide, django_assert_max_num_queries):
    client = embauchee.client("direction")
    Exportation.objects.all().delete()
    assert client.post(ADRESSE, {"sante": "on"}).url == ADRESSE
    exportation = Exportation.objects.get()
    assert (exportation.etat, exportation.sante, exportation.par) == ("pret", True, embauchee.hab["direction"].compte)
    with django_assert_max_num_queries(10):
        assert "Prêt à télécharger" in client.get(ADRESSE).content.decode()
    reponse = client.post(reverse("parcours:exportation_telecharger", args=[exportation.pk]))
    assert "Martinelle" in toutes_les_cellules(lire(b"".join(reponse.streaming_content)))
    assert "no-store" in reponse["Cache-Control"] and ".xlsx" in reponse["Content-Disposition"]
    trace = Trace.objects.get(geste="exporter")
    assert (trace.objet, trace.detail) == ("exportation", "tout, avec les précisions de santé")
    assert [p.suffix for p in fichiers.rglob("*.*")] == [".xlsx"]
    with valide():
        client.post(reverse("parcours:exportation_effacer", args=[exportation.pk]))
    assert not Exportation.objects.exists() and list(fichiers.rglob("*.*")) == []


@pytest.mark.parametrize("sante", ["avec", "sans"])
def test_demander_et_telecharger_laissent_chacun_sa_trace_qui_dit_la_sante(ici, sante, monkeypatch):
    demandes = []
    monkeypatch.setattr(f"{operations.__name__}.ecrire", lambda par, **dit: demandes.append(dit["sante"]) or BytesIO(b"x"))
    client = ici.client("direction")
    client.post(ADRESSE, {"sante": "on"} if sante == "avec" else {"autre": "rien"})
    assert demandes == [sante == "avec"]
    exportation = Exportation.objects.order_by("pk").last()
    Exportation.objects.filter(pk=exportation.pk).update(cree_le=datetime(2026, 3, 18, 23, 30, tzinfo=UTC))
    reponse = client.post(reverse("parcours:exportation_telecharger", args=[exportation.pk]))
    liberer(reponse)
    assert 'filename="cedre-ici-2026-03-19.xlsx"' in reponse["Content-Disposition"], "le jour de la demande, à l’heure d’ici"
    traces = Trace.objects.filter(objet_id=exportation.pk, objet="exportation").order_by("pk").values_list("geste", "detail")
    assert list(traces) == [(geste, f"tout, {sante} les précisions de santé") for geste in ("creer", "exporter")]
    assert f"{sante} les précisions de santé" in " ".join(client.get(ADRESSE).content.decode().split())


def test_un_export_qui_s_ecrit_ou_s_est_interrompu_ne_se_telecharge_pas_et_s_efface_seul(ici, valide):
    client, par = ici.client("direction"), ici.hab["direction"].compte
    Exportation.objects.all().delete()
    etats = ("pret", "en_cours", "echec")
    jour = timezone.now() - timedelta(hours=2)
    prete, en_cours, ratee = (
        Exportation.objects.create(organisation=ici.organisation, etat=etat, par=par, cree_le=jour + timedelta(minutes=n))
        for n, etat in enumerate(etats)
    )
    assert list(client.get(ADRESSE).context["exportations"]) == [ratee, en_cours, prete], "le dernier demandé d’abord"
    for exportation in (en_cours, ratee):
        assert client.post(reverse("parcours:exportation_telecharger", args=[exportation.pk])).status_code == 404
    client.post(reverse("parcours:exportation_effacer", args=[ratee.pk]))
    assert set(Exportation.objects.all()) == {prete, en_cours}


@pytest.mark.parametrize(("delai", "en_route"), [({"minutes": 59}, True), ({"minutes": 61}, False)])
def test_au_bout_d_une_heure_un_export_qui_s_ecrit_s_est_arrete(ici, delai, en_route):
    quand = timezone.now() - timedelta(**delai)
    exportation = Exportation.objects.create(organisation=ici.organisation, cree_le=quand)
    assert exportation.en_route == Exportation.objects.filter(pk=exportation.pk).en_route().exists() == en_route


@pytest.mark.parametrize(("heures", "reste"), [(23, True), (25, False)])
def test_un_export_s_oublie_au_bout_de_vingt_quatre_heures(ici, heures, reste):
    quand = timezone.now() - timedelta(hours=heures)
    exportation = Exportation.objects.create(organisation=ici.organisation, etat="pret", cree_le=quand)
    oublier.call()
    assert Exportation.objects.filter(pk=exportation.pk).exists() == reste


def test_un_export_que_l_on_ne_peut_pas_tracer_ne_se_telecharge_pas(embauchee, monkeypatch):
    exportation = demander(sante=False, par=embauchee.hab["direction"])
    monkeypatch.setattr("cedre.parcours.views.exportation.tracer", lambda **_: 1 / 0)
    client = embauchee.client("direction")
    client.raise_request_exception = False
    assert client.post(reverse("parcours:exportation_telecharger", args=[exportation.pk])).status_code == 500


@pytest.mark.parametrize("role", ["accueil", "cip", "mad", "qualite", "ca"])
def test_seule_la_direction_exporte_tout(ici, role):
    assert ici.client(role).get(ADRESSE).status_code == ici.client(role).post(ADRESSE).status_code == 403
    assert not Exportation.objects.filter(cree_le__gt=timezone.now() - timedelta(hours=1)).exists()


def test_un_seul_a_la_fois_et_la_barre_avance(ici):
    exportation = Exportation.objects.create(organisation=ici.organisation, faites=3, total=50)
    with pytest.raises(GesteImpossible, match="déjà en préparation"):
        demander(sante=False, par=ici.hab["direction"])
    client = ici.client("direction")
    adresse = reverse("parcours:exportation_avancement", args=[exportation.pk])
    assert 'value="3" max="50"' in client.get(ADRESSE).content.decode()
    assert adresse in client.get(adresse).content.decode()
    Exportation.objects.filter(pk=exportation.pk).update(cree_le=timezone.now() - timedelta(hours=2))
    assert client.get(adresse)["HX-Refresh"] == "true"
    demander(sante=False, par=ici.hab["direction"])


def test_un_echec_se_lit_sur_la_page_et_ne_cite_personne(ici, monkeypatch, caplog):
    def casser(*args, **options):
        raise OSError("Martinelle : disque plein")

    monkeypatch.setattr("cedre.parcours.operations.exportation.ecrire", casser)
    exportation = demander(sante=False, par=ici.hab["direction"])
    exportation.refresh_from_db()
    assert exportation.etat == "echec"
    assert "Interrompu" in ici.client("direction").get(ADRESSE).content.decode()


def test_un_export_ne_dure_qu_un_jour_et_ne_survit_pas_a_un_effacement(embauchee, fichiers, valide):
    exportation = demander(sante=False, par=embauchee.hab["direction"])
    with valide():
        oublier.call()
    assert Exportation.objects.filter(pk=exportation.pk).exists()
    Exportation.objects.filter(pk=exportation.pk).update(cree_le=timezone.now() - timedelta(hours=25))
    with valide():
        oublier.call()
    assert not Exportation.objects.filter(pk=exportation.pk).exists() and list(fichiers.rglob("*.xlsx")) == []
    demander(sante=False, par=embauchee.hab["direction"])
    with valide():
        anonymiser(embauchee.personne, motif="demande", par=embauchee.hab["direction"])
    assert not Exportation.objects.exists() and list(fichiers.rglob("*.xlsx")) == []


def test_un_export_efface_pendant_qu_il_s_ecrit_ne_laisse_pas_de_fichier(embauchee, fichiers, valide, monkeypatch):
    def ecrire_puis_effacer(*args, **options):
        with valide():
            anonymiser(embauchee.personne, motif="demande", par=embauchee.hab["direction"])
        return ecrire(*args, **options)

    monkeypatch.setattr("cedre.parcours.operations.exportation.ecrire", ecrire_puis_effacer)
    demander(sante=False, par=embauchee.hab["direction"])
    assert not Exportation.objects.exists() and list(fichiers.rglob("*.xlsx")) == []


def test_un_effacement_annule_garde_le_fichier(embauchee, fichiers, valide):
    exportation = demander(sante=False, par=embauchee.hab["direction"])
    with valide(), pytest.raises(ZeroDivisionError), transaction.atomic():
        anonymiser(embauchee.personne, motif="demande", par=embauchee.hab["direction"])
        raise ZeroDivisionError
    exportation.refresh_from_db()
    assert exportation.fichier.size


def test_chaque_lien_se_nomme_une_fois(embauchee):
    noms = Noms(embauchee.hab["direction"])
    nommer = noms.lecteur(Personne)
    with CaptureQueriesContext(connection) as vues:
        assert noms.lecteur(Personne)(embauchee.personne.pk) == nommer(embauchee.personne.pk)
        assert nommer(0) == "n° 0"
    assert len(vues) == 0
    assert all(champ.name not in CHAMPS_ABSENTS for champ in champs_de(Personne))
