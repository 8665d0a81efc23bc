"""Les chiffres de l'accueil : un nombre, et la liste qui est derrière (OBS-1)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.manquants import lignes_manquantes
from cedre.conftest import embaucher
from cedre.core.indicateurs import Mesure, tous
from cedre.parcours.models import Bilan, Contact, Engagement, Personne, Remise
from cedre.partenariats.models import Convention
from cedre.portail.chiffres import Chiffre, ce_qui_manque
from cedre.regulation.models import Decision, PointOrdreDuJour, Regulation
from cedre.structures.models import FicheDePoste
from cedre.tests.ecran import tableau


@pytest.fixture
def demandes(ici):
    """Huit demandes, sans délai annoncé pour six d'entre elles, dont deux d'une même personne."""
    jour = timezone.localdate()
    for rang in range(6):
        personne = Personne.objects.create(organisation=ici.organisation, nom=f"Demande{rang}", prenom="Ada")
        Contact.objects.create(personne=personne, le=jour - timedelta(days=3), delai_annonce=5 if rang == 0 else None)
    Contact.objects.create(personne=personne, le=jour)


@pytest.mark.parametrize("role", ["cip", "qualite", "direction"])
def test_le_nombre_de_ceux_qui_manquent_est_celui_de_la_liste(
    composees, ici, ailleurs, demandes, role, django_assert_max_num_queries
):
    client = ici.client(role)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("portail:chiffres"))
    for chiffre in (c for c in page.context["chiffres"] if c.indicateur.se_corrige):
        liste = client.get(reverse("portail:manquants", args=[chiffre.indicateur.code]))
        assert liste.context["page"].paginator.count == len(liste.context["lignes"]) == chiffre.manquent
        assert "Zzyzxa" not in liste.content.decode()
    assert [c.mesure for c in page.context["chiffres"] if c.indicateur.code == "delai_annonce"] == [(8, 2)]
    assert {c.indicateur.code for c in page.context["chiffres"]} == tous().keys()


def test_le_ca_lit_les_nombres_sans_liste_et_jamais_un_petit_nombre(ici, demandes):
    client = ici.client("ca")
    page = client.get(reverse("portail:chiffres")).content.decode()
    assert "le nombre de premiers contacts n’est pas dit" in page and "qui manquent" not in page
    assert "2\N{NO-BREAK SPACE}sur\N{NO-BREAK SPACE}8 premiers contacts" not in page
    Personne.objects.filter(nom__startswith="Demande").delete()
    page = client.get(reverse("portail:chiffres")).content.decode()
    assert "moins de cinq premiers contacts" in page and "1 premiers contacts" not in page
    assert client.get(reverse("portail:manquants", args=["delai_annonce"])).status_code == 403


@pytest.mark.parametrize("code", ["delai_d_accueil", "fins_de_parcours"])
def test_la_page_d_un_chiffre_dit_ce_qu_il_ne_dit_pas_et_comment_le_lire(ici, code):
    une, page = tous()[code], ici.client("direction").get(reverse("portail:manquants", args=[code])).content.decode()
    assert une.limites.split(" ;")[0] in page and une.sens.value in page
    assert ("est sensible" in page) is une.sensible is (code == "fins_de_parcours")
    assert une.limites.split(" ;")[0] in ici.client("ca").get(reverse("portail:chiffres")).content.decode()


@pytest.mark.parametrize("role, lie", [("direction", True), ("accueil", False)])
def test_un_chiffre_peut_compter_autre_chose_que_des_personnes(ici, ailleurs, role, lie):
    jour = timezone.localdate()
    for monde in (ici, ailleurs):
        Convention.objects.create(
            partenaire=monde.partenaire, objet="Orienter", du=jour - timedelta(days=9), au=jour - timedelta(days=1)
        )
    page = ici.client(role).get(reverse("portail:manquants", args=["conventions_en_vigueur"]))
    assert [ligne.quoi for ligne in page.context["lignes"]] == ["Partenaire ici"] and "Partenaire ici" in page.content.decode()
    assert (reverse("partenariats:partenaire", args=[ici.partenaire.pk]) in page.content.decode()) is lie


def test_la_page_dit_l_essentiel_de_la_periode_choisie_et_ne_deplie_rien(ici):
    """Le nombre d'en tête est celui de la page du chapitre ; chaque indicateur est dans un chapitre, et un seul."""
    client, periode = ici.client("direction"), {"annee": timezone.localdate().year - 1}
    page = client.get(reverse("portail:chiffres"), periode)
    essentiels = {c.rubrique.code: c.dite for _, siens in page.context["en_bref"] for c in siens}
    chapitre = client.get(reverse("observatoire:chapitre", args=["accueil"]), periode)
    du_chapitre = {c.rubrique.code: c.dite for c, _ in chapitre.context["chiffres"]}
    communs = essentiels.keys() & du_chapitre.keys()
    assert len(essentiels) > 15 and communs and all(essentiels[code] == du_chapitre[code] for code in communs)
    ranges = [c.indicateur.code for _, siens, _ in page.context["par_chapitre"] for c in siens]
    assert sorted(ranges) == sorted(tous()) and " open" not in page.content.decode().partition('id="tous"')[2]


def test_les_plus_longues_listes_viennent_d_abord_et_aucune_ne_se_perd():
    lus = [Chiffre(tous()["delai_annonce"], Mesure(n, 0)) for n in range(12)]
    d_abord, ensuite = ce_qui_manque(lus)
    assert [c.manquent for c in d_abord] == [11, 10, 9, 8, 7, 6, 5, 4] and [c.manquent for c in ensuite] == [3, 2, 1]


def test_un_chiffre_inconnu_n_existe_pas(ici):
    assert ici.client("direction").get(reverse("portail:manquants", args=["rien"])).status_code == 404


@pytest.mark.parametrize("code", ["sorties_dynamiques", "heures_travaillees", "delai_annonce"])
def test_chaque_chiffre_montre_son_exemple_et_un_constat_n_a_rien_a_corriger(ici, code):
    page = ici.client("direction").get(reverse("portail:manquants", args=[code]))
    assert "Camille" in page.content.decode() and "Un exemple" in page.content.decode()
    assert ("lignes" in page.context) is tous()[code].se_corrige


def test_un_exemple_dit_ses_nombres_comme_la_mesure_avec_une_virgule(ici):
    page = ici.client("direction").get(reverse("portail:manquants", args=["heures_travaillees"]))
    (camille, *_, noor) = tableau(page)
    assert camille[0::2] == ["Camille", "oui, 2 fois"] and camille[3] == "10,5" and camille[1].endswith("heures : 3,5)")
    assert noor[2:] == ["oui", "0,25"] and noor[1].endswith("heures : 0,25)")


def test_une_somme_se_lit_de_qui_lit_les_dossiers_et_se_tait_aux_autres(ici):
    embaucher(ici)
    page = {role: ici.client(role).get(reverse("portail:chiffres")).content.decode() for role in ("cip", "ca")}
    assert "12 heures" in page["cip"] and "La mesure est la somme." in page["cip"]
    assert "le nombre d’heures n’est pas dit" in page["ca"]


def test_chaque_ligne_mene_a_sa_page_et_a_son_remede_de_qui_en_a_le_droit_et_sinon_au_dossier(ici, demandes):
    Bilan.objects.all().delete()
    embaucher(ici)
    Remise.objects.all().delete()
    liste = reverse("portail:manquants", args=["engagement_remis"])
    engagement, personne = ici.engagement, ici.personne
    pages = {role: ici.client(role).get(liste) for role in ("cip", "accueil")}
    vues = {role: [manquant[1:] for manquant in page.context["lignes"]] for role, page in pages.items()}
    assert vues["cip"] == [(str(personne), reverse("parcours:engagement", args=[engagement.pk]), str(engagement), None)]
    dossier = reverse("parcours:personne", args=[personne.pk])
    assert vues["accueil"] == [(str(personne), dossier, "", None)], "le type d'un engagement n'est pas pour l'accueil"
    assert [("Ouvrir l’engagement" in page.content.decode()) for page in pages.values()] == [True, False]


def test_une_decision_sans_personne_ne_se_lit_pas_de_qui_ne_tient_pas_les_regulations(ici):
    jour = timezone.localdate()
    tenue = Regulation.objects.create(organisation=ici.organisation, le=jour - timedelta(days=30), etat="tenue")
    point = PointOrdreDuJour.objects.create(regulation=tenue, sujet="Une affaire délicate")
    Decision.objects.create(point=point, quoi="En parler au bureau", echeance=jour - timedelta(days=9))
    liste = reverse("portail:manquants", args=["decision_suivie"])
    pages = {role: ici.client(role).get(liste) for role in ("cip", "accueil")}
    vues = {role: [manquant[1:] for manquant in page.context["lignes"]] for role, page in pages.items()}
    assert vues["cip"] == [("En parler au bureau", reverse("regulation:point", args=[point.pk]), "", None)]
    assert vues["accueil"] == [("décision", "", "", None)]
    assert [(reverse("regulation:decisions") in page.content.decode()) for page in pages.values()] == [True, False]


@pytest.mark.parametrize("dite, attendues", [("", 0), ("hier", 0), ("2026-02-31", 0), ("0000-00-00", 0), ("passe", 1)])
def test_la_liste_se_lit_a_un_jour_passe_et_une_date_fausse_est_aujourd_hui(ici, dite, attendues):
    passe = timezone.localdate() - timedelta(days=400)
    Contact.objects.all().delete()
    Contact.objects.create(personne=ici.personne, le=passe)
    adresse = reverse("portail:manquants", args=["delai_annonce"])
    page = ici.client("cip").get(adresse, {"le": passe.isoformat() if dite == "passe" else dite})
    assert len(page.context["lignes"]) == attendues
    assert page.context["le"] == (passe if attendues else timezone.localdate())


@pytest.mark.parametrize(
    ("code", "lisent"), [("delai_annonce", {"cip", "qualite", "direction"}), ("entretien_annuel_tenu", {"qualite", "direction"})]
)
def test_une_liste_d_un_jour_passe_n_est_qu_a_qui_lit_le_passe(ici, code, lisent):
    """D'un jour à l'autre, elle dirait quand chaque fait s'est passé : qui corrige n'a besoin que de celle d'aujourd'hui."""
    le = timezone.localdate() - timedelta(days=30)
    Contact.objects.create(personne=ici.personne, le=le - timedelta(days=10))
    adresse = reverse("portail:manquants", args=[code])
    roles = ("accueil", "cip", "mad", "qualite", "direction")
    pages = {role: ici.client(role).get(adresse, {"le": le.isoformat()}) for role in roles}
    assert {role for role, page in pages.items() if page.context["le"] == le} == lisent
    listes = {role: [*lignes_manquantes(tous()[code], ici.hab[role], le)] for role in roles}
    assert {role for role, lignes in listes.items() if lignes} == lisent


@pytest.mark.parametrize("dite", ["0001-01-01", "1999-12-31", "9999-12-31"])
def test_une_date_d_un_autre_temps_est_aujourd_hui_pour_chaque_chiffre(ici, dite):
    client = ici.client("direction")
    for code in (indicateur.code for indicateur in tous().values() if indicateur.se_corrige):
        page = client.get(reverse("portail:manquants", args=[code]), {"le": dite})
        assert (page.status_code, page.context["le"]) == (200, timezone.localdate()), code


@pytest.mark.parametrize("code", ["engagement_formalise", "client_associe", "decision_suivie", "fiches_de_poste_a_jour"])
def test_la_liste_coute_autant_de_requetes_a_trente_lignes_qu_a_une(ici, code, django_assert_max_num_queries):
    jour = timezone.localdate()
    embaucher(ici)
    for rang in range(30):
        fiche = FicheDePoste.objects.create(organisation=ici.organisation, intitule=f"Poste {rang}")
        fiche.usages.create(du=jour)
        Engagement.objects.create(
            personne=ici.personne,
            type_engagement=ici.engagement.type_engagement,
            etat="clos" if rang else "en_cours",
            debut=jour,
            clos_le=jour + timedelta(days=1) if rang else None,
        )
    client = ici.client("direction")
    with django_assert_max_num_queries(12):
        assert client.get(reverse("portail:manquants", args=[code])).status_code == 200


def test_ce_que_la_structure_fait_elle_meme_se_dit_au_ca_meme_seul(ici):
    page = ici.client("ca").get(reverse("portail:chiffres"))
    dits = {chiffre.indicateur.code: chiffre for chiffre in page.context["chiffres"]}
    assert dits["grille_en_vigueur"].mesure == (1, 1) and "oui" in page.content.decode()
    assert f"moins de cinq {dits['suivi_injoignable'].indicateur.unite}" in page.content.decode()
