"""Ce qu'un fait ne peut pas dire, et la phrase qui le refuse : le jour même est permis, la veille ne l'est pas."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cedre.parcours.models import (
    ActionAssociee,
    AncienneFin,
    AncienneFinDePass,
    AncienneSituation,
    AncienObjectif,
    AncienRendezVous,
    Besoin,
    Bilan,
    ClotureRouverte,
    Contrat,
    Cotation,
    Engagement,
    Entretien,
    Etape,
    Formalisation,
    Heures,
    Information,
    Jobcoach,
    MiseEnSituation,
    ObjectifEvalue,
    PassIAE,
    Personne,
    PriseEnCharge,
    RefusDEvaluation,
    Remise,
    Reponse,
    Suite,
    Suivi,
    SuiviSortie,
    Suspension,
)

ANCIENNES = (AncienneFin, AncienneFinDePass, AncienneSituation, AncienObjectif, AncienRendezVous)
LE = date(2026, 3, 5)
HIER, DEMAIN = LE - timedelta(days=1), LE + timedelta(days=1)
MIDI = timezone.now()
FIN_AVANT_DEBUT, RETOUR = "La fin vient avant le début.", "Le retour vient avant le départ."
RUPTURE = "Une rupture a lieu pendant le contrat."
ROMPU = "Une rupture dit sa date et son motif."
UN_BILAN_CLOS = "Un bilan clos dit la suite, et pour quand."
UN_BILAN_ANNULE = "Un bilan annulé l’est à une date ; un autre n’en a pas."
PRESENTE = "On n’a pu expliquer qu’à une personne présente."
CLOS = {"etat": "clos", "suite": "sortie", "suite_le": LE, "clos_le": MIDI}
CHEZ = "Une mise en situation se fait chez un client ou dans un atelier."
UN_TEXTE = "On remet un engagement ou un bilan."
CLOTURE = "Un engagement clos dit quand il l’a été."
MOTIVEE = "Une réorientation ou une clôture dit son motif."


def engagement(**dit) -> Engagement:
    """Un engagement qui commence ce jour-là."""
    return Engagement(debut=LE, **dit)


@pytest.mark.parametrize(
    ("ligne", "refus"),
    [
        (Information(presence="presente", offre_presentee=True, statut_explique=True), ""),
        (Information(presence="absente"), ""),
        (Information(presence="prevue", offre_presentee=True), PRESENTE),
        (Information(presence="excusee", statut_explique=True), PRESENTE),
        (Entretien(etat="realise", issue="inscription"), ""),
        (Entretien(etat="en_cours"), ""),
        (Entretien(etat="realise"), "Un entretien réalisé dit quelle suite lui est donnée."),
        (Suite(nature="inscription"), ""),
        (Suite(nature="sans_suite", motif_id=1), ""),
        (Suite(nature="reorientation", motif_id=1, partenaire_id=1), ""),
        (Suite(nature="sans_suite"), MOTIVEE),
        (Suite(nature="reorientation", partenaire_id=1), MOTIVEE),
        (Suite(nature="reorientation", motif_id=1), "Une réorientation dit vers quel partenaire."),
        (ActionAssociee(le=LE), ""),
        (ActionAssociee(le=LE, au=LE), ""),
        (ActionAssociee(le=LE, au=HIER), FIN_AVANT_DEBUT),
        (Bilan(**CLOS), ""),
        (Bilan(etat="prevu"), ""),
        (Bilan(**CLOS | {"suite": ""}), UN_BILAN_CLOS),
        (Bilan(**CLOS | {"suite_le": None}), UN_BILAN_CLOS),
        (Bilan(**CLOS | {"clos_le": None}), UN_BILAN_CLOS),
        (Bilan(etat="annule", annule_le=LE), ""),
        (Bilan(etat="annule"), UN_BILAN_ANNULE),
        (Bilan(etat="prevu", annule_le=LE), UN_BILAN_ANNULE),
        (Contrat(debut=LE), ""),
        (Contrat(debut=LE, fin_prevue=LE), ""),
        (Contrat(debut=LE, fin_prevue=HIER), "Le dernier jour vient avant le premier."),
        (Contrat(debut=LE, rompu_le=LE, motif_rupture_id=1), ""),
        (Contrat(debut=LE, fin_prevue=DEMAIN, rompu_le=DEMAIN, motif_rupture_id=1), ""),
        (Contrat(debut=LE, rompu_le=HIER, motif_rupture_id=1), RUPTURE),
        (Contrat(debut=LE, fin_prevue=LE, rompu_le=DEMAIN, motif_rupture_id=1), RUPTURE),
        (Contrat(debut=LE, rompu_le=LE), ROMPU),
        (Contrat(debut=LE, motif_rupture_id=1), ROMPU),
        (Suspension(du=LE), ""),
        (Suspension(du=LE, au=LE), ""),
        (Suspension(du=LE, au=HIER), RETOUR),
        (PassIAE(debut=LE, fin=LE), ""),
        (PassIAE(debut=LE, fin=HIER), "Le dernier jour vient avant le premier."),
        (engagement(), ""),
        (engagement(etat="clos", clos_le=LE), ""),
        (engagement(etat="clos"), CLOTURE),
        (engagement(etat="en_cours", clos_le=LE), CLOTURE),
        (engagement(etat="clos", clos_le=HIER), "Un engagement ne se clôt pas avant d’avoir commencé."),
        (engagement(bilan_le=LE), ""),
        (engagement(bilan_le=HIER), "Le bilan vient après le début de l’engagement."),
        (Remise(engagement_id=1), ""),
        (Remise(bilan_id=1), ""),
        (Remise(), UN_TEXTE),
        (Remise(engagement_id=1, bilan_id=1), UN_TEXTE),
        (Reponse(nature="proposition", texte="Conduire"), ""),
        (Reponse(nature="recu", remise_id=-1), ""),
        (Reponse(nature="proposition"), "Écrivez l’objectif que vous proposez."),
        (Reponse(nature="en_parler", texte="Parlons"), "Une réponse dit à quel texte elle répond."),
        (Jobcoach(du=LE, au=LE), ""),
        (Jobcoach(du=LE, au=HIER), FIN_AVANT_DEBUT),
        (MiseEnSituation(du=LE, client_id=1), ""),
        (MiseEnSituation(du=LE, au=LE, atelier="Jardin"), ""),
        (MiseEnSituation(du=LE, client_id=1, atelier="Jardin"), CHEZ),
        (MiseEnSituation(du=LE), CHEZ),
        (MiseEnSituation(du=LE, au=HIER, atelier="Jardin"), FIN_AVANT_DEBUT),
        (Heures(le=LE, heures=Decimal(0)), ""),
        (Heures(le=LE, heures=Decimal("-0.01")), "Des heures ne peuvent pas être négatives."),
        (Besoin(du=LE), ""),
        (Besoin(du=LE, au=LE), ""),
        (Besoin(du=LE, au=HIER), FIN_AVANT_DEBUT),
        *[
            (modele(du=LE, au=au), refus)
            for modele in (*ANCIENNES, ClotureRouverte, Etape, Formalisation, RefusDEvaluation, Suivi)
            for au, refus in ((None, ""), (DEMAIN, ""), (LE, "La fin vient après le début."))
        ],
    ],
    ids=lambda valeur: type(valeur).__name__ if not isinstance(valeur, str) else None,
)
def test_un_fait_impossible_se_refuse_avec_une_phrase(db, ligne, refus):
    if not refus:
        ligne.validate_constraints()
        return
    with pytest.raises(ValidationError) as dit:
        ligne.validate_constraints()
    assert dit.value.messages == [refus]


def refusee(ligne) -> str:
    """Ce que l'on répond à cette ligne de plus, si on la refuse."""
    try:
        ligne.validate_constraints()
    except ValidationError as erreur:
        return " ".join(erreur.messages)
    return ""


def test_ce_qui_n_est_qu_une_fois_ne_se_note_pas_deux(embauchee):
    m, qui, autre = embauchee, embauchee.personne, Personne.objects.create(organisation=embauchee.organisation, nom="Autre")
    Personne.objects.filter(pk=autre.pk).update(reference="R-1")
    Engagement.objects.create(personne=qui, type_engagement=m.engagement.type_engagement)
    domaine = m.grille.domaines.first()
    Cotation.objects.create(evaluation=m.evaluation, domaine=domaine)
    du = timezone.localdate() - timedelta(days=400)
    Etape.objects.create(personne=qui, phase="accueil", du=du, au=du + timedelta(days=1))
    remise, sortie = qui.remises.get(), qui.sorties.get()
    siens = {"type_engagement": m.engagement.type_engagement, "debut": LE}

    def dites(modele, deja: dict, *autrement: dict) -> list[bool]:
        return [bool(refusee(modele(**deja | dit))) for dit in ({}, *autrement)]

    lues = {
        "information": dites(
            Information,
            {"personne": qui, "collective": m.collective},
            *({"personne": autre}, {"collective": None}, {"collective_id": -1}),
        ),
        "action": dites(
            ActionAssociee,
            {"personne": qui, "seance": m.seance},
            *({"personne": autre}, {"seance": None}, {"seance_id": -1}),
        ),
        "projet": dites(Engagement, {"personne": qui} | siens, {"personne": autre}, {"etat": "en_cours"}),
        "objectif évalué": dites(
            ObjectifEvalue, {"bilan": m.bilan, "objectif": m.objectif}, {"objectif_id": -1}, {"bilan_id": -1}
        ),
        "cotation": dites(Cotation, {"evaluation": m.evaluation, "domaine": domaine}, {"domaine_id": -1}, {"evaluation_id": -1}),
        "étape": dites(Etape, {"personne": qui, "du": du}, {"personne": autre}, {"du": du + timedelta(days=1)}),
        "suivi en cours": dites(Suivi, {"personne": qui, "du": du}, {"personne": autre}, {"au": du + timedelta(days=9)}),
        "prise en charge": dites(
            PriseEnCharge, {"personne": qui, "manque": "sans_contact"}, {"manque": "fin_pass"}, {"personne": autre}
        ),
        "nouvelles": dites(SuiviSortie, {"sortie": sortie, "mois": 3}, {"mois": 6}, {"sortie_id": -1}),
        "heures": dites(
            Heures,
            {"mise_en_situation": m.mise_en_situation, "le": m.mise_en_situation.heures.get().le, "heures": 3},
            *({"le": LE}, {"mise_en_situation_id": -1}),
        ),
        "réponse": dites(Reponse, {"remise": remise, "nature": "d_accord"}, {"nature": "recu"}, {"remise_id": -1}),
        "référence": dites(
            Personne, {"organisation": m.organisation, "reference": "R-1"}, {"reference": ""}, {"organisation_id": -1}
        ),
    }
    assert lues == {quoi: [True] + [False] * (len(dits) - 1) for quoi, dits in lues.items()}
    Reponse.objects.create(personne=qui, remise=remise, nature="en_parler", texte="Un mot")
    assert refusee(Reponse(remise=remise, nature="en_parler", texte="Un autre")) == ""
    suivi = qui.suivis.get()
    suivi.au = suivi.du + timedelta(days=1)
    suivi.save()
    assert refusee(Suivi(personne=qui, du=suivi.du, au=suivi.au)) and not refusee(Suivi(personne=qui, du=suivi.au))
    assert not refusee(Suivi(personne=autre, du=suivi.du, au=suivi.au))
    messages = [
        (Information(personne=qui, collective=m.collective), "Cette personne est déjà inscrite à cette information collective."),
        (ActionAssociee(personne=qui, seance=m.seance), "Cette personne est déjà inscrite à cette séance."),
        (engagement(personne=qui), "Un projet d’engagement est déjà ouvert pour cette personne."),
        (Personne(organisation=m.organisation, reference="R-1"), "Un dossier porte déjà cette référence."),
    ]
    assert [refusee(ligne) for ligne, _ in messages] == [message for _, message in messages]
