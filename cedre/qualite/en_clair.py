"""Le manuel en quelques phrases simples, pour les salariés en parcours (MAN-3).

Une idée par phrase, des mots de tous les jours, des nombres en chiffres. Chaque phrase vient d'un réglage, d'une procédure ou
d'un fait de la structure : rien n'y est promis que le manuel ne dise.
"""

from cedre.comptes.models import Organisation
from cedre.qualite.models import Procedure, Reglage
from cedre.structures.models import Reglages

NATURES = {
    "AI": "Nous sommes une association intermédiaire.",
    "ETTI": "Nous sommes une entreprise d’intérim qui aide à retrouver un emploi.",
    "EI": "Nous sommes une entreprise qui aide à retrouver un emploi.",
    "ACI": "Nous sommes un chantier d’insertion.",
}


def phrases(organisation: Organisation, procedures: list[Procedure], reglages: Reglages) -> list[str]:
    """Les phrases, dans l'ordre où l'on vit les choses."""
    ecrits = {p.reglage: p.valeur for p in procedures if p.reglage}

    def dit(reglage: Reglage) -> str:
        nombre = ecrits.get(reglage, getattr(reglages, reglage))
        return f"{nombre} {reglage.unite}{'s' if nombre > 1 else ''}"

    redites = [
        f"Ici, c’est {organisation.nom}.",
        NATURES.get(organisation.type_siae, ""),
        "Notre but : que vous trouviez un travail qui vous va.",
        f"Au début, nous vous recevons. Vous attendez {dit(Reglage.DELAI_ANNONCE)} au plus.",
        "Nous regardons ensemble votre situation. Vous pouvez ne pas répondre à une question.",
        "Vous signez un vrai contrat de travail. Vous recevez une fiche de paie.",
        "Nous écrivons ensemble votre engagement : ce que vous voulez, ce que nous faisons, ce que vous faites.",
        f"Vous recevez ce papier dans les {dit(Reglage.DELAI_REMISE)}. Il est à vous.",
        f"Nous nous parlons au moins une fois tous les {dit(Reglage.JOURS_SANS_CONTACT)}.",
        "Nous faisons le point ensemble. Vous connaissez la date avant.",
        f"L’équipe parle de votre parcours tous les {dit(Reglage.RYTHME_REGULATION)}. Elle cherche des heures qui vous servent.",
        "Vos papiers et vos informations sont gardés avec soin. Vous pouvez demander à les lire.",
        "Quelque chose ne va pas ? Dites-le. Nous vous répondons.",
        "Quand vous partez, nous prenons de vos nouvelles après 3 mois, puis après 6 mois.",
        f"Une question ? Appelez le {organisation.telephone}." if organisation.telephone else "",
    ]
    return [phrase for phrase in redites if phrase]
