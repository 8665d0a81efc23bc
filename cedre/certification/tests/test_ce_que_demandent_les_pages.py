"""Chaque page de saisie dit ce qu'elle demande, l'aide qui va avec, ce qu'elle propose d'avance (CER-1, CER-3, CER-6)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.certification.forms.audits import CloreAuditForm
from cedre.certification.forms.editions import RetraitForm, ValidationForm
from cedre.certification.forms.preuves import AutoevaluationForm, DocumentForm
from cedre.certification.forms.reunions import TenirForm
from cedre.certification.models import Appreciation, Audit, Certificat, Constat, Document, EditionDeposee, ReunionEvaluation
from cedre.certification.tests.fictive import PLUSIEURS
from cedre.certification.tests.reunies import prevue, tenir
from cedre.certification.tests.test_editions_deposees import garder
from cedre.certification.tests.test_pages_de_la_conformite import PARAMETRE, PROPRE
from cedre.certification.tests.test_rapport_d_audit import auditer
from cedre.comptes.discretion import ce_qu_il_compte
from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import tous
from cedre.core.templatetags.cedre import jour as en_clair
from cedre.tests.ecran import ecran, propre

EQUIPE = "Choisir… Accueil Ici Ca Ici Cip Ici Direction Ici Mad Ici Qualite Ici"
CONSTAT = "Ce que l’on constate{} Ce que vous avez vu ou entendu, sans nommer personne."
PERIODE = (
    "Couvre du Au (facultatif) Vide : jusqu’à ce qu’une autre le remplace. "
    "Périmé le (facultatif) Le jour où il ne prouvera plus rien."
)


def jour(decalage: int = 0) -> date:
    """Aujourd'hui, décalé d'autant de jours."""
    return timezone.localdate() + timedelta(days=decalage)


def dit(decalage: int) -> str:
    """Ce jour-là, tel que les pages l'écrivent."""
    return propre(en_clair(jour(decalage)))


def lire(client, route: str, *args, **parametres) -> str:
    """Ce qui se lit de cette page."""
    page = client.get(reverse(f"certification:{route}", args=args), parametres)
    assert page.status_code == 200
    return ecran(page)


def test_d_un_audit_a_prevoir_et_de_qui_le_mene(ici, ailleurs, qualite, referentiel):
    referentiel(**PLUSIEURS)
    assert lire(qualite, "audit_nouveau") == (
        "Audits Prévoir un audit interne Personne ne s’audite soi-même : qui audite ne répond pas de ce qui est audité. "
        f"Qui audite {EQUIPE} Quelqu’un de l’équipe, qui ne répond pas de ce qui est audité. "
        f"Qui répond de ce qui est audité {EQUIPE} Prévu le Ce qui est audité 1 Un 2 Deux Mettre à l’agenda"
    )
    assert lire(qualite, "audit_croiser") == (
        "Audits Demander un audit croisé L’autre structure dira qui vient. Cette personne lira votre manuel et vos verdicts, "
        "jamais un dossier ni un nom ; vous pouvez y renoncer jusqu’au jour de l’audit. "
        "Structure qui audite Choisir… Structure Ailleurs C’est elle qui nommera la personne qui vient. "
        f"Qui répond de ce qui est audité {EQUIPE} Prévu le Ce qui est audité 1 Un 2 Deux Envoyer la demande"
    )
    interne, croise = auditer(ici, mene_le=None), auditer(ici, ailleurs, mene_le=None, auditeur=None)
    assert lire(qualite, "audit_auditeur", interne.pk) == (
        f"Audit interne du {dit(-9)} Nommer qui audite Structure Ici, {dit(-9)}. Quelqu’un de l’équipe, autre que Cip Ici. "
        "Qui audite Choisir… Accueil Ici Ca Ici Direction Ici Mad Ici Qualite Ici Enregistrer"
    )
    assert lire(ailleurs.client("direction"), "audit_auditeur", croise.pk) == (
        f"Audit croisé du {dit(-9)} Nommer qui audite Structure Ici, {dit(-9)}. "
        "La référente qualité ou la direction, qui ne travaille pas dans la structure auditée. "
        "Qui audite Choisir… Direction Ailleurs Qualite Ailleurs Enregistrer"
    )


def test_d_un_audit_avant_qu_il_commence_selon_qui_le_lit_et_ou_il_en_est(ici, ailleurs, qualite):
    audit = auditer(ici, ailleurs, mene_le=None, auditeur=None)
    entete = f"Audits Audit croisé du {dit(-9)} Structure Ici"
    faits = (
        f"Qui audite {{}}, Structure Ailleurs Qui en répond Cip Ici Champ 1 spécification : 1a (édition essai) Prévu {dit(-9)}"
    )
    personne = faits.format("La structure sollicitée le dira")
    direction = ailleurs.client("direction")
    plus_tard = "La grille et le rapport sont à la personne qui audite et à la structure auditée."
    accepter = "En attente de réponse Accepter et nommer qui audite Décliner"
    assert lire(qualite, "audit", audit.pk) == (
        f"{entete} En attente de réponse Renoncer {personne} La grille s’ouvrira le jour de l’audit."
    )
    assert lire(direction, "audit", audit.pk) == f"{entete} {accepter} {personne} {plus_tard}"
    Audit.objects.update(auditeur=ailleurs.hab["qualite"].compte)
    nommee = faits.format("Qualite Ailleurs")
    assert lire(direction, "audit", audit.pk) == f"{entete} Prévu Changer de personne Décliner {nommee} {plus_tard}"
    assert lire(ailleurs.client("qualite"), "audit", audit.pk) == (
        f"{entete} Prévu Changer de personne Décliner {nommee} Aucun manuel n’est publié : un audit se prépare sur un manuel. "
        "Commencer La grille s’ouvre : les verdicts de ce jour, et de quoi noter ce que vous voyez. "
        "Jour de l’audit Les verdicts se lisent à cette date. Commencer l’audit"
    )
    form = ailleurs.client("qualite").get(reverse("certification:audit", args=[audit.pk])).context["commencer"]
    assert form["le"].value() == jour()
    Audit.objects.update(auditeur=None, declinee_le=jour(-3))
    assert lire(qualite, "audit", audit.pk) == (
        f"{entete} Décliné Renoncer {personne} Décliné {dit(-3)}. "
        "Renoncez à cette demande, et adressez-en une à une autre structure."
    )


def test_d_une_grille_et_d_un_constat(ici, qualite, referentiel):
    referentiel(**PLUSIEURS)
    audit = auditer(ici, champ=["1a", "1b"])
    natures = "Ce que c’est Force Piste de progrès Écart"
    points = "Sur quel point 1b · Une deuxième exigence 1b-1 · Par écrit"
    noter, constat = "Pas encore vue. Noter un constat :", f"{CONSTAT.format('')} Noter Rien à signaler :"
    mesure, selon = "Délai annoncé au premier contact : rien à compter", f"Ce que les faits disent au {dit(-6)}"
    definition = propre(ce_qu_il_compte(tous()["delai_annonce"]))
    assert lire(qualite, "audit", audit.pk) == (
        f"Audits Audit interne du {dit(-6)} Structure Ici En cours Ce qui a changé le passé Changer de personne "
        "Qui audite Qualite Ici Qui en répond Cip Ici Champ 2 spécifications : 1a, 1b (édition essai) "
        f"Prévu {dit(-9)} Mené {dit(-6)} 1 Un 1a Une exigence Sans objet {mesure} "
        f"{selon} 1a Sans objet {mesure} Tous, sans exception. {definition} {noter} 1a {natures} {constat} 1a "
        f"1b Une deuxième exigence À constater {selon} "
        "1b À constater Où reçoit-on ? L’équipe ne s’est pas prononcée depuis un an. "
        "1b-1 Par écrit À constater Livret (document) : aucun document ne le prouve. "
        f"{noter} 1b {natures} {points} {constat} 1b "
        "Clore Il reste 2 spécifications à voir : un constat, ou « rien à signaler ». "
        "Ce que vous en retenez (facultatif) En tête du rapport : l’essentiel, les forces d’abord. Clore l’audit"
    )
    constat = audit.constats.create(point="1b", nature="ecart", texte="Trop court")
    assert lire(qualite, "constat", constat.pk) == (
        f"Audit interne du {dit(-6)} Corriger un constat L’ôter {natures} Sur quel point 1a · Une exigence "
        f"1b · Une deuxième exigence 1b-1 · Par écrit {CONSTAT.format(' Trop court')} Enregistrer"
    )


def test_d_une_reunion_a_prevoir_et_a_tenir(ici, qualite):
    rien = "Rien à préparer : ce que l’équipe aura sous les yeux se calcule de ce qui est enregistré."
    champs = (
        "C’est Réunion d’évaluation Revue annuelle Prévue le Période regardée, du "
        "Les verdicts de ce jour-là se comparent à ceux du jour de la réunion. Au Enregistrer"
    )
    assert lire(qualite, "reunion_nouvelle") == f"Réunions et revues Prévoir une réunion {rien} {champs}"
    form = qualite.get(reverse("certification:reunion_nouvelle")).context["form"]
    proposes = [form[nom].value() for nom in ("nature", "prevue_le", "du", "au")]
    assert proposes == ["revue", jour(), jour() - UN_AN + UN_JOUR, jour()]
    reunion = prevue(ici)
    assert lire(qualite, "reunion_modifier", reunion.pk) == f"La réunion Déplacer la réunion {rien} {champs}"
    avant = "À l’enregistrement, ce que l’on a sous les yeux se fige, tel qu’il était ce jour-là."
    apres = "Ses mots se reprennent jusqu’à la clôture ; ce que l’on avait sous les yeux est figé."
    for dits, explication in ((("", ""), avant), ((" On a tout relu.", " Continuer."), apres)):
        assert lire(qualite, "reunion_tenir", reunion.pk) == (
            f"Revue annuelle du {dit(0)} Compte rendu {explication} Elle s’est tenue le Qui était là {EQUIPE[9:]} "
            "Et aussi (facultatif) Administrateurs, salariés en parcours qui l’acceptent, partenaires : ce texte s’imprime. "
            f"Ce qui s’est dit{dits[0]} "
            "Ne nommez personne en parcours : toute l’équipe et le conseil d’administration le lisent. "
            f"Ce que l’on en retient (facultatif){dits[1]} Enregistrer"
        )
        form = qualite.get(reverse("certification:reunion_tenir", args=[reunion.pk])).context["form"]
        assert (form["le"].value(), form.fields["le"].disabled) == (jour(), bool(dits[0]))
        if not dits[0]:
            tenir(reunion, ici)
    dits = {"le": jour(), "presents": [ici.qui.pk], "compte_rendu": ""}
    for version, fautifs in ((0, {"version", "compte_rendu"}), (1, {"compte_rendu"}), (2**31, {"version", "compte_rendu"})):
        refus = qualite.post(reverse("certification:reunion_tenir", args=[reunion.pk]), dits | {"version": version})
        assert refus.context["form"].errors.keys() == fautifs
    sans = qualite.post(reverse("certification:reunion_tenir", args=[reunion.pk]), dits | {"presents": [], "compte_rendu": "Dit"})
    assert sans.context["form"].errors["presents"] == ["Cochez qui était là."]


def test_d_un_document_d_un_parametre_et_de_l_autoevaluation(ici, qualite, referentiel):
    referentiel(**PLUSIEURS, **{PARAMETRE: PROPRE})
    fichier = f"Fichier PDF, PNG ou JPEG, 10 Mo au plus. {PERIODE} Déposer"
    assert lire(qualite, "document_nouveau") == (
        "Documents Déposer un document La période qu’il couvre n’est pas le jour où on le dépose. "
        "Intitulé Par exemple : Projet associatif. Ce qu’il prouve Un document y est attendu 1b-1 · Par écrit "
        f"Les autres exigences 1a · Une exigence 1b · Une deuxième exigence 2a · Une dernière exigence {fichier}"
    )
    vide = {"point": ["1b-1", "2a"], "intitule": "L" * 161}
    form = qualite.get(reverse("certification:document_nouveau"), vide).context["form"]
    assert (form["points"].value(), form["intitule"].value()) == (["1b-1", "2a"], "L" * 160)
    document = Document.objects.create(organisation=ici.organisation, intitule="Livret", points=["1b-1", "2a"])
    assert lire(qualite, "document", document.pk) == f"Documents Livret Prouve 1b-1, 2a Révisions Une révision de plus {fichier}"
    assert lire(qualite, "parametre", "moi-tie") == (
        "Conformité Nombre propre En ETP. Une valeur vaut à partir de son jour ; celles d’avant restent. "
        "À partir du Valeur D’où vient ce nombre La convention, l’avenant, la délibération. Enregistrer"
    )
    negative = qualite.post(
        reverse("certification:parametre", args=["moi-tie"]), {"du": jour(), "valeur": "-1", "reference": "A"}
    )
    assert negative.context["form"].errors.keys() == {"valeur"}
    point = (
        "Ce que l’équipe en pense (facultatif) Pas encore dit Satisfait Insuffisant Sans objet Ce qui le fait dire (facultatif)"
    )
    assert lire(qualite, "autoevaluation").endswith(
        f"2a Une dernière exigence À constater Y revient-on ? {point} Enregistrer et décider une action pour 2a Enregistrer"
    )
    sans_valeur = qualite.post(reverse("certification:autoevaluation"), {"commentaire-2a": "On y revient"})
    assert sans_valeur.context["form"].errors == {"valeur-2a": ["Dites aussi ce que l’équipe en pense."]}


def test_d_une_edition_et_d_une_certification(ici, ailleurs, federation):
    assert lire(federation, "deposer_edition") == (
        "Référentiel Déposer une édition Elle reste un brouillon jusqu’à ce que le bureau la valide. "
        "Fichier YAML Au format cedre-referentiel/1. Déposer le brouillon"
    )
    deposee = garder("essai", "2020-01-01", validee=False)
    assert lire(federation, "deposer_correspondance", deposee.pk) == (
        "Édition fictive essai Déposer une correspondance Ce que devient chaque point de l’édition précédente ; "
        "les structures le liront une fois l’édition validée. Fichier YAML Au format cedre-correspondance/1. Déposer"
    )
    assert lire(federation, "edition_deposee", deposee.pk) == (
        f"Référentiel Édition d’essai Brouillon, en vigueur à partir du 1er janvier 2020 · SHA-256 {deposee.condensat[:16]}… "
        "La première de sa lignée Aucun point ne change. La décision du bureau Validée, l’édition ne change plus jamais. "
        "Décision du Validée par Les membres du bureau, un par ligne. Valider et figer"
    )
    assert lire(federation, "certifier") == (
        "Certifications Noter une certification À son anniversaire, trois ans après, l’édition alors en vigueur s’appliquera. "
        "Structure Choisir… Structure Ailleurs Structure Ici "
        "Certifiée le Le jour de la décision du comité. Le certificat vaut trois ans. Enregistrer"
    )
    certificat = Certificat.objects.create(organisation=ici.organisation, le=jour(-2))
    assert lire(federation, "certificat_retirer", certificat.pk) == (
        f"Certifications Retirer une certification Structure Ici, certifiée le {dit(-2)}. "
        "L’édition qui s’applique à la structure se lira sans elle, aux dates passées aussi. Pourquoi la retirer "
        "Par exemple : date mal recopiée. Les traces le gardent, celles de la structure aussi : n’y nommez personne. Retirer"
    )


@pytest.mark.parametrize(
    "formulaire, champ, modele, garde",
    [
        (CloreAuditForm, "synthese", Audit, "synthese"),
        (TenirForm, "autres_presents", ReunionEvaluation, "autres_presents"),
        (TenirForm, "compte_rendu", ReunionEvaluation, "compte_rendu"),
        (TenirForm, "conclusions", ReunionEvaluation, "conclusions"),
        (ValidationForm, "noms", EditionDeposee, "validee_par"),
        (DocumentForm, "intitule", Document, "intitule"),
    ],
)
def test_un_champ_ne_prend_que_ce_que_sa_ligne_peut_garder(formulaire, champ, modele, garde):
    assert formulaire.base_fields[champ].max_length == modele._meta.get_field(garde).max_length


def test_un_motif_et_un_commentaire_ont_leur_borne(referentiel):
    points = list(referentiel().points())[:1]
    for long, fautifs in ((2000, set()), (2001, {"commentaire-1a"})):
        form = AutoevaluationForm({"valeur-1a": "satisfait", "commentaire-1a": "x" * long}, points=points, dites={})
        assert form.errors.keys() == fautifs
    assert [RetraitForm({"motif": "x" * long}).is_valid() for long in (200, 201)] == [True, False]
    dites = {"1a": Appreciation(valeur="sans_objet", commentaire="Dit")}
    form = AutoevaluationForm(points=points, dites=dites)
    assert [(c.value(), c.field.required) for c in form.champs("1a")] == [("sans_objet", False), ("Dit", False)]


def test_un_constat_se_place_sous_sa_specification_et_un_point_seul_ne_se_demande_pas(ici, qualite, referentiel):
    referentiel(**PLUSIEURS)
    audit = auditer(ici, champ=["1a", "1b"])
    page = qualite.get(reverse("certification:audit", args=[audit.pk]))
    formes = [une.form for _, lignes in page.context["chapitres"] for une in lignes]
    assert [(f["point"].auto_id, f["point"].value(), f.fields["point"].widget.is_hidden) for f in formes] == [
        ("id_1a_point", "1a", True),
        ("id_1b_point", "", False),
    ]
    assert [nom for nom, _ in formes[0].fields["nature"].choices] == list(Constat.Nature), "aucun choix vide"
