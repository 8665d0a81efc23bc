"""Chaque geste dit à l'écran ce qu'il a fait, ou pourquoi il ne se fait pas, et laisse sa trace (CER-1, CER-3, CER-6, AME-4)."""

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cedre.certification.models import (
    Appreciation,
    Audit,
    Certificat,
    Constat,
    Correspondance,
    Document,
    EditionDeposee,
    ReunionEvaluation,
    Revision,
    ValeurDeParametre,
)
from cedre.certification.operations import audits as gestes
from cedre.certification.operations import editions as de_la_federation
from cedre.certification.operations import reunions
from cedre.certification.referentiel import EditionRefusee
from cedre.certification.tests.fictive import PLUSIEURS
from cedre.certification.tests.reunies import prevue, tenir
from cedre.certification.tests.test_correspondances import APRES, COMPLETE, deposer
from cedre.certification.tests.test_correspondances import suivante as suivante
from cedre.certification.tests.test_pages_de_la_conformite import PARAMETRE, PROPRE
from cedre.certification.tests.test_rapport_d_audit import auditer
from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.core.templatetags.cedre import jour as en_clair
from cedre.qualite.models import ActionAmelioration


def jour(decalage: int = 0) -> date:
    """Aujourd'hui, décalé d'autant de jours."""
    return timezone.localdate() + timedelta(days=decalage)


def annonces(reponse) -> list[tuple[str, str]]:
    """Ce que la page suivante annoncera."""
    return [(m.level_tag, str(m)) for m in get_messages(reponse.wsgi_request)]


def envoyer(client, route: str, *args, **envoi):
    """L'envoi d'un formulaire : où il mène, et ce qu'il annonce."""
    client.cookies.pop("messages", None)  # la page d'avant les a montrés
    reponse = client.post(reverse(f"certification:{route}", args=args), envoi)
    assert reponse.status_code == 302, reponse.context["form"].errors
    return reponse.url, annonces(reponse)


def page(route: str, *args) -> str:
    """L'adresse d'une page."""
    return reverse(f"certification:{route}", args=args)


def traces(monde, *objets) -> list[tuple[str, str, str]]:
    """Ce que cette structure lit des gestes sur ces objets, dans l'ordre."""
    siennes = Trace.objects.filter(organisation=monde.organisation, objet__in=objets).order_by("pk")
    return [(t.geste, t.role, t.detail) for t in siennes]


def refus(geste, *args, **saisie) -> tuple[str, str | None]:
    """Pourquoi ce geste ne se fait pas, et à côté de quel champ."""
    with pytest.raises(GesteImpossible) as dit:
        geste(*args, **saisie)
    return str(dit.value), dit.value.champ


def test_d_un_audit_de_sa_demande_a_son_rapport(ici, ailleurs, qualite, referentiel):
    referentiel(**PLUSIEURS)
    champs = {"audite": ici.qui.pk, "prevu_le": jour(), "chapitres": ["1"]}
    la_bas = {role: ailleurs.client(role) for role in ("direction", "qualite")}
    autre = envoyer(qualite, "audit_croiser", **champs, structure_auditrice=ailleurs.organisation.pk)
    decline = Audit.objects.get()
    assert autre == (page("audit", decline.pk), [("success", "La demande est envoyée.")])
    assert envoyer(la_bas["direction"], "audit_decliner", decline.pk) == (
        page("audits"),
        [("success", "La demande est déclinée.")],
    )
    nom = str(decline)
    assert envoyer(qualite, "audit_renoncer", decline.pk) == (page("audits"), [("success", "L’audit est retiré.")])
    envoyer(qualite, "audit_croiser", **champs, structure_auditrice=ailleurs.organisation.pk)
    audit = Audit.objects.get()
    la_page = page("audit", audit.pk)
    de_la_bas = ailleurs.hab["qualite"].compte_id
    assert envoyer(la_bas["direction"], "audit_auditeur", audit.pk, auditeur=de_la_bas) == (
        la_page,
        [("success", "C’est noté.")],
    )
    assert envoyer(la_bas["qualite"], "audit_commencer", audit.pk, le=jour()) == (
        la_page,
        [("success", "L’audit commence : voici sa grille.")],
    )
    assert envoyer(la_bas["qualite"], "audit_rien", audit.pk, specification="9z") == (
        la_page,
        [("error", "Cette spécification n’est pas auditée.")],
    )
    assert envoyer(la_bas["qualite"], "audit_rien", audit.pk, specification="1a") == (la_page, [])
    dit = {"nature": "ecart", "point": "1b", "texte": "Trop court"}
    assert envoyer(la_bas["qualite"], "audit_constater", audit.pk, **dit) == (la_page, [])
    constat = Constat.objects.get()
    corrige = envoyer(la_bas["qualite"], "constat", constat.pk, **dit | {"texte": "Court"})
    assert corrige == (la_page, [("success", "Le constat est corrigé.")])
    assert envoyer(la_bas["qualite"], "constat_retirer", constat.pk) == (la_page, [("success", "Le constat est ôté.")])
    assert envoyer(la_bas["qualite"], "audit_rien", audit.pk, specification="1b") == (la_page, [])
    assert envoyer(la_bas["qualite"], "audit_clore", audit.pk, synthese="Bien") == (
        la_page,
        [("success", "L’audit est clos ; son rapport est prêt.")],
    )
    attendues = [
        ("creer", "qualite", nom),
        ("modifier", "direction", f"{nom}, demande déclinée"),
        ("supprimer", "qualite", nom),
        ("creer", "qualite", nom),
        ("modifier", "direction", f"{nom}, auditeur nommé"),
        ("modifier", "qualite", f"{nom}, commencé"),
        ("modifier", "qualite", "1a, rien à signaler"),
        ("modifier", "qualite", "1b, rien à signaler"),
        ("modifier", "qualite", f"{nom}, clos"),
    ]
    assert traces(ici, "audit") == attendues
    assert traces(ailleurs, "audit") == [une for rang, une in enumerate(attendues) if rang not in (0, 2, 3)]
    du_constat = [("creer", "qualite", "1b"), ("modifier", "qualite", "1b"), ("supprimer", "qualite", "1b")]
    assert traces(ici, "constat d’audit") == traces(ailleurs, "constat d’audit") == du_constat
    interne = envoyer(qualite, "audit_nouveau", **champs, auditeur=ici.hab["direction"].compte_id)
    assert interne == (page("audit", Audit.objects.latest("pk").pk), [("success", "L’audit est à l’agenda.")])


def test_un_pas_d_audit_refuse_dit_a_qui_il_est_ou_ce_qui_manque(ici, ailleurs, referentiel):
    referentiel(**PLUSIEURS)
    croise = auditer(ici, ailleurs, mene_le=None)
    par, chez_eux = ici.hab["qualite"], ailleurs.hab["direction"]
    assert refus(gestes.renoncer, croise, par=chez_eux) == ("C’est à la structure auditée de le faire.", None)
    assert refus(gestes.decliner, croise, par=par) == ("C’est à la structure sollicitée de décliner.", None)
    nommer = "C’est à la structure qui audite de nommer qui mène l’audit."
    assert refus(gestes.nommer, croise, auditeur=ici.qui, par=par) == (nommer, None)
    assert refus(gestes.commencer, croise, le=jour(), par=par) == ("C’est à la personne qui audite de le faire.", None)
    soi_meme = "Personne ne s’audite soi-même : choisissez quelqu’un d’autre."
    assert refus(gestes.nommer, croise, auditeur=ici.qui, par=chez_eux) == (soi_meme, "auditeur")
    pas_elle = "Cip Ailleurs ne peut pas mener cet audit : choisissez quelqu’un d’autre."
    assert refus(gestes.nommer, croise, auditeur=ailleurs.qui, par=chez_eux) == (pas_elle, "auditeur")
    croise.constats.create(point="1a", nature="ecart", texte="Tu")
    trop_tot = "Prévu : on en décide une fois l’audit clos."
    constat = croise.constats.get()
    action = gestes.action_proposee(constat)
    assert refus(gestes.decider_d_un_constat, constat, action, champs=[], par=par) == (trop_tot, None)
    Audit.objects.update(edition="d’avant")
    assert refus(gestes.commencer, croise, le=jour(), par=ailleurs.hab["qualite"]) == (
        "Ce jour-là s’applique l’édition essai ; cet audit est prévu sur celle de d’avant : la structure auditée en prévoit un "
        "autre.",
        "le",
    )
    en_cours = auditer(ici, champ=["1a", "1b"])
    assert refus(gestes.constater, Constat(audit=en_cours, point="2a", nature="force", texte="Vu"), par=par) == (
        "Ce point n’est pas audité.",
        "point",
    )
    reste = "Il reste à voir : 1a, 1b. Notez un constat, ou « rien à signaler »."
    assert refus(gestes.clore, en_cours, synthese="", par=par) == (reste, None)
    gestes.constater(Constat(audit=en_cours, point="1b-1", nature="force", texte="Vu"), par=par)
    deja = "Vous avez déjà constaté quelque chose en 1b."
    assert refus(gestes.ne_rien_signaler, en_cours, specification="1b", par=par) == (deja, None)
    gestes.ne_rien_signaler(en_cours, specification="1a", par=par)
    clos = gestes.clore(en_cours, synthese="", par=par)
    constat = clos.constats.get()
    constat.action = ActionAmelioration.objects.create(
        organisation=ici.organisation, quoi="Dire", effet_attendu="Dit", qui=ici.qui, echeance=jour()
    )
    constat.save()
    une = "Une action est déjà décidée pour ce constat."
    assert refus(gestes.decider_d_un_constat, constat, action, champs=[], par=par) == (une, None)
    audit = Audit(organisation=ici.organisation, audite=ici.qui, prevu_le=jour(-1))
    assert refus(gestes.prevoir, audit, chapitres=["1"], par=par) == ("Cette date est passée.", "prevu_le")
    audit.prevu_le = jour()
    for qui, dit in (
        ("cip", soi_meme),
        ("salarie", "Salarie Ici ne peut pas mener cet audit : choisissez quelqu’un d’autre."),
    ):
        audit.auditeur = ici.hab[qui].compte
        assert refus(gestes.prevoir, audit, chapitres=["1"], par=par) == (dit, "auditeur")
    audit.auditeur = None
    assert refus(gestes.prevoir, audit, chapitres=["9"], par=par) == ("Choisissez au moins un chapitre.", "chapitres")


def test_d_une_reunion_de_l_agenda_a_la_cloture(ici, qualite):
    saisie = {"nature": "revue", "prevue_le": jour(), "du": jour(-90), "au": jour()}
    agenda = [("success", "C’est à l’agenda : la préparation se tient à jour seule jusqu’à la réunion.")]
    suite = envoyer(qualite, "reunion_nouvelle", **saisie)
    reunion = ReunionEvaluation.objects.get()
    la_page = page("reunion", reunion.pk)
    assert suite == (la_page, agenda)
    assert envoyer(qualite, "reunion_modifier", reunion.pk, **saisie | {"du": jour(-80)}) == (la_page, agenda)
    dits = {"le": jour(), "presents": [ici.qui.pk], "compte_rendu": "On a tout relu.", "version": 1}
    garde = [("success", "Le compte rendu est gardé, avec ce que l’on avait sous les yeux.")]
    assert envoyer(qualite, "reunion_tenir", reunion.pk, **dits) == (la_page, garde)
    repris = dits | {"compte_rendu": "Mieux dit.", "version": 2, "autres_presents": "Deux", "conclusions": "Suite"}
    assert envoyer(qualite, "reunion_tenir", reunion.pk, **repris) == (la_page, garde)
    trop_tard = [("error", f"Tenue (depuis le {jour():%d/%m/%Y}) : ce geste ne se fait plus.")]
    assert envoyer(qualite, "reunion_renoncer", reunion.pk) == (la_page, trop_tard)
    assert envoyer(qualite, "reunion_clore", reunion.pk) == (la_page, [("success", "La réunion est close.")])
    nom = str(reunion)
    assert traces(ici, "réunion d’évaluation") == [
        ("creer", "qualite", "période regardée, du"),
        ("modifier", "qualite", "période regardée, du"),
        ("modifier", "qualite", "tenue, compte rendu"),
        ("modifier", "qualite", "tenue, compte rendu"),
        ("modifier", "qualite", "close"),
    ]
    reunion.refresh_from_db()
    assert (reunion.mots, reunion.version, reunion.du) == (
        {"autres_presents": "Deux", "compte_rendu": "Mieux dit.", "conclusions": "Suite"},
        3,
        jour(-80),
    )
    autre = prevue(ici)
    retiree = [("success", "La réunion est retirée de l’agenda.")]
    assert envoyer(qualite, "reunion_renoncer", autre.pk) == (page("reunions"), retiree)
    assert traces(ici, "réunion d’évaluation")[-1] == ("supprimer", "qualite", nom)


def test_un_pas_de_reunion_refuse_dit_pourquoi(ici):
    par, reunion = ici.hab["qualite"], prevue(ici)
    pas_encore = "Prévue : elle ne s’est pas encore tenue."
    assert refus(reunions.clore, reunion, par=par) == (pas_encore, None)
    assert refus(reunions.renoncer, reunion, par=ici.hab["cip"]) == ("Votre rôle ne permet pas ce geste.", None)
    reunion.du = jour(1)
    bornes = "Ce jour va du 01/01/2000 à aujourd’hui : ses verdicts se comparent."
    assert refus(reunions.prevoir, reunion, champs=["du"], par=par) == (bornes, "du")
    fige = "Le jour où elle s’est tenue ne change plus : ce que l’on avait sous les yeux est figé."
    tenue = tenir(prevue(ici), ici)
    assert refus(tenir, tenue, ici, le=jour(-1)) == (fige, None)


def test_d_une_edition_de_sa_correspondance_et_d_une_certification(ici, federation, reseau, suivante):
    siens = Trace.objects.filter(organisation=reseau[0].organisation).order_by("pk")

    def deposer_l_edition():
        envoi = {"fichier": SimpleUploadedFile("e.yaml", APRES.encode())}
        return envoyer(federation, "deposer_edition", **envoi)

    complet = ("success", "Le fichier est complet : il est gardé.")
    assert deposer(federation, suivante, COMPLETE).url == page("edition_deposee", suivante.pk)
    adresse, dits = deposer_l_edition()
    parti = "Le brouillon remplacé est parti avec sa correspondance : déposez-la de nouveau."
    assert dits == [("warning", parti), complet]
    deposee = EditionDeposee.objects.get()
    assert adresse == page("edition_deposee", deposee.pk)
    federation.cookies.pop("messages")
    gardee = deposer(federation, deposee, COMPLETE)
    assert (gardee.url, annonces(gardee)) == (adresse, [complet])
    decision = envoyer(federation, "edition_deposee", deposee.pk, le=jour(-1), noms="Odile Abel")
    assert decision == (adresse, [("success", "L’édition est validée : elle ne changera plus.")])
    fige = ["L’édition est validée : sa correspondance ne change plus."]
    assert deposer(federation, deposee, COMPLETE).context["form"].errors == {"fichier": fige}
    encore = federation.post(page("deposer_edition"), {"fichier": SimpleUploadedFile("e.yaml", APRES.encode())})
    dit = ["Cette édition est validée : elle ne change plus. Donnez un autre code à la suivante."]
    assert encore.context["form"].errors == {"fichier": dit}
    certifiee = envoyer(federation, "certifier", organisation=ici.organisation.pk, le=jour(-2))
    noter = "C’est noté : Structure Ici est certifiée pour trois ans."
    assert certifiee == (page("certificats"), [("success", noter)])
    retrait = envoyer(federation, "certificat_retirer", Certificat.objects.get().pk, motif="Mal recopiée")
    assert retrait == (page("certificats"), [("success", "La certification de Structure Ici est retirée.")])
    de_a = "Correspondance de essai à suivante"
    assert [(t.geste, t.objet, t.detail) for t in siens] == [
        ("creer", "correspondance", de_a),
        ("creer", "édition déposée", "Édition cedre suivante"),
        ("creer", "correspondance", de_a),
        ("modifier", "édition déposée", "Édition cedre suivante, validée"),
        ("creer", "certificat", ""),
        ("supprimer", "certificat", f"Certificat du {jour(-2):%d/%m/%Y} : Mal recopiée"),
    ]


def test_un_geste_de_la_federation_refuse_dit_pourquoi(ici, reseau, suivante):
    par, condensat = reseau[0].hab["responsable_qualite"], suivante.condensat
    valider = {"le": jour(), "noms": "Odile", "par": par}
    suivante.condensat = "0" * 64
    change = "Un autre texte a été déposé entre-temps : relisez-le."
    assert refus(de_la_federation.valider_edition, suivante, **valider) == (change, None)
    suivante.condensat = condensat
    de_la_federation.valider_edition(suivante, **valider)
    assert refus(de_la_federation.valider_edition, suivante, **valider) == ("Cette édition est déjà validée.", None)
    certificat = Certificat(organisation=ici.organisation, le=jour(1))
    assert refus(de_la_federation.certifier, certificat, par=par) == ("Ce jour n’est pas encore venu.", "le")
    ici.organisation.convention_tripartite_le, certificat.le = jour(-5), jour(-6)
    entree = f"Structure Ici est entrée dans la démarche le {jour(-5):%d/%m/%Y}."
    assert refus(de_la_federation.certifier, certificat, par=par) == (entree, "le")
    for octets, dit in (
        (
            COMPLETE.replace(b"de: essai", b"de: 2004-10"),
            "« 2004-10 » n’est pas une édition complète, en vigueur avant suivante.",
        ),
        (COMPLETE.replace(b"vers: suivante", b"vers: autre"), "Ce fichier ne mène pas de essai à suivante."),
        (b"- 1a", "Ce fichier n’est pas une correspondance : il ne dit pas « format: cedre-correspondance/1 »."),
        (b"format: cedre-correspondance/1", "Cette correspondance n’a pas de « liens »."),
    ):
        with pytest.raises(EditionRefusee) as refusee:
            de_la_federation.deposer_correspondance(suivante, octets.decode(), par=par)
        assert refusee.value.fautes == [dit]


def test_d_une_preuve_que_l_on_depose_que_l_on_fixe_ou_que_l_on_dit(ici, qualite, referentiel):
    referentiel(**PLUSIEURS, **{PARAMETRE: PROPRE})
    envoi = {"intitule": "Livret", "points": ["1b-1"], "du": jour(), "fichier": SimpleUploadedFile("l.pdf", b"%PDF-1.7")}
    depot = envoyer(qualite, "document_nouveau", **envoi)
    document = Document.objects.get()
    assert depot == (page("document", document.pk), [("success", "Le document est déposé.")])
    for octets, dit in (
        (b"%PDF-1.7", "Ce fichier est déjà une révision de ce document, octet pour octet."),
        (b"<script>", "Ce fichier n’est ni un PDF, ni une image PNG ou JPEG."),
    ):
        encore = {"du": jour(), "fichier": SimpleUploadedFile("l.pdf", octets)}
        assert qualite.post(page("document", document.pk), encore).context["form"].errors == {"fichier": [dit]}
    fixe = envoyer(qualite, "parametre", "moi-tie", du=jour(), valeur=2, reference="Avenant")
    assert fixe == (page("parametre", "moi-tie"), [("success", "C’est enregistré.")])
    pense = {"valeur-1b": "satisfait", "valeur-2a": "insuffisant"}
    for dites, dit in (
        ({"valeur-1a": ""}, "C’est enregistré : 0 changement."),
        ({"valeur-1a": "satisfait"}, "C’est enregistré : 1 changement."),
        (pense, "C’est enregistré : 2 changements."),
    ):
        assert envoyer(qualite, "autoevaluation", **dites) == (page("plan_d_action"), [("success", dit)])
    assert traces(ici, "document", "révision de document", "valeur de paramètre", "appréciation") == [
        ("creer", "qualite", ""),
        ("creer", "qualite", ""),
        ("creer", "qualite", "moi_tie : 2"),
        ("creer", "qualite", "1a"),
        ("creer", "qualite", "1b, 2a"),
    ]


def test_chaque_chose_gardee_se_nomme_de_ce_qu_elle_est_et_de_son_jour(ici):
    le, livret = date(2026, 3, 1), Document(intitule="Livret")
    audit = Audit(nature="croise", prevu_le=le)
    edition = EditionDeposee(lignee="cedre", code="2026-01")
    assert [
        str(une)
        for une in (
            audit,
            Constat(audit=audit, point="1a", nature="progres"),
            edition,
            Correspondance(de="2004-10", vers=edition),
            Certificat(organisation=ici.organisation, le=le),
            livret,
            Revision(document=livret, du=le),
            Appreciation(point="1a", valeur="sans_objet"),
            ValeurDeParametre(parametre="etp_accompagnement", valeur="1.5"),
            ReunionEvaluation(nature="reunion", prevue_le=le),
            ReunionEvaluation(nature="revue", prevue_le=jour(), tenue_le=le),
        )
    ] == [
        f"Audit croisé du {en_clair(le)}",
        "Piste de progrès, 1a",
        "Édition cedre 2026-01",
        "Correspondance de 2004-10 à 2026-01",
        "Certificat du 01/03/2026",
        "Livret",
        "Livret, à partir du 01/03/2026",
        "1a : Sans objet",
        "etp_accompagnement : 1.5",
        "Réunion d’évaluation du 01/03/2026",
        "Revue annuelle du 01/03/2026",
    ]
