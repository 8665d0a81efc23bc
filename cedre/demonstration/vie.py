"""L'histoire d'une personne, du premier contact à la clôture de son dossier, telle qu'elle aurait pu être (ACC-1 à ACC-5)."""

from datetime import date, time, timedelta
from itertools import pairwise
from random import Random

from cedre.comptes.models import Compte, Trace
from cedre.demonstration import frequences, phrases
from cedre.demonstration.avenir import Avenir
from cedre.demonstration.calendrier import ouvre_apres
from cedre.demonstration.ecriture import Lot
from cedre.demonstration.evaluations import essayer, evaluer
from cedre.demonstration.identites import IdentiteInventee
from cedre.demonstration.insertion import Sejour
from cedre.demonstration.maison import Maison, instant
from cedre.parcours.models import Activite, Contact, Entretien, Information, Personne, RefusDEvaluation, Suite, Suivi
from cedre.parcours.models.phase import ACCUEIL


def _selon(alea, poids: dict):
    return alea.choices(list(poids), poids.values())[0]


class Vie:
    """L'histoire d'une personne dans une structure ; chaque méthode est une étape et rend le jour où elle finit."""

    def __init__(self, maison: Maison, lot: Lot, identite: IdentiteInventee):
        self.maison, self.lot, self.alea, self.fin = maison, lot, maison.alea, maison.fin
        self.voix = phrases.Voix.de(self.alea, identite.sexe)
        self.niveaux = {code: self.alea.choices(range(4), poids)[0] for code, poids in frequences.NIVEAUX.items()}
        self.personne = Personne(organisation=maison.organisation, **identite.champs())
        self.dernier, self.attendue, self.suivis = None, False, {}
        self.a_part = Random()
        self.a_part.setstate(self.alea.getstate())  # ce qui s'y tire ne prend rien au hasard de la suite
        self.discriminee = self.a_part.choices(range(4), frequences.DISCRIMINATION)[0]

    # ── Le fil ────────────────────────────────────────────────────────────────────────────────────────────────────

    def vivre(self, arrivee: date) -> Personne:
        """Raconte tout, d'une arrivée à aujourd'hui, retours compris."""
        self.ouvrir(arrivee)
        try:
            jour = arrivee
            while True:
                jour = self.parcourir(jour)
                if self.alea.random() > 0.11:
                    break
                jour = self.plus_tard(jour, 110, 420)
        except Avenir:
            self.relancer()
        self.confier()
        self.tenir_le_suivi()
        self.consulter()
        return self.personne

    def relancer(self) -> None:
        """L'accueil reprend les dossiers qui n'ont plus de date, presque tous."""
        if self.personne.phase in ACCUEIL and not self.attendue and self.alea.random() < 0.45:
            cip = self.personne.referent or self.maison.cip(self.fin)
            le, heure = self.maison.creneau(cip, ouvre_apres(self.fin, self.alea.randint(1, 12)))
            self.poser(le, heure, cip, Entretien.Etat.PREVU, self.dernier)

    def confier(self) -> None:
        """Un dossier ouvert a d'habitude un référent, dès l'accueil ; pas toujours."""
        tirage = self.alea.random()
        if self.personne.est_ouverte and tirage < 0.05:
            self.suivre_par(None, self.fin)
        elif self.personne.est_ouverte and self.personne.referent is None and tirage < 0.8:
            self.suivre_par(self.maison.cip(self.fin), self.dernier)

    def parcourir(self, jour: date) -> date:
        """Une demande et ce qui s'ensuit, jusqu'à la clôture."""
        self.demander(jour)
        tirage = self.alea.random()
        if tirage < 0.04:
            return self.oublier(jour)
        informee = self.informer_seule(jour) if tirage < 0.25 else self.informer_ensemble(jour)
        if informee is None:
            return self.abandonner()
        entretien = self.recevoir(informee)
        if entretien is None:
            return self.abandonner()
        if entretien.issue == Entretien.Issue.REORIENTATION:
            return self.reorienter(entretien)
        self.inscrire(entretien)
        return self.suivre(entretien.le)

    def plus_tard(self, jour: date, mini: int, maxi: int) -> date:
        """Un jour ouvré entre mini et maxi jours après ; l'histoire s'arrête s'il est à venir."""
        jour = ouvre_apres(jour, self.alea.randint(mini, maxi))
        if jour > self.fin:
            raise Avenir
        return jour

    def phase(self, phase: str, le: date) -> None:
        """La personne entre dans cette phase."""
        if self.personne.phase != phase or phase == Personne.Phase.PRE_ACCUEIL:
            self.personne.phase, self.personne.phase_depuis = phase, le

    # ── ACC-1 ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def ouvrir(self, le: date) -> None:
        """Ouvre le dossier."""
        personne, cadre, alea = self.personne, self.maison.cadre, self.alea
        personne.cree_le = instant(le, time(alea.randint(9, 16), alea.randrange(60)))
        if alea.random() < 0.93:
            personne.niveau_formation = cadre.tirer(alea, "formation", frequences.FORMATIONS)
        if alea.random() < 0.9:
            personne.duree_chomage = cadre.tirer(alea, "duree_chomage", frequences.CHOMAGE)
        self.dire_la_situation()
        self.lot.ajouter(personne)
        prestations = {cadre.tirer(alea, "prestation", frequences.PRESTATIONS).pk for _ in range(alea.choice((0, 1, 1, 1, 2)))}
        for terme in sorted(prestations):
            self.lot.ajouter(Personne.prestations.through(personne=personne, terme_id=terme))
        self.cocher_les_criteres()
        self.tracer(Trace.Geste.CREER, alea.choice(self.maison.comptes["accueil"]), "accueil", personne.cree_le)

    def dire_la_situation(self) -> None:
        """Ce qu'elle fait à son entrée, et si elle est reconnue travailleuse handicapée ; parfois on ne l'a pas demandé."""
        personne, alea = self.personne, self.a_part
        personne.rqth = alea.choices((True, False, None), (9, 61, 30))[0]
        personne.statut_entree = Activite.CHOMAGE if personne.duree_chomage else _selon(alea, frequences.SANS_CHOMAGE)

    def cocher_les_criteres(self) -> None:
        """Ses critères d'éligibilité qui ne se déduisent pas."""
        alea, cadre = self.a_part, self.maison.cadre
        coches = {cadre.tirer(alea, "critere_administratif", frequences.CRITERES).pk for _ in range(alea.choice((0, 1, 1, 2)))}
        for terme in sorted(coches):
            self.lot.ajouter(Personne.criteres.through(personne=self.personne, terme_id=terme))

    def demander(self, le: date) -> None:
        """Un premier contact, ou un retour."""
        alea, maison = self.alea, self.maison
        prescripteur = maison.cadre.tirer(alea, "prescripteur", frequences.PRESCRIPTEURS)
        contact = Contact(
            personne=self.personne,
            le=le,
            canal=_selon(alea, frequences.CANAUX),
            prescripteur=prescripteur,
            demande=self.voix.dit(phrases.DEMANDES),
            delai_annonce=None if alea.random() < 0.18 else alea.choice((maison.profil.delai,) * 5 + (15, 21, 30)),
            recu_par=alea.choice(maison.comptes["accueil"]),
            cree_le=instant(le, self.personne.cree_le.time()),
        )
        self.lot.ajouter(contact)
        self.personne.prescripteur = prescripteur
        self.dernier = le
        self.phase(Personne.Phase.PRE_ACCUEIL, le)

    def oublier(self, jour: date) -> date:
        """La demande reste sans réponse : on s'en aperçoit, souvent trop tard."""
        if (self.fin - jour).days < 110 and self.alea.random() < 0.8:
            raise Avenir
        return self.clore(self.plus_tard(jour, 50, 130), frequences.ABANDONS)

    def abandonner(self) -> date:
        """La personne ne vient plus : on la relance, puis on clôt."""
        return self.clore(self.plus_tard(self.dernier, 8, 24), frequences.ABANDONS)

    # ── ACC-2 ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def informer(self, le: date, presence: str, par: Compte | None, collective=None) -> Information:
        """Ce qui a été dit, ou le sera."""
        presente = presence == Information.Presence.PRESENTE
        if presente:
            self.phase(Personne.Phase.ACCUEIL, le)
        pose_le = min(self.dernier, le)
        if presence == Information.Presence.PREVUE:
            self.attendue = True
        else:
            self.dernier = le
        return self.lot.ajouter(
            Information(
                personne=self.personne,
                collective=collective,
                le=le,
                presence=presence,
                pose_le=pose_le,
                annule_le=le if presence == Information.Presence.EXCUSEE else None,
                offre_presentee=presente and self.alea.random() < 0.96,
                statut_explique=presente and self.alea.random() < 0.87,
                par=par,
            )
        )

    def informer_seule(self, jour: date) -> date:
        """À l'accueil, dès le premier passage ou quelques jours après."""
        le = self.plus_tard(jour, 0, self.alea.choice((0, 6, 14)))
        self.informer(le, Information.Presence.PRESENTE, self.alea.choice(self.maison.comptes["accueil"]))
        return le

    def informer_ensemble(self, jour: date) -> date | None:
        """En information collective ; None si la personne n'y vient pas."""
        for _ in range(3):
            seance = self.maison.seance_apres(ouvre_apres(jour, 2))
            if seance is None:
                return self.informer_seule(jour)
            if seance.le >= self.fin:
                self.informer(seance.le, Information.Presence.PREVUE, None, seance)
                raise Avenir
            presence = self.alea.choices(("presente", "absente", "excusee"), (76, 15, 9))[0]
            self.informer(seance.le, presence, seance.animee_par, seance)
            if presence == "presente":
                return seance.le
            if presence == "absente" and self.alea.random() < 0.5:
                return None
            jour = seance.le
        return None

    # ── ACC-3 ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def poser(self, le: date, heure: time, par: Compte, etat: str, pose_le: date, **champs) -> Entretien:
        """Un rendez-vous, tenu ou non."""
        if etat == Entretien.Etat.PREVU:
            self.attendue = True
        elif etat != Entretien.Etat.ANNULE:
            self.dernier = le
        entretien = Entretien(
            personne=self.personne,
            le=le,
            heure=heure,
            lieu=self.alea.choice(("Bureau 2", "Bureau 3", "Dans nos locaux", "Permanence de quartier")),
            conduit_par=par,
            etat=etat,
            pose_le=pose_le,
            annule_le=le if etat == Entretien.Etat.ANNULE else None,
            cree_le=instant(pose_le, time(11)),
            **champs,
        )
        return self.lot.ajouter(entretien)

    def recevoir(self, jour: date) -> Entretien | None:
        """Un ou plusieurs entretiens, jusqu'à une décision ; None si la personne ne vient pas."""
        cip = self.maison.cip(ouvre_apres(jour, 25))
        for _ in range(5):
            le, heure = self.maison.creneau(cip, ouvre_apres(jour, self.alea.randint(3, 15)))
            tirage = self.alea.random()
            if le >= self.fin:
                if tirage < 0.7:
                    self.suivre_par(cip, jour)
                self.poser(le, heure, cip, Entretien.Etat.PREVU, jour)
                raise Avenir
            self.phase(Personne.Phase.ACCUEIL, le)
            if (self.fin - le).days < 7 and tirage < 0.5:
                self.suivre_par(cip, le)
                ebauche = dict(list(self.voix.entretien().items())[: self.alea.randint(1, 4)])
                self.poser(le, heure, cip, Entretien.Etat.EN_COURS, jour, **ebauche)
                raise Avenir
            if tirage < 0.17:
                self.poser(le, heure, cip, Entretien.Etat.ABSENT if tirage < 0.11 else Entretien.Etat.ANNULE, jour)
                if tirage < 0.06:
                    return None
            else:
                self.suivre_par(cip, le)
                issue = _selon(self.alea, frequences.ISSUES)
                entretien = self.poser(le, heure, cip, Entretien.Etat.REALISE, jour, issue=issue, **self.voix.entretien())
                if issue != Entretien.Issue.AUTRE_RENCONTRE:
                    return entretien
            jour = le
        return None

    def suite(self, le: date, nature: str, **champs) -> date:
        """La suite donnée, et la phase où elle mène."""
        self.lot.ajouter(Suite(personne=self.personne, le=le, nature=nature, cree_le=instant(le, time(17)), **champs))
        self.dernier = le
        return le

    def reorienter(self, entretien: Entretien) -> date:
        """Vers un partenaire, avec un motif ; deux fois sur trois, elle n'a pas voulu d'une évaluation ici."""
        self.phase(Personne.Phase.REORIENTEE, entretien.le)
        if entretien.le.day % 3:
            self.lot.ajouter(RefusDEvaluation(personne=self.personne, du=entretien.le, par=entretien.conduit_par))
        return self.suite(
            entretien.le,
            Suite.Nature.REORIENTATION,
            entretien=entretien,
            motif=self.maison.cadre.tirer(self.alea, "motif_reorientation", frequences.REORIENTATIONS),
            partenaire=self.alea.choice(self.maison.partenaires),
            precision=self.voix.dit(phrases.REORIENTATIONS),
            par=entretien.conduit_par,
        )

    def inscrire(self, entretien: Entretien) -> None:
        """L'inscription ouvre la pré-embauche."""
        self.phase(Personne.Phase.PRE_EMBAUCHE, entretien.le)
        self.suite(entretien.le, Suite.Nature.INSCRIPTION, entretien=entretien, par=entretien.conduit_par)

    def clore(self, le: date, motifs: dict[str, int]) -> date:
        """La clôture, motivée."""
        self.phase(Personne.Phase.SANS_SUITE, le)
        motif = self.maison.cadre.tirer(self.alea, "motif_sans_suite", motifs)
        par = self.personne.referent or self.alea.choice(self.maison.comptes["accueil"])
        return self.suite(le, Suite.Nature.SANS_SUITE, motif=motif, par=par)

    # ── ACC-4 et ACC-5 : l'accompagnement ─────────────────────────────────────────────────────────────────────────

    def suivre(self, jour: date) -> date:
        """Évaluations et rendez-vous, jusqu'à l'embauche, ou jusqu'au départ."""
        embauchee = self.alea.random() < 0.84
        depart = ouvre_apres(jour, self.alea.randint(5, 60) if embauchee else self.alea.randint(40, 200))
        for le, etape in self.calendrier(jour, depart):
            if le <= self.fin or etape is Vie.revoir:
                etape(self, le)
        if depart > self.fin:
            if self.alea.random() < 0.9:
                self.revoir(ouvre_apres(self.fin, self.alea.randint(0, 13)))
            raise Avenir
        if embauchee:
            return Sejour(self, depart).vivre()
        return self.clore(max(depart, self.dernier), frequences.CLOTURES)

    def calendrier(self, jour: date, depart: date) -> list:
        """Les étapes prévues, dans l'ordre ; la dernière est le premier rendez-vous à venir."""
        alea, etapes = self.alea, []
        for etape, premier, ecart in (
            (evaluer, (0, 18), (150, 215)),
            (essayer, (8, 45), (200, 500)),
            (Vie.revoir, (25, 60), (35, 80)),
        ):
            if etape is essayer and alea.random() < 0.45:
                continue
            le = ouvre_apres(jour, alea.randint(*premier))
            while le < depart:
                etapes.append((le, etape))
                le = ouvre_apres(le, alea.randint(*ecart))
        return sorted(etapes, key=lambda e: e[0])

    def suivre_par(self, compte: Compte | None, le: date) -> None:
        """Quelqu'un, ou plus personne, suit la personne à partir de ce jour."""
        self.personne.referent = self.suivis[le] = compte

    def tenir_le_suivi(self) -> None:
        """Écrit qui l'a suivie, d'un jour à l'autre."""
        for le, jusqu_au in pairwise([*sorted(self.suivis), None]):
            if self.suivis[le]:
                self.lot.ajouter(Suivi(personne=self.personne, compte=self.suivis[le], du=le, au=jusqu_au))

    def referent_au(self, le: date) -> Compte:
        """Qui suit la personne à cette date ; d'un départ, tous les dossiers ne sont pas repris."""
        maison = self.maison
        if maison.partie and self.personne.referent == maison.partie and le >= maison.partie_le:
            if self.personne.phase != Personne.Phase.PARCOURS and self.alea.random() < 0.15:
                raise Avenir
            self.suivre_par(maison.cip(le), min(le, self.fin))
        return self.personne.referent

    def revoir(self, le: date) -> None:
        """Un rendez-vous de suivi ; à venir, il n'est posé que dans les deux semaines."""
        cip = self.referent_au(le)
        if le >= self.fin:
            if (le - self.fin).days > 15:
                if self.alea.random() < 0.05:
                    raise Avenir
                le = ouvre_apres(self.fin, self.alea.randint(0, 13))
            le, heure = self.maison.creneau(cip, le)
            self.poser(le, heure, cip, Entretien.Etat.PREVU, self.dernier)
            raise Avenir
        le, heure = self.maison.creneau(cip, le)
        if le >= self.fin:
            return
        if self.alea.random() < 0.13:
            self.poser(le, heure, cip, Entretien.Etat.ABSENT, self.dernier)
            return
        self.poser(
            le,
            heure,
            cip,
            Entretien.Etat.REALISE,
            self.dernier,
            issue=Entretien.Issue.AUTRE_RENCONTRE,
            situation=self.voix.dit(phrases.SUIVIS),
            besoins=self.voix.dit(phrases.BESOINS) if self.alea.random() < 0.4 else "",
            synthese=self.voix.dit(phrases.SYNTHESES),
        )

    # ── Les traces ────────────────────────────────────────────────────────────────────────────────────────────────

    def tracer(self, geste: str, compte: Compte, role: str, le) -> None:
        """La trace d'un geste sur ce dossier."""
        self.lot.tracer(self.personne, organisation=self.maison.organisation, compte=compte, role=role, geste=geste, le=le)

    def consulter(self) -> None:
        """Le référent a ouvert le dossier à la dernière rencontre, si elle est récente."""
        if self.personne.referent and self.personne.est_ouverte and (self.fin - timedelta(days=21)) <= self.dernier < self.fin:
            self.tracer(
                Trace.Geste.CONSULTER, self.personne.referent, "cip", instant(self.dernier, time(10, self.alea.randrange(60)))
            )
