"""Ce que disent, mot pour mot et dans chaque cas, les pages du bilan, de la sortie et de ce qui suit (INS-7, INS-8)."""

from datetime import time

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.core.indicateurs import Mesure, MesureInconnue
from cedre.core.templatetags.cedre import jour_court, jour_semaine
from cedre.parcours.indicateurs.sorties import ClasseDeSortie
from cedre.parcours.models import Bilan, Contrat, EvaluationAuTravail, Heures, Jobcoach, Moyen, Personne, Sortie, SuiviSortie
from cedre.parcours.sorties import Fin, FinsDeParcours
from cedre.parcours.tests.test_bilans import clore
from cedre.parcours.tests.test_pages_du_travail import dans, le, lire
from cedre.parcours.views import sorties as vues
from cedre.tests.ecran import faits, liens, lignes, principal, propre, sections, tableau, titre


def semaine(jours: int) -> str:
    """Ce jour et son nom, en tête de phrase."""
    return propre(jour_semaine(dans(jours))).capitalize()


# ── Le bilan ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_un_bilan_a_ecrire_dit_ce_qui_etait_convenu_ce_qui_s_est_fait_et_le_precedent(embauchee, cip):
    bilan, engagement = embauchee.bilan, embauchee.engagement
    premier, second = engagement.moyens.order_by("pk")
    Moyen.objects.filter(pk=premier.pk).update(fait_le=dans(-1))
    Moyen.objects.filter(pk=second.pk).update(echeance=dans(-2))
    Moyen.objects.create(engagement=engagement, qui="client", libelle="Plus tard")
    Bilan.objects.update(lieu="Bureau", motif_reouverture="Une erreur", echeance=dans(9))
    EvaluationAuTravail.objects.update(a_travailler="Le port du casque", le=dans(-1))
    embauchee.personne.actions.update(le=dans(-1), etat="absente", seance=None)
    page = lire(cip, "bilan", bilan.pk)
    dit = sections(page)
    assert titre(page) == "Entretien de bilan" and liens(page)["Zélie Martinelle"] == embauchee.personne.get_absolute_url()
    assert dit["Entretien de bilan"].startswith(f"{semaine(30)} à 10 h 00, Bureau · Cip Ici · Prévu · attendu le {le(9)}")
    assert "Ce bilan avait été clos. Rouvert parce que : Une erreur" in dit["Entretien de bilan"]
    assert dit["Ce qui était convenu"] == (
        f"{engagement.type_engagement} , depuis le {le(-30)} "
        f"Moyen ici La structure · pour le {le(20)} Fait Moyen ici La personne · pour le {le(-2)} La date est passée "
        "Plus tard Le client Pas encore"
    )
    assert liens(page)[str(engagement.type_engagement)] == engagement.get_absolute_url()
    assert dit["Ce qui s’est fait"].startswith(f"Du {le(-30)} au {le()}.")
    offre = embauchee.seance.offre
    assert {nom: faits(page)[nom] for nom in ("Travail", "Actions", "Échanges", "Remises")} == {
        "Travail": "12 h 12 h : Client ici Objectif ici",
        "Actions": f"0 faite, 1 absence {offre}, {le(-1)} : {embauchee.personne.actions.get().get_etat_display().lower()}",
        "Échanges": "1",
        "Remises": f"1, la dernière le {le()}",
    }
    assert dit["Au travail"] == f"L’encadrement, {le(-1)} Va bien : Va bien ici À travailler : Le port du casque"
    assert dit["Au bilan précédent"] == "C’est le premier." and dit["Ce que l’on s’était fixé"].startswith("Objectif ici")
    assert "Enregistrer et conclure Enregistrer" in propre(principal(page))
    ecrire = reverse("parcours:bilan_ecrire", args=[bilan.pk])
    assert f'action="{ecrire}"' in principal(page) and f'data-enregistre="{ecrire}"' in principal(page)
    Heures.objects.all().delete()
    for lot in (Moyen.objects, EvaluationAuTravail.objects, embauchee.personne.remises, embauchee.personne.actions):
        lot.all().delete()
    embauchee.mise_en_situation.delete()
    bilan.objectifs_evalues.all().delete()
    embauchee.objectif.delete()
    clos = {"etat": "clos", "clos_le": timezone.now(), "suite": "prolongation", "suite_le": dans(0), "trajectoire": "precaire"}
    precedent = Bilan.objects.create(personne=embauchee.personne, engagement=engagement, le=dans(-9), **clos)
    Bilan.objects.filter(pk=bilan.pk).update(motif_reouverture="", heure=None, lieu="", conduit_par=None, echeance=None)
    page = lire(cip, "bilan", bilan.pk)
    dit = sections(page)
    assert dit["Entretien de bilan"].startswith(f"{semaine(30)} · Prévu") and "Rouvert" not in dit["Entretien de bilan"]
    assert dit["Ce qui était convenu"].endswith("Aucun moyen n’était dit.")
    assert dit["Ce que l’on s’était fixé"].startswith("L’engagement ne dit aucun objectif.")
    assert dit["Au travail"] == "Aucune évaluation au travail pendant cette étape."
    assert dit["Au bilan précédent"] == f"{le(-9)} · {precedent.get_suite_display()} Aucune synthèse."
    assert liens(page)[le(-9)] == precedent.get_absolute_url()
    assert (faits(page)["Travail"], faits(page)["Actions"], faits(page)["Remises"]) == ("0 h", "0 faite, 0 absence", "0")


def test_un_bilan_clos_dit_son_compte_rendu_sa_suite_et_ses_remises(embauchee, cip):
    clore(
        embauchee,
        suite="nouvel_engagement",
        dans=10,
        trajectoire="precaire",
        statut_social="stable",
        **{f"commentaire-{embauchee.objectif.pk}": "Vu"},
    )
    bilan = Bilan.objects.get(etat="clos")
    page = lire(cip, "bilan", bilan.pk)
    dit = sections(page)
    assert f"· Clos le {le()}" in dit["Entretien de bilan"] and "attendu le" in dit["Entretien de bilan"]
    assert dit["Ce que l’on s’était fixé"].startswith(f"{bilan.engagement.type_engagement} Objectif ici")
    assert dit["Ce que l’on s’était fixé"].endswith(bilan.objectifs_evalues.get().get_resultat_display())
    assert "Trajectoire socioprofessionnelle : carrière précaire, statut social stable" in propre(principal(page))
    assert f"{bilan.get_suite_display()}, pour le {le(10)}." in propre(principal(page))
    assert dit["Remises à la personne"] == "Aucune." and "Remettre" in dit["Entretien de bilan"]
    assert dit["La suite"].startswith(f"Un nouvel engagement, pour le {le(10)}. Le construire")
    construire = reverse("parcours:engagement_construire", args=[embauchee.personne.pk])
    assert construire in principal(page) and "Rouvert une fois" not in principal(page)
    Bilan.objects.filter(pk=bilan.pk).update(suite="sortie")
    assert construire not in principal(lire(cip, "bilan", bilan.pk))
    embauchee.personne.remises.create(bilan=bilan, contenu={}, le=dans(0), version=bilan.version, signature="s.png")
    page = lire(cip, "bilan", bilan.pk)
    remise = bilan.remises.get()
    assert sections(page)["Remises à la personne"] == f"Le {le()} {remise.get_mode_display()} Signée"
    assert liens(page)[f"Le {le()}"] == remise.get_absolute_url() and "Remettre de nouveau" in propre(principal(page))
    Bilan.objects.filter(pk=bilan.pk).update(motif_reouverture="Une faute", version=bilan.version + 1)
    embauchee.personne.remises.update(signature="")
    page = lire(cip, "bilan", bilan.pk)
    assert "Rouvert une fois : Une faute" in propre(principal(page))
    assert sections(page)["Remises à la personne"] == f"Le {le()} {remise.get_mode_display()} · texte d’avant"


def test_apres_une_absence_la_page_du_bilan_propose_une_autre_date(embauchee, cip):
    Bilan.objects.update(etat="absent", le=dans(-1))
    page = lire(cip, "bilan", embauchee.bilan.pk)
    assert liens(page)["Prévoir une autre date"] == reverse("parcours:bilan_prevoir", args=[embauchee.personne.pk])
    assert "Aucun compte rendu." in propre(principal(page))


# ── La sortie ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_la_page_d_une_sortie_dit_son_motif_ce_qui_suit_et_chaque_nouvelle(embauchee, cip):
    sortie = Sortie.objects.get()
    Sortie.objects.update(precision="Chez Untel", par=embauchee.qui)
    page = lire(cip, "sortie_fiche", sortie.pk)
    dit, motif = sections(page), str(sortie.motif)
    assert titre(page) == "Sortie de Zélie Martinelle"
    assert dit["Sortie"].startswith(f"Zélie Martinelle, le {le(-700)}")
    assert dit[motif] == (
        f"Catégorie {sortie.motif.categorie or 'sans catégorie'} Ensuite non noté Carrière non notée Statut social non noté "
        "Précision Chez Untel Notée par Cip Ici"
    )
    suivi = SuiviSortie.objects.get()
    en_mois = suivi.get_mois_display()
    assert dit["Nouvelles"].startswith(f"À {en_mois} prises le {le(-610)}") and "Corriger" in dit["Nouvelles"]
    assert liens(page)[f"Corriger les nouvelles à {en_mois}"] == reverse("parcours:suivi_sortie", args=[suivi.pk])
    assert dit["Retirer cette sortie ?"].startswith("Zélie Martinelle sera de nouveau en parcours.")
    assert f'action="{reverse("parcours:sortie_annuler", args=[sortie.pk])}"' in principal(page)
    assert (
        "Notée par erreur"
        not in propre(principal(lire(embauchee.client("qualite"), "sortie_fiche", sortie.pk))).partition("Retirer cette sortie")[
            0
        ]
    )
    Sortie.objects.update(precision="", par=None, trajectoire="precaire", situation="En CDI")
    for champs, etat in [
        ({"jointe": False}, "Injoignable"),
        ({"jointe": True, "en_emploi": False}, "Sans emploi"),
        ({"jointe": True, "en_emploi": True}, "En emploi"),
    ]:
        SuiviSortie.objects.update(**champs, situation="Chez elle")
        assert f"prises le {le(-610)} · Chez elle {etat}" in sections(lire(cip, "sortie_fiche", sortie.pk))["Nouvelles"]
    SuiviSortie.objects.update(fait_le=None)
    page = lire(cip, "sortie_fiche", sortie.pk)
    assert f"prévues le {le(-610)}" in sections(page)["Nouvelles"]
    assert (faits(page)["Carrière"], faits(page)["Ensuite"]) == ("Précaire", "En CDI")
    assert not {"Précision", "Notée par"} & faits(page).keys()
    SuiviSortie.objects.all().delete()
    assert sections(lire(cip, "sortie_fiche", sortie.pk))["Nouvelles"] == "Aucune nouvelle à prendre."


def test_les_sorties_d_une_periode_se_lisent_par_ligne_avec_leur_taux(embauchee, cip, monkeypatch):
    qui, sortie = embauchee.personne, Sortie.objects.get()
    Sortie.objects.update(situation="En CDI")
    sortie.refresh_from_db()
    durable, tue = ClasseDeSortie("durable"), ClasseDeSortie("non_documentee")
    fins = [Fin(qui, dans(-3), tue), Fin(qui, dans(-9), durable, sortie)]
    dites = FinsDeParcours(fins, Mesure(3, 2), Mesure(3, 1), {"durable": Mesure(1, 1), "non_documentee": Mesure(1, 1)}, {})
    monkeypatch.setattr(vues, "fins_de", lambda habilitation, periode: dites)
    adresse = reverse("parcours:sorties", query={"du": "2026-02-03", "au": "2026-03-04"})
    page = cip.get(adresse)
    dit, menent = sections(page), liens(page)
    assert titre(page) == "Sorties"
    assert dit["Sorties"].endswith(
        "Voir cette période Sorties dynamiques 1 sur 3 33 %, retraits ôtés des sorties examinées "
        "Sorties examinées 2 sur 3 du 3 février 2026 au 4 mars 2026 Nouvelles à prendre 0 trois et six mois après"
    )
    assert dit["Toutes les fins de parcours"].startswith("2 fins de parcours Personne Date")
    assert tableau(page) == [
        ["Martinelle Zélie", propre(jour_court(dans(-3))), "À documenter", "Noter la sortie de Zélie Martinelle"],
        ["Martinelle Zélie", propre(jour_court(dans(-9))), str(sortie.motif), "En CDI"],
    ]
    vers = f'href="{reverse("parcours:contrats", args=[qui.pk])}">Martinelle', f'href="{sortie.get_absolute_url()}">Martinelle'
    assert all(lien in principal(page) for lien in vers)
    assert menent["Noter la sortie de Zélie Martinelle"] == reverse("parcours:sortie", args=[qui.pk])
    assert [ligne for ligne in lignes(page) if not ligne.endswith(" 0")] == [
        f"{durable.label} 1",
        f"{tue.label} 1",
        "Toutes 2",
        "Sorties dynamiques objectif non paramétré 1 sur 3, 33 %",
        "Emploi durable objectif non paramétré 1 sur 3, 33 %",
        "Emploi de transition objectif non paramétré 0 sur 3, 0 %",
        "Sorties positives objectif non paramétré 0 sur 3, 0 %",
    ]
    periode = "?du=2026-02-03&au=2026-03-04"
    assert (menent["Toutes"], menent[durable.label]) == (periode, f"{periode}&ligne=durable")
    assert menent["Nouvelles à prendre 0 trois et six mois après"] == reverse("parcours:nouvelles")
    filtree = cip.get(f"{adresse}&ligne=durable")
    assert len(tableau(filtree)) == 1 and sections(filtree)[durable.label].startswith("1 fin de parcours")
    assert principal(filtree).count('aria-current="true"') == 1 and 'name="ligne" value="durable"' in principal(filtree)
    assert 'name="ligne"' not in principal(page) and 'aria-current="true"' not in principal(page)
    inconnue = MesureInconnue("pas encore tenu")
    dites = FinsDeParcours([], inconnue, inconnue, {}, {})
    page = cip.get(adresse)
    assert "Sorties dynamiques pas encore tenu retraits" in sections(page)["Sorties"]
    assert "Sorties examinées pas encore tenu du 3 février" in sections(page)["Sorties"]
    assert "Aucune fin de parcours Choisissez une autre période" in propre(principal(page))
    assert "objectif" not in propre(principal(page)), "ce qui ne s’est pas mesuré n’a pas de taux"


def test_la_liste_des_nouvelles_dit_qui_appeler_et_depuis_quand(embauchee, cip):
    adresse = reverse("parcours:nouvelles")
    assert "Aucun appel à passer" in propre(principal(cip.get(adresse)))
    Personne.objects.update(phase="sortie")
    Contrat.objects.update(debut=dans(-800), fin_prevue=dans(-700), fin=dans(-700))
    SuiviSortie.objects.update(fait_le=None)
    suivi, sortie = SuiviSortie.objects.get(), Sortie.objects.get()
    page = cip.get(adresse)
    assert sections(page)["Nouvelles à prendre"].startswith("Trois et six mois après la sortie : 1 appel à passer.")
    qui, depuis = "Zélie Martinelle", f"à {suivi.get_mois_display()}, depuis le {le(-610)}"
    assert lignes(page) == [f"{qui} {depuis} · {sortie.motif} 01 99 00 12 34 Noter les nouvelles de {qui}"]
    assert liens(page)["Sorties"] == reverse("parcours:sorties") and titre(page) == "Nouvelles à prendre"
    assert (liens(page)[qui], liens(page)["01 99 00 12 34"]) == (sortie.get_absolute_url(), "tel:0199001234")
    assert reverse("parcours:suivi_sortie", args=[suivi.pk]) in liens(page).values()
    Personne.objects.update(telephone="")
    assert "tel:" not in principal(cip.get(adresse))


@pytest.mark.parametrize(
    "champs, etat", [({"au": -1}, "À clore ou prolonger"), ({"au": 0}, "En cours"), ({"au": 9, "clos_le": -1}, "Clos")]
)
def test_un_suivi_de_jobcoach_dit_ou_il_en_est_et_chaque_visite(embauchee, cip, champs, etat):
    Jobcoach.objects.update(
        **{nom: dans(n) for nom, n in champs.items()}, du=dans(-9), poste="Maçon", contact="Ode", conclusion="Embauché"
    )
    suivi = Jobcoach.objects.get()
    suivi.visites.update(le=dans(-2), avec="Ode", difficultes="Les horaires")
    page = lire(cip, "jobcoach", embauchee.personne.pk)
    dit = sections(page)
    clos = f" Clos le {le(-1)}" * ("clos_le" in champs)
    assert dit["Jobcoach"].startswith("Zélie Martinelle chez son nouvel employeur.")
    assert dit["Employeur ici"].startswith(
        f"{etat} Poste Maçon À joindre Ode Suivi du {le(-9)} au {le(champs['au'])}, par Cip Ici{clos} Conclusion Embauché "
        f"Visites et appels {semaine(-2)} · avec Ode Difficultés : Les horaires Décidé : Décidé ici"
    )
    suivi.visites.all().delete()
    Jobcoach.objects.update(poste="", contact="", conclusion="", conduit_par=None, employeur="")
    dit = sections(lire(cip, "jobcoach", embauchee.personne.pk))
    assert dit["Employeur"].startswith(f"{etat} Suivi du {le(-9)} au {le(champs['au'])}{clos}")
    assert "Visites" not in dit["Employeur"] and "Conclusion" not in dit["Employeur"]
    suivi.delete()
    assert "Aucun suivi Quand la personne est embauchée ailleurs" in propre(
        principal(lire(cip, "jobcoach", embauchee.personne.pk))
    )


# ── La feuille d'une séance ───────────────────────────────────────────────────────────────────────────────────────


def test_la_feuille_d_une_seance_dit_qui_est_inscrit_et_ce_que_l_on_peut_en_faire(embauchee, cip):
    seance = embauchee.collective
    seance.heure, seance.lieu = time(9, 30), "Salle ici"
    page = lire(cip, "collective", seance.pk)
    dit = sections(page)
    assert f"1 sur {seance.capacite} inscrites" in propre(principal(page)) and "séance annulée" not in principal(page)
    assert dit["Sur la feuille"].startswith("Martinelle Zélie 01 99 00 12 34") and dit["Inscrire"].startswith("Chercher un nom")
    assert "Enregistrer la feuille" in dit["Sur la feuille"] and "data-imprime" in principal(page)
    assert dit["Annuler cette séance ?"].startswith("1 personne attendue : chacune sera notée excusée")
    assert liens(page)["Martinelle Zélie"] == embauchee.personne.get_absolute_url()
    assert liens(page)["Dupliquer à une autre date"] == f"{reverse('parcours:collective_nouvelle')}?comme={seance.pk}"
    assert f'action="{reverse("parcours:collective_annuler", args=[seance.pk])}"' in principal(page)
    embauchee.personne.informations.update(presence="presente")
    page = lire(cip, "collective", seance.pk)
    assert "Annuler cette séance ?" not in sections(page) and "Annuler la séance" not in propre(principal(page))
    type(seance).objects.filter(pk=seance.pk).update(le=dans(-1), animee_par=embauchee.qui)
    assert "Salle ici · Cip Ici · 1 sur 1 présentes" in propre(principal(lire(cip, "collective", seance.pk)))
    embauchee.personne.informations.all().delete()
    type(seance).objects.filter(pk=seance.pk).update(annulee=True)
    page = lire(cip, "collective", seance.pk)
    dit = sections(page)
    assert "séance annulée" in principal(page) and not {"Inscrire", "Annuler cette séance ?"} & dit.keys()
    assert "Personne n’est encore inscrit Choisissez parmi les personnes proposées" in propre(principal(page))
    assert "Enregistrer la feuille" not in principal(page) and "data-imprime" not in principal(page)
