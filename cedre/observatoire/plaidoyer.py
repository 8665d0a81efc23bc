"""Ce qu'une alerte joint, figé, et ce qu'elle imprime : deux pages à montrer, sans petit nombre (OBS-4)."""

from datetime import date

from django.utils import timezone

from cedre.comptes.discretion import ce_qu_il_compte, est_de_personnes
from cedre.comptes.models import Organisation
from cedre.core.indicateurs import POURQUOI, Indicateur, Mesure
from cedre.core.periodes import Periode
from cedre.core.refus import GesteImpossible
from cedre.observatoire.mesures import CORRIGE_DEPUIS, mesurer, mesurer_par
from cedre.observatoire.models import Alerte, ChiffreJoint

IMPRIMES = 3  # destinataires, puis retombées : les derniers


def a_joindre(
    indicateur: Indicateur, organisation: Organisation, *, au: date, du: date | None = None, coupe: str = ""
) -> list[ChiffreJoint]:
    """Ce chiffre, et chaque valeur de sa coupe, à joindre tel qu'on le mesure maintenant. Lève GesteImpossible.

    du : le premier jour d'une période que l'on choisit ; à défaut, celle de l'indicateur. Rien de ce qui se mesure un jour.
    """
    quand = Periode(du, au) if indicateur.periode and du else au
    ensemble = mesurer([indicateur], organisation, quand)[indicateur.code]
    if ensemble.inconnue or not ensemble.total:
        raise GesteImpossible(POURQUOI.get(ensemble.inconnue, "Il n’y avait alors rien à compter."), champ="au")
    par_valeur = mesurer_par(indicateur, coupe, organisation, quand) if coupe else {}
    comptees = {str(v): m for v, m in sorted(par_valeur.items()) if m.total > 0 and v != CORRIGE_DEPUIS}
    moment = indicateur.moment(quand)
    jours = {"du": moment.du, "au": moment.au} if isinstance(moment, Periode) else {"du": moment, "au": moment}
    parts = [("", "", ensemble), *((coupe, valeur, mesure) for valeur, mesure in comptees.items())]
    return [_figer(indicateur, mesure, coupe=de, valeur=valeur, **jours) for de, valeur, mesure in parts]


def _figer(indicateur: Indicateur, mesure: Mesure, **quoi) -> ChiffreJoint:
    return ChiffreJoint(
        code=indicateur.code,
        version=indicateur.version,
        libelle=indicateur.libelle,
        definition=ce_qu_il_compte(indicateur),
        unite=indicateur.unite,
        grandeur=bool(indicateur.grandeur),
        de_personnes=est_de_personnes(indicateur.modele),
        total=mesure.total,
        atteint=mesure.atteint,
        **quoi,
    )


def _d_un_trait(texte: str) -> str:
    """Sans ses retours à la ligne : cent lignes d'un mot feraient plus de deux pages."""
    return " ".join(texte.split())


def a_imprimer(alerte: Alerte) -> dict:
    """Le contenu des deux pages : aucun nom, aucun nombre qui ferait reconnaître quelqu'un, qui que ce soit qui imprime."""
    chiffres = list(alerte.chiffres.all())
    destinataires, retombees = alerte.destinataires.order_by("-le", "-pk"), alerte.retombees.order_by("-le", "-pk")
    return {
        "structure": alerte.organisation.coordonnees,
        "etabli_le": timezone.localdate(),
        "titre": alerte.titre,
        "cause": alerte.cause,
        "ouverte_le": alerte.ouverte_le,
        "constat": _d_un_trait(alerte.constat),
        "chiffres": [
            {
                "libelle": c.libelle,
                "part": f"{c.coupe} : {c.valeur}" if c.coupe else "",
                "dit": c.en_mots(),
                "du": c.du,
                "au": c.au,
            }
            for c in chiffres
        ],
        "paroles": [_d_un_trait(parole.texte) for parole in alerte.paroles.donnees()],
        "proposition": _d_un_trait(alerte.proposition),
        "destinataires": [
            {"a_qui": d.a_qui, "moyen": d.get_moyen_display(), "le": d.le}
            | {"suite": d.get_suite_display(), "repondu_le": d.repondu_le, "reponse": _d_un_trait(d.reponse)}
            for d in reversed(destinataires[:IMPRIMES])
        ],
        "retombees": [{"le": r.le, "texte": _d_un_trait(r.texte)} for r in reversed(retombees[:IMPRIMES])],
        "retenu": _d_un_trait(alerte.retenu),
        "definitions": [
            {"libelle": libelle, "definition": definition, "version": str(version)}
            for libelle, definition, version in dict.fromkeys((c.libelle, c.definition, c.version) for c in chiffres)
        ],
    }
