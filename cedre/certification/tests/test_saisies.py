"""Ce que la certification demande de saisir : ce qu'elle montre à côté, ce qu'elle refuse en le disant (CER-1, CER-3, AME-4)."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cedre.certification.models import Appreciation, Audit, Constat, EditionDeposee, ValeurDeParametre
from cedre.certification.operations import audits as gestes
from cedre.certification.tests.fictive import FICTIVE, PLUSIEURS
from cedre.certification.tests.reunies import prevue
from cedre.certification.tests.test_rapport_d_audit import auditer
from cedre.comptes.models import Trace
from cedre.core.templatetags.cedre import jour as en_clair
from cedre.parcours.models import Contact
from cedre.qualite.models import ActionAmelioration
from cedre.tests.ecran import lignes, principal, propre


def jour(decalage: int = 0) -> date:
    """Aujourd'hui, décalé d'autant de jours."""
    return timezone.localdate() + timedelta(days=decalage)


@pytest.mark.parametrize(
    "octets, refus",
    [
        (FICTIVE.encode(), ""),
        (FICTIVE.encode() + b"#", "Ce fichier dépasse 1 Mo."),
        (FICTIVE.encode("latin-1", "replace"), "Ce fichier n’est pas du texte en UTF-8."),
    ],
)
def test_un_fichier_d_edition_est_du_texte_d_un_mega_octet_au_plus(federation, monkeypatch, octets, refus):
    monkeypatch.setattr("cedre.certification.forms.editions.TAILLE_MAX", len(FICTIVE.encode()))
    envoi = {"fichier": SimpleUploadedFile("edition.yaml", octets)}
    reponse = federation.post(reverse("certification:deposer_edition"), envoi)
    dits = reponse.context["form"].errors.get("fichier", []) if reponse.context else []
    assert list(dits) == [refus] * bool(refus) and EditionDeposee.objects.exists() is not bool(refus)


def test_chaque_point_s_autoevalue_a_cote_de_ce_que_les_faits_disent_et_de_ses_actions(ici, referentiel):
    Contact.objects.update(delai_annonce=None)
    referentiel(**PLUSIEURS)
    Appreciation.objects.create(organisation=ici.organisation, point="1a", valeur="satisfait", le=jour(-3), commentaire="Dit")
    Appreciation.objects.create(organisation=ici.organisation, point="1b", valeur="insuffisant", le=jour(-3))
    Appreciation.objects.create(organisation=ici.organisation, point="2a", valeur="satisfait", le=jour(-3))
    ActionAmelioration.objects.create(
        organisation=ici.organisation, point="1b", quoi="Afficher", effet_attendu="x", qui=ici.qui, echeance=jour(4)
    )
    page = ici.client("qualite").get(reverse("certification:autoevaluation"))
    _, *points = principal(page).split("<fieldset")
    dits = [propre(point.partition(">")[2].partition("<label")[0]) for point in points]
    assert dits == [
        "1a Une exigence Insuffisant L’équipe dit autrement",
        "1b Une deuxième exigence Insuffisant Où reçoit-on ?",
        "1b-1 Par écrit À constater",
        "2a Une dernière exigence Satisfait Y revient-on ?",
    ]
    assert "1 divergence." in propre(principal(page))
    codes = ("1a", "1b", "1b-1", "2a")
    assert [f'name="decider" value="{code}"' in points[rang] for rang, code in enumerate(codes)] == [True, True, True, False]
    assert ["Afficher" in point for point in points] == [False, True, False, False]


def test_un_parametre_dit_son_unite_ses_valeurs_et_d_ou_elles_viennent(ici, referentiel):
    parametre = "moitie: {libelle: Nombre, unite: personnes, valeurs: [{du: 2020-01-01, valeur: 2, reference: § 1}]}"
    referentiel(**{parametre: "moitie: {libelle: Nombre propre, unite: ETP, propre_a_la_structure: true}"})
    ValeurDeParametre.objects.create(
        organisation=ici.organisation, parametre="moitie", du=jour(-9), valeur="1.5", reference="Avenant n° 3"
    )
    page = ici.client("qualite").get(reverse("certification:parametre", args=["moitie"]))
    assert "Nombre propre En ETP." in propre(principal(page))
    assert lignes(page) == [f"1,5 ETP à partir du {propre(en_clair(jour(-9)))} Avenant n° 3"]


def test_d_un_audit_en_cours_la_page_dit_ce_qui_reste_puis_que_tout_est_vu(ici, referentiel):
    referentiel(**PLUSIEURS)
    audit, client = auditer(ici, champ=["1a", "1b"]), ici.client("qualite")
    adresse = reverse("certification:audit", args=[audit.pk])

    def dit():
        return propre(principal(client.get(adresse)))

    assert "Il reste 2 spécifications à voir" in dit() and "Tout est vu" not in dit()
    client.post(reverse("certification:audit_rien", args=[audit.pk]), {"specification": "1a"})
    assert "Il reste 1 spécification à voir" in dit() and "1a Une exigence Sans objet" in dit()
    client.post(reverse("certification:audit_constater", args=[audit.pk]), {"nature": "force", "point": "1b-1", "texte": "Écrit"})
    assert "Tout est vu" in dit() and "Écrit 1b-1 Force" in dit()
    assert client.post(reverse("certification:audit_clore", args=[audit.pk]), {"synthese": "Bien"}).status_code == 302
    audit.refresh_from_db()
    assert (audit.synthese, audit.clos_le, audit.mene_le) == ("Bien", jour(), jour(-6))
    assert {t.detail for t in Trace.objects.filter(objet="audit")} >= {"1a, rien à signaler", f"{audit}, clos"}


def test_un_constat_ne_se_note_que_sur_les_points_de_sa_specification_et_revient_a_celle_ci_s_il_est_refuse(ici, referentiel):
    referentiel(**PLUSIEURS)
    audit, client = auditer(ici, champ=["1a", "1b"]), ici.client("qualite")
    page = client.get(reverse("certification:audit", args=[audit.pk]))
    lignes_de = [une for _, unes in page.context["chapitres"] for une in unes]
    offerts = {une.dite["code"]: [code for code, _ in une.form.fields["point"].choices] for une in lignes_de}
    assert offerts == {"1a": ["1a"], "1b": ["1b", "1b-1"]}
    for geste in ("audit_constater", "audit_rien"):
        assert f'action="{reverse(f"certification:{geste}", args=[audit.pk])}#s-1b"' in principal(page)
    assert 'id="s-1b"' in principal(page)
    refus = client.post(reverse("certification:audit_constater", args=[audit.pk]), {"nature": "", "point": "1b-1", "texte": "Vu"})
    (fautive,) = [une for _, u in refus.context["chapitres"] for une in u if une.form.errors]
    assert fautive.dite["code"] == "1b" and not audit.constats.exists()
    assert [code for code, _ in fautive.form.fields["point"].choices] == ["1b", "1b-1"]
    assert (fautive.form["texte"].auto_id, fautive.form["texte"].value()) == ("id_1b_texte", "Vu")
    dit = "Il reste quelque chose à corriger ci-dessous. Rien de ce que vous avez saisi n’est perdu. Ce que c’est"
    assert dit in propre(principal(refus)).partition("Qui audite")[0]


def test_d_un_constat_corrige_on_revient_a_son_audit_et_d_un_constat_clos_a_son_action(ici, referentiel):
    referentiel()
    audit, client = auditer(ici), ici.client("qualite")
    autre = auditer(ici, prevu_le=jour(-3))
    constat = gestes.constater(Constat(audit=audit, point="1a", nature="ecart", texte="Tu"), par=ici.hab["qualite"])
    retour = reverse("certification:audit", args=[audit.pk])
    adresse = reverse("certification:constat", args=[constat.pk])
    assert f'href="{retour}"' in principal(client.get(adresse))
    assert client.post(adresse, {"nature": "ecart", "point": "1a", "texte": "Pas dit"}).url == retour
    gestes.clore(audit, synthese="", par=ici.hab["qualite"])
    saisie = {"quoi": "Dire", "effet_attendu": "Dit", "qui": ici.qui.pk, "echeance": jour(9), "origine": "audit"}
    page = client.get(reverse("certification:constat_action", args=[constat.pk]))
    assert "Écart, 1a : Pas dit" in propre(principal(page))
    assert client.post(reverse("certification:constat_action", args=[constat.pk]), saisie).url == retour
    constat.refresh_from_db()
    assert (constat.action.organisation, constat.action.point) == (ici.organisation, "1a")
    assert f'href="{reverse("qualite:action", args=[constat.action_id])}"' in principal(client.get(retour))
    assert not autre.constats.exists() and Audit.objects.filter(clos_le=None).get() == autre


def test_d_une_reunion_une_action_decidee_y_ramene_et_s_y_lit_avec_qui_et_quand(ici, qualite):
    reunion, autre = prevue(ici), prevue(ici)
    adresse = reverse("certification:reunion_action", args=[reunion.pk])
    form = qualite.get(adresse).context["form"]
    assert (form["origine"].value(), form["reference"].value()) == ("reunion", str(reunion))
    saisie = {"quoi": "Relancer", "effet_attendu": "Mieux", "qui": ici.qui.pk, "echeance": jour(9), "origine": "reunion"}
    page = reverse("certification:reunion", args=[reunion.pk])
    assert qualite.post(adresse, saisie).url == page
    (action,) = reunion.decisions.all()
    assert (action.decidee_le, action.organisation) == (jour(), ici.organisation) and not autre.decisions.exists()
    lue = principal(qualite.get(page))
    assert f'href="{reverse("qualite:action", args=[action.pk])}"' in lue
    assert f"Cip Ici, pour le {propre(en_clair(jour(9)))}" in propre(lue)
