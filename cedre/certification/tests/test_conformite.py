"""La conformité se juge à une date, de ce qui est enregistré ; deux fois, le même résultat (CER-3, issue 4 §2)."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from cedre.certification import editions
from cedre.certification.conformite import juger_structure, juger_structures
from cedre.certification.editions import edition_de, lue
from cedre.certification.models import Appreciation, Certificat, Document, Revision, ValeurDeParametre
from cedre.certification.tests.fictive import FICTIVE
from cedre.certification.verdicts import Verdict
from cedre.comptes.models import Organisation

AUJOURDHUI = timezone.localdate


def verdict(monde, edition, le=None):
    (une,) = juger_structure(monde.organisation, edition, le or AUJOURDHUI())
    return une.verdict


def test_un_compte_se_juge_et_dit_combien_manquent(ici, referentiel):
    (une,) = juger_structure(ici.organisation, referentiel(), AUJOURDHUI())
    assert une.tete.mesure.total == une.tete.mesure.atteint + une.manquants > 0
    assert une.verdict == (Verdict.SATISFAIT if not une.manquants else Verdict.INSUFFISANT)


def test_une_structure_seule_et_toutes_ensemble_se_jugent_pareil(ici, ailleurs, referentiel):
    edition, le = referentiel(), AUJOURDHUI()
    ensemble = dict(juger_structures([ici.organisation, ailleurs.organisation], edition, le))
    for monde in (ici, ailleurs):
        assert ensemble[monde.organisation] == juger_structure(monde.organisation, edition, le)


def test_la_conformite_d_une_structure_se_lit_en_cinq_requetes(ici, referentiel, django_assert_num_queries):
    edition = referentiel()
    with django_assert_num_queries(5):
        juger_structure(ici.organisation, edition, AUJOURDHUI())


def test_un_constat_est_a_faire_puis_vaut_un_an(ici, referentiel):
    edition = referentiel('preuves: [{constat: "Où reçoit-on ?"}]')
    assert verdict(ici, edition) == Verdict.A_CONSTATER
    dite = Appreciation.objects.create(organisation=ici.organisation, point="1a", valeur="satisfait", le=date(2025, 3, 1))
    assert [
        verdict(ici, edition, jour) for jour in (date(2025, 2, 28), date(2025, 3, 1), date(2026, 2, 28), date(2026, 3, 1))
    ] == [
        Verdict.A_CONSTATER,
        Verdict.SATISFAIT,
        Verdict.SATISFAIT,
        Verdict.A_CONSTATER,
    ]
    Appreciation.objects.create(organisation=ici.organisation, point="1a", valeur="insuffisant", le=dite.le + timedelta(days=9))
    assert verdict(ici, edition, date(2025, 3, 9)) == Verdict.SATISFAIT
    assert verdict(ici, edition, date(2025, 3, 10)) == Verdict.INSUFFISANT


def test_un_document_prouve_la_periode_qu_il_couvre_et_non_le_jour_de_son_depot(ici, ailleurs, referentiel):
    edition = referentiel("preuves: [{document: Projet associatif}]")
    document = Document.objects.create(organisation=ici.organisation, intitule="Projet", points=["1a"])
    Document.objects.create(organisation=ailleurs.organisation, intitule="Projet", points=["1a"])
    Revision.objects.create(
        document=document, du=date(2024, 1, 1), au=date(2024, 12, 31), perime_le=date(2024, 11, 1), taille=1, fichier="x"
    )
    attendus = {date(2023, 12, 31): 0, date(2024, 1, 1): 1, date(2024, 10, 31): 1, date(2024, 11, 1): 0, date(2025, 1, 1): 0}
    for jour, prouve in attendus.items():
        assert verdict(ici, edition, jour) == (Verdict.SATISFAIT if prouve else Verdict.A_CONSTATER), jour
        assert verdict(ailleurs, edition, jour) == Verdict.A_CONSTATER


NOMBRE = "dispositions: [{types: [AI, ETTI, EI, ACI], regle: nombre_minimal, parametre: moitie}]"
TOUS = "dispositions: [{types: [AI, ETTI, EI, ACI], regle: exhaustif}]"


def test_un_parametre_que_la_structure_n_a_pas_dit_rend_indeterminable_et_dit_pourquoi(ici, referentiel):
    propre = {"propre": "moitie: {libelle: Nombre, unite: personnes, propre_a_la_structure: true}"}
    edition = referentiel(
        **{
            TOUS: NOMBRE,
            "moitie: {libelle: Nombre, unite: personnes, valeurs: [{du: 2020-01-01, valeur: 2, reference: § 1}]}": propre[
                "propre"
            ],
        }
    )
    (une,) = juger_structure(ici.organisation, edition, AUJOURDHUI())
    assert (une.verdict, "Nombre" in une.tete.jugement.raison) == (Verdict.INDETERMINABLE, True)
    hier = AUJOURDHUI() - timedelta(days=1)
    ValeurDeParametre.objects.create(
        organisation=ici.organisation, parametre="moitie", du=hier, valeur="0.5", reference="Avenant"
    )
    (une,) = juger_structure(ici.organisation, edition, AUJOURDHUI())
    assert une.tete.jugement.seuil == 1
    assert verdict(ici, edition, hier - timedelta(days=1)) == Verdict.INDETERMINABLE


def test_une_lecture_ouverte_rend_indeterminable(ici, referentiel):
    edition = referentiel(**{TOUS: TOUS.replace("exhaustif}", "exhaustif, lecture: douteuse}")})
    (une,) = juger_structure(ici.organisation, edition, AUJOURDHUI())
    assert une.verdict == Verdict.INDETERMINABLE and "Faut-il ?" in une.tete.jugement.raison


def test_l_edition_d_une_structure_suit_son_entree_puis_l_anniversaire_de_son_certificat(ici, monkeypatch):
    def edition(code, annee, texte="complet"):
        brut = FICTIVE.replace("code: essai", f"code: '{code}'").replace("2020-01-01}", f"{annee}-01-01}}", 1)
        return lue(brut.replace("lignee: fictive", "lignee: cedre").encode())

    monkeypatch.setattr(editions, "livrees", lambda: (edition("a", 2010), edition("b", 2016), edition("c", 2021)))
    Organisation.objects.filter(pk=ici.organisation.pk).update(convention_tripartite_le=date(2012, 5, 1))
    ici.organisation.refresh_from_db()

    def code(le):
        return edition_de(ici.organisation, le).edition.code

    assert code(date(2026, 1, 1)) == "a", "entrée en 2012"
    Certificat.objects.create(organisation=ici.organisation, le=date(2015, 6, 1))
    assert [code(date(2018, 5, 31)), code(date(2018, 6, 1)), code(date(2026, 1, 1))] == ["a", "b", "b"]
    Certificat.objects.create(organisation=ici.organisation, le=date(2018, 7, 1))
    assert [code(date(2021, 6, 30)), code(date(2021, 7, 1))] == ["b", "c"]


def test_la_commande_dit_la_meme_chose_deux_fois_et_a_la_forme_annoncee(ici, referentiel):
    referentiel()

    def dire(*options) -> str:
        sortie = StringIO()
        call_command("conformite", "--structure", ici.organisation.slug, "--le", "2026-01-31", "--json", *options, stdout=sortie)
        return sortie.getvalue()

    assert dire() == dire("--edition", "essai")
    dit = json.loads(dire())
    assert (dit["structure"], dit["edition"], dit["le"]) == (ici.organisation.slug, "essai", "2026-01-31")
    cles = {"ref", "titre", "verdict", "numerateur", "denominateur", "seuil", "regle", "manquants", "points"}
    assert [set(s) for s in dit["specifications"]] == [cles]
    with pytest.raises(CommandError, match="^L’édition « inventée » n’est pas connue, ou son texte manque.$"):
        dire("--edition", "inventée")
    with pytest.raises(CommandError, match="^Aucune structure n’a l’adresse « nulle-part ».$"):
        call_command("conformite", "--structure", "nulle-part")


def test_les_pages_disent_le_verdict_et_menent_a_ce_qui_manque(ici, referentiel):
    referentiel()
    page = ici.client("qualite").get(reverse("certification:conformite"))
    assert "Une exigence" in page.content.decode()
    detail = ici.client("qualite").get(reverse("certification:specification", args=["1a"]))
    assert len(detail.context["tendance"]) == 13 and detail.context["jugee"].specification.code == "1a"
    for folie in ("hier", "9999-12-31", "0001-01-01", "2026-13-45"):
        assert ici.client("ca").get(reverse("certification:conformite"), {"le": folie}).context["le"] == AUJOURDHUI()


def test_l_equipe_s_apprecie_et_seul_ce_qui_change_se_garde(ici, referentiel):
    referentiel()
    adresse, client = reverse("certification:autoevaluation"), ici.client("qualite")
    refus = client.post(adresse, {"valeur-1a": "", "commentaire-1a": "On reçoit bien"})
    assert "valeur-1a" in refus.context["form"].errors and "On reçoit bien" in refus.content.decode()
    envoi = {"valeur-1a": "satisfait", "commentaire-1a": "On reçoit bien"}
    for _ in range(2):
        assert client.post(adresse, envoi).status_code == 302
    assert Appreciation.objects.get().commentaire == "On reçoit bien"
