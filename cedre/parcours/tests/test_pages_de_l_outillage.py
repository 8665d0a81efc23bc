"""Ce que disent, mot pour mot, les pages que l'on ouvre moins : capacités, lien du client, droits, imports, purge, conclure."""

from datetime import time

from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Organisation
from cedre.core.templatetags.cedre import jour
from cedre.parcours.models import Bilan, Entretien, EvaluationAuTravail, Importation, MiseEnSituation, Moyen, Personne, Remise
from cedre.parcours.operations.au_travail import remettre_lien
from cedre.parcours.tests.test_pages_du_travail import dans, le, lire
from cedre.tests.ecran import faits, liens, lignes, principal, propre, sections, tableau, titre


def test_evaluer_ses_capacites_propose_chaque_poste_et_montre_ce_qui_est_deja_evalue(ici, cip):
    qui, fiche = ici.personne, ici.fiche_de_poste
    page = lire(cip, "evaluations_pro", qui.pk)
    assert titre(page) == "Évaluer ses capacités" and liens(page)["Zélie Martinelle"] == qui.get_absolute_url()
    assert "Déjà évaluées" not in sections(page)
    dit = sections(page)["Sur quel poste évaluer Zélie Martinelle ?"]
    assert dit.startswith("Poste ici K1304") and dit.endswith("sur le poste Poste ici")
    assert reverse("parcours:evaluation_pro_nouvelle", args=[qui.pk, fiche.pk]) in liens(page).values()
    faite = qui.evaluations_professionnelles.create(fiche_de_poste=fiche, le=dans(-2), conclusion="prete")
    fiche.code_rome = ""
    fiche.save()
    page = lire(cip, "evaluations_pro", qui.pk)
    assert sections(page)["Déjà évaluées"] == f"Poste ici {le(-2)} · {faite.get_mode_display()} Peut occuper le poste"
    assert liens(page)["Poste ici"] == faite.get_absolute_url() and "K1304" not in principal(page)
    faite.delete()
    fiche.delete()
    vide = "Aucune fiche de poste L’évaluation se fait sur les compétences d’une fiche de poste"
    page = lire(cip, "evaluations_pro", qui.pk)
    assert f"{vide} : demandez à la direction d’en écrire une." in propre(principal(page))
    assert "Écrire la première fiche" not in liens(page)
    page = lire(ici.client("mad"), "evaluations_pro", qui.pk)
    assert f"{vide}. Écrire la première fiche" in propre(principal(page))
    assert liens(page)["Écrire la première fiche"] == reverse("structures:fiche_de_poste_nouvelle")


def test_la_fiche_du_client_dit_la_mise_en_situation_ce_qu_il_y_apporte_et_jusqu_a_quand(embauchee):
    cache.clear()
    mets = embauchee.mise_en_situation
    Organisation.objects.filter(pk=embauchee.organisation.pk).update(telephone="02 62")
    MiseEnSituation.objects.update(au=dans(9), heures_prevues=35, precisions="Le mardi")
    Moyen.objects.update(qui="client", echeance=None)
    Moyen.objects.filter(pk=embauchee.engagement.moyens.first().pk).update(echeance=dans(3), libelle="Un casque")
    EvaluationAuTravail.objects.update(regard="client", le=dans(-1))
    mets.refresh_from_db()
    lien, adresse = remettre_lien(mets, adresse=lambda jeton: f"/fiche-client/{jeton}", par=embauchee.hab["mad"])
    page = Client().get(adresse)
    dit = sections(page)
    deja = f"Vous avez déjà transmis : le {le(-1)}. Une nouvelle évaluation s’ajoute, elle ne remplace rien."
    assert dit["Votre évaluation"].startswith(deja)
    assert "La mise en situation de travail" in dit
    assert dit["Zélie Martinelle"] == "Fiche de liaison · Structure Ici" and titre(page) == "Fiche de liaison"
    assert {nom: faits(page)[nom] for nom in ("Où", "Poste", "Période", "Heures prévues", "Horaires, lieu, consignes")} == {
        "Où": "Client ici",
        "Poste": "Poste ici",
        "Période": f"depuis le {le(-30)}, jusqu’au {le(9)}",
        "Heures prévues": "35 par mois",
        "Horaires, lieu, consignes": "Le mardi",
    }
    assert dit["Ce que nous visons ensemble"] in (
        f"Objectif ici Ce que vous y apportez Un casque, pour le {le(3)} Moyen ici",
        f"Objectif ici Ce que vous y apportez Moyen ici Un casque, pour le {le(3)}",
    )
    expire = f"Ce lien est personnel et vaut jusqu’au {propre(jour(lien.expire_le))}. Une question : 02 62."
    assert f"Transmettre mon évaluation {expire}" in propre(principal(page))
    Organisation.objects.filter(pk=embauchee.organisation.pk).update(telephone="")
    MiseEnSituation.objects.update(
        au=None, heures_prevues=None, precisions="", fiche_de_poste=None, objectif=None, engagement=None
    )
    Moyen.objects.all().delete()
    EvaluationAuTravail.objects.all().delete()
    page = Client().get(adresse)
    assert faits(page)["Période"] == f"depuis le {le(-30)}" and not {"Poste", "Heures prévues"} & faits(page).keys()
    assert sections(page)["Ce que nous visons ensemble"] == "L’objectif se décidera avec la personne."
    assert "Une question" not in principal(page) and "déjà transmis" not in principal(page)


def test_les_droits_de_la_personne_menent_a_son_dossier_en_deux_formes_et_a_l_effacement(ici):
    page = lire(ici.client("direction"), "droits", ici.personne.pk)
    dit = sections(page)
    assert dit["Droits de la personne"] == ("Une demande se traite en un mois au plus. Chaque geste fait ici laisse une trace.")
    assert dit["Accéder à son dossier"].endswith(
        "À lui remettre en mains propres. Dossier à imprimer (PDF) Dossier à réutiliser (JSON)"
    )
    pdf, json = (reverse(f"parcours:dossier_{genre}", args=[ici.personne.pk]) for genre in ("pdf", "json"))
    assert principal(page).index(f'formaction="{pdf}"') < principal(page).index(f'formaction="{json}"')
    assert liens(page)["Rectifier le dossier"] == reverse("parcours:personne_modifier", args=[ici.personne.pk])
    assert dit["Effacer ou rendre anonyme"].startswith("Ni l’un ni l’autre ne se défait.")
    assert dit["Effacer ou rendre anonyme"].endswith("Le faire maintenant")
    assert "entretiens d’accueil" in dit["Ce que contient ce dossier"].lower() and titre(page) == "Droits de Zélie Martinelle"


def test_importer_dit_ce_qui_se_passera_et_chaque_import_ce_qu_il_a_fait(ici):
    Importation.objects.update(creees=3, modifiees=2, refusees=1)
    direction, adresse = ici.client("direction"), reverse("parcours:importations")
    page = direction.get(adresse)
    dit = sections(page)
    assert dit["Importer"].startswith("Des personnes, ou leurs contrats de travail, depuis un tableau")
    assert dit["Déposer un fichier"].endswith("Déposer le fichier Modèle : personnes Modèle : contrats")
    for sorte in ("personnes", "contrats"):
        assert liens(page)[f"Modèle : {sorte}"] == reverse("parcours:importation_modele", args=[sorte])
    assert dit["Ce qui se passera"] == (
        "Cèdre reconnaît les colonnes ; vous corrigez s’il le faut. Il lit tout, sans rien écrire, et montre chaque erreur à sa "
        "ligne. Vous importez les lignes valables, ou rien. Importer de nouveau le même fichier met à jour et ne double rien. Un "
        "contrat corrigé à l’écran depuis reste tel quel, et le rapport le dit. Numéros de sécurité sociale, données de santé et "
        "de justice ne sont jamais lus."
    )
    importation = Importation.objects.get(organisation=ici.organisation)
    (rangee,) = tableau(page)
    assert rangee == ["ici.csv", str(importation.quoi), f"{le()}, Direction Ici", rangee[3], "3", "2", "1"] and rangee[3]
    assert liens(page)["ici.csv"] == importation.get_absolute_url()
    qualite = sections(ici.client("qualite").get(adresse))
    assert (
        qualite["Importer"].startswith("Des personnes depuis un tableau")
        and "Un contrat corrigé" not in qualite["Ce qui se passera"]
    )
    Importation.objects.all().delete()
    assert "Imports" not in sections(direction.get(adresse))


def test_conclure_un_entretien_ou_un_bilan_deja_clos_renvoie_a_le_relire(embauchee, cip):
    Entretien.objects.update(le=dans(0), heure=time(0))
    page = lire(cip, "entretien_conclure", embauchee.entretien.pk)
    assert sections(page)["Conclure l’entretien"].startswith("Zélie Martinelle repart toujours avec une suite.")
    assert titre(page) == "Conclure l’entretien" and "Cet entretien est clos" not in principal(page)
    assert liens(page)["L’entretien"] == embauchee.entretien.get_absolute_url()
    Personne.objects.update(phase="sortie", phase_depuis=dans(-1))
    assert f"Le dossier a été clos depuis (sortie, {le(-1)})" in propre(
        principal(lire(cip, "entretien_conclure", embauchee.entretien.pk))
    )
    Entretien.objects.update(etat="absent", le=dans(-1))
    page = lire(cip, "entretien_conclure", embauchee.entretien.pk)
    assert "Cet entretien est clos Sa suite est donnée ou il n’a pas eu lieu. Le relire" in propre(principal(page))
    assert liens(page)["Le relire"] == embauchee.entretien.get_absolute_url()
    Bilan.objects.update(etat="absent", le=dans(-1))
    page = lire(cip, "bilan_conclure", embauchee.bilan.pk)
    assert "Ce bilan ne s’écrit plus Il est clos, ou il n’a pas eu lieu. Le relire" in propre(principal(page))
    assert liens(page)["Le relire"] == embauchee.bilan.get_absolute_url() == liens(page)["Le bilan"]
    assert lignes(page) == [] and timezone.localdate() == dans(0)


def test_un_import_dit_ce_qu_il_creera_ce_qu_il_ecarte_et_ce_que_l_on_peut_en_faire(ici):
    direction, importation = ici.client("direction"), Importation.objects.get(organisation=ici.organisation)
    adresse = importation.get_absolute_url()
    erreur = {"ligne": 3, "colonne": "Date", "valeur": "hier", "message": "Illisible", "gravite": "erreur"}

    def lue(**champs):
        Importation.objects.filter(pk=importation.pk).update(**champs)
        return direction.get(adresse)

    lues = {"creees": 5, "modifiees": 2, "inchangees": 1, "total": 9, "lignes": [[2, "creee"]]}
    apercu = [
        {"ligne": n, "cellules": ["Brun"], "sort": s} for n, s in enumerate(("creee", "modifiee", "inchangee", "refusee"), 2)
    ]
    colonnes = [{"entete": "Nom", "champ": "nom"}, {"entete": "NIR", "champ": ""}]
    page = lue(etat="analyse", **lues, refusees=1, apercu=apercu, colonnes=colonnes, fichier="importations/x.csv")
    quoi = str(importation.quoi)
    dit = sections(page)["ici.csv"]
    assert dit.startswith(
        f"Prêt à importer 5 sur 9 {quoi} à créer 2 {quoi} à modifier 1 déjà à jour 1 sur 9 lignes écartées "
        "Importer les 8 lignes valables Revoir les colonnes Ne rien importer Rapport (XLSX) Rapport (CSV)"
    )
    assert tableau(page)[-4:] == [[f"{n}", "Brun", s] for n, s in enumerate(("créée", "modifiée", "inchangée", "écartée"), 2)]
    assert "Ligne Nom Sera" in sections(page)["Premières lignes"] and "NIR" not in sections(page)["Premières lignes"]
    assert liens(page)["Revoir les colonnes"] == reverse("parcours:importation_colonnes", args=[importation.pk])
    assert liens(page)["Imports"] == reverse("parcours:importations") and titre(page) == "ici.csv"
    for route, *suite in (("importer",), ("abandonner",), ("rapport", "xlsx"), ("rapport", "csv")):
        assert f'formaction="{reverse(f"parcours:importation_{route}", args=[importation.pk, *suite])}"' in principal(page), route
    assert "Importer la ligne valable Revoir" in sections(lue(refusees=8))["ici.csv"]
    assert '<div class="tuile attention">' in principal(page)
    assert "à modifier" not in principal(lue(etat="en_cours")) and 'aria-live="polite"' in principal(direction.get(adresse))
    page = lue(etat="analyse", refusees=0)
    assert '<div class="tuile attention">' not in principal(page)
    dit = sections(lue(refusees=0, message="Interrompu hier", fichier="", lignes=[], apercu=[]))
    assert "Interrompu hier" in dit["ici.csv"] and dit["ici.csv"].endswith("Importer 9 lignes Ne rien importer")
    page = lue(etat="termine", message="", remarques=[erreur], lignes=lues["lignes"])
    assert sections(page)["ici.csv"].startswith(f"Importé 5 sur 9 {quoi} créés 2 {quoi} modifiés")
    assert "Ne rien importer" not in principal(page) and "Rapport (CSV)" in sections(page)["ici.csv"]
    corriger = "Corrigez-les dans votre fichier, puis déposez-le de nouveau : rien ne sera doublé."
    table = "Ligne Colonne Valeur Remarque 3 Date hier Illisible"
    assert sections(page)["Lignes écartées"] == f"{corriger} {table}"
    page = lue(remarques=[erreur] * 400 + [erreur | {"gravite": "attention"}])
    montrees = len(page.context["erreurs"])
    assert sections(page)["Lignes écartées"].startswith(
        f"Les {montrees} premières erreurs ; le rapport les donne toutes. {corriger}"
    )
    assert f"À vérifier : 1 remarque sur des lignes qui entrent {table}" in propre(principal(page))


def test_une_evaluation_que_l_on_remplit_dit_la_grille_ce_que_valent_les_mots_et_comment_l_abandonner(ici, cip):
    ici.grille.presentation = "Prenez le temps."
    ici.grille.save()
    domaine = ici.grille.domaines.get(theme__code="emploi")
    domaine.aide = "Un travail, une formation"
    domaine.save()
    page = lire(cip, "evaluation", ici.evaluation.pk)
    dit = sections(page)
    assert titre(page) == "Évaluation conjointe" and liens(page)["Zélie Martinelle"] == ici.personne.get_absolute_url()
    assert dit["Évaluation conjointe"] == (
        "Avec Zélie Martinelle, sur la grille commune, version 1. Chaque domaine est vu par la personne et par "
        "l’accompagnateur·rice. Abandonner"
    )
    assert dit["Abandonner cette évaluation ?"].startswith("Ce brouillon sera supprimé. Les évaluations validées restent.")
    assert f'action="{reverse("parcours:evaluation_supprimer", args=[ici.evaluation.pk])}"' in principal(page)
    assert dit["À dire d’abord"] == "Prenez le temps." and dit[str(domaine)].startswith("Un travail, une formation")
    assert faits(page) == {}, "stable, instable, précaire : la fédération n’en a rien retenu"
    assert dit["Ensemble"].endswith("Garder le brouillon Valider Chaque réponse s’enregistre d’elle-même.")
    assert f'name="version" id="version" value="{ici.evaluation.version}"' in principal(page)
    assert f'hx-post="{reverse("parcours:evaluation", args=[ici.evaluation.pk])}"' in principal(page)
    ici.grille.presentation = ""
    ici.grille.save()
    assert "À dire d’abord" not in sections(lire(cip, "evaluation", ici.evaluation.pk))


def test_un_texte_remis_dit_comment_par_qui_et_ou_en_est_sa_signature(embauchee, cip):
    remise = embauchee.personne.remises.get()
    Remise.objects.update(par=embauchee.qui)
    page = lire(cip, "remise", remise.pk)
    dit = sections(page)
    assert titre(page) == "Texte remis" and liens(page)["Zélie Martinelle"] == embauchee.engagement.get_absolute_url()
    assert dit[f"Remis le {le()}"] == (
        f"{remise.get_mode_display()} par Cip Ici. Le texte est celui de ce jour-là : il ne change plus. PDF"
    )
    assert liens(page)["PDF"] == reverse("parcours:remise_pdf", args=[remise.pk]) and "Objectif ici" in dit
    signer = f'action="{reverse("parcours:remise_signer", args=[remise.pk])}"'
    assert dit["Signature"].endswith("Joindre la signature") and signer in principal(page)
    assert {'name="dessin"', 'name="scan"'} <= {*principal(page).split()}
    assert sections(lire(embauchee.client("qualite"), "remise", remise.pk))["Signature"] == "Aucune signature n’est jointe."
    Remise.objects.update(signature="signatures/x.pdf", signee_le=timezone.now(), par=None)
    page = lire(cip, "remise", remise.pk)
    assert sections(page)["Signature"] == f"Jointe le {le()}. Télécharger" and signer not in principal(page)
    assert liens(page)["Télécharger"] == reverse("parcours:remise_signature", args=[remise.pk])
    assert sections(page)[f"Remis le {le()}"].startswith(f"{remise.get_mode_display()}. Le texte")


def test_la_purge_dit_combien_de_temps_un_dossier_se_garde_et_ce_qui_serait_purge(ici):
    direction, adresse = ici.client("direction"), reverse("parcours:purge")
    page = direction.get(adresse)
    garde = sections(page)["Conservation"]
    assert (
        garde.startswith("Un dossier se garde ") and "mois après le dernier contact (durée choisie dans les réglages )" in garde
    )
    assert "Ensuite on le rend anonyme, ou on l’efface." in garde and liens(page)["les réglages"] == reverse(
        "structures:reglages"
    )
    vide = "Aucun dossier à purger Tous les dossiers ont eu un contact dans la durée de conservation. Revenez dans quelques mois."
    assert vide in propre(principal(page)) and tableau(page) == []
