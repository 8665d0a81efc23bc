"""Ce que le texte demande d'avoir : absent, c'est insuffisant, dans toute structure (CER-3, PRO-2, OBS-5, TRA-4)."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
import time_machine
from dateutil.relativedelta import relativedelta
from django.urls import reverse
from django.utils import timezone

from cedre.certification.conformite import Faits, evaluer, juger_structure, juger_structures
from cedre.certification.editions import edition_de, livrees
from cedre.certification.models import Document, LectureRetenue, Revision
from cedre.certification.verdicts import Verdict
from cedre.comptes.models import Organisation
from cedre.core.indicateurs import Mesure
from cedre.observatoire.operations import figer
from cedre.qualite.models import ActionDeFormation, EvaluationDePrincipe, Objet, Principe, Procedure

LE_RAPPORT = ("rapport_publie", "rapport_transmis")
CONSTATES = {"2.1a-3", "2.3c", "2.3d", "2.4c", "2.5c", "2.6"}  # ce qui se constate n'a pas de compte à tenir


@pytest.fixture
def pourvue(ici):
    """Ici, avec un plan de formation, un principe d'action, et les procédures que le référentiel nomme."""
    chez, le = {"organisation": ici.organisation}, timezone.localdate()
    ActionDeFormation.objects.all().delete()
    ActionDeFormation.objects.create(**chez, besoin="Écouter", intitule="L’écoute", prevue_du=le, prevue_au=le, realisee_le=le)
    Principe.objects.create(**chez, enonce="Chacun progresse", au_quotidien="On le dit", enonce_le=le)
    for objet in Objet:
        suivie = Procedure.objects.create(**chez, titre=objet.label, but="Tenir", mission="insertion", qui="Tous", depuis=le)
        suivie.revisions.create(le=le, objet=objet)
    part = {"question": "part_equipe", "reponse": "3/4", "pourquoi": "Un départ suffit", "retenue_par": "le bureau"}
    LectureRetenue.objects.create(lignee="cedre", edition="2004-10", du=le, **part)
    return ici


def verdicts(monde) -> dict[str, list[Verdict]]:
    """Par point, le verdict de chacune de ses preuves, aujourd'hui."""
    organisation, le = Organisation.objects.get(pk=monde.organisation.pk), timezone.localdate()
    jugees = juger_structure(organisation, edition_de(organisation, le).edition, le)
    return {p.point.code: [preuve.verdict for preuve in p.preuves] for s in jugees for p in s.points} | {
        f"§ {s.specification.code}": s.verdict for s in jugees
    }


@pytest.mark.parametrize("type_siae", ["AI", "ETTI", "EI", "ACI"])
@pytest.mark.parametrize(
    "modele, point, specification",
    [(ActionDeFormation, "2.4b-3", "§ 2.4b"), (Principe, "2.5c-1", "§ 2.5c"), (Procedure, "2.3d", "§ 2.3d")],
)
def test_ce_qui_manque_est_insuffisant(pourvue, type_siae, modele, point, specification):
    Organisation.objects.filter(pk=pourvue.organisation.pk).update(type_siae=type_siae)
    assert verdicts(pourvue)[point][0] == Verdict.SATISFAIT
    EvaluationDePrincipe.objects.all().delete()
    modele.objects.all().delete()
    dits = verdicts(pourvue)
    assert (dits[point][0], dits[specification]) == (Verdict.INSUFFISANT, Verdict.INSUFFISANT)


def test_chacune_des_trois_procedures_doit_exister(pourvue):
    assert verdicts(pourvue)["2.3d"][:3] == [Verdict.SATISFAIT] * 3
    Procedure.objects.get(titre=Objet.MOBILISATION.label).revisions.create()
    assert verdicts(pourvue)["2.3d"][:3] == [Verdict.SATISFAIT, Verdict.INSUFFISANT, Verdict.SATISFAIT]


def test_la_preuve_dit_de_quelle_procedure_elle_parle_et_comment_y_remedier(pourvue):
    Procedure.objects.get(titre=Objet.MOBILISATION.label).revisions.create()
    page = pourvue.client("qualite").get(reverse("certification:specification", args=["2-3d"])).content.decode()
    manque = page.partition("Procédure de mobilisation des heures de travail</strong>")[2].partition("<strong>")[0]
    assert "Écrire une procédure" in manque
    assert page.count(reverse("qualite:procedure_nouvelle")) == 1, "une seule manque"


@pytest.mark.parametrize(
    "annee, transmis, verdict",
    [
        (None, None, Verdict.INSUFFISANT),
        (-1, None, Verdict.INSUFFISANT),
        (-1, 0, Verdict.SATISFAIT),
        (-1, 1, Verdict.INSUFFISANT),
        (-2, 0, Verdict.A_CONSTATER),
    ],
)
def test_le_rapport_de_la_derniere_annee_close_se_transmet(pourvue, annee, transmis, verdict):
    """Ni transmis, ni transmis demain : rien ne l'est ; celui d'une année de plus tôt est à constater (§ 2.5 b)."""
    le = timezone.localdate()
    if annee:
        document = Document.objects.create(organisation=pourvue.organisation, intitule="Rapport d’activité", points=["2.5a"])
        du, au = date(le.year + annee, 1, 1), date(le.year + annee, 12, 31)
        dite = {} if transmis is None else {"transmise_le": le + timedelta(days=transmis), "transmise_a": "la région"}
        document.revisions.create(du=du, au=au, taille=1, fichier="x", **dite)
    assert verdicts(pourvue)["2.5b"] == [verdict]


def test_toutes_les_structures_ensemble_ou_une_seule_figee_ou_non_ont_le_meme_verdict(pourvue):
    """Un mois figé ne garde rien objet par objet : chacun s'y lit encore, tel qu'il était."""
    organisation, le = Organisation.objects.get(pk=pourvue.organisation.pk), timezone.localdate() + relativedelta(day=31)
    edition = edition_de(organisation, le).edition

    def dits(jugees):
        return [preuve.verdict for s in jugees for p in s.points for preuve in p.preuves if preuve.preuve.objet]

    with time_machine.travel(le + timedelta(days=5), tick=False):
        vivants = dits(juger_structure(organisation, edition, le))
        assert figer(le + timedelta(days=5), chez=organisation) and vivants == [Verdict.SATISFAIT] * 6
        ((_, ensemble),) = juger_structures([organisation], edition, le)
        assert dits(juger_structure(organisation, edition, le)) == dits(ensemble) == vivants


def test_ce_qui_a_ete_juge_avant_les_preuves_d_une_version_ne_l_est_pas_de_nouveau(pourvue):
    """Les preuves n° 1 jugent la veille, les suivantes le jour même : une mise à jour ne récrit rien."""
    une, trois, quatre = (edition for edition in livrees() if edition.code == "2004-10")
    assert [e.preuves.numero for e in (une, trois, quatre)] == [1, 3, 4]
    assert (trois.preuves.du, quatre.preuves.du) == (date(2026, 11, 30), date(2026, 12, 1))
    organisation, jours = pourvue.organisation, (date(2026, 11, 29), date(2026, 11, 30), date(2026, 12, 1))
    assert [edition_de(organisation, le).edition.preuves.numero for le in jours] == [1, 3, 4]


def test_un_rapport_publie_dans_cedre_vaut_le_document_et_le_document_vaut_encore(pourvue):
    edition = next(une for une in livrees() if une.code == "2004-10" and une.preuves.numero == 4)
    le, points = date(2027, 3, 1), ("2.5a", "2.5b")

    def juges(**mesures) -> list:
        mesurees = defaultdict(lambda: Mesure(1, 1), {code: Mesure(1, mesures.get(code, 0)) for code in LE_RAPPORT})
        faits = Faits(revisions=[*Revision.objects.filter(document__organisation=pourvue.organisation)])
        jugees = evaluer(edition, "AI", le, mesures=mesurees, faits=faits)
        return [(p.verdict, p.preuves[0].preuve.document) for s in jugees for p in s.points if p.point.code in points]

    publie, transmis = (Verdict.SATISFAIT, ""), (Verdict.SATISFAIT, "")
    manque = [(Verdict.INSUFFISANT, "Rapport d’activité"), (Verdict.INSUFFISANT, "Rapport d’activité, transmis")]
    Revision.objects.all().delete()
    assert juges() == manque
    assert juges(rapport_publie=1) == [publie, manque[1]]
    assert juges(rapport_publie=1, rapport_transmis=1) == [publie, transmis]
    depose = Document.objects.create(organisation=pourvue.organisation, intitule="Rapport", points=["2.5a"])
    Revision.objects.create(document=depose, du=date(2026, 1, 1), au=date(2026, 12, 31), nom="r.pdf", condensat="0", taille=1)
    assert juges() == [(Verdict.SATISFAIT, "Rapport d’activité"), manque[1]]


def test_chaque_regle_de_preuve_cite_les_mots_du_texte():
    (edition,) = (edition for edition in livrees() if edition.preuves and edition.preuves.numero == 4)
    calculees = [(point.code, preuve) for point in edition.points() for preuve in point.preuves if preuve.indicateur]
    siennes = [
        (point, preuve.disposition(d)) for point in edition.points() for preuve in point.preuves for d in point.dispositions
    ]
    assert {point.code for point, disposition in siennes if not disposition.mots} <= CONSTATES
    jamais = "delai_tenu engagement_en_main bilan_remis conventions_en_vigueur enquete_menee manuel_publie priorites_definies"
    assert {preuve.indicateur for _, preuve in calculees} & {*jamais.split()} == set(), "le texte ne le demande pas"
