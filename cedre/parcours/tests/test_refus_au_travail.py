"""Ce que contrats, travail, heures et sortie refusent, et comment ils le disent, mot pour mot (INS-4, INS-6, INS-8, TRA-3)."""

from decimal import Decimal

import pytest
from django.utils import timezone

from cedre.conftest import terme
from cedre.parcours.models import (
    Contrat,
    Engagement,
    EvaluationAuTravail,
    Heures,
    Jobcoach,
    Liaison,
    LienClient,
    MiseEnSituation,
    Objectif,
    Personne,
    Sortie,
    SuiviSortie,
    Suspension,
)
from cedre.parcours.operations import au_travail, contrats, heures, liaisons, sorties, travail
from cedre.parcours.tests.refus import dans, refus


@pytest.fixture
def en_chantier(embauchee):
    """La personne embauchée, dans un chantier : un contrat à la fois."""
    embauchee.organisation.type_siae = "ACI"
    embauchee.organisation.save()
    embauchee.personne.sorties.all().delete()
    embauchee.contrat.suspensions.all().delete()
    return embauchee


def ecrit(jours: int) -> str:
    """Le jour, tel qu'une phrase l'écrit."""
    return f"{dans(jours):%d/%m/%Y}"


def test_un_contrat_dit_celui_qu_il_chevauche_et_jusqu_a_quand(en_chantier):
    par, qui, contrat = {"par": en_chantier.hab["direction"]}, en_chantier.personne, en_chantier.contrat
    neuf = Contrat(personne=qui, nature=contrat.nature, debut=dans(60), fin_prevue=dans(90))
    autre = f"Un autre contrat (CDD d’insertion (CDDI) du {ecrit(-60)}) court déjà à ces dates, "
    que_faire = " : changez les dates, ou notez d’abord sa rupture."
    assert refus(contrats.signer, neuf, **par) == (f"{autre}jusqu’au {ecrit(60)}{que_faire}", "debut")
    Contrat.objects.update(fin_prevue=None, fin=None)
    assert refus(contrats.signer, neuf, **par) == (f"{autre}sans dernier jour prévu{que_faire}", "debut")
    Contrat.objects.update(fin_prevue=dans(59), fin=dans(59))
    contrats.signer(neuf, **par)
    neuf.debut = dans(59)
    assert refus(contrats.corriger, neuf, champs=["debut"], **par) == (f"{autre}jusqu’au {ecrit(59)}{que_faire}", "debut")
    neuf.debut = dans(60)
    suite = Contrat(personne=qui, nature=contrat.nature, debut=dans(91), fin_prevue=dans(92), renouvelle=neuf)
    contrats.signer(suite, **par)
    suite.pk, suite.debut, suite.fin_prevue = None, dans(93), dans(94)
    assert refus(contrats.signer, suite, **par) == ("Ce contrat est déjà renouvelé.", None)


def test_une_rupture_et_une_suspension_disent_les_jours_qui_les_empechent(en_chantier):
    par, contrat = {"par": en_chantier.hab["direction"]}, en_chantier.contrat
    rupture = {"motif": terme("motif_rupture", "accord")} | par
    for jour in (-61, 61):
        assert refus(contrats.rompre, contrat, le=dans(jour), **rupture) == ("Une rupture a lieu pendant le contrat.", "le")
    arret = {"contrat": contrat, "motif": terme("motif_suspension", "arret")}
    Suspension.objects.create(**arret, du=dans(-3), au=dans(3))
    pendant = ("Une suspension a lieu pendant le contrat.", "du")
    deja = (f"Suspension du {ecrit(-3)} : elle court déjà à ces dates.", "du")
    for du, au, attendu in ((-61, -60, pendant), (60, 61, pendant), (61, None, pendant), (3, None, deja), (-9, -3, deja)):
        temps = Suspension(**arret, du=dans(du), au=dans(au) if au is not None else None)
        assert refus(contrats.suspendre, temps, champs=["du"], **par) == attendu
    contrats.rompre(contrat, le=dans(9), **rupture)
    assert refus(contrats.rompre, contrat, le=dans(8), **rupture) == (
        f"Ce contrat est déjà rompu, dernier jour le {ecrit(9)}.",
        None,
    )


def test_une_mise_en_situation_dit_ce_qui_la_retient(en_chantier, ailleurs):
    par, qui, mets = {"par": en_chantier.hab["mad"]}, en_chantier.personne, en_chantier.mise_en_situation
    hors = (
        f"Aucun contrat de Zélie Martinelle ne court le {ecrit(61)} : enregistrez d’abord son contrat. "
        "Avant l’embauche, une mise en situation d’essai se note en évaluation professionnelle.",
        "du",
    )
    assert refus(travail.ouvrir, MiseEnSituation(personne=qui, atelier="Jardin", du=dans(61)), **par) == hors
    assert refus(travail.ouvrir, MiseEnSituation(personne=qui, atelier="Jardin", du=dans(59), au=dans(61)), **par) == (
        f"Les contrats de Zélie Martinelle ne vont pas jusqu’au {ecrit(61)} : avancez la fin, ou enregistrez le renouvellement.",
        "au",
    )
    assert refus(travail.terminer, mets, au=dans(-31), **par) == (
        f"Elle a commencé le {ecrit(-30)} : elle ne peut pas finir avant.",
        "au",
    )
    assert refus(travail.terminer, mets, au=dans(-8), **par) == (
        f"Des heures sont notées après cette date, au {ecrit(-7)} : corrigez-les.",
        "au",
    )
    Heures.objects.create(mise_en_situation=mets, le=dans(-50), heures=1)
    mets.du = dans(0)
    assert refus(travail.modifier, mets, champs=["du"], **par) == (
        f"Des heures sont notées avant cette date, au {ecrit(-50)} : corrigez-les.",
        "du",
    )
    projet = Engagement.objects.create(personne=ailleurs.personne, type_engagement=terme("type_engagement", "decouverte"))
    mets.objectif = Objectif.objects.create(engagement=projet, libelle="O")
    assert refus(travail.modifier, mets, champs=["objectif"], **par) == (
        "Cet objectif n’est pas celui de la personne.",
        "objectif",
    )


def test_des_heures_disent_ou_et_quand_elles_ne_se_notent_pas(embauchee):
    par, mets = {"par": embauchee.hab["mad"]}, embauchee.mise_en_situation

    def noter(du, au, lu=0):
        return [heures.HeuresSaisies(mets, dans(du), dans(au), Decimal(lu), Decimal(7))]

    assert refus(heures.noter, noter(1, 7), **par) == (
        f"Client ici, {ecrit(1)} : Ces heures ne sont pas encore faites.",
        None,
    )
    assert refus(heures.noter, noter(-38, -31), **par) == (
        f"Client ici, {ecrit(-38)} : La mise en situation commence le {ecrit(-30)}.",
        None,
    )
    MiseEnSituation.objects.update(au=dans(-7))
    assert refus(heures.noter, noter(-6, -1), **par) == (
        f"Client ici, {ecrit(-6)} : La mise en situation a fini le {ecrit(-7)}.",
        None,
    )
    assert refus(heures.importer, noter(-7, -7), **par) == (
        "Des heures ont changé depuis l’aperçu (1) : rien n’est importé, déposez le fichier de nouveau.",
        None,
    )
    saisies = noter(-7, -7, lu=12)
    mets.delete()
    mets.pk = 999_999
    assert refus(heures.noter, saisies, **par) == (
        f"Client ici, {ecrit(-7)} : Cette mise en situation n’existe plus.",
        None,
    )


def test_une_evaluation_au_travail_dit_ce_qui_lui_manque_et_un_lien_ce_qui_le_ferme(embauchee, ailleurs):
    par, mets, qui = {"par": embauchee.hab["mad"]}, embauchee.mise_en_situation, embauchee.fiche_de_poste.competences.first()
    autre = ailleurs.fiche_de_poste.competences.first()
    for evaluation, niveaux, attendu in (
        ({}, {}, ("Dites au moins une chose : une compétence, ce qui va bien, ou ce qui reste à travailler.", None)),
        ({}, {qui: None}, ("Dites au moins une chose : une compétence, ce qui va bien, ou ce qui reste à travailler.", None)),
        ({}, {autre: 1}, ("Ces compétences ne sont pas celles de la fiche de poste.", None)),
        ({"le": dans(-31)}, {qui: 1}, (f"La mise en situation n’a commencé que le {ecrit(-30)}.", "le")),
    ):
        ligne = EvaluationAuTravail(mise_en_situation=mets, **evaluation)
        assert refus(au_travail.evaluer, ligne, niveaux=niveaux, **par) == attendu
    lien = LienClient.objects.get()

    def du_client(geste=refus):
        evaluation = EvaluationAuTravail(mise_en_situation=mets, points_forts="Oui")
        return geste(au_travail.evaluer_par_lien, lien, evaluation=evaluation, niveaux={})

    for _ in range(3):
        du_client(lambda evaluer, *args, **dit: evaluer(*args, **dit))
    assert du_client() == (
        "Vous avez déjà transmis trois évaluations aujourd’hui : elles nous sont bien parvenues.",
        None,
    )
    LienClient.objects.update(revoque_le=timezone.now())
    assert du_client() == ("Ce lien ne vaut plus : demandez-en un autre à la structure.", None)
    en_atelier = MiseEnSituation(personne=embauchee.personne, atelier="Jardin", du=dans(0))
    assert refus(au_travail.remettre_lien, en_atelier, adresse=str, **par) == (
        "Cette mise en situation se fait en atelier : dites d’abord pour quel client.",
        None,
    )


def test_une_sortie_dit_le_contrat_les_heures_ou_le_travail_qui_l_empechent(en_chantier):
    qui, contrat, accord = en_chantier.personne, en_chantier.contrat, terme("motif_rupture", "accord")

    def sortir(le, motif_rupture=accord, geste=refus):
        sortie = Sortie(personne=qui, le=dans(le), motif=terme("motif_sortie", "chomage"))
        return geste(sorties.sortir, sortie, motif_rupture=motif_rupture, par=en_chantier.hab["cip"])

    assert sortir(-8) == (f"Des heures sont notées après cette date, au {ecrit(-7)} : corrigez-les.", "le")
    Heures.objects.all().delete()
    assert sortir(-31) == (
        f"Client ici, depuis le {ecrit(-30)} : ce travail a été fait ou évalué, il commence après cette date.",
        "le",
    )
    EvaluationAuTravail.objects.all().delete()
    assert sortir(-61) == (
        f"CDD d’insertion (CDDI) du {ecrit(-60)} commence après cette date : retirez-le, ou changez la date.",
        "le",
    )
    Contrat.objects.create(personne=qui, nature=contrat.nature, debut=dans(-59), fin_prevue=dans(1))
    assert sortir(-59, None) == (
        f"Un contrat court encore après cette date (CDD d’insertion (CDDI) du {ecrit(-59)} ; "
        f"CDD d’insertion (CDDI) du {ecrit(-60)}) : dites pourquoi il s’arrête ce jour-là, ou changez la date.",
        "motif_rupture",
    )
    Contrat.objects.update(rompu_le=dans(0), fin=dans(0), motif_rupture=accord)
    assert sortir(-1) == (
        f"CDD d’insertion (CDDI) du {ecrit(-59)} a été rompu le {ecrit(0)}, après cette date.",
        "le",
    )
    sortie = sortir(0, geste=lambda geste, *args, **dit: geste(*args, **dit))
    assert sortir(0) == ("Cette personne n’est plus en parcours : sa sortie est peut-être déjà notée.", None)
    SuiviSortie.objects.filter(sortie=sortie, mois=6).update(fait_le=dans(0))
    assert refus(sorties.annuler_sortie, sortie, par=en_chantier.hab["cip"]) == (
        "Des nouvelles ont été prises après cette sortie : corrigez-la plutôt.",
        None,
    )
    assert Personne.objects.get(pk=qui.pk).phase == "sortie"


def test_un_suivi_de_jobcoach_dit_pourquoi_il_ne_se_clot_pas(ici):
    par = {"par": ici.hab["cip"]}
    suivi = Jobcoach.objects.create(personne=ici.personne, employeur="Menuiserie", du=dans(-10), au=dans(60))
    suivi.clos_le = dans(-11)
    assert refus(sorties.clore_jobcoach, suivi, **par) == ("Un suivi ne finit pas avant d’avoir commencé.", "clos_le")
    suivi.clos_le = dans(-10)
    sorties.clore_jobcoach(suivi, **par)
    assert refus(sorties.clore_jobcoach, suivi, **par) == (f"Ce suivi est déjà clos, le {ecrit(-10)}.", None)


def test_une_demande_a_un_partenaire_dit_le_jour_qui_ne_va_pas(ici):
    apres = ("La réponse vient après la demande, et pas dans le futur.", "reponse_le")
    for dit, attendu in (
        ({"le": dans(1)}, ("Une demande ne peut pas être dans le futur.", "le")),
        ({"relance_le": dans(-3)}, ("La relance vient après la demande.", "relance_le")),
        ({"reponse_le": dans(0)}, ("Dites en quelques mots ce que le partenaire a répondu.", "reponse")),
        ({"reponse": "Oui", "reponse_le": dans(-3)}, apres),
        ({"reponse": "Oui", "reponse_le": dans(1)}, apres),
    ):
        liaison = Liaison(personne=ici.personne, partenaire=ici.partenaire, **{"le": dans(-2)} | dit)
        assert refus(liaisons.tenir_liaison, liaison, champs=[], par=ici.hab["cip"]) == attendu
