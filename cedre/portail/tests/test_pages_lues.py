"""La page du jour, le suivi de l'équipe et l'espace, ligne à ligne : mots, nombres et liens (ACC-1, ACC-6, INS-2)."""

from datetime import date, time, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cedre.core.templatetags.cedre import jour as en_toutes_lettres
from cedre.core.templatetags.cedre import jour_semaine
from cedre.parcours.models import Bilan, Contact, Entretien, Heures, InformationCollective, Personne, Remise, Reponse
from cedre.parcours.operations.espace import remettre_code
from cedre.portail.jour import tuiles
from cedre.qualite.models import AccuseDeLecture
from cedre.qualite.operations.sans_nom import RECU
from cedre.tests.ecran import phrases, propre

PREMIER_CONTACT = "Premier contact [/premier-contact/]"


def jour(dans: int = 0) -> date:
    return timezone.localdate() + timedelta(days=dans)


def dit(dans: int = 0) -> str:
    """Ce jour-là, en tête de ligne."""
    return propre(jour_semaine(jour(dans)).capitalize())


def rubrique(lues: list[str], titre: str, suivante: str) -> list[str]:
    """Les lignes d'une rubrique."""
    return lues[lues.index(titre) + 1 : lues.index(suivante) if suivante else None]


def test_la_page_du_jour_de_qui_conduit_les_entretiens_dit_chacun_de_ses_dossiers(embauchee):
    elle, autre = embauchee.personne, embauchee.hab["direction"].compte
    avant = phrases(embauchee.client("cip").get("/"))
    Entretien.objects.filter(pk=embauchee.entretien.pk).update(le=jour(), heure=time(14))
    passe = Entretien.objects.create(personne=elle, le=jour(-2), heure=None, conduit_par=embauchee.qui)
    bilan = Bilan.objects.filter(pk=embauchee.bilan.pk)
    bilan.update(le=jour(1))
    Bilan.objects.create(personne=elle, engagement=embauchee.engagement, le=jour(1), heure=time(16), conduit_par=autre)
    lues = phrases(embauchee.client("cip").get("/"))
    dossier = f"Zélie Martinelle [/personnes/{elle.pk}/]"
    assert lues[:3] == ["Bonjour Cip", f"{dit()}, Structure Ici", PREMIER_CONTACT]
    assert rubrique(avant, "À faire", "À suivre") == [
        "Pas d’évaluation conjointe [/personnes/?referent=moi&manque=sans_evaluation] · 1 personne",
        *(dossier, f"[/personnes/{elle.pk}/evaluer]", "Évaluer ensemble la situation"),
        f"Je m’en occupe [/personnes/{elle.pk}/pris-en-charge/sans_evaluation]",
        "Statut de salarié non expliqué [/personnes/?referent=moi&manque=statut_inexplique] · 1 personne",
        f"{dossier} Noter une information donnée [/personnes/{elle.pk}/information]"
        f"Je m’en occupe [/personnes/{elle.pk}/pris-en-charge/statut_inexplique]",
    ]
    assert rubrique(lues, "À suivre", "Prochains entretiens") == [
        f"Manuel qualité à lire [/manuel/versions/{embauchee.version.pk}/] 1"
    ]
    assert rubrique(lues, "Prochains entretiens", "Comptes rendus à terminer") == [
        *("Aujourd’hui", f"14 h 00 Zélie Martinelle [/entretiens/{embauchee.entretien.pk}/]"),
        *(dit(1), f"10 h 00 Zélie Martinelle [/bilans/{embauchee.bilan.pk}/] bilan"),
    ]
    assert rubrique(lues, "Comptes rendus à terminer", "Attendent d’être reçues") == [
        f"Zélie Martinelle [/entretiens/{passe.pk}/] {dit(-2)} Prévu"
    ]
    bilan.update(le=jour(-1))
    lues = phrases(embauchee.client("cip").get("/"))
    assert rubrique(lues, "Comptes rendus à terminer", "Attendent d’être reçues")[1:] == [
        f"Zélie Martinelle [/bilans/{embauchee.bilan.pk}/] Bilan, {dit(-1)} Prévu"
    ]


def test_la_page_du_jour_de_la_direction_dit_les_nombres_et_avec_qui(embauchee):
    Entretien.objects.filter(pk=embauchee.entretien.pk).update(le=jour(1))
    Entretien.objects.create(personne=embauchee.personne, le=jour(1), conduit_par=embauchee.hab["direction"].compte)
    direction = embauchee.client("direction")
    lues = phrases(direction.get("/"))
    assert lues[:3] == ["Bonjour Direction", f"{dit()}, Structure Ici", PREMIER_CONTACT]
    assert rubrique(lues, "Ce qui manque", "À suivre") == [
        "1 Pas d’évaluation conjointe [/personnes/?manque=sans_evaluation]"
        " 1 Statut de salarié non expliqué [/personnes/?manque=statut_inexplique]"
    ]
    assert rubrique(lues, "À suivre", "Prochains entretiens") == [
        f"Manuel qualité à lire [/manuel/versions/{embauchee.version.pk}/] 1",
        "Réclamations à traiter [/reclamations/?etat=a_repondre] 1",
    ]
    seul = Entretien.objects.latest("pk")
    assert rubrique(lues, "Prochains entretiens", "Comptes rendus à terminer") == [
        *(dit(1), f"14 h 00 Zélie Martinelle [/entretiens/{embauchee.entretien.pk}/] avec Cip Ici"),
        f"Zélie Martinelle [/entretiens/{seul.pk}/]",
        *(dit(30), f"10 h 00 Zélie Martinelle [/bilans/{embauchee.bilan.pk}/] bilan avec Cip Ici"),
    ]
    assert "Comptes rendus à terminer" not in phrases(embauchee.client("accueil").get("/"))
    Personne.objects.update(phase="sortie")
    Entretien.objects.all().delete()
    Bilan.objects.all().delete()
    assert not tuiles(embauchee.hab["direction"])
    InformationCollective.objects.update(annulee=True)
    assert phrases(direction.get("/"))[3:] == [
        "Rien ne manque aux dossiers ouverts : chacun a une date, un référent et un délai tenu.",
        *lues[lues.index("À suivre") : lues.index("Prochains entretiens")],
        *("Prochains entretiens", "Aucun entretien n’est prévu."),
        *("Comptes rendus à terminer", "Tous les entretiens passés ont leur suite."),
        *("Attendent d’être reçues", "Toutes [/personnes/?attente=0]", "Tout le monde a été reçu."),
        *("Informations collectives à venir", "Aucune séance n’est prévue."),
    ]


def test_la_page_du_jour_dit_qui_attend_depuis_quand_et_les_places_des_informations(ici):
    Entretien.objects.all().delete()
    ici.personne.informations.all().delete()
    Contact.objects.filter(pk=ici.contact.pk).delete()
    for nom, demande, delai in (("Tard", -11, 10), ("Juste", -10, 10), ("Sans", -9, None), ("Datée", -8, 3)):
        personne = Personne.objects.create(organisation=ici.organisation, nom=nom, prenom="Ada")
        Contact.objects.create(personne=personne, le=jour(demande), delai_annonce=delai)
    Entretien.objects.create(personne=personne, le=jour(2), conduit_par=ici.qui)
    pk = {str(p.nom): p.pk for p in Personne.objects.all()}
    lues = phrases(ici.client("accueil").get("/"))
    assert "À suivre" not in lues
    assert rubrique(lues, "Attendent d’être reçues", "Informations collectives à venir") == [
        "Toutes [/personnes/?attente=0]",
        f"Ada Tard [/personnes/{pk['Tard']}/] demande faite il y a 11 jours Délai dépassé",
        f"Ada Juste [/personnes/{pk['Juste']}/] demande faite il y a 10 jours Sans date",
        f"Ada Sans [/personnes/{pk['Sans']}/] demande faite il y a 9 jours Sans date",
        f"Ada Datée [/personnes/{pk['Datée']}/] demande faite il y a 8 jours Délai dépassé",
    ]
    assert rubrique(lues, "Informations collectives à venir", "") == [
        f"{dit(3)}, 9 h 30 [/collectives/{ici.collective.pk}/] Salle ici 0 sur 12 places"
    ]


def test_qui_n_a_pas_de_dossier_lit_ce_qui_s_ouvre_a_lui(ici):
    assert phrases(ici.client("ca").get("/")) == [
        *("Bonjour Ca", f"{dit()}, Structure Ici", "À lire"),
        "Manuel qualité [/manuel/] La version publiée, à lire et à dire lue.",
        "Conformité [/conformite/] Où en est la structure face au référentiel, et ce qu’elle a décidé.",
        "Ce qui a changé le passé [/passe/] Les corrections, les faits notés après leur jour, les annulations, "
        "et les mesures qu’ils ont déplacées.",
        "Réunions et revues [/reunions/] Ce que l’équipe a regardé ensemble, et décidé.",
        "Chiffres [/chiffres/] L’accueil et les parcours, en nombres : jamais un dossier personnel.",
        "Bilans à rendre [/cadres/] Les chiffres que l’on nous demande, case par case.",
        "Alertes [/alertes/] Ce que la structure fait savoir, à qui, et ce qui a suivi.",
        "Rapports d’activité [/rapports/] Ce que chaque structure dit de son année, et ses nombres, figés.",
    ]
    assert phrases(ici.client("salarie").get("/"))[2:] == [
        "À lire",
        "Votre espace [/espace/] Votre engagement, vos rendez-vous et vos bilans s’y lisent avec le code que la structure "
        "vous a remis.",
    ]
    ici.hab["cip"].delete()
    assert phrases(ici.client("cip").get("/")) == [
        *("Bonjour Cip", dit(), "Aucun accès ouvert"),
        "Votre compte n’ouvre plus aucune structure. Demandez une invitation à la direction de votre structure.",
    ]


def test_le_suivi_de_l_equipe_mene_de_chaque_nombre_a_sa_liste(embauchee):
    direction, cip = embauchee.client("direction"), embauchee.qui.pk
    entete = [
        *("L’équipe", "Ce qui manque, par référent·e. Chaque nombre ouvre sa liste."),
        "Confier à quelqu’un d’autre [/confier/]",
    ]
    lues = phrases(direction.get(reverse("portail:suivi_equipe")))
    assert lues == [
        *(*entete, "Cip Ici", f"1 personne suivie [/personnes/?referent={cip}&phase=suivies]"),
        f"1 Pas d’évaluation conjointe [/personnes/?referent={cip}&manque=sans_evaluation]"
        f" 1 Statut de salarié non expliqué [/personnes/?referent={cip}&manque=statut_inexplique]",
    ]
    Personne.objects.update(phase="sortie")
    assert phrases(direction.get(reverse("portail:suivi_equipe"))) == [
        *(*entete, "Personne à suivre", "Les dossiers ouverts paraîtront ici, par référent·e.")
    ]


# ── L'espace ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def elle(embauchee) -> Client:
    """Le navigateur de la personne, entrée dans son espace."""
    cache.clear()
    client = Client()
    client.post("/espace/", {"code": remettre_code(embauchee.personne, par=embauchee.hab["cip"])[1]})
    return client


def test_son_espace_dit_ses_rendez_vous_et_mene_a_tout_ce_qui_est_a_elle(embauchee, elle):
    remise, rendus = embauchee.personne.remises.get(), phrases(elle.get("/espace/moi"))
    suite = [
        "Quelque chose ne va pas",
        "Un problème, une colère, une injustice ? Dites-le. Vous pouvez ne pas dire votre nom.",
        "Dire ce qui ne va pas [/espace/ce-qui-ne-va-pas]",
    ]
    idee = ["Mon idée", "Vous avez une envie, un projet ? Dites-le.", "Je propose un objectif [/espace/objectif]"]
    assert rendus == [
        *("Bonjour Zélie", "Structure Ici", "Mes rendez-vous"),
        f"{dit(3)} à 9 h 30 Réunion d’information Salle ici",
        f"{dit(4)} à 14 h 00 Entretien, avec Cip Ici",
        f"{dit(5)} à 9 h 00 Atelier ici",
        f"{dit(30)} à 10 h 00 Bilan : nous faisons le point, avec Cip Ici",
        *("Mon engagement", "C’est ce que nous avons décidé ensemble."),
        f"Lire mon engagement [/espace/textes/{remise.pk}/]",
        *("Mes bilans", "Vous n’avez pas encore de bilan à lire.", "Mes heures", "Voir mes heures de travail [/espace/heures]"),
        *("Ce que je sais faire", "Un papier à montrer à un employeur. Faites-le signer par la structure."),
        *("Prendre mon attestation (PDF) [/espace/attestation.pdf]", *idee, *suite, "Comment ça marche ici"),
        "Quelques phrases pour comprendre comment nous travaillons avec vous. Vous l’avez lu.",
        "Lire [/espace/comment-ca-marche]",
    ]
    bilan = Remise.objects.create(personne=embauchee.personne, bilan=embauchee.bilan, contenu={}, le=date(2026, 3, 1))
    remise.delete()
    embauchee.version.delete()
    Entretien.objects.filter(personne=embauchee.personne).delete()
    embauchee.personne.informations.all().delete()
    embauchee.personne.actions.all().delete()
    Bilan.objects.update(le=jour(-1))
    Heures.objects.all().delete()
    embauchee.organisation.telephone = "01 99 00 00 01"
    embauchee.organisation.save()
    assert phrases(elle.get("/espace/moi"))[2:] == [
        *("Mes rendez-vous", "Vous n’avez pas de rendez-vous noté."),
        *("Mon engagement", "Votre engagement ne vous a pas encore été remis.", "Mes bilans"),
        f"Bilan remis le {propre(en_toutes_lettres(bilan.le))} [/espace/textes/{bilan.pk}/]",
        *("Mes heures", "Voir mes heures de travail [/espace/heures]", *idee, *suite),
        "Une question ? Appelez le 01 99 00 00 01 [tel:0199000001].",
    ]
    assert phrases(elle.get("/espace/heures"))[3:4] == ["Aucune heure n’est encore notée."]


def test_un_engagement_remis_se_lit_en_entier_avec_ce_qu_elle_en_a_dit(embauchee, elle):
    remise = embauchee.personne.remises.get()
    cible, le = f"/espace/textes/{remise.pk}/", propre(en_toutes_lettres(jour()))
    pour_le = propre(en_toutes_lettres(jour(20)))
    texte = [
        *("Mon espace [/espace/moi]", "Mon engagement", f"Remis le {le}.", "Le but"),
        "Découverte. Découvrir ses capacités et des métiers, clarifier ce que l’on veut, construire un projet.",
        "Objectif : Objectif ici",
        f"La structure Moyen ici Pour le {pour_le} Comment on saura : On en parle au bilan",
        f"Moi Moyen ici Pour le {pour_le} Comment on saura : On en parle au bilan",
        *("Et après ?", f"Nous ferons le point ensemble le {propre(jour_semaine(embauchee.engagement.bilan_le))} ."),
        "Ma réponse",
    ]
    parler = ["Ce que je veux dire (facultatif)", "Je veux en parler [en_parler]"]
    assert phrases(elle.get(cible)) == [*texte, f"Le {le}, j’ai dit : D’accord .", *parler]
    Reponse.objects.all().delete()
    assert phrases(elle.get(cible)) == [*texte, "Bien reçu [recu] D’accord [d_accord]", *parler]
    assert phrases(elle.post(cible, {"nature": "en_parler", "texte": "Le mardi"}, follow=True))[0].startswith("Merci.")
    dite = f"Le {le}, j’ai dit : {Reponse.Nature('en_parler').label} . « Le mardi »"
    assert phrases(elle.get(cible)) == [*texte, dite, "D’accord [d_accord]", *parler]


def test_un_bilan_remis_se_lit_en_entier(embauchee, elle):
    contenu = {
        "genre": "bilan",
        "faits": ["12 heures de travail", "Un atelier"],
        "objectifs": [
            {"libelle": "Conduire", "resultat": "Atteint", "commentaire": "Avec le car"},
            {"libelle": "Écrire", "resultat": "", "commentaire": ""},
        ],
        "sections": [{"titre": "Ce qui a changé", "texte": "Elle conduit."}],
        "suite": "Prolonger l’engagement",
        "suite_le": "2026-12-01",
    }
    remise = Remise.objects.create(personne=embauchee.personne, bilan=embauchee.bilan, contenu=contenu)
    lues = phrases(elle.get(f"/espace/textes/{remise.pk}/"))
    assert lues[1] == "Mon bilan" and rubrique(lues, "Ce qui s’est fait", "Ma réponse") == [
        *("12 heures de travail", "Un atelier", "Mes objectifs", "Conduire Atteint Avec le car", "Écrire"),
        *("Ce qui a changé", "Elle conduit.", "Et après ?", "Prolonger l’engagement, pour le 1er décembre 2026."),
    ]
    Remise.objects.filter(pk=remise.pk).update(contenu={"suite": "En parler"})
    assert rubrique(phrases(elle.get(f"/espace/textes/{remise.pk}/")), "Et après ?", "Ma réponse") == ["En parler."]


def test_chaque_message_dit_ce_qu_il_devient_et_au_quatrieme_du_jour_on_attend(elle):
    cible = reverse("portail:ce_qui_ne_va_pas")
    for nommee, dite in (("oui", "Merci. Votre message est envoyé."), ("non", RECU), ("non", RECU)):
        envoi = elle.post(cible, {"texte": "Le bruit", "nommee": nommee}, follow=True)
        assert (envoi.redirect_chain, phrases(envoi)[0]) == ([("/espace/moi", 302)], propre(dite))
    refus = elle.post(cible, {"texte": "Le bruit", "nommee": "oui"})
    assert refus.status_code == 429 and refus.context["form"].non_field_errors() == [
        "Vous avez déjà envoyé trois messages aujourd’hui. Ils sont bien arrivés."
    ]


def test_les_autres_pages_de_l_espace_disent_a_quoi_elles_servent(embauchee, elle):
    Reponse.objects.create(personne=embauchee.personne, nature="proposition", texte="Passer le permis")
    retour = "Mon espace [/espace/moi]"
    assert phrases(elle.get("/espace/objectif")) == [
        *(retour, "Je propose un objectif"),
        "Un objectif, c’est ce que vous voulez réussir. Nous en parlerons ensemble.",
        *("Mon objectif", "Par exemple : passer le permis, apprendre un métier, trouver un logement.", "Envoyer"),
        *("J’ai déjà proposé", f"{propre(en_toutes_lettres(jour()))} « Passer le permis »"),
    ]
    assert phrases(elle.get("/espace/heures"))[:3] == [retour, "Mes heures", "Les heures de travail notées chaque mois."]
    assert phrases(elle.get("/espace/heures"))[-1].startswith("Ces heures ne sont pas votre fiche de paie. Une erreur ?")
    marche = [retour, "Comment ça marche ici", "Ici, c’est ici."]
    assert phrases(elle.get("/espace/comment-ca-marche")) == [*marche, "Vous l’avez lu"]
    AccuseDeLecture.objects.all().delete()
    assert phrases(elle.get("/espace/comment-ca-marche")) == [*marche, "J’ai lu"]
    assert phrases(elle.get("/espace/ce-qui-ne-va-pas")) == [
        *(retour, "Ce qui ne va pas"),
        "Votre message va à la personne qui s’occupe de la qualité. Il n’est pas mis dans votre dossier. Sans votre nom, "
        "il sera lu demain, avec ceux du même jour. À ce que vous écrivez, on peut encore vous deviner.",
        *("Ce qui ne va pas", "Mon nom", "Je dis mon nom. On me répondra.", "Je ne dis pas mon nom.", "Envoyer"),
    ]
    assert elle.post("/espace/ce-qui-ne-va-pas", {"texte": ""}).status_code == 200
    dehors = elle.post("/espace/quitter", follow=True)
    assert (dehors.redirect_chain, phrases(dehors)[0]) == ([("/espace/", 302)], "Vous êtes sorti de votre espace.")
    assert phrases(elle.get("/espace/moi", follow=True))[0] == "Votre espace est fermé. Entrez de nouveau votre code."
    assert phrases(Client().get("/espace/")) == [
        *("Entrer dans mon espace", "Votre code", "Il est écrit sur le papier que l’on vous a donné. Il a 12 signes.", "Entrer"),
        "Pas de code ? Demandez-le à la personne qui vous accompagne.",
    ]
