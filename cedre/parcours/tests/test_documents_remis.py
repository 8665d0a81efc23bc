"""Ce que chaque document remis à la personne dit : sa date, sa version, qui a signé et quand (INS-2, INS-7)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Bilan, Engagement
from cedre.parcours.operations import bilans, remises
from cedre.parcours.tests.test_bilans import clore
from cedre.parcours.tests.test_remises import dessin, png

UN_JOUR = timedelta(days=1)


@pytest.fixture
def composes(monkeypatch):
    """Ce que les vues donnent au document, au lieu de le composer : son gabarit, ses données, chez qui."""
    vus = []

    def noter(gabarit, donnees, *, chez):
        vus.append((gabarit.rpartition("/")[2], donnees, chez))
        return b"%PDF-"

    for vue in ("bilans", "engagements", "remises", "au_travail"):
        monkeypatch.setattr(f"cedre.parcours.views.{vue}.composer", noter)
    return vus


def demander(client, route, pk):
    return client.get(reverse(f"parcours:{route}", args=[pk]))


def test_l_engagement_imprime_est_date_du_jour_et_celui_que_l_on_a_remis_du_jour_de_la_remise(embauchee, cip, composes):
    hier = timezone.localdate() - UN_JOUR
    remise = remises.remettre(embauchee.engagement, le=hier, mode="courrier", par=embauchee.hab["cip"])
    Engagement.objects.update(version=7)
    for route, pk in (("engagement_pdf", embauchee.engagement.pk), ("remise_pdf", remise.pk)):
        reponse = demander(cip, route, pk)
        assert f"{route.removesuffix('_pdf')}-{pk}.pdf" in reponse["Content-Disposition"]
    (gabarit, imprime, chez), (autre, remis, _) = composes
    assert (gabarit, autre, chez) == ("engagement.typ", "engagement.typ", embauchee.organisation.pk)
    assert (imprime["le"], imprime["version"]) == (timezone.localdate(), 7)
    assert (remis["le"], remis["version"], remis["signee_le"], remis["signature"]) == (hier, 1, None, None)


def test_le_compte_rendu_imprime_est_celui_du_bilan_et_porte_son_jour(embauchee, cip, composes):
    le = timezone.localdate() - 2 * UN_JOUR
    clore(embauchee, le=le)
    remise = bilans.remettre(embauchee.bilan, le=le + UN_JOUR, mode="courrier", par=embauchee.hab["cip"])
    demander(cip, "bilan_pdf", embauchee.bilan.pk)
    demander(cip, "remise_pdf", remise.pk)
    (gabarit, imprime, _), (autre, remis, _) = composes
    assert (gabarit, autre) == ("bilan.typ", "bilan.typ")
    assert (imprime["le"], imprime["suite"]) == (le.isoformat(), "La sortie")
    assert remis["le"] == le + UN_JOUR


def test_signe_plus_tard_le_document_dit_le_jour_de_la_signature_a_l_heure_de_la_structure(embauchee, cip, composes):
    remise = embauchee.engagement.remises.get()
    par = embauchee.hab["cip"]
    remises.signer(remise, signature=ContentFile(png(), name="signature.png"), par=par)
    remise.refresh_from_db()
    assert timezone.now() - remise.signee_le < timedelta(minutes=1)
    traces = Trace.objects.filter(objet_id=remise.pk, personne_id=embauchee.personne.pk, objet=remise._meta.verbose_name)
    assert [(t.geste, t.detail) for t in traces.exclude(geste="consulter")] == [("modifier", "signée")]
    with pytest.raises(GesteImpossible, match="déjà signé"):
        remises.signer(remise, signature=ContentFile(png(), name="signature.png"), par=par)
    remise.signee_le = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # le 2 mars, en France
    remise.save()
    demander(cip, "remise_pdf", remise.pk)
    (_, remis, _), *_ = composes
    assert (remis["signee_le"].day, bytes(remis["signature"])) == (2, png())


def test_un_papier_scanne_ne_s_imprime_pas_dans_le_document_mais_se_telecharge(embauchee, cip, composes):
    remise = embauchee.engagement.remises.get()
    remises.signer(remise, signature=ContentFile(b"%PDF-1.4 signe", name="signature.pdf"), par=embauchee.hab["cip"])
    demander(cip, "remise_pdf", remise.pk)
    (_, remis, _), *_ = composes
    assert remis["signature"] is None and remis["signee_le"]
    fichier = demander(cip, "remise_signature", remise.pk)
    assert (fichier.content, fichier["Content-Type"]) == (b"%PDF-1.4 signe", "application/pdf")
    assert demander(cip, "remise", remise.pk).context["image"] is False


def test_sans_signature_il_n_y_a_rien_a_telecharger(embauchee, cip):
    assert demander(cip, "remise_signature", embauchee.engagement.remises.get().pk).status_code == 404


def test_signer_en_remettant_garde_la_remise_sa_trace_et_sa_signature(embauchee, cip):
    embauchee.engagement.remises.all().delete()
    adresse = reverse("parcours:engagement_remettre", args=[embauchee.engagement.pk])
    assert [cip.get(adresse).context["form"][nom].value() for nom in ("le", "mode")] == [timezone.localdate(), "main_propre"]
    cip.post(adresse, {"le": timezone.localdate(), "mode": "espace", "dessin": dessin(png())})
    remise = embauchee.engagement.remises.get()
    assert (remise.mode, remise.par, remise.personne) == ("espace", embauchee.hab["cip"].compte, embauchee.personne)
    traces = Trace.objects.filter(objet_id=remise.pk, objet=remise._meta.verbose_name).exclude(geste="consulter").order_by("pk")
    assert [(t.geste, t.detail) for t in traces] == [("creer", "Dans son espace"), ("modifier", "signée")]
    page = demander(cip, "remise", remise.pk)
    assert page.context["image"] is True
    assert "Signée" in cip.get(embauchee.engagement.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("debut", "cree", "le", "refuse"), [(5, 0, -1, True), (5, 0, 0, False), (-9, 0, -9, False), (-9, 0, -10, True)]
)
def test_on_remet_des_que_l_engagement_est_ecrit_ou_commence_et_pas_avant(embauchee, debut, cree, le, refuse):
    jour = timezone.localdate()
    Engagement.objects.update(debut=jour + debut * UN_JOUR, cree_le=timezone.now() + cree * UN_JOUR)
    dit = {"le": jour + le * UN_JOUR, "mode": "courrier", "par": embauchee.hab["cip"]}
    if refuse:
        with pytest.raises(GesteImpossible, match="pas encore écrit") as refus:
            remises.remettre(embauchee.engagement, **dit)
        assert refus.value.champ == "le"
    else:
        assert remises.remettre(embauchee.engagement, **dit).le == dit["le"]


def test_la_fiche_de_liaison_se_compose_pour_la_structure_et_se_garde_sous_son_numero(embauchee, composes):
    mets = embauchee.mise_en_situation
    reponse = embauchee.client("mad").post(reverse("parcours:fiche_de_liaison", args=[mets.pk]))
    ((gabarit, donnees, chez),) = composes
    assert (gabarit, donnees["ou"], chez) == ("liaison.typ", mets.ou, embauchee.organisation.pk)
    assert f"fiche-de-liaison-{mets.pk}.pdf" in reponse["Content-Disposition"]


def test_rouvert_l_ecran_de_conclusion_repropose_la_suite_dite_et_le_jour_tenu(embauchee, cip):
    le = timezone.localdate() - 2 * UN_JOUR
    clore(embauchee, le=le)
    bilans.rouvrir(embauchee.bilan, motif="Une faute", par=embauchee.hab["cip"])
    form = demander(cip, "bilan_conclure", embauchee.bilan.pk).context["form"]
    bilan = Bilan.objects.get()
    assert (form["le"].value(), form["suite"].value(), form["suite_le"].value()) == (le, "sortie", bilan.suite_le)
    assert form["heure"].value() is None
