"""Le projet de la structure d'exemple : son équipe, ses axes, son plan de formation, ses acteurs locaux, ses principes."""

from datetime import date, timedelta
from random import Random

from dateutil.relativedelta import relativedelta

from cedre.demonstration import phrases_projet as phrases
from cedre.demonstration.calendrier import ouvre_apres, ouvre_avant
from cedre.demonstration.identites import PRENOMS, nom_de_famille
from cedre.demonstration.maison import Maison
from cedre.partenariats.models import Rencontre
from cedre.qualite.models import ActionDeFormation, EvaluationDePrincipe, Principe
from cedre.structures.models import Axe, Occupation, Poste, ProjetAssociatif


class Projet:
    """Ce que la structure dit d'elle-même, écrit une fois ; le hasard n'y touche pas à celui des dossiers."""

    def __init__(self, maison: Maison):
        self.maison, self.chez, self.fin = maison, maison.organisation, maison.fin
        self.alea = Random(f"projet:{maison.profil.slug}:{maison.fin}")
        self._equipe()
        self._axes()
        self._formations()
        self._rencontres()
        self._principes()

    def _il_y_a(self, mois: int) -> date:
        return ouvre_avant(self.fin - relativedelta(months=mois))

    def _equipe(self) -> None:
        """Les postes dans l'ordre de l'arbre, puis qui les tient : les comptes de l'équipe, et des personnes sans compte."""
        self.postes, occupations = {}, []
        for cle, intitule, rattache, fonctions, missions, tenu_par in phrases.POSTES:
            poste = self.postes[cle] = Poste.objects.create(
                organisation=self.chez,
                intitule=intitule,
                rattache_a=self.postes.get(rattache),
                fonctions=fonctions.split(),
                missions=missions,
                ouvert_le=self._il_y_a(96),
                ferme_le=self._il_y_a(9) if cle == "couture" else None,
            )
            for rang, qui in enumerate(tenu_par.split()):
                role, _, numero = qui.partition(":")
                comptes = self.maison.comptes.get(role, ())
                compte = comptes[int(numero or 0)] if int(numero or 0) < len(comptes) else None
                prenom = self.alea.choice(PRENOMS[self.alea.choice("FFH")])
                occupations.append(
                    Occupation(
                        poste=poste,
                        nom=str(compte or f"{prenom} {nom_de_famille(self.alea)}"),
                        compte=compte,
                        du=self._il_y_a(self.alea.randint(20, 80)),
                        au=poste.ferme_le,
                    )
                )
                if cle == "accompagnement" and rang == 0 and self.maison.partie:
                    partie = self.maison.partie
                    du, au = self._il_y_a(60), self.maison.partie_le
                    occupations.append(Occupation(poste=poste, nom=str(partie), compte=partie, du=du, au=au))
        Occupation.objects.bulk_create(occupations)

    def _axes(self) -> None:
        for mois, adopte_par, texte in phrases.PROJETS:
            ProjetAssociatif.objects.create(
                organisation=self.chez, le=self._il_y_a(mois), adopte_par=adopte_par, texte=texte.format(nom=self.chez.nom)
            )
        Axe.objects.bulk_create(
            Axe(
                organisation=self.chez,
                intitule=intitule,
                pourquoi=pourquoi,
                defini_le=self._il_y_a(mois),
                defini_par="le conseil d’administration, après deux réunions d’équipe",
                jusqu_au=self._il_y_a(mois) + relativedelta(years=3),
                codes=codes.split(),
                diffuse_le=self._il_y_a(mois - 1),
                diffusion=diffusion,
            )
            for mois, intitule, pourquoi, codes, diffusion in phrases.AXES
        )

    def _formations(self) -> None:
        """Deux années de plan : presque tout ce qui est passé a eu lieu ; une action est abandonnée, une autre a été oubliée."""
        actions = []
        for annee, mois, besoin, intitule, poste, organisme, heures, cout, sort in phrases.FORMATIONS:
            du = ouvre_apres(date(self.fin.year + annee, mois, 6))
            au = ouvre_apres(du, 3)
            passee = au < self.fin
            actions.append(
                ActionDeFormation(
                    organisation=self.chez,
                    besoin=besoin,
                    intitule=intitule,
                    poste=self.postes.get(poste),
                    inscrite_le=min(self.fin, date(du.year - 1, 12, 1)),
                    prevue_du=du,
                    prevue_au=au,
                    organisme=organisme,
                    heures=heures,
                    cout=cout,
                    realisee_le=au if passee and not sort else None,
                    abandonnee_le=ouvre_avant(du - timedelta(days=9)) if passee and sort not in ("", "oubliee") else None,
                    motif=sort if passee and sort != "oubliee" else "",
                )
            )
        ActionDeFormation.objects.bulk_create(actions)

    def _rencontres(self) -> None:
        commune = self.maison.profil.commune
        for mois, nature, sujet, partenaires, avec, role, suites in phrases.RENCONTRES:
            rencontre = Rencontre.objects.create(
                organisation=self.chez,
                nature=nature,
                le=self._il_y_a(mois),
                sujet=sujet,
                avec=avec.format(commune=commune),
                pour_nous=str(self.maison.comptes[role][0]),
                suites=suites,
            )
            rencontre.partenaires.set(self.maison.partenaires[rang] for rang in partenaires)

    def _principes(self) -> None:
        for mois, enonce, au_quotidien, evaluations in phrases.PRINCIPES:
            principe = Principe.objects.create(
                organisation=self.chez, enonce=enonce, au_quotidien=au_quotidien, enonce_le=self._il_y_a(mois)
            )
            EvaluationDePrincipe.objects.bulk_create(
                EvaluationDePrincipe(
                    principe=principe, le=self._il_y_a(depuis), comment=comment, constat=constat, changements=changements
                )
                for depuis, comment, constat, changements in evaluations
            )
