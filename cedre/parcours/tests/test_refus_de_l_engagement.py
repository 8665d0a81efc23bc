"""Ce qu'un engagement, un bilan ou une remise refusent, et ce qu'ils en disent à l'écran, mot pour mot (INS-1 à INS-3, INS-7)."""

from datetime import time

from django.utils import timezone

from cedre.parcours.models import Bilan, Engagement, Exportation, MiseEnSituation, Objectif, ObjectifEvalue, Remise, Reponse
from cedre.parcours.operations import bilans, engagements, espace, exportation, remises
from cedre.parcours.tests.refus import dans, refus
from cedre.parcours.tests.test_engagements import ecrire


def test_un_engagement_dit_ce_qui_l_empeche_de_commencer_ou_de_changer(inscrite, projet):
    cip = {"par": inscrite.hab["cip"]}
    assert refus(engagements.commencer, projet, **cip) == ("Écrivez au moins un objectif.", None)
    ecrire(projet, cip["par"], bilan_le=None)
    assert refus(engagements.commencer, projet, **cip) == ("Dites le jour du prochain bilan.", "bilan_le")
    projet.refresh_from_db()
    engagements.commencer(ecrire(projet, cip["par"], bilan_le=dans(60)), **cip)
    assert refus(engagements.commencer, projet, **cip) == ("Cet engagement a déjà commencé.", None)
    assert refus(engagements.abandonner, projet, **cip) == ("Un engagement qui a commencé se garde.", None)
    tot = {"le": dans(-1)} | cip
    assert refus(engagements.clore, projet, **tot) == ("L’engagement en cours a commencé après ce jour.", "debut")
    engagements.clore(projet, le=dans(0), **cip)
    clos = ("Cet engagement est clos : il ne change plus. Construisez le suivant.", None)
    for geste, dit in ((engagements.clore, tot), (engagements.commencer, cip), (engagements.abandonner, cip)):
        assert refus(geste, projet, **dit) == clos
    assert refus(bilans.prevoir, Bilan(personne=inscrite.personne, engagement=projet, le=dans(9)), **cip) == (
        "Un bilan se tient sur un engagement en cours : commencez d’abord l’engagement.",
        None,
    )


def test_un_engagement_ne_se_construit_ni_ne_commence_avec_qui_n_est_pas_inscrite(inscrite, projet):
    cip = {"par": inscrite.hab["cip"]}
    ecrire(projet, cip["par"])
    type(inscrite.personne).objects.update(phase="sans_suite")
    assert refus(engagements.commencer, projet, **cip) == (
        "Ce dossier n’est plus ouvert : l’engagement ne peut pas commencer.",
        None,
    )
    projet.delete()
    for phase in ("pre_accueil", "accueil", "sortie", "sans_suite"):
        type(inscrite.personne).objects.update(phase=phase)
        assert refus(engagements.construire, inscrite.personne, **cip) == (
            "Un engagement se construit avec une personne inscrite : donnez d’abord une suite à l’accueil.",
            None,
        )


def test_un_projet_dont_un_objectif_sert_deja_dit_de_changer_le_travail_d_abord(inscrite, projet):
    objectif = Objectif.objects.create(engagement=projet, libelle="O")
    MiseEnSituation.objects.create(personne=inscrite.personne, engagement=projet, objectif=objectif, atelier="Jardin", du=dans(0))
    assert refus(engagements.abandonner, projet, par=inscrite.hab["cip"]) == (
        "Une mise en situation sert un objectif de ce projet : changez d’abord le sien.",
        None,
    )
    assert Engagement.objects.filter(pk=projet.pk).exists()


def test_un_bilan_dit_pourquoi_il_ne_se_prevoit_ni_ne_se_deplace(embauchee):
    cip, bilan, engagement = {"par": embauchee.hab["cip"]}, embauchee.bilan, embauchee.engagement
    autre = Bilan(personne=embauchee.personne, engagement=engagement, le=dans(9), heure=time(9))
    assert refus(bilans.prevoir, autre, **cip) == (
        f"Un bilan est déjà ouvert, le {bilan.le:%d/%m/%Y} : changez sa date, ou concluez-le.",
        None,
    )
    bilan.le = dans(-31)
    avant = ("Le bilan vient après le début de l’engagement.", "le")
    assert refus(bilans.reprogrammer, bilan, champs=["le"], **cip) == avant
    bilan.refresh_from_db()
    assert refus(bilans.noter_absence, bilan, **cip) == (
        "Ce bilan n’a pas encore eu lieu : annulez-le ou changez sa date.",
        None,
    )
    bilans.annuler(bilan, **cip)
    autre.le = dans(-31)
    assert refus(bilans.prevoir, autre, **cip) == avant
    for geste in (bilans.annuler, bilans.noter_absence):
        assert refus(geste, bilan, **cip) == ("Le bilan a changé entre-temps : il est noté « Annulé ».", None)
    autre.le, autre.personne.phase = dans(9), "reorientee"
    assert refus(bilans.prevoir, autre, **cip) == ("Ce dossier n’est plus ouvert : un bilan ne s’y prévoit plus.", None)


def test_un_bilan_dit_ce_qui_l_empeche_d_etre_ecrit_ou_clos(embauchee):
    cip, bilan, qui = {"par": embauchee.hab["cip"]}, embauchee.bilan, embauchee.personne
    assert refus(bilans.ecrire, bilan, textes={"resultat-999999": "atteint"}, version=1, **cip) == (
        "Un objectif a été retiré de l’engagement entre-temps : rouvrez la page.",
        None,
    )
    Objectif.objects.create(engagement=embauchee.engagement, libelle="Lire", rang=1)

    def clore(le=0, suite="sortie", suite_le=9, geste=refus):
        return geste(bilans.conclure, bilan, le=dans(le), suite=suite, suite_le=dans(suite_le), **cip)

    assert clore() == ("Il reste à dire où en est chaque objectif : Objectif ici, Lire.", None)
    bilans.ecrire(bilan, textes={f"resultat-{o.pk}": "atteint" for o in Objectif.objects.all()}, version=1, **cip)
    entre = ("Un bilan se tient entre le début de l’engagement et aujourd’hui.", "le")
    assert (clore(le=1), clore(le=-31)) == (entre, entre)
    assert clore(suite_le=-1) == ("La suite vient après le bilan.", "suite_le")
    assert clore(suite="prolonger", suite_le=0) == ("Le prochain bilan se tient un autre jour, à venir.", "suite_le")
    Engagement.objects.update(etat="clos", clos_le=dans(0))
    assert clore(suite="prolonger") == ("Cet engagement est clos : il ne se prolonge plus.", "suite")
    type(qui).objects.update(phase="sortie")
    ferme = ("Ce dossier n’est plus ouvert : la seule suite possible est la sortie.", "suite")
    assert (clore(suite="prolonger"), clore(suite="nouvel_engagement")) == (ferme, ferme)
    clore(le=-30, suite_le=-30, geste=lambda conclure, *args, **dit: conclure(*args, **dit))
    assert refus(bilans.ecrire, bilan, textes={"parole": "Oui"}, version=2, **cip) == (
        "Le bilan a changé entre-temps : il est noté « Clos ».",
        None,
    )
    assert refus(bilans.rouvrir, bilan, motif="  ", **cip) == ("Dites pourquoi le rouvrir.", "motif")
    assert refus(bilans.remettre, bilan, le=dans(-31), mode="main_propre", **cip) == (
        "Ce jour-là, le bilan n’avait pas encore eu lieu.",
        "le",
    )
    assert set(ObjectifEvalue.objects.values_list("resultat", flat=True)) == {"atteint"}


def test_on_ne_remet_qu_un_engagement_en_cours_et_deja_ecrit(embauchee):
    dit = {"mode": "main_propre", "par": embauchee.hab["cip"]}
    pas_ecrit = ("Ce jour-là, l’engagement n’était pas encore écrit.", "le")
    assert refus(remises.remettre, embauchee.engagement, le=dans(-31), **dit) == pas_ecrit
    remises.remettre(embauchee.engagement, le=dans(-30), **dit)
    for etat in ({"etat": "projet"}, {"etat": "clos", "clos_le": dans(0)}):
        Engagement.objects.update(**etat)
        assert refus(remises.remettre, embauchee.engagement, le=dans(0), **dit) == (
            "On remet un engagement en cours : ce qui est remis engage les deux.",
            None,
        )


def test_une_remise_signee_un_code_perdu_et_trop_de_reponses_se_disent(embauchee):
    qui, par, remise = embauchee.personne, {"par": embauchee.hab["cip"]}, Remise.objects.get()
    Remise.objects.update(signature="signatures/a.png")
    assert refus(remises.signer, remise, signature=None, **par) == (
        "Ce texte est déjà signé : une signature ne se remplace pas.",
        None,
    )
    espace.fermer_espace(qui, **par)
    assert refus(espace.prolonger_code, qui, **par) == ("Ce code n’ouvre plus : préparez-en un autre.", None)
    for n in range(18):
        espace.repondre(qui, nature="proposition", texte=f"Objectif {n}")
    espace.repondre(qui, nature="en_parler", remise=remise)
    assert refus(espace.repondre, qui, nature="proposition", texte="Encore") == (
        "Vous avez beaucoup écrit aujourd’hui. Revenez demain, ou appelez-nous.",
        None,
    )
    assert Reponse.objects.count() == 20
    type(qui).objects.update(anonymisee_le=dans(0))
    for geste, dit in ((espace.remettre_code, par), (espace.fermer_espace, par), (espace.repondre, {"nature": "recu"})):
        assert refus(geste, qui, **dit) == ("Ce dossier n’est plus celui de quelqu’un.", None)


def test_un_second_export_attend_que_le_premier_soit_pret(ici):
    Exportation.objects.update(cree_le=timezone.now())
    assert refus(exportation.demander, sante=True, par=ici.hab["direction"]) == (
        "Un export est déjà en préparation : il sera prêt dans un instant.",
        None,
    )
    assert Exportation.objects.filter(organisation=ici.organisation).count() == 1
