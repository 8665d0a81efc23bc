"""Ce qui arrive aujourd'hui compte aujourd'hui : chaque règle du suivi, le jour même, la veille et le lendemain (ACC-6)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cedre.conftest import a_qui_manque, terme
from cedre.parcours.models import Contrat, Heures, Personne, SuiviSortie, VisiteJobcoach


def dans(jours: int) -> date:
    """Le jour qui vient dans n jours."""
    return timezone.localdate() + timedelta(days=jours)


def manque(quoi: str, jours: int = 0) -> bool:
    """Vrai si ceci manque à quelqu'un, à n jours d'aujourd'hui."""
    return a_qui_manque(quoi, dans(jours)).exists()


def embaucher_du(embauchee, debut: int, fin: int) -> Contrat:
    """Date le contrat de la personne."""
    embauchee.contrat.debut, embauchee.contrat.fin_prevue = dans(debut), dans(fin)
    embauchee.contrat.save()
    return embauchee.contrat


@pytest.mark.parametrize("jours", [-1, 0, 1])
def test_un_contrat_d_un_seul_jour_fait_une_salariee_ce_jour_la_et_aucun_autre(embauchee, jours):
    embaucher_du(embauchee, 0, 0)
    embauchee.personne.engagements.update(etat="clos", clos_le=dans(-20))
    for quoi in ("sans_objectif", "fin_contrat"):
        assert manque(quoi, jours) is (jours == 0), quoi


@pytest.mark.parametrize("jours", [-1, 0, 1])
def test_un_engagement_compte_du_jour_ou_il_commence_a_la_veille_de_sa_cloture(embauchee, jours):
    embauchee.personne.engagements.update(debut=dans(0))
    assert manque("sans_objectif", jours) is (jours < 0)
    embauchee.personne.engagements.update(etat="clos", debut=dans(-30), clos_le=dans(0))
    assert manque("sans_objectif", jours) is (jours >= 0)


def test_un_projet_d_engagement_n_engage_pas_encore(embauchee):
    embauchee.personne.engagements.update(etat="projet")
    assert manque("sans_objectif")


def test_un_bilan_ou_elle_n_est_pas_venue_n_est_plus_une_echeance(embauchee):
    assert not manque("sans_echeance")
    embauchee.personne.bilans.update(etat="absent", le=dans(0))
    assert manque("sans_echeance")
    assert not manque("bilan_proche")


@pytest.fixture
def perdue_de_vue(embauchee):
    """Une salariée que l'on n'a pas vue depuis cent jours, sous contrat depuis soixante."""
    for relation in ("contacts", "entretiens", "informations", "evaluations", "bilans", "echanges", "actions"):
        getattr(embauchee.personne, relation).update(le=dans(-100))
    VisiteJobcoach.objects.update(le=dans(-100))
    assert manque("sans_contact")
    return embauchee


@pytest.mark.parametrize(
    ("relation", "etat"),
    [
        ("echanges", {}),
        ("contacts", {}),
        ("entretiens", {"etat": "realise", "issue": "autre_rencontre"}),
        ("informations", {"presence": "presente"}),
        ("evaluations", {"validee_le": timezone.now()}),
        ("bilans", {"etat": "clos", "clos_le": timezone.now(), "suite": "sortie", "suite_le": date(2030, 1, 1)}),
        ("actions", {"etat": "faite"}),
        ("contrats", {}),
    ],
)
def test_toute_rencontre_d_aujourd_hui_compte_et_celle_de_demain_pas_encore(perdue_de_vue, relation, etat):
    champ = "debut" if relation == "contrats" else "le"
    rencontres = getattr(perdue_de_vue.personne, relation)
    rencontres.update(**etat, **{champ: dans(0)})
    assert not manque("sans_contact")
    if relation != "contrats":
        rencontres.update(**etat, **{champ: dans(1)})
        assert manque("sans_contact")


def test_une_visite_du_jobcoach_est_une_rencontre(perdue_de_vue):
    VisiteJobcoach.objects.update(le=dans(0))
    assert not manque("sans_contact")


@pytest.mark.parametrize(("le", "heures", "compte"), [(0, 3, True), (0, 0, False), (1, 3, False)])
def test_seules_des_heures_faites_comptent(embauchee, le, heures, compte):
    Heures.objects.update(le=dans(le), heures=heures)
    assert manque("sans_heures") is not compte


def test_un_contrat_suspendu_jusqu_a_aujourd_hui_n_attend_pas_d_heures(embauchee):
    Heures.objects.all().delete()
    embauchee.contrat.suspensions.update(au=dans(0))
    assert not manque("sans_heures")
    assert manque("sans_heures", 1)


@pytest.mark.parametrize(("debut", "attendues"), [(-28, True), (-27, False)])
def test_un_contrat_de_moins_de_quatre_semaines_n_attend_pas_encore_d_heures(embauchee, debut, attendues):
    Heures.objects.all().delete()
    embaucher_du(embauchee, debut, 30)
    assert manque("sans_heures") is attendues


def test_sortie_aujourd_hui_on_n_attend_plus_ses_heures(embauchee):
    Heures.objects.all().delete()
    assert manque("sans_heures")
    embauchee.personne.sorties.create(le=dans(0), motif=terme("motif_sortie", "chomage"))
    assert not manque("sans_heures")


@pytest.mark.parametrize(("debut", "fin", "jours", "attendue"), [(-10, -1, 14, False), (-10, -1, 15, True)])
def test_une_sortie_est_a_dire_passe_le_delai_de_la_structure(embauchee, debut, fin, jours, attendue):
    embaucher_du(embauchee, debut, fin)
    assert manque("sortie_non_documentee", jours) is attendue


def test_un_contrat_sans_terme_qui_suit_vaut_une_suite(embauchee):
    embaucher_du(embauchee, -60, -40)
    assert manque("sortie_non_documentee")
    Contrat.objects.create(personne=embauchee.personne, nature=terme("nature_contrat", "cdi"), debut=dans(-39))
    assert not manque("sortie_non_documentee")
    assert not manque("fin_contrat")
    embauchee.personne.engagements.all().update(etat="clos", clos_le=dans(-1))
    assert manque("sans_objectif"), "qui est en CDI dans la structure y est salariée"


@pytest.mark.parametrize(("retour", "attendues"), [(-100, True), (-99, False), (0, False), (1, True)])
def test_qui_reprend_un_contrat_apres_sa_sortie_n_a_plus_de_nouvelles_a_donner(embauchee, retour, attendues):
    embauchee.personne.sorties.update(le=dans(-100))
    SuiviSortie.objects.update(prevu_le=dans(0), fait_le=None)
    embaucher_du(embauchee, retour, 200)
    assert manque("suivi_sortie") is attendues


def test_des_nouvelles_prises_aujourd_hui_le_sont_aujourd_hui_et_pas_la_veille(embauchee):
    embauchee.personne.contrats.all().delete()
    SuiviSortie.objects.update(fait_le=dans(0))
    assert not manque("suivi_sortie")
    assert manque("suivi_sortie", -1)


def test_une_information_ou_on_ne_l_attend_plus_n_est_pas_une_date(ici):
    ici.personne.entretiens.all().delete()
    assert not manque("sans_prochaine_date")
    ici.personne.informations.update(presence="excusee")
    assert manque("sans_prochaine_date")


def test_recue_le_jour_de_sa_demande_elle_n_attend_plus(ici):
    ici.contact.le, ici.contact.delai_annonce = dans(0), None
    ici.contact.save()
    assert manque("delai_non_annonce")
    ici.personne.entretiens.update(le=dans(0), etat="realise", issue="autre_rencontre")
    assert not manque("delai_non_annonce")


def test_de_deux_demandes_d_un_meme_jour_la_seconde_est_la_bonne(ici):
    ici.contact.le, ici.contact.delai_annonce = dans(0), None
    ici.contact.save()
    ici.personne.contacts.create(le=dans(0), delai_annonce=10)
    assert not manque("delai_non_annonce")


def test_pris_en_charge_pour_un_manque_les_autres_ne_se_taisent_pas(embauchee):
    embauchee.personne.engagements.update(etat="clos", clos_le=dans(0))
    embauchee.personne.prises_en_charge.update(manque="sans_contact", jusqu_au=dans(5))
    assert Personne.objects.a_traiter("sans_objectif").exists()


def test_une_evaluation_et_une_explication_d_aujourd_hui_comptent(embauchee):
    assert manque("sans_evaluation") and manque("statut_inexplique")
    embauchee.personne.evaluations.update(le=dans(0), validee_le=timezone.now())
    embauchee.personne.informations.update(le=dans(0), presence="presente", statut_explique=True)
    assert not manque("sans_evaluation") and not manque("statut_inexplique")


def test_un_referent_d_une_autre_structure_n_est_pas_un_referent_ici(ici, ailleurs):
    ici.personne.suivis.update(compte=ailleurs.hab["cip"].compte)
    assert a_qui_manque("sans_referent").get() == ici.personne


def test_d_un_dossier_anonyme_on_ne_demande_plus_le_telephone(ici):
    ici.personne.telephone, ici.personne.anonymisee_le = "", dans(0)
    ici.personne.save()
    assert not manque("injoignable")
