"""Ce qui entoure les parcours d'une structure : clients, besoins, conventions, séances, régulations (TRA-1 à TRA-3, INS-5)."""

from bisect import bisect_left
from collections import Counter
from datetime import date, time, timedelta

from cedre.core.manques import manques
from cedre.demonstration import phrases_insertion as phrases
from cedre.demonstration.calendrier import ouvre_apres
from cedre.demonstration.identites import PRENOMS, nom_de_famille, telephone
from cedre.demonstration.maison import Maison, instant
from cedre.parcours.models import Besoin, Personne, Seance
from cedre.partenariats.models import Client, Convention
from cedre.regulation.models import PointOrdreDuJour, Regulation

PARTICULIERS = {"AI": 24, "ETTI": 0, "EI": 2, "ACI": 1}


class Entourage:
    """Les clients, les séances et les régulations auxquels les histoires des personnes se rattachent."""

    def __init__(self, maison: Maison):
        self.maison, self.alea = maison, maison.alea
        self.type_siae = maison.profil.type_siae
        self.ateliers = phrases.ATELIERS[self.type_siae]
        self.inscrites, self.points = Counter(), Counter()
        self._clients()
        self._besoins()
        self._conventions()
        self._seances()
        self._regulations()

    def _clients(self) -> None:
        commune, alea, domaine = self.maison.profil, self.alea, "example"
        noms = [(nature, nom.format(commune=commune.commune)) for nature, liste in phrases.CLIENTS.items() for nom in liste] + [
            ("particulier", f"{alea.choice(('Mme', 'M.'))} {nom_de_famille(alea)} ({rang})")
            for rang in range(1, PARTICULIERS[self.type_siae] + 1)
        ]
        self.clients = [
            Client(
                organisation=self.maison.organisation,
                nature=nature,
                nom=nom,
                contact="" if nature == "particulier" else f"{alea.choice(PRENOMS[alea.choice('FH')])} {nom_de_famille(alea)}",
                telephone=telephone(alea, mobile=nature == "particulier"),
                courriel="" if nature == "particulier" else f"contact-{rang}@client.{domaine}",
                adresse=f"{alea.randint(1, 60)} chemin des Prés, {commune.code_postal} {commune.commune}",
                actif=rang % 13 != 12,
            )
            for rang, (nature, nom) in enumerate(noms)
        ]
        Client.objects.bulk_create(self.clients)
        entreprises = [c for c in self.clients if c.nature != "particulier" and c.actif]
        particuliers = [c for c in self.clients if c.nature == "particulier" and c.actif]
        self.employeurs = entreprises + particuliers if self.type_siae == "AI" else entreprises
        donneurs_d_ordre = [c for c in entreprises if c.nature == "collectivite"]
        # Chaque atelier a son client, sauf celui que l'on vient d'ouvrir.
        self.clients_des_ateliers = dict(zip(self.ateliers[:3], donneurs_d_ordre, strict=False))

    def _besoins(self) -> None:
        besoins = []
        for rang, (intitule, horaires) in enumerate(phrases.BESOINS[: 6 if self.type_siae in ("AI", "ETTI") else 2]):
            du = ouvre_apres(self.maison.fin, self.alea.randint(-20, 30))
            besoins.append(
                Besoin(
                    organisation=self.maison.organisation,
                    client=self.alea.choice(self.employeurs),
                    fiche_de_poste=self.alea.choice(self.maison.fiches)[0],
                    intitule=intitule,
                    horaires=horaires,
                    lieu=self.maison.profil.commune,
                    du=du,
                    au=ouvre_apres(du, self.alea.randint(20, 90)),
                    heures=self.alea.choice((6, 10, 15, 20)),
                    places=self.alea.choice((1, 1, 2)),
                    additionnel=("oui", "non", "")[rang % 3],
                    pourvu_le=self.maison.fin if rang == 5 else None,
                )
            )
        Besoin.objects.bulk_create(besoins)

    def _conventions(self) -> None:
        """Une part des partenaires ; l'une finit bientôt, une autre a fini sans suite."""
        conventions = []
        for rang, partenaire in enumerate(self.maison.partenaires[:8]):
            fin = None if rang % 3 == 0 else self.maison.fin + timedelta(days=(35, 400, -20, 210, 300)[rang % 5])
            conventions.append(
                Convention(
                    partenaire=partenaire,
                    objet=phrases.CONVENTIONS[rang % len(phrases.CONVENTIONS)],
                    du=(fin or self.maison.fin) - timedelta(days=729),
                    au=fin,
                    tacite=rang % 4 == 1,
                )
            )
        Convention.objects.bulk_create(conventions)

    def _seances(self) -> None:
        """Chaque atelier de l'offre se tient tous les quinze jours, sauf en août."""
        ateliers = [o for o in self.maison.offres if o.nature == "atelier"]
        self.seances = []
        for rang, offre in enumerate(ateliers):
            jour = self.maison.debut + timedelta(days=rang * 3)
            while jour <= self.maison.fin + timedelta(days=30):
                if jour.month != 8:
                    self.seances.append(
                        Seance(
                            organisation=self.maison.organisation,
                            offre=offre,
                            le=ouvre_apres(jour),
                            heure=time(14) if rang % 2 else time(9, 30),
                            lieu="Salle du rez-de-chaussée",
                            capacite=max(8, self.maison.profil.personnes // 40),
                            animee_par=str(self.alea.choice(self.maison.comptes["cip"])),
                        )
                    )
                jour += timedelta(days=14)
        self.seances.sort(key=lambda s: s.le)
        Seance.objects.bulk_create(self.seances)
        self.dates_seances = [s.le for s in self.seances]

    def seance_apres(self, jour: date) -> Seance | None:
        """La première qui a encore une place."""
        rang = bisect_left(self.dates_seances, jour)
        for seance in self.seances[rang : rang + 6]:
            if self.inscrites[seance.pk] < seance.capacite:
                self.inscrites[seance.pk] += 1
                return seance
        return None

    def _regulations(self) -> None:
        """Une tous les quinze jours, tenue, et la prochaine, prévue."""
        maison, alea = self.maison, self.alea
        animee_par = maison.comptes["direction"][0]
        self.regulations, jour = [], maison.debut + timedelta(days=20)
        while jour < maison.fin:
            if jour.month != 8:
                le = ouvre_apres(jour)
                tenue = le < maison.fin
                self.regulations.append(
                    Regulation(
                        organisation=maison.organisation,
                        le=le,
                        heure=time(9),
                        lieu="Salle de réunion",
                        etat=Regulation.Etat.TENUE if tenue else Regulation.Etat.PREVUE,
                        animee_par=animee_par,
                        synthese=alea.choice(phrases.RETENU) if tenue else "",
                        redigee_le=le if tenue else None,
                        diffusee_le=instant(le, time(17)) if tenue else None,
                        cree_le=instant(le - timedelta(days=10)),
                    )
                )
            jour += timedelta(days=14)
        self.prochaine = Regulation(
            organisation=maison.organisation,
            le=ouvre_apres(max(maison.fin, (self.regulations[-1].le if self.regulations else maison.fin) + timedelta(days=14))),
            heure=time(9),
            lieu="Salle de réunion",
            animee_par=animee_par,
            cree_le=instant(maison.fin - timedelta(days=3)),
        )
        self.regulations = [r for r in self.regulations if r.etat == Regulation.Etat.TENUE]
        Regulation.objects.bulk_create([*self.regulations, self.prochaine])
        equipe = [compte for role in ("cip", "mad", "direction") for compte in maison.comptes[role]]
        Regulation.presents.through.objects.bulk_create(
            Regulation.presents.through(regulation=r, compte=compte)
            for r in self.regulations
            for compte in equipe
            if alea.random() < 0.88
        )
        self.dates_regulations = [r.le for r in self.regulations]

    def regulation_apres(self, jour: date) -> Regulation | None:
        """La première déjà tenue, après ce jour, où l'ordre du jour n'est pas plein."""
        rang = bisect_left(self.dates_regulations, jour)
        for regulation in self.regulations[rang : rang + 2]:
            if self.points[regulation.pk] < 12:
                self.points[regulation.pk] += 1
                return regulation
        return None

    def preparer_la_prochaine(self) -> None:
        """Met à l'ordre du jour de la prochaine régulation ceux dont il faut parler, quand toutes les personnes sont écrites."""
        points, vues = [], set()
        siennes = Personne.objects.filter(organisation=self.maison.organisation).order_by("nom_recherche", "pk")
        a_regarder = [cle for cle, manque in manques(Personne).items() if manque.en_equipe]
        for manque in a_regarder[:5]:
            for personne in siennes.a_traiter(manque, self.maison.fin)[:6]:
                if personne.pk not in vues:
                    vues.add(personne.pk)
                    points.append(
                        PointOrdreDuJour(regulation=self.prochaine, personne=personne, manque=manque, rang=len(points) + 1)
                    )
        points.append(PointOrdreDuJour(regulation=self.prochaine, sujet=phrases.SUJETS[0], rang=len(points) + 1))
        PointOrdreDuJour.objects.bulk_create(points)
