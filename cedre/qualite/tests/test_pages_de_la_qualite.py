"""Ce que disent, mot pour mot et dans chaque cas, une réclamation, une enquête et le plan de formation (AME-1, AME-2, PRO-2)."""

from datetime import date, timedelta

import time_machine
from django.urls import reverse
from django.utils import timezone

from cedre.core import graphiques
from cedre.core.templatetags.cedre import jour, jour_court
from cedre.qualite.models import AccuseDeLecture, ActionAmelioration, ActionDeFormation, Enquete, Reclamation
from cedre.tests.ecran import faits, liens, principal, propre, sections, tableau, titre


def dans(jours: int) -> date:
    """Un jour, compté depuis aujourd'hui."""
    return timezone.localdate() + timedelta(days=jours)


def le(jours: int) -> str:
    """Ce jour, en toutes lettres."""
    return propre(jour(dans(jours)))


def court(jours: int) -> str:
    """Ce jour, dans une colonne étroite."""
    return propre(jour_court(dans(jours)))


def test_une_reclamation_dit_qui_la_fait_et_ce_qui_peut_s_y_faire_a_chaque_moment(ici):
    dite = Reclamation.objects.create(organisation=ici.organisation, origine="client", texte="Retards", recue_le=dans(-10))
    adresse, client = reverse("qualite:reclamation", args=[dite.pk]), ici.client("qualite")

    def lue(**champs):
        Reclamation.objects.filter(pk=dite.pk).update(**champs)
        return client.get(adresse)

    page = lue()
    dit = sections(page)
    assert dit[str(dite)].startswith(f"Un client · Dite ou écrite à l’équipe, le {le(-10)} Accusé à envoyer")
    assert dit["Ce qui ne va pas"].startswith("Retards Qui Pas de nom Lui répondre aucun contact laissé")
    assert dit["Accuser réception"].startswith(
        "Dire à la personne que l’on a bien reçu, quand on le peut, et dire qui s’en charge."
    )
    assert dit["Accuser réception"].endswith("Réception accusée") and dit["Répondre"].endswith("Garder la réponse")
    assert dit["Clore"].endswith("Clore sans réponse") and "elle peut se clore" not in dit["Clore"]
    for route in ("accuser", "repondre", "clore_reclamation"):
        assert f'action="{reverse(f"qualite:{route}", args=[dite.pk])}"' in principal(page), route
    suite = {nom: faits(page)[nom] for nom in list(faits(page))[2:]}
    assert suite == {"Reçue": court(-10), "Accusée": "pas encore", "À répondre avant": court(20)}
    page = lue(reponse_attendue=True, signalee_par=ici.qui, qui="Ode")
    assert {nom: faits(page)[nom] for nom in ("Qui", "Lui répondre", "Signalée par")} == {
        "Qui": "Ode",
        "Lui répondre": "de vive voix",
        "Signalée par": "Cip Ici",
    }
    page = lue(contact="06", accusee_le=dans(-5), traitee_par=ici.qui)
    assert faits(page)["Lui répondre"] == "06" and "Accuser réception" not in sections(page)
    assert (faits(page)["Accusée"], faits(page)["S’en charge"]) == (court(-5), "Cip Ici")
    oublier = f'action="{reverse("qualite:oublier_qui", args=[dite.pk])}"'
    assert "Le nom ne sert plus" not in sections(page) and oublier not in principal(page)
    page = lue(repondue_le=dans(-2), traitement="Appelé", reponse="Pardon")
    dit = sections(page)
    assert "Une réponse a été donnée : elle peut se clore." in dit["Clore"] and dit["Clore"].endswith(" Clore")
    assert faits(page)["Répondue"] == court(-2)
    assert dit["La suite donnée"].endswith("Ce que l’on a fait Appelé Ce que l’on a répondu Pardon")
    page = lue(repondue_le=None, traitement="", reponse="", motif_cloture="Retirée", close_le=dans(0), accusee_le=None)
    dit = sections(page)
    assert not {"Accuser réception", "Répondre", "Clore"} & dit.keys()
    assert (faits(page)["Accusée"], faits(page)["Close"]) == ("non", court(0))
    assert dit["La suite donnée"].endswith("Pourquoi sans réponse Retirée") and "Ce que l’on a fait" not in dit["La suite donnée"]
    assert liens(page)["Réclamations"] == reverse("qualite:reclamations") and titre(page) == str(dite)


def test_une_enquete_ouverte_dit_ou_repondre_ses_questions_et_qu_il_en_faut_assez(embauchee):
    enquete = Enquete.objects.get(organisation=embauchee.organisation)
    page = embauchee.client("qualite").get(reverse("qualite:enquete", args=[enquete.pk]))
    dit = sections(page)
    assert titre(page) == str(enquete) and liens(page)["Enquêtes"] == reverse("qualite:enquetes")
    assert f"du {le(0)} au {le(20)} · aucune réponse la nuit dernière · Ouverte" in dit[str(enquete)]
    a_donner = "L’adresse à donner, à envoyer ou à mettre au mur. Elle n’ouvre que le questionnaire : http"
    assert dit["Faire répondre"].startswith(a_donner)
    assert "à partir de 5 réponses, sans celles qu’une même personne a recopiées." in dit["Faire répondre"]
    assert page.context["adresse"] in liens(page).values()
    premiere = enquete.questions[0]
    assert propre(dit["Les questions"]).startswith(propre(premiere["texte"]))
    clore = "Plus aucune réponse n’entrera, et les résultats ne changeront plus."
    assert dit["Clore et lire les résultats"].startswith(
        f"{clore} La nuit dernière, il n’y avait aucune réponse : rien ne se montrerait."
    )
    Enquete.objects.filter(pk=enquete.pk).update(nombre=9)
    page = embauchee.client("qualite").get(reverse("qualite:enquete", args=[enquete.pk]))
    assert "rien ne se montrerait" not in sections(page)["Clore et lire les résultats"]
    assert "Clore et lire les résultats" not in sections(embauchee.client("ca").get(page.request["PATH_INFO"]))


def test_une_enquete_close_dit_ses_resultats_et_pourquoi_certains_se_taisent(embauchee, monkeypatch):
    monkeypatch.setattr(graphiques, "dessiner", lambda spec: "<svg >dessin</svg>")
    comptee = {"texte": "Êtes-vous content ?", "genre": "choix", "nombre": 11, "comptes": [["Oui", 6], ["Non", 5]]}
    ecrite, tue = (
        {"texte": "Quoi d’autre ?", "genre": "texte", "nombre": 5, "textes": ["Merci"]},
        {"texte": "Qui ?", "genre": "choix", "nombre": 2},
    )
    Enquete.objects.filter(organisation=embauchee.organisation).update(
        close_le=timezone.now(), resultats=[comptee, ecrite, tue], nombre=10
    )
    adresse = reverse("qualite:enquete", args=[Enquete.objects.get(organisation=embauchee.organisation).pk])
    page = embauchee.client("qualite").get(adresse)
    dit = sections(page)
    assert dit["Êtes-vous content ?"] == (
        "11 réponses dessin Les mêmes chiffres, en tableau Réponse Combien Oui 6 sur 11 Non 5 sur 11"
    )
    assert dit["Quoi d’autre ?"] == "5 réponses « Merci »" and dit["Qui ?"].startswith("Pas assez de réponses.")
    se_tait = "ne se montre : il faut 5 réponses, sans celles qu’une même personne a recopiées. On reconnaîtrait quelqu’un."
    assert f"Là où il n’y a pas de chiffres, rien {se_tait}" in propre(principal(page))
    assert "· environ 10 réponses · Close" in propre(principal(page))
    assert "la nuit dernière" not in principal(page) and "Faire répondre" not in dit
    dehors = propre(principal(embauchee.client("ca").get(adresse)))
    assert (
        "content ? environ 10 réponses" in dehors
        and "Combien, à cinq près" in dehors
        and ", et aucun mot choisi par moins de cinq" in dehors
    )
    Enquete.objects.update(resultats=[tue])
    assert f" Rien {se_tait}" in propre(principal(embauchee.client("qualite").get(adresse)))
    Enquete.objects.update(resultats=[comptee])
    assert "On reconnaîtrait" not in principal(embauchee.client("qualite").get(adresse))


@time_machine.travel("2026-06-17T10:00Z", tick=False)
def test_le_plan_de_formation_dit_ses_totaux_et_chaque_action(ici):
    annee = timezone.localdate().year
    dit = {"organisation": ici.organisation, "besoin": "Recevoir", "prevue_du": date(annee, 1, 5)}
    faite = {"realisee_le": date(annee, 1, 6), "heures": 7.5, "cout": 100, "organisme": "Greta", "pour_qui": "L’équipe"}
    ActionDeFormation.objects.create(**dit, intitule="L’écoute", prevue_au=date(annee, 1, 6), **faite)
    laissee = {"abandonnee_le": date(annee, 1, 5), "motif": "Trop cher", "pour_qui": "Le CA", "heures": 2}
    ActionDeFormation.objects.create(**dit, intitule="Le droit", prevue_au=date(annee, 1, 5), **laissee)
    adresse = reverse("qualite:formations")
    page = ici.client("qualite").get(adresse)
    assert titre(page) == f"Plan de formation {annee}" and f"Les actions prévues en {annee}" in principal(page)
    assert f"Plan de formation {annee}" in sections(page)
    assert sorted(tableau(page)) == sorted(
        [
            ["L’écoute Recevoir", "L’équipe", f"5 jan. {annee} au 6 jan. {annee}", "Greta", "7,5", "100 €", "Réalisée"],
            ["Le droit Recevoir", "Le CA", f"5 jan. {annee}", "", "2", "", "Abandonnée Trop cher"],
        ]
    )
    totaux = page.context["totaux"]
    assert faits(page)["Actions réalisées"] == f"1 sur {propre(str(totaux['prevues']))} prévues, dont 1 abandonnée"
    assert faits(page)["Heures réalisées"].startswith("7,5 sur ")
    assert faits(page)["Coût des actions réalisées"].startswith("100 € sur ")
    assert 'aria-current="page">' + str(annee) in principal(page) and liens(page)[str(annee + 1)] == f"?annee={annee + 1}"
    ActionDeFormation.objects.filter(intitule="Le droit").delete()
    assert "abandonnée" not in faits(ici.client("qualite").get(adresse))["Actions réalisées"]


def test_la_diffusion_du_manuel_dit_qui_l_a_lu_qui_non_et_combien_de_salaries(embauchee):
    adresse, client = reverse("qualite:diffusion"), embauchee.client("qualite")
    version = embauchee.version
    AccuseDeLecture.objects.all().delete()
    page = client.get(adresse)
    dit = sections(page)
    assert dit["Qui a lu le manuel"] == f"Version {version.numero}, publiée le {propre(jour(version.publiee_le))}."
    assert liens(page)["Manuel qualité"] == reverse("qualite:manuel") and titre(page) == "Qui a lu le manuel"
    assert "Cip Ici À lire" in dit["Ne l’ont pas lu"] and "1 salarié en parcours n’a pas encore lu" in dit["Ne l’ont pas lu"]
    assert dit["L’ont lu"] == "Personne ne l’a encore dit." and dit["Recopier une liste signée"].endswith("Enregistrer")
    lecture = AccuseDeLecture.objects.create(manuel=version, compte=embauchee.qui, mode="ecran", le=timezone.now())
    AccuseDeLecture.objects.create(manuel=version, personne=embauchee.personne, mode="ecran", le=timezone.now())
    dit = sections(client.get(adresse))
    assert f"Cip Ici {le(0)} · {lecture.get_mode_display().lower()}" in dit["L’ont lu"]
    assert "Cip Ici À lire" not in dit["Ne l’ont pas lu"] and "en parcours" not in dit["Ne l’ont pas lu"]


def test_une_action_dit_d_ou_elle_vient_ou_elle_en_est_et_le_geste_qui_vient(embauchee):
    action, client = embauchee.action, embauchee.client("qualite")

    def lue(**champs):
        ActionAmelioration.objects.filter(pk=action.pk).update(**champs)
        return client.get(action.get_absolute_url())

    page = lue()
    assert sections(page)[str(action)].startswith(f"Cip Ici, pour le {le(15)} ") and titre(page) == str(action)
    assert faits(page) == {
        "Effet attendu": "Effet ici",
        "D’où vient-elle": propre(str(embauchee.reclamation)),
        "Décidée": propre(jour(action.decidee_le)),
    }
    assert liens(page)[propre(str(embauchee.reclamation))] == embauchee.reclamation.get_absolute_url()
    assert liens(page)["Actions d’amélioration"] == reverse("qualite:ameliorations")
    assert f'action="{reverse("qualite:action_faire", args=[action.pk])}"' in principal(page) and "C’est fait" in sections(page)
    page = lue(reclamation=None, enquete=embauchee.enquete, reference="PV 3", faite_le=dans(-2), fait="Affiché")
    assert faits(page)["D’où vient-elle"] == f"Enquête « {embauchee.enquete} » · PV 3"
    assert faits(page)["Faite"] == f"{le(-2)} : Affiché" and "C’est fait" not in sections(page)
    assert sections(page)["Vérifier l’effet"].startswith("On attendait : Effet ici")
    manque = "L’effet attendu n’est pas là : décidez autre chose avant de clore."
    page = lue(enquete=None, effet_verifie_le=dans(-1), effet_constate="Rien", efficace=False)
    assert faits(page)["D’où vient-elle"] == f"{ActionAmelioration.objects.get(pk=action.pk).get_origine_display()} · PV 3"
    assert faits(page)["Effet vérifié"] == f"{le(-1)} : Rien" and manque in propre(principal(page))
    suite = ActionAmelioration.objects.create(
        organisation=embauchee.organisation,
        quoi="Autre",
        effet_attendu="Mieux",
        qui=action.qui,
        echeance=dans(9),
        suite_de=action,
    )
    page = client.get(action.get_absolute_url())
    assert faits(page)["Suivie de"] == "Autre" and liens(page)["Autre"] == suite.get_absolute_url()
    assert manque not in propre(principal(page))
    assert faits(client.get(suite.get_absolute_url()))["Suite de"] == str(action)
    assert faits(lue(close_le=dans(0)))["Close"] == le(0)
