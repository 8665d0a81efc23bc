"""Ce qu'un rapport imprime : les mots de la structure, ses nombres, de quoi les lire et les vérifier (OBS-2)."""

import json
from contextlib import suppress

from django.utils import timezone
from django.utils.text import capfirst

from cedre.comptes.discretion import ce_qu_il_compte, voit_les_personnes
from cedre.comptes.models import Habilitation
from cedre.core.graphiques import dessiner
from cedre.core.images import en_svg
from cedre.core.indicateurs import Mesure
from cedre.core.templatetags.cedre import nombre
from cedre.core.texte import au_singulier
from cedre.observatoire.cadre import PartLue
from cedre.observatoire.models.rapports import MOTS, Rapport
from cedre.observatoire.publication import cadre_de, dits, ecarts_dits, gardes, lire, structures_dites
from cedre.observatoire.rempli import DANS_L_EQUIPE, RubriqueRemplie

AXE = {"title": None, "ticks": False, "domain": False, "labelLimit": 400, "labelPadding": 6}
LE_PLUS_DE_BARRES, LES_AUTRES = 8, "Autres"


def a_imprimer(rapport: Rapport, *, pour: Habilitation | None) -> dict:
    """Le rapport tel que ce lecteur le lit ; pour personne en particulier, la version courte, où tout petit nombre se tait.

    Lève GesteImpossible si son cadre, ou son paquet, n'est plus là.
    """
    cadre, chapitres, court = cadre_de(rapport), lire(rapport), pour is None
    images = _images(rapport)
    imprimes = [
        (
            chapitre,
            [_imprimee(r, dite, [] if court else details, pour) for r, dite, details in rubriques if _garde(r, dite, court)],
        )
        for chapitre, rubriques in dits(rapport, chapitres, pour=pour)
    ]
    return {
        "structure": rapport.organisation.coordonnees,
        "etabli_le": rapport.publie_le or timezone.localdate(),
        "titre": f"Rapport d’activité {rapport.dit_la_periode}",
        "cadre": cadre.libelle,
        "du": rapport.du,
        "au": rapport.au,
        "version": str(rapport.version),
        "publie_le": rapport.publie_le,
        "court": court,
        "structures": structures_dites(rapport),
        "titre_des_mots": rapport.titre_des_mots,
        "mots": rapport.mots,
        "motif": rapport.motif,
        "ecarts": []
        if court
        else [dict(zip(("quoi", "avant", "apres"), dit, strict=True)) for dit in ecarts_dits(rapport, pour=pour)],
        "chapitres": [
            {
                "titre": chapitre.libelle,
                "commentaire": rapport.commentaires.get(chapitre.code, ""),
                "images": images.get(chapitre.code, []),
                "rubriques": rubriques,
            }
            for chapitre, rubriques in imprimes
            if rubriques or rapport.commentaires.get(chapitre.code) or chapitre.code in images
        ],
        "images": images.get(MOTS, []),
        "ne_couvre_pas": cadre.ne_couvre_pas,
        "definitions": [] if court else _definitions(rapport, chapitres),
        "condensats": [{"nom": nom, "condensat": condensat} for nom, condensat in rapport.condensats.items()],
    }


def _images(rapport: Rapport) -> dict[str, list[dict]]:
    """Par chapitre, celles dont le fichier est encore là."""
    dites = {}
    for chapitre, images in rapport.images.par_chapitre().items():
        for image in images:
            with suppress(FileNotFoundError):
                dites.setdefault(chapitre, []).append({"dessin": en_svg(image.octets()), "legende": image.legende})
    return dites


def _garde(remplie: RubriqueRemplie, dite: str, court: bool) -> bool:
    """La version courte n'a que ce à quoi chaque structure répond, qui se sait, et qui se dit à tous."""
    return not court or remplie.rubrique.minimum and remplie.est_sue and remplie.nature.est_un_compte and dite != DANS_L_EQUIPE


def _imprimee(remplie: RubriqueRemplie, dite: str, details: list, pour: Habilitation | None) -> dict:
    rubrique = remplie.rubrique
    exacte = pour is not None and voit_les_personnes(pour) and remplie.compte_une_part and not remplie.nature.est_oui_ou_non
    coupe = next((coupe for coupe, valeurs in details if len(valeurs) > 1 and coupe in remplie.par), "")
    barres = _barres(remplie, coupe) if coupe and rubrique.minimum else []
    return {
        "numero": rubrique.rubrique_externe,
        "libelle": rubrique.libelle,
        "part": exacte and remplie.valeur(remplie.mesure) or "",
        "dit": dite,
        "manque": " ".join(mots for mots in (rubrique.non_tenue, rubrique.saisie) if mots),
        "details": [{"coupe": capfirst(nom), "valeurs": [_sans_unite(remplie, *v) for v in valeurs]} for nom, valeurs in details],
        "dessin": _dessin(barres) if barres else "",
        "alt": f"{rubrique.libelle}, {coupe} : " + ", ".join(f"{b['quoi']} {b['dit']}" for b in barres) if barres else "",
    }


def _sans_unite(remplie: RubriqueRemplie, valeur: str, dit: str) -> str:
    """« Femme, 12 sur 19 » : l'unité est déjà dans la réponse."""
    unite = remplie.nature.unite
    return f"{valeur}, {dit.removesuffix(f' {unite}').removesuffix(f' {au_singulier(unite)}')}"


def _barres(remplie: RubriqueRemplie, coupe: str) -> list[dict]:
    """Les plus grandes valeurs de cette coupe, et ce que font les autres, si cela s'additionne."""
    nature, mesures = remplie.nature, remplie.par[coupe]

    def vaut(mesure: Mesure):
        return mesure.total if nature.est_un_compte or remplie.rubrique.lit == PartLue.TOTAL else mesure.atteint

    rangees = sorted(((valeur.replace("_", " "), vaut(m)) for valeur, m in mesures.items()), key=lambda b: (-b[1], b[0]))
    montrees, autres = rangees[:LE_PLUS_DE_BARRES], [combien for _, combien in rangees[LE_PLUS_DE_BARRES:]]
    if autres and nature.methode != "quantile":
        montrees.append((LES_AUTRES, sum(autres)))
    return [{"quoi": quoi, "combien": float(combien), "dit": nombre(combien)} for quoi, combien in montrees]


def _dessin(barres: list[dict]) -> str:
    """Des barres, leur nombre au bout : lisibles en noir et blanc."""
    encodage = {
        "y": {"field": "quoi", "type": "nominal", "sort": None, "axis": AXE},
        "x": {"field": "combien", "type": "quantitative", "axis": None},
    }
    nombres = {"mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 12}, "encoding": {"text": {"field": "dit"}}}
    return dessiner(
        {
            "width": 260,
            "height": {"step": 20},
            "data": {"values": barres},
            "encoding": encodage,
            "layer": [{"mark": {"type": "bar", "height": 12}}, nombres],
        }
    )


def _definitions(rapport: Rapport, chapitres: list) -> list[dict]:
    """De chaque figure, ce qu'elle compte et ce qu'elle ne dit pas, tels que publiés."""
    if rapport.est_publie:
        figures = json.loads(gardes(rapport)["chiffres.json"])["figures"]
    else:
        lues = {r.indicateur for _, siennes in chapitres for r in siennes if r.indicateur}
        noms = ("libelle", "limites", "version")
        figures = [{nom: getattr(i, nom) for nom in noms} | {"definition": ce_qu_il_compte(i)} for i in lues]
    dites = [{nom: str(figure[nom]) for nom in ("libelle", "definition", "limites", "version")} for figure in figures]
    return sorted(dites, key=lambda dite: dite["libelle"])
