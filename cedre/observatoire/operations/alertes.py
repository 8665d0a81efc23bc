"""Les gestes d'une alerte, de la cause à la réponse (OBS-4)."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation, Trace
from cedre.comptes.operations import enregistrer, tracer
from cedre.comptes.passages import Passage, Passages, tient
from cedre.core.refus import GesteImpossible
from cedre.observatoire.models import Alerte, ChiffreJoint, Destinataire, Parole, Retombee
from cedre.observatoire.models.alertes import CHIFFRES, LE_MEME, PAROLES

DEJA_PARTIE = "Elle est déjà partie, et ne se récrit plus : notez ce qui a suivi, ou ouvrez une autre alerte."

E, QUALITE = Alerte.Etat, tient(Droit.QUALITE_TENIR)
PASSAGES = Passages(
    Alerte,
    changer=Passage(QUALITE, de={E.OUVERTE, E.PROPOSEE}, vers={E.OUVERTE, E.PROPOSEE}),
    proposer=Passage(
        QUALITE, de={E.OUVERTE}, vers={E.PROPOSEE}, jour="proposee_le", depuis="ouverte_le", trace="proposition écrite"
    ),
    envoyer=Passage(QUALITE, de={E.PROPOSEE}, vers={E.PROPOSEE}, pas_encore="écrivez d’abord ce que vous proposez"),
    suivre=Passage(
        QUALITE, de={E.PROPOSEE, E.CLOSE}, vers={E.PROPOSEE, E.CLOSE}, pas_encore="rien n’a encore été proposé à personne"
    ),
    retirer_une_parole=Passage(QUALITE, de={*E}, vers={*E}),
    clore=Passage(QUALITE, de={E.OUVERTE, E.PROPOSEE}, vers={E.CLOSE}, jour="close_le", trace="close"),
)


def _a_changer(alerte: Alerte, *, par: Habilitation) -> Alerte:
    """L'alerte à récrire ; lève GesteImpossible d'une alerte partie : ce que d'autres ont lu reste ce qu'ils ont lu."""
    alerte = PASSAGES.ouvrir("changer", alerte, par=par)
    if alerte.destinataires.exists():
        raise GesteImpossible(DEJA_PARTIE)
    return alerte


def _entre(le: date, du: date, depuis: str, *, champ: str) -> None:
    if not du <= le <= timezone.localdate():
        raise GesteImpossible(f"Cette date va du {du:%d/%m/%Y} ({depuis}) à aujourd’hui.", champ=champ)


@transaction.atomic
def ecrire(alerte: Alerte, *, champs: list[str], chiffres: Sequence[ChiffreJoint] = (), par: Habilitation) -> Alerte:
    """Ouvre une alerte, avec ses premiers chiffres, ou en récrit les mots tant qu'elle n'est pas partie. Lève GesteImpossible."""
    if alerte.pk:
        _a_changer(alerte, par=par)
    elif alerte.ouverte_le > timezone.localdate():
        raise GesteImpossible("Cette date est à venir.", champ="ouverte_le")
    enregistrer(alerte, champs=champs, par=par)
    if chiffres:
        joindre(alerte, chiffres, par=par)
    return alerte


@transaction.atomic
def joindre(alerte: Alerte, chiffres: Sequence[ChiffreJoint], *, par: Habilitation) -> None:
    """Joint ces chiffres, figés ; lève GesteImpossible s'il y en aurait trop, ou si l'un d'eux y est déjà."""
    alerte = _a_changer(alerte, par=par)
    if alerte.chiffres.count() + len(chiffres) > CHIFFRES:
        raise GesteImpossible(f"Une alerte tient en deux pages : {CHIFFRES} chiffres au plus.", champ="parts")
    for chiffre in chiffres:
        chiffre.alerte = alerte
        if alerte.chiffres.filter(**{c: getattr(chiffre, c) for c in LE_MEME}).exists():
            raise GesteImpossible(f"« {chiffre} » y est déjà, à cette date.", champ="parts")
        enregistrer(chiffre, champs=["libelle"], par=par)


@transaction.atomic
def recueillir(parole: Parole, *, par: Habilitation) -> None:
    """Garde ce qu'une personne accepte que l'on répète. Lève GesteImpossible."""
    alerte = _a_changer(parole.alerte, par=par)
    if alerte.paroles.donnees().count() >= PAROLES:
        raise GesteImpossible(f"Une alerte tient en deux pages : {PAROLES} paroles au plus.")
    if parole.accord_le > timezone.localdate():
        raise GesteImpossible("Cette date est à venir.", champ="accord_le")
    enregistrer(parole, champs=["accord_le", "accord"], par=par)


@transaction.atomic
def retirer_la_parole(parole: Parole, *, par: Habilitation) -> None:
    """L'accord est retiré : le texte s'efface pour de bon, même d'une alerte close."""
    PASSAGES.ouvrir("retirer_une_parole", parole.alerte, par=par)
    if parole.retiree_le is None:
        parole.texte, parole.retiree_le = "", timezone.localdate()
        enregistrer(parole, champs=["retiree_le"], par=par)


@PASSAGES.operation
def proposer(alerte: Alerte, *, le: date, proposition: str, par: Habilitation) -> None:
    """Garde ce que l'on propose, jamais sans un mot."""
    if not proposition.strip():
        raise GesteImpossible("Dites ce que l’on propose.", champ="proposition")
    alerte.proposition = proposition


@transaction.atomic
def envoyer(destinataire: Destinataire, *, par: Habilitation) -> None:
    """Dit à qui l'alerte est allée, quel jour, comment. Lève GesteImpossible."""
    alerte = PASSAGES.ouvrir("envoyer", destinataire.alerte, par=par)
    _entre(destinataire.le, alerte.proposee_le, "proposition écrite", champ="le")
    enregistrer(destinataire, champs=["a_qui", "le", "moyen"], par=par)


@transaction.atomic
def repondre(destinataire: Destinataire, *, par: Habilitation) -> None:
    """Garde sa réponse, ou qu'il n'y en a pas eu ; se corrige de même. Lève GesteImpossible."""
    PASSAGES.ouvrir("suivre", destinataire.alerte, par=par)
    _entre(destinataire.repondu_le, destinataire.le, "envoyée", champ="repondu_le")
    if destinataire.suite != Destinataire.Suite.SANS_REPONSE and not destinataire.reponse.strip():
        raise GesteImpossible("Dites ce qui est répondu.", champ="reponse")
    enregistrer(destinataire, champs=["repondu_le", "suite", "reponse"], par=par)


@transaction.atomic
def suivre(retombee: Retombee, *, par: Habilitation) -> None:
    """Garde ce qui a suivi, même une fois l'alerte close. Lève GesteImpossible."""
    alerte = PASSAGES.ouvrir("suivre", retombee.alerte, par=par)
    _entre(retombee.le, alerte.ouverte_le, "ouverte", champ="le")
    enregistrer(retombee, champs=["le", "texte"], par=par)


@transaction.atomic
def retirer(fait: ChiffreJoint | Destinataire | Retombee, *, par: Habilitation) -> None:
    """Ôte ce qui a été noté par erreur ; ni un chiffre d'une alerte partie, ni un destinataire qui a répondu."""
    if isinstance(fait, ChiffreJoint):
        _a_changer(fait.alerte, par=par)
    else:
        PASSAGES.ouvrir("suivre", fait.alerte, par=par)
    if getattr(fait, "repondu_le", None):
        raise GesteImpossible("Sa réponse est notée : corrigez-la plutôt.")
    tracer(par=par, geste=Trace.Geste.SUPPRIMER, objet=fait, detail=str(fait.alerte))
    fait.delete()


@PASSAGES.operation
def clore(alerte: Alerte, *, retenu: str, par: Habilitation) -> None:
    """Clôt, en disant ce que l'on en retient ; pas tant qu'une réponse est attendue sans que l'on ait dit ce qu'il en est."""
    if attendu := alerte.destinataires.sans_reponse().first():
        raise GesteImpossible(f"« {attendu} » n’a pas répondu : notez sa réponse, ou qu’il n’y en a pas eu.")
    if not retenu.strip():
        raise GesteImpossible("Dites ce que l’on en retient.", champ="retenu")
    alerte.retenu = retenu
