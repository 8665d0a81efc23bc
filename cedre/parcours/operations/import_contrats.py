"""Écrire les contrats lus d'un fichier, par les gestes mêmes de l'écran ; l'aperçu les fait, puis les défait.

Un contrat déjà importé suit le fichier tant que l'écran n'y a pas touché : `Contrat.importe` garde ce que le dernier
fichier en disait. Ce qui en diffère a été corrigé à l'écran : c'est gardé, et le rapport le dit.
"""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.core.exceptions import ValidationError
from django.db import models, transaction

from cedre.comptes.models import Habilitation
from cedre.comptes.passe import a_blanc
from cedre.core.colonnes import Remarque
from cedre.core.refus import GesteImpossible
from cedre.parcours.importation.contrats import DEPARTAGENT, ContratLu
from cedre.parcours.importation.dossiers import TableauLu
from cedre.parcours.models import Contrat, PassIAE, Personne
from cedre.parcours.models.contrat import CUMULENT
from cedre.parcours.operations.contrats import corriger, noter_le_pass, rompre, signer

CHAMPS = ("nature", "debut", "fin_prevue", "heures_hebdo", "remuneration_horaire", "annexe", "rompu_le", "motif_rupture")
CHAMPS_DU_PASS = ("numero", "debut", "fin")
RUPTURE = {"rompu_le", "motif_rupture"}


def ecrire_contrats(lecture: TableauLu, *, par: Habilitation, d_un_bloc: bool, avance: Callable[[int, int], None]) -> None:
    """Écrit les contrats lus, chaque personne dans sa transaction, ou tous dans une seule.

    d_un_bloc : n'écrit rien si un seul est refusé. Lève GesteImpossible.
    """
    with transaction.atomic() if d_un_bloc else nullcontext():
        _personne_par_personne(lecture, par, avance)
        if d_un_bloc and lecture.refusees:
            raise GesteImpossible(f"{len(lecture.refusees)} ligne(s) en erreur : rien n’a été importé.")


def prevoir_contrats(lecture: TableauLu, *, par: Habilitation, avance: Callable[[int, int], None]) -> None:
    """Pose sur chaque contrat le sort qu'il aurait, et les refus de l'écran, sans rien laisser d'écrit."""
    with a_blanc():
        _personne_par_personne(lecture, par, avance, defaire=True)


def _personne_par_personne(lecture: TableauLu, par: Habilitation, avance, *, defaire: bool = False) -> None:
    """Une transaction par personne : courte, elle laisse les autres travailler."""
    faites = len(lecture.refusees)
    lus = sorted(lecture.lus, key=lambda lu: (lu.personne, lu.debut))
    for rang, (pk, siens) in enumerate(groupby(lus, key=lambda lu: lu.personne)):
        with transaction.atomic():
            faites += _d_une_personne(pk, siens, lecture, par)
            if defaire:
                transaction.set_rollback(True)
        if rang % 20 == 0:
            avance(faites, lecture.total)
    avance(lecture.total, lecture.total)


def _d_une_personne(pk: int, lus: Iterable[ContratLu], lecture: TableauLu, par: Habilitation) -> int:
    """Écrit les contrats d'une personne, du plus ancien au plus récent ; rend le nombre de lignes."""
    personne = Personne.objects.pour(par).nominatives().select_related("organisation").filter(pk=pk).first()
    nombre, pris = 0, set()
    siens = list(personne.contrats.all()) if personne else []
    for lu in sorted(lus, key=lambda lu: (lu.debut, not any(_pareil(lu, contrat) for contrat in siens))):
        nombre += len(lu.lignes)
        try:
            with transaction.atomic():
                if personne is None:
                    raise GesteImpossible("Ce dossier n’existe plus.")
                lecture.remarques += _Ecriture(lu, personne, par, pris).faire()
        except GesteImpossible as refus:
            champ = "rompu_le" if refus.champ == "le" else refus.champ
            lecture.remarques += [_remarque(lu, champ, str(refus), numero=n) for n in lu.lignes]
        except ValidationError as refus:
            lecture.remarques += [
                _remarque(lu, champ, message, numero=n)
                for n in lu.lignes
                for champ, messages in refus.message_dict.items()
                for message in messages
            ]
    return nombre


def _remarque(lu: ContratLu, champ: str | None, message: str, gravite: str = "erreur", *, numero: int | None = None) -> Remarque:
    valeur = lu.valeurs.get(champ, "")
    return Remarque(numero or lu.lignes[0], lu.titres.get(champ, ""), message, _dit(valeur) if valeur else "", gravite)


def _dit(valeur) -> str:
    return f"{valeur:%d/%m/%Y}" if isinstance(valeur, date) else str(valeur)


def _garde(valeur) -> str:
    """Une valeur telle que la mémoire de l'import la garde."""
    if isinstance(valeur, models.Model):
        valeur = valeur.pk
    return f"{valeur:.2f}" if isinstance(valeur, Decimal) else str(valeur)


def _pareil(lu: ContratLu, contrat: Contrat) -> bool:
    """Vrai si ce contrat est au jour près celui de la ligne, selon le dernier import ou le dossier."""
    dits = {champ: _garde(lu.valeurs[champ]) for champ in ("nature", "debut", *DEPARTAGENT) if lu.valeurs.get(champ)}
    return all(dit in (contrat.importe.get(champ), _garde(getattr(contrat, champ))) for champ, dit in dits.items())


class _Ecriture:
    """Un contrat lu, comparé à ce que le dossier en dit déjà. pris : les contrats que d'autres lignes ont désignés."""

    def __init__(self, lu: ContratLu, personne: Personne, par: Habilitation, pris: set[int]):
        self.lu, self.personne, self.par, self.pris = lu, personne, par, pris
        self.notes: list[Remarque] = []
        self.memoire: dict = {}

    def faire(self) -> list[Remarque]:
        """Signe, corrige ou rompt ; note le PASS IAE. Lève GesteImpossible ou ValidationError."""
        contrat = self._retrouver() or Contrat(personne=self.personne)
        nouveau = contrat.pk is None
        self.memoire = contrat.importe.copy()
        champs = self._fusionner(contrat, CHAMPS)
        if champs:
            contrat.full_clean()
            self._enregistrer(contrat, champs)
        if nouveau and contrat.annexe_id:
            self.memoire["annexe"] = _garde(contrat.annexe_id)  # proposée, le fichier la corrige encore
        change = bool(self._noter_le_pass() or champs)
        if self.memoire != contrat.importe:
            Contrat.objects.filter(pk=contrat.pk).update(importe=self.memoire)
        self.pris.add(contrat.pk)
        self.lu.sort = "creee" if nouveau else "modifiee" if change else "inchangee"
        return self.notes

    def _retrouver(self) -> Contrat | None:
        """Le contrat que la ligne désigne : même premier jour et même nature, selon le dernier import ou le dossier.

        Là où l'on n'a qu'un contrat à la fois, le premier jour suffit : sa nature se corrige aussi. Là où ils se cumulent,
        sa fin et ses heures départagent ceux d'un même jour.
        """
        nature, debut = self.lu.valeurs["nature"], self.lu.debut
        siens = list(self.personne.contrats.exclude(pk__in=self.pris).select_related("nature", "motif_rupture"))
        importe = (_garde(nature), _garde(debut))
        candidats = (
            [c for c in siens if (c.importe.get("nature"), c.importe.get("debut")) == importe]
            or [c for c in siens if (c.nature_id, c.debut) == (nature.pk, debut)]
            or [c for c in siens if c.debut == debut and self.personne.organisation.type_siae not in CUMULENT]
        )
        candidats = [c for c in candidats if _pareil(self.lu, c)] or candidats
        if len(candidats) > 1:
            raise GesteImpossible("Plusieurs contrats pareils commencent ce jour-là : tenez-les à l’écran.", champ="debut")
        return candidats[0] if candidats else None

    def _enregistrer(self, contrat: Contrat, champs: list[str]) -> None:
        if contrat.pk is None:
            signer(contrat, par=self.par)
            return
        ancien = Contrat.objects.select_related("motif_rupture").get(pk=contrat.pk)
        if RUPTURE & set(champs) and ancien.rompu_le is None:
            le, motif = contrat.rompu_le, contrat.motif_rupture
            contrat.rompu_le = contrat.motif_rupture = None
            if reste := [c for c in champs if c not in RUPTURE]:
                corriger(contrat, champs=reste, par=self.par)
            rompre(contrat, le=le, motif=motif, par=self.par)
        else:
            corriger(contrat, champs=champs, par=self.par)

    def _fusionner(self, fait: Contrat | PassIAE, champs: Iterable[str], prefixe: str = "") -> list[str]:
        """Pose ce que le fichier dit de neuf et rend les champs changés ; une cellule vide n'efface rien."""
        changes = []
        for champ in champs:
            nom = prefixe + champ
            if (dit := self.lu.valeurs.get(nom)) in (None, ""):
                continue
            colonne = fait._meta.get_field(champ)
            actuel = colonne.value_from_object(fait)
            retenu = None if actuel in (None, "") else _garde(actuel)
            if retenu not in (_garde(dit), self.memoire.get(nom)):
                porte = f"« {_dit(getattr(fait, champ))} »" if retenu else "rien"
                message = f"Le dossier porte {porte} pour « {colonne.verbose_name} », par un geste à l’écran : c’est gardé."
                self.notes.append(_remarque(self.lu, nom, message, "attention"))
                continue
            if retenu != _garde(dit):
                setattr(fait, champ, dit)
                changes.append(champ)
            self.memoire[nom] = _garde(dit)
        return changes

    def _noter_le_pass(self) -> bool:
        """Note, complète ou prolonge le PASS IAE que la ligne désigne ; vrai si quelque chose a changé."""
        dit = {champ: self.lu.valeurs[f"pass_{champ}"] for champ in CHAMPS_DU_PASS if self.lu.valeurs.get(f"pass_{champ}")}
        if not dit:
            return False
        passe = self._le_pass(dit)
        if passe is None and "debut" not in dit:
            message = "Ce PASS IAE n’est pas au dossier, et le fichier n’en dit pas le premier jour : il n’est pas noté."
            self.notes.append(_remarque(self.lu, next(f"pass_{c}" for c in dit), message, "attention"))
            return False
        passe = passe or PassIAE(personne=self.personne)
        champs = self._fusionner(passe, CHAMPS_DU_PASS, "pass_")
        if not champs or not passe.debut:  # retiré à l’écran depuis : il le reste
            return False
        passe.fin = passe.fin or PassIAE.fin_ordinaire(passe.debut)
        try:
            passe.full_clean()
        except ValidationError as refus:
            raise ValidationError({_du_pass(champ): m for champ, m in refus.message_dict.items()}) from None
        noter_le_pass(passe, champs=champs, par=self.par)
        return True

    def _le_pass(self, dit: dict) -> PassIAE | None:
        """Celui de ce numéro, sinon de ce premier jour, sinon, faute de l'un et de l'autre, le dernier."""
        siens = list(self.personne.pass_iae.all())
        if meme_numero := [p for p in siens if dit.get("numero") and p.numero == dit["numero"]]:
            return meme_numero[0]
        renumerote = "numero" in dit and self.memoire.get("pass_numero") == dit["numero"]
        compatibles = [p for p in siens if renumerote or not (p.numero and dit.get("numero"))]
        debuts = {dit.get("debut"), self.memoire.get("pass_debut")} - {None}
        return next((p for p in compatibles if not debuts or p.debut in debuts or _garde(p.debut) in debuts), None)


def _du_pass(champ: str) -> str:
    return f"pass_{champ}" if champ in CHAMPS_DU_PASS else champ
