"""La sortie, ce qu'elle arrête, les nouvelles qui la suivent, le taux qu'elle donne (INS-8, nomenclatures §1)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Organisation, Trace
from cedre.conftest import a_qui_manque, terme
from cedre.core.periodes import Periode
from cedre.core.refus import GesteImpossible
from cedre.observatoire.models import Terme
from cedre.parcours.models import (
    ActionAssociee,
    Bilan,
    Categorie,
    Contrat,
    Engagement,
    EvaluationAuTravail,
    Heures,
    MiseEnSituation,
    Personne,
    Sortie,
    SuiviSortie,
)
from cedre.parcours.operations import sorties as gestes
from cedre.parcours.sorties import ClasseDeSortie, fins_de
from cedre.tests.envois import MOTIF


def dans(jours: int) -> date:
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=jours)


def adresse(route: str, ligne) -> str:
    """L'adresse de la route, pour cette ligne."""
    return reverse(f"parcours:{route}", args=[ligne.pk])


def saisie(le: int = 0, motif: str = "cdi_non_aide", rupture: str = "embauche", **autres) -> dict:
    """Une sortie telle que la page l'envoie."""
    envoi = {"le": dans(le).isoformat(), "motif": terme("motif_sortie", motif).pk, "trajectoire": "stable"}
    return envoi | {"motif_rupture": terme("motif_rupture", rupture).pk if rupture else ""} | autres


def sortir(monde, le: int = 0, motif: str = "cdi_non_aide", personne=None) -> Sortie:
    """La sortie de la personne, ce jour-là."""
    sortie = Sortie(personne=personne or monde.personne, le=dans(le), motif=terme("motif_sortie", motif), trajectoire="stable")
    return gestes.sortir(sortie, motif_rupture=terme("motif_rupture", "embauche"), par=monde.hab["cip"])


@pytest.fixture
def en_parcours(embauchee):
    """La personne embauchée, sans sa sortie d'autrefois."""
    embauchee.personne.sorties.all().delete()
    return embauchee


def finie(monde, nom: str, *, fin: int = -30, duree: int = 200, heures: int = 200, phase: str = "parcours") -> Personne:
    """Une personne dont le seul contrat a fini, avec ses heures."""
    personne = Personne.objects.create(organisation=monde.organisation, nom=nom, prenom="Ada", phase=phase)
    nature = terme("nature_contrat", "cddi")
    debut = dans(fin - duree + 1)
    Contrat.objects.create(personne=personne, nature=nature, debut=debut, fin_prevue=dans(fin))
    travail = MiseEnSituation.objects.create(personne=personne, atelier="Jardin", du=debut)
    if heures:
        Heures.objects.create(mise_en_situation=travail, le=debut, heures=heures)
    return personne


def test_une_sortie_clot_l_engagement_annule_l_agenda_et_prevoit_les_nouvelles(en_parcours, cip):
    qui = en_parcours.personne
    cip.post(adresse("sortie", qui), saisie(situation="Cuisinière au lycée"))
    qui.refresh_from_db()
    en_parcours.engagement.refresh_from_db()
    sortie = qui.sorties.get()
    assert (qui.phase, qui.phase_depuis) == ("sortie", dans(0))
    assert (en_parcours.engagement.etat, en_parcours.engagement.clos_le) == ("clos", dans(0))
    assert {(b.etat, b.annule_le) for b in qui.bilans.all()} == {("annule", dans(0))}
    assert {e.etat for e in qui.entretiens.all()} == {"annule"}
    assert {a.etat for a in qui.actions.all()} == {"excusee"}
    assert {i.presence for i in qui.informations.all()} == {"excusee"}
    assert [m.au for m in qui.mises_en_situation.all()] == [dans(0)]
    assert [(s.mois, s.prevu_le) for s in sortie.suivis.all()] == [(m, SuiviSortie.date_prevue(dans(0), m)) for m in (3, 6)]
    assert Trace.objects.filter(geste="creer", objet="sortie", personne_id=qui.pk).count() == 1


def test_un_contrat_qui_court_encore_demande_pourquoi_il_s_arrete_dans_la_meme_page(en_parcours, cip):
    page = adresse("sortie", en_parcours.personne)
    assert "Contrat à arrêter" in cip.get(page).content.decode()
    reponse = cip.post(page, saisie(rupture=""))
    assert "court encore" in reponse.context["form"].errors["motif_rupture"][0]
    en_parcours.engagement.refresh_from_db()
    assert en_parcours.engagement.etat == "en_cours" and not en_parcours.personne.sorties.exists()
    cip.post(page, saisie())
    en_parcours.contrat.refresh_from_db()
    assert (en_parcours.contrat.rompu_le, en_parcours.contrat.motif_rupture.code) == (dans(0), "embauche")


def test_un_contrat_fini_la_veille_ne_demande_rien(en_parcours, cip):
    en_parcours.contrat.fin_prevue = dans(-1)
    en_parcours.contrat.save()
    cip.post(adresse("sortie", en_parcours.personne), saisie(-1, rupture=""))
    en_parcours.contrat.refresh_from_db()
    assert en_parcours.personne.sorties.exists() and en_parcours.contrat.rompu_le is None


def test_une_sortie_ne_se_date_ni_dans_le_futur_ni_avant_un_contrat_a_venir(en_parcours, cip):
    page = adresse("sortie", en_parcours.personne)
    assert cip.post(page, saisie(1)).context["form"].errors.keys() == {"le"}
    Contrat.objects.create(
        personne=en_parcours.personne, nature=terme("nature_contrat", "cddi"), debut=dans(90), fin_prevue=dans(99)
    )
    assert "commence après" in cip.post(page, saisie()).context["form"].errors["le"][0]


def test_le_dernier_jour_d_un_contrat_rompu_ne_passe_pas_la_sortie(en_parcours, cip):
    Contrat.objects.filter(pk=en_parcours.contrat.pk).update(
        rompu_le=dans(0), fin=dans(0), motif_rupture=terme("motif_rupture", "accord")
    )
    assert "rompu" in cip.post(adresse("sortie", en_parcours.personne), saisie(-3)).context["form"].errors["le"][0]


def test_un_bilan_commence_garde_son_texte_et_un_projet_n_a_jamais_couru(en_parcours):
    qui = en_parcours.personne
    ecrit = Bilan.objects.create(personne=qui, engagement=en_parcours.engagement, le=dans(-1), etat="en_cours", parole="Dit")
    projet = Engagement.objects.create(personne=qui, type_engagement=terme("type_engagement", "validation"), debut=dans(-5))
    faite = ActionAssociee.objects.create(personne=qui, offre=en_parcours.seance.offre, le=dans(-4))
    sortir(en_parcours)
    for ligne in (ecrit, projet, faite):
        ligne.refresh_from_db()
    assert (ecrit.etat, ecrit.parole, faite.etat) == ("en_cours", "Dit", "prevue")
    assert (projet.etat, projet.clos_le) == ("clos", dans(-5))
    assert projet not in Engagement.objects.en_cours(dans(-5))


def test_les_motifs_se_rangent_par_categorie(en_parcours, cip):
    choix = cip.get(adresse("sortie", en_parcours.personne)).context["form"].fields["motif"].widget.choices
    assert [groupe for groupe, _ in list(choix)[1:]] == [c.value for c in Categorie]


def test_une_personne_ne_sort_qu_une_fois_et_seulement_d_un_parcours(en_parcours, cip):
    sortir(en_parcours)
    assert cip.get(adresse("sortie", en_parcours.personne)).status_code == 404
    with pytest.raises(GesteImpossible, match="plus en parcours"):
        sortir(en_parcours)
    assert en_parcours.personne.sorties.count() == 1


def test_un_deces_ne_demande_pas_de_nouvelles(en_parcours):
    assert not sortir(en_parcours, motif="deces").suivis.exists()


@pytest.mark.parametrize(
    "sortie, attendues",
    [
        (date(2025, 11, 30), [date(2026, 2, 28), date(2026, 5, 30)]),
        (date(2023, 11, 29), [date(2024, 2, 29), date(2024, 5, 29)]),
        (date(2024, 8, 31), [date(2024, 11, 30), date(2025, 2, 28)]),
    ],
)
def test_les_nouvelles_se_prennent_le_meme_jour_trois_et_six_mois_apres(sortie, attendues):
    assert [SuiviSortie.date_prevue(sortie, mois) for mois in SuiviSortie.MOIS] == attendues


def test_corriger_une_sortie_deplace_les_nouvelles_et_la_phase(en_parcours, cip):
    Heures.objects.all().delete()
    en_parcours.personne.contacts.update(le=dans(-70))
    sortie = sortir(en_parcours, le=0)
    cip.post(adresse("sortie_corriger", sortie), saisie(-20, "sans_nouvelle", rupture="") | MOTIF)
    sortie.refresh_from_db()
    en_parcours.personne.refresh_from_db()
    assert (sortie.le, sortie.motif.code, en_parcours.personne.phase_depuis) == (dans(-20), "sans_nouvelle", dans(-20))
    assert [s.prevu_le for s in sortie.suivis.all()] == [SuiviSortie.date_prevue(dans(-20), m) for m in (3, 6)]


@pytest.mark.parametrize("vers, rompu", [(-6, -6), (-2, -2), (0, None)])
def test_corriger_la_date_deplace_ce_qui_finissait_avec_la_sortie(en_parcours, cip, vers, rompu):
    contrat, mets, engagement = en_parcours.contrat, en_parcours.mise_en_situation, en_parcours.engagement
    Contrat.objects.filter(pk=contrat.pk).update(fin_prevue=dans(-1), fin=dans(-1))
    sortie = sortir(en_parcours, le=-4)
    cip.post(adresse("sortie_corriger", sortie), saisie(vers, rupture="") | MOTIF)
    for ligne in (contrat, mets, engagement, sortie):
        ligne.refresh_from_db()
    assert (sortie.le, engagement.clos_le, mets.au) == (dans(vers), dans(vers), dans(vers))
    assert en_parcours.personne.bilans.get().annule_le == dans(vers)
    assert contrat.rompu_le == (rompu and dans(rompu)) and (contrat.motif_rupture is None) is (rompu is None)
    assert Trace.objects.filter(detail="fin déplacée avec la sortie").count() == 2


def test_corriger_le_seul_motif_ne_touche_pas_a_une_rupture_du_dernier_jour(en_parcours, cip):
    sortie = sortir(en_parcours, le=-4)
    Contrat.objects.filter(pk=en_parcours.contrat.pk).update(fin_prevue=dans(-4))
    cip.post(adresse("sortie_corriger", sortie), saisie(-4, "chomage", rupture=""))
    en_parcours.contrat.refresh_from_db()
    assert en_parcours.contrat.rompu_le == dans(-4)


def test_corriger_un_detail_de_la_sortie_ne_prevoit_rien_de_nouveau(en_parcours, cip):
    sortie = sortir(en_parcours, le=-4)
    sortie.suivis.filter(mois=6).delete()
    cip.post(adresse("sortie_corriger", sortie), saisie(-4, rupture="") | {"trajectoire": "instable"})
    sortie.refresh_from_db()
    assert sortie.trajectoire == "instable" and [suivi.mois for suivi in sortie.suivis.all()] == [3]


def test_un_engagement_clos_avant_la_sortie_ne_bouge_pas_avec_elle(en_parcours, cip):
    ancien = Engagement.objects.create(
        personne=en_parcours.personne,
        type_engagement=en_parcours.engagement.type_engagement,
        etat="clos",
        debut=dans(-60),
        clos_le=dans(-30),
    )
    sortie = sortir(en_parcours, le=-4)
    cip.post(adresse("sortie_corriger", sortie), saisie(-2, rupture=""))
    ancien.refresh_from_db()
    assert ancien.clos_le == dans(-30)


def test_une_mise_en_situation_d_apres_la_sortie_n_aura_pas_lieu(en_parcours, cip):
    prevue = MiseEnSituation.objects.create(personne=en_parcours.personne, atelier="Jardin", du=dans(3))
    sortir(en_parcours)
    assert not MiseEnSituation.objects.filter(pk=prevue.pk).exists()
    assert Trace.objects.get(geste="supprimer").detail == "prévue après la sortie"


def test_on_ne_sort_pas_avant_des_heures_ni_un_travail_evalue(en_parcours, cip):
    page = adresse("sortie", en_parcours.personne)
    assert "Des heures sont notées" in cip.post(page, saisie(-8)).context["form"].errors["le"][0]
    Heures.objects.all().delete()
    assert "fait ou évalué" in cip.post(page, saisie(-31)).context["form"].errors["le"][0]
    cip.post(page, saisie(-8))
    assert en_parcours.personne.sorties.exists()


def test_des_heures_notees_au_mois_ne_s_effacent_pas_avec_une_sortie_d_avant_elles(en_parcours, cip):
    """Les heures d'un mois portent la date de son premier jour, qui peut précéder la sortie et la mise en situation."""
    EvaluationAuTravail.objects.all().delete()
    en_parcours.personne.mises_en_situation.update(du=dans(-10))
    Heures.objects.update(le=dans(-20))
    refus = cip.post(adresse("sortie", en_parcours.personne), saisie(-15)).context["form"].errors["le"][0]
    assert "fait ou évalué" in refus and Heures.objects.exists()


def test_qui_revient_sous_contrat_n_est_plus_a_appeler(en_parcours, cip):
    qui = en_parcours.personne
    sortie = sortir(en_parcours, le=-4)
    sortie.suivis.filter(mois=3).update(prevu_le=dans(-1))
    compter = lambda: cip.get(reverse("parcours:sorties")).context["nouvelles"]  # noqa: E731
    assert compter() == 1 and qui in a_qui_manque("suivi_sortie")
    nature = terme("nature_contrat", "cddi")
    retour = Contrat.objects.create(personne=qui, nature=nature, debut=dans(1), fin_prevue=dans(90))
    assert compter() == 1
    Contrat.objects.filter(pk=retour.pk).update(debut=dans(0))
    assert compter() == 0 and qui not in a_qui_manque("suivi_sortie")
    page = cip.get(adresse("sortie_fiche", sortie)).content.decode()
    assert "revenue sous contrat depuis" in page and "À prendre" not in page


def test_une_sortie_notee_par_erreur_se_retire(en_parcours, cip):
    sortie = sortir(en_parcours)
    cip.post(adresse("sortie_annuler", sortie))
    en_parcours.personne.refresh_from_db()
    assert (en_parcours.personne.phase, en_parcours.personne.sorties.count()) == ("parcours", 0)


def test_une_sortie_dont_on_a_pris_des_nouvelles_ne_se_retire_plus(en_parcours, cip):
    sortie = sortir(en_parcours)
    sortie.suivis.filter(mois=3).update(fait_le=dans(0))
    cip.post(adresse("sortie_annuler", sortie))
    assert Sortie.objects.filter(pk=sortie.pk).exists()


def test_qui_revient_rouvre_son_dossier_et_garde_l_histoire_de_sa_sortie(en_parcours, cip):
    qui = en_parcours.personne
    sortir(en_parcours)
    cip.post(adresse("nouveau_contact", qui), {"le": dans(0).isoformat(), "canal": "visite", "delai_annonce": 5})
    qui.refresh_from_db()
    assert (qui.phase, qui.sorties.count()) == ("pre_accueil", 1)
    assert "sortie" in {f.genre for f in cip.get(adresse("personne", qui)).context["faits"]}


@pytest.mark.parametrize(
    "type_siae, jours, heures, examinee",
    [
        ("AI", 1, 150, True),
        ("ETTI", 400, 149, False),
        ("ACI", 81, 1, True),
        ("ACI", 80, 900, False),
        ("EI", 81, 0, False),
    ],
)
@pytest.mark.parametrize("dite", [True, False])
def test_un_sejour_trop_court_ne_s_examine_pas(ici, type_siae, jours, heures, examinee, dite):
    Organisation.objects.filter(pk=ici.organisation.pk).update(type_siae=type_siae)
    personne = finie(ici, "Ada", fin=-30, duree=jours, heures=heures)
    if dite:
        sortir(ici, le=-30, personne=personne)
    assert vue(ici).examinees == (1, examinee)


def vue(monde):
    """Les deux dernières années."""
    return fins_de(monde.hab["cip"], Periode(dans(-700), dans(0)))


def test_le_taux_est_celui_des_nomenclatures(ici):
    motifs = ["cdi_non_aide", "cdd_court", "formation", "chomage", "faute_grave"]
    for rang, motif in enumerate(motifs):
        sortir(ici, le=-20, motif=motif, personne=finie(ici, f"N{rang}"))
    finie(ici, "Oubliée")
    sortir(ici, le=-20, personne=finie(ici, "Courte", heures=149))
    bilan = vue(ici)
    assert dict(bilan.lignes) == {
        ClasseDeSortie.DURABLE: 1,
        ClasseDeSortie.TRANSITION: 1,
        ClasseDeSortie.POSITIVE: 1,
        ClasseDeSortie.AUTRE: 1,
        ClasseDeSortie.NON_DOCUMENTEE: 1,
        ClasseDeSortie.RETRAIT: 1,
        ClasseDeSortie.NON_EXAMINEE: 1,
    }
    assert (bilan.dynamiques, bilan.examinees, bilan.pourcentage) == ((5, 3), (7, 6), 60)


def test_en_chantier_un_sejour_se_compte_en_jours(ici):
    Organisation.objects.filter(pk=ici.organisation.pk).update(type_siae="ACI")
    ici.hab["cip"].organisation.refresh_from_db()
    sortir(ici, le=-30, personne=finie(ici, "Longue", duree=81, heures=1))
    sortir(ici, le=-30, personne=finie(ici, "Courte", duree=80, heures=1))
    fins = sorted(vue(ici).fins, key=lambda f: f.personne.nom)
    assert [f.ligne for f in fins] == [ClasseDeSortie.NON_EXAMINEE, ClasseDeSortie.DURABLE]


def test_une_categorie_inconnue_du_cadre_n_est_pas_dynamique(ici):
    Terme.objects.create(liste="motif_sortie", code="neuf", libelle="Neuf", categorie="À définir")
    sortir(ici, le=-20, motif="neuf", personne=finie(ici, "Ada"))
    assert vue(ici).dynamiques == (1, 0)


@pytest.mark.parametrize("fin, comptee", [(-15, False), (-16, True)])
def test_une_fin_de_contrat_sans_sortie_se_compte_passe_le_delai_de_la_structure(ici, fin, comptee):
    finie(ici, "Oubliée", fin=fin)
    assert bool(vue(ici).de(ClasseDeSortie.NON_DOCUMENTEE)) is comptee


def test_qui_a_un_autre_contrat_ou_une_sortie_n_est_pas_non_documente(ici):
    encore = finie(ici, "Encore", fin=-60)
    Contrat.objects.create(personne=encore, nature=terme("nature_contrat", "cdi"), debut=dans(5))
    sortir(ici, le=-60, personne=finie(ici, "Dite", fin=-60))
    assert vue(ici).de(ClasseDeSortie.NON_DOCUMENTEE) == []


def test_un_second_sejour_non_documente_se_compte_et_ses_heures_sont_les_siennes(ici):
    revenue = finie(ici, "Revenue", fin=-300, heures=300)
    sortir(ici, le=-300, personne=revenue)
    Contrat.objects.create(personne=revenue, nature=terme("nature_contrat", "cddi"), debut=dans(-200), fin_prevue=dans(-30))
    assert [f.le for f in vue(ici).de(ClasseDeSortie.NON_EXAMINEE)] == [dans(-30)]
    travail = MiseEnSituation.objects.create(personne=revenue, atelier="Jardin", du=dans(-200))
    Heures.objects.create(mise_en_situation=travail, le=dans(-200), heures=150)
    assert [f.le for f in vue(ici).de(ClasseDeSortie.NON_DOCUMENTEE)] == [dans(-30)]


def test_chaque_chiffre_est_celui_de_sa_liste(ici, cip):
    for rang, motif in enumerate(["cdi_non_aide", "cdi_aide", "chomage", "deces"]):
        sortir(ici, le=-20, motif=motif, personne=finie(ici, f"N{rang}"))
    finie(ici, "Oubliée")
    bornes = {"du": dans(-700).isoformat(), "au": dans(0).isoformat()}
    page = cip.get(reverse("parcours:sorties"), bornes)
    for ligne, nombre in page.context["periode"].lignes:
        liste = cip.get(reverse("parcours:sorties"), bornes | {"ligne": ligne.value})
        assert len(liste.context["page"]) == liste.context["page"].paginator.count == nombre
    assert "2\N{NO-BREAK SPACE}sur\N{NO-BREAK SPACE}4" in page.content.decode()


def test_la_periode_compte_ses_jours_extremes(ici, cip):
    sortir(ici, le=-20, personne=finie(ici, "Ada"))
    for du, au, combien in ((-20, -20, 1), (-19, 0, 0), (-40, -21, 0)):
        page = cip.get(reverse("parcours:sorties"), {"du": dans(du).isoformat(), "au": dans(au).isoformat()})
        assert len(page.context["periode"].fins) == combien


@pytest.mark.parametrize("combien", [1, 20])
def test_les_pages_de_sortie_tiennent_en_quatorze_requetes(ici, cip, django_assert_max_num_queries, combien):
    for rang in range(combien):
        sortie = sortir(ici, le=-20, personne=finie(ici, f"N{rang}"))
        finie(ici, f"Oubliée{rang}")
        sortie.suivis.update(prevu_le=dans(-1))
    for page in (reverse("parcours:sorties"), reverse("parcours:nouvelles"), adresse("sortie_fiche", sortie)):
        with django_assert_max_num_queries(14):
            assert cip.get(page).status_code == 200
