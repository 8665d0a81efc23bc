"""Le séjour d'une personne dans l'emploi : contrats, PASS IAE, échanges, actions, et ce qui les suit (INS-1 à INS-9)."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle
from random import Random

from cedre.demonstration import phrases_insertion as phrases
from cedre.demonstration.annexes import annexe_du
from cedre.demonstration.calendrier import ouvre_apres, ouvre_avant
from cedre.demonstration.depart import sortir
from cedre.demonstration.engagements import engager
from cedre.demonstration.evaluations import evaluer
from cedre.demonstration.maison import instant
from cedre.demonstration.travail import travailler
from cedre.parcours.models import (
    ActionAssociee,
    Contrat,
    Echange,
    Liaison,
    PassIAE,
    PriseEnCharge,
    SuiviAMinima,
    Suspension,
)

DUREES = {"AI": (50, 720, 290), "ETTI": (40, 600, 220), "EI": (120, 725, 430), "ACI": (120, 725, 430)}
# Nature du contrat, sa fréquence, sa durée en jours, ses heures par semaine.
PLANCHER = {2023: Decimal("11.52"), 2024: Decimal("11.65"), 2025: Decimal("11.88"), 2026: Decimal("12.02")}
CONTRATS = {
    "AI": (("cddi", 55, (120, 270), (8, 10, 12, 15, 20)), ("cddu", 45, (60, 150), (None,))),
    "ETTI": (("mission", 100, (60, 150), (28, 35, 35)),),
    "EI": (("cddi", 100, (180, 365), (26, 30, 35)),),
    "ACI": (("cddi", 100, (120, 240), (20, 24, 26, 26, 30)),),
}


def remuneration(debut: date) -> Decimal | None:
    """Un peu au-dessus du salaire minimum de l'année, sans hasard : ce qui s'y ajoute ne change rien d'autre de l'exemple."""
    if debut.toordinal() % 7 == 0:
        return None
    return PLANCHER.get(debut.year, Decimal("12.02")) + debut.toordinal() % 4 * Decimal("0.35")


class Sejour:
    """De l'embauche à la sortie. jusque : le dernier jour déjà vécu ; fini : vrai si la sortie a eu lieu."""

    def __init__(self, vie, debut: date):
        self.vie, self.maison, self.alea, self.lot, self.debut = vie, vie.maison, vie.alea, vie.lot, debut
        self.entourage, self.type_siae = vie.maison.entourage, vie.maison.profil.type_siae
        self.motif = self.maison.cadre.tirer(self.alea, "motif_sortie", phrases.SORTIES)
        court = self.motif.code.startswith("essai")
        duree = self.alea.randint(6, 20) if court else round(self.alea.triangular(*DUREES[self.type_siae]))
        self.fin = ouvre_avant(debut + timedelta(days=duree))
        self.jusque, self.fini = min(self.fin, vie.fin), self.fin < vie.fin
        self.contrats, self.suspensions, self.engagements = [], [], []

    def vivre(self) -> date:
        """Raconte le séjour ; rend le jour de la sortie, ou lève Avenir s'il dure encore."""
        vie = self.vie
        vie.phase(vie.personne.Phase.PARCOURS, self.debut)
        self.embaucher()
        self.agreer()
        self.evaluer()
        engager(self)
        self.suivre_a_minima()
        travailler(self)
        self.se_parler()
        self.agir()
        self.recevoir_seul()
        vie.dernier = max(vie.dernier, self.debut)
        return sortir(self)

    def passe(self, jour: date) -> bool:
        """Vrai si ce jour est déjà vécu."""
        return jour <= self.jusque

    # ── Contrats et PASS IAE ──────────────────────────────────────────────────────────────────────────────────────

    def embaucher(self) -> None:
        """Un contrat, puis ses renouvellements : la plupart se signent d'avance."""
        alea, sortes = self.alea, CONTRATS[self.type_siae]
        code, _, durees, semaines = alea.choices(sortes, [sorte[1] for sorte in sortes])[0]
        debut, precedent, heures = self.debut, None, alea.choice(semaines)
        note_le = debut
        while True:
            fin_prevue = debut + timedelta(days=alea.randint(*durees) - 1)
            dernier = fin_prevue >= self.fin
            motif, chance = phrases.RUPTURES.get(self.motif.code, ("", 0))
            rompu = self.fini and dernier and fin_prevue > self.fin and alea.random() < chance
            precedent = Contrat(
                personne=self.vie.personne,
                nature=self.maison.cadre.listes["nature_contrat"][code],
                debut=debut,
                fin_prevue=self.fin if dernier and not rompu else fin_prevue,
                heures_hebdo=heures,
                remuneration_horaire=remuneration(debut),
                annexe=annexe_du(self.maison, debut),
                renouvelle=precedent,
                rompu_le=self.fin if rompu else None,
                motif_rupture=self.maison.cadre.listes["motif_rupture"][motif] if rompu else None,
                cree_le=instant(min(debut, self.vie.fin)),
                note_le=note_le,
            )
            self.contrats.append(self.lot.ajouter(precedent))
            avance = alea.randint(33, 60) if alea.random() < 0.85 else alea.randint(2, 30)
            if dernier or fin_prevue - timedelta(days=avance) > self.vie.fin:
                break
            note_le, debut = max(debut, fin_prevue - timedelta(days=avance)), fin_prevue + timedelta(days=1)
        if alea.random() < 0.12:
            self.suspendre()

    def suspendre(self) -> None:
        """Un arrêt, une immersion, un congé, pendant l'un des contrats."""
        alea = self.alea
        contrat = alea.choice([c for c in self.contrats if c.debut <= self.jusque])
        fin = min(contrat.rompu_le or contrat.fin_prevue, self.jusque)
        du = contrat.debut + timedelta(days=alea.randint(0, (fin - contrat.debut).days))
        au = min(du + timedelta(days=alea.randint(6, 50)), contrat.rompu_le or contrat.fin_prevue)
        inconnu = au > self.vie.fin and alea.random() < 0.5
        motif = self.maison.cadre.tirer(alea, "motif_suspension", {"arret": 60, "immersion": 25, "conge": 10, "maternite": 5})
        self.lot.ajouter(Suspension(contrat=contrat, du=du, au=None if inconnu else au, motif=motif))
        self.suspensions.append((du, au))

    def agreer(self) -> None:
        """Le PASS IAE, parfois commencé ailleurs, prolongé quand le parcours le demande."""
        alea = self.alea
        if alea.random() < 0.04:
            return
        debut = self.debut - timedelta(days=(alea.randint(40, 600) if alea.random() < 0.3 else 0))
        fin = PassIAE.fin_ordinaire(debut)
        if fin < self.jusque + timedelta(days=30):
            fin = self.jusque + timedelta(days=alea.randint(45, 400))
        numero = "" if alea.random() < 0.05 else str(alea.randrange(10**11, 10**12))
        self.lot.ajouter(PassIAE(personne=self.vie.personne, numero=numero, debut=debut, fin=fin, note_le=debut))

    # ── Se parler, agir ───────────────────────────────────────────────────────────────────────────────────────────

    def evaluer(self) -> None:
        """Des évaluations conjointes, tout au long du séjour."""
        le = ouvre_apres(self.debut, self.alea.randint(2, 24))
        while self.passe(le):
            evaluer(self.vie, le)
            le = ouvre_apres(le, self.alea.randint(120, 200))

    def suivre_a_minima(self) -> None:
        """Un objectif, son échéance, son contrôle : de presque tous ceux qui n'ont pas d'engagement, et de quelques autres."""
        alea, vie = Random(), self.vie
        alea.setstate(self.alea.getstate())  # sans rien prendre au hasard de la suite
        objectifs = [objectif for modeles in phrases.ENGAGEMENTS.values() for objectif, _, _ in modeles]
        du = ouvre_apres(self.debut, alea.randint(0, 6))
        if alea.random() > (0.35 if self.engagements else 0.9):
            return
        while self.passe(du):
            echeance = ouvre_apres(du, alea.randint(55, 95))
            au = echeance if alea.random() < 0.85 else ouvre_apres(echeance, alea.randint(2, 9))
            tenu = self.passe(au)
            if not tenu and not self.fini and alea.random() < 0.1:  # personne n'a encore regardé
                echeance = max(du, ouvre_avant(vie.fin - timedelta(days=alea.randint(1, 9))))
            resultat = alea.choices(list(phrases.RESULTATS), (42, 36, 15, 7))[0]
            dit = {"resultat": resultat, "constat": alea.choice(phrases.RESULTATS[resultat])} if tenu else {}
            au = au if tenu else self.fin if self.fini else None
            objectif, par = alea.choice(objectifs), vie.referent_au(du)
            suivi = SuiviAMinima(personne=vie.personne, du=du, au=au, objectif=objectif, echeance=echeance, par=par, **dit)
            self.lot.ajouter(suivi)
            if not tenu:
                return
            du = au

    def se_parler(self) -> None:
        """Un échange toutes les deux ou trois semaines ; parfois, plus rien depuis longtemps."""
        alea, vie = self.alea, self.vie
        suivie = self.fini or alea.random() > 0.2
        textes = cycle(alea.sample(phrases.ECHANGES, len(phrases.ECHANGES)))
        jusque = self.jusque if suivie else vie.fin - timedelta(days=alea.randint(32, 70))
        le = ouvre_apres(self.debut, alea.randint(2, 15))
        while le <= jusque:
            par = vie.referent_au(le)
            canal = alea.choices(Echange.Canal.values, (42, 22, 14, 18, 4))[0]
            self.lot.ajouter(
                Echange(personne=vie.personne, le=le, canal=canal, texte=next(textes).format(**vie.voix.mots), par=par)
            )
            vie.dernier = max(vie.dernier, le)
            le = ouvre_apres(le, alea.randint(9, 27))
        if not self.fini and alea.random() < 0.05:
            manque = alea.choice(("sans_contact", "fin_contrat", "sans_heures"))
            jusqu_au = vie.fin + timedelta(days=alea.randint(1, 10))
            note = "Rendez-vous pris cette semaine."
            self.lot.ajouter(
                PriseEnCharge(
                    personne=vie.personne,
                    manque=manque,
                    jusqu_au=jusqu_au,
                    note=note,
                    le=instant(vie.fin),
                    par=vie.personne.referent,
                )
            )

    def agir(self) -> None:
        """Ateliers, aides et formations de l'offre ; des partenaires que l'on sollicite."""
        alea, vie, le = self.alea, self.vie, self.debut
        for _ in range(alea.choice((0, 0, 1, 2, 3))):
            seance = self.entourage.seance_apres(ouvre_apres(le, alea.randint(5, 60)))
            if seance is None or seance.le <= le or seance.le > (self.fin if self.fini else vie.fin + timedelta(days=28)):
                break
            le = seance.le
            self.participer(seance.offre, le, seance)
        if alea.random() < 0.2:
            offres = [o for o in self.maison.offres if o.nature in ("formation", "demarches")]
            le = ouvre_apres(self.debut, alea.randint(30, 150))
            if self.passe(le):
                self.participer(alea.choice(offres), le)
        le = ouvre_apres(self.debut, alea.randint(10, 200))
        if self.passe(le) and alea.random() < 0.3:
            demande, reponse = alea.choice(phrases.LIAISONS)
            reponse_le = ouvre_apres(le, alea.randint(3, 30))
            repondu = reponse_le <= vie.fin and alea.random() < 0.85
            liaison = Liaison(
                personne=vie.personne,
                partenaire=alea.choice(self.maison.partenaires),
                le=le,
                demande=demande.format(**vie.voix.mots),
                relance_le=ouvre_apres(le, 21),
                reponse=reponse if repondu else "",
                reponse_le=reponse_le if repondu else None,
                par=vie.personne.referent,
            )
            self.lot.ajouter(liaison)

    def participer(self, offre, le: date, seance=None) -> None:
        """Une action de l'offre, seule ou en séance ; elle sert l'objectif du moment quand il y en a un."""
        alea, formation = self.alea, offre.nature == "formation"
        engagement, objectifs = self.engagement_au(le)
        etat = alea.choices(("faite", "absente", "excusee"), (80, 12, 8))[0] if le < self.vie.fin else "prevue"
        au = le + timedelta(days=alea.randint(5, 60)) if formation else None
        faite = etat == "faite" and (au is None or au < self.vie.fin)
        self.lot.ajouter(
            ActionAssociee(
                personne=self.vie.personne,
                offre=offre,
                seance=seance,
                engagement=engagement,
                objectif=alea.choice(objectifs) if objectifs else None,
                le=le,
                au=au,
                heures=2 if seance else alea.choice((14, 35, 70)) if formation else 1,
                etat="prevue" if etat == "faite" and not faite and le >= self.vie.fin else etat,
                pose_le=min(le, self.vie.fin),
                annule_le=le if etat == "excusee" else None,
                resultat=self.vie.voix.dit(phrases.ACTIONS) if faite else "",
                certificat="Premier bloc du titre" if faite and offre.qualifiante and alea.random() < 0.5 else "",
                par=self.vie.personne.referent,
            )
        )

    def recevoir_seul(self) -> None:
        """Les entretiens de suivi de l'offre : le premier mois le plus souvent, puis de loin en loin."""
        alea = Random()
        alea.setstate(self.alea.getstate())  # sans rien prendre au hasard de la suite
        offres = [offre for offre in self.maison.offres if offre.nature == "entretien"]
        le = ouvre_apres(self.debut, alea.randint(8, 40))
        for _ in range(alea.choice((0, 1, 1, 2, 3))):
            if not self.passe(le):
                break
            engagement, objectifs = self.engagement_au(le)
            etat = alea.choices(("faite", "absente", "excusee"), (85, 10, 5))[0]
            self.lot.ajouter(
                ActionAssociee(
                    personne=self.vie.personne,
                    offre=alea.choice(offres),
                    engagement=engagement,
                    objectif=alea.choice(objectifs) if objectifs else None,
                    le=le,
                    heures=1,
                    etat=etat,
                    pose_le=le,
                    annule_le=le if etat == "excusee" else None,
                    resultat=alea.choice(phrases.ENTRETIENS) if etat == "faite" else "",
                    par=self.vie.referent_au(le),
                )
            )
            le = ouvre_apres(le, alea.randint(25, 75))

    def engagement_au(self, le: date) -> tuple:
        """L'engagement qui courait ce jour-là, et ses objectifs."""
        courants = [(e, o) for e, o in self.engagements if e.debut <= le and (e.clos_le is None or le <= e.clos_le)]
        return courants[-1] if courants else (None, [])
