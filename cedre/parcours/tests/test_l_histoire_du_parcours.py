"""Ce que l'on fait aujourd'hui d'un parcours ne change pas ce qu'hier en disait (CER-3, INS-2, INS-4, INS-7)."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cedre.conftest import terme
from cedre.core.indicateurs import tous
from cedre.core.intervalles import faire_valoir, retenir
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import (
    AncienneFin,
    Bilan,
    Contrat,
    Engagement,
    Formalisation,
    Heures,
    MiseEnSituation,
    Moyen,
    Objectif,
    ObjectifEvalue,
    PassIAE,
)
from cedre.parcours.operations import bilans, contrats, droits, engagements, travail
from cedre.parcours.remises import texte

UN_JOUR = timedelta(days=1)
CODES = (
    *("engagement_formalise", "salaries_engages", "engagement_en_main", "types_d_engagement_pratiques", "heures_avec_objectif"),
    *("bilan_tenu", "bilan_redige", "bilan_remis", "suivi_sans_objectif", "suivi_sans_echeance", "suivi_bilan_depasse"),
    *("suivi_bilan_proche", "suivi_fin_pass", "suivi_fin_contrat", "suivi_sans_heures", "suivi_sortie_non_documentee"),
    *("suivi_sans_contact", "bilan_conduit", "salaries_engages_selon_le_texte", "salaries_engages_dans_l_annee"),
)


def dans(jours: int) -> date:
    """Le jour, compté depuis aujourd'hui."""
    return timezone.localdate() + timedelta(days=jours)


def instant(jours: int) -> datetime:
    """Midi, ce jour-là."""
    return datetime.combine(dans(jours), time(12), UTC)


def mesures(monde, le: date) -> dict:
    """Tout ce qui se mesure du parcours, ce jour-là."""
    return {code: tuple(tous()[code].mesurer(monde.organisation, le)) for code in CODES}


@pytest.fixture
def vecue(embauchee):
    """La personne embauchée, dont tout ce qui court a été noté il y a deux mois."""
    Bilan.objects.update(cree_le=instant(-60))
    MiseEnSituation.objects.update(cree_le=instant(-60))
    Contrat.objects.update(note_le=dans(-60))
    PassIAE.objects.update(note_le=dans(-60))
    for nom in ("bilan", "mise_en_situation", "contrat", "engagement"):
        getattr(embauchee, nom).refresh_from_db()
    return embauchee


@pytest.fixture
def hier(vecue):
    """Vérifie, l'essai fini, que rien de ce que l'on mesurait hier n'a changé."""
    avant = [mesures(vecue, dans(-ecart)) for ecart in (1, 20)]
    yield dans(-1)
    assert [mesures(vecue, dans(-ecart)) for ecart in (1, 20)] == avant


def mesure(code: str, monde, jours: int) -> tuple:
    """Total, atteint."""
    return tuple(tous()[code].mesurer(monde.organisation, dans(jours)))


def enregistrer(monde, *, objectifs=None, moyens=None, retires=(), **champs) -> Engagement:
    """L'engagement tel qu'on l'écrirait à l'écran."""
    actuel = Engagement.objects.get(pk=monde.engagement.pk)
    gardes = {nom: getattr(actuel, nom) for nom in engagements.CHAMPS} | champs
    lus = (actuel.objectifs_en_vigueur, actuel.moyens_en_vigueur)
    restent = [[ligne for ligne in lues if ligne not in retires] for lues in lus]
    dits = [reste if dites is None else dites for dites, reste in zip((objectifs, moyens), restent, strict=True)]
    saisie = engagements.EngagementSaisi(gardes, *dits, list(retires))
    return engagements.enregistrer(actuel, saisie=saisie, version=actuel.version, par=monde.hab["cip"])


# L'engagement formalisé


def test_un_engagement_rendu_incomplet_puis_complet_aussitot_l_est_toujours_depuis_le_meme_jour(vecue, hier):
    depuis = vecue.engagement.formalise_le
    assert enregistrer(vecue, bilan_le=vecue.engagement.bilan_le, retires=[vecue.engagement.moyens.first()]).formalise_le is None
    assert mesure("engagement_formalise", vecue, 0) == (1, 0)
    manque = {"structure", "personne"} - {m.qui for m in vecue.engagement.moyens.filter(retire_le=None)}
    moyen = Moyen(qui=manque.pop(), libelle="Appeler", echeance=dans(9), evaluation="On en parle", objectif=vecue.objectif)
    assert enregistrer(vecue, moyens=[*Moyen.objects.en_vigueur(), moyen]).formalise_le == depuis
    assert {*Formalisation.objects.values_list("sens", "du", "au")} == {(sens, depuis, None) for sens in ("texte", "guide")}


def test_un_engagement_incomplet_aujourd_hui_etait_complet_hier(vecue, hier):
    depuis = vecue.engagement.formalise_le
    enregistrer(vecue, retires=[vecue.engagement.moyens.get(qui="structure")])
    assert {*Formalisation.objects.values_list("sens", "du", "au")} == {(sens, depuis, dans(0)) for sens in ("texte", "guide")}
    for code in ("engagement_formalise", "salaries_engages", "salaries_engages_selon_le_texte"):
        assert [mesure(code, vecue, jours) for jours in (-1, 0)] == [(1, 1), (1, 0)], code


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=5))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_ce_qui_vaut_se_lit_a_toute_date_comme_le_soir_de_ce_jour(embauchee, gestes):
    lignes, soirs, le = embauchee.engagement.formalisations, {}, date(2026, 1, 1)
    lignes.all().delete()
    for pas, vaut in gestes:
        le += timedelta(days=pas)
        depuis = faire_valoir(lignes, le, vaut)
        soirs[le] = vaut
        assert depuis == lignes.filter(au=None).values_list("du", flat=True).first()
    valait = False
    for jour in (date(2025, 12, 31) + timedelta(days=n) for n in range(22)):
        valait = soirs.get(jour, valait)
        assert Engagement.objects.formalises(jour).exists() is valait


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from([None, 10, 20, 30])), max_size=5), st.sampled_from([None, 10]))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_ce_que_l_on_savait_se_lit_a_toute_date_comme_le_soir_de_ce_jour(embauchee, gestes, depart):
    contrat, le, sue = embauchee.contrat, date(2026, 1, 1), depart
    fins = {jour: jour and date(2027, 1, jour) for jour in (None, 10, 20, 30)}
    AncienneFin.objects.all().delete()
    Contrat.objects.update(note_le=None)
    soirs = {date(1901, 1, 1): depart}
    for pas, fin in gestes:
        le += timedelta(days=pas)
        retenir(contrat.anciennes_fins, le, avant={"fin": fins[sue]}, apres={"fin": fins[fin]})
        soirs[le] = sue = fin
    Contrat.objects.update(fin=fins[sue])
    su = depart
    for jour in (date(2025, 12, 31) + timedelta(days=n) for n in range(22)):
        su = soirs.get(jour, su)
        assert Contrat.objects.connus(jour).get().fin_connue == (fins[su] or date(9999, 12, 31))


# Les objectifs


def test_un_objectif_retire_reste_dans_l_histoire_et_ne_se_propose_plus(vecue, hier, cip):
    autre = Objectif(libelle="Passer le code")
    enregistrer(vecue, objectifs=[autre], moyens=[], retires=[vecue.objectif])
    vecue.objectif.refresh_from_db()
    assert vecue.objectif.retire_le == dans(0)
    assert [mesure("suivi_sans_objectif", vecue, jours) for jours in (-1, 0)] == [(1, 1), (1, 1)]
    assert [o["libelle"] for o in texte(vecue.engagement)["objectifs"]] == ["Passer le code"]
    pages = [reverse("parcours:engagement", args=[vecue.engagement.pk]), reverse("parcours:personne", args=[vecue.personne.pk])]
    pages += [reverse("parcours:mets_modifier", args=[vecue.mise_en_situation.pk])]
    for page in pages:
        assert vecue.objectif.libelle not in cip.get(page).content.decode(), page


def test_le_travail_ne_sert_plus_l_objectif_que_l_on_retire_mais_le_servait_hier(vecue, hier):
    enregistrer(vecue, objectifs=[Objectif(libelle="Passer le code")], moyens=[], retires=[vecue.objectif])
    mets = MiseEnSituation.objects.get()
    assert (mets.engagement, mets.objectif) == (None, None)
    assert [mesure("heures_avec_objectif", vecue, jours) for jours in (-1, 0)] == [(1, 1), (1, 0)]


def test_un_objectif_ajoute_aujourd_hui_n_y_etait_pas_hier(vecue):
    enregistrer(vecue, objectifs=[Objectif(libelle="Passer le code")], moyens=[], retires=[vecue.objectif])
    Objectif.objects.filter(pk=vecue.objectif.pk).update(retire_le=dans(-3))
    assert [mesure("suivi_sans_objectif", vecue, jours) for jours in (-4, -3, -1, 0)] == [(1, 1), (1, 0), (1, 0), (1, 1)]


def test_une_ligne_ajoutee_et_retiree_le_meme_jour_s_efface(vecue, hier):
    neuf = Objectif(libelle="Passer le code")
    enregistrer(vecue, objectifs=[vecue.objectif, neuf])
    enregistrer(vecue, objectifs=[vecue.objectif], retires=[neuf])
    assert Objectif.objects.get() == vecue.objectif


def test_un_projet_dont_du_travail_sert_l_objectif_ne_s_abandonne_pas(vecue):
    Engagement.objects.update(etat="projet")
    Bilan.objects.all().delete()
    with pytest.raises(GesteImpossible, match="sert un objectif"):
        engagements.abandonner(vecue.engagement, par=vecue.hab["cip"])


def test_effacer_quelqu_un_efface_aussi_son_histoire(vecue):
    enregistrer(vecue, objectifs=[Objectif(libelle="Passer le code")], moyens=[], retires=[vecue.objectif])
    droits.effacer(vecue.personne, motif="demande", par=vecue.hab["direction"])
    assert not Objectif.objects.exists() and not Formalisation.objects.exists()


def test_rendre_anonyme_n_en_garde_aucune_histoire(vecue):
    droits.anonymiser(vecue.personne, motif="demande", par=vecue.hab["direction"])
    assert not any(modele.objects.exists() for modele in droits.SANS_RESTE)


# Ce que sert le travail


def affecter(monde, objectif) -> MiseEnSituation:
    """La mise en situation servira cet objectif, à partir d'aujourd'hui."""
    mets = MiseEnSituation.objects.get()
    mets.objectif = objectif
    return travail.modifier(mets, champs=["objectif"], par=monde.hab["mad"])


def test_affecter_du_travail_aujourd_hui_ne_change_pas_hier(vecue, hier):
    affecter(vecue, None)
    assert [mesure("heures_avec_objectif", vecue, jours) for jours in (-1, 0)] == [(1, 1), (1, 0)]
    assert Heures.objects.all().sommes() == {"total": Decimal(12), "sans_objectif": Decimal(0)}
    assert [MiseEnSituation.objects.avec_objectif(dans(jours)).exists() for jours in (-1, 0)] == [True, False]
    assert [MiseEnSituation.objects.sans_objectif(dans(jours)).exists() for jours in (-1, 0)] == [False, True]
    affecter(vecue, vecue.objectif)
    assert mesure("heures_avec_objectif", vecue, 0) == (1, 1)
    assert vecue.mise_en_situation.anciens_objectifs.filter(au=dans(0)).count() == 0


def test_des_heures_d_avant_l_objectif_restent_distribuees(vecue):
    MiseEnSituation.objects.update(engagement=None, objectif=None)
    vecue.mise_en_situation.anciens_objectifs.all().delete()
    affecter(vecue, vecue.objectif)
    assert Heures.objects.all().sommes() == {"total": Decimal(12), "sans_objectif": Decimal(12)}
    Heures.objects.update(le=dans(0))
    assert Heures.objects.all().sommes() == {"total": Decimal(12), "sans_objectif": Decimal(0)}


# Les bilans


@pytest.fixture
def tenu(vecue):
    """Le bilan, tenu, rédigé, remis et clos il y a quarante jours."""
    passe = {"le": dans(-40), "clos_le": instant(-40), "cree_le": instant(-60)}
    vecue.bilan.clotures_rouvertes.all().delete()
    Engagement.objects.update(debut=dans(-60))
    Bilan.objects.update(etat="clos", suite="sortie", suite_le=dans(-40), synthese="On retient", **passe)
    vecue.bilan.anciens_rendez_vous.all().delete()
    ObjectifEvalue.objects.update(resultat="atteint")
    vecue.bilan.refresh_from_db()
    bilans.remettre(vecue.bilan, le=dans(-39), mode="main_propre", par=vecue.hab["cip"])
    return vecue.bilan


BILANS = ("bilan_tenu", "bilan_redige", "bilan_remis")


def test_rouvrir_un_bilan_pour_une_faute_de_frappe_ne_l_ouvre_que_d_aujourd_hui(vecue, tenu, hier):
    assert [mesure(code, vecue, 0) for code in BILANS] == [(1, 1)] * 3
    bilans.rouvrir(tenu, motif="Une faute", par=vecue.hab["cip"])
    assert [mesure(code, vecue, -1) for code in BILANS] == [(1, 1)] * 3
    assert [mesure(code, vecue, 0) for code in BILANS] == [(1, 0), (0, 0), (0, 0)]
    assert [mesure("suivi_bilan_depasse", vecue, jours) for jours in (-1, 0)] == [(0, 0), (1, 0)]


def test_reclore_le_jour_meme_ne_laisse_aucun_trou_et_vider_un_texte_ne_change_pas_hier(vecue, tenu, hier):
    cip = vecue.hab["cip"]
    bilans.rouvrir(tenu, motif="Une faute", par=cip)
    tenu.refresh_from_db()
    bilans.ecrire(tenu, textes={"synthese": ""}, version=tenu.version, par=cip)
    bilans.conclure(tenu, le=tenu.le, suite="sortie", suite_le=dans(0), par=cip)
    assert [mesure(code, vecue, 0) for code in BILANS] == [(1, 1), (1, 0), (1, 1)]
    assert [Bilan.objects.clos_au(dans(-n)).exists() for n in (41, 40, 39, 1, 0)] == [False, True, True, True, True]
    bilans.rouvrir(tenu, motif="Encore", par=cip)
    assert [(c.du, c.au, c.redige) for c in tenu.clotures_rouvertes.all()] == [(dans(-40), dans(0), True)]


def test_un_bilan_que_l_on_rouvre_reste_une_rencontre(vecue, tenu):
    vecue.personne.echanges.all().delete()
    Bilan.objects.update(le=dans(-5))
    Contrat.objects.update(debut=dans(-90))
    assert mesure("suivi_sans_contact", vecue, 0) == (1, 1)
    bilans.rouvrir(tenu, motif="Une faute", par=vecue.hab["cip"])
    assert mesure("suivi_sans_contact", vecue, 0) == (1, 1)


def prevoir(monde, jours: int) -> Bilan:
    """Le bilan, attendu ce jour-là depuis deux mois."""
    Engagement.objects.update(debut=dans(-60))
    Bilan.objects.update(le=dans(jours), etat="prevu")
    monde.bilan.anciens_rendez_vous.all().delete()
    monde.bilan.clotures_rouvertes.all().delete()
    monde.bilan.refresh_from_db()
    return monde.bilan


def reprogrammer(monde, bilan: Bilan, jours: int) -> None:
    """Lui donne un autre jour."""
    bilan.le = dans(jours)
    bilans.reprogrammer(bilan, champs=["le"], par=monde.hab["cip"])


@pytest.mark.parametrize("attendu", [-5, 5])
@pytest.mark.parametrize("geste", ["deplace", "deplace deux fois", "deplace puis tenu", "tenu", "absent", "annule"])
def test_ce_que_devient_un_rendez_vous_aujourd_hui_ne_change_pas_l_agenda_d_hier(vecue, attendu, geste):
    bilan, cip = prevoir(vecue, attendu), vecue.hab["cip"]
    jours = (dans(-1), dans(-4), dans(-20))
    avant = [mesures(vecue, le) for le in jours]
    assert mesure("suivi_bilan_depasse", vecue, -1) == (1, 0 if attendu < 0 else 1)
    if geste == "absent":
        Bilan.objects.update(le=min(dans(attendu), dans(-1)))
        avant = [mesures(vecue, le) for le in jours]
        bilans.noter_absence(Bilan.objects.get(), par=cip)
    elif geste == "annule":
        bilans.annuler(bilan, par=cip)
    for vers in {"deplace": [30], "deplace deux fois": [30, 9], "deplace puis tenu": [30]}.get(geste, []):
        reprogrammer(vecue, bilan, vers)
    if "tenu" in geste:
        ObjectifEvalue.objects.update(resultat="atteint")
        bilans.conclure(bilan, le=dans(0), suite="sortie", suite_le=dans(3), par=cip)
    assert [mesures(vecue, le) for le in jours] == avant


def test_une_absence_notee_aujourd_hui_quitte_l_agenda_aujourd_hui(vecue):
    prevoir(vecue, -5)
    bilans.noter_absence(vecue.bilan, par=vecue.hab["cip"])
    assert [Bilan.objects.ouverts(dans(jours)).exists() for jours in (-1, 0)] == [True, False]


# Les fins que l'on savait


def test_prolonger_un_pass_ne_change_pas_l_alerte_d_hier(vecue):
    PassIAE.objects.update(debut=dans(-600), fin=dans(40))
    passe = PassIAE.objects.get()
    assert mesure("suivi_fin_pass", vecue, -1) == (1, 0)
    passe.anciennes_fins.all().delete()
    passe.fin = dans(400)
    contrats.noter_le_pass(passe, champs=["fin"], par=vecue.hab["direction"])
    assert [mesure("suivi_fin_pass", vecue, jours) for jours in (-1, 0)] == [(1, 0), (1, 1)]


def test_un_pass_note_aujourd_hui_et_qui_commence_demain_n_etait_pas_connu_hier(vecue):
    PassIAE.objects.update(debut=dans(-600), fin=dans(40))
    PassIAE.objects.get().anciennes_fins.all().delete()
    neuf = PassIAE(personne=vecue.personne, debut=dans(1), fin=dans(700))
    contrats.noter_le_pass(neuf, champs=["debut", "fin"], par=vecue.hab["direction"])
    assert [mesure("suivi_fin_pass", vecue, jours) for jours in (-1, 0)] == [(1, 0), (1, 1)]


def finit(jours: int) -> Contrat:
    """Le contrat finit ce jour-là, on le sait depuis deux mois."""
    AncienneFin.objects.all().delete()
    Contrat.objects.update(fin_prevue=dans(jours), fin=dans(jours))
    return Contrat.objects.get()


def test_prolonger_rompre_ou_renouveler_un_contrat_ne_change_pas_l_alerte_d_hier(vecue):
    direction = vecue.hab["direction"]
    contrat = finit(10)
    assert mesure("suivi_fin_contrat", vecue, -1) == (1, 0)
    contrat.fin_prevue = dans(100)
    contrats.corriger(contrat, champs=["fin_prevue"], par=direction)
    assert [mesure("suivi_fin_contrat", vecue, jours) for jours in (-1, 0)] == [(1, 0), (1, 1)]

    contrat = finit(100)
    assert mesure("suivi_fin_contrat", vecue, -1) == (1, 1)
    contrats.rompre(contrat, le=dans(3), motif=terme("motif_rupture", "accord"), par=direction)
    assert [mesure("suivi_fin_contrat", vecue, jours) for jours in (-1, 0)] == [(1, 1), (1, 0)]

    Contrat.objects.update(rompu_le=None, motif_rupture=None)
    contrat = finit(10)
    contrats.signer(contrat.renouvele(), par=direction)
    assert [mesure("suivi_fin_contrat", vecue, jours) for jours in (-1, 0)] == [(1, 0), (1, 1)]


def test_rompre_un_contrat_note_ce_matin_ne_change_pas_non_plus_l_alerte_d_hier(vecue):
    contrat = finit(100)
    Contrat.objects.update(note_le=dans(0))
    contrats.rompre(contrat, le=dans(0), motif=terme("motif_rupture", "accord"), par=vecue.hab["direction"])
    assert [mesure("suivi_fin_contrat", vecue, jours) for jours in (-1, 0)] == [(1, 1), (1, 0)]


def test_un_contrat_signe_aujourd_hui_pour_demain_n_evitait_pas_hier_la_sortie_a_dire(vecue):
    finit(-20)
    neuf = Contrat(personne=vecue.personne, nature=vecue.contrat.nature, debut=dans(1), fin_prevue=dans(90))
    assert mesure("suivi_sortie_non_documentee", vecue, -1) == (1, 0)
    contrats.signer(neuf, par=vecue.hab["direction"])
    assert [mesure("suivi_sortie_non_documentee", vecue, jours) for jours in (-1, 0)] == [(1, 0), (1, 1)]


# Le dossier que l'on clôt


def test_un_projet_clos_sans_avoir_commence_n_est_pas_un_type_pratique(vecue):
    Engagement.objects.update(etat="projet")
    assert not Engagement.objects.types_pratiques(dans(0), 1).exists()
    engagements.clore_avec_le_dossier(vecue.personne, le=dans(0), par=vecue.hab["cip"], detail="clos")
    assert not Engagement.objects.types_pratiques(dans(0), 1).exists()


def test_ce_qui_a_ete_clos_sans_avoir_couru_ne_sert_aucun_travail(vecue):
    assert mesure("heures_avec_objectif", vecue, 0) == (1, 1)
    Engagement.objects.update(etat="clos", clos_le=F("debut"))
    assert mesure("heures_avec_objectif", vecue, 0) == (1, 0)
