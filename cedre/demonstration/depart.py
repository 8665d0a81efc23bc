"""La fin d'un séjour : la sortie, les nouvelles à trois et six mois, le jobcoach (INS-8, INS-9)."""

from datetime import date, time, timedelta

from cedre.demonstration import phrases_insertion as phrases
from cedre.demonstration.avenir import Avenir
from cedre.demonstration.calendrier import ouvre_apres, ouvre_avant
from cedre.demonstration.maison import instant
from cedre.parcours.models import Activite, Engagement, Jobcoach, Sortie, SuiviSortie, Trajectoire, VisiteJobcoach
from cedre.parcours.operations.sorties import SANS_NOUVELLES_A_PRENDRE


def sortir(sejour) -> date:
    """Dit la sortie et ce qui la suit ; certaines ne sont pas dites, et l'histoire s'arrête là (Avenir)."""
    alea, vie = sejour.alea, sejour.vie
    depuis = (vie.fin - sejour.fin).days
    tue = depuis < 130 and alea.random() < 0.2 or alea.random() < 0.01
    if not sejour.fini or tue:
        raise Avenir
    for engagement, _ in sejour.engagements:
        if engagement.etat == Engagement.Etat.EN_COURS:
            engagement.etat, engagement.clos_le = Engagement.Etat.CLOS, max(sejour.fin, engagement.debut)
    vie.phase(vie.personne.Phase.SORTIE, sejour.fin)
    situations = phrases.SITUATIONS.get(sejour.motif.categorie, phrases.SITUATIONS["Autres sorties"])
    sortie = Sortie(
        personne=vie.personne,
        le=sejour.fin,
        motif=sejour.motif,
        situation="" if alea.random() < 0.2 else alea.choice(situations),
        relais=sejour.maison.relais if sejour.motif.code == "autre_iae" and sejour.fin.day % 3 else None,
        trajectoire=alea.choices(Trajectoire.values, (5, 4, 2))[0],
        statut_social=vie.a_part.choices(["", *Trajectoire.values], (1, 4, 4, 2))[0],
        par=vie.personne.referent or alea.choice(sejour.maison.comptes["cip"]),
        cree_le=instant(sejour.fin, time(17)),
    )
    sejour.lot.ajouter(sortie)
    dernier = sejour.fin
    if sejour.motif.code not in SANS_NOUVELLES_A_PRENDRE:
        dernier = _prendre_des_nouvelles(sejour, sortie, situations)
    if sejour.motif.categorie in ("Emploi durable", "Emploi de transition") and alea.random() < 0.2:
        _jobcoacher(sejour)
    vie.dernier = max(vie.dernier, dernier)
    return sejour.fin


def _prendre_des_nouvelles(sejour, sortie: Sortie, situations: tuple) -> date:
    """À trois et six mois ; rend la dernière date où l'on en a pris."""
    alea, dernier = sejour.alea, sortie.le
    for mois in SuiviSortie.MOIS:
        suivi = SuiviSortie(sortie=sortie, mois=mois, prevu_le=SuiviSortie.date_prevue(sortie.le, mois))
        fait_le = ouvre_apres(suivi.prevu_le, alea.randint(0, 14))
        if fait_le <= sejour.vie.fin and alea.random() < 0.96:
            suivi.fait_le, suivi.jointe, dernier = fait_le, alea.random() < 0.75, fait_le
            if suivi.jointe:
                suivi.situation = alea.choice(situations)
                suivi.activite = phrases.SANS_EMPLOI.get(suivi.situation, Activite.EMPLOI)
                suivi.en_emploi = suivi.activite == Activite.EMPLOI
        sejour.lot.ajouter(suivi)
    return dernier


def _jobcoacher(sejour) -> None:
    """Des visites chez le nouvel employeur, pour un temps fixé."""
    alea, vie = sejour.alea, sejour.vie
    du = ouvre_apres(sejour.fin, alea.randint(1, 10))
    if du > vie.fin:
        return
    au = ouvre_apres(du, alea.choice((90, 120, 180)))
    par = vie.personne.referent or alea.choice(sejour.maison.comptes["cip"])
    clos = au < vie.fin
    jobcoach = Jobcoach(
        personne=vie.personne,
        employeur=alea.choice(phrases.EMPLOYEURS),
        poste=alea.choice(sejour.maison.fiches)[0].intitule,
        du=du,
        au=au,
        conduit_par=par,
        clos_le=ouvre_avant(au) if clos else None,
        conclusion="L’emploi tient, fin du suivi d’un commun accord." if clos else "",
    )
    sejour.lot.ajouter(jobcoach)
    le = ouvre_apres(du, 10)
    while le <= min(au, vie.fin - timedelta(days=1)):
        difficultes, decide = alea.choice(phrases.JOBCOACH)
        sejour.lot.ajouter(
            VisiteJobcoach(
                jobcoach=jobcoach,
                le=le,
                avec="La responsable d’équipe",
                difficultes=difficultes.format(**vie.voix.mots),
                decide=decide,
                par=par,
            )
        )
        le = ouvre_apres(le, alea.randint(25, 40))
