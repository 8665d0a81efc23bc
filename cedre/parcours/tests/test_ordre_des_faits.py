"""Ce que l'on lit sans dire d'ordre en a un : le plus récent d'abord, ou le plus ancien ; à jour égal, celui de la saisie."""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import pytest

from cedre.conftest import terme
from cedre.parcours.models import (
    AccesEspace,
    ActionAssociee,
    AncienneFin,
    AncienneFinDePass,
    AncienneSituation,
    AncienObjectif,
    AncienRendezVous,
    Besoin,
    Bilan,
    ClotureRouverte,
    CompetenceEvaluee,
    Contact,
    Contrat,
    Cotation,
    Echange,
    Engagement,
    Entretien,
    Etape,
    Evaluation,
    EvaluationAuTravail,
    EvaluationProfessionnelle,
    Exportation,
    Formalisation,
    Heures,
    Importation,
    Information,
    InformationCollective,
    Jobcoach,
    Liaison,
    LienClient,
    MiseEnSituation,
    Moyen,
    Objectif,
    ObjectifEvalue,
    PassIAE,
    Personne,
    PriseEnCharge,
    RefusDEvaluation,
    Remise,
    Reponse,
    Seance,
    Sortie,
    Suite,
    Suivi,
    SuiviSortie,
    Suspension,
    VisiteJobcoach,
)

LE = date(2026, 6, 15)
TARD = date(2030, 1, 1)


def instant(le: date) -> datetime:
    """Ce jour-là, à midi."""
    return datetime.combine(le, time(12), UTC)


# Par modèle, les champs de la ligne n, datée de ce jour. m : le monde, et trois personnes.
RECENTS = {
    Contact: lambda m, n, le: {"personne": m.qui[n], "le": le},
    InformationCollective: lambda m, n, le: {"organisation": m.organisation, "le": le, "heure": time(9), "lieu": "Salle"},
    Information: lambda m, n, le: {"personne": m.qui[n], "le": le},
    Entretien: lambda m, n, le: {"personne": m.qui[n], "le": le},
    Suite: lambda m, n, le: {"personne": m.qui[n], "le": le, "nature": "inscription"},
    Seance: lambda m, n, le: {"organisation": m.organisation, "offre": m.seance.offre, "le": le, "heure": time(9)},
    ActionAssociee: lambda m, n, le: {"personne": m.qui[n], "offre": m.seance.offre, "le": le},
    Bilan: lambda m, n, le: {"personne": m.qui[n], "engagement": m.engagement, "le": le},
    ClotureRouverte: lambda m, n, le: {"bilan": m.bilan, "du": le, "au": TARD, "redige": True},
    Contrat: lambda m, n, le: {"personne": m.qui[n], "nature": m.contrat.nature, "debut": le},
    Suspension: lambda m, n, le: {"contrat": m.contrat, "du": le, "motif": terme("motif_suspension", "arret")},
    PassIAE: lambda m, n, le: {"personne": m.qui[n], "debut": date(2020, 1, 1), "fin": le},
    Engagement: lambda m, n, le: {"personne": m.qui[n], "type_engagement": m.engagement.type_engagement, "debut": le},
    Formalisation: lambda m, n, le: {"engagement": m.engagement, "du": le},
    RefusDEvaluation: lambda m, n, le: {"personne": m.qui[n], "du": le},
    Remise: lambda m, n, le: {"personne": m.qui[n], "engagement": m.engagement, "le": le, "contenu": {}},
    Evaluation: lambda m, n, le: {"personne": m.qui[n], "grille": m.grille, "le": le},
    EvaluationProfessionnelle: lambda m, n, le: {"personne": m.qui[n], "fiche_de_poste": m.fiche_de_poste, "le": le},
    Exportation: lambda m, n, le: {"organisation": m.organisation, "cree_le": instant(le)},
    Importation: lambda m, n, le: {"organisation": m.organisation, "cree_le": instant(le)},
    Echange: lambda m, n, le: {"personne": m.qui[n], "le": le},
    Liaison: lambda m, n, le: {"personne": m.qui[n], "partenaire": m.partenaire, "le": le},
    PriseEnCharge: lambda m, n, le: {"personne": m.qui[n], "manque": "sans_contact", "jusqu_au": TARD, "le": instant(le)},
    AccesEspace: lambda m, n, le: {"personne": m.qui[n], "condensat": str(n), "cree_le": instant(le)},
    Reponse: lambda m, n, le: {"personne": m.qui[n], "nature": "proposition", "texte": "T", "le": instant(le)},
    Sortie: lambda m, n, le: {"personne": m.qui[n], "motif": terme("motif_sortie", "chomage"), "le": le},
    Jobcoach: lambda m, n, le: {"personne": m.qui[n], "employeur": "E", "du": le, "au": TARD},
    VisiteJobcoach: lambda m, n, le: {"jobcoach": Jobcoach.objects.first(), "le": le},
    MiseEnSituation: lambda m, n, le: {"personne": m.qui[n], "atelier": "Jardin", "du": le},
    EvaluationAuTravail: lambda m, n, le: {"mise_en_situation": m.mise_en_situation, "le": le},
    LienClient: lambda m, n, le: {"mise_en_situation": m.mise_en_situation, "condensat": str(n), "cree_le": instant(le)},
}
ANCIENS = {
    AncienRendezVous: lambda m, n, le: {"bilan": m.bilan, "le": LE, "au": le},
    AncienneFin: lambda m, n, le: {"contrat": m.contrat, "au": le},
    AncienneFinDePass: lambda m, n, le: {"pass_iae": m.personne.pass_iae.get(), "fin": LE, "au": le},
    AncienneSituation: lambda m, n, le: {"personne": m.qui[n], "joignable": True, "au": le},
    AncienObjectif: lambda m, n, le: {"mise_en_situation": m.mise_en_situation, "au": le},
    Etape: lambda m, n, le: {"personne": m.qui[n], "phase": "accueil", "du": le},
    Suivi: lambda m, n, le: {"personne": m.qui[n], "du": le},
    Besoin: lambda m, n, le: {"organisation": m.organisation, "client": m.mise_en_situation.client, "du": le},
    SuiviSortie: lambda m, n, le: {"sortie": m.sorties[n], "mois": 3, "prevu_le": le},
    Heures: lambda m, n, le: {"mise_en_situation": m.au_travail[n], "le": le, "heures": 3},
}


@pytest.fixture
def monde(embauchee):
    """Le monde d'une embauchée, et trois personnes, qui sont sorties et ont travaillé."""
    qui = Personne.objects.bulk_create(
        Personne(organisation=embauchee.organisation, nom=nom, prenom="P") for nom in ("Aubier", "Aubier", "Abel")
    )
    siens = {"sorties": (Sortie, RECENTS[Sortie]), "au_travail": (MiseEnSituation, RECENTS[MiseEnSituation])}
    embauchee = SimpleNamespace(**vars(embauchee), qui=qui)
    for nom, (modele, ligne) in siens.items():
        setattr(embauchee, nom, [modele.objects.create(**ligne(embauchee, n, LE)) for n in range(3)])
    return embauchee


def lus(modele, lignes: list) -> list[int]:
    """Dans l'ordre où elles se lisent, les rangs de ces lignes, enregistrées l'une après l'autre."""
    for ligne in lignes:
        ligne.save()
    rangs = {ligne.pk: rang for rang, ligne in enumerate(lignes)}
    return [rangs[ligne.pk] for ligne in modele.objects.filter(pk__in=rangs)]


def test_l_histoire_d_un_dossier_va_du_plus_recent_au_plus_ancien(monde):
    jours = [LE - timedelta(days=3), LE, LE - timedelta(days=3)]
    dits = {
        modele.__name__: lus(modele, [modele(**ligne(monde, n, le)) for n, le in enumerate(jours)])
        for modele, ligne in RECENTS.items()
    }
    seances = ("InformationCollective", "Seance")
    assert dits == {modele.__name__: [1, 2, 0] for modele in RECENTS} | dict.fromkeys(seances, [1, 0, 2])
    for modele in (InformationCollective, Seance):
        matin, soir = (modele(**RECENTS[modele](monde, 0, LE) | {"heure": time(heure)}) for heure in (8, 18))
        assert lus(modele, [matin, soir]) == [1, 0]


def test_ce_qui_valait_vient_du_plus_ancien_au_plus_recent(monde):
    jours = [LE, LE - timedelta(days=3), LE]
    dits = {
        modele.__name__: lus(modele, [modele(**ligne(monde, n, le)) for n, le in enumerate(jours)])
        for modele, ligne in ANCIENS.items()
    }
    assert dits == {modele.__name__: [1, 0, 2] for modele in ANCIENS}


def test_les_lignes_d_un_engagement_d_un_bilan_d_une_grille_gardent_leur_rang(monde):
    objectifs = [Objectif(engagement=monde.engagement, libelle="O", rang=rang) for rang in (9, 8, 9)]
    assert lus(Objectif, objectifs) == [1, 0, 2]
    moyens = [Moyen(engagement=monde.engagement, libelle="M", qui="personne", rang=rang) for rang in (9, 8, 9)]
    assert lus(Moyen, moyens) == [1, 0, 2]
    ancien = Engagement.objects.create(**RECENTS[Engagement](monde, 0, monde.engagement.debut - timedelta(days=1)))
    for modele, dits in ((Objectif, {}), (Moyen, {"qui": "personne"})):
        deux = [modele(engagement=e, libelle="D", rang=rang, **dits) for e, rang in ((ancien, 1), (monde.engagement, 2))]
        assert lus(modele, deux) == [1, 0], "ceux du dernier engagement d'abord"
    assert lus(ObjectifEvalue, [ObjectifEvalue(bilan=monde.bilan, objectif=objectif) for objectif in objectifs]) == [1, 0, 2]
    domaines = [*monde.grille.domaines.order_by("-rang")[:2]]
    assert lus(Cotation, [Cotation(evaluation=monde.evaluation, domaine=domaine) for domaine in domaines]) == [1, 0]
    pro = EvaluationProfessionnelle.objects.create(personne=monde.personne, fiche_de_poste=monde.fiche_de_poste)
    assert lus(CompetenceEvaluee, [CompetenceEvaluee(evaluation=pro, libelle=nom) for nom in "CAB"]) == [0, 1, 2]


def test_les_personnes_viennent_par_nom_puis_prenom_puis_dans_l_ordre_de_saisie(monde):
    assert [monde.qui.index(personne) for personne in Personne.objects.filter(prenom="P")] == [2, 0, 1]
