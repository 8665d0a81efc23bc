"""Ce que l'espace d'une personne lit et garde, sans passer par ses pages (INS-2, INS-7)."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from cedre.comptes.models import Trace
from cedre.core.refus import GesteImpossible
from cedre.parcours.espace import heures_par_mois, rendez_vous, textes_remis
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
