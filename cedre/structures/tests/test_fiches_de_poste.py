"""Les fiches de poste et leurs compétences (ACC-5, PRO-2)."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.structures.models import Competence, FicheDePoste
from cedre.structures.operations.fiches_de_poste import enregistrer


@pytest.fixture
def mad(ici):
    return ici.client("mad")


def saisie(intitule="Agent d’entretien", rome="k2204", lignes=(), initiales=0):
    corps = {"intitule": intitule, "code_rome": rome, "active": "on"}
    corps |= {"competences-TOTAL_FORMS": len(lignes), "competences-INITIAL_FORMS": initiales}
    for n, ligne in enumerate(lignes):
        corps |= {f"competences-{n}-{champ}": valeur for champ, valeur in ligne.items()}
    return corps


def test_une_fiche_se_cree_avec_ses_competences_et_ignore_les_lignes_vides(ici, mad):
    lignes = [{"rang": 2, "libelle": "Doser les produits"}, {"rang": 1, "libelle": "Préparer"}, {"rang": 0, "libelle": ""}]
    mad.post(reverse("structures:fiche_de_poste_nouvelle"), saisie(lignes=lignes))
    fiche = FicheDePoste.objects.get(intitule="Agent d’entretien")
    assert (fiche.organisation, fiche.code_rome) == (ici.organisation, "K2204")
    assert [c.libelle for c in fiche.competences.all()] == ["Préparer", "Doser les produits"]


@pytest.mark.parametrize("rome", ["Z1304", "K130", "K13045", "1304K"])
def test_un_code_rome_est_une_lettre_et_quatre_chiffres(mad, rome):
    reponse = mad.post(reverse("structures:fiche_de_poste_nouvelle"), saisie(rome=rome))
    assert reponse.context["form"].errors.keys() == {"code_rome"}


def test_deux_fiches_n_ont_pas_le_meme_intitule(mad):
    reponse = mad.post(reverse("structures:fiche_de_poste_nouvelle"), saisie(intitule="Poste ici"))
    assert "porte déjà cet intitulé" in str(reponse.context["form"].errors)


def test_une_competence_se_renomme_se_deplace_et_se_retire(ici, mad):
    une, deux = ici.fiche_de_poste.competences.all()
    lignes = [
        {"id": une.pk, "rang": 5, "libelle": "Suivre les consignes"},
        {"id": deux.pk, "rang": 1, "libelle": deux.libelle, "DELETE": "on"},
    ]
    mad.post(reverse("structures:fiche_de_poste", args=[ici.fiche_de_poste.pk]), saisie(lignes=lignes, initiales=2))
    assert [(c.pk, c.libelle, c.rang) for c in ici.fiche_de_poste.competences.all()] == [(une.pk, "Suivre les consignes", 4)]


def test_l_ordre_des_competences_se_lit_et_s_ecrit_a_partir_de_un(ici, mad):
    adresse = reverse("structures:fiche_de_poste", args=[ici.fiche_de_poste.pk])
    formset = mad.get(adresse).context["competences"]
    assert [form["rang"].value() for form in formset] == [1, 2, 3, 4, 5]
    une, deux = ici.fiche_de_poste.competences.all()
    telles_quelles = [{"id": c.pk, "rang": n, "libelle": c.libelle} for n, c in enumerate((une, deux), 1)]
    mad.post(adresse, saisie(intitule="Poste ici", lignes=telles_quelles, initiales=2))
    assert [c.rang for c in ici.fiche_de_poste.competences.all()] == [0, 1]
    zero = [{"id": une.pk, "rang": 0, "libelle": une.libelle}]
    assert "commence à 1" in mad.post(adresse, saisie(lignes=zero, initiales=1)).content.decode()


def test_la_competence_d_ailleurs_ne_se_modifie_pas_depuis_ici(ici, ailleurs, mad):
    intruse = ailleurs.fiche_de_poste.competences.first()
    lignes = [{"id": intruse.pk, "rang": 9, "libelle": "Détournée"}]
    mad.post(reverse("structures:fiche_de_poste", args=[ici.fiche_de_poste.pk]), saisie(lignes=lignes, initiales=1))
    intruse.refresh_from_db()
    assert intruse.libelle != "Détournée"
    adresse = reverse("structures:fiche_de_poste", args=[ailleurs.fiche_de_poste.pk])
    assert mad.get(adresse).status_code == mad.post(adresse, saisie()).status_code == 404


def test_une_fiche_retiree_des_listes_reste_lisible(ici, mad):
    corps = saisie(intitule="Poste ici", rome="")
    del corps["active"]
    mad.post(reverse("structures:fiche_de_poste", args=[ici.fiche_de_poste.pk]), corps)
    assert "Retirée des listes" in mad.get(reverse("structures:fiches_de_poste")).content.decode()


def test_une_ligne_s_ajoute_sans_recharger_la_page(mad):
    page = mad.get(reverse("structures:fiche_de_poste_ligne"), {"competences-TOTAL_FORMS": "4"}).content.decode()
    assert 'name="competences-4-libelle"' in page
    assert 'name="competences-TOTAL_FORMS" value="5"' in page
    assert mad.get(reverse("structures:fiche_de_poste_ligne"), {"competences-TOTAL_FORMS": "douze"}).status_code == 200


@pytest.mark.parametrize("role, code", [("qualite", 200), ("mad", 200), ("direction", 200), ("cip", 403), ("accueil", 403)])
def test_seuls_ceux_qui_tiennent_l_offre_ouvrent_les_fiches(ici, role, code):
    assert ici.client(role).get(reverse("structures:fiches_de_poste")).status_code == code


def test_enregistrer_une_fiche_sans_y_rien_changer_c_est_l_avoir_relue_ce_jour_la(ici):
    fiche, hab = ici.fiche_de_poste, ici.hab["direction"]
    for _ in range(2):
        enregistrer(fiche, competences=[], retirees=[], par=hab)
    assert [relecture.le for relecture in fiche.relectures.all()] == [timezone.localdate()]


def test_une_fiche_retiree_dit_quel_jour_et_l_oublie_si_elle_revient(ici, monkeypatch):
    fiche, hab = ici.fiche_de_poste, ici.hab["direction"]
    retraits = []
    for le, active in ((3, True), (5, False), (9, False), (12, True)):
        monkeypatch.setattr(timezone, "localdate", lambda *_, le=le: date(2026, 3, le))
        fiche.active = active
        retraits.append(enregistrer(fiche, competences=[], retirees=[], par=hab).retiree_le)
    assert retraits == [None, date(2026, 3, 5), date(2026, 3, 5), None]


def test_la_liste_met_ce_que_l_on_propose_d_abord_et_compte_les_competences_de_chaque_fiche(ici, ailleurs, mad):
    retiree, zinguer, ecrire = (
        FicheDePoste.objects.create(organisation=ici.organisation, intitule=nom, active=active)
        for nom, active in (("Abattre", False), ("Zinguer", True), ("Écrire", True))
    )
    Competence.objects.create(fiche_de_poste=zinguer, libelle="Plier")
    for le in (date(2026, 1, 1), date(2026, 2, 2)):
        zinguer.relectures.create(le=le)
    page = mad.get(reverse("structures:fiches_de_poste"))
    assert [(f, f.nombre) for f in page.context["fiches"]] == [(ecrire, 0), (ici.fiche_de_poste, 2), (zinguer, 1), (retiree, 0)]
    assert (page.content.decode().count(">Proposée</span>"), page.content.decode().count(">Retirée des listes</span>")) == (3, 1)


def test_chaque_enregistrement_d_une_fiche_laisse_sa_trace_et_garde_tout_ce_qui_est_ecrit(ici, mad):
    corps = saisie(lignes=[{"rang": 1, "libelle": "Doser"}]) | {"description": "Nettoyer les bureaux"}
    assert mad.post(reverse("structures:fiche_de_poste_nouvelle"), corps).url == reverse("structures:fiches_de_poste")
    fiche = FicheDePoste.objects.get(intitule="Agent d’entretien")
    assert (fiche.description, fiche.active, fiche.relectures.count()) == ("Nettoyer les bureaux", True, 1)
    mad.post(reverse("structures:fiche_de_poste", args=[fiche.pk]), saisie(intitule="Agente"))
    traces = Trace.objects.filter(objet="fiche de poste", objet_id=fiche.pk).order_by("pk")
    qui = ici.hab["mad"].compte_id
    assert [*traces.values_list("geste", "detail", "compte")] == [
        ("creer", "Agent d’entretien", qui),
        ("modifier", "Agente", qui),
    ]
