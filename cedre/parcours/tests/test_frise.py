"""L'histoire d'un dossier : chaque fait à son jour, dans ses mots, ce qui vient et ce qui est fait (ACC-1 à INS-9)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.conftest import terme
from cedre.observatoire.models import Terme
from cedre.parcours.frise import frise
from cedre.parcours.models import Contrat, Engagement
from cedre.parcours.situation import geste_principal, situation


def dans(jours: int) -> date:
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=jours)


def lus(monde, genre: str, role: str = "cip") -> list[tuple]:
    """Les faits de cette sorte : jour, état en mots, texte, à venir ou non."""
    faits = frise(monde.personne, monde.hab[role])
    return [(f.le, f.etat_lisible, f.texte, f.a_venir) for f in faits if f.genre == genre]


def test_l_histoire_va_du_plus_recent_au_plus_ancien(embauchee):
    jours = [fait.le for fait in frise(embauchee.personne, embauchee.hab["cip"])]
    assert jours == sorted(jours, reverse=True) and len(set(jours)) > 5


@pytest.mark.parametrize("fin, jours", [(1, [-60]), (0, [0, -60]), (-1, [-1, -60])])
def test_la_fin_d_un_contrat_y_est_a_partir_de_son_dernier_jour(embauchee, fin, jours):
    Contrat.objects.update(fin_prevue=dans(fin), fin=dans(fin))
    assert [(le - dans(0)).days for le, *_ in lus(embauchee, "contrat")] == jours
    assert {etat for _, etat, *_ in lus(embauchee, "contrat")} <= {"Premier jour", "Dernier jour"}
    assert {texte for *_, texte, _ in lus(embauchee, "contrat")} == {embauchee.contrat.nature.libelle}


def test_chaque_fait_du_parcours_dit_son_jour_son_etat_et_ses_mots(embauchee):
    qui, mets = embauchee.personne, embauchee.mise_en_situation
    client, jour = mets.client.nom, dans(0)
    attendus = {
        "engagement": (dans(-30), "En cours", "Découverte", False),
        "miseensituation": (dans(-30), "", client, False),
        "evaluationautravail": (jour, "L’encadrement", client, False),
        "actionassociee": (dans(5), "Prévue", str(embauchee.seance.offre), True),
        "bilan": (dans(30), "Prévu", "", True),
        "sortie": (dans(-700), "", qui.sorties.get().motif.libelle, False),
        "jobcoach": (jour, "", "Employeur ici", False),
        "echange": (dans(-3), "Au téléphone", "Échange ici", False),
        "liaison": (jour, "", "Partenaire ici", False),
    }
    attendus["engagement"] = (dans(-30), "En cours", embauchee.engagement.type_engagement.libelle, False)
    assert {genre: lus(embauchee, genre) for genre in attendus} == {genre: [fait] for genre, fait in attendus.items()}
    mets.client, mets.atelier = None, "Jardin"
    mets.save()
    assert [texte for *_, texte, _ in lus(embauchee, "miseensituation") + lus(embauchee, "evaluationautravail")] == ["Jardin"] * 2
    assert not {"contrat", "bilan", "echange"} & {f.genre for f in frise(qui, embauchee.hab["accueil"])}


@pytest.mark.parametrize(
    "offre, statut, dit",
    [
        (True, True, "Offre d’insertion et statut de salarié"),
        (True, False, "Offre d’insertion"),
        (False, True, "Statut de salarié"),
        (False, False, ""),
    ],
)
def test_une_information_dit_ce_qui_y_a_ete_dit(ici, offre, statut, dit):
    ici.personne.informations.all().delete()
    ici.personne.informations.create(le=dans(-1), offre_presentee=offre, statut_explique=statut)
    assert lus(ici, "information") == [(dans(-1), "Présente", dit, False)]


def test_chaque_fait_de_l_accueil_dit_son_jour_son_etat_et_ses_mots(ici):
    qui = ici.personne
    motif = Terme.objects.de("motif_sans_suite").first()
    qui.suites.create(nature="sans_suite", le=dans(-2), motif=motif, precision="Elle déménage")
    qui.evaluations_professionnelles.create(fiche_de_poste=ici.fiche_de_poste, le=dans(-4))
    qui.entretiens.update(synthese="Ce que l’on retient")
    assert lus(ici, "contact") == [(dans(-5), "Sur place", "Demande Martinelle", False)]
    assert lus(ici, "information") == [(dans(3), "Attendue", "", True)]
    assert lus(ici, "entretien") == [(dans(4), "Prévu", "Ce que l’on retient", True)]
    assert lus(ici, "entretien", "accueil") == [(dans(4), "Prévu", "", True)]
    assert lus(ici, "suite") == [(dans(-2), "Clôture sans suite", "Elle déménage", False)]
    assert [(le, texte) for le, _, texte, _ in lus(ici, "evaluationprofessionnelle")] == [(dans(-4), "Poste ici")]
    assert [etat for _, etat, *_ in lus(ici, "evaluation")] == ["Brouillon"]
    qui.evaluations.update(validee_le=timezone.now())
    assert [etat for _, etat, *_ in lus(ici, "evaluation")] == ["Validée"]


def test_l_histoire_n_a_rien_d_une_autre_personne(embauchee):
    autre = type(embauchee.personne).objects.create(organisation=embauchee.organisation, nom="Autre", prenom="Lou")
    assert frise(autre, embauchee.hab["cip"]) == []


def lire(monde, role: str = "cip"):
    """Où en est la personne, telle que ce rôle la lit."""
    return situation(monde.personne, monde.hab[role], frise(monde.personne, monde.hab[role]))


def test_la_situation_dit_le_contrat_le_travail_et_l_engagement_d_aujourd_hui(embauchee):
    qui, le = embauchee.personne, lire(embauchee)
    assert (le.contrat, le.engagement) == (embauchee.contrat, embauchee.engagement)
    assert le.mises_en_situation == [embauchee.mise_en_situation]
    assert lire(embauchee, "accueil") is None
    recente = qui.mises_en_situation.create(atelier="Jardin", du=dans(-1), au=dans(0))
    qui.mises_en_situation.create(atelier="Finie", du=dans(-9), au=dans(-1))
    qui.mises_en_situation.create(atelier="À venir", du=dans(1))
    assert lire(embauchee).mises_en_situation == [recente, embauchee.mise_en_situation]
    embauchee.objectif.retire_le = dans(0)
    embauchee.objectif.save()
    assert list(lire(embauchee).engagement.objectifs.all()) == []
    Contrat.objects.update(fin_prevue=dans(-1), fin=dans(-1))
    Engagement.objects.update(etat="clos", clos_le=dans(-1))
    assert (lire(embauchee).contrat, lire(embauchee).engagement) == (None, None)


def test_la_situation_montre_le_premier_bilan_a_tenir_et_jamais_un_bilan_annule(embauchee):
    assert lire(embauchee).bilan.pk == embauchee.bilan.pk and not lire(embauchee).attend_un_bilan
    cree = {"engagement": embauchee.engagement, "conduit_par": embauchee.qui}
    proche = embauchee.personne.bilans.create(le=dans(2), etat="en_cours", **cree)
    assert lire(embauchee).bilan.pk == proche.pk
    embauchee.personne.bilans.update(etat="annule", annule_le=dans(0))
    assert lire(embauchee).bilan is None and lire(embauchee).attend_un_bilan
    Engagement.objects.create(
        personne=embauchee.personne, type_engagement=embauchee.engagement.type_engagement, etat="projet", debut=dans(0)
    )
    assert lire(embauchee).engagement == embauchee.engagement and lire(embauchee).attend_un_bilan, "un projet s’écrit à côté"


def test_le_premier_geste_ouvre_l_engagement_que_la_situation_montre(embauchee):
    assert geste_principal(embauchee.personne, lire(embauchee)) == ("parcours:engagement", embauchee.engagement)


def test_le_dossier_mene_a_la_page_de_chaque_fait(embauchee, cip):
    qui = embauchee.personne
    faits = {f.genre: f.adresse for f in cip.get(reverse("parcours:personne", args=[qui.pk])).context["faits"]}
    attendues = {
        "engagement": ("engagement", embauchee.engagement),
        "contrat": ("contrats", qui),
        "miseensituation": ("mets", embauchee.mise_en_situation),
        "evaluationautravail": ("mets", embauchee.mise_en_situation),
        "actionassociee": ("actions", qui),
        "bilan": ("bilan", embauchee.bilan),
        "sortie": ("sortie_fiche", qui.sorties.get()),
        "jobcoach": ("jobcoach", qui),
        "echange": ("echange_corriger", qui.echanges.get()),
        "liaison": ("liaison", qui.liaisons.get()),
        "entretien": ("entretien", embauchee.entretien),
        "information": ("collective", embauchee.collective),
        "contact": None,
    }
    voulues = {g: reverse(f"parcours:{r[0]}", args=[r[1].pk]) if r else "" for g, r in attendues.items()}
    assert {genre: faits[genre] for genre in voulues} == voulues


def test_une_rupture_du_contrat_se_lit_a_son_jour(embauchee):
    embauchee.contrat.rompu_le, embauchee.contrat.motif_rupture = dans(-2), terme("motif_rupture", "embauche")
    embauchee.contrat.save()
    assert [le for le, etat, *_ in lus(embauchee, "contrat") if etat == "Dernier jour"] == [dans(-2)]
