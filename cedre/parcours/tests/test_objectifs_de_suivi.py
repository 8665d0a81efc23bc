"""Le suivi a minima : un objectif, son échéance, son contrôle, avec un engagement ou sans (ACC-6, § 2.1 d)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.core.refus import GesteImpossible
from cedre.observatoire.models import Terme
from cedre.parcours.models import Engagement, Personne, Sortie, SuiviAMinima
from cedre.parcours.operations import suivi as gestes
from cedre.parcours.operations.sorties import corriger_sortie, sortir


def dans(jours: int) -> date:
    return timezone.localdate() + timedelta(days=jours)


@pytest.fixture
def sans_engagement(embauchee):
    Engagement.objects.update(etat="clos", clos_le=dans(-10))
    return embauchee


@pytest.fixture
def suivi(sans_engagement) -> SuiviAMinima:
    neuf = SuiviAMinima(personne=sans_engagement.personne, objectif="Passer le permis", echeance=dans(30))
    return gestes.fixer(neuf, champs=[], par=sans_engagement.hab["mad"])


def manques(personne: Personne) -> set[str]:
    lue = Personne.objects.avec_manques().get(pk=personne.pk)
    return {trouve.manque.cle for trouve in lue.manques} & {"sans_objectif", "sans_echeance", "controle_depasse"}


def test_de_l_objectif_fixe_au_controle_le_dossier_dit_ce_qui_manque_et_rien_d_autre(sans_engagement):
    qui, client = sans_engagement.personne, sans_engagement.client("mad")
    assert manques(qui) == {"sans_objectif"}
    page = client.get(reverse("parcours:suivi_fixer", args=[qui.pk]))
    assert page.context["form"]["echeance"].value() > dans(80)
    saisie = {"objectif": "Passer le permis", "echeance": dans(0), "du": dans(0)}
    assert client.post(reverse("parcours:suivi_fixer", args=[qui.pk]), saisie).url == qui.get_absolute_url()
    assert manques(qui) == {"controle_depasse"}, "l’échéance est aujourd’hui"
    (suivi,) = qui.suivis_a_minima.all()
    assert suivi.par == sans_engagement.hab["mad"].compte
    assert client.get(reverse("parcours:suivi_fixer", args=[qui.pk])).url == reverse("parcours:suivi_controler", args=[suivi.pk])
    courant = client.get(reverse("parcours:controle_courant", args=[qui.pk]))
    assert courant.url == reverse("parcours:suivi_controler", args=[suivi.pk])
    form = client.get(courant.url).context["form"]
    assert (form["objectif"].value(), form["au"].value()) == ("Passer le permis", dans(0))
    dit = {"resultat": "en_partie", "constat": "Code obtenu", "au": dans(0), "objectif": "Conduire", "echeance": dans(60)}
    assert client.post(courant.url, dit).url == qui.get_absolute_url()
    assert manques(qui) == set()
    suivi.refresh_from_db()
    assert (suivi.au, suivi.get_resultat_display(), suivi.constat) == (dans(0), "Atteint en partie", "Code obtenu")
    suivant = qui.suivis_a_minima.ouverts().get()
    assert (suivant.objectif, suivant.du, suivant.echeance) == ("Conduire", dans(0), dans(60))
    page = client.get(reverse("parcours:suivis", args=[qui.pk])).content.decode()
    assert page.index("Conduire") < page.index("Code obtenu")
    assert client.get(reverse("parcours:controle_courant", args=[qui.pk])).url.endswith(f"/{suivant.pk}/controler")


def test_controle_sans_suite_elle_reste_sans_objectif_et_cela_se_dit(suivi, sans_engagement):
    client = sans_engagement.client("cip")
    adresse = reverse("parcours:suivi_controler", args=[suivi.pk])
    vide = client.post(adresse, {"au": dans(0), "objectif": "", "echeance": ""})
    assert "resultat" in vide.context["form"].errors and suivi.est_ouvert
    sans_jour = client.post(adresse, {"resultat": "atteint", "au": dans(0), "objectif": "Conduire", "echeance": ""})
    assert sans_jour.context["form"].errors == {"echeance": ["Dites pour quand."]}
    assert sans_jour.context["form"]["objectif"].value() == "Conduire"
    client.post(adresse, {"resultat": "atteint", "au": dans(0), "objectif": "", "echeance": dans(30)})
    assert manques(suivi.personne) == {"sans_objectif"}


@pytest.mark.parametrize(
    ("saisie", "champ"),
    [
        ({"du": 1}, "du"),
        ({"echeance": -1}, "echeance"),
        ({"echeance": 800}, "echeance"),
    ],
)
def test_des_jours_qui_ne_se_suivent_pas_se_refusent_a_cote_du_champ(sans_engagement, saisie, champ):
    jours = {nom: dans(jours) for nom, jours in ({"du": 0, "echeance": 30} | saisie).items()}
    adresse = reverse("parcours:suivi_fixer", args=[sans_engagement.personne.pk])
    form = sans_engagement.client("cip").post(adresse, {"objectif": "Passer le permis"} | jours).context["form"]
    assert [*form.errors] == [champ] and form["objectif"].value() == "Passer le permis"
    assert not SuiviAMinima.objects.exists()


def test_une_personne_n_a_qu_un_objectif_a_la_fois_et_aucun_sans_parcours(suivi, sans_engagement, ici):
    par = sans_engagement.hab["cip"]
    deux = SuiviAMinima(personne=suivi.personne, objectif="Autre", echeance=dans(5))
    with pytest.raises(GesteImpossible, match="déjà fixé"):
        gestes.fixer(deux, champs=[], par=par)
    suivi.resultat, suivi.au = "atteint", dans(-1)
    with pytest.raises(GesteImpossible, match="après le jour"):
        gestes.controler(suivi, suivant=None, par=par)
    suivi.au = dans(0)
    gestes.controler(suivi, suivant=None, par=par)
    with pytest.raises(GesteImpossible, match="contrôlé, ou retiré"):
        gestes.controler(suivi, suivant=None, par=par)
    with pytest.raises(GesteImpossible, match="contrôlé, ou retiré"):
        gestes.retirer(suivi, par=par)
    Personne.objects.update(phase="accueil")
    with pytest.raises(GesteImpossible, match="pas de parcours"):
        gestes.fixer(deux, champs=[], par=par)


def test_un_objectif_fixe_apres_coup_ne_chevauche_pas_celui_d_avant(suivi, sans_engagement):
    SuiviAMinima.objects.update(du=dans(-20), au=dans(-5), resultat="atteint")
    neuf = {"personne": suivi.personne, "objectif": "Conduire", "echeance": dans(30)}
    with pytest.raises(GesteImpossible, match="courait ce jour-là"):
        gestes.fixer(SuiviAMinima(du=dans(-6), **neuf), champs=[], par=sans_engagement.hab["cip"])
    assert gestes.fixer(SuiviAMinima(du=dans(-5), **neuf), champs=[], par=sans_engagement.hab["cip"]).pk


def test_on_corrige_ou_retire_celui_qui_court(suivi, sans_engagement):
    client = sans_engagement.client("cip")
    adresse = reverse("parcours:suivi_corriger", args=[suivi.pk])
    client.post(adresse, {"objectif": "Passer le code", "echeance": dans(40)})
    suivi.refresh_from_db()
    assert (suivi.objectif, suivi.echeance) == ("Passer le code", dans(40))
    assert client.post(reverse("parcours:suivi_retirer", args=[suivi.pk])).url == suivi.personne.get_absolute_url()
    assert manques(suivi.personne) == {"sans_objectif"}


def test_avec_un_engagement_le_suivi_en_dit_l_echeance(embauchee):
    embauchee.bilan.delete()
    assert manques(embauchee.personne) == {"sans_echeance"}
    neuf = SuiviAMinima(personne=embauchee.personne, objectif="Passer le permis", echeance=dans(30))
    gestes.fixer(neuf, champs=[], par=embauchee.hab["cip"])
    assert manques(embauchee.personne) == set()
    assert Personne.objects.avec_reperes().get(pk=embauchee.personne.pk).prochaine_date <= dans(30)


def test_la_sortie_arrete_le_suivi_et_sa_date_corrigee_l_emporte(suivi, sans_engagement):
    SuiviAMinima.objects.update(du=dans(-40))
    par, motif = sans_engagement.hab["cip"], Terme.objects.de("motif_sortie").exclude(code="deces").first()
    rupture = Terme.objects.de("motif_rupture").first()
    sans_engagement.mise_en_situation.heures.all().delete()
    sortie = sortir(Sortie(personne=suivi.personne, le=dans(-1), motif=motif), motif_rupture=rupture, par=par)
    suivi.refresh_from_db()
    assert (suivi.au, suivi.resultat) == (dans(-1), "")
    sortie.le = dans(0)
    corriger_sortie(sortie, champs=["le"], motif_rupture=rupture, par=par)
    suivi.refresh_from_db()
    assert suivi.au == dans(0)


def test_la_secretaire_lit_le_dossier_sans_les_objectifs_et_ne_les_ecrit_pas(suivi, sans_engagement):
    client = sans_engagement.client("accueil")
    assert "Passer le permis" not in client.get(suivi.personne.get_absolute_url()).content.decode()
    for route, pk in (("suivis", suivi.personne_id), ("suivi_controler", suivi.pk), ("suivi_fixer", suivi.personne_id)):
        assert client.get(reverse(f"parcours:{route}", args=[pk])).status_code == 403


def test_l_echeance_de_ce_qui_suit_vient_apres_le_controle(suivi, sans_engagement):
    adresse = reverse("parcours:suivi_controler", args=[suivi.pk])
    dit = {"resultat": "atteint", "au": dans(0), "objectif": "Conduire", "echeance": dans(-1)}
    form = sans_engagement.client("cip").post(adresse, dit).context["form"]
    assert [*form.errors] == ["echeance"] and form["objectif"].value() == "Conduire"
    assert SuiviAMinima.objects.ouverts().get() == suivi, "tout, ou rien"


@pytest.mark.parametrize("avant, apres", [(0, 30), (-5, 30), (30, 0), (30, -5)])
def test_une_echeance_venue_ne_se_reporte_pas_et_ne_se_deplace_qu_a_un_jour_a_venir(suivi, sans_engagement, avant, apres):
    SuiviAMinima.objects.update(du=dans(-40), echeance=dans(avant))
    adresse = reverse("parcours:suivi_corriger", args=[suivi.pk])
    form = sans_engagement.client("cip").post(adresse, {"objectif": suivi.objectif, "echeance": dans(apres)}).context["form"]
    assert [*form.errors] == ["echeance"]
    corrige = sans_engagement.client("cip").post(adresse, {"objectif": "Permis B", "echeance": dans(avant)})
    assert corrige.url == suivi.personne.get_absolute_url(), "ses mots se corrigent"


def test_corriger_ou_retirer_un_objectif_controle_entre_temps_ne_recrit_rien(suivi, sans_engagement):
    lu_avant, par = SuiviAMinima.objects.get(), sans_engagement.hab["cip"]
    suivi.resultat, suivi.au = "en_partie", dans(0)
    gestes.controler(suivi, suivant=None, par=par)
    for geste in (lambda: gestes.fixer(lu_avant, champs=["objectif"], par=par), lambda: gestes.retirer(lu_avant, par=par)):
        with pytest.raises(GesteImpossible, match="contrôlé, ou retiré"):
            geste()
    suivi.refresh_from_db()
    assert (suivi.au, suivi.resultat) == (dans(0), "en_partie")


def test_un_objectif_fixe_apres_coup_ne_s_etend_pas_sur_celui_qui_l_a_suivi(suivi, sans_engagement):
    SuiviAMinima.objects.update(du=dans(-10), au=dans(-5), resultat="atteint")
    neuf = SuiviAMinima(personne=suivi.personne, objectif="Conduire", du=dans(-20), echeance=dans(30))
    with pytest.raises(GesteImpossible, match="courait ce jour-là"):
        gestes.fixer(neuf, champs=[], par=sans_engagement.hab["cip"])


def test_qui_corrige_n_est_pas_qui_a_fixe(suivi, sans_engagement):
    suivi.objectif = "Permis B"
    gestes.fixer(suivi, champs=["objectif"], par=sans_engagement.hab["cip"])
    assert SuiviAMinima.objects.get().par == sans_engagement.hab["mad"].compte


@pytest.mark.parametrize(
    "resultat, refuse", [("atteint", True), ("abandonne", True), ("en_partie", False), ("non_atteint", False)]
)
def test_ce_qui_est_fini_ne_se_reprend_pas_tel_quel(suivi, sans_engagement, resultat, refuse):
    dit = {"resultat": resultat, "au": dans(0), "objectif": suivi.objectif, "echeance": dans(30)}
    page = sans_engagement.client("cip").post(reverse("parcours:suivi_controler", args=[suivi.pk]), dit)
    assert (page.status_code == 200 and [*page.context["form"].errors] == ["objectif"]) is refuse


def test_l_histoire_dit_un_objectif_en_cours_controle_ou_arrete(suivi, sans_engagement):
    def etat():
        page = sans_engagement.client("cip").get(suivi.personne.get_absolute_url())
        return next(fait.etat_lisible for fait in page.context["faits"] if fait.genre == "suiviaminima")

    assert etat() == "En cours"
    SuiviAMinima.objects.update(au=dans(0))
    assert etat() == "Arrêté avec le dossier"
    SuiviAMinima.objects.update(resultat="en_partie")
    assert etat() == "Atteint en partie"


def test_fixe_apres_la_sortie_saisie_plus_tard_le_suivi_s_arrete_avec_elle(suivi, sans_engagement):
    par, motif = sans_engagement.hab["cip"], Terme.objects.de("motif_sortie").exclude(code="deces").first()
    rupture = Terme.objects.de("motif_rupture").first()
    sans_engagement.mise_en_situation.heures.all().delete()
    SuiviAMinima.objects.update(du=dans(-2))
    sortie = sortir(Sortie(personne=suivi.personne, le=dans(-5), motif=motif), motif_rupture=rupture, par=par)
    suivi.refresh_from_db()
    assert suivi.au == suivi.du == dans(-2)
    sortie.le = dans(0)
    corriger_sortie(sortie, champs=["le"], motif_rupture=rupture, par=par)
    suivi.refresh_from_db()
    assert suivi.au == dans(0)
