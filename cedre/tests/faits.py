"""Le fait daté qui mène un dossier à une phase, pour les essais : une phase ne s'écrit pas, elle se déduit."""

from datetime import date

from cedre.observatoire.models import Terme
from cedre.parcours.models import Contact, Personne
from cedre.parcours.operations.etapes import reprendre_les_etapes


def amener(personne: Personne, phase: str, le: date) -> Personne:
    """Mène le dossier à cette phase, ce jour-là ; sa demande est au plus tard de ce jour."""
    Contact.objects.filter(personne=personne, le__gt=le).update(le=le)
    partenaire = personne.organisation.partenaires.first()
    if phase == "accueil":
        personne.informations.create(le=le, presence="presente")
    elif phase == "pre_embauche":
        personne.suites.create(le=le, nature="inscription")
    elif phase == "parcours":
        personne.contrats.create(debut=le, nature=Terme.objects.de("nature_contrat").get(code="cdi_inclusion"))
    elif phase == "sortie":
        personne.sorties.create(le=le, motif=Terme.objects.de("motif_sortie").first())
    elif phase == "reorientee":
        motif = Terme.objects.de("motif_reorientation").first()
        personne.suites.create(le=le, nature="reorientation", motif=motif, partenaire=partenaire)
    elif phase == "sans_suite":
        personne.suites.create(le=le, nature="sans_suite", motif=Terme.objects.de("motif_sans_suite").first())
    reprendre_les_etapes(personne)
    return personne
