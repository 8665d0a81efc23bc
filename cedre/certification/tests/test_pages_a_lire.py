"""Ce que lit qui ouvre une page, avec ou sans rien à y voir (CER-1, CER-3, CER-6, AME-4)."""

from datetime import date, timedelta

import pytest
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils import timezone

from cedre.certification import editions
from cedre.certification.lecture_edition import lire as lire_l_edition
from cedre.certification.models import Appreciation, Audit, Certificat, Document, ReunionEvaluation
from cedre.certification.tests.fictive import PLUSIEURS
from cedre.certification.tests.reunies import prevue, tenir
from cedre.certification.tests.test_correspondances import PERDU, UN, deposer, fichier, valider
from cedre.certification.tests.test_correspondances import suivante as suivante
from cedre.certification.tests.test_lecture_edition import SANS_PREUVES, preuves
from cedre.certification.tests.test_pages_de_la_conformite import NOMBRE, PARAMETRE, PROPRE, TOUS
from cedre.certification.tests.test_rapport_d_audit import auditer
from cedre.core.templatetags.cedre import jour as en_clair
from cedre.core.templatetags.cedre import jour_court
from cedre.parcours.models import Contact
from cedre.qualite.models import ActionAmelioration
from cedre.tests.ecran import ecran, propre


def jour(decalage: int = 0) -> date:
    """Aujourd'hui, décalé d'autant de jours."""
    return timezone.localdate() + timedelta(days=decalage)


def dit(decalage: int) -> str:
    """Ce jour-là, tel que les pages l'écrivent."""
    return propre(en_clair(jour(decalage)))


def lire(client, route: str, *args, **parametres) -> str:
    """Ce qui se lit de cette page."""
    return ecran(client.get(reverse(f"certification:{route}", args=args), parametres))


AUDITS = "Audits Chercher les progrès plus que la simple conformité ; personne ne s’audite soi-même."
PREVOIR = "Prévoir un audit interne Demander un audit croisé"
REUNIONS = (
    "Réunions et revues L’équipe regarde ensemble où en est la structure, et décide. Ce qu’elle a sous les yeux se prépare seul."
)
DOCUMENTS = "Conformité Documents Ce qui prouve quand aucun chiffre ne le peut."
CERTIFICATIONS = (
    "Référentiel Certifications Un certificat vaut trois ans ; ceux à renouveler viennent d’abord. Noter une certification"
)
PLAN = (
    "Conformité Plan d’action Les points insuffisants, ou sur lesquels l’équipe et les faits ne disent pas la même chose ; "
    "et ce qui est décidé."
)


def test_une_liste_vide_dit_quoi_faire_a_qui_peut_le_faire(ici, qualite, federation, referentiel):
    referentiel(**PLUSIEURS)
    ca = ici.client("ca")
    aucun_audit = (
        "Aucun audit Prévoyez un audit interne une fois l’an, ou demandez à une autre structure du réseau de venir voir : "
        "elle nommera qui vient."
    )
    assert lire(qualite, "audits") == f"{AUDITS} {PREVOIR} {aucun_audit}"
    assert lire(ca, "audits") == f"{AUDITS} {aucun_audit}"
    rien = "Tous les audits Rien n’attend Aucun audit n’attend ce geste de votre part."
    assert lire(ca, "audits", etat="a_mener") == f"{AUDITS} {rien}"
    revue = (
        "Aucune réunion Une fois par an au moins, l’équipe relit tout : verdicts, réclamations, enquêtes, actions, procédures, "
        "formations. Prévoir la revue annuelle"
    )
    assert lire(qualite, "reunions") == f"{REUNIONS} Prévoir une réunion {revue}"
    assert lire(ca, "reunions") == (
        f"{REUNIONS} Aucune réunion La personne référente qualité ou la direction peuvent en prévoir une."
    )
    aucun_document = (
        "Aucun document Projet associatif, plan de formation, rapport d’activité : déposez-les ici, "
        "ils prouveront leur spécification."
    )
    assert lire(qualite, "documents") == f"{DOCUMENTS} Déposer un document {aucun_document}"
    assert lire(ca, "documents") == f"{DOCUMENTS} {aucun_document}"
    assert lire(federation, "certificats") == (
        f"{CERTIFICATIONS} Aucune certification n’est notée Notez le jour où le comité a certifié une structure : "
        "Cèdre dira quand renouveler, et quelle édition s’appliquera."
    )
    assert lire(qualite, "plan_d_action") == (
        f"{PLAN} Toutes les actions Rien n’est en défaut aujourd’hui Aucun point n’est insuffisant, et l’équipe dit ce que les "
        "faits disent. Les points encore à constater se disent dans l’autoévaluation."
    )


def test_une_liste_dit_chacune_de_ses_lignes(ici, ailleurs, qualite, federation):
    auditer(ici, champ=["1a", "2a"])
    auditer(ailleurs, ici, mene_le=None, auditeur=None)
    assert lire(qualite, "audits", etat="a_mener") == (
        f"{AUDITS} {PREVOIR} Tous les audits Dans notre structure "
        f"Audit interne du {dit(-6)} Par Qualite Ici · 2 spécifications · 0 constat En cours"
    )
    assert lire(qualite, "audits", etat="a_repondre") == (
        f"{AUDITS} {PREVOIR} Tous les audits Chez d’autres structures "
        f"Structure Ailleurs Audit croisé du {dit(-9)} · 1 spécification Réponse attendue"
    )
    tenue, autre = prevue(ici), prevue(ici, nature="reunion", prevue_le=jour(3), du=jour(-20), au=jour(2))
    periode = [f"{propre(jour_court(une.du))} au {propre(jour_court(une.au))}" for une in (tenue, autre)]
    colonnes = "Réunion Période regardée Décisions Où elle en est"
    prochaine = f"Réunion d’évaluation du {dit(3)} {periode[1]} 0 Prévue"
    assert lire(qualite, "reunions") == (
        f"{REUNIONS} Prévoir une réunion Aucune revue annuelle ne s’est tenue depuis douze mois. 2 réunions {colonnes} "
        f"{prochaine} Revue annuelle du {dit(0)} {periode[0]} 0 Prévue"
    )
    tenir(tenue, ici)
    assert lire(ici.client("ca"), "reunions") == (
        f"{REUNIONS} La revue annuelle s’est tenue le {dit(0)}. 2 réunions {colonnes} "
        f"{prochaine} Revue annuelle du {dit(0)} {periode[0]} 0 Tenue"
    )
    Certificat.objects.create(organisation=ici.organisation, le=date(2020, 3, 1))
    assert lire(federation, "certificats") == (
        f"{CERTIFICATIONS} 1 certification Structure Certifiée le Jusqu’au Où elle en est Corriger "
        "Structure Ici 1er mars 2020 1er mars 2023 N’est plus valable Retirer celle de Structure Ici"
    )
    un = Document.objects.create(organisation=ici.organisation, intitule="Livret", points=["1b-1"])
    un.revisions.create(
        nom="l.pdf",
        du=jour(-9),
        au=jour(9),
        perime_le=jour(5),
        taille=2048,
        fichier="x",
        condensat="ab" * 32,
        depose_par=ici.qui,
    )
    assert lire(ici.client("ca"), "document", un.pk) == (
        f"Documents Livret Prouve 1b-1 Révisions l.pdf Couvre du {dit(-9)} au {dit(9)} · périmé le {dit(5)} "
        f"Déposé le {dit(0)} par Cip Ici · 2,0 Kio SHA-256 abababababababab…"
    )


def test_la_conformite_se_lit_a_sa_date_avec_son_edition_et_son_certificat(ici, qualite, referentiel):
    Contact.objects.update(delai_annonce=None)
    referentiel(**PLUSIEURS)
    Certificat.objects.create(organisation=ici.organisation, le=jour(-30))
    terme = propre(en_clair(Certificat.objects.get().anniversaire))
    date_dite = "le jour de sa convention tripartite n’est pas dit, ni celui de l’expérimentation."
    entete = (
        f"Conformité Structure Ici, au {dit(0)} {{}} Édition d’essai · Lire le texte · Lectures du référentiel "
        f"En vigueur le {jour():%d/%m/%Y} ; {date_dite} "
        f"Certifiée jusqu’au {terme}, depuis le {dit(-30)}. À l’anniversaire, l’édition essai s’appliquera. À cette date Voir"
    )
    mesure = "Délai annoncé au premier contact : {}"
    ensemble = "Aucun pourcentage d’ensemble : une spécification ne compense pas l’autre."
    constat = "À constater se constate"
    exacte = mesure.format("0 sur 1 premier contact, il en faut 1")
    assert lire(qualite, "conformite") == (
        f"{entete.format('S’autoévaluer Plan d’action Documents Audits')} 1 Un Essayer Un : chaque spécification et son verdict "
        f"Spécification Verdict Mesure Ce qui manque 1a Une exigence Insuffisant {exacte} 1 ligne "
        f"1b Une deuxième exigence {constat} 2 preuves à établir 2 Deux Recommencer Deux : chaque spécification et son verdict "
        f"Spécification Verdict Mesure Ce qui manque 2a Une dernière exigence {constat} 1 preuve à établir {ensemble}"
    )
    tue = "le nombre de premiers contacts n’est pas dit"
    assert lire(ici.client("ca"), "conformite") == (
        f"{entete.format('Plan d’action Documents Audits')} 1 Un Essayer Un : chaque spécification et son verdict "
        f"Spécification Verdict Mesure 1a Une exigence Insuffisant {mesure.format(tue)} "
        f"1b Une deuxième exigence {constat} 2 Deux Recommencer Deux : chaque spécification et son verdict "
        f"Spécification Verdict Mesure 2a Une dernière exigence {constat} "
        "Un nombre de personnes se dit à cinq près, et pas du tout quand il est petit : on pourrait y reconnaître quelqu’un. "
        f"{ensemble}"
    )


def test_une_specification_se_lit_point_par_point_avec_ce_qui_manque_et_ses_moyens(ici, qualite, referentiel):
    referentiel(**PLUSIEURS, **{PARAMETRE: PROPRE, TOUS: NOMBRE})
    ca_ne_se_juge_pas = "Les dossiers rendus anonymes ne se comptent pas. Nombre propre : ce nombre n’est pas dit."
    assert ca_ne_se_juge_pas in lire(qualite, "audit", auditer(ici).pk)
    texte = lire(qualite, "specification", "1a")
    assert texte.startswith(
        f"Conformité 1a Une exigence Édition d’essai, § 1 a, au {dit(0)} Indéterminable 1a Une exigence Indéterminable "
        "Délai annoncé au premier contact : 1 sur 1 premier contact Au moins autant que : nombre propre (ETP). "
    )
    assert (
        "Nombre propre : ce nombre n’est pas dit. 1a-1 Au choix de la structure Au choix. Une latitude ne s’évalue pas. "
        f"Tenue dans le temps Une seule mesure d’un bout à l’autre, celle du {dit(0)} : Délai annoncé au premier contact "
        f"{dit(0)} 1 sur 1 premier contact "
        "Indéterminable"
    ) in texte
    assert texte.endswith(
        "Nombre propre Ce nombre est propre à la structure. Le dire Ce que vise ce chapitre Essayer Des moyens, jamais exigés"
    )
    Appreciation.objects.create(organisation=ici.organisation, point="2a", valeur="sans_objet", le=jour(-4), commentaire="Dit")
    deux = lire(ici.client("ca"), "specification", "2a")
    assert deux.startswith(
        f"Conformité 2a Une dernière exigence Édition d’essai, § 2 a, au {dit(0)} Sans objet 2a Une dernière exigence Sans objet "
        f"Y revient-on ? L’équipe, le {dit(-4)} : sans objet. Dit Tenue dans le temps {dit(0)} Sans objet"
    )
    assert deux.endswith("Ce que vise ce chapitre Tenir Durer Des moyens, jamais exigés Un cahier")
    une = lire(qualite, "specification", "1b")
    assert (
        "1b Une deuxième exigence À constater Où reçoit-on ? L’équipe ne s’est pas prononcée depuis un an. Se prononcer "
        "Décider une action pour 1b 1b-1 Par écrit À constater Livret (document) : aucun document ne couvre ce jour. Le déposer "
        "Décider une action pour 1b-1 Tenue"
    ) in une
    depot = f'{reverse("certification:document_nouveau")}?point=1b-1&amp;intitule=Livret"'
    assert depot in qualite.get(reverse("certification:specification", args=["1b"])).content.decode()


def test_une_tenue_dans_le_temps_ecrit_le_premier_du_mois_comme_partout(ici, qualite, referentiel):
    referentiel(**PLUSIEURS)
    texte = lire(qualite, "specification", "2a", le="2022-03-01")
    assert "Tenue dans le temps 1er mars 2022 À constater 1er décembre 2021 À constater" in texte


def test_le_plan_dit_de_chaque_point_ce_qui_va_ce_qu_en_dit_l_equipe_et_ce_qui_est_decide(ici, qualite, referentiel):
    Contact.objects.update(delai_annonce=None)
    referentiel(**PLUSIEURS)
    Appreciation.objects.create(organisation=ici.organisation, point="1a", valeur="satisfait", le=jour(-4), commentaire="Si")
    action = {"organisation": ici.organisation, "effet_attendu": "Dit", "qui": ici.qui, "echeance": jour(9)}
    for point, quoi in (("2a", "Revenir"), ("9z", "D’avant")):
        ActionAmelioration.objects.create(**action, point=point, quoi=quoi)
    texte = lire(qualite, "plan_d_action")
    assert texte.startswith(
        f"{PLAN} 1 point sans action, sur 2. Toutes les actions 1a Une exigence Insuffisant Délai annoncé au premier contact : "
        "0 sur 1 premier contact, il en faut 1 L’équipe dit autrement "
        f"L’équipe, le {dit(-4)} : satisfait. Si Aucune action décidée. Décider une action pour 1a 2a Une dernière exigence "
        "À constater Ce point n’est plus en défaut ; il reste à vérifier l’effet et à clore. "
    )
    _, _, suite = texte.partition("Revenir ")
    encore = "Ces actions sont encore ouvertes ; leur point n’est pas de l’édition qui s’applique aujourd’hui."
    assert f"Points d’une autre édition {encore} D’avant" in suite


def test_une_edition_livree_dit_de_quand_sont_ses_preuves(federation, monkeypatch):
    une = lire_l_edition(SANS_PREUVES.replace(b"lignee: fictive", b"lignee: cedre"), preuves())
    monkeypatch.setattr(editions, "livrees", lambda: (une,))
    assert lire(federation, "editions") == (
        "Référentiel Chaque édition validée est figée ; la suivante ne change pas ce qui a été jugé. "
        "Déposer une édition Certifications Éditions Édition d’essai Édition essai, en vigueur depuis le 1er janvier 2020 · "
        "cet essai Preuves n° 1, depuis le 1er janvier 2020 · Première version "
        f"SHA-256 {une.condensat[:16]}… Complète"
    )


def test_une_edition_qui_ne_change_rien_pour_la_structure_le_dit(ici, federation, suivante):
    garde = UN | {"sorte": "identique", "resultats": "garde"}
    change = {"sorte": "reformulee", "de": ["1a-1"], "vers": ["1b"], "resultats": "garde", "preuves": "garde"}
    deposer(federation, suivante, fichier(garde, change))
    valider(suivante)
    assert lire(ici.client("ca"), "a_venir") == (
        "Conformité Ce qui changera pour vous De l’édition essai, qui vous juge aujourd’hui, à l’édition suivante, en vigueur à "
        "partir du 1er janvier 2024. 0 point demande votre attention, sur 2 ; pour les autres, résultats et preuves sont gardés. "
        "Rien ne change pour vous Tous vos résultats et toutes vos preuves sont gardés dans l’édition suivante."
    )
    assert "Ce qui changera pour vous avec l’édition suivante" in lire(ici.client("ca"), "conformite")
    page = lire(federation, "edition_deposee", suivante.pk)
    assert (
        "Ce qui change depuis l’édition essai 1a-1 Au choix Supprimée 1b Du neuf Nouvelle La décision du bureau Le "
        f"{dit(0)} Odile Abel Ce que deviennent les points de l’édition essai Déposée le {dit(0)} · SHA-256 "
    ) in page
    assert page.endswith(
        "2 passages Avant Après Ce qui change 1a Une exigence 1a Une exigence Identique Résultats : gardés Preuves : gardées "
        "1a-1 Au choix 1b Du neuf Reformulée Résultats : gardés Preuves : gardées Déposer une correspondance"
    )
    refus = deposer(federation, suivante, fichier(UN, PERDU))
    assert refus.status_code == 422 and (
        "Ce fichier n’est pas une correspondance complète. À corriger : "
        "1b : ce point de l’édition suivante n’a aucun lien. Fichier YAML"
    ) in ecran(refus)


def test_une_reunion_tenue_se_lit_du_compte_rendu_a_ce_que_l_on_avait_sous_les_yeux(ici, qualite, referentiel):
    referentiel(**PLUSIEURS)
    Appreciation.objects.create(organisation=ici.organisation, point="2a", valeur="insuffisant", le=jour(-4))
    reunion = tenir(prevue(ici), ici)
    reunion.presents.add(ici.hab["direction"].compte)
    colonnes = f"Spécification Mesure Le {propre(jour_court(jour(-365)))} Le {propre(jour_court(jour()))}"
    referentiel_ = (
        f"Le référentiel, du {dit(-365)} au {dit(0)} Insuffisantes 1 sur 3 Ce qui va mieux rien Ce qui va moins bien rien "
        f"Insuffisantes, ou qui ont changé {colonnes} 2a Une dernière exigence se constate À constater Insuffisant "
        f"Les autres spécifications (2) Les autres {colonnes} "
        "1a Une exigence Délai annoncé au premier contact : le nombre de premiers contacts n’est pas dit Sans objet Satisfait "
        "1b Une deuxième exigence se constate À constater À constater "
        f"Édition d’essai. Les deux jours se jugent sur elle, et sur les lectures du {dit(0)}. "
        "Une spécification ne compense pas l’autre. "
    )
    parts = (
        "Audits clos Aucun audit ne s’est clos dans la période. Réclamations et dysfonctionnements Reçues dans la période 0 "
        "Traitées dans le délai, parmi celles dont il a passé dans la période 0 sur 0 Encore ouvertes 0 "
        "Enquêtes closes Aucune enquête ne s’est close dans la période. Actions d’amélioration Décidées dans la période 0 "
        "Faites 0 sur 0 Effet vérifié 0 sur 0 En retard, toutes périodes ensemble 0 "
        "Plan de formation Actions réalisées, parmi celles qui devaient finir dans la période sans être abandonnées 0 sur 0 "
        "Faire ce que l’on a écrit Procédures qui dérivent, parmi celles qui écrivent un délai ou un rythme 0 sur 0 "
        "Axes du projet Aucun axe de développement n’est en vigueur."
    )
    entete = f"Revue annuelle du {dit(0)} Tenue · période regardée : du {dit(-365)} au {dit(0)}"
    compte_rendu = (
        "Ce que l’on en retient Continuer. Ce qui s’est dit On a tout relu. "
        "Étaient là : Cip Ici, Direction Ici, Deux administratrices "
        f"Ce que l’on avait sous les yeux, tel que figé au {dit(0)}. Les liens mènent aux listes d’aujourd’hui. "
    )
    for client, a_faire in (
        (ici.client("ca"), "Compte rendu (PDF)"),
        (qualite, "Décider une action Compte rendu (PDF) Reprendre Clore"),
    ):
        page = lire(client, "reunion", reunion.pk)
        assert page == f"Réunions et revues {entete} {a_faire} {compte_rendu}{referentiel_}{parts}"
    assert lire(qualite, "reunion", prevue(ici, nature="reunion").pk) == (
        f"Réunions et revues Réunion d’évaluation du {dit(0)} Prévue · période regardée : du {dit(-365)} au {dit(0)} "
        "Elle s’est tenue Décider une action Préparation (PDF) Déplacer Renoncer "
        "Calculé aujourd’hui de ce qui est enregistré ; cela se figera le jour de la réunion. "
        f"{referentiel_}{parts}"
    )


@pytest.mark.parametrize("rang, suite", [(1, "Page 1 sur 2 Suivante"), (2, "Précédente Page 2 sur 2")])
def test_une_longue_liste_se_lit_page_par_page(ici, qualite, federation, monkeypatch, rang, suite):
    monkeypatch.setattr("cedre.core.pagination.Paginator", lambda lignes, par_page: Paginator(lignes, 1))
    for decalage in (1, 2):
        auditer(ici)
        prevue(ici)
        Document.objects.create(organisation=ici.organisation, intitule=f"Livret {decalage}", points=["1b-1"])
        Certificat.objects.create(organisation=ici.organisation, le=jour(-decalage))
    for client, route in ((qualite, "audits"), (qualite, "reunions"), (qualite, "documents"), (federation, "certificats")):
        assert lire(client, route, page=rang).endswith(suite), route
    for route, modele in (("audits", Audit), ("reunions", ReunionEvaluation)):
        (une,) = qualite.get(reverse(f"certification:{route}"), {"page": rang}).context["page"]
        assert une == modele.objects.order_by("-pk")[rang - 1], "d'un même jour, la dernière prévue d'abord"


def test_un_jour_s_ecrit_partout_de_meme_le_premier_du_mois_compris(ici, ailleurs, qualite, federation, referentiel):
    referentiel(**PLUSIEURS)
    le = date(2023, 3, 1)
    vide = {"titre": "", "chapitres": [{"code": "1", "titre": "Un", "specifications": []}]}
    dates = {"demande_le": le, "prevu_le": le, "mene_le": le, "clos_le": le}
    audit = auditer(ici, ailleurs, **dates, verdicts=vide)
    assert "Prévu 1er mars 2023 Mené 1er mars 2023 Clos 1er mars 2023" in lire(qualite, "audit", audit.pk)
    prevu = auditer(ici, **dates | {"mene_le": None, "clos_le": None})
    assert "Nommer qui audite Structure Ici, 1er mars 2023." in lire(qualite, "audit_auditeur", prevu.pk)
    decline = auditer(ici, ailleurs, auditeur=None, mene_le=None, declinee_le=le)
    assert "Décliné 1er mars 2023. Renoncez" in lire(qualite, "audit", decline.pk)
    document = Document.objects.create(organisation=ici.organisation, intitule="Livret", points=["1b-1"])
    document.revisions.create(nom="l.pdf", du=le, au=le, perime_le=le, taille=1, fichier="x")
    assert "Couvre du 1er mars 2023 au 1er mars 2023 · périmé le 1er mars 2023" in lire(qualite, "document", document.pk)
    certificat = Certificat.objects.create(organisation=ici.organisation, le=le)
    assert "Structure Ici, certifiée le 1er mars 2023." in lire(federation, "certificat_retirer", certificat.pk)
    Appreciation.objects.create(organisation=ici.organisation, point="2a", valeur="satisfait", le=le)
    page = lire(qualite, "conformite", le="2023-03-01")
    assert "Structure Ici, au 1er mars 2023" in page and "Certifiée jusqu’au 1er mars 2026, depuis le 1er mars 2023." in page
    page = lire(qualite, "specification", "2a", le="2023-03-01")
    assert "§ 2 a, au 1er mars 2023 Satisfait" in page and "L’équipe, le 1er mars 2023 : satisfait." in page


@pytest.mark.parametrize(
    "nature, classes", [("force", "btn-secondaire"), ("progres", "btn-secondaire"), ("ecart", "btn-primary")]
)
def test_d_un_audit_clos_ce_qui_appelle_une_action_la_propose(ici, qualite, nature, classes):
    point = {"code": "1a", "texte": "Une exigence", "verdict": "satisfait", "regle": "Tous.", "preuves": []}
    specification = {"code": "1a", "paragraphe": "§ 1 a", "texte": "Une exigence", "verdict": "satisfait", "points": [point]}
    grille = {"titre": "", "chapitres": [{"code": "1", "titre": "Un", "specifications": [specification]}]}
    audit = auditer(ici, clos_le=jour(-1), verdicts=grille)
    constat = audit.constats.create(point="1a", nature=nature, texte="Vu")
    adresse = reverse("certification:constat_action", args=[constat.pk])
    html = qualite.get(reverse("certification:audit", args=[audit.pk])).content.decode()
    assert (adresse in html) is (nature != "force")
    if nature != "force":
        assert classes in html.partition(adresse)[0].rpartition("<a")[2] + html.partition(adresse)[2].partition(">")[0]
