"""L'engagement réciproque écrit à plusieurs : rien ne se perd, chacun voit ce qui est à lui (INS-2, RES-1)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.core.refus import Conflit
from cedre.parcours.models import AncienObjectif, MiseEnSituation, Moyen, Objectif
from cedre.parcours.operations import engagements as gestes
from cedre.parcours.tests.refus import dans
from cedre.parcours.tests.test_engagements import ecrire, envoi, saisie

# ── À plusieurs ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_la_seconde_a_enregistrer_est_prevenue_voit_les_deux_textes_et_ne_perd_rien(inscrite, projet, cip):
    ecrire(projet, inscrite.hab["cip"], objectifs=("Commun",))
    adresse = reverse("parcours:engagement_modifier", args=[projet.pk])
    direction = inscrite.client("direction")
    page_cip, page_direction = cip.get(adresse), direction.get(adresse)
    neuf = {"objectifs-TOTAL_FORMS": "2"}
    cip.post(adresse, envoi(page_cip, **neuf, **{"objectifs-1-libelle": "De la CIP"}))
    conflit = direction.post(adresse, envoi(page_direction, **neuf, **{"objectifs-1-libelle": "De la direction"}))
    texte = conflit.content.decode()
    assert conflit.status_code == 409 and "De la CIP" in texte and "De la direction" in texte
    assert conflit.context["form"].non_field_errors() == [
        "Quelqu’un d’autre a enregistré entre-temps. Rien n’est perdu : réunissez les deux versions."
    ]
    assert [o.libelle for o in projet.objectifs.all()] == ["Commun", "De la CIP"]
    assert direction.post(adresse, envoi(conflit)).status_code == 302
    assert {o.libelle for o in projet.objectifs.all()} == {"Commun", "De la CIP", "De la direction"}


def test_le_meme_envoi_recu_deux_fois_ne_fait_qu_un(inscrite, projet, cip):
    adresse = reverse("parcours:engagement_modifier", args=[projet.pk])
    donnees = envoi(cip.get(adresse), **{"objectifs-0-libelle": "O", "moyens-0-libelle": "M"})
    assert [cip.post(adresse, donnees).status_code for _ in range(2)] == [302, 302]
    assert projet.objectifs.count() == projet.moyens.count() == 1


def test_une_ligne_que_l_autre_a_retiree_revient_plutot_que_de_se_perdre(inscrite, projet):
    cip = inscrite.hab["cip"]
    ecrire(projet, cip, objectifs=("Un", "Deux"))
    un, deux = projet.objectifs.all()
    demande = saisie(projet, objectifs=(Objectif(pk=un.pk, libelle="Un"),))
    demande.retires = [deux]
    projet.refresh_from_db()
    gestes.enregistrer(projet, saisie=demande, version=projet.version, par=cip)
    mienne = saisie(projet, objectifs=(Objectif(pk=un.pk, libelle="Un"), Objectif(pk=deux.pk, libelle="Deux, précisé")))
    with pytest.raises(Conflit):
        gestes.enregistrer(projet, saisie=mienne, version=1, par=cip)
    projet.refresh_from_db()
    mienne = saisie(projet, objectifs=(Objectif(pk=un.pk, libelle="Un"), Objectif(pk=deux.pk, libelle="Deux, précisé")))
    gestes.enregistrer(projet, saisie=mienne, version=projet.version, par=cip)
    assert [o.libelle for o in projet.objectifs.all()] == ["Un", "Deux, précisé"]


def test_un_objectif_d_un_autre_engagement_ne_peut_pas_etre_ecrit(embauchee):
    cip, etranger = embauchee.hab["cip"], embauchee.objectif
    projet = gestes.construire(embauchee.personne, par=cip)
    ecrire(projet, cip, objectifs=(Objectif(pk=etranger.pk, libelle="Volé"),))
    etranger.refresh_from_db()
    assert etranger.libelle == "Objectif ici" and projet.objectifs.get().pk != etranger.pk


def test_retirer_un_objectif_ou_un_moyen_laisse_l_autre_qui_porte_le_meme_numero(embauchee):
    lignes = [
        sorte.objects.create(pk=777_777, engagement=embauchee.engagement, libelle="Jumeau", **dit)
        for sorte, dit in ((Objectif, {"rang": 1}), (Moyen, {"objectif": embauchee.objectif, "qui": "client"}))
    ]
    for retire, reste in (lignes, reversed(lignes)):
        type(retire).objects.update(retire_le=None)
        type(reste).objects.update(retire_le=None)
        embauchee.engagement.refresh_from_db()
        demande = saisie(embauchee.engagement, objectifs=())
        demande.retires = [retire]
        version = embauchee.engagement.version
        gestes.enregistrer(embauchee.engagement, saisie=demande, version=version, par=embauchee.hab["cip"])
        assert not type(retire).objects.en_vigueur().filter(pk=777_777).exists()
        assert type(reste).objects.en_vigueur().filter(pk=777_777).exists()


def test_retirer_un_objectif_ne_delie_que_le_travail_qui_le_servait(embauchee):
    engagement, mets = embauchee.engagement, embauchee.mise_en_situation
    autre = Objectif.objects.create(engagement=engagement, libelle="Lire", rang=1)
    jardin = embauchee.personne.mises_en_situation.create(engagement=engagement, objectif=autre, atelier="Jardin", du=dans(-20))
    MiseEnSituation.objects.update(cree_le=timezone.now() - timedelta(days=60))
    de_ce_matin = embauchee.personne.mises_en_situation.create(
        engagement=engagement, objectif=embauchee.objectif, atelier="Serre", du=dans(-1)
    )
    demande = saisie(engagement, objectifs=())
    demande.retires = [embauchee.objectif]
    gestes.enregistrer(engagement, saisie=demande, version=1, par=embauchee.hab["cip"])
    sert = MiseEnSituation.objects.values_list("pk", "engagement", "objectif")
    assert sorted(sert) == [
        (mets.pk, None, None),
        (jardin.pk, engagement.pk, autre.pk),
        (de_ce_matin.pk, None, None),
    ]
    anciens = AncienObjectif.objects.filter(au=dans(0)).values_list("mise_en_situation", "engagement", "objectif")
    assert list(anciens) == [(mets.pk, engagement.pk, embauchee.objectif.pk)]


def test_d_un_engagement_seuls_ses_jours_qui_changent_peuvent_toucher_le_passe(embauchee):
    jours = {"debut": dans(-90), "bilan_le": dans(-70), "clos_le": dans(-60)}
    ancien = embauchee.personne.engagements.create(type_engagement=embauchee.engagement.type_engagement, etat="clos", **jours)
    for dit, changes in (
        ({}, []),
        ({"debut": dans(-80)}, [dans(-90), dans(-80)]),
        ({"bilan_le": None}, [dans(-70)]),
        ({"debut": dans(-90), "bilan_le": dans(-71)}, [dans(-70), dans(-71)]),
    ):
        assert gestes._jours_changes(ancien, saisie=saisie(ancien, **dit)) == changes
    assert gestes._jours_changes(type(ancien)(), saisie=saisie(ancien)) == []


# ── Qui peut ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "role, lit, ecrit", [("accueil", 403, 403), ("mad", 200, 403), ("qualite", 200, 403), ("cip", 200, 200), ("ca", 403, 403)]
)
def test_qui_lit_l_engagement_et_qui_l_ecrit(embauchee, role, lit, ecrit):
    client, pk = embauchee.client(role), embauchee.engagement.pk
    assert client.get(reverse("parcours:engagement", args=[pk])).status_code == lit
    assert client.get(reverse("parcours:engagement_pdf", args=[pk])).status_code == lit
    assert client.get(reverse("parcours:engagement_modifier", args=[pk])).status_code == ecrit
