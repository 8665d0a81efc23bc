"""Ce que la structure apprend et améliore : réclamations, actions, enquêtes (AME-1 à AME-3)."""

from datetime import date, timedelta
from itertools import count
from random import Random

from cedre.demonstration.calendrier import ouvre_apres
from cedre.demonstration.identites import telephone
from cedre.demonstration.maison import Maison
from cedre.demonstration.phrases_qualite import ACTIONS, ENQUETES, ENQUETES_DE_LA_TRIPLE_SATISFACTION, RECLAMATIONS, TEXTES_LIBRES
from cedre.qualite.models import ActionAmelioration, Enquete, Reclamation, ReponseEnquete
from cedre.qualite.models.enquetes import semaine_de
from cedre.qualite.operations.enquetes import bulletin, compter
from cedre.qualite.questionnaires import questionnaires
from cedre.qualite.resultats import depouiller


class Qualite:
    """Dix-huit mois d'amélioration continue. part : une réclamation sur combien, une seule structure les ayant toutes."""

    def __init__(self, maison: Maison, *, une_sur: int):
        self.maison, self.alea, self.une_sur = maison, maison.alea, une_sur
        self.tient = maison.comptes["qualite"][0]
        self._reclamations()
        self._enquetes()
        self._actions()

    def _le(self, jours: int) -> date:
        """Un jour ouvré, tant de jours avant aujourd'hui ; jamais à venir."""
        return min(ouvre_apres(self.maison.fin - timedelta(days=jours)), self.maison.fin)

    def _reclamations(self) -> None:
        self.reclamations = {}
        numeros = count(1)
        for cle, il_y_a, origine, canal, texte, etapes, traitement, reponse in RECLAMATIONS[:: self.une_sur]:
            accusee, repondue, close = (self._le(il_y_a - jours) if jours is not None else None for jours in etapes)
            nommee = canal not in ("public", "ecran")
            self.reclamations[cle] = Reclamation(
                id=self.alea.getrandbits(62),
                organisation=self.maison.organisation,
                numero=next(numeros) if accusee else None,
                sorte="dysfonctionnement" if origine == "equipe" else "reclamation",
                origine=origine,
                canal=canal,
                texte=texte,
                contact=telephone(self.alea, mobile=True) if nommee else "",
                reponse_attendue=nommee or origine == "equipe",
                signalee_par=self.alea.choice(self.maison.comptes["cip"]) if origine == "equipe" else None,
                recue_le=self._le(il_y_a),
                accusee_le=accusee,
                traitee_par=self.tient if accusee else None,
                repondue_le=repondue,
                traitement=traitement if repondue or close else "",
                reponse=reponse if repondue else "",
                motif_cloture="" if repondue or not close else "Personne à qui répondre ; ce qui était cassé est réparé.",
                close_le=close,
            )
        Reclamation.objects.bulk_create(self.reclamations.values())

    def _enquetes(self) -> None:
        """La triple satisfaction a son propre hasard : ce qui s'y ajoute ne change rien d'autre de l'exemple."""
        self.enquetes, a_part = {}, Random(f"triple satisfaction {self.maison.organisation.slug}")
        for modele, *jours in ENQUETES[:: self.une_sur]:
            self.enquetes[modele] = self._enquete(modele, *jours, alea=self.alea)
        autres = [self._enquete(*dite, alea=a_part) for dite in ENQUETES_DE_LA_TRIPLE_SATISFACTION if self.une_sur == 1]
        ecrites, scellees = zip(*self.enquetes.values(), *autres, strict=True)
        Enquete.objects.bulk_create(ecrites)
        ReponseEnquete.objects.bulk_create(reponse for siennes in scellees for reponse in siennes)
        self.enquetes = {modele: enquete for modele, (enquete, _) in self.enquetes.items()}

    def _enquete(self, modele: str, du: int, au: int, nombre: int, *, alea: Random) -> tuple[Enquete, list[ReponseEnquete]]:
        """Une enquête dépouillée si elle est finie, et ses réponses scellées si elle court encore."""
        questionnaire = questionnaires()[modele]
        enquete = Enquete(
            organisation=self.maison.organisation,
            modele=modele,
            titre=questionnaire.titre,
            du=self.maison.fin - timedelta(days=du),
            au=self.maison.fin - timedelta(days=au),
            questions=questionnaire.en_donnees(),
        )
        dites = [self._dites(enquete, rang, alea) for rang in range(nombre)]
        semaines = [self._semaine(enquete, rang) for rang in range(nombre)]
        compter(enquete, semaines)
        if enquete.au < self.maison.fin:
            enquete.close_le = self._le(au - 3)
            enquete.resultats = depouiller(enquete.questions, [{"reponses": d, "par": None} for d in dites])
            return enquete, []
        scelles = (bulletin(d, semaine=semaine) for d, semaine in zip(dites, semaines, strict=True))
        return enquete, [ReponseEnquete(id=alea.getrandbits(62), enquete=enquete, scelle=s) for s in scelles]

    def _semaine(self, enquete: Enquete, rang: int) -> date:
        return min(semaine_de(enquete.du + timedelta(days=rang % 4 * 7)), semaine_de(self.maison.fin))

    def _dites(self, enquete: Enquete, rang: int, alea: Random) -> dict:
        dites = {}
        for question in enquete.questions:
            if question["genre"] == "echelle":
                dites[question["code"]] = alea.choices(range(4), (1, 3, 7, 5))[0]
            elif question["genre"] == "oui_non" and alea.random() < 0.9:
                inverse = question["code"] == "discrimination"
                dites[question["code"]] = int((alea.random() < 0.75) == inverse)
            elif question["genre"] == "texte" and rang % 2 == 0:
                dites[question["code"]] = TEXTES_LIBRES[enquete.modele][rang // 2 % len(TEXTES_LIBRES[enquete.modele])]
        return dites

    def _actions(self) -> None:
        actions = []
        for origine, cle, quoi, effet, qui, (decidee, echeance, faite, verifiee), efficace, constate in ACTIONS[:: self.une_sur]:
            verifiee_le = self._le(verifiee) if verifiee is not None else None
            actions.append(
                ActionAmelioration(
                    organisation=self.maison.organisation,
                    origine=origine,
                    reclamation=self.reclamations.get(cle) if origine == "reclamation" else None,
                    enquete=self.enquetes.get(cle) if origine == "enquete" else None,
                    reference=cle if origine not in ("reclamation", "enquete") else "",
                    point=cle.removeprefix("§").replace(" ", "") if cle.startswith("§") else "",
                    quoi=quoi,
                    effet_attendu=effet,
                    qui=self.maison.comptes[qui][0],
                    decidee_le=self._le(decidee),
                    echeance=ouvre_apres(self.maison.fin - timedelta(days=echeance)),
                    faite_le=self._le(faite) if faite is not None else None,
                    fait="Fait comme prévu." if faite is not None else "",
                    effet_verifie_le=verifiee_le,
                    effet_constate=constate if verifiee_le else "",
                    efficace=efficace if verifiee_le else None,
                    close_le=verifiee_le if efficace and verifiee > 20 else None,
                )
            )
        ActionAmelioration.objects.bulk_create(actions)
