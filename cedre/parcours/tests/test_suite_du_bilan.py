"""Du bilan au suivant : qui le conduit, ce que chaque geste laisse au dossier, où il mène (INS-7, § 2.2 c)."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.conftest import terme
from cedre.core.refus import GesteImpossible
from cedre.parcours.comptes_rendus import contenu, texte
from cedre.parcours.models import Bilan, Engagement, Objectif
from cedre.parcours.operations import bilans as gestes
from cedre.parcours.tests.test_bilans import clore, conclure, page, poster, regarder, saisie

UN_JOUR = timedelta(days=1)


def dit(bilan: Bilan) -> list[str]:
    """Ce que les traces disent de ce bilan, dans l'ordre."""
    traces = Trace.objects.filter(objet="entretien de bilan", objet_id=bilan.pk, personne_id=bilan.personne_id)
    return [f"{t.geste} {t.detail}".strip() for t in traces.exclude(geste="consulter").order_by("pk")]


def rendez_vous(monde, dans=12, **champs) -> dict:
    le = timezone.localdate() + dans * UN_JOUR
    return {"le": le, "heure": "09:30", "conduit_par": monde.hab["cip"].compte_id} | champs


# Le suivant


def test_prolonger_confie_le_bilan_suivant_a_qui_vient_de_mener_celui_ci_au_meme_lieu(embauchee, cip):
    embauchee.bilan.conduit_par, embauchee.bilan.lieu = embauchee.hab["direction"].compte, "Au local"
    embauchee.bilan.save()
    regarder(embauchee)
    conclure(cip, embauchee.bilan, suite="prolonger", suite_le=timezone.localdate() + 40 * UN_JOUR)
    suivant = embauchee.engagement.bilans.prevus().get()
    assert embauchee.engagement.conduit_par != suivant.conduit_par == embauchee.hab["direction"].compte
    assert (suivant.lieu, suivant.heure) == ("Au local", None)
    assert dit(suivant) == ["creer"]


def test_prolonge_deux_fois_le_bilan_suivant_n_est_toujours_qu_un_et_suit_le_dernier_choix(embauchee):
    clore(embauchee, suite="prolonger", dans=30)
    gestes.rouvrir(embauchee.bilan, motif="Trop loin", par=embauchee.hab["cip"])
    Bilan.objects.filter(pk=embauchee.bilan.pk).update(conduit_par=embauchee.hab["direction"].compte)
    regarder(embauchee)
    choix = {"le": timezone.localdate(), "suite": "prolonger", "suite_le": timezone.localdate() + 30 * UN_JOUR}
    gestes.conclure(embauchee.bilan, **choix, heure=time(8), par=embauchee.hab["cip"])
    suivant = embauchee.engagement.bilans.prevus().get()
    assert (suivant.heure, suivant.conduit_par) == (time(8), embauchee.hab["direction"].compte)
    assert dit(suivant) == ["creer"], "la date n’ayant pas changé, le rendez-vous non plus"


def test_apres_une_sortie_deja_dite_le_bilan_clos_se_relit(embauchee, cip):
    regarder(embauchee)
    embauchee.personne.phase = "sortie"
    embauchee.personne.save()
    reponse = conclure(cip, embauchee.bilan, suite="sortie", suite_le=timezone.localdate())
    assert reponse.url == reverse("parcours:bilan", args=[embauchee.bilan.pk])


def test_d_un_nouvel_engagement_le_bilan_clos_mene_a_son_projet_jusqu_a_la_sortie(embauchee, cip):
    clore(embauchee, suite="nouvel_engagement")
    construire = reverse("parcours:engagement_construire", args=[embauchee.personne.pk])
    assert construire in page(cip, "bilan", embauchee.bilan.pk).content.decode()
    Bilan.objects.filter(pk=embauchee.bilan.pk).update(suite="prolonger")
    assert construire not in page(cip, "bilan", embauchee.bilan.pk).content.decode()


# L'agenda


def test_prevoir_garde_qui_quand_et_ou_et_le_dit_au_dossier(embauchee, cip):
    gestes.annuler(embauchee.bilan, par=embauchee.hab["cip"])
    mercredi = timezone.localdate() + (16 - timezone.localdate().weekday()) * UN_JOUR  # un jour de fin de semaine se déplace
    Engagement.objects.update(bilan_le=mercredi)
    form = page(cip, "bilan_prevoir", embauchee.personne.pk).context["form"]
    assert form["le"].value() == mercredi
    assert form["conduit_par"].value() == embauchee.hab["cip"].compte_id
    envoi = rendez_vous(embauchee, lieu="Au local", conduit_par=embauchee.hab["direction"].compte_id)
    assert poster(cip, "bilan_prevoir", embauchee.personne.pk, **envoi).url == embauchee.personne.get_absolute_url()
    prevu = embauchee.engagement.bilans.prevus().get()
    assert (prevu.le, prevu.heure, prevu.lieu) == (envoi["le"], time(9, 30), "Au local")
    assert prevu.conduit_par == embauchee.hab["direction"].compte
    assert dit(prevu) == ["creer"]


def test_le_bilan_se_prevoit_sur_le_dernier_engagement_en_cours_et_jamais_sur_celui_d_avant(embauchee, cip):
    Bilan.objects.all().delete()
    autre = Engagement.objects.create(
        personne=embauchee.personne,
        type_engagement=terme("type_engagement", "decouverte"),
        etat="en_cours",
        debut=embauchee.engagement.debut + UN_JOUR,
        bilan_le=timezone.localdate() + 50 * UN_JOUR,
    )
    envoi, avant = rendez_vous(embauchee), embauchee.engagement.bilan_le
    poster(cip, "bilan_prevoir", embauchee.personne.pk, **envoi)
    assert Bilan.objects.get().engagement == autre
    echeances = Engagement.objects.order_by("debut").values_list("bilan_le", flat=True)
    assert list(echeances) == [avant, envoi["le"]]


def test_un_bilan_deja_tenu_se_note_et_mene_a_sa_page_et_celui_d_aujourd_hui_au_dossier(embauchee, cip):
    for dans in (-1, 0):
        Bilan.objects.all().delete()
        reponse = poster(cip, "bilan_prevoir", embauchee.personne.pk, **rendez_vous(embauchee, dans))
        bilan = Bilan.objects.get()
        assert reponse.url == (bilan if dans else embauchee.personne).get_absolute_url()


def test_dossier_clos_aucun_bilan_ne_s_y_prevoit(embauchee):
    Bilan.objects.all().delete()
    embauchee.personne.phase = "sans_suite"
    embauchee.personne.save()
    neuf = Bilan(personne=embauchee.personne, engagement=embauchee.engagement, le=timezone.localdate())
    with pytest.raises(GesteImpossible, match="plus ouvert"):
        gestes.prevoir(neuf, par=embauchee.hab["cip"])


def test_reprogrammer_garde_tout_ce_qui_est_saisi_et_la_trace_dit_quoi(embauchee, cip):
    envoi = rendez_vous(embauchee, lieu="Au chantier", conduit_par=embauchee.hab["direction"].compte_id)
    poster(cip, "bilan_reprogrammer", embauchee.bilan.pk, **envoi)
    assert Trace.objects.get(objet="engagement réciproque", objet_id=embauchee.engagement.pk).detail == "prochain bilan"
    bilan = Bilan.objects.get()
    assert (bilan.lieu, bilan.conduit_par, bilan.echeance) == ("Au chantier", embauchee.hab["direction"].compte, None)
    (trace,) = dit(bilan)
    assert trace.startswith("modifier") and all(mot in trace for mot in ("date", "heure", "lieu", "conduit par"))


def test_l_echeance_deja_passee_se_dit_et_reste_la_premiere_quand_on_reporte_encore(embauchee, cip):
    passee = timezone.localdate() - 3 * UN_JOUR
    Bilan.objects.update(le=passee)
    for dans in (6, 8):
        reponse = cip.post(
            reverse("parcours:bilan_reprogrammer", args=[embauchee.bilan.pk]), rendez_vous(embauchee, dans), follow=True
        )
        embauchee.bilan.refresh_from_db()
        assert (embauchee.bilan.echeance, embauchee.bilan.le) == (passee, timezone.localdate() + dans * UN_JOUR)
        assert f"{passee:%d/%m/%Y}" in reponse.content.decode()
        Bilan.objects.update(le=timezone.localdate() - UN_JOUR)


def test_le_jour_meme_le_bilan_que_l_on_reporte_n_a_pas_manque_son_echeance(embauchee, cip):
    Bilan.objects.update(le=timezone.localdate())
    poster(cip, "bilan_reprogrammer", embauchee.bilan.pk, **rendez_vous(embauchee))
    embauchee.bilan.refresh_from_db()
    assert embauchee.bilan.echeance is None


def test_d_un_engagement_clos_le_bilan_reporte_ne_change_pas_le_texte(embauchee, cip):
    Engagement.objects.update(etat="clos", clos_le=timezone.localdate())
    poster(cip, "bilan_reprogrammer", embauchee.bilan.pk, **rendez_vous(embauchee))
    engagement = Engagement.objects.get()
    assert (engagement.bilan_le, engagement.version) == (embauchee.engagement.bilan_le, 1)
    assert Bilan.objects.get().le == timezone.localdate() + 12 * UN_JOUR


@pytest.mark.parametrize(("geste", "etat", "jour"), [("absente", "absent", "absent_le"), ("annuler", "annule", "annule_le")])
def test_absente_ou_annule_se_dit_du_jour_meme_et_laisse_une_trace(embauchee, cip, geste, etat, jour):
    Bilan.objects.update(le=timezone.localdate() - UN_JOUR)
    poster(cip, f"bilan_{geste}", embauchee.bilan.pk)
    bilan = Bilan.objects.get()
    assert (bilan.etat, getattr(bilan, jour)) == (etat, timezone.localdate())
    assert dit(bilan) == [f"modifier {bilan.get_etat_display()}"]


def test_les_gestes_d_un_bilan_suivent_son_etat(embauchee, cip):
    def menent(**change) -> set[str]:
        Bilan.objects.filter(pk=embauchee.bilan.pk).update(**change)
        lu = page(cip, "bilan", embauchee.bilan.pk).content.decode()
        routes = ("reprogrammer", "absente", "annuler", "remettre", "rouvrir", "pdf")
        return {r for r in routes if f'"{reverse(f"parcours:bilan_{r}", args=[embauchee.bilan.pk])}"' in lu}

    demain, hier = timezone.localdate() + UN_JOUR, timezone.localdate() - UN_JOUR
    clos = {"suite": "sortie", "suite_le": hier, "clos_le": timezone.now(), "annule_le": None}
    assert menent(le=demain) == {"reprogrammer", "annuler"}
    assert menent(le=timezone.localdate()) == {"reprogrammer", "annuler", "absente"}
    assert menent(le=hier, etat="en_cours") == set()
    assert menent(etat="annule", annule_le=hier) == set()
    assert menent(etat="clos", **clos) == {"remettre", "rouvrir", "pdf"}


# L'écriture


def test_commencer_d_ecrire_un_bilan_se_trace_une_fois_et_pas_a_chaque_mot(embauchee):
    regarder(embauchee)
    regarder(embauchee, synthese="On retient cela")
    assert dit(embauchee.bilan) == ["modifier En cours d’écriture"]
    embauchee.bilan.refresh_from_db()
    assert (embauchee.bilan.version, embauchee.bilan.synthese) == (3, "On retient cela")


def test_conclure_dit_la_suite_dans_la_trace_et_garde_l_instant(embauchee):
    avant = timezone.now()
    bilan = clore(embauchee, suite="sortie")
    assert dit(bilan)[-1] == "modifier clos : La sortie"
    assert avant <= bilan.clos_le <= timezone.now()


def test_chaque_section_du_compte_rendu_est_sous_son_titre_et_les_objectifs_dans_l_ordre(embauchee):
    second = Objectif.objects.create(engagement=embauchee.engagement, libelle="Second", rang=2)
    premier = Objectif.objects.create(engagement=embauchee.engagement, libelle="Premier", rang=1)
    dits = {"moyens": "M", "evolution": "E", "parole": "P", "synthese": "S", "trajectoire": "precaire"}
    dits |= {
        f"resultat-{second.pk}": "abandonne",
        f"resultat-{premier.pk}": "non_atteint",
        f"commentaire-{premier.pk}": "Le code",
    }
    regarder(embauchee, "en_partie", **dits)
    bilan = Bilan.objects.get()
    bilan.conduit_par = embauchee.hab["direction"].compte
    lu = texte(bilan)
    assert [(s["titre"], s["texte"]) for s in lu["sections"]] == [
        ("Les moyens employés", "M"),
        ("Ce qui a changé", "E"),
        ("Ce que la personne en dit", "P"),
        ("Ce que l’on retient ensemble", "S"),
    ]
    assert [tuple(o.values()) for o in lu["objectifs"]] == [
        ("Objectif ici", "Atteint en partie", ""),
        ("Premier", "Pas atteint", "Le code"),
        ("Second", "Abandonné, d’un commun accord", ""),
    ]
    assert (lu["trajectoire"], lu["engagement"]) == ("Précaire", str(embauchee.engagement.type_engagement))
    document = contenu(bilan)
    assert (document["conduit_par"], document["personne"]) == (str(bilan.conduit_par), str(embauchee.personne))
    assert (document["genre"], document["version"]) == ("bilan", 2)


def test_le_formulaire_range_les_objectifs_comme_l_engagement(embauchee, cip):
    for rang, libelle in ((3, "C"), (1, "A"), (2, "B")):
        Objectif.objects.create(engagement=embauchee.engagement, libelle=libelle, rang=rang)
    form = page(cip, "bilan", embauchee.bilan.pk).context["form"]
    assert [o.libelle for o, *_ in form.regards()] == ["Objectif ici", "A", "B", "C"]
    assert [c.name for c in form.sections()] == ["moyens", "evolution", "parole", "synthese", "trajectoire", "statut_social"]


def test_l_objectif_regarde_puis_retire_reste_au_bilan_et_celui_jamais_regarde_n_y_est_plus(embauchee):
    autre = Objectif.objects.create(engagement=embauchee.engagement, libelle="Jamais vu", rang=1)
    regarder(embauchee)
    Objectif.objects.update(retire_le=timezone.localdate())
    assert list(embauchee.bilan.objectifs) == [embauchee.objectif]
    assert autre not in embauchee.bilan.objectifs_sans_resultat()


# La remise


def test_le_compte_rendu_remis_porte_sa_version_son_jour_et_une_trace(embauchee):
    clore(embauchee)
    hier_le = timezone.localdate()
    remise = gestes.remettre(embauchee.bilan, le=hier_le, mode="courrier", par=embauchee.hab["direction"])
    assert (remise.bilan, remise.engagement, remise.personne) == (embauchee.bilan, None, embauchee.personne)
    assert (remise.le, remise.mode, remise.par) == (hier_le, "courrier", embauchee.hab["direction"].compte)
    assert remise.version == Bilan.objects.get(pk=embauchee.bilan.pk).version
    assert Trace.objects.filter(objet_id=remise.pk, geste="creer", personne_id=embauchee.personne.pk).exists()


def test_un_compte_rendu_rouvert_se_dit_d_avant_et_se_remet_de_nouveau(embauchee, cip):
    clore(embauchee)
    remise = gestes.remettre(embauchee.bilan, le=timezone.localdate(), mode="espace", par=embauchee.hab["cip"])
    lu = page(cip, "bilan", embauchee.bilan.pk).content.decode()
    assert "Dans son espace" in lu and remise.get_absolute_url() in lu and "texte d’avant" not in lu
    gestes.rouvrir(embauchee.bilan, motif="Une faute", par=embauchee.hab["cip"])
    clore(embauchee)
    lu = page(cip, "bilan", embauchee.bilan.pk).content.decode()
    assert "texte d’avant" in lu and "Remettre de nouveau" in lu


def test_on_remet_le_jour_du_bilan_et_pas_la_veille(embauchee, cip):
    le = timezone.localdate() - 2 * UN_JOUR
    clore(embauchee, le=le)
    form = page(cip, "bilan_remettre", embauchee.bilan.pk).context["form"]
    assert (form["le"].value(), form["mode"].value()) == (timezone.localdate(), "main_propre")
    for ecart, code in ((-1, 200), (0, 302)):
        envoi = {"le": le + ecart * UN_JOUR, "mode": "main_propre"}
        assert poster(cip, "bilan_remettre", embauchee.bilan.pk, **envoi).status_code == code


def test_la_version_perimee_que_l_on_reunit_repart_de_la_bonne(embauchee, cip):
    perime = saisie(embauchee.bilan, parole="Le mien")
    regarder(embauchee, parole="Le sien")
    ecran = cip.post(reverse("parcours:bilan_ecrire", args=[embauchee.bilan.pk]), perime)
    assert set(ecran.context["gardes"]) >= {"parole", "synthese"}
    assert "moyens" not in ecran.context["gardes"], "ce qui ne diffère pas ne se réunit pas"
    assert int(ecran.context["form"]["version"].value()) == Bilan.objects.get().version
