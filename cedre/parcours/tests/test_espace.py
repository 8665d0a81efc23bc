"""Ce que l'espace d'une personne lit et garde, sans passer par ses pages (INS-2, INS-7)."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.parcours.espace import RendezVous, heures_par_mois, rendez_vous, textes_remis
from cedre.parcours.models import AccesEspace, Heures, Personne, Remise, Reponse
from cedre.parcours.operations import espace

UN_JOUR = timedelta(days=1)


@pytest.mark.parametrize("geste", [espace.remettre_code, espace.fermer_espace, espace.prolonger_code])
def test_un_dossier_anonyme_n_a_plus_de_code(embauchee, geste):
    embauchee.personne.anonymisee_le = timezone.now()
    embauchee.personne.save()
    with pytest.raises(GesteImpossible, match="plus celui de quelqu’un"):
        geste(embauchee.personne, par=embauchee.hab["cip"])


def test_un_nouveau_code_ne_reecrit_pas_quand_les_anciens_ont_ete_fermes(embauchee):
    par = embauchee.hab["cip"]
    espace.remettre_code(embauchee.personne, par=par)
    hier = timezone.now() - UN_JOUR
    AccesEspace.objects.update(revoque_le=hier)
    espace.remettre_code(embauchee.personne, par=par)
    assert set(AccesEspace.objects.values_list("revoque_le", flat=True)) == {hier, None}


def test_entrer_dit_le_jour_de_la_derniere_fois_et_pas_l_heure(embauchee):
    acces, code = espace.remettre_code(embauchee.personne, par=embauchee.hab["cip"])
    assert acces.utilise_le is None
    espace.entrer(code)
    acces.refresh_from_db()
    assert timezone.localtime(acces.utilise_le) == timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def test_d_accord_ne_garde_pas_de_texte_et_se_trace_a_son_nom(embauchee):
    embauchee.personne.reponses.all().delete()
    reponse = espace.repondre(embauchee.personne, nature="d_accord", texte="glissé là", remise=embauchee.personne.remises.get())
    assert reponse.texte == ""
    trace = Trace.objects.get(objet=Reponse._meta.verbose_name)
    assert (trace.geste, trace.role, trace.personne_id) == ("creer", "salarie", embauchee.personne.pk)


def test_le_nombre_de_reponses_se_compte_par_jour(embauchee):
    def proposer():
        return espace.repondre(embauchee.personne, nature=Reponse.Nature.PROPOSITION, texte="Le permis")

    embauchee.personne.reponses.all().delete()
    for _ in range(espace.REPONSES_PAR_JOUR):
        proposer()
    with pytest.raises(GesteImpossible, match="demain"):
        proposer()
    with time_machine.travel(timezone.now() + UN_JOUR):
        assert proposer().pk


def test_la_premiere_lecture_est_la_seule_gardee(embauchee):
    reponse = embauchee.personne.reponses.get()
    espace.lire(reponse, par=embauchee.hab["cip"])
    espace.lire(reponse, par=embauchee.hab["direction"])
    reponse.refresh_from_db()
    assert reponse.lue_par == embauchee.hab["cip"].compte
    assert Trace.objects.filter(detail="lue").count() == 1


def test_seul_ce_qui_doit_encore_avoir_lieu_est_un_rendez_vous(embauchee):
    quoi = {r.quoi for r in rendez_vous(embauchee.personne)}
    assert quoi == {"Entretien", "Bilan : nous faisons le point", "Atelier ici", "Réunion d’information"}
    embauchee.collective.annulee = True
    embauchee.collective.save()
    embauchee.personne.bilans.update(etat="annule", annule_le=timezone.localdate())
    embauchee.personne.actions.update(etat="excusee")
    embauchee.personne.entretiens.update(le=timezone.localdate() - UN_JOUR)
    assert rendez_vous(embauchee.personne) == []


def test_elle_lit_le_dernier_texte_remis_de_chacun(embauchee):
    qui, hier = embauchee.personne, timezone.localdate() - UN_JOUR
    ancien = qui.remises.get()
    ancien.le = hier
    ancien.save()
    recent = Remise.objects.create(personne=qui, engagement=embauchee.engagement, contenu=ancien.contenu)
    premier = Remise.objects.create(personne=qui, bilan=embauchee.bilan, contenu={}, le=hier)
    second = Remise.objects.create(personne=qui, bilan=embauchee.bilan, contenu={})
    assert textes_remis(qui) == (recent, [second])
    assert premier.pk != second.pk


def test_ses_heures_se_lisent_le_dernier_mois_d_abord(embauchee):
    le = Heures.objects.get().le
    Heures.objects.create(mise_en_situation=embauchee.mise_en_situation, le=le - 40 * UN_JOUR, heures=3)
    mois = [m for m, _ in heures_par_mois(embauchee.personne)]
    assert mois == sorted(mois, reverse=True) and len(mois) == 2


def dater_tout(embauchee, le) -> None:
    """Met ses quatre rendez-vous ce jour-là."""
    for relation in ("entretiens", "bilans", "actions"):
        getattr(embauchee.personne, relation).update(le=le)
    type(embauchee.collective).objects.filter(pk=embauchee.collective.pk).update(le=le)


@pytest.mark.parametrize(("jours", "combien"), [(-1, 0), (0, 4)])
def test_un_rendez_vous_est_a_venir_jusqu_a_son_jour_compris(embauchee, jours, combien):
    dater_tout(embauchee, timezone.localdate() + jours * UN_JOUR)
    assert len(rendez_vous(embauchee.personne)) == combien


@pytest.mark.parametrize(
    ("relation", "etat"),
    [
        ("entretiens", {"etat": "annule"}),
        ("bilans", {"etat": "annule", "annule_le": "2026-11-01"}),
        ("actions", {"etat": "excusee"}),
        ("informations", {"presence": "excusee"}),
    ],
)
def test_un_rendez_vous_qui_n_aura_pas_lieu_n_en_est_plus_un(embauchee, relation, etat):
    avant = len(rendez_vous(embauchee.personne))
    getattr(embauchee.personne, relation).update(**etat)
    assert len(rendez_vous(embauchee.personne)) == avant - 1


def test_les_rendez_vous_d_un_jour_viennent_a_leur_heure_et_ceux_sans_heure_a_la_fin(embauchee):
    dater_tout(embauchee, timezone.localdate() + UN_JOUR)
    embauchee.personne.entretiens.update(heure=None)
    heures = [r.heure for r in rendez_vous(embauchee.personne)]
    assert heures[-1] is None
    assert heures[:-1] == sorted(heures[:-1])


def test_les_heures_d_une_autre_ne_sont_pas_les_siennes(embauchee):
    autre = Personne.objects.create(organisation=embauchee.organisation, nom="Autre", prenom="Ada")
    assert heures_par_mois(embauchee.personne)
    assert heures_par_mois(autre) == []


# ── Ce que chaque rendez-vous dit ─────────────────────────────────────────────────────────────────────────────────


def test_chaque_rendez_vous_dit_son_jour_son_heure_son_lieu_et_avec_qui_le_plus_proche_d_abord(embauchee):
    qui, jour = embauchee.personne, timezone.localdate()
    qui.entretiens.update(le=jour + 2 * UN_JOUR, heure=time(14), lieu="Bureau 2", conduit_par=embauchee.qui)
    qui.bilans.update(le=jour + UN_JOUR, heure=time(10), lieu="Atelier", conduit_par=embauchee.hab["direction"].compte)
    type(embauchee.seance).objects.update(le=jour + 3 * UN_JOUR, heure=time(9), lieu="Salle C")
    qui.actions.update(le=jour + 3 * UN_JOUR)
    type(embauchee.collective).objects.update(le=jour + 4 * UN_JOUR, heure=time(9, 30), lieu="Salle D")
    qui.actions.create(offre=embauchee.seance.offre, le=jour + 3 * UN_JOUR)
    assert rendez_vous(qui) == [
        RendezVous(jour + UN_JOUR, time(10), "Bilan : nous faisons le point", "Atelier", "Direction Ici"),
        RendezVous(jour + 2 * UN_JOUR, time(14), "Entretien", "Bureau 2", "Cip Ici"),
        RendezVous(jour + 3 * UN_JOUR, time(9), "Atelier ici", "Salle C"),
        RendezVous(jour + 3 * UN_JOUR, None, "Atelier ici", ""),
        RendezVous(jour + 4 * UN_JOUR, time(9, 30), "Réunion d’information", "Salle D"),
    ]


def test_les_heures_d_un_mois_s_ajoutent(embauchee):
    Heures.objects.all().delete()
    autre = embauchee.personne.mises_en_situation.create(atelier="Jardin", du=date(2026, 3, 1))
    for mets, le, heures in (
        (embauchee.mise_en_situation, date(2026, 3, 2), 7),
        (autre, date(2026, 3, 31), 5),
        (autre, date(2026, 4, 1), 3),
    ):
        mets.heures.create(le=le, heures=heures)
    assert heures_par_mois(embauchee.personne) == [(date(2026, 4, 1), 3), (date(2026, 3, 1), 12)]


# ── Les codes et les réponses ─────────────────────────────────────────────────────────────────────────────────────


def test_chaque_geste_sur_un_code_laisse_sa_trace_et_celui_qui_ne_fait_rien_n_en_laisse_pas(embauchee):
    qui, par = embauchee.personne, embauchee.hab["cip"]
    AccesEspace.objects.all().delete()
    acces, _ = espace.remettre_code(qui, par=par)
    assert (acces.personne, acces.par, acces.revoque_le) == (qui, par.compte, None)
    espace.prolonger_code(qui, par=par)
    for _ in range(2):
        espace.fermer_espace(qui, par=par)
    traces = Trace.objects.filter(objet=AccesEspace._meta.verbose_name).order_by("pk")
    assert list(traces.values_list("geste", "detail", "personne_id")) == [
        ("creer", "", qui.pk),
        ("modifier", "prolongé", qui.pk),
        ("retirer", "", qui.pk),
    ]
    with pytest.raises(GesteImpossible, match="n’ouvre plus"):
        espace.prolonger_code(qui, par=par)


def test_fermer_l_espace_d_une_personne_ne_ferme_pas_celui_d_une_autre(embauchee):
    autre = Personne.objects.create(organisation=embauchee.organisation, nom="Autre", prenom="Ada")
    _, code = espace.remettre_code(autre, par=embauchee.hab["cip"])
    espace.fermer_espace(embauchee.personne, par=embauchee.hab["cip"])
    espace.remettre_code(embauchee.personne, par=embauchee.hab["cip"])
    assert espace.entrer(code).personne == autre


def test_bien_recu_d_un_texte_ne_vaut_pas_pour_un_autre(embauchee):
    qui = embauchee.personne
    premiere = qui.remises.get()
    seconde = Remise.objects.create(personne=qui, engagement=embauchee.engagement, contenu=premiere.contenu)
    deja = qui.reponses.get()
    assert espace.repondre(qui, nature="recu", remise=premiere) == deja, "d’accord, donc bien reçu"
    recu = espace.repondre(qui, nature="recu", remise=seconde)
    assert (recu.nature, recu.remise) == ("recu", seconde)
    accord = espace.repondre(qui, nature="d_accord", remise=seconde)
    assert (accord.nature, espace.repondre(qui, nature="d_accord", remise=seconde)) == ("d_accord", accord)
    paroles = [espace.repondre(qui, nature="en_parler", texte="Le mardi", remise=seconde) for _ in range(2)]
    assert len({p.pk for p in paroles}) == 2 and paroles[0].texte == "Le mardi"


# ── Ce que l'équipe en voit ───────────────────────────────────────────────────────────────────────────────────────


def test_les_reponses_non_lues_viennent_de_la_plus_ancienne_a_la_plus_recente(embauchee, cip):
    qui, maintenant = embauchee.personne, timezone.now()
    qui.reponses.all().delete()
    dites = [
        qui.reponses.create(nature="proposition", texte=f"Il y a {jours} j", le=maintenant - jours * UN_JOUR)
        for jours in (1, 3, 2)
    ]
    espace.lire(dites[2], par=embauchee.hab["cip"])
    assert [r.texte for r in cip.get(reverse("parcours:reponses")).context["page"]] == ["Il y a 3 j", "Il y a 1 j"]
    page = cip.get(reverse("parcours:espace", args=[qui.pk]))
    assert [r.texte for r in page.context["reponses"]] == ["Il y a 1 j", "Il y a 2 j", "Il y a 3 j"], "lues comprises"


def test_lue_depuis_le_dossier_on_y_revient_et_depuis_la_liste_on_y_reste(embauchee, cip):
    reponse = embauchee.personne.reponses.get()
    adresse = reverse("parcours:reponse_lue", args=[reponse.pk])
    assert cip.post(adresse, {"depuis": "personne"}).url == reverse("parcours:espace", args=[embauchee.personne.pk])
    assert cip.post(adresse).url == reverse("parcours:reponses")


def test_la_page_de_son_espace_ne_montre_que_ses_codes_et_ses_reponses(embauchee, cip):
    autre = Personne.objects.create(organisation=embauchee.organisation, nom="Autre", prenom="Ada")
    espace.remettre_code(autre, par=embauchee.hab["cip"])
    autre.reponses.create(nature="proposition", texte="Le permis")
    AccesEspace.objects.filter(personne=embauchee.personne).update(
        expire_le=timezone.now() - UN_JOUR, cree_le=timezone.now() - 9 * UN_JOUR
    )
    page = cip.get(reverse("parcours:espace", args=[embauchee.personne.pk])).context
    assert {a.personne_id for a in page["codes"]} == {r.personne_id for r in page["reponses"]} == {embauchee.personne.pk}
    assert page["valable"] is None, "le seul a expiré"
    acces, _ = espace.remettre_code(embauchee.personne, par=embauchee.hab["cip"])
    page = cip.get(reverse("parcours:espace", args=[embauchee.personne.pk])).context
    assert (page["valable"], page["codes"][0]) == (acces, acces)


def test_l_objectif_propose_mene_a_l_engagement_d_aujourd_hui(embauchee):
    qui, jour = embauchee.personne, timezone.localdate()
    qui.reponses.all().delete()
    qui.reponses.create(nature="proposition", texte="Le permis")
    assert Reponse.objects.avec_engagement().get().engagement == embauchee.engagement.pk
    recent = qui.engagements.create(type_engagement=embauchee.engagement.type_engagement, etat="projet", debut=jour)
    assert Reponse.objects.avec_engagement().get().engagement == recent.pk
    qui.engagements.update(etat="clos", clos_le=jour)
    assert Reponse.objects.avec_engagement().get().engagement is None


def test_le_papier_du_code_dit_ou_aller_jusqu_a_quand_et_qui_appeler(embauchee, cip):
    qui = embauchee.personne
    type(embauchee.organisation).objects.filter(pk=embauchee.organisation.pk).update(telephone="01 99 00 55 66")
    with time_machine.travel("2026-03-18T10:00:00+01:00", tick=False):
        client = embauchee.client("cip")
        client.post(reverse("parcours:espace_code", args=[qui.pk]))
        reponse = client.get(reverse("parcours:espace", args=[qui.pk]))
    page = reponse.content.decode().replace("\u00a0", " ")
    assert "Il vaut jusqu’au 2 avril 2026" in page and "http://testserver/espace/" in page
    assert "Structure Ici, 01 99 00 55 66" in page and "no-store" in reponse["Cache-Control"]
    assert reponse.context["code"].count(" ") == 2


@pytest.mark.parametrize(("secondes", "ouvre"), [(1, True), (-1, False)])
def test_un_code_ouvre_jusqu_a_son_instant(embauchee, secondes, ouvre):
    acces, code = espace.remettre_code(embauchee.personne, par=embauchee.hab["cip"])
    maintenant = timezone.now()
    acces.expire_le = maintenant + timedelta(seconds=secondes)
    acces.save()
    with time_machine.travel(maintenant, tick=False):
        assert bool(espace.entrer(code)) == acces.est_valable == ouvre
    acces.expire_le, acces.revoque_le = timezone.now() + UN_JOUR, timezone.now()
    assert not acces.est_valable
