"""Un audit croisé n'ouvre qu'une porte : à la personne nommée, sur cet audit, le temps de le mener (AME-4, CER-9)."""

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from cedre.certification.models import Audit, Constat, Document
from cedre.certification.operations import audits as gestes
from cedre.certification.tests.fictive import prouver
from cedre.comptes.models import Deplacement, Habilitation, Trace
from cedre.conftest import creer_structure
from cedre.core.refus import GesteImpossible
from cedre.qualite.models import VersionDuManuel
from cedre.tests.ecran import ecran

AUJOURDHUI = timezone.localdate
HIER = AUJOURDHUI() - timedelta(days=1)
LECTURES = ("audit", "audit_auditeur", "audit_passe")
ENVOIS = (
    *("audit_decliner", "audit_renoncer", "audit_commencer", "audit_constater", "audit_rien", "audit_clore"),
    *("audit_manuel", "audit_rapport"),
)
RESERVES = ("audit_auditeur", "audit_decliner", "audit_renoncer")  # à qui tient la qualité : refusés avant même de chercher


def adresse(geste: str, ligne) -> str:
    return reverse(f"certification:{geste}", args=[ligne.pk])


@pytest.fixture
def tierce(reseau):
    """Une troisième structure, qui n'a rien à y voir."""
    return creer_structure("tierce", reseau[1][1], "Quelconque")


@pytest.fixture
def demande(ici, ailleurs, referentiel) -> Audit:
    """Ici demande à ailleurs de venir l'auditer ; la CIP d'ici en répondra."""
    referentiel()
    return Audit.objects.create(
        organisation=ici.organisation,
        nature="croise",
        structure_auditrice=ailleurs.organisation,
        audite=ici.hab["cip"].compte,
        edition="essai",
        champ=["1a"],
        demande_le=HIER - timedelta(days=9),
        prevu_le=HIER,
    )


@pytest.fixture
def accepte(demande, ailleurs) -> Audit:
    """La référente qualité d'ailleurs viendra."""
    return gestes.nommer(demande, auditeur=ailleurs.hab["qualite"].compte, par=ailleurs.hab["direction"])


@pytest.fixture
def commence(accepte, ailleurs) -> Audit:
    return gestes.commencer(accepte, le=HIER, par=ailleurs.hab["qualite"])


@pytest.fixture
def clos(commence, ailleurs) -> Audit:
    gestes.constater(Constat(audit=commence, point="1a", nature="ecart", texte="Délai tu"), par=ailleurs.hab["qualite"])
    return gestes.clore(commence, synthese="Belle équipe", par=ailleurs.hab["qualite"])


def test_on_choisit_une_structure_jamais_une_personne_d_ailleurs(ici, ailleurs, referentiel):
    referentiel()
    page = ici.client("qualite").get(reverse("certification:audit_croiser"))
    form = page.context["form"]
    assert list(form.fields["structure_auditrice"].queryset) == [ailleurs.organisation], "ni soi, ni région, ni fédération"
    assert "Qualite Ailleurs" not in page.content.decode() and "auditeur" not in form.fields
    envoi = {"structure_auditrice": ailleurs.organisation.pk, "audite": ici.hab["cip"].compte_id}
    envoi |= {"prevu_le": AUJOURDHUI(), "chapitres": ["1"]}
    page = ici.client("qualite").post(reverse("certification:audit_croiser"), envoi, follow=True).content.decode()
    assert "La demande est envoyée" in page and "à l’agenda" not in page
    audit = Audit.objects.get()
    assert (audit.nature, audit.structure_auditrice, audit.etat) == ("croise", ailleurs.organisation, Audit.Etat.DEMANDE)
    soi = ici.client("qualite").post(reverse("certification:audit_croiser"), envoi | {"structure_auditrice": ici.organisation.pk})
    assert "structure_auditrice" in soi.context["form"].errors


@pytest.mark.parametrize("role", ["qualite", "direction"])
def test_la_demande_se_lit_chez_l_autre_structure_qui_nomme_l_un_des_siens(demande, ici, ailleurs, role):
    client = ailleurs.client(role)
    assert list(client.get(reverse("certification:audits")).context["ailleurs"]) == [demande]
    assert "chapitres" not in client.get(adresse("audit", demande)).context
    choix = client.get(adresse("audit_auditeur", demande)).context["form"].fields["auditeur"].queryset
    assert set(choix) == {ailleurs.hab["qualite"].compte, ailleurs.hab["direction"].compte}
    client.post(adresse("audit_auditeur", demande), {"auditeur": ailleurs.hab["qualite"].compte_id})
    demande.refresh_from_db()
    assert demande.auditeur == ailleurs.hab["qualite"].compte
    assert Trace.objects.filter(objet="audit", organisation=ici.organisation).exists(), "la trace se lit aussi ici"


def test_une_demande_se_dit_aujourd_hui_a_qui_doit_y_repondre(demande, ici, ailleurs):
    def dites(monde):
        return [
            (t.libelle, t.nombre, t.adresse) for t in monde.client("qualite").get("/").context["rappels"] if "audit" in t.libelle
        ]

    assert not dites(ici)
    ((libelle, nombre, la_liste),) = dites(ailleurs)
    page = ailleurs.client("qualite").get(la_liste)
    assert (libelle, nombre, [*page.context["ailleurs"]]) == ("Demandes d’audit à répondre", 1, [demande])
    gestes.nommer(demande, auditeur=ailleurs.hab["direction"].compte, par=ailleurs.hab["direction"])
    assert not dites(ailleurs) and not ailleurs.client("qualite").get(la_liste).context["ailleurs"]


def test_la_structure_auditee_ne_nomme_pas_qui_vient(demande, ici, ailleurs):
    assert ici.client("direction").get(adresse("audit_auditeur", demande)).status_code == 404
    with pytest.raises(GesteImpossible, match="structure qui audite"):
        gestes.nommer(demande, auditeur=ailleurs.hab["qualite"].compte, par=ici.hab["direction"])


@pytest.mark.parametrize("role", ["cip", "accueil", "mad", "ca"])
def test_qui_ne_tient_pas_la_qualite_chez_l_autre_n_en_sait_rien(accepte, ailleurs, role):
    assert not Audit.objects.pour(ailleurs.hab[role]).exists()
    assert ailleurs.client(role).get(adresse("audit", accepte)).status_code == 404
    with pytest.raises(GesteImpossible, match="ne peut pas mener"):
        gestes.nommer(accepte, auditeur=ailleurs.hab[role].compte, par=ailleurs.hab["direction"])


def test_un_membre_de_la_structure_auditee_ne_l_audite_pas_au_nom_d_une_autre(demande, ici, ailleurs):
    des_deux = Habilitation.objects.create(compte=ici.hab["ca"].compte, organisation=ailleurs.organisation, role="direction")
    assert des_deux.compte not in gestes.auditeurs_possibles(demande, ailleurs.hab["direction"])
    with pytest.raises(GesteImpossible, match="ne peut pas mener"):
        gestes.nommer(demande, auditeur=des_deux.compte, par=ailleurs.hab["direction"])
    Habilitation.objects.filter(pk=ici.hab["ca"].pk).update(retiree_le=timezone.now())
    assert gestes.nommer(demande, auditeur=des_deux.compte, par=ailleurs.hab["direction"]).auditeur == des_deux.compte


def test_qui_rejoint_la_structure_auditee_ne_commence_plus(accepte, ici, ailleurs):
    Habilitation.objects.create(compte=ailleurs.hab["qualite"].compte, organisation=ici.organisation, role="ca")
    with pytest.raises(GesteImpossible, match="ne peut pas mener"):
        gestes.commencer(accepte, le=HIER, par=ailleurs.hab["qualite"])


@pytest.mark.parametrize("moment", ["demande", "accepte", "commence", "clos"])
def test_une_troisieme_structure_n_en_trouve_rien(request, tierce, ici, ailleurs, moment):
    audit = request.getfixturevalue(moment)
    constats = list(audit.constats.all())
    for role in ("qualite", "direction", "cip", "ca"):
        client = tierce.client(role)
        for route in (*LECTURES, *ENVOIS):
            code = client.post(adresse(route, audit), {"le": HIER, "synthese": "", "auditeur": 1}).status_code
            assert code == 404 or (code == 403 and role in ("cip", "ca") and route in RESERVES), route
        for route in ("audit", "audit_auditeur"):
            assert client.get(adresse(route, audit)).status_code in (403, 404)
        for constat in constats:
            for route in ("constat", "constat_retirer", "constat_action"):
                assert client.post(adresse(route, constat)).status_code in (403, 404)
        assert b"Structure Ici" not in client.get(reverse("certification:audits")).content


def test_avant_de_commencer_on_lit_le_manuel_et_pas_encore_la_grille(embauchee, accepte, ailleurs, monkeypatch):
    monkeypatch.setattr(VersionDuManuel, "lire_le_fichier", lambda version: b"%PDF manuel")
    auditeur, autre = ailleurs.client("qualite"), ailleurs.client("direction")
    page = auditeur.get(adresse("audit", accepte))
    assert page.context["manuel"] and "chapitres" not in page.context
    recu = auditeur.post(adresse("audit_manuel", accepte))
    assert (recu.content, recu["Content-Type"]) == (b"%PDF manuel", "application/pdf")
    numero = embauchee.version.numero
    assert f'"manuel-qualite-version-{numero}.pdf"' in recu["Content-Disposition"]
    lus = Trace.objects.filter(geste="exporter", detail=f"{accepte}, manuel, version {numero}")
    lus = lus.values_list("organisation__nom", flat=True)
    assert sorted(lus) == sorted([str(accepte.organisation), str(ailleurs.organisation)]), "tracé des deux côtés"
    assert autre.post(adresse("audit_manuel", accepte)).status_code == 404, "sa direction n’audite pas"
    assert auditeur.post(reverse("qualite:version_pdf", args=[embauchee.version.pk])).status_code == 404


def test_un_manuel_dont_le_fichier_manque_le_dit_et_ne_laisse_pas_de_trace(embauchee, accepte, ailleurs, monkeypatch):
    def perdu(version):
        raise GesteImpossible("Le fichier a disparu.")

    monkeypatch.setattr(VersionDuManuel, "lire_le_fichier", perdu)
    reponse = ailleurs.client("qualite").post(adresse("audit_manuel", accepte))
    assert (reponse.url, [str(m) for m in get_messages(reponse.wsgi_request)]) == (
        adresse("audit", accepte),
        ["Le fichier a disparu."],
    )
    assert not Trace.objects.filter(geste="exporter").exists()


def test_sans_manuel_publie_il_n_y_a_rien_a_lire(accepte, ailleurs):
    client = ailleurs.client("qualite")
    assert client.post(adresse("audit_manuel", accepte)).status_code == 404
    assert "Aucun manuel n’est publié" in client.get(adresse("audit", accepte)).content.decode()


def test_seule_la_personne_nommee_lit_la_grille(commence, ici, ailleurs):
    assert "chapitres" in ailleurs.client("qualite").get(adresse("audit", commence)).context
    assert "chapitres" not in ailleurs.client("direction").get(adresse("audit", commence)).context
    assert "chapitres" in ici.client("ca").get(adresse("audit", commence)).context


def test_qui_audite_n_atteint_ni_dossier_ni_document_ni_conformite(embauchee, commence, ailleurs):
    prouver(embauchee)
    client, document = ailleurs.client("qualite"), Document.objects.get(organisation=embauchee.organisation)
    interdits = [
        ("parcours:personne", embauchee.personne.pk),
        ("certification:document", document.pk),
        ("certification:revision", document.revisions.get().pk),
        ("qualite:version", embauchee.version.pk),
        ("qualite:reclamation", embauchee.reclamation.pk),
        ("qualite:action", embauchee.action.pk),
        ("qualite:procedure", embauchee.procedure.pk),
        ("regulation:regulation", embauchee.regulation.pk),
    ]
    for route, pk in interdits:
        assert client.get(reverse(route, args=[pk])).status_code == 404, route
    assert "Martinelle" not in client.get(adresse("audit", commence)).content.decode()
    assert client.get(reverse("certification:conformite")).context["habilitation"].organisation == ailleurs.organisation
    interne = Audit.objects.get(organisation=embauchee.organisation, nature="interne")
    assert client.get(adresse("audit", interne)).status_code == 404, "les autres audits d’ici ne sont pas les siens"


def changer_le_passe(monde, **deplace) -> Trace:
    """Un contrat corrigé, qui déplace une mesure de la structure."""
    geste = {"geste": Trace.Geste.MODIFIER, "objet": "contrat de travail", "motif": "date", "depuis": date(2025, 3, 12)}
    qui = {"compte": monde.hab["cip"].compte, "role": "cip", "personne_id": 424242}
    trace = Trace.objects.create(organisation=monde.organisation, **qui, **geste)
    compte = {"code": "salaries_engages", "mois": date(2025, 3, 31), "total_avant": 41, "total_apres": 40} | deplace
    Deplacement.objects.create(trace=trace, **{"atteint_avant": 38, "atteint_apres": 24} | compte)
    return trace


def test_qui_audite_lit_ce_qui_a_change_le_passe_sans_nom_ni_petit_nombre(commence, ici, ailleurs):
    changer_le_passe(ici)
    changer_le_passe(ailleurs, total_avant=777)
    assert adresse("audit_passe", commence) in ailleurs.client("qualite").get(adresse("audit", commence)).content.decode()
    page = ailleurs.client("qualite").get(adresse("audit_passe", commence))
    dit = ecran(page)  # et non son code, où un jeton ou un numéro de ligne peut tomber sur 777
    assert [trace.organisation_id for trace, _ in page.context["montres"]] == [ici.organisation.pk]
    assert "La date était fausse" in dit and "mars 2025" in dit and "a bougé" in dit
    for tu in ("424242", "12/03/2025", "Cip Ici", "environ", "24 sur", "38 sur", "sur 41", "sur 40", "777"):
        assert tu not in dit, tu
    assert ici.client("direction").get(adresse("audit_passe", commence)).status_code == 404, "elle a sa page"
    assert ailleurs.client("direction").get(adresse("audit_passe", commence)).status_code == 404, "elle n’audite pas"


@pytest.mark.parametrize("moment", ["accepte", "clos"])
def test_ce_qui_a_change_le_passe_se_lit_le_temps_de_l_audit(request, ici, ailleurs, moment):
    audit = request.getfixturevalue(moment)
    assert ailleurs.client("qualite").get(adresse("audit_passe", audit)).status_code == 404
    assert adresse("audit_passe", audit) not in ailleurs.client("qualite").get(adresse("audit", audit)).content.decode()


def test_le_document_qui_prouve_ne_se_nomme_pas(commence, ici, ailleurs, referentiel):
    referentiel("preuves: [{document: Projet associatif}]")
    prouver(ici)
    Document.objects.update(points=["1a"], intitule="Intitulé d’ici")
    dit = ailleurs.client("qualite").get(adresse("audit", commence)).content.decode()
    assert "un document le prouve" in dit and "Intitulé d’ici" not in dit


def test_l_auditee_ne_constate_ni_ne_clot(commence, ici):
    for role in ("direction", "qualite", "cip"):  # la CIP est l'auditée
        client = ici.client(role)
        client.post(adresse("audit_constater", commence), {"nature": "force", "point": "1a", "texte": "Parfait"})
        client.post(adresse("audit_rien", commence), {"specification": "1a"})
        client.post(adresse("audit_clore", commence), {"synthese": ""})
        assert b"Noter un constat" not in client.get(adresse("audit", commence)).content
    commence.refresh_from_db()
    assert not commence.constats.exists() and not commence.sans_constat and not commence.clos_le


def test_l_auditee_lit_les_constats_mais_ne_les_touche_pas(commence, ici, ailleurs):
    constat = gestes.constater(Constat(audit=commence, point="1a", nature="ecart", texte="Tu"), par=ailleurs.hab["qualite"])
    assert "Tu" in ici.client("direction").get(adresse("audit", commence)).content.decode()
    for route in ("constat", "constat_retirer"):
        assert ici.client("direction").post(adresse(route, constat), {"texte": "Rien", "nature": "force"}).status_code == 404
    with pytest.raises(GesteImpossible, match="qui audite"):
        gestes.retirer(constat, par=ici.hab["direction"])


def test_clos_qui_l_a_mene_garde_son_rapport_et_rien_d_autre(embauchee, clos, ailleurs, monkeypatch):
    monkeypatch.setattr(VersionDuManuel, "lire_le_fichier", lambda version: b"%PDF manuel")
    client = ailleurs.client("qualite")
    assert "chapitres" in client.get(adresse("audit", clos)).context
    assert client.post(adresse("audit_rapport", clos)).content.startswith(b"%PDF")
    assert client.post(adresse("audit_manuel", clos)).status_code == 404
    constat = clos.constats.get()
    for route in ("constat", "constat_retirer", "constat_action"):
        assert client.post(adresse(route, constat), {"texte": "x", "nature": "force", "point": "1a"}).status_code == 404
    client.post(adresse("audit_constater", clos), {"nature": "force", "point": "1a", "texte": "Après coup"})
    assert clos.constats.get().texte == "Délai tu"
    direction = ailleurs.client("direction")
    assert direction.post(adresse("audit_rapport", clos)).status_code == 404, "le rapport n’est pas à sa structure (CER-9)"
    assert "Belle équipe" not in direction.get(adresse("audit", clos)).content.decode()


def test_une_action_se_decide_chez_l_auditee_et_ne_se_voit_pas_ailleurs(clos, ici, ailleurs):
    constat = clos.constats.get()
    with pytest.raises(GesteImpossible, match="structure auditée"):
        gestes.decider_d_un_constat(constat, gestes.action_proposee(constat), champs=[], par=ailleurs.hab["qualite"])
    action = gestes.action_proposee(constat)
    action.quoi, action.qui, action.echeance = "Former l’accueil", ici.hab["cip"].compte, AUJOURDHUI()
    gestes.decider_d_un_constat(constat, action, champs=[], par=ici.hab["qualite"])
    assert "Former l’accueil" in ici.client("qualite").get(adresse("audit", clos)).content.decode()
    assert "Former l’accueil" not in ailleurs.client("qualite").get(adresse("audit", clos)).content.decode()


def test_declinee_la_demande_ne_se_lit_plus_la_bas(demande, ici, ailleurs):
    with pytest.raises(GesteImpossible, match="structure sollicitée"):
        gestes.decliner(demande, par=ici.hab["direction"])
    ailleurs.client("direction").post(adresse("audit_decliner", demande))
    assert ailleurs.client("direction").get(adresse("audit", demande)).status_code == 404
    demande.refresh_from_db()
    assert demande.etat == Audit.Etat.DECLINE
    assert "Décliné" in ici.client("qualite").get(reverse("certification:audits")).content.decode()


def test_l_auditee_renonce_tant_que_rien_n_a_commence(accepte, ici, ailleurs):
    with pytest.raises(GesteImpossible, match="structure auditée"):
        gestes.renoncer(accepte, par=ailleurs.hab["qualite"])
    ici.client("qualite").post(adresse("audit_renoncer", accepte))
    assert not Audit.objects.exists()


def test_commence_il_va_a_son_terme(commence, ici, ailleurs):
    ici.client("qualite").post(adresse("audit_renoncer", commence))
    ailleurs.client("qualite").post(adresse("audit_decliner", commence))
    commence.refresh_from_db()
    assert commence.etat == Audit.Etat.EN_COURS


def test_une_habilitation_d_une_autre_structure_ne_donne_rien_a_qui_audite(commence, ailleurs, tierce):
    """Le même compte, au nom d'une troisième structure, ne voit rien."""
    autre = Habilitation.objects.create(compte=ailleurs.hab["qualite"].compte, organisation=tierce.organisation, role="direction")
    assert not Audit.objects.pour(autre).exists() and not Audit.objects.menes_par(autre).exists()


def test_un_constat_ne_se_lit_que_dans_son_audit(clos, ici, ailleurs, tierce):
    lisent = {"ici ca": ici.hab["ca"], "ailleurs qualite": ailleurs.hab["qualite"]}
    rien = {"ailleurs direction": ailleurs.hab["direction"], "tierce": tierce.hab["direction"], "salarié": ici.hab["salarie"]}
    assert all(Constat.objects.pour(hab).count() == 1 for hab in lisent.values())
    assert not any(Constat.objects.pour(hab).exists() for hab in rien.values())
    assert not Constat.objects.pour(None).exists() and not Audit.objects.pour(None).exists()
