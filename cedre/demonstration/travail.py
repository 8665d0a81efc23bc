"""Le travail d'une personne : ses mises en situation, leurs heures, ce qui s'y constate (INS-4, INS-6)."""

from datetime import date, timedelta

from cedre.core.intervalles import DE_TOUT_TEMPS
from cedre.demonstration import phrases_insertion as phrases
from cedre.demonstration.calendrier import ouvre_apres
from cedre.demonstration.maison import instant
from cedre.parcours.models import AncienObjectif, CompetenceEvaluee, EvaluationAuTravail, Heures, MiseEnSituation

CHEZ_UN_CLIENT = {"AI": 0.93, "ETTI": 1.0, "EI": 0.3, "ACI": 0.15}
DUREES = {"AI": (30, 240), "ETTI": (20, 120), "EI": (120, 360), "ACI": (90, 240)}
SEMAINES = {"AI": (3, 4, 6, 8, 10, 14), "ETTI": (21, 28, 35), "EI": (26, 30, 35), "ACI": (20, 24, 26, 26)}


def travailler(sejour) -> None:
    """Les mises en situation s'enchaînent ; en AI, deux se suivent souvent en même temps."""
    alea = sejour.alea
    fils = 2 if sejour.type_siae == "AI" and alea.random() < 0.35 else 1
    silence = 0 if sejour.fini or alea.random() > 0.08 else alea.randint(30, 60)
    for _ in range(fils):
        du = ouvre_apres(sejour.debut, alea.randint(0, 6))
        while sejour.passe(du):
            au = min(ouvre_apres(du, alea.randint(*DUREES[sejour.type_siae])), sejour.fin)
            mets = placer(sejour, du, au)
            dire_la_suite(sejour, mets, au)
            noter_les_heures(sejour, mets, au, silence)
            evaluer_au_travail(sejour, mets, au)
            du = ouvre_apres(au, alea.randint(1, 9))


def placer(sejour, du: date, au: date) -> MiseEnSituation:
    """Chez un client ou en atelier, pour un objectif le plus souvent ; la fiche d'un atelier va souvent à son client."""
    alea, fiche = sejour.alea, sejour.alea.choice(sejour.maison.fiches)[0]
    engagement, objectifs = sejour.engagement_au(min(du + timedelta(days=15), sejour.jusque))
    sert = engagement is not None and alea.random() < 0.87
    chez_un_client = alea.random() < CHEZ_UN_CLIENT[sejour.type_siae]
    semaine = alea.choice(SEMAINES[sejour.type_siae])
    objectif = alea.choice(objectifs) if sert else None
    client = alea.choice(sejour.entourage.employeurs) if chez_un_client else None
    atelier = "" if chez_un_client else alea.choice(sejour.entourage.ateliers)
    pour, remise_le = sejour.entourage.clients_des_ateliers.get(atelier), ouvre_apres(du, 3)
    mets = MiseEnSituation(
        personne=sejour.vie.personne,
        contrat=next((c for c in reversed(sejour.contrats) if c.debut <= du), None),
        engagement=engagement if sert else None,
        objectif=objectif,
        client=client,
        atelier=atelier,
        client_de_l_atelier=pour,
        fiche_imprimee_le=remise_le if pour and du.day % 4 and sejour.passe(remise_le) else None,
        fiche_de_poste=fiche,
        du=du,
        au=None if au > sejour.vie.fin and alea.random() < 0.4 else au,
        heures_prevues=round(semaine * 52 / 12),
        precisions=alea.choice(("Le matin.", "Du lundi au jeudi.", "Deux après-midi par semaine.", "8 h – 12 h.", "")),
        cree_le=instant(du),
    )
    return sejour.lot.ajouter(mets)


def dire_la_suite(sejour, mets: MiseEnSituation, au: date) -> None:
    """À chaque nouvel engagement, on dit ce que le travail sert ensuite ; une fois sur dix, on l'oublie."""
    depuis = DE_TOUT_TEMPS
    for engagement, objectifs in sejour.engagements:
        servait, le = mets.engagement, engagement.debut
        if servait and servait.debut < le and mets.du < le <= au and le.day % 10:
            sejour.lot.ajouter(
                AncienObjectif(mise_en_situation=mets, engagement=servait, objectif=mets.objectif, du=depuis, au=le)
            )
            mets.engagement, mets.objectif, depuis = engagement, objectifs[le.day % len(objectifs)], le


def noter_les_heures(sejour, mets: MiseEnSituation, au: date, silence: int) -> None:
    """Les heures de chaque semaine, coupée au mois ; rien pendant une suspension. silence : jours sans relevé, à la fin."""
    alea, moyenne = sejour.alea, mets.heures_prevues * 12 / 52
    jusque = min(au, sejour.vie.fin - timedelta(days=silence))
    le = mets.du
    while le <= jusque:
        dimanche = le + timedelta(days=6 - le.weekday())
        fin_de_mois = (le.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        fin = min(dimanche, fin_de_mois)
        jours = sum((le + timedelta(days=n)).weekday() < 5 for n in range((min(fin, jusque) - le).days + 1))
        premier = max(le - timedelta(days=le.weekday()), le.replace(day=1))
        suspendue = any(du <= le <= fin_suspension for du, fin_suspension in sejour.suspensions)
        if jours and not suspendue and alea.random() > 0.06:
            heures = round(moyenne * jours / 5 * alea.uniform(0.75, 1.2) * 2) / 2
            sejour.lot.ajouter(Heures(mise_en_situation=mets, le=premier, heures=max(heures, 0.5)))
        le = fin + timedelta(days=1)


def evaluer_au_travail(sejour, mets: MiseEnSituation, au: date) -> None:
    """L'encadrement, ou le client, dit ce qu'il constate, tous les deux ou trois mois."""
    alea = sejour.alea
    competences = next(liste for fiche, liste in sejour.maison.fiches if fiche is mets.fiche_de_poste)
    le = ouvre_apres(mets.du, alea.randint(15, 45))
    while sejour.passe(le) and le <= au:
        client = mets.client is not None and alea.random() < 0.45
        niveaux = [(c, alea.choices(CompetenceEvaluee.Niveau.values, (1, 2, 4, 3))[0]) for c in competences]
        sejour.lot.ajouter(
            EvaluationAuTravail(
                mise_en_situation=mets,
                le=le,
                regard="client" if client else "encadrement",
                signature=mets.client.contact or mets.client.nom if client else "",
                par=alea.choice(sejour.maison.comptes["mad"]),
                niveaux=[
                    {"libelle": c.libelle, "niveau": niveau, "dit": CompetenceEvaluee.Niveau(niveau).label}
                    for c, niveau in niveaux
                ],
                points_forts=alea.choice(phrases.POINTS_FORTS),
                a_travailler=alea.choice(phrases.A_TRAVAILLER),
                objectif_avance=alea.choice(("oui", "un_peu", "un_peu", "non")) if mets.objectif else "",
            )
        )
        le = ouvre_apres(le, alea.randint(55, 100))
