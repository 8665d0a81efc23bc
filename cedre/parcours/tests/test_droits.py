"""Droits des personnes : accès, effacement, anonymat (nomenclatures §7)."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Compte, Trace
from cedre.comptes.operations import tracer
from cedre.conftest import embaucher
from cedre.core.exports import telecharger
from cedre.observatoire.models import Terme
from cedre.parcours.dossier_complet import dossier_complet
from cedre.parcours.inventaire import inventaire, modeles_du_dossier
from cedre.parcours.models import (
    CompetenceEvaluee,
    Cotation,
    Evaluation,
    EvaluationProfessionnelle,
    Importation,
    NoteSante,
    Personne,
    Suite,
)
from cedre.parcours.operations.droits import SANS_RESTE, TEXTES_GARDES, Motif, anonymiser, departement, effacer
from cedre.parcours.operations.importation import deposer

JAMAIS_REMIS = {"nom_recherche", "cle_identite", "condensat", "importe"}


def _est_un_texte_libre(champ) -> bool:
    return isinstance(champ, models.CharField | models.TextField | models.JSONField) and not champ.choices


@pytest.fixture
def plein(ici):
    """Un dossier où chaque champ de texte de chaque modèle porte une marque, et où chaque sorte de fait existe."""
    direction = ici.hab["direction"].compte
    embaucher(ici)
    Evaluation.objects.update(validee_le=timezone.now())
    for domaine in ici.grille.domaines.all():
        Cotation.objects.create(evaluation=ici.evaluation, domaine=domaine, valeur_personne=1, valeur_accompagnateur=2)
    NoteSante.objects.create(cotation=ici.evaluation.cotations.first(), texte="x")
    pro = EvaluationProfessionnelle.objects.create(
        personne=ici.personne, fiche_de_poste=ici.fiche_de_poste, conclusion="prete", evaluee_par=direction
    )
    CompetenceEvaluee.objects.create(evaluation=pro, libelle="Tenir le rythme", niveau=2)
    Suite.objects.create(
        personne=ici.personne,
        nature="reorientation",
        partenaire=ici.partenaire,
        motif=Terme.objects.de("motif_reorientation").first(),
        par=direction,
    )
    ici.personne.suivis_a_minima.create(objectif="Passer le permis", echeance=timezone.localdate(), par=direction)
    for modele, chemin in [(Personne, "pk"), *modeles_du_dossier().items()]:
        lignes = modele.objects.filter(**{chemin: ici.personne.pk})
        assert lignes.exists(), f"ce dossier d'essai n'a aucun {modele.__name__}"
        marques = {
            c.name: f"m{n}{modele.__name__}"[: c.max_length]
            for n, c in enumerate(modele._meta.concrete_fields)
            if _est_un_texte_libre(c) and c.name not in TEXTES_GARDES.get(modele, ())
        }
        lignes.update(**marques)
    tracer(par=ici.hab["cip"], geste="consulter", objet=ici.personne)
    Personne.objects.filter(pk=ici.personne.pk).update(code_postal="97410")
    ici.personne.refresh_from_db()
    return ici


def textes_du_dossier(pk):
    """Tous les textes libres gardés sur une personne : (modèle, champ, valeur)."""
    for modele, chemin in [(Personne, "pk"), *modeles_du_dossier().items()]:
        for ligne in modele.objects.filter(**{chemin: pk}):
            for champ in modele._meta.concrete_fields:
                if _est_un_texte_libre(champ):
                    yield modele, champ.name, getattr(ligne, champ.name) or ""


def test_ce_qui_cite_une_personne_ou_l_un_de_ses_faits_est_a_son_dossier():
    du_dossier = {Personne, *modeles_du_dossier()}
    liens = {m: {c.related_model for c in m._meta.get_fields() if c.concrete} for m in apps.get_models()}
    assert [m for m, cites in liens.items() if m not in du_dossier and cites & du_dossier] == []


# ── Accès ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_le_dossier_remis_dit_tout_ce_que_la_base_garde(plein):
    remis = json.dumps(dossier_complet(plein.personne, par=plein.hab["direction"]), default=str, ensure_ascii=False)
    oublies = [
        (m.__name__, c)
        for m, c, texte in textes_du_dossier(plein.personne.pk)
        if str(texte) not in remis and c not in JAMAIS_REMIS
    ]
    assert oublies == []


def test_les_precisions_de_sante_ne_sortent_que_par_qui_peut_les_lire(plein):
    note = NoteSante.objects.get().texte
    assert note in json.dumps(dossier_complet(plein.personne, par=plein.hab["direction"]), default=str)
    assert note not in json.dumps(dossier_complet(plein.personne, par=plein.hab["qualite"]), default=str)


def test_la_rqth_ne_sort_que_par_qui_lit_la_sante_ni_dans_le_dossier_ni_dans_ce_que_l_on_disait_avant(plein):
    Personne.objects.filter(pk=plein.personne.pk).update(rqth=True)
    plein.personne.anciennes_situations.create(au=timezone.localdate(), joignable=True, rqth=False)
    plein.personne.refresh_from_db()
    for role, dite in (("direction", True), ("qualite", False)):
        remis = dossier_complet(plein.personne, par=plein.hab[role])
        assert (("rqth" in remis["personne"]), "rqth" in remis["insertion"]["situations connues auparavant"][0]) == (dite, dite)


def test_d_un_dossier_anonyme_ni_critere_ni_rqth_ne_reste(ici):
    ici.personne.criteres.set(Terme.objects.filter(liste="critere_administratif", code="refugie"))
    Personne.objects.filter(pk=ici.personne.pk).update(rqth=True)
    ici.personne.refresh_from_db()
    anonymiser(ici.personne, motif="autre", par=ici.hab["direction"])
    ici.personne.refresh_from_db()
    assert (ici.personne.rqth, ici.personne.criteres.count()) == (None, 0)


@pytest.mark.parametrize("format_", ["pdf", "json"])
def test_remettre_un_dossier_laisse_une_trace_et_rien_d_ailleurs(plein, ailleurs, format_, django_assert_max_num_queries):
    client = plein.client("direction")
    with django_assert_max_num_queries(80):
        reponse = client.post(reverse(f"parcours:dossier_{format_}", args=[plein.personne.pk]))
    assert reponse.status_code == 200
    trace = Trace.objects.get(geste="exporter")
    assert (trace.personne_id, trace.detail) == (plein.personne.pk, f"dossier entier, {format_.upper()}")
    if format_ == "json":
        contenu = json.loads(reponse.content)
        assert contenu["format"] == "cedre-dossier/1"
        assert contenu["evaluations"][0]["domaines"][0]["selon_la_personne"] == "Difficulté légère"
        assert "Zzyzxa" not in reponse.content.decode()


@pytest.mark.parametrize("format_", ["pdf", "json"])
def test_un_dossier_que_l_on_ne_peut_pas_tracer_n_est_pas_remis(ici, format_, monkeypatch):
    def panne(**_):
        raise RuntimeError("la trace ne s'écrit pas")

    rendus = []
    monkeypatch.setattr("cedre.parcours.views.droits.tracer", panne)
    monkeypatch.setattr("cedre.parcours.views.droits.telecharger", lambda *a: rendus.append(a) or telecharger(*a))
    client = ici.client("direction")
    client.raise_request_exception = False
    reponse = client.post(reverse(f"parcours:dossier_{format_}", args=[ici.personne.pk]))
    assert reponse.status_code == 500
    assert rendus == [] and b"Martinelle" not in reponse.content


@pytest.mark.parametrize("route", ["dossier_pdf", "dossier_json"])
def test_un_dossier_ne_se_remet_pas_par_un_simple_lien(ici, route):
    assert ici.client("direction").get(reverse(f"parcours:{route}", args=[ici.personne.pk])).url == reverse(
        "parcours:droits", args=[ici.personne.pk]
    )
    assert not Trace.objects.filter(geste="exporter").exists()


# ── Qui peut ──────────────────────────────────────────────────────────────────────────────────────────────────────

ROUTES = ["droits", "dossier_pdf", "dossier_json"]


@pytest.mark.parametrize("role", ["accueil", "cip", "mad", "qualite", "ca", "salarie", "client", "partenaire"])
def test_seule_la_direction_repond_aux_droits(ici, role):
    for adresse in [reverse(f"parcours:{r}", args=[ici.personne.pk]) for r in ROUTES] + [reverse("parcours:purge_faire")]:
        assert ici.client(role).post(adresse).status_code == 403
    assert ici.client(role).get(reverse("parcours:purge")).status_code == 403


@pytest.mark.parametrize("route", ROUTES)
def test_le_dossier_d_une_autre_structure_n_existe_pas(ici, ailleurs, route):
    client, adresse = ici.client("direction"), reverse(f"parcours:{route}", args=[ailleurs.personne.pk])
    saisie = {"sort": "effacer", "motif": "demande", "confirmation": "Zzyzxa"}
    assert client.get(adresse, follow=True).status_code == client.post(adresse, saisie).status_code == 404
    assert Personne.objects.filter(pk=ailleurs.personne.pk, nom="Zzyzxa").exists()


# ── Effacer ───────────────────────────────────────────────────────────────────────────────────────────────────────


def tables_qui_disent(mot: str) -> list[str]:
    """Les tables de la base où ce mot se lit, en SQL, sans passer par les modèles."""
    trouvees = []
    with connection.cursor() as curseur:
        for table in connection.introspection.table_names():
            curseur.execute(f'SELECT * FROM "{table}"')
            if any(mot.casefold() in str(valeur).casefold() for ligne in curseur.fetchall() for valeur in ligne):
                trouvees.append(table)
    return trouvees


def test_effacer_ne_laisse_le_nom_nulle_part(ici, ailleurs):
    assert {"parcours_personne", "parcours_contact"} <= set(tables_qui_disent("Martinelle"))
    client = ici.client("direction")
    saisie = {"sort": "effacer", "motif": "demande", "confirmation": " martinelle "}
    reponse = client.post(reverse("parcours:droits", args=[ici.personne.pk]), saisie)
    assert reponse.url == reverse("parcours:personnes")
    assert tables_qui_disent("Martinelle") == []
    assert inventaire([ici.personne.pk]) == []
    trace = Trace.objects.get(geste="effacer")
    assert (trace.personne_id, trace.detail) == (ici.personne.pk, "La personne le demande")
    assert Personne.objects.filter(pk=ailleurs.personne.pk).exists()


def test_on_n_efface_pas_sans_confirmer_le_nom_ni_dire_pourquoi(ici):
    adresse = reverse("parcours:droits", args=[ici.personne.pk])
    reponse = ici.client("direction").post(adresse, {"sort": "effacer", "confirmation": "Martin"})
    assert reponse.context["form"].errors.keys() == {"motif", "confirmation"}
    assert Personne.objects.filter(pk=ici.personne.pk).exists()


def test_la_page_des_droits_montre_exactement_ce_qui_disparaitra(plein, django_assert_max_num_queries):
    client = plein.client("direction")
    with django_assert_max_num_queries(7):
        reponse = client.get(reverse("parcours:droits", args=[plein.personne.pk]))
    assert dict(reponse.context["contenu"])["premiers contacts"] == 1
    total = sum(nombre for _, nombre in reponse.context["contenu"])
    avant = sum(m.objects.count() for m in modeles_du_dossier())
    effacer(plein.personne, motif="erreur", par=plein.hab["direction"])
    assert avant - sum(m.objects.count() for m in modeles_du_dossier()) == total


# ── Rendre anonyme ────────────────────────────────────────────────────────────────────────────────────────────────


def test_un_dossier_anonyme_ne_dit_plus_rien_de_la_personne(plein):
    avant = {texte for m, c, texte in textes_du_dossier(plein.personne.pk) if c not in TEXTES_GARDES.get(m, ())}
    anonymiser(plein.personne, motif="demande", par=plein.hab["direction"])
    permis = {"Anonyme", f"n° {plein.personne.pk}", f"anonyme n {plein.personne.pk}", "974", ""}
    restes = [
        (m.__name__, c, texte)
        for m, c, texte in textes_du_dossier(plein.personne.pk)
        if c not in TEXTES_GARDES.get(m, ()) and (texte in avant - {""} or (texte not in permis and c != "cle_identite"))
    ]
    assert restes == []
    assert not NoteSante.objects.exists()
    for modele, chemin in modeles_du_dossier().items():
        for ligne in modele.objects.filter(**{chemin: plein.personne.pk}):
            for champ in modele._meta.concrete_fields:
                valeur = getattr(ligne, champ.attname)
                if champ.related_model is Compte or isinstance(champ, models.TimeField):
                    assert valeur is None, champ
                elif isinstance(champ, models.DateTimeField) and valeur:
                    assert timezone.localtime(valeur).day == 1, champ
                elif isinstance(champ, models.DateField) and valeur:
                    assert valeur.day == 1, champ


def test_un_dossier_anonyme_garde_de_quoi_compter(plein):
    avant = dict(inventaire([plein.personne.pk]))
    anonymiser(plein.personne, motif="demande", par=plein.hab["direction"])
    apres = dict(inventaire([plein.personne.pk]))
    assert apres == {
        sorte: n for sorte, n in avant.items() if sorte not in {str(m._meta.verbose_name_plural) for m in SANS_RESTE}
    }
    personne = Personne.objects.get(pk=plein.personne.pk)
    assert (personne.date_naissance.isoformat(), personne.code_postal, personne.sexe) == ("1990-01-01", "974", "")
    assert personne.suites.get().partenaire == plein.partenaire
    assert Trace.objects.get(geste="anonymiser").personne_id == personne.pk


def test_un_dossier_anonyme_ne_se_retrouve_ni_ne_se_rouvre(plein):
    anonymiser(plein.personne, motif="demande", par=plein.hab["direction"])
    assert not Personne.objects.recherche("martinelle").exists()
    client = plein.client("direction")
    for route in ("droits", "personne_modifier", "nouveau_contact", "suite"):
        assert client.get(reverse(f"parcours:{route}", args=[plein.personne.pk])).status_code == 404
    page = client.get(reverse("parcours:personne", args=[plein.personne.pk]))
    assert page.status_code == 200 and page.context["personne"].manques == []
    contenu = page.content.decode()
    assert reverse("parcours:personne_modifier", args=[plein.personne.pk]) not in contenu
    assert "né·e en 1990" in contenu and "né·e le" not in contenu


def test_de_l_identite_il_reste_l_annee_de_naissance_le_departement_et_les_mois(ici):
    Personne.objects.filter(pk=ici.personne.pk).update(
        telephone_2="0600000000", courriel="z@exemple.example", adresse="3 rue A", code_postal="38120", commune="Bourg", sexe="F"
    )
    ouvert = datetime(2026, 3, 18, 22, 30, tzinfo=UTC)
    Personne.objects.filter(pk=ici.personne.pk).update(
        reference="A-1", phase_depuis=date(2026, 3, 20), cree_le=ouvert, cree_jour=date(2026, 3, 18)
    )
    ici.personne.refresh_from_db()
    anonymiser(ici.personne, motif="autre", par=ici.hab["direction"])
    anonyme = Personne.objects.get(pk=ici.personne.pk)
    assert (anonyme.nom, anonyme.prenom, anonyme.sexe, anonyme.code_postal) == ("Anonyme", f"n° {anonyme.pk}", "F", "38")
    vides = ("reference", "telephone", "telephone_2", "courriel", "adresse", "commune")
    assert [getattr(anonyme, champ) for champ in vides] == [""] * len(vides)
    assert (anonyme.referent, anonyme.anonymisee_le) == (None, timezone.localdate())
    assert (anonyme.date_naissance, anonyme.phase_depuis, anonyme.cree_jour) == (
        date(1990, 1, 1),
        date(2026, 3, 1),
        date(2026, 3, 1),
    )
    assert f"{anonyme.cree_le:%Y-%m-%d %H:%M:%S}" == "2026-03-01 12:00:00"
    assert Trace.objects.get(geste="anonymiser").detail == Motif.AUTRE.label


def test_ce_qui_etait_a_venir_d_un_dossier_anonyme_n_a_plus_lieu(embauchee):
    qui = embauchee.personne
    anonymiser(qui, motif="demande", par=embauchee.hab["direction"])
    assert qui.entretiens.get().etat == "annule" == qui.bilans.get().etat
    assert (qui.actions.get().etat, qui.actions.get().seance) == ("excusee", None)
    assert (qui.informations.get().presence, qui.informations.get().collective) == ("excusee", None)
    assert qui.contrats.get().importe == {}


def test_les_heures_d_un_meme_mois_s_ajoutent_en_une_ligne(embauchee):
    mets = embauchee.mise_en_situation
    mets.heures.all().delete()
    for le, heures in (((2026, 3, 2), 7), ((2026, 3, 30), 5.5), ((2026, 4, 6), 3)):
        mets.heures.create(le=date(*le), heures=heures)
    anonymiser(embauchee.personne, motif="demande", par=embauchee.hab["direction"])
    assert list(mets.heures.order_by("le").values_list("le", "heures")) == [(date(2026, 3, 1), 12.5), (date(2026, 4, 1), 3)]


def test_d_un_mois_il_reste_la_derniere_etape(ici):
    qui = ici.personne
    qui.etapes.all().delete()
    etapes = (
        ("pre_accueil", 1, 5, 1, 9),
        ("accueil", 1, 9, 2, 3),
        ("pre_embauche", 2, 3, 2, 20),
        ("parcours", 2, 20, None, None),
    )
    for phase, mois, jour, mois_au, jour_au in etapes:
        qui.etapes.create(phase=phase, du=date(2026, mois, jour), au=mois_au and date(2026, mois_au, jour_au))
    anonymiser(qui, motif="demande", par=ici.hab["direction"])
    janvier, fevrier = date(2026, 1, 1), date(2026, 2, 1)
    assert list(qui.etapes.order_by("du").values_list("phase", "du", "au")) == [
        ("accueil", janvier, fevrier),
        ("parcours", fevrier, None),
    ]


def tout_de(personne) -> dict:
    """Toutes les lignes de son dossier, telles que la base les garde."""
    dossier = {m: list(m.objects.filter(**{c: personne.pk}).order_by("pk").values()) for m, c in modeles_du_dossier().items()}
    return dossier | {Personne: list(Personne.objects.filter(pk=personne.pk).values())}


@pytest.mark.parametrize("geste", [effacer, anonymiser])
def test_du_dossier_d_une_autre_rien_ne_change(embauchee, geste):
    mienne = embauchee.personne
    embauchee.personne = autre = Personne.objects.create(organisation=embauchee.organisation, nom="Voisine", prenom="Ada")
    embaucher(embauchee, "voisine")
    autre.entretiens.create(le=date(2026, 1, 5), synthese="Dit")
    autre.evaluations.create(grille=embauchee.grille)
    autre.contacts.create(demande="Dit")
    autre.informations.create(collective=embauchee.collective, le=embauchee.collective.le, presence="prevue")
    avant = tout_de(autre)
    assert sum(map(bool, avant.values())) > 30
    geste(mienne, motif="demande", par=embauchee.hab["direction"])
    assert tout_de(autre) == avant


def test_l_inventaire_compte_chaque_sorte_dans_l_ordre_des_mots(embauchee):
    autre = Personne.objects.create(organisation=embauchee.organisation, nom="Voisine", prenom="Ada")
    autre.contacts.create()
    autre.echanges.create(texte="Dit")
    autre.suites.create(nature="inscription")
    assert inventaire([autre.pk]) == [("échanges", 1), ("premiers contacts", 1), ("suites données", 1)]
    assert dict(inventaire([autre.pk, embauchee.personne.pk]))["premiers contacts"] == 2


def test_un_brouillon_d_evaluation_ne_survit_pas_a_l_anonymat(ici):
    anonymiser(ici.personne, motif="demande", par=ici.hab["direction"])
    assert not ici.personne.evaluations.exists()


@pytest.mark.parametrize("postal, attendu", [("38120", "38"), ("97410", "974"), ("98800", "988"), ("20000", "20"), ("", "")])
def test_du_code_postal_il_reste_le_departement(postal, attendu):
    assert departement(postal) == attendu


@pytest.mark.parametrize("geste", [effacer, anonymiser])
@pytest.mark.parametrize("etat", ["depose", "analyse", "echec", "termine"])
def test_aucun_import_ne_garde_le_nom_d_une_personne_effacee(
    ici, ailleurs, geste, etat, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT, dit = tmp_path, [{"valeur": "Martinelle"}]
    for monde in (ici, ailleurs):
        importation = deposer(b"Nom;Prenom\nMartinelle;Ana\n", nom="a.csv", par=monde.hab["direction"])
        Importation.objects.filter(pk=importation.pk).update(etat=etat, remarques=dit, apercu=dit)
    with django_capture_on_commit_callbacks(execute=True):
        geste(ici.personne, motif="demande", par=ici.hab["direction"])
    oublie, garde = (Importation.objects.filter(organisation=m.organisation).latest("pk") for m in (ici, ailleurs))
    assert "Martinelle" not in str([oublie.remarques, oublie.apercu, oublie.colonnes]) and not oublie.fichier
    assert (oublie.etat, "de nouveau" in oublie.message) == (("termine", False) if etat == "termine" else ("echec", True))
    assert garde.remarques == garde.apercu == dit and "Martinelle" in str(garde.colonnes)
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [Path(garde.fichier.name).name]
