"""Un audit cherche les progrès ; personne ne s'audite soi-même ; clos, il ne change plus (AME-4, CER-6)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cedre.certification.models import Appreciation, Audit, Constat
from cedre.certification.operations import audits as gestes
from cedre.comptes.models import Habilitation, Trace
from cedre.core.refus import GesteImpossible
from cedre.qualite.models import ActionAmelioration

AUJOURDHUI = timezone.localdate
HIER = AUJOURDHUI() - timedelta(days=1)


@pytest.fixture
def interne(ici, referentiel) -> Audit:
    """Un audit interne commencé, sur l'édition d'essai : la référente qualité audite, la CIP répond."""
    referentiel()
    return Audit.objects.create(
        organisation=ici.organisation,
        auditeur=ici.hab["qualite"].compte,
        audite=ici.hab["cip"].compte,
        edition="essai",
        champ=["1a"],
        demande_le=HIER - timedelta(days=9),
        prevu_le=HIER,
        mene_le=HIER,
    )


def adresse(geste: str, ligne) -> str:
    return reverse(f"certification:{geste}", args=[ligne.pk])


def constater(audit, ici, nature="ecart", texte="Le délai n’est pas dit") -> Constat:
    return gestes.constater(Constat(audit=audit, point="1a", nature=nature, texte=texte), par=ici.hab["qualite"])


def clore(audit, ici) -> Audit:
    constater(audit, ici)
    return gestes.clore(audit, synthese="On avance", par=ici.hab["qualite"])


def prevision(ici, **champs) -> dict:
    """Le formulaire d'un audit interne, rempli."""
    return {
        "auditeur": ici.hab["direction"].compte_id,
        "audite": ici.hab["cip"].compte_id,
        "prevu_le": AUJOURDHUI() + timedelta(days=9),
        "chapitres": ["1"],
    } | champs


def test_un_audit_interne_se_prevoit_sur_les_chapitres_choisis(ici, referentiel):
    referentiel()
    page = ici.client("qualite").get(reverse("certification:audit_nouveau"))
    assert page.context["form"]["chapitres"].value() == ["1"], "tout, si l’on ne choisit pas"
    reponse = ici.client("qualite").post(reverse("certification:audit_nouveau"), prevision(ici))
    audit = Audit.objects.get()
    assert reponse.url == adresse("audit", audit)
    assert (audit.edition, audit.champ, audit.etat) == ("essai", ["1a"], Audit.Etat.PREVU)
    assert Trace.objects.filter(objet="audit", geste="creer").count() == 1


@pytest.mark.parametrize("champs", [{"audite": "qualite", "auditeur": "qualite"}, {"auditeur": "salarie"}])
def test_personne_ne_s_audite_soi_meme_et_qui_audite_est_de_l_equipe(ici, referentiel, champs):
    referentiel()
    envoi = prevision(ici, **{nom: ici.hab[role].compte_id for nom, role in champs.items()})
    reponse = ici.client("qualite").post(reverse("certification:audit_nouveau"), envoi)
    assert reponse.context["form"].errors and not Audit.objects.exists()


def test_qui_audite_et_qui_en_repond_sont_d_ici(ici, ailleurs, referentiel):
    referentiel()
    for champ in ("auditeur", "audite"):
        envoi = prevision(ici, **{champ: ailleurs.hab["direction"].compte_id})
        reponse = ici.client("qualite").post(reverse("certification:audit_nouveau"), envoi)
        assert list(reponse.context["form"].errors) == [champ]
    assert not Audit.objects.exists()


def test_une_date_passee_ou_aucun_chapitre_se_refusent(ici, referentiel):
    referentiel()
    for champs, fautif in (({"prevu_le": HIER}, "prevu_le"), ({"chapitres": []}, "chapitres")):
        reponse = ici.client("qualite").post(reverse("certification:audit_nouveau"), prevision(ici, **champs))
        assert list(reponse.context["form"].errors) == [fautif]
    assert not Audit.objects.exists()


@pytest.mark.deux_moteurs
def test_la_base_refuse_ce_que_la_regle_interdit(interne, ici, ailleurs):
    def refuse(**champs):
        with pytest.raises(IntegrityError), transaction.atomic():
            Audit.objects.filter(pk=interne.pk).update(**champs)

    refuse(auditeur=interne.audite_id)
    refuse(nature="croise")
    refuse(nature="croise", structure_auditrice=ici.organisation)
    refuse(structure_auditrice=ailleurs.organisation)
    refuse(clos_le=AUJOURDHUI())
    refuse(auditeur=None)
    refuse(mene_le=None, clos_le=AUJOURDHUI(), verdicts={})
    with pytest.raises(IntegrityError), transaction.atomic():
        Constat.objects.create(audit=interne, point="1a", nature="force", texte="")


def test_seul_qui_audite_commence_constate_et_clot(interne, ici):
    pour_tous = [ici.hab[role] for role in ("direction", "cip", "ca", "accueil")]
    for hab in pour_tous:  # la CIP est l'auditée
        for geste, saisie in (
            (gestes.commencer, {"le": HIER}),
            (gestes.ne_rien_signaler, {"specification": "1a"}),
            (gestes.clore, {"synthese": ""}),
        ):
            with pytest.raises(GesteImpossible, match="qui audite"):
                geste(interne, **saisie, par=hab)
        client = ici.client(hab.role)
        client.post(adresse("audit_constater", interne), {"nature": "force", "point": "1a", "texte": "Tout va bien"})
        client.post(adresse("audit_clore", interne), {"synthese": ""})
    interne.refresh_from_db()
    assert not interne.clos_le and not interne.constats.exists()


def test_l_audit_se_mene_entre_sa_demande_et_aujourd_hui(interne, ici):
    Audit.objects.update(mene_le=None)
    for le in (interne.demande_le - timedelta(days=1), AUJOURDHUI() + timedelta(days=1)):
        reponse = ici.client("qualite").post(adresse("audit_commencer", interne), {"le": le})
        assert "le" in reponse.context["commencer"].errors
    assert ici.client("qualite").post(adresse("audit_commencer", interne), {"le": HIER}).status_code == 302
    with pytest.raises(GesteImpossible, match="Mené le .* déjà fait"):
        gestes.commencer(interne, le=HIER, par=ici.hab["qualite"])
    with pytest.raises(GesteImpossible, match="En cours .* ne se fait plus"):
        gestes.renoncer(interne, par=ici.hab["direction"])


def test_qui_a_quitte_l_equipe_ne_commence_plus(interne, ici):
    Audit.objects.update(mene_le=None)
    Habilitation.objects.filter(pk=ici.hab["qualite"].pk).update(retiree_le=timezone.now())
    with pytest.raises(GesteImpossible, match="ne peut pas mener"):
        gestes.commencer(interne, le=HIER, par=ici.hab["qualite"])


def test_la_grille_dit_le_texte_les_nombres_et_les_questions(interne, ici, referentiel):
    referentiel('preuves: [{constat: "Où reçoit-on ?"}, {indicateur: delai_annonce}]')
    page = ici.client("ca").get(adresse("audit", interne))
    dit = page.content.decode()
    assert "Une exigence" in dit and "Où reçoit-on ?" in dit and "Martinelle" not in dit
    ((_, (ligne,)),) = page.context["chapitres"]
    assert (ligne.dite["code"], ligne.est_vue, ligne.form) == ("1a", False, None)


def test_un_nombre_ou_l_on_reconnaitrait_quelqu_un_ne_se_dit_pas(interne, ici, embauchee):
    (preuve,) = ici.client("qualite").get(adresse("audit", interne)).context["chapitres"][0][1][0].points[0]["preuves"]
    assert preuve["mesure"] == "le nombre de premiers contacts n’est pas dit" and "atteint" not in preuve


def test_un_constat_se_note_se_corrige_et_s_ote_depuis_la_grille(interne, ici):
    client = ici.client("qualite")
    refus = client.post(adresse("audit_constater", interne), {"nature": "", "point": "1a", "texte": "Bon accueil"})
    assert refus.status_code == 400 and "Bon accueil" in refus.content.decode()
    assert client.post(adresse("audit_constater", interne), {"nature": "force", "point": "1a", "texte": "Bon"}).status_code == 302
    constat = Constat.objects.get()
    client.post(adresse("constat", constat), {"nature": "progres", "point": "1a", "texte": "Mieux"})
    constat.refresh_from_db()
    assert (constat.nature, constat.texte) == ("progres", "Mieux")
    assert ici.client("direction").get(adresse("constat", constat)).status_code == 404
    client.post(adresse("constat_retirer", constat))
    assert not Constat.objects.exists()


@pytest.mark.parametrize("point", ["1a-1", "2.1a", "inventé"])
def test_un_constat_porte_sur_un_point_exige_et_audite(interne, ici, point):
    reponse = ici.client("qualite").post(adresse("audit_constater", interne), {"nature": "force", "point": point, "texte": "Vu"})
    assert reponse.status_code == 400 and not Constat.objects.exists()
    with pytest.raises(GesteImpossible, match="pas audité"):
        gestes.constater(Constat(audit=interne, point=point, nature="force", texte="Vu"), par=ici.hab["qualite"])


def test_un_audit_ne_se_clot_pas_sur_ce_qui_n_est_pas_vu(interne, ici):
    reponse = ici.client("qualite").post(adresse("audit_clore", interne), {"synthese": "L’essentiel"})
    assert reponse.status_code == 400 and "Il reste à voir : 1a." in str(reponse.context["clore"].errors)
    assert "L’essentiel" in reponse.content.decode()
    gestes.ne_rien_signaler(interne, specification="1a", par=ici.hab["qualite"])
    assert gestes.clore(interne, synthese="", par=ici.hab["qualite"]).etat == Audit.Etat.CLOS


def test_rien_a_signaler_et_un_constat_ne_vont_pas_ensemble(interne, ici):
    gestes.ne_rien_signaler(interne, specification="1a", par=ici.hab["qualite"])
    constater(interne, ici)
    interne.refresh_from_db()
    assert interne.sans_constat == []
    with pytest.raises(GesteImpossible, match="déjà constaté"):
        gestes.ne_rien_signaler(interne, specification="1a", par=ici.hab["qualite"])
    with pytest.raises(GesteImpossible, match="n’est pas auditée"):
        gestes.ne_rien_signaler(interne, specification="9z", par=ici.hab["qualite"])


def test_clos_il_garde_les_verdicts_de_son_jour_et_ne_change_plus(interne, ici, referentiel):
    referentiel('preuves: [{constat: "Où reçoit-on ?"}]')
    clore(interne, ici)
    Appreciation.objects.create(organisation=ici.organisation, point="1a", valeur="satisfait", le=HIER)
    page = ici.client("qualite").get(adresse("audit", interne))
    assert page.context["chapitres"][0][1][0].verdict == "a_constater", "un fait arrivé depuis n’y change rien"
    constat = Constat.objects.get()
    for geste in (
        lambda: gestes.constater(constat, par=ici.hab["qualite"]),
        lambda: gestes.retirer(constat, par=ici.hab["qualite"]),
        lambda: gestes.clore(interne, synthese="", par=ici.hab["qualite"]),
        lambda: gestes.nommer(interne, auditeur=ici.hab["direction"].compte, par=ici.hab["qualite"]),
        lambda: gestes.ne_rien_signaler(interne, specification="1a", par=ici.hab["qualite"]),
    ):
        with pytest.raises(GesteImpossible, match="Clos"):
            geste()
    for route in ("constat", "constat_retirer"):
        assert ici.client("qualite").post(adresse(route, constat), {}).status_code == 404


def test_le_rapport_est_un_pdf_et_toujours_le_meme(interne, ici, monkeypatch):
    assert ici.client("qualite").post(adresse("audit_rapport", interne)).status_code == 404
    clore(interne, ici)
    recus = []
    monkeypatch.setattr("cedre.certification.views.audits.composer", lambda *args, **_: recus.append(args[1]) or b"%PDF")
    for role in ("qualite", "ca"):
        assert ici.client(role).post(adresse("audit_rapport", interne)).content == b"%PDF"
        assert Trace.objects.filter(objet="audit", geste="exporter", compte=ici.hab[role].compte).count() == 1
    assert recus[0] == recus[1]
    assert [(n["libelle"], len(n["constats"])) for n in recus[0]["natures"]] == [
        ("Forces", 0),
        ("Pistes de progrès", 0),
        ("Écarts", 1),
    ]


def test_le_gabarit_du_rapport_se_compile(interne, ici):
    clore(interne, ici)
    reponse = ici.client("direction").post(adresse("audit_rapport", interne))
    assert reponse.content.startswith(b"%PDF") and f"audit-{HIER:%Y-%m-%d}.pdf" in reponse["Content-Disposition"]


def test_un_ecart_demande_une_action_que_le_constat_garde(interne, ici):
    clore(interne, ici)
    constat = Constat.objects.get()
    client = ici.client("direction")
    page = client.get(adresse("constat_action", constat))
    form = page.context["form"]
    assert constat.texte in page.content.decode(), "le constat se relit pendant que l’on décide"
    assert (
        form["origine"].value() == "audit" and "1 a" in form["reference"].value() and "Audit interne" in form["reference"].value()
    )
    envoi = {c.name: c.value() for c in form if c.value() is not None}
    envoi |= {"quoi": "Dire le délai", "qui": ici.hab["cip"].compte_id, "echeance": AUJOURDHUI() + timedelta(days=9)}
    client.post(adresse("constat_action", constat), envoi)
    constat.refresh_from_db()
    assert constat.action == ActionAmelioration.objects.get(origine="audit", point="1a"), "le plan d’action la montre"
    assert client.get(adresse("constat_action", constat)).status_code == 404, "une action par constat"
    with pytest.raises(GesteImpossible, match="déjà décidée"):
        gestes.decider_d_un_constat(constat, gestes.action_proposee(constat), champs=[], par=ici.hab["direction"])
    (audit,) = client.get(reverse("certification:audits")).context["page"]
    assert (audit.nombre, audit.ecarts, audit.agis) == (1, 1, 1)


def test_rien_ne_se_decide_d_un_audit_ouvert(interne, ici):
    constat = constater(interne, ici)
    assert ici.client("direction").get(adresse("constat_action", constat)).status_code == 404
    with pytest.raises(GesteImpossible, match="une fois l’audit clos"):
        gestes.decider_d_un_constat(constat, gestes.action_proposee(constat), champs=[], par=ici.hab["direction"])


def test_les_audits_d_une_periode_pour_la_revue_annuelle(interne, ici):
    clore(interne, ici)
    jour, un = AUJOURDHUI(), timedelta(days=1)
    periodes = {(jour, jour): 1, (jour - un, jour): 1, (jour - 9 * un, jour - un): 0, (jour + un, jour + 9 * un): 0}
    for (du, au), attendus in periodes.items():
        assert Audit.objects.pour(ici.hab["ca"]).clos(du=du, au=au).count() == attendus


def test_une_grille_se_lit_en_autant_de_requetes_quel_que_soit_le_nombre_de_constats(interne, ici, django_assert_max_num_queries):
    client = ici.client("qualite")
    with django_assert_max_num_queries(15) as avant:  # deux de plus quand la visite est d’une fin de mois, déjà figée
        client.get(adresse("audit", interne))
    for rang in range(12):
        constater(interne, ici, texte=f"Constat {rang}")
    with django_assert_max_num_queries(len(avant)):
        client.get(adresse("audit", interne))


def test_on_change_de_personne_mais_jamais_pour_l_auditee(interne, ici):
    choix = ici.client("direction").get(adresse("audit_auditeur", interne)).context["form"].fields["auditeur"].queryset
    assert interne.audite not in choix and ici.hab["direction"].compte in choix
    with pytest.raises(GesteImpossible, match="soi-même"):
        gestes.nommer(interne, auditeur=interne.audite, par=ici.hab["direction"])
    assert ici.client("cip").get(adresse("audit_auditeur", interne)).status_code == 403


def test_ce_que_chacun_a_a_faire_d_un_audit_se_dit_aujourd_hui_et_sa_liste_en_dit_autant(interne, ici):
    def dites(role):
        client = ici.client(role)
        tuiles = [t for t in client.get("/").context["rappels"] if "audit" in t.libelle.lower()]
        for tuile in tuiles:
            page = client.get(tuile.adresse)
            assert len(page.context["page"]) + len(page.context["ailleurs"]) == tuile.nombre
        return {t.libelle for t in tuiles}

    assert (dites("qualite"), dites("direction")) == ({"Audits à mener"}, set()), "à qui le mène"
    clore(interne, ici)
    assert dites("qualite") == dites("direction") == {"Audits dont un écart est à traiter"} and not dites("cip")
    Constat.objects.update(nature="force")
    assert not dites("direction")
    assert ici.client("direction").get(adresse("constat_action", Constat.objects.get())).status_code == 404


def test_un_refus_se_lit_meme_quand_son_formulaire_n_est_plus_la(interne, ici):
    refus = ici.client("qualite").post(adresse("audit_commencer", interne), {"le": HIER})
    assert refus.status_code == 400 and "Mené le" in refus.content.decode(), "un double clic"
    clore(interne, ici)
    assert "Clos le" in ici.client("qualite").post(adresse("audit_clore", interne), {}).content.decode()


def test_l_audit_se_mene_sur_l_edition_du_jour(interne, ici):
    Audit.objects.update(mene_le=None, edition="d’avant")
    reponse = ici.client("qualite").post(adresse("audit_commencer", interne), {"le": HIER})
    assert "s’applique l’édition essai" in str(reponse.context["commencer"].errors["le"])
