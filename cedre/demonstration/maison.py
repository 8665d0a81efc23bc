"""Une structure inventée : ce qu'elle est, son équipe, ses outils, son agenda."""

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from cedre.comptes.models import Compte, Habilitation, Organisation
from cedre.demonstration import metiers
from cedre.demonstration.annexes import negocier
from cedre.demonstration.calendrier import ouvre_apres, ouvre_avant
from cedre.demonstration.identites import PRENOMS, nom_de_famille, sans_accent, telephone
from cedre.observatoire.models import Terme
from cedre.parcours.models import InformationCollective
from cedre.partenariats.models import Partenaire
from cedre.structures.models import (
    Competence,
    Domaine,
    Echelon,
    FicheDePoste,
    Grille,
    Offre,
    Reglages,
    Relecture,
    UsageDeFiche,
    UsageDOffre,
)

HEURES = (time(10, 30), time(14), time(9), time(15, 30))
ECHELLES = (
    ("Sans difficulté", "Difficulté légère", "Difficulté importante", "Situation bloquante"),
    ("Point d’appui", "À consolider", "Fragile", "Bloquant"),
)
REGIMES = {"sante": Domaine.Regime.SANTE, "justice": Domaine.Regime.AGENDA}


@dataclass
class Profil:
    """Ce qui distingue une structure d'une autre. annees : durée de vie simulée ; personnes : sur toute cette durée."""

    slug: str
    nom: str
    type_siae: str
    commune: str
    code_postal: str
    personnes: int
    annees: int = 3
    cips: int = 1
    accueils: int = 1
    delai: int = 10
    jour_seance: int = 1
    avec_depart: bool = False
    cote: int | None = None
    suffixe: str = ""
    domaine: str = "demo.example"


class CadreCommun:
    """Les termes du cadre commun, lus une fois."""

    def __init__(self):
        self.listes = defaultdict(dict)
        for terme in Terme.objects.order_by("liste", "rang", "pk"):
            self.listes[terme.liste][terme.code] = terme

    def tirer(self, alea: Random, liste: str, poids: dict[str, int]) -> Terme:
        """Un terme de la liste, selon ces poids ; un code que la fédération a retiré ne sort pas."""
        termes = self.listes[liste]
        codes = [code for code in poids if code in termes] or list(termes)
        return termes[alea.choices(codes, [poids.get(code, 1) for code in codes])[0]]


def instant(le: date, heure: time = time(8, 30)) -> datetime:
    """Ce jour-là, à cette heure de la structure."""
    return datetime.combine(le, heure, tzinfo=timezone.get_default_timezone())


def creer_comptes(alea: Random, postes: list[tuple[str, Organisation, str]], mot_de_passe: str, fin: date) -> dict[str, Compte]:
    """Crée un compte par adresse et une habilitation par poste (adresse, organisation, rôle). mot_de_passe : déjà haché."""
    debut = instant(fin - relativedelta(years=3))
    comptes = {}
    for adresse, _, _ in postes:
        if adresse not in comptes:
            comptes[adresse] = Compte(
                email=adresse,
                prenom=alea.choice(PRENOMS[alea.choice("FFH")]),
                nom=nom_de_famille(alea),
                password=mot_de_passe,
                cree_le=debut,
                last_login=instant(ouvre_avant(fin - timedelta(days=alea.randint(1, 20)))),
            )
    Compte.objects.bulk_create(comptes.values())
    Habilitation.objects.bulk_create(
        Habilitation(compte=comptes[adresse], organisation=organisation, role=role, depuis=debut)
        for adresse, organisation, role in postes
    )
    return comptes


@dataclass
class Maison:
    """Une structure en vie : ce dont les histoires des personnes ont besoin."""

    profil: Profil
    organisation: Organisation
    cadre: CadreCommun
    alea: Random
    fin: date
    mot_de_passe: str
    comptes: dict[str, list[Compte]] = field(default_factory=lambda: defaultdict(list))
    partie: Compte | None = None
    partie_le: date | None = None
    entourage: object = None
    agenda: Counter = field(default_factory=Counter)
    places: Counter = field(default_factory=Counter)

    def __post_init__(self):
        self.debut = self.fin - relativedelta(years=self.profil.annees)
        self._equiper()
        self._meubler()
        self._grilles()
        self._seances()

    def _equiper(self) -> None:
        p = self.profil

        def adresse(role, rang=1):
            return f"{role}{f'-{rang}' if rang > 1 else ''}{p.suffixe}@{p.domaine}"

        effectifs = {"accueil": p.accueils, "cip": p.cips, "mad": 1, "qualite": 1, "direction": 1, "ca": 1}
        postes = [(adresse(role, n), self.organisation, role) for role, nombre in effectifs.items() for n in range(1, nombre + 1)]
        if p.avec_depart:
            postes.append((f"ancienne-cip{p.suffixe}@{p.domaine}", self.organisation, "cip"))
        crees = creer_comptes(self.alea, postes, self.mot_de_passe, self.fin)
        for compte_adresse, _, role in postes:
            self.comptes[role].append(crees[compte_adresse])
        if p.avec_depart:
            self.partie = self.comptes["cip"].pop()
            self.partie_le = ouvre_avant(self.fin - timedelta(days=200))
            depart = instant(self.partie_le, time(17))
            Habilitation.objects.filter(compte=self.partie).update(retiree_le=depart)
            Compte.objects.filter(pk=self.partie.pk).update(is_active=False, desactive_le=self.partie_le, last_login=depart)

    def _meubler(self) -> None:
        p, alea = self.profil, self.alea
        Reglages.objects.create(
            organisation=self.organisation,
            delai_annonce=p.delai,
            offre=metiers.OFFRES[p.type_siae],
            statut=metiers.STATUT,
        )
        codes = metiers.PAR_TYPE[p.type_siae]
        fiches = [
            FicheDePoste(
                organisation=self.organisation,
                intitule=metiers.FICHES[code][0],
                code_rome=code,
                description=metiers.FICHES[code][1],
                active=code != codes[-1],
                retiree_le=ouvre_avant(self.fin - relativedelta(months=5)) if code == codes[-1] else None,
            )
            for code in codes
        ]
        FicheDePoste.objects.bulk_create(fiches)
        self._relire(fiches)
        UsageDeFiche.objects.bulk_create(UsageDeFiche(fiche_de_poste=f, du=self.debut, au=f.retiree_le) for f in fiches)
        self.fiches = [
            (
                fiche,
                [
                    Competence(fiche_de_poste=fiche, libelle=libelle, rang=rang)
                    for rang, libelle in enumerate(metiers.FICHES[fiche.code_rome][2])
                ],
            )
            for fiche in fiches
        ]
        Competence.objects.bulk_create(competence for _, liste in self.fiches for competence in liste)
        self.partenaires = [
            Partenaire(
                organisation=self.organisation,
                nature=nature,
                nom=nom.format(commune=p.commune),
                role=role,
                contact=f"{alea.choice(PRENOMS[alea.choice('FH')])} {nom_de_famille(alea)}",
                telephone=telephone(alea, mobile=False),
                courriel=f"accueil@{sans_accent(nom.split(' {')[0]).lower().replace(' ', '-').replace(chr(39), '-')}.example",
                adresse=f"{alea.randint(1, 60)} rue Basse, {p.code_postal} {p.commune}",
            )
            for nature, nom, role in metiers.PARTENAIRES
        ]
        Partenaire.objects.bulk_create(self.partenaires)
        self.relais = Partenaire.objects.create(  # hors de la liste où l'exemple tire au hasard
            organisation=self.organisation,
            nature=Partenaire.Nature.PROFESSIONNEL,
            nom=f"Les Jardins du Cèdre de {p.commune}",
            role="Chantier d’insertion : prend la suite d’un parcours",
        )
        self._offrir()
        self.annexes = negocier(self)

    def _relire(self, fiches: list[FicheDePoste]) -> None:
        """Écrites au départ, relues ensemble il y a sept mois, sauf une que l'on a oubliée (§ 2.4 b)."""
        ensemble = ouvre_apres(self.fin - relativedelta(months=7))
        relectures = [Relecture(fiche_de_poste=fiche, le=self.debut) for fiche in fiches]
        relectures += [Relecture(fiche_de_poste=fiche, le=ensemble) for fiche in fiches[1:] if self.debut < ensemble]
        Relecture.objects.bulk_create(relectures)

    def _offrir(self) -> None:
        """L'offre d'insertion de départ (PRO-2)."""
        themes, types = self.cadre.listes["domaine"], self.cadre.listes["type_engagement"]
        self.offres = [
            Offre(
                organisation=self.organisation,
                intitule=intitule,
                nature=nature,
                partenaire=next((p for p in self.partenaires if porteur and porteur in p.nom), None),
                qualifiante=qualifiante,
                depuis=self.debut,
            )
            for intitule, nature, _, _, porteur, qualifiante in metiers.OFFRE_D_INSERTION
        ]
        Offre.objects.bulk_create(self.offres)
        for lien, rang, termes in ((Offre.themes.through, 2, themes), (Offre.types_engagement.through, 3, types)):
            lien.objects.bulk_create(
                lien(offre=offre, terme=termes[code])
                for offre, ligne in zip(self.offres, metiers.OFFRE_D_INSERTION, strict=True)
                for code in ligne[rang].split()
                if code in termes
            )
        UsageDOffre.objects.bulk_create(
            UsageDOffre(offre=offre, du=self.debut, decrite=bool(ligne[2] or ligne[3]))
            for offre, ligne in zip(self.offres, metiers.OFFRE_D_INSERTION, strict=True)
        )

    def _grilles(self) -> None:
        """Deux versions : la seconde, publiée il y a quatorze mois, ajoute un domaine."""
        publications = (ouvre_avant(self.debut - timedelta(days=60)), ouvre_apres(self.fin - relativedelta(months=14)))
        themes = list(self.cadre.listes["domaine"].values())
        self.grilles = []
        for version, publiee_le in enumerate(publications, 1):
            grille = Grille.objects.create(
                organisation=self.organisation,
                version=version,
                publiee_le=publiee_le,
                presentation="Nous regardons ensemble chaque domaine. Vous dites où vous en êtes, je dis comment je le vois ; "
                "on peut ne pas répondre. Cela sert à choisir par quoi commencer.",
            )
            Echelon.objects.bulk_create(
                Echelon(grille=grille, valeur=valeur, libelle=libelle) for valeur, libelle in enumerate(ECHELLES[version - 1])
            )
            domaines = [
                Domaine(
                    grille=grille,
                    theme=theme,
                    libelle=theme.libelle,
                    aide=theme.correspondances.get("aide", ""),
                    regime=REGIMES.get(theme.code, Domaine.Regime.ORDINAIRE),
                    rang=rang,
                )
                for rang, theme in enumerate(themes)
                if version > 1 or theme.code != "numerique"
            ]
            Domaine.objects.bulk_create(domaines)
            self.grilles.append((grille, domaines))

    def _seances(self) -> None:
        """Une information collective toutes les deux semaines, jusqu'à six semaines devant nous."""
        p = self.profil
        capacite = min(500, max(8, round(p.personnes / max(p.annees, 1) / 26 * 0.9)))
        jour = self.debut + timedelta(days=(p.jour_seance - self.debut.weekday()) % 7)
        self.seances = []
        while jour <= self.fin + timedelta(weeks=6):
            if not (jour.month == 8 and jour.day < 24):
                self.seances.append(
                    InformationCollective(
                        organisation=self.organisation,
                        le=ouvre_apres(jour),
                        heure=time(9, 30) if len(self.seances) % 3 else time(14),
                        lieu=f"Salle du rez-de-chaussée, {p.commune}" if len(self.seances) % 4 else f"Mairie de {p.commune}",
                        capacite=capacite,
                        animee_par=self.alea.choice(self.comptes["accueil"] + self.comptes["cip"]),
                        annulee=jour < self.fin and self.alea.random() < 0.04,
                    )
                )
            jour += timedelta(weeks=2)
        InformationCollective.objects.bulk_create(self.seances)
        self.seances = [seance for seance in self.seances if not seance.annulee]
        self.dates_seances = [seance.le for seance in self.seances]

    def seance_apres(self, jour: date) -> InformationCollective | None:
        """La première qui a encore une place ; aucune si tout est plein pour longtemps."""
        rang = bisect_left(self.dates_seances, jour)
        for seance in self.seances[rang : rang + 4]:
            if self.places[seance.pk] < seance.capacite:
                self.places[seance.pk] += 1
                return seance
        return None

    def cip(self, le: date) -> Compte:
        """Quelqu'un de l'équipe d'accompagnement à cette date ; la première y est à temps plein."""
        equipe = self.comptes["cip"]
        if self.partie and le < self.partie_le and self.alea.random() < 1 / (len(equipe) + 1):
            return self.partie
        return self.alea.choices(equipe, [2] + [1] * (len(equipe) - 1))[0]

    def creneau(self, cip: Compte, jour: date) -> tuple[date, time]:
        """Le premier rendez-vous libre de cette personne, à partir de ce jour."""
        for _ in range(12):
            pris = self.agenda[cip.pk, jour]
            if pris < len(HEURES):
                break
            jour = ouvre_apres(jour, 1)
        self.agenda[cip.pk, jour] += 1
        return jour, HEURES[(pris + jour.day) % len(HEURES)]

    def grille_au(self, le: date) -> tuple[Grille, list[Domaine]]:
        """La grille en vigueur à cette date."""
        return next(((g, d) for g, d in reversed(self.grilles) if g.publiee_le <= le), self.grilles[0])
