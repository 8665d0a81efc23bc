"""Deux versions du manuel, section par section : ce qui part, ce qui vient (MAN-1)."""

from dataclasses import dataclass
from difflib import SequenceMatcher

AUTOUR = 1  # lignes inchangées que l'on garde autour d'un changement, pour se repérer


@dataclass(frozen=True)
class Comparaison:
    """Une section dans deux versions. lignes : (signe, texte), où le signe est « - », « + », « = » ou « … »."""

    titre: str
    lignes: tuple[tuple[str, str], ...]

    @property
    def change(self) -> bool:
        """Vrai si quelque chose y diffère."""
        return bool(self.lignes)


def _paragraphes(texte: str) -> list[str]:
    return [ligne for ligne in texte.splitlines() if ligne.strip()]


def _en_lignes(section: dict) -> list[str]:
    lignes = _paragraphes(section["texte"])
    for bloc in section["blocs"]:
        lignes.append(bloc["titre"])
        lignes += [bloc["alt"]] if bloc["genre"] == "image" else []
        lignes += _paragraphes(bloc.get("texte", ""))
        lignes += bloc.get("elements", [])
        lignes += [" · ".join(cellules) for cellules in bloc.get("lignes", [])]
        lignes += [f"{nom} : {valeur}" for nom, valeur in bloc.get("faits", [])]
        lignes += bloc.get("etapes", [])
    return lignes


def _differences(avant: list[str], apres: list[str]) -> tuple[tuple[str, str], ...]:
    dites = []
    for groupe in SequenceMatcher(None, avant, apres, autojunk=False).get_grouped_opcodes(AUTOUR):
        if dites:
            dites.append(("…", ""))
        for geste, a1, a2, b1, b2 in groupe:
            if geste == "equal":
                dites += [("=", ligne) for ligne in avant[a1:a2]]
            else:
                dites += [("-", ligne) for ligne in avant[a1:a2]] + [("+", ligne) for ligne in apres[b1:b2]]
    return tuple(dites)


def _ordre(avant: dict, apres: dict) -> list[str]:
    """Les codes du second, dans son ordre ; ceux qu'il n'a plus, après celui qu'ils suivaient."""
    partis, codes = list(avant), list(apres)
    for rang, code in enumerate(partis):
        if code not in apres:
            codes.insert(codes.index(partis[rang - 1]) + 1 if rang else 0, code)
    return codes


def _par_code(contenu: dict) -> dict[str, dict]:
    clair = contenu["en_clair"]
    courte = [{"genre": "liste", "titre": "Phrases", "elements": clair["phrases"]}]
    return {section["code"]: section for section in contenu["sections"]} | {
        "en_clair": {"titre": "En clair", "texte": clair["texte"], "blocs": courte}
    }


def comparer(avant: dict, apres: dict) -> list[Comparaison]:
    """Chaque section de l'un ou de l'autre contenu, dans l'ordre du second ; la forme courte ferme la marche."""
    avant, apres = _par_code(avant), _par_code(apres)
    comparees = [(avant.get(code), apres.get(code)) for code in _ordre(avant, apres)]
    return [
        Comparaison((b or a)["titre"], _differences(_en_lignes(a) if a else [], _en_lignes(b) if b else [])) for a, b in comparees
    ]
