"""Les réunions d'évaluation et les entretiens annuels de l'AI de l'exemple (AME-4)."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from cedre.certification.models import ReunionEvaluation
from cedre.certification.revue import preparer
from cedre.comptes.models import Habilitation
from cedre.demonstration.calendrier import ouvre_apres, ouvre_avant
from cedre.demonstration.maison import Maison
from cedre.demonstration.phrases_reunions import ENTRETIENS, REUNIONS
from cedre.qualite.models import ActionAmelioration, EntretienAnnuel


def reunir(maison: Maison) -> None:
    """Deux réunions et une revue annuelle tenues, la suivante prévue ; tous les entretiens de l'équipe, sauf un."""
    par = Habilitation.objects.select_related("organisation").get(compte=maison.comptes["qualite"][0])
    for nature, mois, duree, presents, autres, compte_rendu, conclusions, decisions in REUNIONS:
        le = _dans(maison, -mois) if mois >= 0 else ouvre_apres(maison.fin + timedelta(days=20))
        periode = {"du": le - relativedelta(months=duree), "au": le}
        reunion = ReunionEvaluation.objects.create(organisation=par.organisation, nature=nature, prevue_le=le, **periode)
        if le > maison.fin:
            continue
        reunion.decisions.set(_decider(maison, le, str(reunion), *d) for d in decisions)
        reunion.tenue_le, reunion.autres_presents, reunion.compte_rendu = le, autres, compte_rendu
        reunion.conclusions, reunion.preparation = conclusions, preparer(reunion, le=le, par=par)
        reunion.close_le = ouvre_apres(le, 6) if mois > 3 else None
        reunion.save()
        reunion.presents.set(compte for role in presents.split() for compte in maison.comptes[role])
    _entretenir(maison)


def _dans(maison: Maison, mois: int) -> date:
    return ouvre_avant(maison.fin + relativedelta(months=mois))


def _decider(maison: Maison, le: date, reference: str, quoi, effet, qui, jours, fait, effet_constate) -> ActionAmelioration:
    """Une décision : faite tant de jours après si elle l'est, son effet vérifié un mois plus tard s'il est dit."""
    faite_le = ouvre_avant(le + timedelta(days=jours - 5)) if fait else None
    verifiee_le = ouvre_apres(faite_le, 30) if effet_constate else None
    return ActionAmelioration.objects.create(
        organisation=maison.organisation,
        origine=ActionAmelioration.Origine.REUNION,
        reference=reference,
        quoi=quoi,
        effet_attendu=effet,
        qui=maison.comptes[qui][0],
        decidee_le=le,
        echeance=ouvre_apres(le + timedelta(days=jours)),
        faite_le=faite_le,
        fait=fait,
        effet_verifie_le=verifiee_le,
        effet_constate=effet_constate,
        efficace=True if effet_constate else None,
        close_le=verifiee_le,
    )


def _entretenir(maison: Maison) -> None:
    EntretienAnnuel.objects.bulk_create(
        EntretienAnnuel(
            organisation=maison.organisation,
            compte=maison.comptes[role][rang],
            mene_par=maison.comptes[mene_par][0],
            tenu_le=_dans(maison, -mois),
            points=points,
            besoins=besoins,
        )
        for role, rang, mene_par, mois, points, besoins in ENTRETIENS
        if rang < len(maison.comptes[role])
    )
