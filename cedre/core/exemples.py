"""L'exemple d'un indicateur, tel qu'un CIP le lit : qui, ce qui s'est passé et quel jour, compté et satisfait ou non (OBS-1)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import BooleanField, DateField, Field, Model

from cedre.core.indicateurs import Indicateur
from cedre.core.templatetags.cedre import nombre

PRENOMS = ("Camille", "Sacha", "Noor", "Maël", "Inès", "Yanis", "Lou", "Amina", "Eden", "Tiago", "Rosa", "Ilyès")
SE_LIT_SEUL = ("le", "du", "au", "depuis")


class Cas(NamedTuple):
    """Un sujet de l'exemple. comptees : combien de ses lignes ; atteint : combien satisfont, ou ce qu'elles valent."""

    qui: str
    faits: list[str]
    comptees: int
    atteint: int | float


def modele_des_sujets(population: type[Model]) -> type[Model]:
    """Ce dont les lignes à compter sont les faits, et que la structure tient ; à défaut, ces lignes elles-mêmes."""
    for pas in population.PARTAGE.organisation.split("__")[:-1]:
        population = population._meta.get_field(pas).related_model
    return population


def jour_dit(le: date, jours) -> date:
    """Le jour qu'un exemple dit depuis la date de mesure, en jours ou en mois."""
    return le + (timedelta(days=jours) if isinstance(jours, int) else jours)


def raconter(indicateur: Indicateur, le: date) -> list[Cas]:
    """Chaque sujet de l'exemple, en mots, daté depuis ce jour."""
    modele, exemple = modele_des_sujets(indicateur.modele), indicateur.exemple
    de_quelqu_un = modele.PARTAGE.personne == "id"
    return [
        Cas(
            PRENOMS[rang % len(PRENOMS)] if de_quelqu_un else f"{modele._meta.verbose_name} {rang + 1}",
            [*_faits(modele, sujet, le)] or ["rien de noté"],
            *lu,
        )
        for rang, (sujet, lu) in enumerate(zip(exemple.sujets, exemple.lus, strict=True))
    ]


def _faits(modele: type[Model], dit: dict, le: date) -> Iterator[str]:
    """D'abord ce que la ligne dit d'elle-même, puis chacun de ses faits."""
    if champs := _champs(modele, dit, le):
        yield champs
    for relation, lignes in dit.items():
        if isinstance(lignes, list):
            for ligne in lignes:
                yield _fait(_relation(modele, relation), ligne, le)


def _fait(modele: type[Model], dit: dict, le: date) -> str:
    parts = [_champs(modele, dit, le)]
    parts += [f"({_fait(_relation(modele, nom), ligne, le)})" for nom, x in dit.items() if isinstance(x, list) for ligne in x]
    return f"{modele._meta.verbose_name} : {', '.join(part for part in parts if part) or 'noté'}"


def _relation(modele: type[Model], nom: str) -> type[Model]:
    """Le modèle de ces faits ; d'une habilitation, le fait est à qui la tient, d'une autre ligne, à sa structure."""
    noms = {champ.name for champ in modele._meta.get_fields()}
    porteur = modele if nom in noms else modele._meta.get_field("compte" if "compte" in noms else "organisation").related_model
    return porteur._meta.get_field(nom).related_model


def _champs(modele: type[Model], dit: dict, le: date) -> str:
    return ", ".join(_en_mots(modele._meta.get_field(nom), x, le) for nom, x in dit.items() if not isinstance(x, list))


def _en_mots(champ: Field, valeur, le: date) -> str:
    nom = str(champ.verbose_name)
    if valeur is None:
        return f"{nom} : rien"
    if isinstance(champ, DateField):
        return f"{'le' if nom == 'date' else nom if nom.endswith(SE_LIT_SEUL) else f'{nom} :'} {jour_dit(le, valeur):%d/%m/%Y}"
    if isinstance(valeur, tuple):
        return f"{nom} : {', '.join(map(str, valeur))}"
    if isinstance(champ, BooleanField) or valeur is True:
        return nom if valeur else f"{nom} : non"
    choix = dict(getattr(champ, "flatchoices", None) or ())
    dite = next(iter(valeur.values()), "") if isinstance(valeur, dict) else choix.get(valeur, valeur)
    dite = nombre(dite) if isinstance(dite, float) else str(dite).replace("_", " ")
    return f"{nom} : {dite or 'vide'}"
