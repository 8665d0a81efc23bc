"""Ce que disent, mot pour mot et dans chaque cas, les pages de l'engagement, de ses remises et de l'espace (INS-1 à INS-3)."""

import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Organisation
from cedre.conftest import terme
from cedre.core.templatetags.cedre import jour, jour_semaine
from cedre.parcours.models import AccesEspace, Contact, Engagement, Entretien, Moyen, Objectif, Remise
from cedre.parcours.tests.test_construction import evaluer
from cedre.parcours.tests.test_engagements import envoi
from cedre.parcours.tests.test_pages_du_travail import dans, le, lire
from cedre.structures.models import Offre
from cedre.tests.ecran import faits, liens, principal, propre, sections, tableau


def test_un_engagement_remis_dit_son_texte_ce_qui_est_fait_ses_remises_et_ses_bilans(embauchee, cip):
    engagement, qui = embauchee.engagement, embauchee.personne
    (premier, second), remise = engagement.moyens.order_by("pk"), engagement.remises.get()
    Moyen.objects.filter(pk=premier.pk).update(fait_le=dans(-1))
    Moyen.objects.filter(pk=second.pk).update(
        echeance=dans(9), libelle="Passer le code", client=embauchee.mise_en_situation.client
    )
    Objectif.objects.update(domaine=terme("domaine", "mobilite"))
    Engagement.objects.update(demande="Un CDI")
    Remise.objects.update(signature="s.png", le=dans(-9))
    page = lire(cip, "engagement", engagement.pk)
    dit, genre = sections(page), engagement.type_engagement
    assert dit["Engagement réciproque"].startswith(
        "Zélie Martinelle · En cours · avec Cip Ici Modifier PDF Construire le suivant"
    )
    assert dit[str(genre)].startswith(f"{genre.correspondances['but']} Commence le {le(-30)} Prochain bilan {le(30)} Forme")
    assert faits(page)["Ce que la personne demande"] == "Un CDI"
    assert dit["Objectif ici"].startswith(f"{terme('domaine', 'mobilite')} Qui Fera quoi")
    rangees = {rangee[0]: rangee[1:] for rangee in tableau(page)}
    assert rangees == {
        "La structure": ["Moyen ici", le(20), "On en parle au bilan"],
        "La personne": ["Passer le code Client ici", le(9), "On en parle au bilan"],
    }
    assert dit["Ce qui est fait"] == (
        f"Passer le code La personne · pour le {le(9)} C’est fait : Passer le code "
        f"Moyen ici La structure · pour le {le(20)} Fait Pas fait : Moyen ici"
    )
    assert dit["Ce qui manque"] == "Rien : il est formalisé"
    assert dit["Remises à la personne"] == f"Le {le(-9)} {remise.get_mode_display()} Signée"
    assert dit["Bilans"] == f"{propre(jour_semaine(dans(30))).capitalize()} Prévu"
    menent = liens(page)
    assert menent["Zélie Martinelle"] == qui.get_absolute_url() and menent[f"Le {le(-9)}"] == remise.get_absolute_url()
    assert menent[propre(jour_semaine(dans(30))).capitalize()] == embauchee.bilan.get_absolute_url()
    assert '<a class="btn btn-primary" href="' + menent["Modifier"] in principal(page)
    Engagement.objects.update(version=2)
    Remise.objects.update(signature="")
    Moyen.objects.filter(pk=second.pk).update(echeance=None)
    dit = sections(lire(cip, "engagement", engagement.pk))
    assert "Remettre de nouveau Modifier PDF" in dit["Engagement réciproque"]
    assert dit["Engagement réciproque"].endswith(
        f"Modifié depuis la remise du {le(-9)} : il faut le remettre de nouveau. Le texte d’alors se lit toujours."
    )
    assert dit["Remises à la personne"] == f"Le {le(-9)} {remise.get_mode_display()} · texte d’avant"
    assert dit["Ce qui manque"] == "Rien pour le § 2.2 a Le guide conseille aussi : une date pour chaque moyen"
    assert "Passer le code La personne C’est fait : Passer le code" in dit["Ce qui est fait"]
    lue = sections(lire(embauchee.client("qualite"), "engagement", engagement.pk))
    assert "fait : Moyen" not in lue["Ce qui est fait"] and "Fait" in lue["Ce qui est fait"]


def test_un_engagement_sans_remise_clos_ou_en_projet_le_dit(embauchee, cip):
    engagement = embauchee.engagement
    engagement.remises.all().delete()
    dit = sections(lire(cip, "engagement", engagement.pk))
    assert dit["Engagement réciproque"].endswith("Cet engagement n’a pas encore été remis à la personne.")
    assert "Remettre Modifier" in dit["Engagement réciproque"].replace(" à la personne", "")
    assert dit["Remises à la personne"] == "Aucune."
    Engagement.objects.update(etat="clos", clos_le=dans(-1), conduit_par=None)
    dit = sections(lire(cip, "engagement", engagement.pk))
    assert dit["Engagement réciproque"] == f"Zélie Martinelle · Clos le {le(-1)} PDF"
    Engagement.objects.update(etat="projet", clos_le=None, bilan_le=None)
    Objectif.objects.update(retire_le=dans(0))
    Moyen.objects.update(objectif=None)
    engagement.bilans.all().delete()
    page = lire(cip, "engagement", engagement.pk)
    dit = sections(page)
    assert dit["Engagement réciproque"].startswith("Zélie Martinelle · Projet Continuer à construire PDF")
    assert "Ce qui est fait" not in dit and faits(page)["Prochain bilan"] == "à fixer"
    assert dit[str(engagement.type_engagement)].endswith("Aucun objectif n’est encore écrit.")
    assert [rangee[0] for rangee in tableau(page)] == ["La structure", "La personne"]
    assert dit["Pour tout l’engagement"].startswith("Qui Fera quoi")
    assert dit["Bilans"].startswith("Il entrera à l’agenda quand l’engagement commencera. Retirer ce projet")
    assert dit["Ce qui manque"].startswith("Pour le § 2.2 a, il manque :")
    Objectif.objects.update(retire_le=None)
    Moyen.objects.all().delete()
    assert sections(lire(cip, "engagement", engagement.pk))["Objectif ici"] == "Aucun moyen n’est encore dit."


def test_l_ecran_de_construction_dit_l_evaluation_la_demande_l_offre_et_les_types(inscrite, projet, cip):
    offre = Offre.objects.create(organisation=inscrite.organisation, intitule="Code de la route")
    offre.themes.set([terme("domaine", "mobilite")])
    evaluer(inscrite, -3, mobilite=(3, None), logement=(0, 0))
    Entretien.objects.update(attentes="Un CDI", points_d_appui="Sa sœur")
    page = lire(cip, "engagement_modifier", projet.pk)
    dit, mobilite = sections(page), inscrite.grille.domaines.get(theme__code="mobilite")
    assert dit["Construire l’engagement"] == (
        "Zélie Martinelle et la structure disent ce qu’elles vont faire, pour quand, et comment elles le sauront."
    )
    assert dit["Son évaluation"] == (
        f"Du {le(-3)}. Trajectoire : carrière précaire. "
        f"{mobilite} Bloquant selon la personne non évalué selon l’accompagnateur·rice"
    )
    demande = Contact.objects.get()
    assert dit["Sa demande"] == (f"Le {le(-5)} {demande.demande} Ses attentes, son projet Un CDI Ses points d’appui Sa sœur")
    assert dit["Dans l’offre"] == (
        "Un clic l’ajoute aux moyens du premier objectif. Rien n’est imposé. "
        f"Code de la route parce que : {mobilite} = Bloquant Ajouter"
    )
    ajouter = reverse("parcours:engagement_ligne", args=[projet.pk])
    assert f'hx-get="{ajouter}?objectif=0&amp;offre={offre.pk}"' in principal(page)
    suggere = next(t for t, raisons in page.context["types"] if raisons)
    assert f"{suggere} {suggere.correspondances['but']} Suggéré parce que : " in dit["Pour quoi faire"]
    critere = suggere.correspondances["criteres"][0]
    assert f"Dans quels cas {propre(critere)}" in dit["Pour quoi faire"]
    assert dit["Les objectifs, et qui fait quoi"].startswith(
        "Une ligne vide est ignorée. « Monter » et « Descendre » enregistrent"
    )
    assert dit["Les objectifs, et qui fait quoi"].endswith("Ajouter un objectif Enregistrer et commencer Garder le projet")
    Engagement.objects.filter(pk=projet.pk).update(etat="en_cours")
    inscrite.personne.evaluations.all().delete()
    Entretien.objects.update(attentes="", points_d_appui="")
    Contact.objects.all().delete()
    page = lire(cip, "engagement_modifier", projet.pk)
    dit = sections(page)
    choisi = f'name="type_engagement" value="{projet.type_engagement_id}" checked'
    assert re.findall(r'name="type_engagement" value="\d+" checked', principal(page)) == [choisi]
    assert dit["Les objectifs, et qui fait quoi"].endswith("Ajouter un objectif Enregistrer")
    assert dit["Son évaluation"] == "Aucune évaluation conjointe n’est validée : rien n’est suggéré."
    assert (dit["Sa demande"], "Dans l’offre" in dit) == ("Rien n’a encore été noté.", False)
    evaluer(inscrite, 0, logement=(0, 0))
    page = lire(cip, "engagement_modifier", projet.pk)
    assert sections(page)["Son évaluation"].endswith("Aucune difficulté dite") and "Suggéré" not in propre(principal(page))


def test_une_saisie_refusee_ou_qui_en_croise_une_autre_le_dit_et_ne_perd_rien(inscrite, projet, cip):
    adresse = reverse("parcours:engagement_modifier", args=[projet.pk])
    saisi = envoi(cip.get(adresse), **{"objectifs-0-libelle": "Passer le permis", "moyens-0-libelle": "M"})
    page = cip.post(adresse, saisi | {"moyens-0-echeance": "demain"})
    refus = "Il reste quelque chose à corriger dans les objectifs ou les moyens. Rien de ce que vous avez saisi n’est perdu."
    assert refus in propre(principal(page)) and "Enregistré entre-temps" not in sections(page)
    assert 'name="debut"' in principal(page) and 'value="Passer le permis"' in principal(page)
    Engagement.objects.filter(pk=projet.pk).update(version=9, demande="Un CDI")
    page = cip.post(adresse, saisi)
    assert page.status_code == 409 and refus not in propre(principal(page))
    assert sections(page)["Enregistré entre-temps"] == (
        "Voici le texte de l’autre. Votre saisie est au-dessous, entière : réunissez les deux, puis enregistrez. "
        "Les lignes que l’autre a ajoutées restent."
    )
    assert faits(page)["Ce que la personne demande"] == "Un CDI" and 'value="Passer le permis"' in principal(page)
    assert refus not in propre(principal(cip.get(adresse)))


def test_une_evaluation_validee_dit_les_deux_regards_et_ce_qui_a_change(ici, cip):
    evaluer(ici, -90, emploi=(3, 3), logement=(1, 1))
    validee = evaluer(ici, -2, emploi=(1, 3), logement=(1, None))
    domaine = ici.grille.domaines.get(theme__code="logement")
    validee.cotations.filter(domaine=domaine).update(commentaire="Un bail\n\nenfin")
    type(validee).objects.filter(pk=validee.pk).update(synthese="On avance", statut_social="stable", conduite_par=ici.qui)
    page = lire(cip, "evaluation", validee.pk)
    dit = sections(page)
    assert dit[f"Évaluation du {le(-2)}"] == (
        f"Zélie Martinelle, avec Cip Ici. Grille commune, version 1. Validée le {le()} : elle ne change plus. Son évolution "
        f"Carrière Précaire Statut social Stable La personne, depuis le {le(-90)} 1 domaine progresse, 1 est stable "
        f"L’accompagnateur·rice, depuis le {le(-90)} 1 domaine est stable"
    )
    assert dit["Ce que l’on retient ensemble"] == "On avance"
    emploi = ici.grille.domaines.get(theme__code="emploi")
    assert sorted(tableau(page)) == sorted(
        [
            [str(emploi), "Difficulté légère ↗ progresse", "Bloquant → stable"],
            [str(domaine), "Difficulté légère → stable", "Non évalué"],
        ]
    )
    assert dit[str(domaine)] == "Un bail enfin" and str(emploi) not in dit
    assert liens(page) == {
        "Zélie Martinelle": ici.personne.get_absolute_url(),
        "Son évolution": reverse("parcours:evolution", args=[ici.personne.pk]),
    }
    type(validee).objects.filter(le=dans(-90)).delete()
    type(validee).objects.filter(pk=validee.pk).update(synthese="", conduite_par=None)
    dit = sections(lire(cip, "evaluation", validee.pk))
    assert dit[f"Évaluation du {le(-2)}"].startswith("Zélie Martinelle, avec l’équipe.")
    assert "depuis le" not in dit[f"Évaluation du {le(-2)}"] and "Ce que l’on retient ensemble" not in dit


def test_son_espace_dit_ce_qu_elle_a_repondu_et_chaque_code_remis(embauchee, cip):
    qui, acces = embauchee.personne, AccesEspace.objects.get()
    remise, reponse = qui.remises.get(), qui.reponses.get()
    page = lire(cip, "espace", qui.pk)
    dit = sections(page)
    assert dit["Son espace"] == (
        "Zélie y lit son engagement, ses rendez-vous, ses bilans et ses heures, et peut vous répondre. "
        "Ni courriel ni mot de passe : un code suffit. Préparer un autre code"
    )
    assert dit["Ce qu’elle a répondu"].startswith(f"{reponse.get_nature_display()} · texte remis le {le()} {le()} à")
    assert dit["Ce qu’elle a répondu"].endswith(f" Lue : {reponse.get_nature_display()}")
    assert "· lue" not in dit["Ce qu’elle a répondu"]
    assert liens(page)[f"texte remis le {le()}"] == remise.get_absolute_url()
    assert f'action="{reverse("parcours:reponse_lue", args=[reponse.pk])}"' in principal(page)
    expire = propre(timezone.localtime(acces.expire_le).strftime("%Y"))
    assert dit["Les codes remis"].startswith(f"{le()} n’a pas encore servi Jusqu’au ") and expire in dit["Les codes remis"]
    assert {reverse(f"parcours:espace_{r}", args=[qui.pk]) for r in ("prolonger", "fermer")} <= {*principal(page).split('"')}
    AccesEspace.objects.update(par=embauchee.qui, utilise_le=timezone.now() - timedelta(days=1), expire_le=timezone.now())
    type(reponse).objects.update(
        lue_le=timezone.now() - timedelta(days=1), lue_par=embauchee.qui, texte="Le mardi", remise=None, nature="proposition"
    )
    page = lire(cip, "espace", qui.pk)
    dit = sections(page)
    assert dit["Les codes remis"] == f"{le()} par Cip Ici dernière entrée le {le(-1)} Expiré"
    assert "« Le mardi »" in dit["Ce qu’elle a répondu"] and "texte remis" not in dit["Ce qu’elle a répondu"]
    assert dit["Ce qu’elle a répondu"].endswith(f"· lue par Cip Ici le {le(-1)} Ouvrir l’engagement")
    assert liens(page)["Ouvrir l’engagement"] == embauchee.engagement.get_absolute_url()
    AccesEspace.objects.update(revoque_le=timezone.now())
    assert sections(lire(cip, "espace", qui.pk))["Les codes remis"].endswith("Fermé")
    AccesEspace.objects.all().delete()
    qui.reponses.all().delete()
    dit = sections(lire(cip, "espace", qui.pk))
    assert (dit["Ce qu’elle a répondu"], dit["Les codes remis"]) == ("Rien pour le moment.", "Aucun code n’a encore été remis.")
    assert dit["Son espace"].endswith("suffit. Préparer un code") and "Pour entrer dans votre espace" not in dit


def test_le_code_de_son_espace_se_montre_une_fois_avec_ou_entrer_et_qui_appeler(embauchee, cip):
    qui = embauchee.personne
    Organisation.objects.filter(pk=embauchee.organisation.pk).update(telephone="02 62")
    AccesEspace.objects.all().delete()
    qui.reponses.all().delete()
    cip.post(reverse("parcours:espace_code", args=[qui.pk]))
    page = lire(cip, "espace", qui.pk)
    code, expire = page.context["code"], propre(jour(AccesEspace.objects.get().expire_le))
    assert code and sections(page)["Pour entrer dans votre espace"].startswith(
        "Prenez ce carré en photo avec votre téléphone. Ou ouvrez cette page : http"
    )
    assert sections(page)["Pour entrer dans votre espace"].endswith(
        f"{page.context['adresse']} Puis tapez ce code : {code} Gardez ce papier. Ne le prêtez pas : il ouvre votre espace. "
        f"Il vaut jusqu’au {expire}. Perdu ? Dites-le : Structure Ici, 02 62."
    )
    assert f'src="{page.context["qr"]}"' in principal(page) and "data-imprime" in principal(page)
    assert liens(page)["Zélie Martinelle"] == qui.get_absolute_url() and '<header class="entete a-l-ecran">' in principal(page)
    assert sections(page)["Les codes remis"].startswith(f"{le()} par Cip Ici n’a pas encore servi Jusqu’au {expire}")
    page = lire(cip, "espace", qui.pk)
    assert "Pour entrer dans votre espace" not in sections(page) and "data-imprime" not in principal(page)
