"""Ce qu'un audit garde, montre et imprime : de quel jour, de quels points, dans quel ordre, de qui (AME-4, CER-6)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.certification import editions
from cedre.certification.grille_d_audit import LigneDeGrille, grille, manuel_de, rapport, specifications_auditees
from cedre.certification.lecture_edition import lire
from cedre.certification.models import Appreciation, Audit, Constat, Document, Revision
from cedre.certification.operations import audits as gestes
from cedre.certification.tests.fictive import PLUSIEURS
from cedre.certification.tests.test_lecture_edition import SANS_PREUVES, preuves
from cedre.comptes.discretion import ce_qu_il_compte
from cedre.comptes.models import Trace
from cedre.core.indicateurs import tous
from cedre.qualite.models import ActionAmelioration, VersionDuManuel


def jour(decalage: int = 0) -> date:
    """Aujourd'hui, décalé d'autant de jours."""
    return timezone.localdate() + timedelta(days=decalage)


def auditer(monde, chez=None, **champs) -> Audit:
    """Un audit mené il y a six jours : interne par la référente qualité, ou croisé par celle de « chez »."""
    dits = {"edition": "essai", "champ": ["1a"], "demande_le": jour(-20), "prevu_le": jour(-9), "mene_le": jour(-6)}
    dits |= {"auditeur": (chez or monde).hab["qualite"].compte, "audite": monde.qui}
    if chez:
        dits |= {"nature": "croise", "structure_auditrice": chez.organisation}
    return Audit.objects.create(organisation=monde.organisation, **dits | champs)


def constater(audit, par, **champs) -> Constat:
    """Un constat noté depuis la grille."""
    return gestes.constater(Constat(audit=audit, **{"point": "1a", "nature": "ecart", "texte": "Pas dit"} | champs), par=par)


def clos(monde, le: date, *constats: tuple[str, ActionAmelioration | None], **champs) -> Audit:
    """Un audit clos ce jour-là, avec ces constats : (nature, action)."""
    audit = auditer(monde, clos_le=le, verdicts={"titre": "", "chapitres": []}, **champs)
    for nature, action in constats:
        audit.constats.create(point="1a", nature=nature, texte="Vu", action=action)
    return audit


@pytest.fixture
def plusieurs(referentiel):
    """L'édition d'essai, sur deux chapitres et trois spécifications."""
    return referentiel(**PLUSIEURS)


def test_le_rapport_est_du_jour_de_sa_cloture_et_ne_dit_que_le_champ_audite_a_la_date_de_la_visite(ici, ailleurs, plusieurs):
    audit, par = auditer(ici, ailleurs, champ=["1b", "2a"]), ailleurs.hab["qualite"]
    constater(audit, par, point="1b-1", texte="Aucun livret")
    constater(audit, par, point="1b", nature="force", texte="Bel accueil")
    constater(audit, par, point="1b", nature="progres", texte="Une affiche")
    gestes.ne_rien_signaler(audit, specification="2a", par=par)
    for point in ("1b", "2a"):
        Appreciation.objects.create(organisation=ici.organisation, point=point, valeur="insuffisant", le=jour(-5))
    Appreciation.objects.create(organisation=ici.organisation, point="2a", valeur="satisfait", le=jour(-6))
    gestes.clore(audit, synthese="Belle équipe", par=par)
    audit.refresh_from_db()
    assert (audit.clos_le, audit.etat, audit.synthese) == (jour(), "clos", "Belle équipe")
    audit.clos_le = jour(-2)
    dit = rapport(audit, list(audit.constats.all()))
    une, autre = (chapitre.pop("specifications") for chapitre in dit["chapitres"])
    assert dit == {
        "structure": ici.organisation.coordonnees,
        "etabli_le": jour(-2),
        "titre": str(audit),
        "edition": "Édition d’essai",
        "auditeur": "Qualite Ailleurs",
        "structure_auditrice": "Structure Ailleurs",
        "audite": "Cip Ici",
        "mene_le": jour(-6),
        "synthese": "Belle équipe",
        "natures": [
            {"libelle": "Forces", "constats": [{"point": "1b", "nature": "Force", "texte": "Bel accueil"}]},
            {"libelle": "Pistes de progrès", "constats": [{"point": "1b", "nature": "Piste de progrès", "texte": "Une affiche"}]},
            {"libelle": "Écarts", "constats": [{"point": "1b-1", "nature": "Écart", "texte": "Aucun livret"}]},
        ],
        "chapitres": [{"titre": "1 Un"}, {"titre": "2 Deux"}],
    }
    assert [(s["code"], s["verdict"], s["rien"], len(s["constats"])) for s in (*une, *autre)] == [
        ("1b", "À constater", False, 3),
        ("2a", "Satisfait", True, 0),
    ]
    assert une[0]["texte"] == "Une deuxième exigence"


def test_un_audit_interne_ne_dit_aucune_structure_auditrice(ici, plusieurs):
    audit = auditer(ici)
    gestes.ne_rien_signaler(audit, specification="1a", par=ici.hab["qualite"])
    dit = rapport(gestes.clore(audit, synthese="", par=ici.hab["qualite"]), [])
    assert (dit["auditeur"], dit["structure_auditrice"], dit["titre"][:17]) == ("Qualite Ici", "", "Audit interne du ")


def test_un_audit_se_nomme_du_jour_ou_il_est_mene_sinon_de_celui_ou_il_est_prevu():
    prevu, mene = date(2026, 3, 12), date(2026, 4, 15)
    assert str(Audit(nature="interne", prevu_le=prevu)) == "Audit interne du 12\N{NO-BREAK SPACE}mars\N{NO-BREAK SPACE}2026"
    assert (
        str(Audit(nature="croise", prevu_le=prevu, mene_le=mene))
        == "Audit croisé du 15\N{NO-BREAK SPACE}avril\N{NO-BREAK SPACE}2026"
    )


def test_le_fichier_du_rapport_porte_le_jour_de_la_visite_et_sa_trace_est_chez_l_auditee(ici, ailleurs, monkeypatch):
    monkeypatch.setattr("cedre.certification.views.audits.composer", lambda gabarit, donnees, chez: b"%PDF")
    audit = clos(ici, jour(-2), chez=ailleurs)
    reponse = ailleurs.client("qualite").post(reverse("certification:audit_rapport", args=[audit.pk]))
    assert f'"audit-{jour(-6):%Y-%m-%d}.pdf"' in reponse["Content-Disposition"]
    traces = Trace.objects.filter(geste="exporter", detail=f"{audit}, rapport, PDF")
    assert {t.organisation for t in traces} == {ici.organisation, ailleurs.organisation}


def test_on_n_audite_que_les_chapitres_choisis_dans_l_ordre_du_referentiel(ici, plusieurs):
    def champ(*chapitres):
        audit = Audit(organisation=ici.organisation, auditeur=ici.hab["qualite"].compte, audite=ici.qui, prevu_le=jour())
        return gestes.prevoir(audit, chapitres=chapitres, par=ici.hab["direction"]).champ

    assert (champ("2"), champ("1"), champ("2", "1")) == (["2a"], ["1a", "1b"], ["1a", "1b", "2a"])
    assert [s.code for s in specifications_auditees(Audit(edition="essai", champ=["2a", "1a"], mene_le=jour()))] == ["1a", "2a"]


def test_un_audit_se_prevoit_sur_l_edition_du_jour_ou_il_se_menera(ici, referentiel, monkeypatch):
    actuelle = referentiel()
    suivante = referentiel(**{"code: essai": "code: suivante", "{du: 2020-01-01}": f"{{du: {jour(10)}}}"})
    monkeypatch.setattr(editions, "livrees", lambda: (actuelle, suivante))
    for le, attendue in ((jour(9), "essai"), (jour(10), "suivante")):
        audit = Audit(organisation=ici.organisation, auditeur=ici.hab["qualite"].compte, audite=ici.qui, prevu_le=le)
        assert gestes.prevoir(audit, chapitres=["1"], par=ici.hab["direction"]).edition == attendue


def test_un_audit_se_juge_avec_les_preuves_qui_valaient_le_jour_de_la_visite(ici, monkeypatch):
    texte = SANS_PREUVES.replace(b"lignee: fictive", b"lignee: cedre")
    suivantes = preuves(numero=2, du=str(jour(-4)), points={"1a": [{"constat": "Où reçoit-on ?"}]})
    deux = (lire(texte, preuves()), lire(texte, suivantes))
    monkeypatch.setattr(editions, "livrees", lambda: deux)
    for mene_le, attendue in ((jour(-5), "preuves n° 1"), (jour(-4), "preuves n° 2")):
        audit = auditer(ici, mene_le=mene_le)
        gestes.ne_rien_signaler(audit, specification="1a", par=ici.hab["qualite"])
        assert gestes.clore(audit, synthese="", par=ici.hab["qualite"]).verdicts["titre"].endswith(attendue)


def test_la_grille_range_chaque_constat_sous_sa_specification_et_ne_montre_que_le_champ(ici, plusieurs):
    audit, par = auditer(ici, champ=["1a", "2a"]), ici.hab["qualite"]
    constater(audit, par, point="2a", texte="Vu")
    gestes.ne_rien_signaler(audit, specification="1a", par=par)
    page = ici.client("qualite").get(reverse("certification:audit", args=[audit.pk]))
    lignes = [(chapitre["code"], une) for chapitre, lignes in page.context["chapitres"] for une in lignes]
    dites = [(code, une.dite["code"], [k.texte for k in une.constats], une.rien) for code, une in lignes]
    assert dites == [("1", "1a", [], True), ("2", "2a", ["Vu"], False)] and page.context["restent"] == 0
    Audit.objects.update(champ=["1a", "1b", "2a"], sans_constat=[])
    page = ici.client("qualite").get(reverse("certification:audit", args=[audit.pk]))
    assert page.context["restent"] == 2 and "Il reste 2" in page.content.decode()


def test_rien_a_signaler_ne_vaut_que_de_sa_specification_et_une_fois(ici, plusieurs):
    audit, par = auditer(ici, champ=["1a", "1b", "2a"]), ici.hab["qualite"]
    for code in ("1a", "2a", "1a"):
        gestes.ne_rien_signaler(audit, specification=code, par=par)
    constat = constater(audit, par, point="1b-1")
    audit.refresh_from_db()
    assert audit.sans_constat == ["1a", "2a"]
    constat.point = "2a"
    gestes.constater(constat, par=par)
    audit.refresh_from_db()
    assert audit.sans_constat == ["1a"] and audit.constats.get().point == "2a"
    gestes.ne_rien_signaler(audit, specification="1b", par=par)
    gestes.retirer(constat, par=par)
    siens = Trace.objects.filter(objet="constat d’audit", organisation=ici.organisation).order_by("pk")
    assert [(t.geste, t.detail) for t in siens] == [("creer", "1b-1"), ("modifier", "2a"), ("supprimer", "2a")]


def test_l_action_proposee_d_un_constat_dit_son_audit_son_paragraphe_et_l_exigence_a_tenir(ici, ailleurs, plusieurs):
    audit = auditer(ici, ailleurs, champ=["1b"], clos_le=jour(), verdicts={})
    action = gestes.action_proposee(audit.constats.create(point="1b-1", nature="ecart", texte="Aucun livret"))
    assert (action.organisation, action.origine, action.point) == (ici.organisation, "audit", "1b-1")
    assert (action.reference, action.effet_attendu) == (f"{audit}, 1 b", "1b-1 tenu : Par écrit")


def test_une_action_proposee_d_un_texte_trop_long_tient_dans_ses_champs(ici, referentiel):
    referentiel(**{"texte: Une exigence": f"texte: {'É' * 400}", "paragraphe: § 1 a": f"paragraphe: § {'p' * 150}"})
    audit = auditer(ici, clos_le=jour(), verdicts={})
    action = gestes.action_proposee(audit.constats.create(point="1a", nature="ecart", texte="Tu"))
    assert (action.reference, action.effet_attendu) == (f"{audit}, {'p' * 150}"[:120], f"1a tenu : {'É' * 290}")


def test_la_liste_compte_les_ecarts_et_ceux_qui_ont_une_action_sans_les_autres_constats(ici, ailleurs, plusieurs):
    action = ActionAmelioration.objects.create(
        organisation=ici.organisation, quoi="Dire", effet_attendu="Dit", qui=ici.qui, echeance=jour()
    )
    ancien = clos(ici, jour(-2), ("ecart", action), ("ecart", action), ("ecart", None), ("progres", action), ("force", None))
    progres = clos(ici, jour(-3), ("progres", None), prevu_le=jour(-8))
    a_venir = auditer(ici, prevu_le=jour(5), mene_le=None)
    croise = clos(ailleurs, jour(-2), ("ecart", None), chez=ici)
    page = ici.client("qualite").get(reverse("certification:audits"))
    comptes = [(a, a.nombre, a.ecarts, a.agis) for a in page.context["page"]]
    assert comptes == [(a_venir, 0, 0, 0), (progres, 1, 0, 0), (ancien, 5, 3, 2)]
    assert list(page.context["ailleurs"]) == [croise]
    for etat, attendus in (("a_traiter", [ancien]), ("a_mener", [a_venir]), ("a_repondre", [])):
        assert list(ici.client("qualite").get(reverse("certification:audits"), {"etat": etat}).context["page"]) == attendus


def test_chez_les_autres_ce_qui_est_ouvert_vient_d_abord_le_plus_proche_en_tete(ici, ailleurs):
    fini = clos(ailleurs, jour(-2), chez=ici, prevu_le=jour(-30))
    loin, proche = (auditer(ailleurs, ici, prevu_le=jour(n), mene_le=None, auditeur=None) for n in (20, 3))
    client = ici.client("qualite")
    assert list(client.get(reverse("certification:audits")).context["ailleurs"]) == [proche, loin, fini]
    a_repondre = client.get(reverse("certification:audits"), {"etat": "a_repondre"})
    assert list(a_repondre.context["ailleurs"]) == [proche, loin] and not a_repondre.context["page"].object_list


def test_le_manuel_remis_a_qui_audite_est_le_dernier_publie_de_l_auditee(ici, ailleurs, plusieurs):
    def publier(monde, numero, le):
        dits = {"publiee_le": le, "approuvee_le": jour(-90), "approuvee_par": "Ada", "au_titre_de": "ca", "contenu": {}}
        return VersionDuManuel.objects.create(organisation=monde.organisation, numero=numero, condensat="0" * 64, **dits)

    publier(ici, 1, jour(-80))
    publier(ailleurs, 7, jour(-1))
    deuxieme = publier(ici, 2, jour(-3))
    audit = auditer(ici, ailleurs)
    assert manuel_de(audit, jour()) == deuxieme
    assert (manuel_de(audit, jour(-4)).numero, manuel_de(audit, jour(-81))) == (1, None)
    page = ailleurs.client("qualite").get(reverse("certification:audit", args=[audit.pk]))
    assert "Son manuel, version 2" in page.content.decode()
    for client in (ailleurs.client("direction"), ici.client("qualite")):
        page = client.get(reverse("certification:audit", args=[audit.pk]))
        assert page.context["manuel"] is None and "Son manuel" not in page.content.decode()


def test_declinee_apres_avoir_dit_oui_la_demande_ne_garde_personne(ici, ailleurs):
    audit = auditer(ici, ailleurs, mene_le=None)
    gestes.decliner(audit, par=ailleurs.hab["direction"])
    audit.refresh_from_db()
    assert (audit.auditeur, audit.declinee_le, audit.etat) == (None, jour(), "decline")
    page = ici.client("qualite").get(reverse("certification:audit", args=[audit.pk])).content.decode()
    assert "La structure sollicitée le dira, Structure Ailleurs" in page and "Renoncez à cette demande" in page


def mesuree(libelle: str, verdict: str) -> dict:
    """Une preuve calculée, telle qu'un audit clos la garde."""
    return {"libelle": libelle, "verdict": verdict, "mesure": "3 sur 4"}


@pytest.mark.parametrize("verdict, attendue", [("insuffisant", "B"), ("satisfait", "A"), ("a_constater", "A")])
def test_une_ligne_de_grille_se_resume_par_la_premiere_mesure_qui_fait_son_verdict(verdict, attendue):
    points = [
        {
            "code": "1a",
            "verdict": "satisfait",
            "preuves": [{"verdict": "a_constater", "question": "?"}, mesuree("A", "satisfait")],
        },
        {"code": "1b", "verdict": "insuffisant", "preuves": [mesuree(nom, "insuffisant") for nom in ("B", "C", "B")]},
    ]
    ligne = LigneDeGrille({"code": "1.a_1", "verdict": verdict, "points": points})
    assert (ligne.tete["libelle"], [m["libelle"] for m in ligne.mesures], ligne.ancre) == (attendue, ["A", "B", "C"], "1-a-1")
    assert [p["verdict"].label for p in ligne.points] == ["Satisfait", "Insuffisant"] and not ligne.est_vue


def test_ce_que_la_grille_dit_d_une_preuve_vient_de_la_sienne(ici, plusieurs):
    document = Document.objects.create(organisation=ici.organisation, intitule="Livret", points=["1b-1"])
    Revision.objects.create(document=document, du=jour(-6), taille=1, fichier="x")
    ((_, (une,)),) = grille(auditer(ici, champ=["1b"]), [])
    assert [(p["code"], p["verdict"], p["preuves"][0]["question"], p["preuves"][0]["document"]) for p in une.dite["points"]] == [
        ("1b", "a_constater", "Où reçoit-on ?", ""),
        ("1b-1", "satisfait", "", "Livret"),
    ]
    assert (une.dite["paragraphe"], une.verdict) == ("§ 1 b", "a_constater")
    ((chapitre, (mesuree_,)),) = grille(auditer(ici, champ=["1a"], mene_le=jour()), [])
    indicateur = tous()["delai_annonce"]
    preuve = {"verdict": "satisfait", "question": "", "document": "", "libelle": indicateur.libelle, "raison": ""}
    preuve |= {"regle": "Tous, sans exception.", "lectures": []}
    preuve |= {"definition": ce_qu_il_compte(indicateur), "mesure": "le nombre de premiers contacts n’est pas dit"}
    point = {"code": "1a", "texte": "Une exigence", "verdict": "satisfait", "regle": "Tous, sans exception."}
    une = {"code": "1a", "paragraphe": "§ 1 a", "texte": "Une exigence", "verdict": "satisfait"}
    assert mesuree_.dite == une | {"points": [point | {"preuves": [preuve]}]}
    assert {nom: chapitre[nom] for nom in ("code", "titre")} == {"code": "1", "titre": "Un"}
