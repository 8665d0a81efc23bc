"""La phase et le référent d'un dossier se lisent à toute date ; ce qu'on en garde est ce que disent ses faits (ACC-6)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cedre.conftest import embaucher, terme
from cedre.core.indicateurs import tous
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Bilan, Contact, Contrat, Entretien, Etape, Information, Personne, Sortie, Suite, Suivi
from cedre.parcours.models.etape import MENE, FaitDeParcours, deduire
from cedre.parcours.operations import contrats, entretiens, sorties
from cedre.parcours.operations.collectives import informer
from cedre.parcours.operations.contacts import ajouter_contact, donner_suite, ouvrir_dossier, rectifier
from cedre.parcours.operations.droits import anonymiser
from cedre.parcours.operations.etapes import reprendre_les_etapes
from cedre.parcours.operations.suivi import confier
from cedre.tests.faits import amener

JOUR = date(2026, 3, 2)
FAITS = st.builds(
    FaitDeParcours,
    st.integers(0, 40).map(lambda n: JOUR + timedelta(days=n)),
    st.sampled_from(list(MENE)),
    st.none() | st.datetimes(timezones=st.just(timezone.get_default_timezone())),
)


def dans(jours: int) -> date:
    """Le jour qui vient dans n jours."""
    return timezone.localdate() + timedelta(days=jours)


def le_jour(code: str, monde, le: date) -> tuple[int, int]:
    """Total et atteint d'un indicateur, ce jour-là."""
    return tuple(tous()[code].mesurer(monde.organisation, le))


def verifier(*personnes: Personne) -> None:
    """Les étapes sont celles que disent les faits, et ce que le dossier en garde est la dernière, qui le suit compris."""
    for personne in Personne.objects.filter(pk__in=[p.pk for p in personnes]):
        gardees = list(personne.etapes.values_list("phase", "du", "au"))
        phase, du, au = gardees[-1]
        assert (personne.phase, personne.phase_depuis, au) == (phase, du, None)
        assert all(avant[2] == apres[1] for avant, apres in zip(gardees, gardees[1:], strict=False)), "aucun jour sans phase"
        reprendre_les_etapes(personne)
        assert list(personne.etapes.values_list("phase", "du", "au")) == gardees
        suivi = personne.suivis.filter(au=None).values_list("compte", flat=True)
        assert list(suivi) == ([personne.referent_id] if personne.referent_id else [])


@given(st.lists(FAITS), st.randoms())
def test_les_etapes_ne_tiennent_qu_aux_faits_et_se_suivent(faits, alea):
    etapes = deduire(faits, JOUR)
    jours, phases = zip(*etapes, strict=True)
    assert list(jours) == sorted(set(jours)) and jours[0] == JOUR
    assert all(avant != apres for avant, apres in zip(phases, phases[1:], strict=False))
    if len({(f.le, f.saisi) for f in faits}) == len(faits):
        alea.shuffle(faits)
        assert deduire(faits, JOUR) == etapes


TOUJOURS = {"contrat": "parcours", "sortie": "sortie"}
REPONSES = {"reorientation": "reorientee", "sans_suite": "sans_suite"}


@pytest.mark.parametrize(
    ("chemin", "phase", "menent"),
    [
        (None, "pre_accueil", TOUJOURS | REPONSES | {"rencontre": "accueil", "inscription": "pre_embauche"}),
        ("rencontre", "accueil", TOUJOURS | REPONSES | {"inscription": "pre_embauche"}),
        ("inscription", "pre_embauche", TOUJOURS | REPONSES),
        ("contrat", "parcours", TOUJOURS | REPONSES),
        ("sortie", "sortie", TOUJOURS | {"demande": "pre_accueil"}),
        ("reorientation", "reorientee", TOUJOURS | {"demande": "pre_accueil"}),
        ("sans_suite", "sans_suite", TOUJOURS | {"demande": "pre_accueil"}),
    ],
)
def test_de_chaque_phase_un_fait_mene_ailleurs_ou_n_y_change_rien(chemin, phase, menent):
    deja = [FaitDeParcours(JOUR, chemin)] if chemin else []
    sortes = ("demande", "rencontre", "inscription", "reorientation", "sans_suite", "contrat", "sortie")
    menes = {sorte: deduire([*deja, FaitDeParcours(JOUR + timedelta(days=1), sorte)], JOUR)[-1][1] for sorte in sortes}
    assert menes == {sorte: menent.get(sorte, phase) for sorte in sortes}
    assert deduire(deja, JOUR + timedelta(days=9))[0] == (JOUR if chemin else JOUR + timedelta(days=9), phase)


def test_d_un_meme_jour_le_dernier_note_l_emporte_et_ce_dont_on_ne_sait_pas_l_heure_est_du_soir():
    matin, soir = (datetime(2026, 3, 9, heure, tzinfo=UTC) for heure in (9, 18))
    le = date(2026, 3, 9)
    for clos, demande, attendue in ((matin, soir, "accueil"), (soir, matin, "sans_suite"), (None, soir, "sans_suite")):
        faits = [
            FaitDeParcours(JOUR, "demande"),
            FaitDeParcours(le, "rencontre"),
            FaitDeParcours(le, "sans_suite", clos),
            FaitDeParcours(le, "demande", demande),
        ]
        assert deduire(faits, JOUR)[-1] == (le, attendue)


def test_le_monde_d_essai_tient_ses_etapes(embauchee, ailleurs):
    verifier(*Personne.objects.all())
    assert embauchee.personne.phase == "parcours" and Etape.objects.exists()


def test_chaque_geste_tient_les_etapes_et_ce_que_le_dossier_en_garde(ici):
    par = ici.hab["cip"]
    qui = ouvrir_dossier(Personne(nom="Neuve", prenom="Ada", referent=ici.qui), contact=Contact(le=dans(-30)), par=par)
    gestes = [
        ("accueil", lambda: informer(Information(personne=qui, le=dans(-29)), par=par)),
        ("accueil", lambda: entretiens.prevoir(Entretien(personne=qui, le=dans(-25)), par=par)),
        ("pre_embauche", lambda: entretiens.conclure(qui.entretiens.get(), issue="inscription", le=dans(-25), par=par)),
        ("parcours", lambda: contrats.signer(_contrat(qui, -20), par=par)),
        ("parcours", lambda: _corriger_le_debut(qui, -18, par)),
        ("sortie", lambda: _sortir(qui, -10, par)),
        ("sortie", lambda: _corriger_la_sortie(qui, -9, par)),
        ("parcours", lambda: sorties.annuler_sortie(qui.sorties.get(), par=par)),
        ("pre_embauche", lambda: contrats.retirer(qui.contrats.get(), personne=qui, par=par)),
        ("sans_suite", lambda: donner_suite(_relue(qui), suite=_sans_suite(-3), par=par)),
        ("pre_accueil", lambda: ajouter_contact(_relue(qui), contact=Contact(le=dans(-1)), par=par)),
        ("pre_accueil", lambda: confier([_relue(qui)], a=ici.hab["direction"].compte, par=par)),
    ]
    for attendue, faire in gestes:
        faire()
        verifier(qui)
        assert _relue(qui).phase == attendue
    jours = [("pre_accueil", -30), ("accueil", -29), ("pre_embauche", -25), ("sans_suite", -3), ("pre_accueil", -1)]
    assert list(qui.etapes.values_list("phase", "du")) == [(phase, dans(n)) for phase, n in jours]
    assert list(qui.suivis.values_list("compte", "du")) == [
        (ici.qui.pk, dans(-30)),
        (ici.hab["direction"].compte_id, dans(0)),
    ]


def _relue(personne: Personne) -> Personne:
    return Personne.objects.get(pk=personne.pk)


def _contrat(personne: Personne, debut: int) -> Contrat:
    return Contrat(personne=personne, nature=terme("nature_contrat", "cddi"), debut=dans(debut), fin_prevue=dans(60))


def _corriger_le_debut(personne: Personne, debut: int, par) -> None:
    contrat = personne.contrats.get()
    contrat.debut = dans(debut)
    contrats.corriger(contrat, champs=["debut"], par=par)
    assert personne.etapes.get(phase="parcours").du == dans(debut)


def _sortir(personne: Personne, le: int, par, motif: str = "chomage") -> None:
    sortie = Sortie(personne=personne, le=dans(le), motif=terme("motif_sortie", motif))
    sorties.sortir(sortie, motif_rupture=terme("motif_rupture", "accord"), par=par)


def _corriger_la_sortie(personne: Personne, le: int, par) -> None:
    sortie = personne.sorties.get()
    sortie.le = dans(le)
    sorties.corriger_sortie(sortie, champs=["le"], motif_rupture=terme("motif_rupture", "accord"), par=par)


def _sans_suite(le: int) -> Suite:
    return Suite(nature="sans_suite", le=dans(le), motif=terme("motif_sans_suite", "autre"))


def test_un_indicateur_lit_la_phase_du_jour_dit_et_non_celle_d_aujourd_hui(ici):
    Contact.objects.update(le=dans(-40))
    qui = amener(ici.personne, "pre_embauche", dans(-20))
    assert [le_jour("suivi_statut_inexplique", ici, dans(n)) for n in (-21, -20, 0)] == [(0, 0), (1, 0), (1, 0)]
    donner_suite(qui, suite=_sans_suite(0), par=ici.hab["cip"])
    assert [le_jour("suivi_statut_inexplique", ici, dans(n)) for n in (-21, -20, -1, 0)] == [(0, 0), (1, 0), (1, 0), (0, 0)]


def test_confier_aujourd_hui_ne_change_pas_qui_suivait_hier(ici):
    qui, par = ici.personne, ici.hab["direction"]
    qui.referent = None
    rectifier(qui, champs=["referent"], prestations=[], criteres=[], precision="", par=par)
    verifier(qui)
    assert [le_jour("suivi_sans_referent", ici, dans(n)) for n in (-1, 0)] == [(1, 1), (1, 0)]
    qui.referent = par.compte
    rectifier(qui, champs=["referent"], prestations=[], criteres=[], precision="", par=par)
    verifier(qui)
    assert [le_jour("suivi_sans_referent", ici, dans(n)) for n in (-1, 0)] == [(1, 1), (1, 1)]


def test_qui_quitte_la_structure_suivait_encore_la_veille(ici):
    assert le_jour("suivi_sans_referent", ici, dans(0)) == (1, 1)
    type(ici.hab["cip"]).objects.filter(pk=ici.hab["cip"].pk).update(retiree_le=timezone.now())
    assert [le_jour("suivi_sans_referent", ici, dans(n)) for n in (-1, 0)] == [(1, 1), (1, 0)]


@pytest.fixture
def attendue(ici):
    """La personne n'a plus que son entretien à l'agenda, posé il y a dix jours."""
    Information.objects.all().delete()
    Contact.objects.update(le=dans(-40))
    reprendre_les_etapes(ici.personne)
    Entretien.objects.update(pose_le=dans(-10))
    return ici


def test_un_rendez_vous_est_a_l_agenda_du_jour_ou_on_l_y_met_a_celui_ou_on_l_en_retire(attendue):
    jours = (-11, -10, -1, 0)
    assert [le_jour("suivi_sans_prochaine_date", attendue, dans(n))[1] for n in jours] == [0, 1, 1, 1]
    entretiens.annuler(attendue.entretien, par=attendue.hab["cip"])
    assert [le_jour("suivi_sans_prochaine_date", attendue, dans(n))[1] for n in jours] == [0, 1, 1, 0]


def test_tenu_ou_manque_un_rendez_vous_etait_a_l_agenda_jusqu_a_la_veille(attendue):
    for etat, issue in (("realise", "autre_rencontre"), ("absent", "")):
        Entretien.objects.update(le=dans(-2), etat=etat, issue=issue)
        assert [le_jour("suivi_sans_prochaine_date", attendue, dans(n))[1] for n in (-11, -3, -2, 0)] == [0, 1, 0, 0]


def test_reporter_un_rendez_vous_manque_le_laisse_a_son_jour(attendue):
    Entretien.objects.update(le=dans(-4))
    jours = (-11, -10, -4, -3, -1)
    avant = [le_jour("suivi_sans_prochaine_date", attendue, dans(n)) for n in jours]
    entretien = Entretien.objects.get()
    entretien.le = dans(5)
    entretiens.reprogrammer(entretien, champs=["le"], par=attendue.hab["cip"])
    assert [le_jour("suivi_sans_prochaine_date", attendue, dans(n)) for n in jours] == avant
    assert le_jour("suivi_sans_prochaine_date", attendue, dans(0)) == (1, 1)
    assert list(Entretien.objects.order_by("le").values_list("le", "etat")) == [(dans(-4), "annule"), (dans(5), "prevu")]


@pytest.mark.parametrize(
    "modele, champ, tenu",
    [(Entretien, "etat", {"realise"}), (Information, "presence", {"presente"})],
    ids=["entretien", "seance"],
)
def test_seule_une_rencontre_qui_a_eu_lieu_ouvre_l_accueil(ici, modele, champ, tenu):
    Contact.objects.update(le=dans(-9))
    type(ici.personne).objects.update(cree_le=timezone.now() - timedelta(days=9))
    qui, menent = _relue(ici.personne), set()
    for etat in modele._meta.get_field(champ).choices:
        fait = {champ: etat[0], "le": dans(-2), "annule_le": dans(-2) if etat[0] == modele.ANNULEE else None}
        modele.objects.update(**fait, **({"issue": "autre_rencontre"} if etat[0] == "realise" else {}))
        reprendre_les_etapes(qui)
        etapes = list(qui.etapes.values_list("phase", "du", "au"))
        if etapes == [("pre_accueil", dans(-9), dans(-2)), ("accueil", dans(-2), None)]:
            menent.add(etat[0])
        else:
            assert etapes == [("pre_accueil", dans(-9), None)]
    assert menent == tenu


def test_une_suite_ne_se_donne_pas_avant_la_derniere_demande(ici):
    with pytest.raises(GesteImpossible, match="venue après"):
        donner_suite(ici.personne, suite=_sans_suite(-9), par=ici.hab["cip"])


def test_clore_sans_suite_arrete_tout_ce_qui_courait(ici):
    amener(ici.personne, "pre_embauche", dans(0))
    embaucher(ici)
    qui = ici.personne
    qui.contrats.all().delete()
    qui.sorties.all().delete()
    reprendre_les_etapes(qui)
    assert qui.phase == "pre_embauche"
    donner_suite(qui, suite=_sans_suite(0), par=ici.hab["cip"])
    assert set(qui.engagements.values_list("etat", "clos_le")) == {("clos", dans(0))}
    assert not qui.bilans.prevus().exists() and not qui.actions.filter(etat="prevue").exists()
    assert set(qui.mises_en_situation.values_list("au", flat=True)) == {dans(0)}


@pytest.mark.parametrize("motif, attendu", [("deces", "annule"), ("chomage", "en_cours")])
def test_un_deces_annule_le_bilan_que_l_on_ecrivait_et_garde_ce_qui_y_est_ecrit(embauchee, motif, attendu):
    qui = embauchee.personne
    qui.mises_en_situation.all().delete()
    Bilan.objects.update(etat="en_cours", le=dans(-1), synthese="Ce que l’on retient")
    _sortir(qui, 0, embauchee.hab["cip"], motif)
    assert list(qui.bilans.values_list("etat", "synthese")) == [(attendu, "Ce que l’on retient")]
    compte = Personne.objects.suivies().a_traiter("bilan_depasse").count()
    assert compte == Personne.objects.a_traiter("bilan_depasse").count() == (attendu == "en_cours")


def test_ce_qui_manque_ne_se_montre_que_de_qui_l_on_suit(embauchee):
    amener(embauchee.personne, "sans_suite", dans(0))
    assert le_jour("suivi_sans_contact", embauchee, dans(0))[0] == 1
    assert not Personne.objects.a_traiter("sans_contact").exists()


def test_d_un_dossier_anonyme_restent_les_mois_de_ses_etapes_et_pas_qui_le_suivait(embauchee):
    qui = embauchee.personne
    anonymiser(qui, motif="demande", par=embauchee.hab["direction"])
    assert not Suivi.objects.filter(personne=qui).exists()
    etapes = list(Etape.objects.filter(personne=qui))
    assert etapes and {e.du.day for e in etapes} == {1} and etapes[-1].phase == qui.phase
