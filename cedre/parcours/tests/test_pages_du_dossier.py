"""Ce que disent, mot pour mot et dans chaque cas, le dossier, la liste, l'agenda, l'entretien et l'évolution (ACC-1 à ACC-4)."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from cedre.conftest import terme
from cedre.core import graphiques
from cedre.core.templatetags.cedre import depuis, jour, jour_court, jour_semaine
from cedre.parcours.models import Bilan, Contact, Engagement, Entretien, Personne, PriseEnCharge
from cedre.parcours.tests.test_evolution import evaluer
from cedre.parcours.tests.test_pages_du_travail import dans, le, lire
from cedre.tests.ecran import faits, liens, lignes, principal, propre, sections, tableau, titre

JOINDRE = {
    "telephone": "02 62 00 00 01",
    "telephone_2": "06 92 00 00 02",
    "courriel": "zelie@exemple.fr",
    "adresse": "2 rue Basse",
    "code_postal": "97400",
    "commune": "Saint-Denis",
    "reference": "A12",
}


def court(jours: int) -> str:
    """Ce jour, dans une colonne étroite."""
    return propre(jour_court(dans(jours)))


def test_le_dossier_dit_qui_elle_est_ou_elle_en_est_et_comment_la_joindre(ici, cip):
    qui = ici.personne
    Personne.objects.update(**JOINDRE, prescripteur=terme("prescripteur", "mission_locale"), referent=ici.hab["mad"].compte)
    Contact.objects.update(prescripteur=terme("prescripteur", "mission_locale"), prescripteur_precision="Antenne nord")
    page = lire(cip, "personne", qui.pk)
    dit, age = sections(page), Personne.objects.get().age()
    assert titre(page) == "Zélie Martinelle"
    assert dit["Zélie Martinelle"].startswith(f"{age} ans, né·e le 28 février 1990 · Saint-Denis Prévoir un entretien")
    assert "A répondu" not in principal(page) and '<li aria-current="step">' in principal(page)
    avant, _, tuiles = dit["Zélie Martinelle"].partition("Référent·e")
    assert avant.endswith(f"{qui.get_phase_display()} {propre(depuis(Personne.objects.get().phase_depuis))} ")
    echeance = Contact.objects.get().echeance_annoncee
    assert tuiles.strip() == (
        f"Mad Ici Prochaine date dans 3 jours {court(3)} Délai annoncé, délai réel 10 jours "
        f"échéance dans {(echeance - dans(0)).days} jours"
    )
    prescripteur = f"{terme('prescripteur', 'mission_locale')} Antenne nord"
    assert faits(page) == {
        "Téléphone": "02 62 00 00 01",
        "Autre": "06 92 00 00 02",
        "Courriel": "zelie@exemple.fr",
        "Adresse": "2 rue Basse 97400 Saint-Denis",
        "Prescripteur": prescripteur,
        "Référence": "A12",
    }
    menent = liens(page)
    assert (menent["02 62 00 00 01"], menent["06 92 00 00 02"]) == ("tel:0262000001", "tel:0692000002")
    assert menent["zelie@exemple.fr"] == "mailto:zelie@exemple.fr" and menent["Personnes"] == reverse("parcours:personnes")
    assert menent["Rectifier"] == reverse("parcours:personne_modifier", args=[qui.pk])
    Personne.objects.update(**dict.fromkeys(JOINDRE, ""), date_naissance=None, referent=None, prescripteur=None)
    Contact.objects.update(prescripteur=None, prescripteur_precision="", delai_annonce=None, echeance_annoncee=None)
    Entretien.objects.all().delete()
    qui.informations.all().delete()
    page = lire(cip, "personne", qui.pk)
    tuiles = sections(page)["Zélie Martinelle"]
    assert tuiles.startswith("Prévoir un entretien") and faits(page) == {}
    assert tuiles.endswith("Référent·e à désigner Prochaine date aucune Délai annoncé, délai réel non annoncé")
    recue = {"le": dans(-2), "etat": "realise", "issue": "inscription"}
    Entretien.objects.create(personne=qui, conduit_par=ici.qui, **recue)
    Contact.objects.update(delai_annonce=10, echeance_annoncee=dans(5))
    assert sections(lire(cip, "personne", qui.pk))["Zélie Martinelle"].endswith("10 jours reçue 3 jours après sa demande")
    Personne.objects.update(commune="Sainte-Rose")
    Contact.objects.update(prescripteur_precision="Le voisin")
    page = lire(cip, "personne", qui.pk)
    assert sections(page)["Zélie Martinelle"].startswith("Sainte-Rose Prévoir")
    assert faits(page) == {"Adresse": "Sainte-Rose", "Prescripteur": "non dit Le voisin"}


def test_le_dossier_dit_ce_qui_manque_et_qui_s_en_occupe(ici, cip):
    qui = ici.personne
    Personne.objects.update(telephone="", courriel="")
    PriseEnCharge.objects.create(personne=qui, manque="sans_prochaine_date", jusqu_au=dans(2), note="On appelle mardi")
    Entretien.objects.all().delete()
    qui.informations.all().delete()
    page = lire(cip, "personne", qui.pk)
    dit = sections(page)
    assert dit["Ce qui manque"].startswith("Ni téléphone ni courriel")
    prendre, changer = (
        reverse("parcours:prendre_en_charge", args=[qui.pk, manque]) for manque in ("injoignable", "sans_prochaine_date")
    )
    assert {prendre, changer} <= {*liens(page).values()} and liens(page)["Changer"] == changer
    assert dit["Pris en charge"] == f"{PriseEnCharge.objects.get().alerte} On appelle mardi dans 2 jours Changer"
    Personne.objects.update(telephone="01")
    PriseEnCharge.objects.update(note="")
    dit = sections(lire(cip, "personne", qui.pk))
    assert "Ni téléphone ni courriel" not in dit.get("Ce qui manque", "")
    assert dit["Pris en charge"] == f"{PriseEnCharge.objects.get().alerte} dans 2 jours Changer"
    PriseEnCharge.objects.all().delete()
    assert "Pris en charge" not in sections(lire(cip, "personne", qui.pk))


def test_le_dossier_d_un_parcours_dit_ou_il_en_est_et_sans_rien_le_dit_aussi(embauchee, cip):
    qui, mets = embauchee.personne, embauchee.mise_en_situation
    page = lire(cip, "personne", qui.pk)
    contrat = embauchee.contrat
    assert faits(page) | {"Téléphone": ""} == {
        "Contrat": f"{contrat.nature}, jusqu’au {le(60)} Contrats et PASS IAE",
        "Suivi a minima": "aucun objectif fixé : en fixer un",
        "Engagement": f"{embauchee.engagement.type_engagement} · En cours Objectif ici",
        "Travail": propre(str(mets)),
        "Bilan": propre(jour_semaine(dans(30))),
        "Téléphone": "",
    }
    menent = liens(page)
    assert menent["Contrats et PASS IAE"] == reverse("parcours:contrats", args=[qui.pk])
    assert menent[str(embauchee.engagement.type_engagement)] == embauchee.engagement.get_absolute_url()
    assert (menent[propre(str(mets))], menent["A répondu depuis son espace"]) == (
        mets.get_absolute_url(),
        reverse("parcours:espace", args=[qui.pk]),
    )
    assert menent[propre(jour_semaine(dans(30)))] == embauchee.bilan.get_absolute_url()
    assert menent["Entretien de bilan"] == embauchee.bilan.get_absolute_url()
    histoire = sections(page)["Histoire"]
    assert f"{propre(jour_semaine(dans(-3))).capitalize()} Échange · Au téléphone Échange ici" in histoire
    assert principal(page).count('<li class="a-venir">') == sum(f.a_venir for f in page.context["faits"]) > 0
    qui.reponses.update(lue_le=timezone.now())
    mets.objectif = None
    mets.save()
    page = lire(cip, "personne", qui.pk)
    assert faits(page)["Travail"] == f"{propre(str(mets))} Sans objectif" and "A répondu" not in principal(page)
    for ligne in (mets, *qui.bilans.all(), *embauchee.engagement.moyens.all()):
        ligne.delete()
    Engagement.objects.update(etat="clos", clos_le=dans(-1))
    type(contrat).objects.update(fin_prevue=dans(-1), fin=dans(-1))
    page = lire(cip, "personne", qui.pk)
    assert faits(page) | {"Téléphone": ""} == {
        "Contrat": "aucun aujourd’hui Contrats et PASS IAE",
        "Suivi a minima": "aucun objectif fixé : en fixer un",
        "Engagement": "aucun",
        "Travail": "aucune mise en situation : en ouvrir une",
        "Bilan": "aucun à l’agenda",
        "Téléphone": "",
    }
    assert liens(page)["en ouvrir une"] == reverse("parcours:mets_nouvelle", args=[qui.pk])
    assert "en ouvrir une" not in liens(lire(embauchee.client("qualite"), "personne", qui.pk))


def test_un_dossier_anonyme_ne_dit_que_des_mois_et_une_annee(embauchee, cip):
    Personne.objects.update(anonymisee_le=dans(-1), date_naissance=date(1990, 1, 1), commune="")
    page = lire(cip, "personne", embauchee.personne.pk)
    dit = sections(page)
    assert dit["Zélie Martinelle"].startswith("né·e en 1990") and "Référent·e" not in dit["Zélie Martinelle"]
    assert propre(date_format(dans(-3), "F Y")).capitalize() + " Échange" in dit["Histoire"]
    assert "Joindre" not in dit and propre(jour(dans(-3))) not in dit["Histoire"]


# ── La liste ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_la_liste_dit_pour_chacun_sa_phase_son_referent_ses_dates_et_ce_qui_manque(ici, cip):
    adresse = reverse("parcours:personnes")
    page = cip.get(adresse)
    (rangee,) = tableau(page)
    phase = ici.personne.get_phase_display()
    assert rangee == ["Martinelle Zélie", phase, "Cip Ici", court(-5), court(3), ""]
    assert liens(page)["Martinelle Zélie"] == ici.personne.get_absolute_url() and titre(page) == "Personnes"
    assert "1 personne Personne Phase" in propre(principal(page)) and "1 ligne. L’export est tracé." in propre(principal(page))
    filtree = principal(cip.get(adresse + "?q=mart"))
    for format_ in ("xlsx", "csv"):
        assert f'formaction="{reverse("parcours:personnes_export", args=[format_])}?q=mart"' in filtree
    assert "L’export est tracé." not in principal(ici.client("mad").get(adresse))
    Personne.objects.update(telephone="", courriel="")
    Entretien.objects.all().delete()
    ici.personne.informations.all().delete()
    manques = [t.manque.alerte for t in cip.get(adresse).context["page"][0].manques]
    assert len(manques) == 2 and tableau(cip.get(adresse))[0][2:] == ["Cip Ici", court(-5), "", f"{manques[0]} et 1 autre"]
    assert "Personne ne correspond Essayez un morceau plus court du nom" in propre(principal(cip.get(adresse + "?q=xyz")))
    Personne.objects.update(organisation=ici.hab["cip"].organisation.region)
    page = cip.get(adresse)
    assert "Aucun dossier pour l’instant Le premier contact ouvre un dossier en moins d’une minute." in propre(principal(page))
    assert liens(page)["Enregistrer un premier contact"] == reverse("parcours:premier_contact")
    assert "Enregistrer un premier contact" not in liens(ici.client("mad").get(adresse))


# ── L'agenda ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_l_agenda_dit_l_heure_le_lieu_avec_qui_et_ce_qui_attend_sa_suite(embauchee, cip):
    lundi = date(2026, 3, 9)
    Entretien.objects.update(le=lundi, heure=time(9, 5), lieu="Bureau", etat="absent")
    Bilan.objects.update(le=lundi, heure=None, lieu="", conduit_par=None, etat="prevu")
    embauchee.collective.le, embauchee.collective.animee_par = lundi + timedelta(days=1), embauchee.qui
    embauchee.collective.save()
    adresse = reverse("parcours:agenda")
    page = cip.get(adresse, {"semaine": "2026-W11", "qui": "equipe"})
    dit = sections(page)
    assert dit["Agenda"] == "Semaine du 9 mars 2026 Semaine précédente Cette semaine Semaine suivante Seulement moi"
    assert dit["Lundi 9 mars 2026"] == (
        "9 h 05 Zélie Martinelle Entretien d’accueil · Bureau · Cip Ici La personne n’est pas venue "
        "Zélie Martinelle Entretien de bilan"
    )
    capacite = embauchee.collective.capacite
    assert dit["Mardi 10 mars 2026"] == f"9 h 30 Information collective Salle ici · Cip Ici 1 sur {capacite} inscrites"
    assert dit["Mercredi 11 mars 2026"] == "Rien de prévu."
    assert dit["Passés, sans suite notée"] == "Zélie Martinelle Bilan, lundi 9 mars 2026 Prévu"
    menent = liens(page)
    assert menent["Information collective"] == embauchee.collective.get_absolute_url()
    assert menent["Semaine précédente"] == "?semaine=2026-W10&qui=equipe" and menent["Cette semaine"] == "?qui=equipe"
    assert menent["Semaine suivante"] == "?semaine=2026-W12&qui=equipe"
    assert menent["Seulement moi"] == "?semaine=2026-W11&qui=moi"
    assert f'href="{embauchee.entretien.get_absolute_url()}"' in principal(page)
    Entretien.objects.update(etat="prevu")
    Bilan.objects.update(etat="absent")
    page = cip.get(adresse)
    assert liens(page)["Toute l’équipe"] == "?qui=equipe"
    assert sections(page)["Passés, sans suite notée"] == "Zélie Martinelle lundi 9 mars 2026 · Cip Ici Prévu"
    Entretien.objects.create(personne=embauchee.personne, le=dans(0), conduit_par=embauchee.qui)
    jours = [t for t in sections(cip.get(adresse)) if "aujourd’hui" in t]
    assert jours == [f"{propre(jour_semaine(dans(0))).capitalize()} · aujourd’hui"]
    assert not {"Toute l’équipe", "Seulement moi"} & liens(embauchee.client("accueil").get(adresse)).keys()


# ── L'entretien d'accueil, l'évolution ────────────────────────────────────────────────────────────────────────────


def test_l_entretien_dit_la_demande_ce_qui_manque_et_ce_qui_a_ete_dit(ici, cip):
    local = terme("prescripteur", "mission_locale")
    Entretien.objects.update(lieu="Bureau", le=dans(0))
    Contact.objects.update(prescripteur=local, prescripteur_precision="Antenne", canal="telephone")
    page = lire(cip, "entretien", ici.entretien.pk)
    dit = sections(page)
    aujourdhui = propre(jour_semaine(dans(0))).capitalize()
    assert dit["Entretien d’accueil"].startswith(f"{aujourdhui} à 14 h 00, Bureau · Cip Ici · Prévu")
    assert dit["Sa demande"].startswith("Demande Martinelle Reçue")
    echeance = (Contact.objects.get().echeance_annoncee - dans(0)).days
    assert {nom: faits(page)[nom] for nom in ("Reçue", "Prescripteur", "Délai annoncé")} == {
        "Reçue": f"{le(-5)}, au téléphone",
        "Prescripteur": f"{local} Antenne",
        "Délai annoncé": f"10 jours, échéance dans {echeance} jours",
    }
    assert dit["Ce qui a été dit"].startswith("L’offre d’insertion pas encore Le statut de salarié pas encore")
    assert dit["Ce qui a été dit"].endswith("Noter que c’est dit") and "Enregistrer et conclure Enregistrer" in propre(
        principal(page)
    )
    ecrire = reverse("parcours:entretien_ecrire", args=[ici.entretien.pk])
    assert f'action="{ecrire}"' in principal(page) and f'data-enregistre="{ecrire}"' in principal(page)
    ici.personne.informations.create(le=dans(-1), presence="presente", offre_presentee=True)
    Contact.objects.update(demande="", prescripteur=None, delai_annonce=None, echeance_annoncee=None)
    Personne.objects.update(telephone="", courriel="")
    Entretien.objects.update(lieu="", heure=None, conduit_par=None)
    page = lire(cip, "entretien", ici.entretien.pk)
    dit = sections(page)
    assert dit["Entretien d’accueil"].startswith(f"{aujourdhui} · Prévu") and dit["Sa demande"].startswith("Rien n’a été noté.")
    assert faits(page)["Délai annoncé"] == "non annoncé" and "Prescripteur" not in faits(page)
    assert dit["Ce qui manque"].startswith("Ni téléphone ni courriel")
    assert dit["Ce qui a été dit"].startswith(f"L’offre d’insertion {le(-1)} Le statut de salarié pas encore")
    ici.personne.informations.filter(presence="presente").update(statut_explique=True)
    assert sections(lire(cip, "entretien", ici.entretien.pk))["Ce qui a été dit"] == (
        f"L’offre d’insertion {le(-1)} Le statut de salarié {le(-1)}"
    )
    Contact.objects.all().delete()
    assert "Sa demande" not in sections(lire(cip, "entretien", ici.entretien.pk))


def test_un_entretien_clos_se_corrige_et_une_absence_propose_une_autre_date(ici, cip):
    Entretien.objects.update(etat="realise", issue="inscription", le=dans(-1))
    page = lire(cip, "entretien_corriger", ici.entretien.pk)
    dit = propre(principal(page))
    assert "Vous corrigez un entretien clos : la correction est tracée, la suite donnée ne change pas." in dit
    assert "Enregistrer la correction" in dit and "Enregistrer et conclure" not in dit
    corriger = reverse("parcours:entretien_corriger", args=[ici.entretien.pk])
    assert f'action="{corriger}"' in principal(page) and "data-enregistre" not in principal(page)
    Entretien.objects.update(etat="absent", issue="")
    page = lire(cip, "entretien", ici.entretien.pk)
    assert liens(page)["Prévoir une autre date"] == reverse("parcours:entretien_prevoir", args=[ici.personne.pk])


@pytest.mark.parametrize("combien", [1, 2])
def test_l_evolution_dit_les_deux_regards_et_ne_se_dessine_qu_a_la_seconde(ici, cip, monkeypatch, combien):
    monkeypatch.setattr(graphiques, "dessiner", lambda spec: "<svg >dessin</svg>")
    faites = [evaluer(ici, date(2025, 1, 2), emploi=(3, 2)), evaluer(ici, date(2025, 7, 3), emploi=(1, 2))][:combien]
    type(faites[0]).objects.exclude(pk__in=[e.pk for e in faites]).delete()
    type(faites[0]).objects.filter(pk=faites[-1].pk).update(trajectoire="precaire")
    page = lire(cip, "evolution", ici.personne.pk)
    dit, (un, deux) = sections(page), ("2 jan. 2025", "3 juil. 2025")
    premier = dit["Évolution de Zélie Martinelle"]
    assert premier.startswith("D’une évaluation conjointe validée à la suivante.") and titre(page) == "Évolution"
    emploi = str(ici.grille.domaines.get(theme__code="emploi"))
    if combien == 1:
        assert premier.endswith("Le dessin paraîtra à la deuxième évaluation, à une autre date.") and "Carrière" not in premier
        assert tableau(page) == [
            [emploi, "La personne", "—", "Bloquant"],
            ["L’accompagnateur·rice", "—", "Difficulté importante"],
        ]
    else:
        assert f"La personne, du {un} à aujourd’hui 1 domaine progresse" in premier
        assert f"L’accompagnateur·rice, du {un} à aujourd’hui 1 domaine est stable Carrière Instable → Précaire" in premier
        assert "Statut social non dit → non dit" in premier
        assert premier.endswith(f"Un trou : non évalué ce jour-là. {emploi} dessin")
        assert "La personne : trait plein et ronds. L’accompagnateur·rice : pointillés et carrés." in premier
        assert tableau(page) == [
            [emploi, "La personne", "↗ progresse", "Bloquant", "Difficulté légère"],
            ["L’accompagnateur·rice", "→ stable", "Difficulté importante", "Difficulté importante"],
        ]
        assert liens(page)[deux] == faites[1].get_absolute_url()
    assert liens(page)[un] == faites[0].get_absolute_url()
    assert lignes(page) == [] and "Les mêmes valeurs, en tableau" in dit and list(liens(page))[0] == "Zélie Martinelle"
