"""Lire un fichier YAML reçu, borné en taille, profondeur et renvois : quelques lignes peuvent en valoir des milliards."""

import json
import re
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator, ValidationError

TAILLE_MAX = 2**20  # octets
PROFONDEUR_MAX = 20
NOEUDS_MAX = 50_000  # renvois développés
FAUTES_MAX, FAUTE_MAX = 100, 300  # une faute cite ce qu'elle refuse, qui peut être le fichier entier
NOMBRE_DEMESURE = re.compile(r"[-+]?\d[\w:.+-]{99,}", re.ASCII)  # « 1:59:59… » se lit comme un nombre, en dizaines de secondes
SORTES = {"string": "un texte", "array": "une liste", "object": "des clés et leurs valeurs", "integer": "un entier"}
INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # « \0 » : ni la base ni un PDF n'en veulent


class YamlRefuse(Exception):
    """Ce fichier ne se lit pas ; le message dit pourquoi, en français."""


class FichierRefuse(Exception):
    """Ce fichier n'est pas ce qu'il dit être ; fautes : toutes, dans l'ordre du fichier, en français."""

    def __init__(self, fautes: Iterable[str]):
        self.fautes = list(fautes)
        super().__init__(" ; ".join(self.fautes))


class Lecteur(yaml.SafeLoader):
    """YAML, où une même clé écrite deux fois se refuse : la seconde effacerait la première sans le dire."""

    def construct_mapping(self, node, deep=False):
        """Le dictionnaire de ce nœud. Lève YamlRefuse."""
        lu = super().construct_mapping(node, deep)
        if len(lu) < len(node.value):
            raise YamlRefuse(f"Une clé est écrite deux fois : à partir de la ligne {node.start_mark.line + 1}.")
        return lu


class LecteurDeTexte(Lecteur):
    """YAML sans ses types devinés : une date et un numéro de paragraphe restent le texte que l'on a écrit."""


LecteurDeTexte.yaml_implicit_resolvers = {
    lettre: [(sorte, motif) for sorte, motif in resolveurs if not sorte.endswith((":timestamp", ":merge"))]
    for lettre, resolveurs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def forme(schema: Path) -> dict:
    """La forme que dit ce JSON Schema."""
    return json.loads(schema.read_text(encoding="utf-8"))


def lire_selon(octets: bytes, schema: dict, refus: type[FichierRefuse]) -> dict:
    """Ce que dit ce fichier, s'il a cette forme. Lève ce refus, avec chaque faute et le lieu où elle est."""
    try:
        brut = lire_yaml(octets, LecteurDeTexte)
    except YamlRefuse as illisible:
        raise refus([str(illisible)]) from None
    erreurs = islice(Draft202012Validator(schema).iter_errors(brut), FAUTES_MAX)
    if fautes := [f"{_ou(faute)} : {_en_francais(faute)[:FAUTE_MAX]}" for faute in erreurs]:
        raise refus(fautes)
    return brut


def _ou(faute: ValidationError) -> str:
    return "/".join(map(str, faute.absolute_path)) or "le fichier"


def _en_francais(faute: ValidationError) -> str:
    """Ce que le schéma reproche, dit à qui écrit le fichier."""
    attendu = faute.validator_value
    match faute.validator:
        case "required":
            return f"il manque « {faute.message.split("'")[1]} »"
        case "additionalProperties" if isinstance(attendu, bool):
            return f"« {', '.join(sorted(set(map(str, faute.instance)) - set(faute.schema['properties'])))} » n’est pas attendu"
        case "type":
            return f"il faut {SORTES.get(attendu, attendu)}"
        case "enum" | "const":
            return f"« {faute.instance} » n’est pas {' ou '.join(map(str, attendu if faute.validator == 'enum' else [attendu]))}"
        case "pattern" | "minLength" | "maxLength":
            return f"« {faute.instance} » ne s’écrit pas ainsi"
        case "minimum":
            return f"« {faute.instance} » est moins que {attendu}"
        case "minItems" | "minProperties":
            return "il en faut au moins un"
    return f"« {faute.instance} » n’a pas la forme attendue"


def lire_yaml(octets: bytes, lecteur=Lecteur):
    """Ce que dit ce fichier. Lève YamlRefuse."""
    if len(octets) > TAILLE_MAX:
        raise YamlRefuse("Ce fichier dépasse 1 Mo.")
    try:
        texte = octets.decode()
        _peser(texte, lecteur)
        return yaml.load(texte, Loader=lecteur)
    except yaml.MarkedYAMLError as e:
        lieu = f" : ligne {e.problem_mark.line + 1}, colonne {e.problem_mark.column + 1}" if e.problem_mark else ""
        raise YamlRefuse(f"Ce fichier n’est pas du YAML lisible{lieu}.") from None
    except (yaml.YAMLError, ValueError, LookupError, TypeError, AttributeError, RecursionError):  # « !!bool x » lève KeyError
        raise YamlRefuse("Ce fichier n’est pas du YAML lisible.") from None


def _peser(texte: str, lecteur) -> None:
    """Compte les nœuds, chaque renvoi pour tout ce qu'il reprend, sans rien construire. Lève YamlRefuse."""
    poids, ouverts, ancres = 0, [], {}
    for pas in yaml.parse(texte, Loader=lecteur):
        if isinstance(pas, yaml.AliasEvent):
            if pas.anchor not in ancres:
                raise YamlRefuse(f"Dans ce fichier, « *{pas.anchor} » renvoie à ce qui le contient, ou à rien.")
            poids += ancres[pas.anchor]
        elif isinstance(pas, yaml.CollectionStartEvent):
            ouverts.append((pas.anchor, poids))
            poids += 1
        elif isinstance(pas, yaml.CollectionEndEvent):
            ancre, avant = ouverts.pop()
            ancres[ancre] = poids - avant
        elif isinstance(pas, yaml.ScalarEvent):
            poids += 1
            ancres[pas.anchor] = 1
            if NOMBRE_DEMESURE.fullmatch(pas.value):
                raise YamlRefuse(f"Ce fichier dit un nombre démesuré : ligne {pas.start_mark.line + 1}.")
            if INVISIBLE.search(pas.value):
                raise YamlRefuse(f"Ce fichier contient un caractère invisible : ligne {pas.start_mark.line + 1}.")
        if len(ouverts) > PROFONDEUR_MAX:
            raise YamlRefuse(f"Ce fichier s’emboîte sur plus de {PROFONDEUR_MAX} niveaux.")
        if poids > NOEUDS_MAX:
            raise YamlRefuse(f"Ce fichier dit plus de {NOEUDS_MAX} choses, renvois compris.")
