"""Écrit les dossiers lus, par lots : les mêmes verbes disent, sans écrire, ce qui serait fait."""

from collections.abc import Callable
from itertools import batched

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cedre.comptes.models import Habilitation
from cedre.parcours.eligibilite import AUCUN
from cedre.parcours.importation.dossiers import LOT, Dossier, TableauLu
from cedre.parcours.models import Contact, Personne, Suite
from cedre.parcours.models.personne import cle_identite
from cedre.parcours.operations.etapes import reprendre_les_etapes, tenir_le_suivi
from cedre.parcours.operations.situations import garder_les_situations

CHAMPS = ("reference", "nom", "prenom", "sexe", "date_naissance", "telephone", "telephone_2", "courriel", "adresse")
CHAMPS += ("code_postal", "commune", "prescripteur", "niveau_formation", "duree_chomage", "referent")
CHAMPS += ("statut_entree", "rqth")
COCHES = {"prestations": ("prestations",), "criteres": ("criteres", "qpv", "zrr")}  # le lien, et les colonnes qui le disent
DERIVES = ("nom_recherche", "cle_identite", "modifie_le")


def ecrire_dossiers(
    lecture: TableauLu,
    *,
    par: Habilitation,
    d_un_bloc: bool = False,
    avance: Callable[[int, int], None] = lambda faites, total: None,
) -> None:
    """Écrit tous les dossiers lus, chaque lot dans sa transaction, ou tous dans une seule (d_un_bloc : tout ou rien)."""
    lots = list(batched(lecture.lus, LOT))
    if d_un_bloc:
        with transaction.atomic():
            for lot in lots:
                _Lot(lot, par, pour_ecrire=True).ecrire()
        avance(lecture.total, lecture.total)
        return
    faites = len(lecture.refusees)
    for lot in lots:
        with transaction.atomic():
            _Lot(lot, par, pour_ecrire=True).ecrire()
        faites += sum(len(d.lignes) for d in lot)
        avance(faites, lecture.total)


def prevoir_dossiers(lecture: TableauLu, *, par: Habilitation, avance: Callable[[int, int], None]) -> None:
    """Pose sur chaque dossier le sort qu'il aurait, sans rien écrire."""
    for lot in batched(lecture.lus, LOT):
        _Lot(lot, par)
    avance(lecture.total, lecture.total)


def _coches(lien: str, personnes: list[int]) -> QuerySet:
    """Les termes que disent ces dossiers."""
    return getattr(Personne, lien).through.objects.filter(personne__in=personnes)


class _Lot:
    """Un lot de dossiers comparés à la base d'à présent : ses lectures et ses écritures ne dépendent pas de combien il en a."""

    def __init__(self, dossiers: tuple[Dossier, ...], par: Habilitation, *, pour_ecrire: bool = False):
        self.par = par
        connus = [d.pk for d in dossiers if d.pk]
        personnes = Personne.objects.pour(par)
        personnes = (personnes.select_for_update() if pour_ecrire else personnes).in_bulk(connus)
        contacts = set(Contact.objects.pour(par).filter(personne__in=connus).values_list("personne", "le"))
        self.avec_contact = {pk for pk, _ in contacts}
        inscriptions = Suite.objects.pour(par).filter(personne__in=connus, nature=Suite.Nature.INSCRIPTION)
        self.inscrites = set(inscriptions.values_list("personne", flat=True))
        self.coches = {lien: set(_coches(lien, connus).values_list("personne", "terme")) for lien in COCHES}
        self.creees, self.modifiees, self.contacts, self.suites = [], [], [], []
        self.liens = {lien: [] for lien in COCHES}
        for dossier in dossiers:
            personne = personnes.get(dossier.pk) or Personne(organisation=par.organisation)
            change = self._appliquer(personne, dossier.valeurs)
            change |= self._ajouter_les_faits(personne, dossier.valeurs, contacts)
            if personne.pk is None:
                self.creees.append((dossier, personne))
                dossier.sort = "creee"
            else:
                dossier.sort = "modifiee" if change else "inchangee"
                if change:
                    self.modifiees.append(personne)

    @staticmethod
    def _appliquer(personne: Personne, valeurs: dict) -> bool:
        """Pose les valeurs du fichier ; vrai si l'une diffère. Un nom aux mêmes mots garde l'écriture du dossier."""
        connue = personne.pk is not None
        meme_nom = connue and cle_identite(valeurs["nom"], valeurs["prenom"]) == personne.cle_identite
        change = False
        for champ in CHAMPS:
            valeur = valeurs.get(champ)
            if champ == "prescripteur" and valeur:
                valeur = valeur[0]
            if valeur in (None, "") or (meme_nom and champ in ("nom", "prenom")) or (champ == "reference" and personne.reference):
                continue
            attribut = Personne._meta.get_field(champ).attname
            nouvelle = getattr(valeur, "pk", valeur)
            if getattr(personne, attribut) != nouvelle:
                setattr(personne, attribut, nouvelle)
                change = True
        return change

    def _ajouter_les_faits(self, personne: Personne, valeurs: dict, contacts: set) -> bool:
        """Premier contact, inscription, prestations, critères : ajoutés s'ils manquent, jamais réécrits ni doublés."""
        prescripteur, precision = valeurs.get("prescripteur") or (None, "")
        inscription = valeurs.get("date_inscription")
        le = valeurs.get("date_contact")
        if not le and personne.pk not in self.avec_contact and (precision or valeurs.get("demande")):
            le = inscription or timezone.localdate()
        change = False
        if le and (personne.pk, le) not in contacts:
            demande = valeurs.get("demande", "")
            contact = Contact(
                personne=personne, le=le, prescripteur=prescripteur, prescripteur_precision=precision, demande=demande
            )
            self.contacts.append(contact)
            change = True
        if inscription and personne.pk not in self.inscrites:
            suite = Suite(personne=personne, le=inscription, nature=Suite.Nature.INSCRIPTION, par_id=self.par.compte_id)
            self.suites.append(suite)
            change = True
        for lien, colonnes in COCHES.items():
            for terme in dict.fromkeys(terme for colonne in colonnes for terme in valeurs.get(colonne, [])):
                if (personne.pk, terme.pk) not in self.coches[lien]:
                    self.liens[lien].append((personne, terme))
                    change = True
        return change

    def ecrire(self) -> None:
        """Écrit le lot ; à appeler dans une transaction."""
        Personne.objects.bulk_create([personne for _, personne in self.creees])
        for dossier, personne in self.creees:
            dossier.pk = personne.pk
        with garder_les_situations(self.modifiees):
            # Un bulk_update de vingt champs coûte dix fois plus : il écrit un CASE par champ et par ligne.
            Personne.objects.bulk_create(
                self.modifiees,
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=[*CHAMPS, *DERIVES],
            )
            for lien, dits in self.liens.items():
                modele = getattr(Personne, lien).through
                modele.objects.bulk_create([modele(personne_id=personne.pk, terme_id=terme.pk) for personne, terme in dits])
                # « aucun » ne se dit plus de qui l'on sait quelque chose
                pas_aucun = [personne.pk for personne, terme in dits if terme.code != AUCUN]
                _coches(lien, pas_aucun).filter(terme__code=AUCUN).delete()
        Contact.objects.bulk_create(self.contacts)
        Suite.objects.bulk_create(self.suites)
        reprendre_les_etapes(*(personne for _, personne in self.creees), *self.modifiees)
        tenir_le_suivi([personne for _, personne in self.creees])
        tenir_le_suivi(self.modifiees, le=timezone.localdate())
