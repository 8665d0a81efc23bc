"""Les engagements d'une personne et leurs bilans, l'un appelant l'autre (INS-1 à INS-3, INS-7, TRA-1)."""

from datetime import date, time, timedelta

from cedre.demonstration import phrases_insertion as phrases
from cedre.demonstration.calendrier import ouvre_apres, ouvre_avant
from cedre.demonstration.maison import instant
from cedre.parcours.comptes_rendus import contenu as compte_rendu
from cedre.parcours.models import Bilan, Engagement, Formalisation, Moyen, Objectif, ObjectifEvalue, Remise, Trajectoire
from cedre.regulation.models import Decision, PointOrdreDuJour

Etat = Engagement.Etat


def engager(sejour) -> None:
    """Une suite d'engagements, de l'embauche à la sortie ; parfois aucun, parfois tard."""
    alea, precedent = sejour.alea, None
    if alea.random() < 0.03:
        return
    debut = ouvre_apres(sejour.debut, alea.randint(0, 10) if alea.random() < 0.93 else alea.randint(25, 60))
    while debut and sejour.passe(debut):
        etape = Palier(sejour, debut, precedent)
        debut, precedent = etape.vivre(), etape.engagement


class Palier:
    """Un engagement, ses bilans, et la date du suivant."""

    def __init__(self, sejour, debut: date, precedent: Engagement | None):
        self.sejour, self.vie, self.alea, self.lot = sejour, sejour.vie, sejour.alea, sejour.lot
        rang = 0 if precedent is None else 1
        code = self.alea.choices(list(phrases.TYPES), [poids[rang] for poids in phrases.TYPES.values()])[0]
        types = sejour.maison.cadre.listes["type_engagement"]
        projet = (self.vie.fin - debut).days < 12 and not sejour.fini and self.alea.random() < 0.3
        self.code = code if code in types else next(iter(types))
        self.engagement = Engagement(
            personne=self.vie.personne,
            type_engagement=types[self.code],
            etat=Etat.PROJET if projet else Etat.EN_COURS,
            forme=self.alea.choice(Engagement.Forme.values),
            debut=debut,
            demande=self.vie.voix.dit(phrases.DEMANDES),
            bilan_le=self.prochain_bilan(debut),
            suit=precedent,
            conduit_par=self.vie.referent_au(debut),
            cree_le=instant(debut, time(10)),
        )
        self.lot.ajouter(self.engagement)
        self.objectifs, self.moyens, self.pose_le = [], [], debut
        self.convenir()
        manques = self.engagement.manques_de_forme(self.objectifs, self.moyens)
        if not manques.texte:
            self.lot.ajouter(Formalisation(engagement=self.engagement, du=debut, sens=Formalisation.Sens.TEXTE))
        if manques.aucun:
            self.engagement.formalise_le = debut
            self.lot.ajouter(Formalisation(engagement=self.engagement, du=debut))
        if not projet:
            sejour.engagements.append((self.engagement, self.objectifs))

    def prochain_bilan(self, le: date) -> date:
        """Trois mois après ; quand la sortie approche, juste avant elle."""
        fin, prochain = self.sejour.fin, ouvre_apres(le, self.alea.randint(85, 125))
        if (fin - le).days < 25:
            return ouvre_avant(max(le, fin))
        return ouvre_avant(fin - timedelta(days=self.alea.randint(3, 8))) if (fin - prochain).days < 25 else prochain

    def convenir(self) -> None:
        """Les objectifs, et pour chacun qui fait quoi, pour quand, et comment on saura."""
        alea, maison, engagement = self.alea, self.sejour.maison, self.engagement
        modeles = phrases.ENGAGEMENTS.get(self.code, phrases.ENGAGEMENTS["mobilisation"])
        domaines = maison.cadre.listes["domaine"]
        clients = self.sejour.entourage.employeurs
        for rang, (libelle, domaine, moyens) in enumerate(alea.sample(modeles, alea.choice((1, 1, 2)))):
            objectif = Objectif(engagement=engagement, libelle=libelle, domaine=domaines.get(domaine), rang=rang)
            self.objectifs.append(self.lot.ajouter(objectif))
            for qui, quoi, on_saura, lien in moyens:
                echeance = ouvre_avant(engagement.debut + (engagement.bilan_le - engagement.debut) * alea.uniform(0.3, 1))
                moyen = Moyen(
                    engagement=engagement,
                    objectif=objectif,
                    qui=qui,
                    libelle=quoi,
                    echeance=None if alea.random() < 0.02 else max(echeance, engagement.debut),
                    evaluation="" if alea.random() < 0.02 else on_saura,
                    offre=alea.choice([o for o in maison.offres if o.nature == "atelier"]) if lien == "offre" else None,
                    fiche_de_poste=alea.choice(maison.fiches)[0] if lien == "fiche" else None,
                    client=alea.choice(clients) if lien == "client" else None,
                    partenaire=alea.choice(maison.partenaires) if lien == "partenaire" else None,
                    rang=len(self.moyens),
                )
                if moyen.echeance and moyen.echeance < self.vie.fin and alea.random() < 0.7:
                    moyen.fait_le = moyen.echeance
                self.moyens.append(self.lot.ajouter(moyen))

    def vivre(self) -> date | None:
        """Remet, fait les bilans ; rend le début de l'engagement suivant, ou rien si l'histoire s'arrête là."""
        self.discuter(self.engagement.debut, 0.4)
        if self.engagement.etat == Etat.PROJET:
            return None
        if self.alea.random() < 0.93:
            self.remettre(ouvre_apres(self.engagement.debut, self.alea.choice((0, 0, 1, 2, 5))))
        while (suite := self.bilan()) == Bilan.Suite.PROLONGER:
            if self.alea.random() < 0.4:
                self.remettre(ouvre_apres(self.clos_le, 1))
        if suite != Bilan.Suite.NOUVEL_ENGAGEMENT:
            return None
        ecart = self.alea.randint(0, 6) if self.alea.random() < 0.95 else self.alea.randint(28, 50)
        fin = ouvre_apres(self.clos_le, min(ecart, 6))
        if not self.sejour.passe(fin):
            return None
        self.engagement.etat, self.engagement.clos_le = Etat.CLOS, fin
        return ouvre_apres(self.clos_le, ecart)

    def remettre(self, le: date) -> None:
        """Le texte remis, tel qu'il est ce jour-là."""
        if self.sejour.passe(le):
            mode = self.alea.choices(Remise.Mode.values, (78, 8, 10, 4))[0]
            remise = Remise(
                personne=self.vie.personne,
                engagement=self.engagement,
                le=le,
                mode=mode,
                version=self.engagement.version,
                par=self.engagement.conduit_par,
            )
            self.lot.remettre(remise, self.objectifs, self.moyens)

    def remettre_bilan(self, bilan: Bilan, evalues: list[ObjectifEvalue]) -> None:
        """Quatre comptes rendus sur cinq, ou presque, se remettent à la personne dans les deux jours."""
        le = ouvre_apres(bilan.le, bilan.le.day % 3)
        if bilan.le.day % 5 and self.sejour.passe(le):
            texte = compte_rendu(bilan, evalues=evalues, moyens=self.moyens)
            remise = Remise(personne=bilan.personne, bilan=bilan, le=le, version=bilan.version, contenu=texte)
            remise.mode, remise.par = Remise.Mode.MAIN_PROPRE, bilan.conduit_par
            self.lot.ajouter(remise)

    def poser(self, etat: str, **champs) -> Bilan:
        """Un entretien de bilan, à la date convenue."""
        cip = self.vie.referent_au(self.engagement.bilan_le)
        le, heure = self.sejour.maison.creneau(cip, self.engagement.bilan_le)
        if not self.sejour.passe(le):
            le = self.engagement.bilan_le
        bilan = Bilan(
            personne=self.vie.personne,
            engagement=self.engagement,
            le=le,
            echeance=self.engagement.bilan_le if etat == Bilan.Etat.CLOS and le != self.engagement.bilan_le else None,
            heure=heure,
            lieu="Bureau 2",
            conduit_par=cip,
            etat=etat,
            cree_le=instant(self.pose_le, time(10)),
            **champs,
        )
        return self.lot.ajouter(bilan)

    def bilan(self) -> str | None:
        """Le bilan attendu, s'il a eu lieu ; rend la suite décidée, ou rien."""
        sejour, alea, le = self.sejour, self.alea, self.engagement.bilan_le
        retard = (self.vie.fin - le).days
        if retard <= 0 or not sejour.passe(le):
            if alea.random() < 0.94:
                if sejour.fini:
                    self.poser(Bilan.Etat.ANNULE, annule_le=min(sejour.fin, le))
                else:
                    self.poser(Bilan.Etat.PREVU)
            return None
        if not sejour.fini and (retard < 40 and alea.random() < 0.28 or retard < 6 and alea.random() < 0.4):
            self.poser(Bilan.Etat.EN_COURS if retard < 6 else Bilan.Etat.PREVU)
            return None
        absente = ouvre_apres(le, 12)
        if alea.random() < 0.06 and absente < sejour.fin:
            manque = self.poser(Bilan.Etat.ABSENT)
            manque.absent_le = self.pose_le = manque.le
            self.engagement.bilan_le = absente
            return self.bilan()
        return self.tenir(le)

    def tenir(self, le: date) -> str:
        """Le bilan s'est tenu : objectifs valués, textes, suite, et prochain bilan à l'agenda."""
        alea, voix, reste = self.alea, self.vie.voix, (self.sejour.fin - le).days
        suite = Bilan.Suite.SORTIE if reste < 20 else alea.choices(Bilan.Suite.values[:2], (35, 65))[0]
        bilan = self.poser(Bilan.Etat.CLOS, suite=suite)
        le = self.clos_le = self.pose_le = bilan.le
        bilan.clos_le = instant(le, time(16, 30))
        bilan.suite_le = self.sejour.fin if suite == Bilan.Suite.SORTIE else ouvre_apres(le, 7)
        bilan.moyens, bilan.evolution = voix.dit(phrases.BILAN_MOYENS), voix.dit(phrases.BILAN_EVOLUTIONS)
        bilan.parole, bilan.synthese = voix.dit(phrases.BILAN_PAROLES), voix.dit(phrases.BILAN_SYNTHESES)
        bilan.trajectoire = alea.choice(Trajectoire.values)
        bilan.statut_social = self.vie.a_part.choice(["", *Trajectoire.values])
        evalues = []
        for objectif in self.objectifs:
            resultat = alea.choices(list(phrases.RESULTATS), (42, 36, 15, 7))[0]
            commentaire = alea.choice(phrases.RESULTATS[resultat])
            regard = ObjectifEvalue(bilan=bilan, objectif=objectif, resultat=resultat, commentaire=commentaire)
            evalues.append(self.lot.ajouter(regard))
        self.remettre_bilan(bilan, evalues)
        if suite == Bilan.Suite.PROLONGER:
            self.engagement.bilan_le = self.prochain_bilan(le)
            self.engagement.version += 1
        self.discuter(le, 0.15)
        self.vie.dernier = max(self.vie.dernier, le)
        return suite

    def discuter(self, le: date, chance: float) -> None:
        """L'équipe en parle à la régulation suivante, et décide ; tout n'est pas fait à temps."""
        alea, vie = self.alea, self.vie
        regulation = self.sejour.entourage.regulation_apres(le) if alea.random() < chance else None
        if regulation is None or not self.sejour.passe(regulation.le):
            return
        point = PointOrdreDuJour(
            regulation=regulation,
            personne=vie.personne,
            engagement=self.engagement,
            sujet="Engagement à décider" if le == self.engagement.debut else "Suite du bilan",
            echange=vie.voix.dit(phrases.POINTS),
            rang=self.sejour.entourage.points[regulation.pk],
        )
        self.lot.ajouter(point)
        if alea.random() < 0.7:
            echeance = ouvre_apres(regulation.le, alea.choice((7, 14, 14, 28)))
            faite_le = ouvre_avant(regulation.le + (echeance - regulation.le) * alea.uniform(0.4, 1.5))
            faite_le = faite_le if faite_le <= vie.fin and alea.random() < 0.97 else None
            suite_le = echeance if faite_le is None and echeance <= vie.fin and alea.random() < 0.8 else None
            self.lot.ajouter(
                Decision(
                    point=point,
                    quoi=alea.choice(phrases.DECISIONS),
                    qui=vie.referent_au(regulation.le) or alea.choice(self.sejour.maison.comptes["cip"]),
                    echeance=echeance,
                    faite_le=faite_le,
                    suite=Decision.Devenir.DEPASSEE if suite_le else "",
                    suite_le=suite_le,
                )
            )
