"""L'histoire que porte le dossier d'essai, pareille au présent ; et de quoi poser beaucoup de dossiers, chacun son cas."""

from datetime import date

from cedre.core.intervalles import DE_TOUT_TEMPS
from cedre.parcours.models import (
    AncienneFin,
    AncienneFinDePass,
    AncienneSituation,
    AncienObjectif,
    AncienRendezVous,
    ClotureRouverte,
    Formalisation,
    Personne,
    RefusDEvaluation,
)


def se_souvenir(monde, jusqu_au: date) -> None:
    """L'histoire du dossier d'embauchee : ce que l'on disait jusqu'à ce jour, pareil à ce que l'on dit."""
    for sens in Formalisation.Sens:
        Formalisation.objects.create(engagement=monde.engagement, du=monde.engagement.formalise_le, sens=sens)
    RefusDEvaluation.objects.create(personne=monde.personne, du=date(2001, 1, 1), au=date(2001, 1, 2))
    AncienneFin.objects.create(contrat=monde.contrat, fin=monde.contrat.fin, au=jusqu_au)
    AncienneSituation.objects.create(personne=monde.personne, joignable=True, au=jusqu_au)
    passe = monde.personne.pass_iae.get()
    AncienneFinDePass.objects.create(pass_iae=passe, fin=passe.fin, au=jusqu_au)
    AncienObjectif.objects.create(
        mise_en_situation=monde.mise_en_situation, engagement=monde.engagement, objectif=monde.objectif, au=jusqu_au
    )
    AncienRendezVous.objects.create(bilan=monde.bilan, le=monde.bilan.le, au=jusqu_au)
    ClotureRouverte.objects.create(bilan=monde.bilan, du=date(2001, 1, 1), au=date(2001, 1, 2), redige=False)


def oublier(monde) -> None:
    """Ce que le dossier dit aujourd'hui, il le disait depuis toujours : on peut le mesurer à tout jour."""
    for modele in (AncienneFin, AncienneFinDePass, AncienneSituation, AncienObjectif, AncienRendezVous, ClotureRouverte):
        modele.objects.all().delete()
    for tenus in (monde.personne.etapes, monde.personne.suivis):
        tenus.exclude(au=None).delete()
        tenus.update(du=DE_TOUT_TEMPS)
    for notes in (monde.personne.contrats, monde.personne.pass_iae):
        notes.update(note_le=None)
    monde.personne.bilans.update(cree_jour=DE_TOUT_TEMPS)


def peupler(monde, dossiers: dict[str, list]) -> dict[str, Personne]:
    """Un dossier par nom, et ses faits, enregistrés dans l'ordre où ils sont dits ; un dictionnaire en dit des champs."""
    champs = [next((fait for fait in faits if isinstance(fait, dict)), {}) for faits in dossiers.values()]
    personnes = Personne.objects.bulk_create(
        Personne(**{"organisation": monde.organisation, "nom": nom} | dits) for nom, dits in zip(dossiers, champs, strict=True)
    )
    for personne, faits in zip(personnes, dossiers.values(), strict=True):
        for fait in faits:
            if isinstance(fait, dict):
                continue
            if hasattr(type(fait), "personne"):
                fait.personne = personne
            fait.save()
    return dict(zip(dossiers, personnes, strict=True))


def noms(lignes, chemin: str = "personne__nom") -> list[str]:
    """De qui sont ces lignes, en ordre ; ceux de « peupler », non la personne du monde."""
    return sorted(lignes.exclude(**{chemin: "Martinelle"}).values_list(chemin, flat=True))
