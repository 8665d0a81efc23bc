"""L'engagement une fois écrit : sa page, son texte, ce que chaque geste laisse au dossier (INS-1, INS-2)."""

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.conftest import terme
from cedre.core.refus import GesteImpossible
from cedre.parcours.models import Bilan, Engagement, MiseEnSituation, Moyen, Objectif
from cedre.parcours.operations import engagements as gestes
from cedre.parcours.operations import remises
from cedre.parcours.remises import contenu, texte
from cedre.parcours.tests.test_engagements import ecrire, envoi, saisie

UN_JOUR = timedelta(days=1)


def dit(engagement: Engagement) -> list[str]:
    """Ce que les traces disent de cet engagement, dans l'ordre."""
    traces = Trace.objects.filter(objet="engagement réciproque", objet_id=engagement.pk, personne_id=engagement.personne_id)
    return [f"{t.geste} {t.detail}".strip() for t in traces.exclude(geste="consulter").order_by("pk")]


def lire(client, engagement):
    return client.get(reverse("parcours:engagement", args=[engagement.pk]))


# ── Sa page ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_ce_qui_reste_a_faire_vient_d_abord_le_plus_proche_en_tete_et_le_sans_date_a_la_fin(embauchee, cip):
    embauchee.engagement.moyens.all().delete()
    jour = timezone.localdate()
    for libelle, dans, fait in (("fait", -9, True), ("loin", 9, False), ("sans date", None, False), ("proche", 2, False)):
        echeance = None if dans is None else jour + dans * UN_JOUR
        Moyen.objects.create(
            engagement=embauchee.engagement, qui="structure", libelle=libelle, echeance=echeance, fait_le=jour if fait else None
        )
    Moyen.objects.create(engagement=embauchee.engagement, qui="structure", libelle="retiré", retire_le=jour)
    assert [m.libelle for m in lire(cip, embauchee.engagement).context["moyens"]] == ["proche", "loin", "sans date", "fait"]


@pytest.mark.parametrize(("dans", "passee"), [(-1, True), (0, False)])
def test_la_date_d_un_moyen_n_est_passee_qu_au_lendemain_et_plus_une_fois_fait(embauchee, cip, dans, passee):
    Moyen.objects.update(echeance=timezone.localdate() + dans * UN_JOUR)
    for adresse in (embauchee.engagement.get_absolute_url(), embauchee.bilan.get_absolute_url()):
        assert ("La date est passée" in cip.get(adresse).content.decode()) is passee
    Moyen.objects.update(fait_le=timezone.localdate())
    assert "La date est passée" not in lire(cip, embauchee.engagement).content.decode()


def test_ses_bilans_se_lisent_du_plus_ancien_au_plus_recent_avec_leur_etat(embauchee, cip):
    le = embauchee.engagement.debut
    Bilan.objects.create(personne=embauchee.personne, engagement=embauchee.engagement, le=le, etat="absent")
    reponse = lire(cip, embauchee.engagement)
    assert [b.etat for b in reponse.context["bilans"]] == ["absent", "prevu"]
    lu = reponse.content.decode()
    assert all(b.get_absolute_url() in lu for b in reponse.context["bilans"]) and "La personne n’est pas venue" in lu


def test_seul_un_engagement_en_cours_et_change_depuis_sa_derniere_remise_est_a_remettre(embauchee, cip):
    def a_remettre(**change) -> bool:
        Engagement.objects.filter(pk=embauchee.engagement.pk).update(**change)
        return lire(cip, embauchee.engagement).context["a_remettre"]

    remise = embauchee.engagement.remises.get()
    assert not a_remettre()
    assert a_remettre(version=2)
    remises.remettre(embauchee.engagement, le=timezone.localdate(), mode="courrier", par=embauchee.hab["cip"])
    assert not a_remettre(), "l’ancienne remise n’y change rien"
    lu = lire(cip, embauchee.engagement).content.decode()
    assert lu.count("texte d’avant") == 1 and remise.get_absolute_url() in lu
    embauchee.engagement.remises.all().delete()
    assert a_remettre()
    assert not a_remettre(etat="projet")
    assert not a_remettre(etat="clos", clos_le=timezone.localdate())


def test_la_remise_se_dit_depassee_des_que_le_texte_change(embauchee, cip):
    remise = embauchee.engagement.remises.get()
    lien = f'href="{embauchee.engagement.get_absolute_url()}">Le lire tel'
    assert lien not in cip.get(remise.get_absolute_url()).content.decode()
    Engagement.objects.update(version=2)
    assert lien in cip.get(remise.get_absolute_url()).content.decode()


# ── Son texte ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_le_texte_dit_qui_fait_quoi_pour_quand_avec_qui_sous_le_bon_objectif(embauchee):
    engagement, chez = embauchee.engagement, embauchee.organisation
    engagement.moyens.all().delete()
    engagement.demande, engagement.forme, engagement.conduit_par = "Un CDI", "oral", embauchee.hab["direction"].compte
    second = Objectif.objects.create(engagement=engagement, libelle="Second", rang=1, domaine=terme("domaine", "mobilite"))
    Objectif.objects.create(engagement=engagement, libelle="Retiré", rang=2, retire_le=engagement.debut)
    liens = {"client": chez.clients.get(), "partenaire": embauchee.partenaire, "fiche_de_poste": embauchee.fiche_de_poste}
    dus = {"echeance": date(2026, 3, 1), "evaluation": "On le voit"}
    Moyen.objects.create(engagement=engagement, qui="partenaire", libelle="B", objectif=second, rang=2)
    Moyen.objects.create(engagement=engagement, qui="client", libelle="A", objectif=second, rang=1, **dus, **liens)
    Moyen.objects.create(engagement=engagement, qui="personne", libelle="Pour tout", rang=3)
    lu = texte(engagement)
    avec = f"{embauchee.fiche_de_poste}, {liens['client']}, {embauchee.partenaire}"
    seul = {"qui": "Un partenaire", "quoi": "B", "avec": "", "pour_le": "", "on_saura": ""}
    assert lu["objectifs"] == [
        {"libelle": "Objectif ici", "domaine": "", "moyens": []},
        {
            "libelle": "Second",
            "domaine": str(terme("domaine", "mobilite")),
            "moyens": [
                {"qui": "Le client", "quoi": "A", "avec": avec, "pour_le": "2026-03-01", "on_saura": "On le voit"},
                seul,
            ],
        },
    ]
    assert [(m["qui"], m["quoi"]) for m in lu["autres_moyens"]] == [("La personne", "Pour tout")]
    assert (lu["demande"], lu["forme"]) == ("Un CDI", "Oral, mis par écrit ici")
    assert (lu["debut"], lu["bilan_le"]) == (engagement.debut.isoformat(), engagement.bilan_le.isoformat())
    assert lu["but"] == engagement.type_engagement.correspondances["but"] and lu["type"] == str(engagement.type_engagement)
    document = contenu(engagement)
    assert (document["conduit_par"], document["personne"]) == (str(engagement.conduit_par), str(embauchee.personne))
    assert (document["projet"], document["version"], document["structure"]["nom"]) == (False, 1, chez.nom)


@pytest.mark.parametrize("etat", Engagement.Etat.values)
def test_un_projet_se_dit_projet_sur_son_document_et_lui_seul(embauchee, etat):
    embauchee.engagement.etat = etat
    assert contenu(embauchee.engagement)["projet"] is (etat == "projet")


# ── Écrire ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_tout_ce_qui_est_saisi_d_une_ligne_se_garde(inscrite, projet, cip):
    client = inscrite.organisation.clients.create(nom="Client")
    mobilite = terme("domaine", "mobilite")
    adresse = reverse("parcours:engagement_modifier", args=[projet.pk])
    saisi = {
        "objectifs-0-libelle": "Passer le permis",
        "objectifs-0-domaine": mobilite.pk,
        "moyens-0-libelle": "Prêter un vélo",
        "moyens-0-qui": "client",
        "moyens-0-client": client.pk,
        "moyens-0-partenaire": inscrite.partenaire.pk,
        "moyens-0-fiche_de_poste": inscrite.fiche_de_poste.pk,
        "moyens-0-evaluation": "Il roule",
        "forme": "oral",
        "type_engagement": terme("type_engagement", "soutien_actif").pk,
        "demande": "Un\r\nvélo",
    }
    cip.post(adresse, envoi(cip.get(adresse), **saisi))
    projet.refresh_from_db()
    (objectif,), (moyen,) = projet.objectifs.all(), projet.moyens.all()
    assert (objectif.domaine, objectif.ajoute_le, moyen.ajoute_le) == (mobilite, None, None)
    assert (moyen.client, moyen.partenaire, moyen.fiche_de_poste) == (client, inscrite.partenaire, inscrite.fiche_de_poste)
    assert (moyen.qui, moyen.evaluation) == ("client", "Il roule")
    assert (projet.forme, projet.type_engagement.code, projet.demande) == ("oral", "soutien_actif", "Un\nvélo")


def test_chaque_geste_de_l_engagement_laisse_sa_trace(inscrite):
    par = inscrite.hab["cip"]
    projet = gestes.construire(inscrite.personne, par=par)
    assert (projet.debut, projet.conduit_par) == (timezone.localdate(), par.compte)
    ecrire(projet, par, moyens=[("personne", "M")])
    gestes.commencer(projet, par=par)
    moyen = projet.moyens.get()
    gestes.noter_fait(moyen, fait=True, par=par)
    gestes.noter_fait(moyen, fait=False, par=par)
    gestes.clore(projet, le=timezone.localdate(), par=par)
    assert dit(projet) == [
        "creer",
        "modifier version 2",
        "modifier commencé",
        "modifier moyen : fait",
        "modifier moyen : pas fait",
        "modifier clos",
    ]
    with pytest.raises(GesteImpossible, match="clos"):
        gestes.noter_fait(moyen, fait=True, par=par)


def test_abandonner_un_projet_se_trace_et_ramene_au_dossier(inscrite, projet, cip):
    reponse = cip.post(reverse("parcours:engagement_abandonner", args=[projet.pk]))
    assert reponse.url == inscrite.personne.get_absolute_url()
    assert [str(m) for m in get_messages(reponse.wsgi_request)] == ["Le projet d’engagement est retiré."]
    assert dit(projet)[-1] == "supprimer"


def test_un_projet_que_du_travail_sert_ou_a_servi_se_garde_et_dit_pourquoi(embauchee, cip):
    Engagement.objects.update(etat="projet")
    Bilan.objects.all().delete()
    cip.post(reverse("parcours:engagement_abandonner", args=[embauchee.engagement.pk]))
    MiseEnSituation.objects.update(engagement=None, objectif=None)
    reponse = cip.post(reverse("parcours:engagement_abandonner", args=[embauchee.engagement.pk]))
    assert [str(m) for m in get_messages(reponse.wsgi_request)] == [
        "Une mise en situation sert un objectif de ce projet : changez d’abord le sien.",
        "Du travail a déjà servi un objectif de ce projet : il se garde.",
    ]


def test_enregistrer_et_commencer_se_fait_d_un_geste_et_ramene_a_l_engagement(projet, cip):
    adresse = reverse("parcours:engagement_modifier", args=[projet.pk])
    reponse = cip.post(adresse, envoi(cip.get(adresse), **{"objectifs-0-libelle": "O"}, geste="commencer"))
    projet.refresh_from_db()
    assert (projet.etat, reponse.url) == ("en_cours", projet.get_absolute_url())


def test_deplacer_un_objectif_ramene_a_l_ecran_et_noter_un_moyen_a_la_liste(embauchee, cip):
    adresse = reverse("parcours:engagement_modifier", args=[embauchee.engagement.pk])
    Objectif.objects.create(engagement=embauchee.engagement, libelle="Second", rang=1)
    assert cip.post(adresse, envoi(cip.get(adresse), geste="monter-1")).url == adresse + "#objectifs"
    fait = cip.post(reverse("parcours:moyen_fait", args=[embauchee.engagement.moyens.first().pk]))
    assert fait.url == embauchee.engagement.get_absolute_url() + "#moyens"


def test_le_bilan_du_nouvel_engagement_est_a_qui_l_a_ecrit(inscrite):
    projet = gestes.construire(inscrite.personne, par=inscrite.hab["direction"])
    ecrire(projet, inscrite.hab["cip"])
    gestes.commencer(projet, par=inscrite.hab["cip"])
    assert projet.bilans.get().conduit_par == inscrite.hab["direction"].compte


def test_un_engagement_ne_commence_ni_deux_fois_ni_dans_un_dossier_clos(embauchee):
    with pytest.raises(GesteImpossible, match="déjà commencé"):
        gestes.commencer(embauchee.engagement, par=embauchee.hab["cip"])
    projet = gestes.construire(embauchee.personne, par=embauchee.hab["cip"])
    ecrire(projet, embauchee.hab["cip"])
    embauchee.personne.phase = "sortie"
    embauchee.personne.save()
    with pytest.raises(GesteImpossible, match="plus ouvert"):
        gestes.commencer(projet, par=embauchee.hab["cip"])
    assert Engagement.objects.get(pk=embauchee.engagement.pk).etat == "en_cours"


def test_enregistrer_sans_rien_changer_ne_fait_ni_version_ni_trace_ni_bilan(embauchee):
    engagement = embauchee.engagement
    actuelle = saisie(engagement, objectifs=[embauchee.objectif])
    actuelle.moyens = list(engagement.moyens.all())
    gestes.enregistrer(engagement, saisie=actuelle, version=1, par=embauchee.hab["cip"])
    engagement.refresh_from_db()
    assert (engagement.version, dit(engagement), Bilan.objects.count()) == (1, [], 1)


def test_changer_le_texte_sans_la_date_laisse_le_bilan_ou_il_est(embauchee):
    le = embauchee.bilan.le + 3 * UN_JOUR
    Bilan.objects.update(le=le)
    ecrire(embauchee.engagement, embauchee.hab["cip"], objectifs=(embauchee.objectif, "Second"), demande="Un CDI")
    assert Bilan.objects.get().le == le


def test_clore_avec_le_dossier_arrete_le_projet_le_jour_ou_il_aurait_commence(embauchee):
    le, par = timezone.localdate() - 5 * UN_JOUR, embauchee.hab["cip"]
    projet = gestes.construire(embauchee.personne, par=par, debut=le - 15 * UN_JOUR)
    a_finir = Bilan.objects.create(personne=embauchee.personne, engagement=embauchee.engagement, le=le, etat="en_cours")
    gestes.clore_avec_le_dossier(embauchee.personne, le=le, par=par, detail="clos par la sortie")
    for engagement, clos_le in ((projet, projet.debut), (embauchee.engagement, le)):
        engagement.refresh_from_db()
        assert (engagement.etat, engagement.clos_le) == ("clos", clos_le)
        assert dit(engagement)[-1] == "modifier clos par la sortie"
    bilans = {b.pk: (b.etat, b.annule_le) for b in Bilan.objects.all()}
    assert bilans == {embauchee.bilan.pk: ("annule", le), a_finir.pk: ("en_cours", None)}


def test_un_engagement_qui_devait_commencer_apres_la_sortie_se_clot_le_jour_de_son_debut(embauchee):
    demain = timezone.localdate() + UN_JOUR
    Engagement.objects.update(debut=demain)
    gestes.clore_avec_le_dossier(embauchee.personne, le=timezone.localdate(), par=embauchee.hab["cip"], detail="clos")
    assert Engagement.objects.get().clos_le == demain


# ── Ce que l'on peut en faire ─────────────────────────────────────────────────────────────────────────────────────


def test_les_gestes_d_un_engagement_suivent_son_etat(embauchee, cip):
    def menent(**change) -> set[str]:
        Engagement.objects.filter(pk=embauchee.engagement.pk).update(**change)
        lu = lire(cip, embauchee.engagement).content.decode()
        routes = ("remettre", "modifier", "abandonner", "pdf")
        possibles = {r for r in routes if f'"{reverse(f"parcours:engagement_{r}", args=[embauchee.engagement.pk])}"' in lu}
        suivant = reverse("parcours:engagement_construire", args=[embauchee.personne.pk])
        faits = {"moyen_fait"} if reverse("parcours:moyen_fait", args=[embauchee.engagement.moyens.first().pk]) in lu else set()
        return possibles | faits | ({"construire"} if suivant in lu else set())

    assert menent() == {"modifier", "pdf", "construire", "moyen_fait"}
    assert menent(version=2) == {"remettre", "modifier", "pdf", "construire", "moyen_fait"}
    assert menent(etat="projet") == {"modifier", "abandonner", "pdf"}
    assert menent(etat="clos", clos_le=timezone.localdate()) == {"pdf"}


def test_un_engagement_clos_ne_s_ouvre_plus_a_l_ecriture_ni_un_moyen_retire(embauchee, cip):
    moyen = embauchee.engagement.moyens.first()
    Moyen.objects.filter(pk=moyen.pk).update(retire_le=timezone.localdate())
    assert cip.post(reverse("parcours:moyen_fait", args=[moyen.pk])).status_code == 404
    Engagement.objects.update(etat="clos", clos_le=timezone.localdate())
    for route in ("engagement_modifier", "engagement_manques", "engagement_ligne", "engagement_abandonner"):
        assert cip.post(reverse(f"parcours:{route}", args=[embauchee.engagement.pk])).status_code == 404
    assert cip.get(reverse("parcours:engagement_remettre", args=[embauchee.engagement.pk])).status_code == 404


def test_retirer_un_moyen_laisse_les_autres_et_un_objectif_au_bord_ne_deborde_pas(inscrite, projet, cip):
    ecrire(
        projet,
        inscrite.hab["cip"],
        objectifs=("Un", "Deux", "Trois"),
        moyens=[("personne", "Faire un"), ("client", "Faire deux")],
    )
    adresse = reverse("parcours:engagement_modifier", args=[projet.pk])
    for geste in ("monter-0", "descendre-2", "descendre-7", "enregistrer"):
        cip.post(adresse, envoi(cip.get(adresse), geste=geste))
        assert [o.libelle for o in projet.objectifs.all()] == ["Un", "Deux", "Trois"], geste
    cip.post(adresse, envoi(cip.get(adresse), **{"moyens-0-DELETE": "on", "moyens-1-libelle": "Faire mieux"}))
    assert [(m.libelle, m.qui) for m in projet.moyens.all()] == [("Faire mieux", "client")]
    assert [o.libelle for o in projet.objectifs.all()] == ["Un", "Deux", "Trois"]


def test_le_bilan_peut_se_fixer_au_jour_du_debut_et_pas_la_veille(inscrite, projet, cip):
    adresse = reverse("parcours:engagement_modifier", args=[projet.pk])
    for ecart, code in ((-1, 200), (0, 302)):
        saisi = {"objectifs-0-libelle": "O", "bilan_le": projet.debut + ecart * UN_JOUR}
        assert cip.post(adresse, envoi(cip.get(adresse), **saisi)).status_code == code


def test_trois_mois_apres_son_debut_un_projet_attend_son_bilan(inscrite):
    projet = gestes.construire(inscrite.personne, par=inscrite.hab["cip"], debut=date(2026, 1, 31))
    assert (projet.debut, projet.bilan_le) == (date(2026, 1, 31), date(2026, 4, 30))


def test_on_prevoit_un_bilan_depuis_le_dossier_si_un_engagement_court_et_qu_aucun_n_est_ouvert(embauchee, cip):
    def dossier():
        return cip.get(embauchee.personne.get_absolute_url())

    def se_prevoit() -> bool:
        return reverse("parcours:bilan_prevoir", args=[embauchee.personne.pk]) in dossier().content.decode()

    for etat, attendu in (("prevu", False), ("en_cours", False), ("absent", True)):
        Bilan.objects.update(etat=etat)
        assert se_prevoit() is attendu, etat
    Engagement.objects.update(etat="projet")
    assert not se_prevoit() and dossier().context["situation"].engagement == embauchee.engagement
    Engagement.objects.update(etat="clos", clos_le=timezone.localdate())
    assert not se_prevoit() and dossier().context["situation"].engagement is None


@pytest.mark.parametrize(("fini", "sert"), [(None, False), (1, False), (0, False), (-1, True)])
def test_retirer_un_objectif_le_delie_du_travail_qui_court_jusqu_a_son_dernier_jour(embauchee, fini, sert):
    au = None if fini is None else timezone.localdate() + fini * UN_JOUR
    MiseEnSituation.objects.update(objectif=embauchee.objectif, engagement=embauchee.engagement, au=au)
    demande = saisie(embauchee.engagement, objectifs=("Autre",))
    demande.retires = [embauchee.objectif]
    gestes.enregistrer(embauchee.engagement, saisie=demande, version=1, par=embauchee.hab["cip"])
    assert MiseEnSituation.objects.get().objectif == (embauchee.objectif if sert else None)
