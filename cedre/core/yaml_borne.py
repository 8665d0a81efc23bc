"""Lire un fichier YAML reçu, borné en taille, profondeur et renvois : quelques lignes peuvent en valoir des milliards."""

import re

import yaml

TAILLE_MAX = 2**20  # octets
PROFONDEUR_MAX = 20
NOEUDS_MAX = 50_000  # renvois développés
NOMBRE_DEMESURE = re.compile(r"[-+]?\d[\w:.+-]{99,}", re.ASCII)  # « 1:59:59… » se lit comme un nombre, en dizaines de secondes

INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # « \0 » : ni la base ni un PDF n'en veulent


class YamlRefuse(Exception):
    """Ce fichier ne se lit pas ; le message dit pourquoi, en français."""


class Lecteur(yaml.SafeLoader):
    """YAML, où une même clé écrite deux fois se refuse : la seconde effacerait la première sans le dire."""

    def construct_mapping(self, node, deep=False):
        """Le dictionnaire de ce nœud. Lève YamlRefuse."""
        lu = super().construct_mapping(node, deep)
        if len(lu) < len(node.value):
            raise YamlRefuse(f"Une clé est écrite deux fois : à partir de la ligne {node.start_mark.line + 1}.")
        return lu


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
